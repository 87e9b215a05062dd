/*
 * The writer's side: the order of calls to the disk, the lock across processes, what a
 * clean-up takes and leaves, and a commit in which any call fails.
 */
#include "base/mem.h"
#include "faultio.h"
#include "memfs.h"
#include "scratch.h"
#include "segment/publish.h"

#include <errno.h>
#include <signal.h>
#include <sys/wait.h>

static const struct hlpub_lock_options plain_lock;

/* One segment, number 10 * generation, and a live file after it. */
static struct hlmanifest_segment one_segment;

static struct hlmanifest one(uint64_t generation)
{
    struct hlmanifest man;
    hlman_init(&man);
    man.generation = generation;
    man.next_file = 10 * generation + 2;
    one_segment = (struct hlmanifest_segment){
        .number = 10 * generation, .live_number = 10 * generation + 1, .docs = 1};
    man.segments = &one_segment;
    man.count = 1;
    return man;
}

static hl_status make_file(const char *name, const char *text, struct hl_error *err)
{
    int fd;
    char path[HLMAN_PATH_SIZE];
    hl_status status = hlpub_create("ix", name, &fd, err);
    if (status)
        return status;
    hlman_path("ix", name, path, err);
    status = hlio_write_all(fd, path, text, strlen(text), 0, err);
    hl_status finished = hlpub_finish(fd, "ix", name, err);
    return status ? status : finished;
}

/* As the engine does it: lock, clean, files, commit, clean, unlock. */
static hl_status run_commit(uint64_t generation, struct hl_error *err)
{
    int lock;
    char segment[HLMAN_NAME_SIZE], live[HLMAN_NAME_SIZE];
    hl_status status = hlpub_lock("ix", &plain_lock, &lock, err);
    if (status)
        return status;
    struct hlmanifest old = one(generation - 1);
    if (generation == 1) {
        hlman_init(&old);
        old.next_file = 1;
    }
    hlpub_clean("ix", &old);
    struct hlmanifest man = one(generation);
    hlman_segment_name(one_segment.number, segment);
    hlman_live_name(one_segment.live_number, live);
    status = make_file(segment, "segment", err);
    if (!status)
        status = make_file(live, "live", err);
    if (!status)
        status = hlpub_commit("ix", &man, err);
    if (!status)
        hlpub_clean("ix", &man);
    hlpub_unlock(lock);
    return status;
}

/* ---------------------------------------------------------------------- order */

static char log_text[8192];

static void log_call(void *user, const struct faultio_entry *entry)
{
    static const bool silent[FAULTIO_CALLS] = {
        [FAULTIO_SIZE] = true, [FAULTIO_IS_NETWORK] = true};
    (void)user;
    size_t size = strlen(log_text);
    if (!silent[entry->call])
        snprintf(log_text + size, sizeof log_text - size, "%s %s%s%s\n",
                 faultio_call_name(entry->call), entry->path, entry->to ? " " : "",
                 entry->to ? entry->to : "");
}

static void test_order(void)
{
    struct hl_error err;
    memfs_load(NULL);
    hlio_set(&memfs_io);
    OK(run_commit(1, &err) == HL_OK, "a first generation");
    faultio_start(&memfs_io, NULL, log_call, NULL);
    OK(run_commit(2, &err) == HL_OK, "and a second");
    IS(log_text,
       "mkdir ix\n"
       "sync_folder ix/..\n"
       "open_lock ix/lock\n"
       "lock ix/lock\n"
       "sync_folder ix\n"
       "list ix\n"
       "open_new ix/segment-000000000020\n"
       "pwrite ix/segment-000000000020\n"
       "fsync ix/segment-000000000020\n"
       "close ix/segment-000000000020\n"
       "open_new ix/live-000000000021\n"
       "pwrite ix/live-000000000021\n"
       "fsync ix/live-000000000021\n"
       "close ix/live-000000000021\n"
       "list ix\n"
       "open_new ix/manifest-000000000002.tmp\n"
       "pwrite ix/manifest-000000000002.tmp\n"
       "fsync ix/manifest-000000000002.tmp\n"
       "close ix/manifest-000000000002.tmp\n"
       "sync_folder ix\n"
       "rename ix/manifest-000000000002.tmp ix/manifest-000000000002\n"
       "sync_folder ix\n"
       "list ix\n"
       "sync_folder ix\n"
       "unlink ix/manifest-000000000001\n"
       "unlink ix/segment-000000000010\n"
       "unlink ix/live-000000000011\n"
       "close ix/lock\n",
       "the calls come in the order that is safe");
    OK(faultio_open_files() == 0, "all files are closed");
    OK(run_commit(2, &err) == HL_BUSY && strstr(err.text, "without its lock"),
       "a generation that is there is not written over");
    faultio_stop();
}

/* ------------------------------------------------------------------- clean-up */

static bool exists(const char *name)
{
    char path[HLMAN_PATH_SIZE];
    hlman_path("ix", name, path, NULL);
    int fd = memfs_io.open_read(path);
    if (fd >= 0)
        memfs_io.close(fd);
    return fd >= 0;
}

static void test_clean(void)
{
    static const char *const gone[] = {
        "manifest-000000000004",    "manifest-000000000001.tmp", "segment-000000000001",
        "segment-000000000052",     "live-000000000050",         "live-000000000001",
        "segment-000000000050.tmp", "live-000000000051.tmp",     "spool-000000000001",
        "spool-000000000001.a",     "manifest-000000000099.tmp"};
    static const char *const stay[] = {"manifest-000000000005",
                                       "segment-000000000050",
                                       "live-000000000051",
                                       "lock",
                                       "config",
                                       "notes.tmp",
                                       "segment-1",
                                       "segment-000000000001.bak",
                                       "manifest-0000000000001",
                                       "live-00000000001x",
                                       "manifest-000000000000"};
    struct hl_error err;
    const size_t gone_count = sizeof gone / sizeof *gone;
    const size_t stay_count = sizeof stay / sizeof *stay;
    memfs_load(NULL);
    hlio_set(&memfs_io);
    memfs_io.mkdir("ix");
    for (size_t i = 0; i < gone_count; i++)
        make_file(gone[i], "x", &err);
    for (size_t i = 0; i < stay_count; i++)
        make_file(stay[i], "x", &err);
    memfs_io.mkdir("ix/segment-000000000002");
    struct hlmanifest man = one(5), older = one(4);
    hlpub_clean("ix", &older);
    bool all = true;
    for (size_t i = 0; i < gone_count; i++)
        all &= exists(gone[i]);
    OK(all, "who does not hold the newest generation takes nothing");
    man = one(5);
    hlpub_clean("ix", &man);
    for (size_t i = 0; i < gone_count; i++)
        OK(!exists(gone[i]), "%s goes", gone[i]);
    for (size_t i = 0; i < stay_count; i++)
        OK(exists(stay[i]), "%s stays", stay[i]);
    hlpub_clean("nowhere", &man);
    OK(exists("segment-000000000050"), "no folder is no trouble");
    hlio_set(NULL);
}

static void test_leftovers(void)
{
    struct hl_error err;
    memfs_load(NULL);
    hlio_set(&memfs_io);
    memfs_io.mkdir("ix");
    make_file("manifest-000000000001.tmp", "left by a dead writer", &err);
    make_file("segment-000000000010", "likewise, and longer than the new one", &err);
    OK(run_commit(1, &err) == HL_OK, "leftovers of the same names do not stop a commit");
    uint64_t size = 0;
    int fd = memfs_io.open_read("ix/segment-000000000010");
    memfs_io.size(fd, &size);
    OK(size == strlen("segment"), "nor do their bytes stay");
    memfs_io.close(fd);
    memfs_io.mkdir("ix/segment-000000000099");
    OK(hlpub_create("ix", "segment-000000000099", &fd, &err) == HL_IO, "a folder does stop it");
    hlio_set(NULL);
}

/* --------------------------------------------------------------------- faults */

/* After a fault the old generation is the newest, or the whole disk refuses work. */
static bool state_is_good(hl_status status, const struct faultio_plan *plan)
{
    uint64_t newest = 0;
    if (hlman_newest("ix", &newest, NULL))
        return false;
    if (status == HL_OK)
        return newest == 2;
    return newest == 1 || (newest == 2 && plan->onwards);
}

static int fail_each_call(int code, bool onwards)
{
    int bad = 0;
    struct hl_error err;
    for (uint64_t at = 1;; at++) {
        struct faultio_plan plan = {FAULTIO_ANY, at, onwards, code, false};
        memfs_load(NULL);
        hlio_set(&memfs_io);
        run_commit(1, &err);
        memset(&err, 0, sizeof err);
        faultio_start(&memfs_io, &plan, NULL, NULL);
        hl_status status = run_commit(2, &err);
        uint64_t failed = faultio_failed();
        long files = faultio_open_files();
        hlio_set(&memfs_io);
        bool good = state_is_good(status, &plan) && files == 0 && (!status || *err.text);
        /* What is there afterwards, the next writer can go on from. */
        uint64_t newest = 0;
        hlman_newest("ix", &newest, NULL);
        good &= run_commit(newest + 1, &err) == HL_OK;
        if (!good)
            printf("# call %d: %d, %s, %ld files open\n", (int)at, status, err.text, files);
        bad += !good;
        if (!failed)
            return bad;
    }
}

static void test_faults(void)
{
    static const int codes[] = {EIO, ENOSPC, EDQUOT, EACCES, EMFILE, EROFS, ENOMEM};
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++) {
        OK(!fail_each_call(codes[i], false), "each call fails once with error %d", codes[i]);
        OK(!fail_each_call(codes[i], true), "all calls fail from each on with %d", codes[i]);
    }
    memfs_load(NULL);
}

static void count_fsyncs(void *user, const struct faultio_entry *entry)
{
    if (entry->call == FAULTIO_FSYNC && !strcmp(entry->path, "ix/f"))
        ++*(int *)user;
}

/* The kernel may have dropped the pages: a second fsync would say nothing true. */
static void test_fsync_is_final(void)
{
    struct faultio_plan plan = {FAULTIO_FSYNC, 1, false, EIO, false};
    struct hl_error err;
    int fsyncs = 0;
    memfs_load(NULL);
    memfs_io.mkdir("ix");
    faultio_start(&memfs_io, &plan, count_fsyncs, &fsyncs);
    OK(make_file("f", "x", &err) == HL_IO && fsyncs == 1, "fsync fails once and is final");
    IS(err.text, "ix/f: cannot sync: input/output error of the device", "in words");
    OK(faultio_open_files() == 0, "the file is closed all the same");
    plan.call = FAULTIO_CLOSE;
    faultio_start(&memfs_io, &plan, NULL, NULL);
    OK(make_file("g", "x", &err) == HL_IO, "a failed close fails the commit, too");
    faultio_stop();
    memfs_load(NULL);
}

static void test_memory(void)
{
    struct hl_error err;
    bool done = false;
    for (uint64_t at = 1; !done && at < 1000; at++) {
        memfs_load(NULL);
        hlio_set(&memfs_io);
        run_commit(1, &err);
        faultmem_start(at, true);
        hl_status status = run_commit(2, &err);
        uint64_t newest = 0;
        hlman_newest("ix", &newest, NULL);
        /* The last allocations are those of the clean-up, which may not fail a commit. */
        done = faultmem_failed() == 0;
        if (newest != (status ? 1 : 2) || (status && status != HL_NOMEM) || faultmem_live())
            OK(false, "allocation %d: %d, newest %d", (int)at, status, (int)newest);
        faultmem_stop();
    }
    OK(done, "each allocation fails cleanly until all works");
    hlio_set(NULL);
    memfs_load(NULL);
}

/* ----------------------------------------------------------------------- lock */

static int is_nfs(const char *path)
{
    (void)path;
    return 1;
}

static void test_network(void)
{
    struct hlio io = memfs_io;
    struct hlpub_lock_options options = {0};
    struct hl_error err;
    int lock;
    io.is_network = is_nfs;
    memfs_load(NULL);
    hlio_set(&io);
    OK(hlpub_lock("ix", &options, &lock, &err) == HL_UNSUPPORTED, "refused on the network");
    OK(strstr(err.text, "network file system"), "in words");
    options.network_fs = true;
    OK(hlpub_lock("ix", &options, &lock, &err) == HL_OK, "unless asked for by name");
    hlpub_unlock(lock);
    hlio_set(NULL);
    memfs_load(NULL);
}

/* A process that takes the lock, says so, and holds it until it is killed. */
static pid_t hold_in_child(const char *dir)
{
    int says[2];
    char byte = 0;
    if (pipe(says))
        return -1;
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        int lock;
        hl_status status = hlpub_lock(dir, &plain_lock, &lock, NULL);
        byte = status ? 'n' : 'y';
        if (write(says[1], &byte, 1) == 1)
            for (;;)
                pause();
        _exit(1);
    }
    close(says[1]);
    bool held = read(says[0], &byte, 1) == 1 && byte == 'y';
    close(says[0]);
    OK(held, "another process holds the lock");
    return child;
}

static void kill_child(pid_t child)
{
    int how;
    kill(child, SIGKILL);
    waitpid(child, &how, 0);
}

/* A third process waits; it comes through only after the holder was killed. */
static void check_waiting(const char *dir, pid_t holder)
{
    int says[2];
    char byte = 0;
    if (pipe(says))
        return;
    fflush(stdout);
    pid_t waiter = fork();
    if (waiter == 0) {
        struct hlpub_lock_options options = {.wait = true};
        int lock;
        hl_status status = hlpub_lock(dir, &options, &lock, NULL);
        byte = status ? 'n' : 'y';
        _exit(write(says[1], &byte, 1) != 1);
    }
    close(says[1]);
    usleep(50000);
    int how;
    OK(waitpid(waiter, &how, WNOHANG) == 0, "who asked to wait waits");
    kill_child(holder);
    OK(read(says[0], &byte, 1) == 1 && byte == 'y', "and gets it when the holder is killed");
    waitpid(waiter, &how, 0);
    close(says[0]);
}

static void test_lock(void)
{
    const char *dir = scratch_name("ix");
    struct hl_error err;
    int lock, again;
    OK(hlpub_lock(dir, &plain_lock, &lock, &err) == HL_OK, "makes the folder and locks it");
    OK(hlpub_lock(dir, &plain_lock, &again, &err) == HL_BUSY, "busy in the same process");
    OK(strstr(err.text, "another writer"), "in words");
    hlpub_unlock(lock);
    OK(hlpub_lock(dir, &plain_lock, &lock, &err) == HL_OK, "free again");
    hlpub_unlock(lock);
    pid_t child = hold_in_child(dir);
    OK(hlpub_lock(dir, &plain_lock, &again, &err) == HL_BUSY, "so we do not get it");
    /* Closing another descriptor of the file must not free the lock (not fcntl's old ones). */
    OK(hlpub_lock(dir, &plain_lock, &again, &err) == HL_BUSY, "however often we ask");
    kill_child(child);
    OK(hlpub_lock(dir, &plain_lock, &lock, &err) == HL_OK, "kill -9 frees it");
    hlpub_unlock(lock);
    check_waiting(dir, hold_in_child(dir));
    OK(hlpub_lock(scratch_name("no/where"), &plain_lock, &lock, &err) == HL_NOT_FOUND,
       "a folder in no folder");
}

int main(void)
{
    scratch_begin();
    test_order();
    test_clean();
    test_leftovers();
    test_faults();
    test_fsync_is_final();
    test_memory();
    test_network();
    test_lock();
    return tap_done();
}

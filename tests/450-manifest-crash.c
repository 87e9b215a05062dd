/*
 * Power cuts under the order of publish.h, with files of no meaning in place of
 * segments: after every change of the disk every world must open as the generation
 * before or the one being committed (R1, R2), without repair (R3), and a writer that
 * goes on from any such world may be cut off at any moment, too.
 *
 * Each commit has a serial number, kept in `rules`; what was committed has at least
 * the last serial that was reported as done, and at most the last that was begun.
 */
#include "faultio.h"
#include "memfs.h"
#include "scratch.h"
#include "segment/publish.h"

#include <assert.h>
#include <errno.h>

enum { FILE_SIZE = 1300, MARK_BEGUN = 1000 };

static const struct hlpub_lock_options plain_lock;

/* --------------------------------------------------------------- fake segments */

static void file_bytes(uint64_t number, uint32_t salt, uint8_t bytes[FILE_SIZE])
{
    uint64_t seed = number << 32 | salt;
    for (size_t i = 0; i < FILE_SIZE; i++)
        bytes[i] = (uint8_t)tap_random(&seed);
}

static hl_status write_file(const char *name, uint64_t number, uint32_t salt)
{
    uint8_t bytes[FILE_SIZE];
    char path[HLMAN_PATH_SIZE];
    int fd;
    hl_status status = hlpub_create("ix", name, &fd, NULL);
    if (status)
        return status;
    file_bytes(number, salt, bytes);
    hlman_path("ix", name, path, NULL);
    status = hlio_write_all(fd, path, bytes, 700, 0, NULL);
    if (!status)
        status = hlio_write_all(fd, path, bytes + 700, FILE_SIZE - 700, 700, NULL);
    hl_status finished = hlpub_finish(fd, "ix", name, NULL);
    return status ? status : finished;
}

static hl_status check_file(const char *name, uint64_t number, uint32_t salt,
                            struct hl_error *err)
{
    uint8_t want[FILE_SIZE], got[FILE_SIZE];
    char path[HLMAN_PATH_SIZE];
    hlman_path("ix", name, path, NULL);
    int fd = hlio_get()->open_read(path);
    if (fd < 0)
        return hlio_error(err, fd, "open", path);
    file_bytes(number, salt, want);
    hl_status status = hlio_read_all(fd, path, got, FILE_SIZE, 0, err);
    hlio_get()->close(fd);
    return status ? status : memcmp(got, want, FILE_SIZE) ? HL_CORRUPT : HL_OK;
}

static hl_status check_files(void *user, const struct hlmanifest *man, struct hl_error *err)
{
    (void)user;
    char name[HLMAN_NAME_SIZE];
    hl_status status = HL_OK;
    for (size_t i = 0; !status && i < man->count; i++) {
        const struct hlmanifest_segment *segment = &man->segments[i];
        hlman_segment_name(segment->number, name);
        status = check_file(name, segment->number, segment->table_crc, err);
        if (status || !segment->live_number)
            continue;
        hlman_live_name(segment->live_number, name);
        status = check_file(name, segment->live_number, segment->live_crc, err);
    }
    return status;
}

/* Opens what is there: its serial, 0 for no index, -1 for anything else. */
static long open_serial(struct hl_error *err)
{
    struct hlmanifest man;
    hl_status status = hlman_open_newest("ix", check_files, NULL, &man, err);
    if (status == HL_NOT_FOUND)
        return 0;
    if (status)
        return -1;
    long serial = (long)man.rules;
    hlman_release(&man);
    return serial;
}

/* ----------------------------------------------------------------- a commit */

/* One more segment; every third commit merges all into one, every other has a live file. */
static hl_status write_generation(struct hlmanifest *man, uint32_t serial)
{
    struct hlmanifest_segment *segments = man->segments;
    char name[HLMAN_NAME_SIZE];
    if (serial % 3 == 0)
        man->count = 0;
    assert(man->count < 50);
    struct hlmanifest_segment *added = &segments[man->count++];
    *added = (struct hlmanifest_segment){.number = man->next_file++,
                                         .size = FILE_SIZE,
                                         .table_crc = serial,
                                         .docs = 1,
                                         .live_docs = 1};
    hlman_segment_name(added->number, name);
    hl_status status = write_file(name, added->number, serial);
    if (!status && serial % 2) {
        segments[0].live_number = man->next_file++;
        segments[0].live_crc = serial;
        segments[0].live_docs = 0;
        hlman_live_name(segments[0].live_number, name);
        status = write_file(name, segments[0].live_number, serial);
    }
    man->generation++;
    man->rules = serial;
    return status;
}

/* What the engine's writer does between open and close. */
static hl_status run_commit(uint32_t serial)
{
    static struct hlmanifest_segment room[50];
    struct hlmanifest man;
    int lock;
    uint64_t newest = 0;
    memfs_mark(MARK_BEGUN + (int)serial);
    hl_status status = hlpub_lock("ix", &plain_lock, &lock, NULL);
    if (status)
        return status;
    hlman_init(&man);
    status = hlman_newest("ix", &newest, NULL);
    if (!status && newest)
        status = hlman_read("ix", newest, &man, NULL);
    if (!status) {
        hlpub_clean("ix", &man);
        struct hlmanifest next = man;
        if (man.count)
            memcpy(room, man.segments, man.count * sizeof *room);
        next.segments = room;
        status = write_generation(&next, serial);
        if (!status)
            status = hlpub_commit("ix", &next, NULL);
        if (!status) {
            memfs_mark((int)serial);
            hlpub_clean("ix", &next);
        }
        hlman_release(&man);
    }
    hlpub_unlock(lock);
    return status;
}

/* --------------------------------------------------------------------- worlds */

struct bounds {
    long done, begun; /* serials */
    int depth;        /* crashes still to come after this one */
    size_t random;
    size_t worlds, bad;
    uint64_t seen[4096]; /* worlds from which the next writer was already run */
};

static void play(const struct memfs_world *start, struct memfs_journal *journal,
                 struct bounds *bounds);

static void follow_mark(struct bounds *bounds, const struct memfs_op *op)
{
    if (op->kind == MEMFS_MARK && op->mark >= MARK_BEGUN)
        bounds->begun = op->mark - MARK_BEGUN;
    else if (op->kind == MEMFS_MARK)
        bounds->done = op->mark;
}

/* The next writer starts on this world, and is cut off at every moment. */
static void go_on(const struct memfs_world *world, struct bounds *bounds, long serial)
{
    uint64_t hash = memfs_world_hash(world);
    uint64_t *seen = &bounds->seen[hash % 4096];
    if (*seen == hash)
        return;
    *seen = hash;
    struct bounds *next = calloc(1, sizeof *next);
    struct memfs_journal journal;
    next->depth = bounds->depth - 1;
    next->random = bounds->random / 4;
    next->done = next->begun = serial;
    if (run_commit((uint32_t)serial + 50) != HL_OK)
        next->bad++;
    memfs_take_journal(&journal);
    play(world, &journal, next);
    memfs_journal_release(&journal);
    bounds->worlds += next->worlds;
    bounds->bad += next->bad;
    free(next);
}

static void check_world(void *user, const struct memfs_world *world,
                        const struct memfs_choice *choice)
{
    struct bounds *bounds = user;
    struct hl_error err = {0};
    memfs_load(world);
    long serial = open_serial(&err);
    bounds->worlds++;
    if (serial < bounds->done || serial > bounds->begun) {
        if (!bounds->bad++)
            printf("# names %d/%zu, writes %d/%zu, seed %llu: serial %ld, not %ld to %ld: %s\n",
                   choice->names, choice->name_at, choice->writes, choice->write_at,
                   (unsigned long long)choice->seed, serial, bounds->done, bounds->begun,
                   err.text);
    } else if (bounds->depth > 0) {
        go_on(world, bounds, serial);
    }
}

static void play(const struct memfs_world *start, struct memfs_journal *journal,
                 struct bounds *bounds)
{
    struct memfs_disk *disk = memfs_disk_new(start);
    for (size_t i = 0; i < journal->count; i++) {
        memfs_disk_apply(disk, &journal->ops[i]);
        follow_mark(bounds, &journal->ops[i]);
        memfs_each_world(disk, bounds->random, i * 977, check_world, bounds);
    }
    memfs_disk_free(disk);
}

static void report(const char *what, struct bounds *bounds)
{
    OK(bounds->bad == 0 && bounds->worlds > 0, "%s: %zu worlds, %zu bad", what, bounds->worlds,
       bounds->bad);
}

static void test_commits(bool twice)
{
    struct bounds *bounds = calloc(1, sizeof *bounds);
    struct memfs_journal journal;
    bool all = true;
    bounds->depth = twice ? 1 : 0;
    bounds->random = twice ? 20 : 200;
    memfs_load(NULL);
    for (uint32_t serial = 1; serial <= (twice ? 3 : 7); serial++)
        all &= run_commit(serial) == HL_OK;
    OK(all, "commits work");
    memfs_take_journal(&journal);
    play(NULL, &journal, bounds);
    report(twice ? "a crash, and one in the run after it" : "a crash", bounds);
    memfs_journal_release(&journal);
    free(bounds);
}

/*
 * A commit in which a call fails is a state to crash from, too; then come others.  All
 * calls failing from one on is what kill -9 looks like: the disk lives on, with all that
 * was not synced, and the next writer works on that before the power goes.
 */
static void test_failures(bool onwards, bool first)
{
    struct bounds *bounds = calloc(1, sizeof *bounds);
    bool failed = true, all = true;
    for (uint64_t at = 1; failed; at++) {
        struct faultio_plan plan = {FAULTIO_ANY, at, onwards, EIO, false};
        struct memfs_journal journal;
        bounds->done = bounds->begun = 0;
        bounds->random = 10;
        memfs_load(NULL);
        hlio_set(&memfs_io);
        all &= first || run_commit(1) == HL_OK;
        faultio_start(&memfs_io, &plan, NULL, NULL);
        run_commit(2);
        failed = faultio_failed() > 0;
        hlio_set(&memfs_io);
        all &= run_commit(3) == HL_OK && run_commit(4) == HL_OK;
        memfs_take_journal(&journal);
        play(NULL, &journal, bounds);
        memfs_journal_release(&journal);
    }
    OK(all, "commits before and after the failing one work");
    printf("# %s commit\n", first ? "in the first" : "in the second");
    report(onwards ? "all calls fail from one on, then a crash" : "a call fails, then a crash",
           bounds);
    free(bounds);
}

int main(void)
{
    hlio_set(&memfs_io);
    test_commits(false);
    test_commits(true);
    for (int i = 0; i < 4; i++)
        test_failures(i & 1, i & 2);
    memfs_load(NULL);
    hlio_set(NULL);
    return tap_done();
}

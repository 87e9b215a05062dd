#include "faultio.h"

#include "base/mem.h"

#include <assert.h>
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

enum { FDS = 4096 };

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static struct {
    const struct hlio *under;
    struct faultio_plan plan;
    void (*log)(void *user, const struct faultio_entry *entry);
    void *user;
    uint64_t count, failed;
    long files, maps;
    char *paths[FDS]; /* by descriptor */
} state;

enum verdict { WORKS, FAILS, CUT };

static enum verdict judge(enum faultio_call call)
{
    pthread_mutex_lock(&mutex);
    enum verdict verdict = WORKS;
    const struct faultio_plan *plan = &state.plan;
    if (plan->call == FAULTIO_ANY || plan->call == call) {
        uint64_t at = ++state.count;
        if (plan->at && (at == plan->at || (plan->onwards && at > plan->at)))
            verdict = plan->cut ? CUT : FAILS;
        if (verdict == CUT && call != FAULTIO_PREAD && call != FAULTIO_PWRITE)
            verdict = WORKS;
        state.failed += verdict != WORKS;
    }
    pthread_mutex_unlock(&mutex);
    return verdict;
}

static int note(enum faultio_call call, const char *path, const char *to, int result)
{
    if (state.log) {
        struct faultio_entry entry = {call, path, to, result};
        pthread_mutex_lock(&mutex);
        state.log(state.user, &entry);
        pthread_mutex_unlock(&mutex);
    }
    return result;
}

static const char *path_of(int fd)
{
    return fd >= 0 && fd < FDS && state.paths[fd] ? state.paths[fd] : "?";
}

static int note_open(enum faultio_call call, const char *path, int fd)
{
    if (fd >= 0) {
        assert(fd < FDS);
        pthread_mutex_lock(&mutex);
        state.files++;
        free(state.paths[fd]);
        state.paths[fd] = strdup(path);
        pthread_mutex_unlock(&mutex);
    }
    return note(call, path, NULL, fd);
}

static int fault_open_read(const char *path)
{
    bool fails = judge(FAULTIO_OPEN_READ) == FAILS;
    int fd = fails ? -state.plan.code : state.under->open_read(path);
    return note_open(FAULTIO_OPEN_READ, path, fd);
}

static int fault_open_new(const char *path)
{
    bool fails = judge(FAULTIO_OPEN_NEW) == FAILS;
    int fd = fails ? -state.plan.code : state.under->open_new(path);
    return note_open(FAULTIO_OPEN_NEW, path, fd);
}

static int fault_open_lock(const char *path)
{
    bool fails = judge(FAULTIO_OPEN_LOCK) == FAILS;
    int fd = fails ? -state.plan.code : state.under->open_lock(path);
    return note_open(FAULTIO_OPEN_LOCK, path, fd);
}

static int fault_close(int fd)
{
    bool fails = judge(FAULTIO_CLOSE) == FAILS;
    note(FAULTIO_CLOSE, path_of(fd), NULL, fails ? -state.plan.code : 0);
    pthread_mutex_lock(&mutex);
    state.files--;
    pthread_mutex_unlock(&mutex);
    int r = state.under->close(fd);
    return fails ? -state.plan.code : r;
}

static size_t half(size_t size)
{
    return size > 1 ? size / 2 : size;
}

static ssize_t fault_pread(int fd, void *to, size_t size, uint64_t at)
{
    enum verdict verdict = judge(FAULTIO_PREAD);
    note(FAULTIO_PREAD, path_of(fd), NULL, verdict == FAILS ? -state.plan.code : 0);
    if (verdict == FAILS)
        return -state.plan.code;
    return state.under->pread(fd, to, verdict == CUT ? half(size) : size, at);
}

static ssize_t fault_pwrite(int fd, const void *from, size_t size, uint64_t at)
{
    enum verdict verdict = judge(FAULTIO_PWRITE);
    note(FAULTIO_PWRITE, path_of(fd), NULL, verdict == FAILS ? -state.plan.code : 0);
    /* A full disk takes what still fits before it refuses. */
    if (verdict == FAILS && state.plan.code == ENOSPC && size > 1)
        (void)!state.under->pwrite(fd, from, size / 2, at);
    if (verdict == FAILS)
        return -state.plan.code;
    return state.under->pwrite(fd, from, verdict == CUT ? half(size) : size, at);
}

static int fault_fsync(int fd)
{
    bool fails = judge(FAULTIO_FSYNC) == FAILS;
    int r = fails ? -state.plan.code : state.under->fsync(fd);
    return note(FAULTIO_FSYNC, path_of(fd), NULL, r);
}

static int fault_sync_folder(const char *path)
{
    bool fails = judge(FAULTIO_SYNC_FOLDER) == FAILS;
    int r = fails ? -state.plan.code : state.under->sync_folder(path);
    return note(FAULTIO_SYNC_FOLDER, path, NULL, r);
}

static int fault_rename(const char *from, const char *to)
{
    bool fails = judge(FAULTIO_RENAME) == FAILS;
    int r = fails ? -state.plan.code : state.under->rename(from, to);
    return note(FAULTIO_RENAME, from, to, r);
}

static int fault_unlink(const char *path)
{
    bool fails = judge(FAULTIO_UNLINK) == FAILS;
    int r = fails ? -state.plan.code : state.under->unlink(path);
    return note(FAULTIO_UNLINK, path, NULL, r);
}

static int fault_mkdir(const char *path)
{
    bool fails = judge(FAULTIO_MKDIR) == FAILS;
    int r = fails ? -state.plan.code : state.under->mkdir(path);
    return note(FAULTIO_MKDIR, path, NULL, r);
}

static int fault_size(int fd, uint64_t *out_size)
{
    bool fails = judge(FAULTIO_SIZE) == FAILS;
    int r = fails ? -state.plan.code : state.under->size(fd, out_size);
    return note(FAULTIO_SIZE, path_of(fd), NULL, r);
}

static int fault_map(int fd, size_t size, const void **out_map)
{
    bool fails = judge(FAULTIO_MAP) == FAILS;
    int r = fails ? -state.plan.code : state.under->map(fd, size, out_map);
    pthread_mutex_lock(&mutex);
    state.maps += r == 0;
    pthread_mutex_unlock(&mutex);
    return note(FAULTIO_MAP, path_of(fd), NULL, r);
}

static void fault_unmap(const void *map, size_t size)
{
    pthread_mutex_lock(&mutex);
    state.maps--;
    pthread_mutex_unlock(&mutex);
    state.under->unmap(map, size);
}

static int fault_lock(int fd, bool wait)
{
    bool fails = judge(FAULTIO_LOCK) == FAILS;
    int r = fails ? -state.plan.code : state.under->lock(fd, wait);
    return note(FAULTIO_LOCK, path_of(fd), NULL, r);
}

static int fault_list(const char *path, int (*each)(void *user, const char *name), void *user)
{
    bool fails = judge(FAULTIO_LIST) == FAILS;
    int r = fails ? -state.plan.code : state.under->list(path, each, user);
    return note(FAULTIO_LIST, path, NULL, r);
}

static int fault_is_network(const char *path)
{
    bool fails = judge(FAULTIO_IS_NETWORK) == FAILS;
    int r = fails ? -state.plan.code : state.under->is_network(path);
    return note(FAULTIO_IS_NETWORK, path, NULL, r);
}

static const struct hlio fault_io = {
    .open_read = fault_open_read,
    .open_new = fault_open_new,
    .open_lock = fault_open_lock,
    .close = fault_close,
    .pread = fault_pread,
    .pwrite = fault_pwrite,
    .fsync = fault_fsync,
    .sync_folder = fault_sync_folder,
    .rename = fault_rename,
    .unlink = fault_unlink,
    .mkdir = fault_mkdir,
    .size = fault_size,
    .map = fault_map,
    .unmap = fault_unmap,
    .lock = fault_lock,
    .list = fault_list,
    .is_network = fault_is_network,
};

static void forget(void)
{
    for (int i = 0; i < FDS; i++)
        free(state.paths[i]);
    memset(&state, 0, sizeof state);
}

void faultio_start(const struct hlio *under, const struct faultio_plan *plan,
                   void (*log)(void *user, const struct faultio_entry *entry), void *user)
{
    forget();
    state.under = under;
    if (plan)
        state.plan = *plan;
    assert(!state.plan.at || state.plan.cut || state.plan.code > 0);
    state.log = log;
    state.user = user;
    hlio_set(&fault_io);
}

void faultio_stop(void)
{
    hlio_set(NULL);
}

uint64_t faultio_count(void)
{
    return state.count;
}

uint64_t faultio_failed(void)
{
    return state.failed;
}

long faultio_open_files(void)
{
    return state.files;
}

long faultio_open_maps(void)
{
    return state.maps;
}

const char *faultio_call_name(enum faultio_call call)
{
    static const char *const names[] = {
        "open_read", "open_new",    "open_lock", "close",      "pread", "pwrite",
        "fsync",     "sync_folder", "rename",    "unlink",     "mkdir", "size",
        "map",       "lock",        "list",      "is_network", "any"};
    _Static_assert(sizeof names / sizeof names[0] == FAULTIO_CALLS + 1, "a name for each");
    assert(call <= FAULTIO_CALLS);
    return names[call];
}

/* -------------------------------------------------------------------- memory */

static struct {
    uint64_t at, count, failed;
    bool onwards;
    long live;
} memory;

static void *fault_realloc(void *p, size_t size)
{
    pthread_mutex_lock(&mutex);
    uint64_t at = ++memory.count;
    bool fails = memory.at && (at == memory.at || (memory.onwards && at > memory.at));
    memory.failed += fails;
    pthread_mutex_unlock(&mutex);
    void *q = fails ? NULL : realloc(p, size);
    if (q && !p) {
        pthread_mutex_lock(&mutex);
        memory.live++;
        pthread_mutex_unlock(&mutex);
    }
    return q;
}

static void fault_free(void *p)
{
    assert(p);
    pthread_mutex_lock(&mutex);
    memory.live--;
    pthread_mutex_unlock(&mutex);
    free(p);
}

void faultmem_start(uint64_t at, bool onwards)
{
    static const struct hlmem_hook hook = {fault_realloc, fault_free};
    memset(&memory, 0, sizeof memory);
    memory.at = at;
    memory.onwards = onwards;
    hlmem_set_hook(&hook);
}

void faultmem_stop(void)
{
    hlmem_set_hook(NULL);
}

uint64_t faultmem_count(void)
{
    return memory.count;
}

uint64_t faultmem_failed(void)
{
    return memory.failed;
}

long faultmem_live(void)
{
    return memory.live;
}

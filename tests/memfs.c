#include "memfs.h"

#include "base/hash.h"
#include "tap.h"

#include <assert.h>
#include <errno.h>
#include <pthread.h>

enum { FD_FIRST = 1000, FDS = 1000, SECTOR = 512, PAGE = 4096 };

/* Tests have no use for going on without memory. */
static void *must(void *p)
{
    if (!p)
        abort();
    return p;
}

#define GROW(items, count, room)                                                               \
    do {                                                                                       \
        if ((count) == (room)) {                                                               \
            (room) = (room) ? 2 * (room) : 16;                                                 \
            (items) = must(realloc((items), (room) * sizeof *(items)));                        \
        }                                                                                      \
    } while (0)

/* ---------------------------------------------------------------- name tables */

struct name {
    char *path;
    size_t inode;
};

struct names {
    struct name *names;
    size_t count, room;
};

static struct name *find(const struct names *table, const char *path)
{
    for (size_t i = 0; i < table->count; i++)
        if (!strcmp(table->names[i].path, path))
            return &table->names[i];
    return NULL;
}

static void put(struct names *table, const char *path, size_t inode)
{
    struct name *name = find(table, path);
    if (!name) {
        GROW(table->names, table->count, table->room);
        name = &table->names[table->count++];
        name->path = must(strdup(path));
    }
    name->inode = inode;
}

/* Only if it still names that inode. */
static void drop(struct names *table, const char *path, size_t inode)
{
    struct name *name = find(table, path);
    if (!name || name->inode != inode)
        return;
    free(name->path);
    size_t at = (size_t)(name - table->names);
    memmove(name, name + 1, (table->count - at - 1) * sizeof *name);
    table->count--;
}

static void names_release(struct names *table)
{
    for (size_t i = 0; i < table->count; i++)
        free(table->names[i].path);
    free(table->names);
    memset(table, 0, sizeof *table);
}

/* "./a//b/../c/" to "a/c"; the root, wherever that is, is "". */
static char *normal_path(const char *path)
{
    char *out = must(calloc(1, strlen(path) + 1));
    size_t size = 0;
    while (*path) {
        size_t part = strcspn(path, "/");
        if (part == 2 && !strncmp(path, "..", 2)) {
            while (size && out[size - 1] != '/')
                size--;
            size -= size > 0;
        } else if (part && !(part == 1 && *path == '.')) {
            if (size)
                out[size++] = '/';
            memcpy(out + size, path, part);
            size += part;
        }
        path += part;
        path += *path == '/';
    }
    out[size] = 0;
    return out;
}

/* Whether path lies directly in folder. */
static bool lies_in(const char *path, const char *folder)
{
    const char *slash = strrchr(path, '/');
    size_t size = slash ? (size_t)(slash - path) : 0;
    return strlen(folder) == size && !strncmp(path, folder, size);
}

/* ------------------------------------------------------------ what is served */

struct inode {
    uint8_t *data;
    size_t size, room;
    bool borrowed; /* data is the loaded world's */
    bool folder;
    int locked_by; /* descriptor, 0: nobody */
};

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static struct {
    struct names names;
    struct inode *inodes;
    size_t count, room;
    size_t fds[FDS]; /* inode + 1; 0: closed */
    struct memfs_journal journal;
} live;

static struct memfs_op *journal_add(enum memfs_kind kind, const char *path, size_t inode)
{
    GROW(live.journal.ops, live.journal.count, live.journal.room);
    struct memfs_op *op = &live.journal.ops[live.journal.count++];
    memset(op, 0, sizeof *op);
    op->kind = kind;
    op->path = path ? must(strdup(path)) : NULL;
    op->inode = inode;
    return op;
}

static size_t inode_new(bool folder)
{
    GROW(live.inodes, live.count, live.room);
    memset(&live.inodes[live.count], 0, sizeof *live.inodes);
    live.inodes[live.count].folder = folder;
    return live.count++;
}

static bool folder_exists(const char *path)
{
    const struct name *name = find(&live.names, path);
    return !*path || (name && live.inodes[name->inode].folder);
}

static bool parent_exists(const char *path)
{
    char *parent = must(strdup(path));
    char *slash = strrchr(parent, '/');
    *(slash ? slash : parent) = 0;
    bool exists = folder_exists(parent);
    free(parent);
    return exists;
}

static int fd_new(size_t inode)
{
    for (int i = 0; i < FDS; i++)
        if (!live.fds[i]) {
            live.fds[i] = inode + 1;
            return FD_FIRST + i;
        }
    return -EMFILE;
}

/* Numbers of descriptors that are not open are a bug of the caller. */
static struct inode *inode_of(int fd)
{
    if (fd < FD_FIRST || fd >= FD_FIRST + FDS || !live.fds[fd - FD_FIRST])
        abort();
    return &live.inodes[live.fds[fd - FD_FIRST] - 1];
}

static int open_read(const char *path)
{
    const struct name *name = find(&live.names, path);
    if (!name)
        return -ENOENT;
    return live.inodes[name->inode].folder ? -EINVAL : fd_new(name->inode);
}

static int open_new(const char *path)
{
    if (find(&live.names, path))
        return -EEXIST;
    if (!parent_exists(path))
        return -ENOENT;
    size_t inode = inode_new(false);
    put(&live.names, path, inode);
    journal_add(MEMFS_CREATE, path, inode);
    return fd_new(inode);
}

static int open_lock(const char *path)
{
    return find(&live.names, path) ? open_read(path) : open_new(path);
}

static int sync_folder(const char *path)
{
    if (!folder_exists(path))
        return -ENOENT;
    journal_add(MEMFS_SYNC_FOLDER, path, 0);
    return 0;
}

static int unlink_name(const char *path)
{
    const struct name *name = find(&live.names, path);
    if (!name)
        return -ENOENT;
    if (live.inodes[name->inode].folder)
        return -EISDIR;
    size_t inode = name->inode;
    journal_add(MEMFS_UNLINK, path, inode);
    drop(&live.names, path, inode);
    return 0;
}

static int make_folder(const char *path)
{
    if (folder_exists(path) || find(&live.names, path))
        return -EEXIST;
    if (!parent_exists(path))
        return -ENOENT;
    size_t inode = inode_new(true);
    put(&live.names, path, inode);
    journal_add(MEMFS_MKDIR, path, inode);
    return 0;
}

static int is_network(const char *path)
{
    return folder_exists(path) ? 0 : -ENOENT;
}

/* Runs one of the functions above on a tidy path, under the mutex. */
static int by_path(int (*call)(const char *path), const char *path)
{
    char *normal = normal_path(path);
    pthread_mutex_lock(&mutex);
    int r = call(normal);
    pthread_mutex_unlock(&mutex);
    free(normal);
    return r;
}

static int mem_open_read(const char *path)
{
    return by_path(open_read, path);
}

static int mem_open_new(const char *path)
{
    return by_path(open_new, path);
}

static int mem_open_lock(const char *path)
{
    return by_path(open_lock, path);
}

static int mem_sync_folder(const char *path)
{
    return by_path(sync_folder, path);
}

static int mem_unlink(const char *path)
{
    return by_path(unlink_name, path);
}

static int mem_mkdir(const char *path)
{
    return by_path(make_folder, path);
}

static int mem_is_network(const char *path)
{
    return by_path(is_network, path);
}

static int mem_close(int fd)
{
    pthread_mutex_lock(&mutex);
    struct inode *inode = inode_of(fd);
    if (inode->locked_by == fd)
        inode->locked_by = 0;
    live.fds[fd - FD_FIRST] = 0;
    pthread_mutex_unlock(&mutex);
    return 0;
}

static ssize_t mem_pread(int fd, void *to, size_t size, uint64_t at)
{
    pthread_mutex_lock(&mutex);
    const struct inode *inode = inode_of(fd);
    size_t left = at < inode->size ? inode->size - (size_t)at : 0;
    if (size > left)
        size = left;
    if (size)
        memcpy(to, inode->data + at, size);
    pthread_mutex_unlock(&mutex);
    return (ssize_t)size;
}

static void inode_write(struct inode *inode, const void *from, size_t size, uint64_t at)
{
    size_t end = (size_t)at + size;
    if (end > inode->room || inode->borrowed) {
        size_t room = end > inode->size ? end + end / 2 : inode->size;
        uint8_t *data = must(calloc(1, room + 1));
        if (inode->size)
            memcpy(data, inode->data, inode->size);
        if (!inode->borrowed)
            free(inode->data);
        inode->data = data;
        inode->room = room;
        inode->borrowed = false;
    }
    memcpy(inode->data + at, from, size);
    if (end > inode->size)
        inode->size = end;
}

static ssize_t mem_pwrite(int fd, const void *from, size_t size, uint64_t at)
{
    pthread_mutex_lock(&mutex);
    struct inode *inode = inode_of(fd);
    inode_write(inode, from, size, at);
    struct memfs_op *op = journal_add(MEMFS_WRITE, NULL, (size_t)(inode - live.inodes));
    op->data = must(malloc(size + 1));
    memcpy(op->data, from, size);
    op->at = at;
    op->size = size;
    pthread_mutex_unlock(&mutex);
    return (ssize_t)size;
}

static int mem_fsync(int fd)
{
    pthread_mutex_lock(&mutex);
    journal_add(MEMFS_FSYNC, NULL, (size_t)(inode_of(fd) - live.inodes));
    pthread_mutex_unlock(&mutex);
    return 0;
}

static int rename_name(const char *from, const char *to)
{
    const struct name *name = find(&live.names, from);
    if (!name || !parent_exists(to))
        return -ENOENT;
    size_t inode = name->inode;
    journal_add(MEMFS_RENAME, from, inode)->to = must(strdup(to));
    drop(&live.names, from, inode);
    put(&live.names, to, inode);
    return 0;
}

static int mem_rename(const char *from, const char *to)
{
    char *normal_from = normal_path(from), *normal_to = normal_path(to);
    pthread_mutex_lock(&mutex);
    int r = rename_name(normal_from, normal_to);
    pthread_mutex_unlock(&mutex);
    free(normal_from);
    free(normal_to);
    return r;
}

static int mem_size(int fd, uint64_t *out_size)
{
    pthread_mutex_lock(&mutex);
    *out_size = inode_of(fd)->size;
    pthread_mutex_unlock(&mutex);
    return 0;
}

/* A copy of exactly that size, so that a sanitizer sees reads past its end. */
static int mem_map(int fd, size_t size, const void **out_map)
{
    void *map;
    if (posix_memalign(&map, PAGE, size ? size : 1))
        return -ENOMEM;
    ssize_t got = mem_pread(fd, map, size, 0);
    if (got < 0 || (size_t)got < size)
        abort(); /* the system would map it and raise SIGBUS on use */
    *out_map = map;
    return 0;
}

static void mem_unmap(const void *map, size_t size)
{
    (void)size;
    free((void *)map);
}

/* One process: who would wait would wait for itself. */
static int mem_lock(int fd, bool wait)
{
    (void)wait;
    pthread_mutex_lock(&mutex);
    struct inode *inode = inode_of(fd);
    bool taken = inode->locked_by && inode->locked_by != fd;
    if (!taken)
        inode->locked_by = fd;
    pthread_mutex_unlock(&mutex);
    return taken ? -EAGAIN : 0;
}

/* The names are copied first: `each` may change the folder. */
static int mem_list(const char *path, int (*each)(void *user, const char *name), void *user)
{
    char *folder = normal_path(path);
    struct names found = {0};
    pthread_mutex_lock(&mutex);
    bool exists = folder_exists(folder);
    for (size_t i = 0; exists && i < live.names.count; i++)
        if (lies_in(live.names.names[i].path, folder))
            put(&found, live.names.names[i].path + (*folder ? strlen(folder) + 1 : 0), 0);
    pthread_mutex_unlock(&mutex);
    int r = exists ? 0 : -ENOENT;
    for (size_t i = 0; !r && i < found.count; i++)
        r = each(user, found.names[i].path);
    names_release(&found);
    free(folder);
    return r;
}

const struct hlio memfs_io = {
    .open_read = mem_open_read,
    .open_new = mem_open_new,
    .open_lock = mem_open_lock,
    .close = mem_close,
    .pread = mem_pread,
    .pwrite = mem_pwrite,
    .fsync = mem_fsync,
    .sync_folder = mem_sync_folder,
    .rename = mem_rename,
    .unlink = mem_unlink,
    .mkdir = mem_mkdir,
    .size = mem_size,
    .map = mem_map,
    .unmap = mem_unmap,
    .lock = mem_lock,
    .list = mem_list,
    .is_network = mem_is_network,
};

void memfs_load(const struct memfs_world *world)
{
    names_release(&live.names);
    for (size_t i = 0; i < live.count; i++)
        if (!live.inodes[i].borrowed)
            free(live.inodes[i].data);
    live.count = 0;
    memset(live.fds, 0, sizeof live.fds);
    memfs_journal_release(&live.journal);
    for (size_t i = 0; world && i < world->count; i++) {
        const struct memfs_file *file = &world->files[i];
        struct inode *inode = &live.inodes[inode_new(file->folder)];
        inode->data = (uint8_t *)file->data;
        inode->size = file->size;
        inode->borrowed = true;
        put(&live.names, file->path, i);
    }
}

void memfs_mark(int mark)
{
    pthread_mutex_lock(&mutex);
    journal_add(MEMFS_MARK, NULL, 0)->mark = mark;
    pthread_mutex_unlock(&mutex);
}

void memfs_take_journal(struct memfs_journal *out_journal)
{
    *out_journal = live.journal;
    memset(&live.journal, 0, sizeof live.journal);
}

void memfs_journal_release(struct memfs_journal *journal)
{
    for (size_t i = 0; i < journal->count; i++) {
        free(journal->ops[i].path);
        free(journal->ops[i].to);
        free(journal->ops[i].data);
    }
    free(journal->ops);
    memset(journal, 0, sizeof *journal);
}

/* ------------------------------------------------------- what would survive */

struct disk_inode {
    uint8_t *data; /* as of the last fsync */
    size_t size;
    bool borrowed;
    bool folder;
};

struct op_list {
    const struct memfs_op **ops;
    size_t count, room;
};

struct memfs_disk {
    struct disk_inode *inodes;
    size_t count, room;
    struct names names;     /* synced */
    struct op_list changes; /* of names, not synced */
    struct op_list writes;  /* not synced */
};

struct memfs_disk *memfs_disk_new(const struct memfs_world *start)
{
    struct memfs_disk *disk = must(calloc(1, sizeof *disk));
    for (size_t i = 0; start && i < start->count; i++) {
        const struct memfs_file *file = &start->files[i];
        GROW(disk->inodes, disk->count, disk->room);
        disk->inodes[disk->count++] =
            (struct disk_inode){(uint8_t *)file->data, file->size, true, file->folder};
        put(&disk->names, file->path, i);
    }
    return disk;
}

void memfs_disk_free(struct memfs_disk *disk)
{
    if (!disk)
        return;
    for (size_t i = 0; i < disk->count; i++)
        if (!disk->inodes[i].borrowed)
            free(disk->inodes[i].data);
    free(disk->inodes);
    names_release(&disk->names);
    free(disk->changes.ops);
    free(disk->writes.ops);
    free(disk);
}

static void list_add(struct op_list *list, const struct memfs_op *op)
{
    GROW(list->ops, list->count, list->room);
    list->ops[list->count++] = op;
}

static void disk_inode_add(struct memfs_disk *disk, const struct memfs_op *op)
{
    assert(op->inode == disk->count);
    GROW(disk->inodes, disk->count, disk->room);
    disk->inodes[disk->count++] = (struct disk_inode){NULL, 0, false, op->kind == MEMFS_MKDIR};
}

/* The first `keep` bytes of a write, into data that is large enough. */
static void lay(uint8_t *data, size_t *size, const struct memfs_op *op, size_t keep)
{
    if (!keep)
        return;
    memcpy(data + op->at, op->data, keep);
    if (op->at + keep > *size)
        *size = (size_t)op->at + keep;
}

static void disk_fsync(struct memfs_disk *disk, size_t at)
{
    struct disk_inode *inode = &disk->inodes[at];
    size_t left = 0;
    for (size_t i = 0; i < disk->writes.count; i++) {
        const struct memfs_op *op = disk->writes.ops[i];
        if (op->inode != at) {
            disk->writes.ops[left++] = op;
            continue;
        }
        size_t end = (size_t)op->at + op->size;
        size_t room = end > inode->size ? end : inode->size;
        uint8_t *data = must(calloc(1, room + 1));
        if (inode->size)
            memcpy(data, inode->data, inode->size);
        if (!inode->borrowed)
            free(inode->data);
        inode->data = data;
        inode->borrowed = false;
        lay(inode->data, &inode->size, op, op->size);
    }
    disk->writes.count = left;
}

static void change_name(struct names *names, const struct memfs_op *op)
{
    switch (op->kind) {
    case MEMFS_MKDIR:
    case MEMFS_CREATE:
        put(names, op->path, op->inode);
        break;
    case MEMFS_UNLINK:
        drop(names, op->path, op->inode);
        break;
    case MEMFS_RENAME:
        drop(names, op->path, op->inode);
        put(names, op->to, op->inode);
        break;
    default:
        abort();
    }
}

static void disk_sync_folder(struct memfs_disk *disk, const char *folder)
{
    size_t left = 0;
    for (size_t i = 0; i < disk->changes.count; i++) {
        const struct memfs_op *op = disk->changes.ops[i];
        if (lies_in(op->path, folder))
            change_name(&disk->names, op);
        else
            disk->changes.ops[left++] = op;
    }
    disk->changes.count = left;
}

void memfs_disk_apply(struct memfs_disk *disk, const struct memfs_op *op)
{
    switch (op->kind) {
    case MEMFS_MKDIR:
    case MEMFS_CREATE:
        disk_inode_add(disk, op); /* fall through */
    case MEMFS_RENAME:
    case MEMFS_UNLINK:
        list_add(&disk->changes, op);
        break;
    case MEMFS_WRITE:
        list_add(&disk->writes, op);
        break;
    case MEMFS_FSYNC:
        disk_fsync(disk, op->inode);
        break;
    case MEMFS_SYNC_FOLDER:
        disk_sync_folder(disk, op->path);
        break;
    case MEMFS_MARK:
        break;
    }
}

size_t memfs_disk_names(const struct memfs_disk *disk)
{
    return disk->changes.count;
}

size_t memfs_disk_writes(const struct memfs_disk *disk)
{
    return disk->writes.count;
}

/* -------------------------------------------------------------------- worlds */

static bool keeps(enum memfs_keep keep, size_t i, size_t at, uint64_t *seed)
{
    switch (keep) {
    case MEMFS_ALL:
    case MEMFS_TORN:
        return true;
    case MEMFS_ONLY:
        return i == at;
    case MEMFS_BUT:
        return i != at;
    case MEMFS_MASK:
        return at >> i & 1;
    case MEMFS_RANDOM:
        return tap_random(seed) & 1;
    default:
        return false;
    }
}

/* How many bytes of a write reach the disk where it is torn between two sectors. */
static size_t torn_size(const struct memfs_op *op, uint64_t *seed)
{
    uint64_t first = op->at / SECTOR + 1, last = (op->at + op->size + SECTOR - 1) / SECTOR;
    if (last <= first)
        return 0;
    uint64_t cut = (first + tap_random(seed) % (last - first)) * SECTOR;
    assert(cut > op->at && cut < op->at + op->size);
    return (size_t)(cut - op->at);
}

static size_t kept_size(const struct memfs_choice *choice, const struct memfs_op *op, size_t i,
                        bool last, uint64_t *seed)
{
    if (!keeps(choice->writes, i, choice->write_at, seed))
        return 0;
    bool torn = (choice->writes == MEMFS_TORN && last) ||
                (choice->writes == MEMFS_RANDOM && tap_random(seed) % 4 == 0);
    return torn ? torn_size(op, seed) : op->size;
}

/* The file as the choice leaves it; its grown size may survive where its bytes do not. */
static void make_data(const struct memfs_disk *disk, size_t at,
                      const struct memfs_choice *choice, struct memfs_file *file)
{
    const struct disk_inode *inode = &disk->inodes[at];
    size_t full = inode->size, last = SIZE_MAX;
    for (size_t i = 0; i < disk->writes.count; i++) {
        const struct memfs_op *op = disk->writes.ops[i];
        if (op->inode != at)
            continue;
        last = i;
        full = op->at + op->size > full ? (size_t)op->at + op->size : full;
    }
    file->data = inode->data;
    file->size = inode->size;
    if (last == SIZE_MAX)
        return;
    uint64_t seed = choice->seed * 1000003 + at;
    file->data = file->own = must(calloc(1, full + 1));
    if (inode->size)
        memcpy(file->own, inode->data, inode->size);
    if (choice->writes == MEMFS_GARBAGE)
        for (size_t i = inode->size; i < full; i++)
            file->own[i] = (uint8_t)tap_random(&seed);
    for (size_t i = 0; i < disk->writes.count; i++)
        if (disk->writes.ops[i]->inode == at)
            lay(file->own, &file->size, disk->writes.ops[i],
                kept_size(choice, disk->writes.ops[i], i, i == last, &seed));
    bool coin = choice->writes == MEMFS_RANDOM || choice->writes == MEMFS_TORN;
    if (choice->writes == MEMFS_ZEROS || choice->writes == MEMFS_GARBAGE ||
        (coin && tap_random(&seed) & 1))
        file->size = full;
}

static bool reachable(const struct memfs_disk *disk, const struct names *names,
                      const char *path)
{
    const char *slash = strrchr(path, '/');
    if (!slash)
        return true;
    char *parent = must(strndup(path, (size_t)(slash - path)));
    const struct name *name = find(names, parent);
    bool is = name && disk->inodes[name->inode].folder && reachable(disk, names, parent);
    free(parent);
    return is;
}

void memfs_world_make(const struct memfs_disk *disk, const struct memfs_choice *choice,
                      struct memfs_world *out_world)
{
    struct names names = {0};
    for (size_t i = 0; i < disk->names.count; i++)
        put(&names, disk->names.names[i].path, disk->names.names[i].inode);
    uint64_t seed = choice->seed;
    for (size_t i = 0; i < disk->changes.count; i++)
        if (keeps(choice->names, i, choice->name_at, &seed))
            change_name(&names, disk->changes.ops[i]);
    out_world->files = must(calloc(names.count + 1, sizeof *out_world->files));
    out_world->count = 0;
    for (size_t i = 0; i < names.count; i++) {
        if (!reachable(disk, &names, names.names[i].path))
            continue;
        struct memfs_file *file = &out_world->files[out_world->count++];
        file->path = must(strdup(names.names[i].path));
        file->folder = disk->inodes[names.names[i].inode].folder;
        make_data(disk, names.names[i].inode, choice, file);
    }
    names_release(&names);
}

void memfs_world_release(struct memfs_world *world)
{
    for (size_t i = 0; i < world->count; i++) {
        free(world->files[i].path);
        free(world->files[i].own);
    }
    free(world->files);
    memset(world, 0, sizeof *world);
}

/* The same for the same names over the same bytes, in whatever order. */
uint64_t memfs_world_hash(const struct memfs_world *world)
{
    uint64_t sum = world->count;
    for (size_t i = 0; i < world->count; i++) {
        const struct memfs_file *file = &world->files[i];
        uint64_t both[2] = {hlhash64(file->path, strlen(file->path)),
                            file->folder ? 1 : hlhash64(file->data, file->size)};
        sum += hlhash64(both, sizeof both);
    }
    return sum;
}

/* ----------------------------------------------------------------- all of them */

enum { SUBSET_NAMES = 5, SINGLE_WRITES = 8 };

struct visit {
    const struct memfs_disk *disk;
    memfs_each *each;
    void *user;
    uint64_t *seen; /* hashes */
    size_t count, room;
};

static void visit_one(struct visit *visit, struct memfs_choice choice)
{
    struct memfs_world world;
    memfs_world_make(visit->disk, &choice, &world);
    uint64_t hash = memfs_world_hash(&world);
    bool seen = false;
    for (size_t i = 0; !seen && i < visit->count; i++)
        seen = visit->seen[i] == hash;
    if (!seen) {
        GROW(visit->seen, visit->count, visit->room);
        visit->seen[visit->count++] = hash;
        visit->each(visit->user, &world, &choice);
    }
    memfs_world_release(&world);
}

/* One fate of the names under every fate of the writes. */
static void visit_names(struct visit *visit, enum memfs_keep names, size_t at, uint64_t seed)
{
    static const enum memfs_keep fates[] = {MEMFS_ALL, MEMFS_NONE, MEMFS_TORN, MEMFS_ZEROS,
                                            MEMFS_GARBAGE};
    size_t count = visit->disk->writes.count ? sizeof fates / sizeof *fates : 1;
    for (size_t i = 0; i < count; i++)
        visit_one(visit, (struct memfs_choice){names, at, fates[i], 0, seed + i});
}

static void visit_all_names(struct visit *visit, uint64_t seed)
{
    size_t names = visit->disk->changes.count;
    if (names <= SUBSET_NAMES) {
        for (size_t mask = 0; mask < (size_t)1 << names; mask++)
            visit_names(visit, MEMFS_MASK, mask, seed);
        return;
    }
    visit_names(visit, MEMFS_NONE, 0, seed);
    visit_names(visit, MEMFS_ALL, 0, seed);
    for (size_t i = 0; i < names; i++) {
        visit_names(visit, MEMFS_ONLY, i, seed);
        visit_names(visit, MEMFS_BUT, i, seed);
    }
}

size_t memfs_each_world(const struct memfs_disk *disk, size_t random, uint64_t seed,
                        memfs_each *each, void *user)
{
    struct visit visit = {.disk = disk, .each = each, .user = user};
    size_t writes = disk->writes.count;
    visit_all_names(&visit, seed);
    for (size_t i = 0; i < writes && i < SINGLE_WRITES; i++) {
        size_t at = writes <= SINGLE_WRITES ? i : tap_random(&seed) % writes;
        visit_one(&visit, (struct memfs_choice){MEMFS_ALL, 0, MEMFS_ONLY, at, seed});
        visit_one(&visit, (struct memfs_choice){MEMFS_ALL, 0, MEMFS_BUT, at, seed});
    }
    for (size_t i = 0; i < random && (writes || disk->changes.count); i++)
        visit_one(&visit,
                  (struct memfs_choice){MEMFS_RANDOM, 0, MEMFS_RANDOM, 0, tap_random(&seed)});
    free(visit.seen);
    return visit.count;
}

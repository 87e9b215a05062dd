/*
 * memfs.h - a disk in memory that knows what a power cut would leave of it.
 *
 * memfs_io is a table for hlio_set().  What is done through it is served as the
 * system would, and every change is written to a journal.  Afterwards the journal
 * is played, change by change, into a struct memfs_disk, which keeps apart what
 * was synced and what was not; at each step worlds are made from it: folders and
 * files as they may look after a power cut at that moment.  A world can be loaded
 * and served, and the work done on it has a journal again.
 *
 *     run the workload          journal
 *     for each change:          memfs_disk_apply()
 *         for each choice:      memfs_world_make(), memfs_load(), open the index
 *
 * The model is harsher than file systems are: of the writes to a file since its
 * last fsync any may survive, whole, torn at 512 bytes, or as a grown size over
 * zeros or garbage; of the names made, renamed and removed since their folder was
 * synced any may survive, whatever their order; fsync of a file does not keep its
 * name.  A rename happens whole or not at all.
 *
 * Ownership  a world borrows from the disk, which borrows from the journal and
 *            from the world it started with; a loaded world stays borrowed until
 *            the next memfs_load().
 * Threads    memfs_io may be used by many; the rest is for one thread.
 */
#ifndef HL_TESTS_MEMFS_H
#define HL_TESTS_MEMFS_H

#include "base/io.h"

extern const struct hlio memfs_io;

enum memfs_kind {
    MEMFS_MKDIR,
    MEMFS_CREATE,
    MEMFS_WRITE,
    MEMFS_FSYNC,
    MEMFS_SYNC_FOLDER,
    MEMFS_RENAME,
    MEMFS_UNLINK,
    MEMFS_MARK
};

/* A change.  path is that of the thing changed, `to` a rename's target. */
struct memfs_op {
    enum memfs_kind kind;
    char *path;
    char *to;
    size_t inode;  /* create, write, fsync, mkdir */
    uint64_t at;   /* write */
    size_t size;   /* write */
    uint8_t *data; /* write */
    int mark;
};

struct memfs_journal {
    struct memfs_op *ops;
    size_t count, room;
};

struct memfs_file {
    char *path;
    bool folder;
    const uint8_t *data;
    size_t size;
    uint8_t *own; /* data, where it is the world's */
};

struct memfs_world {
    struct memfs_file *files;
    size_t count;
};

/* Serves world (NULL: nothing), all of it synced, with an empty journal. */
void memfs_load(const struct memfs_world *world);
/* A place in the journal that the test will know again. */
void memfs_mark(int mark);
/* Hands over the journal since the load; the next starts empty. */
void memfs_take_journal(struct memfs_journal *out_journal);
void memfs_journal_release(struct memfs_journal *journal);

struct memfs_disk;
struct memfs_disk *memfs_disk_new(const struct memfs_world *start);
void memfs_disk_apply(struct memfs_disk *disk, const struct memfs_op *op);
void memfs_disk_free(struct memfs_disk *disk);
size_t memfs_disk_names(const struct memfs_disk *disk);  /* changes of names not synced */
size_t memfs_disk_writes(const struct memfs_disk *disk); /* writes not synced */

enum memfs_keep {
    MEMFS_NONE,
    MEMFS_ALL,
    MEMFS_ONLY,   /* the at-th */
    MEMFS_BUT,    /* all but the at-th */
    MEMFS_MASK,   /* those whose bit is set in at */
    MEMFS_RANDOM, /* each by a coin; writes may be torn, too */
    MEMFS_TORN,   /* writes: all but the end of each file's last, at 512 bytes */
    MEMFS_ZEROS,  /* writes: lost, but the file has its new size */
    MEMFS_GARBAGE /* likewise, over other bytes than zeros */
};

/* What of the unsynced survives. */
struct memfs_choice {
    enum memfs_keep names;
    size_t name_at;
    enum memfs_keep writes;
    size_t write_at;
    uint64_t seed;
};

void memfs_world_make(const struct memfs_disk *disk, const struct memfs_choice *choice,
                      struct memfs_world *out_world);
void memfs_world_release(struct memfs_world *world);
uint64_t memfs_world_hash(const struct memfs_world *world);

/*
 * Calls each with the worlds of this moment, none twice: every subset of the names
 * where there are at most 5 (none, all, each alone and all but each else) under
 * every fate of the writes; each write alone and lost alone, up to 8 chosen by the
 * seed; and `random` more.  Returns how many.
 */
typedef void memfs_each(void *user, const struct memfs_world *world,
                        const struct memfs_choice *choice);
size_t memfs_each_world(const struct memfs_disk *disk, size_t random, uint64_t seed,
                        memfs_each *each, void *user);

#endif

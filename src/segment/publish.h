/*
 * publish.h - how a writer makes a new generation real, and clears away the old.
 *
 * The order of calls to the disk, and nothing else; what the files hold is known
 * to manifest.h and to the segment writer.
 *
 *     hlpub_lock          folder made and synced into its parent; one writer;
 *                         what is seen is made what would survive
 *     hlpub_clean         leftovers of a writer that died
 *     hlpub_create        segment-..., live-...    any number of them
 *     hlpub_finish        fsync, close
 *     hlpub_commit        manifest-N.tmp written, fsync, close,
 *                         folder synced:  names of the data files are safe,
 *                         rename:         readers see N,
 *                         folder synced:  N survives
 *     hlpub_clean         what N does not name
 *     hlpub_unlock
 *
 * Why the folder is synced twice in a commit: a crash may keep any of the names
 * that were not synced and lose the others.  Were the manifest's name kept and a
 * segment's lost, the newest generation would be damaged.
 *
 * Why hlpub_lock syncs the folder before anything is done: the writer before may
 * have been killed between its rename and its sync.  Its generation is seen but
 * would not survive; unlinking what it replaced could leave nothing at all.
 *
 * Invariants  a committed file is never opened for writing again; a name that a
 *             generation has used is never given out again; a manifest is unlinked
 *             before the files that only it names.
 * Threads     one writer, one thread at a time; hlpub_create and hlpub_finish may
 *             run side by side on different files.
 * Errors      a failed write, fsync or close is final: nothing is synced twice.
 *             After a failed commit the old generation is the newest again.
 */
#ifndef HL_SEGMENT_PUBLISH_H
#define HL_SEGMENT_PUBLISH_H

#include "segment/manifest.h"

struct hlpub_lock_options {
    bool wait;       /* for another writer, instead of HL_BUSY */
    bool network_fs; /* allow a network file system, where locks may not hold */
};

/*
 * Makes the folder if there is none, takes the writer's lock, syncs the folder.
 * HL_BUSY: another writer; HL_UNSUPPORTED: a network file system.  The kernel's
 * lock goes with the descriptor, however the process ends.
 */
hl_status hlpub_lock(const char *dir, const struct hlpub_lock_options *options,
                     int *out_lock_fd, struct hl_error *err);
void hlpub_unlock(int lock_fd);
/* Its first steps, for an engine with a lock of its own: the folder, if there is none, with
 * its name in its parent durable; HL_UNSUPPORTED on a network file system. */
hl_status hlpub_make_folder(const char *dir, struct hl_error *err);
hl_status hlpub_refuse_network(const char *dir, struct hl_error *err);

/* A new file of the index; a leftover of that name, which nothing names, is removed first. */
hl_status hlpub_create(const char *dir, const char *name, int *out_fd, struct hl_error *err);
/* fsync and close.  fd is closed whatever comes; after a failure forget the file. */
hl_status hlpub_finish(int fd, const char *dir, const char *name, struct hl_error *err);

/*
 * Publishes next, whose files have been through hlpub_finish().  Its generation
 * must be greater than any in the folder (HL_BUSY else: somebody writes without
 * the lock).  After HL_OK it survives a power cut.  After a failure readers see
 * the old generation, and the files of next must be left to hlpub_clean(): the
 * disk may still hold the name that was taken back.
 */
hl_status hlpub_commit(const char *dir, const struct hlmanifest *next, struct hl_error *err);

/*
 * Unlinks what current, the newest generation (0 before the first), does not name:
 * manifests, segments, live files, spool-* and *.tmp of these.  Other names are
 * not ours and stay.  What cannot be unlinked is left to the next writer.
 */
void hlpub_clean(const char *dir, const struct hlmanifest *current);

/* "spool-000000000003": a working file of a writer, gone at the next clean-up. */
void hlpub_spool_name(uint64_t number, char out_name[HLMAN_NAME_SIZE]);

#endif

/*
 * faultio.h - tables of system calls for tests: one that fails on purpose and
 * one that writes down what was called.
 *
 * Both are the same table, laid over another one (the system's or memfs_io).
 *
 * Life     faultio_start() puts it in the place of hlio's table, faultio_stop()
 *          takes it away.  In between counts are kept of descriptors and maps.
 * Threads  may be called by any number of threads; start and stop by one.
 */
#ifndef HL_TESTS_FAULTIO_H
#define HL_TESTS_FAULTIO_H

#include "base/io.h"

enum faultio_call {
    FAULTIO_OPEN_READ,
    FAULTIO_OPEN_NEW,
    FAULTIO_OPEN_LOCK,
    FAULTIO_CLOSE,
    FAULTIO_PREAD,
    FAULTIO_PWRITE,
    FAULTIO_FSYNC,
    FAULTIO_SYNC_FOLDER,
    FAULTIO_RENAME,
    FAULTIO_UNLINK,
    FAULTIO_MKDIR,
    FAULTIO_SIZE,
    FAULTIO_MAP,
    FAULTIO_LOCK,
    FAULTIO_LIST,
    FAULTIO_IS_NETWORK,
    FAULTIO_CALLS,
    FAULTIO_ANY = FAULTIO_CALLS
};

/* Which calls fail, and how. */
struct faultio_plan {
    enum faultio_call call; /* of this kind only, or FAULTIO_ANY */
    uint64_t at;            /* the at-th such call, from 1; 0: none fails */
    bool onwards;           /* and all after it */
    int code;               /* errno; a failed close closes all the same */
    bool cut;               /* pread and pwrite do half of it instead, others work */
};

/* One call as it was made.  path is NULL for calls on a descriptor; name then tells
 * the path that it was opened by. */
struct faultio_entry {
    enum faultio_call call;
    const char *path; /* rename: the old name */
    const char *to;   /* rename: the new name */
    int result;
};

void faultio_start(const struct hlio *under, const struct faultio_plan *plan,
                   void (*log)(void *user, const struct faultio_entry *entry), void *user);
void faultio_stop(void); /* the system's table again */

uint64_t faultio_count(void);  /* calls that the plan might have failed */
uint64_t faultio_failed(void); /* that it did fail or cut */
long faultio_open_files(void); /* descriptors opened and not closed */
long faultio_open_maps(void);
const char *faultio_call_name(enum faultio_call call);

/* Memory: counts what is taken and not given back; fails the at-th allocation. */
void faultmem_start(uint64_t at, bool onwards); /* at 0: none fails */
void faultmem_stop(void);
uint64_t faultmem_count(void); /* allocations asked for */
uint64_t faultmem_failed(void);
long faultmem_live(void); /* blocks not given back */

#endif

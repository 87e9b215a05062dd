/*
 * manifest.h - the list of files that make up one generation of an index.
 *
 * A manifest is a text file that people can read, one per generation:
 *
 *     manifest-000000000012
 *         hlsearch-manifest 1
 *         generation 12
 *         index 00112233445566778899aabbccddeeff
 *         rules 0123456789abcdef
 *         weights 1 1 1
 *         next-file 9
 *         segment 3 size 81920 table 89abcdef docs 9 live-docs 8 live 8 size 512 crc 01234567
 *         segment 7 size 4096 table 76543210 docs 5 live-docs 5 live none
 *         crc 5a5a5a5a
 *
 * The last line is the CRC-32C of all bytes before it.  Writing manifests to
 * the disk is publish.h's work; what is inside a segment is the segment's.
 *
 * Invariants  generation >= 1; numbers of segments and of live files are all
 *             different, at least 1 and below next_file, for they share one
 *             counter and are never used again; live_docs <= docs, and equal
 *             where there is no live file.  Nothing else is read or written.
 * Ownership   a struct hlmanifest owns its segments: hlman_release().
 * Threads     none of its own; const functions may run side by side.
 * Errors      any other byte than the writer's own is HL_CORRUPT; another format
 *             number is HL_VERSION_BAD.  A damaged newest manifest is an error: an
 *             older generation is never served in its place.
 */
#ifndef HL_SEGMENT_MANIFEST_H
#define HL_SEGMENT_MANIFEST_H

#include "base/buf.h"
#include "hlsearch.h"

enum {
    HLMAN_FORMAT = 1,
    HLMAN_NAME_SIZE = 40,   /* any file name of an index with its NUL */
    HLMAN_PATH_SIZE = 4096, /* the system's own limit */
    HLMAN_SEGMENTS_MAX = 1000000,
    HLMAN_BYTES_MAX = 256 << 20,
    HLMAN_WEIGHT_MAX = 65535,
    HLMAN_TRIES = 100 /* generations a reader may lose races against */
};

/* What twelve digits can name. */
#define HLMAN_NUMBER_MAX UINT64_C(999999999999)

struct hlmanifest_segment {
    uint64_t number;
    uint64_t size;        /* bytes of the segment's file */
    uint32_t table_crc;   /* of its table of block checksums */
    uint64_t live_number; /* 0: every document lives, there is no live file */
    uint64_t live_size;
    uint32_t live_crc; /* of the whole live file */
    uint64_t docs;
    uint64_t live_docs;
};

struct hlmanifest {
    uint64_t generation; /* 0: nothing was committed yet */
    uint8_t index_id[16];
    uint64_t rules;     /* hash of the text rules */
    unsigned weight[3]; /* title, lead, body */
    uint64_t next_file; /* the number that the next new file takes */
    struct hlmanifest_segment *segments;
    size_t count;
};

/* Generation 0: no segments, weights of 1, the next file is number 1. */
void hlman_init(struct hlmanifest *man);
void hlman_release(struct hlmanifest *man);
/* *out_copy is written over, not released before. */
hl_status hlman_copy(const struct hlmanifest *man, struct hlmanifest *out_copy,
                     struct hl_error *err);

/* Appends the text of the manifest.  HL_MISUSE where an invariant above does not hold. */
hl_status hlman_encode(const struct hlmanifest *man, struct hlbuf *out_text,
                       struct hl_error *err);
/*
 * Reads the text of generation; name is for messages.  *out_man is written over,
 * not released before.
 */
hl_status hlman_decode(const void *bytes, size_t size, uint64_t generation, const char *name,
                       struct hlmanifest *out_man, struct hl_error *err);

/* The greatest generation that the folder names, 0 if none.  HL_NOT_FOUND: no folder. */
hl_status hlman_newest(const char *dir, uint64_t *out_generation, struct hl_error *err);
/* HL_NOT_FOUND: no such generation, or no longer. */
hl_status hlman_read(const char *dir, uint64_t generation, struct hlmanifest *out_man,
                     struct hl_error *err);

/*
 * How a reader opens an index that a writer may be changing, without a lock:
 *
 *   1. list the folder, take the greatest generation N;
 *   2. read manifest N, open and map each file it names (the caller's `files`);
 *   3. if any of these is gone, a writer has committed N + 1 and cleaned up:
 *      undo step 2 and start again.
 *
 * Mapped files stay readable after their names are gone, so once step 2 is
 * through the reader holds generation N until it closes.  A writer removes the
 * manifest of a generation before its other files; so if the second listing
 * still ends in N, no writer was there and the file is truly missing: HL_CORRUPT.
 *
 * files is called at most once a try; it returns HL_NOT_FOUND, having undone its
 * work, if a file of man is gone, and any other failure to give up.  It may be
 * NULL: only the manifest is read.  HL_NOT_FOUND: no generation in the folder.
 */
typedef hl_status hlman_files(void *user, const struct hlmanifest *man, struct hl_error *err);
hl_status hlman_open_newest(const char *dir, hlman_files *files, void *user,
                            struct hlmanifest *out_man, struct hl_error *err);

/*
 * The files as a sorted row: 2 * number of each segment, 2 * number + 1 of each live
 * file.  *out_files is yours: hlmem_free().
 */
hl_status hlman_files_sorted(const struct hlmanifest *man, uint64_t **out_files,
                             size_t *out_count, struct hl_error *err);

/* "manifest-000000000012", "segment-000000000003", "live-000000000004". */
void hlman_name(uint64_t generation, char out_name[HLMAN_NAME_SIZE]);
void hlman_segment_name(uint64_t number, char out_name[HLMAN_NAME_SIZE]);
void hlman_live_name(uint64_t number, char out_name[HLMAN_NAME_SIZE]);
/* The number of such a name, 0 if it is none: exactly prefix and twelve digits. */
uint64_t hlman_name_number(const char *name, const char *prefix);
/* dir/name; HL_LIMIT past HLMAN_PATH_SIZE. */
hl_status hlman_path(const char *dir, const char *name, char out_path[HLMAN_PATH_SIZE],
                     struct hl_error *err);

#endif

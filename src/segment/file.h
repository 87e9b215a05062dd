/*
 * file.h - the bytes of one segment file, written in one go, read by map.
 *
 * Writing appends and keeps a checksum for each block of 4 KiB; the table of
 * checksums closes the file, and its own checksum goes into the manifest.
 * Reading maps the file and verifies a block when its bytes are first asked
 * for: one bit a block remembers.
 *
 * Invariants  bytes from hlsegfile_bytes() are those that were written (R9), and
 *             HLFMT_PAD more may be read after them.
 * Threads     any number may read; the bits are atomic.
 * Errors      HL_CORRUPT with file and byte; HL_IO.
 */
#ifndef HL_SEGMENT_FILE_H
#define HL_SEGMENT_FILE_H

#include "base/buf.h"
#include "base/stage.h"
#include "segment/format.h"

#include "hlsearch.h"

#include <stdatomic.h>

struct hlsegfile {
    const uint8_t *map;
    uint64_t size;
    uint64_t blocks;
    const uint8_t *table; /* u32 a block, may be unaligned */
    uint64_t directory;
    _Atomic uint64_t *verified; /* a bit a block */
    char *path;
};

/* size and table_crc come from the manifest. */
hl_status hlsegfile_open(const char *path, uint64_t size, uint32_t table_crc,
                         struct hlsegfile *out_file, struct hl_error *err);
/* HL_VERSION_BAD, and what to do. */
hl_status hlsegfile_other_version(const char *path, uint32_t version, struct hl_error *err);
void hlsegfile_close(struct hlsegfile *file);

/* Bytes of a block from its first one on: fewer of the last. */
static inline size_t hlsegfile_block_size(const struct hlsegfile *file, uint64_t block)
{
    uint64_t left = (uint64_t)(file->table - file->map) - (block << HLFMT_BLOCK_SHIFT);
    return left >> HLFMT_BLOCK_SHIFT ? (size_t)1 << HLFMT_BLOCK_SHIFT : (size_t)left;
}

/* size bytes at `at`, verified.  Borrowed until close. */
hl_status hlsegfile_bytes(const struct hlsegfile *file, uint64_t at, uint64_t size,
                          const char *section, const uint8_t **out_bytes, struct hl_error *err);

/* Whether a few bytes, which must lie inside a section, are verified already. */
static inline bool hlsegfile_verified(const struct hlsegfile *file, uint64_t at, uint64_t size)
{
    uint64_t first = at >> HLFMT_BLOCK_SHIFT, last = (at + size) >> HLFMT_BLOCK_SHIFT;
    uint64_t a = atomic_load_explicit(&file->verified[first / 64], memory_order_relaxed);
    uint64_t b = atomic_load_explicit(&file->verified[last / 64], memory_order_relaxed);
    return last - first <= 1 && a >> first % 64 & b >> last % 64 & 1;
}

struct hlsegwriter {
    int fd;
    char *path;
    struct hlbuf pending; /* not written yet */
    uint64_t at;          /* bytes given so far */
    uint32_t crc;         /* of the block under way */
    struct hlbuf table;
    bool failed;
    struct hlstages *stages; /* may be NULL */
};

/* Takes over fd.  On any failure the file is for the caller to remove. */
hl_status hlsegwriter_open(int fd, const char *path, struct hlsegwriter *out_writer,
                           struct hl_error *err);
hl_status hlsegwriter_put(struct hlsegwriter *writer, const void *bytes, size_t size,
                          struct hl_error *err);
hl_status hlsegwriter_align(struct hlsegwriter *writer, size_t to, struct hl_error *err);
/* Writes bytes as a section: aligned to 64 before, padded after. */
hl_status hlsegwriter_section(struct hlsegwriter *writer, const struct hlbuf *bytes,
                              struct hlfmt_span *out_span, struct hl_error *err);
/* Ends the file with checksums and footer; it is not synced yet. */
hl_status hlsegwriter_finish(struct hlsegwriter *writer, uint64_t directory,
                             uint32_t *out_table_crc, uint64_t *out_size, struct hl_error *err);
/* Frees memory; fd and file stay. */
void hlsegwriter_release(struct hlsegwriter *writer);

#endif

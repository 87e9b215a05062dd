#include "segment/file.h"

#include "base/crc.h"
#include "base/err.h"
#include "base/io.h"
#include "base/mem.h"

#include <assert.h>
#include <stdatomic.h>

/*
 * What is written at once.  Where a file system caches what a write gave it in one piece, a
 * piece of 2 MiB that lies at a multiple of that is mapped by a single entry of the page
 * tables: a process that is started for one request takes a page fault for each such piece,
 * and not for each 64 KiB.
 */
enum { PENDING = 2 << 20 };

hl_status hlsegfile_other_version(const char *path, uint32_t version, struct hl_error *err)
{
    return hlerr_set(err, HL_VERSION_BAD,
                     "%s: format %u, this build reads %d; upgrade hlsearch or index again",
                     path, version, HLFMT_VERSION);
}

/* Files of other versions may have other blocks: then they are not damaged, but old. */
static hl_status wrong_lengths(const struct hlsegfile *f, struct hl_error *err)
{
    struct hlfmt_header head;
    memcpy(&head, f->map, sizeof head);
    if (!memcmp(head.magic, "HLSEGM\r\n", 8) && head.version != HLFMT_VERSION)
        return hlsegfile_other_version(f->path, head.version, err);
    return hlerr_corrupt(err, f->path, "footer", f->size - sizeof(struct hlfmt_footer),
                         "wrong lengths");
}

/* Checks the footer and the table of checksums, which the manifest vouches for. */
static hl_status read_footer(struct hlsegfile *f, uint32_t table_crc, struct hl_error *err)
{
    struct hlfmt_footer footer;
    if (f->size < sizeof footer + sizeof(struct hlfmt_header))
        return hlerr_corrupt(err, f->path, "footer", f->size, "file too short");
    memcpy(&footer, f->map + f->size - sizeof footer, sizeof footer);
    uint64_t table_bytes;
    if (memcmp(footer.magic, "HLSEGEND", 8) || footer.size != f->size ||
        __builtin_mul_overflow(footer.blocks, (uint64_t)4, &table_bytes) ||
        table_bytes > f->size - sizeof footer)
        return hlerr_corrupt(err, f->path, "footer", f->size - sizeof footer, "no footer");
    uint64_t data = f->size - sizeof footer - table_bytes;
    if ((data + HLFMT_BLOCK - 1) / HLFMT_BLOCK != footer.blocks || footer.directory >= data)
        return wrong_lengths(f, err);
    if (hlcrc_update(0, f->map + data, f->size - data) != table_crc)
        return hlerr_corrupt(err, f->path, "checksums", data, "checksum of the table");
    f->table = f->map + data;
    f->blocks = footer.blocks;
    f->directory = footer.directory;
    return HL_OK;
}

static hl_status map_file(struct hlsegfile *f, uint64_t size, struct hl_error *err)
{
    const struct hlio *io = hlio_get();
    int fd = io->open_read(f->path);
    if (fd < 0)
        return hlio_error(err, fd, "open", f->path);
    uint64_t actual = 0;
    const void *map = NULL;
    int r = io->size(fd, &actual);
    hl_status status = HL_OK;
    if (r < 0)
        status = hlio_error(err, r, "read the size of", f->path);
    else if (actual != size || size == 0)
        status =
            hlerr_corrupt(err, f->path, "file", actual, "length differs from the manifest");
    else if ((r = io->map(fd, size, &map)) < 0)
        status = hlio_error(err, r, "map", f->path);
    io->close(fd);
    if (status == HL_OK) {
        f->map = map;
        f->size = size;
    }
    return status;
}

hl_status hlsegfile_open(const char *path, uint64_t size, uint32_t table_crc,
                         struct hlsegfile *out_file, struct hl_error *err)
{
    struct hlsegfile f = {0};
    f.path = hlmem_strdup(path);
    if (!f.path)
        return hlerr_nomem(err);
    hl_status status = map_file(&f, size, err);
    if (status == HL_OK)
        status = read_footer(&f, table_crc, err);
    if (status == HL_OK) {
        f.verified = hlmem_zalloc((f.blocks + 63) / 64, sizeof *f.verified);
        if (!f.verified)
            status = hlerr_nomem(err);
    }
    if (status != HL_OK) {
        hlsegfile_close(&f);
        return status;
    }
    *out_file = f;
    return HL_OK;
}

void hlsegfile_close(struct hlsegfile *file)
{
    if (file->map)
        hlio_get()->unmap(file->map, file->size);
    hlmem_free((void *)file->verified);
    hlmem_free(file->path);
    memset(file, 0, sizeof *file);
}

static bool is_verified(const struct hlsegfile *f, uint64_t block)
{
    return atomic_load_explicit(&f->verified[block / 64], memory_order_relaxed) >> block % 64 &
           1;
}

/* Holds the sum of a block against the table. */
static hl_status settle_block(const struct hlsegfile *f, uint64_t block, uint32_t crc,
                              const char *section, struct hl_error *err)
{
    if (crc != hlbuf_load32(f->table + block * 4))
        return hlerr_corrupt(err, f->path, section, block << HLFMT_BLOCK_SHIFT, "checksum");
    atomic_fetch_or_explicit(&f->verified[block / 64], (uint64_t)1 << block % 64,
                             memory_order_relaxed);
    return HL_OK;
}

/* Blocks from the first on, `most` of them at most: three whole ones at once, or one. */
static hl_status verify_blocks(const struct hlsegfile *f, uint64_t block, uint64_t most,
                               unsigned *out_count, const char *section, struct hl_error *err)
{
    const uint8_t *p = f->map + (block << HLFMT_BLOCK_SHIFT);
    bool three = most >= 3 && hlsegfile_block_size(f, block + 2) >> HLFMT_BLOCK_SHIFT;
    uint32_t crcs[3];
    hl_status status = HL_OK;
    *out_count = three ? 3 : 1;
    if (three)
        hlcrc_three(p, (size_t)1 << HLFMT_BLOCK_SHIFT, crcs);
    else
        crcs[0] = hlcrc_update(0, p, hlsegfile_block_size(f, block));
    for (unsigned i = 0; status == HL_OK && i < *out_count; i++)
        status = settle_block(f, block + i, crcs[i], section, err);
    return status;
}

hl_status hlsegfile_bytes(const struct hlsegfile *file, uint64_t at, uint64_t size,
                          const char *section, const uint8_t **out_bytes, struct hl_error *err)
{
    uint64_t data = (uint64_t)(file->table - file->map);
    /* Padding after every section makes over-reading safe, so it must be there. */
    if (at > data || size > data - at || data - at - size < HLFMT_PAD)
        return hlerr_corrupt(err, file->path, section, at, "lies outside the file");
    uint64_t last = (size ? at + size - 1 : at) >> HLFMT_BLOCK_SHIFT;
    for (uint64_t block = at >> HLFMT_BLOCK_SHIFT; block <= last;) {
        unsigned count = 1;
        hl_status status = HL_OK;
        if (!is_verified(file, block))
            status = verify_blocks(file, block, last - block + 1, &count, section, err);
        if (status != HL_OK)
            return status;
        block += count;
    }
    *out_bytes = file->map + at;
    return HL_OK;
}

hl_status hlsegwriter_open(int fd, const char *path, struct hlsegwriter *out_writer,
                           struct hl_error *err)
{
    assert(fd >= 0);
    struct hlsegwriter w = {.fd = fd};
    w.path = hlmem_strdup(path);
    if (!w.path || !hlbuf_grow(&w.pending, PENDING + HLFMT_BLOCK)) {
        hlmem_free(w.path);
        return hlerr_nomem(err);
    }
    *out_writer = w;
    return HL_OK;
}

static hl_status flush(struct hlsegwriter *w, struct hl_error *err)
{
    uint64_t start = w->at - w->pending.size;
    hl_status status =
        hlio_write_all(w->fd, w->path, w->pending.data, w->pending.size, start, err);
    if (status != HL_OK)
        w->failed = true;
    hlbuf_reset(&w->pending);
    return status;
}

/* The checksums follow the bytes: a block's entry is made when its last byte is given. */
static void add_checksums(struct hlsegwriter *w, const uint8_t *p, size_t size)
{
    uint64_t at = w->at;
    while (size) {
        size_t room = HLFMT_BLOCK - at % HLFMT_BLOCK;
        size_t n = size < room ? size : room;
        w->crc = hlcrc_update(w->crc, p, n);
        p += n;
        at += n;
        size -= n;
        if (at % HLFMT_BLOCK == 0) {
            hlbuf_put_u32(&w->table, w->crc);
            w->crc = 0;
        }
    }
}

hl_status hlsegwriter_put(struct hlsegwriter *writer, const void *bytes, size_t size,
                          struct hl_error *err)
{
    const uint8_t *p = bytes;
    uint64_t since = hlstage_now();
    while (size) {
        assert(writer->at % PENDING == writer->pending.size); /* so pieces are aligned */
        size_t n = PENDING - writer->pending.size;
        if (n > size)
            n = size;
        add_checksums(writer, p, n);
        hlbuf_put(&writer->pending, p, n);
        writer->at += n;
        p += n;
        size -= n;
        if (writer->pending.size >= PENDING) {
            hl_status status = flush(writer, err);
            if (status != HL_OK)
                return status;
        }
    }
    hlstage_add(writer->stages, HL_STAGE_WRITE, since);
    return writer->table.failed ? hlerr_nomem(err) : HL_OK;
}

hl_status hlsegwriter_align(struct hlsegwriter *writer, size_t to, struct hl_error *err)
{
    static const uint8_t zeros[HLFMT_BLOCK];
    assert(to <= sizeof zeros);
    return hlsegwriter_put(writer, zeros, (size_t)(-writer->at & (to - 1)), err);
}

hl_status hlsegwriter_section(struct hlsegwriter *writer, const struct hlbuf *bytes,
                              struct hlfmt_span *out_span, struct hl_error *err)
{
    static const uint8_t padding[HLFMT_PAD];
    if (bytes->failed)
        return hlerr_nomem(err);
    hl_status status = hlsegwriter_align(writer, 64, err);
    struct hlfmt_span span = {writer->at, bytes->size};
    if (status == HL_OK)
        status = hlsegwriter_put(writer, bytes->data, bytes->size, err);
    if (status == HL_OK)
        status = hlsegwriter_put(writer, padding, sizeof padding, err);
    if (status == HL_OK)
        *out_span = span;
    return status;
}

hl_status hlsegwriter_finish(struct hlsegwriter *writer, uint64_t directory,
                             uint32_t *out_table_crc, uint64_t *out_size, struct hl_error *err)
{
    if (writer->at % HLFMT_BLOCK) {
        hlbuf_put_u32(&writer->table, writer->crc);
        writer->crc = 0;
    }
    if (writer->table.failed)
        return hlerr_nomem(err);
    struct hlfmt_footer footer = {writer->table.size / 4, directory,
                                  writer->at + writer->table.size + sizeof footer, "HLSEGEND"};
    uint32_t crc = hlcrc_update(0, writer->table.data, writer->table.size);
    crc = hlcrc_update(crc, &footer, sizeof footer);
    struct hlbuf table = writer->table;
    hlbuf_init(&writer->table);
    hl_status status = hlsegwriter_put(writer, table.data, table.size, err);
    hlbuf_release(&table);
    if (status == HL_OK)
        status = hlsegwriter_put(writer, &footer, sizeof footer, err);
    if (status == HL_OK && writer->pending.size)
        status = flush(writer, err);
    if (status == HL_OK) {
        *out_table_crc = crc;
        *out_size = footer.size;
    }
    return status;
}

void hlsegwriter_release(struct hlsegwriter *writer)
{
    hlbuf_release(&writer->pending);
    hlbuf_release(&writer->table);
    hlmem_free(writer->path);
    memset(writer, 0, sizeof *writer);
}

/* The file of a segment: blocks under checksums, read in any pieces. */
#include "base/crc.h"
#include "base/io.h"
#include "segment/file.h"
#include "tap.h"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

enum { DATA = 44 * HLFMT_BLOCK + 1000, DIRECTORY = 64, ROOM = DATA + 8192 };

struct written {
    uint8_t bytes[ROOM];
    size_t size;
    uint32_t table_crc;
    char path[256];
};

/* As the writer does it, with blocks of any length. */
static void make(struct written *w, size_t block)
{
    uint64_t seed = 422;
    struct hlbuf table = {0};
    for (size_t i = 0; i < DATA; i++)
        w->bytes[i] = (uint8_t)(tap_random(&seed) >> 8);
    for (size_t at = 0; at < DATA; at += block)
        hlbuf_put_u32(&table,
                      hlcrc_update(0, w->bytes + at, DATA - at < block ? DATA - at : block));
    struct hlfmt_footer footer = {table.size / 4, DIRECTORY, DATA + table.size + sizeof footer,
                                  "HLSEGEND"};
    hlbuf_put(&table, &footer, sizeof footer);
    memcpy(w->bytes + DATA, table.data, table.size);
    w->size = DATA + table.size;
    w->table_crc = hlcrc_update(0, table.data, table.size);
    hlbuf_release(&table);
}

static bool save(const struct written *w)
{
    struct hl_error err;
    int fd = open(w->path, O_RDWR | O_CREAT | O_TRUNC, 0600);
    bool good = fd >= 0 && hlio_write_all(fd, w->path, w->bytes, w->size, 0, &err) == HL_OK;
    return fd >= 0 && !close(fd) && good;
}

static void test_writer(struct written *w)
{
    static uint8_t got[ROOM];
    struct hlsegwriter writer;
    struct hl_error err;
    uint32_t crc = 0;
    uint64_t size = 0;
    make(w, HLFMT_BLOCK);
    int fd = open(w->path, O_RDWR | O_CREAT | O_TRUNC, 0600);
    bool good = fd >= 0 && hlsegwriter_open(fd, w->path, &writer, &err) == HL_OK;
    for (size_t at = 0; good && at < DATA; at += 777)
        good = hlsegwriter_put(&writer, w->bytes + at, DATA - at < 777 ? DATA - at : 777,
                               &err) == HL_OK;
    good = good && hlsegwriter_finish(&writer, DIRECTORY, &crc, &size, &err) == HL_OK;
    OK(good && size == w->size && crc == w->table_crc && pread(fd, got, size, 0) == (long)size,
       "a file is written");
    OK(!memcmp(got, w->bytes, w->size), "it has a checksum for each 4 KiB");
    hlsegwriter_release(&writer);
    close(fd);
}

/* Any pieces, in any order: what was asked for before is between them. */
static void test_read(struct written *w, size_t block)
{
    struct hlsegfile f;
    struct hl_error err;
    uint64_t seed = block;
    size_t wrong = 0;
    make(w, block);
    bool good = save(w) && hlsegfile_open(w->path, w->size, w->table_crc, &f, &err) == HL_OK;
    OK(good, "a file with blocks of %zu bytes is opened", block);
    if (!good)
        return;
    for (int i = 0; i < 400; i++) {
        const uint8_t *p = NULL;
        uint64_t at = tap_random(&seed) % (DATA - HLFMT_PAD);
        uint64_t size = tap_random(&seed) % (i % 2 ? 200 : 24 * HLFMT_BLOCK);
        if (size > DATA - HLFMT_PAD - at)
            size = DATA - HLFMT_PAD - at;
        wrong += hlsegfile_bytes(&f, at, size, "part", &p, &err) != HL_OK ||
                 memcmp(p, w->bytes + at, size);
    }
    OK(!wrong, "pieces of it are as they were written");
    hlsegfile_close(&f);
}

/* One flipped bit: its block is found out whatever run of blocks is asked for, and no other. */
static void test_damage(struct written *w, size_t block)
{
    size_t blocks = (DATA + block - 1) / block, missed = 0, blamed = 0;
    for (size_t b = 0; b < blocks; b++) {
        struct hlsegfile f;
        struct hl_error err;
        const uint8_t *p;
        size_t end = (b + 1) * block < DATA ? (b + 1) * block : DATA;
        make(w, block);
        w->bytes[end - 1] ^= 4;
        if (!save(w) || hlsegfile_open(w->path, w->size, w->table_crc, &f, &err) != HL_OK) {
            missed++;
            continue;
        }
        missed += hlsegfile_bytes(&f, 0, DATA - HLFMT_PAD, "all", &p, &err) != HL_CORRUPT ||
                  err.at != (int64_t)(b * block);
        missed += hlsegfile_bytes(&f, b * block, 1, "one", &p, &err) != HL_CORRUPT;
        blamed += b && hlsegfile_bytes(&f, 0, b * block, "before", &p, &err) != HL_OK;
        blamed += b + 1 < blocks && DATA - (b + 1) * block > HLFMT_PAD &&
                  hlsegfile_bytes(&f, (b + 1) * block, DATA - (b + 1) * block - HLFMT_PAD,
                                  "behind", &p, &err) != HL_OK;
        hlsegfile_close(&f);
    }
    OK(!missed, "a flipped bit is found in each of %zu blocks", blocks);
    OK(!blamed, "other blocks are still right");
}

int main(void)
{
    static struct written w;
    const char *folder = getenv("TMPDIR");
    snprintf(w.path, sizeof w.path, "%s/hl422-%d", folder ? folder : "/tmp", (int)getpid());
    test_writer(&w);
    test_read(&w, HLFMT_BLOCK);
    test_damage(&w, HLFMT_BLOCK);
    make(&w, 4 * HLFMT_BLOCK);
    struct hlsegfile f;
    struct hl_error err;
    OK(save(&w) && hlsegfile_open(w.path, w.size, w.table_crc, &f, &err) == HL_CORRUPT,
       "blocks of another length are no such file");
    unlink(w.path);
    return tap_done();
}

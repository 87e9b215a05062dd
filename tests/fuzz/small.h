/*
 * small.h - a small index for fuzz targets, and how to damage it and mend it again.
 *
 * It lies in a new folder under TMPDIR, which goes when the program ends well.
 */
#ifndef HL_TESTS_FUZZ_SMALL_H
#define HL_TESTS_FUZZ_SMALL_H

#include "hlsearch.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { FUZZ_FILES = 8, FUZZ_NAME = 256 };

struct fuzz_file {
    char path[1024];
    unsigned char *bytes;
    size_t size;
};

static char fuzz_path[FUZZ_NAME];
static struct fuzz_file fuzz_files[FUZZ_FILES];
static size_t fuzz_count;
static struct fuzz_file *fuzz_damaged;

static inline void fuzz_clear(void)
{
    for (size_t i = 0; i < fuzz_count; i++) {
        unlink(fuzz_files[i].path);
        free(fuzz_files[i].bytes);
    }
    rmdir(fuzz_path);
}

/* Remembers a file of the index, so that it can be put back. */
static inline bool fuzz_keep(const char *name)
{
    struct fuzz_file *f = &fuzz_files[fuzz_count];
    if (name[0] == '.' || fuzz_count == FUZZ_FILES)
        return true;
    snprintf(f->path, sizeof f->path, "%s/%s", fuzz_path, name);
    FILE *in = fopen(f->path, "rb");
    if (!in)
        return false;
    fseek(in, 0, SEEK_END);
    f->size = (size_t)ftell(in);
    rewind(in);
    f->bytes = malloc(f->size + 1);
    bool good = f->bytes && fread(f->bytes, 1, f->size, in) == f->size;
    fclose(in);
    fuzz_count++;
    return good;
}

static inline bool fuzz_write_articles(void)
{
    static const struct hl_article articles[] = {
        {.id = "1",
         .title = "Khu công nghệ cao Hòa Lạc",
         .body = "Nhà máy chip ở Hà Nội, 3,5%."},
        {.id = "2", .title = "Ung thư phổi", .lead = "Thuốc mới", .section = "Sức khỏe"},
        {.id = "3", .title = "TP.HCM: vắc xin COVID-19", .body = "Ngày 2/9/2021, tp.hcm."},
        {.id = "4", .title = "Da va da", .body = "khong dau, cong nghe cao hoa lac"},
        {.id = "5",
         .url = "https://news.example/?a=\"><b>&c='d",
         .title = "zqx </title><b>\"'& \xe2\x80\xae\x1b[31m \xe2\x80\xa8",
         .body = "zqx ]]> <!-- \x01\x7f\xc2\x9b &lt;b&gt;\n\nzqx </p><mark>",
         .section = "<b>zqx",
         .source = "zqx\"'",
         .author = "zqx & ]]>",
         .tags = "zqx\n<i>",
         .date = 1484382600,
         .date_offset = 420,
         .date_precision = HL_DATE_SECOND},
        {.id = "6\"><i>", .url = "javascript:zqx", .lead = "zqx <b>", .section = "Sức khỏe"},
    };
    struct hl_writer *writer;
    if (hl_writer_open(fuzz_path, NULL, &writer, NULL) != HL_OK)
        return false;
    bool good = true;
    for (size_t i = 0; good && i < sizeof articles / sizeof *articles; i++)
        good = hl_writer_add(writer, &articles[i], NULL) == HL_OK;
    good = good && hl_writer_commit(writer, NULL, NULL) == HL_OK;
    hl_writer_close(writer);
    return good;
}

/* The folder of the index, made at the first call; NULL if that failed. */
static inline const char *fuzz_index(void)
{
    if (fuzz_path[0])
        return fuzz_path;
    const char *folder = getenv("TMPDIR");
    snprintf(fuzz_path, sizeof fuzz_path, "%s/hlsearch-fuzz-XXXXXX", folder ? folder : "/tmp");
    if (!mkdtemp(fuzz_path) || !fuzz_write_articles())
        return NULL;
    DIR *dir = opendir(fuzz_path);
    if (!dir)
        return NULL;
    bool good = true;
    for (struct dirent *e; good && (e = readdir(dir));)
        good = fuzz_keep(e->d_name);
    closedir(dir);
    atexit(fuzz_clear);
    return good && fuzz_count ? fuzz_path : NULL;
}

static inline void fuzz_put(const struct fuzz_file *f, const unsigned char *bytes)
{
    FILE *out = fopen(f->path, "wb");
    if (!out || fwrite(bytes, 1, f->size, out) != f->size || fclose(out))
        abort();
}

/* Changes bytes of one file: places and values of 5 bytes each. */
static inline void fuzz_damage(unsigned which, const uint8_t *edits, size_t size)
{
    struct fuzz_file *f = &fuzz_files[which % fuzz_count];
    unsigned char *bytes = malloc(f->size + 1);
    if (!bytes)
        abort();
    memcpy(bytes, f->bytes, f->size);
    for (; f->size && size >= 5; edits += 5, size -= 5) {
        uint32_t at;
        memcpy(&at, edits, sizeof at);
        bytes[at % f->size] = edits[4];
    }
    fuzz_put(f, bytes);
    free(bytes);
    fuzz_damaged = f;
}

static inline void fuzz_repair(void)
{
    if (fuzz_damaged)
        fuzz_put(fuzz_damaged, fuzz_damaged->bytes);
    fuzz_damaged = NULL;
}

#endif

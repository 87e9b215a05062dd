/*
 * damage.h - an index to be damaged, the questions it is asked, and one byte at a time.
 *
 * Two shapes: `small` has every section but lists of pairs (two segments and a live
 * file in some 100 KB), `wide` has those too (4,300 articles of a few words).
 */
#ifndef HL_TESTS_DAMAGE_H
#define HL_TESTS_DAMAGE_H

#include "base/crc.h"
#include "hlsearch_inspect.h"
#include "scratch.h"
#include "segment/manifest.h"
#include "segment/segment.h"

#include <dirent.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>

/* Where the test is, for the one line that a crash leaves. */
static char damage_where[256];

static inline void damage_crashed(int sig)
{
    char text[320];
    int size = snprintf(text, sizeof text, "Bail out! signal %d at %s\n", sig, damage_where);
    if (write(1, text, (size_t)size) < 0)
        _exit(3);
    _exit(2);
}

static inline void damage_begin(void)
{
    scratch_begin();
    signal(SIGSEGV, damage_crashed);
    signal(SIGBUS, damage_crashed);
    signal(SIGABRT, damage_crashed);
    signal(SIGFPE, damage_crashed);
    signal(SIGALRM, damage_crashed); /* a hang is a crash too */
}

/* ---- the index ---- */

static inline void damage_article(struct hl_article *a, size_t i, char id[32], char title[64],
                                  char body[400], uint64_t *seed)
{
    static const char *const words[] = {"khoa", "học", "TP.HCM", "kỹ",    "thuật",
                                        "lý",   "hòa", "má",     "376ha", "thủy",
                                        "điện", "máy", "tính"};
    static const char *const tags[] = {"Vũ trụ\nAI",       NULL,          "y học",
                                       "AI\nchíp\nVŨ TRỤ", "chip\n chíp", NULL};
    size_t n = tap_random(seed) % 6, size;
    snprintf(id, 32, "bài-%zu", i);
    snprintf(title, 64, "Công nghệ %zu", i % 40);
    size = (size_t)snprintf(body, 400, "%s", i % 50 ? "công nghệ cao" : "cao cao");
    if (i % 23 == 0)
        size += (size_t)snprintf(body + size, 400 - size, " khoa học và công nghệ (KH&CN),");
    if (i % 31 == 0)
        size += (size_t)snprintf(body + size, 400 - size, " công nghệ cao (CNC);%s",
                                 i % 2 ? "" : " công nghệ (CN)");
    for (size_t k = 0; k < (i % 30 ? 1u : 20u); k++)
        size += (size_t)snprintf(body + size, 400 - size, " %s", i % 7 ? "mới" : "cũ");
    for (size_t k = 0; k < n; k++)
        size += (size_t)snprintf(body + size, 400 - size, " %s",
                                 words[tap_random(seed) % (sizeof words / sizeof *words)]);
    *a = (struct hl_article){.id = id,
                             .title = title,
                             .body = body,
                             .lead = i % 3 ? NULL : "Hòa Lạc",
                             .source = i % 2 ? "Nhân Dân" : NULL,
                             .section = i % 5 ? "Khoa học" : "Đời sống",
                             .author = i % 11 ? NULL : "An",
                             .tags = tags[i % 6]};
    if (i % 4) {
        a->date = 1500000000 + (int64_t)(i * 86400);
        a->date_precision = HL_DATE_DAY;
        a->date_offset = 420;
    }
}

/* Adds articles [from, to) and commits. */
static inline bool damage_add(const char *path, size_t from, size_t to, const unsigned *weights)
{
    struct hl_writer_options options = {.threads = 1};
    struct hl_writer *writer = NULL;
    struct hl_error err = {0};
    uint64_t seed = from;
    char id[32], title[64], body[400];
    struct hl_article a;
    for (int i = 0; weights && i < 3; i++)
        options.weight[i] = weights[i];
    hl_status status = hl_writer_open(path, &options, &writer, &err);
    for (size_t i = from; status == HL_OK && i < to; i++) {
        damage_article(&a, i, id, title, body, &seed);
        status = hl_writer_add(writer, &a, &err);
    }
    if (status == HL_OK)
        status = hl_writer_commit(writer, NULL, &err);
    hl_writer_close(writer);
    if (status != HL_OK)
        printf("# %s\n", err.text);
    return status == HL_OK;
}

static inline bool damage_make(const char *path, size_t articles, const unsigned *weights)
{
    return damage_add(path, 0, articles, weights) &&
           damage_add(path, articles - 12, articles + 20, NULL);
}

/* ---- files ---- */

enum { DAMAGE_FILES = 16 };

struct damage_files {
    char names[DAMAGE_FILES][64];
    size_t sizes[DAMAGE_FILES];
    uint8_t *bytes[DAMAGE_FILES]; /* as they were */
    size_t count;
};

static inline void damage_write(const char *folder, const char *name, const void *bytes,
                                size_t size)
{
    char path[1200];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    remove(path);
    FILE *f = fopen(path, "wb");
    assert(f);
    if (size && fwrite(bytes, 1, size, f) != size)
        abort();
    fclose(f);
}

static inline void damage_poke(const char *folder, const char *name, size_t at, uint8_t byte)
{
    char path[1200];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    int fd = open(path, O_WRONLY);
    if (fd < 0 || pwrite(fd, &byte, 1, (off_t)at) != 1)
        abort();
    close(fd);
}

/* Every file of the folder but the lock, which holds nothing. */
static inline void damage_load(const char *folder, struct damage_files *out)
{
    memset(out, 0, sizeof *out);
    DIR *dir = opendir(folder);
    assert(dir);
    for (struct dirent *e; (e = readdir(dir));) {
        char path[1200];
        if (*e->d_name == '.' || !strcmp(e->d_name, "lock"))
            continue;
        assert(out->count < DAMAGE_FILES);
        snprintf(path, sizeof path, "%s/%s", folder, e->d_name);
        snprintf(out->names[out->count], 64, "%.60s", e->d_name);
        FILE *f = fopen(path, "rb");
        assert(f);
        fseek(f, 0, SEEK_END);
        size_t size = (size_t)ftell(f);
        rewind(f);
        out->sizes[out->count] = size;
        out->bytes[out->count] = malloc(size + 1);
        if (fread(out->bytes[out->count], 1, size, f) != size)
            abort();
        fclose(f);
        out->count++;
    }
    closedir(dir);
}

static inline void damage_restore(const char *folder, const struct damage_files *files)
{
    for (size_t i = 0; i < files->count; i++)
        damage_write(folder, files->names[i], files->bytes[i], files->sizes[i]);
}

static inline void damage_free(struct damage_files *files)
{
    for (size_t i = 0; i < files->count; i++)
        free(files->bytes[i]);
}

/* The file whose name starts so, from number `after` on; -1 if there is none. */
static inline int damage_find(const struct damage_files *files, const char *prefix, int after)
{
    for (int i = after; i < (int)files->count; i++)
        if (!strncmp(files->names[i], prefix, strlen(prefix)))
            return i;
    return -1;
}

/* ---- checksums made right again ---- */

static inline uint32_t damage_block_crc(const uint8_t *bytes, uint64_t data, uint64_t block)
{
    uint64_t at = block * HLFMT_BLOCK;
    size_t size = data - at < HLFMT_BLOCK ? (size_t)(data - at) : HLFMT_BLOCK;
    return hlcrc_update(0, bytes + at, size);
}

/* Makes the table of a segment right, as the footer of `was` places it; returns the
 * table's own checksum. */
static inline uint32_t damage_repair(uint8_t *bytes, const uint8_t *was, size_t size)
{
    struct hlfmt_footer footer;
    memcpy(&footer, was + size - sizeof footer, sizeof footer);
    uint64_t data = size - sizeof footer - footer.blocks * 4;
    for (uint64_t b = 0; b < footer.blocks; b++) {
        uint32_t crc = damage_block_crc(bytes, data, b);
        memcpy(bytes + data + b * 4, &crc, sizeof crc);
    }
    return hlcrc_update(0, bytes + data, size - data);
}

/* ---- questions ---- */

static inline hl_status damage_search(const struct hl_index *index, const char *words,
                                      const struct hl_search_options *options, FILE *out)
{
    struct hl_query *query = NULL;
    struct hl_result *result = NULL;
    hl_status status = hl_query_parse(index, words, strlen(words), NULL, &query, NULL);
    if (status == HL_OK)
        status = hl_search(index, query, options, &result, NULL);
    if (status == HL_OK) {
        fprintf(out, "%s: %" PRIu64, words, hl_result_total(result));
        const struct hl_facet_value *value;
        for (int f = 0; f < HL_FACETS; f++)
            for (size_t i = 0; (value = hl_result_facet(result, (enum hl_facet)f, i)); i++)
                fprintf(out, " %s=%" PRIu64, value->name, value->count);
        for (size_t i = 0; i < hl_result_count(result); i++) {
            const struct hl_hit *hit = hl_result_hit(result, i);
            fprintf(out, " %s %a %" PRId64 " %s", hit->id, hit->score, hit->date,
                    hit->section ? hit->section : "-");
        }
        fprintf(out, "\n");
    }
    hl_result_free(result);
    hl_query_free(query);
    return status;
}

static inline hl_status damage_document(const struct hl_index *index, const char *id, FILE *out)
{
    struct hl_document *document = NULL;
    hl_status status = hl_document_get(index, id, &document, NULL);
    if (status != HL_OK)
        return status;
    const struct hl_article *a = hl_document_article(document);
    fprintf(out, "%s|%s|%s|%s|%s|%s|%" PRId64 "|%d\n", a->id, a->title ? a->title : "-",
            a->body ? a->body : "-", a->source ? a->source : "-", a->section ? a->section : "-",
            a->tags ? a->tags : "-", a->date, a->date_offset);
    hl_document_free(document);
    return HL_OK;
}

/* What the index takes for words. */
static inline hl_status damage_words(const struct hl_index *index, FILE *out)
{
    static const char line[] = "khoa học kỹ thuật thủy điện máy tính công nghệ cao mới";
    struct hl_words *words = NULL;
    const char *text;
    size_t size;
    hl_status status = hl_words_open(index, NULL, 0, &words, NULL);
    if (status == HL_OK)
        status = hl_words_segment(words, line, sizeof line - 1, &text, &size, NULL);
    if (status == HL_OK)
        fprintf(out, "%s\n", text);
    hl_words_free(words);
    return status;
}

/* What the index learnt. */
static inline hl_status damage_abbreviations(const struct hl_index *index, FILE *out)
{
    struct hl_abbreviations all;
    hl_status status = hl_abbreviations_list(index, &all, NULL);
    if (status != HL_OK)
        return status;
    for (size_t i = 0; i < all.count; i++)
        fprintf(out, "%s=%s %" PRIu64 "\n", all.items[i].shorter, all.items[i].longer,
                all.items[i].articles);
    hl_abbreviations_free(&all);
    return HL_OK;
}

/* By date, of a range and a section, counted by every facet. */
static inline hl_status damage_narrow(const struct hl_index *index, const char *words,
                                      enum hl_sort sort, FILE *out)
{
    struct hl_search_options options;
    hl_search_options_init(&options);
    options.sort = sort;
    options.date_from = 1500000000 + 20 * 86400;
    options.section = "khoa hoc";
    for (int f = 0; f < HL_FACETS; f++)
        options.facet_values[f] = 5;
    hl_status status = damage_search(index, words, &options, out);
    options.date_from = 0;
    options.section = NULL;
    hl_status whole = damage_search(index, words, &options, out);
    options.tag = sort == HL_SORT_OLDEST ? "chip" : "vũ trụ";
    hl_status tagged = damage_search(index, words, &options, out);
    return status ? status : whole ? whole : tagged;
}

/* All answers as one text, or a failure; the text is yours. */
static inline hl_status damage_ask(const char *path, char **out_text)
{
    static const char *const queries[] = {
        "công nghệ",        "\"công nghệ cao\"",        "cong nghe moi", "kỹ thuật -máy",
        "hòa lạc khoa học", "section:\"khoa học\" cao", "title:cong"};
    struct hl_index *index = NULL;
    size_t size;
    FILE *out = open_memstream(out_text, &size);
    hl_status status = hl_index_open(path, &index, NULL);
    /* A question that fails does not keep the next ones from being asked. */
    for (size_t i = 0; index && i < sizeof queries / sizeof *queries; i++) {
        hl_status s = damage_search(index, queries[i], NULL, out);
        status = status ? status : s;
    }
    for (size_t i = 0; index && i < 2; i++) {
        hl_status s =
            damage_narrow(index, queries[i], i ? HL_SORT_OLDEST : HL_SORT_NEWEST, out);
        status = status ? status : s;
    }
    for (size_t i = 0; index && i < 2; i++) {
        hl_status s = damage_document(index, i ? "bài-295" : "bài-7", out);
        status = status ? status : s;
    }
    hl_status words = index ? damage_words(index, out) : status;
    status = status ? status : words;
    if (index) {
        hl_status s = damage_abbreviations(index, out);
        status = status ? status : s;
    }
    hl_index_close(index);
    fclose(out);
    return status;
}

/* What the checker said: the first sentence, and which rules of FORMAT.md it cited. */
struct damage_told {
    char first[400];
    bool rules[64];
};

static inline void damage_fault(void *user, const char *text)
{
    struct damage_told *told = user;
    assert(text && *text);
    if (!*told->first)
        snprintf(told->first, sizeof told->first, "%s", text);
    for (const char *p = text; (p = strstr(p, "(F ")); p++) {
        unsigned long rule = strtoul(p + 3, NULL, 10);
        assert(rule >= 1 && rule < 64);
        told->rules[rule] = true;
    }
}

/* Does the checker find anything? */
static inline bool damage_found(const char *path, struct damage_told *told)
{
    struct hl_check_report report = {0};
    struct damage_told mine;
    if (!told)
        memset(told = &mine, 0, sizeof mine);
    *told->first = '\0';
    return hl_check(path, damage_fault, NULL, told, &report, NULL) != HL_OK || report.faults;
}

#endif

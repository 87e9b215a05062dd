/*
 * How well words are found: F1 on the part of the treebank that nothing was tuned on,
 * learnt from a part of the archive, with a lexicon and without.  HLSEARCH_LONG=1 learns
 * from all of it.
 */
#include "import/import.h"
#include "scratch.h"

#include "hlsearch_inspect.h"

#include <zlib.h>

static const char *const some[] = {
    "news/dantri-unc-000.jsonl.gz", "news/mds-baomoi-2013-000.jsonl.gz",
    "news/baomoi-2025-000.jsonl.gz", "news/vnexpress-2020-000.jsonl.gz"};
static const char *const all[] = {"news"};

static hl_status add_all(struct hl_writer *writer, const char *const *sources, size_t count,
                         struct hl_error *err)
{
    struct hlimport_options options = {0};
    struct hlimport *import;
    struct hl_article article;
    hl_status status = hlimport_open(sources, count, &options, &import, err);
    if (status != HL_OK)
        return status;
    while (status == HL_OK && (status = hlimport_next(import, &article, err)) == HL_OK)
        status = hl_writer_add(writer, &article, err);
    hlimport_close(import);
    return status == HL_NOT_FOUND ? hl_writer_commit(writer, NULL, err) : status;
}

static struct hl_index *make_index(const char *data, const char *const *names, size_t count)
{
    char paths[4][600];
    const char *sources[4];
    struct hl_writer *writer = NULL;
    struct hl_index *index = NULL;
    struct hl_error err = {0};
    for (size_t i = 0; i < count; i++) {
        snprintf(paths[i], sizeof paths[i], "%.500s/%s", data, names[i]);
        sources[i] = paths[i];
    }
    hl_status status = hl_writer_open(scratch_name("index"), NULL, &writer, &err);
    if (status == HL_OK)
        status = add_all(writer, sources, count, &err);
    hl_writer_close(writer);
    if (status == HL_OK)
        status = hl_index_open(scratch_name("index"), &index, &err);
    OK(status == HL_OK, "articles to learn from %s", err.text);
    return index;
}

/* A gzip file of words, one a line; yours. */
static char *read_words(const char *data, const char *name, size_t *out_size)
{
    char path[600];
    size_t room = 1 << 22;
    snprintf(path, sizeof path, "%.500s/lexicon/%s", data, name);
    gzFile f = gzopen(path, "rb");
    char *text = malloc(room);
    int size = f ? gzread(f, text, (unsigned)room) : -1;
    if (f)
        gzclose(f);
    *out_size = size > 0 ? (size_t)size : 0;
    return text;
}

struct score {
    unsigned long right, found, gold;
};

/* Words are the same where they begin and end at the same bytes. */
static void compare(const char *gold, const char *found, size_t size, struct score *s)
{
    size_t gold_start = 0, found_start = 0;
    for (size_t i = 0; i <= size; i++) {
        bool gold_ends = i == size || gold[i] == ' ', found_ends = i == size || found[i] == ' ';
        s->gold += gold_ends && i > gold_start;
        s->found += found_ends && i > found_start;
        s->right += gold_ends && found_ends && gold_start == found_start && i > gold_start;
        gold_start = gold_ends ? i + 1 : gold_start;
        found_start = found_ends ? i + 1 : found_start;
    }
}

/* F1 of all tokens in percent; -1 if a line fails. */
static double f1(struct hl_words *words, const char *data)
{
    char path[600], line[8192], plain[8192];
    struct score s = {0, 0, 0};
    snprintf(path, sizeof path, "%.500s/segmentation/dev/vi_vtb-ud-dev.seg.txt", data);
    FILE *f = fopen(path, "r");
    while (f && fgets(line, sizeof line, f)) {
        const char *found;
        size_t size = strcspn(line, "\n");
        for (size_t i = 0; i < size; i++)
            plain[i] = line[i] == '_' ? ' ' : line[i];
        if (hl_words_segment(words, plain, size, &found, &size, NULL) != HL_OK)
            break;
        compare(line, found, size, &s);
    }
    bool good = f && feof(f) && s.gold > 20000;
    if (f)
        fclose(f);
    printf("# precision %.2f, recall %.2f\n", 100.0 * (double)s.right / (double)s.found,
           100.0 * (double)s.right / (double)s.gold);
    return good ? 200.0 * (double)s.right / (double)(s.found + s.gold) : -1;
}

static void check(const struct hl_index *index, const char *data, const char *lexicon,
                  double least)
{
    struct hl_words *words = NULL;
    struct hl_error err = {0};
    size_t size = 0;
    char *text = lexicon ? read_words(data, lexicon, &size) : NULL;
    if (OK(hl_words_open(index, text, size, &words, &err) == HL_OK, "%s opens %s",
           lexicon ? lexicon : "no lexicon", err.text)) {
        double f = f1(words, data);
        OK(f >= least, "F1 %.2f of at least %.1f", f, least);
    }
    hl_words_free(words);
    free(text);
}

int main(void)
{
    const char *data = tap_data();
    if (!data) {
        tap_skip("../shared not there");
        return tap_done();
    }
    bool whole = getenv("HLSEARCH_LONG");
    scratch_begin();
    struct hl_index *index = make_index(data, whole ? all : some, whole ? 1 : 4);
    if (index) {
        check(index, data, NULL, whole ? 87.5 : 87);
        check(index, data, "duyet-Viet74K.txt.gz", 92);
        check(index, data, "undertheseanlp-crf_techbk-words.txt.gz", 95.5);
    }
    check(NULL, data, "undertheseanlp-crf_techbk-words.txt.gz", 95.5);
    hl_index_close(index);
    return tap_done();
}

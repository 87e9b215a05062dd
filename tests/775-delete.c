/*
 * Articles that are deleted are gone as if they had never been: the index answers, and scores
 * bit for bit, like one that was built without them.
 */
#include "scratch.h"

enum { QUERIES = 150, ROUNDS = 3 };

static const struct hl_writer_options plain = {.threads = 1};

static bool is_deleted(const char *id)
{
    uint64_t sum = 7;
    for (const char *p = id; *p; p++)
        sum = sum * 31 + (uint8_t)*p;
    return sum % 3 == 0;
}

/* The ids of an archive, each once, that are to go. */
static bool delete_all(struct hl_writer *writer, const struct scratch_archive *archive,
                       size_t to, uint64_t *out_found)
{
    struct hl_error err = {0};
    *out_found = 0;
    for (size_t i = 0; i < to; i++) {
        bool found = false;
        if (!is_deleted(archive->articles[i].id))
            continue;
        if (hl_writer_delete(writer, archive->articles[i].id, &found, &err) != HL_OK) {
            printf("# %s\n", err.text);
            return false;
        }
        *out_found += found;
    }
    return true;
}

/* Two thirds committed, the rest added and then deleted from in one run. */
static bool build_and_delete(const char *path, const struct scratch_archive *archive,
                             struct hl_commit_info *out_info, uint64_t *out_found)
{
    size_t committed = archive->count * 2 / 3;
    struct hl_writer *writer = NULL;
    if (!scratch_commit(path, &plain, archive->articles, 0, committed / 2, NULL) ||
        !scratch_commit(path, &plain, archive->articles, committed / 2, committed, NULL))
        return false;
    bool good = hl_writer_open(path, &plain, &writer, NULL) == HL_OK;
    for (size_t i = committed; good && i < archive->count; i++)
        good = hl_writer_add(writer, &archive->articles[i], NULL) == HL_OK;
    good = good && delete_all(writer, archive, archive->count, out_found) &&
           hl_writer_commit(writer, out_info, NULL) == HL_OK;
    hl_writer_close(writer);
    return good;
}

static bool build_without(const char *path, const struct scratch_archive *archive)
{
    struct hl_writer *writer = NULL;
    bool good = hl_writer_open(path, &plain, &writer, NULL) == HL_OK;
    for (size_t i = 0; good && i < archive->count; i++)
        if (!is_deleted(archive->articles[i].id))
            good = hl_writer_add(writer, &archive->articles[i], NULL) == HL_OK;
    good = good && hl_writer_commit(writer, NULL, NULL) == HL_OK;
    hl_writer_close(writer);
    return good;
}

/* ---- the same answers ---- */

static struct hl_result *search(const struct hl_index *index, const char *text)
{
    struct hl_query *query = NULL;
    struct hl_result *result = NULL;
    struct hl_search_options options;
    hl_search_options_init(&options);
    options.count = 50;
    options.cover = HL_COVER_ANY;
    if (hl_query_parse(index, text, strlen(text), NULL, &query, NULL) == HL_OK)
        hl_search(index, query, &options, &result, NULL);
    hl_query_free(query);
    return result;
}

static bool is_same(const struct hl_result *a, const struct hl_result *b)
{
    if (!a || !b || hl_result_count(a) != hl_result_count(b) ||
        hl_result_total(a) != hl_result_total(b))
        return false;
    for (size_t i = 0; i < hl_result_count(a); i++) {
        const struct hl_hit *x = hl_result_hit(a, i), *y = hl_result_hit(b, i);
        if (strcmp(x->id, y->id) || memcmp(&x->score, &y->score, sizeof x->score))
            return false;
    }
    return true;
}

static void compare(const struct hl_index *a, const struct hl_index *b,
                    const struct scratch_archive *archive, uint64_t seed)
{
    static const char *const forms[] = {"%s",       "%s %s",  "\"%s %s\"",
                                        "%s %s %s", "%s -%s", "%s*"};
    size_t same = 0, hits = 0;
    for (int i = 0; i < QUERIES; i++) {
        char text[256];
        const char *words[3];
        for (int k = 0; k < 3; k++)
            words[k] = scratch_draw(&archive->lexicon, &seed);
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
        snprintf(text, sizeof text, forms[i % 6], words[0], words[1], words[2]);
#pragma GCC diagnostic pop
        struct hl_result *x = search(a, text), *y = search(b, text);
        if (is_same(x, y))
            same++;
        else
            printf("# differs: %s\n", text);
        hits += hl_result_count(x);
        hl_result_free(x);
        hl_result_free(y);
    }
    OK(same == QUERIES && hits > QUERIES, "%zu of %d queries answer the same, %zu hits", same,
       QUERIES, hits);
}

static void check_round(uint64_t seed)
{
    static const struct scratch_shape shape = {600, 300, 8, 12, 60, 10, false};
    struct scratch_archive archive = scratch_archive_make(&shape, seed);
    struct hl_index *a = NULL, *b = NULL;
    struct hl_commit_info info = {0};
    uint64_t found = 0;
    const char *one = scratch_name("deleted"), *other = scratch_name("without");
    OK(build_and_delete(one, &archive, &info, &found) && build_without(other, &archive),
       "two indexes");
    OK(hl_index_open(one, &a, NULL) == HL_OK && hl_index_open(other, &b, NULL) == HL_OK,
       "are opened");
    if (a && b) {
        struct hl_stats x, y;
        hl_index_stats(a, &x, NULL);
        hl_index_stats(b, &y, NULL);
        OK(found > 100 && info.deleted == found && info.articles == y.articles,
           "%llu are deleted, %llu stay", (unsigned long long)found,
           (unsigned long long)info.articles);
        OK(x.articles == y.articles && x.positions == y.positions && x.undated == y.undated &&
               x.mean_length == y.mean_length,
           "articles and positions are those of an index without them");
        compare(a, b, &archive, seed + 1);
    }
    hl_index_close(a);
    hl_index_close(b);
    scratch_remove(one);
    scratch_remove(other);
    scratch_archive_release(&archive);
}

/* ---- one by one ---- */

static bool has(const char *path, const char *id)
{
    struct hl_index *index = NULL;
    struct hl_document *document = NULL;
    if (hl_index_open(path, &index, NULL) == HL_OK)
        hl_document_get(index, id, &document, NULL);
    bool there = document;
    hl_document_free(document);
    hl_index_close(index);
    return there;
}

static hl_status add(struct hl_writer *writer, const char *id, const char *body)
{
    struct hl_article article = {.id = id, .body = body};
    return hl_writer_add(writer, &article, NULL);
}

/* The writer of a path that may be new. */
static struct hl_writer *open_writer(const char *path)
{
    struct hl_writer *writer = NULL;
    struct hl_error err = {0};
    if (hl_writer_open(path, &plain, &writer, &err) != HL_OK)
        printf("# %s\n", err.text);
    return writer;
}

static void check_steps(void)
{
    const char *path = scratch_name("steps");
    struct hl_commit_info info;
    struct hl_error err = {0};
    struct hl_writer *w = open_writer(path);
    bool found = true;
    OK(hl_writer_delete(w, "a", &found, &err) == HL_OK && !found, "nothing to delete yet");
    OK(hl_writer_delete(w, "", &found, &err) == HL_MISUSE &&
           hl_writer_delete(NULL, "a", NULL, NULL) == HL_MISUSE,
       "no id, no writer");
    OK(!add(w, "a", "một") && !add(w, "b", "hai") && !hl_writer_delete(w, "a", &found, &err) &&
           found,
       "an article of this run");
    OK(!hl_writer_delete(w, "a", &found, &err) && !found, "is there once");
    OK(!hl_writer_commit(w, &info, &err) && info.added == 2 && info.deleted == 1 &&
           info.articles == 1,
       "and not committed");
    OK(!has(path, "a") && has(path, "b"), "as readers see");
    OK(!hl_writer_delete(w, "b", NULL, &err) && !add(w, "b", "ba") &&
           !hl_writer_commit(w, &info, &err) && info.deleted == 1 && info.added == 1 &&
           info.articles == 1 && has(path, "b"),
       "deleted and added again");
    OK(!hl_writer_delete(w, "b", &found, &err) && found, "deleted, and not committed");
    hl_writer_close(w);
    OK(has(path, "b"), "stays");
    w = open_writer(path);
    OK(!hl_writer_delete(w, "b", &found, &err) && found && !hl_writer_commit(w, &info, &err) &&
           info.articles == 0 && !has(path, "b"),
       "the last one goes");
    OK(!add(w, "c", "bốn") && !hl_writer_commit(w, &info, &err) && info.articles == 1 &&
           has(path, "c"),
       "and others come");
    hl_writer_close(w);
}

int main(void)
{
    scratch_begin();
    check_steps();
    for (uint64_t i = 0; i < ROUNDS; i++)
        check_round(775 + i);
    return tap_done();
}

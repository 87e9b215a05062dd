/*
 * Groups at their limits: parentheses as deep as they may be, prefixes of more keys than are
 * taken, more of both than anybody types, in the memory that a search has.
 */
#include "faultio.h"
#include "scratch.h"
#include "tap.h"

enum { ROOM = 65536, WORDS = 26000 };

static struct hl_index *index_open;

/* How many articles answer; UINT64_MAX: it failed.  Notes of parser and index are counted. */
static uint64_t answers(const char *text, int cover, size_t *out_notes)
{
    struct hl_query *query = NULL;
    struct hl_result *result = NULL;
    struct hl_search_options options;
    struct hl_error err = {0};
    uint64_t total = UINT64_MAX;
    hl_search_options_init(&options);
    options.cover = cover;
    *out_notes = 0;
    if (hl_query_parse(index_open, text, strlen(text), NULL, &query, &err) == HL_OK &&
        hl_search(index_open, query, &options, &result, &err) == HL_OK) {
        total = hl_result_total(result);
        while (hl_query_note(query, *out_notes))
            ++*out_notes;
    } else {
        printf("# %s\n", err.text);
    }
    hl_result_free(result);
    hl_query_free(query);
    return total;
}

/* Article i has "xin", a word of its own and one of 2,000; every second one has "chào". */
static bool build(const char *path)
{
    struct hl_writer *writer = NULL;
    struct hl_error err = {0};
    char id[16], text[64];
    bool good = !hl_writer_open(path, NULL, &writer, &err);
    for (int i = 0; good && i < WORDS; i++) {
        snprintf(id, sizeof id, "%d", i);
        snprintf(text, sizeof text, "%s xin %c%c%cx%d яя%d", i % 2 ? "chào" : "kìa",
                 'a' + i % 26, 'a' + i / 26 % 26, 'a' + i / 676 % 26, i, i % 2000);
        struct hl_article article = {.id = id, .body = text};
        good = !hl_writer_add(writer, &article, &err);
    }
    good = good && !hl_writer_commit(writer, NULL, &err) &&
           !hl_index_open(path, &index_open, &err);
    hl_writer_close(writer);
    if (!good)
        printf("# %s\n", err.text);
    return good;
}

/* Alternatives in alternatives, two levels for each parenthesis. */
static void check_depth(void)
{
    static char text[ROOM];
    size_t notes;
    for (int depth = 15; depth <= 34; depth++) {
        size_t size = 0;
        for (int i = 0; i < depth; i++)
            text[size++] = '(';
        size += (size_t)snprintf(text + size, ROOM - size, "kìa");
        for (int i = 0; i < depth; i++)
            size += (size_t)snprintf(text + size, ROOM - size, " \"xin\") OR chào");
        uint64_t total = answers(text, HL_COVER_ALL, &notes);
        OK(depth <= 32 ? total == WORDS && !notes : total != UINT64_MAX && notes,
           "%d groups in each other", depth);
        memmove(text + 1, text, size + 1);
        *text = '-';
        OK(answers(text, HL_COVER_ALL, &notes) != UINT64_MAX, "%d of them behind a minus",
           depth);
    }
}

static void check_prefixes(void)
{
    static char text[ROOM];
    size_t notes, size = 0;
    uint64_t a = answers("a*", HL_COVER_ALL, &notes), ab = answers("ab*", HL_COVER_ALL, &notes);
    OK(a == WORDS / 26, "a prefix of %d words", WORDS / 26);
    OK(ab > 30 && ab < 50, "two letters of some of them");
    OK(answers("a* OR ab*", HL_COVER_ALL, &notes) == a, "what is within another adds nothing");
    OK(answers("a* -ab*", HL_COVER_ALL, &notes) == a - ab, "and can be left out");
    OK(answers("\"xin a*\"", HL_COVER_ALL, &notes) == 256, "in a row of the 256 commonest");
    OK(answers("-\"a*\" xin", HL_COVER_ALL, &notes) == WORDS - a,
       "of all where one word is left out");
    for (int i = 0; i < 104; i++)
        size +=
            (size_t)snprintf(text + size, ROOM - size, "%s%c*", i ? " OR " : "", 'a' + i % 26);
    OK(answers(text, HL_COVER_ALL, &notes) == WORDS, "104 prefixes");
    size = 0;
    for (int i = 0; i < 676; i++)
        size += (size_t)snprintf(text + size, ROOM - size, "%s%c%c*", i ? " OR " : "",
                                 'a' + i % 26, 'a' + i / 26);
    OK(answers(text, HL_COVER_ALL, &notes) == WORDS, "676 other prefixes");
    size = 0;
    for (int i = 0; i < 500; i++)
        size += (size_t)snprintf(text + size, ROOM - size, "(xin OR %c*) ", 'a' + i % 26);
    uint64_t many = answers(text, HL_COVER_ALL, &notes);
    OK(many == WORDS, "500 groups, 26 of them different");
}

/* More keys than a prefix takes: the commonest of them, and of these the first by their bytes.
 */
static void check_cut(void)
{
    size_t notes;
    OK(answers("яя*", HL_COVER_ALL, &notes) == 1024 * (WORDS / 2000), "1,024 of 2,000");
    OK(answers("яя* яя999", HL_COVER_ALL, &notes) == 0 &&
           answers("яя* яя1000", HL_COVER_ALL, &notes) == WORDS / 2000,
       "яя1000 is one of them, яя999 is not");
    OK(answers("xin*", HL_COVER_ALL, &notes) == WORDS, "a prefix that is a word");
}

/* One after another every piece of memory that a query takes is not to be had. */
static void check_no_memory(void)
{
    static const char *const queries[] = {
        "(xin OR chào) (chao xin OR \"xin kia\"~3) -(\"chào x*\" aab*)",
        "body:(xin OR \"xin yab*\") OR (kìa -date:2017 source:x) a*"};
    for (size_t q = 0; q < sizeof queries / sizeof *queries; q++) {
        size_t notes, refused = 0, wrong = 0;
        long leaked = 0;
        uint64_t whole = answers(queries[q], HL_COVER_ANY, &notes);
        for (uint64_t n = 1; n < 3000; n++) {
            struct hl_query *query = NULL;
            struct hl_result *result = NULL;
            struct hl_error err = {0};
            faultmem_start(n, false);
            hl_status status =
                hl_query_parse(index_open, queries[q], strlen(queries[q]), NULL, &query, &err);
            if (status == HL_OK)
                status = hl_search(index_open, query, NULL, &result, &err);
            bool done = faultmem_count() < n;
            refused += status == HL_NOMEM;
            wrong += status != HL_OK && status != HL_NOMEM;
            wrong += status == HL_OK && hl_result_count(result) == 0;
            hl_result_free(result);
            hl_query_free(query);
            leaked += faultmem_live();
            faultmem_stop();
            if (done)
                break;
        }
        OK(whole > 0 && refused > 20 && !wrong && !leaked, "memory out at %zu places of [%s]",
           refused, queries[q]);
    }
}

int main(void)
{
    scratch_begin();
    OK(build(scratch_name("ix")), "%d articles", WORDS);
    if (index_open) {
        check_depth();
        check_prefixes();
        check_cut();
        check_no_memory();
    }
    hl_index_close(index_open);
    return tap_done();
}

/*
 * inspect: what an index learnt from its articles.
 *
 * Each look is a flag.  Without one it says which there are; it never guesses.
 */
#include "cli/commands.h"
#include "cli/json.h"
#include "cli/search.h"
#include "hlsearch_inspect.h"

#include <assert.h>
#include <string.h>

struct options {
    bool abbreviations;
    const char *term, *doc;
    int64_t count; /* 0: all */
};

#define OPTION(member) offsetof(struct options, member)

static const struct hlcli_flag flags[] = {
    {"abbreviations", 0, HLCLI_SWITCH, OPTION(abbreviations), NULL,
     "short forms with their long names, as articles explain them", 0, 0, 0, HLCLI_NO_CONFIG},
    {"term", 0, HLCLI_TEXT, OPTION(term), "WORD", "how a word is kept, chunk by chunk", 0, 0, 0,
     HLCLI_NO_CONFIG},
    {"doc", 0, HLCLI_TEXT, OPTION(doc), "ID", "the terms of an article, what says most first",
     0, 0, 0, HLCLI_NO_CONFIG},
    {"count", 'n', HLCLI_COUNT, OPTION(count), "N", "rows (0: all)", 0, 1000000000, 0,
     HLCLI_NO_CONFIG},
    {NULL, 0, 0, 0, NULL, NULL, 0, 0, 0, 0},
};

static size_t wider(size_t width, const char *s)
{
    size_t have = hlcli_utf8_width(s, strlen(s));
    return have > width ? have : width;
}

/* A column of so many places, and two blanks. */
static void add_column(struct hlcli_text *out, const char *s, size_t width)
{
    hlcli_add_plain(out, s, strlen(s));
    hlcli_add_format(out, "%*s", (int)(width + 2 - wider(0, s)), "");
}

static void add_abbreviations(const struct hl_abbreviations *all, size_t count,
                              struct hlcli_text *out)
{
    size_t shorter = 0, longer = 0;
    assert(count <= all->count);
    for (size_t i = 0; i < count; i++) {
        shorter = wider(shorter, all->items[i].shorter);
        longer = wider(longer, all->items[i].longer);
    }
    for (size_t i = 0; i < count; i++) {
        const struct hl_abbreviation *a = &all->items[i];
        add_column(out, a->shorter, shorter);
        add_column(out, a->longer, longer);
        hlcli_add_format(out, "%8llu\n", (unsigned long long)a->articles);
    }
}

static void put_abbreviations(const struct hl_abbreviations *all, size_t count,
                              struct hlcli_text *out)
{
    struct hlcli_json json;
    assert(count <= all->count);
    hlcli_json_init(&json, out);
    hlcli_json_object(&json);
    hlcli_json_put_uint(&json, "schema", 1);
    hlcli_json_put_uint(&json, "total", all->count);
    hlcli_json_key(&json, "abbreviations");
    hlcli_json_array(&json);
    for (size_t i = 0; i < count; i++) {
        hlcli_json_object(&json);
        hlcli_json_put(&json, "short", all->items[i].shorter);
        hlcli_json_put(&json, "long", all->items[i].longer);
        hlcli_json_put_uint(&json, "articles", all->items[i].articles);
        hlcli_json_object_end(&json);
    }
    hlcli_json_array_end(&json);
    hlcli_json_object_end(&json);
    hlcli_add(out, "\n");
}

static void print_abbreviations(const struct hlcli_call *call, const struct options *options,
                                const struct hl_abbreviations *all)
{
    struct hlcli_text text;
    size_t count = all->count;
    if (options->count && (uint64_t)options->count < count)
        count = (size_t)options->count;
    hlcli_text_init(&text);
    if (call->common.json)
        put_abbreviations(all, count, &text);
    else
        add_abbreviations(all, count, &text);
    hlcli_print(&text);
    hlcli_text_release(&text);
}

/* ---- terms ---- */

static void put_term(const struct hl_term_lists *all, size_t count, struct hlcli_text *out)
{
    struct hlcli_json json;
    hlcli_json_init(&json, out);
    hlcli_json_object(&json);
    hlcli_json_put_uint(&json, "schema", 1);
    hlcli_json_put_uint(&json, "df", all->df);
    hlcli_json_put_uint(&json, "cf", all->cf);
    hlcli_json_key(&json, "lists");
    hlcli_json_array(&json);
    for (size_t i = 0; i < count; i++) {
        const struct hl_term_list *l = &all->lists[i];
        hlcli_json_object(&json);
        hlcli_json_put_uint(&json, "segment", l->segment);
        hlcli_json_put_uint(&json, "chunk", l->chunk);
        hlcli_json_put_uint(&json, "articles", l->articles);
        hlcli_json_put(&json, "kind", l->kind);
        hlcli_json_put_uint(&json, "df", l->df);
        hlcli_json_put_uint(&json, "cf", l->cf);
        hlcli_json_put_uint(&json, "champions", l->champions);
        hlcli_json_put_uint(&json, "tf_16_or_more", l->more);
        hlcli_json_object_end(&json);
    }
    hlcli_json_array_end(&json);
    hlcli_json_object_end(&json);
    hlcli_add(out, "\n");
}

static void add_term(const struct hl_term_lists *all, size_t count, struct hlcli_text *out)
{
    hlcli_add_format(out, "df %llu, cf %llu\n", (unsigned long long)all->df,
                     (unsigned long long)all->cf);
    hlcli_add(out, "segment chunk  kind         df         cf  champions  tf>15\n");
    for (size_t i = 0; i < count; i++) {
        const struct hl_term_list *l = &all->lists[i];
        hlcli_add_format(out, "%7llu %5u  %-6s %8u %10llu %10u %6u\n",
                         (unsigned long long)l->segment, l->chunk, l->kind, l->df,
                         (unsigned long long)l->cf, l->champions, l->more);
    }
}

static size_t rows_of(const struct options *options, size_t count)
{
    return options->count && (uint64_t)options->count < count ? (size_t)options->count : count;
}

static int look_at_term(const struct hlcli_call *call, const struct options *options,
                        const struct hl_index *index)
{
    struct hl_term_lists all;
    struct hl_error err;
    struct hlcli_text text;
    hl_status status = hl_term_lists_find(index, options->term, &all, &err);
    if (status == HL_NOT_FOUND)
        return hlcli_fail(HLCLI_NOTHING, "NOT_FOUND", -1, NULL, "%s", err.text);
    if (status != HL_OK)
        return hlcli_fail_error(&err);
    hlcli_text_init(&text);
    (call->common.json ? put_term : add_term)(&all, rows_of(options, all.count), &text);
    hlcli_print(&text);
    hlcli_text_release(&text);
    hl_term_lists_free(&all);
    return HLCLI_FOUND;
}

/* ---- the terms of an article ---- */

static void put_terms(const struct hl_document_terms *all, size_t count, struct hlcli_text *out)
{
    struct hlcli_json json;
    hlcli_json_init(&json, out);
    hlcli_json_object(&json);
    hlcli_json_put_uint(&json, "schema", 1);
    hlcli_json_put_uint(&json, "total", all->count);
    hlcli_json_key(&json, "terms");
    hlcli_json_array(&json);
    for (size_t i = 0; i < count; i++) {
        const struct hl_document_term *t = &all->terms[i];
        hlcli_json_object(&json);
        hlcli_json_put(&json, "term", t->key);
        hlcli_json_put_uint(&json, "title", t->tf[0]);
        hlcli_json_put_uint(&json, "lead", t->tf[1]);
        hlcli_json_put_uint(&json, "body", t->tf[2]);
        hlcli_json_put_uint(&json, "df", t->df);
        hlcli_json_put_double(&json, "idf", t->idf);
        hlcli_json_object_end(&json);
    }
    hlcli_json_array_end(&json);
    hlcli_json_object_end(&json);
    hlcli_add(out, "\n");
}

static void add_terms(const struct hl_document_terms *all, size_t count, struct hlcli_text *out)
{
    size_t width = 4;
    for (size_t i = 0; i < count; i++)
        width = wider(width, all->terms[i].key);
    add_column(out, "term", width);
    hlcli_add(out, "title  lead  body         df    idf\n");
    for (size_t i = 0; i < count; i++) {
        const struct hl_document_term *t = &all->terms[i];
        add_column(out, t->key, width);
        hlcli_add_format(out, "%5u %5u %5u %10llu %6.2f\n", t->tf[0], t->tf[1], t->tf[2],
                         (unsigned long long)t->df, t->idf);
    }
}

static int look_at_doc(const struct hlcli_call *call, const struct options *options,
                       const struct hl_index *index)
{
    struct hl_document_terms all;
    struct hl_error err;
    struct hlcli_text text;
    hl_status status = hl_document_terms_find(index, options->doc, &all, &err);
    if (status == HL_NOT_FOUND)
        return hlcli_fail(HLCLI_NOTHING, "NOT_FOUND", -1, NULL, "%s: no article %s",
                          call->index, options->doc);
    if (status != HL_OK)
        return hlcli_fail_error(&err);
    hlcli_text_init(&text);
    (call->common.json ? put_terms : add_terms)(&all, rows_of(options, all.count), &text);
    hlcli_print(&text);
    hlcli_text_release(&text);
    hl_document_terms_free(&all);
    return HLCLI_FOUND;
}

static int look_at_abbreviations(const struct hlcli_call *call, const struct options *options,
                                 const struct hl_index *index)
{
    struct hl_abbreviations all = {0};
    struct hl_error err;
    int code;
    if (hl_abbreviations_list(index, &all, &err) != HL_OK)
        code = hlcli_fail_error(&err);
    else {
        print_abbreviations(call, options, &all);
        code = all.count ? HLCLI_FOUND : HLCLI_NOTHING;
    }
    hl_abbreviations_free(&all);
    return code;
}

static int run(const struct hlcli_call *call, const void *given)
{
    const struct options *options = given;
    struct hl_index *index;
    if (options->abbreviations + !!options->term + !!options->doc != 1)
        return hlcli_wrong("--abbreviations, --term WORD or --doc ID; hlsearch stats has the "
                           "rest",
                           "inspect: what to look at?");
    int code = hlcli_open(call, NULL, &index);
    if (code)
        return code;
    code = options->term  ? look_at_term(call, options, index)
           : options->doc ? look_at_doc(call, options, index)
                          : look_at_abbreviations(call, options, index);
    hl_index_close(index);
    return code;
}

const struct hlcli_command hlcli_inspect = {
    .name = "inspect",
    .arguments = "",
    .summary = "terms, and what an index learnt from its articles",
    .takes_index = true,
    .takes_several = true,
    .flags = flags,
    .options_size = sizeof(struct options),
    .examples = {{"hlsearch inspect news.ix --abbreviations",
                  "short form, long name, articles"},
                 {"hlsearch inspect news.ix --term nghệ", "its lists, one a chunk"},
                 {"hlsearch inspect news.ix --doc 21475737 -n 20", "the terms that say most"}},
    .manual =
        "An article that writes \"khoa học và công nghệ (KH&CN)\" explains an abbreviation. "
        "Indexing notes it if the capitals are the initials of the words before the bracket "
        "(small words as và, của, về may be left out), or of those in it.\n\n"
        "--abbreviations lists what two articles or more explain alike: the short form and the "
        "long name, both as the index holds them, and how many articles, the best known first. "
        "Articles that were deleted or replaced do not count. Exit 1: there are none.\n\n"
        "--term looks a word up as it is typed, marks and all, and shows how each chunk of up "
        "to 65,536 articles keeps it: in the dictionary (tiny), as a list (sparse) or as bits "
        "(dense). --doc shows the terms of a stored article, how often title, lead and body "
        "have them, and in how many articles they are.",
    .run = run,
};

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
    int64_t count; /* 0: all */
};

#define OPTION(member) offsetof(struct options, member)

static const struct hlcli_flag flags[] = {
    {"abbreviations", 0, HLCLI_SWITCH, OPTION(abbreviations), NULL,
     "short forms with their long names, as articles explain them", 0, 0, 0, HLCLI_NO_CONFIG},
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

static int run(const struct hlcli_call *call, const void *given)
{
    const struct options *options = given;
    struct hl_abbreviations all = {0};
    struct hl_index *index;
    struct hl_error err;
    if (!options->abbreviations)
        return hlcli_wrong("there is --abbreviations; hlsearch stats has the rest",
                           "inspect: what to look at?");
    int code = hlcli_open(call, &index);
    if (code)
        return code;
    if (hl_abbreviations_list(index, &all, &err) != HL_OK)
        code = hlcli_fail_error(&err);
    else {
        print_abbreviations(call, options, &all);
        code = all.count ? HLCLI_FOUND : HLCLI_NOTHING;
    }
    hl_abbreviations_free(&all);
    hl_index_close(index);
    return code;
}

const struct hlcli_command hlcli_inspect = {
    .name = "inspect",
    .arguments = "",
    .summary = "what an index learnt from its articles",
    .takes_index = true,
    .takes_several = true,
    .flags = flags,
    .options_size = sizeof(struct options),
    .examples = {{"hlsearch inspect news.ix --abbreviations",
                  "short form, long name, articles"},
                 {"hlsearch inspect news.ix --abbreviations -n 20", "the best known"},
                 {"hlsearch inspect news.ix --abbreviations --json", "the same for programs"}},
    .manual =
        "An article that writes \"khoa học và công nghệ (KH&CN)\" explains an abbreviation. "
        "Indexing notes it if the capitals are the initials of the words before the bracket "
        "(small words as và, của, về may be left out), or of those in it.\n\n"
        "--abbreviations lists what two articles or more explain alike: the short form and the "
        "long name, both as the index holds them, and how many articles, the best known first. "
        "Articles that were deleted or replaced do not count. Exit 1: there are none.",
    .run = run,
};

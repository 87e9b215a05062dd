/*
 * search.c - see search.h.
 *
 * Numbers that mean "the default" (-1) pass through to the library: it knows the defaults
 * of the index, the tool does not.
 */
#include "cli/search.h"
#include "cli/commands.h"

#include <assert.h>
#include <string.h>

void hlcli_search_fill(const struct hlcli_search *search, struct hl_search_options *out_search,
                       struct hl_query_options *out_query)
{
    assert(search->cover >= HL_COVER_DEFAULT && search->cover <= HL_COVER_ALL);
    hl_search_options_init(out_search);
    out_search->cover = (int)search->cover;
    out_search->rank = search->rank ? HL_RANK_BM25 : HL_RANK_DEFAULT;
    out_search->k1 = search->k1;
    out_search->b = search->b;
    out_search->pairs = search->pairs;
    memset(out_query, 0, sizeof *out_query);
    out_query->marks = (enum hl_marks)search->marks; /* the names stand in this order */
    out_query->strict = search->strict;
    out_query->plain = search->plain;
}

int hlcli_open(const struct hlcli_call *call, struct hl_index **out_index)
{
    struct hl_error err;
    assert(call->index);
    if (hl_index_open(call->index, out_index, &err) != HL_OK)
        return hlcli_fail_error(&err);
    return 0;
}

int hlcli_fail_query(const struct hl_error *err, const char *query)
{
    assert(query);
    int code = hlcli_fail_error(err);
    if (err->at >= 0)
        hlcli_point(query, err->at, "here");
    return code;
}

char *hlcli_join(char **words, size_t count)
{
    struct hlcli_text text;
    assert(words || !count);
    hlcli_text_init(&text);
    for (size_t i = 0; i < count; i++) {
        if (i)
            hlcli_add(&text, " ");
        hlcli_add(&text, words[i]);
    }
    return text.data;
}

/*
 * parse.c - the query language alone: whatever a reader types is read, and read the same way
 * again.
 *
 * No index, so that it runs fast: syntax, clauses, tokens, notes.  The first byte chooses the
 * options.
 */
#include "hlsearch.h"
#include "query/query.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static unsigned depth;

/* Every clause of the tree is one of the query's, and no tree is deeper than it may be. */
static uint32_t check_group(const struct hl_query *q, const struct hlq_group *g)
{
    uint32_t clauses = 0;
    if (++depth > 2 * HLQ_DEPTH_MAX + 2 || g->at > q->size || g->end > q->size)
        abort();
    for (uint32_t i = 0; i < g->count; i++) {
        const struct hlq_part *p = &g->parts[i];
        if (p->group)
            clauses += check_group(q, p->group);
        else if (p->clause >= q->count)
            abort();
        else
            clauses++;
    }
    depth--;
    return clauses;
}

static void check_tokens(const struct hl_query *q, const struct hlq_clause *c)
{
    for (uint32_t i = 0; i < c->count; i++)
        if (!c->tokens[i].size || c->tokens[i].end > q->size ||
            c->tokens[i].start > c->tokens[i].end ||
            (!q->options.tokens && strlen(c->tokens[i].key) != c->tokens[i].size))
            abort(); /* a token as it is may hold any byte */
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct hl_query *query = NULL;
    struct hl_error err;
    unsigned choice = size ? data[0] : 0;
    const char *text = size ? (const char *)data + 1 : "";
    size_t text_size = size ? size - 1 : 0;
    /* Mostly the language itself. */
    struct hl_query_options options = {.strict = choice % 8 == 1,
                                       .plain = choice % 32 == 2,
                                       .tokens = choice % 32 == 3,
                                       .phrase = choice % 32 == 4};
    if (hl_query_parse(NULL, text, text_size, &options, &query, &err) != HL_OK) {
        if (query || strnlen(err.text, sizeof err.text) == sizeof err.text)
            abort();
        /* A reader's query never fails but for its bytes or its size. */
        if (!options.strict && err.code != HL_LIMIT && !strstr(err.text, "not UTF-8"))
            abort();
        return 0;
    }
    if (options.strict && query->note_count)
        abort();
    for (uint32_t i = 0; i < query->note_count; i++)
        if (query->notes[i].at < 0 || query->notes[i].at > (int64_t)text_size)
            abort();
    for (uint32_t i = 0; i < query->count; i++)
        check_tokens(query, &query->clauses[i]);
    if (check_group(query, &query->all) != query->count)
        abort();
    hl_query_free(query);
    return 0;
}

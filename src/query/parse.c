/*
 * parse.c - hl_query_parse(): limits, and the life of a query.
 *
 * A reader's query never fails: what has no meaning where it stands becomes
 * words, and a note says so.  Only `strict` turns the first note into an error.
 */
#include "query/clauses.h"

#include "base/err.h"
#include "base/mem.h"
#include "text/utf8.h"

hl_status hl_query_parse(const struct hl_index *index, const char *text, size_t size,
                         const struct hl_query_options *options, struct hl_query **out_query,
                         struct hl_error *err)
{
    (void)index; /* one set of text rules per build; the index was checked when opened */
    if (!text || !out_query)
        return hlerr_set(err, HL_MISUSE, "a query needs text");
    if (size > HLQ_BYTES_MAX)
        return hlerr_set(err, HL_LIMIT, "query of %zu bytes; at most %d", size, HLQ_BYTES_MAX);
    size_t bad = hltext_utf8_check(text, size);
    if (bad < size)
        return hlerr_set_at(err, HL_BAD_QUERY, (int64_t)bad, "query is not UTF-8 at byte %zu",
                            bad);
    struct hl_query *q = hlmem_zalloc(1, sizeof *q);
    if (!q)
        return hlerr_nomem(err);
    if (options)
        q->options = *options;
    q->size = size;
    q->text = hlarena_strndup(&q->arena, text, size);
    if (!q->text) {
        hl_query_free(q);
        return hlerr_nomem(err);
    }
    hl_status status = hlq_read_clauses(q, err);
    if (status == HL_OK && q->words > HLQ_WORDS_MAX)
        status =
            hlerr_set(err, HL_LIMIT, "query of %u words; at most %d", q->words, HLQ_WORDS_MAX);
    if (status != HL_OK) {
        hl_query_free(q);
        return status;
    }
    *out_query = q;
    return HL_OK;
}

void hl_query_free(struct hl_query *query)
{
    if (!query)
        return;
    hlarena_release(&query->arena);
    hlmem_free(query);
}

const struct hl_note *hl_query_note(const struct hl_query *query, size_t i)
{
    return query && i < query->note_count ? &query->notes[i] : NULL;
}

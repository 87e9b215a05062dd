/* hl_words_*: the learnt words of an index, and lines cut by them. */
#include "backend/wordlist.h"
#include "base/err.h"
#include "base/mem.h"
#include "engine/index.h"
#include "engine/sharded.h"
#include "engine/words.h"
#include "hlsearch_inspect.h"
#include "words/line.h"

#include <assert.h>

struct hl_words {
    struct hlwords model;
    struct hlwords_line line;
    struct hlbuf out;
};

static hl_status add_chunk(const struct hlchunk *chunk, struct hlwords *model,
                           struct hl_error *err)
{
    struct hlwords_counts counts;
    hl_status status = hlwordlist_read_counts(chunk, &counts, err);
    if (status != HL_OK)
        return status;
    status = hlwords_add_counts(model, &counts, err);
    hlwords_counts_release(&counts);
    return status;
}

hl_status hlindex_add_words(const struct hlsnapshot *snapshot, struct hlwords *model,
                            struct hl_error *err)
{
    hl_status status = HL_OK;
    for (size_t i = 0; i < snapshot->count; i++)
        for (uint32_t c = 0; status == HL_OK && c < snapshot->segments[i].chunk_count; c++)
            status = add_chunk(&snapshot->segments[i].chunks[c], model, err);
    return status;
}

/* ---- a lexicon: a word a line, "#" to the end of a line is a comment ---- */

static hl_status add_lexicon(struct hlwords *model, const char *text, size_t size,
                             struct hl_error *err)
{
    int64_t number = 0;
    for (size_t at = 0, n; at < size; at += n + 1) {
        const char *line = text + at, *end = memchr(line, '\n', size - at);
        n = end ? (size_t)(end - line) : size - at;
        number++;
        const char *comment = memchr(line, '#', n);
        size_t length = comment ? (size_t)(comment - line) : n;
        while (length && strchr(" \t\r", line[length - 1]))
            length--;
        hl_status status = length ? hlwords_add_word(model, line, length, err) : HL_OK;
        if (status == HL_MISUSE)
            return hlerr_set_at(err, status, number, "line %lld of the lexicon is not UTF-8",
                                (long long)number);
        if (status != HL_OK)
            return status;
    }
    if (model->lexicon_words)
        return HL_OK;
    return hlerr_set(err, HL_MISUSE, "the lexicon has no words; one a line is wanted");
}

hl_status hl_words_open(const struct hl_index *index, const char *lexicon, size_t size,
                        struct hl_words **out_words, struct hl_error *err)
{
    if ((!index && !lexicon) || !out_words)
        return hlerr_set(err, HL_MISUSE, "words need an index, a lexicon, or both");
    if (index && index->sharded)
        return hlsharded_cannot("cutting words", err);
    struct hl_words *words = hlmem_zalloc(1, sizeof *words);
    hl_status status = words ? hlwords_init(&words->model, err) : hlerr_nomem(err);
    if (status == HL_OK && index)
        status = hlindex_add_words(&index->snapshot, &words->model, err);
    if (status == HL_OK && lexicon)
        status = add_lexicon(&words->model, lexicon, size, err);
    if (status == HL_OK)
        status = hlwords_finish(&words->model, err);
    if (status != HL_OK) {
        hl_words_free(words);
        return status;
    }
    *out_words = words;
    return HL_OK;
}

hl_status hl_words_segment(struct hl_words *words, const char *line, size_t size,
                           const char **out_text, size_t *out_size, struct hl_error *err)
{
    if (!words || (!line && size) || !out_text || !out_size)
        return hlerr_set(err, HL_MISUSE, "a line and where to put its words are needed");
    hlbuf_reset(&words->out);
    hl_status status =
        hlwords_line_cut(&words->model, &words->line, line, size, &words->out, err);
    if (status == HL_OK && !hlbuf_put_u8(&words->out, 0))
        status = hlerr_nomem(err);
    if (status != HL_OK)
        return status;
    assert(words->out.size == size + 1);
    *out_text = (const char *)words->out.data;
    *out_size = size;
    return HL_OK;
}

void hl_words_free(struct hl_words *words)
{
    if (!words)
        return;
    hlwords_release(&words->model);
    hlwords_line_release(&words->line);
    hlbuf_release(&words->out);
    hlmem_free(words);
}

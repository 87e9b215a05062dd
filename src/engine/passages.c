/*
 * passages.c - hl_snippet_make(): what of a search is looked for in an article's text.
 */
#include "engine/index.h"
#include "engine/snippet.h"

#include "base/arena.h"
#include "base/err.h"
#include "base/mem.h"

#include <assert.h>
#include <string.h>

enum { WEIGHT_FULL = 10 };

struct terms {
    struct hlsnippet_term *list;
    size_t count;
    struct hlarena *arena; /* of rows, spelled out */
};

/* The keys of a row with blanks between. */
static bool add_row(struct terms *t, const struct hlq_sequence *row, double weight)
{
    size_t size = 0, at = 0;
    for (uint32_t i = 0; i < row->count; i++)
        size += row->keys[i].size + 1u;
    char *text = hlarena_alloc(t->arena, size);
    if (!text)
        return false;
    for (uint32_t i = 0; i < row->count; i++) {
        memcpy(text + at, row->keys[i].bytes, row->keys[i].size);
        at += row->keys[i].size;
        text[at++] = ' ';
    }
    t->list[t->count++] =
        (struct hlsnippet_term){text, (uint32_t)size - 1, weight * row->weight / WEIGHT_FULL};
    return true;
}

static bool add_word(struct terms *t, const struct hlq_word *word, double weight)
{
    for (uint32_t k = 0; k < word->count; k++) {
        const struct hlq_key *key = &word->keys[k];
        t->list[t->count++] =
            (struct hlsnippet_term){key->bytes, key->size, weight * key->weight / WEIGHT_FULL};
    }
    bool good = true;
    for (uint32_t k = 0; good && k < word->sequence_count; k++)
        good = add_row(t, &word->sequences[k], weight);
    return good;
}

static size_t size_of(const struct hlq_word *words, uint32_t count)
{
    size_t size = 0;
    for (uint32_t i = 0; i < count; i++)
        size += (size_t)words[i].count + words[i].sequence_count;
    return size;
}

hl_status hl_snippet_make(const struct hl_result *result, const char *text, size_t size_max,
                          struct hl_snippet *out_snippet, struct hl_error *err)
{
    if (!result || !text || !out_snippet)
        return hlerr_set(err, HL_MISUSE, "a snippet of what?");
    const struct hlnative *n = &result->native;
    const struct hlq_plan *plan = &n->plan;
    size_t most =
        size_of(plan->words, plan->word_count) + size_of(plan->extra, plan->extra_count) + 1;
    struct hlarena arena;
    hlarena_init(&arena, HLNATIVE_MEMORY_MAX);
    struct terms t = {hlarena_zalloc(&arena, most, sizeof *t.list), 0, &arena};
    bool good = t.list;
    for (uint32_t i = 0; good && i < n->word_count; i++)
        good = add_word(&t, &plan->words[n->leaves[i].a], n->leaves[i].idf);
    for (uint32_t i = 0; good && i < plan->phrase_count; i++)
        for (uint32_t w = 0; good && !plan->phrases[i].excluded && w < plan->phrases[i].count;
             w++)
            good = add_word(&t, &plan->extra[plan->phrases[i].words[w]], 1);
    assert(t.count < most || !good);
    hl_status status =
        good ? hlsnippet_make(text, strlen(text), t.list, t.count, size_max, out_snippet, err)
             : hlerr_nomem(err);
    hlarena_release(&arena);
    return status;
}

/*
 * readings.c - how a query was taken: each word, each stretch, and the whole of it.
 */
#include "engine/index.h"

#include "base/err.h"

#include <assert.h>
#include <string.h>

void hlreadings_clear(struct hl_result *result)
{
    result->readings = NULL;
    result->understood = NULL;
    result->synonyms = NULL;
    result->synonym_count = 0;
    result->reading_count = result->understood_count = 0;
    result->restored = NULL;
}

static char *keep(struct hlarena *arena, const struct hlbuf *text)
{
    return text->failed ? NULL : hlarena_strndup(arena, (const char *)text->data, text->size);
}

/* The keys of a word's group between blanks. */
static hl_status read_word(struct hlnative *n, const struct hlq_word *word,
                           struct hl_reading *out_reading, struct hl_error *err)
{
    struct hlbuf as = {0};
    uint64_t df = 0;
    hl_status status = word->expr ? hlnative_expr_df(n, word->expr, &df, err) : HL_OK;
    if (word->expr)
        hlbuf_put_string(&as, word->typed);
    for (uint32_t k = 0; status == HL_OK && k < word->own; k++) {
        const struct hlq_key *key = &word->keys[k];
        struct hlterm *t;
        status = hlterms_get(&n->terms, key->bytes, key->size, &t, err);
        if (status == HL_OK)
            df += t->df;
        hlbuf_put_string(&as, k ? " " : "");
        hlbuf_put(&as, key->bytes, key->size);
    }
    char *typed = hlarena_strndup(&n->arena, word->typed, strlen(word->typed));
    char *text = keep(&n->arena, &as);
    hlbuf_release(&as);
    if (status == HL_OK && (!text || !typed))
        status = hlerr_nomem(err);
    if (status == HL_OK)
        *out_reading = (struct hl_reading){
            typed, text, df < n->snapshot->articles ? df : n->snapshot->articles,
            word->count > 0 || word->sequence_count > 0 || (word->expr && df), word->why};
    return status;
}

static hl_status fill_words(struct hl_result *r, struct hl_error *err)
{
    struct hlnative *n = &r->native;
    r->readings = hlarena_zalloc(&n->arena, n->plan.word_count + 1u, sizeof *r->readings);
    if (!r->readings)
        return hlerr_nomem(err);
    for (uint32_t i = 0; i < n->plan.word_count; i++) {
        hl_status status = read_word(n, &n->plan.words[i], &r->readings[i], err);
        if (status != HL_OK)
            return status;
        r->reading_count++;
    }
    return HL_OK;
}

/* Does b go on where a ends, with nothing but blanks in between, for the same reason? */
static bool goes_on(const char *text, const struct hlq_reading *a, const struct hlq_reading *b)
{
    if (a->why != b->why || a->end > b->start)
        return false;
    for (uint32_t i = a->end; i < b->start; i++)
        if (!strchr(" \t\r\n", text[i]))
            return false;
    return true;
}

/* One stretch from the readings at `first`; returns the reading after it. */
static uint32_t put_stretch(struct hl_result *r, uint32_t first, struct hlbuf *as)
{
    const struct hlq_plan *plan = &r->native.plan;
    const char *text = r->native.query->text;
    uint32_t last = first;
    hlbuf_reset(as);
    hlbuf_put_string(as, plan->readings[first].as);
    while (last + 1 < plan->reading_count &&
           goes_on(text, &plan->readings[last], &plan->readings[last + 1])) {
        const struct hlq_reading *next = &plan->readings[last + 1];
        hlbuf_put(as, text + plan->readings[last].end, next->start - plan->readings[last].end);
        hlbuf_put_string(as, next->as);
        last++;
    }
    uint32_t start = plan->readings[first].start, end = plan->readings[last].end;
    struct hl_understood *u = &r->understood[r->understood_count];
    *u = (struct hl_understood){hlarena_strndup(&r->native.arena, text + start, end - start),
                                keep(&r->native.arena, as), plan->readings[first].why, start,
                                end};
    if (u->text && u->as)
        r->understood_count++;
    else
        as->failed = true;
    return last + 1;
}

/* What other names were searched for too. */
static hl_status fill_synonyms(struct hl_result *r, struct hl_error *err)
{
    struct hlnative *n = &r->native;
    r->synonyms = hlarena_zalloc(&n->arena, n->plan.other_count + 1u, sizeof *r->synonyms);
    if (!r->synonyms)
        return hlerr_nomem(err);
    for (uint32_t i = 0; i < n->plan.other_count; i++) {
        const struct hlq_reading *o = &n->plan.others[i];
        const char *text =
            hlarena_strndup(&n->arena, n->query->text + o->start, o->end - o->start);
        if (!text)
            return hlerr_nomem(err);
        r->synonyms[r->synonym_count++] =
            (struct hl_understood){text, o->as, o->why, o->start, o->end};
    }
    return HL_OK;
}

/* The query with every stretch put in its place. */
static void put_whole(const struct hl_result *r, struct hlbuf *whole)
{
    const char *text = r->native.query->text;
    uint32_t at = 0;
    hlbuf_reset(whole);
    for (size_t i = 0; i < r->understood_count; i++) {
        const struct hl_understood *u = &r->understood[i];
        assert(at <= u->start);
        hlbuf_put(whole, text + at, u->start - at);
        hlbuf_put_string(whole, u->as);
        at = u->end;
    }
    hlbuf_put_string(whole, text + at);
}

hl_status hlreadings_fill(struct hl_result *result, struct hl_error *err)
{
    struct hl_result *r = result;
    struct hlnative *n = &r->native;
    struct hlbuf text = {0};
    hlreadings_clear(r);
    if (n->unread)
        return HL_OK; /* words that were not looked up would seem to be missing */
    hl_status status = fill_words(r, err);
    if (status == HL_OK)
        status = fill_synonyms(r, err);
    if (status != HL_OK || !n->plan.reading_count)
        return status;
    r->understood = hlarena_zalloc(&n->arena, n->plan.reading_count, sizeof *r->understood);
    if (!r->understood)
        return hlerr_nomem(err);
    for (uint32_t i = 0; i < n->plan.reading_count && !text.failed;)
        i = put_stretch(r, i, &text);
    if (!text.failed)
        put_whole(r, &text);
    r->restored = keep(&n->arena, &text);
    hlbuf_release(&text);
    return r->restored ? HL_OK : hlerr_nomem(err);
}

const struct hl_reading *hl_result_reading(const struct hl_result *result, size_t i)
{
    return result && i < result->reading_count ? &result->readings[i] : NULL;
}

const struct hl_understood *hl_result_understood(const struct hl_result *result, size_t i)
{
    return result && i < result->understood_count ? &result->understood[i] : NULL;
}

const struct hl_understood *hl_result_synonym(const struct hl_result *result, size_t i)
{
    return result && i < result->synonym_count ? &result->synonyms[i] : NULL;
}

const char *hl_result_restored(const struct hl_result *result)
{
    return result ? result->restored : NULL;
}

const char *hl_why_name(enum hl_why why)
{
    switch (why) {
    case HL_WHY_TYPED:
        return "as typed";
    case HL_WHY_MARKS:
        return "marks restored";
    case HL_WHY_KEYSTROKES:
        return "keystrokes decoded";
    case HL_WHY_SYNONYM:
        return "also searched";
    }
    return "as typed";
}

const struct hl_note *hl_result_note(const struct hl_result *result, size_t i)
{
    return result && i < result->native.plan.note_count ? &result->native.plan.notes[i] : NULL;
}

/*
 * suggest.c - "did you mean": words of a query that may be misspelt, as whole queries.
 *
 * Each run of words is asked about by itself (query/spelling.h); what comes back is
 * put into the text as it was typed, so quotes, fields and other words stay.
 */
#include "engine/index.h"
#include "query/spelling.h"

#include "base/err.h"

#include <assert.h>
#include <string.h>

struct suggester {
    struct hl_result *result;
    const struct hl_query *query;
    struct hlq_vocabulary vocabulary;
    struct hlarena *arena;
    struct hl_error *err;
};

static const struct hlq_word *word_in(const struct hlq_word *words, uint32_t count,
                                      const struct hlq_token *t)
{
    for (uint32_t i = 0; i < count; i++)
        if (strlen(words[i].typed) == t->size && !memcmp(words[i].typed, t->key, t->size))
            return &words[i];
    return NULL;
}

/* Only letters can be misspelt here: a number is as good as any other. */
static bool has_digit(const struct hlq_token *t)
{
    for (uint32_t i = 0; i < t->size; i++)
        if ((t->key[i] >= '0' && t->key[i] <= '9') || t->key[i] == '@')
            return true;
    return false;
}

/* UNESCO, ICT: names that look like misspelt words.  Not in a query all in capitals. */
static bool is_acronym(const struct hl_query *q, const struct hlq_token *t)
{
    bool small = false;
    for (uint32_t i = t->start; i < t->end; i++)
        if (q->text[i] < 'A' || q->text[i] > 'Z')
            return false;
    for (size_t i = 0; i < q->size; i++)
        small |= q->text[i] >= 'a' && q->text[i] <= 'z';
    return small;
}

/* The words of a clause as the plan understood them; *out_tokens are their tokens. */
static uint32_t read_words(struct suggester *s, const struct hlq_clause *c,
                           struct hlq_spelling *words, const struct hlq_token **out_tokens)
{
    const struct hlq_plan *plan = &s->result->native.plan;
    uint32_t count = 0;
    for (uint32_t i = 0; i < c->count; i++) {
        const struct hlq_token *t = &c->tokens[i];
        if (t->alternative)
            continue;
        const struct hlq_word *word = word_in(plan->words, plan->word_count, t);
        if (!word)
            word = word_in(plan->extra, plan->extra_count, t);
        bool joined = i + 1 < c->count && c->tokens[i + 1].alternative;
        words[count] = (struct hlq_spelling){
            .typed = t->key,
            .size = t->size,
            .keys = word ? word->keys : NULL,
            .key_count = word ? word->count : 0,
            .linked = count > 0 && t->position == out_tokens[count - 1]->position + 1,
            .fixed = !word || joined || t->exact || has_digit(t) || is_acronym(s->query, t),
        };
        out_tokens[count++] = t;
    }
    return count;
}

static const struct hlq_change *change_of(const struct hlq_proposal *p, uint32_t word)
{
    for (uint32_t i = 0; i < p->count; i++)
        if (p->changes[i].word == word)
            return &p->changes[i];
    return NULL;
}

/* The query's text with the changes in it; NULL when memory is out. */
static const char *spell_out(struct suggester *s, const struct hlq_proposal *p,
                             const struct hlq_token *const *tokens, uint32_t count)
{
    struct hlbuf text = {0};
    size_t at = 0;
    for (uint32_t i = 0; i < count; i++) {
        const struct hlq_change *change = change_of(p, i);
        if (!change)
            continue;
        assert(tokens[i]->start >= at && tokens[i]->end <= s->query->size);
        hlbuf_put(&text, s->query->text + at, tokens[i]->start - at);
        hlbuf_put(&text, change->key, change->size);
        at = tokens[i]->end;
    }
    hlbuf_put(&text, s->query->text + at, s->query->size - at);
    char *copy =
        text.failed ? NULL : hlarena_strndup(s->arena, (const char *)text.data, text.size);
    hlbuf_release(&text);
    return copy;
}

/* Two ways to put a query right may come to the same text: the likelier one is it. */
static bool is_kept(struct hl_result *r, const struct hl_suggestion *suggestion)
{
    for (size_t i = 0; i < r->suggestion_count; i++)
        if (!strcmp(r->suggestions[i].text, suggestion->text)) {
            if (r->suggestions[i].odds >= suggestion->odds)
                return true;
            memmove(&r->suggestions[i], &r->suggestions[i + 1],
                    (r->suggestion_count - i - 1) * sizeof *r->suggestions);
            r->suggestion_count--;
            return false;
        }
    return false;
}

/* Keeps the likeliest of all clauses in order. */
static void keep(struct hl_result *r, struct hl_suggestion suggestion)
{
    if (is_kept(r, &suggestion))
        return;
    size_t at = r->suggestion_count;
    while (at > 0 && r->suggestions[at - 1].odds < suggestion.odds)
        at--;
    if (at == HLQ_PROPOSALS_MAX)
        return;
    if (r->suggestion_count < HLQ_PROPOSALS_MAX)
        r->suggestion_count++;
    for (size_t i = r->suggestion_count - 1; i > at; i--)
        r->suggestions[i] = r->suggestions[i - 1];
    r->suggestions[at] = suggestion;
}

static hl_status suggest_clause(struct suggester *s, const struct hlq_clause *c)
{
    struct hlq_spelling *words = hlarena_zalloc(s->arena, c->count + 1u, sizeof *words);
    const struct hlq_token **tokens = hlarena_zalloc(s->arena, c->count + 1u, sizeof *tokens);
    struct hlq_proposal proposals[HLQ_PROPOSALS_MAX];
    uint32_t found = 0;
    if (!words || !tokens)
        return hlerr_nomem(s->err);
    uint32_t count = read_words(s, c, words, tokens);
    hl_status status =
        hlq_spell(words, count, &s->vocabulary, s->arena, proposals, &found, s->err);
    for (uint32_t i = 0; status == HL_OK && i < found; i++) {
        const char *text = spell_out(s, &proposals[i], tokens, count);
        if (!text)
            return hlerr_nomem(s->err);
        keep(s->result, (struct hl_suggestion){text, proposals[i].odds});
    }
    return status;
}

hl_status hlsearch_suggest(struct hl_result *result, const struct hl_query *query,
                           struct hl_error *err)
{
    struct suggester s = {result, query, hlterms_vocabulary(&result->native.terms),
                          &result->native.arena, err};
    hl_status status = HL_OK;
    result->suggestion_count = 0;
    if (query->options.tokens)
        return HL_OK; /* tokens are no words */
    result->suggestions =
        hlarena_zalloc(s.arena, HLQ_PROPOSALS_MAX, sizeof *result->suggestions);
    if (!result->suggestions)
        status = HL_NOMEM;
    for (uint32_t i = 0; status == HL_OK && i < query->count; i++)
        if (query->clauses[i].kind != HLQ_FILTER && !query->clauses[i].excluded)
            status = suggest_clause(&s, &query->clauses[i]);
    if (status == HL_NOMEM) { /* the answer is there: it needs no proposals */
        result->suggestion_count = 0;
        status = HL_OK;
    }
    return status;
}

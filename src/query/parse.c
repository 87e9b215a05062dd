/*
 * parse.c - the query language: words, "phrase", -word, field:word, filter:"value".
 *
 * A reader's query never fails: what has no meaning where it stands becomes
 * words, and a note says so.  Only `strict` turns the first note into an error.
 */
#include "query/query.h"

#include "base/err.h"
#include "base/mem.h"
#include "text/fold.h"
#include "text/utf8.h"
#include "token/tokenise.h"

#include <assert.h>
#include <string.h>

struct parser {
    struct hl_query *q;
    const char *text;
    size_t size, at;
    size_t run_from; /* plain words not yet made a clause; SIZE_MAX: none */
    struct hltoken_list list;
    struct hl_error *err;
};

static const struct field {
    const char *name;
    enum hlq_kind kind;
    unsigned field;
} fields[] = {
    {"title", HLQ_FIELD, 0},   {"lead", HLQ_FIELD, 1},     {"body", HLQ_FIELD, 2},
    {"source", HLQ_FILTER, 0}, {"section", HLQ_FILTER, 1}, {"author", HLQ_FILTER, 2},
};

static hl_status note(struct parser *p, size_t at, const char *text)
{
    if (p->q->options.strict)
        return hlerr_set_at(p->err, HL_BAD_QUERY, (int64_t)at, "%s", text);
    if (p->q->note_count < HLQ_NOTES_MAX)
        p->q->notes[p->q->note_count++] = (struct hl_note){text, (int64_t)at};
    return HL_OK;
}

static struct hlq_clause *add_clause(struct parser *p, enum hlq_kind kind, size_t at)
{
    struct hl_query *q = p->q;
    if (q->count == q->room) {
        uint32_t room = q->room * 2 + 8;
        struct hlq_clause *grown = hlarena_zalloc(&q->arena, room, sizeof *grown);
        if (!grown)
            return NULL;
        if (q->count)
            memcpy(grown, q->clauses, q->count * sizeof *grown);
        q->clauses = grown;
        q->room = room;
    }
    struct hlq_clause *c = &q->clauses[q->count];
    memset(c, 0, sizeof *c);
    c->kind = kind;
    c->at = (uint32_t)at;
    return c;
}

/* Tokens between blanks, as they are. */
static bool plain_tokens(struct parser *p, const char *text, size_t size, struct hlq_clause *c)
{
    size_t most = size / 2 + 1;
    c->tokens = hlarena_zalloc(&p->q->arena, most, sizeof *c->tokens);
    if (!c->tokens)
        return false;
    for (size_t i = 0; i < size;) {
        while (i < size && strchr(" \t\r\n", text[i]))
            i++;
        size_t from = i;
        while (i < size && !strchr(" \t\r\n", text[i]))
            i++;
        if (i == from)
            break;
        uint32_t key_size = i - from > HLTOKEN_KEY_MAX ? HLTOKEN_KEY_MAX : (uint32_t)(i - from);
        char *key = hlarena_strndup(&p->q->arena, text + from, key_size);
        if (!key)
            return false;
        c->tokens[c->count] = (struct hlq_token){
            key, key_size, c->count, (uint32_t)from, (uint32_t)i, false, true, true};
        c->count++;
    }
    return true;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* Where the word between blanks began that was read last. */
struct reach {
    size_t begin, end;
};

/* Does the word that holds `at` start with "=", which asks for the key itself?  Tokens come
 * in order, so that the text is read once. */
static bool is_exact(const struct parser *p, size_t at, struct reach *reach)
{
    for (; reach->end < at; reach->end++)
        if (is_blank(p->text[reach->end]))
            reach->begin = reach->end + 1;
    return !p->q->options.plain && !p->q->options.phrase && reach->begin < at &&
           p->text[reach->begin] == '=';
}

/* Digits as typed, and right behind them one ASCII letter. */
static bool is_glued(const struct hltoken *number, const struct hltoken *unit)
{
    for (uint32_t i = 0; i < number->key_size; i++)
        if (number->key[i] < '0' || number->key[i] > '9')
            return false;
    return !number->alternative && !unit->alternative && number->end == unit->start &&
           number->end - number->start == number->key_size && unit->key_size == 1 &&
           unit->key[0] >= 'a' && unit->key[0] <= 'z';
}

/*
 * 5g is five grams or the network that articles write 5G, which is one token: in a
 * query both are asked for, and the index decides (query/joined.h).
 */
static bool add_glued(struct parser *p, size_t from, const struct hltoken *number,
                      struct hlq_clause *c)
{
    const struct hltoken *unit = number + 1;
    char *key = hlarena_alloc(&p->q->arena, number->key_size + 2u);
    if (!key)
        return false;
    memcpy(key, number->key, number->key_size);
    key[number->key_size] = unit->key[0];
    key[number->key_size + 1] = '\0';
    c->tokens[c->count++] = (struct hlq_token){.key = key,
                                               .size = number->key_size + 1,
                                               .position = number->position,
                                               .start = (uint32_t)(from + number->start),
                                               .end = (uint32_t)(from + unit->end),
                                               .alternative = true};
    return true;
}

static bool copy_tokens(struct parser *p, size_t from, struct hlq_clause *c)
{
    struct reach reach = {from, from};
    c->tokens = hlarena_zalloc(&p->q->arena, p->list.count * 2 + 1, sizeof *c->tokens);
    if (!c->tokens)
        return false;
    for (size_t i = 0; i < p->list.count; i++) {
        const struct hltoken *t = &p->list.tokens[i];
        char *key = hlarena_strndup(&p->q->arena, t->key, t->key_size);
        if (!key)
            return false;
        c->tokens[c->count++] =
            (struct hlq_token){key,
                               t->key_size,
                               t->position,
                               (uint32_t)(from + t->start),
                               (uint32_t)(from + t->end),
                               t->alternative,
                               hltext_is_marked(t->key, t->key_size),
                               c->kind == HLQ_RUN && is_exact(p, from + t->start, &reach)};
        if (i + 1 < p->list.count && is_glued(t, t + 1) && !add_glued(p, from, t, c))
            return false;
    }
    return true;
}

/* Fills a clause with the tokens of a stretch of text; a clause without any is not kept. */
static hl_status finish_clause(struct parser *p, struct hlq_clause *c, size_t from, size_t to)
{
    if (!c)
        return hlerr_nomem(p->err);
    bool good;
    if (p->q->options.tokens) {
        good = plain_tokens(p, p->text + from, to - from, c);
    } else {
        hl_status status = hltoken_run(p->text + from, to - from, 0, &p->list, p->err);
        if (status != HL_OK)
            return status;
        good = copy_tokens(p, from, c);
    }
    if (!good)
        return hlerr_nomem(p->err);
    if (!c->count)
        return HL_OK;
    p->q->words += c->count;
    p->q->count++;
    return HL_OK;
}

static hl_status end_run(struct parser *p)
{
    if (p->run_from == SIZE_MAX)
        return HL_OK;
    size_t from = p->run_from;
    p->run_from = SIZE_MAX;
    return finish_clause(p, add_clause(p, HLQ_RUN, from), from, p->at);
}

/* The byte after a quoted stretch that opens at `at`; *out_end is where its text ends. */
static size_t quoted_end(const struct parser *p, size_t at, size_t *out_end)
{
    const char *close = memchr(p->text + at + 1, '"', p->size - at - 1);
    *out_end = close ? (size_t)(close - p->text) : p->size;
    return close ? *out_end + 1 : p->size;
}

static size_t word_end(const struct parser *p, size_t at)
{
    while (at < p->size && !is_blank(p->text[at]) && p->text[at] != '"')
        at++;
    return at;
}

/* "field:" at the cursor, if it is one of ours and something follows it. */
static const struct field *field_here(const struct parser *p, size_t at, size_t *out_after)
{
    for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++) {
        size_t n = strlen(fields[i].name);
        if (p->size - at <= n + 1 || p->text[at + n] != ':' || is_blank(p->text[at + n + 1]))
            continue;
        bool same = true;
        for (size_t k = 0; k < n; k++)
            same = same && (p->text[at + k] | 32) == fields[i].name[k];
        if (same) {
            *out_after = at + n + 1;
            return &fields[i];
        }
    }
    return NULL;
}

/* The value after "field:" or "-": a quoted stretch or a word. */
static hl_status take_value(struct parser *p, size_t *out_from, size_t *out_to,
                            bool *out_quoted)
{
    hl_status status = HL_OK;
    *out_quoted = p->at < p->size && p->text[p->at] == '"';
    if (*out_quoted) {
        size_t open = p->at;
        *out_from = open + 1;
        p->at = quoted_end(p, open, out_to);
        if (*out_to == p->size)
            status = note(p, open, "closing quote missing; searched as the phrase to the end");
        return status;
    }
    *out_from = p->at;
    p->at = *out_to = word_end(p, p->at);
    return status;
}

static hl_status take_field(struct parser *p, const struct field *f, size_t start,
                            bool excluded)
{
    size_t from, to;
    bool quoted;
    hl_status status = take_value(p, &from, &to, &quoted);
    if (status != HL_OK)
        return status;
    struct hlq_clause *c = add_clause(p, f->kind, start);
    if (!c)
        return hlerr_nomem(p->err);
    c->field = f->field;
    c->excluded = excluded;
    if (f->kind == HLQ_FIELD)
        return finish_clause(p, c, from, to);
    c->value = hlarena_strndup(&p->q->arena, p->text + from, to - from);
    if (!c->value)
        return hlerr_nomem(p->err);
    p->q->count++;
    p->q->words++;
    return HL_OK;
}

static hl_status take_phrase(struct parser *p, size_t start, bool excluded)
{
    size_t from, to;
    bool quoted;
    hl_status status = take_value(p, &from, &to, &quoted);
    if (status != HL_OK)
        return status;
    struct hlq_clause *c = add_clause(p, HLQ_PHRASE, start);
    if (c)
        c->excluded = excluded;
    return finish_clause(p, c, from, to);
}

/* At a "-" that starts a word: what follows is excluded. */
static hl_status take_excluded(struct parser *p)
{
    size_t start = p->at++, after;
    const struct field *f = field_here(p, p->at, &after);
    if (f) {
        p->at = after;
        return take_field(p, f, start, true);
    }
    return take_phrase(p, start, true);
}

/*
 * What other engines take for an operator and this version does not: searched as
 * the words that they also are, and said so.
 */
static hl_status note_operator(struct parser *p)
{
    static const char *const operators[] = {"OR", "AND", "NOT"};
    static const char *const prefixes[] = {"after:", "before:", "date:", "tag:"};
    const char *word = p->text + p->at;
    size_t size = word_end(p, p->at) - p->at;
    for (size_t i = 0; i < sizeof operators / sizeof *operators; i++)
        if (size == strlen(operators[i]) && !memcmp(word, operators[i], size))
            return note(p, p->at, "OR, AND and NOT are words here, not operators");
    for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes; i++)
        if (size > strlen(prefixes[i]) && !memcmp(word, prefixes[i], strlen(prefixes[i])))
            return note(p, p->at,
                        "this version knows no after:, before:, date: or tag:; "
                        "searched as words");
    if (size > 1 && word[size - 1] == '*')
        return note(p, p->at, "this version completes no words; the * means nothing");
    return HL_OK;
}

static hl_status take_one(struct parser *p)
{
    char c = p->text[p->at];
    size_t after;
    bool starts = p->at == 0 || is_blank(p->text[p->at - 1]);
    const struct field *f = starts ? field_here(p, p->at, &after) : NULL;
    bool minus = c == '-' && starts && p->at + 1 < p->size && !is_blank(p->text[p->at + 1]) &&
                 p->text[p->at + 1] != '-';
    if (c != '"' && !f && !minus) {
        if (c == '-' && starts && p->at + 1 == p->size) {
            hl_status lone = note(p, p->at, "a minus with no word after it means nothing");
            if (lone != HL_OK)
                return lone;
        }
        hl_status status = starts ? note_operator(p) : HL_OK;
        if (p->run_from == SIZE_MAX)
            p->run_from = p->at;
        p->at++;
        return status;
    }
    hl_status status = end_run(p);
    if (status != HL_OK)
        return status;
    if (f) {
        size_t start = p->at;
        p->at = after;
        return take_field(p, f, start, false);
    }
    return minus ? take_excluded(p) : take_phrase(p, p->at, false);
}

/* A query that only excludes would answer with nearly everything: its words are words. */
static hl_status mend_lone_nots(struct parser *p)
{
    struct hl_query *q = p->q;
    bool only = q->count > 0;
    for (uint32_t i = 0; i < q->count; i++)
        only = only && q->clauses[i].excluded;
    if (!only)
        return HL_OK;
    for (uint32_t i = 0; i < q->count; i++) {
        q->clauses[i].excluded = false;
        if (q->clauses[i].kind == HLQ_PHRASE && q->clauses[i].count == 1)
            q->clauses[i].kind = HLQ_RUN;
    }
    return note(p, q->clauses[0].at, "nothing but excluded words; searched for them instead");
}

static hl_status parse(struct parser *p)
{
    const struct hl_query_options *o = &p->q->options;
    hl_status status = HL_OK;
    if (o->plain || o->tokens || o->phrase) {
        struct hlq_clause *c = add_clause(p, o->phrase ? HLQ_PHRASE : HLQ_RUN, 0);
        return finish_clause(p, c, 0, p->size);
    }
    while (status == HL_OK && p->at < p->size)
        status = take_one(p);
    if (status == HL_OK)
        status = end_run(p);
    return status == HL_OK ? mend_lone_nots(p) : status;
}

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
    struct parser p = {.q = q, .text = text, .size = size, .run_from = SIZE_MAX, .err = err};
    hltoken_list_init(&p.list);
    hl_status status = parse(&p);
    hltoken_list_release(&p.list);
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

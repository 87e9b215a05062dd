#include "query/clauses.h"

#include "query/syntax.h"
#include "query/when.h"

#include "base/err.h"
#include "text/fold.h"
#include "token/tokenise.h"

#include <assert.h>
#include <string.h>

struct maker {
    struct hl_query *q;
    struct hltoken_list list;
    struct hl_error *err;
};

/* Where a unit stands. */
struct place {
    bool nested;   /* in a group */
    bool excluded; /* in something that is left out */
};

/* How much of a note is true under strict syntax: behind a semicolon many say what is done
 * instead, and there nothing is. */
static int strict_size(const char *text, const char *said)
{
    bool instead = strstr(text, "; searched") || strstr(text, "; left out") ||
                   strstr(text, "; the group goes");
    return (int)(instead ? strcspn(said, ";") : strlen(said));
}

hl_status hlq_note(struct hl_query *query, size_t at, const char *text, struct hl_error *err)
{
    const char *said = hlerr_say(text);
    if (query->options.strict)
        return hlerr_set_at(err, HL_BAD_QUERY, (int64_t)at, "%.*s", strict_size(text, said),
                            said);
    if (query->note_count < HLQ_NOTES_MAX)
        query->notes[query->note_count++] = (struct hl_note){said, (int64_t)at};
    return HL_OK;
}

static hl_status note_syntax(void *user, size_t at, const char *text)
{
    struct maker *m = user;
    return hlq_note(m->q, at, text, m->err);
}

static struct hlq_clause *add_clause(struct maker *m, enum hlq_kind kind, size_t at)
{
    struct hl_query *q = m->q;
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
    c->slop = HLQ_EXACT;
    c->at = (uint32_t)at;
    return c;
}

/* ---- tokens ---- */

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* Tokens between blanks, as they are. */
static bool plain_tokens(struct maker *m, const char *text, size_t size, struct hlq_clause *c)
{
    size_t most = size / 2 + 1;
    c->tokens = hlarena_zalloc(&m->q->arena, most, sizeof *c->tokens);
    if (!c->tokens)
        return false;
    for (size_t i = 0; i < size;) {
        while (i < size && is_blank(text[i]))
            i++;
        size_t from = i;
        while (i < size && !is_blank(text[i]))
            i++;
        if (i == from)
            break;
        uint32_t key_size = i - from > HLTOKEN_KEY_MAX ? HLTOKEN_KEY_MAX : (uint32_t)(i - from);
        char *key = hlarena_strndup(&m->q->arena, text + from, key_size);
        if (!key)
            return false;
        c->tokens[c->count] = (struct hlq_token){.key = key,
                                                 .size = key_size,
                                                 .position = c->count,
                                                 .start = (uint32_t)from,
                                                 .end = (uint32_t)i,
                                                 .marked = true,
                                                 .exact = true};
        c->count++;
    }
    return true;
}

/* Where the word between blanks began that was read last, behind the parentheses of groups that
 * it may start with: a run goes on over those that change nothing. */
struct reach {
    size_t begin, end;
};

/* Tokens come in order, so that the text is read once. */
static void reach_to(const struct hl_query *q, size_t at, struct reach *reach)
{
    for (; reach->end < at; reach->end++)
        if (is_blank(q->text[reach->end]) ||
            (q->text[reach->end] == '(' && reach->begin == reach->end))
            reach->begin = reach->end + 1;
}

/* Does the word that holds `at` start with "=", which asks for the key itself? */
static bool is_exact(const struct maker *m, size_t at, const struct reach *reach)
{
    const struct hl_query *q = m->q;
    return !q->options.plain && !q->options.phrase && reach->begin < at &&
           q->text[reach->begin] == '=';
}

/* Does a star that ends a word stand right behind the token?  Parentheses behind it close
 * groups, if none was opened inside the word, as in f(x*). */
static bool is_prefix(const struct maker *m, size_t end, size_t to, const struct reach *reach)
{
    const struct hl_query *q = m->q;
    if (q->options.plain || q->options.phrase || end >= to || q->text[end] != '*')
        return false;
    size_t after = end + 1;
    while (after < to && q->text[after] == ')')
        after++;
    if (after < to && !is_blank(q->text[after]))
        return false;
    return after == end + 1 || !memchr(q->text + reach->begin, '(', end - reach->begin);
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
static bool add_glued(struct maker *m, size_t from, const struct hltoken *number,
                      struct hlq_clause *c)
{
    const struct hltoken *unit = number + 1;
    char *key = hlarena_alloc(&m->q->arena, number->key_size + 2u);
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

static bool copy_tokens(struct maker *m, size_t from, size_t to, struct hlq_clause *c)
{
    struct reach reach = {from, from};
    c->tokens = hlarena_zalloc(&m->q->arena, m->list.count * 2 + 1, sizeof *c->tokens);
    if (!c->tokens)
        return false;
    for (size_t i = 0; i < m->list.count; i++) {
        const struct hltoken *t = &m->list.tokens[i];
        char *key = hlarena_strndup(&m->q->arena, t->key, t->key_size);
        if (!key)
            return false;
        reach_to(m->q, from + t->start, &reach);
        bool exact = is_exact(m, from + t->start, &reach);
        bool prefix = !t->alternative && is_prefix(m, from + t->end, to, &reach);
        c->tokens[c->count++] =
            (struct hlq_token){.key = key,
                               .size = t->key_size,
                               .position = t->position,
                               .start = (uint32_t)(from + t->start),
                               .end = (uint32_t)(from + t->end),
                               .alternative = t->alternative,
                               .marked = hltext_is_marked(t->key, t->key_size),
                               .exact = exact,
                               .prefix = prefix};
        if (i + 1 < m->list.count && is_glued(t, t + 1) && !add_glued(m, from, t, c))
            return false;
    }
    return true;
}

/* Fills a clause with the tokens of a stretch of text; a clause without any is not kept. */
static hl_status finish_clause(struct maker *m, struct hlq_clause *c, size_t from, size_t to)
{
    struct hl_query *q = m->q;
    bool good;
    if (q->options.tokens) {
        good = plain_tokens(m, q->text + from, to - from, c);
    } else {
        hl_status status = hltoken_run(q->text + from, to - from, 0, &m->list, m->err);
        if (status != HL_OK)
            return status;
        good = copy_tokens(m, from, to, c);
    }
    if (!good)
        return hlerr_nomem(m->err);
    if (!c->count)
        return HL_OK;
    q->words += c->count;
    q->count++;
    return HL_OK;
}

/* ---- units ---- */

/* A range of days; what is none is left to be words. */
static hl_status make_days(struct maker *m, const struct hlq_unit *u, struct hlq_clause *c,
                           bool *out_good)
{
    struct hlq_days d;
    *out_good = hlq_read_days(m->q->text + u->from, u->to - u->from, &d);
    if (!*out_good)
        return hlq_note(m->q, u->from,
                        HLERR_SAID("not a day, month or year, such as 5/1/2017, 1/2017 or "
                                   "2017; searched as words"),
                        m->err);
    c->kind = HLQ_DATE;
    c->days = d;
    if (u->name->number == HLQ_WHEN_AFTER)
        c->days.to = INT64_MAX;
    if (u->name->number == HLQ_WHEN_BEFORE)
        c->days = (struct hlq_days){INT64_MIN, d.from};
    m->q->count++;
    m->q->words++;
    return HL_OK;
}

static hl_status make_value(struct maker *m, const struct hlq_unit *u, struct hlq_clause *c)
{
    if (u->from == u->to)
        return HL_OK;
    c->kind = HLQ_FILTER;
    c->field = u->name->number;
    c->value = hlarena_strndup(&m->q->arena, m->q->text + u->from, u->to - u->from);
    if (!c->value)
        return hlerr_nomem(m->err);
    m->q->count++;
    m->q->words++;
    return HL_OK;
}

/* The clause of a unit that is no group; none if nothing is in it. */
static hl_status make_clause(struct maker *m, const struct hlq_unit *u, struct place place)
{
    struct hlq_clause *c = add_clause(m, HLQ_RUN, u->at);
    size_t from = u->from;
    if (!c)
        return hlerr_nomem(m->err);
    c->nested = place.nested;
    c->excluded = u->excluded || place.excluded;
    c->slop = u->slop;
    c->end = u->end;
    if (u->name && u->name->kind == HLQ_NAME_FILTER)
        return make_value(m, u, c);
    if (u->name && u->name->kind == HLQ_NAME_DAYS) {
        bool good = false;
        hl_status status = make_days(m, u, c, &good);
        if (status != HL_OK || good)
            return status;
        from = u->at + u->excluded;
        c->kind = u->excluded ? HLQ_PHRASE : HLQ_RUN;
    } else if (u->name) {
        c->kind = HLQ_FIELD;
        c->field = u->name->number;
        /* Words in parentheses after a name stand anywhere in the field. */
        c->apart = u->kind == HLQ_UNIT_WORDS && u->at == u->from;
    } else if (u->kind == HLQ_UNIT_QUOTED || u->excluded)
        c->kind = HLQ_PHRASE;
    return finish_clause(m, c, from, u->to);
}

/* Where all that is asked for is left out, nothing is asked for: its words are words. */
static hl_status mend_lone_nots(struct maker *m, struct hlq_unit *first)
{
    for (const struct hlq_unit *u = first; u; u = u->next)
        if (!u->excluded)
            return HL_OK;
    for (struct hlq_unit *u = first; u; u = u->next)
        u->excluded = false;
    return first ? hlq_note(m->q, first->at,
                            HLERR_SAID("nothing but excluded words; searched for them instead"),
                            m->err)
                 : HL_OK;
}

static uint32_t count_units(const struct hlq_unit *u)
{
    uint32_t count = 0;
    for (; u; u = u->next)
        count++;
    return count;
}

static hl_status make_group(struct maker *m, const struct hlq_unit *unit, struct place place,
                            struct hlq_group *group);

/* Is there more in it than what is left out?  Its text may have had no words, as (?! -a). */
static bool wants(const struct hlq_group *group)
{
    bool wanted = false;
    for (uint32_t i = 0; i < group->count; i++)
        wanted |= !group->parts[i].excluded;
    return wanted;
}

static hl_status make_part(struct maker *m, const struct hlq_unit *u, struct place place,
                           struct hlq_group *group)
{
    struct hlq_part *part = &group->parts[group->count];
    uint32_t before = m->q->count;
    *part = (struct hlq_part){.clause = before, .excluded = u->excluded};
    if (u->kind != HLQ_UNIT_GROUP) {
        hl_status status = make_clause(m, u, place);
        group->count += m->q->count > before;
        return status;
    }
    struct hlq_group *inner = hlarena_zalloc(&m->q->arena, 1, sizeof *inner);
    if (!inner)
        return hlerr_nomem(m->err);
    struct place within = {true, place.excluded || u->excluded};
    hl_status status = make_group(m, u, within, inner);
    part->group = inner;
    if (wants(inner))
        group->count++;
    else
        m->q->count = before; /* nothing is asked for: what is left out of that is nothing */
    return status;
}

static hl_status make_group(struct maker *m, const struct hlq_unit *unit, struct place place,
                            struct hlq_group *group)
{
    hl_status status = mend_lone_nots(m, unit->first);
    group->any = unit->any;
    group->at = unit->at;
    group->end = unit->end;
    group->parts =
        hlarena_zalloc(&m->q->arena, count_units(unit->first) + 1u, sizeof *group->parts);
    if (!group->parts)
        return hlerr_nomem(m->err);
    for (const struct hlq_unit *u = unit->first; status == HL_OK && u; u = u->next)
        status = make_part(m, u, place, group);
    return status;
}

/* The whole text as one clause, without operators. */
static struct hlq_unit whole(const struct hl_query *q)
{
    bool phrase = q->options.phrase;
    return (struct hlq_unit){.kind = phrase ? HLQ_UNIT_QUOTED : HLQ_UNIT_WORDS,
                             .slop = HLQ_EXACT,
                             .end = (uint32_t)q->size,
                             .to = (uint32_t)q->size};
}

hl_status hlq_read_clauses(struct hl_query *query, struct hl_error *err)
{
    const struct hl_query_options *o = &query->options;
    struct maker m = {.q = query, .err = err};
    struct hlq_unit single = whole(query), *first = &single;
    struct hlarena units;
    hl_status status = HL_OK;
    hlarena_init(&units, 0);
    hltoken_list_init(&m.list);
    if (!o->plain && !o->tokens && !o->phrase)
        status =
            hlq_read_syntax(query->text, query->size, &units, note_syntax, &m, &first, err);
    struct hlq_unit all = {
        .kind = HLQ_UNIT_GROUP, .first = first, .to = single.to, .end = single.end};
    if (status == HL_OK)
        status = make_group(&m, &all, (struct place){false, false}, &query->all);
    hltoken_list_release(&m.list);
    hlarena_release(&units);
    return status;
}

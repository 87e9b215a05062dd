#include "query/syntax.h"

#include "base/err.h"

#include <assert.h>
#include <string.h>

const struct hlq_name hlq_names[] = {
    {"title", HLQ_NAME_FIELD, 0},
    {"lead", HLQ_NAME_FIELD, 1},
    {"body", HLQ_NAME_FIELD, 2},
    {"source", HLQ_NAME_FILTER, 0},
    {"section", HLQ_NAME_FILTER, 1},
    {"author", HLQ_NAME_FILTER, 2},
    {"tag", HLQ_NAME_FILTER, 3},
    {"after", HLQ_NAME_DAYS, HLQ_WHEN_AFTER},
    {"before", HLQ_NAME_DAYS, HLQ_WHEN_BEFORE},
    {"date", HLQ_NAME_DAYS, HLQ_WHEN_DURING},
    {NULL, HLQ_NAME_FIELD, 0},
};

/* Units in the order of the text. */
struct list {
    struct hlq_unit *first, *last, *before_last;
    bool pending; /* an OR waits for what it joins */
    size_t pending_at;
};

struct reader {
    const char *text;
    size_t size, at;
    struct hlarena *arena;
    hlq_note_function *note;
    void *user;
    unsigned depth; /* of parentheses that are open */
    struct hl_error *err;
};

static bool ends_here(const struct reader *r, size_t at)
{
    return at >= r->size || hlq_is_blank(r->text[at]);
}

static size_t quote_at(const struct reader *r, size_t at)
{
    return hlq_quote_at(r->text, r->size, at);
}

static hl_status note(struct reader *r, size_t at, const char *text)
{
    return r->note(r->user, at, text);
}

static struct hlq_unit *new_unit(struct reader *r, enum hlq_unit_kind kind, size_t at)
{
    struct hlq_unit *u = hlarena_zalloc(r->arena, 1, sizeof *u);
    if (!u)
        return NULL;
    u->kind = kind;
    u->slop = HLQ_EXACT;
    u->at = u->end = u->from = u->to = (uint32_t)at;
    return u;
}

static void append(struct list *list, struct hlq_unit *unit)
{
    if (list->last)
        list->last->next = unit;
    else
        list->first = unit;
    list->before_last = list->last;
    list->last = unit;
}

/* "field:" at a place, if it is one of ours and something follows it. */
static const struct hlq_name *name_at(const struct reader *r, size_t at, size_t *out_after)
{
    for (size_t i = 0; hlq_names[i].name; i++) {
        size_t n = strlen(hlq_names[i].name);
        if (ends_here(r, at + n + 1) || r->text[at + n] != ':' || r->text[at + n + 1] == ')')
            continue;
        bool same = true;
        for (size_t k = 0; same && k < n; k++)
            same = (r->text[at + k] | 32) == hlq_names[i].name[k];
        if (same) {
            *out_after = at + n + 1;
            return &hlq_names[i];
        }
    }
    return NULL;
}

static bool is_or(const struct reader *r, size_t at)
{
    return at + 2 <= r->size && !memcmp(r->text + at, "OR", 2) &&
           (ends_here(r, at + 2) || r->text[at + 2] == '(' ||
            (r->depth && r->text[at + 2] == ')'));
}

static bool is_minus(const struct reader *r, size_t at)
{
    return r->text[at] == '-' && !ends_here(r, at + 1) && r->text[at + 1] != '-';
}

/* Does a word that begins here mean something else than itself? */
static bool is_special(const struct reader *r, size_t at)
{
    size_t after;
    return is_minus(r, at) || is_or(r, at) || r->text[at] == '(' || name_at(r, at, &after);
}

/*
 * The end of the word at a place: a blank, a quotation mark, or the parenthesis that closes
 * the group, but not one that was opened inside the word, as in f(x).
 */
static size_t word_end(const struct reader *r, size_t at)
{
    size_t open = 0;
    for (; !ends_here(r, at) && !quote_at(r, at); at++) {
        open += r->text[at] == '(';
        if (r->text[at] == ')') {
            if (!open && r->depth)
                break;
            open -= open > 0;
        }
    }
    return at;
}

/* The first parenthesis of a word that closes what was not opened; the size if there is none.
 */
static size_t closed_too_much(const char *word, size_t size)
{
    size_t open = 0;
    for (size_t i = 0; i < size; i++) {
        if (word[i] == ')' && !open)
            return i;
        open += word[i] == '(';
        open -= word[i] == ')';
    }
    return size;
}

/* What people from other engines type. */
static hl_status note_operator(struct reader *r, size_t at, size_t end)
{
    size_t size = end - at;
    const char *word = r->text + at;
    if (size == 3 && !memcmp(word, "AND", 3))
        return note(r, at, "AND is a word here; every word has to be there with --all");
    if (size == 3 && !memcmp(word, "NOT", 3))
        return note(r, at, "NOT is a word here; -word leaves a word out");
    if (size == 1 && *word == '-')
        return at + 1 == r->size ? note(r, at, "a minus with no word after it means nothing")
                                 : HL_OK;
    size_t closed = closed_too_much(word, size);
    if (closed < size)
        return note(r, at + closed, "a parenthesis is closed that was not opened");
    const char *star = memchr(word, '*', size);
    if (star && (size == 1 || star != word + size - 1))
        return note(r, at + (size_t)(star - word),
                    "a * has a meaning only at the end of a word");
    return HL_OK;
}

/* Words up to what is none. */
static hl_status read_words(struct reader *r, struct list *list)
{
    struct hlq_unit *u = new_unit(r, HLQ_UNIT_WORDS, r->at);
    if (!u)
        return hlerr_nomem(r->err);
    hl_status status = HL_OK;
    while (status == HL_OK) {
        size_t end = word_end(r, r->at);
        status = note_operator(r, r->at, end);
        r->at = u->end = u->to = (uint32_t)end;
        while (r->at < r->size && hlq_is_blank(r->text[r->at]))
            r->at++;
        bool closes = r->at < r->size && r->text[r->at] == ')';
        if (r->at >= r->size || closes || quote_at(r, r->at) || is_special(r, r->at))
            break;
    }
    append(list, u);
    return status;
}

/* ~N right after a closing quote. */
static hl_status read_slop(struct reader *r, struct hlq_unit *u)
{
    size_t at = r->at + 1, digits = 0;
    unsigned slop = 0;
    for (; at < r->size && r->text[at] >= '0' && r->text[at] <= '9'; at++, digits++)
        slop = slop > HLQ_SLOP_MAX ? slop : slop * 10 + (unsigned)(r->text[at] - '0');
    bool more = !ends_here(r, at) && r->text[at] != ')';
    if (!digits || more)
        return note(r, r->at, "a ~ after a quote wants a number: \"a b\"~5");
    r->at = at;
    u->slop = slop > HLQ_SLOP_MAX ? HLQ_SLOP_MAX : (int)slop;
    return slop > HLQ_SLOP_MAX
               ? note(r, at - digits, "words near each other are at most 1000 words apart")
               : HL_OK;
}

static hl_status read_quoted(struct reader *r, struct list *list)
{
    struct hlq_unit *u = new_unit(r, HLQ_UNIT_QUOTED, r->at);
    size_t open = quote_at(r, r->at), close = 0;
    hl_status status = HL_OK;
    if (!u)
        return hlerr_nomem(r->err);
    u->from = (uint32_t)(r->at + open);
    size_t at = u->from;
    while (at < r->size && !(close = quote_at(r, at)))
        at++;
    u->to = (uint32_t)at;
    r->at = at + close;
    if (!close)
        status = note(r, u->at, "closing quote missing; searched as the phrase to the end");
    else if (r->at < r->size && r->text[r->at] == '~')
        status = read_slop(r, u);
    u->end = (uint32_t)r->at;
    append(list, u);
    return status;
}

static hl_status read_list(struct reader *r, struct list *list, const struct hlq_name *name);

static hl_status read_group(struct reader *r, struct list *list, const struct hlq_name *name)
{
    struct hlq_unit *u = new_unit(r, HLQ_UNIT_GROUP, r->at);
    struct list inner = {0};
    if (!u)
        return hlerr_nomem(r->err);
    r->at++;
    r->depth++;
    hl_status status = read_list(r, &inner, name);
    r->depth--;
    u->to = (uint32_t)r->at;
    if (status == HL_OK && r->at >= r->size)
        status = note(r, u->at, "closing parenthesis missing; the group goes to the end");
    r->at += r->at < r->size;
    u->end = (uint32_t)r->at;
    u->from = u->at + 1;
    u->first = inner.first;
    append(list, u);
    return status;
}

/* A word, a phrase or a group that a sign or a name stands before. */
static hl_status read_one(struct reader *r, struct list *list, const struct hlq_name *name)
{
    if (quote_at(r, r->at))
        return read_quoted(r, list);
    if (r->text[r->at] == '(' && r->depth < HLQ_DEPTH_MAX)
        return read_group(r, list, name);
    struct hlq_unit *u = new_unit(r, HLQ_UNIT_WORDS, r->at);
    if (!u)
        return hlerr_nomem(r->err);
    size_t end = word_end(r, r->at);
    r->at = u->to = u->end = (uint32_t)end;
    append(list, u);
    return note_operator(r, u->from, end);
}

/* A unit with its sign and its name, which a group passes on to what is in it. */
static hl_status read_unit(struct reader *r, struct list *list, const struct hlq_name *name)
{
    size_t start = r->at, after;
    bool excluded = is_minus(r, r->at);
    r->at += excluded;
    const struct hlq_name *own = name_at(r, r->at, &after);
    if (own)
        r->at = after;
    if (own || excluded || quote_at(r, r->at) || r->text[r->at] == '(') {
        hl_status status = read_one(r, list, own ? own : name);
        if (status != HL_OK)
            return status;
    } else {
        hl_status status = read_words(r, list);
        if (status != HL_OK)
            return status;
    }
    list->last->at = (uint32_t)start;
    list->last->excluded = excluded;
    list->last->name = own ? own : name;
    return HL_OK;
}

/* ---- OR ---- */

/* An OR that joins nothing is the word. */
static hl_status or_as_word(struct reader *r, struct list *list, size_t at)
{
    struct hlq_unit *u = new_unit(r, HLQ_UNIT_WORDS, at);
    if (!u)
        return hlerr_nomem(r->err);
    u->end = u->to = (uint32_t)(at + 2);
    append(list, u);
    return note(r, at, "OR wants something on both sides; searched as a word");
}

/* The last two units become one group, or the last one joins the group before it. */
static hl_status join(struct reader *r, struct list *list)
{
    struct hlq_unit *a = list->before_last, *b = list->last;
    assert(a && b && a->next == b);
    if (b->excluded) {
        b->excluded = false;
        hl_status status =
            note(r, b->at, "what OR joins cannot be left out; searched for it instead");
        if (status != HL_OK)
            return status;
    }
    bool chain = a->kind == HLQ_UNIT_GROUP && a->any && a->from == a->at && !a->excluded;
    struct hlq_unit *group = a;
    if (!chain) {
        group = hlarena_zalloc(r->arena, 1, sizeof *group);
        if (!group)
            return hlerr_nomem(r->err);
        /* The group takes the place of its first unit, whose copy goes into it. */
        struct hlq_unit *copy = group;
        *copy = *a;
        *a = (struct hlq_unit){.kind = HLQ_UNIT_GROUP,
                               .any = true,
                               .at = copy->at,
                               .from = copy->at,
                               .first = copy,
                               .last = copy};
        copy->next = NULL;
        group = a;
    }
    group->last->next = b;
    group->last = b;
    group->next = NULL;
    group->end = group->to = b->end;
    list->last = group;
    list->before_last = NULL;
    return HL_OK;
}

static hl_status read_or(struct reader *r, struct list *list)
{
    size_t at = r->at;
    hl_status status = HL_OK;
    r->at += 2;
    if (!list->last || list->last->excluded)
        return or_as_word(r, list, at);
    if (list->pending) /* two in a row: the first is a word that the second joins */
        status = or_as_word(r, list, list->pending_at);
    list->pending = true;
    list->pending_at = at;
    return status;
}

/* Units up to the parenthesis that closes the group, or the end. */
static hl_status read_list(struct reader *r, struct list *list, const struct hlq_name *name)
{
    hl_status status = HL_OK;
    while (status == HL_OK) {
        while (r->at < r->size && hlq_is_blank(r->text[r->at]))
            r->at++;
        if (r->at >= r->size || (r->depth && r->text[r->at] == ')'))
            break;
        if (r->text[r->at] == ')') {
            status = note(r, r->at++, "a parenthesis is closed that was not opened");
            continue;
        }
        if (r->text[r->at] == '(' && r->depth == HLQ_DEPTH_MAX) {
            status = note(r, r->at++, "too many parentheses within each other; left out");
            continue;
        }
        if (is_or(r, r->at)) {
            status = read_or(r, list);
            continue;
        }
        bool joins = list->pending;
        list->pending = false;
        status = read_unit(r, list, name);
        if (status == HL_OK && joins)
            status = join(r, list);
    }
    if (status == HL_OK && list->pending)
        status = or_as_word(r, list, list->pending_at);
    return status;
}

/* ---- parentheses that change nothing ---- */

/* Words with nothing but their text. */
static bool is_plain(const struct hlq_unit *u)
{
    return u->kind == HLQ_UNIT_WORDS && !u->excluded && !u->name;
}

/* A group that only puts parentheses around what would hold without them. */
static bool is_idle(const struct hlq_unit *u)
{
    return u->kind == HLQ_UNIT_GROUP && !u->any && !u->excluded;
}

/*
 * Parentheses as in running text, trí tuệ nhân tạo (AI) là gì, part no words: what is in them
 * goes on where they stand, and runs that then touch are one.
 */
static struct hlq_unit *flatten(struct hlq_unit *first, bool within_any);

/* Does the group go up into the list that it stands in?  Among alternatives only a single thing
 * can, which is not left out: (-b) alone asks for nothing, whatever is beside it. */
static bool dissolves(const struct hlq_unit *u, bool within_any)
{
    bool single = u->first && !u->first->next && !u->first->excluded;
    return is_idle(u) && (!within_any || !u->first || single);
}

/* Appends units that are flat already; runs that touch become one. */
static void splice(struct list *to, struct hlq_unit *units, bool within_any)
{
    while (units) {
        struct hlq_unit *u = units;
        units = u->next;
        u->next = NULL;
        if (to->last && !within_any && is_plain(to->last) && is_plain(u)) {
            assert(to->last->to <= u->from);
            to->last->to = u->to;
            to->last->end = u->end;
        } else
            append(to, u);
    }
}

static struct hlq_unit *flatten(struct hlq_unit *first, bool within_any)
{
    struct list flat = {0};
    while (first) {
        struct hlq_unit *u = first;
        first = u->next;
        u->next = NULL;
        if (u->kind == HLQ_UNIT_GROUP)
            u->first = flatten(u->first, u->any);
        bool gone = u->kind == HLQ_UNIT_GROUP && dissolves(u, within_any);
        if (gone && u->first && !u->first->next && u->first->kind == HLQ_UNIT_GROUP) {
            u->first->at = u->at; /* the group that stays has the parentheses */
            u->first->end = u->end;
        }
        splice(&flat, gone ? u->first : u, within_any);
    }
    return flat.first;
}

hl_status hlq_read_syntax(const char *text, size_t size, struct hlarena *arena,
                          hlq_note_function *function, void *user, struct hlq_unit **out_first,
                          struct hl_error *err)
{
    struct reader r = {
        .text = text, .size = size, .arena = arena, .note = function, .user = user, .err = err};
    struct list all = {0};
    assert(text && arena && function);
    hl_status status = read_list(&r, &all, NULL);
    if (status != HL_OK)
        return status;
    *out_first = flatten(all.first, false);
    return HL_OK;
}

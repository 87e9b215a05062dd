/*
 * candidate_text.c - an article's text as places of the keys that a search asks for.
 *
 * Tokens, positions and the rule that a term counts once at a position are those of
 * engine/accept.c and segment/band.c: fields stand one position apart.
 */
#include "backend/candidate_parts.h"

#include "base/err.h"
#include "base/mem.h"
#include "text/utf8.h"
#include "token/date.h"

#include <assert.h>
#include <string.h>

/* As for any article that is added: a position and a bit more stay far below 2^32. */
enum { TEXT_MAX = 32 << 20 };

hl_status hlcand_check(const struct hl_article *article, const char *name, const char *text,
                       size_t size, struct hl_error *err)
{
    size_t bad = hltext_utf8_check(text, size);
    if (bad == size)
        return HL_OK;
    return hlerr_set_at(err, HL_MISUSE, (int64_t)bad,
                        "article %.64s: %s is not UTF-8 at byte %zu", article->id, name, bad);
}

bool hlcand_grow(struct hlcand_places *places, size_t count)
{
    if (count <= places->room)
        return true;
    size_t room = count + count / 2 + 64;
    uint32_t *grown = hlmem_realloc(places->list, room * sizeof *grown);
    if (!grown)
        return false;
    places->list = grown;
    places->room = room;
    return true;
}

/* Forgets the article before. */
static void reset(struct hlcandidates *c)
{
    for (uint32_t i = 0; i < c->touched_count; i++)
        c->stands[c->touched[i]] = (struct hlcand_stand){0, 0, 0, 0};
    c->touched_count = 0;
    c->found_count = 0;
    c->lengths = (struct hlchunk_lengths){0, 0, 0};
}

/* Room for so many more places. */
static bool grow_found(struct hlcandidates *c, size_t more)
{
    if (c->found_room - c->found_count >= more)
        return true;
    size_t room = (c->found_count + more) * 2;
    struct hlcand_found *grown = hlmem_realloc(c->found, room * sizeof *grown);
    if (!grown)
        return false;
    c->found = grown;
    c->found_room = room;
    return true;
}

/* The same term twice at one position counts once. */
static void add_token(struct hlcandidates *c, const char *key, size_t size, uint32_t position,
                      unsigned field, bool alternative)
{
    uint32_t number = hlcand_find(c, key, size);
    if (number == HLCAND_NONE)
        return;
    struct hlcand_stand *s = &c->stands[number];
    if (s->count && s->last == position)
        return;
    if (!s->count)
        c->touched[c->touched_count++] = number;
    s->count++;
    s->last = position;
    s->tf += c->weight[field];
    assert(c->found_count < c->found_room);
    c->found[c->found_count++] = (struct hlcand_found){number, position << 1 | alternative};
}

static hl_status read_words(struct hlcandidates *c, const char *text, size_t size, int year,
                            uint32_t base, unsigned field, uint32_t *out_positions,
                            struct hl_error *err)
{
    struct hltoken_list *list = &c->tokens;
    hl_status status = hltoken_run_wanted(text, size, year, c->wanted, list, err);
    if (status != HL_OK)
        return status;
    if (!grow_found(c, list->count))
        return hlerr_nomem(err);
    for (size_t i = 0; i < list->count; i++) {
        const struct hltoken *t = &list->tokens[i];
        add_token(c, t->key, t->key_size, base + t->position, field, t->alternative);
    }
    *out_positions = list->positions;
    return HL_OK;
}

static bool is_blank(char b)
{
    return b == ' ' || b == '\t' || b == '\r' || b == '\n';
}

/* Tokens as they are, between blanks; longer ones than a key may be are cut. */
static hl_status read_plain(struct hlcandidates *c, const char *text, size_t size,
                            uint32_t base, unsigned field, uint32_t *out_positions,
                            struct hl_error *err)
{
    const char *end = text + size;
    uint32_t positions = 0;
    static const char *const names[3] = {"title", "lead", "body"};
    hl_status status = hlcand_check(c->article, names[field], text, size, err);
    if (status != HL_OK)
        return status;
    if (!grow_found(c, size / 2 + 1)) /* a token and its blank are two bytes */
        return hlerr_nomem(err);
    for (const char *p = text; p < end;) {
        const char *start = p;
        if (is_blank(*p)) {
            p++;
            continue;
        }
        while (p < end && !is_blank(*p))
            p++;
        size_t cut =
            (size_t)(p - start) < HLTOKEN_KEY_MAX ? (size_t)(p - start) : HLTOKEN_KEY_MAX;
        add_token(c, start, cut, base + positions++, field, false);
    }
    *out_positions = positions;
    return HL_OK;
}

/* The places of each key together, rising as they were found. */
static bool sort_places(struct hlcandidates *c)
{
    uint32_t at = 0;
    if (!hlcand_grow(&c->places, c->found_count))
        return false;
    for (uint32_t i = 0; i < c->touched_count; i++) {
        struct hlcand_stand *s = &c->stands[c->touched[i]];
        s->from = at;
        s->last = at; /* where the next of them goes */
        at += s->count;
    }
    assert(at == c->found_count);
    for (size_t i = 0; i < c->found_count; i++)
        c->places.list[c->stands[c->found[i].key].last++] = c->found[i].place;
    c->places.count = c->found_count;
    return true;
}

static uint32_t date_of(const struct hl_article *article)
{
    if (article->date_precision == HL_DATE_UNKNOWN || article->date <= 0 ||
        article->date > UINT32_MAX)
        return 0;
    return (uint32_t)article->date;
}

hl_status hlcand_text(struct hlcandidates *c, const struct hl_article *article, bool tokens,
                      struct hl_error *err)
{
    const char *texts[3] = {article->title, article->lead, article->body};
    uint32_t positions[3] = {0}, base = 0;
    size_t total = 0;
    hl_status status = HL_OK;
    reset(c);
    c->article = article;
    c->date = date_of(article);
    int year = c->date ? hltoken_year(c->date, article->date_offset) : 0;
    for (unsigned f = 0; status == HL_OK && f < 3; f++) {
        size_t size = texts[f] ? strlen(texts[f]) : 0;
        total += size;
        if (total > TEXT_MAX)
            status = hlerr_set(err, HL_LIMIT, "article %.64s: longer than 32 MiB", article->id);
        else if (size && tokens)
            status = read_plain(c, texts[f], size, base, f, &positions[f], err);
        else if (size)
            status = read_words(c, texts[f], size, year, base, f, &positions[f], err);
        base += positions[f] + 1;
    }
    if (status == HL_OK && !sort_places(c))
        status = hlerr_nomem(err);
    if (status != HL_OK) {
        reset(c);
        return status;
    }
    c->lengths = (struct hlchunk_lengths){positions[0] + positions[1] + positions[2],
                                          positions[0], positions[1]};
    return HL_OK;
}

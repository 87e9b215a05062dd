#include "engine/accept.h"

#include "base/err.h"
#include "base/hash.h"
#include "base/swar.h"
#include "engine/article.h"
#include "engine/mined.h"
#include "segment/band.h"
#include "token/date.h"
#include "token/sketch.h"

#include <assert.h>

void hlaccept_init(struct hlaccept *accept)
{
    memset(accept, 0, sizeof *accept);
    hltoken_list_init(&accept->list);
}

void hlaccept_release(struct hlaccept *accept)
{
    hltoken_list_release(&accept->list);
    hlbuf_release(&accept->words);
    hlbuf_release(&accept->payload);
    hlbuf_release(&accept->found);
    hlbuf_release(&accept->mined);
}

uint32_t hlaccept_date(const struct hl_article *article)
{
    if (article->date_precision == HL_DATE_UNKNOWN || article->date <= 0 ||
        article->date > UINT32_MAX)
        return 0;
    return (uint32_t)article->date;
}

/* One token's term; false when memory is out. */
static bool add_word(struct hlaccept *a, const struct hltoken *t, size_t position_start,
                     uint64_t *out_hash)
{
    uint32_t number;
    if (t->syllable == HLTOKEN_NO_SYLLABLE
            ? !hlvocab_find(a->vocab, t->key, t->key_size, &number, out_hash)
            : !hlvocab_find_syllable(a->vocab, t->syllable, t->key, t->key_size, &number,
                                     out_hash))
        return false;
    /* The same term twice at one position counts once. */
    for (size_t i = position_start; t->alternative && i < a->words.size; i += 4)
        if (hlbuf_load32(a->words.data + i) >> 1 == number)
            return true;
    return hlbuf_put_u32(&a->words, number << 1 | t->alternative);
}

static hl_status add_tokens(struct hlaccept *a, struct hlsketch *sketch, struct hl_error *err)
{
    size_t position_start = a->words.size;
    for (size_t i = 0; i < a->list.count; i++) {
        const struct hltoken *t = &a->list.tokens[i];
        uint64_t hash;
        assert(t->key_size >= 1 && t->key_size <= HLTOKEN_KEY_MAX);
        if (!t->alternative)
            position_start = a->words.size;
        if (!add_word(a, t, position_start, &hash))
            return hlerr_nomem(err);
        if (!t->alternative)
            hlsketch_add(sketch, hash);
    }
    return HL_OK;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/*
 * The size of the token at p, if that is at most HLVOCAB_SHORT with the blank or the end
 * after it in the first 16 bytes; else 0.  out_words: its bytes, and zeros.
 */
static size_t short_token(const char *p, const char *end, uint64_t out_words[2])
{
    char last[16] = {0};
    if (end - p < 16) {
        memcpy(last, p, (size_t)(end - p));
        p = last;
    }
    uint64_t a = hlbuf_load64(p), b = hlbuf_load64(p + 8);
    uint64_t low = hlswar_below(a, ' ' + 1);
    unsigned size;
    if (low) {
        size = hlswar_first(low);
        a = hlswar_head(a, size);
        b = 0;
    } else {
        low = hlswar_below(b, ' ' + 1);
        if (!low)
            return 0;
        size = hlswar_first(low);
        b = hlswar_head(b, size);
        size += 8;
    }
    out_words[0] = a;
    out_words[1] = b;
    /* Other bytes below the blank are of a token. */
    return is_blank(p[size]) || !p[size] ? size : 0;
}

/* Tokens as they are, between blanks; longer ones than a key may be are cut. */
static hl_status add_plain(struct hlaccept *a, const char *text, struct hlsketch *sketch,
                           uint32_t *out_positions, struct hl_error *err)
{
    const char *end = text + strlen(text);
    *out_positions = 0;
    /* A token and its blank are two bytes, so there are at most half as many. */
    if (!hlbuf_grow(&a->words, ((size_t)(end - text) / 2 + 1) * 4))
        return hlerr_nomem(err);
    for (const char *p = text;;) {
        uint64_t words[2], hash;
        uint32_t number;
        while (is_blank(*p))
            p++;
        if (!*p)
            return HL_OK;
        size_t size = short_token(p, end, words);
        bool good;
        if (size) {
            good = hlvocab_find_short(a->vocab, words, size, &number, &hash);
        } else {
            size = strcspn(p, " \t\r\n");
            size_t cut = size > HLTOKEN_KEY_MAX ? HLTOKEN_KEY_MAX : size;
            good = hlvocab_find(a->vocab, p, cut, &number, &hash);
        }
        if (!good)
            return hlerr_nomem(err);
        hlsketch_add(sketch, hash);
        number <<= 1;
        memcpy(a->words.data + a->words.size, &number, sizeof number);
        a->words.size += sizeof number;
        ++*out_positions;
        p += size;
    }
}

static hl_status add_field(struct hlaccept *a, const char *text, int year,
                           struct hlsketch *sketch, uint32_t *out_positions,
                           struct hl_error *err)
{
    *out_positions = 0;
    if (!text)
        return HL_OK;
    if (a->tokens)
        return add_plain(a, text, sketch, out_positions, err);
    hl_status status = hltoken_run(text, strlen(text), year, &a->list, err);
    if (status != HL_OK)
        return status;
    *out_positions = a->list.positions;
    if (!hlmined_text(text, &a->list, &a->found, &a->mined))
        return hlerr_nomem(err);
    return add_tokens(a, sketch, err);
}

/* The year of a date in its own zone, for dates in the text that lack one. */
static int year_of(const struct hl_article *article)
{
    uint32_t date = hlaccept_date(article);
    return date ? hltoken_year(date, article->date_offset) : 0;
}

static void digest(struct hlaccept *a)
{
    uint64_t joined[4] = {a->digest[0], a->digest[1], 0, 0};
    hlhash128(a->payload.data, a->payload.size, &joined[2]);
    hlhash128(joined, sizeof joined, a->digest);
}

/* Words, mined and the head are of the article then. */
static hl_status tokenise(struct hlaccept *a, const struct hl_article *article,
                          struct hlspool_head *head, struct hl_error *err)
{
    struct hlsketch sketch;
    const char *fields[3] = {article->title, article->lead, article->body};
    int year = year_of(article);
    hlsketch_begin(&sketch);
    hlbuf_reset(&a->words);
    hlbuf_reset(&a->mined);
    for (int f = 0; f < 3; f++) {
        if (f)
            hlbuf_put_u32(&a->words, HLBAND_FIELD);
        hl_status status = add_field(a, fields[f], year, &sketch, &head->positions[f], err);
        if (status != HL_OK)
            return status;
    }
    head->mined = (uint32_t)a->mined.size;
    head->words = (uint32_t)(a->words.size / 4);
    head->content_hash = hlsketch_content(article);
    head->similar_hash = hlsketch_value(&sketch);
    return a->words.failed ? hlerr_nomem(err) : HL_OK;
}

hl_status hlaccept_article(struct hlaccept *accept, const struct hl_article *article,
                           struct hl_error *err)
{
    struct hlspool_head head = {0};
    uint64_t since = hlstage_now();
    hl_status status = tokenise(accept, article, &head, err);
    if (status == HL_OK && accept->take) {
        hlstage_add(accept->stages, HL_STAGE_TOKENISE, since);
        return accept->take(accept->user, article, &head, err);
    }
    hlbuf_reset(&accept->payload);
    if (status == HL_OK && !hlarticle_encode(article, accept->store, &accept->payload))
        status = hlerr_nomem(err);
    if (status != HL_OK)
        return status;
    digest(accept);
    head.payload = (uint32_t)accept->payload.size;
    hlstage_add(accept->stages, HL_STAGE_TOKENISE, since);
    return hlspool_add(accept->spool, &head, accept->payload.data, accept->mined.data,
                       (const uint32_t *)(const void *)accept->words.data,
                       hlaccept_date(article), article->id, err);
}

#include "engine/xapian_document.h"

#include "backend/native.h"
#include "base/err.h"
#include "engine/tags.h"
#include "segment/band.h"
#include "token/date.h"

#include <assert.h>
#include <stdlib.h>

enum { FIELDS = 3, ZONE_SECONDS = 7 * 3600 };

/* A posting while strings may still move: `at` is where its term is. */
struct posting {
    size_t at;
    uint32_t size, wdf, from, count, spare; /* spare: of wdf, that of alternatives */
};

struct pair {
    uint64_t key; /* both terms */
    uint64_t weight;
};

/* An occurrence: the term, then its place in Xapian and whether it is an alternative. */
static uint64_t occurrence(uint32_t number, uint32_t position, bool alternative)
{
    assert(position < UINT32_C(1) << 31);
    return (uint64_t)number << 32 | position << 1 | alternative;
}

static uint32_t position_of(uint64_t occurrence)
{
    return (uint32_t)occurrence >> 1;
}

static unsigned field_of(uint64_t occurrence)
{
    return (position_of(occurrence) - 1) / HLX_FIELD_GAP;
}

void hlxdocument_release(struct hlxdocument *document)
{
    struct hlxdocument *d = document;
    struct hlbuf *buffers[] = {&d->numbers,     &d->terms, &d->positions, &d->data,
                               &d->strings,     &d->pairs, &d->postings,  &d->term,
                               &d->occurrences, &d->key,   &d->lines};
    for (size_t i = 0; i < sizeof buffers / sizeof *buffers; i++)
        hlbuf_release(buffers[i]);
}

unsigned hlxdocument_multiple(const unsigned weight[3])
{
    unsigned most = 0;
    for (int f = 0; f < FIELDS; f++)
        most = weight[f] > most ? weight[f] : most;
    return 2 * most + 2;
}

/* ---- terms ---- */

static struct posting *postings(const struct hlxdocument *d)
{
    return (struct posting *)(void *)d->postings.data;
}

static size_t posting_count(const struct hlxdocument *d)
{
    return d->postings.size / sizeof(struct posting);
}

/* The term in d->term. */
static bool add_posting(struct hlxdocument *d, struct posting posting)
{
    assert(d->term.size && d->term.size <= HLX_TERM_MAX);
    posting.at = d->strings.size;
    posting.size = (uint32_t)d->term.size;
    return hlbuf_put(&d->strings, d->term.data, d->term.size) &&
           hlbuf_put(&d->postings, &posting, sizeof posting);
}

/* The same for one that may have come before, since `first`. */
static bool add_once(struct hlxdocument *d, size_t first)
{
    for (size_t i = first; i < posting_count(d); i++) {
        const struct posting *p = &postings(d)[i];
        if (p->size == d->term.size && !memcmp(d->strings.data + p->at, d->term.data, p->size))
            return true;
    }
    return add_posting(d, (struct posting){0});
}

static bool add_plain(struct hlxdocument *d, const char *prefix, const char *bytes, size_t size)
{
    return hlx_term(prefix, bytes, size, &d->term) && add_posting(d, (struct posting){0});
}

/* ---- words ---- */

static bool spread(struct hlxdocument *d, const uint32_t *words, uint32_t count)
{
    unsigned field = 0;
    uint32_t at = UINT32_MAX, before = HLBAND_FIELD; /* at: of the last first; none yet */
    hlbuf_reset(&d->occurrences);
    hlbuf_reset(&d->pairs);
    for (uint32_t i = 0; i < count; i++) {
        if (words[i] == HLBAND_FIELD) {
            field++;
            at = UINT32_MAX;
            before = HLBAND_FIELD;
            continue;
        }
        uint32_t number = words[i] >> 1;
        bool alternative = words[i] & 1;
        assert(!alternative || at != UINT32_MAX);
        at += !alternative;
        hlbuf_put_u64(&d->occurrences,
                      occurrence(number, hlx_position(field, at), alternative));
        if (alternative)
            continue;
        struct pair pair = {(uint64_t)before << 32 | number, d->weight[field]};
        if (before != HLBAND_FIELD)
            hlbuf_put(&d->pairs, &pair, sizeof pair);
        before = number;
    }
    assert(field == FIELDS - 1);
    return !d->occurrences.failed && !d->pairs.failed;
}

static int by_number(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return x < y ? -1 : x > y;
}

/* One term with all its places: `count` occurrences from `all` on, the first of them the
 * from-th of the document. */
static bool add_word(struct hlxdocument *d, const struct hlvocab *vocab, const uint64_t *all,
                     uint32_t from, uint32_t count)
{
    static const char *const prefix[FIELDS] = {HLX_TITLE, HLX_LEAD, HLX_BODY};
    uint32_t number = (uint32_t)(all[0] >> 32), size;
    const char *key = (const char *)hlvocab_bytes(vocab, number, &size);
    struct posting word = {.from = from, .count = count};
    uint32_t tf[FIELDS] = {0};
    for (uint32_t i = 0; i < count; i++) {
        unsigned field = field_of(all[i]);
        tf[field]++;
        word.wdf += d->weight[field];
        word.spare += all[i] & 1 ? d->weight[field] : 0;
    }
    bool good = hlbuf_put_u32(&d->numbers, number) && hlx_term("", key, size, &d->term) &&
                add_posting(d, word);
    for (unsigned f = 0; good && f < FIELDS; from += tf[f++]) {
        struct posting part = {.from = from, .count = f == FIELDS - 1 ? 0 : tf[f]};
        if (tf[f])
            good = hlx_term(prefix[f], key, size, &d->term) && add_posting(d, part);
    }
    return good;
}

static bool add_words(struct hlxdocument *d, const struct hlvocab *vocab)
{
    uint64_t *all = (uint64_t *)(void *)d->occurrences.data;
    uint32_t count = (uint32_t)(d->occurrences.size / sizeof *all), end;
    if (count)
        qsort(all, count, sizeof *all, by_number);
    hlbuf_reset(&d->numbers);
    hlbuf_reset(&d->positions);
    for (uint32_t i = 0; i < count; i++)
        hlbuf_put_u32(&d->positions, position_of(all[i]));
    for (uint32_t i = 0; i < count; i = end) {
        for (end = i + 1; end < count && all[end] >> 32 == all[i] >> 32;)
            end++;
        if (!add_word(d, vocab, all + i, i, end - i))
            return false;
    }
    return !d->positions.failed;
}

static int by_key(const void *a, const void *b)
{
    const struct pair *x = a, *y = b;
    return x->key < y->key ? -1 : x->key > y->key;
}

static bool add_pairs(struct hlxdocument *d, const struct hlvocab *vocab)
{
    struct pair *all = (struct pair *)(void *)d->pairs.data;
    size_t count = d->pairs.size / sizeof *all, end;
    if (count)
        qsort(all, count, sizeof *all, by_key);
    for (size_t i = 0; i < count; i = end) {
        uint64_t wdf = 0;
        uint32_t a_size, b_size;
        for (end = i; end < count && all[end].key == all[i].key; end++)
            wdf += all[end].weight;
        const uint8_t *a = hlvocab_bytes(vocab, (uint32_t)(all[i].key >> 32), &a_size);
        const uint8_t *b = hlvocab_bytes(vocab, (uint32_t)all[i].key, &b_size);
        if (!hlx_pair_term((const char *)a, a_size, (const char *)b, b_size, &d->term) ||
            !add_posting(d, (struct posting){.wdf = (uint32_t)wdf}))
            return false;
    }
    return true;
}

/* ---- length ---- */

/* Takes up to `over` from what postings weigh, at most `spare` of a word or all of a pair. */
static uint64_t relieve(struct posting *from, size_t count, bool pairs, uint64_t over)
{
    for (size_t i = 0; over && i < count; i++) {
        uint32_t may = pairs ? from[i].wdf : from[i].spare;
        uint32_t take = may < over ? may : (uint32_t)over;
        from[i].wdf -= take;
        over -= take;
    }
    return over;
}

/* Every article's length is `multiple` times its positions. */
static bool pad(struct hlxdocument *d, size_t words, uint64_t positions)
{
    uint64_t sum = 0, want = positions * d->multiple;
    size_t count = posting_count(d);
    for (size_t i = 0; i < count; i++)
        sum += postings(d)[i].wdf;
    if (sum > want) {
        uint64_t over = relieve(postings(d) + words, count - words, true, sum - want);
        over = relieve(postings(d), words, false, over);
        assert(!over); /* words as they stand weigh less than half of it */
        return true;
    }
    assert(want <= UINT32_MAX);
    hlbuf_reset(&d->term);
    return sum == want || (hlbuf_put_string(&d->term, HLX_PAD) &&
                           add_posting(d, (struct posting){.wdf = (uint32_t)(want - sum)}));
}

/* ---- values ---- */

static bool add_value(struct hlxdocument *d, unsigned slot, const void *bytes, size_t size)
{
    assert(d->value_count < HLXDOCUMENT_VALUES);
    d->value_at[d->value_count] = d->strings.size;
    d->values[d->value_count++] = (struct hlx_value){slot, {NULL, size}};
    return hlbuf_put(&d->strings, bytes, size);
}

static void put_big_endian(uint32_t number, char out_bytes[4])
{
    for (int i = 0; i < 4; i++)
        out_bytes[i] = (char)(number >> (24 - 8 * i));
}

static bool add_dates(struct hlxdocument *d, const struct hl_article *article)
{
    uint32_t date = hlaccept_date(article);
    char bytes[4], day[16];
    int year, month, mday;
    put_big_endian(UINT32_MAX - date, bytes);
    hlbuf_reset(&d->key);
    hlbuf_put(&d->key, bytes, 4);
    bool good = hlbuf_put_string(&d->key, article->id) &&
                add_value(d, HLX_SLOT_TIE, d->key.data, d->key.size);
    put_big_endian(date ? date : UINT32_MAX, bytes);
    good = good && add_value(d, HLX_SLOT_OLDEST, bytes, 4);
    if (!good || !date)
        return good;
    put_big_endian(date, bytes);
    hltoken_civil((int64_t)date + ZONE_SECONDS, &year, &month, &mday);
    snprintf(day, sizeof day, "%04d-%02d", year, month);
    good =
        add_value(d, HLX_SLOT_DATE, bytes, 4) && add_value(d, HLX_SLOT_MONTH, day, strlen(day));
    snprintf(day, sizeof day, "%04d%02d%02d", year, month, mday);
    return good && add_plain(d, "D", day, 8) && add_plain(d, "M", day, 6) &&
           add_plain(d, "Y", day, 4);
}

/* The terms of a value of a filter, as it is compared, and folded. */
static hl_status add_filter(struct hlxdocument *d, unsigned filter, const char *name,
                            size_t size, size_t first, struct hl_error *err)
{
    for (int fold = 0; fold < 2; fold++) {
        hl_status status = hlnative_filter_key(name, size, fold, &d->key, err);
        if (status != HL_OK)
            return status;
        if (!hlx_term(hlx_value_prefix[filter][fold], (const char *)d->key.data, d->key.size,
                      &d->term) ||
            !add_once(d, first))
            return hlerr_nomem(err);
    }
    return HL_OK;
}

static hl_status add_names(struct hlxdocument *d, const struct hl_article *a,
                           struct hl_error *err)
{
    static const unsigned slots[3] = {HLX_SLOT_SOURCE, HLX_SLOT_SECTION, HLX_SLOT_AUTHOR};
    const char *const names[3] = {a->source, a->section, a->author};
    for (unsigned i = 0; i < 3; i++) {
        size_t size = names[i] ? strlen(names[i]) : 0;
        if (!size)
            continue;
        hl_status status = add_filter(d, i, names[i], size, posting_count(d), err);
        if (status != HL_OK)
            return status;
        if (!add_value(d, slots[i], names[i], size))
            return hlerr_nomem(err);
    }
    return HL_OK;
}

/* Is it a line of what is there? */
static bool has_line(const struct hlbuf *lines, const char *text, size_t size)
{
    for (size_t at = 0; at < lines->size;) {
        const uint8_t *p = lines->data + at, *end = memchr(p, '\n', lines->size - at);
        size_t line = end ? (size_t)(end - p) : lines->size - at;
        if (line == size && !memcmp(p, text, size))
            return true;
        at += line + 1;
    }
    return false;
}

static hl_status add_tags(struct hlxdocument *d, const char *tags, struct hl_error *err)
{
    size_t first = posting_count(d), size;
    const char *tag;
    hlbuf_reset(&d->lines);
    for (unsigned n = 0; tags && n < HLFMT_TAGS_MAX && hltags_next(&tags, &tag, &size);) {
        if (has_line(&d->lines, tag, size))
            continue;
        if (n++)
            hlbuf_put_u8(&d->lines, '\n');
        hlbuf_put(&d->lines, tag, size);
        hl_status status = add_filter(d, HLNATIVE_TAG, tag, size, first, err);
        if (status != HL_OK)
            return status;
    }
    bool good = !d->lines.size || add_value(d, HLX_SLOT_TAGS, d->lines.data, d->lines.size);
    return good && !d->lines.failed ? HL_OK : hlerr_nomem(err);
}

/* Definitions are as mined.h has them: short form, a zero byte, keys. */
static bool add_abbreviations(struct hlxdocument *d, const struct hlbuf *mined)
{
    struct hlview v = hlview_of(mined->data, mined->size);
    size_t first = posting_count(d);
    while (hlview_left(&v)) {
        size_t size = (size_t)hlview_varint(&v);
        const uint8_t *bytes = hlview_bytes(&v, size);
        const uint8_t *zero = bytes ? memchr(bytes, 0, size) : NULL;
        assert(zero);
        size_t shorter = (size_t)(zero - bytes);
        hlbuf_reset(&d->key);
        hlbuf_put(&d->key, bytes, shorter);
        hlbuf_put_u8(&d->key, ' ');
        if (!hlbuf_put(&d->key, zero + 1, size - shorter - 1) ||
            !hlx_term(HLX_ABBREVIATION, (const char *)d->key.data, d->key.size, &d->term) ||
            !add_once(d, first))
            return false;
    }
    return true;
}

/* ---- all of it ---- */

/* Nothing moves any more: places become pointers. */
static bool settle(struct hlxdocument *d)
{
    size_t count = posting_count(d);
    const char *strings = (const char *)d->strings.data;
    const uint32_t *positions = (const uint32_t *)(const void *)d->positions.data;
    hlbuf_reset(&d->terms);
    for (size_t i = 0; i < count; i++) {
        const struct posting *p = &postings(d)[i];
        struct hlx_posting term = {.term = {strings + p->at, p->size},
                                   .wdf = p->wdf,
                                   .positions = p->count ? positions + p->from : NULL,
                                   .count = p->count};
        if (!hlbuf_put(&d->terms, &term, sizeof term))
            return false;
    }
    for (size_t i = 0; i < d->value_count; i++)
        d->values[i].value.bytes = strings + d->value_at[i];
    const struct hlx_posting *terms = (const struct hlx_posting *)(const void *)d->terms.data;
    d->document = (struct hlx_document){.id_term = terms[0].term, /* which came first */
                                        .terms = terms,
                                        .term_count = count,
                                        .values = d->values,
                                        .value_count = d->value_count,
                                        .data = {(const char *)d->data.data, d->data.size}};
    return true;
}

hl_status hlxdocument_make(struct hlxdocument *document, const struct hlaccept *accept,
                           const struct hl_article *article, const struct hlspool_head *head,
                           struct hl_error *err)
{
    struct hlxdocument *d = document;
    uint64_t positions = (uint64_t)head->positions[0] + head->positions[1] + head->positions[2];
    hlbuf_reset(&d->postings);
    hlbuf_reset(&d->strings);
    d->value_count = 0;
    bool good = add_plain(d, HLX_ID, article->id, strlen(article->id));
    good = good && spread(d, (const uint32_t *)(const void *)accept->words.data, head->words) &&
           add_words(d, accept->vocab);
    size_t words = posting_count(d);
    good = good && add_pairs(d, accept->vocab) && pad(d, words, positions) &&
           add_dates(d, article) && add_abbreviations(d, &accept->mined) &&
           add_value(d, HLX_SLOT_SIMILAR, &head->similar_hash, sizeof head->similar_hash);
    if (!good)
        return hlerr_nomem(err);
    hl_status status = add_names(d, article, err);
    if (status == HL_OK)
        status = add_tags(d, article->tags, err);
    if (status == HL_OK && (!hlx_data_encode(article, d->tokens, &d->data) || !settle(d)))
        status = hlerr_nomem(err);
    return status;
}

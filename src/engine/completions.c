/*
 * completions.c - hl_suggest(): what was typed, read; chains of words, spelled out.
 *
 * Reading is that of a query (expand.c): words that are there whole get the marks that their
 * neighbours make likely.  What is typed last may go on (complete.h); where nothing begins
 * so, it may be raw Telex or VNI (keystrokes.h), or misspelt (spelling.h).  Only the words
 * after the last operator of the query language are read (stretch.h); what stands before them
 * stands before each suggestion again, byte for byte.
 */
#include "base/err.h"
#include "base/mem.h"
#include "engine/completer.h"
#include "engine/index.h"
#include "engine/stretch.h"
#include "query/choices.h"
#include "query/keystrokes.h"
#include "query/spelling.h"
#include "text/fold.h"
#include "text/syllable.h"
#include "text/utf8.h"
#include "token/tokenise.h"

#include <assert.h>

enum {
    COUNT_DEFAULT = 8,
    AGAIN = 4, /* words that are read again when the last one is read otherwise */
    COUNTED = HLCOMPLETE_WORDS,
    ROOM_MOST = 4 << 20, /* bytes that are kept from call to call */

    RARE = 300, /* what is so much rarer than the best is no help */
    KEYS_RARER =
        20 /* words that begin like raw Telex must be so much rarer than what it makes */
};

/* A reading of the last word that is less likely is not gone on from. */
static const double START_LEAST = 0.03;
/* What stands in hardly any article but where a longer suggestion does is a piece of that. */
static const double PIECE = 0.7;

struct hl_suggestions {
    struct hl_completion items[HL_COMPLETIONS_MAX];
    size_t count;
    struct hlbuf texts;
};

/* A word that is there whole. */
struct word {
    const char *key; /* as typed */
    uint32_t size;
    bool marked;
};

struct reader {
    struct hlcompleter completer;
    struct hlarena *arena;
    struct hltoken_list tokens, again; /* of the text, of a word that is spelled out */
    struct word *words;
    struct hlq_place *places;
    uint32_t word_count;
    /* Of each start: the key of each word before it. */
    const struct hlq_choice **readings[HLCOMPLETE_STARTS];
    struct hlcomplete_asked ask;
    const char *kept; /* typed before the words that are read */
    size_t kept_size;
    bool single;       /* one word is wanted: only that is left out by a minus */
    struct hlbuf seen; /* what was suggested, as it is compared, a line each */
    size_t most;
    struct hl_suggestions *out;
    struct hl_error *err;
};

/* --------------------------------------------------------------------- memory */

/* Memory of a call before it, as fresh pages cost as much as half the rest; NULL without any.
 */
static struct hlarena *take_room(const struct hl_index *index)
{
    struct hl_index *own = (struct hl_index *)(uintptr_t)index;
    struct hlarena *room = atomic_exchange(&own->room, NULL);
    if (!room && (room = hlmem_alloc(sizeof *room)))
        hlarena_init(room, HLNATIVE_MEMORY_MAX);
    return room;
}

void hlcompletions_free_room(struct hlarena *room)
{
    if (room)
        hlarena_release(room);
    hlmem_free(room);
}

static void give_room(const struct hl_index *index, struct hlarena *room)
{
    struct hl_index *own = (struct hl_index *)(uintptr_t)index;
    if (room->total > ROOM_MOST)
        hlarena_release(room);
    hlarena_reset(room);
    hlcompletions_free_room(atomic_exchange(&own->room, room));
}

/* -------------------------------------------------------------------- reading */

/* Words of the text, and the beginning of one if it ends within a word. */
static hl_status read_text(struct reader *r, const char *text, size_t size)
{
    hl_status status = hltoken_run(text, size, 0, &r->tokens, r->err);
    if (status != HL_OK)
        return status;
    if (r->tokens.positions > HL_COMPLETION_WORDS_MAX)
        return hlerr_set(r->err, HL_LIMIT, "%u words to be completed; at most %d",
                         r->tokens.positions, HL_COMPLETION_WORDS_MAX);
    r->words = hlarena_zalloc(r->arena, r->tokens.count + 1, sizeof *r->words);
    if (!r->words)
        return hlerr_nomem(r->err);
    for (size_t i = 0; i < r->tokens.count; i++) {
        const struct hltoken *t = &r->tokens.tokens[i];
        if (t->alternative)
            continue;
        char *key = hlarena_strndup(r->arena, t->key, t->key_size);
        if (!key)
            return hlerr_nomem(r->err);
        if (t->end == size) { /* nothing but it can end there */
            r->ask.prefix = key;
            r->ask.prefix_size = t->key_size;
        } else
            r->words[r->word_count++] =
                (struct word){key, t->key_size, hltext_is_marked(key, t->key_size)};
    }
    return HL_OK;
}

/* Where most words have marks, those without mean themselves (as in a query). */
static bool mostly_marked(const struct reader *r)
{
    uint32_t marked = 0;
    for (uint32_t i = 0; i < r->word_count; i++)
        marked += r->words[i].marked;
    return marked * 2 > r->word_count;
}

static hl_status open_places(struct reader *r)
{
    bool as_typed = mostly_marked(r);
    hl_status status = HL_OK;
    r->places = hlarena_zalloc(r->arena, r->word_count + 1u, sizeof *r->places);
    if (!r->places)
        return hlerr_nomem(r->err);
    for (uint32_t i = 0; status == HL_OK && i < r->word_count; i++) {
        const struct word *w = &r->words[i];
        struct hlq_place *place = &r->places[i];
        enum hlq_open open = w->marked || as_typed ? HLQ_AS_TYPED : HLQ_FOLDED;
        status = hlq_choices(w->key, w->size, open, &r->completer.vocabulary, r->arena, place,
                             r->err);
        if (status == HL_OK && !place->count && open == HLQ_AS_TYPED)
            status = hlq_choices(w->key, w->size, HLQ_MARKS_ADDED, &r->completer.vocabulary,
                                 r->arena, place, r->err);
        place->linked = i > 0;
    }
    return status;
}

static const struct hlq_choice *best_of(const struct hlq_place *place)
{
    return place->count ? &place->choices[place->best] : NULL;
}

/* The best choice of each word, as the places are now. */
static hl_status note_reading(struct reader *r, uint32_t start)
{
    r->readings[start] =
        hlarena_zalloc(r->arena, r->word_count + 1u, sizeof(const struct hlq_choice *));
    if (!r->readings[start])
        return hlerr_nomem(r->err);
    for (uint32_t i = 0; i < r->word_count; i++)
        r->readings[start][i] = best_of(&r->places[i]);
    return HL_OK;
}

static hl_status find(const struct reader *r, const char *key, size_t size, uint32_t *out_word)
{
    return r->completer.find(r->completer.user, key, size, out_word, r->err);
}

static hl_status count_articles(const struct reader *r, const uint32_t *words, uint32_t count,
                                uint64_t *out_articles)
{
    return r->completer.count(r->completer.user, words, count, out_articles, r->err);
}

/* The last words of a reading, as far as the index has them. */
static hl_status fill_start(struct reader *r, uint32_t start, double likely)
{
    struct hlcomplete_start *s = &r->ask.starts[start];
    const struct hlq_choice **reading = r->readings[start];
    uint32_t words[HLCOMPLETE_CONTEXT], count = 0;
    while (count < HLCOMPLETE_CONTEXT && count < r->word_count) {
        const struct hlq_choice *c = reading[r->word_count - 1 - count];
        uint32_t word = HLWORDLIST_NONE;
        hl_status status = c ? find(r, c->bytes, c->size, &word) : HL_OK;
        if (status != HL_OK)
            return status;
        if (word == HLWORDLIST_NONE)
            break;
        words[count++] = word;
    }
    *s = (struct hlcomplete_start){.count = count, .likely = likely};
    for (uint32_t i = 0; i < count; i++)
        s->words[i] = words[count - 1 - i];
    return HL_OK;
}

/* Reads the last words once more, where the last one is to be this choice. */
static hl_status read_again(struct reader *r, uint32_t choice)
{
    struct hlq_place *last = &r->places[r->word_count - 1];
    uint32_t from = r->word_count > AGAIN ? r->word_count - AGAIN : 0;
    double posteriors[HLQ_CHOICES_MAX];
    for (uint32_t i = 0; i < last->count; i++) {
        posteriors[i] = last->choices[i].posterior;
        last->choices[i].barred = i != choice;
    }
    hl_status status = hlq_restore(r->places + from, r->word_count - from,
                                   &r->completer.vocabulary, r->arena, r->err);
    for (uint32_t i = 0; i < last->count; i++) {
        last->choices[i].posterior = posteriors[i];
        last->choices[i].barred = false;
    }
    return status;
}

/* The likeliest choice that is no start yet; the count of the place if none is likely. */
static uint32_t next_start(const struct hlq_place *last, const bool *taken)
{
    uint32_t best = last->count;
    for (uint32_t i = 0; i < last->count; i++) {
        double posterior = last->choices[i].posterior;
        if (!taken[i] && posterior >= START_LEAST &&
            (best == last->count || posterior > last->choices[best].posterior))
            best = i;
    }
    return best;
}

static hl_status find_starts(struct reader *r)
{
    bool taken[HLQ_CHOICES_MAX] = {false};
    hl_status status = note_reading(r, 0);
    if (status != HL_OK)
        return status;
    r->ask.start_count = 1;
    struct hlq_place *last = r->word_count ? &r->places[r->word_count - 1] : NULL;
    if (!last || !last->count)
        return fill_start(r, 0, 1);
    status = fill_start(r, 0, last->choices[last->best].posterior);
    taken[last->best] = true;
    while (status == HL_OK && r->ask.start_count < HLCOMPLETE_STARTS) {
        uint32_t choice = next_start(last, taken);
        if (choice == last->count)
            break;
        taken[choice] = true;
        status = read_again(r, choice);
        if (status == HL_OK)
            status = note_reading(r, r->ask.start_count);
        if (status == HL_OK)
            status = fill_start(r, r->ask.start_count++, last->choices[choice].posterior);
    }
    return status;
}

/* ----------------------------------------------------------------- suggestions */

/* A key that read again would be several words: 5G is one, 5g five grams. */
static hl_status is_code(struct reader *r, const char *key, size_t size, bool *out_is)
{
    bool figure = size > 1 && key[0] >= '0' && key[0] <= '9' && key[size - 1] >= 'a';
    *out_is = false;
    if (!figure)
        return HL_OK;
    hl_status status = hltoken_run(key, size, 0, &r->again, r->err);
    *out_is = status == HL_OK && r->again.positions > 1;
    return status;
}

/* As it would be typed: a code in capitals. */
static hl_status put_word(struct reader *r, struct hlbuf *text, const char *key, size_t size)
{
    bool code;
    hl_status status = is_code(r, key, size, &code);
    if (status != HL_OK)
        return status;
    if (text->size)
        hlbuf_put_u8(text, ' ');
    for (size_t i = 0; i < size; i++) {
        bool small = code && key[i] >= 'a' && key[i] <= 'z';
        hlbuf_put_u8(text, (uint8_t)(small ? key[i] - 'a' + 'A' : key[i]));
    }
    return text->failed ? hlerr_nomem(r->err) : HL_OK;
}

/* Words typed before those that a chain has, in the marks of its start. */
static hl_status put_before(struct reader *r, uint32_t start, uint32_t count,
                            struct hlbuf *text)
{
    hl_status status = HL_OK;
    for (uint32_t i = 0; status == HL_OK && i < count; i++) {
        const struct hlq_choice *c = r->readings[start][i];
        const struct word *w = &r->words[i];
        status = put_word(r, text, c ? c->bytes : w->key, c ? c->size : w->size);
    }
    return status;
}

/* Spellings of one word, kĩ and kỹ, make one suggestion: texts are compared by this. */
static hl_status variant_of(const struct hlbuf *text, struct hlbuf *out, struct hl_error *err)
{
    const char *p = (const char *)text->data, *end = p + text->size;
    hl_status status = HL_OK;
    while (status == HL_OK && p < end) {
        const char *blank = memchr(p, ' ', (size_t)(end - p));
        size_t size = blank ? (size_t)(blank - p) : (size_t)(end - p);
        status = hltext_variant_key(p, size, out, err);
        hlbuf_put_u8(out, ' ');
        p += size + 1;
    }
    return status == HL_OK && out->failed ? hlerr_nomem(err) : status;
}

/* Offsets into the texts while these may still move. */
static hl_status put_item(struct reader *r, const struct hlbuf *text, uint64_t articles,
                          enum hl_completion_kind kind)
{
    struct hlbuf *seen = &r->seen;
    struct hlbuf variant = {0};
    struct hl_suggestions *out = r->out;
    hl_status status = variant_of(text, &variant, r->err);
    bool twin = false;
    if (status == HL_OK && !hlbuf_put_u8(&variant, '\n'))
        status = hlerr_nomem(r->err);
    for (size_t at = 0; status == HL_OK && !twin && at + variant.size <= seen->size; at++)
        twin = (!at || seen->data[at - 1] == '\n') &&
               !memcmp(seen->data + at, variant.data, variant.size);
    if (status == HL_OK && !twin) {
        out->items[out->count++] = (struct hl_completion){
            (const char *)(uintptr_t)(out->texts.size + 1), articles, kind};
        hlbuf_put(&out->texts, r->kept, r->kept_size);
        hlbuf_put(&out->texts, text->data, text->size);
        hlbuf_put_u8(&out->texts, 0);
        hlbuf_put(seen, variant.data, variant.size);
        status = out->texts.failed || seen->failed ? hlerr_nomem(r->err) : HL_OK;
    }
    hlbuf_release(&variant);
    return status;
}

static hl_status put_found(struct reader *r, const struct hlcomplete_found *f,
                           uint64_t articles, struct hlbuf *text)
{
    uint32_t typed = r->ask.starts[f->start].count;
    hlbuf_reset(text);
    hl_status status = put_before(r, f->start, r->word_count - typed, text);
    for (uint32_t i = 0; status == HL_OK && i < f->count; i++) {
        const char *key;
        size_t size;
        status = r->completer.key(r->completer.user, f->words[i], &key, &size, r->err);
        if (status == HL_OK)
            status = put_word(r, text, key, size);
    }
    if (status != HL_OK)
        return status;
    bool word = r->word_count + f->count == typed + 1;
    return put_item(r, text, articles, word ? HL_COMPLETION_WORD : HL_COMPLETION_PHRASE);
}

/* trí tuệ nhân in the articles that have trí tuệ nhân tạo: only a piece of it. */
static bool is_piece(const struct hlcomplete_found *found, const uint64_t *articles,
                     uint32_t count, uint32_t i)
{
    for (uint32_t k = 0; k < count; k++)
        if (found[k].start == found[i].start && found[k].count > found[i].count &&
            !memcmp(found[k].words, found[i].words, found[i].count * sizeof(uint32_t)) &&
            (double)articles[k] > PIECE * (double)articles[i])
            return true;
    return false;
}

/* Drops the chains of several words; answers how many are left, in their order. */
static uint32_t keep_words(struct hlcomplete_found *found, uint32_t count)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < count; i++)
        if (found[i].count == 1)
            found[kept++] = found[i];
    return kept;
}

/* Chains for what is asked as it is now; more than are wanted, as some are left out. */
static hl_status complete(struct reader *r)
{
    struct hlcomplete_found found[HLCOMPLETE_MOST];
    uint64_t articles[HLCOMPLETE_MOST];
    uint32_t count = 0, most = (uint32_t)r->most + r->most / 2 + 4;
    if (r->single)
        most = HLCOMPLETE_MOST;
    struct hlbuf text = {0};
    hl_status status = r->completer.run(r->completer.user, &r->ask,
                                        most < HLCOMPLETE_MOST ? most : HLCOMPLETE_MOST, found,
                                        &count, r->err);
    if (status == HL_OK && r->single)
        count = keep_words(found, count);
    for (uint32_t i = 0; status == HL_OK && i < count; i++)
        status = count_articles(r, found[i].words, found[i].count, &articles[i]);
    for (uint32_t i = 0; status == HL_OK && i < count && r->out->count < r->most; i++)
        if (articles[i] * RARE > articles[0] && !is_piece(found, articles, count, i))
            status = put_found(r, &found[i], articles[i], &text);
    hlbuf_release(&text);
    return status;
}

/* The same where only `most` words stand before. */
static hl_status complete_after(struct reader *r, uint32_t most)
{
    struct hlcomplete_asked before = r->ask;
    for (uint32_t i = 0; i < r->ask.start_count; i++) {
        struct hlcomplete_start *s = &r->ask.starts[i];
        for (; s->count > most; s->count--)
            memmove(s->words, s->words + 1, (s->count - 1) * sizeof *s->words);
    }
    r->ask.start_count = most ? r->ask.start_count : 1;
    hl_status status = complete(r);
    r->ask = before;
    return status;
}

/* What goes on from two words; if nothing does, from the last one, and else words by
 * themselves. */
static hl_status complete_any(struct reader *r)
{
    hl_status status = complete(r);
    if (status == HL_OK && !r->out->count && r->ask.starts[0].count > 1)
        status = complete_after(r, 1);
    if (status == HL_OK && !r->out->count && r->ask.starts[0].count && r->ask.prefix_size)
        status = complete_after(r, 0);
    return status;
}

/* ------------------------------------------------------------------ keystrokes */

/* How often the commonest word occurs that begins so. */
static hl_status commonest(const struct reader *r, const char *key, size_t size,
                           uint64_t *out_times)
{
    struct hlbuf folded = {0};
    hl_status status = hltext_fold_key(key, size, &folded, r->err);
    if (status == HL_OK)
        status = r->completer.commonest(r->completer.user, (const char *)folded.data,
                                        folded.size, out_times, r->err);
    hlbuf_release(&folded);
    return status;
}

/* tieengs begins no word, or only what somebody mistyped: then it is the keys of tiếng. */
static hl_status decode_prefix(struct reader *r)
{
    uint16_t code = HLSYL_NONE;
    uint64_t typed = 0, made = 0;
    size_t size = 0;
    if (!r->ask.prefix_size ||
        hlq_judge_keystrokes(r->ask.prefix, r->ask.prefix_size, &code) == HLQ_KEYS_NONE)
        return HL_OK;
    const char *key = hlsyl_spell(code, &size);
    hl_status status = commonest(r, r->ask.prefix, r->ask.prefix_size, &typed);
    if (status == HL_OK)
        status = commonest(r, key, size, &made);
    if (status == HL_OK && made > typed * KEYS_RARER) {
        r->ask.prefix = key;
        r->ask.prefix_size = (uint32_t)size;
    }
    return status;
}

/* -------------------------------------------------------------------- spelling */

static hl_status put_proposal(struct reader *r, const struct hlq_spelling *words,
                              uint32_t count, const struct hlq_proposal *proposal,
                              struct hlbuf *text)
{
    uint32_t last[2], known = 0;
    uint64_t articles = 0;
    hlbuf_reset(text);
    for (uint32_t i = 0; i < count; i++) {
        const char *key = words[i].key_count ? words[i].keys->bytes : words[i].typed;
        uint32_t size = words[i].key_count ? words[i].keys->size : words[i].size;
        for (uint32_t k = 0; k < proposal->count; k++)
            if (proposal->changes[k].word == i) {
                key = proposal->changes[k].key;
                size = proposal->changes[k].size;
            }
        uint32_t word;
        hl_status status = put_word(r, text, key, size);
        if (status == HL_OK)
            status = find(r, key, size, &word);
        if (status != HL_OK)
            return status;
        last[0] = known ? last[known - 1] : word;
        known += known < 2;
        last[known - 1] = word;
    }
    bool there = last[0] != HLWORDLIST_NONE && last[known - 1] != HLWORDLIST_NONE;
    hl_status status = there ? count_articles(r, last, known, &articles) : HL_OK;
    return status == HL_OK && articles ? put_item(r, text, articles, HL_COMPLETION_SPELLING)
                                       : status;
}

/* Nothing begins so: the words as they may have been meant. */
static hl_status spell(struct reader *r)
{
    uint32_t count = r->word_count + 1, found = 0;
    struct hlq_proposal proposals[HLQ_PROPOSALS_MAX];
    struct hlq_spelling *words = hlarena_zalloc(r->arena, count, sizeof *words);
    struct hlq_key *keys = hlarena_zalloc(r->arena, count, sizeof *keys);
    struct hlbuf text = {0};
    if (!r->ask.prefix_size)
        return HL_OK;
    if (!words || !keys)
        return hlerr_nomem(r->err);
    for (uint32_t i = 0; i < r->word_count; i++) {
        const struct hlq_choice *c = r->readings[0][i];
        words[i] = (struct hlq_spelling){
            .typed = r->words[i].key, .size = r->words[i].size, .linked = i > 0};
        if (c) {
            keys[i] = (struct hlq_key){c->bytes, c->size, 10};
            words[i].keys = &keys[i];
            words[i].key_count = 1;
        }
    }
    words[count - 1] = (struct hlq_spelling){
        .typed = r->ask.prefix, .size = r->ask.prefix_size, .linked = count > 1};
    hl_status status =
        hlq_spell(words, count, &r->completer.vocabulary, r->arena, proposals, &found, r->err);
    for (uint32_t i = 0; status == HL_OK && i < found && r->out->count < r->most; i++)
        status = put_proposal(r, words, count, &proposals[i], &text);
    hlbuf_release(&text);
    return status;
}

/* ------------------------------------------------------------------- the words */

/* Made once for an index; of two threads that make it at a time, one throws its own away. */
static hl_status list_of(const struct hl_index *index, struct hlwordlist **out_list,
                         struct hl_error *err)
{
    /* Every hl_index was allocated by hl_index_open(): none is constant. */
    struct hl_index *own = (struct hl_index *)(uintptr_t)index;
    struct hlwordlist *list = atomic_load(&own->words), *made = NULL;
    if (!list) {
        hl_status status = hlwordlist_make(&index->snapshot, &made, err);
        if (status != HL_OK)
            return status;
        if (atomic_compare_exchange_strong(&own->words, &list, made))
            list = made;
        else
            hlwordlist_free(made);
    }
    *out_list = list;
    return HL_OK;
}

/* What the list of an index answers. */
struct listed {
    struct hlwordlist *list;
    struct hlarena *arena;
    struct hlwordlist_asked asked;
};

static hl_status list_find(void *user, const char *key, size_t size, uint32_t *out_word,
                           struct hl_error *err)
{
    const struct listed *l = user;
    return hlwordlist_find(l->list, key, size, out_word, err);
}

static hl_status list_key(void *user, uint32_t word, const char **out_key, size_t *out_size,
                          struct hl_error *err)
{
    const struct listed *l = user;
    struct hlwordlist_word *w;
    hl_status status = hlwordlist_word(l->list, word, &w, err);
    if (status == HL_OK) {
        *out_key = w->key;
        *out_size = w->size;
    }
    return status;
}

static hl_status list_run(void *user, const struct hlcomplete_asked *asked, uint32_t most,
                          struct hlcomplete_found *out_found, uint32_t *out_count,
                          struct hl_error *err)
{
    const struct listed *l = user;
    return hlcomplete_run(l->list, l->arena, asked, most, out_found, out_count, err);
}

static hl_status list_count(void *user, const uint32_t *words, uint32_t count,
                            uint64_t *out_articles, struct hl_error *err)
{
    const struct listed *l = user;
    return hlcomplete_count(l->list, l->arena, words, count, out_articles, err);
}

static hl_status list_commonest(void *user, const char *folded, size_t size,
                                uint64_t *out_times, struct hl_error *err)
{
    const struct listed *l = user;
    uint32_t from = 0, to = 0, word, found = 0;
    hl_status status = hlwordlist_range(l->list, folded, size, &from, &to, err);
    if (status == HL_OK)
        status = hlwordlist_best(l->list, from, to, NULL, NULL, 1, &word, &found, err);
    if (status == HL_OK)
        *out_times = found ? hlwordlist_cf(l->list, word) : 0;
    return status;
}

static hl_status completer_of_list(const struct hl_index *index, struct hlterms *terms,
                                   struct hlarena *arena, struct hlcompleter *out_completer,
                                   struct hl_error *err)
{
    struct listed *l = hlarena_zalloc(arena, 1, sizeof *l);
    hl_status status = l ? list_of(index, &l->list, err) : hlerr_nomem(err);
    if (status != HL_OK)
        return status;
    l->arena = arena;
    l->asked = (struct hlwordlist_asked){l->list, terms};
    *out_completer = (struct hlcompleter){.find = list_find,
                                          .key = list_key,
                                          .run = list_run,
                                          .count = list_count,
                                          .commonest = list_commonest,
                                          .vocabulary = hlwordlist_vocabulary(&l->asked),
                                          .user = l};
    return HL_OK;
}

/* ---------------------------------------------------------------------- public */

/* What is asked, and of whom. */
struct request {
    const struct hl_index *index;
    const char *text;
    struct hlstretch stretch;
    size_t size, most;
    struct hlarena *arena;
    struct hl_suggestions *out;
};

static hl_status run(struct reader *r, const struct request *q, struct hlsharded *sharded,
                     const struct hlsnapshot *snapshot, struct hlterms *terms)
{
    hl_status status = read_text(r, q->text + q->stretch.from, q->size - q->stretch.from);
    if (status != HL_OK || (!r->word_count && !r->ask.prefix_size))
        return status;
    if (r->single && r->word_count) /* vi-rut: several words, which only its hyphen joins */
        return HL_OK;
    status = sharded ? hlcompleter_of_shards(sharded, snapshot, terms, r->arena, &r->completer,
                                             r->err)
                     : completer_of_list(q->index, terms, r->arena, &r->completer, r->err);
    if (status == HL_OK)
        status = open_places(r);
    if (status == HL_OK && r->word_count)
        status =
            hlq_restore(r->places, r->word_count, &r->completer.vocabulary, r->arena, r->err);
    if (status == HL_OK)
        status = find_starts(r);
    if (status == HL_OK)
        status = decode_prefix(r);
    if (status == HL_OK && (r->ask.prefix_size || r->ask.starts[0].count))
        status = complete_any(r);
    return status == HL_OK && !r->out->count ? spell(r) : status;
}

/* One try: of shards there may be several, each of which begins anew. */
static hl_status answer(void *user, struct hlsharded *sharded,
                        const struct hlsnapshot *snapshot, struct hl_error *err)
{
    const struct request *q = user;
    struct reader r = {.arena = q->arena, .out = q->out, .most = q->most, .err = err};
    struct hlterms terms;
    hlarena_reset(q->arena);
    hlbuf_reset(&q->out->texts);
    q->out->count = 0;
    hlterms_init(&terms, snapshot, q->arena);
    hltoken_list_init(&r.tokens);
    hltoken_list_init(&r.again);
    r.kept = q->text;
    r.kept_size = q->stretch.from;
    r.single = q->stretch.single;
    hl_status status = run(&r, q, sharded, snapshot, &terms);
    hltoken_list_release(&r.tokens);
    hltoken_list_release(&r.again);
    hlbuf_release(&r.seen);
    return status;
}

static hl_status check(const char *text, size_t size, const struct hl_suggest_options *options,
                       struct hl_error *err)
{
    if (size > HL_COMPLETION_SIZE_MAX)
        return hlerr_set(err, HL_LIMIT, "%zu bytes to be completed; at most %d", size,
                         HL_COMPLETION_SIZE_MAX);
    if (options && options->count > HL_COMPLETIONS_MAX)
        return hlerr_set(err, HL_LIMIT, "at most %d suggestions are to be had",
                         HL_COMPLETIONS_MAX);
    size_t good = size ? hltext_utf8_check(text, size) : 0;
    if (good != size)
        return hlerr_set_at(err, HL_MISUSE, (int64_t)good,
                            "text to be completed is not UTF-8 at byte %zu", good);
    return HL_OK;
}

hl_status hl_suggest(const struct hl_index *index, const char *text, size_t size,
                     const struct hl_suggest_options *options,
                     struct hl_suggestions **out_suggestions, struct hl_error *err)
{
    if (!index || (!text && size) || !out_suggestions)
        return hlerr_set(err, HL_MISUSE, "what is to be completed, from which index?");
    hl_status status = check(text, size, options, err);
    if (status != HL_OK)
        return status;
    struct hl_suggestions *out = hlmem_zalloc(1, sizeof *out);
    struct hlarena *room = out ? take_room(index) : NULL;
    if (!room) {
        hlmem_free(out);
        return hlerr_nomem(err);
    }
    text = text ? text : "";
    struct request q = {.index = index,
                        .text = text,
                        .stretch = hlstretch_last(text, size),
                        .size = size,
                        .most = options && options->count ? options->count : COUNT_DEFAULT,
                        .arena = room,
                        .out = out};
    status = index->sharded ? hlsharded_do(index, answer, &q, err)
                            : answer(&q, NULL, &index->snapshot, err);
    give_room(index, room);
    if (status != HL_OK) {
        hl_suggestions_free(out);
        return status;
    }
    for (size_t i = 0; i < out->count; i++)
        out->items[i].text =
            (const char *)out->texts.data + ((uintptr_t)out->items[i].text - 1);
    *out_suggestions = out;
    return HL_OK;
}

void hl_suggestions_free(struct hl_suggestions *suggestions)
{
    if (!suggestions)
        return;
    hlbuf_release(&suggestions->texts);
    hlmem_free(suggestions);
}

const struct hl_completion *hl_suggestions_at(const struct hl_suggestions *suggestions,
                                              size_t i)
{
    return suggestions && i < suggestions->count ? &suggestions->items[i] : NULL;
}

const char *hl_completion_kind_name(enum hl_completion_kind kind)
{
    switch (kind) {
    case HL_COMPLETION_WORD:
        return "word";
    case HL_COMPLETION_PHRASE:
        return "phrase";
    case HL_COMPLETION_SPELLING:
        return "spelling";
    }
    return "word";
}

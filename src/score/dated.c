#include "score/dated.h"

#include "base/buf.h"
#include "match/columns.h"
#include "score/exact.h"
#include "score/worth.h"

#include <assert.h>

/* ---- windows in a heap, the best on top ---- */

static void sift_down(struct hldated_turn *turns, size_t i, size_t count)
{
    struct hldated_turn moving = turns[i];
    for (size_t child; (child = 2 * i + 1) < count; i = child) {
        if (child + 1 < count && turns[child + 1].rank > turns[child].rank)
            child++;
        if (moving.rank >= turns[child].rank)
            break;
        turns[i] = turns[child];
    }
    turns[i] = moving;
}

static size_t make_turns(const struct hlscore_chunk *chunks, uint32_t chunk_count,
                         enum hltopk_order order, struct hldated_turn *turns)
{
    size_t count = 0;
    for (uint32_t c = 0; c < chunk_count; c++)
        for (uint32_t w = 0; w < chunks[c].windows; w++) {
            const uint8_t *dates = chunks[c].window_dates + (size_t)w * 8;
            uint32_t best = hlbuf_load32(dates + (order == HLTOPK_NEWEST ? 4 : 0));
            if (!(chunks[c].dead >> w & 1))
                turns[count++] = (struct hldated_turn){hltopk_rank(order, best), c, w};
        }
    for (size_t i = count / 2; i-- > 0;)
        sift_down(turns, i, count);
    return count;
}

/* ---- one window ---- */

/* The dates that rank as high as the k-th found; false before there are k. */
static bool range_of(const struct hltopk *top, struct hlcolumns_range *out_range)
{
    if (!(top->theta > 0))
        return false;
    /* Ranks are whole numbers below 2^33, which doubles hold. */
    uint64_t rank = (uint64_t)top->theta;
    *out_range = top->order == HLTOPK_NEWEST
                     ? (struct hlcolumns_range){(uint32_t)rank, UINT32_MAX}
                     : (struct hlcolumns_range){1, (uint32_t)(((uint64_t)1 << 32) - rank)};
    return true;
}

static void score_batch(const struct hlscore_query *query, const struct hlscore_chunk *chunk,
                        struct hlscore_room *room, struct hltopk *top)
{
    struct hlscore_batch *b = &room->batch;
    if (!b->count)
        return;
    hlscore_exact(query, chunk, b);
    room->scored += b->count;
    for (unsigned i = 0; i < b->count; i++) {
        uint32_t doc = b->docs[i];
        struct hlhit hit = {b->score[i], hlbuf_load32(chunk->dates + (size_t)doc * 4), doc,
                            chunk->number, 0};
        hltopk_add(top, &hit);
    }
    b->count = 0;
}

/* Takes the documents of a word of bits into the batch, from the side where the better dates
 * are likelier to be: articles are mostly built newest first. */
static void add_word(const struct hlscore_query *query, const struct hlscore_chunk *chunk,
                     struct hlscore_room *room, uint32_t first, uint64_t bits,
                     struct hltopk *top)
{
    struct hlscore_batch *b = &room->batch;
    const bool backward = top->order == HLTOPK_OLDEST;
    while (bits) {
        unsigned i = (unsigned)(backward ? 63 - __builtin_clzll(bits) : __builtin_ctzll(bits));
        bits &= ~((uint64_t)1 << i);
        b->docs[b->count++] = (uint16_t)(first + i);
        if (b->count == HLSCORE_BATCH || b->count + top->count == top->most)
            score_batch(query, chunk, room, top);
    }
}

/* A batch is full before it is scored, but for the first, which sets the bar.  least: what a
 * document must score, 0 where its date may be enough. */
static void run_window(const struct hlscore_query *query, const struct hlscore_chunk *chunk,
                       struct hlscore_room *room, unsigned window, double least,
                       struct hltopk *top)
{
    const struct hlcolumns_ops *columns = hlcolumns_ops();
    struct hlcolumns_range range;
    if (least > 0 && room->total[window] < least)
        return;
    if (!hlscore_answers(query, chunk, room, window, room->bits))
        return;
    if (least > 0)
        hlscore_prune(query, chunk, room, window, least, room->bits);
    room->batch.count = 0;
    room->batch.scattered = top->order == HLTOPK_OLDEST;
    for (unsigned i = 0; i < HLSCORE_WORDS; i++) {
        unsigned w = top->order == HLTOPK_OLDEST ? HLSCORE_WORDS - 1 - i : i;
        uint32_t first = window * HLFMT_WINDOW + w * 64;
        uint64_t bits = room->bits[w], good = bits;
        if (!bits)
            continue;
        if (range_of(top, &range)) {
            uint32_t left = chunk->docs - first;
            columns->dates(chunk->dates + (size_t)first * 4, left < 64 ? left : 64, range,
                           &good);
        }
        add_word(query, chunk, room, first, bits & good, top);
    }
    score_batch(query, chunk, room, top);
}

void hldated_run(const struct hlscore_query *query, const struct hlscore_chunk *chunks,
                 uint32_t chunk_count, struct hlscore_room *room, struct hldated_turn *turns,
                 struct hltopk *top)
{
    assert(top->order != HLTOPK_SCORE && top->most > 0);
    hlscore_begin(query, chunks, chunk_count, room);
    uint32_t bounded = UINT32_MAX; /* the chunk that the room has bounds of */
    size_t count = make_turns(chunks, chunk_count, top->order, turns);
    while (count > 0 && !hldeadline_passed(query->deadline)) {
        struct hldated_turn next = turns[0];
        /* As good as the k-th may still be better by its score, which bounds then decide:
         * much may be of one day, and all that is undated. */
        if (!query->exhaustive && (double)next.rank < top->theta)
            break;
        turns[0] = turns[--count];
        if (count)
            sift_down(turns, 0, count);
        const struct hlhit *worst = hltopk_worst(top);
        double least =
            !query->exhaustive && worst && (double)next.rank <= top->theta ? worst->score : 0;
        if (least > 0 && bounded != next.chunk)
            hlworth_windows(query, &chunks[bounded = next.chunk], room);
        room->windows_alive++;
        run_window(query, &chunks[next.chunk], room, next.window, least, top);
    }
}

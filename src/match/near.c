#include "match/near.h"

#include "base/mem.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum { INSERTED = 64 };

void hlnear_init(struct hlnear *near)
{
    memset(near, 0, sizeof *near);
}

void hlnear_release(struct hlnear *near)
{
    hlmem_free(near->want);
    hlmem_free(near->have);
    hlmem_free(near->places);
}

static bool grow(uint32_t **list, uint32_t from, uint32_t to)
{
    uint32_t *grown = hlmem_realloc(*list, to * sizeof *grown);
    if (!grown)
        return false;
    memset(grown + from, 0, (to - from) * sizeof *grown);
    *list = grown;
    return true;
}

bool hlnear_want(struct hlnear *near, uint32_t word)
{
    if (word >= near->room) {
        uint32_t room = word * 2 + 8;
        if (!grow(&near->want, near->room, room) || !grow(&near->have, near->room, room))
            return false;
        near->room = room;
    }
    near->words = word >= near->words ? word + 1 : near->words;
    near->want[word]++;
    near->total++;
    return true;
}

void hlnear_reset(struct hlnear *near)
{
    near->count = 0;
    near->failed = false;
}

void hlnear_add(struct hlnear *near, uint32_t position, uint32_t word)
{
    assert(word < near->words && near->want[word]);
    if (near->count == near->place_room) {
        size_t room = near->place_room * 2 + 64;
        struct hlnear_place *grown = hlmem_realloc(near->places, room * sizeof *grown);
        near->failed |= !grown;
        if (!grown)
            return;
        near->places = grown;
        near->place_room = room;
    }
    near->places[near->count++] = (struct hlnear_place){position, word};
}

static int by_position(const void *a, const void *b)
{
    const struct hlnear_place *x = a, *y = b;
    if (x->position != y->position)
        return x->position < y->position ? -1 : 1;
    return x->word < y->word ? -1 : x->word > y->word;
}

/* Mostly a few, in rising rows: where insertion is fast. */
static void sort(struct hlnear_place *p, size_t count)
{
    if (count > INSERTED) {
        qsort(p, count, sizeof *p, by_position);
        return;
    }
    for (size_t i = 1; i < count; i++) {
        struct hlnear_place moving = p[i];
        size_t at = i;
        for (; at > 0 &&
               (p[at - 1].position > moving.position ||
                (p[at - 1].position == moving.position && p[at - 1].word > moving.word));
             at--)
            p[at] = p[at - 1];
        p[at] = moving;
    }
}

bool hlnear_count(struct hlnear *near, const struct hlchunk_lengths *lengths, uint32_t slop,
                  uint32_t out_spans[3])
{
    const struct hlnear_place *p = near->places;
    size_t low = 0;
    uint32_t missing = near->total;
    if (near->failed)
        return false;
    sort(near->places, near->count);
    memset(near->have, 0, near->words * sizeof *near->have);
    for (size_t i = 0; i < near->count; i++) {
        unsigned field = hlpos_field(lengths, p[i].position);
        bool restart = i && hlpos_field(lengths, p[i - 1].position) != field;
        if (restart) {
            memset(near->have, 0, near->words * sizeof *near->have);
            missing = near->total;
            low = i;
        }
        missing -= near->have[p[i].word]++ < near->want[p[i].word];
        /* The span begins as late as it can. */
        while (low < i && near->have[p[low].word] > near->want[p[low].word])
            near->have[p[low++].word]--;
        if (missing || p[i].position - p[low].position + 1 > near->total + slop)
            continue;
        out_spans[field]++;
        memset(near->have, 0, near->words * sizeof *near->have);
        missing = near->total;
        while (i + 1 < near->count && p[i + 1].position == p[i].position)
            i++; /* other words at the place where the span ended */
        low = i + 1;
    }
    return true;
}

#include "match/similar.h"

#include "base/buf.h"

#include <assert.h>

enum { BYTES = 8, BYTES_LEAST = 7, WORDS_LEAST = 24, LONG = 128 };

/* How many of the eight bytes are equal. */
static unsigned agreeing(uint64_t a, uint64_t b)
{
    uint64_t x = a ^ b;
    x |= x >> 4;
    x |= x >> 2;
    x |= x >> 1; /* the lowest bit of a byte is now set if any was */
    return BYTES - (unsigned)__builtin_popcountll(x & 0x0101010101010101u);
}

bool hlsimilar_near(const struct hlsimilar_text *a, const struct hlsimilar_text *b)
{
    if (a->content == b->content)
        return true;
    unsigned bytes = agreeing(a->sketch, b->sketch);
    uint64_t least = a->length < b->length ? a->length : b->length;
    uint64_t most = a->length < b->length ? b->length : a->length;
    if (bytes < BYTES_LEAST || least < WORDS_LEAST || least * 5 < most * 4)
        return false;
    if (a->second && a->second == b->second)
        return true;
    return least >= LONG && (bytes == BYTES || least * 20 >= most * 19);
}

/* The keys of which near texts have at least one in common. */
static uint64_t key_of(const struct hlsimilar_text *t, unsigned key)
{
    return key ? t->sketch >> 32 : t->sketch & 0xffffffff;
}

static uint32_t slot_of(const struct hlsimilar_heads *h, uint64_t key)
{
    return (uint32_t)(key * 0x9e3779b97f4a7c15u >> 32) & h->mask;
}

uint32_t hlsimilar_slots(uint32_t room)
{
    uint32_t slots = 16;
    while (slots < room)
        slots *= 2;
    return slots;
}

void hlsimilar_add(struct hlsimilar_heads *h, const struct hlsimilar_text *text)
{
    assert(h->count < h->room && h->mask);
    for (unsigned k = 0; k < HLSIMILAR_KEYS; k++) {
        uint64_t key = key_of(text, k);
        uint32_t slot = slot_of(h, key);
        h->next[k][h->count] = h->first[k][slot];
        h->first[k][slot] = h->count + 1;
        h->may[k][(key & 65535) / 64] |= (uint64_t)1 << key % 64;
    }
    h->texts[h->count++] = *text;
}

/* Hardly any is picked, yet which cannot be told ahead: without a branch. */
unsigned hlsimilar_pick(const struct hlsimilar_heads *heads, const uint8_t *sketches,
                        const uint16_t *docs, unsigned n, uint16_t *out_docs)
{
    unsigned picked = 0;
    for (unsigned i = 0; i < n; i++) {
        uint16_t doc = docs[i];
        out_docs[picked] = doc;
        picked += hlsimilar_may(heads, hlbuf_load64(sketches + (size_t)doc * 8));
    }
    return picked;
}

void hlsimilar_find(const struct hlsimilar_heads *h, const struct hlsimilar_text *text,
                    void (*found)(void *user, uint32_t head), void *user)
{
    if (!hlsimilar_may(h, text->sketch))
        return;
    for (unsigned k = 0; k < HLSIMILAR_KEYS; k++) {
        uint64_t key = key_of(text, k);
        for (uint32_t at = h->first[k][slot_of(h, key)]; at; at = h->next[k][at - 1]) {
            const struct hlsimilar_text *head = &h->texts[at - 1];
            if (key_of(head, k) != key || (k && key_of(head, 0) == key_of(text, 0)))
                continue; /* another key, or met by the first before */
            if (hlsimilar_near(head, text))
                found(user, at - 1);
        }
    }
}

/*
 * similar.h - which two articles are near copies, and which heads a text is near to.
 *
 * Of each text the index keeps a hash of its content and a sketch: eight bytes, each the least
 * hash of an eighth of the runs of four words.  Of two texts that share the part J of their
 * runs about 8 J bytes agree; of others one byte in 256.  Two articles are near copies
 *
 *     1. where their content is equal; else neither has less than 24 words, their lengths are
 *        within a fifth of the longer, at least 7 of the 8 bytes agree, and
 *     2. both are of one second, which dates tell to the minute at least; or
 *     3. both have at least 128 words, and all 8 bytes agree or lengths are within a
 *        twentieth.
 *
 * A pair taken for copies hides an article, so the rule would rather leave one out.  Measured
 * on 265,846 articles (183,000 of them a title and a lead from feeds, the others whole), by
 * the share J that a pair has in common of its runs of four words:
 *
 *     pairs                                         all  J < .5  J < .7
 *     equal content                                 828
 *     2.  8 bytes, one second                       174       2      12
 *     2.  7 bytes, one second                       276       2      37
 *     3.  8 bytes, long                             164       4       7
 *     3.  7 bytes, long, within a twentieth          89       3      16
 *     left out: 7 bytes, long, within a fifth only   59      14      24
 *     left out: 6 bytes, long                       158      71     122
 *     left out: 8 bytes, short, other seconds       408      19     133
 *     left out: 7 bytes, short, other seconds     1,364     508   1,046
 *     left out: 6 bytes, short, other seconds     3,300   2,234   3,056
 *
 * Most that is left out of the short ones is series: the lottery, horoscopes and health news
 * of each day, whose leads differ in a date or a name.  Those of one second are a story that
 * its paper named anew, even where J is below .5.  The rest below .5 is the same event told
 * twice, and one forecast of the weather.
 *
 * Two texts near by 2 or 3 agree in the lower or in the upper four bytes, and equal ones in
 * both: the date of an article only adds alternatives, which no sketch has.  So heads are
 * found by these in two tables, and a bitmap for each spares nearly every look.
 *
 * Memory  none is allocated: the caller's.
 */
#ifndef HL_MATCH_SIMILAR_H
#define HL_MATCH_SIMILAR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { HLSIMILAR_KEYS = 2, HLSIMILAR_BITS = 65536 };

struct hlsimilar_text {
    uint64_t content, sketch;
    uint32_t length; /* words */
    uint32_t second; /* UTC; 0: not known to the minute */
};

bool hlsimilar_near(const struct hlsimilar_text *a, const struct hlsimilar_text *b);

struct hlsimilar_heads {
    struct hlsimilar_text *texts; /* room entries */
    uint32_t count, room;
    uint32_t mask;                        /* of slots */
    uint32_t *first[HLSIMILAR_KEYS];      /* a slot: 1 + the latest head of it; 0: none */
    uint32_t *next[HLSIMILAR_KEYS];       /* a head: 1 + the one before it in its slot */
    uint64_t (*may)[HLSIMILAR_BITS / 64]; /* is there a head with this beginning of the key? */
};

/* Slots that so many heads want. */
uint32_t hlsimilar_slots(uint32_t room);
/* Arrays are set and zero: texts, next: room entries; first: hlsimilar_slots(); may: one a
 * key. */
void hlsimilar_add(struct hlsimilar_heads *heads, const struct hlsimilar_text *text);

/* May some head be near?  False is certain. */
static inline bool hlsimilar_may(const struct hlsimilar_heads *h, uint64_t sketch)
{
    const unsigned low = sketch & 65535, high = sketch >> 32 & 65535;
    return (h->may[0][low / 64] >> low % 64 | h->may[1][high / 64] >> high % 64) & 1;
}

/* Of n texts, numbered in docs, those that some head may be near to; how many.  sketches: 8
 * bytes a number; out_docs has room for n, and may be docs. */
unsigned hlsimilar_pick(const struct hlsimilar_heads *heads, const uint8_t *sketches,
                        const uint16_t *docs, unsigned n, uint16_t *out_docs);

/* Calls for each head that is near, in no order, once. */
void hlsimilar_find(const struct hlsimilar_heads *heads, const struct hlsimilar_text *text,
                    void (*found)(void *user, uint32_t head), void *user);

#endif

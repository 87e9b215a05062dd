/*
 * slips.h - the syllables that a reader may have meant who wrote this one.
 *
 *   kỷ   ->  kỹ (tone)  kỉ ...          ngệ  ->  nghệ (onset)
 *   tuy  ->  tư  túy  tuyn ...          vước ->  nước  bước  vượt ...
 *
 * One slip away: another tone, a mark left out or put on, a confused onset or
 * rhyme, a letter too many, too few, wrong, or in the wrong place.  The word
 * itself may be a syllable or an illegal spelling (nghành); what is made of it is
 * legal.  Nothing here knows an index.
 *
 * Threads   no state.
 */
#ifndef HL_QUERY_SLIPS_H
#define HL_QUERY_SLIPS_H

#include <stddef.h>
#include <stdint.h>

enum hlq_slip_kind {
    HLQ_SLIP_NEAR_TONE, /* hỏi for ngã and back: said alike in half of the country */
    HLQ_SLIP_TONE,
    HLQ_SLIP_MARK,  /* a ă â, e ê, o ô ơ, u ư, d đ */
    HLQ_SLIP_SOUND, /* onsets and rhymes said alike: tr ch, s x, n ng, iu ưu */
    HLQ_SLIP_SWAP,  /* two letters in the wrong order */
    HLQ_SLIP_EXTRA, /* a letter too many or too few */
    HLQ_SLIP_LETTER /* a wrong letter */
};

struct hlq_slip {
    uint16_t code; /* the syllable meant */
    uint8_t kind;
};

enum { HLQ_SLIPS_MAX = 256 };

/* All of them, each syllable once with its likeliest kind; returns how many.  0 for a
 * word with other letters than those of syllables. */
size_t hlq_slips(const char *word, size_t size, struct hlq_slip out_slips[HLQ_SLIPS_MAX]);

#endif

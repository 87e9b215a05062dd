/*
 * section.h - what a chunk knows about its words: FORMAT.md 15, bytes and counts.
 *
 *   syllables   code, how often, and how often as the second of a word of two, by code
 *   pairs       two syllables that stand beside each other more often than chance would
 *               put them there, and how often; by the first code, then the second
 *
 * Counts add up: those of an index are the sums over its chunks, so that a merge copies
 * the section as it is.  What is a word is decided on the sums (model.h), never here.
 *
 * Invariants  codes rise and are legal syllables; a pair has HLWORDS_PAIR_LEAST occurrences
 *             or more and never more than either of its syllables; no byte is left over.
 * Ownership   counts belong to who decoded or filled them: hlwords_counts_release().
 * Threads     no state.
 * Errors      HL_CORRUPT with a sentence in *out_why, HL_NOMEM.
 */
#ifndef HL_WORDS_SECTION_H
#define HL_WORDS_SECTION_H

#include "base/buf.h"
#include "hlsearch.h"

enum {
    HLWORDS_PAIR_LEAST = 3, /* rarer pairs say nothing yet; two thirds of all are */
    HLWORDS_CODES = 28 << 11,
    HLWORDS_NO_CODE = 0xffff
};

struct hlwords_syllable {
    uint32_t code, count;
    uint32_t ends; /* occurrences of the pairs it is the second of and that stick */
};

struct hlwords_pair {
    uint16_t a, b;
    uint32_t count;
};

struct hlwords_counts {
    struct hlwords_syllable *syllables;
    size_t syllable_count;
    struct hlwords_pair *pairs;
    size_t pair_count;
};

void hlwords_counts_release(struct hlwords_counts *counts);

/* Is a pair so much more frequent than chance has it that it may be taken for one word? places:
 * occurrences of all syllables. */
bool hlwords_sticks(uint64_t places, uint64_t pair, uint64_t a, uint64_t b);

/*
 * Sorts the pairs, drops those that chance explains (pointwise mutual information of 0 or
 * less) or that are too rare, says of the syllables what they end, and writes what is left.
 * Syllables come sorted.
 */
bool hlwords_section_write(struct hlwords_counts *counts, struct hlbuf *to);

/*
 * The code of a term that is a syllable, spelled as the index spells it, or
 * HLWORDS_NO_CODE.  Terms taken as they are ("--format tokens") may spell a syllable in
 * several ways, and only one of them counts; a term may be any bytes.
 */
uint16_t hlwords_code(const uint8_t *term, size_t size);

/* Brings syllables into the order of their codes. */
void hlwords_sort_syllables(struct hlwords_counts *counts);

/* The first bytes of a section that have all its syllables. */
size_t hlwords_section_head(const uint8_t *bytes, size_t size);
/* Reads these, and no pair. */
hl_status hlwords_section_syllables(const uint8_t *bytes, size_t size,
                                    struct hlwords_counts *out_counts, const char **out_why);

hl_status hlwords_section_read(const uint8_t *bytes, size_t size,
                               struct hlwords_counts *out_counts, const char **out_why);

#endif

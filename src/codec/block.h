/*
 * block.h - up to 256 small integers to bytes and back.
 *
 * The one codec of the index: deltas of documents, term frequencies and
 * positions all go through it.  Patched frame of reference (Zukowski et al.,
 * "Super-Scalar RAM-CPU Cache Compression", 2006): most values in `width` bits,
 * the few that need more leave their high bits in a list of exceptions.
 *
 *   n = 256    width u8 | exceptions u8 | 32 * width bytes, 16 lanes | exceptions
 *   n >= 16    width u8 | exceptions u8 | ceil(n * width / 8) bytes  | exceptions
 *   n < 16     n varints
 *   n = 256    17 u8 | 256 varints, where every value takes more than 16 bits
 *
 * In the 16-lane form value i lies in lane i % 16 of 16-bit words, so that one
 * vector register holds the same bits of 16 neighbours: plain C is vectorised
 * by the compiler, and a kernel needs no shuffles.
 *
 * Invariants  width <= 16; exceptions are sorted by place, and their high bits
 *             are not 0.
 * Errors      decode returns NULL for bytes that no encoder writes; it never
 *             reads at or past `end`.
 */
#ifndef HL_CODEC_BLOCK_H
#define HL_CODEC_BLOCK_H

#include "base/buf.h"

enum {
    HLBLOCK_COUNT = 256,
    HLBLOCK_BYTES_MAX = 2048 /* of a block, encoded */,
    HLBLOCK_WIDTH_MAX = 16
};

/* Appends n values (1 to 256).  False when memory is out. */
bool hlblock_encode(const uint32_t *values, unsigned n, struct hlbuf *to);

/* Reads n values into values, which has room for 256.  The byte after the block, or NULL. */
const uint8_t *hlblock_decode(const uint8_t *p, const uint8_t *end, unsigned n,
                              uint32_t *values);

/*
 * The same for values that are mostly below 65,536: their low 16 bits, and whether any has
 * more.  Room for 256, of which those past n are left with anything.
 */
const uint8_t *hlblock_decode16(const uint8_t *p, const uint8_t *end, unsigned n,
                                uint16_t *values, bool *out_wide);

/*
 * Distances less 1 to rising numbers, in place: the first is `from` + its distance.  Returns
 * the number after the last, at most 65,536; 0 if they do not stay below that.
 */
uint32_t hlblock_sum16(uint16_t *values, unsigned n, uint32_t from);

/*
 * Values to bytes, none more than `cap` (1 to 255); bits of at_cap say which of them reach it.
 * Both arrays have room for 256, and `to` is left with anything past n.
 */
void hlblock_cap8(const uint16_t *values, unsigned n, unsigned cap, uint8_t *to,
                  uint64_t at_cap[HLBLOCK_COUNT / 64]);

#endif

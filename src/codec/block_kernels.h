/*
 * block_kernels.h - what block.c leaves to the kernels of the processor.
 *
 * Each level has one file: block.c in plain C, block_avx2.c, block_avx512.c.  A width is at
 * most 16, so unpacked values have 16 bits; whoever wants 32 gets zeros above.
 *
 * Reads   lanes: 32 * width bytes.  stream: up to HLBLOCK_PAST bytes after the last value,
 *         which the caller has made readable.
 * Writes  up to 256 values.
 */
#ifndef HL_CODEC_BLOCK_KERNELS_H
#define HL_CODEC_BLOCK_KERNELS_H

#include "base/cpu.h"
#include "codec/block.h"

enum { HLBLOCK_LANES = 16, HLBLOCK_ROWS = HLBLOCK_COUNT / HLBLOCK_LANES, HLBLOCK_PAST = 64 };

struct hlblock_ops {
    /* 256 values in the 16-lane form. */
    void (*lanes)(const uint8_t *p, unsigned width, uint32_t *values);
    void (*lanes16)(const uint8_t *p, unsigned width, uint16_t *values);
    /* n values, 1 to 255, one after another. */
    void (*stream)(const uint8_t *p, unsigned n, unsigned width, uint32_t *values);
    void (*stream16)(const uint8_t *p, unsigned n, unsigned width, uint16_t *values);
    /* hlblock_sum16() and hlblock_cap8(). */
    uint32_t (*sum16)(uint16_t *values, unsigned n, uint32_t from);
    void (*cap8)(const uint16_t *values, unsigned n, unsigned cap, uint8_t *to,
                 uint64_t *at_cap);
};

/* The kernels of a level; NULL if the processor lacks it. */
const struct hlblock_ops *hlblock_ops_at(enum hlcpu_level level);

#if defined(__x86_64__)
extern const struct hlblock_ops hlblock_avx2_ops, hlblock_avx512_ops;
#endif

#endif

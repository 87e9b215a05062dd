/*
 * cpu.h - what the processor can do, asked once at run time.
 *
 * A build never assumes more than the baseline of its architecture: kernels
 * carry their target attribute, and callers pick by these answers.
 *
 * The environment variable HLSEARCH_CPU lowers the answers, so that a whole run
 * can be tested and timed on each path: `portable` (nothing is there), `avx2`
 * (no more than AVX2), `avx512` (all there is, as if it were not set).  It is
 * read at the first question; other values count as not set.  It cannot promise
 * what the processor lacks.
 *
 * Threads  any.
 */
#ifndef HL_BASE_CPU_H
#define HL_BASE_CPU_H

#include <stdbool.h>

/*
 * AVX2 includes BMI1, BMI2 and POPCNT; AVX512 is F, BW, VL, DQ, VBMI, VBMI2, BITALG and
 * VPOPCNTDQ (Ice Lake, Zen 4 and later) beside all of those.
 */
enum hlcpu_feature { HLCPU_SSE42 = 1, HLCPU_AVX2 = 2, HLCPU_AVX512 = 4 };

/* Sets of kernels; a later one needs more of the processor. */
enum hlcpu_level { HLCPU_LEVEL_PORTABLE = 0, HLCPU_LEVEL_AVX2, HLCPU_LEVEL_AVX512 };
enum { HLCPU_LEVELS = HLCPU_LEVEL_AVX512 + 1 };

bool hlcpu_has(enum hlcpu_feature feature);
/* The best set of kernels that may run. */
enum hlcpu_level hlcpu_level(void);
/* Processors that this process may use, at least 1. */
int hlcpu_count(void);

/* Before functions that use what a level has. */
#define HLCPU_TARGET_AVX2 __attribute__((target("avx2,bmi,bmi2,popcnt,lzcnt")))
#define HLCPU_TARGET_AVX512                                                                    \
    __attribute__((target("avx2,bmi,bmi2,popcnt,lzcnt,avx512f,avx512bw,avx512vl,avx512dq,"     \
                          "avx512vbmi,avx512vbmi2,avx512bitalg,avx512vpopcntdq")))

#endif

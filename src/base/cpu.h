/*
 * cpu.h - what the processor can do, asked once at run time.
 *
 * A build never assumes more than the baseline of its architecture: kernels
 * carry their target attribute, and callers pick by these answers.
 */
#ifndef HL_BASE_CPU_H
#define HL_BASE_CPU_H

#include <stdbool.h>

enum hlcpu_feature { HLCPU_SSE42 = 1, HLCPU_AVX2 = 2, HLCPU_AVX512 = 4 };

bool hlcpu_has(enum hlcpu_feature feature);
/* Processors that this process may use, at least 1. */
int hlcpu_count(void);

#endif

#include "base/cpu.h"

#include <sched.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

enum { ASKED = 1 << 30 };

static unsigned present(void)
{
    unsigned have = 0;
#if defined(__x86_64__)
    if (__builtin_cpu_supports("sse4.2"))
        have |= HLCPU_SSE42;
    bool avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi") &&
                __builtin_cpu_supports("bmi2") && __builtin_cpu_supports("popcnt");
    if (avx2)
        have |= HLCPU_AVX2;
    if (avx2 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
        __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq") &&
        __builtin_cpu_supports("avx512vbmi") && __builtin_cpu_supports("avx512vbmi2") &&
        __builtin_cpu_supports("avx512bitalg") && __builtin_cpu_supports("avx512vpopcntdq"))
        have |= HLCPU_AVX512;
#endif
    return have;
}

static unsigned allowed(void)
{
    const char *wish = getenv("HLSEARCH_CPU");
    if (wish && !strcmp(wish, "portable"))
        return 0;
    if (wish && !strcmp(wish, "avx2"))
        return HLCPU_SSE42 | HLCPU_AVX2;
    return HLCPU_SSE42 | HLCPU_AVX2 | HLCPU_AVX512;
}

/* Threads that ask at once find the same answer, so none has to wait for another. */
static unsigned features(void)
{
    static atomic_uint known;
    unsigned have = atomic_load_explicit(&known, memory_order_relaxed);
    if (!have) {
        have = (present() & allowed()) | ASKED;
        atomic_store_explicit(&known, have, memory_order_relaxed);
    }
    return have;
}

bool hlcpu_has(enum hlcpu_feature feature)
{
    return features() & (unsigned)feature;
}

enum hlcpu_level hlcpu_level(void)
{
    unsigned have = features();
    if (have & HLCPU_AVX512)
        return HLCPU_LEVEL_AVX512;
    return have & HLCPU_AVX2 ? HLCPU_LEVEL_AVX2 : HLCPU_LEVEL_PORTABLE;
}

int hlcpu_count(void)
{
    cpu_set_t set;
    if (sched_getaffinity(0, sizeof set, &set) != 0)
        return 1;
    int count = CPU_COUNT(&set);
    return count < 1 ? 1 : count;
}

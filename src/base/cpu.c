#include "base/cpu.h"

#include <sched.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

enum { ASKED = 1 << 30 };

/*
 * The C library has asked the processor already when a program begins.  Asking again, as the
 * compiler's __builtin_cpu_supports() does before main(), takes a virtual machine 60 us, since
 * each question leaves it: a tenth of what starting a process takes.
 */
#if defined(__x86_64__) && __has_include(<sys/platform/x86.h>)
#include <sys/platform/x86.h>

/* As CPU_FEATURE_ACTIVE() of the library, which shifts a bit into the sign. */
static bool is_active(unsigned feature)
{
    enum { REGISTERS = 4, BITS = 32 };
    const struct cpuid_feature *leaf =
        __x86_get_cpuid_feature_leaf(feature / (REGISTERS * BITS));
    return leaf->active_array[feature / BITS % REGISTERS] >> feature % BITS & 1;
}

#define HAS(library, compiler) is_active(x86_cpu_##library)
#elif defined(__x86_64__)
#define HAS(library, compiler) __builtin_cpu_supports(compiler)
#endif

static unsigned present(void)
{
    unsigned have = 0;
#if defined(__x86_64__)
    if (HAS(SSE4_2, "sse4.2"))
        have |= HLCPU_SSE42;
    bool avx2 =
        HAS(AVX2, "avx2") && HAS(BMI1, "bmi") && HAS(BMI2, "bmi2") && HAS(POPCNT, "popcnt");
    if (avx2)
        have |= HLCPU_AVX2;
    if (avx2 && HAS(AVX512F, "avx512f") && HAS(AVX512BW, "avx512bw") &&
        HAS(AVX512VL, "avx512vl") && HAS(AVX512DQ, "avx512dq") &&
        HAS(AVX512_VBMI, "avx512vbmi") && HAS(AVX512_VBMI2, "avx512vbmi2") &&
        HAS(AVX512_BITALG, "avx512bitalg") && HAS(AVX512_VPOPCNTDQ, "avx512vpopcntdq"))
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

#include "base/cpu.h"

#include <sched.h>

bool hlcpu_has(enum hlcpu_feature feature)
{
#if defined(__x86_64__)
    switch (feature) {
    case HLCPU_SSE42:
        return __builtin_cpu_supports("sse4.2");
    case HLCPU_AVX2:
        return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi2");
    case HLCPU_AVX512:
        return __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vbmi2");
    }
#else
    (void)feature;
#endif
    return false;
}

int hlcpu_count(void)
{
    cpu_set_t set;
    if (sched_getaffinity(0, sizeof set, &set) != 0)
        return 1;
    int count = CPU_COUNT(&set);
    return count < 1 ? 1 : count;
}

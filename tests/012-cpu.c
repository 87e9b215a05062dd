/*
 * What HLSEARCH_CPU says is what the processor seems to have, and never more than it has.
 */
#include "tap.h"

#include "base/cpu.h"

#include <sys/wait.h>
#include <unistd.h>

/* Features and level as a process sees them that starts with this value; NULL: none. */
static int ask(const char *value)
{
    fflush(stdout);
    pid_t pid = fork();
    if (pid == 0) {
        if (value)
            setenv("HLSEARCH_CPU", value, 1);
        else
            unsetenv("HLSEARCH_CPU");
        int has =
            hlcpu_has(HLCPU_SSE42) | hlcpu_has(HLCPU_AVX2) << 1 | hlcpu_has(HLCPU_AVX512) << 2;
        _exit(has | (int)hlcpu_level() << 4);
    }
    int status = 0;
    return pid > 0 && waitpid(pid, &status, 0) == pid && WIFEXITED(status) ? WEXITSTATUS(status)
                                                                           : -1;
}

int main(void)
{
    int all = ask(NULL), avx2 = ask("avx2");
    OK(all >= 0 && all == ask("avx512") && all == ask("") && all == ask("AVX2"),
       "unset, avx512 and what it does not know: all there is (%#x)", (unsigned)all);
    OK(ask("portable") == 0, "portable: nothing");
    OK(avx2 == ((all & 3) | (all & 2 ? HLCPU_LEVEL_AVX2 << 4 : 0)), "avx2: no more than AVX2");
    OK(!(all & 4) || (all & 3) == 3, "AVX-512 comes with AVX2 and SSE4.2");
    OK(all >> 4 == (all & 4   ? HLCPU_LEVEL_AVX512
                    : all & 2 ? HLCPU_LEVEL_AVX2
                              : HLCPU_LEVEL_PORTABLE),
       "the level is the best that the features allow");
    OK(hlcpu_count() >= 1, "there is a processor");
    return tap_done();
}

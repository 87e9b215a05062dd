/* The processor time of a request is counted by the clock that the system compares with. */
#include "cgi/limits.h"
#include "tap.h"

#include <sys/resource.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

/* CPUCLOCK_PROF of this process: user and system time as they are counted for limits. */
static double counted(void)
{
    struct timespec t = {0, 0};
    clock_gettime((clockid_t)((~(unsigned)getpid()) << 3), &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void spend(double seconds)
{
    double until = counted() + seconds;
    while (counted() < until)
        continue;
}

int main(void)
{
    struct rlimit before, after;
    struct itimerval timer;
    hlcgi_limits_init();
    OK(!getitimer(ITIMER_PROF, &timer) && timer.it_value.tv_sec > 90000000,
       "a timer counts what was used");
    hlcgi_limit_time();
    getrlimit(RLIMIT_CPU, &before);
    OK(before.rlim_cur >= 5 && before.rlim_cur <= 8, "the first request has some seconds: %lu",
       (unsigned long)before.rlim_cur);
    spend(1.2);
    hlcgi_limit_time();
    getrlimit(RLIMIT_CPU, &after);
    OK(after.rlim_cur > before.rlim_cur, "the next one has as many more");
    double left = (double)after.rlim_cur - counted();
    OK(left > 4.9 && left < 7.1, "from where the system counts: %.2f s", left);
    return tap_done();
}

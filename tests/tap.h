/*
 * tap.h - the smallest test harness: each check prints one TAP line.
 *
 * A file is a main() that calls OK() and IS(), and ends with return tap_done().
 * The plan comes last, so a test that dies early is seen as broken.
 */
#ifndef HL_TESTS_TAP_H
#define HL_TESTS_TAP_H

#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int tap_count, tap_failed;

static inline bool tap_ok(bool good, const char *file, int line, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

static inline bool tap_ok(bool good, const char *file, int line, const char *format, ...)
{
    va_list args;
    printf("%sok %d - ", good ? "" : "not ", ++tap_count);
    va_start(args, format);
    vprintf(format, args);
    va_end(args);
    printf("\n");
    if (!good) {
        tap_failed++;
        printf("#   at %s:%d\n", file, line);
    }
    return good;
}

static inline bool tap_is(const char *got, const char *want, const char *file, int line,
                          const char *what)
{
    bool good = got && want ? !strcmp(got, want) : got == want;
    tap_ok(good, file, line, "%s", what);
    if (!good)
        printf("#   got:  %s\n#   want: %s\n", got ? got : "(null)", want ? want : "(null)");
    return good;
}

#define OK(good, ...) tap_ok((good), __FILE__, __LINE__, __VA_ARGS__)
#define IS(got, want, what) tap_is((got), (want), __FILE__, __LINE__, (what))

static inline void tap_skip(const char *what)
{
    printf("ok %d # skip %s\n", ++tap_count, what);
}

static inline int tap_done(void)
{
    printf("1..%d\n", tap_count);
    fflush(stdout);
    return tap_failed ? 1 : 0;
}

/* The folder of optional data; NULL (and the caller skips) where it is not there. */
static inline const char *tap_data(void)
{
    const char *data = getenv("HLSEARCH_DATA");
    if (!data)
        data = "../shared/data";
    static char probe[1024];
    snprintf(probe, sizeof probe, "%s/README.md", data);
    FILE *f = fopen(probe, "r");
    if (!f)
        return NULL;
    fclose(f);
    return data;
}

/* A small generator of repeatable numbers (splitmix64, Steele et al. 2014). */
static inline uint64_t tap_random(uint64_t *state)
{
    uint64_t z = (*state += 0x9e3779b97f4a7c15u);
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return z ^ z >> 31;
}

#endif

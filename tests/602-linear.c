/*
 * Reading a query takes time as its text: of many shapes 64 KiB, and half of them, the least of
 * several rounds each.  What is refused for its words is read all the same.
 */
#include "hlsearch.h"
#include "tap.h"

#include <time.h>

/* Nanoseconds that are no matter: a page that is new, another program. */
#ifdef __SANITIZE_ADDRESS__
enum { SLACK = 200000000 };
#else
enum { SLACK = 20000000 };
#endif
enum { MOST = 65536, ROUNDS = 5 };

static const struct {
    const char *start, *again, *end;
} shapes[] = {
    {"", "(", ""},
    {"", "((((((((((a", ""},
    {"", ")", ""},
    {"(", ")", ""},
    {"", "(a ", ""},
    {"", "-(", ""},
    {"", "title:(", ""},
    {"", "()", ""},
    {"", "(a) ", ""},
    {"", "((a)) ", ""},
    {"", "(a OR b) ", ""},
    {"", "((a OR b) c) OR ", "d"},
    {"", "a OR ", ""},
    {"", "OR ", ""},
    {"", "\"a\" OR ", ""},
    {"", "\"a\" OR OR ", ""},
    {"", "-a OR ", ""},
    {"", "\"", ""},
    {"", "\"a b\" ", ""},
    {"", "\"a b\"~3 ", ""},
    {"", "\"a\"~", ""},
    {"", "“", ""},
    {"", "-", ""},
    {"", "-a ", ""},
    {"", "a* ", ""},
    {"", "a*)", ""},
    {"(", "a*)(", ""},
    {"", "=a", ""},
    {"", "(=a ", ""},
    {"(((((", "a-", ""},
    {"f(", "a*", ""},
    {"", "*", ""},
    {"", "title:", ""},
    {"", "title:a ", ""},
    {"", "section:", ""},
    {"", "date:2017 ", ""},
    {"date:", "2017..", ""},
    {"date:", "1/", ""},
    {"", "5g", ""},
    {"", "TP.", ""},
    {"", "a", ""},
    {"", "a ", ""},
    {"", "\n", ""},
    {"\"", "(a ", ""},
    {"((((((((((((((((((((((((((((((((", "a \"b\" ", ""},
    {"((((((((((((((((((((((((((((((((", "a OR ", "b"},
};

static char text[MOST + 1];

static size_t make(size_t i, size_t size)
{
    size_t at = strlen(shapes[i].start), step = strlen(shapes[i].again);
    size_t end = strlen(shapes[i].end);
    memcpy(text, shapes[i].start, at);
    for (; at + step + end <= size; at += step)
        memcpy(text + at, shapes[i].again, step);
    memcpy(text + at, shapes[i].end, end);
    return at + end;
}

/* The least time in nanoseconds; 0: it failed, but for its number of words. */
static uint64_t read_in(size_t i, size_t size)
{
    uint64_t least = UINT64_MAX;
    size_t made = make(i, size);
    for (int round = 0; round < ROUNDS; round++) {
        struct timespec a, b;
        struct hl_query *query = NULL;
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &a);
        hl_status status = hl_query_parse(NULL, text, made, NULL, &query, NULL);
        hl_query_free(query);
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &b);
        if (status != HL_OK && status != HL_LIMIT)
            return 0;
        uint64_t time = (uint64_t)(b.tv_sec - a.tv_sec) * 1000000000 + (uint64_t)b.tv_nsec -
                        (uint64_t)a.tv_nsec;
        least = time < least ? time : least;
    }
    return least + 1;
}

int main(void)
{
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++) {
        uint64_t quarter = read_in(i, MOST / 4), all = read_in(i, MOST);
        /* Four times the text: four times the time, and that of fresh memory.  Were only a
         * step of some nanoseconds done for every two bytes, it would be seconds. */
        bool linear = all < 8 * quarter + SLACK;
        OK(quarter && all && linear, "64 KiB of [%s%s...%s]", shapes[i].start, shapes[i].again,
           shapes[i].end);
        if (!linear || getenv("HLSEARCH_SHOW"))
            printf("# %llu us, a quarter of it %llu us\n", (unsigned long long)all / 1000,
                   (unsigned long long)quarter / 1000);
    }
    return tap_done();
}

/* Memory given back at once: alignment, limits, reuse. */
#include "base/arena.h"
#include "faultio.h"
#include "tap.h"

static void test_alignment(void)
{
    struct hlarena arena = {0};
    bool aligned = true, apart = true;
    uint8_t *pieces[300];
    for (size_t i = 0; i < 300; i++) {
        pieces[i] = hlarena_alloc(&arena, i * 37);
        aligned &= pieces[i] && ((uintptr_t)pieces[i] & 63) == 0;
        memset(pieces[i], (int)i, i * 37);
    }
    for (size_t i = 1; i < 300; i++)
        apart &= pieces[i][0] == (uint8_t)i && pieces[i][i * 37 - 1] == (uint8_t)i;
    OK(aligned, "every piece starts at a multiple of 64");
    OK(apart, "no piece overlaps another");
    OK(arena.total >= 299 * 300 / 2 * 37, "total counts what was handed out");
    hlarena_release(&arena);
    OK(!arena.first && !arena.total, "release leaves an empty arena");
}

static void test_limit(void)
{
    struct hlarena arena;
    hlarena_init(&arena, 1000);
    OK(hlarena_alloc(&arena, 960), "15 lines fit into a limit of 1,000");
    OK(!hlarena_alloc(&arena, 64), "a 16th does not");
    OK(hlarena_alloc(&arena, 0), "nothing always fits");
    hlarena_reset(&arena);
    OK(hlarena_alloc(&arena, 960), "after a reset there is room again");
    OK(!hlarena_alloc(&arena, SIZE_MAX) && !hlarena_alloc(&arena, SIZE_MAX - 64),
       "sizes that wrap are refused");
    hlarena_release(&arena);
    OK(arena.limit == 1000, "the limit outlives release");
    hlarena_init(&arena, 0);
    OK(!hlarena_zalloc(&arena, SIZE_MAX / 2, 4), "zalloc checks the product");
    hlarena_release(&arena);
}

static void test_reuse(void)
{
    struct hlarena arena = {0};
    faultmem_start(0, false);
    for (int round = 0; round < 50; round++) {
        for (int i = 0; i < 20; i++)
            memset(hlarena_alloc(&arena, 100000), round, 100000);
        uint8_t *zeros = hlarena_zalloc(&arena, 1000, 3);
        if (zeros[0] || zeros[2999])
            OK(false, "zalloc gave old bytes");
        hlarena_reset(&arena);
    }
    OK(faultmem_count() <= 21, "fifty rounds take the memory of one (%d blocks)",
       (int)faultmem_count());
    char *text = hlarena_strndup(&arena, "nghiên cứu", 7);
    IS(text, "nghiên", "strndup ends its copy");
    IS(hlarena_strndup(&arena, NULL, 0), "", "nothing from nowhere is an empty string");
    uint8_t *large = hlarena_alloc(&arena, 3000000);
    memset(large, 1, 3000000);
    IS(text, "nghiên", "a large piece has a block of its own");
    hlarena_release(&arena);
    OK(faultmem_live() == 0, "nothing leaks");
    faultmem_stop();
}

static void test_rewind(void)
{
    struct hlarena arena = {0};
    faultmem_start(0, false);
    hlarena_init(&arena, 1000000);
    struct hlarena_mark empty = hlarena_mark(&arena);
    hlarena_alloc(&arena, 5000);
    hlarena_rewind(&arena, empty);
    uint8_t *kept = hlarena_alloc(&arena, 100);
    memset(kept, 7, 100);
    struct hlarena_mark mark = hlarena_mark(&arena);
    for (int round = 0; round < 1000; round++) {
        uint8_t *large = hlarena_alloc(&arena, 90000), *small = hlarena_alloc(&arena, 20);
        if (!large || !small)
            break;
        memset(large, round, 90000);
        memset(small, round, 20);
        if (round % 2)
            hlarena_alloc(&arena, 700000);
        hlarena_rewind(&arena, mark);
    }
    OK(faultmem_count() <= 5, "what was taken back serves again (%d blocks)",
       (int)faultmem_count());
    OK(kept[0] == 7 && kept[99] == 7 && arena.total == mark.total,
       "what was there before the mark stays, and the limit knows");
    hlarena_release(&arena);
    OK(faultmem_live() == 0, "nothing leaks");
    faultmem_stop();
}

static void test_no_memory(void)
{
    struct hlarena arena = {0};
    faultmem_start(2, true);
    uint8_t *first = hlarena_alloc(&arena, 100);
    memset(first, 7, 100);
    OK(!hlarena_alloc(&arena, 1000000), "no block to be had");
    OK(hlarena_alloc(&arena, 100) && first[99] == 7, "the first block still serves");
    hlarena_release(&arena);
    OK(faultmem_live() == 0, "nothing leaks");
    faultmem_stop();
}

int main(void)
{
    test_alignment();
    test_limit();
    test_reuse();
    test_rewind();
    test_no_memory();
    return tap_done();
}

#include "match/rising.h"

#include <stdlib.h>

enum { INSERTED = 64 };

static int by_value(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return x < y ? -1 : x > y;
}

void hlrising_sort(uint32_t *list, size_t count)
{
    if (count > INSERTED) {
        qsort(list, count, sizeof *list, by_value);
        return;
    }
    for (size_t i = 1; i < count; i++) {
        uint32_t moving = list[i];
        size_t at = i;
        for (; at > 0 && list[at - 1] > moving; at--)
            list[at] = list[at - 1];
        list[at] = moving;
    }
}

size_t hlrising_keep_followed(uint32_t *first, size_t count, const uint32_t *next,
                              size_t next_count, uint32_t step)
{
    size_t kept = 0, k = 0;
    for (size_t i = 0; i < count; i++) {
        uint32_t want = first[i] + step;
        while (k < next_count && next[k] < want)
            k++;
        if (k < next_count && next[k] == want)
            first[kept++] = first[i];
    }
    return kept;
}

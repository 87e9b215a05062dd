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

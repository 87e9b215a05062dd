#include "engine/chain.h"

#include <assert.h>
#include <string.h>

void hlchain_keep(struct hlchain *list, uint32_t *count, uint32_t most,
                  const struct hlchain *one)
{
    uint32_t at = *count;
    while (at > 0 && list[at - 1].likely < one->likely)
        at--;
    if (at == most)
        return;
    *count += *count < most;
    for (uint32_t i = *count - 1; i > at; i--)
        list[i] = list[i - 1];
    list[at] = *one;
}

struct hlchain hlchain_of(const struct hlcomplete_asked *asked, uint32_t start)
{
    const struct hlcomplete_start *s = &asked->starts[start];
    struct hlchain chain = {.count = s->count, .start = start, .likely = s->likely};
    memcpy(chain.words, s->words, s->count * sizeof *s->words);
    return chain;
}

struct hlchain hlchain_longer(const struct hlchain *chain, uint32_t word, double likely)
{
    struct hlchain one = *chain;
    assert(one.count < HLCOMPLETE_WORDS);
    one.words[one.count++] = word;
    one.added++;
    one.likely = likely;
    one.sample = NULL;
    one.brought = NULL;
    return one;
}

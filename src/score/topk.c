#include "score/topk.h"

#include <assert.h>

bool hltopk_before(const struct hltopk *top, const struct hlhit *a, const struct hlhit *b)
{
    if (a->score != b->score)
        return a->score > b->score;
    if (a->date != b->date)
        return a->date > b->date;
    return top->tie(top->user, a, b) < 0;
}

static void sift_down(struct hltopk *top, size_t i, size_t count)
{
    struct hlhit moving = top->hits[i];
    for (;;) {
        size_t child = 2 * i + 1;
        if (child >= count)
            break;
        if (child + 1 < count && hltopk_before(top, &top->hits[child], &top->hits[child + 1]))
            child++;
        if (!hltopk_before(top, &moving, &top->hits[child]))
            break;
        top->hits[i] = top->hits[child];
        i = child;
    }
    top->hits[i] = moving;
}

static void sift_up(struct hltopk *top, size_t i)
{
    struct hlhit moving = top->hits[i];
    while (i > 0 && hltopk_before(top, &top->hits[(i - 1) / 2], &moving)) {
        top->hits[i] = top->hits[(i - 1) / 2];
        i = (i - 1) / 2;
    }
    top->hits[i] = moving;
}

void hltopk_add(struct hltopk *top, const struct hlhit *hit)
{
    assert(top->most > 0);
    if (top->count < top->most) {
        top->hits[top->count] = *hit;
        sift_up(top, top->count++);
        return;
    }
    if (!hltopk_before(top, hit, &top->hits[0]))
        return;
    top->hits[0] = *hit;
    sift_down(top, 0, top->count);
}

void hltopk_sort(struct hltopk *top)
{
    for (size_t n = top->count; n > 1; n--) {
        struct hlhit worst = top->hits[0];
        top->hits[0] = top->hits[n - 1];
        top->hits[n - 1] = worst;
        sift_down(top, 0, n - 1);
    }
}

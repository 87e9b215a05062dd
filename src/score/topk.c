#include "score/topk.h"

#include <assert.h>
#include <string.h>

enum { SHORT = 12, /* runs that insertion sorts */ BUCKETS = 1024 };

bool hltopk_before(const struct hltopk *top, struct hlhit *a, struct hlhit *b)
{
    if (__builtin_expect(top->order != HLTOPK_SCORE, 0) && a->date != b->date)
        return hltopk_rank(top->order, a->date) > hltopk_rank(top->order, b->date);
    if (a->score != b->score)
        return a->score > b->score;
    if (a->date != b->date)
        return a->date > b->date;
    if (!a->key)
        a->key = top->key(top->user, a);
    if (!b->key)
        b->key = top->key(top->user, b);
    return a->key != b->key ? a->key < b->key : top->tie(top->user, a, b) < 0;
}

/* What the order goes by first, and theta is in. */
static inline double value_of(const struct hltopk *top, const struct hlhit *hit)
{
    return top->order ? (double)hltopk_rank(top->order, hit->date) : hit->score;
}

/* ---- a heap, the worst on top ---- */

static void sift_down(const struct hltopk *top, struct hlhit *hits, size_t i, size_t count)
{
    struct hlhit moving = hits[i];
    for (;;) {
        size_t child = 2 * i + 1;
        if (child >= count)
            break;
        if (child + 1 < count && hltopk_before(top, &hits[child], &hits[child + 1]))
            child++;
        if (!hltopk_before(top, &moving, &hits[child]))
            break;
        hits[i] = hits[child];
        i = child;
    }
    hits[i] = moving;
}

static void sift_up(const struct hltopk *top, struct hlhit *hits, size_t i)
{
    struct hlhit moving = hits[i];
    while (i > 0 && hltopk_before(top, &hits[(i - 1) / 2], &moving)) {
        hits[i] = hits[(i - 1) / 2];
        i = (i - 1) / 2;
    }
    hits[i] = moving;
}

static void heap_add(struct hltopk *top, struct hlhit *hit)
{
    if (top->count < top->most) {
        top->hits[top->count] = *hit;
        sift_up(top, top->hits, top->count++);
    } else if (hltopk_before(top, hit, &top->hits[0])) {
        top->hits[0] = *hit;
        sift_down(top, top->hits, 0, top->count);
    }
    if (top->count == top->most)
        top->theta = value_of(top, &top->hits[0]);
}

static void heap_sort(const struct hltopk *top, struct hlhit *hits, size_t count)
{
    for (size_t i = count / 2; i-- > 0;)
        sift_down(top, hits, i, count);
    for (size_t n = count; n > 1; n--) {
        struct hlhit worst = hits[0];
        hits[0] = hits[n - 1];
        hits[n - 1] = worst;
        sift_down(top, hits, 0, n - 1);
    }
}

/* ---- an array, selected and sorted by parts ---- */

static void swap(struct hlhit *a, struct hlhit *b)
{
    struct hlhit t = *a;
    *a = *b;
    *b = t;
}

static void insertion_sort(const struct hltopk *top, struct hlhit *hits, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        struct hlhit moving = hits[i];
        size_t at = i;
        for (; at > 0 && hltopk_before(top, &moving, &hits[at - 1]); at--)
            hits[at] = hits[at - 1];
        hits[at] = moving;
    }
}

/* Puts the better ones of three or more hits before the others; where they meet. */
static size_t part(const struct hltopk *top, struct hlhit *hits, size_t count)
{
    struct hlhit *middle = &hits[count / 2], *last = &hits[count - 1];
    assert(count >= 3);
    if (hltopk_before(top, middle, &hits[0]))
        swap(middle, &hits[0]);
    if (hltopk_before(top, last, &hits[0]))
        swap(last, &hits[0]);
    if (hltopk_before(top, last, middle))
        swap(last, middle);
    struct hlhit pivot = *middle;
    size_t i = 0, j = count - 1;
    for (;;) {
        /* The ends are tested because tie() may contradict itself where it meets damage. */
        while (i + 1 < count && hltopk_before(top, &hits[i], &pivot))
            i++;
        while (j > 0 && hltopk_before(top, &pivot, &hits[j]))
            j--;
        if (i >= j)
            return j + 1 < count ? j + 1 : count - 1;
        swap(&hits[i++], &hits[j--]);
    }
}

/* Brings the k best of count to the front.  Bad luck with pivots ends in a heap. */
static void choose(const struct hltopk *top, struct hlhit *hits, size_t count, size_t k)
{
    for (unsigned tries = 0; count > SHORT; tries++) {
        if (tries == 64) {
            heap_sort(top, hits, count);
            return;
        }
        size_t at = part(top, hits, count);
        assert(at > 0 && at < count);
        if (k == at)
            return;
        if (k < at) {
            count = at;
        } else {
            hits += at;
            count -= at;
            k -= at;
        }
    }
    insertion_sort(top, hits, count);
}

static void sort(const struct hltopk *top, struct hlhit *hits, size_t count, unsigned depth)
{
    while (count > SHORT) {
        if (!depth--) {
            heap_sort(top, hits, count);
            return;
        }
        size_t at = part(top, hits, count);
        sort(top, hits + at, count - at, depth);
        count = at;
    }
    insertion_sort(top, hits, count);
}

/* ---- buckets by score, or by date ---- */

/* Bucket 0 has the greatest values. */
struct buckets {
    double high, scale;
    uint32_t start[BUCKETS + 1];
};

static inline unsigned bucket_of(const struct buckets *b, double value)
{
    unsigned at = (unsigned)((b->high - value) * b->scale);
    return at < BUCKETS ? at : BUCKETS - 1;
}

/* Counts hits by bucket; start[i] is where bucket i begins among all. */
static void count_buckets(const struct hltopk *top, struct buckets *b)
{
    const struct hlhit *hits = top->hits;
    size_t count = top->count;
    double low = value_of(top, &hits[0]);
    b->high = low;
    for (size_t i = 1; i < count; i++) {
        double value = value_of(top, &hits[i]);
        low = value < low ? value : low;
        b->high = value > b->high ? value : b->high;
    }
    b->scale = b->high > low ? (BUCKETS - 1) / (b->high - low) : 0;
    if (!(b->scale < 1e300))
        b->scale = 0; /* values that differ by next to nothing share a bucket */
    memset(b->start, 0, sizeof b->start);
    for (size_t i = 0; i < count; i++)
        b->start[bucket_of(b, value_of(top, &hits[i])) + 1]++;
    for (unsigned i = 0; i < BUCKETS; i++)
        b->start[i + 1] += b->start[i];
}

/* Moves all hits to `to` in the order of their buckets; start[i] becomes the end of bucket i.
 */
static void spread(const struct hltopk *top, struct buckets *b, struct hlhit *to)
{
    for (size_t i = 0; i < top->count; i++)
        to[b->start[bucket_of(b, value_of(top, &top->hits[i]))]++] = top->hits[i];
}

/* Keeps the best; the worst of them is what others have to beat. */
static void compact(struct hltopk *top)
{
    struct buckets b;
    struct hlhit *beside = top->hits + 2 * top->most;
    size_t k = top->most, at = 0;
    assert(top->count > k && top->count <= 2 * k);
    count_buckets(top, &b);
    while (b.start[at + 1] < k)
        at++;
    size_t from = b.start[at], to = b.start[at + 1];
    spread(top, &b, beside);
    if (to > k)
        choose(top, beside + from, to - from, k - from);
    memcpy(top->hits, beside, k * sizeof *beside);
    top->count = k;
    size_t worst = from;
    for (size_t i = from + 1; i < k; i++)
        if (hltopk_before(top, &top->hits[worst], &top->hits[i]))
            worst = i;
    top->worst = top->hits[worst];
    top->theta = value_of(top, &top->worst);
    top->selected = true;
}

void hltopk_add(struct hltopk *top, const struct hlhit *hit)
{
    assert(top->most > 0);
    struct hlhit own = *hit;
    if (top->most <= HLTOPK_HEAP_MAX) {
        heap_add(top, &own);
        return;
    }
    if (top->selected && !hltopk_before(top, &own, &top->worst))
        return;
    top->hits[top->count++] = own;
    if (top->count == 2 * top->most)
        compact(top);
}

void hltopk_sort(struct hltopk *top)
{
    struct buckets b;
    if (top->most <= HLTOPK_HEAP_MAX) {
        sort(top, top->hits, top->count, 64);
        return;
    }
    if (top->count > top->most)
        compact(top);
    if (!top->count)
        return;
    struct hlhit *beside = top->hits + 2 * top->most;
    count_buckets(top, &b);
    spread(top, &b, beside);
    memcpy(top->hits, beside, top->count * sizeof *beside);
    for (unsigned i = 0, from = 0; i < BUCKETS; from = b.start[i++])
        if (b.start[i] - from > 1)
            sort(top, top->hits + from, b.start[i] - from, 64);
}

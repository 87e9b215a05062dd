#include "engine/snippet.h"

#include "base/err.h"
#include "engine/sentence.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* What a window is worth beside the words in it.  Chosen by reading passages of the archive:
 * enough to decide among windows with the same words, too little to outweigh a word. */
static const double SENTENCE = 0.12, EARLY = 0.04, DENSE = 0.06, TORN = 0.12;
/* More passages must say this much more than fewer. */
static const double MORE = 1.2;
/* A passage shorter than this is not worth a gap. */
enum { PASSAGE_MIN = 60, EARLY_BYTES = 1500, STOP_MAX = 8 };

/* How often a window has a word, a pair or a phrase. */
struct seen {
    uint32_t lit, any;
};

/* Matches first to last - 1 stand within size bytes from start on. */
struct window {
    const struct hlsnippet_text *text;
    size_t first, last, start;
    uint64_t gain;
    double score;
};

void hlsnippet_init(struct hlsnippet *s)
{
    memset(s, 0, sizeof *s);
    hlmatches_init(&s->matches);
}

void hlsnippet_release(struct hlsnippet *s)
{
    hlmatches_release(&s->matches);
    hlbuf_release(&s->sentences);
    hlbuf_release(&s->seen);
    hlbuf_release(&s->left);
    hlsnippet_init(s);
}

static bool is_blank(char c)
{
    return (unsigned char)c <= ' ' || c == 0x7f;
}

static bool inside_character(char c)
{
    return ((unsigned char)c & 0xc0) == 0x80;
}

/* -------------------------------------------------------------------- reading */

/* The last place up to most where a word has ended, or a character. */
static size_t cut_scan(const char *text, size_t size, size_t most)
{
    if (size <= most)
        return size;
    size_t at = most;
    while (at && !is_blank(text[at]))
        at--;
    if (at)
        return at;
    for (at = most; at && inside_character(text[at]);)
        at--;
    return at;
}

/* Where the sentence of each match begins; matches of one sentence are looked for once. */
static void find_sentences(struct hlsnippet *s, const struct hlsnippet_text *t, size_t size_max)
{
    const struct hlmatch *list = hlmatches_list(&s->matches);
    int64_t *starts = (int64_t *)s->sentences.data;
    for (size_t i = t->first; i < t->last; i++) {
        size_t at = list[i].start, low = at > size_max ? at - size_max : 0;
        bool near = i > t->first && list[i - 1].start >= low && list[i - 1].start <= at;
        if (near)
            low = list[i - 1].start;
        ptrdiff_t start = hlsentence_start(t->text, t->size, at, low);
        starts[i] = start == HLSENTENCE_NONE && near ? starts[i - 1] : start;
        if (starts[i] != HLSENTENCE_NONE && (size_t)starts[i] + size_max < at)
            starts[i] = HLSENTENCE_NONE;
    }
}

hl_status hlsnippet_read(struct hlsnippet *s, const struct hlsnippet_text *texts,
                         unsigned count, size_t size_max, struct hl_error *err)
{
    size_t most = size_max > HLSNIPPET_SCAN_MAX ? size_max : HLSNIPPET_SCAN_MAX;
    assert(count <= HLSNIPPET_TEXTS_MAX);
    hlmatches_clear(&s->matches);
    s->text_count = count;
    for (unsigned i = 0; i < count; i++) {
        struct hlsnippet_text *t = &s->texts[i];
        *t = texts[i];
        t->first = hlmatches_count(&s->matches);
        t->scanned = t->size ? cut_scan(t->text, t->size, most) : 0;
        hl_status status =
            t->size ? hlmatches_find(&s->matches, t->text, t->scanned, err) : HL_OK;
        if (status != HL_OK)
            return status;
        t->last = hlmatches_count(&s->matches);
    }
    return HL_OK;
}

/* ------------------------------------------------------------------- a window */

/* What the words and links seen are worth; left has what no passage has yet. */
struct scale {
    const struct hlmatches *m;
    struct seen *seen;    /* words, then links */
    const uint32_t *left; /* words, then links */
    size_t words;
};

static uint64_t value(const struct scale *c, size_t k)
{
    const struct seen *seen = &c->seen[k];
    return seen->lit ? c->left[k] : seen->any ? c->left[k] / 4 : 0;
}

/* The change of the window's worth. */
static int64_t count_one(struct scale *c, size_t k, bool lit, int sign)
{
    int64_t before = (int64_t)value(c, k);
    assert(sign > 0 || c->seen[k].any);
    c->seen[k].any += (uint32_t)sign;
    c->seen[k].lit += lit ? (uint32_t)sign : 0;
    return (int64_t)value(c, k) - before;
}

static int64_t count_match(struct scale *c, const struct hlmatch *match, int sign)
{
    const struct hlmatch_use *uses = hlmatches_uses(c->m);
    int64_t sum = 0;
    for (uint32_t u = match->uses; u != HLMATCH_NONE; u = uses[u].next)
        sum += count_one(c, uses[u].word, match->lit, sign);
    if (match->link != HLMATCH_NONE)
        sum += count_one(c, c->words + match->link, match->lit, sign);
    if (match->phrase != HLMATCH_NONE)
        sum += count_one(c, c->words + match->phrase, true, sign);
    return sum;
}

/* A window that ends or begins between two words that belong together. */
static bool is_torn(const struct window *w, const struct hlmatch *list)
{
    return (w->last < w->text->last && list[w->last].link_from + 1 == w->last) ||
           (w->first > w->text->first && list[w->first].link_from + 1 == w->first);
}

static double score_of(const struct window *w, const struct hlmatch *list, size_t size,
                       bool sentence)
{
    double early = 1 / (1 + (double)w->start / EARLY_BYTES);
    double span = (double)(list[w->last - 1].end - list[w->first].start) / (double)(size + 1);
    double bonus = 1 + EARLY * early + DENSE * (1 - span) + (sentence ? SENTENCE : 0);
    return (double)w->gain * (is_torn(w, list) ? bonus - TORN : bonus);
}

/* The chosen passages that a window must keep out of: false if start is in one; else *end
 * is where the next begins. */
static bool is_free(const struct hlsnippet *s, const struct hlsnippet_text *t, size_t start,
                    size_t *end)
{
    for (unsigned i = 0; i < s->passage_count; i++) {
        const struct hlsnippet_passage *p = &s->passages[i];
        if (&s->texts[p->text] != t)
            continue;
        if (start >= p->start && start < p->end)
            return false;
        if (p->start > start && p->start < *end)
            *end = p->start;
    }
    return true;
}

/* Where the window of match i begins; HLSENTENCE_NONE: it has none of this kind, or the
 * same as the match before. */
static int64_t start_of(const struct hlsnippet *s, const struct hlsnippet_text *t, size_t i,
                        bool sentence)
{
    const int64_t *starts = (const int64_t *)s->sentences.data;
    if (!sentence)
        return hlmatches_list(&s->matches)[i].start;
    return i > t->first && starts[i] == starts[i - 1] ? HLSENTENCE_NONE : starts[i];
}

/* Two pointers over the matches of a text: every longest window of a kind is seen once. */
static void scan_windows(struct hlsnippet *s, struct scale *c, const struct hlsnippet_text *t,
                         size_t size, bool sentence, struct window *best)
{
    const struct hlmatch *list = hlmatches_list(&s->matches);
    struct window w = {t, t->first, t->first, 0, 0, 0};
    int64_t sum = 0;
    for (size_t i = t->first; i < t->last; i++) {
        int64_t start = start_of(s, t, i, sentence);
        if (start == HLSENTENCE_NONE)
            continue;
        size_t end = (size_t)start + size;
        if (!is_free(s, t, (size_t)start, &end))
            continue;
        while (w.first < w.last && w.first < i)
            sum += count_match(c, &list[w.first++], -1);
        while (w.last > w.first && list[w.last - 1].end > end)
            sum += count_match(c, &list[--w.last], -1);
        if (w.first == w.last)
            w.first = w.last = i;
        while (w.last < t->last && list[w.last].end <= end)
            sum += count_match(c, &list[w.last++], 1);
        if (sum <= 0 || w.first == w.last)
            continue;
        w.start = (size_t)start;
        w.gain = (uint64_t)sum;
        w.score = score_of(&w, list, size, sentence);
        /* Scores that differ by rounding alone are equal: the earlier window stays. */
        if (w.score > best->score * (1 + 1e-9))
            *best = w;
    }
    while (w.first < w.last)
        sum += count_match(c, &list[w.first++], -1);
    assert(!sum);
}

/* ----------------------------------------------------------------- the passage */

/* The first place from low to high where a word begins; high if none. */
static size_t word_start(const char *text, size_t low, size_t high)
{
    for (size_t i = low; i < high; i++)
        if ((!i || is_blank(text[i - 1])) && !is_blank(text[i]))
            return i;
    return high;
}

/* The last place from high down to low where a word has ended; low if none. */
static size_t word_end(const char *text, size_t size, size_t low, size_t high)
{
    for (size_t i = high; i > low; i--)
        if ((i == size || is_blank(text[i])) && !is_blank(text[i - 1]))
            return i;
    return low;
}

/* Only blanks before from, after to. */
static bool is_start(const char *text, size_t from)
{
    while (from && is_blank(text[from - 1]))
        from--;
    return !from;
}

static bool is_end(const char *text, size_t size, size_t to)
{
    while (to < size && is_blank(text[to]))
        to++;
    return to == size;
}

/* Passages that are there leave this much of the text around a core. */
static void find_limits(const struct hlsnippet *s, const struct hlsnippet_text *t, size_t core,
                        size_t *low, size_t *high)
{
    *low = 0;
    *high = t->size;
    for (unsigned i = 0; i < s->passage_count; i++) {
        const struct hlsnippet_passage *p = &s->passages[i];
        if (&s->texts[p->text] != t)
            continue;
        if (p->end <= core && p->end > *low)
            *low = p->end;
        if (p->start > core && p->start < *high)
            *high = p->start;
    }
}

/* Bytes from core on, whole characters: a word longer than the whole passage. */
static struct hlsnippet_passage cut_inside(const struct hlsnippet_text *t, size_t core,
                                           size_t size)
{
    size_t end = core + size < t->size ? core + size : t->size;
    while (end > core && end < t->size && inside_character(t->text[end]))
        end--;
    return (struct hlsnippet_passage){
        .start = core, .end = end, .cut_before = core > 0, .cut_after = end < t->size};
}

/* Where a passage around [core, core_end) begins: with its sentence if that fits, else two
 * fifths of what is left over go before it, all if the text ends. */
static size_t place_start(const struct hlsnippet_text *t, size_t core, size_t core_end,
                          size_t size, size_t low, bool *out_cut)
{
    size_t spare = size - (core_end - core), after = t->size - core_end;
    size_t reach = core > spare && core - spare > low ? core - spare : low;
    /* The stop of the sentence before and what closes it stand before its start. */
    ptrdiff_t sentence =
        hlsentence_start(t->text, t->size, core, reach > STOP_MAX ? reach - STOP_MAX : 0);
    if (sentence == HLSENTENCE_NONE && reach == low && low)
        sentence = (ptrdiff_t)low; /* another passage ends there */
    *out_cut = sentence == HLSENTENCE_NONE || (size_t)sentence < reach;
    if (!*out_cut)
        return (size_t)sentence;
    size_t before = after < spare * 3 / 5 ? spare - after : spare * 2 / 5;
    size_t from = core > before ? core - before : 0;
    return word_start(t->text, from > low ? from : low, core);
}

/* Where it ends: with a sentence if that leaves it half as long as it may be, else with the
 * last word that fits. */
static size_t place_end(const struct hlsnippet_text *t, size_t from, size_t core_end,
                        size_t size, size_t high, bool *out_cut)
{
    size_t most = from + size < high ? from + size : high;
    size_t least = from + size / 2 > core_end ? from + size / 2 : core_end;
    if (least > most)
        least = most > core_end ? most : core_end;
    ptrdiff_t sentence = hlsentence_end(t->text, t->size, core_end, most);
    *out_cut = sentence == HLSENTENCE_NONE ||
               ((size_t)sentence < least && !is_end(t->text, t->size, (size_t)sentence));
    if (!*out_cut)
        return (size_t)sentence;
    size_t end = word_end(t->text, t->size, core_end, most);
    *out_cut = !is_end(t->text, t->size, end) && sentence != (ptrdiff_t)end;
    return end;
}

/* A text that fits is its own passage. */
static struct hlsnippet_passage place_passage(const struct hlsnippet *s,
                                              const struct hlsnippet_text *t, size_t core,
                                              size_t core_end, size_t size)
{
    struct hlsnippet_passage p = {0};
    size_t low, high;
    find_limits(s, t, core, &low, &high);
    if (t->size <= size && !low && high == t->size) {
        p.end = t->size;
    } else if (core_end - core > size) {
        p = cut_inside(t, core, size);
    } else {
        p.start = place_start(t, core, core_end, size, low, &p.cut_before);
        p.cut_before &= !is_start(t->text, p.start);
        p.end = place_end(t, p.start, core_end, size, high, &p.cut_after);
        if (p.end == p.start)
            p = cut_inside(t, p.start, size);
    }
    p.text = (unsigned)(t - s->texts);
    assert(p.start <= p.end && p.end - p.start <= size && p.end <= t->size);
    return p;
}

static struct hlsnippet_passage passage_of(const struct hlsnippet *s, const struct window *w,
                                           size_t size)
{
    const struct hlmatch *list = hlmatches_list(&s->matches);
    size_t end = 0;
    for (size_t i = w->first; i < w->last; i++)
        end = list[i].end > end ? list[i].end : end;
    return place_passage(s, w->text, list[w->first].start, end, size);
}

/* ------------------------------------------------------------------- choosing */

static bool reset_weights(struct hlsnippet *s, size_t *out_words)
{
    const struct hlmatches *m = &s->matches;
    size_t words = m->words.size / sizeof(struct hlmatch_word);
    size_t links = m->links.size / sizeof(struct hlmatch_link);
    hlbuf_reset(&s->left);
    hlbuf_reset(&s->seen);
    if (!hlbuf_put_zeros(&s->left, (words + links + 1) * sizeof(uint32_t)) ||
        !hlbuf_put_zeros(&s->seen, (words + links + 1) * sizeof(struct seen)))
        return false;
    uint32_t *left = (uint32_t *)s->left.data;
    for (size_t i = 0; i < words; i++)
        left[i] = hlmatches_words(m)[i].weight;
    for (size_t i = 0; i < links; i++)
        left[words + i] = hlmatches_links(m)[i].weight;
    *out_words = words;
    return true;
}

/* What a passage has is worth nothing in the next. */
static void take_weights(struct hlsnippet *s, const struct hlsnippet_passage *p, size_t words)
{
    const struct hlsnippet_text *t = &s->texts[p->text];
    const struct hlmatch *list = hlmatches_list(&s->matches);
    const struct hlmatch_use *uses = hlmatches_uses(&s->matches);
    uint32_t *left = (uint32_t *)s->left.data;
    for (size_t i = t->first; i < t->last; i++) {
        const struct hlmatch *m = &list[i];
        if (m->start < p->start || m->end > p->end || !m->lit)
            continue;
        for (uint32_t u = m->uses; u != HLMATCH_NONE; u = uses[u].next)
            left[uses[u].word] = 0;
        if (m->link != HLMATCH_NONE)
            left[words + m->link] = 0;
        if (m->phrase != HLMATCH_NONE)
            left[words + m->phrase] = 0;
    }
}

/* Up to count passages of size bytes, each the best of what the earlier ones leave. */
static bool choose(struct hlsnippet *s, size_t size, unsigned count, double *out_worth)
{
    size_t words;
    s->passage_count = 0;
    *out_worth = 0;
    if (!reset_weights(s, &words))
        return false;
    struct scale scale = {&s->matches, (struct seen *)s->seen.data,
                          (const uint32_t *)s->left.data, words};
    while (s->passage_count < count) {
        struct window best = {0};
        for (unsigned i = 0; i < s->text_count; i++)
            for (int sentence = 1; sentence >= 0; sentence--)
                scan_windows(s, &scale, &s->texts[i], size, sentence, &best);
        if (!best.gain)
            break;
        s->passages[s->passage_count] = passage_of(s, &best, size);
        take_weights(s, &s->passages[s->passage_count++], words);
        *out_worth += (double)best.gain;
    }
    return true;
}

static int by_place(const void *a, const void *b)
{
    const struct hlsnippet_passage *x = a, *y = b;
    if (x->text != y->text)
        return x->text < y->text ? -1 : 1;
    return (x->start > y->start) - (x->start < y->start);
}

/* Passages with nothing but blanks between are one. */
static void join_passages(struct hlsnippet *s, size_t size_max)
{
    unsigned to = 0;
    size_t sum = 0;
    qsort(s->passages, s->passage_count, sizeof *s->passages, by_place);
    for (unsigned i = 0; i < s->passage_count; i++)
        sum += s->passages[i].end - s->passages[i].start;
    for (unsigned i = 1; i < s->passage_count; i++) {
        struct hlsnippet_passage *a = &s->passages[to], *b = &s->passages[i];
        size_t gap = a->text == b->text ? a->end : b->start;
        while (a->text == b->text && gap < b->start && is_blank(s->texts[a->text].text[gap]))
            gap++;
        sum += a->text == b->text && gap == b->start ? b->start - a->end : 0;
        if (a->text != b->text || gap < b->start || sum > size_max) {
            s->passages[++to] = *b;
            continue;
        }
        a->end = b->end;
        a->cut_after = b->cut_after;
    }
    s->passage_count = s->passage_count ? to + 1 : 0;
}

/* Without a match the beginning of the first text stands for all. */
static void take_beginning(struct hlsnippet *s, size_t size_max)
{
    for (unsigned i = 0; i < s->text_count && !s->passage_count; i++) {
        const struct hlsnippet_text *t = &s->texts[i];
        size_t at = 0;
        while (at < t->size && is_blank(t->text[at]))
            at++;
        if (at == t->size && i + 1 < s->text_count)
            continue;
        at = t->size <= size_max || at == t->size ? 0 : at;
        s->passages[s->passage_count] = place_passage(s, t, at, at, size_max);
        s->passage_count++;
    }
}

hl_status hlsnippet_choose(struct hlsnippet *s, size_t size_max, unsigned passages_max,
                           struct hl_error *err)
{
    unsigned most =
        passages_max < HLSNIPPET_PASSAGES_MAX ? passages_max : HLSNIPPET_PASSAGES_MAX;
    double worth = 0, best = 0;
    unsigned chosen = 1, done = 0;
    size_t count = hlmatches_count(&s->matches);
    assert(passages_max > 0);
    hlbuf_reset(&s->sentences);
    s->passage_count = 0;
    if (!hlbuf_put_zeros(&s->sentences, count * sizeof(int64_t)))
        return hlerr_nomem(err);
    for (unsigned i = 0; i < s->text_count; i++)
        find_sentences(s, &s->texts[i], size_max);
    for (unsigned n = 1; count && n <= most && (n == 1 || size_max / n >= PASSAGE_MIN); n++) {
        if (!choose(s, size_max / n, n, &worth))
            return hlerr_nomem(err);
        done = n;
        if (n > 1 && (s->passage_count < n || worth < best * MORE))
            break;
        best = worth;
        chosen = n;
    }
    if (done > chosen && !choose(s, size_max / chosen, chosen, &worth))
        return hlerr_nomem(err);
    join_passages(s, size_max);
    take_beginning(s, size_max);
    return HL_OK;
}

/* --------------------------------------------------------------------- ranges */

/* Nothing but blanks, or hyphens too between words that belong together. */
static bool only_joints(const char *text, size_t from, size_t to, bool linked)
{
    for (size_t i = from; i < to; i++)
        if (text[i] == '\n' || (!is_blank(text[i]) && !(linked && text[i] == '-')))
            return false;
    return true;
}

size_t hlsnippet_ranges(const struct hlsnippet *s, const struct hlsnippet_passage *passage,
                        struct hl_range *out)
{
    const struct hlsnippet_text *t = &s->texts[passage->text];
    const struct hlmatch *list = hlmatches_list(&s->matches);
    size_t count = 0;
    for (size_t i = t->first; i < t->last; i++) {
        size_t start = list[i].start > passage->start ? list[i].start : passage->start;
        size_t end = list[i].end < passage->end ? list[i].end : passage->end;
        if (start >= end || !list[i].lit)
            continue;
        if (!out) {
            count++;
            continue;
        }
        struct hl_range r = {(uint32_t)(start - passage->start),
                             (uint32_t)(end - passage->start)};
        struct hl_range *last = count ? &out[count - 1] : NULL;
        bool linked = list[i].link != HLMATCH_NONE || list[i].in_phrase;
        /* Alternatives cover their parts, so a match may lie within the last range. */
        if (last && (r.start <= last->end ||
                     only_joints(t->text + passage->start, last->end, r.start, linked)))
            last->end = r.end > last->end ? r.end : last->end;
        else
            out[count++] = r;
    }
    return count;
}

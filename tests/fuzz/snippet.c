/*
 * snippet.c - any text, any words: the passages of what is left of the input.
 *
 * A line of the input is the words, each with a first letter that says what it is: K a key,
 * F a function word, B a bound one, P a prefix, Q a word of a phrase, W weak.  The rest is the
 * text, in two halves.  Beyond surviving: passages lie in their texts, between characters,
 * within their size, in order, and so do ranges.
 */
#include "engine/snippet.h"

#include "text/utf8.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* One for all inputs: what was told before must leave no trace. */
static struct hlsnippet finder;
static bool begun;

static void tell_word(struct hlmatches *m, char kind, const char *key, size_t size)
{
    enum hlmatch_kind kinds[] = {HLMATCH_FULL, HLMATCH_FUNCTION, HLMATCH_BOUND, HLMATCH_PHRASE};
    enum hlmatch_kind is = kinds[kind == 'F' ? 1 : kind == 'B' ? 2 : kind == 'Q' ? 3 : 0];
    bool row = memchr(key, ' ', size);
    unsigned flags = kind == 'P' && !row ? HLMATCH_PREFIX : kind == 'W' ? HLMATCH_WEAK : 0;
    uint32_t word = hlmatches_add_word(m, 1000 + (unsigned char)kind, is);
    if (size && size <= HLTOKEN_KEY_MAX)
        hlmatches_add_key(m, word, key, size, flags);
    if (is == HLMATCH_PHRASE)
        hlmatches_add_phrase(m, word, 1, 100);
    if (word)
        hlmatches_add_link(m, word - 1, word, 300);
}

static void tell(const char *words, size_t size)
{
    struct hlmatches *m = &finder.matches;
    hlmatches_reset(m);
    for (const char *end = words + size; words < end;) {
        const char *comma = memchr(words, ',', (size_t)(end - words));
        const char *stop = comma ? comma : end;
        if (stop - words > 1)
            tell_word(m, *words, words + 1, (size_t)(stop - words - 1));
        words = comma ? comma + 1 : end;
    }
}

static void need(bool good)
{
    if (!good)
        abort();
}

static bool between(const struct hlsnippet_text *t, size_t at)
{
    return at == t->size || (at < t->size && ((unsigned char)t->text[at] & 0xc0) != 0x80);
}

static void check(const struct hlsnippet_text *texts, size_t size_max, unsigned most)
{
    size_t sum = 0;
    need(finder.passage_count <= most);
    for (unsigned i = 0; i < finder.passage_count; i++) {
        const struct hlsnippet_passage *p = &finder.passages[i];
        const struct hlsnippet_text *t = &texts[p->text];
        need(p->start <= p->end && between(t, p->start) && between(t, p->end));
        need(!i || p[-1].text < p->text || (p[-1].text == p->text && p[-1].end <= p->start));
        sum += p->end - p->start;
        need(sum <= size_max);
        struct hl_range *ranges =
            malloc((hlsnippet_ranges(&finder, p, NULL) + 1) * sizeof *ranges);
        size_t count = hlsnippet_ranges(&finder, p, ranges), last = 0;
        for (size_t k = 0; k < count; k++) {
            need(ranges[k].start < ranges[k].end && ranges[k].end <= p->end - p->start);
            need(!k || ranges[k].start > last);
            need(between(t, p->start + ranges[k].start) &&
                 between(t, p->start + ranges[k].end));
            last = ranges[k].end;
        }
        free(ranges);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (!begun)
        hlsnippet_init(&finder);
    begun = true;
    if (size < 3 || memchr(data, 0, size) ||
        hltext_utf8_check((const char *)data, size) != size)
        return 0;
    size_t size_max = (size_t)(data[0] & 0x7f) * 4;
    unsigned most = 1 + data[1] % HLSNIPPET_PASSAGES_MAX;
    const char *words = (const char *)data + 2, *end = (const char *)data + size;
    if (data[0] >= 0x80 || data[1] >= 0x80)
        return 0;
    const char *line = memchr(words, '\n', size - 2);
    if (!line)
        return 0;
    tell(words, (size_t)(line - words));
    const char *text = line + 1, *half = text + (end - text) / 2;
    while (half < end && ((unsigned char)*half & 0xc0) == 0x80)
        half++;
    const struct hlsnippet_text texts[2] = {{.text = text, .size = (size_t)(half - text)},
                                            {.text = half, .size = (size_t)(end - half)}};
    if (hlsnippet_read(&finder, texts, 2, size_max, NULL) == HL_OK &&
        hlsnippet_choose(&finder, size_max, most, NULL) == HL_OK)
        check(texts, size_max, most);
    return 0;
}

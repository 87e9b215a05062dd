/* The slow half of clean: a word is decomposed, mended and composed again. */
#include "text/clean.h"
#include "text/rules.h"
#include "text/syllable.h"
#include "text/table.h"
#include "text/utf8.h"

#include <assert.h>
#include <unicode/uchar.h>
#include <unicode/unorm2.h>
#include <unicode/uscript.h>

/* The data is compiled into ICU: getting it cannot fail. */
static const UNormalizer2 *nfc_form(void)
{
    UErrorCode status = U_ZERO_ERROR;
    const UNormalizer2 *nfc = unorm2_getNFCInstance(&status);
    assert(U_SUCCESS(status));
    return nfc;
}

/* The canonical combining class, without asking ICU about letters of Europe. */
static unsigned class_of(uint32_t cp)
{
    return cp < 0x300 ? 0 : u_getCombiningClass((UChar32)cp);
}

/* The buffer's memory is malloc's, so it is aligned for anything. */
static struct hltext_item *items_of(struct hlbuf *buf, size_t *out_count)
{
    assert(buf->size % sizeof(struct hltext_item) == 0);
    *out_count = buf->size / sizeof(struct hltext_item);
    return (struct hltext_item *)(void *)buf->data;
}

static void put_item(struct hltext_cleaner *cleaner, struct hlbuf *buf, uint32_t cp,
                     uint32_t start, uint32_t end)
{
    struct hltext_item item = {cp, start, end};
    if (!hlbuf_put(buf, &item, sizeof item))
        cleaner->failed = true;
}

/* The full canonical decomposition of cp, each part standing for the same bytes. */
static void put_decomposed(struct hltext_cleaner *cleaner, uint32_t cp, uint32_t start,
                           uint32_t end)
{
    struct hlbuf *buf = &cleaner->items[0];
    UErrorCode status = U_ZERO_ERROR;
    UChar text[64];
    int32_t size = -1;
    if (cp >= 0x80)
        size = unorm2_getDecomposition(nfc_form(), (UChar32)cp, text, 64, &status);
    if (size < 0 || U_FAILURE(status)) {
        put_item(cleaner, buf, cp, start, end);
        return;
    }
    assert(size <= 64);
    for (int32_t i = 0; i < size;) {
        UChar32 part;
        U16_NEXT(text, i, size, part);
        put_item(cleaner, buf, (uint32_t)part, start, end);
    }
}

/* C6: one to three letters, each standing for the same bytes. */
static void put_narrow(struct hltext_cleaner *cleaner, uint32_t cp, uint32_t start,
                       uint32_t end)
{
    char text[4];
    hlrule_narrow(cp, text);
    for (const char *s = text; *s; s++)
        put_item(cleaner, &cleaner->items[0], (unsigned char)*s, start, end);
}

/* C4, C5, C6, Ɖ ɖ, and the canonical decomposition that C1 to C3, C9, C10 start from. */
static void take_apart(struct hltext_cleaner *cleaner, size_t start, size_t end)
{
    hlbuf_reset(&cleaner->items[0]);
    for (size_t at = start; at < end;) {
        size_t step;
        uint32_t cp = hltext_utf8_decode(cleaner->text + at, &step);
        uint32_t from = (uint32_t)at, to = (uint32_t)(at + step);
        assert(at + step <= end);
        at += step;
        if (hlrule_is_deleted(cp))
            continue;
        if (hlrule_is_space(cp))
            cp = ' ';
        if (hlrule_is_width(cp))
            put_narrow(cleaner, cp, from, to);
        else
            put_decomposed(cleaner, hlrule_african_d(cp), from, to);
    }
}

/* Letters and marks make a word; ʼ will be an apostrophe and parts them. */
static bool in_word(uint32_t cp)
{
    uint32_t mask = U_GET_GC_MASK((UChar32)cp);
    return (mask & (U_GC_L_MASK | U_GC_M_MASK)) && !hlrule_punctuation(cp);
}

static bool is_letter(uint32_t cp)
{
    return (U_GET_GC_MASK((UChar32)cp) & U_GC_L_MASK) && !hlrule_punctuation(cp);
}

/* Of any class: what is drawn on the letter before it. */
static bool is_mark(uint32_t cp)
{
    return U_GET_GC_MASK((UChar32)cp) & U_GC_M_MASK;
}

static int32_t script_of(uint32_t cp)
{
    return u_getIntPropertyValue((UChar32)cp, UCHAR_SCRIPT);
}

/* C10: one word; foreign letters become Latin if some are Latin and all have a twin. */
static void latinise(struct hltext_item *items, size_t count)
{
    bool latin = false, twins = false;
    for (size_t i = 0; i < count; i++)
        twins |= hlrule_twin(items[i].cp) != 0;
    for (size_t i = 0; twins && i < count; i++) {
        int32_t script = is_letter(items[i].cp) ? script_of(items[i].cp) : USCRIPT_COMMON;
        latin |= script == USCRIPT_LATIN;
        if (script != USCRIPT_LATIN && script != USCRIPT_COMMON &&
            script != USCRIPT_INHERITED && !hlrule_twin(items[i].cp))
            return;
    }
    for (size_t i = 0; latin && twins && i < count; i++) {
        uint32_t twin = hlrule_twin(items[i].cp);
        items[i].cp = twin ? twin : items[i].cp;
    }
}

/* Every stretch of letters and marks is judged by itself: "xаж-hоc" has two. */
static void latinise_words(struct hltext_item *items, size_t count)
{
    for (size_t i = 0; i < count;) {
        size_t end = i;
        while (end < count && in_word(items[end].cp))
            end++;
        latinise(items + i, end - i);
        i = end + (end == i);
    }
}

/* Bases on which a quality mark and a tone mark can meet. */
static bool is_vowel_base(uint32_t cp)
{
    switch (cp | 0x20) {
    case 'a':
    case 'e':
    case 'i':
    case 'o':
    case 'u':
    case 'y':
        return cp < 0x80;
    default:
        return false;
    }
}

/* Canonical order; on a Vietnamese vowel a quality mark comes before others of its class. */
static unsigned mark_rank(uint32_t cp, bool vowel)
{
    unsigned rank = class_of(cp) * 2u;
    assert(rank < 512);
    return rank + !(vowel && hlrule_is_quality(cp));
}

/* A stable sort by rank: by insertion, or by counting where a hostile text is long. */
static void sort_marks(struct hltext_cleaner *cleaner, struct hltext_item *marks, size_t count,
                       bool vowel)
{
    enum { SHORT = 24, RANKS = 512 };
    if (count <= SHORT) {
        for (size_t i = 1; i < count; i++) {
            struct hltext_item item = marks[i];
            size_t k = i;
            for (; k && mark_rank(marks[k - 1].cp, vowel) > mark_rank(item.cp, vowel); k--)
                marks[k] = marks[k - 1];
            marks[k] = item;
        }
        return;
    }
    struct hlbuf *spare = &cleaner->items[1];
    hlbuf_reset(spare);
    if (!hlbuf_put(spare, marks, count * sizeof *marks)) {
        cleaner->failed = true;
        return;
    }
    size_t from[RANKS + 1] = {0}, unused;
    const struct hltext_item *copy = items_of(spare, &unused);
    for (size_t i = 0; i < count; i++)
        from[mark_rank(copy[i].cp, vowel) + 1]++;
    for (size_t i = 1; i <= RANKS; i++)
        from[i] += from[i - 1];
    for (size_t i = 0; i < count; i++)
        marks[from[mark_rank(copy[i].cp, vowel)]++] = copy[i];
}

/* item stands for the bytes of `by` as well. */
static void widen(struct hltext_item *item, const struct hltext_item *by)
{
    if (by->start < item->start)
        item->start = by->start;
    if (by->end > item->end)
        item->end = by->end;
}

/* A second mark of one kind on a vowel says nothing; its bytes go to the mark before. */
static size_t drop_doubles(struct hltext_item *marks, size_t count)
{
    uint64_t seen = 0; /* by the low bits: all Vietnamese marks are U+0300..U+0323 */
    size_t kept = 0;
    for (size_t i = 0; i < count; i++) {
        uint32_t cp = marks[i].cp;
        if (hlrule_is_quality(cp) || hlrule_is_tone(cp)) {
            if (seen >> (cp - 0x300) & 1) {
                widen(&marks[kept - 1], &marks[i]);
                continue;
            }
            seen |= (uint64_t)1 << (cp - 0x300);
        }
        marks[kept++] = marks[i];
    }
    return kept;
}

/* C9 and C2 on the marks behind one base. */
static size_t mend_marks(struct hltext_cleaner *cleaner, uint32_t base,
                         struct hltext_item *marks, size_t count)
{
    bool vowel = is_vowel_base(base);
    if ((base | 0x20) == 'a')
        for (size_t i = 0; i < count; i++)
            if (marks[i].cp == HLMARK_CARON)
                marks[i].cp = HLMARK_BREVE;
    sort_marks(cleaner, marks, count, vowel);
    return vowel ? drop_doubles(marks, count) : count;
}

/* Base by base; marks that were dropped leave gaps, which are closed on the way. */
static size_t mend_all_marks(struct hltext_cleaner *cleaner, struct hltext_item *items,
                             size_t count)
{
    size_t kept = 0;
    for (size_t i = 0; i < count;) {
        uint32_t base = items[i].cp;
        size_t first = i;
        if (!class_of(base))
            items[kept++] = items[i++];
        else
            base = 0;
        size_t end = i;
        while (end < count && class_of(items[end].cp))
            end++;
        assert(end > first);
        size_t marks = mend_marks(cleaner, base, items + i, end - i);
        memmove(items + kept, items + i, marks * sizeof *items);
        kept += marks;
        i = end;
        assert(kept <= i);
    }
    return kept;
}

/* C1, C3: canonical composition (UAX 15) over characters that are in canonical order. */
static size_t compose(struct hltext_item *items, size_t count)
{
    const UNormalizer2 *nfc = nfc_form();
    size_t kept = 0, starter = SIZE_MAX;
    unsigned last = 0; /* class of the character kept last, if behind the starter */
    for (size_t i = 0; i < count; i++) {
        unsigned cc = class_of(items[i].cp);
        bool adjacent = starter != SIZE_MAX && starter + 1 == kept;
        UChar32 both = -1;
        if (starter != SIZE_MAX && (adjacent || last < cc))
            both = unorm2_composePair(nfc, (UChar32)items[starter].cp, (UChar32)items[i].cp);
        assert(kept <= i);
        if (both >= 0) {
            items[starter].cp = (uint32_t)both;
            widen(&items[starter], &items[i]);
            continue;
        }
        if (!cc)
            starter = kept;
        last = cc;
        items[kept++] = items[i];
    }
    return kept;
}

/*
 * Marks may have passed one another: a starter and the marks that stayed behind
 * it all stand for the bytes of the whole group, so that a map rises.
 */
static void straighten(struct hltext_item *items, size_t count)
{
    for (size_t i = 0; i < count;) {
        size_t first = i++;
        while (i < count && class_of(items[i].cp))
            widen(&items[first], &items[i++]);
        for (size_t k = first + 1; k < i; k++)
            widen(&items[k], &items[first]);
    }
}

/* C8: is the word with Ð read as Đ a syllable, or two to eight capitals? */
static bool eth_is_d(const struct hltext_item *items, size_t count)
{
    uint8_t letters[HLSYL_LETTERS_MAX];
    size_t read = 0, all = 0;
    unsigned tone = 0;
    bool capitals = true, syllable = true;
    for (size_t i = 0; i < count; i++) {
        uint32_t eth = hlrule_eth(items[i].cp), cp = eth ? eth : items[i].cp;
        uint16_t info = hltext_info(cp);
        all += is_letter(cp);
        capitals &= !is_letter(cp) || hlinfo_upper(info);
        syllable &=
            hlinfo_letter(info) && read < HLSYL_LETTERS_MAX && !(tone && hlinfo_tone(info));
        if (!syllable)
            continue;
        letters[read++] = (uint8_t)hlinfo_letter(info);
        tone |= hlinfo_tone(info);
    }
    if (capitals && all >= 2 && all <= 8)
        return true;
    return syllable && hlsyl_parse_letters(letters, read, tone) != HLSYL_NONE;
}

/* All eths of a word are one letter or the other: ÐắÐ is judged once. */
static void mend_eths(struct hltext_item *items, size_t count)
{
    for (size_t i = 0; i < count;) {
        size_t end = i;
        bool eth = false;
        for (; end < count && in_word(items[end].cp); end++)
            eth |= hlrule_eth(items[end].cp) != 0;
        eth = eth && eth_is_d(items + i, end - i);
        for (; i < end; i++)
            if (eth && hlrule_eth(items[i].cp))
                items[i].cp = hlrule_eth(items[i].cp);
        i += i < count && !in_word(items[i].cp);
    }
}

/* C11, behind composition: U+1FFD composes to the ´ that becomes an apostrophe. */
static void mend_punctuation(struct hltext_item *items, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        uint32_t ascii = hlrule_punctuation(items[i].cp);
        items[i].cp = ascii ? ascii : items[i].cp;
    }
}

/* C7 while writing: what a raised digit becomes hangs on what stands before its run. */
static void put_all(struct hltext_cleaner *cleaner, const struct hltext_item *items,
                    size_t count)
{
    enum { OTHER, LETTER, DIGIT, RUN_PLAIN, RUN_KEPT } before = OTHER;
    for (size_t i = 0; i < count; i++) {
        uint32_t cp = items[i].cp, start = items[i].start, end = items[i].end;
        int digit = hlrule_raised_digit(cp);
        if (digit < 0) {
            hltext_cleaner_put(cleaner, cp, start, end);
            if (!is_mark(cp)) /* a mark belongs to the letter before it */
                before = is_letter(cp) ? LETTER : u_isdigit((UChar32)cp) ? DIGIT : OTHER;
            continue;
        }
        if (before == DIGIT)
            hltext_cleaner_put(cleaner, '^', start, end);
        if (before == OTHER)
            before = RUN_KEPT;
        else if (before != RUN_KEPT)
            before = RUN_PLAIN;
        hltext_cleaner_put(cleaner, before == RUN_PLAIN ? '0' + (uint32_t)digit : cp, start,
                           end);
    }
}

void hltext_clean_word(struct hltext_cleaner *cleaner, size_t start, size_t end)
{
    assert(start < end);
    take_apart(cleaner, start, end);
    if (cleaner->failed)
        return;
    size_t count;
    struct hltext_item *items = items_of(&cleaner->items[0], &count);
    latinise_words(items, count);
    count = mend_all_marks(cleaner, items, count);
    count = compose(items, count);
    assert(count <= cleaner->items[0].size / sizeof *items);
    straighten(items, count);
    mend_punctuation(items, count);
    mend_eths(items, count);
    put_all(cleaner, items, count);
}

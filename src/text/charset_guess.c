/*
 * charset_guess.c - which charset bytes are in, by what they would say in each.
 *
 * A wrong table makes letters of letters, so one illegal word proves little and one legal
 * word proves little: what decides is the whole.  Words are weighed by their legality, by
 * where capitals stand in them, and by how common their letters are in Vietnamese.
 */
#include "text/charset.h"

#include "base/err.h"
#include "base/mem.h"
#include "text/charset_table.h"
#include "text/language.h"
#include "text/table.h"
#include "text/utf8.h"

#include <assert.h>
#include <string.h>

enum {
    GUESS_MAX = 65536, /* the start of a long text tells as much as all of it */
    LOOK_MAX = 4096,   /* and of sound text, less */
    SOUND_ENOUGH = 12,
    ABBREVIATION_MAX = 8,
    UNITS_MIN = 4, /* of UTF-16 without its mark: fewer say nothing */
    /* Costs in eighths of a bit, as hlcharset_bits has them. */
    COST_ILLEGAL = 12 * 8,  /* a word that is no syllable: 1 of 30 in news, and its letters */
    COST_CAPITAL = 3 * 8,   /* a capital beyond ASCII, over the small letter */
    COST_FOREIGN = 14 * 8,  /* a letter of another language */
    COST_SIGN = 9 * 8,      /* quotes, dashes and the like */
    COST_ODD_SIGN = 13 * 8, /* ¸ § ¬: hardly ever in news */
    COST_CONTROL = 24 * 8,
    COST_PRIOR = 20 * 8 /* neighbours differ in charset less than once in a million */
};

/* What a text says for itself. */
struct reading {
    size_t good, bad; /* words with a letter beyond ASCII */
    uint64_t cost;
};

/* -------------------------------------------------------------------- letters */

/* -1 small, 1 capital, 0 neither, or not to be known. */
static int case_of(uint32_t cp)
{
    if (cp < 0x80)
        return cp >= 'A' && cp <= 'Z' ? 1 : cp >= 'a' && cp <= 'z' ? -1 : 0;
    for (size_t i = 0; i < HLCHARSET_LETTERS; i++) {
        if (hlcharset_capital[i] == cp)
            return 1;
        /* Fonts of capitals had small codes for toned letters: "VIệT" is meant so. */
        if (hlcharset_small[i] == cp)
            return hlcharset_tcvn3.capital[i] ? -1 : 0;
    }
    return 0;
}

/* Small, capital, or capital first: tables that are wrong put capitals anywhere. */
static bool is_well_cased(const char *word, size_t size)
{
    size_t small = 0, capitals = 0, letters = 0;
    bool capital_behind = false;
    for (size_t at = 0, step; at < size; at += step, letters++) {
        int c = case_of(hltext_utf8_decode(word + at, &step));
        small += c < 0;
        capitals += c > 0;
        capital_behind |= c > 0 && letters > 0;
    }
    assert(small + capitals <= letters);
    return !capital_behind || !small;
}

/* Capitals only, too few for a word that had to be legal. */
static bool is_abbreviation(const char *word, size_t size)
{
    size_t letters = 0;
    for (size_t at = 0, step; at < size; at += step, letters++)
        if (case_of(hltext_utf8_decode(word + at, &step)) <= 0)
            return false;
    return letters <= ABBREVIATION_MAX;
}

/* The cost of a character that charsets do not agree on. */
static unsigned cost_of(uint32_t cp)
{
    if (cp < 0x80) {
        const char *vowel = memchr(hlcharset_vowels, (int)(cp | 0x20), HLCHARSET_VOWELS);
        if (vowel && (cp | 0x20) >= 'a')
            return hlcharset_bits[HLCHARSET_LETTERS + (vowel - hlcharset_vowels)];
        return cp < 0x20 && cp != '\n' && cp != '\r' && cp != '\t' ? COST_CONTROL : 0;
    }
    for (size_t i = 0; i < HLCHARSET_LETTERS; i++) {
        if (hlcharset_small[i] == cp)
            return hlcharset_bits[i];
        if (hlcharset_capital[i] == cp)
            return hlcharset_bits[i] + COST_CAPITAL;
    }
    enum hltext_kind kind = hlinfo_kind(hltext_info(cp));
    if (cp < 0xa0 || cp == 0xfffd)
        return COST_CONTROL;
    if (kind == HLKIND_LETTER || kind == HLKIND_MARK)
        return COST_FOREIGN;
    return cp == 0xa0 || cp == 0xb0 || cp >= 0x2000 ? COST_SIGN : COST_ODD_SIGN;
}

static void weigh_word(const char *word, size_t size, struct reading *out)
{
    bool marked = false;
    for (size_t i = 0; i < size; i++)
        marked |= (uint8_t)word[i] >= 0x80;
    if (!marked)
        return;
    if (hltext_is_vietnamese(word, size) && is_well_cased(word, size))
        out->good++;
    else if (!is_abbreviation(word, size))
        out->bad++;
}

static struct reading weigh_words(const char *text, size_t size)
{
    struct reading reading = {0};
    size_t at = 0, start;
    while (hltext_next_word(text, size, &at, &start))
        weigh_word(text + start, at - start, &reading);
    return reading;
}

static struct reading weigh(const char *text, size_t size)
{
    struct reading reading = weigh_words(text, size);
    for (size_t at = 0, step; at < size; at += step)
        reading.cost += cost_of(hltext_utf8_decode(text + at, &step));
    reading.cost += reading.bad * COST_ILLEGAL;
    return reading;
}

static double score(const struct reading *r)
{
    return ((double)r->good - (double)r->bad) / ((double)(r->good + r->bad) + 1);
}

double hltext_charset_score(const char *text, size_t size)
{
    struct reading reading = weigh_words(text, size);
    return score(&reading);
}

/* --------------------------------------------------------------------- UTF-16 */

/* A unit that Vietnamese text may hold: Latin, its marks, punctuation, signs, emoji. */
static bool is_likely_unit(unsigned high, unsigned low)
{
    if (high == 0)
        return low >= 0x20 || low == '\n' || low == '\r' || low == '\t';
    return high <= 3 || high == 0x1e || (high >= 0x20 && high <= 0x27) ||
           (high >= 0xd8 && high <= 0xdf) || high >= 0xfe;
}

/* Every third unit or more is of Latin-1, and 19 of 20 are likely ones. */
static bool is_utf16(const uint8_t *bytes, size_t size, bool big)
{
    size_t units = size / 2, zeros = 0, likely = 0;
    for (size_t i = 0; i + 1 < size; i += 2) {
        unsigned high = bytes[i + !big], low = bytes[i + big];
        zeros += !high && low;
        likely += is_likely_unit(high, low);
    }
    assert(zeros <= units && likely <= units);
    return units >= UNITS_MIN && zeros * 3 >= units && likely * 20 >= units * 19;
}

const char *hltext_utf16_find(const void *bytes, size_t size)
{
    const uint8_t *p = bytes;
    size_t part = size < GUESS_MAX ? size : GUESS_MAX;
    if (size >= 2 && p[0] == 0xff && p[1] == 0xfe)
        return "UTF-16LE";
    if (size >= 2 && p[0] == 0xfe && p[1] == 0xff)
        return "UTF-16BE";
    if (!size || !memchr(p, 0, part))
        return NULL;
    /* Text of one order read in the other is Chinese at best: not both are likely. */
    return is_utf16(p, part, false) ? "UTF-16LE" : is_utf16(p, part, true) ? "UTF-16BE" : NULL;
}

/* ------------------------------------------------------------------- guessing */

/* Latin letters, marks, punctuation, signs: not what bytes of VISCII may look like. */
static bool is_usual(uint32_t cp)
{
    return cp < 0x250 || (cp >= 0x300 && cp < 0x370) || (cp >= 0x1e00 && cp < 0x3000);
}

/* UTF-8, or what is left of it: more sequences are whole than bytes are wrong. */
static bool is_utf8(const char *bytes, size_t size)
{
    size_t bad = 0, whole = 0;
    for (size_t at = 0; at < size;) {
        size_t end = at + hltext_utf8_check(bytes + at, size - at), step;
        for (; at < end; at += step) {
            uint32_t cp = hltext_utf8_decode(bytes + at, &step);
            whole += step > 1 && is_usual(cp);
        }
        bad += at < size;
        at += at < size;
    }
    return !bad || whole > bad;
}

/* Not one letter beyond ASCII, whatever the table: English with quotes and dashes. */
static bool is_western(const uint8_t *bytes, size_t size)
{
    static const uint8_t signs[] = "\x85\x91\x92\x93\x94\x95\x96\x97\x99\xa0\xa9\xae\xb0\xb7";
    for (size_t i = 0; i < size; i++)
        if (bytes[i] >= 0x80 && !memchr(signs, bytes[i], sizeof signs - 1))
            return false;
    return true;
}

/* The reading of bytes under a charset. */
static hl_status read_as(const char *charset, const void *bytes, size_t size,
                         struct hlbuf *text, struct reading *out, struct hl_error *err)
{
    hl_status status = hltext_decode(charset, bytes, size, text, err);
    if (!status)
        *out = weigh((const char *)text->data, text->size);
    return status;
}

/* The likeliest of the old charsets, or NULL. */
static hl_status guess_old(const void *bytes, size_t size, const char *prior,
                           const char **out_charset, struct hl_error *err)
{
    /* Not VIQR: it is plain ASCII, and English would pass for it.  Of two equals the
     * first stays: the commoner charset stands first. */
    static const char *const candidates[] = {"TCVN3", "windows-1258", "VNI", "VISCII", "VPS"};
    const char *best = NULL;
    uint64_t least = UINT64_MAX;
    struct hlbuf text = {0};
    hl_status status = HL_OK;
    for (size_t i = 0; !status && i < sizeof candidates / sizeof candidates[0]; i++) {
        struct reading reading;
        bool is_prior = prior && !strcmp(prior, candidates[i]);
        status = read_as(candidates[i], bytes, size, &text, &reading, err);
        uint64_t cost = reading.cost + (is_prior ? 0 : COST_PRIOR);
        /* Half as many more legal words than not: 98.7 % and more of real texts pass, and
         * French and German do not. */
        if (status || score(&reading) < (is_prior ? 0 : 0.5) || cost >= least)
            continue;
        least = cost;
        best = candidates[i];
    }
    hlbuf_release(&text);
    if (!status)
        *out_charset = best;
    return status;
}

hl_status hltext_charset_guess(const void *bytes, size_t size, const char *prior,
                               const char **out_charset, struct hl_error *err)
{
    size_t part = size < GUESS_MAX ? size : GUESS_MAX;
    const char *found = hltext_utf16_find(bytes, size);
    hl_status status = HL_OK;
    if (!found && is_utf8(bytes, size))
        found = "UTF-8";
    if (!found)
        status = guess_old(bytes, part, prior, &found, err);
    if (!status && !found && is_western(bytes, size))
        found = "windows-1252";
    if (!status)
        *out_charset = found;
    return status;
}

/* ------------------------------------------------------------------- mojibake */

/* The byte that windows-1252, or Latin-1, reads as cp; -1 if none is. */
static int western_byte(uint32_t cp)
{
    if (cp < 0x100)
        return (int)cp;
    for (int byte = 0x80; byte < 0xa0; byte++)
        if (hlcharset_western[byte - 0x80] == cp && cp != 0xfffd)
            return byte;
    return -1;
}

/* The bytes that the run of text from *at on was; *at moves behind it.  False: memory. */
static bool put_run(const char *text, size_t size, size_t *at, struct hlbuf *bytes)
{
    size_t step;
    for (; *at < size; *at += step) {
        int byte = western_byte(hltext_utf8_decode(text + *at, &step));
        if (byte < 0)
            break;
        hlbuf_put_u8(bytes, (uint8_t)byte);
    }
    assert(*at <= size);
    return !bytes->failed;
}

/* Letters beyond Latin-1 that only sound Vietnamese has (U+1EA0 to U+1EF9), against those
 * of Latin-1, which misreadings are made of: sound text has about as many of either. */
static bool looks_sound(const char *text, size_t size)
{
    size_t sound = 0, western = 0;
    for (size_t i = 0; i + 1 < size; i++) {
        uint8_t c = (uint8_t)text[i], next = (uint8_t)text[i + 1];
        sound += c == 0xe1 && (next == 0xba || next == 0xbb);
        western += c == 0xc2 || c == 0xc3;
        if (sound == SOUND_ENOUGH) /* the usual case, within a few lines */
            return sound * 4 >= western;
    }
    return sound * 4 >= western;
}

/* Whether undoing leaves text that is clearly better than what was there. */
static hl_status is_better(const char *text, size_t size, const char *charset, bool expected,
                           bool *out_better, struct hl_error *err)
{
    struct hlbuf undone = {0};
    hl_status status = hltext_mojibake_undo(text, size, charset, &undone, err);
    if (!status) {
        struct reading before = weigh(text, size);
        struct reading after = weigh((const char *)undone.data, undone.size);
        /* UTF-8 is evidence by itself: bytes are not well-formed by chance.  Of the others
         * one word is none, and many a misread word is a syllable, too ("lóa"). */
        bool enough = (score(&before) < 0.5 && after.good >= 2) || !strcmp(charset, "UTF-8");
        *out_better = score(&after) >= 0.5 && (enough || expected) &&
                      before.cost > after.cost + (expected ? 0 : COST_PRIOR) &&
                      !memmem(undone.data, undone.size, "\xef\xbf\xbd", 3);
    }
    hlbuf_release(&undone);
    return status;
}

/* The bytes that all of text was; a blank for what was none. */
static hl_status put_bytes(const char *text, size_t size, struct hlbuf *bytes,
                           struct hl_error *err)
{
    for (size_t at = 0, step; put_run(text, size, &at, bytes) && at < size; at += step) {
        hltext_utf8_decode(text + at, &step);
        hlbuf_put_u8(bytes, ' ');
    }
    return bytes->failed ? hlerr_nomem(err) : HL_OK;
}

/* The first bytes of text, at most `most`, that are whole characters. */
static size_t part_of(const char *text, size_t size, size_t most)
{
    if (size <= most)
        return size;
    while (most && ((uint8_t)text[most] & 0xc0) == 0x80)
        most--;
    return most;
}

hl_status hltext_mojibake_find(const char *text, size_t size, const char *prior,
                               const char **out_charset, struct hl_error *err)
{
    const char *found = prior;
    bool better = false;
    struct hlbuf bytes = {0};
    hl_status status = HL_OK;
    size = part_of(text, size, GUESS_MAX);
    if (!looks_sound(text, part_of(text, size, LOOK_MAX))) {
        if (!prior)
            status = put_bytes(text, size, &bytes, err);
        if (!status && !prior)
            status = hltext_charset_guess(bytes.data, bytes.size, NULL, &found, err);
        if (!status && found)
            status = is_better(text, size, found, prior, &better, err);
    }
    hlbuf_release(&bytes);
    if (!status)
        *out_charset = better ? found : NULL;
    return status;
}

hl_status hltext_mojibake_undo(const char *text, size_t size, const char *charset,
                               struct hlbuf *out, struct hl_error *err)
{
    struct hlbuf bytes = {0}, decoded = {0};
    hl_status status = HL_OK;
    assert(charset);
    hlbuf_reset(out);
    for (size_t at = 0, step; at < size && !status;) {
        hlbuf_reset(&bytes);
        if (!put_run(text, size, &at, &bytes))
            status = hlerr_nomem(err);
        else if (bytes.size)
            status = hltext_decode(charset, bytes.data, bytes.size, &decoded, err);
        if (!status && bytes.size)
            hlbuf_put(out, decoded.data, decoded.size);
        if (at == size)
            break;
        hltext_utf8_decode(text + at, &step);
        hlbuf_put(out, text + at, step);
        at += step;
    }
    if (!status && out->failed)
        status = hlerr_nomem(err);
    hlbuf_release(&bytes);
    hlbuf_release(&decoded);
    return status;
}

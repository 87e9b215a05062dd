/*
 * scan.h - what the files of the tokeniser share; nobody else includes it.
 *
 * A run is letters, marks and digits without a break.  Most runs are a token
 * each (tokenise.c); a run that starts with a digit, or that a linking
 * character ties to the next one, belongs to a compound (joined.c).
 *
 *   TP.HCM   run TP, link '.', run HCM        28-31/10   28 '-' 31 '/' 10
 */
#ifndef HL_TOKEN_SCAN_H
#define HL_TOKEN_SCAN_H

#include "text/normalise.h"
#include "text/syllable.h"
#include "text/table.h"
#include "text/utf8.h"
#include "token/tokenise.h"

struct hltoken_run {
    uint32_t start, end; /* bytes of the cleaned text */
    uint32_t digits;     /* ASCII digits at the start */
    uint32_t letters;    /* characters, marks left out */
    uint16_t code;       /* of the syllable, or HLSYL_NONE */
};

struct hltoken_scan {
    const char *text; /* cleaned */
    uint32_t size;
    struct hltext_cursor cursor;
    struct hltoken_list *list;
    int year;
    const uint64_t *wanted;                   /* a bit a syllable; NULL: all */
    uint16_t code_day, code_month, code_year; /* ngày, tháng, năm */
    uint16_t last_code;                       /* syllable at the last position */
    uint32_t date_until;                      /* a date in words reaches to here */
    uint32_t long_until;                      /* where a piece of a very long compound ended */
    hl_status status;
    struct hl_error *err;
};

static inline bool hltoken_is_digits(const struct hltoken_run *run)
{
    return run->digits == run->end - run->start;
}

/* May a run start with the character at `at`?  A lone mark may not. */
static inline bool hltoken_starts_run(const struct hltoken_scan *scan, uint32_t at)
{
    if (at >= scan->size)
        return false;
    size_t step;
    enum hltext_kind kind =
        hlinfo_kind(hltext_info(hltext_utf8_decode(scan->text + at, &step)));
    return kind == HLKIND_LETTER || kind == HLKIND_DIGIT;
}

/* The rest of a run that is no syllable, or not of letters alone. */
static inline void hltoken_read_rest(const struct hltoken_scan *scan, struct hltoken_run *run,
                                     uint32_t at)
{
    while (at < scan->size) {
        size_t step;
        uint16_t info = hltext_info(hltext_utf8_decode(scan->text + at, &step));
        enum hltext_kind kind = hlinfo_kind(info);
        if (kind == HLKIND_OTHER)
            break;
        run->digits += kind == HLKIND_DIGIT && run->digits == at - run->start;
        run->letters += kind != HLKIND_MARK;
        at += (uint32_t)step;
    }
    run->end = at;
    run->code = HLSYL_NONE;
}

/* The run that starts at `at`, where one may start.  Nine in ten are syllables. */
static inline struct hltoken_run hltoken_read_run(const struct hltoken_scan *scan, uint32_t at)
{
    struct hltoken_run run = {at, at, 0, 0, HLSYL_NONE};
    uint64_t packed = 0;
    unsigned tone = 0;
    while (at < scan->size) {
        size_t step;
        uint16_t info = hltext_info(hltext_utf8_decode(scan->text + at, &step));
        unsigned letter = hlinfo_letter(info), mark = hlinfo_tone(info);
        if (!letter || run.letters == HLSYL_LETTERS_MAX || (tone && mark)) {
            if (hlinfo_kind(info) == HLKIND_OTHER)
                break;
            hltoken_read_rest(scan, &run, at);
            return run;
        }
        packed = packed << 5 | letter;
        tone |= mark;
        run.letters++;
        at += (uint32_t)step;
    }
    run.end = at;
    run.code = hlsyl_parse_packed(packed, tone);
    return run;
}

/*
 * Adds a token for text[start, end).  A syllable's key is its spelling and key may
 * be NULL; other keys were put at the end of list->keys, from offset on.
 */
void hltoken_push(struct hltoken_scan *scan, uint16_t code, size_t offset, uint32_t start,
                  uint32_t end, bool alternative);

/* Puts bytes that are a key already. */
void hltoken_push_bytes(struct hltoken_scan *scan, const char *key, size_t size, uint32_t start,
                        uint32_t end, bool alternative);

/* A run as a word of its own, cut if it is too long. */
void hltoken_push_word(struct hltoken_scan *scan, const struct hltoken_run *run);

/* Reads the compound that starts with run and pushes its tokens; returns where it ends. */
uint32_t hltoken_push_compound(struct hltoken_scan *scan, const struct hltoken_run *first);

/* Is there a linking character right behind run, and a run right behind that? */
bool hltoken_is_linked(const struct hltoken_scan *scan, const struct hltoken_run *run);

#endif

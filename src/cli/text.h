/*
 * text.h - strings of the tool: growing text, numbers in words, UTF-8, spelling.
 *
 * Leaves to others: what is said (say.h, the commands) and JSON (json.h).
 * The tool is one short-lived process: memory that runs out ends it with a
 * sentence and exit 2, so nothing here returns a failure of that kind.
 *
 *   hlcli_text_init -> hlcli_add* ... -> text.data (always terminated) -> release
 *
 * Ownership  text.data belongs to the text, valid until the next hlcli_add*.
 * Locale     nothing here looks at it: the tool never calls setlocale().
 */
#ifndef HL_CLI_TEXT_H
#define HL_CLI_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "hlsearch.h"

struct hlcli_text {
    char *data; /* terminated; "" when nothing was added */
    size_t size;
    size_t room;
};

void *hlcli_alloc(size_t count, size_t size); /* zeroed; never NULL */
void *hlcli_realloc(void *p, size_t count, size_t size);
char *hlcli_strdup(const char *s);

void hlcli_text_init(struct hlcli_text *text);
void hlcli_text_release(struct hlcli_text *text);
void hlcli_text_reset(struct hlcli_text *text);
void hlcli_add(struct hlcli_text *text, const char *s);
void hlcli_add_bytes(struct hlcli_text *text, const char *bytes, size_t size);
void hlcli_add_format(struct hlcli_text *text, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Numbers for readers. */
void hlcli_add_count(struct hlcli_text *text, uint64_t n); /* 1,204,000 */
void hlcli_add_tenths(struct hlcli_text *text, double x);
void hlcli_add_bytes_of(struct hlcli_text *text, uint64_t n); /* 2.1 GB; powers of 1,000 */
void hlcli_add_seconds(struct hlcli_text *text, double s);    /* 2 min 51 s */
/* The shortest decimal that reads back as the same double; it must be finite. */
void hlcli_add_double(struct hlcli_text *text, double x);
/* A date of an article as far as it is known: "2017-01-14" by day. */
void hlcli_add_day(struct hlcli_text *text, int64_t date, int offset,
                   enum hl_date_precision precision);
/* RFC 3339 as far as it is known: 2017, 2017-01, 2017-01-14, ...T08:30:00+07:00. */
void hlcli_add_time(struct hlcli_text *text, int64_t date, int offset,
                    enum hl_date_precision precision);
const char *hlcli_precision_name(enum hl_date_precision precision);

/*
 * One line for a terminal or a table: control characters (which could drive a terminal)
 * and line breaks become blanks, bytes that are no UTF-8 U+FFFD; what would show the line in
 * another order than it is written (U+202A to U+202E, U+2066 to U+2069) is left out.
 */
void hlcli_add_plain(struct hlcli_text *text, const char *bytes, size_t size);
/* For a file that programs read: as above, but U+2028 and what orders the line stay. */
void hlcli_add_clean(struct hlcli_text *text, const char *bytes, size_t size);

/* Bytes of the UTF-8 character at p, 1 to 4; 0 if there is none (cut, overlong, surrogate). */
size_t hlcli_utf8_size(const char *p, size_t left);
/* Where the first byte is that is no UTF-8; -1 if all are. */
int64_t hlcli_utf8_bad(const char *s, size_t size);
/* Places that the text takes on a terminal: none for combining marks, two for wide letters of
 * East Asia (wrap.c). */
size_t hlcli_utf8_width(const char *s, size_t size);

/* Insertions, deletions, changes and swaps of neighbours between two short words. */
unsigned hlcli_distance(const char *a, const char *b);

/* Whole decimal numbers only; false for anything else or out of range. */
bool hlcli_parse_count(const char *s, int64_t low, int64_t high, int64_t *out_n);
bool hlcli_parse_real(const char *s, double *out_x);
bool hlcli_parse_size(const char *s, uint64_t *out_bytes); /* 512M, 2G, 100000 */

#endif

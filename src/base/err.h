/*
 * err.h - how a failure gets its words.
 *
 * Three kinds, never mixed: an expected failure is a status, damaged bytes are
 * HL_CORRUPT raised by hlerr_corrupt() and nothing else (one breakpoint sees
 * the first sign of every damage), our own bug is an assert.
 */
#ifndef HL_BASE_ERR_H
#define HL_BASE_ERR_H

#include "hlsearch.h"

#define HL_PRINTF(fmt, first) __attribute__((format(printf, fmt, first)))

/* What is said for an English sentence or format; hl_messages_set() may have changed it. */
const char *hlerr_say(const char *english) __attribute__((format_arg(1)));

/* Marks a constant that is given to hlerr_say() later, for tools/check-messages. */
#define HLERR_SAID(english) english

/* Both return the status they set, so that a caller can return them.  err may be NULL. */
hl_status hlerr_set(struct hl_error *err, hl_status code, const char *format, ...)
    HL_PRINTF(3, 4);
hl_status hlerr_set_at(struct hl_error *err, hl_status code, int64_t at, const char *format,
                       ...) HL_PRINTF(4, 5);

/* What a message of damage ends with. */
#define HLERR_NO_ANSWER                                                                        \
    "; no answer is given: hlsearch check tells more, indexing again mends it"

/* "FILE: section, offset: what", and the end above; file may be NULL where it is not known. */
hl_status hlerr_corrupt(struct hl_error *err, const char *file, const char *section,
                        uint64_t offset, const char *what);

/* HL_NOMEM with the usual sentence. */
hl_status hlerr_nomem(struct hl_error *err);

#endif

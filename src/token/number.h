/*
 * number.h - numbers as Vietnamese and English papers print them, to one key.
 *
 *   94.760 -> 94760   1.234.567,8 -> 1234567.8   3,5 -> 3.5   4.0 -> 4.0
 *
 * Works on ASCII digits, dots and commas only.  Threads: no state.
 */
#ifndef HL_TOKEN_NUMBER_H
#define HL_TOKEN_NUMBER_H

#include <stdbool.h>
#include <stddef.h>

/*
 * The key of text[0, size) read as one number, into out (room for size bytes).
 * Returns its size, 0 if the marks in it make no number.
 */
size_t hltoken_number_key(const char *text, size_t size, char *out);

/* Is suffix, as it stands right behind digits, a unit?  One capital letter is none. */
bool hltoken_is_unit(const char *suffix, size_t size);

#endif

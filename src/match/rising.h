/*
 * rising.h - a few rows of numbers, each of which rises, brought into one.
 *
 * Places of several keys of a word, for instance: mostly so few that insertion is fast.
 */
#ifndef HL_MATCH_RISING_H
#define HL_MATCH_RISING_H

#include <stddef.h>
#include <stdint.h>

void hlrising_sort(uint32_t *list, size_t count);
/* Keeps the numbers of first that have themselves + step in next, which both rise; how many. */
size_t hlrising_keep_followed(uint32_t *first, size_t count, const uint32_t *next,
                              size_t next_count, uint32_t step);

#endif

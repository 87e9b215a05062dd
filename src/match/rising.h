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

#endif

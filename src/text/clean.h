/*
 * clean.h - what the two halves of clean share; nobody else includes it.
 *
 * normalise.c copies what stays and replaces what needs no context; a stretch
 * between blanks that needs more is handed to clean_word.c.
 */
#ifndef HL_TEXT_CLEAN_H
#define HL_TEXT_CLEAN_H

#include "base/buf.h"

/* A character on its way through the rules, with the bytes it stands for. */
struct hltext_item {
    uint32_t cp;
    uint32_t start, end;
};

struct hltext_cleaner {
    const char *text;
    struct hlbuf *out;
    struct hlbuf *map;     /* NULL: nobody asks */
    struct hlbuf items[2]; /* of struct hltext_item */
    bool failed;
};

/* Puts one cleaned character that stands for text[start, end). */
void hltext_cleaner_put(struct hltext_cleaner *cleaner, uint32_t cp, uint32_t start,
                        uint32_t end);

/* All rules, in their order, over text[start, end), which has no blank at its ends. */
void hltext_clean_word(struct hltext_cleaner *cleaner, size_t start, size_t end);

#endif

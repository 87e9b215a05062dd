/*
 * drawn.h - queries of the whole language, made by chance: a tree for the slow twin, and the
 * text that a reader would have typed for it.
 *
 * Words come from the articles of an archive (scratch.h).  The text is spelled in one of the
 * ways in which it can be: capitals, quotes of several kinds, parentheses that change nothing.
 * Everything follows from the seed.
 *
 * Ownership  trees and texts are the query's own, until it is drawn anew.
 */
#ifndef HL_TESTS_DRAWN_H
#define HL_TESTS_DRAWN_H

#include "oracle.h"
#include "scratch.h"

enum { DRAWN_TREES = 400, DRAWN_TEXTS = 32768, DRAWN_ROOM = 16384 };

struct drawn {
    const struct scratch_archive *archive;
    uint64_t *seed;
    struct oracle_tree trees[DRAWN_TREES];
    size_t tree_count;
    char texts[DRAWN_TEXTS];
    size_t text_size;
    char text[DRAWN_ROOM];
    size_t size;
};

/* What follows is drawn from this archive by this seed, both borrowed. */
void drawn_begin(struct drawn *d, const struct scratch_archive *archive, uint64_t *seed);
/* Draws a query of up to parts_max parts, its text too; the tree is an ALL of the parts. */
struct oracle_tree *drawn_query(struct drawn *d, size_t parts_max);
/* Draws options: the arithmetic, the cover, pages, order, dates, a section, facets. */
void drawn_options(struct drawn *d, const struct hl_synonyms *synonyms,
                   struct hl_search_options *out_options);

#endif

/*
 * stretch.h - which end of a text that is being typed is words to be completed.
 *
 *   ung thu OR rob      rob     the rest is an operator and what it is about, and stays as it
 *   title:"tri tue      tri tue is typed
 *   section:khoa        nothing: values are no words of the text
 *   tri tue             all of it, blanks too: nothing here means anything else than itself
 *
 * The query language is that of query/syntax.h; as a text is read here that is not at its end,
 * an open quotation mark or parenthesis is nothing to note, and a name may have words behind
 * it that the reader means for it, though only one is: title:tri tue.
 *
 * Time  linear in the text, which is at most 4 GB.
 */
#ifndef HL_ENGINE_STRETCH_H
#define HL_ENGINE_STRETCH_H

#include <stdbool.h>
#include <stddef.h>

struct hlstretch {
    size_t from; /* where it begins, after blanks unless at 0; the size: nothing to complete */
    bool single; /* of one word at most: what a minus leaves out */
};

struct hlstretch hlstretch_last(const char *text, size_t size);

#endif

/*
 * syntax.h - the query language, as hlsearch-query(7) and `hlsearch help syntax` tell it.
 */
#ifndef HL_CLI_SYNTAX_H
#define HL_CLI_SYNTAX_H

#include <stddef.h>

/* A heading where there is no text, a paragraph where there is no tag, else both. */
struct hlcli_entry {
    const char *tag, *text;
};

/* In the order of the page; NULL past the end. */
const struct hlcli_entry *hlcli_syntax_at(size_t i);

/* What the page is about, in a line. */
#define HLCLI_SYNTAX_SUMMARY "the query language of hlsearch"

#endif

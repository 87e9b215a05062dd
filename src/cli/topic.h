/*
 * topic.h - what help tells of that is no command: the query language, the search page,
 * shards.
 *
 * Each topic is a page of entries, which `hlsearch help WORD` lays out for a terminal and
 * `hlsearch help --man WORD` in roff.
 */
#ifndef HL_CLI_TOPIC_H
#define HL_CLI_TOPIC_H

#include <stddef.h>

/* A heading where there is no text; a paragraph where there is no tag; lines to copy, kept
 * as they are, under HLCLI_LINES; else a form, and what it is for. */
struct hlcli_entry {
    const char *tag, *text;
};
#define HLCLI_LINES ""

struct hlcli_topic {
    const char *word;  /* after `hlsearch help` */
    const char *page;  /* of the manual */
    int section;       /* that it stands in */
    const char *about; /* what it tells, in a line */
    const char *also;  /* other pages, in roff */
    const struct hlcli_entry *entries;
    size_t count;
};

/* NULL: no topic of that name. */
const struct hlcli_topic *hlcli_topic_find(const char *word);

extern const struct hlcli_topic hlcli_topic_syntax; /* syntax.c */
extern const struct hlcli_topic hlcli_topic_page;   /* page.c */
extern const struct hlcli_topic hlcli_topic_shards; /* machines.c */

#endif

/*
 * fields.h - what a key of some archive means to us.
 *
 * The table of built-in names (any case), and the --map file that comes before it.
 * Which of several keys wins is a rank: the lower, the sooner; a map line beats every
 * built-in name, and a field keeps the first value that is not empty.
 */
#ifndef HL_IMPORT_FIELDS_H
#define HL_IMPORT_FIELDS_H

#include "hlsearch.h"

enum hlimport_field {
    FIELD_ID = 0,
    FIELD_URL,
    FIELD_TITLE,
    FIELD_LEAD,
    FIELD_BODY,
    FIELD_DATE,
    FIELD_AUTHOR,
    FIELD_SECTION,
    FIELD_SOURCE,
    FIELD_TAGS,
    /* The rest has no column: it goes to hl_article.extra. */
    FIELD_MODIFIED,
    FIELD_LANG,
    FIELD_CAPTION,
    FIELD_BOILERPLATE,
    FIELD_TITLE_FROM,
    FIELD_COUNT
};

/* Rank of what no key gave. */
enum { RANK_NONE = 1 << 30, RANK_BUILT_IN = 1 << 16 };

/* The field that key names, with its rank; false for a key that means nothing to us. */
bool hlimport_field_find(const char *key, size_t size, enum hlimport_field *out_field,
                         int *out_rank);

/* The native name of a field, e.g. "title". */
const char *hlimport_field_name(enum hlimport_field field);

/* A line of a map file. */
struct hlimport_mapping {
    enum hlimport_field field;
    bool constant; /* text is the value, else the path of a key: a.b.c */
    const char *text;
};

struct hlimport_map {
    struct hlimport_mapping *mappings;
    size_t count;
    const char *date_format; /* NULL: dates are recognised */
    char *text;              /* the file; the strings above point into it */
};

/* text is taken over (hlmem) whatever comes back; name is for messages. */
hl_status hlimport_map_parse(char *text, const char *name, struct hlimport_map **out_map,
                             struct hl_error *err);

#endif

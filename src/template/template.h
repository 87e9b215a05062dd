/*
 * template.h - a page or a list with places for values, filled in.
 *
 * The language has no code, no raw output, and nothing that runs without bound:
 *
 *   {{field}}              the value, escaped for where it stands; matches of marked text
 *                          between <mark> and </mark> in HTML, [ and ] in plain text
 *   {{url field}}          a whole address: http, https, or of this site (/..., ?..., #...);
 *                          nothing for any other.  What is an address of the program's own
 *                          making is printed in this way only, and stands in <link href> too
 *   {{param field}}        a part of an address, all percent-encoded
 *   {{attr field}}         within a quoted attribute
 *   {{#name}}...{{/name}}  a list: once for each item; a field: if it has a value
 *   {{^name}}...{{/name}}  if the list is empty, if the field has no value
 *   {{>file}}              another file of the same folder
 *   {{! comment}}
 *
 * A tag alone on its line, but for values, takes the line with it.  Names are looked for from
 * the innermost list outwards.  What a template may say is settled when it is read: names
 * that nobody knows, sections left open, and in HTML values where no escaping could make
 * them safe (in a script, a tag, an attribute without quotes, an address without `url`, the
 * host of one, any attribute of <link>, <base> and <meta> but for the one said above) are
 * errors that say FILE:LINE:COLUMN.  What stands in a style or a script is the same whenever
 * the template is printed, without sections or values, so that its hash may be told to
 * browsers (w3.org/TR/CSP3, 6.7.3).  In XML matches are not marked.
 *
 * Invariants  a printed value is valid UTF-8 without control characters and cannot end the
 *             place it stands in, whatever its bytes.
 * Ownership   a template copies what it reads; names must outlive it.
 * Threads     one template may be printed by any number of threads.
 * Errors      HL_MISUSE: the template says what it may not; HL_NOT_FOUND, HL_IO: its files;
 *             HL_LIMIT; HL_NOMEM.  Text printed before a failure stays in the buffer.
 */
#ifndef HL_TEMPLATE_TEMPLATE_H
#define HL_TEMPLATE_TEMPLATE_H

#include "base/buf.h"
#include "hlsearch.h"

enum {
    HLTEMPLATE_FILE_MAX = 256 << 10,  /* bytes of one file */
    HLTEMPLATE_BYTES_MAX = 1 << 20,   /* of all that one template includes */
    HLTEMPLATE_OUTPUT_MAX = 64 << 20, /* bytes printed */
    HLTEMPLATE_FILES_MAX = 8,         /* files within each other */
    HLTEMPLATE_SECTIONS_MAX = 32      /* sections within each other */
};

enum hltemplate_form { HLTEMPLATE_HTML, HLTEMPLATE_PLAIN, HLTEMPLATE_XML };
enum hltemplate_kind {
    HLTEMPLATE_FIELD,
    HLTEMPLATE_LIST,
    HLTEMPLATE_ADDRESS /* a field: an address of the program's making, no text of others */
};

/* What a template may name; a table of them ends with a name of NULL. */
struct hltemplate_name {
    const char *name; /* a-z, 0-9, _ */
    enum hltemplate_kind kind;
    int id;                              /* what the values are asked by; each its own */
    const struct hltemplate_name *items; /* what an item of the list has */
};

/* Text, and what of it is a match: ranges in order, apart, half open, at characters. */
struct hltemplate_value {
    const char *bytes;
    size_t size; /* 0: no value */
    const struct hl_range *ranges;
    size_t range_count;
};

/*
 * Where values come from.  enter() goes to item i of a list, within the items that were
 * entered before it, and says whether there is one; each item entered is left again before
 * the next, also after a failure.  A value lives until the next call.
 */
struct hltemplate_values {
    void (*value)(void *user, int id, struct hltemplate_value *out_value);
    hl_status (*enter)(void *user, int id, size_t i, bool *out_there, struct hl_error *err);
    void (*leave)(void *user, int id);
    void *user;
};

/* Gives the bytes of an included file, hlmem_free() frees them. */
struct hltemplate_loader {
    hl_status (*load)(void *user, const char *name, char **out_bytes, size_t *out_size,
                      struct hl_error *err);
    void *user;
};

struct hltemplate;

/* A file, plain text if its name ends in .txt, XML if in .xml, else HTML; it includes files
 * of its folder, but no links. */
hl_status hltemplate_open(const char *path, const struct hltemplate_name *names,
                          struct hltemplate **out_template, struct hl_error *err);
/* The same from memory; name stands in errors, loader NULL: nothing can be included. */
hl_status hltemplate_read(const char *name, const char *bytes, size_t size,
                          enum hltemplate_form form, const struct hltemplate_name *names,
                          const struct hltemplate_loader *loader,
                          struct hltemplate **out_template, struct hl_error *err);
void hltemplate_free(struct hltemplate *t);

/* Adds the filled template to *out. */
hl_status hltemplate_print(const struct hltemplate *t, const struct hltemplate_values *values,
                           struct hlbuf *out, struct hl_error *err);

/* What stands between <style> and </style> or <script> and </script>, element by element as
 * they come in the template, empty ones left out; line ends are LF.  Bytes live as long as
 * the template, and are what hltemplate_print() prints there. */
size_t hltemplate_raw_count(const struct hltemplate *t);
void hltemplate_raw_at(const struct hltemplate *t, size_t i, bool *out_script,
                       const char **out_bytes, size_t *out_size);

#endif

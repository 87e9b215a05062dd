/*
 * builtin.h - the pages that come with the program, as files of src/template/pages/ which
 * tools/gen-pages compiles in.
 *
 * Ownership   the bytes are the program's.
 * Threads     nothing here changes.
 * Errors      HL_NOT_FOUND: no such file; others as in template.h.
 */
#ifndef HL_TEMPLATE_BUILTIN_H
#define HL_TEMPLATE_BUILTIN_H

#include "template/template.h"

struct hltemplate_file {
    const char *name;
    const char *bytes; /* a NUL follows them */
    size_t size;
    uint32_t version; /* a hash of the bytes: FNV-1a */
};

/* In the order of their names; the last has a name of NULL. */
extern const struct hltemplate_file hltemplate_builtins[];

/* The file of that name; NULL: there is none. */
const struct hltemplate_file *hltemplate_builtin(const char *name);

/* hltemplate_open() of such a file, which includes others of them: of style.css and the like
 * what browsers need, without comments and blanks (style.min.css). */
hl_status hltemplate_builtin_open(const char *name, const struct hltemplate_name *names,
                                  struct hltemplate **out_template, struct hl_error *err);

/* Adds its text to *out, with the text of what it includes in the place of each {{>file}}: a
 * template that prints the same and stands alone. */
hl_status hltemplate_builtin_text(const char *name, struct hlbuf *out, struct hl_error *err);

#endif

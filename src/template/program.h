/*
 * program.h - a template that was read: steps, and the literal text they print.
 */
#ifndef HL_TEMPLATE_PROGRAM_H
#define HL_TEMPLATE_PROGRAM_H

#include "template/place.h"
#include "template/template.h"

enum hltemplate_op {
    HLTEMPLATE_LITERAL, /* size bytes of the text from `at` */
    HLTEMPLATE_VALUE,   /* of field id, as `how`, with marks or without */
    HLTEMPLATE_EACH,    /* steps up to `at` for each item of list id */
    HLTEMPLATE_EMPTY,   /* the same, once, if the list has none */
    HLTEMPLATE_WITH,    /* the same if field id has a value */
    HLTEMPLATE_WITHOUT
};

struct hltemplate_step {
    enum hltemplate_op op;
    enum hltemplate_how how;
    bool marks;
    int id;
    uint32_t at, size;
};

/* What stands in a style or a script: size bytes of the text from `at`. */
struct hltemplate_code {
    uint32_t at, size;
    bool script;
};

struct hltemplate {
    enum hltemplate_form form;
    struct hlbuf text;
    struct hlbuf steps; /* of struct hltemplate_step */
    struct hlbuf codes; /* of struct hltemplate_code */
    bool fixed;         /* constant, all of it: ready.h */
};

/* By the end of its name. */
enum hltemplate_form hltemplate_form_of(const char *name);

#endif

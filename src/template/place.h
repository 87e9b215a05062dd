/*
 * place.h - where in a page of HTML, or in a document of XML, a template stands.
 *
 * The literal text of a template is followed as a browser would, byte by byte, so that a
 * value can be refused where no escaping makes it safe.  Two places that are equal by memory
 * are the same place: sections and included files must end where they began.
 */
#ifndef HL_TEMPLATE_PLACE_H
#define HL_TEMPLATE_PLACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What stands where no value may. */
enum hltemplate_raw { HLTEMPLATE_NOT_RAW, HLTEMPLATE_STYLE, HLTEMPLATE_SCRIPT };

enum hltemplate_how {
    HLTEMPLATE_AS_TEXT,
    HLTEMPLATE_AS_URL,
    HLTEMPLATE_AS_PARAM,
    HLTEMPLATE_AS_ATTRIBUTE
};

enum { HLTEMPLATE_NAME_MAX = 15 };

struct hltemplate_place {
    uint8_t state; /* 0: between tags */
    uint8_t quote; /* of the attribute's value */
    uint8_t matched, dashes;
    uint8_t hidden;                          /* of what makes a script go on (place.c) */
    uint8_t address;                         /* how far one has got */
    bool xml;                                /* set before anything is fed */
    bool closed;                             /* a / stands last in this tag of XML */
    char element[HLTEMPLATE_NAME_MAX + 1];   /* lower case, cut */
    char attribute[HLTEMPLATE_NAME_MAX + 1]; /* the same */
    char scheme[8];                          /* how an address begins, the same */
};

void hltemplate_place_feed(struct hltemplate_place *place, const char *bytes, size_t size);

/* How many of the bytes change nothing about the place; it need not be fed them. */
size_t hltemplate_place_same(const struct hltemplate_place *place, const char *bytes,
                             size_t size);

/* Why a value may not stand here, and what to do; NULL if it may.  own: an address that the
 * program made. */
const char *hltemplate_place_refuses(const struct hltemplate_place *place,
                                     enum hltemplate_how how, bool own);
/* After a value. */
void hltemplate_place_value(struct hltemplate_place *place);
/* May tags stand around what is printed here? */
bool hltemplate_place_marks(const struct hltemplate_place *place);
/* Is this the content of a style or a script? */
enum hltemplate_raw hltemplate_place_raw(const struct hltemplate_place *place);
/* "in a tag"; never NULL. */
const char *hltemplate_place_name(const struct hltemplate_place *place);

#endif

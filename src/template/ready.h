/*
 * ready.h - pages that were read when the program was built.
 *
 * Reading the page of every answer took a process that gives one a twentieth of its time.
 */
#ifndef HL_TEMPLATE_READY_H
#define HL_TEMPLATE_READY_H

#include "template/program.h"

/* What reading the page of that name with hltemplate_page_names gives; constant, and not to
 * be freed but by hltemplate_free(), which knows it.  NULL: it must be read. */
const struct hltemplate *hltemplate_ready(const char *name);

#endif

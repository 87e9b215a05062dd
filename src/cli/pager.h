/*
 * pager.h - long text through $PAGER, on a terminal only.
 */
#ifndef HL_CLI_PAGER_H
#define HL_CLI_PAGER_H

#include "cli/text.h"

/* Prints text; through the pager where stdout is a terminal that it does not fit. */
void hlcli_page(const struct hlcli_text *text, bool no_pager);

#endif

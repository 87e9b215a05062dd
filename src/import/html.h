/*
 * html.h - markup taken out of a value that should have been text.
 *
 * Not a reader of HTML pages: for the stray <br/>, CDATA and &aacute; that feeds and
 * content systems leave in a field.  Only names of HTML count, so that "<số tiền>" and
 * "TN&MT;" stay as they are.  One pass, bounded look-ahead, no stack.
 *
 * Tags of blocks become newlines, cells blanks, other tags nothing; script, style and
 * comments go with what is in them.
 */
#ifndef HL_IMPORT_HTML_H
#define HL_IMPORT_HTML_H

#include "base/buf.h"

/*
 * Takes the markup out of text (well-formed UTF-8) into scratch and swaps the two; true
 * if there was any.  Untouched where there is none.
 */
bool hlimport_html_strip(struct hlbuf *text, struct hlbuf *scratch);

#endif

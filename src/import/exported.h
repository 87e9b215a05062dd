/*
 * exported.h - records that `hlsearch export` wrote, which come back as they were.
 *
 * Such a record has "hlsearch": 1.  Its values are what an index kept and are taken as they
 * stand: no markup is stripped, nothing is cleaned, split, dated or made up a second time,
 * since none of that need leave a text alone that has been through it, or that never was.
 * Beside the fields there are
 *
 *     date             as far as it is known; or, where that would not say it all, to the
 * second date_precision   "year" to "second": what of it is known date_offset      minutes east
 * of UTC, where the date does not show them tags             an array, or a text where lines of
 * it are empty extra            an object of the fields without a column; a text where it is
 * none that this build would write
 *
 * "" is a field that is there and empty, null one that is missing.
 */
#ifndef HL_IMPORT_EXPORTED_H
#define HL_IMPORT_EXPORTED_H

#include "import/draft.h"

struct json_object;

/* Looks whether the object is such a record, and takes from it what is no field. */
void hlimport_exported_begin(struct hlimport_draft *draft, struct json_object *object);

/* Whether a key means something there, and only there. */
bool hlimport_exported_knows(const char *key);

/* Whether an article's extra is an object that reading makes again, byte for byte. */
bool hlimport_exported_extra(const char *extra);

#endif

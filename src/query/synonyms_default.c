/*
 * synonyms_default.c - the list that is compiled in.
 *
 * tools/gen-synonyms reads synonyms.txt with the code that reads a user's list and writes
 * what came of it as constants: nothing is read at run time, and a mistake in the list
 * ends the build.
 */
#include "query/synonyms.h"

#include "synonyms_table.h"

const struct hl_synonyms *hl_synonyms_default(void)
{
    return &default_list;
}

#include "text/table.h"

/* Made by tools/gen-text-table.c; in the folder of generated files. */
#include "text_table.h"

_Static_assert(HLTAB_LETTERS < 32, "a letter number has five bits");
_Static_assert(HLTAB_ONSETS <= 32 && HLTAB_RHYMES <= 256, "code = 5 + 8 + 3 bits");

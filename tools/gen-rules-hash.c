/* gen-rules-hash > rules_hash.h: what src/text/fold.c makes of the tables. */
#include "text/fold.h"

#include <inttypes.h>
#include <stdio.h>

int main(void)
{
    printf("/* Made by tools/gen-rules-hash.c. */\n"
           "#define HLTEXT_RULES_HASH UINT64_C(0x%016" PRIx64 ")\n",
           hltext_rules_compute());
    return fflush(stdout) || ferror(stdout);
}

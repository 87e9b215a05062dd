/*
 * rules_hash.c - the hash of the text rules, which tools/gen-rules-hash worked out when the
 * library was built.
 */
#include "text/fold.h"

#include "rules_hash.h"

uint64_t hltext_rules_hash(void)
{
    return HLTEXT_RULES_HASH;
}

/*
 * synonyms.c - any bytes as a list of synonyms: hl_synonyms_read(), and asking it.
 *
 * What is read must hold what synonyms.h promises: members in order, each found by its own
 * keys, all others different from it.
 */
#include "query/synonyms.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_member(const struct hl_synonyms *s, const struct hlq_synonym *m)
{
    const struct hlq_synonym *other;
    uint32_t i = 0;
    char words[64];
    if (!m->count || m->count > HLQ_SYNONYM_KEYS_MAX ||
        hlq_synonyms_match(s, m->keys, m->count, false) != m)
        abort();
    for (; (other = hlq_synonyms_other(s, m, i)) != NULL; i++)
        if (hlq_synonym_same(other, m))
            abort();
    if (!i || i >= HLQ_SYNONYM_FOUND_MAX)
        abort();
    hlq_synonym_text(m, words, sizeof words);
    if (!*words || strlen(words) >= sizeof words)
        abort();
    const struct hlq_synonym *folded = hlq_synonyms_match(s, m->keys, m->count, true);
    if (!folded || folded->count != m->count)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct hl_synonyms *s = NULL;
    struct hl_error err;
    if (hl_synonyms_read(NULL, (const char *)data, size, &s, &err) != HL_OK) {
        if (s || strnlen(err.text, sizeof err.text) == sizeof err.text)
            abort();
        return 0;
    }
    for (uint32_t i = 0; i < s->count; i++)
        check_member(s, s->sorted[i]);
    hl_synonyms_free(s);
    return 0;
}

/*
 * synonyms.c - asking a list of synonyms; see synonyms.h.
 *
 * Members are sorted by their folded keys, so those that a run of keys starts with
 * are found by narrowing a range, key by key.  Which of the range are meant is then a
 * matter of marks, and few words differ by marks alone.
 */
#include "query/synonyms.h"

#include "base/buf.h"
#include "base/err.h"
#include "base/mem.h"
#include "text/fold.h"
#include "text/syllable.h"

#include <assert.h>
#include <string.h>

/*
 * The folded form of a syllable.  Without its marks nothing tells whether i and y are one
 * word (kĩ, but not vì); where they are with some tone, they are taken to be.
 */
static const char *fold_syllable(uint16_t code, uint32_t *out_size)
{
    static const char *const with_y[] = {"hy", "ky", "ly", "my", "sy", "ty"};
    size_t size;
    const char *folded = hlsyl_fold(hlsyl_variant(code), &size);
    *out_size = (uint32_t)size;
    if (size == 2 && folded[1] == 'i')
        for (size_t i = 0; i < sizeof with_y / sizeof *with_y; i++)
            if (with_y[i][0] == folded[0])
                return with_y[i];
    return folded;
}

hl_status hlq_synonym_key(const char *key, size_t size, struct hlarena *arena,
                          struct hlq_synonym_key *out_key, struct hl_error *err)
{
    struct hlq_synonym_key k = {.bytes = key,
                                .size = (uint32_t)size,
                                .variant = key,
                                .variant_size = (uint32_t)size,
                                .marked = hltext_is_marked(key, size)};
    assert(size && size < UINT32_MAX);
    uint16_t code = hlsyl_parse(key, size);
    if (code != HLSYL_NONE) {
        k.variant = hlsyl_spell(hlsyl_variant(code), &size);
        k.variant_size = (uint32_t)size;
        k.folded = fold_syllable(code, &k.folded_size);
    } else if (!k.marked) {
        k.folded = key;
        k.folded_size = (uint32_t)size;
    } else {
        struct hlbuf folded = {0};
        hl_status status = hltext_fold_key(key, size, &folded, err);
        if (status == HL_OK) {
            k.folded = hlarena_strndup(arena, (const char *)folded.data, folded.size);
            k.folded_size = (uint32_t)folded.size;
        }
        hlbuf_release(&folded);
        if (status != HL_OK || !k.folded)
            return status != HL_OK ? status : hlerr_nomem(err);
    }
    assert(k.folded_size && k.variant_size);
    *out_key = k;
    return HL_OK;
}

/* ------------------------------------------------------------------- matching */

int hlq_synonym_compare(const char *a, uint32_t a_size, const char *b, uint32_t b_size)
{
    int r = memcmp(a, b, a_size < b_size ? a_size : b_size);
    return r ? r : (a_size > b_size) - (a_size < b_size);
}

/* The first place in lo..hi whose key at `depth` is not before the key (or, with `past`,
 * is after it).  What ends before depth comes first. */
static uint32_t bound(const struct hl_synonyms *s, uint32_t lo, uint32_t hi, uint32_t depth,
                      const struct hlq_synonym_key *key, bool past)
{
    assert(lo <= hi && hi <= s->count && depth < HLQ_SYNONYM_KEYS_MAX);
    while (lo < hi) {
        uint32_t middle = lo + (hi - lo) / 2;
        const struct hlq_synonym *m = s->sorted[middle];
        int r = m->count <= depth
                    ? -1
                    : hlq_synonym_compare(m->keys[depth].folded, m->keys[depth].folded_size,
                                          key->folded, key->folded_size);
        if (r < 0 || (past && !r))
            lo = middle + 1;
        else
            hi = middle;
    }
    return lo;
}

/* How many of the member's keys are met exactly; -1 if one is not met at all.  That the
 * folded forms are the same is known. */
static int exactness(const struct hlq_synonym *m, const struct hlq_synonym_key *keys,
                     bool folded)
{
    int exact = 0;
    assert(m->count <= HLQ_SYNONYM_KEYS_MAX);
    for (uint32_t i = 0; i < m->count; i++) {
        if (!hlq_synonym_compare(m->keys[i].variant, m->keys[i].variant_size, keys[i].variant,
                                 keys[i].variant_size))
            exact++;
        else if (!folded || keys[i].marked)
            return -1;
    }
    return exact;
}

/* Of members lo.., which begin with the same folded keys, the best that has no more. */
static const struct hlq_synonym *pick(const struct hl_synonyms *s, uint32_t lo, uint32_t hi,
                                      const struct hlq_synonym_key *keys, uint32_t count,
                                      bool folded)
{
    const struct hlq_synonym *best = NULL;
    int most = -1;
    for (uint32_t i = lo; i < hi && s->sorted[i]->count == count; i++) {
        const struct hlq_synonym *m = s->sorted[i];
        int exact = exactness(m, keys, folded);
        if (exact > most || (exact >= 0 && exact == most && m->line < best->line)) {
            best = m;
            most = exact;
        }
    }
    return best;
}

const struct hlq_synonym *hlq_synonyms_match(const struct hl_synonyms *synonyms,
                                             const struct hlq_synonym_key *keys, uint32_t count,
                                             bool folded)
{
    const struct hlq_synonym *best = NULL;
    uint32_t lo = 0, hi = synonyms ? synonyms->count : 0;
    assert(keys || !count);
    for (uint32_t i = 0; i < count && i < HLQ_SYNONYM_KEYS_MAX && lo < hi; i++) {
        lo = bound(synonyms, lo, hi, i, &keys[i], false);
        hi = bound(synonyms, lo, hi, i, &keys[i], true);
        const struct hlq_synonym *found = pick(synonyms, lo, hi, keys, i + 1, folded);
        best = found ? found : best;
    }
    return best;
}

const struct hlq_synonym *hlq_synonyms_other(const struct hl_synonyms *synonyms,
                                             const struct hlq_synonym *member, uint32_t i)
{
    assert(synonyms && member->group < synonyms->group_count);
    const struct hlq_synonym_group *group = &synonyms->groups[member->group];
    for (uint32_t k = 0; k < group->count; k++)
        if (group->members[k] != member && !i--)
            return group->members[k];
    return NULL;
}

/* ------------------------------------------------------------------ small parts */

void *hlq_slab_take(struct hlq_slab *slab, size_t size)
{
    enum { SLAB = 1 << 16, ALIGN = 16 };
    size = (size + ALIGN - 1) & ~(size_t)(ALIGN - 1);
    if (size > slab->left) {
        size_t bytes = size > SLAB ? size : SLAB;
        slab->at = hlarena_alloc(slab->arena, bytes);
        slab->left = slab->at ? bytes : 0;
        if (!slab->at)
            return NULL;
    }
    void *taken = slab->at;
    slab->at += size;
    slab->left -= size;
    return taken;
}

bool hlq_synonym_same(const struct hlq_synonym *a, const struct hlq_synonym *b)
{
    assert(a->count && b->count);
    return a->count == b->count && exactness(a, b->keys, false) >= 0;
}

void hlq_synonym_text(const struct hlq_synonym *member, char *out, size_t room)
{
    size_t size = 0;
    assert(room > 4);
    for (uint32_t i = 0; i < member->count; i++) {
        const struct hlq_synonym_key *key = &member->keys[i];
        if (size + key->size + 5 > room) { /* blank, key, dots, NUL */
            memcpy(out + size, "...", 3);
            size += 3;
            break;
        }
        if (i)
            out[size++] = ' ';
        memcpy(out + size, key->bytes, key->size);
        size += key->size;
    }
    out[size] = 0;
}

const struct hl_note *hl_synonyms_note(const struct hl_synonyms *synonyms, size_t i)
{
    return synonyms && i < synonyms->note_count ? &synonyms->notes[i] : NULL;
}

void hl_synonyms_free(struct hl_synonyms *synonyms)
{
    if (!synonyms)
        return;
    hlarena_release(&synonyms->arena);
    hlmem_free(synonyms);
}

/*
 * names.c - abbreviations of the archive as other names of a query's words.
 *
 *     khcn                     khoa học công nghệ
 *     liên hợp quốc            lhq
 *
 * A short form that is a syllable (ca, tư) would find that word, so it is left alone; of
 * several long names only one that leads by far is taken.
 */
#include "backend/abbreviations.h"
#include "backend/terms.h"

#include "text/syllable.h"

#include <assert.h>
#include <string.h>

enum {
    LEAD = 3,       /* as many articles as the next name has */
    SHORT_MIN = 20, /* articles that must define a short form of two letters */
    LETTERS_SAFE = 3
};

static bool is_sure(const struct hlabbr *pair)
{
    size_t letters = 0;
    for (uint32_t i = 0; i < pair->shorter_size; i++)
        letters += ((unsigned char)pair->shorter[i] & 0xc0) != 0x80;
    return hlsyl_parse(pair->shorter, pair->shorter_size) == HLSYL_NONE &&
           (letters >= LETTERS_SAFE || pair->articles >= SHORT_MIN);
}

static bool leads(const struct hlabbr_list *list)
{
    return list->count &&
           (list->count == 1 || list->items[0].articles >= LEAD * list->items[1].articles);
}

/* The long name of a short form. */
static hl_status tell_long(struct hlterms *terms, const struct hlq_key *key, hlq_each *each,
                           void *to, struct hl_error *err)
{
    struct hlabbr_list list;
    hl_status status =
        hlabbr_long(terms->snapshot, key->bytes, key->size, terms->arena, &list, err);
    if (status != HL_OK || !leads(&list) || !is_sure(&list.items[0]))
        return status;
    struct hlq_counts counts = {list.items[0].articles, list.items[0].articles};
    return each(to, list.items[0].longer, list.items[0].longer_size, &counts);
}

/* Short forms of a long name, each only if this is what it stands for. */
static hl_status tell_short(struct hlterms *terms, const struct hlq_key *keys, uint32_t count,
                            hlq_each *each, void *to, struct hl_error *err)
{
    struct hlabbr_key name[HLABBR_KEYS_MAX];
    struct hlabbr_list list, back;
    assert(count <= HLABBR_KEYS_MAX);
    for (uint32_t i = 0; i < count; i++)
        name[i] = (struct hlabbr_key){keys[i].bytes, keys[i].size};
    hl_status status = hlabbr_short(terms->snapshot, name, count, terms->arena, &list, err);
    for (size_t i = 0; status == HL_OK && i < list.count; i++) {
        const struct hlabbr *pair = &list.items[i];
        status = hlabbr_long(terms->snapshot, pair->shorter, pair->shorter_size, terms->arena,
                             &back, err);
        bool same = status == HL_OK && leads(&back) && is_sure(pair) &&
                    back.items[0].longer_size == pair->longer_size &&
                    !memcmp(back.items[0].longer, pair->longer, pair->longer_size);
        struct hlq_counts counts = {pair->articles, pair->articles};
        if (same)
            status = each(to, pair->shorter, pair->shorter_size, &counts);
    }
    return status;
}

hl_status hlterms_names(void *user, const struct hlq_key *keys, uint32_t count, hlq_each *each,
                        void *to, struct hl_error *err)
{
    const struct hlterms *terms = user;
    if (hldeadline_passed(terms->deadline))
        return HL_OK;
    return count == 1 ? tell_long(user, keys, each, to, err)
                      : tell_short(user, keys, count, each, to, err);
}

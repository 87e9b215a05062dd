#include "backend/copies.h"
#include "backend/shard_copies.h"

#include "base/err.h"
#include "match/similar.h"
#include "token/sketch.h"

#include <assert.h>

struct folder {
    struct hlsimilar_heads heads;
    struct hltoken_list tokens;
    uint32_t *similar; /* by head */
};

static hl_status read_text(struct folder *f, const struct hlshard_hit *hit,
                           struct hlsimilar_text *out_text, struct hl_error *err)
{
    struct hlsimilar_text text = {.content = hlsketch_content(&hit->article)};
    if (hit->article.date_precision >= HL_DATE_MINUTE)
        text.second = hit->date;
    hl_status status = hlsketch_article(&hit->article, hit->tokens, &f->tokens, &text.sketch,
                                        &text.length, err);
    if (status == HL_OK)
        *out_text = text;
    return status;
}

struct met {
    struct folder *folder;
    bool any;
};

static void count(void *user, uint32_t head)
{
    struct met *met = user;
    met->any = true;
    met->folder->similar[head]++;
}

/* The hits behind the last head that is wanted are looked at too: they may be near to one. */
static hl_status fold(struct folder *f, struct hlshard_search *s, size_t most,
                      struct hl_error *err)
{
    for (size_t i = 0; i < s->count; i++) {
        struct hlsimilar_text text;
        struct met met = {f, false};
        hl_status status = read_text(f, &s->hits[i], &text, err);
        if (status != HL_OK)
            return status;
        hlsimilar_find(&f->heads, &text, count, &met);
        if (met.any || f->heads.count == most)
            continue;
        s->hits[f->heads.count] = s->hits[i];
        hlsimilar_add(&f->heads, &text);
    }
    return HL_OK;
}

hl_status hlshard_fold(struct hlshard_search *search, size_t most, uint32_t *out_similar,
                       size_t *out_heads, struct hl_error *err)
{
    struct folder f = {.similar = out_similar};
    size_t room = search->count < most ? search->count : most;
    if (!hlcopies_open_heads(&f.heads, &search->arena, room))
        return hlerr_nomem(err);
    for (size_t i = 0; i < room; i++)
        out_similar[i] = 0;
    hltoken_list_init(&f.tokens);
    hl_status status = fold(&f, search, room, err);
    hltoken_list_release(&f.tokens);
    if (status == HL_OK)
        *out_heads = f.heads.count;
    return status;
}

#include "engine/article.h"

#include <assert.h>

static void put_text(struct hlbuf *to, const char *s)
{
    size_t size = s ? strlen(s) : 0;
    hlbuf_put_varint(to, s ? size + 1 : 0);
    if (s)
        hlbuf_put(to, s, size + 1);
}

bool hlarticle_encode(const struct hl_article *article, bool text, struct hlbuf *to)
{
    assert(article->id);
    hlbuf_put_u64(to, (uint64_t)article->date);
    hlbuf_put_u16(to, (uint16_t)(int16_t)article->date_offset);
    hlbuf_put_u8(to, (uint8_t)article->date_precision);
    put_text(to, article->id);
    put_text(to, article->source);
    put_text(to, article->section);
    put_text(to, article->author);
    put_text(to, text ? article->url : NULL);
    put_text(to, text ? article->title : NULL);
    put_text(to, text ? article->lead : NULL);
    put_text(to, text ? article->body : NULL);
    put_text(to, article->tags); /* columns are made of them */
    put_text(to, text ? article->extra : NULL);
    return !to->failed;
}

static const char *take_text(struct hlview *v)
{
    uint64_t size = hlview_varint(v);
    if (!size || v->bad)
        return NULL;
    const uint8_t *p = size <= HLARTICLE_MAX ? hlview_bytes(v, size) : NULL;
    if (!p || p[size - 1] || memchr(p, 0, size - 1)) {
        v->bad = true;
        return NULL;
    }
    return (const char *)p;
}

/* The part that columns hold too. */
static bool take_head(struct hlview *v, struct hl_article *a)
{
    a->date = (int64_t)hlview_u64(v);
    a->date_offset = (int16_t)hlview_u16(v);
    unsigned precision = hlview_u8(v);
    a->date_precision = (enum hl_date_precision)precision;
    a->id = take_text(v);
    a->source = take_text(v);
    a->section = take_text(v);
    a->author = take_text(v);
    return !v->bad && a->id && precision <= HL_DATE_SECOND;
}

bool hlarticle_decode_text(const uint8_t *bytes, size_t size, struct hl_article *article)
{
    struct hlview v = hlview_of(bytes, size);
    article->url = take_text(&v);
    article->title = take_text(&v);
    article->lead = take_text(&v);
    article->body = take_text(&v);
    article->tags = take_text(&v);
    article->extra = take_text(&v);
    return !v.bad && !hlview_left(&v);
}

size_t hlarticle_text_at(const uint8_t *bytes, size_t size)
{
    struct hlview v = hlview_of(bytes, size);
    struct hl_article a = {0};
    return take_head(&v, &a) ? (size_t)(v.p - bytes) : 0;
}

bool hlarticle_decode(const uint8_t *bytes, size_t size, struct hl_article *out_article)
{
    struct hlview v = hlview_of(bytes, size);
    struct hl_article a = {0};
    if (!take_head(&v, &a) || !hlarticle_decode_text(v.p, hlview_left(&v), &a))
        return false;
    *out_article = a;
    return true;
}

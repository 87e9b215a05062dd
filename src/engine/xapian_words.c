#include "engine/xapian_words.h"

#include "base/err.h"
#include "base/mem.h"
#include "text/fold.h"

#include <assert.h>
#include <stdlib.h>

enum { BUCKET = 2 };

void hlxwords_release(struct hlxwords *words)
{
    hlmem_free(words->told);
    for (unsigned s = 0; s < HL_SHARDS_MAX; s++) {
        hlbuf_release(&words->fresh[s]);
        hlbuf_release(&words->abbreviations[s]);
    }
    memset(words, 0, sizeof *words);
}

void hlxwords_forget(struct hlxwords *words)
{
    for (unsigned s = 0; s < words->shards; s++)
        assert(!words->fresh[s].size);
    hlmem_free(words->told);
    words->told = NULL;
    words->room = 0;
}

size_t hlxwords_memory(const struct hlxwords *words)
{
    size_t sum = words->room * sizeof *words->told;
    for (unsigned s = 0; s < words->shards; s++)
        sum += words->fresh[s].room + words->abbreviations[s].room;
    return sum;
}

/* ---- articles come ---- */

static bool make_room(struct hlxwords *w, uint32_t count)
{
    if (count <= w->room)
        return true;
    uint32_t room = w->room ? w->room : 1 << 12;
    while (room < count)
        room += room / 2;
    uint64_t *grown = hlmem_realloc(w->told, room * sizeof *grown);
    if (!grown)
        return false;
    memset(grown + w->room, 0, (room - w->room) * sizeof *grown);
    w->told = grown;
    w->room = room;
    return true;
}

bool hlxwords_meet(struct hlxwords *words, unsigned shard, const struct hlbuf *numbers,
                   uint32_t count)
{
    assert(shard < words->shards);
    if (!make_room(words, count))
        return false;
    for (size_t at = 0; at < numbers->size; at += 4) {
        uint32_t number = hlbuf_load32(numbers->data + at);
        assert(number < count);
        if (words->told[number] >> shard & 1)
            continue;
        if (!hlbuf_put_u32(&words->fresh[shard], number))
            return false;
        words->told[number] |= UINT64_C(1) << shard;
    }
    return true;
}

bool hlxwords_explain(struct hlxwords *words, unsigned shard, const struct hlbuf *mined)
{
    struct hlbuf *to = &words->abbreviations[shard];
    struct hlview v = hlview_of(mined->data, mined->size);
    while (hlview_left(&v)) {
        size_t size = (size_t)hlview_varint(&v);
        const uint8_t *bytes = hlview_bytes(&v, size);
        const uint8_t *zero = bytes ? memchr(bytes, 0, size) : NULL;
        assert(zero);
        hlbuf_put(to, bytes, (size_t)(zero - bytes));
        hlbuf_put_u8(to, '\t');
        hlbuf_put(to, zero + 1, size - (size_t)(zero - bytes) - 1);
        hlbuf_put_u8(to, '\n');
    }
    return !to->failed;
}

/* ---- lines ---- */

/* Lines without their ends, sorted: pointers into texts that stay as they are. */
struct lines {
    struct hlx_bytes *items;
    size_t count;
};

/* The bucket of a line FOLDED \t KEY. */
static void bucket_of(const struct hlx_bytes *line, char out_bucket[BUCKET])
{
    const char *tab = memchr(line->bytes, '\t', line->size);
    hlx_bucket(line->bytes, (size_t)(tab - line->bytes), out_bucket);
}

static int compare_lines(const struct hlx_bytes *x, const struct hlx_bytes *y)
{
    size_t n = x->size < y->size ? x->size : y->size;
    int r = memcmp(x->bytes, y->bytes, n);
    return r ? r : x->size < y->size ? -1 : x->size > y->size;
}

static int by_bytes(const void *a, const void *b)
{
    return compare_lines(a, b);
}

/* One key of one byte is in a bucket with others of two, from which bytes alone part it. */
static int by_bucket(const void *a, const void *b)
{
    char x[BUCKET], y[BUCKET];
    bucket_of(a, x);
    bucket_of(b, y);
    int r = memcmp(x, y, BUCKET);
    return r ? r : compare_lines(a, b);
}

static bool cut_lines(const struct hlbuf *text, struct lines *out_lines)
{
    size_t count = 0, at = 0;
    for (size_t i = 0; i < text->size; i++)
        count += text->data[i] == '\n';
    struct lines lines = {hlmem_alloc((count + 1) * sizeof *lines.items), 0};
    if (!lines.items)
        return false;
    while (lines.count < count) {
        const uint8_t *p = text->data + at;
        const uint8_t *end = memchr(p, '\n', text->size - at);
        lines.items[lines.count++] = (struct hlx_bytes){(const char *)p, (size_t)(end - p)};
        at += (size_t)(end - p) + 1;
    }
    *out_lines = lines;
    return true;
}

/* What the entry holds and the lines, sorted both, each line once; *out_grown: are there lines
 * that it did not have? */
static bool merge(const struct lines *old, const struct hlx_bytes *fresh, size_t count,
                  struct hlbuf *to, bool *out_grown)
{
    size_t o = 0, f = 0;
    const struct hlx_bytes *last = NULL;
    hlbuf_reset(to);
    *out_grown = false;
    while (o < old->count || f < count) {
        int r = o == old->count ? 1
                : f == count    ? -1
                                : compare_lines(&old->items[o], &fresh[f]);
        const struct hlx_bytes *next = r <= 0 ? &old->items[o++] : &fresh[f++];
        if (last && !compare_lines(last, next))
            continue;
        *out_grown |= r > 0;
        hlbuf_put(to, next->bytes, next->size);
        hlbuf_put_u8(to, '\n');
        last = next;
    }
    return !to->failed;
}

/* ---- entries of the metadata ---- */

static bool take_bytes(void *user, const void *bytes, size_t size)
{
    struct hlbuf *to = user;
    hlbuf_reset(to);
    return hlbuf_put(to, bytes, size);
}

static hl_status add_lines(const struct hlx_calls *calls, struct hlx_writer *writer,
                           struct hlx_bytes key, const struct hlx_bytes *fresh, size_t count,
                           struct hl_error *err)
{
    struct hlx_error e = {.error.at = -1};
    struct hlbuf before = {0}, after = {0};
    struct lines old = {0};
    bool grown = false;
    hl_status status = calls->read_metadata(writer, key, take_bytes, &before, &e);
    if (status == HL_OK && (before.failed || !cut_lines(&before, &old) ||
                            !merge(&old, fresh, count, &after, &grown)))
        status = hlerr_nomem(&e.error);
    if (status == HL_OK && grown)
        status = calls->write_metadata(
            writer, key, (struct hlx_bytes){(const char *)after.data, after.size}, &e);
    hlmem_free(old.items);
    hlbuf_release(&before);
    hlbuf_release(&after);
    if (status != HL_OK && err)
        *err = e.error;
    return status;
}

static hl_status word_lines(const struct hlbuf *numbers, const struct hlvocab *vocab,
                            struct hlbuf *to, struct hl_error *err)
{
    for (size_t at = 0; at < numbers->size; at += 4) {
        uint32_t size;
        const char *key =
            (const char *)hlvocab_bytes(vocab, hlbuf_load32(numbers->data + at), &size);
        hl_status status = hltext_fold_key(key, size, to, err);
        if (status != HL_OK)
            return status;
        hlbuf_put_u8(to, '\t');
        hlbuf_put(to, key, size);
        hlbuf_put_u8(to, '\n');
    }
    return to->failed ? hlerr_nomem(err) : HL_OK;
}

static hl_status write_words(const struct lines *lines, const struct hlx_calls *calls,
                             struct hlx_writer *writer, struct hl_error *err)
{
    enum { PREFIX = sizeof HLX_META_WORDS - 1 };
    hl_status status = HL_OK;
    size_t end;
    if (lines->count)
        qsort(lines->items, lines->count, sizeof *lines->items, by_bucket);
    for (size_t i = 0; status == HL_OK && i < lines->count; i = end) {
        char key[PREFIX + BUCKET] = HLX_META_WORDS, next[BUCKET];
        bucket_of(&lines->items[i], key + PREFIX);
        for (end = i + 1; end < lines->count; end++) {
            bucket_of(&lines->items[end], next);
            if (memcmp(next, key + PREFIX, BUCKET))
                break;
        }
        status = add_lines(calls, writer, (struct hlx_bytes){key, sizeof key}, lines->items + i,
                           end - i, err);
    }
    return status;
}

hl_status hlxwords_write(struct hlxwords *words, unsigned shard, const struct hlvocab *vocab,
                         const struct hlx_calls *calls, struct hlx_writer *writer,
                         struct hl_error *err)
{
    static const struct hlx_bytes abbreviations = {HLX_META_ABBREVIATIONS,
                                                   sizeof HLX_META_ABBREVIATIONS - 1};
    struct hlbuf text = {0};
    struct lines lines = {0}, explained = {0};
    assert(shard < words->shards);
    hl_status status = word_lines(&words->fresh[shard], vocab, &text, err);
    if (status == HL_OK &&
        (!cut_lines(&text, &lines) || !cut_lines(&words->abbreviations[shard], &explained)))
        status = hlerr_nomem(err);
    if (status == HL_OK)
        status = write_words(&lines, calls, writer, err);
    if (status == HL_OK && explained.count) {
        qsort(explained.items, explained.count, sizeof *explained.items, by_bytes);
        status = add_lines(calls, writer, abbreviations, explained.items, explained.count, err);
    }
    hlmem_free(lines.items);
    hlmem_free(explained.items);
    hlbuf_release(&text);
    if (status == HL_OK) {
        hlbuf_reset(&words->fresh[shard]);
        hlbuf_reset(&words->abbreviations[shard]);
    }
    return status;
}

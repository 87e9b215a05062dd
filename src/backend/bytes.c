#include "backend/bytes.h"

#include "base/hash.h"
#include "base/mem.h"
#include "match/columns.h"

#include <assert.h>
#include <string.h>

enum { SLOTS_START = 256 };

/* Names of a facet; slots are by hash, the number + 1 of a name each, and twice as many. */
struct names {
    struct hlbytes_name *list;
    uint32_t *slots;
    uint32_t count, room;
};

struct hlbytes {
    struct hlarena arena;
    struct hlbytes_chunk *chunks; /* of all segments */
    struct names names[HLBYTES_NAMED];
};

/* ---- names ---- */

static uint32_t *slot_of(const struct names *n, const char *text, uint32_t size)
{
    uint32_t mask = 2 * n->room - 1, at = (uint32_t)hlhash64(text, size) & mask;
    for (; n->slots[at]; at = (at + 1) & mask) {
        const struct hlbytes_name *name = &n->list[n->slots[at] - 1];
        if (name->size == size && !memcmp(name->text, text, size))
            break;
    }
    return &n->slots[at];
}

static bool grow(struct names *n, struct hlarena *arena)
{
    struct names wider = {.count = n->count, .room = n->room ? 2 * n->room : SLOTS_START};
    wider.list = hlarena_alloc(arena, wider.room * sizeof *wider.list);
    wider.slots = hlarena_zalloc(arena, 2 * (size_t)wider.room, sizeof *wider.slots);
    if (!wider.list || !wider.slots)
        return false;
    for (uint32_t i = 0; i < n->count; i++) {
        wider.list[i] = n->list[i];
        *slot_of(&wider, n->list[i].text, n->list[i].size) = i + 1;
    }
    *n = wider;
    return true;
}

static bool add_name(struct names *n, struct hlarena *arena, const char *text, uint32_t size,
                     uint32_t *out_number)
{
    if (n->count == n->room && !grow(n, arena))
        return false;
    uint32_t *slot = slot_of(n, text, size);
    if (!*slot) {
        n->list[n->count] = (struct hlbytes_name){text, size};
        *slot = ++n->count;
    }
    *out_number = *slot - 1;
    return true;
}

/* ---- columns ---- */

static void note_values(const uint8_t *bytes, uint32_t docs, struct hlbytes_window *window)
{
    bool met[256] = {false};
    unsigned count = 0;
    for (uint32_t i = 0; i < docs; i++)
        met[bytes[i]] = true;
    for (unsigned value = 0; value < 256; value++) {
        if (!met[value])
            continue;
        if (count < HLBYTES_MOST)
            window->values[count] = (uint8_t)value;
        count++;
    }
    window->count = count <= HLBYTES_MOST ? (uint8_t)count : 0;
}

/* Room for a column, which ends with its last window. */
static uint8_t *make_column(struct hlbytes *b, const struct hlchunk *chunk)
{
    return hlarena_zalloc(&b->arena, chunk->head.windows, HLFMT_WINDOW);
}

static bool settle(struct hlbytes *b, const struct hlchunk *chunk, uint8_t *bytes,
                   struct hlbytes_column *column)
{
    uint32_t windows = chunk->head.windows, docs = chunk->head.docs;
    struct hlbytes_window *list = hlarena_zalloc(&b->arena, windows + 1u, sizeof *list);
    for (uint32_t w = 0; list && w < windows; w++) {
        uint32_t first = w * HLFMT_WINDOW, left = docs > first ? docs - first : 0;
        note_values(bytes + first, left < HLFMT_WINDOW ? left : HLFMT_WINDOW, &list[w]);
    }
    column->bytes = bytes;
    column->windows = list;
    return list;
}

static bool read_names(struct hlbytes *b, const struct hlchunk *chunk, unsigned facet,
                       const struct hlchunk_names *names, struct hlbytes_column *column)
{
    uint32_t *numbers = hlarena_zalloc(&b->arena, names->count + 1u, sizeof *numbers);
    bool good = numbers;
    for (uint32_t i = 0; good && i < names->count; i++) {
        const char *text;
        uint32_t size;
        good = hlchunk_facet_at(chunk, names, i, &text, &size, NULL) == HL_OK &&
               add_name(&b->names[facet], &b->arena, text, size, &numbers[i + 1]);
    }
    column->names = numbers;
    return good;
}

/* A code that is past the names fits no byte column: the file is damaged. */
static bool read_codes(struct hlbytes *b, const struct hlchunk *chunk, unsigned facet,
                       struct hlbytes_column *column)
{
    struct hlchunk_names names;
    const uint8_t *columns;
    if (hlchunk_facet_names(chunk, facet, &names, NULL) != HL_OK ||
        hlchunk_section(chunk, HLFMT_FACETS, &columns, NULL) != HL_OK)
        return false;
    if (names.count > HLBYTES_CODES)
        return true;
    const uint8_t *codes = columns + (size_t)facet * chunk->head.docs * 2;
    uint8_t *bytes = make_column(b, chunk);
    bool good = bytes;
    for (uint32_t d = 0; good && d < chunk->head.docs; d++) {
        uint16_t code = hlbuf_load16(codes + (size_t)d * 2);
        good = code <= names.count;
        bytes[d] = (uint8_t)code;
    }
    return good && read_names(b, chunk, facet, &names, column) &&
           settle(b, chunk, bytes, column);
}

static bool read_years(struct hlbytes *b, const struct hlchunk *chunk, const uint64_t *starts,
                       struct hlbytes_column *column)
{
    struct hlchunk_columns columns;
    uint8_t *bytes = make_column(b, chunk);
    if (!bytes || hlchunk_columns(chunk, &columns, NULL) != HL_OK)
        return false;
    for (uint32_t d = 0; d < chunk->head.docs; d++) {
        uint32_t month = hlcolumns_month(hlbuf_load32(columns.dates + (size_t)d * 4), starts);
        bytes[d] = month == HLCOLUMNS_MONTHS ? HLBYTES_UNDATED : (uint8_t)(month / 12);
    }
    return settle(b, chunk, bytes, column);
}

static bool read_chunk(struct hlbytes *b, const struct hlchunk *chunk, const uint64_t *starts,
                       struct hlbytes_chunk *to)
{
    bool good = true;
    for (unsigned f = 0; good && f < HLBYTES_NAMED; f++)
        good = read_codes(b, chunk, f, &to->columns[f]);
    return good && read_years(b, chunk, starts, &to->columns[HLBYTES_YEAR]);
}

/* ---- all of a snapshot ---- */

static bool read_all(struct hlbytes *b, const struct hlsnapshot *s)
{
    uint64_t starts[HLCOLUMNS_MONTHS + 1];
    size_t number = 0;
    b->chunks = hlarena_zalloc(&b->arena, s->chunks + 1u, sizeof *b->chunks);
    bool good = b->chunks;
    hlcolumns_month_starts(starts);
    for (size_t i = 0; i < s->count; i++)
        for (uint32_t c = 0; good && c < s->segments[i].chunk_count; c++, number++)
            good = read_chunk(b, &s->segments[i].chunks[c], starts, &b->chunks[number]);
    return good;
}

static struct hlbytes *make(const struct hlsnapshot *s)
{
    uint64_t docs = 0;
    for (size_t i = 0; i < s->count; i++)
        docs += s->segments[i].docs;
    struct hlbytes *b = docs <= HLBYTES_DOCS_MAX ? hlmem_zalloc(1, sizeof *b) : NULL;
    if (!b)
        return NULL;
    hlarena_init(&b->arena, 0);
    if (read_all(b, s))
        return b;
    hlbytes_free(b);
    return NULL;
}

void hlbytes_free(struct hlbytes *bytes)
{
    if (bytes)
        hlarena_release(&bytes->arena);
    hlmem_free(bytes);
}

const struct hlbytes *hlbytes_find(const struct hlsnapshot *snapshot)
{
    const struct hlbytes *bytes = hlknown_bytes(snapshot->known);
    /* One caller does it, and one that fails is not followed by another. */
    if (bytes || hlknown_ask_bytes(snapshot->known) != HLBYTES_FROM)
        return bytes;
    struct hlbytes *made = make(snapshot);
    if (made)
        hlknown_keep_bytes(snapshot->known, made);
    return made;
}

const struct hlbytes_chunk *hlbytes_of_chunk(const struct hlbytes *bytes,
                                             const struct hlsnapshot *snapshot,
                                             const struct hlchunk *chunk)
{
    return bytes->chunks + hlsnapshot_number(snapshot, chunk);
}

uint32_t hlbytes_names(const struct hlbytes *bytes, unsigned facet,
                       const struct hlbytes_name **out_names)
{
    assert(facet < HLBYTES_NAMED);
    *out_names = bytes->names[facet].list;
    return bytes->names[facet].count;
}

#include "segment/segment.h"

#include "base/err.h"
#include "base/io.h"
#include "base/mem.h"

#include <assert.h>
#include <zlib.h>

enum { CHUNKS_MAX = 1 << 16, STORED_MAX = 64 << 20 };

hl_status hlchunk_damaged(const struct hlchunk *chunk, const char *section, uint64_t at,
                          const char *what, struct hl_error *err)
{
    return hlerr_corrupt(err, chunk->segment->file.path, section, at, what);
}

/* ---- opening ---- */

static hl_status check_header(struct hlseg *s, const struct hlmanifest *manifest,
                              struct hl_error *err)
{
    const uint8_t *p;
    struct hlfmt_header h;
    hl_status status = hlsegfile_bytes(&s->file, 0, sizeof h, "header", &p, err);
    if (status != HL_OK)
        return status;
    memcpy(&h, p, sizeof h);
    if (memcmp(h.magic, "HLSEGM\r\n", 8) || h.kind != 1)
        return hlerr_corrupt(err, s->file.path, "header", 0, "not a segment");
    if (h.version != HLFMT_VERSION)
        return hlsegfile_other_version(s->file.path, h.version, err);
    if (memcmp(h.index_id, manifest->index_id, 16) || h.number != s->number ||
        h.rules != manifest->rules)
        return hlerr_corrupt(err, s->file.path, "header", 0, "belongs to another index");
    s->weights_one = true;
    for (int i = 0; i < 3; i++) {
        s->weight[i] = h.weight[i];
        if (h.weight[i] != manifest->weight[i] || !h.weight[i])
            return hlerr_corrupt(err, s->file.path, "header", 0, "other field weights");
        s->weights_one &= h.weight[i] == 1;
    }
    return HL_OK;
}

/* A span must lie in the file behind the header, so that no place in it is 0, and be followed
 * by padding; its bytes are not touched. */
static bool span_fits(const struct hlseg *s, const struct hlfmt_span *span)
{
    uint64_t data = (uint64_t)(s->file.table - s->file.map);
    return (!span->size || span->at >= sizeof(struct hlfmt_header)) && span->at <= data &&
           span->size <= data - span->at && data - span->at - span->size >= HLFMT_PAD;
}

/* Sizes that follow from the number of documents (F 3). */
static bool sections_fit(const struct hlseg *s, const struct hlfmt_chunk *h)
{
    uint64_t docs = h->docs;
    const uint64_t want[HLFMT_CHUNK_SECTIONS] = {
        [HLFMT_STORE_OFFSETS] = (docs + 1) * 4,
        [HLFMT_DATES] = docs * 4,
        [HLFMT_DATE_FORMS] = docs * 2,
        [HLFMT_LENGTHS] = docs * 2,
        [HLFMT_FIELDS] = docs * 4,
        [HLFMT_LENGTH_CLASSES] = (uint64_t)h->windows * HLFMT_WINDOW,
        [HLFMT_FACETS] = docs * 6,
        [HLFMT_CONTENT_HASHES] = docs * 8,
        [HLFMT_SIMILAR_HASHES] = docs * 8,
        [HLFMT_ID_OFFSETS] = (docs + 1) * 4,
        [HLFMT_ID_ORDER] = docs * 2,
        [HLFMT_WINDOW_DATES] = (uint64_t)h->windows * 8,
    };
    for (int i = 0; i < HLFMT_CHUNK_SECTIONS; i++)
        if (!span_fits(s, &h->section[i]) || (want[i] && h->section[i].size != want[i]))
            return false;
    return h->section[HLFMT_LONG].size % 16 == 0;
}

/* Tags have all of their columns or none; that the names fit is seen when they are read. */
static bool tags_fit(const struct hlfmt_chunk *h)
{
    const struct hlfmt_span *s = h->section;
    if (!s[HLFMT_TAG_OFFSETS].size)
        return !s[HLFMT_TAGS].size && !s[HLFMT_TAG_NAMES].size && !s[HLFMT_TAG_KEYS].size;
    return s[HLFMT_TAG_OFFSETS].size == ((uint64_t)h->docs + 1) * 4 && s[HLFMT_TAGS].size &&
           s[HLFMT_TAGS].size % 2 == 0 &&
           s[HLFMT_TAGS].size / 2 <= (uint64_t)h->docs * HLFMT_TAGS_MAX &&
           s[HLFMT_TAG_KEYS].size && s[HLFMT_TAG_KEYS].size % 4 == 0 &&
           s[HLFMT_TAG_KEYS].size / 4 <= HLFMT_NAMES_MAX;
}

static bool head_good(const struct hlseg *s, const struct hlfmt_chunk *h)
{
    return !memcmp(h->magic, "HLCHUNK\n", 8) && h->docs >= 1 && h->docs <= HLFMT_CHUNK_DOCS &&
           h->windows == (h->docs + HLFMT_WINDOW - 1) / HLFMT_WINDOW && h->bands <= h->terms &&
           h->length_min <= h->length_max && h->bound_length && sections_fit(s, h) &&
           tags_fit(h);
}

/* Bands follow one another, cover every term, and have their offset tables. */
static bool bands_good(const struct hlseg *s, const struct hlchunk *c)
{
    uint32_t next = 0;
    for (uint32_t i = 0; i < c->head.bands; i++) {
        const struct hlfmt_band *b = &c->bands[i];
        if (b->term_low != next || b->term_high <= b->term_low)
            return false;
        next = b->term_high;
        uint64_t offsets = ((uint64_t)b->term_high - b->term_low + 1) * 4;
        if (b->section[HLFMT_ENTRY_OFFSETS].size != offsets ||
            b->section[HLFMT_PAIR_OFFSETS].size != offsets)
            return false;
        for (int k = 0; k < HLFMT_BAND_SECTIONS; k++)
            if (!span_fits(s, &b->section[k]) || b->section[k].size > UINT32_MAX)
                return false;
    }
    return next == c->head.terms;
}

static hl_status open_chunk(struct hlseg *s, uint32_t i, uint64_t at, struct hl_error *err)
{
    struct hlchunk *c = &s->chunks[i];
    const uint8_t *p;
    hl_status status = hlsegfile_bytes(&s->file, at, sizeof c->head, "chunk", &p, err);
    if (status != HL_OK)
        return status;
    memcpy(&c->head, p, sizeof c->head);
    c->segment = s;
    c->number = i;
    if (!head_good(s, &c->head))
        return hlerr_corrupt(err, s->file.path, "chunk", at, "wrong chunk head");
    size_t bytes = c->head.bands * sizeof *c->bands;
    status = hlsegfile_bytes(&s->file, at + sizeof c->head, bytes, "chunk", &p, err);
    if (status != HL_OK)
        return status;
    c->bands = hlmem_alloc(bytes);
    if (!c->bands)
        return hlerr_nomem(err);
    memcpy(c->bands, p, bytes);
    if (!bands_good(s, c))
        return hlerr_corrupt(err, s->file.path, "chunk", at, "wrong bands");
    s->docs += c->head.docs;
    return HL_OK;
}

static hl_status open_directory(struct hlseg *s, struct hl_error *err)
{
    const uint8_t *p;
    struct hlfmt_directory dir;
    uint64_t at = s->file.directory;
    hl_status status = hlsegfile_bytes(&s->file, at, sizeof dir, "directory", &p, err);
    if (status != HL_OK)
        return status;
    memcpy(&dir, p, sizeof dir);
    bool good = dir.chunks >= 1 && dir.chunks <= CHUNKS_MAX;
    for (int i = 0; i < HLFMT_SEGMENT_SECTIONS; i++)
        good = good && span_fits(s, &dir.section[i]);
    uint64_t blocks = ((uint64_t)dir.terms + HLFMT_DICT_BLOCK - 1) / HLFMT_DICT_BLOCK;
    if (!good || dir.section[HLFMT_DICT_BLOCKS].size != (blocks + 1) * 4 ||
        dir.section[HLFMT_FOLD_ORDER].size != (uint64_t)dir.terms * 4 ||
        dir.section[HLFMT_FOLD_COUNTS].size != (uint64_t)dir.terms * 8)
        return hlerr_corrupt(err, s->file.path, "directory", at, "wrong directory");
    s->lexicon = (struct hllexicon){&s->file, dir.terms, dir.chunks, {{0, 0}}};
    memcpy(s->lexicon.section, dir.section, sizeof dir.section);
    const uint8_t *offsets;
    status = hlsegfile_bytes(&s->file, at + sizeof dir, (uint64_t)dir.chunks * 8, "directory",
                             &offsets, err);
    if (status != HL_OK)
        return status;
    s->chunks = hlmem_zalloc(dir.chunks, sizeof *s->chunks);
    if (!s->chunks)
        return hlerr_nomem(err);
    s->chunk_count = dir.chunks;
    uint64_t places = 0;
    for (uint32_t i = 0; status == HL_OK && i < dir.chunks; i++) {
        status = open_chunk(s, i, hlbuf_load64(offsets + (size_t)i * 8), err);
        places += s->chunks[i].head.terms;
    }
    if (status == HL_OK && dir.section[HLFMT_FOLD_PLACES].size != places * 4)
        status = hlerr_corrupt(err, s->file.path, "directory", at, "wrong directory");
    if (status == HL_OK && s->docs != dir.docs)
        status = hlerr_corrupt(err, s->file.path, "directory", at, "documents do not add up");
    return status;
}

/* The live file is small beside the segment, so it is read whole and checked at once. */
static hl_status read_live(struct hlseg *s, const char *path,
                           const struct hlmanifest_segment *which, const uint8_t index_id[16],
                           struct hl_error *err)
{
    int fd = hlio_get()->open_read(path);
    if (fd < 0)
        return hlio_error(err, fd, "open", path);
    uint64_t size = 0;
    int r = hlio_get()->size(fd, &size);
    hl_status status = r < 0 ? hlio_error(err, r, "read the size of", path) : HL_OK;
    if (status == HL_OK && size != which->live_size)
        status = hlerr_corrupt(err, path, "file", size, "length differs from the manifest");
    uint8_t *bytes = status == HL_OK ? hlmem_alloc(size) : NULL;
    uint32_t *docs = hlmem_zalloc(s->chunk_count, sizeof *docs);
    if (status == HL_OK && (!bytes || !docs))
        status = hlerr_nomem(err);
    if (status == HL_OK)
        status = hlio_read_all(fd, path, bytes, size, 0, err);
    hlio_get()->close(fd);
    if (status == HL_OK && hllive_crc(bytes, size) != which->live_crc)
        status = hlerr_corrupt(err, path, "file", 0, "checksum");
    for (uint32_t i = 0; status == HL_OK && i < s->chunk_count; i++)
        docs[i] = s->chunks[i].head.docs;
    if (status == HL_OK)
        status = hllive_decode(bytes, size, path, index_id, s->number, docs, s->chunk_count,
                               &s->live, err);
    hlmem_free(bytes);
    hlmem_free(docs);
    return status;
}

static hl_status open_live(struct hlseg *s, const char *folder,
                           const struct hlmanifest *manifest,
                           const struct hlmanifest_segment *which, struct hl_error *err)
{
    if (!which->live_number)
        return HL_OK;
    char name[HLMAN_NAME_SIZE], path[HLMAN_PATH_SIZE];
    hlman_live_name(which->live_number, name);
    hl_status status = hlman_path(folder, name, path, err);
    if (status == HL_OK)
        status = read_live(s, path, which, manifest->index_id, err);
    if (status != HL_OK)
        return status;
    for (uint32_t i = 0; i < s->chunk_count; i++)
        if (s->live.chunks[i].docs)
            s->chunks[i].live = &s->live.chunks[i];
    return HL_OK;
}

hl_status hlseg_open(const char *folder, const struct hlmanifest *manifest,
                     const struct hlmanifest_segment *which, struct hlseg *out_segment,
                     struct hl_error *err)
{
    char name[HLMAN_NAME_SIZE], path[HLMAN_PATH_SIZE];
    hlman_segment_name(which->number, name);
    hl_status status = hlman_path(folder, name, path, err);
    if (status != HL_OK)
        return status;
    /* In place, not in a copy: chunks and lexicon point back into the struct. */
    struct hlseg *s = out_segment;
    memset(s, 0, sizeof *s);
    s->number = which->number;
    status = hlsegfile_open(path, which->size, which->table_crc, &s->file, err);
    if (status != HL_OK)
        return status;
    status = check_header(s, manifest, err);
    if (status == HL_OK)
        status = open_directory(s, err);
    if (status == HL_OK)
        status = open_live(s, folder, manifest, which, err);
    if (status == HL_OK &&
        (s->docs != which->docs || s->docs - s->live.docs != which->live_docs))
        status = hlerr_corrupt(err, path, "directory", s->file.directory,
                               "documents differ from the manifest");
    if (status != HL_OK)
        hlseg_close(s);
    return status;
}

void hlseg_close(struct hlseg *segment)
{
    for (uint32_t i = 0; segment->chunks && i < segment->chunk_count; i++)
        hlmem_free(segment->chunks[i].bands);
    hlmem_free(segment->chunks);
    hllive_release(&segment->live);
    hlsegfile_close(&segment->file);
    memset(segment, 0, sizeof *segment);
}

/* What points back into the struct is its chunks' segment and the lexicon's file; live counts
 * and chunks lie elsewhere. */
void hlseg_move(struct hlseg *from, struct hlseg *out_segment)
{
    assert(from != out_segment && !out_segment->chunks);
    *out_segment = *from;
    out_segment->lexicon.file = &out_segment->file;
    for (uint32_t i = 0; i < out_segment->chunk_count; i++)
        out_segment->chunks[i].segment = out_segment;
    memset(from, 0, sizeof *from);
}

/* ---- columns ---- */

hl_status hlchunk_section(const struct hlchunk *chunk, enum hlfmt_chunk_section section,
                          const uint8_t **out_bytes, struct hl_error *err)
{
    const struct hlfmt_span *span = &chunk->head.section[section];
    return hlsegfile_bytes(&chunk->segment->file, span->at, span->size, "columns", out_bytes,
                           err);
}

/* size bytes at `at` of a section, verified. */
static hl_status part(const struct hlchunk *chunk, enum hlfmt_chunk_section section,
                      uint64_t at, uint64_t size, const uint8_t **out_bytes,
                      struct hl_error *err)
{
    const struct hlfmt_span *span = &chunk->head.section[section];
    if (at > span->size || size > span->size - at)
        return hlchunk_damaged(chunk, "columns", span->at, "lies outside its section", err);
    const struct hlsegfile *file = &chunk->segment->file;
    if (hlsegfile_verified(file, span->at + at, size)) {
        *out_bytes = file->map + span->at + at;
        return HL_OK;
    }
    return hlsegfile_bytes(file, span->at + at, size, "columns", out_bytes, err);
}

hl_status hlchunk_date(const struct hlchunk *chunk, uint32_t doc, uint32_t *out_date,
                       struct hl_error *err)
{
    const uint8_t *p;
    hl_status status = part(chunk, HLFMT_DATES, (uint64_t)doc * 4, 4, &p, err);
    if (status == HL_OK)
        *out_date = hlbuf_load32(p);
    return status;
}

hl_status hlchunk_dates(const struct hlchunk *chunk, uint32_t first, uint32_t count,
                        const uint8_t **out_dates, struct hl_error *err)
{
    return part(chunk, HLFMT_DATES, (uint64_t)first * 4, (uint64_t)count * 4, out_dates, err);
}

hl_status hlchunk_content_hash(const struct hlchunk *chunk, uint32_t doc, uint64_t *out_hash,
                               struct hl_error *err)
{
    const uint8_t *p;
    hl_status status = part(chunk, HLFMT_CONTENT_HASHES, (uint64_t)doc * 8, 8, &p, err);
    if (status == HL_OK)
        *out_hash = hlbuf_load64(p);
    return status;
}

hl_status hlchunk_similar_hashes(const struct hlchunk *chunk, uint32_t first, uint32_t count,
                                 const uint8_t **out_hashes, struct hl_error *err)
{
    return part(chunk, HLFMT_SIMILAR_HASHES, (uint64_t)first * 8, (uint64_t)count * 8,
                out_hashes, err);
}

/* The run of bytes that entry `doc` of an offset section marks in another section. */
static hl_status slice(const struct hlchunk *chunk, enum hlfmt_chunk_section offsets,
                       enum hlfmt_chunk_section bytes, uint32_t doc, const uint8_t **out_bytes,
                       uint32_t *out_size, struct hl_error *err)
{
    const uint8_t *p;
    hl_status status = part(chunk, offsets, (uint64_t)doc * 4, 8, &p, err);
    if (status != HL_OK)
        return status;
    uint32_t from = hlbuf_load32(p), to = hlbuf_load32(p + 4);
    if (from > to)
        return hlchunk_damaged(chunk, "columns", chunk->head.section[offsets].at,
                               "offsets do not rise", err);
    status = part(chunk, bytes, from, to - from, out_bytes, err);
    if (status == HL_OK)
        *out_size = to - from;
    return status;
}

hl_status hlchunk_date_form(const struct hlchunk *chunk, uint32_t doc, unsigned *out_precision,
                            int *out_minutes, struct hl_error *err)
{
    const uint8_t *p, *zone;
    hl_status status = part(chunk, HLFMT_DATE_FORMS, doc, 1, &p, err);
    if (status == HL_OK)
        status = part(chunk, HLFMT_DATE_FORMS, (uint64_t)chunk->head.docs + doc, 1, &zone, err);
    if (status != HL_OK)
        return status;
    *out_precision = *p <= HL_DATE_SECOND ? *p : HL_DATE_UNKNOWN;
    *out_minutes = (int8_t)*zone * 15;
    return HL_OK;
}

/* The quick way where both blocks are verified; slice() otherwise, and for the errors. */
hl_status hlchunk_id(const struct hlchunk *chunk, uint32_t doc, const char **out_id,
                     uint32_t *out_size, struct hl_error *err)
{
    const struct hlsegfile *file = &chunk->segment->file;
    const struct hlfmt_span *ids = &chunk->head.section[HLFMT_IDS];
    uint64_t at = chunk->head.section[HLFMT_ID_OFFSETS].at + (uint64_t)doc * 4;
    const uint8_t *p;
    if (doc < chunk->head.docs && hlsegfile_verified(file, at, 8)) {
        uint32_t from = hlbuf_load32(file->map + at), to = hlbuf_load32(file->map + at + 4);
        if (from <= to && to <= ids->size &&
            hlsegfile_verified(file, ids->at + from, to - from)) {
            *out_id = (const char *)file->map + ids->at + from;
            *out_size = to - from;
            return HL_OK;
        }
    }
    hl_status status = slice(chunk, HLFMT_ID_OFFSETS, HLFMT_IDS, doc, &p, out_size, err);
    if (status == HL_OK)
        *out_id = (const char *)p;
    return status;
}

void hlchunk_prefetch_id(const struct hlchunk *chunk, uint32_t doc, bool place)
{
    const uint8_t *map = chunk->segment->file.map;
    const struct hlfmt_span *ids = &chunk->head.section[HLFMT_IDS];
    const uint8_t *at = map + chunk->head.section[HLFMT_ID_OFFSETS].at + (size_t)doc * 4;
    uint32_t from = place ? 0 : hlbuf_load32(at);
    if (place)
        __builtin_prefetch(at);
    else if (from < ids->size)
        __builtin_prefetch(map + ids->at + from);
}

/* The list of names of a facet: lists before it are stepped over. */
static hl_status facet_list(const struct hlchunk *chunk, unsigned facet, uint32_t *out_count,
                            const uint8_t **out_ends, struct hl_error *err)
{
    assert(facet < 3);
    const uint8_t *p;
    hl_status status = hlchunk_section(chunk, HLFMT_FACET_NAMES, &p, err);
    if (status != HL_OK)
        return status;
    struct hlview v = hlview_of(p, chunk->head.section[HLFMT_FACET_NAMES].size);
    for (unsigned f = 0;; f++) {
        uint32_t count = hlview_u32(&v);
        const uint8_t *ends = hlview_bytes(&v, (size_t)count * 4);
        uint32_t bytes = ends && count ? hlbuf_load32(ends + (size_t)(count - 1) * 4) : 0;
        hlview_bytes(&v, bytes);
        if (v.bad)
            return hlchunk_damaged(chunk, "facets", chunk->head.section[HLFMT_FACET_NAMES].at,
                                   "names do not decode", err);
        if (f < facet)
            continue;
        *out_count = count;
        *out_ends = ends;
        return HL_OK;
    }
}

hl_status hlchunk_facet_count(const struct hlchunk *chunk, unsigned facet, uint32_t *out_count,
                              struct hl_error *err)
{
    const uint8_t *ends;
    return facet_list(chunk, facet, out_count, &ends, err);
}

hl_status hlchunk_facet_names(const struct hlchunk *chunk, unsigned facet,
                              struct hlchunk_names *out_names, struct hl_error *err)
{
    return facet_list(chunk, facet, &out_names->count, &out_names->ends, err);
}

hl_status hlchunk_facet_at(const struct hlchunk *chunk, const struct hlchunk_names *names,
                           uint32_t i, const char **out_name, uint32_t *out_size,
                           struct hl_error *err)
{
    uint64_t where = chunk->head.section[HLFMT_FACET_NAMES].at;
    uint32_t count = names->count;
    if (names->ends)
        where = (uint64_t)(names->ends - chunk->segment->file.map);
    if (i >= count)
        return hlchunk_damaged(chunk, "facets", where, "code without a name", err);
    uint32_t last = hlbuf_load32(names->ends + (size_t)(count - 1) * 4);
    uint32_t from = i ? hlbuf_load32(names->ends + (size_t)(i - 1) * 4) : 0;
    uint32_t to = hlbuf_load32(names->ends + (size_t)i * 4);
    if (from > to || to > last)
        return hlchunk_damaged(chunk, "facets", where, "names do not rise", err);
    *out_name = (const char *)names->ends + (size_t)count * 4 + from;
    *out_size = to - from;
    return HL_OK;
}

hl_status hlchunk_facet_name(const struct hlchunk *chunk, unsigned facet, uint32_t i,
                             const char **out_name, uint32_t *out_size, struct hl_error *err)
{
    struct hlchunk_names names = {NULL, 0};
    hl_status status = hlchunk_facet_names(chunk, facet, &names, err);
    return status == HL_OK ? hlchunk_facet_at(chunk, &names, i, out_name, out_size, err)
                           : status;
}

hl_status hlchunk_facet_codes(const struct hlchunk *chunk, unsigned facet, uint32_t first,
                              uint32_t count, const uint8_t **out_codes, struct hl_error *err)
{
    assert(facet < 3 && first + count <= chunk->head.docs);
    uint64_t at = ((uint64_t)facet * chunk->head.docs + first) * 2;
    return part(chunk, HLFMT_FACETS, at, (uint64_t)count * 2, out_codes, err);
}

hl_status hlchunk_facet(const struct hlchunk *chunk, unsigned facet, uint32_t doc,
                        const char **out_name, uint32_t *out_size, struct hl_error *err)
{
    const uint8_t *p;
    uint64_t at = ((uint64_t)facet * chunk->head.docs + doc) * 2;
    hl_status status = part(chunk, HLFMT_FACETS, at, 2, &p, err);
    if (status != HL_OK)
        return status;
    uint16_t code = hlbuf_load16(p);
    if (code)
        return hlchunk_facet_name(chunk, facet, code - 1u, out_name, out_size, err);
    *out_name = "";
    *out_size = 0;
    return HL_OK;
}

hl_status hlchunk_find_id(const struct hlchunk *chunk, const char *id, size_t size,
                          bool *out_found, uint32_t *out_doc, struct hl_error *err)
{
    const uint8_t *order;
    hl_status status = hlchunk_section(chunk, HLFMT_ID_ORDER, &order, err);
    uint32_t low = 0, high = chunk->head.docs;
    *out_found = false;
    while (status == HL_OK && low < high) {
        uint32_t middle = (low + high) / 2, other_size = 0;
        uint32_t doc = hlbuf_load16(order + (size_t)middle * 2);
        const char *other = NULL;
        if (doc >= chunk->head.docs)
            return hlchunk_damaged(chunk, "columns", chunk->head.section[HLFMT_ID_ORDER].at,
                                   "an article that is not there", err);
        status = hlchunk_id(chunk, doc, &other, &other_size, err);
        if (status != HL_OK)
            break;
        int r = memcmp(other, id, other_size < size ? other_size : size);
        if (!r)
            r = other_size < size ? -1 : other_size > size;
        if (!r) {
            *out_found = true;
            *out_doc = doc;
            return HL_OK;
        }
        if (r < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return status;
}

hl_status hlchunk_columns_lazy(const struct hlchunk *chunk, struct hlchunk_columns *out_columns,
                               struct hl_error *err)
{
    struct hlchunk_columns c;
    hl_status status = hlchunk_section(chunk, HLFMT_LENGTHS, &c.lengths, err);
    c.fields = chunk->segment->file.map + chunk->head.section[HLFMT_FIELDS].at;
    c.dates = chunk->segment->file.map + chunk->head.section[HLFMT_DATES].at;
    if (status == HL_OK)
        status = hlchunk_section(chunk, HLFMT_LONG, &c.longs, err);
    if (status == HL_OK)
        status = hlchunk_section(chunk, HLFMT_LENGTH_CLASSES, &c.classes, err);
    if (status != HL_OK)
        return status;
    c.long_count = (uint32_t)(chunk->head.section[HLFMT_LONG].size / 16);
    *out_columns = c;
    return HL_OK;
}

hl_status hlchunk_columns(const struct hlchunk *chunk, struct hlchunk_columns *out_columns,
                          struct hl_error *err)
{
    struct hlchunk_columns c;
    hl_status status = hlchunk_columns_lazy(chunk, &c, err);
    if (status == HL_OK)
        status = hlchunk_section(chunk, HLFMT_FIELDS, &c.fields, err);
    if (status == HL_OK)
        status = hlchunk_section(chunk, HLFMT_DATES, &c.dates, err);
    if (status == HL_OK)
        *out_columns = c;
    return status;
}

struct hlchunk_lengths hlchunk_lengths_of(const struct hlchunk_columns *columns, uint32_t doc)
{
    struct hlchunk_lengths l = {hlbuf_load16(columns->lengths + (size_t)doc * 2),
                                hlbuf_load16(columns->fields + (size_t)doc * 4),
                                hlbuf_load16(columns->fields + (size_t)doc * 4 + 2)};
    if (l.length < 65535)
        return l;
    uint32_t low = 0, high = columns->long_count;
    while (low < high) {
        uint32_t middle = (low + high) / 2;
        if (hlbuf_load32(columns->longs + (size_t)middle * 16) < doc)
            low = middle + 1;
        else
            high = middle;
    }
    const uint8_t *row = columns->longs + (size_t)low * 16;
    if (low < columns->long_count && hlbuf_load32(row) == doc)
        l = (struct hlchunk_lengths){hlbuf_load32(row + 4), hlbuf_load32(row + 8),
                                     hlbuf_load32(row + 12)};
    return l;
}

hl_status hlchunk_lengths(const struct hlchunk *chunk, const struct hlchunk_columns *columns,
                          uint32_t doc, struct hlchunk_lengths *out_lengths,
                          struct hl_error *err)
{
    const uint8_t *fields;
    hl_status status = part(chunk, HLFMT_FIELDS, (uint64_t)doc * 4, 4, &fields, err);
    if (status == HL_OK)
        *out_lengths = hlchunk_lengths_of(columns, doc);
    return status;
}

/* ---- stored articles ---- */

/*
 * A stored article is a zlib stream (RFC 1950).  Its frame is read here and its deflate data
 * given to zlib as they are: else zlib would sum up the whole preset dictionary, 32 KiB for
 * an article of 3, which took more than half of the time.  A wrong dictionary shows in the
 * checksum of the text.
 */
enum { FRAME_HEAD = 2, FRAME_DICTIONARY = 4, FRAME_SUM = 4, FRAME_HAS_DICTIONARY = 0x20 };

/* Bytes before the deflate data; 0: this is no zlib stream. */
static size_t frame_head(const uint8_t *p, size_t size)
{
    if (size < FRAME_HEAD + FRAME_SUM || (p[0] & 15) != 8 || (p[0] << 8 | p[1]) % 31)
        return 0;
    size_t head = FRAME_HEAD + (p[1] & FRAME_HAS_DICTIONARY ? FRAME_DICTIONARY : 0);
    return size >= head + FRAME_SUM ? head : 0;
}

static bool sum_is_right(const uint8_t *frame_end, const struct hlbuf *out)
{
    uint32_t want = (uint32_t)frame_end[0] << 24 | (uint32_t)frame_end[1] << 16 |
                    (uint32_t)frame_end[2] << 8 | frame_end[3];
    return adler32(adler32(0, NULL, 0), out->data, (unsigned)out->size) == want;
}

static hl_status inflate_into(const struct hlchunk *chunk, z_stream *z, struct hlbuf *out,
                              uint64_t at, struct hl_error *err)
{
    for (;;) {
        if (out->size >= STORED_MAX || !hlbuf_grow(out, 16384))
            return out->failed ? hlerr_nomem(err)
                               : hlchunk_damaged(chunk, "store", at, "article too long", err);
        size_t room = out->room - out->size;
        z->next_out = out->data + out->size;
        z->avail_out = room > 1 << 30 ? 1u << 30 : (unsigned)room;
        unsigned before = z->avail_out;
        int r = inflate(z, Z_NO_FLUSH);
        out->size += before - z->avail_out;
        if (r == Z_STREAM_END && z->avail_in != FRAME_SUM)
            return hlchunk_damaged(chunk, "store", at, "bytes left over", err);
        if (r == Z_STREAM_END)
            return sum_is_right(z->next_in, out)
                       ? HL_OK
                       : hlchunk_damaged(chunk, "store", at, "article's checksum", err);
        if (r == Z_MEM_ERROR)
            return hlerr_nomem(err);
        if (r != Z_OK)
            return hlchunk_damaged(chunk, "store", at, "article does not inflate", err);
    }
}

hl_status hlchunk_stored(const struct hlchunk *chunk, uint32_t doc, struct hlbuf *out,
                         struct hl_error *err)
{
    const uint8_t *p, *preset;
    uint32_t size = 0;
    hl_status status = slice(chunk, HLFMT_STORE_OFFSETS, HLFMT_STORE, doc, &p, &size, err);
    if (status == HL_OK)
        status = hlchunk_section(chunk, HLFMT_STORE_PRESET, &preset, err);
    if (status != HL_OK)
        return status;
    hlbuf_reset(out);
    if (!size)
        return hlerr_set(err, HL_NOT_FOUND, "%s: made without stored articles (--store no)",
                         chunk->segment->file.path);
    uint64_t at = (uint64_t)(p - chunk->segment->file.map);
    size_t head = frame_head(p, size);
    if (!head)
        return hlchunk_damaged(chunk, "store", at, "article does not inflate", err);
    z_stream z = {.next_in = (uint8_t *)p + head, .avail_in = (unsigned)(size - head)};
    if (inflateInit2(&z, -MAX_WBITS) != Z_OK)
        return hlerr_nomem(err);
    size_t preset_size = chunk->head.section[HLFMT_STORE_PRESET].size;
    if (head > FRAME_HEAD && inflateSetDictionary(&z, preset, (unsigned)preset_size) != Z_OK)
        status = hlerr_nomem(err);
    if (status == HL_OK)
        status = inflate_into(chunk, &z, out, at, err);
    inflateEnd(&z);
    return status;
}

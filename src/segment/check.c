#include "segment/check_parts.h"

#include "base/crc.h"
#include "base/err.h"
#include "base/mem.h"
#include "segment/encode.h"

#include <assert.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- telling ---- */

void hlcheck_begin(struct hlcheck *check, const struct hlsegfile *file)
{
    assert(!check->bad);
    check->faults = 0;
    check->file = file;
    check->report.files++;
}

void hlcheck_end(struct hlcheck *check)
{
    hlmem_free(check->bad);
    check->bad = NULL;
    check->file = NULL;
}

bool hlcheck_going(const struct hlcheck *check)
{
    return check->status == HL_OK && check->faults < HLCHECK_FAULTS_MAX;
}

void hlcheck_fault(struct hlcheck *check, const char *format, ...)
{
    char text[700];
    va_list args;
    assert(check->fault && format);
    if (!hlcheck_going(check))
        return;
    va_start(args, format);
    int size = vsnprintf(text, sizeof text, format, args);
    va_end(args);
    /* What is advised where an answer was wanted is no news here. */
    char *advice = size > 0 ? strstr(text, hlerr_say(HLERR_NO_ANSWER)) : NULL;
    if (advice) {
        *advice = '\0';
        size = (int)(advice - text);
    }
    check->faults++;
    check->report.faults++;
    if (check->faults == HLCHECK_FAULTS_MAX && size > 0) {
        size_t at = (size_t)size < sizeof text - 80 ? (size_t)size : sizeof text - 80;
        snprintf(text + at, 80, "; so many faults that the rest of this file was left");
    }
    check->fault(check->user, text);
}

/* A block whose checksum differs was told as a whole; what lies in it is not told again. */
static bool told(const struct hlcheck *check, const struct hl_error *err)
{
    if (!check->bad || err->at < 0)
        return false;
    assert(check->file);
    uint64_t block = (uint64_t)err->at >> HLFMT_BLOCK_SHIFT;
    return block << HLFMT_BLOCK_SHIFT == (uint64_t)err->at && block < check->file->blocks &&
           (check->bad[block / 64] >> block % 64 & 1);
}

bool hlcheck_got(struct hlcheck *check, hl_status status, const struct hl_error *err)
{
    if (status == HL_OK)
        return true;
    if (status == HL_CORRUPT || status == HL_VERSION_BAD) {
        if (!told(check, err))
            hlcheck_fault(check, "%s", err->text);
    } else if (check->status == HL_OK) {
        check->status = status;
        check->error = *err;
    }
    return false;
}

void hlcheck_progress(struct hlcheck *check, uint64_t bytes)
{
    check->done += bytes;
    if (check->done > check->total)
        check->done = check->total;
    if (check->progress)
        check->progress(check->user, check->done, check->total);
}

void hlcheck_at(const struct hlcheck_where *where, const uint8_t *p, const char *what)
{
    const struct hlsegfile *file = &where->chunk->chunk->segment->file;
    char of[48] = "", at[40] = "";
    assert(!p || (p >= file->map && p <= file->map + file->size));
    if (where->a != HLCHECK_NONE && where->b != HLCHECK_NONE)
        snprintf(of, sizeof of, ", pair %" PRIu32 " %" PRIu32, where->a, where->b);
    else if (where->a != HLCHECK_NONE)
        snprintf(of, sizeof of, ", term %" PRIu32, where->a);
    if (p)
        snprintf(at, sizeof at, ", byte %" PRIu64, (uint64_t)(p - file->map));
    hlcheck_fault(where->chunk->check, "corrupt index: %.400s, chunk %" PRIu32 "%s%s: %s",
                  file->path, where->chunk->chunk->number, of, at, what);
}

/* ---- blocks: what accidents do to a file is found here, whatever its bytes mean ---- */

void hlcheck_blocks(struct hlcheck *check)
{
    const struct hlsegfile *f = check->file;
    assert(f && f->map && !check->bad);
    check->bad = hlmem_zalloc((f->blocks + 63) / 64, sizeof *check->bad);
    if (!check->bad) {
        check->status = hlerr_nomem(&check->error);
        return;
    }
    for (uint64_t b = 0; b < f->blocks && hlcheck_going(check); b++) {
        uint64_t at = b << HLFMT_BLOCK_SHIFT;
        size_t size = hlsegfile_block_size(f, b);
        check->report.blocks++;
        if (hlcrc_update(0, f->map + at, size) != hlbuf_load32(f->table + b * 4)) {
            check->bad[b / 64] |= (uint64_t)1 << b % 64;
            hlcheck_fault(check,
                          "corrupt index: %.400s, byte %" PRIu64 ": the checksum of the %zu "
                          "bytes from here on differs (F 1)",
                          f->path, at, size);
        }
        if (b % 64 == 63)
            hlcheck_progress(check, ((uint64_t)64 << HLFMT_BLOCK_SHIFT) / 4);
    }
    check->report.bytes += f->size;
}

/* ---- spans: what lies where, and nothing in between ---- */

struct spans {
    struct hlfmt_span *all;
    size_t count, room;
};

static void add_span(struct hlcheck *check, struct spans *s, struct hlfmt_span span)
{
    if (s->count == s->room) {
        size_t room = s->room * 2 + 64;
        struct hlfmt_span *all = hlmem_realloc(s->all, room * sizeof *all);
        if (!all) {
            check->status = hlerr_nomem(&check->error);
            return;
        }
        s->all = all;
        s->room = room;
    }
    s->all[s->count++] = span;
}

static int by_place(const void *a, const void *b)
{
    const struct hlfmt_span *x = a, *y = b;
    return x->at < y->at ? -1 : x->at > y->at;
}

/* Where a chunk head stands is said by the directory alone. */
static uint64_t chunk_at(const struct hlseg *seg, uint32_t i)
{
    return hlbuf_load64(seg->file.map + seg->file.directory + sizeof(struct hlfmt_directory) +
                        (size_t)i * 8);
}

static void collect_spans(struct hlcheck *check, const struct hlseg *seg, struct spans *s)
{
    add_span(check, s, (struct hlfmt_span){0, sizeof(struct hlfmt_header)});
    for (uint32_t i = 0; i < seg->chunk_count; i++) {
        const struct hlchunk *c = &seg->chunks[i];
        uint64_t head = sizeof c->head + c->head.bands * sizeof *c->bands;
        add_span(check, s, (struct hlfmt_span){chunk_at(seg, i), head});
        /* A store that is empty was never begun, so it may stand anywhere. */
        for (int k = c->head.section[HLFMT_STORE].size ? 0 : 1; k < HLFMT_CHUNK_SECTIONS; k++)
            add_span(check, s, c->head.section[k]);
        for (uint32_t b = 0; b < c->head.bands; b++)
            for (int k = 0; k < HLFMT_BAND_SECTIONS; k++)
                add_span(check, s, c->bands[b].section[k]);
    }
    for (int k = 0; k < HLFMT_SEGMENT_SECTIONS; k++)
        add_span(check, s, seg->lexicon.section[k]);
    add_span(check, s,
             (struct hlfmt_span){seg->file.directory, sizeof(struct hlfmt_directory) +
                                                          (uint64_t)seg->chunk_count * 8});
}

static bool all_zero(const uint8_t *p, size_t size)
{
    for (; size; p++, size--)
        if (*p)
            return false;
    return true;
}

/* The bytes from `from` to the next section belong to nobody. */
static void check_gap(struct hlcheck *check, uint64_t from, uint64_t to, bool padded)
{
    const struct hlsegfile *f = check->file;
    assert(from <= f->size && to <= f->size); /* spans were held against the file at opening */
    if (to < from || (padded && to - from < HLFMT_PAD))
        hlcheck_fault(check,
                      "corrupt index: %.400s, byte %" PRIu64 ": less than %d bytes between two "
                      "sections (F 2)",
                      f->path, to, HLFMT_PAD);
    else if (!all_zero(f->map + from, (size_t)(to - from)))
        hlcheck_fault(check,
                      "corrupt index: %.400s, byte %" PRIu64
                      ": bytes that are not zero between "
                      "two sections (F 2)",
                      f->path, from);
}

static void check_spans(struct hlcheck *check, const struct hlseg *seg)
{
    struct spans s = {NULL, 0, 0};
    collect_spans(check, seg, &s);
    if (check->status == HL_OK)
        qsort(s.all, s.count, sizeof *s.all, by_place);
    uint64_t end = 0, data = (uint64_t)(seg->file.table - seg->file.map);
    for (size_t i = 0; i < s.count && hlcheck_going(check); i++) {
        if (s.all[i].at % 64)
            hlcheck_fault(check,
                          "corrupt index: %.400s, byte %" PRIu64 ": a section that does not "
                          "start at a multiple of 64 (F 2)",
                          seg->file.path, s.all[i].at);
        /* The header is no section: the first of them may follow it at once. */
        check_gap(check, end, s.all[i].at, i > 1);
        end = s.all[i].at + s.all[i].size;
    }
    if (hlcheck_going(check))
        check_gap(check, end, data, true);
    hlmem_free(s.all);
}

/* ---- heads ---- */

/* Bytes that no version has a use for yet. */
static void check_unused(struct hlcheck *check, const struct hlseg *seg)
{
    struct hlfmt_header h;
    memcpy(&h, seg->file.map, sizeof h);
    bool good = all_zero(h.zero, sizeof h.zero) && !h.weight[3];
    for (uint32_t i = 0; i < seg->chunk_count; i++) {
        const struct hlchunk *c = &seg->chunks[i];
        good = good && !c->head.zero && !c->head.zero_too;
        for (uint32_t b = 0; b < c->head.bands; b++)
            good = good && !c->bands[b].zero;
    }
    if (!good)
        hlcheck_fault(check,
                      "corrupt index: %.400s: bytes of a head that must be zero are not (F 2)",
                      seg->file.path);
}

static void check_bound_length(struct hlcheck *check, const struct hlseg *seg)
{
    uint64_t tokens = 0;
    for (uint32_t i = 0; i < seg->chunk_count; i++)
        tokens += seg->chunks[i].head.tokens;
    for (uint32_t i = 0; i < seg->chunk_count; i++)
        if (seg->chunks[i].head.bound_length != hlfmt_bound_length(tokens, seg->docs))
            hlcheck_fault(check,
                          "corrupt index: %.400s, chunk %" PRIu32
                          ": its bounds are for another "
                          "length than the segment's mean (F 4)",
                          seg->file.path, i);
}

static void check_sum(const struct hlcheck_chunk *c, uint64_t said, uint64_t counted,
                      const char *what)
{
    if (said != counted)
        hlcheck_fault(c->check,
                      "corrupt index: %.400s, chunk %" PRIu32 ": its head says %" PRIu64
                      " %s, there are %" PRIu64 " (F 4)",
                      c->chunk->segment->file.path, c->chunk->number, said, what, counted);
}

/*
 * ---- a chunk ----
 *
 * Columns come first, for positions are held against the lengths of articles; then
 * terms, which fill the table of words by position; then pairs, which follow from it.
 */

static bool chunk_init(struct hlcheck_chunk *c, struct hlcheck *check,
                       const struct hlchunk *chunk)
{
    assert(chunk->head.docs >= 1 && chunk->head.docs <= HLFMT_CHUNK_DOCS);
    memset(c, 0, sizeof *c);
    c->check = check;
    c->chunk = chunk;
    size_t docs = chunk->head.docs, room = docs + 256;
    c->norms = hlmem_zalloc(docs, sizeof *c->norms);
    c->slots = hlmem_zalloc(docs + 1, sizeof *c->slots);
    c->df = hlmem_zalloc((size_t)chunk->head.terms + 1, sizeof *c->df);
    c->docs = hlmem_zalloc(room, sizeof *c->docs);
    c->tfs = hlmem_zalloc(room, sizeof *c->tfs);
    c->wanted_docs = hlmem_zalloc(room, sizeof *c->wanted_docs);
    c->wanted_tfs = hlmem_zalloc(room, sizeof *c->wanted_tfs);
    return c->norms && c->slots && c->df && c->docs && c->tfs && c->wanted_docs &&
           c->wanted_tfs;
}

static void chunk_release(struct hlcheck_chunk *c)
{
    hlmem_free(c->norms);
    hlmem_free(c->slots);
    hlmem_free(c->forward);
    hlmem_free(c->df);
    hlmem_free(c->docs);
    hlmem_free(c->tfs);
    hlmem_free(c->wanted_docs);
    hlmem_free(c->wanted_tfs);
}

/*
 * Room for a term a position.  What the head claims is first held against the
 * bytes that could say it, so that no file makes the checker take much more
 * memory than the file is long: a value takes at least 1/64 byte.
 */
static bool make_forward(struct hlcheck_chunk *c)
{
    const struct hlchunk *chunk = c->chunk;
    uint64_t bytes = 0, docs = chunk->head.docs;
    assert(c->have_columns && !c->forward);
    for (uint32_t b = 0; b < chunk->head.bands; b++)
        bytes += chunk->bands[b].section[HLFMT_ENTRIES].size +
                 chunk->bands[b].section[HLFMT_POSITIONS].size;
    for (uint32_t d = 0; d < docs; d++) {
        struct hlchunk_lengths l = hlchunk_lengths_of(&c->columns, d);
        c->norms[d] = hlencode_norm(l.length, chunk->head.bound_length);
        c->slots[d + 1] = c->slots[d] + l.length + 3;
    }
    if (c->slots[docs] - 3 * docs > bytes * 64) {
        hlcheck_fault(c->check,
                      "corrupt index: %.400s, chunk %" PRIu32 ": more positions than its "
                      "bytes can say (F 12)",
                      chunk->segment->file.path, chunk->number);
        return false;
    }
    c->forward = hlmem_zalloc(c->slots[docs], sizeof *c->forward);
    if (!c->forward)
        c->check->status = hlerr_nomem(&c->check->error);
    return c->forward;
}

static uint64_t postings_bytes(const struct hlchunk *chunk)
{
    uint64_t bytes = 0;
    for (uint32_t b = 0; b < chunk->head.bands; b++)
        for (int s = 0; s < HLFMT_BAND_SECTIONS; s++)
            bytes += chunk->bands[b].section[s].size;
    return bytes;
}

static void check_live_sums(const struct hlcheck_chunk *c)
{
    const struct hllive_chunk *live = c->chunk->live;
    uint64_t positions = 0;
    if (!live)
        return;
    for (uint32_t d = 0; d < c->chunk->head.docs; d++)
        if (hlchunk_deleted(c->chunk, d))
            positions += hlchunk_lengths_of(&c->columns, d).length;
    if (positions != live->positions)
        hlcheck_fault(c->check,
                      "corrupt index: live file of %.400s, chunk %" PRIu32 ": it says %" PRIu64
                      " positions, its articles have %" PRIu64 " (F 22)",
                      c->chunk->segment->file.path, c->chunk->number, live->positions,
                      positions);
}

static void check_chunk(struct hlcheck *check, const struct hlchunk *chunk)
{
    struct hlcheck_chunk c;
    check->report.chunks++;
    if (!chunk_init(&c, check, chunk)) {
        check->status = hlerr_nomem(&check->error);
        chunk_release(&c);
        return;
    }
    hlcheck_columns(&c);
    hlcheck_tags(&c);
    if (hlcheck_going(check) && c.have_columns && make_forward(&c)) {
        uint32_t before = check->faults;
        check_live_sums(&c);
        bool sound = hlcheck_terms(&c);
        c.have_forward = sound && hlcheck_going(check) && check->faults == before;
        hlcheck_progress(check, postings_bytes(chunk) / 4);
        /* Pairs are held against positions: without those there is nothing to say. */
        if (sound && hlcheck_going(check) && check->faults == before) {
            check_sum(&c, chunk->head.postings, c.postings, "postings");
            check_sum(&c, chunk->head.tokens, c.tokens, "tokens");
            hlcheck_pairs(&c);
        }
        hlcheck_progress(check, postings_bytes(chunk) / 4);
        if (sound && hlcheck_going(check) && check->faults == before) {
            check_sum(&c, chunk->head.pairs, c.pairs, "pairs");
            check_sum(&c, chunk->head.pair_postings, c.pair_postings, "postings of pairs");
        }
    }
    if (hlcheck_going(check)) {
        hlcheck_abbreviations(&c);
        hlcheck_words(&c);
    }
    chunk_release(&c);
}

void hlcheck_segment(struct hlcheck *check, const struct hlseg *segment)
{
    assert(check->file == &segment->file);
    if (hlcheck_going(check)) {
        check_spans(check, segment);
        check_unused(check, segment);
        check_bound_length(check, segment);
    }
    for (uint32_t i = 0; i < segment->chunk_count && hlcheck_going(check); i++)
        check_chunk(check, &segment->chunks[i]);
    if (hlcheck_going(check))
        hlcheck_dictionary(check, segment);
    hlcheck_fold(check, segment);
}

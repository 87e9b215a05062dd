#include "segment/writer.h"

#include "base/err.h"
#include "base/mem.h"
#include "base/parallel.h"

#include <assert.h>
#include <stdlib.h>

hl_status hlsegbuild_open(int fd, const char *path, const struct hlsegbuild_header *header,
                          struct hlsegbuild *out_build, struct hl_error *err)
{
    struct hlsegbuild b = {0};
    struct hlfmt_header h = {.magic = "HLSEGM\r\n", .version = HLFMT_VERSION, .kind = 1};
    memcpy(h.index_id, header->index_id, sizeof h.index_id);
    h.number = header->number;
    h.rules = header->rules;
    for (int i = 0; i < 3; i++)
        h.weight[i] = (uint8_t)header->weight[i];
    hl_status status = hlsegwriter_open(fd, path, &b.file, err);
    if (status != HL_OK)
        return status;
    b.file.stages = header->stages;
    status = hlsegwriter_put(&b.file, &h, sizeof h, err);
    if (status != HL_OK) {
        hlsegwriter_release(&b.file);
        return status;
    }
    *out_build = b;
    return HL_OK;
}

static void free_rooms(struct hlsegbuild *build)
{
    for (int i = 0; i < build->room_count; i++)
        hlband_room_free(build->rooms[i]);
    hlmem_free(build->rooms);
    build->rooms = NULL;
    build->room_count = 0;
}

void hlsegbuild_release(struct hlsegbuild *build)
{
    free_rooms(build);
    hlsegwriter_release(&build->file);
    hlbuf_release(&build->chunks);
}

hl_status hlsegbuild_store(struct hlsegbuild *build, const void *bytes, size_t size,
                           struct hl_error *err)
{
    if (!build->store.at) {
        hl_status status = hlsegwriter_align(&build->file, 64, err);
        if (status != HL_OK)
            return status;
        build->store.at = build->file.at;
    }
    build->store.size += size;
    return hlsegwriter_put(&build->file, bytes, size, err);
}

/* ---- bands: built side by side, written in their order ---- */

struct band_run {
    struct hlsegbuild *build;
    const struct hlsegbuild_chunk *chunk;
    struct hlband_input input; /* all but the run of terms */
    struct hlfmt_band *bands;
    uint32_t count;
    struct hlfmt_chunk *head;
    struct hlbuf frequent; /* struct hlband_pair each, of the bands written */
};

static bool make_rooms(struct hlsegbuild *build, int threads)
{
    if (threads <= build->room_count)
        return true;
    struct hlband_room **grown = hlmem_realloc(build->rooms, (size_t)threads * sizeof *grown);
    if (!grown)
        return false;
    build->rooms = grown;
    while (build->room_count < threads) {
        grown[build->room_count] = hlband_room_new();
        if (!grown[build->room_count])
            return false;
        build->room_count++;
    }
    return true;
}

static hl_status write_band(struct band_run *run, size_t i, const struct hlband_output *out,
                            struct hl_error *err)
{
    struct hlfmt_band *band = &run->bands[i];
    hl_status status = HL_OK;
    for (int s = 0; s < HLFMT_BAND_SECTIONS && status == HL_OK; s++)
        status =
            hlsegwriter_section(&run->build->file, &out->section[s], &band->section[s], err);
    if (status == HL_OK && !hlbuf_put(&run->frequent, out->frequent.data, out->frequent.size))
        status = hlerr_nomem(err);
    run->head->postings += out->postings;
    run->head->pairs += out->pairs;
    run->head->pair_postings += out->pair_postings;
    const struct hlsegbuild_chunk *c = run->chunk;
    if (status == HL_OK && c->progress && c->progress(c->user, i + 1, run->count))
        status = hlerr_set(err, HL_LIMIT, "stopped");
    return status;
}

static hl_status band_task(void *user, size_t task, int worker, struct hlpar *par,
                           struct hl_error *err)
{
    struct band_run *run = user;
    struct hlband_input in = run->input;
    in.term_low = run->bands[task].term_low;
    in.term_high = run->bands[task].term_high;
    const struct hlband_output *out = NULL;
    /* By task, not by worker: a band is done only when those before it are, so `threads`
     * tasks back is done.  Large and small bands of a chunk then meet what they left in the
     * chunk before. */
    (void)worker;
    size_t threads = (size_t)run->chunk->threads;
    struct hlband_room *room = run->build->rooms[task % threads];
    struct hlband_room *helper = run->count == 1 && threads > 1 ? run->build->rooms[1] : NULL;
    hl_status status = hlband_build(room, helper, &in, &out, err);
    uint64_t since = hlstage_now();
    bool mine = status == HL_OK && hlpar_turn(par, task);
    hlstage_add(in.stages, HL_STAGE_WAIT, since);
    if (mine) {
        status = write_band(run, task, out, err);
        if (status == HL_OK)
            hlpar_done(par, task);
    }
    return status;
}

/* Cuts the terms into runs of about band_tokens occurrences. */
static bool cut_bands(const struct hlsegbuild_chunk *chunk, struct band_run *run)
{
    uint64_t sum = 0;
    uint32_t count = 0, low = 0;
    for (uint32_t t = 0; t < chunk->terms; t++) {
        sum += chunk->cf[t];
        bool last = t + 1 == chunk->terms;
        if (!last && sum + chunk->cf[t + 1] <= chunk->band_tokens)
            continue;
        struct hlfmt_band *grown =
            hlmem_realloc(run->bands, ((size_t)count + 1) * sizeof *run->bands);
        if (!grown)
            return false;
        run->bands = grown;
        memset(&grown[count], 0, sizeof *grown);
        grown[count].term_low = low;
        grown[count++].term_high = t + 1;
        low = t + 1;
        sum = 0;
    }
    run->count = count;
    return true;
}

static double *make_norms(const struct hlsegbuild_chunk *chunk)
{
    double *norms = hlmem_zalloc(chunk->docs, sizeof *norms);
    for (uint32_t i = 0; norms && i < chunk->docs; i++)
        norms[i] = hlencode_norm(chunk->columns.lengths[i], chunk->bound_length);
    return norms;
}

static hl_status write_bands(struct band_run *run, struct hl_error *err)
{
    const struct hlsegbuild_chunk *c = run->chunk;
    double *norms = make_norms(c);
    if (!norms || !cut_bands(c, run) || !make_rooms(run->build, c->threads)) {
        hlmem_free(norms);
        return hlerr_nomem(err);
    }
    run->input = (struct hlband_input){
        .chunk = {c->docs, run->head->windows, norms},
        .terms = c->terms,
        .local = c->local,
        .cf = c->cf,
        .df = c->df,
        .doc_tokens = c->doc_tokens,
        .fields = c->columns.fields,
        .weight = c->weight,
        .stages = run->build->file.stages,
        .pair_least = c->learn ? c->pair_least : UINT32_MAX,
        .read = c->read,
        .user = c->user,
    };
    hl_status status = hlpar_run(c->threads, run->count, band_task, run, err);
    hlmem_free(norms);
    for (int i = 0; i < run->build->room_count; i++)
        hlband_room_trim(run->build->rooms[i]);
    return status;
}

/* ---- columns ---- */

static int compare_ids(const void *a, const void *b, void *user)
{
    const struct hlsegbuild_columns *c = user;
    uint16_t x = *(const uint16_t *)a, y = *(const uint16_t *)b;
    const uint8_t *ids = c->ids->data;
    size_t nx = c->id_offsets[x + 1] - c->id_offsets[x];
    size_t ny = c->id_offsets[y + 1] - c->id_offsets[y];
    int r = memcmp(ids + c->id_offsets[x], ids + c->id_offsets[y], nx < ny ? nx : ny);
    return r ? r : nx < ny ? -1 : nx > ny;
}

static void put_id_order(const struct hlsegbuild_chunk *chunk, struct hlbuf *to)
{
    for (uint32_t i = 0; i < chunk->docs; i++)
        hlbuf_put_u16(to, (uint16_t)i);
    if (!to->failed)
        qsort_r(to->data, chunk->docs, 2, compare_ids, (void *)&chunk->columns);
}

static uint16_t short_or_escape(uint32_t v)
{
    return v >= 65535 ? 65535 : (uint16_t)v;
}

static void put_lengths(const struct hlsegbuild_chunk *chunk, uint32_t windows,
                        struct hlbuf *sections)
{
    const struct hlsegbuild_columns *c = &chunk->columns;
    struct hlbuf *classes = &sections[HLFMT_LENGTH_CLASSES];
    for (uint32_t i = 0; i < chunk->docs; i++) {
        uint32_t l = c->lengths[i], t = c->fields[i][0], s = c->fields[i][1];
        hlbuf_put_u16(&sections[HLFMT_LENGTHS], short_or_escape(l));
        hlbuf_put_u16(&sections[HLFMT_FIELDS], short_or_escape(t));
        hlbuf_put_u16(&sections[HLFMT_FIELDS], short_or_escape(s));
        if (l >= 65535 || t >= 65535 || s >= 65535) {
            uint32_t row[4] = {i, l, t, s};
            hlbuf_put(&sections[HLFMT_LONG], row, sizeof row);
        }
        hlbuf_put_u8(classes, (uint8_t)hlfmt_length_class(l));
    }
    hlbuf_put_zeros(classes, (size_t)windows * HLFMT_WINDOW - chunk->docs);
}

static void put_window_dates(const struct hlsegbuild_chunk *chunk, uint32_t windows,
                             struct hlbuf *to)
{
    for (uint32_t w = 0; w < windows; w++) {
        uint32_t least = 0, most = 0;
        for (uint32_t i = w * HLFMT_WINDOW; i < chunk->docs && i < (w + 1) * HLFMT_WINDOW;
             i++) {
            uint32_t d = chunk->columns.dates[i];
            if (d && (!least || d < least))
                least = d;
            if (d > most)
                most = d;
        }
        hlbuf_put_u32(to, least);
        hlbuf_put_u32(to, most);
    }
}

static void put_tags(const struct hlsegbuild_tags *tags, size_t docs, struct hlbuf *sections)
{
    if (!tags || !tags->codes->size)
        return;
    assert(tags->offsets[docs] == tags->codes->size / 2);
    hlbuf_put(&sections[HLFMT_TAG_OFFSETS], tags->offsets, (docs + 1) * 4);
    hlbuf_put(&sections[HLFMT_TAGS], tags->codes->data, tags->codes->size);
    hlbuf_put(&sections[HLFMT_TAG_NAMES], tags->names->data, tags->names->size);
    hlbuf_put(&sections[HLFMT_TAG_KEYS], tags->keys->data, tags->keys->size);
}

static void put_columns(const struct hlsegbuild_chunk *chunk, uint32_t windows,
                        struct hlbuf *sections)
{
    const struct hlsegbuild_columns *c = &chunk->columns;
    size_t docs = chunk->docs;
    hlbuf_put(&sections[HLFMT_STORE_OFFSETS], c->store_offsets, (docs + 1) * 4);
    hlbuf_put(&sections[HLFMT_STORE_PRESET], c->store_preset->data, c->store_preset->size);
    hlbuf_put(&sections[HLFMT_DATES], c->dates, docs * 4);
    hlbuf_put(&sections[HLFMT_DATE_FORMS], c->precisions, docs);
    hlbuf_put(&sections[HLFMT_DATE_FORMS], c->zones, docs);
    put_lengths(chunk, windows, sections);
    for (int f = 0; f < 3; f++) {
        hlbuf_put(&sections[HLFMT_FACETS], c->facets[f], docs * 2);
        hlbuf_put(&sections[HLFMT_FACET_NAMES], c->facet_names[f]->data,
                  c->facet_names[f]->size);
    }
    hlbuf_put(&sections[HLFMT_CONTENT_HASHES], c->content_hashes, docs * 8);
    hlbuf_put(&sections[HLFMT_SIMILAR_HASHES], c->similar_hashes, docs * 8);
    hlbuf_put(&sections[HLFMT_IDS], c->ids->data, c->ids->size);
    hlbuf_put(&sections[HLFMT_ID_OFFSETS], c->id_offsets, (docs + 1) * 4);
    put_id_order(chunk, &sections[HLFMT_ID_ORDER]);
    put_window_dates(chunk, windows, &sections[HLFMT_WINDOW_DATES]);
    if (c->abbreviations)
        hlbuf_put(&sections[HLFMT_ABBREVIATIONS], c->abbreviations->data,
                  c->abbreviations->size);
    if (c->words)
        hlbuf_put(&sections[HLFMT_WORDS], c->words->data, c->words->size);
    put_tags(c->tags, docs, sections);
}

static hl_status write_columns(struct hlsegbuild *build, const struct hlsegbuild_chunk *chunk,
                               struct hlfmt_chunk *head, struct hl_error *err)
{
    struct hlbuf sections[HLFMT_CHUNK_SECTIONS];
    memset(sections, 0, sizeof sections);
    uint64_t since = hlstage_now();
    put_columns(chunk, head->windows, sections);
    hlstage_add(build->file.stages, HL_STAGE_COUNT, since);
    hl_status status = HL_OK;
    for (int s = HLFMT_STORE_OFFSETS; s < HLFMT_CHUNK_SECTIONS; s++) {
        if (status == HL_OK)
            status = hlsegwriter_section(&build->file, &sections[s], &head->section[s], err);
        hlbuf_release(&sections[s]);
    }
    return status;
}

/* Numbers of the chunk that follow from its columns. */
static void fill_head(const struct hlsegbuild_chunk *chunk, struct hlfmt_chunk *head)
{
    memcpy(head->magic, "HLCHUNK\n", 8);
    head->docs = chunk->docs;
    head->windows = (chunk->docs + HLFMT_WINDOW - 1) / HLFMT_WINDOW;
    head->terms = chunk->terms;
    head->length_min = UINT32_MAX;
    for (uint32_t i = 0; i < chunk->docs; i++) {
        uint32_t length = chunk->columns.lengths[i], date = chunk->columns.dates[i];
        head->positions += length;
        if (length < head->length_min)
            head->length_min = length;
        if (length > head->length_max)
            head->length_max = length;
        head->undated += !date;
        if (date && (!head->date_min || date < head->date_min))
            head->date_min = date;
        if (date > head->date_max)
            head->date_max = date;
    }
    for (uint32_t t = 0; t < chunk->terms; t++)
        head->tokens += chunk->cf[t];
    head->bound_length = chunk->bound_length;
}

static hl_status write_head(struct hlsegbuild *build, const struct hlfmt_chunk *head,
                            const struct hlfmt_band *bands, struct hl_error *err)
{
    struct hlbuf bytes = {0};
    struct hlfmt_span span;
    hlbuf_put(&bytes, head, sizeof *head);
    hlbuf_put(&bytes, bands, head->bands * sizeof *bands);
    hl_status status = hlsegwriter_section(&build->file, &bytes, &span, err);
    hlbuf_release(&bytes);
    if (status == HL_OK && !hlbuf_put_u64(&build->chunks, span.at))
        status = hlerr_nomem(err);
    return status;
}

hl_status hlsegbuild_chunk(struct hlsegbuild *build, const struct hlsegbuild_chunk *chunk,
                           struct hl_error *err)
{
    assert(chunk->docs >= 1 && chunk->docs <= HLFMT_CHUNK_DOCS && chunk->bound_length);
    static const uint8_t padding[HLFMT_PAD];
    struct hlfmt_chunk head;
    memset(&head, 0, sizeof head);
    fill_head(chunk, &head);
    if (!build->store.at)
        build->store.at = build->file.at;
    head.section[HLFMT_STORE] = build->store;
    build->store = (struct hlfmt_span){0, 0};
    struct band_run run = {.build = build, .chunk = chunk, .head = &head};
    hl_status status = hlsegwriter_put(&build->file, padding, sizeof padding, err);
    if (status == HL_OK && chunk->terms)
        status = write_bands(&run, err);
    uint64_t since = hlstage_now();
    if (status == HL_OK && chunk->learn)
        status = chunk->learn(chunk->user, (struct hlband_pair *)(void *)run.frequent.data,
                              run.frequent.size / sizeof(struct hlband_pair), err);
    hlstage_add(build->file.stages, HL_STAGE_LEARN, since);
    hlbuf_release(&run.frequent);
    head.bands = run.count;
    if (status == HL_OK)
        status = write_columns(build, chunk, &head, err);
    if (status == HL_OK)
        status = write_head(build, &head, run.bands, err);
    hlmem_free(run.bands);
    build->chunk_count++;
    build->docs += chunk->docs;
    return status;
}

hl_status hlsegbuild_finish(struct hlsegbuild *build, const struct hllex_source *terms,
                            uint32_t *out_table_crc, uint64_t *out_size, struct hl_error *err)
{
    assert(terms->chunks == build->chunk_count);
    free_rooms(build);
    struct hlfmt_directory dir = {build->chunk_count, terms->terms, build->docs, {{0, 0}}};
    hl_status status = hllex_write(&build->file, terms, dir.section, err);
    struct hlbuf bytes = {0};
    struct hlfmt_span span = {0, 0};
    if (status == HL_OK) {
        hlbuf_put(&bytes, &dir, sizeof dir);
        hlbuf_put(&bytes, build->chunks.data, build->chunks.size);
        status = hlsegwriter_section(&build->file, &bytes, &span, err);
    }
    hlbuf_release(&bytes);
    if (status == HL_OK)
        status = hlsegwriter_finish(&build->file, span.at, out_table_crc, out_size, err);
    return status;
}

/*
 * Damage where ranking reads: positions that unlisted pairs are counted from, champions,
 * lists, columns.  With wrong checksums a search fails or answers right; with checksums
 * made right again it fails or answers anything, but neither crashes nor hangs.
 * HLSEARCH_SEED makes other choices, HLSEARCH_LONG=1 more of them.
 */
#include "archives.h"
#include "damage.h"
#include "hlsearch_inspect.h"

enum { TERMS = 40, DOCS = 6000 };

struct world {
    struct archive archive;
    struct damage_files files;
    struct hlmanifest manifest;
    size_t file; /* the segment */
    uint64_t seed;
    char *right;
    unsigned done, refused, other, wrong, pairs; /* pairs: found while pairs were counted */
};

/* Terms of 5,400 documents down to 100, so that their pairs have lists or have not. */
static void fill(struct world *w)
{
    const uint32_t one = 1;
    archive_init(&w->archive, "scored", TERMS, &one, 1);
    struct made_chunk *c = &w->archive.segments[0].chunks[0];
    made_chunk_init(c, DOCS);
    for (uint32_t d = 0; d < DOCS; d++) {
        size_t count = 4 + tap_random(&w->seed) % 30;
        for (size_t i = 0; i < count; i++) {
            if (i == 3 || i == 4)
                hlbuf_put_u32(&c->words, HLBAND_FIELD);
            uint32_t rank = (uint32_t)(exp(scratch_unit(&w->seed) * log(TERMS + 1)) - 1);
            for (size_t k = tap_random(&w->seed) % 90 ? 1 : 18; k; k--)
                made_word(c, rank % TERMS, false);
        }
        if (count < 5)
            hlbuf_put_u32(&c->words, HLBAND_FIELD);
        made_end_doc(c, d);
        c->dates[d] = 1500000000 + d % 3;
    }
}

/* ---- questions ---- */

struct question {
    uint32_t terms[6], count;
    bool phrase;
    size_t hits;
    int refine;
};

static const struct question questions[] = {
    {{0, 1}, 2, false, 10, 0},
    {{0, 30}, 2, false, 10, 0},
    {{2, 25, 3, 36, 39}, 5, false, 100, -1},
    {{1, 8, 20, 28, 33, 8}, 6, false, 300, 0},
    {{4}, 1, false, 10, 0},
    {{12}, 1, false, 5, -1},
    {{22}, 1, false, 50, 0},
    {{0, 1, 0}, 3, true, 10, 0},
    {{2, 30}, 2, true, 10, -1},
    {{35, 31, 24, 17}, 4, false, 1000, 100},
};

/* An explanation must come to the same score, or refuse as a search does. */
static hl_status explain(struct hl_index *index, const struct hl_query *query,
                         const struct hl_search_options *options, const struct hl_hit *hit,
                         FILE *out)
{
    struct hl_explanation e;
    hl_status status = hl_explain(index, query, options, hit->id, &e, NULL);
    if (status != HL_OK)
        return status == HL_NOT_FOUND ? HL_CORRUPT : status; /* its id changed */
    fprintf(out, "%s %a, ", e.id, e.score);
    hl_explanation_free(&e);
    return HL_OK;
}

static hl_status ask_one(struct hl_index *index, const struct question *q,
                         struct hl_result **io_result, FILE *out, bool *out_pairs)
{
    struct hl_search_options options;
    struct hl_query *query = NULL;
    struct hl_error err = {0};
    char text[128] = "", name[24];
    for (uint32_t i = 0; i < q->count; i++) {
        archive_name(q->terms[i], name);
        snprintf(text + strlen(text), sizeof text - strlen(text), "%s%s", i ? " " : "", name);
    }
    hl_search_options_init(&options);
    options.count = q->hits;
    options.refine = q->refine;
    options.cover = HL_COVER_ANY;
    struct hl_query_options how = {.phrase = q->phrase};
    hl_status status = hl_query_parse(index, text, strlen(text), &how, &query, &err);
    if (status == HL_OK)
        status = hl_search(index, query, &options, io_result, &err);
    if (status == HL_OK) {
        fprintf(out, "%s: %" PRIu64, text, hl_result_total(*io_result));
        for (size_t i = 0; i < hl_result_count(*io_result); i++) {
            const struct hl_hit *hit = hl_result_hit(*io_result, i);
            fprintf(out, " %s %a", hit->id, hit->score);
        }
        for (size_t i = 0; status == HL_OK && i < hl_result_count(*io_result) && i < 8; i += 5)
            status = explain(index, query, &options, hl_result_hit(*io_result, i), out);
        fprintf(out, "\n");
    } else if (*io_result) {
        *out_pairs |= hlnative_trouble(&(*io_result)->native, NULL) != HL_OK;
    }
    hl_query_free(query);
    return status;
}

/* All into one result, which a failure must leave usable. */
static hl_status ask(struct world *w, char **out_text, bool *out_pairs)
{
    struct hl_index *index = NULL;
    struct hl_result *result = NULL;
    size_t size;
    FILE *out = open_memstream(out_text, &size);
    *out_pairs = false;
    hl_status status = hl_index_open(w->archive.folder, &index, NULL);
    for (size_t i = 0; index && i < sizeof questions / sizeof *questions; i++) {
        hl_status s = ask_one(index, &questions[i], &result, out, out_pairs);
        if (s != HL_OK && s != HL_CORRUPT)
            printf("# %s: %s\n", damage_where, hl_status_name(s));
        w->other += s != HL_OK && s != HL_CORRUPT;
        status = status ? status : s;
    }
    hl_result_free(result);
    hl_index_close(index);
    fclose(out);
    return status;
}

static void look(struct world *w, const uint8_t *bytes, bool vouched)
{
    char *text = NULL;
    bool pairs = false;
    alarm(60);
    damage_write(w->archive.folder, w->files.names[w->file], bytes, w->files.sizes[w->file]);
    hl_status status = ask(w, &text, &pairs);
    w->done++;
    w->refused += status != HL_OK;
    w->pairs += pairs;
    if (!vouched && status == HL_OK && strcmp(text, w->right)) {
        printf("# another answer: %s\n", damage_where);
        w->wrong++;
    }
    free(text);
    alarm(0);
}

static void put_manifest(struct world *w, uint32_t table_crc)
{
    struct hlbuf text = {0};
    char name[HLMAN_NAME_SIZE];
    w->manifest.segments[0].table_crc = table_crc;
    if (hlman_encode(&w->manifest, &text, NULL) != HL_OK)
        abort();
    hlman_name(1, name);
    damage_write(w->archive.folder, name, text.data, text.size);
    hlbuf_release(&text);
}

/* ---- changes ---- */

/* Writes `value` over `width` bytes of the file and asks. */
static void change(struct world *w, const char *what, uint64_t at, unsigned width,
                   uint64_t value, bool vouched)
{
    size_t size = w->files.sizes[w->file];
    uint8_t *bytes = malloc(size);
    memcpy(bytes, w->files.bytes[w->file], size);
    memcpy(bytes + at, &value, width);
    snprintf(damage_where, sizeof damage_where, "%s, byte %" PRIu64 ": %u bytes of %" PRIx64,
             what, at, width, value);
    uint32_t was = w->manifest.segments[0].table_crc;
    if (memcmp(bytes, w->files.bytes[w->file], size)) {
        if (vouched)
            put_manifest(w, damage_repair(bytes, w->files.bytes[w->file], size));
        look(w, bytes, vouched);
        if (vouched)
            put_manifest(w, was);
    }
    free(bytes);
}

static void change_span(struct world *w, const char *what, struct hlfmt_span span,
                        unsigned count, bool vouched)
{
    static const uint64_t values[] = {0, 1, 0x7f, 0x80, 0xff, 0x7fff, 0xffff, UINT64_MAX};
    static const unsigned widths[] = {1, 1, 2, 4, 8};
    count = getenv("HLSEARCH_LONG") ? count * 20 : count / SCRATCH_SLOWNESS;
    for (unsigned i = 0; i < count; i++) {
        uint64_t r = tap_random(&w->seed);
        unsigned width = widths[r % 5];
        if (span.size < width)
            continue;
        uint64_t at = span.at + r / 5 % (span.size - width + 1);
        uint64_t value = r >> 40 & 1 ? values[r >> 41 & 7] : tap_random(&w->seed);
        change(w, what, at, width, value, vouched);
    }
}

static void report(struct world *w, const char *what, unsigned least)
{
    OK(w->done >= least && !w->other && !w->wrong,
       "%s: %u changes, %u refused, %u while pairs were counted", what, w->done, w->refused,
       w->pairs);
    w->done = w->refused = w->other = w->wrong = w->pairs = 0;
}

/* Every champion of some terms becomes a document that is not there, another, or a twin. */
static void test_champions(struct world *w, const struct hlchunk *chunk)
{
    static const uint32_t terms[] = {4, 12, 22};
    struct hlarena arena;
    hlarena_init(&arena, 64 << 20);
    unsigned with = 0;
    for (size_t t = 0; t < sizeof terms / sizeof *terms; t++) {
        struct hlcontainer c;
        if (hlchunk_open_term(chunk, terms[t], &arena, &c, NULL) != HL_OK)
            abort();
        with += c.champion_count > 0;
        for (uint32_t i = 0; i < c.champion_count; i++) {
            /* The sixteenth and the last say what the others are worth at most. */
            if (i % (2 * SCRATCH_SLOWNESS) && i != 15 && i + 1 != c.champion_count)
                continue;
            uint64_t at = (uint64_t)(c.champions - chunk->segment->file.map) + i * 2;
            const uint16_t values[] = {65535, DOCS, DOCS - 1, hlbuf_load16(c.champions),
                                       (uint16_t)tap_random(&w->seed)};
            for (unsigned v = 0; v < 5; v++)
                change(w, "champion", at, 2, values[v], true);
        }
    }
    hlarena_release(&arena);
    OK(with == 3, "the three terms have champions");
    report(w, "champions", 80);
}

/* Great tfs of dense lists, which only the list of them tells: small ones, and other documents.
 */
static void test_escapes(struct world *w, const struct hlchunk *chunk)
{
    static const uint32_t values[] = {0, 1, 3, 15, 17, 40, UINT32_MAX};
    struct hlarena arena;
    hlarena_init(&arena, 64 << 20);
    for (uint32_t term = 0; term < 6; term++) {
        struct hlcontainer c;
        if (hlchunk_open_term(chunk, term, &arena, &c, NULL) != HL_OK)
            abort();
        uint64_t tfs = (uint64_t)(c.escapes.tfs - chunk->segment->file.map);
        uint64_t docs = (uint64_t)(c.escapes.docs - chunk->segment->file.map);
        for (uint32_t i = 0; c.kind == HLFMT_KIND_DENSE && i < c.escapes.count;
             i += 1 + (uint32_t)(tap_random(&w->seed) % (20 * SCRATCH_SLOWNESS))) {
            change(w, "escaped tf", tfs + i * 4, 4, values[tap_random(&w->seed) % 7], true);
            change(w, "escaped document", docs + i * 2, 2, tap_random(&w->seed), true);
        }
    }
    hlarena_release(&arena);
    report(w, "escapes", 20);
}

static void test_sections(struct world *w, const struct hlchunk *chunk)
{
    const struct hlfmt_band *band = &chunk->bands[0];
    const struct hlfmt_span *of = band->section, *column = chunk->head.section;
    change_span(w, "positions", of[HLFMT_POSITIONS], 500, true);
    OK(w->pairs > 0, "positions: some are found damaged while pairs are counted");
    report(w, "positions", 40);
    change_span(w, "entries", of[HLFMT_ENTRIES], 300, true);
    report(w, "entries", 40);
    change_span(w, "lists", of[HLFMT_BODIES], 500, true);
    report(w, "lists", 40);
    change_span(w, "pair entries", of[HLFMT_PAIR_ENTRIES], 300, true);
    change_span(w, "pair lists", of[HLFMT_PAIR_BODIES], 200, true);
    report(w, "pairs", 40);
    change_span(w, "lengths", column[HLFMT_LENGTHS], 100, true);
    change_span(w, "fields", column[HLFMT_FIELDS], 100, true);
    change_span(w, "classes", column[HLFMT_LENGTH_CLASSES], 100, true);
    change_span(w, "dates", column[HLFMT_DATES], 30, true);
    change_span(w, "offsets of ids", column[HLFMT_ID_OFFSETS], 100, true);
    change_span(w, "ids", column[HLFMT_IDS], 30, true);
    report(w, "columns", 40);
    change_span(w, "positions", of[HLFMT_POSITIONS], 250, false);
    change_span(w, "lists", of[HLFMT_BODIES], 150, false);
    change_span(w, "offsets of ids", column[HLFMT_ID_OFFSETS], 100, false);
    change_span(w, "ids", column[HLFMT_IDS], 100, false);
    report(w, "wrong checksums: refused or right", 40);
}

int main(void)
{
    static struct world w;
    bool pairs;
    w.seed = getenv("HLSEARCH_SEED") ? strtoull(getenv("HLSEARCH_SEED"), NULL, 10) : 464;
    uint64_t seed = w.seed;
    damage_begin();
    fill(&w);
    bool good = archive_open(&w.archive);
    damage_load(w.archive.folder, &w.files);
    good = good && ask(&w, &w.right, &pairs) == HL_OK && !pairs &&
           hlman_read(w.archive.folder, 1, &w.manifest, NULL) == HL_OK &&
           !damage_found(w.archive.folder, NULL);
    OK(good, "a sound index (seed %" PRIu64 ")", seed);
    int file = damage_find(&w.files, "segment-", 0);
    if (good && file >= 0) {
        const struct hlchunk *chunk = &w.archive.index->snapshot.segments[0].chunks[0];
        w.file = (size_t)file;
        test_champions(&w, chunk);
        test_escapes(&w, chunk);
        test_sections(&w, chunk);
    }
    free(w.right);
    hlman_release(&w.manifest);
    damage_free(&w.files);
    archive_release(&w.archive);
    return tap_done();
}

/*
 * Files made on purpose, with every checksum right: each says one thing that no writer says
 * and that led a reader astray once.  What must be refused is; the rest is answered.
 */
#include "damage.h"

enum { DOCS = 600, CAO = 0, HA = 1, MOI = 4, XE = 6, TERMS = 7 }; /* in the order of bytes */

struct crafted {
    char path[600], name[64];
    struct damage_files files;
    struct hlmanifest manifest;
    struct hlbuf bytes; /* up to the table of checksums */
    uint64_t directory, chunk;
};

/* ---- the file ---- */

/* Every article has "cao", some twice; the other words are rarer, and in few articles. */
static bool make_index(const char *path)
{
    static struct hl_article articles[DOCS];
    static char ids[DOCS][16], bodies[DOCS][64];
    static const char *const ha[] = {"hà nội", "hạ nội", "ha nội"};
    static const char *const sources[] = {"s0", "s1", "s2"};
    static const char *const tags[] = {"t0\nt1", "t1", NULL};
    for (int i = 0; i < DOCS; i++) {
        snprintf(ids[i], sizeof ids[i], "%d", i);
        snprintf(bodies[i], sizeof bodies[i], "%scao%s%s %s", i < 5 ? "xe xe " : "",
                 i % 2 ? " cao" : "", i % 15 ? "" : " mới", i % 40 ? "" : ha[i / 40 % 3]);
        articles[i] = (struct hl_article){
            .id = ids[i], .body = bodies[i], .source = sources[i % 3], .tags = tags[i % 3]};
    }
    return scratch_commit(path, NULL, articles, 0, DOCS, NULL);
}

static uint8_t *at(const struct crafted *c, uint64_t place)
{
    assert(place < c->bytes.size);
    return c->bytes.data + place;
}

/* A span of the only band. */
static struct hlfmt_span *span(const struct crafted *c, enum hlfmt_band_section section)
{
    uint64_t place = c->chunk + sizeof(struct hlfmt_chunk) +
                     offsetof(struct hlfmt_band, section) + section * sizeof(struct hlfmt_span);
    return (struct hlfmt_span *)(void *)at(c, place);
}

static void craft_begin(struct crafted *c, const char *path)
{
    uint64_t generation = 0;
    struct hlfmt_footer footer;
    memset(c, 0, sizeof *c);
    snprintf(c->path, sizeof c->path, "%s", path);
    damage_load(path, &c->files);
    size_t file = (size_t)damage_find(&c->files, "segment-", 0);
    snprintf(c->name, sizeof c->name, "%s", c->files.names[file]);
    const uint8_t *bytes = c->files.bytes[file];
    size_t size = c->files.sizes[file];
    memcpy(&footer, bytes + size - sizeof footer, sizeof footer);
    hlbuf_put(&c->bytes, bytes, size - sizeof footer - footer.blocks * 4);
    c->directory = footer.directory;
    c->chunk = hlbuf_load64(bytes + footer.directory + sizeof(struct hlfmt_directory));
    if (hlman_newest(path, &generation, NULL) != HL_OK ||
        hlman_read(path, generation, &c->manifest, NULL) != HL_OK || c->manifest.count != 1)
        abort();
}

static void put_zeros(struct crafted *c, size_t n)
{
    while (n--)
        hlbuf_put_u8(&c->bytes, 0);
}

/* A section behind all others, but for its padding. */
static struct hlfmt_span append(struct crafted *c, const void *bytes, size_t size)
{
    put_zeros(c, -c->bytes.size & 63);
    struct hlfmt_span s = {c->bytes.size, size};
    hlbuf_put(&c->bytes, bytes, size);
    put_zeros(c, HLFMT_PAD);
    return s;
}

/* Writes the file with its checksums, and the manifest that vouches for it. */
static void put(const struct crafted *c)
{
    struct hlbuf table = {0}, file = {0}, text = {0};
    struct hlmanifest m;
    char name[HLMAN_NAME_SIZE];
    for (size_t from = 0; from < c->bytes.size; from += HLFMT_BLOCK) {
        size_t left = c->bytes.size - from;
        hlbuf_put_u32(&table, hlcrc_update(0, c->bytes.data + from,
                                           left < HLFMT_BLOCK ? left : HLFMT_BLOCK));
    }
    struct hlfmt_footer footer = {table.size / 4, c->directory,
                                  c->bytes.size + table.size + sizeof footer, "HLSEGEND"};
    hlbuf_put(&table, &footer, sizeof footer);
    hlbuf_put(&file, c->bytes.data, c->bytes.size);
    hlbuf_put(&file, table.data, table.size);
    if (hlman_copy(&c->manifest, &m, NULL) != HL_OK)
        abort();
    m.segments[0].size = file.size;
    m.segments[0].table_crc = hlcrc_update(0, table.data, table.size);
    if (hlman_encode(&m, &text, NULL) != HL_OK)
        abort();
    hlman_name(m.generation, name);
    damage_write(c->path, c->name, file.data, file.size);
    damage_write(c->path, name, text.data, text.size);
    hlman_release(&m);
    hlbuf_release(&table);
    hlbuf_release(&file);
    hlbuf_release(&text);
}

/* The index is as it was. */
static void craft_end(struct crafted *c)
{
    damage_restore(c->path, &c->files);
    damage_free(&c->files);
    hlman_release(&c->manifest);
    hlbuf_release(&c->bytes);
}

/* ---- questions ---- */

/* What a search says that looks at no more than it must; *out_text, if any, is to be freed. */
static hl_status ask(const struct crafted *c, const char *words, const char *source,
                     char **out_text)
{
    struct hl_index *index = NULL;
    struct hl_search_options options;
    char *text = NULL;
    size_t size;
    hl_search_options_init(&options);
    options.source = source;
    options.rank = HL_RANK_BM25;
    FILE *out = open_memstream(&text, &size);
    snprintf(damage_where, sizeof damage_where, "%s", words);
    hl_status status = hl_index_open(c->path, &index, NULL);
    if (status == HL_OK)
        status = damage_search(index, words, &options, out);
    hl_index_close(index);
    fclose(out);
    if (out_text)
        *out_text = text;
    else
        free(text);
    return status;
}

static bool answers(const struct crafted *c, const char *words, const char *want)
{
    char *text;
    bool good = ask(c, words, NULL, &text) == HL_OK && !strcmp(text, want);
    if (!good)
        printf("# %.300s", text);
    free(text);
    return good;
}

/* Where a list of the sound file lies: a place in it. */
static uint64_t place_of(const struct crafted *c, uint32_t term,
                         uint64_t (*place)(const struct hlcontainer *c, const uint8_t *map))
{
    struct hlseg segment;
    struct hlcontainer list;
    struct hlarena arena;
    hlarena_init(&arena, 0);
    if (hlseg_open(c->path, &c->manifest, &c->manifest.segments[0], &segment, NULL) != HL_OK ||
        hlchunk_open_term(&segment.chunks[0], term, &arena, &list, NULL) != HL_OK)
        abort();
    uint64_t found = place(&list, segment.file.map);
    hlseg_close(&segment);
    hlarena_release(&arena);
    return found;
}

static uint64_t dense_head(const struct hlcontainer *c, const uint8_t *map)
{
    assert(c->kind == HLFMT_KIND_DENSE && c->as.dense.codes && c->champion_count == 64);
    return (uint64_t)(c->as.dense.bits - map) - sizeof(struct hlfmt_dense);
}

static uint64_t dense_end(const struct hlcontainer *c, const uint8_t *map)
{
    return (uint64_t)(c->as.dense.codes - map) + (c->df + 1) / 2;
}

static uint64_t sparse_champions(const struct hlcontainer *c, const uint8_t *map)
{
    assert(c->kind == HLFMT_KIND_SPARSE && !c->champion_count);
    return (uint64_t)(c->champions - map) - 1;
}

/* ---- cases ---- */

/* Damaged ranks may lead past the codes by HLCONT_REACH, so the file must go on there. */
static void test_dense_at_the_end(const char *path)
{
    struct crafted c;
    char *want = NULL;
    craft_begin(&c, path);
    uint64_t end = place_of(&c, CAO, dense_end);
    struct hlfmt_span *bodies = span(&c, HLFMT_BODIES), old = *bodies;
    struct hlbuf copy = {0};
    hlbuf_put(&copy, at(&c, old.at), end - old.at);
    bool good = ask(&c, "cao", NULL, &want) == HL_OK && strstr(want, "cao: 600 ");
    OK(good, "a dense list: %.20s", want);
    struct hlfmt_span moved = append(&c, copy.data, copy.size);
    *span(&c, HLFMT_BODIES) = moved;
    put(&c);
    OK(ask(&c, "cao", NULL, NULL) == HL_CORRUPT, "codes at the end of the file are refused");
    put_zeros(&c, HLCONT_REACH);
    put(&c);
    OK(answers(&c, "cao", want), "a little before the end they are read");
    hlbuf_release(&copy);
    free(want);
    craft_end(&c);
}

/* Positions at byte 0 would be taken for those of a tiny list. */
static void test_span_in_the_header(const char *path)
{
    struct crafted c;
    craft_begin(&c, path);
    span(&c, HLFMT_POSITIONS)->at = 0;
    put(&c);
    OK(ask(&c, "\"cao mới\"", NULL, NULL) == HL_CORRUPT, "a section inside the header");
    craft_end(&c);
}

static void test_champions(const char *path)
{
    struct crafted c;
    craft_begin(&c, path);
    uint64_t head = place_of(&c, CAO, dense_head);
    *at(&c, head + offsetof(struct hlfmt_dense, champions)) = 63;
    put(&c);
    OK(ask(&c, "cao", NULL, NULL) == HL_CORRUPT, "63 champions of a dense list");
    craft_end(&c);

    craft_begin(&c, path);
    uint64_t place = place_of(&c, MOI, sparse_champions);
    struct hlfmt_span old = *span(&c, HLFMT_BODIES);
    struct hlbuf body = {0};
    hlbuf_put(&body, at(&c, old.at), place - old.at);
    hlbuf_put_u8(&body, 1);
    hlbuf_put_u16(&body, 0);
    hlbuf_put(&body, at(&c, place + 1), old.at + old.size - place - 1);
    struct hlfmt_span longer = append(&c, body.data, body.size);
    *span(&c, HLFMT_BODIES) = longer;
    put(&c);
    OK(ask(&c, "mới", NULL, NULL) == HL_CORRUPT, "one champion of a sparse list");
    hlbuf_release(&body);
    craft_end(&c);
}

/* The entry of a tiny list, cut anywhere before its positions, which are ten bytes here. */
static void test_tiny_cut(const char *path)
{
    struct crafted c;
    unsigned refused = 0, cuts = 0;
    craft_begin(&c, path);
    uint64_t offsets = span(&c, HLFMT_ENTRY_OFFSETS)->at + XE * 4;
    uint32_t from = hlbuf_load32(at(&c, offsets)), to = hlbuf_load32(at(&c, offsets + 4));
    for (uint32_t end = from; end < to - 10; end++, cuts++) {
        memcpy(at(&c, offsets + 4), &end, sizeof end);
        put(&c);
        hl_status status = ask(&c, "xe", NULL, NULL);
        refused += status == HL_CORRUPT;
        if (status != HL_CORRUPT)
            printf("# %u of %u bytes: %s\n", end - from, to - from, hl_status_name(status));
    }
    OK(cuts == 15 && refused == cuts, "a tiny list cut in %u places is refused in %u", cuts,
       refused);
    craft_end(&c);
}

/* The fold order has one term twice, in place of another. */
static void test_twins(const char *path)
{
    struct crafted c;
    struct hlfmt_directory dir;
    char *text = NULL;
    craft_begin(&c, path);
    memcpy(&dir, at(&c, c.directory), sizeof dir);
    uint64_t fold = dir.section[HLFMT_FOLD_ORDER].at;
    bool known = dir.terms == TERMS && hlbuf_load32(at(&c, fold + HA * 4)) == HA;
    memcpy(at(&c, fold + (HA + 1) * 4), at(&c, fold + HA * 4), 4);
    put(&c);
    bool good = ask(&c, "ha noi", NULL, &text) == HL_OK && strstr(text, "ha noi: ");
    OK(known && good, "a term twice among those of one folded key: %.10s", text);
    free(text);
    craft_end(&c);
}

static hl_status complete(const struct crafted *c, const char *typed, char **out_first)
{
    struct hl_index *index = NULL;
    struct hl_suggestions *s = NULL;
    hl_status status = hl_index_open(c->path, &index, NULL);
    if (status == HL_OK)
        status = hl_suggest(index, typed, strlen(typed), NULL, &s, NULL);
    const struct hl_completion *first = status == HL_OK ? hl_suggestions_at(s, 0) : NULL;
    *out_first = first ? strdup(first->text) : NULL;
    hl_suggestions_free(s);
    hl_index_close(index);
    return status;
}

static void count_fold_faults(void *user, const char *text)
{
    *(unsigned *)user += strstr(text, "(F 28)") != NULL;
}

static unsigned fold_faults(const struct crafted *c)
{
    unsigned faults = 0;
    struct hl_check_report report;
    hl_check(c->path, count_fold_faults, NULL, &faults, &report, NULL);
    return faults;
}

/* Counts and places that are others than the lists and the dictionary say. */
static void test_fold(const char *path)
{
    struct crafted c;
    struct hlfmt_directory dir;
    char *first = NULL;
    craft_begin(&c, path);
    memcpy(&dir, at(&c, c.directory), sizeof dir);
    uint64_t counts = dir.section[HLFMT_FOLD_COUNTS].at;
    uint64_t places = dir.section[HLFMT_FOLD_PLACES].at;
    OK(complete(&c, "ca", &first) == HL_OK && first && !strcmp(first, "cao") &&
           !fold_faults(&c),
       "as it was");
    free(first);
    static const uint32_t wrong[] = {TERMS, UINT32_MAX, 1};
    for (int i = 0; i < 3; i++) {
        uint32_t old = hlbuf_load32(at(&c, places + CAO * 4));
        memcpy(at(&c, places + CAO * 4), &wrong[i], 4);
        put(&c);
        hl_status status = complete(&c, "cao x", &first);
        OK(i < 2 ? status == HL_CORRUPT : status == HL_OK, "place %u: %s", wrong[i],
           hl_status_name(status));
        OK(fold_faults(&c) > 0, "and the checker says so");
        free(first);
        memcpy(at(&c, places + CAO * 4), &old, 4);
    }
    uint32_t none = 0;
    memcpy(at(&c, counts + 4), &none, 4);
    put(&c);
    hl_status status = complete(&c, "ca", &first);
    OK(status == HL_OK, "a word without occurrences: %s", hl_status_name(status));
    free(first);
    OK(fold_faults(&c) == 1, "and the checker says so");
    uint64_t size = offsetof(struct hlfmt_directory, section) +
                    HLFMT_FOLD_PLACES * sizeof(struct hlfmt_span) +
                    offsetof(struct hlfmt_span, size);
    *at(&c, c.directory + size) -= 4;
    put(&c);
    OK(complete(&c, "ca", &first) == HL_CORRUPT, "too few places");
    craft_end(&c);
}

/* Names of sources past the last code. */
static void test_names(const char *path)
{
    enum { NAMES = 66000 };
    struct crafted c;
    struct hlbuf names = {0}, bytes = {0};
    char name[16], *text = NULL;
    craft_begin(&c, path);
    hlbuf_put_u32(&names, NAMES);
    for (unsigned i = 0; i < NAMES; i++) {
        snprintf(name, sizeof name, "s%u", i);
        hlbuf_put_string(&bytes, name);
        hlbuf_put_u32(&names, (uint32_t)bytes.size);
    }
    hlbuf_put(&names, bytes.data, bytes.size);
    hlbuf_put_u64(&names, 0); /* no sections, no authors */
    struct hlfmt_span appended = append(&c, names.data, names.size);
    memcpy(at(&c, c.chunk + offsetof(struct hlfmt_chunk, section) +
                      HLFMT_FACET_NAMES * sizeof appended),
           &appended, sizeof appended);
    put(&c);
    OK(ask(&c, "cao", "s1", &text) == HL_OK && strstr(text, "cao: 200 "),
       "%d names: the second has its articles", NAMES);
    free(text);
    static const char *const wanted[] = {"s65534", "s65535", "s65599", "s65999"};
    for (int i = 0; i < 4; i++) {
        char *none = NULL;
        bool good = ask(&c, "cao", wanted[i], &none) == HL_OK && !strcmp(none, "cao: 0\n");
        OK(good, "%s has none", wanted[i]);
        free(none);
    }
    hlbuf_release(&names);
    hlbuf_release(&bytes);
    craft_end(&c);
}

/* A column of the chunk. */
static struct hlfmt_span *column(const struct crafted *c, enum hlfmt_chunk_section section)
{
    return (struct hlfmt_span *)(void *)at(c, c->chunk + offsetof(struct hlfmt_chunk, section) +
                                                  section * sizeof(struct hlfmt_span));
}

/* What a search says of the articles with a tag, or, for NULL, of all by their tags. */
static hl_status ask_tag(const struct crafted *c, const char *tag)
{
    struct hl_index *index = NULL;
    struct hl_search_options options;
    char *text = NULL;
    size_t size;
    hl_search_options_init(&options);
    options.tag = tag;
    options.facet_values[HL_FACET_TAG] = tag ? 0 : 5;
    FILE *out = open_memstream(&text, &size);
    hl_status status = hl_index_open(c->path, &index, NULL);
    if (status == HL_OK)
        status = damage_search(index, "cao", &options, out);
    hl_index_close(index);
    fclose(out);
    free(text);
    return status;
}

/* Puts a number into a column; then by a tag, by another, and all by their tags: a letter each
 * for fine or corrupt. */
static const char *with(const char *path, enum hlfmt_chunk_section section, uint64_t place,
                        uint32_t value, size_t size)
{
    static char said[4];
    static const char *const asked[] = {"t0", "zz", NULL};
    struct crafted c;
    craft_begin(&c, path);
    memcpy(at(&c, column(&c, section)->at + place), &value, size);
    put(&c);
    for (int i = 0; i < 3; i++) {
        hl_status status = ask_tag(&c, asked[i]);
        said[i] = status == HL_OK ? 'f' : status == HL_CORRUPT ? 'c' : '?';
    }
    if (!damage_found(path, NULL) || ask(&c, "cao", NULL, NULL) != HL_OK)
        snprintf(said, sizeof said, "no");
    craft_end(&c);
    return said;
}

/* The checker finds each; searches that need no tags go on. */
static void test_tags(const char *path)
{
    struct crafted c;
    craft_begin(&c, path);
    OK(column(&c, HLFMT_TAGS)->size == 600 * 2 && ask_tag(&c, "t0") == HL_OK, "600 tags");
    column(&c, HLFMT_TAG_OFFSETS)->size = 0;
    put(&c);
    OK(ask(&c, "cao", NULL, NULL) == HL_CORRUPT, "codes without offsets");
    craft_end(&c);
    craft_begin(&c, path);
    column(&c, HLFMT_TAGS)->size--;
    put(&c);
    OK(ask(&c, "cao", NULL, NULL) == HL_CORRUPT, "half a code");
    craft_end(&c);
    IS(with(path, HLFMT_TAG_OFFSETS, 4, 601, 4), "cfc", "an offset past the codes");
    IS(with(path, HLFMT_TAG_OFFSETS, 0, 1, 4), "cfc", "offsets that do not begin with 0");
    IS(with(path, HLFMT_TAG_OFFSETS, 600 * 4, 599, 4), "cfc", "or do not end with the codes");
    IS(with(path, HLFMT_TAGS, 0, 3, 2), "ffc", "a code without a name");
    IS(with(path, HLFMT_TAGS, 0, 0, 2), "fff", "no code");
    IS(with(path, HLFMT_TAG_NAMES, 0, 3, 4), "ccc", "more names than keys");
    IS(with(path, HLFMT_TAG_NAMES, 4, 5, 4), "cfc", "names that do not rise");
    IS(with(path, HLFMT_TAG_NAMES, 12, 0xff, 1), "cff", "a name that is not UTF-8");
    IS(with(path, HLFMT_TAG_KEYS, 0, 1, 4), "fff", "another key");
}

int main(void)
{
    struct crafted c;
    char path[600];
    damage_begin();
    snprintf(path, sizeof path, "%s", scratch_name("crafted"));
    if (!OK(make_index(path) && !damage_found(path, NULL), "a sound index"))
        return tap_done();
    craft_begin(&c, path);
    char *want = NULL;
    bool good = ask(&c, "\"cao mới\"", NULL, &want) == HL_OK;
    put(&c);
    OK(good && answers(&c, "\"cao mới\"", want), "put together again it answers the same");
    free(want);
    craft_end(&c);
    test_dense_at_the_end(path);
    test_span_in_the_header(path);
    test_champions(path);
    test_tiny_cut(path);
    test_twins(path);
    test_fold(path);
    test_names(path);
    test_tags(path);
    return tap_done();
}

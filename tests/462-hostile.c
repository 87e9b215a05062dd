/*
 * Damage on purpose: bytes are changed and then every checksum is made right again.
 * No file may crash, hang or lead a reader outside the map; any answer or failure
 * will do.  How much of it the checker sees by its other rules is counted as well.
 * HLSEARCH_LONG=1 does more, HLSEARCH_SEED others.
 */
#include "damage.h"

struct world {
    char path[600];
    struct damage_files files;
    struct hlmanifest manifest;
    uint64_t seed;
    unsigned done, found, refused;
};

static struct damage_told told; /* over all worlds */

/* ---- checksums ---- */

static void write_manifest(const struct world *w, const struct hlmanifest *m)
{
    struct hlbuf text = {0};
    char name[HLMAN_NAME_SIZE];
    if (hlman_encode(m, &text, NULL) != HL_OK)
        abort();
    hlman_name(m->generation, name);
    damage_write(w->path, name, text.data, text.size);
    hlbuf_release(&text);
}

/* Puts bytes in place of a file and vouches for them. */
static void put_file(struct world *w, size_t file, uint8_t *bytes)
{
    const char *name = w->files.names[file];
    struct hlmanifest m;
    uint64_t segment = hlman_name_number(name, "segment-");
    uint64_t live = hlman_name_number(name, "live-");
    if (hlman_copy(&w->manifest, &m, NULL) != HL_OK)
        abort();
    for (size_t i = 0; i < m.count; i++) {
        if (segment && m.segments[i].number == segment)
            m.segments[i].table_crc =
                damage_repair(bytes, w->files.bytes[file], w->files.sizes[file]);
        if (live && m.segments[i].live_number == live)
            m.segments[i].live_crc = hlcrc_update(0, bytes, w->files.sizes[file]);
    }
    damage_write(w->path, name, bytes, w->files.sizes[file]);
    write_manifest(w, &m);
    hlman_release(&m);
}

/* ---- what is asked of it ---- */

/* A writer meets it too: it looks ids up, counts what it replaces, gathers small segments. */
static void write_to(struct world *w)
{
    struct damage_files now;
    char copy[600];
    damage_load(w->path, &now);
    snprintf(copy, sizeof copy, "%s", scratch_name("copy"));
    scratch_remove(copy);
    mkdir(copy, 0777);
    damage_restore(copy, &now);
    struct hl_writer_options options = {.threads = 1};
    struct hl_writer *writer = NULL;
    struct hl_article a = {.id = "bài-20", .body = "công nghệ mới"};
    for (int i = 0; i < 3; i++) {
        hl_status status = hl_writer_open(copy, &options, &writer, NULL);
        if (status == HL_OK)
            status = hl_writer_add(writer, &a, NULL);
        if (status == HL_OK)
            status = hl_writer_commit(writer, NULL, NULL);
        hl_writer_close(writer);
        writer = NULL;
        a.id = i ? "bài-300" : "mới";
    }
    damage_free(&now);
}

static void look(struct world *w, bool write_too)
{
    char *text = NULL;
    alarm(60);
    bool found = damage_found(w->path, &told);
    w->refused += damage_ask(w->path, &text) != HL_OK;
    w->found += found;
    if (!found && getenv("HLSEARCH_VERBOSE"))
        printf("# not found: %s\n", damage_where);
    if (write_too)
        write_to(w);
    free(text);
    alarm(0);
    w->done++;
}

/* ---- changes ---- */

/* Numbers that decoders fear. */
static const uint64_t extremes[] = {0,
                                    1,
                                    0x7f,
                                    0x80,
                                    0xff,
                                    0x7fff,
                                    0xffff,
                                    0x7fffffff,
                                    0x80000000,
                                    0xffffffff,
                                    0xffffffffffffffff};

static void change(struct world *w, uint8_t *bytes, size_t size)
{
    size_t at = tap_random(&w->seed) % size;
    uint64_t r = tap_random(&w->seed);
    size_t widths[] = {1, 2, 4, 8}, width = widths[r >> 8 & 3];
    if (at + width > size)
        width = 1;
    if (width > 1 && r >> 16 & 1)
        at -= at % width;
    switch (r % 4) {
    case 0: /* one bit */
        bytes[at] ^= (uint8_t)(1u << (r >> 20 & 7));
        break;
    case 1:
        memcpy(bytes + at, &extremes[(r >> 20) % 11], width);
        break;
    case 2: /* a little more or less */
        bytes[at] = (uint8_t)(bytes[at] + 1 + (r >> 20) % 3 * 127);
        break;
    default:
        memcpy(bytes + at, (uint8_t *)&r, width);
    }
    snprintf(damage_where + strlen(damage_where), 40, " %zu", at);
}

/* Half of the changes go where structures are: heads, directories, the live file. */
static void change_file(struct world *w, size_t file, bool write_too)
{
    size_t size = w->files.sizes[file], changes = 1 + tap_random(&w->seed) % 3;
    uint8_t *bytes = malloc(size);
    memcpy(bytes, w->files.bytes[file], size);
    snprintf(damage_where, sizeof damage_where, "%s at", w->files.names[file]);
    for (size_t i = 0; i < changes; i++)
        change(w, bytes, size);
    if (memcmp(bytes, w->files.bytes[file], size)) {
        put_file(w, file, bytes);
        look(w, write_too);
    }
    free(bytes);
    damage_write(w->path, w->files.names[file], w->files.bytes[file], size);
}

/* Heads are few among the bytes, so they are changed one by one. */
static void change_heads(struct world *w, size_t file)
{
    struct hlfmt_footer footer;
    size_t size = w->files.sizes[file];
    memcpy(&footer, w->files.bytes[file] + size - sizeof footer, sizeof footer);
    struct hlfmt_directory dir;
    memcpy(&dir, w->files.bytes[file] + footer.directory, sizeof dir);
    uint64_t chunk = hlbuf_load64(w->files.bytes[file] + footer.directory + sizeof dir);
    const struct hlfmt_span heads[] = {
        {0, sizeof(struct hlfmt_header)},
        {footer.directory, sizeof dir + 8},
        {chunk, sizeof(struct hlfmt_chunk) + sizeof(struct hlfmt_band)},
        {size - sizeof footer, sizeof footer}};
    uint8_t *bytes = malloc(size);
    for (size_t h = 0; h < 4; h++)
        for (size_t i = 0; i < heads[h].size; i += 4) {
            uint64_t value = extremes[tap_random(&w->seed) % 11];
            memcpy(bytes, w->files.bytes[file], size);
            snprintf(damage_where, sizeof damage_where, "%s, head %zu, byte %zu: %" PRIx64,
                     w->files.names[file], h, i, value);
            memcpy(bytes + heads[h].at + i, &value, 4);
            if (!memcmp(bytes, w->files.bytes[file], size))
                continue; /* it said so before */
            if (h == 3) { /* the table is found by the footer, so its sum is made by hand */
                uint64_t data = size - sizeof footer - footer.blocks * 4;
                struct hlmanifest m;
                if (hlman_copy(&w->manifest, &m, NULL) != HL_OK)
                    abort();
                m.segments[0].table_crc = hlcrc_update(0, bytes + data, size - data);
                damage_write(w->path, w->files.names[file], bytes, size);
                write_manifest(w, &m);
                hlman_release(&m);
            } else {
                put_file(w, file, bytes);
            }
            look(w, false);
            damage_write(w->path, w->files.names[file], w->files.bytes[file], size);
        }
    free(bytes);
}

static struct hlfmt_chunk first_chunk(const struct world *w, size_t file)
{
    struct hlfmt_footer footer;
    struct hlfmt_chunk chunk;
    const uint8_t *bytes = w->files.bytes[file];
    memcpy(&footer, bytes + w->files.sizes[file] - sizeof footer, sizeof footer);
    memcpy(&chunk,
           bytes + hlbuf_load64(bytes + footer.directory + sizeof(struct hlfmt_directory)),
           sizeof chunk);
    return chunk;
}

/* A small section: every byte of it, three ways, or every so many of these changes. */
static void change_section(struct world *w, size_t file, enum hlfmt_chunk_section section,
                           unsigned step)
{
    struct hlfmt_chunk chunk = first_chunk(w, file);
    struct hlfmt_span span = chunk.section[section];
    uint8_t *bytes = malloc(w->files.sizes[file]);
    for (uint64_t i = 0; i < span.size * 3; i += step) {
        uint64_t at = span.at + i / 3;
        memcpy(bytes, w->files.bytes[file], w->files.sizes[file]);
        bytes[at] = (uint8_t)(i % 3 == 0 ? bytes[at] ^ 1 : i % 3 == 1 ? bytes[at] + 64 : 255);
        if (bytes[at] == w->files.bytes[file][at])
            continue;
        snprintf(damage_where, sizeof damage_where, "section %d, byte %" PRIu64 ": %d",
                 (int)section, i / 3, bytes[at]);
        put_file(w, file, bytes);
        look(w, i / step % 40 == 0);
    }
    free(bytes);
    damage_write(w->path, w->files.names[file], w->files.bytes[file], w->files.sizes[file]);
}

/* ---- worlds ---- */

static bool world_open(struct world *w, const char *name, size_t articles,
                       const unsigned *weights)
{
    uint64_t generation = 0;
    memset(w, 0, sizeof *w);
    w->seed = getenv("HLSEARCH_SEED") ? strtoull(getenv("HLSEARCH_SEED"), NULL, 10) : 4620;
    snprintf(w->path, sizeof w->path, "%s", scratch_name(name));
    bool good = damage_make(w->path, articles, weights);
    damage_load(w->path, &w->files);
    good = good && hlman_newest(w->path, &generation, NULL) == HL_OK &&
           hlman_read(w->path, generation, &w->manifest, NULL) == HL_OK;
    OK(good && !damage_found(w->path, NULL), "%s: a sound index (seed %" PRIu64 ")", name,
       w->seed);
    return good;
}

static void world_close(struct world *w)
{
    damage_free(&w->files);
    hlman_release(&w->manifest);
}

static void test_world(const char *name, size_t articles, const unsigned *weights,
                       unsigned rounds)
{
    struct world w;
    if (!world_open(&w, name, articles, weights))
        return;
    int segment = damage_find(&w.files, "segment-", 0),
        live = damage_find(&w.files, "live-", 0);
    change_heads(&w, (size_t)segment);
    OK(w.done && w.found == w.done, "%s: all %u changes of heads are found (%u)", name, w.done,
       w.found);
    w.done = w.found = w.refused = 0;
    for (unsigned i = 0; i < rounds / 4; i++)
        change_file(&w, (size_t)live, i % 20 == 0);
    OK(w.done && w.found == w.done, "%s: all %u changes of the live file are found (%u)", name,
       w.done, w.found);
    w.done = w.found = w.refused = 0;
    for (unsigned i = 0; i < rounds; i++)
        change_file(&w, (size_t)segment, i % 20 == 0);
    /* What nothing else says (a date, a sketch, a code of a facet) may be any value. */
    OK(w.found * 10 >= w.done * 8,
       "%s: %u changes of a segment: no crash; %u found by the checker, %u refused by readers",
       name, w.done, w.found, w.refused);
    world_close(&w);
}

static void test_abbreviations(void)
{
    struct world w;
    if (!world_open(&w, "abbreviations", 300, NULL))
        return;
    change_section(&w, (size_t)damage_find(&w.files, "segment-", 0), HLFMT_ABBREVIATIONS, 1);
    /* Another article that has the same words may be named: nothing denies that. */
    OK(w.done > 300 && w.found * 100 >= w.done * 95,
       "%u changes of abbreviations: %u found by the checker, %u refused by readers", w.done,
       w.found, w.refused);
    world_close(&w);
}

/* All of it follows from terms and pairs, so that every change is seen. */
static void test_words(void)
{
    struct world w;
    if (!world_open(&w, "words", 300, NULL))
        return;
    change_section(&w, (size_t)damage_find(&w.files, "segment-", 0), HLFMT_WORDS, 1);
    OK(w.done > 100 && w.found == w.done,
       "%u changes of words: %u found by the checker, %u refused by readers", w.done, w.found,
       w.refused);
    world_close(&w);
}

/* Codes, names and keys follow from each other and from what is stored. */
static void test_tags(void)
{
    static const enum hlfmt_chunk_section sections[] = {HLFMT_TAG_OFFSETS, HLFMT_TAGS,
                                                        HLFMT_TAG_NAMES, HLFMT_TAG_KEYS};
    struct world w;
    if (!world_open(&w, "tags", 300, NULL))
        return;
    size_t file = (size_t)damage_find(&w.files, "segment-", 0);
    for (size_t i = 0; i < sizeof sections / sizeof *sections; i++)
        change_section(&w, file, sections[i], i < 2 ? 7 : 1);
    OK(w.done > 600 && w.found == w.done,
       "%u changes of tags: %u found by the checker, %u refused by readers", w.done, w.found,
       w.refused);
    world_close(&w);
}

/* A segment of another version is told from a damaged one, and what to do is said. */
static void test_versions(void)
{
    struct world w;
    if (!world_open(&w, "version", 30, NULL))
        return;
    size_t file = (size_t)damage_find(&w.files, "segment-", 0), size = w.files.sizes[file];
    uint8_t *bytes = malloc(size);
    for (uint32_t version = 0; version <= HLFMT_VERSION + 1; version++) {
        struct hl_index *index = NULL;
        struct hl_error err = {0};
        char words[100];
        if (version == HLFMT_VERSION)
            continue;
        memcpy(bytes, w.files.bytes[file], size);
        memcpy(bytes + offsetof(struct hlfmt_header, version), &version, sizeof version);
        put_file(&w, file, bytes);
        snprintf(words, sizeof words, "format %" PRIu32 ", this build reads %d; ", version,
                 HLFMT_VERSION);
        OK(hl_index_open(w.path, &index, &err) == HL_VERSION_BAD && strstr(err.text, words),
           "version %" PRIu32 " is refused: %s", version, err.text);
        hl_index_close(index);
    }
    free(bytes);
    world_close(&w);
}

/* Version 4 had checksums of blocks four times as large: it is old, not damaged. */
static void test_blocks(void)
{
    enum { BEFORE = 16384, VERSION = 4 };
    struct world w;
    struct hlfmt_footer footer;
    struct hlmanifest m;
    struct hl_index *index = NULL;
    struct hl_error err = {0};
    if (!world_open(&w, "blocks", 30, NULL))
        return;
    size_t file = (size_t)damage_find(&w.files, "segment-", 0), size = w.files.sizes[file];
    const uint8_t *was = w.files.bytes[file];
    memcpy(&footer, was + size - sizeof footer, sizeof footer);
    size_t data = size - sizeof footer - footer.blocks * 4;
    struct hlbuf bytes = {0}, table = {0};
    uint32_t version = VERSION;
    hlbuf_put(&bytes, was, data);
    memcpy(bytes.data + offsetof(struct hlfmt_header, version), &version, sizeof version);
    for (size_t at = 0; at < data; at += BEFORE)
        hlbuf_put_u32(
            &table, hlcrc_update(0, bytes.data + at, data - at < BEFORE ? data - at : BEFORE));
    footer.blocks = table.size / 4;
    footer.size = data + table.size + sizeof footer;
    hlbuf_put(&table, &footer, sizeof footer);
    hlbuf_put(&bytes, table.data, table.size);
    if (hlman_copy(&w.manifest, &m, NULL) != HL_OK)
        abort();
    for (size_t i = 0; i < m.count; i++)
        if (m.segments[i].number == hlman_name_number(w.files.names[file], "segment-")) {
            m.segments[i].size = bytes.size;
            m.segments[i].table_crc = hlcrc_update(0, table.data, table.size);
        }
    damage_write(w.path, w.files.names[file], bytes.data, bytes.size);
    write_manifest(&w, &m);
    OK(hl_index_open(w.path, &index, &err) == HL_VERSION_BAD && strstr(err.text, "format 4, "),
       "other blocks, another version: %s", err.text);
    hl_index_close(index);
    hlman_release(&m);
    hlbuf_release(&bytes);
    hlbuf_release(&table);
    world_close(&w);
}

/* Changes of chance reach the rules but those of checksums (1, 3), twin ids and names. */
static void test_rules(void)
{
    static const int rules[] = {2,  4,  5,  6,  7,  8,  9,  10, 11, 12, 13, 14, 15,
                                16, 17, 18, 19, 20, 21, 22, 24, 25, 26, 27, 28};
    unsigned silent = 0;
    for (size_t i = 0; i < sizeof rules / sizeof *rules; i++) {
        if (told.rules[rules[i]])
            continue;
        printf("# (F %d) had nothing to say\n", rules[i]);
        silent++;
    }
    OK(silent <= 2, "of the %zu rules that such changes can break %u kept silent",
       sizeof rules / sizeof *rules, silent);
}

int main(void)
{
    const unsigned weights[3] = {3, 2, 1};
    unsigned rounds = getenv("HLSEARCH_LONG") ? 100000 : 800;
    damage_begin();
    test_versions();
    test_blocks();
    test_abbreviations();
    test_words();
    test_tags();
    test_world("small", 300, NULL, rounds);
    test_world("weighted", 280, weights, rounds / 3);
    test_world("wide", 4300, NULL, rounds / 12);
    test_rules();
    return tap_done();
}

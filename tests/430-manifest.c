/*
 * Manifests as text: round trips, every damage seen, hostile numbers refused, and
 * finding the newest while a writer changes the folder.
 */
#include "base/crc.h"
#include "base/io.h"
#include "base/mem.h"
#include "faultio.h"
#include "memfs.h"
#include "scratch.h"
#include "segment/manifest.h"
#include "segment/publish.h"

#include <fcntl.h>
#include <sys/stat.h>

static const char sample_text[] =
    "hlsearch-manifest 1\n"
    "generation 12\n"
    "index 00112233445566778899aabbccddeeff\n"
    "rules 0123456789abcdef\n"
    "weights 3 2 1\n"
    "next-file 9\n"
    "segment 3 size 81920 table 89abcdef docs 9 live-docs 8 live 8 size 512 crc 01234567\n"
    "segment 7 size 4096 table 76543210 docs 5 live-docs 5 live none\n";

static struct hlmanifest_segment sample_segments[] = {
    {3, 81920, 0x89abcdef, 8, 512, 0x01234567, 9, 8},
    {7, 4096, 0x76543210, 0, 0, 0, 5, 5},
};

static struct hlmanifest sample(void)
{
    struct hlmanifest man;
    hlman_init(&man);
    man.generation = 12;
    for (int i = 0; i < 16; i++)
        man.index_id[i] = (uint8_t)(i * 0x11);
    man.rules = UINT64_C(0x0123456789abcdef);
    man.weight[0] = 3;
    man.weight[1] = 2;
    man.next_file = 9;
    man.segments = sample_segments;
    man.count = 2;
    return man;
}

static bool same(const struct hlmanifest *a, const struct hlmanifest *b)
{
    return a->generation == b->generation && !memcmp(a->index_id, b->index_id, 16) &&
           a->rules == b->rules && !memcmp(a->weight, b->weight, sizeof a->weight) &&
           a->next_file == b->next_file && a->count == b->count &&
           !memcmp(a->segments, b->segments, a->count * sizeof *a->segments);
}

/* Puts the right last line under a text. */
static void seal(struct hlbuf *buf, const char *text)
{
    hlbuf_reset(buf);
    hlbuf_put_string(buf, text);
    hlbuf_put_format(buf, "crc %08x\n", hlcrc_update(0, buf->data, buf->size));
}

/* ---------------------------------------------------------------- round trips */

static void test_sample(void)
{
    struct hlmanifest man = sample(), back;
    struct hlbuf text = {0}, want = {0};
    struct hl_error err;
    seal(&want, sample_text);
    OK(hlman_encode(&man, &text, &err) == HL_OK, "encodes");
    OK(text.size == want.size && !memcmp(text.data, want.data, want.size), "as documented");
    OK(hlman_decode(text.data, text.size, 12, "m", &back, &err) == HL_OK, "decodes");
    OK(same(&man, &back), "to the same");
    struct hlmanifest copy;
    OK(hlman_copy(&back, &copy, &err) == HL_OK && same(&copy, &back), "copies");
    OK(copy.segments != back.segments, "a copy owns its segments");
    hlman_release(&copy);
    hlman_release(&back);
    OK(!back.segments && !back.count && back.next_file == 1, "release leaves generation 0");
    hlbuf_release(&want);
    hlbuf_release(&text);
}

/* Numbers drawn from a shuffled row, so that all differ. */
static struct hlmanifest random_manifest(size_t count, uint64_t *seed)
{
    struct hlmanifest man;
    hlman_init(&man);
    man.generation = 1 + tap_random(seed) % HLMAN_NUMBER_MAX;
    man.rules = tap_random(seed);
    man.weight[1] = 1 + (unsigned)(tap_random(seed) % HLMAN_WEIGHT_MAX);
    man.next_file = 2 * count + 1 + tap_random(seed) % 1000;
    man.segments = hlmem_zalloc(count, sizeof *man.segments);
    man.count = count;
    for (size_t i = 0; i < count; i++) {
        struct hlmanifest_segment *segment = &man.segments[i];
        segment->number = 2 * (count - i);
        segment->size = tap_random(seed) >> (1 + tap_random(seed) % 60);
        segment->table_crc = (uint32_t)tap_random(seed);
        segment->docs = segment->live_docs = tap_random(seed) >> (32 + tap_random(seed) % 30);
        if (tap_random(seed) % 2) {
            segment->live_number = 2 * i + 1;
            segment->live_size = tap_random(seed) >> 20;
            segment->live_crc = (uint32_t)tap_random(seed);
            segment->live_docs = tap_random(seed) % (segment->docs + 1);
        }
    }
    return man;
}

static void test_random(void)
{
    static const size_t counts[] = {0, 1, 2, 3, 7, 50, 1000, 100000};
    uint64_t seed = 430;
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
        struct hlmanifest man = random_manifest(counts[i], &seed), back;
        struct hlbuf text = {0};
        hl_status encoded = hlman_encode(&man, &text, NULL);
        hl_status decoded =
            hlman_decode(text.data, text.size, man.generation, "m", &back, NULL);
        OK(!encoded && !decoded && same(&man, &back), "%zu segments come back", counts[i]);
        if (!decoded)
            hlman_release(&back);
        hlman_release(&man);
        hlbuf_release(&text);
    }
}

/* --------------------------------------------------------------------- damage */

/* Decodes a copy of exactly that size, so that a sanitizer sees reads past it. */
static hl_status decode_exact(const uint8_t *bytes, size_t size, struct hl_error *err)
{
    uint8_t *copy = malloc(size ? size : 1);
    memcpy(copy, bytes, size);
    struct hlmanifest man;
    man.count = 77;
    hl_status status = hlman_decode(copy, size, 12, "m", &man, err);
    if (!status)
        hlman_release(&man);
    else if (man.count != 77)
        OK(false, "a failure touched the output");
    free(copy);
    return status;
}

static void test_every_byte(void)
{
    struct hlbuf text = {0};
    struct hl_error err;
    size_t unseen = 0, version = 0;
    seal(&text, sample_text);
    for (size_t at = 0; at < text.size; at++)
        for (unsigned other = 1; other < 256; other++) {
            text.data[at] ^= (uint8_t)other;
            hl_status status = decode_exact(text.data, text.size, &err);
            version += status == HL_VERSION_BAD;
            unseen += status != HL_CORRUPT && !(status == HL_VERSION_BAD && at == 18);
            text.data[at] ^= (uint8_t)other;
        }
    OK(!unseen, "each byte changed to each other: always seen");
    OK(version == 9, "the digit of the format is taken as a version (%zu)", version);
    for (size_t size = 0; size < text.size; size++)
        unseen += decode_exact(text.data, size, &err) != HL_CORRUPT;
    OK(!unseen, "cut at each length: always seen");
    hlbuf_put_string(&text, "\n");
    OK(decode_exact(text.data, text.size, &err) == HL_CORRUPT, "an empty line after the end");
    text.size--;
    hlbuf_grow(&text, text.size);
    hlbuf_put(&text, text.data, text.size);
    OK(decode_exact(text.data, text.size, &err) == HL_CORRUPT, "twice the same");
    hlbuf_release(&text);
}

/* A piece of the sample, what stands there instead (with a right checksum), and the word. */
static const struct {
    const char *from, *to, *says;
} hostile[] = {
    {"generation 12", "generation 012", "leading zero"},
    {"generation 12", "generation +12", "no number"},
    {"generation 12", "generation -12", "no number"},
    {"generation 12", "generation  12", "no number"},
    {"generation 12", "generation 13", "not that of the name"},
    {"generation 12", "generation 0", "the generation is out of range"},
    {"generation 12", "generation 1000000000000", "out of range"},
    {"generation 12", "generation 18446744073709551628", "out of range"},
    {"generation 12\n", "generation 12\r\n", "not the words"},
    {"generation 12\n", "", "not the words"},
    {"generation 12\n", "generation 12\ngeneration 12\n", "not the words"},
    {"aabb", "aaBB", "not a hexadecimal digit"},
    {"aabb", "aab", "not a hexadecimal digit"},
    {"aabb", "aabbc", "not the words"},
    {"0123456789abcdef", "0x23456789abcdef", "not a hexadecimal digit"},
    {"weights 3 2 1", "weights 3 2", "not the words"},
    {"weights 3 2 1", "weights 3 0 1", "a weight is out of range"},
    {"weights 3 2 1", "weights 3 65536 1", "out of range"},
    {"weights 3 2 1", "weights 3 2 1 1", "not the words"},
    {"next-file 9", "next-file 0", "out of range"},
    {"next-file 9", "next-file 8", "live file's number is not below"},
    {"next-file 9", "next-file 7", "number is not below"},
    {"next-file 9", "next-file 1000000000002", "out of range"},
    {"segment 3", "segment 0", "segment's number"},
    {"segment 3", "segment 7", "two files have the same number"},
    {"segment 3", "segment 8", "two files have the same number"},
    {"live 8 size", "live 7 size", "two files have the same number"},
    {"live 8 size", "live 0 size", "a live file without a number"},
    {"live 8 size 512 crc 01234567", "live none", "dead but there is no live file"},
    {"live none", "live none ", "not the words"},
    {"live none", "live no", "not the words"},
    {"docs 5 live-docs 5", "docs 5 live-docs 6", "more articles live"},
    {"docs 5 live-docs 5", "docs 5 live-docs 4", "dead but there is no live file"},
    {"docs 9 live-docs 8", "docs 4294967296 live-docs 8", "out of range"},
    {"size 81920", "size 9223372036854775808", "out of range"},
    {"table 89abcdef", "table 89abcdeg", "not a hexadecimal digit"},
    {"live none\n", "live none", "the last line has no end"},
    {"live none\n", "live none\n\n", "not the words"},
    {"live none\n", "live none\nsegment", "the last line has no end"},
    {"hlsearch-manifest 1\n", "hlsearch-manifest 01\n", "leading zero"},
    {"hlsearch-manifest 1\n", "hlsearch-manifest 99999999999\n", "out of range"},
};

static void test_hostile(void)
{
    struct hlbuf text = {0};
    struct hl_error err;
    for (size_t i = 0; i < sizeof hostile / sizeof *hostile; i++) {
        char bad[1024];
        const char *at = strstr(sample_text, hostile[i].from);
        snprintf(bad, sizeof bad, "%.*s%s%s", (int)(at - sample_text), sample_text,
                 hostile[i].to, at + strlen(hostile[i].from));
        seal(&text, bad);
        hl_status status = decode_exact(text.data, text.size, &err);
        bool good = status == HL_CORRUPT && strstr(err.text, hostile[i].says);
        OK(good, "hostile text %zu: %s", i + 1, hostile[i].says);
        if (!good)
            printf("# %d: %s\n", status, err.text);
    }
    hlbuf_release(&text);
}

static void test_too_many(void)
{
    struct hlbuf text = {0}, sealed = {0};
    struct hl_error err;
    hlbuf_put(&text, sample_text, (size_t)(strstr(sample_text, "segment") - sample_text));
    for (int i = 0; i <= HLMAN_SEGMENTS_MAX; i++)
        hlbuf_put_string(&text, "\n");
    hlbuf_put_u8(&text, 0);
    seal(&sealed, (const char *)text.data);
    OK(decode_exact(sealed.data, sealed.size, &err) == HL_CORRUPT &&
           strstr(err.text, "more segments"),
       "a million and one lines are too many, before any memory is taken");
    hlbuf_release(&text);
    hlbuf_release(&sealed);
}

static void test_version(void)
{
    static const char next[] = "hlsearch-manifest 2\nanything at all";
    static const char old[] = "hlsearch-manifest 0\n";
    struct hl_error err;
    OK(decode_exact((const uint8_t *)next, sizeof next - 1, &err) == HL_VERSION_BAD, "newer");
    IS(err.text, "m: format 2, this build reads 1; upgrade hlsearch", "says what to do");
    OK(decode_exact((const uint8_t *)old, sizeof old - 1, &err) == HL_VERSION_BAD, "older");
    IS(err.text, "m: format 0, this build reads 1; index the archive again", "likewise");
}

/* What a reader would refuse is never written. */
static void test_refused(void)
{
    struct hlbuf text = {0};
    struct hl_error err;
    struct hlmanifest man = sample();
    man.generation = 0;
    OK(hlman_encode(&man, &text, &err) == HL_MISUSE, "generation 0");
    man = sample();
    man.weight[2] = 0;
    OK(hlman_encode(&man, &text, &err) == HL_MISUSE, "weight 0");
    man = sample();
    man.next_file = 8;
    OK(hlman_encode(&man, &text, &err) == HL_MISUSE, "a number out of range");
    man = sample();
    struct hlmanifest_segment twice[2] = {sample_segments[0], sample_segments[0]};
    man.segments = twice;
    OK(hlman_encode(&man, &text, &err) == HL_MISUSE, "a file named twice");
    OK(text.size == 0, "nothing was written");
    hlbuf_release(&text);
}

/* ---------------------------------------------------------------------- files */

static void write_file(const char *name, const void *bytes, size_t size)
{
    FILE *f = fopen(scratch_name(name), "wb");
    fwrite(bytes, 1, size, f);
    fclose(f);
}

static hl_status read_12(struct hl_error *err)
{
    struct hlmanifest man;
    hl_status status = hlman_read(scratch_path, 12, &man, err);
    if (!status)
        hlman_release(&man);
    return status;
}

static void test_files(void)
{
    static const char *const odd_names[] = {"manifest-000000000099.tmp",
                                            "manifest-99",
                                            "manifest-0000000000990",
                                            "manifest-00000000009x",
                                            "manifest-",
                                            "Manifest-000000000099",
                                            "xmanifest-000000000099",
                                            "manifest-+00000000099"};
    struct hlbuf text = {0};
    struct hl_error err;
    uint64_t newest = 5;
    seal(&text, sample_text);
    OK(hlman_newest(scratch_path, &newest, &err) == HL_OK && newest == 0, "none yet");
    OK(read_12(&err) == HL_NOT_FOUND, "nothing to read");
    for (size_t i = 0; i < sizeof odd_names / sizeof *odd_names; i++)
        write_file(odd_names[i], "", 0);
    write_file("manifest-000000000002", text.data, text.size);
    write_file("manifest-000000000012", text.data, text.size);
    OK(hlman_newest(scratch_path, &newest, &err) == HL_OK && newest == 12, "12 is the newest");
    OK(read_12(&err) == HL_OK, "and reads");
    struct hlmanifest man;
    OK(hlman_read(scratch_path, 2, &man, &err) == HL_CORRUPT,
       "a copy by another name does not");
    OK(hlman_read(scratch_path, 0, &man, &err) == HL_NOT_FOUND, "there is no generation 0");
    OK(hlman_newest(scratch_name("no"), &newest, &err) == HL_NOT_FOUND, "no folder");
    write_file("manifest-000000000012", text.data, text.size - 1);
    OK(hlman_open_newest(scratch_path, NULL, NULL, &man, &err) == HL_CORRUPT,
       "a damaged newest is no reason to serve an older one");
    unlink(scratch_name("manifest-000000000012"));
    OK(mkfifo(scratch_name("manifest-000000000012"), 0600) == 0 && read_12(&err) == HL_IO,
       "a FIFO of that name does not hang");
    unlink(scratch_name("manifest-000000000012"));
    int fd = open(scratch_name("manifest-000000000012"), O_CREAT | O_WRONLY, 0600);
    OK(ftruncate(fd, (off_t)HLMAN_BYTES_MAX + 1) == 0 && read_12(&err) == HL_CORRUPT,
       "257 MiB are not even read");
    close(fd);
    hlbuf_release(&text);
}

static void test_paths(void)
{
    static char dir[5000];
    char path[HLMAN_PATH_SIZE];
    memset(dir, 'd', sizeof dir - 1);
    struct hl_error err;
    OK(hlman_path(dir, "x", path, &err) == HL_LIMIT, "a path too long");
    dir[4092] = 0;
    OK(hlman_path(dir, "xyz", path, &err) == HL_LIMIT, "by one byte");
    OK(hlman_path(dir, "xy", path, &err) == HL_OK && strlen(path) == 4095, "and one that fits");
    char name[HLMAN_NAME_SIZE];
    hlman_segment_name(3, name);
    IS(name, "segment-000000000003", "a segment's name");
    hlman_live_name(HLMAN_NUMBER_MAX, name);
    IS(name, "live-999999999999", "the last live file's");
    OK(hlman_name_number(name, "live-") == HLMAN_NUMBER_MAX, "is read back");
    OK(hlman_name_number(name, "segment-") == 0, "as what it is");
}

/* -------------------------------------------------------------------- readers */

static void publish(uint64_t generation)
{
    struct hlmanifest man = sample();
    struct hl_error err;
    man.generation = generation;
    if (hlpub_commit("ix", &man, &err))
        OK(false, "%s", err.text);
    hlpub_clean("ix", &man);
}

struct race {
    int calls, losses;
    bool commits;
};

/* The first `losses` times a writer was faster. */
static hl_status lose_race(void *user, const struct hlmanifest *man, struct hl_error *err)
{
    struct race *race = user;
    race->calls++;
    if (race->calls > race->losses)
        return HL_OK;
    if (race->commits)
        publish(man->generation + 1);
    return hlio_error(err, -2, "open", "segment-x");
}

static void test_races(void)
{
    struct hlmanifest man;
    struct hl_error err;
    memfs_load(NULL);
    hlio_set(&memfs_io);
    OK(hlman_open_newest("ix", NULL, NULL, &man, &err) == HL_NOT_FOUND, "no folder, no index");
    memfs_io.mkdir("ix");
    OK(hlman_open_newest("ix", NULL, NULL, &man, &err) == HL_NOT_FOUND,
       "an empty one, neither");
    publish(1);
    struct race race = {.losses = 3, .commits = true};
    OK(hlman_open_newest("ix", lose_race, &race, &man, &err) == HL_OK && race.calls == 4,
       "a reader that loses three races opens the fourth generation");
    OK(man.generation == 4, "which is the newest");
    hlman_release(&man);
    race = (struct race){.losses = 1};
    OK(hlman_open_newest("ix", lose_race, &race, &man, &err) == HL_CORRUPT && race.calls == 1,
       "a file missing without a writer is damage");
    OK(strstr(err.text, "segment-x") && strstr(err.text, "manifest-000000000004"), "named");
    race = (struct race){.losses = 1000, .commits = true};
    OK(hlman_open_newest("ix", lose_race, &race, &man, &err) == HL_IO &&
           race.calls == HLMAN_TRIES,
       "who always loses gives up");
    hlio_set(NULL);
    memfs_load(NULL);
}

/* --------------------------------------------------------------------- memory */

static void test_memory(void)
{
    struct hlbuf sealed = {0};
    seal(&sealed, sample_text);
    struct hlmanifest man = sample();
    int works = 0;
    for (uint64_t at = 2; works < 2 && at < 200; at++) {
        struct hlmanifest back, copy;
        struct hlbuf text = {0};
        faultmem_start(at / 2, at % 2);
        hl_status status = hlman_encode(&man, &text, NULL);
        if (!status)
            status = hlman_decode(sealed.data, sealed.size, 12, "m", &back, NULL);
        if (!status) {
            status = hlman_copy(&back, &copy, NULL);
            if (!status)
                hlman_release(&copy);
            hlman_release(&back);
        }
        hlbuf_release(&text);
        works += faultmem_failed() == 0;
        if (status != (faultmem_failed() ? HL_NOMEM : HL_OK) || faultmem_live())
            OK(false, "allocation %d failed: %d, %ld blocks leak", (int)at / 2, status,
               faultmem_live());
    }
    faultmem_stop();
    OK(works == 2, "each allocation fails cleanly until all works");
    hlbuf_release(&sealed);
}

int main(void)
{
    scratch_begin();
    test_sample();
    test_random();
    test_every_byte();
    test_hostile();
    test_too_many();
    test_version();
    test_refused();
    test_files();
    test_paths();
    test_races();
    test_memory();
    return tap_done();
}

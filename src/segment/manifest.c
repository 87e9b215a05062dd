#include "segment/manifest.h"

#include "base/crc.h"
#include "base/err.h"
#include "base/io.h"
#include "base/mem.h"

#include <assert.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>

enum {
    DIGITS = 12,
    CRC_LINE = 13, /* "crc 89abcdef\n" */
    EMPTY_TRIES = 3
};

void hlman_init(struct hlmanifest *man)
{
    memset(man, 0, sizeof *man);
    man->next_file = 1;
    for (int i = 0; i < 3; i++)
        man->weight[i] = 1;
}

void hlman_release(struct hlmanifest *man)
{
    hlmem_free(man->segments);
    hlman_init(man);
}

/* Nothing is written to *out_copy before the memory is there. */
hl_status hlman_copy(const struct hlmanifest *man, struct hlmanifest *out_copy,
                     struct hl_error *err)
{
    assert(man != out_copy);
    struct hlmanifest copy = *man;
    copy.segments = NULL;
    if (man->count) {
        copy.segments = hlmem_zalloc(man->count, sizeof *copy.segments);
        if (!copy.segments)
            return hlerr_nomem(err);
        memcpy(copy.segments, man->segments, man->count * sizeof *copy.segments);
    }
    *out_copy = copy;
    return HL_OK;
}

/* --------------------------------------------------------------------- names */

/* Twelve digits, so that names sort as numbers do and a listing shows what is newest. */
static void make_name(const char *prefix, uint64_t number, char out_name[HLMAN_NAME_SIZE])
{
    assert(number >= 1 && number <= HLMAN_NUMBER_MAX);
    snprintf(out_name, HLMAN_NAME_SIZE, "%s%012" PRIu64, prefix, number);
}

void hlman_name(uint64_t generation, char out_name[HLMAN_NAME_SIZE])
{
    make_name("manifest-", generation, out_name);
}

void hlman_segment_name(uint64_t number, char out_name[HLMAN_NAME_SIZE])
{
    make_name("segment-", number, out_name);
}

void hlman_live_name(uint64_t number, char out_name[HLMAN_NAME_SIZE])
{
    make_name("live-", number, out_name);
}

/* Number 0 is given to no file, so it can stand for "not such a name". */
uint64_t hlman_name_number(const char *name, const char *prefix)
{
    assert(name && prefix && *prefix);
    size_t skip = strlen(prefix);
    if (strncmp(name, prefix, skip) || strlen(name + skip) != DIGITS)
        return 0;
    uint64_t number = 0;
    for (const char *p = name + skip; *p; p++) {
        if (*p < '0' || *p > '9')
            return 0;
        number = number * 10 + (uint64_t)(*p - '0');
    }
    return number;
}

hl_status hlman_path(const char *dir, const char *name, char out_path[HLMAN_PATH_SIZE],
                     struct hl_error *err)
{
    assert(dir && name);
    size_t dir_size = strlen(dir), name_size = strlen(name);
    if (dir_size >= HLMAN_PATH_SIZE || name_size >= HLMAN_PATH_SIZE - 1 - dir_size)
        return hlerr_set(err, HL_LIMIT, "%.80s...: the path is longer than %d bytes", dir,
                         HLMAN_PATH_SIZE - 1);
    memcpy(out_path, dir, dir_size);
    out_path[dir_size] = '/';
    memcpy(out_path + dir_size + 1, name, name_size + 1);
    return HL_OK;
}

/* ---------------------------------------------------------------- invariants */

/* Lets numbers[at] sink until no child is greater. */
static void sift(uint64_t *numbers, size_t at, size_t count)
{
    for (size_t child; (child = 2 * at + 1) < count; at = child) {
        if (child + 1 < count && numbers[child + 1] > numbers[child])
            child++;
        if (numbers[at] >= numbers[child])
            return;
        uint64_t swap = numbers[at];
        numbers[at] = numbers[child];
        numbers[child] = swap;
    }
}

/* Heap sort: the order of a hostile file cannot slow it down, and unlike qsort() of
 * the C library it takes no memory behind the back of the allocator's hook. */
static void sort(uint64_t *numbers, size_t count)
{
    for (size_t i = count / 2; i-- > 0;)
        sift(numbers, i, count);
    for (size_t end = count; end-- > 1;) {
        uint64_t greatest = numbers[0];
        numbers[0] = numbers[end];
        numbers[end] = greatest;
        sift(numbers, 0, end);
    }
}

hl_status hlman_files_sorted(const struct hlmanifest *man, uint64_t **out_files,
                             size_t *out_count, struct hl_error *err)
{
    assert(man->count <= HLMAN_SEGMENTS_MAX);
    uint64_t *files = hlmem_zalloc(2 * man->count, sizeof *files);
    if (!files)
        return hlerr_nomem(err);
    size_t count = 0;
    for (size_t i = 0; i < man->count; i++) {
        files[count++] = 2 * man->segments[i].number;
        if (man->segments[i].live_number)
            files[count++] = 2 * man->segments[i].live_number + 1;
    }
    sort(files, count);
    *out_files = files;
    *out_count = count;
    return HL_OK;
}

/*
 * What is wrong with a segment's line, or NULL.  Writer and reader ask the same
 * function, so that nothing can be written that would not be read.
 */
static const char *segment_fault(const struct hlmanifest_segment *segment, uint64_t next_file)
{
    if (segment->number < 1 || segment->number >= next_file)
        return "a segment's number is not below next-file";
    if (segment->live_number >= next_file)
        return "a live file's number is not below next-file";
    if (segment->size > INT64_MAX || segment->live_size > INT64_MAX)
        return "a file's size is past what a file can be";
    if (segment->docs > UINT32_MAX)
        return "a segment has more articles than its ids can number";
    if (segment->live_docs > segment->docs)
        return "more articles live than there are";
    if (!segment->live_number && segment->live_docs != segment->docs)
        return "articles are dead but there is no live file";
    return NULL;
}

/* What is wrong with the lines before the segments, or NULL. */
static const char *head_fault(const struct hlmanifest *man)
{
    if (man->generation < 1 || man->generation > HLMAN_NUMBER_MAX)
        return "the generation is out of range";
    for (int i = 0; i < 3; i++)
        if (man->weight[i] < 1 || man->weight[i] > HLMAN_WEIGHT_MAX)
            return "a weight is out of range";
    /* One past the last number is what next_file says once all are used up. */
    if (man->next_file < 1 || man->next_file > HLMAN_NUMBER_MAX + 1)
        return "next-file is out of range";
    if (man->count > HLMAN_SEGMENTS_MAX)
        return "more segments than the format allows";
    return NULL;
}

/* One counter numbers segments and live files, so a number names one file at most. */
static hl_status find_twice(const struct hlmanifest *man, bool *out_twice, struct hl_error *err)
{
    uint64_t *files;
    size_t count;
    hl_status status = hlman_files_sorted(man, &files, &count, err);
    if (status)
        return status;
    bool twice = false;
    for (size_t i = 1; i < count; i++)
        twice |= files[i] / 2 == files[i - 1] / 2;
    hlmem_free(files);
    *out_twice = twice;
    return HL_OK;
}

/* ------------------------------------------------------------------- writing */

/* Words between the numbers make a damaged index legible without a table at hand. */
static void encode_segment(const struct hlmanifest_segment *segment, struct hlbuf *text)
{
    hlbuf_put_format(text,
                     "segment %" PRIu64 " size %" PRIu64 " table %08" PRIx32 " docs %" PRIu64
                     " live-docs %" PRIu64,
                     segment->number, segment->size, segment->table_crc, segment->docs,
                     segment->live_docs);
    if (segment->live_number)
        hlbuf_put_format(text, " live %" PRIu64 " size %" PRIu64 " crc %08" PRIx32 "\n",
                         segment->live_number, segment->live_size, segment->live_crc);
    else
        hlbuf_put_string(text, " live none\n");
}

/* The lines come in this order and no other: a text has one form, so bytes can be compared. */
static void encode_head(const struct hlmanifest *man, struct hlbuf *text)
{
    hlbuf_put_format(text, "hlsearch-manifest %d\ngeneration %" PRIu64 "\nindex ", HLMAN_FORMAT,
                     man->generation);
    for (size_t i = 0; i < sizeof man->index_id; i++)
        hlbuf_put_format(text, "%02x", man->index_id[i]);
    hlbuf_put_format(text, "\nrules %016" PRIx64 "\nweights %u %u %u\nnext-file %" PRIu64 "\n",
                     man->rules, man->weight[0], man->weight[1], man->weight[2],
                     man->next_file);
}

/* Refuses what a reader would refuse: such a generation must never get a name. */
static hl_status check_before_encode(const struct hlmanifest *man, struct hl_error *err)
{
    const char *fault = head_fault(man);
    for (size_t i = 0; !fault && i < man->count; i++)
        fault = segment_fault(&man->segments[i], man->next_file);
    if (fault)
        return hlerr_set(err, HL_MISUSE, "generation %" PRIu64 " cannot be written: %s",
                         man->generation, fault);
    bool twice;
    hl_status status = find_twice(man, &twice, err);
    if (!status && twice)
        status = hlerr_set(err, HL_MISUSE,
                           "generation %" PRIu64 " cannot be written: a file is named twice",
                           man->generation);
    return status;
}

hl_status hlman_encode(const struct hlmanifest *man, struct hlbuf *out_text,
                       struct hl_error *err)
{
    assert(man && out_text && (man->segments || !man->count));
    hl_status status = check_before_encode(man, err);
    if (status)
        return status;
    size_t start = out_text->size;
    encode_head(man, out_text);
    for (size_t i = 0; i < man->count; i++)
        encode_segment(&man->segments[i], out_text);
    if (!out_text->failed) {
        uint32_t crc = hlcrc_update(0, out_text->data + start, out_text->size - start);
        hlbuf_put_format(out_text, "crc %08" PRIx32 "\n", crc);
    }
    if (out_text->failed) {
        out_text->size = start;
        return hlerr_nomem(err);
    }
    /* A line takes at most 155 bytes, so the greatest manifest stays readable. */
    _Static_assert((uint64_t)HLMAN_SEGMENTS_MAX * 155 + 4096 < HLMAN_BYTES_MAX, "sizes agree");
    assert(out_text->size - start <= HLMAN_BYTES_MAX);
    return HL_OK;
}

/* ------------------------------------------------------------------- reading */

/* A place in the text.  After the first fault p stays where it was found. */
struct cursor {
    const uint8_t *start;
    const uint8_t *p;
    const uint8_t *end;
    const char *fault; /* NULL: none so far */
};

/* The first fault counts; what follows from it would only mislead. */
static void set_fault(struct cursor *at, const char *fault)
{
    if (!at->fault)
        at->fault = fault;
}

/* Takes exactly these words. */
static bool expect(struct cursor *at, const char *words)
{
    assert(at->p <= at->end);
    size_t size = strlen(words);
    if (at->fault || (size_t)(at->end - at->p) < size || memcmp(at->p, words, size)) {
        set_fault(at, "not the words that belong here");
        return false;
    }
    at->p += size;
    return true;
}

/* Digits without sign or leading zero, at most max. */
static uint64_t read_number(struct cursor *at, uint64_t max)
{
    const uint8_t *p = at->p;
    uint64_t value = 0;
    if (at->fault || p == at->end || *p < '0' || *p > '9') {
        set_fault(at, "no number");
        return 0;
    }
    if (*p == '0' && at->end - p > 1 && p[1] >= '0' && p[1] <= '9') {
        set_fault(at, "a number with a leading zero");
        return 0;
    }
    for (; p < at->end && *p >= '0' && *p <= '9'; p++) {
        if (__builtin_mul_overflow(value, UINT64_C(10), &value) ||
            __builtin_add_overflow(value, (uint64_t)(*p - '0'), &value) || value > max) {
            set_fault(at, "a number out of range");
            return 0;
        }
    }
    at->p = p;
    return value;
}

/* Exactly so many lower-case hexadecimal digits. */
static uint64_t read_hex(struct cursor *at, int digits)
{
    assert(digits <= 16);
    uint64_t value = 0;
    for (int i = 0; i < digits; i++) {
        uint8_t c = !at->fault && at->p < at->end ? *at->p : 0;
        if (c >= '0' && c <= '9')
            value = value << 4 | (uint64_t)(c - '0');
        else if (c >= 'a' && c <= 'f')
            value = value << 4 | (uint64_t)(c - 'a' + 10);
        else {
            set_fault(at, "not a hexadecimal digit");
            return 0;
        }
        at->p++;
    }
    return value;
}

/* The lines from the second to the one before the segments. */
static void decode_head(struct cursor *at, struct hlmanifest *man)
{
    expect(at, "generation ");
    man->generation = read_number(at, HLMAN_NUMBER_MAX);
    expect(at, "\nindex ");
    for (size_t i = 0; i < sizeof man->index_id; i++)
        man->index_id[i] = (uint8_t)read_hex(at, 2);
    expect(at, "\nrules ");
    man->rules = read_hex(at, 16);
    expect(at, "\nweights");
    for (int i = 0; i < 3; i++) {
        expect(at, " ");
        man->weight[i] = (unsigned)read_number(at, HLMAN_WEIGHT_MAX);
    }
    expect(at, "\nnext-file ");
    man->next_file = read_number(at, HLMAN_NUMBER_MAX + 1);
    expect(at, "\n");
    if (!at->fault)
        at->fault = head_fault(man);
}

/*
 * One segment's line.  After a fault the readers above return 0 and stay where they
 * are, so the line is read to its end without a question after each word.
 */
static void decode_segment(struct cursor *at, uint64_t next_file,
                           struct hlmanifest_segment *segment)
{
    memset(segment, 0, sizeof *segment);
    expect(at, "segment ");
    segment->number = read_number(at, HLMAN_NUMBER_MAX);
    expect(at, " size ");
    segment->size = read_number(at, INT64_MAX);
    expect(at, " table ");
    segment->table_crc = (uint32_t)read_hex(at, 8);
    expect(at, " docs ");
    segment->docs = read_number(at, UINT32_MAX);
    expect(at, " live-docs ");
    segment->live_docs = read_number(at, UINT32_MAX);
    expect(at, " live ");
    if (!at->fault && at->p < at->end && *at->p == 'n') {
        expect(at, "none\n");
    } else {
        segment->live_number = read_number(at, HLMAN_NUMBER_MAX);
        if (!at->fault && !segment->live_number)
            at->fault = "a live file without a number";
        expect(at, " size ");
        segment->live_size = read_number(at, INT64_MAX);
        expect(at, " crc ");
        segment->live_crc = (uint32_t)read_hex(at, 8);
        expect(at, "\n");
    }
    if (!at->fault)
        at->fault = segment_fault(segment, next_file);
}

/* The lines that are left are the segments; memory is taken for what is there, no more. */
static hl_status decode_segments(struct cursor *at, struct hlmanifest *man,
                                 struct hl_error *err)
{
    size_t lines = 0;
    for (const uint8_t *p = at->p; p < at->end; p++)
        lines += *p == '\n';
    if (lines > HLMAN_SEGMENTS_MAX) {
        set_fault(at, "more segments than the format allows");
        return HL_OK;
    }
    man->segments = hlmem_zalloc(lines, sizeof *man->segments);
    if (!man->segments)
        return hlerr_nomem(err);
    while (!at->fault && at->p < at->end) {
        if (man->count == lines) {
            set_fault(at, "the last line has no end");
            break;
        }
        decode_segment(at, man->next_file, &man->segments[man->count++]);
    }
    if (at->fault)
        return HL_OK;
    bool twice = false;
    hl_status status = find_twice(man, &twice, err);
    if (!status && twice)
        set_fault(at, "two files have the same number");
    return status;
}

/* Turns the fault, if there is one, into an error that tells its byte. */
static hl_status cursor_status(const struct cursor *at, const char *name, struct hl_error *err)
{
    if (!at->fault)
        return HL_OK;
    return hlerr_corrupt(err, name, "manifest", (uint64_t)(at->p - at->start), at->fault);
}

/* The first line comes before the checksum: another format may sum otherwise. */
static hl_status decode_format(struct cursor *at, const char *name, struct hl_error *err)
{
    expect(at, "hlsearch-manifest ");
    uint64_t format = read_number(at, UINT32_MAX);
    expect(at, "\n");
    if (at->fault)
        return cursor_status(at, name, err);
    if (format != HLMAN_FORMAT)
        return hlerr_set(
            err, HL_VERSION_BAD, "%s: format %" PRIu64 ", this build reads %d; %s", name,
            format, HLMAN_FORMAT,
            hlerr_say(format > HLMAN_FORMAT ? "upgrade hlsearch" : "index the archive again"));
    return HL_OK;
}

/* Takes the last line off the text. */
static hl_status decode_crc(struct cursor *at, const char *name, struct hl_error *err)
{
    struct cursor last = *at;
    if (at->end - at->p < CRC_LINE) {
        set_fault(&last, "ends early");
        return cursor_status(&last, name, err);
    }
    at->end -= CRC_LINE;
    last.p = at->end;
    expect(&last, "crc ");
    uint64_t crc = read_hex(&last, 8);
    expect(&last, "\n");
    if (!last.fault && crc != hlcrc_update(0, at->start, (size_t)(at->end - at->start))) {
        last.p = at->end;
        set_fault(&last, "the checksum does not fit");
    }
    return cursor_status(&last, name, err);
}

hl_status hlman_decode(const void *bytes, size_t size, uint64_t generation, const char *name,
                       struct hlmanifest *out_man, struct hl_error *err)
{
    struct cursor at = {bytes, bytes, (const uint8_t *)bytes + size, NULL};
    struct hlmanifest man = {0};
    if (size > HLMAN_BYTES_MAX)
        set_fault(&at, "larger than a manifest can be");
    hl_status status = cursor_status(&at, name, err);
    if (!status)
        status = decode_format(&at, name, err);
    if (!status)
        status = decode_crc(&at, name, err);
    if (status)
        return status;
    decode_head(&at, &man);
    if (!at.fault && man.generation != generation)
        set_fault(&at, "the generation inside is not that of the name");
    if (!at.fault)
        status = decode_segments(&at, &man, err);
    if (!status)
        status = cursor_status(&at, name, err);
    if (status) {
        hlmem_free(man.segments);
        return status;
    }
    assert(at.p == at.end && !head_fault(&man));
    assert(man.generation == generation && man.count <= HLMAN_SEGMENTS_MAX);
    *out_man = man;
    return HL_OK;
}

/* The size is looked at first: a file of gigabytes by that name costs no memory. */
static hl_status read_file(int fd, const char *path, struct hlbuf *text, struct hl_error *err)
{
    uint64_t size;
    int r = hlio_get()->size(fd, &size);
    if (r < 0)
        return hlio_error(err, r, "read", path);
    if (size > HLMAN_BYTES_MAX)
        return hlerr_corrupt(err, path, "manifest", 0, "larger than a manifest can be");
    if (!hlbuf_grow(text, (size_t)size))
        return hlerr_nomem(err);
    hl_status status = hlio_read_all(fd, path, text->data, (size_t)size, 0, err);
    if (!status)
        text->size = (size_t)size;
    return status;
}

hl_status hlman_read(const char *dir, uint64_t generation, struct hlmanifest *out_man,
                     struct hl_error *err)
{
    char name[HLMAN_NAME_SIZE], path[HLMAN_PATH_SIZE];
    if (generation < 1 || generation > HLMAN_NUMBER_MAX)
        return hlerr_set(err, HL_NOT_FOUND, "%s: no generation %" PRIu64, dir, generation);
    hlman_name(generation, name);
    hl_status status = hlman_path(dir, name, path, err);
    if (status)
        return status;
    int fd = hlio_get()->open_read(path);
    if (fd < 0)
        return hlio_error(err, fd, "open", path);
    struct hlbuf text;
    hlbuf_init(&text);
    status = read_file(fd, path, &text, err);
    /* It was only read; what close() says of it changes nothing. */
    hlio_get()->close(fd);
    if (!status)
        status = hlman_decode(text.data, text.size, generation, path, out_man, err);
    hlbuf_release(&text);
    return status;
}

/* ------------------------------------------------------------------- finding */

/* Names that are no manifest's, such as manifest-...tmp, count as 0. */
static int note_newest(void *user, const char *name)
{
    uint64_t *newest = user;
    uint64_t generation = hlman_name_number(name, "manifest-");
    if (generation > *newest)
        *newest = generation;
    return 0;
}

hl_status hlman_newest(const char *dir, uint64_t *out_generation, struct hl_error *err)
{
    assert(dir && out_generation);
    uint64_t newest = 0;
    int r = hlio_get()->list(dir, note_newest, &newest);
    if (r < 0)
        return hlio_error(err, r, "read the folder", dir);
    *out_generation = newest;
    return HL_OK;
}

/*
 * A listing is no snapshot: a manifest that comes and the one it replaces that
 * goes while the folder is read may both be missed, so emptiness is asked again.
 */
static hl_status newest_for_reader(const char *dir, uint64_t *out_generation,
                                   struct hl_error *err)
{
    uint64_t newest = 0;
    for (int i = 0; i < EMPTY_TRIES && !newest; i++) {
        hl_status status = hlman_newest(dir, &newest, err);
        if (status)
            return status;
    }
    if (!newest)
        return hlerr_set(err, HL_NOT_FOUND, "%s: no index there", dir);
    *out_generation = newest;
    return HL_OK;
}

/* A file that the newest manifest names, or the manifest itself, is not there. */
static hl_status report_missing(const char *dir, uint64_t generation,
                                const struct hl_error *missing, struct hl_error *err)
{
    char name[HLMAN_NAME_SIZE];
    hlman_name(generation, name);
    return hlerr_set(err, HL_CORRUPT, "corrupt index: %.120s: a file of %s is missing (%.200s)",
                     dir, name, missing->text);
}

hl_status hlman_open_newest(const char *dir, hlman_files *files, void *user,
                            struct hlmanifest *out_man, struct hl_error *err)
{
    uint64_t tried = 0;
    struct hl_error missing = {0};
    for (int i = 0; i < HLMAN_TRIES; i++) {
        uint64_t newest = 0;
        hl_status status = newest_for_reader(dir, &newest, err);
        if (status)
            return status;
        /* It was there when we looked, is there now, and yet a file of it is not. */
        if (newest == tried)
            return report_missing(dir, newest, &missing, err);
        tried = newest;
        struct hlmanifest man;
        status = hlman_read(dir, newest, &man, &missing);
        if (!status) {
            if (files)
                status = files(user, &man, &missing);
            if (!status) {
                *out_man = man;
                return HL_OK;
            }
            hlman_release(&man);
        }
        /* Damage is reported as it is; only what is gone may mean a newer generation. */
        if (status != HL_NOT_FOUND) {
            if (err)
                *err = missing;
            return status;
        }
    }
    return hlerr_set(err, HL_IO, "%s: %d generations came and went while it was opened", dir,
                     HLMAN_TRIES);
}

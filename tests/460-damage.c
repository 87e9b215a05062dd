/*
 * Damage by accident: a byte that changed, a file that is short, long, missing or
 * another one.  The checker finds it, always; an index that is asked fails or gives
 * the right answer.  HLSEARCH_LONG=1 changes every byte, HLSEARCH_SEED another choice.
 */
#include "damage.h"

#include <sys/stat.h>

enum { SAMPLE = 2500 };

struct world {
    char path[600];
    struct damage_files files;
    char *right; /* the answers of the undamaged index */
    uint64_t seed;
    unsigned missed, wrong, done;
};

/* After some damage: is it found, and is no answer wrong? */
static void look(struct world *w)
{
    char *text = NULL;
    alarm(60);
    hl_status status = damage_ask(w->path, &text);
    if (status == HL_OK && strcmp(text, w->right)) {
        w->wrong++;
        printf("# another answer: %s\n", damage_where);
    }
    if (!damage_found(w->path, NULL)) {
        w->missed++;
        printf("# not found: %s\n", damage_where);
    }
    free(text);
    alarm(0);
    w->done++;
}

static void reset_counts(struct world *w)
{
    w->missed = w->wrong = w->done = 0;
}

static void report(struct world *w, const char *what)
{
    OK(w->done && !w->missed, "%s: the checker finds all %u", what, w->done);
    OK(w->done && !w->wrong, "%s: no answer is wrong", what);
    reset_counts(w);
}

static void flip(struct world *w, size_t file, size_t at)
{
    const char *name = w->files.names[file];
    uint8_t byte = w->files.bytes[file][at];
    unsigned bit = (unsigned)(tap_random(&w->seed) % 8);
    snprintf(damage_where, sizeof damage_where, "%s, byte %zu, bit %u", name, at, bit);
    damage_poke(w->path, name, at, byte ^ (uint8_t)(1u << bit));
    look(w);
    damage_poke(w->path, name, at, byte);
}

/* All bytes of small files; of the others as many as there is time for. */
static void test_flips(struct world *w, bool all)
{
    size_t total = 0;
    for (size_t f = 0; f < w->files.count; f++)
        total += w->files.sizes[f];
    for (size_t f = 0; f < w->files.count; f++) {
        size_t size = w->files.sizes[f];
        size_t step = all ? 1 : total / SAMPLE + 1;
        for (size_t at = all ? 0 : tap_random(&w->seed) % step; at < size;
             at += all ? 1 : 1 + tap_random(&w->seed) % (2 * step - 1))
            flip(w, f, at);
        if (!all && size < 1000)
            for (size_t at = 0; at < size; at++)
                flip(w, f, at);
    }
    report(w, "bits flipped");
}

static void test_sizes(struct world *w)
{
    for (size_t f = 0; f < w->files.count; f++) {
        size_t size = w->files.sizes[f];
        size_t cuts[24] = {
            0,        1,        31,        32,       64,
            size - 1, size - 4, size - 32, size / 2, size / HLFMT_BLOCK * HLFMT_BLOCK};
        for (int i = 10; i < 24; i++)
            cuts[i] = tap_random(&w->seed) % size;
        for (int i = 0; i < 24; i++) {
            if (cuts[i] >= size)
                continue;
            snprintf(damage_where, sizeof damage_where, "%s cut to %zu", w->files.names[f],
                     cuts[i]);
            damage_write(w->path, w->files.names[f], w->files.bytes[f], cuts[i]);
            look(w);
        }
        uint8_t *longer = calloc(1, size + HLFMT_BLOCK);
        memcpy(longer, w->files.bytes[f], size);
        for (size_t more = 1; more <= HLFMT_BLOCK; more *= 128) {
            snprintf(damage_where, sizeof damage_where, "%s and %zu zeros", w->files.names[f],
                     more);
            damage_write(w->path, w->files.names[f], longer, size + more);
            look(w);
        }
        free(longer);
        damage_write(w->path, w->files.names[f], w->files.bytes[f], size);
    }
    report(w, "files cut and grown");
}

/* What a disk does: sectors of zeros, sectors of elsewhere. */
static void test_bursts(struct world *w)
{
    for (int i = 0; i < 120; i++) {
        size_t f = tap_random(&w->seed) % w->files.count, size = w->files.sizes[f];
        size_t length = 1 + tap_random(&w->seed) % (size < 4096 ? size : 4096);
        size_t at = tap_random(&w->seed) % (size - length + 1);
        size_t from = tap_random(&w->seed) % (size - length + 1);
        uint8_t *copy = malloc(size);
        memcpy(copy, w->files.bytes[f], size);
        if (i % 2)
            memset(copy + at, i % 4 == 1 ? 0 : 255, length);
        else
            memmove(copy + at, w->files.bytes[f] + from, length);
        snprintf(damage_where, sizeof damage_where, "%s, %zu bytes at %zu from %zu",
                 w->files.names[f], length, at, from);
        if (memcmp(copy, w->files.bytes[f], size)) {
            damage_write(w->path, w->files.names[f], copy, size);
            look(w);
            damage_write(w->path, w->files.names[f], w->files.bytes[f], size);
        }
        free(copy);
    }
    report(w, "runs of bytes zeroed, set or from elsewhere");
}

/* ---- whole files ---- */

static void put_special(const char *path, int kind)
{
    bool made = false;
    remove(path);
    if (kind == 1)
        made = mkdir(path, 0777) == 0;
    else if (kind == 2)
        made = mkfifo(path, 0666) == 0;
    else if (kind == 3)
        made = symlink(path, path) == 0;
    if (kind && !made)
        abort();
}

static void test_missing(struct world *w)
{
    static const char *const kinds[] = {"missing", "a folder", "a pipe", "a link to itself"};
    for (size_t f = 0; f < w->files.count; f++)
        for (int kind = 0; kind < 4; kind++) {
            char path[1200];
            snprintf(path, sizeof path, "%s/%s", w->path, w->files.names[f]);
            snprintf(damage_where, sizeof damage_where, "%s is %s", w->files.names[f],
                     kinds[kind]);
            put_special(path, kind);
            look(w);
            remove(path);
            damage_write(w->path, w->files.names[f], w->files.bytes[f], w->files.sizes[f]);
        }
    report(w, "files missing or no files");
}

static void put_instead(struct world *w, int file, const struct damage_files *from, int other,
                        const char *what)
{
    snprintf(damage_where, sizeof damage_where, "%s instead of %s", what, w->files.names[file]);
    damage_write(w->path, w->files.names[file], from->bytes[other], from->sizes[other]);
    look(w);
    damage_write(w->path, w->files.names[file], w->files.bytes[file], w->files.sizes[file]);
}

/* Files that are good ones, of this index or of another, in the wrong place. */
static void test_exchanged(struct world *w)
{
    char other[600];
    struct damage_files files;
    snprintf(other, sizeof other, "%s", scratch_name("other"));
    bool good = damage_make(other, 290, NULL);
    damage_load(other, &files);
    int a = damage_find(&w->files, "segment-", 0),
        b = damage_find(&w->files, "segment-", a + 1);
    OK(good && a >= 0 && b >= 0, "there are two segments to exchange");
    put_instead(w, a, &w->files, b, "the other segment");
    put_instead(w, b, &w->files, a, "the other segment");
    for (int f = 0; f < (int)w->files.count; f++) {
        int same = damage_find(&files, w->files.names[f], 0);
        if (same >= 0)
            put_instead(w, f, &files, same, "another index's");
    }
    report(w, "files exchanged");
    damage_free(&files);
}

/* An older generation that came back is not served in place of a damaged newest one. */
static void test_no_fallback(struct world *w)
{
    char older[64], newest[64];
    int m = damage_find(&w->files, "manifest-", 0);
    snprintf(newest, sizeof newest, "%s", w->files.names[m]);
    hlman_name(hlman_name_number(newest, "manifest-") + 1, older);
    snprintf(damage_where, sizeof damage_where, "a newer manifest of garbage");
    damage_write(w->path, older, "hlsearch-manifest 1\ngarbage\n", 28);
    char *text = NULL;
    OK(damage_ask(w->path, &text) == HL_CORRUPT && damage_found(w->path, NULL),
       "a damaged newest manifest is an error, whatever else is there");
    free(text);
    char path[1200];
    snprintf(path, sizeof path, "%s/%s", w->path, older);
    remove(path);
}

static bool world_open(struct world *w, const char *name, size_t articles,
                       const unsigned *weights)
{
    memset(w, 0, sizeof *w);
    w->seed = getenv("HLSEARCH_SEED") ? strtoull(getenv("HLSEARCH_SEED"), NULL, 10) : 4600;
    snprintf(w->path, sizeof w->path, "%s", scratch_name(name));
    bool good = damage_make(w->path, articles, weights);
    damage_load(w->path, &w->files);
    good = good && damage_ask(w->path, &w->right) == HL_OK;
    struct damage_told told = {.first = ""};
    bool fault = damage_found(w->path, &told);
    if (fault)
        printf("# %s\n", told.first);
    size_t total = 0;
    for (size_t f = 0; f < w->files.count; f++)
        total += w->files.sizes[f];
    OK(good && !fault && damage_find(&w->files, "live-", 0) >= 0,
       "%s: an index of %zu files and %zu bytes, with a live file, is sound (seed %" PRIu64 ")",
       name, w->files.count, total, w->seed);
    return good;
}

static void world_close(struct world *w)
{
    damage_free(&w->files);
    free(w->right);
}

int main(void)
{
    const unsigned weights[3] = {3, 2, 1};
    bool all = getenv("HLSEARCH_LONG");
    struct world w;
    damage_begin();
    if (world_open(&w, "small", 300, NULL)) {
        test_flips(&w, all);
        test_sizes(&w);
        test_bursts(&w);
        test_missing(&w);
        test_exchanged(&w);
        test_no_fallback(&w);
        snprintf(damage_where, sizeof damage_where, "nothing");
        OK(!damage_found(w.path, NULL), "put right again, it is sound");
    }
    world_close(&w);
    if (world_open(&w, "weighted", 290, weights)) {
        test_bursts(&w);
        test_sizes(&w);
    }
    world_close(&w);
    return tap_done();
}

/*
 * 82-import-support.h - what the tests of the importer share: case files, a scratch
 * folder, and an import of given bytes.
 */
#ifndef HL_TESTS_IMPORT_SUPPORT_H
#define HL_TESTS_IMPORT_SUPPORT_H

#include "tap.h"

#include "import/import.h"

#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#define TEST_NOW ((int64_t)1800000000) /* 2027-01-15 */

static char scratch[256];

/* A fresh folder; scratch_remove() takes it away again. */
static inline void scratch_make(void)
{
    const char *tmp = getenv("TMPDIR");
    snprintf(scratch, sizeof scratch, "%s/hlimport-XXXXXX", tmp && *tmp ? tmp : "/tmp");
    if (!mkdtemp(scratch))
        exit(2);
}

static inline void scratch_remove(void)
{
    char command[300];
    snprintf(command, sizeof command, "rm -rf '%s'", scratch);
    if (system(command))
        exit(2);
}

/* The path of a name in the scratch folder; of the last four calls. */
static inline const char *in_scratch(const char *name)
{
    static char paths[4][512];
    static int next;
    char *path = paths[next++ % 4];
    snprintf(path, sizeof paths[0], "%s/%s", scratch, name);
    return path;
}

/* Writes bytes to a file of the scratch folder, as they are. */
static inline void put_file(const char *name, const void *bytes, size_t size)
{
    FILE *f = fopen(in_scratch(name), "wb");
    if (!f || fwrite(bytes, 1, size, f) != size || fclose(f))
        exit(2);
}

/* The bytes as one gzip member at *out (yours), at the given level. */
static inline size_t pack(const void *bytes, size_t size, uint8_t **out)
{
    z_stream z = {0};
    if (deflateInit2(&z, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) != Z_OK)
        exit(2);
    size_t room = deflateBound(&z, size) + 32;
    *out = malloc(room);
    z.next_in = (uint8_t *)(uintptr_t)bytes;
    z.avail_in = (unsigned)size;
    z.next_out = *out;
    z.avail_out = (unsigned)room;
    if (deflate(&z, Z_FINISH) != Z_STREAM_END)
        exit(2);
    size = room - z.avail_out;
    deflateEnd(&z);
    return size;
}

/* What an import came to. */
struct outcome {
    hl_status status;
    struct hl_error err;
    struct hlimport_counts counts;
    char *ids; /* of the articles given, a blank after each */
    int warnings;
    char warning[512]; /* the first */
};

static inline void note_warning(void *user, const char *text)
{
    struct outcome *o = user;
    if (!o->warnings++)
        snprintf(o->warning, sizeof o->warning, "%s", text);
}

static inline void add_id(struct outcome *o, const char *id)
{
    size_t had = strlen(o->ids), more = strlen(id) + 2;
    o->ids = realloc(o->ids, had + more);
    snprintf(o->ids + had, more, "%s ", id);
}

/* Imports a path to its end.  Release with free(ids). */
static inline struct outcome import_all(const char *path, struct hlimport_options options)
{
    struct outcome o = {.ids = calloc(1, 1)};
    struct hlimport *im;
    struct hl_article article;
    options.warn = note_warning;
    options.user = &o;
    o.status = hlimport_open(&path, 1, &options, &im, &o.err);
    if (o.status)
        return o;
    while (!(o.status = hlimport_next(im, &article, &o.err)))
        add_id(&o, article.id);
    hlimport_counts(im, &o.counts);
    uint64_t sum = 0;
    for (int i = 0; i < HLIMPORT_REASONS; i++)
        sum += o.counts.reasons[i].count;
    if (sum != o.counts.rejected || o.counts.read != o.counts.given + o.counts.rejected)
        OK(false, "counts add up for %s", path);
    hlimport_close(im);
    return o;
}

static inline struct outcome import_bytes(const char *name, const void *bytes, size_t size)
{
    put_file(name, bytes, size);
    return import_all(in_scratch(name), (struct hlimport_options){.now = TEST_NOW});
}

static inline struct outcome import_string(const char *name, const char *text)
{
    return import_bytes(name, text, strlen(text));
}

/* The count of one reason. */
static inline uint64_t reason(const struct outcome *o, const char *name)
{
    for (int i = 0; i < HLIMPORT_REASONS; i++)
        if (!strcmp(o->counts.reasons[i].name, name))
            return o->counts.reasons[i].count;
    return UINT64_MAX;
}

/* Checks the articles given (ids), how many were rejected, and the main reason. */
static inline void check_outcome(struct outcome o, const char *ids, uint64_t rejected,
                                 const char *why, const char *what, int line)
{
    bool good = !strcmp(o.ids, ids) && o.counts.rejected == rejected &&
                (!rejected || reason(&o, why) > 0);
    tap_ok(good, "a call of CHECK", line, "%s", what);
    if (!good)
        printf("#   ids:  %s\n#   want: %s\n#   %llu rejected, want %llu for %s: %s\n", o.ids,
               ids, (unsigned long long)o.counts.rejected, (unsigned long long)rejected, why,
               o.warnings ? o.warning : o.err.text);
    free(o.ids);
}

#define CHECK(o, ids, rejected, why, what)                                                     \
    check_outcome((o), ids, rejected, why, what, __LINE__)

/* Undoes \n, \t, \r and \\ of a case file, in place. */
static inline void unescape(char *s)
{
    char *out = s;
    for (; *s; s++) {
        if (*s == '\\' && s[1] && strchr("ntr\\", s[1])) {
            s++;
            *out++ = *s == 'n' ? '\n' : *s == 't' ? '\t' : *s == 'r' ? '\r' : '\\';
        } else {
            *out++ = *s;
        }
    }
    *out = 0;
}

/* Calls each with the columns of every line of a case file; returns how many. */
static inline int each_case(const char *path, int columns, void (*each)(char **column))
{
    FILE *f = fopen(path, "r");
    char *line = NULL;
    size_t room = 0;
    int count = 0;
    while (f && getline(&line, &room, f) > 0) {
        char *column[10] = {0}, *at = line;
        line[strcspn(line, "\n")] = 0;
        if (line[0] == '#' || !line[0])
            continue;
        for (int i = 0; i < columns && at; i++)
            column[i] = strsep(&at, "\t");
        if (!column[columns - 1])
            OK(false, "%s: %s has %d columns", path, line, columns);
        else
            each(column);
        count++;
    }
    free(line);
    if (f)
        fclose(f);
    return count;
}

#endif

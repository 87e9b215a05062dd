#include "import/walk.h"

#include "base/err.h"
#include "base/mem.h"
#include "text/utf8.h"

#include <assert.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

struct hlimport_level {
    struct hlbuf names; /* NUL after each */
    const char **order; /* sorted, into names */
    size_t count, next;
    size_t path_size; /* of the folder's path with its slash */
};

static void level_free(struct hlimport_level *level)
{
    if (!level)
        return;
    hlbuf_release(&level->names);
    hlmem_free(level->order);
    hlmem_free(level);
}

static int name_order(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Reads the names that are not hidden. */
static bool names_read(DIR *dir, struct hlimport_level *level)
{
    for (struct dirent *entry; (entry = readdir(dir));) {
        if (entry->d_name[0] == '.')
            continue;
        level->count++;
        if (!hlbuf_put(&level->names, entry->d_name, strlen(entry->d_name) + 1))
            return false;
    }
    return true;
}

/* By bytes: the same on every machine and in every locale. */
static bool names_sort(struct hlimport_level *level)
{
    level->order = hlmem_alloc((level->count + 1) * sizeof *level->order);
    if (!level->order)
        return false;
    const char *name = (const char *)level->names.data;
    for (size_t i = 0; i < level->count; i++, name += strlen(name) + 1)
        level->order[i] = name;
    if (level->count)
        qsort(level->order, level->count, sizeof *level->order, name_order);
    return true;
}

/* The names in a folder, sorted.  HL_IO if it cannot be listed. */
static hl_status level_open(const char *path, struct hlimport_level **out_level)
{
    DIR *dir = opendir(path);
    if (!dir)
        return HL_IO;
    struct hlimport_level *level = hlmem_zalloc(1, sizeof *level);
    bool good = level && names_read(dir, level) && names_sort(level);
    closedir(dir);
    if (!good) {
        level_free(level);
        return HL_NOMEM;
    }
    *out_level = level;
    return HL_OK;
}

/* Sums the regular files below a folder; explicit depth, no order, no memory. */
static uint64_t folder_bytes(int parent, const char *name, int depth)
{
    int fd = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    DIR *dir = fd < 0 ? NULL : fdopendir(fd);
    if (!dir) {
        if (fd >= 0)
            close(fd);
        return 0;
    }
    uint64_t sum = 0;
    for (struct dirent *entry; (entry = readdir(dir));) {
        struct stat st;
        if (entry->d_name[0] == '.' || fstatat(fd, entry->d_name, &st, AT_SYMLINK_NOFOLLOW))
            continue;
        if (S_ISREG(st.st_mode))
            sum += (uint64_t)st.st_size;
        else if (S_ISDIR(st.st_mode) && depth > 0)
            sum += folder_bytes(fd, entry->d_name, depth - 1);
    }
    closedir(dir);
    return sum;
}

/* Checks one source before anything is read. */
static hl_status source_look(const char *source, uint64_t *sum, bool *unknown,
                             struct hl_error *err)
{
    struct stat st;
    bool is_stdin = !strcmp(source, "-");
    if (is_stdin ? fstat(STDIN_FILENO, &st) : stat(source, &st)) {
        char why[64];
        int code = errno;
        return hlerr_set(err, code == ENOENT || code == ENOTDIR ? HL_NOT_FOUND : HL_IO,
                         "%s: cannot be read: %s", source,
                         hlerr_say(strerror_r(code, why, sizeof why)));
    }
    if (!is_stdin && access(source, R_OK))
        return hlerr_set(err, HL_IO, "%s: may not be read by this user", source);
    if (S_ISDIR(st.st_mode)) {
        /* A source may be a link to a folder: "/." follows that one and no other. */
        char path[4096];
        snprintf(path, sizeof path, "%s/.", source);
        *sum += folder_bytes(AT_FDCWD, path, HLIMPORT_DEPTH_MAX);
    } else if (S_ISREG(st.st_mode)) {
        *sum += (uint64_t)st.st_size;
    } else {
        *unknown = true;
    }
    return HL_OK;
}

hl_status hlimport_walk_open(struct hlimport_walk *walk, const char *const *sources,
                             size_t count, struct hl_error *err)
{
    uint64_t sum = 0;
    bool unknown = false;
    for (size_t i = 0; i < count; i++) {
        hl_status status = source_look(sources[i], &sum, &unknown, err);
        if (status)
            return status;
    }
    memset(walk, 0, sizeof *walk);
    walk->sources = sources;
    walk->source_count = count;
    walk->bytes_total = unknown ? 0 : sum;
    return HL_OK;
}

void hlimport_walk_close(struct hlimport_walk *walk)
{
    while (walk->depth)
        level_free(walk->levels[--walk->depth]);
    hlbuf_release(&walk->path);
}

/* path = its first `keep` bytes, then name; false without memory. */
static bool path_set(struct hlimport_walk *walk, size_t keep, const char *name)
{
    assert(keep <= walk->path.size);
    walk->path.size = keep;
    return hlbuf_put(&walk->path, name, strlen(name) + 1);
}

/* Is it the folder of an index?  What it holds is no source, even where it lies in one. */
static bool is_index(const struct hlimport_level *level)
{
    static const char *const files[] = {"manifest-0", "segment-0", "spool-0"};
    bool locked = false, known = false;
    for (size_t i = 0; i < level->count; i++) {
        locked = locked || !strcmp(level->order[i], "lock");
        for (size_t k = 0; k < sizeof files / sizeof *files; k++)
            known = known || !strncmp(level->order[i], files[k], strlen(files[k]));
    }
    return locked && known;
}

/* Enters the folder that path names; *out_skip says why it could not be. */
static hl_status enter(struct hlimport_walk *walk, const char **out_skip)
{
    assert(walk->path.size > 1 && !walk->path.data[walk->path.size - 1]);
    *out_skip = NULL;
    if (walk->depth == HLIMPORT_DEPTH_MAX) {
        *out_skip = HLERR_SAID("folders are nested too deeply");
        return HL_OK;
    }
    struct hlimport_level *level;
    hl_status status = level_open((const char *)walk->path.data, &level);
    if (status == HL_IO)
        *out_skip = HLERR_SAID("this folder cannot be listed");
    if (status)
        return status == HL_IO ? HL_OK : status;
    if (is_index(level)) {
        level_free(level);
        if (!walk->depth)
            *out_skip = HLERR_SAID("this is an index, not a source");
        return HL_OK;
    }
    walk->path.size--; /* the NUL */
    if (walk->path.data[walk->path.size - 1] != '/' && !hlbuf_put(&walk->path, "/", 1)) {
        level_free(level);
        return HL_NOMEM;
    }
    assert(walk->path.data[walk->path.size - 1] == '/');
    level->path_size = walk->path.size;
    walk->levels[walk->depth++] = level;
    return HL_OK;
}

/*
 * The id of a text file: its path as it was given, or as the folder was with the path
 * below it; "/", "./" and "../" at the front are left out.  Shorter ids would be nicer
 * to read, but two folders of one name would take each other's articles away.
 */
static const char *entry_id(const char *path)
{
    const char *id = path;
    for (;;) {
        size_t step = *id == '/'               ? 1
                      : !strncmp(id, "./", 2)  ? 2
                      : !strncmp(id, "../", 3) ? 3
                                               : 0;
        if (!step)
            return *id ? id : path;
        id += step;
    }
}

/* Describes the entry that path names. */
static void entry_fill(const struct hlimport_walk *walk, size_t source, const char *skip,
                       struct hlimport_entry *out)
{
    assert(source < walk->source_count);
    out->path = (const char *)walk->path.data;
    out->source = source;
    out->skip = skip;
    out->id = !strcmp(out->path, "-") ? "stdin" : entry_id(out->path);
    size_t size = strlen(out->id);
    out->id_is_utf8 = hltext_utf8_check(out->id, size) == size;
}

/* Starts the next source: gives it out if it is a file, enters it if it is a folder. */
static hl_status source_start(struct hlimport_walk *walk, struct hlimport_entry *out,
                              bool *out_given)
{
    const char *source = walk->sources[walk->source];
    struct stat st;
    const char *skip = NULL;
    *out_given = true;
    if (!path_set(walk, 0, source))
        return HL_NOMEM;
    if (strcmp(source, "-") && !stat(source, &st) && S_ISDIR(st.st_mode)) {
        size_t size = strlen(source); /* "news//" is "news" */
        while (size > 1 && source[size - 1] == '/')
            size--;
        walk->path.data[size] = 0;
        walk->path.size = size + 1;
        hl_status status = enter(walk, &skip);
        if (status)
            return status;
        walk->in_source = !skip;
        *out_given = skip != NULL;
    }
    if (*out_given)
        entry_fill(walk, walk->source++, skip, out);
    return HL_OK;
}

/* The next name of the innermost folder: a file is given out, a folder entered. */
static hl_status level_step(struct hlimport_walk *walk, struct hlimport_entry *out,
                            bool *out_given)
{
    assert(walk->depth > 0 && walk->depth <= HLIMPORT_DEPTH_MAX);
    struct hlimport_level *level = walk->levels[walk->depth - 1];
    assert(level->next <= level->count);
    *out_given = false;
    if (level->next == level->count) {
        level_free(level);
        if (!--walk->depth) {
            walk->in_source = false;
            walk->source++;
        }
        return HL_OK;
    }
    if (!path_set(walk, level->path_size, level->order[level->next++]))
        return HL_NOMEM;
    struct stat st;
    const char *skip = NULL;
    if (lstat((const char *)walk->path.data, &st))
        skip = HLERR_SAID("it is gone");
    else if (S_ISDIR(st.st_mode)) {
        hl_status status = enter(walk, &skip);
        if (status || !skip)
            return status;
    } else if (S_ISLNK(st.st_mode))
        return HL_OK;
    else if (!S_ISREG(st.st_mode))
        skip = HLERR_SAID("it is no regular file");
    entry_fill(walk, walk->source, skip, out);
    *out_given = true;
    return HL_OK;
}

hl_status hlimport_walk_next(struct hlimport_walk *walk, struct hlimport_entry *out,
                             struct hl_error *err)
{
    bool given = false;
    while (!given) {
        if (!walk->in_source && walk->source == walk->source_count)
            return HL_NOT_FOUND;
        hl_status status =
            walk->in_source ? level_step(walk, out, &given) : source_start(walk, out, &given);
        if (status)
            return hlerr_nomem(err);
    }
    return HL_OK;
}

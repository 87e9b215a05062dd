#include "backend/shard_places.h"

#include "base/buf.h"
#include "base/err.h"
#include "base/io.h"
#include "base/mem.h"

#include <errno.h>
#include <stdlib.h>
#include <stdio.h>
#include <string.h>

enum { LIST_MAX = 64 << 10, PATH_SIZE = 4096 };
static const char list_name[] = "XAPIANDB";

/* "a/b" of a folder and what is in it; false if that is too long. */
static bool join(const char *folder, size_t size, const char *name, char out[PATH_SIZE])
{
    bool absolute = name[0] == '/';
    int n = absolute || !size ? snprintf(out, PATH_SIZE, "%s", name)
                              : snprintf(out, PATH_SIZE, "%.*s/%s", (int)size, folder, name);
    return n > 0 && n < PATH_SIZE;
}

/* Is there a regular file, and is there anything? */
static bool is_file(const char *path)
{
    int fd = hlio_get()->open_read(path);
    if (fd >= 0)
        hlio_get()->close(fd);
    return fd >= 0;
}

static bool is_there(const char *path)
{
    int fd = hlio_get()->open_read(path);
    if (fd >= 0)
        hlio_get()->close(fd);
    return fd >= 0 || fd == -EINVAL;
}

static bool has(const char *folder, const char *name)
{
    char path[PATH_SIZE];
    return join(folder, strlen(folder), name, path) && is_file(path);
}

/* ---- lists of databases ---- */

/* All of a small file of text; false if it is large, binary, or cannot be read. */
static bool read_text(const char *path, struct hlbuf *to)
{
    uint64_t size = 0;
    int fd = hlio_get()->open_read(path);
    if (fd < 0)
        return false;
    bool good =
        hlio_get()->size(fd, &size) == 0 && size <= LIST_MAX && hlbuf_put_zeros(to, size) &&
        hlio_read_all(fd, path, to->data, size, 0, NULL) == HL_OK && !memchr(to->data, 0, size);
    hlio_get()->close(fd);
    return good && hlbuf_put_u8(to, 0);
}

enum kind { KIND_NONE, KIND_BLANK, KIND_PATH, KIND_REMOTE, KIND_OTHER };

/* What a line of a list is; *out_rest is where its place begins. */
static enum kind kind_of(char *line, char **out_rest)
{
    static const struct {
        const char *type;
        enum kind kind;
    } types[] = {{"auto", KIND_PATH},     {"glass", KIND_PATH},     {"chert", KIND_OTHER},
                 {"remote", KIND_REMOTE}, {"inmemory", KIND_OTHER}, {"honey", KIND_OTHER}};
    size_t size = strcspn(line, " \t");
    if (!*line || *line == '#')
        return KIND_BLANK;
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++)
        if (strlen(types[i].type) == size && !memcmp(types[i].type, line, size)) {
            *out_rest = line + size + strspn(line + size, " \t");
            return types[i].kind;
        }
    return KIND_NONE;
}

/* Ends the line at `line`, without blanks at its end; the next one, NULL behind the last. */
static char *cut_line(char *line)
{
    char *end = strchr(line, '\n'), *next = end ? end + 1 : NULL;
    size_t size = end ? (size_t)(end - line) : strlen(line);
    while (size && strchr(" \t\r", line[size - 1]))
        size--;
    line[size] = 0;
    return next;
}

/* Does a text read as a stub file?  One line of a known kind is enough, none may be of another.
 */
static bool is_list_text(const struct hlbuf *text)
{
    struct hlbuf copy = {0};
    bool some = false, other = false;
    if (!hlbuf_put(&copy, text->data, text->size))
        return false;
    for (char *line = (char *)copy.data, *next; line; line = next) {
        char *rest;
        next = cut_line(line);
        enum kind kind = kind_of(line, &rest);
        some |= kind > KIND_BLANK;
        other |= kind == KIND_NONE;
    }
    hlbuf_release(&copy);
    return some && !other;
}

static bool is_list(const char *path)
{
    struct hlbuf text = {0};
    bool is = read_text(path, &text) && is_list_text(&text);
    hlbuf_release(&text);
    return is;
}

/* Databases of one file begin so. */
static bool has_magic(const char *path)
{
    static const char magic[] = "\x0f\x0dXapian Glass";
    char head[sizeof magic - 1] = {0};
    int fd = hlio_get()->open_read(path);
    ssize_t n = fd < 0 ? -1 : hlio_get()->pread(fd, head, sizeof head, 0);
    if (fd >= 0)
        hlio_get()->close(fd);
    return n == (ssize_t)sizeof head && !memcmp(head, magic, sizeof head);
}

bool hlshard_is_database(const char *path)
{
    if (is_file(path))
        return has_magic(path) || is_list(path);
    return has(path, "iamglass") || has(path, list_name);
}

/* ---- places ---- */

static hl_status take_room(const struct hlshard_places *places, struct hl_error *err)
{
    return places->count < HL_SHARDS_MAX
               ? HL_OK
               : hlerr_set(err, HL_LIMIT, "at most %d shards are searched as one",
                           HL_SHARDS_MAX);
}

static hl_status add_folder(struct hlshard_places *places, const char *path,
                            struct hl_error *err)
{
    hl_status status = take_room(places, err);
    if (status != HL_OK)
        return status;
    struct hlshard_place *p = &places->items[places->count++];
    *p = (struct hlshard_place){.name = hlmem_strdup(path), .path = hlmem_strdup(path)};
    return p->name && p->path ? HL_OK : hlerr_nomem(err);
}

static hl_status no_server(const char *server, struct hl_error *err)
{
    return hlerr_set(err, HL_MISUSE,
                     "\"%.200s\" is no server of a shard: write HOST:PORT, as 10.0.0.2:7070 or "
                     "[::1]:7070",
                     server);
}

hl_status hlshard_add_server(struct hlshard_places *places, const char *server,
                             struct hl_error *err)
{
    hl_status status = take_room(places, err);
    if (status != HL_OK)
        return status;
    const char *colon = strrchr(server, ':'), *host = server;
    size_t size = colon ? (size_t)(colon - server) : 0;
    char *end;
    if (!colon || strspn(colon + 1, "0123456789") != strlen(colon + 1))
        return no_server(server, err);
    unsigned long port = strtoul(colon + 1, &end, 10);
    if (size >= 2 && host[0] == '[' && host[size - 1] == ']') {
        host++;
        size -= 2;
    } else if (memchr(host, ':', size)) {
        return no_server(server, err);
    }
    if (!size || !port || port > 65535 || strcspn(host, " \t\r\n/[]") < size)
        return no_server(server, err);
    struct hlshard_place *p = &places->items[places->count++];
    *p = (struct hlshard_place){.name = hlmem_strdup(server), .port = (unsigned)port};
    p->host = hlmem_zalloc(1, size + 1);
    if (!p->name || !p->host)
        return hlerr_nomem(err);
    memcpy(p->host, host, size);
    return HL_OK;
}

static hl_status add_line(struct hlshard_places *places, const char *list, size_t folder,
                          char *line, int number, struct hl_error *err)
{
    char path[PATH_SIZE], *rest = NULL;
    switch (kind_of(line, &rest)) {
    case KIND_BLANK:
        return HL_OK;
    case KIND_PATH:
        if (!*rest || !join(list, folder, rest, path))
            return hlerr_set_at(err, HL_MISUSE, number, "%s:%d: no path of a database", list,
                                number);
        if (!is_there(path))
            return hlerr_set_at(err, HL_NOT_FOUND, number, "%s:%d: no database at %s", list,
                                number, path);
        return hlshard_add_path(places, path, err); /* which may be a list again */
    case KIND_REMOTE:
        if (*rest != ':')
            return hlshard_add_server(places, rest, err);
        break; /* a program to start */
    case KIND_NONE:
        return hlerr_set_at(err, HL_MISUSE, number,
                            "%s:%d: lines of a stub file are auto PATH or remote HOST:PORT",
                            list, number);
    case KIND_OTHER:
        break;
    }
    return hlerr_set_at(err, HL_UNSUPPORTED, number,
                        "%s:%d: this kind of database is not searched; auto PATH and remote "
                        "HOST:PORT are",
                        list, number);
}

static hl_status add_list(struct hlshard_places *places, const char *list, struct hl_error *err)
{
    struct hlbuf text = {0};
    const char *slash = strrchr(list, '/');
    size_t folder = slash ? (size_t)(slash - list) + (slash == list) : 0,
           before = places->count;
    hl_status status = HL_OK;
    if (places->depth == HLSHARD_LISTS_MAX)
        return hlerr_set(err, HL_MISUSE,
                         "%s: lists of databases that list each other more than %d deep", list,
                         HLSHARD_LISTS_MAX);
    places->depth++;
    if (!read_text(list, &text))
        status = hlerr_set(err, HL_IO, "%s: cannot be read as a stub file of Xapian", list);
    char *line = (char *)text.data, *next;
    for (int number = 1; status == HL_OK && line; line = next, number++) {
        next = cut_line(line);
        status = add_line(places, list, folder, line, number, err);
    }
    hlbuf_release(&text);
    places->depth--;
    if (status == HL_OK && places->count == before)
        status = hlerr_set(err, HL_MISUSE, "%s: a stub file that lists no database", list);
    return status;
}

hl_status hlshard_add_path(struct hlshard_places *places, const char *path,
                           struct hl_error *err)
{
    char inner[PATH_SIZE];
    if (!is_there(path))
        return hlerr_set(err, HL_NOT_FOUND,
                         "no such index: %s (make one: hlsearch index "
                         "--backend xapian %s FILES...)",
                         path, path);
    if (!is_file(path) && has(path, list_name) && !has(path, "iamglass") &&
        join(path, strlen(path), list_name, inner))
        return add_list(places, inner, err);
    if (is_file(path) && is_list(path))
        return add_list(places, path, err);
    return add_folder(places, path, err);
}

void hlshard_places_release(struct hlshard_places *places)
{
    for (size_t i = 0; i < places->count; i++) {
        hlmem_free(places->items[i].name);
        hlmem_free(places->items[i].path);
        hlmem_free(places->items[i].host);
    }
    places->count = 0;
}

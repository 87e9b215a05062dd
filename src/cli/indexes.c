#include "cli/indexes.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Commas part names unless there is such a folder. */
static bool is_several(const char *index)
{
    return strchr(index, ',') && access(index, F_OK) != 0;
}

char *hlcli_index_first(const char *index)
{
    char *first = hlcli_strdup(index);
    if (is_several(index))
        first[strcspn(first, ",")] = 0;
    return first;
}

int hlcli_indexes_split(const char *index, char **out_names, const char ***out_paths,
                        size_t *out_count)
{
    char *names = hlcli_strdup(index), *at = names;
    bool several = is_several(index);
    int code = 0;
    size_t count = 1;
    for (const char *p = index; several && *p; p++)
        count += *p == ',';
    const char **paths = hlcli_alloc(count, sizeof *paths);
    paths[0] = names;
    for (size_t i = 0; several && i < count; i++) {
        size_t size = strcspn(at, ",");
        at[size] = 0;
        paths[i] = at;
        at += size + 1;
        if (!code && !size)
            code =
                hlcli_wrong("write a,b without blanks; a folder with a comma in its name must "
                            "be there",
                            "INDEX %s: nothing stands between two commas or at an end", index);
    }
    *out_names = names;
    *out_paths = paths;
    *out_count = count;
    return code;
}

/* The path as the system knows it, or where it would be made; NULL: nowhere.  Yours. */
static char *real_place(const char *path)
{
    char *real = realpath(path, NULL), *copy, *end;
    if (real)
        return real;
    copy = hlcli_strdup(path);
    for (size_t n = strlen(copy); n > 1 && copy[n - 1] == '/';)
        copy[--n] = 0;
    end = strrchr(copy, '/');
    if (end)
        end[end == copy] = 0;
    real = realpath(end ? copy : ".", NULL);
    free(copy);
    return real;
}

static bool one_holds(const char *index, const char *place)
{
    char *real = realpath(index, NULL);
    size_t size = real ? strlen(real) : 0;
    bool holds = real && !strncmp(real, place, size) && (!place[size] || place[size] == '/');
    free(real);
    return holds;
}

bool hlcli_index_holds(const char *index, const char *path)
{
    char *place = real_place(path), *names = hlcli_strdup(index);
    bool several = is_several(index), holds = false;
    for (char *at = names, *next; place && at && !holds; at = next) {
        next = several ? strchr(at, ',') : NULL;
        if (next)
            *next++ = 0;
        holds = one_holds(at, place);
    }
    free(place);
    free(names);
    return holds;
}

int hlcli_index_check(const struct hlcli_call *call)
{
    assert(call->command->takes_index || !call->command->takes_several);
    if (!call->index || call->command->takes_several || !is_several(call->index))
        return 0;
    return hlcli_wrong(
        "name one of them; a folder with a comma in its name must be there first",
        "%s works on one index, not on %s", call->command->name, call->index);
}

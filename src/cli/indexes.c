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

static int open_several(const char *index, struct hl_index **out_index)
{
    char *names = hlcli_strdup(index), *at = names;
    struct hl_error err;
    int code = 0;
    size_t count = 1;
    for (const char *p = index; *p; p++)
        count += *p == ',';
    const char **paths = hlcli_alloc(count, sizeof *paths);
    for (size_t i = 0; i < count; i++) {
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
    if (!code && hl_index_open_many(paths, count, out_index, &err) != HL_OK)
        code = hlcli_fail_error(&err);
    free(paths);
    free(names);
    return code;
}

int hlcli_indexes_open(const char *index, struct hl_index **out_index)
{
    struct hl_error err;
    assert(index);
    if (is_several(index))
        return open_several(index, out_index);
    return hl_index_open(index, out_index, &err) == HL_OK ? 0 : hlcli_fail_error(&err);
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

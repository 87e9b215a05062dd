/*
 * language.c - see language.h.
 *
 * The table is sorted when it is first needed, since the order of English sentences as bytes
 * is nothing that a translator should have to keep.
 */
#include "cli/language.h"

#include "hlsearch.h"

#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

struct message {
    const char *english, *said;
};

static struct message table[] = {
#include "vietnamese_table.h"
};

enum { COUNT = sizeof table / sizeof *table };

static bool vietnamese;

static int by_english(const void *a, const void *b)
{
    return strcmp(((const struct message *)a)->english, ((const struct message *)b)->english);
}

/* "vi", "vi_VN", "vi_VN.UTF-8", "vi@x"; "vie" is no name of a locale. */
static bool is_vietnamese(const char *locale)
{
    return !strncmp(locale, "vi", 2) && (!locale[2] || strchr("_.@", locale[2]));
}

void hlcli_language_set(void)
{
    static const char *const names[] = {"LC_ALL", "LC_MESSAGES", "LANG"};
    const char *locale = NULL;
    for (int i = 0; i < 3 && (!locale || !*locale); i++)
        locale = getenv(names[i]);
    if (!locale || !is_vietnamese(locale))
        return;
    assert(!vietnamese);
    qsort(table, COUNT, sizeof *table, by_english);
    vietnamese = true;
    hl_messages_set(hlcli_say);
}

bool hlcli_vietnamese(void)
{
    return vietnamese;
}

const char *hlcli_say(const char *english)
{
    struct message want = {english, NULL};
    const struct message *found = NULL;
    assert(english);
    if (vietnamese)
        found = bsearch(&want, table, COUNT, sizeof *table, by_english);
    return found ? found->said : english;
}

/*
 * advice.c - see advice.h.
 *
 *     no article has all of: phổi, laser, zzz; not in the index: zzz; 14 without zzz
 */
#include "cli/advice.h"
#include "cli/language.h"

#include "cli/say.h"

#include <assert.h>
#include <string.h>

/* Words with commas between: all of the query, or those that the index lacks. */
static size_t add_words(const struct hl_result *result, bool missing, const char *before,
                        struct hlcli_text *out)
{
    const struct hl_reading *reading;
    size_t count = 0;
    for (size_t i = 0; (reading = hl_result_reading(result, i)); i++) {
        if (missing && reading->in_index)
            continue;
        hlcli_add(out, count++ ? ", " : before);
        hlcli_add_plain(out, reading->word, strlen(reading->word));
    }
    return count;
}

/* Words alone, without a sign of the query language. */
static bool is_plain(const char *query)
{
    return !query[strcspn(query, "\":()*=~-")];
}

/* "; 14 have phổi laser", "; 14 without "tia X", 3 with the words apart: "tia X"" */
static void add_nearest(const char *words, const struct hl_nearest_list *list,
                        struct hlcli_text *out)
{
    bool plain = is_plain(words);
    const struct hl_nearest *n;
    const char *between = "; ";
    for (size_t i = 0; (n = hl_nearest_at(list, i)); i++, between = ", ") {
        hlcli_add(out, between);
        hlcli_add_count(out, n->total);
        if (n->relaxed == HL_RELAXED_NARROWING) {
            hlcli_add(out, hlcli_say(" without them"));
            continue;
        }
        if (plain) {
            hlcli_add(out, hlcli_say(n->total == 1 ? " has " : " have "));
            hlcli_add_plain(out, n->query, strlen(n->query));
            continue;
        }
        hlcli_add(out, hlcli_say(n->relaxed == HL_RELAXED_QUOTES ? " with the words apart: "
                                                                 : " without "));
        hlcli_add_plain(out, n->without, strlen(n->without));
    }
}

void hlcli_advise(const char *words, const struct hl_result *result,
                  const struct hl_nearest_list *nearest, struct hlcli_text *out)
{
    const struct hl_nearest *first = hl_nearest_at(nearest, 0);
    bool one = hl_result_reading(result, 0) && !hl_result_reading(result, 1);
    assert(!hl_result_total(result));
    if (first && first->relaxed == HL_RELAXED_NARROWING)
        hlcli_add(out, hlcli_say("nothing found of these dates and values"));
    else if (!hl_result_reading(result, 0) || !is_plain(words))
        hlcli_add(out, hlcli_say("nothing found"));
    else
        add_words(result, false, hlcli_say(one ? "no article has " : "no article has all of: "),
                  out);
    add_words(result, true, hlcli_say("; not in the index: "), out);
    add_nearest(words, nearest, out);
}

/*
 * answer_text.c - see answer.h: what people read around the hits.
 */
#include "cli/advice.h"
#include "cli/answer.h"
#include "cli/language.h"
#include "cli/shards.h"
#include "cli/wrap.h"

#include <assert.h>
#include <string.h>
#include <unistd.h>

/* A line, or as many as the width makes of it. */
static void add_line(const struct hlcli_text *line, struct hlcli_text *out)
{
    struct hlcli_wrap w;
    hlcli_wrap_begin(&w, out, 0, 3, hlcli_manner()->width);
    hlcli_wrap_text(&w, line->data, line->size);
    hlcli_wrap_end(&w);
}

/* "tìm: khu công nghệ cao", as people say it, and how to have the words as typed. */
void hlcli_answer_text_head(const struct hlcli_answer *a, struct hlcli_text *out)
{
    const char *restored = hl_result_restored(a->result);
    if (!restored)
        return;
    struct hlcli_text line;
    hlcli_text_init(&line);
    hlcli_add(&line, "tìm: ");
    hlcli_add(&line, restored);
    hlcli_add(&line, hlcli_say("  (as typed: --marks strict)"));
    add_line(&line, out);
    hlcli_text_release(&line);
}

/* "section: Sức khỏe 7, Khoa học 2, 3 others, none 1" */
static void put_facet(const struct hlcli_answer *a, enum hl_facet facet, struct hlcli_text *out)
{
    const struct hl_facet_value *value;
    uint64_t missing = hl_result_facet_missing(a->result, facet), shown = 0;
    const char *between = ": ";
    hlcli_add(out, hlcli_say(hl_facet_name(facet)));
    for (; (value = hl_result_facet(a->result, facet, shown)); shown++, between = ", ") {
        hlcli_add(out, between);
        hlcli_add_plain(out, value->name, strlen(value->name));
        hlcli_add(out, " ");
        hlcli_add_count(out, value->count);
    }
    uint64_t others = hl_result_facet_distinct(a->result, facet) - shown;
    if (others) {
        hlcli_add(out, between);
        hlcli_add_count(out, others);
        hlcli_add(out, hlcli_say(others == 1 ? " other" : " others"));
    }
    if (missing) {
        hlcli_add(out, others ? ", " : between);
        hlcli_add(out, hlcli_say("none "));
        hlcli_add_count(out, missing);
    }
}

static void add_facet(const struct hlcli_answer *a, enum hl_facet facet, struct hlcli_text *out)
{
    struct hlcli_text line;
    hlcli_text_init(&line);
    put_facet(a, facet, &line);
    add_line(&line, out);
    hlcli_text_release(&line);
}

static void add_facets(const struct hlcli_answer *a, struct hlcli_text *out)
{
    for (unsigned f = 0; f < HL_FACETS; f++)
        if (a->search->facet_values[f] && hl_result_total(a->result))
            add_facet(a, (enum hl_facet)f, out);
}

/* "9 results, 3 ms. Next page: -o 10" */
static void add_footer(const struct hlcli_answer *a, struct hlcli_text *out)
{
    size_t next = hlcli_answer_next(a);
    uint64_t total = hl_result_total(a->result);
    struct hlcli_text line;
    hlcli_text_init(&line);
    if (hl_result_total_is(a->result) == HL_TOTAL_ESTIMATE)
        hlcli_add(&line, hlcli_say("about "));
    else if (hl_result_partial(a->result))
        hlcli_add(&line, hlcli_say("at least "));
    hlcli_add_count(&line, total);
    hlcli_add(&line, hlcli_say(total == 1 ? " result, " : " results, "));
    hlcli_add_seconds(&line, a->seconds);
    hlcli_add(&line, next ? "." : "");
    if (next)
        hlcli_add_format(&line, hlcli_say(" Next page: -o %zu"), next);
    add_line(&line, out);
    hlcli_text_release(&line);
}

/* The footer is for people, but a count alone is an answer. */
void hlcli_answer_text_tail(const struct hlcli_answer *a, struct hlcli_text *out)
{
    add_facets(a, out);
    if (!a->count || (hl_result_count(a->result) && hlcli_manner()->terminal))
        add_footer(a, out);
}

/* --------------------------------------------------------------------- words */

/* What the parser had to say, with a caret under the place. */
static void tell_notes(const struct hlcli_answer *a)
{
    const struct hl_note *note;
    const char *lowered = hlcli_answer_lowered(a);
    for (size_t i = 0; (note = hlcli_answer_note(a, i)); i++) {
        hlcli_note("query: %s", note->text);
        hlcli_point(a->words, note->at, "here");
    }
    if (lowered)
        hlcli_note("query: %s", lowered);
    hlcli_shards_tell(a->result);
    if (hlcli_is_cut(a->result, a->search->timeout_ms))
        hlcli_note("the time limit of %u ms was reached; better articles may be missing",
                   a->search->timeout_ms);
}

/* The words between quotes of the shell, so that the line can be copied. */
static void add_quoted(struct hlcli_text *out, const char *words)
{
    hlcli_add(out, "'");
    for (const char *p = words; *p; p += strcspn(p, "'")) {
        if (*p == '\'')
            hlcli_add(out, "'\\''");
        p += *p == '\'';
        hlcli_add_plain(out, p, strcspn(p, "'"));
    }
    hlcli_add(out, "'");
}

/* "did you mean: tư duy? (hlsearch query news.ix 'tư duy')" */
static void tell_suggestion(const struct hlcli_answer *a)
{
    const struct hl_suggestion *first = hl_result_suggestion(a->result, 0);
    struct hlcli_text text;
    if (!first || a->form != HLCLI_FORM_TEXT)
        return;
    hlcli_text_init(&text);
    hlcli_add_plain(&text, first->text, strlen(first->text));
    hlcli_add_format(&text, "? (hlsearch query %s ", a->path);
    add_quoted(&text, first->text);
    hlcli_note("did you mean: %s)", text.data);
    hlcli_text_release(&text);
}

void hlcli_answer_tell(const struct hlcli_answer *a)
{
    tell_notes(a);
    tell_suggestion(a);
}

/* Only to people: a script sees exit 1 and an empty answer. */
void hlcli_answer_tell_nothing(const struct hlcli_answer *a)
{
    struct hlcli_text words;
    if (!a->query || !isatty(STDERR_FILENO) || hlcli_manner()->quiet)
        return;
    hlcli_text_init(&words);
    hlcli_advise(a->words, a->result, a->nearest, &words);
    hlcli_note("%s", words.data);
    hlcli_text_release(&words);
}

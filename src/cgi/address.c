#include "cgi/address.h"

#include "cgi/escape.h"

#include <assert.h>
#include <string.h>

static const char *const actions[] = {NULL, "related", "show", "suggest", "style"};
static const char *const formats[] = {NULL, "json", "rss", "opensearch"};
static const char *const mores[] = {NULL, "section", "source", "year"};
static const char *const marks[] = {NULL, "strict", "loose"};
static const char *const sorts[] = {"relevance", "-date", "date"};

void hlcgi_state_init(struct hlcgi_state *state)
{
    memset(state, 0, sizeof *state);
    state->query = state->section = state->source = state->author = state->tag = "";
    state->id = state->from = state->to = "";
    state->page = 1;
    state->n = HLCGI_N_DEFAULT;
}

/* name=value, what is usual left out; names are ours. */
static void add(struct hlcgi_out *out, size_t start, const char *name, const char *value)
{
    assert(out->failed || out->size > start);
    if (!value || !*value)
        return;
    hlcgi_add_format(out, "%s%s=", out->size > start + 1 ? "&" : "", name);
    hlcgi_add_parameter(out, value);
}

static void add_number(struct hlcgi_out *out, size_t start, const char *name, unsigned value)
{
    hlcgi_add_format(out, "%s%s=%u", out->size > start + 1 ? "&" : "", name, value);
}

void hlcgi_add_address(struct hlcgi_out *out, const struct hlcgi_state *s)
{
    size_t start = out->size;
    hlcgi_add(out, "?");
    add(out, start, "do", actions[s->action]);
    add(out, start, "id", s->id);
    add(out, start, "q", s->query);
    add(out, start, "section", s->section);
    add(out, start, "source", s->source);
    add(out, start, "author", s->author);
    add(out, start, "tag", s->tag);
    add(out, start, "from", s->from);
    add(out, start, "to", s->to);
    if (s->sort || (s->sort_given && s->format == HLCGI_RSS))
        add(out, start, "sort", sorts[s->sort]);
    add(out, start, "marks", marks[s->marks]);
    add(out, start, "copies", s->copies ? "all" : NULL);
    add(out, start, "more", mores[s->more]);
    if (s->n != HLCGI_N_DEFAULT)
        add_number(out, start, "n", s->n);
    add(out, start, "format", formats[s->format]);
    if (s->page != 1)
        add_number(out, start, "page", s->page);
}

/*
 * print.c - see template.h: the steps of a template, values put in.
 */
#include "base/err.h"
#include "template/escape.h"
#include "template/program.h"

#include <assert.h>

struct printer {
    const struct hltemplate *t;
    const struct hltemplate_values *values;
    struct hlbuf *out;
    size_t from; /* of the buffer, when printing began */
    struct hl_error *err;
};

/* ---------------------------------------------------------------------- values */

static void add_piece(const struct printer *p, const char *bytes, size_t size)
{
    if (p->t->form == HLTEMPLATE_PLAIN)
        hltemplate_add_plain(p->out, bytes, size);
    else
        hltemplate_add_html(p->out, bytes, size);
}

/* Marks come between pieces that are escaped each, so that no text can make one. */
static void add_marked(const struct printer *p, const struct hltemplate_value *v)
{
    bool html = p->t->form == HLTEMPLATE_HTML;
    size_t at = 0;
    assert(p->t->form != HLTEMPLATE_XML); /* there are no marks in it (place.c) */
    for (size_t i = 0; i < v->range_count; i++) {
        struct hl_range range = v->ranges[i];
        assert(range.start >= at && range.start < range.end && range.end <= v->size);
        add_piece(p, v->bytes + at, range.start - at);
        hlbuf_put_string(p->out, html ? "<mark>" : "[");
        add_piece(p, v->bytes + range.start, range.end - range.start);
        hlbuf_put_string(p->out, html ? "</mark>" : "]");
        at = range.end;
    }
    add_piece(p, v->bytes + at, v->size - at);
}

static void add_value(const struct printer *p, const struct hltemplate_step *step)
{
    struct hltemplate_value v = {0};
    p->values->value(p->values->user, step->id, &v);
    assert(v.bytes || !v.size);
    if (!v.size)
        return;
    if (step->how == HLTEMPLATE_AS_URL)
        hltemplate_add_url(p->out, v.bytes, v.size, p->t->form != HLTEMPLATE_PLAIN);
    else if (step->how == HLTEMPLATE_AS_PARAM)
        hltemplate_add_param(p->out, v.bytes, v.size);
    else if (step->marks)
        add_marked(p, &v);
    else
        add_piece(p, v.bytes, v.size);
}

static bool has_value(const struct printer *p, int id)
{
    struct hltemplate_value v = {0};
    p->values->value(p->values->user, id, &v);
    return v.size > 0;
}

/* ----------------------------------------------------------------------- steps */

static hl_status run(const struct printer *p, uint32_t from, uint32_t to);

/* The items of a list one after the other; of one that should be empty only the first is
 * looked for. */
static hl_status run_list(const struct printer *p, const struct hltemplate_step *step,
                          uint32_t inside)
{
    const struct hltemplate_values *values = p->values;
    bool each = step->op == HLTEMPLATE_EACH, there = true;
    hl_status status = HL_OK;
    for (size_t i = 0; status == HL_OK && there; i++) {
        there = false;
        status = values->enter(values->user, step->id, i, &there, p->err);
        if (status != HL_OK || !there)
            break;
        if (each)
            status = run(p, inside, step->at);
        values->leave(values->user, step->id);
        if (!each)
            return status;
    }
    if (status == HL_OK && !each)
        status = run(p, inside, step->at);
    return status;
}

static hl_status run_step(const struct printer *p, const struct hltemplate_step *step,
                          uint32_t next)
{
    switch (step->op) {
    case HLTEMPLATE_LITERAL:
        hlbuf_put(p->out, p->t->text.data + step->at, step->size);
        return HL_OK;
    case HLTEMPLATE_VALUE:
        add_value(p, step);
        return HL_OK;
    case HLTEMPLATE_EACH:
    case HLTEMPLATE_EMPTY:
        return run_list(p, step, next);
    case HLTEMPLATE_WITH:
    case HLTEMPLATE_WITHOUT:
        if (has_value(p, step->id) == (step->op == HLTEMPLATE_WITH))
            return run(p, next, step->at);
        return HL_OK;
    }
    assert(!"a step");
    return HL_OK;
}

/* Sections within each other are few (template.h), so is the depth of these calls. */
static hl_status run(const struct printer *p, uint32_t from, uint32_t to)
{
    const struct hltemplate_step *steps = (const struct hltemplate_step *)p->t->steps.data;
    hl_status status = HL_OK;
    for (uint32_t i = from; status == HL_OK && i < to;) {
        const struct hltemplate_step *step = &steps[i];
        status = run_step(p, step, i + 1);
        if (status == HL_OK && p->out->failed)
            status = hlerr_nomem(p->err);
        if (status == HL_OK && p->out->size - p->from > HLTEMPLATE_OUTPUT_MAX)
            status = hlerr_set(p->err, HL_LIMIT,
                               "the template prints more than %d MiB; ask for fewer results",
                               HLTEMPLATE_OUTPUT_MAX >> 20);
        i = step->op >= HLTEMPLATE_EACH ? step->at : i + 1;
    }
    return status;
}

hl_status hltemplate_print(const struct hltemplate *t, const struct hltemplate_values *values,
                           struct hlbuf *out, struct hl_error *err)
{
    struct printer p = {t, values, out, out->size, err};
    assert(values->value && values->enter && values->leave);
    return run(&p, 0, (uint32_t)(t->steps.size / sizeof(struct hltemplate_step)));
}

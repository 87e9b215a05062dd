/*
 * read.c - see template.h: from the text of a template to its steps.
 *
 * One pass, one function a kind of tag. Files that are included are read in place, so that
 * a template is one list of steps; what is open (files, sections) lies on the C stack of the
 * calls or in the reader's small array, both of fixed depth.
 */
#include "base/err.h"
#include "base/mem.h"
#include "text/utf8.h"
#include "template/program.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>

/* A file that is being read, and who included it. */
struct source {
    const char *name, *bytes;
    size_t size, at;
    const struct source *up;
    size_t sections; /* open where it began */
};

struct section {
    const struct hltemplate_name *name;
    uint32_t step;
    size_t at; /* of its tag, for errors */
    struct hltemplate_place place;
    bool each; /* its items can be named within it */
};

struct reader {
    struct hltemplate *t;
    const struct hltemplate_name *names;
    const struct hltemplate_loader *loader;
    struct hltemplate_place place;
    struct section sections[HLTEMPLATE_SECTIONS_MAX];
    size_t section_count, bytes;
    uint32_t code_at; /* where the style or script began that is being read */
    struct hl_error *err;
};

/* What stands between {{ and }}. */
struct tag {
    size_t at;   /* of its {{ */
    size_t end;  /* after its }} */
    char sign;   /* # ^ / > !, or 0 */
    char how[8]; /* url, param, attr, or "" */
    char name[64];
};

/* ---------------------------------------------------------------------- errors */

/* FILE:LINE:COLUMN: words; columns count characters, as editors do. */
static hl_status fail(const struct reader *r, const struct source *s, size_t at,
                      const char *format, ...) HL_PRINTF(4, 5);
static hl_status fail(const struct reader *r, const struct source *s, size_t at,
                      const char *format, ...)
{
    char words[360];
    unsigned line = 1, column = 1;
    va_list args;
    assert(at <= s->size);
    for (size_t i = 0; i < at; i++) {
        if (s->bytes[i] == '\n') {
            line++;
            column = 1;
        } else
            column += ((unsigned char)s->bytes[i] & 0xc0) != 0x80;
    }
    va_start(args, format);
    vsnprintf(words, sizeof words, hlerr_say(format), args);
    va_end(args);
    return hlerr_set_at(r->err, HL_MISUSE, line, "%.70s:%u:%u: %s", s->name, line, column,
                        words);
}

static const char *place_name(const struct hltemplate_place *place)
{
    return hlerr_say(hltemplate_place_name(place));
}

/* "there are: rank, id, ..." of the innermost names, as many as the sentence takes. */
static void list_names(const struct reader *r, char *out, size_t room)
{
    size_t size = 0;
    *out = 0;
    for (size_t level = r->section_count + 1; level-- > 0;) {
        const struct hltemplate_name *n = r->names;
        if (level && !r->sections[level - 1].each)
            continue;
        if (level)
            n = r->sections[level - 1].name->items;
        for (; n && n->name && size + strlen(n->name) + 6 < room; n++)
            size +=
                (size_t)snprintf(out + size, room - size, "%s%s", size ? ", " : "", n->name);
    }
}

static hl_status fail_unknown(const struct reader *r, const struct source *s,
                              const struct tag *tag, const char *what)
{
    char names[220];
    list_names(r, names, sizeof names);
    return fail(r, s, tag->at, "no %s %s here; there are: %s", hlerr_say(what), tag->name,
                names);
}

/* ----------------------------------------------------------------------- steps */

static hl_status add_step(struct reader *r, const struct hltemplate_step *step,
                          uint32_t *out_number)
{
    size_t number = r->t->steps.size / sizeof *step;
    if (!hlbuf_put(&r->t->steps, step, sizeof *step))
        return hlerr_nomem(r->err);
    if (out_number)
        *out_number = (uint32_t)number;
    return HL_OK;
}

/* The byte before which a style or a script begins, or behind which its end tag has been
 * told from text: </style and one byte more.  Between them stands nothing but literal text. */
static void follow_code(struct reader *r, enum hltemplate_raw before, enum hltemplate_raw now)
{
    uint32_t at = (uint32_t)r->t->text.size;
    if (before == now || r->t->text.failed)
        return;
    if (now != HLTEMPLATE_NOT_RAW) {
        r->code_at = at;
        return;
    }
    bool script = before == HLTEMPLATE_SCRIPT;
    uint32_t end_tag = script ? sizeof "</script" : sizeof "</style";
    assert(at >= r->code_at + end_tag);
    struct hltemplate_code code = {r->code_at, at - end_tag - r->code_at, script};
    if (code.size)
        hlbuf_put(&r->t->codes, &code, sizeof code);
}

/* How many bytes can be passed over: they change no place, and no line of code ends there. */
static size_t dull(const struct reader *r, enum hltemplate_raw raw, const char *bytes,
                   size_t size)
{
    size_t same = hltemplate_place_same(&r->place, bytes, size);
    const char *end = raw != HLTEMPLATE_NOT_RAW ? memchr(bytes, '\r', same) : NULL;
    return end ? (size_t)(end - bytes) : same;
}

/* In a style or script lines end as a browser hears of them, which hashes what it hears. */
static void add_markup(struct reader *r, const char *bytes, size_t size)
{
    enum hltemplate_raw raw = hltemplate_place_raw(&r->place);
    size_t from = 0; /* up to here the text has it */
    for (size_t i = 0; (i += dull(r, raw, bytes + i, size - i)) < size; i++) {
        if (bytes[i] == '\r' && raw != HLTEMPLATE_NOT_RAW) {
            bool more = i + 1 < size && bytes[i + 1] == '\n';
            hlbuf_put(&r->t->text, bytes + from, i - from);
            hlbuf_put(&r->t->text, "\n", !more);
            from = i + 1;
        }
        hltemplate_place_feed(&r->place, bytes + i, 1);
        enum hltemplate_raw now = hltemplate_place_raw(&r->place);
        if (now == raw)
            continue;
        hlbuf_put(&r->t->text, bytes + from, i + 1 - from);
        from = i + 1;
        follow_code(r, raw, now);
        raw = now;
    }
    hlbuf_put(&r->t->text, bytes + from, size - from);
}

static hl_status add_literal(struct reader *r, const char *bytes, size_t size)
{
    struct hltemplate_step step = {.op = HLTEMPLATE_LITERAL, .at = (uint32_t)r->t->text.size};
    if (!size)
        return HL_OK;
    if (r->t->form == HLTEMPLATE_PLAIN)
        hlbuf_put(&r->t->text, bytes, size);
    else
        add_markup(r, bytes, size);
    if (r->t->text.failed || r->t->codes.failed)
        return hlerr_nomem(r->err);
    step.size = (uint32_t)r->t->text.size - step.at;
    return add_step(r, &step, NULL);
}

/* ----------------------------------------------------------------------- names */

static const struct hltemplate_name *find_in(const struct hltemplate_name *names,
                                             const char *name)
{
    for (; names && names->name; names++)
        if (!strcmp(names->name, name))
            return names;
    return NULL;
}

/* From the innermost list outwards. */
static const struct hltemplate_name *find(const struct reader *r, const char *name)
{
    const struct hltemplate_name *found = NULL;
    for (size_t i = r->section_count; i-- > 0 && !found;)
        if (r->sections[i].each)
            found = find_in(r->sections[i].name->items, name);
    return found ? found : find_in(r->names, name);
}

static bool is_name_byte(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
}

/* ------------------------------------------------------------------------ tags */

static size_t skip_blanks(const char *s, size_t at, size_t end)
{
    while (at < end && (s[at] == ' ' || s[at] == '\t'))
        at++;
    return at;
}

/* A name of a value or section; its end, or `at` if there is none that fits. */
static size_t read_name(const char *s, size_t at, size_t end, char *out, size_t room)
{
    size_t size = 0;
    while (at + size < end && is_name_byte(s[at + size]))
        size++;
    if (!size || size >= room)
        return at;
    memcpy(out, s + at, size);
    out[size] = 0;
    return at + size;
}

/* A name of a file: the folder has it or not, but no folder is named. */
static size_t read_file_name(const char *s, size_t at, size_t end, char *out, size_t room)
{
    size_t size = 0;
    while (at + size < end && s[at + size] != ' ' && s[at + size] != '\t')
        size++;
    if (!size || size >= room || s[at] == '.' || memchr(s + at, '/', size) ||
        memchr(s + at, 0, size) || memchr(s + at, '\n', size) || memchr(s + at, '\\', size))
        return at;
    memcpy(out, s + at, size);
    out[size] = 0;
    return at + size;
}

/* "url field": the first word says how, if another follows. */
static size_t read_value_name(const char *s, size_t at, size_t end, struct tag *tag)
{
    size_t after = read_name(s, at, end, tag->name, sizeof tag->name);
    size_t next = skip_blanks(s, after, end);
    if (after == at || next == after || next == end)
        return after == at ? at : next;
    if (strlen(tag->name) >= sizeof tag->how)
        return at;
    memcpy(tag->how, tag->name, strlen(tag->name) + 1);
    return read_name(s, next, end, tag->name, sizeof tag->name);
}

static hl_status read_tag(const struct reader *r, const struct source *s, struct tag *tag)
{
    const char *bytes = s->bytes, *close;
    size_t from = tag->at + 2, at = from;
    if (from < s->size && bytes[from] == '{')
        return fail(r, s, tag->at,
                    "{{{ would print a value as it is, which there is not; "
                    "write {{field}}");
    close = memmem(bytes + from, s->size - from, "}}", 2);
    if (!close)
        return fail(r, s, tag->at,
                    "{{ without }} after it; in HTML &#123;&#123; prints two "
                    "braces");
    size_t end = (size_t)(close - bytes);
    tag->end = end + 2;
    if (at < end && strchr("#^/>!", bytes[at]) && bytes[at])
        tag->sign = bytes[at++];
    if (tag->sign == '!')
        return HL_OK;
    at = skip_blanks(bytes, at, end);
    size_t after = tag->sign == '>'
                       ? read_file_name(bytes, at, end, tag->name, sizeof tag->name)
                   : tag->sign ? read_name(bytes, at, end, tag->name, sizeof tag->name)
                               : read_value_name(bytes, at, end, tag);
    if (after == at && tag->sign == '>')
        return fail(r, s, tag->at,
                    "{{>file}} wants the name of a file in the template's own "
                    "folder, without / and not hidden");
    if (after == at || skip_blanks(bytes, after, end) != end)
        return fail(r, s, tag->at,
                    "not a tag: %.*s; there are {{field}}, {{url field}}, "
                    "{{param field}}, {{attr field}}, {{#name}}, {{^name}}, "
                    "{{/name}}, {{>file}}, {{! comment}}",
                    (int)(end - from < 40 ? end - from : 40), bytes + from);
    return HL_OK;
}

/* -------------------------------------------------------------------- kinds of tag */

static bool read_how(const char *word, enum hltemplate_how *out_how)
{
    static const char *const words[] = {"", "url", "param", "attr"};
    for (unsigned i = 0; i < sizeof words / sizeof *words; i++)
        if (!strcmp(word, words[i])) {
            *out_how = (enum hltemplate_how)i;
            return true;
        }
    return false;
}

/* Whether values of that kind are printed in that way, wherever they stand. */
static hl_status check_kind(const struct reader *r, const struct source *s,
                            const struct tag *tag, enum hltemplate_kind kind,
                            enum hltemplate_how how)
{
    if (kind == HLTEMPLATE_LIST)
        return fail(r, s, tag->at, "%s is a list; write {{#%s}}...{{/%s}}", tag->name,
                    tag->name, tag->name);
    if (kind == HLTEMPLATE_ADDRESS && how != HLTEMPLATE_AS_URL)
        return fail(r, s, tag->at, "%s is an address; write {{url %s}}", tag->name, tag->name);
    return HL_OK;
}

static hl_status take_value(struct reader *r, const struct source *s, const struct tag *tag)
{
    struct hltemplate_step step = {.op = HLTEMPLATE_VALUE};
    const struct hltemplate_name *name = find(r, tag->name);
    if (!read_how(tag->how, &step.how))
        return fail(r, s, tag->at, "%s is no way to print a value; there are url, param, attr",
                    tag->how);
    if (!name)
        return fail_unknown(r, s, tag, HLERR_SAID("field"));
    hl_status status = check_kind(r, s, tag, name->kind, step.how);
    if (status != HL_OK)
        return status;
    if (r->t->form != HLTEMPLATE_PLAIN) {
        const char *why =
            hltemplate_place_refuses(&r->place, step.how, name->kind == HLTEMPLATE_ADDRESS);
        if (why)
            return fail(r, s, tag->at, "%s", hlerr_say(why));
        step.marks = hltemplate_place_marks(&r->place) && step.how == HLTEMPLATE_AS_TEXT;
        hltemplate_place_value(&r->place);
    } else {
        if (step.how == HLTEMPLATE_AS_ATTRIBUTE)
            return fail(r, s, tag->at, "there are no attributes in plain text; write {{%s}}",
                        tag->name);
        step.marks = step.how == HLTEMPLATE_AS_TEXT;
    }
    step.id = name->id;
    return add_step(r, &step, NULL);
}

/* A list within itself would lose its place. */
static bool is_open(const struct reader *r, const struct hltemplate_name *name)
{
    for (size_t i = 0; i < r->section_count; i++)
        if (r->sections[i].name == name && r->sections[i].each)
            return true;
    return false;
}

static hl_status take_section(struct reader *r, const struct source *s, const struct tag *tag)
{
    const struct hltemplate_name *name = find(r, tag->name);
    if (!name)
        return fail_unknown(r, s, tag, HLERR_SAID("field or list"));
    if (r->section_count == HLTEMPLATE_SECTIONS_MAX)
        return fail(r, s, tag->at, "more than %d sections within each other",
                    HLTEMPLATE_SECTIONS_MAX);
    if (hltemplate_place_raw(&r->place) != HLTEMPLATE_NOT_RAW)
        return fail(r, s, tag->at,
                    "no section can stand in a script or style, which must be the same on "
                    "every page; put the whole element into {{%c%s}}...{{/%s}}",
                    tag->sign, tag->name, tag->name);
    if (is_open(r, name))
        return fail(r, s, tag->at,
                    "the list %s stands within itself; end it first with {{/%s}}", tag->name,
                    tag->name);
    bool list = name->kind == HLTEMPLATE_LIST, some = tag->sign == '#';
    struct hltemplate_step step = {.op = list ? (some ? HLTEMPLATE_EACH : HLTEMPLATE_EMPTY)
                                              : (some ? HLTEMPLATE_WITH : HLTEMPLATE_WITHOUT),
                                   .id = name->id};
    struct section *section = &r->sections[r->section_count];
    *section =
        (struct section){.name = name, .at = tag->at, .place = r->place, .each = list && some};
    hl_status status = add_step(r, &step, &section->step);
    r->section_count += status == HL_OK;
    return status;
}

static hl_status take_end(struct reader *r, const struct source *s, const struct tag *tag)
{
    if (r->section_count == s->sections)
        return fail(r, s, tag->at, "{{/%s}} ends nothing that this file began", tag->name);
    struct section *section = &r->sections[r->section_count - 1];
    if (strcmp(section->name->name, tag->name))
        return fail(r, s, tag->at, "{{/%s}} stands where {{/%s}} is missing", tag->name,
                    section->name->name);
    if (memcmp(&section->place, &r->place, sizeof r->place))
        return fail(r, s, tag->at,
                    "the section %s begins %s and ends %s; end it where it "
                    "began, a blank after an attribute helps",
                    tag->name, place_name(&section->place), place_name(&r->place));
    struct hltemplate_step *step = (struct hltemplate_step *)r->t->steps.data + section->step;
    step->at = (uint32_t)(r->t->steps.size / sizeof *step);
    r->section_count--;
    return HL_OK;
}

static hl_status read_source(struct reader *r, struct source *s);

/* Of the path that was given; what is included has no folder in its name. */
static const char *last_part(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

static hl_status take_file(struct reader *r, const struct source *s, const struct tag *tag)
{
    char *bytes = NULL;
    struct source file = {.name = tag->name, .up = s, .sections = r->section_count};
    struct hltemplate_place place = r->place;
    size_t depth = 1;
    for (const struct source *up = s; up; up = up->up, depth++)
        if (!strcmp(last_part(up->name), tag->name))
            return fail(r, s, tag->at, "%s includes itself", tag->name);
    if (depth > HLTEMPLATE_FILES_MAX)
        return fail(r, s, tag->at, "more than %d files within each other",
                    HLTEMPLATE_FILES_MAX);
    if (!r->loader)
        return fail(r, s, tag->at, "nothing can be included here");
    struct hl_error why;
    hl_status status = r->loader->load(r->loader->user, tag->name, &bytes, &file.size, &why);
    if (status == HL_NOMEM)
        return hlerr_nomem(r->err);
    if (status != HL_OK)
        return fail(r, s, tag->at, "%s", why.text);
    file.bytes = bytes;
    status = read_source(r, &file);
    if (status == HL_OK && memcmp(&place, &r->place, sizeof place))
        status = fail(r, s, tag->at, "%s begins %s and ends %s; end it where it began",
                      tag->name, place_name(&place), place_name(&r->place));
    hlmem_free(bytes);
    return status;
}

/* ------------------------------------------------------------------------ text */

/* Where the line of a tag that stands alone on it begins; the tag's place if it does not.
 * Its end goes to *out_end. */
static size_t whole_line(const struct source *s, const struct tag *tag, size_t *out_end)
{
    size_t from = tag->at, to = tag->end;
    while (from > 0 && (s->bytes[from - 1] == ' ' || s->bytes[from - 1] == '\t'))
        from--;
    to = skip_blanks(s->bytes, to, s->size);
    to += to + 1 < s->size && s->bytes[to] == '\r' && s->bytes[to + 1] == '\n';
    bool begins = !from || s->bytes[from - 1] == '\n';
    bool ends = to == s->size || s->bytes[to] == '\n';
    *out_end = tag->end;
    if (!tag->sign || !begins || !ends || from < s->at)
        return tag->at;
    *out_end = to + (to < s->size);
    return from;
}

static hl_status take_tag(struct reader *r, const struct source *s, const struct tag *tag)
{
    switch (tag->sign) {
    case '!':
        return HL_OK;
    case '#':
    case '^':
        return take_section(r, s, tag);
    case '/':
        return take_end(r, s, tag);
    case '>':
        return take_file(r, s, tag);
    default:
        return take_value(r, s, tag);
    }
}

/* Literal text up to the next tag, and the tag; or the rest. */
static hl_status read_some(struct reader *r, struct source *s)
{
    const char *open = memmem(s->bytes + s->at, s->size - s->at, "{{", 2);
    struct tag tag = {.at = open ? (size_t)(open - s->bytes) : s->size};
    size_t end = s->size, literal = s->size;
    hl_status status = HL_OK;
    if (open)
        status = read_tag(r, s, &tag);
    if (status == HL_OK && open)
        literal = whole_line(s, &tag, &end);
    if (status == HL_OK)
        status = add_literal(r, s->bytes + s->at, literal - s->at);
    if (status == HL_OK && open)
        status = take_tag(r, s, &tag);
    s->at = end;
    return status;
}

/* Nothing is read that another program would read otherwise. */
static hl_status check_bytes(struct reader *r, const struct source *s)
{
    if (s->size > HLTEMPLATE_FILE_MAX)
        return hlerr_set(r->err, HL_LIMIT, "%.70s: a template has at most %d KiB", s->name,
                         HLTEMPLATE_FILE_MAX >> 10);
    r->bytes += s->size;
    if (r->bytes > HLTEMPLATE_BYTES_MAX)
        return hlerr_set(r->err, HL_LIMIT,
                         "%.70s: what it includes has more than %d KiB, each time counted",
                         s->name, HLTEMPLATE_BYTES_MAX >> 10);
    const char *zero = memchr(s->bytes, 0, s->size);
    if (zero)
        return fail(r, s, (size_t)(zero - s->bytes), "a byte of zero; a template is text");
    size_t good = hltext_utf8_check(s->bytes, s->size);
    if (good != s->size)
        return fail(r, s, good, "a byte that is no UTF-8; a template is text in it");
    return HL_OK;
}

static hl_status read_source(struct reader *r, struct source *s)
{
    hl_status status = check_bytes(r, s);
    if (status == HL_OK && s->size >= 3 && !memcmp(s->bytes, "\xef\xbb\xbf", 3))
        s->at = 3;
    while (status == HL_OK && s->at < s->size)
        status = read_some(r, s);
    if (status == HL_OK && r->section_count > s->sections) {
        const struct section *open = &r->sections[r->section_count - 1];
        status = fail(r, s, open->at, "the section %s has no end; write {{/%s}}",
                      open->name->name, open->name->name);
    }
    return status;
}

hl_status hltemplate_read(const char *name, const char *bytes, size_t size,
                          enum hltemplate_form form, const struct hltemplate_name *names,
                          const struct hltemplate_loader *loader,
                          struct hltemplate **out_template, struct hl_error *err)
{
    struct source s = {.name = name, .bytes = size ? bytes : "", .size = size};
    struct reader *r = hlmem_zalloc(1, sizeof *r);
    struct hltemplate *t = hlmem_zalloc(1, sizeof *t);
    hl_status status = r && t ? HL_OK : hlerr_nomem(err);
    if (status == HL_OK) {
        *r = (struct reader){.t = t, .names = names, .loader = loader, .err = err};
        t->form = form;
        r->place.xml = form == HLTEMPLATE_XML;
        status = read_source(r, &s);
    }
    if (status == HL_OK && !t->steps.size)
        status =
            fail(r, &s, 0, "an empty template prints nothing; start from hlsearch template vi");
    if (status == HL_OK && r->place.state)
        status = fail(r, &s, s.size, "the page ends %s", place_name(&r->place));
    hlmem_free(r);
    if (status == HL_OK)
        *out_template = t;
    else
        hltemplate_free(t);
    return status;
}

void hltemplate_free(struct hltemplate *t)
{
    if (!t || t->fixed)
        return;
    hlbuf_release(&t->text);
    hlbuf_release(&t->steps);
    hlbuf_release(&t->codes);
    hlmem_free(t);
}

/* ------------------------------------------------------------------------ code */

size_t hltemplate_raw_count(const struct hltemplate *t)
{
    return t->codes.size / sizeof(struct hltemplate_code);
}

void hltemplate_raw_at(const struct hltemplate *t, size_t i, bool *out_script,
                       const char **out_bytes, size_t *out_size)
{
    const struct hltemplate_code *code = (const struct hltemplate_code *)t->codes.data + i;
    assert(i < hltemplate_raw_count(t));
    *out_script = code->script;
    *out_bytes = (const char *)t->text.data + code->at;
    *out_size = code->size;
}

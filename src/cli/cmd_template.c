/*
 * template: the templates that the search page has without one of its own, to start from, and
 * what is wrong with one.
 *
 * What is printed stands alone: the script is put where the page includes it.
 */
#include "cli/commands.h"
#include "cli/json.h"
#include "template/builtin.h"
#include "template/page_names.h"

#include <assert.h>
#include <stddef.h>
#include <string.h>

struct options {
    const char *check;
};

static const struct hlcli_flag flags[] = {
    {"check", 0, HLCLI_TEXT, offsetof(struct options, check), "FILE",
     "read a template of your own, say where it is wrong", 0, 0, 0, HLCLI_NO_CONFIG},
    {NULL, 0, 0, 0, NULL, NULL, 0, 0, 0, 0},
};

static const struct template
{
    const char *name, *file, *about;
}
templates[] = {
    {"vi", "page.vi.html", HLCLI_SAID("the search page in Vietnamese, its script in it")},
    {"en", "page.en.html", HLCLI_SAID("the same in English")},
    {"style", "style.css", HLCLI_SAID("its style sheet, to have one of your own")},
    {"script", "search.js", HLCLI_SAID("its script alone, for {{>search.js}}")},
    {"feed", "feed.xml", HLCLI_SAID("the answer as RSS")},
    {"opensearch", "opensearch.xml",
     HLCLI_SAID("what tells a browser how to search here (OpenSearch)")},
};

enum { TEMPLATES = sizeof templates / sizeof *templates, COLUMN = 13 };

static int unknown(const char *name)
{
    const char *best = NULL;
    unsigned least = (unsigned)strlen(name) / 3 + 2; /* as names of commands (flags.c) */
    struct hlcli_text hint;
    hlcli_text_init(&hint);
    for (size_t i = 0; i < TEMPLATES; i++) {
        const char *names[] = {templates[i].name, templates[i].file};
        for (size_t j = 0; j < 2; j++) {
            unsigned d = hlcli_distance(name, names[j]);
            best = d < least ? templates[i].name : best;
            least = d < least ? d : least;
        }
    }
    if (best)
        hlcli_add_format(&hint, hlcli_say("did you mean %s?"), best);
    int code = hlcli_wrong(best ? hint.data : "hlsearch template lists them",
                           "no template is called %s", name);
    hlcli_text_release(&hint);
    return code;
}

/* Also by the name of its file. */
static const struct template *find(const char *name)
{
    for (size_t i = 0; i < TEMPLATES; i++)
        if (!strcmp(templates[i].name, name) || !strcmp(templates[i].file, name))
            return &templates[i];
    return NULL;
}

static void list(const struct hlcli_call *call, struct hlcli_text *out)
{
    struct hlcli_json json;
    if (!call->common.json) {
        for (size_t i = 0; i < TEMPLATES; i++)
            hlcli_add_format(out, "%-*s%s\n", COLUMN, templates[i].name,
                             hlcli_say(templates[i].about));
        return;
    }
    hlcli_json_init(&json, out);
    hlcli_json_object(&json);
    hlcli_json_put_uint(&json, "schema", 1);
    hlcli_json_key(&json, "templates");
    hlcli_json_array(&json);
    for (size_t i = 0; i < TEMPLATES; i++) {
        hlcli_json_object(&json);
        hlcli_json_put(&json, "name", templates[i].name);
        hlcli_json_put(&json, "file", templates[i].file);
        hlcli_json_object_end(&json);
    }
    hlcli_json_array_end(&json);
    hlcli_json_object_end(&json);
    hlcli_add(out, "\n");
}

static void add_one(const struct hlcli_call *call, const struct template *t,
                    const struct hlbuf *text, struct hlcli_text *out)
{
    struct hlcli_json json;
    if (!call->common.json) {
        hlcli_add_bytes(out, (const char *)text->data, text->size);
        return;
    }
    hlcli_json_init(&json, out);
    hlcli_json_object(&json);
    hlcli_json_put_uint(&json, "schema", 1);
    hlcli_json_put(&json, "name", t->name);
    hlcli_json_put(&json, "file", t->file);
    hlcli_json_key(&json, "text");
    hlcli_json_bytes(&json, (const char *)text->data, text->size);
    hlcli_json_object_end(&json);
    hlcli_add(out, "\n");
}

/* As hlsearch.cgi reads it, with the same words if it is refused. */
static int check(const struct hlcli_call *call, const char *path)
{
    struct hltemplate *t;
    struct hl_error err;
    struct hlcli_text out;
    struct hlcli_json json;
    if (hltemplate_open(path, hltemplate_page_names, &t, &err) != HL_OK)
        return hlcli_fail_error(&err);
    hltemplate_free(t);
    hlcli_text_init(&out);
    if (call->common.json) {
        hlcli_json_init(&json, &out);
        hlcli_json_object(&json);
        hlcli_json_put_uint(&json, "schema", 1);
        hlcli_json_put(&json, "file", path);
        hlcli_json_put_bool(&json, "good", true);
        hlcli_json_object_end(&json);
        hlcli_add(&out, "\n");
    } else
        hlcli_add_format(&out, hlcli_say("%s: no fault\n"), path);
    hlcli_print(&out);
    hlcli_text_release(&out);
    return HLCLI_FOUND;
}

static int run(const struct hlcli_call *call, const void *given)
{
    const struct options *options = given;
    const struct template *t = call->count ? find(call->words[0]) : NULL;
    struct hlbuf text = {0};
    struct hl_error err;
    struct hlcli_text out;
    int code = HLCLI_FOUND;
    if (options->check && call->count)
        return hlcli_wrong("leave all but one out",
                           "template takes a name or --check FILE, not both");
    if (options->check)
        return check(call, options->check);
    if (call->count && !t)
        return unknown(call->words[0]);
    assert(!t || hltemplate_builtin(t->file));
    hlcli_text_init(&out);
    if (!t)
        list(call, &out);
    else if (hltemplate_builtin_text(t->file, &text, &err) == HL_OK)
        add_one(call, t, &text, &out);
    else
        code = hlcli_fail_error(&err);
    hlcli_print(&out);
    hlcli_text_release(&out);
    hlbuf_release(&text);
    return code;
}

const struct hlcli_command hlcli_template = {
    .name = "template",
    .arguments = "[vi|en|style|script|feed|opensearch]",
    .summary = "the templates of the search page, to start your own",
    .most = 1,
    .flags = flags,
    .options_size = sizeof(struct options),
    .examples = {{"hlsearch template vi > page.html",
                  "change it, then HLSEARCH_TEMPLATE=page.html for hlsearch.cgi"},
                 {"hlsearch template --check page.html",
                  "no fault, or the first as FILE:LINE:COLUMN"},
                 {"hlsearch template style > style.css",
                  "beside page.html, in it <style>{{>style.css}}</style>"}},
    .manual =
        "A template is a page with places for values: {{field}} is the text, escaped for "
        "where it stands, {{url field}} a whole address, {{param field}} a part of one, "
        "{{#name}}...{{/name}} is there for each item of a list or if a field has a value, "
        "{{^name}}...{{/name}} if there is none, {{>file}} is another file of the same "
        "folder, {{! }} a comment. A value where no escaping could make it safe (in a script, "
        "a "
        "tag, an attribute without quotes) is an error that says FILE:LINE:COLUMN.\n\n"
        "What is printed is what hlsearch.cgi shows where HLSEARCH_TEMPLATE names no file of "
        "yours. Style and script may be changed freely: the page tells browsers their hashes, "
        "and they run no others.",
    .run = run,
};

/* The pages that come with the program: each is a template, alone as with its files. */
#include "tap.h"
#include "template/builtin.h"
#include "template/ready.h"
#include "template/page_names.h"

/* Every field has the same value, every list one item; or there is nothing at all. */
static const char *said;

static void value(void *user, int id, struct hltemplate_value *v)
{
    *v = (struct hltemplate_value){said, strlen(said), NULL, 0};
}

static hl_status enter(void *user, int id, size_t i, bool *there, struct hl_error *err)
{
    *there = *said && !i;
    return HL_OK;
}

static void leave(void *user, int id)
{
}

static const struct hltemplate_values values = {value, enter, leave, NULL};

/* Code goes, which the program has without comments and blanks. */
static void drop_code(const struct hltemplate *t, struct hlbuf *page)
{
    for (size_t i = 0; i < hltemplate_raw_count(t); i++) {
        bool script;
        const char *bytes;
        size_t size;
        hltemplate_raw_at(t, i, &script, &bytes, &size);
        uint8_t *at = page->size ? memmem(page->data, page->size, bytes, size) : NULL;
        if (!at)
            continue;
        memmove(at, at + size, page->size - size - (size_t)(at - page->data));
        page->size -= size;
    }
}

/* Both print the same but for their code, with values and without. */
static bool same(const struct hltemplate *a, const struct hltemplate *b, const char *with)
{
    struct hlbuf x = {0}, y = {0};
    said = with;
    bool good = hltemplate_print(a, &values, &x, NULL) == HL_OK &&
                hltemplate_print(b, &values, &y, NULL) == HL_OK;
    drop_code(a, &x);
    drop_code(b, &y);
    good = good && x.size == y.size && (!x.size || !memcmp(x.data, y.data, x.size));
    hlbuf_release(&x);
    hlbuf_release(&y);
    return good;
}

/* Code, which stands in the page as a browser hashes it; in a part of a page there may be
 * none, so pages with values and without count as one. */
static void test_code(const char *name, const struct hltemplate *t)
{
    struct hlbuf out = {0};
    size_t wrong = 0, codes = hltemplate_raw_count(t);
    said = "?x=1";
    wrong += hltemplate_print(t, &values, &out, NULL) != HL_OK;
    said = "";
    wrong += hltemplate_print(t, &values, &out, NULL) != HL_OK;
    for (size_t i = 0; i < codes; i++) {
        bool script;
        const char *bytes;
        size_t size;
        hltemplate_raw_at(t, i, &script, &bytes, &size);
        const char *at = memmem(out.data, out.size, bytes, size);
        wrong += !at || strncmp(at + size, script ? "</script" : "</style", 7) != 0;
    }
    OK(!wrong, "%s: %zu styles and scripts stand in it", name, codes);
    hlbuf_release(&out);
}

static enum hltemplate_form form_of(const char *name)
{
    return strstr(name, ".xml") ? HLTEMPLATE_XML : HLTEMPLATE_HTML;
}

static bool equal(const struct hlbuf *a, const struct hlbuf *b)
{
    return a->size == b->size && (!a->size || !memcmp(a->data, b->data, a->size));
}

/* What was read when the program was built is what reading gives. */
static void test_ready(const char *name)
{
    struct hltemplate_name names[128];
    const struct hltemplate *ready = hltemplate_ready(name);
    struct hltemplate *t = NULL, *again = NULL;
    struct hl_error err = {0};
    size_t count = 0, wrong = 0;
    do /* names of another address are read anew */
        names[count] = hltemplate_page_names[count];
    while (names[count++].name && count < 128);
    bool good = hltemplate_builtin_open(name, names, &t, &err) == HL_OK &&
                hltemplate_builtin_open(name, hltemplate_page_names, &again, &err) == HL_OK;
    if (!OK(good && ready && again == ready && t != ready, "%s: is ready", name))
        return;
    const struct hltemplate_step *a = (const struct hltemplate_step *)t->steps.data;
    const struct hltemplate_step *b = (const struct hltemplate_step *)ready->steps.data;
    OK(t->form == ready->form && equal(&t->text, &ready->text), "%s: its text", name);
    for (size_t i = 0; i < t->steps.size / sizeof *a; i++)
        wrong += a[i].op != b[i].op || a[i].how != b[i].how || a[i].marks != b[i].marks ||
                 a[i].id != b[i].id || a[i].at != b[i].at || a[i].size != b[i].size;
    OK(t->steps.size == ready->steps.size && !wrong, "%s: its steps", name);
    const struct hltemplate_code *x = (const struct hltemplate_code *)t->codes.data;
    const struct hltemplate_code *y = (const struct hltemplate_code *)ready->codes.data;
    for (size_t i = 0; i < t->codes.size / sizeof *x; i++)
        wrong += x[i].at != y[i].at || x[i].size != y[i].size || x[i].script != y[i].script;
    OK(t->codes.size == ready->codes.size && !wrong, "%s: its styles and scripts", name);
    hltemplate_free(t);
    hltemplate_free(again);
}

static void test_page(const char *name)
{
    struct hltemplate *t = NULL, *alone = NULL;
    struct hl_error err = {0};
    struct hlbuf text = {0};
    if (!OK(hltemplate_builtin_text(name, &text, &err) == HL_OK, "%s: its text", name))
        return;
    bool good = hltemplate_builtin_open(name, hltemplate_page_names, &t, &err) == HL_OK;
    if (!OK(good, "%s: a template", name))
        printf("#   %s\n", err.text);
    good = hltemplate_read(name, (const char *)text.data, text.size, form_of(name),
                           hltemplate_page_names, NULL, &alone, &err) == HL_OK;
    if (!OK(good, "%s: one that stands alone", name))
        printf("#   %s\n", err.text);
    test_ready(name);
    if (t && alone) {
        OK(same(t, alone, "?x=1") && same(t, alone, ""), "%s: which prints the same", name);
        OK(hltemplate_raw_count(t) == hltemplate_raw_count(alone), "%s: as much code", name);
        test_code(name, t);
    }
    hltemplate_free(t);
    hltemplate_free(alone);
    hlbuf_release(&text);
}

/* What is included must not look like tags or end its element. */
static void test_parts(void)
{
    static const char *const parts[][2] = {{"style.css", "</style"}, {"search.js", "</script"}};
    for (size_t i = 0; i < 2; i++) {
        const char *bytes = hltemplate_builtin(parts[i][0])->bytes;
        OK(!strstr(bytes, "{{") && !strcasestr(bytes, parts[i][1]) && !strstr(bytes, "<!--"),
           "%s can stand in a page", parts[i][0]);
    }
}

int main(void)
{
    static const char *const pages[] = {"page.vi.html", "page.en.html", "feed.xml",
                                        "opensearch.xml"};
    for (size_t i = 0; i < sizeof pages / sizeof *pages; i++)
        test_page(pages[i]);
    test_parts();
    return tap_done();
}

/* Templates: what is printed, what no value can do, what is refused and where. */
#include "base/mem.h"
#include "tap.h"
#include "template/builtin.h"

#include <sys/stat.h>
#include <unistd.h>

/* -------------------------------------------------------------------- a small answer */

enum { QUERY, TOTAL, NOTHING, HITS, TITLE, URL, LINK, BAD, PARTS, PART, NONE, SELF, AWAY };

static const struct hltemplate_name part_names[] = {{"part", HLTEMPLATE_FIELD, PART, NULL},
                                                    {NULL, 0, 0, NULL}};
static const struct hltemplate_name hit_names[] = {
    {"title", HLTEMPLATE_FIELD, TITLE, NULL},      {"url", HLTEMPLATE_FIELD, URL, NULL},
    {"link", HLTEMPLATE_FIELD, LINK, NULL},        {"bad", HLTEMPLATE_FIELD, BAD, NULL},
    {"parts", HLTEMPLATE_LIST, PARTS, part_names}, {NULL, 0, 0, NULL}};
static const struct hltemplate_name names[] = {
    {"query", HLTEMPLATE_FIELD, QUERY, NULL},     {"total", HLTEMPLATE_FIELD, TOTAL, NULL},
    {"nothing", HLTEMPLATE_FIELD, NOTHING, NULL}, {"hits", HLTEMPLATE_LIST, HITS, hit_names},
    {"none", HLTEMPLATE_LIST, NONE, hit_names},   {"self", HLTEMPLATE_ADDRESS, SELF, NULL},
    {"away", HLTEMPLATE_ADDRESS, AWAY, NULL},     {NULL, 0, 0, NULL}};

struct answer {
    size_t hit, part;
    int open;
    size_t hits, fail_at;
};

static const char hostile[] = "<script>\"a\" & 'b'`</script>\x01\xff\xe2\x80\xae]]>\r\nx";

static void value(void *user, int id, struct hltemplate_value *v)
{
    struct answer *a = user;
    static const char *const titles[] = {"Ung thư <phổi>", "Lúa & mặn"};
    static const char *const urls[] = {"https://a.example/?x=1&y='", "javascript:alert(1)"};
    static const char *const parts[] = {"một", "hai"};
    static const struct hl_range range = {0, 8};
    const char *s = id == QUERY               ? "phổi \"x\""
                    : id == TOTAL             ? "2"
                    : id == TITLE             ? titles[a->hit % 2]
                    : id == URL || id == LINK ? urls[a->hit % 2]
                    : id == BAD               ? hostile
                    : id == PART              ? parts[a->part % 2]
                    : id == SELF              ? "?q=phổi&page=2"
                    : id == AWAY              ? "//evil.example/"
                                              : "";
    v->bytes = s;
    v->size = strlen(s);
    if (id == TITLE && a->hit % 2 == 0) {
        v->ranges = &range;
        v->range_count = 1;
    }
}

static hl_status enter(void *user, int id, size_t i, bool *there, struct hl_error *err)
{
    struct answer *a = user;
    if (id == HITS && i == a->fail_at)
        return HL_CORRUPT;
    *there = id == HITS ? i < a->hits : id == PARTS && i < 2;
    if (*there) {
        *(id == HITS ? &a->hit : &a->part) = i;
        a->open++;
    }
    return HL_OK;
}

static void leave(void *user, int id)
{
    ((struct answer *)user)->open--;
}

static hl_status load(void *user, const char *name, char **out_bytes, size_t *out_size,
                      struct hl_error *err)
{
    static const char *const files[][2] = {
        {"head", "<h1>{{query}}</h1>\n"},
        {"loop", "{{>loop2}}"},
        {"loop2", "{{>loop}}"},
        {"open", "{{#hits}}"},
        {"close", "{{/hits}}"},
        {"tag", "<a href=\""},
        {"d1", "{{>d2}}"},
        {"d2", "{{>d3}}"},
        {"d3", "{{>d4}}"},
        {"d4", "{{>d5}}"},
        {"d5", "{{>d6}}"},
        {"d6", "{{>d7}}"},
        {"d7", "{{>d8}}"},
        {"d8", "deep"},
        {"code", "a < b;\n"},
        {"tags", "a {{query}}"},
    };
    for (size_t i = 0; i < sizeof files / sizeof *files; i++)
        if (!strcmp(files[i][0], name)) {
            *out_bytes = hlmem_strdup(files[i][1]);
            *out_size = strlen(files[i][1]);
            return *out_bytes ? HL_OK : HL_NOMEM;
        }
    snprintf(err->text, sizeof err->text, "no such template: %s", name);
    return HL_NOT_FOUND;
}

static const struct hltemplate_loader loader = {load, NULL};

/* What comes out, or the failure's words. */
static const char *filled(enum hltemplate_form form, const char *text)
{
    static char out[4096];
    struct answer a = {.hits = 2, .fail_at = 99};
    struct hltemplate_values values = {value, enter, leave, &a};
    struct hltemplate *t = NULL;
    struct hl_error err;
    struct hlbuf buf = {0};
    if (hltemplate_read("t.html", text, strlen(text), form, names, &loader, &t, &err) !=
        HL_OK) {
        snprintf(out, sizeof out, "%s", err.text);
        return out;
    }
    hl_status status = hltemplate_print(t, &values, &buf, &err);
    snprintf(out, sizeof out, "%.*s", (int)buf.size, buf.size ? (char *)buf.data : "");
    if (status != HL_OK || a.open)
        snprintf(out, sizeof out, "status %d, %d open", status, a.open);
    hlbuf_release(&buf);
    hltemplate_free(t);
    return out;
}

static const char *html(const char *text)
{
    return filled(HLTEMPLATE_HTML, text);
}

/* ------------------------------------------------------------------------ it fills */

static void test_values(void)
{
    IS(html(""),
       "t.html:1:1: an empty template prints nothing; start from hlsearch template vi",
       "nothing is no template");
    IS(html("a { b } }} <b>"), "a { b } }} <b>", "text is printed as it is");
    IS(html("{{query}}|{{ total }}"), "phổi &quot;x&quot;|2", "values, escaped");
    IS(html("{{#hits}}{{title}};{{/hits}}"), "<mark>Ung thư</mark> &lt;phổi&gt;;Lúa &amp; mặn;",
       "a list, matches marked");
    IS(filled(HLTEMPLATE_PLAIN, "{{#hits}}{{title}};{{/hits}}"), "[Ung thư] <phổi>;Lúa & mặn;",
       "plain text");
    IS(html("{{#hits}}<i title=\"{{title}}\">{{/hits}}"),
       "<i title=\"Ung thư &lt;phổi&gt;\"><i title=\"Lúa &amp; mặn\">",
       "no mark within an attribute");
    IS(html("<title>{{#hits}}{{title}}{{/hits}}</title>"),
       "<title>Ung thư &lt;phổi&gt;Lúa &amp; mặn</title>", "nor in a title");
    IS(html("{{#hits}}{{#parts}}{{part}} {{total}},{{/parts}};{{/hits}}"),
       "một 2,hai 2,;một 2,hai 2,;", "lists within lists, outer names seen");
    IS(html("{{#none}}x{{/none}}{{^none}}empty{{/none}}{{^hits}}x{{/hits}}"), "empty",
       "empty lists");
    IS(html("{{#nothing}}x{{/nothing}}{{^nothing}}-{{/nothing}}{{#total}}+{{/total}}"), "-+",
       "with and without a value");
    IS(html("a\n  {{#hits}}  \n x\r\n{{/hits}}\r\n{{! c\nd }}\nb"), "a\n x\r\n x\r\nb",
       "a tag alone on its line takes the line");
    IS(html("{{total}}\nb"), "2\nb", "a value does not");
    IS(html("{{>head}}x"), "<h1>phổi &quot;x&quot;</h1>\nx", "another file");
    IS(html("{{>d2}}"), "deep", "eight files within each other");
    IS(html("\xef\xbb\xbfx"), "x", "a byte order mark");
}

static void test_places(void)
{
    IS(html("{{#hits}}<a href=\"{{url url}}\">{{/hits}}"),
       "<a href=\"https://a.example/?x=1&amp;y=&#39;\"><a href=\"\">",
       "addresses of the web only");
    IS(html("<a href='?q={{param query}}&amp;n={{param total}}'>"),
       "<a href='?q=ph%E1%BB%95i%20%22x%22&amp;n=2'>", "a parameter");
    static const char *const good[] = {
        "/tim?q=",
        "https://site.example/tim?q=",
        "HTTP://site.example:80/",
        "/",
        "/tim/",
        "//site.example/",
        "https://site.example?q=",
        "https://site.example#",
        "?q=",
        "#",
        "./",
        "tim?q=",
        "muc/",
    };
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        char text[96], want[96];
        snprintf(text, sizeof text, "<a href=\"%s{{param query}}\">", good[i]);
        snprintf(want, sizeof want, "<a href=\"%sph%%E1%%BB%%95i%%20%%22x%%22\">", good[i]);
        const char *got = html(text);
        if (!OK(!strcmp(got, want), "a value after %s", good[i]))
            printf("#   got:  %s\n", got);
    }
    IS(html("{{#hits}}<a href=\"{{url link}}#{{param total}}\">{{/hits}}"),
       "<a href=\"https://a.example/?x=1&amp;y=&#39;#2\"><a href=\"#2\">",
       "a value after an address");
    IS(html("<a class=\"a{{#total}} b{{/total}}\">"), "<a class=\"a b\">",
       "sections in attributes");
    IS(html("{{#hits}}{{bad}}{{/hits}}"),
       "&lt;script&gt;&quot;a&quot; &amp; &#39;b&#39;&#96;&lt;/script&gt; \xef\xbf\xbd]]&gt;  x"
       "&lt;script&gt;&quot;a&quot; &amp; &#39;b&#39;&#96;&lt;/script&gt; \xef\xbf\xbd]]&gt;  "
       "x",
       "hostile bytes in HTML");
    IS(html("{{^none}}<i data-x='{{#total}}{{attr query}}{{/total}}'>{{/none}}"),
       "<i data-x='phổi &quot;x&quot;'>", "attr");
    IS(filled(HLTEMPLATE_PLAIN, "<script>{{query}}"), "<script>phổi \"x\"",
       "in plain text every place is one");
}

/* ------------------------------------------------------- addresses of its own, and XML */

static const char *xml(const char *text)
{
    return filled(HLTEMPLATE_XML, text);
}

static void test_own_addresses(void)
{
    IS(html("<link rel=next href=\"{{url self}}\">"),
       "<link rel=next href=\"?q=ph%E1%BB%95i&amp;page=2\">", "an own address in <link>");
    IS(html("<LINK HREF='{{url self}}'/><a href='{{url self}}'>{{url self}}"),
       "<LINK HREF='?q=ph%E1%BB%95i&amp;page=2'/><a href='?q=ph%E1%BB%95i&amp;page=2'>"
       "?q=ph%E1%BB%95i&amp;page=2",
       "and wherever any other is");
    IS(html("<link href=\"{{url away}}\">{{url away}}"), "<link href=\"\">",
       "but for one that leads elsewhere");
    IS(html("{{#self}}a{{/self}}{{^self}}b{{/self}}"), "a", "a section of one");
    IS(html("{{#hits}}<a href='{{url self}}'>{{/hits}}"),
       "<a href='?q=ph%E1%BB%95i&amp;page=2'><a href='?q=ph%E1%BB%95i&amp;page=2'>",
       "within a list");
    IS(filled(HLTEMPLATE_PLAIN, "{{url self}}"), "?q=ph%E1%BB%95i&page=2", "in plain text");
    IS(xml("<link href='{{url self}}'/>"), "<link href='?q=ph%E1%BB%95i&amp;page=2'/>",
       "in <link> of XML");
    OK(strstr(filled(HLTEMPLATE_PLAIN, "{{self}}"), "self is an address; write {{url self}}"),
       "not without url");
}

static void test_xml(void)
{
    IS(xml("<?xml version=\"1.0\"?>\n<rss xmlns:atom='x'><title>{{#hits}}{{title}};{{/hits}}"
           "</title><link>{{url self}}</link><atom:link href=\"{{url self}}\" rel='self'/>"),
       "<?xml version=\"1.0\"?>\n<rss xmlns:atom='x'><title>Ung thư &lt;phổi&gt;;"
       "Lúa &amp; mặn;</title><link>?q=ph%E1%BB%95i&amp;page=2</link><atom:link "
       "href=\"?q=ph%E1%BB%95i&amp;page=2\" rel='self'/>",
       "a feed; matches are not marked");
    IS(xml("<title/>{{total}}<style/>{{total}}<script src='x' />{{total}}<TITLE>{{attr "
           "query}}"),
       "<title/>2<style/>2<script src='x' />2<TITLE>phổi &quot;x&quot;",
       "an element that ends itself");
    IS(xml("<Url template=\"{{url self}}&amp;q={searchTerms}\"/><guid isPermaLink='no'>"
           "{{total}}</guid>"),
       "<Url template=\"?q=ph%E1%BB%95i&amp;page=2&amp;q={searchTerms}\"/>"
       "<guid isPermaLink='no'>2</guid>",
       "a description of a search");
    IS(xml("<?a > ?>{{total}}<!-- > -->{{total}}<iframe>{{total}}</iframe>"),
       "<?a > ?>2<!-- > -->2<iframe>2</iframe>", "what ends where");
    IS(xml("{{#hits}}{{#nothing}}x{{/nothing}}{{bad}}{{/hits}}"),
       "&lt;script&gt;&quot;a&quot; &amp; &#39;b&#39;&#96;&lt;/script&gt; \xef\xbf\xbd]]&gt;  x"
       "&lt;script&gt;&quot;a&quot; &amp; &#39;b&#39;&#96;&lt;/script&gt; \xef\xbf\xbd]]&gt;  "
       "x",
       "hostile bytes in XML");
    static const char *const cases[][2] = {
        {"<?xml-stylesheet href='{{url self}}'?>", "comment"},
        {"<?a > {{query}} ?>", "comment"},
        {"<![CDATA[ > {{query}}]]>", "or after <![ of XML; write &lt;"},
        {"<![CDATA[ > ]]>", "t.html:1:16: the page ends after <script in the <!-- of a script"},
        {"<!DOCTYPE x [ <!ENTITY a 'b'> {{query}}", "or after <![ of XML"},
        {"<Url template='{{attr query}}'/>", "an address begins here; write {{url field}}"},
        {"<x url='http:{{param query}}'/>", "could choose the site"},
        {"<_x {{query}}>", "within a tag"},
        {"<script>{{query}}</script>", "in a script"},
        {"<style / >{{query}}</style>", "in a script"},
        {"<link href='{{url query}}'/>", "no value can stand in <link>"},
        {"<x a={{query}}>", "put quotes around"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *got = xml(cases[i][0]);
        if (!OK(strstr(got, cases[i][1]), "refused: %s", cases[i][0]))
            printf("#   got:  %s\n#   want: %s\n", got, cases[i][1]);
    }
}

/* --------------------------------------------------------------------------- code */

/* What stands in styles (s:) and scripts (j:), one after the other. */
static const char *codes(const char *text)
{
    static char said[512];
    struct hltemplate *t = NULL;
    struct hl_error err;
    size_t size = 0;
    if (hltemplate_read("t.html", text, strlen(text), HLTEMPLATE_HTML, names, &loader, &t,
                        &err) != HL_OK)
        return strcpy(said, err.text);
    *said = 0;
    for (size_t i = 0; i < hltemplate_raw_count(t); i++) {
        bool script;
        const char *bytes;
        size_t bytes_size;
        hltemplate_raw_at(t, i, &script, &bytes, &bytes_size);
        size += (size_t)snprintf(said + size, sizeof said - size, "[%s:%.*s]",
                                 script ? "j" : "s", (int)bytes_size, bytes);
    }
    hltemplate_free(t);
    return said;
}

static void test_code(void)
{
    IS(codes("<p>a</p>"), "", "no code");
    IS(codes("<style>a{b}</style><p>{{total}}<script defer>c</script >"), "[s:a{b}][j:c]",
       "a style and a script");
    IS(codes("<STYLE media='x'>\n{{>code}}\n</STYLE>{{#hits}}<script>{{! no }}x</SCRIPT\n>"
             "{{/hits}}"),
       "[s:\na < b;\n][j:x]", "files, comments, in a section");
    IS(codes("<script src='x'></script><style></style><title><style>a</style></title>"
             "<textarea><script>b</script></textarea><!-- <style>c</style> -->"),
       "", "empty ones, and what is none");
    IS(codes("<script>a</scripts></style></script><style>b</script></style>"),
       "[j:a</scripts></style>][s:b</script>]", "each ends with its own tag");
    IS(codes("<style>a\r\nb\rc\n</style>\r\n"), "[s:a\nb\nc\n]", "ends of lines");
    IS(html("<style>a\r\nb\rc</style>\r\n"), "<style>a\nb\nc</style>\r\n",
       "as they are printed");
    IS(codes("<script><!-- <b> --></script>"), "[j:<!-- <b> -->]", "an old comment");
    IS(codes("<iframe>a</iframe><style><!--<script></style>"), "[s:<!--<script>]",
       "not what other elements hold");
}

static void test_builtins(void)
{
    size_t count = 0, wrong = 0;
    for (const struct hltemplate_file *f = hltemplate_builtins; f->name; f++, count++) {
        wrong += hltemplate_builtin(f->name) != f || strlen(f->bytes) != f->size;
        uint32_t version = 0x811c9dc5;
        for (size_t i = 0; i < f->size; i++)
            version = (version ^ (unsigned char)f->bytes[i]) * 0x01000193;
        wrong += f->version != version;
        wrong += f > hltemplate_builtins && strcmp(f[-1].name, f->name) >= 0;
    }
    OK(count >= 6 && !wrong, "%zu files come with the program", count);
    OK(!hltemplate_builtin("page.html") && !hltemplate_builtin(""), "no others");
    struct hltemplate *t = NULL;
    struct hl_error err;
    struct hlbuf out = {0};
    OK(hltemplate_builtin_open("x.html", names, &t, &err) == HL_NOT_FOUND && !t &&
           !strcmp(err.text, "no such template: x.html"),
       "none to open");
    OK(hltemplate_builtin_text("x.html", &out, &err) == HL_NOT_FOUND && !out.size,
       "none to print");
    OK(hltemplate_builtin_text("page.en.html", &out, &err) == HL_OK &&
           !memmem(out.data, out.size, "{{>", 3),
       "a page stands alone");
    const struct hltemplate_file *script = hltemplate_builtin("search.js");
    OK(memmem(out.data, out.size, script->bytes, script->size), "with its script");
    hlbuf_release(&out);
}

/* --------------------------------------------------------------------- it refuses */

static void all_refused(const char *const (*cases)[2], size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const char *got = html(cases[i][0]);
        if (!OK(strstr(got, cases[i][1]), "refused: %s", cases[i][1]))
            printf("#   got:  %s\n#   want: %s\n", got, cases[i][1]);
    }
}

/* Whose page it is, and where its links lead, no value says. */
static void test_refused_sites(void)
{
    static const char *const cases[][2] = {
        {"<a href=\"//{{param query}}/\">", "t.html:1:12: a value here could choose the site"},
        {"<a href=\"https://{{param query}}/x\">", "could choose the site of the address"},
        {"<a href=\"HTTPS:{{param query}}\">", "could choose the site of the address"},
        {"<a href=\"https://a{{param query}}/x\">", "could choose the site of the address"},
        {"<a href=\"https://a:{{attr query}}/x\">", "could choose the site of the address"},
        {"<a href=\"https:///{{param query}}\">", "could choose the site of the address"},
        {"<a href=\"/\\{{param query}}\">", "could choose the site of the address"},
        {"<a href=\"/\n/{{param query}}\">", "could choose the site of the address"},
        {"<a href=\"/{{param nothing}}/{{param query}}\">", "could choose the site"},
        {"<a href=\"{{url query}}{{param query}}\">", "could choose the site"},
        {"<a href=\"{{url query}}/{{param query}}\">", "could choose the site"},
        {"<form action='//{{param query}}'>", "could choose the site of the address"},
        {"<a href=\"{{param query}}\">", "an address begins here; write {{url field}}"},
        {"<a href=\"javascript:{{param query}}\">", "an address with values begins with"},
        {"<a href=\"javascript:f('?{{param query}}')\">", "an address with values begins"},
        {"<a href=\"mailto{{param query}}\">", "an address with values begins with"},
        {"<a href=\"/&#47;{{param query}}\">", "an address with values begins with"},
        {"<a href=\"https://?{{param query}}\">", "an address with values begins with"},
        {"<img srcset='/a 1x, //{{param query}} 2x'>", "in a list of addresses"},
        {"<link rel=stylesheet href=\"{{url query}}\">", "t.html:1:28: no value can stand in "
                                                         "<link>, <base>, <meta>"},
        {"<LINK title='{{query}}'>", "no value can stand in <link>"},
        {"<base href='{{url query}}'>", "no value can stand in <link>, <base>"},
        {"<base target='{{attr query}}'>", "no value can stand in <link>, <base>"},
        {"<meta content=\"0;url={{param query}}\">", "<meta> or http-equiv; put it in a data-"},
        {"<meta name='{{query}}'>", "no value can stand in <link>, <base>, <meta>"},
        {"<p http-equiv='{{query}}'>", "or http-equiv; put it in a data- attribute of another"},
        {"<p http-equiv='{{url self}}'>", "<meta> or http-equiv; put it"},
        {"<base href='{{url self}}'>", "no value can stand in <link>, <base>"},
        {"<meta content='{{url self}}'>", "no value can stand in <link>, <base>"},
        {"<link title='{{url self}}'>", "no value can stand in <link>"},
        {"<link href='?q={{url self}}'>", "no value can stand in <link>"},
        {"<link href='{{url self}}{{url self}}'>", "no value can stand in <link>"},
        {"<link href={{url self}}>", "put quotes around"},
        {"<link href='{{self}}'>", "t.html:1:13: self is an address; write {{url self}}"},
        {"<link href='{{attr self}}'>", "self is an address"},
        {"<link href='{{param self}}'>", "self is an address"},
        {"<link href='{{#hits}}{{url link}}{{/hits}}'>", "no value can stand in <link>"},
        {"<a href='{{param self}}'>{{self}}", "self is an address"},
        {"<a href='?x={{url self}}'>", "this is a part of an address"},
        {"<script src='{{url self}}'>", "address of a script"},
        {"{{self}}", "self is an address"},
    };
    all_refused(cases, sizeof cases / sizeof *cases);
}

static void test_refused(void)
{
    static const char *const cases[][2] = {
        {"{{{query}}}", "t.html:1:1: {{{ would print"},
        {"{{&query}}", "t.html:1:1: not a tag: &query"},
        {"{{=<% %>=}}", "not a tag"},
        {"{{}}", "not a tag"},
        {"{{url}}", "no field url here"},
        {"{{raw query}}", "raw is no way to print a value"},
        {"{{a b c}}", "not a tag"},
        {"ă\nâ {{tittle}}", "t.html:2:3: no field tittle here; there are: query, total"},
        {"{{title}}", "no field title"},
        {"{{#hits}}{{tittle}}{{/hits}}", "there are: title, url, link, bad, parts, query"},
        {"{{hits}}", "hits is a list; write {{#hits}}...{{/hits}}"},
        {"{{query", "t.html:1:1: {{ without }}"},
        {"{{#hits}}", "t.html:1:1: the section hits has no end"},
        {"{{/hits}}", "{{/hits}} ends nothing"},
        {"{{#hits}}{{#parts}}{{/hits}}", "{{/hits}} stands where {{/parts}} is missing"},
        {"{{#hits}}{{#hits}}{{/hits}}{{/hits}}", "stands within itself"},
        {"{{#wrong}}{{/wrong}}", "no field or list wrong"},
        {"{{>../x}}", "t.html:1:1: {{>file}} wants"},
        {"{{>/etc/passwd}}", "{{>file}} wants"},
        {"{{>.hidden}}", "{{>file}} wants"},
        {"{{>missing}}", "t.html:1:1: no such template: missing"},
        {"{{>loop}}", "loop2:1:1: loop includes itself"},
        {"{{>t.html}}", "t.html includes itself"},
        {"{{>d1}}", "more than 8 files"},
        {"{{>open}}{{/hits}}", "open:1:1: the section hits has no end"},
        {"{{#hits}}{{>close}}", "close:1:1: {{/hits}} ends nothing that this file began"},
        {"{{>tag}}\">", "tag begins between tags and ends in the value of an attribute"},
        {"<script>var x = '{{query}}'</script>", "no value can stand in a script"},
        {"<STYLE >{{query}}", "no value can stand in a script or style"},
        {"<a href={{url query}}>", "put quotes around"},
        {"<a href=x{{url query}}>", "put quotes around"},
        {"<a {{query}}>", "within a tag"},
        {"<{{query}}>", "within a tag"},
        {"<a onclick=\"{{attr query}}\">", "attribute that is code"},
        {"<a style='{{query}}'>", "attribute that is code"},
        {"<a href=\"{{query}}\">", "an address begins here; write {{url field}}"},
        {"<a href=\"{{attr query}}\">", "write {{url field}}"},
        {"<a href=\"?q={{query}}\">", "write {{param field}}"},
        {"<a href=\"javascript:f({{param query}})\">", "an address with values begins with"},
        {"<script src=\"{{url query}}\"></script>", "address of a script"},
        {"<IFRAME src='/x?q={{param query}}'>", "address of a script, frame"},
        {"<animate to='{{query}}'>", "attribute that is code"},
        {"<!-- {{query}} -->", "comment"},
        {"<!doctype {{query}}>", "comment"},
        {"<style>{{#total}}a{{/total}}</style>",
         "t.html:1:8: no section can stand in a script or style, which must be the same on "
         "every page; put the whole element into {{#total}}...{{/total}}"},
        {"<script>{{^hits}}a{{/hits}}</script>", "element into {{^hits}}...{{/hits}}"},
        {"<style>{{>tags}}</style>", "tags:1:3: no value can stand in a script or style"},
        {"{{#total}}<style>{{/total}}</style>",
         "section total begins between tags and ends in"},
        {"<style>{{>open}}</style>", "open:1:1: no section can stand in"},
        {"<script><!-- <script></script> {{query}}", "after <script in the <!-- of a script"},
        {"<a href=\"x\"", "t.html:1:12: the page ends in a tag"},
        {"<script>", "the page ends in a script"},
        {"{{#hits}}<b {{/hits}}>", "the section hits begins between tags and ends in a tag"},
        {"<a href=\"{{#total}}?q={{/total}}{{param query}}\">", "section total begins"},
    };
    all_refused(cases, sizeof cases / sizeof *cases);
    OK(strstr(filled(HLTEMPLATE_PLAIN, "{{attr query}}"), "no attributes in plain text"),
       "plain text has no attributes");
    IS(html("<script>a</script >{{total}}<!-- > -->{{total}}<br/>{{total}}<!x>{{total}}"),
       "<script>a</script >2<!-- > -->2<br/>2<!x>2", "after them values may stand again");
    IS(html("<title></titlex>{{total}}</title>"), "<title></titlex>2</title>", "in a title");
}

static void test_limits(void)
{
    struct hltemplate *t = NULL;
    struct hl_error err;
    size_t size = HLTEMPLATE_FILE_MAX + 1;
    char *big = malloc(size + 1);
    memset(big, 'x', size);
    big[size] = 0;
    OK(hltemplate_read("b", big, size - 1, HLTEMPLATE_HTML, names, NULL, &t, &err) == HL_OK,
       "256 KiB");
    hltemplate_free(t);
    t = NULL;
    OK(hltemplate_read("b", big, size, HLTEMPLATE_HTML, names, NULL, &t, &err) == HL_LIMIT &&
           !t,
       "no more");
    OK(hltemplate_read("b", "a\0b", 3, HLTEMPLATE_HTML, names, NULL, &t, &err) == HL_MISUSE,
       "no zero");
    OK(hltemplate_read("b", "caf\xe9 x", 6, HLTEMPLATE_HTML, names, NULL, &t, &err) ==
               HL_MISUSE &&
           strstr(err.text, "b:1:4: a byte that is no UTF-8"),
       "no other charset");
    OK(strstr(html("{{#total}}{{#total}}{{#total}}{{#total}}{{#total}}{{#total}}{{#total}}"
                   "{{#total}}{{#total}}{{#total}}{{#total}}{{#total}}{{#total}}{{#total}}"
                   "{{#total}}{{#total}}{{#total}}{{#total}}{{#total}}{{#total}}{{#total}}"
                   "{{#total}}{{#total}}{{#total}}{{#total}}{{#total}}{{#total}}{{#total}}"
                   "{{#total}}{{#total}}{{#total}}{{#total}}{{#total}}"),
              "more than 32 sections"),
       "sections within each other");
    /* 2,000 hits, 200 KB each. */
    snprintf(big, size, "{{#hits}}");
    memset(big + 9, 'x', 200000);
    snprintf(big + 200009, 32, "{{/hits}}");
    struct answer a = {.hits = 2000, .fail_at = SIZE_MAX};
    struct hltemplate_values values = {value, enter, leave, &a};
    struct hlbuf out = {0};
    OK(hltemplate_read("b", big, strlen(big), HLTEMPLATE_PLAIN, names, NULL, &t, &err) ==
               HL_OK &&
           hltemplate_print(t, &values, &out, &err) == HL_LIMIT && !a.open,
       "what is printed has an end");
    hlbuf_release(&out);
    a.fail_at = 1;
    OK(hltemplate_print(t, &values, &out, &err) == HL_CORRUPT && !a.open,
       "an item that cannot be read ends it");
    hlbuf_release(&out);
    hltemplate_free(t);
    free(big);
}

/* ----------------------------------------------------------------------- folders */

static char folder[64];

static const char *in(const char *name)
{
    static char path[256];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    return path;
}

static void put(const char *name, const char *text)
{
    FILE *f = fopen(in(name), "w");
    fputs(text, f);
    fclose(f);
}

static bool opens(const char *name, const char *words)
{
    struct hltemplate *t = NULL;
    struct hl_error err = {0};
    hl_status status = hltemplate_open(in(name), names, &t, &err);
    hltemplate_free(t);
    bool good = words ? status != HL_OK && strstr(err.text, words) : status == HL_OK;
    if (!good)
        printf("#   %s: %d %s\n", name, status, err.text);
    return good;
}

static void test_folders(void)
{
    snprintf(folder, sizeof folder, "/tmp/hlsearch-template.XXXXXX");
    if (!mkdtemp(folder)) {
        OK(false, "a folder");
        return;
    }
    put("a.html", "{{>b}}");
    put("b", "{{query}}");
    put("c.html", "{{>link}}");
    put("d.html", "{{>sub}}");
    put("e.txt", "<script>{{query}}");
    put("f.html", "<script>{{query}}");
    put("g.xml", "<title/>{{query}}");
    mkdir(in("sub"), 0700);
    OK(!symlink("/etc/hostname", in("link")), "a link");
    mkfifo(in("pipe"), 0600);
    OK(opens("a.html", NULL), "includes its neighbour");
    OK(opens("e.txt", NULL), ".txt is plain text");
    OK(opens("g.xml", NULL), ".xml is XML");
    OK(opens("f.html", "f.html:1:9: no value"), "anything else HTML");
    OK(opens("c.html", "c.html:1:1: link is a link"), "a link is not followed");
    OK(opens("d.html", "sub is no file"), "a folder is no file");
    OK(opens("pipe", "is no file"), "nor is a pipe, which would wait");
    OK(opens("none/x.html", "no such template"), "no such folder");
    OK(opens("x.html", "no such template"), "no such file");
    OK(opens("", "is no file"), "no name");
    static const char *const made[] = {"a.html", "b",     "c.html", "d.html", "e.txt",
                                       "f.html", "g.xml", "link",   "pipe"};
    for (size_t i = 0; i < sizeof made / sizeof *made; i++)
        unlink(in(made[i]));
    rmdir(in("sub"));
    rmdir(folder);
}

/* ------------------------------------------------------------------------- memory */

static long left, live;

static void *failing_realloc(void *p, size_t size)
{
    if (left == 0)
        return NULL;
    left--;
    live += p == NULL;
    return realloc(p, size ? size : 1);
}

static void counting_free(void *p)
{
    live -= p != NULL;
    free(p);
}

/* True when it got through. */
static bool run_short(long n, int *wrong)
{
    static const char text[] =
        "{{>head}}{{#hits}}<a href=\"{{url url}}\">{{title}}</a>{{bad}}{{/hits}}"
        "<style>a</style>";
    struct answer a = {.hits = 9, .fail_at = 99};
    struct hltemplate_values values = {value, enter, leave, &a};
    struct hltemplate *t = NULL;
    struct hlbuf out = {0};
    left = n;
    hl_status status =
        hltemplate_read("t", text, sizeof text - 1, HLTEMPLATE_HTML, names, &loader, &t, NULL);
    *wrong += status != HL_OK && t;
    if (status == HL_OK)
        status = hltemplate_print(t, &values, &out, NULL);
    hlbuf_release(&out);
    hltemplate_free(t);
    *wrong += live != 0 || a.open || (status != HL_OK && status != HL_NOMEM);
    return status == HL_OK;
}

static void test_memory(void)
{
    static const struct hlmem_hook hook = {failing_realloc, counting_free};
    int wrong = 0;
    long n = 0;
    hlmem_set_hook(&hook);
    while (n < 1000 && !run_short(n, &wrong))
        n++;
    hlmem_set_hook(NULL);
    OK(!wrong && n > 4 && n < 1000, "the n-th allocation fails, n up to %ld", n);
}

int main(void)
{
    test_values();
    test_places();
    test_own_addresses();
    test_xml();
    test_code();
    test_builtins();
    test_refused();
    test_refused_sites();
    test_limits();
    test_folders();
    test_memory();
    return tap_done();
}

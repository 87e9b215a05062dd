/*
 * place.c - see place.h.
 *
 * A small part of the tokenisation of HTML (whatwg.org, 13.2.5): enough to tell text, the
 * names and values of attributes, and what is no markup (comments, scripts).  Where it knows
 * less than a browser it believes to be in a place that takes no value.
 *
 * In XML (w3.org/TR/xml, 2 and 3) elements hold markup whatever their names, names begin with
 * more characters, and <? ends with ?>; what hides markup there (CDATA, the inner part of a
 * DTD) is not read and takes no value until the end.
 */
#include "template/place.h"

#include "base/err.h"

#include <assert.h>
#include <string.h>

enum state {
    TEXT,
    OPEN,       /* after < */
    CLOSE,      /* after </ */
    ELEMENT,    /* in its name */
    TAG,        /* between attributes */
    NAME,       /* of an attribute */
    AFTER_NAME, /* a blank after it */
    EQUALS,
    VALUE, /* between quotes */
    BARE,  /* without */
    BANG,  /* after <! */
    DECLARATION,
    COMMENT,
    INSTRUCTION, /* after <? of XML */
    HIDDEN,      /* nobody reads where this ends */
    RAW,         /* script, style: nothing is escaped there */
    TITLE,       /* title, textarea: characters are escaped, tags are none */
    STATES
};

/* How far an address has got, as browsers read it (url.spec.whatwg.org, 4.4). */
enum address {
    START,
    SCHEME,  /* letters: of a scheme, or of a path that begins without a slash */
    SLASH,   /* a first one, which a second would make the beginning of a host */
    SITE,    /* where a host begins */
    HOST,    /* within it */
    PATH,    /* behind the host, or where there is none: no value changes the site */
    WHOLE,   /* after {{url field}}: how that ends nobody knows before it is printed */
    UNKNOWN, /* another scheme, or characters that hide what they are */
};

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
}

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + 'a' - 'A') : c;
}

static bool is_letter(char c)
{
    return lower(c) >= 'a' && lower(c) <= 'z';
}

static void append(char *name, size_t most, char c)
{
    size_t size = strlen(name);
    if (size < most)
        name[size] = lower(c);
}

static bool is_one_of(const char *name, const char *const *list)
{
    for (; *list; list++)
        if (!strcmp(name, *list))
            return true;
    return false;
}

/* In XML also those of feeds and of descriptions of a search. */
static bool is_address(const struct hltemplate_place *p)
{
    static const char *const names[] = {
        "href",     "src",    "action", "formaction", "cite",       "data", "background",
        "manifest", "poster", "ping",   "srcset",     "xlink:href", NULL};
    static const char *const xml[] = {"url", "uri", "template", NULL};
    return is_one_of(p->attribute, names) || (p->xml && is_one_of(p->attribute, xml));
}

static bool is_http(const char *scheme)
{
    return !strcmp(scheme, "http") || !strcmp(scheme, "https");
}

static enum address after_letters(struct hltemplate_place *p, char c)
{
    if (strchr("/?#", c))
        return PATH;
    if (c == ':')
        return is_http(p->scheme) ? SITE : UNKNOWN;
    append(p->scheme, sizeof p->scheme - 1, c);
    return SCHEME;
}

static enum address next_address(struct hltemplate_place *p, char c)
{
    switch ((enum address)p->address) {
    case START:
        return c == '/' ? SLASH : strchr(".?#", c) ? PATH : after_letters(p, c);
    case SCHEME:
        return after_letters(p, c);
    case SLASH:
        return c == '/' ? SITE : PATH;
    case SITE: /* any number of slashes, as browsers skip them */
        return c == '/' ? SITE : c == '?' || c == '#' ? UNKNOWN : HOST;
    case HOST:
        return strchr("/?#", c) ? PATH : HOST;
    case WHOLE:
        return c == '?' || c == '#' ? PATH : WHOLE;
    case PATH:
    case UNKNOWN:
        break;
    }
    return p->address;
}

/* Browsers drop blanks and control characters at the start, line ends anywhere, and take a
 * backslash for a slash; an & may write any of these in another way. */
static void feed_address(struct hltemplate_place *p, char c)
{
    if (p->address == PATH || (unsigned char)c <= ' ')
        return;
    if (c == '&' && p->address != WHOLE)
        p->address = UNKNOWN;
    else
        p->address = (uint8_t)next_address(p, c == '\\' ? '/' : c);
    if (p->address != SCHEME)
        memset(p->scheme, 0, sizeof p->scheme);
}

/* An empty place but for the state, so that equal places are equal bytes. */
static void go(struct hltemplate_place *p, enum state state)
{
    bool xml = p->xml;
    memset(p, 0, sizeof *p);
    p->state = (uint8_t)state;
    p->xml = xml;
}

/* What an element makes of its content.  In XML that is markup; of code we take no chances. */
static enum state state_within(const struct hltemplate_place *p)
{
    static const char *const code[] = {"script", "style", NULL};
    static const char *const raw[] = {"xmp",      "iframe",    "noembed",
                                      "noframes", "plaintext", NULL};
    static const char *const title[] = {"title", "textarea", NULL};
    if (p->element[0] == '/' || p->closed)
        return TEXT;
    if (is_one_of(p->element, code))
        return RAW;
    if (p->xml)
        return TEXT;
    return is_one_of(p->element, raw) ? RAW : is_one_of(p->element, title) ? TITLE : TEXT;
}

/* At the > of a tag: what its element makes of what follows. */
static void end_tag(struct hltemplate_place *p)
{
    enum state state = state_within(p);
    char element[sizeof p->element];
    memcpy(element, p->element, sizeof element);
    go(p, state);
    if (state != TEXT)
        memcpy(p->element, element, sizeof element);
}

/* Where an attribute has ended, or none begun. */
static void end_attribute(struct hltemplate_place *p, enum state state)
{
    memset(p->attribute, 0, sizeof p->attribute);
    memset(p->scheme, 0, sizeof p->scheme);
    p->address = START;
    p->quote = 0;
    p->state = (uint8_t)state;
}

static void feed_tag(struct hltemplate_place *p, char c)
{
    if (c == '>') {
        end_tag(p);
        return;
    }
    p->closed = p->xml && c == '/';
    if (p->state == NAME && c == '=') {
        p->state = EQUALS;
    } else if (p->state == AFTER_NAME && c == '=') {
        p->state = EQUALS;
    } else if (is_blank(c)) {
        p->state = p->state == NAME ? AFTER_NAME : p->state;
    } else if (c == '/') {
        end_attribute(p, TAG);
    } else {
        if (p->state != NAME)
            end_attribute(p, NAME);
        append(p->attribute, HLTEMPLATE_NAME_MAX, c);
    }
}

static void feed_value(struct hltemplate_place *p, char c)
{
    if (p->state == EQUALS) {
        if (c == '"' || c == '\'') {
            p->state = VALUE;
            p->quote = (uint8_t)c;
        } else if (c == '>')
            end_tag(p);
        else if (!is_blank(c))
            p->state = BARE;
    } else if (p->state == VALUE) {
        if (c == (char)p->quote)
            end_attribute(p, TAG);
        else if (is_address(p))
            feed_address(p, c);
    } else if (c == '>')
        end_tag(p);
    else if (is_blank(c))
        end_attribute(p, TAG);
}

/* A script in which <!-- and then <script stand may end later than it seems (whatwg.org,
 * 13.2.5.26, "double escaped"). */
static bool is_hiding(struct hltemplate_place *p, char c)
{
    static const char wanted[] = "<!--<script";
    if (strcmp(p->element, "script"))
        return false;
    if (lower(c) == wanted[p->hidden])
        p->hidden++;
    else
        p->hidden = (uint8_t)((p->hidden >= 4 ? 4 : 0) + (c == '<'));
    return p->hidden == sizeof wanted - 1;
}

/* </name ends what is no markup, if a blank, / or > follows. */
static void feed_raw(struct hltemplate_place *p, char c)
{
    size_t size = strlen(p->element);
    if (is_hiding(p, c)) {
        go(p, HIDDEN);
        return;
    }
    if (p->matched == size + 2 && (is_blank(c) || c == '/' || c == '>')) {
        go(p, TAG);
        p->element[0] = '/';
        feed_tag(p, c);
        return;
    }
    char wanted = p->matched == 0         ? '<'
                  : p->matched == 1       ? '/'
                  : p->matched < size + 2 ? p->element[p->matched - 2]
                                          : 0;
    p->matched = lower(c) == wanted && wanted ? (uint8_t)(p->matched + 1) : c == '<';
}

static bool begins_name(const struct hltemplate_place *p, char c)
{
    return is_letter(c) || (p->xml && (c == '_' || c == ':' || (unsigned char)c >= 0x80));
}

static void feed_open(struct hltemplate_place *p, char c)
{
    if (begins_name(p, c)) {
        bool closing = p->state == CLOSE;
        go(p, ELEMENT);
        if (closing)
            p->element[0] = '/';
        append(p->element, HLTEMPLATE_NAME_MAX, c);
    } else if (p->state == CLOSE)
        go(p, c == '>' ? TEXT : DECLARATION);
    else if (c == '/')
        go(p, CLOSE);
    else if (c == '!')
        go(p, BANG);
    else if (c == '?')
        go(p, p->xml ? INSTRUCTION : DECLARATION);
    else
        go(p, c == '<' ? OPEN : TEXT);
}

/* <!-- begins a comment, any other <! ends with the first >, and <? of XML with ?>. */
static void feed_comment(struct hltemplate_place *p, char c)
{
    if (p->state == INSTRUCTION) {
        if (c == '>' && p->matched)
            go(p, TEXT);
        else
            p->matched = c == '?';
    } else if (p->xml && p->state != COMMENT && c == '[') {
        go(p, HIDDEN);
    } else if (p->state == COMMENT) {
        if (c == '>' && p->dashes >= 2)
            go(p, TEXT);
        else
            p->dashes = c != '-' ? 0 : p->dashes < 2 ? (uint8_t)(p->dashes + 1) : 2;
    } else if (c == '>')
        go(p, TEXT);
    else if (p->state == BANG && c == '-' && p->dashes == 1)
        go(p, COMMENT);
    else if (p->state == BANG && c == '-')
        p->dashes = 1;
    else
        go(p, DECLARATION);
}

static void feed(struct hltemplate_place *p, char c)
{
    switch ((enum state)p->state) {
    case TEXT:
        if (c == '<')
            go(p, OPEN);
        return;
    case OPEN:
    case CLOSE:
        feed_open(p, c);
        return;
    case ELEMENT:
        if (c == '>')
            end_tag(p);
        else if (is_blank(c) || c == '/') {
            p->state = TAG;
            p->closed = p->xml && c == '/';
        } else
            append(p->element, HLTEMPLATE_NAME_MAX, c);
        return;
    case TAG:
    case NAME:
    case AFTER_NAME:
        feed_tag(p, c);
        return;
    case EQUALS:
    case VALUE:
    case BARE:
        feed_value(p, c);
        return;
    case BANG:
    case DECLARATION:
    case COMMENT:
    case INSTRUCTION:
        feed_comment(p, c);
        return;
    case HIDDEN:
        return;
    case RAW:
    case TITLE:
        feed_raw(p, c);
        return;
    case STATES:
        break;
    }
    assert(!"a state");
}

void hltemplate_place_feed(struct hltemplate_place *place, const char *bytes, size_t size)
{
    for (size_t i = 0; i < size; i++)
        feed(place, bytes[i]);
    assert(place->state < STATES);
}

/* Text and code up to a <, and values up to their quote: most of a page. */
size_t hltemplate_place_same(const struct hltemplate_place *p, const char *bytes, size_t size)
{
    bool text = p->state == TEXT;
    bool raw = (p->state == RAW || p->state == TITLE) && !p->matched &&
               (p->hidden == 0 || p->hidden == 4);
    bool value = p->state == VALUE && !is_address(p);
    const char *open = text || raw ? memchr(bytes, '<', size)
                       : value     ? memchr(bytes, p->quote, size)
                                   : bytes;
    return open ? (size_t)(open - bytes) : size;
}

/* -------------------------------------------------------------------- values */

/* Code stands in these, of scripts or of styles, or a whole page; or an animation of SVG takes
 * from them what it makes of another attribute. */
static bool is_code(const struct hltemplate_place *p)
{
    static const char *const names[] = {"style", "srcdoc", "to", "from", "by", "values", NULL};
    return is_one_of(p->attribute, names) || !strncmp(p->attribute, "on", 2);
}

/* What these load runs, or is shown as if it were this page's. */
static bool is_loader(const struct hltemplate_place *p)
{
    static const char *const names[] = {"script", "object", "embed", "applet",
                                        "iframe", "frame",  NULL};
    return is_one_of(p->element, names);
}

/* What these say holds for the whole page: its styles, where its links lead, another page. */
static bool is_of_page(const struct hltemplate_place *p)
{
    static const char *const names[] = {"link", "base", "meta", NULL};
    return is_one_of(p->element, names) || !strcmp(p->attribute, "http-equiv");
}

/* An address that has more of them behind the first: what stands there begins anew. */
static bool is_list(const struct hltemplate_place *p)
{
    return !strcmp(p->attribute, "srcset") || !strcmp(p->attribute, "ping");
}

static const char *refuse_address(const struct hltemplate_place *p, enum hltemplate_how how)
{
    if (p->address == START)
        return how == HLTEMPLATE_AS_URL
                   ? NULL
                   : HLERR_SAID("an address begins here; write {{url field}}");
    if (is_list(p))
        return HLERR_SAID("in a list of addresses only the first can be a value; write "
                          "{{url field}} there");
    if (p->address == SCHEME || p->address == UNKNOWN)
        return HLERR_SAID("an address with values begins with http:, https:, /, ?, # or .");
    if (p->address != PATH && p->address != SLASH)
        return HLERR_SAID("a value here could choose the site of the address; put it after "
                          "https://site/, ? or #");
    return how == HLTEMPLATE_AS_PARAM
               ? NULL
               : HLERR_SAID("this is a part of an address; write {{param field}}");
}

/* The page itself in another form, or its neighbours: <link href="{{url field}}">. */
static bool is_own_link(const struct hltemplate_place *p, enum hltemplate_how how, bool own)
{
    return own && how == HLTEMPLATE_AS_URL && p->address == START &&
           !strcmp(p->element, "link") && !strcmp(p->attribute, "href");
}

static const char *refuse_attribute(const struct hltemplate_place *p, enum hltemplate_how how,
                                    bool own)
{
    if (is_own_link(p, how, own))
        return NULL;
    if (is_code(p))
        return HLERR_SAID(
            "no value can stand in an attribute that is code; put it in a data- attribute");
    if (is_of_page(p))
        return HLERR_SAID("no value can stand in <link>, <base>, <meta> or http-equiv; put it "
                          "in a data- attribute of another tag");
    if (!is_address(p))
        return NULL;
    if (is_loader(p))
        return HLERR_SAID("no value can be the address of a script, frame or object");
    return refuse_address(p, how);
}

const char *hltemplate_place_refuses(const struct hltemplate_place *p, enum hltemplate_how how,
                                     bool own)
{
    switch ((enum state)p->state) {
    case TEXT:
    case TITLE:
        return NULL;
    case VALUE:
        return refuse_attribute(p, how, own);
    case EQUALS:
    case BARE:
        return HLERR_SAID("put quotes around the attribute, its value could end it");
    case RAW:
        return HLERR_SAID(
            "no value can stand in a script or style; put it in a data- attribute");
    case BANG:
    case DECLARATION:
    case COMMENT:
    case INSTRUCTION:
        return HLERR_SAID("no value can stand in a comment of HTML");
    case HIDDEN:
        return HLERR_SAID("no value can stand after <script in the <!-- of a script, or after "
                          "<![ of XML; write &lt; and &amp; instead");
    default:
        return HLERR_SAID("no value can stand within a tag but in a quoted attribute");
    }
}

void hltemplate_place_value(struct hltemplate_place *p)
{
    p->matched = 0;
    if (p->state == VALUE && is_address(p) && p->address == START)
        p->address = WHOLE; /* of the web, or nothing */
}

bool hltemplate_place_marks(const struct hltemplate_place *p)
{
    return p->state == TEXT && !p->xml;
}

enum hltemplate_raw hltemplate_place_raw(const struct hltemplate_place *p)
{
    if (p->state != RAW)
        return HLTEMPLATE_NOT_RAW;
    return !strcmp(p->element, "script")  ? HLTEMPLATE_SCRIPT
           : !strcmp(p->element, "style") ? HLTEMPLATE_STYLE
                                          : HLTEMPLATE_NOT_RAW;
}

const char *hltemplate_place_name(const struct hltemplate_place *p)
{
    static const char *const names[STATES] = {
        [TEXT] = HLERR_SAID("between tags"),
        [OPEN] = HLERR_SAID("after <"),
        [CLOSE] = HLERR_SAID("after </"),
        [ELEMENT] = HLERR_SAID("in the name of a tag"),
        [TAG] = HLERR_SAID("in a tag"),
        [NAME] = HLERR_SAID("in the name of an attribute"),
        [AFTER_NAME] = HLERR_SAID("after the name of an attribute"),
        [EQUALS] = HLERR_SAID("after the = of an attribute"),
        [VALUE] = HLERR_SAID("in the value of an attribute"),
        [BARE] = HLERR_SAID("in an attribute without quotes"),
        [BANG] = HLERR_SAID("after <!"),
        [DECLARATION] = HLERR_SAID("in a declaration"),
        [COMMENT] = HLERR_SAID("in a comment"),
        [INSTRUCTION] = HLERR_SAID("after <?"),
        [HIDDEN] = HLERR_SAID("after <script in the <!-- of a script, or after <![ of XML"),
        [RAW] = HLERR_SAID("in a script or style"),
        [TITLE] = HLERR_SAID("in a title or textarea"),
    };
    assert(p->state < STATES && names[p->state]);
    return names[p->state];
}

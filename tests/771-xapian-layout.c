/* How an article stands in a Xapian database: written and read back, and what is no article. */
#include "backend/xapian_layout.h"
#include "scratch.h"
#include "text/utf8.h"

enum { FIELDS = 10, ROUNDS = 3000 };

/* ---- terms ---- */

static bool is_term(const struct hlbuf *term, const char *want)
{
    return term->size == strlen(want) && !memcmp(term->data, want, term->size);
}

static void check_terms(void)
{
    struct hlbuf term = {0}, other = {0};
    char longer[300];
    OK(hlx_term("", "công", strlen("công"), &term) && is_term(&term, "công"), "a bare key");
    OK(hlx_term("", "Q1", 2, &term) && is_term(&term, "XRQ1"), "a key with a capital");
    OK(hlx_term("S", "Q1", 2, &term) && is_term(&term, "SQ1"), "with a prefix it needs none");
    OK(hlx_pair_term("a", 1, "b", 1, &term) && is_term(&term, "XPa b"), "a pair");
    memset(longer, 'x', sizeof longer);
    OK(hlx_term("Q", longer, 244, &term) && term.size == 245, "245 bytes stay");
    OK(hlx_term("Q", longer, 245, &term) && term.size <= 245 && !memcmp(term.data, "Qxxxx", 5),
       "246 are cut");
    longer[280] = 'y';
    hlx_term("Q", longer, 290, &term);
    longer[280] = 'z';
    hlx_term("Q", longer, 290, &other);
    OK(term.size == other.size && memcmp(term.data, other.data, term.size),
       "and differ in what was cut off");
    memset(longer, 0, sizeof longer);
    OK(hlx_term("Q", longer, 122, &term) && term.size == 123, "a zero byte counts twice");
    OK(hlx_term("Q", longer, 123, &term) && term.size < 124 + 32 && term.data[term.size - 1],
       "and one more is cut");
    for (size_t i = 0; i < 297; i += 3)
        memcpy(longer + i, "ế", 3);
    bool whole = true;
    for (size_t size = 240; size < 290; size += 3) {
        hlx_term("XAF", longer, size, &term);
        whole &= hltext_utf8_check((const char *)term.data, term.size) == term.size;
    }
    OK(whole, "it is cut between characters");
    char bucket[2];
    hlx_bucket("a", 1, bucket);
    OK(bucket[0] == 'a' && bucket[1] == '_', "bucket of one byte");
    hlx_bucket("abc", 3, bucket);
    OK(bucket[0] == 'a' && bucket[1] == 'b', "bucket of more");
    hlbuf_release(&term);
    hlbuf_release(&other);
}

static void check_head(void)
{
    struct hlbuf bytes = {0};
    struct hlx_head head = {HLX_FORMAT, 0xfedcba9876543210u, {2, 1, 255}, 512}, again;
    OK(hlx_head_encode(&head, &bytes) && hlx_head_decode(bytes.data, bytes.size, &again) &&
           again.format == head.format && again.rules == head.rules &&
           !memcmp(again.weight, head.weight, sizeof head.weight) &&
           again.multiple == head.multiple,
       "a head comes back");
    bool never = true;
    for (size_t size = 0; size < bytes.size; size++)
        never &= !hlx_head_decode(bytes.data, size, &again);
    OK(never, "a part of it is none");
    OK(!hlx_head_decode("format=1\nrules=0\n", 17, &again), "nor is another text");
    hlbuf_release(&bytes);
}

/* ---- articles ---- */

static const char **place(struct hl_article *a, unsigned field)
{
    const char **places[FIELDS] = {&a->id,   &a->url,    &a->title,   &a->lead,   &a->body,
                                   &a->tags, &a->source, &a->section, &a->author, &a->extra};
    return places[field];
}

static char *random_text(uint64_t *seed, size_t least)
{
    static const char *const pieces[] = {
        "a", "\n", "\r",   "\\",        "\\n",  "=",     " ", "ế",
        "b", "\t", "id=x", "\n\nbody=", "\x7f", "đường", "𝔘", "."};
    size_t count = least + tap_random(seed) % (tap_random(seed) % 20 ? 12 : 400);
    char *text = malloc(count * 16 + 1);
    size_t size = 0;
    for (size_t i = 0; i < count; i++) {
        const char *piece = pieces[tap_random(seed) % 16];
        memcpy(text + size, piece, strlen(piece));
        size += strlen(piece);
    }
    text[size] = 0;
    return text;
}

static struct hl_article random_article(uint64_t *seed)
{
    static const int64_t dates[] = {0, -1, 1, 1483228800, UINT32_MAX, 1LL << 32, 7};
    struct hl_article a = {.id = random_text(seed, 1)};
    if (strlen(a.id) > 512)
        ((char *)a.id)[512 - 3] = 0;
    while (hltext_utf8_check(a.id, strlen(a.id)) < strlen(a.id))
        ((char *)a.id)[strlen(a.id) - 1] = 0;
    for (unsigned f = 1; f < FIELDS; f++)
        if (tap_random(seed) % 3)
            *place(&a, f) = random_text(seed, 0);
    a.date = dates[tap_random(seed) % 7];
    a.date_precision = (enum hl_date_precision)(tap_random(seed) % (HL_DATE_SECOND + 1));
    a.date_offset = (int)(tap_random(seed) % 2000) - 1000;
    return a;
}

static void release_article(struct hl_article *a)
{
    for (unsigned f = 0; f < FIELDS; f++)
        free((char *)*place(a, f));
}

static bool same_text(const char *a, const char *b)
{
    return a && b ? !strcmp(a, b) : a == b;
}

/* What hlsearch.h says that an index keeps. */
static bool is_kept(const struct hl_article *given, const struct hl_article *got)
{
    struct hl_article a = *given, b = *got;
    for (unsigned f = 0; f < FIELDS; f++) {
        const char *want = *place(&a, f);
        bool never_empty = f == 0 || (f >= 6 && f <= 8);
        if (never_empty && want && !*want)
            want = NULL;
        if (!same_text(want, *place(&b, f)))
            return false;
    }
    bool dated = a.date_precision && a.date > 0 && a.date <= UINT32_MAX;
    int offset = a.date_offset / 15 * 15;
    if (offset > 960 || offset < -960)
        offset = 0;
    return b.date == (dated ? a.date : 0) &&
           b.date_precision == (dated ? a.date_precision : HL_DATE_UNKNOWN) &&
           b.date_offset == offset;
}

static void check_articles(void)
{
    struct hlbuf data = {0}, strings = {0};
    struct hl_error err;
    uint64_t seed = 771;
    size_t good = 0, twice = 0;
    for (int i = 0; i < ROUNDS; i++) {
        struct hl_article article = random_article(&seed), again, third;
        bool tokens = i % 2, got = !tokens, exact = false;
        struct hlbuf second = {0}, more = {0};
        hlx_data_encode(&article, tokens, &data);
        hl_status status =
            hlx_data_decode((const char *)data.data, data.size, &strings, &again, &got, &err);
        good += status == HL_OK && got == tokens && is_kept(&article, &again);
        /* What came back gives the same bytes. */
        if (status == HL_OK)
            exact = hlx_data_encode(&again, got, &second) && second.size == data.size &&
                    !memcmp(second.data, data.data, data.size) &&
                    hlx_data_decode((const char *)second.data, second.size, &more, &third, &got,
                                    &err) == HL_OK;
        twice += exact;
        hlbuf_release(&second);
        hlbuf_release(&more);
        release_article(&article);
    }
    OK(good == ROUNDS, "%zu of %d random articles came back", good, ROUNDS);
    OK(twice == ROUNDS, "%zu give the same bytes again", twice);
    hlbuf_release(&data);
    hlbuf_release(&strings);
}

/* ---- what is none ---- */

static hl_status decode_copy(const char *bytes, size_t size, struct hlbuf *strings)
{
    /* A copy that ends where the data ends, so that a look past it is seen. */
    char *copy = malloc(size ? size : 1);
    struct hl_article article = {.id = "untouched"};
    bool tokens = false;
    struct hl_error err = {0};
    memcpy(copy, bytes, size);
    hl_status status = hlx_data_decode(copy, size, strings, &article, &tokens, &err);
    if (status == HL_CORRUPT && (strcmp(article.id, "untouched") || err.code != HL_CORRUPT))
        status = HL_MISUSE;
    free(copy);
    return status;
}

static void check_refused(void)
{
    static const struct {
        const char *data, *what;
    } cases[] = {
        {"", "nothing"},
        {"\n", "an empty line"},
        {"url=a\n", "no id"},
        {"id=\n", "an empty id"},
        {"id=a", "no line end"},
        {"id=a\nid=b\n", "a name twice"},
        {"id=a\nbogus=b\n", "another name"},
        {"id=a\nbody=b\\\n", "an escape without an end"},
        {"id=a\nbody=b\\t\n", "another escape"},
        {"id=a\nbody=b\rc\n", "a bare CR"},
        {"id=a\nbody=\xff\n", "no UTF-8"},
        {"id=a\nsource=\n", "an empty source"},
        {"id=a\ndate=12\n", "a date without its precision"},
        {"id=a\ndate=012\nprecision=3\n", "zeros before a number"},
        {"id=a\ndate=4294967296\nprecision=3\n", "a date past 2106"},
        {"id=a\ndate=9999999999999999999999999\nprecision=3\n", "a number of many digits"},
        {"id=a\ndate=12\nprecision=6\n", "no such precision"},
        {"id=a\noffset=7\n", "no quarter of an hour"},
        {"id=a\ntokens=2\n", "tokens that are neither"},
    };
    struct hlbuf strings = {0};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        OK(decode_copy(cases[i].data, strlen(cases[i].data), &strings) == HL_CORRUPT,
           "refused: %s", cases[i].what);
    OK(decode_copy("id=a\nbody=b\0c\n", 14, &strings) == HL_CORRUPT, "refused: a zero byte");
    OK(decode_copy("id=a\n", 5, &strings) == HL_OK, "an id alone is an article");
    hlbuf_release(&strings);
}

static void check_damage(void)
{
    struct hlbuf data = {0}, strings = {0};
    uint64_t seed = 1771;
    size_t bad = 0, refused = 0;
    for (int i = 0; i < ROUNDS * 10 / SCRATCH_SLOWNESS; i++) {
        if (i % 50 == 0) {
            struct hl_article article = random_article(&seed);
            hlx_data_encode(&article, i % 100 == 0, &data);
            release_article(&article);
        }
        struct hlbuf damaged = {0};
        hlbuf_put(&damaged, data.data, data.size);
        for (size_t k = 1 + tap_random(&seed) % 4; k; k--)
            damaged.data[tap_random(&seed) % damaged.size] = (uint8_t)tap_random(&seed);
        if (i % 3 == 0)
            damaged.size = tap_random(&seed) % damaged.size;
        hl_status status = decode_copy((char *)damaged.data, damaged.size, &strings);
        bad += status != HL_OK && status != HL_CORRUPT;
        refused += status == HL_CORRUPT;
        hlbuf_release(&damaged);
    }
    OK(!bad && refused, "damaged bytes are an article or HL_CORRUPT (%zu were)", refused);
    hlbuf_release(&data);
    hlbuf_release(&strings);
}

/* ---- what others are shown ---- */

/* The value of a line of an article's data, in a buffer that is used again. */
static const char *shown(const struct hl_article *article, const char *name)
{
    static char value[4096];
    struct hlbuf data = {0};
    char start[32];
    *value = 0;
    snprintf(start, sizeof start, "%s=", name);
    hlx_data_encode(article, false, &data);
    hlbuf_put_u8(&data, 0);
    for (const char *line = (const char *)data.data; line; line = strchr(line, '\n')) {
        line += *line == '\n';
        if (strncmp(line, start, strlen(start)))
            continue;
        snprintf(value, sizeof value, "%.*s", (int)strcspn(line + strlen(start), "\n"),
                 line + strlen(start));
        break;
    }
    hlbuf_release(&data);
    return value;
}

static void check_shown(void)
{
    struct hl_article a = {.id = "1", .title = "Một\\hai\nba", .body = " Đầu \n\t bài  báo "};
    IS(shown(&a, "title"), "Một\\\\hai\\nba", "a title is one line");
    IS(shown(&a, "sample"), "Đầu bài báo", "a sample of the body, blanks made one");
    IS(shown(&a, "modtime"), "", "no time of an undated article");
    a.lead = "Dẫn";
    a.date = 1483228800;
    a.date_precision = HL_DATE_DAY;
    IS(shown(&a, "sample"), "Dẫn", "the lead before the body");
    IS(shown(&a, "modtime"), "1483228800", "UTC seconds");
    a.lead = " \n ";
    IS(shown(&a, "sample"), "Đầu bài báo", "a blank lead is none");
    char body[1000];
    memset(body, 0, sizeof body);
    for (int i = 0; i < 180; i++)
        memcpy(body + i * 5, "bế ", 5);
    a.body = body;
    OK(strlen(shown(&a, "sample")) == 399, "a long one is cut at a blank");
    for (int i = 0; i < 300; i++)
        memcpy(body + i * 3, "ế", 3);
    body[900] = 0;
    OK(strlen(shown(&a, "sample")) == 399, "one long word is cut between characters");
    memset(body, 'x', 400);
    memcpy(body + 400, " y", 3);
    OK(strlen(shown(&a, "sample")) == 400, "400 bytes fit");
}

int main(void)
{
    check_terms();
    check_head();
    check_articles();
    check_refused();
    check_damage();
    check_shown();
    return tap_done();
}

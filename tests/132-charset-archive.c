/*
 * 132 - real titles and leads, written in every old charset, are read again; real UTF-8
 * is never taken for anything else, nor repaired.
 *
 * A reading is right if it says what the true charset says: on "Khánh Hòa" several agree.
 */
#include "legacy.h"
#include "tap.h"

#include "import/import.h"
#include "text/normalise.h"

enum { TITLE, LEAD, KINDS, EVERY = 19, LEAD_MAX = 600 };

static const char *const kind_names[KINDS] = {"titles", "leads"};

struct tally {
    long count[KINDS][LEGACY_COUNT], right[KINDS][LEGACY_COUNT];
    long texts, mistaken, repaired;
};

static bool has_high(const struct hlbuf *bytes)
{
    for (size_t i = 0; i < bytes->size; i++)
        if (bytes->data[i] >= 0x80)
            return true;
    return false;
}

/* One text in one charset: guessed, read, compared with what the charset itself says. */
static void try_charset(enum legacy which, const struct hlbuf *text, int kind,
                        struct tally *tally)
{
    struct hlbuf bytes = {0}, read = {0}, want = {0};
    const char *charset = NULL;
    legacy_encode(which, (const char *)text->data, text->size, &bytes);
    if (has_high(&bytes) || which == LEGACY_UTF16LE || which == LEGACY_UTF16BE) {
        tally->count[kind][which]++;
        if (!hltext_charset_guess(bytes.data, bytes.size, NULL, &charset, NULL) && charset &&
            !hltext_decode(charset, bytes.data, bytes.size, &read, NULL) &&
            !hltext_decode(legacy_names[which], bytes.data, bytes.size, &want, NULL))
            tally->right[kind][which] +=
                read.size == want.size && !memcmp(read.data, want.data, read.size);
    }
    hlbuf_release(&bytes);
    hlbuf_release(&read);
    hlbuf_release(&want);
}

static void try_charsets(const char *text, size_t size, int kind, struct tally *tally)
{
    struct hlbuf clean = {0};
    if (size && !hltext_clean(text, size, &clean, NULL, NULL))
        for (int which = 0; which < LEGACY_COUNT; which++)
            try_charset((enum legacy)which, &clean, kind, tally);
    hlbuf_release(&clean);
}

/* A healthy text is UTF-8 and nothing to repair. */
static void try_healthy(const char *text, struct tally *tally)
{
    const char *charset = "failed", *was = "failed";
    size_t size = text ? strlen(text) : 0;
    if (!size)
        return;
    tally->texts++;
    if (hltext_charset_guess(text, size, NULL, &charset, NULL) || !charset ||
        strcmp(charset, "UTF-8"))
        tally->mistaken++;
    if (hltext_mojibake_find(text, size, NULL, &was, NULL) || was) {
        tally->repaired++;
        printf("# taken for misread %s: %.200s\n", was, text);
    }
}

/* The lead, or the first line of the body where there is none. */
static size_t lead_of(const struct hl_article *article, const char **out_lead)
{
    bool lead = article->lead && *article->lead;
    *out_lead = lead ? article->lead : article->body ? article->body : "";
    size_t size = strcspn(*out_lead, "\n");
    if (size > LEAD_MAX) {
        size = LEAD_MAX;
        while (size && ((uint8_t)(*out_lead)[size] & 0xc0) == 0x80)
            size--;
    }
    return size;
}

static bool read_files(const char *data, struct tally *tally)
{
    static const char *const FILES[] = {"baomoi-001", "dantri-unc-000", "rss-2025-26-001",
                                        "vietnews-002", "vnexpress-2020-000"};
    enum { FILE_COUNT = sizeof FILES / sizeof FILES[0] };
    char paths[FILE_COUNT][1200];
    const char *sources[FILE_COUNT];
    for (size_t i = 0; i < FILE_COUNT; i++) {
        snprintf(paths[i], sizeof paths[i], "%s/news/%s.jsonl.gz", data, FILES[i]);
        sources[i] = paths[i];
    }
    struct hlimport *im;
    struct hl_article article;
    if (hlimport_open(sources, FILE_COUNT, &(struct hlimport_options){0}, &im, NULL))
        return false;
    for (long n = 0; !hlimport_next(im, &article, NULL); n++) {
        const char *lead;
        try_healthy(article.title, tally);
        try_healthy(article.lead, tally);
        try_healthy(article.body, tally);
        if (n % EVERY)
            continue;
        size_t size = lead_of(&article, &lead);
        try_charsets(article.title, article.title ? strlen(article.title) : 0, TITLE, tally);
        try_charsets(lead, size, LEAD, tally);
    }
    hlimport_close(im);
    return true;
}

int main(void)
{
    static struct tally tally;
    const char *data = tap_data();
    if (!data) {
        tap_skip("../shared not there");
        return tap_done();
    }
    OK(read_files(data, &tally), "the archive is read");
    OK(tally.texts > 100000 && !tally.mistaken, "%ld texts in UTF-8, %ld mistaken", tally.texts,
       tally.mistaken);
    OK(!tally.repaired, "%ld of them repaired", tally.repaired);
    for (int kind = 0; kind < KINDS; kind++)
        for (int which = 0; which < LEGACY_COUNT; which++) {
            long count = tally.count[kind][which], right = tally.right[kind][which];
            OK(count > 3500 && right * 1000 > count * 992, "%s in %s%s: %ld of %ld right",
               kind_names[kind], legacy_names[which],
               which == LEGACY_1258_MADE ? " by a converter" : "", right, count);
        }
    return tap_done();
}

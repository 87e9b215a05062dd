/*
 * 826 - the data at hand: what is there comes out, whole and counted.
 */
#include "82-import-support.h"

static struct outcome import_data(const char *data, const char *name)
{
    char path[1200];
    snprintf(path, sizeof path, "%s/%s", data, name);
    return import_all(path, (struct hlimport_options){.now = TEST_NOW});
}

static void check(const char *data, const char *name, uint64_t given, uint64_t rejected)
{
    struct outcome o = import_data(data, name);
    OK(o.status == HL_NOT_FOUND && o.counts.given == given && o.counts.rejected == rejected,
       "%s: %llu given, %llu rejected", name, (unsigned long long)o.counts.given,
       (unsigned long long)o.counts.rejected);
    OK(o.counts.bytes_read == o.counts.bytes_total, "%s: all bytes seen", name);
    free(o.ids);
}

/* The article the project began with: its debris is known line by line. */
static void check_seed(const char *data)
{
    char path[1200];
    const char *source = path;
    snprintf(path, sizeof path, "%s/raw/plain-text/seed-hoalac.txt", data);
    struct hlimport_options options = {0};
    struct hlimport *im;
    struct hl_article a;
    if (hlimport_open(&source, 1, &options, &im, NULL) || hlimport_next(im, &a, NULL)) {
        OK(false, "the seed article is read");
        return;
    }
    const char *end = "plain-text/seed-hoalac.txt";
    OK(strlen(a.id) > strlen(end) && !strcmp(a.id + strlen(a.id) - strlen(end), end),
       "seed: the id is its path");
    OK(!strncmp(a.lead, "Hưởng ứng", strlen("Hưởng ứng")), "seed: no dateline");
    OK(!strstr(a.body, "0:00") && !strstr(a.body, "ảnh 1"), "seed: no debris");
    OK(strstr(a.extra, "\"caption\":\"Quang cảnh Hội thảo.\""), "seed: caption kept once");
    OK(!strncmp(a.body, "Hội thảo nhằm lấy", strlen("Hội thảo nhằm lấy")), "seed: body");
    hlimport_close(im);
}

int main(void)
{
    const char *data = tap_data();
    if (!data) {
        tap_skip("../shared not there");
        return tap_done();
    }
    /* Line 83 of the first has neither title nor text: 300 read, 299 of them articles. */
    check(data, "news/vnexpress-2020-000.jsonl.gz", 299, 1);
    check(data, "news/dantri-unc-000.jsonl.gz", 2530, 0);
    check(data, "news/khoahoctv-000.jsonl.gz", 815, 0);
    check(data, "raw/plain-text", 301, 0);
    check(data, "raw/plain-text-header", 300, 0);
    check(data, "raw/segmented", 300, 0);
    check(data, "raw/json", 557 + 499, 0);
    struct outcome o = import_data(data, "raw/segmented");
    OK(o.counts.texts_unjoined == 300, "all 300 segmented texts are joined again");
    free(o.ids);
    check_seed(data);
    return tap_done();
}

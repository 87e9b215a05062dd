/*
 * What a search that found nothing would have found with less asked for.
 */
#include "scratch.h"
#include "tap.h"

#include "base/deadline.h"

#include <assert.h>

static const struct row {
    const char *id, *title, *section;
    int year;
} rows[] = {
    {"a", "ung thư phổi ở người trẻ", "Sức khỏe", 2017},
    {"b", "ung thư gan và vắc xin", "Sức khỏe", 2018},
    {"c", "tia laser trong phòng mổ", "Khoa học", 2019},
    {"d", "phổi của cá voi", "Khoa học", 2020},
};

static struct hl_index *make_index(void)
{
    struct hl_writer *writer = NULL;
    struct hl_index *index = NULL;
    struct hl_error err = {0};
    const char *path = scratch_name("ix");
    bool good = hl_writer_open(path, NULL, &writer, &err) == HL_OK;
    for (size_t i = 0; good && i < sizeof rows / sizeof *rows; i++) {
        struct hl_article article = {.id = rows[i].id,
                                     .title = rows[i].title,
                                     .section = rows[i].section,
                                     .date = (rows[i].year - 1970) * 31556952ll,
                                     .date_precision = HL_DATE_YEAR};
        good = hl_writer_add(writer, &article, &err) == HL_OK;
    }
    good = good && hl_writer_commit(writer, NULL, &err) == HL_OK &&
           hl_index_open(path, &index, &err) == HL_OK;
    hl_writer_close(writer);
    OK(good, "four articles");
    return index;
}

/* The list as "QUERY|WITHOUT|TOTAL;..." */
static const char *nearest_of(const struct hl_index *index, const char *text,
                              const struct hl_search_options *options)
{
    static char out[1024];
    struct hl_query *query = NULL;
    struct hl_nearest_list *list = NULL;
    const struct hl_nearest *n;
    struct hl_error err = {0};
    out[0] = '\0';
    if (hl_query_parse(index, text, strlen(text), NULL, &query, &err) != HL_OK ||
        hl_nearest_find(index, query, options, &list, &err) != HL_OK)
        snprintf(out, sizeof out, "error: %s", err.text);
    for (size_t i = 0; (n = hl_nearest_at(list, i)); i++)
        snprintf(out + strlen(out), sizeof out - strlen(out), "%s|%s|%llu;", n->query,
                 n->without ? n->without : "-", (unsigned long long)n->total);
    hl_nearest_free(list);
    hl_query_free(query);
    return out;
}

/* Goes on by a second whenever somebody looks. */
static uint64_t ticks;
static uint64_t hasty_clock(void)
{
    return ticks += 1000000000u;
}

static void check_time(const struct hl_index *index, struct hl_search_options all)
{
    IS(nearest_of(index, "ung phổi laser", &all), "ung phổi|laser|1;", "without a limit");
    all.timeout_ms = 86400000;
    IS(nearest_of(index, "ung phổi laser", &all), "ung phổi|laser|1;", "within a day");
    hldeadline_set_clock(hasty_clock);
    all.timeout_ms = 900;
    IS(nearest_of(index, "ung phổi laser", &all), "", "no time for any");
    for (all.timeout_ms = 1000; all.timeout_ms <= 100000; all.timeout_ms += 1000) {
        const char *said = nearest_of(index, "ung phổi laser", &all);
        if (*said && strcmp(said, "ung phổi|laser|1;"))
            break;
    }
    OK(all.timeout_ms > 100000, "in any time: what is right, or nothing");
    hldeadline_set_clock(NULL);
}

/* What is cut out leaves nothing behind that joins or leaves out what stands beside it. */
static void check_joints(const struct hl_index *index, const struct hl_search_options *all)
{
    IS(nearest_of(index, "ung zzz-gan", all), "ung gan|zzz|1;", "a hyphen after it");
    IS(nearest_of(index, "ung gan-zzz", all), "ung gan|zzz|1;", "before it");
    IS(nearest_of(index, "ung zzz/gan", all), "ung gan|zzz|1;", "a slash");
    IS(nearest_of(index, "ung gan.=zzz", all), "ung gan|=zzz|1;", "a full stop and a sign");
    IS(nearest_of(index, "vắc-xin zzz", all), "vắc-xin|zzz|1;", "other hyphens stay");
    IS(nearest_of(index, "thư(zzz)gan", all), "thư()gan|zzz|1;", "parentheses stay in pairs");
    IS(nearest_of(index, "thư\"zzz x\"gan", all), "thư gan|\"zzz x\"|1;",
       "words stay apart without what stood between");
    IS(nearest_of(index, "thư\"gan ung\"ung", all),
       "thư ung|\"gan ung\"|2;thư gan ung ung|\"gan ung\"|1;", "without the quotes between");
}

int main(void)
{
    struct hl_search_options all, narrow;
    struct hl_nearest_list *list = NULL;
    scratch_begin();
    struct hl_index *index = make_index();
    hl_search_options_init(&all);
    all.cover = HL_COVER_ALL;
    hl_search_options_init(&narrow);
    narrow.date_from = 1893456000; /* 2030 */
    IS(nearest_of(index, "ung thư zzz", &all), "ung thư|zzz|2;", "a word that nobody has");
    IS(nearest_of(index, "ung phổi laser", &all), "ung phổi|laser|1;", "a word too many");
    IS(nearest_of(index, "phổi -phổi", &all), "phổi|-phổi|2;", "an exclusion too many");
    IS(nearest_of(index, "\"phổi ung thư\"", &all), "phổi ung thư|\"phổi ung thư\"|1;",
       "a phrase in the wrong order");
    IS(nearest_of(index, "laser (gan OR voi)", &all),
       "(gan OR voi)|laser|2;laser|(gan OR voi)|1;", "groups, what finds most first");
    IS(nearest_of(index, "phổi date:2031", NULL), "phổi|date:2031|2;", "a year too late");
    IS(nearest_of(index, "phổi", &narrow), "phổi|-|2;", "dates of the options");
    IS(nearest_of(index, "zzz", NULL), "", "nothing is near");
    IS(nearest_of(index, "ung date:1990 thư source:x", &all), "ung thư|date:1990 source:x|2;",
       "two that narrow too much");
    IS(nearest_of(index, "\"laser ung\" (gan zzz) \"phổi gan\"", &all), "",
       "nor are parts of which none is there");
    IS(nearest_of(index, "\"laser ung\" laser date:1990", &all),
       "laser|\"laser ung\" date:1990|1;", "one part alone");
    IS(nearest_of(index, "zz* =phổi", &all), "=phổi|zz*|2;", "signs go along");
    check_joints(index, &all);
    check_time(index, all);
    OK(hl_nearest_find(NULL, NULL, NULL, &list, NULL) == HL_MISUSE && !list, "of nothing");
    all.count = 100000;
    OK(!strncmp(nearest_of(index, "phổi", &all), "error: ", 7), "bad options");
    hl_index_close(index);
    return tap_done();
}

/*
 * Every public call on an index that Xapian keeps, in one database and in three: it answers as
 * a native index of the same articles does, or says that it cannot, and never anything else.
 */
#include "hlsearch_inspect.h"
#include "scratch.h"
#include "xapian.h"

enum { ARTICLES = 240, KINDS = 3 };

static const char *const kind_names[KINDS] = {"native", "one database", "three"};
static struct hl_index *indexes[KINDS];
static char paths[KINDS][600];

/* ---- the articles: some are near copies, some undated, some explain an abbreviation ---- */

static const char *const texts[] = {
    "Trí tuệ nhân tạo (TTNT) giúp bác sĩ tìm ung thư phổi sớm hơn trên ảnh chụp",
    "Khu công nghệ cao Hòa Lạc đón thêm nhà máy sản xuất chip bán dẫn",
    "Kính viễn vọng không gian James Webb chụp thiên hà xa nhất từ trước đến nay",
    "Vắc xin phòng sốt xuất huyết được tiêm cho trẻ em từ tháng sau",
    "Nhà khoa học Việt Nam tìm ra loài ếch mới ở Tây Nguyên",
    "Tàu vũ trụ quay về Trái Đất mang theo mẫu đất từ tiểu hành tinh",
    "Bệnh viện Bạch Mai ghép phổi cho bệnh nhân ung thư",
    "Pin mặt trời perovskite đạt hiệu suất kỷ lục trong phòng thí nghiệm",
};
enum { TEXTS = sizeof texts / sizeof texts[0] };

static void add_article(struct hl_writer *writer, unsigned i)
{
    char id[32], title[200], body[1200], tags[64];
    snprintf(id, sizeof id, "a%u", i);
    snprintf(title, sizeof title, "%s %u", texts[i % TEXTS], i / 7);
    snprintf(tags, sizeof tags, "tag %u\nkhoa học", i % 5);
    int size = snprintf(body, sizeof body, "Theo báo cáo số %u,", i % 4 ? i : i / 48);
    for (unsigned k = 0; k < 5; k++) /* of four texts one is the same but for its title */
        size += snprintf(body + size, sizeof body - (size_t)size, " %s.",
                         texts[(i + k * (i % 4 ? i / 8 : 1)) % TEXTS]);
    struct hl_article a = {.id = id,
                           .title = title,
                           .lead = texts[(i + 3) % TEXTS],
                           .body = body,
                           .source = i % 3 ? "VnExpress" : "Dân trí",
                           .section = i % 2 ? "Khoa học" : "Sức khỏe",
                           .author = i % 4 ? "Hoàng Nam" : NULL,
                           .tags = tags};
    if (i % 9) {
        a.date = 1500000000 + (int64_t)(i / 4) * 86400;
        a.date_precision = HL_DATE_SECOND;
        a.date_offset = 420;
    }
    if (hl_writer_add(writer, &a, NULL) != HL_OK)
        OK(false, "article %u is taken", i);
}

static bool make(int kind, struct hl_error *err)
{
    struct hl_writer_options options = {.backend = kind ? HL_BACKEND_XAPIAN : HL_BACKEND_NATIVE,
                                        .shards = kind == 2 ? 3 : 0};
    struct hl_writer *writer;
    snprintf(paths[kind], sizeof paths[kind], "%s/k%d", scratch_path, kind);
    if (hl_writer_open(paths[kind], &options, &writer, err) != HL_OK)
        return false;
    for (unsigned i = 0; i < ARTICLES; i++)
        add_article(writer, i);
    hl_status status = hl_writer_commit(writer, NULL, err);
    hl_writer_close(writer);
    return status == HL_OK && hl_index_open(paths[kind], &indexes[kind], err) == HL_OK;
}

static struct hl_query *parse(int kind, const char *text)
{
    struct hl_query *query = NULL;
    OK(hl_query_parse(indexes[kind], text, strlen(text), NULL, &query, NULL) == HL_OK,
       "%s: %s is read", kind_names[kind], text);
    return query;
}

/* ---- what is the same ---- */

static const char *const queries[] = {
    "ung thu phoi",
    "trí tuệ nhân tạo",
    "\"khu công nghệ\"",
    "title:chip",
    "khoa -ếch",
    "(chip OR vắc) nhà",
    "TTNT",
    "section:\"khoa học\" phổi",
    "không thấy gì xyz",
};

static void same_hits(const struct hl_result *a, const struct hl_result *b, const char *what,
                      bool copies)
{
    bool same =
        hl_result_count(a) == hl_result_count(b) && hl_result_total(a) == hl_result_total(b) &&
        hl_result_more(a) == hl_result_more(b) && hl_result_cover(a) == hl_result_cover(b);
    OK(same, "%s: count, total, more and cover: %zu %zu", what, hl_result_count(a),
       hl_result_count(b));
    for (size_t i = 0; same && i < hl_result_count(a); i++) {
        const struct hl_hit *x = hl_result_hit(a, i), *y = hl_result_hit(b, i);
        bool good = !strcmp(x->id, y->id) && x->score == y->score && x->date == y->date &&
                    x->date_precision == y->date_precision && !strcmp(x->source, y->source) &&
                    !x->author == !y->author;
        if (!good || (copies && y->similar > x->similar))
            OK(same = false, "%s: hit %zu: %s %.17g %u, %s %.17g %u", what, i, x->id, x->score,
               x->similar, y->id, y->score, y->similar);
    }
    OK(same, "%s: hits", what);
}

static void search(int kind, const char *text, struct hl_search_options *o, const char *what)
{
    struct hl_result *a = NULL, *b = NULL;
    struct hl_error err = {0};
    struct hl_query *x = parse(0, text), *y = parse(kind, text);
    char name[200];
    snprintf(name, sizeof name, "%s, %s, %s", kind_names[kind], what, text);
    hl_status one = hl_search(indexes[0], x, o, &a, NULL);
    hl_status two = hl_search(indexes[kind], y, o, &b, &err);
    OK(one == HL_OK && two == HL_OK, "%s: searched %s", name, err.text);
    if (one == HL_OK && two == HL_OK)
        same_hits(a, b, name, o->group);
    hl_result_free(a);
    hl_result_free(b);
    hl_query_free(x);
    hl_query_free(y);
}

static void searches(int kind)
{
    struct hl_search_options o;
    for (size_t i = 0; i < sizeof queries / sizeof *queries; i++) {
        hl_search_options_init(&o);
        search(kind, queries[i], &o, "defaults");
        o.group = true;
        search(kind, queries[i], &o, "grouped");
        o.offset = 5;
        o.count = 7;
        search(kind, queries[i], &o, "a page of groups");
        o.count = 1000;
        o.offset = 0;
        search(kind, queries[i], &o, "all groups");
        hl_search_options_init(&o);
        o.sort = HL_SORT_NEWEST;
        search(kind, queries[i], &o, "newest");
    }
    hl_search_options_init(&o);
    o.recency = 1;
    struct hl_query *query = parse(kind, "ung thư");
    struct hl_result *result = NULL;
    struct hl_error err = {0};
    OK(hl_search(indexes[kind], query, &o, &result, &err) == HL_UNSUPPORTED && *err.text,
       "%s: recency: %s", kind_names[kind], err.text);
    hl_query_free(query);
}

static void same_explanation(int kind, const char *text, const char *id, bool bm25)
{
    struct hl_explanation a, b;
    struct hl_search_options o;
    struct hl_error err = {0};
    hl_search_options_init(&o);
    o.rank = bm25 ? HL_RANK_BM25 : HL_RANK_DEFAULT;
    struct hl_query *x = parse(0, text), *y = parse(kind, text);
    hl_status one = hl_explain(indexes[0], x, &o, id, &a, NULL);
    hl_status two = hl_explain(indexes[kind], y, &o, id, &b, &err);
    OK(one == two, "%s: explain %s of %s: %d %d %s", kind_names[kind], text, id, one, two,
       err.text);
    if (one == HL_OK && two == HL_OK) {
        bool same = a.score == b.score && a.answers == b.answers && a.length == b.length &&
                    a.first_stage == b.first_stage && a.refined == b.refined &&
                    a.passage == b.passage && a.early == b.early &&
                    a.part_count == b.part_count && a.cover_have == b.cover_have &&
                    a.cover_all == b.cover_all && !a.why == !b.why &&
                    (!a.why || !strcmp(a.why, b.why));
        for (size_t i = 0; same && i < a.part_count; i++)
            same = a.parts[i].tf == b.parts[i].tf && a.parts[i].df == b.parts[i].df &&
                   a.parts[i].worth == b.parts[i].worth &&
                   !strcmp(a.parts[i].label, b.parts[i].label);
        OK(same, "%s: the same explanation: %.17g %.17g", kind_names[kind], a.score, b.score);
    }
    if (one == HL_OK)
        hl_explanation_free(&a);
    if (two == HL_OK)
        hl_explanation_free(&b);
    hl_query_free(x);
    hl_query_free(y);
}

static void explanations(int kind)
{
    for (size_t i = 0; i < sizeof queries / sizeof *queries; i++)
        for (unsigned k = 0; k < 5; k++) {
            char id[16];
            snprintf(id, sizeof id, "a%u", k * 37);
            same_explanation(kind, queries[i], id, k & 1);
        }
    same_explanation(kind, "ung thư", "nowhere", false);
}

static void related(int kind)
{
    struct hl_result *a = NULL, *b = NULL;
    OK(hl_related(indexes[0], "a12", NULL, &a, NULL) == HL_OK &&
           hl_related(indexes[kind], "a12", NULL, &b, NULL) == HL_OK,
       "%s: related", kind_names[kind]);
    if (a && b)
        same_hits(a, b, kind_names[kind], false);
    hl_result_free(a);
    hl_result_free(b);
    b = NULL;
    OK(hl_related(indexes[kind], "nowhere", NULL, &b, NULL) == HL_NOT_FOUND,
       "%s: to no article", kind_names[kind]);
}

static void nearest(int kind)
{
    static const char *const none[] = {"\"phổi chip\" ung", "title:xyzq vắc xin",
                                       "section:nowhere ung thư"};
    for (size_t i = 0; i < sizeof none / sizeof *none; i++) {
        struct hl_nearest_list *a = NULL, *b = NULL;
        struct hl_query *x = parse(0, none[i]), *y = parse(kind, none[i]);
        OK(hl_nearest_find(indexes[0], x, NULL, &a, NULL) == HL_OK &&
               hl_nearest_find(indexes[kind], y, NULL, &b, NULL) == HL_OK,
           "%s: nearest to %s", kind_names[kind], none[i]);
        for (size_t k = 0; a && b && k < 4; k++) {
            const struct hl_nearest *p = hl_nearest_at(a, k), *q = hl_nearest_at(b, k);
            OK(!p == !q && (!p || (!strcmp(p->query, q->query) && p->total == q->total &&
                                   p->relaxed == q->relaxed)),
               "%s: the %zu-th is %s, %s", kind_names[kind], k, p ? p->query : "none",
               q ? q->query : "none");
        }
        hl_nearest_free(a);
        hl_nearest_free(b);
        hl_query_free(x);
        hl_query_free(y);
    }
}

/* ---- suggestions: the first is the same, and all are of the index ---- */

static const struct {
    const char *text, *first;
    enum hl_completion_kind kind;
} typed[] = {
    {"tri tue n", "trí tuệ nhân tạo", HL_COMPLETION_PHRASE},
    {"vac", "vắc xin phòng sốt", HL_COMPLETION_PHRASE},
    {"ung th", "ung thư", HL_COMPLETION_PHRASE},
    {"title:ung th", "title:ung thư", HL_COMPLETION_PHRASE},
    {"james w", "james webb", HL_COMPLETION_PHRASE},
    {"khongg", "không", HL_COMPLETION_SPELLING},
    {"qxzv", NULL, HL_COMPLETION_WORD},
    {"section:ung", NULL, HL_COMPLETION_WORD},
    {"", NULL, HL_COMPLETION_WORD},
};

static void suggestions(int kind)
{
    for (size_t i = 0; i < sizeof typed / sizeof *typed; i++) {
        struct hl_suggestions *s = NULL;
        struct hl_error err = {0};
        const char *text = typed[i].text;
        OK(hl_suggest(indexes[kind], text, strlen(text), NULL, &s, &err) == HL_OK,
           "%s: what goes on from '%s' %s", kind_names[kind], text, err.text);
        const struct hl_completion *first = hl_suggestions_at(s, 0);
        if (!typed[i].first) {
            OK(!first, "%s: nothing does: %s", kind_names[kind], first ? first->text : "");
        } else {
            OK(first && !strncmp(first->text, typed[i].first, strlen(typed[i].first)) &&
                   first->kind == typed[i].kind && first->articles > 0 &&
                   first->articles <= ARTICLES,
               "%s: %s does: %s", kind_names[kind], typed[i].first, first ? first->text : "");
        }
        hl_suggestions_free(s);
    }
    struct hl_suggestions *s = NULL;
    OK(hl_suggest(indexes[kind], "\xff", 1, NULL, &s, NULL) == HL_MISUSE,
       "%s: no UTF-8 is no text", kind_names[kind]);
    for (char letter = 'a'; letter <= 'z'; letter++) {
        hl_status status = hl_suggest(indexes[kind], &letter, 1, NULL, &s, NULL);
        const struct hl_completion *c;
        bool good = status == HL_OK;
        for (size_t i = 0; good && (c = hl_suggestions_at(s, i)); i++)
            good = c->articles > 0 && *c->text;
        OK(good, "%s: what begins with %c", kind_names[kind], letter);
        hl_suggestions_free(s);
    }
}

/* ---- the rest ---- */

static void stats(int kind)
{
    struct hl_stats a, b;
    OK(hl_index_stats(indexes[0], &a, NULL) == HL_OK &&
           hl_index_stats(indexes[kind], &b, NULL) == HL_OK,
       "%s: stats", kind_names[kind]);
    OK(a.articles == b.articles && a.positions == b.positions &&
           a.mean_length == b.mean_length && a.undated == b.undated &&
           a.date_first == b.date_first && a.date_last == b.date_last,
       "%s: articles, positions, dates", kind_names[kind]);
    OK(kind == 2 ? b.terms >= a.terms : b.terms == a.terms, "%s: %llu terms of %llu",
       kind_names[kind], (unsigned long long)b.terms, (unsigned long long)a.terms);
    OK(b.bytes > 0 && b.segments == (kind == 2 ? 3u : 1u) && !strcmp(a.rules, b.rules),
       "%s: bytes, databases, rules", kind_names[kind]);
}

static void abbreviations(int kind)
{
    struct hl_abbreviations a, b;
    OK(hl_abbreviations_list(indexes[0], &a, NULL) == HL_OK &&
           hl_abbreviations_list(indexes[kind], &b, NULL) == HL_OK,
       "%s: abbreviations", kind_names[kind]);
    OK(a.count == 1 && b.count == 1 && !strcmp(a.items->shorter, b.items->shorter) &&
           !strcmp(a.items->longer, b.items->longer) && a.items->articles == b.items->articles,
       "%s: the same one", kind_names[kind]);
    hl_abbreviations_free(&a);
    hl_abbreviations_free(&b);
}

static void cannot(int kind, hl_status status, const struct hl_error *err, const char *what)
{
    OK(status == HL_UNSUPPORTED && strstr(err->text, "native"), "%s: %s: %d %s",
       kind_names[kind], what, status, err->text);
}

static void told(void *user, const char *text)
{
    ++*(int *)user;
}

static void refusals(int kind)
{
    struct hl_term_lists lists;
    struct hl_document_terms terms;
    struct hl_check_report report;
    struct hl_words *words = NULL;
    struct hl_error err = {0};
    int faults = 0;
    cannot(kind, hl_term_lists_find(indexes[kind], "ung", &lists, &err), &err, "lists");
    cannot(kind, hl_document_terms_find(indexes[kind], "a1", &terms, &err), &err, "terms");
    cannot(kind, hl_words_open(indexes[kind], NULL, 0, &words, &err), &err, "words");
    cannot(kind, hl_check(paths[kind], told, NULL, &faults, &report, &err), &err, "check");
    struct hl_index *both = NULL;
    const char *const mixed[] = {paths[0], paths[kind]};
    OK(hl_index_open_many(mixed, 2, &both, &err) == HL_UNSUPPORTED && *err.text,
       "%s: together with a native one: %s", kind_names[kind], err.text);
    hl_index_close(both);
}

static bool count_article(void *user, const struct hl_article *article)
{
    *(unsigned *)user += article->id && article->title;
    return true;
}

static void articles(int kind)
{
    struct hl_document *a = NULL, *b = NULL;
    unsigned count = 0;
    bool current = false;
    OK(hl_document_get(indexes[0], "a8", &a, NULL) == HL_OK &&
           hl_document_get(indexes[kind], "a8", &b, NULL) == HL_OK,
       "%s: an article", kind_names[kind]);
    if (a && b)
        IS(hl_document_article(b)->body, hl_document_article(a)->body, "as it was given");
    hl_document_free(a);
    hl_document_free(b);
    b = NULL;
    OK(hl_document_get(indexes[kind], "nowhere", &b, NULL) == HL_NOT_FOUND, "%s: no article",
       kind_names[kind]);
    OK(hl_index_each(indexes[kind], count_article, &count, NULL) == HL_OK && count == ARTICLES,
       "%s: each article", kind_names[kind]);
    OK(hl_index_is_current(indexes[kind], &current, NULL) == HL_OK && current, "%s: is current",
       kind_names[kind]);
    OK(hl_index_backend(indexes[kind]) == HL_BACKEND_XAPIAN, "%s: by Xapian", kind_names[kind]);
}

/* What hangs on a result. */
static void of_result(int kind)
{
    struct hl_query *query = parse(kind, "ung thu phoi");
    struct hl_search_options o;
    struct hl_result *r = NULL;
    hl_search_options_init(&o);
    o.suggest = true;
    for (unsigned f = 0; f < HL_FACETS; f++)
        o.facet_values[f] = 10;
    OK(hl_search(indexes[kind], query, &o, &r, NULL) == HL_OK, "%s: searched",
       kind_names[kind]);
    struct hl_document *document = NULL;
    struct hl_snippet snippet = {0};
    struct hl_snippets snippets = {0};
    const struct hl_hit *hit = hl_result_hit(r, 0);
    OK(hit && hl_document_of_hit(indexes[kind], hit, &document, NULL) == HL_OK,
       "%s: the article of a hit", kind_names[kind]);
    const struct hl_article *article = document ? hl_document_article(document) : NULL;
    if (article) {
        IS(article->id, hit->id, "which it is");
        OK(hl_snippet_make(r, article->body, 100, &snippet, NULL) == HL_OK &&
               snippet.range_count,
           "%s: its snippet", kind_names[kind]);
        hl_snippet_release(&snippet);
        OK(hl_highlight(r, article->title, &snippet, NULL) == HL_OK, "%s: its title",
           kind_names[kind]);
        hl_snippet_release(&snippet);
        OK(hl_snippets_make(r, &article->body, 1, NULL, &snippets, NULL) == HL_OK &&
               snippets.count,
           "%s: its passages", kind_names[kind]);
        hl_snippets_release(&snippets);
    }
    hl_document_free(document);
    OK(hl_result_understood(r, 0) && hl_result_restored(r) && hl_result_reading(r, 0),
       "%s: how it was read", kind_names[kind]);
    bool facets = true;
    for (unsigned f = 0; f < HL_FACETS; f++)
        facets = facets && hl_result_facet(r, f, 0) && hl_result_facet_distinct(r, f);
    OK(facets, "%s: facets", kind_names[kind]);
    OK(!hl_result_partial(r) && !hl_result_shard(r, kind == 2 ? 3 : 0), "%s: its databases",
       kind_names[kind]);
    hl_result_free(r);
    hl_query_free(query);
}

int main(void)
{
    const struct hlx_calls *calls;
    struct hl_error err = {0};
    if (!xapian_begin(&calls, &err)) {
        tap_skip(err.text);
        return tap_done();
    }
    scratch_begin();
    for (int kind = 0; kind < KINDS; kind++)
        OK(make(kind, &err), "%s: made and open: %s", kind_names[kind], err.text);
    for (int kind = 1; kind < KINDS && indexes[0] && indexes[kind]; kind++) {
        articles(kind);
        stats(kind);
        searches(kind);
        explanations(kind);
        related(kind);
        nearest(kind);
        suggestions(kind);
        abbreviations(kind);
        of_result(kind);
        refusals(kind);
    }
    for (int kind = 0; kind < KINDS; kind++)
        hl_index_close(indexes[kind]);
    scratch_end();
    return tap_done();
}

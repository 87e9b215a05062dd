/*
 * All options of a search together, over random archives and the whole query language, by what
 * must hold between answers: counts of facets come to the total, pages to the long list, each
 * hit answers by itself and is explained; what is like an article is without it; folded hits
 * stand for all; what is nearest finds as many as it says; several indexes answer as one;
 * completions stand in the index.
 *
 * HLSEARCH_SEED starts from another seed, HLSEARCH_ROUNDS multiplies the queries, HLSEARCH_SHOW
 * prints every query.
 */
#include "drawn.h"
#include "hlsearch_inspect.h"
#include "tap.h"

#include <math.h>

enum { PARTS = 4 };

/* What is asked, and of what. */
struct asked {
    struct drawn draw;
    struct hl_query_options how;
    struct hl_search_options options;
    struct hl_query *query;
    const struct hl_index *one, *many; /* the same articles */
};

static struct hl_synonyms *synonyms;

static uint64_t pick(struct asked *a, uint64_t below)
{
    return tap_random(a->draw.seed) % below;
}

static void draw_more_options(struct asked *a)
{
    static const char *const sources[] = {"nhan dan", "VNBAO", "Nhân Dân", "zzqx"};
    static const char *const tags[] = {"vu tru", "AI", "chíp", "vũ trụ", "zzqx"};
    struct hl_search_options *o = &a->options;
    if (pick(a, 3) == 0)
        o->recency = (double)pick(a, 101) / 10;
    if (pick(a, 8) == 0)
        o->source = sources[pick(a, 4)];
    if (pick(a, 8) == 0)
        o->tag = tags[pick(a, 5)];
    if (pick(a, 40) == 0)
        o->author = "Lê An";
    o->group = pick(a, 3) == 0;
    o->suggest = pick(a, 4) == 0;
    o->timeout_ms = pick(a, 4) ? 0 : 86400000;
}

static hl_status search(const struct asked *a, const struct hl_index *index,
                        const struct hl_search_options *o, struct hl_result **io_result)
{
    struct hl_error err = {0};
    hl_status status = hl_search(index, a->query, o, io_result, &err);
    if (status)
        printf("# [%s]: %s\n", a->draw.text, err.text);
    return status;
}

static bool same_bits(double x, double y)
{
    return !memcmp(&x, &y, sizeof x);
}

static bool same_text(const char *x, const char *y)
{
    return x && y ? !strcmp(x, y) : x == y;
}

/* Ids, scores and columns of the i-th and the j-th hit. */
static bool same_hits(const struct hl_result *x, size_t i, const struct hl_result *y, size_t j)
{
    const struct hl_hit *p = hl_result_hit(x, i), *q = hl_result_hit(y, j);
    return p && q && !strcmp(p->id, q->id) && same_bits(p->score, q->score) &&
           p->similar == q->similar && p->date == q->date &&
           p->date_precision == q->date_precision && same_text(p->source, q->source) &&
           same_text(p->section, q->section) && same_text(p->author, q->author);
}

/* ------------------------------------------------------------------------ what holds */

/* Values and what has none come to the total; of tags, each to no more. */
static bool facets_add_up(const struct asked *a, const struct hl_result *result)
{
    uint64_t total = hl_result_total(result);
    for (unsigned f = 0; f < HL_FACETS; f++) {
        const struct hl_facet_value *v;
        uint64_t sum = 0, last = UINT64_MAX, shown = 0;
        if (a->options.facet_values[f] < 100)
            continue;
        for (; (v = hl_result_facet(result, f, shown)); shown++) {
            if (!v->count || v->count > last || v->count > total)
                return false;
            sum += last = v->count;
        }
        uint64_t missing = hl_result_facet_missing(result, f);
        bool right = f == HL_FACET_TAG ? sum + missing >= total : sum + missing == total;
        if (!right || missing > total || shown != hl_result_facet_distinct(result, f))
            return false;
    }
    return true;
}

/* The long list, a page at a time; the last says that it is. */
static bool pages_join(struct asked *a, const struct hl_result *whole)
{
    struct hl_search_options o = a->options;
    struct hl_result *page = NULL;
    size_t at = 0, size = 1 + pick(a, 12), all = hl_result_count(whole);
    bool good = true, more = true;
    for (size_t pages = 0; good && more && pages < 12; pages++) {
        o.count = size;
        o.offset = at;
        good = !search(a, a->one, &o, &page) && hl_result_count(page) <= size &&
               hl_result_total(page) == hl_result_total(whole);
        for (size_t i = 0; good && i < hl_result_count(page); i++, at++)
            good = same_hits(page, i, whole, at);
        more = good && hl_result_more(page);
        good = good && more == (at < all) && (!more || hl_result_count(page) == size);
    }
    hl_result_free(page);
    return good;
}

/* Each hit is within the dates, and answers when it is asked about. */
static bool hits_answer(const struct asked *a, const struct hl_result *result)
{
    const struct hl_search_options *o = &a->options;
    const struct hl_hit *hit;
    for (size_t i = 0; (hit = hl_result_hit(result, i)); i++) {
        struct hl_explanation e = {0};
        struct hl_error err = {0};
        bool dated = hit->date_precision != HL_DATE_UNKNOWN;
        if ((o->date_from && (!dated || hit->date < o->date_from)) ||
            (o->date_to && (!dated || hit->date >= o->date_to)))
            return false;
        if (i % 5)
            continue;
        bool good = !hl_explain(a->one, a->query, o, hit->id, &e, &err) && e.answers &&
                    same_bits(e.score, hit->score);
        if (!good)
            printf("# %s: scored %.17g, explained %.17g %s%s\n", hit->id, hit->score, e.score,
                   e.why ? e.why : "", err.text);
        hl_explanation_free(&e);
        if (!good)
            return false;
    }
    return true;
}

/* Each answer stands in the list or is folded under one that does; best first. */
static bool all_are_there(const struct asked *a, const struct hl_result *result)
{
    uint64_t seen = 0;
    const struct hl_hit *hit;
    for (size_t i = 0; (hit = hl_result_hit(result, i)); i++) {
        seen += 1 + hit->similar;
        const struct hl_hit *next = hl_result_hit(result, i + 1);
        if (next && a->options.sort == HL_SORT_RELEVANCE && next->score > hit->score)
            return false;
        if (!a->options.group && hit->similar)
            return false;
    }
    return hl_result_total(result) > 9000 || seen == hl_result_total(result);
}

/* Several indexes, the same answer. */
static bool many_are_one(const struct asked *a, const struct hl_result *one)
{
    struct hl_result *many = NULL;
    bool good = !search(a, a->many, &a->options, &many) &&
                hl_result_total(many) == hl_result_total(one) &&
                hl_result_count(many) == hl_result_count(one) &&
                hl_result_cover(many) == hl_result_cover(one) &&
                hl_result_more(many) == hl_result_more(one);
    for (size_t i = 0; good && i < hl_result_count(one); i++)
        good = same_hits(one, i, many, i);
    for (unsigned f = 0; good && f < HL_FACETS; f++) {
        const struct hl_facet_value *v, *w;
        good = hl_result_facet_missing(one, f) == hl_result_facet_missing(many, f) &&
               hl_result_facet_distinct(one, f) == hl_result_facet_distinct(many, f);
        for (size_t i = 0; good && (v = hl_result_facet(one, f, i)); i++)
            good = (w = hl_result_facet(many, f, i)) && v->count == w->count &&
                   !strcmp(v->name, w->name);
    }
    hl_result_free(many);
    return good;
}

/* Each piece between blanks; what was left out may have stood in several places. */
static bool stands_in(const char *text, const char *pieces)
{
    char piece[512];
    for (const char *p = pieces; *p; p += strspn(p, " \t\r\n")) {
        size_t size = strcspn(p, " \t\r\n");
        snprintf(piece, sizeof piece, "%.*s", (int)size, p);
        if (size >= sizeof piece || !strstr(text, piece))
            return false;
        p += size;
    }
    return true;
}

/* What is proposed in place of nothing finds as many as it says. */
static bool nearest_is_right(const struct asked *a, size_t *io_proposed)
{
    struct hl_nearest_list *list = NULL;
    const struct hl_nearest *n;
    struct hl_error err = {0};
    struct hl_search_options o = a->options;
    struct hl_result *result = NULL;
    bool good = !hl_nearest_find(a->one, a->query, &a->options, &list, &err);
    for (size_t i = 0; good && (n = hl_nearest_at(list, i)); i++) {
        struct asked other = {.how = a->how, .one = a->one};
        if (n->relaxed == HL_RELAXED_NARROWING) {
            o.date_from = o.date_to = 0;
            o.source = o.section = o.author = o.tag = NULL;
        } else
            o = a->options;
        good =
            n->total && !n->without == (n->relaxed == HL_RELAXED_NARROWING) &&
            (!n->without || stands_in(a->draw.text, n->without)) &&
            !hl_query_parse(a->one, n->query, strlen(n->query), &a->how, &other.query, &err) &&
            !search(&other, a->one, &o, &result) && hl_result_total(result) == n->total;
        if (!good)
            printf("# nearest [%s], without [%s]: %llu, found %llu %s\n", n->query,
                   n->without ? n->without : "", (unsigned long long)n->total,
                   (unsigned long long)(result ? hl_result_total(result) : 0), err.text);
        hl_query_free(other.query);
        ++*io_proposed;
    }
    hl_result_free(result);
    hl_nearest_free(list);
    return good;
}

/* Like an article of the archive: without itself, by the same rules. */
static bool related_holds(struct asked *a)
{
    const struct scratch_archive *archive = a->draw.archive;
    const char *id = archive->articles[pick(a, archive->count)].id;
    struct hl_search_options o = a->options, whole = a->options;
    struct hl_result *page = NULL, *all = NULL;
    struct hl_error err = {0};
    whole.count = 9000;
    whole.offset = 0;
    bool good = !hl_related(a->one, id, &o, &page, &err) &&
                !hl_related(a->one, id, &whole, &all, &err) &&
                hl_result_total(page) == hl_result_total(all) && facets_add_up(a, page) &&
                all_are_there(a, all);
    for (size_t i = 0; good && i < hl_result_count(page); i++) {
        const struct hl_hit *hit = hl_result_hit(page, i);
        bool late = !o.date_to || hit->date < o.date_to;
        good = same_hits(page, i, all, o.offset + i) && strcmp(hit->id, id) != 0 && late &&
               hit->date >= o.date_from;
    }
    if (!good)
        printf("# like %s: %s\n", id, err.text);
    hl_result_free(page);
    hl_result_free(all);
    return good;
}

/* ------------------------------------------------------------------------- a query */

static const char *fault_of(struct asked *a, struct hl_result **io_result, size_t *io_proposed)
{
    struct hl_search_options whole = a->options;
    const char *fault = NULL;
    whole.count = 9000;
    whole.offset = 0;
    if (search(a, a->one, &a->options, io_result))
        return "search";
    if (!many_are_one(a, *io_result))
        return "several indexes";
    if (!facets_add_up(a, *io_result))
        return "facets";
    if (!hits_answer(a, *io_result))
        return "hits";
    struct hl_result *all = NULL;
    if (search(a, a->one, &whole, &all))
        return "all";
    if (hl_result_total(all) != hl_result_total(*io_result) || hl_result_partial(all))
        fault = "totals";
    else if (!all_are_there(a, all))
        fault = "all";
    else if (!pages_join(a, all))
        fault = "pages";
    for (size_t i = 0; !fault && i < hl_result_count(*io_result); i++)
        if (!same_hits(*io_result, i, all, a->options.offset + i))
            fault = "lists";
    hl_result_free(all);
    if (!fault && !hl_result_total(*io_result) && !nearest_is_right(a, io_proposed))
        fault = "nearest";
    if (!fault && pick(a, 4) == 0 && !related_holds(a))
        fault = "related";
    return fault;
}

static bool query_holds(struct asked *a, struct hl_result **io_result, size_t *io_proposed)
{
    struct hl_error err = {0};
    const char *text = a->draw.text;
    a->query = NULL;
    if (hl_query_parse(a->one, text, strlen(text), &a->how, &a->query, &err)) {
        printf("# [%s]: %s\n", text, err.text);
        return false;
    }
    const char *fault = fault_of(a, io_result, io_proposed);
    const struct hl_search_options *o = &a->options;
    if (fault)
        printf("# %s: [%s] marks %d cover %d rank %d refine %d n %zu+%zu sort %d recency %g "
               "dates %lld to %lld source %s section %s tag %s%s%s%s\n",
               fault, text, (int)a->how.marks, o->cover, (int)o->rank, o->refine, o->offset,
               o->count, (int)o->sort, o->recency, (long long)o->date_from,
               (long long)o->date_to, o->source ? o->source : "-",
               o->section ? o->section : "-", o->tag ? o->tag : "-", o->group ? " grouped" : "",
               o->synonyms ? " synonyms" : "", o->timeout_ms ? " timed" : "");
    hl_query_free(a->query);
    return !fault;
}

/* --------------------------------------------------------------------- completions */

/* How many articles have the words of a text in a row, each of them exactly. */
static uint64_t count_row(const struct hl_index *index, const char *text, size_t size)
{
    struct hl_query_options how = {.marks = HL_MARKS_STRICT};
    struct hl_search_options o;
    struct hl_query *query = NULL;
    struct hl_result *result = NULL;
    uint64_t total = 0;
    char row[1024] = "\"=";
    size_t end = 2;
    for (size_t i = 0; i < size; i++)
        end += (size_t)snprintf(row + end, sizeof row - end, text[i] == ' ' ? " =" : "%c",
                                text[i]);
    row[end++] = '"';
    hl_search_options_init(&o);
    o.synonyms = NULL;
    o.count_only = true;
    if (!hl_query_parse(index, row, end, &how, &query, NULL) &&
        !hl_search(index, query, &o, &result, NULL))
        total = hl_result_total(result);
    hl_query_free(query);
    hl_result_free(result);
    return total;
}

/* Words at the end that stand in as many articles as is said: one and two exactly, longer rows
 * by each of their pairs in as many at least. */
static bool completion_stands(const struct hl_index *index, const struct hl_completion *c)
{
    const char *words[HL_COMPLETION_WORDS_MAX + 2];
    size_t count = 0;
    uint64_t least = UINT64_MAX;
    /* A joined code is found by its parts too, which pairs know nothing of. */
    bool joined =
        strstr(c->text, "tphcm") || strstr(c->text, "khcn") || strstr(c->text, "covid");
    for (const char *p = c->text; p && count <= HL_COMPLETION_WORDS_MAX; count++) {
        words[count] = p;
        p = strchr(p, ' ');
        p = p ? p + 1 : NULL;
    }
    words[count] = c->text + strlen(c->text) + 1;
    if (!c->articles)
        return false;
    for (size_t i = count; i-- > 0;) {
        size_t last = i + 2 < count ? i + 2 : count;
        uint64_t row = count_row(index, words[i], (size_t)(words[last] - 1 - words[i]));
        bool enough = row >= c->articles && least >= c->articles;
        if (i + 2 >= count && !joined ? row == c->articles : enough)
            return true;
        least = i + 2 <= count && row < least ? row : least;
    }
    return false;
}

/* One to three words of an article, the last one cut where a character ends. */
static size_t draw_typed(struct asked *a, char *text, size_t room)
{
    const struct scratch_archive *archive = a->draw.archive;
    const char *from = archive->articles[pick(a, archive->count)].body;
    size_t size = 0;
    for (uint64_t skip = pick(a, 20); skip && strchr(from, ' '); skip--)
        from = strchr(from, ' ') + 1;
    for (uint64_t words = 1 + pick(a, 3); words && from[size]; words--)
        size += strcspn(from + size, " ") + (from[size + strcspn(from + size, " ")] == ' ');
    size -= size ? pick(a, size < 6 ? size : 6) : 0;
    size = size < room ? size : room - 1;
    while (size && ((unsigned char)from[size] & 0xc0) == 0x80)
        size--;
    snprintf(text, room, "%.*s", (int)size, from);
    return size;
}

static bool completions_stand(struct asked *a, size_t *io_completed)
{
    struct hl_suggest_options o = {.count = 1 + pick(a, HL_COMPLETIONS_MAX)};
    struct hl_suggestions *s = NULL;
    struct hl_error err = {0};
    const struct hl_completion *c = NULL;
    char text[128];
    size_t count = 0, size = draw_typed(a, text, sizeof text);
    bool good = !hl_suggest(a->one, text, size, &o, &s, &err);
    for (; good && (c = hl_suggestions_at(s, count)); count++)
        good = completion_stands(a->one, c);
    if (!good)
        printf("# [%s] goes on as [%s], %llu articles, %llu %s\n", text, c ? c->text : "",
               (unsigned long long)(c ? c->articles : 0),
               (unsigned long long)(c ? count_row(a->one, c->text, strlen(c->text)) : 0),
               err.text);
    good = good && count <= o.count;
    *io_completed += count;
    hl_suggestions_free(s);
    return good;
}

/* ------------------------------------------------------------------------ archives */

static const struct plan {
    const char *name;
    struct scratch_shape shape;
    size_t commits, queries;
} plans[] = {
    {"3 articles", {3, 12, 6, 6, 20, 0, false}, 1, 400},
    {"40 articles of few words", {40, 45, 8, 8, 30, 0, false}, 3, 1500},
    {"60 short articles of few words", {60, 14, 2, 2, 3, 0, false}, 2, 1500},
    {"300 articles", {300, 200, 8, 12, 50, 0, false}, 2, 800},
    {"4,000 small articles", {4000, 300, 3, 3, 10, 0, false}, 2, 80},
};

static uint64_t number_from(const char *name, uint64_t otherwise)
{
    const char *text = getenv(name);
    return text && *text ? strtoull(text, NULL, 0) : otherwise;
}

static void ask(const struct plan *plan, struct asked *a, size_t queries)
{
    struct hl_result *result = NULL;
    size_t wrong = 0, found = 0, proposed = 0, completed = 0, bad = 0;
    bool show = number_from("HLSEARCH_SHOW", 0);
    for (size_t i = 0; i < queries && wrong < 3; i++) {
        drawn_options(&a->draw, synonyms, &a->options);
        draw_more_options(a);
        a->how = (struct hl_query_options){.marks = pick(a, 4) ? 0 : (enum hl_marks)pick(a, 3)};
        drawn_query(&a->draw, PARTS);
        if (show)
            printf("# %s\n", a->draw.text);
        wrong += !query_holds(a, &result, &proposed);
        found += result && hl_result_total(result) > 0;
        bad += bad < 3 && !completions_stand(a, &completed);
    }
    printf("# %zu queries, %zu found something, %zu proposals, %zu completions\n", queries,
           found, proposed, completed);
    OK(!wrong, "%s: what must hold does", plan->name);
    OK(found * 5 > queries && found < queries && proposed, "%s: both kinds of answers",
       plan->name);
    OK(!bad && completed, "%s: completions stand in it", plan->name);
    hl_result_free(result);
}

static void check_plan(const struct plan *plan, uint64_t seed, size_t rounds)
{
    static struct asked asked;
    struct scratch_archive archive = scratch_archive_make(&plan->shape, seed);
    struct scratch_archive parts[2] = {archive, archive};
    struct hl_writer_options options = {.memory = 64u << 20};
    struct hl_index *one = NULL, *many = NULL;
    struct hl_error err = {0};
    char names[3][1024];
    for (size_t i = 0; i < 3; i++)
        snprintf(names[i], sizeof names[i], "%s", scratch_name(i ? i == 1 ? "a" : "b" : "one"));
    const char *const both[] = {names[1], names[2]};
    parts[0].count = archive.count / 3 + 1;
    parts[1].articles += parts[0].count;
    parts[1].count -= parts[0].count;
    bool good = scratch_build(names[0], &options, &archive, plan->commits) &&
                scratch_build(names[1], &options, &parts[0], plan->commits) &&
                scratch_build(names[2], &options, &parts[1], 1) &&
                !hl_index_open(names[0], &one, &err) &&
                !hl_index_open_many(both, 2, &many, &err);
    if (OK(good, "%s: built %s (seed %llu)", plan->name, err.text, (unsigned long long)seed)) {
        asked.one = one;
        asked.many = many;
        drawn_begin(&asked.draw, &archive, &seed);
        ask(plan, &asked, plan->queries * rounds / SCRATCH_SLOWNESS);
    }
    hl_index_close(one);
    hl_index_close(many);
    for (size_t i = 0; i < 3; i++)
        scratch_remove(names[i]);
    scratch_archive_release(&archive);
}

int main(void)
{
    static const char lines[] = "công nghệ = khcn = ma mạ\nkhoa học = kỹ thuật = covid\n";
    uint64_t seed = number_from("HLSEARCH_SEED", 20261126);
    size_t rounds = number_from("HLSEARCH_ROUNDS", 1);
    uint64_t only = number_from("HLSEARCH_PLAN", UINT64_MAX);
    scratch_begin();
    OK(!hl_synonyms_read(NULL, lines, strlen(lines), &synonyms, NULL), "synonyms are read");
    for (size_t i = 0; i < sizeof plans / sizeof *plans; i++)
        if (only == UINT64_MAX || only == i)
            check_plan(&plans[i], seed + i * 1000003, rounds);
    hl_synonyms_free(synonyms);
    return tap_done();
}

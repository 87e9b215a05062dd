/*
 * Bounds against no bounds: in archives large enough for every way that the loop can go, a
 * search must bring what the same search brings when every answer is scored, and a sample
 * of them what the oracle says.
 *
 * Which ways were gone is told by the counters of the loop and by asking it for its seed
 * and its guess once more; one that was not gone fails the test.
 * HLSEARCH_SEED starts from another seed, HLSEARCH_ROUNDS multiplies the queries.
 */
#include "archives.h"

enum {
    TERMS = 400,
    ZIPF = 200,       /* terms 0 to 199: the n-th 1/n as often as the first */
    OF_WINDOW = ZIPF, /* six terms, each in one window of six */
    OF_CELL =
        OF_WINDOW + 6, /* eight terms, each in one cell of a window and seldom elsewhere */
    MISLEADING = OF_CELL + 8, /* frequent in the cells that the guess looks at */
    RARE = MISLEADING + 1     /* all others: some ten documents each */
};

struct shape {
    const char *name;
    uint32_t segments, chunks[ARCHIVE_SEGMENTS];
    uint32_t docs, more; /* of each chunk: docs + number * more */
    unsigned weight[3];
    unsigned deleted; /* one document of so many; 0: none */
    bool alternatives;
    bool giant;           /* one document has 70,000 words */
    size_t queries, told; /* told: by the oracle */
};

/* ---------------------------------------------------------------------- documents */

struct filler {
    struct archive *archive;
    const struct shape *shape;
    uint64_t seed;
    uint32_t window; /* of the document, over all chunks */
    struct hlbuf words;
};

static uint32_t draw_term(uint64_t *seed)
{
    return (uint32_t)(exp(scratch_unit(seed) * log(ZIPF + 1)) - 1) % ZIPF;
}

static void put_words(struct filler *f, uint32_t term, size_t times)
{
    for (; times; times--)
        hlbuf_put_u32(&f->words, term);
}

/* Terms that are told by the place of the document. */
static void put_places(struct filler *f, unsigned cell)
{
    uint64_t r = tap_random(&f->seed);
    if (r % 3 == 0)
        put_words(f, OF_WINDOW + f->window % 6, 1 + r / 3 % 6);
    r = tap_random(&f->seed);
    if (r % 3 == 0 || r % 500 == 1)
        put_words(f, OF_CELL + (r % 3 ? (unsigned)(r / 500 % 8) : cell), 1 + r / 3 % 5);
    r = tap_random(&f->seed);
    if (cell == f->window * 3 % 8 ? r % 2 == 0 : r % 12 == 0)
        put_words(f, MISLEADING, cell == f->window * 3 % 8 ? 5 : 1);
    r = tap_random(&f->seed);
    if (r % 20 == 0)
        put_words(f, RARE + (uint32_t)(r / 20 % (TERMS - RARE)), 1);
}

/* Few texts that many documents share, so that scores and dates are equal. */
static void put_template(struct filler *f, uint64_t number)
{
    uint64_t seed = number * 77;
    for (size_t i = 4 + number % 5; i; i--)
        put_words(f, draw_term(&seed), 1);
}

static void put_text(struct filler *f, uint32_t scale, unsigned cell)
{
    double u = scratch_unit(&f->seed);
    size_t count = 1 + (size_t)(scale * (0.3 + 2 * u * u * u));
    uint32_t last = 0;
    for (size_t i = 0; i < count; i++)
        put_words(f, last = draw_term(&f->seed), 1);
    uint64_t r = tap_random(&f->seed);
    if (r % 50 == 0)
        put_words(f, last, 13 + r / 50 % 40);
    else if (r % 50 < 4) /* a b a a b, for phrases */
        for (uint64_t i = 0; i < 3 + r / 50 % 9; i++)
            put_words(f, (r >> i & 1) ? last : last / 2, 1);
    put_places(f, cell);
}

static void fill_document(struct filler *f, uint32_t s, uint32_t c, uint32_t d)
{
    struct made_chunk *to = &f->archive->segments[s].chunks[c];
    uint64_t r = tap_random(&f->seed);
    static const uint32_t scales[] = {5, 11, 24};
    bool shared = r % 5 == 0;
    hlbuf_reset(&f->words);
    if (f->shape->giant && s == 0 && c == 0 && d == 5000)
        for (uint32_t i = 0; i < 35000; i++) {
            put_words(f, 3, 1);
            put_words(f, 4, 1);
        }
    else if (shared)
        put_template(f, r / 5 % 12);
    else
        put_text(f, scales[(s + c) % 3], d % HLFMT_WINDOW / HLFMT_CELL);
    if (c == 0 && d < TERMS - RARE) /* every segment has every term */
        put_words(f, RARE + d, 1);
    size_t count = f->words.size / 4, title = r >> 20 & 1 ? count / 3 : 0;
    size_t lead = (r >> 21 & 3) == 0 ? title + (count - title) / 4 : title;
    for (size_t i = 0; i < count; i++) {
        for (size_t k = (i == title) + (size_t)(i == lead); k; k--)
            hlbuf_put_u32(&to->words, HLBAND_FIELD);
        uint32_t term = hlbuf_load32(f->words.data + i * 4);
        made_word(to, term, false);
        if (f->shape->alternatives && term < ZIPF && tap_random(&f->seed) % 60 == 0)
            made_word(to, (term + 1) % ZIPF, true);
    }
    made_end_doc(to, d);
    to->dates[d] = shared      ? 1500000000 + (uint32_t)(r / 60 % 2)
                   : r / 7 % 5 ? 1500000000 + (uint32_t)(r / 35 % 50) * 86399
                               : 0;
    if (f->shape->deleted && tap_random(&f->seed) % f->shape->deleted == 0)
        archive_delete(f->archive, s, c, d);
}

static bool fill(struct archive *a, const struct shape *shape, uint64_t seed)
{
    struct filler f = {a, shape, seed, 0, {0}};
    archive_init(a, "ix", TERMS, shape->chunks, shape->segments);
    for (uint32_t s = 0, number = 0; s < shape->segments; s++) {
        for (int i = 0; i < 3; i++)
            a->segments[s].weight[i] = shape->weight[i];
        a->segments[s].faceless = s ? 5 : 0; /* chunks 0 and 2 */
        for (uint32_t c = 0; c < shape->chunks[s]; c++, number++) {
            uint32_t docs = shape->docs + number * shape->more;
            made_chunk_init(&a->segments[s].chunks[c], docs);
            for (uint32_t d = 0; d < docs; d++) {
                fill_document(&f, s, c, d);
                f.window += d % HLFMT_WINDOW == HLFMT_WINDOW - 1 || d + 1 == docs;
            }
        }
    }
    hlbuf_release(&f.words);
    return archive_open(a);
}

/* ------------------------------------------------------------------------- queries */

enum { ITEMS = 6, PART = 2048 };

static const char *const synonym_lines[] = {"xbbb = xbbh = xbcb", "xbck = xbcg xbcc xbbk",
                                            "xbgg xbbc = xbtt", "xbbp = xbbt xbbg", NULL};
static struct hl_synonyms *synonyms;

struct asked {
    struct oracle_item items[ITEMS];
    char parts[ITEMS][PART];
    size_t count;
    char text[2 * PART];
    struct hl_search_options options;
};

static void ask_for(struct asked *q, enum oracle_kind kind, enum oracle_place place,
                    const char *part)
{
    static const char *const names[] = {"title:", "lead:", "body:", "section:", "source:"};
    size_t size = strlen(q->text);
    const char *before = kind == ORACLE_PHRASE ? "\"" : kind == ORACLE_NOT ? "-" : "";
    if (kind == ORACLE_FIELD || kind == ORACLE_COLUMN)
        before = names[place];
    assert(q->count < ITEMS);
    snprintf(q->parts[q->count], sizeof q->parts[0], "%s", part);
    q->items[q->count] = (struct oracle_item){kind, place, q->parts[q->count], NULL};
    q->count++;
    snprintf(q->text + size, sizeof q->text - size, "%s%s%s%s", size ? " " : "", before, part,
             kind == ORACLE_PHRASE ? "\"" : "");
}

static uint32_t draw_any(uint64_t *seed)
{
    uint64_t r = tap_random(seed);
    switch (r % 8) {
    case 0:
        return OF_WINDOW + (uint32_t)(r / 8 % 6);
    case 1:
        return OF_CELL + (uint32_t)(r / 8 % 8);
    case 2:
        return r / 8 % 2 ? MISLEADING : RARE + (uint32_t)(r / 16 % (TERMS - RARE));
    case 3:
        return (uint32_t)(r / 8 % ZIPF);
    default:
        return draw_term(seed);
    }
}

/* Words as they stand in some article, or of all kinds. */
static void draw_words(const struct archive *a, size_t count, bool run, char out[PART],
                       uint64_t *seed)
{
    const struct made *m = &a->segments[tap_random(seed) % a->count];
    const struct made_chunk *c = &m->chunks[tap_random(seed) % m->count];
    const uint32_t *words = (const uint32_t *)(const void *)c->words.data;
    uint64_t all = c->words.size / 4, at = tap_random(seed) % all, used = 0;
    *out = '\0';
    for (size_t i = 0; i < count; i++) {
        char name[24];
        uint32_t term = draw_any(seed);
        while (run && at < all && (words[at] == HLBAND_FIELD || words[at] & 1))
            at++;
        if (run && at < all)
            term = words[at++] >> 1;
        archive_name(term, name);
        used += (uint64_t)snprintf(out + used, PART - used, "%s%s", i ? " " : "", name);
    }
}

static void draw_options(struct hl_search_options *o, uint64_t *seed)
{
    static const double shapes[][2] = {{-1, -1},    {-1, -1},  {0.9, 0.75}, {1.2, 0.75},
                                       {10, 0.1},   {0, 0.5},  {0.4, 0},    {2, 1},
                                       {1000, 0.9}, {0.01, 1}, {0.9, 0.75}, {0, 0}};
    static const size_t counts[] = {1, 10, 10, 33, 100, 250, 1000, 10000, 32, 401};
    static const int covers[] = {-1, -1, 0, 0, 100, 30, 63, 1};
    static const double pairs[] = {-1, -1, 0, 0, 0.5, 3};
    static const int refines[] = {-1, 0, 0, 100, 1000};
    hl_search_options_init(o);
    const double *shape = shapes[tap_random(seed) % 12];
    o->k1 = shape[0];
    o->b = shape[1];
    o->count = counts[tap_random(seed) % 10];
    o->offset = tap_random(seed) % 4 || o->count == 10000 ? 0 : tap_random(seed) % 300;
    o->cover = covers[tap_random(seed) % 8];
    o->pairs = pairs[tap_random(seed) % 6];
    o->refine = refines[tap_random(seed) % 5];
    o->rank = tap_random(seed) % 3 ? HL_RANK_DEFAULT : HL_RANK_BM25;
    o->synonyms = tap_random(seed) % 3 ? NULL : synonyms;
}

static void draw_query(struct asked *q, const struct archive *a, uint64_t *seed)
{
    static const size_t lengths[] = {1, 1, 1, 2, 2, 3, 3, 4, 5, 7, 9, 12};
    char part[PART];
    memset(q, 0, sizeof *q);
    draw_options(&q->options, seed);
    if (tap_random(seed) % 12) {
        size_t count = lengths[tap_random(seed) % 12];
        if (tap_random(seed) % 60 == 0) /* more than bytes can add up */
            count = 30 + tap_random(seed) % 300;
        draw_words(a, count, tap_random(seed) % 3 > 0, part, seed);
        ask_for(q, ORACLE_WORDS, ORACLE_TITLE, part);
    }
    if (!q->count || tap_random(seed) % 6 == 0) {
        draw_words(a, 2 + tap_random(seed) % 4, tap_random(seed) % 8 > 0, part, seed);
        ask_for(q, ORACLE_PHRASE, ORACLE_TITLE, part);
    }
    if (tap_random(seed) % 7 == 0) {
        draw_words(a, 1, tap_random(seed) % 2, part, seed);
        ask_for(q, ORACLE_NOT, ORACLE_TITLE, part);
    }
    if (tap_random(seed) % 10 == 0) {
        draw_words(a, 1, true, part, seed);
        ask_for(q, ORACLE_FIELD, tap_random(seed) % 2 ? ORACLE_TITLE : ORACLE_BODY, part);
    }
    if (tap_random(seed) % 9 == 0) {
        bool section = tap_random(seed) % 2;
        snprintf(part, sizeof part, "%c%d", section ? 'g' : 'f', (int)(tap_random(seed) % 5));
        ask_for(q, ORACLE_COLUMN, section ? ORACLE_SECTION : ORACLE_SOURCE, part);
    }
}

/* ------------------------------------------------------------------- ways of the loop */

enum way {
    WAY_SINGLE,      /* champions of one word were the answer */
    WAY_SINGLE_NOT,  /* they were not, for all that there was a theta */
    WAY_SEED,        /* theta started from champions */
    WAY_GUESS,       /* from a sample */
    WAY_GUESS_WRONG, /* and that was too high */
    WAY_NO_THETA,    /* a window had to be opened without any */
    WAY_DEAD_WINDOW,
    WAY_DEAD_CELL,
    WAY_WIDE,     /* accumulators of 16 bits */
    WAY_ADJACENT, /* pairs counted from positions */
    WAY_LISTED,   /* pairs that have a list */
    WAY_ROW,      /* synonyms of several words */
    WAY_PHRASE,
    WAY_CHUNKS, /* hits of one score and date from several chunks */
    WAYS
};
static const char *const way_names[WAYS] = {"one word by its champions",
                                            "one word, champions not enough",
                                            "a seed",
                                            "a guess",
                                            "a guess too high",
                                            "windows opened without theta",
                                            "dead windows",
                                            "dead cells",
                                            "wide accumulators",
                                            "pairs from positions",
                                            "pairs with lists",
                                            "rows of keys",
                                            "phrases",
                                            "ties across chunks"};
static size_t gone[WAYS];

static uint64_t any_key(void *user, const struct hlhit *hit)
{
    return (uint64_t)hit->chunk << 32 | hit->doc << 1 | 1;
}

static int no_tie(void *user, const struct hlhit *a, const struct hlhit *b)
{
    return 0;
}

/* Ways that the leaves tell. */
static void note_leaves(const struct hlnative *n)
{
    for (uint32_t c = 0; c < n->chunk_count; c++)
        for (uint32_t i = 0; i < n->leaf_count; i++)
            for (uint32_t k = 0; k < n->chunks[c].leaves[i].count; k++) {
                const struct hlscore_member *m = &n->chunks[c].leaves[i].members[k];
                enum hlfmt_kind kind = m->container.kind;
                gone[WAY_PHRASE] += n->leaves[i].kind == HLLEAF_PHRASE;
                if (n->leaves[i].kind != HLLEAF_PHRASE && n->leaves[i].keys[m->key].row)
                    gone[WAY_ROW]++;
                if (n->leaves[i].kind != HLLEAF_PAIR)
                    continue;
                gone[WAY_ADJACENT] += kind == HLFMT_KIND_NONE;
                gone[WAY_LISTED] += kind != HLFMT_KIND_NONE;
            }
}

/* Ways that thetas tell; least is what the last hit of the first stage scored, 0: too few. */
static void note_thetas(struct hlnative *n, size_t k, double least)
{
    struct hlscore_room *room = n->room;
    bool lone = n->leaf_count == 1 && n->chunks[0].leaves[0].count == 1;
    uint64_t alive = room->windows_alive, scored = room->scored;
    double *heap = malloc(k * sizeof *heap);
    struct hlhit *hits = malloc(hltopk_room(k) * sizeof *hits);
    struct hltopk top = {.hits = hits, .most = k, .key = any_key, .tie = no_tie};
    hlscore_begin(&n->score, n->chunks, n->chunk_count, room);
    double seed = hlscore_seed(&n->score, n->chunks, n->chunk_count, k, room, heap);
    double guess = hlscore_guess(&n->score, n->chunks, n->chunk_count, room, &top);
    gone[WAY_SEED] += seed > 0;
    gone[WAY_GUESS] += guess > seed;
    gone[WAY_GUESS_WRONG] += guess > seed && guess > least;
    gone[WAY_NO_THETA] += !(seed > 0) && !(guess > 0) && n->score.use_cover &&
                          hlnative_count(n) > n->chunks[0].windows * (hltopk_room(k) + 64);
    gone[WAY_SINGLE] += lone && seed > 0 && guess <= seed && !alive && scored;
    gone[WAY_SINGLE_NOT] += lone && seed > 0 && alive;
    free(heap);
    free(hits);
}

static void note_ways(struct hl_result *fast, const struct hl_result *slow,
                      const struct hl_search_options *o)
{
    struct hlnative *n = &fast->native;
    if (!n->chunk_count || !n->leaf_count)
        return;
    gone[WAY_DEAD_WINDOW] += n->room->windows_dead > 0;
    gone[WAY_DEAD_CELL] += n->room->cells_dead > 0;
    gone[WAY_WIDE] += n->room->wide;
    note_leaves(n);
    for (size_t i = 1; i < slow->count; i++) {
        const struct hlhit *x = &slow->found[o->offset + i], *y = x - 1;
        gone[WAY_CHUNKS] += x->score == y->score && x->date == y->date && x->chunk != y->chunk;
    }
    size_t k = o->count + o->offset;
    if (n->options.refine == 0)
        note_thetas(n, k, slow->count + o->offset < k ? 0 : slow->found[k - 1].score);
}

/* ---------------------------------------------------------------------- comparison */

static void say(const struct asked *q, const char *what)
{
    const struct hl_search_options *o = &q->options;
    printf("# %s: [%s] cover %d rank %d k1 %g b %g pairs %g refine %d%s n %zu+%zu\n", what,
           q->text, o->cover, (int)o->rank, o->k1, o->b, o->pairs, o->refine,
           o->synonyms ? " synonyms" : "", o->offset, o->count);
}

/* Columns of a hit as the archive was given them. */
static bool right_columns(const struct archive *a, const struct hl_hit *hit)
{
    uint32_t s = (uint32_t)(hit->docid >> 32) - 1, chunk = (uint32_t)(hit->docid >> 16) & 65535;
    uint32_t doc = (uint32_t)hit->docid & 65535, date = a->segments[s].chunks[chunk].dates[doc];
    const char *const got[3] = {hit->source, hit->section, hit->author};
    char id[32];
    made_id(id, chunk + a->segments[s].salt, doc);
    bool good = !strcmp(hit->id, id) && hit->date == date &&
                hit->date_precision == (date ? HL_DATE_SECOND : HL_DATE_UNKNOWN);
    for (int f = 0; f < 3; f++) {
        char name[3];
        archive_facet(a, s, chunk, doc, f, name);
        good = good && (*name ? got[f] && !strcmp(got[f], name) : !got[f]);
    }
    return good;
}

static bool same_lists(const struct archive *a, const struct asked *q,
                       const struct hl_result *fast, const struct hl_result *slow)
{
    size_t n = hl_result_count(slow);
    if (hl_result_count(fast) != n || hl_result_total(fast) != hl_result_total(slow) ||
        hl_result_cover(fast) != hl_result_cover(slow)) {
        say(q, "pruned and exhaustive differ");
        printf("#   hits %zu, %zu; total %llu, %llu\n", hl_result_count(fast), n,
               (unsigned long long)hl_result_total(fast),
               (unsigned long long)hl_result_total(slow));
        return false;
    }
    for (size_t i = 0; i < n; i++) {
        const struct hl_hit *x = hl_result_hit(fast, i), *y = hl_result_hit(slow, i);
        if (!strcmp(x->id, y->id) && !memcmp(&x->score, &y->score, sizeof x->score) &&
            x->docid == y->docid && right_columns(a, x))
            continue;
        say(q, "pruned and exhaustive differ");
        printf("#   hit %zu: %s %.17g, %s %.17g\n", i, x->id, x->score, y->id, y->score);
        return false;
    }
    return true;
}

static bool twin_agrees(const struct asked *q, struct oracle *twin,
                        const struct hl_result *fast)
{
    struct oracle_query parts = {q->items, q->count, HL_MARKS_AUTO, false,
                                 q->options.synonyms ? synonym_lines : NULL};
    struct oracle_result right;
    oracle_search(twin, &parts, &q->options, &right);
    bool good = right.count == hl_result_count(fast) && right.total == hl_result_total(fast);
    size_t i = 0;
    for (; good && i < right.count; i++) {
        const struct hl_hit *hit = hl_result_hit(fast, i);
        good = !strcmp(hit->id, right.hits[i].id) &&
               !memcmp(&hit->score, &right.hits[i].score, sizeof hit->score);
    }
    if (!good) {
        say(q, "the oracle differs");
        printf("#   hits %zu, %zu; total %llu, %llu; hit %zu\n", right.count,
               hl_result_count(fast), (unsigned long long)right.total,
               (unsigned long long)hl_result_total(fast), i);
    }
    oracle_result_release(&right);
    return good;
}

static bool search(const struct archive *a, struct asked *q, bool exhaustive,
                   struct hl_result **io_result)
{
    struct hl_error err = {0};
    struct hl_query *query = NULL;
    hl_status status = hl_query_parse(a->index, q->text, strlen(q->text), NULL, &query, &err);
    q->options.exhaustive = exhaustive;
    if (status == HL_OK)
        status = hl_search(a->index, query, &q->options, io_result, &err);
    if (status != HL_OK) {
        say(q, err.text);
        hl_result_free(*io_result);
        *io_result = NULL;
    }
    /* The result has borrowed it; what is looked at afterwards does not need it. */
    hl_query_free(query);
    return status == HL_OK;
}

/* A count alone, and an explanation of the last hit, say the same. */
static bool others_agree(const struct archive *a, const struct asked *q,
                         const struct hl_result *fast)
{
    struct hl_query *query = NULL;
    struct hl_result *counted = NULL;
    struct hl_explanation e = {.memory = NULL};
    struct hl_search_options o = q->options;
    const struct hl_hit *last = hl_result_hit(fast, hl_result_count(fast) - 1);
    o.count_only = true;
    if (hl_query_parse(a->index, q->text, strlen(q->text), NULL, &query, NULL) != HL_OK)
        return false;
    bool good = hl_search(a->index, query, &o, &counted, NULL) == HL_OK &&
                hl_result_total(counted) == hl_result_total(fast) && !hl_result_count(counted);
    hl_result_free(counted);
    if (good && last) {
        good = hl_explain(a->index, query, &q->options, last->id, &e, NULL) == HL_OK &&
               e.answers && !memcmp(&e.score, &last->score, sizeof e.score);
        hl_explanation_free(&e);
    }
    hl_query_free(query);
    if (!good)
        say(q, "a count or an explanation differs");
    return good;
}

static size_t compare(const struct archive *a, const struct shape *shape, struct oracle *twin,
                      size_t rounds, uint64_t seed)
{
    struct hl_result *fast = NULL, *slow = NULL;
    size_t wrong = 0, answered = 0, told = 0;
    for (size_t i = 0; i < shape->queries * rounds / SCRATCH_SLOWNESS && wrong < 5; i++) {
        struct asked q;
        draw_query(&q, a, &seed);
        if (!search(a, &q, true, &slow) || !search(a, &q, false, &fast) ||
            !same_lists(a, &q, fast, slow)) {
            wrong++;
            continue;
        }
        answered += hl_result_total(fast) > 0;
        if (twin && told < shape->told * rounds / SCRATCH_SLOWNESS) {
            wrong += !twin_agrees(&q, twin, fast);
            told++;
        }
        if (i % 10 == 0)
            wrong += !others_agree(a, &q, fast);
        note_ways(fast, slow, &q.options);
        if (i % 4)
            continue;
        /* Once more where what is new is worth more: other bounds, the same bits. */
        q.options.recency = i % 8 ? 0.5 : 10;
        wrong += !search(a, &q, true, &slow) || !search(a, &q, false, &fast) ||
                 !same_lists(a, &q, fast, slow) || (i % 16 == 0 && !others_agree(a, &q, fast));
    }
    hl_result_free(fast);
    hl_result_free(slow);
    printf("# %zu answered, %zu told by the oracle\n", answered, told);
    return wrong;
}

/* One word with more results than a guess finds right: all of its best lie in the sample. */
static bool misled(const struct archive *a)
{
    struct hl_result *fast = NULL, *slow = NULL;
    struct asked q = {.count = 0};
    size_t before = gone[WAY_GUESS_WRONG];
    char name[24];
    archive_name(MISLEADING, name);
    ask_for(&q, ORACLE_WORDS, ORACLE_TITLE, name);
    hl_search_options_init(&q.options);
    q.options.refine = 0;
    q.options.count = 10000;
    bool good = search(a, &q, true, &slow) && search(a, &q, false, &fast) &&
                same_lists(a, &q, fast, slow);
    if (good)
        note_ways(fast, slow, &q.options);
    hl_result_free(fast);
    hl_result_free(slow);
    return good && gone[WAY_GUESS_WRONG] > before;
}

/* An article as long as a library must not take the memory of searches, for other words or
 * for its own. */
static bool modest(uint32_t first)
{
    const uint32_t one = 1, docs = 3, words = 18000000;
    struct archive a;
    struct hl_result *fast = NULL, *slow = NULL;
    struct asked q = {.count = 0};
    char part[PART];
    archive_init(&a, "long", 4, &one, 1);
    struct made_chunk *c = &a.segments[0].chunks[0];
    made_chunk_init(c, docs);
    for (uint32_t d = 0; d < docs; d++) {
        hlbuf_put_u32(&c->words, HLBAND_FIELD);
        hlbuf_put_u32(&c->words, HLBAND_FIELD);
        for (uint32_t i = 0; i < (d ? 2 : words); i++)
            made_word(c, (d ? 2 : 0) + i % 2, false);
        made_end_doc(c, d);
    }
    snprintf(part, sizeof part, "%s %s", a.segments[0].names[first],
             a.segments[0].names[first + 1]);
    ask_for(&q, ORACLE_WORDS, ORACLE_TITLE, part);
    hl_search_options_init(&q.options);
    q.options.refine = 0;
    bool good = archive_open(&a) && search(&a, &q, false, &fast) &&
                search(&a, &q, true, &slow) && same_lists(&a, &q, fast, slow) &&
                hl_result_total(fast) == (first ? 2 : 1) && fast->native.leaf_count == 3;
    hl_result_free(fast);
    hl_result_free(slow);
    archive_release(&a);
    return good;
}

/* -------------------------------------------------------------------------- archives */

static const struct shape shapes[] = {
    {"one chunk of 50,000", 1, {1}, 50000, 0, {1, 1, 1}, 0, false, true, 3000, 60},
    {"13 chunks in 3 segments, some deleted",
     3,
     {6, 4, 3},
     4100,
     61,
     {1, 1, 1},
     29,
     false,
     false,
     4000,
     60},
    {"two full chunks, weights, alternatives",
     2,
     {1, 1},
     65536,
     0,
     {3, 2, 1},
     400,
     true,
     false,
     2000,
     0},
};

static uint64_t number_from(const char *name, uint64_t otherwise)
{
    const char *text = getenv(name);
    return text && *text ? strtoull(text, NULL, 0) : otherwise;
}

static void check_shape(const struct shape *shape, uint64_t seed, size_t rounds)
{
    struct archive a;
    struct oracle *twin = NULL;
    struct hl_check_report report = {0};
    bool good = fill(&a, shape, seed) &&
                hl_check(a.folder, made_fault, NULL, NULL, &report, NULL) == HL_OK &&
                !report.faults;
    OK(good, "%s: made (seed %llu)", shape->name, (unsigned long long)seed);
    if (good && shape->told) {
        twin = oracle_new(false, shape->weight);
        archive_tell_all(&a, twin);
    }
    if (good)
        OK(!compare(&a, shape, twin, rounds, seed), "%s: bounds change nothing", shape->name);
    if (good && shape->segments == 3)
        OK(misled(&a), "%s: a guess that is too high is tried again", shape->name);
    oracle_free(twin);
    archive_release(&a);
}

int main(void)
{
    uint64_t seed = number_from("HLSEARCH_SEED", 502);
    char lines[200] = "";
    scratch_begin();
    for (size_t i = 0; synonym_lines[i]; i++)
        snprintf(lines + strlen(lines), sizeof lines - strlen(lines), "%s\n", synonym_lines[i]);
    OK(hl_synonyms_read(NULL, lines, strlen(lines), &synonyms, NULL) == HL_OK, "synonyms");
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++)
        check_shape(&shapes[i], seed + i, number_from("HLSEARCH_ROUNDS", 1));
    for (int i = 0; i < WAYS; i++)
        OK(gone[i], "%s: %zu times", way_names[i], gone[i]);
    OK(modest(2), "a pair is counted beside an article of 18,000,000 words");
    OK(modest(0), "and in it");
    hl_synonyms_free(synonyms);
    return tap_done();
}

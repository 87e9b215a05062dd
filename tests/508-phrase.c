/*
 * Phrases against reading every article: words that repeat and overlap (a b a a b), pairs
 * with and without lists, weights of fields, alternatives, several keys for a word.  The
 * tf of every document must be that of the words, whether it came from what pairs count,
 * from bounds that met, or from positions.
 */
#include "archives.h"
#include "match/phrase.h"

enum { TERMS = 24, FREQUENT = 5, WORDS_MAX = 6, KEYS_MAX = 6 };

struct shape {
    const char *name;
    uint32_t docs;
    unsigned weight[3];
    bool alternatives;
};

/* Words of a phrase: each a group of terms. */
struct row {
    uint32_t count, keys[WORDS_MAX], term[WORDS_MAX][KEYS_MAX];
    int field;
};

/* ---------------------------------------------------------------------- documents */

static uint32_t draw_term(uint64_t *seed)
{
    uint64_t r = tap_random(seed);
    if (r % 4)
        return (uint32_t)(r / 4 % FREQUENT);
    return FREQUENT +
           (uint32_t)((r / 4 % 1000) * (r / 4000 % 1000) * (TERMS - FREQUENT) / 1000000);
}

static void fill_document(struct made_chunk *c, uint32_t d, bool alternatives, uint64_t *seed)
{
    unsigned lengths[3] = {(unsigned)(tap_random(seed) % 4), (unsigned)(tap_random(seed) % 5),
                           (unsigned)(1 + tap_random(seed) % 20)};
    uint32_t a = draw_term(seed), b = draw_term(seed);
    bool few = tap_random(seed) % 3 == 0; /* two words alone, in every order */
    for (unsigned f = 0; f < 3; f++) {
        if (f)
            hlbuf_put_u32(&c->words, HLBAND_FIELD);
        for (unsigned i = 0; i < lengths[f]; i++) {
            uint32_t term = few ? (tap_random(seed) % 2 ? a : b) : draw_term(seed);
            made_word(c, term, false);
            if (alternatives && term >= FREQUENT - 2 && tap_random(seed) % 8 == 0)
                made_word(c, term == TERMS - 1 ? FREQUENT : term + 1, true);
        }
    }
    made_end_doc(c, d);
    c->dates[d] = 1500000000 + d;
}

static bool fill(struct archive *a, const struct shape *shape, uint64_t *seed)
{
    const uint32_t chunks[2] = {1, 2};
    archive_init(a, "phrases", TERMS, chunks, 2);
    for (uint32_t s = 0; s < 2; s++) {
        memcpy(a->segments[s].weight, shape->weight, sizeof shape->weight);
        for (uint32_t c = 0; c < chunks[s]; c++) {
            struct made_chunk *to = &a->segments[s].chunks[c];
            made_chunk_init(to, shape->docs / (s + 1) + c);
            for (uint32_t d = 0; d < to->docs; d++)
                fill_document(to, d, shape->alternatives, seed);
        }
    }
    return archive_open(a);
}

/* ----------------------------------------------------------------------- the truth */

enum { PLACES = 64 };

/* Which terms stand at each place of an article, a bit each, and in which field. */
struct article {
    uint32_t at[PLACES];
    unsigned field[PLACES];
    uint8_t first[PLACES]; /* the first alternative, and 1 */
};

static void put_place(void *user, uint32_t term, uint32_t position, bool alternative,
                      unsigned field)
{
    struct article *a = user;
    assert(position < PLACES - WORDS_MAX);
    a->at[position] |= (uint32_t)1 << term;
    a->field[position] = field;
    if (!alternative)
        a->first[position] = (uint8_t)(term + 1);
}

/* Of every document of every chunk, read once. */
static struct article *articles[2][2];

static void read_articles(const struct archive *a)
{
    for (uint32_t s = 0; s < a->count; s++)
        for (uint32_t c = 0; c < a->segments[s].count; c++) {
            const struct made_chunk *chunk = &a->segments[s].chunks[c];
            articles[s][c] = calloc(chunk->docs, sizeof **articles[s]);
            for (uint32_t d = 0; d < chunk->docs; d++)
                made_walk(chunk, d, put_place, &articles[s][c][d]);
        }
}

static void free_articles(void)
{
    for (int i = 0; i < 4; i++)
        free(articles[i / 2][i % 2]);
    memset(articles, 0, sizeof articles);
}

static uint32_t true_tf(const struct made *m, const struct article *a, const struct row *row)
{
    uint32_t tf = 0, want[WORDS_MAX] = {0};
    for (uint32_t i = 0; i < row->count; i++)
        for (uint32_t k = 0; k < row->keys[i]; k++)
            want[i] |= (uint32_t)1 << row->term[i][k];
    for (uint32_t p = 0; p + row->count <= PLACES; p++) {
        bool here = row->field < 0 || a->field[p] == (unsigned)row->field;
        for (uint32_t i = 0; here && i < row->count; i++)
            here = a->at[p + i] & want[i];
        tf += here ? m->weight[a->field[p]] : 0;
    }
    return tf;
}

/* c NULL: no document has it. */
static bool right_container(const struct made *m, const struct article *a, uint32_t docs,
                            const struct row *row, const struct hlcontainer *c,
                            uint64_t *io_found)
{
    for (uint32_t d = 0; d < docs; d++) {
        uint32_t want = true_tf(m, &a[d], row), got = c ? c->ops->tf(c, d) : 0;
        *io_found += want > 0;
        if (want == got)
            continue;
        printf("# document %u: tf %u, not %u, of", d, got, want);
        for (uint32_t i = 0; i < row->count; i++)
            printf(" %s%s", m->names[row->term[i][0]], row->keys[i] > 1 ? "|..." : "");
        printf(" in field %d\n", row->field);
        return false;
    }
    return true;
}

/* Words as they stand somewhere, or any. */
static void draw_row(const struct archive *a, struct row *row, uint32_t most_keys,
                     uint64_t *seed)
{
    const struct made_chunk *c = &a->segments[0].chunks[0];
    const uint32_t *words = (const uint32_t *)(const void *)c->words.data;
    uint64_t count = c->words.size / 4, at = tap_random(seed) % count;
    bool run = tap_random(seed) % 4 > 0, few = tap_random(seed) % 3 == 0;
    memset(row, 0, sizeof *row);
    row->count = 2 + (uint32_t)(tap_random(seed) % (WORDS_MAX - 1));
    row->field = tap_random(seed) % 4 ? -1 : (int)(tap_random(seed) % 3);
    for (uint32_t i = 0; i < row->count; i++) {
        row->keys[i] = 1 + (uint32_t)(tap_random(seed) % most_keys);
        for (uint32_t k = 0; k < row->keys[i]; k++)
            row->term[i][k] = few ? (uint32_t)(tap_random(seed) % 2 * 3) : draw_term(seed);
        while (run && at < count && (words[at] == HLBAND_FIELD || words[at] & 1))
            at++;
        if (run && at < count)
            row->term[i][0] = words[at++] >> 1;
    }
}

/* ---------------------------------------------------------------------- by a search */

static void spell(const struct row *row, char out[200])
{
    static const char *const fields[] = {"title:", "lead:", "body:"};
    size_t size = (size_t)sprintf(out, "%s\"", row->field < 0 ? "" : fields[row->field]);
    for (uint32_t i = 0; i < row->count; i++) {
        char name[24];
        archive_name(row->term[i][0], name);
        size += (size_t)sprintf(out + size, "%s%s", i ? " " : "", name);
    }
    strcpy(out + size, "\"");
}

static bool right_search(const struct archive *a, const struct row *row,
                         struct hl_result **io_result)
{
    struct hl_query *query = NULL;
    struct hl_search_options options;
    char text[200];
    uint64_t found = 0, right = 0;
    hl_search_options_init(&options);
    spell(row, text);
    if (hl_query_parse(a->index, text, strlen(text), NULL, &query, NULL) != HL_OK ||
        hl_search(a->index, query, &options, io_result, NULL) != HL_OK)
        return false;
    const struct hlnative *n = &(*io_result)->native;
    for (uint32_t s = 0; s < a->count; s++)
        for (uint32_t c = 0; c < a->segments[s].count; c++) {
            const struct made_chunk *chunk = &a->segments[s].chunks[c];
            const struct hlcontainer *container = NULL;
            for (uint32_t i = 0; i < n->chunk_count; i++)
                if (n->sources[i]->segment->number == s + 1 && n->sources[i]->number == c)
                    container = &n->chunks[i].leaves[0].members[0].container;
            right += right_container(&a->segments[s], articles[s][c], chunk->docs, row,
                                     container, &found);
        }
    hl_query_free(query);
    return right == 3 && hl_result_total(*io_result) == found && n->leaf_count == 1 &&
           n->leaves[0].kind == HLLEAF_PHRASE;
}

/* ------------------------------------------------------------------------ by itself */

struct direct {
    struct hlarena arena;
    struct hlcontainer keys[WORDS_MAX][KEYS_MAX], pairs[WORDS_MAX];
    struct hlphrase_word words[WORDS_MAX];
    struct hlphrase_also also;
    size_t chains, parts; /* rows of which all pairs had lists, some */
};

/* What conditions.c does for one key a word; pairs only where nothing is an alternative. */
static bool open_row(struct direct *d, const struct hlchunk *chunk, const struct made_chunk *c,
                     const struct row *row, bool with_pairs)
{
    bool good = true, single = with_pairs;
    d->also = (struct hlphrase_also){.containers = d->pairs};
    memset(d->words, 0, sizeof d->words);
    for (uint32_t i = 0; i < row->count; i++) {
        for (uint32_t k = 0; k < row->keys[i]; k++)
            good = good && hlchunk_open_term(chunk, c->local[row->term[i][k]], &d->arena,
                                             &d->keys[i][k], NULL) == HL_OK;
        d->words[i].keys = d->keys[i];
        d->words[i].count = row->keys[i];
        single = single && row->keys[i] == 1 && !d->keys[i][0].alternatives;
    }
    for (uint32_t i = 0; good && single && i + 1 < row->count; i++) {
        struct hlpair_spot spot = {.entry = {.df = 0}};
        struct hlcounts counts;
        bool listed = false;
        good = hlchunk_find_pair(chunk, c->local[row->term[i][0]],
                                 c->local[row->term[i + 1][0]], &spot, &counts, NULL) == HL_OK;
        if (good && spot.entry.df)
            good = hlchunk_open_spot(chunk, &spot, &d->arena, &listed, &d->pairs[d->also.count],
                                     NULL) == HL_OK;
        d->also.count += listed;
        d->words[i].implied |= listed;
        d->words[i + 1].implied |= listed;
    }
    d->also.chain = single && d->also.count == row->count - 1;
    d->chains += d->also.chain;
    d->parts += d->also.count && !d->also.chain;
    return good;
}

static bool right_direct(struct direct *d, const struct archive *a, const struct row *row,
                         bool with_pairs)
{
    const struct made *m = &a->segments[0];
    const struct hlchunk *chunk = &a->index->snapshot.segments[0].chunks[0];
    struct hlcontainer out;
    bool found = false;
    uint64_t count = 0;
    hlarena_reset(&d->arena);
    return open_row(d, chunk, &m->chunks[0], row, with_pairs) &&
           hlphrase_find(chunk, d->words, row->count, &d->also, row->field, -1, &d->arena,
                         &found, &out, NULL) == HL_OK &&
           right_container(m, articles[0][0], m->chunks[0].docs, row, found ? &out : NULL,
                           &count) &&
           found == (count > 0);
}

/* What may be read is enough, or one list too few. */
static bool right_limit(struct direct *d, const struct archive *a, const struct row *row,
                        int slop, size_t *io_limited)
{
    enum { MUCH = 1 << 30 };
    const struct made *m = &a->segments[0];
    const struct hlchunk *chunk = &a->index->snapshot.segments[0].chunks[0];
    struct hlcontainer out;
    struct hl_error err;
    bool found = false, again = false, good = true;
    uint64_t left = MUCH;
    hlarena_reset(&d->arena);
    for (int i = 0; good && i < 3; i++) {
        uint64_t used = MUCH - left;
        good = open_row(d, chunk, &m->chunks[0], row, false);
        for (uint32_t w = 0; w < row->count; w++)
            d->words[w].same = w;
        d->also.left = &left;
        left = !i ? MUCH : i == 1 ? used : used - 1;
        if (i == 2 && !used)
            return good;
        hl_status status = hlphrase_find(chunk, d->words, row->count, &d->also, row->field,
                                         slop, &d->arena, i ? &again : &found, &out, &err);
        good = good && status == (i < 2 ? HL_OK : HL_LIMIT) && (i != 1 || !left);
        *io_limited += status == HL_LIMIT;
        if (i == 1) {
            good = good && again == found;
            left = MUCH - used;
        }
    }
    return good && strstr(err.text, "too many places");
}

/* -------------------------------------------------- a pair that is counted when asked */

/* What pairs count: first alternatives alone. */
static uint32_t true_pair(const struct made *m, const struct article *a, uint32_t x, uint32_t y)
{
    uint32_t tf = 0;
    for (uint32_t p = 0; p + 1 < PLACES; p++)
        if (a->first[p] == x + 1 && a->first[p + 1] == y + 1)
            tf += m->weight[a->field[p]];
    return tf;
}

/* Bounds are those of the tables: never below what the true tf is worth. */
static bool right_bounds(const struct hlcontainer *lazy, const struct hlcontainer *list,
                         uint32_t docs, const uint8_t *classes)
{
    static uint8_t acc[HLFMT_WINDOW];
    static uint16_t acc16[HLFMT_WINDOW];
    hlcont_worth8 worth8;
    hlcont_worth16 worth16;
    bool good = true;
    for (unsigned code = 0; code < HLFMT_CODES; code++)
        for (unsigned class = 0; class < HLFMT_CLASSES; class ++) {
            worth8[code][class] = (uint8_t)(20 + code * 12 - class);
            worth16[code][class] = (uint16_t)(9000 + code * 3000 - class * 7);
        }
    for (unsigned w = 0; w * HLFMT_WINDOW < docs; w++) {
        const uint8_t *class = classes + (size_t)w * HLFMT_WINDOW;
        memset(acc, 100, sizeof acc);
        memset(acc16, 100, sizeof acc16);
        lazy->ops->bound(lazy, w, HLCONT_CELLS_ALL, worth8, class, acc);
        lazy->ops->bound16(lazy, w, HLCONT_CELLS_ALL, worth16, class, acc16);
        for (uint32_t i = 0; i < HLFMT_WINDOW && w * HLFMT_WINDOW + i < docs; i++) {
            uint32_t tf = list->ops->tf(list, w * HLFMT_WINDOW + i);
            if (!tf)
                continue;
            unsigned code = hlfmt_tf_code(tf), sum = 100u + worth8[code][class[i]];
            good = good && acc[i] >= (sum < 255 ? sum : 255);
            unsigned sum16 = 0x6464u + worth16[code][class[i]];
            good = good && acc16[i] >= (sum16 < 65535 ? sum16 : 65535);
            good = good && lazy->window_bound[w];
        }
    }
    return good;
}

/* The pair both ways: a list made at once, and one that counts. */
static bool right_lazy(struct hlarena *arena, const struct archive *a, uint32_t first,
                       uint32_t second, bool *out_has)
{
    const struct hlchunk *chunk = &a->index->snapshot.segments[0].chunks[0];
    const uint32_t *local = a->segments[0].chunks[0].local;
    uint32_t x = local[first], y = local[second], docs = chunk->head.docs;
    struct hlcontainer terms[2], lazy, list;
    struct hlchunk_columns columns;
    struct hlcounts counts;
    static struct hlpair_counter counter;
    hlarena_reset(arena);
    hlpair_counter_reset(&counter);
    if (hlchunk_pairs_counts(chunk, x, &y, 1, &counts, NULL) != HL_OK)
        return false;
    *out_has = counts.df > 0;
    if (!counts.df)
        return true;
    bool good =
        hlchunk_open_term(chunk, x, arena, &terms[0], NULL) == HL_OK &&
        hlchunk_open_term(chunk, y, arena, &terms[1], NULL) == HL_OK &&
        hlchunk_columns(chunk, &columns, NULL) == HL_OK &&
        hlpairs_from_positions(chunk, x, y, (uint32_t)counts.df, arena, &list, NULL) == HL_OK &&
        hlpairs_adjacent(chunk, &terms[0], &terms[1], (uint32_t)counts.df, &counter, arena,
                         &lazy, NULL) == HL_OK;
    for (uint32_t w = 0; good && w < chunk->head.windows; w++) {
        uint64_t bits[2][HLCONT_WORDS] = {{0}, {0}};
        uint16_t some[HLCONT_WORDS];
        uint32_t tfs[HLCONT_WORDS];
        unsigned n = 0;
        lazy.ops->match(&lazy, w, bits[0]);
        list.ops->match(&list, w, bits[1]);
        good = !memcmp(bits[0], bits[1], sizeof bits[0]);
        for (uint32_t d = w * HLFMT_WINDOW + w; d < docs && n < HLCONT_WORDS; d += 63)
            some[n++] = (uint16_t)d;
        while (n && some[n - 1] / HLFMT_WINDOW != w)
            n--;
        lazy.ops->tfs(&lazy, some, n, tfs);
        for (unsigned i = 0; i < n; i++)
            good = good && tfs[i] == list.ops->tf(&list, some[i]);
    }
    for (uint32_t d = docs; good && d-- > 0;) /* backwards: cursors start anew */
        good = lazy.ops->tf(&lazy, d) == list.ops->tf(&list, d) &&
               lazy.ops->tf(&lazy, d) ==
                   true_pair(&a->segments[0], &articles[0][0][d], first, second);
    good = good && right_bounds(&lazy, &list, docs, columns.classes) && counter.status == HL_OK;
    hlpair_counter_release(&counter);
    memset(&counter, 0, sizeof counter);
    return good;
}

static void check_lazy(const struct archive *a, const char *name)
{
    struct hlarena arena;
    size_t wrong = 0, pairs = 0;
    hlarena_init(&arena, 64 << 20);
    for (uint32_t x = 0; x < TERMS; x++)
        for (uint32_t y = x % 3; y < TERMS; y += 3) {
            bool has = false;
            wrong += !right_lazy(&arena, a, x, y, &has);
            pairs += has;
        }
    hlarena_release(&arena);
    OK(!wrong && pairs > 50, "%s: %zu pairs, counted when asked and at once", name, pairs);
}

static const struct shape shapes[] = {
    {"weights of 1", 9000, {1, 1, 1}, false},
    {"weights 3, 2, 1", 5000, {3, 2, 1}, false},
    {"weights 1, 1, 4 and alternatives", 9000, {1, 1, 4}, true},
};

static void check_shape(const struct shape *shape, uint64_t seed)
{
    struct archive a;
    struct direct d = {.chains = 0};
    struct hl_result *result = NULL;
    struct row row;
    size_t wrong = 0;
    bool good = fill(&a, shape, &seed);
    OK(good, "%s: made", shape->name);
    hlarena_init(&d.arena, 64 << 20);
    read_articles(&a);
    for (int i = 0; good && i < 120 / SCRATCH_SLOWNESS && wrong < 3; i++) {
        draw_row(&a, &row, 1, &seed);
        wrong += !right_search(&a, &row, &result);
    }
    OK(good && !wrong, "%s: phrases of a search", shape->name);
    for (int i = 0; good && i < 400 / SCRATCH_SLOWNESS && wrong < 3; i++) {
        draw_row(&a, &row, i % 3 ? 1 : KEYS_MAX, &seed);
        wrong += !right_direct(&d, &a, &row, true) || !right_direct(&d, &a, &row, false);
    }
    size_t limited = 0;
    for (int i = 0; good && i < 40 / SCRATCH_SLOWNESS && wrong < 3; i++) {
        draw_row(&a, &row, i % 3 ? 1 : KEYS_MAX, &seed);
        wrong += !right_limit(&d, &a, &row, i % 2 ? 3 : -1, &limited);
    }
    OK(good && !wrong && limited > 0, "%s: no more is read than may be", shape->name);
    OK(good && !wrong && d.chains > 9 && (d.parts > 9 || shape->alternatives),
       "%s: with pairs and without (%zu rows of lists, %zu with gaps)", shape->name, d.chains,
       d.parts);
    if (good)
        check_lazy(&a, shape->name);
    hl_result_free(result);
    hlarena_release(&d.arena);
    free_articles();
    archive_release(&a);
}

int main(void)
{
    scratch_begin();
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++)
        check_shape(&shapes[i], 508 + i);
    return tap_done();
}

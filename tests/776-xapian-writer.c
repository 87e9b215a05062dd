/*
 * What a writer puts into Xapian databases, held against the articles' own tokens: counts of
 * keys, fields and pairs, lengths, vocabulary and data, in one database and in three.
 */
#include "backend/xapian_layout.h"
#include "base/mem.h"
#include "hlsearch_inspect.h"
#include "scratch.h"
#include "text/fold.h"
#include "xapian.h"

enum { ARTICLES = 300, SHARDS = 3 };

static const struct hlx_calls *calls;

/* ---- what articles have, by the definition ---- */

/* A term of an article with what it weighs there. */
struct seen {
    char *term;
    uint32_t article, weight;
};

struct seen_list {
    struct seen *items;
    size_t count, room;
    uint64_t positions;
};

static void see(struct seen_list *list, uint32_t article, const struct hlbuf *term,
                uint32_t weight)
{
    if (list->count == list->room) {
        list->room = list->room ? list->room * 2 : 4096;
        list->items = realloc(list->items, list->room * sizeof *list->items);
    }
    list->items[list->count++] =
        (struct seen){strndup((const char *)term->data, term->size), article, weight};
}

/* Is the key one of those before it at the same position? */
static bool is_again(const struct hl_tokens *tokens, size_t i)
{
    for (size_t k = i; k-- > 0 && tokens->tokens[k].position == tokens->tokens[i].position;)
        if (!strcmp(tokens->tokens[k].key, tokens->tokens[i].key))
            return true;
    return false;
}

static void see_field(struct seen_list *list, uint32_t article, const char *text,
                      const char *prefix, uint32_t weight)
{
    struct hl_tokens tokens;
    struct hlbuf term = {0};
    const char *before = NULL;
    if (!text || hl_tokens_make(text, strlen(text), &tokens, NULL) != HL_OK)
        return;
    for (size_t i = 0; i < tokens.count; i++) {
        const struct hl_token *t = &tokens.tokens[i];
        if (is_again(&tokens, i))
            continue;
        hlx_term("", t->key, strlen(t->key), &term);
        see(list, article, &term, weight);
        hlx_term(prefix, t->key, strlen(t->key), &term);
        see(list, article, &term, 0);
        if (t->alternative)
            continue;
        list->positions++;
        if (before) {
            hlx_pair_term(before, strlen(before), t->key, strlen(t->key), &term);
            see(list, article, &term, weight);
        }
        before = t->key;
    }
    hl_tokens_free(&tokens);
    hlbuf_release(&term);
}

static int by_term(const void *a, const void *b)
{
    const struct seen *x = a, *y = b;
    int r = strcmp(x->term, y->term);
    return r ? r : x->article < y->article ? -1 : x->article > y->article;
}

/* Of articles of one id the last counts. */
static bool is_last(const struct scratch_archive *archive, size_t i)
{
    for (size_t k = i + 1; k < archive->count; k++)
        if (!strcmp(archive->articles[i].id, archive->articles[k].id))
            return false;
    return true;
}

static struct seen_list see_all(const struct scratch_archive *archive, const unsigned weight[3])
{
    struct seen_list list = {0};
    for (size_t i = 0; i < archive->count; i++) {
        const struct hl_article *a = &archive->articles[i];
        if (!is_last(archive, i))
            continue;
        see_field(&list, (uint32_t)i, a->title, HLX_TITLE, weight[0]);
        see_field(&list, (uint32_t)i, a->lead, HLX_LEAD, weight[1]);
        see_field(&list, (uint32_t)i, a->body, HLX_BODY, weight[2]);
    }
    qsort(list.items, list.count, sizeof *list.items, by_term);
    return list;
}

static void forget(struct seen_list *list)
{
    for (size_t i = 0; i < list->count; i++)
        free(list->items[i].term);
    free(list->items);
}

/* ---- what the databases have ---- */

struct databases {
    struct hlx_shard *shards[SHARDS];
    struct hlx_set *set;
    size_t count;
};

static bool open_all(const char *path, size_t count, struct databases *out)
{
    struct hlx_error e = {0};
    char name[1024];
    memset(out, 0, sizeof *out);
    for (out->count = 0; out->count < count; out->count++) {
        snprintf(name, sizeof name, "%s/shard-%zu", path, out->count);
        if (calls->open(count > 1 ? name : path, &out->shards[out->count], &e) != HL_OK)
            break;
    }
    bool good = out->count == count && calls->join(out->shards, count, &out->set, &e) == HL_OK;
    if (!good)
        printf("# %s\n", e.error.text);
    return good;
}

static void close_all(struct databases *d)
{
    calls->part(d->set);
    for (size_t i = 0; i < d->count; i++)
        calls->close(d->shards[i]);
}

static void check_counts(const struct databases *d, const struct seen_list *list)
{
    size_t terms = 0, wrong = 0;
    for (size_t i = 0, end; i < list->count; i = end, terms++) {
        struct hlx_counts want = {0, 0}, got = {0, 0};
        struct hlx_error e;
        for (end = i; end < list->count && !strcmp(list->items[end].term, list->items[i].term);
             end++) {
            want.df += end == i || list->items[end].article != list->items[end - 1].article;
            want.cf += list->items[end].weight;
        }
        struct hlx_bytes term = {list->items[i].term, strlen(list->items[i].term)};
        if (calls->frequencies(d->set, &term, 1, &got, &e) != HL_OK || got.df != want.df ||
            got.cf != want.cf) {
            if (!wrong++)
                printf("# %s: %d articles, %d; want %d, %d\n", list->items[i].term, (int)got.df,
                       (int)got.cf, (int)want.df, (int)want.cf);
        }
    }
    OK(terms > 1000 && !wrong, "%zu keys, fields and pairs are counted right (%zu wrong)",
       terms, wrong);
}

static void check_length(const struct databases *d, const struct seen_list *list,
                         const struct scratch_archive *archive, unsigned multiple)
{
    uint64_t documents = 0, length = 0, last = 0;
    for (size_t i = 0; i < d->count; i++) {
        uint64_t one, its;
        struct hlx_error e;
        if (calls->counts(d->shards[i], &one, &its, &e) != HL_OK)
            return;
        documents += one;
        length += its;
        OK(d->count == 1 || one * d->count * 2 > archive->count / 2, "shard %zu has its part",
           i);
    }
    for (size_t i = 0; i < archive->count; i++)
        last += is_last(archive, i);
    OK(documents == last, "%d articles", (int)documents);
    OK(length == list->positions * multiple, "length %d is %u times the positions", (int)length,
       multiple);
}

/* ---- vocabulary ---- */

static bool take_text(void *user, const void *bytes, size_t size)
{
    struct hlbuf *to = user;
    return hlbuf_put(to, bytes, size);
}

struct buckets {
    struct hlx_shard *shard;
    size_t words, wrong;
    struct hlbuf text, folded;
};

static bool take_bucket(void *user, const void *bytes, size_t size)
{
    struct buckets *b = user;
    struct hlx_error e;
    char bucket[2];
    hlbuf_reset(&b->text);
    if (calls->metadata(b->shard, (struct hlx_bytes){bytes, size}, take_text, &b->text, &e) !=
        HL_OK)
        b->wrong++;
    const char *p = (const char *)b->text.data, *end = p + b->text.size, *last = NULL;
    while (p < end) {
        const char *stop = memchr(p, '\n', (size_t)(end - p));
        const char *tab = stop ? memchr(p, '\t', (size_t)(stop - p)) : NULL;
        if (!tab) {
            b->wrong++;
            break;
        }
        hlbuf_reset(&b->folded);
        hltext_fold_key(tab + 1, (size_t)(stop - tab - 1), &b->folded, NULL);
        hlx_bucket(p, (size_t)(tab - p), bucket);
        b->wrong += b->folded.size != (size_t)(tab - p) ||
                    memcmp(b->folded.data, p, b->folded.size) || size != 12 ||
                    memcmp((const char *)bytes + 10, bucket, 2) ||
                    (last && strncmp(last, p, (size_t)(stop - p) + 1) >= 0);
        b->words++;
        last = p;
        p = stop + 1;
    }
    return true;
}

/* Bare terms are not told apart from others by their bytes, but for their first: a key never
 * begins with a capital. */
static bool count_key(void *user, const void *bytes, size_t size, uint64_t df)
{
    uint8_t first = *(const uint8_t *)bytes;
    *(size_t *)user += size && df && (first < 'A' || first > 'Z');
    return true;
}

static void check_words(const struct databases *d)
{
    for (size_t i = 0; i < d->count; i++) {
        struct buckets b = {.shard = d->shards[i]};
        struct hlx_error e;
        size_t keys = 0;
        calls->metadata_keys(d->shards[i], (struct hlx_bytes){HLX_META_WORDS, 10}, take_bucket,
                             &b, &e);
        calls->terms(d->shards[i], (struct hlx_bytes){"", 0}, count_key, &keys, &e);
        /* Words of articles that were replaced stay. */
        OK(b.words > 100 && b.words >= keys && b.words < keys + 10 && !b.wrong,
           "its vocabulary has its %zu keys, each in its place (%zu, %zu wrong)", keys, b.words,
           b.wrong);
        hlbuf_release(&b.text);
        hlbuf_release(&b.folded);
    }
}

/* ---- data ---- */

static bool same(const char *a, const char *b)
{
    return a && b ? !strcmp(a, b) : a == b;
}

static void check_data(const struct databases *d, const struct scratch_archive *archive)
{
    size_t good = 0, count = 0;
    for (size_t i = 0; i < archive->count; i++) {
        const struct hl_article *want = &archive->articles[i];
        struct hlbuf term = {0}, data = {0}, strings = {0};
        struct hl_article got;
        struct hlx_error e;
        uint64_t docid;
        bool tokens;
        hlx_term(HLX_ID, want->id, strlen(want->id), &term);
        struct hlx_bytes id = {(const char *)term.data, term.size};
        if (is_last(archive, i) && ++count &&
            calls->fetch_by_term(d->set, id, &docid, take_text, &data, &e) == HL_OK &&
            hlx_data_decode((const char *)data.data, data.size, &strings, &got, &tokens,
                            &e.error) == HL_OK)
            good += same(got.id, want->id) && same(got.title, want->title) &&
                    same(got.lead, want->lead) && same(got.body, want->body) &&
                    same(got.tags, want->tags) && same(got.section, want->section) &&
                    same(got.source, want->source) && got.date == want->date && !tokens;
        hlbuf_release(&term);
        hlbuf_release(&data);
        hlbuf_release(&strings);
    }
    OK(good == count, "%zu of %zu articles come back whole", good, count);
}

static void check_built(const char *path, size_t shards, const struct scratch_archive *archive,
                        const unsigned weight[3], unsigned multiple)
{
    struct databases d;
    struct seen_list list = see_all(archive, weight);
    if (OK(open_all(path, shards, &d), "%zu databases open", shards)) {
        check_length(&d, &list, archive, multiple);
        check_counts(&d, &list);
        check_words(&d);
        check_data(&d, archive);
    }
    close_all(&d);
    forget(&list);
}

/* ---- building ---- */

static void check_archive(unsigned shards, const unsigned weight[3], unsigned multiple)
{
    static const struct scratch_shape shape = {ARTICLES, 250, 8, 12, 60, 20, false};
    struct scratch_archive archive = scratch_archive_make(&shape, 776 + shards);
    struct hl_writer_options options = {.backend = HL_BACKEND_XAPIAN,
                                        .shards = shards,
                                        .weight = {weight[0], weight[1], weight[2]}};
    struct hl_commit_info info;
    const char *path = scratch_name("x");
    size_t half = archive.count / 2;
    OK(scratch_commit(path, &options, archive.articles, 0, half, &info), "half of it");
    OK(info.added + info.replaced + info.duplicates == half && info.articles == info.added &&
           !info.replaced && info.segments == shards,
       "counts add up");
    OK(info.index_bytes > 10000 && info.text_bytes > 1000, "and bytes");
    struct hl_writer_options again = {0}; /* the path says what it is */
    OK(scratch_commit(path, &again, archive.articles, half, archive.count, &info),
       "and the rest");
    OK(info.added + info.replaced + info.duplicates == archive.count - half && info.replaced,
       "some took the place of others (%d), some of those of this run (%d)", (int)info.replaced,
       (int)info.duplicates);
    OK(info.generation == 2 * shards, "a revision more each");
    check_built(path, shards, &archive, weight, multiple);
    scratch_remove(path);
    scratch_archive_release(&archive);
}

/* ---- one by one ---- */

static hl_status open_path(const char *path, struct hl_writer_options options, const char *says)
{
    struct hl_writer *writer = NULL;
    struct hl_error err = {0};
    hl_status status = hl_writer_open(path, &options, &writer, &err);
    hl_writer_close(writer);
    if (says && !strstr(err.text, says)) {
        printf("# %s\n", err.text);
        return HL_OK;
    }
    return status;
}

static hl_status add(struct hl_writer *writer, const char *id, const char *body)
{
    struct hl_article article = {.id = id, .body = body};
    return hl_writer_add(writer, &article, NULL);
}

static uint64_t df_of(const char *path, const char *prefix, const char *key)
{
    struct databases d;
    struct hlx_counts counts = {0, 0};
    struct hlx_error e;
    struct hlbuf term = {0};
    hlx_term(prefix, key, strlen(key), &term);
    struct hlx_bytes bytes = {(const char *)term.data, term.size};
    if (!open_all(path, 1, &d) || calls->frequencies(d.set, &bytes, 1, &counts, &e) != HL_OK)
        counts.df = UINT64_MAX;
    close_all(&d);
    hlbuf_release(&term);
    return counts.df;
}

static void check_steps(void)
{
    const char *path = scratch_name("steps");
    struct hl_writer_options options = {.backend = HL_BACKEND_XAPIAN}, never = {0};
    struct hl_commit_info info;
    struct hl_writer *w = NULL, *other = NULL;
    struct hl_error err = {0};
    bool found = true;
    never.replace = HL_REPLACE_NEVER;
    OK(hl_writer_open(path, &options, &w, &err) == HL_OK, "a writer");
    OK(hl_writer_open(path, &options, &other, &err) == HL_BUSY && !other, "there is one: %s",
       err.text);
    OK(add(w, "", "x") == HL_MISUSE && add(w, "a", NULL) == HL_MISUSE, "articles are checked");
    OK(!add(w, "a", "một") && !add(w, "b", "hai") && !add(w, "dots", "...!") &&
           !hl_writer_delete(w, "a", &found, &err) && found &&
           !hl_writer_delete(w, "a", &found, &err) && !found,
       "an article of this run is deleted, once");
    OK(df_of(path, "", "hai") == 0, "nothing is there before the commit");
    OK(!hl_writer_commit(w, &info, &err) && info.added == 3 && info.deleted == 1 &&
           info.articles == 2,
       "then what is left");
    OK(df_of(path, "", "hai") == 1 && df_of(path, "", "một") == 0 && df_of(path, "Q", "a") == 0,
       "and nothing of the other");
    OK(df_of(path, "Q", "dots") == 1, "an article without words is kept");
    OK(!add(w, "c", "ba"), "not committed");
    hl_writer_close(w);
    OK(df_of(path, "", "ba") == 0, "is dropped");
    w = NULL;
    OK(!hl_writer_open(path, &never, &w, &err) && !add(w, "b", "bốn") && !add(w, "d", "năm") &&
           !add(w, "d", "sáu") && !hl_writer_commit(w, &info, &err) && info.duplicates == 2 &&
           info.added == 1 && info.articles == 3,
       "what is there stays under `never`");
    OK(!hl_writer_commit(w, &info, &err) && info.articles == 3 && !info.added,
       "a commit of nothing");
    hl_writer_close(w);
    OK(df_of(path, "", "hai") == 1 && df_of(path, "", "bốn") == 0 &&
           df_of(path, "", "sáu") == 0,
       "as the words say");
    scratch_remove(path);
}

static void check_refused(void)
{
    const char *path = scratch_name("one"), *native = scratch_name("native");
    const char *three = scratch_name("three"), *new = scratch_name("new");
    struct hl_writer_options x = {.backend = HL_BACKEND_XAPIAN}, o = x;
    struct hl_article article = {.id = "a", .body = "một"};
    OK(scratch_commit(path, &x, &article, 0, 1, NULL), "a database");
    o.shards = 3;
    OK(scratch_commit(three, &o, &article, 0, 1, NULL), "three");
    OK(scratch_commit(native, NULL, &article, 0, 1, NULL), "a native index");
    OK(open_path(path, o, "one database") == HL_MISUSE, "one cannot become three");
    o.shards = 2;
    OK(open_path(three, o, "3 shards") == HL_MISUSE, "nor three two");
    o.shards = HL_SHARDS_MAX + 1;
    OK(open_path(new, o, "too many") == HL_MISUSE, "nor any 65");
    o = (struct hl_writer_options){.backend = HL_BACKEND_NATIVE};
    OK(open_path(path, o, "is a Xapian database") == HL_MISUSE, "it is not native");
    OK(open_path(native, x, "is a native index") == HL_MISUSE, "and the other way round");
    o = (struct hl_writer_options){.shards = 2};
    OK(open_path(new, o, "no shards") == HL_MISUSE, "a native index has no shards");
    o = x;
    o.no_store = true;
    OK(open_path(new, o, "keeps its articles") == HL_UNSUPPORTED, "articles are stored");
    o = x;
    o.weight[0] = 2;
    OK(open_path(path, o, "field weights 1 1 1") == HL_MISUSE, "weights are fixed");
    OK(access(new, F_OK), "none of this left a folder");
    char list[1100];
    snprintf(list, sizeof list, "%s/XAPIANDB", three);
    FILE *f = fopen(list, "w");
    fputs("remote localhost:80\n", f);
    fclose(f);
    OK(open_path(three, x, "one by one") == HL_MISUSE, "a list of others' is left alone");
}

/* Two of one id of 512 bytes, which Xapian cannot have as terms, that differ at their ends. */
static void check_long(void)
{
    const char *path = scratch_name("long");
    struct hl_writer_options options = {.backend = HL_BACKEND_XAPIAN, .tokens = true};
    char ids[2][513], body[2048];
    struct hl_article articles[3];
    struct hl_commit_info info;
    memset(articles, 0, sizeof articles);
    memset(ids, 'i', sizeof ids);
    ids[0][511] = 'a';
    ids[0][512] = ids[1][512] = 0;
    memset(body, 'W', sizeof body);
    memcpy(body + 1000, " Xa Q ", 6);
    body[2047] = 0;
    for (int i = 0; i < 3; i++)
        articles[i] = (struct hl_article){.id = ids[i % 2], .body = body};
    OK(scratch_commit(path, &options, articles, 0, 3, &info) && info.articles == 2 &&
           info.duplicates == 1,
       "ids that Xapian cannot have as terms");
    OK(df_of(path, "", "Xa") == 2 && df_of(path, "", "Q") == 2 && df_of(path, "Q", "Q") == 0,
       "tokens in capitals are no other terms");
}

/* More words than the memory that they may take: they are written in between. */
static void check_many(void)
{
    enum { WORDS = 12000, ROUNDS = 50 };
    const char *path = scratch_name("many");
    struct hl_writer_options options = {
        .backend = HL_BACKEND_XAPIAN, .tokens = true, .memory = 32 << 20};
    struct hl_writer *writer = NULL;
    struct hl_commit_info info;
    struct databases d;
    char *body = malloc(WORDS * 16);
    bool good = hl_writer_open(path, &options, &writer, NULL) == HL_OK;
    for (int i = 0; good && i < ROUNDS; i++) {
        char id[16];
        size_t size = 0;
        snprintf(id, sizeof id, "%d", i);
        for (int k = 0; k < WORDS; k++) /* every word twice, in neighbouring articles */
            size += (size_t)snprintf(body + size, 16, "w%07d ", (i * WORDS + k * 2) / 2);
        good = !add(writer, id, body);
    }
    good = good && !hl_writer_commit(writer, &info, NULL);
    hl_writer_close(writer);
    free(body);
    OK(good && info.articles == ROUNDS, "articles of many words");
    if (open_all(path, 1, &d)) {
        struct buckets b = {.shard = d.shards[0]};
        struct hlx_error e;
        calls->metadata_keys(d.shards[0], (struct hlx_bytes){HLX_META_WORDS, 10}, take_bucket,
                             &b, &e);
        OK(b.words == WORDS * (ROUNDS + 1) / 2 && !b.wrong, "all %zu are in the vocabulary",
           b.words);
        hlbuf_release(&b.text);
        hlbuf_release(&b.folded);
    }
    close_all(&d);
}

/* ---- memory ---- */

static long allowed;

static void *failing_realloc(void *p, size_t size)
{
    return allowed-- > 0 ? realloc(p, size) : NULL;
}

/* The n-th allocation fails, and all after it: the writer says so, and can be closed. */
static void check_memory(void)
{
    static const struct hlmem_hook hook = {failing_realloc, free};
    static const struct hl_article articles[] = {
        {.id = "a",
         .body = "khoa học và công nghệ (KH&CN)",
         .tags = "một\nhai",
         .section = "b"},
        {.id = "b", .title = "hai", .lead = "ba"},
    };
    struct hl_writer_options options = {
        .backend = HL_BACKEND_XAPIAN, .threads = 1, .shards = 2};
    const char *path = scratch_name("memory");
    hl_status status = HL_NOMEM;
    long n = 0, other = 0;
    for (; status != HL_OK && n < 5000; n += 1 + n / 8) {
        struct hl_writer *w = NULL;
        struct hl_commit_info info;
        allowed = n;
        hlmem_set_hook(&hook);
        status = hl_writer_open(path, &options, &w, NULL);
        for (size_t i = 0; status == HL_OK && i < 2; i++)
            status = hl_writer_add(w, &articles[i], NULL);
        if (status == HL_OK)
            status = hl_writer_delete(w, "a", NULL, NULL);
        if (status == HL_OK)
            status = hl_writer_commit(w, &info, NULL);
        hl_writer_close(w);
        hlmem_set_hook(NULL);
        other += status != HL_OK && status != HL_NOMEM;
    }
    OK(status == HL_OK && n > 50 && !other, "memory that runs out is said to (%ld)", n);
    struct databases d;
    struct hlx_error e;
    uint64_t count = 0, sum = 0, length;
    if (open_all(path, 2, &d))
        for (size_t i = 0; i < 2; i++, sum += count)
            calls->counts(d.shards[i], &count, &length, &e);
    OK(sum == 1, "and leaves nothing behind");
    close_all(&d);
}

int main(void)
{
    static const unsigned equal[3] = {1, 1, 1}, unequal[3] = {3, 2, 1};
    struct hl_error err;
    if (!xapian_begin(&calls, &err)) {
        tap_skip(err.text);
        return tap_done();
    }
    scratch_begin();
    check_archive(1, equal, 4);
    check_archive(SHARDS, unequal, 8);
    check_steps();
    check_refused();
    check_long();
    check_many();
    check_memory();
    return tap_done();
}

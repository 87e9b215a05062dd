/*
 * inspect_terms.c - how a term is kept, and which terms an article has.
 */
#include "base/err.h"
#include "base/mem.h"
#include "engine/article.h"
#include "engine/index.h"
#include "engine/sharded.h"
#include "hlsearch_inspect.h"
#include "token/tokenise.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* ---- a term in its chunks ---- */

static const char *const kinds[] = {"none", "tiny", "sparse", "dense"};

/* Fills a row; df 0: the chunk lacks the term. */
static hl_status look_at_list(const struct hl_index *index, const struct hlterm *t,
                              const struct hlchunk *chunk, uint32_t number,
                              struct hlarena *arena, struct hl_term_list *row,
                              struct hl_error *err)
{
    struct hlcontainer c;
    *row = (struct hl_term_list){.segment = hlindex_segment_number(index, chunk->segment),
                                 .chunk = chunk->number,
                                 .articles = chunk->head.docs,
                                 .kind = kinds[HLFMT_KIND_NONE]};
    if (t->locals[number] == HLLEX_NONE)
        return HL_OK;
    hl_status status = hlchunk_open_term(chunk, t->locals[number], arena, &c, err);
    if (status != HL_OK)
        return status;
    assert((size_t)c.kind < sizeof kinds / sizeof *kinds);
    row->kind = kinds[c.kind];
    row->df = c.df;
    row->cf = c.cf;
    row->champions = c.champion_count;
    row->more = c.escapes.count;
    return HL_OK;
}

static hl_status look_at_lists(const struct hl_index *index, const struct hlterm *t,
                               struct hlarena *arena, struct hl_term_lists *out,
                               struct hl_error *err)
{
    const struct hlsnapshot *s = &index->snapshot;
    struct hl_term_lists made = {.df = t->df, .cf = t->cf};
    uint32_t number = 0;
    made.lists = hlmem_zalloc(s->chunks + 1u, sizeof *made.lists);
    hl_status status = made.lists ? HL_OK : hlerr_nomem(err);
    for (size_t i = 0; status == HL_OK && i < s->count; i++)
        for (uint32_t c = 0; status == HL_OK && c < s->segments[i].chunk_count; c++, number++) {
            struct hl_term_list *row = &made.lists[made.count];
            status = look_at_list(index, t, &s->segments[i].chunks[c], number, arena, row, err);
            made.count += row->df > 0;
        }
    if (status == HL_OK)
        *out = made;
    else
        hlmem_free(made.lists);
    return status;
}

/* The key of a text of one word. */
static hl_status read_term(const char *text, struct hltoken_list *list, struct hl_error *err)
{
    hl_status status = hltoken_run(text, strlen(text), 0, list, err);
    if (status == HL_OK && (!list->count || list->positions != 1))
        status =
            hlerr_set(err, HL_MISUSE, "a term is one word, such as nghệ, not \"%.100s\"", text);
    return status;
}

hl_status hl_term_lists_find(const struct hl_index *index, const char *text,
                             struct hl_term_lists *out_lists, struct hl_error *err)
{
    if (!index || !text || !out_lists)
        return hlerr_set(err, HL_MISUSE, "which term of which index?");
    if (index->sharded)
        return hlsharded_cannot("inspect", err);
    struct hltoken_list list;
    struct hlarena arena;
    struct hlterms terms;
    struct hlterm *t;
    hltoken_list_init(&list);
    hlarena_init(&arena, HLNATIVE_MEMORY_MAX);
    hlterms_init(&terms, &index->snapshot, &arena);
    hl_status status = read_term(text, &list, err);
    if (status == HL_OK)
        status = hlterms_get(&terms, list.tokens[0].key, list.tokens[0].key_size, &t, err);
    if (status == HL_OK && !t->df)
        status = hlerr_set(err, HL_NOT_FOUND, "no article has %.100s", text);
    if (status == HL_OK)
        status = look_at_lists(index, t, &arena, out_lists, err);
    hltoken_list_release(&list);
    hlarena_release(&arena);
    return status;
}

void hl_term_lists_free(struct hl_term_lists *lists)
{
    if (!lists)
        return;
    hlmem_free(lists->lists);
    memset(lists, 0, sizeof *lists);
}

/* ---- the terms of an article ---- */

struct collector {
    struct hlterms terms;
    struct hlarena *arena;
    struct hl_document_term *rows;
    size_t count, room;
    uint64_t articles;
    struct hl_error *err;
};

static int by_key(const void *a, const void *b)
{
    return strcmp(((const struct hl_document_term *)a)->key,
                  ((const struct hl_document_term *)b)->key);
}

static int by_worth(const void *a, const void *b)
{
    const struct hl_document_term *x = a, *y = b;
    double p = x->idf * (x->tf[0] + x->tf[1] + x->tf[2]);
    double q = y->idf * (y->tf[0] + y->tf[1] + y->tf[2]);
    return p != q ? (p > q ? -1 : 1) : strcmp(x->key, y->key);
}

static hl_status add_field(struct collector *c, const char *text, unsigned field,
                           struct hltoken_list *list)
{
    hl_status status = text ? hltoken_run(text, strlen(text), 0, list, c->err) : HL_OK;
    for (size_t i = 0; text && status == HL_OK && i < list->count; i++) {
        if (c->count == c->room) {
            size_t room = c->room * 2 + 256;
            struct hl_document_term *grown = hlmem_realloc(c->rows, room * sizeof *grown);
            if (!grown)
                return hlerr_nomem(c->err);
            c->rows = grown;
            c->room = room;
        }
        const struct hltoken *t = &list->tokens[i];
        struct hl_document_term row = {.key = hlarena_strndup(c->arena, t->key, t->key_size)};
        if (!row.key)
            return hlerr_nomem(c->err);
        row.tf[field] = 1;
        c->rows[c->count++] = row;
    }
    return status;
}

/* Rows of one key are one. */
static hl_status add_up(struct collector *c)
{
    size_t kept = 0;
    hl_status status = HL_OK;
    if (c->count)
        qsort(c->rows, c->count, sizeof *c->rows, by_key);
    for (size_t i = 0; status == HL_OK && i < c->count; i++) {
        if (kept && !by_key(&c->rows[kept - 1], &c->rows[i])) {
            for (unsigned f = 0; f < 3; f++)
                c->rows[kept - 1].tf[f] += c->rows[i].tf[f];
            continue;
        }
        struct hlterm *t;
        c->rows[kept] = c->rows[i];
        status = hlterms_get(&c->terms, c->rows[i].key, strlen(c->rows[i].key), &t, c->err);
        if (status == HL_OK) {
            c->rows[kept].df = t->df;
            c->rows[kept].idf = hlbm25_idf(c->articles, t->df);
        }
        kept++;
    }
    c->count = kept;
    if (kept)
        qsort(c->rows, kept, sizeof *c->rows, by_worth);
    return status;
}

static hl_status collect(struct collector *c, const struct hl_article *article)
{
    const char *fields[3] = {article->title, article->lead, article->body};
    struct hltoken_list list;
    hl_status status = HL_OK;
    hltoken_list_init(&list);
    for (unsigned f = 0; status == HL_OK && f < 3; f++)
        status = add_field(c, fields[f], f, &list);
    hltoken_list_release(&list);
    return status == HL_OK ? add_up(c) : status;
}

hl_status hl_document_terms_find(const struct hl_index *index, const char *id,
                                 struct hl_document_terms *out_terms, struct hl_error *err)
{
    if (!index || !id || !out_terms)
        return hlerr_set(err, HL_MISUSE, "terms of which article of which index?");
    if (index->sharded)
        return hlsharded_cannot("inspect", err);
    struct hl_document *document;
    hl_status status = hl_document_get(index, id, &document, err);
    if (status != HL_OK)
        return status;
    struct hlarena *arena = hlmem_zalloc(1, sizeof *arena);
    struct collector c = {.arena = arena, .articles = index->snapshot.articles, .err = err};
    status = arena ? HL_OK : hlerr_nomem(err);
    if (arena) {
        hlarena_init(arena, 0);
        hlterms_init(&c.terms, &index->snapshot, arena);
        status = collect(&c, hl_document_article(document));
    }
    hl_document_free(document);
    struct hl_document_terms made = {c.rows, c.count, arena};
    if (status == HL_OK)
        *out_terms = made;
    else
        hl_document_terms_free(&made);
    return status;
}

void hl_document_terms_free(struct hl_document_terms *terms)
{
    if (!terms)
        return;
    hlmem_free(terms->terms);
    if (terms->memory)
        hlarena_release(terms->memory);
    hlmem_free(terms->memory);
    memset(terms, 0, sizeof *terms);
}

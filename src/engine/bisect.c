#include "engine/bisect.h"

#include "base/err.h"
#include "base/mem.h"
#include "base/parallel.h"
#include "segment/format.h"

#include <assert.h>
#include <math.h>
#include <string.h>

/* Rounds of a node, at most; it is done when fewer than one document of FEW change sides.
 * With 4 rounds 2 % more cells stay alive, 20 or a FEW of 256 bring nothing. */
enum { ROUNDS = 8, FEW = 64, LEAF = HLFMT_CELL, LOG_ONE = 1024 };

/* A run of the order that is to be halved. */
struct node {
    uint32_t low, middle, high;
};

/* What one thread needs; `all` and `left` are zero between two nodes. */
struct scratch {
    uint32_t *all, *left; /* by term: documents of the node, of its left half */
    int32_t *in[2];       /* by term: what it says to a document of the left, the right */
    uint16_t *active;     /* terms that the node has */
    uint32_t active_count;
    int32_t *pull;   /* by place in the node: how much the document belongs to the right */
    uint8_t *side;   /* by place in the node: 1 for the right */
    uint32_t *right; /* documents of the right */
};

struct job {
    const struct hlbisect *b;
    uint32_t *order;
    int32_t *logs;           /* log2 of 1 to docs + 1, in steps of 1 / LOG_ONE */
    struct scratch *scratch; /* one a thread */
    struct node *nodes;      /* those of a level follow those of the level above */
    uint32_t node_first, node_count;
};

/* ---- one node ---- */

static const uint16_t *row_of(const struct hlbisect *b, uint32_t doc, uint32_t *out_count)
{
    *out_count = b->counts[doc];
    return b->rows + (size_t)doc * b->stride;
}

static void count_terms(const struct job *job, const struct node *node, struct scratch *s)
{
    s->active_count = 0;
    for (uint32_t i = node->low; i < node->high; i++) {
        uint32_t count, left = i < node->middle;
        const uint16_t *row = row_of(job->b, job->order[i], &count);
        s->side[i - node->low] = !left;
        for (uint32_t k = 0; k < count; k++) {
            if (!s->all[row[k]]++)
                s->active[s->active_count++] = row[k];
            s->left[row[k]] += left;
        }
    }
}

static void forget_terms(struct scratch *s)
{
    for (uint32_t i = 0; i < s->active_count; i++)
        s->all[s->active[i]] = s->left[s->active[i]] = 0;
}

/*
 * What a term says: the logarithm of how much likelier it is in the right half than in
 * the left, the document that asks left out.
 */
static void weigh_terms(const struct job *job, const struct node *node, struct scratch *s)
{
    const int32_t *logs = job->logs;
    int32_t sizes = logs[node->middle - node->low] - logs[node->high - node->middle];
    for (uint32_t i = 0; i < s->active_count; i++) {
        uint32_t t = s->active[i], left = s->left[t], right = s->all[t] - left;
        s->in[0][t] = left ? logs[right + 1] - logs[left] + sizes : 0;
        s->in[1][t] = right ? logs[right] - logs[left + 1] + sizes : 0;
    }
}

static void pull_docs(const struct job *job, const struct node *node, struct scratch *s)
{
    for (uint32_t i = node->low; i < node->high; i++) {
        uint32_t count;
        const uint16_t *row = row_of(job->b, job->order[i], &count);
        const int32_t *weights = s->in[s->side[i - node->low]];
        int32_t sum = 0;
        for (uint32_t k = 0; k < count; k++)
            sum += weights[row[k]];
        s->pull[i - node->low] = sum;
    }
}

/* The value of the given rank, and how many of those equal to it are below the rank. */
static int32_t select_pull(const int32_t *pull, uint32_t n, uint32_t rank, uint32_t *out_equal)
{
    uint32_t prefix = 0;
    for (int shift = 24; shift >= 0; shift -= 8) {
        uint32_t counts[256] = {0}, digit = 0;
        for (uint32_t i = 0; i < n; i++) {
            uint32_t key = (uint32_t)pull[i] ^ UINT32_C(0x80000000);
            if (shift == 24 || key >> (shift + 8) == prefix)
                counts[key >> shift & 255]++;
        }
        while (rank >= counts[digit])
            rank -= counts[digit++];
        prefix = prefix << 8 | digit;
    }
    *out_equal = rank;
    return (int32_t)(prefix ^ UINT32_C(0x80000000));
}

/* Those that belong to the left most go there; returns how many changed sides. */
static uint32_t choose_sides(const struct job *job, const struct node *node, struct scratch *s)
{
    uint32_t n = node->high - node->low, moves = 0, equal;
    int32_t border = select_pull(s->pull, n, node->middle - node->low, &equal);
    for (uint32_t i = 0; i < n; i++) {
        bool at_border = s->pull[i] == border && equal;
        bool left = s->pull[i] < border || at_border;
        equal -= at_border;
        if (s->side[i] == !left)
            continue;
        s->side[i] = !left;
        moves++;
        uint32_t count;
        const uint16_t *row = row_of(job->b, job->order[node->low + i], &count);
        for (uint32_t k = 0; k < count; k++)
            s->left[row[k]] += left ? 1u : UINT32_MAX;
    }
    return moves;
}

static void part_sides(const struct job *job, const struct node *node, struct scratch *s)
{
    uint32_t n = node->high - node->low, left = node->low, right = 0;
    for (uint32_t i = 0; i < n; i++) {
        uint32_t doc = job->order[node->low + i];
        if (s->side[i])
            s->right[right++] = doc;
        else
            job->order[left++] = doc;
    }
    assert(left == node->middle);
    memcpy(job->order + left, s->right, right * sizeof *job->order);
}

static hl_status halve_node(void *user, size_t task, int worker, struct hlpar *par,
                            struct hl_error *err)
{
    const struct job *job = user;
    const struct node *node = &job->nodes[job->node_first + task];
    struct scratch *s = &job->scratch[worker];
    uint32_t few = (node->high - node->low) / FEW, moves = few + 1;
    count_terms(job, node, s);
    for (int round = 0; round < ROUNDS && moves > few; round++) {
        weigh_terms(job, node, s);
        pull_docs(job, node, s);
        moves = choose_sides(job, node, s);
    }
    part_sides(job, node, s);
    forget_terms(s);
    return HL_OK;
}

/* ---- all nodes ---- */

/* Halves end where cells do, and where windows do as long as there are several. */
static uint32_t middle_of(uint32_t low, uint32_t high)
{
    uint32_t n = high - low, unit = n > HLFMT_WINDOW ? HLFMT_WINDOW : HLFMT_CELL;
    return low + (n / 2 + unit - 1) / unit * unit;
}

static void add_node(struct job *job, uint32_t low, uint32_t high)
{
    if (high - low > LEAF)
        job->nodes[job->node_count++] = (struct node){low, middle_of(low, high), high};
}

/* Each level is a row of tasks, for its nodes have no document in common. */
static hl_status halve_all(struct job *job, struct hl_error *err)
{
    hl_status status = HL_OK;
    add_node(job, 0, job->b->docs);
    while (status == HL_OK && job->node_first < job->node_count) {
        uint32_t end = job->node_count;
        status = hlpar_run(job->b->threads, end - job->node_first, halve_node, job, err);
        for (; job->node_first < end; job->node_first++) {
            struct node node = job->nodes[job->node_first];
            add_node(job, node.low, node.middle);
            add_node(job, node.middle, node.high);
        }
    }
    return status;
}

static bool scratch_open(struct scratch *s, const struct hlbisect *b)
{
    s->all = hlmem_zalloc(b->terms, sizeof *s->all);
    s->left = hlmem_zalloc(b->terms, sizeof *s->left);
    s->in[0] = hlmem_zalloc(b->terms, sizeof *s->in[0]);
    s->in[1] = hlmem_zalloc(b->terms, sizeof *s->in[1]);
    s->active = hlmem_zalloc(b->terms, sizeof *s->active);
    s->pull = hlmem_zalloc(b->docs, sizeof *s->pull);
    s->side = hlmem_zalloc(b->docs, sizeof *s->side);
    s->right = hlmem_zalloc(b->docs, sizeof *s->right);
    return s->all && s->left && s->in[0] && s->in[1] && s->active && s->pull && s->side &&
           s->right;
}

static void scratch_close(struct scratch *s)
{
    hlmem_free(s->all);
    hlmem_free(s->left);
    hlmem_free(s->in[0]);
    hlmem_free(s->in[1]);
    hlmem_free(s->active);
    hlmem_free(s->pull);
    hlmem_free(s->side);
    hlmem_free(s->right);
}

static bool job_open(struct job *job)
{
    const struct hlbisect *b = job->b;
    job->logs = hlmem_zalloc((size_t)b->docs + 2, sizeof *job->logs);
    job->nodes = hlmem_zalloc(b->docs / LEAF + 1, sizeof *job->nodes);
    job->scratch = hlmem_zalloc((size_t)b->threads, sizeof *job->scratch);
    bool good = job->logs && job->nodes && job->scratch;
    for (int i = 0; good && i < b->threads; i++)
        good = scratch_open(&job->scratch[i], b);
    /* None lies so near a half that two libraries could round it differently. */
    for (uint32_t i = 1; good && i < b->docs + 2; i++)
        job->logs[i] = (int32_t)lround(log2(i) * LOG_ONE);
    return good;
}

static void job_close(struct job *job)
{
    for (int i = 0; job->scratch && i < job->b->threads; i++)
        scratch_close(&job->scratch[i]);
    hlmem_free(job->scratch);
    hlmem_free(job->nodes);
    hlmem_free(job->logs);
}

hl_status hlbisect_order(const struct hlbisect *b, uint32_t *out_order, struct hl_error *err)
{
    assert(b->docs <= HLFMT_CHUNK_DOCS && b->terms <= HLBISECT_TERMS);
    assert(b->stride <= HLBISECT_STRIDE && b->threads >= 1);
    struct job job = {.b = b, .order = out_order};
    for (uint32_t i = 0; i < b->docs; i++)
        out_order[i] = i;
    hl_status status = job_open(&job) ? halve_all(&job, err) : hlerr_nomem(err);
    job_close(&job);
    return status;
}

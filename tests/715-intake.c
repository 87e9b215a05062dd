/*
 * The intake tells what it used one batch late, with and without a thread, and forgets it
 * when it is drained: where a run starts another segment follows from the articles alone.
 */
#include "engine/intake.h"
#include "scratch.h"

enum { ARTICLES = 400, TEXT = 40000 };

struct run {
    struct hlvocab vocab;
    struct hlspool spool;
    struct hlaccept accept;
    struct hlintake *intake;
};

static bool run_open(struct run *r, bool threaded)
{
    memset(r, 0, sizeof *r);
    hlaccept_init(&r->accept);
    bool good =
        hlvocab_init(&r->vocab) && hlspool_open(scratch_path, 1, &r->spool, NULL) == HL_OK;
    r->accept.vocab = &r->vocab;
    r->accept.spool = &r->spool;
    r->accept.tokens = true;
    return good && hlintake_open(&r->accept, threaded, &r->intake, NULL) == HL_OK;
}

static void run_release(struct run *r)
{
    hlintake_close(r->intake);
    hlaccept_release(&r->accept);
    hlspool_release(&r->spool);
    hlvocab_release(&r->vocab);
}

/* Gives the articles; after which the intake knew first and then again of memory. */
static bool give(struct run *r, int *out_first, int *out_next)
{
    static char text[TEXT + 1];
    size_t before = 0;
    *out_first = *out_next = 0;
    for (int i = 0; i < ARTICLES; i++) {
        char id[32];
        snprintf(id, sizeof id, "a%d", i);
        for (size_t at = 0; at + 8 <= TEXT; at += 8)
            snprintf(text + at, 9, "%07u ",
                     (unsigned)(at * 977 + (size_t)i * 31337) % 10000000u);
        struct hl_article article = {.id = id, .body = text};
        if (hlintake_add(r->intake, &article, 0, NULL) != HL_OK)
            return false;
        size_t known = hlintake_memory(r->intake);
        if (known && !*out_first)
            *out_first = i;
        else if (known > before && before)
            *out_next = *out_next ? *out_next : i;
        before = known;
    }
    return *out_first > 0 && *out_next > *out_first;
}

int main(void)
{
    int first[4], next[4];
    scratch_begin();
    for (int threaded = 0; threaded < 2; threaded++) {
        const char *who = threaded ? "a thread" : "no thread";
        struct run r;
        int *f = &first[threaded * 2], *n = &next[threaded * 2];
        bool good = run_open(&r, threaded) && give(&r, &f[0], &n[0]);
        OK(good, "%s: memory is known from article %d and %d on", who, f[0], n[0]);
        good = good && hlintake_drain(r.intake, NULL) == HL_OK;
        OK(good && r.spool.count == ARTICLES && r.vocab.count > 1000 &&
               hlintake_memory(r.intake) == 0,
           "%s: drained, all is in the spool and nothing is known", who);
        hlvocab_release(&r.vocab);
        good = good && hlvocab_init(&r.vocab) && hlspool_reset(&r.spool, NULL) == HL_OK;
        good = good && give(&r, &f[1], &n[1]);
        OK(good && f[1] == f[0], "%s: after that it is known from %d on again", who, f[1]);
        run_release(&r);
    }
    OK(first[0] == first[2] && next[0] == next[2], "with a thread as without");
    return tap_done();
}

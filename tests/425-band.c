/*
 * The memory of a thread that builds bands is used again: after whatever allocation of a
 * band has failed, the same band comes out of it as out of fresh memory.
 */
#include "faultio.h"
#include "segment/band.h"
#include "segments.h"

enum { DOCS = 700, TERMS = 90 };

static double norms[DOCS];

static struct made_chunk *make_chunk(struct made *m)
{
    struct made_chunk *c = &m->chunks[0];
    uint64_t seed = 425;
    made_chunk_init(c, DOCS);
    for (uint32_t d = 0; d < DOCS; d++) {
        for (int f = 0; f < 3; f++) {
            if (f)
                made_word(c, HLBAND_FIELD >> 1, true);
            for (uint32_t n = (uint32_t)(tap_random(&seed) % 9); n; n--)
                made_word(c, (uint32_t)(tap_random(&seed) % (n % 2 ? TERMS : 3)), false);
        }
        made_end_doc(c, d);
        norms[d] = hlencode_norm(c->lengths[d], 12);
    }
    made_count(m, c);
    return c;
}

static bool same(const struct hlband_output *a, const struct hlband_output *b)
{
    bool good = a->postings == b->postings && a->pairs == b->pairs;
    for (int i = 0; i < HLFMT_BAND_SECTIONS; i++)
        good = good && a->section[i].size == b->section[i].size &&
               (!a->section[i].size ||
                !memcmp(a->section[i].data, b->section[i].data, a->section[i].size));
    return good;
}

/* A part of the band first, so that there is memory and it has to grow. */
static bool survives(const struct hlband_input *in, uint64_t at,
                     const struct hlband_output *want, bool *out_failed)
{
    struct hlband_room *room = hlband_room_new(), *helper = at % 2 ? NULL : hlband_room_new();
    const struct hlband_output *band;
    struct hlband_input part = *in;
    struct hl_error err = {0};
    part.term_low = TERMS / 2;
    bool good = hlband_build(room, helper, &part, &band, &err) == HL_OK;
    faultmem_start(at / 2, false);
    hl_status status = hlband_build(room, helper, in, &band, &err);
    *out_failed = faultmem_failed() > 0;
    faultmem_stop();
    good = good && status == (*out_failed ? HL_NOMEM : HL_OK) &&
           hlband_build(room, helper, in, &band, &err) == HL_OK && same(band, want);
    if (!good)
        printf("# allocation %d: %s\n", (int)(at / 2), hl_status_name(status));
    hlband_room_free(room);
    hlband_room_free(helper);
    return good;
}

int main(void)
{
    struct made m;
    made_init(&m, TERMS, 1);
    struct made_chunk *c = make_chunk(&m);
    struct hlband_input in = {.chunk = {DOCS, 1, norms},
                              .term_high = c->terms,
                              .terms = c->terms,
                              .local = c->local,
                              .cf = c->cf,
                              .df = c->df,
                              .doc_tokens = c->starts,
                              .fields = (const uint32_t(*)[2])c->fields,
                              .weight = m.weight,
                              .pair_least = 3,
                              .read = made_read,
                              .user = c};
    const struct hlband_output *want = NULL;
    struct hl_error err = {0};
    struct hlband_room *room = hlband_room_new();
    OK(hlband_build(room, NULL, &in, &want, &err) == HL_OK && want->pairs > 500,
       "a band of %u terms", c->terms);
    unsigned bad = 0;
    uint64_t at = 1;
    for (unsigned sound = 0; want && sound < 2 && bad < 3;) {
        bool failed;
        bad += !survives(&in, ++at, want, &failed);
        sound = failed ? 0 : sound + 1; /* with a helper, and without */
    }
    OK(!bad && at > 20, "each of %d allocations fails", (int)(at / 2));
    hlband_room_free(room);
    made_release(&m);
    return tap_done();
}

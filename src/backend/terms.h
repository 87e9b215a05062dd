/*
 * terms.h - a query's keys in the segments of a snapshot: where they are, how often.
 *
 * Each distinct key is looked up once a search and remembered in its arena.
 */
#ifndef HL_BACKEND_TERMS_H
#define HL_BACKEND_TERMS_H

#include "backend/snapshot.h"
#include "base/deadline.h"
#include "query/query.h"

struct hlterm {
    const char *key;
    uint32_t size;
    uint64_t df, cf;  /* live articles, places in them */
    uint32_t *locals; /* by chunk of the snapshot; HLLEX_NONE where it is not */
    struct hlterm *next;
};

enum { HLTERMS_BUCKETS = 256 };

struct hlterms {
    const struct hlsnapshot *snapshot;
    struct hlarena *arena;
    struct hlterm *few[HLTERMS_BUCKETS];
    struct hlterm **buckets; /* these, or more of them in the arena; NULL: these */
    uint32_t bucket_count, count;
    uint32_t *locals;          /* room for those of one key that is not kept */
    struct hlpair_spot *spots; /* room for one pair, not taken yet */
    /* Past it everything is nowhere, so that a plan that nobody waits for is soon done. */
    struct hldeadline *deadline;
};

void hlterms_init(struct hlterms *terms, const struct hlsnapshot *snapshot,
                  struct hlarena *arena);
/* Never NULL on success: a key that is nowhere has df 0. */
hl_status hlterms_get(struct hlterms *terms, const char *key, size_t size,
                      struct hlterm **out_term, struct hl_error *err);
/* Abbreviations of the archive (names.c), as the vocabulary tells them. */
hl_status hlterms_names(void *user, const struct hlq_key *keys, uint32_t count, hlq_each *each,
                        void *to, struct hl_error *err);
/* What the query side asks. */
struct hlq_vocabulary hlterms_vocabulary(struct hlterms *terms);

/* The counts of a before each of bs over all chunks; bs rise by bytes. */
enum { HLTERMS_BATCH = 32 };
hl_status hlterms_pairs(const struct hlterms *terms, const struct hlterm *a,
                        struct hlterm *const *bs, uint32_t count, struct hlq_counts *out_counts,
                        struct hl_error *err);

/* The pair's counts over all chunks, and where its postings are in each; *out_spots, in the
 * arena, is NULL if they have none. */
hl_status hlterms_pair(struct hlterms *terms, const struct hlterm *a, const struct hlterm *b,
                       struct hlq_counts *out_counts, struct hlpair_spot **out_spots,
                       struct hl_error *err);

#endif

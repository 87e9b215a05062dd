/*
 * abbreviations.h - which short form stands for which long name, over a snapshot.
 *
 * Counts are exact: live articles that define the pair, summed over chunks.  A pair that
 * fewer than HLABBR_ARTICLES define is not told: one article may err, or speak of its own.
 *
 * Nothing is decided here.  A short form may have several long names (BHYT has one, CN
 * many) and may be a syllable too (ca is công an, tư is trung ương); who expands queries
 * asks how much the first name leads, and hlsyl_parse() whether readers may mean a word.
 *
 * Cost       a few binary searches a chunk, no allocation where nothing is found.
 * Ownership  memory is the arena's; strings point into the map of the snapshot.
 * Threads    any number may read one snapshot, each with its own arena.
 * Errors     HL_CORRUPT, HL_NOMEM.
 */
#ifndef HL_BACKEND_ABBREVIATIONS_H
#define HL_BACKEND_ABBREVIATIONS_H

#include "backend/snapshot.h"

enum {
    HLABBR_ARTICLES = 2, /* that must define a pair */
    HLABBR_KEYS_MIN = 2, /* of a long name */
    HLABBR_KEYS_MAX = 10
};

struct hlabbr {
    const char *shorter, *longer; /* not terminated; keys of the long name, blanks between */
    uint32_t shorter_size, longer_size;
    uint64_t articles;
};

/* The best known first: articles falling, then by bytes. */
struct hlabbr_list {
    struct hlabbr *items;
    size_t count;
};

struct hlabbr_key {
    const char *bytes;
    uint32_t size;
};

/* Every pair. */
hl_status hlabbr_all(const struct hlsnapshot *snapshot, struct hlarena *arena,
                     struct hlabbr_list *out_list, struct hl_error *err);
/* Long names of a short form: "khcn". */
hl_status hlabbr_long(const struct hlsnapshot *snapshot, const char *key, size_t size,
                      struct hlarena *arena, struct hlabbr_list *out_list,
                      struct hl_error *err);
/* Short forms whose long name is exactly these keys; count may be any. */
hl_status hlabbr_short(const struct hlsnapshot *snapshot, const struct hlabbr_key *keys,
                       size_t count, struct hlarena *arena, struct hlabbr_list *out_list,
                       struct hl_error *err);

#endif

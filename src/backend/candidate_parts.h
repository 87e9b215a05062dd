/*
 * candidate_parts.h - what the files behind candidate.h share.
 *
 *     candidate.c        life, scores, the second look
 *     candidate_plan.c   a prepared search, with a number for each key it asks for
 *     candidate_text.c   an article, as the places of these keys
 *     candidate_match.c  how often the article has what a part of the search asks for
 *
 * Keys have numbers from 0; whatever is asked of an article is asked by number, so that its
 * text is looked up once, token by token.
 *
 * Errors  hlcandidates.status is the first failure at an article: what comes back after it
 *         means nothing, and is told once at the end.
 */
#ifndef HL_BACKEND_CANDIDATE_PARTS_H
#define HL_BACKEND_CANDIDATE_PARTS_H

#include "backend/candidate.h"
#include "match/near.h"
#include "token/tokenise.h"

#define HLCAND_NONE UINT32_MAX

struct hlcand_phrase;

/* What a word stands for: keys, and keys side by side. */
struct hlcand_word {
    uint32_t *keys;
    unsigned *weights; /* tenths */
    uint32_t count;
    struct hlcand_row {
        struct hlcand_phrase *phrase;
        unsigned weight;
    } * rows;
    uint32_t row_count;
};

/* Words side by side or near each other; also keys side by side, as words of one key. */
struct hlcand_phrase {
    const struct hlcand_word **words;
    uint32_t *same; /* of a near: the first word of it that has the same keys */
    uint32_t count;
    int field, slop;            /* as hlq_phrase */
    struct hlnear near;         /* of a near */
    struct hlcand_phrase *next; /* of all nears */
};

/* A group: hlq_expr, told by numbers. */
struct hlcand_expr {
    enum hlq_expr_kind kind;
    bool excluded;
    uint32_t times;
    const struct hlcand_word *word;
    struct hlcand_phrase *phrase;
    struct hlnative_filter value;
    struct hlq_days days;
    struct hlcand_expr *parts;
    uint32_t count;
};

/* A leaf's key: a, a before b, a row or a group. */
struct hlcand_member {
    uint32_t a, b; /* HLCAND_NONE: none */
    struct hlcand_phrase *row;
    const struct hlcand_expr *expr;
    unsigned weight; /* tenths */
    uint32_t part;
};

struct hlcand_leaf {
    double factor;
    unsigned share;
    bool phrase;
    uint32_t number; /* of the phrase */
    struct hlcand_member *members;
    uint32_t count;
};

struct hlcand_key {
    const char *bytes; /* the search's */
    uint32_t size;
};

/* A key in the article under work. */
struct hlcand_stand {
    uint32_t from, count; /* its places */
    uint32_t tf;          /* weighted by field */
    uint32_t last;        /* while they are found: the latest position */
};

struct hlcand_places {
    uint32_t *list;
    size_t count, room;
};

struct hlcandidates {
    struct hlnative *native;
    unsigned weight[3];
    struct hlarena arena; /* of the plan */
    /* candidate_plan.c */
    struct hlcand_key *keys;
    uint32_t key_count, key_room;
    uint64_t *slots;     /* hash << 32 | number + 1; 0: empty */
    uint32_t slot_count; /* a power of two */
    uint64_t wanted[HLTOKEN_WANTED];
    struct hlcand_leaf *leaves;
    uint64_t *tfs;             /* of the article, by leaf */
    struct hlcand_word *extra; /* as the plan's */
    struct hlcand_phrase *phrases;
    uint32_t *phrase_tfs; /* of the article */
    struct hlcand_expr *conditions;
    struct hlcand_phrase *nears;
    /* candidate_text.c */
    const struct hl_article *article;
    uint32_t date;
    struct hltoken_list tokens;
    struct hlchunk_lengths lengths;
    struct hlcand_stand *stands; /* by key */
    uint32_t *touched;           /* keys that are there */
    uint32_t touched_count;
    struct hlcand_found {
        uint32_t key, place;
    } * found; /* in the order of the text */
    size_t found_count, found_room;
    struct hlcand_places places; /* of one key after the other: position << 1 | alternative */
    /* candidate_match.c */
    struct hlcand_places first, next; /* scratch */
    struct hlbuf name;                /* scratch */
    hl_status status;
    struct hl_error error;
    /* candidate.c */
    bool looking; /* look is made */
    struct hlrefine_query look;
    struct hlcand_standing {
        uint32_t *keys;
        uint32_t count;
    } * standing; /* by word: the keys at whose places it stands */
    struct hlrefine_place *spots;
    size_t spot_count, spot_room;
    struct hlrefine_met *met;
    size_t met_room;
};

/* candidate_plan.c: everything that the search asks for. */
hl_status hlcand_plan(struct hlcandidates *c, struct hl_error *err);
/* HLCAND_NONE: nobody asks for it. */
uint32_t hlcand_find(const struct hlcandidates *c, const char *key, size_t size);
/* The arena's limit is a query's, not the machine's. */
hl_status hlcand_no_room(const struct hlcandidates *c, struct hl_error *err);

/* candidate_text.c */
hl_status hlcand_text(struct hlcandidates *c, const struct hl_article *article, bool tokens,
                      struct hl_error *err);
bool hlcand_grow(struct hlcand_places *places, size_t count);
/* HL_MISUSE for a field that is no UTF-8. */
hl_status hlcand_check(const struct hl_article *article, const char *name, const char *text,
                       size_t size, struct hl_error *err);

/* candidate_match.c */
uint64_t hlcand_leaf_tf(struct hlcandidates *c, const struct hlcand_leaf *leaf);
uint32_t hlcand_phrase_tf(struct hlcandidates *c, struct hlcand_phrase *phrase);
/* Has the article what a group asks for?  *out_tf: 0 where the group only narrows. */
bool hlcand_has(struct hlcandidates *c, const struct hlcand_expr *e, uint32_t *out_tf);
bool hlcand_has_value(struct hlcandidates *c, const struct hlnative_filter *filter);

#endif

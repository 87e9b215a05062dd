/*
 * synonyms.h - words of a reader that mean the same, and finding them in a query.
 *
 * A list is text, read once and then constant (hl_synonyms_read(), or the list that
 * is compiled in).  Whoever expands a query asks at each word whether a member of a
 * group starts there, and what else the group says:
 *
 *     vắc xin = vắcxin = vaccine          groups: members find each other
 *     gien => gen                         one way: typed gien finds gen as well
 *
 *     keys  tiêm | vắc | xin | covid      at 1: member "vắc xin", of 2 keys
 *                                         others: vắcxin ; vaccine
 *
 * A member is a row of keys as the tokeniser gives them, so tone style, case and
 * composition are no matter.  What has a joined key stands in its group twice, as
 * the joined key and as its parts: TP.HCM is "tphcm" and "tp hcm".
 *
 * Leaves to others: which words of a query are asked, what a found member weighs.
 *
 * Invariants  every row of keys, by its variant keys, stands in one group only; a
 *             member that matches finds others, fewer than HLQ_SYNONYM_FOUND_MAX.
 * Ownership   everything belongs to the struct hl_synonyms; a struct
 *             hlq_synonym_key made for a query borrows the key it was made of.
 * Threads     constant once made: any number of threads may ask.
 * Errors      asking cannot fail and takes no memory.
 */
#ifndef HL_QUERY_SYNONYMS_H
#define HL_QUERY_SYNONYMS_H

#include "base/arena.h"
#include "hlsearch.h"

enum {
    HLQ_SYNONYM_KEYS_MAX = 8,       /* of one member */
    HLQ_SYNONYM_FOUND_MAX = 32,     /* members of a group with what it finds one way */
    HLQ_SYNONYM_GROUPS_MAX = 20000, /* lines that are no comment */
    HLQ_SYNONYM_BYTES_MAX = 1 << 20,
    HLQ_SYNONYM_NOTES_MAX = 8
};

/* A key in the forms that are compared. */
struct hlq_synonym_key {
    const char *bytes;   /* exact: what an index is asked for */
    const char *variant; /* i written as y where the two are one word */
    const char *folded;  /* without marks, i as y where that may be one word */
    uint32_t size, variant_size, folded_size;
    bool marked;
};

struct hlq_synonym {
    const struct hlq_synonym_key *keys;
    uint32_t count;
    uint32_t group;
    uint32_t line; /* of the text */
};

struct hlq_synonym_group {
    const struct hlq_synonym *const *members;
    uint32_t own;   /* the first members are of the group */
    uint32_t count; /* the others are found one way */
};

struct hl_synonyms {
    const struct hlq_synonym *const *sorted; /* by folded keys, then by variant keys */
    uint32_t count;
    const struct hlq_synonym_group *groups;
    uint32_t group_count;
    struct hl_note notes[HLQ_SYNONYM_NOTES_MAX];
    uint32_t note_count;
    struct hlarena arena; /* holds all of the above; empty in the list compiled in */
};

/* The forms of a key of the index's own spelling.  It is borrowed, what must be made of it
 * goes to the arena.  HL_NOMEM. */
hl_status hlq_synonym_key(const char *key, size_t size, struct hlarena *arena,
                          struct hlq_synonym_key *out_key, struct hl_error *err);

/*
 * The longest member that the keys start with; NULL if there is none.  Of members of one
 * length the one with most keys exact, then the first in the text.  A key with a mark
 * matches that key alone (or its i/y variant); with `folded` a key without marks matches
 * every marking.  synonyms may be NULL.
 */
const struct hlq_synonym *hlq_synonyms_match(const struct hl_synonyms *synonyms,
                                             const struct hlq_synonym_key *keys, uint32_t count,
                                             bool folded);

/* What else the member stands for: the i-th other one, NULL past the end. */
const struct hlq_synonym *hlq_synonyms_other(const struct hl_synonyms *synonyms,
                                             const struct hlq_synonym *member, uint32_t i);

/* ---- the makers of a list (synonyms_read.c to synonyms_link.c) ---- */

/* Slabs of an arena cut into small pieces, since the arena's own are 64 bytes at least. */
struct hlq_slab {
    struct hlarena *arena;
    char *at;
    size_t left;
};

/* A member or a side of "=>" before groups are made; one line gives one or two sides. */
struct hlq_synonym_draft {
    struct hl_synonyms *synonyms;
    struct hlq_slab slab;
    const char *name;             /* of the text, for messages */
    struct hlq_synonym **members; /* in the order of the text; group is a side */
    uint32_t member_count;
    struct hlq_synonym_side {
        uint32_t line;
        bool lone; /* one member was written: where it stands elsewhere, that is meant */
    } * sides;
    uint32_t side_count;
    struct hlq_synonym_link {
        uint32_t from, to; /* sides */
    } * links;
    uint32_t link_count;
};

/* NULL: memory is out. */
void *hlq_slab_take(struct hlq_slab *slab, size_t size);

/* Bytes in order, a beginning before what goes on. */
int hlq_synonym_compare(const char *a, uint32_t a_size, const char *b, uint32_t b_size);

/* Are they the same words? */
bool hlq_synonym_same(const struct hlq_synonym *a, const struct hlq_synonym *b);

/* Members of sides to groups.  HL_NOMEM, HL_LIMIT. */
hl_status hlq_synonyms_link(struct hlq_synonym_draft *draft, struct hl_error *err);

/* The keys with blanks between, for messages; out has room bytes and is terminated. */
void hlq_synonym_text(const struct hlq_synonym *member, char *out, size_t room);

#endif

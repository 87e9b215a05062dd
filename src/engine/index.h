/*
 * index.h - the insides of the public handles for reading.
 */
#ifndef HL_ENGINE_INDEX_H
#define HL_ENGINE_INDEX_H

#include "backend/native.h"

#include <stdatomic.h>

struct hlwordlist;
struct hlsharded;

/* What a generation is known by: its number, and a hash of its manifest. */
struct hlindex_mark {
    uint64_t generation, hash;
};

struct hl_index {
    struct hlsnapshot snapshot;
    struct hlindex_mark *marks; /* of each part; of the one index */
    char *path;                 /* of several indexes: their names with commas between */
    char **parts;               /* their paths as they were given; NULL: one index */
    size_t part_count;          /* 0: one index */
    _Atomic(struct hlwordlist *) words; /* made when it is first needed; NULL: not yet */
    _Atomic(struct hlarena *) room; /* of the last hl_suggest(), for the next; NULL: in use */
    struct hlsharded *sharded;      /* Xapian keeps it (sharded.h); NULL: segments do */
};

/* The values of a facet; memory is the search's. */
struct hl_result_facet {
    struct hl_facet_value *values;
    size_t count;
    uint64_t distinct, missing;
};

/* A result owns the search that made it, so that explanations and snippets can ask it. */
struct hl_result {
    const struct hl_index *index;
    struct hlnative native;
    struct hl_query *query; /* its own, where no caller has one; NULL */
    struct hlhit *found;    /* found_room entries */
    size_t found_room;
    struct hl_hit *hits;
    size_t hit_room, count;
    struct hlbuf strings;
    struct hl_reading *readings;
    size_t reading_count;
    struct hl_understood *understood;
    size_t understood_count;
    struct hl_understood *synonyms;
    size_t synonym_count;
    const char *restored; /* NULL: as typed */
    struct hl_suggestion *suggestions;
    size_t suggestion_count;
    struct hl_result_facet facets[HL_FACETS];
    uint64_t total;
    int cover;
    bool more;                  /* is there a next page? */
    struct hlsnapshot snapshot; /* of shards, what they held; unused of segments */
    enum hl_total_is total_is;
    bool missing; /* some shard was */
    struct hl_shard *shards;
    size_t shard_count;
    struct hlpassages *passages; /* what passages are made with */
};

/* Results that are to be had: offset and count together. */
enum { HLSEARCH_HITS_MAX = 10000 };

/* Options made whole; HL_MISUSE for what makes no sense. */
hl_status hlsearch_check_options(const struct hl_search_options *options,
                                 struct hl_search_options *out_options, struct hl_error *err);
struct hlnative_options hlsearch_native_options(const struct hl_search_options *options);
/* The total of the cover in force; a default cover that nothing has is lowered (design 4). */
uint64_t hlsearch_settle_cover(struct hlnative *native,
                               const struct hl_search_options *options);

/* The one article that is no answer; chunk NULL: none.  id: where there are no chunks. */
struct hlsearch_without {
    const struct hlchunk *chunk;
    uint32_t doc;
    const char *id;
};
/* A search with options that were checked.  own: query, where the result is to own it, which
 * it then does even if the search fails. */
hl_status hlsearch_answer(const struct hl_index *index, const struct hl_query *query,
                          struct hl_query *own, const struct hlsearch_without *without,
                          const struct hl_search_options *options,
                          struct hl_result **out_result, struct hl_error *err);

/* What the tally of a counted search says (faceted.c). */
hl_status hlfaceted_fill(struct hl_result *result, const struct hl_search_options *options,
                         struct hl_error *err);
/* Room for what is collected and for what is shown; false when memory is out. */
bool hlsearch_make_room(struct hl_result *result, size_t collected, size_t shown);

/* grouped.c: how many answers are ranked first for so many groups; at least `least` are. */
size_t hlgrouped_first_try(size_t wanted, size_t least);
/* Ranks into result->found until there are `wanted` groups and one more, or no
 * more answers to collect; at least `least` are.  Heads stand first, at most wanted + 1. */
hl_status hlgrouped_rank(struct hl_result *result, size_t wanted, size_t least, size_t shown,
                         size_t *out_collected, size_t *out_heads, struct hl_error *err);
/* Says of the hits, which begin at `from` of what was found, how many are near to them. */
hl_status hlgrouped_fill(struct hl_result *result, size_t from, struct hl_error *err);

/* How the query was taken (readings.c); memory is the search's. */
hl_status hlreadings_fill(struct hl_result *result, struct hl_error *err);
void hlreadings_clear(struct hl_result *result);
/* What the reader of a prepared search may have meant instead (suggest.c). */
hl_status hlsearch_suggest(struct hl_result *result, const struct hl_query *query,
                           struct hl_error *err);

/* What passages are made with (passages.c); NULL without memory. */
struct hlpassages *hlpassages_new(void);
/* Words of a search that is over are no words of the next. */
void hlpassages_forget(struct hlpassages *passages);
void hlpassages_free(struct hlpassages *passages);
/* The memory that hl_suggest() keeps (completions.c). */
void hlcompletions_free_room(struct hlarena *room);
/* Native indexes; the arguments make sense. */
hl_status hlindex_open_one(const char *path, struct hl_index **out_index, struct hl_error *err);
hl_status hlindex_open_several(const char *const *paths, size_t count,
                               struct hl_index **out_index, struct hl_error *err);
/* The newest generation of a folder that this build can read. */
hl_status hlindex_open_snapshot(const char *path, struct hlsnapshot *out_snapshot,
                                struct hl_error *err);
/* What opening finds again if nothing was committed since (current.c). */
hl_status hlindex_mark(const struct hlmanifest *man, struct hlindex_mark *out_mark,
                       struct hl_error *err);
/* Which of several indexes a chunk belongs to; NULL: there is one (many.c). */
const char *hlindex_part(const struct hl_index *index, const struct hlchunk *chunk);
/* What stands for a segment in docids. */
uint64_t hlindex_segment_number(const struct hl_index *index, const struct hlseg *segment);

/* The live document of an id. */
hl_status hlindex_find(const struct hl_index *index, const char *id,
                       const struct hlchunk **out_chunk, uint32_t *out_doc,
                       struct hl_error *err);
/* The article of a document; HL_NOT_FOUND where it is not stored. */
hl_status hlindex_read(const struct hlchunk *chunk, uint32_t doc,
                       struct hl_document **out_document, struct hl_error *err);

#endif

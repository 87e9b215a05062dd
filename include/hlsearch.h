/*
 * hlsearch.h - a full-text search engine for Vietnamese science news.
 *
 * The only header that a program needs.  An index is a folder: a writer adds
 * articles to it and commits them as one new generation; readers map it and
 * ask.  Nothing runs in between, nothing has to be recovered after a crash.
 *
 *     struct hl_error err;
 *     struct hl_index *index;
 *     if (hl_index_open("news.ix", &index, &err) == HL_OK) {
 *         struct hl_query *query;
 *         if (hl_query_parse(index, "khu công nghệ cao", 17, NULL, &query, &err) == HL_OK) {
 *             struct hl_result *result;
 *             if (hl_search(index, query, NULL, &result, &err) == HL_OK) {
 *                 for (size_t i = 0; i < hl_result_count(result); i++)
 *                     puts(hl_result_hit(result, i)->id);
 *                 hl_result_free(result);
 *             }
 *             hl_query_free(query);
 *         }
 *         hl_index_close(index);
 *     }
 *
 * Text is UTF-8 everywhere; a size is in bytes, a count is of things.
 * Threads: an hl_index may be shared by any number of threads; every other
 * object belongs to one thread at a time.
 * Errors: functions that can fail return an hl_status and fill *err (which may
 * be NULL); their outputs come last and stay untouched on failure.
 */
#ifndef HLSEARCH_H
#define HLSEARCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define HL_VERSION "0.1.0"

#if defined(__GNUC__)
#define HL_API __attribute__((visibility("default")))
#else
#define HL_API
#endif

/* What a call came to.  0 is success, failures are negative. */
typedef enum hl_status {
    HL_OK = 0,
    HL_NOMEM = -1,       /* memory, or the budget given, is used up */
    HL_IO = -2,          /* the system refused to open, read, write or sync */
    HL_CORRUPT = -3,     /* bytes of the index are not what was written */
    HL_VERSION_BAD = -4, /* made by another format or other text rules */
    HL_NOT_FOUND = -5,   /* no such index, article or term */
    HL_BAD_QUERY = -6,   /* only under hl_query_options.strict */
    HL_BUSY = -7,        /* another writer holds the index */
    HL_LIMIT = -8,       /* a documented limit was passed */
    HL_UNSUPPORTED = -9, /* this build or engine cannot do it */
    HL_MISUSE = -10      /* arguments that make no sense together */
} hl_status;

/* Words for a failure.  The caller owns it; it is filled only on failure. */
struct hl_error {
    hl_status code;
    int64_t at;     /* byte in the query, line or offset in the file; -1 if none */
    char text[448]; /* a sentence: the thing, the place, the way out */
};

/* The constant's name without its prefix, e.g. "CORRUPT".  Never NULL. */
HL_API const char *hl_status_name(hl_status status);

/*
 * Messages in another language.  translator is given a sentence or printf format as it stands
 * in the library, in English, and returns what to say instead, with the same conversions, or
 * what it was given; either must stay valid.  It is called from any thread.  Set it before
 * anything else is called; NULL: English again.  Codes and names never change.
 */
HL_API void hl_messages_set(const char *(*translator)(const char *english));

/* ------------------------------------------------------------------ articles */

/* How much of a date is known. */
enum hl_date_precision {
    HL_DATE_UNKNOWN = 0,
    HL_DATE_YEAR,
    HL_DATE_MONTH,
    HL_DATE_DAY,
    HL_DATE_MINUTE,
    HL_DATE_SECOND
};

/*
 * An article.  Strings are UTF-8, not terminated by size but by NUL; NULL means
 * missing.  Given to a writer they are borrowed for the call; read from an
 * index they live as long as the hl_document that holds them.
 *
 * What an index keeps of it: everything, but that a date before 1970 or after
 * 2106 becomes unknown, a zone is rounded to quarter hours, and an empty id,
 * source, section or author comes back as NULL.
 */
struct hl_article {
    const char *id; /* required, 1 to 512 bytes */
    const char *url;
    const char *title;
    const char *lead;
    const char *body;
    const char *source;
    const char *section;
    const char *author;
    const char *tags;  /* one a line; an article is found by its first 64 */
    const char *extra; /* fields without a column, as JSON text; stored only */
    int64_t date;      /* UTC seconds */
    int date_offset;   /* minutes east of UTC that the date was written in */
    enum hl_date_precision date_precision;
};

/* ------------------------------------------------------------------- writing */

enum hl_replace { HL_REPLACE_ID = 0, HL_REPLACE_NEVER };

/* Which engine keeps an index.  Xapian is a module that is loaded when it is wanted: where it
 * is not installed HL_UNSUPPORTED says what to install. */
enum hl_backend {
    HL_BACKEND_AUTO = 0, /* the one that made it; a new index is native */
    HL_BACKEND_NATIVE,
    HL_BACKEND_XAPIAN
};
enum { HL_SHARDS_MAX = 64 };

struct hl_writer_options {
    size_t memory;   /* bytes; 0: 512 MiB.  At least 32 MiB */
    int threads;     /* 0: as many as there are processors, at most 2 */
    bool tokens;     /* body is tokens between blanks, taken as they are */
    bool no_store;   /* keep ids and columns, not the articles; native only */
    bool wait;       /* wait for another writer instead of HL_BUSY */
    bool network_fs; /* write to a network file system all the same */
    bool existing;   /* HL_NOT_FOUND where there is no index yet, instead of a new one */
    enum hl_replace replace;
    unsigned weight[3]; /* title, lead, body; 0: 1.  Fixed at the first commit */
    enum hl_backend backend;
    unsigned shards; /* Xapian: databases that articles are spread over, by a hash of their ids;
                      * 0: as many as there are, or one.  Fixed at the first commit */
    /* Called now and then while a commit works; done of total in any unit.
     * A true answer stops the commit (HL_LIMIT, the index stays as it was). */
    bool (*progress)(void *user, const char *stage, uint64_t done, uint64_t total);
    void *progress_user;
};

/* What a writer spends its time on. */
enum hl_stage {
    HL_STAGE_TAKE = 0,   /* articles checked and copied, in the caller's thread */
    HL_STAGE_WAIT,       /* a thread waited for another */
    HL_STAGE_TOKENISE,   /* text to numbered terms, hashes */
    HL_STAGE_SPOOL,      /* articles and tokens to the working files and back */
    HL_STAGE_ORDER,      /* ids, documents and terms sorted */
    HL_STAGE_COUNT,      /* columns filled, terms counted */
    HL_STAGE_PACK,       /* articles compressed */
    HL_STAGE_GATHER,     /* occurrences brought together by term */
    HL_STAGE_LISTS,      /* postings and positions encoded */
    HL_STAGE_PAIRS,      /* pairs counted and encoded */
    HL_STAGE_LEARN,      /* words learnt from pairs */
    HL_STAGE_DICTIONARY, /* terms folded and encoded */
    HL_STAGE_WRITE,      /* checksums, bytes given to the system */
    HL_STAGE_SYNC,       /* bytes made to survive a power cut */
    HL_STAGES
};
/* Room for stages to come, so that a caller compiled today has it too. */
enum { HL_STAGES_MAX = 32 };

/* "tokenising", "packing".  Never NULL. */
HL_API const char *hl_stage_name(enum hl_stage stage);

/* What a commit did.  added + replaced + duplicates = articles given. */
struct hl_commit_info {
    uint64_t generation;
    uint64_t added;      /* ids that the index did not have */
    uint64_t replaced;   /* ids that it had: the new article took the place */
    uint64_t duplicates; /* articles dropped since a later one had the same id,
                          * or under HL_REPLACE_NEVER since the index had it */
    uint64_t deleted;    /* by hl_writer_delete() */
    uint64_t articles;   /* live articles now */
    uint64_t text_bytes; /* bytes of title, lead and body given */
    uint64_t index_bytes;
    uint64_t segments;
    /* By stage since the commit before: of all threads together, but HL_STAGE_ORDER, whose
     * threads are waited for.  0 from HL_STAGES on. */
    double seconds[HL_STAGES_MAX];
};

struct hl_writer;

/*
 * Opens path for writing, making the folder if there is none.  One writer at a
 * time: HL_BUSY if another holds it (the kernel's lock goes with its process).
 */
HL_API hl_status hl_writer_open(const char *path, const struct hl_writer_options *options,
                                struct hl_writer **out_writer, struct hl_error *err);

/* Takes one article.  HL_MISUSE for no id, no text, or text that is not UTF-8: the
 * article is refused, the writer goes on.  Any other failure ends the writer's work. */
HL_API hl_status hl_writer_add(struct hl_writer *writer, const struct hl_article *article,
                               struct hl_error *err);

/* Takes the article of an id away, whether it was committed or added since; *out_found, which
 * may be NULL, says whether there was one. */
HL_API hl_status hl_writer_delete(struct hl_writer *writer, const char *id, bool *out_found,
                                  struct hl_error *err);

/*
 * Makes everything added since the last commit one new generation, atomically
 * and durably: after HL_OK it survives a power cut, after anything else the
 * index is as it was.  out_info may be NULL.  Shards of Xapian are committed one after the
 * other: a crash between two leaves some new and others old, every article whole, which the
 * same articles given again mend.
 */
HL_API hl_status hl_writer_commit(struct hl_writer *writer, struct hl_commit_info *out_info,
                                  struct hl_error *err);

/* Drops what was not committed, gives the lock back.  NULL is allowed. */
HL_API void hl_writer_close(struct hl_writer *writer);

/* ------------------------------------------------------------------- reading */

struct hl_index;

/*
 * Opens the newest generation of an index for reading, and keeps it until
 * close whatever writers do.  Takes no lock, writes nothing.
 * HL_NOT_FOUND, HL_CORRUPT, HL_VERSION_BAD, HL_IO.
 */
HL_API hl_status hl_index_open(const char *path, struct hl_index **out_index,
                               struct hl_error *err);
/*
 * Opens the newest generations of several indexes, at most 64, as one: whatever is counted or
 * ranked is so over all of them, as if all articles stood in one index.  An article that
 * several of them have by its id is the one of the index named last; the others' is as good as
 * deleted.  HL_MISUSE if two of them are one, or weigh fields differently; else as above, and
 * no index is left out because it fails.
 */
HL_API hl_status hl_index_open_many(const char *const *paths, size_t count,
                                    struct hl_index **out_index, struct hl_error *err);

struct hl_open_options {
    enum hl_backend backend;
    /* Xapian databases that xapian-tcpsrv serves, "HOST:PORT", beside those of the paths; all
     * are one index, whose articles have distinct ids.  Borrowed for the call. */
    const char *const *shards;
    size_t shard_count;
    unsigned shard_timeout_ms; /* how long each is waited for, at most; 0: 300 */
};
/*
 * The same with options, which may be NULL; count may be 0 where there are shards.  A path may
 * be a Xapian database, or a stub file that lists some.  A shard that does not answer is left
 * out, which each result says (hl_result_shard()), and asked again later; HL_IO if none does.
 * HL_UNSUPPORTED for indexes of both engines together, or without the module.
 */
HL_API hl_status hl_index_open_with(const char *const *paths, size_t count,
                                    const struct hl_open_options *options,
                                    struct hl_index **out_index, struct hl_error *err);
/* Never HL_BACKEND_AUTO. */
HL_API enum hl_backend hl_index_backend(const struct hl_index *index);
/* "auto", "native", "xapian".  Never NULL. */
HL_API const char *hl_backend_name(enum hl_backend backend);
HL_API void hl_index_close(struct hl_index *index);
/*
 * Would opening again give what this index holds?  *out_current is false as soon as a writer
 * has committed, and where a folder is gone or holds another index: opening says what is there.
 * It opens nothing, but lists each folder and reads its manifest: some 20 us an index, where
 * opening takes 200 and the first search after it reads all it needs anew.  HL_IO, HL_NOMEM.
 */
HL_API hl_status hl_index_is_current(const struct hl_index *index, bool *out_current,
                                     struct hl_error *err);

/* Of Xapian databases only articles, dates, positions, mean_length, segments and chunks (the
 * databases), weights and rules are known, and where all are here terms and bytes; all else
 * is 0. */
struct hl_stats {
    uint64_t generation; /* 0 of several indexes */
    uint64_t articles;   /* live */
    uint64_t deleted;    /* replaced or deleted, not yet cleared away */
    uint64_t undated;
    uint64_t terms;                /* distinct, summed over segments */
    uint64_t postings;             /* term in article */
    uint64_t pairs;                /* distinct pair in chunk */
    uint64_t positions;            /* live */
    double mean_length;            /* positions an article */
    int64_t date_first, date_last; /* UTC seconds; 0 if none is dated */
    uint64_t segments, chunks;
    uint64_t bytes; /* of the files of this generation */
    /* bytes by section of the format, see index/FORMAT.md */
    uint64_t bytes_postings, bytes_positions, bytes_pairs, bytes_dictionary, bytes_columns,
        bytes_store, bytes_other;
    unsigned weight[3];
    char index_id[33]; /* hex; "" of several indexes */
    char rules[17];    /* hash of the text rules, hex */
};

HL_API hl_status hl_index_stats(const struct hl_index *index, struct hl_stats *out_stats,
                                struct hl_error *err);

/* A stored article; free it with hl_document_free(). */
struct hl_document;

HL_API hl_status hl_document_get(const struct hl_index *index, const char *id,
                                 struct hl_document **out_document, struct hl_error *err);
/*
 * Calls take with every stored article, in an order that an index keeps; false ends the calls,
 * which is no error.  A native index gives the newest first, the undated last, and by id those
 * of one second: the same articles in the same order whatever its segments.  The article is
 * borrowed for the call.  HL_UNSUPPORTED where articles are not stored.
 */
HL_API hl_status hl_index_each(const struct hl_index *index,
                               bool (*take)(void *user, const struct hl_article *article),
                               void *user, struct hl_error *err);
/* Borrowed: valid until hl_document_free(). */
HL_API const struct hl_article *hl_document_article(const struct hl_document *document);
HL_API void hl_document_free(struct hl_document *document);

/* ----------------------------------------------------------------- searching */

/* Which articles answer, as a share of the query's idf in percent (design: cover). */
enum { HL_COVER_DEFAULT = -1, HL_COVER_ANY = 0, HL_COVER_ALL = 100 };

enum hl_marks { HL_MARKS_AUTO = 0, HL_MARKS_STRICT, HL_MARKS_LOOSE };

struct hl_query_options {
    bool strict; /* bad syntax is HL_BAD_QUERY, not words with a note */
    bool plain;  /* words as they are: no operators */
    bool tokens; /* tokens between blanks, taken as they are, no text rules */
    bool phrase; /* the whole text is one phrase */
    enum hl_marks marks;
};

struct hl_query;

/*
 * Reads what a reader typed (index says by which text rules).  Never fails for
 * bad syntax unless strict: what does not parse becomes words, with a note.
 * HL_LIMIT past 64 KiB or 1,024 words, HL_BAD_QUERY for bytes that are no UTF-8.
 * The query stays valid after the index is closed.
 */
HL_API hl_status hl_query_parse(const struct hl_index *index, const char *text, size_t size,
                                const struct hl_query_options *options,
                                struct hl_query **out_query, struct hl_error *err);
HL_API void hl_query_free(struct hl_query *query);

/* What the parser had to say, e.g. of a quote that was never closed; NULL past the end. */
struct hl_note {
    const char *text; /* a sentence */
    int64_t at;       /* byte in the query, line of a list */
};
HL_API const struct hl_note *hl_query_note(const struct hl_query *query, size_t i);

/*
 * Words that mean the same, as people write them down: UTF-8, a group a line.
 *
 *     # a comment
 *     vắc xin = vắcxin = vaccine      each finds the others
 *     gien => gen                     gien finds gen, gen does not find gien
 *
 * Groups that share a member are one, which a note says; => goes one step.  A member
 * has at most 8 words, a group at most 32 members, a list at most 20,000 lines of groups in
 * 1 MiB.  A list never changes, and may be shared by threads and by searches.
 */
struct hl_synonyms;

/* The file of this name in the folder of an index is the list of its readers, by custom of
 * the tool and the search page: the library reads it only where it is told to. */
#define HL_SYNONYMS_FILE "synonyms.txt"

/* Reads a list.  name stands for it in errors, "NAME:LINE: ..."; NULL: "synonyms".
 * HL_MISUSE for what is no list (err->at is the line), HL_LIMIT past the limits above. */
HL_API hl_status hl_synonyms_read(const char *name, const char *text, size_t size,
                                  struct hl_synonyms **out_synonyms, struct hl_error *err);
/* The same from a file.  HL_NOT_FOUND if there is none. */
HL_API hl_status hl_synonyms_open(const char *path, struct hl_synonyms **out_synonyms,
                                  struct hl_error *err);
HL_API void hl_synonyms_free(struct hl_synonyms *synonyms);
/* The list for science news that is compiled in; a constant, not to be freed. */
HL_API const struct hl_synonyms *hl_synonyms_default(void);
/* The first lines that were merged with earlier ones: words and line; NULL past the end. */
HL_API const struct hl_note *hl_synonyms_note(const struct hl_synonyms *synonyms, size_t i);

enum hl_rank { HL_RANK_DEFAULT = 0, HL_RANK_BM25 };
/* By date: articles of one second by score; the undated are last either way; then by id.  The
 * second look is left out there: scores are of the words alone. */
enum hl_sort { HL_SORT_RELEVANCE = 0, HL_SORT_NEWEST, HL_SORT_OLDEST };

/* What answers are counted by.  Years and months are those at +07:00, "2017" and "2017-01". */
enum hl_facet {
    HL_FACET_SOURCE = 0,
    HL_FACET_SECTION,
    HL_FACET_AUTHOR,
    HL_FACET_YEAR,
    HL_FACET_MONTH,
    HL_FACET_TAG /* an answer counts for each of its tags */
};
enum { HL_FACETS = 6, HL_FACET_VALUES_MAX = 10000 };

struct hl_search_options {
    size_t count;  /* hits wanted; 0: 10; at most 10,000 with offset */
    size_t offset; /* hits to leave out before the first */
    int cover;     /* percent, or HL_COVER_DEFAULT */
    enum hl_rank rank;
    double k1, b;    /* negative: the defaults, 0.6 and 0.75, for HL_RANK_BM25 0.9 and 0.6 */
    double pairs;    /* lambda; negative: 0.4 * sqrt(words / 10) */
    double recency;  /* 0 to 10: the score of a dated article is multiplied by
                      * 1 + recency * 2^(-age / 365 days), its age counted from the newest
                      * article of the index; by date it changes nothing.  0: off;
                      * HL_UNSUPPORTED for Xapian */
    int refine;      /* hits scored again by where words stand; negative: 20; at most 1,000 */
    bool no_total;   /* do not count; total is then what was collected */
    bool count_only; /* only count; no hits */
    bool exhaustive; /* score every matching article: the slow twin, for tests */
    /* What words stand for besides themselves, borrowed for the search; NULL: nothing.
     * hl_search_options_init() sets hl_synonyms_default(). */
    const struct hl_synonyms *synonyms;
    bool suggest; /* also look for words that may be misspelt */
    enum hl_sort sort;
    /* Near copies of a hit that stands higher, the same text but for a few words, are folded
     * under it: count and offset are then of the hits that are left, for which the first
     * 10,000 answers are looked through. */
    bool group;
    /* Only articles of date_from <= date < date_to, UTC seconds; 0: open.  A bound leaves the
     * undated out.  A query without words answers with all that bounds and values leave. */
    int64_t date_from, date_to;
    /* Only articles with this value, borrowed; NULL: any.  Case does not count, marks do not
     * where the value has none. */
    const char *source, *section, *author;
    const char *tag; /* the same: one of the article's tags must be it */
    /* By enum hl_facet: how many values are wanted, at most HL_FACET_VALUES_MAX; 0: none, and
     * the facet is not counted. */
    unsigned facet_values[HL_FACETS];
    /* Milliseconds after which the search stops where it is, 0: none.  What was found until
     * then is the answer: hl_result_partial(). */
    unsigned timeout_ms;
};

/* Sets every member to its default. */
HL_API void hl_search_options_init(struct hl_search_options *options);

/* One answer.  Strings are borrowed from the result. */
struct hl_hit {
    double score;
    const char *id;
    uint64_t docid; /* segment << 32 | docid: of this generation only */
    int64_t date;   /* UTC seconds, meaningful if the precision says so */
    int date_offset;
    enum hl_date_precision date_precision;
    const char *source;  /* NULL if unknown */
    const char *section; /* NULL if unknown */
    const char *author;  /* NULL if unknown */
    uint32_t similar;    /* how many others of all answers are near copies of it, in Xapian's of
                          * those that were ranked for the page; 0 without
                          * hl_search_options.group */
    const char *index;   /* its path as given, the index's memory; NULL where there is one */
};

/* The stored article of a hit of a search on this index, without looking for its id; free it
 * with hl_document_free().  HL_MISUSE for a hit that this index cannot have given. */
HL_API hl_status hl_document_of_hit(const struct hl_index *index, const struct hl_hit *hit,
                                    struct hl_document **out_document, struct hl_error *err);

struct hl_result;

/*
 * Ranks.  HL_LIMIT for a query that takes more than 64 MiB or that reads too much, such as
 * hundreds of words near each other.  The result borrows the index, which must outlive it.
 * *out_result may hold a result of an earlier search on the same index, whose memory is used
 * again; else it must be NULL.
 */
HL_API hl_status hl_search(const struct hl_index *index, const struct hl_query *query,
                           const struct hl_search_options *options,
                           struct hl_result **out_result, struct hl_error *err);
/*
 * Ranks the articles that are like this one, which is not among them: by the words of its
 * stored text that say most about it, and by those of them that stand side by side, each
 * weighed by how often it has them.  Options as for hl_search(); words are taken as they
 * are, without synonyms or proposals.  One of them is enough unless cover says more; answers
 * by date or counted by facets need the usual share.
 * HL_NOT_FOUND for an id that the index lacks, HL_UNSUPPORTED without stored articles.
 */
HL_API hl_status hl_related(const struct hl_index *index, const char *id,
                            const struct hl_search_options *options,
                            struct hl_result **out_result, struct hl_error *err);
HL_API void hl_result_free(struct hl_result *result);
HL_API size_t hl_result_count(const struct hl_result *result);
/* How many articles answer, folded or not. */
HL_API uint64_t hl_result_total(const struct hl_result *result);
/* Is there a next page?  False also where paging ends (hl_search_options.count), and where
 * no_total leaves it open. */
HL_API bool hl_result_more(const struct hl_result *result);
/*
 * Did timeout_ms cut the search short, or did a shard not answer?  Of the first: each hit then
 * answers all the same, and has the score that it has in a whole answer; but better ones may be
 * missing, and where there was no time for the second look scores are of the words alone.  The
 * total and the facets are what was counted: at least so many.  No suggestions are made.
 */
HL_API bool hl_result_partial(const struct hl_result *result);
/* What the total is of a number that was counted. */
enum hl_total_is {
    HL_TOTAL_EXACT = 0,
    HL_TOTAL_AT_LEAST, /* time was up */
    HL_TOTAL_ESTIMATE  /* Xapian can only say roughly how many meet all conditions */
};
HL_API enum hl_total_is hl_result_total_is(const struct hl_result *result);
/* The databases that were asked, where there are several or they are on other machines; NULL
 * past the end, and for an index that has no such parts. */
struct hl_shard {
    const char *name;    /* "10.0.0.2:7070", a path */
    bool answered;       /* false: what it has is missing, from counts and scores too */
    const char *problem; /* NULL if it answered */
};
HL_API const struct hl_shard *hl_result_shard(const struct hl_result *result, size_t i);
/* The same of the last call on an index; borrowed until the next one. */
HL_API const struct hl_shard *hl_index_shard(const struct hl_index *index, size_t i);
/* The cover that answered: lower than asked where nothing had that much. */
HL_API int hl_result_cover(const struct hl_result *result);
/* i < hl_result_count(); borrowed until hl_result_free() or the next search into it. */
HL_API const struct hl_hit *hl_result_hit(const struct hl_result *result, size_t i);

/* A value of a facet and how many of all answers have it, whatever was asked to be shown. */
struct hl_facet_value {
    const char *name; /* as the first article had it: values are equal if their bytes are */
    uint64_t count;
};
/* The i-th value, the most frequent first, equal ones by the bytes of their names; NULL past
 * the last that was wanted, and for a facet that was not. */
HL_API const struct hl_facet_value *hl_result_facet(const struct hl_result *result,
                                                    enum hl_facet facet, size_t i);
/* How many values there are, shown or not, and how many answers have none. */
HL_API uint64_t hl_result_facet_distinct(const struct hl_result *result, enum hl_facet facet);
HL_API uint64_t hl_result_facet_missing(const struct hl_result *result, enum hl_facet facet);
/* "source", "section", "author", "year", "month", "tag".  Never NULL. */
HL_API const char *hl_facet_name(enum hl_facet facet);

/* Why a word was not taken as it was typed. */
enum hl_why {
    HL_WHY_TYPED = 0,  /* it was */
    HL_WHY_MARKS,      /* marks were restored */
    HL_WHY_KEYSTROKES, /* raw Telex or VNI was decoded */
    HL_WHY_SYNONYM     /* searched for this too */
};

/* In words: "marks restored".  Never NULL. */
HL_API const char *hl_why_name(enum hl_why why);

/* How a word of the query was taken; NULL past the end. */
struct hl_reading {
    const char *word; /* key of the word as typed */
    const char *as;   /* the terms it stands for, the likeliest first, between blanks */
    uint64_t df;      /* articles that have one of them */
    bool in_index;
    enum hl_why why;
};
HL_API const struct hl_reading *hl_result_reading(const struct hl_result *result, size_t i);

/* A stretch of the query that was not taken as typed; NULL past the end. */
struct hl_understood {
    const char *text; /* as typed */
    const char *as;
    enum hl_why why;
    uint32_t start, end; /* bytes in the query */
};
HL_API const struct hl_understood *hl_result_understood(const struct hl_result *result,
                                                        size_t i);
/* A stretch of the query that other names were searched for as well; NULL past the end. */
HL_API const struct hl_understood *hl_result_synonym(const struct hl_result *result, size_t i);
/* The whole query as it was understood; NULL if that is as typed. */
HL_API const char *hl_result_restored(const struct hl_result *result);
/* What the index had to say to the query, e.g. that a prefix begins more words than are
 * searched for; NULL past the end. */
HL_API const struct hl_note *hl_result_note(const struct hl_result *result, size_t i);
/* Another query that the reader may have meant; never searched unasked. */
struct hl_suggestion {
    const char *text; /* the query as typed, with one or two words put right */
    double odds;      /* how many times likelier in this index than what was typed */
};
/* The likeliest first, at most 3; NULL past the end, and without hl_search_options.suggest. */
HL_API const struct hl_suggestion *hl_result_suggestion(const struct hl_result *result,
                                                        size_t i);

/* What of a search that found nothing was left out to find something. */
enum hl_relaxed {
    HL_RELAXED_NARROWING = 0, /* the dates and values of the options */
    HL_RELAXED_PART,          /* a word, a phrase, a field, a group */
    HL_RELAXED_QUOTES         /* the quotes of a phrase: its words may stand apart */
};

/* The nearest that works; strings are the list's. */
struct hl_nearest {
    enum hl_relaxed relaxed;
    const char *query;   /* as typed, but for what was left out */
    const char *without; /* that, as typed; NULL for HL_RELAXED_NARROWING */
    uint64_t total;      /* articles that answer it */
};
struct hl_nearest_list;

/*
 * For a search that found nothing: what would have been found with a little less asked for.
 * Counts again for each part that can be left out, of long queries the first 24.  options are
 * those of the search, NULL: the defaults; with timeout_ms no count begins after that, and one
 * that was cut short is left out.  Free the list with hl_nearest_free().
 */
HL_API hl_status hl_nearest_find(const struct hl_index *index, const struct hl_query *query,
                                 const struct hl_search_options *options,
                                 struct hl_nearest_list **out_list, struct hl_error *err);
/* Without dates and values first, then what finds most; at most 3; NULL past the end. */
HL_API const struct hl_nearest *hl_nearest_at(const struct hl_nearest_list *list, size_t i);
HL_API void hl_nearest_free(struct hl_nearest_list *list);
/* -------------------------------------------------------------- completing */

/* What a suggestion for a text that is being typed is. */
enum hl_completion_kind {
    HL_COMPLETION_WORD = 0, /* one word of the index */
    HL_COMPLETION_PHRASE,   /* words that stand side by side in it */
    HL_COMPLETION_SPELLING  /* nothing begins so: what may have been meant */
};

/* "word", "phrase", "spelling".  Never NULL. */
HL_API const char *hl_completion_kind_name(enum hl_completion_kind kind);

/* Strings are borrowed from the suggestions. */
struct hl_completion {
    const char *text;  /* the whole text as it would be typed on, marks restored; lower case,
                        * but for codes that read otherwise then: 5G, which is not 5 g, and
                        * what is kept as typed, see hl_suggest() */
    uint64_t articles; /* that have what is not kept so; or where more than that is typed than
                        * anything goes on from, the words at its end that something does:
                        * what completes, and at most two before; of three words and more:
                        * that have all of their pairs */
    enum hl_completion_kind kind;
};

/* Limits of a text that is being typed: bytes and words. */
enum { HL_COMPLETION_SIZE_MAX = 1024, HL_COMPLETION_WORDS_MAX = 40, HL_COMPLETIONS_MAX = 50 };

struct hl_suggest_options {
    size_t count; /* suggestions wanted; 0: 8; at most HL_COMPLETIONS_MAX */
};

struct hl_suggestions;

/*
 * How a text may go on that a reader has begun to type: the last word is the beginning of
 * one unless a blank ends it, the words before are whole.  Words typed without marks stand
 * for the marked ones, marks that are typed are kept, raw Telex and VNI is decoded where
 * nothing else begins so, and a misspelt word is put right where nothing does at all.  options
 * may be NULL.
 *
 * The text is a query: only the words at its end are completed, by themselves, that stand
 * after the last operator: a quotation mark that is not closed, a parenthesis, title: lead:
 * body:, the minus or = of a word, OR with a blank behind it, a word that ends in *.  What
 * stands before them is kept byte for byte.  After a minus only single words are suggested, as
 * no more is left out.  Nothing is, where no word is begun: in the value of section: source:
 * author: tag: after: before: date:, right after a closed quotation mark, and of a text that
 * ends in * or ).
 *
 * What was asked about is kept until hl_index_close(), so a first call takes longer: with
 * 265,846 articles in one segment 3.3 ms and 2 MB, .4 ms afterwards.  Where an index has
 * several segments, or there are several indexes, the first call brings their words into one
 * order too: 25 ms and 20 MB for 150,000 words.  Xapian is asked for what begins with a letter,
 * for what stands behind a word and for some articles that have two words side by side, and
 * counts of three words and more are then of the rarest of their pairs.  HL_LIMIT past the
 * limits above, HL_MISUSE for bytes that are no UTF-8.
 */
HL_API hl_status hl_suggest(const struct hl_index *index, const char *text, size_t size,
                            const struct hl_suggest_options *options,
                            struct hl_suggestions **out_suggestions, struct hl_error *err);
HL_API void hl_suggestions_free(struct hl_suggestions *suggestions);
/* The likeliest first, each text once; NULL past the end. */
HL_API const struct hl_completion *hl_suggestions_at(const struct hl_suggestions *suggestions,
                                                     size_t i);

/* --------------------------------------------------------------------- notes */

/* A passage of an article with the words that matched in it. */
struct hl_range {
    uint32_t start, end; /* bytes, half open */
};
struct hl_snippet {
    char *text; /* yours: hl_snippet_release() */
    struct hl_range *ranges;
    size_t range_count;
};

/* The passage of text that says most about the query, at most size_max bytes, cut between
 * sentences or words; all of a text that is no longer.  Control characters become blanks.
 * Matches are looked for in the first 64 KiB of a text. */
HL_API hl_status hl_snippet_make(const struct hl_result *result, const char *text,
                                 size_t size_max, struct hl_snippet *out_snippet,
                                 struct hl_error *err);
/* All of a text with its matches: a title, a lead. */
HL_API hl_status hl_highlight(const struct hl_result *result, const char *text,
                              struct hl_snippet *out_snippet, struct hl_error *err);
HL_API void hl_snippet_release(struct hl_snippet *snippet);

/*
 * Passages of an article's texts.  A match is what the search found: words as the author
 * wrote them, with marks restored, by other spellings and synonyms.  A syllable that mostly
 * belongs to other words than those asked for is a match only beside another one, as in the
 * query, a function word only between two; words of a phrase only where the phrase stands.
 */
struct hl_passage {
    const char *text; /* its text's bytes, but for control characters, which are blanks */
    size_t size;
    const struct hl_range *ranges; /* in text: they rise and do not overlap */
    size_t range_count;
    unsigned field;             /* which of the texts given, from 0 */
    size_t start, end;          /* bytes of that text */
    bool cut_before, cut_after; /* begins, ends inside a sentence */
};
struct hl_snippets {
    struct hl_passage *passages; /* yours: hl_snippets_release() */
    size_t count;
};
enum { HL_PASSAGES_MAX = 5, HL_SNIPPET_TEXTS_MAX = 8 };
struct hl_snippets_options {
    size_t size_max;       /* bytes of all passages together; 0: 240 */
    unsigned passages_max; /* at most HL_PASSAGES_MAX; 0: 2 */
};

/*
 * The passages that say most about the query, from count texts (NULL: missing), in the order
 * of the texts and then of their places; more than one only where each brings words of the
 * query that the others lack.  Without any match how the first text begins; no passage where
 * there is no text.  options may be NULL.  HL_MISUSE for more than HL_SNIPPET_TEXTS_MAX texts
 * or HL_PASSAGES_MAX passages, and for bytes that are no UTF-8; HL_NOMEM.
 */
HL_API hl_status hl_snippets_make(const struct hl_result *result, const char *const *texts,
                                  size_t count, const struct hl_snippets_options *options,
                                  struct hl_snippets *out_snippets, struct hl_error *err);
HL_API void hl_snippets_release(struct hl_snippets *snippets);

#ifdef __cplusplus
}
#endif

#endif

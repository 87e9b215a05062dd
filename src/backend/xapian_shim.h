/*
 * xapian_shim.h - a C face on Xapian, as a table of functions that a module brings.
 *
 * The module (hlsearch-xapian.so, from xapian_shim.cc, the only C++ there is) knows Xapian and
 * nothing of hlsearch: terms, slots and data are bytes to it, what they mean is told by
 * xapian_layout.h.  It is loaded when a Xapian database is first asked for (xapian_load.h).
 *
 *     struct hlx_shard      one database: a folder or file here, or a server elsewhere
 *     struct hlx_set        shards asked as one, with the statistics of all
 *     struct hlx_writer     one database under change
 *
 * Errors     no exception passes: each call answers a status of ours and fills *err with
 *            Xapian's own words.  A call that fails leaves its outputs as they were.
 *            After a network error of a set, connect to all its servers again: those that were
 *            in the middle of the search wait for its end.
 * Signals    with a server SIGPIPE is ignored from then on, by Xapian.
 * Threads    a shard, the sets it is in and their results: one thread at a time, together.
 * Ownership  what a call makes is freed by the call beside it.  A set keeps its shards alive.
 */
#ifndef HL_BACKEND_XAPIAN_SHIM_H
#define HL_BACKEND_XAPIAN_SHIM_H

#include "hlsearch.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Changed with anything below: a module of another number is not used. */
enum { HLX_VERSION = 4 };

/* Bytes of a term that Xapian takes; a zero byte counts twice. */
enum { HLX_TERM_MAX = 245 };

struct hlx_error {
    struct hl_error error;
    bool network;      /* a server did not answer, or broke off */
    bool late;         /* it did not answer in time */
    bool changed;      /* the database was changed under the reader: reopen, ask again */
    char context[128]; /* of a network error: where, "remote:tcp(HOST:PORT)"; "" if unknown */
};

struct hlx_bytes {
    const char *bytes;
    size_t size;
};

/* ---- queries ---- */

enum hlx_op {
    HLX_NOTHING,
    HLX_ALL,     /* every document; weighs nothing, as the part of an HLX_SCALE its scale */
    HLX_TERM,    /* term */
    HLX_AND,     /* all parts; weights add up, as in all of these */
    HLX_OR,      /* any part */
    HLX_AND_NOT, /* the first part without any of the others */
    HLX_FILTER,  /* the first part where all the others are, which weigh nothing */
    HLX_SYNONYM, /* any part, as if all were one term, whose df Xapian estimates */
    HLX_PHRASE,  /* parts, terms or HLX_OR of terms, in this order within `window` positions */
    HLX_NEAR,    /* the same in any order */
    HLX_SCALE,   /* one part, its weight times `scale`, which is not negative */
    HLX_RANGE    /* documents whose value in `slot` is low <= value <= high, by bytes */
};

struct hlx_query {
    enum hlx_op op;
    struct hlx_bytes term;
    const struct hlx_query *const *parts;
    size_t count;
    unsigned window;
    double scale;
    unsigned slot;
    struct hlx_bytes low, high;
};

enum hlx_scheme {
    HLX_BM25,  /* Xapian's BM25Weight(k1, 0, 0, b, 0) */
    HLX_COUNT, /* CoordWeight: 1 a term, times its scale */
    HLX_BOOL   /* no weight */
};

enum hlx_order {
    HLX_BY_WEIGHT,        /* then by the value, which rises */
    HLX_BY_VALUE_FALLING, /* then by weight */
    HLX_BY_VALUE_RISING
};

struct hlx_search {
    const struct hlx_query *query;
    enum hlx_scheme scheme;
    double k1, b;
    /* Documents of less weight are no answers, nor counted; 0: none.  Then every document has a
     * value in `slot`.  Sums of weights are rounded as they come: leave room for that. */
    double cutoff;
    enum hlx_order order;
    unsigned slot; /* the value of the order */
    size_t from, count;
    /* Documents that are looked at, at least (check_at_least); of all, totals are exact.  Of
     * fewer Xapian leaves out those that cannot be among the best, which is three to ten times
     * as fast, and by a fault of it may lose one (xapian_shim.cc, unpruned()): none in 2,600
     * searches for the best 10 or 100 of 20,000 documents, and in 900 of 1,500. */
    size_t look_at;
    const unsigned *facets; /* slots whose values are counted; look_at then ought to be all */
    size_t facet_count;
    bool data; /* hits come with their documents' data */
};

struct hlx_hit {
    uint64_t docid; /* of the set: shard = (docid - 1) % shards */
    double weight;
    struct hlx_bytes data; /* {NULL, 0} unless asked for */
};

struct hlx_value_count {
    struct hlx_bytes value;
    uint64_t count;
};

/* What a search found; everything in it lives until the result is freed. */
struct hlx_result {
    const struct hlx_hit *hits;
    size_t count;
    uint64_t least, estimate, most; /* documents that answer */
    struct {
        const struct hlx_value_count *values; /* in the order of their bytes */
        size_t count;
        uint64_t seen; /* documents that were counted, those without a value too */
    } const *facets;
};

struct hlx_counts {
    uint64_t df, cf;
};

/* A document to be written. */
struct hlx_posting {
    struct hlx_bytes term;
    uint32_t wdf;              /* what it adds to the length */
    const uint32_t *positions; /* rising; may be none */
    size_t count;
};
struct hlx_value {
    unsigned slot;
    struct hlx_bytes value;
};
struct hlx_document {
    struct hlx_bytes id_term; /* the document that has it is replaced; is among the terms too */
    const struct hlx_posting *terms; /* each term once */
    size_t term_count;
    const struct hlx_value *values;
    size_t value_count;
    struct hlx_bytes data;
};

/* A stub file of several databases is one shard: its set counts each of them in docids, and its
 * metadata are those of the first. */
struct hlx_shard;
struct hlx_set;
struct hlx_writer;

/* Takes bytes, which are only there for the call; false ends the calls (which is no error). */
typedef bool hlx_take(void *user, const void *bytes, size_t size);

/* The same of a term, and how many documents have it. */
typedef bool hlx_take_term(void *user, const void *bytes, size_t size, uint64_t df);

struct hlx_calls {
    int version;        /* HLX_VERSION */
    const char *xapian; /* Xapian's own version, "1.4.22" */

    /* ---- reading one shard ---- */

    /* A database's folder, its single file or a stub file.  HL_NOT_FOUND, HL_CORRUPT,
     * HL_VERSION_BAD, HL_IO. */
    hl_status (*open)(const char *path, struct hlx_shard **out_shard, struct hlx_error *err);
    /* A xapian-tcpsrv.  0 would be no limit, so limits are at least 1; one that takes the
     * connection and says nothing costs read_ms. */
    hl_status (*connect)(const char *host, unsigned port, unsigned connect_ms, unsigned read_ms,
                         struct hlx_shard **out_shard, struct hlx_error *err);
    void (*close)(struct hlx_shard *shard); /* NULL is allowed */
    hl_status (*counts)(struct hlx_shard *shard, uint64_t *out_documents, uint64_t *out_length,
                        struct hlx_error *err);
    /* What it is known by: uuid, and for a database here the number of its revision, else 0. */
    hl_status (*revision)(struct hlx_shard *shard, char out_uuid[64], uint64_t *out_revision,
                          struct hlx_error *err);
    /* Moves on to the newest revision; *out_changed may be NULL. */
    hl_status (*reopen)(struct hlx_shard *shard, bool *out_changed, struct hlx_error *err);
    /* Calls take once, with no bytes if there is no such entry. */
    hl_status (*metadata)(struct hlx_shard *shard, struct hlx_bytes key, hlx_take *take,
                          void *user, struct hlx_error *err);
    hl_status (*metadata_keys)(struct hlx_shard *shard, struct hlx_bytes prefix, hlx_take *take,
                               void *user, struct hlx_error *err);
    /* Terms that begin so, in the order of their bytes; a server sends all before the first. */
    hl_status (*terms)(struct hlx_shard *shard, struct hlx_bytes prefix, hlx_take_term *take,
                       void *user, struct hlx_error *err);
    /* The data of every document, in the order of docids. */
    hl_status (*documents)(struct hlx_shard *shard, hlx_take *take, void *user,
                           struct hlx_error *err);

    /* ---- reading all of them ---- */

    hl_status (*join)(struct hlx_shard *const *shards, size_t count, struct hlx_set **out_set,
                      struct hlx_error *err);
    void (*part)(struct hlx_set *set); /* frees the set; NULL is allowed */
    /* Of each term; zeros where there is none.  A df that is not 0 is taken for known.  A trip
     * to each server for each number. */
    hl_status (*frequencies)(struct hlx_set *set, const struct hlx_bytes *terms, size_t count,
                             struct hlx_counts *out_counts, struct hlx_error *err);
    /* df alone (cf is left 0), of all terms together: two trips, all servers at once. */
    hl_status (*document_frequencies)(struct hlx_set *set, const struct hlx_bytes *terms,
                                      size_t count, struct hlx_counts *out_counts,
                                      struct hlx_error *err);
    /* Two trips to all servers at once, and one for the data of each hit. */
    hl_status (*search)(struct hlx_set *set, const struct hlx_search *search,
                        struct hlx_result **out_result, struct hlx_error *err);
    void (*result_free)(struct hlx_result *result); /* NULL is allowed */
    /* The data of the first document with a term; HL_NOT_FOUND. */
    hl_status (*fetch_by_term)(struct hlx_set *set, struct hlx_bytes term, uint64_t *out_docid,
                               hlx_take *take, void *user, struct hlx_error *err);

    /* ---- writing ---- */

    /* Makes the folder (not those above it) if there is none, with an empty database in it;
     * HL_MISUSE if other things are there.  HL_BUSY if another writer has it.  memory is a
     * budget in bytes, after which Xapian puts what it holds into its tables: nobody sees that
     * before the commit, and none of it stays without one.  XAPIAN_FLUSH_THRESHOLD, a number
     * of documents, is heeded too. */
    hl_status (*write_open)(const char *path, size_t memory, struct hlx_writer **out_writer,
                            struct hlx_error *err);
    /* What was not committed is dropped.  So it is when a change fails for another reason than
     * HL_MISUSE; all that follows but the close is then HL_IO. */
    void (*write_close)(struct hlx_writer *writer);
    hl_status (*put)(struct hlx_writer *writer, const struct hlx_document *document,
                     bool *out_replaced, struct hlx_error *err);
    hl_status (*has)(struct hlx_writer *writer, struct hlx_bytes term, bool *out_has,
                     struct hlx_error *err);
    hl_status (*remove)(struct hlx_writer *writer, struct hlx_bytes id_term, bool *out_removed,
                        struct hlx_error *err);
    hl_status (*write_metadata)(struct hlx_writer *writer, struct hlx_bytes key,
                                struct hlx_bytes value, struct hlx_error *err);
    hl_status (*read_metadata)(struct hlx_writer *writer, struct hlx_bytes key, hlx_take *take,
                               void *user, struct hlx_error *err);
    /* Durable and atomic when it answers HL_OK. */
    hl_status (*commit)(struct hlx_writer *writer, uint64_t *out_documents,
                        struct hlx_error *err);
};

/* The one symbol of the module. */
const struct hlx_calls *hlx_module(void);
#define HLX_MODULE_SYMBOL "hlx_module"

#ifdef __cplusplus
}
#endif

#endif

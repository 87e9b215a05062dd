/*
 * format.h - the numbers of index/FORMAT.md, in C.
 *
 * A segment is one immutable file: a header, chunks, a dictionary, a directory,
 * and a table of checksums.  A chunk holds up to 65,536 articles and everything
 * about them but the spelling of the terms, so that a merge may copy it as it
 * is.  Inside a chunk terms are numbered in the order of their bytes, and cut
 * into bands that were built and written one after the other.
 *
 *   file   | header | chunk 0 | chunk 1 | ... | dictionary | directory | checksums | footer |
 *   chunk  | articles | band 0 | band 1 | ... | columns | chunk header |
 *   band   | entries | bodies | positions | pairs |
 *
 * The numbers in FORMAT.md's "Invariants" are cited as (F n).
 */
#ifndef HL_SEGMENT_FORMAT_H
#define HL_SEGMENT_FORMAT_H

#include <stdint.h>

enum {
    HLFMT_VERSION = 5,
    HLFMT_BLOCK_SHIFT = 12,
    HLFMT_BLOCK = 1 << HLFMT_BLOCK_SHIFT, /* bytes under one checksum */
    HLFMT_CHUNK_DOCS = 65536,             /* documents of a chunk at most */
    HLFMT_WINDOW = 4096,                  /* documents of a window */
    HLFMT_WINDOWS = HLFMT_CHUNK_DOCS / HLFMT_WINDOW,
    HLFMT_CELL = 512, /* documents of a cell */
    HLFMT_CELLS = HLFMT_CHUNK_DOCS / HLFMT_CELL,
    HLFMT_CODES = 16,       /* codes of a term frequency: 1 to 15, then "more" */
    HLFMT_CLASSES = 16,     /* length classes */
    HLFMT_TINY = 32,        /* fewer postings than this lie in the entry itself */
    HLFMT_DENSE_SHARE = 16, /* one document of so many, or more: a bitmap */
    HLFMT_DENSE_MIN = 256,  /* but never for fewer postings than this */
    HLFMT_BOUNDED = 256,    /* sparse lists from here on state bounds of windows */
    HLFMT_CHAMPIONS = 64,
    HLFMT_PAIR_SKIP = 16,     /* pair entries between two skip points */
    HLFMT_DICT_BLOCK = 32,    /* terms of a dictionary block */
    HLFMT_TERM_MAX = 255,     /* bytes of a term */
    HLFMT_WORD_MAX = 60,      /* bytes of a term that has counts in the fold order */
    HLFMT_ID_MAX = 512,       /* bytes of an article's id */
    HLFMT_PAD = 64,           /* readable bytes after every section */
    HLFMT_STORE_DICT = 32768, /* bytes of the preset dictionary at most */
    HLFMT_NAMES_MAX = 65535,  /* names of a facet that have a code; tags have no others */
    HLFMT_TAGS_MAX = 64       /* tags of an article that have a place in the columns */
};

/*
 * A pair whose rarer term has fewer postings in the chunk than this has counts
 * but no list: its documents are found from positions (F 14).
 */
enum { HLFMT_PAIR_LIST_MIN = 1024 };

/* Bounds and champions are kept for these; what they say to a query with others is worked out
 * in score/worth.h. */
#define HLFMT_K1 0.9
#define HLFMT_B 0.75

/* The two lowest bits of an entry's head. */
enum hlfmt_kind { HLFMT_KIND_NONE = 0, HLFMT_KIND_TINY, HLFMT_KIND_SPARSE, HLFMT_KIND_DENSE };

/* Head of an entry: df << 5 | flags.  EQUAL: cf == df; ONES: every tf is 1. */
enum { HLFMT_HEAD_EQUAL = 4, HLFMT_HEAD_ONES = 8, HLFMT_HEAD_ALTERNATIVE = 16 };

/* Sections of a band, in this order in the file. */
enum hlfmt_band_section {
    HLFMT_ENTRY_OFFSETS = 0, /* u32[terms + 1] into ENTRIES */
    HLFMT_ENTRIES,
    HLFMT_BODIES,
    HLFMT_POSITIONS,
    HLFMT_PAIR_OFFSETS, /* u32[terms + 1] into PAIR_ENTRIES */
    HLFMT_PAIR_ENTRIES,
    HLFMT_PAIR_BODIES,
    HLFMT_BAND_SECTIONS
};

/* Sections of a chunk beside its bands. */
enum hlfmt_chunk_section {
    HLFMT_STORE = 0,      /* one zlib stream an article */
    HLFMT_STORE_OFFSETS,  /* u32[docs + 1] into STORE */
    HLFMT_STORE_PRESET,   /* the preset dictionary */
    HLFMT_DATES,          /* u32[docs]: UTC seconds, 0 unknown */
    HLFMT_DATE_FORMS,     /* u8[docs] precision, then i8[docs] zone in quarter hours */
    HLFMT_LENGTHS,        /* u16[docs], 65535: see LONG */
    HLFMT_FIELDS,         /* u16[2][docs]: positions of title, of lead; 65535: see LONG */
    HLFMT_LONG,           /* 4 u32 each: doc, length, title, lead; sorted by doc */
    HLFMT_LENGTH_CLASSES, /* u8[windows * 4096] */
    HLFMT_FACETS,         /* u16[3][docs]: source, section, author; 0 unknown */
    HLFMT_FACET_NAMES,    /* three lists: u32 count, then u32 end[count], then bytes */
    HLFMT_CONTENT_HASHES, /* u64[docs] */
    HLFMT_SIMILAR_HASHES, /* u64[docs] */
    HLFMT_IDS,            /* bytes */
    HLFMT_ID_OFFSETS,     /* u32[docs + 1] into IDS */
    HLFMT_ID_ORDER,       /* u16[docs]: documents in the order of their ids' bytes */
    HLFMT_WINDOW_DATES,   /* u32[windows][2]: least known and greatest date */
    HLFMT_ABBREVIATIONS,  /* short forms with their long names: FORMAT.md 14; may be empty */
    HLFMT_WORDS,          /* learnt words: FORMAT.md 15; may be empty */
    HLFMT_TAG_OFFSETS,    /* u32[docs + 1]: codes of TAGS before each; empty: nobody has any */
    HLFMT_TAGS,           /* u16 each: codes, rising in each document */
    HLFMT_TAG_NAMES,      /* a list as in FACET_NAMES; empty with the others */
    HLFMT_TAG_KEYS,       /* u32 each name: of the hash of its folded key */
    HLFMT_CHUNK_SECTIONS
};

/* The segment's side data. */
enum hlfmt_segment_section {
    HLFMT_DICT_BLOCKS = 0, /* u32[blocks + 1] into DICT_BYTES */
    HLFMT_DICT_BYTES,
    HLFMT_FOLD_ORDER,  /* u32[terms]: terms in the order of their folded keys, then their own */
    HLFMT_FOLD_COUNTS, /* u32[terms][2]: df and cf in all chunks, in that order */
    HLFMT_FOLD_PLACES, /* u32 each: of the terms of chunk 0, of chunk 1 ..., in that order */
    HLFMT_SEGMENT_SECTIONS
};

struct hlfmt_span {
    uint64_t at;   /* byte in the file */
    uint64_t size; /* without the padding */
};

struct hlfmt_header { /* at 0 */
    char magic[8];    /* "HLSEGM\r\n" */
    uint32_t version;
    uint32_t kind; /* 1: segment */
    uint8_t index_id[16];
    uint64_t number; /* of the file */
    uint64_t rules;  /* hash of the text rules */
    uint8_t weight[4];
    uint8_t zero[12];
};

struct hlfmt_band {
    uint32_t term_low, term_high; /* local term ids, half open */
    uint64_t zero;
    struct hlfmt_span section[HLFMT_BAND_SECTIONS];
};

struct hlfmt_chunk { /* followed by its bands */
    char magic[8];   /* "HLCHUNK\n" */
    uint32_t docs, windows, terms, bands;
    uint64_t positions; /* sum of the documents' lengths */
    uint64_t tokens;    /* sum of the terms' cf */
    uint64_t postings, pairs, pair_postings;
    uint32_t length_min, length_max;
    uint32_t date_min, date_max; /* of the dated; 0 if none is */
    uint32_t undated, zero;
    uint32_t bound_length; /* the bounds' avglen: mean tokens of the segment's documents */
    uint32_t zero_too;
    struct hlfmt_span section[HLFMT_CHUNK_SECTIONS];
};

struct hlfmt_directory { /* followed by chunks * u64: where each chunk header stands */
    uint32_t chunks, terms;
    uint64_t docs;
    struct hlfmt_span section[HLFMT_SEGMENT_SECTIONS];
};

struct hlfmt_footer {   /* the last bytes of the file */
    uint64_t blocks;    /* how many have a checksum */
    uint64_t directory; /* byte in the file */
    uint64_t size;      /* of the file */
    char magic[8];      /* "HLSEGEND" */
};

struct hlfmt_dense { /* head of a dense body, which starts at a multiple of 64 */
    uint32_t escapes, champions;
    uint64_t codes; /* bytes of the packed codes */
    uint8_t window_bound[HLFMT_WINDOWS];
    uint8_t zero[32];
};

_Static_assert(sizeof(struct hlfmt_header) == 64, "header on disk");
_Static_assert(sizeof(struct hlfmt_band) == 16 + 16 * HLFMT_BAND_SECTIONS, "band on disk");
_Static_assert(sizeof(struct hlfmt_chunk) == 96 + 16 * HLFMT_CHUNK_SECTIONS, "chunk on disk");
_Static_assert(sizeof(struct hlfmt_directory) == 16 + 16 * HLFMT_SEGMENT_SECTIONS,
               "directory on disk");
_Static_assert(sizeof(struct hlfmt_footer) == 32, "footer on disk");
_Static_assert(sizeof(struct hlfmt_dense) == 64, "dense body on disk");

/*
 * Length classes are spaced by half octaves from 16 on: log spacing bounds
 * tighter than quantiles on archives that mix feed items with full articles
 * (performance.md 15).  The table is part of the format.
 */
static const uint32_t hlfmt_class_start[HLFMT_CLASSES] = {
    0, 16, 23, 32, 45, 64, 91, 128, 181, 256, 362, 512, 724, 1024, 1448, 2048};

/* The length that bounds are made for, the same in all chunks of a segment. */
static inline uint32_t hlfmt_bound_length(uint64_t tokens, uint64_t docs)
{
    uint64_t mean = docs ? tokens / docs : 0;
    return mean < 1 ? 1 : mean > UINT32_MAX ? UINT32_MAX : (uint32_t)mean;
}

static inline unsigned hlfmt_length_class(uint32_t length)
{
    unsigned c = 0;
    while (c + 1 < HLFMT_CLASSES && hlfmt_class_start[c + 1] <= length)
        c++;
    return c;
}

/* The 4-bit code of a term frequency: tf - 1, and 15 for everything from 16 on. */
static inline unsigned hlfmt_tf_code(uint32_t tf)
{
    return tf >= HLFMT_CODES ? HLFMT_CODES - 1 : tf - 1;
}

#endif

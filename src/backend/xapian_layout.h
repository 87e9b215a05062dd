/*
 * xapian_layout.h - how an article stands in a Xapian database.
 *
 * Terms (wdf, positions):
 *     KEY             a key of the article as typed; tf * weight of the field, its places.
 *                     A key that begins with a capital A-Z (tokens taken as they are) has the
 *                     prefix XR before it
 *     S KEY           the same in the title; 0, its places
 *     XL KEY          in the lead; 0, its places
 *     XB KEY          in the body; 0, none
 *     XP KEY " " KEY  first alternatives side by side in a field; tf * weight of the field,
 * none XN              wdf that makes the length of every article the same multiple
 *                     (hlx_head.multiple) of its positions, so that Xapian's length / average
 *                     length is ours, whatever pairs and alternatives add to it
 *     Q ID            the article's id, as in Omega; 0
 *     D M Y           YYYYMMDD, YYYYMM, YYYY of the date at +07:00; 0; none of an undated one
 *     G NAME, XGF     the section as it is compared (hlfilter_key), and folded; 0
 *     A NAME, XAF     the author
 *     XSRC, XSRCF     the source
 *     K NAME, XKF     each tag, the first 64
 *     XM SHORT " " KEYS  an abbreviation that the article explains, and its long name; 0
 * A term of more than HLX_TERM_MAX bytes is cut and ends in a hash of all of it.
 *
 * Positions   hlx_position(): title from 0, lead and body far behind each other, so that no
 *             phrase or near crosses a field.
 * Values      enum hlx_slot.
 * Data        lines NAME=VALUE, first those that Omega shows: url, title, sample, modtime; then
 *             the article: hlx_data_encode().  In values \ is \\, a line end \n, a CR \r.
 * Metadata    "hlsearch": hlx_head; "hlsearch.w" + two bytes: words by the first two bytes of
 *             their folded keys, lines FOLDED \t KEY in the order of their bytes; they are
 *             added when a word is first met and stay when it is gone (its df is 0 then);
 *             "hlsearch.a": abbreviations, lines SHORT \t KEYS, the same.
 */
#ifndef HL_BACKEND_XAPIAN_LAYOUT_H
#define HL_BACKEND_XAPIAN_LAYOUT_H

#include "backend/xapian_shim.h"
#include "base/buf.h"

enum hlx_slot {
    HLX_SLOT_DATE = 0, /* UTC seconds, 4 bytes, big-endian; none: undated */
    HLX_SLOT_TIE,      /* 0xffffffff - date (undated: date 0), 4 bytes, and the id: rises as our
                        * ties do: newer first, undated last, id by bytes */
    HLX_SLOT_SOURCE,   /* as written; none: "" */
    HLX_SLOT_SECTION,
    HLX_SLOT_AUTHOR,
    HLX_SLOT_MONTH,  /* "2017-01" at +07:00 */
    HLX_SLOT_TAGS,   /* as hl_article has them, a line each, the first 64 */
    HLX_SLOT_OLDEST, /* date, 4 bytes; undated: 0xffffffff */
    HLX_SLOT_SIMILAR /* the sketch of the text (columns: similar hash), 8 bytes little-endian */
};

/* What a database says of itself, and must be so in all shards of one. */
enum { HLX_FORMAT = 1 };
struct hlx_head {
    int format;
    uint64_t rules;     /* hltext_rules_hash() */
    unsigned weight[3]; /* of the fields */
    unsigned multiple;  /* length in Xapian / positions */
};
bool hlx_head_encode(const struct hlx_head *head, struct hlbuf *to);
/* False if it is none. */
bool hlx_head_decode(const void *bytes, size_t size, struct hlx_head *out_head);

#define HLX_META_HEAD "hlsearch"
#define HLX_META_WORDS "hlsearch.w"
#define HLX_META_ABBREVIATIONS "hlsearch.a"
/* The two bytes after HLX_META_WORDS for a folded key; a key of one byte has '_' behind it. */
void hlx_bucket(const char *folded, size_t size, char out_bucket[2]);

#define HLX_TITLE "S"
#define HLX_LEAD "XL"
#define HLX_BODY "XB"
#define HLX_PAIR "XP"
#define HLX_PAD "XN"
#define HLX_ID "Q"
#define HLX_ABBREVIATION "XM"
/* By the numbers of filters: 0 source, 1 section, 2 author, 3 tag; [1]: folded. */
extern const char *const hlx_value_prefix[4][2];

/* Replaces what is in to by the term; false when memory is out.  prefix "" is a bare key. */
bool hlx_term(const char *prefix, const char *bytes, size_t size, struct hlbuf *to);
bool hlx_pair_term(const char *a, size_t a_size, const char *b, size_t b_size,
                   struct hlbuf *to);

/* The place of position `at` of a field of a document in Xapian. */
enum { HLX_FIELD_GAP = 1 << 28 };
static inline uint32_t hlx_position(unsigned field, uint32_t at)
{
    return field * HLX_FIELD_GAP + at + 1;
}

/* A zone in minutes as a native index keeps it: in quarters of an hour. */
int hlx_offset(int minutes);

/* tokens: the body is tokens between blanks (hl_writer_options.tokens). */
bool hlx_data_encode(const struct hl_article *article, bool tokens, struct hlbuf *to);
/* Strings are put into `to` and point there; to is replaced.  HL_CORRUPT for what is no such
 * data, HL_NOMEM. */
hl_status hlx_data_decode(const char *data, size_t size, struct hlbuf *to,
                          struct hl_article *out_article, bool *out_tokens,
                          struct hl_error *err);

#endif

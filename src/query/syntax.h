/*
 * syntax.h - the query language: which stretch of a text is what.
 *
 *     text    công nghệ "tia X"~3 -phổi title:(a OR b) after:2017
 *     units   words, quoted (slop 3), excluded words, group (any; field title): words, words,
 *             value (after)
 *
 * Tokens are nobody's business here: units are bytes of the text.  OR joins what stands right
 * before and after it, each a run of words, a phrase, field:value, or parentheses, so that
 * words of several syllables need no quotes: ung thư OR lao phổi.  What has no meaning where
 * it stands is a word, and a note says so.
 *
 * Time       linear in the text.
 * Ownership  units live in the arena given.
 * Errors     HL_NOMEM, and what the function for notes answers.
 */
#ifndef HL_QUERY_SYNTAX_H
#define HL_QUERY_SYNTAX_H

#include "query/query.h"

enum hlq_unit_kind { HLQ_UNIT_WORDS, HLQ_UNIT_QUOTED, HLQ_UNIT_GROUP };

/* What stands before a colon. */
enum hlq_name_kind { HLQ_NAME_FIELD, HLQ_NAME_FILTER, HLQ_NAME_DAYS };
struct hlq_name {
    const char *name;
    enum hlq_name_kind kind;
    unsigned number; /* FIELD, FILTER: of struct hlq_clause; DAYS: enum hlq_when */
};
enum hlq_when { HLQ_WHEN_AFTER, HLQ_WHEN_BEFORE, HLQ_WHEN_DURING };

/* All there are, in small letters; a name of NULL ends them. */
extern const struct hlq_name hlq_names[];

static inline bool hlq_is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* Bytes of a quotation mark at a place, straight or as word processors make it; 0: none. */
static inline size_t hlq_quote_at(const char *text, size_t size, size_t at)
{
    const unsigned char *p = (const unsigned char *)text + at;
    if (at < size && *p == '"')
        return 1;
    bool curly = at + 2 < size && p[0] == 0xe2 && p[1] == 0x80 && p[2] >= 0x9c && p[2] <= 0x9f;
    return curly ? 3 : 0;
}

struct hlq_unit {
    enum hlq_unit_kind kind;
    bool excluded;
    bool any;                      /* GROUP: one of the units is enough */
    const struct hlq_name *name;   /* of this unit, or of the group around it; NULL: none */
    int slop;                      /* QUOTED */
    uint32_t at, end;              /* the whole of it, half open */
    uint32_t from, to;             /* what it is about: without quotes, sign, name */
    struct hlq_unit *first, *last; /* GROUP */
    struct hlq_unit *next;
};

/* Told of what had no meaning; another status than HL_OK ends the reading. */
typedef hl_status hlq_note_function(void *user, size_t at, const char *text);

hl_status hlq_read_syntax(const char *text, size_t size, struct hlarena *arena,
                          hlq_note_function *note, void *user, struct hlq_unit **out_first,
                          struct hl_error *err);

#endif

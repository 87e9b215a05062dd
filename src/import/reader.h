/*
 * reader.h - an import from the inside: what the readers of the forms share.
 *
 * A reader of a form takes records off the stream; for each it either gives an article
 * or calls hlimport_reject(), and goes on.  Which reader is at work, and what happens
 * at the end of a file, is import.c's.
 */
#ifndef HL_IMPORT_READER_H
#define HL_IMPORT_READER_H

#include "import/import.h"

#include "import/draft.h"
#include "import/stream.h"
#include "import/walk.h"

#include "base/err.h"

/* Why a record is rejected; the names and limits are in report.c. */
enum hlimport_why {
    WHY_NOT_JSON = 0,
    WHY_LEFT_OVER, /* bytes after the value */
    WHY_TOO_DEEP,
    WHY_TOO_LONG,
    WHY_NO_TEXT,
    WHY_BAD_ID,
    WHY_ENCODING,
    WHY_GZIP,
    WHY_UNREADABLE,
    WHY_EMPTY,
    WHY_UNKNOWN_FORM,
    WHY_REFUSED,
    WHY_CUT,
    WHY_COUNT
};
_Static_assert((int)WHY_COUNT == (int)HLIMPORT_REASONS, "the public list has them all");

enum hlimport_form { FORM_UNKNOWN = 0, FORM_JSONL, FORM_OBJECTS, FORM_TEXT, FORM_TOKENS };

enum { KEYS_MAX = 8, KEY_SIZE = 32 };

/* What is known of one source argument, for the sentences at its end. */
struct hlimport_source_notes {
    uint64_t records, no_title, no_text;
    uint64_t files, unknown; /* files, and those of no known form */
    char first_unknown[160];
    char first_why[96];
    char keys[KEYS_MAX][KEY_SIZE]; /* met, and meaning nothing to us */
    size_t key_count;
};

/* A record being read: what a rejection has to say of it. */
struct hlimport_record {
    const char *text; /* may be NULL */
    size_t size;
    uint64_t line;   /* from 1; 0 where a file is one record */
    uint64_t offset; /* in the unpacked bytes */
};

/* Where the reader of objects stands in its text; see objects.c. */
struct hlimport_objects {
    bool in_array, ended;
    uint64_t line;        /* of the next byte */
    uint64_t line_offset; /* where that line began */
    int64_t column;       /* where the first object's brace stood; -1 before it */
    size_t count;
};

/* What is known of the charset of what is being read; names are constants. */
struct hlimport_charset {
    const char *told;     /* by the options; NULL: to be found out */
    const char *certain;  /* of the file at work: told, or by its mark; NULL: ask each record */
    const char *from;     /* the UTF-16 that its stream is converted from, or NULL */
    const char *declared; /* in its first tags, or NULL */
    const char *prior;    /* the old charset that its beginning is in, or NULL */
    const char *record;   /* what the record at work was read as; NULL: UTF-8 */
    bool named;           /* what the record is in was found, or told */
};

struct hlimport {
    struct hlimport_options options;
    struct hlimport_draft_rules rules;
    struct hlimport_walk walk;
    struct hlimport_entry entry;
    struct hlimport_stream stream;
    struct hlimport_charset charset;
    bool open; /* an entry is being read */
    enum hlimport_form form, forced;
    struct hlimport_draft draft;
    struct hlimport_objects objects;
    struct json_tokener *tokener;
    struct hlbuf repaired; /* a record with its bad bytes replaced */
    struct hlbuf name;     /* of the file at work, for messages */
    bool text_repaired;    /* the record at work was */
    bool given_once;       /* from this entry */
    uint64_t read_before;  /* records read before this entry */
    uint64_t token_files;
    struct hlbuf token_id;
    struct hlimport_record record;
    struct hlimport_source_notes notes;
    struct hlimport_counts counts;
    uint64_t bytes_closed; /* of the files that are done */
    bool ended;
    hl_status last; /* what the end was, for calls after it */
    struct hl_error last_err;
};

/* The name of the file at work. */
const char *hlimport_name(const struct hlimport *im);

/* Counts, notes and warns of the record at work; HL_OK to go on, else what to return.
 * `at` is an offset in it, or -1. */
hl_status hlimport_reject(struct hlimport *im, enum hlimport_why why, int64_t at,
                          struct hl_error *err, const char *format, ...) HL_PRINTF(5, 6);
void hlimport_warn(struct hlimport *im, const char *format, ...) HL_PRINTF(2, 3);
const char *hlimport_why_name(enum hlimport_why why);

/* Counts the article that a reader is about to return. */
void hlimport_give(struct hlimport *im);

/* Finishes the draft: HL_OK and *out_given, or rejected (HL_OK, not given), or an error. */
hl_status hlimport_give_draft(struct hlimport *im, struct hl_article *out, bool *out_given,
                              struct hl_error *err);

/* Looks at the beginning of the file at work, in the window: what is certain of its charset.
 * From here on a stream of UTF-16 is one of UTF-8. */
hl_status hlimport_charset_begin(struct hlimport *im, struct hl_error *err);

/* The charset that a page or an XML file declares in its first tags; NULL: none. */
const char *hlimport_charset_declared(const uint8_t *data, size_t size);

/* Whether texts are decoded only when they are out of their record: the marks of VIQR are
 * those of JSON. */
bool hlimport_charset_is_late(const struct hlimport *im);

/* The record's text as UTF-8, converted and repaired where it must be; rejects it where more
 * than 1 % of it means nothing. */
hl_status hlimport_check_text(struct hlimport *im, const char **text, size_t *size,
                              bool *out_good, struct hl_error *err);

/*
 * The readers.  One call takes one record: *out_given tells whether it became an
 * article; HL_NOT_FOUND when the stream holds no more.
 */
hl_status hlimport_read_line(struct hlimport *im, struct hl_article *out, bool *out_given,
                             struct hl_error *err); /* JSON lines */
hl_status hlimport_read_object(struct hlimport *im, struct hl_article *out, bool *out_given,
                               struct hl_error *err); /* objects in an array or freely */
hl_status hlimport_read_text(struct hlimport *im, struct hl_article *out, bool *out_given,
                             struct hl_error *err);
hl_status hlimport_read_tokens(struct hlimport *im, struct hl_article *out, bool *out_given,
                               struct hl_error *err);

/* Parses the record at work as one JSON object and gives it; for the two readers above. */
hl_status hlimport_give_json(struct hlimport *im, struct hl_article *out, bool *out_given,
                             struct hl_error *err);
void hlimport_json_release(struct hlimport *im);

/* What the beginning of a file says it is; *out_why for one that cannot be read. */
enum hlimport_form hlimport_sniff(const uint8_t *data, size_t size, bool gzip,
                                  enum hlimport_form forced, const char **out_why);

#endif

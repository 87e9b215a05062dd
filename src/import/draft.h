/*
 * draft.h - one article while its fields come in, and what is done to make it one.
 *
 * A reader of some form puts values; finishing strips, cleans and dates them, makes up
 * what may be missing (title, id) and lends out an hl_article.
 *
 *   put -> strip HTML -> charset -> tidy lines -> undo joins -> news cleaning -> date, title,
 * id, extra
 *
 * Life       init once, then reset, put..., finish for each article; release at the end.
 * Ownership  the article's strings are the draft's, valid until the next reset.
 * Errors     a record that makes no article gets a reason from finish; memory is
 *            HL_NOMEM, noticed at finish.
 */
#ifndef HL_IMPORT_DRAFT_H
#define HL_IMPORT_DRAFT_H

#include "base/buf.h"
#include "import/fields.h"

struct hlimport_draft {
    struct hlbuf fields[FIELD_COUNT];
    int ranks[FIELD_COUNT];
    struct hlbuf scratch;
    struct hlbuf extra;                    /* of an exported record that has it as a text */
    enum hl_date_precision date_precision; /* of an exported one; unknown: what the date says */
    int date_offset;
    bool raw; /* written by our own export: values are taken as they are */
    bool has_offset, has_extra;
    bool markup;      /* values may hold HTML */
    bool lead_first;  /* the body's first line is the lead, if more follows it */
    bool date_native; /* the date is not in the format of the map */
    bool no_title;    /* came without one */
    /* What finishing did, for the counts. */
    bool title_made, id_made, date_dropped, unjoined;
    bool misread; /* some text was read as the wrong charset before it came here */
};

/* What finishing needs to know. */
struct hlimport_draft_rules {
    const char *source;      /* default; may be NULL */
    const char *date_format; /* may be NULL */
    int64_t now;             /* 0: the future is open */
    const char *charset;     /* that texts are still in; NULL: none, they are UTF-8 */
    bool repair;             /* undo what was misread */
};

void hlimport_draft_init(struct hlimport_draft *draft);
void hlimport_draft_release(struct hlimport_draft *draft);
void hlimport_draft_reset(struct hlimport_draft *draft);

/* Whether a value of that rank would be taken: to spare the work of making it. */
bool hlimport_draft_wants(const struct hlimport_draft *draft, enum hlimport_field field,
                          int rank);

/* Takes a value, well-formed UTF-8, unless it is blank or a sooner one is there. */
void hlimport_draft_put(struct hlimport_draft *draft, enum hlimport_field field, int rank,
                        const char *text, size_t size);

/* What charset.c does to the texts of a draft: takes them for bytes of a charset ... */
hl_status hlimport_charset_decode_late(struct hlimport_draft *draft, const char *charset,
                                       struct hl_error *err);
/* ... or finds those that were misread, and repairs them if it is to. */
hl_status hlimport_charset_mend(struct hlimport_draft *draft, bool repair,
                                struct hl_error *err);

/* Why a draft is no article. */
enum hlimport_draft_fault { DRAFT_GOOD = 0, DRAFT_NO_TEXT, DRAFT_BAD_ID };

hl_status hlimport_draft_finish(struct hlimport_draft *draft,
                                const struct hlimport_draft_rules *rules,
                                struct hl_article *out_article,
                                enum hlimport_draft_fault *out_fault, struct hl_error *err);

/* Appends s as a JSON string with its quotes; well-formed UTF-8 in, ASCII controls escaped. */
void hlimport_json_string(struct hlbuf *out, const char *s, size_t size);

#endif

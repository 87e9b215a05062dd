/*
 * xapian_document.h - the tokens of an article as a document for Xapian (xapian_layout.h).
 *
 * Where the alternatives of an article are so many that words and pairs weigh more than its
 * padded length may be, pairs give up what they weigh, and after them alternatives: the length
 * is what the scores of all other words of the article rest on.
 *
 * Life       {0}; hlxdocument_make() for one article after the other; hlxdocument_release().
 * Ownership  owns its buffers; a document is valid until the next one is made.
 * Threads    one.
 * Errors     HL_NOMEM.
 */
#ifndef HL_ENGINE_XAPIAN_DOCUMENT_H
#define HL_ENGINE_XAPIAN_DOCUMENT_H

#include "backend/xapian_layout.h"
#include "engine/accept.h"

enum { HLXDOCUMENT_VALUES = HLX_SLOT_SIMILAR + 1 };

struct hlxdocument {
    unsigned weight[3], multiple;
    bool tokens; /* bodies are tokens between blanks */
    struct hlx_document document;
    struct hlbuf numbers;                /* u32: distinct terms of the vocabulary */
    struct hlbuf terms, positions, data; /* what the document points to */
    struct hlbuf strings;                /* bytes of terms and values */
    struct hlx_value values[HLXDOCUMENT_VALUES];
    size_t value_at[HLXDOCUMENT_VALUES], value_count;
    struct hlbuf occurrences, pairs, postings; /* scratch */
    struct hlbuf term, key, lines;
};

void hlxdocument_release(struct hlxdocument *document);

/* Fills document->document and numbers from what accept says of the article. */
hl_status hlxdocument_make(struct hlxdocument *document, const struct hlaccept *accept,
                           const struct hl_article *article, const struct hlspool_head *head,
                           struct hl_error *err);
/* What all fields weigh at most decides how far lengths are padded. */
unsigned hlxdocument_multiple(const unsigned weight[3]);

#endif

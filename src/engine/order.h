/*
 * order.h - the documents of a chunk, newest first, brought into the order of the index.
 *
 * Chunks follow each other by date; inside one, similar articles stand together
 * (bisect.h).  What an article is about is told by the first terms of it that are
 * neither common nor rare in the chunk.
 *
 * The order follows from the articles of the run and `memory`, not from threads: which terms
 * of a chunk get one of the 16,384 numbers there are depends on how the run numbers its terms.
 *
 * Memory  all of it is given back before the chunk is prepared: a sixteenth of `memory`,
 *         4 bytes a term of the run and 43 a document, and for each thread 4 bytes a term
 *         of the run, 9 a document and 288 KiB.
 * Errors  HL_NOMEM, and those of reading the spool; the order is then as it was.
 */
#ifndef HL_ENGINE_ORDER_H
#define HL_ENGINE_ORDER_H

#include "engine/build.h"

/* Permutes spool->docs[first .. first + count); a small chunk is left as it is. */
hl_status hlorder_chunk(const struct hlbuild *build, uint32_t first, uint32_t count,
                        struct hl_error *err);

#endif

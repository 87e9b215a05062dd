/*
 * xapian_writer.h - a hl_writer whose index is a Xapian database, or several.
 *
 * Articles are checked, handed over and tokenised as for a native index (intake.h, accept.h);
 * what comes out is put into Xapian as xapian_layout.h says.
 *
 * Each database is changed in one step.  Several are committed one after the other: a crash
 * between two leaves the articles of some shards new and of the others old, every article
 * whole.  Indexing the same sources again makes all of them new.
 *
 * Xapian's lock on the first of them keeps other writers away.
 *
 * Life       hlxwriter_open(); add, delete, commit; hlxwriter_close(),
 *            which drops what was not committed.
 * Threads    one; a second of its own tokenises and writes.
 * Errors     HL_UNSUPPORTED without the module, and for articles that shall not be stored.
 */
#ifndef HL_ENGINE_XAPIAN_WRITER_H
#define HL_ENGINE_XAPIAN_WRITER_H

#include "base/stage.h"
#include "hlsearch.h"

struct hlxwriter;

/* options were checked (writer.c); stages and path stay until close. */
hl_status hlxwriter_open(const char *path, const struct hl_writer_options *options,
                         struct hlstages *stages, struct hlxwriter **out_writer,
                         struct hl_error *err);
void hlxwriter_close(struct hlxwriter *writer); /* NULL is allowed */

/* HL_MISUSE for an article of `bytes` of text that is too long. */
hl_status hlxwriter_check_article(const struct hlxwriter *writer,
                                  const struct hl_article *article, size_t bytes,
                                  struct hl_error *err);
/* article was checked. */
hl_status hlxwriter_add(struct hlxwriter *writer, const struct hl_article *article,
                        uint64_t since, struct hl_error *err);
hl_status hlxwriter_delete(struct hlxwriter *writer, const char *id, bool *out_found,
                           struct hl_error *err);
/* Fills what Xapian knows of the commit, but not text_bytes and seconds. */
hl_status hlxwriter_commit(struct hlxwriter *writer, struct hl_commit_info *info,
                           struct hl_error *err);

#endif

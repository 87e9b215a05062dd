/*
 * intake.h - articles from the caller's thread to the one that tokenises them.
 *
 * The caller fills a batch; a full one is handed over, so that reading sources
 * and tokenising run side by side.  With one thread everything happens in place.
 * Order is kept, so results do not depend on threads.
 */
#ifndef HL_ENGINE_INTAKE_H
#define HL_ENGINE_INTAKE_H

#include "engine/accept.h"

struct hlintake;

/* accept is used by the intake alone until hlintake_drain() has returned. */
hl_status hlintake_open(struct hlaccept *accept, bool threaded, struct hlintake **out_intake,
                        struct hl_error *err);
/* since: of hlstage_now(), when the caller began with the article. */
hl_status hlintake_add(struct hlintake *intake, const struct hl_article *article,
                       uint64_t since, struct hl_error *err);
/* Waits until everything given is in the spool. */
hl_status hlintake_drain(struct hlintake *intake, struct hl_error *err);
/*
 * Bytes that spool and vocabulary took when the last batch but one was done; 0 after a
 * drain.  Asking does not wait: a caller who did would take turns with the other thread.
 */
size_t hlintake_memory(const struct hlintake *intake);
void hlintake_close(struct hlintake *intake);

#endif

/*
 * export.h - articles of an index on their way out: as lines, into a file, into another index.
 *
 *   hl_index_each -> hlcli_export_line, _bulk -> hlcli_sink      (cmd_export.c)
 *   hl_index_each -> hl_writer_add                               (export_index.c)
 *
 * Invariants  nothing stands at the name that was given before all of it does; what stood
 *             there stays as it was if the export ends early.
 */
#ifndef HL_CLI_EXPORT_H
#define HL_CLI_EXPORT_H

#include "cli/flags.h"

#include "hlsearch.h"

/* ---- lines (export_line.c) ---- */

/* One line of JSON, from which `hlsearch index` makes the same article again. */
void hlcli_export_line(const struct hl_article *article, struct hlcli_text *out);

/*
 * The two lines of one article for the bulk interface of OpenSearch and Elasticsearch: the
 * action for the index of that name, and the document with our tokens between blanks.
 * tokens: the texts are tokens between blanks already.
 */
hl_status hlcli_export_bulk(const struct hl_article *article, const char *name, bool tokens,
                            struct hlcli_text *out, struct hl_error *err);
/* What that index is to be made with. */
void hlcli_export_settings(const struct hl_stats *stats, struct hlcli_text *out);

/* ---- where lines go (export_sink.c) ---- */

struct hlcli_sink {
    char *path;   /* NULL: standard output */
    char *beside; /* what is written until it is whole; NULL: path itself, no plain file */
    void *packed; /* gzFile; NULL: as it is */
    int fd;
    bool force;
    uint64_t bytes; /* put so far, before they are packed */
};

/* path NULL: standard output; a name that ends in .gz is packed.  0, or the exit code. */
int hlcli_sink_open(struct hlcli_sink *sink, const char *path, bool force);
/* False: errno says why. */
bool hlcli_sink_put(struct hlcli_sink *sink, const struct hlcli_text *text);
/* All of it is there from now on; 0, or the exit code.  Either way the sink is closed. */
int hlcli_sink_done(struct hlcli_sink *sink);
/* Nothing of it stays.  Harmless on a sink that is closed. */
void hlcli_sink_drop(struct hlcli_sink *sink);

/* ---- another index (export_index.c) ---- */

struct hlcli_target {
    const char *path;
    enum hl_backend backend;
    unsigned shards;
    bool tokens;
};
/* A new index of all articles; 0, or the exit code. */
int hlcli_export_index(const struct hl_index *index, const struct hl_stats *stats,
                       const struct hlcli_target *target, struct hl_commit_info *out_info);

/* Ctrl-C was pressed: says so, and exit 130. */
int hlcli_export_stopped(void);
/* For the progress line; current may be NULL. */
void hlcli_export_tell(uint64_t articles, uint64_t of, uint64_t bytes);

#endif

/*
 * import.h - archives in, one article after another out.
 *
 * Walks the sources (files, folders, stdin), undoes at most one layer of gzip,
 * decides the form of each file by its content, and gives articles with native
 * fields in UTF-8, cleaned of what a crawl leaves in them.  What happens to them is the
 * caller's business: nothing here knows of an index.
 *
 *   sources -> walk -> stream (gzip) -> sniff -> jsonl | text | tokens -> draft -> hl_article
 *
 * Forms       JSON lines, an array of objects or objects over several lines; plain
 *             text, one article a file, title first or under "# key = value" lines;
 *             tokens, one article a line (only when asked for by name).
 * Ids         as given; else the hash of the url, else of title and text.  A text file
 *             has its path as it was given, or as its folder was with what is below,
 *             without "/", "./" and "../" at the front.
 *             Tokens: the line number, with the file's name before it from the second
 *             file on.
 * Charsets    UTF-16 by its mark or its NULs; else UTF-8 where it is valid; else TCVN3, VNI,
 *             VISCII, VPS or windows-1258 where that makes Vietnamese of the record.
 * Invariants  read = given + rejected, and rejected is the sum over its reasons.  A
 *             damaged gzip stream counts as one rejected record.
 * Memory      bounded by a few times article_max, whatever the input.
 * Ownership   hlimport_open() copies nothing but the options: the strings, the map and
 *             the sources must live until hlimport_close().
 * Threads     one import, one thread.
 * Errors      a bad record is no error: it is skipped, counted, warned of and written
 *             to `rejects`, unless stop_on_error.  What remains is HL_IO, HL_NOMEM and
 *             at the end HL_UNSUPPORTED where nothing at all could be read.
 */
#ifndef HL_IMPORT_IMPORT_H
#define HL_IMPORT_IMPORT_H

#include "hlsearch.h"

#include <stdio.h>

struct hlimport;
struct hlimport_map;

struct hlimport_options {
    const char *format;   /* NULL or "auto", "jsonl", "text", "tokens" */
    const char *source;   /* for articles that name none; may be NULL */
    const char *encoding; /* a name of hlimport_encoding_at(); NULL or "auto": found out */
    bool repair;          /* undo texts that were read as the wrong charset once */
    bool stop_on_error;   /* the first bad record ends the import with its error */
    FILE *rejects;        /* a JSON object a line of what was skipped; may be NULL */
    /* A sentence for the user; at most a handful of each kind.  May be NULL. */
    void (*warn)(void *user, const char *text);
    void *user;
    size_t article_max; /* bytes of one article; 0: 16 MiB */
    int64_t now;        /* dates over 2 days later are dropped; 0: the future is open */
    const struct hlimport_map *map; /* may be NULL */
};

/* How many records were rejected for one reason. */
struct hlimport_reason {
    const char *name; /* "not-json", ...: fixed, also the "reason" of the rejects file */
    uint64_t count;
};

enum { HLIMPORT_REASONS = 13, HLIMPORT_CHARSETS = 11 };

/* Where an import stands.  Strings are borrowed until the next call. */
struct hlimport_counts {
    uint64_t read;     /* records seen */
    uint64_t given;    /* handed to the caller */
    uint64_t rejected; /* skipped, by reason below */
    struct hlimport_reason reasons[HLIMPORT_REASONS];
    uint64_t files;       /* opened so far */
    uint64_t bytes_read;  /* as they lie on disk, packed or not */
    uint64_t bytes_total; /* of all sources; 0 where stdin or a pipe makes it unknown */
    /* Guesses and repairs, of the articles given. */
    uint64_t titles_made;    /* from lead or body */
    uint64_t ids_made;       /* hashed */
    uint64_t dates_dropped;  /* unreadable, before 1990 or in the future */
    uint64_t texts_repaired; /* had bytes that were not UTF-8 */
    uint64_t texts_unjoined; /* had words_joined_like_this */
    uint64_t misread;        /* hold mojibake ("C«ng nghÖ"): repaired if that was asked for */
    struct hlimport_reason charsets[HLIMPORT_CHARSETS]; /* converted from, told or guessed */
    const char *current; /* file at work; NULL before the first and after the last */
    uint64_t line;       /* of the last record in it, from 1; 0 where a file is one */
};

/*
 * Looks at every source before any is read: HL_NOT_FOUND, HL_IO for one that cannot
 * be opened, HL_MISUSE for an unknown format or no source at all.
 */
hl_status hlimport_open(const char *const *sources, size_t count,
                        const struct hlimport_options *options, struct hlimport **out_import,
                        struct hl_error *err);

/*
 * The next article, borrowed until the next call.  HL_NOT_FOUND after the last one
 * (err is not filled: it is no failure).  HL_UNSUPPORTED instead of it where the
 * sources hold nothing that could be read as an article; the sentence says why.
 */
hl_status hlimport_next(struct hlimport *import, struct hl_article *out_article,
                        struct hl_error *err);

/* Takes back the article given last: the caller could not use it.  Counts it as
 * rejected ("refused"), with why as the words.  HL_OK, or the error under stop_on_error. */
hl_status hlimport_refuse(struct hlimport *import, const char *why, struct hl_error *err);

void hlimport_counts(const struct hlimport *import, struct hlimport_counts *out_counts);

void hlimport_close(struct hlimport *import); /* NULL is allowed */

/* The names of charsets, "auto" first; NULL past the end. */
const char *hlimport_encoding_at(size_t i);

/* Whether name is one of them or another name for one; NULL for auto. */
bool hlimport_encoding_find(const char *name, const char **out_charset);

/*
 * A --map file: lines `field = key[.sub]`, `field = "constant"`, `date.format = %d/%m/%Y`;
 * # begins a comment.  Its lines come before the built-in names, in their order.
 * HL_MISUSE names the line that makes no sense.
 */
hl_status hlimport_map_open(const char *path, struct hlimport_map **out_map,
                            struct hl_error *err);
void hlimport_map_close(struct hlimport_map *map); /* NULL is allowed */

#endif

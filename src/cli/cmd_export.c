/*
 * export: the articles of an index out of it, whole, as lines or as another index.
 *
 * Reading what is written here gives the same articles (export.h), so that an index can be
 * moved, kept as text, or made anew by another build or engine without its sources.
 */
#include "cli/commands.h"
#include "cli/export.h"
#include "cli/indexes.h"
#include "cli/json.h"
#include "cli/progress.h"
#include "cli/search.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { FORMAT_JSONL, FORMAT_BULK, FORMAT_SETTINGS };
enum { LINE_MAX_READ = 16 << 20 }; /* import.h: a longer record is not read back */

struct options {
    int64_t format, shards;
    const char *output, *native, *xapian, *bulk_index;
    bool force, tokens;
};

#define AT(member) offsetof(struct options, member)

static const struct hlcli_flag flags[] = {
    {"format", 'f', HLCLI_CHOICE, AT(format), "jsonl|bulk|bulk-settings",
     "bulk: for OpenSearch, with our tokens", 0, 0, 0, 0},
    {"output", 'o', HLCLI_TEXT, AT(output), "FILE",
     "into a file, packed if its name ends in .gz; - is standard output", 0, 0, 0,
     HLCLI_NO_CONFIG},
    {"force", 0, HLCLI_SWITCH, AT(force), NULL, "with -o: replace a file that is there", 0, 0,
     0, HLCLI_NO_CONFIG},
    {"native", 0, HLCLI_TEXT, AT(native), "DIR", "make an index of the articles", 0, 0, 0,
     HLCLI_NO_CONFIG},
    {"xapian", 0, HLCLI_TEXT, AT(xapian), "DB", "make a Xapian database of the articles", 0, 0,
     0, HLCLI_NO_CONFIG},
    {"shards", 0, HLCLI_COUNT, AT(shards), "N",
     "with --xapian: spread over this many databases", 1, HL_SHARDS_MAX, 0, HLCLI_NO_CONFIG},
    {"bulk-index", 0, HLCLI_TEXT, AT(bulk_index), "NAME",
     "with --format bulk: _index of each action (else that of the request)", 0, 0, 0, 0},
    {"tokens", 0, HLCLI_SWITCH, AT(tokens), NULL,
     "texts are tokens between blanks (index --format tokens)", 0, 0, 0, 0},
    {NULL, 0, 0, 0, NULL, NULL, 0, 0, 0, 0},
};

/* One run. */
struct job {
    const struct hlcli_call *call;
    const struct options *options;
    struct hl_index *index;
    struct hl_stats stats;
    struct hlcli_sink sink;
    struct hlcli_text line;
    struct hl_commit_info info;
    uint64_t given, too_long, bytes;
    const char *target; /* what was made; NULL: standard output */
    double started;
    hl_status status; /* of the article at work */
    struct hl_error err;
    int write_error;
};

int hlcli_export_stopped(void)
{
    hlcli_progress_stop();
    hlcli_note("interrupted; nothing of this run is kept");
    return HLCLI_STOPPED;
}

void hlcli_export_tell(uint64_t articles, uint64_t of, uint64_t bytes)
{
    struct hlcli_told told = {.articles = articles, .bytes = bytes, .articles_total = of};
    hlcli_progress_read(&told);
}

/* ------------------------------------------------------------------- options */

/* Options that say nothing to each other are a mistake, not to be passed over. */
static int check_options(const struct hlcli_call *call, const struct options *o)
{
    bool index = o->native || o->xapian;
    const char *target = o->native ? o->native : o->xapian ? o->xapian : o->output;
    if (o->native && o->xapian)
        return hlcli_wrong("make one after the other",
                           "--native and --xapian: one of them at a time");
    if (index && (o->output || o->format != FORMAT_JSONL))
        return hlcli_wrong("leave out -o and --format",
                           "an index is made of the articles, not of lines");
    if (o->shards && !o->xapian)
        return hlcli_wrong("say --xapian DB, too", "--shards is for a Xapian database");
    if (o->bulk_index && o->format != FORMAT_BULK)
        return hlcli_wrong("say --format bulk, too", "--bulk-index is for lines of that form");
    if (target && !*target)
        return hlcli_wrong(NULL, "the name of what is to be made is empty");
    if (target && hlcli_index_holds(call->index, target))
        return hlcli_wrong("name another place",
                           "%s is or lies in the index that is read; nothing is written there",
                           target);
    return 0;
}

/* --------------------------------------------------------------------- lines */

/* One article to where lines go. */
static bool take(void *user, const struct hl_article *article)
{
    struct job *job = user;
    const struct options *o = job->options;
    hlcli_text_reset(&job->line);
    if (o->format == FORMAT_BULK)
        job->status =
            hlcli_export_bulk(article, o->bulk_index, o->tokens, &job->line, &job->err);
    else
        hlcli_export_line(article, &job->line);
    if (job->status != HL_OK)
        return false;
    errno = 0;
    if (!hlcli_sink_put(&job->sink, &job->line)) {
        job->write_error = errno ? errno : EIO;
        return false;
    }
    job->given++;
    job->too_long += job->line.size > LINE_MAX_READ;
    hlcli_export_tell(job->given, job->stats.articles, job->sink.bytes);
    return !hlcli_stop_asked();
}

/* After the last article, or the one that could not be written. */
static int end_of_lines(struct job *job, hl_status status, const struct hl_error *err)
{
    hlcli_progress_stop();
    if (hlcli_stop_asked())
        return hlcli_export_stopped();
    if (status != HL_OK || job->status != HL_OK)
        return hlcli_fail_error(status != HL_OK ? err : &job->err);
    if (job->write_error && job->sink.path)
        return hlcli_fail(HLCLI_WRONG, "IO", -1, "what stood there is as it was",
                          "%s: cannot write: %s", job->options->output,
                          hlcli_reason(job->write_error));
    return hlcli_sink_done(&job->sink); /* main() tells of a standard output that failed */
}

static int export_lines(struct job *job)
{
    const struct options *o = job->options;
    struct hl_error err;
    int code = hlcli_sink_open(&job->sink, o->output, o->force);
    if (code)
        return code;
    hl_status status = HL_OK;
    hlcli_text_init(&job->line);
    if (o->format == FORMAT_SETTINGS) {
        hlcli_export_settings(&job->stats, &job->line);
        if (!hlcli_sink_put(&job->sink, &job->line))
            job->write_error = errno;
    } else {
        status = hl_index_each(job->index, take, job, &err);
    }
    job->bytes = job->sink.bytes;
    code = end_of_lines(job, status, &err);
    hlcli_text_release(&job->line);
    hlcli_sink_drop(&job->sink);
    return code;
}

/* ------------------------------------------------------------------- summary */

/* For people, on stderr; standard output is the lines'. */
static void print_words(const struct job *job, uint64_t bytes)
{
    struct hlcli_text line;
    hlcli_text_init(&line);
    hlcli_add(&line, hlcli_say("export: "));
    hlcli_add_count(&line, job->given);
    if (job->target) {
        hlcli_add(&line, hlcli_say(" articles in "));
        hlcli_add_plain(&line, job->target, strlen(job->target));
    } else
        hlcli_add(&line, hlcli_say(" articles"));
    hlcli_add(&line, ", ");
    hlcli_add_bytes_of(&line, bytes);
    hlcli_add(&line, hlcli_say(" written, "));
    hlcli_add_seconds(&line, hlcli_now() - job->started);
    hlcli_add(&line, "\n");
    fputs(line.data, stderr);
    hlcli_text_release(&line);
}

static void print_json(const struct job *job, uint64_t bytes)
{
    struct hlcli_text text;
    struct hlcli_json json;
    hlcli_text_init(&text);
    hlcli_json_init(&json, &text);
    hlcli_json_object(&json);
    hlcli_json_put_uint(&json, "schema", 1);
    hlcli_json_put(&json, "index", job->call->index);
    hlcli_json_put(&json, "target", job->target);
    hlcli_json_put_uint(&json, "articles", job->given);
    hlcli_json_put_uint(&json, "bytes", bytes);
    hlcli_json_put_double(&json, "took_ms",
                          (double)(uint64_t)((hlcli_now() - job->started) * 1e3));
    hlcli_json_object_end(&json);
    hlcli_add(&text, "\n");
    hlcli_print(&text);
    hlcli_text_release(&text);
}

static void summarise(const struct job *job, uint64_t bytes)
{
    if (job->too_long)
        hlcli_note("%llu articles are longer than 16 MiB as a line, which `hlsearch index` "
                   "does not read; --native takes them",
                   (unsigned long long)job->too_long);
    if (hlcli_manner()->json && job->target)
        print_json(job, bytes);
    if (!hlcli_manner()->quiet && job->target)
        print_words(job, bytes);
}

static int export_all(struct job *job)
{
    const struct options *o = job->options;
    struct hlcli_target target = {o->native ? o->native : o->xapian,
                                  o->native ? HL_BACKEND_NATIVE : HL_BACKEND_XAPIAN,
                                  (unsigned)o->shards, o->tokens};
    uint64_t bytes;
    int code;
    if (target.path) {
        code = hlcli_export_index(job->index, &job->stats, &target, &job->info);
        job->given = job->info.articles;
        bytes = job->info.index_bytes;
    } else {
        code = export_lines(job);
        bytes = job->bytes;
    }
    job->target = target.path ? target.path : o->output;
    if (!code)
        summarise(job, bytes);
    return code;
}

static int run(const struct hlcli_call *call, const void *given)
{
    struct options options = *(const struct options *)given, *o = &options;
    struct job job = {.call = call, .options = o, .started = hlcli_now()};
    struct hl_error err;
    if (o->output && !strcmp(o->output, "-"))
        o->output = NULL;
    int code = check_options(call, o);
    if (!code)
        code = hlcli_open(call, NULL, &job.index);
    if (code)
        return code;
    if (hl_index_stats(job.index, &job.stats, &err) != HL_OK) {
        code = hlcli_fail_error(&err);
    } else {
        bool lines_shown = !o->output && !o->native && !o->xapian && hlcli_manner()->terminal;
        hlcli_stop_catch();
        hlcli_progress_start("export", lines_shown && call->common.progress == HLCLI_AUTO
                                           ? HLCLI_NEVER
                                           : (enum hlcli_when)call->common.progress);
        code = export_all(&job);
        hlcli_progress_stop();
    }
    hl_index_close(job.index);
    return code;
}

const struct hlcli_command hlcli_export = {
    .name = "export",
    .also = "dump",
    .arguments = "",
    .summary = "all articles out: as lines, or into another index",
    .takes_index = true,
    .takes_several = true,
    .flags = flags,
    .options_size = sizeof(struct options),
    .examples = {{"hlsearch export news.ix -o news.jsonl.gz",
                  "every article, a line each, for hlsearch index to read"},
                 {"hlsearch export old.ix --native new.ix",
                  "the same articles in a new index, without text in between"},
                 {"hlsearch export a.ix,b.ix --xapian news.db --shards 3",
                  "two indexes as one Xapian database of three shards"}},
    .manual =
        "Lines are JSON in the names that `hlsearch index` reads: id, url, title, lead, body, "
        "date with its zone and date_precision, source, section, author, tags, and as extra "
        "what has no name of its own. Nothing is lost: \"hlsearch\":1 at the beginning of a "
        "line says that its values are as an index kept them, and index takes them as they "
        "are, without cleaning them again. A field that is missing is left out. Articles come "
        "newest first, then by id, so two native indexes of the same articles give the same "
        "file; "
        "those of a Xapian database in its own order. "
        "An article of several indexes comes once, as that of the index named last. Weights "
        "of fields, which an index is made with, are not in the file.\n\n"
        "--native and --xapian make an index straight from the articles, with the weights "
        "that INDEX has. The target must not be there yet. Interrupted, an export leaves "
        "nothing, and what stood at FILE stays. An index that was made with --format tokens "
        "is exported with --tokens, else its texts are cut into words by the rules for text. "
        "Where articles are not stored (--store no) there is nothing to export.\n\n"
        "For archives past one machine, --format bulk writes what the _bulk interface of "
        "OpenSearch and Elasticsearch takes: an action and a document, a line each. Beside "
        "the fields of an article, whose date is in full there, it has what it is found by: "
        "the keys of its words between blanks in title_tokens, lead_tokens and body_tokens, "
        "and in tokens_also the second readings of a place (covid19, @2017-02-06). --format "
        "bulk-settings prints what to make that index with: the whitespace analyzer, since "
        "the words are cut already, our BM25 (that of query --rank bm25) and a field tokens "
        "of all three. A query is cut alike by hlsearch text --op tok WORDS. The commands "
        "that send all this, to Vespa too, are in src/backend/feeding.md of the sources.",
    .run = run,
};

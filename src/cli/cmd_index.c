/*
 * index: sources in, one new generation of the index out.
 *
 * import/ reads, the library writes; here the two are joined and what came of every
 * record is counted: read = indexed + replaced + duplicates + rejected, always printed.
 */
#include "cli/commands.h"
#include "cli/json.h"
#include "cli/progress.h"
#include "import/import.h"

#include <assert.h>
#include <errno.h>
#include <inttypes.h>
#include <malloc.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { ON_ERROR_SKIP, ON_ERROR_STOP };
enum { STORE_YES, STORE_NO };

struct options {
    const char *format, *map, *source, *rejects, *encoding;
    int64_t threads, on_error, replace, store, backend, shards;
    int64_t weight[3];
    uint64_t memory;
    bool dry_run, wait, network_fs, repair;
};

#define AT(member) offsetof(struct options, member)

static const struct hlcli_flag flags[] = {
    {"format", 'f', HLCLI_TEXT, AT(format), "auto|jsonl|text|tokens",
     "what sources are (tokens: a line an article)", 0, 0, 0, 0},
    {"encoding", 0, HLCLI_TEXT, AT(encoding),
     "auto|utf-8|utf-16|windows-1258|tcvn3|vni|viscii|vps|viqr", "what the bytes are", 0, 0, 0,
     0},
    {"repair", 0, HLCLI_SWITCH, AT(repair), NULL,
     "undo mojibake: articles once read as the wrong charset (C«ng nghÖ)", 0, 0, 0, 0},
    {"map", 0, HLCLI_TEXT, AT(map), "FILE", "lines `field = key`: other names of fields", 0, 0,
     0, 0},
    {"source", 0, HLCLI_TEXT, AT(source), "NAME", "source of articles that name none", 0, 0, 0,
     0},
    {"replace", 0, HLCLI_CHOICE, AT(replace), "id|never",
     "never: an id that the index has already stays as it is", 0, 0, 0, 0},
    {"on-error", 0, HLCLI_CHOICE, AT(on_error), "skip|stop", "what a bad record does", 0, 0, 0,
     0},
    {"rejects", 0, HLCLI_TEXT, AT(rejects), "FILE", "JSON lines of what was skipped, and why",
     0, 0, 0, HLCLI_NO_CONFIG},
    {"dry-run", 0, HLCLI_SWITCH, AT(dry_run), NULL, "read and count, write nothing", 0, 0, 0,
     HLCLI_NO_CONFIG},
    {"wait", 0, HLCLI_SWITCH, AT(wait), NULL, "wait for another writer (else exit 6)", 0, 0, 0,
     0},
    {"memory", 0, HLCLI_SIZE, AT(memory), "SIZE", "at most this much, e.g. 512M (the default)",
     0, 0, 0, 0},
    {"threads", 0, HLCLI_COUNT, AT(threads), "N",
     "0: as many as there are processors, at most 2", 0, 64, 0, 0},
    {"store", 0, HLCLI_CHOICE, AT(store), "yes|no", "no: no articles to show, smaller index", 0,
     0, 0, HLCLI_RARE},
    {"backend", 0, HLCLI_CHOICE, AT(backend), "auto|native|xapian",
     "the engine that keeps a new index: native, or a Xapian database", 0, 0, 0, 0},
    {"shards", 0, HLCLI_COUNT, AT(shards), "N",
     "Xapian: spread over N databases, by id; fixed when the index is made", 1, HL_SHARDS_MAX,
     0, HLCLI_RARE},
    {"title-weight", 0, HLCLI_COUNT, AT(weight[0]), "N",
     "what a word in the title counts; fixed when the index is made", 1, 100, 0, HLCLI_RARE},
    {"lead-weight", 0, HLCLI_COUNT, AT(weight[1]), "N", "the same for the lead", 1, 100, 0,
     HLCLI_RARE},
    {"body-weight", 0, HLCLI_COUNT, AT(weight[2]), "N", "the same for the body", 1, 100, 0,
     HLCLI_RARE},
    {"network-fs", 0, HLCLI_SWITCH, AT(network_fs), NULL,
     "write to a network file system all the same", 0, 0, 0, HLCLI_RARE},
    {"since", 0, HLCLI_LATER, 0, "DATE", "leave old articles out of the input", 0, 0, 0, 0},
    {NULL, 0, 0, 0, NULL, NULL, 0, 0, 0, 0},
};

/* One run.  What is open is closed by close_all(). */
struct job {
    const struct hlcli_call *call;
    const struct options *options;
    FILE *rejects;
    struct hlimport_map *map;
    struct hlimport *import;
    struct hl_writer *writer;
    struct hlimport_counts counts;
    struct hl_commit_info info;
    double started, reading; /* reading: seconds spent in the import */
};

/* Sentences of the import, e.g. "a.jsonl:1042: not JSON: ...". */
static void warn(void *user, const char *text)
{
    hlcli_progress_note(text);
}

/* Called by the library while it works: this is how Ctrl-C reaches a commit. */
static bool commit_progress(void *user, const char *stage, uint64_t done, uint64_t total)
{
    hlcli_progress_stage(stage, done, total);
    return hlcli_stop_asked();
}

/* ------------------------------------------------------------------- opening */

/* How far two names are apart, in any case. */
static unsigned distance(const char *a, const char *b)
{
    char small[2][64];
    const char *names[2] = {a, b};
    for (int k = 0; k < 2; k++) {
        size_t n = 0;
        for (const char *p = names[k]; *p && n + 1 < sizeof small[k]; p++)
            small[k][n++] = *p >= 'A' && *p <= 'Z' ? (char)(*p | 0x20) : *p;
        small[k][n] = 0;
    }
    return hlcli_distance(small[0], small[1]);
}

/* The name that an unknown encoding may have been meant for, and all of them. */
static int encoding_unknown(const char *given)
{
    struct hlcli_text known, hint;
    const char *best = NULL, *name;
    unsigned least = (unsigned)strlen(given) / 3 + 2;
    hlcli_text_init(&known);
    hlcli_text_init(&hint);
    for (size_t i = 0; (name = hlimport_encoding_at(i)); i++) {
        unsigned d = distance(name, given);
        if (d < least) {
            least = d;
            best = name;
        }
        hlcli_add_format(&known, "%s%s", known.size ? ", " : "", name);
    }
    if (best)
        hlcli_add_format(&hint, hlcli_say("did you mean %s?"), best);
    int code = hlcli_wrong(best ? hint.data : NULL, "unknown encoding %.64s; known: %s", given,
                           known.data);
    hlcli_text_release(&known);
    hlcli_text_release(&hint);
    return code;
}

/* Options of the line into those of the import. */
static int open_import(struct job *job)
{
    const struct options *o = job->options;
    const char *charset;
    struct hl_error err;
    if (!hlimport_encoding_find(o->encoding, &charset))
        return encoding_unknown(o->encoding);
    struct hlimport_options import = {
        .format = o->format,
        .source = o->source,
        .encoding = o->encoding,
        .repair = o->repair,
        .stop_on_error = o->on_error == ON_ERROR_STOP,
        .rejects = job->rejects,
        .warn = warn,
        .now = time(NULL),
        .map = job->map,
    };
    if (hlimport_open((const char *const *)job->call->words, job->call->count, &import,
                      &job->import, &err) != HL_OK)
        return hlcli_fail_error(&err);
    return 0;
}

/* Options of the line into those of the writer. */
static int open_writer(struct job *job)
{
    const struct options *o = job->options;
    struct hl_error err;
    struct hl_writer_options writer = {
        .memory = o->memory,
        .threads = (int)o->threads,
        .tokens = o->format && !strcmp(o->format, "tokens"),
        .no_store = o->store == STORE_NO,
        .wait = o->wait,
        .network_fs = o->network_fs,
        .replace = o->replace ? HL_REPLACE_NEVER : HL_REPLACE_ID,
        .weight = {(unsigned)o->weight[0], (unsigned)o->weight[1], (unsigned)o->weight[2]},
        .backend = (enum hl_backend)o->backend,
        .shards = (unsigned)o->shards,
        .progress = commit_progress,
    };
    if (hl_writer_open(job->call->index, &writer, &job->writer, &err) != HL_OK)
        return hlcli_fail_error(&err);
    return 0;
}

/* Sources are looked at before the index is made: a misspelt file leaves no folder. */
static int open_all(struct job *job)
{
    const struct options *o = job->options;
    struct hl_error err;
    if (o->rejects && !(job->rejects = fopen(o->rejects, "we")))
        return hlcli_fail(HLCLI_WRONG, "IO", -1, NULL, "%s: cannot write the rejects: %s",
                          o->rejects, hlcli_reason(errno));
    if (o->map && hlimport_map_open(o->map, &job->map, &err) != HL_OK)
        return hlcli_fail_error(&err);
    int code = open_import(job);
    return code || o->dry_run ? code : open_writer(job);
}

/* A rejects file cut short by a full disk must not pass for a whole one. */
static int close_rejects(struct job *job)
{
    FILE *file = job->rejects;
    if (!file)
        return 0;
    job->rejects = NULL;
    bool failed = ferror(file);
    assert(job->options->rejects);
    if (!fclose(file) && !failed)
        return 0;
    return hlcli_fail(HLCLI_WRONG, "IO", -1, "the index is as the counts say",
                      "%s: cannot write all of the rejects", job->options->rejects);
}

/* In reverse order of opening; the writer gives its lock back, and drops what was not
 * committed. */
static void close_all(struct job *job)
{
    hlcli_progress_stop();
    hl_writer_close(job->writer);
    hlimport_close(job->import);
    hlimport_map_close(job->map);
    if (job->rejects)
        fclose(job->rejects);
}

/* ------------------------------------------------------------------- reading */

/* Where the import stands, for the progress line and the summary. */
static void tell(struct job *job)
{
    hlimport_counts(job->import, &job->counts);
    struct hlcli_told told = {job->counts.given,      job->counts.rejected,
                              job->counts.bytes_read, job->counts.bytes_total,
                              job->counts.current,    0};
    hlcli_progress_read(&told);
}

/* A failure after Ctrl-C is the interruption, whatever the library calls it. */
static int failed(const struct hl_error *err)
{
    hlcli_progress_stop();
    if (!hlcli_stop_asked())
        return hlcli_fail_error(err);
    hlcli_note("interrupted; nothing of this run is kept");
    return HLCLI_STOPPED;
}

/* Articles that the index cannot take (HL_MISUSE) are the import's to count and to write
 * to the rejects; anything else ends the run. */
static int add(struct job *job, const struct hl_article *article)
{
    struct hl_error err, refused;
    assert(article->id);
    hl_status status = job->writer ? hl_writer_add(job->writer, article, &err) : HL_OK;
    if (status == HL_OK)
        return 0;
    if (status != HL_MISUSE)
        return failed(&err);
    if (hlimport_refuse(job->import, err.text, &refused) != HL_OK)
        return failed(&refused);
    return 0;
}

/* Every article of the sources into the writer, until the end or Ctrl-C. */
static int read_all(struct job *job)
{
    struct hl_article article;
    struct hl_error err = {HL_OK, -1, ""};
    int code = 0;
    while (!code) {
        double since = hlcli_now();
        hl_status status =
            hlcli_stop_asked() ? HL_LIMIT : hlimport_next(job->import, &article, &err);
        job->reading += hlcli_now() - since;
        if (status == HL_NOT_FOUND)
            break;
        if (status != HL_OK)
            return failed(&err);
        code = add(job, &article);
        tell(job); /* each time: a source may fall silent after any article */
    }
    tell(job);
    return code;
}

/* A dry run ends here: everything given would have been added or have replaced. */
static int commit(struct job *job)
{
    struct hl_error err;
    assert(!job->options->dry_run == !!job->writer);
    if (!job->writer) {
        job->info.added = job->counts.given;
        return 0;
    }
    /* From here on an interrupt is the library's to honour: leaving in the middle of its
     * work could print that nothing is kept when all is. */
    hlcli_progress_stage("committing", 0, 0);
    if (hlcli_stop_asked() || hl_writer_commit(job->writer, &job->info, &err) != HL_OK)
        return failed(&err);
    return 0;
}

/* ------------------------------------------------------------------- summary */

/* " (8 not-json, 4 no-text)", nothing where nothing was rejected. */
static void add_reasons(const struct hlimport_counts *counts, struct hlcli_text *line)
{
    const char *between = " (";
    for (int i = 0; i < HLIMPORT_REASONS; i++) {
        if (!counts->reasons[i].count)
            continue;
        hlcli_add(line, between);
        hlcli_add_count(line, counts->reasons[i].count);
        hlcli_add_format(line, " %s", counts->reasons[i].name);
        between = ", ";
    }
    if (between[0] == ',')
        hlcli_add(line, ")");
}

/* read = indexed + replaced + duplicates + rejected: the sum that always holds. */
static void add_sum(const struct job *job, struct hlcli_text *line)
{
    const struct hlimport_counts *counts = &job->counts;
    assert(counts->read == counts->given + counts->rejected);
    assert(counts->given == job->info.added + job->info.replaced + job->info.duplicates);
    hlcli_add(line, hlcli_say("index: read "));
    hlcli_add_count(line, counts->read);
    hlcli_add(line, " = ");
    hlcli_add_count(line, job->info.added);
    hlcli_add(line, hlcli_say(" indexed + "));
    hlcli_add_count(line, job->info.replaced);
    hlcli_add(line, hlcli_say(" replaced + "));
    hlcli_add_count(line, job->info.duplicates);
    hlcli_add(line, hlcli_say(" duplicates + "));
    hlcli_add_count(line, counts->rejected);
    hlcli_add(line, hlcli_say(" rejected"));
    add_reasons(counts, line);
    hlcli_add(line, "\n");
}

/* Parts of one line, commas between. */
static void add_guess(struct hlcli_text *line, uint64_t n, const char *words)
{
    if (!n)
        return;
    hlcli_add(line, line->size ? ", " : "index: ");
    hlcli_add_count(line, n);
    hlcli_add_format(line, " %s", words);
}

/* What the import made up or mended is said, never silent. */
static void add_guesses(const struct hlimport_counts *counts, bool repair,
                        struct hlcli_text *out)
{
    struct hlcli_text line, words;
    hlcli_text_init(&line);
    hlcli_text_init(&words);
    add_guess(&line, counts->titles_made, hlcli_say("titles made from the text"));
    add_guess(&line, counts->ids_made, hlcli_say("ids made from url or text"));
    add_guess(&line, counts->dates_dropped, hlcli_say("dates not understood"));
    add_guess(&line, counts->texts_repaired, hlcli_say("texts repaired to UTF-8"));
    add_guess(&line, counts->texts_unjoined, hlcli_say("texts with joined_words undone"));
    for (int i = 0; i < HLIMPORT_CHARSETS; i++) {
        hlcli_text_reset(&words);
        hlcli_add_format(&words, hlcli_say("read as %s"), counts->charsets[i].name);
        add_guess(&line, counts->charsets[i].count, words.data);
    }
    add_guess(&line, counts->misread,
              hlcli_say(repair ? "repaired from mojibake"
                               : "look like mojibake (--repair undoes it)"));
    if (line.size)
        hlcli_add_format(out, "%s\n", line.data);
    hlcli_text_release(&line);
    hlcli_text_release(&words);
}

/* The line that people read: how many articles, how much, how long. */
static void add_last_line(const struct job *job, struct hlcli_text *line)
{
    uint64_t rejected = job->counts.rejected;
    hlcli_add(line, "index: ");
    if (job->writer) {
        hlcli_add_count(line, job->info.articles);
        hlcli_add(line, hlcli_say(" articles in "));
        hlcli_add_plain(line, job->call->index, strlen(job->call->index));
        hlcli_add(line, ", ");
    } else {
        hlcli_add(line, hlcli_say("dry run, nothing written: "));
        hlcli_add_count(line, job->counts.given);
        hlcli_add(line, hlcli_say(" articles can be indexed, "));
    }
    hlcli_add_bytes_of(line, job->counts.bytes_read);
    hlcli_add(line, hlcli_say(" read, "));
    if (job->writer) {
        hlcli_add_bytes_of(line, job->info.index_bytes);
        hlcli_add(line, hlcli_say(" written, "));
    }
    hlcli_add_seconds(line, hlcli_now() - job->started);
    if (rejected) {
        hlcli_add(line, "; ");
        hlcli_add_count(line, rejected);
        hlcli_add(line, hlcli_say(" rejected"));
        if (job->options->rejects)
            hlcli_add_format(line, hlcli_say(", see %s"), job->options->rejects);
    }
    hlcli_add(line, "\n");
}

static void add_stage(struct hlcli_text *out, const char *name, double seconds, double total)
{
    hlcli_add_format(out, "index: %-12s %10.3f %4.0f%%\n", name, seconds,
                     total > 0 ? seconds * 100 / total : 0);
}

/* -v: where the time went.  Two threads work side by side, so the sum may be twice the
 * time that passed. */
static void add_stages(const struct job *job, struct hlcli_text *out)
{
    double total = job->reading;
    hlcli_add(out, "index: stage           seconds share\n");
    for (int i = 0; i < HL_STAGES; i++)
        total += job->info.seconds[i];
    add_stage(out, "reading", job->reading, total);
    for (int i = 0; i < HL_STAGES && job->writer; i++)
        add_stage(out, hl_stage_name((enum hl_stage)i), job->info.seconds[i], total);
    add_stage(out, "all threads", total, total);
}

/* The summary for people, on stderr: stdout is for results. */
static void print_words(const struct job *job)
{
    struct hlcli_text words;
    hlcli_text_init(&words);
    add_guesses(&job->counts, job->options->repair, &words);
    if (job->call->common.verbose)
        add_stages(job, &words);
    add_sum(job, &words);
    add_last_line(job, &words);
    fputs(words.data, stderr);
    hlcli_text_release(&words);
}

/* An object of the counts that are not zero. */
static void put_counts(struct hlcli_json *json, const char *key,
                       const struct hlimport_reason *counts, int count)
{
    hlcli_json_key(json, key);
    hlcli_json_object(json);
    for (int i = 0; i < count; i++)
        if (counts[i].count)
            hlcli_json_put_uint(json, counts[i].name, counts[i].count);
    hlcli_json_object_end(json);
}

static double milliseconds(double seconds)
{
    return (double)(uint64_t)(seconds * 1e3 + 0.5) / 1e3;
}

/* What -v prints as a table. */
static void put_stages(struct hlcli_json *json, const struct job *job)
{
    hlcli_json_key(json, "stage_seconds");
    hlcli_json_object(json);
    hlcli_json_put_double(json, "reading", milliseconds(job->reading));
    for (int i = 0; i < HL_STAGES && job->writer; i++)
        hlcli_json_put_double(json, hl_stage_name((enum hl_stage)i),
                              milliseconds(job->info.seconds[i]));
    hlcli_json_object_end(json);
}

/* Every number of the summary under a name of its own; the sum can be checked by machine. */
static void print_json(const struct job *job)
{
    const struct hlimport_counts *counts = &job->counts;
    const struct hl_commit_info *info = &job->info;
    struct hlcli_text text;
    struct hlcli_json json;
    hlcli_text_init(&text);
    hlcli_json_init(&json, &text);
    hlcli_json_object(&json);
    hlcli_json_put_uint(&json, "schema", 1);
    hlcli_json_put(&json, "index", job->call->index);
    hlcli_json_put_bool(&json, "dry_run", job->options->dry_run);
    hlcli_json_put_uint(&json, "generation", info->generation);
    hlcli_json_put_uint(&json, "read", counts->read);
    hlcli_json_put_uint(&json, "indexed", info->added);
    hlcli_json_put_uint(&json, "replaced", info->replaced);
    hlcli_json_put_uint(&json, "duplicates", info->duplicates);
    hlcli_json_put_uint(&json, "rejected", counts->rejected);
    put_counts(&json, "rejected_by", counts->reasons, HLIMPORT_REASONS);
    hlcli_json_put_uint(&json, "articles", info->articles);
    hlcli_json_put_uint(&json, "segments", info->segments);
    hlcli_json_put_uint(&json, "files", counts->files);
    hlcli_json_put_uint(&json, "bytes_read", counts->bytes_read);
    hlcli_json_put_uint(&json, "text_bytes", info->text_bytes);
    hlcli_json_put_uint(&json, "index_bytes", info->index_bytes);
    hlcli_json_put_uint(&json, "titles_made", counts->titles_made);
    hlcli_json_put_uint(&json, "ids_made", counts->ids_made);
    hlcli_json_put_uint(&json, "dates_dropped", counts->dates_dropped);
    hlcli_json_put_uint(&json, "texts_repaired", counts->texts_repaired);
    hlcli_json_put_uint(&json, "texts_unjoined", counts->texts_unjoined);
    put_counts(&json, "converted", counts->charsets, HLIMPORT_CHARSETS);
    hlcli_json_put_uint(&json, "misread", counts->misread);
    hlcli_json_put_bool(&json, "repair", job->options->repair);
    put_stages(&json, job);
    hlcli_json_put_double(&json, "took_ms",
                          (double)(uint64_t)((hlcli_now() - job->started) * 1e3));
    hlcli_json_object_end(&json);
    hlcli_add(&text, "\n");
    hlcli_print(&text);
    hlcli_text_release(&text);
}

/* The rejects are closed before the summary speaks of them. */
static int run_job(struct job *job)
{
    int code = open_all(job);
    if (!code)
        code = read_all(job);
    if (!code)
        code = commit(job);
    hlcli_progress_stop();
    if (code)
        return code;
    code = close_rejects(job);
    if (hlcli_manner()->json)
        print_json(job);
    if (!hlcli_manner()->quiet)
        print_words(job);
    return code ? code : job->counts.rejected ? HLCLI_REJECTED : HLCLI_FOUND;
}

/*
 * Large buffers stay mappings of their own, which grow without a copy and go back at once.
 * Left to itself the C library moves its threshold up with the first that is freed, and
 * buffers of a chunk that are no more lie between those of the next: some 25 MB of 300.
 */
static void keep_mappings(void)
{
#ifdef M_MMAP_THRESHOLD
    mallopt(M_MMAP_THRESHOLD, 1 << 20);
#endif
}

static int run(const struct hlcli_call *call, const void *given)
{
    struct job job = {.call = call, .options = given, .started = hlcli_now()};
    keep_mappings();
    /* A reader of the progress that goes away must not end the work. */
    signal(SIGPIPE, SIG_IGN);
    hlcli_stop_catch();
    hlcli_progress_start("index", (enum hlcli_when)call->common.progress);
    int code = run_job(&job);
    close_all(&job);
    return code;
}

const struct hlcli_command hlcli_index = {
    .name = "index",
    .also = "add",
    .arguments = "SOURCE...",
    .summary = "import and index; makes INDEX or adds to it",
    .takes_index = true,
    .least = 1,
    .most = SIZE_MAX,
    .flags = flags,
    .options_size = sizeof(struct options),
    .examples = {{"hlsearch index news.ix archive/*.jsonl.gz", "make news.ix, or add to it"},
                 {"zcat dump.gz | hlsearch index news.ix - --rejects bad.jsonl",
                  "from a pipe; keep what could not be used, with the reason"},
                 {"hlsearch index news.ix old/ --map old.map --dry-run",
                  "see what a folder with other field names would give"}},
    .manual =
        "SOURCE is a file, a folder (read in sorted order, hidden files left out) or - for "
        "standard input: JSON lines, gzip or not, or plain text, title first. The form is "
        "found by content; only --format tokens must be said: a line an article, its tokens "
        "between blanks. An article whose id the index has takes the place of the old "
        "one.\n\n"
        "What a crawl leaves in an article and is no part of it, such as captions given twice, "
        "credits of photos at the ends of lines (Ảnh: Reuters), datelines of the paper and the "
        "source as the last line (Theo Reuters), is taken out of its text and neither found "
        "nor "
        "shown with it.\n\n"
        "Text may be UTF-8, UTF-16 (with its mark or without), windows-1258, TCVN3 (ABC), VNI, "
        "VISCII or VPS; which it is, is found out, file by file, in files of lines line by "
        "line: a mark at the beginning, a declaration in tags, valid UTF-8, or else the "
        "charset under which the words are Vietnamese syllables. The summary counts what was "
        "converted; a record that fits no charset is rejected (encoding). --encoding NAME "
        "takes the bytes for what you say; it is the only way to read VIQR. Capitals that "
        "were a font's (.VnTimeH) come out small. --repair undoes text that "
        "is valid UTF-8 but was read as the wrong charset before (C«ng nghÖ, CÃ´ng nghá»‡); "
        "sound text is left alone. Without it such articles are indexed as they are, and "
        "counted.\n\n"
        "The whole run is one step: killed or interrupted, it leaves the index as it was. The "
        "counts always add up: read = indexed + replaced + duplicates + rejected. Exit 4 if "
        "some were rejected; the index is valid then. With -v a table says where the time "
        "went, over all threads; with --json that is stage_seconds.\n\n"
        "--backend xapian makes a Xapian database in place of a native index; later runs see "
        "what is there. It takes the package libxapian30, more time and some seven times the "
        "bytes, and is for those who want Xapian's own programs on the same articles or shards "
        "on several machines. --shards N spreads them over the databases INDEX/shard-0 and so "
        "on, which INDEX/XAPIANDB lists; killed while it commits, a run may leave some of "
        "these new and others old: run it again. Documents are as Omega has them: terms Q and "
        "the id, S title, A author, G section, D Y M date, K tags, and every word without a "
        "prefix; value 0 is the date; the data has lines url=, title=, sample= and modtime=, "
        "then id=, source=, section=, author=, tags=, lead=, body=, with line ends as \\n and "
        "\\ as \\\\, for templates of Omega, Python and others. --store no is not possible: "
        "scores are made from the articles.",
    .run = run,
};

/*
 * The n-th call to the system fails, or the n-th allocation, for n = 1, 2, 3 ... until
 * the work gets through (reliability T4, T6): reading, and committing articles that
 * replace others.  After each: an error with words or a result that is right, nothing
 * leaked, the old generation intact, and the next run works.
 *
 * Past the 200th allocation the default run takes samples; HLSEARCH_LONG=1 takes all.
 */
#include "answers.h"
#include "faultio.h"
#include "memfs.h"
#include "scratch.h"

#include <errno.h>
#include <malloc.h>

enum { IDS = 12, ALL_UNTIL = 200 };

static struct scratch_archive archives[2];
static const char *ids[IDS + 1];
static bool long_run;

/* An index to work on, and what it says before and after the commit under test. */
static struct base {
    int commits; /* and so many small segments, with replaced articles */
    struct memfs_world world;
    char *before, *after;
} bases[] = {{.commits = 2}, {.commits = 3}};
static const struct base *base = &bases[0];

/* ----------------------------------------------------------------------- work */

static hl_status add_and_commit(int threads, int archive, size_t from, size_t to,
                                struct hl_error *err)
{
    struct hl_writer_options options = {.threads = threads, .memory = 32 << 20};
    struct hl_writer *writer = NULL;
    hl_status status = hl_writer_open("ix", &options, &writer, err);
    for (size_t i = from; !status && i < to; i++)
        status = hl_writer_add(writer, &archives[archive].articles[i], err);
    if (!status)
        status = hl_writer_commit(writer, NULL, err);
    hl_writer_close(writer);
    return status;
}

static hl_status work_write(struct hl_error *err)
{
    return add_and_commit(1, 1, 8, 20, err);
}

static hl_status work_write_threads(struct hl_error *err)
{
    return add_and_commit(2, 1, 8, 20, err);
}

/* Wrong answers are no failure of the system's: they must not come, whatever fails. */
static hl_status work_read(struct hl_error *err)
{
    struct answers answers = answers_of("ix", ids);
    if (!answers.status && strcmp(answers.text, base->before))
        OK(false, "a wrong answer: generation %d", (int)answers.generation);
    free(answers.text);
    *err = answers.err;
    return answers.status;
}

static hl_status work_snippet(struct hl_error *err)
{
    struct hl_index *index = NULL;
    struct hl_query *query = NULL;
    struct hl_result *result = NULL;
    struct hl_snippet snippet = {0};
    hl_status status = hl_index_open("ix", &index, err);
    if (!status)
        status = hl_query_parse(index, "cong nghe OR \"khoa học\"", 24, NULL, &query, err);
    if (!status)
        status = hl_search(index, query, NULL, &result, err);
    if (!status)
        status = hl_snippet_make(result, archives[0].articles[0].body, 80, &snippet, err);
    hl_snippet_release(&snippet);
    hl_result_free(result);
    hl_query_free(query);
    hl_index_close(index);
    return status;
}

struct work {
    const char *name;
    hl_status (*run)(struct hl_error *err);
    bool writes;
    struct base *base;
    size_t codes; /* how many kinds of failure by default */
};

static const struct work works[] = {
    {"reading", work_read, false, &bases[0], 6},
    {"a snippet", work_snippet, false, &bases[0], 6},
    {"a commit", work_write, true, &bases[0], 6},
    {"a commit that merges", work_write, true, &bases[1], 6},
    {"a commit of two threads", work_write_threads, true, &bases[0], 2},
};

/* ----------------------------------------------------------------------- base */

static char *remember(uint64_t generation)
{
    struct answers answers = answers_of("ix", ids);
    OK(!answers.status && answers.generation == generation, "generation %d is there",
       (int)generation);
    return answers.text;
}

/* All of the disk as it is now, in memory of the world's own. */
static void keep_world(struct memfs_world *out_world)
{
    struct memfs_journal journal;
    struct memfs_choice all = {.names = MEMFS_ALL, .writes = MEMFS_ALL};
    struct memfs_disk *disk = memfs_disk_new(NULL);
    memfs_take_journal(&journal);
    for (size_t i = 0; i < journal.count; i++)
        memfs_disk_apply(disk, &journal.ops[i]);
    memfs_world_make(disk, &all, out_world);
    for (size_t i = 0; i < out_world->count; i++) {
        struct memfs_file *file = &out_world->files[i];
        if (file->own || !file->size)
            continue;
        file->own = malloc(file->size);
        memcpy(file->own, file->data, file->size);
        file->data = file->own;
    }
    memfs_disk_free(disk);
    memfs_journal_release(&journal);
}

/* What comes after it is made once without a fault, to know what it says. */
static bool make_base(struct base *made)
{
    struct hl_error err = {0};
    hl_status status = HL_OK;
    memfs_load(NULL);
    for (int i = 0; !status && i < made->commits; i++)
        status = i ? add_and_commit(1, 1, (size_t)i * 2, (size_t)i * 2 + 3, &err)
                   : add_and_commit(1, 0, 0, 16, &err);
    if (!status) {
        made->before = remember((uint64_t)made->commits);
        keep_world(&made->world);
        memfs_load(&made->world);
        status = work_write(&err);
        made->after = remember((uint64_t)made->commits + 1);
    }
    OK(!status, "an index of %d segments%s%s", made->commits, status ? ": " : "",
       status ? err.text : "");
    return !status;
}

/* ---------------------------------------------------------------------- cases */

struct outcome {
    hl_status status;
    struct hl_error err;
    uint64_t failed;
    long files, maps, blocks;
};

static struct outcome run(const struct work *work, const struct faultio_plan *plan,
                          uint64_t allocation, bool onwards)
{
    struct outcome out = {0};
    memfs_load(&work->base->world);
    faultio_start(&memfs_io, plan, NULL, NULL);
    faultmem_start(allocation, onwards);
    out.status = work->run(&out.err);
    out.failed = faultio_failed() + faultmem_failed();
    out.files = faultio_open_files();
    out.maps = faultio_open_maps();
    out.blocks = faultmem_live();
    faultmem_stop();
    hlio_set(&memfs_io);
    return out;
}

/* The index afterwards, with nothing failing. */
static const char *judge_index(const struct work *work, const struct outcome *out, bool onwards)
{
    const char *fault = NULL;
    struct hl_error err;
    struct answers answers = answers_of("ix", ids);
    uint64_t generation = answers.generation, before = (uint64_t)work->base->commits;
    if (answers.status)
        fault = "the index cannot be opened afterwards";
    else if (generation != before && generation != before + work->writes)
        fault = "the index is of another generation";
    else if (strcmp(answers.text, generation == before ? base->before : base->after))
        fault = "the index says something else";
    else if (!out->status && generation != before + work->writes)
        fault = "a commit that was reported is not there";
    /* Where every call fails, the name of the new generation cannot be taken back. */
    else if (out->status && generation != before && !onwards)
        fault = "a commit that failed is there";
    free(answers.text);
    /* The next writer is run after some: it takes as long as the work itself. */
    static unsigned turn;
    if (!fault && ++turn % 4 == 0 && add_and_commit(1, 0, 16, 18, &err))
        fault = "the next writer fails";
    return fault;
}

static const char *judge(const struct work *work, const struct outcome *out, bool onwards)
{
    if (out->files)
        return "files stay open";
    if (out->maps)
        return "files stay mapped";
    if (out->blocks)
        return "memory leaks";
    if (!out->failed && out->status)
        return "fails for no reason";
    if (out->status && (!*out->err.text || out->err.code != out->status))
        return "an error without words";
    return judge_index(work, out, onwards);
}

static bool good(const struct work *work, const struct outcome *out, bool onwards,
                 const char *what, uint64_t at)
{
    const char *fault = judge(work, out, onwards);
    if (fault)
        printf("# %s, %s %" PRIu64 "%s: %s (%s: %s; files %ld, maps %ld, blocks %ld)\n",
               work->name, what, at, onwards ? " and on" : "", fault,
               hl_status_name(out->status), out->err.text, out->files, out->maps, out->blocks);
    return !fault;
}

static void fail_calls(const struct work *work, int code, bool cut, bool onwards)
{
    int bad = 0;
    uint64_t at = 0, failed;
    do {
        struct faultio_plan plan = {FAULTIO_ANY, ++at, onwards, code, cut};
        struct outcome out = run(work, &plan, 0, false);
        failed = out.failed;
        bad += !good(work, &out, onwards, "call", at);
        if (cut && out.status) {
            printf("# a short count is no failure: %s\n", out.err.text);
            bad++;
        }
        /* A cut call that is no read or write works, so nothing failed there. */
        failed += cut && at < faultio_count();
    } while (failed && bad < 3);
    OK(!bad, "%s: each of %" PRIu64 " calls %s%s (%d)", work->name, at - 1,
       cut ? "comes short" : "fails", onwards ? ", and all after it" : "", code);
}

/* Calls without which the work cannot be done.  Others may fail without harm. */
static bool is_needed(const struct work *work, int call)
{
    static const bool to_read[FAULTIO_CALLS] = {
        [FAULTIO_OPEN_READ] = true, [FAULTIO_LIST] = true};
    static const bool to_write[FAULTIO_CALLS] = {
        [FAULTIO_OPEN_NEW] = true, [FAULTIO_OPEN_LOCK] = true, [FAULTIO_LOCK] = true,
        [FAULTIO_PWRITE] = true,   [FAULTIO_FSYNC] = true,     [FAULTIO_SYNC_FOLDER] = true,
        [FAULTIO_RENAME] = true,   [FAULTIO_CLOSE] = true,     [FAULTIO_LIST] = true};
    return work->writes ? to_write[call] : to_read[call];
}

/* Every call of one kind fails. */
static void fail_kinds(const struct work *work)
{
    int bad = 0;
    for (int call = 0; call < FAULTIO_CALLS; call++) {
        struct faultio_plan plan = {(enum faultio_call)call, 1, true, EIO, false};
        struct outcome out = run(work, &plan, 0, false);
        bad += !good(work, &out, true, faultio_call_name(plan.call), 1);
        if (is_needed(work, call) && !out.status) {
            printf("# %s works although all %s fail\n", work->name,
                   faultio_call_name(plan.call));
            bad++;
        }
    }
    OK(!bad, "%s: all calls of a kind fail", work->name);
}

static void fail_allocations(const struct work *work, bool onwards)
{
    int bad = 0;
    uint64_t at = 0, tried = 0, failed, state = 901;
    do {
        at += at < ALL_UNTIL || long_run ? 1 : 1 + tap_random(&state) % (at / 20);
        struct outcome out = run(work, NULL, at, onwards);
        failed = out.failed;
        tried++;
        bad += !good(work, &out, false, "allocation", at);
        if (failed && out.status && out.status != HL_NOMEM) {
            printf("# allocation %" PRIu64 ": %s, not NOMEM: %s\n", at,
                   hl_status_name(out.status), out.err.text);
            bad++;
        }
    } while (failed && bad < 3);
    OK(!bad, "%s: %" PRIu64 " of %" PRIu64 " allocations fail%s", work->name, tried, at,
       onwards ? ", and all after" : "");
}

static void make_archives(void)
{
    static const struct scratch_shape shape = {24, 200, 6, 12, 40, 0, false};
    for (int i = 0; i < 2; i++)
        archives[i] = scratch_archive_make(&shape, 901 + (uint64_t)i);
    for (size_t i = 0; i < archives[1].count; i++) {
        free((char *)archives[1].articles[i].id);
        archives[1].articles[i].id = strdup(archives[0].articles[i].id);
    }
    for (size_t i = 0; i < IDS; i++)
        ids[i] = archives[0].articles[i * 2].id;
}

static void fail_work(const struct work *work)
{
    static const int codes[] = {EIO, ENOSPC, EDQUOT, EACCES, EMFILE, ENOMEM};
    base = work->base;
    for (size_t i = 0; i < (long_run ? sizeof codes / sizeof *codes : work->codes); i++) {
        fail_calls(work, codes[i], false, false);
        fail_calls(work, codes[i], false, true);
    }
    fail_calls(work, 0, true, false);
    fail_calls(work, 0, true, true);
    fail_kinds(work);
    fail_allocations(work, false);
    fail_allocations(work, true);
}

int main(void)
{
    long_run = getenv("HLSEARCH_LONG");
    setvbuf(stdout, NULL, _IOLBF, 0);   /* what was found stays if the next case crashes */
    mallopt(M_TRIM_THRESHOLD, 1 << 30); /* some thousand runs: keep the pages */
    mallopt(M_MMAP_THRESHOLD, 1 << 30);
    make_archives();
    hlio_set(&memfs_io);
    bool made = true;
    for (size_t i = 0; i < 2; i++)
        made &= make_base(&bases[i]);
    for (size_t i = 0; made && i < sizeof works / sizeof *works; i++)
        fail_work(&works[i]);
    hlio_set(NULL);
    memfs_load(NULL);
    for (size_t i = 0; i < 2; i++) {
        memfs_world_release(&bases[i].world);
        free(bases[i].before);
        free(bases[i].after);
    }
    scratch_archive_release(&archives[0]);
    scratch_archive_release(&archives[1]);
    return tap_done();
}

/*
 * Power cuts at every moment (reliability T1 and, for the run after a crash, T3), over
 * the public interface.  A workload runs on the disk in memory; then, after each change
 * that it made, the worlds that a power cut may leave are opened.  Each must be the last
 * generation that was committed or the one under way, with all its answers.
 *
 * Every world is opened; by chance (the seed is printed, HLSEARCH_SEED sets it) it is also
 * checked, written on, and the power cut again during that.  HLSEARCH_LONG=1 does all of
 * that more often, in 20 rounds.
 */
#include "answers.h"
#include "hlsearch_inspect.h"
#include "memfs.h"
#include "scratch.h"

#include <malloc.h>

enum { GENERATIONS = 24, IDS = 40, MARK_BEGUN = 1000, SEEN = 1 << 16 };

/* A commit: articles [from, from + count) of one of two archives that share their ids.
 * The last step of a workload is followed by one without threads. */
struct step {
    int archive;
    size_t from, count;
    bool same_writer; /* as the step before */
    struct hl_writer_options options;
};

struct workload {
    const char *name;
    struct step steps[GENERATIONS];
};

#define ONE                                                                                    \
    {                                                                                          \
        .threads = 1                                                                           \
    }
static const struct workload workloads[] = {
    {"first build", {{0, 0, 40, false, ONE}}},
    {"two threads", {{0, 0, 40, false, {.threads = 2}}, {0, 40, 40, false, {.threads = 2}}}},
    {"add", {{0, 0, 20, false, ONE}, {0, 20, 20, false, ONE}}},
    {"replace", {{0, 0, 20, false, ONE}, {1, 5, 10, false, ONE}}},
    {"replace all, twice",
     {{0, 0, 10, false, ONE}, {1, 0, 10, false, ONE}, {0, 0, 10, false, ONE}}},
    {"replace never",
     {{0, 0, 10, false, ONE}, {1, 5, 10, false, {.threads = 1, .replace = HL_REPLACE_NEVER}}}},
    {"no store",
     {{0, 0, 10, false, {.threads = 1, .no_store = true}},
      {1, 5, 10, false, {.threads = 1, .no_store = true}}}},
    {"weights",
     {{0, 0, 10, false, {.threads = 1, .weight = {5, 2, 1}}}, {0, 10, 10, false, ONE}}},
    {"one writer, four commits",
     {{0, 0, 10, false, ONE},
      {0, 10, 10, true, ONE},
      {1, 5, 10, true, ONE},
      {0, 20, 10, true, ONE}}},
    {"nothing, then articles", {{0, 0, 0, false, ONE}, {0, 0, 10, false, ONE}}},
    {"many commits, small segments merged",
     {{0, 0, 4, false, ONE},
      {0, 4, 4, false, ONE},
      {0, 8, 4, false, ONE},
      {0, 12, 4, false, ONE},
      {1, 2, 4, false, ONE},
      {0, 16, 4, false, ONE},
      {0, 20, 4, false, ONE},
      {1, 10, 4, false, ONE},
      {0, 24, 4, false, ONE},
      {0, 28, 4, false, ONE},
      {0, 32, 4, false, ONE},
      {0, 36, 4, false, ONE}}},
    {"merge of segments with replaced articles",
     {{0, 0, 30, false, ONE},
      {1, 0, 25, false, ONE},
      {0, 25, 5, false, ONE},
      {1, 25, 8, true, ONE},
      {0, 60, 3, true, ONE},
      {0, 63, 3, true, ONE}}},
};

static struct scratch_archive archives[2];
static const char *ids[IDS + 1];
static uint64_t seed = 900;
static bool long_run;

/* ------------------------------------------------------------------- workload */

/* The answers by generation, generation 0 being "no index". */
static char *expected[GENERATIONS + 1];

static void expect_now(uint64_t generation)
{
    struct answers answers = answers_of("ix", ids);
    if (answers.status || answers.generation != generation)
        OK(false, "generation %d cannot be read back: %s", (int)generation, answers.err.text);
    free(expected[generation]);
    expected[generation] = answers.text;
}

/* Reads that are made here leave no trace in the journal. */
static bool run_step(const struct step *step, int generation, struct hl_writer **writer)
{
    struct hl_error err = {0};
    struct hl_commit_info info = {0};
    hl_status status = HL_OK;
    memfs_mark(MARK_BEGUN + generation);
    if (!step->same_writer) {
        hl_writer_close(*writer);
        *writer = NULL;
        status = hl_writer_open("ix", &step->options, writer, &err);
    }
    const struct scratch_archive *archive = &archives[step->archive];
    for (size_t i = 0; !status && i < step->count; i++)
        status = hl_writer_add(*writer, &archive->articles[step->from + i], &err);
    if (!status)
        status = hl_writer_commit(*writer, &info, &err);
    memfs_mark(generation);
    if (status || info.generation != (uint64_t)generation)
        OK(false, "generation %d: %s", generation, err.text);
    else
        expect_now((uint64_t)generation);
    return !status;
}

static int run_workload(const struct workload *workload)
{
    struct hl_writer *writer = NULL;
    int count = 0;
    memfs_load(NULL);
    free(expected[0]);
    expected[0] = strdup("");
    while (count < GENERATIONS && workload->steps[count].options.threads)
        if (!run_step(&workload->steps[count], count + 1, &writer))
            break;
        else
            count++;
    hl_writer_close(writer);
    return count;
}

/* --------------------------------------------------------------------- worlds */

struct crash {
    const struct workload *workload;
    uint64_t done, begun;
    size_t op, worlds, opened, checked, resumed, second, bad;
    uint64_t state;
    uint64_t *seen; /* what was found good, by hash and bounds */
};

static bool one_in(struct crash *crash, unsigned share)
{
    return tap_random(&crash->state) % share == 0;
}

static void complain(struct crash *crash, const struct memfs_choice *choice, const char *what)
{
    if (crash->bad++ < 3)
        printf("# %s, after change %zu, names %d/%zu, writes %d/%zu, seed %" PRIu64 ": %s\n",
               crash->workload->name, crash->op, choice->names, choice->name_at, choice->writes,
               choice->write_at, choice->seed, what);
}

static void note_fault(void *user, const char *text)
{
    snprintf(user, 512, "check: %.400s", text);
}

/* `check` must agree that nothing is wrong. */
static void check_world(struct crash *crash, const struct memfs_choice *choice)
{
    char fault[512] = "";
    struct hl_error err;
    struct hl_check_report report = {0};
    hl_status status = hl_check("ix", note_fault, NULL, fault, &report, &err);
    crash->checked++;
    if (status)
        complain(crash, choice, err.text);
    else if (report.faults)
        complain(crash, choice, fault);
}

static int count_leftovers(void *user, const char *name)
{
    size_t size = strlen(name);
    int *found = user;
    found[0] += !strncmp(name, "manifest-", 9);
    found[1] += !strncmp(name, "spool-", 6) || (size > 4 && !strcmp(name + size - 4, ".tmp"));
    return 0;
}

/* The next writer's commit, cut off in its turn. */
struct second {
    struct crash *crash;
    const struct memfs_choice *first;
    struct answers before, after;
    bool done;
};

static void visit_second(void *user, const struct memfs_world *world,
                         const struct memfs_choice *choice)
{
    struct second *second = user;
    memfs_load(world);
    struct answers answers = answers_of("ix", ids);
    bool old = answers.generation == second->before.generation && !second->done &&
               !strcmp(answers.text, second->before.text);
    bool new = answers.generation == second->after.generation &&
               !strcmp(answers.text, second->after.text);
    second->crash->second++;
    if (answers.status || !(old || new)) {
        complain(second->crash, second->first, "and then, in the run after the crash:");
        complain(second->crash, choice, answers.status ? answers.err.text : "wrong answers");
    }
    free(answers.text);
}

static void crash_again(struct second *second, const struct memfs_world *world)
{
    struct memfs_journal journal;
    struct memfs_disk *disk = memfs_disk_new(world);
    memfs_take_journal(&journal);
    second->after = answers_of("ix", ids);
    for (size_t i = 0; i < journal.count; i++) {
        memfs_disk_apply(disk, &journal.ops[i]);
        second->done |= journal.ops[i].kind == MEMFS_MARK;
        memfs_each_world(disk, 2, i, visit_second, second);
    }
    memfs_disk_free(disk);
    memfs_journal_release(&journal);
    free(second->after.text);
}

static hl_status write_on(struct hl_commit_info *out_info, struct hl_error *err)
{
    struct hl_article article = {.id = "sau-mất-điện", .body = "công nghệ sau khi mất điện"};
    struct hl_writer_options options = {.threads = 1};
    struct hl_writer *writer = NULL;
    hl_status status = hl_writer_open("ix", &options, &writer, err);
    if (!status)
        status = hl_writer_add(writer, &article, err);
    if (!status)
        status = hl_writer_commit(writer, out_info, err);
    memfs_mark(1);
    hl_writer_close(writer);
    return status;
}

/* The next writer starts here, without repair, and clears away what the dead one left. */
static void resume(struct crash *crash, const struct memfs_world *world,
                   const struct memfs_choice *choice, const struct answers *before)
{
    static const char *const one[] = {"sau-mất-điện", NULL};
    struct hl_commit_info info = {0};
    struct hl_error err = {0};
    int found[2] = {0, 0};
    hl_status status = write_on(&info, &err);
    crash->resumed++;
    struct answers answers = answers_of("ix", one);
    if (status || info.generation != before->generation + 1)
        complain(crash, choice, status ? err.text : "the next writer counts wrongly");
    else if (answers.status || !strstr(answers.text, "sau khi mất điện"))
        complain(crash, choice, "the next writer's article is not found");
    free(answers.text);
    memfs_io.list("ix", count_leftovers, found);
    if (found[0] != 1 || found[1])
        complain(crash, choice, "the next writer leaves old files");
    struct second second = {crash, choice, *before, {0}, false};
    if (one_in(crash, long_run ? 2 : 8))
        crash_again(&second, world);
}

static bool seen_before(struct crash *crash, const struct memfs_world *world)
{
    uint64_t key = memfs_world_hash(world) * 31 + crash->done * 7 + crash->begun;
    uint64_t *slot = &crash->seen[key % SEEN];
    bool seen = *slot == key;
    *slot = key;
    return seen;
}

static void visit(void *user, const struct memfs_world *world,
                  const struct memfs_choice *choice)
{
    struct crash *crash = user;
    crash->worlds++;
    if (seen_before(crash, world))
        return;
    memfs_load(world);
    crash->opened++;
    struct answers answers = answers_of("ix", ids);
    if (answers.status)
        complain(crash, choice, answers.err.text);
    else if (answers.generation < crash->done || answers.generation > crash->begun)
        complain(crash, choice, "a generation that is neither the old nor the new one");
    else if (strcmp(answers.text, expected[answers.generation]))
        complain(crash, choice, "other answers than those of its generation");
    else {
        if (answers.generation && one_in(crash, long_run ? 2 : 8))
            check_world(crash, choice);
        if (one_in(crash, long_run ? 8 : 32))
            resume(crash, world, choice, &answers);
    }
    free(answers.text);
}

static void follow(struct crash *crash, const struct memfs_op *op)
{
    if (op->kind == MEMFS_MARK && op->mark >= MARK_BEGUN)
        crash->begun = (uint64_t)(op->mark - MARK_BEGUN);
    else if (op->kind == MEMFS_MARK)
        crash->done = (uint64_t)op->mark;
}

static void crash_everywhere(const struct workload *workload, uint64_t round)
{
    struct crash crash = {.workload = workload, .state = seed + round};
    struct memfs_journal journal;
    int count = run_workload(workload);
    memfs_take_journal(&journal);
    OK(count > 0 && !workload->steps[count].options.threads,
       "%s: %d commits, %zu changes of the disk", workload->name, count, journal.count);
    crash.seen = calloc(SEEN, sizeof *crash.seen);
    struct memfs_disk *disk = memfs_disk_new(NULL);
    for (crash.op = 0; crash.op < journal.count; crash.op++) {
        memfs_disk_apply(disk, &journal.ops[crash.op]);
        follow(&crash, &journal.ops[crash.op]);
        memfs_each_world(disk, long_run ? 200 : 20, seed + round + crash.op, visit, &crash);
    }
    OK(!crash.bad,
       "%s: %zu worlds, %zu opened, %zu checked, %zu written on, %zu second crashes: %zu bad",
       workload->name, crash.worlds, crash.opened, crash.checked, crash.resumed, crash.second,
       crash.bad);
    memfs_load(NULL);
    memfs_disk_free(disk);
    memfs_journal_release(&journal);
    free(crash.seen);
}

/* ----------------------------------------------------------------------- main */

/* The second archive has other articles under the ids of the first. */
static void make_archives(void)
{
    static const struct scratch_shape shape = {80, 400, 8, 20, 60, 0, false};
    for (int i = 0; i < 2; i++)
        archives[i] = scratch_archive_make(&shape, 900 + (uint64_t)i);
    for (size_t i = 0; i < archives[1].count; i++) {
        free((char *)archives[1].articles[i].id);
        archives[1].articles[i].id = strdup(archives[0].articles[i].id);
    }
    for (size_t i = 0; i < IDS; i++)
        ids[i] = archives[0].articles[i * 2].id;
}

int main(void)
{
    const char *given = getenv("HLSEARCH_SEED");
    long_run = getenv("HLSEARCH_LONG");
    setvbuf(stdout, NULL, _IOLBF, 0);   /* what was found stays if the next case crashes */
    mallopt(M_TRIM_THRESHOLD, 1 << 30); /* some thousand runs: keep the pages */
    mallopt(M_MMAP_THRESHOLD, 1 << 30);
    if (given)
        seed = strtoull(given, NULL, 10);
    printf("# HLSEARCH_SEED=%" PRIu64 "%s\n", seed, long_run ? " HLSEARCH_LONG=1" : "");
    make_archives();
    hlio_set(&memfs_io);
    for (uint64_t round = 0; round < (long_run ? 20 : 1); round++)
        for (size_t i = 0; i < sizeof workloads / sizeof *workloads; i++)
            crash_everywhere(&workloads[i], round * 1000003);
    hlio_set(NULL);
    for (int i = 0; i <= GENERATIONS; i++)
        free(expected[i]);
    scratch_archive_release(&archives[0]);
    scratch_archive_release(&archives[1]);
    return tap_done();
}

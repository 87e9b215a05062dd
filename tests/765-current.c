/*
 * Is an open index still the newest there is?  After commits, in other folders of the same
 * name, of several indexes, and when the system refuses.
 */
#include "base/mem.h"
#include "faultio.h"
#include "scratch.h"
#include "tap.h"

#include <errno.h>
#include <sys/stat.h>

static const struct hl_article first = {.id = "a", .title = "tàu vũ trụ", .body = "một hai"};
static const struct hl_article second = {.id = "b", .title = "tàu thủy", .body = "một ba"};
static const struct hl_article third = {.id = "c", .title = "tàu ngầm", .body = "bốn"};

static bool commit(const char *name, const struct hl_article *article)
{
    return scratch_commit(scratch_name(name), NULL, article, 0, 1, NULL);
}

static struct hl_index *open_index(const char *name)
{
    struct hl_index *index = NULL;
    struct hl_error err;
    if (hl_index_open(scratch_name(name), &index, &err) != HL_OK)
        printf("# %s\n", err.text);
    return index;
}

/* 1: current, 0: not, else the failure. */
static int state_of(const struct hl_index *index)
{
    bool current = true;
    struct hl_error err = {0};
    hl_status status = hl_index_is_current(index, &current, &err);
    if (status != HL_OK)
        printf("# %s\n", err.text);
    else if (err.code != HL_OK || *err.text)
        return -100; /* filled only on failure */
    return status == HL_OK ? current : (int)status;
}

static bool move(const char *from, const char *to)
{
    return !rename(scratch_name(from), scratch_name(to));
}

static void check_commits(void)
{
    OK(commit("a", &first), "an index");
    struct hl_index *old = open_index("a");
    OK(state_of(old) == 1 && state_of(old) == 1, "just opened: current");

    struct hl_writer *writer = NULL;
    OK(hl_writer_open(scratch_name("a"), NULL, &writer, NULL) == HL_OK &&
           hl_writer_add(writer, &second, NULL) == HL_OK && state_of(old) == 1,
       "a writer at work changes nothing");
    OK(hl_writer_commit(writer, NULL, NULL) == HL_OK && state_of(old) == 0,
       "its commit does, while it is open");
    hl_writer_close(writer);
    OK(state_of(old) == 0, "and when it is closed");

    struct hl_index *next = open_index("a");
    OK(state_of(next) == 1 && state_of(old) == 0, "opened again: current, the other is not");
    OK(commit("a", &third) && commit("a", &first) && state_of(old) == 0 && state_of(next) == 0,
       "generations later");
    hl_index_close(next);
    hl_index_close(old);
}

/* Numbers of generations begin anew in every folder. */
static void check_folders(void)
{
    OK(commit("b", &first) && commit("other", &second), "two indexes of one commit");
    struct hl_index *index = open_index("b");
    OK(state_of(index) == 1 && move("b", "away"), "a folder is moved away");
    OK(state_of(index) == 0, "gone: not current");
    OK(!mkdir(scratch_name("b"), 0777) && state_of(index) == 0, "an empty folder in its place");
    rmdir(scratch_name("b"));
    OK(move("other", "b") && state_of(index) == 0, "another index in its place, as young");
    OK(move("b", "other") && move("away", "b") && state_of(index) == 1, "its own, back again");

    char path[1200];
    snprintf(path, sizeof path, "%s/manifest-000000000001", scratch_name("b"));
    FILE *f = fopen(path, "r+b");
    fputs("hlsearch-manifest 7", f);
    fclose(f);
    OK(state_of(index) == 0, "a manifest that cannot be read: not current");
    hl_index_close(index);

    scratch_remove(scratch_name("b"));
    OK(commit("b", &first), "made anew from the same articles");
    struct hl_index *again = open_index("b");
    OK(state_of(again) == 1, "current");
    hl_index_close(again);
}

/* An index of two is as current as both. */
static void check_many(void)
{
    char c[1024], d[1024];
    const char *paths[] = {c, d};
    struct hl_index *many = NULL;
    snprintf(c, sizeof c, "%s", scratch_name("c"));
    snprintf(d, sizeof d, "%s", scratch_name("d"));
    for (int i = 0; i < 2; i++) {
        OK((i || (commit("c", &first) && commit("d", &second))) &&
               hl_index_open_many(paths, 2, &many, NULL) == HL_OK && state_of(many) == 1,
           "two as one: current");
        OK(commit(i ? "d" : "c", &third) && state_of(many) == 0, "the %s has a commit",
           i ? "second" : "first");
        hl_index_close(many);
        many = NULL;
    }
    OK(hl_index_open_many(paths, 2, &many, NULL) == HL_OK && move("d", "e") &&
           state_of(many) == 0,
       "the second is gone");
    hl_index_close(many);
}

/* Every call to the system and every allocation fails once: an error, never a wrong answer. */
static void check_faults(void)
{
    struct hl_index *index = open_index("b");
    struct hl_error err;
    uint64_t at = 1;
    bool good = true, current = false;
    for (; good; at++) {
        faultio_start(&hlio_system,
                      &(struct faultio_plan){.call = FAULTIO_ANY, .at = at, .code = EIO}, NULL,
                      NULL);
        hl_status status = hl_index_is_current(index, &current, &err);
        bool failed = faultio_failed() > 0;
        good = (status == HL_OK ? current : failed && status == HL_IO && *err.text) &&
               !faultio_open_files();
        faultio_stop();
        if (!failed)
            break;
        current = true; /* untouched by a failure */
    }
    OK(good && at > 3, "%llu calls to the system fail one by one", (unsigned long long)at - 1);
    for (at = 1; good; at++) {
        faultmem_start(at, false);
        hl_status status = hl_index_is_current(index, &current, NULL);
        bool failed = faultmem_failed() > 0;
        good = (status == HL_OK ? current : failed && status == HL_NOMEM) && !faultmem_live();
        faultmem_stop();
        if (!failed)
            break;
    }
    OK(good && at > 1, "%llu allocations fail one by one", (unsigned long long)at - 1);
    OK(hl_index_is_current(NULL, &current, &err) == HL_MISUSE &&
           hl_index_is_current(index, NULL, &err) == HL_MISUSE,
       "no index, no place for the answer");
    hl_index_close(index);
}

int main(void)
{
    scratch_begin();
    check_commits();
    check_folders();
    check_many();
    check_faults();
    return tap_done();
}

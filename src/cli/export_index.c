/*
 * export_index.c - an index of all articles of another one, whatever keeps either.
 *
 * The target is new: a folder that is not there yet, or is empty.  A writer leaves nothing
 * that a reader would find before its commit, and what files it leaves are taken away where the
 * export ends early.
 */
#include "cli/export.h"
#include "cli/progress.h"

#include <assert.h>
#include <dirent.h>
#include <errno.h>
#include <ftw.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct conversion {
    struct hl_writer *writer;
    uint64_t given, of, bytes;
    hl_status status;
    struct hl_error err;
};

static bool stop_commit(void *user, const char *stage, uint64_t done, uint64_t total)
{
    hlcli_progress_stage(stage, done, total);
    return hlcli_stop_asked();
}

static size_t text_size(const struct hl_article *article)
{
    const char *texts[] = {article->title, article->lead, article->body};
    size_t size = 0;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        size += texts[i] ? strlen(texts[i]) : 0;
    return size;
}

static bool take(void *user, const struct hl_article *article)
{
    struct conversion *c = user;
    c->status = hl_writer_add(c->writer, article, &c->err);
    c->given++;
    c->bytes += text_size(article);
    hlcli_export_tell(c->given, c->of, c->bytes);
    return c->status == HL_OK && !hlcli_stop_asked();
}

/* Whether a folder has nothing in it. */
static bool is_empty(const char *path)
{
    DIR *folder = opendir(path);
    struct dirent *entry;
    bool empty = folder != NULL;
    while (empty && (entry = readdir(folder)))
        empty = !strcmp(entry->d_name, ".") || !strcmp(entry->d_name, "..");
    if (folder)
        closedir(folder);
    return empty;
}

/* *out_made: the folder is to be made, and unmade if this comes to nothing. */
static int check_target(const char *path, bool *out_made)
{
    struct stat st;
    *out_made = lstat(path, &st) != 0 && errno == ENOENT;
    if (*out_made || is_empty(path))
        return 0;
    return hlcli_wrong("name a new folder; `hlsearch index` adds articles to an index",
                       "%s is there already", path);
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
    (void)st;
    (void)type;
    if (ftw->level > 0)
        remove(path);
    return 0;
}

/* What a writer that did not commit left in a folder that was empty before it. */
static void remove_rest(const char *path, bool made)
{
    nftw(path, remove_one, 16, FTW_DEPTH | FTW_PHYS);
    if (made)
        rmdir(path);
}

/* All articles, and the commit. */
static int convert(const struct hl_index *index, struct conversion *c,
                   struct hl_commit_info *out_info)
{
    struct hl_error err;
    hl_status status = hl_index_each(index, take, c, &err);
    if (hlcli_stop_asked())
        return hlcli_export_stopped();
    if (status != HL_OK || c->status != HL_OK)
        return hlcli_fail_error(status != HL_OK ? &err : &c->err);
    hlcli_progress_stage("committing", 0, 0);
    if (hl_writer_commit(c->writer, out_info, &err) == HL_OK)
        return 0;
    return hlcli_stop_asked() ? hlcli_export_stopped() : hlcli_fail_error(&err);
}

int hlcli_export_index(const struct hl_index *index, const struct hl_stats *stats,
                       const struct hlcli_target *target, struct hl_commit_info *out_info)
{
    struct conversion c = {.of = stats->articles};
    struct hl_error err;
    bool made;
    int code = check_target(target->path, &made);
    if (code)
        return code;
    struct hl_writer_options options = {
        .tokens = target->tokens,
        .weight = {stats->weight[0], stats->weight[1], stats->weight[2]},
        .backend = target->backend,
        .shards = target->shards,
        .progress = stop_commit,
    };
    if (hl_writer_open(target->path, &options, &c.writer, &err) != HL_OK) {
        if (made)
            rmdir(target->path); /* which leaves a folder with something in it alone */
        return hlcli_fail_error(&err);
    }
    code = convert(index, &c, out_info);
    hlcli_progress_stop();
    hl_writer_close(c.writer);
    if (code)
        remove_rest(target->path, made);
    return code;
}

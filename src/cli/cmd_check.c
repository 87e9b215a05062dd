/*
 * check: every byte of the newest generation against every rule of the format.
 *
 * Faults are results, not errors: they go to stdout, and exit 3 says that there were some.
 * What ends the check before its end (no such index, a file that cannot be read) is an
 * error as everywhere.
 */
#include "cli/commands.h"
#include "cli/json.h"
#include "cli/progress.h"

#include "hlsearch_inspect.h"

#include <assert.h>
#include <string.h>

/* What the library calls while it reads. */
struct faults {
    struct hlcli_text text;
    struct hlcli_json json;
    bool as_json;
};

static void take_fault(void *user, const char *sentence)
{
    struct faults *faults = user;
    assert(sentence && *sentence);
    if (faults->as_json) {
        hlcli_json_string(&faults->json, sentence);
        return;
    }
    /* At once: a damaged index may be large and its reader impatient. */
    hlcli_text_reset(&faults->text);
    hlcli_add(&faults->text, "fault: ");
    hlcli_add_plain(&faults->text, sentence, strlen(sentence));
    hlcli_add(&faults->text, "\n");
    hlcli_print(&faults->text);
}

static void take_progress(void *user, uint64_t done, uint64_t total)
{
    hlcli_progress_stage("checking", done, total);
}

/* One line: what was read, and the verdict. */
static void add_report(const struct hl_check_report *r, const char *index,
                       struct hlcli_text *out)
{
    hlcli_add_plain(out, index, strlen(index));
    hlcli_add(out, ": ");
    hlcli_add_count(out, r->files);
    hlcli_add(out, r->files == 1 ? " file, " : " files, ");
    hlcli_add_bytes_of(out, r->bytes);
    hlcli_add(out, ", ");
    hlcli_add_count(out, r->blocks);
    hlcli_add(out, " blocks, ");
    hlcli_add_count(out, r->chunks);
    hlcli_add(out, " chunks, ");
    hlcli_add_count(out, r->containers);
    hlcli_add(out, " containers: ");
    if (r->faults)
        hlcli_add_count(out, r->faults);
    hlcli_add(out, !r->faults ? "no fault\n" : r->faults == 1 ? " fault\n" : " faults\n");
}

/* Closes the array of faults that stands open since before the check. */
static void put_report(const struct hl_check_report *r, struct hlcli_json *json)
{
    hlcli_json_array_end(json);
    hlcli_json_put_uint(json, "fault_count", r->faults);
    hlcli_json_put_uint(json, "files", r->files);
    hlcli_json_put_uint(json, "bytes", r->bytes);
    hlcli_json_put_uint(json, "blocks", r->blocks);
    hlcli_json_put_uint(json, "chunks", r->chunks);
    hlcli_json_put_uint(json, "containers", r->containers);
    hlcli_json_object_end(json);
    hlcli_add(json->text, "\n");
}

/* A database of Xapian has a program of its own for that. */
static int fail_check(const char *path, const struct hl_error *err)
{
    if (err->code != HL_UNSUPPORTED)
        return hlcli_fail_error(err);
    return hlcli_fail(HLCLI_WRONG, "UNSUPPORTED", -1, "xapian-check looks into it",
                      "%s is a database of Xapian", path);
}

static int run(const struct hlcli_call *call, const void *given)
{
    struct faults faults = {.as_json = call->common.json};
    struct hl_check_report report;
    struct hl_error err;
    hlcli_text_init(&faults.text);
    if (faults.as_json) {
        hlcli_json_init(&faults.json, &faults.text);
        hlcli_json_object(&faults.json);
        hlcli_json_put_uint(&faults.json, "schema", 1);
        hlcli_json_put(&faults.json, "index", call->index);
        hlcli_json_key(&faults.json, "faults");
        hlcli_json_array(&faults.json);
    }
    hlcli_progress_start("check", (enum hlcli_when)call->common.progress);
    hl_status status = hl_check(call->index, take_fault, take_progress, &faults, &report, &err);
    hlcli_progress_stop();
    int code = HLCLI_FOUND;
    if (status != HL_OK)
        code = fail_check(call->index, &err);
    else {
        if (faults.as_json)
            put_report(&report, &faults.json);
        else {
            hlcli_text_reset(&faults.text);
            add_report(&report, call->index, &faults.text);
        }
        hlcli_print(&faults.text);
        code = report.faults ? HLCLI_DAMAGED : HLCLI_FOUND;
    }
    hlcli_text_release(&faults.text);
    return code;
}

const struct hlcli_command hlcli_check = {
    .name = "check",
    .also = "verify",
    .arguments = "",
    .summary = "every checksum and every rule of the format",
    .takes_index = true,
    .examples = {{"hlsearch check news.ix", "one line a fault, then what was read"},
                 {"hlsearch check news.ix && echo sound", "exit 0: no fault; 3: damaged"},
                 {"hlsearch check news.ix --json", "for programs"}},
    .manual = "Reads the newest generation whole and changes nothing. Exit 3 if there is a "
              "fault: make the index again from its sources.",
    .run = run,
};

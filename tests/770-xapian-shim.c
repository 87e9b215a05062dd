/*
 * Each call of the shim, and each way to fail that can be brought about here.
 */
#include "scratch.h"
#include "xapian.h"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>

static const struct hlx_calls *x;
static struct hlx_error err;

/* ---- databases to look at ---- */

/* Document i: id Qi, terms "all" and "mod"(i % 3), a phrase "a b c" in every second. */
static hl_status put_one(struct hlx_writer *writer, unsigned i, const char *data,
                         bool *out_replaced)
{
    char id[32], mod[32], value[32];
    snprintf(id, sizeof id, "Q%u", i);
    snprintf(mod, sizeof mod, "mod%u", i % 3);
    snprintf(value, sizeof value, "v%04u", i);
    static const uint32_t places[] = {1, 2, 3, 7, 8, 9};
    struct hlx_posting terms[] = {
        {xb("all"), 1, NULL, 0},
        {xb(mod), 1 + i % 4, NULL, 0},
        {xb(id), 0, NULL, 0},
        {xb("a"), 1, &places[i % 2 ? 1 : 0], 1},
        {xb("b"), 2, &places[i % 2 ? 0 : 1], 1},
        {xb("c"), 1, &places[2], 2},
    };
    struct hlx_value values[] = {{1, xb(value)}, {2, xb(mod)}};
    struct hlx_document document = {xb(id), terms, 6, values, i % 5 ? 2 : 1, xb(data)};
    return x->put(writer, &document, out_replaced, &err);
}

static bool fill_writer(struct hlx_writer *writer, unsigned from, unsigned to)
{
    bool replaced, good = true;
    for (unsigned i = from; good && i < to; i++) {
        char data[64];
        snprintf(data, sizeof data, "data of %u", i);
        good = put_one(writer, i, data, &replaced) == HL_OK;
    }
    return good;
}

static bool make(const char *path, unsigned from, unsigned to)
{
    struct hlx_writer *writer;
    uint64_t documents = 0;
    if (x->write_open(path, 64 << 20, &writer, &err) != HL_OK)
        return false;
    bool good = fill_writer(writer, from, to) &&
                x->write_metadata(writer, xb("key"), xb("value"), &err) == HL_OK &&
                x->commit(writer, &documents, &err) == HL_OK && documents == to - from;
    x->write_close(writer);
    return good;
}

static void write_file(const char *path, const char *text)
{
    FILE *f = fopen(path, "w");
    assert(f);
    fputs(text, f);
    fclose(f);
}

/* The call failed so, with words and nothing more. */
static void failed(hl_status got, hl_status want, const char *part, const char *what)
{
    bool good = got == want && err.error.code == want && err.error.at == -1 &&
                strstr(err.error.text, part);
    if (!OK(good, "%s: %s", what, hl_status_name(want)))
        printf("#   got %s: %s\n", hl_status_name(got), err.error.text);
}

/* ---- one shard ---- */

static void test_shard(const char *path)
{
    struct hlx_shard *shard = NULL;
    if (!OK(x->open(path, &shard, &err) == HL_OK, "a database is opened"))
        return;
    uint64_t documents, length, revision;
    char uuid[64];
    OK(x->counts(shard, &documents, &length, &err) == HL_OK && documents == 100, "documents");
    uint64_t want = 0;
    for (unsigned i = 0; i < 100; i++)
        want += 1 + 1 + i % 4 + 4;
    OK(length == want, "length");
    OK(x->revision(shard, uuid, &revision, &err) == HL_OK && strlen(uuid) == 36 && revision > 0,
       "uuid and revision");
    struct xapian_taken taken = {.count = 0};
    OK(x->metadata(shard, xb("key"), xapian_take, &taken, &err) == HL_OK && taken.count == 1,
       "metadata");
    IS(taken.last, "value", "its value");
    OK(x->metadata(shard, xb("none"), xapian_take, &taken, &err) == HL_OK && taken.none,
       "metadata that is not there");
    taken = (struct xapian_taken){.count = 0};
    OK(x->metadata_keys(shard, xb("k"), xapian_take, &taken, &err) == HL_OK &&
           taken.count == 1 && !strcmp(taken.last, "key"),
       "keys of metadata");
    taken = (struct xapian_taken){.count = 0};
    OK(x->terms(shard, xb("mod"), xapian_take_term, &taken, &err) == HL_OK &&
           taken.count == 3 && !strcmp(taken.last, "mod2"),
       "terms that begin so");
    taken = (struct xapian_taken){.limit = 2};
    OK(x->terms(shard, xb(""), xapian_take_term, &taken, &err) == HL_OK && taken.count == 2,
       "until no more are wanted");
    taken = (struct xapian_taken){.count = 0};
    OK(x->documents(shard, xapian_take, &taken, &err) == HL_OK && taken.count == 100 &&
           !strcmp(taken.last, "data of 99"),
       "every document");
    taken = (struct xapian_taken){.limit = 7};
    OK(x->documents(shard, xapian_take, &taken, &err) == HL_OK && taken.count == 7,
       "or the first");
    failed(x->metadata(shard, xb(""), xapian_take, &taken, &err), HL_MISUSE, "key",
           "metadata without a key");
    x->close(shard);
    x->close(NULL);
}

/* ---- a set ---- */

static void test_set(const char *first, const char *second)
{
    struct hlx_shard *shards[2];
    struct hlx_set *set = NULL;
    bool good = x->open(first, &shards[0], &err) == HL_OK &&
                x->open(second, &shards[1], &err) == HL_OK &&
                x->join(shards, 2, &set, &err) == HL_OK;
    if (!OK(good, "two are joined"))
        return;
    /* A set keeps what it is of. */
    x->close(shards[0]);
    x->close(shards[1]);
    struct hlx_bytes terms[] = {xb("all"), xb("b"), xb("nowhere")};
    struct hlx_counts counts[3] = {{0, 0}}, df[3];
    OK(x->frequencies(set, terms, 3, counts, &err) == HL_OK && counts[0].df == 150 &&
           counts[0].cf == 150 && counts[1].cf == 300 && !counts[2].df && !counts[2].cf,
       "frequencies of both together");
    OK(x->document_frequencies(set, terms, 3, df, &err) == HL_OK && df[0].df == 150 &&
           df[1].df == 150 && !df[2].df,
       "and those of documents, by one question");
    OK(x->document_frequencies(set, terms, 0, df, &err) == HL_OK, "of no terms");
    terms[1].size = 0;
    failed(x->frequencies(set, terms, 3, counts, &err), HL_MISUSE, "empty", "an empty term");

    uint64_t docid = 0;
    struct xapian_taken taken = {.count = 0};
    OK(x->fetch_by_term(set, xb("Q101"), &docid, xapian_take, &taken, &err) == HL_OK &&
           !strcmp(taken.last, "data of 101") && (docid - 1) % 2 == 1,
       "a document by its id");
    failed(x->fetch_by_term(set, xb("Q999"), &docid, xapian_take, &taken, &err), HL_NOT_FOUND,
           "Q999", "an id that is not there");
    x->part(set);
    x->part(NULL);
}

static uint64_t total(struct hlx_set *set, const struct hlx_query *query)
{
    struct hlx_search how = {.query = query, .scheme = HLX_BOOL, .look_at = 1000};
    struct hlx_result *result = NULL;
    if (x->search(set, &how, &result, &err) != HL_OK)
        return UINT64_MAX;
    uint64_t count = result->least == result->most ? result->least : UINT64_MAX;
    x->result_free(result);
    return count;
}

static void test_queries(const char *path)
{
    struct hlx_shard *shard;
    struct hlx_set *set;
    if (x->open(path, &shard, &err) != HL_OK || x->join(&shard, 1, &set, &err) != HL_OK)
        return;
    struct hlx_query a = {.op = HLX_TERM, .term = xb("a")};
    struct hlx_query b = {.op = HLX_TERM, .term = xb("b")};
    struct hlx_query c = {.op = HLX_TERM, .term = xb("c")};
    struct hlx_query m0 = {.op = HLX_TERM, .term = xb("mod0")};
    struct hlx_query none = {.op = HLX_NOTHING}, all = {.op = HLX_ALL};
    const struct hlx_query *ab[] = {&a, &b}, *one[] = {&m0}, *with_none[] = {&m0, &none};
    struct hlx_query q = {.op = HLX_PHRASE, .parts = ab, .count = 2, .window = 2};
    OK(total(set, &q) == 50, "a phrase");
    q.op = HLX_NEAR;
    OK(total(set, &q) == 100, "near");
    struct hlx_query some = {.op = HLX_OR, .parts = ab, .count = 2};
    const struct hlx_query *some_c[] = {&some, &c};
    q = (struct hlx_query){.op = HLX_PHRASE, .parts = some_c, .count = 2, .window = 2};
    OK(total(set, &q) == 100, "a phrase of alternatives");
    OK(total(set, &none) == 0 && total(set, &all) == 100, "nothing and everything");
    static const enum hlx_op ops[] = {HLX_AND,     HLX_OR,     HLX_AND_NOT, HLX_FILTER,
                                      HLX_SYNONYM, HLX_PHRASE, HLX_NEAR};
    bool good = true;
    for (size_t i = 0; i < 7; i++) {
        q = (struct hlx_query){.op = ops[i], .parts = one, .count = 1};
        good = good && total(set, &q) == 34;
        q.count = 0;
        good = good && total(set, &q) == 0;
    }
    OK(good, "operators of one part, and of none");
    q = (struct hlx_query){.op = HLX_AND, .parts = with_none, .count = 2};
    struct hlx_query any = {.op = HLX_OR, .parts = with_none, .count = 2};
    struct hlx_query not = {.op = HLX_AND_NOT, .parts = with_none, .count = 2};
    OK(total(set, &q) == 0 && total(set, &any) == 34 && total(set, &not ) == 34,
       "a part that is nothing");
    q = (struct hlx_query){.op = HLX_RANGE, .slot = 1, .low = xb("v0010"), .high = xb("v0019")};
    OK(total(set, &q) == 10, "a range of values");
    q = (struct hlx_query){.op = HLX_SCALE, .parts = one, .count = 1, .scale = 0};
    OK(total(set, &q) == 34, "a scale of 0 is found too");

    struct hlx_result *result = NULL;
    struct hlx_search how = {.query = &q, .count = 10};
    q.scale = -1;
    failed(x->search(set, &how, &result, &err), HL_MISUSE, "", "a scale below 0");
    q.count = 2;
    failed(x->search(set, &how, &result, &err), HL_MISUSE, "one part", "a scale of two parts");
    q = (struct hlx_query){.op = (enum hlx_op)15};
    failed(x->search(set, &how, &result, &err), HL_MISUSE, "15", "an operator that is none");
    OK(!result, "and no result");
    x->result_free(NULL);
    x->part(set);
    x->close(shard);
}

static void test_order(const char *path)
{
    struct hlx_shard *shard;
    struct hlx_set *set;
    if (x->open(path, &shard, &err) != HL_OK || x->join(&shard, 1, &set, &err) != HL_OK)
        return;
    struct hlx_query all = {.op = HLX_TERM, .term = xb("all")};
    struct hlx_search how = {.query = &all,
                             .order = HLX_BY_VALUE_FALLING,
                             .slot = 1,
                             .from = 3,
                             .count = 2,
                             .data = true};
    struct hlx_result *result = NULL;
    OK(x->search(set, &how, &result, &err) == HL_OK && result->count == 2 &&
           !strncmp(result->hits[0].data.bytes, "data of 96", 10) &&
           !strncmp(result->hits[1].data.bytes, "data of 95", 10),
       "by value, falling, from the fourth");
    x->result_free(result);
    how.order = HLX_BY_VALUE_RISING;
    how.data = false;
    OK(x->search(set, &how, &result, &err) == HL_OK && result->count == 2 &&
           result->hits[0].docid == 4 && !result->hits[0].data.bytes,
       "rising, without data");
    x->result_free(result);
    /* All weigh the same under b = 0. */
    how.order = HLX_BY_WEIGHT;
    how.k1 = 1.2;
    OK(x->search(set, &how, &result, &err) == HL_OK && result->hits[0].docid == 4 &&
           result->hits[0].weight > 0,
       "by weight, then by the value");
    x->result_free(result);
    unsigned slots[] = {2, 9};
    how = (struct hlx_search){
        .query = &all, .look_at = 100, .scheme = HLX_BOOL, .facets = slots, .facet_count = 2};
    if (OK(x->search(set, &how, &result, &err) == HL_OK, "facets")) {
        OK(result->facets[0].count == 3 && result->facets[0].seen == 100 &&
               result->facets[0].values[0].count == 27 && !result->facets[1].count &&
               result->facets[1].seen == 100,
           "values in the order of their bytes, and how many have each");
        x->result_free(result);
    }
    x->part(set);
    x->close(shard);
}

/* ---- writing ---- */

static void test_writer(void)
{
    const char *path = scratch_name("written");
    struct hlx_writer *writer = NULL;
    if (!OK(x->write_open(path, 64 << 20, &writer, &err) == HL_OK, "a new database"))
        return;
    bool replaced = true, is = false;
    OK(put_one(writer, 1, "first", &replaced) == HL_OK && !replaced, "a document");
    OK(put_one(writer, 1, "second", &replaced) == HL_OK && replaced, "put again, replaced");
    OK(put_one(writer, 2, "other", &replaced) == HL_OK && !replaced, "another");
    OK(x->has(writer, xb("Q2"), &is, &err) == HL_OK && is &&
           x->has(writer, xb("Q3"), &is, &err) == HL_OK && !is,
       "has");
    struct xapian_taken taken = {.count = 0};
    OK(x->write_metadata(writer, xb("m"), xb("1"), &err) == HL_OK &&
           x->read_metadata(writer, xb("m"), xapian_take, &taken, &err) == HL_OK &&
           !strcmp(taken.last, "1"),
       "metadata, read before the commit");

    struct hlx_shard *shard = NULL;
    uint64_t documents, length;
    bool changed = true;
    OK(x->open(path, &shard, &err) == HL_OK &&
           x->counts(shard, &documents, &length, &err) == HL_OK && !documents,
       "a reader sees nothing before the commit");
    OK(x->commit(writer, &documents, &err) == HL_OK && documents == 2, "commit");
    OK(x->counts(shard, &documents, &length, &err) == HL_OK && !documents,
       "a reader keeps what it opened");
    OK(x->reopen(shard, &changed, &err) == HL_OK && changed &&
           x->counts(shard, &documents, &length, &err) == HL_OK && documents == 2,
       "until it reopens");
    OK(x->reopen(shard, &changed, &err) == HL_OK && !changed, "once; then nothing is new");
    OK(x->remove(writer, xb("Q1"), &is, &err) == HL_OK && is &&
           x->remove(writer, xb("Q1"), &is, &err) == HL_OK && !is,
       "a document is removed once");
    x->write_close(writer);
    OK(x->reopen(shard, NULL, &err) == HL_OK &&
           x->counts(shard, &documents, &length, &err) == HL_OK && documents == 2,
       "what was not committed is dropped");
    x->close(shard);
    x->write_close(NULL);
}

/* More than the budget, in one transaction; numbers stay without gaps. */
static void test_budget(void)
{
    const char *path = scratch_name("budget");
    struct hlx_writer *writer;
    struct hlx_shard *shard;
    uint64_t documents = 0, length;
    if (x->write_open(path, 200000, &writer, &err) != HL_OK ||
        x->open(path, &shard, &err) != HL_OK)
        return;
    OK(fill_writer(writer, 0, 2000) && fill_writer(writer, 500, 700), "many are put");
    OK(x->reopen(shard, NULL, &err) == HL_OK &&
           x->counts(shard, &documents, &length, &err) == HL_OK && !documents,
       "flushing shows none");
    OK(x->commit(writer, &documents, &err) == HL_OK && documents == 2000, "then all");
    struct xapian_taken taken = {.count = 0};
    OK(x->reopen(shard, NULL, &err) == HL_OK &&
           x->terms(shard, xb("X"), xapian_take_term, &taken, &err) == HL_OK && !taken.count,
       "and nothing of how it is done");
    x->write_close(writer);
    OK(x->documents(shard, xapian_take, &taken, &err) == HL_OK && taken.count == 2000 &&
           !strcmp(taken.last, "data of 1999"),
       "in order");
    x->close(shard);
}

static void test_refused_writes(void)
{
    struct hlx_writer *writer = NULL;
    bool replaced;
    const char *path = scratch_name("folder");
    mkdir(path, 0777);
    write_file(scratch_name("folder/notes.txt"), "mine");
    failed(x->write_open(path, 0, &writer, &err), HL_MISUSE, "notes.txt",
           "a folder with other things");
    OK(access(scratch_name("folder/flintlock"), F_OK), "is left alone");
    write_file(scratch_name("file"), "mine");
    failed(x->write_open(scratch_name("file"), 0, &writer, &err), HL_MISUSE, "is a file",
           "a file");
    failed(x->write_open(scratch_name("none/below"), 0, &writer, &err), HL_IO, "none/below",
           "a folder that is nowhere");

    path = scratch_name("refused");
    if (x->write_open(path, 1 << 20, &writer, &err) != HL_OK)
        return;
    char big[300];
    memset(big, 'x', sizeof big);
    struct hlx_posting terms[2] = {{xb("Q1"), 0, NULL, 0}, {{big, 246}, 1, NULL, 0}};
    struct hlx_document document = {xb("Q1"), terms, 2, NULL, 0, xb("")};
    failed(x->put(writer, &document, &replaced, &err), HL_MISUSE, "246", "a term too long");
    memset(big, 0, sizeof big);
    terms[1].term.size = 123;
    failed(x->put(writer, &document, &replaced, &err), HL_MISUSE, "246",
           "a term of zeros, which count twice");
    memset(big, 'x', sizeof big);
    terms[1].term.size = 245;
    OK(x->put(writer, &document, &replaced, &err) == HL_OK, "one that fits, after that");
    document.id_term.size = 0;
    failed(x->put(writer, &document, &replaced, &err), HL_MISUSE, "empty", "no id");
    uint64_t documents;
    OK(x->commit(writer, &documents, &err) == HL_OK && documents == 1, "commit");
    x->write_close(writer);
}

/* A disk that is full: here, files that may not grow. */
static void test_full_disk(void)
{
    const char *path = scratch_name("full");
    struct hlx_writer *writer;
    uint64_t documents = 0, length;
    bool replaced;
    struct rlimit old, small = {.rlim_cur = 100000};
    if (x->write_open(path, 64 << 20, &writer, &err) != HL_OK || !fill_writer(writer, 0, 10) ||
        x->commit(writer, &documents, &err) != HL_OK || getrlimit(RLIMIT_FSIZE, &old))
        return;
    signal(SIGXFSZ, SIG_IGN);
    small.rlim_max = old.rlim_max;
    bool good = fill_writer(writer, 10, 3000) && !setrlimit(RLIMIT_FSIZE, &small);
    hl_status status = good ? x->commit(writer, &documents, &err) : HL_OK;
    setrlimit(RLIMIT_FSIZE, &old);
    OK(status == HL_IO && documents == 10, "a disk that is full: %s", err.error.text);
    failed(put_one(writer, 1, "again", &replaced), HL_IO, "open the database again",
           "what follows");
    failed(x->commit(writer, &documents, &err), HL_IO, "open the database again", "a commit");
    x->write_close(writer);
    struct hlx_shard *shard;
    OK(x->open(path, &shard, &err) == HL_OK &&
           x->counts(shard, &documents, &length, &err) == HL_OK && documents == 10,
       "what was committed stays");
    x->close(shard);
    OK(x->write_open(path, 64 << 20, &writer, &err) == HL_OK && fill_writer(writer, 10, 20) &&
           x->commit(writer, &documents, &err) == HL_OK && documents == 20,
       "and is gone on with");
    x->write_close(writer);
}

/* Another process holds it. */
static void test_lock(const char *path)
{
    int ready[2], done[2];
    if (pipe(ready) || pipe(done))
        return;
    pid_t pid = fork();
    if (!pid) {
        struct hlx_writer *writer;
        char c = x->write_open(path, 1 << 20, &writer, &err) == HL_OK ? 'y' : 'n';
        if (write(ready[1], &c, 1) == 1 && read(done[0], &c, 1) == 1)
            x->write_close(writer);
        _exit(0);
    }
    char c = 0;
    OK(read(ready[0], &c, 1) == 1 && c == 'y', "another process writes");
    struct hlx_writer *writer = NULL;
    failed(x->write_open(path, 1 << 20, &writer, &err), HL_BUSY, path, "a second writer");
    OK(write(done[1], "d", 1) == 1 && waitpid(pid, NULL, 0) == pid &&
           x->write_open(path, 1 << 20, &writer, &err) == HL_OK,
       "when it is gone, we do");
    x->write_close(writer);
}

/* ---- readers that cannot be ---- */

static void test_refused_reads(const char *good)
{
    struct hlx_shard *shard = NULL;
    failed(x->open(scratch_name("nowhere"), &shard, &err), HL_NOT_FOUND, "nowhere",
           "nothing there");
    failed(x->open(scratch_name("folder"), &shard, &err), HL_NOT_FOUND, "folder",
           "a folder of another kind");
    failed(x->open(scratch_name("file"), &shard, &err), HL_IO, "file",
           "a file of another kind");
    /* A path whose letters do not fit is cut between letters. */
    char long_path[1200] = "";
    for (size_t i = 0; i < 200; i++)
        memcpy(long_path + i * 3, "\xe1\xbb\x87", 4);
    failed(x->open(long_path, &shard, &err), HL_IO, "\xe1\xbb\x87", "a path too long");
    size_t size = strlen(err.error.text);
    OK(size < sizeof err.error.text && size > 430 &&
           (unsigned char)err.error.text[size - 1] == 0x87,
       "is cut between letters");

    char command[4096];
    snprintf(command, sizeof command,
             "cp -r '%s' '%s' && cd '%s' && "
             "printf 'no database' >iamglass",
             good, scratch_name("bad"), scratch_name("bad"));
    OK(!system(command), "a copy is damaged");
    failed(x->open(scratch_name("bad"), &shard, &err), HL_CORRUPT, "", "its head");
    snprintf(command, sizeof command,
             "cp '%s'/iamglass '%s' && printf '\\001' | dd of='%s'/iamglass bs=1 seek=14 "
             "conv=notrunc 2>/dev/null",
             good, scratch_name("bad"), scratch_name("bad"));
    OK(!system(command), "another version");
    failed(x->open(scratch_name("bad"), &shard, &err), HL_VERSION_BAD, "", "of the format");
    snprintf(command, sizeof command,
             "cp '%s'/iamglass '%s' && cd '%s' && for f in postlist termlist docdata; do "
             "dd if=/dev/zero of=$f.glass bs=8192 count=20 2>/dev/null; done",
             good, scratch_name("bad"), scratch_name("bad"));
    OK(!system(command), "tables of zeros");
    struct xapian_taken taken = {.count = 0};
    hl_status status = x->open(scratch_name("bad"), &shard, &err);
    if (status == HL_OK) {
        status = x->documents(shard, xapian_take, &taken, &err);
        if (status == HL_OK)
            status = x->terms(shard, xb(""), xapian_take_term, &taken, &err);
        x->close(shard);
    }
    OK(status == HL_CORRUPT || status == HL_IO, "are no database (%s: %s)",
       hl_status_name(status), err.error.text);
    OK(!err.network && !err.changed, "which is nothing of the network's");
}

static void test_other_kinds(const char *path, const char *second)
{
    struct hlx_shard *shard = NULL;
    uint64_t documents = 0, length, revision = 9;
    char text[3000], uuid[64];
    snprintf(text, sizeof text, "auto %s\nauto %s\n", path, second);
    write_file(scratch_name("both"), text);
    OK(x->open(scratch_name("both"), &shard, &err) == HL_OK &&
           x->counts(shard, &documents, &length, &err) == HL_OK && documents == 150,
       "a stub file of two");
    OK(x->revision(shard, uuid, &revision, &err) == HL_OK && !revision && strlen(uuid) == 63,
       "has no revision, and as much of its uuids as fits");
    x->close(shard);
    snprintf(text, sizeof text, "xapian-compact --single-file '%s' '%s' >/dev/null 2>&1", path,
             scratch_name("single"));
    if (system(text)) {
        tap_skip("no xapian-compact (package xapian-tools)");
        return;
    }
    OK(x->open(scratch_name("single"), &shard, &err) == HL_OK &&
           x->counts(shard, &documents, &length, &err) == HL_OK && documents == 100,
       "a single file");
    x->close(shard);
}

/* Two commits later the blocks of an old revision are used again. */
static void test_changed(void)
{
    const char *path = scratch_name("moving");
    struct hlx_shard *shard;
    struct hlx_writer *writer;
    if (!make(path, 0, 3000) || x->open(path, &shard, &err) != HL_OK ||
        x->write_open(path, 64 << 20, &writer, &err) != HL_OK)
        return;
    hl_status status = HL_OK;
    for (unsigned round = 0; status == HL_OK && round < 8; round++) {
        uint64_t documents;
        struct xapian_taken taken = {.count = 0};
        fill_writer(writer, round % 2 * 1500, round % 2 * 1500 + 1500);
        x->commit(writer, &documents, &err);
        status = x->documents(shard, xapian_take, &taken, &err);
    }
    OK(status == HL_IO && err.changed && !err.network,
       "a database that moves on is told of: %s", err.error.text);
    struct xapian_taken taken = {.count = 0};
    OK(x->reopen(shard, NULL, &err) == HL_OK &&
           x->documents(shard, xapian_take, &taken, &err) == HL_OK && taken.count == 3000,
       "after reopening it is read");
    x->write_close(writer);
    x->close(shard);
}

/* ---- servers ---- */

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static void test_no_server(void)
{
    struct hlx_shard *shard = NULL;
    unsigned port = 0;
    int fd = xapian_listen(&port);
    double begin = now();
    failed(x->connect("127.0.0.1", port, 300, 300, &shard, &err), HL_IO, "127.0.0.1",
           "a server that says nothing");
    double took = now() - begin;
    OK(err.network && took < 3, "within its time (%.2f s)", took);
    char want[64];
    snprintf(want, sizeof want, "remote:tcp(127.0.0.1:%u)", port);
    IS(err.context, want, "and where");
    close(fd);
    failed(x->connect("127.0.0.1", port, 300, 300, &shard, &err), HL_IO, "127.0.0.1",
           "a port where nobody is");
    OK(err.network, "is the network's");
    failed(x->connect("no.such.host.invalid", 1, 300, 300, &shard, &err), HL_IO, "no.such",
           "a host that is none");

    fd = xapian_listen(&port);
    pid_t pid = fork();
    if (!pid) {
        int to = accept(fd, NULL, NULL);
        for (int i = 0; i < 100; i++)
            if (write(to, "HTTP/1.1 400 Bad Request\r\n\r\n", 28) < 0)
                break;
        sleep(5);
        _exit(0);
    }
    close(fd);
    failed(x->connect("127.0.0.1", port, 1000, 1000, &shard, &err), HL_IO, "",
           "a server of another kind");
    OK(err.network, "is the network's too: %s", err.error.text);
    kill(pid, SIGKILL);
    waitpid(pid, NULL, 0);
}

static struct hlx_set *join_servers(const unsigned ports[2], struct hlx_shard *shards[2])
{
    struct hlx_set *set = NULL;
    for (unsigned i = 0; i < 2; i++)
        if (x->connect("127.0.0.1", ports[i], 2000, 700, &shards[i], &err) != HL_OK)
            return NULL;
    return x->join(shards, 2, &set, &err) == HL_OK ? set : NULL;
}

static hl_status ask(struct hlx_set *set, uint64_t *out_total)
{
    struct hlx_query all = {.op = HLX_TERM, .term = xb("all")};
    struct hlx_search how = {.query = &all, .count = 5, .k1 = 1, .slot = 1, .data = true};
    struct hlx_result *result;
    hl_status status = x->search(set, &how, &result, &err);
    if (status == HL_OK) {
        *out_total = result->least;
        x->result_free(result);
    }
    return status;
}

struct servers {
    const char *paths[2];
    unsigned ports[2];
    pid_t pids[2];
    struct hlx_shard *shards[2];
    struct hlx_set *set;
};

static bool join_again(struct servers *s)
{
    x->part(s->set);
    x->close(s->shards[0]);
    x->close(s->shards[1]);
    s->shards[0] = s->shards[1] = NULL;
    s->set = join_servers(s->ports, s->shards);
    return s->set;
}

static void test_lost_server(struct servers *s)
{
    char want[64];
    uint64_t total;
    snprintf(want, sizeof want, "remote:tcp(127.0.0.1:%u)", s->ports[1]);
    kill(-s->pids[1], SIGSTOP);
    double begin = now();
    OK(ask(s->set, &total) == HL_IO && err.network, "a server that hangs: %s", err.error.text);
    OK(now() - begin < 3, "is left within its time");
    IS(err.context, want, "and named");
    OK(!join_again(s) && err.network, "it is not joined again");
    kill(-s->pids[1], SIGCONT);
    OK(join_again(s) && ask(s->set, &total) == HL_OK && total == 150, "until it goes on");
    xapian_stop(s->pids[1]);
    OK(ask(s->set, &total) == HL_IO && err.network, "a server that dies: %s", err.error.text);
    IS(err.context, want, "is named");
    OK(ask(s->set, &total) == HL_IO && err.network, "and stays so");
    s->pids[1] = xapian_serve(s->paths[1], &s->ports[1]);
    OK(join_again(s) && ask(s->set, &total) == HL_OK && total == 150, "it comes back");
}

static void test_servers(const char *first, const char *second)
{
    struct servers s = {.paths = {first, second}};
    uint64_t total, documents, length, revision;
    char uuid[64];
    s.pids[0] = xapian_serve(first, &s.ports[0]);
    s.pids[1] = xapian_serve(second, &s.ports[1]);
    if (s.pids[0] < 0 || s.pids[1] < 0) {
        tap_skip("no xapian-tcpsrv (package xapian-tools)");
        return;
    }
    if (!OK(join_again(&s), "servers are joined"))
        return;
    OK(ask(s.set, &total) == HL_OK && total == 150, "and asked as one");
    struct hlx_shard *shard = s.shards[1];
    OK(x->counts(shard, &documents, &length, &err) == HL_OK && documents == 50 &&
           x->revision(shard, uuid, &revision, &err) == HL_OK && !revision &&
           strlen(uuid) == 36,
       "counts, uuid");
    struct xapian_taken taken = {.count = 0};
    OK(x->documents(shard, xapian_take, &taken, &err) == HL_OK && taken.count == 50 &&
           x->metadata(shard, xb("key"), xapian_take, &taken, &err) == HL_OK &&
           !strcmp(taken.last, "value") && x->reopen(shard, NULL, &err) == HL_OK,
       "documents, metadata, reopening");
    struct hlx_bytes terms[] = {xb("all"), xb("mod1"), xb("nowhere")};
    struct hlx_counts counts[3];
    OK(x->document_frequencies(s.set, terms, 3, counts, &err) == HL_OK && counts[0].df == 150 &&
           counts[1].df == 50 && !counts[2].df,
       "frequencies");
    test_lost_server(&s);
    x->part(s.set);
    x->close(s.shards[0]);
    x->close(s.shards[1]);
    xapian_stop(s.pids[0]);
    xapian_stop(s.pids[1]);
}

/* ---- the module ---- */

static void test_load(void)
{
    const struct hlx_calls *again = NULL;
    OK(hlx_load(&again, NULL) == HL_OK && again == x, "loaded once");
    OK(x->version == HLX_VERSION && !strncmp(x->xapian, "1.", 2), "of Xapian %s", x->xapian);
}

/* In a process where none is loaded yet: what is said of a file that is no module. */
static void test_no_module(const char *path, const char *part)
{
    int words[2];
    char said[512] = "";
    if (pipe(words))
        return;
    pid_t pid = fork();
    if (!pid) {
        const struct hlx_calls *calls = NULL;
        struct hl_error no = {0};
        setenv("HLSEARCH_XAPIAN", path, 1);
        bool good = hlx_load(&calls, &no) == HL_UNSUPPORTED && !calls;
        good = good && write(words[1], no.text, strlen(no.text)) > 0;
        _exit(!good);
    }
    close(words[1]);
    int status = 1;
    bool good = read(words[0], said, sizeof said - 1) > 0;
    close(words[0]);
    good = waitpid(pid, &status, 0) == pid && !status && good;
    OK(good && strstr(said, "libxapian30") && strstr(said, part), "no module: %s", said);
}

int main(void)
{
    struct hl_error none;
    test_no_module("/nowhere/module.so", "/nowhere/module.so: cannot open");
    test_no_module("/etc/passwd", "/etc/passwd: ");
    if (!xapian_begin(&x, &none)) {
        tap_skip(none.text);
        return tap_done();
    }
    scratch_begin();
    test_load();
    char first[1024], second[1024];
    snprintf(first, sizeof first, "%s/first", scratch_path);
    snprintf(second, sizeof second, "%s/second", scratch_path);
    if (!OK(make(first, 0, 100) && make(second, 100, 150), "databases are made"))
        return tap_done();
    test_shard(first);
    test_set(first, second);
    test_queries(first);
    test_order(first);
    test_writer();
    test_budget();
    test_refused_writes();
    test_full_disk();
    test_lock(first);
    test_refused_reads(first);
    test_other_kinds(first, second);
    test_changed();
    test_no_server();
    test_servers(first, second);
    return tap_done();
}

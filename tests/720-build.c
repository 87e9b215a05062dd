/*
 * What is built does not depend on who builds it: the same bytes by one, two and three
 * threads, in little memory (many bands, several segments) and in much; and what is built
 * in little says the same as what is built in much.
 */
#include "scratch.h"

#include "hlsearch_inspect.h"

#include <dirent.h>

/* Files of a folder, by name, "lock" left out; their bytes are added up by FNV-1a. */
struct sum {
    size_t files, bytes;
    uint64_t hash;
};

static void add_byte(struct sum *sum, unsigned char c)
{
    sum->hash = (sum->hash ^ c) * 0x100000001b3u;
    sum->bytes++;
}

static int not_lock(const struct dirent *entry)
{
    return entry->d_name[0] != '.' && strcmp(entry->d_name, "lock") != 0;
}

static struct sum sum_folder(const char *path)
{
    struct sum sum = {0, 0, 0xcbf29ce484222325u};
    struct dirent **entries;
    int count = scandir(path, &entries, not_lock, alphasort);
    for (int i = 0; i < count; i++) {
        static unsigned char part[1 << 16];
        char name[1400];
        snprintf(name, sizeof name, "%s/%s", path, entries[i]->d_name);
        for (const char *c = entries[i]->d_name; *c; c++)
            add_byte(&sum, (unsigned char)*c);
        FILE *file = fopen(name, "rb");
        for (size_t n; file && (n = fread(part, 1, sizeof part, file)) > 0;)
            for (size_t k = 0; k < n; k++)
                add_byte(&sum, part[k]);
        sum.files += file != NULL;
        if (file)
            fclose(file);
        free(entries[i]);
    }
    if (count >= 0)
        free(entries);
    return sum;
}

/* ---- archives ---- */

struct kind {
    const char *name;
    struct scratch_shape shape;
    struct hl_writer_options options;
    bool splits; /* in little memory into several segments */
};

static const struct kind kinds[] = {
    {"articles, weighted fields, stored",
     {.articles = 6000,
      .lexicon = 5000,
      .title_max = 12,
      .lead_max = 30,
      .body_max = 300,
      .replaced_percent = 5},
     {.weight = {3, 2, 1}},
     false},
    {"tokens, many of them rare, not stored",
     {.articles = 40000, .lexicon = 200000, .body_max = 110, .tokens = true},
     {.tokens = true, .no_store = true},
     true},
};

/* The bands of a chunk hold memory / 64 occurrences: some 500,000 here, and all. */
static const size_t memories[] = {(size_t)32 << 20, (size_t)1 << 30};

static void print_fault(void *user, const char *text)
{
    (void)user;
    printf("# %s\n", text);
}

static bool is_sound(const char *path)
{
    struct hl_error err = {0};
    struct hl_check_report report = {0};
    hl_status status = hl_check(path, print_fault, NULL, NULL, &report, &err);
    return status == HL_OK && !report.faults && report.containers > 100;
}

static struct hl_stats stats_of(const char *path)
{
    struct hl_stats stats = {0};
    struct hl_index *index = NULL;
    struct hl_error err = {0};
    if (hl_index_open(path, &index, &err) == HL_OK &&
        hl_index_stats(index, &stats, &err) == HL_OK)
        hl_index_close(index);
    return stats;
}

/* By one thread, by two, by as many as three; the stats of the first are given back. */
static struct hl_stats by_threads(const struct kind *kind,
                                  const struct scratch_archive *archive, size_t memory)
{
    struct sum one = {0};
    struct hl_stats stats = {0};
    for (int threads = 1; threads <= 3; threads++) {
        struct hl_writer_options options = kind->options;
        options.memory = memory;
        options.threads = threads;
        const char *path = scratch_name("index");
        bool built = scratch_build(path, &options, archive, 1);
        struct sum sum = sum_folder(path);
        if (threads == 1) {
            one = sum;
            stats = stats_of(path);
            OK(built && sum.files >= 2 && is_sound(path), "%s, %zu MiB: sound", kind->name,
               memory >> 20);
        } else {
            OK(built && sum.files == one.files && sum.bytes == one.bytes &&
                   sum.hash == one.hash,
               "%s, %zu MiB, %d threads: the bytes of one thread", kind->name, memory >> 20,
               threads);
        }
        scratch_remove(path);
    }
    return stats;
}

static void test_kind(const struct kind *kind, uint64_t seed)
{
    struct scratch_archive archive = scratch_archive_make(&kind->shape, seed);
    struct hl_stats little = by_threads(kind, &archive, memories[0]);
    struct hl_stats much = by_threads(kind, &archive, memories[1]);
    OK(much.segments == 1 && (little.segments > 1) == kind->splits,
       "%s: %llu segments in little memory", kind->name, (unsigned long long)little.segments);
    OK(little.articles == much.articles && little.positions == much.positions &&
           little.postings == much.postings && much.postings > 100000,
       "%s: as many articles, positions and postings in little memory as in much", kind->name);
    scratch_archive_release(&archive);
}

/* ---- time by stage ---- */

static void test_stages(void)
{
    struct scratch_shape shape = {
        .articles = 300, .lexicon = 500, .title_max = 5, .lead_max = 5, .body_max = 100};
    struct scratch_archive archive = scratch_archive_make(&shape, 5);
    struct hl_commit_info info = {0};
    bool good =
        scratch_commit(scratch_name("timed"), NULL, archive.articles, 0, archive.count, &info);
    double total = 0;
    bool named = true, empty = true;
    for (int i = 0; i < HL_STAGES; i++) {
        const char *name = hl_stage_name((enum hl_stage)i);
        good = good && info.seconds[i] >= 0;
        total += info.seconds[i];
        named = named && *name && strcmp(name, "unknown") != 0;
        for (int k = 0; k < i; k++)
            named = named && strcmp(name, hl_stage_name((enum hl_stage)k)) != 0;
    }
    size_t room = sizeof info.seconds / sizeof *info.seconds;
    for (size_t i = HL_STAGES; i < room; i++)
        empty = empty && info.seconds[i] == 0;
    OK(room == 32 && empty, "there is room for %zu stages to come", room - HL_STAGES);
    OK(named && !strcmp(hl_stage_name(HL_STAGES), "unknown"), "stages have names of their own");
    OK(good && total > 0 && info.seconds[HL_STAGE_TOKENISE] > 0 &&
           info.seconds[HL_STAGE_PACK] > 0 && info.seconds[HL_STAGE_SYNC] > 0,
       "a commit says what time went where");
    scratch_archive_release(&archive);
}

int main(void)
{
    scratch_begin();
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
        test_kind(&kinds[i], 77 + i);
    test_stages();
    return tap_done();
}

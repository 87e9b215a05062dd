/*
 * shards.h - how an index is opened that may be on other machines, and what is said when a
 * part of it did not answer.
 *
 *   --backend, --shard, --shard-timeout -> struct hlcli_opening -> hl_index_open_with()
 *   hl_result_shard() -> a note on stderr, `shards` in JSON, exit 5
 *
 * Time that was up and shards that are missing may come together: the note tells both, and the
 * exit code is that of the shards, since another try with more time would not mend it.
 */
#ifndef HL_CLI_SHARDS_H
#define HL_CLI_SHARDS_H

#include "cli/flags.h"
#include "cli/json.h"

#include "hlsearch.h"

/* First member of the options of a command that reads (hlcli_command.reads). */
struct hlcli_opening {
    int64_t backend;          /* place in "auto|native|xapian", which is enum hl_backend */
    int64_t timeout;          /* ms; 0: the library's */
    struct hlcli_list shards; /* HOST:PORT,... */
};

#define HLCLI_IN_OPENING(member) offsetof(struct hlcli_opening, member)

/* Rows of a table of flags.  Shards are not for a config file: they take the place of INDEX, by
 * which INDEX/config is found. */
#define HLCLI_OPENING_FLAGS                                                                    \
    {"backend",                                                                                \
     0,                                                                                        \
     HLCLI_CHOICE,                                                                             \
     HLCLI_IN_OPENING(backend),                                                                \
     "auto|native|xapian",                                                                     \
     "the engine that the index must be of",                                                   \
     0,                                                                                        \
     0,                                                                                        \
     0,                                                                                        \
     HLCLI_RARE},                                                                              \
        {"shard",     0,                                                                       \
         HLCLI_LIST,  HLCLI_IN_OPENING(shards),                                                \
         "HOST:PORT", "a Xapian database on another machine; then INDEX is left out",          \
         0,           0,                                                                       \
         0,           HLCLI_RARE | HLCLI_NO_CONFIG},                                           \
    {                                                                                          \
        "shard-timeout", 0, HLCLI_COUNT, HLCLI_IN_OPENING(timeout), "MS",                      \
            "how long each shard is waited for (300)", 1, 600000, 0, HLCLI_RARE                \
    }

/* What messages call the index, as it can be typed: INDEX, --shard a:1,b:1; yours. */
char *hlcli_asked(const char *index, const struct hlcli_opening *opening);

/* Opens INDEX (which may be NULL where there are shards) as opening says (NULL: as it is); 0 or
 * the exit code. */
int hlcli_shards_open(const char *index, const struct hlcli_opening *opening,
                      struct hl_index **out_index);

/* How many parts the index has, at least 1, and how many did not answer. */
struct hlcli_shards {
    size_t asked, missing;
};
struct hlcli_shards hlcli_shards_count(const struct hl_result *result);

/* Did the limit of that many ms (0: none) cut the search short? */
bool hlcli_is_cut(const struct hl_result *result, unsigned timeout_ms);

/* The exit code of an answer that is `done` but for what is missing. */
int hlcli_shards_exit(const struct hl_result *result, int done);

/* A sentence for each shard that did not answer, on stderr. */
void hlcli_shards_tell(const struct hl_result *result);

/* For what answers without a result: asks all shards for a word, tells who is missing; the exit
 * code of what is `done`. */
int hlcli_shards_ask(const struct hl_index *index, int done);

/* The keys `shards` and `backend`. */
void hlcli_shards_put(const struct hl_index *index, const struct hl_result *result,
                      struct hlcli_json *json);

#endif

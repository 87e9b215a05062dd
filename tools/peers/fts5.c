/*
 * fts5.c - SQLite's FTS5 as a peer of hlsearch (tools/peers/beside).
 *
 *   fts5 index TOKENS DIR               a line an article, rowid its number; optimized
 *   fts5 run DIR QUERIES KS ROUNDS      KS: "10,count"
 *   fts5 version
 *
 * run prints a line a query and k: id, mode, k (0: counted), the least microseconds of ROUNDS,
 * hits, the first ten as line:score, between tabs.  bm25() of FTS5 has k1 1.2 and b 0.75 built
 * in.  Tokens are cut at blanks by a tokenizer of ours, since unicode61 would fold some; the
 * table keeps no text (content='').
 */
#include <assert.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

enum { SHOWN_MAX = 10, NAME_MAX_BYTES = 4096 };

struct query {
    char *id, *mode, *match;
    double least;
    long long hits;
    char top[SHOWN_MAX * 40];
};

static void die(sqlite3 *db, const char *what)
{
    fprintf(stderr, "fts5: %s: %s\n", what, db ? sqlite3_errmsg(db) : "failed");
    exit(1);
}

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

/* ----------------------------------------------------------------- tokenizer */

static int tokenizer_new(void *context, const char **words, int count, Fts5Tokenizer **out)
{
    static int nothing;
    *out = (Fts5Tokenizer *)&nothing;
    return SQLITE_OK;
}

static void tokenizer_free(Fts5Tokenizer *tokenizer)
{
}

static int tokenize(Fts5Tokenizer *tokenizer, void *context, int flags, const char *text,
                    int size, int (*give)(void *, int, const char *, int, int, int))
{
    for (int from = 0, to; from < size; from = to + 1) {
        for (to = from; to < size && text[to] != ' ';)
            to++;
        int code = to > from ? give(context, 0, text + from, to - from, from, to) : SQLITE_OK;
        if (code != SQLITE_OK)
            return code;
    }
    return SQLITE_OK;
}

/* FTS5 hands out its table of functions through a pointer bound to a query. */
static void register_tokenizer(sqlite3 *db)
{
    static fts5_tokenizer blanks = {tokenizer_new, tokenizer_free, tokenize};
    fts5_api *api = NULL;
    sqlite3_stmt *statement;
    if (sqlite3_prepare_v2(db, "SELECT fts5(?1)", -1, &statement, NULL) != SQLITE_OK)
        die(db, "no FTS5 in this SQLite");
    sqlite3_bind_pointer(statement, 1, &api, "fts5_api_ptr", NULL);
    sqlite3_step(statement);
    sqlite3_finalize(statement);
    if (!api || api->xCreateTokenizer(api, "blanks", NULL, &blanks, NULL) != SQLITE_OK)
        die(db, "cannot add a tokenizer");
}

static sqlite3 *open_index(const char *dir)
{
    char path[NAME_MAX_BYTES];
    sqlite3 *db;
    snprintf(path, sizeof path, "%s/fts5.db", dir);
    if (sqlite3_open(path, &db) != SQLITE_OK)
        die(db, path);
    register_tokenizer(db);
    return db;
}

static void run_sql(sqlite3 *db, const char *sql)
{
    if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK)
        die(db, sql);
}

/* --------------------------------------------------------------------- index */

static void build(const char *tokens, const char *dir)
{
    FILE *in = fopen(tokens, "re");
    char *line = NULL;
    size_t room = 0;
    ssize_t size;
    sqlite3_stmt *insert;
    if (!in)
        die(NULL, tokens);
    mkdir(dir, 0777);
    sqlite3 *db = open_index(dir);
    run_sql(db,
            "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -65536;"
            "CREATE VIRTUAL TABLE t USING fts5(body, content='', tokenize='blanks');"
            "INSERT INTO t(t, rank) VALUES('hashsize', 134217728); BEGIN");
    if (sqlite3_prepare_v2(db, "INSERT INTO t(rowid, body) VALUES(?1, ?2)", -1, &insert, NULL))
        die(db, "insert");
    for (sqlite3_int64 number = 1; (size = getline(&line, &room, in)) >= 0; number++) {
        if (size && line[size - 1] == '\n')
            size--;
        if (!size)
            continue;
        sqlite3_bind_int64(insert, 1, number);
        sqlite3_bind_text(insert, 2, line, (int)size, SQLITE_STATIC);
        if (sqlite3_step(insert) != SQLITE_DONE)
            die(db, "insert");
        sqlite3_reset(insert);
    }
    sqlite3_finalize(insert);
    free(line);
    fclose(in);
    run_sql(db, "COMMIT; INSERT INTO t(t) VALUES('optimize'); VACUUM");
    sqlite3_close(db);
}

/* ------------------------------------------------------------------- queries */

/* The words as FTS5 wants them: "a b" for a phrase, "a" AND "b", "a" OR "b". */
static char *match_of(const char *mode, char *words)
{
    const char *between = !strcmp(mode, "PHRASE") ? " "
                          : !strcmp(mode, "AND")  ? "\" AND \""
                                                  : "\" OR \"";
    size_t room = strlen(words) * 10 + 8;
    char *match = malloc(room), *rest = words, *word;
    if (!match)
        die(NULL, "memory");
    strcpy(match, "\"");
    while ((word = strsep(&rest, " ")) != NULL)
        if (*word) {
            if (match[1])
                strcat(match, between);
            strcat(match, word);
        }
    strcat(match, "\"");
    assert(strlen(match) < room);
    return match;
}

static struct query *read_queries(const char *path, size_t *out_count)
{
    FILE *in = fopen(path, "re");
    char *line = NULL;
    size_t room = 0, count = 0;
    struct query *queries = NULL;
    if (!in)
        die(NULL, path);
    while (getline(&line, &room, in) > 0) {
        char *rest = line;
        char *id = strsep(&rest, "\t"), *mode = strsep(&rest, "\t");
        strsep(&rest, "\t");
        if (!rest)
            die(NULL, line);
        rest[strcspn(rest, "\n")] = 0;
        queries = realloc(queries, (count + 1) * sizeof *queries);
        if (!queries)
            die(NULL, "memory");
        queries[count++] = (struct query){
            .id = strdup(id), .mode = strdup(mode), .match = match_of(mode, rest)};
    }
    free(line);
    fclose(in);
    *out_count = count;
    return queries;
}

/* Rows are read whole, the first ten kept in words outside of the time. */
static void run_query(sqlite3 *db, sqlite3_stmt *statement, struct query *q, long k, int round)
{
    sqlite3_int64 ids[SHOWN_MAX];
    double scores[SHOWN_MAX], from = now();
    long long hits = 0;
    int code;
    sqlite3_bind_text(statement, 1, q->match, -1, SQLITE_STATIC);
    if (k)
        sqlite3_bind_int64(statement, 2, k);
    while ((code = sqlite3_step(statement)) == SQLITE_ROW) {
        if (k && hits < SHOWN_MAX) {
            ids[hits] = sqlite3_column_int64(statement, 0);
            scores[hits] = -sqlite3_column_double(statement, 1);
        }
        hits = k ? hits + 1 : sqlite3_column_int64(statement, 0);
    }
    sqlite3_reset(statement);
    double seconds = now() - from;
    if (code != SQLITE_DONE)
        die(db, q->match);
    q->least = !round || seconds < q->least ? seconds : q->least;
    q->hits = hits;
    size_t size = 0;
    for (long long i = 0; k && i < hits && i < SHOWN_MAX; i++)
        size += (size_t)snprintf(q->top + size, sizeof q->top - size, "%s%lld:%.6f",
                                 i ? " " : "", (long long)ids[i], scores[i]);
    q->top[size] = 0;
}

static void run_all(sqlite3 *db, struct query *queries, size_t count, long k, int rounds)
{
    sqlite3_stmt *statement;
    const char *sql = k ? "SELECT rowid, rank FROM t WHERE t MATCH ?1 ORDER BY rank LIMIT ?2"
                        : "SELECT count(*) FROM t WHERE t MATCH ?1";
    if (sqlite3_prepare_v2(db, sql, -1, &statement, NULL) != SQLITE_OK)
        die(db, sql);
    for (int round = 0; round < rounds; round++)
        for (size_t i = 0; i < count; i++)
            run_query(db, statement, &queries[i], k, round);
    sqlite3_finalize(statement);
    for (size_t i = 0; i < count; i++)
        printf("%s\t%s\t%ld\t%.2f\t%lld\t%s\n", queries[i].id, queries[i].mode, k,
               queries[i].least * 1e6, queries[i].hits, queries[i].top);
}

static void run(const char *dir, const char *path, char *ks, int rounds)
{
    size_t count;
    sqlite3 *db = open_index(dir);
    struct query *queries = read_queries(path, &count);
    run_sql(db, "PRAGMA mmap_size = 4294967296; PRAGMA cache_size = -262144");
    for (char *k; (k = strsep(&ks, ",")) != NULL;)
        run_all(db, queries, count, strcmp(k, "count") ? strtol(k, NULL, 10) : 0, rounds);
    for (size_t i = 0; i < count; i++) {
        free(queries[i].id);
        free(queries[i].mode);
        free(queries[i].match);
    }
    free(queries);
    sqlite3_close(db);
}

int main(int argc, char **argv)
{
    const char *verb = argc > 1 ? argv[1] : "";
    if (!strcmp(verb, "version") && argc == 2)
        printf("FTS5 %s\n", sqlite3_libversion());
    else if (!strcmp(verb, "index") && argc == 4)
        build(argv[2], argv[3]);
    else if (!strcmp(verb, "run") && argc == 6)
        run(argv[2], argv[3], argv[4], atoi(argv[5]));
    else {
        fputs("usage: fts5 index TOKENS DIR | run DIR QUERIES KS ROUNDS | version\n", stderr);
        return 2;
    }
    return 0;
}

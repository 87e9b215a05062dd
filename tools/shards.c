/*
 * shards: what searches cost on one index and on shards of it, beside each other, and what
 * goes over the wire.  USAGE below says what it prints.
 *
 * All indexes are open at once in one process, and each query is asked of all of them before
 * the next, in an order that turns, so that what else the machine does befalls all alike.
 *
 * Trips are seen by standing in for read() and write(): a message to a server of Xapian is a
 * byte that says what it is, the size of the rest, and the rest; what is read from there until
 * the next message is its answer.  Trips that overlap in time went side by side; the most that
 * do not overlap, one behind the other, is how often a search waits for the network.  Of what
 * several threads ask side by side, one server each, those of the server that is asked most
 * often are taken for it.
 */
#include "hlsearch.h"

#include <errno.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static const char USAGE[] =
    "usage: build/shards [-r ROUNDS] [-s SECONDS] [-t MS] [-f FIRST] [-n HITS] [-p PID,...] "
    "QUERIES "
    "NAME=PLACE...\n"
    "\n"
    "QUERIES has lines FORM TAB QUERY, the query as a reader types it.  PLACE is an index, a\n"
    "Xapian database, or HOST:PORT,HOST:PORT... of servers.  Prints lines between tabs:\n"
    "  search NAME FORM RANK TOTAL QUERY ROUND US CLIENT SERVERS HITS CHAIN MESSAGES SENT "
    "RECEIVED\n"
    "         microseconds, processor time of the client and of servers, articles that "
    "answer,\n"
    "         trips one behind the other, messages, bytes\n"
    "  trips  NAME FORM RANK TOTAL QUERY ROUND KIND CHAIN MESSAGES WAITED\n"
    "         the same of one kind, and the microseconds that those of the chain took\n"
    "  trip   NAME FORM RANK TOTAL QUERY ROUND KIND NUMBER US\n"
    "         each of the chain, where the name begins with alone\n"
    "ROUND is first for an index that was opened for this query (the first FIRST of a form);\n"
    "its opening is a line of RANK open.  Round 0 warms up and is not printed; no round but\n"
    "the first begins after SECONDS (200).\n"
    "PIDs are those of the servers: the processor time of what they started is looked up.\n";

enum {
    INDEXES_MAX = 16,
    SHARDS_MAX = 64,
    FDS_MAX = 1024,
    TRIPS_MAX = 100000,
    QUERIES_MAX = 2000
};

/* ---- the wire ---- */

enum kind { CONNECT, COUNTS, STATISTICS, MATCH, ARTICLE, VOCABULARY, OTHER, KINDS };
static const char *const kind_names[] = {"connect", "counts",     "statistics", "match",
                                         "article", "vocabulary", "other"};

struct trip {
    double from, to;
    enum kind kind;
    int fd;
    bool aside; /* of another thread than the first */
    bool chained;
};

/* Of a connection: what is left of the message that is being written, and its trip. */
struct wire {
    bool is_socket, known, heading;
    uint64_t left;
    struct trip *trip;
};

static struct wire wires[FDS_MAX];
static struct trip trips[TRIPS_MAX];
static size_t trip_count;
static uint64_t bytes_sent, bytes_received;
static bool recording;
static pthread_mutex_t wire_lock = PTHREAD_MUTEX_INITIALIZER;

static double now_us(clockid_t clock)
{
    struct timespec t;
    clock_gettime(clock, &t);
    return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

/* As Xapian 1.4 numbers messages. */
static enum kind kind_of(unsigned char type)
{
    enum { COLLFREQ = 1, DOCUMENT = 2, TERMFREQ = 4, QUERY = 8, GETMETADATA = 22 };
    enum { GETMSET = 26, METADATAKEYS = 28, FREQS = 29 };
    switch (type) {
    case COLLFREQ:
    case TERMFREQ:
    case FREQS:
        return COUNTS;
    case DOCUMENT:
        return ARTICLE;
    case QUERY:
        return STATISTICS;
    case GETMSET:
        return MATCH;
    case GETMETADATA:
    case METADATAKEYS:
        return VOCABULARY;
    default:
        return OTHER;
    }
}

/* It ends with what is read last before the next. */
static void begin_trip(struct wire *w, int fd, enum kind kind)
{
    w->trip = NULL;
    if (trip_count == TRIPS_MAX)
        return;
    double now = now_us(CLOCK_MONOTONIC);
    w->trip = &trips[trip_count++];
    *w->trip = (struct trip){now, now, kind, fd, gettid() != getpid(), false};
}

/* The head of a message: its kind, and a size below 255 as a byte, else 255 and 7 bits at a
 * time, the last with the high bit. */
static void begin_message(struct wire *w, int fd, const unsigned char *bytes, size_t size)
{
    uint64_t left = size > 1 ? bytes[1] : 0;
    size_t at = 2;
    if (left == 255) {
        unsigned shift = 0;
        for (; at < size; shift += 7) {
            left += (uint64_t)(bytes[at] & 0x7f) << shift;
            if (bytes[at++] & 0x80)
                break;
        }
    }
    w->left = left > size - at ? left - (size - at) : 0;
    begin_trip(w, fd, kind_of(bytes[0]));
}

static struct wire *find_wire(int fd)
{
    struct stat about;
    if (!recording || fd < 0 || fd >= FDS_MAX)
        return NULL;
    struct wire *w = &wires[fd];
    if (!w->known) {
        w->known = true;
        w->is_socket = !fstat(fd, &about) && S_ISSOCK(about.st_mode);
    }
    return w->is_socket ? w : NULL;
}

/* Called in place of the C library's, by Xapian too: so they are seen from outside. */
#define SEEN __attribute__((visibility("default")))

SEEN ssize_t write(int fd, const void *bytes, size_t size)
{
    pthread_mutex_lock(&wire_lock);
    struct wire *w = find_wire(fd);
    if (w && size) {
        if (!w->left)
            begin_message(w, fd, bytes, size);
        else
            w->left -= w->left < size ? w->left : size;
        bytes_sent += size;
    }
    pthread_mutex_unlock(&wire_lock);
    return syscall(SYS_write, fd, bytes, size);
}

SEEN ssize_t read(int fd, void *bytes, size_t size)
{
    ssize_t got = syscall(SYS_read, fd, bytes, size);
    int error = errno;
    pthread_mutex_lock(&wire_lock);
    struct wire *w = got > 0 ? find_wire(fd) : NULL;
    if (w) {
        bytes_received += (uint64_t)got;
        if (w->trip)
            w->trip->to = now_us(CLOCK_MONOTONIC);
    }
    pthread_mutex_unlock(&wire_lock);
    errno = error;
    return got;
}

/* With its greeting, by which a server begins. */
SEEN int connect(int fd, const struct sockaddr *to, socklen_t size)
{
    pthread_mutex_lock(&wire_lock);
    if (fd >= 0 && fd < FDS_MAX)
        wires[fd] = (struct wire){.known = false};
    struct wire *w = find_wire(fd);
    if (w)
        begin_trip(w, fd, CONNECT);
    pthread_mutex_unlock(&wire_lock);
    return (int)syscall(SYS_connect, fd, to, size);
}

/* Numbers of connections may be used again, once these are closed. */
static void forget_wires(void)
{
    memset(wires, 0, sizeof wires);
}

static void start_recording(void)
{
    for (size_t i = 0; i < FDS_MAX; i++)
        wires[i].trip = NULL;
    trip_count = 0;
    bytes_sent = bytes_received = 0;
    recording = true;
}

/* ---- the chain ---- */

static int by_end(const void *a, const void *b)
{
    const struct trip *x = a, *y = b;
    return (x->to > y->to) - (x->to < y->to);
}

struct kind_sum {
    size_t chain, messages;
    double took;
    bool aside;
    int busiest; /* of those aside: the server that was asked most often */
};

/* Trips that were answered are summed up by kind. */
static void sum_kinds(struct kind_sum *sums)
{
    static size_t asked[KINDS][FDS_MAX];
    memset(sums, 0, KINDS * sizeof *sums);
    memset(asked, 0, sizeof asked);
    for (size_t i = 0; i < trip_count; i++) {
        struct trip *t = &trips[i];
        struct kind_sum *sum = &sums[t->kind];
        if (t->to <= t->from)
            continue;
        sum->messages++;
        sum->aside |= t->aside;
        if (++asked[t->kind][t->fd] > asked[t->kind][sum->busiest])
            sum->busiest = t->fd;
    }
}

/* Trips that do not overlap, as many as can be: always the next to end. *out_waited: how long
 * there was any trip. */
static size_t find_chain(struct kind_sum *sums, double *out_waited)
{
    double free_at = 0, seen_to = 0, waited = 0;
    size_t chain = 0;
    sum_kinds(sums);
    qsort(trips, trip_count, sizeof *trips, by_end);
    for (size_t i = trip_count; i-- > 0;) { /* the last first: what is before is not seen yet */
        struct trip *t = &trips[i];
        double to = seen_to > 0 && seen_to < t->to ? seen_to : t->to;
        if (to > t->from) {
            waited += to - t->from;
            seen_to = t->from;
        }
    }
    for (size_t i = 0; i < trip_count; i++) {
        struct trip *t = &trips[i];
        struct kind_sum *sum = &sums[t->kind];
        t->chained =
            t->to > t->from && (sum->aside ? t->fd == sum->busiest : t->from >= free_at);
        if (!t->chained)
            continue;
        free_at = t->to;
        sum->chain++;
        sum->took += t->to - t->from;
        chain++;
    }
    *out_waited = waited;
    return chain;
}

/* ---- what is measured ---- */

struct target {
    const char *name;
    char *places[SHARDS_MAX]; /* one path, or servers */
    size_t count;
    bool servers;
    struct hl_index *index;
    struct hl_result *result;
};

struct query {
    const char *form, *text;
};

struct plan {
    struct target targets[INDEXES_MAX];
    size_t target_count;
    struct query queries[QUERIES_MAX];
    size_t query_count;
    size_t rounds, first, hits, seconds, limit;
    const char *pids;
};

static void stop(const char *what, const char *why)
{
    fprintf(stderr, "shards: %s: %s\n", what, why);
    exit(2);
}

static void open_target(struct target *t)
{
    const char *path = t->places[0];
    struct hl_open_options options = {.shard_timeout_ms = 60000};
    struct hl_error err;
    if (t->servers) {
        options.shards = (const char *const *)t->places;
        options.shard_count = t->count;
    }
    if (hl_index_open_with(&path, !t->servers, &options, &t->index, &err) != HL_OK)
        stop(t->name, err.text);
}

static void close_target(struct target *t)
{
    hl_result_free(t->result);
    hl_index_close(t->index);
    t->result = NULL;
    t->index = NULL;
    forget_wires();
}

/* Nanoseconds that a process has run, as microseconds. */
static double ran_us(long pid)
{
    char path[64];
    double ns = 0;
    snprintf(path, sizeof path, "/proc/%ld/schedstat", pid);
    FILE *file = fopen(path, "re");
    if (file) {
        if (fscanf(file, "%lf", &ns) != 1)
            ns = 0;
        fclose(file);
    }
    return ns / 1e3;
}

/* Of what the servers started: a server is a process for each connection. */
static double servers_ran_us(const char *pids)
{
    double sum = 0;
    for (const char *at = pids; at && *at;) {
        char *end, path[64];
        long pid = strtol(at, &end, 10), child;
        snprintf(path, sizeof path, "/proc/%ld/task/%ld/children", pid, pid);
        FILE *file = fopen(path, "re");
        while (file && fscanf(file, "%ld", &child) == 1)
            sum += ran_us(child);
        if (file)
            fclose(file);
        at = *end ? end + 1 : end;
    }
    return sum;
}

/* A way to search. */
struct way {
    const char *rank;
    enum hl_rank by;
    bool no_total;
};
static const struct way ways[] = {{"bm25", HL_RANK_BM25, false},
                                  {"bm25", HL_RANK_BM25, true},
                                  {"default", HL_RANK_DEFAULT, false}};
enum { WAYS = sizeof ways / sizeof ways[0] };

static void search(const struct plan *plan, struct target *t, const struct query *query,
                   const struct way *way)
{
    struct hl_search_options options;
    struct hl_query *parsed;
    struct hl_error err;
    hl_search_options_init(&options);
    options.count = plan->hits;
    options.rank = way->by;
    options.no_total = way->no_total;
    options.timeout_ms = (unsigned)plan->limit;
    if (hl_query_parse(t->index, query->text, strlen(query->text), NULL, &parsed, &err) !=
            HL_OK ||
        hl_search(t->index, parsed, &options, &t->result, &err) != HL_OK)
        stop(query->text, err.text);
    const struct hl_shard *shard;
    for (size_t i = 0; (shard = hl_result_shard(t->result, i)); i++)
        if (!shard->answered)
            stop(shard->name, shard->problem);
    hl_query_free(parsed);
}

/* What every line begins with. */
struct head {
    const char *line, *name, *form, *rank, *total, *round;
    size_t query;
};

static void print_head(const struct head *h, const char *line)
{
    printf("%s\t%s\t%s\t%s\t%s\t%zu\t%s", line, h->name, h->form, h->rank, h->total, h->query,
           h->round);
}

/* One of several shards by itself, whose single trips are told. */
static bool is_alone(const char *name)
{
    return !strncmp(name, "alone", 5);
}

static void print_trips(const struct head *h, const struct kind_sum *sums)
{
    for (int k = 0; k < KINDS; k++) {
        if (!sums[k].messages)
            continue;
        print_head(h, "trips");
        printf("\t%s\t%zu\t%zu\t%.1f\n", kind_names[k], sums[k].chain, sums[k].messages,
               sums[k].took);
    }
    size_t number[KINDS] = {0};
    if (!is_alone(h->name))
        return;
    for (size_t i = 0; i < trip_count; i++) {
        const struct trip *t = &trips[i];
        if (!t->chained)
            continue;
        print_head(h, "trip");
        printf("\t%s\t%zu\t%.1f\n", kind_names[t->kind], number[t->kind]++, t->to - t->from);
    }
}

/* Opens the target where a way is NULL, else searches. */
static void measure(const struct plan *plan, struct target *t, const struct query *query,
                    const struct way *way, const struct head *head)
{
    struct kind_sum sums[KINDS];
    double servers = servers_ran_us(plan->pids);
    start_recording();
    double client = now_us(CLOCK_PROCESS_CPUTIME_ID), from = now_us(CLOCK_MONOTONIC);
    if (way)
        search(plan, t, query, way);
    else
        open_target(t);
    double us = now_us(CLOCK_MONOTONIC) - from;
    client = now_us(CLOCK_PROCESS_CPUTIME_ID) - client;
    recording = false;
    servers = way ? servers_ran_us(plan->pids) - servers : 0;
    double waited;
    size_t chain = find_chain(sums, &waited);
    if (!head)
        return;
    print_head(head, "search");
    printf("\t%.1f\t%.1f\t%.1f\t%" PRIu64 "\t%zu\t%zu\t%" PRIu64 "\t%" PRIu64 "\t%.1f\t%d\n",
           us, client, servers, way ? hl_result_total(t->result) : 0, chain, trip_count,
           bytes_sent, bytes_received, waited, way && hl_result_partial(t->result));
    print_trips(head, sums);
}

/* ---- runs ---- */

/* A process that asks once: nothing is known of the vocabulary. */
static void run_first(struct plan *plan)
{
    const char *form = "";
    size_t count = 0;
    for (size_t i = 0; i < plan->query_count; i++) {
        const struct query *q = &plan->queries[i];
        count = strcmp(form, q->form) ? 1 : count + 1;
        form = q->form;
        for (size_t k = 0; count <= plan->first && k < plan->target_count; k++) {
            struct target *t = &plan->targets[(k + i) % plan->target_count];
            struct head head = {"search", t->name, form, "open", "-", "first", i};
            measure(plan, t, q, NULL, &head);
            head.rank = ways[0].rank;
            head.total = "total";
            measure(plan, t, q, &ways[0], &head);
            close_target(t);
        }
    }
}

/* One query of all indexes, by one way after the other.  Single shards are asked by each
 * ranking once: what is not counted there nobody wants to know. */
static void ask_all(struct plan *plan, size_t number, size_t round, const char *round_name)
{
    const struct query *q = &plan->queries[number];
    for (size_t w = 0; w < (round ? WAYS : 1); w++) {
        for (size_t k = 0; k < plan->target_count; k++) {
            struct target *t = &plan->targets[(k + number + w + round) % plan->target_count];
            if (is_alone(t->name) && ways[w].no_total)
                continue;
            struct head head = {.line = "search",
                                .name = t->name,
                                .form = q->form,
                                .rank = ways[w].rank,
                                .total = ways[w].no_total ? "none" : "total",
                                .round = round_name,
                                .query = number};
            measure(plan, t, q, &ways[w], round ? &head : NULL);
        }
    }
}

/* A process that stays: each query as often as there are rounds, after one that only has the
 * vocabulary read.  No round begins once time is up, but the first. */
static void run_again(struct plan *plan)
{
    char round_name[24];
    double from = now_us(CLOCK_MONOTONIC);
    for (size_t k = 0; k < plan->target_count; k++)
        open_target(&plan->targets[k]);
    for (size_t round = 0; round <= plan->rounds; round++) {
        if (round > 1 && now_us(CLOCK_MONOTONIC) - from > (double)plan->seconds * 1e6) {
            fprintf(stderr, "shards: time is up: %zu rounds, not %zu\n", round - 1,
                    plan->rounds);
            break;
        }
        snprintf(round_name, sizeof round_name, "%zu", round);
        for (size_t i = 0; i < plan->query_count; i++)
            ask_all(plan, i, round, round_name);
    }
    for (size_t k = 0; k < plan->target_count; k++)
        close_target(&plan->targets[k]);
}

/* ---- what is asked for ---- */

static void read_queries(struct plan *plan, const char *path)
{
    FILE *file = fopen(path, "re");
    char *line = NULL;
    size_t room = 0;
    ssize_t size;
    if (!file)
        stop(path, strerror(errno));
    while ((size = getline(&line, &room, file)) > 0) {
        line[strcspn(line, "\n")] = 0;
        char *tab = strchr(line, '\t');
        if (!tab || plan->query_count == QUERIES_MAX)
            stop(path, tab ? "too many queries" : "wants lines FORM TAB QUERY");
        *tab = 0;
        plan->queries[plan->query_count++] = (struct query){strdup(line), strdup(tab + 1)};
    }
    free(line);
    fclose(file);
    if (!plan->query_count)
        stop(path, "no queries");
}

/* NAME=PLACE,PLACE: servers where there is a colon and no slash. */
static void read_target(struct plan *plan, char *word)
{
    char *place = strchr(word, '=');
    if (!place || plan->target_count == INDEXES_MAX)
        stop(word, place ? "too many" : "wants NAME=PLACE");
    *place++ = 0;
    struct target *t = &plan->targets[plan->target_count++];
    *t = (struct target){.name = word, .servers = strchr(place, ':') && !strchr(place, '/')};
    if (!t->servers) {
        t->places[t->count++] = place;
        return;
    }
    char *rest = NULL;
    for (char *p = strtok_r(place, ",", &rest); p; p = strtok_r(NULL, ",", &rest)) {
        if (t->count == SHARDS_MAX)
            stop(word, "too many servers");
        t->places[t->count++] = p;
    }
}

int main(int argc, char **argv)
{
    static struct plan plan = {
        .rounds = 3, .first = 5, .hits = 10, .seconds = 200, .limit = 2000};
    int option;
    while ((option = getopt(argc, argv, "r:f:n:p:s:t:h")) != -1) {
        switch (option) {
        case 'r':
            plan.rounds = strtoul(optarg, NULL, 10);
            break;
        case 'f':
            plan.first = strtoul(optarg, NULL, 10);
            break;
        case 'n':
            plan.hits = strtoul(optarg, NULL, 10);
            break;
        case 's':
            plan.seconds = strtoul(optarg, NULL, 10);
            break;
        case 't':
            plan.limit = strtoul(optarg, NULL, 10);
            break;
        case 'p':
            plan.pids = optarg;
            break;
        default:
            fputs(USAGE, option == 'h' ? stdout : stderr);
            return option == 'h' ? 0 : 2;
        }
    }
    if (argc - optind < 2) {
        fputs(USAGE, stderr);
        return 2;
    }
    read_queries(&plan, argv[optind]);
    for (int i = optind + 1; i < argc; i++)
        read_target(&plan, argv[i]);
    run_first(&plan);
    run_again(&plan);
    return fflush(stdout) || ferror(stdout) ? 2 : 0;
}

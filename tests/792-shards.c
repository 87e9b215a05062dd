/*
 * Shards on other machines, which are here servers on loopback: places as they are written
 * down, probes against servers of every kind of bad manners, and searches while real ones are
 * killed, stopped, cut off in the middle of an answer, come back, or have their database
 * changed.
 *
 * What must hold: an answer is that of all shards, or of those that it says answered; a dead
 * shard costs its time limit once and nothing afterwards; who comes back is asked again within
 * a few searches; nothing hangs.
 */
#include "backend/shard_places.h"
#include "backend/shard_probe.h"
#include "scratch.h"
#include "tap.h"
#include "xapian.h"

#include <assert.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <time.h>

enum { SHARDS = 3, LIMIT_MS = 400 };

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

/* --------------------------------------------------------------------- places */

static const struct {
    const char *text, *host; /* host NULL: refused */
    unsigned port;
} servers[] = {
    {"10.0.0.2:7070", "10.0.0.2", 7070},
    {"localhost:1", "localhost", 1},
    {"[::1]:7070", "::1", 7070},
    {"[fe80::1%eth0]:65535", "fe80::1%eth0", 65535},
    {"host", NULL, 0},
    {"host:", NULL, 0},
    {":7070", NULL, 0},
    {"[]:7070", NULL, 0},
    {"::1:7070", NULL, 0},
    {"host:0", NULL, 0},
    {"host:65536", NULL, 0},
    {"host:+80", NULL, 0},
    {"host:80x", NULL, 0},
    {"host: 80", NULL, 0},
    {"ho st:80", NULL, 0},
    {"a/b:80", NULL, 0},
    {"[::1:80", NULL, 0},
    {"host:99999999999999999999", NULL, 0},
    {"", NULL, 0},
};

static void check_servers(void)
{
    for (size_t i = 0; i < sizeof servers / sizeof *servers; i++) {
        struct hlshard_places places = {.count = 0};
        struct hl_error err = {0};
        hl_status status = hlshard_add_server(&places, servers[i].text, &err);
        bool good = servers[i].host
                        ? !status && places.count == 1 &&
                              !strcmp(places.items[0].host, servers[i].host) &&
                              places.items[0].port == servers[i].port && !places.items[0].path
                        : status == HL_MISUSE && !places.count && strstr(err.text, "HOST:PORT");
        OK(good, "server [%s]: %s", servers[i].text, servers[i].host ? "taken" : "refused");
        hlshard_places_release(&places);
    }
    struct hlshard_places places = {.count = 0};
    struct hl_error err = {0};
    hl_status status = HL_OK;
    for (int i = 0; i <= HL_SHARDS_MAX && !status; i++)
        status = hlshard_add_server(&places, "host:80", &err);
    OK(status == HL_LIMIT && places.count == HL_SHARDS_MAX, "no more than %d: %s",
       HL_SHARDS_MAX, err.text);
    hlshard_places_release(&places);
}

static void write_file(const char *path, const char *text, size_t size)
{
    FILE *f = fopen(path, "w");
    assert(f);
    fwrite(text, 1, size, f);
    fclose(f);
}

static const struct {
    const char *text;
    hl_status status;
    size_t count;
    int64_t line; /* of the error */
} stubs[] = {
    {"auto db\n", HL_OK, 1, 0},
    {"# two\n\nauto db\nremote h:80\r\n", HL_OK, 2, 0},
    {"glass db\nremote [::1]:9", HL_OK, 2, 0},
    {"auto   db  \n", HL_OK, 1, 0},
    {"auto db\nauto nowhere\n", HL_NOT_FOUND, 0, 2},
    {"auto db\nremote host\n", HL_MISUSE, 0, -1},
    {"auto\n", HL_MISUSE, 0, 1},
    {"# nothing\nremote :prog args\n", HL_UNSUPPORTED, 0, 2},
    {"inmemory\n", HL_UNSUPPORTED, 0, 1},
    {"auto db\nchert db\n", HL_UNSUPPORTED, 0, 2},
};

static void check_stubs(void)
{
    scratch_name("");
    mkdir(scratch_name("st"), 0777);
    mkdir(scratch_name("st/db"), 0777);
    for (size_t i = 0; i < sizeof stubs / sizeof *stubs; i++) {
        struct hlshard_places places = {.count = 0};
        struct hl_error err = {.at = -1};
        const char *path = scratch_name("st/list");
        write_file(path, stubs[i].text, strlen(stubs[i].text));
        bool is = hlshard_is_database(path);
        hl_status status = hlshard_add_path(&places, path, &err);
        bool good = is && status == stubs[i].status &&
                    (status ? stubs[i].line < 0 || err.at == stubs[i].line
                            : places.count == stubs[i].count);
        OK(good, "stub file %zu: %s at %lld, %zu places %s", i, hl_status_name(status),
           (long long)err.at, places.count, err.text);
        hlshard_places_release(&places);
    }
    static const char binary[] = "auto db\n\0\n", wrong[] = "auto db\nhello there\n";
    write_file(scratch_name("st/binary"), binary, sizeof binary);
    OK(!hlshard_is_database(scratch_name("st/binary")), "a binary file is no stub file");
    write_file(scratch_name("st/wrong"), wrong, sizeof wrong - 1);
    OK(!hlshard_is_database(scratch_name("st/wrong")), "nor is any text");
    OK(!hlshard_is_database(scratch_name("st/db")), "nor an empty folder");
    scratch_remove(scratch_name("st"));
}

/* --------------------------------------------------------------------- probes */

/* A server of bad manners: takes one connection. */
struct manners {
    int fd;
    unsigned port;
    int wait_ms; /* before it says anything */
    bool greets, ends;
    pthread_t thread;
};

static void *serve_badly(void *user)
{
    struct manners *m = user;
    int fd = accept(m->fd, NULL, NULL);
    usleep((useconds_t)m->wait_ms * 1000);
    if (m->greets && send(fd, "greeting", 8, MSG_NOSIGNAL) < 0)
        m->greets = false;
    if (!m->ends)
        usleep(600000);
    close(fd);
    return NULL;
}

static double wait_for(struct hlprobe *probe, unsigned port, unsigned ms)
{
    double since = now();
    hlprobe_begin(probe, "127.0.0.1", port);
    hlprobe_wait(&probe, 1, ms);
    return now() - since;
}

static void check_manners(void)
{
    static const struct {
        const char *what;
        int wait_ms;
        bool greets, ends;
        enum hlprobe_state state;
        double least, most;
    } rows[] = {
        {"greets", 0, true, false, HLPROBE_GREETED, 0, 150},
        {"greets late", 150, true, false, HLPROBE_GREETED, 140, 350},
        {"says nothing", 0, false, false, HLPROBE_BEGUN, 290, 600},
        {"hangs up", 0, false, true, HLPROBE_FAILED, 0, 150},
        {"greets and hangs up", 0, true, true, HLPROBE_GREETED, 0, 150},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct manners m = {
            .wait_ms = rows[i].wait_ms, .greets = rows[i].greets, .ends = rows[i].ends};
        struct hlprobe probe;
        m.fd = xapian_listen(&m.port);
        pthread_create(&m.thread, NULL, serve_badly, &m);
        hlprobe_init(&probe);
        double took = wait_for(&probe, m.port, 300);
        /* Of a machine that does other work too, only what is far out is wrong. */
        OK(probe.state == rows[i].state && took >= rows[i].least - 5 &&
               took < rows[i].most + 400,
           "a server that %s: state %d %s after %.0f ms", rows[i].what, (int)probe.state,
           probe.problem, took);
        hlprobe_release(&probe);
        pthread_join(m.thread, NULL);
        close(m.fd);
    }
}

static void check_probes(void)
{
    struct hlprobe probes[20], *list[20], probe;
    unsigned port = 0, ports[20];
    int fds[20], fd = xapian_listen(&port);
    close(fd);
    hlprobe_init(&probe);
    double took = wait_for(&probe, port, 300);
    OK(probe.state == HLPROBE_FAILED && *probe.problem && took < 200,
       "nobody there: %s, %.0f ms", probe.problem, took);
    hlprobe_begin(&probe, "127.0.0.1", port);
    OK(probe.state == HLPROBE_FAILED, "is not tried again at once");
    hlprobe_release(&probe);
    hlprobe_init(&probe);
    hlprobe_begin(&probe, "no such name.invalid", 80);
    OK(probe.state == HLPROBE_FAILED && *probe.problem, "no such name: %s", probe.problem);
    hlprobe_release(&probe);

    double since = now();
    for (int i = 0; i < 20; i++) {
        fds[i] = xapian_listen(&ports[i]); /* the system takes connections, nobody speaks */
        hlprobe_init(&probes[i]);
        list[i] = &probes[i];
        hlprobe_begin(&probes[i], "127.0.0.1", ports[i]);
    }
    hlprobe_wait(list, 20, 200);
    took = now() - since;
    OK(took >= 195 && took < 700, "twenty that are silent cost the time of one: %.0f ms", took);
    since = now();
    hlprobe_wait(list, 20, 0);
    OK(now() - since < 50, "a look costs nothing: %.1f ms", now() - since);
    for (int i = 0; i < 20; i++) {
        hlprobe_release(&probes[i]);
        close(fds[i]);
    }
}

/* -------------------------------------------------------------------- searches */

static struct scratch_archive archive;
static char folder[1000];
static unsigned ports[SHARDS];
static pid_t pids[SHARDS];
static char names[SHARDS][32];

/* The answer as text, and what it cost. */
struct told {
    hl_status status;
    struct hl_error err;
    bool partial;
    unsigned answered; /* a bit a shard */
    char problem[200]; /* of the first that did not */
    char text[8192];
    double ms;
};

static struct told ask(const struct hl_index *index, const char *words)
{
    static struct hl_result *result; /* used again */
    static const struct hl_index *of;
    struct told t = {.ms = now()};
    struct hl_query *query = NULL;
    struct hl_search_options o;
    if (of != index) {
        hl_result_free(result);
        result = NULL;
        of = index;
    }
    if (!index)
        return t;
    hl_search_options_init(&o);
    o.cover = HL_COVER_ANY;
    o.facet_values[HL_FACET_SECTION] = 5;
    t.status = hl_query_parse(index, words, strlen(words), NULL, &query, &t.err);
    if (!t.status)
        t.status = hl_search(index, query, &o, &result, &t.err);
    hl_query_free(query);
    t.ms = now() - t.ms;
    if (t.status)
        return t;
    const struct hl_shard *shard;
    t.partial = hl_result_partial(result);
    for (size_t i = 0; (shard = hl_result_shard(result, i)) != NULL; i++) {
        t.answered |= (unsigned)shard->answered << i;
        if (!shard->answered && !*t.problem)
            snprintf(t.problem, sizeof t.problem, "%s: %s", shard->name, shard->problem);
    }
    int size =
        snprintf(t.text, sizeof t.text, "%llu", (unsigned long long)hl_result_total(result));
    for (size_t i = 0; i < hl_result_count(result) && size < 7000; i++) {
        const struct hl_hit *hit = hl_result_hit(result, i);
        size += snprintf(t.text + size, sizeof t.text - (size_t)size, " %s %.17g", hit->id,
                         hit->score);
    }
    return t;
}

static struct hl_index *open_shards(const char *const *shards, size_t count, unsigned ms,
                                    hl_status *out_status, struct hl_error *err)
{
    struct hl_open_options o = {.shards = shards, .shard_count = count, .shard_timeout_ms = ms};
    struct hl_index *index = NULL;
    *out_status = hl_index_open_with(NULL, 0, &o, &index, err);
    return index;
}

/* The words of each search, and what it finds of the shards of each set of bits. */
static const char *const words[] = {"công nghệ", "khoa học", "ma má covid",
                                    "\"công nghệ\" hcm"};
enum { WORDS = sizeof words / sizeof *words };
static char truths[1 << SHARDS][WORDS][8192];

static bool find_truths(void)
{
    for (unsigned bits = 1; bits < 1 << SHARDS; bits++) {
        const char *paths[SHARDS];
        char texts[SHARDS][1100];
        size_t count = 0;
        struct hl_index *index = NULL;
        struct hl_error err = {0};
        for (int i = 0; i < SHARDS; i++)
            if (bits >> i & 1) {
                snprintf(texts[count], sizeof texts[0], "%s/shard-%d", folder, i);
                paths[count] = texts[count];
                count++;
            }
        if (hl_index_open_with(paths, count, NULL, &index, &err)) {
            printf("# %s\n", err.text);
            return false;
        }
        for (size_t w = 0; w < WORDS; w++)
            memcpy(truths[bits][w], ask(index, words[w]).text, 8192);
        ask(NULL, "");
        hl_index_close(index);
    }
    return true;
}

/* Is an answer that of the shards that it says answered? */
static bool is_true(const struct told *t, size_t w)
{
    bool all = t->answered == (1 << SHARDS) - 1;
    return !t->status && t->answered && t->partial == !all &&
           !strcmp(t->text, truths[t->answered][w]);
}

static bool serve_all(void)
{
    bool good = true;
    for (int i = 0; i < SHARDS; i++) {
        char path[1100];
        snprintf(path, sizeof path, "%s/shard-%d", folder, i);
        pids[i] = xapian_serve(path, &ports[i]);
        good &= pids[i] > 0;
        snprintf(names[i], sizeof names[i], "127.0.0.1:%u", ports[i]);
    }
    return good;
}

static void restart(int i)
{
    char path[1100];
    snprintf(path, sizeof path, "%s/shard-%d", folder, i);
    pids[i] = xapian_serve(path, &ports[i]);
}

/* Searches until the answer is whole again; ms it took, or -1 after ten seconds. */
static double until_whole(const struct hl_index *index, bool *out_true)
{
    double since = now();
    *out_true = true;
    for (size_t n = 0; now() - since < 10000; n++) {
        struct told t = ask(index, words[n % WORDS]);
        *out_true &= is_true(&t, n % WORDS);
        if (!t.partial && !t.status)
            return now() - since;
        usleep(20000);
    }
    return -1;
}

static void check_killed(const struct hl_index *index)
{
    struct told t;
    bool all_true;
    xapian_stop(pids[1]);
    t = ask(index, words[0]);
    OK(is_true(&t, 0) && t.answered == 5 && strstr(t.problem, names[1]),
       "one is killed: the others answer in %.0f ms; %s", t.ms, t.problem);
    restart(1);
    double took = until_whole(index, &all_true);
    OK(took >= 0 && took < 3000 && all_true, "it is there again: whole after %.0f ms", took);
}

/* The first search waits for it, no later one does. */
static void check_stopped(const struct hl_index *index)
{
    double most = 0, sum = 0;
    bool good = true, all_true;
    kill(-pids[2], SIGSTOP);
    struct told t = ask(index, words[0]);
    OK(is_true(&t, 0) && t.answered == 3 && t.ms >= LIMIT_MS - 50 && t.ms < LIMIT_MS * 2 + 150,
       "one hangs: its limit of %d ms is waited for once: %.0f ms; %s", LIMIT_MS, t.ms,
       t.problem);
    for (size_t n = 0; n < 40; n++) {
        t = ask(index, words[n % WORDS]);
        good &= is_true(&t, n % WORDS) && t.answered == 3;
        most = t.ms > most ? t.ms : most;
        sum += t.ms;
    }
    OK(good && most < LIMIT_MS / 2., "later searches do not wait: %.1f ms each, %.1f at most",
       sum / 40, most);
    kill(-pids[2], SIGCONT);
    double took = until_whole(index, &all_true);
    OK(took >= 0 && took < 3000 && all_true, "it goes on: whole after %.0f ms", took);
}

static void check_all_gone(const struct hl_index *index)
{
    bool all_true;
    for (int i = 0; i < SHARDS; i++)
        xapian_stop(pids[i]);
    struct told t = ask(index, words[0]);
    OK(t.status == HL_IO && strstr(t.err.text, "3 shards") && strstr(t.err.text, names[0]),
       "all are gone: %s", t.err.text);
    t = ask(index, words[0]);
    OK(t.status == HL_IO && t.ms < LIMIT_MS, "and again, in %.0f ms", t.ms);
    for (int i = 0; i < SHARDS; i++)
        restart(i);
    double since = now();
    while (ask(index, words[0]).status && now() - since < 10000)
        usleep(20000);
    double took = until_whole(index, &all_true);
    OK(took >= 0 && all_true, "all are back: whole after %.0f ms", now() - since);
}

/* ------------------------------------------------------------ cut in an answer */

/* Between us and a server: passes on so many of its bytes, over all connections. */
struct proxy {
    int fd;
    unsigned port, to;
    long left;   /* negative: without end */
    bool stalls; /* says no more then, instead of hanging up; each connection gets so many */
    bool done;
    pthread_t thread;
};

static bool pass(int from, int to, long *left)
{
    char piece[4096];
    ssize_t n = recv(from, piece, sizeof piece, 0);
    if (n <= 0)
        return false;
    if (left && *left >= 0) {
        n = n < *left ? n : *left;
        *left -= n;
    }
    return send(to, piece, (size_t)n, MSG_NOSIGNAL) == n && !(left && !*left);
}

static void carry(struct proxy *p, int client)
{
    struct sockaddr_in at = {.sin_family = AF_INET,
                             .sin_port = htons((uint16_t)p->to),
                             .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int server = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), on = 1;
    long each = p->left, *left = p->stalls ? &each : &p->left;
    setsockopt(server, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    setsockopt(client, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    bool open = p->left && !connect(server, (struct sockaddr *)&at, sizeof at);
    while (open && !__atomic_load_n(&p->done, __ATOMIC_ACQUIRE)) {
        struct pollfd both[] = {{client, POLLIN, 0}, {server, POLLIN, 0}};
        if (p->stalls && !each)
            both[1].fd = -1;
        if (poll(both, 2, 20) <= 0)
            continue;
        if (both[0].revents)
            open = pass(client, server, NULL);
        if (open && both[1].revents)
            open = pass(server, client, left) || (p->stalls && !each);
    }
    close(server);
    close(client);
}

static void *run_proxy(void *user)
{
    struct proxy *p = user;
    while (!__atomic_load_n(&p->done, __ATOMIC_ACQUIRE)) {
        struct pollfd one = {p->fd, POLLIN, 0};
        if (poll(&one, 1, 20) > 0)
            carry(p, accept(p->fd, NULL, NULL));
    }
    return NULL;
}

/* Opens through a proxy that ends after `bytes`, and searches; false for a wrong answer. */
static bool cut_after(long bytes, double *most, unsigned *kinds)
{
    struct proxy p = {.to = ports[1], .left = bytes};
    char through[32];
    const char *shards[] = {names[0], through, names[2]};
    struct hl_error err = {0};
    hl_status status;
    p.fd = xapian_listen(&p.port);
    snprintf(through, sizeof through, "127.0.0.1:%u", p.port);
    pthread_create(&p.thread, NULL, run_proxy, &p);
    struct hl_index *index = open_shards(shards, 3, LIMIT_MS, &status, &err);
    bool good = index != NULL;
    for (size_t w = 0; good && w < WORDS; w++) {
        struct told t = ask(index, words[w]);
        good = is_true(&t, w);
        *most = t.ms > *most ? t.ms : *most;
        *kinds |= 1u << t.answered;
        if (t.ms > LIMIT_MS + 300)
            printf("# after %ld bytes [%s]: %.0f ms; %s\n", bytes, words[w], t.ms, t.problem);
        if (!good)
            printf("# after %ld bytes [%s]: %s %s partial %d of %x: %.60s\n", bytes, words[w],
                   hl_status_name(t.status), t.err.text, t.partial, t.answered, t.text);
    }
    ask(NULL, "");
    hl_index_close(index);
    __atomic_store_n(&p.done, true, __ATOMIC_RELEASE);
    pthread_join(p.thread, NULL);
    close(p.fd);
    return good;
}

static void check_cut(void)
{
    size_t wrong = 0, tries = 0;
    double most = 0;
    unsigned kinds = 0;
    double since = now();
    for (long bytes = 1; bytes < 60000 && wrong < 3;
         bytes += SCRATCH_SLOWNESS * (1 + bytes / 8), tries++)
        wrong += !cut_after(bytes, &most, &kinds);
    wrong += !cut_after(-1, &most, &kinds);
    OK(!wrong && kinds >> 7 & 1 && kinds >> 5 & 1,
       "cut after %zu numbers of bytes: answers are those of who answered, at most %.0f ms",
       tries, most);
    printf("# %.0f ms\n", now() - since);
    OK(most < LIMIT_MS + 400, "and none takes longer than the limit: %.0f ms", most);
}

/* Greets, is opened, and says no more in the middle of each answer: again and again. */
static void check_stalls(void)
{
    struct proxy p = {.to = ports[1], .left = -1, .stalls = true};
    char through[32];
    const char *shards[] = {names[0], through, names[2]};
    struct hl_error err = {0};
    hl_status status;
    p.fd = xapian_listen(&p.port);
    snprintf(through, sizeof through, "127.0.0.1:%u", p.port);
    pthread_create(&p.thread, NULL, run_proxy, &p);
    struct hl_index *index = open_shards(shards, 3, LIMIT_MS, &status, &err);
    struct told t = ask(index, words[0]);
    OK(is_true(&t, 0) && t.answered == 7, "by way of others: %s", t.problem);
    ask(NULL, "");
    hl_index_close(index);
    usleep(100000);
    p.left = 1500; /* enough to be opened */
    index = open_shards(shards, 3, LIMIT_MS, &status, &err);
    double since = now(), waited = 0;
    bool good = index;
    size_t searches = 0;
    for (; good && now() - since < 5000; searches++) {
        t = ask(index, words[searches % WORDS]);
        good = is_true(&t, searches % WORDS) && t.ms < LIMIT_MS + 500;
        waited += t.ms > LIMIT_MS / 2. ? t.ms : 0;
        usleep(10000);
    }
    OK(good && waited < LIMIT_MS * 4 + 500,
       "one that stalls in every answer is asked ever less: %.0f of 5000 ms waited, %zu "
       "searches",
       waited, searches);
    ask(NULL, "");
    hl_index_close(index);
    __atomic_store_n(&p.done, true, __ATOMIC_RELEASE);
    pthread_join(p.thread, NULL);
    close(p.fd);
}

/* ----------------------------------------------------------------- wrong ones */

static void check_strangers(void)
{
    char path[1024], stranger[32];
    const char *shards[] = {names[0], stranger, names[1]};
    const struct hlx_calls *calls;
    struct hlx_writer *writer = NULL;
    struct hl_error err = {0};
    struct hlx_error e;
    hl_status status;
    uint64_t documents;
    unsigned port = 0;
    snprintf(path, sizeof path, "%s", scratch_name("strange"));
    xapian_begin(&calls, &err);
    assert(!calls->write_open(path, 1 << 25, &writer, &e));
    assert(!calls->commit(writer, &documents, &e));
    calls->write_close(writer);
    pid_t pid = xapian_serve(path, &port);
    snprintf(stranger, sizeof stranger, "127.0.0.1:%u", port);
    struct hl_index *index = open_shards(shards, 3, LIMIT_MS, &status, &err);
    struct told t = ask(index, words[0]);
    OK(!t.status && t.partial && t.answered == 5 && strstr(t.problem, "did not make") &&
           !strcmp(t.text, truths[3][0]),
       "a database that is not ours is missing: %s", t.problem);
    ask(NULL, "");
    hl_index_close(index);
    shards[1] = stranger;
    index = open_shards(shards + 1, 1, LIMIT_MS, &status, &err);
    OK(!index && status && strstr(err.text, "did not make"), "alone it is an error: %s",
       err.text);
    hl_index_close(index);
    xapian_stop(pid);

    /* One database twice, by two servers. */
    port = 0;
    snprintf(path, sizeof path, "%s/shard-0", folder);
    pid = xapian_serve(path, &port);
    snprintf(stranger, sizeof stranger, "127.0.0.1:%u", port);
    index = open_shards(shards, 2, LIMIT_MS, &status, &err);
    t = ask(index, words[0]);
    OK(index ? !t.status && t.partial && strstr(t.problem, "same database") &&
                   !strcmp(t.text, truths[1][0])
             : status == HL_MISUSE && strstr(err.text, "same database") != NULL,
       "one database twice is told: %s", index ? t.problem : err.text);
    ask(NULL, "");
    hl_index_close(index);
    xapian_stop(pid);
    const char *twice[] = {path, path};
    index = NULL;
    status = hl_index_open_with(twice, 2, NULL, &index, &err);
    OK(status == HL_MISUSE && !index, "and so of folders: %s", err.text);
}

/* ------------------------------------------------------------------- changes */

/* Articles are replaced by themselves, so that every state answers alike; old revisions of the
 * database go all the same. */
static void check_changed(void)
{
    char path[1024];
    struct hl_writer_options options = {.memory = 64u << 20, .backend = HL_BACKEND_XAPIAN};
    struct hl_index *here = NULL, *there = NULL;
    struct hl_error err = {0};
    hl_status status;
    unsigned port = 0;
    char name[32], truth[WORDS][8192];
    snprintf(path, sizeof path, "%s", scratch_name("changing"));
    bool good = scratch_build(path, &options, &archive, 1) && !hl_index_open(path, &here, &err);
    pid_t pid = xapian_serve(path, &port);
    snprintf(name, sizeof name, "127.0.0.1:%u", port);
    const char *shard = name;
    there = open_shards(&shard, 1, 2000, &status, &err);
    good = good && there;
    for (size_t w = 0; good && w < WORDS; w++)
        memcpy(truth[w], ask(here, words[w]).text, 8192);
    for (int round = 0; good && round < 12; round++) {
        for (int commits = 0; commits < 1 + round % 3; commits++)
            good =
                good && scratch_commit(path, &options, archive.articles,
                                       archive.count / 12 * (size_t)round, archive.count, NULL);
        for (size_t w = 0; good && w < WORDS; w++) {
            struct told a = ask(here, words[w]), b = ask(there, words[w]);
            good = !a.status && !b.status && !strcmp(a.text, truth[w]) &&
                   !strcmp(b.text, truth[w]);
            if (!good)
                printf("# round %d [%s]: %s %s\n#   %.100s\n#   %.100s\n#   %.100s\n", round,
                       words[w], a.err.text, b.err.text, truth[w], a.text, b.text);
        }
    }
    OK(good, "a database that is changed again and again answers, here and on a server %s",
       err.text);
    ask(NULL, "");
    hl_index_close(here);
    hl_index_close(there);
    xapian_stop(pid);
}

/* ------------------------------------------------------------------------ all */

static void check_live(void)
{
    const char *shards[] = {names[0], names[1], names[2]};
    struct hl_error err = {0};
    hl_status status;
    struct hl_index *index = open_shards(shards, 3, LIMIT_MS, &status, &err);
    OK(index != NULL, "three servers are opened %s", err.text);
    bool good = index;
    for (size_t w = 0; good && w < WORDS; w++) {
        struct told t = ask(index, words[w]);
        good = is_true(&t, w) && t.answered == 7;
    }
    OK(good, "they answer as three folders do");
    if (good) {
        check_killed(index);
        check_stopped(index);
        check_all_gone(index);
    }
    ask(NULL, "");
    hl_index_close(index);
    kill(-pids[0], SIGSTOP);
    double since = now();
    index = open_shards(shards, 3, LIMIT_MS, &status, &err);
    OK(index && now() - since < LIMIT_MS + 300,
       "opening waits for one that hangs once: %.0f ms", now() - since);
    struct told t = ask(index, words[0]);
    OK(is_true(&t, 0) && t.answered == 6 && t.ms < LIMIT_MS / 2.,
       "searches do not: %.0f ms; %s", t.ms, t.problem);
    kill(-pids[0], SIGCONT);
    ask(NULL, "");
    hl_index_close(index);
    check_cut();
    check_stalls();
    check_strangers();
}

int main(void)
{
    const struct scratch_shape shape = {300, 80, 6, 8, 30, 0, false};
    struct hl_writer_options options = {
        .memory = 64u << 20, .backend = HL_BACKEND_XAPIAN, .shards = SHARDS};
    const struct hlx_calls *calls;
    struct hl_error err = {0};
    signal(SIGPIPE, SIG_IGN);
    scratch_begin();
    check_servers();
    check_stubs();
    check_manners();
    check_probes();
    if (!xapian_begin(&calls, &err)) {
        tap_skip(err.text);
        return tap_done();
    }
    archive = scratch_archive_make(&shape, 99);
    snprintf(folder, sizeof folder, "%s", scratch_name("shards"));
    bool built = scratch_build(folder, &options, &archive, 1) && find_truths();
    OK(built, "three databases");
    if (built && serve_all()) {
        check_live();
        check_changed();
    } else if (built) {
        tap_skip("no xapian-tcpsrv (Debian: xapian-tools)");
    }
    for (int i = 0; i < SHARDS; i++)
        xapian_stop(pids[i]);
    scratch_archive_release(&archive);
    return tap_done();
}

/*
 * bench-page-fast.c - the search page by FastCGI, asked as a server asks it.
 *
 * The protocol is spoken here, byte by byte, so that nothing of a server's buffering or
 * mending stands between: a record that does not fit, an end that does not come, a line in
 * the log that tells of a failure, all are errors.  The processor time is that of the
 * servers between the first request and the last, by the kernel's own clock of them.
 */
#include "bench-page.h"

#include <errno.h>
#include <fastcgi.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <spawn.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { SERVERS_MAX = 64, CLIENTS_MAX = 256, WAIT_SECONDS = 10, START_WAIT_MS = 100 };
enum { WRONG_MAX = 200 }; /* enough to know: servers that are gone let clients wait for long */

struct bytes {
    char *data;
    size_t size, room;
};

struct bench {
    const struct plan *plan;
    const struct subject *subject;
    char folder[64], path[96], log[96];
    int listener;
    pid_t servers[SERVERS_MAX];
    double *ms; /* a request; each client writes its own */
    atomic_size_t next, asked, wrong, statuses[600];
};

struct client {
    struct bench *bench;
    pthread_t thread;
    int fd; /* -1: not connected */
    struct bytes out, answer, log;
};

static void put(struct bytes *to, const void *bytes, size_t size)
{
    if (to->size + size > to->room) {
        to->room = (to->size + size) * 2;
        to->data = realloc(to->data, to->room);
        if (!to->data)
            bench_die("out of memory");
    }
    memcpy(to->data + to->size, bytes, size);
    to->size += size;
}

/* --------------------------------------------------------------------- servers */

static void make_socket(struct bench *b)
{
    struct sockaddr_un name = {.sun_family = AF_UNIX};
    const char *folder = getenv("TMPDIR");
    snprintf(b->folder, sizeof b->folder, "%s/bench-page-XXXXXX",
             folder && strlen(folder) < 40 ? folder : "/tmp");
    if (!mkdtemp(b->folder))
        bench_die("cannot make %s: %s", b->folder, strerror(errno));
    snprintf(b->path, sizeof b->path, "%s/socket", b->folder);
    snprintf(b->log, sizeof b->log, "%s/log", b->folder);
    memcpy(name.sun_path, b->path, strlen(b->path) + 1);
    b->listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (b->listener < 0 || bind(b->listener, (struct sockaddr *)&name, sizeof name) ||
        listen(b->listener, 1024))
        bench_die("cannot listen on %s: %s", b->path, strerror(errno));
}

static pid_t start_server(const struct bench *b)
{
    posix_spawn_file_actions_t actions;
    pid_t pid;
    char *environment[SETTINGS_MAX + 1];
    char *const arguments[] = {(char *)b->subject->program, NULL};
    for (size_t i = 0; i < b->subject->setting_count; i++)
        environment[i] = (char *)b->subject->settings[i];
    environment[b->subject->setting_count] = NULL;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, b->listener, 0);
    posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
    posix_spawn_file_actions_addopen(&actions, 2, b->log, O_WRONLY | O_CREAT | O_APPEND, 0600);
    int failed = posix_spawn(&pid, b->subject->program, &actions, NULL, arguments, environment);
    if (failed)
        bench_die("cannot start %s: %s", b->subject->program, strerror(failed));
    posix_spawn_file_actions_destroy(&actions);
    return pid;
}

/* Servers inherit the processors of whoever starts them. */
static void start_servers(struct bench *b)
{
    cpu_set_t all, one;
    if (sched_getaffinity(0, sizeof all, &all))
        bench_die("cannot ask for the processors: %s", strerror(errno));
    if (b->plan->processor >= 0) {
        CPU_ZERO(&one);
        CPU_SET((size_t)b->plan->processor, &one);
        if (sched_setaffinity(0, sizeof one, &one))
            bench_die("--processor %d: %s", b->plan->processor, strerror(errno));
    }
    for (int i = 0; i < b->plan->servers; i++)
        b->servers[i] = start_server(b);
    sched_setaffinity(0, sizeof all, &all);
    nanosleep(&(struct timespec){0, START_WAIT_MS * 1000000}, NULL);
}

/* Milliseconds on a processor so far, of all servers; negative where nobody counts them. */
static double servers_cpu(const struct bench *b)
{
    double sum = 0;
    for (int i = 0; i < b->plan->servers; i++) {
        char path[64];
        unsigned long long ns;
        snprintf(path, sizeof path, "/proc/%d/schedstat", (int)b->servers[i]);
        FILE *file = fopen(path, "r");
        bool read = file && fscanf(file, "%llu", &ns) == 1;
        if (file)
            fclose(file);
        if (!read)
            return -1;
        sum += (double)ns / 1e6;
    }
    return sum;
}

/* None may have ended by itself; on SIGTERM all must. */
static size_t stop_servers(struct bench *b)
{
    size_t wrong = 0;
    for (int i = 0; i < b->plan->servers; i++) {
        int status;
        if (waitpid(b->servers[i], &status, WNOHANG) == b->servers[i]) {
            fprintf(stderr, "bench-page: server %d ended before its time (%x)\n", i,
                    (unsigned)status);
            b->servers[i] = 0;
            wrong++;
        } else
            kill(b->servers[i], SIGTERM);
    }
    for (int i = 0; i < b->plan->servers; i++) {
        int status = 0;
        pid_t ended = 0;
        for (int k = 0; b->servers[i] && k < 500 && !ended; k++) {
            nanosleep(&(struct timespec){0, k ? 10000000 : 0}, NULL);
            ended = waitpid(b->servers[i], &status, WNOHANG);
        }
        if (!b->servers[i])
            continue;
        bool good = ended && (WIFSIGNALED(status) ? WTERMSIG(status) == SIGTERM
                                                  : WEXITSTATUS(status) == 0);
        if (!ended) {
            kill(b->servers[i], SIGKILL);
            waitpid(b->servers[i], &status, 0);
        }
        if (!good)
            fprintf(stderr, "bench-page: server %d %s (%x)\n", i,
                    ended ? "ended badly" : "did not end on SIGTERM", (unsigned)status);
        wrong += !good;
    }
    return wrong;
}

/* What servers say outside of the protocol is for nobody: an error. */
static size_t read_log(const struct bench *b)
{
    char text[2000];
    FILE *file = fopen(b->log, "r");
    size_t n = file ? fread(text, 1, sizeof text - 1, file) : 0;
    if (file)
        fclose(file);
    text[n] = '\0';
    if (n)
        fprintf(stderr, "bench-page: servers wrote to descriptor 2: %s\n", text);
    return n ? 1 : 0;
}

/* -------------------------------------------------------------------- protocol */

static void put_record(struct bytes *to, int type, const void *content, size_t size)
{
    FCGI_Header head = {.version = FCGI_VERSION_1,
                        .type = (unsigned char)type,
                        .requestIdB0 = 1,
                        .contentLengthB1 = (unsigned char)(size >> 8),
                        .contentLengthB0 = (unsigned char)size};
    put(to, &head, sizeof head);
    put(to, content, size);
}

static void put_length(struct bytes *to, size_t size)
{
    unsigned char four[] = {(unsigned char)(size >> 24 | 0x80), (unsigned char)(size >> 16),
                            (unsigned char)(size >> 8), (unsigned char)size};
    if (size < 128)
        put(to, &four[3], 1);
    else
        put(to, four, 4);
}

static void put_parameter(struct bytes *to, const char *name, const char *value)
{
    put_length(to, strlen(name));
    put_length(to, strlen(value));
    put(to, name, strlen(name));
    put(to, value, strlen(value));
}

static void make_request(struct client *c, const char *query)
{
    struct bytes parameters = {0};
    FCGI_BeginRequestBody begin = {.roleB0 = FCGI_RESPONDER,
                                   .flags = c->bench->plan->keep ? FCGI_KEEP_CONN : 0};
    c->out.size = 0;
    put_record(&c->out, FCGI_BEGIN_REQUEST, &begin, sizeof begin);
    put_parameter(&parameters, "GATEWAY_INTERFACE", "CGI/1.1");
    put_parameter(&parameters, "SERVER_PROTOCOL", "HTTP/1.1");
    put_parameter(&parameters, "REQUEST_METHOD", "GET");
    put_parameter(&parameters, "SCRIPT_NAME", "/tim");
    put_parameter(&parameters, "QUERY_STRING", query);
    for (size_t at = 0; at < parameters.size;) {
        size_t n = parameters.size - at < 65535 ? parameters.size - at : 65535;
        put_record(&c->out, FCGI_PARAMS, parameters.data + at, n);
        at += n;
    }
    put_record(&c->out, FCGI_PARAMS, "", 0);
    put_record(&c->out, FCGI_STDIN, "", 0);
    free(parameters.data);
}

static bool connect_client(struct client *c)
{
    struct sockaddr_un name = {.sun_family = AF_UNIX};
    struct timeval most = {.tv_sec = WAIT_SECONDS};
    memcpy(name.sun_path, c->bench->path, strlen(c->bench->path) + 1);
    c->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (c->fd < 0 || connect(c->fd, (struct sockaddr *)&name, sizeof name))
        return false;
    setsockopt(c->fd, SOL_SOCKET, SO_RCVTIMEO, &most, sizeof most);
    setsockopt(c->fd, SOL_SOCKET, SO_SNDTIMEO, &most, sizeof most);
    return true;
}

static bool send_all(int fd, const char *bytes, size_t size)
{
    while (size) {
        ssize_t n = send(fd, bytes, size, MSG_NOSIGNAL);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return false;
        bytes += n;
        size -= (size_t)n;
    }
    return true;
}

static bool read_exactly(int fd, void *to, size_t size)
{
    char *p = to;
    while (size) {
        ssize_t n = recv(fd, p, size, 0);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return false;
        p += n;
        size -= (size_t)n;
    }
    return true;
}

/* The records of one answer up to its end; what is wrong with them, or NULL. */
static const char *read_records(struct client *c)
{
    char content[65536 + 256];
    c->answer.size = c->log.size = 0;
    for (;;) {
        FCGI_Header head;
        FCGI_EndRequestBody end;
        if (!read_exactly(c->fd, &head, sizeof head))
            return "cut: no end of the request";
        size_t size = (size_t)head.contentLengthB1 << 8 | head.contentLengthB0;
        if (head.version != FCGI_VERSION_1 || head.requestIdB1 || head.requestIdB0 != 1)
            return "a record of another request";
        if (!read_exactly(c->fd, content, size + head.paddingLength))
            return "cut: within a record";
        if (head.type == FCGI_STDOUT)
            put(&c->answer, content, size);
        else if (head.type == FCGI_STDERR)
            put(&c->log, content, size);
        else if (head.type != FCGI_END_REQUEST || size != sizeof end)
            return "a record of no known type";
        else {
            memcpy(&end, content, sizeof end);
            bool good = end.protocolStatus == FCGI_REQUEST_COMPLETE && !end.appStatusB0 &&
                        !end.appStatusB1 && !end.appStatusB2 && !end.appStatusB3;
            return good ? NULL : "it ended without success";
        }
    }
}

/* A line a request, none that tells of a failure of ours. */
static const char *judge_log(struct client *c)
{
    static const char *const failures[] = {": 503", "Sanitizer", "runtime error", "Assertion"};
    put(&c->log, "", 1);
    for (size_t i = 0; i < sizeof failures / sizeof *failures; i++)
        if (strstr(c->log.data, failures[i]))
            return "the log tells of a failure";
    return NULL;
}

/* --------------------------------------------------------------------- clients */

/* Without keeping, the server closes: nothing may follow the end. */
static const char *exchange(struct client *c)
{
    char more;
    if (c->fd < 0 && !connect_client(c))
        return "no connection";
    if (!send_all(c->fd, c->out.data, c->out.size))
        return "the request was not taken";
    const char *fault = read_records(c);
    if (!fault && !c->bench->plan->keep && recv(c->fd, &more, 1, 0) != 0)
        fault = "bytes behind the end";
    return fault;
}

static void ask_fast(struct client *c, size_t number)
{
    struct bench *b = c->bench;
    const struct requests *all = &b->plan->requests;
    const struct request *request = &all->list[number % all->count];
    char *query = bench_query_string(b->subject, request);
    if (!query)
        bench_die("out of memory");
    if (b->plan->fresh) {
        char *numbered;
        if (asprintf(&numbered, "%s&fresh=%zu", query, number) < 0)
            bench_die("out of memory");
        free(query);
        query = numbered;
    }
    make_request(c, query);
    double from = bench_now();
    const char *fault = exchange(c);
    b->ms[number] = bench_now() - from;
    struct verdict v = {0, fault};
    if (!fault) {
        v = bench_judge(c->answer.data, c->answer.size, request->words, true);
        b->statuses[v.status >= 0 && v.status < 600 ? v.status : 0]++;
        v.fault = v.fault ? v.fault : judge_log(c);
    }
    if (v.fault && b->wrong++ < 5)
        fprintf(stderr, "bench-page: request %zu: %s (status %d): %.200s\n  log: %.*s\n",
                number, v.fault, v.status, query, c->log.size < 300 ? (int)c->log.size : 300,
                c->log.data ? c->log.data : "");
    if (c->fd >= 0 && (fault || !b->plan->keep)) {
        close(c->fd);
        c->fd = -1;
    }
    free(query);
}

/* Looks without taking: stop_servers() tells of them. */
static bool none_ended(const struct bench *b)
{
    for (int i = 0; i < b->plan->servers; i++) {
        siginfo_t info = {.si_pid = 0};
        if (!waitid(P_PID, (id_t)b->servers[i], &info, WEXITED | WNOHANG | WNOWAIT) &&
            info.si_pid)
            return false;
    }
    return true;
}

static void *run_client(void *user)
{
    struct client *c = user;
    size_t number;
    while (c->bench->wrong < WRONG_MAX && none_ended(c->bench) &&
           (number = c->bench->next++) < c->bench->plan->total) {
        ask_fast(c, number);
        c->bench->asked++;
    }
    if (c->fd >= 0)
        close(c->fd);
    free(c->out.data);
    free(c->answer.data);
    free(c->log.data);
    return NULL;
}

static void run_clients(struct bench *b)
{
    static struct client clients[CLIENTS_MAX];
    for (int i = 0; i < b->plan->clients; i++) {
        clients[i] = (struct client){.bench = b, .fd = -1};
        if (pthread_create(&clients[i].thread, NULL, run_client, &clients[i]))
            bench_die("cannot start client %d", i);
    }
    for (int i = 0; i < b->plan->clients; i++)
        pthread_join(clients[i].thread, NULL);
}

/* --------------------------------------------------------------------- report */

static void print_fast(struct bench *b, double seconds, double cpu)
{
    size_t n = b->asked;
    if (n < b->plan->total)
        printf("given up, of %zu ", b->plan->total);
    printf("%zu requests, %d servers, %d clients, %s: %.0f requests a second\n", n,
           b->plan->servers, b->plan->clients,
           b->plan->keep ? "kept connections" : "a connection each", (double)n / seconds);
    if (cpu > 0)
        printf(
            "processor time of the servers: %.3f ms a request, %.0f requests a second of it\n",
            cpu / (double)n, (double)n / cpu * 1e3);
    printf("latency: p50 %.2f ms, p99 %.2f, max %.2f\n", bench_share(b->ms, n, .5),
           bench_share(b->ms, n, .99), bench_share(b->ms, n, 1));
    printf("statuses:");
    for (int i = 0; i < 600; i++)
        if (b->statuses[i])
            printf(" %d: %zu", i, (size_t)b->statuses[i]);
    printf("\nerrors: %zu\n", (size_t)b->wrong);
}

int bench_fast(const struct plan *plan, const struct subject *subject)
{
    static struct bench b;
    b.plan = plan;
    b.subject = subject;
    if (plan->servers > SERVERS_MAX || plan->clients > CLIENTS_MAX)
        bench_die("at most %d servers and %d clients", SERVERS_MAX, CLIENTS_MAX);
    if (plan->keep && plan->clients > plan->servers)
        bench_die("--keep: a kept connection keeps a server: give -s as many as -m");
    b.ms = bench_alloc(plan->total, sizeof *b.ms);
    make_socket(&b);
    start_servers(&b);
    double cpu = servers_cpu(&b), from = bench_now();
    run_clients(&b);
    double seconds = (bench_now() - from) / 1e3, cpu_end = servers_cpu(&b);
    b.wrong += stop_servers(&b);
    b.wrong += read_log(&b);
    if (!b.asked)
        bench_die("no server lived to be asked");
    print_fast(&b, seconds, cpu < 0 || cpu_end < 0 ? 0 : cpu_end - cpu);
    close(b.listener);
    unlink(b.path);
    unlink(b.log);
    rmdir(b.folder);
    free(b.ms);
    return b.wrong ? 1 : 0;
}

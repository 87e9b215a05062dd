/*
 * bench-page - what a request to the search page costs.  USAGE below says how.
 *
 * Times of a shared machine drift, so the programs that are compared take turns request by
 * request, and the first of a turn is another each time.  The empty program is started and
 * awaited just as the others are: what it takes is what any CGI program costs here.
 */
#include "bench-page.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static const char USAGE[] =
    "usage: build/bench-page cgi  [-n N] [-q FILE] [--raw FILE] -c PROGRAM [-p P] [-e N=V]...\n"
    "       build/bench-page fcgi [-n N] [-q FILE] [--raw FILE] [-s N] [-m N] [--keep]\n"
    "                             [--fresh] [--processor N] -c PROGRAM [-p P] [-e N=V]...\n"
    "\n"
    "cgi starts PROGRAM anew for each request and awaits its end, in turns with an empty C\n"
    "program and with further PROGRAMs (-c again; -p and -e belong to the -c before them).\n"
    "fcgi starts PROGRAM -s times (1) with a socket of its own as descriptor 0 and asks by -m\n"
    "clients (1), each request on a new connection, or with --keep on one for each client.\n"
    "A server keeps answers that it gave; with --fresh no request is like one before it.\n"
    "\n"
    "  -n N           requests of each program (cgi 1000, fcgi 10000)\n"
    "  -q FILE        a query a line; of a line of four columns, parted by tabs, the last "
    "one,\n"
    "                 as the words of AND, with OR between them or in quotes by the second\n"
    "  --raw FILE     a whole query string a line, hostile ones too; statuses 400, 404 and "
    "405\n"
    "                 are right there, 200 everywhere\n"
    "  -c PROGRAM     what is asked\n"
    "  -p P           what stands before the words in the query string (q=)\n"
    "  -e NAME=VALUE  in its environment, which has nothing else but the request\n"
    "  --empty FILE   the empty program (bench-empty beside this one)\n"
    "  --seed S       order of the requests, which are drawn evenly from both files (1)\n"
    "  --processor N  binds the servers to that processor\n"
    "\n"
    "Of each program: median, 90th and 99th percentile of milliseconds, processor time, page\n"
    "faults, and how much more than the empty program it takes.  Each answer is checked: "
    "status,\n"
    "Content-Length, exit code, what was logged.  Exit code 1 if one was wrong.\n";

enum { SUBJECTS_MAX = 8, ANSWER_MAX = 16 << 20 };

/* --------------------------------------------------------------------- shared */

void bench_die(const char *format, ...)
{
    va_list list;
    va_start(list, format);
    fputs("bench-page: ", stderr);
    vfprintf(stderr, format, list);
    fputc('\n', stderr);
    va_end(list);
    exit(2);
}

void *bench_alloc(size_t count, size_t size)
{
    void *p = calloc(count ? count : 1, size);
    if (!p)
        bench_die("out of memory");
    return p;
}

double bench_now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

double bench_share(double *values, size_t count, double share)
{
    size_t at = (size_t)(share * (double)count);
    qsort(values, count, sizeof *values, by_value);
    return count ? values[at < count ? at : count - 1] : 0;
}

char *bench_query_string(const struct subject *subject, const struct request *request)
{
    if (!request->words)
        return strdup(request->text);
    size_t prefix = strlen(subject->prefix);
    char *out = bench_alloc(prefix + strlen(request->text) * 3 + 1, 1), *to = out + prefix;
    memcpy(out, subject->prefix, prefix);
    for (const char *s = request->text; *s; s++) {
        bool plain = (*s >= 'a' && *s <= 'z') || (*s >= 'A' && *s <= 'Z') ||
                     (*s >= '0' && *s <= '9') || strchr("-._~", *s);
        if (*s == ' ')
            *to++ = '+';
        else if (plain)
            *to++ = *s;
        else
            to += sprintf(to, "%%%02X", (unsigned char)*s);
    }
    *to = '\0';
    return out;
}

/* The value of a header, or NULL; names are told apart without regard to case. */
static const char *header(const char *answer, const char *end, const char *name)
{
    size_t size = strlen(name);
    for (const char *line = answer; line < end;) {
        const char *next = memchr(line, '\n', (size_t)(end - line));
        if ((size_t)(end - line) > size && !strncasecmp(line, name, size) && line[size] == ':')
            return line + size + 1 + strspn(line + size + 1, " ");
        line = next ? next + 1 : end;
    }
    return NULL;
}

struct verdict bench_judge(const char *answer, size_t size, bool words, bool must_say)
{
    struct verdict v = {0, NULL};
    const char *body = size ? memmem(answer, size, "\r\n\r\n", 4) : NULL;
    size_t gap = 4;
    if (!body && size) {
        body = memmem(answer, size, "\n\n", 2);
        gap = 2;
    }
    if (!body) {
        v.fault = size ? "no header block" : "an empty answer";
        return v;
    }
    const char *status = header(answer, body, "Status");
    const char *length = header(answer, body, "Content-Length");
    size_t rest = size - (size_t)(body - answer) - gap;
    v.status = status ? atoi(status) : must_say ? 0 : 200;
    bool refused = v.status == 400 || v.status == 404 || v.status == 405;
    if (v.status != 200 && (words || !refused))
        v.fault = status ? "another status" : "no Status";
    else if (!length && must_say)
        v.fault = "no Content-Length";
    else if (length && strtoull(length, NULL, 10) != rest)
        v.fault = strtoull(length, NULL, 10) > rest ? "cut: less than its Content-Length"
                                                    : "more than its Content-Length";
    return v;
}

/* -------------------------------------------------------------------- requests */

/* One of our query sets has the kind of a query in its second column. */
static char *words_of(char *line)
{
    char *tab = strchr(line, '\t'), *last = strrchr(line, '\t'), *out;
    if (!tab)
        return strdup(line);
    size_t size = strlen(last + 1);
    out = bench_alloc(size * 4 + 3, 1);
    if (!strncmp(tab + 1, "PHRASE\t", 7)) {
        snprintf(out, size + 3, "\"%s\"", last + 1);
        return out;
    }
    bool any = !strncmp(tab + 1, "OR\t", 3);
    char *to = out;
    for (const char *s = last + 1; *s; s++) {
        if (*s == ' ' && any)
            to = stpcpy(to, " OR ");
        else
            *to++ = *s;
    }
    return out;
}

static void read_requests(const char *path, bool words, struct requests *to)
{
    FILE *file = fopen(path, "r");
    char *line = NULL;
    size_t room = 0;
    ssize_t size;
    if (!file)
        bench_die("cannot open %s: %s", path, strerror(errno));
    while ((size = getline(&line, &room, file)) >= 0) {
        if (size && line[size - 1] == '\n')
            line[--size] = '\0';
        if (!size || strlen(line) != (size_t)size)
            continue; /* an environment has no place for NUL */
        if (!(to->count & (to->count + 1))) {
            to->list = realloc(to->list, (to->count + 1) * 2 * sizeof *to->list);
            if (!to->list)
                bench_die("out of memory");
        }
        char *text = words ? words_of(line) : strdup(line);
        to->list[to->count++] = (struct request){text, words};
    }
    free(line);
    fclose(file);
}

/* Fisher and Yates, by a generator of our own, so that a seed means the same everywhere. */
static void shuffle(struct requests *r, unsigned seed)
{
    uint64_t state = seed * UINT64_C(0x9e3779b97f4a7c15) + 1;
    for (size_t i = r->count; i > 1; i--) {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        size_t k = (size_t)(state % i);
        struct request other = r->list[i - 1];
        r->list[i - 1] = r->list[k];
        r->list[k] = other;
    }
}

/* ------------------------------------------------------------------------- CGI */

struct measured {
    double *ms, *answered; /* to the end of the process; to the end of what it says */
    double processor;      /* ms, of all */
    double faults;
    size_t count, wrong, bytes;
    int statuses[600];
};

struct run {
    double ms, answered;
    struct rusage used;
    int status; /* as waitpid gives it */
    char *answer;
    size_t size;
};

static char *environment[SETTINGS_MAX + 8];

/* The environment that RFC 3875 wants, and the subject's own. */
static void set_environment(const struct subject *s, char *query)
{
    static char *const fixed[] = {"GATEWAY_INTERFACE=CGI/1.1", "SERVER_PROTOCOL=HTTP/1.1",
                                  "REQUEST_METHOD=GET", "SCRIPT_NAME=/tim",
                                  "SERVER_NAME=localhost"};
    size_t n = 0;
    for (size_t i = 0; i < sizeof fixed / sizeof *fixed; i++)
        environment[n++] = fixed[i];
    for (size_t i = 0; i < s->setting_count; i++)
        environment[n++] = (char *)s->settings[i];
    environment[n++] = query;
    environment[n] = NULL;
}

static void read_answer(int fd, struct run *r)
{
    static char answer[ANSWER_MAX];
    ssize_t n;
    r->size = 0;
    while ((n = read(fd, answer + r->size, sizeof answer - r->size)) != 0) {
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            bench_die("cannot read an answer: %s", strerror(errno));
        r->size += (size_t)n;
    }
    r->answer = answer;
}

static void run_once(const struct subject *s, struct run *r)
{
    posix_spawn_file_actions_t actions;
    int ends[2];
    pid_t pid;
    char *const arguments[] = {(char *)s->program, NULL};
    if (pipe2(ends, O_CLOEXEC))
        bench_die("no pipe: %s", strerror(errno));
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&actions, ends[1], 1);
    posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0);
    double from = bench_now();
    int failed = posix_spawn(&pid, s->program, &actions, NULL, arguments, environment);
    if (failed)
        bench_die("cannot start %s: %s", s->program, strerror(failed));
    close(ends[1]);
    read_answer(ends[0], r);
    r->answered = bench_now() - from;
    while (wait4(pid, &r->status, 0, &r->used) < 0)
        if (errno != EINTR)
            bench_die("cannot await %s: %s", s->program, strerror(errno));
    r->ms = bench_now() - from;
    close(ends[0]);
    posix_spawn_file_actions_destroy(&actions);
}

static double cpu_ms(const struct rusage *u)
{
    return (double)(u->ru_utime.tv_sec + u->ru_stime.tv_sec) * 1e3 +
           (double)(u->ru_utime.tv_usec + u->ru_stime.tv_usec) / 1e3;
}

static void ask(const struct subject *s, const struct request *request, bool empty,
                struct measured *m)
{
    struct run r;
    char *words = bench_query_string(s, request), *query = NULL;
    if (!words || asprintf(&query, "QUERY_STRING=%s", words) < 0)
        bench_die("out of memory");
    set_environment(s, query);
    run_once(s, &r);
    m->ms[m->count] = r.ms;
    m->answered[m->count++] = r.answered;
    m->processor += cpu_ms(&r.used);
    m->faults += (double)r.used.ru_minflt;
    m->bytes += r.size;
    if (!empty) {
        struct verdict v = bench_judge(r.answer, r.size, request->words, false);
        m->statuses[v.status >= 0 && v.status < 600 ? v.status : 0]++;
        if (!v.fault && r.status)
            v.fault = "the process failed";
        if (v.fault && m->wrong++ < 5)
            fprintf(stderr, "bench-page: %s: %s (status %d, exit %x): %.200s\n", s->program,
                    v.fault, v.status, (unsigned)r.status, words);
    }
    free(words);
    free(query);
}

/* On a busy machine the clock counts the work of others; the second line does not. */
static void print_cgi(const struct subject *s, struct measured *m, const struct measured *empty)
{
    double median = bench_share(m->ms, m->count, .5), n = (double)m->count;
    double p90 = bench_share(m->ms, m->count, .9), cpu = m->processor / n;
    printf("%-28s %8.2f %7.2f %7.2f %9.2f %9.2f %7.0f %8.0f\n", s->program, median, p90,
           bench_share(m->ms, m->count, .99), bench_share(m->answered, m->count, .5), cpu,
           m->faults / n, (double)m->bytes / n);
    if (m == empty)
        return;
    double least = bench_share(empty->ms, empty->count, .5), least_cpu = empty->processor / n;
    printf("  median = %.2f x empty = 2 x empty %+.2f ms; p90 = 2 x empty %+.2f ms\n",
           median / least, median - 2 * least, p90 - 2 * least);
    printf("  processor = %.2f x empty = 2 x empty %+.2f ms; %zu wrong\n", cpu / least_cpu,
           cpu - 2 * least_cpu, m->wrong);
}

static int bench_cgi(const struct plan *plan, const struct subject *subjects, size_t count)
{
    static struct measured measured[SUBJECTS_MAX + 1];
    size_t wrong = 0;
    for (size_t i = 0; i < count; i++) {
        measured[i].ms = bench_alloc(plan->total, sizeof(double));
        measured[i].answered = bench_alloc(plan->total, sizeof(double));
    }
    for (size_t i = 0; i < plan->total; i++)
        for (size_t k = 0; k < count; k++) {
            size_t which = (i + k) % count;
            ask(&subjects[which], &plan->requests.list[i % plan->requests.count], which == 0,
                &measured[which]);
        }
    printf("%zu requests each; milliseconds from start to end\n", plan->total);
    printf("%-28s %8s %7s %7s %9s %9s %7s %8s\n", "program", "median", "p90", "p99", "answered",
           "processor", "faults", "bytes");
    for (size_t i = 0; i < count; i++) {
        print_cgi(&subjects[i], &measured[i], &measured[0]);
        wrong += measured[i].wrong;
    }
    for (size_t i = 0; i < count; i++) {
        free(measured[i].ms);
        free(measured[i].answered);
    }
    return wrong ? 1 : 0;
}

/* ------------------------------------------------------------------- arguments */

struct arguments {
    struct plan plan;
    struct subject subjects[SUBJECTS_MAX + 1]; /* the first is the empty program */
    size_t count;
    bool fast;
};

static long number_of(const char *option, const char *text, long least)
{
    char *end;
    long n = strtol(text, &end, 10);
    if (end == text || *end || n < least || n > 100000000)
        bench_die("%s %s: wants a number from %ld; try --help", option, text, least);
    return n;
}

static void set_subject(struct arguments *a, const char *option, const char *value)
{
    if (!strcmp(option, "-c")) {
        if (a->count > SUBJECTS_MAX)
            bench_die("-c %s: at most %d programs", value, SUBJECTS_MAX);
        if (access(value, X_OK))
            bench_die("-c %s: %s", value, strerror(errno));
        a->subjects[a->count++] = (struct subject){.program = value, .prefix = "q="};
        return;
    }
    struct subject *s = &a->subjects[a->count - 1];
    if (a->count < 2)
        bench_die("%s %s: belongs behind the -c of its program", option, value);
    if (!strcmp(option, "-p"))
        s->prefix = value;
    else if (!strchr(value, '='))
        bench_die("-e %s: wants NAME=VALUE", value);
    else if (s->setting_count == SETTINGS_MAX)
        bench_die("-e %s: at most %d for a program", value, SETTINGS_MAX);
    else
        s->settings[s->setting_count++] = value;
}

static void set_option(struct arguments *a, const char *option, const char *value)
{
    if (!strcmp(option, "-c") || !strcmp(option, "-p") || !strcmp(option, "-e"))
        set_subject(a, option, value);
    else if (!strcmp(option, "-n"))
        a->plan.total = (size_t)number_of(option, value, 1);
    else if (!strcmp(option, "-q"))
        read_requests(value, true, &a->plan.requests);
    else if (!strcmp(option, "--raw"))
        read_requests(value, false, &a->plan.requests);
    else if (!strcmp(option, "--empty"))
        a->subjects[0].program = value;
    else if (!strcmp(option, "--seed"))
        a->plan.seed = (unsigned)number_of(option, value, 0);
    else if (!strcmp(option, "-s") && a->fast)
        a->plan.servers = (int)number_of(option, value, 1);
    else if (!strcmp(option, "-m") && a->fast)
        a->plan.clients = (int)number_of(option, value, 1);
    else if (!strcmp(option, "--processor") && a->fast)
        a->plan.processor = (int)number_of(option, value, 0);
    else
        bench_die("no option %s%s; try --help", option, a->fast ? "" : " of cgi");
}

static void read_arguments(int argc, char **argv, struct arguments *a)
{
    if (argc < 2 || (strcmp(argv[1], "cgi") && strcmp(argv[1], "fcgi")))
        bench_die("cgi or fcgi? try --help");
    a->fast = !strcmp(argv[1], "fcgi");
    a->plan.total = a->fast ? 10000 : 1000;
    for (int i = 2; i < argc; i++) {
        if (!strcmp(argv[i], "--keep") && a->fast) {
            a->plan.keep = true;
            continue;
        }
        if (!strcmp(argv[i], "--fresh") && a->fast) {
            a->plan.fresh = true;
            continue;
        }
        if (i + 1 == argc)
            bench_die("%s: wants a value; try --help", argv[i]);
        set_option(a, argv[i], argv[i + 1]);
        i++;
    }
    if (a->count < 2)
        bench_die("which program (-c)? try --help");
    if (a->fast && a->count > 2)
        bench_die("fcgi asks one program at a time");
    if (!a->plan.requests.count)
        bench_die("no queries: give -q FILE or --raw FILE");
}

/* bench-empty lies beside this program. */
static const char *empty_beside(const char *self)
{
    static char path[4096];
    const char *slash = strrchr(self, '/');
    int folder = slash ? (int)(slash - self) + 1 : 0;
    snprintf(path, sizeof path, "%.*sbench-empty", folder, self);
    return path;
}

int main(int argc, char **argv)
{
    static struct arguments a = {
        .plan = {.seed = 1, .servers = 1, .clients = 1, .processor = -1}};
    for (int i = 1; i < argc; i++)
        if (!strcmp(argv[i], "--help") || !strcmp(argv[i], "-h")) {
            fputs(USAGE, stdout);
            return 0;
        }
    a.subjects[0] = (struct subject){.program = empty_beside(argv[0]), .prefix = "q="};
    a.count = 1;
    read_arguments(argc, argv, &a);
    shuffle(&a.plan.requests, a.plan.seed);
    int code =
        a.fast ? bench_fast(&a.plan, &a.subjects[1]) : bench_cgi(&a.plan, a.subjects, a.count);
    for (size_t i = 0; i < a.plan.requests.count; i++)
        free(a.plan.requests.list[i].text);
    free(a.plan.requests.list);
    return code;
}

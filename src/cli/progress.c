/*
 * progress.c - see progress.h.
 *
 * One struct under one lock. The command tells, the thread prints; neither waits for the
 * other longer than a line takes to print. What is shown is decided here alone: whether
 * (0.5 s), where (in place or as lines), how often, and from when on an estimate is honest.
 */
#include "cli/progress.h"
#include "cli/json.h"

#include <assert.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

enum { NAME_MAX_BYTES = 200 };

static const double QUIET_SECONDS = 0.5; /* who is done by then says nothing */
static const double TICK_SECONDS = 0.2;  /* in place */
static const double LINE_SECONDS = 10;   /* into a log */
static const double STALL_SECONDS = 2;   /* then the source is named */
static const double GUESS_SECONDS = 3;   /* no estimate before */
static const double RELEASE_SECONDS = 1; /* how long an interrupted read may hold us */

static struct {
    pthread_mutex_t lock;
    pthread_cond_t wake;
    pthread_t thread;
    bool running, ending, in_place, always;
    bool shown; /* a line stands on the terminal */
    const char *verb;
    double started, printed, changed, stop_seen;
    char stage[32]; /* empty: reading */
    uint64_t done, total;
    struct hlcli_told told;
    char current[NAME_MAX_BYTES];
} p = {.lock = PTHREAD_MUTEX_INITIALIZER};

double hlcli_now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

/* --------------------------------------------------------------------- lines */

/* How far, from 0 to 1: by articles where their number is known, else by bytes; less than 0
 * where neither is. */
static double share_done(void)
{
    if (p.told.articles_total)
        return (double)p.told.articles / (double)p.told.articles_total;
    return p.told.bytes_total ? (double)p.told.bytes / (double)p.told.bytes_total : -1;
}

/* Of sources the number of articles is not known before the end. */
static void add_of_total(struct hlcli_text *line, double seconds)
{
    double share = share_done();
    assert(share >= 0);
    if (p.told.articles_total) {
        hlcli_add(line, hlcli_say(" of "));
        hlcli_add_count(line, p.told.articles_total);
        hlcli_add_format(line, hlcli_say(" articles (%.0f%%)"), share < 1 ? share * 100 : 100);
        return;
    }
    /* How many articles there are is a guess from bytes, shown when some were seen. */
    if (share > 0.01 && share < 1 && seconds >= GUESS_SECONDS) {
        hlcli_add(line, hlcli_say(" of ~"));
        hlcli_add_count(line, (uint64_t)((double)p.told.articles / share));
    }
    hlcli_add_format(line, hlcli_say(" articles (%.0f%%)"), share < 1 ? share * 100 : 100);
}

/* Everything of the reading line after "index: ". */
static void add_reading(struct hlcli_text *line, double now)
{
    double seconds = now - p.started;
    assert(seconds > 0); /* nothing is printed in the first half second */
    bool total = share_done() >= 0;
    hlcli_add_count(line, p.told.articles);
    if (total)
        add_of_total(line, seconds);
    else
        hlcli_add(line, hlcli_say(" articles"));
    hlcli_add(line, ", ");
    hlcli_add_tenths(line, (double)p.told.bytes / 1e6 / seconds);
    hlcli_add(line, " MB/s, ");
    hlcli_add_count(line, (uint64_t)((double)p.told.articles / seconds));
    hlcli_add(line, hlcli_say(" articles/s"));
    if (p.told.rejected) {
        hlcli_add(line, ", ");
        hlcli_add_count(line, p.told.rejected);
        hlcli_add(line, hlcli_say(" rejected"));
    }
    if (now - p.changed >= STALL_SECONDS && p.current[0]) {
        hlcli_add(line, hlcli_say(", waiting on "));
        hlcli_add_plain(line, p.current, strlen(p.current));
    } else if (total && seconds >= GUESS_SECONDS && share_done() > 0) {
        double left = seconds * (1 / share_done() - 1);
        hlcli_add(line, ", ");
        hlcli_add_seconds(line, left > 1 ? left : 1);
        hlcli_add(line, hlcli_say(" left"));
    }
}

/* The line for people. */
static void add_words(struct hlcli_text *line, double now)
{
    hlcli_add_format(line, "%s: ", p.verb);
    if (!p.stage[0]) {
        add_reading(line, now);
        return;
    }
    hlcli_add(line, hlcli_say(p.stage));
    if (p.total)
        hlcli_add_format(line, ", %.0f%%", (double)p.done * 100 / (double)p.total);
}

/* The line for programs; the same keys at every stage. */
static void add_json(struct hlcli_text *line, double now)
{
    struct hlcli_json json;
    hlcli_json_init(&json, line);
    hlcli_json_object(&json);
    hlcli_json_put_uint(&json, "schema", 1);
    hlcli_json_put(&json, "stage", p.stage[0] ? p.stage : "reading");
    bool counted = p.told.articles_total > 0;
    uint64_t done = counted ? p.told.articles : p.told.bytes;
    uint64_t total = counted ? p.told.articles_total : p.told.bytes_total;
    hlcli_json_put_uint(&json, "done", p.stage[0] ? p.done : done);
    hlcli_json_put_uint(&json, "total", p.stage[0] ? p.total : total);
    hlcli_json_put_uint(&json, "articles", p.told.articles);
    hlcli_json_put_uint(&json, "rejected", p.told.rejected);
    bool stalled = !p.stage[0] && now - p.changed >= STALL_SECONDS && p.current[0];
    hlcli_json_put(&json, "waiting_on", stalled ? p.current : NULL);
    hlcli_json_put_double(&json, "seconds", (double)(uint64_t)((now - p.started) * 1e3) / 1e3);
    hlcli_json_object_end(&json);
}

/* Cuts the line to the terminal, between characters: a line that wraps cannot be redrawn. */
static void cut_to_terminal(struct hlcli_text *line)
{
    struct winsize size;
    size_t width = 79, at = 0, used = 0;
    if (!ioctl(STDERR_FILENO, TIOCGWINSZ, &size) && size.ws_col > 20)
        width = size.ws_col - 1u;
    while (at < line->size && used < width) {
        size_t step = hlcli_utf8_size(line->data + at, line->size - at);
        at += step ? step : 1;
        used++;
    }
    line->size = at;
    line->data[at] = 0;
}

static void print_line(double now)
{
    struct hlcli_text line;
    assert(p.verb);
    hlcli_text_init(&line);
    if (hlcli_manner()->json)
        add_json(&line, now);
    else
        add_words(&line, now);
    if (p.in_place)
        cut_to_terminal(&line);
    fprintf(stderr, p.in_place ? "\r%s\033[K" : "%s\n", line.data);
    fflush(stderr);
    p.shown = p.in_place;
    p.printed = now;
    hlcli_text_release(&line);
}

/* Takes the line off the terminal, so that something else can stand there. */
static void erase(void)
{
    if (p.shown)
        fputs("\r\033[K", stderr);
    p.shown = false;
}

/* -------------------------------------------------------------------- thread */

/* A read that waits for a pipe may never come back after Ctrl-C.  Nothing is committed
 * while reading, so leaving at once keeps the promise that nothing of this run stays.  An
 * index does not make its reader wait. */
static void leave_stalled_read(double now)
{
    if (!hlcli_stop_asked() || p.stage[0] || p.told.articles_total)
        p.stop_seen = 0;
    else if (p.stop_seen == 0)
        p.stop_seen = now;
    else if (now - p.stop_seen > RELEASE_SECONDS) {
        erase();
        const char *words = hlcli_say("hlsearch: interrupted; nothing of this run is kept\n");
        fflush(stderr);
        if (write(STDERR_FILENO, words, strlen(words)) < 0)
            _exit(HLCLI_STOPPED);
        _exit(HLCLI_STOPPED);
    }
}

/* Prints when it is time to. */
static void tick(double now)
{
    double step = p.in_place ? TICK_SECONDS : p.always ? 1 : LINE_SECONDS;
    double since = p.printed > 0 ? p.printed : p.started;
    bool due = now - since >= step || (p.in_place && !p.shown);
    if (p.verb && now - p.started >= QUIET_SECONDS && due)
        print_line(now);
}

/* The thread: looks ten times a second, which costs nothing that can be measured. */
static void *watch(void *unused)
{
    pthread_mutex_lock(&p.lock);
    while (!p.ending) {
        struct timespec until;
        clock_gettime(CLOCK_MONOTONIC, &until);
        until.tv_nsec += 100 * 1000 * 1000;
        until.tv_sec += until.tv_nsec / 1000000000;
        until.tv_nsec %= 1000000000;
        pthread_cond_timedwait(&p.wake, &p.lock, &until);
        if (p.ending)
            break;
        double now = hlcli_now();
        leave_stalled_read(now);
        tick(now);
    }
    pthread_mutex_unlock(&p.lock);
    return NULL;
}

/* The clock is the one that never goes back, also in the waiting: the time of day may be
 * set while an index is made. */
void hlcli_progress_start(const char *verb, enum hlcli_when when)
{
    const struct hlcli_manner *manner = hlcli_manner();
    bool silent = when == HLCLI_NEVER || (manner->quiet && when != HLCLI_ALWAYS);
    pthread_condattr_t attributes;
    assert(!p.running && verb);
    p.verb = silent ? NULL : verb;
    p.always = when == HLCLI_ALWAYS;
    p.in_place = manner->terminal_err && !manner->json;
    p.started = p.changed = hlcli_now();
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(&p.wake, &attributes);
    pthread_condattr_destroy(&attributes);
    /* Without the thread there is no line, which is no reason to fail. */
    p.running = !pthread_create(&p.thread, NULL, watch, NULL);
}

/* Joins the thread: after this the terminal is the caller's alone. */
void hlcli_progress_stop(void)
{
    if (!p.running)
        return;
    pthread_mutex_lock(&p.lock);
    p.ending = true;
    pthread_cond_signal(&p.wake);
    pthread_mutex_unlock(&p.lock);
    pthread_join(p.thread, NULL);
    p.running = false;
    erase();
    fflush(stderr);
}

/* ------------------------------------------------------------------- telling */

/* Cheap enough to be called for every article: a lock, a look at the clock, a copy. */
void hlcli_progress_read(const struct hlcli_told *told)
{
    pthread_mutex_lock(&p.lock);
    double now = hlcli_now();
    if (told->articles != p.told.articles || told->rejected != p.told.rejected)
        p.changed = now;
    p.told = *told;
    if (told->current && strcmp(told->current, p.current))
        snprintf(p.current, sizeof p.current, "%s", told->current);
    pthread_mutex_unlock(&p.lock);
}

void hlcli_progress_stage(const char *stage, uint64_t done, uint64_t total)
{
    assert(stage && *stage);
    pthread_mutex_lock(&p.lock);
    snprintf(p.stage, sizeof p.stage, "%s", stage);
    p.done = done;
    p.total = total;
    pthread_mutex_unlock(&p.lock);
}

void hlcli_progress_note(const char *text)
{
    pthread_mutex_lock(&p.lock);
    erase();
    hlcli_note("%s", text);
    pthread_mutex_unlock(&p.lock);
}

#include "backend/shards.h"

#include "backend/xapian_load.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/parallel.h"
#include "text/fold.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <time.h>

static bool is_remote(const struct hlshard *shard)
{
    return !shard->place->path;
}

static void say_problem(struct hlshard *shard, const char *problem)
{
    snprintf(shard->problem, sizeof shard->problem, "%s", problem);
}

static uint64_t now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

/* Is it on another machine, away, and its time to be asked again? */
static bool is_wanted(const struct hlshard *shard, uint64_t now)
{
    return is_remote(shard) && !shard->handle && now >= shard->not_before;
}

static void drop(struct hlshards *s, struct hlshard *shard)
{
    s->calls->part(shard->alone);
    shard->alone = NULL;
    s->calls->close(shard->handle);
    shard->handle = NULL;
    shard->probe.state = HLPROBE_IDLE;
}

/* ---- one shard ---- */

static bool put_bytes(void *user, const void *bytes, size_t size)
{
    hlbuf_reset(user);
    return hlbuf_put(user, bytes, size);
}

static hl_status check_head(struct hlshards *s, const struct hlshard *shard,
                            const struct hlbuf *bytes, struct hl_error *err)
{
    const char *name = shard->place->name;
    struct hlx_head head;
    if (!bytes->size)
        return hlerr_set(err, HL_VERSION_BAD,
                         "%s: a Xapian database that hlsearch did not make; index its articles "
                         "with hlsearch index --backend xapian",
                         name);
    if (!hlx_head_decode(bytes->data, bytes->size, &head) || head.format != HLX_FORMAT)
        return hlerr_set(err, HL_VERSION_BAD,
                         "%s: made by another version of hlsearch; index its articles anew",
                         name);
    if (head.rules != hltext_rules_hash())
        return hlerr_set(err, HL_VERSION_BAD,
                         "%s: made with other text rules (%016" PRIx64
                         ", this build has %016" PRIx64 "); index its articles anew",
                         name, head.rules, hltext_rules_hash());
    if (s->live && (head.multiple != s->head.multiple ||
                    memcmp(head.weight, s->head.weight, sizeof head.weight)))
        return hlerr_set(err, HL_MISUSE,
                         "%s weighs fields otherwise than the other shards; give all the same "
                         "--weight",
                         name);
    s->head = head;
    return HL_OK;
}

/* What a shard that was just opened holds. */
static hl_status read_shard(struct hlshards *s, struct hlshard *shard, struct hl_error *err)
{
    const struct hlx_bytes key = {HLX_META_HEAD, strlen(HLX_META_HEAD)};
    struct hlbuf head = {0};
    struct hlx_error e = {.network = false};
    uint64_t revision;
    hl_status status = s->calls->metadata(shard->handle, key, put_bytes, &head, &e);
    if (status == HL_OK)
        status = s->calls->counts(shard->handle, &shard->documents, &shard->length, &e);
    if (status == HL_OK)
        status = s->calls->revision(shard->handle, shard->uuid, &revision, &e);
    if (status != HL_OK && err)
        *err = e.error;
    if (status == HL_OK)
        status = check_head(s, shard, &head, err);
    for (size_t i = 0; status == HL_OK && i < s->places.count; i++)
        if (&s->list[i] != shard && s->list[i].handle && !strcmp(s->list[i].uuid, shard->uuid))
            status = hlerr_set(err, HL_MISUSE, "%s and %s are the same database",
                               s->list[i].place->name, shard->place->name);
    hlbuf_release(&head);
    s->live += status == HL_OK;
    return status;
}

static hl_status open_here(struct hlshards *s, struct hlshard *shard, struct hl_error *err)
{
    struct hlx_error e;
    hl_status status = s->calls->open(shard->place->path, &shard->handle, &e);
    if (status != HL_OK)
        return hlerr_set(err, status, "%s: %s", shard->place->name, e.error.text);
    return read_shard(s, shard, err);
}

/* It is not waited for now, and not soon where that went wrong before. */
static void put_off(struct hlshard *shard)
{
    enum { FIRST_MS = 1000, DOUBLED_MAX = 6 };
    unsigned doubled = shard->failures < DOUBLED_MAX ? shard->failures : DOUBLED_MAX;
    shard->not_before = now_ms() + ((uint64_t)FIRST_MS << doubled);
    shard->failures++;
}

/* A server that was greeted by; what goes wrong is its problem. */
static void open_elsewhere(struct hlshards *s, struct hlshard *shard)
{
    struct hlx_error e;
    struct hl_error err;
    hl_status status = s->calls->connect(shard->place->host, shard->place->port, s->timeout_ms,
                                         s->timeout_ms, &shard->handle, &e);
    if (status != HL_OK) { /* it greets, but as no Xapian does */
        say_problem(shard, e.error.text);
        put_off(shard);
        return;
    }
    if (read_shard(s, shard, &err) == HL_OK) {
        shard->problem[0] = 0;
        return;
    }
    say_problem(shard, err.text);
    put_off(shard);
    drop(s, shard);
}

/* ---- all of them ---- */

/* Those of the servers that are away and greet within the time are opened; how many. */
static size_t call_back(struct hlshards *s, unsigned ms)
{
    struct hlprobe *probes[HL_SHARDS_MAX];
    size_t count = 0, back = 0;
    uint64_t now = now_ms();
    for (size_t i = 0; i < s->places.count; i++) {
        struct hlshard *shard = &s->list[i];
        if (!is_wanted(shard, now))
            continue;
        hlprobe_begin(&shard->probe, shard->place->host, shard->place->port);
        probes[count++] = &shard->probe;
    }
    hlprobe_wait(probes, count, ms);
    for (size_t i = 0; i < s->places.count; i++) {
        struct hlshard *shard = &s->list[i];
        if (!is_wanted(shard, now))
            continue;
        if (shard->probe.state == HLPROBE_GREETED) {
            shard->probe.state = HLPROBE_IDLE;
            open_elsewhere(s, shard);
            back += shard->handle != NULL;
        } else if (shard->probe.state == HLPROBE_FAILED) {
            say_problem(shard, shard->probe.problem);
        } else if (!shard->problem[0]) {
            snprintf(shard->problem, sizeof shard->problem,
                     hlerr_say("did not answer in %u ms"), s->timeout_ms);
        }
    }
    return back;
}

static hl_status none_there(const struct hlshards *s, struct hl_error *err)
{
    const struct hlshard *first = &s->list[0];
    if (s->places.count == 1)
        return hlerr_set(err, HL_IO, "shard %s: %s", first->place->name, first->problem);
    return hlerr_set(err, HL_IO, "none of %zu shards is there; %s: %s", s->places.count,
                     first->place->name, first->problem);
}

/* Makes the set of those that are there, and adds up what they hold. */
static hl_status join(struct hlshards *s, struct hl_error *err)
{
    struct hlx_shard *there[HL_SHARDS_MAX];
    struct hlx_error e;
    size_t count = 0;
    s->calls->part(s->set);
    s->set = NULL;
    s->documents = s->positions = 0;
    s->state++;
    for (size_t i = 0; i < s->places.count; i++) {
        if (!s->list[i].handle)
            continue;
        if (!s->list[i].alone &&
            s->calls->join(&s->list[i].handle, 1, &s->list[i].alone, &e) != HL_OK)
            return hlerr_set(err, e.error.code, "%s", e.error.text);
        there[count++] = s->list[i].handle;
        s->documents += s->list[i].documents;
        s->positions += s->list[i].length;
    }
    s->live = count;
    if (!count)
        return none_there(s, err);
    s->positions /= s->head.multiple;
    hl_status status = s->calls->join(there, count, &s->set, &e);
    if (status != HL_OK && err)
        *err = e.error;
    return status;
}

hl_status hlshards_open(struct hlshard_places *places, unsigned timeout_ms,
                        struct hlshards **out_shards, struct hl_error *err)
{
    const struct hlx_calls *calls;
    hl_status status = hlx_load(&calls, err);
    struct hlshards *s = status == HL_OK ? hlmem_zalloc(1, sizeof *s) : NULL;
    if (!s) {
        hlshard_places_release(places);
        return status == HL_OK ? hlerr_nomem(err) : status;
    }
    assert(places->count);
    s->calls = calls;
    s->places = *places;
    s->timeout_ms = timeout_ms ? timeout_ms : HLSHARDS_TIMEOUT_MS;
    for (size_t i = 0; i < s->places.count; i++) {
        s->list[i].place = &s->places.items[i];
        hlprobe_init(&s->list[i].probe);
    }
    for (size_t i = 0; status == HL_OK && i < s->places.count; i++)
        if (!is_remote(&s->list[i]))
            status = open_here(s, &s->list[i], err);
    if (status == HL_OK) {
        call_back(s, s->timeout_ms);
        status = join(s, err);
    }
    if (status == HL_OK)
        *out_shards = s;
    else
        hlshards_close(s);
    return status;
}

void hlshards_close(struct hlshards *shards)
{
    if (!shards)
        return;
    shards->calls->part(shards->set);
    for (size_t i = 0; i < shards->places.count; i++) {
        drop(shards, &shards->list[i]);
        hlprobe_release(&shards->list[i].probe);
    }
    hlshard_places_release(&shards->places);
    hlmem_free(shards);
}

static bool read_anew(struct hlshards *s);

hl_status hlshards_begin(struct hlshards *shards, struct hl_error *err)
{
    shards->last = (struct hlx_error){.network = false};
    shards->failed = NULL;
    if (shards->unread && !read_anew(shards))
        return hlshards_told(shards, shards->failed, shards->last.error.code, err);
    bool away = shards->live < shards->places.count;
    size_t back = away ? call_back(shards, 0) : 0;
    if (!shards->set || back)
        return join(shards, err);
    return HL_OK;
}

/* ---- counts ---- */

/* What one server is asked, and its answer. */
struct asked {
    struct hlshards *shards;
    struct hlshard *of[HL_SHARDS_MAX];
    const struct hlx_bytes *terms;
    size_t count;
    struct hlx_counts *answers; /* count a shard */
    struct hlx_error errors[HL_SHARDS_MAX];
    hl_status statuses[HL_SHARDS_MAX];
};

/* Every server is heard out: a connection in use by nobody else is closed by nobody else. */
static hl_status ask_one(void *user, size_t task, int worker, struct hlpar *par,
                         struct hl_error *err)
{
    struct asked *a = user;
    a->statuses[task] = a->shards->calls->frequencies(
        a->of[task]->alone, a->terms, a->count, a->answers + task * a->count, &a->errors[task]);
    return HL_OK;
}

static hl_status ask_side_by_side(struct asked *a, struct hlx_counts *counts,
                                  struct hl_error *err)
{
    struct hlshards *s = a->shards;
    size_t live = 0;
    for (size_t i = 0; i < s->places.count; i++) {
        if (!s->list[i].handle)
            continue;
        memcpy(a->answers + live * a->count, counts, a->count * sizeof *counts);
        a->of[live++] = &s->list[i];
    }
    hl_status status = hlpar_run((int)live, live, ask_one, a, err);
    for (size_t i = 0; status == HL_OK && i < live; i++)
        if (a->statuses[i] != HL_OK) {
            s->last = a->errors[i];
            status = hlshards_told(s, a->of[i], a->statuses[i], err);
        }
    for (size_t k = 0; status == HL_OK && k < a->count; k++) {
        struct hlx_counts sum = {0, 0};
        for (size_t i = 0; i < live; i++) {
            sum.df += a->answers[i * a->count + k].df;
            sum.cf += a->answers[i * a->count + k].cf;
        }
        counts[k] = (struct hlx_counts){counts[k].df ? counts[k].df : sum.df, sum.cf};
    }
    return status;
}

hl_status hlshards_frequencies(struct hlshards *shards, const struct hlx_bytes *terms,
                               size_t count, struct hlx_counts *counts, struct hl_error *err)
{
    bool elsewhere = false;
    for (size_t i = 0; i < shards->places.count; i++)
        elsewhere |= is_remote(&shards->list[i]);
    if (!elsewhere || shards->live == 1 || count == 1)
        return hlshards_told(
            shards, NULL,
            shards->calls->frequencies(shards->set, terms, count, counts, &shards->last), err);
    struct asked *a = hlmem_zalloc(1, sizeof *a);
    struct hlx_counts *answers = hlmem_zalloc(shards->live * count + 1, sizeof *answers);
    hl_status status = HL_NOMEM;
    if (a && answers) {
        a->shards = shards;
        a->terms = terms;
        a->count = count;
        a->answers = answers;
        status = ask_side_by_side(a, counts, err);
    } else {
        hlerr_nomem(err);
    }
    hlmem_free(answers);
    hlmem_free(a);
    return status;
}

/* ---- failures ---- */

hl_status hlshards_told(struct hlshards *shards, struct hlshard *which, hl_status status,
                        struct hl_error *err)
{
    if (status == HL_OK)
        return status;
    shards->failed = which;
    shards->last.error.code = status;
    if (err)
        *err = shards->last.error;
    return status;
}

void hlshards_answered(struct hlshards *shards)
{
    for (size_t i = 0; i < shards->places.count; i++)
        if (shards->list[i].handle)
            shards->list[i].failures = 0;
}

/* Whose failure it was: Xapian says of a network error where. */
static struct hlshard *find_failed(struct hlshards *s)
{
    char place[160];
    if (s->failed)
        return s->failed;
    for (size_t i = 0; i < s->places.count; i++) {
        struct hlshard *shard = &s->list[i];
        if (!is_remote(shard) || !shard->handle)
            continue;
        snprintf(place, sizeof place, "(%s:%u)", shard->place->host, shard->place->port);
        if (strstr(s->last.context, place))
            return shard;
    }
    return NULL;
}

/* Connections that may still bring what was asked before are made anew; one that is no longer
 * answered is away. */
static void connect_again(struct hlshards *s)
{
    for (size_t i = 0; i < s->places.count; i++) {
        struct hlshard *shard = &s->list[i];
        if (is_remote(shard) && shard->handle) {
            drop(s, shard);
            shard->problem[0] = 0;
        }
    }
    call_back(s, s->timeout_ms);
}

static bool leave_out(struct hlshards *s)
{
    struct hlshard *failed = find_failed(s);
    s->calls->part(s->set);
    s->set = NULL;
    if (failed) {
        drop(s, failed);
        say_problem(failed, s->last.error.text);
        /* One that hung up, as a server does on who asked nothing for a minute, is dialled. */
        if (s->last.late || failed->failures)
            put_off(failed);
        else
            failed->failures++;
    }
    connect_again(s);
    return join(s, NULL) == HL_OK;
}

static bool read_anew(struct hlshards *s)
{
    for (size_t i = 0; i < s->places.count; i++) {
        struct hlshard *shard = &s->list[i];
        s->failed = shard;
        if (shard->handle && (s->calls->reopen(shard->handle, NULL, &s->last) != HL_OK ||
                              s->calls->counts(shard->handle, &shard->documents, &shard->length,
                                               &s->last) != HL_OK))
            return false;
    }
    s->failed = NULL;
    s->stale = true;
    s->unread = false;
    return join(s, NULL) == HL_OK;
}

bool hlshards_lost(struct hlshards *shards)
{
    if (shards->last.changed)
        return read_anew(shards);
    return shards->last.network && leave_out(shards);
}

hl_status hlshards_is_current(struct hlshards *shards, bool *out_current, struct hl_error *err)
{
    bool changed = false;
    for (size_t i = 0; i < shards->places.count && !shards->stale; i++) {
        struct hlshard *shard = &shards->list[i];
        struct hlx_error e;
        if (!shard->handle)
            continue;
        hl_status status = shards->calls->reopen(shard->handle, &changed, &e);
        if (status != HL_OK && !e.network) {
            if (err)
                *err = e.error;
            return status;
        }
        shards->unread |= changed;
        shards->stale = changed || status != HL_OK;
    }
    if (!shards->stale && shards->live < shards->places.count)
        shards->stale = call_back(shards, 0) > 0;
    *out_current = !shards->stale;
    return HL_OK;
}

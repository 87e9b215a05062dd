#include "base/parallel.h"

#include "base/err.h"

#include <assert.h>
#include <pthread.h>

enum { THREADS_MAX = 64 };

struct hlpar {
    pthread_mutex_t mutex;
    pthread_cond_t moved;
    hlpar_task run;
    void *user;
    size_t tasks, next, turn;
    hl_status status;
    struct hl_error err;
};

struct worker {
    struct hlpar *par;
    int number;
};

static bool take(struct hlpar *par, size_t *out_task)
{
    pthread_mutex_lock(&par->mutex);
    bool some = par->status == HL_OK && par->next < par->tasks;
    if (some)
        *out_task = par->next++;
    pthread_mutex_unlock(&par->mutex);
    return some;
}

static void fail(struct hlpar *par, hl_status status, const struct hl_error *err)
{
    pthread_mutex_lock(&par->mutex);
    if (par->status == HL_OK) {
        par->status = status;
        par->err = *err;
    }
    pthread_cond_broadcast(&par->moved);
    pthread_mutex_unlock(&par->mutex);
}

static void *work(void *arg)
{
    struct worker *w = arg;
    size_t task;
    while (take(w->par, &task)) {
        struct hl_error err = {.code = HL_OK, .at = -1};
        hl_status status = w->par->run(w->par->user, task, w->number, w->par, &err);
        if (status != HL_OK)
            fail(w->par, status, &err);
    }
    return NULL;
}

bool hlpar_turn(struct hlpar *par, size_t task)
{
    pthread_mutex_lock(&par->mutex);
    while (par->turn < task && par->status == HL_OK)
        pthread_cond_wait(&par->moved, &par->mutex);
    assert(par->turn <= task || par->status != HL_OK);
    bool mine = par->status == HL_OK;
    pthread_mutex_unlock(&par->mutex);
    return mine;
}

void hlpar_done(struct hlpar *par, size_t task)
{
    pthread_mutex_lock(&par->mutex);
    assert(par->turn == task);
    par->turn = task + 1;
    pthread_cond_broadcast(&par->moved);
    pthread_mutex_unlock(&par->mutex);
}

/* The calling thread is worker 0, so one thread starts none. */
static void run_threads(struct hlpar *par, int threads)
{
    struct worker workers[THREADS_MAX];
    pthread_t ids[THREADS_MAX];
    bool started[THREADS_MAX] = {false};
    for (int i = 1; i < threads; i++) {
        workers[i] = (struct worker){par, i};
        /* A thread that cannot start is no failure: the others do its work. */
        started[i] = pthread_create(&ids[i], NULL, work, &workers[i]) == 0;
    }
    workers[0] = (struct worker){par, 0};
    work(&workers[0]);
    for (int i = 1; i < threads; i++)
        if (started[i])
            pthread_join(ids[i], NULL);
}

hl_status hlpar_run(int threads, size_t tasks, hlpar_task run, void *user, struct hl_error *err)
{
    assert(threads >= 1);
    struct hlpar par = {.run = run, .user = user, .tasks = tasks, .status = HL_OK};
    pthread_mutex_init(&par.mutex, NULL);
    pthread_cond_init(&par.moved, NULL);
    run_threads(&par, threads > THREADS_MAX ? THREADS_MAX : threads);
    pthread_cond_destroy(&par.moved);
    pthread_mutex_destroy(&par.mutex);
    if (par.status != HL_OK && err)
        *err = par.err;
    return par.status;
}

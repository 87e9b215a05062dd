/* Rows of tasks on threads: each done once, in turn where asked, stopped by a failure. */
#include "base/err.h"
#include "base/parallel.h"
#include "tap.h"

enum { TASKS = 2000 };

struct row {
    _Atomic int done[TASKS];
    _Atomic int worker_bad;
    size_t order[TASKS];
    size_t ordered;
    int threads;
    size_t fails_at;
};

static hl_status count_task(void *user, size_t task, int worker, struct hlpar *par,
                            struct hl_error *err)
{
    struct row *row = user;
    row->done[task]++;
    row->worker_bad |= worker < 0 || worker >= row->threads;
    if (task == row->fails_at)
        return hlerr_set_at(err, HL_LIMIT, 42, "task %zu", task);
    if (!hlpar_turn(par, task))
        return HL_OK;
    row->order[row->ordered++] = task;
    hlpar_done(par, task);
    return HL_OK;
}

static void test_all(int threads)
{
    static struct row row;
    memset(&row, 0, sizeof row);
    row.threads = threads;
    row.fails_at = SIZE_MAX;
    OK(hlpar_run(threads, TASKS, count_task, &row, NULL) == HL_OK, "%d threads", threads);
    bool once = true, in_order = row.ordered == TASKS;
    for (size_t i = 0; i < TASKS; i++) {
        once &= row.done[i] == 1;
        in_order &= row.order[i] == i;
    }
    OK(once, "each task was done once");
    OK(in_order, "their turns came in order");
    OK(!row.worker_bad, "workers are numbered below %d", threads);
}

static void test_failure(int threads)
{
    static struct row row;
    struct hl_error err = {0};
    memset(&row, 0, sizeof row);
    row.threads = threads;
    row.fails_at = 700;
    OK(hlpar_run(threads, TASKS, count_task, &row, &err) == HL_LIMIT, "task 700 fails of %d",
       threads);
    IS(err.text, "task 700", "its words are handed on");
    OK(err.at == 42 && err.code == HL_LIMIT, "with all their numbers");
    bool in_order = threads > 1 ? row.ordered <= 700 : row.ordered == 700;
    for (size_t i = 0; i < row.ordered; i++)
        in_order &= row.order[i] == i;
    /* Earlier tasks that still wait when it fails lose their turn too. */
    OK(in_order, "no later task had its turn (%zu)", row.ordered);
    OK(!row.done[TASKS - 1], "the row was left early");
    OK(hlpar_run(threads, TASKS, count_task, &row, NULL) == HL_LIMIT, "no one need listen");
}

int main(void)
{
    static const int threads[] = {1, 2, 7, 100};
    for (size_t i = 0; i < 4; i++) {
        test_all(threads[i]);
        test_failure(threads[i]);
    }
    OK(hlpar_run(2, 0, count_task, NULL, NULL) == HL_OK, "no tasks, nothing to do");
    return tap_done();
}

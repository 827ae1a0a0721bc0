/* A count of those inside, and an atexit handler that waits for it. In a child of fork nobody is
 * inside, whatever the parent's threads did. */
#include "io/exit_gate.h"

#include <stdlib.h>

#include "base/sync.h"

static tsn_once once = TSN_ONCE_INIT;
static tsn_mutex lock = TSN_MUTEX_INIT(TSN_RANK_LEAF);
static tsn_cond left;  /* somebody has gone */
static int inside;     /* guarded by lock */
static bool is_closed; /* guarded by lock */

static void close_gate(void)
{
    bool is_in_time = true;
    tsn_mutex_lock(&lock);
    is_closed = true;
    while (inside > 0 && is_in_time) {
        is_in_time = tsn_cond_wait(&left, &lock, TSN_EXIT_GATE_WAIT_MS);
    }
    tsn_mutex_unlock(&lock);
}

static void start_afresh(void)
{
    tsn_mutex_init(&lock, TSN_RANK_LEAF);
    tsn_cond_init(&left);
    inside = 0;
}

static void watch(void)
{
    tsn_after_fork(start_afresh);
    (void)atexit(close_gate);
}

void tsn_exit_gate_watch(void)
{
    tsn_once_run(&once, watch);
}

bool tsn_exit_gate_enter(void)
{
    tsn_mutex_lock(&lock);
    bool is_open = !is_closed;
    inside += is_open;
    tsn_mutex_unlock(&lock);
    return is_open;
}

void tsn_exit_gate_leave(void)
{
    tsn_mutex_lock(&lock);
    if (inside > 0) inside--;
    if (is_closed) tsn_cond_broadcast(&left);
    tsn_mutex_unlock(&lock);
}

/* A count of those inside, and handlers that wait for it. In a child of fork nobody is inside,
 * whatever the parent's threads did. */
#include "io/exit_gate.h"

#include <stdlib.h>

#include "base/sync.h"

static tsn_once exit_once = TSN_ONCE_INIT;
static tsn_once fork_once = TSN_ONCE_INIT;
static tsn_mutex lock = TSN_MUTEX_INIT(TSN_RANK_LEAF);
static tsn_cond changed; /* somebody has gone, or a fork is over */
static int inside;       /* guarded by lock, as all below */
static int forking;      /* threads */
static bool is_closed;

static void wait_until_empty_locked(int64_t patience_ms)
{
    tsn_mutex_assert_held(&lock);
    bool is_in_time = true;
    while (inside > 0 && is_in_time) is_in_time = tsn_cond_wait(&changed, &lock, patience_ms);
}

static void close_gate(void)
{
    tsn_mutex_lock(&lock);
    is_closed = true;
    wait_until_empty_locked(TSN_EXIT_GATE_WAIT_MS);
    tsn_mutex_unlock(&lock);
}

static void hold_gate(void)
{
    tsn_mutex_lock(&lock);
    forking++;
    wait_until_empty_locked(TSN_EXIT_GATE_FORK_WAIT_MS);
    tsn_mutex_unlock(&lock);
}

static void let_gate_go(void)
{
    tsn_mutex_lock(&lock);
    forking--;
    tsn_cond_broadcast(&changed);
    tsn_mutex_unlock(&lock);
}

static void start_afresh(void)
{
    tsn_mutex_init(&lock, TSN_RANK_LEAF);
    tsn_cond_init(&changed);
    inside = 0;
    forking = 0;
}

static void watch_exit(void)
{
    (void)atexit(close_gate);
}

static void watch_forks(void)
{
    tsn_at_fork(hold_gate, let_gate_go, start_afresh);
}

void tsn_exit_gate_watch(void)
{
    tsn_once_run(&exit_once, watch_exit);
}

bool tsn_exit_gate_enter(void)
{
    tsn_once_run(&fork_once, watch_forks);
    tsn_mutex_lock(&lock);
    while (forking > 0 && !is_closed) (void)tsn_cond_wait(&changed, &lock, -1);
    bool is_open = !is_closed;
    inside += is_open;
    tsn_mutex_unlock(&lock);
    return is_open;
}

void tsn_exit_gate_leave(void)
{
    tsn_mutex_lock(&lock);
    if (inside > 0) inside--;
    if (is_closed || forking > 0) tsn_cond_broadcast(&changed);
    tsn_mutex_unlock(&lock);
}

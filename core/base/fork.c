/* The list of watches is locked while the process forks, so that the child finds it whole. The
 * handlers are registered when the library is loaded: no lock of ours has been taken before. */
#include "base/fork.h"

#include "base/sync.h"

_Atomic uint32_t tsn_fork_era_now;

static tsn_mutex lock = TSN_MUTEX_INIT(TSN_RANK_LEAF);
static tsn_list watches = {&watches, &watches}; /* guarded by lock */

static void hold_watches(void)
{
    tsn_mutex_lock(&lock);
}

static void let_watches_go(void)
{
    tsn_mutex_unlock(&lock);
}

static void begin_era(void)
{
    tsn_mutex_unlock(&lock);
    atomic_fetch_add_explicit(&tsn_fork_era_now, TSN_FORK_ERA_STEP, memory_order_relaxed);
    for (tsn_list *node = watches.next; node != &watches; node = node->next) {
        tsn_fork_watch *watch = TSN_CONTAINER_OF(node, tsn_fork_watch, node);
        watch->in_child(watch);
    }
}

static TSN_ON_LOAD void watch_forks(void)
{
    tsn_at_fork(hold_watches, let_watches_go, begin_era);
}

void tsn_fork_watch_add(tsn_fork_watch *watch, void (*in_child)(tsn_fork_watch *watch))
{
    watch->in_child = in_child;
    tsn_mutex_lock(&lock);
    tsn_list_push_back(&watches, &watch->node);
    tsn_mutex_unlock(&lock);
}

void tsn_fork_watch_remove(tsn_fork_watch *watch)
{
    if (watch->in_child == NULL) return;
    tsn_mutex_lock(&lock);
    tsn_list_remove(&watch->node);
    tsn_mutex_unlock(&lock);
}

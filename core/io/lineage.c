/* One fork handler for the process, and a counter that it moves. */
#include "io/lineage.h"

#include <sched.h>

#include "base/sync.h"

#define CHANGING UINT32_MAX /* another thread starts it afresh right now */

_Atomic uint32_t tsn_lineage_forks;

static tsn_once once = TSN_ONCE_INIT;

static void count_fork(void)
{
    atomic_fetch_add(&tsn_lineage_forks, 1);
}

static void watch(void)
{
    tsn_after_fork(count_fork);
}

void tsn_lineage_watch(void)
{
    tsn_once_run(&once, watch);
}

void tsn_lineage_enter_slowly(_Atomic uint32_t *of, void (*start_afresh)(void *object),
                              void *object)
{
    uint32_t now = tsn_lineage_now();
    uint32_t was = atomic_load(of);
    while (was != now) {
        if (was == CHANGING) {
            sched_yield();
            was = atomic_load(of);
        } else if (atomic_compare_exchange_weak(of, &was, CHANGING)) {
            start_afresh(object);
            atomic_store(of, now);
            return;
        }
    }
}

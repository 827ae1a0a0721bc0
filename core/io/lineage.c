/* One fork handler for the process, and a counter that it moves. */
#include "io/lineage.h"

#include "base/sync.h"

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

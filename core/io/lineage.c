/* One fork handler for the process, and a counter that it moves. */
#include "io/lineage.h"

#include <pthread.h>

_Atomic uint32_t tsn_lineage_forks;

static pthread_once_t once = PTHREAD_ONCE_INIT;

static void count_fork(void)
{
    atomic_fetch_add(&tsn_lineage_forks, 1);
}

static void watch(void)
{
    pthread_atfork(NULL, NULL, count_fork);
}

void tsn_lineage_watch(void)
{
    pthread_once(&once, watch);
}

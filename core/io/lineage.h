/* Which process this is: a child of fork has the parent's memory but none of its threads, and finds
 * out by a number that changes with each fork. Any thread. */
#ifndef TSN_IO_LINEAGE_H
#define TSN_IO_LINEAGE_H

#include <stdatomic.h>
#include <stdint.h>

extern _Atomic uint32_t tsn_lineage_forks; /* for tsn_lineage_now */

/* Before the first use; again and again. */
void tsn_lineage_watch(void);

static inline uint32_t tsn_lineage_now(void)
{
    return atomic_load_explicit(&tsn_lineage_forks, memory_order_acquire);
}

#endif

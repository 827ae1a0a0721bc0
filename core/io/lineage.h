/* Which process this is: a child of fork has the parent's memory but none of its threads, and finds
 * out by a number that changes with each fork. Any thread. */
#ifndef TSN_IO_LINEAGE_H
#define TSN_IO_LINEAGE_H

#include <stdatomic.h>
#include <stdint.h>

#include "base/house.h"

extern _Atomic uint32_t tsn_lineage_forks; /* for tsn_lineage_now */

/* Before the first use; again and again. */
void tsn_lineage_watch(void);

static inline uint32_t tsn_lineage_now(void)
{
    return atomic_load_explicit(&tsn_lineage_forks, memory_order_acquire);
}

TSN_COLD void tsn_lineage_enter_slowly(_Atomic uint32_t *of, void (*start_afresh)(void *object),
                                       void *object);

/* `*of` is the process that `object` is about, tsn_lineage_now at its birth. In a child the first
 * call runs `start_afresh`, and nobody returns before that is done. */
static inline void tsn_lineage_enter(_Atomic uint32_t *of, void (*start_afresh)(void *object),
                                     void *object)
{
    uint32_t was = atomic_load_explicit(of, memory_order_acquire);
    if (TSN_UNLIKELY(was != tsn_lineage_now())) tsn_lineage_enter_slowly(of, start_afresh, object);
}

#endif

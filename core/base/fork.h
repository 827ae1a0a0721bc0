/* A child of fork has the parent's memory and none of its other threads. This is where it learns
 * so: a number that differs between a process and its children, and watches that run when one is
 * made. vfork and posix_spawn make no such child: nothing here runs. */
#ifndef TSN_BASE_FORK_H
#define TSN_BASE_FORK_H

#include <stdatomic.h>
#include <stdint.h>

#include "base/list.h"

/* Eras differ by multiples of this; a word can carry an era and four bits besides. */
#define TSN_FORK_ERA_STEP 16u

extern _Atomic uint32_t tsn_fork_era_now; /* for tsn_fork_era */

/* The number of this process: it moves in each child of fork before fork returns there, and before
 * any handler below runs. Any thread. */
static inline uint32_t tsn_fork_era(void)
{
    return atomic_load_explicit(&tsn_fork_era_now, memory_order_relaxed);
}

/* An object that has to be put right in a child; for what there is once in a process see
 * tsn_at_fork. */
typedef struct tsn_fork_watch {
    tsn_list node;
    /* Runs in the child while it has one thread, and no lock of ours is held. What other threads of
     * the parent were changing may be half changed. No watch may be added or removed in it. */
    void (*in_child)(struct tsn_fork_watch *watch);
} tsn_fork_watch;

/* From here on the object is looked after; any thread, no lock held. */
void tsn_fork_watch_add(tsn_fork_watch *watch, void (*in_child)(tsn_fork_watch *watch));
/* Before the object goes. Nothing for a watch that is all zero. */
void tsn_fork_watch_remove(tsn_fork_watch *watch);

#endif

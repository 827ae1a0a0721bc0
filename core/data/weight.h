/* How the event queue learns how much memory it alone would keep alive. Big shared pieces (maps,
 * chunks of breadcrumbs, attachment bytes) carry a count of the queued events that hold them; the
 * first to hold one is charged its size, the last to let go is credited. Any thread. */
#ifndef TSN_DATA_WEIGHT_H
#define TSN_DATA_WEIGHT_H

#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

typedef struct tsn_weight {
    _Atomic uint32_t holders;
} tsn_weight;

/* `size` if this is the first holder, else 0. */
static inline size_t tsn_weight_hold(tsn_weight *weight, size_t size)
{
    return atomic_fetch_add_explicit(&weight->holders, 1, memory_order_relaxed) == 0 ? size : 0;
}

/* `size` if this was the last holder, else 0. */
static inline size_t tsn_weight_drop(tsn_weight *weight, size_t size)
{
    return atomic_fetch_sub_explicit(&weight->holders, 1, memory_order_relaxed) == 1 ? size : 0;
}

#endif

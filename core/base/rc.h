/* An atomic reference count, embedded in what it counts. */
#ifndef TSN_BASE_RC_H
#define TSN_BASE_RC_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/house.h"

typedef struct tsn_rc {
    _Atomic uint32_t count;
} tsn_rc;

static inline void tsn_rc_init(tsn_rc *rc)
{
    atomic_init(&rc->count, 1);
}

static inline void tsn_rc_retain(tsn_rc *rc)
{
    uint32_t before = atomic_fetch_add_explicit(&rc->count, 1, memory_order_relaxed);
    TSN_DEBUG_ASSERT(before > 0 && before < UINT32_MAX);
    (void)before;
}

/* False: the last reference has gone. For those who know that the memory has not. */
static inline bool tsn_rc_try_retain(tsn_rc *rc)
{
    uint32_t count = atomic_load_explicit(&rc->count, memory_order_relaxed);
    while (count > 0) {
        if (atomic_compare_exchange_weak_explicit(&rc->count, &count, count + 1,
                                                  memory_order_relaxed, memory_order_relaxed)) {
            return true;
        }
    }
    return false;
}

/* True: that was the last reference; the caller frees. */
static inline bool tsn_rc_release(tsn_rc *rc)
{
    uint32_t before = atomic_fetch_sub_explicit(&rc->count, 1, memory_order_acq_rel);
    TSN_DEBUG_ASSERT(before > 0);
    return before == 1;
}

/* Several at a time. */
static inline void tsn_rc_retain_many(tsn_rc *rc, uint32_t references)
{
    atomic_fetch_add_explicit(&rc->count, references, memory_order_relaxed);
}

/* True: the last reference was among them. */
static inline bool tsn_rc_release_many(tsn_rc *rc, uint32_t references)
{
    uint32_t before = atomic_fetch_sub_explicit(&rc->count, references, memory_order_acq_rel);
    TSN_DEBUG_ASSERT(before >= references);
    return before == references;
}

/* Whether the caller's reference is the only one: it may then write in place. */
static inline bool tsn_rc_unique(const tsn_rc *rc)
{
    return atomic_load_explicit(&rc->count, memory_order_acquire) == 1;
}

#endif

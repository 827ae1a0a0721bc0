/* A small stack of closed handles whose objects are kept, to be handed out again as new handles:
 * what is made and closed again and again is then neither made anew nor freed. A kept object has a
 * reference, as its handle had. It is on one shelf alone.
 *
 * Every change moves the shelf's head. Who takes or puts says what he saw first, and does it only
 * if nothing has happened since: whatever he read in between is then true at that moment, and in
 * particular what the shelf is for, which changes while it is shut. Any thread; no locks. */
#ifndef TSN_BASE_HANDLE_SHELF_H
#define TSN_BASE_HANDLE_SHELF_H

#include <stdatomic.h>

#include "base/handle.h"

#define TSN_HANDLE_SHELF_MAX 7

/* All zero is an empty one that is shut. */
typedef struct tsn_handle_shelf {
    _Atomic uint64_t head; /* from the top: tag, open bit, count, number of the uppermost slot */
} tsn_handle_shelf;

#define TSN_HANDLE_SHELF_COUNT_SHIFT 21
#define TSN_HANDLE_SHELF_COUNT_ONE (UINT64_C(1) << TSN_HANDLE_SHELF_COUNT_SHIFT)
#define TSN_HANDLE_SHELF_COUNT_MASK (TSN_HANDLE_SHELF_MAX * TSN_HANDLE_SHELF_COUNT_ONE)
#define TSN_HANDLE_SHELF_OPEN (UINT64_C(1) << 24)

static inline uint64_t tsn_handle_shelf_look(const tsn_handle_shelf *shelf)
{
    return atomic_load_explicit(&shelf->head, memory_order_acquire);
}

/* Of a look: whether something could be put there. */
static inline bool tsn_handle_shelf_has_room(uint64_t seen)
{
    uint64_t part = seen & (TSN_HANDLE_SHELF_OPEN | TSN_HANDLE_SHELF_COUNT_MASK);
    return part >= TSN_HANDLE_SHELF_OPEN &&
           part < (TSN_HANDLE_SHELF_OPEN | TSN_HANDLE_SHELF_COUNT_MASK);
}

/* The uppermost as a new handle of `kind`, with its object. 0: the shelf is empty, or not as it was
 * seen. `table` is the one that all of the shelf is from. */
int64_t tsn_handle_shelf_take(tsn_handle_shelf *shelf, uint64_t seen, tsn_handle_table *table,
                              int kind, void **object);
/* For `keep` of tsn_handle_ops. `seen` has room. False: the shelf is not as it was seen. */
bool tsn_handle_shelf_put(tsn_handle_shelf *shelf, uint64_t seen, const tsn_handle_kept *kept);

/* From here on nothing can be put or taken. Gives what was there, for the function below. */
uint64_t tsn_handle_shelf_shut(tsn_handle_shelf *shelf);
/* Takes one of those; false: that was all. The caller frees slot and object. */
bool tsn_handle_shelf_next(uint64_t *rest, const tsn_handle_table *table, tsn_handle_kept *kept,
                           void **object);
/* The other way; it is shut and empty. */
void tsn_handle_shelf_open(tsn_handle_shelf *shelf);

#endif

/* What captures by several threads would otherwise take from the same place, with a place of its
 * own for each processor: random bytes for ids, and references to values of scopes that are
 * captured from again and again. Those are taken many at a time and handed out one by one, so that
 * nobody waits for a scope that others use too, such as the global one, or writes to its count.
 *
 * A lease is for a scope and the value that it has: it ends before the value changes (see
 * scope_lock.h) and before the scope goes. Nothing is leased for a scope that is not captured from
 * several times in a row on one processor with the same value. */
#ifndef TSN_CLIENT_CAPTURE_LANE_H
#define TSN_CLIENT_CAPTURE_LANE_H

#include "client/scope_cell.h"

typedef enum tsn_capture_extras {
    TSN_CAPTURE_ATTACHMENTS = 1,
    TSN_CAPTURE_PROCESSORS = 2
} tsn_capture_extras;

typedef struct tsn_capture_taken {
    tsn_id id;                    /* 16 random bytes */
    tsn_propagation *propagation; /* the last one's that has one; NULL: none has */
    unsigned extras;              /* what any of them has, of tsn_capture_extras */
} tsn_capture_taken;

/* Retained values of `count` cells, at most TSN_LAYERS_MAX, in order. Any thread, no lock. */
void tsn_capture_lane_take(tsn_cell *const *cells, size_t count, tsn_scope **values,
                           tsn_capture_taken *taken);
/* Ends what is leased of `cell`. With its lock held, or by who frees it; no other lock is held. */
TSN_COLD void tsn_capture_lane_end(tsn_cell *cell);

#endif

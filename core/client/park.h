/* Events that wait for another language's hooks (ruling 12): captured on a client whose hooks
 * belong to a binding, by somebody else. The owner's thread takes them; what nobody takes in time
 * is dropped as `before_send`, for a filter that did not run may not be skipped. What was taken
 * stays on the books until it ends, so that a flush can wait for it. Any thread; a child of fork
 * begins with an empty one, for what is parked is the parent's. */
#ifndef TSN_CLIENT_PARK_H
#define TSN_CLIENT_PARK_H

#include "client/draft.h"

typedef struct tsn_park tsn_park;

/* NULL: no memory. Each event stays at most `timeout_ms`. */
tsn_park *tsn_park_new(int64_t timeout_ms);
/* In a child of fork, while it has one thread: empty. What was parked is the parent's. */
void tsn_park_start_afresh(tsn_park *park);
/* Drops what is left. */
void tsn_park_free(tsn_park *park);

/* Takes over the reference, to a draft that has been loosened. TOCSIN_OK; else it was dropped and
 * counted: TOCSIN_DROPPED (1,000 wait), TOCSIN_DISABLED (closed), TOCSIN_E_NOMEM. */
tocsin_status tsn_park_put(tsn_park *park, tsn_draft *draft);
/* The oldest one; the caller gets the reference, and tsn_park_end is called when it ends.
 * TOCSIN_OK, TOCSIN_TIMEOUT, TOCSIN_DISABLED (closed and empty). Negative `timeout_ms`: for ever.
 */
tocsin_status tsn_park_take(tsn_park *park, int64_t timeout_ms, tsn_draft **out);
/* An event that this process took has had its fate. */
void tsn_park_end(tsn_park *park);
/* Drops what has waited too long. */
void tsn_park_expire(tsn_park *park);
/* Waits until nothing is parked any more and nothing that was taken has yet to end. TOCSIN_OK,
 * TOCSIN_TIMEOUT, TOCSIN_CANCELLED. */
tocsin_status tsn_park_wait(tsn_park *park, int64_t timeout_ms);
void tsn_park_cancel_waits(tsn_park *park);
/* Drops what is left and takes nothing more. */
void tsn_park_close(tsn_park *park);

#endif

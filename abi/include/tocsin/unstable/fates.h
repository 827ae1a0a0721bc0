/* For tests of programs that must account for every event: what became of each, by its id. Nothing
 * here is promised to stay as it is; no other header includes this one. */
#ifndef TOCSIN_UNSTABLE_FATES_H
#define TOCSIN_UNSTABLE_FATES_H

#include <tocsin/types.h>

TOCSIN_BEGIN_DECLS

/* Told of each event once it has been counted, for each `category` of its with a quantity: "error"
 * 1, "attachment" its bytes. `event_id` is empty if the event ended before it had one. `fate`:
 *
 *   found         left on disk by another process, and counted here from now on
 *   spooled       on disk alone
 *   handed_over   taken with tocsin_client_next_envelope
 *   delivered     answered with 2xx, or written: the end, as are the next
 *   refused429    the answer was 429
 *   discarded     for `reason`, that of client reports, which is else empty
 *
 * The first three are not the end: another follows, in this process or, of what is on disk, in
 * another. What was captured and has none is in memory. `stage`: where that was: capture (on the
 * calling thread), queue, packing, sending, disk, close (left by one). `status`: of the answer that
 * decided, or 0. Texts are lent for the call. It runs on any thread and may call nothing of tocsin.
 * A child of fork inherits the hook, and counts for itself. Since 1.0. */
typedef void (*tocsin_unstable_fate_fn)(const char *event_id, const char *fate, const char *stage,
                                        int32_t status, const char *reason, const char *category,
                                        int64_t quantity, void *user);

/* Sets the hook of the whole process; NULL takes it away. To be called while no client is open.
 * `user` stays the caller's. Any thread. Never fails: TOCSIN_OK. Since 1.0. */
TOCSIN_API tocsin_status tocsin_unstable_set_fate_hook(tocsin_unstable_fate_fn hook, void *user);

TOCSIN_END_DECLS

#endif

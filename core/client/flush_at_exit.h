/* Option flush_at_exit: what is queued when the program ends gets a bounded time to leave. */
#ifndef TSN_CLIENT_FLUSH_AT_EXIT_H
#define TSN_CLIENT_FLUSH_AT_EXIT_H

#include "io/delivery.h"

/* From now on the delivery is closed when the program exits, within `timeout_ms`; 0 does nothing.
 * Any thread. */
void tsn_flush_at_exit_add(tsn_delivery *delivery, int64_t timeout_ms);
/* Before the delivery is let go. Nothing if it was never added. */
void tsn_flush_at_exit_remove(tsn_delivery *delivery);

#endif

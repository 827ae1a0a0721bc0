/* The end of a delivery, once it had its time: nothing is sent any more, what waits goes to disk if
 * there is a spool, the rest is lost, and everything is counted. */
#ifndef TSN_IO_CLOSING_H
#define TSN_IO_CLOSING_H

#include "base/diag.h"
#include "io/worker.h"

/* Both are for the thread that closes, after tsn_outbox_begin_close made it that. */

/* tsn_outbox_drain; a queue that is still long some time before the end goes to disk meanwhile. */
tocsin_status tsn_closing_drain(tsn_outbox *outbox, int64_t deadline);
/* Then: `st` is what that said. Takes half a second at most, or a quarter `at_once`, whatever the
 * worker and the disk do. */
void tsn_closing_finish(tsn_outbox *outbox, tsn_worker *worker, tsn_diag *diag, tocsin_status st,
                        bool at_once);

#endif

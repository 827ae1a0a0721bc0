/* The end of a delivery, once it had its time: nothing is sent any more, what waits goes to disk if
 * there is a spool, the rest is lost, and everything is counted. */
#ifndef TSN_IO_CLOSING_H
#define TSN_IO_CLOSING_H

#include "base/diag.h"
#include "io/worker.h"

/* For the thread that closes, after tsn_outbox_begin_close made it that and tsn_outbox_drain said
 * `st`. Takes half a second at most, whatever the worker and the disk do. */
void tsn_closing_finish(tsn_outbox *outbox, tsn_worker *worker, tsn_diag *diag, tocsin_status st);

#endif

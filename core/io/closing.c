/* The disk is written to beside the worker, which winds up meanwhile, and again with what that has
 * given back. */
#include "io/closing.h"

#include "base/clock.h"

enum {
    STUCK_WAIT_MS = 400,    /* real time granted to a worker that ought to end at once ... */
    STUCK_WAIT_MIN_MS = 50, /* ... after as long at the disk */
};

/* How many are on disk. */
static size_t halt(tsn_outbox *outbox, tsn_worker *worker)
{
    int64_t deadline = tsn_clock_deadline(STUCK_WAIT_MS);
    tsn_outbox_halt(outbox);
    (void)tsn_outbox_put_away(outbox, deadline);
    int64_t patience_ms = tsn_clock_left(deadline);
    if (patience_ms < STUCK_WAIT_MIN_MS) patience_ms = STUCK_WAIT_MIN_MS;
    tsn_worker_stop(worker, patience_ms);
    return tsn_outbox_put_away(outbox, deadline);
}

void tsn_closing_finish(tsn_outbox *outbox, tsn_worker *worker, tsn_diag *diag, tocsin_status st)
{
    size_t stored = halt(outbox, worker);
    size_t lost = tsn_outbox_seal(outbox);
    if (outbox->config.spool != NULL) tsn_spool_let_go(outbox->config.spool);
    tsn_outbox_end_close(outbox, st);
    if (lost > 0) {
        tsn_diag_log(diag, TOCSIN_LEVEL_WARNING, "close.left",
                     "closed with %zu envelopes unsent; they are lost", lost);
    }
    if (stored > 0) {
        tsn_diag_log(diag, TOCSIN_LEVEL_INFO, "close.stored",
                     "closed with %zu envelopes on disk, for the next start", stored);
    }
}

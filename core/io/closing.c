/* The disk is written to beside the worker, which winds up meanwhile, and again with what that has
 * given back. */
#include "io/closing.h"

#include "base/clock.h"

enum {
    STUCK_WAIT_MIN_MS = 50, /* granted to a worker that ought to end at once, in any case */
    LEFTOVERS_MS = 20,      /* and to what it gives back */
};

static bool has_queued(tsn_outbox *outbox)
{
    tsn_outbox_lock(outbox);
    bool has = outbox->queue.items > 0;
    tsn_mutex_unlock(&outbox->lock);
    return has;
}

static uint32_t answers(tsn_outbox *outbox)
{
    tsn_outbox_lock(outbox);
    uint32_t count = outbox->answers;
    tsn_mutex_unlock(&outbox->lock);
    return count;
}

/* Waits as long as there is hope. A server that has said nothing for half of the time leaves the
 * other half to the disk, which may be slower than was reckoned with. */
static tocsin_status drain_hopefully(tsn_outbox *outbox, int64_t deadline, int64_t takes_ms,
                                     int64_t half_ms)
{
    uint32_t before = answers(outbox);
    tocsin_status st = tsn_outbox_drain(outbox, deadline - half_ms);
    if (st != TOCSIN_TIMEOUT || answers(outbox) == before) return st;
    return tsn_outbox_drain(outbox, deadline - takes_ms);
}

tocsin_status tsn_closing_drain(tsn_outbox *outbox, int64_t deadline)
{
    int64_t takes_ms = tsn_outbox_put_away_takes(outbox);
    int64_t half_ms = tsn_clock_left(deadline) / 2;
    if (takes_ms > half_ms) takes_ms = half_ms;
    if (takes_ms == 0) return tsn_outbox_drain(outbox, deadline);
    tocsin_status st = drain_hopefully(outbox, deadline, takes_ms, half_ms);
    if (st != TOCSIN_TIMEOUT) return st;
    bool is_cut = has_queued(outbox);
    (void)tsn_outbox_put_away(outbox, deadline);
    tocsin_status rest = tsn_outbox_drain(outbox, deadline); /* what is under way */
    return is_cut ? st : rest;
}

/* How many are on disk. */
static size_t halt(tsn_outbox *outbox, tsn_worker *worker, bool at_once)
{
    int64_t deadline =
        tsn_clock_deadline(at_once ? TSN_OUTBOX_PUT_AWAY_NOW_MS : TSN_OUTBOX_PUT_AWAY_MS);
    tsn_outbox_halt(outbox);
    (void)tsn_outbox_put_away(outbox, deadline);
    int64_t patience_ms = tsn_clock_left(deadline);
    if (patience_ms < STUCK_WAIT_MIN_MS) patience_ms = STUCK_WAIT_MIN_MS;
    tsn_worker_stop(worker, patience_ms);
    if (tsn_clock_left(deadline) < LEFTOVERS_MS) deadline = tsn_clock_deadline(LEFTOVERS_MS);
    return tsn_outbox_put_away(outbox, deadline);
}

void tsn_closing_finish(tsn_outbox *outbox, tsn_worker *worker, tsn_diag *diag, tocsin_status st,
                        bool at_once)
{
    size_t stored = halt(outbox, worker, at_once);
    size_t lost = tsn_outbox_seal(outbox);
    tsn_outbox_leave_report(outbox);
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

/* What comes in, and what may go. That depends on the answers so far: after a failure, and while
 * anything is limited, one at a time (H-10); after no answer, nothing before the backoff's end. */
#include "io/outbox.h"

#include <string.h>

#include "base/clock.h"

void tsn_outbox_init(tsn_outbox *outbox, const tsn_outbox_config *config)
{
    memset(outbox, 0, sizeof *outbox);
    outbox->config = *config;
    atomic_init(&outbox->phase, TSN_PHASE_OPEN);
    tsn_ledger_init(&outbox->ledger, config->sends_reports);
    tsn_mutex_init(&outbox->lock, TSN_RANK_LEAF);
    tsn_cond_init(&outbox->work);
    tsn_cond_init(&outbox->progress);
    tsn_queue_init(&outbox->queue, config->max_items, config->max_bytes);
    tsn_list_init(&outbox->flight);
    outbox->reported_ms = tsn_clock_mono_ms();
    outbox->stored_due_ms = outbox->reported_ms + TSN_OUTBOX_STORED_GAP_MS;
    bool spills = config->spool != NULL;
    outbox->spill_items = spills ? config->max_items - config->max_items / 4 : SIZE_MAX;
    outbox->spill_bytes = spills ? (int64_t)(config->max_bytes - config->max_bytes / 4) : INT64_MAX;
}

void tsn_outbox_fini(tsn_outbox *outbox)
{
    tsn_list left;
    tsn_list_init(&left);
    tsn_outbox_lock(outbox);
    tsn_queue_drain(&outbox->queue, &left);
    tsn_mutex_unlock(&outbox->lock);
    tsn_records_free(&left);
    tsn_inbox_free(atomic_load(&outbox->inbox));
    tsn_cond_fini(&outbox->work);
    tsn_cond_fini(&outbox->progress);
    tsn_mutex_fini(&outbox->lock);
}

void tsn_outbox_start_afresh(tsn_outbox *outbox)
{
    tsn_outbox_config config = outbox->config;
    tsn_ratelimit limits = outbox->limits;
    int64_t limited_until_ms = outbox->limited_until_ms;
    uint32_t era = outbox->era;
    bool was_open = tsn_outbox_phase(outbox) == TSN_PHASE_OPEN;
    tsn_inbox *inbox = atomic_load(&outbox->inbox);
    tsn_outbox_init(outbox, &config);
    tsn_inbox_start_afresh(inbox);
    if (inbox != NULL) outbox->queue.runs = tsn_inbox_runs(inbox);
    atomic_store(&outbox->inbox, inbox);
    outbox->limits = limits;
    outbox->limited_until_ms = limited_until_ms;
    outbox->era = era + 1;
    if (!was_open) atomic_store(&outbox->phase, TSN_PHASE_CLOSED);
}

/* Wakes the worker if it sleeps. The transport that it sleeps in lives as long as the lock is held.
 */
void tsn_outbox_wake_locked(tsn_outbox *outbox)
{
    tsn_mutex_assert_held(&outbox->lock);
    outbox->is_poked = true;
    if (outbox->resting_in != NULL) {
        outbox->resting_in->ops->wake(outbox->resting_in);
        outbox->resting_in = NULL;
    }
    if (outbox->is_resting) {
        outbox->is_resting = false;
        tsn_cond_broadcast(&outbox->work);
    }
}

/* How many parcels may be under way at once. */
static size_t in_flight_max_locked(const tsn_outbox *outbox)
{
    tsn_mutex_assert_held(&outbox->lock);
    bool is_careful = outbox->is_failing || outbox->limited_until_ms > 0;
    return is_careful ? 1 : outbox->config.max_in_flight;
}

bool tsn_outbox_limited_locked(tsn_outbox *outbox, int64_t now_ms)
{
    tsn_mutex_assert_held(&outbox->lock);
    if (now_ms >= outbox->limited_until_ms) outbox->limited_until_ms = 0;
    return outbox->limited_until_ms > 0;
}

static bool is_report_due_locked(const tsn_outbox *outbox, int64_t now_ms, int64_t delay_ms)
{
    tsn_mutex_assert_held(&outbox->lock);
    if (!outbox->ledger.has_pending) return false;
    return outbox->wants_report || now_ms - outbox->reported_ms >= delay_ms;
}

static bool has_something_locked(const tsn_outbox *outbox, int64_t now_ms)
{
    return outbox->queue.items > 0 ||
           is_report_due_locked(outbox, now_ms, TSN_OUTBOX_REPORT_ALONE_MS);
}

static bool is_held_back_locked(const tsn_outbox *outbox, int64_t now_ms)
{
    return tsn_backoff_holds(&outbox->backoff, now_ms) && !outbox->config.gives_up;
}

bool tsn_outbox_can_take_locked(tsn_outbox *outbox, int64_t now_ms)
{
    if (tsn_outbox_phase(outbox) >= TSN_PHASE_HALTED) return false;
    if (!has_something_locked(outbox, now_ms) || is_held_back_locked(outbox, now_ms)) return false;
    (void)tsn_outbox_limited_locked(outbox, now_ms);
    return outbox->in_flight < in_flight_max_locked(outbox);
}

/* Whether the spool has something, and nothing goes before it but time. */
static bool is_stored_next_locked(const tsn_outbox *outbox)
{
    const tsn_spool *spool = outbox->config.spool;
    if (spool == NULL || tsn_spool_count(spool) == 0 || outbox->has_stored_out) return false;
    return outbox->queue.items == 0 && tsn_outbox_phase(outbox) == TSN_PHASE_OPEN;
}

/* Limits hold it back altogether, for it is not looked into before it is taken (NET-11). */
static int64_t stored_due_locked(const tsn_outbox *outbox)
{
    int64_t due_ms = outbox->stored_due_ms;
    if (outbox->limited_until_ms > due_ms) due_ms = outbox->limited_until_ms;
    return outbox->backoff.until_ms > due_ms ? outbox->backoff.until_ms : due_ms;
}

bool tsn_outbox_can_take_stored_locked(tsn_outbox *outbox, int64_t now_ms)
{
    if (!is_stored_next_locked(outbox) || now_ms < stored_due_locked(outbox)) return false;
    return outbox->in_flight < in_flight_max_locked(outbox);
}

int64_t tsn_outbox_due_locked(const tsn_outbox *outbox, int64_t now_ms)
{
    if (outbox->in_flight >= in_flight_max_locked(outbox)) return TSN_CLOCK_NEVER;
    if (is_stored_next_locked(outbox)) return stored_due_locked(outbox);
    int64_t due_ms = TSN_CLOCK_NEVER;
    if (has_something_locked(outbox, now_ms)) {
        due_ms = now_ms;
    } else if (outbox->ledger.has_pending) {
        due_ms = outbox->reported_ms + TSN_OUTBOX_REPORT_ALONE_MS;
    }
    bool is_held = is_held_back_locked(outbox, now_ms);
    return is_held && due_ms < outbox->backoff.until_ms ? outbox->backoff.until_ms : due_ms;
}

bool tsn_outbox_idle_locked(const tsn_outbox *outbox)
{
    tsn_mutex_assert_held(&outbox->lock);
    bool lacks_report = outbox->wants_report && outbox->ledger.has_pending;
    return outbox->queue.items == 0 && outbox->in_flight == 0 && !lacks_report;
}

bool tsn_outbox_is_wanted_locked(const tsn_outbox *outbox)
{
    if (!outbox->is_resting && outbox->resting_in == NULL) return false;
    return outbox->in_flight < in_flight_max_locked(outbox);
}

static bool is_over_mark_locked(const tsn_outbox *outbox)
{
    const tsn_queue *queue = &outbox->queue;
    return queue->items >= outbox->spill_items || queue->bytes >= outbox->spill_bytes;
}

void tsn_outbox_want_relief_locked(tsn_outbox *outbox)
{
    if (is_over_mark_locked(outbox) && outbox->spill_due_ms == 0) tsn_outbox_wake_locked(outbox);
}

/* From its mark down to two thirds of it, so that it is not done for each record. */
bool tsn_outbox_wants_spill_locked(tsn_outbox *outbox, int64_t now_ms)
{
    tsn_mutex_assert_held(&outbox->lock);
    const tsn_queue *queue = &outbox->queue;
    if (outbox->config.spool == NULL || queue->items == 0) return false;
    bool is_low = queue->items < outbox->spill_items - outbox->spill_items / 3 &&
                  queue->bytes < outbox->spill_bytes - outbox->spill_bytes / 3;
    if (outbox->spill_due_ms > 0 && now_ms >= outbox->spill_due_ms) outbox->spill_due_ms = 0;
    outbox->is_spilling = is_over_mark_locked(outbox) || (outbox->is_spilling && !is_low);
    return outbox->is_spilling && outbox->spill_due_ms == 0;
}

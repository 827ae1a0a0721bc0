/* The way in: straight into the queue, or by the inbox while several threads capture at a time.
 * Each record is counted as captured where it comes to stand, so that the books agree at any time.
 */
#include "io/outbox.h"

#include "base/clock.h"

/* Records of the inbox are plain ones, which count for one error each. */
static void enter_moved_locked(tsn_outbox *outbox, size_t records)
{
    tsn_mutex_assert_held(&outbox->lock);
    tsn_load load = {.errors = records};
    tsn_ledger_capture(&outbox->ledger, TSN_CATEGORY_ERROR, records);
    tsn_ledger_enter(&outbox->ledger, TSN_STAGE_QUEUED, &load);
}

void tsn_outbox_gather_locked(tsn_outbox *outbox)
{
    enter_moved_locked(outbox, tsn_inbox_shut(tsn_outbox_inbox(outbox), &outbox->queue));
}

bool tsn_outbox_wait_locked(tsn_outbox *outbox, tsn_cond *cond, int64_t timeout_ms)
{
    bool was_in_time = tsn_cond_wait(cond, &outbox->lock, timeout_ms);
    if (tsn_outbox_inbox(outbox) != NULL) tsn_outbox_gather_locked(outbox);
    return was_in_time;
}

/* Whoever sleeps without anything to tell would not see that there is something now. */
static void note_loss_locked(tsn_outbox *outbox, bool had_pending)
{
    bool is_first = outbox->ledger.has_pending && !had_pending;
    if (is_first && outbox->is_resting) tsn_outbox_wake_locked(outbox);
}

static TSN_COLD tocsin_status lose_new_locked(tsn_outbox *outbox, tsn_load load, tsn_reason reason,
                                              tocsin_status st)
{
    bool had_pending = outbox->ledger.has_pending;
    tsn_ledger_discard_load(&outbox->ledger, reason, &load);
    note_loss_locked(outbox, had_pending);
    return st;
}

/* A full queue. */
static TSN_COLD tocsin_status overflow_locked(tsn_outbox *outbox, const tsn_record *record,
                                              tsn_load load)
{
    if (record->stored != NULL) {
        tsn_ledger_enter(&outbox->ledger, TSN_STAGE_SPOOLED, &load);
    } else {
        tsn_ledger_discard_load(&outbox->ledger, TSN_REASON_QUEUE_OVERFLOW, &load);
    }
    return TOCSIN_E_FULL;
}

/* What is reserved for the inbox is there for everybody. False: full. */
static TSN_APART bool push_weighed_locked(tsn_outbox *outbox, tsn_list *list, tsn_record *record)
{
    if (tsn_outbox_inbox(outbox) != NULL) tsn_outbox_gather_locked(outbox);
    tsn_record_weigh(record);
    return tsn_queue_push(&outbox->queue, list, record);
}

static TSN_COLD bool is_limited_locked(const tsn_outbox *outbox)
{
    return tsn_ratelimit_blocks(&outbox->limits, TSN_CATEGORY_ERROR, tsn_clock_mono_ms());
}

/* `list`: the queue's where it is to stand. */
static inline tocsin_status push_locked(tsn_outbox *outbox, tsn_list *list, tsn_record *record,
                                        tsn_load load)
{
    if (TSN_UNLIKELY(tsn_outbox_phase(outbox) != TSN_PHASE_OPEN)) {
        return lose_new_locked(outbox, load, TSN_REASON_NETWORK_ERROR, TOCSIN_DISABLED);
    }
    if (TSN_UNLIKELY(outbox->limited_until_ms > 0) && is_limited_locked(outbox)) {
        return lose_new_locked(outbox, load, TSN_REASON_RATELIMIT_BACKOFF, TOCSIN_DROPPED);
    }
    size_t size = tsn_record_estimate_after(record, list);
    if (TSN_LIKELY(tsn_queue_is_roomy(&outbox->queue, size))) {
        tsn_queue_add(&outbox->queue, list, record);
    } else if (!push_weighed_locked(outbox, list, record)) {
        return overflow_locked(outbox, record, load);
    }
    tsn_ledger_enter(&outbox->ledger, TSN_STAGE_QUEUED, &load);
    if (tsn_outbox_is_wanted_locked(outbox)) tsn_outbox_wake_locked(outbox);
    if (TSN_UNLIKELY(outbox->config.spool != NULL)) tsn_outbox_want_relief_locked(outbox);
    return TOCSIN_OK;
}

/* What push_locked made of it. */
static tsn_fate fate_of_refused(tocsin_status st, bool is_stored)
{
    tsn_reason reason = TSN_REASON_NETWORK_ERROR;
    if (st == TOCSIN_E_FULL && is_stored) return tsn_fate_spooled(TSN_FATE_AT_QUEUE);
    if (st == TOCSIN_E_FULL) reason = TSN_REASON_QUEUE_OVERFLOW;
    if (st == TOCSIN_DROPPED) reason = TSN_REASON_RATELIMIT_BACKOFF;
    return tsn_fate_lost(TSN_FATE_AT_QUEUE, reason);
}

/* What the queue cannot hold stays on disk; what was not to be taken in does not. */
static TSN_COLD void end_refused(tsn_outbox *outbox, tsn_record *record, tocsin_status st)
{
    tsn_stored *stored = record->stored;
    tsn_load load = tsn_load_of(record);
    record->stored = NULL;
    tsn_fate_tell(&record->id, fate_of_refused(st, stored != NULL), &load);
    tsn_record_free(record);
    if (stored == NULL) return;
    if (st == TOCSIN_E_FULL) {
        tsn_outbox_keep_stored(outbox, stored);
    } else {
        tsn_spool_remove(outbox->config.spool, stored);
    }
}

static inline tocsin_status end_push(tsn_outbox *outbox, tsn_record *record, tocsin_status st)
{
    if (TSN_UNLIKELY(st != TOCSIN_OK)) end_refused(outbox, record, st);
    return st;
}

static inline void capture_locked(tsn_outbox *outbox, const tsn_load *load)
{
    tsn_mutex_assert_held(&outbox->lock);
    tsn_ledger_capture(&outbox->ledger, TSN_CATEGORY_ERROR, load->errors);
    if (TSN_UNLIKELY(load->attachments > 0)) {
        tsn_ledger_capture(&outbox->ledger, TSN_CATEGORY_ATTACHMENT, load->attachments);
    }
}

/* Another thread is here too: from now on the inbox is for those who come at the same time. */
static TSN_COLD void wait_for_lock(tsn_outbox *outbox)
{
    tsn_inbox *made = tsn_outbox_inbox(outbox) == NULL ? tsn_inbox_new() : NULL;
    tsn_mutex_lock(&outbox->lock);
    if (made == NULL) return;
    if (tsn_outbox_inbox(outbox) == NULL) {
        outbox->queue.runs = tsn_inbox_runs(made);
        atomic_store_explicit(&outbox->inbox, made, memory_order_release);
    } else {
        tsn_inbox_free(made);
    }
}

/* What the calling thread left in the inbox goes before what it brings now. */
static TSN_APART tocsin_status push_beside_others(tsn_outbox *outbox, tsn_record *record,
                                                  tsn_load load)
{
    bool was_free = tsn_mutex_lock_at_once(&outbox->lock, 0);
    if (!was_free) wait_for_lock(outbox);
    tsn_inbox *inbox = tsn_outbox_inbox(outbox);
    tsn_queue *queue = &outbox->queue;
    bool is_open = inbox != NULL && tsn_inbox_is_own_open(inbox);
    if (is_open) enter_moved_locked(outbox, tsn_inbox_move_own(inbox, queue));
    tsn_list *list = inbox != NULL ? tsn_inbox_own_run(inbox) : &queue->records;
    capture_locked(outbox, &load);
    tocsin_status st = push_locked(outbox, list, record, load);
    if (st == TOCSIN_OK && inbox != NULL && (is_open || !was_free)) {
        enter_moved_locked(outbox, tsn_inbox_open_own(inbox, queue));
    }
    tsn_mutex_unlock(&outbox->lock);
    return end_push(outbox, record, st);
}

TSN_FLAT tocsin_status tsn_outbox_push(tsn_outbox *outbox, tsn_record *record)
{
    bool is_plain = !record->is_sampled_out && record->attachments == NULL;
    tsn_load load = TSN_LIKELY(is_plain) ? (tsn_load){.errors = 1} : tsn_load_of(record);
    tsn_inbox *inbox = tsn_outbox_inbox(outbox);
    if (TSN_UNLIKELY(inbox != NULL)) {
        if (is_plain && tsn_inbox_put(inbox, record)) return TOCSIN_OK;
        return push_beside_others(outbox, record, load);
    }
    if (TSN_UNLIKELY(!tsn_mutex_lock_at_once(&outbox->lock, 0))) {
        return push_beside_others(outbox, record, load);
    }
    capture_locked(outbox, &load);
    tocsin_status st = push_locked(outbox, &outbox->queue.records, record, load);
    tsn_mutex_unlock(&outbox->lock);
    return end_push(outbox, record, st);
}

TSN_COLD tocsin_status tsn_outbox_push_stored(tsn_outbox *outbox, tsn_record *record)
{
    tsn_load load = tsn_load_of(record);
    tsn_outbox_lock(outbox);
    tocsin_status st = push_locked(outbox, &outbox->queue.records, record, load);
    tsn_mutex_unlock(&outbox->lock);
    return end_push(outbox, record, st);
}

void tsn_outbox_refuse(tsn_outbox *outbox, tsn_record *record, tsn_reason reason)
{
    tsn_load load = tsn_load_of(record);
    tsn_outbox_lock(outbox);
    bool had_pending = outbox->ledger.has_pending;
    capture_locked(outbox, &load);
    tsn_ledger_discard_load(&outbox->ledger, reason, &load);
    note_loss_locked(outbox, had_pending);
    tsn_mutex_unlock(&outbox->lock);
    tsn_fate_tell(&record->id, tsn_fate_lost(TSN_FATE_AT_QUEUE, reason), &load);
    tsn_record_free(record);
}

void tsn_outbox_discard(tsn_outbox *outbox, const tsn_id *id, tsn_reason reason,
                        tsn_category category, uint64_t quantity)
{
    tsn_outbox_lock(outbox);
    bool had_pending = outbox->ledger.has_pending;
    tsn_ledger_discard(&outbox->ledger, reason, category, quantity);
    note_loss_locked(outbox, had_pending);
    tsn_mutex_unlock(&outbox->lock);
    if (!tsn_fate_matters()) return;
    static const tsn_id none;
    tsn_fate fate = tsn_fate_lost(TSN_FATE_AT_CAPTURE, reason);
    tsn_fate_pass_on_one(id != NULL ? id : &none, &fate, category, quantity);
}

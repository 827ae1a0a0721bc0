/* A parcel is taken under the lock and packed without it; what is lost in packing is counted under
 * it again. */
#include "io/outbox.h"

#include "base/clock.h"

/* Takes what goes next. A report rides with any envelope when it is due; a flush has it go with the
 * last one, so that it tells as much as it can. */
static void fill_locked(tsn_outbox *outbox, tsn_parcel *parcel, int64_t now_ms)
{
    parcel->era = outbox->era;
    parcel->begun_after = outbox->backoff.failures;
    parcel->has_limits = tsn_outbox_limited_locked(outbox, now_ms);
    if (parcel->has_limits) parcel->limits = outbox->limits;
    parcel->record = tsn_queue_pop(&outbox->queue);
    if (parcel->record != NULL) {
        parcel->load = tsn_load_of(parcel->record);
        tsn_ledger_move(&outbox->ledger, TSN_STAGE_QUEUED, TSN_STAGE_IN_FLIGHT, &parcel->load);
    }
    bool waits_for_last = outbox->wants_report && outbox->queue.items > 0;
    bool is_overdue = now_ms - outbox->reported_ms >= TSN_OUTBOX_REPORT_RIDES_MS;
    parcel->has_report =
        outbox->ledger.has_pending && (is_overdue || (outbox->wants_report && !waits_for_last));
    if (parcel->has_report) {
        tsn_ledger_take_pending(&outbox->ledger, &parcel->report);
        outbox->reported_ms = now_ms;
    }
    outbox->in_flight++;
}

/* What was queued while the other side cannot be reached, if nothing is kept for later (S-4). */
static void lose_meanwhile(tsn_outbox *outbox, int64_t now_ms)
{
    tsn_list lost;
    tsn_list_init(&lost);
    tsn_mutex_lock(&outbox->lock);
    if (outbox->queue.items > 0 && tsn_backoff_holds(&outbox->backoff, now_ms)) {
        tsn_queue_drain(&outbox->queue, &lost);
        for (tsn_list *node = lost.next; node != &lost; node = node->next) {
            tsn_load load = tsn_load_of(TSN_CONTAINER_OF(node, tsn_record, node));
            tsn_ledger_lose(&outbox->ledger, TSN_STAGE_QUEUED, TSN_REASON_NETWORK_ERROR, &load);
        }
        tsn_cond_broadcast(&outbox->progress);
    }
    tsn_mutex_unlock(&outbox->lock);
    tsn_records_free(&lost);
}

/* No memory for a parcel: the first record goes, or the queue would stand still. */
static void lose_first(tsn_outbox *outbox)
{
    tsn_mutex_lock(&outbox->lock);
    tsn_record *record = tsn_queue_pop(&outbox->queue);
    if (record != NULL) {
        tsn_load load = tsn_load_of(record);
        tsn_ledger_lose(&outbox->ledger, TSN_STAGE_QUEUED, TSN_REASON_INTERNAL_SDK_ERROR, &load);
    }
    tsn_cond_broadcast(&outbox->progress);
    tsn_mutex_unlock(&outbox->lock);
    tsn_record_free(record);
}

static bool take_into(tsn_outbox *outbox, tsn_parcel *parcel, int64_t now_ms)
{
    tsn_mutex_lock(&outbox->lock);
    bool can_take = tsn_outbox_can_take_locked(outbox, now_ms);
    if (can_take) fill_locked(outbox, parcel, now_ms);
    tsn_mutex_unlock(&outbox->lock);
    return can_take;
}

static bool can_take(tsn_outbox *outbox, int64_t now_ms)
{
    tsn_mutex_lock(&outbox->lock);
    bool can = tsn_outbox_can_take_locked(outbox, now_ms);
    tsn_mutex_unlock(&outbox->lock);
    return can;
}

/* Makes the envelope. False: nothing of it is left to send. */
static bool pack(tsn_outbox *outbox, tsn_parcel *parcel, int64_t now_ms)
{
    tsn_client_report lost;
    tsn_client_report untold;
    tsn_client_report_init(&lost);
    tsn_client_report_init(&untold);
    bool is_counted = parcel->record != NULL && !parcel->record->is_sampled_out;
    if (parcel->record != NULL) {
        tsn_parcel_pack(parcel, &outbox->config.packing, now_ms, &lost);
    }
    bool had_report = parcel->has_report;
    if (had_report) tsn_parcel_pack_report(parcel, tsn_clock_wall_us(), &untold);
    bool has_failed_report = had_report && !parcel->has_report;
    bool is_any_left = parcel->envelope.item_count > 0;
    tsn_mutex_lock(&outbox->lock);
    if (parcel->era == outbox->era) {
        if (is_counted) tsn_ledger_lose_counted(&outbox->ledger, &lost);
        tsn_ledger_give_back(&outbox->ledger, &untold);
        if (has_failed_report) outbox->wants_report = false;
        if (!is_any_left) outbox->in_flight--;
    }
    if (!is_any_left) tsn_cond_broadcast(&outbox->progress);
    tsn_mutex_unlock(&outbox->lock);
    return is_any_left;
}

tsn_parcel *tsn_outbox_take(tsn_outbox *outbox)
{
    for (;;) {
        int64_t now_ms = tsn_clock_mono_ms();
        if (outbox->config.gives_up) lose_meanwhile(outbox, now_ms);
        if (!can_take(outbox, now_ms)) return NULL;
        tsn_parcel *parcel = tsn_parcel_new();
        if (parcel == NULL) {
            lose_first(outbox);
            return NULL;
        }
        if (!take_into(outbox, parcel, now_ms)) {
            tsn_parcel_free(parcel);
            return NULL;
        }
        if (pack(outbox, parcel, now_ms)) return parcel;
        tsn_parcel_free(parcel);
    }
}

/* A parcel is taken under the lock and packed without it; what is lost in packing is counted under
 * it again. */
#include "io/outbox.h"

#include "base/clock.h"

void tsn_outbox_count_on_disk_locked(tsn_outbox *outbox, tsn_parcel *parcel, bool is_on_disk)
{
    tsn_mutex_assert_held(&outbox->lock);
    outbox->on_disk.errors -= parcel->on_disk.errors;
    outbox->on_disk.attachments -= parcel->on_disk.attachments;
    parcel->on_disk = is_on_disk ? parcel->load : (tsn_load){0, 0};
    outbox->on_disk.errors += parcel->on_disk.errors;
    outbox->on_disk.attachments += parcel->on_disk.attachments;
}

bool tsn_outbox_take_record_locked(tsn_outbox *outbox, tsn_parcel *parcel)
{
    tsn_mutex_assert_held(&outbox->lock);
    tsn_record *record = tsn_queue_pop(&outbox->queue);
    if (record == NULL) return false;
    parcel->record = record;
    parcel->load = tsn_load_of(record);
    tsn_ledger_move(&outbox->ledger, TSN_STAGE_QUEUED, TSN_STAGE_IN_FLIGHT, &parcel->load);
    if (record->stored == NULL) return true;
    parcel->stored = record->stored;
    record->stored = NULL;
    tsn_outbox_count_on_disk_locked(outbox, parcel, true);
    return true;
}

/* A report rides with any envelope when it is due; a flush has it go with the last one, so that it
 * tells as much as it can. */
void tsn_outbox_add_report_locked(tsn_outbox *outbox, tsn_parcel *parcel, int64_t now_ms)
{
    tsn_mutex_assert_held(&outbox->lock);
    bool waits_for_last = outbox->wants_report && outbox->queue.items > 0;
    bool is_overdue = now_ms - outbox->reported_ms >= TSN_OUTBOX_REPORT_RIDES_MS;
    bool is_due =
        outbox->ledger.has_pending && (is_overdue || (outbox->wants_report && !waits_for_last));
    if (!is_due) return;
    outbox->reported_ms = now_ms;
    parcel->has_report = tsn_parcel_make_report(parcel);
    if (parcel->has_report) {
        tsn_ledger_take_pending(&outbox->ledger, parcel->report);
    } else {
        outbox->wants_report = false;
    }
}

/* Takes what goes next. */
static void fill_locked(tsn_outbox *outbox, tsn_parcel *parcel, int64_t now_ms,
                        tsn_ratelimit *limits)
{
    parcel->era = outbox->era;
    parcel->begun_after = outbox->backoff.failures;
    if (tsn_outbox_limited_locked(outbox, now_ms)) {
        *limits = outbox->limits;
        parcel->limits = limits;
    }
    (void)tsn_outbox_take_record_locked(outbox, parcel);
    tsn_outbox_add_report_locked(outbox, parcel, now_ms);
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
    tsn_stored *stored = NULL;
    tsn_mutex_lock(&outbox->lock);
    tsn_record *record = tsn_queue_pop(&outbox->queue);
    if (record != NULL) {
        tsn_load load = tsn_load_of(record);
        stored = record->stored;
        record->stored = NULL;
        if (stored != NULL) {
            tsn_ledger_move(&outbox->ledger, TSN_STAGE_QUEUED, TSN_STAGE_SPOOLED, &load);
        } else {
            tsn_ledger_lose(&outbox->ledger, TSN_STAGE_QUEUED, TSN_REASON_INTERNAL_SDK_ERROR,
                            &load);
        }
    }
    tsn_cond_broadcast(&outbox->progress);
    tsn_mutex_unlock(&outbox->lock);
    tsn_record_free(record);
    if (stored != NULL) tsn_outbox_keep_stored(outbox, stored);
}

static bool take_into(tsn_outbox *outbox, tsn_parcel *parcel, int64_t now_ms, tsn_ratelimit *limits)
{
    tsn_mutex_lock(&outbox->lock);
    bool can_take = tsn_outbox_can_take_locked(outbox, now_ms);
    if (can_take) fill_locked(outbox, parcel, now_ms, limits);
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

/* The request is noted on disk before it goes out; a file that is gone is no longer needed. */
static void claim(tsn_outbox *outbox, tsn_parcel *parcel)
{
    if (parcel->stored != NULL && parcel->record != NULL) {
        (void)tsn_spool_claim(outbox->config.spool, parcel->stored);
    }
}

/* Its record left nothing to send: neither does its file. */
static void drop_file(tsn_outbox *outbox, tsn_parcel *parcel)
{
    tsn_stored *stored = parcel->stored;
    parcel->stored = NULL;
    if (stored != NULL) tsn_spool_remove(outbox->config.spool, stored);
}

bool tsn_outbox_pack(tsn_outbox *outbox, tsn_parcel *parcel, int64_t now_ms)
{
    tsn_client_report lost;
    tsn_client_report untold;
    tsn_client_report_init(&lost);
    tsn_client_report_init(&untold);
    bool is_counted = parcel->record != NULL && !parcel->record->is_sampled_out;
    if (parcel->record != NULL) {
        tsn_parcel_pack(parcel, &outbox->config.packing, now_ms, &lost);
    }
    parcel->limits = NULL;
    bool had_report = parcel->has_report;
    if (had_report) tsn_parcel_pack_report(parcel, tsn_clock_wall_us(), &untold);
    bool has_failed_report = had_report && !parcel->has_report;
    bool is_any_left = parcel->envelope.item_count > 0 || parcel->envelope.stored_items.len > 0;
    tsn_mutex_lock(&outbox->lock);
    if (parcel->era == outbox->era) {
        if (parcel->stored != NULL) {
            tsn_outbox_count_on_disk_locked(outbox, parcel, is_any_left);
        }
        if (is_counted) tsn_ledger_lose_counted(&outbox->ledger, &lost);
        tsn_ledger_end_report(&outbox->ledger, &untold);
        tsn_ledger_give_back(&outbox->ledger, &untold);
        if (has_failed_report) outbox->wants_report = false;
        if (!is_any_left) outbox->in_flight--;
    }
    if (!is_any_left) tsn_cond_broadcast(&outbox->progress);
    tsn_mutex_unlock(&outbox->lock);
    if (!is_any_left) drop_file(outbox, parcel);
    return is_any_left;
}

tsn_parcel *tsn_outbox_take(tsn_outbox *outbox)
{
    tsn_ratelimit limits;
    for (;;) {
        int64_t now_ms = tsn_clock_mono_ms();
        if (outbox->config.gives_up) lose_meanwhile(outbox, now_ms);
        if (!can_take(outbox, now_ms)) return NULL;
        tsn_parcel *parcel = tsn_parcel_new();
        if (parcel == NULL) {
            lose_first(outbox);
            return NULL;
        }
        if (!take_into(outbox, parcel, now_ms, &limits)) {
            tsn_parcel_free(parcel);
            return NULL;
        }
        claim(outbox, parcel);
        if (tsn_outbox_pack(outbox, parcel, now_ms)) return parcel;
        tsn_parcel_free(parcel);
    }
}

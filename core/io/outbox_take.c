/* A parcel is taken under the lock and packed without it; what is lost in packing is counted under
 * it again. */
#include "io/outbox.h"

#include "base/clock.h"

void tsn_outbox_book_locked(tsn_outbox *outbox, tsn_parcel *parcel, bool is_on_disk)
{
    tsn_mutex_assert_held(&outbox->lock);
    if (tsn_list_empty(&parcel->flight)) tsn_list_push_back(&outbox->flight, &parcel->flight);
    parcel->booked = parcel->load;
    parcel->is_on_disk = is_on_disk;
}

void tsn_outbox_unbook_locked(tsn_outbox *outbox, tsn_parcel *parcel)
{
    tsn_mutex_assert_held(&outbox->lock);
    tsn_list_remove(&parcel->flight);
}

bool tsn_outbox_take_record_locked(tsn_outbox *outbox, tsn_parcel *parcel)
{
    tsn_mutex_assert_held(&outbox->lock);
    tsn_record *record = tsn_queue_pop(&outbox->queue);
    if (record == NULL) return false;
    parcel->record = record;
    parcel->id = record->id;
    parcel->load = tsn_load_of(record);
    parcel->stored = record->stored;
    record->stored = NULL;
    tsn_ledger_move(&outbox->ledger, TSN_STAGE_QUEUED, TSN_STAGE_IN_FLIGHT, &parcel->load);
    tsn_outbox_book_locked(outbox, parcel, parcel->stored != NULL);
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
    tsn_outbox_lock(outbox);
    if (outbox->queue.items > 0 && tsn_backoff_holds(&outbox->backoff, now_ms)) {
        tsn_queue_drain(&outbox->queue, &lost);
        for (tsn_list *node = lost.next; node != &lost; node = node->next) {
            tsn_load load = tsn_load_of(TSN_CONTAINER_OF(node, tsn_record, node));
            tsn_ledger_lose(&outbox->ledger, TSN_STAGE_QUEUED, TSN_REASON_NETWORK_ERROR, &load);
        }
        tsn_cond_broadcast(&outbox->progress);
    }
    tsn_mutex_unlock(&outbox->lock);
    for (tsn_list *node = lost.next; node != &lost; node = node->next) {
        const tsn_record *record = TSN_CONTAINER_OF(node, tsn_record, node);
        tsn_load load = tsn_load_of(record);
        tsn_fate fate = tsn_fate_lost(TSN_FATE_AT_QUEUE, TSN_REASON_NETWORK_ERROR);
        tsn_fate_tell(&record->id, fate, &load);
    }
    tsn_records_free(&lost);
}

/* No memory for a parcel: the first record goes, or the queue would stand still. */
static void lose_first(tsn_outbox *outbox)
{
    tsn_stored *stored = NULL;
    tsn_outbox_lock(outbox);
    tsn_record *record = tsn_queue_pop(&outbox->queue);
    tsn_load load = {0, 0};
    tsn_fate fate = tsn_fate_lost(TSN_FATE_AT_PACKING, TSN_REASON_INTERNAL_SDK_ERROR);
    if (record != NULL) {
        load = tsn_load_of(record);
        stored = record->stored;
        record->stored = NULL;
        if (stored != NULL) {
            fate = tsn_fate_spooled(TSN_FATE_AT_PACKING);
            tsn_ledger_move(&outbox->ledger, TSN_STAGE_QUEUED, TSN_STAGE_SPOOLED, &load);
        } else {
            tsn_ledger_lose(&outbox->ledger, TSN_STAGE_QUEUED, (tsn_reason)fate.reason, &load);
        }
    }
    tsn_cond_broadcast(&outbox->progress);
    tsn_mutex_unlock(&outbox->lock);
    if (record != NULL) tsn_fate_tell(&record->id, fate, &load);
    tsn_record_free(record);
    if (stored != NULL) tsn_outbox_keep_stored(outbox, stored);
}

/* Mostly nothing waits for its time: no limit, no backoff, no loss to tell. Then any time will do.
 */
static int64_t now_if_it_matters_locked(const tsn_outbox *outbox)
{
    tsn_mutex_assert_held(&outbox->lock);
    bool matters =
        outbox->ledger.has_pending || outbox->limited_until_ms > 0 || outbox->backoff.until_ms > 0;
    return matters ? tsn_clock_mono_ms() : 0;
}

static bool take_into(tsn_outbox *outbox, tsn_parcel *parcel, int64_t *now_ms,
                      tsn_ratelimit *limits)
{
    tsn_outbox_lock(outbox);
    *now_ms = now_if_it_matters_locked(outbox);
    bool can_take = tsn_outbox_can_take_locked(outbox, *now_ms);
    if (can_take) fill_locked(outbox, parcel, *now_ms, limits);
    tsn_mutex_unlock(&outbox->lock);
    return can_take;
}

static bool can_take(tsn_outbox *outbox)
{
    tsn_outbox_lock(outbox);
    bool can = tsn_outbox_can_take_locked(outbox, now_if_it_matters_locked(outbox));
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

/* Its record left nothing to send: neither does its file, or what was counted as lost would come
 * again out of it. */
static void drop_file(tsn_outbox *outbox, tsn_parcel *parcel)
{
    tsn_stored *stored = parcel->stored;
    parcel->stored = NULL;
    if (stored != NULL) tsn_spool_remove(outbox->config.spool, stored);
}

/* What came of packing. */
typedef struct packed {
    bool is_counted; /* there was a record, and it counts for something */
    bool is_spent;   /* there was, and nothing is left of it; a report may still go */
    bool is_any_left;
    bool has_failed_report;
    tsn_client_report lost;
    tsn_client_report untold;
} packed;

static void pack(tsn_outbox *outbox, tsn_parcel *parcel, int64_t now_ms, packed *made)
{
    bool had_record = parcel->record != NULL;
    bool had_report = parcel->has_report;
    tsn_client_report_init(&made->lost);
    tsn_client_report_init(&made->untold);
    made->is_counted = had_record && !parcel->record->is_sampled_out;
    if (had_record) tsn_parcel_pack(parcel, &outbox->config.packing, now_ms, &made->lost);
    parcel->limits = NULL;
    if (had_report) tsn_parcel_pack_report(parcel, tsn_clock_wall_us(), &made->untold);
    made->has_failed_report = had_report && !parcel->has_report;
    made->is_spent = had_record && parcel->record == NULL;
    made->is_any_left = parcel->envelope.item_count > 0 || parcel->envelope.stored_items.len > 0;
}

static void settle_packed_locked(tsn_outbox *outbox, tsn_parcel *parcel, const packed *made)
{
    if (made->is_any_left) {
        tsn_outbox_book_locked(outbox, parcel, parcel->stored != NULL && !made->is_spent);
    } else {
        tsn_outbox_unbook_locked(outbox, parcel);
        outbox->in_flight--;
    }
    if (made->is_counted) tsn_ledger_lose_counted(&outbox->ledger, &made->lost);
    tsn_ledger_end_report(&outbox->ledger, &made->untold);
    tsn_ledger_give_back(&outbox->ledger, &made->untold);
    if (made->has_failed_report) outbox->wants_report = false;
}

/* All of the record went in, and nothing but the record: as it was booked when it was taken. */
static bool is_as_booked(const tsn_parcel *parcel, const packed *made, bool had_report)
{
    return made->is_any_left && parcel->record != NULL && !had_report &&
           tsn_client_report_empty(&made->lost);
}

bool tsn_outbox_pack(tsn_outbox *outbox, tsn_parcel *parcel, int64_t now_ms)
{
    packed made;
    bool had_report = parcel->has_report;
    pack(outbox, parcel, now_ms, &made);
    if (is_as_booked(parcel, &made, had_report)) return true;
    tsn_outbox_lock(outbox);
    bool is_ours = parcel->era == outbox->era;
    if (is_ours) settle_packed_locked(outbox, parcel, &made);
    if (!made.is_any_left) tsn_cond_broadcast(&outbox->progress);
    tsn_mutex_unlock(&outbox->lock);
    if (is_ours && made.is_counted) {
        tsn_fate_tell_lost(&parcel->id, TSN_FATE_AT_PACKING, &made.lost);
    }
    if (!made.is_any_left || made.is_spent) drop_file(outbox, parcel);
    return made.is_any_left;
}

tsn_parcel *tsn_outbox_take(tsn_outbox *outbox)
{
    tsn_ratelimit limits;
    for (;;) {
        int64_t now_ms;
        if (outbox->config.gives_up) lose_meanwhile(outbox, tsn_clock_mono_ms());
        if (!can_take(outbox)) return NULL;
        tsn_parcel *parcel = tsn_parcel_new();
        if (parcel == NULL) {
            lose_first(outbox);
            return NULL;
        }
        if (!take_into(outbox, parcel, &now_ms, &limits)) {
            tsn_parcel_free(parcel);
            return NULL;
        }
        claim(outbox, parcel);
        if (tsn_outbox_pack(outbox, parcel, now_ms)) return parcel;
        tsn_parcel_free(parcel);
    }
}

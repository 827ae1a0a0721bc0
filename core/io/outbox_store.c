/* The way to disk: what a caller wants to be safe, what has had no answer, what the queue cannot
 * hold, what is left at the end. Each begins as a parcel in flight, so that it is counted all the
 * time; files are written with no lock held. */
#include "base/clock.h"
#include "data/json_walk.h"
#include "io/outbox.h"
#include "wire/envelope_loss.h"

enum {
    SPILLS_AT_ONCE = 64, /* then the worker looks after its transfers */
    RECORDS_PER_MS = 4,
    BYTES_PER_MS = 100000,
};

/* D4: a fatal event may be the last one. */
static bool is_fatal(const tsn_envelope *envelope)
{
    if (envelope->item_count == 0 || envelope->items[0].category != TSN_CATEGORY_ERROR)
        return false;
    tsn_slice level = tsn_json_get(envelope->items[0].payload.bytes, TSN_LIT("level"));
    return tsn_slice_equal(level, TSN_LIT("\"fatal\""));
}

/* A file made room for another. */
static bool evict_oldest(void *context)
{
    tsn_outbox *outbox = context;
    tsn_stored *oldest = tsn_spool_take(outbox->config.spool);
    if (oldest == NULL) return false;
    tsn_outbox_lose_stored(outbox, oldest, TSN_REASON_CACHE_OVERFLOW);
    return true;
}

/* Counts of losses are not stored with an envelope: they go back to the table. */
static void take_report_out(tsn_envelope *envelope)
{
    size_t last = envelope->item_count - 1;
    bool has_report =
        envelope->item_count > 0 && envelope->items[last].category == TSN_CATEGORY_INTERNAL;
    if (has_report) tsn_envelope_remove(envelope, last, 1);
}

static tsn_stored *store(tsn_outbox *outbox, const tsn_parcel *parcel, uint32_t tries,
                         bool *is_safe)
{
    tsn_spool_entry entry = {
        .envelope = &parcel->envelope,
        .identity = outbox->config.packing.identity,
        .load = parcel->load,
        .tries = tries,
        .is_fatal = is_fatal(&parcel->envelope),
        .syncs_later = tsn_outbox_phase(outbox) != TSN_PHASE_OPEN,
    };
    return tsn_spool_store(outbox->config.spool, &entry, evict_oldest, outbox, is_safe);
}

static bool is_same_load(const tsn_load *left, const tsn_load *right)
{
    return left->errors == right->errors && left->attachments == right->attachments;
}

/* What was dropped from the envelope since must not come back out of its file. */
void tsn_outbox_mend_file(tsn_outbox *outbox, tsn_parcel *parcel)
{
    tsn_stored *old = parcel->stored;
    if (parcel->record == NULL || old == NULL || is_same_load(&old->load, &parcel->load)) return;
    take_report_out(&parcel->envelope);
    tsn_stored *renewed = store(outbox, parcel, old->name.tries, NULL);
    if (renewed == NULL) return;
    tsn_spool_remove(outbox->config.spool, old);
    parcel->stored = renewed;
}

void tsn_outbox_bring_to_disk(tsn_outbox *outbox, tsn_parcel *parcel, bool went_out)
{
    tsn_record *record = parcel->record;
    if (outbox->config.gives_up) return;
    if (parcel->stored != NULL && !went_out)
        tsn_spool_unclaim(outbox->config.spool, parcel->stored);
    if (record == NULL) return;
    take_report_out(&parcel->envelope);
    if (parcel->stored != NULL) {
        tsn_outbox_mend_file(outbox, parcel);
    } else if (record->tries + went_out < TSN_OUTBOX_TRIES_MAX) {
        parcel->stored = store(outbox, parcel, record->tries + went_out, NULL);
    }
}

/* The record returns to the queue, and the disk is left alone for a while. */
static void take_back(tsn_outbox *outbox, tsn_parcel *parcel)
{
    tsn_outbox_lock(outbox);
    outbox->spill_due_ms = tsn_clock_mono_ms() + TSN_OUTBOX_SPILL_PAUSE_MS;
    tsn_mutex_unlock(&outbox->lock);
    tsn_outbox_return(outbox, parcel, false);
}

/* Moves the first record to disk. False: there is none, or the disk does not take it. */
static bool move_first(tsn_outbox *outbox)
{
    tsn_parcel *parcel = tsn_parcel_new();
    if (parcel == NULL) return false;
    tsn_outbox_lock(outbox);
    bool has_record = tsn_outbox_take_record_locked(outbox, parcel);
    parcel->era = outbox->era;
    outbox->in_flight += has_record;
    tsn_mutex_unlock(&outbox->lock);
    if (!has_record) {
        tsn_parcel_free(parcel);
        return false;
    }
    if (parcel->stored == NULL) {
        if (!tsn_outbox_pack(outbox, parcel, tsn_clock_mono_ms())) {
            tsn_parcel_free(parcel);
            return true;
        }
        parcel->stored = store(outbox, parcel, parcel->record->tries, NULL);
    }
    bool is_stored = parcel->stored != NULL;
    if (is_stored) {
        tsn_outbox_return(outbox, parcel, false);
    } else {
        take_back(outbox, parcel);
    }
    return is_stored;
}

static bool wants_spill(tsn_outbox *outbox)
{
    tsn_outbox_lock(outbox);
    bool wants = tsn_outbox_wants_spill_locked(outbox, tsn_clock_mono_ms());
    tsn_mutex_unlock(&outbox->lock);
    return wants;
}

void tsn_outbox_spill(tsn_outbox *outbox)
{
    for (int i = 0; i < SPILLS_AT_ONCE && wants_spill(outbox); i++) {
        if (!move_first(outbox)) return;
    }
}

/* On a disk of no great speed that others use as well. */
int64_t tsn_outbox_put_away_takes(tsn_outbox *outbox)
{
    if (outbox->config.spool == NULL) return 0;
    tsn_outbox_lock(outbox);
    const tsn_queue *queue = &outbox->queue;
    int64_t bytes = queue->bytes > 0 ? queue->bytes : 0;
    int64_t takes_ms = (int64_t)queue->items / RECORDS_PER_MS + bytes / BYTES_PER_MS;
    tsn_mutex_unlock(&outbox->lock);
    return takes_ms;
}

size_t tsn_outbox_put_away(tsn_outbox *outbox, int64_t deadline)
{
    tsn_spool *spool = outbox->config.spool;
    if (spool == NULL) return 0;
    while (tsn_clock_left(deadline) > 0 && move_first(outbox)) continue;
    tsn_spool_sync(spool, deadline);
    return tsn_spool_count(spool);
}

/* Whether a capture would be taken in now. */
static bool is_welcome(tsn_outbox *outbox)
{
    tsn_outbox_lock(outbox);
    bool is_open = tsn_outbox_phase(outbox) == TSN_PHASE_OPEN;
    bool is_limited =
        tsn_ratelimit_blocks(&outbox->limits, TSN_CATEGORY_ERROR, tsn_clock_mono_ms());
    tsn_mutex_unlock(&outbox->lock);
    return is_open && !is_limited;
}

static void count_lost(tsn_outbox *outbox, const tsn_id *id, const tsn_client_report *lost)
{
    if (tsn_client_report_empty(lost)) return;
    tsn_outbox_lock(outbox);
    for (size_t i = 0; i < TSN_REASON_COUNT; i++) {
        tsn_load load = {
            tsn_client_report_count(lost, (tsn_reason)i, TSN_CATEGORY_ERROR),
            tsn_client_report_count(lost, (tsn_reason)i, TSN_CATEGORY_ATTACHMENT),
        };
        tsn_ledger_discard_load(&outbox->ledger, (tsn_reason)i, &load);
    }
    tsn_mutex_unlock(&outbox->lock);
    tsn_fate_tell_lost(id, TSN_FATE_AT_PACKING, lost);
}

/* Writes the record's file, on the caller's thread. False: nothing of the record is left. */
static bool make_durable(tsn_outbox *outbox, tsn_record **record, bool *is_safe)
{
    tsn_client_report lost;
    tsn_client_report_init(&lost);
    tsn_parcel *parcel = tsn_parcel_new();
    if (parcel == NULL) return true;
    parcel->record = *record;
    parcel->id = (*record)->id;
    parcel->load = tsn_load_of(*record);
    tsn_parcel_pack(parcel, &outbox->config.packing, tsn_clock_mono_ms(), &lost);
    *record = parcel->record;
    parcel->record = NULL;
    if (*record != NULL) (*record)->stored = store(outbox, parcel, 0, is_safe);
    *is_safe = *is_safe && *record != NULL && (*record)->stored != NULL;
    count_lost(outbox, &parcel->id, &lost);
    tsn_parcel_free(parcel);
    return *record != NULL;
}

tocsin_status tsn_outbox_push_durable(tsn_outbox *outbox, tsn_record *record)
{
    bool is_safe = false;
    tsn_load load = tsn_load_of(record);
    tsn_ledger_capture(&outbox->ledger, TSN_CATEGORY_ERROR, load.errors);
    tsn_ledger_capture(&outbox->ledger, TSN_CATEGORY_ATTACHMENT, load.attachments);
    if (is_welcome(outbox) && !make_durable(outbox, &record, &is_safe)) return TOCSIN_DROPPED;
    tocsin_status st = tsn_outbox_push_stored(outbox, record);
    bool is_in = st == TOCSIN_OK || st == TOCSIN_E_FULL; /* what the queue cannot hold is on disk */
    return is_in && is_safe ? TOCSIN_DURABLE : st;
}

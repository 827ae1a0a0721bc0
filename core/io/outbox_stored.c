/* The way back from disk. A file is looked into when its turn has come and not before; until then
 * it is known by its name alone, and one that another run left counts for nothing here. */
#include "base/clock.h"
#include "io/outbox.h"
#include "wire/envelope_read.h"

#define TROUBLE_PAUSE_MS 10000

/* From here on the file's contents are in the books. */
static void count_found(tsn_outbox *outbox, tsn_stored *stored)
{
    if (stored->is_counted) return;
    stored->is_counted = true;
    tsn_outbox_lock(outbox);
    tsn_ledger_find(&outbox->ledger, &stored->load);
    tsn_mutex_unlock(&outbox->lock);
    tsn_fate found = {.kind = TSN_FATE_FOUND, .stage = TSN_FATE_AT_DISK};
    tsn_fate_tell(&stored->name.id, found, &stored->load);
}

static void count_lost(tsn_outbox *outbox, const tsn_stored *stored, tsn_reason reason)
{
    tsn_outbox_lock(outbox);
    if (stored->is_counted) {
        tsn_ledger_lose(&outbox->ledger, TSN_STAGE_SPOOLED, reason, &stored->load);
    } else { /* nobody knows what it was */
        tsn_ledger_capture(&outbox->ledger, TSN_CATEGORY_DEFAULT, 1);
        tsn_ledger_discard(&outbox->ledger, reason, TSN_CATEGORY_DEFAULT, 1);
    }
    tsn_mutex_unlock(&outbox->lock);
    if (!tsn_fate_matters()) return;
    tsn_fate fate = tsn_fate_lost(TSN_FATE_AT_DISK, reason);
    if (stored->is_counted) {
        tsn_fate_pass_on(&stored->name.id, &fate, &stored->load);
    } else {
        tsn_fate_pass_on_one(&stored->name.id, &fate, TSN_CATEGORY_DEFAULT, 1);
    }
}

/* What cannot be sent, for whatever reason but trouble that passes. */
static void give_up(tsn_outbox *outbox, tsn_stored *stored, tsn_spool_outcome outcome)
{
    tsn_spool *spool = outbox->config.spool;
    switch (outcome) {
    case TSN_SPOOL_DAMAGED:
        count_lost(outbox, stored, TSN_REASON_INTERNAL_SDK_ERROR);
        tsn_spool_set_aside(spool, stored);
        break;
    case TSN_SPOOL_GONE:
        if (stored->is_counted) count_lost(outbox, stored, TSN_REASON_NETWORK_ERROR);
        tsn_spool_forget(stored);
        break;
    default: /* another project's: it waits for its own client */
        tsn_spool_forget(stored);
        break;
    }
}

/* It counts for nothing itself: it tells what others counted for. */
static bool is_report(const tsn_stored *stored)
{
    return stored->is_counted && stored->load.errors + stored->load.attachments == 0;
}

/* The counts in a file that goes untold; they are on disk elsewhere before it does. */
static void rescue_report(tsn_outbox *outbox, tsn_slice envelope)
{
    tsn_client_report counts;
    tsn_spool_read_report(envelope, &counts);
    tsn_outbox_lock(outbox);
    tsn_ledger_give_back(&outbox->ledger, &counts);
    tsn_mutex_unlock(&outbox->lock);
    tsn_outbox_leave_report(outbox);
}

void tsn_outbox_lose_stored(tsn_outbox *outbox, tsn_stored *stored, tsn_reason reason)
{
    if (!stored->is_counted || is_report(stored)) {
        tsn_slice envelope;
        tsn_buf file = TSN_BUF_EMPTY;
        tsn_spool_outcome outcome = tsn_spool_read(outbox->config.spool, stored, &file, &envelope);
        if (outcome == TSN_SPOOL_READ) count_found(outbox, stored);
        if (outcome == TSN_SPOOL_READ && is_report(stored)) rescue_report(outbox, envelope);
        tsn_buf_fini(&file);
        if (outcome == TSN_SPOOL_DAMAGED || outcome == TSN_SPOOL_GONE) {
            give_up(outbox, stored, outcome);
            return;
        }
    }
    count_lost(outbox, stored, reason);
    tsn_spool_remove(outbox->config.spool, stored);
}

static void trim(tsn_outbox *outbox)
{
    tsn_stored *stored;
    int64_t now_ms = tsn_clock_mono_ms();
    while ((stored = tsn_spool_take_excess(outbox->config.spool, now_ms)) != NULL) {
        tsn_outbox_lose_stored(outbox, stored, TSN_REASON_CACHE_OVERFLOW);
    }
}

void tsn_outbox_keep_stored(tsn_outbox *outbox, tsn_stored *stored)
{
    tsn_spool_keep(outbox->config.spool, stored);
    trim(outbox);
}

void tsn_outbox_adopt(tsn_outbox *outbox)
{
    tsn_spool_adopt(outbox->config.spool);
    trim(outbox);
}

/* A place among what is under way, held until there is something for it. */
static bool reserve(tsn_outbox *outbox, uint32_t *era)
{
    int64_t now_ms = tsn_clock_mono_ms();
    tsn_outbox_lock(outbox);
    (void)tsn_outbox_limited_locked(outbox, now_ms);
    bool can = tsn_outbox_can_take_stored_locked(outbox, now_ms);
    if (can) {
        outbox->has_stored_out = true;
        outbox->in_flight++;
        *era = outbox->era;
    }
    tsn_mutex_unlock(&outbox->lock);
    return can;
}

static void unreserve(tsn_outbox *outbox, uint32_t era, int64_t pause_ms)
{
    tsn_outbox_lock(outbox);
    if (era == outbox->era) {
        outbox->has_stored_out = false;
        outbox->in_flight--;
        outbox->stored_due_ms = tsn_clock_mono_ms() + pause_ms;
    }
    tsn_cond_broadcast(&outbox->progress);
    tsn_mutex_unlock(&outbox->lock);
}

/* Makes an envelope of the file's text. */
static void unpack(tsn_parcel *parcel, tsn_slice envelope)
{
    tsn_slice items = envelope;
    tsn_slice header = tsn_slice_split(&items, '\n');
    tsn_envelope_borrow_stored(&parcel->envelope, header, items);
}

static tsn_spool_outcome open_stored(tsn_outbox *outbox, tsn_parcel *parcel)
{
    tsn_slice envelope;
    tsn_spool *spool = outbox->config.spool;
    tsn_stored *stored = parcel->stored;
    tsn_spool_outcome outcome = tsn_spool_read(spool, stored, &parcel->file, &envelope);
    if (outcome != TSN_SPOOL_READ) return outcome;
    count_found(outbox, stored);
    if (!tsn_spool_claim(spool, stored)) return TSN_SPOOL_TROUBLE;
    unpack(parcel, envelope);
    parcel->id = stored->name.id;
    parcel->load = stored->load;
    if (!is_report(stored)) return TSN_SPOOL_READ;
    if (!tsn_parcel_make_report(parcel)) return TSN_SPOOL_TROUBLE;
    parcel->has_stored_report = true;
    tsn_spool_read_report(envelope, parcel->report);
    return TSN_SPOOL_READ;
}

static void fill(tsn_outbox *outbox, tsn_parcel *parcel)
{
    int64_t now_ms = tsn_clock_mono_ms();
    tsn_outbox_lock(outbox);
    if (parcel->era == outbox->era) {
        parcel->begun_after = outbox->backoff.failures;
        tsn_ledger_move(&outbox->ledger, TSN_STAGE_SPOOLED, TSN_STAGE_IN_FLIGHT, &parcel->load);
        tsn_outbox_book_locked(outbox, parcel, true);
        if (!parcel->has_stored_report) tsn_outbox_add_report_locked(outbox, parcel, now_ms);
    }
    tsn_mutex_unlock(&outbox->lock);
}

/* The parcel has a file; it goes, or what stands against it is dealt with. False: not now. */
static bool load(tsn_outbox *outbox, tsn_parcel *parcel, bool *goes)
{
    tsn_stored *stored = parcel->stored;
    *goes = false;
    if (stored->name.tries >= TSN_OUTBOX_TRIES_MAX) {
        parcel->stored = NULL;
        tsn_outbox_lose_stored(outbox, stored, TSN_REASON_NETWORK_ERROR);
        return true;
    }
    tsn_spool_outcome outcome = open_stored(outbox, parcel);
    *goes = outcome == TSN_SPOOL_READ;
    if (*goes) return true;
    parcel->stored = NULL;
    if (outcome == TSN_SPOOL_TROUBLE) {
        tsn_spool_keep(outbox->config.spool, stored);
        return false;
    }
    give_up(outbox, stored, outcome);
    return true;
}

/* A parcel with the oldest that can be sent; NULL: there is none, or not for so long. */
static tsn_parcel *take_oldest(tsn_outbox *outbox, uint32_t era, int64_t *pause_ms)
{
    bool goes = false;
    *pause_ms = TSN_OUTBOX_STORED_GAP_MS;
    for (;;) {
        tsn_parcel *parcel = tsn_parcel_new();
        if (parcel == NULL) return NULL;
        parcel->era = era;
        parcel->is_from_spool = true;
        parcel->stored = tsn_spool_take(outbox->config.spool);
        bool has_one = parcel->stored != NULL;
        bool is_done = has_one && load(outbox, parcel, &goes);
        if (goes) return parcel;
        tsn_parcel_free(parcel);
        if (is_done) continue;
        if (has_one) *pause_ms = TROUBLE_PAUSE_MS;
        return NULL;
    }
}

tsn_parcel *tsn_outbox_take_stored(tsn_outbox *outbox)
{
    uint32_t era;
    int64_t pause_ms;
    if (outbox->config.spool == NULL || !reserve(outbox, &era)) return NULL;
    tsn_parcel *parcel = take_oldest(outbox, era, &pause_ms);
    if (parcel == NULL) {
        unreserve(outbox, era, pause_ms);
        return NULL;
    }
    fill(outbox, parcel);
    (void)tsn_outbox_pack(outbox, parcel, tsn_clock_mono_ms());
    return parcel;
}

/* A record that goes two ways is copied, which is a few references more; from there on the two know
 * nothing of each other but the thread that they share. */
#include "io/spotlight.h"

#include <string.h>

#include "base/clock.h"

#define NO_JITTER 0.999999

tocsin_status tsn_spotlight_init(tsn_spotlight *spotlight, tsn_outbox *outbox, tsn_diag *diag,
                                 tsn_slice url, tsn_slice sdk_name, tsn_slice sdk_version)
{
    memset(spotlight, 0, sizeof *spotlight);
    TSN_TRY(tsn_request_init_spotlight(&spotlight->request, url, sdk_name, sdk_version));
    spotlight->outbox = outbox;
    spotlight->diag = diag;
    tsn_mutex_init(&spotlight->lock, TSN_RANK_LEAF);
    tsn_list_init(&spotlight->records);
    return TOCSIN_OK;
}

void tsn_spotlight_fini(tsn_spotlight *spotlight)
{
    tsn_records_free(&spotlight->records);
    tsn_request_fini(&spotlight->request);
    tsn_mutex_fini(&spotlight->lock);
}

void tsn_spotlight_start_afresh(tsn_spotlight *spotlight)
{
    tsn_mutex_init(&spotlight->lock, TSN_RANK_LEAF);
    tsn_list_init(&spotlight->records);
    spotlight->count = 0;
    spotlight->is_sending = false;
    tsn_backoff_reset(&spotlight->backoff);
}

static tsn_record *copy_record(const tsn_record *record)
{
    tsn_record *copy = tsn_record_new();
    if (copy == NULL) return NULL;
    copy->id = record->id;
    copy->timestamp_us = record->timestamp_us;
    copy->body = tsn_record_share_body(record);
    if (copy->body == NULL) {
        tsn_record_free(copy);
        return NULL;
    }
    copy->layer_count = record->layer_count;
    for (size_t i = 0; i < record->layer_count; i++) {
        copy->layers[i] = tsn_scope_retain(record->layers[i]);
    }
    copy->propagation = tsn_propagation_retain(record->propagation);
    copy->attachments = tsn_plist_retain(record->attachments);
    copy->is_final = record->is_final;
    copy->is_sampled_out = true; /* counts for nothing here */
    copy->has_own_trace = record->has_own_trace;
    return copy;
}

void tsn_spotlight_offer(tsn_spotlight *spotlight, const tsn_record *record)
{
    tsn_record *copy = copy_record(record);
    if (copy == NULL) return;
    tsn_mutex_lock(&spotlight->lock);
    bool fits = spotlight->count < TSN_SPOTLIGHT_ITEMS_MAX;
    if (fits) {
        tsn_list_push_back(&spotlight->records, &copy->node);
        spotlight->count++;
    }
    tsn_mutex_unlock(&spotlight->lock);
    if (fits) {
        tsn_outbox_side_add(spotlight->outbox);
    } else {
        tsn_record_free(copy);
    }
}

static tsn_record *pop(tsn_spotlight *spotlight)
{
    tsn_mutex_lock(&spotlight->lock);
    tsn_list *node = tsn_list_pop_front(&spotlight->records);
    spotlight->count -= node != NULL;
    tsn_mutex_unlock(&spotlight->lock);
    return node == NULL ? NULL : TSN_CONTAINER_OF(node, tsn_record, node);
}

static void drop(tsn_spotlight *spotlight, tsn_record *record)
{
    tsn_record_free(record);
    tsn_outbox_side_done(spotlight->outbox);
}

/* NULL: it cannot be sent. Takes over the record. */
static tsn_parcel *pack(tsn_spotlight *spotlight, tsn_record *record)
{
    tsn_client_report lost; /* nobody is told */
    tsn_client_report_init(&lost);
    tsn_parcel *parcel = tsn_parcel_new();
    if (parcel == NULL) {
        drop(spotlight, record);
        return NULL;
    }
    parcel->record = record;
    tsn_parcel_pack(parcel, &spotlight->outbox->config.packing, tsn_clock_mono_ms(), &lost);
    if (parcel->envelope.item_count > 0) return parcel;
    tsn_parcel_free(parcel);
    tsn_outbox_side_done(spotlight->outbox);
    return NULL;
}

tsn_parcel *tsn_spotlight_take(tsn_spotlight *spotlight)
{
    tsn_record *record;
    tsn_parcel *parcel = NULL;
    if (spotlight->is_sending) return NULL;
    while (parcel == NULL && (record = pop(spotlight)) != NULL) {
        if (tsn_backoff_holds(&spotlight->backoff, tsn_clock_mono_ms())) {
            drop(spotlight, record);
        } else {
            parcel = pack(spotlight, record);
        }
    }
    spotlight->is_sending = parcel != NULL;
    return parcel;
}

static void note_answer(tsn_spotlight *spotlight, const tsn_transfer *transfer)
{
    tsn_backoff *backoff = &spotlight->backoff;
    if (transfer->response.status != 0) {
        tsn_backoff_reset(backoff);
        spotlight->has_told = false;
        return;
    }
    tsn_backoff_fail(backoff, backoff->failures, tsn_clock_mono_ms(), NO_JITTER);
    if (spotlight->has_told) return;
    spotlight->has_told = true;
    tsn_diag_note(spotlight->diag, TOCSIN_LEVEL_WARNING, "spotlight.no_answer",
                  "Spotlight does not answer: %s", transfer->problem);
}

void tsn_spotlight_complete(tsn_spotlight *spotlight, tsn_parcel *parcel)
{
    spotlight->is_sending = false;
    note_answer(spotlight, &parcel->transfer);
    tsn_parcel_free(parcel);
    tsn_outbox_side_done(spotlight->outbox);
}

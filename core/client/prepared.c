/* From the snapshots of a capture to the text that hooks see. The event is written once for
 * processors and filled in after them; from then on its layers are not needed. No lock is held
 * while a processor runs; the layers are marked for the time (R21). */
#include "client/prepared.h"

#include <stdatomic.h>

#include "base/alloc.h"
#include "client/capture_files.h"
#include "client/chain.h"
#include "client/client_config.h"
#include "client/handover.h"
#include "client/park.h"
#include "client/processors.h"
#include "client/restricted.h"

bool tsn_prepared_is_ours(const tsn_prepared *prepared)
{
    return prepared->era == tsn_fork_era();
}

static void uncount_one(tsn_client *client)
{
    atomic_fetch_sub_explicit(&client->unsubmitted, 1, memory_order_relaxed);
}

static void uncount(tsn_prepared *prepared)
{
    bool is_counted = prepared->is_counted && tsn_prepared_is_ours(prepared);
    prepared->is_counted = false;
    if (is_counted) uncount_one(prepared->client);
}

void tsn_prepared_free(tsn_prepared *prepared)
{
    if (prepared == NULL) return;
    uncount(prepared);
    tsn_restricted_forget(prepared);
    tsn_buf_fini(&prepared->aside);
    bool is_on_books = prepared->is_taken && tsn_prepared_is_ours(prepared);
    if (is_on_books) tsn_park_end(prepared->client->park);
    tsn_record_free(prepared->record);
    for (size_t i = 0; i < prepared->cell_count; i++) {
        if (prepared->is_loose) {
            tsn_cell_release_weak(prepared->cells[i]);
        } else {
            tsn_cell_release(prepared->cells[i]);
        }
    }
    if (!prepared->is_loose) tsn_client_release(prepared->client);
    tsn_free(prepared);
}

void tsn_prepared_lose(const tsn_prepared *prepared, tsn_reason reason)
{
    if (!tsn_prepared_is_ours(prepared)) return;
    tsn_handover_lose(prepared->client, &prepared->record->id, reason);
}

void tsn_prepared_loosen(tsn_prepared *prepared)
{
    size_t kept = 0;
    uncount(prepared);
    prepared->is_loose = true;
    for (size_t i = 0; i < prepared->cell_count; i++) {
        tsn_cell *cell = prepared->cells[i];
        if (cell->client == prepared->client) {
            tsn_cell_weaken(cell);
            prepared->cells[kept++] = cell;
        } else {
            /* its client's memory may hold it, which a weak reference does not keep */
            tsn_cell_release(cell);
        }
    }
    prepared->cell_count = kept;
    tsn_client_release(prepared->client);
}

void tsn_prepared_tighten(tsn_prepared *prepared)
{
    size_t kept = 0;
    for (size_t i = 0; i < prepared->cell_count; i++) {
        tsn_cell *cell = prepared->cells[i];
        if (tsn_cell_strengthen(cell)) {
            prepared->cells[kept++] = cell;
        } else if (prepared->home == cell) {
            prepared->home = NULL;
        }
    }
    prepared->cell_count = kept;
    prepared->is_loose = false;
    tsn_client_retain(prepared->client);
}

/* Writes the event with its layers. */
static tocsin_status write_layers(const tsn_prepared *prepared, unsigned flags, tsn_buf *out)
{
    const tsn_record *record = prepared->record;
    tsn_event_parts parts = {
        .id = record->id,
        .timestamp_us = record->timestamp_us,
        .body = tsn_fragment_slice(record->body),
        .layer_count = record->layer_count,
        .propagation = record->propagation,
    };
    for (size_t i = 0; i < record->layer_count; i++) parts.layers[i] = record->layers[i];
    return tsn_event_write(&parts, &prepared->client->config->event, flags, out);
}

/* The event as processors left it, filled in with the client's part (step 8). */
static tocsin_status fill(const tsn_prepared *prepared, tsn_buf *text)
{
    tsn_event_parts parts = {
        .id = prepared->record->id,
        .timestamp_us = prepared->record->timestamp_us,
        .body = tsn_buf_view(text),
    };
    tsn_buf full = TSN_BUF_EMPTY;
    tocsin_status st =
        tsn_event_write(&parts, &prepared->client->config->event, TSN_EVENT_FILL, &full);
    tsn_buf_fini(text);
    *text = full;
    return st;
}

/* The event's text: merged, shown to processors if there are any, filled in. */
static tocsin_status make_text(tsn_prepared *prepared, tsn_buf *text)
{
    if (!tsn_processors_any(prepared)) return write_layers(prepared, TSN_EVENT_FILL, text);
    TSN_TRY(write_layers(prepared, 0, text));
    tocsin_status st = tsn_processors_run(prepared, text);
    return st == TOCSIN_OK ? fill(prepared, text) : st;
}

void tsn_prepared_enter(tsn_prepared *prepared, tsn_draft *view)
{
    tsn_chain_enter(prepared->client->chains, &view->chain, prepared->cells, prepared->cell_count);
    view->chain.prepared = prepared;
}

static tsn_prepared *prepared_alloc(const tsn_capture *capture, tsn_cell *const *cells,
                                    size_t cell_count, tsn_record *record)
{
    tsn_prepared *prepared = tsn_alloc_zero(sizeof *prepared);
    if (prepared == NULL) {
        tsn_record_free(record);
        return NULL;
    }
    prepared->client = capture->cell->client;
    tsn_client_retain(prepared->client);
    prepared->cell_count = cell_count;
    for (size_t i = 0; i < cell_count; i++) {
        prepared->cells[i] = cells[i];
        tsn_cell_retain(cells[i]);
    }
    prepared->home = tsn_cell_id_home(capture->cell);
    prepared->record = record;
    prepared->era = tsn_fork_era();
    prepared->hint = capture->hint;
    prepared->rate = TSN_RATE_UNSET;
    prepared->is_counted = capture->is_counted;
    prepared->is_hooked = (capture->source & TOCSIN_CAPTURE_HOOKED) != 0;
    prepared->is_exception = (capture->source & ~TOCSIN_CAPTURE_HOOKED) == TOCSIN_CAPTURE_EXCEPTION;
    return prepared;
}

tocsin_status tsn_prepared_new(const tsn_capture *capture, tsn_cell *const *cells,
                               size_t cell_count, tsn_record *record, tsn_buf *text,
                               tsn_prepared **out)
{
    *out = NULL;
    tsn_id id = record->id;
    tsn_prepared *prepared = prepared_alloc(capture, cells, cell_count, record);
    if (prepared == NULL) {
        tsn_client *client = capture->cell->client;
        if (capture->is_counted) uncount_one(client);
        tsn_handover_lose(client, &id, TSN_REASON_INTERNAL_SDK_ERROR);
        return TOCSIN_E_NOMEM;
    }
    if (capture->holds != NULL) capture->holds->let_go(capture->holds);
    tocsin_status st = make_text(prepared, text);
    if (st == TOCSIN_OK) st = tsn_capture_files(prepared->client, prepared->record);
    if (st == TOCSIN_OK) {
        tsn_record_drop_layers(prepared->record);
        *out = prepared;
        return TOCSIN_OK;
    }
    tsn_prepared_lose(prepared,
                      st < 0 ? TSN_REASON_INTERNAL_SDK_ERROR : TSN_REASON_EVENT_PROCESSOR);
    tsn_buf_fini(text);
    tsn_prepared_free(prepared);
    return st;
}

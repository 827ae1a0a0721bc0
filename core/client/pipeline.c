/* Captures, step by step. The usual one, without hooks, ends as a record of snapshots in the queue;
 * one with hooks becomes a draft, is shown around, and ends the same way. */
#include "client/pipeline.h"

#include <stdatomic.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/rand.h"
#include "client/capture_body.h"
#include "client/capture_files.h"
#include "client/chain.h"
#include "client/handover.h"
#include "client/park.h"
#include "client/prepared.h"
#include "data/json_normal.h"
#include "data/limits.h"

/* One capture on its way: made by begin(), ended by one of the ways below. */
typedef struct capture_attempt {
    tsn_cell *cells[TSN_LAYERS_MAX]; /* borrowed from the caller's holds */
    size_t cell_count;
    tsn_record *record;
} capture_attempt;

static void fill_id(tsn_record *record)
{
    tsn_slice body = tsn_fragment_slice(record->body);
    bool has_id = false;
    if (tsn_event_check_body(body, &record->id, &has_id) >= 0 && has_id) return;
    uint8_t random[16];
    tsn_rand_bytes(random, sizeof random);
    record->id = tsn_id_from_random(random);
}

/* Snapshots, from the outermost layer in (C8), and what the envelope needs of them. */
static tocsin_status take_layers(capture_attempt *attempt)
{
    tsn_record *record = attempt->record;
    for (size_t i = 0; i < attempt->cell_count; i++) {
        tsn_scope *layer = tsn_cell_snapshot(attempt->cells[i]);
        record->layers[record->layer_count++] = layer;
        if (layer->propagation == NULL) continue;
        tsn_propagation_release(record->propagation);
        record->propagation = tsn_propagation_retain(layer->propagation);
    }
    return tsn_record_collect_attachments((const tsn_scope *const *)record->layers,
                                          record->layer_count, &record->attachments);
}

static tocsin_status make_record(capture_attempt *attempt, tsn_slice body)
{
    tsn_record *record = tsn_record_new();
    if (record == NULL) return TOCSIN_E_NOMEM;
    attempt->record = record;
    record->body = tsn_fragment_new(body);
    if (record->body == NULL) return TOCSIN_E_NOMEM;
    record->timestamp_us = tsn_clock_wall_us();
    record->has_own_trace = tsn_event_has_own_trace(body);
    fill_id(record);
    return take_layers(attempt);
}

static bool is_ignored(const tsn_settings *settings, tsn_slice body)
{
    return settings->ignore_errors.count > 0 &&
           tsn_event_is_ignored(body, settings->ignore_errors.items, settings->ignore_errors.count);
}

/* Steps 1 to 5 up to the snapshots. Not TOCSIN_OK: the capture ended, counted where due. */
static tocsin_status begin(const tsn_capture *capture, bool is_event_json, capture_attempt *attempt)
{
    tsn_client *client = capture->cell->client;
    *attempt = (capture_attempt){.record = NULL};
    if (!tsn_client_is_active(client)) return TOCSIN_DISABLED;
    if (tsn_chain_blocks(client->chains, capture->cell)) {
        tsn_diag_log(client->diag, TOCSIN_LEVEL_DEBUG, "capture.reentrant",
                     "a capture from inside a hook of the same capture was refused");
        return TOCSIN_E_REENTRANT;
    }
    tsn_buf body = TSN_BUF_EMPTY;
    tocsin_status st = tsn_capture_body(capture, is_event_json, client->settings, &body);
    if (st >= 0) st = tsn_event_check_body(tsn_buf_view(&body), &(tsn_id){{0}}, &(bool){false});
    if (st >= 0 && is_ignored(client->settings, tsn_buf_view(&body))) {
        tsn_handover_lose(client, TSN_REASON_EVENT_PROCESSOR);
        st = TOCSIN_DROPPED;
    }
    if (st == TOCSIN_OK) {
        attempt->cell_count = tsn_cell_layers(capture->cell, capture->overlay, attempt->cells);
        st = make_record(attempt, tsn_buf_view(&body));
        if (st < 0) {
            tsn_record_free(attempt->record);
            tsn_handover_lose(client, TSN_REASON_INTERNAL_SDK_ERROR);
        }
    }
    tsn_buf_fini(&body);
    return st;
}

static bool needs_hooks(const tsn_client *client, const tsn_record *record)
{
    const tsn_settings *settings = client->settings;
    if (settings->hooks[TSN_HOOK_BEFORE_SEND] != NULL) return true;
    if (settings->hooks[TSN_HOOK_ERROR_SAMPLER] != NULL) return true;
    if (tsn_plist_count(settings->event_processors) > 0) return true;
    for (size_t i = 0; i < record->layer_count; i++) {
        if (tsn_plist_count(record->layers[i]->processors) > 0) return true;
    }
    return false;
}

static tocsin_status draft_of(const tsn_capture *capture, capture_attempt *attempt, tsn_draft **out)
{
    bool is_exception = (capture->source & ~TOCSIN_CAPTURE_HOOKED) == TOCSIN_CAPTURE_EXCEPTION;
    return tsn_prepared_new(capture->cell, attempt->cells, attempt->cell_count, attempt->record,
                            capture->hint, is_exception, out);
}

/* The event waits for the owner of the client's hooks; its id is told, its fate is open. */
static tocsin_status park(tsn_client *client, tsn_draft *draft, char *event_id)
{
    tsn_id id = draft->prepared->record->id;
    draft->prepared->hint = NULL;
    tocsin_status st = tsn_park_put(client->park, draft);
    if (st == TOCSIN_OK && event_id != NULL) {
        tsn_id_to_hex(&id, event_id);
        event_id[TSN_ID_HEX] = '\0';
    }
    return st == TOCSIN_E_FULL ? TOCSIN_DROPPED : st;
}

static tocsin_status submit(tsn_draft *draft, tsn_slice json, char *event_id);

static tocsin_status capture_with_hooks(const tsn_capture *capture, capture_attempt *attempt,
                                        char *event_id)
{
    tsn_client *client = capture->cell->client;
    tsn_draft *draft;
    tocsin_status st = draft_of(capture, attempt, &draft);
    if (st != TOCSIN_OK) return st;
    if (client->park != NULL && (capture->source & TOCSIN_CAPTURE_HOOKED) == 0) {
        return park(client, draft, event_id);
    }
    st = submit(draft, TSN_SLICE_ABSENT, event_id);
    tsn_draft_release(draft);
    return st;
}

tocsin_status tsn_pipeline_capture(const tsn_capture *capture, char *event_id)
{
    if (event_id != NULL) event_id[0] = '\0';
    capture_attempt attempt;
    tocsin_status st = begin(capture, false, &attempt);
    if (st != TOCSIN_OK) return st;
    tsn_client *client = capture->cell->client;
    if (client->park != NULL || needs_hooks(client, attempt.record)) {
        return capture_with_hooks(capture, &attempt, event_id);
    }
    st = tsn_capture_files(client, attempt.record);
    if (st < 0) {
        tsn_record_free(attempt.record);
        tsn_handover_lose(client, TSN_REASON_INTERNAL_SDK_ERROR);
        return st;
    }
    return tsn_handover(capture->cell, attempt.record, TSN_RATE_UNSET, event_id);
}

/* One more unsubmitted event, if there is room. */
static tocsin_status count_unsubmitted(tsn_client *client)
{
    if (atomic_fetch_add_explicit(&client->unsubmitted, 1, memory_order_relaxed) <
        TSN_EVENTS_UNSUBMITTED_MAX) {
        return TOCSIN_OK;
    }
    atomic_fetch_sub_explicit(&client->unsubmitted, 1, memory_order_relaxed);
    return TOCSIN_E_LIMIT;
}

tocsin_status tsn_pipeline_prepare(const tsn_capture *capture, tsn_draft **out)
{
    *out = NULL;
    tsn_client *client = capture->cell->client;
    TSN_TRY(count_unsubmitted(client));
    capture_attempt attempt;
    tocsin_status st = begin(capture, true, &attempt);
    if (st == TOCSIN_OK) st = draft_of(capture, &attempt, out);
    if (st == TOCSIN_OK) {
        (*out)->prepared->is_counted = true;
        (*out)->prepared->hint = NULL;
    } else {
        atomic_fetch_sub_explicit(&client->unsubmitted, 1, memory_order_relaxed);
    }
    return st;
}

/* Ends a prepared draft once: its text moves to `text`. TOCSIN_E_ARG, TOCSIN_E_CLOSED. */
static tocsin_status end_draft(tsn_draft *draft, tsn_buf *text)
{
    if (draft->prepared == NULL) return TOCSIN_E_ARG;
    tsn_mutex_lock(&draft->lock);
    tocsin_status st = TOCSIN_OK;
    if (draft->is_view) st = TOCSIN_E_ARG;
    if (draft->is_ended) st = TOCSIN_E_CLOSED;
    if (st == TOCSIN_OK) {
        draft->is_ended = true;
        *text = draft->text;
        tsn_buf_init(&draft->text);
    }
    tsn_mutex_unlock(&draft->lock);
    return st;
}

/* Puts the hook's reply in place of `text`; false: it was refused, which counts as a hook that
 * failed. */
static bool accept_reply(const tsn_prepared *prepared, tsn_slice json, tsn_buf *text)
{
    tsn_buf reply = TSN_BUF_EMPTY;
    tocsin_status st = tsn_json_normalise(json, TSN_JSON_ONLY(TSN_JSON_OBJECT), 0, &reply, NULL);
    if (st < 0) {
        tsn_diag_log(prepared->client->diag, TOCSIN_LEVEL_ERROR, "hook.failed",
                     "what a hook made of an event was refused with %d; the event is dropped",
                     (int)st);
        return false;
    }
    tsn_buf_fini(text);
    *text = reply;
    return true;
}

static tocsin_status submit(tsn_draft *draft, tsn_slice json, char *event_id)
{
    tsn_buf text = TSN_BUF_EMPTY;
    TSN_TRY(end_draft(draft, &text));
    tsn_prepared *prepared = draft->prepared;
    tocsin_status st;
    if (!tsn_client_is_active(prepared->client)) {
        st = TOCSIN_DISABLED;
    } else if (!tsn_slice_absent(json) && !accept_reply(prepared, json, &text)) {
        tsn_prepared_lose(prepared, TSN_REASON_BEFORE_SEND);
        st = TOCSIN_DROPPED;
    } else {
        st = tsn_prepared_finish(prepared, &text, event_id);
    }
    tsn_buf_fini(&text);
    return st;
}

tocsin_status tsn_pipeline_submit(tsn_draft *draft, tsn_slice json, char *event_id)
{
    if (event_id != NULL) event_id[0] = '\0';
    return submit(draft, json, event_id);
}

tocsin_status tsn_pipeline_discard(tsn_draft *draft, tsn_slice reason)
{
    tsn_buf text = TSN_BUF_EMPTY;
    TSN_TRY(end_draft(draft, &text));
    tsn_buf_fini(&text);
    tsn_reason why = TSN_REASON_EVENT_PROCESSOR;
    bool is_known = tsn_slice_absent(reason) || tsn_reason_find(reason, &why);
    if (tsn_client_is_active(draft->prepared->client)) tsn_prepared_lose(draft->prepared, why);
    return is_known ? TOCSIN_OK : TOCSIN_E_UNKNOWN;
}

tocsin_status tsn_pipeline_set_rate(tsn_draft *draft, int32_t millionths)
{
    if (draft->prepared == NULL) return TOCSIN_E_ARG;
    if (millionths < 0 || millionths > TSN_RATE_ALWAYS) return TOCSIN_E_RANGE;
    tsn_mutex_lock(&draft->lock);
    tocsin_status st = draft->is_ended ? TOCSIN_E_CLOSED : TOCSIN_OK;
    if (st == TOCSIN_OK) draft->prepared->rate = millionths;
    tsn_mutex_unlock(&draft->lock);
    return st;
}

void tsn_pipeline_forget(tsn_draft *draft)
{
    if (!draft->is_ended && tsn_client_is_active(draft->prepared->client)) {
        tsn_prepared_lose(draft->prepared, TSN_REASON_IGNORED);
    }
    tsn_prepared_free(draft->prepared);
}

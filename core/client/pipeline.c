/* Captures, step by step. The usual one, without hooks, ends as a record of snapshots in the queue;
 * one with hooks becomes a draft, is shown around, and ends the same way. */
#include "client/pipeline.h"

#include <stdatomic.h>

#include "base/clock.h"
#include "client/capture_files.h"
#include "client/capture_record.h"
#include "client/handover.h"
#include "client/prepared.h"
#include "client/unreturned.h"
#include "client/capture_lane.h"
#include "data/limits.h"

/* One capture on its way: made by begin(), ended by one of the ways below. */
typedef struct capture_attempt {
    tsn_cell *cells[TSN_LAYERS_MAX]; /* borrowed from the caller's holds */
    size_t cell_count;
    bool has_processors; /* on a layer */
    tsn_record *record;
} capture_attempt;

/* Snapshots, from the outermost layer in (C8), and what the envelope needs of them; and an id,
 * before the first hook (R14). */
TSN_INLINE tocsin_status take_layers(capture_attempt *attempt, bool has_id)
{
    tsn_record *record = attempt->record;
    size_t count = attempt->cell_count;
    tsn_capture_taken taken;
    tsn_capture_lane_take(attempt->cells, count, record->layers, &taken);
    tsn_id_mark_random(&taken.id);
    if (TSN_LIKELY(!has_id)) record->id = taken.id;
    record->layer_count = count;
    record->propagation = taken.propagation;
    record->has_lent_trace = true;
    attempt->has_processors = (taken.extras & TSN_CAPTURE_PROCESSORS) != 0;
    if (TSN_LIKELY((taken.extras & TSN_CAPTURE_ATTACHMENTS) == 0)) return TOCSIN_OK;
    return tsn_record_collect_attachments((const tsn_scope *const *)record->layers,
                                          record->layer_count, &record->attachments);
}

/* Whether the capture comes from inside a hook of its own; hooks that were left are none. */
static TSN_COLD bool is_inside(tsn_client *client, const tsn_cell *cell)
{
    tsn_unreturned_end(client);
    if (!tsn_chain_blocks(client->chains, cell)) return false;
    tsn_diag_log(client->diag, TOCSIN_LEVEL_DEBUG, "capture.reentrant",
                 "a capture from inside a hook of the same capture was refused");
    return true;
}

static TSN_COLD tocsin_status lose(tsn_client *client, tsn_record *record, tocsin_status st)
{
    tsn_handover_lose(client, &record->id, TSN_REASON_INTERNAL_SDK_ERROR);
    tsn_record_free(record);
    return st;
}

/* Steps 1 to 5 up to the snapshots. TOCSIN_OK; anything else: the capture ended, counted where due.
 */
TSN_INLINE tocsin_status begin(const tsn_capture *capture, bool is_event_json,
                               capture_attempt *attempt)
{
    tsn_client *client = capture->cell->client;
    if (!tsn_client_is_active(client)) return TOCSIN_DISABLED;
    if (TSN_UNLIKELY(tsn_chains_any(client->chains)) && is_inside(client, capture->cell)) {
        return TOCSIN_E_REENTRANT;
    }
    bool has_id = false;
    tocsin_status st = tsn_capture_record(capture, is_event_json, &attempt->record, &has_id);
    if (TSN_UNLIKELY(st != TOCSIN_OK)) return st;
    attempt->record->timestamp_us = tsn_clock_wall_us();
    attempt->cell_count = tsn_cell_layers(capture->cell, capture->overlay, attempt->cells);
    st = take_layers(attempt, has_id);
    return TSN_LIKELY(st == TOCSIN_OK) ? st : lose(client, attempt->record, st);
}

static bool needs_hooks(const tsn_client *client, const capture_attempt *attempt)
{
    const tsn_settings *settings = client->settings;
    return settings->hooks[TSN_HOOK_BEFORE_SEND] != NULL ||
           settings->hooks[TSN_HOOK_ERROR_SAMPLER] != NULL || settings->event_processors != NULL ||
           attempt->has_processors;
}

/* Steps 5 to 8 in full, for hooks to see. */
static tocsin_status prepare(const tsn_capture *capture, const capture_attempt *attempt,
                             tsn_buf *text, tsn_prepared **out)
{
    return tsn_prepared_new(capture, attempt->cells, attempt->cell_count, attempt->record, text,
                            out);
}

static tocsin_status capture_with_hooks(const tsn_capture *capture, const capture_attempt *attempt,
                                        char *event_id)
{
    tsn_buf text = TSN_BUF_EMPTY;
    tsn_prepared *prepared;
    tocsin_status st = prepare(capture, attempt, &text, &prepared);
    if (st != TOCSIN_OK) return st;
    return tsn_prepared_finish(prepared, TSN_SLICE_ABSENT, &text, event_id);
}

tocsin_status tsn_pipeline_capture(const tsn_capture *capture, char *event_id)
{
    if (event_id != NULL) event_id[0] = '\0';
    capture_attempt attempt;
    tocsin_status st = begin(capture, false, &attempt);
    if (st != TOCSIN_OK) return st;
    tsn_client *client = capture->cell->client;
    if (client->park != NULL || needs_hooks(client, &attempt)) {
        return capture_with_hooks(capture, &attempt, event_id);
    }
    if (attempt.record->attachments != NULL) st = tsn_capture_files(client, attempt.record);
    if (TSN_UNLIKELY(st < 0)) return lose(client, attempt.record, st);
    return tsn_handover(client, tsn_cell_id_home(capture->cell), attempt.record, TSN_RATE_UNSET,
                        event_id);
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

/* One less, unless the process is another by now: a child of fork begins at none. */
static void uncount_unsubmitted(tsn_client *client, uint32_t era)
{
    if (era != tsn_fork_era()) return;
    atomic_fetch_sub_explicit(&client->unsubmitted, 1, memory_order_relaxed);
}

/* A draft that owns `prepared`, in any case. */
static tocsin_status make_draft(tsn_prepared *prepared, tsn_buf *text, tsn_draft **out)
{
    *out = tsn_draft_new(text);
    if (*out == NULL) {
        tsn_prepared_lose(prepared, TSN_REASON_INTERNAL_SDK_ERROR);
        tsn_prepared_free(prepared);
        return TOCSIN_E_NOMEM;
    }
    (*out)->prepared = prepared;
    return TOCSIN_OK;
}

tocsin_status tsn_pipeline_prepare(const tsn_capture *capture, tsn_draft **out)
{
    *out = NULL;
    tsn_client *client = capture->cell->client;
    uint32_t era = tsn_fork_era();
    TSN_TRY(count_unsubmitted(client));
    capture_attempt attempt;
    tsn_buf text = TSN_BUF_EMPTY;
    tsn_prepared *prepared;
    tocsin_status st = begin(capture, true, &attempt);
    if (st != TOCSIN_OK) {
        uncount_unsubmitted(client, era);
        return st;
    }
    tsn_capture counted = *capture;
    counted.is_counted = true;
    st = prepare(&counted, &attempt, &text, &prepared);
    if (st != TOCSIN_OK) return st;
    prepared->hint = NULL;
    return make_draft(prepared, &text, out);
}

tocsin_status tsn_pipeline_submit(tsn_draft *draft, tsn_slice json, char *event_id)
{
    return tsn_pipeline_submit_held(draft, json, NULL, event_id);
}

tocsin_status tsn_pipeline_submit_held(tsn_draft *draft, tsn_slice json, tsn_holds *holds,
                                       char *event_id)
{
    if (event_id != NULL) event_id[0] = '\0';
    tsn_buf text = TSN_BUF_EMPTY;
    tsn_prepared *prepared;
    TSN_TRY(tsn_draft_end(draft, &text, &prepared));
    if (holds != NULL) holds->let_go(holds);
    return tsn_prepared_finish(prepared, json, &text, event_id);
}

/* Ends an event that is not sent. */
static void end_unsent(tsn_prepared *prepared, tsn_reason reason)
{
    if (tsn_client_is_active(prepared->client)) tsn_prepared_lose(prepared, reason);
    tsn_prepared_free(prepared);
}

tocsin_status tsn_pipeline_discard(tsn_draft *draft, tsn_slice reason)
{
    tsn_buf text = TSN_BUF_EMPTY;
    tsn_prepared *prepared;
    TSN_TRY(tsn_draft_end(draft, &text, &prepared));
    tsn_buf_fini(&text);
    tsn_reason why = TSN_REASON_EVENT_PROCESSOR;
    bool is_known = tsn_slice_absent(reason) || tsn_reason_find(reason, &why);
    end_unsent(prepared, why);
    return is_known ? TOCSIN_OK : TOCSIN_E_UNKNOWN;
}

void tsn_pipeline_forget(tsn_prepared *prepared)
{
    end_unsent(prepared, TSN_REASON_IGNORED);
}

tocsin_status tsn_pipeline_set_rate(tsn_draft *draft, int32_t millionths)
{
    if (millionths < 0 || millionths > TSN_RATE_ALWAYS) return TOCSIN_E_RANGE;
    tsn_draft_lock(draft);
    tocsin_status st = draft->prepared == NULL ? TOCSIN_E_ARG : TOCSIN_OK;
    if (draft->is_ended) st = TOCSIN_E_CLOSED;
    if (st == TOCSIN_OK) draft->prepared->rate = millionths;
    tsn_mutex_unlock(&draft->lock);
    return st;
}

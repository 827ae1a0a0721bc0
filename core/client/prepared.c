/* The half of the pipeline that hooks take part in. The event is written once for processors,
 * filled in after them, limited, shown to before_send, and becomes a record without layers. No lock
 * is held while a hook runs; the layers are marked for the time (R21). */
#include "client/prepared.h"

#include <stdatomic.h>

#include "base/alloc.h"
#include "client/capture_files.h"
#include "client/chain.h"
#include "client/client_config.h"
#include "client/handover.h"
#include "client/processors.h"

void tsn_prepared_free(tsn_prepared *prepared)
{
    if (prepared == NULL) return;
    if (prepared->is_counted) {
        atomic_fetch_sub_explicit(&prepared->client->unsubmitted, 1, memory_order_relaxed);
    }
    tsn_record_free(prepared->record);
    for (size_t i = 0; i < prepared->cell_count; i++) tsn_cell_release(prepared->cells[i]);
    tsn_client_release(prepared->client);
    tsn_free(prepared);
}

void tsn_prepared_lose(tsn_prepared *prepared, tsn_reason reason)
{
    tsn_handover_lose(prepared->client, reason);
}

/* Writes the event's text anew from `body` alone. */
static tocsin_status rewrite(const tsn_prepared *prepared, tsn_slice body, unsigned flags,
                             tsn_buf *out)
{
    tsn_event_parts parts = {
        .id = prepared->record->id,
        .timestamp_us = prepared->record->timestamp_us,
        .body = body,
    };
    return tsn_event_write(&parts, &prepared->client->config->event, flags, out);
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

/* Replaces the draft's text by the event filled in with the client's part (step 8). */
static tocsin_status fill(const tsn_prepared *prepared, tsn_draft *draft)
{
    tsn_buf full = TSN_BUF_EMPTY;
    tocsin_status st = rewrite(prepared, tsn_buf_view(&draft->text), TSN_EVENT_FILL, &full);
    if (st >= 0) {
        tsn_buf_fini(&draft->text);
        draft->text = full;
    } else {
        tsn_buf_fini(&full);
    }
    return st;
}

/* Makes the draft's text: merged, shown to processors if there are any, filled in. The draft is
 * nobody else's yet. */
static tocsin_status make_text(tsn_prepared *prepared, tsn_draft *draft)
{
    tsn_processors processors = {
        .client = prepared->client,
        .layers = prepared->record->layers,
        .layer_count = prepared->record->layer_count,
        .is_exception = prepared->is_exception,
        .hint = prepared->hint,
    };
    if (!tsn_processors_any(&processors)) {
        return write_layers(prepared, TSN_EVENT_FILL, &draft->text);
    }
    TSN_TRY(write_layers(prepared, 0, &draft->text));
    tsn_chain chain;
    tsn_chain_enter(prepared->client->chains, &chain, prepared->cells, prepared->cell_count);
    tocsin_status st = tsn_processors_run(&processors, draft);
    tsn_chain_leave(prepared->client->chains, &chain);
    return st == TOCSIN_OK ? fill(prepared, draft) : st;
}

static tsn_prepared *prepared_alloc(tsn_cell *cell, tsn_cell *const *cells, size_t count,
                                    tsn_record *record)
{
    tsn_prepared *prepared = tsn_alloc_zero(sizeof *prepared);
    if (prepared == NULL) {
        tsn_record_free(record);
        return NULL;
    }
    prepared->client = cell->client;
    tsn_client_retain(prepared->client);
    prepared->cell = cell;
    prepared->cell_count = count;
    for (size_t i = 0; i < count; i++) {
        prepared->cells[i] = cells[i];
        tsn_cell_retain(cells[i]);
    }
    prepared->record = record;
    prepared->rate = TSN_RATE_UNSET;
    return prepared;
}

/* The event is written: its layers are not needed any more. */
static void drop_layers(tsn_record *record)
{
    for (size_t i = 0; i < record->layer_count; i++) tsn_scope_release(record->layers[i]);
    record->layer_count = 0;
}

/* A draft of `prepared`, which it owns from now on, also on failure. */
static tocsin_status make_draft(tsn_prepared *prepared, tsn_draft **out)
{
    tsn_buf empty = TSN_BUF_EMPTY;
    tsn_draft *draft = tsn_draft_new(&empty);
    tocsin_status st = draft == NULL ? TOCSIN_E_NOMEM : make_text(prepared, draft);
    if (st == TOCSIN_OK) st = tsn_capture_files(prepared->client, prepared->record);
    if (st == TOCSIN_OK) {
        drop_layers(prepared->record);
        draft->is_changed = false;
        draft->prepared = prepared;
        *out = draft;
        return TOCSIN_OK;
    }
    tsn_prepared_lose(prepared,
                      st < 0 ? TSN_REASON_INTERNAL_SDK_ERROR : TSN_REASON_EVENT_PROCESSOR);
    tsn_draft_release(draft);
    tsn_prepared_free(prepared);
    return st;
}

tocsin_status tsn_prepared_new(tsn_cell *cell, tsn_cell *const *cells, size_t cell_count,
                               tsn_record *record, const void *hint, bool is_exception,
                               tsn_draft **out)
{
    *out = NULL;
    tsn_prepared *prepared = prepared_alloc(cell, cells, cell_count, record);
    if (prepared == NULL) {
        tsn_handover_lose(cell->client, TSN_REASON_INTERNAL_SDK_ERROR);
        return TOCSIN_E_NOMEM;
    }
    prepared->hint = hint;
    prepared->is_exception = is_exception;
    return make_draft(prepared, out);
}

/* Lets a hook look at `text` as a draft of its own; `*answer` is what it returned, `text` what it
 * left, `*is_changed` whether that is new. */
static tocsin_status show(const tsn_prepared *prepared, tsn_hook *hook, tsn_buf *text,
                          int32_t *answer, bool *is_changed)
{
    tsn_draft *draft = tsn_draft_new(text);
    if (draft == NULL) return TOCSIN_E_NOMEM;
    draft->is_view = true;
    tsn_chain chain;
    tsn_chain_enter(prepared->client->chains, &chain, prepared->cells, prepared->cell_count);
    *answer = hook->call(hook, draft, prepared->hint);
    tsn_chain_leave(prepared->client->chains, &chain);
    *is_changed = tsn_draft_take(draft, text);
    tsn_draft_release(draft);
    return TOCSIN_OK;
}

static tocsin_status limit(const tsn_prepared *prepared, tsn_buf *text)
{
    tsn_buf limited = TSN_BUF_EMPTY;
    tocsin_status st = rewrite(prepared, tsn_buf_view(text), TSN_EVENT_LIMIT, &limited);
    tsn_buf_fini(text);
    *text = limited;
    return st;
}

/* Step 10, between two times step 9: what before_send wrote is held to the limits as well.
 * TOCSIN_DROPPED with the reason, or TOCSIN_E_NOMEM. */
static tocsin_status limit_and_filter(const tsn_prepared *prepared, tsn_buf *text,
                                      tsn_reason *reason)
{
    tsn_hook *hook = prepared->client->settings->hooks[TSN_HOOK_BEFORE_SEND];
    *reason = TSN_REASON_INVALID;
    tocsin_status st = limit(prepared, text);
    if (st != TOCSIN_OK || hook == NULL) return st;
    int32_t answer;
    bool is_changed;
    TSN_TRY(show(prepared, hook, text, &answer, &is_changed));
    if (tsn_hook_verdict_of(answer, "before_send", prepared->client->diag) != TSN_HOOK_KEEP) {
        *reason = TSN_REASON_BEFORE_SEND;
        return TOCSIN_DROPPED;
    }
    return is_changed ? limit(prepared, text) : TOCSIN_OK;
}

/* The rate in millionths: a binding's sampler, the C sampler, or TSN_RATE_UNSET for the option. A
 * sampler that fails is as if there were none. */
static int32_t sampler_rate(const tsn_prepared *prepared, tsn_slice text)
{
    tsn_hook *hook = prepared->client->settings->hooks[TSN_HOOK_ERROR_SAMPLER];
    if (prepared->rate != TSN_RATE_UNSET || hook == NULL) return prepared->rate;
    tsn_buf copy = TSN_BUF_EMPTY;
    tsn_buf_slice(&copy, text);
    int32_t rate = TSN_RATE_UNSET;
    bool is_changed;
    tocsin_status st = tsn_buf_status(&copy);
    if (st >= 0) st = show(prepared, hook, &copy, &rate, &is_changed);
    tsn_buf_fini(&copy);
    if (st >= 0 && rate >= 0 && rate <= TSN_RATE_ALWAYS) return rate;
    tsn_diag_log(prepared->client->diag, TOCSIN_LEVEL_ERROR, "hook.failed",
                 "error_sampler failed with %d (a rate is 0 to 1000000); sample_rate is used",
                 (int)rate);
    return TSN_RATE_UNSET;
}

/* The record of the finished event. NULL: no memory. */
static tsn_record *take_final(tsn_prepared *prepared, tsn_slice text)
{
    tsn_fragment *body = tsn_fragment_new(text);
    if (body == NULL) return NULL;
    tsn_record *record = prepared->record;
    prepared->record = NULL;
    tsn_fragment_release(record->body);
    record->body = body;
    record->is_final = true;
    return record;
}

tocsin_status tsn_prepared_finish(tsn_prepared *prepared, tsn_buf *text, char *event_id)
{
    tsn_reason reason;
    tocsin_status st = limit_and_filter(prepared, text, &reason);
    if (st == TOCSIN_OK) {
        int32_t rate = sampler_rate(prepared, tsn_buf_view(text));
        tsn_record *record = take_final(prepared, tsn_buf_view(text));
        if (record != NULL) return tsn_handover(prepared->cell, record, rate, event_id);
        st = TOCSIN_E_NOMEM;
    }
    tsn_prepared_lose(prepared, st < 0 ? TSN_REASON_INTERNAL_SDK_ERROR : reason);
    return st;
}

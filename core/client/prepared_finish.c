/* The end of a prepared capture. Its text is held to the limits, shown to before_send as a view of
 * its own, and becomes a record without layers; or it waits in the park for the owner of the
 * client's hooks, who ends it a second time. No lock is held while a hook runs. */
#include "client/chain.h"
#include "client/client_config.h"
#include "client/handover.h"
#include "client/park.h"
#include "client/prepared.h"
#include "client/restricted.h"
#include "data/json_normal.h"

/* Lets a hook look at `text` as a draft of its own; `*answer` is what it returned, `text` what it
 * left, `*is_changed` whether that is new. */
static tocsin_status show(tsn_prepared *prepared, tsn_hook *hook, tsn_buf *text, int32_t *answer,
                          bool *is_changed)
{
    tsn_draft *view = tsn_draft_new(text);
    if (view == NULL) return TOCSIN_E_NOMEM;
    tsn_prepared_enter(prepared, view);
    *answer = tsn_hook_call(hook, view, prepared->hint);
    tsn_chain_leave(prepared->client->chains, &view->chain);
    *is_changed = tsn_draft_take(view, text);
    tsn_draft_release(view);
    return TOCSIN_OK;
}

static tocsin_status limit(const tsn_prepared *prepared, tsn_buf *text)
{
    tsn_event_parts parts = {
        .id = prepared->record->id,
        .timestamp_us = prepared->record->timestamp_us,
        .body = tsn_buf_view(text),
    };
    tsn_buf limited = TSN_BUF_EMPTY;
    tocsin_status st =
        tsn_event_write(&parts, &prepared->client->config->event, TSN_EVENT_LIMIT, &limited);
    tsn_buf_fini(text);
    *text = limited;
    return st;
}

/* Step 10, between two times step 9: what before_send wrote is held to the limits as well.
 * TOCSIN_DROPPED with the reason, or TOCSIN_E_NOMEM. */
static tocsin_status limit_and_filter(tsn_prepared *prepared, tsn_buf *text, tsn_reason *reason)
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
static int32_t sampler_rate(tsn_prepared *prepared, tsn_buf *text)
{
    tsn_hook *hook = prepared->client->settings->hooks[TSN_HOOK_ERROR_SAMPLER];
    if (prepared->rate != TSN_RATE_UNSET || hook == NULL) return prepared->rate;
    tsn_buf copy = TSN_BUF_EMPTY;
    tsn_buf_slice(&copy, tsn_buf_view(text));
    prepared->aside = *text;
    tsn_buf_init(text);
    int32_t rate = TSN_RATE_UNSET;
    bool is_changed;
    tocsin_status st = tsn_buf_status(&copy);
    if (st >= 0) st = show(prepared, hook, &copy, &rate, &is_changed);
    tsn_buf_fini(&copy);
    *text = prepared->aside;
    tsn_buf_init(&prepared->aside);
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
    tsn_record_take_body(record, body);
    record->is_final = true;
    return record;
}

static tocsin_status hand_over(tsn_prepared *prepared, tsn_buf *text, char *event_id)
{
    tsn_reason reason;
    tocsin_status st = limit_and_filter(prepared, text, &reason);
    if (st == TOCSIN_OK) {
        int32_t rate = sampler_rate(prepared, text);
        if (!tsn_prepared_is_ours(prepared)) return TOCSIN_DROPPED; /* a hook forked */
        tsn_record *record = take_final(prepared, tsn_buf_view(text));
        if (record != NULL) {
            return tsn_handover(prepared->client, prepared->home, record, rate, event_id);
        }
        st = TOCSIN_E_NOMEM;
    }
    tsn_prepared_lose(prepared, st < 0 ? TSN_REASON_INTERNAL_SDK_ERROR : reason);
    return st;
}

/* Puts what a language's hooks made of the event in place of `text`. TOCSIN_DROPPED: refused, and
 * counted. */
static tocsin_status accept_reply(const tsn_prepared *prepared, tsn_slice json, tsn_buf *text)
{
    tsn_buf reply = TSN_BUF_EMPTY;
    tocsin_status st = tsn_json_normalise(json, TSN_JSON_ONLY(TSN_JSON_OBJECT), 0, &reply, NULL);
    if (st >= 0) {
        tsn_buf_fini(text);
        *text = reply;
        return TOCSIN_OK;
    }
    tsn_buf_fini(&reply);
    if (st == TOCSIN_E_NOMEM) {
        tsn_prepared_lose(prepared, TSN_REASON_INTERNAL_SDK_ERROR);
        return st;
    }
    tsn_diag_log(prepared->client->diag, TOCSIN_LEVEL_ERROR, "hook.failed",
                 "what a hook made of an event was refused with %d; the event is dropped", (int)st);
    tsn_prepared_lose(prepared, TSN_REASON_BEFORE_SEND);
    return TOCSIN_DROPPED;
}

/* The event waits for the owner of the client's hooks; its id is told, its fate is open. Takes over
 * `prepared` and the contents of `text`. */
static tocsin_status wait_for_owner(tsn_prepared *prepared, tsn_buf *text, char *event_id)
{
    tsn_client *client = prepared->client;
    tsn_id id = prepared->record->id;
    tsn_draft *draft = tsn_draft_new(text);
    if (draft == NULL) {
        tsn_prepared_lose(prepared, TSN_REASON_INTERNAL_SDK_ERROR);
        tsn_prepared_free(prepared);
        return TOCSIN_E_NOMEM;
    }
    tsn_client_retain(client);
    prepared->hint = NULL;
    prepared->is_hooked = true;
    draft->prepared = prepared;
    tsn_prepared_loosen(prepared);
    tocsin_status st = tsn_park_put(client->park, draft);
    if (st == TOCSIN_OK && event_id != NULL) tsn_handover_tell(id, event_id);
    tsn_client_release(client);
    return st;
}

tocsin_status tsn_prepared_finish(tsn_prepared *prepared, tsn_slice json, tsn_buf *text,
                                  char *event_id)
{
    tocsin_status st = TOCSIN_OK;
    if (!tsn_prepared_is_ours(prepared)) st = TOCSIN_DROPPED;
    if (!tsn_client_is_active(prepared->client)) st = TOCSIN_DISABLED;
    if (st == TOCSIN_OK) st = tsn_restricted_pay(prepared, json.len);
    if (st == TOCSIN_OK && !tsn_slice_absent(json)) st = accept_reply(prepared, json, text);
    if (st == TOCSIN_OK && prepared->client->park != NULL && !prepared->is_hooked) {
        return wait_for_owner(prepared, text, event_id);
    }
    if (st == TOCSIN_OK) st = hand_over(prepared, text, event_id);
    tsn_buf_fini(text);
    tsn_prepared_free(prepared);
    return st;
}

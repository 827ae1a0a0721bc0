/* tocsin/event.h */
#include <tocsin/event.h>

#include "client/client.h"
#include "client/pipeline.h"
#include "entry.h"
#include "guard.h"

static tocsin_event prepare(const tsn_capture *what)
{
    tsn_draft *draft;
    TSN_TRY(tsn_pipeline_prepare(what, &draft));
    return draft == NULL ? 0 : tsn_entry_add(TOCSIN_KIND_EVENT, draft);
}

static tocsin_event prepare_on(tocsin_scope scope, const char *json, int64_t json_len,
                               tsn_capture *what)
{
    tsn_handle_hold hold;
    tocsin_status st = tsn_entry_look(scope, TOCSIN_KIND_SCOPE, &hold);
    if (TSN_UNLIKELY(st < 0)) return tsn_guard_prepare(scope, json, json_len, what, st);
    tocsin_event event = tsn_entry_text(json, json_len, &what->text);
    what->cell = hold.object;
    if (event >= 0) event = prepare(what);
    tsn_entry_release(&hold);
    return event;
}

tocsin_event tocsin_event_prepare(tocsin_scope scope, int32_t source, const char *json,
                                  int64_t json_len, tocsin_scope overlay, const void *hint)
{
    tsn_capture what = {.source = source, .hint = hint};
    if (overlay == 0) return prepare_on(scope, json, json_len, &what);
    tsn_handle_hold hold;
    TSN_TRY(tsn_guard_scope(overlay, TOCSIN_RIGHT_READ, &hold));
    what.overlay = hold.object;
    tocsin_event event = prepare_on(scope, json, json_len, &what);
    tsn_entry_release(&hold);
    return event;
}

tocsin_length tocsin_event_json(tocsin_event event, char *buf, int64_t buf_cap)
{
    tsn_handle_hold hold;
    tsn_buf text = TSN_BUF_EMPTY;
    tocsin_status st = tsn_entry_find(event, TOCSIN_KIND_EVENT, &hold);
    if (st >= 0) {
        st = tsn_draft_read(hold.object, &text);
        tsn_entry_release(&hold);
    }
    return tsn_entry_give(st, &text, buf, buf_cap);
}

tocsin_status tocsin_event_set_json(tocsin_event event, const char *json, int64_t json_len)
{
    tsn_handle_hold hold;
    tsn_slice text;
    TSN_TRY(tsn_entry_find(event, TOCSIN_KIND_EVENT, &hold));
    tocsin_status st = tsn_entry_text(json, json_len, &text);
    if (st >= 0) st = tsn_draft_replace(hold.object, text);
    tsn_entry_release(&hold);
    return st;
}

tocsin_status tocsin_event_set_rate(tocsin_event event, int32_t millionths)
{
    tsn_handle_hold hold;
    TSN_TRY(tsn_entry_find(event, TOCSIN_KIND_EVENT, &hold));
    tocsin_status st = tsn_pipeline_set_rate(hold.object, millionths);
    tsn_entry_release(&hold);
    return st;
}

tocsin_status tocsin_event_submit(tocsin_event event, const char *json, int64_t json_len,
                                  char *event_id)
{
    tsn_handle_hold hold;
    tsn_slice text;
    if (event_id != NULL) event_id[0] = '\0';
    TSN_TRY(tsn_entry_find(event, TOCSIN_KIND_EVENT, &hold));
    tsn_entry_close(event, TOCSIN_KIND_EVENT);
    tocsin_status st = tsn_entry_text(json, json_len, &text);
    if (st >= 0) st = tsn_pipeline_submit(hold.object, text, event_id);
    tsn_entry_release(&hold);
    return st;
}

tocsin_status tocsin_event_discard(tocsin_event event, const char *reason, int64_t reason_len)
{
    tsn_handle_hold hold;
    tsn_slice text;
    TSN_TRY(tsn_entry_find(event, TOCSIN_KIND_EVENT, &hold));
    tsn_entry_close(event, TOCSIN_KIND_EVENT);
    tocsin_status st = tsn_entry_text(reason, reason_len, &text);
    if (st >= 0) st = tsn_pipeline_discard(hold.object, text);
    tsn_entry_release(&hold);
    return st;
}

static tocsin_event next_of(tsn_client *client, int64_t timeout_ms)
{
    tsn_draft *draft;
    tocsin_status st = tsn_client_next_event(client, timeout_ms, &draft);
    if (st == TOCSIN_OK) return tsn_entry_add(TOCSIN_KIND_EVENT, draft);
    if (st == TOCSIN_DISABLED) return TOCSIN_E_CLOSED;
    return st < 0 ? st : 0;
}

tocsin_event tocsin_client_next_event(tocsin_client client, int64_t timeout_ms)
{
    tsn_handle_hold hold;
    TSN_TRY(tsn_entry_find(client, TOCSIN_KIND_CLIENT, &hold));
    tocsin_event event = next_of(hold.object, timeout_ms);
    tsn_entry_release(&hold);
    return event;
}

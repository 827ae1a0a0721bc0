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

/* The two scopes of a call that prepares; a restricted one is held by guard.h. */
typedef struct prepare_holds {
    tsn_holds holds;
    tsn_handle_hold scope;
    tsn_handle_hold overlay;
    bool has_scope;
    bool has_overlay;
} prepare_holds;

static void let_go(tsn_holds *holds)
{
    prepare_holds *both = TSN_CONTAINER_OF(holds, prepare_holds, holds);
    if (both->has_scope) tsn_entry_release(&both->scope);
    if (both->has_overlay) tsn_entry_release(&both->overlay);
    both->has_scope = both->has_overlay = false;
}

static tocsin_event prepare_on(tocsin_scope scope, const char *json, int64_t json_len,
                               prepare_holds *both, tsn_capture *what)
{
    tocsin_status st = tsn_entry_look(scope, TOCSIN_KIND_SCOPE, &both->scope);
    if (TSN_UNLIKELY(st < 0)) return tsn_guard_prepare(scope, json, json_len, what, st);
    both->has_scope = true;
    what->cell = both->scope.object;
    TSN_TRY(tsn_entry_text(json, json_len, &what->text));
    return prepare(what);
}

tocsin_event tocsin_event_prepare(tocsin_scope scope, int32_t source, const char *json,
                                  int64_t json_len, tocsin_scope overlay, const void *hint)
{
    prepare_holds both = {.holds = {let_go}};
    tsn_capture what = {.source = source, .hint = hint, .holds = &both.holds};
    if (overlay != 0) {
        TSN_TRY(tsn_guard_scope(overlay, TOCSIN_RIGHT_READ, &both.overlay));
        both.has_overlay = true;
        what.overlay = both.overlay.object;
    }
    tocsin_event event = prepare_on(scope, json, json_len, &both, &what);
    let_go(&both.holds);
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
    tsn_entry_loose_hold loose;
    tsn_slice text;
    if (event_id != NULL) event_id[0] = '\0';
    TSN_TRY(tsn_entry_find(event, TOCSIN_KIND_EVENT, &loose.hold));
    tsn_entry_close(event, TOCSIN_KIND_EVENT);
    tsn_entry_loosen(&loose);
    tocsin_status st = tsn_entry_text(json, json_len, &text);
    if (st >= 0) st = tsn_pipeline_submit_held(loose.hold.object, text, &loose.holds, event_id);
    tsn_entry_release_loose(&loose);
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

/* tocsin/capture.h */
#include <tocsin/capture.h>

#include "client/pipeline.h"
#include "entry.h"
#include "overlay.h"

/* What never comes to the pipeline has no id. */
static TSN_COLD tocsin_status refuse(tocsin_status st, char *event_id)
{
    if (event_id != NULL) event_id[0] = '\0';
    return st;
}

/* One capture in one call; `what` lacks scopes and text. */
static tocsin_status capture(tocsin_scope scope, tsn_capture *what, const char *text,
                             int64_t text_len, tocsin_scope overlay, char *event_id)
{
    tsn_entry_scopes scopes;
    tocsin_status st = tsn_entry_scopes_find(scope, overlay, text, text_len, &scopes);
    if (TSN_UNLIKELY(st < 0)) return refuse(st, event_id);
    st = tsn_entry_text(text, text_len, &what->text);
    if (TSN_LIKELY(st >= 0)) {
        what->cell = scopes.scope.object;
        if (scopes.has_overlay) what->overlay = scopes.overlay.object;
        what->holds = &scopes.holds;
        st = tsn_pipeline_capture(what, event_id);
    } else {
        refuse(st, event_id);
    }
    tsn_entry_scopes_release(&scopes);
    return st;
}

tocsin_status tocsin_scope_capture_message(tocsin_scope scope, const char *text, int64_t text_len,
                                           int32_t level, tocsin_scope overlay, const void *hint,
                                           char *event_id)
{
    tsn_capture what = {.source = TOCSIN_CAPTURE_MESSAGE, .level = level, .hint = hint};
    return capture(scope, &what, text, text_len, overlay, event_id);
}

tocsin_status tocsin_scope_capture_exception(tocsin_scope scope, const char *json, int64_t json_len,
                                             tocsin_scope overlay, const void *hint, char *event_id)
{
    tsn_capture what = {.source = TOCSIN_CAPTURE_EXCEPTION, .hint = hint};
    return capture(scope, &what, json, json_len, overlay, event_id);
}

tocsin_status tocsin_scope_capture_event(tocsin_scope scope, const char *json, int64_t json_len,
                                         tocsin_scope overlay, const void *hint, char *event_id)
{
    tsn_capture what = {.source = TOCSIN_CAPTURE_EVENT, .hint = hint};
    return capture(scope, &what, json, json_len, overlay, event_id);
}

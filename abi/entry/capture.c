/* tocsin/capture.h */
#include <tocsin/capture.h>

#include "client/pipeline.h"
#include "entry.h"
#include "overlay.h"

/* One capture in one call. */
static tocsin_status capture(tocsin_scope scope, int32_t source, const char *text, int64_t text_len,
                             int32_t level, tocsin_scope overlay, const void *hint, char *event_id)
{
    tsn_capture what = {.source = source, .level = level, .hint = hint};
    tsn_entry_scopes scopes;
    if (event_id != NULL) event_id[0] = '\0';
    TSN_TRY(tsn_entry_scopes_find(scope, overlay, text, text_len, &scopes));
    tocsin_status st = tsn_entry_text(text, text_len, &what.text);
    if (st >= 0) {
        what.cell = scopes.scope.object;
        what.overlay = scopes.has_overlay ? scopes.overlay.object : NULL;
        what.holds = &scopes.holds;
        st = tsn_pipeline_capture(&what, event_id);
    }
    tsn_entry_scopes_release(&scopes);
    return st;
}

tocsin_status tocsin_scope_capture_message(tocsin_scope scope, const char *text, int64_t text_len,
                                           int32_t level, tocsin_scope overlay, const void *hint,
                                           char *event_id)
{
    return capture(scope, TOCSIN_CAPTURE_MESSAGE, text, text_len, level, overlay, hint, event_id);
}

tocsin_status tocsin_scope_capture_exception(tocsin_scope scope, const char *json, int64_t json_len,
                                             tocsin_scope overlay, const void *hint, char *event_id)
{
    return capture(scope, TOCSIN_CAPTURE_EXCEPTION, json, json_len, TOCSIN_LEVEL_UNSET, overlay,
                   hint, event_id);
}

tocsin_status tocsin_scope_capture_event(tocsin_scope scope, const char *json, int64_t json_len,
                                         tocsin_scope overlay, const void *hint, char *event_id)
{
    return capture(scope, TOCSIN_CAPTURE_EVENT, json, json_len, TOCSIN_LEVEL_UNSET, overlay, hint,
                   event_id);
}

/* Three sources, one kind of body: a canonical JSON object. */
#include "client/capture_body.h"

#include "client/own_stack.h"
#include "data/json_text.h"
#include "data/json_walk.h"
#include "data/limits.h"
#include "model/event.h"
#include "model/level.h"

/* An event's members lie one level below the text that is given. */
#define EVENT_TEXT_LEVELS (TSN_EVENT_LEVELS_MAX + 1)

static tocsin_status message_body(const tsn_capture *capture, const tsn_settings *settings,
                                  tsn_buf *out)
{
    if (capture->level != TOCSIN_LEVEL_UNSET && !tsn_level_is_event_level(capture->level)) {
        return TOCSIN_E_RANGE;
    }
    if (!settings->attach_stacktrace) {
        tsn_event_append_message_body(out, capture->text, capture->level, TSN_SLICE_ABSENT,
                                      TSN_SLICE_ABSENT);
        return tsn_buf_status(out);
    }
    tsn_own_stack stack = TSN_OWN_STACK_EMPTY;
    tocsin_status st = tsn_own_stack_take(settings, &stack);
    if (st >= 0) {
        tsn_event_append_message_body(out, capture->text, capture->level,
                                      tsn_own_stack_threads(&stack), tsn_own_stack_images(&stack));
        st = tsn_buf_status(out);
    }
    tsn_own_stack_fini(&stack);
    return st;
}

static tocsin_status exception_body(const tsn_capture *capture, const tsn_settings *settings,
                                    tsn_buf *out)
{
    tsn_own_stack stack = TSN_OWN_STACK_EMPTY;
    tsn_buf text = TSN_BUF_EMPTY;
    unsigned accept = TSN_JSON_ONLY(TSN_JSON_OBJECT) | TSN_JSON_ONLY(TSN_JSON_ARRAY);
    tocsin_status st = tsn_json_normalise(capture->text, accept, EVENT_TEXT_LEVELS, &text, NULL);
    if (st >= 0 && settings->attach_stacktrace) st = tsn_own_stack_take(settings, &stack);
    if (st >= 0) {
        st = tsn_event_append_exception_body(out, tsn_buf_view(&text), tsn_own_stack_trace(&stack),
                                             tsn_own_stack_images(&stack));
    }
    tsn_buf_fini(&text);
    tsn_own_stack_fini(&stack);
    return st;
}

/* Puts `level` in the place of a null one. */
static void replace_level(tsn_buf *body, tsn_slice null_level, tsn_slice level)
{
    tsn_buf whole = TSN_BUF_EMPTY;
    size_t at = (size_t)(null_level.data - body->data);
    tsn_buf_append(&whole, body->data, at);
    tsn_json_append_string(&whole, level);
    tsn_buf_append(&whole, null_level.data + null_level.len, body->len - at - null_level.len);
    tsn_buf_fini(body);
    *body = whole;
}

/* Gives an event without a level that of its source: info for a message, error for an exception. */
static void add_level(tsn_buf *body, int32_t source)
{
    tsn_slice level = source == TOCSIN_CAPTURE_EXCEPTION ? TSN_LIT("error") : TSN_LIT("info");
    tsn_slice own = tsn_json_get(tsn_buf_view(body), TSN_LIT("level"));
    if (source == TOCSIN_CAPTURE_EVENT) return;
    if (tsn_slice_absent(own)) {
        tsn_buf_truncate(body, body->len - 1);
        tsn_json_append_key(body, TSN_LIT("level"));
        tsn_json_append_string(body, level);
        tsn_buf_byte(body, '}');
    } else if (tsn_json_is_null(own)) {
        replace_level(body, own, level);
    }
}

static tocsin_status event_body(const tsn_capture *capture, int32_t source, tsn_buf *out)
{
    TSN_TRY(tsn_json_normalise(capture->text, TSN_JSON_ONLY(TSN_JSON_OBJECT), EVENT_TEXT_LEVELS,
                               out, NULL));
    add_level(out, source);
    return tsn_buf_status(out);
}

tocsin_status tsn_capture_body(const tsn_capture *capture, bool is_event_json,
                               const tsn_settings *settings, tsn_buf *out)
{
    int32_t source = capture->source & ~TOCSIN_CAPTURE_HOOKED;
    if (tsn_slice_absent(capture->text)) return TOCSIN_E_ARG;
    switch (source) {
    case TOCSIN_CAPTURE_MESSAGE:
        return is_event_json ? event_body(capture, source, out)
                             : message_body(capture, settings, out);
    case TOCSIN_CAPTURE_EXCEPTION:
        return is_event_json ? event_body(capture, source, out)
                             : exception_body(capture, settings, out);
    case TOCSIN_CAPTURE_EVENT:
        return event_body(capture, source, out);
    default:
        return TOCSIN_E_ARG;
    }
}

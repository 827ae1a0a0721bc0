/* One row for each handle of each public function. */
#include <stdio.h>
#include <string.h>

#include <tocsin/c.h>

#include "abuse.h"

/* An answer that may be a new handle. */
static int64_t made(int64_t answer)
{
    if (answer > 0) tocsin_handle_close(answer);
    return answer;
}

static int32_t keep(tocsin_event event, const void *hint, void *user)
{
    (void)event;
    (void)hint;
    (void)user;
    return TOCSIN_KEEP;
}

#define CALL(label, expression)                                                                    \
    static int64_t label(const fixture *on, int64_t h)                                             \
    {                                                                                              \
        (void)on;                                                                                  \
        return expression;                                                                         \
    }

/* A function that gives a text: an error leaves the empty one. */
#define CALL_FOR_TEXT(label, function)                                                             \
    static int64_t label(const fixture *on, int64_t h)                                             \
    {                                                                                              \
        char text[8] = "xxxxxxx";                                                                  \
        (void)on;                                                                                  \
        int64_t answer = function(h, text, sizeof text);                                           \
        return answer < 0 && text[0] != '\0' ? ANSWER_UNTIDY : answer;                             \
    }

/* A capture, which gives an event id. */
#define CALL_FOR_ID(label, expression)                                                             \
    static int64_t label(const fixture *on, int64_t h)                                             \
    {                                                                                              \
        char id[TOCSIN_EVENT_ID_SIZE] = "x";                                                       \
        (void)on;                                                                                  \
        int64_t answer = expression;                                                               \
        return (answer == TOCSIN_OK) != (strlen(id) == 32) ? ANSWER_UNTIDY : answer;               \
    }

static tocsin_length request_headers(int64_t scope, char *buf, int64_t buf_cap)
{
    return tocsin_scope_request_headers(scope, TOCSIN_Z("http://x/"), TOCSIN_NONE, buf, buf_cap);
}

/* Takes back what was handed out for that. */
static int64_t revoke_by(const fixture *on, int64_t scope)
{
    int64_t lent = tocsin_scope_restrict(on->other, TOCSIN_RIGHT_ALL, TOCSIN_NONE);
    int64_t answer = tocsin_scope_revoke(scope, lent);
    if (answer < 0) tocsin_handle_close(lent);
    return answer;
}

CALL(dup, made(tocsin_handle_dup(h)))
CALL(close_any, tocsin_handle_close(h))
CALL(kind, tocsin_handle_kind(h))

CALL(options_set, tocsin_options_set(h, TOCSIN_Z("release"), TOCSIN_Z("1.0")))
CALL(options_set_json, tocsin_options_set_json(h, TOCSIN_Z("{}")))
CALL(options_set_hook, tocsin_options_set_hook(h, TOCSIN_Z("before_send"), keep, NULL, NULL))
CALL_FOR_TEXT(options_problem, tocsin_options_problem)

CALL(client_open, made(tocsin_client_open(h)))
CALL(client_flush, tocsin_client_flush(h, 0))
CALL(client_flush_cancel, tocsin_client_flush_cancel(h))
CALL(client_close, tocsin_client_close(h, 0))
CALL_FOR_TEXT(client_stats, tocsin_client_stats)
CALL_FOR_TEXT(client_options, tocsin_client_options)
CALL_FOR_TEXT(client_next_notice, tocsin_client_next_notice)
CALL_FOR_TEXT(client_last_answer, tocsin_client_last_answer)
CALL(client_scope, made(tocsin_client_scope(h)))
CALL(client_global_scope, made(tocsin_client_global_scope(h)))
CALL(client_next_envelope, made(tocsin_client_next_envelope(h, 0)))
CALL(client_next_event, made(tocsin_client_next_event(h, 0)))
CALL(scope_new, made(tocsin_scope_new(h)))
CALL(scope_new_isolation, made(tocsin_scope_new_isolation(h)))

CALL(scope_restrict, made(tocsin_scope_restrict(h, TOCSIN_RIGHT_ALL, TOCSIN_NONE)))
CALL(scope_revoke, tocsin_scope_revoke(on->scope, h))
CALL(scope_revoke_by, revoke_by(on, h))

CALL(scope_new_current, made(tocsin_scope_new_current(h)))
CALL(scope_fork, made(tocsin_scope_fork(h)))
CALL(scope_fork_isolation, made(tocsin_scope_fork_isolation(h)))
CALL(scope_isolation, made(tocsin_scope_isolation(h)))
CALL(scope_client, made(tocsin_scope_client(h)))
CALL(scope_merge_into, tocsin_scope_merge(h, on->other))
CALL(scope_merge_from, tocsin_scope_merge(on->other, h))
CALL(scope_clear, tocsin_scope_clear(h))
CALL(scope_new_trace, tocsin_scope_new_trace(h))
CALL(scope_continue_trace, tocsin_scope_continue_trace(h, TOCSIN_Z("{}")))
CALL_FOR_TEXT(scope_trace_headers, tocsin_scope_trace_headers)
CALL_FOR_TEXT(scope_request_headers, request_headers)
CALL_FOR_TEXT(scope_json, tocsin_scope_json)
CALL_FOR_TEXT(scope_merged_json, tocsin_scope_merged_json)
CALL_FOR_TEXT(scope_last_event_id, tocsin_scope_last_event_id)
CALL(scope_update, tocsin_scope_update(h, TOCSIN_Z("{\"level\":\"info\"}")))
CALL(scope_set_tag, tocsin_scope_set_tag(h, TOCSIN_Z("k"), TOCSIN_Z("v")))
CALL(scope_set_tags, tocsin_scope_set_tags(h, TOCSIN_Z("{\"k\":\"v\"}")))
CALL(scope_remove_tag, tocsin_scope_remove_tag(h, TOCSIN_Z("k")))
CALL(scope_set_extra, tocsin_scope_set_extra(h, TOCSIN_Z("k"), TOCSIN_Z("1")))
CALL(scope_remove_extra, tocsin_scope_remove_extra(h, TOCSIN_Z("k")))
CALL(scope_set_context, tocsin_scope_set_context(h, TOCSIN_Z("k"), TOCSIN_Z("{}")))
CALL(scope_remove_context, tocsin_scope_remove_context(h, TOCSIN_Z("k")))
CALL(scope_set_user, tocsin_scope_set_user(h, TOCSIN_Z("{}")))
CALL(scope_set_request, tocsin_scope_set_request(h, TOCSIN_Z("{}")))
CALL(scope_set_origin, tocsin_scope_set_origin(h, TOCSIN_Z("{}")))
CALL(scope_set_fingerprint, tocsin_scope_set_fingerprint(h, TOCSIN_Z("[]")))
CALL(scope_set_level, tocsin_scope_set_level(h, TOCSIN_LEVEL_INFO))
CALL(scope_set_transaction, tocsin_scope_set_transaction(h, TOCSIN_Z("/"), TOCSIN_Z("url")))
CALL(scope_set_flag, tocsin_scope_set_flag(h, TOCSIN_Z("f"), TOCSIN_Z("true")))
CALL(scope_add_breadcrumb, tocsin_scope_add_breadcrumb(h, TOCSIN_Z("{\"message\":\"m\"}"), NULL))
CALL(scope_clear_breadcrumbs, tocsin_scope_clear_breadcrumbs(h))
CALL(scope_add_attachment,
     tocsin_scope_add_attachment(h, TOCSIN_Z("b"), TOCSIN_Z("{\"filename\":\"f\"}")))
CALL(scope_add_processor,
     tocsin_scope_add_processor(h, TOCSIN_PROCESSOR_EVENT, NULL, -1, keep, NULL, NULL))

CALL_FOR_ID(capture_message,
            tocsin_scope_capture_message(h, TOCSIN_Z("m"), TOCSIN_LEVEL_UNSET, 0, NULL, id))
CALL_FOR_ID(capture_message_overlay,
            tocsin_scope_capture_message(on->scope, TOCSIN_Z("m"), TOCSIN_LEVEL_UNSET, h, NULL, id))
CALL_FOR_ID(capture_exception,
            tocsin_scope_capture_exception(h, TOCSIN_Z("{\"type\":\"T\"}"), 0, NULL, id))
CALL_FOR_ID(capture_exception_overlay,
            tocsin_scope_capture_exception(on->scope, TOCSIN_Z("{\"type\":\"T\"}"), h, NULL, id))
CALL_FOR_ID(capture_event, tocsin_scope_capture_event(h, TOCSIN_Z("{}"), 0, NULL, id))
CALL_FOR_ID(capture_event_overlay,
            tocsin_scope_capture_event(on->scope, TOCSIN_Z("{}"), h, NULL, id))

CALL(event_prepare, made(tocsin_event_prepare(h, TOCSIN_CAPTURE_EVENT, TOCSIN_Z("{}"), 0, NULL)))
CALL(event_prepare_overlay,
     made(tocsin_event_prepare(on->scope, TOCSIN_CAPTURE_EVENT, TOCSIN_Z("{}"), h, NULL)))
CALL_FOR_TEXT(event_json, tocsin_event_json)
CALL(event_set_json, tocsin_event_set_json(h, TOCSIN_Z("{}")))
CALL(event_set_rate, tocsin_event_set_rate(h, 1000000))
CALL_FOR_ID(event_submit, tocsin_event_submit(h, NULL, -1, id))
CALL(event_discard, tocsin_event_discard(h, NULL, -1))

CALL_FOR_TEXT(envelope_text, tocsin_envelope_text)
CALL(envelope_done, tocsin_envelope_done(h, 200, NULL, -1))

#define OPTIONS TOCSIN_KIND_OPTIONS
#define CLIENT TOCSIN_KIND_CLIENT
#define SCOPE TOCSIN_KIND_SCOPE
#define EVENT TOCSIN_KIND_EVENT
#define ENVELOPE TOCSIN_KIND_ENVELOPE

const call calls[] = {
    {"tocsin_handle_dup", KIND_ANY, dup, false},
    {"tocsin_handle_close", KIND_ANY, close_any, false},
    {"tocsin_handle_kind", KIND_ANY, kind, false},
    {"tocsin_options_set", OPTIONS, options_set, false},
    {"tocsin_options_set_json", OPTIONS, options_set_json, false},
    {"tocsin_options_set_hook", OPTIONS, options_set_hook, false},
    {"tocsin_options_problem", OPTIONS, options_problem, false},
    {"tocsin_client_open", OPTIONS, client_open, true},
    {"tocsin_client_flush", CLIENT, client_flush, false},
    {"tocsin_client_flush_cancel", CLIENT, client_flush_cancel, false},
    {"tocsin_client_close", CLIENT, client_close, false},
    {"tocsin_client_stats", CLIENT, client_stats, false},
    {"tocsin_client_options", CLIENT, client_options, false},
    {"tocsin_client_next_notice", CLIENT, client_next_notice, false},
    {"tocsin_client_last_answer", CLIENT, client_last_answer, false},
    {"tocsin_client_scope", CLIENT, client_scope, false},
    {"tocsin_client_global_scope", CLIENT, client_global_scope, false},
    {"tocsin_client_next_envelope", CLIENT, client_next_envelope, false},
    {"tocsin_client_next_event", CLIENT, client_next_event, false},
    {"tocsin_scope_new", CLIENT, scope_new, false},
    {"tocsin_scope_new_isolation", CLIENT, scope_new_isolation, false},
    {"tocsin_scope_new_current", SCOPE, scope_new_current, false},
    {"tocsin_scope_fork", SCOPE, scope_fork, false},
    {"tocsin_scope_fork_isolation", SCOPE, scope_fork_isolation, false},
    {"tocsin_scope_isolation", SCOPE, scope_isolation, false},
    {"tocsin_scope_client", SCOPE, scope_client, false},
    {"tocsin_scope_merge into", SCOPE, scope_merge_into, false},
    {"tocsin_scope_merge from", SCOPE, scope_merge_from, false},
    {"tocsin_scope_clear", SCOPE, scope_clear, false},
    {"tocsin_scope_new_trace", SCOPE, scope_new_trace, false},
    {"tocsin_scope_continue_trace", SCOPE, scope_continue_trace, false},
    {"tocsin_scope_trace_headers", SCOPE, scope_trace_headers, false},
    {"tocsin_scope_request_headers", SCOPE, scope_request_headers, false},
    {"tocsin_scope_json", SCOPE, scope_json, false},
    {"tocsin_scope_merged_json", SCOPE, scope_merged_json, false},
    {"tocsin_scope_last_event_id", SCOPE, scope_last_event_id, false},
    {"tocsin_scope_update", SCOPE, scope_update, false},
    {"tocsin_scope_set_tag", SCOPE, scope_set_tag, false},
    {"tocsin_scope_set_tags", SCOPE, scope_set_tags, false},
    {"tocsin_scope_remove_tag", SCOPE, scope_remove_tag, false},
    {"tocsin_scope_set_extra", SCOPE, scope_set_extra, false},
    {"tocsin_scope_remove_extra", SCOPE, scope_remove_extra, false},
    {"tocsin_scope_set_context", SCOPE, scope_set_context, false},
    {"tocsin_scope_remove_context", SCOPE, scope_remove_context, false},
    {"tocsin_scope_set_user", SCOPE, scope_set_user, false},
    {"tocsin_scope_set_request", SCOPE, scope_set_request, false},
    {"tocsin_scope_set_origin", SCOPE, scope_set_origin, false},
    {"tocsin_scope_set_fingerprint", SCOPE, scope_set_fingerprint, false},
    {"tocsin_scope_set_level", SCOPE, scope_set_level, false},
    {"tocsin_scope_set_transaction", SCOPE, scope_set_transaction, false},
    {"tocsin_scope_set_flag", SCOPE, scope_set_flag, false},
    {"tocsin_scope_add_breadcrumb", SCOPE, scope_add_breadcrumb, false},
    {"tocsin_scope_clear_breadcrumbs", SCOPE, scope_clear_breadcrumbs, false},
    {"tocsin_scope_add_attachment", SCOPE, scope_add_attachment, false},
    {"tocsin_scope_add_processor", SCOPE, scope_add_processor, false},
    {"tocsin_scope_restrict", SCOPE, scope_restrict, false},
    {"tocsin_scope_revoke scope", SCOPE, scope_revoke_by, false},
    {"tocsin_scope_revoke restricted", SCOPE, scope_revoke, false},
    {"tocsin_scope_capture_message", SCOPE, capture_message, false},
    {"tocsin_scope_capture_message overlay", SCOPE, capture_message_overlay, true},
    {"tocsin_scope_capture_exception", SCOPE, capture_exception, false},
    {"tocsin_scope_capture_exception overlay", SCOPE, capture_exception_overlay, true},
    {"tocsin_scope_capture_event", SCOPE, capture_event, false},
    {"tocsin_scope_capture_event overlay", SCOPE, capture_event_overlay, true},
    {"tocsin_event_prepare", SCOPE, event_prepare, false},
    {"tocsin_event_prepare overlay", SCOPE, event_prepare_overlay, true},
    {"tocsin_event_json", EVENT, event_json, false},
    {"tocsin_event_set_json", EVENT, event_set_json, false},
    {"tocsin_event_set_rate", EVENT, event_set_rate, false},
    {"tocsin_event_submit", EVENT, event_submit, false},
    {"tocsin_event_discard", EVENT, event_discard, false},
    {"tocsin_envelope_text", ENVELOPE, envelope_text, false},
    {"tocsin_envelope_done", ENVELOPE, envelope_done, false},
    {NULL, 0, NULL, false},
};

const char *const calls_without_handles[] = {
    "tocsin_version",
    "tocsin_abi_version",
    "tocsin_instance_id",
    "tocsin_status_text",
    "tocsin_supports",
    "tocsin_constant",
    "tocsin_handle_count",
    "tocsin_options_new",
    "tocsin_unstable_set_fate_hook",
    "tocsin_unstable_set_file_hook",
    NULL,
};

/* Events that can be looked at on their way: captures in two steps, and what hooks are shown.
 *
 * A language whose functions must not be called from C captures in two steps. `prepare` makes the
 * event and runs the C processors; the binding shows its JSON to the user's own functions; `submit`
 * or `discard` ends it. At most 1,000 prepared events may wait for that. A C hook gets an event
 * handle of a lesser kind, which can be read and changed during the call and neither submitted nor
 * discarded. */
#ifndef TOCSIN_EVENT_H
#define TOCSIN_EVENT_H

#include <tocsin/types.h>

TOCSIN_BEGIN_DECLS

/* Makes an event from `json`, always an event object, with the data of `scope` and `overlay` (0:
 * none) merged in, up to where `before_send` would see it. `source`, a TOCSIN_CAPTURE_, tells what
 * it comes from: it decides the level of an event without one, and whether error processors run.
 * `hint` goes to C processors only. 0: the event ended before any hook, and was counted if that was
 * due, or the client is not active. The handle is the caller's: submit or discard closes it. `json`
 * is copied. Any thread.
 * The handle errors of both scopes; the JSON errors; TOCSIN_E_ARG: no JSON, or no such source;
 * TOCSIN_E_UNSUPPORTED: a `type` that is no error event; TOCSIN_E_REENTRANT; TOCSIN_E_LIMIT: too
 * many events or handles; TOCSIN_E_NOMEM. Since 1.0. */
TOCSIN_API tocsin_event tocsin_event_prepare(tocsin_scope scope, int32_t source, const char *json,
                                             int64_t json_len, tocsin_scope overlay,
                                             const void *hint);

/* The event, breadcrumb or log line as JSON, with all changes so far. `buf` is the caller's. Any
 * thread. The handle errors; TOCSIN_E_CLOSED: already ended; TOCSIN_E_NOMEM. Since 1.0. */
TOCSIN_API tocsin_length tocsin_event_json(tocsin_event event, char *buf, int64_t buf_cap);

/* Replaces it whole by another JSON object; the event id cannot be changed this way. `json` is
 * copied. Any thread. The handle errors; the JSON errors; TOCSIN_E_CLOSED: already ended.
 * Since 1.0. */
TOCSIN_API tocsin_status tocsin_event_set_json(tocsin_event event, const char *json,
                                               int64_t json_len);

/* The rate at which events like this one are kept, 0 to 1000000 millionths, in place of the option
 * `sample_rate` and the hook `error_sampler`: what a binding's own sampler said. The handle stays
 * the caller's. Any thread. The handle errors; TOCSIN_E_RANGE; TOCSIN_E_CLOSED: already ended;
 * TOCSIN_E_ARG: a breadcrumb or log line. Since 1.0. */
TOCSIN_API tocsin_status tocsin_event_set_rate(tocsin_event event, int32_t millionths);

/* Ends a prepared event by sending it: limits, the C hook `before_send`, sampling, queue. `json` is
 * what the hooks made of it, or absent if they changed nothing; it is copied. What is no JSON
 * object counts as a hook that failed: the event is dropped. The handle is closed whatever this
 * returns. `event_id` (TOCSIN_EVENT_ID_SIZE bytes of the caller's, or NULL) gets the id, or the
 * empty text. Any thread. TOCSIN_OK, TOCSIN_DURABLE, TOCSIN_DROPPED, TOCSIN_DISABLED as for
 * captures. The handle errors; the text errors; TOCSIN_E_CLOSED: already ended; TOCSIN_E_ARG: what
 * a C hook was shown; TOCSIN_E_FULL, TOCSIN_E_SYSTEM: lost and counted. Since 1.0. */
TOCSIN_API tocsin_status tocsin_event_submit(tocsin_event event, const char *json, int64_t json_len,
                                             char *event_id);

/* Ends a prepared event without sending it, counted under `reason`, a name of the protocol such as
 * `before_send`; absent: `event_processor`. `reason` is borrowed. The handle is closed whatever
 * this returns. Any thread. The handle errors; the text errors; TOCSIN_E_UNKNOWN: no such reason,
 * counted as `event_processor`; TOCSIN_E_CLOSED: already ended; TOCSIN_E_ARG: what a C hook was
 * shown. Since 1.0. */
TOCSIN_API tocsin_status tocsin_event_discard(tocsin_event event, const char *reason,
                                              int64_t reason_len);

/* For the owner of hooks, with the option `hooks` = `pull`: the next event that somebody else
 * captured on this client and that waits for these hooks, at most `timeout_ms` later (0: at once;
 * below 0: whenever one comes); 0 if none came in time. One that nobody takes within the option
 * `hook_timeout` is dropped and counted as `before_send`. The handle is the caller's: submit or
 * discard closes it. Any thread; may block.
 * The handle errors; TOCSIN_E_CLOSED: the client is closed or not active and nothing is left;
 * TOCSIN_E_UNSUPPORTED: `hooks` is not `pull`; TOCSIN_E_LIMIT; TOCSIN_E_NOMEM. Since 1.0. */
TOCSIN_API tocsin_event tocsin_client_next_event(tocsin_client client, int64_t timeout_ms);

TOCSIN_END_DECLS

#endif

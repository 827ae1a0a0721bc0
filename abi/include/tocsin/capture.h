/* Captures: something happened, and a scope says in what surroundings.
 *
 * An event gets the data of the client's global scope, of the isolation scope, of the scope
 * captured on and of the overlay, inner over outer. The call takes snapshots and puts the event
 * into the queue; it never waits for the network. With hooks or processors it runs them first, on
 * the calling thread.
 *
 * For all functions here: `overlay` is 0 or a scope whose data counts for this one event and wins
 * over all others; put attachments of one event on it. `hint` is NULL or a pointer that C hooks get
 * as it is; it is not looked into. `event_id` is NULL or TOCSIN_EVENT_ID_SIZE bytes of the
 * caller's, which get the id in 32 digits, or the empty text if the event ended before it came to
 * the queue; one that was lost there, with TOCSIN_E_FULL for instance, has an id. All handles stay
 * the caller's.
 *
 * They return TOCSIN_OK: queued, TOCSIN_DURABLE: on disk, TOCSIN_DROPPED: kept from being sent by
 * options, hooks or a limit, and counted, or TOCSIN_DISABLED: the client is not active; or, below
 * 0, the handle errors of both scopes; the text errors; TOCSIN_E_REENTRANT: called by a hook or
 * processor of a capture on the same scope; TOCSIN_E_FULL, TOCSIN_E_SYSTEM: lost and counted, as it
 * is with TOCSIN_E_NOMEM. */
#ifndef TOCSIN_CAPTURE_H
#define TOCSIN_CAPTURE_H

#include <tocsin/types.h>

TOCSIN_BEGIN_DECLS

/* Captures a text. `level` is a TOCSIN_LEVEL_, DEBUG to FATAL; UNSET means info; a level on a scope
 * wins. `text` is copied; `event_id` is the caller's. Any thread.
 * The outcomes above; TOCSIN_E_ARG: no text; TOCSIN_E_RANGE: no such level. Since 1.0. */
TOCSIN_API tocsin_status tocsin_scope_capture_message(tocsin_scope scope, const char *text,
                                                      int64_t text_len, int32_t level,
                                                      tocsin_scope overlay, const void *hint,
                                                      char *event_id);

/* Captures an exception, as an event of level error: one object with `type`, `value`, and perhaps
 * `module`, `mechanism` and `stacktrace` (`frames`, the innermost call last), or a list of such,
 * the cause first, or {"values":[...]}. `json` is copied; `event_id` is the caller's. Any thread.
 * The outcomes above; TOCSIN_E_ARG: no JSON; the JSON errors. Since 1.0. */
TOCSIN_API tocsin_status tocsin_scope_capture_exception(tocsin_scope scope, const char *json,
                                                        int64_t json_len, tocsin_scope overlay,
                                                        const void *hint, char *event_id);

/* Captures a whole event, an object as the protocol has it. A usable `event_id` of its own is kept.
 * In tags, extra, contexts and level the scopes win over the event, elsewhere the event wins.
 * `json` is copied; `event_id` is the caller's. Any thread. The outcomes above; TOCSIN_E_ARG: no
 * JSON; the JSON errors; TOCSIN_E_UNSUPPORTED: a `type` that is no error event. Since 1.0. */
TOCSIN_API tocsin_status tocsin_scope_capture_event(tocsin_scope scope, const char *json,
                                                    int64_t json_len, tocsin_scope overlay,
                                                    const void *hint, char *event_id);

TOCSIN_END_DECLS

#endif

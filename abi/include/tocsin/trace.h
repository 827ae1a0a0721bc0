/* Traces: what connects the events of several programs that work on one request. Every isolation
 * scope is in a trace, as is the global scope; events carry its id. A trace comes in with the
 * headers of a request and goes out with those of the next one: `sentry-trace`, `baggage` and, with
 * option `propagate_traceparent`, the `traceparent` of the W3C. */
#ifndef TOCSIN_TRACE_H
#define TOCSIN_TRACE_H

#include <tocsin/types.h>

TOCSIN_BEGIN_DECLS

/* Moves an isolation or global scope into the trace that came with a request; forks made before
 * keep theirs. `headers` is a JSON object of header values, each a text or a list of texts, with
 * names in any case; headers that say nothing of traces are ignored, so all can be given. Headers
 * that cannot be used, are absent, or belong to another organisation (options `org_id`,
 * `strict_trace_continuation`) start a new trace, and nothing of them is passed on. The text is
 * borrowed. Any thread. The handle errors; TOCSIN_E_ARG: of another tier, or NULL with a length;
 * TOCSIN_E_NOMEM. Since 1.0. */
TOCSIN_API tocsin_status tocsin_scope_continue_trace(tocsin_scope scope, const char *headers,
                                                     int64_t headers_len);

/* The trace as header values, for whoever is to go on in it: a JSON object of texts,
 * `sentry-trace`, `baggage` (unless there is nothing to say in it) and, with option
 * `propagate_traceparent`, `traceparent`. For templates, messages in a queue, and child processes,
 * which read the first two as SENTRY_TRACE and SENTRY_BAGGAGE. A current scope is in its isolation
 * scope's trace. `buf` is the caller's. Any thread. The handle errors; TOCSIN_E_ARG: a detached
 * scope; TOCSIN_E_NOMEM. Since 1.0. */
TOCSIN_API tocsin_length tocsin_scope_trace_headers(tocsin_scope scope, char *buf, int64_t buf_cap);

/* The same for one outgoing request to `url`. `baggage` is the value of that request's own header
 * of this name, or absent; what others put there stands first and unchanged in the new value,
 * within 8192 bytes and 64 members. {}: nothing is to be set or changed, since option
 * `trace_propagation_targets` does not name `url`, or `url` leads to the host and port of the DSN.
 * Texts are borrowed, `buf` is the caller's. Any thread. The handle errors; TOCSIN_E_ARG: a
 * detached scope, no `url`, or NULL with a length; TOCSIN_E_NOMEM. Since 1.0. */
TOCSIN_API tocsin_length tocsin_scope_request_headers(tocsin_scope scope, const char *url,
                                                      int64_t url_len, const char *baggage,
                                                      int64_t baggage_len, char *buf,
                                                      int64_t buf_cap);

TOCSIN_END_DECLS

#endif

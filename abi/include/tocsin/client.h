/* Clients: a set of frozen options, a queue, one connection to a server, and the root scopes.
 *
 * A client is active while it is open and has somewhere to send to: a DSN, Spotlight, or a
 * transport other than http. One that is not active takes every call and answers captures with
 * TOCSIN_DISABLED. Several clients in one process know nothing of each other. A client starts a
 * thread with its first event, and a new one in a child of fork; that thread blocks all signals and
 * never calls a hook. */
#ifndef TOCSIN_CLIENT_H
#define TOCSIN_CLIENT_H

#include <tocsin/types.h>

TOCSIN_BEGIN_DECLS

/* Opens a client with a copy of `options`, or with 0 for environment and defaults alone. Neither
 * connects nor starts a thread, but with option `cache_dir`, when it begins to look for what an
 * earlier process left. Without a DSN the client is open but not active. The handle is the
 * caller's to close, after `tocsin_client_close` if events may be left. Any thread.
 * The handle errors; TOCSIN_E_DSN: malformed, `tocsin_options_problem` says where; TOCSIN_E_SYSTEM:
 * no system resources; TOCSIN_E_LIMIT; TOCSIN_E_NOMEM. Since 1.0. */
TOCSIN_API tocsin_client tocsin_client_open(tocsin_options options);

/* Waits until everything captured so far has had its fate, at most `timeout_ms`; 0 only looks,
 * below 0 means `shutdown_timeout`. With the option `hooks` = `pull` that includes events which
 * wait for the owner of the hooks, or which the owner has taken and not yet ended: an owner with
 * one thread ends them first, and a hook that flushes gets TOCSIN_TIMEOUT, as its own event is
 * left. The handle stays the caller's. Any thread; may block. TOCSIN_OK: nothing is left;
 * TOCSIN_TIMEOUT; TOCSIN_CANCELLED; TOCSIN_DISABLED: not active. The handle errors. Since 1.0. */
TOCSIN_API tocsin_status tocsin_client_flush(tocsin_client client, int64_t timeout_ms);

/* Ends every flush of this client that waits now with TOCSIN_CANCELLED, for a host that has to
 * leave. The handle stays the caller's. Any thread, not a signal handler. The handle errors.
 * Since 1.0. */
TOCSIN_API tocsin_status tocsin_client_flush_cancel(tocsin_client client);

/* Sends what is left for at most `timeout_ms` (0: not at all, below 0: `shutdown_timeout`), puts
 * the rest on disk (option `cache_dir`) or counts it as lost, and stops the thread. Later captures
 * answer TOCSIN_DISABLED; scopes and getters go on working. Closing again does nothing; a second
 * caller waits for the first. The handle stays the caller's to close. Any thread; may block.
 * TOCSIN_OK: everything had its answer; TOCSIN_TIMEOUT: not all had. The handle errors.
 * Since 1.0. */
TOCSIN_API tocsin_status tocsin_client_close(tocsin_client client, int64_t timeout_ms);

/* What became of every event, as JSON:
 * {"active":b,"queue":{"items":n,"bytes":n},"categories":{"error":{"captured":n,"delivered":n,
 * "refused429":n,"spooled":n,"queued":n,"in_flight":n,"discarded":{REASON:n}}},
 * "denied":{"rights":n,"quota":n}}
 * A category is there from its first event on. In each, `captured` is the sum of all that follows
 * it, and ahead of it only while a capture is running. `denied` has the calls that restricted
 * handles were refused. What an earlier process left on disk counts in it once it was looked into.
 * `buf` is the caller's. Any thread. The handle errors; TOCSIN_E_NOMEM. Since 1.0. */
TOCSIN_API tocsin_length tocsin_client_stats(tocsin_client client, char *buf, int64_t buf_cap);

/* The options in force, as one JSON object with all keys, without secrets. `buf` is the caller's.
 * Any thread. The handle errors; TOCSIN_E_NOMEM. Since 1.0. */
TOCSIN_API tocsin_length tocsin_client_options(tocsin_client client, char *buf, int64_t buf_cap);

/* Takes the oldest of tocsin's own notices about this client, "LEVEL ID: TEXT". 0: there is none.
 * Reading removes it, also if `buf` was too small; 1,280 bytes always suffice. 64 are kept, the
 * oldest go first. `buf` is the caller's. Any thread. The handle errors; TOCSIN_E_NOMEM.
 * Since 1.0. */
TOCSIN_API tocsin_length tocsin_client_next_notice(tocsin_client client, char *buf,
                                                   int64_t buf_cap);

/* What the server said to the latest request, to check a set-up with: "200", "403 ...", or
 * "no answer: ..." with the reason. Empty before the first one. For people, not to be parsed. `buf`
 * is the caller's. Any thread. The handle errors; TOCSIN_E_NOMEM. Since 1.0. */
TOCSIN_API tocsin_length tocsin_client_last_answer(tocsin_client client, char *buf,
                                                   int64_t buf_cap);

/* The root current scope, for whatever has no scope of its own: always the same one. The handle is
 * the caller's to close. Any thread. The handle errors; TOCSIN_E_LIMIT; TOCSIN_E_NOMEM.
 * Since 1.0. */
TOCSIN_API tocsin_scope tocsin_client_scope(tocsin_client client);

/* The global scope, whose data is in every event of this client. The handle is the caller's to
 * close. Any thread. The handle errors; TOCSIN_E_LIMIT; TOCSIN_E_NOMEM. Since 1.0. */
TOCSIN_API tocsin_scope tocsin_client_global_scope(tocsin_client client);

TOCSIN_END_DECLS

#endif

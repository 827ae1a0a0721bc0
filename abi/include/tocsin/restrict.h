/* Handles that can do less: what a host gives to a plugin that it does not trust with everything.
 *
 * A restricted handle names the same scope as the one that it was made of. What is captured on it
 * still carries all that the host set, whether or not the holder may read that. Every handle that
 * comes from it (by dup, fork, fork_isolation, new_current, isolation, restrict) has the same
 * rights or fewer, and shares its quota. It is no wall against native code, which can read the
 * memory of the process, or guess numbers; it is one against mistakes, floods and curiosity. */
#ifndef TOCSIN_RESTRICT_H
#define TOCSIN_RESTRICT_H

#include <tocsin/types.h>

TOCSIN_BEGIN_DECLS

/* A new handle to `scope` that can do only what `rights` say, a sum of TOCSIN_RIGHT_, and what
 * `scope` can do itself. What goes beyond them answers TOCSIN_E_DENIED and has no effect:
 *   READ       _json, _merged_json, _last_event_id, trace and request headers; being an overlay, or
 *              the `from` of a merge; tocsin_event_prepare, besides CAPTURE
 *   WRITE      all that changes data, but for the user; _clear and _add_processor want USER too,
 *              the latter also READ
 *   USER       _set_user, a `user` in _update or in what is merged
 *   CAPTURE    captures, and prepared events with READ
 *   FORK       _fork, _fork_isolation, _new_current
 *   MERGE      being the `into` of a merge
 *   CLOSE      closing the handle; one without is closed by tocsin_scope_revoke
 *   CLIENT     tocsin_scope_client; who has the client has everything
 *   ISOLATION  tocsin_scope_isolation
 *
 * `quota` is a JSON object, or absent for none: most `events`, `breadcrumbs` and `bytes` of text
 * given to calls in a window of `window_ms` milliseconds (60,000 unless given; it begins with the
 * first use after the last one ended), and most `handles` open at once, prepared events with them.
 * A quota inside a quota holds beside it; eight go into each other. An event beyond the quota is
 * counted as captured and discarded (`backpressure`), one without the right never was captured;
 * `denied` in tocsin_client_stats has both. A prepared event counts when it is submitted.
 *
 * The new handle is the caller's to close, if CLOSE lets it; the table of such handles is apart
 * from that of others, which it cannot fill. `quota` is copied. Any thread. The handle errors;
 * TOCSIN_E_RANGE: no such right, a limit below 0; TOCSIN_E_UNKNOWN: another member; the JSON
 * errors; TOCSIN_E_LIMIT; TOCSIN_E_NOMEM. Since 1.0. */
TOCSIN_API tocsin_scope tocsin_scope_restrict(tocsin_scope scope, int64_t rights, const char *quota,
                                              int64_t quota_len);

/* Takes back what was handed out: closes `restricted` and every handle that came from it or from
 * what it came from, whoever has them and whether or not they have the right to be closed; running
 * calls end undisturbed, prepared events stay to be submitted or discarded. `scope` is any handle
 * of the same client that is not restricted, and stays the caller's. Takes longer the more
 * restricted handles there are. Any thread. The handle errors; TOCSIN_E_DENIED: `scope` is
 * restricted; TOCSIN_E_ARG: `restricted` is not, or belongs to another client. Since 1.0. */
TOCSIN_API tocsin_status tocsin_scope_revoke(tocsin_scope scope, tocsin_scope restricted);

TOCSIN_END_DECLS

#endif

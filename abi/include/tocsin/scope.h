/* Scopes: what is true of the surroundings in which something happens.
 *
 * There are four tiers. The global scope is one for each client. An isolation scope is one request,
 * job or session. A current scope is one unit of work inside an isolation scope, to which it is
 * linked for good. A detached scope is linked to no isolation scope: for merging and overlays.
 * Links point outwards and keep alive. There is no "active" scope: every call names the scope it is
 * about.
 *
 * A fork is a snapshot: later changes on either side are never seen on the other. Setters copy what
 * they are given; keyed ones add or replace one entry, the others replace the field whole; an
 * absent argument unsets. What a setter refuses changes nothing. Data may be set at any time, also
 * on a client that is closed or not active. */
#ifndef TOCSIN_SCOPE_H
#define TOCSIN_SCOPE_H

#include <tocsin/types.h>

TOCSIN_BEGIN_DECLS

/* A new, empty detached scope. The handle is the caller's to close. Any thread.
 * The handle errors; TOCSIN_E_LIMIT; TOCSIN_E_NOMEM. Since 1.0. */
TOCSIN_API tocsin_scope tocsin_scope_new(tocsin_client client);

/* A new, empty isolation scope with a trace of its own. The handle is the caller's to close. Any
 * thread. The handle errors; TOCSIN_E_LIMIT; TOCSIN_E_NOMEM. Since 1.0. */
TOCSIN_API tocsin_scope tocsin_scope_new_isolation(tocsin_client client);

/* A new, empty current scope linked to `isolation`. The handle is the caller's to close. Any
 * thread. The handle errors; TOCSIN_E_ARG: no isolation scope; TOCSIN_E_LIMIT; TOCSIN_E_NOMEM.
 * Since 1.0. */
TOCSIN_API tocsin_scope tocsin_scope_new_current(tocsin_scope isolation);

/* A copy in the same tier; a current scope's copy shares its isolation scope. Costs the same
 * whatever the scope holds. The handle is the caller's to close. Any thread.
 * The handle errors; TOCSIN_E_ARG: the global scope; TOCSIN_E_LIMIT; TOCSIN_E_NOMEM. Since 1.0. */
TOCSIN_API tocsin_scope tocsin_scope_fork(tocsin_scope scope);

/* A copy of a current scope linked to a copy of its isolation scope: what a request handler starts
 * with. Returns the new current scope, the caller's to close; `tocsin_scope_isolation` tells the
 * other. Any thread.
 * The handle errors; TOCSIN_E_ARG: no current scope; TOCSIN_E_LIMIT; TOCSIN_E_NOMEM. Since 1.0. */
TOCSIN_API tocsin_scope tocsin_scope_fork_isolation(tocsin_scope scope);

/* The isolation scope that a current scope is linked to. The handle is the caller's to close. Any
 * thread. The handle errors; TOCSIN_E_ARG: no current scope; TOCSIN_E_LIMIT; TOCSIN_E_NOMEM.
 * Since 1.0. */
TOCSIN_API tocsin_scope tocsin_scope_isolation(tocsin_scope scope);

/* The client that a scope belongs to. The handle is the caller's to close. Any thread.
 * The handle errors; TOCSIN_E_LIMIT; TOCSIN_E_NOMEM. Since 1.0. */
TOCSIN_API tocsin_client tocsin_scope_client(tocsin_scope scope);

/* Takes what `from` holds into `into`: entries of `from` win, single values that it has replace
 * whole, breadcrumbs and attachments are appended. Processors stay where they are. Both handles
 * stay the caller's. Any thread. The handle errors; TOCSIN_E_ARG: a scope with itself;
 * TOCSIN_E_NOMEM. Since 1.0. */
TOCSIN_API tocsin_status tocsin_scope_merge(tocsin_scope into, tocsin_scope from);

/* Empties the scope, but for its processors, its links and, in an isolation or global scope, its
 * trace. The handle stays the caller's. Any thread.
 * The handle errors; TOCSIN_E_NOMEM. Since 1.0. */
TOCSIN_API tocsin_status tocsin_scope_clear(tocsin_scope scope);

/* Starts a new trace on an isolation or global scope; forks made before keep theirs. The handle
 * stays the caller's. Any thread. The handle errors; TOCSIN_E_ARG: of another tier;
 * TOCSIN_E_NOMEM. Since 1.0. */
TOCSIN_API tocsin_status tocsin_scope_new_trace(tocsin_scope scope);

/* What the scope itself holds, as a JSON object. `buf` is the caller's. Any thread.
 * The handle errors; TOCSIN_E_NOMEM. Since 1.0. */
TOCSIN_API tocsin_length tocsin_scope_json(tocsin_scope scope, char *buf, int64_t buf_cap);

/* What an event captured on the scope would get from all its layers, as a JSON object. `buf` is the
 * caller's. Any thread. The handle errors; TOCSIN_E_NOMEM. Since 1.0. */
TOCSIN_API tocsin_length tocsin_scope_merged_json(tocsin_scope scope, char *buf, int64_t buf_cap);

/* The id of the last event that was captured on the isolation scope or on a scope linked to it and
 * not dropped; 0 and the empty text: none. `buf` is the caller's. Any thread.
 * The handle errors; TOCSIN_E_ARG: a global or detached scope; TOCSIN_E_NOMEM. Since 1.0. */
TOCSIN_API tocsin_length tocsin_scope_last_event_id(tocsin_scope scope, char *buf, int64_t buf_cap);

/* Sets several fields at once from one JSON object, all or none: `tags`, `extra`, `contexts`,
 * `flags` (objects, entry by entry), `user`, `request`, `origin`, `level` (as text), `fingerprint`,
 * `transaction` (text, or {"name","source"}); null unsets. `json` is copied. Any thread.
 * The handle errors; the JSON errors; TOCSIN_E_ARG: bad tag key, reserved context; TOCSIN_E_RANGE;
 * TOCSIN_E_UNKNOWN: another member. Since 1.0. */
TOCSIN_API tocsin_status tocsin_scope_update(tocsin_scope scope, const char *json,
                                             int64_t json_len);

/* Sets a tag, a short text to search by. Of the key, ends are trimmed and blanks become '-'; then
 * it is 1 to 200 of A-Z a-z 0-9 _ . : -. Of the value, line ends become blanks, and what is longer
 * than 200 characters is cut. Both texts are copied. Any thread. The handle errors; the text
 * errors; TOCSIN_E_ARG: the key. Since 1.0. */
TOCSIN_API tocsin_status tocsin_scope_set_tag(tocsin_scope scope, const char *key, int64_t key_len,
                                              const char *value, int64_t value_len);

/* Sets a tag for each member of a JSON object; a null member removes that tag. Bad members are
 * passed over, the good ones stored, and the first error returned. `json` is copied. Any thread.
 * The handle errors; the JSON errors; TOCSIN_E_ARG: a key. Since 1.0. */
TOCSIN_API tocsin_status tocsin_scope_set_tags(tocsin_scope scope, const char *json,
                                               int64_t json_len);

/* Removes a tag; no error if there is none. `key` is borrowed. Any thread.
 * The handle errors; the text errors; TOCSIN_E_ARG: no key. Since 1.0. */
TOCSIN_API tocsin_status tocsin_scope_remove_tag(tocsin_scope scope, const char *key,
                                                 int64_t key_len);

/* Sets a named JSON value of any type; null is a value. Both texts are copied. Any thread.
 * The handle errors; the JSON errors; TOCSIN_E_ARG: no key. Since 1.0. */
TOCSIN_API tocsin_status tocsin_scope_set_extra(tocsin_scope scope, const char *key,
                                                int64_t key_len, const char *json,
                                                int64_t json_len);

/* Removes an extra value; no error if there is none. `key` is borrowed. Any thread.
 * The handle errors; the text errors; TOCSIN_E_ARG: no key. Since 1.0. */
TOCSIN_API tocsin_status tocsin_scope_remove_extra(tocsin_scope scope, const char *key,
                                                   int64_t key_len);

/* Sets a named JSON object, replacing one of that name whole; null removes it. Both texts are
 * copied. Any thread. The handle errors; the JSON errors; TOCSIN_E_ARG: no key, or one of the
 * reserved `trace` and `flags`. Since 1.0. */
TOCSIN_API tocsin_status tocsin_scope_set_context(tocsin_scope scope, const char *key,
                                                  int64_t key_len, const char *json,
                                                  int64_t json_len);

/* Removes a context; no error if there is none. `key` is borrowed. Any thread.
 * The handle errors; the text errors; TOCSIN_E_ARG: no key. Since 1.0. */
TOCSIN_API tocsin_status tocsin_scope_remove_context(tocsin_scope scope, const char *key,
                                                     int64_t key_len);

/* Sets the user, a JSON object such as {"id","email","username","ip_address"}; null unsets. `json`
 * is copied. Any thread. The handle errors; the JSON errors. Since 1.0. */
TOCSIN_API tocsin_status tocsin_scope_set_user(tocsin_scope scope, const char *json,
                                               int64_t json_len);

/* Sets the HTTP request being served, a JSON object such as {"method","url","headers"}; null
 * unsets. `json` is copied. Any thread. The handle errors; the JSON errors. Since 1.0. */
TOCSIN_API tocsin_status tocsin_scope_set_request(tocsin_scope scope, const char *json,
                                                  int64_t json_len);

/* Says which language captures on this scope come from: a JSON object with any of `platform`
 * (text), `sdk`, `modules`, `runtime` (objects); null unsets. For bindings. `json` is copied. Any
 * thread. The handle errors; the JSON errors. Since 1.0. */
TOCSIN_API tocsin_status tocsin_scope_set_origin(tocsin_scope scope, const char *json,
                                                 int64_t json_len);

/* Sets what events are grouped by, a JSON array of texts, in which "{{ default }}" stands for the
 * server's own choice; null unsets. `json` is copied. Any thread.
 * The handle errors; the JSON errors. Since 1.0. */
TOCSIN_API tocsin_status tocsin_scope_set_fingerprint(tocsin_scope scope, const char *json,
                                                      int64_t json_len);

/* Sets the level of all events, a TOCSIN_LEVEL_ from DEBUG to FATAL; UNSET unsets. The handle stays
 * the caller's. Any thread. The handle errors; TOCSIN_E_RANGE; TOCSIN_E_NOMEM. Since 1.0. */
TOCSIN_API tocsin_status tocsin_scope_set_level(tocsin_scope scope, int32_t level);

/* Names what is being done ("GET /users/:id") and where the name is from (`route`, `url`, `custom`
 * ...; absent: unknown), as a pair; an absent name unsets both. The texts are copied. Any thread.
 * The handle errors; the text errors. Since 1.0. */
TOCSIN_API tocsin_status tocsin_scope_set_transaction(tocsin_scope scope, const char *name,
                                                      int64_t name_len, const char *source,
                                                      int64_t source_len);

/* Notes what a feature flag came out as, any JSON value, as the latest; the last 100 flags are
 * kept. Both texts are copied. Any thread. The handle errors; the JSON errors; TOCSIN_E_ARG: no
 * flag or no value; TOCSIN_E_RANGE: a name over 200 characters. Since 1.0. */
TOCSIN_API tocsin_status tocsin_scope_set_flag(tocsin_scope scope, const char *flag,
                                               int64_t flag_len, const char *json,
                                               int64_t json_len);

/* Adds a breadcrumb, a JSON object such as
 * {"category","message","level","type","data","timestamp"}; time and type are filled in, and beyond
 * the option `max_breadcrumbs` the oldest goes. Runs `before_breadcrumb`. `json` is copied, `hint`
 * handed to that hook as it is. Any thread. TOCSIN_DROPPED: by the hook; TOCSIN_DISABLED: the
 * client is not active. The handle errors; the JSON errors; TOCSIN_E_REENTRANT: called by
 * `before_breadcrumb`. Since 1.0. */
TOCSIN_API tocsin_status tocsin_scope_add_breadcrumb(tocsin_scope scope, const char *json,
                                                     int64_t json_len, const void *hint);

/* Removes all breadcrumbs of this scope. The handle stays the caller's. Any thread.
 * The handle errors; TOCSIN_E_NOMEM. Since 1.0. */
TOCSIN_API tocsin_status tocsin_scope_clear_breadcrumbs(tocsin_scope scope);

/* Adds an attachment: `bytes` as they are, or, if absent, the file at the JSON's `path`, read at
 * each capture. `json` has `filename` (needed with bytes), `content_type`, `attachment_type`,
 * `add_to_transactions`. Both are copied. Any thread. The handle errors; the JSON errors;
 * TOCSIN_E_ARG: neither bytes nor path, or bytes without filename; TOCSIN_E_RANGE: no filename is
 * left without its directories. Since 1.0. */
TOCSIN_API tocsin_status tocsin_scope_add_attachment(tocsin_scope scope, const char *bytes,
                                                     int64_t bytes_len, const char *json,
                                                     int64_t json_len);

/* Adds a C function that sees events captured on this scope or on forks made later and may change
 * or drop them. `kind` is a TOCSIN_PROCESSOR_; with ERROR, `type` limits it to exceptions of that
 * type (absent: all). `user` belongs to it from here on: `destroy` (NULL: none) runs with it
 * exactly once, whatever this call returns, when no scope holds the processor any more. `type` is
 * copied. Any thread. The handle errors; the text errors; TOCSIN_E_ARG: no function, or a type with
 * EVENT; TOCSIN_E_RANGE: no such kind. Since 1.0. */
TOCSIN_API tocsin_status tocsin_scope_add_processor(tocsin_scope scope, int32_t kind,
                                                    const char *type, int64_t type_len,
                                                    tocsin_hook_fn function, void *user,
                                                    tocsin_destroy_fn destroy);

TOCSIN_END_DECLS

#endif

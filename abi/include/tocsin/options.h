/* Options: what a client is opened with.
 *
 * An options object collects values and hooks; `tocsin_client_open` copies them, so one object may
 * open several clients and may change in between. What is not set here comes from the environment
 * (SENTRY_DSN, SENTRY_RELEASE, SENTRY_ENVIRONMENT and others), then from defaults. Times are in
 * milliseconds, sizes in bytes. The keys of 1.0:
 *
 *   where to      dsn transport spotlight http_proxy https_proxy ca_certs cert_file key_file
 *   what it says  release environment dist server_name org_id sdk_name platform host_contexts
 *   which events  sample_rate ignore_errors hooks hook_timeout
 *   how much      max_breadcrumbs max_value_length max_attachment_size max_request_body_size
 *   privacy       send_default_pii scrub_denylist include_local_variables
 *   stacks        attach_stacktrace max_stack_frames context_lines in_app_include in_app_exclude
 *   delivery      queue_max_items queue_max_bytes max_connections compression keep_alive
 *                 connect_timeout transfer_timeout shutdown_timeout flush_at_exit
 *                 send_client_reports
 *   itself        debug */
#ifndef TOCSIN_OPTIONS_H
#define TOCSIN_OPTIONS_H

#include <tocsin/types.h>

TOCSIN_BEGIN_DECLS

/* New, with nothing set. The handle is the caller's to close, also right after a client was opened
 * with it. Any thread. TOCSIN_E_LIMIT; TOCSIN_E_NOMEM. Since 1.0. */
TOCSIN_API tocsin_options tocsin_options_new(void);

/* Sets one option from text: yes or no as `true`, `false`, `1`, `0`, `on`, `off`, a number in
 * decimal digits, a list as a JSON array of texts. An absent `value`, and for most keys an empty
 * one, unsets it. Both texts are copied. Any thread. After a refusal the old value stands and
 * `tocsin_options_problem` says what is allowed.
 * The handle errors; the text errors; TOCSIN_E_UNKNOWN: no such key in this release; TOCSIN_E_TYPE:
 * cannot be read as the option's type; TOCSIN_E_RANGE: outside what is allowed. Since 1.0. */
TOCSIN_API tocsin_status tocsin_options_set(tocsin_options options, const char *key,
                                            int64_t key_len, const char *value, int64_t value_len);

/* Sets several options from one JSON object, all of its members or none; `null` unsets one. `json`
 * is copied. Any thread.
 * The handle errors; the JSON errors; TOCSIN_E_UNKNOWN and TOCSIN_E_RANGE as above. Since 1.0. */
TOCSIN_API tocsin_status tocsin_options_set_json(tocsin_options options, const char *json,
                                                 int64_t json_len);

/* Sets the hook of a name. A `function` of NULL unsets it.
 *   before_send        sees each event as it is about to be sent; keeps, changes or drops it
 *   before_breadcrumb  the same for each breadcrumb, before it is stored
 *   event_processor    sees each event, merged, after the scopes' processors; each call adds one
 *   error_sampler      answers the rate in millionths at which events like this one are kept
 *   log                gets tocsin's own log lines, {"level","id","message"}; its answer is ignored
 * `user` is handed to each call. It belongs to the hook from here on: `destroy` (NULL: none) runs
 * with it exactly once, whatever this call returns, when neither these options nor a client opened
 * with them needs the hook any more. `name` is borrowed. Any thread.
 * The handle errors; the text errors; TOCSIN_E_UNKNOWN: no such hook. Since 1.0. */
TOCSIN_API tocsin_status tocsin_options_set_hook(tocsin_options options, const char *name,
                                                 int64_t name_len, tocsin_hook_fn function,
                                                 void *user, tocsin_destroy_fn destroy);

/* What was wrong with the last refused option or failed open: key, value and what is allowed, never
 * a secret. Empty if nothing was. `buf` is the caller's. Any thread. The handle errors;
 * TOCSIN_E_NOMEM. Since 1.0. */
TOCSIN_API tocsin_length tocsin_options_problem(tocsin_options options, char *buf, int64_t buf_cap);

TOCSIN_END_DECLS

#endif

/* Options as a client holds them: frozen at open from code, environment and defaults; immutable,
 * with one owner; any thread. */
#ifndef TSN_CLIENT_SETTINGS_H
#define TSN_CLIENT_SETTINGS_H

#include "base/buf.h"
#include "client/hooks.h"
#include "client/options.h"
#include "data/dsn.h"
#include "data/pmap.h"

/* A list of raw texts. */
typedef struct tsn_text_list {
    tsn_slice *items; /* owned; they point into `memory`; NULL: unset, which an empty list is not */
    size_t count;
    char *memory; /* owned */
} tsn_text_list;

typedef enum tsn_choice_transport {
    TSN_CHOICE_HTTP,
    TSN_CHOICE_STDOUT,
    TSN_CHOICE_PULL,
    TSN_CHOICE_FILE
} tsn_choice_transport;

/* One field for each row of the option table (the last part is derived from them). Texts are raw
 * and NUL-terminated; NULL: unset. */
typedef struct tsn_settings {
    char *dsn_text, *release, *environment, *dist, *server_name, *org_id, *sdk_name, *platform;
    char *http_proxy, *https_proxy, *ca_certs, *cert_file, *key_file;
    char *max_request_body_size, *compression, *spotlight, *transport_text, *hooks_mode;
    char *cache_dir, *durability_text;
    bool debug, attach_stacktrace, include_local_variables, send_default_pii, host_contexts;
    bool send_client_reports, keep_alive, flush_at_exit, retry_5xx;
    bool propagate_traceparent, strict_trace_continuation;
    double sample_rate;
    int64_t max_breadcrumbs; /* what was set below 0 is 0 here */
    int64_t max_stack_frames, context_lines, max_value_length, max_attachment_size;
    int64_t shutdown_timeout, connect_timeout, transfer_timeout, hook_timeout;
    int64_t queue_max_items, queue_max_bytes, max_connections;
    int64_t cache_max_items, cache_max_size, cache_max_age;
    tsn_text_list ignore_errors, in_app_include, in_app_exclude, scrub_denylist;
    tsn_text_list trace_propagation_targets; /* items NULL: all */

    tsn_dsn dsn; /* zeroed if there is none */
    bool has_dsn;
    const char *spotlight_url;  /* NULL: off */
    const char *transport_path; /* of TSN_CHOICE_FILE */
    tsn_choice_transport transport;
    bool is_compressed;
    bool is_zstd;
    bool is_hooks_pull;
    bool is_durable; /* captures wait for the disk ... */
    bool is_synced;  /* ... and for that to have it */
    tsn_hook *hooks[TSN_HOOK_SLOTS];
    tsn_plist *event_processors;
} tsn_settings;

/* `options` NULL: environment and defaults alone. TOCSIN_E_DSN: malformed (the options' problem
 * text says why, without the secret); TOCSIN_E_NOMEM. Environment values that cannot be read count
 * as unset; `*warnings` gets a line for each (may stay empty). */
tocsin_status tsn_settings_freeze(tsn_options *options, tsn_settings **out, tsn_buf *warnings);
void tsn_settings_release(tsn_settings *settings);
/* A yes or no as the environment spells it: 1 t true y yes on, 0 f false n no off, any case,
 * trimmed. False: neither, `*value` untouched. */
bool tsn_settings_read_bool(tsn_slice text, bool *value);
/* The effective options as one JSON object, without secrets: a DSN without its secret and with its
 * key shortened, no proxy credentials. */
void tsn_settings_write(const tsn_settings *settings, tsn_buf *out);

#endif

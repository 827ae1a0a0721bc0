/* The table of options. Times are in milliseconds, sizes in bytes. Texts without a limit of their
 * own are checked against the protocol's when a client opens. */
#include "client/option_table.h"

#include <limits.h>

#include "data/limits.h"

/* A row is a line. clang-format would spread it over nine. */
/* clang-format off */
#define AT(field) offsetof(tsn_settings, field)
#define TEXT(key, field, flags, max, standard, ...)                                                \
    {TSN_LIT_INIT(key), TSN_OPTION_TEXT, flags, AT(field), 0, max, standard, {__VA_ARGS__}, NULL}
#define BOOL(key, field, standard, ...)                                                            \
    {TSN_LIT_INIT(key), TSN_OPTION_BOOL, 0, AT(field), 0, 0, standard, {__VA_ARGS__}, NULL}
#define INT(key, field, flags, min, max, standard)                                                 \
    {TSN_LIT_INIT(key), TSN_OPTION_INT, flags, AT(field), min, max, standard, {NULL}, NULL}
#define LIST(key, field, standard)                                                                 \
    {TSN_LIT_INIT(key), TSN_OPTION_LIST, 0, AT(field), 0, 0, standard, {NULL}, NULL}
#define CHOICE(key, field, standard, choices)                                                      \
    {TSN_LIT_INIT(key), TSN_OPTION_CHOICE, 0, AT(field), 0, 0, standard, {NULL}, choices}

#define DAY_MS 86400000
#define MIB (INT64_C(1) << 20)
#define NAME_BYTES_MAX 200
#define URL_MAX 8192

#define PLATFORMS                                                                                  \
    "as3 c cfml cocoa csharp elixir go groovy haskell java javascript native node objc other " \
    "perl php python ruby"
#define DENYLIST                                                                                   \
    "[\"auth\",\"token\",\"secret\",\"password\",\"passwd\",\"pwd\",\"key\",\"jwt\",\"bearer\","   \
    "\"sso\",\"saml\",\"csrf\",\"xsrf\",\"credentials\",\"session\",\"sid\",\"identity\","         \
    "\"cookie\"]"

const tsn_option_row tsn_option_rows[] = {
    TEXT("dsn", dsn_text, TSN_OPTION_SECRET, 0, NULL, "SENTRY_DSN"),
    TEXT("release", release, 0, 0, NULL, "SENTRY_RELEASE", "SOURCE_VERSION", "GITHUB_SHA",
         "CIRCLE_SHA1", "HEROKU_BUILD_COMMIT"),
    TEXT("environment", environment, 0, 0, "production", "SENTRY_ENVIRONMENT"),
    TEXT("dist", dist, 0, 0, NULL, NULL),
    TEXT("server_name", server_name, 0, NAME_BYTES_MAX, NULL, NULL),
    TEXT("org_id", org_id, TSN_OPTION_DIGITS, 20, NULL, NULL),
    TEXT("sdk_name", sdk_name, TSN_OPTION_PLAIN_NAME, NAME_BYTES_MAX, "tocsin.c", NULL),
    CHOICE("platform", platform, "native", PLATFORMS),
    BOOL("debug", debug, "false", "SENTRY_DEBUG"),
    {TSN_LIT_INIT("sample_rate"), TSN_OPTION_RATE, 0, AT(sample_rate), 0, 1, "1",
     {"SENTRY_SAMPLE_RATE"}, NULL},
    LIST("ignore_errors", ignore_errors, "[]"),
    INT("max_breadcrumbs", max_breadcrumbs, 0, INT64_MIN, TSN_BREADCRUMBS_MAX, "100"),
    BOOL("attach_stacktrace", attach_stacktrace, "false", NULL),
    INT("max_stack_frames", max_stack_frames, 0, 1, 1000, "100"),
    INT("context_lines", context_lines, 0, 0, 100, "5"),
    LIST("in_app_include", in_app_include, "[]"),
    LIST("in_app_exclude", in_app_exclude, "[]"),
    BOOL("include_local_variables", include_local_variables, "true", NULL),
    INT("max_value_length", max_value_length, TSN_OPTION_ZERO_COUNTS, 4, TSN_EVENT_SIZE_MAX, "0"),
    INT("max_attachment_size", max_attachment_size, 0, 0, 100 * MIB, "20971520"),
    CHOICE("max_request_body_size", max_request_body_size, "medium", "none small medium always"),
    BOOL("send_default_pii", send_default_pii, "false", NULL),
    LIST("scrub_denylist", scrub_denylist, DENYLIST),
    BOOL("host_contexts", host_contexts, "true", NULL),
    LIST("trace_propagation_targets", trace_propagation_targets, NULL),
    BOOL("propagate_traceparent", propagate_traceparent, "false", NULL),
    BOOL("strict_trace_continuation", strict_trace_continuation, "false", NULL),
    BOOL("send_client_reports", send_client_reports, "true", NULL),
    BOOL("keep_alive", keep_alive, "true", "SENTRY_KEEP_ALIVE"),
    INT("shutdown_timeout", shutdown_timeout, 0, 0, DAY_MS, "2000"),
    INT("connect_timeout", connect_timeout, 0, 1, DAY_MS, "15000"),
    INT("transfer_timeout", transfer_timeout, 0, 1, DAY_MS, "30000"),
    INT("queue_max_items", queue_max_items, 0, 1, 1000000, "10000"),
    INT("queue_max_bytes", queue_max_bytes, 0, MIB / 16, 4096 * MIB, "33554432"),
    INT("max_connections", max_connections, 0, 1, 64, "8"),
    CHOICE("compression", compression, "gzip", "gzip zstd none"),
    TEXT("http_proxy", http_proxy, TSN_OPTION_SECRET | TSN_OPTION_EMPTY_COUNTS, URL_MAX, NULL,
         NULL),
    TEXT("https_proxy", https_proxy, TSN_OPTION_SECRET | TSN_OPTION_EMPTY_COUNTS, URL_MAX, NULL,
         NULL),
    TEXT("ca_certs", ca_certs, 0, PATH_MAX, NULL, "SSL_CERT_FILE"),
    TEXT("cert_file", cert_file, 0, PATH_MAX, NULL, "CLIENT_CERT_FILE"),
    TEXT("key_file", key_file, 0, PATH_MAX, NULL, "CLIENT_KEY_FILE"),
    {TSN_LIT_INIT("spotlight"), TSN_OPTION_SPOTLIGHT, 0, AT(spotlight), 0, URL_MAX, NULL, {NULL},
     NULL},
    {TSN_LIT_INIT("transport"), TSN_OPTION_TRANSPORT, 0, AT(transport_text), 0, PATH_MAX, "http",
     {NULL}, NULL},
    TEXT("cache_dir", cache_dir, 0, PATH_MAX - 128, NULL, NULL),
    INT("cache_max_items", cache_max_items, 0, 1, 1000000, "10000"),
    INT("cache_max_size", cache_max_size, 0, MIB / 16, 1024 * 1024 * MIB, "268435456"),
    INT("cache_max_age", cache_max_age, 0, 0, 3650 * (int64_t)DAY_MS, "0"),
    CHOICE("durability", durability_text, "memory", "memory spool spool+sync=full"),
    BOOL("retry_5xx", retry_5xx, "false", NULL),
    BOOL("flush_at_exit", flush_at_exit, "false", NULL),
    CHOICE("hooks", hooks_mode, "local", "local pull"),
    INT("hook_timeout", hook_timeout, 0, 1, 600000, "5000"),
};

/* clang-format on */

const size_t tsn_option_row_count = TSN_ARRAY_LEN(tsn_option_rows);

_Static_assert(TSN_ARRAY_LEN(tsn_option_rows) <= TSN_OPTIONS_MAX, "a larger TSN_OPTIONS_MAX");

/* Of features that are not in this release. */
static const char planned[] =
    "auto_session_tracking before_send_check_in before_send_feedback before_send_log "
    "before_send_metric before_send_transaction enable_backpressure_handling enable_logs "
    "enable_metrics ignore_transactions max_spans session_mode traces_sample_rate traces_sampler";

static bool has_word(const char *words, tsn_slice word)
{
    tsn_slice rest = tsn_slice_of(words);
    while (!tsn_slice_absent(rest)) {
        if (tsn_slice_equal(tsn_slice_split(&rest, ' '), word)) return true;
    }
    return false;
}

size_t tsn_option_find(tsn_slice key)
{
    size_t at = 0;
    while (at < tsn_option_row_count && !tsn_slice_equal(tsn_option_rows[at].key, key)) at++;
    return at;
}

bool tsn_option_is_planned(tsn_slice key)
{
    return has_word(planned, key);
}

bool tsn_option_has_choice(const tsn_option_row *row, tsn_slice word)
{
    return has_word(row->choices, word);
}

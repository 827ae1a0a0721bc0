/* Settings turned into the texts that events carry, once. */
#include "client/client_config.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "data/json_text.h"
#include "native/host_context.h"

static void config_free(void *item)
{
    tsn_client_config *config = item;
    if (!tsn_rc_release(&config->rc)) return;
    for (size_t i = 0; i < config->string_count; i++) tsn_fragment_release(config->strings[i]);
    tsn_pmap_release(config->contexts);
    tsn_fragment_release(config->trace_header);
    tsn_fragment_release(config->baggage_header);
    tsn_buf_fini(&config->warnings);
    tsn_diag_free(config->diag);
    tsn_settings_release(config->settings);
    tsn_free(config);
}

void tsn_client_config_release(tsn_client_config *config)
{
    if (config != NULL) config_free(config);
}

/* Keeps `text` and says where it stands. Absent: no memory. */
static tocsin_status keep(tsn_client_config *config, tsn_buf *text, tsn_slice *out)
{
    tocsin_status st = tsn_buf_status(text);
    tsn_fragment *fragment = st < 0 ? NULL : tsn_fragment_new(tsn_buf_view(text));
    tsn_buf_fini(text);
    if (fragment == NULL) return TOCSIN_E_NOMEM;
    TSN_CHECK(config->string_count < TSN_ARRAY_LEN(config->strings));
    config->strings[config->string_count++] = fragment;
    *out = tsn_fragment_slice(fragment);
    return TOCSIN_OK;
}

/* NULL leaves `*out` absent. */
static tocsin_status keep_string(tsn_client_config *config, const char *raw, tsn_slice *out)
{
    *out = TSN_SLICE_ABSENT;
    if (raw == NULL) return TOCSIN_OK;
    tsn_buf text = TSN_BUF_EMPTY;
    tsn_json_append_string(&text, tsn_slice_of(raw));
    return keep(config, &text, out);
}

static tocsin_status keep_sdk(tsn_client_config *config)
{
    const tsn_settings *settings = config->settings;
    tsn_buf text = TSN_BUF_EMPTY;
    TSN_BUF_LIT(&text, "{\"name\":");
    tsn_json_append_string(&text, tsn_slice_of(settings->sdk_name));
    TSN_BUF_LIT(&text, ",\"version\":\"" TSN_VERSION "\",\"settings\":{\"infer_ip\":");
    tsn_buf_slice(&text, settings->send_default_pii ? TSN_LIT("\"auto\"") : TSN_LIT("\"never\""));
    TSN_BUF_LIT(&text, "}}");
    return keep(config, &text, &config->event.sdk);
}

/* The option, or the machine's own name. */
static tocsin_status keep_server_name(tsn_client_config *config)
{
    if (config->settings->server_name != NULL) {
        return keep_string(config, config->settings->server_name, &config->event.server_name);
    }
    tsn_buf raw = TSN_BUF_EMPTY;
    tsn_buf text = TSN_BUF_EMPTY;
    tsn_host_name(&raw);
    tocsin_status st = tsn_buf_status(&raw);
    if (st >= 0 && raw.len > 0) {
        tsn_json_append_string(&text, tsn_buf_view(&raw));
        st = keep(config, &text, &config->event.server_name);
    }
    tsn_buf_fini(&raw);
    return st;
}

static tocsin_status keep_public_key(tsn_client_config *config)
{
    if (!config->settings->has_dsn) return TOCSIN_OK;
    tsn_buf text = TSN_BUF_EMPTY;
    tsn_json_append_string(&text, config->settings->dsn.key);
    return keep(config, &text, &config->dsc.public_key);
}

static tocsin_status keep_org_id(tsn_client_config *config)
{
    const tsn_settings *settings = config->settings;
    if (settings->org_id != NULL) return keep_string(config, settings->org_id, &config->dsc.org_id);
    if (!settings->has_dsn || tsn_slice_absent(settings->dsn.org_id)) return TOCSIN_OK;
    tsn_buf text = TSN_BUF_EMPTY;
    tsn_json_append_string(&text, settings->dsn.org_id);
    return keep(config, &text, &config->dsc.org_id);
}

static tocsin_status keep_texts(tsn_client_config *config)
{
    const tsn_settings *settings = config->settings;
    tsn_event_config *event = &config->event;
    TSN_TRY(keep_string(config, settings->release, &event->release));
    TSN_TRY(keep_string(config, settings->environment, &event->environment));
    TSN_TRY(keep_string(config, settings->dist, &event->dist));
    TSN_TRY(keep_string(config, settings->platform, &event->platform));
    TSN_TRY(keep_server_name(config));
    TSN_TRY(keep_sdk(config));
    TSN_TRY(keep_public_key(config));
    TSN_TRY(keep_org_id(config));
    config->dsc.release = event->release;
    config->dsc.environment = event->environment;
    config->trace_rules =
        (tsn_trace_rules){config->dsc.org_id, settings->strict_trace_continuation};
    event->max_breadcrumbs = (size_t)settings->max_breadcrumbs;
    event->max_value_length = (size_t)settings->max_value_length;
    event->max_stack_frames = (size_t)settings->max_stack_frames;
    event->send_default_pii = settings->send_default_pii;
    return TOCSIN_OK;
}

static tocsin_status add_context(tsn_pmap **contexts, tsn_slice name, const tsn_buf *text)
{
    if (text->len == 0) return TOCSIN_OK;
    return tsn_pmap_set(contexts, name, tsn_buf_view(text));
}

static tocsin_status gather_contexts(tsn_client_config *config)
{
    if (!config->settings->host_contexts) return TOCSIN_OK;
    tsn_host_info info;
    TSN_TRY(tsn_host_contexts(&info));
    tocsin_status st = add_context(&config->contexts, TSN_LIT("os"), &info.os);
    if (st >= 0) st = add_context(&config->contexts, TSN_LIT("device"), &info.device);
    if (st >= 0) st = add_context(&config->contexts, TSN_LIT("app"), &info.app);
    if (st >= 0) st = add_context(&config->contexts, TSN_LIT("culture"), &info.culture);
    tsn_host_info_fini(&info);
    config->event.contexts = config->contexts;
    return st;
}

/* The trace that the parent process handed down (T-5), unless switched off. */
static tocsin_status read_trace(tsn_client_config *config)
{
    const char *use = getenv("SENTRY_USE_ENVIRONMENT");
    const char *trace = getenv("SENTRY_TRACE");
    const char *baggage = getenv("SENTRY_BAGGAGE");
    bool is_wanted = true;
    if (use != NULL) tsn_settings_read_bool(tsn_slice_of(use), &is_wanted);
    if (trace == NULL || !is_wanted) return TOCSIN_OK;
    config->trace_header = tsn_fragment_new(tsn_slice_of(trace));
    if (config->trace_header == NULL) return TOCSIN_E_NOMEM;
    if (baggage == NULL) return TOCSIN_OK;
    config->baggage_header = tsn_fragment_new(tsn_slice_of(baggage));
    return config->baggage_header == NULL ? TOCSIN_E_NOMEM : TOCSIN_OK;
}

tocsin_status tsn_client_config_new(tsn_options *options, tsn_client_config **out)
{
    tsn_client_config *config = tsn_alloc_zero(sizeof *config);
    if (config == NULL) return TOCSIN_E_NOMEM;
    tsn_rc_init(&config->rc);
    tocsin_status st = tsn_settings_freeze(options, &config->settings, &config->warnings);
    if (st >= 0) {
        config->diag = tsn_diag_new(config->settings->debug);
        if (config->diag == NULL) st = TOCSIN_E_NOMEM;
    }
    if (st >= 0) st = keep_texts(config);
    if (st >= 0) st = gather_contexts(config);
    if (st >= 0) st = read_trace(config);
    if (st < 0) {
        tsn_client_config_release(config);
        return st;
    }
    *out = config;
    return TOCSIN_OK;
}

void tsn_client_config_announce(tsn_client_config *config)
{
    tsn_slice rest = tsn_buf_view(&config->warnings);
    while (rest.len > 0) {
        tsn_slice line = tsn_slice_split(&rest, '\n');
        if (line.len == 0) continue;
        tsn_diag_log(config->diag, TOCSIN_LEVEL_WARNING, "options.environment", "%.*s",
                     (int)line.len, line.data);
    }
}

static tsn_transport_kind transport_of(const tsn_settings *settings)
{
    switch (settings->transport) {
    case TSN_CHOICE_STDOUT:
        return TSN_TRANSPORT_STDOUT;
    case TSN_CHOICE_FILE:
        return TSN_TRANSPORT_FILE;
    case TSN_CHOICE_PULL:
        return TSN_TRANSPORT_PULL;
    case TSN_CHOICE_HTTP:
        break;
    }
    return settings->has_dsn ? TSN_TRANSPORT_HTTP : TSN_TRANSPORT_NONE;
}

static tsn_durability durability_of(const tsn_settings *settings)
{
    if (!settings->is_durable) return TSN_DURABILITY_MEMORY;
    return settings->is_synced ? TSN_DURABILITY_SYNC : TSN_DURABILITY_SPOOL;
}

static tsn_compression compression_of(const tsn_settings *settings)
{
    if (settings->is_zstd) return TSN_COMPRESSION_ZSTD;
    return settings->is_compressed ? TSN_COMPRESSION_GZIP : TSN_COMPRESSION_NONE;
}

tocsin_status tsn_client_config_deliver(tsn_client_config *config, tsn_delivery **out)
{
    const tsn_settings *settings = config->settings;
    *out = NULL;
    tsn_delivery_config delivery = {
        .transport = transport_of(settings),
        .transport_path = settings->transport_path,
        .dsn = settings->has_dsn ? &settings->dsn : NULL,
        .spotlight_url = settings->spotlight_url,
        .sdk_name = tsn_slice_of(settings->sdk_name),
        .sdk_version = TSN_LIT(TSN_VERSION),
        .event = &config->event,
        .dsc = config->dsc,
        .queue_max_items = (size_t)settings->queue_max_items,
        .queue_max_bytes = (size_t)settings->queue_max_bytes,
        .max_connections = (unsigned)settings->max_connections,
        .compression = compression_of(settings),
        .tcp_keep_alive = settings->keep_alive,
        .send_client_reports = settings->send_client_reports,
        .retry_5xx = settings->retry_5xx,
        .cache_dir = settings->cache_dir,
        .cache_max_items = (size_t)settings->cache_max_items,
        .cache_max_bytes = (uint64_t)settings->cache_max_size,
        .cache_max_age_ms = settings->cache_max_age,
        .durability = durability_of(settings),
        .shutdown_timeout_ms = settings->shutdown_timeout,
        .connect_timeout_ms = settings->connect_timeout,
        .transfer_timeout_ms = settings->transfer_timeout,
        .http_proxy = settings->http_proxy,
        .https_proxy = settings->https_proxy,
        .ca_certs = settings->ca_certs,
        .cert_file = settings->cert_file,
        .key_file = settings->key_file,
        .diag = config->diag,
        .owner = config,
        .owner_release = config_free,
    };
    if (delivery.transport == TSN_TRANSPORT_NONE && settings->spotlight_url == NULL)
        return TOCSIN_OK;
    tsn_rc_retain(&config->rc);
    return tsn_delivery_new(&delivery, out);
}

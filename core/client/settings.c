/* Freezing goes row by row: what was set in code, else the environment, else the default; then what
 * follows from several rows together is derived. */
#include "client/settings.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "client/client_log.h"
#include "client/option_parse.h"
#include "client/options_frozen.h"
#include "client/settings_names.h"
#include "data/json_text.h"

#define SPOTLIGHT_URL "http://localhost:8969/stream"

void tsn_settings_release(tsn_settings *settings)
{
    if (settings == NULL) return;
    for (size_t i = 0; i < tsn_option_row_count; i++)
        tsn_option_clear(&tsn_option_rows[i], settings);
    for (size_t i = 0; i < TSN_HOOK_SLOTS; i++) tsn_hook_release(settings->hooks[i]);
    tsn_plist_release(settings->event_processors);
    tsn_dsn_fini(&settings->dsn);
    tsn_free(settings);
}

bool tsn_settings_read_bool(tsn_slice text, bool *value)
{
    static const struct {
        tsn_slice word;
        bool value;
    } words[] = {
        {TSN_LIT_INIT("1"), true},  {TSN_LIT_INIT("t"), true},   {TSN_LIT_INIT("true"), true},
        {TSN_LIT_INIT("y"), true},  {TSN_LIT_INIT("yes"), true}, {TSN_LIT_INIT("on"), true},
        {TSN_LIT_INIT("0"), false}, {TSN_LIT_INIT("f"), false},  {TSN_LIT_INIT("false"), false},
        {TSN_LIT_INIT("n"), false}, {TSN_LIT_INIT("no"), false}, {TSN_LIT_INIT("off"), false},
    };
    tsn_slice word = tsn_slice_trim(text);
    for (size_t i = 0; i < TSN_ARRAY_LEN(words); i++) {
        if (!tsn_slice_equal_nocase(words[i].word, word)) continue;
        *value = words[i].value;
        return true;
    }
    return false;
}

static void warn(tsn_buf *warnings, const char *variable, const tsn_buf *problem)
{
    tsn_buf_printf(warnings, "environment variable %s is ignored: ", variable);
    tsn_buf_slice(warnings, tsn_buf_view(problem));
    tsn_buf_byte(warnings, '\n');
}

/* Reads the row from the first of its variables that is set and readable. TOCSIN_OK: found;
 * TOCSIN_DISABLED: none; TOCSIN_E_NOMEM. */
static tocsin_status read_environment(const tsn_option_row *row, tsn_settings *settings,
                                      tsn_buf *warnings)
{
    for (size_t i = 0; i < TSN_ARRAY_LEN(row->environment) && row->environment[i] != NULL; i++) {
        tsn_slice text = tsn_slice_of(getenv(row->environment[i]));
        if (text.len == 0) continue;
        tsn_buf problem = TSN_BUF_EMPTY;
        tocsin_status st = tsn_option_parse(row, text, settings, &problem);
        if (st < 0 && st != TOCSIN_E_NOMEM) warn(warnings, row->environment[i], &problem);
        tsn_buf_fini(&problem);
        if (st == TOCSIN_OK || st == TOCSIN_E_NOMEM) return st;
    }
    return TOCSIN_DISABLED;
}

/* `code` is the text set in code, or NULL. `*is_set`: by code or environment. */
static tocsin_status read_row(const tsn_option_row *row, const tsn_fragment *code,
                              tsn_settings *settings, tsn_buf *warnings, bool *is_set)
{
    tsn_buf problem = TSN_BUF_EMPTY;
    tocsin_status st = TOCSIN_DISABLED;
    if (code != NULL) {
        st = tsn_option_parse(row, tsn_fragment_slice(code), settings, &problem);
    } else {
        st = read_environment(row, settings, warnings);
    }
    *is_set = st == TOCSIN_OK;
    if (st == TOCSIN_DISABLED) {
        st = row->standard == NULL
                 ? TOCSIN_OK
                 : tsn_option_parse(row, tsn_slice_of(row->standard), settings, &problem);
    }
    tsn_buf_fini(&problem);
    return st;
}

static void warn_of_spotlight(tsn_buf *warnings, tsn_slice why)
{
    TSN_BUF_LIT(warnings, "environment variable SENTRY_SPOTLIGHT is ignored: ");
    tsn_buf_slice(warnings, why);
    tsn_buf_byte(warnings, '\n');
}

/* With no option, or one that is just on: what the environment says. */
static void derive_spotlight_of_environment(tsn_settings *settings, bool is_on, tsn_buf *warnings)
{
    const char *variable = getenv("SENTRY_SPOTLIGHT");
    tsn_slice text = tsn_slice_of(variable);
    bool variable_on = false;
    if (tsn_option_is_web_url(text)) {
        settings->spotlight_url = variable;
        return;
    }
    if (text.len > 0 && !tsn_settings_read_bool(text, &variable_on)) {
        warn_of_spotlight(warnings, TSN_LIT("neither a yes or no nor a URL of http or https"));
    }
    if (is_on || variable_on) settings->spotlight_url = SPOTLIGHT_URL;
}

/* The table of protocol section 9: option against environment. */
static void derive_spotlight(tsn_settings *settings, tsn_buf *warnings)
{
    tsn_slice option = tsn_slice_of(settings->spotlight);
    bool is_on = false;
    if (tsn_slice_absent(option)) {
        derive_spotlight_of_environment(settings, false, warnings);
    } else if (!tsn_settings_read_bool(option, &is_on)) {
        tsn_slice variable = tsn_slice_of(getenv("SENTRY_SPOTLIGHT"));
        bool is_word = tsn_settings_read_bool(variable, &(bool){false});
        if (variable.len > 0 && !is_word && !tsn_slice_equal(variable, option)) {
            warn_of_spotlight(warnings, TSN_LIT("the option names another URL"));
        }
        settings->spotlight_url = settings->spotlight;
    } else if (is_on) {
        derive_spotlight_of_environment(settings, true, warnings);
    }
}

/* The environment may change under us: what is kept of it must be ours. */
static tocsin_status own_spotlight_url(tsn_settings *settings)
{
    if (settings->spotlight_url == NULL || settings->spotlight_url == settings->spotlight)
        return TOCSIN_OK;
    size_t size = strlen(settings->spotlight_url) + 1;
    char *copy = tsn_alloc(size);
    if (copy == NULL) return TOCSIN_E_NOMEM;
    memcpy(copy, settings->spotlight_url, size);
    tsn_free(settings->spotlight);
    settings->spotlight = copy;
    settings->spotlight_url = copy;
    return TOCSIN_OK;
}

static void derive_transport(tsn_settings *settings)
{
    tsn_slice text = tsn_slice_of(settings->transport_text);
    settings->transport = TSN_CHOICE_HTTP;
    if (tsn_slice_equal(text, TSN_LIT("stdout"))) settings->transport = TSN_CHOICE_STDOUT;
    if (tsn_slice_equal(text, TSN_LIT("pull"))) settings->transport = TSN_CHOICE_PULL;
    if (tsn_slice_starts_with(text, TSN_LIT("file:"))) {
        settings->transport = TSN_CHOICE_FILE;
        settings->transport_path = settings->transport_text + strlen("file:");
    }
}

/* D-1, D-2: blank is disabled, malformed refuses to open. */
static tocsin_status derive_dsn(tsn_options *options, tsn_settings *settings)
{
    const char *problem = NULL;
    tocsin_status st = tsn_dsn_parse(&settings->dsn, tsn_slice_of(settings->dsn_text), &problem);
    settings->has_dsn = st == TOCSIN_OK;
    if (st == TOCSIN_E_DSN) {
        tsn_client_log_refusal(settings, problem);
        if (options != NULL) tsn_options_set_problem(options, "dsn: %s", problem);
    }
    return st < 0 ? st : TOCSIN_OK;
}

static void derive_durability(tsn_settings *settings, tsn_buf *warnings)
{
    bool is_wanted = strcmp(settings->durability_text, "memory") != 0;
    settings->is_durable = is_wanted && settings->cache_dir != NULL;
    settings->is_synced =
        settings->is_durable && strcmp(settings->durability_text, "spool+sync=full") == 0;
    if (is_wanted && settings->cache_dir == NULL) {
        tsn_buf_printf(warnings, "durability: '%s' needs cache_dir; events wait in memory\n",
                       settings->durability_text);
    }
}

static tocsin_status derive(tsn_options *options, tsn_settings *settings, tsn_buf *warnings,
                            bool pii_is_set)
{
    TSN_TRY(derive_dsn(options, settings));
    derive_transport(settings);
    derive_spotlight(settings, warnings);
    TSN_TRY(own_spotlight_url(settings));
    TSN_TRY(tsn_settings_check_names(settings, warnings));
    if (settings->max_breadcrumbs < 0) settings->max_breadcrumbs = 0;
    settings->is_compressed = strcmp(settings->compression, "none") != 0;
    settings->is_zstd = strcmp(settings->compression, "zstd") == 0;
    derive_durability(settings, warnings);
    settings->is_hooks_pull = strcmp(settings->hooks_mode, "pull") == 0;
    if (!settings->has_dsn && settings->spotlight_url != NULL && !pii_is_set) {
        settings->send_default_pii = true; /* S-6: on a developer's machine alone */
    }
    return TOCSIN_OK;
}

static tocsin_status read_rows(const tsn_options_frozen *frozen, tsn_settings *settings,
                               tsn_buf *warnings, bool *pii_is_set)
{
    size_t pii = tsn_option_find(TSN_LIT("send_default_pii"));
    for (size_t i = 0; i < tsn_option_row_count; i++) {
        bool is_set;
        TSN_TRY(read_row(&tsn_option_rows[i], frozen->texts[i], settings, warnings, &is_set));
        if (i == pii) *pii_is_set = is_set;
    }
    return TOCSIN_OK;
}

tocsin_status tsn_settings_freeze(tsn_options *options, tsn_settings **out, tsn_buf *warnings)
{
    tsn_settings *settings = tsn_alloc_zero(sizeof *settings);
    if (settings == NULL) return TOCSIN_E_NOMEM;
    tsn_options_frozen frozen = {.event_processors = NULL};
    if (options != NULL) tsn_options_freeze(options, &frozen);
    for (size_t i = 0; i < TSN_HOOK_SLOTS; i++) settings->hooks[i] = frozen.hooks[i];
    settings->event_processors = frozen.event_processors;
    bool pii_is_set = false;
    tocsin_status st = read_rows(&frozen, settings, warnings, &pii_is_set);
    for (size_t i = 0; i < TSN_OPTIONS_MAX; i++) tsn_fragment_release(frozen.texts[i]);
    if (st >= 0) st = derive(options, settings, warnings, pii_is_set);
    if (st < 0) {
        tsn_settings_release(settings);
        return st;
    }
    *out = settings;
    return TOCSIN_OK;
}

void tsn_settings_write(const tsn_settings *settings, tsn_buf *out)
{
    tsn_buf_byte(out, '{');
    for (size_t i = 0; i < tsn_option_row_count; i++) {
        tsn_json_append_key(out, tsn_option_rows[i].key);
        if (i > 0 || !settings->has_dsn) {
            tsn_option_write(&tsn_option_rows[i], settings, out);
            continue;
        }
        /* The DSN without secret and with its key shortened: enough to see where events go. */
        tsn_slice key = tsn_slice_sub(settings->dsn.key, 0, 4);
        tsn_buf_byte(out, '"');
        tsn_buf_slice(out, settings->dsn.scheme);
        TSN_BUF_LIT(out, "://");
        tsn_buf_slice(out, key);
        TSN_BUF_LIT(out, "...@");
        tsn_buf_slice(out, settings->dsn.host);
        if (!settings->dsn.is_default_port)
            tsn_buf_printf(out, ":%u", (unsigned)settings->dsn.port);
        tsn_buf_slice(out, settings->dsn.prefix);
        tsn_buf_byte(out, '/');
        tsn_buf_slice(out, settings->dsn.project);
        tsn_buf_byte(out, '"');
    }
    tsn_buf_byte(out, '}');
}

/* Frozen settings: code, then environment, then default; what follows from several options. */
#include "option_kit.h"

#include "client_kit.h"

static tsn_settings *freeze(tsn_options *options, tsn_buf *warnings)
{
    tsn_settings *settings = NULL;
    ck_assert_int_eq(tsn_settings_freeze(options, &settings, warnings), TOCSIN_OK);
    return settings;
}

static void expect_warning(const tsn_buf *warnings, const char *part)
{
    ck_assert_msg(tsn_slice_contains(tsn_buf_view(warnings), unit_slice(part)), "no '%s' in '%.*s'",
                  part, (int)warnings->len, warnings->len > 0 ? warnings->data : "");
}

START_TEST(each_variable_stands_in_for_its_option)
{
    option_clear_environment();
    for (size_t i = 0; i < tsn_option_row_count; i++) {
        const tsn_option_row *row = &tsn_option_rows[i];
        for (size_t at = 0; at < 5 && row->environment[at] != NULL; at++) {
            char good[64];
            snprintf(good, sizeof good, "%s", option_good(row).data);
            tsn_options *options = tsn_options_new();
            tsn_options_set(options, row->key, option_good(row));
            tsn_buf want = option_effective(options, row);
            tsn_options_release(options);
            setenv(row->environment[at], good, 1);
            tsn_buf got = option_effective(NULL, row);
            unsetenv(row->environment[at]);
            ck_assert(tsn_slice_equal(tsn_buf_view(&want), tsn_buf_view(&got)));
            tsn_buf_fini(&want);
            tsn_buf_fini(&got);
        }
    }
}
END_TEST

static void expect_release(tsn_options *options, const char *want)
{
    tsn_buf warnings = TSN_BUF_EMPTY;
    tsn_settings *settings = freeze(options, &warnings);
    ck_assert_str_eq(settings->release, want);
    tsn_settings_release(settings);
    tsn_buf_fini(&warnings);
}

START_TEST(code_comes_before_environment_and_variables_in_their_order)
{
    option_clear_environment();
    setenv("HEROKU_BUILD_COMMIT", "last", 1);
    expect_release(NULL, "last");
    setenv("SOURCE_VERSION", "second", 1);
    expect_release(NULL, "second");
    setenv("SENTRY_RELEASE", "", 1);
    expect_release(NULL, "second");
    setenv("SENTRY_RELEASE", "first", 1);
    expect_release(NULL, "first");
    tsn_options *options = kit_options("{'release':'code'}");
    expect_release(options, "code");
    tsn_options_release(options);
}
END_TEST

START_TEST(a_variable_that_cannot_be_read_counts_as_unset_with_a_warning)
{
    option_clear_environment();
    setenv("SENTRY_SAMPLE_RATE", "NaN", 1);
    setenv("SENTRY_DEBUG", "maybe", 1);
    tsn_buf warnings = TSN_BUF_EMPTY;
    tsn_settings *settings = freeze(NULL, &warnings);
    ck_assert(settings->sample_rate == 1.0);
    ck_assert(!settings->debug);
    expect_warning(&warnings, "SENTRY_SAMPLE_RATE is ignored: sample_rate: 'NaN'");
    expect_warning(&warnings, "SENTRY_DEBUG is ignored: debug: 'maybe'");
    tsn_settings_release(settings);
    tsn_buf_fini(&warnings);
}
END_TEST

/* A row of the table of Spotlight: option, variable, what becomes of them. NULL: unset. */
static void expect_spotlight(const char *option, const char *variable, const char *url,
                             const char *warning)
{
    option_clear_environment();
    if (variable != NULL) setenv("SENTRY_SPOTLIGHT", variable, 1);
    tsn_options *options = tsn_options_new();
    if (option != NULL) {
        ck_assert_int_eq(tsn_options_set(options, TSN_LIT("spotlight"), unit_slice(option)),
                         TOCSIN_OK);
    }
    tsn_buf warnings = TSN_BUF_EMPTY;
    tsn_settings *settings = freeze(options, &warnings);
    setenv("SENTRY_SPOTLIGHT", "changed meanwhile", 1);
    if (url == NULL) {
        ck_assert_ptr_null(settings->spotlight_url);
    } else {
        ck_assert_ptr_nonnull(settings->spotlight_url);
        ck_assert_str_eq(settings->spotlight_url, url);
    }
    if (warning != NULL) expect_warning(&warnings, warning);
    if (warning == NULL) ck_assert_uint_eq(warnings.len, 0);
    tsn_settings_release(settings);
    tsn_buf_fini(&warnings);
    tsn_options_release(options);
}

START_TEST(spotlight_follows_option_and_environment_by_the_table)
{
    const char *const standard = "http://localhost:8969/stream";
    const char *const own = "http://own:1/s";
    const char *const other = "https://other/s";
    expect_spotlight(NULL, NULL, NULL, NULL);
    expect_spotlight(NULL, "", NULL, NULL);
    expect_spotlight(NULL, "off", NULL, NULL);
    expect_spotlight(NULL, "1", standard, NULL);
    expect_spotlight(NULL, other, other, NULL);
    expect_spotlight(NULL, "ftp://x", NULL, "SENTRY_SPOTLIGHT is ignored: neither");
    expect_spotlight("false", NULL, NULL, NULL);
    expect_spotlight("false", "1", NULL, NULL);
    expect_spotlight("false", other, NULL, NULL);
    expect_spotlight("true", NULL, standard, NULL);
    expect_spotlight("true", "1", standard, NULL);
    expect_spotlight("true", "no", standard, NULL);
    expect_spotlight("true", other, other, NULL);
    expect_spotlight("true", "ftp://x", standard, "SENTRY_SPOTLIGHT is ignored: neither");
    expect_spotlight(own, NULL, own, NULL);
    expect_spotlight(own, "1", own, NULL);
    expect_spotlight(own, "0", own, NULL);
    expect_spotlight(own, own, own, NULL);
    expect_spotlight(own, other, own, "SENTRY_SPOTLIGHT is ignored: the option names another");
}
END_TEST

START_TEST(without_a_dsn_spotlight_shows_personal_data_unless_told_not_to)
{
    option_clear_environment();
    static const struct {
        const char *json;
        bool sends_pii;
    } rows[] = {
        {"{'spotlight':true}", true},
        {"{'spotlight':true,'send_default_pii':false}", false},
        {"{'spotlight':true,'dsn':'http://k@h/1'}", false},
        {"{}", false},
        {"{'send_default_pii':true}", true},
    };
    for (size_t i = 0; i < TSN_ARRAY_LEN(rows); i++) {
        tsn_options *options = kit_options(rows[i].json);
        tsn_buf warnings = TSN_BUF_EMPTY;
        tsn_settings *settings = freeze(options, &warnings);
        ck_assert_msg(settings->send_default_pii == rows[i].sends_pii, "%s", rows[i].json);
        tsn_settings_release(settings);
        tsn_buf_fini(&warnings);
        tsn_options_release(options);
    }
}
END_TEST

START_TEST(a_blank_dsn_is_none)
{
    option_clear_environment();
    static const char *const blanks[] = {"", " ", "\r\n\t "};
    for (size_t i = 0; i < TSN_ARRAY_LEN(blanks); i++) {
        tsn_options *options = tsn_options_new();
        tsn_options_set(options, TSN_LIT("dsn"), unit_slice(blanks[i]));
        tsn_buf warnings = TSN_BUF_EMPTY;
        tsn_settings *settings = freeze(options, &warnings);
        ck_assert(!settings->has_dsn);
        tsn_settings_release(settings);
        tsn_options_release(options);
        tsn_buf_fini(&warnings);
    }
}
END_TEST

START_TEST(a_malformed_dsn_refuses_without_showing_its_secret)
{
    option_clear_environment();
    static const char *const malformed[] = {
        "https://key:hush@h.example", "https://key:hush@h.example/x", "key:hush@h/1",
        "ftp://key:hush@h/1",         "https://hush:hush@/1",         "https://hush hush@h/1",
        "https://@hush/hush",         "https://k:hush@h:0/1",
    };
    for (size_t i = 0; i < TSN_ARRAY_LEN(malformed); i++) {
        tsn_options *options = tsn_options_new();
        ck_assert_int_eq(tsn_options_set(options, TSN_LIT("dsn"), unit_slice(malformed[i])),
                         TOCSIN_OK);
        tsn_buf warnings = TSN_BUF_EMPTY;
        tsn_settings *settings = NULL;
        ck_assert_int_eq(tsn_settings_freeze(options, &settings, &warnings), TOCSIN_E_DSN);
        ck_assert_ptr_null(settings);
        option_expect_problem(options, TSN_LIT("dsn: "));
        ck_assert(!option_problem_has(options, TSN_LIT("hush")));
        ck_assert(!tsn_slice_contains(tsn_buf_view(&warnings), TSN_LIT("hush")));
        tsn_buf_fini(&warnings);
        tsn_options_release(options);
    }
    setenv("SENTRY_DSN", malformed[0], 1);
    tsn_settings *settings = NULL;
    tsn_buf warnings = TSN_BUF_EMPTY;
    ck_assert_int_eq(tsn_settings_freeze(NULL, &settings, &warnings), TOCSIN_E_DSN);
    tsn_buf_fini(&warnings);
}
END_TEST

START_TEST(the_effective_options_hold_no_secret)
{
    option_clear_environment();
    tsn_options *options = kit_options(
        "{'dsn':'https://0123456789abcdef:hush@h.example:8443/pre/17','https_proxy':'http://"
        "u:hush@p'}");
    tsn_buf warnings = TSN_BUF_EMPTY;
    tsn_buf out = TSN_BUF_EMPTY;
    tsn_settings *settings = freeze(options, &warnings);
    tsn_settings_write(settings, &out);
    kit_expect(&out, "dsn", "'https://0123...@h.example:8443/pre/17'");
    kit_expect(&out, "https_proxy", "'[Filtered]'");
    kit_expect(&out, "http_proxy", "null");
    ck_assert(!tsn_slice_contains(tsn_buf_view(&out), TSN_LIT("hush")));
    ck_assert_uint_eq(tsn_json_count(tsn_buf_view(&out)), tsn_option_row_count);
    tsn_buf_fini(&out);
    tsn_settings_release(settings);
    tsn_buf_fini(&warnings);
    tsn_options_release(options);
}
END_TEST

START_TEST(a_transport_and_its_path_are_told_apart)
{
    option_clear_environment();
    tsn_options *options = kit_options("{'transport':'file:/var/x'}");
    tsn_buf warnings = TSN_BUF_EMPTY;
    tsn_settings *settings = freeze(options, &warnings);
    ck_assert_int_eq(settings->transport, TSN_CHOICE_FILE);
    ck_assert_str_eq(settings->transport_path, "/var/x");
    tsn_settings_release(settings);
    tsn_options_release(options);
    options = kit_options("{'transport':'stdout','max_breadcrumbs':-7}");
    settings = freeze(options, &warnings);
    ck_assert_int_eq(settings->transport, TSN_CHOICE_STDOUT);
    ck_assert_int_eq(settings->max_breadcrumbs, 0);
    tsn_settings_release(settings);
    tsn_options_release(options);
    tsn_buf_fini(&warnings);
}
END_TEST

START_TEST(an_empty_list_is_not_an_unset_one)
{
    static const struct {
        const char *options;
        const char *want;
    } rows[] = {{"{}", "\"trace_propagation_targets\":null,"},
                {"{'trace_propagation_targets':[]}", "\"trace_propagation_targets\":[],"},
                {"{'trace_propagation_targets':['a']}", "\"trace_propagation_targets\":[\"a\"],"}};
    option_clear_environment();
    for (size_t i = 0; i < TSN_ARRAY_LEN(rows); i++) {
        tsn_options *options = kit_options(rows[i].options);
        tsn_buf warnings = TSN_BUF_EMPTY;
        tsn_buf effective = TSN_BUF_EMPTY;
        tsn_settings *settings = freeze(options, &warnings);
        ck_assert_int_eq(settings->trace_propagation_targets.items == NULL, i == 0);
        tsn_settings_write(settings, &effective);
        ck_assert(tsn_slice_contains(tsn_buf_view(&effective), unit_slice(rows[i].want)));
        tsn_settings_release(settings);
        tsn_buf_fini(&effective);
        tsn_buf_fini(&warnings);
        tsn_options_release(options);
    }
}
END_TEST

START_TEST(durability_needs_a_directory) /* D4 */
{
    static const struct {
        const char *options;
        bool is_durable, is_synced;
    } rows[] = {
        {"{}", false, false},
        {"{'cache_dir':'/c'}", false, false},
        {"{'cache_dir':'/c','durability':'spool'}", true, false},
        {"{'cache_dir':'/c','durability':'spool+sync=full'}", true, true},
        {"{'durability':'spool+sync=full'}", false, false},
    };
    option_clear_environment();
    for (size_t i = 0; i < TSN_ARRAY_LEN(rows); i++) {
        tsn_options *options = kit_options(rows[i].options);
        tsn_buf warnings = TSN_BUF_EMPTY;
        tsn_settings *settings = freeze(options, &warnings);
        ck_assert_int_eq(settings->is_durable, rows[i].is_durable);
        ck_assert_int_eq(settings->is_synced, rows[i].is_synced);
        if (i == 4) {
            expect_warning(&warnings, "'spool+sync=full' needs cache_dir");
        } else {
            ck_assert_uint_eq(warnings.len, 0);
        }
        tsn_settings_release(settings);
        tsn_buf_fini(&warnings);
        tsn_options_release(options);
    }
}
END_TEST

START_TEST(every_refused_allocation_leaves_nothing_behind)
{
    option_clear_environment();
    setenv("SENTRY_SPOTLIGHT", "http://h/s", 1);
    setenv("SENTRY_SAMPLE_RATE", "NaN", 1);
    for (uint64_t nth = 1;; nth++) {
        tsn_options *options = kit_options("{'dsn':'http://k@h/1','ignore_errors':['a','b']}");
        tsn_alloc_track(true);
        tsn_alloc_fail_nth(nth, false);
        tsn_settings *settings = NULL;
        tsn_buf warnings = TSN_BUF_EMPTY;
        tocsin_status st = tsn_settings_freeze(options, &settings, &warnings);
        bool did_fail = tsn_alloc_did_fail();
        tsn_alloc_fail_nth(0, false);
        ck_assert(st == TOCSIN_OK || (did_fail && st == TOCSIN_E_NOMEM));
        tsn_settings_release(settings);
        tsn_buf_fini(&warnings);
        ck_assert_int_eq(tsn_alloc_live(), 0);
        tsn_options_release(options);
        if (!did_fail) break;
    }
}
END_TEST

Suite *unit_suite(void)
{
    const TTest *const tests[] = {
        each_variable_stands_in_for_its_option,
        code_comes_before_environment_and_variables_in_their_order,
        a_variable_that_cannot_be_read_counts_as_unset_with_a_warning,
        spotlight_follows_option_and_environment_by_the_table,
        without_a_dsn_spotlight_shows_personal_data_unless_told_not_to,
        a_blank_dsn_is_none,
        a_malformed_dsn_refuses_without_showing_its_secret,
        the_effective_options_hold_no_secret,
        a_transport_and_its_path_are_told_apart,
        an_empty_list_is_not_an_unset_one,
        durability_needs_a_directory,
        every_refused_allocation_leaves_nothing_behind,
    };
    return unit_suite_of("client/settings", tests, TSN_ARRAY_LEN(tests));
}

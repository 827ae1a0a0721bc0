/* Options as they are being set (OPT-1): generated from the table, each row with values beside what
 * it allows. */
#include "option_kit.h"

#include "base/alloc.h"
#include "client_kit.h"
#include "client/options_frozen.h"

static tocsin_status expected_of_number(const tsn_option_row *row, tsn_slice text)
{
    int64_t value;
    if (!tsn_slice_to_i64(text, &value)) return TOCSIN_E_TYPE;
    if (value == 0 && (row->flags & TSN_OPTION_ZERO_COUNTS) != 0) return TOCSIN_OK;
    return value < row->min || value > row->max ? TOCSIN_E_RANGE : TOCSIN_OK;
}

static tocsin_status expected_of_text(const tsn_option_row *row, tsn_slice text)
{
    if (row->max > 0 && text.len > (size_t)row->max) return TOCSIN_E_RANGE;
    uint64_t digits;
    if ((row->flags & TSN_OPTION_DIGITS) != 0 && !tsn_slice_to_u64(text, &digits)) {
        return TOCSIN_E_TYPE;
    }
    return TOCSIN_OK;
}

/* What a value of the list below has to give. Said a second time, from the protocol's page. */
static tocsin_status expected(const tsn_option_row *row, tsn_slice text)
{
    bool is_zero = tsn_slice_equal(text, TSN_LIT("0"));
    switch (row->type) {
    case TSN_OPTION_INT:
        return expected_of_number(row, text);
    case TSN_OPTION_RATE:
        if (is_zero) return TOCSIN_OK;
        return text.data[0] == 'N' || text.data[0] == 'x' ? TOCSIN_E_TYPE : TOCSIN_E_RANGE;
    case TSN_OPTION_BOOL:
        return is_zero ? TOCSIN_OK : TOCSIN_E_TYPE;
    case TSN_OPTION_LIST:
        return TOCSIN_E_TYPE;
    case TSN_OPTION_SPOTLIGHT:
        return is_zero ? TOCSIN_OK : TOCSIN_E_RANGE;
    case TSN_OPTION_CHOICE:
    case TSN_OPTION_TRANSPORT:
        return TOCSIN_E_RANGE;
    case TSN_OPTION_TEXT:
        break;
    }
    return expected_of_text(row, text);
}

/* Sets `text` over a good value. A refusal keeps that, and names key, value and what is allowed. */
static void check_value(const tsn_option_row *row, tsn_slice text)
{
    tsn_options *options = tsn_options_new();
    ck_assert_int_eq(tsn_options_set(options, row->key, option_good(row)), TOCSIN_OK);
    tsn_buf before = option_effective(options, row);
    tocsin_status st = tsn_options_set(options, row->key, text);
    ck_assert_msg(st == expected(row, text), "%.*s = %.*s gives %d", (int)row->key.len,
                  row->key.data, (int)(text.len < 40 ? text.len : 40), text.data, st);
    if (st < 0) {
        tsn_buf after = option_effective(options, row);
        ck_assert(tsn_slice_equal(tsn_buf_view(&before), tsn_buf_view(&after)));
        tsn_buf_fini(&after);
        option_expect_problem(options, row->key);
        if ((row->flags & TSN_OPTION_SECRET) == 0) {
            option_expect_problem(options, tsn_slice_sub(text, 0, 40));
        }
        option_expect_problem(options, TSN_LIT(" is "));
    }
    tsn_buf_fini(&before);
    tsn_options_release(options);
}

START_TEST(each_option_refuses_what_lies_beside_its_limits)
{
    option_clear_environment();
    static const char *const values[] = {"0", "-1", "-2147483648", "18446744073709551615", "NaN"};
    for (size_t i = 0; i < tsn_option_row_count; i++) {
        const tsn_option_row *row = &tsn_option_rows[i];
        if (tsn_slice_equal(row->key, TSN_LIT("dsn"))) continue;
        for (size_t at = 0; at < TSN_ARRAY_LEN(values); at++) {
            check_value(row, unit_slice(values[at]));
        }
        check_value(row, option_long_text());
        if (row->type != TSN_OPTION_INT) continue;
        char beside[32];
        snprintf(beside, sizeof beside, "%" PRId64, row->max + 1);
        check_value(row, unit_slice(beside));
        if (row->min == INT64_MIN) continue;
        snprintf(beside, sizeof beside, "%" PRId64, row->min - 1);
        check_value(row, unit_slice(beside));
    }
}
END_TEST

START_TEST(each_option_takes_its_limits)
{
    for (size_t i = 0; i < tsn_option_row_count; i++) {
        const tsn_option_row *row = &tsn_option_rows[i];
        if (row->type != TSN_OPTION_INT) continue;
        char limit[32];
        tsn_options *options = tsn_options_new();
        snprintf(limit, sizeof limit, "%" PRId64, row->min);
        ck_assert_int_eq(tsn_options_set(options, row->key, unit_slice(limit)), TOCSIN_OK);
        snprintf(limit, sizeof limit, "%" PRId64, row->max);
        ck_assert_int_eq(tsn_options_set(options, row->key, unit_slice(limit)), TOCSIN_OK);
        tsn_options_release(options);
    }
}
END_TEST

static unsigned accepted_types(tsn_option_type type)
{
    switch (type) {
    case TSN_OPTION_BOOL:
        return TSN_JSON_ONLY(TSN_JSON_BOOL);
    case TSN_OPTION_INT:
    case TSN_OPTION_RATE:
        return TSN_JSON_ONLY(TSN_JSON_NUMBER);
    case TSN_OPTION_LIST:
        return TSN_JSON_ONLY(TSN_JSON_ARRAY);
    case TSN_OPTION_SPOTLIGHT:
        return TSN_JSON_ONLY(TSN_JSON_BOOL) | TSN_JSON_ONLY(TSN_JSON_STRING);
    default:
        return TSN_JSON_ONLY(TSN_JSON_STRING);
    }
}

START_TEST(each_option_refuses_json_of_another_type)
{
    option_clear_environment();
    static const char *const values[] = {"true", "1", "\"http\"", "[]", "{}"};
    for (size_t i = 0; i < tsn_option_row_count; i++) {
        const tsn_option_row *row = &tsn_option_rows[i];
        tsn_options *options = tsn_options_new();
        tsn_options_set(options, row->key, option_good(row));
        tsn_buf before = option_effective(options, row);
        for (size_t at = 0; at < TSN_ARRAY_LEN(values); at++) {
            unsigned type = TSN_JSON_ONLY(tsn_json_type_of(unit_slice(values[at])));
            if ((accepted_types(row->type) & type) != 0) continue;
            tsn_buf json = TSN_BUF_EMPTY;
            tsn_buf_printf(&json, "{\"%.*s\":%s}", (int)row->key.len, row->key.data, values[at]);
            ck_assert_int_eq(tsn_options_set_json(options, tsn_buf_view(&json)), TOCSIN_E_TYPE);
            option_expect_problem(options, row->key);
            tsn_buf after = option_effective(options, row);
            ck_assert(tsn_slice_equal(tsn_buf_view(&before), tsn_buf_view(&after)));
            tsn_buf_fini(&after);
            tsn_buf_fini(&json);
        }
        tsn_buf_fini(&before);
        tsn_options_release(options);
    }
}
END_TEST

/* The value that stands when nothing is set. */
static void expect_default(const tsn_option_row *row, tsn_options *options)
{
    tsn_buf got = option_effective(options, row);
    tsn_buf want = option_effective(NULL, row);
    ck_assert(tsn_slice_equal(tsn_buf_view(&got), tsn_buf_view(&want)));
    tsn_buf_fini(&got);
    tsn_buf_fini(&want);
}

START_TEST(absent_empty_and_null_unset)
{
    option_clear_environment();
    for (size_t i = 0; i < tsn_option_row_count; i++) {
        const tsn_option_row *row = &tsn_option_rows[i];
        tsn_options *options = tsn_options_new();
        tsn_options_set(options, row->key, option_good(row));
        ck_assert_int_eq(tsn_options_set(options, row->key, TSN_SLICE_ABSENT), TOCSIN_OK);
        expect_default(row, options);
        tsn_options_set(options, row->key, option_good(row));
        ck_assert_int_eq(tsn_options_set(options, row->key, TSN_LIT("")), TOCSIN_OK);
        if ((row->flags & TSN_OPTION_EMPTY_COUNTS) == 0) expect_default(row, options);
        tsn_options_set(options, row->key, option_good(row));
        tsn_buf json = TSN_BUF_EMPTY;
        tsn_buf_printf(&json, "{\"%.*s\":null}", (int)row->key.len, row->key.data);
        ck_assert_int_eq(tsn_options_set_json(options, tsn_buf_view(&json)), TOCSIN_OK);
        expect_default(row, options);
        tsn_buf_fini(&json);
        tsn_options_release(options);
    }
}
END_TEST

START_TEST(an_empty_proxy_is_a_value)
{
    option_clear_environment();
    const tsn_option_row *row = &tsn_option_rows[tsn_option_find(TSN_LIT("https_proxy"))];
    tsn_options *options = tsn_options_new();
    tsn_options_set(options, row->key, TSN_LIT(""));
    tsn_buf value = option_effective(options, row);
    unit_expect_buf(&value, "\"\"");
    tsn_buf_fini(&value);
    ck_assert_int_eq(tsn_options_set_json(options, TSN_LIT("{\"https_proxy\":\"\"}")), TOCSIN_OK);
    value = option_effective(options, row);
    unit_expect_buf(&value, "\"\"");
    tsn_buf_fini(&value);
    tsn_options_release(options);
}
END_TEST

START_TEST(an_unknown_key_is_refused_by_name)
{
    tsn_options *options = tsn_options_new();
    ck_assert_int_eq(tsn_options_set(options, TSN_LIT("dns"), TSN_LIT("x")), TOCSIN_E_UNKNOWN);
    option_expect_problem(options, TSN_LIT("dns: no such option"));
    ck_assert_int_eq(tsn_options_set(options, TSN_LIT("max_spans"), TSN_LIT("x")),
                     TOCSIN_E_UNKNOWN);
    option_expect_problem(options, TSN_LIT("max_spans: an option of a feature"));
    ck_assert_int_eq(tsn_options_set(options, TSN_SLICE_ABSENT, TSN_LIT("x")), TOCSIN_E_UNKNOWN);
    tsn_options_release(options);
}
END_TEST

START_TEST(a_broken_key_is_shown_repaired_and_short)
{
    tsn_options *options = tsn_options_new();
    char key[200];
    memset(key, 'k', sizeof key);
    key[3] = '\xff';
    key[5] = '\0';
    tsn_options_set(options, (tsn_slice){key, sizeof key}, TSN_LIT("x"));
    option_expect_problem(options, TSN_LIT("kkk\xef\xbf\xbdk\xef\xbf\xbdkk"));
    option_expect_problem(options, TSN_LIT("k...: no such option"));
    ck_assert_int_eq(tsn_options_set_hook(options, (tsn_slice){key, sizeof key}, NULL),
                     TOCSIN_E_UNKNOWN);
    option_expect_problem(options, TSN_LIT("kkk\xef\xbf\xbdk\xef\xbf\xbdkk"));
    option_expect_problem(options, TSN_LIT("before_breadcrumb"));
    tsn_options_release(options);
}
END_TEST

START_TEST(a_refused_secret_is_not_shown)
{
    tsn_options *options = tsn_options_new();
    tsn_buf proxy = TSN_BUF_EMPTY;
    TSN_BUF_LIT(&proxy, "http://user:hush@");
    tsn_buf_slice(&proxy, option_long_text());
    ck_assert_int_eq(tsn_options_set(options, TSN_LIT("http_proxy"), tsn_buf_view(&proxy)),
                     TOCSIN_E_RANGE);
    option_expect_problem(options, TSN_LIT("http_proxy: the value is longer than 8192 bytes"));
    ck_assert(!option_problem_has(options, TSN_LIT("hush")));
    tsn_buf_fini(&proxy);
    tsn_options_release(options);
}
END_TEST

START_TEST(an_object_is_set_whole_or_not_at_all)
{
    option_clear_environment();
    tsn_options *options = kit_options("{'release':'one','sample_rate':0.5}");
    const char *const bad[] = {
        "{\"release\":\"two\",\"sample_rate\":2}",
        "{\"release\":\"two\",\"no_such\":1}",
        "{\"release\":\"two\",\"debug\":\"true\"}",
        "{\"release\":\"two\"",
        "[]",
        "null",
        "",
    };
    const tocsin_status statuses[] = {TOCSIN_E_RANGE, TOCSIN_E_UNKNOWN, TOCSIN_E_TYPE,
                                      TOCSIN_E_JSON,  TOCSIN_E_TYPE,    TOCSIN_E_TYPE,
                                      TOCSIN_E_JSON};
    for (size_t i = 0; i < TSN_ARRAY_LEN(bad); i++) {
        ck_assert_int_eq(tsn_options_set_json(options, unit_slice(bad[i])), statuses[i]);
        tsn_buf release =
            option_effective(options, &tsn_option_rows[tsn_option_find(TSN_LIT("release"))]);
        unit_expect_buf(&release, "\"one\"");
        tsn_buf_fini(&release);
    }
    tsn_options_release(options);
}
END_TEST

static int32_t keep(kit_hook *hook, tsn_draft *draft, const void *hint)
{
    (void)hook;
    (void)draft;
    (void)hint;
    return TOCSIN_KEEP;
}

START_TEST(hooks_are_freed_when_replaced_unset_or_let_go)
{
    _Atomic int freed = 0;
    tsn_options *options = tsn_options_new();
    kit_hook *hook[5];
    for (size_t i = 0; i < TSN_ARRAY_LEN(hook); i++) {
        hook[i] = kit_hook_new(keep, NULL);
        hook[i]->freed = &freed;
    }
    kit_set_hook(options, "before_send", hook[0]);
    kit_set_hook(options, "before_send", hook[1]);
    ck_assert_int_eq(freed, 1);
    tsn_options_set_hook(options, TSN_LIT("before_send"), NULL);
    ck_assert_int_eq(freed, 2);
    kit_set_hook(options, "event_processor", hook[2]);
    kit_set_hook(options, "event_processor", hook[3]);
    ck_assert_int_eq(freed, 2);
    tsn_options_frozen frozen;
    tsn_options_freeze(options, &frozen);
    ck_assert_uint_eq(tsn_plist_count(frozen.event_processors), 2);
    tsn_options_set_hook(options, TSN_LIT("event_processor"), NULL);
    ck_assert_int_eq(freed, 2);
    tsn_plist_release(frozen.event_processors);
    for (size_t i = 0; i < TSN_HOOK_SLOTS; i++) tsn_hook_release(frozen.hooks[i]);
    ck_assert_int_eq(freed, 4);
    ck_assert_int_eq(tsn_options_set_hook(options, TSN_LIT("nope"), &hook[4]->hook),
                     TOCSIN_E_UNKNOWN);
    ck_assert_int_eq(freed, 5);
    tsn_options_release(options);
}
END_TEST

START_TEST(every_refused_allocation_changes_nothing)
{
    option_clear_environment();
    const tsn_option_row *row = &tsn_option_rows[tsn_option_find(TSN_LIT("release"))];
    for (uint64_t nth = 1;; nth++) {
        tsn_options *options = kit_options("{'release':'one','in_app_include':['x']}");
        tsn_alloc_fail_nth(nth, true);
        tocsin_status st = tsn_options_set_json(
            options, TSN_LIT("{\"release\":\"two\",\"in_app_include\":[\"y\",\"z\"]}"));
        bool did_fail = tsn_alloc_did_fail();
        tsn_alloc_fail_nth(0, false);
        ck_assert_int_eq(st, did_fail ? TOCSIN_E_NOMEM : TOCSIN_OK);
        tsn_buf release = option_effective(options, row);
        unit_expect_buf(&release, did_fail ? "\"one\"" : "\"two\"");
        tsn_buf_fini(&release);
        tsn_options_release(options);
        if (!did_fail) break;
    }
}
END_TEST

Suite *unit_suite(void)
{
    const TTest *const tests[] = {
        each_option_refuses_what_lies_beside_its_limits,
        each_option_takes_its_limits,
        each_option_refuses_json_of_another_type,
        absent_empty_and_null_unset,
        an_empty_proxy_is_a_value,
        an_unknown_key_is_refused_by_name,
        a_broken_key_is_shown_repaired_and_short,
        a_refused_secret_is_not_shown,
        an_object_is_set_whole_or_not_at_all,
        hooks_are_freed_when_replaced_unset_or_let_go,
        every_refused_allocation_changes_nothing,
    };
    return unit_suite_of("client/options", tests, TSN_ARRAY_LEN(tests));
}

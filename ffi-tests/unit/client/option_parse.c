/* One reader a type: what it takes, how it writes it again, and what it says to the rest. */
#include "option_kit.h"

#include "base/alloc.h"

static const tsn_option_row *row_of(const char *key)
{
    size_t at = tsn_option_find(unit_slice(key));
    ck_assert_uint_lt(at, tsn_option_row_count);
    return &tsn_option_rows[at];
}

/* The option reads `text`, and writes `want` for it; NULL: it is refused with `status`. */
static void expect(const char *key, const char *text, tocsin_status status, const char *want)
{
    const tsn_option_row *row = row_of(key);
    tsn_settings settings = {.dsn_text = NULL};
    tsn_buf problem = TSN_BUF_EMPTY;
    tsn_buf out = TSN_BUF_EMPTY;
    tocsin_status st = tsn_option_parse(row, unit_slice(text), &settings, &problem);
    ck_assert_msg(st == status, "%s = %s gives %d and not %d", key, text, st, status);
    ck_assert_int_eq(problem.len > 0, st < 0);
    if (want != NULL) {
        tsn_option_write(row, &settings, &out);
        unit_expect_buf(&out, want);
    }
    tsn_option_clear(row, &settings);
    tsn_buf_fini(&problem);
    tsn_buf_fini(&out);
}

START_TEST(yes_and_no_are_read_in_all_their_spellings)
{
    static const char *const yes[] = {"1", "t", "true", "TRUE", "y", "Yes", "on", " on ", "oN\n"};
    static const char *const no[] = {"0", "f", "false", "False", "n", "no", "off", "\tOFF"};
    for (size_t i = 0; i < TSN_ARRAY_LEN(yes); i++) expect("debug", yes[i], TOCSIN_OK, "true");
    for (size_t i = 0; i < TSN_ARRAY_LEN(no); i++) expect("debug", no[i], TOCSIN_OK, "false");
    expect("debug", "yess", TOCSIN_E_TYPE, NULL);
    expect("debug", "2", TOCSIN_E_TYPE, NULL);
    expect("debug", "o n", TOCSIN_E_TYPE, NULL);
}
END_TEST

START_TEST(a_number_is_held_against_its_limits)
{
    expect("max_connections", "1", TOCSIN_OK, "1");
    expect("max_connections", " 64 ", TOCSIN_OK, "64");
    expect("max_connections", "0", TOCSIN_E_RANGE, NULL);
    expect("max_connections", "65", TOCSIN_E_RANGE, NULL);
    expect("max_connections", "1e1", TOCSIN_E_TYPE, NULL);
    expect("max_connections", "1.0", TOCSIN_E_TYPE, NULL);
    expect("max_connections", "0x10", TOCSIN_E_TYPE, NULL);
    expect("max_connections", "9223372036854775808", TOCSIN_E_TYPE, NULL);
    expect("max_breadcrumbs", "-9223372036854775808", TOCSIN_OK, "-9223372036854775808");
    expect("max_value_length", "0", TOCSIN_OK, "0");
    expect("max_value_length", "1", TOCSIN_E_RANGE, NULL);
    expect("max_value_length", "4", TOCSIN_OK, "4");
}
END_TEST

START_TEST(a_rate_is_a_number_from_0_to_1)
{
    expect("sample_rate", "0", TOCSIN_OK, "0.000000");
    expect("sample_rate", "1", TOCSIN_OK, "1.000000");
    expect("sample_rate", "1.0", TOCSIN_OK, "1.000000");
    expect("sample_rate", "2.5e-1", TOCSIN_OK, "0.250000");
    expect("sample_rate", "-0", TOCSIN_OK, NULL);
    expect("sample_rate", "1.0000001", TOCSIN_E_RANGE, NULL);
    expect("sample_rate", "-0.1", TOCSIN_E_RANGE, NULL);
    expect("sample_rate", "nan", TOCSIN_E_TYPE, NULL);
    expect("sample_rate", "NaN", TOCSIN_E_TYPE, NULL);
    expect("sample_rate", "inf", TOCSIN_E_TYPE, NULL);
    expect("sample_rate", "1e999", TOCSIN_E_TYPE, NULL);
    expect("sample_rate", "0,5", TOCSIN_E_TYPE, NULL);
    expect("sample_rate", "[1]", TOCSIN_E_TYPE, NULL);
}
END_TEST

START_TEST(a_list_is_a_json_array_of_texts)
{
    expect("ignore_errors", "[]", TOCSIN_OK, "[]");
    expect("ignore_errors", " [ \"a\" , \"b\\u0041\" ] ", TOCSIN_OK, "[\"a\",\"bA\"]");
    expect("ignore_errors", "[\"\",\"\"]", TOCSIN_OK, "[\"\",\"\"]");
    expect("ignore_errors", "a,b", TOCSIN_E_TYPE, NULL);
    expect("ignore_errors", "[1]", TOCSIN_E_TYPE, NULL);
    expect("ignore_errors", "[\"a\",null]", TOCSIN_E_TYPE, NULL);
    expect("ignore_errors", "{\"a\":\"b\"}", TOCSIN_E_TYPE, NULL);
    expect("ignore_errors", "[\"a\"", TOCSIN_E_TYPE, NULL);
}
END_TEST

START_TEST(names_for_the_server_are_checked)
{
    expect("sdk_name", "tocsin.go", TOCSIN_OK, "\"tocsin.go\"");
    expect("sdk_name", "my sdk", TOCSIN_E_RANGE, NULL);
    expect("sdk_name", "sentry.python", TOCSIN_E_RANGE, NULL);
    expect("org_id", "17", TOCSIN_OK, "\"17\"");
    expect("org_id", "o17", TOCSIN_E_TYPE, NULL);
    expect("org_id", "123456789012345678901", TOCSIN_E_RANGE, NULL);
    expect("platform", "python", TOCSIN_OK, "\"python\"");
    expect("platform", "cobol", TOCSIN_E_RANGE, NULL);
}
END_TEST

START_TEST(spotlight_is_a_word_or_a_url)
{
    expect("spotlight", "on", TOCSIN_OK, "\"true\"");
    expect("spotlight", "off", TOCSIN_OK, "\"false\"");
    expect("spotlight", "http://h:1/s", TOCSIN_OK, "\"http://h:1/s\"");
    expect("spotlight", "https://h", TOCSIN_OK, "\"https://h\"");
    expect("spotlight", "ftp://h", TOCSIN_E_RANGE, NULL);
    expect("spotlight", "http://", TOCSIN_E_RANGE, NULL);
    expect("spotlight", "h:8969", TOCSIN_E_RANGE, NULL);
}
END_TEST

START_TEST(a_transport_is_one_of_four)
{
    expect("transport", "http", TOCSIN_OK, "\"http\"");
    expect("transport", "stdout", TOCSIN_OK, "\"stdout\"");
    expect("transport", "pull", TOCSIN_OK, "\"pull\"");
    expect("transport", "file:/var/x", TOCSIN_OK, "\"file:/var/x\"");
    expect("transport", "file:", TOCSIN_E_RANGE, NULL);
    expect("transport", "https", TOCSIN_E_RANGE, NULL);
}
END_TEST

START_TEST(secrets_are_not_written)
{
    expect("https_proxy", "http://user:hush@p:1", TOCSIN_OK, "\"[Filtered]\"");
    expect("https_proxy", "", TOCSIN_OK, "\"\"");
    expect("dsn", "whatever it is", TOCSIN_OK, "\"[Filtered]\"");
    expect("spotlight", "http://user:hush@h:1/s", TOCSIN_OK, "\"[Filtered]\"");
}
END_TEST

START_TEST(a_text_is_repaired_not_refused)
{
    expect("server_name", "a\xff\x62", TOCSIN_OK, "\"a\xef\xbf\xbd\x62\"");
}
END_TEST

START_TEST(a_refused_value_leaves_the_field_alone)
{
    static const char *const keys[] = {"sdk_name",    "debug",          "max_connections",
                                       "sample_rate", "in_app_include", "compression",
                                       "spotlight",   "transport"};
    for (size_t i = 0; i < TSN_ARRAY_LEN(keys); i++) {
        const tsn_option_row *row = row_of(keys[i]);
        tsn_settings settings = {.dsn_text = NULL};
        tsn_buf problem = TSN_BUF_EMPTY, before = TSN_BUF_EMPTY, after = TSN_BUF_EMPTY;
        ck_assert_int_eq(tsn_option_parse(row, option_good(row), &settings, &problem), TOCSIN_OK);
        tsn_option_write(row, &settings, &before);
        ck_assert_int_lt(tsn_option_parse(row, TSN_LIT("no such \xff"), &settings, &problem), 0);
        tsn_option_write(row, &settings, &after);
        ck_assert(tsn_slice_equal(tsn_buf_view(&before), tsn_buf_view(&after)));
        tsn_option_clear(row, &settings);
        tsn_buf_fini(&problem);
        tsn_buf_fini(&before);
        tsn_buf_fini(&after);
    }
}
END_TEST

START_TEST(a_long_value_is_shown_by_its_start)
{
    tsn_settings settings = {.dsn_text = NULL};
    tsn_buf problem = TSN_BUF_EMPTY;
    const tsn_option_row *row = row_of("server_name");
    ck_assert_int_eq(tsn_option_parse(row, option_long_text(), &settings, &problem),
                     TOCSIN_E_RANGE);
    ck_assert_uint_lt(problem.len, 200);
    ck_assert(tsn_slice_contains(tsn_buf_view(&problem), TSN_LIT("xxx...' is longer than")));
    tsn_buf_fini(&problem);
}
END_TEST

START_TEST(every_refused_allocation_is_a_status)
{
    for (size_t i = 0; i < tsn_option_row_count; i++) {
        const tsn_option_row *row = &tsn_option_rows[i];
        for (uint64_t nth = 1;; nth++) {
            tsn_settings settings = {.dsn_text = NULL};
            tsn_buf problem = TSN_BUF_EMPTY;
            tsn_alloc_track(true);
            tsn_alloc_fail_nth(nth, false);
            tocsin_status st = tsn_option_parse(row, option_good(row), &settings, &problem);
            bool did_fail = tsn_alloc_did_fail();
            tsn_alloc_fail_nth(0, false);
            tsn_option_clear(row, &settings);
            tsn_buf_fini(&problem);
            ck_assert_int_eq(tsn_alloc_live(), 0);
            ck_assert_int_eq(st, did_fail ? TOCSIN_E_NOMEM : TOCSIN_OK);
            if (!did_fail) break;
        }
    }
}
END_TEST

Suite *unit_suite(void)
{
    const TTest *const tests[] = {
        yes_and_no_are_read_in_all_their_spellings,
        a_number_is_held_against_its_limits,
        a_rate_is_a_number_from_0_to_1,
        a_list_is_a_json_array_of_texts,
        names_for_the_server_are_checked,
        spotlight_is_a_word_or_a_url,
        a_transport_is_one_of_four,
        secrets_are_not_written,
        a_text_is_repaired_not_refused,
        a_refused_value_leaves_the_field_alone,
        a_long_value_is_shown_by_its_start,
        every_refused_allocation_is_a_status,
    };
    return unit_suite_of("client/option_parse", tests, TSN_ARRAY_LEN(tests));
}

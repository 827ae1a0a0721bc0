#include "support.h"

#include "base/house.h"
#include "data/json_walk.h"

#include <locale.h>

static void expect_decoded(const char *value, const char *want)
{
    tsn_buf out = TSN_BUF_EMPTY;
    tsn_json_decode(unit_slice(value), &out);
    unit_expect_buf(&out, want);
    tsn_buf_fini(&out);
}

static void expect_cut(const char *value, size_t max, const char *want, bool is_cut)
{
    tsn_buf out = TSN_BUF_EMPTY;
    ck_assert_int_eq(tsn_json_copy_cut(unit_slice(value), max, &out), is_cut);
    unit_expect_buf(&out, want);
    tsn_buf_fini(&out);
}

START_TEST(the_body_of_a_string_is_what_stands_between_the_quotes)
{
    unit_expect_text(tsn_json_string_body(TSN_LIT("\"a\\n\"")), "a\\n");
    unit_expect_text(tsn_json_string_body(TSN_LIT("\"\"")), "");
    ck_assert(!tsn_slice_absent(tsn_json_string_body(TSN_LIT("\"\""))));
    ck_assert(tsn_slice_absent(tsn_json_string_body(TSN_LIT("1"))));
    ck_assert(tsn_slice_absent(tsn_json_string_body(TSN_SLICE_ABSENT)));
}
END_TEST

START_TEST(strings_are_decoded_and_other_types_give_nothing)
{
    expect_decoded("\"\"", "");
    expect_decoded("\"plain text, longer than a word\"", "plain text, longer than a word");
    expect_decoded("\"\\\"\\\\\\b\\f\\n\\r\\t\\u0001\\u001f\"", "\"\\\b\f\n\r\t\x01\x1f");
    expect_decoded("\"a\\nb\\\\n\xc3\xa4\"", "a\nb\\n\xc3\xa4");
    expect_decoded("12", "");
    expect_decoded("{\"a\":\"b\"}", "");
    expect_decoded("null", "");
}
END_TEST

/* C-7 */
START_TEST(strings_are_cut_by_code_points_and_never_inside_an_escape)
{
    expect_cut("\"abcd\"", 4, "\"abcd\"", false);
    expect_cut("\"abcde\"", 4, "\"a...\"", true);
    expect_cut("\"abcde\"", 0, "\"abcde\"", false);
    expect_cut("\"\\n\\u0001\\\\\\\"\"", 4, "\"\\n\\u0001\\\\\\\"\"", false);
    expect_cut("\"\\u0001\\n\\\\\\\"x\"", 4, "\"\\u0001...\"", true);
    expect_cut("\"\\u0001\\n\\\\\\\"xy\"", 5, "\"\\u0001\\n...\"", true);
    expect_cut("\"\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80z\"", 4,
               "\"\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80z\"", false);
    expect_cut("\"\xf0\x9f\x98\x80\xe2\x82\xac\xc3\xa4yz\"", 4, "\"\xf0\x9f\x98\x80...\"", true);
}
END_TEST

START_TEST(other_types_are_copied_whole)
{
    expect_cut("1234567", 4, "1234567", false);
    expect_cut("{\"long\":\"value\"}", 4, "{\"long\":\"value\"}", false);
    expect_cut("false", 4, "false", false);
}
END_TEST

/* JSN-3 */
START_TEST(integers_are_exact_or_refused)
{
    static const struct {
        const char *text;
        int64_t want;
    } rows[] = {
        {"0", 0},
        {"-0", 0},
        {"42", 42},
        {"9007199254740993", 9007199254740993},
        {"9223372036854775807", INT64_MAX},
        {"-9223372036854775808", INT64_MIN},
    };
    int64_t got = 0;
    for (size_t i = 0; i < TSN_ARRAY_LEN(rows); i++) {
        ck_assert(tsn_json_to_i64(unit_slice(rows[i].text), &got));
        ck_assert_int_eq(got, rows[i].want);
    }
    static const char *const others[] = {"9223372036854775808",
                                         "-9223372036854775809",
                                         "1.0",
                                         "1e2",
                                         "\"1\"",
                                         "null",
                                         "true",
                                         "[1]",
                                         ""};
    for (size_t i = 0; i < TSN_ARRAY_LEN(others); i++) {
        got = 77;
        ck_assert(!tsn_json_to_i64(unit_slice(others[i]), &got));
        ck_assert_int_eq(got, 77);
    }
    ck_assert(!tsn_json_to_i64(TSN_SLICE_ABSENT, &got));
}
END_TEST

START_TEST(doubles_and_truth_come_only_from_their_types)
{
    double number = 7;
    bool is_true = false;
    ck_assert(tsn_json_to_double(TSN_LIT("-2.5e1"), &number));
    ck_assert(number == -25.0);
    ck_assert(!tsn_json_to_double(TSN_LIT("\"1\""), &number));
    ck_assert(!tsn_json_to_double(TSN_SLICE_ABSENT, &number));
    ck_assert(number == -25.0);
    ck_assert(tsn_json_to_bool(TSN_LIT("true"), &is_true) && is_true);
    ck_assert(tsn_json_to_bool(TSN_LIT("false"), &is_true) && !is_true);
    ck_assert(!tsn_json_to_bool(TSN_LIT("1"), &is_true));
    ck_assert(!tsn_json_to_bool(TSN_SLICE_ABSENT, &is_true));
}
END_TEST

Suite *unit_suite(void)
{
    const TTest *const tests[] = {
        the_body_of_a_string_is_what_stands_between_the_quotes,
        strings_are_decoded_and_other_types_give_nothing,
        strings_are_cut_by_code_points_and_never_inside_an_escape,
        other_types_are_copied_whole,
        integers_are_exact_or_refused,
        doubles_and_truth_come_only_from_their_types,
    };
    return unit_suite_of("data/json_value", tests, TSN_ARRAY_LEN(tests));
}

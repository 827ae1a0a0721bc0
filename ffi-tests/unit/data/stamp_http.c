#include "support.h"

#include "base/house.h"
#include "chance.h"
#include "data/stamp.h"

/* */
START_TEST(all_three_forms_of_a_date_are_read)
{
    static const char *const same[] = {
        "Sun, 06 Nov 1994 08:49:37 GMT",
        "Sunday, 06-Nov-94 08:49:37 GMT",
        "Sun Nov  6 08:49:37 1994",
        "Sun Nov 06 08:49:37 1994",
        "  Sun, 06 Nov 1994 08:49:37 GMT\r\n",
    };
    for (size_t i = 0; i < TSN_ARRAY_LEN(same); i++) {
        int64_t unix_s = 0;
        ck_assert_msg(tsn_stamp_parse_http(unit_slice(same[i]), &unix_s), "refused %s", same[i]);
        ck_assert_int_eq(unix_s, 784111777);
    }
}
END_TEST

START_TEST(each_month_and_day_has_its_name)
{
    static const char *const dates[] = {
        "Thu, 01 Jan 1970 00:00:00 GMT", "Sun, 01 Feb 1970 00:00:00 GMT",
        "Sun, 01 Mar 1970 00:00:00 GMT", "Wed, 01 Apr 1970 00:00:00 GMT",
        "Fri, 01 May 1970 00:00:00 GMT", "Mon, 01 Jun 1970 00:00:00 GMT",
        "Wed, 01 Jul 1970 00:00:00 GMT", "Sat, 01 Aug 1970 00:00:00 GMT",
        "Tue, 01 Sep 1970 00:00:00 GMT", "Thu, 01 Oct 1970 00:00:00 GMT",
        "Sun, 01 Nov 1970 00:00:00 GMT", "Tue, 01 Dec 1970 00:00:00 GMT",
    };
    static const int64_t days[] = {0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334};
    for (size_t i = 0; i < TSN_ARRAY_LEN(dates); i++) {
        int64_t unix_s = -1;
        ck_assert(tsn_stamp_parse_http(unit_slice(dates[i]), &unix_s));
        ck_assert_int_eq(unix_s, days[i] * 86400);
    }
}
END_TEST

START_TEST(two_digits_of_a_year_mean_1970_to_2069)
{
    int64_t unix_s = 0;
    ck_assert(tsn_stamp_parse_http(TSN_LIT("Thursday, 01-Jan-70 00:00:00 GMT"), &unix_s));
    ck_assert_int_eq(unix_s, 0);
    ck_assert(tsn_stamp_parse_http(TSN_LIT("Saturday, 01-Jan-00 00:00:00 GMT"), &unix_s));
    ck_assert_int_eq(unix_s, 946684800);
    ck_assert(tsn_stamp_parse_http(TSN_LIT("Tuesday, 01-Jan-69 00:00:00 GMT"), &unix_s));
    ck_assert_int_eq(unix_s, INT64_C(3124224000));
}
END_TEST

START_TEST(what_is_no_http_date_is_refused)
{
    static const char *const bad[] = {
        "",
        "Sun",
        "Sun,",
        "7",
        "soon",
        "06 Nov 1994 08:49:37 GMT",
        "Sun, 06 Nov 1994 08:49:37",
        "Sun, 06 Nov 1994 08:49:37 UTC",
        "Sun, 06 Nov 1994 08:49:37 +0000",
        "Sun, 06 Nov 1994 08:49:37 GMTx",
        "Sun, 6 Nov 1994 08:49:37 GMT",
        "Sun, 06 nov 1994 08:49:37 GMT",
        "Sun, 06 Nov 94 08:49:37 GMT",
        "Sun, 31 Nov 1994 08:49:37 GMT",
        "Sun, 06 Nov 1994 24:49:37 GMT",
        "Sunday, 06 Nov 1994 08:49:37 GMT",
        "Sunday, 06-Nov-1994 08:49:37 GMT",
        "Sun Nov 6 08:49:37 1994",
        "Sun Nov  6 08:49:37 94",
        "2026-11-02T09:29:59Z",
    };
    for (size_t i = 0; i < TSN_ARRAY_LEN(bad); i++) {
        int64_t unix_s = 42;
        ck_assert_msg(!tsn_stamp_parse_http(unit_slice(bad[i]), &unix_s), "read: %s", bad[i]);
        ck_assert_int_eq(unix_s, 42);
    }
    ck_assert(!tsn_stamp_parse_http(TSN_SLICE_ABSENT, &(int64_t){0}));
}
END_TEST

START_TEST(any_text_is_read_or_refused)
{
    unit_chance chance = unit_chance_begin("stamp_http");
    static const char *const samples[] = {"Sun, 06 Nov 1994 08:49:37 GMT",
                                          "Sunday, 06-Nov-94 08:49:37 GMT",
                                          "Sun Nov  6 08:49:37 1994"};
    for (int round = 0; round < 20000; round++) {
        tsn_slice text = unit_chance_mutate(&chance, samples[round % 3], "09:-, GMTSunNov");
        int64_t unix_s = 0;
        tsn_stamp_parse_http(text, &unix_s);
        unit_free_text(text);
    }
}
END_TEST

Suite *unit_suite(void)
{
    const TTest *const tests[] = {
        all_three_forms_of_a_date_are_read,
        each_month_and_day_has_its_name,
        two_digits_of_a_year_mean_1970_to_2069,
        what_is_no_http_date_is_refused,
        any_text_is_read_or_refused,
    };
    return unit_suite_of("stamp_http", tests, TSN_ARRAY_LEN(tests));
}

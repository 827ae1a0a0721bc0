#include "support.h"

#include "base/house.h"
#include "data/civil.h"

START_TEST(floor_div_rounds_towards_minus_infinity)
{
    ck_assert_int_eq(tsn_floor_div(7, 2), 3);
    ck_assert_int_eq(tsn_floor_div(-7, 2), -4);
    ck_assert_int_eq(tsn_floor_div(-8, 2), -4);
    ck_assert_int_eq(tsn_floor_div(0, 5), 0);
    ck_assert_int_eq(tsn_floor_div(-1, INT64_MAX), -1);
}
END_TEST

START_TEST(every_day_of_eight_centuries_follows_the_one_before)
{
    tsn_civil last = tsn_civil_of_unix(-INT64_C(400) * 365 * 86400);
    for (int64_t day = -400 * 365 + 1; day < 400 * 365; day++) {
        tsn_civil civil = tsn_civil_of_unix(day * 86400 + 86399);
        bool is_next_day = civil.day == last.day + 1 && civil.month == last.month;
        bool is_first = civil.day == 1 && last.day >= 28 &&
                        (civil.month == last.month + 1 ||
                         (civil.month == 1 && last.month == 12 && civil.year == last.year + 1));
        ck_assert(is_next_day || is_first);
        ck_assert(civil.hour == 23 && civil.minute == 59 && civil.second == 59);
        int64_t unix_s = 0;
        ck_assert(tsn_civil_to_unix(&civil, &unix_s));
        ck_assert_int_eq(unix_s, day * 86400 + 86399);
        last = civil;
    }
}
END_TEST

START_TEST(dates_that_do_not_exist_are_refused)
{
    static const tsn_civil bad[] = {
        {2026, 0, 1, 0, 0, 0},  {2026, 13, 1, 0, 0, 0}, {2026, 1, 0, 0, 0, 0},
        {2026, 1, 32, 0, 0, 0}, {2026, 4, 31, 0, 0, 0}, {2026, 2, 29, 0, 0, 0},
        {1900, 2, 29, 0, 0, 0}, {2000, 2, 30, 0, 0, 0}, {2026, 1, 1, 24, 0, 0},
        {2026, 1, 1, 0, 60, 0}, {2026, 1, 1, 0, 0, 61},
    };
    for (size_t i = 0; i < TSN_ARRAY_LEN(bad); i++) {
        int64_t unix_s = 42;
        ck_assert(!tsn_civil_to_unix(&bad[i], &unix_s));
        ck_assert_int_eq(unix_s, 42);
    }
}
END_TEST

START_TEST(a_leap_second_is_the_next_minutes_first)
{
    tsn_civil leap = {2016, 12, 31, 23, 59, 60};
    int64_t unix_s = 0;
    ck_assert(tsn_civil_to_unix(&leap, &unix_s));
    ck_assert_int_eq(unix_s, 1483228800);
}
END_TEST

START_TEST(a_clock_is_two_digits_three_times)
{
    tsn_civil civil = {0};
    tsn_scanner scan = tsn_scanner_of(TSN_LIT("09:30:59"));
    tsn_civil_scan_clock(&civil, &scan);
    ck_assert(tsn_scan_done(&scan));
    ck_assert(civil.hour == 9 && civil.minute == 30 && civil.second == 59);
    scan = tsn_scanner_of(TSN_LIT("9:30:59"));
    tsn_civil_scan_clock(&civil, &scan);
    ck_assert(!tsn_scan_done(&scan));
}
END_TEST

Suite *unit_suite(void)
{
    const TTest *const tests[] = {
        floor_div_rounds_towards_minus_infinity,
        every_day_of_eight_centuries_follows_the_one_before,
        dates_that_do_not_exist_are_refused,
        a_leap_second_is_the_next_minutes_first,
        a_clock_is_two_digits_three_times,
    };
    return unit_suite_of("civil", tests, TSN_ARRAY_LEN(tests));
}

#include "support.h"

#include "base/house.h"
#include "data/scanner.h"

START_TEST(a_form_is_read_from_left_to_right)
{
    tsn_scanner scan = tsn_scanner_of(TSN_LIT("v17.250-x"));
    ck_assert(!tsn_scan_try(&scan, 'w'));
    ck_assert(tsn_scan_try(&scan, 'v'));
    ck_assert_int_eq(tsn_scan_digits(&scan, 2), 17);
    tsn_scan_expect(&scan, ".");
    unit_expect_text(tsn_scan_run(&scan), "250");
    unit_expect_text(tsn_scan_run(&scan), "");
    ck_assert_int_eq(tsn_scan_peek(&scan), '-');
    ck_assert(!tsn_scan_done(&scan));
    tsn_scan_expect(&scan, "-x");
    ck_assert(tsn_scan_done(&scan));
    ck_assert_int_eq(tsn_scan_peek(&scan), '\0');
}
END_TEST

START_TEST(a_failure_stays)
{
    tsn_scanner scan = tsn_scanner_of(TSN_LIT("12:4"));
    ck_assert_int_eq(tsn_scan_digits(&scan, 3), 0);
    ck_assert(scan.failed);
    ck_assert(!tsn_scan_try(&scan, ':'));
    unit_expect_text(tsn_scan_run(&scan), "");
    tsn_scan_expect(&scan, "");
    ck_assert(!tsn_scan_done(&scan));
}
END_TEST

START_TEST(nothing_is_read_past_the_end)
{
    tsn_scanner scan = tsn_scanner_of(TSN_LIT("1"));
    ck_assert_int_eq(tsn_scan_digits(&scan, 2), 0);
    ck_assert(scan.failed);
    scan = tsn_scanner_of(TSN_SLICE_ABSENT);
    ck_assert(tsn_scan_done(&scan));
    ck_assert(!tsn_scan_try(&scan, '\0'));
    tsn_scan_expect(&scan, "x");
    ck_assert(scan.failed);
}
END_TEST

START_TEST(a_nul_in_the_text_is_not_its_end)
{
    tsn_scanner scan = tsn_scanner_of(TSN_LIT("\0001"));
    ck_assert(!tsn_scan_done(&scan));
    ck_assert(tsn_scan_try(&scan, '\0'));
    ck_assert_int_eq(tsn_scan_digits(&scan, 1), 1);
    ck_assert(tsn_scan_done(&scan));
}
END_TEST

Suite *unit_suite(void)
{
    const TTest *const tests[] = {
        a_form_is_read_from_left_to_right,
        a_failure_stays,
        nothing_is_read_past_the_end,
        a_nul_in_the_text_is_not_its_end,
    };
    return unit_suite_of("scanner", tests, TSN_ARRAY_LEN(tests));
}

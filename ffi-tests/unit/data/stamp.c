#include "support.h"

#include <stdlib.h>
#include <string.h>

#include "base/house.h"
#include "chance.h"
#include "data/stamp.h"

#define S INT64_C(1000000)

typedef struct text_row {
    const char *text;
    int64_t us;
} text_row;

/* C-3 */
START_TEST(six_decimals_are_always_written)
{
    static const text_row rows[] = {
        {"1970-01-01T00:00:00.000000Z", 0},
        {"1970-01-01T00:00:00.000001Z", 1},
        {"1969-12-31T23:59:59.999999Z", -1},
        {"2026-11-02T09:29:59.871204Z", INT64_C(1793611799871204)},
        {"2000-02-29T12:00:00.500000Z", INT64_C(951825600500000)},
        {"2100-03-01T00:00:00.000000Z", INT64_C(4107542400) * S},
        {"2038-01-19T03:14:08.000000Z", INT64_C(2147483648) * S},
        {"0000-01-01T00:00:00.000000Z", INT64_C(-62167219200) * S},
        {"9999-12-31T23:59:59.999999Z", INT64_C(253402300800) * S - 1},
        {"0000-01-01T00:00:00.000000Z", INT64_MIN},
        {"9999-12-31T23:59:59.999999Z", INT64_MAX},
    };
    for (size_t i = 0; i < TSN_ARRAY_LEN(rows); i++) {
        tsn_buf out = TSN_BUF_EMPTY;
        tsn_stamp_append_us(&out, rows[i].us);
        unit_expect_buf(&out, rows[i].text);
        ck_assert_uint_eq(out.len, TSN_STAMP_US_LEN);
        tsn_buf_fini(&out);
    }
}
END_TEST

START_TEST(three_decimals_are_cut_not_rounded)
{
    static const text_row rows[] = {
        {"2026-11-02T09:30:00.250Z", INT64_C(1793611800250999)},
        {"1969-12-31T23:59:59.999Z", -1},
        {"1970-01-01T00:00:00.000Z", 999},
        {"9999-12-31T23:59:59.999Z", INT64_MAX},
    };
    for (size_t i = 0; i < TSN_ARRAY_LEN(rows); i++) {
        tsn_buf out = TSN_BUF_EMPTY;
        tsn_stamp_append_ms(&out, rows[i].us);
        unit_expect_buf(&out, rows[i].text);
        ck_assert_uint_eq(out.len, TSN_STAMP_MS_LEN);
        tsn_buf_fini(&out);
    }
}
END_TEST

START_TEST(rfc_3339_is_read_in_all_its_spellings)
{
    static const text_row rows[] = {
        {"2026-11-02T09:29:59.871204Z", INT64_C(1793611799871204)},
        {"2026-11-02 09:29:59.871204", INT64_C(1793611799871204)},
        {"2026-11-02t09:29:59.871204z", INT64_C(1793611799871204)},
        {"2026-11-02T09:29:59Z", INT64_C(1793611799) * S},
        {"2026-11-02T09:29:59.8Z", INT64_C(1793611799800000)},
        {"2026-11-02T09:29:59.8712049999999999999999Z", INT64_C(1793611799871204)},
        {"2026-11-02T10:29:59.871204+01:00", INT64_C(1793611799871204)},
        {"2026-11-02T10:29:59.871204+0100", INT64_C(1793611799871204)},
        {"2026-11-02T10:29:59.871204+01", INT64_C(1793611799871204)},
        {"2026-11-02T03:59:59.871204-05:30", INT64_C(1793611799871204)},
        {"2026-11-02T09:29:59.871204-00:00", INT64_C(1793611799871204)},
        {"1970-01-01T00:00:00.000001-00:00", 1},
        {"1969-12-31T23:59:59.5Z", -500000},
        {"2016-12-31T23:59:60Z", INT64_C(1483228800) * S},
        {"2000-02-29T00:00:00Z", INT64_C(951782400) * S},
        {"0000-01-01T00:00:00Z", INT64_C(-62167219200) * S},
    };
    for (size_t i = 0; i < TSN_ARRAY_LEN(rows); i++) {
        int64_t us = 42;
        ck_assert_msg(tsn_stamp_parse(unit_slice(rows[i].text), &us), "refused %s", rows[i].text);
        ck_assert_msg(us == rows[i].us, "%s: %lld", rows[i].text, (long long)us);
    }
}
END_TEST

START_TEST(what_is_no_stamp_is_refused)
{
    static const char *const bad[] = {
        "",
        "2026",
        "2026-11-02",
        "2026-11-02T",
        "2026-11-02T09:29",
        "2026-11-02T09:29:5",
        "2026-11-02T09:29:59.",
        "2026-11-02T09:29:59.Z",
        "2026-11-02T09:29:59ZZ",
        "2026-11-02T09:29:59 Z",
        " 2026-11-02T09:29:59Z",
        "2026-11-02X09:29:59Z",
        "2026-13-02T09:29:59Z",
        "2026-00-02T09:29:59Z",
        "2026-11-31T09:29:59Z",
        "2026-11-00T09:29:59Z",
        "2025-02-29T09:29:59Z",
        "1900-02-29T09:29:59Z",
        "2026-11-02T24:00:00Z",
        "2026-11-02T09:60:59Z",
        "2026-11-02T09:29:61Z",
        "2026-11-02T09:29:59+24:00",
        "2026-11-02T09:29:59+01:60",
        "2026-11-02T09:29:59+1",
        "2026-11-02T09:29:59+01:",
        "2026-11-02T09:29:59+01:0",
        "-026-11-02T09:29:59Z",
        "2026-1-02T09:29:59Z",
        "20261102T092959Z",
        "now",
    };
    for (size_t i = 0; i < TSN_ARRAY_LEN(bad); i++) {
        int64_t us = 42;
        ck_assert_msg(!tsn_stamp_parse(unit_slice(bad[i]), &us), "read: %s", bad[i]);
        ck_assert_int_eq(us, 42);
    }
    ck_assert(!tsn_stamp_parse(TSN_SLICE_ABSENT, &(int64_t){0}));
}
END_TEST

/* C-4: no double comes between, so what is written in decimal arrives in decimal. */
START_TEST(json_numbers_are_exact_to_the_microsecond)
{
    static const text_row rows[] = {
        {"0", 0},
        {"-0", 0},
        {"1793611799.871204", INT64_C(1793611799871204)},
        {"1793611799.8712039", INT64_C(1793611799871204)},
        {"1793611799.8712034999", INT64_C(1793611799871203)},
        {"1793611799", INT64_C(1793611799) * S},
        {"1.793611799871204e9", INT64_C(1793611799871204)},
        {"1.793611799871204E+9", INT64_C(1793611799871204)},
        {"1793611799871204e-6", INT64_C(1793611799871204)},
        {"17936117998712040000e-10", INT64_C(1793611799871204)},
        {"0.0000005", 1},
        {"0.00000049", 0},
        {"5e-7", 1},
        {"5e-8", 0},
        {"-1.5", -1500000},
        {"0e99999999999999999999", 0},
        {"0.000e9", 0},
        {"1e-99999999999999999999", 0},
        {"\"2026-11-02T09:29:59.871204Z\"", INT64_C(1793611799871204)},
    };
    for (size_t i = 0; i < TSN_ARRAY_LEN(rows); i++) {
        int64_t us = 42;
        ck_assert_msg(tsn_stamp_parse_json(unit_slice(rows[i].text), &us), "refused %s",
                      rows[i].text);
        ck_assert_msg(us == rows[i].us, "%s: %lld", rows[i].text, (long long)us);
    }
}
END_TEST

START_TEST(json_that_is_no_time_is_refused)
{
    static const char *const bad[] = {
        "null", "true", "\"\"",       "\"soon\"",     "{}",
        "[]",   "1e12", "-1e12",      "253402300800", "1e99999999999999999999",
        "",     "\"",   "1.",         "1e",           "1e+",
        "-",    ".5",   "1793611799x"};
    for (size_t i = 0; i < TSN_ARRAY_LEN(bad); i++) {
        int64_t us = 42;
        ck_assert_msg(!tsn_stamp_parse_json(unit_slice(bad[i]), &us), "read: %s", bad[i]);
        ck_assert_int_eq(us, 42);
    }
}
END_TEST

START_TEST(what_is_written_is_read_back)
{
    unit_chance chance = unit_chance_begin("stamp");
    const int64_t span = INT64_C(315569520000) * S; /* ten thousand years */
    for (size_t round = 0; round < unit_rounds(20000); round++) {
        int64_t us =
            (int64_t)(unit_chance_next(&chance) % (uint64_t)span) - INT64_C(62167219200) * S;
        int64_t again = 0;
        tsn_buf out = TSN_BUF_EMPTY;
        tsn_stamp_append_us(&out, us);
        ck_assert(tsn_stamp_parse(tsn_buf_view(&out), &again));
        ck_assert_int_eq(us, again);
        tsn_buf_fini(&out);
    }
}
END_TEST

START_TEST(any_text_is_read_or_refused)
{
    unit_chance chance = unit_chance_begin("stamp");
    for (size_t round = 0; round < unit_rounds(20000); round++) {
        tsn_slice text =
            round % 2 == 0
                ? unit_chance_mutate(&chance, "2026-11-02T09:29:59.871204+01:00", "0129:-+TZ. ")
                : unit_chance_text(&chance, "0123456789.eE+-\"", 30);
        int64_t us = 0;
        if (tsn_stamp_parse(text, &us)) {
            tsn_buf out = TSN_BUF_EMPTY;
            tsn_stamp_append_us(&out, us);
            ck_assert_uint_eq(out.len, TSN_STAMP_US_LEN);
            tsn_buf_fini(&out);
        }
        tsn_stamp_parse_json(text, &us);
        unit_free_text(text);
    }
}
END_TEST

Suite *unit_suite(void)
{
    const TTest *const tests[] = {
        six_decimals_are_always_written,
        three_decimals_are_cut_not_rounded,
        rfc_3339_is_read_in_all_its_spellings,
        what_is_no_stamp_is_refused,
        json_numbers_are_exact_to_the_microsecond,
        json_that_is_no_time_is_refused,
        what_is_written_is_read_back,
        any_text_is_read_or_refused,
    };
    return unit_suite_of("stamp", tests, TSN_ARRAY_LEN(tests));
}

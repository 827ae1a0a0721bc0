#include "support.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/house.h"
#include "chance.h"
#include "data/limits.h"
#include "wire/client_report.h"

#define NOW_US INT64_C(1793611800000999)

static tsn_client_report full_report(uint64_t quantity)
{
    tsn_client_report report;
    memset(&report, 0, sizeof report);
    for (int i = 0; i < TSN_REASON_COUNT; i++) {
        for (int j = 0; j < TSN_CATEGORY_COUNT; j++) {
            tsn_client_report_add(&report, (tsn_reason)i, (tsn_category)j, quantity);
        }
    }
    return report;
}

static bool are_equal(const tsn_client_report *left, const tsn_client_report *right)
{
    for (int i = 0; i < TSN_REASON_COUNT; i++) {
        for (int j = 0; j < TSN_CATEGORY_COUNT; j++) {
            uint64_t count = tsn_client_report_count(left, (tsn_reason)i, (tsn_category)j);
            if (tsn_client_report_count(right, (tsn_reason)i, (tsn_category)j) != count)
                return false;
        }
    }
    return true;
}

/* The payload of section 5.5, I-17 */
START_TEST(the_text_is_that_of_the_protocol)
{
    tsn_client_report report = {0};
    tsn_client_report written;
    tsn_buf out = TSN_BUF_EMPTY;
    tsn_client_report_add(&report, TSN_REASON_SAMPLE_RATE, TSN_CATEGORY_SPAN, 19);
    tsn_client_report_add(&report, TSN_REASON_QUEUE_OVERFLOW, TSN_CATEGORY_ERROR, 1);
    tsn_client_report_add(&report, TSN_REASON_SAMPLE_RATE, TSN_CATEGORY_TRANSACTION, 7);
    tsn_client_report_add(&report, TSN_REASON_QUEUE_OVERFLOW, TSN_CATEGORY_ERROR, 2);
    tsn_client_report_write(&report, NOW_US, &out, &written);
    unit_expect_buf(&out,
                    "{\"timestamp\":\"2026-11-02T09:30:00.000Z\",\"discarded_events\":["
                    "{\"reason\":\"queue_overflow\",\"category\":\"error\",\"quantity\":3},"
                    "{\"reason\":\"sample_rate\",\"category\":\"transaction\",\"quantity\":7},"
                    "{\"reason\":\"sample_rate\",\"category\":\"span\",\"quantity\":19}]}");
    ck_assert_uint_eq(out.len, 241);
    ck_assert(tsn_client_report_empty(&report));
    ck_assert_uint_eq(tsn_client_report_total(&written, TSN_CATEGORY_ERROR), 3);
    ck_assert_uint_eq(tsn_client_report_total(&written, TSN_CATEGORY_SPAN), 19);
    tsn_buf_fini(&out);
}
END_TEST

/* nothing counted, nothing sent. */
START_TEST(an_empty_table_writes_nothing)
{
    tsn_client_report report = {0};
    tsn_client_report written = full_report(1);
    tsn_buf out = TSN_BUF_EMPTY;
    tsn_client_report_add(&report, TSN_REASON_INVALID, TSN_CATEGORY_ERROR, 0);
    ck_assert(tsn_client_report_empty(&report));
    tsn_client_report_write(&report, NOW_US, &out, &written);
    ck_assert_uint_eq(out.len, 0);
    ck_assert(tsn_client_report_empty(&written));
}
END_TEST

/* */
START_TEST(a_lost_report_is_not_counted)
{
    tsn_client_report report = {0};
    tsn_client_report_add(&report, TSN_REASON_NETWORK_ERROR, TSN_CATEGORY_INTERNAL, 5);
    ck_assert(tsn_client_report_empty(&report));
}
END_TEST

START_TEST(sums_do_not_wrap)
{
    tsn_client_report report = {0};
    tsn_client_report_add(&report, TSN_REASON_INVALID, TSN_CATEGORY_ATTACHMENT, UINT64_MAX - 1);
    tsn_client_report_add(&report, TSN_REASON_INVALID, TSN_CATEGORY_ATTACHMENT, 5);
    tsn_client_report_add(&report, TSN_REASON_IGNORED, TSN_CATEGORY_ATTACHMENT, 5);
    uint64_t total = tsn_client_report_total(&report, TSN_CATEGORY_ATTACHMENT);
    ck_assert(total == UINT64_MAX);
    ck_assert_uint_eq(tsn_client_report_total(&report, TSN_CATEGORY_ERROR), 0);
}
END_TEST

/* */
START_TEST(what_was_taken_can_be_given_back)
{
    tsn_client_report report = full_report(3);
    tsn_client_report before = report;
    tsn_client_report taken = full_report(100);
    tsn_client_report_take(&report, &taken);
    ck_assert(tsn_client_report_empty(&report));
    ck_assert(are_equal(&taken, &before));
    tsn_client_report_add(&report, TSN_REASON_INVALID, TSN_CATEGORY_ERROR, 1);
    tsn_client_report_merge(&report, &taken);
    ck_assert_uint_eq(tsn_client_report_count(&report, TSN_REASON_INVALID, TSN_CATEGORY_ERROR), 4);
    ck_assert_uint_eq(tsn_client_report_count(&report, TSN_REASON_IGNORED, TSN_CATEGORY_ERROR), 3);
}
END_TEST

START_TEST(what_was_added_can_be_taken_off_again)
{
    tsn_client_report report = full_report(3);
    tsn_client_report three = report;
    tsn_client_report none = {0};
    tsn_client_report_add(&report, TSN_REASON_INVALID, TSN_CATEGORY_ERROR, 1);
    tsn_client_report_subtract(&report, &none);
    tsn_client_report_subtract(&none, &three);
    ck_assert(tsn_client_report_empty(&none));
    tsn_client_report_subtract(&report, &three);
    ck_assert_uint_eq(tsn_client_report_count(&report, TSN_REASON_INVALID, TSN_CATEGORY_ERROR), 1);
    ck_assert_uint_eq(tsn_client_report_total(&report, TSN_CATEGORY_ERROR), 1);
    tsn_client_report_subtract(&report, &three); /* never below nothing */
    ck_assert(tsn_client_report_empty(&report));
}
END_TEST

/* OVL-7: every item is within 4 KiB, each pair is in exactly one, and the sums are exact. */
START_TEST(a_full_table_is_spread_over_several_items)
{
    tsn_client_report report = full_report(UINT64_MAX / 1000);
    tsn_client_report before = report;
    tsn_client_report sum = {0};
    int item_count = 0;
    for (; !tsn_client_report_empty(&report); item_count++) {
        tsn_client_report written;
        tsn_client_report read = {0};
        tsn_buf out = TSN_BUF_EMPTY;
        TSN_BUF_LIT(&out, "prefix");
        tsn_client_report_write(&report, NOW_US, &out, &written);
        ck_assert_uint_le(out.len - 6, TSN_CLIENT_REPORT_SIZE_MAX);
        ck_assert(!tsn_client_report_empty(&written));
        tsn_slice item = tsn_slice_sub(tsn_buf_view(&out), 6, out.len);
        ck_assert_int_eq(tsn_client_report_read(&read, item), TOCSIN_OK);
        ck_assert(are_equal(&read, &written));
        tsn_client_report_merge(&sum, &written);
        tsn_buf_fini(&out);
    }
    ck_assert_int_ge(item_count, 4);
    ck_assert_int_le(item_count, 8);
    ck_assert(are_equal(&sum, &before));
}
END_TEST

START_TEST(the_limit_of_an_item_is_used_up)
{
    tsn_client_report report = full_report(1);
    tsn_client_report written;
    tsn_buf out = TSN_BUF_EMPTY;
    tsn_client_report_write(&report, NOW_US, &out, &written);
    ck_assert_uint_gt(out.len, TSN_CLIENT_REPORT_SIZE_MAX - 80);
    tsn_buf_fini(&out);
}
END_TEST

/* Longer numbers slide the end of the text byte by byte past the limit. */
START_TEST(the_limit_of_an_item_is_never_passed)
{
    for (int digits = 0; digits < 80; digits++) {
        tsn_client_report report = full_report(1);
        tsn_client_report written;
        tsn_buf out = TSN_BUF_EMPTY;
        for (int i = 0; i < digits; i++) report.counts[i / 18][i % 2] *= 10;
        tsn_client_report_write(&report, NOW_US, &out, &written);
        ck_assert_uint_le(out.len, TSN_CLIENT_REPORT_SIZE_MAX);
        tsn_buf_fini(&out);
    }
}
END_TEST

START_TEST(without_memory_the_counts_stay_where_they_were)
{
    for (uint64_t n = 1;; n++) {
        tsn_client_report report = full_report(2);
        tsn_client_report before = report;
        tsn_client_report written;
        tsn_buf out = TSN_BUF_EMPTY;
        tsn_alloc_fail_nth(n, false);
        tsn_client_report_write(&report, NOW_US, &out, &written);
        bool did_fail = tsn_alloc_did_fail();
        tsn_alloc_fail_nth(0, false);
        ck_assert_int_eq(did_fail, tsn_buf_status(&out) != TOCSIN_OK);
        if (did_fail) ck_assert(are_equal(&report, &before) && tsn_client_report_empty(&written));
        tsn_buf_fini(&out);
        if (!did_fail) break;
    }
}
END_TEST

START_TEST(reading_passes_over_what_it_does_not_know)
{
    tsn_client_report report = {0};
    tsn_client_report_add(&report, TSN_REASON_INVALID, TSN_CATEGORY_ERROR, 1);
    const char *json = " { \"rate_limited_events\" : [1], \"discarded_events\": [ "
                       "{\"reason\":\"invalid\",\"category\":\"error\",\"quantity\":4},"
                       "{\"reason\":\"inv\\u0061lid\",\"category\":\"error\",\"quantity\":5},"
                       "{\"reason\":\"invalid\",\"category\":\"error\",\"quantity\":-4},"
                       "{\"reason\":\"invalid\",\"category\":\"error\",\"quantity\":1.5},"
                       "{\"reason\":\"invalid\",\"category\":\"error\",\"quantity\":\"9\"},"
                       "{\"reason\":\"invalid\",\"category\":\"unheard_of\",\"quantity\":9},"
                       "{\"reason\":\"unheard_of\",\"category\":\"error\",\"quantity\":9},"
                       "{\"reason\":1,\"category\":null},[],7,null,{}]}";
    ck_assert_int_eq(tsn_client_report_read(&report, unit_slice(json)), TOCSIN_OK);
    ck_assert_uint_eq(tsn_client_report_count(&report, TSN_REASON_INVALID, TSN_CATEGORY_ERROR), 10);
    ck_assert_int_eq(tsn_client_report_read(&report, TSN_LIT("{}")), TOCSIN_OK);
    ck_assert_int_eq(tsn_client_report_read(&report, TSN_LIT("{\"discarded_events\":7}")),
                     TOCSIN_OK);
    ck_assert_int_eq(tsn_client_report_read(&report, TSN_LIT("[]")), TOCSIN_E_TYPE);
    ck_assert_int_eq(tsn_client_report_read(&report, TSN_LIT("{")), TOCSIN_E_JSON);
    ck_assert_uint_eq(tsn_client_report_total(&report, TSN_CATEGORY_ERROR), 10);
}
END_TEST

START_TEST(any_payload_is_read_or_refused)
{
    unit_chance chance = unit_chance_begin("client_report");
    const char *sample = "{\"discarded_events\":[{\"reason\":\"invalid\",\"category\":\"error\","
                         "\"quantity\":3}]}";
    for (size_t round = 0; round < unit_rounds(20000); round++) {
        tsn_client_report report = {0};
        tsn_slice text = unit_chance_mutate(&chance, sample, "{}[]\",:19e\\ \x80");
        tocsin_status st = tsn_client_report_read(&report, text);
        if (st != TOCSIN_OK) ck_assert(tsn_client_report_empty(&report));
        unit_free_text(text);
    }
}
END_TEST

Suite *unit_suite(void)
{
    const TTest *const tests[] = {
        the_text_is_that_of_the_protocol,
        an_empty_table_writes_nothing,
        a_lost_report_is_not_counted,
        sums_do_not_wrap,
        what_was_taken_can_be_given_back,
        what_was_added_can_be_taken_off_again,
        a_full_table_is_spread_over_several_items,
        the_limit_of_an_item_is_used_up,
        the_limit_of_an_item_is_never_passed,
        without_memory_the_counts_stay_where_they_were,
        reading_passes_over_what_it_does_not_know,
        any_payload_is_read_or_refused,
    };
    return unit_suite_of("client_report", tests, TSN_ARRAY_LEN(tests));
}

#include "io/ledger.h"

#include "case.h"

static void expect_json(const tsn_ledger *ledger, const char *want)
{
    tsn_ledger_counts counts;
    tsn_buf out = TSN_BUF_EMPTY;
    tsn_ledger_read(ledger, &counts);
    tsn_ledger_counts_write(&counts, &out);
    unit_expect_buf(&out, want);
    tsn_buf_fini(&out);
}

START_TEST(an_empty_ledger_has_no_categories)
{
    tsn_ledger ledger;
    tsn_ledger_init(&ledger, true);
    expect_json(&ledger, "{}");
}
END_TEST

START_TEST(every_column_is_written_by_its_name)
{
    tsn_ledger ledger;
    tsn_load load = {1, 10};
    tsn_ledger_init(&ledger, true);
    tsn_ledger_capture(&ledger, TSN_CATEGORY_ERROR, 9);
    for (int i = 0; i < 4; i++) tsn_ledger_enter(&ledger, TSN_STAGE_QUEUED, &load);
    for (int i = 0; i < 3; i++) {
        tsn_ledger_move(&ledger, TSN_STAGE_QUEUED, TSN_STAGE_IN_FLIGHT, &load);
    }
    tsn_ledger_move(&ledger, TSN_STAGE_IN_FLIGHT, TSN_STAGE_DELIVERED, &load);
    tsn_ledger_move(&ledger, TSN_STAGE_IN_FLIGHT, TSN_STAGE_REFUSED_429, &load);
    tsn_ledger_discard(&ledger, TSN_REASON_SAMPLE_RATE, TSN_CATEGORY_ERROR, 2);
    tsn_ledger_discard(&ledger, TSN_REASON_BEFORE_SEND, TSN_CATEGORY_ERROR, 3);
    expect_json(&ledger,
                "{\"error\":{\"captured\":9,\"delivered\":1,\"refused429\":1,\"spooled\":0,"
                "\"queued\":1,\"in_flight\":1,\"discarded\":{\"sample_rate\":2,\"before_send\":3}},"
                "\"attachment\":{\"captured\":0,\"delivered\":10,\"refused429\":10,\"spooled\":0,"
                "\"queued\":10,\"in_flight\":10,\"discarded\":{}}}");
}
END_TEST

START_TEST(a_category_that_only_lost_something_is_written_too)
{
    tsn_ledger ledger;
    tsn_ledger_init(&ledger, true);
    tsn_ledger_discard(&ledger, TSN_REASON_INVALID, TSN_CATEGORY_ATTACHMENT, 5);
    expect_json(&ledger,
                "{\"attachment\":{\"captured\":0,\"delivered\":0,\"refused429\":0,"
                "\"spooled\":0,\"queued\":0,\"in_flight\":0,\"discarded\":{\"invalid\":5}}}");
}
END_TEST

START_TEST(a_record_counts_one_and_the_bytes_of_its_attachments_at_least_one_each)
{
    tsn_record *record = unit_record(1);
    unit_attach(record, "12345");
    unit_attach(record, "");
    tsn_load load = tsn_load_of(record);
    ck_assert_uint_eq(load.errors, 1);
    ck_assert_uint_eq(load.attachments, 6);
    record->is_sampled_out = true;
    load = tsn_load_of(record);
    ck_assert_uint_eq(load.errors + load.attachments, 0);
    tsn_record_free(record);
}
END_TEST

START_TEST(losses_wait_for_the_next_report_and_are_taken_once) /* */
{
    tsn_ledger ledger;
    tsn_client_report taken;
    tsn_ledger_init(&ledger, true);
    ck_assert(!ledger.has_pending);
    tsn_ledger_discard(&ledger, TSN_REASON_SAMPLE_RATE, TSN_CATEGORY_ERROR, 0);
    ck_assert(!ledger.has_pending);
    tsn_ledger_discard(&ledger, TSN_REASON_SAMPLE_RATE, TSN_CATEGORY_ERROR, 2);
    ck_assert(ledger.has_pending);
    tsn_ledger_take_pending(&ledger, &taken);
    ck_assert(!ledger.has_pending);
    ck_assert_uint_eq(tsn_client_report_count(&taken, TSN_REASON_SAMPLE_RATE, TSN_CATEGORY_ERROR),
                      2);
    tsn_ledger_give_back(&ledger, &taken);
    ck_assert(ledger.has_pending);
    tsn_ledger_take_pending(&ledger, &taken);
    ck_assert_uint_eq(tsn_client_report_count(&taken, TSN_REASON_SAMPLE_RATE, TSN_CATEGORY_ERROR),
                      2);
    ck_assert_uint_eq(tsn_client_report_count(&ledger.counts.discarded, TSN_REASON_SAMPLE_RATE,
                                              TSN_CATEGORY_ERROR),
                      2);
}
END_TEST

START_TEST(without_reports_nothing_waits_but_all_is_counted) /* */
{
    tsn_ledger ledger;
    tsn_client_report some = {0};
    tsn_ledger_init(&ledger, false);
    tsn_ledger_discard(&ledger, TSN_REASON_SAMPLE_RATE, TSN_CATEGORY_ERROR, 2);
    tsn_client_report_add(&some, TSN_REASON_SAMPLE_RATE, TSN_CATEGORY_ERROR, 1);
    tsn_ledger_give_back(&ledger, &some);
    ck_assert(!ledger.has_pending);
    ck_assert_uint_eq(tsn_client_report_total(&ledger.counts.discarded, TSN_CATEGORY_ERROR), 2);
}
END_TEST

Suite *unit_suite(void)
{
    const TTest *const tests[] = {
        an_empty_ledger_has_no_categories,
        every_column_is_written_by_its_name,
        a_category_that_only_lost_something_is_written_too,
        a_record_counts_one_and_the_bytes_of_its_attachments_at_least_one_each,
        losses_wait_for_the_next_report_and_are_taken_once,
        without_reports_nothing_waits_but_all_is_counted,
    };
    return unit_suite_of("io/ledger", tests, sizeof tests / sizeof tests[0]);
}

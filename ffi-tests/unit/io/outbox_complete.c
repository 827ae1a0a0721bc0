#include "io/outbox.h"

#include "carry.h"

typedef struct table_row {
    int status;
    uint64_t delivered;
    uint64_t refused429;
    uint64_t send_error;
    uint64_t queued;
} table_row;

/* The response table: what each kind of answer means. */
static const table_row rows[] = {
    {200, 1, 0, 0, 0}, {202, 1, 0, 0, 0}, {299, 1, 0, 0, 0}, {100, 0, 0, 1, 0}, {199, 0, 0, 1, 0},
    {301, 0, 0, 1, 0}, {302, 0, 0, 1, 0}, {308, 0, 0, 1, 0}, {400, 0, 0, 1, 0}, {401, 0, 0, 1, 0},
    {403, 0, 0, 1, 0}, {404, 0, 0, 1, 0}, {413, 0, 0, 1, 0}, {429, 0, 1, 0, 0}, {500, 0, 0, 1, 0},
    {502, 0, 0, 1, 0}, {503, 0, 0, 1, 0}, {504, 0, 0, 1, 0}, {599, 0, 0, 1, 0}, {0, 0, 0, 0, 1},
    {999, 0, 0, 0, 1}, {99, 0, 0, 0, 1},
};

START_TEST(every_row_of_the_response_table_has_its_fate) /* 2.2, NET-6, NET-7, NET-9 */
{
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const table_row *row = &rows[i];
        tsn_outbox *outbox = outbox_new();
        tsn_record *record = unit_record(1);
        unit_attach(record, "abc");
        ck_assert_int_eq(tsn_outbox_push(outbox, record), TOCSIN_OK);
        answer(outbox, tsn_outbox_take(outbox), row->status);
        ck_assert_uint_eq(unit_count(outbox, TSN_STAGE_DELIVERED, TSN_CATEGORY_ERROR),
                          row->delivered);
        ck_assert_uint_eq(unit_count(outbox, TSN_STAGE_DELIVERED, TSN_CATEGORY_ATTACHMENT),
                          row->delivered * 3);
        ck_assert_uint_eq(unit_count(outbox, TSN_STAGE_REFUSED_429, TSN_CATEGORY_ERROR),
                          row->refused429);
        ck_assert_uint_eq(unit_count(outbox, TSN_STAGE_REFUSED_429, TSN_CATEGORY_ATTACHMENT),
                          row->refused429 * 3);
        ck_assert_uint_eq(unit_lost(outbox, TSN_REASON_SEND_ERROR, TSN_CATEGORY_ERROR),
                          row->send_error);
        ck_assert_uint_eq(unit_lost(outbox, TSN_REASON_SEND_ERROR, TSN_CATEGORY_ATTACHMENT),
                          row->send_error * 3);
        ck_assert_uint_eq(unit_count(outbox, TSN_STAGE_QUEUED, TSN_CATEGORY_ERROR), row->queued);
        ck_assert(outbox->ledger.has_pending == (row->send_error > 0));
        tsn_outbox_fini(outbox);
    }
}
END_TEST

START_TEST(after_no_answer_it_waits_for_the_backoff_and_keeps_the_order) /* ruling 9 */
{
    tsn_outbox *outbox = outbox_new();
    tsn_parcel *out[4];
    capture(outbox, 0, 6);
    for (unsigned i = 0; i < 4; i++)
        ck_assert_uint_eq(number_of(out[i] = tsn_outbox_take(outbox)), i);
    ck_assert_ptr_null(tsn_outbox_take(outbox));
    answer(outbox, out[2], 0);
    answer(outbox, out[0], 0);
    answer(outbox, out[3], 0);
    answer(outbox, out[1], 0);
    ck_assert_ptr_null(tsn_outbox_take(outbox));
    unit_pass(998);
    ck_assert_ptr_null(tsn_outbox_take(outbox));
    unit_pass(2);
    for (unsigned i = 0; i < 6; i++) {
        tsn_parcel *parcel = tsn_outbox_take(outbox);
        ck_assert_uint_eq(number_of(parcel), i);
        answer(outbox, parcel, 200);
    }
    tsn_outbox_fini(outbox);
}
END_TEST

START_TEST(after_an_answer_the_next_pause_is_a_short_one_again) /* ruling 9 */
{
    tsn_outbox *outbox = outbox_new();
    capture(outbox, 0, 1);
    for (int i = 0; i < 3; i++) {
        answer(outbox, tsn_outbox_take(outbox), 0);
        unit_pass(8000);
    }
    answer(outbox, tsn_outbox_take(outbox), 200);
    capture(outbox, 1, 1);
    answer(outbox, tsn_outbox_take(outbox), 0);
    ck_assert_ptr_null(tsn_outbox_take(outbox));
    unit_pass(1000);
    answer(outbox, tsn_outbox_take(outbox), 200);
    tsn_outbox_fini(outbox);
}
END_TEST

static unsigned draws;

static void count_draw(void *out, size_t len)
{
    memset(out, 0, len);
    draws++;
}

START_TEST(only_what_may_be_tried_again_draws_for_its_pause)
{
    tsn_outbox *outbox = outbox_new();
    capture(outbox, 0, 3);
    draws = 0;
    tsn_rand_set_source(count_draw);
    answer(outbox, tsn_outbox_take(outbox), 200);
    ck_assert_uint_eq(draws, 0);
    answer_with(outbox, tsn_outbox_take(outbox), 200, "X-Sentry-Rate-Limits", "1:session:key");
    answer(outbox, tsn_outbox_take(outbox), 0);
    ck_assert_uint_ge(draws, 1);
    tsn_rand_set_source(longest);
    tsn_outbox_fini(outbox);
}
END_TEST

START_TEST(six_requests_without_answer_are_enough) /* ruling 9 */
{
    tsn_outbox *outbox = outbox_new();
    capture(outbox, 0, 1);
    for (int i = 0; i < 6; i++) {
        ck_assert_uint_eq(unit_count(outbox, TSN_STAGE_QUEUED, TSN_CATEGORY_ERROR), 1);
        answer(outbox, tsn_outbox_take(outbox), 0);
        unit_pass(60000);
    }
    ck_assert_uint_eq(unit_count(outbox, TSN_STAGE_QUEUED, TSN_CATEGORY_ERROR), 0);
    ck_assert_uint_eq(unit_lost(outbox, TSN_REASON_NETWORK_ERROR, TSN_CATEGORY_ERROR), 1);
    tsn_outbox_fini(outbox);
}
END_TEST

START_TEST(requests_that_never_went_out_do_not_count) /* ruling 9 */
{
    tsn_outbox *outbox = outbox_new();
    capture(outbox, 0, 1);
    for (int i = 0; i < 50; i++) {
        refuse(outbox, tsn_outbox_take(outbox));
        unit_pass(60000);
    }
    ck_assert_uint_eq(unit_count(outbox, TSN_STAGE_QUEUED, TSN_CATEGORY_ERROR), 1);
    answer(outbox, tsn_outbox_take(outbox), 200);
    ck_assert_uint_eq(unit_count(outbox, TSN_STAGE_DELIVERED, TSN_CATEGORY_ERROR), 1);
    tsn_outbox_fini(outbox);
}
END_TEST

START_TEST(counts_of_a_report_that_fails_are_given_back_once) /* */
{
    static const int statuses[] = {400, 500, 0, 429, 200};
    static const bool back[] = {true, true, true, false, false};
    for (size_t i = 0; i < sizeof statuses / sizeof statuses[0]; i++) {
        tsn_outbox *outbox = outbox_new();
        tsn_client_report *pending = &outbox->ledger.pending;
        lose_one(outbox);
        unit_pass(60000);
        answer(outbox, tsn_outbox_take(outbox), statuses[i]);
        ck_assert(outbox->ledger.has_pending == back[i]);
        ck_assert_uint_eq(
            tsn_client_report_count(pending, TSN_REASON_SAMPLE_RATE, TSN_CATEGORY_ERROR), back[i]);
        ck_assert_uint_eq(unit_lost(outbox, TSN_REASON_SAMPLE_RATE, TSN_CATEGORY_ERROR), 1);
        ck_assert_ptr_null(tsn_outbox_take(outbox));
        tsn_outbox_fini(outbox);
    }
}
END_TEST

START_TEST(a_refused_report_is_not_itself_reported) /* */
{
    tsn_outbox *outbox = outbox_new();
    lose_one(outbox);
    unit_pass(60000);
    answer(outbox, tsn_outbox_take(outbox), 400);
    ck_assert_uint_eq(tsn_client_report_total(&outbox->ledger.pending, TSN_CATEGORY_ERROR), 1);
    tsn_outbox_fini(outbox);
}
END_TEST

Suite *unit_suite(void)
{
    const TTest *const tests[] = {
        every_row_of_the_response_table_has_its_fate,
        after_no_answer_it_waits_for_the_backoff_and_keeps_the_order,
        after_an_answer_the_next_pause_is_a_short_one_again,
        only_what_may_be_tried_again_draws_for_its_pause,
        six_requests_without_answer_are_enough,
        requests_that_never_went_out_do_not_count,
        counts_of_a_report_that_fails_are_given_back_once,
        a_refused_report_is_not_itself_reported,
    };
    return unit_suite_of("io/outbox_complete", tests, sizeof tests / sizeof tests[0]);
}

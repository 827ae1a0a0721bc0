#include "io/outbox.h"

#include <pthread.h>

#include "base/alloc.h"
#include "carry.h"

START_TEST(an_event_sheds_limited_attachments_for_good) /* H-13 */
{
    tsn_outbox *outbox = outbox_new();
    tsn_record *record = unit_record(1);
    unit_attach(record, "abc");
    capture(outbox, 0, 1);
    answer_with(outbox, tsn_outbox_take(outbox), 200, "X-Sentry-Rate-Limits", "5:attachment:key");
    ck_assert_int_eq(tsn_outbox_push(outbox, record), TOCSIN_OK);
    refuse(outbox, tsn_outbox_take(outbox));
    unit_pass(60000);
    tsn_parcel *parcel = tsn_outbox_take(outbox);
    ck_assert_ptr_null(parcel->record->attachments);
    answer(outbox, parcel, 200);
    ck_assert_uint_eq(unit_lost(outbox, TSN_REASON_RATELIMIT_BACKOFF, TSN_CATEGORY_ATTACHMENT), 3);
    ck_assert_uint_eq(unit_count(outbox, TSN_STAGE_DELIVERED, TSN_CATEGORY_ERROR), 2);
    tsn_outbox_fini(outbox);
}
END_TEST

static unsigned times_asked;

static int64_t count_asking(void)
{
    times_asked++;
    return 1000000;
}

START_TEST(as_long_as_nothing_waits_for_its_time_nobody_asks_for_it)
{
    static const tsn_clock_source source = {count_asking, count_asking};
    tsn_outbox *outbox = outbox_new();
    capture(outbox, 0, 3);
    tsn_clock_set_source(&source);
    times_asked = 0;
    answer(outbox, tsn_outbox_take(outbox), 200);
    ck_assert_uint_eq(times_asked, 0);
    refuse(outbox, tsn_outbox_take(outbox));
    times_asked = 0;
    ck_assert_ptr_null(tsn_outbox_take(outbox)); /* the backoff holds it */
    ck_assert_uint_ge(times_asked, 1);
    unit_stop_clock();
    unit_pass(60000);
    answer(outbox, tsn_outbox_take(outbox), 200);
    tsn_outbox_fini(outbox);
}
END_TEST

START_TEST(a_report_rides_after_thirty_seconds_and_goes_alone_after_sixty) /* */
{
    tsn_outbox *outbox = outbox_new();
    lose_one(outbox);
    capture(outbox, 0, 1);
    tsn_parcel *parcel = tsn_outbox_take(outbox);
    ck_assert(!has_report(parcel));
    answer(outbox, parcel, 200);
    unit_pass(30000);
    ck_assert_ptr_null(tsn_outbox_take(outbox));
    capture(outbox, 1, 1);
    parcel = tsn_outbox_take(outbox);
    ck_assert(has_report(parcel));
    answer(outbox, parcel, 200);
    ck_assert(!outbox->ledger.has_pending);
    lose_one(outbox);
    unit_pass(59999);
    ck_assert_ptr_null(tsn_outbox_take(outbox));
    unit_pass(1);
    parcel = tsn_outbox_take(outbox);
    ck_assert_ptr_null(parcel->record);
    ck_assert(has_report(parcel));
    answer(outbox, parcel, 200);
    ck_assert_ptr_null(tsn_outbox_take(outbox));
    tsn_outbox_fini(outbox);
}
END_TEST

static void *wait_for_work(void *context)
{
    tsn_outbox_wait_for_work(context, TSN_CLOCK_NEVER);
    return NULL;
}

START_TEST(the_first_loss_wakes_a_carrier_that_sleeps_without_a_deadline) /* Q-18, OVL-7 */
{
    tsn_outbox *outbox = outbox_new();
    pthread_t carrier;
    for (int is_limited = 0; is_limited < 2; is_limited++) {
        if (is_limited == 1) {
            capture(outbox, 0, 1);
            answer_with(outbox, tsn_outbox_take(outbox), 429, "Retry-After", "3600");
        }
        pthread_create(&carrier, NULL, wait_for_work, outbox);
        for (bool is_resting = false; !is_resting;) {
            tsn_mutex_lock(&outbox->lock);
            is_resting = outbox->is_resting;
            tsn_mutex_unlock(&outbox->lock);
        }
        if (is_limited == 1) {
            ck_assert_int_eq(tsn_outbox_push(outbox, unit_record(1)), TOCSIN_DROPPED);
        } else {
            lose_one(outbox);
        }
        pthread_join(carrier, NULL); /* it now knows when the report is due */
        unit_pass(60000);
        answer(outbox, tsn_outbox_take(outbox), 200);
    }
    tsn_outbox_fini(outbox);
}
END_TEST

START_TEST(limits_do_not_hold_reports_back) /* */
{
    tsn_outbox *outbox = outbox_new();
    capture(outbox, 0, 1);
    answer_with(outbox, tsn_outbox_take(outbox), 429, "Retry-After", "3600");
    ck_assert_int_eq(tsn_outbox_push(outbox, unit_record(1)), TOCSIN_DROPPED);
    unit_pass(60000);
    tsn_parcel *parcel = tsn_outbox_take(outbox);
    ck_assert(has_report(parcel));
    answer(outbox, parcel, 200);
    tsn_outbox_fini(outbox);
}
END_TEST

START_TEST(without_a_server_nothing_is_kept_for_later) /* S-4 */
{
    tsn_outbox_config config = unit_outbox_config();
    config.gives_up = true;
    config.sends_reports = false;
    tsn_outbox *outbox = outbox_with(&config);
    capture(outbox, 0, 3);
    refuse(outbox, tsn_outbox_take(outbox));
    ck_assert_ptr_null(tsn_outbox_take(outbox));
    capture(outbox, 3, 1);
    ck_assert_ptr_null(tsn_outbox_take(outbox));
    ck_assert_uint_eq(unit_lost(outbox, TSN_REASON_NETWORK_ERROR, TSN_CATEGORY_ERROR), 4);
    unit_pass(1000);
    capture(outbox, 4, 1);
    answer(outbox, tsn_outbox_take(outbox), 200);
    unit_expect_identity(outbox);
    tsn_outbox_fini(outbox);
}
END_TEST

START_TEST(want_of_memory_costs_events_but_never_the_count) /* OOM-1 */
{
    for (uint64_t n = 1; n < 40; n++) {
        tsn_outbox *outbox = outbox_new();
        lose_one(outbox);
        capture(outbox, 0, 3);
        unit_pass(60000);
        tsn_alloc_fail_nth(n, true);
        tsn_parcel *parcel = tsn_outbox_take(outbox);
        tsn_alloc_fail_nth(0, false);
        unit_expect_identity(outbox);
        if (parcel != NULL) answer(outbox, parcel, 200);
        while ((parcel = tsn_outbox_take(outbox)) != NULL) answer(outbox, parcel, 200);
        unit_expect_identity(outbox);
        ck_assert_uint_eq(outbox->queue.items + outbox->in_flight, 0);
        ck_assert_uint_eq(unit_count(outbox, TSN_STAGE_QUEUED, TSN_CATEGORY_ERROR), 0);
        ck_assert_uint_eq(unit_count(outbox, TSN_STAGE_IN_FLIGHT, TSN_CATEGORY_ERROR), 0);
        tsn_outbox_fini(outbox);
    }
}
END_TEST

Suite *unit_suite(void)
{
    const TTest *const tests[] = {
        an_event_sheds_limited_attachments_for_good,
        as_long_as_nothing_waits_for_its_time_nobody_asks_for_it,
        a_report_rides_after_thirty_seconds_and_goes_alone_after_sixty,
        the_first_loss_wakes_a_carrier_that_sleeps_without_a_deadline,
        limits_do_not_hold_reports_back,
        without_a_server_nothing_is_kept_for_later,
        want_of_memory_costs_events_but_never_the_count,
    };
    return unit_suite_of("io/outbox_take", tests, sizeof tests / sizeof tests[0]);
}

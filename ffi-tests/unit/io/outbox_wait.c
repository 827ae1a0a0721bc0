/* Flush and close as the state sees them, and threads that wait with no deadline: whoever is not
 * woken stays. More of these are in worker.c. */
#include "io/outbox.h"

#include <pthread.h>
#include <sched.h>

#include "carry.h"

START_TEST(a_flush_asks_for_the_report_with_the_last_envelope) /* */
{
    tsn_outbox *outbox = outbox_new();
    lose_one(outbox);
    capture(outbox, 0, 2);
    ck_assert_int_eq(tsn_outbox_flush(outbox, tsn_clock_mono_ms()), TOCSIN_TIMEOUT);
    tsn_parcel *first = tsn_outbox_take(outbox);
    tsn_parcel *second = tsn_outbox_take(outbox);
    ck_assert(!has_report(first));
    ck_assert(has_report(second));
    ck_assert_int_eq(tsn_outbox_flush(outbox, tsn_clock_mono_ms()), TOCSIN_TIMEOUT);
    answer(outbox, first, 200);
    ck_assert_int_eq(tsn_outbox_flush(outbox, tsn_clock_mono_ms()), TOCSIN_TIMEOUT);
    answer(outbox, second, 200);
    ck_assert_int_eq(tsn_outbox_flush(outbox, tsn_clock_mono_ms()), TOCSIN_OK);
    tsn_outbox_fini(outbox);
}
END_TEST

START_TEST(a_flush_is_done_once_the_report_was_answered_however)
{
    tsn_outbox *outbox = outbox_new();
    lose_one(outbox);
    ck_assert_int_eq(tsn_outbox_flush(outbox, tsn_clock_mono_ms()), TOCSIN_TIMEOUT);
    answer(outbox, tsn_outbox_take(outbox), 0);
    unit_pass(60000);
    ck_assert(outbox->wants_report); /* no answer is none */
    answer(outbox, tsn_outbox_take(outbox), 400);
    ck_assert(!outbox->wants_report);
    ck_assert(outbox->ledger.has_pending);
    tsn_outbox_fini(outbox);
}
END_TEST

START_TEST(a_closed_outbox_takes_nothing_in_and_counts_what_was_left) /* */
{
    tsn_outbox *outbox = outbox_new();
    tocsin_status st;
    capture(outbox, 0, 3);
    tsn_parcel *parcel = tsn_outbox_take(outbox);
    ck_assert(tsn_outbox_begin_close(outbox, &st));
    ck_assert_int_eq(tsn_outbox_push(outbox, unit_record(9)), TOCSIN_DISABLED);
    ck_assert_int_eq(tsn_outbox_drain(outbox, tsn_clock_mono_ms()), TOCSIN_TIMEOUT);
    ck_assert_uint_eq(tsn_outbox_seal(outbox), 3);
    tsn_outbox_end_close(outbox, TOCSIN_TIMEOUT);
    ck_assert_uint_eq(unit_lost(outbox, TSN_REASON_NETWORK_ERROR, TSN_CATEGORY_ERROR), 4);
    unit_expect_identity(outbox);
    answer(outbox, parcel, 200); /* too late: it has been counted */
    ck_assert_uint_eq(unit_count(outbox, TSN_STAGE_DELIVERED, TSN_CATEGORY_ERROR), 0);
    ck_assert(!tsn_outbox_begin_close(outbox, &st));
    ck_assert_int_eq(st, TOCSIN_TIMEOUT);
    ck_assert_ptr_null(tsn_outbox_take(outbox));
    tsn_outbox_fini(outbox);
}
END_TEST

START_TEST(closing_cuts_a_backoff_short_for_one_more_try)
{
    tsn_outbox *outbox = outbox_new();
    tocsin_status st;
    capture(outbox, 0, 1);
    answer(outbox, tsn_outbox_take(outbox), 0);
    ck_assert_ptr_null(tsn_outbox_take(outbox));
    ck_assert(tsn_outbox_begin_close(outbox, &st));
    answer(outbox, tsn_outbox_take(outbox), 200);
    ck_assert_int_eq(tsn_outbox_drain(outbox, tsn_clock_mono_ms()), TOCSIN_OK);
    ck_assert_uint_eq(tsn_outbox_seal(outbox), 0);
    tsn_outbox_fini(outbox);
}
END_TEST

/* The losses of a close are left for a report that nobody will send. */
START_TEST(a_flush_that_comes_after_the_close_does_not_wait)
{
    tsn_outbox *outbox = outbox_new();
    tocsin_status st;
    capture(outbox, 0, 1);
    ck_assert(tsn_outbox_begin_close(outbox, &st));
    ck_assert_uint_eq(tsn_outbox_seal(outbox), 1);
    ck_assert(outbox->ledger.has_pending);
    ck_assert_int_eq(tsn_outbox_flush(outbox, tsn_clock_mono_ms()), TOCSIN_TIMEOUT);
    ck_assert(!outbox->wants_report);
    tsn_outbox_end_close(outbox, TOCSIN_OK);
    ck_assert_int_eq(tsn_outbox_flush(outbox, TSN_CLOCK_NEVER), TOCSIN_OK);
    tsn_outbox_fini(outbox);
}
END_TEST

/* A thread that waits for as long as it takes. */
typedef struct waiter {
    tsn_outbox *outbox;
    tocsin_status (*wait)(tsn_outbox *outbox);
    tocsin_status result;
    pthread_t thread;
} waiter;

static tocsin_status flush_for_ever(tsn_outbox *outbox)
{
    return tsn_outbox_flush(outbox, TSN_CLOCK_NEVER);
}

static tocsin_status close_again(tsn_outbox *outbox)
{
    tocsin_status st = TOCSIN_OK;
    return tsn_outbox_begin_close(outbox, &st) ? TOCSIN_E_INTERNAL : st;
}

static void *wait_on_thread(void *arg)
{
    waiter *one = arg;
    one->result = one->wait(one->outbox);
    return NULL;
}

/* Returns once it sleeps, or is about to and cannot miss a signal any more. */
static void waiter_begin(waiter *one, tsn_outbox *outbox, tocsin_status (*wait)(tsn_outbox *))
{
    *one = (waiter){.outbox = outbox, .wait = wait};
    ck_assert_int_eq(pthread_create(&one->thread, NULL, wait_on_thread, one), 0);
    while (atomic_load(&outbox->progress.waiting) == 0) sched_yield();
}

static tocsin_status waiter_end(waiter *one)
{
    ck_assert_int_eq(pthread_join(one->thread, NULL), 0);
    return one->result;
}

START_TEST(the_last_answer_wakes_a_flush_without_a_deadline) /* */
{
    waiter one;
    tsn_outbox *outbox = outbox_new();
    capture(outbox, 0, 1);
    tsn_parcel *parcel = tsn_outbox_take(outbox);
    waiter_begin(&one, outbox, flush_for_ever);
    answer(outbox, parcel, 200);
    ck_assert_int_eq(waiter_end(&one), TOCSIN_OK);
    tsn_outbox_fini(outbox);
}
END_TEST

START_TEST(a_parcel_that_comes_back_for_good_wakes_it_too)
{
    waiter one;
    tsn_outbox_config config = unit_outbox_config();
    config.sends_reports = false;
    tsn_outbox *outbox = outbox_with(&config);
    capture(outbox, 0, 1);
    tsn_parcel *parcel = tsn_outbox_take(outbox);
    parcel->cannot_return = true;
    waiter_begin(&one, outbox, flush_for_ever);
    tsn_outbox_return(outbox, parcel, true);
    ck_assert_int_eq(waiter_end(&one), TOCSIN_OK);
    tsn_outbox_fini(outbox);
}
END_TEST

START_TEST(a_seal_wakes_it_with_the_answer_of_the_close) /* */
{
    waiter one;
    tocsin_status st;
    tsn_outbox *outbox = outbox_new();
    capture(outbox, 0, 1);
    waiter_begin(&one, outbox, flush_for_ever);
    ck_assert(tsn_outbox_begin_close(outbox, &st));
    ck_assert_uint_eq(tsn_outbox_seal(outbox), 1);
    ck_assert_int_eq(waiter_end(&one), TOCSIN_TIMEOUT);
    tsn_outbox_end_close(outbox, TOCSIN_TIMEOUT);
    tsn_outbox_fini(outbox);
}
END_TEST

START_TEST(a_second_close_waits_for_the_end_of_the_first) /* */
{
    waiter one;
    tocsin_status st;
    tsn_outbox *outbox = outbox_new();
    ck_assert(tsn_outbox_begin_close(outbox, &st));
    ck_assert_uint_eq(tsn_outbox_seal(outbox), 0);
    waiter_begin(&one, outbox, close_again);
    tsn_outbox_end_close(outbox, TOCSIN_TIMEOUT);
    ck_assert_int_eq(waiter_end(&one), TOCSIN_TIMEOUT);
    tsn_outbox_fini(outbox);
}
END_TEST

Suite *unit_suite(void)
{
    const TTest *const tests[] = {
        a_flush_asks_for_the_report_with_the_last_envelope,
        a_flush_is_done_once_the_report_was_answered_however,
        a_closed_outbox_takes_nothing_in_and_counts_what_was_left,
        closing_cuts_a_backoff_short_for_one_more_try,
        a_flush_that_comes_after_the_close_does_not_wait,
        the_last_answer_wakes_a_flush_without_a_deadline,
        a_parcel_that_comes_back_for_good_wakes_it_too,
        a_seal_wakes_it_with_the_answer_of_the_close,
        a_second_close_waits_for_the_end_of_the_first,
    };
    return unit_suite_of("io/outbox_wait", tests, sizeof tests / sizeof tests[0]);
}

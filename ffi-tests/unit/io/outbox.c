/* What comes in and may go, without threads: the test carries the parcels. */
#include "io/outbox.h"

#include "carry.h"
#include "chance.h"
#include "fates.h"

START_TEST(a_full_queue_refuses_the_new_one_with_all_its_items) /* */
{
    tsn_outbox_config config = unit_outbox_config();
    config.max_items = 1;
    tsn_outbox *outbox = outbox_with(&config);
    tsn_record *record = unit_record(2);
    unit_attach(record, "abc");
    capture(outbox, 1, 1);
    ck_assert_int_eq(tsn_outbox_push(outbox, record), TOCSIN_E_FULL);
    ck_assert_uint_eq(unit_lost(outbox, TSN_REASON_QUEUE_OVERFLOW, TSN_CATEGORY_ERROR), 1);
    ck_assert_uint_eq(unit_lost(outbox, TSN_REASON_QUEUE_OVERFLOW, TSN_CATEGORY_ATTACHMENT), 3);
    unit_expect_identity(outbox);
    tsn_parcel *parcel = tsn_outbox_take(outbox);
    ck_assert_uint_eq(number_of(parcel), 1);
    answer(outbox, parcel, 200);
    tsn_outbox_fini(outbox);
}
END_TEST

START_TEST(what_is_limited_is_refused_at_the_door_and_dropped_before_sending) /* R-6, H-13 */
{
    tsn_outbox *outbox = outbox_new();
    capture(outbox, 0, 4);
    answer_with(outbox, tsn_outbox_take(outbox), 200, "X-Sentry-Rate-Limits", "60:error:key");
    ck_assert_int_eq(tsn_outbox_push(outbox, unit_record(9)), TOCSIN_DROPPED);
    ck_assert_uint_eq(unit_lost(outbox, TSN_REASON_RATELIMIT_BACKOFF, TSN_CATEGORY_ERROR), 1);
    ck_assert_ptr_null(tsn_outbox_take(outbox));
    ck_assert_uint_eq(unit_lost(outbox, TSN_REASON_RATELIMIT_BACKOFF, TSN_CATEGORY_ERROR), 4);
    unit_expect_identity(outbox);
    unit_pass(60000);
    capture(outbox, 10, 1);
    answer(outbox, tsn_outbox_take(outbox), 200);
    tsn_outbox_fini(outbox);
}
END_TEST

START_TEST(one_at_a_time_after_a_failure_until_an_answer_is_good) /* H-10 */
{
    static const int bad[] = {0, 429, 500, 403};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        tsn_outbox *outbox = outbox_new();
        capture(outbox, 0, 8);
        answer_with(outbox, tsn_outbox_take(outbox), bad[i], "X-Sentry-Rate-Limits",
                    "60:transaction:key");
        unit_pass(60000);
        tsn_parcel *parcel = tsn_outbox_take(outbox);
        ck_assert_ptr_null(tsn_outbox_take(outbox));
        answer(outbox, parcel, 200);
        tsn_parcel *next = tsn_outbox_take(outbox);
        parcel = tsn_outbox_take(outbox);
        answer(outbox, next, 200);
        answer(outbox, parcel, 200);
        tsn_outbox_fini(outbox);
    }
}
END_TEST

START_TEST(one_at_a_time_while_any_limit_is_active) /* H-10 */
{
    tsn_outbox *outbox = outbox_new();
    capture(outbox, 0, 8);
    answer_with(outbox, tsn_outbox_take(outbox), 200, "X-Sentry-Rate-Limits", "60:transaction:key");
    tsn_parcel *parcel = tsn_outbox_take(outbox);
    ck_assert_ptr_null(tsn_outbox_take(outbox));
    unit_pass(60000);
    tsn_parcel *second = tsn_outbox_take(outbox);
    answer(outbox, second, 200);
    answer(outbox, parcel, 200);
    tsn_outbox_fini(outbox);
}
END_TEST

START_TEST(starting_afresh_forgets_all_but_the_limits) /* */
{
    tsn_outbox *outbox = outbox_new();
    capture(outbox, 0, 2);
    answer_with(outbox, tsn_outbox_take(outbox), 429, NULL, NULL);
    tsn_record *left = tsn_queue_pop(&outbox->queue); /* else it would be a leak of the test */
    tsn_record_free(left);
    tsn_outbox_start_afresh(outbox);
    ck_assert_uint_eq(outbox->queue.items, 0);
    ck_assert_uint_eq(unit_count(outbox, TSN_STAGE_QUEUED, TSN_CATEGORY_ERROR), 0);
    ck_assert_int_eq(tsn_outbox_push(outbox, unit_record(5)), TOCSIN_DROPPED);
    unit_pass(60000);
    capture(outbox, 6, 1);
    answer(outbox, tsn_outbox_take(outbox), 200);
    tsn_outbox_fini(outbox);
}
END_TEST

/* As a child of fork may with an envelope that its parent pulled: the event is the parent's. */
START_TEST(what_was_taken_before_a_fresh_start_counts_nothing_after_it) /* Q-14, FRK-1 */
{
    static const int statuses[] = {200, 429, 400, 0};
    for (size_t i = 0; i < sizeof statuses / sizeof statuses[0]; i++) {
        tsn_outbox *outbox = outbox_new();
        capture(outbox, 0, 2);
        tsn_parcel *answered = tsn_outbox_take(outbox);
        tsn_parcel *returned = tsn_outbox_take(outbox);
        tsn_outbox_start_afresh(outbox);
        answer(outbox, answered, statuses[i]);
        tsn_outbox_return(outbox, returned, false);
        unit_expect_identity(outbox);
        ck_assert_uint_eq(outbox->in_flight, 0);
        ck_assert_uint_eq(outbox->queue.items, 0);
        ck_assert_uint_eq(unit_count(outbox, TSN_STAGE_DELIVERED, TSN_CATEGORY_ERROR), 0);
        ck_assert_uint_eq(unit_lost(outbox, TSN_REASON_SEND_ERROR, TSN_CATEGORY_ERROR), 0);
        tsn_outbox_fini(outbox);
    }
}
END_TEST

/* A random program: captures, takes, answers of all kinds in any order, time passing. */
static void run_program(unit_chance *chance)
{
    static const int statuses[] = {200, 200, 200, 200, 429, 400, 503, 0, 0, 999};
    static const char *const limits[] = {"1:error:key", "2:attachment:key", "3::key", "x"};
    tsn_outbox_config config = unit_outbox_config();
    tsn_parcel *out[8];
    size_t out_count = 0;
    bool is_captured[300] = {false};
    const unit_fates *fates = unit_fates_begin();
    config.max_items = 1 + unit_chance_below(chance, 10);
    config.max_in_flight = 1 + (unsigned)unit_chance_below(chance, 8);
    config.gives_up = unit_chance_below(chance, 5) == 0;
    tsn_outbox *outbox = outbox_with(&config);
    tsn_rand_set_source(NULL);
    for (unsigned step = 0; step < 300; step++) {
        size_t what = unit_chance_below(chance, 10);
        if (what < 4) {
            tsn_record *record = unit_record(step);
            if (unit_chance_below(chance, 3) == 0) unit_attach(record, "abcdef");
            record->is_sampled_out = unit_chance_below(chance, 20) == 0;
            is_captured[step] = !record->is_sampled_out;
            (void)tsn_outbox_push(outbox, record);
        } else if (what < 6) {
            tsn_parcel *parcel = tsn_outbox_take(outbox);
            if (parcel != NULL) out[out_count++] = parcel;
        } else if (what < 9 && out_count > 0) {
            size_t which = unit_chance_below(chance, out_count);
            tsn_parcel *parcel = out[which];
            out[which] = out[--out_count];
            bool limits_too = unit_chance_below(chance, 6) == 0;
            answer_with(outbox, parcel, statuses[unit_chance_below(chance, 10)],
                        limits_too ? "X-Sentry-Rate-Limits" : NULL,
                        limits[unit_chance_below(chance, 4)]);
        } else {
            unit_pass((int64_t)unit_chance_below(chance, 4000));
            if (unit_chance_below(chance, 10) == 0) lose_one(outbox);
        }
        ck_assert_uint_le(out_count, config.max_in_flight);
        ck_assert_uint_eq(out_count, outbox->in_flight);
        unit_expect_identity(outbox);
        unit_fates_expect(fates, outbox);
        if (out_count == 0 && outbox->queue.items == 0) ck_assert_int_eq(outbox->queue.bytes, 0);
    }
    tsn_outbox_seal(outbox);
    unit_expect_identity(outbox);
    ck_assert_uint_eq(unit_count(outbox, TSN_STAGE_QUEUED, TSN_CATEGORY_ERROR), 0);
    ck_assert_uint_eq(unit_count(outbox, TSN_STAGE_IN_FLIGHT, TSN_CATEGORY_ERROR), 0);
    while (out_count > 0) answer(outbox, out[--out_count], 200);
    unit_fates_expect_all(fates, outbox, is_captured, 300);
    tsn_outbox_fini(outbox);
    tsn_fate_set_hook(NULL, NULL);
}

START_TEST(whatever_happens_every_capture_has_one_fate) /* P6 */
{
    unit_chance chance = unit_chance_begin("outbox");
    for (size_t i = unit_rounds(300); i > 0; i--) run_program(&chance);
}
END_TEST

Suite *unit_suite(void)
{
    const TTest *const tests[] = {
        a_full_queue_refuses_the_new_one_with_all_its_items,
        what_is_limited_is_refused_at_the_door_and_dropped_before_sending,
        one_at_a_time_after_a_failure_until_an_answer_is_good,
        one_at_a_time_while_any_limit_is_active,
        starting_afresh_forgets_all_but_the_limits,
        what_was_taken_before_a_fresh_start_counts_nothing_after_it,
        whatever_happens_every_capture_has_one_fate,
    };
    return unit_suite_of("io/outbox", tests, sizeof tests / sizeof tests[0]);
}

/* The way back from disk: when, in what order, and what is not sent. */
#include "base/alloc.h"
#include "chance.h"
#include "fates.h"
#include "spooled.h"

/* Leaves these in the directory as another run would. */
static void leave(unsigned first, unsigned count)
{
    tsn_spool spool;
    tsn_spool_config config = unit_spool_config(unit_disk);
    tsn_spool_init(&spool, &config);
    unit_store_and_keep(&spool, first, count);
    tsn_spool_fini(&spool);
}

static spooled *heir_of(unsigned count)
{
    unit_stop_clock();
    unit_disk_new();
    leave(0, count);
    spooled *s = spooled_again(100);
    tsn_outbox_adopt(&s->outbox);
    unit_pass(TSN_OUTBOX_STORED_GAP_MS);
    return s;
}

START_TEST(leftovers_are_sent_oldest_first_at_a_pace) /* Q-23, NET-10 */
{
    spooled *s = heir_of(5);
    for (unsigned i = 0; i < 5; i++) {
        tsn_parcel *parcel = tsn_outbox_take_stored(&s->outbox);
        ck_assert_uint_eq(stored_number(parcel), i);
        ck_assert_ptr_null(tsn_outbox_take_stored(&s->outbox));
        answer(&s->outbox, parcel, 200);
        unit_pass(TSN_OUTBOX_STORED_GAP_MS - 1);
        ck_assert_ptr_null(tsn_outbox_take_stored(&s->outbox));
        unit_pass(1);
    }
    ck_assert_ptr_null(tsn_outbox_take_stored(&s->outbox));
    ck_assert_uint_eq(errors_at(s, TSN_STAGE_DELIVERED), 5);
    spooled_finish(s);
}
END_TEST

START_TEST(a_stored_envelope_is_sent_with_a_fresh_time_and_else_as_it_was) /* */
{
    spooled *s = heir_of(1);
    tsn_parcel *parcel = tsn_outbox_take_stored(&s->outbox);
    ck_assert_int_eq(tsn_parcel_seal(parcel, &s->outbox.config.packing, unit_wall_us(), NULL),
                     TOCSIN_OK);
    unit_expect_buf(&parcel->transfer.body,
                    "{\"event_id\":\"01000000000000000000000000000000\"," UNIT_IDENTITY
                    ",\"sent_at\":\"2026-11-02T09:30:00.350Z\"}\n"
                    "{\"type\":\"event\",\"content_type\":\"application/json\",\"length\":7}\n"
                    "{\"n\":0}\n");
    answer(&s->outbox, parcel, 200);
    spooled_finish(s);
}
END_TEST

START_TEST(nothing_is_taken_before_its_time_nor_while_anything_stands_against_it) /* Q-23, NET-11 */
{
    unit_stop_clock();
    unit_disk_new();
    leave(0, 3);
    spooled *s = spooled_again(100);
    tsn_outbox_adopt(&s->outbox);
    ck_assert_ptr_null(tsn_outbox_take_stored(&s->outbox)); /* 100 ms after the start */
    unit_pass(TSN_OUTBOX_STORED_GAP_MS);
    capture(&s->outbox, 7, 1);
    ck_assert_ptr_null(tsn_outbox_take_stored(&s->outbox)); /* what is new goes first */
    answer_with(&s->outbox, tsn_outbox_take(&s->outbox), 200, "X-Sentry-Rate-Limits",
                "60:transaction:k");
    unit_pass(59000);
    ck_assert_ptr_null(tsn_outbox_take_stored(&s->outbox)); /* limited */
    unit_pass(1000);
    tsn_rand_set_source(longest);
    answer(&s->outbox, tsn_outbox_take_stored(&s->outbox), 0);
    ck_assert_ptr_null(tsn_outbox_take_stored(&s->outbox)); /* no answer: it stops */
    unit_pass(1000);
    tsn_parcel *parcel = tsn_outbox_take_stored(&s->outbox);
    ck_assert_uint_eq(stored_number(parcel), 0);
    answer(&s->outbox, parcel, 200);
    spooled_finish(s);
}
END_TEST

START_TEST(what_another_run_left_is_counted_when_its_turn_has_come) /* P6 */
{
    spooled *s = heir_of(3);
    unit_expect_identity(&s->outbox);
    ck_assert_uint_eq(errors_at(s, TSN_STAGE_SPOOLED), 0);
    tsn_parcel *parcel = tsn_outbox_take_stored(&s->outbox);
    ck_assert_uint_eq(errors_at(s, TSN_STAGE_IN_FLIGHT), 1);
    unit_expect_identity(&s->outbox);
    refuse(&s->outbox, parcel);
    ck_assert_uint_eq(errors_at(s, TSN_STAGE_SPOOLED), 1);
    s->spool.config.max_items = 0;
    tsn_outbox_adopt(&s->outbox); /* holds the bounds */
    ck_assert_uint_eq(lost_for(s, TSN_REASON_CACHE_OVERFLOW), 3);
    ck_assert_uint_eq(unit_count_files(".envelope"), 0);
    spooled_finish(s);
}
END_TEST

START_TEST(damaged_ones_are_set_aside_and_the_next_goes) /* Q-25, SPL-3 */
{
    spooled *s = heir_of(4);
    unit_in_disk("for f in $(ls run-*/*.envelope | head -3); do echo x >>$f; done");
    tsn_parcel *parcel = tsn_outbox_take_stored(&s->outbox);
    ck_assert_uint_eq(stored_number(parcel), 3);
    answer(&s->outbox, parcel, 200);
    ck_assert_uint_eq(unit_lost(&s->outbox, TSN_REASON_INTERNAL_SDK_ERROR, TSN_CATEGORY_DEFAULT),
                      3);
    unit_expect_identity(&s->outbox);
    ck_assert_uint_eq(unit_count_files(".envelope"), 3);
    unit_in_disk("test $(ls bad | wc -l) = 3");
    spooled_finish(s);
}
END_TEST

START_TEST(one_of_our_own_that_was_damaged_counts_as_what_it_was) /* P6 */
{
    spooled *s = spooled_new(100);
    capture(&s->outbox, 0, 2);
    refuse(&s->outbox, tsn_outbox_take(&s->outbox));
    unit_pass(2000);
    refuse(&s->outbox, tsn_outbox_take(&s->outbox));
    unit_in_disk("f=$(ls run-*/*.envelope | head -1); : >$f");
    unit_in_disk("f=$(ls run-*/*.envelope | tail -1); rm $f");
    unit_pass(9000);
    ck_assert_ptr_null(tsn_outbox_take_stored(&s->outbox));
    ck_assert_uint_eq(lost_for(s, TSN_REASON_INTERNAL_SDK_ERROR), 1);
    ck_assert_uint_eq(lost_for(s, TSN_REASON_NETWORK_ERROR), 1);
    spooled_finish(s);
}
END_TEST

START_TEST(one_that_was_sent_six_times_by_whomever_is_given_up) /* no poison */
{
    spooled *s = heir_of(1);
    spooled_end(s);
    unit_in_disk("cd run-* && f=$(ls *.envelope) && mv $f ${f%-0.envelope}-6.envelope");
    s = spooled_again(100);
    tsn_outbox_adopt(&s->outbox);
    unit_pass(TSN_OUTBOX_STORED_GAP_MS);
    ck_assert_ptr_null(tsn_outbox_take_stored(&s->outbox));
    ck_assert_uint_eq(lost_for(s, TSN_REASON_NETWORK_ERROR), 1);
    ck_assert_uint_eq(unit_count_files(".envelope"), 0);
    spooled_finish(s);
}
END_TEST

START_TEST(what_cannot_be_claimed_is_not_sent) /* Q-24, SPL-2 */
{
    unit_fault fault = {TSN_FILE_OP_RENAME, -EROFS, 1, true, 0};
    spooled *s = heir_of(2);
    tsn_file_set_hook(unit_fault_hook, &fault);
    for (int i = 0; i < 5; i++) ck_assert_ptr_null(tsn_outbox_take_stored(&s->outbox));
    ck_assert_uint_eq(fault.seen, 1);
    tsn_file_set_hook(NULL, NULL);
    unit_pass(60000);
    tsn_parcel *parcel = tsn_outbox_take_stored(&s->outbox);
    ck_assert_uint_eq(stored_number(parcel), 0);
    answer(&s->outbox, parcel, 200);
    spooled_finish(s);
}
END_TEST

START_TEST(what_is_too_old_goes_with_the_next_look) /* */
{
    spooled *s = heir_of(3);
    s->spool.config.max_age_ms = 1000;
    unit_pass(2000);
    tsn_outbox_adopt(&s->outbox);
    ck_assert_uint_eq(lost_for(s, TSN_REASON_CACHE_OVERFLOW), 3);
    spooled_finish(s);
}
END_TEST

START_TEST(one_that_is_out_when_a_close_is_at_its_end_stays_on_disk) /* */
{
    spooled *s = heir_of(2);
    tsn_parcel *parcel = tsn_outbox_take_stored(&s->outbox);
    tsn_outbox_halt(&s->outbox);
    tsn_outbox_seal(&s->outbox);
    ck_assert_uint_eq(errors_at(s, TSN_STAGE_SPOOLED), 1);
    unit_expect_identity(&s->outbox);
    answer(&s->outbox, parcel, 200); /* too late to count */
    ck_assert_uint_eq(unit_count_files(".envelope"), 2);
    spooled_finish(s);
}
END_TEST

/* A random program of everything that can happen to an outbox with a spool. */
static void run_program(unit_chance *chance)
{
    static const int statuses[] = {200, 200, 200, 429, 400, 503, 0, 0, 0};
    tsn_parcel *out[8];
    size_t out_count = 0;
    bool is_captured[200] = {false};
    const unit_fates *fates = unit_fates_begin();
    spooled *s = spooled_new(2 + unit_chance_below(chance, 20));
    s->outbox.config.retry_5xx = unit_chance_below(chance, 2) == 0;
    s->spool.config.max_items = 1 + unit_chance_below(chance, 20);
    for (unsigned step = 0; step < 200; step++) {
        unit_fault fault = {-1, unit_chance_below(chance, 2) == 0 ? -EIO : -ENOSPC,
                            1 + unit_chance_below(chance, 12), false, 0};
        bool is_faulty = unit_chance_below(chance, 4) == 0;
        tsn_file_set_hook(is_faulty ? unit_fault_hook : NULL, &fault);
        size_t what = unit_chance_below(chance, 12);
        if (what < 4) {
            tsn_record *record = unit_record(step);
            if (unit_chance_below(chance, 3) == 0) unit_attach(record, "abcdef");
            is_captured[step] = true;
            if (what < 2)
                (void)tsn_outbox_push(&s->outbox, record);
            else
                (void)tsn_outbox_push_durable(&s->outbox, record);
        } else if (what < 7 && out_count < 8) {
            tsn_parcel *parcel =
                what == 6 ? tsn_outbox_take_stored(&s->outbox) : tsn_outbox_take(&s->outbox);
            if (parcel != NULL) out[out_count++] = parcel;
        } else if (what < 9 && out_count > 0) {
            size_t which = unit_chance_below(chance, out_count);
            tsn_parcel *parcel = out[which];
            out[which] = out[--out_count];
            bool limits = unit_chance_below(chance, 8) == 0;
            answer_with(&s->outbox, parcel, statuses[unit_chance_below(chance, 9)],
                        limits ? "X-Sentry-Rate-Limits" : NULL, "1:attachment:k");
        } else if (what == 9) {
            tsn_outbox_spill(&s->outbox);
        } else if (what == 10) {
            tsn_outbox_adopt(&s->outbox);
        } else {
            unit_pass((int64_t)unit_chance_below(chance, 4000));
        }
        unit_expect_identity(&s->outbox);
        unit_fates_expect(fates, &s->outbox);
        ck_assert_uint_eq(out_count, s->outbox.in_flight);
    }
    tsn_file_set_hook(NULL, NULL);
    tsn_outbox_halt(&s->outbox);
    size_t kept_out = unit_chance_below(chance, 2) == 0 ? out_count : 0;
    while (out_count > kept_out) tsn_outbox_return(&s->outbox, out[--out_count], true);
    if (kept_out == 0) tsn_outbox_put_away(&s->outbox, TSN_CLOCK_NEVER);
    size_t left = s->outbox.queue.items;
    ck_assert_uint_eq(tsn_outbox_seal(&s->outbox), left + kept_out);
    unit_fates_expect_all(fates, &s->outbox, is_captured, 200);
    while (out_count > 0) answer(&s->outbox, out[--out_count], 200); /* counts no more */
    unit_fates_expect_all(fates, &s->outbox, is_captured, 200);
    tsn_fate_set_hook(NULL, NULL);
    ck_assert_uint_eq(unit_count_files(".tmp"), 0);
    spooled_finish(s);
}

START_TEST(whatever_happens_every_capture_has_one_fate) /* P6, IO-1 */
{
    unit_chance chance = unit_chance_begin("outbox_stored");
    for (size_t i = unit_rounds(100); i > 0; i--) run_program(&chance);
}
END_TEST

START_TEST(every_refused_allocation_costs_one_event_at_most_and_it_is_counted) /* OOM-1 */
{
    bool is_through = false;
    for (uint64_t nth = 1; !is_through; nth++) {
        spooled *s = spooled_new(100);
        tsn_record *records[] = {unit_record(0), unit_record(1), unit_record(2)};
        tsn_alloc_fail_nth(nth, false);
        (void)tsn_outbox_push_durable(&s->outbox, records[0]);
        (void)tsn_outbox_push(&s->outbox, records[1]);
        tsn_parcel *parcel = tsn_outbox_take(&s->outbox);
        if (parcel != NULL) refuse(&s->outbox, parcel);
        unit_pass(5000);
        tsn_outbox_adopt(&s->outbox);
        parcel = tsn_outbox_take(&s->outbox);
        if (parcel != NULL) answer(&s->outbox, parcel, 200);
        parcel = tsn_outbox_take_stored(&s->outbox);
        if (parcel != NULL) answer(&s->outbox, parcel, 200);
        (void)tsn_outbox_push(&s->outbox, records[2]);
        tsn_outbox_halt(&s->outbox);
        (void)tsn_outbox_put_away(&s->outbox, TSN_CLOCK_NEVER);
        is_through = !tsn_alloc_did_fail();
        tsn_alloc_fail_nth(0, false);
        size_t lost = tsn_outbox_seal(&s->outbox);
        unit_expect_identity(&s->outbox);
        ck_assert_uint_le(lost + lost_for(s, TSN_REASON_INTERNAL_SDK_ERROR), 1);
        ck_assert_uint_eq(unit_count_files(".tmp"), 0);
        spooled_finish(s);
    }
}
END_TEST

Suite *unit_suite(void)
{
    const TTest *const tests[] = {
        leftovers_are_sent_oldest_first_at_a_pace,
        a_stored_envelope_is_sent_with_a_fresh_time_and_else_as_it_was,
        nothing_is_taken_before_its_time_nor_while_anything_stands_against_it,
        what_another_run_left_is_counted_when_its_turn_has_come,
        damaged_ones_are_set_aside_and_the_next_goes,
        one_of_our_own_that_was_damaged_counts_as_what_it_was,
        one_that_was_sent_six_times_by_whomever_is_given_up,
        what_cannot_be_claimed_is_not_sent,
        what_is_too_old_goes_with_the_next_look,
        one_that_is_out_when_a_close_is_at_its_end_stays_on_disk,
        whatever_happens_every_capture_has_one_fate,
        every_refused_allocation_costs_one_event_at_most_and_it_is_counted,
    };
    return unit_suite_of("io/outbox_stored", tests, sizeof tests / sizeof tests[0]);
}

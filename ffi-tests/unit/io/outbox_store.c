/* The way to disk: no answer, overflow, the end, and captures that are to be safe. */
#include "fates.h"
#include "spooled.h"

START_TEST(what_has_no_answer_waits_on_disk_behind_what_is_new) /* NET-1, Q-20, Q-23 */
{
    spooled *s = spooled_new(100);
    capture(&s->outbox, 0, 3);
    refuse(&s->outbox, tsn_outbox_take(&s->outbox));
    ck_assert_uint_eq(errors_at(s, TSN_STAGE_SPOOLED), 1);
    ck_assert_uint_eq(errors_at(s, TSN_STAGE_QUEUED), 2);
    ck_assert_ptr_nonnull(strstr(unit_only_file(".envelope"), "-0.envelope"));
    unit_pass(2000);
    for (unsigned i = 1; i < 3; i++) {
        ck_assert_ptr_null(tsn_outbox_take_stored(&s->outbox));
        tsn_parcel *parcel = tsn_outbox_take(&s->outbox);
        ck_assert_uint_eq(number_of(parcel), i);
        answer(&s->outbox, parcel, 200);
    }
    tsn_parcel *parcel = tsn_outbox_take_stored(&s->outbox);
    ck_assert_uint_eq(stored_number(parcel), 0);
    answer(&s->outbox, parcel, 200);
    ck_assert_uint_eq(errors_at(s, TSN_STAGE_DELIVERED), 3);
    ck_assert_uint_eq(unit_count_files(".envelope"), 0);
    spooled_finish(s);
}
END_TEST

START_TEST(six_requests_that_went_out_are_enough_wherever_it_waited) /* */
{
    spooled *s = spooled_new(100);
    capture(&s->outbox, 0, 1);
    answer(&s->outbox, tsn_outbox_take(&s->outbox), 0);
    for (int i = 2; i <= 6; i++) {
        ck_assert_uint_eq(errors_at(s, TSN_STAGE_SPOOLED), 1);
        unit_pass(120000);
        answer(&s->outbox, tsn_outbox_take_stored(&s->outbox), 0);
        unit_pass(120000);
        if (i < 6) refuse(&s->outbox, tsn_outbox_take_stored(&s->outbox)); /* does not count */
    }
    ck_assert_uint_eq(lost_for(s, TSN_REASON_NETWORK_ERROR), 1);
    ck_assert_uint_eq(unit_count_files(".envelope"), 0);
    spooled_finish(s);
}
END_TEST

START_TEST(any_answer_ends_its_life_but_5xx_if_they_are_to_be_tried_again) /* Q-20, NET-6, D6 */
{
    static const int statuses[] = {200, 400, 413, 429, 500, 503};
    for (int retries = 0; retries < 2; retries++) {
        for (size_t i = 0; i < sizeof statuses / sizeof statuses[0]; i++) {
            spooled *s = spooled_new(100);
            s->outbox.config.retry_5xx = retries == 1;
            capture(&s->outbox, 0, 1);
            answer(&s->outbox, tsn_outbox_take(&s->outbox), statuses[i]);
            bool stays = retries == 1 && statuses[i] >= 500;
            ck_assert_uint_eq(unit_count_files(".envelope"), stays);
            ck_assert_uint_eq(errors_at(s, TSN_STAGE_SPOOLED), stays);
            tsn_buf said = TSN_BUF_EMPTY;
            char want[8];
            snprintf(want, sizeof want, "%d", statuses[i]);
            ck_assert(tsn_outbox_last_answer(&s->outbox, &said));
            ck_assert(tsn_slice_starts_with(tsn_buf_view(&said), unit_slice(want)));
            tsn_buf_fini(&said);
            spooled_finish(s);
        }
    }
}
END_TEST

START_TEST(a_queue_that_gets_full_moves_its_oldest_to_disk) /* */
{
    spooled *s = spooled_new(100);
    for (unsigned i = 0; i < 1000; i++) {
        capture(&s->outbox, i, 1);
        tsn_outbox_spill(&s->outbox);
        ck_assert_uint_lt(s->outbox.queue.items, 76);
    }
    ck_assert_uint_eq(errors_at(s, TSN_STAGE_SPOOLED) + errors_at(s, TSN_STAGE_QUEUED), 1000);
    ck_assert_uint_eq(unit_count_files(".envelope"), errors_at(s, TSN_STAGE_SPOOLED));
    tsn_parcel *parcel = tsn_outbox_take(&s->outbox);
    ck_assert_uint_gt(number_of(parcel), 900); /* the disk is older than the queue */
    answer(&s->outbox, parcel, 200);
    spooled_finish(s);
}
END_TEST

START_TEST(the_bounds_of_the_disk_hold_and_the_oldest_are_counted) /* Q-22, SPL-1 */
{
    spooled *s = spooled_new(4);
    s->spool.config.max_items = 10;
    for (unsigned i = 0; i < 50; i++) {
        capture(&s->outbox, i, 1);
        tsn_outbox_spill(&s->outbox);
        ck_assert_uint_le(unit_count_files(".envelope"), 10);
        unit_expect_identity(&s->outbox);
    }
    ck_assert_uint_eq(errors_at(s, TSN_STAGE_SPOOLED), 10);
    ck_assert_uint_eq(lost_for(s, TSN_REASON_CACHE_OVERFLOW), 40 - errors_at(s, TSN_STAGE_QUEUED));
    spooled_finish(s);
}
END_TEST

START_TEST(a_full_disk_gives_up_its_oldest_and_says_why) /* SPL-1, Q-22 */
{
    unit_fault fault = {TSN_FILE_OP_WRITE, -ENOSPC, 1, false, 0};
    spooled *s = spooled_new(4);
    for (unsigned i = 0; i < 10; i++) {
        capture(&s->outbox, i, 1);
        tsn_outbox_spill(&s->outbox);
    }
    size_t before = errors_at(s, TSN_STAGE_SPOOLED);
    tsn_file_set_hook(unit_fault_hook, &fault);
    ck_assert_int_eq(tsn_outbox_push_durable(&s->outbox, unit_record(10)), TOCSIN_DURABLE);
    tsn_file_set_hook(NULL, NULL);
    ck_assert_uint_eq(errors_at(s, TSN_STAGE_SPOOLED), before - 1);
    ck_assert_uint_eq(lost_for(s, TSN_REASON_CACHE_OVERFLOW), 1);
    unit_expect_identity(&s->outbox);
    tsn_outbox_put_away(&s->outbox, tsn_clock_deadline(60000));
    spooled_finish(s);
}
END_TEST

START_TEST(a_fatal_event_is_synced_before_the_capture_returns) /* D4, PWR-1 */
{
    unit_fault syncs = {TSN_FILE_OP_SYNC, 0, 0, false, 0}; /* counted, none fails */
    spooled *s = spooled_new(4);
    tsn_record *record = unit_record(2);
    tsn_fragment_release(record->body);
    record->body = tsn_fragment_new(TSN_LIT("{\"level\":\"fatal\"}"));
    ck_assert_int_eq(tsn_outbox_push_durable(&s->outbox, unit_record(1)), TOCSIN_DURABLE);
    tsn_file_set_hook(unit_fault_hook, &syncs);
    ck_assert_int_eq(tsn_outbox_push_durable(&s->outbox, unit_record(3)), TOCSIN_DURABLE);
    ck_assert_uint_eq(syncs.seen, 0);
    ck_assert_int_eq(tsn_outbox_push_durable(&s->outbox, record), TOCSIN_DURABLE);
    ck_assert_uint_ge(syncs.seen, 2); /* the file, its directory, those above */
    tsn_file_set_hook(NULL, NULL);
    tsn_outbox_put_away(&s->outbox, tsn_clock_deadline(60000));
    spooled_finish(s);
}
END_TEST

START_TEST(what_the_disk_does_not_take_stays_in_the_queue_while_there_is_room) /* Q-25, SPL-2 */
{
    unit_fault fault = {TSN_FILE_OP_CREATE, -EROFS, 1, true, 0};
    spooled *s = spooled_new(4);
    tsn_file_set_hook(unit_fault_hook, &fault);
    for (unsigned i = 0; i < 4; i++) {
        capture(&s->outbox, i, 1);
        tsn_outbox_spill(&s->outbox);
    }
    ck_assert_uint_eq(fault.seen, 1); /* it is not asked again at once */
    ck_assert_int_eq(tsn_outbox_push(&s->outbox, unit_record(9)), TOCSIN_E_FULL);
    ck_assert_uint_eq(lost_for(s, TSN_REASON_QUEUE_OVERFLOW), 1);
    tsn_parcel *parcel = tsn_outbox_take(&s->outbox);
    ck_assert_uint_eq(number_of(parcel), 0); /* each in its place */
    answer(&s->outbox, parcel, 200);
    tsn_file_set_hook(NULL, NULL);
    unit_pass(TSN_OUTBOX_SPILL_PAUSE_MS);
    tsn_outbox_spill(&s->outbox);
    ck_assert_uint_gt(errors_at(s, TSN_STAGE_SPOOLED), 0);
    spooled_finish(s);
}
END_TEST

START_TEST(what_is_left_at_the_end_is_on_disk_with_what_must_be_told) /* Q-13, OVL-5 */
{
    spooled *s = spooled_new(2000);
    capture(&s->outbox, 0, 1000);
    tsn_parcel *under_way = tsn_outbox_take(&s->outbox);
    lose_one(&s->outbox);
    tsn_outbox_halt(&s->outbox);
    ck_assert_ptr_null(tsn_outbox_take(&s->outbox));
    tsn_outbox_return(&s->outbox, under_way, true);
    ck_assert_uint_eq(tsn_outbox_put_away(&s->outbox, TSN_CLOCK_NEVER), 1000);
    ck_assert_uint_eq(tsn_outbox_seal(&s->outbox), 0);
    tsn_outbox_leave_report(&s->outbox);
    ck_assert_uint_eq(errors_at(s, TSN_STAGE_SPOOLED), 1000);
    ck_assert_uint_eq(unit_count_files("-1.envelope"), 1); /* what may have arrived */
    spooled_end(s);
    s = spooled_again(2000);
    tsn_outbox_adopt(&s->outbox);
    ck_assert_uint_eq(tsn_spool_count(&s->spool), 1001);
    spooled_finish(s);
}
END_TEST

START_TEST(the_end_waits_no_longer_than_it_may) /* OVL-5 */
{
    spooled *s = spooled_new(100);
    capture(&s->outbox, 0, 10);
    tsn_outbox_halt(&s->outbox);
    ck_assert_uint_eq(tsn_outbox_put_away(&s->outbox, tsn_clock_mono_ms()), 0);
    ck_assert_uint_eq(tsn_outbox_seal(&s->outbox), 10);
    ck_assert_uint_eq(lost_for(s, TSN_REASON_NETWORK_ERROR), 10);
    spooled_finish(s);
}
END_TEST

START_TEST(a_durable_capture_is_on_disk_before_it_returns_and_goes_with_the_answer) /* P4 */
{
    spooled *s = spooled_new(100);
    ck_assert_int_eq(tsn_outbox_push_durable(&s->outbox, unit_record(1)), TOCSIN_DURABLE);
    ck_assert_uint_eq(unit_count_files("-0.envelope"), 1);
    ck_assert_uint_eq(errors_at(s, TSN_STAGE_QUEUED), 1);
    tsn_parcel *parcel = tsn_outbox_take(&s->outbox);
    ck_assert_uint_eq(number_of(parcel), 1);
    ck_assert_uint_eq(unit_count_files("-1.envelope"), 1); /* claimed */
    answer(&s->outbox, parcel, 200);
    ck_assert_uint_eq(unit_count_files(".envelope"), 0);
    ck_assert_int_eq(tsn_outbox_push_durable(&s->outbox, unit_record(2)), TOCSIN_DURABLE);
    refuse(&s->outbox, tsn_outbox_take(&s->outbox));
    ck_assert_uint_eq(unit_count_files("-0.envelope"), 1);
    ck_assert_uint_eq(errors_at(s, TSN_STAGE_SPOOLED), 1);
    spooled_finish(s);
}
END_TEST

START_TEST(a_durable_capture_that_the_queue_cannot_hold_is_safe_all_the_same) /* P4, Q-10 */
{
    spooled *s = spooled_new(1);
    for (unsigned i = 0; i < 5; i++) {
        ck_assert_int_eq(tsn_outbox_push_durable(&s->outbox, unit_record(i)), TOCSIN_DURABLE);
    }
    ck_assert_uint_eq(errors_at(s, TSN_STAGE_SPOOLED), 4);
    ck_assert_uint_eq(unit_count_files(".envelope"), 5);
    tsn_outbox_halt(&s->outbox);
    ck_assert_uint_eq(tsn_outbox_seal(&s->outbox), 1);
    ck_assert_uint_eq(errors_at(s, TSN_STAGE_SPOOLED), 5);
    ck_assert_uint_eq(lost_for(s, TSN_REASON_NETWORK_ERROR), 0);
    spooled_finish(s);
}
END_TEST

START_TEST(what_cannot_be_made_durable_is_queued_and_says_so) /* IO-2 */
{
    static const tsn_file_op ops[] = {TSN_FILE_OP_CREATE, TSN_FILE_OP_WRITE, TSN_FILE_OP_SYNC,
                                      TSN_FILE_OP_RENAME, TSN_FILE_OP_MAKE_DIR};
    for (size_t i = 0; i < sizeof ops / sizeof ops[0]; i++) {
        unit_fault fault = {(int)ops[i], -EIO, 1, true, 0};
        spooled *s = spooled_new(100);
        s->spool.config.syncs = true;
        tsn_file_set_hook(unit_fault_hook, &fault);
        ck_assert_int_eq(tsn_outbox_push_durable(&s->outbox, unit_record(1)), TOCSIN_OK);
        ck_assert_uint_gt(fault.seen, 0);
        tsn_parcel *parcel = tsn_outbox_take(&s->outbox);
        ck_assert_uint_eq(number_of(parcel), 1);
        answer(&s->outbox, parcel, 200);
        spooled_finish(s);
    }
}
END_TEST

START_TEST(what_is_limited_or_too_late_leaves_no_file) /* */
{
    spooled *s = spooled_new(100);
    capture(&s->outbox, 0, 1);
    answer_with(&s->outbox, tsn_outbox_take(&s->outbox), 200, "X-Sentry-Rate-Limits", "9:error:k");
    ck_assert_int_eq(tsn_outbox_push_durable(&s->outbox, unit_record(1)), TOCSIN_DROPPED);
    ck_assert_uint_eq(lost_for(s, TSN_REASON_RATELIMIT_BACKOFF), 1);
    unit_pass(9000);
    tsn_outbox_halt(&s->outbox);
    ck_assert_int_eq(tsn_outbox_push_durable(&s->outbox, unit_record(2)), TOCSIN_DISABLED);
    ck_assert_uint_eq(unit_count_files(".envelope"), 0);
    spooled_finish(s);
}
END_TEST

START_TEST(an_attachment_that_was_limited_does_not_come_back_from_disk) /* */
{
    spooled *s = spooled_new(100);
    capture(&s->outbox, 0, 1);
    answer_with(&s->outbox, tsn_outbox_take(&s->outbox), 200, "X-Sentry-Rate-Limits",
                "60:attachment:k");
    tsn_record *record = unit_record(1);
    unit_attach(record, "hello");
    ck_assert_int_eq(tsn_outbox_push_durable(&s->outbox, record), TOCSIN_DURABLE);
    refuse(&s->outbox, tsn_outbox_take(&s->outbox));
    ck_assert_uint_eq(unit_lost(&s->outbox, TSN_REASON_RATELIMIT_BACKOFF, TSN_CATEGORY_ATTACHMENT),
                      5);
    unit_pass(120000);
    tsn_parcel *parcel = tsn_outbox_take_stored(&s->outbox);
    ck_assert_uint_eq(parcel->load.attachments, 0);
    ck_assert(!tsn_slice_contains(parcel->envelope.stored_items, TSN_LIT("hello")));
    answer(&s->outbox, parcel, 200);
    spooled_finish(s);
}
END_TEST

START_TEST(a_report_is_not_stored_with_an_envelope) /* */
{
    spooled *s = spooled_new(100);
    lose_one(&s->outbox);
    unit_pass(TSN_OUTBOX_REPORT_RIDES_MS);
    capture(&s->outbox, 0, 1);
    tsn_parcel *parcel = tsn_outbox_take(&s->outbox);
    ck_assert(has_report(parcel));
    refuse(&s->outbox, parcel);
    ck_assert(s->outbox.ledger.has_pending);
    unit_pass(TSN_OUTBOX_REPORT_RIDES_MS);
    parcel = tsn_outbox_take_stored(&s->outbox);
    ck_assert(!tsn_slice_contains(parcel->envelope.stored_items, TSN_LIT("client_report")));
    ck_assert(has_report(parcel)); /* but one may ride with it */
    answer(&s->outbox, parcel, 200);
    ck_assert(!s->outbox.ledger.has_pending);
    spooled_finish(s);
}
END_TEST

/* A durable event that is limited by the time it goes, while a report of losses rides along. */
START_TEST(what_is_dropped_beside_a_report_is_gone_from_disk_too) /* P6 */
{
    spooled *s = spooled_new(100);
    const unit_fates *fates = unit_fates_begin();
    ck_assert_int_eq(tsn_outbox_push_durable(&s->outbox, unit_record(0)), TOCSIN_DURABLE);
    ck_assert_int_eq(tsn_outbox_push_durable(&s->outbox, unit_record(1)), TOCSIN_DURABLE);
    tsn_parcel *first = tsn_outbox_take(&s->outbox);
    lose_one(&s->outbox);
    unit_pass(TSN_OUTBOX_REPORT_RIDES_MS);
    answer_with(&s->outbox, first, 200, "X-Sentry-Rate-Limits", "60:error:key");
    tsn_parcel *second = tsn_outbox_take(&s->outbox);
    ck_assert(has_report(second));
    ck_assert_int_eq(fates->last[1].reason, TSN_REASON_RATELIMIT_BACKOFF);
    ck_assert_uint_eq(unit_count_files(".envelope"), 0);
    refuse(&s->outbox, second);
    ck_assert_uint_eq(tsn_spool_count(&s->spool), 0);
    ck_assert_uint_eq(errors_at(s, TSN_STAGE_SPOOLED), 0);
    unit_fates_expect(fates, &s->outbox);
    tsn_fate_set_hook(NULL, NULL);
    spooled_finish(s);
}
END_TEST

Suite *unit_suite(void)
{
    const TTest *const tests[] = {
        what_is_dropped_beside_a_report_is_gone_from_disk_too,
        what_has_no_answer_waits_on_disk_behind_what_is_new,
        six_requests_that_went_out_are_enough_wherever_it_waited,
        any_answer_ends_its_life_but_5xx_if_they_are_to_be_tried_again,
        a_queue_that_gets_full_moves_its_oldest_to_disk,
        the_bounds_of_the_disk_hold_and_the_oldest_are_counted,
        a_full_disk_gives_up_its_oldest_and_says_why,
        a_fatal_event_is_synced_before_the_capture_returns,
        what_the_disk_does_not_take_stays_in_the_queue_while_there_is_room,
        what_is_left_at_the_end_is_on_disk_with_what_must_be_told,
        the_end_waits_no_longer_than_it_may,
        a_durable_capture_is_on_disk_before_it_returns_and_goes_with_the_answer,
        a_durable_capture_that_the_queue_cannot_hold_is_safe_all_the_same,
        what_cannot_be_made_durable_is_queued_and_says_so,
        what_is_limited_or_too_late_leaves_no_file,
        an_attachment_that_was_limited_does_not_come_back_from_disk,
        a_report_is_not_stored_with_an_envelope,
    };
    return unit_suite_of("io/outbox_store", tests, sizeof tests / sizeof tests[0]);
}

/* The outbox without threads: the test carries the parcels. */
#include "io/outbox.h"

#include "base/alloc.h"
#include "base/rand.h"
#include "case.h"
#include "chance.h"

/* Chance that always says nearly one: a backoff takes as long as it can. */
static void longest(void *out, size_t len)
{
    memset(out, 0xff, len);
}

static tsn_outbox *outbox_with(const tsn_outbox_config *config)
{
    static tsn_outbox outbox;
    unit_stop_clock();
    tsn_rand_set_source(longest);
    tsn_outbox_init(&outbox, config);
    return &outbox;
}

static tsn_outbox *outbox_new(void)
{
    tsn_outbox_config config = unit_outbox_config();
    return outbox_with(&config);
}

static void answer_with(tsn_outbox *outbox, tsn_parcel *parcel, int status, const char *name,
                        const char *value)
{
    tsn_response response = TSN_RESPONSE_EMPTY;
    tsn_answer answer = {&response, true, "nothing there"};
    ck_assert_ptr_nonnull(parcel);
    tsn_response_set_status(&response, status);
    if (name != NULL) tsn_response_set_header(&response, unit_slice(name), unit_slice(value));
    tsn_outbox_complete(outbox, parcel, &answer);
    tsn_response_fini(&response);
    unit_expect_identity(outbox);
}

static void answer(tsn_outbox *outbox, tsn_parcel *parcel, int status)
{
    answer_with(outbox, parcel, status, NULL, NULL);
}

/* No answer, and not a byte had left. */
static void refuse(tsn_outbox *outbox, tsn_parcel *parcel)
{
    tsn_response response = TSN_RESPONSE_EMPTY;
    tsn_answer nothing = {&response, false, "refused"};
    tsn_outbox_complete(outbox, parcel, &nothing);
    unit_expect_identity(outbox);
}

static unsigned number_of(const tsn_parcel *parcel)
{
    ck_assert_ptr_nonnull(parcel);
    ck_assert_ptr_nonnull(parcel->record);
    const uint8_t *bytes = parcel->record->id.bytes + 12;
    return (unsigned)bytes[0] << 24 | (unsigned)bytes[1] << 16 | (unsigned)bytes[2] << 8 | bytes[3];
}

static void capture(tsn_outbox *outbox, unsigned first, unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        ck_assert_int_eq(unit_capture(outbox, unit_record(first + i)), TOCSIN_OK);
    }
}

static void lose_one(tsn_outbox *outbox)
{
    tsn_ledger_capture(&outbox->ledger, TSN_CATEGORY_ERROR, 1);
    tsn_outbox_discard(outbox, TSN_REASON_SAMPLE_RATE, TSN_CATEGORY_ERROR, 1);
}

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
        ck_assert_int_eq(unit_capture(outbox, record), TOCSIN_OK);
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
    for (unsigned i = 0; i < 4; i++) ck_assert_uint_eq(number_of(out[i] = tsn_outbox_take(outbox)), i);
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

START_TEST(a_full_queue_refuses_the_new_one_with_all_its_items) /* */
{
    tsn_outbox_config config = unit_outbox_config();
    config.max_items = 1;
    tsn_outbox *outbox = outbox_with(&config);
    tsn_record *record = unit_record(2);
    unit_attach(record, "abc");
    capture(outbox, 1, 1);
    ck_assert_int_eq(unit_capture(outbox, record), TOCSIN_E_FULL);
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
    ck_assert_int_eq(unit_capture(outbox, unit_record(9)), TOCSIN_DROPPED);
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

START_TEST(an_event_sheds_limited_attachments_for_good) /* H-13 */
{
    tsn_outbox *outbox = outbox_new();
    tsn_record *record = unit_record(1);
    unit_attach(record, "abc");
    capture(outbox, 0, 1);
    answer_with(outbox, tsn_outbox_take(outbox), 200, "X-Sentry-Rate-Limits", "5:attachment:key");
    ck_assert_int_eq(unit_capture(outbox, record), TOCSIN_OK);
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

static bool has_report(const tsn_parcel *parcel)
{
    const tsn_envelope *envelope = &parcel->envelope;
    return envelope->items[envelope->item_count - 1].category == TSN_CATEGORY_INTERNAL;
}

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
        ck_assert_uint_eq(tsn_client_report_count(pending, TSN_REASON_SAMPLE_RATE, TSN_CATEGORY_ERROR),
                          back[i]);
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

START_TEST(limits_do_not_hold_reports_back) /* */
{
    tsn_outbox *outbox = outbox_new();
    capture(outbox, 0, 1);
    answer_with(outbox, tsn_outbox_take(outbox), 429, "Retry-After", "3600");
    ck_assert_int_eq(unit_capture(outbox, unit_record(1)), TOCSIN_DROPPED);
    unit_pass(60000);
    tsn_parcel *parcel = tsn_outbox_take(outbox);
    ck_assert(has_report(parcel));
    answer(outbox, parcel, 200);
    tsn_outbox_fini(outbox);
}
END_TEST

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
    ck_assert_int_eq(unit_capture(outbox, unit_record(9)), TOCSIN_DISABLED);
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
    ck_assert_int_eq(unit_capture(outbox, unit_record(5)), TOCSIN_DROPPED);
    unit_pass(60000);
    capture(outbox, 6, 1);
    answer(outbox, tsn_outbox_take(outbox), 200);
    tsn_outbox_fini(outbox);
}
END_TEST

START_TEST(the_last_answer_is_told_in_words)
{
    tsn_outbox *outbox = outbox_new();
    tsn_buf out = TSN_BUF_EMPTY;
    ck_assert(!tsn_outbox_last_answer(outbox, &out));
    capture(outbox, 0, 3);
    answer(outbox, tsn_outbox_take(outbox), 200);
    ck_assert(tsn_outbox_last_answer(outbox, &out));
    unit_expect_buf(&out, "200");
    tsn_buf_clear(&out);
    answer_with(outbox, tsn_outbox_take(outbox), 403, "X-Sentry-Error", "no such key");
    ck_assert(tsn_outbox_last_answer(outbox, &out));
    unit_expect_buf(&out, "403 no such key");
    tsn_buf_clear(&out);
    answer(outbox, tsn_outbox_take(outbox), 0);
    ck_assert(tsn_outbox_last_answer(outbox, &out));
    unit_expect_buf(&out, "no answer: nothing there");
    tsn_buf_fini(&out);
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
            (void)unit_capture(outbox, record);
        } else if (what < 6) {
            if ((out[out_count] = tsn_outbox_take(outbox)) != NULL) out_count++;
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
        if (out_count == 0 && outbox->queue.items == 0) ck_assert_int_eq(outbox->queue.bytes, 0);
    }
    tsn_outbox_seal(outbox);
    unit_expect_identity(outbox);
    ck_assert_uint_eq(unit_count(outbox, TSN_STAGE_QUEUED, TSN_CATEGORY_ERROR), 0);
    ck_assert_uint_eq(unit_count(outbox, TSN_STAGE_IN_FLIGHT, TSN_CATEGORY_ERROR), 0);
    while (out_count > 0) answer(outbox, out[--out_count], 200);
    tsn_outbox_fini(outbox);
}

START_TEST(whatever_happens_every_capture_has_one_fate) /* P6 */
{
    unit_chance chance = unit_chance_begin("outbox");
    for (int i = 0; i < 300; i++) run_program(&chance);
}
END_TEST

Suite *unit_suite(void)
{
    const TTest *const tests[] = {
        every_row_of_the_response_table_has_its_fate,
        after_no_answer_it_waits_for_the_backoff_and_keeps_the_order,
        one_at_a_time_after_a_failure_until_an_answer_is_good,
        one_at_a_time_while_any_limit_is_active,
        six_requests_without_answer_are_enough,
        requests_that_never_went_out_do_not_count,
        a_full_queue_refuses_the_new_one_with_all_its_items,
        what_is_limited_is_refused_at_the_door_and_dropped_before_sending,
        an_event_sheds_limited_attachments_for_good,
        a_report_rides_after_thirty_seconds_and_goes_alone_after_sixty,
        counts_of_a_report_that_fails_are_given_back_once,
        a_refused_report_is_not_itself_reported,
        limits_do_not_hold_reports_back,
        a_flush_asks_for_the_report_with_the_last_envelope,
        a_flush_is_done_once_the_report_was_answered_however,
        a_closed_outbox_takes_nothing_in_and_counts_what_was_left,
        closing_cuts_a_backoff_short_for_one_more_try,
        without_a_server_nothing_is_kept_for_later,
        starting_afresh_forgets_all_but_the_limits,
        the_last_answer_is_told_in_words,
        want_of_memory_costs_events_but_never_the_count,
        whatever_happens_every_capture_has_one_fate,
    };
    return unit_suite_of("io/outbox", tests, sizeof tests / sizeof tests[0]);
}

/* Spotlight without a worker: the test carries its parcels. */
#include "io/spotlight.h"

#include "base/alloc.h"
#include "case.h"

typedef struct stage {
    tsn_outbox outbox;
    tsn_spotlight spotlight;
    tsn_diag *diag;
} stage;

static void stage_open(stage *s)
{
    tsn_outbox_config config = unit_outbox_config();
    unit_stop_clock();
    s->diag = tsn_diag_new(false);
    tsn_outbox_init(&s->outbox, &config);
    ck_assert_int_eq(tsn_spotlight_init(&s->spotlight, &s->outbox, s->diag,
                                        TSN_LIT("http://localhost:8969/stream"), TSN_LIT("t"),
                                        TSN_LIT("1")),
                     TOCSIN_OK);
}

static void stage_close(stage *s)
{
    tsn_spotlight_fini(&s->spotlight);
    tsn_outbox_fini(&s->outbox);
    tsn_diag_free(s->diag);
}

static void offer(stage *s, unsigned number)
{
    tsn_record *record = unit_record(number);
    tsn_spotlight_offer(&s->spotlight, record);
    tsn_record_free(record);
}

static void end(stage *s, tsn_parcel *parcel, int status)
{
    ck_assert_ptr_nonnull(parcel);
    tsn_response_set_status(&parcel->transfer.response, status);
    if (status == 0) tsn_transfer_fail(&parcel->transfer, "refused");
    tsn_spotlight_complete(&s->spotlight, parcel);
}

START_TEST(what_is_offered_is_a_copy_and_counts_for_nothing) /* S-1, S-3 */
{
    stage s;
    stage_open(&s);
    tsn_record *record = unit_record(1);
    unit_attach(record, "abc");
    tsn_spotlight_offer(&s.spotlight, record);
    tsn_record_free(record);
    ck_assert_uint_eq(s.outbox.side_count, 1);
    tsn_parcel *parcel = tsn_spotlight_take(&s.spotlight);
    ck_assert_uint_eq(parcel->envelope.item_count, 2);
    ck_assert_uint_eq(parcel->load.errors + parcel->load.attachments, 0);
    end(&s, parcel, 200);
    ck_assert_uint_eq(s.outbox.side_count, 0);
    unit_expect_identity(&s.outbox);
    stage_close(&s);
}
END_TEST

START_TEST(one_goes_at_a_time_and_in_order) /* S-3 */
{
    stage s;
    stage_open(&s);
    for (unsigned i = 0; i < 3; i++) offer(&s, i);
    for (uint8_t i = 0; i < 3; i++) {
        tsn_parcel *parcel = tsn_spotlight_take(&s.spotlight);
        ck_assert_uint_eq(parcel->record->id.bytes[15], i);
        ck_assert_ptr_null(tsn_spotlight_take(&s.spotlight));
        end(&s, parcel, 200);
    }
    ck_assert_ptr_null(tsn_spotlight_take(&s.spotlight));
    stage_close(&s);
}
END_TEST

START_TEST(its_queue_holds_a_hundred) /* S-3 */
{
    stage s;
    stage_open(&s);
    for (unsigned i = 0; i < TSN_SPOTLIGHT_ITEMS_MAX; i++) offer(&s, i);
    ck_assert_uint_eq(s.outbox.side_count, TSN_SPOTLIGHT_ITEMS_MAX);
    offer(&s, 1000);
    ck_assert_uint_eq(s.outbox.side_count, TSN_SPOTLIGHT_ITEMS_MAX);
    stage_close(&s);
}
END_TEST

START_TEST(unreachable_it_drops_says_so_once_and_comes_back) /* S-4 */
{
    stage s;
    tsn_buf line = TSN_BUF_EMPTY;
    stage_open(&s);
    for (int i = 0; i < 3; i++) {
        offer(&s, 1);
        end(&s, tsn_spotlight_take(&s.spotlight), 0);
        offer(&s, 2);
        ck_assert_ptr_null(tsn_spotlight_take(&s.spotlight)); /* dropped meanwhile */
        ck_assert_uint_eq(s.outbox.side_count, 0);
        unit_pass(60000);
    }
    ck_assert(tsn_diag_next(s.diag, &line));
    unit_expect_buf(&line, "warning spotlight.no_answer: Spotlight does not answer: refused");
    ck_assert(!tsn_diag_next(s.diag, &line));
    offer(&s, 3);
    end(&s, tsn_spotlight_take(&s.spotlight), 200);
    offer(&s, 4);
    end(&s, tsn_spotlight_take(&s.spotlight), 0);
    ck_assert(tsn_diag_next(s.diag, &line)); /* a new outage is news again */
    unit_pass(998);
    offer(&s, 5);
    ck_assert_ptr_null(tsn_spotlight_take(&s.spotlight));
    unit_pass(2);
    offer(&s, 6);
    end(&s, tsn_spotlight_take(&s.spotlight), 500); /* any answer will do */
    offer(&s, 7);
    end(&s, tsn_spotlight_take(&s.spotlight), 200);
    tsn_buf_fini(&line);
    stage_close(&s);
}
END_TEST

START_TEST(a_bad_address_is_refused) /* S-5 */
{
    tsn_spotlight spotlight;
    static const char *const urls[] = {"", "ftp://h/", "file:///x", "http://a b/", "localhost"};
    for (size_t i = 0; i < sizeof urls / sizeof urls[0]; i++) {
        ck_assert_int_eq(tsn_spotlight_init(&spotlight, NULL, NULL, unit_slice(urls[i]),
                                            TSN_LIT("t"), TSN_LIT("1")),
                         TOCSIN_E_ARG);
    }
}
END_TEST

START_TEST(want_of_memory_costs_the_copy_alone)
{
    for (uint64_t n = 1; n < 12; n++) {
        stage s;
        stage_open(&s);
        tsn_record *record = unit_record(1);
        tsn_alloc_fail_nth(n, true);
        tsn_spotlight_offer(&s.spotlight, record);
        tsn_parcel *parcel = tsn_spotlight_take(&s.spotlight);
        tsn_alloc_fail_nth(0, false);
        if (parcel != NULL) end(&s, parcel, 200);
        ck_assert_uint_eq(s.outbox.side_count, 0);
        tsn_record_free(record);
        stage_close(&s);
    }
}
END_TEST

Suite *unit_suite(void)
{
    const TTest *const tests[] = {
        what_is_offered_is_a_copy_and_counts_for_nothing,
        one_goes_at_a_time_and_in_order,
        its_queue_holds_a_hundred,
        unreachable_it_drops_says_so_once_and_comes_back,
        a_bad_address_is_refused,
        want_of_memory_costs_the_copy_alone,
    };
    return unit_suite_of("io/spotlight", tests, sizeof tests / sizeof tests[0]);
}

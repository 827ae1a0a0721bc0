/* What watchers are told: each end once, with its quantity, and nothing while nobody watches. */
#include "fates.h"

#include "carry.h"

START_TEST(nobody_is_told_unless_he_asks)
{
    tsn_id id = {{7}};
    tsn_load load = {1, 5};
    tsn_fate fate = tsn_fate_lost(TSN_FATE_AT_QUEUE, TSN_REASON_QUEUE_OVERFLOW);
    tsn_fate_tell(&id, fate, &load);
    const unit_fates *fates = unit_fates_begin();
    ck_assert(tsn_fate_matters());
    tsn_fate_tell(&id, fate, &load);
    ck_assert_uint_eq(fates->told, 2);
    ck_assert_uint_eq(fates->lost[TSN_REASON_QUEUE_OVERFLOW][TSN_CATEGORY_ATTACHMENT], 5);
    tsn_fate_set_hook(NULL, NULL);
    ck_assert(!tsn_fate_matters());
    tsn_fate_tell(&id, fate, &load);
    tsn_fate_pass_on_one(&id, &fate, TSN_CATEGORY_ERROR, 1);
    ck_assert_uint_eq(fates->told, 2);
}
END_TEST

START_TEST(what_is_nothing_is_not_told)
{
    tsn_id id = {{7}};
    tsn_load none = {0, 0}, one = {1, 0};
    tsn_client_report lost;
    const unit_fates *fates = unit_fates_begin();
    tsn_fate_tell(&id, (tsn_fate){.kind = TSN_FATE_NONE}, &one);
    tsn_fate_tell(&id, tsn_fate_spooled(TSN_FATE_AT_DISK), &none);
    tsn_client_report_init(&lost);
    tsn_fate_tell_lost(&id, TSN_FATE_AT_PACKING, &lost);
    ck_assert_uint_eq(fates->told, 0);
    tsn_client_report_add(&lost, TSN_REASON_INVALID, TSN_CATEGORY_ATTACHMENT, 9);
    tsn_fate_tell_lost(&id, TSN_FATE_AT_PACKING, &lost);
    ck_assert_uint_eq(fates->lost[TSN_REASON_INVALID][TSN_CATEGORY_ATTACHMENT], 9);
    ck_assert_uint_eq(fates->told, 1);
    tsn_fate_set_hook(NULL, NULL);
}
END_TEST

START_TEST(an_answer_is_told_with_its_status)
{
    static const struct {
        int status;
        tsn_fate_kind kind;
    } rows[] = {{200, TSN_FATE_DELIVERED},
                {202, TSN_FATE_DELIVERED},
                {429, TSN_FATE_REFUSED_429},
                {400, TSN_FATE_DISCARDED},
                {503, TSN_FATE_DISCARDED}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        tsn_outbox *outbox = outbox_new();
        const unit_fates *fates = unit_fates_begin();
        capture(outbox, 3, 1);
        answer(outbox, tsn_outbox_take(outbox), rows[i].status);
        ck_assert_int_eq(fates->last[3].kind, rows[i].kind);
        ck_assert_int_eq(fates->last[3].status, rows[i].status);
        ck_assert_int_eq(fates->last[3].stage, TSN_FATE_AT_SENDING);
        unit_fates_expect(fates, outbox);
        tsn_fate_set_hook(NULL, NULL);
        tsn_outbox_fini(outbox);
    }
}
END_TEST

START_TEST(what_a_close_leaves_is_told_one_by_one)
{
    tsn_outbox *outbox = outbox_new();
    const unit_fates *fates = unit_fates_begin();
    bool is_captured[5] = {true, true, true, true, true};
    capture(outbox, 0, 5);
    tsn_parcel *first = tsn_outbox_take(outbox);
    tsn_parcel *second = tsn_outbox_take(outbox);
    tsn_outbox_halt(outbox);
    ck_assert_uint_eq(tsn_outbox_seal(outbox), 5);
    unit_fates_expect_all(fates, outbox, is_captured, 5);
    for (unsigned i = 0; i < 5; i++) {
        ck_assert_int_eq(fates->last[i].stage, TSN_FATE_AT_CLOSE);
        ck_assert_int_eq(fates->last[i].reason, TSN_REASON_NETWORK_ERROR);
    }
    answer(outbox, second, 200); /* too late */
    tsn_outbox_return(outbox, first, true);
    ck_assert_uint_eq(fates->told, 5);
    tsn_fate_set_hook(NULL, NULL);
    tsn_outbox_fini(outbox);
}
END_TEST

Suite *unit_suite(void)
{
    const TTest *const tests[] = {
        nobody_is_told_unless_he_asks,
        what_is_nothing_is_not_told,
        an_answer_is_told_with_its_status,
        what_a_close_leaves_is_told_one_by_one,
    };
    return unit_suite_of("io/fate", tests, sizeof tests / sizeof tests[0]);
}

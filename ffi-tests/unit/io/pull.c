#include "io/pull.h"

#include <pthread.h>
#include <string.h>

#include "base/alloc.h"
#include "case.h"

typedef struct desk {
    tsn_outbox outbox;
    tsn_pull pull;
    tsn_diag *diag;
    _Atomic int references;
} desk;

static void retain(void *owner)
{
    atomic_fetch_add((_Atomic int *)owner, 1);
}

static void release(void *owner)
{
    atomic_fetch_sub((_Atomic int *)owner, 1);
}

static void desk_open(desk *d)
{
    tsn_outbox_config config = unit_outbox_config();
    memset(d, 0, sizeof *d);
    unit_stop_clock();
    d->diag = tsn_diag_new(false);
    tsn_outbox_init(&d->outbox, &config);
    d->pull = (tsn_pull){.outbox = &d->outbox,
                         .diag = d->diag,
                         .owner = &d->references,
                         .owner_retain = retain,
                         .owner_release = release};
}

static void desk_close(desk *d)
{
    ck_assert_int_eq(d->references, 0);
    unit_expect_identity(&d->outbox);
    tsn_outbox_fini(&d->outbox);
    tsn_diag_free(d->diag);
    tsn_clock_set_source(NULL);
}

static void capture(desk *d, unsigned number)
{
    ck_assert_int_eq(tsn_outbox_push(&d->outbox, unit_record(number)), TOCSIN_OK);
}

static tsn_envelope_out *next(desk *d)
{
    tsn_envelope_out *envelope = NULL;
    ck_assert_int_eq(tsn_pull_next(&d->pull, 0, &envelope), TOCSIN_OK);
    ck_assert_ptr_nonnull(envelope);
    return envelope;
}

static void expect_none(desk *d, tocsin_status want)
{
    tsn_envelope_out *envelope = NULL;
    ck_assert_int_eq(tsn_pull_next(&d->pull, 0, &envelope), want);
    ck_assert_ptr_null(envelope);
}

/* Whole, and cut everywhere without a byte written behind the end. */
static void expect_text(tsn_envelope_out *envelope, const char *want)
{
    char text[1024];
    size_t need = 0;
    for (size_t cap = 0; cap <= strlen(want); cap++) {
        memset(text, '#', sizeof text);
        ck_assert_int_eq(tsn_envelope_out_copy(envelope, text, cap, &need), TOCSIN_OK);
        ck_assert_uint_eq(need, strlen(want));
        ck_assert_int_eq(memcmp(text, want, cap), 0);
        ck_assert_int_eq(text[cap], '#');
    }
}

START_TEST(an_envelope_is_whole_and_stays_the_same)
{
    desk d;
    desk_open(&d);
    capture(&d, 1);
    tsn_envelope_out *envelope = next(&d);
    const char *want = "{\"event_id\":\"01000000000000000000000000000001\",\"sdk\":{\"name\":\"t\","
                       "\"version\":\"1\"},\"sent_at\":\"2026-11-02T09:30:00.250Z\"}\n"
                       "{\"type\":\"event\",\"content_type\":\"application/json\",\"length\":7}\n"
                       "{\"n\":1}\n";
    expect_text(envelope, want);
    unit_pass(1000);
    expect_text(envelope, want);
    ck_assert_int_eq(tsn_envelope_out_done(envelope, 200, TSN_SLICE_ABSENT), TOCSIN_OK);
    size_t need = 0;
    ck_assert_int_eq(tsn_envelope_out_copy(envelope, NULL, 0, &need), TOCSIN_E_CLOSED);
    ck_assert_uint_eq(unit_count(&d.outbox, TSN_STAGE_DELIVERED, TSN_CATEGORY_ERROR), 1);
    tsn_envelope_out_release(envelope);
    expect_none(&d, TOCSIN_TIMEOUT);
    desk_close(&d);
}
END_TEST

START_TEST(an_answer_is_said_once)
{
    desk d;
    desk_open(&d);
    capture(&d, 1);
    tsn_envelope_out *envelope = next(&d);
    static const int32_t wrong[] = {-1, 1, 99, 600, 1000};
    for (size_t i = 0; i < 5; i++) {
        ck_assert_int_eq(tsn_envelope_out_done(envelope, wrong[i], TSN_SLICE_ABSENT),
                         TOCSIN_E_RANGE);
    }
    ck_assert_int_eq(tsn_envelope_out_done(envelope, 400, TSN_SLICE_ABSENT), TOCSIN_OK);
    ck_assert_int_eq(tsn_envelope_out_done(envelope, 200, TSN_SLICE_ABSENT), TOCSIN_E_CLOSED);
    ck_assert_uint_eq(unit_lost(&d.outbox, TSN_REASON_SEND_ERROR, TSN_CATEGORY_ERROR), 1);
    tsn_envelope_out_release(envelope);
    desk_close(&d);
}
END_TEST

START_TEST(headers_bring_limits) /* H-11 */
{
    desk d;
    desk_open(&d);
    capture(&d, 1);
    tsn_envelope_out *envelope = next(&d);
    ck_assert_int_eq(
        tsn_envelope_out_done(
            envelope, 200, TSN_LIT("Server: x\r\nx-sentry-rate-limits: 60:error:key\nnonsense\n")),
        TOCSIN_OK);
    tsn_envelope_out_release(envelope);
    ck_assert_int_eq(tsn_outbox_push(&d.outbox, unit_record(2)), TOCSIN_DROPPED);
    desk_close(&d);
}
END_TEST

START_TEST(no_answer_and_no_word_bring_it_back_after_the_backoff) /* ruling 9 */
{
    desk d;
    desk_open(&d);
    capture(&d, 1);
    for (int i = 0; i < 5; i++) {
        tsn_envelope_out *envelope = next(&d);
        if (i % 2 == 0) {
            ck_assert_int_eq(tsn_envelope_out_done(envelope, 0, TSN_SLICE_ABSENT), TOCSIN_OK);
        }
        tsn_envelope_out_release(envelope);
        ck_assert_uint_eq(unit_count(&d.outbox, TSN_STAGE_QUEUED, TSN_CATEGORY_ERROR), 1);
        unit_pass(60000);
    }
    tsn_envelope_out_release(next(&d));
    ck_assert_uint_eq(unit_lost(&d.outbox, TSN_REASON_NETWORK_ERROR, TSN_CATEGORY_ERROR), 1);
    desk_close(&d);
}
END_TEST

START_TEST(the_last_reference_is_the_one_that_counts)
{
    desk d;
    desk_open(&d);
    capture(&d, 1);
    tsn_envelope_out *envelope = next(&d);
    ck_assert_ptr_eq(tsn_envelope_out_retain(envelope), envelope);
    tsn_envelope_out_release(envelope);
    ck_assert_uint_eq(unit_count(&d.outbox, TSN_STAGE_IN_FLIGHT, TSN_CATEGORY_ERROR), 1);
    ck_assert_int_eq(tsn_envelope_out_done(envelope, 200, TSN_SLICE_ABSENT), TOCSIN_OK);
    tsn_envelope_out_release(envelope);
    tsn_envelope_out_release(NULL);
    desk_close(&d);
}
END_TEST

static void *take_one(void *context)
{
    desk *d = context;
    tsn_envelope_out *envelope = NULL;
    tocsin_status st = tsn_pull_next(&d->pull, -1, &envelope);
    if (envelope != NULL) tsn_envelope_out_done(envelope, 200, TSN_SLICE_ABSENT);
    tsn_envelope_out_release(envelope);
    return (void *)(intptr_t)st;
}

START_TEST(who_waits_gets_the_next_one_or_hears_of_the_end)
{
    desk d;
    pthread_t threads[4];
    void *result;
    int got = 0;
    desk_open(&d);
    for (int i = 0; i < 4; i++) pthread_create(&threads[i], NULL, take_one, &d);
    capture(&d, 1);
    capture(&d, 2);
    while (unit_count(&d.outbox, TSN_STAGE_DELIVERED, TSN_CATEGORY_ERROR) < 2) sched_yield();
    tocsin_status st;
    ck_assert(tsn_outbox_begin_close(&d.outbox, &st));
    ck_assert_int_eq(tsn_outbox_drain(&d.outbox, tsn_clock_mono_ms()), TOCSIN_OK);
    tsn_outbox_seal(&d.outbox);
    for (int i = 0; i < 4; i++) {
        pthread_join(threads[i], &result);
        got += (intptr_t)result == TOCSIN_OK;
        ck_assert((intptr_t)result == TOCSIN_OK || (intptr_t)result == TOCSIN_DISABLED);
    }
    ck_assert_int_eq(got, 2);
    expect_none(&d, TOCSIN_DISABLED);
    desk_close(&d);
}
END_TEST

START_TEST(while_it_closes_the_rest_is_still_given_out) /* */
{
    desk d;
    tocsin_status st;
    desk_open(&d);
    capture(&d, 1);
    ck_assert(tsn_outbox_begin_close(&d.outbox, &st));
    tsn_envelope_out *envelope = next(&d);
    ck_assert_int_eq(tsn_envelope_out_done(envelope, 200, TSN_SLICE_ABSENT), TOCSIN_OK);
    tsn_envelope_out_release(envelope);
    expect_none(&d, TOCSIN_DISABLED);
    desk_close(&d);
}
END_TEST

START_TEST(an_answer_after_the_end_changes_nothing)
{
    desk d;
    tocsin_status st;
    desk_open(&d);
    capture(&d, 1);
    tsn_envelope_out *envelope = next(&d);
    ck_assert(tsn_outbox_begin_close(&d.outbox, &st));
    ck_assert_uint_eq(tsn_outbox_seal(&d.outbox), 1);
    ck_assert_int_eq(tsn_envelope_out_done(envelope, 200, TSN_SLICE_ABSENT), TOCSIN_OK);
    ck_assert_uint_eq(unit_lost(&d.outbox, TSN_REASON_NETWORK_ERROR, TSN_CATEGORY_ERROR), 1);
    tsn_envelope_out_release(envelope);
    desk_close(&d);
}
END_TEST

START_TEST(want_of_memory_keeps_the_event_or_counts_it) /* OOM-1 */
{
    for (uint64_t n = 1; n < 20; n++) {
        desk d;
        tsn_envelope_out *envelope = NULL;
        desk_open(&d);
        capture(&d, 1);
        tsn_alloc_fail_nth(n, false);
        (void)tsn_pull_next(&d.pull, 0, &envelope);
        tsn_alloc_fail_nth(0, false);
        unit_expect_identity(&d.outbox);
        if (envelope != NULL) tsn_envelope_out_done(envelope, 200, TSN_SLICE_ABSENT);
        tsn_envelope_out_release(envelope);
        desk_close(&d);
    }
}
END_TEST

Suite *unit_suite(void)
{
    const TTest *const tests[] = {
        an_envelope_is_whole_and_stays_the_same,
        an_answer_is_said_once,
        headers_bring_limits,
        no_answer_and_no_word_bring_it_back_after_the_backoff,
        the_last_reference_is_the_one_that_counts,
        who_waits_gets_the_next_one_or_hears_of_the_end,
        while_it_closes_the_rest_is_still_given_out,
        an_answer_after_the_end_changes_nothing,
        want_of_memory_keeps_the_event_or_counts_it,
    };
    return unit_suite_of("io/pull", tests, sizeof tests / sizeof tests[0]);
}

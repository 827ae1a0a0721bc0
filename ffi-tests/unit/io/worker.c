/* The worker with a transport that the test plays. Real time, unless a test says otherwise. */
#include "io/worker.h"

#include <signal.h>
#include <unistd.h>

#include "case.h"
#include "fake.h"

typedef struct shop {
    tsn_outbox outbox;
    tsn_worker worker;
    tsn_diag *diag;
    unit_fake *fake;
    _Atomic int opened;
    _Atomic int refuse_opening; /* so many times */
    _Atomic int starting;
    _Atomic int exited;
    tsn_request request;
} shop;

static tsn_transport *open_fake(void *context)
{
    shop *s = context;
    if (atomic_fetch_sub(&s->refuse_opening, 1) > 0) return NULL;
    atomic_fetch_add(&s->opened, 1);
    return &s->fake->base;
}

static void note_exit(void *context)
{
    atomic_fetch_add(&((shop *)context)->exited, 1);
}

static void note_start(void *context)
{
    atomic_fetch_add(&((shop *)context)->starting, 1);
}

static shop *shop_open(int status, bool answers_at_once)
{
    shop *s = calloc(1, sizeof *s);
    tsn_outbox_config outbox = unit_outbox_config();
    tsn_clock_set_source(NULL);
    s->fake = unit_fake_new(status, answers_at_once);
    s->diag = tsn_diag_new(false);
    tsn_outbox_init(&s->outbox, &outbox);
    tsn_worker_config config = {
        .outbox = &s->outbox,
        .request = &s->request,
        .carries_parcels = true,
        .diag = s->diag,
        .open = open_fake,
        .exited = note_exit,
        .context = s,
    };
    tsn_worker_init(&s->worker, &config);
    return s;
}

static void shop_close(shop *s)
{
    tocsin_status st;
    if (tsn_outbox_begin_close(&s->outbox, &st)) {
        tsn_outbox_seal(&s->outbox);
        tsn_worker_stop(&s->worker, 10000);
        tsn_outbox_end_close(&s->outbox, TOCSIN_OK);
    }
    unit_expect_identity(&s->outbox);
    tsn_worker_fini(&s->worker);
    tsn_outbox_fini(&s->outbox);
    tsn_diag_free(s->diag);
    unit_fake_free(s->fake);
    free(s);
}

static void submit(shop *s, unsigned number)
{
    ck_assert_int_eq(tsn_worker_start(&s->worker, note_start), TOCSIN_OK);
    ck_assert_int_eq(tsn_outbox_push(&s->outbox, unit_record(number)), TOCSIN_OK);
}

static tocsin_status flush(shop *s, int64_t timeout_ms)
{
    return tsn_outbox_flush(&s->outbox, tsn_clock_deadline(timeout_ms));
}

static void expect_order(shop *s, unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        char text[32];
        snprintf(text, sizeof text, "\n{\"n\":%u}\n", i);
        ck_assert_ptr_nonnull(strstr(s->fake->bodies[i], text));
    }
}

START_TEST(what_is_pushed_is_sent_in_order_and_flush_sees_the_end) /* H-10, Q-12 */
{
    shop *s = shop_open(200, true);
    for (unsigned i = 0; i < 500; i++) submit(s, i);
    ck_assert_int_eq(flush(s, 10000), TOCSIN_OK);
    expect_order(s, 500);
    ck_assert_uint_eq(unit_count(&s->outbox, TSN_STAGE_DELIVERED, TSN_CATEGORY_ERROR), 500);
    ck_assert_int_eq(s->starting, 1);
    shop_close(s);
}
END_TEST

START_TEST(no_more_are_under_way_than_there_are_connections) /* H-10 */
{
    shop *s = shop_open(200, false);
    for (unsigned i = 0; i < 9; i++) submit(s, i);
    unit_fake_wait_started(s->fake, 4);
    unit_fake_answer(s->fake, 1, 200);
    unit_fake_wait_started(s->fake, 5);
    unit_fake_answer(s->fake, 8, 200);
    ck_assert_int_eq(flush(s, 10000), TOCSIN_OK);
    ck_assert_uint_eq(s->fake->waiting_max, 4);
    expect_order(s, 9);
    shop_close(s);
}
END_TEST

START_TEST(a_sleeping_worker_is_woken_by_the_next_one)
{
    shop *s = shop_open(200, true);
    for (unsigned i = 0; i < 20; i++) {
        submit(s, i);
        ck_assert_int_eq(flush(s, 10000), TOCSIN_OK);
    }
    ck_assert_uint_eq(s->fake->started, 20);
    shop_close(s);
}
END_TEST

START_TEST(a_worker_that_waits_for_an_answer_is_woken_for_another_transfer)
{
    shop *s = shop_open(200, false);
    submit(s, 0);
    unit_fake_wait_started(s->fake, 1);
    submit(s, 1);
    unit_fake_wait_started(s->fake, 2);
    unit_fake_answer(s->fake, 2, 200);
    ck_assert_int_eq(flush(s, 10000), TOCSIN_OK);
    shop_close(s);
}
END_TEST

START_TEST(flush_ends_at_its_deadline_and_polls_with_zero) /* */
{
    shop *s = shop_open(200, false);
    ck_assert_int_eq(flush(s, 0), TOCSIN_OK);
    submit(s, 0);
    ck_assert_int_eq(flush(s, 0), TOCSIN_TIMEOUT);
    int64_t before_ms = tsn_clock_mono_ms();
    ck_assert_int_eq(flush(s, 50), TOCSIN_TIMEOUT);
    int64_t took_ms = tsn_clock_mono_ms() - before_ms;
    ck_assert(took_ms >= 50 && took_ms < UNIT_AGES_MS);
    unit_fake_answer(s->fake, 1, 200);
    ck_assert_int_eq(flush(s, 10000), TOCSIN_OK);
    shop_close(s);
}
END_TEST

static void *flush_for_ever(void *context)
{
    shop *s = context;
    return (void *)(intptr_t)tsn_outbox_flush(&s->outbox, TSN_CLOCK_NEVER);
}

START_TEST(a_cancel_ends_all_flushes_that_wait_and_no_later_one)
{
    shop *s = shop_open(200, false);
    pthread_t threads[3];
    void *results[3] = {NULL, NULL, NULL};
    submit(s, 0);
    for (int i = 0; i < 3; i++) pthread_create(&threads[i], NULL, flush_for_ever, s);
    for (int i = 0; i < 3; i++) {
        /* A flush that has not begun yet is not cancelled: ask until it has. */
        while (pthread_tryjoin_np(threads[i], &results[i]) != 0) {
            tsn_outbox_cancel_flushes(&s->outbox);
        }
        ck_assert_int_eq((int)(intptr_t)results[i], TOCSIN_CANCELLED);
    }
    unit_fake_answer(s->fake, 1, 200);
    ck_assert_int_eq(flush(s, 10000), TOCSIN_OK);
    shop_close(s);
}
END_TEST

START_TEST(a_transport_that_cannot_be_had_is_asked_for_again) /* IO-3 */
{
    shop *s = shop_open(200, true);
    atomic_store(&s->refuse_opening, 2);
    submit(s, 0);
    ck_assert_int_eq(flush(s, 20000), TOCSIN_OK);
    ck_assert_int_eq(s->opened, 1);
    ck_assert_uint_eq(unit_count(&s->outbox, TSN_STAGE_DELIVERED, TSN_CATEGORY_ERROR), 1);
    shop_close(s);
}
END_TEST

static void *move_clock(void *context)
{
    shop *s = context;
    while (unit_count(&s->outbox, TSN_STAGE_DELIVERED, TSN_CATEGORY_ERROR) == 0) {
        unit_pass(60000);
        tsn_outbox_poke(&s->outbox);
    }
    return NULL;
}

START_TEST(a_backoff_of_minutes_takes_no_time_when_the_clock_is_moved) /* ruling 9, NET-1 */
{
    shop *s = shop_open(0, false);
    pthread_t thread;
    unit_stop_clock();
    submit(s, 0);
    for (size_t i = 1; i <= 5; i++) {
        unit_fake_wait_started(s->fake, i);
        unit_fake_answer(s->fake, 1, 0);
        while (unit_count(&s->outbox, TSN_STAGE_IN_FLIGHT, TSN_CATEGORY_ERROR) > 0) sched_yield();
        unit_pass(60000);
        tsn_outbox_poke(&s->outbox);
    }
    unit_fake_wait_started(s->fake, 6);
    unit_fake_answer(s->fake, 1, 200);
    pthread_create(&thread, NULL, move_clock, s);
    pthread_join(thread, NULL);
    tsn_clock_set_source(NULL);
    shop_close(s);
}
END_TEST

START_TEST(stopping_cuts_transfers_off_and_frees_what_they_carried) /* */
{
    shop *s = shop_open(200, false);
    for (unsigned i = 0; i < 10; i++) submit(s, i);
    unit_fake_wait_started(s->fake, 4);
    int64_t before_ms = tsn_clock_mono_ms();
    tocsin_status st;
    ck_assert(tsn_outbox_begin_close(&s->outbox, &st));
    ck_assert_uint_eq(tsn_outbox_seal(&s->outbox), 10);
    tsn_worker_stop(&s->worker, 10000);
    tsn_outbox_end_close(&s->outbox, TOCSIN_TIMEOUT);
    ck_assert_int_lt(tsn_clock_mono_ms() - before_ms, UNIT_AGES_MS);
    ck_assert_uint_eq(s->fake->cancelled, 4);
    ck_assert(s->fake->is_gone);
    ck_assert_uint_eq(unit_lost(&s->outbox, TSN_REASON_NETWORK_ERROR, TSN_CATEGORY_ERROR), 10);
    ck_assert_int_eq(s->exited, 1);
    ck_assert_int_eq(tsn_worker_start(&s->worker, note_start), TOCSIN_DISABLED);
    shop_close(s);
}
END_TEST

START_TEST(an_abandoned_worker_sends_what_it_has_and_goes)
{
    shop *s = shop_open(200, true);
    tocsin_status st;
    for (unsigned i = 0; i < 10; i++) submit(s, i);
    ck_assert(tsn_outbox_begin_close(&s->outbox, &st));
    tsn_worker_abandon(&s->worker, tsn_clock_deadline(10000));
    while (atomic_load(&s->exited) == 0) sched_yield();
    ck_assert_uint_eq(unit_count(&s->outbox, TSN_STAGE_DELIVERED, TSN_CATEGORY_ERROR), 10);
    tsn_outbox_end_close(&s->outbox, TOCSIN_OK);
    shop_close(s);
}
END_TEST

START_TEST(an_abandoned_worker_gives_up_at_its_deadline_and_says_so)
{
    shop *s = shop_open(200, false);
    tsn_buf line = TSN_BUF_EMPTY;
    tocsin_status st;
    submit(s, 0);
    unit_fake_wait_started(s->fake, 1);
    ck_assert(tsn_outbox_begin_close(&s->outbox, &st));
    tsn_worker_abandon(&s->worker, tsn_clock_deadline(20));
    pthread_mutex_lock(&s->fake->lock);
    while (!s->fake->is_gone) {
        pthread_mutex_unlock(&s->fake->lock);
        unit_fake_wake(&s->fake->base);
        pthread_mutex_lock(&s->fake->lock);
    }
    pthread_mutex_unlock(&s->fake->lock);
    while (atomic_load(&s->exited) == 0) sched_yield();
    ck_assert_uint_eq(unit_lost(&s->outbox, TSN_REASON_NETWORK_ERROR, TSN_CATEGORY_ERROR), 1);
    ck_assert(tsn_diag_next(s->diag, &line));
    unit_expect_buf(&line, "warning close.left: closed with 1 envelopes unsent; they are lost");
    tsn_buf_fini(&line);
    tsn_outbox_end_close(&s->outbox, TOCSIN_TIMEOUT);
    shop_close(s);
}
END_TEST

static _Atomic uint64_t handled_by;

static void note_thread(int signal_number)
{
    (void)signal_number;
    atomic_store(&handled_by, tsn_thread_id());
}

START_TEST(signals_never_run_on_the_worker) /* D2, SIG-1 */
{
    shop *s = shop_open(200, true);
    struct sigaction action = {.sa_handler = note_thread};
    sigaction(SIGUSR1, &action, NULL);
    submit(s, 0);
    ck_assert_int_eq(flush(s, 10000), TOCSIN_OK);
    for (int i = 0; i < 100; i++) {
        atomic_store(&handled_by, 0);
        kill(getpid(), SIGUSR1);
        while (atomic_load(&handled_by) == 0) sched_yield();
        ck_assert(atomic_load(&handled_by) == tsn_thread_id());
    }
    shop_close(s);
}
END_TEST

typedef struct crowd {
    shop *shop;
    unsigned first;
} crowd;

static void *push_many(void *context)
{
    crowd *c = context;
    for (unsigned i = 0; i < 2000; i++)
        (void)tsn_outbox_push(&c->shop->outbox, unit_record(c->first + i));
    return NULL;
}

START_TEST(many_threads_lose_nothing_that_is_not_counted) /* P6, row 13 */
{
    shop *s = shop_open(200, true);
    pthread_t threads[4];
    crowd crowds[4];
    ck_assert_int_eq(tsn_worker_start(&s->worker, note_start), TOCSIN_OK);
    for (unsigned i = 0; i < 4; i++) {
        crowds[i] = (crowd){s, i * 10000};
        pthread_create(&threads[i], NULL, push_many, &crowds[i]);
    }
    for (int i = 0; i < 4; i++) pthread_join(threads[i], NULL);
    ck_assert_int_eq(flush(s, 20000), TOCSIN_OK);
    uint64_t delivered = unit_count(&s->outbox, TSN_STAGE_DELIVERED, TSN_CATEGORY_ERROR);
    uint64_t refused = unit_lost(&s->outbox, TSN_REASON_QUEUE_OVERFLOW, TSN_CATEGORY_ERROR);
    ck_assert_uint_eq(delivered + refused, 8000);
    ck_assert_uint_ge(unit_fake_started(s->fake), delivered);
    shop_close(s);
}
END_TEST

Suite *unit_suite(void)
{
    const TTest *const tests[] = {
        what_is_pushed_is_sent_in_order_and_flush_sees_the_end,
        no_more_are_under_way_than_there_are_connections,
        a_sleeping_worker_is_woken_by_the_next_one,
        a_worker_that_waits_for_an_answer_is_woken_for_another_transfer,
        flush_ends_at_its_deadline_and_polls_with_zero,
        a_cancel_ends_all_flushes_that_wait_and_no_later_one,
        a_transport_that_cannot_be_had_is_asked_for_again,
        a_backoff_of_minutes_takes_no_time_when_the_clock_is_moved,
        stopping_cuts_transfers_off_and_frees_what_they_carried,
        an_abandoned_worker_sends_what_it_has_and_goes,
        an_abandoned_worker_gives_up_at_its_deadline_and_says_so,
        signals_never_run_on_the_worker,
        many_threads_lose_nothing_that_is_not_counted,
    };
    return unit_suite_of("io/worker", tests, sizeof tests / sizeof tests[0]);
}

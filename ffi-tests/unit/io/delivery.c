#include "io/delivery.h"

#include "base/alloc.h"
#include "post.h"

START_TEST(what_is_submitted_arrives_and_is_counted_delivered)
{
    post p;
    tsn_buf stats = TSN_BUF_EMPTY;
    tsn_delivery_config config = config_for(&p, unit_web_start(always_ok, 1));
    ck_assert_int_eq(tsn_delivery_new(&config, &p.delivery), TOCSIN_OK);
    for (unsigned i = 0; i < 20; i++) ck_assert_int_eq(submit(p.delivery, i), TOCSIN_OK);
    ck_assert_int_eq(tsn_delivery_flush(p.delivery, 60000), TOCSIN_OK);
    ck_assert_uint_eq(unit_web_requests(p.web), 20);
    tsn_delivery_stats(p.delivery, true, &stats);
    unit_expect_buf(
        &stats, "{\"active\":true,\"queue\":{\"items\":0,\"bytes\":0},\"categories\":{\"error\":"
                "{\"captured\":20,\"delivered\":20,\"refused429\":0,\"spooled\":0,\"queued\":0,"
                "\"in_flight\":0,\"discarded\":{}}}}");
    tsn_buf_fini(&stats);
    ck_assert_int_eq(tsn_delivery_close(p.delivery, 60000), TOCSIN_OK);
    ck_assert_int_eq(submit(p.delivery, 21), TOCSIN_DISABLED);
    finish(&p);
}
END_TEST

START_TEST(nothing_runs_before_the_first_submit_and_nothing_after_close) /* */
{
    post p;
    open_with(&p, unit_web_start(always_ok, 1));
    size_t before = count_threads();
    ck_assert_int_eq(tsn_delivery_flush(p.delivery, 0), TOCSIN_OK);
    ck_assert_uint_eq(count_threads(), before);
    ck_assert_int_eq(tsn_delivery_submit(p.delivery, unit_record(1)), TOCSIN_OK);
    ck_assert_int_eq(tsn_delivery_close(p.delivery, 60000), TOCSIN_OK);
    ck_assert(tsn_delivery_is_closed(p.delivery));
    ck_assert_uint_eq(p.web->connections, 1);
    finish(&p);
}
END_TEST

START_TEST(a_delivery_that_did_nothing_closes_at_once)
{
    post p;
    open_with(&p, NULL);
    ck_assert(!tsn_delivery_is_closed(p.delivery));
    ck_assert_int_eq(tsn_delivery_close(p.delivery, 0), TOCSIN_OK);
    ck_assert_int_eq(tsn_delivery_close(p.delivery, 0), TOCSIN_OK);
    ck_assert_int_eq(tsn_delivery_flush(p.delivery, 0), TOCSIN_OK);
    finish(&p);
}
END_TEST

START_TEST(close_ends_at_its_deadline_and_counts_what_was_left) /* Q-13, OVL-5 */
{
    post p;
    open_with(&p, unit_web_start(silent, 1));
    for (unsigned i = 0; i < 100; i++) (void)submit(p.delivery, i);
    int64_t before_ms = tsn_clock_mono_ms();
    ck_assert_int_eq(tsn_delivery_close(p.delivery, 50), TOCSIN_TIMEOUT);
    int64_t took_ms = tsn_clock_mono_ms() - before_ms;
    ck_assert_msg(took_ms >= 50 && took_ms < UNIT_AGES_MS, "%lld ms", (long long)took_ms);
    expect_error_counts(p.delivery,
                        "\"queued\":0,\"in_flight\":0,\"discarded\":{\"network_error\":100}");
    ck_assert_int_eq(tsn_delivery_close(p.delivery, 0), TOCSIN_TIMEOUT);
    finish(&p);
}
END_TEST

static void *close_too(void *context)
{
    post *p = context;
    return (void *)(intptr_t)tsn_delivery_close(p->delivery, 0);
}

START_TEST(a_second_caller_of_close_waits_for_the_first) /* */
{
    post p;
    pthread_t threads[2];
    void *results[2];
    open_with(&p, unit_web_start(always_ok, 1));
    unit_web_pause(p.web, true);
    (void)submit(p.delivery, 1);
    unit_web_wait(p.web, 1);
    pthread_t first;
    void *result;
    pthread_create(&first, NULL, close_too, &p);
    pthread_join(first, &result);
    for (int i = 0; i < 2; i++) pthread_create(&threads[i], NULL, close_too, &p);
    for (int i = 0; i < 2; i++) pthread_join(threads[i], &results[i]);
    for (int i = 0; i < 2; i++) ck_assert_ptr_eq(results[i], result);
    finish(&p);
}
END_TEST

START_TEST(what_is_abandoned_is_still_sent) /* ruling 8 */
{
    post p;
    open_with(&p, unit_web_start(always_ok, 1));
    for (unsigned i = 0; i < 5; i++) (void)submit(p.delivery, i);
    tsn_delivery_abandon(p.delivery);
    unit_web_wait(p.web, 5);
    unit_web_stop(p.web);
    tsn_dsn_fini(&p.dsn);
}
END_TEST

static _Atomic int owner_released;

static void note_owner(void *owner)
{
    (void)owner;
    atomic_fetch_add(&owner_released, 1);
}

START_TEST(the_owner_is_let_go_with_the_delivery_also_if_it_never_came_to_be)
{
    post p;
    tsn_delivery_config config = config_for(&p, NULL);
    config.owner_release = note_owner;
    ck_assert_int_eq(tsn_delivery_new(&config, &p.delivery), TOCSIN_OK);
    tsn_delivery_abandon(p.delivery);
    ck_assert_int_eq(owner_released, 1);
    config.sdk_name = TSN_LIT("not, a name");
    ck_assert_int_eq(tsn_delivery_new(&config, &p.delivery), TOCSIN_E_ARG);
    ck_assert_ptr_null(p.delivery);
    ck_assert_int_eq(owner_released, 2);
    tsn_dsn_fini(&p.dsn);
}
END_TEST

START_TEST(want_of_memory_at_the_start_leaves_nothing_behind) /* OOM-1 */
{
    post p;
    tsn_delivery_config config = config_for(&p, NULL);
    config.spotlight_url = "http://127.0.0.1:1/stream";
    for (uint64_t n = 1;; n++) {
        tsn_alloc_track(true);
        tsn_alloc_fail_nth(n, false);
        tocsin_status st = tsn_delivery_new(&config, &p.delivery);
        bool did_fail = tsn_alloc_did_fail();
        tsn_alloc_fail_nth(0, false);
        ck_assert_int_eq(st, did_fail ? TOCSIN_E_NOMEM : TOCSIN_OK);
        if (st == TOCSIN_OK) tsn_delivery_abandon(p.delivery);
        ck_assert_int_eq(tsn_alloc_live(), 0);
        tsn_alloc_track(false);
        if (!did_fail) break;
    }
    tsn_dsn_fini(&p.dsn);
}
END_TEST

START_TEST(losses_are_reported_at_flush_and_at_close) /* */
{
    post p;
    open_with(&p, unit_web_start(always_ok, 1));
    tsn_delivery_captured(p.delivery, TSN_CATEGORY_ERROR, 1);
    tsn_delivery_discarded(p.delivery, NULL, TSN_REASON_SAMPLE_RATE, TSN_CATEGORY_ERROR, 1);
    ck_assert_int_eq(tsn_delivery_flush(p.delivery, 60000), TOCSIN_OK);
    ck_assert(tsn_slice_contains(unit_web_body(p.web, 0), TSN_LIT("\"reason\":\"sample_rate\"")));
    tsn_delivery_captured(p.delivery, TSN_CATEGORY_ERROR, 1);
    tsn_delivery_discarded(p.delivery, NULL, TSN_REASON_BEFORE_SEND, TSN_CATEGORY_ERROR, 1);
    ck_assert_int_eq(tsn_delivery_close(p.delivery, 60000), TOCSIN_OK);
    ck_assert(tsn_slice_contains(unit_web_body(p.web, 1), TSN_LIT("\"reason\":\"before_send\"")));
    ck_assert_uint_eq(unit_web_requests(p.web), 2);
    finish(&p);
}
END_TEST

START_TEST(without_reports_nothing_but_events_is_sent) /* */
{
    post p;
    tsn_delivery_config config = config_for(&p, unit_web_start(always_ok, 1));
    config.send_client_reports = false;
    ck_assert_int_eq(tsn_delivery_new(&config, &p.delivery), TOCSIN_OK);
    tsn_delivery_captured(p.delivery, TSN_CATEGORY_ERROR, 1);
    tsn_delivery_discarded(p.delivery, NULL, TSN_REASON_SAMPLE_RATE, TSN_CATEGORY_ERROR, 1);
    ck_assert_int_eq(tsn_delivery_close(p.delivery, 60000), TOCSIN_OK);
    ck_assert_uint_eq(unit_web_requests(p.web), 0);
    expect_error_counts(p.delivery, "\"discarded\":{\"sample_rate\":1}");
    finish(&p);
}
END_TEST

START_TEST(a_server_that_was_away_gets_what_waited) /* NET-1, NET-5 */
{
    static const unit_reply script[] = {
        {.hangs_up = true}, {.hangs_up = true}, {.text = UNIT_WEB_OK}};
    post p;
    tsn_buf answer = TSN_BUF_EMPTY;
    open_with(&p, unit_web_start(script, 3));
    ck_assert(!tsn_delivery_last_answer(p.delivery, &answer));
    (void)submit(p.delivery, 1);
    ck_assert_int_eq(tsn_delivery_flush(p.delivery, 20000), TOCSIN_OK);
    ck_assert_uint_eq(unit_web_requests(p.web), 3);
    ck_assert(tsn_delivery_last_answer(p.delivery, &answer));
    unit_expect_buf(&answer, "200");
    tsn_buf_fini(&answer);
    expect_error_counts(p.delivery, "\"captured\":1,\"delivered\":1");
    finish(&p);
}
END_TEST

typedef struct racer {
    tsn_delivery *delivery;
    unsigned first;
} racer;

static void *submit_many(void *context)
{
    racer *r = context;
    for (unsigned i = 0; i < 300; i++) (void)submit(r->delivery, r->first + i);
    return NULL;
}

static void *flush_often(void *context)
{
    racer *r = context;
    for (int i = 0; i < 20; i++) {
        (void)tsn_delivery_flush(r->delivery, 1);
        tsn_delivery_flush_cancel(r->delivery);
    }
    return NULL;
}

START_TEST(close_in_the_middle_of_everything_keeps_the_sum) /* P6, IO-3 */
{
    for (int round = 0; round < 10; round++) {
        post p;
        pthread_t threads[4];
        racer racers[4];
        open_with(&p, unit_web_start(always_ok, 1));
        for (unsigned i = 0; i < 4; i++) {
            racers[i] = (racer){p.delivery, i * 1000};
            pthread_create(&threads[i], NULL, i < 3 ? submit_many : flush_often, &racers[i]);
        }
        tocsin_status st = tsn_delivery_close(p.delivery, round);
        ck_assert(st == TOCSIN_OK || st == TOCSIN_TIMEOUT);
        for (int i = 0; i < 4; i++) pthread_join(threads[i], NULL);
        tsn_buf stats = TSN_BUF_EMPTY;
        unsigned captured = 0, delivered = 0, queue_overflow = 0, network_error = 0;
        tsn_delivery_stats(p.delivery, false, &stats);
        tsn_buf_terminate(&stats);
        const char *at = strstr(stats.data, "\"captured\":");
        sscanf(at, "\"captured\":%u,\"delivered\":%u", &captured, &delivered);
        if ((at = strstr(stats.data, "\"queue_overflow\":")) != NULL) {
            sscanf(at, "\"queue_overflow\":%u", &queue_overflow);
        }
        if ((at = strstr(stats.data, "\"network_error\":")) != NULL) {
            sscanf(at, "\"network_error\":%u", &network_error);
        }
        ck_assert_uint_eq(captured, 900);
        ck_assert_uint_eq(delivered + queue_overflow + network_error, 900);
        ck_assert_ptr_nonnull(strstr(stats.data, "\"queued\":0,\"in_flight\":0"));
        tsn_buf_fini(&stats);
        finish(&p);
    }
}
END_TEST

Suite *unit_suite(void)
{
    const TTest *const tests[] = {
        what_is_submitted_arrives_and_is_counted_delivered,
        nothing_runs_before_the_first_submit_and_nothing_after_close,
        a_delivery_that_did_nothing_closes_at_once,
        close_ends_at_its_deadline_and_counts_what_was_left,
        a_second_caller_of_close_waits_for_the_first,
        what_is_abandoned_is_still_sent,
        the_owner_is_let_go_with_the_delivery_also_if_it_never_came_to_be,
        want_of_memory_at_the_start_leaves_nothing_behind,
        losses_are_reported_at_flush_and_at_close,
        without_reports_nothing_but_events_is_sent,
        a_server_that_was_away_gets_what_waited,
        close_in_the_middle_of_everything_keeps_the_sum,
    };
    return unit_suite_of("io/delivery", tests, sizeof tests / sizeof tests[0]);
}

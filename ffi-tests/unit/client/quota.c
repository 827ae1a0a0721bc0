/* Quotas: what fits into a window, what is given back, and one inside another. */
#include "client_kit.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <time.h>

#include "base/clock.h"
#include "client/quota.h"
#include "data/limits.h"

enum { WINDOWS = 5000, WINDOWS_LEAST = 20, SEARCH_S = 5 };

static tsn_quota *quota_of(const char *json, tsn_quota *outer)
{
    tsn_quota *quota = NULL;
    tsn_buf text = kit_json(json);
    ck_assert_int_eq(tsn_quota_new(tsn_buf_view(&text), outer, &quota), TOCSIN_OK);
    tsn_buf_fini(&text);
    return quota;
}

static bool spend(tsn_quota *quota, uint64_t events, uint64_t crumbs, uint64_t bytes)
{
    tsn_quota_cost cost = {{events, crumbs, bytes}};
    return tsn_quota_spend(quota, &cost);
}

static void setup(void)
{
    kit_take_clock();
}

START_TEST(what_fits_is_spent_and_the_rest_is_not)
{
    setup();
    tsn_quota *quota = quota_of("{'events':2,'bytes':10,'breadcrumbs':1}", NULL);
    ck_assert(spend(quota, 1, 0, 10));
    ck_assert(!spend(quota, 1, 0, 1));
    ck_assert(spend(quota, 1, 0, 0));
    ck_assert(!spend(quota, 1, 0, 0));
    ck_assert(spend(quota, 0, 1, 0));
    ck_assert(!spend(quota, 0, 1, 0));
    tsn_quota_release(quota);
}
END_TEST

START_TEST(a_window_begins_with_the_first_use_after_the_last_one)
{
    setup();
    tsn_quota *quota = quota_of("{'events':1,'window_ms':1000}", NULL);
    ck_assert(spend(quota, 1, 0, 0));
    kit_now_ms += 999;
    ck_assert(!spend(quota, 1, 0, 0));
    kit_now_ms += 1;
    ck_assert(spend(quota, 1, 0, 0));
    kit_now_ms += 5500;
    ck_assert(spend(quota, 1, 0, 0));
    kit_now_ms += 999;
    ck_assert(!spend(quota, 1, 0, 0));
    tsn_quota_release(quota);
}
END_TEST

START_TEST(a_minute_is_the_window_unless_another_is_given)
{
    setup();
    tsn_quota *quota = quota_of("{'events':1}", NULL);
    ck_assert(spend(quota, 1, 0, 0));
    kit_now_ms += TSN_QUOTA_WINDOW_MS - 1;
    ck_assert(!spend(quota, 1, 0, 0));
    kit_now_ms += 1;
    ck_assert(spend(quota, 1, 0, 0));
    tsn_quota_release(quota);
}
END_TEST

START_TEST(an_endless_window_and_the_largest_numbers_do_no_harm)
{
    setup();
    tsn_quota *quota =
        quota_of("{'bytes':9223372036854775807,'window_ms':9223372036854775807}", NULL);
    ck_assert(spend(quota, 0, 0, INT64_MAX));
    ck_assert(!spend(quota, 0, 0, 1));
    ck_assert(!spend(quota, 0, 0, UINT64_MAX));
    tsn_quota_release(quota);
}
END_TEST

START_TEST(none_at_all_is_a_limit_and_null_is_none)
{
    setup();
    tsn_quota *quota = quota_of("{'events':0,'bytes':null,'handles':null}", NULL);
    ck_assert(!spend(quota, 1, 0, 0));
    ck_assert(spend(quota, 0, 1, 1000000));
    ck_assert(tsn_quota_take_handle(quota));
    tsn_quota_give_handle(quota);
    tsn_quota_release(quota);
    ck_assert(spend(NULL, 1, 1, 1));
    ck_assert(tsn_quota_take_handle(NULL));
}
END_TEST

START_TEST(what_the_outer_quota_refuses_is_given_back_to_the_inner)
{
    setup();
    tsn_quota *outer = quota_of("{'events':1}", NULL);
    tsn_quota *inner = quota_of("{'events':5,'handles':5}", outer);
    tsn_quota *other = quota_of("{'events':2}", outer);
    ck_assert(spend(inner, 1, 0, 0));
    ck_assert(!spend(inner, 1, 0, 0));
    ck_assert(!spend(other, 1, 0, 0));
    kit_now_ms += TSN_QUOTA_WINDOW_MS;
    ck_assert(!spend(inner, 5, 0, 0));
    ck_assert(spend(inner, 1, 0, 0));
    kit_now_ms += TSN_QUOTA_WINDOW_MS;
    ck_assert(spend(other, 1, 0, 0));
    tsn_quota_release(outer);
    tsn_quota_release(inner);
    tsn_quota_release(other);
}
END_TEST

START_TEST(handles_are_counted_while_they_are_open)
{
    tsn_quota *outer = quota_of("{'handles':2}", NULL);
    tsn_quota *inner = quota_of("{'handles':3}", outer);
    ck_assert(tsn_quota_take_handle(inner));
    ck_assert(tsn_quota_take_handle(outer));
    ck_assert(!tsn_quota_take_handle(inner));
    tsn_quota_give_handle(outer);
    ck_assert(tsn_quota_take_handle(inner));
    ck_assert(!tsn_quota_take_handle(inner));
    tsn_quota_release(inner);
    tsn_quota_release(outer);
}
END_TEST

START_TEST(what_makes_no_sense_is_refused)
{
    static const struct {
        const char *json;
        tocsin_status want;
    } rows[] = {
        {"{'event':1}", TOCSIN_E_UNKNOWN},
        {"{'events':-1}", TOCSIN_E_RANGE},
        {"{'window_ms':0}", TOCSIN_E_RANGE},
        {"{'events':1.5}", TOCSIN_E_TYPE},
        {"{'events':'1'}", TOCSIN_E_TYPE},
        {"[]", TOCSIN_E_TYPE},
        {"{", TOCSIN_E_JSON},
        {"null", TOCSIN_E_TYPE},
    };
    for (size_t i = 0; i < TSN_ARRAY_LEN(rows); i++) {
        tsn_quota *quota = NULL;
        tsn_buf text = kit_json(rows[i].json);
        tocsin_status st = tsn_quota_new(tsn_buf_view(&text), NULL, &quota);
        ck_assert_msg(st == rows[i].want, "%s: %d", rows[i].json, (int)st);
        ck_assert_ptr_null(quota);
        tsn_buf_fini(&text);
    }
}
END_TEST

START_TEST(so_many_go_into_each_other_and_no_more)
{
    tsn_quota *innermost = NULL;
    for (int depth = 1; depth <= TSN_QUOTA_DEPTH_MAX; depth++) {
        tsn_quota *quota = quota_of("{}", innermost);
        tsn_quota_release(innermost);
        innermost = quota;
    }
    tsn_quota *more = NULL;
    ck_assert_int_eq(tsn_quota_new(TSN_LIT("{}"), innermost, &more), TOCSIN_E_LIMIT);
    ck_assert_ptr_null(more);
    tsn_quota_release(innermost);
}
END_TEST

START_TEST(a_lack_of_memory_leaves_nothing_behind)
{
    bool did_fail = true;
    for (uint64_t nth = 1; did_fail; nth++) {
        tsn_quota *quota = NULL;
        tsn_alloc_fail_nth(nth, false);
        tocsin_status st = tsn_quota_new(TSN_LIT("{\"events\":1}"), NULL, &quota);
        did_fail = tsn_alloc_did_fail();
        tsn_alloc_fail_nth(0, false);
        ck_assert_int_eq(st, did_fail ? TOCSIN_E_NOMEM : TOCSIN_OK);
        ck_assert_int_eq(quota == NULL, did_fail);
        tsn_quota_release(quota);
    }
}
END_TEST

static _Atomic int admitted;

static void *spend_much(void *quota)
{
    for (int i = 0; i < 1000; i++) admitted += spend(quota, 1, 0, 3);
    return NULL;
}

START_TEST(many_threads_together_get_no_more_than_there_is)
{
    pthread_t threads[4];
    setup();
    tsn_quota *outer = quota_of("{'events':1000}", NULL);
    tsn_quota *quotas[] = {outer, quota_of("{'events':400}", outer), quota_of("{}", outer),
                           quota_of("{'bytes':900}", outer)};
    for (int i = 0; i < 4; i++) pthread_create(&threads[i], NULL, spend_much, quotas[i]);
    for (int i = 0; i < 4; i++) pthread_join(threads[i], NULL);
    ck_assert_int_eq(admitted, 1000);
    for (int i = 0; i < 4; i++) tsn_quota_release(quotas[i]);
}
END_TEST

/* Time that threads look at while it goes on: a millisecond a window. */
static _Atomic int64_t ticks;

static int64_t tick_wall_us(void)
{
    return 0;
}

static int64_t tick_mono_ms(void)
{
    return atomic_load(&ticks);
}

static _Atomic bool is_over;
static _Atomic int64_t tries;

static time_t now_s(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec;
}

static void *spend_in_vain(void *quota)
{
    while (!atomic_load(&is_over)) {
        ck_assert(!spend(quota, 1, 1, 0));
        atomic_fetch_add(&tries, 1);
    }
    return NULL;
}

START_TEST(what_is_given_back_is_not_given_to_the_next_window)
{
    static const tsn_clock_source ticking = {tick_wall_us, tick_mono_ms};
    pthread_t threads[3];
    tsn_clock_set_source(&ticking);
    tsn_quota *outer = quota_of("{'events':0}", NULL);
    tsn_quota *inner = quota_of("{'breadcrumbs':1,'window_ms':1}", outer);
    for (int i = 0; i < 3; i++) pthread_create(&threads[i], NULL, spend_in_vain, inner);
    time_t end_s =
        now_s() + SEARCH_S; /* where threads wait long for their turn, fewer windows do */
    for (int i = 0; i < WINDOWS_LEAST || (i < WINDOWS && now_s() < end_s); i++) {
        atomic_fetch_add(&ticks, 1);
        for (int64_t before = atomic_load(&tries); atomic_load(&tries) == before;) sched_yield();
        atomic_fetch_add(&ticks, 1);
        int spent = 0;
        for (int again = 0; again < 4; again++) spent += spend(inner, 0, 1, 0);
        ck_assert_int_le(spent, 1);
    }
    atomic_store(&is_over, true);
    for (int i = 0; i < 3; i++) pthread_join(threads[i], NULL);
    tsn_clock_set_source(NULL);
    tsn_quota_release(inner);
    tsn_quota_release(outer);
}
END_TEST

Suite *unit_suite(void)
{
    const TTest *const tests[] = {
        what_fits_is_spent_and_the_rest_is_not,
        a_window_begins_with_the_first_use_after_the_last_one,
        a_minute_is_the_window_unless_another_is_given,
        an_endless_window_and_the_largest_numbers_do_no_harm,
        none_at_all_is_a_limit_and_null_is_none,
        what_the_outer_quota_refuses_is_given_back_to_the_inner,
        handles_are_counted_while_they_are_open,
        what_makes_no_sense_is_refused,
        so_many_go_into_each_other_and_no_more,
        a_lack_of_memory_leaves_nothing_behind,
        many_threads_together_get_no_more_than_there_is,
        what_is_given_back_is_not_given_to_the_next_window,
    };
    return unit_suite_of("client/quota", tests, TSN_ARRAY_LEN(tests));
}

/* `destroy` runs exactly once for each `user` that was handed over, whatever the call returned. */
#include "support.h"

#include "abi_kit.h"
#include "base/alloc.h"
#include "base/house.h"

static int32_t keep(tocsin_event event, const void *hint, void *user)
{
    (void)event;
    (void)hint;
    (void)user;
    return TOCSIN_KEEP;
}

static void count(void *user)
{
    ++*(int *)user;
}

START_TEST(a_hook_lives_as_long_as_its_options)
{
    int calls = 0;
    tocsin_options options = tocsin_options_new();
    ck_assert_int_eq(tocsin_options_set_hook(options, "before_send", -1, keep, &calls, count), 0);
    ck_assert_int_eq(calls, 0);
    ck_assert_int_eq(tocsin_handle_close(options), TOCSIN_OK);
    ck_assert_int_eq(calls, 1);
}
END_TEST

START_TEST(a_hook_outlives_its_options_in_a_client)
{
    int calls = 0;
    tocsin_options options = tocsin_options_new();
    tocsin_options_set_hook(options, "event_processor", -1, keep, &calls, count);
    tocsin_client client = tocsin_client_open(options);
    ck_assert_int_eq(tocsin_handle_close(options), TOCSIN_OK);
    ck_assert_int_eq(calls, 0);
    ck_assert_int_eq(tocsin_handle_close(client), TOCSIN_OK);
    ck_assert_int_eq(calls, 1);
}
END_TEST

START_TEST(a_hook_that_is_replaced_or_unset_goes)
{
    int first = 0, second = 0, none = 0;
    tocsin_options options = tocsin_options_new();
    tocsin_options_set_hook(options, "log", -1, keep, &first, count);
    tocsin_options_set_hook(options, "log", -1, keep, &second, count);
    ck_assert_int_eq(first, 1);
    ck_assert_int_eq(second, 0);
    ck_assert_int_eq(tocsin_options_set_hook(options, "log", -1, NULL, &none, count), 0);
    ck_assert_int_eq(second, 1);
    ck_assert_int_eq(none, 1);
    tocsin_handle_close(options);
    ck_assert_int_eq(first + second + none, 3);
}
END_TEST

START_TEST(a_refused_hook_is_destroyed_at_once)
{
    int calls = 0;
    tocsin_options options = tocsin_options_new();
    ck_assert_int_eq(tocsin_options_set_hook(options, "before", -1, keep, &calls, count),
                     TOCSIN_E_UNKNOWN);
    ck_assert_int_eq(calls, 1);
    ck_assert_int_eq(tocsin_options_set_hook(options, NULL, 4, keep, &calls, count), TOCSIN_E_ARG);
    ck_assert_int_eq(calls, 2);
    ck_assert_int_eq(tocsin_options_set_hook(0, "log", -1, keep, &calls, count), TOCSIN_E_STALE);
    ck_assert_int_eq(calls, 3);
    ck_assert_int_eq(tocsin_options_set_hook(TOCSIN_E_DSN, "log", -1, NULL, &calls, count),
                     TOCSIN_E_DSN);
    ck_assert_int_eq(calls, 4);
    tocsin_handle_close(options);
    ck_assert_int_eq(calls, 4);
}
END_TEST

START_TEST(a_processor_lives_in_every_fork)
{
    int calls = 0;
    unit_scope kit = unit_scope_open();
    tocsin_scope fork = tocsin_scope_fork(kit.scope);
    ck_assert_int_eq(tocsin_scope_add_processor(fork, TOCSIN_PROCESSOR_ERROR, "IOError", -1, keep,
                                                &calls, count),
                     TOCSIN_OK);
    tocsin_scope second = tocsin_scope_fork(fork);
    ck_assert_int_eq(tocsin_handle_close(fork), TOCSIN_OK);
    ck_assert_int_eq(calls, 0);
    ck_assert_int_eq(tocsin_handle_close(second), TOCSIN_OK);
    ck_assert_int_eq(calls, 1);
    unit_scope_close(&kit);
}
END_TEST

START_TEST(a_refused_processor_is_destroyed_at_once)
{
    int calls = 0;
    unit_scope kit = unit_scope_open();
    ck_assert_int_eq(tocsin_scope_add_processor(kit.scope, 1, NULL, -1, NULL, &calls, count),
                     TOCSIN_E_ARG);
    ck_assert_int_eq(tocsin_scope_add_processor(kit.scope, 3, NULL, -1, keep, &calls, count),
                     TOCSIN_E_RANGE);
    ck_assert_int_eq(tocsin_scope_add_processor(kit.scope, 1, "IOError", -1, keep, &calls, count),
                     TOCSIN_E_ARG);
    ck_assert_int_eq(tocsin_scope_add_processor(kit.client, 1, NULL, -1, keep, &calls, count),
                     TOCSIN_E_KIND);
    ck_assert_int_eq(calls, 4);
    unit_scope_close(&kit);
    ck_assert_int_eq(calls, 4);
}
END_TEST

typedef struct witness {
    tocsin_options options;
    int calls;
} witness;

/* Hangs if a lock of the options is held. */
static void look_at_options(void *user)
{
    witness *seen = user;
    seen->calls++;
    tocsin_options_problem(seen->options, NULL, 0);
    tocsin_options_set(seen->options, "release", -1, NULL, -1);
}

START_TEST(no_lock_is_held_while_it_runs)
{
    tocsin_status st = TOCSIN_E_NOMEM;
    witness seen = {.options = tocsin_options_new()};
    for (uint64_t n = 1; st != TOCSIN_OK; n++) {
        tsn_alloc_fail_nth(n, false);
        st = tocsin_options_set_hook(seen.options, "event_processor", -1, keep, &seen,
                                     look_at_options);
        tsn_alloc_fail_nth(0, false);
        ck_assert_int_eq(seen.calls, (int)n - (st == TOCSIN_OK));
        ck_assert_uint_lt(n, 100);
    }
    ck_assert_int_gt(seen.calls, 1);
    int before = seen.calls;
    tocsin_options_set_hook(seen.options, "event_processor", -1, NULL, NULL, NULL);
    ck_assert_int_eq(seen.calls, before + 1);
    ck_assert_int_eq(tocsin_handle_close(seen.options), TOCSIN_OK);
}
END_TEST

START_TEST(without_memory_it_is_destroyed_once_too)
{
    tocsin_status st = TOCSIN_E_NOMEM;
    unit_scope kit = unit_scope_open();
    for (uint64_t n = 1; st != TOCSIN_OK; n++) {
        int calls = 0;
        tocsin_scope scope = tocsin_scope_fork(kit.scope);
        tsn_alloc_fail_nth(n, false);
        st = tocsin_scope_add_processor(scope, TOCSIN_PROCESSOR_ERROR, "E", 1, keep, &calls, count);
        tsn_alloc_fail_nth(0, false);
        ck_assert_int_eq(calls, st == TOCSIN_OK ? 0 : 1);
        ck_assert_int_eq(tocsin_handle_close(scope), TOCSIN_OK);
        ck_assert_int_eq(calls, 1);
        ck_assert(st == TOCSIN_OK || st == TOCSIN_E_NOMEM);
        ck_assert_uint_lt(n, 100);
    }
    unit_scope_close(&kit);
}
END_TEST

Suite *unit_suite(void)
{
    const TTest *const tests[] = {
        a_hook_lives_as_long_as_its_options,   a_hook_outlives_its_options_in_a_client,
        a_hook_that_is_replaced_or_unset_goes, a_refused_hook_is_destroyed_at_once,
        a_processor_lives_in_every_fork,       a_refused_processor_is_destroyed_at_once,
        no_lock_is_held_while_it_runs,         without_memory_it_is_destroyed_once_too,
    };
    return unit_suite_of("destroy", tests, TSN_ARRAY_LEN(tests));
}

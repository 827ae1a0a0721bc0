/* HND-8: what a hook that never returned had been shown ends with the next call of its thread. */
#include "client_kit.h"

#include <setjmp.h>

#include "client/unreturned.h"

static jmp_buf way_out;

static int32_t leave(kit_hook *hook, tsn_draft *draft, const void *hint)
{
    (void)draft;
    (void)hint;
    if (hook->calls == 1) longjmp(way_out, 1);
    return TOCSIN_KEEP;
}

static void be_left(tsn_client *client)
{
    if (setjmp(way_out) == 0) {
        kit_message(&client->current, "left");
        ck_abort_msg("the hook returned");
    }
}

static tsn_client *open_left(const char *hook)
{
    tsn_client *client = kit_open_hooked("{}", hook, kit_hook_new(leave, NULL));
    be_left(client);
    return client;
}

START_TEST(the_event_is_lost_and_the_next_one_passes)
{
    tsn_client *client = open_left("before_send");
    ck_assert_int_eq(kit_message(&client->current, "next"), TOCSIN_OK);
    ck_assert_int_eq(kit_stat(client, "categories.error.captured"), 2);
    ck_assert_int_eq(kit_stat(client, "categories.error.discarded.before_send"), 1);
    kit_expect_identity(client);
    kit_close(client);
}
END_TEST

START_TEST(the_notice_says_so_once)
{
    tsn_client *client = open_left("event_processor");
    tsn_buf line = TSN_BUF_EMPTY;
    tsn_unreturned_end(client);
    tsn_unreturned_end(client);
    ck_assert(tsn_diag_next(client->diag, &line));
    ck_assert(tsn_slice_starts_with(tsn_buf_view(&line), TSN_LIT("error hook.left")));
    ck_assert(!tsn_diag_next(client->diag, &line));
    tsn_buf_fini(&line);
    kit_close(client);
}
END_TEST

START_TEST(a_count_is_true_at_once)
{
    tsn_client *client = open_left("before_send");
    tsn_buf stats = TSN_BUF_EMPTY;
    ck_assert_int_eq(tsn_client_stats(client, &stats), TOCSIN_OK);
    ck_assert_int_eq(kit_stat(client, "categories.error.discarded.before_send"), 1);
    tsn_buf_fini(&stats);
    kit_close(client);
}
END_TEST

START_TEST(a_close_ends_it_too)
{
    tsn_client *client = open_left("error_sampler");
    ck_assert_int_ge(tsn_client_close(client, 0), TOCSIN_OK);
    ck_assert_int_eq(kit_stat(client, "categories.error.discarded.before_send"), 1);
    kit_close(client);
}
END_TEST

static void add_and_be_left(tsn_client *client)
{
    static const tsn_slice crumb = TSN_LIT_INIT("{\"message\":\"left\"}");
    if (setjmp(way_out) == 0) {
        tsn_cell_add_breadcrumb(&client->current, crumb, NULL, NULL);
        ck_abort_msg("the hook returned");
    }
}

START_TEST(a_breadcrumb_keeps_neither_its_scope_nor_the_client)
{
    _Atomic int freed = 0;
    kit_hook *hook = kit_hook_new(leave, NULL);
    hook->freed = &freed;
    tsn_client *client = kit_open_hooked("{}", "before_breadcrumb", hook);
    add_and_be_left(client);
    kit_close(client);
    ck_assert_int_eq(freed, 1);
}
END_TEST

static void *log_on_a_thread(void *client)
{
    if (setjmp(way_out) == 0) {
        tsn_diag_log(((tsn_client *)client)->diag, TOCSIN_LEVEL_ERROR, "id", "line");
    }
    return NULL;
}

START_TEST(what_a_thread_left_that_is_gone_ends_with_the_client)
{
    tsn_client *client = kit_open_hooked("{}", "log", kit_hook_new(leave, NULL));
    pthread_t thread;
    ck_assert_int_eq(pthread_create(&thread, NULL, log_on_a_thread, client), 0);
    pthread_join(thread, NULL);
    ck_assert_int_eq(kit_message(&client->current, "next"), TOCSIN_OK);
    kit_close(client);
}
END_TEST

START_TEST(one_call_inside_another_is_known_from_the_stack)
{
    ck_assert(!tsn_hook_is_left(0));
    ck_assert(tsn_hook_is_left((uintptr_t)__builtin_frame_address(0) - 4096));
    ck_assert_msg(!tsn_hook_is_left((uintptr_t)&way_out), "it is not on a stack");
}
END_TEST

Suite *unit_suite(void)
{
    const TTest *const tests[] = {
        the_event_is_lost_and_the_next_one_passes,
        the_notice_says_so_once,
        a_count_is_true_at_once,
        a_close_ends_it_too,
        a_breadcrumb_keeps_neither_its_scope_nor_the_client,
        what_a_thread_left_that_is_gone_ends_with_the_client,
        one_call_inside_another_is_known_from_the_stack,
    };
    return unit_suite_of("client/unreturned", tests, TSN_ARRAY_LEN(tests));
}

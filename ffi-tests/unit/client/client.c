/* Clients: open, what keeps them alive, flush and close, statistics. */
#include "client_kit.h"

#include "option_kit.h"

START_TEST(a_scope_keeps_its_client_alive)
{
    tsn_alloc_track(true);
    tsn_client *client = kit_open("{}");
    tsn_cell *fork;
    tsn_cell_fork(&client->current, &fork);
    tsn_client_release(client);
    ck_assert_int_eq(kit_message(fork, "x"), TOCSIN_OK);
    ck_assert_int_eq(kit_stat(fork->client, "categories.error.queued"), 1);
    tsn_cell_release(fork);
    ck_assert_int_eq(tsn_alloc_live(), 0);
}
END_TEST

START_TEST(a_root_scope_keeps_its_client_alive)
{
    tsn_client *client = kit_open("{}");
    tsn_cell *root = &client->current;
    tsn_cell_retain(root);
    tsn_client_release(client);
    ck_assert_int_eq(kit_message(root, "x"), TOCSIN_OK);
    tsn_cell_release(root);
}
END_TEST

START_TEST(whoever_has_only_a_scope_reaches_all_tiers)
{
    tsn_client *client = kit_open("{}");
    tsn_cell *fork, *isolation;
    tsn_cell_fork_isolation(&client->current, &fork);
    tsn_client_release(client);
    ck_assert_int_eq(tsn_cell_isolation(fork, &isolation), TOCSIN_OK);
    kit_tag(isolation, "i", "1");
    kit_tag(&fork->client->global, "g", "1");
    kit_message(fork, "x");
    tsn_buf event = TSN_BUF_EMPTY;
    kit_event(fork->client, &event);
    kit_expect(&event, "tags.i", "'1'");
    kit_expect(&event, "tags.g", "'1'");
    tsn_buf_fini(&event);
    tsn_cell_release(isolation);
    tsn_cell_release(fork);
}
END_TEST

START_TEST(a_client_without_anywhere_to_send_is_open_and_not_active)
{
    option_clear_environment();
    tsn_client *client = kit_open_with(kit_options("{}"));
    ck_assert(!tsn_client_is_active(client));
    ck_assert_ptr_null(client->delivery);
    tsn_buf stats = TSN_BUF_EMPTY;
    tsn_client_stats(client, &stats);
    unit_expect_buf(&stats, "{\"active\":false,\"queue\":{\"items\":0,\"bytes\":0},"
                            "\"categories\":{},\"denied\":{\"rights\":0,\"quota\":0}}");
    tsn_buf_fini(&stats);
    ck_assert_int_eq(tsn_client_close(client, 0), TOCSIN_OK);
    tsn_client_flush_cancel(client);
    tsn_client_release(client);
}
END_TEST

START_TEST(a_malformed_dsn_refuses_to_open)
{
    option_clear_environment();
    tsn_options *options = kit_options("{'dsn':'https://key:hush@h.example'}");
    tsn_client *client = NULL;
    ck_assert_int_eq(tsn_client_open(options, &client), TOCSIN_E_DSN);
    ck_assert_ptr_null(client);
    option_expect_problem(options, TSN_LIT("dsn: "));
    ck_assert(!option_problem_has(options, TSN_LIT("hush")));
    tsn_options_release(options);
    setenv("SENTRY_DSN", "nonsense", 1);
    ck_assert_int_eq(tsn_client_open(NULL, &client), TOCSIN_E_DSN);
    unsetenv("SENTRY_DSN");
}
END_TEST

START_TEST(a_client_with_a_dsn_and_pull_names_it_in_the_envelope)
{
    tsn_client *client = kit_open("{'dsn':'https://abc:hush@h.example/42'}");
    kit_message(&client->current, "x");
    tsn_buf envelope = TSN_BUF_EMPTY;
    ck_assert(kit_envelope(client, &envelope));
    ck_assert(tsn_slice_contains(tsn_buf_view(&envelope), TSN_LIT("https://abc@h.example/42")));
    ck_assert(!tsn_slice_contains(tsn_buf_view(&envelope), TSN_LIT("hush")));
    tsn_buf_fini(&envelope);
    kit_close(client);
}
END_TEST

START_TEST(options_may_change_after_open)
{
    tsn_options *options = kit_options("{'transport':'pull','release':'one'}");
    tsn_options_retain(options);
    tsn_client *client = kit_open_with(options);
    tsn_options_set(options, TSN_LIT("release"), TSN_LIT("two"));
    kit_message(&client->current, "x");
    tsn_buf event = TSN_BUF_EMPTY;
    kit_event(client, &event);
    kit_expect(&event, "release", "'one'");
    tsn_buf_fini(&event);
    tsn_options_release(options);
    kit_close(client);
}
END_TEST

START_TEST(flush_says_whether_something_is_left)
{
    tsn_client *client = kit_open("{}");
    ck_assert_int_eq(tsn_client_flush(client, 0), TOCSIN_OK);
    kit_message(&client->current, "x");
    ck_assert_int_eq(tsn_client_flush(client, 0), TOCSIN_TIMEOUT);
    tsn_buf event = TSN_BUF_EMPTY;
    kit_event(client, &event);
    tsn_buf_fini(&event);
    ck_assert_int_eq(tsn_client_flush(client, 0), TOCSIN_OK);
    kit_close(client);
}
END_TEST

START_TEST(close_counts_what_is_left_as_lost)
{
    tsn_client *client = kit_open("{}");
    kit_message(&client->current, "x");
    ck_assert_int_eq(tsn_client_close(client, 0), TOCSIN_TIMEOUT);
    ck_assert_int_eq(kit_lost(client, "network_error"), 1);
    ck_assert_int_eq(kit_stat(client, "categories.error.queued"), 0);
    ck_assert(!tsn_client_is_active(client));
    ck_assert_int_eq(tsn_client_flush(client, 0), TOCSIN_DISABLED);
    kit_expect_identity(client);
    tsn_client_release(client);
}
END_TEST

START_TEST(several_clients_know_nothing_of_each_other)
{
    tsn_client *one = kit_open("{'release':'one'}");
    tsn_client *two = kit_open("{'release':'two'}");
    kit_tag(&one->global, "k", "1");
    kit_message(&two->current, "x");
    tsn_buf event = TSN_BUF_EMPTY;
    kit_event(two, &event);
    kit_expect(&event, "release", "'two'");
    kit_expect(&event, "tags", NULL);
    kit_expect_no_event(one);
    tsn_buf_fini(&event);
    kit_close(one);
    kit_close(two);
}
END_TEST

static void expect_trace(const char *path, const char *want)
{
    tsn_client *client = kit_open("{}");
    tsn_cell *isolation;
    tsn_cell_new_isolation(client, &isolation);
    tsn_cell *cells[] = {&client->current, &client->global, isolation};
    tsn_buf event = TSN_BUF_EMPTY;
    for (size_t i = 0; i < TSN_ARRAY_LEN(cells); i++) {
        kit_message(cells[i], "x");
        kit_event(client, &event);
        if (want != NULL) {
            kit_expect(&event, path, want);
        } else {
            tsn_slice got = tsn_json_string_body(kit_at(tsn_buf_view(&event), path));
            ck_assert_uint_eq(got.len, 32);
            ck_assert(!tsn_slice_equal(got, TSN_LIT("0af7651916cd43dd8448eb211c80319c")));
        }
    }
    tsn_buf_fini(&event);
    tsn_cell_release(isolation);
    kit_close(client);
}

START_TEST(new_isolation_scopes_start_in_the_trace_of_the_environment)
{
    option_clear_environment();
    setenv("SENTRY_TRACE", "0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-1", 1);
    setenv("SENTRY_BAGGAGE", "sentry-trace_id=0af7651916cd43dd8448eb211c80319c", 1);
    expect_trace("contexts.trace.trace_id", "'0af7651916cd43dd8448eb211c80319c'");
    expect_trace("contexts.trace.parent_span_id", "'b7ad6b7169203331'");
    setenv("SENTRY_USE_ENVIRONMENT", "no", 1);
    expect_trace("contexts.trace.trace_id", NULL);
    unsetenv("SENTRY_USE_ENVIRONMENT");
    setenv("SENTRY_TRACE", "no trace", 1);
    expect_trace("contexts.trace.trace_id", NULL);
    option_clear_environment();
}
END_TEST

START_TEST(every_refused_allocation_refuses_to_open)
{
    option_clear_environment();
    setenv("SENTRY_TRACE", "0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-1", 1);
    for (int mode = 0; mode < 2; mode++) {
        bool did_fail = true;
        for (uint64_t nth = 1; did_fail; nth++) {
            tsn_options *options =
                kit_options("{'transport':'pull','hooks':'pull','dsn':'http://k@h/1'}");
            tsn_client *client = NULL;
            tsn_alloc_track(true);
            tsn_alloc_fail_nth(nth, mode == 1);
            tocsin_status st = tsn_client_open(options, &client);
            did_fail = tsn_alloc_did_fail();
            tsn_alloc_fail_nth(0, false);
            ck_assert_int_eq(st == TOCSIN_OK, client != NULL);
            ck_assert(st == TOCSIN_OK || (did_fail && st == TOCSIN_E_NOMEM));
            tsn_client_release(client);
            tsn_options_release(options);
        }
    }
    option_clear_environment();
}
END_TEST

Suite *unit_suite(void)
{
    const TTest *const tests[] = {
        a_scope_keeps_its_client_alive,
        a_root_scope_keeps_its_client_alive,
        whoever_has_only_a_scope_reaches_all_tiers,
        a_client_without_anywhere_to_send_is_open_and_not_active,
        a_malformed_dsn_refuses_to_open,
        a_client_with_a_dsn_and_pull_names_it_in_the_envelope,
        options_may_change_after_open,
        flush_says_whether_something_is_left,
        close_counts_what_is_left_as_lost,
        several_clients_know_nothing_of_each_other,
        new_isolation_scopes_start_in_the_trace_of_the_environment,
        every_refused_allocation_refuses_to_open,
    };
    return unit_suite_of("client/client", tests, TSN_ARRAY_LEN(tests));
}

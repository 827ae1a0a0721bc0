/* The `log` hook: sees tocsin's own lines, and never one that it gave rise to itself (HND-9). */
#include "client_kit.h"

#include "option_kit.h"

/* Keeps the last line. */
static int32_t keep_line(kit_hook *hook, tsn_draft *draft, const void *hint)
{
    (void)hint;
    tsn_buf *line = hook->user;
    tsn_buf_clear(line);
    tsn_draft_read(draft, line);
    return -1; /* not looked at */
}

START_TEST(the_hook_sees_lines_as_json)
{
    tsn_buf line = TSN_BUF_EMPTY;
    tsn_client *client = kit_open_hooked("{}", "log", kit_hook_new(keep_line, &line));
    tsn_diag_log(client->diag, TOCSIN_LEVEL_WARNING, "some.id", "a \"quoted\" %s", "word");
    kit_expect(&line, "level", "'warning'");
    kit_expect(&line, "id", "'some.id'");
    unit_expect_text(kit_at(tsn_buf_view(&line), "message"), "\"a \\\"quoted\\\" word\"");
    kit_close(client);
    tsn_buf_fini(&line);
}
END_TEST

START_TEST(a_failing_hook_leaves_a_line_that_names_it)
{
    static int32_t answer = -3;
    tsn_buf line = TSN_BUF_EMPTY;
    tsn_options *options = kit_options("{'transport':'pull'}");
    kit_set_hook(options, "log", kit_hook_new(keep_line, &line));
    kit_set_hook(options, "before_send", kit_hook_new(kit_answer, &answer));
    tsn_client *client = kit_open_with(options);
    kit_message(&client->current, "x");
    kit_expect(&line, "level", "'error'");
    kit_expect(&line, "id", "'hook.failed'");
    ck_assert(tsn_slice_contains(tsn_buf_view(&line), TSN_LIT("before_send failed with -3")));
    kit_close(client);
    tsn_buf_fini(&line);
}
END_TEST

static int32_t capture_and_log(kit_hook *hook, tsn_draft *draft, const void *hint)
{
    (void)draft;
    (void)hint;
    tsn_client *client = hook->user;
    kit_message(&client->current, "from the log hook");
    tsn_diag_log(client->diag, TOCSIN_LEVEL_ERROR, "again", "again");
    return TOCSIN_KEEP;
}

START_TEST(a_hook_that_captures_and_logs_does_not_go_round)
{
    kit_hook *hook = kit_hook_new(capture_and_log, NULL);
    tsn_client *client = kit_open_hooked("{'debug':true}", "log", hook);
    hook->user = client;
    tsn_diag_log(client->diag, TOCSIN_LEVEL_ERROR, "first", "first");
    ck_assert_int_eq(hook->calls, 1);
    ck_assert_int_eq(kit_stat(client, "categories.error.captured"), 1);
    tsn_buf notice = TSN_BUF_EMPTY;
    bool is_kept = false;
    while (tsn_diag_next(client->diag, &notice)) {
        is_kept = is_kept || tsn_slice_contains(tsn_buf_view(&notice), TSN_LIT("again"));
    }
    ck_assert(is_kept);
    tsn_buf_fini(&notice);
    kit_close(client);
}
END_TEST

START_TEST(a_refused_capture_inside_a_hook_is_logged_in_debug_mode)
{
    tsn_buf line = TSN_BUF_EMPTY;
    tsn_options *options = kit_options("{'transport':'pull','debug':true}");
    kit_hook *again = kit_hook_new(capture_and_log, NULL);
    kit_set_hook(options, "log", kit_hook_new(keep_line, &line));
    kit_set_hook(options, "before_send", again);
    tsn_client *client = kit_open_with(options);
    again->user = client;
    kit_message(&client->current, "x");
    ck_assert(tsn_slice_contains(tsn_buf_view(&line), TSN_LIT("again")));
    ck_assert_int_eq(kit_stat(client, "categories.error.captured"), 1);
    kit_close(client);
    tsn_buf_fini(&line);
}
END_TEST

/* D-2 */
START_TEST(a_refused_open_leaves_one_line_without_the_secret)
{
    option_clear_environment();
    tsn_buf line = TSN_BUF_EMPTY;
    kit_hook *hook = kit_hook_new(keep_line, &line);
    tsn_options *options = kit_options("{'dsn':'https://key:hush@h.example'}");
    kit_set_hook(options, "log", hook);
    tsn_client *client = NULL;
    ck_assert_int_eq(tsn_client_open(options, &client), TOCSIN_E_DSN);
    ck_assert_int_eq(hook->calls, 1);
    kit_expect(&line, "level", "'error'");
    kit_expect(&line, "id", "'open.refused'");
    ck_assert(!tsn_slice_contains(tsn_buf_view(&line), TSN_LIT("hush")));
    tsn_buf_fini(&line);
    tsn_options_release(options);
}
END_TEST

START_TEST(what_is_wrong_in_the_environment_is_said_at_open)
{
    option_clear_environment();
    setenv("SENTRY_SAMPLE_RATE", "2", 1);
    tsn_buf line = TSN_BUF_EMPTY;
    tsn_client *client = kit_open_hooked("{}", "log", kit_hook_new(keep_line, &line));
    kit_expect(&line, "level", "'warning'");
    ck_assert(tsn_slice_contains(tsn_buf_view(&line), TSN_LIT("SENTRY_SAMPLE_RATE")));
    kit_close(client);
    tsn_buf_fini(&line);
    option_clear_environment();
}
END_TEST

Suite *unit_suite(void)
{
    const TTest *const tests[] = {
        the_hook_sees_lines_as_json,
        a_failing_hook_leaves_a_line_that_names_it,
        a_hook_that_captures_and_logs_does_not_go_round,
        a_refused_capture_inside_a_hook_is_logged_in_debug_mode,
        a_refused_open_leaves_one_line_without_the_secret,
        what_is_wrong_in_the_environment_is_said_at_open,
    };
    return unit_suite_of("client/client_log", tests, TSN_ARRAY_LEN(tests));
}

/* Hooks: names, what an answer means, and what a failure leaves behind (Q-1, R10). */
#include "client_kit.h"

START_TEST(each_hook_has_a_name)
{
    static const char *const names[] = {"before_send", "before_breadcrumb", "error_sampler", "log",
                                        "event_processor"};
    bool seen[TSN_HOOK_SLOTS + 1] = {false};
    for (size_t i = 0; i < TSN_ARRAY_LEN(names); i++) {
        tsn_hook_slot slot;
        ck_assert_int_eq(tsn_hook_slot_find(unit_slice(names[i]), &slot), TOCSIN_OK);
        ck_assert(!seen[slot]);
        seen[slot] = true;
    }
    tsn_hook_slot slot;
    ck_assert_int_eq(tsn_hook_slot_find(TSN_LIT("before_sen"), &slot), TOCSIN_E_UNKNOWN);
    ck_assert_int_eq(tsn_hook_slot_find(TSN_SLICE_ABSENT, &slot), TOCSIN_E_UNKNOWN);
}
END_TEST

START_TEST(an_answer_is_keep_drop_or_failure)
{
    tsn_diag *diag = tsn_diag_new(false);
    tsn_buf notice = TSN_BUF_EMPTY;
    ck_assert_int_eq(tsn_hook_verdict_of(TOCSIN_KEEP, "it", diag), TSN_HOOK_KEEP);
    ck_assert_int_eq(tsn_hook_verdict_of(TOCSIN_DROP, "it", diag), TSN_HOOK_DROP);
    ck_assert(!tsn_diag_next(diag, &notice));
    ck_assert_int_eq(tsn_hook_verdict_of(-7, "it", diag), TSN_HOOK_FAILED);
    ck_assert(tsn_diag_next(diag, &notice));
    ck_assert(tsn_slice_contains(tsn_buf_view(&notice), TSN_LIT("error hook.failed: it failed")));
    ck_assert_int_eq(tsn_hook_verdict_of(2, "it", diag), TSN_HOOK_FAILED);
    tsn_buf_fini(&notice);
    tsn_diag_free(diag);
}
END_TEST

/* One message through a client with the hook; what it returned, and where it was counted. */
static void expect_fate(const char *name, int32_t answer, tocsin_status status, const char *reason)
{
    int32_t said = answer;
    tsn_client *client = kit_open_hooked("{}", name, kit_hook_new(kit_answer, &said));
    char id[TOCSIN_EVENT_ID_SIZE];
    ck_assert_int_eq(kit_capture(&client->current, TOCSIN_CAPTURE_MESSAGE, "x", id), status);
    ck_assert_uint_eq(strlen(id), status == TOCSIN_OK ? 32 : 0);
    ck_assert_int_eq(kit_stat(client, "categories.error.captured"), 1);
    if (reason != NULL) ck_assert_int_eq(kit_lost(client, reason), 1);
    ck_assert_int_eq(kit_stat(client, "categories.error.queued"), status == TOCSIN_OK);
    kit_expect_identity(client);
    kit_close(client);
}

START_TEST(a_filter_that_drops_or_fails_costs_the_event)
{
    expect_fate("before_send", TOCSIN_KEEP, TOCSIN_OK, NULL);
    expect_fate("before_send", TOCSIN_DROP, TOCSIN_DROPPED, "before_send");
    expect_fate("before_send", -1, TOCSIN_DROPPED, "before_send");
    expect_fate("before_send", 99, TOCSIN_DROPPED, "before_send");
    expect_fate("event_processor", TOCSIN_KEEP, TOCSIN_OK, NULL);
    expect_fate("event_processor", TOCSIN_DROP, TOCSIN_DROPPED, "event_processor");
    expect_fate("event_processor", INT32_MIN, TOCSIN_DROPPED, "event_processor");
}
END_TEST

START_TEST(a_sampler_that_fails_is_as_if_there_were_none)
{
    expect_fate("error_sampler", 1000000, TOCSIN_OK, NULL);
    expect_fate("error_sampler", 0, TOCSIN_DROPPED, "sample_rate");
    expect_fate("error_sampler", -1, TOCSIN_OK, NULL);
    expect_fate("error_sampler", 1000001, TOCSIN_OK, NULL);
}
END_TEST

START_TEST(a_thousand_failing_hooks_leave_the_way_free)
{
    int32_t answer = -1;
    tsn_client *client = kit_open_hooked("{}", "before_send", kit_hook_new(kit_answer, &answer));
    for (int i = 0; i < 1000; i++) {
        ck_assert_int_eq(kit_message(&client->current, "x"), TOCSIN_DROPPED);
    }
    answer = TOCSIN_KEEP;
    ck_assert_int_eq(kit_message(&client->current, "x"), TOCSIN_OK);
    ck_assert_int_eq(kit_lost(client, "before_send"), 1000);
    kit_expect_identity(client);
    kit_close(client);
}
END_TEST

static int32_t expect_hint(kit_hook *hook, tsn_draft *draft, const void *hint)
{
    (void)draft;
    ck_assert_ptr_eq(hint, hook->user);
    return TOCSIN_KEEP;
}

START_TEST(a_hint_reaches_c_hooks_as_it_is)
{
    static const int thing = 7;
    union {
        const int *read;
        void *write;
    } hint = {.read = &thing};
    tsn_options *options = kit_options("{'transport':'pull'}");
    kit_hook *hooks[] = {kit_hook_new(expect_hint, hint.write),
                         kit_hook_new(expect_hint, hint.write),
                         kit_hook_new(expect_hint, hint.write)};
    kit_set_hook(options, "before_send", hooks[0]);
    kit_set_hook(options, "event_processor", hooks[1]);
    kit_set_hook(options, "before_breadcrumb", hooks[2]);
    tsn_client *client = kit_open_with(options);
    ck_assert_int_eq(
        tsn_cell_add_breadcrumb(&client->current, TSN_LIT("{\"message\":\"m\"}"), &thing, NULL),
        TOCSIN_OK);
    tsn_capture capture = {.cell = &client->current,
                           .source = TOCSIN_CAPTURE_MESSAGE,
                           .text = TSN_LIT("x"),
                           .hint = &thing};
    ck_assert_int_eq(tsn_pipeline_capture(&capture, NULL), TOCSIN_OK);
    for (size_t i = 0; i < TSN_ARRAY_LEN(hooks); i++) ck_assert_int_eq(hooks[i]->calls, 1);
    kit_close(client);
}
END_TEST

Suite *unit_suite(void)
{
    const TTest *const tests[] = {
        each_hook_has_a_name,
        an_answer_is_keep_drop_or_failure,
        a_filter_that_drops_or_fails_costs_the_event,
        a_sampler_that_fails_is_as_if_there_were_none,
        a_thousand_failing_hooks_leave_the_way_free,
        a_hint_reaches_c_hooks_as_it_is,
    };
    return unit_suite_of("client/hooks", tests, TSN_ARRAY_LEN(tests));
}

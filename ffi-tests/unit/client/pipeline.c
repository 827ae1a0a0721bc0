/* Captures from end to end: what is queued, what is counted, in which order the steps come. */
#include "client_kit.h"

START_TEST(a_message_arrives_with_the_data_of_its_scopes)
{
    tsn_client *client = kit_open("{}");
    kit_tag(&client->global, "g", "1");
    kit_tag(&client->isolation, "i", "2");
    kit_tag(&client->current, "c", "3");
    char id[TOCSIN_EVENT_ID_SIZE];
    ck_assert_int_eq(kit_capture(&client->current, TOCSIN_CAPTURE_MESSAGE, "hello", id), TOCSIN_OK);
    ck_assert_uint_eq(strlen(id), 32);
    tsn_buf event = TSN_BUF_EMPTY;
    kit_event(client, &event);
    kit_expect(&event, "logentry.formatted", "'hello'");
    kit_expect(&event, "level", "'info'");
    kit_expect(&event, "tags.g", "'1'");
    kit_expect(&event, "tags.i", "'2'");
    kit_expect(&event, "tags.c", "'3'");
    tsn_slice got = tsn_json_string_body(kit_at(tsn_buf_view(&event), "event_id"));
    ck_assert(tsn_slice_equal(got, unit_slice(id)));
    tsn_buf_fini(&event);
    kit_expect_identity(client);
    kit_close(client);
}
END_TEST

START_TEST(an_event_keeps_its_own_id_and_the_last_one_is_remembered)
{
    tsn_client *client = kit_open("{}");
    char id[TOCSIN_EVENT_ID_SIZE];
    tsn_buf last = TSN_BUF_EMPTY;
    ck_assert_int_eq(kit_capture(&client->current, TOCSIN_CAPTURE_EVENT,
                                 "{'event_id':'00112233445566778899aabbccddeeff'}", id),
                     TOCSIN_OK);
    ck_assert_str_eq(id, "00112233445566778899aabbccddeeff");
    tsn_cell_last_event_id(&client->current, &last);
    unit_expect_buf(&last, id);
    kit_capture(&client->current, TOCSIN_CAPTURE_EVENT, "{'event_id':'nonsense'}", id);
    ck_assert_uint_eq(strlen(id), 32);
    tsn_buf_clear(&last);
    tsn_cell_last_event_id(&client->isolation, &last);
    unit_expect_buf(&last, id);
    kit_message(&client->global, "stores it nowhere");
    tsn_buf_clear(&last);
    tsn_cell_last_event_id(&client->isolation, &last);
    unit_expect_buf(&last, id);
    tsn_buf_fini(&last);
    kit_close(client);
}
END_TEST

/* Everything that ends before the queue leaves the last event id and writes an empty one. */
START_TEST(what_is_dropped_leaves_no_id)
{
    int32_t answer = TOCSIN_KEEP;
    tsn_client *client = kit_open_hooked("{'ignore_errors':['Quiet*']}", "before_send",
                                         kit_hook_new(kit_answer, &answer));
    char id[TOCSIN_EVENT_ID_SIZE], dropped[TOCSIN_EVENT_ID_SIZE] = "x";
    tsn_buf last = TSN_BUF_EMPTY;
    kit_capture(&client->current, TOCSIN_CAPTURE_MESSAGE, "kept", id);
    ck_assert_int_eq(kit_capture(&client->current, TOCSIN_CAPTURE_EXCEPTION,
                                 "{'type':'QuietError','value':'v'}", dropped),
                     TOCSIN_DROPPED);
    ck_assert_str_eq(dropped, "");
    answer = TOCSIN_DROP;
    kit_message(&client->current, "dropped");
    ck_assert_int_eq(kit_capture(&client->current, TOCSIN_CAPTURE_EVENT, "[]", dropped),
                     TOCSIN_E_TYPE);
    tsn_cell_last_event_id(&client->current, &last);
    unit_expect_buf(&last, id);
    ck_assert_int_eq(kit_lost(client, "event_processor"), 1);
    ck_assert_int_eq(kit_lost(client, "before_send"), 1);
    ck_assert_int_eq(kit_stat(client, "categories.error.captured"), 3);
    tsn_buf_fini(&last);
    kit_expect_identity(client);
    kit_close(client);
}
END_TEST

static int32_t change_the_id(kit_hook *hook, tsn_draft *draft, const void *hint)
{
    (void)hook;
    (void)hint;
    tsn_draft_replace(draft,
                      TSN_LIT("{\"event_id\":\"ffffffffffffffffffffffffffffffff\",\"tags\":{}}"));
    return TOCSIN_KEEP;
}

/* R14 */
START_TEST(no_hook_changes_the_event_id)
{
    static const char *const hooks[] = {"event_processor", "before_send"};
    for (size_t i = 0; i < TSN_ARRAY_LEN(hooks); i++) {
        tsn_client *client = kit_open_hooked("{}", hooks[i], kit_hook_new(change_the_id, NULL));
        char id[TOCSIN_EVENT_ID_SIZE];
        kit_capture(&client->current, TOCSIN_CAPTURE_MESSAGE, "x", id);
        tsn_buf event = TSN_BUF_EMPTY;
        kit_event(client, &event);
        tsn_slice got = tsn_json_string_body(kit_at(tsn_buf_view(&event), "event_id"));
        ck_assert(tsn_slice_equal(got, unit_slice(id)));
        kit_expect(&event, "logentry", NULL);
        tsn_buf_fini(&event);
        kit_close(client);
    }
}
END_TEST

/* R17 */
START_TEST(a_client_that_is_not_active_runs_nothing)
{
    int32_t answer = TOCSIN_KEEP;
    tsn_options *options = kit_options("{'dsn':' '}");
    kit_hook *hooks[4];
    static const char *const names[] = {"before_send", "event_processor", "error_sampler",
                                        "before_breadcrumb"};
    for (size_t i = 0; i < TSN_ARRAY_LEN(hooks); i++) {
        hooks[i] = kit_hook_new(kit_answer, &answer);
        kit_set_hook(options, names[i], hooks[i]);
    }
    tsn_client *client = kit_open_with(options);
    char id[TOCSIN_EVENT_ID_SIZE] = "x";
    ck_assert_int_eq(kit_capture(&client->current, TOCSIN_CAPTURE_MESSAGE, "x", id),
                     TOCSIN_DISABLED);
    ck_assert_str_eq(id, "");
    ck_assert_int_eq(kit_capture(&client->current, TOCSIN_CAPTURE_EVENT, "no json", NULL),
                     TOCSIN_DISABLED);
    ck_assert_int_eq(kit_crumb(&client->current, "{'message':'m'}"), TOCSIN_DISABLED);
    tsn_capture capture = {
        .cell = &client->current, .source = TOCSIN_CAPTURE_EVENT, .text = TSN_LIT("{}")};
    tsn_draft *draft = NULL;
    ck_assert_int_eq(tsn_pipeline_prepare(&capture, &draft), TOCSIN_DISABLED);
    ck_assert_ptr_null(draft);
    for (size_t i = 0; i < TSN_ARRAY_LEN(hooks); i++) ck_assert_int_eq(hooks[i]->calls, 0);
    ck_assert_int_eq(kit_tag(&client->current, "still", "works"), TOCSIN_OK);
    ck_assert_int_eq(kit_stat(client, "categories.error.captured"), 0);
    ck_assert_int_eq(tsn_client_flush(client, -1), TOCSIN_DISABLED);
    kit_close(client);
}
END_TEST

START_TEST(after_close_nothing_is_captured)
{
    int32_t answer = TOCSIN_KEEP;
    kit_hook *hook = kit_hook_new(kit_answer, &answer);
    tsn_client *client = kit_open_hooked("{}", "before_send", hook);
    tsn_draft *draft = kit_prepare(&client->current, TOCSIN_CAPTURE_EVENT, "{}");
    ck_assert_int_eq(tsn_client_close(client, 0), TOCSIN_OK);
    ck_assert_int_eq(tsn_client_close(client, 0), TOCSIN_OK);
    ck_assert_int_eq(kit_message(&client->current, "x"), TOCSIN_DISABLED);
    ck_assert_int_eq(tsn_pipeline_submit(draft, TSN_SLICE_ABSENT, NULL), TOCSIN_DISABLED);
    tsn_draft_release(draft);
    ck_assert_int_eq(hook->calls, 0);
    ck_assert_int_eq(kit_stat(client, "categories.error.captured"), 0);
    tsn_client_release(client);
}
END_TEST

START_TEST(sample_rate_0_keeps_none_and_1_keeps_all)
{
    tsn_client *client = kit_open("{'sample_rate':0}");
    for (int i = 0; i < 100; i++) {
        ck_assert_int_eq(kit_message(&client->current, "x"), TOCSIN_DROPPED);
    }
    ck_assert_int_eq(kit_lost(client, "sample_rate"), 100);
    kit_expect_identity(client);
    kit_close(client);
    client = kit_open("{'sample_rate':1}");
    for (int i = 0; i < 100; i++) ck_assert_int_eq(kit_message(&client->current, "x"), TOCSIN_OK);
    kit_close(client);
}
END_TEST

START_TEST(before_send_comes_before_sampling)
{
    int32_t answer = TOCSIN_DROP;
    tsn_client *client =
        kit_open_hooked("{'sample_rate':0}", "before_send", kit_hook_new(kit_answer, &answer));
    kit_message(&client->current, "x");
    ck_assert_int_eq(kit_lost(client, "before_send"), 1);
    ck_assert_int_eq(kit_lost(client, "sample_rate"), 0);
    kit_close(client);
}
END_TEST

/* R13 */
START_TEST(an_overlay_that_is_a_layer_already_is_not_applied_twice)
{
    tsn_client *client = kit_open("{}");
    kit_crumb(&client->current, "{'message':'once'}");
    tsn_cell *overlays[] = {&client->current, &client->isolation, &client->global};
    tsn_buf event = TSN_BUF_EMPTY;
    for (size_t i = 0; i < TSN_ARRAY_LEN(overlays); i++) {
        tsn_capture capture = {.cell = &client->current,
                               .overlay = overlays[i],
                               .source = TOCSIN_CAPTURE_MESSAGE,
                               .text = TSN_LIT("x")};
        ck_assert_int_eq(tsn_pipeline_capture(&capture, NULL), TOCSIN_OK);
        kit_event(client, &event);
        kit_expect(&event, "breadcrumbs.values.0.message", "'once'");
        kit_expect(&event, "breadcrumbs.values.1", NULL);
    }
    tsn_buf_fini(&event);
    kit_close(client);
}
END_TEST

START_TEST(unusable_input_is_refused_and_not_counted)
{
    tsn_client *client = kit_open("{}");
    static const struct {
        int32_t source;
        const char *text;
        tocsin_status status;
    } rows[] = {
        {TOCSIN_CAPTURE_EVENT, "{", TOCSIN_E_JSON},
        {TOCSIN_CAPTURE_EVENT, "[]", TOCSIN_E_TYPE},
        {TOCSIN_CAPTURE_EVENT, "{'type':'transaction'}", TOCSIN_E_UNSUPPORTED},
        {TOCSIN_CAPTURE_EXCEPTION, "'x'", TOCSIN_E_TYPE},
        {TOCSIN_CAPTURE_EXCEPTION, "{}", TOCSIN_E_TYPE},
        {0, "{}", TOCSIN_E_ARG},
        {4, "{}", TOCSIN_E_ARG},
        {TOCSIN_CAPTURE_HOOKED, "{}", TOCSIN_E_ARG},
    };
    for (size_t i = 0; i < TSN_ARRAY_LEN(rows); i++) {
        tocsin_status st = kit_capture(&client->current, rows[i].source, rows[i].text, NULL);
        ck_assert_msg(st == rows[i].status, "row %zu: %d", i, st);
    }
    tsn_capture capture = {.cell = &client->current, .source = TOCSIN_CAPTURE_MESSAGE};
    ck_assert_int_eq(tsn_pipeline_capture(&capture, NULL), TOCSIN_E_ARG);
    capture.text = TSN_LIT("");
    ck_assert_int_eq(tsn_pipeline_capture(&capture, NULL), TOCSIN_OK);
    capture.level = TOCSIN_LEVEL_TRACE;
    ck_assert_int_eq(tsn_pipeline_capture(&capture, NULL), TOCSIN_E_RANGE);
    ck_assert_int_eq(kit_stat(client, "categories.error.captured"), 1);
    kit_close(client);
}
END_TEST

/* OOM-1: each refused allocation loses this event at most, and counts it. */
START_TEST(refused_memory_is_a_status_and_a_count)
{
    int32_t answer = TOCSIN_KEEP;
    for (int hooked = 0; hooked < 2; hooked++) {
        tsn_options *options = kit_options("{'transport':'pull','attach_stacktrace':true}");
        if (hooked) kit_set_hook(options, "before_send", kit_hook_new(kit_answer, &answer));
        tsn_client *client = kit_open_with(options);
        kit_tag(&client->current, "k", "v");
        kit_message(&client->current, "warm");
        bool did_fail = true;
        for (uint64_t nth = 1; did_fail; nth++) {
            int64_t before = kit_lost(client, "internal_sdk_error");
            tsn_alloc_fail_nth(nth, false);
            tocsin_status st = kit_capture_text(&client->current, TOCSIN_CAPTURE_EXCEPTION,
                                                TSN_LIT("{\"type\":\"E\",\"value\":\"v\"}"), NULL);
            did_fail = tsn_alloc_did_fail();
            tsn_alloc_fail_nth(0, false);
            ck_assert(st == TOCSIN_OK || (did_fail && st == TOCSIN_E_NOMEM));
            if (st < 0) {
                ck_assert_int_eq(kit_lost(client, "internal_sdk_error"), before + 1);
            }
            kit_expect_identity(client);
        }
        kit_close(client);
    }
}
END_TEST

Suite *unit_suite(void)
{
    const TTest *const tests[] = {
        a_message_arrives_with_the_data_of_its_scopes,
        an_event_keeps_its_own_id_and_the_last_one_is_remembered,
        what_is_dropped_leaves_no_id,
        no_hook_changes_the_event_id,
        a_client_that_is_not_active_runs_nothing,
        after_close_nothing_is_captured,
        sample_rate_0_keeps_none_and_1_keeps_all,
        before_send_comes_before_sampling,
        an_overlay_that_is_a_layer_already_is_not_applied_twice,
        unusable_input_is_refused_and_not_counted,
        refused_memory_is_a_status_and_a_count,
    };
    return unit_suite_of("client/pipeline", tests, TSN_ARRAY_LEN(tests));
}

/* The two-phase capture: prepare, then submit or discard, once. */
#include "client_kit.h"

#include "data/limits.h"
#include "left_behind.h"

START_TEST(a_reply_to_a_prepared_event_cannot_change_its_id)
{
    tsn_client *client = kit_open("{}");
    tsn_draft *draft = kit_prepare(&client->current, TOCSIN_CAPTURE_EVENT, "{}");
    tsn_buf event = TSN_BUF_EMPTY;
    tsn_draft_read(draft, &event);
    tsn_slice first = tsn_json_string_body(kit_at(tsn_buf_view(&event), "event_id"));
    char id[TOCSIN_EVENT_ID_SIZE];
    ck_assert_int_eq(tsn_pipeline_submit(
                         draft, TSN_LIT("{\"event_id\":\"ffffffffffffffffffffffffffffffff\"}"), id),
                     TOCSIN_OK);
    ck_assert(tsn_slice_equal(first, unit_slice(id)));
    tsn_draft_release(draft);
    tsn_buf_fini(&event);
    kit_close(client);
}
END_TEST

START_TEST(a_prepared_event_is_merged_filled_in_and_waits)
{
    tsn_client *client = kit_open("{'release':'r'}");
    kit_tag(&client->current, "k", "v");
    tsn_draft *draft = kit_prepare(&client->current, TOCSIN_CAPTURE_EXCEPTION, "{'level':null}");
    tsn_buf event = TSN_BUF_EMPTY;
    tsn_draft_read(draft, &event);
    kit_expect(&event, "release", "'r'");
    kit_expect(&event, "tags.k", "'v'");
    kit_expect(&event, "level", "'error'");
    ck_assert_int_eq(client->unsubmitted, 1);
    ck_assert_int_eq(kit_stat(client, "categories.error.captured"), 0);
    char id[TOCSIN_EVENT_ID_SIZE];
    ck_assert_int_eq(tsn_pipeline_submit(draft, TSN_LIT("{\"tags\":{\"k\":\"w\"}}"), id),
                     TOCSIN_OK);
    ck_assert_int_eq(client->unsubmitted, 0);
    kit_event(client, &event);
    kit_expect(&event, "tags.k", "'w'");
    kit_expect(&event, "release", NULL);
    ck_assert_int_eq(tsn_pipeline_submit(draft, TSN_SLICE_ABSENT, id), TOCSIN_E_CLOSED);
    ck_assert_str_eq(id, "");
    ck_assert_int_eq(tsn_pipeline_discard(draft, TSN_SLICE_ABSENT), TOCSIN_E_CLOSED);
    tsn_draft_release(draft);
    tsn_buf_fini(&event);
    kit_expect_identity(client);
    kit_close(client);
}
END_TEST

START_TEST(a_reply_that_is_no_object_counts_as_a_failed_hook)
{
    static const char *const replies[] = {"", "[]", "null", "{\"a\":}", "{\"a\":1e999}"};
    tsn_client *client = kit_open("{}");
    for (size_t i = 0; i < TSN_ARRAY_LEN(replies); i++) {
        tsn_draft *draft = kit_prepare(&client->current, TOCSIN_CAPTURE_EVENT, "{}");
        char id[TOCSIN_EVENT_ID_SIZE] = "x";
        ck_assert_int_eq(tsn_pipeline_submit(draft, unit_slice(replies[i]), id), TOCSIN_DROPPED);
        ck_assert_str_eq(id, "");
        tsn_draft_release(draft);
    }
    ck_assert_int_eq(kit_lost(client, "before_send"), TSN_ARRAY_LEN(replies));
    kit_expect_identity(client);
    kit_close(client);
}
END_TEST

START_TEST(a_discard_counts_under_its_reason)
{
    tsn_client *client = kit_open("{}");
    int64_t expected_processor = 0;
    for (int reason = 0; reason < TSN_REASON_COUNT; reason++) {
        tsn_slice name = tsn_reason_name((tsn_reason)reason);
        tsn_draft *draft = kit_prepare(&client->current, TOCSIN_CAPTURE_EVENT, "{}");
        ck_assert_int_eq(tsn_pipeline_discard(draft, name), TOCSIN_OK);
        tsn_draft_release(draft);
        char text[64];
        snprintf(text, sizeof text, "%.*s", (int)name.len, name.data);
        ck_assert_int_eq(kit_lost(client, text), 1);
        if (reason == TSN_REASON_EVENT_PROCESSOR) expected_processor = 1;
    }
    static const tsn_slice others[] = {{NULL, 0}, TSN_LIT_INIT("whim"), TSN_LIT_INIT("")};
    for (size_t i = 0; i < TSN_ARRAY_LEN(others); i++) {
        tsn_draft *draft = kit_prepare(&client->current, TOCSIN_CAPTURE_EVENT, "{}");
        ck_assert_int_eq(tsn_pipeline_discard(draft, others[i]),
                         i == 0 ? TOCSIN_OK : TOCSIN_E_UNKNOWN);
        tsn_draft_release(draft);
        ck_assert_int_eq(kit_lost(client, "event_processor"), ++expected_processor);
    }
    kit_expect_identity(client);
    kit_close(client);
}
END_TEST

START_TEST(a_bindings_sampler_sets_the_rate)
{
    int32_t answer = 1000000;
    tsn_client *client = kit_open_hooked("{}", "error_sampler", kit_hook_new(kit_answer, &answer));
    tsn_draft *draft = kit_prepare(&client->current, TOCSIN_CAPTURE_EVENT, "{}");
    ck_assert_int_eq(tsn_pipeline_set_rate(draft, -1), TOCSIN_E_RANGE);
    ck_assert_int_eq(tsn_pipeline_set_rate(draft, 1000001), TOCSIN_E_RANGE);
    ck_assert_int_eq(tsn_pipeline_set_rate(draft, 0), TOCSIN_OK);
    ck_assert_int_eq(tsn_pipeline_submit(draft, TSN_SLICE_ABSENT, NULL), TOCSIN_DROPPED);
    ck_assert_int_eq(tsn_pipeline_set_rate(draft, 0), TOCSIN_E_CLOSED);
    ck_assert_int_eq(kit_lost(client, "sample_rate"), 1);
    tsn_draft_release(draft);
    kit_close(client);
}
END_TEST

/* Those that its parent prepared are its parent's. */
static bool child_may_prepare(void *context)
{
    tsn_client *client = context;
    tsn_capture capture = {
        .cell = &client->current, .source = TOCSIN_CAPTURE_EVENT, .text = TSN_LIT("{}")};
    tsn_draft *draft = NULL;
    bool is_free = client->unsubmitted == 0;
    return is_free && tsn_pipeline_prepare(&capture, &draft) == TOCSIN_OK;
}

START_TEST(a_thousand_prepared_events_may_wait) /* FRK-1 */
{
    static tsn_draft *drafts[TSN_EVENTS_UNSUBMITTED_MAX];
    tsn_client *client = kit_open("{}");
    for (size_t i = 0; i < TSN_ARRAY_LEN(drafts); i++) {
        drafts[i] = kit_prepare(&client->current, TOCSIN_CAPTURE_EVENT, "{}");
    }
    tsn_capture capture = {
        .cell = &client->current, .source = TOCSIN_CAPTURE_EVENT, .text = TSN_LIT("{}")};
    tsn_draft *more = NULL;
    ck_assert_int_eq(tsn_pipeline_prepare(&capture, &more), TOCSIN_E_LIMIT);
    ck_assert(unit_child_says(child_may_prepare, client));
    tsn_pipeline_discard(drafts[0], TSN_SLICE_ABSENT);
    ck_assert_int_eq(tsn_pipeline_prepare(&capture, &more), TOCSIN_OK);
    tsn_draft_release(more);
    for (size_t i = 0; i < TSN_ARRAY_LEN(drafts); i++) tsn_draft_release(drafts[i]);
    ck_assert_int_eq(client->unsubmitted, 0);
    kit_expect_identity(client);
    kit_close(client);
}
END_TEST

Suite *unit_suite(void)
{
    const TTest *const tests[] = {
        a_reply_to_a_prepared_event_cannot_change_its_id,
        a_prepared_event_is_merged_filled_in_and_waits,
        a_reply_that_is_no_object_counts_as_a_failed_hook,
        a_discard_counts_under_its_reason,
        a_bindings_sampler_sets_the_rate,
        a_thousand_prepared_events_may_wait,
    };
    return unit_suite_of("client/pipeline_prepare", tests, TSN_ARRAY_LEN(tests));
}

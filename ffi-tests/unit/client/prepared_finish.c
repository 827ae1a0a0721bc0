/* The end of a prepared capture: limits, before_send, sizes. */
#include "client_kit.h"

START_TEST(what_before_send_writes_is_limited_too)
{
    tsn_client *client = kit_open("{'max_value_length':8}");
    tsn_draft *draft = kit_prepare(&client->current, TOCSIN_CAPTURE_EVENT, "{}");
    tsn_pipeline_submit(draft, TSN_LIT("{\"logentry\":{\"formatted\":\"0123456789\"}}"), NULL);
    tsn_draft_release(draft);
    tsn_buf event = TSN_BUF_EMPTY;
    kit_event(client, &event);
    kit_expect(&event, "logentry.formatted", "'01234...'");
    tsn_buf_fini(&event);
    kit_close(client);
}
END_TEST

static int32_t write_at_length(kit_hook *hook, tsn_draft *draft, const void *hint)
{
    (void)hook;
    (void)hint;
    tsn_draft_replace(draft, TSN_LIT("{\"logentry\":{\"formatted\":\"0123456789\"}}"));
    return TOCSIN_KEEP;
}

START_TEST(what_a_c_hook_writes_is_limited_too)
{
    tsn_client *client = kit_open_hooked("{'max_value_length':8}", "before_send",
                                         kit_hook_new(write_at_length, NULL));
    kit_message(&client->current, "x");
    tsn_buf event = TSN_BUF_EMPTY;
    kit_event(client, &event);
    kit_expect(&event, "logentry.formatted", "'01234...'");
    tsn_buf_fini(&event);
    kit_close(client);
}
END_TEST

static int32_t expect_limited(kit_hook *hook, tsn_draft *draft, const void *hint)
{
    (void)hook;
    (void)hint;
    tsn_buf event = TSN_BUF_EMPTY;
    tsn_draft_read(draft, &event);
    kit_expect(&event, "logentry.formatted", "'01234...'");
    kit_expect(&event, "release", "'r'");
    tsn_buf_fini(&event);
    return TOCSIN_KEEP;
}

START_TEST(before_send_sees_the_event_as_it_would_be_sent)
{
    kit_hook *hook = kit_hook_new(expect_limited, NULL);
    tsn_client *client =
        kit_open_hooked("{'max_value_length':8,'release':'r'}", "before_send", hook);
    kit_capture(&client->current, TOCSIN_CAPTURE_EVENT, "{'logentry':{'formatted':'0123456789'}}",
                NULL);
    ck_assert_int_eq(hook->calls, 1);
    kit_close(client);
}
END_TEST

START_TEST(an_event_over_the_size_after_all_cuts_is_invalid)
{
    tsn_client *client = kit_open("{}");
    tsn_draft *draft = kit_prepare(&client->current, TOCSIN_CAPTURE_EVENT, "{}");
    tsn_buf huge = TSN_BUF_EMPTY;
    TSN_BUF_LIT(&huge, "{\"fingerprint\":[\"x\"");
    while (huge.len < ((size_t)2 << 20)) TSN_BUF_LIT(&huge, ",\"0123456789012345678901234567\"");
    TSN_BUF_LIT(&huge, "]}");
    tocsin_status st = tsn_pipeline_submit(draft, tsn_buf_view(&huge), NULL);
    if (st == TOCSIN_DROPPED) ck_assert_int_eq(kit_lost(client, "invalid"), 1);
    ck_assert_int_ge(st, 0);
    tsn_buf_fini(&huge);
    tsn_draft_release(draft);
    kit_expect_identity(client);
    kit_close(client);
}
END_TEST

Suite *unit_suite(void)
{
    const TTest *const tests[] = {
        what_before_send_writes_is_limited_too,
        what_a_c_hook_writes_is_limited_too,
        before_send_sees_the_event_as_it_would_be_sent,
        an_event_over_the_size_after_all_cuts_is_invalid,
    };
    return unit_suite_of("client/prepared_finish", tests, TSN_ARRAY_LEN(tests));
}

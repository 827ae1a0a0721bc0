/* The quick way to a message's record and the long one give the same. */
#include "client/capture_record.h"

#include "client_kit.h"

static tocsin_status take(tsn_client *client, tsn_slice text, int32_t level, tsn_record **record)
{
    bool has_id = false;
    tsn_capture what = {
        .cell = &client->current, .source = TOCSIN_CAPTURE_MESSAGE, .level = level, .text = text};
    *record = NULL;
    return tsn_capture_record(&what, false, record, &has_id);
}

static void expect_body(tsn_client *client, tsn_slice text, int32_t level, const char *want)
{
    tsn_record *record;
    tsn_buf body = TSN_BUF_EMPTY;
    ck_assert_int_eq(take(client, text, level, &record), TOCSIN_OK);
    unit_expect_text(tsn_fragment_slice(record->body), want);
    tsn_event_append_message_body(&body, text, level, TSN_SLICE_ABSENT, TSN_SLICE_ABSENT);
    unit_expect_text(tsn_buf_view(&body), want);
    ck_assert(!record->has_own_trace);
    tsn_buf_fini(&body);
    tsn_record_free(record);
}

START_TEST(the_body_of_a_message_is_the_same_whichever_way_it_was_made)
{
    tsn_client *client = kit_open("{}");
    expect_body(client, TSN_LIT(""), 0, "{\"logentry\":{\"formatted\":\"\"},\"level\":\"info\"}");
    expect_body(client, TSN_LIT("plain"), TOCSIN_LEVEL_DEBUG,
                "{\"logentry\":{\"formatted\":\"plain\"},\"level\":\"debug\"}");
    expect_body(
        client, TSN_LIT("longer than a block of 16"), TOCSIN_LEVEL_WARNING,
        "{\"logentry\":{\"formatted\":\"longer than a block of 16\"},\"level\":\"warning\"}");
    expect_body(client, TSN_LIT("just sixteen byt"), TOCSIN_LEVEL_INFO,
                "{\"logentry\":{\"formatted\":\"just sixteen byt\"},\"level\":\"info\"}");
    expect_body(client, TSN_LIT("e"), TOCSIN_LEVEL_ERROR,
                "{\"logentry\":{\"formatted\":\"e\"},\"level\":\"error\"}");
    expect_body(client, TSN_LIT("a \"quote\""), TOCSIN_LEVEL_FATAL,
                "{\"logentry\":{\"formatted\":\"a \\\"quote\\\"\"},\"level\":\"fatal\"}");
    expect_body(client, TSN_LIT("more than 16 bytes, then \xff"), TOCSIN_LEVEL_INFO,
                "{\"logentry\":{\"formatted\":\"more than 16 bytes, then \xef\xbf\xbd\"},"
                "\"level\":\"info\"}");
    kit_close(client);
}
END_TEST

START_TEST(what_is_no_message_is_refused)
{
    tsn_record *record;
    tsn_client *client = kit_open("{}");
    ck_assert_int_eq(take(client, TSN_SLICE_ABSENT, 0, &record), TOCSIN_E_ARG);
    ck_assert_int_eq(take(client, TSN_LIT("m"), TOCSIN_LEVEL_TRACE, &record), TOCSIN_E_RANGE);
    ck_assert_int_eq(take(client, TSN_LIT("m"), -1, &record), TOCSIN_E_RANGE);
    ck_assert_int_eq(take(client, TSN_LIT("m"), 7, &record), TOCSIN_E_RANGE);
    kit_expect_identity(client);
    kit_close(client);
}
END_TEST

START_TEST(without_memory_the_event_is_counted_as_lost)
{
    static const char *const texts[] = {"plain", "\"odd\""};
    tsn_client *client = kit_open("{}");
    int64_t lost = 0;
    for (size_t i = 0; i < TSN_ARRAY_LEN(texts); i++) {
        for (uint64_t nth = 1;; nth++) {
            tsn_record *record;
            tsn_alloc_fail_nth(nth, false);
            tocsin_status st = take(client, unit_slice(texts[i]), TOCSIN_LEVEL_ERROR, &record);
            bool did_fail = tsn_alloc_did_fail();
            tsn_alloc_fail_nth(0, false);
            ck_assert_int_eq(st, did_fail ? TOCSIN_E_NOMEM : TOCSIN_OK);
            lost += did_fail;
            tsn_record_free(record);
            if (!did_fail) break;
        }
    }
    ck_assert_int_eq(kit_lost(client, "internal_sdk_error"), lost);
    kit_expect_identity(client);
    kit_close(client);
}
END_TEST

Suite *unit_suite(void)
{
    const TTest *const tests[] = {
        the_body_of_a_message_is_the_same_whichever_way_it_was_made,
        what_is_no_message_is_refused,
        without_memory_the_event_is_counted_as_lost,
    };
    return unit_suite_of("client/capture_record", tests, TSN_ARRAY_LEN(tests));
}

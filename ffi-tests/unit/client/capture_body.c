/* What a caller captures becomes one kind of body. */
#include "client_kit.h"

#include "client/capture_body.h"

static tsn_buf body_of(tsn_client *client, int32_t source, int32_t level, const char *json,
                       bool is_event_json, tocsin_status status)
{
    tsn_buf text = kit_json(json), out = TSN_BUF_EMPTY;
    tsn_capture capture = {
        .cell = &client->current, .source = source, .level = level, .text = tsn_buf_view(&text)};
    tocsin_status st = tsn_capture_body(&capture, is_event_json, client->settings, &out);
    ck_assert_msg(st == status, "%s gives %d", json, st);
    tsn_buf_fini(&text);
    return out;
}

static void expect(int32_t source, int32_t level, const char *json, bool is_event_json,
                   const char *want)
{
    tsn_client *client = kit_open("{}");
    tsn_buf body = body_of(client, source, level, json, is_event_json, TOCSIN_OK);
    tsn_buf wanted = kit_json(want);
    ck_assert_msg(tsn_slice_equal(tsn_buf_view(&body), tsn_buf_view(&wanted)), "%.*s",
                  (int)body.len, body.data);
    tsn_buf_fini(&body);
    tsn_buf_fini(&wanted);
    kit_close(client);
}

START_TEST(a_message_is_raw_text_with_a_level)
{
    expect(TOCSIN_CAPTURE_MESSAGE, TOCSIN_LEVEL_UNSET, "{'a':1}", false,
           "{'logentry':{'formatted':'{\\'a\\':1}'},'level':'info'}");
    expect(TOCSIN_CAPTURE_MESSAGE, TOCSIN_LEVEL_FATAL, "x", false,
           "{'logentry':{'formatted':'x'},'level':'fatal'}");
}
END_TEST

START_TEST(an_exception_is_one_value_or_several)
{
    tsn_client *client = kit_open("{}");
    static const char *const shapes[] = {
        "{'type':'E','value':'v'}",
        "[{'type':'E','value':'v'}]",
        "{'values':[{'type':'E','value':'v'}]}",
    };
    for (size_t i = 0; i < TSN_ARRAY_LEN(shapes); i++) {
        tsn_buf body = body_of(client, TOCSIN_CAPTURE_EXCEPTION, 0, shapes[i], false, TOCSIN_OK);
        kit_expect(&body, "exception.values.0.type", "'E'");
        kit_expect(&body, "level", "'error'");
        tsn_buf_fini(&body);
    }
    kit_close(client);
}
END_TEST

START_TEST(an_event_without_a_level_gets_that_of_its_source)
{
    int32_t message = TOCSIN_CAPTURE_MESSAGE, exception = TOCSIN_CAPTURE_EXCEPTION;
    expect(message, 0, "{}", true, "{'level':'info'}");
    expect(exception, 0, "{'a':1}", true, "{'a':1,'level':'error'}");
    expect(exception | TOCSIN_CAPTURE_HOOKED, 0, "{'a':1}", true, "{'a':1,'level':'error'}");
    expect(exception, 0, "{'level':'fatal'}", true, "{'level':'fatal'}");
    expect(TOCSIN_CAPTURE_EVENT, 0, "{'a':1}", true, "{'a':1}");
    expect(TOCSIN_CAPTURE_EVENT, 0, "{'a':1}", false, "{'a':1}");
}
END_TEST

START_TEST(a_null_level_is_replaced_not_doubled)
{
    expect(TOCSIN_CAPTURE_MESSAGE, 0, "{'a':1,'level':null,'b':2}", true,
           "{'a':1,'level':'info','b':2}");
    expect(TOCSIN_CAPTURE_EXCEPTION, 0, "{'level':null}", true, "{'level':'error'}");
    expect(TOCSIN_CAPTURE_EVENT, 0, "{'level':null}", true, "{'level':null}");
}
END_TEST

START_TEST(what_cannot_be_a_body_is_refused)
{
    tsn_client *client = kit_open("{}");
    tsn_capture capture = {.cell = &client->current, .source = TOCSIN_CAPTURE_MESSAGE};
    tsn_buf out = TSN_BUF_EMPTY;
    ck_assert_int_eq(tsn_capture_body(&capture, false, client->settings, &out), TOCSIN_E_ARG);
    static const struct {
        int32_t source, level;
        const char *text;
        tocsin_status status;
    } rows[] = {
        {TOCSIN_CAPTURE_MESSAGE, TOCSIN_LEVEL_FATAL + 1, "x", TOCSIN_E_RANGE},
        {TOCSIN_CAPTURE_MESSAGE, -1, "x", TOCSIN_E_RANGE},
        {7, 0, "{}", TOCSIN_E_ARG},
        {TOCSIN_CAPTURE_EVENT, 0, "7", TOCSIN_E_TYPE},
        {TOCSIN_CAPTURE_EXCEPTION, 0, "{'value':1}", TOCSIN_E_TYPE},
    };
    for (size_t i = 0; i < TSN_ARRAY_LEN(rows); i++) {
        out = body_of(client, rows[i].source, rows[i].level, rows[i].text, false, rows[i].status);
        tsn_buf_fini(&out);
    }
    kit_close(client);
}
END_TEST

START_TEST(every_refused_allocation_is_a_status)
{
    tsn_client *client = kit_open("{'attach_stacktrace':true}");
    static const tsn_capture captures[] = {
        {.source = TOCSIN_CAPTURE_MESSAGE, .text = TSN_LIT_INIT("x")},
        {.source = TOCSIN_CAPTURE_EXCEPTION, .text = TSN_LIT_INIT("{\"type\":\"E\"}")},
        {.source = TOCSIN_CAPTURE_EVENT, .text = TSN_LIT_INIT("{\"level\":null}")},
    };
    for (size_t i = 0; i < 2 * TSN_ARRAY_LEN(captures); i++) {
        bool did_fail = true;
        for (uint64_t nth = 1; did_fail; nth++) {
            tsn_buf out = TSN_BUF_EMPTY;
            tsn_alloc_track(true);
            tsn_alloc_fail_nth(nth, false);
            tocsin_status st =
                tsn_capture_body(&captures[i / 2], i % 2 == 1 && i > 3, client->settings, &out);
            did_fail = tsn_alloc_did_fail();
            tsn_alloc_fail_nth(0, false);
            tsn_buf_fini(&out);
            ck_assert_int_eq(tsn_alloc_live(), 0);
            ck_assert(st == TOCSIN_OK || (did_fail && st == TOCSIN_E_NOMEM));
        }
    }
    tsn_alloc_track(false);
    kit_close(client);
}
END_TEST

Suite *unit_suite(void)
{
    const TTest *const tests[] = {
        a_message_is_raw_text_with_a_level,
        an_exception_is_one_value_or_several,
        an_event_without_a_level_gets_that_of_its_source,
        a_null_level_is_replaced_not_doubled,
        what_cannot_be_a_body_is_refused,
        every_refused_allocation_is_a_status,
    };
    return unit_suite_of("client/capture_body", tests, TSN_ARRAY_LEN(tests));
}

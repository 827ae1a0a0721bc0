/* Bodies of messages and exceptions, and what is asked of a body (scopes: overview of events). */
#include "event_case.h"

#include <string.h>

START_TEST(a_message_body_is_text_and_level)
{
    tsn_buf out = TSN_BUF_EMPTY;
    tsn_event_append_message_body(&out, TSN_LIT("a\"\xff\n"), TOCSIN_LEVEL_UNSET, TSN_SLICE_ABSENT,
                                  TSN_SLICE_ABSENT);
    unit_expect_buf(&out,
                    "{\"logentry\":{\"formatted\":\"a\\\"\xef\xbf\xbd\\n\"},\"level\":\"info\"}");
    tsn_buf_clear(&out);
    tsn_event_append_message_body(&out, TSN_LIT(""), TOCSIN_LEVEL_FATAL, TSN_LIT("[{}]"),
                                  TSN_LIT("{}"));
    unit_expect_buf(&out, "{\"logentry\":{\"formatted\":\"\"},\"level\":\"fatal\",\"threads\":[{}],"
                          "\"debug_meta\":{}}");
    tsn_buf_fini(&out);
}
END_TEST

/* The body of tsn_event_put_plain_body; owned. */
static tsn_buf plain_body(tsn_slice text, int32_t level)
{
    tsn_buf body = TSN_BUF_EMPTY;
    size_t len = tsn_event_plain_body_len(text, level);
    ck_assert(tsn_buf_reserve(&body, len));
    tsn_event_put_plain_body(body.data, text, level);
    body.len = len;
    return body;
}

START_TEST(a_plain_body_comes_apart_into_its_two_members)
{
    static const char *const texts[] = {"", "x", "},,level:info{[", "a text of some length, {}"};
    for (size_t i = 0; i < TSN_ARRAY_LEN(texts); i++) {
        for (int32_t level = TOCSIN_LEVEL_UNSET; level <= TOCSIN_LEVEL_FATAL; level++) {
            if (level == TOCSIN_LEVEL_TRACE) continue; /* of logs alone */
            tsn_slice logentry;
            tsn_slice name;
            tsn_buf body = plain_body(unit_slice(texts[i]), level);
            tsn_event_split_plain_body(tsn_buf_view(&body), &logentry, &name);
            tsn_slice whole = tsn_buf_view(&body);
            ck_assert(tsn_slice_equal(logentry, tsn_json_get(whole, TSN_LIT("logentry"))));
            ck_assert(tsn_slice_equal(name, tsn_json_get(whole, TSN_LIT("level"))));
            tsn_buf_fini(&body);
        }
    }
}
END_TEST

static void expect_as_any(event_case *c, const tsn_buf *body, unsigned flags)
{
    tsn_buf plain = TSN_BUF_EMPTY;
    tsn_event_parts parts = case_parts(c);
    parts.body = tsn_buf_view(body);
    tsn_buf_clear(&c->out);
    ck_assert_int_eq(tsn_event_write(&parts, &c->config, flags, &c->out), TOCSIN_OK);
    parts.is_plain = true;
    ck_assert_int_eq(tsn_event_write(&parts, &c->config, flags, &plain), TOCSIN_OK);
    ck_assert_msg(tsn_slice_equal(tsn_buf_view(&plain), tsn_buf_view(&c->out)), "%s",
                  tsn_buf_terminate(&plain));
    tsn_buf_fini(&plain);
}

/* Around each length at which something is cut. */
START_TEST(a_plain_body_is_written_as_any_other)
{
    static char letters[TSN_MESSAGE_MAX];
    static const size_t lengths[] = {0, 1, 3, 4, 5, 19, 20, 21, 500, TSN_MESSAGE_MAX};
    static const size_t cuts[] = {0, 1, 4, 20, 500, TSN_MESSAGE_MAX, SIZE_MAX};
    memset(letters, 'x', sizeof letters);
    event_case c = case_full();
    event_case with_level = case_full();
    ck_assert_int_eq(tsn_scope_set_level(case_layer(&with_level, 0), TOCSIN_LEVEL_FATAL),
                     TOCSIN_OK);
    for (size_t i = 0; i < TSN_ARRAY_LEN(lengths); i++) {
        tsn_buf body = plain_body((tsn_slice){letters, lengths[i]}, TOCSIN_LEVEL_WARNING);
        for (size_t j = 0; j < TSN_ARRAY_LEN(cuts); j++) {
            c.config.max_value_length = with_level.config.max_value_length = cuts[j];
            expect_as_any(&c, &body, 0);
            expect_as_any(&c, &body, WHOLE);
            expect_as_any(&with_level, &body, WHOLE);
        }
        tsn_buf_fini(&body);
    }
    case_fini(&c);
    case_fini(&with_level);
}
END_TEST

START_TEST(a_message_of_megabytes_is_cut_as_the_event_would_be)
{
    enum { SIZE = 4 << 20 };
    tsn_buf text = TSN_BUF_EMPTY;
    tsn_buf out = TSN_BUF_EMPTY;
    ck_assert(tsn_buf_reserve(&text, SIZE));
    memset(text.data, 'x', SIZE);
    text.len = SIZE;
    tsn_event_append_message_body(&out, tsn_buf_view(&text), TOCSIN_LEVEL_INFO, TSN_SLICE_ABSENT,
                                  TSN_SLICE_ABSENT);
    const char *end = "xxx...\"},\"level\":\"info\"}";
    ck_assert_uint_eq(out.len, strlen("{\"logentry\":{\"formatted\":\"") + TSN_MESSAGE_MAX - 6 +
                                   strlen(end));
    ck_assert_mem_eq(out.data + out.len - strlen(end), end, strlen(end));
    tsn_alloc_fail_nth(1, true);
    tsn_buf_fini(&out);
    tsn_event_append_message_body(&out, tsn_buf_view(&text), TOCSIN_LEVEL_INFO, TSN_SLICE_ABSENT,
                                  TSN_SLICE_ABSENT);
    tsn_alloc_fail_nth(0, false);
    ck_assert(out.failed);
    tsn_buf_fini(&out);
    tsn_buf_fini(&text);
}
END_TEST

START_TEST(an_exception_body_is_a_list_of_values)
{
    tsn_buf out = TSN_BUF_EMPTY;
    ck_assert_int_eq(tsn_event_append_exception_body(&out, TSN_LIT("{\"type\":\"T\"}"),
                                                     TSN_SLICE_ABSENT, TSN_SLICE_ABSENT),
                     TOCSIN_OK);
    unit_expect_buf(&out, "{\"exception\":{\"values\":[{\"type\":\"T\",\"mechanism\":{\"type\":"
                          "\"generic\",\"handled\":true}}]},"
                          "\"level\":\"error\"}");
    tsn_buf_clear(&out);
    ck_assert_int_eq(tsn_event_append_exception_body(&out, TSN_LIT("[{\"type\":\"T\"}]"),
                                                     TSN_LIT("[{\"function\":\"f\"}]"),
                                                     TSN_LIT("{\"images\":[]}")),
                     TOCSIN_OK);
    unit_expect_buf(&out, "{\"exception\":{\"values\":[{\"type\":\"T\",\"stacktrace\":{\"frames\":["
                          "{\"function\":\"f\",\"in_app\":"
                          "true}]},\"mechanism\":{\"type\":\"generic\",\"handled\":true}}]},"
                          "\"level\":\"error\",\"debug_meta\":{"
                          "\"images\":[]}}");
    tsn_buf_fini(&out);
}
END_TEST

START_TEST(what_is_no_exception_is_refused)
{
    const char *bad[] = {"5",
                         "[]",
                         "{}",
                         "[5]",
                         "{\"values\":[]}",
                         "{\"type\":1}",
                         "[{\"type\":\"T\"},{\"module\":\"m\"}]",
                         "null"};
    for (size_t i = 0; i < TSN_ARRAY_LEN(bad); i++) {
        tsn_buf out = TSN_BUF_EMPTY;
        tocsin_status st = tsn_event_append_exception_body(&out, unit_slice(bad[i]),
                                                           TSN_SLICE_ABSENT, TSN_SLICE_ABSENT);
        ck_assert_msg(st == TOCSIN_E_TYPE, "%s: %d", bad[i], st);
        ck_assert_uint_eq(out.len, 0);
        tsn_buf_fini(&out);
    }
}
END_TEST

START_TEST(bodies_do_without_memory)
{
    for (uint64_t nth = 1; nth <= 3; nth++) {
        tsn_buf out = TSN_BUF_EMPTY;
        tsn_alloc_fail_nth(nth, true);
        tocsin_status st = tsn_event_append_exception_body(&out, TSN_LIT("{\"type\":\"T\"}"),
                                                           TSN_SLICE_ABSENT, TSN_SLICE_ABSENT);
        bool did_fail = tsn_alloc_did_fail();
        tsn_alloc_fail_nth(0, false);
        ck_assert_int_eq(st, did_fail ? TOCSIN_E_NOMEM : TOCSIN_OK);
        tsn_buf_fini(&out);
    }
    tsn_buf out = TSN_BUF_EMPTY;
    tsn_alloc_fail_nth(1, true);
    tsn_event_append_message_body(&out, TSN_LIT("m"), 0, TSN_SLICE_ABSENT, TSN_SLICE_ABSENT);
    tsn_alloc_fail_nth(0, false);
    ck_assert(out.failed);
    tsn_buf_fini(&out);
}
END_TEST

static tocsin_status check(const char *json, bool *has_id, char hex[TSN_ID_HEX + 1])
{
    tsn_buf body = TSN_BUF_EMPTY;
    tsn_id id = {{0}};
    case_quote(&body, json);
    tocsin_status st = tsn_event_check_body(tsn_buf_view(&body), &id, has_id);
    tsn_id_to_hex(&id, hex);
    hex[TSN_ID_HEX] = '\0';
    tsn_buf_fini(&body);
    return st;
}

START_TEST(only_error_events_are_taken)
{
    bool has_id;
    char hex[TSN_ID_HEX + 1];
    const char *good[] = {"{}", "{'type':null}", "{'type':'error'}", "{'type':'event'}",
                          "{'type':'default'}"};
    const char *bad[] = {"{'type':'transaction'}", "{'type':'feedback'}", "{'type':5}",
                         "{'type':''}"};
    for (size_t i = 0; i < TSN_ARRAY_LEN(good); i++)
        ck_assert_int_eq(check(good[i], &has_id, hex), TOCSIN_OK);
    for (size_t i = 0; i < TSN_ARRAY_LEN(bad); i++)
        ck_assert_int_eq(check(bad[i], &has_id, hex), TOCSIN_E_UNSUPPORTED);
}
END_TEST

START_TEST(a_usable_id_is_taken_over)
{
    bool has_id;
    char hex[TSN_ID_HEX + 1];
    const char *digits = "6a1e0c4fd2b84f7a9c35e81b07d2469f";
    ck_assert_int_eq(check("{'event_id':'6a1e0c4fd2b84f7a9c35e81b07d2469f'}", &has_id, hex),
                     TOCSIN_OK);
    ck_assert(has_id);
    ck_assert_str_eq(hex, digits);
    ck_assert_int_eq(check("{'event_id':'6A1E0C4F-D2B8-4F7A-9C35-E81B07D2469F'}", &has_id, hex),
                     TOCSIN_OK);
    ck_assert(has_id);
    ck_assert_str_eq(hex, digits);
    const char *bad[] = {"{'event_id':'00000000000000000000000000000000'}", "{'event_id':5}",
                         "{'event_id':'6a1e'}", "{}"};
    for (size_t i = 0; i < TSN_ARRAY_LEN(bad); i++) {
        ck_assert_int_eq(check(bad[i], &has_id, hex), TOCSIN_OK);
        ck_assert(!has_id);
    }
}
END_TEST

START_TEST(an_own_trace_is_an_object)
{
    ck_assert(tsn_event_has_own_trace(TSN_LIT("{\"contexts\":{\"os\":{},\"trace\":{}}}")));
    ck_assert(!tsn_event_has_own_trace(TSN_LIT("{\"contexts\":{\"trace\":null}}")));
    ck_assert(!tsn_event_has_own_trace(TSN_LIT("{\"contexts\":null}")));
    ck_assert(!tsn_event_has_own_trace(TSN_LIT("{}")));
}
END_TEST

Suite *unit_suite(void)
{
    const TTest *const tests[] = {
        a_message_body_is_text_and_level,
        a_plain_body_comes_apart_into_its_two_members,
        a_plain_body_is_written_as_any_other,
        a_message_of_megabytes_is_cut_as_the_event_would_be,
        an_exception_body_is_a_list_of_values,
        what_is_no_exception_is_refused,
        bodies_do_without_memory,
        only_error_events_are_taken,
        a_usable_id_is_taken_over,
        an_own_trace_is_an_object,
    };
    return unit_suite_of("event_body", tests, TSN_ARRAY_LEN(tests));
}

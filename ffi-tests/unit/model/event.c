/* Writing an event: the table of attributes, what a second writing leaves alone, and what happens
 * without memory. */
#include "event_expect.h"

/* Every rank and every member once. */
static event_case rich_case(void)
{
    event_case c = case_full();
    uint8_t random[TSN_PROPAGATION_RANDOM] = {1, 2, 3};
    c.propagation = tsn_propagation_new(random);
    case_body(&c, "{'message':'boom','tags':{'a "
                  "b':'x','mine':'1'},'extra':{'e':[1,null]},'contexts':{'own':{'k':1}},"
                  "'breadcrumbs':[{'m':'o'},{'m':'p','timestamp':5}],'exception':[{'type':'A','"
                  "value':'b'},{'type':'B'}],"
                  "'threads':[{'id':1,'stacktrace':[{'function':'f'}]}],'logger':'log','errors':[{'"
                  "type':'x'}],"
                  "'debug_meta':[{'type':'elf'}],'request':{'url':'u','cookies':'c'},'unknown':1,'_"
                  "meta':{'z':1}}");
    case_set(&c, 0, TSN_SCOPE_TAGS, "outer", "'o'");
    case_set(&c, 1, TSN_SCOPE_TAGS, "outer", "'i'");
    case_set(&c, 1, TSN_SCOPE_EXTRA, "x", "{'y':null}");
    case_set(&c, 2, TSN_SCOPE_CONTEXTS, "os", "{'name':'Linux'}");
    case_text(&c, 1, TSN_SCOPE_USER, "{'id':'7','ip_address':'{{auto}}'}");
    case_text(&c, 2, TSN_SCOPE_FINGERPRINT, "['{{ default }}']");
    case_transaction(&c, 2, "'GET /'", "'route'");
    case_origin(&c, 2,
                "{'platform':'other','sdk':{'name':'tocsin.lua','integrations':['b','a','b']},'"
                "modules':{'m':'1'},"
                "'runtime':{'name':'Lua'}}");
    case_flag(&c, 0, "f", "true");
    case_crumb(&c, 0, 1, 1, 'a');
    case_crumb(&c, 1, 2, 2, 'b');
    return c;
}

START_TEST(an_empty_event_is_whole)
{
    event_case c = case_full();
    case_write(&c, WHOLE);
    unit_expect_buf(&c.out, "{\"event_id\":\"abababababababababababababababab\",\"timestamp\":"
                            "\"2026-11-02T09:29:59.871204Z\","
                            "\"platform\":\"native\",\"level\":\"error\",\"server_name\":\"host\","
                            "\"release\":\"shop@1.4.0\","
                            "\"dist\":\"7\",\"environment\":\"staging\",\"sdk\":{\"name\":\"tocsin."
                            "c\",\"version\":\"1.0.0\","
                            "\"settings\":{\"infer_ip\":\"never\"}}}");
    case_fini(&c);
}
END_TEST

START_TEST(a_rich_event_has_everything_in_its_place)
{
    event_case c = rich_case();
    case_write(&c, WHOLE);
    case_expect(&c, "platform", "'other'");
    case_expect(&c, "logentry", "{'formatted':'boom'}");
    case_expect(&c, "message", NULL);
    case_expect(&c, "unknown", NULL);
    case_expect(&c, "logger", "'log'");
    case_expect(&c, "transaction", "'GET /'");
    case_expect(&c, "transaction_info", "{'source':'route'}");
    case_expect(&c, "tags", "{'a-b':'x','mine':'1','outer':'i'}");
    case_expect(&c, "extra", "{'e':[1,null],'x':{'y':null}}");
    case_expect(&c, "user", "{'id':'7'}");
    case_expect(&c, "request", "{'url':'u'}");
    case_expect(&c, "fingerprint", "['{{ default }}']");
    case_expect(&c, "modules", "{'m':'1'}");
    case_expect(&c, "debug_meta", "{'images':[{'type':'elf'}]}");
    case_expect(&c, "errors", "[{'type':'x'}]");
    case_expect(&c, "_meta", "{'z':1}");
    case_expect(&c, "sdk",
                "{'name':'tocsin.lua','integrations':['a','b'],'settings':{'infer_ip':'never'}}");
    case_expect(&c, "threads",
                "{'values':[{'id':1,'stacktrace':{'frames':[{'function':'f','in_app':true}]}}]}");
    case_expect_crumbs(&c, "oabp");
    case_fini(&c);
}
END_TEST

/* What a processor sees has neither what the client adds nor its limits. */
START_TEST(without_filling_and_limits_only_layers_are_applied)
{
    event_case c = rich_case();
    case_write(&c, 0);
    case_expect(&c, "release", NULL);
    case_expect(&c, "environment", NULL);
    case_expect(&c, "server_name", NULL);
    case_expect(&c, "level", NULL);
    case_expect(&c, "platform", "'other'");
    case_expect(&c, "user", "{'id':'7','ip_address':'{{auto}}'}");
    case_expect(&c, "request", "{'url':'u','cookies':'c'}");
    case_expect(&c, "tags", "{'a-b':'x','mine':'1','outer':'i'}");
    case_fini(&c);
}
END_TEST

/* P-1 */
START_TEST(types_and_unknown_members_are_not_written)
{
    event_case c = case_bare();
    case_body(&c, "{'type':'error','spans':[],'start_timestamp':1,'culprit':'c','site':'s','"
                  "checksum':'c','stacktrace':{},"
                  "'received':1,'version':'7','transaction':'t'}");
    case_write(&c, WHOLE);
    const char *never[] = {"type",     "spans",      "start_timestamp", "culprit", "site",
                           "checksum", "stacktrace", "received",        "version"};
    for (size_t i = 0; i < TSN_ARRAY_LEN(never); i++) case_expect(&c, never[i], NULL);
    case_expect(&c, "transaction", "'t'");
    case_fini(&c);
}
END_TEST

START_TEST(ill_typed_members_are_left_out)
{
    const char *keys[] = {
        "timestamp",   "platform", "level",      "logger",      "transaction", "transaction_info",
        "server_name", "release",  "dist",       "environment", "logentry",    "message",
        "exception",   "threads",  "debug_meta", "user",        "request",     "fingerprint",
        "tags",        "extra",    "contexts",   "modules",     "sdk",         "errors",
        "breadcrumbs", "_meta"};
    const char *values[] = {"null", "true", "[true]", "{'a':true}", "12"};
    for (size_t i = 0; i < TSN_ARRAY_LEN(keys); i++) {
        for (size_t j = 0; j < TSN_ARRAY_LEN(values); j++) {
            char body[100];
            snprintf(body, sizeof body, "{'%s':%s}", keys[i], values[j]);
            event_case c = case_bare();
            case_body(&c, body);
            case_write(&c, WHOLE);
            case_expect(&c, "event_id", "'abababababababababababababababab'");
            if (j < 2) {
                ck_assert_uint_le(tsn_json_count(tsn_buf_view(&c.out)), 4);
                case_expect(&c, "environment", "'production'");
            }
            case_fini(&c);
        }
    }
}
END_TEST

/* R14 */
START_TEST(the_id_is_ours_whatever_the_body_says)
{
    case_expect_of("{'event_id':'00000000000000000000000000000001'}", WHOLE, "event_id",
                   "'abababababababababababababababab'");
}
END_TEST

START_TEST(writing_twice_changes_nothing)
{
    const unsigned flags[] = {0, TSN_EVENT_FILL, TSN_EVENT_LIMIT, WHOLE};
    for (size_t i = 0; i < TSN_ARRAY_LEN(flags); i++) {
        event_case c = rich_case();
        case_write(&c, flags[i]);
        case_feed_back(&c);
        case_write(&c, flags[i]);
        unit_expect_text(tsn_buf_view(&c.out), tsn_buf_terminate(&c.body));
        case_fini(&c);
    }
}
END_TEST

/* A hook that keeps the event as it is makes no difference. */
START_TEST(writing_in_two_steps_is_writing_at_once)
{
    event_case once = rich_case();
    case_write(&once, WHOLE);
    event_case twice = rich_case();
    case_write(&twice, 0);
    case_feed_back(&twice);
    case_write(&twice, WHOLE);
    unit_expect_text(tsn_buf_view(&twice.out), tsn_buf_terminate(&once.out));
    case_fini(&once);
    case_fini(&twice);
}
END_TEST

START_TEST(each_failed_allocation_leaves_the_buffer_as_it_was)
{
    event_case c = rich_case();
    case_sweep_memory(&c, WHOLE);
    case_sweep_memory(&c, 0);
    case_fini(&c);
}
END_TEST

START_TEST(a_failed_buffer_is_refused_at_once)
{
    event_case c = case_bare();
    c.out.failed = true;
    tsn_event_parts parts = case_parts(&c);
    ck_assert_int_eq(tsn_event_write(&parts, &c.config, 0, &c.out), TOCSIN_E_NOMEM);
    case_fini(&c);
}
END_TEST

START_TEST(what_stands_before_stays)
{
    event_case c = case_bare();
    TSN_BUF_LIT(&c.out, "{\"header\":1}\n");
    tsn_event_parts parts = case_parts(&c);
    ck_assert_int_eq(tsn_event_write(&parts, &c.config, 0, &c.out), TOCSIN_OK);
    ck_assert(
        tsn_slice_starts_with(tsn_buf_view(&c.out), TSN_LIT("{\"header\":1}\n{\"event_id\":")));
    case_fini(&c);
}
END_TEST

Suite *unit_suite(void)
{
    const TTest *const tests[] = {
        an_empty_event_is_whole,
        a_rich_event_has_everything_in_its_place,
        without_filling_and_limits_only_layers_are_applied,
        types_and_unknown_members_are_not_written,
        ill_typed_members_are_left_out,
        the_id_is_ours_whatever_the_body_says,
        writing_twice_changes_nothing,
        writing_in_two_steps_is_writing_at_once,
        each_failed_allocation_leaves_the_buffer_as_it_was,
        a_failed_buffer_is_refused_at_once,
        what_stands_before_stays,
    };
    return unit_suite_of("event", tests, TSN_ARRAY_LEN(tests));
}

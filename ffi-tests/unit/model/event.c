/* Writing an event: the table of attributes, what a second writing leaves alone, and what happens
 * without memory. */
#include "event_case.h"

#include "data/json_text.h"

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

/* Random JSON with the protocol's own names, so that something comes of it. */
static uint32_t next(uint32_t *seed)
{
    *seed = *seed * 1664525u + 1013904223u;
    return *seed >> 8;
}

static const char *const names[] = {"event_id",
                                    "timestamp",
                                    "platform",
                                    "level",
                                    "logger",
                                    "transaction",
                                    "transaction_info",
                                    "server_name",
                                    "release",
                                    "dist",
                                    "environment",
                                    "logentry",
                                    "message",
                                    "formatted",
                                    "params",
                                    "exception",
                                    "values",
                                    "type",
                                    "value",
                                    "mechanism",
                                    "handled",
                                    "exception_id",
                                    "parent_id",
                                    "stacktrace",
                                    "frames",
                                    "function",
                                    "filename",
                                    "lineno",
                                    "pre_context",
                                    "vars",
                                    "in_app",
                                    "threads",
                                    "id",
                                    "crashed",
                                    "current",
                                    "debug_meta",
                                    "images",
                                    "user",
                                    "ip_address",
                                    "request",
                                    "headers",
                                    "cookies",
                                    "fingerprint",
                                    "tags",
                                    "extra",
                                    "contexts",
                                    "trace",
                                    "flags",
                                    "runtime",
                                    "modules",
                                    "sdk",
                                    "integrations",
                                    "settings",
                                    "errors",
                                    "breadcrumbs",
                                    "category",
                                    "_meta",
                                    "",
                                    "len",
                                    "a b",
                                    "a-b",
                                    "thread_id",
                                    "is_exception_group",
                                    "instruction_addr",
                                    "source",
                                    "os"};

static void random_value(uint32_t *seed, unsigned depth, tsn_buf *out)
{
    static const char *const atoms[] = {
        "null",       "true",      "0",       "1",
        "2",          "'x'",       "''",      "1e3",
        "'error'",    "'none'",    "' a b '", "'{{auto}}'",
        "'http://a'", "'a\\\\nb'", "false",   "'2026-11-02T09:29:59Z'",
        "-5"};
    uint32_t kind = next(seed) % 10;
    if (depth == 0 || kind < 4) {
        case_quote(out, atoms[next(seed) % TSN_ARRAY_LEN(atoms)]);
        return;
    }
    bool is_object = kind < 8;
    tsn_buf_byte(out, is_object ? '{' : '[');
    for (uint32_t i = next(seed) % 6; i > 0; i--) {
        if (is_object) tsn_buf_printf(out, "\"%s\":", names[next(seed) % TSN_ARRAY_LEN(names)]);
        random_value(seed, depth - 1, out);
        if (i > 1) tsn_buf_byte(out, ',');
    }
    tsn_buf_byte(out, is_object ? '}' : ']');
}

/* An object with the members an event has, each with a value that is likely to be of its type. */
static void random_body(uint32_t *seed, event_case *c)
{
    tsn_buf raw = TSN_BUF_EMPTY;
    TSN_BUF_LIT(&raw, "{");
    for (size_t i = 0; i < TSN_ARRAY_LEN(names); i++) {
        if (next(seed) % 3 != 0) continue;
        tsn_json_append_key(&raw, unit_slice(names[i]));
        random_value(seed, 8, &raw);
    }
    TSN_BUF_LIT(&raw, "}");
    tsn_buf_clear(&c->body);
    ck_assert_int_eq(tsn_json_normalise(tsn_buf_view(&raw), TSN_JSON_ANY, 0, &c->body, NULL),
                     TOCSIN_OK);
    tsn_buf_fini(&raw);
}

static void random_layers(uint32_t *seed, event_case *c)
{
    for (size_t i = next(seed) % (TSN_LAYERS_MAX + 1); i > 0; i--) {
        for (uint32_t j = next(seed) % 8; j > 0; j--) {
            tsn_scope_map map = (tsn_scope_map)(next(seed) % TSN_SCOPE_MAPS);
            const char *key = names[next(seed) % TSN_ARRAY_LEN(names)];
            bool is_usable = map == TSN_SCOPE_EXTRA || (key[0] != '\0' && strchr(key, ' ') == NULL);
            if (map == TSN_SCOPE_CONTEXTS &&
                (strcmp(key, "trace") == 0 || strcmp(key, "flags") == 0))
                continue;
            if (is_usable)
                case_set(c, i - 1, map, key, map == TSN_SCOPE_CONTEXTS ? "{'k':1}" : "'v'");
        }
        for (uint32_t j = next(seed) % 9; j > 0; j--) {
            uint32_t time_us = next(seed) % 30;
            char json[64];
            snprintf(json, sizeof json, "{'m':'%c','timestamp':0.0000%02u}",
                     (int)('a' + next(seed) % 26), time_us);
            case_crumb_json(c, i - 1, time_us, next(seed) + 1, json);
        }
        if (next(seed) % 2 == 0) case_flag(c, i - 1, names[next(seed) % 8], "1");
        if (next(seed) % 4 == 0)
            case_text(c, i - 1, TSN_SCOPE_USER, "{'id':1,'ip_address':'{{auto}}'}");
        if (next(seed) % 4 == 0) case_text(c, i - 1, TSN_SCOPE_FINGERPRINT, "[]");
        if (next(seed) % 4 == 0)
            case_transaction(c, i - 1, "'t'", next(seed) % 2 == 0 ? NULL : "'url'");
        if (next(seed) % 4 == 0)
            case_origin(c, i - 1, "{'platform':'go','runtime':{'name':'go'},'sdk':{'name':'s'}}");
    }
}

static event_case random_case(uint32_t *seed)
{
    event_case c = next(seed) % 2 == 0 ? case_full() : case_bare();
    c.config.max_breadcrumbs = next(seed) % 12;
    c.config.max_stack_frames = 1 + next(seed) % 4;
    c.config.max_value_length = next(seed) % 8;
    c.config.send_default_pii = next(seed) % 2 == 0;
    random_body(seed, &c);
    random_layers(seed, &c);
    return c;
}

START_TEST(random_events_are_written_once_and_for_all)
{
    const unsigned flags[] = {0, TSN_EVENT_FILL, TSN_EVENT_LIMIT, WHOLE};
    for (uint32_t start = 1; start <= 4000; start++) {
        uint32_t seed = start;
        event_case c = random_case(&seed);
        unsigned flag = flags[start % TSN_ARRAY_LEN(flags)];
        case_write(&c, flag);
        case_feed_back(&c);
        case_write(&c, flag);
        ck_assert_msg(tsn_slice_equal(tsn_buf_view(&c.out), tsn_buf_view(&c.body)),
                      "seed %u, flags %u\nonce  %s\ntwice %s", start, flag,
                      tsn_buf_terminate(&c.body), tsn_buf_terminate(&c.out));
        case_fini(&c);
    }
}
END_TEST

START_TEST(random_events_do_not_mind_a_hook_in_between)
{
    for (uint32_t start = 1; start <= 4000; start++) {
        uint32_t seed = start;
        event_case once = random_case(&seed);
        seed = start;
        event_case twice = random_case(&seed);
        case_write(&once, WHOLE);
        case_write(&twice, 0);
        case_feed_back(&twice);
        case_write(&twice, WHOLE);
        ck_assert_msg(tsn_slice_equal(tsn_buf_view(&once.out), tsn_buf_view(&twice.out)),
                      "seed %u\nonce  %s\ntwice %s", start, tsn_buf_terminate(&once.out),
                      tsn_buf_terminate(&twice.out));
        case_fini(&once);
        case_fini(&twice);
    }
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
        random_events_are_written_once_and_for_all,
        random_events_do_not_mind_a_hook_in_between,
    };
    return unit_suite_of("event", tests, TSN_ARRAY_LEN(tests));
}

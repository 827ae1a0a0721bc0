/* Random events with the protocol's own names, so that something comes of them: a second writing
 * finds nothing to do, and a hook in between makes no difference. */
#include "event_case.h"

#include "data/json_text.h"

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
    for (uint32_t start = 1; start <= unit_rounds(4000); start++) {
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
    for (uint32_t start = 1; start <= unit_rounds(4000); start++) {
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
        random_events_are_written_once_and_for_all,
        random_events_do_not_mind_a_hook_in_between,
    };
    return unit_suite_of("event_random", tests, TSN_ARRAY_LEN(tests));
}

/* The table of attributes, row by row: whose value counts and how it is written (scopes: applying
 * the merged scope; P-2). */
#include "event_expect.h"

static void expect_long(const char *key, size_t max)
{
    for (size_t len = max - 1; len <= max + 1; len++) {
        tsn_buf body = TSN_BUF_EMPTY;
        tsn_buf_printf(&body, "{'%s':'", key);
        for (size_t i = 0; i < len; i++) tsn_buf_byte(&body, 'x');
        TSN_BUF_LIT(&body, "'}");
        event_case c = case_bare();
        case_body(&c, tsn_buf_terminate(&body));
        case_write(&c, TSN_EVENT_LIMIT);
        tsn_slice got = tsn_json_string_body(tsn_json_get(tsn_buf_view(&c.out), unit_slice(key)));
        ck_assert_uint_eq(got.len, len > max ? max : len);
        ck_assert_int_eq(got.data[got.len - 1], len > max ? '.' : 'x');
        case_write(&c, 0);
        ck_assert_uint_eq(tsn_json_get(tsn_buf_view(&c.out), unit_slice(key)).len, len + 2);
        case_fini(&c);
        tsn_buf_fini(&body);
    }
}

/* C-3 */
START_TEST(the_bodys_timestamp_counts_in_any_spelling)
{
    case_expect_of("{'timestamp':'2026-11-02T10:29:59.5+01:00'}", 0, "timestamp",
                   "'2026-11-02T09:29:59.500000Z'");
    case_expect_of("{'timestamp':1793611799.25}", 0, "timestamp", "'2026-11-02T09:29:59.250000Z'");
    case_expect_of("{'timestamp':'yesterday'}", 0, "timestamp", "'2026-11-02T09:29:59.871204Z'");
    case_expect_of("{'timestamp':null}", 0, "timestamp", "'2026-11-02T09:29:59.871204Z'");
}
END_TEST

START_TEST(platform_is_the_bodys_then_the_origins_then_the_clients)
{
    event_case c = case_full();
    case_write(&c, WHOLE);
    case_expect(&c, "platform", "'native'");
    case_origin(&c, 0, "{'platform':'go'}");
    case_origin(&c, 1, "{'platform':'ruby'}");
    case_write(&c, WHOLE);
    case_expect(&c, "platform", "'ruby'");
    case_body(&c, "{'platform':'perl'}");
    case_write(&c, WHOLE);
    case_expect(&c, "platform", "'perl'");
    case_body(&c, "{'platform':''}");
    case_write(&c, 0);
    case_expect(&c, "platform", "'ruby'");
    case_fini(&c);
}
END_TEST

/* An inner origin replaces the outer one whole. */
START_TEST(origins_are_not_mixed)
{
    event_case c = case_bare();
    case_origin(&c, 0, "{'platform':'go','modules':{'a':'1'}}");
    case_origin(&c, 1, "{'modules':{'b':'2'}}");
    case_write(&c, 0);
    case_expect(&c, "platform", NULL);
    case_expect(&c, "modules", "{'b':'2'}");
    case_body(&c, "{'modules':{'c':'3'}}");
    case_write(&c, 0);
    case_expect(&c, "modules", "{'c':'3'}");
    case_fini(&c);
}
END_TEST

START_TEST(a_layers_level_wins_over_the_bodys)
{
    event_case c = case_bare();
    case_body(&c, "{'level':'info'}");
    case_write(&c, 0);
    case_expect(&c, "level", "'info'");
    tsn_scope_set_level(case_layer(&c, 0), TOCSIN_LEVEL_FATAL);
    tsn_scope_set_level(case_layer(&c, 1), TOCSIN_LEVEL_WARNING);
    case_layer(&c, 2);
    case_write(&c, 0);
    case_expect(&c, "level", "'warning'");
    case_fini(&c);
}
END_TEST

START_TEST(an_unknown_level_is_none_and_none_is_error_in_the_end)
{
    case_expect_of("{'level':'critical'}", 0, "level", NULL);
    case_expect_of("{'level':'critical'}", WHOLE, "level", "'error'");
    case_expect_of("{'level':'trace'}", 0, "level", NULL);
    case_expect_of("{}", 0, "level", NULL);
    case_expect_of("{}", WHOLE, "level", "'error'");
}
END_TEST

START_TEST(names_are_cut_where_the_table_says_so)
{
    expect_long("logger", TSN_LOGGER_MAX);
    expect_long("transaction", TSN_TRANSACTION_MAX);
    expect_long("server_name", TSN_SERVER_NAME_MAX);
}
END_TEST

/* R1 */
START_TEST(transaction_and_source_move_as_a_pair)
{
    event_case c = case_bare();
    case_transaction(&c, 0, "'outer'", "'url'");
    case_transaction(&c, 1, "'inner'", NULL);
    case_write(&c, 0);
    case_expect(&c, "transaction", "'inner'");
    case_expect(&c, "transaction_info", NULL);
    case_body(&c, "{'transaction_info':{'source':'route'}}");
    case_write(&c, 0);
    case_expect(&c, "transaction", "'inner'");
    case_expect(&c, "transaction_info", NULL);
    case_body(&c, "{'transaction':'own','transaction_info':{'source':'route','other':1}}");
    case_write(&c, 0);
    case_expect(&c, "transaction", "'own'");
    case_expect(&c, "transaction_info", "{'source':'route'}");
    case_fini(&c);
}
END_TEST

START_TEST(empty_values_hide_the_layers_and_are_not_written)
{
    event_case c = case_bare();
    case_transaction(&c, 0, "'name'", "'url'");
    case_text(&c, 0, TSN_SCOPE_USER, "{'id':1}");
    case_text(&c, 0, TSN_SCOPE_FINGERPRINT, "['a']");
    case_text(&c, 0, TSN_SCOPE_REQUEST, "{'url':'u'}");
    case_body(&c, "{'transaction':'','user':{},'fingerprint':[],'request':{}}");
    case_write(&c, WHOLE);
    const char *keys[] = {"transaction", "transaction_info", "user", "fingerprint", "request"};
    for (size_t i = 0; i < TSN_ARRAY_LEN(keys); i++) case_expect(&c, keys[i], NULL);
    case_body(&c, "{}");
    case_text(&c, 1, TSN_SCOPE_USER, "{}");
    case_text(&c, 1, TSN_SCOPE_FINGERPRINT, "[]");
    case_transaction(&c, 1, "''", NULL);
    case_write(&c, WHOLE);
    for (size_t i = 0; i < 4; i++) case_expect(&c, keys[i], NULL);
    case_expect(&c, "request", "{'url':'u'}");
    case_fini(&c);
}
END_TEST

START_TEST(a_null_in_the_body_is_no_value)
{
    event_case c = case_bare();
    case_transaction(&c, 0, "'name'", NULL);
    case_text(&c, 0, TSN_SCOPE_USER, "{'id':1}");
    case_body(&c,
              "{'transaction':null,'user':null,'fingerprint':null,'tags':null,'breadcrumbs':null}");
    case_write(&c, 0);
    case_expect(&c, "transaction", "'name'");
    case_expect(&c, "user", "{'id':1}");
    case_fini(&c);
}
END_TEST

START_TEST(fingerprints_keep_the_default_mark_from_any_rank)
{
    case_expect_of("{'fingerprint':['{{default}}','{{ default }}',5,null,'x']}", WHOLE,
                   "fingerprint", "['{{default}}','{{ default }}','x']");
    case_expect_of("{'fingerprint':[1]}", WHOLE, "fingerprint", NULL);
    event_case c = case_bare();
    case_text(&c, 0, TSN_SCOPE_FINGERPRINT, "['{{default}}']");
    case_text(&c, 1, TSN_SCOPE_FINGERPRINT, "['{{ default }}']");
    case_write(&c, WHOLE);
    case_expect(&c, "fingerprint", "['{{ default }}']");
    case_fini(&c);
}
END_TEST

START_TEST(messages_become_a_logentry)
{
    case_expect_of("{'message':'m'}", WHOLE, "logentry", "{'formatted':'m'}");
    case_expect_of("{'message':{'formatted':'f'}}", WHOLE, "logentry", "{'formatted':'f'}");
    case_expect_of("{'logentry':'l','message':'m'}", WHOLE, "logentry", "{'formatted':'l'}");
    case_expect_of("{'message':{'message':'m'}}", WHOLE, "logentry", "{'formatted':'m'}");
    case_expect_of("{'logentry':{'formatted':'f','message':'m','x':1}}", WHOLE, "logentry",
                   "{'formatted':'f'}");
    case_expect_of("{'logentry':{'formatted':'f','message':'m %s','params':['x']}}", WHOLE,
                   "logentry", "{'formatted':'f','message':'m %s','params':['x']}");
    case_expect_of("{'logentry':{'message':'m %s','params':{'a':1}}}", WHOLE, "logentry",
                   "{'message':'m %s','params':{'a':1}}");
    case_expect_of("{'logentry':{'params':[]}}", WHOLE, "logentry", NULL);
    case_expect_of("{'message':''}", WHOLE, "logentry", "{'formatted':''}");
}
END_TEST

/* P-2 */
START_TEST(messages_are_cut_to_the_option_or_the_protocols_length)
{
    event_case c = case_bare();
    tsn_buf body = TSN_BUF_EMPTY;
    TSN_BUF_LIT(&body, "{'message':'");
    for (size_t i = 0; i < TSN_MESSAGE_MAX + 1; i++) tsn_buf_byte(&body, 'm');
    TSN_BUF_LIT(&body, "'}");
    case_body(&c, tsn_buf_terminate(&body));
    const struct {
        size_t option;
        size_t want;
    } rows[] = {{0, TSN_MESSAGE_MAX}, {100, 100}, {1, 4}, {TSN_MESSAGE_MAX + 50, TSN_MESSAGE_MAX}};
    for (size_t i = 0; i < TSN_ARRAY_LEN(rows); i++) {
        c.config.max_value_length = rows[i].option;
        case_write(&c, TSN_EVENT_LIMIT);
        tsn_slice text = tsn_json_get(tsn_json_get(tsn_buf_view(&c.out), TSN_LIT("logentry")),
                                      TSN_LIT("formatted"));
        ck_assert_uint_eq(text.len, rows[i].want + 2);
        ck_assert_int_eq(memcmp(text.data + text.len - 4, "...\"", 4), 0);
    }
    case_fini(&c);
    tsn_buf_fini(&body);
}
END_TEST

/* P-5 */
START_TEST(debug_images_are_the_bodys_and_get_their_object)
{
    event_case c = case_bare();
    c.config.debug_meta = TSN_LIT("{\"images\":[1]}");
    case_write(&c, WHOLE);
    case_expect(&c, "debug_meta", "{'images':[1]}");
    case_write(&c, TSN_EVENT_LIMIT);
    case_expect(&c, "debug_meta", NULL);
    case_body(&c, "{'debug_meta':[{'type':'elf'}]}");
    case_write(&c, WHOLE);
    case_expect(&c, "debug_meta", "{'images':[{'type':'elf'}]}");
    case_fini(&c);
}
END_TEST

/* P-4 */
START_TEST(values_are_kept_to_ten_levels)
{
    const char *ten = "[[[[[[[[[[1]]]]]]]]]]";
    const char *cut = "[[[[[[[[['<truncated>']]]]]]]]]";
    char body[100];
    snprintf(body, sizeof body, "{'errors':%s}", ten);
    case_expect_of(body, TSN_EVENT_LIMIT, "errors", ten);
    snprintf(body, sizeof body, "{'modules':{'m':%s}}", ten);
    tsn_buf want = TSN_BUF_EMPTY;
    tsn_buf_printf(&want, "{'m':%s}", cut);
    case_expect_of(body, TSN_EVENT_LIMIT, "modules", tsn_buf_terminate(&want));
    tsn_buf_clear(&want);
    tsn_buf_printf(&want, "{'m':%s}", ten);
    case_expect_of(body, 0, "modules", tsn_buf_terminate(&want));
    tsn_buf_fini(&want);
}
END_TEST

Suite *unit_suite(void)
{
    const TTest *const tests[] = {
        the_bodys_timestamp_counts_in_any_spelling,
        platform_is_the_bodys_then_the_origins_then_the_clients,
        origins_are_not_mixed,
        a_layers_level_wins_over_the_bodys,
        an_unknown_level_is_none_and_none_is_error_in_the_end,
        names_are_cut_where_the_table_says_so,
        transaction_and_source_move_as_a_pair,
        empty_values_hide_the_layers_and_are_not_written,
        a_null_in_the_body_is_no_value,
        fingerprints_keep_the_default_mark_from_any_rank,
        messages_become_a_logentry,
        messages_are_cut_to_the_option_or_the_protocols_length,
        debug_images_are_the_bodys_and_get_their_object,
        values_are_kept_to_ten_levels,
    };
    return unit_suite_of("event_fields", tests, TSN_ARRAY_LEN(tests));
}

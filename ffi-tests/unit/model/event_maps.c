/* Tags and extra: unions in which the layers win (R15), under the rules for tags (R3, R6). */
#include "event_expect.h"

START_TEST(layers_win_per_key_and_the_innermost_most)
{
    event_case c = case_bare();
    case_body(&c, "{'tags':{'a':'body','own':'body'},'extra':{'a':'body','own':null}}");
    case_set(&c, 0, TSN_SCOPE_TAGS, "a", "'outer'");
    case_set(&c, 0, TSN_SCOPE_TAGS, "b", "'outer'");
    case_set(&c, 2, TSN_SCOPE_TAGS, "a", "'inner'");
    case_set(&c, 1, TSN_SCOPE_EXTRA, "a", "null");
    case_write(&c, WHOLE);
    case_expect(&c, "tags", "{'own':'body','b':'outer','a':'inner'}");
    case_expect(&c, "extra", "{'own':null,'a':null}");
    case_fini(&c);
}
END_TEST

START_TEST(empty_maps_are_left_out)
{
    case_expect_of("{'tags':{},'extra':{}}", WHOLE, "tags", NULL);
    case_expect_of("{'tags':{},'extra':{}}", WHOLE, "extra", NULL);
    case_expect_of("{'tags':{'':'x'}}", WHOLE, "tags", NULL);
    case_expect_of("{'tags':[['a','b']]}", WHOLE, "tags", NULL);
}
END_TEST

START_TEST(tags_of_the_body_follow_the_rules)
{
    case_expect_of(
        "{'tags':{' sp ace "
        "':'v','bad\\u00e4':'v','n':5,'b':true,'z':null,'l':[],'o':{},'e':'','nl':'a\\nb'}}",
        WHOLE, "tags", "{'sp-ace':'v','n':5,'b':true,'e':'','nl':'a b'}");
}
END_TEST

START_TEST(tag_values_are_cut_to_two_hundred)
{
    for (size_t len = TSN_TAG_VALUE_MAX - 1; len <= TSN_TAG_VALUE_MAX + 1; len++) {
        char value[TSN_TAG_VALUE_MAX + 2];
        memset(value, 'v', sizeof value);
        value[len] = '\0';
        char body[TSN_TAG_VALUE_MAX + 40];
        snprintf(body, sizeof body, "{'tags':{'t':'%s'}}", value);
        event_case c = case_bare();
        case_body(&c, body);
        case_write(&c, 0);
        tsn_slice got =
            tsn_json_get(tsn_json_get(tsn_buf_view(&c.out), TSN_LIT("tags")), TSN_LIT("t"));
        ck_assert_uint_eq(got.len - 2, len > TSN_TAG_VALUE_MAX ? TSN_TAG_VALUE_MAX : len);
        ck_assert_int_eq(got.data[got.len - 2], len > TSN_TAG_VALUE_MAX ? '.' : 'v');
        case_fini(&c);
    }
}
END_TEST

/* C-6 */
START_TEST(keys_that_become_equal_stay_one)
{
    case_expect_of("{'tags':{'a b':'1','c':'x','a-b':'2',' a b':'3'}}", WHOLE, "tags",
                   "{'a-b':'3','c':'x'}");
    event_case c = case_bare();
    case_body(&c, "{'tags':{'a b':'1','c d':'2'}}");
    case_set(&c, 0, TSN_SCOPE_TAGS, "a-b", "'layer'");
    case_write(&c, WHOLE);
    case_expect(&c, "tags", "{'c-d':'2','a-b':'layer'}");
    case_sweep_memory(&c, WHOLE);
    case_fini(&c);
}
END_TEST

START_TEST(a_hundred_thousand_changed_keys_take_no_time)
{
    event_case c = case_bare();
    TSN_BUF_LIT(&c.body, "{\"tags\":{");
    for (int i = 0; i < 100000; i++)
        tsn_buf_printf(&c.body, "%s\"a %d\":\"v\"", i > 0 ? "," : "", i);
    TSN_BUF_LIT(&c.body, "}}");
    case_write(&c, 0);
    ck_assert_uint_eq(tsn_json_count(tsn_json_get(tsn_buf_view(&c.out), TSN_LIT("tags"))), 100000);
    case_fini(&c);
}
END_TEST

/* P-4: extra itself is the first level. */
START_TEST(extra_is_cut_below_ten_levels)
{
    case_expect_of("{'extra':{'k':[[[[[[[[[1]]]]]]]]]}}", TSN_EVENT_LIMIT, "extra",
                   "{'k':[[[[[[[[[1]]]]]]]]]}");
    case_expect_of("{'extra':{'k':[[[[[[[[[[1]]]]]]]]]]}}", TSN_EVENT_LIMIT, "extra",
                   "{'k':[[[[[[[[['<truncated>']]]]]]]]]}");
}
END_TEST

Suite *unit_suite(void)
{
    const TTest *const tests[] = {
        layers_win_per_key_and_the_innermost_most,
        empty_maps_are_left_out,
        tags_of_the_body_follow_the_rules,
        tag_values_are_cut_to_two_hundred,
        keys_that_become_equal_stay_one,
        a_hundred_thousand_changed_keys_take_no_time,
        extra_is_cut_below_ten_levels,
    };
    return unit_suite_of("event_maps", tests, TSN_ARRAY_LEN(tests));
}

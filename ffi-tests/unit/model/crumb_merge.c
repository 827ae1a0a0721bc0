/* Breadcrumbs that have to be sorted one by one (R16), and those of the body itself. */
#include "event_expect.h"

START_TEST(crumbs_of_the_body_without_time_come_first)
{
    event_case c = case_bare();
    case_body(&c, "{'breadcrumbs':{'values':[{'m':'a'},{'m':'b','timestamp':'no "
                  "time'},{'m':'c','timestamp':null}]}}");
    case_crumb(&c, 0, INT64_MIN, 1, 'd');
    case_crumb(&c, 0, 5, 2, 'e');
    case_write(&c, WHOLE);
    case_expect_crumbs(&c, "abcde");
    case_expect(
        &c, "breadcrumbs",
        "{'values':[{'m':'a'},{'m':'b','timestamp':'no time'},{'m':'c','timestamp':null},{'m':'d'},"
        "{'m':'e'}]}");
    case_fini(&c);
}
END_TEST

START_TEST(times_compare_by_value_whatever_their_spelling)
{
    event_case c = case_bare();
    case_body(
        &c,
        "{'breadcrumbs':[{'m':'d','timestamp':'1970-01-01T01:00:04+01:00'},{'m':'b','timestamp':2},"
        "{'m':'c','timestamp':'1970-01-01T00:00:03Z'},{'m':'e','timestamp':4}]}");
    case_crumb(&c, 0, 1000000, 1, 'a');
    case_crumb(&c, 0, 4000000, 2, 'f');
    case_write(&c, WHOLE);
    case_expect_crumbs(&c, "abcdef");
    case_fini(&c);
}
END_TEST

START_TEST(unsorted_rings_are_sorted)
{
    event_case c = case_bare();
    case_crumb(&c, 0, 30, 1, 'd');
    case_crumb(&c, 0, 10, 2, 'b');
    case_crumb(&c, 0, 10, 3, 'c');
    case_crumb(&c, 1, 5, 4, 'a');
    case_crumb(&c, 1, 30, 5, 'e');
    case_write(&c, WHOLE);
    case_expect_crumbs(&c, "abcde");
    c.config.max_breadcrumbs = 2;
    case_write(&c, WHOLE);
    case_expect_crumbs(&c, "de");
    case_expect(&c, "_meta", "{'breadcrumbs':{'':{'len':5}}}");
    case_fini(&c);
}
END_TEST

START_TEST(the_same_crumb_from_a_fork_stays_twice_in_order)
{
    event_case c = case_bare();
    case_crumb(&c, 0, 9, 3, 'c');
    case_crumb(&c, 0, 7, 2, 'a');
    case_crumb(&c, 1, 7, 2, 'b');
    case_write(&c, 0);
    case_expect_crumbs(&c, "abc");
    case_fini(&c);
}
END_TEST

START_TEST(what_is_no_crumb_is_left_out_and_not_counted)
{
    event_case c = case_bare();
    case_body(&c, "{'breadcrumbs':[null,{},'text',{'m':'a'},[],{'m':'b'}]}");
    c.config.max_breadcrumbs = 2;
    case_write(&c, 0);
    case_expect_crumbs(&c, "ab");
    case_expect(&c, "_meta", NULL);
    case_body(&c, "{'breadcrumbs':[null,{}]}");
    case_write(&c, 0);
    case_expect(&c, "breadcrumbs", NULL);
    case_fini(&c);
}
END_TEST

static void expect_crumb_text(const char *key, size_t max, unsigned flags)
{
    for (size_t len = max - 1; len <= max + 1; len++) {
        tsn_buf body = TSN_BUF_EMPTY;
        tsn_buf_printf(&body, "{'breadcrumbs':[{'n':null,'d':{'x':1},'%s':'", key);
        for (size_t i = 0; i < len; i++) tsn_buf_byte(&body, 'x');
        TSN_BUF_LIT(&body, "'}]}");
        event_case c = case_bare();
        case_body(&c, tsn_buf_terminate(&body));
        case_write(&c, flags);
        tsn_slice crumbs = tsn_json_get(tsn_json_get(tsn_buf_view(&c.out), TSN_LIT("breadcrumbs")),
                                        TSN_LIT("values"));
        tsn_slice crumb = tsn_slice_sub(crumbs, 1, crumbs.len - 1);
        bool is_cut = (flags & TSN_EVENT_LIMIT) != 0 && len > max;
        ck_assert_uint_eq(tsn_json_get(crumb, unit_slice(key)).len, (is_cut ? max : len) + 2);
        ck_assert(tsn_json_is(tsn_json_get(crumb, TSN_LIT("n")), TSN_JSON_NULL));
        ck_assert(tsn_json_is(tsn_json_get(crumb, TSN_LIT("d")), TSN_JSON_OBJECT));
        case_fini(&c);
        tsn_buf_fini(&body);
    }
}

START_TEST(messages_and_categories_of_the_bodys_crumbs_are_cut)
{
    expect_crumb_text("message", TSN_MESSAGE_MAX, TSN_EVENT_LIMIT);
    expect_crumb_text("category", TSN_CRUMB_CATEGORY_MAX, TSN_EVENT_LIMIT);
    expect_crumb_text("category", TSN_CRUMB_CATEGORY_MAX, 0);
}
END_TEST

/* P-4: the crumb is the first level. */
START_TEST(crumbs_are_cut_below_ten_levels)
{
    case_expect_of("{'breadcrumbs':[{'d':[[[[[[[[[1]]]]]]]]]}]}", TSN_EVENT_LIMIT, "breadcrumbs",
                   "{'values':[{'d':[[[[[[[[[1]]]]]]]]]}]}");
    case_expect_of("{'breadcrumbs':[{'d':[[[[[[[[[[1]]]]]]]]]]}]}", TSN_EVENT_LIMIT, "breadcrumbs",
                   "{'values':[{'d':[[[[[[[[['<truncated>']]]]]]]]]}]}");
}
END_TEST

/* Against a selection that is too simple to be wrong. */
START_TEST(sorting_is_stable_at_any_length)
{
    for (int count = 0; count < 26; count++) {
        event_case c = case_bare();
        char want[80] = "";
        size_t len = 0;
        for (int i = 0; i < count; i++) case_crumb(&c, 0, (i * 7) % 5, 1, (char)('a' + i));
        for (int time = 0; time < 5; time++) {
            for (int i = 0; i < count; i++) {
                if ((i * 7) % 5 == time) want[len++] = (char)('a' + i);
            }
        }
        case_write(&c, 0);
        case_expect_crumbs(&c, want);
        case_fini(&c);
    }
}
END_TEST

START_TEST(without_memory_nothing_is_written)
{
    event_case c = case_bare();
    case_crumb(&c, 0, 9, 3, 'c');
    case_crumb(&c, 0, 7, 2, 'a');
    case_sweep_memory(&c, WHOLE);
    case_fini(&c);
}
END_TEST

Suite *unit_suite(void)
{
    const TTest *const tests[] = {
        crumbs_of_the_body_without_time_come_first,
        times_compare_by_value_whatever_their_spelling,
        unsorted_rings_are_sorted,
        the_same_crumb_from_a_fork_stays_twice_in_order,
        what_is_no_crumb_is_left_out_and_not_counted,
        messages_and_categories_of_the_bodys_crumbs_are_cut,
        crumbs_are_cut_below_ten_levels,
        sorting_is_stable_at_any_length,
        without_memory_nothing_is_written,
    };
    return unit_suite_of("crumb_merge", tests, TSN_ARRAY_LEN(tests));
}

/* Breadcrumbs of an event when all rings are sorted, and the remark about missing ones (scopes:
 * breadcrumbs of the event; P-31). */
#include "event_expect.h"

START_TEST(layers_are_merged_by_time)
{
    event_case c = case_bare();
    case_crumb(&c, 0, 10, 1, 'a');
    case_crumb(&c, 0, 40, 4, 'd');
    case_crumb(&c, 1, 20, 2, 'b');
    case_crumb(&c, 1, 50, 5, 'e');
    case_crumb(&c, 3, 30, 3, 'c');
    case_write(&c, WHOLE);
    case_expect_crumbs(&c, "abcde");
    case_expect(&c, "_meta", NULL);
    case_fini(&c);
}
END_TEST

START_TEST(equal_times_go_by_sequence_then_outermost_first)
{
    event_case c = case_bare();
    case_crumb(&c, 1, 7, 1, 'a');
    case_crumb(&c, 0, 7, 2, 'b');
    case_crumb(&c, 1, 7, 3, 'd');
    case_crumb(&c, 0, 7, 3, 'c');
    case_crumb(&c, 2, 7, 3, 'e');
    case_crumb(&c, 2, 7, 4, 'f');
    case_write(&c, WHOLE);
    case_expect_crumbs(&c, "abcdef");
    case_fini(&c);
}
END_TEST

START_TEST(crumbs_at_the_end_of_time_come_too)
{
    event_case c = case_bare();
    case_crumb(&c, 0, INT64_MAX, UINT64_MAX, 'a');
    case_crumb(&c, 0, INT64_MAX, UINT64_MAX, 'b');
    case_crumb(&c, 1, INT64_MAX, UINT64_MAX, 'c');
    case_write(&c, WHOLE);
    case_expect_crumbs(&c, "abc");
    case_fini(&c);
}
END_TEST

/* R5, B3, B4 */
START_TEST(the_newest_are_kept_and_the_others_counted)
{
    const struct {
        size_t max;
        const char *crumbs;
        const char *meta;
    } rows[] = {{7, "abcdef", NULL},
                {6, "abcdef", NULL},
                {5, "bcdef", "{'breadcrumbs':{'':{'len':6}}}"},
                {1, "f", "{'breadcrumbs':{'':{'len':6}}}"},
                {0, "", "{'breadcrumbs':{'':{'len':6}}}"}};
    for (size_t i = 0; i < TSN_ARRAY_LEN(rows); i++) {
        event_case c = case_bare();
        for (int j = 0; j < 6; j++)
            case_crumb(&c, (size_t)j % 3, j, (uint64_t)j + 1, (char)('a' + j));
        c.config.max_breadcrumbs = rows[i].max;
        case_write(&c, 0);
        case_expect_crumbs(&c, rows[i].crumbs);
        case_expect(&c, "_meta", rows[i].meta);
        if (rows[i].max == 0) case_expect(&c, "breadcrumbs", NULL);
        case_fini(&c);
    }
}
END_TEST

START_TEST(what_the_rings_dropped_is_counted_in)
{
    event_case c = case_bare();
    for (int j = 0; j < 5; j++) {
        tsn_crumb crumb = {j, (uint64_t)j + 1, TSN_LIT("{\"m\":\"x\"}")};
        ck_assert_int_eq(tsn_scope_add_crumb(case_layer(&c, (size_t)j % 2), &crumb, 2), TOCSIN_OK);
    }
    case_write(&c, 0);
    case_expect_crumbs(&c, "xxxx");
    case_expect(&c, "_meta", "{'breadcrumbs':{'':{'len':5}}}");
    c.config.max_breadcrumbs = 1;
    case_write(&c, 0);
    case_expect(&c, "_meta", "{'breadcrumbs':{'':{'len':5}}}");
    case_fini(&c);
}
END_TEST

START_TEST(the_bodys_remark_is_replaced_and_its_others_stay)
{
    case_expect_of("{'_meta':{'tags':{'t':1},'breadcrumbs':{'':{'len':9},'values':{'0':{}}}},'"
                   "breadcrumbs':[{'m':'a'}]}",
                   0, "_meta", "{'breadcrumbs':{'':{'len':9}},'tags':{'t':1}}");
    case_expect_of("{'_meta':{'breadcrumbs':{'':{'len':1}}},'breadcrumbs':[{'m':'a'}]}", 0, "_meta",
                   NULL);
    case_expect_of("{'_meta':{'breadcrumbs':{'':{'len':-4}}}}", 0, "_meta", NULL);
    case_expect_of("{'_meta':{'breadcrumbs':'odd'}}", 0, "_meta", NULL);
}
END_TEST

/* A hook that takes crumbs away takes them out of the count as well. */
START_TEST(the_count_is_always_above_what_is_there)
{
    case_expect_of("{'_meta':{'breadcrumbs':{'':{'len':9}}},'breadcrumbs':[]}", 0, "_meta",
                   "{'breadcrumbs':{'':{'len':9}}}");
    event_case c = case_bare();
    case_body(&c, "{'_meta':{'breadcrumbs':{'':{'len':5}}},'breadcrumbs':[{'m':'a'},{'m':'b'}]}");
    case_crumb(&c, 0, 1, 1, 'c');
    case_write(&c, 0);
    case_expect_crumbs(&c, "abc");
    case_expect(&c, "_meta", "{'breadcrumbs':{'':{'len':6}}}");
    case_fini(&c);
}
END_TEST

/* The rings, the merged text and a list sorted one by one are the same. */
START_TEST(runs_are_merged_like_single_crumbs)
{
    for (uint32_t seed = 1; seed <= 300; seed++) {
        event_case c = case_bare();
        char want[200] = "";
        uint32_t state = seed;
        int count = (int)(seed % 150);
        for (int i = 0; i < count; i++) {
            state = state * 1664525u + 1013904223u;
            char letter = (char)('a' + i % 26);
            case_crumb(&c, (state >> 9) % (1 + seed % 4), i / 3, (uint64_t)i + 1, letter);
            want[i] = letter;
        }
        c.config.max_breadcrumbs = seed % 160;
        size_t skip =
            (size_t)count > c.config.max_breadcrumbs ? (size_t)count - c.config.max_breadcrumbs : 0;
        case_write(&c, 0);
        case_expect_crumbs(&c, want + skip);
        case_fini(&c);
    }
}
END_TEST

Suite *unit_suite(void)
{
    const TTest *const tests[] = {
        layers_are_merged_by_time,
        equal_times_go_by_sequence_then_outermost_first,
        crumbs_at_the_end_of_time_come_too,
        the_newest_are_kept_and_the_others_counted,
        what_the_rings_dropped_is_counted_in,
        the_bodys_remark_is_replaced_and_its_others_stay,
        the_count_is_always_above_what_is_there,
        runs_are_merged_like_single_crumbs,
    };
    return unit_suite_of("event_crumbs", tests, TSN_ARRAY_LEN(tests));
}

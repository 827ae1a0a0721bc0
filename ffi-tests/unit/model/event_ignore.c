/* ignore_errors: which exceptions are not captured (7.1 step 2, R18). */
#include "event_case.h"

static bool is_ignored(const char *json, const char *pattern)
{
    tsn_buf body = TSN_BUF_EMPTY;
    case_quote(&body, json);
    tsn_slice patterns[] = {TSN_LIT("no such thing"), unit_slice(pattern)};
    bool result = tsn_event_is_ignored(tsn_buf_view(&body), patterns, TSN_ARRAY_LEN(patterns));
    tsn_buf_fini(&body);
    return result;
}

START_TEST(a_type_meets_itself_and_its_parts)
{
    ck_assert(is_ignored("{'exception':{'type':'Boom','value':'bad'}}", "Boom"));
    ck_assert(!is_ignored("{'exception':{'type':'Bang','value':'bad'}}", "Boom"));
    ck_assert(is_ignored("{'exception':[{'type':'pkg.Boom'}]}", "pkg.Boom"));
    ck_assert(is_ignored("{'exception':[{'type':'pkg.Boom'}]}", "Boom"));
    ck_assert(!is_ignored("{'exception':[{'type':'pkg.Boom'}]}", "boom"));
}
END_TEST

START_TEST(type_and_value_are_one_text)
{
    ck_assert(is_ignored("{'exception':{'type':'Boom','value':'bad'}}", "Boom: bad"));
    ck_assert(is_ignored("{'exception':{'type':'Boom','value':'bad'}}", "m: b"));
    ck_assert(is_ignored("{'exception':{'value':'bad'}}", "bad"));
    ck_assert(is_ignored("{'exception':{'type':'A','value':'tab\\there'}}", "tab\there"));
}
END_TEST

START_TEST(stars_match_the_whole_of_either)
{
    ck_assert(is_ignored("{'exception':{'type':'pkg.Boom','value':'bad'}}", "pkg.*"));
    ck_assert(is_ignored("{'exception':{'type':'pkg.Boom','value':'bad'}}", "*.Boom"));
    ck_assert(is_ignored("{'exception':{'type':'pkg.Boom','value':'bad'}}", "*: b*d"));
    ck_assert(!is_ignored("{'exception':{'type':'pkg.Boom','value':'bad'}}", "Boom*"));
    ck_assert(is_ignored("{'exception':{'type':'pkg.Boom','value':'bad'}}", "*"));
}
END_TEST

START_TEST(only_the_raised_one_counts)
{
    tsn_buf body = TSN_BUF_EMPTY;
    TSN_BUF_LIT(&body, "{\"exception\":{\"values\":[{\"type\":\"Cause\"},{\"type\":\"Boom\"}]}}");
    tsn_slice cause = TSN_LIT("Cause");
    tsn_slice raised = TSN_LIT("Boom");
    ck_assert(!tsn_event_is_ignored(tsn_buf_view(&body), &cause, 1));
    ck_assert(tsn_event_is_ignored(tsn_buf_view(&body), &raised, 1));
    ck_assert(!tsn_event_is_ignored(tsn_buf_view(&body), &raised, 0));
    tsn_buf_fini(&body);
}
END_TEST

START_TEST(messages_are_never_ignored)
{
    ck_assert(!is_ignored("{'logentry':{'formatted':'Boom'}}", "*"));
    ck_assert(!is_ignored("{'exception':null}", "*"));
    ck_assert(!is_ignored("{'exception':[]}", "*"));
    ck_assert(!is_ignored("{'exception':{'type':'Boom'}}", ""));
}
END_TEST

START_TEST(without_memory_nothing_is_ignored)
{
    tsn_slice body = TSN_LIT("{\"exception\":{\"type\":\"Boom\"}}");
    tsn_slice pattern = TSN_LIT("Boom");
    tsn_alloc_fail_nth(1, true);
    bool result = tsn_event_is_ignored(body, &pattern, 1);
    tsn_alloc_fail_nth(0, false);
    ck_assert(!result);
}
END_TEST

START_TEST(the_raised_type_is_decoded)
{
    tsn_buf out = TSN_BUF_EMPTY;
    ck_assert(tsn_event_raised_type(
        TSN_LIT("{\"exception\":[{\"type\":\"A\"},{\"type\":\"B\\n\"}]}"), &out));
    unit_expect_buf(&out, "B\n");
    tsn_buf_clear(&out);
    ck_assert(tsn_event_raised_type(TSN_LIT("{\"exception\":{\"value\":\"v\"}}"), &out));
    ck_assert_uint_eq(out.len, 0);
    ck_assert(!tsn_event_raised_type(TSN_LIT("{\"message\":\"m\"}"), &out));
    tsn_buf_fini(&out);
}
END_TEST

Suite *unit_suite(void)
{
    const TTest *const tests[] = {
        a_type_meets_itself_and_its_parts, type_and_value_are_one_text,
        stars_match_the_whole_of_either,   only_the_raised_one_counts,
        messages_are_never_ignored,        without_memory_nothing_is_ignored,
        the_raised_type_is_decoded,
    };
    return unit_suite_of("event_ignore", tests, TSN_ARRAY_LEN(tests));
}

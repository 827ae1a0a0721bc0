/* Which SDK is named, and what is put right in it. */
#include "event_expect.h"

START_TEST(the_bodys_then_the_origins_then_the_clients)
{
    event_case c = case_full();
    case_write(&c, 0);
    case_expect(&c, "sdk", NULL);
    case_write(&c, WHOLE);
    case_expect(&c, "sdk", "{'name':'tocsin.c','version':'1.0.0','settings':{'infer_ip':'never'}}");
    case_origin(&c, 0, "{'sdk':{'name':'tocsin.go','version':'2'}}");
    case_write(&c, 0);
    case_expect(&c, "sdk", "{'name':'tocsin.go','version':'2'}");
    case_body(&c, "{'sdk':{'name':'mine'}}");
    case_write(&c, 0);
    case_expect(&c, "sdk", "{'name':'mine'}");
    case_fini(&c);
}
END_TEST

START_TEST(one_without_a_name_counts_for_nothing)
{
    event_case c = case_full();
    case_body(&c, "{'sdk':{'version':'3'}}");
    case_write(&c, WHOLE);
    case_expect(&c, "sdk", "{'name':'tocsin.c','version':'1.0.0','settings':{'infer_ip':'never'}}");
    case_fini(&c);
}
END_TEST

START_TEST(settings_say_how_addresses_are_inferred)
{
    event_case c = case_full();
    case_body(&c, "{'sdk':{'name':'mine','settings':{'other':1}}}");
    case_write(&c, WHOLE);
    case_expect(&c, "sdk", "{'name':'mine','settings':{'other':1,'infer_ip':'never'}}");
    case_body(&c, "{'sdk':{'settings':{'infer_ip':'auto'},'name':'mine'}}");
    case_write(&c, WHOLE);
    case_expect(&c, "sdk", "{'name':'mine','settings':{'infer_ip':'auto'}}");
    case_fini(&c);
}
END_TEST

START_TEST(integrations_are_sorted_and_unique)
{
    case_expect_of("{'sdk':{'name':'n','integrations':['b','ab','b',3,'a',null,'a']}}", 0, "sdk",
                   "{'name':'n','integrations':['a','ab','b']}");
    case_expect_of("{'sdk':{'name':'n','integrations':[3]}}", 0, "sdk", "{'name':'n'}");
}
END_TEST

START_TEST(a_hundred_integrations_are_named)
{
    event_case c = case_bare();
    TSN_BUF_LIT(&c.body, "{\"sdk\":{\"name\":\"n\",\"integrations\":[");
    for (int i = 101; i > 0; i--) tsn_buf_printf(&c.body, "\"%04d\"%s", i, i > 1 ? "," : "");
    TSN_BUF_LIT(&c.body, "]}}");
    case_write(&c, 0);
    tsn_slice list =
        tsn_json_get(tsn_json_get(tsn_buf_view(&c.out), TSN_LIT("sdk")), TSN_LIT("integrations"));
    ck_assert_uint_eq(tsn_json_count(list), 100);
    ck_assert(tsn_slice_starts_with(list, TSN_LIT("[\"0001\",\"0002\",")));
    case_fini(&c);
}
END_TEST

Suite *unit_suite(void)
{
    const TTest *const tests[] = {
        the_bodys_then_the_origins_then_the_clients,
        one_without_a_name_counts_for_nothing,
        settings_say_how_addresses_are_inferred,
        integrations_are_sorted_and_unique,
        a_hundred_integrations_are_named,
    };
    return unit_suite_of("event_sdk", tests, TSN_ARRAY_LEN(tests));
}

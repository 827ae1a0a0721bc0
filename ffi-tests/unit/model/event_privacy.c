/* Who is told about: user and request, whole from one rank, and without what identifies somebody.
 */
#include "event_expect.h"

START_TEST(user_and_request_come_whole_from_the_innermost_rank)
{
    event_case c = case_bare();
    case_text(&c, 0, TSN_SCOPE_USER, "{'id':1,'email':'e'}");
    case_text(&c, 1, TSN_SCOPE_USER, "{'id':2}");
    case_text(&c, 0, TSN_SCOPE_REQUEST, "{'url':'outer'}");
    case_layer(&c, 2);
    case_write(&c, WHOLE);
    case_expect(&c, "user", "{'id':2}");
    case_expect(&c, "request", "{'url':'outer'}");
    case_body(&c, "{'user':{'name':'n','gone':null},'request':{'method':'GET'}}");
    case_write(&c, WHOLE);
    case_expect(&c, "user", "{'name':'n','gone':null}");
    case_expect(&c, "request", "{'method':'GET'}");
    case_fini(&c);
}
END_TEST

START_TEST(the_automatic_address_goes_only_with_consent)
{
    const char *body = "{'user':{'id':1,'ip_address':'{{auto}}'}}";
    case_expect_of(body, TSN_EVENT_LIMIT, "user", "{'id':1}");
    case_expect_of(body, 0, "user", "{'id':1,'ip_address':'{{auto}}'}");
    case_expect_of("{'user':{'ip_address':'{{auto}}'}}", TSN_EVENT_LIMIT, "user", NULL);
    case_expect_of("{'user':{'ip_address':'10.0.0.1'}}", TSN_EVENT_LIMIT, "user",
                   "{'ip_address':'10.0.0.1'}");
    case_expect_of("{'user':{'name':'{{auto}}','data':{}}}", TSN_EVENT_LIMIT, "user",
                   "{'name':'{{auto}}','data':{}}");
    event_case c = case_bare();
    c.config.send_default_pii = true;
    case_body(&c, body);
    case_write(&c, TSN_EVENT_LIMIT);
    case_expect(&c, "user", "{'id':1,'ip_address':'{{auto}}'}");
    case_fini(&c);
}
END_TEST

static const char private_request[] =
    "{'request':{'url':'u','Cookies':'c','headers':{'Authorization':'1','PROXY-authorization':'2','"
    "Cookie':'3','set-cookie':'4',"
    "'X-Forwarded-For':'5','x-real-ip':'6','X-API-Key':'7','Accept':'*'},'env':{'REMOTE_ADDR':'8','"
    "HTTP_X_REAL_IP':'9',"
    "'HTTP_COOKIE':'10','SERVER_NAME':'s'},'data':{'cookie':'kept'}}}";

START_TEST(requests_lose_what_identifies_somebody)
{
    case_expect_of(
        private_request, TSN_EVENT_LIMIT, "request",
        "{'url':'u','headers':{'Accept':'*'},'env':{'SERVER_NAME':'s'},'data':{'cookie':'kept'}}");
}
END_TEST

START_TEST(with_consent_requests_are_whole)
{
    event_case c = case_bare();
    c.config.send_default_pii = true;
    case_body(&c, private_request);
    case_write(&c, TSN_EVENT_LIMIT);
    tsn_slice want = tsn_json_get(tsn_buf_view(&c.body), TSN_LIT("request"));
    ck_assert(tsn_slice_equal(tsn_json_get(tsn_buf_view(&c.out), TSN_LIT("request")), want));
    case_fini(&c);
}
END_TEST

START_TEST(headers_may_be_a_list_of_pairs)
{
    case_expect_of("{'request':{'headers':[['Cookie','a'],['Host','h'],'odd',[]]}}",
                   TSN_EVENT_LIMIT, "request", "{'headers':[['Host','h'],'odd',[]]}");
    case_expect_of("{'request':{'headers':{'cookie':'a'}}}", TSN_EVENT_LIMIT, "request", NULL);
    case_expect_of("{'request':{'headers':'text','env':null}}", TSN_EVENT_LIMIT, "request",
                   "{'headers':'text','env':null}");
}
END_TEST

START_TEST(a_scopes_request_is_filtered_too)
{
    event_case c = case_bare();
    case_text(&c, 0, TSN_SCOPE_REQUEST, "{'cookies':'c','url':'u'}");
    case_write(&c, 0);
    case_expect(&c, "request", "{'cookies':'c','url':'u'}");
    case_write(&c, TSN_EVENT_LIMIT);
    case_expect(&c, "request", "{'url':'u'}");
    case_fini(&c);
}
END_TEST

Suite *unit_suite(void)
{
    const TTest *const tests[] = {
        user_and_request_come_whole_from_the_innermost_rank,
        the_automatic_address_goes_only_with_consent,
        requests_lose_what_identifies_somebody,
        with_consent_requests_are_whole,
        headers_may_be_a_list_of_pairs,
        a_scopes_request_is_filtered_too,
    };
    return unit_suite_of("event_privacy", tests, TSN_ARRAY_LEN(tests));
}

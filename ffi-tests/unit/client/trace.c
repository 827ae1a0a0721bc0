/* Traces of scopes: which scopes take one, what is read of headers, and what goes out (T-2 to T-4,
 * T-10, T-11, T-24). */
#include "client_kit.h"

#include "client/trace.h"
#include "option_kit.h"

#define TRACE "0af7651916cd43dd8448eb211c80319c"
#define SPAN "b7ad6b7169203331"
#define HEADER TRACE "-" SPAN
#define DSN "'dsn':'https://key@o17.h.example/42'"

static tocsin_status follow(tsn_cell *cell, const char *headers)
{
    return kit_set(cell, tsn_cell_continue_trace, headers);
}

/* The headers of `cell`. */
static tsn_buf headers_of(tsn_cell *cell)
{
    tsn_buf out = TSN_BUF_EMPTY;
    ck_assert_int_eq(tsn_cell_trace_headers(cell, &out), TOCSIN_OK);
    return out;
}

static void expect_headers(tsn_cell *cell, const char *name, const char *want)
{
    tsn_buf out = headers_of(cell);
    kit_expect(&out, name, want);
    tsn_buf_fini(&out);
}

/* Whether `cell` is in the trace that came in. */
static bool is_in_trace(tsn_cell *cell)
{
    tsn_buf out = headers_of(cell);
    bool is = tsn_slice_contains(tsn_buf_view(&out), TSN_LIT("\"" TRACE "-"));
    tsn_buf_fini(&out);
    return is;
}

START_TEST(isolation_and_global_scopes_take_a_trace)
{
    tsn_client *client = kit_open("{}");
    tsn_cell *detached;
    tsn_buf out = TSN_BUF_EMPTY;
    tsn_cell_new_detached(client, &detached);
    ck_assert_int_eq(tsn_cell_new_trace(&client->current), TOCSIN_E_ARG);
    ck_assert_int_eq(tsn_cell_new_trace(detached), TOCSIN_E_ARG);
    ck_assert_int_eq(follow(&client->current, "{}"), TOCSIN_E_ARG);
    ck_assert_int_eq(follow(detached, "{}"), TOCSIN_E_ARG);
    ck_assert_int_eq(tsn_cell_trace_headers(detached, &out), TOCSIN_E_ARG);
    ck_assert_int_eq(
        tsn_cell_request_headers(detached, TSN_LIT("http://x/"), TSN_SLICE_ABSENT, &out),
        TOCSIN_E_ARG);
    ck_assert_int_eq(
        tsn_cell_request_headers(&client->current, TSN_SLICE_ABSENT, TSN_SLICE_ABSENT, &out),
        TOCSIN_E_ARG);
    ck_assert_uint_eq(out.len, 0);
    ck_assert_int_eq(follow(&client->isolation, "{'sentry-trace':'" HEADER "'}"), TOCSIN_OK);
    ck_assert(is_in_trace(&client->isolation) && is_in_trace(&client->current));
    ck_assert(!is_in_trace(&client->global));
    ck_assert_int_eq(follow(&client->global, "{'sentry-trace':'" HEADER "'}"), TOCSIN_OK);
    ck_assert(is_in_trace(&client->global));
    ck_assert_int_eq(tsn_cell_new_trace(&client->isolation), TOCSIN_OK);
    ck_assert(!is_in_trace(&client->current));
    tsn_cell_release(detached);
    kit_close(client);
}
END_TEST

START_TEST(forks_made_before_stay_in_their_trace)
{
    tsn_client *client = kit_open("{}");
    tsn_cell *before, *after;
    tsn_cell_fork_isolation(&client->current, &before);
    follow(&client->isolation, "{'sentry-trace':'" HEADER "'}");
    tsn_cell_fork_isolation(&client->current, &after);
    ck_assert(!is_in_trace(before));
    ck_assert(is_in_trace(after));
    tsn_cell_release(before);
    tsn_cell_release(after);
    kit_close(client);
}
END_TEST

START_TEST(a_current_scope_merged_into_a_trace_hands_on_what_its_events_carry)
{
    tsn_client *client = kit_open("{}");
    tsn_cell *other;
    tsn_cell_new_isolation(client, &other);
    follow(other, "{'sentry-trace':'" HEADER "'}");
    tsn_cell_merge(&client->current, other, true);
    ck_assert(is_in_trace(&client->current));
    ck_assert(!is_in_trace(&client->isolation));
    kit_message(&client->current, "x");
    tsn_buf event = TSN_BUF_EMPTY;
    kit_event(client, &event);
    kit_expect(&event, "contexts.trace.trace_id", "'" TRACE "'");
    tsn_buf_fini(&event);
    tsn_cell_release(other);
    kit_close(client);
}
END_TEST

START_TEST(events_carry_the_trace_that_came_in)
{
    tsn_client *client = kit_open("{" DSN ",'release':'own'}");
    ck_assert_int_eq(follow(&client->isolation,
                            "{'Sentry-Trace':'" HEADER "-1','Baggage':'sentry-trace_id=" TRACE
                            ",sentry-public_key=theirs,sentry-new=1,sentry-sample_rand=0.5,x=y'}"),
                     TOCSIN_OK);
    kit_message(&client->current, "x");
    tsn_buf envelope = TSN_BUF_EMPTY;
    ck_assert(kit_envelope(client, &envelope));
    tsn_slice lines = tsn_buf_view(&envelope);
    tsn_slice trace = tsn_json_get(tsn_slice_split(&lines, '\n'), TSN_LIT("trace"));
    unit_expect_text(trace, "{\"trace_id\":\"" TRACE "\",\"public_key\":\"theirs\",\"new\":\"1\","
                            "\"sample_rand\":\"0.5\"}");
    tsn_buf event = TSN_BUF_EMPTY;
    tsn_buf_slice(&event, kit_item(&envelope, "event", 0));
    kit_expect(&event, "contexts.trace.trace_id", "'" TRACE "'");
    kit_expect(&event, "contexts.trace.parent_span_id", "'" SPAN "'");
    tsn_slice span = tsn_json_string_body(kit_at(tsn_buf_view(&event), "contexts.trace.span_id"));
    ck_assert_uint_eq(span.len, 16);
    char want[80];
    snprintf(want, sizeof want, "'" TRACE "-%.16s-1'", span.data);
    expect_headers(&client->current, "sentry-trace", want);
    tsn_buf_fini(&event);
    tsn_buf_fini(&envelope);
    kit_close(client);
}
END_TEST

static const struct {
    const char *headers;
    bool is_followed;
} forms[] = {
    {"{'sentry-trace':'" HEADER "'}", true},
    {"{'SENTRY-TRACE':['" HEADER "']}", true},
    {"{'sentry-trace':[null,1,'" HEADER "-0'],'other':{'x':[1]}}", true},
    {" {'host':'h','sentry-trace':' " HEADER " '} ", true},
    {"{'sentry-trace':null}", false},
    {"{'sentry-trace':[]}", false},
    {"{'sentry-trace':1}", false},
    {"{'sentry-trace':''}", false},
    {"{'sentry-trace':['" HEADER "','" HEADER "']}", false},
    {"{'sentry-trace':'" HEADER "','Sentry-Trace':'" HEADER "'}", false},
    {"{'sentry_trace':'" HEADER "'}", false},
    {"{'traceparent':'00-" HEADER "-01'}", false},
    {"{}", false},
    {"", false},
    {"null", false},
    {"['" HEADER "']", false},
    {"{'sentry-trace':'" HEADER "'", false},
};

START_TEST(headers_are_followed_or_start_a_new_trace)
{
    tsn_client *client = kit_open("{}");
    for (size_t i = 0; i < TSN_ARRAY_LEN(forms); i++) {
        tsn_buf before = headers_of(&client->isolation);
        ck_assert_int_eq(follow(&client->isolation, forms[i].headers), TOCSIN_OK);
        ck_assert_msg(is_in_trace(&client->isolation) == forms[i].is_followed, "%s",
                      forms[i].headers);
        tsn_buf after = headers_of(&client->isolation);
        ck_assert_msg(!tsn_slice_equal(tsn_buf_view(&before), tsn_buf_view(&after)), "%s",
                      forms[i].headers);
        tsn_buf_fini(&before);
        tsn_buf_fini(&after);
    }
    ck_assert_int_eq(tsn_cell_continue_trace(&client->isolation, TSN_SLICE_ABSENT), TOCSIN_OK);
    kit_close(client);
}
END_TEST

START_TEST(several_baggage_headers_are_one) /* T-2 */
{
    tsn_client *client = kit_open("{}");
    follow(&client->isolation, "{'sentry-trace':'" HEADER "','baggage':['sentry-a=1,x=1',"
                               "'sentry-b=2'],'BAGGAGE':'sentry-sample_rand=0.1,sentry-a=3'}");
    expect_headers(&client->current, "baggage", "'sentry-a=3,sentry-b=2,sentry-sample_rand=0.1'");
    kit_close(client);
}
END_TEST

START_TEST(nothing_of_an_unusable_header_is_passed_on) /* T-1 */
{
    tsn_client *client = kit_open("{" DSN "}");
    follow(&client->isolation, "{'sentry-trace':'1','baggage':'sentry-release=theirs,x=y'}");
    tsn_buf out = headers_of(&client->current);
    ck_assert(!tsn_slice_contains(tsn_buf_view(&out), TSN_LIT("theirs")));
    ck_assert(!tsn_slice_contains(tsn_buf_view(&out), TSN_LIT("x=y")));
    ck_assert(tsn_slice_contains(tsn_buf_view(&out), TSN_LIT("sentry-public_key=key")));
    tsn_buf_fini(&out);
    kit_close(client);
}
END_TEST

START_TEST(traceparent_is_read_and_written_where_the_option_is_on) /* T-3 */
{
    tsn_client *client = kit_open("{'propagate_traceparent':true}");
    follow(&client->isolation, "{'TraceParent':'00-" HEADER "-01'}");
    ck_assert(is_in_trace(&client->current));
    tsn_buf out = headers_of(&client->current);
    tsn_slice traceparent = tsn_json_string_body(kit_at(tsn_buf_view(&out), "traceparent"));
    ck_assert(tsn_slice_starts_with(traceparent, TSN_LIT("00-" TRACE "-")));
    ck_assert(tsn_slice_contains(traceparent, TSN_LIT("-01")));
    tsn_buf_fini(&out);
    follow(&client->isolation, "{'sentry-trace':'no','traceparent':'00-" HEADER "-01'}");
    ck_assert(!is_in_trace(&client->current));
    kit_close(client);
    client = kit_open("{}");
    expect_headers(&client->current, "traceparent", NULL);
    kit_close(client);
}
END_TEST

static bool follows_org(const char *options, const char *org)
{
    char headers[200];
    tsn_client *client = kit_open(options);
    snprintf(headers, sizeof headers, "{'sentry-trace':'" HEADER "','baggage':'%s'}", org);
    ck_assert_int_eq(follow(&client->isolation, headers), TOCSIN_OK);
    bool is = is_in_trace(&client->current);
    kit_close(client);
    return is;
}

START_TEST(a_trace_of_another_organisation_is_left) /* T-10, D-8 */
{
    ck_assert(follows_org("{" DSN "}", "sentry-org_id=17"));
    ck_assert(!follows_org("{" DSN "}", "sentry-org_id=18"));
    ck_assert(follows_org("{" DSN ",'org_id':'18'}", "sentry-org_id=18"));
    ck_assert(!follows_org("{" DSN ",'org_id':'18'}", "sentry-org_id=17"));
    ck_assert(follows_org("{" DSN "}", ""));
    ck_assert(!follows_org("{" DSN ",'strict_trace_continuation':true}", ""));
    ck_assert(!follows_org("{'strict_trace_continuation':true}", "sentry-org_id=17"));
    ck_assert(follows_org("{'strict_trace_continuation':true}", ""));
}
END_TEST

START_TEST(the_environment_is_held_to_the_same_organisation) /* T-5 */
{
    option_clear_environment();
    setenv("SENTRY_TRACE", HEADER "-1", 1);
    setenv("SENTRY_BAGGAGE", "sentry-org_id=18", 1);
    tsn_client *client = kit_open("{" DSN "}");
    ck_assert(!is_in_trace(&client->current));
    kit_close(client);
    client = kit_open("{'org_id':'18'}");
    ck_assert(is_in_trace(&client->current));
    kit_close(client);
    option_clear_environment();
}
END_TEST

/* Whether a request to `url` gets headers. */
static bool gets_headers(tsn_client *client, const char *url)
{
    tsn_buf out = TSN_BUF_EMPTY;
    ck_assert_int_eq(
        tsn_cell_request_headers(&client->current, unit_slice(url), TSN_SLICE_ABSENT, &out),
        TOCSIN_OK);
    bool has = !tsn_slice_absent(kit_at(tsn_buf_view(&out), "sentry-trace"));
    if (!has) unit_expect_text(tsn_buf_view(&out), "{}");
    tsn_buf_fini(&out);
    return has;
}

START_TEST(targets_say_which_requests_get_headers) /* T-4 */
{
    static const struct {
        const char *options;
        const char *url;
        bool is_target;
    } rows[] = {
        {"{" DSN "}", "http://shop.example/", true},
        {"{" DSN "}", "https://o17.h.example/api/42/envelope/", false},
        {"{" DSN ",'trace_propagation_targets':['h.example']}", "https://o17.h.example/", false},
        {"{" DSN ",'trace_propagation_targets':[]}", "http://shop.example/", false},
        {"{'trace_propagation_targets':['shop','//pay.example/']}", "http://shop.example/", true},
        {"{'trace_propagation_targets':['shop','//pay.example/']}", "http://pay.example/x", true},
        {"{'trace_propagation_targets':['shop','//pay.example/']}", "http://other.example/", false},
        {"{'trace_propagation_targets':['Shop']}", "http://shop.example/", false},
        {"{'trace_propagation_targets':['']}", "http://shop.example/", true},
        {"{}", "", true},
    };
    for (size_t i = 0; i < TSN_ARRAY_LEN(rows); i++) {
        tsn_client *client = kit_open(rows[i].options);
        ck_assert_msg(gets_headers(client, rows[i].url) == rows[i].is_target, "%s %s",
                      rows[i].options, rows[i].url);
        kit_close(client);
    }
}
END_TEST

START_TEST(a_requests_own_baggage_stays_in_front) /* T-2 */
{
    tsn_client *client = kit_open("{}");
    follow(&client->isolation, "{'sentry-trace':'" HEADER "','baggage':'sentry-sample_rand=0.1'}");
    tsn_buf out = TSN_BUF_EMPTY;
    ck_assert_int_eq(tsn_cell_request_headers(&client->current, TSN_LIT("http://x/"),
                                              TSN_LIT("a=1,sentry-b=2,c=3"), &out),
                     TOCSIN_OK);
    kit_expect(&out, "baggage", "'a=1,c=3,sentry-sample_rand=0.1'");
    tsn_buf_fini(&out);
    kit_close(client);
}
END_TEST

START_TEST(an_own_trace_says_the_same_each_time) /* T-24 */
{
    tsn_client *client = kit_open("{" DSN ",'release':'shop@1'}");
    tsn_buf first = headers_of(&client->current);
    kit_message(&client->current, "x");
    tsn_client_close(client, 0);
    tsn_buf second = headers_of(&client->current);
    unit_expect_text(tsn_buf_view(&second), tsn_buf_terminate(&first));
    ck_assert(tsn_slice_contains(tsn_buf_view(&first), TSN_LIT("sentry-release=shop%401")));
    ck_assert(tsn_slice_contains(tsn_buf_view(&first), TSN_LIT("sentry-org_id=17")));
    ck_assert(!tsn_slice_contains(tsn_buf_view(&first), TSN_LIT("sample_rate")));
    tsn_buf_fini(&first);
    tsn_buf_fini(&second);
    tsn_client_release(client);
}
END_TEST

/* Every allocation fails once; the trace is the old one or the new one. */
START_TEST(no_memory_leaves_the_trace_as_it_was)
{
    tsn_client *client = kit_open("{" DSN "}");
    bool did_fail = true;
    for (uint64_t nth = 1; did_fail; nth++) {
        tsn_cell_new_trace(&client->isolation);
        tsn_alloc_track(true);
        tsn_alloc_fail_nth(nth, false);
        tocsin_status st =
            tsn_cell_continue_trace(&client->isolation, TSN_LIT("{\"sentry-trace\":[\"" HEADER
                                                                "\"],\"baggage\":\"sentry-a=1\"}"));
        did_fail = tsn_alloc_did_fail();
        tsn_alloc_fail_nth(0, false);
        ck_assert_int_eq(st, did_fail ? TOCSIN_E_NOMEM : TOCSIN_OK);
        ck_assert_int_eq(is_in_trace(&client->isolation), !did_fail);
    }
    did_fail = true;
    for (uint64_t nth = 1; did_fail; nth++) {
        tsn_buf out = TSN_BUF_EMPTY;
        tsn_alloc_fail_nth(nth, false);
        tocsin_status st =
            tsn_cell_request_headers(&client->current, TSN_LIT("http://x/"), TSN_LIT("a=1"), &out);
        did_fail = tsn_alloc_did_fail();
        tsn_alloc_fail_nth(0, false);
        ck_assert_int_eq(st, did_fail ? TOCSIN_E_NOMEM : TOCSIN_OK);
        tsn_buf_fini(&out);
    }
    kit_close(client);
}
END_TEST

Suite *unit_suite(void)
{
    const TTest *const tests[] = {
        isolation_and_global_scopes_take_a_trace,
        forks_made_before_stay_in_their_trace,
        a_current_scope_merged_into_a_trace_hands_on_what_its_events_carry,
        events_carry_the_trace_that_came_in,
        headers_are_followed_or_start_a_new_trace,
        several_baggage_headers_are_one,
        nothing_of_an_unusable_header_is_passed_on,
        traceparent_is_read_and_written_where_the_option_is_on,
        a_trace_of_another_organisation_is_left,
        the_environment_is_held_to_the_same_organisation,
        targets_say_which_requests_get_headers,
        a_requests_own_baggage_stays_in_front,
        an_own_trace_says_the_same_each_time,
        no_memory_leaves_the_trace_as_it_was,
    };
    return unit_suite_of("client/trace", tests, TSN_ARRAY_LEN(tests));
}

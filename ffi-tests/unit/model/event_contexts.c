/* Contexts: their ranks, the trace (scopes: trace context), the runtime of the origin, the client's
 * defaults. */
#include "event_expect.h"

static void add_default(event_case *c, tsn_pmap **contexts, const char *key, const char *json)
{
    ck_assert_int_eq(tsn_pmap_set(contexts, unit_slice(key), case_json(c, json)), TOCSIN_OK);
    c->config.contexts = *contexts;
}

START_TEST(whole_contexts_win_not_their_members)
{
    event_case c = case_bare();
    case_body(&c, "{'contexts':{'a':{'x':1},'b':{'x':1},'n':null,'t':'text'}}");
    case_set(&c, 0, TSN_SCOPE_CONTEXTS, "a", "{'y':2}");
    case_set(&c, 1, TSN_SCOPE_CONTEXTS, "a", "{'z':3}");
    case_write(&c, WHOLE);
    case_expect(&c, "contexts", "{'b':{'x':1},'a':{'z':3}}");
    case_fini(&c);
}
END_TEST

START_TEST(defaults_are_of_the_lowest_rank_and_filled_in_last)
{
    event_case c = case_bare();
    tsn_pmap *defaults = NULL;
    add_default(&c, &defaults, "os", "{'name':'d'}");
    add_default(&c, &defaults, "app", "{'name':'d'}");
    add_default(&c, &defaults, "device", "{'name':'d'}");
    case_body(&c, "{'contexts':{'os':{'name':'b'}}}");
    case_set(&c, 0, TSN_SCOPE_CONTEXTS, "app", "{'name':'s'}");
    case_write(&c, 0);
    case_expect(&c, "contexts", "{'os':{'name':'b'},'app':{'name':'s'}}");
    case_write(&c, TSN_EVENT_FILL);
    case_expect(&c, "contexts", "{'os':{'name':'b'},'app':{'name':'s'},'device':{'name':'d'}}");
    case_fini(&c);
    tsn_pmap_release(defaults);
}
END_TEST

START_TEST(runtime_is_the_scopes_the_bodys_the_origins_the_defaults)
{
    event_case c = case_bare();
    tsn_pmap *defaults = NULL;
    add_default(&c, &defaults, "runtime", "{'name':'default'}");
    case_write(&c, WHOLE);
    case_expect(&c, "contexts", "{'runtime':{'name':'default'}}");
    case_origin(&c, 0, "{'runtime':{'name':'origin'}}");
    case_write(&c, WHOLE);
    case_expect(&c, "contexts", "{'runtime':{'name':'origin'}}");
    case_body(&c, "{'contexts':{'runtime':{'name':'body'}}}");
    case_write(&c, WHOLE);
    case_expect(&c, "contexts", "{'runtime':{'name':'body'}}");
    case_set(&c, 0, TSN_SCOPE_CONTEXTS, "runtime", "{'name':'scope'}");
    case_write(&c, WHOLE);
    case_expect(&c, "contexts", "{'runtime':{'name':'scope'}}");
    case_fini(&c);
    tsn_pmap_release(defaults);
}
END_TEST

START_TEST(the_trace_is_the_bodys_own_or_the_propagations)
{
    event_case c = case_bare();
    uint8_t random[TSN_PROPAGATION_RANDOM] = {0};
    c.propagation = tsn_propagation_new(random);
    tsn_buf want = TSN_BUF_EMPTY;
    TSN_BUF_LIT(&want, "{\"trace\":");
    tsn_propagation_append_context(c.propagation, &want);
    TSN_BUF_LIT(&want, "}");
    case_write(&c, 0);
    case_expect(&c, "contexts", tsn_buf_terminate(&want));
    case_body(&c, "{'contexts':{'trace':null}}");
    case_write(&c, 0);
    case_expect(&c, "contexts", tsn_buf_terminate(&want));
    case_body(&c, "{'contexts':{'z':{'k':1},'trace':{'trace_id':'1','span_id':'2'}}}");
    case_write(&c, 0);
    case_expect(&c, "contexts", "{'trace':{'trace_id':'1','span_id':'2'},'z':{'k':1}}");
    tsn_buf_fini(&want);
    case_fini(&c);
}
END_TEST

START_TEST(no_context_no_member)
{
    case_expect_of("{'contexts':{}}", WHOLE, "contexts", NULL);
    case_expect_of("{'contexts':{'a':null}}", WHOLE, "contexts", NULL);
}
END_TEST

/* P-4: contexts itself is the first level. */
START_TEST(contexts_are_cut_below_ten_levels)
{
    case_expect_of("{'contexts':{'c':{'k':[[[[[[[[1]]]]]]]]}}}", TSN_EVENT_LIMIT, "contexts",
                   "{'c':{'k':[[[[[[[[1]]]]]]]]}}");
    case_expect_of("{'contexts':{'c':{'k':[[[[[[[[[1]]]]]]]]]}}}", TSN_EVENT_LIMIT, "contexts",
                   "{'c':{'k':[[[[[[[['<truncated>']]]]]]]]}}");
}
END_TEST

Suite *unit_suite(void)
{
    const TTest *const tests[] = {
        whole_contexts_win_not_their_members,
        defaults_are_of_the_lowest_rank_and_filled_in_last,
        runtime_is_the_scopes_the_bodys_the_origins_the_defaults,
        the_trace_is_the_bodys_own_or_the_propagations,
        no_context_no_member,
        contexts_are_cut_below_ten_levels,
    };
    return unit_suite_of("event_contexts", tests, TSN_ARRAY_LEN(tests));
}

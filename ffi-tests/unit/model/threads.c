/* Threads of an event (P-30). */
#include "model/threads.h"

#include "event_case.h"

static void expect_written(const char *json, const char *exception, const char *want)
{
    const tsn_cuts cuts = {.on = true, .text = 0, .frames = 10};
    tsn_buf in = TSN_BUF_EMPTY;
    tsn_buf raised = TSN_BUF_EMPTY;
    tsn_buf out = TSN_BUF_EMPTY;
    tsn_buf quoted = TSN_BUF_EMPTY;
    case_quote(&in, json);
    case_quote(&raised, exception == NULL ? "null" : exception);
    case_quote(&quoted, want == NULL ? "" : want);
    ck_assert_int_eq(tsn_threads_write(tsn_buf_view(&in), tsn_buf_view(&raised), &cuts, &out),
                     want != NULL);
    unit_expect_text(tsn_buf_view(&out), tsn_buf_terminate(&quoted));
    tsn_buf_fini(&in);
    tsn_buf_fini(&raised);
    tsn_buf_fini(&out);
    tsn_buf_fini(&quoted);
}

START_TEST(a_list_gets_its_object)
{
    const char *want =
        "{'values':[{'id':1,'name':'main','main':true,'state':'R','held_locks':{},'other':1}]}";
    expect_written("[{'id':1,'name':'main','main':true,'state':'R','held_locks':{},'other':1}]",
                   NULL, want);
    expect_written("{'values':[{'id':1,'name':'main','main':true,'state':'R','held_locks':{},'"
                   "other':1,'x':null}]}",
                   NULL, want);
}
END_TEST

START_TEST(nothing_of_use_is_nothing)
{
    expect_written("[]", NULL, NULL);
    expect_written("{'values':[5,null]}", NULL, NULL);
    expect_written("{}", NULL, NULL);
    expect_written("[{},{'name':5},{'id':'a'}]", NULL, "{'values':[{'id':'a'}]}");
}
END_TEST

START_TEST(one_crashed_and_one_current)
{
    expect_written(
        "[{'id':1,'crashed':true,'current':true},{'id':2,'crashed':true,'current':true},{'id':3,'"
        "crashed':false}]",
        NULL,
        "{'values':[{'id':1,'crashed':true,'current':true},{'id':2},{'id':3,'crashed':false}]}");
}
END_TEST

#define STACK "'stacktrace':{'frames':[{'function':'f','in_app':true}]}"

START_TEST(the_crashed_threads_stack_lives_in_the_exception)
{
    const char *both = "[{'id':1,'crashed':true," STACK "},{'id':2," STACK "}]";
    expect_written(both, "{'type':'T','thread_id':1," STACK "}",
                   "{'values':[{'id':1,'crashed':true},{'id':2," STACK "}]}");
    expect_written(both, "{'type':'T','thread_id':2," STACK "}",
                   "{'values':[{'id':1,'crashed':true," STACK "},{'id':2," STACK "}]}");
    expect_written(both, "[{'type':'T','thread_id':1}]",
                   "{'values':[{'id':1,'crashed':true," STACK "},{'id':2," STACK "}]}");
    expect_written("[{'crashed':true," STACK "}]", "{'type':'T'," STACK "}",
                   "{'values':[{'crashed':true," STACK "}]}");
}
END_TEST

Suite *unit_suite(void)
{
    const TTest *const tests[] = {
        a_list_gets_its_object,
        nothing_of_use_is_nothing,
        one_crashed_and_one_current,
        the_crashed_threads_stack_lives_in_the_exception,
    };
    return unit_suite_of("threads", tests, TSN_ARRAY_LEN(tests));
}

/* What the ladder takes from stacks, and what it must not touch. */
#include "model/event_trim_frames.h"

#include "event_case.h"

static void expect_stacks(tsn_trim_frames_fn *trim, const char *json, const char *want)
{
    tsn_buf in = TSN_BUF_EMPTY;
    tsn_buf out = TSN_BUF_EMPTY;
    tsn_buf quoted = TSN_BUF_EMPTY;
    case_quote(&in, json);
    case_quote(&quoted, want);
    tsn_trim_stacks(tsn_buf_view(&in), trim, &out);
    unit_expect_text(tsn_buf_view(&out), tsn_buf_terminate(&quoted));
    tsn_buf_fini(&in);
    tsn_buf_fini(&out);
    tsn_buf_fini(&quoted);
}

START_TEST(only_frames_lose_their_variables)
{
    expect_stacks(tsn_trim_frames_vars,
                  "{'values':[{'vars':1,'stacktrace':{'vars':2,'frames':[{'vars':{},'lineno':1},{'"
                  "function':'f'}]}}],'vars':3}",
                  "{'values':[{'vars':1,'stacktrace':{'vars':2,'frames':[{'lineno':1},{'function':'"
                  "f'}]}}],'vars':3}");
}
END_TEST

START_TEST(values_without_stacks_are_copied)
{
    const char *json = "{'values':[{'type':'a'},{'stacktrace':{}},{},{'stacktrace':{'frames':[{'"
                       "function':'f'}]}}],'x':[]}";
    expect_stacks(tsn_trim_frames_source, json, json);
    expect_stacks(tsn_trim_frames_middle, json, json);
    expect_stacks(tsn_trim_frames_middle, "{'values':[]}", "{'values':[]}");
}
END_TEST

START_TEST(fifty_frames_have_no_middle)
{
    for (int count = 49; count <= 51; count++) {
        tsn_buf frames = TSN_BUF_EMPTY;
        tsn_buf out = TSN_BUF_EMPTY;
        TSN_BUF_LIT(&frames, "[");
        for (int i = 0; i < count; i++)
            tsn_buf_printf(&frames, "%s{\"lineno\":%d}", i > 0 ? "," : "", i + 1);
        TSN_BUF_LIT(&frames, "]");
        tsn_trim_frames_middle(tsn_buf_view(&frames), &out);
        ck_assert_uint_eq(tsn_json_count(tsn_buf_view(&out)), count > 50 ? 50 : (size_t)count);
        ck_assert_int_eq(tsn_slice_contains(tsn_buf_view(&out), TSN_LIT("{\"lineno\":26}")),
                         count <= 50);
        tsn_buf_fini(&frames);
        tsn_buf_fini(&out);
    }
}
END_TEST

Suite *unit_suite(void)
{
    const TTest *const tests[] = {
        only_frames_lose_their_variables,
        values_without_stacks_are_copied,
        fifty_frames_have_no_middle,
    };
    return unit_suite_of("event_trim_frames", tests, TSN_ARRAY_LEN(tests));
}

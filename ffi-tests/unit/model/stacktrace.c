/* Stack traces: which frames stay (P-20 to P-22). */
#include "model/stacktrace.h"

#include "event_case.h"

static void expect_written(const char *json, size_t max, const char *want)
{
    tsn_cuts cuts = {.on = max < SIZE_MAX, .text = 0, .frames = max};
    tsn_buf in = TSN_BUF_EMPTY;
    tsn_buf out = TSN_BUF_EMPTY;
    tsn_buf quoted = TSN_BUF_EMPTY;
    case_quote(&in, json);
    case_quote(&quoted, want == NULL ? "" : want);
    ck_assert_int_eq(tsn_stacktrace_write(tsn_buf_view(&in), &cuts, &out), want != NULL);
    if (want != NULL) unit_expect_text(tsn_buf_view(&out), tsn_buf_terminate(&quoted));
    tsn_buf_fini(&in);
    tsn_buf_fini(&out);
    tsn_buf_fini(&quoted);
}

START_TEST(a_list_of_frames_gets_its_object)
{
    const char *want = "{'frames':[{'function':'f','in_app':true}]}";
    expect_written("[{'function':'f'}]", SIZE_MAX, want);
    expect_written("{'frames':[{'function':'f'}]}", SIZE_MAX, want);
}
END_TEST

START_TEST(optional_members_are_kept)
{
    expect_written("{'registers':{'rip':'0x1'},'frames':[{'function':'f','in_app':true}],'snapshot'"
                   ":false,'lang':'c',"
                   "'instruction_addr_adjustment':'none','odd':null}",
                   10,
                   "{'registers':{'rip':'0x1'},'frames':[{'function':'f','in_app':true}],'snapshot'"
                   ":false,'lang':'c',"
                   "'instruction_addr_adjustment':'none'}");
}
END_TEST

START_TEST(without_a_usable_frame_there_is_none)
{
    expect_written("{'frames':[]}", SIZE_MAX, NULL);
    expect_written("{'lang':'c'}", SIZE_MAX, NULL);
    expect_written("[{'lineno':1},5,null]", SIZE_MAX, NULL);
    expect_written("[{'function':'f'}]", 0, NULL);
}
END_TEST

static void append_frames(tsn_buf *out, int from, int to)
{
    for (int i = from; i < to; i++) {
        tsn_buf_printf(out, "%s{'function':'f%d','in_app':true}",
                       out->data[out->len - 1] == '[' ? "" : ",", i);
    }
}

START_TEST(frames_go_from_the_middle)
{
    const struct {
        int count, max, first, last;
    } rows[] = {{99, 100, 99, 99}, {100, 100, 100, 100}, {101, 100, 50, 51},
                {7, 3, 1, 5},      {7, 4, 2, 5},         {7, 1, 0, 6}};
    for (size_t i = 0; i < TSN_ARRAY_LEN(rows); i++) {
        tsn_buf json = TSN_BUF_EMPTY;
        tsn_buf want = TSN_BUF_EMPTY;
        TSN_BUF_LIT(&json, "[{'lineno':3},");
        tsn_buf_truncate(&json, 1);
        append_frames(&json, 0, rows[i].count);
        TSN_BUF_LIT(&json, ",{'lineno':3}]");
        TSN_BUF_LIT(&want, "{'frames':[");
        append_frames(&want, 0, rows[i].first);
        append_frames(&want, rows[i].last, rows[i].count);
        TSN_BUF_LIT(&want, "]}");
        expect_written(tsn_buf_terminate(&json), (size_t)rows[i].max, tsn_buf_terminate(&want));
        tsn_buf_fini(&json);
        tsn_buf_fini(&want);
    }
}
END_TEST

START_TEST(ends_are_copied_as_they_are)
{
    tsn_buf out = TSN_BUF_EMPTY;
    tsn_stacktrace_copy_ends(TSN_LIT("[1,2,3,4,5]"), 2, 1, &out);
    tsn_stacktrace_copy_ends(TSN_LIT("[1,2,3]"), 2, 1, &out);
    tsn_stacktrace_copy_ends(TSN_LIT("[]"), 2, 1, &out);
    unit_expect_buf(&out, "[1,2,5][1,2,3][]");
    tsn_buf_fini(&out);
}
END_TEST

Suite *unit_suite(void)
{
    const TTest *const tests[] = {
        a_list_of_frames_gets_its_object,     optional_members_are_kept,
        without_a_usable_frame_there_is_none, frames_go_from_the_middle,
        ends_are_copied_as_they_are,
    };
    return unit_suite_of("stacktrace", tests, TSN_ARRAY_LEN(tests));
}

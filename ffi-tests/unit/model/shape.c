/* Copying objects by a table. */
#include "model/shape.h"

#include "event_case.h"

static const tsn_shape_row rows[] = {
    {TSN_SHAPE_KEY("text"), TSN_JSON_ONLY(TSN_JSON_STRING), 5, NULL},
    {TSN_SHAPE_KEY("flag"), TSN_JSON_ONLY(TSN_JSON_BOOL), 0, tsn_shape_true},
    {TSN_SHAPE_KEY("never"), 0, 0, NULL},
    {TSN_SHAPE_KEY("message"), TSN_JSON_ONLY(TSN_JSON_STRING), 0, tsn_shape_message},
};

static const tsn_cuts no_cuts = {.on = false};
static const tsn_cuts cuts = {.on = true, .text = 6, .frames = 1};

static void expect_copied(const char *json, const tsn_cuts *how, const char *want)
{
    tsn_buf in = TSN_BUF_EMPTY;
    tsn_buf out = TSN_BUF_EMPTY;
    tsn_buf quoted = TSN_BUF_EMPTY;
    case_quote(&in, json);
    case_quote(&quoted, want);
    tsn_shape_copy(rows, TSN_ARRAY_LEN(rows), tsn_buf_view(&in), how, &out);
    unit_expect_text(tsn_buf_view(&out), tsn_buf_terminate(&quoted));
    tsn_buf_fini(&in);
    tsn_buf_fini(&out);
    tsn_buf_fini(&quoted);
}

START_TEST(members_are_checked_cut_and_kept_in_order)
{
    expect_copied(
        "{'other':[1],'text':'abcdef','flag':true,'never':1,'message':'abcdefgh','gone':null}",
        &cuts, "'other':[1],'text':'ab...','flag':true,'message':'abc...',");
    expect_copied("{'text':'abcdef','message':'abcdefgh'}", &no_cuts,
                  "'text':'abcdef','message':'abcdefgh',");
}
END_TEST

START_TEST(declined_members_leave_no_trace)
{
    expect_copied("{'flag':false,'text':5,'message':{}}", &cuts, "");
    expect_copied("{'a':1,'flag':false,'b':2}", &cuts, "'a':1,'b':2,");
}
END_TEST

static void expect_value(const char *json, unsigned levels, const tsn_cuts *how, const char *want)
{
    tsn_buf in = TSN_BUF_EMPTY;
    tsn_buf out = TSN_BUF_EMPTY;
    tsn_buf quoted = TSN_BUF_EMPTY;
    case_quote(&in, json);
    case_quote(&quoted, want);
    tsn_shape_copy_value(tsn_buf_view(&in), levels, how, &out);
    unit_expect_text(tsn_buf_view(&out), tsn_buf_terminate(&quoted));
    tsn_buf_fini(&in);
    tsn_buf_fini(&out);
    tsn_buf_fini(&quoted);
}

/* P-4 */
START_TEST(containers_that_are_too_deep_become_a_word)
{
    expect_value("[[1],{'a':[2]}]", 3, &cuts, "[[1],{'a':[2]}]");
    expect_value("[[1],{'a':[2]}]", 2, &cuts, "[[1],{'a':'<truncated>'}]");
    expect_value("[[1],{'a':[2]}]", 1, &cuts, "['<truncated>','<truncated>']");
    expect_value("[[1],{'a':[2]}]", 1, &no_cuts, "[[1],{'a':[2]}]");
    expect_value("5", 1, &cuts, "5");
}
END_TEST

START_TEST(brackets_in_text_are_no_depth)
{
    expect_value("['[[[{{','\\\\\\\\[','\\'[[']", 1, &cuts, "['[[[{{','\\\\\\\\[','\\'[[']");
}
END_TEST

/* Repaired text may be longer than what is read again. */
START_TEST(a_deep_value_of_any_size_is_cut)
{
    tsn_buf in = TSN_BUF_EMPTY;
    tsn_buf out = TSN_BUF_EMPTY;
    TSN_BUF_LIT(&in, "[[\"");
    for (size_t i = 0; i < TSN_JSON_SIZE_MAX; i++) tsn_buf_byte(&in, 'x');
    TSN_BUF_LIT(&in, "\"]]");
    tsn_shape_copy_value(tsn_buf_view(&in), 1, &cuts, &out);
    unit_expect_buf(&out, "\"<truncated>\"");
    tsn_buf_fini(&in);
    tsn_buf_fini(&out);
}
END_TEST

START_TEST(lists_are_found_in_both_forms)
{
    tsn_slice key = TSN_LIT("values");
    unit_expect_text(tsn_shape_list(TSN_LIT("[1]"), key), "[1]");
    unit_expect_text(tsn_shape_list(TSN_LIT("{\"values\":[1]}"), key), "[1]");
    ck_assert(tsn_slice_absent(tsn_shape_list(TSN_LIT("{\"values\":{}}"), key)));
    ck_assert(tsn_slice_absent(tsn_shape_list(TSN_LIT("{}"), key)));
    ck_assert(tsn_slice_absent(tsn_shape_list(TSN_SLICE_ABSENT, key)));
}
END_TEST

Suite *unit_suite(void)
{
    const TTest *const tests[] = {
        members_are_checked_cut_and_kept_in_order,
        declined_members_leave_no_trace,
        containers_that_are_too_deep_become_a_word,
        brackets_in_text_are_no_depth,
        a_deep_value_of_any_size_is_cut,
        lists_are_found_in_both_forms,
    };
    return unit_suite_of("shape", tests, TSN_ARRAY_LEN(tests));
}

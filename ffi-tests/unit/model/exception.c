/* Exceptions in all their forms (P-10, P-13). */
#include "model/exception.h"

#include "event_case.h"

static const tsn_cuts no_cuts = {.on = false};
static const tsn_cuts cuts = {.on = true, .text = 0, .frames = TSN_FRAMES_DEFAULT};

/* `want` NULL: nothing is written. */
static void expect_written(const char *json, const char *frames, const tsn_cuts *how,
                           const char *want)
{
    tsn_buf in = TSN_BUF_EMPTY;
    tsn_buf frames_text = TSN_BUF_EMPTY;
    tsn_buf out = TSN_BUF_EMPTY;
    tsn_buf quoted = TSN_BUF_EMPTY;
    case_quote(&in, json);
    case_quote(&frames_text, frames == NULL ? "" : frames);
    case_quote(&quoted, want == NULL ? "" : want);
    tsn_exceptions found;
    tsn_exceptions_find(tsn_buf_view(&in), &found);
    bool is_written = tsn_exceptions_write(
        &found, frames == NULL ? TSN_SLICE_ABSENT : tsn_buf_view(&frames_text), how, &out);
    ck_assert_int_eq(is_written, want != NULL);
    unit_expect_text(tsn_buf_view(&out), tsn_buf_terminate(&quoted));
    tsn_buf_fini(&in);
    tsn_buf_fini(&frames_text);
    tsn_buf_fini(&out);
    tsn_buf_fini(&quoted);
}

#define GENERIC "'mechanism':{'type':'generic','handled':true}"
#define CAUSE "'mechanism':{'type':'generic','handled':true,'exception_id':1,'parent_id':0}"
#define RAISED "'mechanism':{'type':'generic','handled':true,'exception_id':0}"

START_TEST(one_value_a_list_and_values_are_the_same)
{
    const char *want = "{'values':[{'type':'T','value':'v'," GENERIC "}]}";
    expect_written("{'type':'T','value':'v'}", NULL, &no_cuts, want);
    expect_written("[{'type':'T','value':'v'}]", NULL, &no_cuts, want);
    expect_written("{'values':[{'type':'T','value':'v'}]}", NULL, &no_cuts, want);
}
END_TEST

START_TEST(type_or_value_is_needed)
{
    expect_written("{'value':'v'}", NULL, &no_cuts, "{'values':[{'value':'v'," GENERIC "}]}");
    expect_written("{'type':5,'value':'v'}", NULL, &no_cuts,
                   "{'values':[{'value':'v'," GENERIC "}]}");
    expect_written("{'module':'m'}", NULL, &no_cuts, NULL);
    expect_written("[]", NULL, &no_cuts, NULL);
    expect_written("[{'type':'T'},5,null,{'value':7}]", NULL, &no_cuts,
                   "{'values':[{'type':'T'," GENERIC "}]}");
}
END_TEST

/* The list is given cause first, the raised one last. */
START_TEST(a_list_is_a_chain_to_the_raised_one)
{
    expect_written("[{'type':'Cause'},{'type':'Raised'}]", NULL, &no_cuts,
                   "{'values':[{'type':'Cause'," CAUSE "},{'type':'Raised'," RAISED "}]}");
}
END_TEST

START_TEST(members_keep_their_place_and_others_are_kept)
{
    expect_written("{'mechanism':{'type':'m'},'other':{'x':1},'value':'v','module':'m','thread_id':"
                   "7,'gone':null,'type':'T'}",
                   NULL, &no_cuts,
                   "{'values':[{'other':{'x':1},'value':'v','module':'m','thread_id':7,'type':'T','"
                   "mechanism':{'type':'m'}}]}");
}
END_TEST

START_TEST(frames_go_to_a_raised_value_without_any)
{
    const char *frames = "[{'function':'g'}]";
    expect_written("[{'type':'A'},{'type':'B'}]", frames, &no_cuts,
                   "{'values':[{'type':'A'," CAUSE
                   "},{'type':'B','stacktrace':{'frames':[{'function':'g','in_app':true}]}," RAISED
                   "}]}");
    expect_written("{'type':'B','stacktrace':{'frames':[{'function':'own','in_app':false}]}}",
                   frames, &no_cuts,
                   "{'values':[{'type':'B','stacktrace':{'frames':[{'function':'own','in_app':"
                   "false}]}," GENERIC "}]}");
    expect_written(
        "{'type':'B','stacktrace':{'frames':[]}}", frames, &no_cuts,
        "{'values':[{'type':'B','stacktrace':{'frames':[{'function':'g','in_app':true}]}," GENERIC
        "}]}");
}
END_TEST

START_TEST(no_frames_no_stacktrace)
{
    expect_written("{'type':'B','stacktrace':{'frames':[]}}", NULL, &no_cuts,
                   "{'values':[{'type':'B'," GENERIC "}]}");
    expect_written("{'type':'B','stacktrace':[{'lineno':1}]}", "[]", &no_cuts,
                   "{'values':[{'type':'B'," GENERIC "}]}");
}
END_TEST

START_TEST(fifty_values_are_kept_and_the_raised_ones_side)
{
    for (int count = TSN_EXCEPTIONS_MAX - 1; count <= TSN_EXCEPTIONS_MAX + 1; count++) {
        tsn_buf list = TSN_BUF_EMPTY;
        TSN_BUF_LIT(&list, "[");
        for (int i = 0; i < count; i++)
            tsn_buf_printf(&list, "%s{\"type\":\"T%d\"}", i > 0 ? "," : "", i);
        TSN_BUF_LIT(&list, "]");
        tsn_exceptions found;
        tsn_exceptions_find(tsn_buf_view(&list), &found);
        ck_assert_uint_eq(found.count,
                          count > TSN_EXCEPTIONS_MAX ? TSN_EXCEPTIONS_MAX : (size_t)count);
        unit_expect_text(found.values[0],
                         count > TSN_EXCEPTIONS_MAX ? "{\"type\":\"T1\"}" : "{\"type\":\"T0\"}");
        tsn_buf last = TSN_BUF_EMPTY;
        tsn_buf_printf(&last, "{\"type\":\"T%d\"}", count - 1);
        unit_expect_text(tsn_exceptions_raised(tsn_buf_view(&list)), tsn_buf_terminate(&last));
        tsn_buf_fini(&last);
        tsn_buf_fini(&list);
    }
}
END_TEST

static void expect_cut(const char *key, size_t max)
{
    for (size_t len = max - 1; len <= max + 1; len++) {
        tsn_buf json = TSN_BUF_EMPTY;
        tsn_buf out = TSN_BUF_EMPTY;
        tsn_buf_printf(&json, "{\"type\":\"T\",\"%s\":\"", key);
        for (size_t i = 0; i < len; i++) tsn_buf_byte(&json, 'x');
        TSN_BUF_LIT(&json, "\"}");
        tsn_buf canonical = TSN_BUF_EMPTY;
        ck_assert_int_eq(tsn_json_normalise(tsn_buf_view(&json), TSN_JSON_ANY, 0, &canonical, NULL),
                         TOCSIN_OK);
        tsn_exceptions found;
        tsn_exceptions_find(tsn_buf_view(&canonical), &found);
        ck_assert(tsn_exceptions_write(&found, TSN_SLICE_ABSENT, &cuts, &out));
        tsn_slice value = tsn_exceptions_raised(tsn_buf_view(&out));
        ck_assert_uint_eq(tsn_json_get(value, unit_slice(key)).len, (len > max ? max : len) + 2);
        tsn_buf_fini(&json);
        tsn_buf_fini(&out);
        tsn_buf_fini(&canonical);
    }
}

START_TEST(type_value_and_module_are_cut)
{
    expect_cut("type", TSN_EXCEPTION_TYPE_MAX);
    expect_cut("value", TSN_MESSAGE_MAX);
    expect_cut("module", TSN_EXCEPTION_MODULE_MAX);
}
END_TEST

/* P-2 */
START_TEST(the_option_cuts_values_further)
{
    const tsn_cuts ten = {.on = true, .text = 10, .frames = 1};
    expect_written("{'type':'TypeTypeType','value':'0123456789a'}", NULL, &ten,
                   "{'values':[{'type':'TypeTypeType','value':'0123456...'," GENERIC "}]}");
}
END_TEST

START_TEST(nothing_raised_is_absent)
{
    ck_assert(tsn_slice_absent(tsn_exceptions_raised(TSN_LIT("[]"))));
    ck_assert(tsn_slice_absent(tsn_exceptions_raised(TSN_LIT("{\"values\":[]}"))));
    ck_assert(tsn_slice_absent(tsn_exceptions_raised(TSN_LIT("5"))));
}
END_TEST

Suite *unit_suite(void)
{
    const TTest *const tests[] = {
        one_value_a_list_and_values_are_the_same,
        type_or_value_is_needed,
        a_list_is_a_chain_to_the_raised_one,
        members_keep_their_place_and_others_are_kept,
        frames_go_to_a_raised_value_without_any,
        no_frames_no_stacktrace,
        fifty_values_are_kept_and_the_raised_ones_side,
        type_value_and_module_are_cut,
        the_option_cuts_values_further,
        nothing_raised_is_absent,
    };
    return unit_suite_of("exception", tests, TSN_ARRAY_LEN(tests));
}

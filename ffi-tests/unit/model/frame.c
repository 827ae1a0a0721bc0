/* Single frames: what each key may be, and whose code it is (P-21). */
#include "model/frame.h"

#include "event_case.h"

static void expect_written(const char *json, const char *want)
{
    const tsn_cuts cuts = {.on = true, .text = 0, .frames = 1};
    tsn_buf in = TSN_BUF_EMPTY;
    tsn_buf out = TSN_BUF_EMPTY;
    tsn_buf quoted = TSN_BUF_EMPTY;
    case_quote(&in, json);
    case_quote(&quoted, want);
    tsn_frame_write(tsn_buf_view(&in), &cuts, &out);
    unit_expect_text(tsn_buf_view(&out), tsn_buf_terminate(&quoted));
    tsn_buf_fini(&in);
    tsn_buf_fini(&out);
    tsn_buf_fini(&quoted);
}

START_TEST(a_frame_says_where_it_is)
{
    ck_assert(tsn_frame_is_usable(TSN_LIT("{\"function\":\"f\"}")));
    ck_assert(tsn_frame_is_usable(TSN_LIT("{\"filename\":\"f\"}")));
    ck_assert(tsn_frame_is_usable(TSN_LIT("{\"instruction_addr\":\"0x1\"}")));
    ck_assert(!tsn_frame_is_usable(
        TSN_LIT("{\"function\":\"\",\"filename\":null,\"instruction_addr\":5}")));
    ck_assert(!tsn_frame_is_usable(TSN_LIT("{\"lineno\":1,\"module\":\"m\"}")));
    ck_assert(!tsn_frame_is_usable(TSN_LIT("[\"function\"]")));
}
END_TEST

START_TEST(all_keys_pass_with_their_types)
{
    const char *all = "{'function':'f','raw_function':'r','symbol':'s','filename':'n','abs_path':'/"
                      "a','module':'m','package':'/p',"
                      "'lineno':1,'colno':2,'pre_context':['a'],'context_line':'b','post_context':["
                      "'c'],'in_app':false,"
                      "'vars':{'v':null},'instruction_addr':'0x1','symbol_addr':'0x2','image_addr':"
                      "'0x3','addr_mode':'abs',"
                      "'trust':'scan','stack_start':true,'platform':'native','lock':{'a':1}}";
    expect_written(all, all);
}
END_TEST

START_TEST(ill_typed_keys_are_left_out)
{
    expect_written(
        "{'function':'f','filename':1,'lineno':'7','colno':0,'pre_context':'x','context_line':[],'"
        "post_context':[1],"
        "'in_app':'yes','vars':[],'instruction_addr':5,'stack_start':false,'module':null}",
        "{'function':'f','in_app':true}");
    expect_written("{'function':'f','lineno':1.5,'colno':-1,'in_app':true}",
                   "{'function':'f','in_app':true}");
}
END_TEST

START_TEST(five_source_lines_nearest_to_the_line)
{
    expect_written("{'function':'f','in_app':true,'pre_context':['1','2','3','4','5','6'],'post_"
                   "context':['1','2','3','4','5','6']}",
                   "{'function':'f','in_app':true,'pre_context':['2','3','4','5','6'],'post_"
                   "context':['1','2','3','4','5']}");
    expect_written("{'function':'f','in_app':true,'pre_context':[],'post_context':['1',2]}",
                   "{'function':'f','in_app':true,'post_context':['1']}");
}
END_TEST

START_TEST(in_app_is_a_question_of_place)
{
    expect_written("{'function':'f','package':'/usr/lib/libc.so.6'}",
                   "{'function':'f','package':'/usr/lib/libc.so.6','in_app':false}");
    expect_written(
        "{'function':'f','package':'/srv/app','abs_path':'/usr/include/x.h'}",
        "{'function':'f','package':'/srv/app','abs_path':'/usr/include/x.h','in_app':true}");
    expect_written("{'filename':'/usr/include/x.h'}",
                   "{'filename':'/usr/include/x.h','in_app':false}");
    expect_written("{'filename':'lib/x.c'}", "{'filename':'lib/x.c','in_app':true}");
    expect_written("{'function':'f','package':'/lib/x','in_app':true}",
                   "{'function':'f','package':'/lib/x','in_app':true}");
}
END_TEST

static void expect_cut(const char *key, size_t max)
{
    const tsn_cuts cuts = {.on = true, .text = 0, .frames = 1};
    for (size_t len = max - 1; len <= max + 1; len++) {
        tsn_buf in = TSN_BUF_EMPTY;
        tsn_buf out = TSN_BUF_EMPTY;
        tsn_buf_printf(&in, "{\"%s\":\"", key);
        for (size_t i = 0; i < len; i++) tsn_buf_byte(&in, 'x');
        TSN_BUF_LIT(&in, "\"}");
        tsn_frame_write(tsn_buf_view(&in), &cuts, &out);
        tsn_slice got = tsn_json_string_body(tsn_json_get(tsn_buf_view(&out), unit_slice(key)));
        ck_assert_uint_eq(got.len, len > max ? max : len);
        tsn_buf_fini(&in);
        tsn_buf_fini(&out);
    }
}

START_TEST(names_and_paths_are_cut)
{
    expect_cut("function", TSN_FRAME_FUNCTION_MAX);
    expect_cut("filename", TSN_FRAME_PATH_MAX);
    expect_cut("abs_path", TSN_FRAME_PATH_MAX);
}
END_TEST

Suite *unit_suite(void)
{
    const TTest *const tests[] = {
        a_frame_says_where_it_is,      all_keys_pass_with_their_types,
        ill_typed_keys_are_left_out,   five_source_lines_nearest_to_the_line,
        in_app_is_a_question_of_place, names_and_paths_are_cut,
    };
    return unit_suite_of("frame", tests, TSN_ARRAY_LEN(tests));
}

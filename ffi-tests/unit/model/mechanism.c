/* Mechanisms: the required type, and what the optional members may be (P-11, P-12). */
#include "model/mechanism.h"

#include "event_case.h"

static void expect_written(const char *json, const tsn_exception_link *link, bool is_cut,
                           const char *want)
{
    tsn_cuts cuts = {.on = is_cut, .text = 0, .frames = 1};
    tsn_exception_link none = {-1, -1, false};
    tsn_buf in = TSN_BUF_EMPTY;
    tsn_buf out = TSN_BUF_EMPTY;
    tsn_buf quoted = TSN_BUF_EMPTY;
    case_quote(&in, json);
    case_quote(&quoted, want);
    tsn_mechanism_write(in.len > 0 ? tsn_buf_view(&in) : TSN_SLICE_ABSENT,
                        link != NULL ? link : &none, &cuts, &out);
    unit_expect_text(tsn_buf_view(&out), tsn_buf_terminate(&quoted));
    tsn_buf_fini(&in);
    tsn_buf_fini(&out);
    tsn_buf_fini(&quoted);
}

START_TEST(a_plain_call_is_generic_and_handled)
{
    expect_written("", NULL, false, "{'type':'generic','handled':true}");
    expect_written("null", NULL, false, "{'type':'generic','handled':true}");
    expect_written("'text'", NULL, false, "{'type':'generic','handled':true}");
}
END_TEST

START_TEST(a_type_is_always_there_and_handled_may_be_unknown)
{
    expect_written("{}", NULL, false, "{'type':'generic'}");
    expect_written("{'type':''}", NULL, false, "{'type':'generic'}");
    expect_written("{'handled':false,'type':7}", NULL, false, "{'type':'generic','handled':false}");
    expect_written("{'handled':null,'type':'auto.http.server'}", NULL, false,
                   "{'type':'auto.http.server'}");
}
END_TEST

START_TEST(optional_members_are_checked)
{
    expect_written("{'type':'t','description':'d','help_link':'https://"
                   "h','source':'__cause__','synthetic':true,'data':{'a':1},"
                   "'meta':{'errno':{'number':2,'name':'ENOENT'}},'more':[1]}",
                   NULL, true,
                   "{'type':'t','description':'d','help_link':'https://"
                   "h','source':'__cause__','synthetic':true,'data':{'a':1},"
                   "'meta':{'errno':{'number':2,'name':'ENOENT'}},'more':[1]}");
    expect_written("{'type':'t','description':1,'help_link':'ftp://h','source':'a "
                   "b','synthetic':false,'data':[],'meta':''}",
                   NULL, true, "{'type':'t'}");
}
END_TEST

START_TEST(ids_are_the_links)
{
    tsn_exception_link link = {3, 1, true};
    expect_written("{'exception_id':9,'type':'t','parent_id':8,'is_exception_group':false}", &link,
                   false, "{'type':'t','exception_id':3,'parent_id':1,'is_exception_group':true}");
}
END_TEST

START_TEST(types_are_cut)
{
    for (size_t len = TSN_MECHANISM_TYPE_MAX - 1; len <= TSN_MECHANISM_TYPE_MAX + 1; len++) {
        char json[200];
        char want[200];
        char name[TSN_MECHANISM_TYPE_MAX + 2];
        memset(name, 't', sizeof name);
        name[len] = '\0';
        snprintf(json, sizeof json, "{'type':'%s'}", name);
        bool is_cut = len > TSN_MECHANISM_TYPE_MAX;
        snprintf(want, sizeof want, "{'type':'%.*s%s'}",
                 (int)(is_cut ? TSN_MECHANISM_TYPE_MAX - 3 : len), name, is_cut ? "..." : "");
        expect_written(json, NULL, true, want);
        expect_written(json, NULL, false, json);
    }
}
END_TEST

Suite *unit_suite(void)
{
    const TTest *const tests[] = {
        a_plain_call_is_generic_and_handled,
        a_type_is_always_there_and_handled_may_be_unknown,
        optional_members_are_checked,
        ids_are_the_links,
        types_are_cut,
    };
    return unit_suite_of("mechanism", tests, TSN_ARRAY_LEN(tests));
}

/* Ids of chained and grouped exceptions (P-13). */
#include "model/exception_chain.h"

#include "event_case.h"

#define MAX 8

/* Makes values whose mechanisms are `mechanisms`, and expects the ids as text: id<parent, with *
 * for a group. */
static void expect_links(const char *const *mechanisms, size_t count, const char *want)
{
    tsn_buf texts[MAX];
    tsn_slice values[MAX];
    tsn_exception_link links[MAX];
    tsn_buf got = TSN_BUF_EMPTY;
    for (size_t i = 0; i < count; i++) {
        texts[i] = TSN_BUF_EMPTY;
        tsn_buf_printf(&texts[i], "{\"type\":\"T\",\"mechanism\":");
        case_quote(&texts[i], mechanisms[i]);
        TSN_BUF_LIT(&texts[i], "}");
        values[i] = tsn_buf_view(&texts[i]);
    }
    tsn_exception_chain(values, count, links);
    for (size_t i = 0; i < count; i++) {
        tsn_buf_printf(&got, "%s%d<%d%s", i > 0 ? " " : "", (int)links[i].id, (int)links[i].parent,
                       links[i].is_group ? "*" : "");
        tsn_buf_fini(&texts[i]);
    }
    unit_expect_buf(&got, want);
    tsn_buf_fini(&got);
}

START_TEST(values_without_ids_are_a_chain)
{
    const char *const none[] = {"{}", "null", "{'type':'m'}"};
    expect_links(none, 3, "2<1 1<0 0<-1");
    expect_links(none, 2, "1<0 0<-1");
}
END_TEST

START_TEST(a_single_value_needs_no_id_but_may_have_it)
{
    const char *const none[] = {"{}"};
    const char *const zero[] = {"{'exception_id':0}"};
    const char *const odd[] = {"{'exception_id':4,'parent_id':2}"};
    expect_links(none, 1, "-1<-1");
    expect_links(zero, 1, "0<-1");
    expect_links(odd, 1, "-1<-1");
}
END_TEST

START_TEST(consistent_ids_are_kept_and_groups_marked)
{
    const char *const tree[] = {"{'exception_id':9,'parent_id':0}",
                                "{'exception_id':5,'parent_id':3}",
                                "{'exception_id':3,'parent_id':0}", "{'exception_id':0}"};
    expect_links(tree, 4, "9<0 5<3 3<0 0<-1*");
    const char *const group[] = {"{'exception_id':1,'parent_id':0}",
                                 "{'exception_id':0,'is_exception_group':true}"};
    expect_links(group, 2, "1<0 0<-1*");
}
END_TEST

START_TEST(inconsistent_ids_become_a_chain)
{
    const char *const cases[][3] = {
        {"{'exception_id':1,'parent_id':2}", "{'exception_id':2,'parent_id':1}",
         "{'exception_id':0}"}, /* cycle */
        {"{'exception_id':1,'parent_id':1}", "{'exception_id':2,'parent_id':0}",
         "{'exception_id':0}"}, /* own parent */
        {"{'exception_id':1,'parent_id':0}", "{'exception_id':1,'parent_id':0}",
         "{'exception_id':0}"}, /* twice */
        {"{'exception_id':2,'parent_id':7}", "{'exception_id':1,'parent_id':0}",
         "{'exception_id':0}"}, /* no such parent */
        {"{'exception_id':2,'parent_id':0}", "{'exception_id':1}",
         "{'exception_id':0}"}, /* two roots */
        {"{'exception_id':0}", "{'exception_id':1,'parent_id':0}",
         "{'exception_id':2,'parent_id':1}"},                             /* raised first */
        {"{'exception_id':2,'parent_id':0}", "{}", "{'exception_id':0}"}, /* one missing */
        {"{'exception_id':-2,'parent_id':0}", "{'exception_id':'1','parent_id':0}",
         "{'exception_id':0}"},
        {"{'exception_id':2,'parent_id':1}", "{'exception_id':1,'parent_id':0}",
         "{'exception_id':0,'parent_id':1}"},
    };
    for (size_t i = 0; i < TSN_ARRAY_LEN(cases); i++) expect_links(cases[i], 3, "2<1 1<0 0<-1");
}
END_TEST

START_TEST(links_are_written_as_far_as_they_go)
{
    const tsn_exception_link links[] = {{2, 1, false}, {0, -1, true}, {-1, -1, false}};
    tsn_buf out = TSN_BUF_EMPTY;
    for (size_t i = 0; i < TSN_ARRAY_LEN(links); i++) tsn_exception_link_write(&links[i], &out);
    unit_expect_buf(
        &out, "\"exception_id\":2,\"parent_id\":1,\"exception_id\":0,\"is_exception_group\":true,");
    tsn_buf_fini(&out);
}
END_TEST

START_TEST(no_value_no_link)
{
    tsn_exception_chain(NULL, 0, NULL);
}
END_TEST

Suite *unit_suite(void)
{
    const TTest *const tests[] = {
        values_without_ids_are_a_chain,
        a_single_value_needs_no_id_but_may_have_it,
        consistent_ids_are_kept_and_groups_marked,
        inconsistent_ids_become_a_chain,
        links_are_written_as_far_as_they_go,
        no_value_no_link,
    };
    return unit_suite_of("exception_chain", tests, TSN_ARRAY_LEN(tests));
}

/* Several fields at once: all or none; tags by the object: each good one. */
#include "scope_kit.h"

START_TEST(an_update_sets_every_field)
{
    scope_case c = scope_case_open("{}");
    ck_assert_int_eq(
        kit_set(c.cell, tsn_cell_update,
                "{'tags':{'t':'1'},'extra':{'e':null},'contexts':{'c':{'x':1}},'user':{'id':'u'},"
                "'request':{'method':'GET'},'origin':{'platform':'lua'},'level':'warning',"
                "'fingerprint':['f'],'transaction':{'name':'n','source':'route'},"
                "'flags':{'a':true,'b':1}}"),
        TOCSIN_OK);
    scope_expect(&c, "tags", "{'t':'1'}");
    scope_expect(&c, "extra", "{'e':null}");
    scope_expect(&c, "contexts.c", "{'x':1}");
    scope_expect(&c, "user", "{'id':'u'}");
    scope_expect(&c, "request", "{'method':'GET'}");
    scope_expect(&c, "origin", "{'platform':'lua'}");
    scope_expect(&c, "level", "'warning'");
    scope_expect(&c, "fingerprint", "['f']");
    scope_expect(&c, "transaction", "'n'");
    scope_expect(&c, "transaction_info.source", "'route'");
    scope_expect(&c, "flags.1", "{'flag':'b','result':1}");
    ck_assert_int_eq(kit_set(c.cell, tsn_cell_update,
                             "{'tags':{'t':null},'contexts':{'c':null},'user':null,'request':null,"
                             "'origin':null,'level':null,'fingerprint':null,'transaction':null,"
                             "'extra':null,'flags':null}"),
                     TOCSIN_OK);
    static const char *const gone[] = {"tags",   "contexts", "user",        "request",
                                       "origin", "level",    "fingerprint", "transaction"};
    for (size_t i = 0; i < TSN_ARRAY_LEN(gone); i++) scope_expect(&c, gone[i], NULL);
    scope_expect(&c, "extra", "{'e':null}");
    kit_set(c.cell, tsn_cell_update, "{'transaction':'just a name'}");
    scope_expect(&c, "transaction", "'just a name'");
    scope_case_close(&c);
}
END_TEST

START_TEST(one_bad_member_leaves_everything_as_it_was)
{
    static const struct {
        const char *json;
        tocsin_status status;
    } rows[] = {
        {"{'tags':{'t':'2'},'level':'trace'}", TOCSIN_E_RANGE},
        {"{'tags':{'t':'2'},'level':'loud'}", TOCSIN_E_RANGE},
        {"{'tags':{'t':'2'},'level':3}", TOCSIN_E_TYPE},
        {"{'tags':{'t':'2'},'no_such':1}", TOCSIN_E_UNKNOWN},
        {"{'tags':{'t':'2','a/b':'x'}}", TOCSIN_E_ARG},
        {"{'tags':{'t':'2','u':1}}", TOCSIN_E_TYPE},
        {"{'tags':{'t':'2'},'contexts':{'trace':{}}}", TOCSIN_E_ARG},
        {"{'tags':{'t':'2'},'contexts':{'c':[]}}", TOCSIN_E_TYPE},
        {"{'tags':{'t':'2'},'extra':[]}", TOCSIN_E_TYPE},
        {"{'tags':{'t':'2'},'extra':{'':1}}", TOCSIN_E_ARG},
        {"{'tags':{'t':'2'},'user':'x'}", TOCSIN_E_TYPE},
        {"{'tags':{'t':'2'},'fingerprint':[1]}", TOCSIN_E_TYPE},
        {"{'tags':{'t':'2'},'transaction':{'name':1}}", TOCSIN_E_TYPE},
        {"{'tags':{'t':'2'},'flags':{'':1}}", TOCSIN_E_ARG},
        {"[]", TOCSIN_E_TYPE},
        {"{'tags':", TOCSIN_E_JSON},
        {"", TOCSIN_E_JSON},
    };
    scope_case c = scope_case_open("{}");
    kit_tag(c.cell, "t", "1");
    for (size_t i = 0; i < TSN_ARRAY_LEN(rows); i++) {
        tocsin_status st = kit_set(c.cell, tsn_cell_update, rows[i].json);
        ck_assert_msg(st == rows[i].status, "%s gives %d", rows[i].json, st);
        scope_expect(&c, "tags", "{'t':'1'}");
    }
    scope_case_close(&c);
}
END_TEST

START_TEST(of_tags_the_good_ones_stay_and_the_first_error_is_told)
{
    scope_case c = scope_case_open("{}");
    kit_tag(c.cell, "gone", "x");
    kit_tag(c.cell, "stays", "x");
    ck_assert_int_eq(kit_set(c.cell, tsn_cell_set_tags,
                             "{'a':'1','b':2,'c/d':'3','gone':null,'e f':'4','a\\nb':'5'}"),
                     TOCSIN_E_TYPE);
    scope_expect(&c, "tags", "{'stays':'x','a':'1','e-f':'4'}");
    ck_assert_int_eq(kit_set(c.cell, tsn_cell_set_tags, "{}"), TOCSIN_OK);
    ck_assert_int_eq(kit_set(c.cell, tsn_cell_set_tags, "{'/':'1','b':2}"), TOCSIN_E_ARG);
    scope_expect(&c, "tags", "{'stays':'x','a':'1','e-f':'4'}");
    scope_case_close(&c);
}
END_TEST

START_TEST(an_update_leaves_forks_alone)
{
    scope_case c = scope_case_open("{}");
    tsn_cell *fork;
    kit_tag(c.cell, "t", "1");
    tsn_cell_fork(c.cell, &fork);
    kit_set(fork, tsn_cell_update, "{'tags':{'t':'2'}}");
    scope_expect(&c, "tags", "{'t':'1'}");
    tsn_cell_release(fork);
    scope_case_close(&c);
}
END_TEST

START_TEST(every_refused_allocation_changes_nothing)
{
    static const tsn_slice json = TSN_LIT_INIT(
        "{\"tags\":{\"t\":\"2\"},\"extra\":{\"e\":1},\"contexts\":{\"c\":{}},\"user\":{},"
        "\"origin\":{\"platform\":\"lua\"},\"fingerprint\":[],\"transaction\":\"n\","
        "\"flags\":{\"f\":1}}");
    scope_case c = scope_case_open("{}");
    kit_tag(c.cell, "t", "1");
    bool did_fail = true;
    for (uint64_t nth = 1; did_fail; nth++) {
        tsn_alloc_fail_nth(nth, false);
        tocsin_status st = tsn_cell_update(c.cell, json);
        did_fail = tsn_alloc_did_fail();
        tsn_alloc_fail_nth(0, false);
        ck_assert_int_eq(st, did_fail ? TOCSIN_E_NOMEM : TOCSIN_OK);
        ck_assert(tsn_scope_valid(c.cell->value));
        scope_expect(&c, "tags", did_fail ? "{'t':'1'}" : "{'t':'2'}");
        scope_expect(&c, "user", did_fail ? NULL : "{}");
    }
    scope_case_close(&c);
}
END_TEST

Suite *unit_suite(void)
{
    const TTest *const tests[] = {
        an_update_sets_every_field,
        one_bad_member_leaves_everything_as_it_was,
        of_tags_the_good_ones_stay_and_the_first_error_is_told,
        an_update_leaves_forks_alone,
        every_refused_allocation_changes_nothing,
    };
    return unit_suite_of("client/scope_update", tests, TSN_ARRAY_LEN(tests));
}

/* Setters one by one (scopes 1.3): what they store, what unsets, what they refuse. */
#include "scope_kit.h"

START_TEST(a_tag_is_set_replaced_and_removed)
{
    scope_case c = scope_case_open("{}");
    ck_assert_int_eq(kit_tag(c.cell, " my key ", "a\nb"), TOCSIN_OK);
    scope_expect(&c, "tags", "{'my-key':'a b'}");
    kit_tag(c.cell, "my-key", "");
    scope_expect(&c, "tags.my-key", "''");
    ck_assert_int_eq(tsn_cell_remove_tag(c.cell, TSN_LIT(" my key")), TOCSIN_OK);
    scope_expect(&c, "tags", NULL);
    ck_assert_int_eq(tsn_cell_remove_tag(c.cell, TSN_LIT("my key")), TOCSIN_OK);
    kit_tag(c.cell, "k", "v");
    ck_assert_int_eq(tsn_cell_set_tag(c.cell, TSN_LIT("k"), TSN_SLICE_ABSENT), TOCSIN_OK);
    scope_expect(&c, "tags", NULL);
    scope_case_close(&c);
}
END_TEST

START_TEST(a_bad_tag_key_is_refused_and_changes_nothing)
{
    scope_case c = scope_case_open("{}");
    char longest[202];
    memset(longest, 'k', 201);
    longest[201] = '\0';
    ck_assert_int_eq(kit_tag(c.cell, longest, "v"), TOCSIN_E_ARG);
    ck_assert_int_eq(kit_tag(c.cell, "", "v"), TOCSIN_E_ARG);
    ck_assert_int_eq(kit_tag(c.cell, "a/b", "v"), TOCSIN_E_ARG);
    ck_assert_int_eq(kit_tag(c.cell, "\xc3\xa4", "v"), TOCSIN_E_ARG);
    ck_assert_int_eq(tsn_cell_set_tag(c.cell, TSN_SLICE_ABSENT, TSN_LIT("v")), TOCSIN_E_ARG);
    ck_assert_int_eq(tsn_cell_remove_tag(c.cell, TSN_SLICE_ABSENT), TOCSIN_E_ARG);
    scope_expect(&c, "tags", NULL);
    ck_assert_int_eq(kit_tag(c.cell, longest + 1, "v"), TOCSIN_OK);
    scope_case_close(&c);
}
END_TEST

START_TEST(extra_takes_any_json_and_null_is_a_value)
{
    scope_case c = scope_case_open("{}");
    static const char *const values[] = {"null", "1", "-0.5", "true", "'t'", "[1,[2]]", "{'a':{}}"};
    for (size_t i = 0; i < TSN_ARRAY_LEN(values); i++) {
        ck_assert_int_eq(scope_named(&c, tsn_cell_set_extra, "k", values[i]), TOCSIN_OK);
        scope_expect(&c, "extra.k", values[i]);
    }
    ck_assert_int_eq(scope_named(&c, tsn_cell_set_extra, "k", "{"), TOCSIN_E_JSON);
    ck_assert_int_eq(scope_named(&c, tsn_cell_set_extra, "", "1"), TOCSIN_E_ARG);
    scope_expect(&c, "extra.k", "{'a':{}}");
    ck_assert_int_eq(tsn_cell_remove_extra(c.cell, TSN_LIT("k")), TOCSIN_OK);
    ck_assert_int_eq(tsn_cell_remove_extra(c.cell, TSN_LIT("k")), TOCSIN_OK);
    scope_expect(&c, "extra", NULL);
    scope_case_close(&c);
}
END_TEST

START_TEST(keys_of_extra_may_be_any_text)
{
    scope_case c = scope_case_open("{}");
    ck_assert_int_eq(tsn_cell_set_extra(c.cell, TSN_LIT("a\"b\n\xff\0c"), TSN_LIT("1")), TOCSIN_OK);
    scope_expect(&c, "extra",
                 "{'a\\'b\\n\xef\xbf\xbd\xef\xbf\xbd"
                 "c':1}");
    tsn_cell_remove_extra(c.cell, TSN_LIT("a\"b\n\xff\0c"));
    scope_expect(&c, "extra", NULL);
    scope_case_close(&c);
}
END_TEST

START_TEST(a_context_is_an_object_and_null_removes_it)
{
    scope_case c = scope_case_open("{}");
    ck_assert_int_eq(scope_named(&c, tsn_cell_set_context, "k", "{'a':1}"), TOCSIN_OK);
    ck_assert_int_eq(scope_named(&c, tsn_cell_set_context, "k", "{'b':2}"), TOCSIN_OK);
    scope_expect(&c, "contexts.k", "{'b':2}");
    ck_assert_int_eq(scope_named(&c, tsn_cell_set_context, "k", "[]"), TOCSIN_E_TYPE);
    ck_assert_int_eq(scope_named(&c, tsn_cell_set_context, "k", "'x'"), TOCSIN_E_TYPE);
    ck_assert_int_eq(scope_named(&c, tsn_cell_set_context, "trace", "{}"), TOCSIN_E_ARG);
    ck_assert_int_eq(scope_named(&c, tsn_cell_set_context, "flags", "{}"), TOCSIN_E_ARG);
    ck_assert_int_eq(scope_named(&c, tsn_cell_set_context, "flags", "null"), TOCSIN_E_ARG);
    scope_expect(&c, "contexts.k", "{'b':2}");
    ck_assert_int_eq(scope_named(&c, tsn_cell_set_context, "k", "null"), TOCSIN_OK);
    scope_expect(&c, "contexts", NULL);
    ck_assert_int_eq(tsn_cell_remove_context(c.cell, TSN_LIT("k")), TOCSIN_OK);
    scope_case_close(&c);
}
END_TEST

START_TEST(whole_values_are_replaced_and_null_unsets)
{
    static const struct {
        scope_setter *set;
        const char *path, *first, *second, *bad;
    } rows[] = {
        {tsn_cell_set_user, "user", "{'id':'1'}", "{}", "[]"},
        {tsn_cell_set_request, "request", "{'url':'http://h/'}", "{'method':'GET'}", "'x'"},
        {tsn_cell_set_fingerprint, "fingerprint", "['a','{{ default }}']", "[]", "['a',1]"},
        {tsn_cell_set_origin, "origin", "{'platform':'lua'}", "{'platform':'go'}", "[]"},
    };
    scope_case c = scope_case_open("{}");
    for (size_t i = 0; i < TSN_ARRAY_LEN(rows); i++) {
        ck_assert_int_eq(kit_set(c.cell, rows[i].set, rows[i].first), TOCSIN_OK);
        scope_expect(&c, rows[i].path, rows[i].first);
        ck_assert_int_eq(kit_set(c.cell, rows[i].set, rows[i].second), TOCSIN_OK);
        scope_expect(&c, rows[i].path, rows[i].second);
        ck_assert_int_eq(kit_set(c.cell, rows[i].set, rows[i].bad), TOCSIN_E_TYPE);
        ck_assert_int_eq(kit_set(c.cell, rows[i].set, "{"), TOCSIN_E_JSON);
        scope_expect(&c, rows[i].path, rows[i].second);
        ck_assert_int_eq(kit_set(c.cell, rows[i].set, "null"), TOCSIN_OK);
        scope_expect(&c, rows[i].path, NULL);
        kit_set(c.cell, rows[i].set, rows[i].first);
        ck_assert_int_eq(rows[i].set(c.cell, TSN_SLICE_ABSENT), TOCSIN_OK);
        scope_expect(&c, rows[i].path, NULL);
    }
    scope_case_close(&c);
}
END_TEST

START_TEST(a_level_is_one_of_five)
{
    scope_case c = scope_case_open("{}");
    ck_assert_int_eq(tsn_cell_set_level(c.cell, TOCSIN_LEVEL_FATAL), TOCSIN_OK);
    scope_expect(&c, "level", "'fatal'");
    ck_assert_int_eq(tsn_cell_set_level(c.cell, TOCSIN_LEVEL_TRACE), TOCSIN_E_RANGE);
    ck_assert_int_eq(tsn_cell_set_level(c.cell, 7), TOCSIN_E_RANGE);
    ck_assert_int_eq(tsn_cell_set_level(c.cell, -1), TOCSIN_E_RANGE);
    scope_expect(&c, "level", "'fatal'");
    ck_assert_int_eq(tsn_cell_set_level(c.cell, TOCSIN_LEVEL_UNSET), TOCSIN_OK);
    scope_expect(&c, "level", NULL);
    scope_case_close(&c);
}
END_TEST

/* R1 */
START_TEST(a_transaction_is_a_pair)
{
    scope_case c = scope_case_open("{}");
    tsn_cell_set_transaction(c.cell, TSN_LIT("GET /"), TSN_LIT("route"));
    scope_expect(&c, "transaction", "'GET /'");
    scope_expect(&c, "transaction_info.source", "'route'");
    tsn_cell_set_transaction(c.cell, TSN_LIT(""), TSN_SLICE_ABSENT);
    scope_expect(&c, "transaction", "''");
    scope_expect(&c, "transaction_info", NULL);
    tsn_cell_set_transaction(c.cell, TSN_SLICE_ABSENT, TSN_LIT("route"));
    scope_expect(&c, "transaction", NULL);
    scope_expect(&c, "transaction_info", NULL);
    scope_case_close(&c);
}
END_TEST

START_TEST(a_flag_moves_to_the_end)
{
    scope_case c = scope_case_open("{}");
    scope_named(&c, tsn_cell_set_flag, "a", "true");
    scope_named(&c, tsn_cell_set_flag, "b", "null");
    scope_named(&c, tsn_cell_set_flag, "a", "false");
    scope_expect(&c, "flags.0.flag", "'b'");
    scope_expect(&c, "flags.1", "{'flag':'a','result':false}");
    ck_assert_int_eq(scope_named(&c, tsn_cell_set_flag, "", "1"), TOCSIN_E_ARG);
    ck_assert_int_eq(tsn_cell_set_flag(c.cell, TSN_LIT("a"), TSN_SLICE_ABSENT), TOCSIN_E_ARG);
    ck_assert_int_eq(scope_named(&c, tsn_cell_set_flag, "a", "nope"), TOCSIN_E_JSON);
    char longest[202];
    memset(longest, 'f', 201);
    longest[201] = '\0';
    ck_assert_int_eq(scope_named(&c, tsn_cell_set_flag, longest, "1"), TOCSIN_E_RANGE);
    ck_assert_int_eq(scope_named(&c, tsn_cell_set_flag, longest + 1, "1"), TOCSIN_OK);
    memset(longest, '\x80', 201);
    ck_assert_int_eq(scope_named(&c, tsn_cell_set_flag, longest, "1"), TOCSIN_E_RANGE);
    scope_case_close(&c);
}
END_TEST

START_TEST(an_attachment_needs_bytes_and_a_name_or_a_path)
{
    scope_case c = scope_case_open("{}");
    tsn_slice absent = TSN_SLICE_ABSENT;
    ck_assert_int_eq(tsn_cell_add_attachment(c.cell, TSN_LIT("b"), absent), TOCSIN_E_ARG);
    ck_assert_int_eq(tsn_cell_add_attachment(c.cell, absent, absent), TOCSIN_E_ARG);
    ck_assert_int_eq(tsn_cell_add_attachment(c.cell, absent, TSN_LIT("null")), TOCSIN_E_ARG);
    ck_assert_int_eq(tsn_cell_add_attachment(c.cell, absent, TSN_LIT("{}")), TOCSIN_E_ARG);
    ck_assert_int_eq(tsn_cell_add_attachment(c.cell, TSN_LIT("b"), TSN_LIT("{\"filename\":1}")),
                     TOCSIN_E_TYPE);
    ck_assert_int_eq(tsn_cell_add_attachment(c.cell, TSN_LIT("b"), TSN_LIT("[]")), TOCSIN_E_TYPE);
    scope_expect(&c, "attachments", NULL);
    ck_assert_int_eq(
        tsn_cell_add_attachment(c.cell, TSN_LIT("b"), TSN_LIT("{\"filename\":\"d/f\"}")),
        TOCSIN_OK);
    ck_assert_int_eq(tsn_cell_add_attachment(c.cell, absent, TSN_LIT("{\"path\":\"p\"}")),
                     TOCSIN_OK);
    scope_expect(&c, "attachments", "['f','p']");
    scope_case_close(&c);
}
END_TEST

START_TEST(every_refused_allocation_keeps_what_was_set)
{
    scope_case c = scope_case_open("{}");
    kit_tag(c.cell, "k", "before");
    bool did_fail = true;
    for (uint64_t nth = 1; did_fail; nth++) {
        tsn_alloc_fail_nth(nth, false);
        tocsin_status st = tsn_cell_set_tag(c.cell, TSN_LIT("k"), TSN_LIT("after"));
        if (st == TOCSIN_OK) st = tsn_cell_set_extra(c.cell, TSN_LIT("e"), TSN_LIT("[1]"));
        if (st == TOCSIN_OK) st = tsn_cell_set_context(c.cell, TSN_LIT("c"), TSN_LIT("{}"));
        if (st == TOCSIN_OK) st = tsn_cell_set_user(c.cell, TSN_LIT("{}"));
        if (st == TOCSIN_OK) st = tsn_cell_set_fingerprint(c.cell, TSN_LIT("[\"f\"]"));
        if (st == TOCSIN_OK) st = tsn_cell_set_origin(c.cell, TSN_LIT("{\"sdk\":{}}"));
        if (st == TOCSIN_OK) st = tsn_cell_set_flag(c.cell, TSN_LIT("f"), TSN_LIT("1"));
        if (st == TOCSIN_OK) st = tsn_cell_set_transaction(c.cell, TSN_LIT("t"), TSN_LIT("s"));
        if (st == TOCSIN_OK) {
            st = tsn_cell_add_attachment(c.cell, TSN_LIT("b"), TSN_LIT("{\"filename\":\"f\"}"));
        }
        did_fail = tsn_alloc_did_fail();
        tsn_alloc_fail_nth(0, false);
        ck_assert_int_eq(st, did_fail ? TOCSIN_E_NOMEM : TOCSIN_OK);
        ck_assert(tsn_scope_valid(c.cell->value));
    }
    scope_case_close(&c);
}
END_TEST

Suite *unit_suite(void)
{
    const TTest *const tests[] = {
        a_tag_is_set_replaced_and_removed,
        a_bad_tag_key_is_refused_and_changes_nothing,
        extra_takes_any_json_and_null_is_a_value,
        keys_of_extra_may_be_any_text,
        a_context_is_an_object_and_null_removes_it,
        whole_values_are_replaced_and_null_unsets,
        a_level_is_one_of_five,
        a_transaction_is_a_pair,
        a_flag_moves_to_the_end,
        an_attachment_needs_bytes_and_a_name_or_a_path,
        every_refused_allocation_keeps_what_was_set,
    };
    return unit_suite_of("client/scope_set", tests, TSN_ARRAY_LEN(tests));
}

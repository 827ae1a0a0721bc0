#include "support.h"

#include "base/house.h"
#include "data/json_walk.h"

/* What a walk finds, as "key=value;" for each member. */
static void expect_members(const char *container, const char *want)
{
    tsn_buf seen = TSN_BUF_EMPTY;
    tsn_slice key;
    tsn_slice value;
    tsn_json_walk walk = tsn_json_walk_of(unit_slice(container));
    while (tsn_json_next(&walk, &key, &value)) {
        ck_assert_int_eq(tsn_slice_absent(key), !walk.is_object);
        tsn_buf_slice(&seen, key);
        tsn_buf_byte(&seen, '=');
        tsn_buf_slice(&seen, value);
        tsn_buf_byte(&seen, ';');
    }
    ck_assert(!tsn_json_next(&walk, &key, &value));
    unit_expect_buf(&seen, want);
    tsn_buf_fini(&seen);
}

START_TEST(a_type_shows_in_the_first_byte)
{
    ck_assert_int_eq(tsn_json_type_of(TSN_LIT("{}")), TSN_JSON_OBJECT);
    ck_assert_int_eq(tsn_json_type_of(TSN_LIT("[]")), TSN_JSON_ARRAY);
    ck_assert_int_eq(tsn_json_type_of(TSN_LIT("\"\"")), TSN_JSON_STRING);
    ck_assert_int_eq(tsn_json_type_of(TSN_LIT("true")), TSN_JSON_BOOL);
    ck_assert_int_eq(tsn_json_type_of(TSN_LIT("false")), TSN_JSON_BOOL);
    ck_assert_int_eq(tsn_json_type_of(TSN_LIT("null")), TSN_JSON_NULL);
    ck_assert_int_eq(tsn_json_type_of(TSN_LIT("-1")), TSN_JSON_NUMBER);
    ck_assert_int_eq(tsn_json_type_of(TSN_LIT("0")), TSN_JSON_NUMBER);
}
END_TEST

START_TEST(absent_is_null_but_of_no_type)
{
    ck_assert(tsn_json_is_null(TSN_SLICE_ABSENT));
    ck_assert(tsn_json_is_null(TSN_LIT("null")));
    ck_assert(!tsn_json_is_null(TSN_LIT("0")));
    ck_assert(!tsn_json_is(TSN_SLICE_ABSENT, TSN_JSON_NULL));
    ck_assert(tsn_json_is(TSN_LIT("null"), TSN_JSON_NULL));
}
END_TEST

START_TEST(members_come_in_their_order)
{
    expect_members("{}", "");
    expect_members("[]", "");
    expect_members("{\"a\":1}", "a=1;");
    expect_members("{\"a\":\"x\",\"\":null,\"c\":true}", "a=\"x\";=null;c=true;");
    expect_members("[1,\"two\",[3],{\"four\":4},-5.0]", "=1;=\"two\";=[3];={\"four\":4};=-5.0;");
    expect_members("{\"a\":{\"b\":[1,{}]},\"c\":[[],[]]}", "a={\"b\":[1,{}]};c=[[],[]];");
}
END_TEST

START_TEST(what_stands_in_strings_is_no_structure)
{
    expect_members("{\"a\\\"}\":\"]},\\\\\",\"b\":[\"[{\\\"\"]}",
                   "a\\\"}=\"]},\\\\\";b=[\"[{\\\"\"];");
    expect_members("[\"\\\\\",\"\\\\\\\"\",\"a long text, longer than a word \\\\\"]",
                   "=\"\\\\\";=\"\\\\\\\"\";=\"a long text, longer than a word \\\\\";");
}
END_TEST

START_TEST(scalars_and_absent_text_have_no_members)
{
    static const char *const scalars[] = {"null", "1", "\"{}\"", "true"};
    for (size_t i = 0; i < TSN_ARRAY_LEN(scalars); i++) expect_members(scalars[i], "");
    tsn_json_walk walk = tsn_json_walk_of(TSN_SLICE_ABSENT);
    tsn_slice key;
    tsn_slice value;
    ck_assert(!tsn_json_next(&walk, &key, &value));
    ck_assert_uint_eq(tsn_json_count(TSN_SLICE_ABSENT), 0);
}
END_TEST

START_TEST(a_member_is_found_by_its_key)
{
    tsn_slice object = TSN_LIT("{\"a\":1,\"ab\":{\"a\":2},\"n\":null,\"q\\\"\":3}");
    unit_expect_text(tsn_json_get(object, TSN_LIT("a")), "1");
    unit_expect_text(tsn_json_get(object, TSN_LIT("ab")), "{\"a\":2}");
    unit_expect_text(tsn_json_get(object, TSN_LIT("q\\\"")), "3");
    unit_expect_text(tsn_json_get(object, TSN_LIT("n")), "null");
    ck_assert(tsn_slice_absent(tsn_json_get(object, TSN_LIT("b"))));
    ck_assert(tsn_slice_absent(tsn_json_get(TSN_LIT("[\"a\",1]"), TSN_LIT("a"))));
    ck_assert(tsn_slice_absent(tsn_json_get(TSN_SLICE_ABSENT, TSN_LIT("a"))));
}
END_TEST

START_TEST(a_null_member_is_not_set)
{
    tsn_slice object = TSN_LIT("{\"a\":0,\"n\":null}");
    unit_expect_text(tsn_json_get_set(object, TSN_LIT("a")), "0");
    ck_assert(tsn_slice_absent(tsn_json_get_set(object, TSN_LIT("n"))));
    ck_assert(tsn_slice_absent(tsn_json_get_set(object, TSN_LIT("x"))));
}
END_TEST

START_TEST(members_are_counted)
{
    ck_assert_uint_eq(tsn_json_count(TSN_LIT("{}")), 0);
    ck_assert_uint_eq(tsn_json_count(TSN_LIT("[[1,2],3]")), 2);
    ck_assert_uint_eq(tsn_json_count(TSN_LIT("{\"a\":{\"b\":1,\"c\":2},\"d\":3}")), 2);
    ck_assert_uint_eq(tsn_json_count(TSN_LIT("\"[1,2]\"")), 0);
}
END_TEST

Suite *unit_suite(void)
{
    const TTest *const tests[] = {
        a_type_shows_in_the_first_byte,
        absent_is_null_but_of_no_type,
        members_come_in_their_order,
        what_stands_in_strings_is_no_structure,
        scalars_and_absent_text_have_no_members,
        a_member_is_found_by_its_key,
        a_null_member_is_not_set,
        members_are_counted,
    };
    return unit_suite_of("data/json_walk", tests, TSN_ARRAY_LEN(tests));
}

/* Values from outside, made ready for a scope. */
#include "client_kit.h"

#include "client/scope_value.h"

static void expect_fragment(const char *json, unsigned accept, tocsin_status status,
                            const char *want)
{
    tsn_fragment *text = NULL;
    ck_assert_int_eq(tsn_value_fragment(unit_slice(json), accept, &text), status);
    if (want == NULL) {
        ck_assert_ptr_null(text);
    } else {
        unit_expect_text(tsn_fragment_slice(text), want);
    }
    tsn_fragment_release(text);
}

START_TEST(a_fragment_is_canonical_or_nothing)
{
    expect_fragment(" { \"a\" : 1 } ", TSN_VALUE_OBJECT_OR_NULL, TOCSIN_OK, "{\"a\":1}");
    expect_fragment("null", TSN_VALUE_OBJECT_OR_NULL, TOCSIN_OK, NULL);
    expect_fragment("1", TSN_VALUE_OBJECT_OR_NULL, TOCSIN_E_TYPE, NULL);
    expect_fragment("{", TSN_VALUE_OBJECT_OR_NULL, TOCSIN_E_JSON, NULL);
    expect_fragment("", TSN_VALUE_OBJECT_OR_NULL, TOCSIN_E_JSON, NULL);
    tsn_fragment *text = NULL;
    ck_assert_int_eq(tsn_value_fragment(TSN_SLICE_ABSENT, TSN_JSON_ANY, &text), TOCSIN_OK);
    ck_assert_ptr_null(text);
}
END_TEST

START_TEST(deep_json_is_refused_at_129_levels)
{
    char deep[300];
    for (int levels = 128; levels <= 129; levels++) {
        memset(deep, '[', (size_t)levels);
        memset(deep + levels, ']', (size_t)levels);
        tsn_fragment *text = NULL;
        ck_assert_int_eq(
            tsn_value_fragment((tsn_slice){deep, 2 * (size_t)levels}, TSN_JSON_ANY, &text),
            levels == 128 ? TOCSIN_OK : TOCSIN_E_DEPTH);
        tsn_fragment_release(text);
    }
}
END_TEST

START_TEST(a_fingerprint_holds_texts_alone)
{
    tsn_fragment *text = NULL;
    ck_assert_int_eq(tsn_value_fingerprint(TSN_LIT("[\"a\",\"{{default}}\"]"), &text), TOCSIN_OK);
    unit_expect_text(tsn_fragment_slice(text), "[\"a\",\"{{default}}\"]");
    tsn_fragment_release(text);
    static const char *const bad[] = {"[1]", "[\"a\",null]", "{}", "\"a\"", "[[\"a\"]]"};
    for (size_t i = 0; i < TSN_ARRAY_LEN(bad); i++) {
        ck_assert_int_eq(tsn_value_fingerprint(unit_slice(bad[i]), &text), TOCSIN_E_TYPE);
        ck_assert_ptr_null(text);
    }
}
END_TEST

START_TEST(raw_text_becomes_a_string)
{
    tsn_fragment *text = NULL;
    ck_assert_int_eq(tsn_value_string(TSN_LIT("a\"\xff"), 200, &text), TOCSIN_OK);
    unit_expect_text(tsn_fragment_slice(text), "\"a\\\"\xef\xbf\xbd\"");
    tsn_fragment_release(text);
    ck_assert_int_eq(tsn_value_string(TSN_LIT(""), 200, &text), TOCSIN_OK);
    unit_expect_text(tsn_fragment_slice(text), "\"\"");
    tsn_fragment_release(text);
    ck_assert_int_eq(tsn_value_string(TSN_SLICE_ABSENT, 200, &text), TOCSIN_OK);
    ck_assert_ptr_null(text);
}
END_TEST

START_TEST(raw_text_is_cut_to_its_length)
{
    tsn_fragment *text = NULL;
    ck_assert_int_eq(tsn_value_string(TSN_LIT("123456"), 5, &text), TOCSIN_OK);
    unit_expect_text(tsn_fragment_slice(text), "\"12...\"");
    tsn_fragment_release(text);
}
END_TEST

START_TEST(two_contexts_are_the_cores)
{
    ck_assert(tsn_value_context_is_reserved(TSN_LIT("trace")));
    ck_assert(tsn_value_context_is_reserved(TSN_LIT("flags")));
    ck_assert(!tsn_value_context_is_reserved(TSN_LIT("flag")));
    ck_assert(!tsn_value_context_is_reserved(TSN_LIT("Trace")));
}
END_TEST

Suite *unit_suite(void)
{
    const TTest *const tests[] = {
        a_fragment_is_canonical_or_nothing, deep_json_is_refused_at_129_levels,
        a_fingerprint_holds_texts_alone,    raw_text_becomes_a_string,
        raw_text_is_cut_to_its_length,      two_contexts_are_the_cores,
    };
    return unit_suite_of("client/scope_value", tests, TSN_ARRAY_LEN(tests));
}

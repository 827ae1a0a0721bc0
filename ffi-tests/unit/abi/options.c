/* Options through the public functions: texts, objects, hooks, and what the problem says. */
#include "abi_kit.h"

#include "base/house.h"

static void expect_problem(tocsin_options options, const char *part)
{
    char problem[512];
    tocsin_length need = tocsin_options_problem(options, problem, sizeof problem);
    ck_assert(need >= 0 && need < (tocsin_length)sizeof problem);
    ck_assert_msg(strstr(problem, part) != NULL, "no '%s' in '%s'", part, problem);
}

START_TEST(what_is_set_shows_in_the_client)
{
    tocsin_options options = tocsin_options_new();
    ck_assert_int_eq(tocsin_options_set(options, "release", 7, "shop@1xx", 6), TOCSIN_OK);
    ck_assert_int_eq(tocsin_options_set_json(options, "{\"max_breadcrumbs\":7}", -1), TOCSIN_OK);
    tocsin_client client = tocsin_client_open(options);
    char effective[4096];
    ck_assert_int_lt(tocsin_client_options(client, effective, sizeof effective),
                     (int)sizeof effective);
    ck_assert_ptr_nonnull(strstr(effective, "\"release\":\"shop@1\""));
    ck_assert_ptr_nonnull(strstr(effective, "\"max_breadcrumbs\":7"));
    tocsin_handle_close(client);
    tocsin_handle_close(options);
}
END_TEST

START_TEST(a_refusal_names_key_value_and_what_is_allowed)
{
    tocsin_options options = tocsin_options_new();
    char nothing[8] = "#";
    ck_assert_int_eq(tocsin_options_problem(options, nothing, sizeof nothing), 0);
    ck_assert_str_eq(nothing, "");
    ck_assert_int_eq(tocsin_options_set(options, "max_connections", -1, "65", -1), TOCSIN_E_RANGE);
    expect_problem(options, "max_connections: '65' is outside 1 to 64");
    ck_assert_int_eq(tocsin_options_set(options, "compression", -1, "zip", -1), TOCSIN_E_RANGE);
    expect_problem(options, "compression: 'zip' is none of: gzip zstd none");
    ck_assert_int_eq(tocsin_options_set(options, "nope", -1, "x", -1), TOCSIN_E_UNKNOWN);
    expect_problem(options, "nope");
    ck_assert_int_eq(tocsin_options_set_json(options, "{\"debug\":1}", -1), TOCSIN_E_TYPE);
    expect_problem(options, "debug");
    ck_assert_int_eq(tocsin_options_set_json(options, NULL, -1), TOCSIN_E_JSON);
    tocsin_handle_close(options);
}
END_TEST

START_TEST(texts_with_a_length_and_no_pointer_are_refused)
{
    tocsin_options options = tocsin_options_new();
    ck_assert_int_eq(tocsin_options_set(options, NULL, 3, "x", -1), TOCSIN_E_ARG);
    ck_assert_int_eq(tocsin_options_set(options, "debug", -1, NULL, 3), TOCSIN_E_ARG);
    ck_assert_int_eq(tocsin_options_set_json(options, NULL, 3), TOCSIN_E_ARG);
    ck_assert_int_eq(tocsin_options_set(options, "debug", -1, NULL, -1), TOCSIN_OK);
    ck_assert_int_eq(tocsin_options_set(options, "debug", -1, NULL, 0), TOCSIN_OK);
    tocsin_handle_close(options);
}
END_TEST

START_TEST(one_object_opens_several_clients)
{
    tocsin_options options = tocsin_options_new();
    tocsin_options_set(options, "release", -1, "one", -1);
    tocsin_client one = tocsin_client_open(options);
    tocsin_options_set(options, "release", -1, "two", -1);
    tocsin_client two = tocsin_client_open(options);
    tocsin_handle_close(options);
    char effective[4096];
    tocsin_client_options(one, effective, sizeof effective);
    ck_assert_ptr_nonnull(strstr(effective, "\"release\":\"one\""));
    tocsin_client_options(two, effective, sizeof effective);
    ck_assert_ptr_nonnull(strstr(effective, "\"release\":\"two\""));
    tocsin_handle_close(one);
    tocsin_handle_close(two);
}
END_TEST

START_TEST(a_malformed_dsn_shows_at_open_without_its_secret)
{
    tocsin_options options = tocsin_options_new();
    ck_assert_int_eq(tocsin_options_set(options, "dsn", -1, "https://k:hush@h/x", -1), TOCSIN_OK);
    tocsin_client client = tocsin_client_open(options);
    ck_assert_int_eq(client, TOCSIN_E_DSN);
    expect_problem(options, "dsn: ");
    char problem[256];
    tocsin_options_problem(options, problem, sizeof problem);
    ck_assert_ptr_null(strstr(problem, "hush"));
    ck_assert_int_eq(tocsin_client_scope(client), TOCSIN_E_DSN);
    tocsin_handle_close(options);
}
END_TEST

Suite *unit_suite(void)
{
    const TTest *const tests[] = {
        what_is_set_shows_in_the_client,
        a_refusal_names_key_value_and_what_is_allowed,
        texts_with_a_length_and_no_pointer_are_refused,
        one_object_opens_several_clients,
        a_malformed_dsn_shows_at_open_without_its_secret,
    };
    return unit_suite_of("abi/options", tests, TSN_ARRAY_LEN(tests));
}

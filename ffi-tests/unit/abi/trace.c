/* Traces through the public functions. */
#include "abi_kit.h"

#include <tocsin/c.h>

#include "base/house.h"

#define TRACE "0af7651916cd43dd8448eb211c80319c"
#define HEADER TRACE "-b7ad6b7169203331"

START_TEST(a_trace_comes_in_and_goes_out)
{
    unit_scope kit = unit_scope_open();
    tocsin_scope isolation = tocsin_scope_isolation(kit.scope);
    char text[1024], again[1024];
    ck_assert_int_eq(tocsin_scope_continue_trace(
                         isolation, TOCSIN_Z("{\"sentry-trace\":\"" HEADER "-1\","
                                             "\"baggage\":\"sentry-sample_rand=0.25,x=1\"}")),
                     TOCSIN_OK);
    tocsin_length need = tocsin_scope_trace_headers(kit.scope, text, sizeof text);
    ck_assert_int_eq(need, (tocsin_length)strlen(text));
    ck_assert_ptr_nonnull(strstr(text, "{\"sentry-trace\":\"" TRACE "-"));
    ck_assert_ptr_nonnull(strstr(text, "-1\",\"baggage\":\"sentry-sample_rand=0.25\"}"));
    ck_assert_int_eq(tocsin_scope_request_headers(kit.scope, TOCSIN_Z("http://x/"), TOCSIN_NONE,
                                                  again, sizeof again),
                     need);
    ck_assert_str_eq(text, again);
    ck_assert_int_eq(
        tocsin_scope_request_headers(kit.scope, TOCSIN_Z("http://x/"), TOCSIN_Z("a=1"), again, 5),
        need + 4);
    ck_assert_str_eq(again, "{\"se");
    tocsin_handle_close(isolation);
    unit_scope_close(&kit);
}
END_TEST

START_TEST(what_cannot_be_meant_is_refused)
{
    unit_scope kit = unit_scope_open();
    tocsin_scope detached = tocsin_scope_new(kit.client);
    tocsin_scope isolation = tocsin_scope_isolation(kit.scope);
    char text[64] = "x";
    ck_assert_int_eq(tocsin_scope_continue_trace(kit.scope, TOCSIN_Z("{}")), TOCSIN_E_ARG);
    ck_assert_int_eq(tocsin_scope_continue_trace(detached, TOCSIN_Z("{}")), TOCSIN_E_ARG);
    ck_assert_int_eq(tocsin_scope_continue_trace(isolation, NULL, 7), TOCSIN_E_ARG);
    ck_assert_int_eq(tocsin_scope_continue_trace(isolation, TOCSIN_NONE), TOCSIN_OK);
    ck_assert_int_eq(tocsin_scope_continue_trace(isolation, TOCSIN_Z("no JSON")), TOCSIN_OK);
    ck_assert_int_eq(tocsin_scope_trace_headers(detached, text, sizeof text), TOCSIN_E_ARG);
    ck_assert_str_eq(text, "");
    ck_assert_int_eq(
        tocsin_scope_request_headers(kit.scope, TOCSIN_NONE, TOCSIN_NONE, text, sizeof text),
        TOCSIN_E_ARG);
    ck_assert_int_eq(
        tocsin_scope_request_headers(kit.scope, TOCSIN_Z("u"), NULL, 1, text, sizeof text),
        TOCSIN_E_ARG);
    ck_assert_int_eq(tocsin_scope_trace_headers(kit.client, text, sizeof text), TOCSIN_E_KIND);
    ck_assert_int_eq(tocsin_scope_trace_headers(TOCSIN_E_LIMIT, text, sizeof text), TOCSIN_E_LIMIT);
    tocsin_handle_close(detached);
    tocsin_handle_close(isolation);
    unit_scope_close(&kit);
}
END_TEST

START_TEST(two_header_values_have_a_shorthand)
{
    unit_scope kit = unit_scope_open();
    tocsin_scope isolation = tocsin_scope_isolation(kit.scope);
    char text[1024];
    ck_assert_int_eq(tocsin_continue(isolation, HEADER, "sentry-sample_rand=0.25"), TOCSIN_OK);
    tocsin_scope_trace_headers(kit.scope, text, sizeof text);
    ck_assert_ptr_nonnull(strstr(text, TRACE));
    ck_assert_ptr_nonnull(strstr(text, "sentry-sample_rand=0.25"));
    ck_assert_int_eq(tocsin_continue(isolation, NULL, NULL), TOCSIN_OK);
    tocsin_scope_trace_headers(kit.scope, text, sizeof text);
    ck_assert_ptr_null(strstr(text, TRACE));
    tocsin_handle_close(isolation);
    unit_scope_close(&kit);
}
END_TEST

Suite *unit_suite(void)
{
    const TTest *const tests[] = {
        a_trace_comes_in_and_goes_out,
        what_cannot_be_meant_is_refused,
        two_header_values_have_a_shorthand,
    };
    return unit_suite_of("abi/trace", tests, TSN_ARRAY_LEN(tests));
}

#include "support.h"

#include <string.h>

#include "base/alloc.h"
#include "base/house.h"
#include "chance.h"
#include "wire/request.h"

#define NAME TSN_LIT("tocsin.c")
#define VERSION TSN_LIT("1.0.0")

static tocsin_status init_from(tsn_request *request, const char *text, tsn_slice name,
                               tsn_slice version)
{
    tsn_dsn dsn;
    ck_assert_int_eq(tsn_dsn_parse(&dsn, unit_slice(text), NULL), TOCSIN_OK);
    tocsin_status st = tsn_request_init_dsn(request, &dsn, name, version);
    tsn_dsn_fini(&dsn);
    return st;
}

/* H-1 to H-5, D-7: the request outlives the DSN it was made from. */
START_TEST(url_and_headers_are_exact)
{
    tsn_request request;
    tocsin_status st = init_from(&request, "https://aBc.x@h.example:8443/pre/42", NAME, VERSION);
    ck_assert_int_eq(st, TOCSIN_OK);
    ck_assert_str_eq(request.url, "https://h.example:8443/pre/api/42/envelope/");
    ck_assert_uint_eq(request.header_count, 3);
    ck_assert_str_eq(request.headers[0], "X-Sentry-Auth: Sentry sentry_key=aBc.x, "
                                         "sentry_version=7, sentry_client=tocsin.c/1.0.0");
    ck_assert_str_eq(request.headers[1], "User-Agent: tocsin.c/1.0.0");
    ck_assert_str_eq(request.headers[2], "Content-Type: application/x-sentry-envelope");
    tsn_request_fini(&request);
    ck_assert_ptr_null(request.url);
}
END_TEST

/* H-3 */
START_TEST(a_secret_is_sent_only_if_given)
{
    tsn_request request;
    ck_assert_int_eq(init_from(&request, "https://abc:def@h/42", NAME, VERSION), TOCSIN_OK);
    ck_assert_str_eq(request.headers[0], "X-Sentry-Auth: Sentry sentry_key=abc, sentry_version=7, "
                                         "sentry_client=tocsin.c/1.0.0, sentry_secret=def");
    tsn_request_fini(&request);
    ck_assert_int_eq(init_from(&request, "https://abc:@h/42", NAME, VERSION), TOCSIN_OK);
    ck_assert_ptr_null(strstr(request.headers[0], "secret"));
    tsn_request_fini(&request);
}
END_TEST

/* SEC-3 */
START_TEST(no_line_break_or_separator_gets_into_a_header)
{
    static const char *const bad[] = {"",    " ",   "a b",  "a\r\nX: y", "a\n",      "a\t",
                                      "a,b", "a/b", "a\"b", "a\\b",      "\xc3\xa4", "\x7f"};
    for (size_t i = 0; i < TSN_ARRAY_LEN(bad); i++) {
        tsn_request request;
        tsn_slice text = unit_slice(bad[i]);
        ck_assert_int_eq(init_from(&request, "https://abc@h/42", text, VERSION), TOCSIN_E_ARG);
        ck_assert_ptr_null(request.url);
        ck_assert_int_eq(init_from(&request, "https://abc@h/42", NAME, text), TOCSIN_E_ARG);
        ck_assert_int_eq(
            tsn_request_init_spotlight(&request, TSN_LIT(TSN_SPOTLIGHT_URL), text, VERSION),
            TOCSIN_E_ARG);
        tsn_request_fini(&request);
    }
    tsn_request request;
    tsn_slice nul = {"a\0b", 3};
    ck_assert_int_eq(init_from(&request, "https://abc@h/42", nul, VERSION), TOCSIN_E_ARG);
    ck_assert_int_eq(init_from(&request, "https://abc@h/42", NAME, TSN_SLICE_ABSENT), TOCSIN_E_ARG);
}
END_TEST

/* S-1 */
START_TEST(spotlight_gets_no_authentication)
{
    tsn_request request;
    tocsin_status st =
        tsn_request_init_spotlight(&request, TSN_LIT(TSN_SPOTLIGHT_URL), NAME, VERSION);
    ck_assert_int_eq(st, TOCSIN_OK);
    ck_assert_str_eq(request.url, "http://localhost:8969/stream");
    ck_assert_uint_eq(request.header_count, 2);
    ck_assert_str_eq(request.headers[0], "User-Agent: tocsin.c/1.0.0");
    ck_assert_str_eq(request.headers[1], "Content-Type: application/x-sentry-envelope");
    tsn_request_fini(&request);
}
END_TEST

/* S-5 */
START_TEST(a_spotlight_url_is_http_or_https)
{
    static const char *const good[] = {"http://h", "HTTPS://h:1/x?y#z", "http://[::1]:8969/stream"};
    static const char *const bad[] = {
        "",          "true",        "http",      "http:", "http:/h",     "http://",
        "http:///x", "ftp://h/x",   "file:///x", "//h/x", "http://h/ x", "http://h\r\n",
        " http://h", "http://h\x80"};
    for (size_t i = 0; i < TSN_ARRAY_LEN(good); i++) {
        tsn_request request;
        tocsin_status st = tsn_request_init_spotlight(&request, unit_slice(good[i]), NAME, VERSION);
        ck_assert_msg(st == TOCSIN_OK, "refused %s", good[i]);
        ck_assert_str_eq(request.url, good[i]);
        tsn_request_fini(&request);
    }
    for (size_t i = 0; i < TSN_ARRAY_LEN(bad); i++) {
        tsn_request request;
        tocsin_status st = tsn_request_init_spotlight(&request, unit_slice(bad[i]), NAME, VERSION);
        ck_assert_msg(st == TOCSIN_E_ARG, "taken: %s", bad[i]);
        ck_assert_ptr_null(request.url);
    }
}
END_TEST

static tocsin_status init_either(tsn_request *request, const tsn_dsn *dsn)
{
    if (dsn != NULL) return tsn_request_init_dsn(request, dsn, NAME, VERSION);
    return tsn_request_init_spotlight(request, TSN_LIT(TSN_SPOTLIGHT_URL), NAME, VERSION);
}

START_TEST(without_memory_nothing_is_left_behind)
{
    tsn_dsn dsn;
    ck_assert_int_eq(tsn_dsn_parse(&dsn, TSN_LIT("https://abc:def@h/42"), NULL), TOCSIN_OK);
    tsn_alloc_track(true);
    int64_t live = tsn_alloc_live();
    for (int is_spotlight = 0; is_spotlight < 2; is_spotlight++) {
        tocsin_status st = TOCSIN_E_NOMEM;
        for (uint64_t n = 1; st != TOCSIN_OK; n++) {
            tsn_request request;
            tsn_alloc_fail_nth(n, false);
            st = init_either(&request, is_spotlight == 1 ? NULL : &dsn);
            ck_assert_int_eq(st, tsn_alloc_did_fail() ? TOCSIN_E_NOMEM : TOCSIN_OK);
            tsn_alloc_fail_nth(0, false);
            if (st == TOCSIN_OK) tsn_request_fini(&request);
            ck_assert_int_eq(tsn_alloc_live(), live);
        }
    }
    tsn_alloc_track(false);
    tsn_dsn_fini(&dsn);
}
END_TEST

/* SEC-2 */
START_TEST(a_text_that_quotes_key_or_secret_is_known)
{
    tsn_request request;
    ck_assert_int_eq(init_from(&request, "https://aKey:aSecret@h.example/42", NAME, VERSION),
                     TOCSIN_OK);
    ck_assert(tsn_request_is_quoted(&request, TSN_LIT("you said sentry_key=aKey!")));
    ck_assert(tsn_request_is_quoted(&request, TSN_LIT("aSecret")));
    ck_assert(!tsn_request_is_quoted(&request, TSN_LIT("sentry_key=, tocsin.c/1.0.0, 7, akey")));
    ck_assert(!tsn_request_is_quoted(&request, TSN_LIT("")));
    tsn_request_fini(&request);
}
END_TEST

static void expect_one_line(const char *header)
{
    for (; *header != '\0'; header++) ck_assert(*header >= ' ' && *header < 0x7f);
}

/* SEC-3: whatever DSN and name are taken, each header is one line of visible text. */
START_TEST(every_header_is_one_visible_line)
{
    unit_chance chance = unit_chance_begin("request");
    for (size_t round = 0; round < unit_rounds(20000); round++) {
        tsn_dsn dsn;
        tsn_request request;
        tsn_slice text = unit_chance_mutate(&chance, "https://a:b@h.x/p/42", "\r\n:@ \x01\x80/,");
        tsn_slice name = unit_chance_mutate(&chance, "tocsin.c", "\r\n:@ \x01\x80/,");
        if (tsn_dsn_parse(&dsn, text, NULL) == TOCSIN_OK &&
            tsn_request_init_dsn(&request, &dsn, name, VERSION) == TOCSIN_OK) {
            for (size_t i = 0; i < request.header_count; i++) expect_one_line(request.headers[i]);
            tsn_request_fini(&request);
        }
        tsn_dsn_fini(&dsn);
        unit_free_text(text);
        unit_free_text(name);
    }
}
END_TEST

Suite *unit_suite(void)
{
    const TTest *const tests[] = {
        url_and_headers_are_exact,
        a_secret_is_sent_only_if_given,
        no_line_break_or_separator_gets_into_a_header,
        spotlight_gets_no_authentication,
        a_spotlight_url_is_http_or_https,
        without_memory_nothing_is_left_behind,
        a_text_that_quotes_key_or_secret_is_known,
        every_header_is_one_visible_line,
    };
    return unit_suite_of("request", tests, TSN_ARRAY_LEN(tests));
}

/* D-1 to D-9: the forty rows of the protocol's table, by number, then the edges around them. */
#include "support.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/house.h"
#include "chance.h"
#include "data/dsn.h"
#include "data/limits.h"

typedef struct good_row {
    const char *number;
    const char *text;
    const char *url;
    const char *public_text; /* D-9 */
    const char *secret;      /* NULL: absent */
    const char *org_id;
} good_row;

typedef struct bad_row {
    const char *number;
    const char *text;
    const char *problem;
} bad_row;

#define PLAIN_URL "https://h.example/api/42/envelope/"
#define PLAIN "https://abc@h.example/42"

static void expect_optional(tsn_slice got, const char *want)
{
    ck_assert(tsn_slice_absent(got) == (want == NULL));
    if (want != NULL) unit_expect_text(got, want);
}

static void expect_good(const good_row *row)
{
    tsn_dsn dsn;
    tsn_buf out = TSN_BUF_EMPTY;
    const char *problem = "untouched";
    tsn_slice text = unit_exact_copy(row->text, strlen(row->text));
    tocsin_status st = tsn_dsn_parse(&dsn, text, &problem);
    unit_free_text(text);
    ck_assert_msg(st == TOCSIN_OK, "row %s: %s: %s", row->number, row->text, problem);
    ck_assert_ptr_null(problem);
    tsn_dsn_append_url(&dsn, &out);
    unit_expect_buf(&out, row->url);
    tsn_buf_clear(&out);
    tsn_dsn_append_public(&dsn, &out);
    unit_expect_buf(&out, row->public_text);
    expect_optional(dsn.secret, row->secret);
    expect_optional(dsn.org_id, row->org_id);
    tsn_buf_fini(&out);
    tsn_dsn_fini(&dsn);
}

static void expect_bad(const bad_row *row)
{
    tsn_dsn dsn;
    tsn_dsn zero;
    const char *problem = NULL;
    memset(&zero, 0, sizeof zero);
    tsn_slice text = unit_exact_copy(row->text, strlen(row->text));
    tocsin_status st = tsn_dsn_parse(&dsn, text, &problem);
    ck_assert_msg(st == TOCSIN_E_DSN, "row %s taken: %s", row->number, row->text);
    ck_assert_str_eq(problem, row->problem);
    ck_assert_mem_eq(&dsn, &zero, sizeof dsn);
    ck_assert_int_eq(tsn_dsn_parse(&dsn, text, NULL), TOCSIN_E_DSN);
    unit_free_text(text);
}

/* D-3 to D-9 */
START_TEST(the_good_rows_give_their_url)
{
    static const good_row rows[] = {
        {"1", PLAIN, PLAIN_URL, PLAIN, NULL, NULL},
        {"2", "https://abc:def@h.example/42", PLAIN_URL, PLAIN, "def", NULL},
        {"3", "https://abc:@h.example/42", PLAIN_URL, PLAIN, NULL, NULL},
        {"4", "http://abc@localhost:9000/1", "http://localhost:9000/api/1/envelope/",
         "http://abc@localhost:9000/1", NULL, NULL},
        {"5", "https://abc@h.example:443/42", PLAIN_URL, PLAIN, NULL, NULL},
        {"6", "http://abc@h.example:443/42", "http://h.example:443/api/42/envelope/",
         "http://abc@h.example:443/42", NULL, NULL},
        {"7", "https://abc@h.example/pre/fix/42", "https://h.example/pre/fix/api/42/envelope/",
         "https://abc@h.example/pre/fix/42", NULL, NULL},
        {"8", "https://abc@h.example/42/", PLAIN_URL, PLAIN, NULL, NULL},
        {"9", "HTTPS://aBc@H.Example/42", PLAIN_URL, "https://aBc@h.example/42", NULL, NULL},
        {"10", "https://abc@[::1]:8443/42", "https://[::1]:8443/api/42/envelope/",
         "https://abc@[::1]:8443/42", NULL, NULL},
        {"11", "https://abc@o17.h.example/42", "https://o17.h.example/api/42/envelope/",
         "https://abc@o17.h.example/42", NULL, "17"},
        {"12", "https://abc@o0.h.example/42", "https://o0.h.example/api/42/envelope/",
         "https://abc@o0.h.example/42", NULL, NULL},
        {"12b", "https://abc@o123456789012345678901.h.example/42",
         "https://o123456789012345678901.h.example/api/42/envelope/",
         "https://abc@o123456789012345678901.h.example/42", NULL, NULL},
        {"12c", "https://abc@org17.h.example/42", "https://org17.h.example/api/42/envelope/",
         "https://abc@org17.h.example/42", NULL, NULL},
        {"13", "https://abc@h.example/42?x=1#y", PLAIN_URL, PLAIN, NULL, NULL},
        {"14", " https://abc@h.example/42\n", PLAIN_URL, PLAIN, NULL, NULL},
        {"15", "https://abc.no-cache@h.example/42", PLAIN_URL, "https://abc.no-cache@h.example/42",
         NULL, NULL},
        {"16", "https://abc@h.example/00000000000000000042",
         "https://h.example/api/00000000000000000042/envelope/",
         "https://abc@h.example/00000000000000000042", NULL, NULL},
    };
    for (size_t i = 0; i < TSN_ARRAY_LEN(rows); i++) expect_good(&rows[i]);
}
END_TEST

/* D-1, row 17 */
START_TEST(nothing_or_blanks_mean_disabled)
{
    static const char *const empty[] = {"", " \n", " ", "\t\r\n "};
    tsn_dsn dsn;
    const char *problem = "untouched";
    ck_assert_int_eq(tsn_dsn_parse(&dsn, TSN_SLICE_ABSENT, &problem), TOCSIN_DISABLED);
    ck_assert_ptr_null(problem);
    for (size_t i = 0; i < TSN_ARRAY_LEN(empty); i++) {
        ck_assert_int_eq(tsn_dsn_parse(&dsn, unit_slice(empty[i]), NULL), TOCSIN_DISABLED);
        ck_assert_ptr_null(dsn.memory);
        tsn_dsn_fini(&dsn);
    }
}
END_TEST

/* D-2 to D-6 */
START_TEST(the_bad_rows_say_why)
{
    static const bad_row rows[] = {
        {"18", "abc@h.example/42", "no scheme followed by \"://\""},
        {"19", "https:/abc@h.example/42", "no scheme followed by \"://\""},
        {"20", "ftp://abc@h.example/42", "the scheme is neither http nor https"},
        {"21", "https://h.example/42", "no key followed by \"@\""},
        {"22", "https://@h.example/42", "no key before the \"@\""},
        {"23", "https://:def@h.example/42", "no key before the \"@\""},
        {"24", "https://ab,c@h.example/42", "the key holds a byte that no key has"},
        {"25", "https://a b@h.example/42", "a blank, control or non-ASCII byte inside"},
        {"26", "https://abc@d@h.example/42", "more than one \"@\" before the path"},
        {"27", "https://abc@/42", "no host after the \"@\""},
        {"28", "https://abc@h%41.example/42", "the host holds a byte that no host has"},
        {"29", "https://abc@[::1/42", "the bracket of the IPv6 address is not closed"},
        {"30", "https://abc@h.example:/42", "no port after the colon"},
        {"31", "https://abc@h.example:0/42", "the port is not between 1 and 65535"},
        {"32", "https://abc@h.example:65536/42", "the port is not between 1 and 65535"},
        {"33", "https://abc@h.example:9x/42", "the port is not a number"},
        {"34", "https://abc@h.example", "no project id after the last slash"},
        {"35", "https://abc@h.example/", "no project id after the last slash"},
        {"36", "https://abc@h.example/shop",
         "the project id after the last slash is not 1 to 20 digits"},
        {"37", "https://abc@h.example/-1",
         "the project id after the last slash is not 1 to 20 digits"},
        {"38", "https://abc@h.example/123456789012345678901",
         "the project id after the last slash is not 1 to 20 digits"},
        {"39", "https://abc@h.example//42", "the path has an empty segment"},
    };
    for (size_t i = 0; i < TSN_ARRAY_LEN(rows); i++) expect_bad(&rows[i]);
}
END_TEST

/* D-3, row 40: below, at and above. */
START_TEST(more_than_2048_bytes_are_refused)
{
    char text[TSN_DSN_SIZE_MAX + 2];
    tsn_dsn dsn;
    const char *problem = NULL;
    memset(text, 'x', sizeof text);
    memcpy(text, PLAIN "?", sizeof PLAIN);
    ck_assert_int_eq(tsn_dsn_parse(&dsn, (tsn_slice){text, TSN_DSN_SIZE_MAX - 1}, NULL), TOCSIN_OK);
    tsn_dsn_fini(&dsn);
    ck_assert_int_eq(tsn_dsn_parse(&dsn, (tsn_slice){text, TSN_DSN_SIZE_MAX}, NULL), TOCSIN_OK);
    tsn_dsn_fini(&dsn);
    ck_assert_int_eq(tsn_dsn_parse(&dsn, (tsn_slice){text, TSN_DSN_SIZE_MAX + 1}, &problem),
                     TOCSIN_E_DSN);
    ck_assert_str_eq(problem, "longer than 2048 bytes");
    memset(text + TSN_DSN_SIZE_MAX, ' ', 2);
    ck_assert_int_eq(tsn_dsn_parse(&dsn, (tsn_slice){text, sizeof text}, NULL), TOCSIN_OK);
    tsn_dsn_fini(&dsn);
}
END_TEST

START_TEST(more_good_texts_are_taken)
{
    static const good_row rows[] = {
        {"key bytes", "https://A-z_0.9~@h.example/42", PLAIN_URL, "https://A-z_0.9~@h.example/42",
         NULL, NULL},
        {"slashes at the end", "https://abc@h.example/42///", PLAIN_URL, PLAIN, NULL, NULL},
        {"query at once", "https://abc@h.example/42/?", PLAIN_URL, PLAIN, NULL, NULL},
        {"fragment with a slash", "https://abc@h.example/42#/7", PLAIN_URL, PLAIN, NULL, NULL},
        {"query with an @", "https://abc@h.example/42?a@b", PLAIN_URL, PLAIN, NULL, NULL},
        {"http on 80", "http://abc@h.example:80/42", "http://h.example/api/42/envelope/",
         "http://abc@h.example/42", NULL, NULL},
        {"https on 80", "https://abc@h.example:80/42", "https://h.example:80/api/42/envelope/",
         "https://abc@h.example:80/42", NULL, NULL},
        {"largest port", "https://abc@h.example:65535/42",
         "https://h.example:65535/api/42/envelope/", "https://abc@h.example:65535/42", NULL, NULL},
        {"zeros before the port", "https://abc@h.example:00443/42", PLAIN_URL, PLAIN, NULL, NULL},
        {"IPv4", "http://abc@127.0.0.1:9000/1", "http://127.0.0.1:9000/api/1/envelope/",
         "http://abc@127.0.0.1:9000/1", NULL, NULL},
        {"IPv6 without port", "https://abc@[FE80::1:2]/42", "https://[fe80::1:2]/api/42/envelope/",
         "https://abc@[fe80::1:2]/42", NULL, NULL},
        {"IPv6 with IPv4", "https://abc@[::ffff:127.0.0.1]/42",
         "https://[::ffff:127.0.0.1]/api/42/envelope/", "https://abc@[::ffff:127.0.0.1]/42", NULL,
         NULL},
        {"underscore host", "https://abc@my_host-1.x/42", "https://my_host-1.x/api/42/envelope/",
         "https://abc@my_host-1.x/42", NULL, NULL},
        {"@ in the path", "https://abc@h.example/a@b/42", "https://h.example/a@b/api/42/envelope/",
         "https://abc@h.example/a@b/42", NULL, NULL},
        {"digits in the path", "https://abc@h.example/1/2/3",
         "https://h.example/1/2/api/3/envelope/", "https://abc@h.example/1/2/3", NULL, NULL},
        {"longest organisation", "https://abc@o12345678901234567890.h/42",
         "https://o12345678901234567890.h/api/42/envelope/",
         "https://abc@o12345678901234567890.h/42", NULL, "12345678901234567890"},
        {"organisation of zeros", "https://abc@o000.h/42", "https://o000.h/api/42/envelope/",
         "https://abc@o000.h/42", NULL, NULL},
        {"organisation without dot", "https://abc@o17/42", "https://o17/api/42/envelope/",
         "https://abc@o17/42", NULL, NULL},
        {"organisation without digits", "https://abc@o.h/42", "https://o.h/api/42/envelope/",
         "https://abc@o.h/42", NULL, NULL},
        {"organisation in capitals", "https://abc@O17.h/42", "https://o17.h/api/42/envelope/",
         "https://abc@o17.h/42", NULL, "17"},
        {"organisation not first", "https://abc@x.o17.h/42", "https://x.o17.h/api/42/envelope/",
         "https://abc@x.o17.h/42", NULL, NULL},
        {"dot first", "https://abc@.h/42", "https://.h/api/42/envelope/", "https://abc@.h/42", NULL,
         NULL},
    };
    for (size_t i = 0; i < TSN_ARRAY_LEN(rows); i++) expect_good(&rows[i]);
}
END_TEST

START_TEST(more_bad_texts_are_refused)
{
    static const bad_row rows[] = {
        {"scheme alone", "https://", "no key followed by \"@\""},
        {"colon alone", ":", "no scheme followed by \"://\""},
        {"empty scheme", "://abc@h/42", "the scheme is neither http nor https"},
        {"longer scheme", "httpsx://abc@h/42", "the scheme is neither http nor https"},
        {"secret with a colon", "https://a:b:c@h/42", "the secret holds a byte that no secret has"},
        {"percent in the key", "https://a%41@h/42", "the key holds a byte that no key has"},
        {"quote in the key", "https://a\"@h/42", "the key holds a byte that no key has"},
        {"CR LF in the key", "https://a\r\nX: y@h/42", "a blank, control or non-ASCII byte inside"},
        {"CR LF in the path", "https://a@h/x\r\ny/42", "a blank, control or non-ASCII byte inside"},
        {"CR LF in the query", "https://a@h/42?\r\n#", "a blank, control or non-ASCII byte inside"},
        {"UTF-8 in the host", "https://a@h\xc3\xa4/42",
         "a blank, control or non-ASCII byte inside"},
        {"DEL", "https://a@h/\x7f/42", "a blank, control or non-ASCII byte inside"},
        {"@ and nothing", "https://abc@", "no host after the \"@\""},
        {"port without host", "https://abc@:80/42", "no host after the \"@\""},
        {"empty brackets", "https://abc@[]/42", "the brackets hold no IPv6 address"},
        {"one colon", "https://abc@[1:2]/42", "the brackets hold no IPv6 address"},
        {"zone", "https://abc@[fe80::1%25lo]/42", "the brackets hold no IPv6 address"},
        {"nested brackets", "https://abc@[[::1]]/42",
         "something other than a port follows the host"},
        {"behind the bracket", "https://abc@[::1]x/42",
         "something other than a port follows the host"},
        {"bare IPv6", "https://abc@::1/42", "no host after the \"@\""},
        {"port behind bracket", "https://abc@[::1]:/42", "no port after the colon"},
        {"two ports", "https://abc@h:80:81/42", "the port is not a number"},
        {"signed port", "https://abc@h:+80/42", "the port is not a number"},
        {"huge port", "https://abc@h:99999999999999999999/42",
         "the port is not between 1 and 65535"},
        {"slashes alone", "https://abc@h///", "no project id after the last slash"},
        {"query for a path", "https://abc@h?/42", "no project id after the last slash"},
        {"fragment for a path", "https://abc@h#/42", "no project id after the last slash"},
        {"empty segment inside", "https://abc@h/a//b/42", "the path has an empty segment"},
        {"empty segment at the end", "https://abc@h/a//42", "the path has an empty segment"},
        {"hexadecimal project", "https://abc@h/0x2a",
         "the project id after the last slash is not 1 to 20 digits"},
        {"project with a plus", "https://abc@h/+42",
         "the project id after the last slash is not 1 to 20 digits"},
    };
    for (size_t i = 0; i < TSN_ARRAY_LEN(rows); i++) expect_bad(&rows[i]);
}
END_TEST

START_TEST(a_nul_inside_is_refused)
{
    static const char text[] = "https://abc@h.exa\0mple/42";
    tsn_dsn dsn;
    ck_assert_int_eq(tsn_dsn_parse(&dsn, (tsn_slice){text, sizeof text - 1}, NULL), TOCSIN_E_DSN);
}
END_TEST

static tocsin_status parse_with(size_t key_len, size_t host_len)
{
    tsn_dsn dsn;
    tsn_buf text = TSN_BUF_EMPTY;
    TSN_BUF_LIT(&text, "https://");
    for (size_t i = 0; i < key_len; i++) tsn_buf_byte(&text, 'k');
    tsn_buf_byte(&text, '@');
    for (size_t i = 0; i < host_len; i++) tsn_buf_byte(&text, 'h');
    TSN_BUF_LIT(&text, "/42");
    tocsin_status st = tsn_dsn_parse(&dsn, tsn_buf_view(&text), NULL);
    tsn_buf_fini(&text);
    tsn_dsn_fini(&dsn);
    return st;
}

/* D-4, D-5 */
START_TEST(key_and_host_have_their_limits)
{
    ck_assert_int_eq(parse_with(127, 1), TOCSIN_OK);
    ck_assert_int_eq(parse_with(128, 1), TOCSIN_OK);
    ck_assert_int_eq(parse_with(129, 1), TOCSIN_E_DSN);
    ck_assert_int_eq(parse_with(1, 252), TOCSIN_OK);
    ck_assert_int_eq(parse_with(1, 253), TOCSIN_OK);
    ck_assert_int_eq(parse_with(1, 254), TOCSIN_E_DSN);
}
END_TEST

/* D-2: neither the secret nor anything else of the text is in what is said about it. */
START_TEST(no_problem_repeats_the_text)
{
    static const char *const bad[] = {"https://k3y:s3cr3t@h0st:9x/42", "s3cr3t",
                                      "https://k3y:s3cr3t,@h0st/42", "https://k3y:s3cr3t@h0st/x"};
    for (size_t i = 0; i < TSN_ARRAY_LEN(bad); i++) {
        tsn_dsn dsn;
        const char *problem = NULL;
        ck_assert_int_eq(tsn_dsn_parse(&dsn, unit_slice(bad[i]), &problem), TOCSIN_E_DSN);
        ck_assert_ptr_null(strstr(problem, "s3cr3t"));
        ck_assert_ptr_null(strstr(problem, "k3y"));
        ck_assert_ptr_null(strstr(problem, "h0st"));
    }
}
END_TEST

START_TEST(without_memory_nothing_is_kept)
{
    tsn_dsn dsn;
    tsn_alloc_fail_nth(1, true);
    tocsin_status st = tsn_dsn_parse(&dsn, TSN_LIT(PLAIN), NULL);
    tsn_alloc_fail_nth(0, false);
    ck_assert_int_eq(st, TOCSIN_E_NOMEM);
    ck_assert_ptr_null(dsn.memory);
    tsn_dsn_fini(&dsn);
}
END_TEST

/* DSN-1, FUZ-1: what is taken prints a DSN that is taken again and means the same. */
START_TEST(any_text_is_taken_or_refused)
{
    unit_chance chance = unit_chance_begin("dsn");
    for (size_t round = 0; round < unit_rounds(1000000); round++) {
        tsn_slice text = round % 4 != 0 ? unit_chance_mutate(&chance, "https://a:b@o1.h:80/p/42",
                                                             "/:@?#[]%.,0a \r\n\x80")
                                        : unit_chance_text(&chance, "htps:/@[]0123.?#", 40);
        tsn_dsn dsn;
        if (tsn_dsn_parse(&dsn, text, NULL) == TOCSIN_OK) {
            tsn_dsn again;
            tsn_buf printed = TSN_BUF_EMPTY;
            tsn_buf url = TSN_BUF_EMPTY;
            tsn_dsn_append_public(&dsn, &printed);
            ck_assert_int_eq(tsn_dsn_parse(&again, tsn_buf_view(&printed), NULL), TOCSIN_OK);
            tsn_dsn_append_url(&dsn, &url);
            tsn_buf_clear(&printed);
            tsn_dsn_append_url(&again, &printed);
            ck_assert(tsn_slice_equal(tsn_buf_view(&url), tsn_buf_view(&printed)));
            tsn_buf_fini(&printed);
            tsn_buf_fini(&url);
            tsn_dsn_fini(&again);
        }
        tsn_dsn_fini(&dsn);
        unit_free_text(text);
    }
}
END_TEST

/* DSN-1 */
START_TEST(a_megabyte_is_refused_at_once)
{
    tsn_buf text = TSN_BUF_EMPTY;
    tsn_dsn dsn;
    TSN_BUF_LIT(&text, "https://abc@h/");
    for (int i = 0; i < 1 << 20; i++) tsn_buf_byte(&text, '1');
    ck_assert_int_eq(tsn_dsn_parse(&dsn, tsn_buf_view(&text), NULL), TOCSIN_E_DSN);
    tsn_buf_fini(&text);
}
END_TEST

Suite *unit_suite(void)
{
    const TTest *const tests[] = {
        the_good_rows_give_their_url, nothing_or_blanks_mean_disabled,
        the_bad_rows_say_why,         more_than_2048_bytes_are_refused,
        more_good_texts_are_taken,    more_bad_texts_are_refused,
        a_nul_inside_is_refused,      key_and_host_have_their_limits,
        no_problem_repeats_the_text,  without_memory_nothing_is_kept,
        any_text_is_taken_or_refused, a_megabyte_is_refused_at_once,
    };
    return unit_suite_of("dsn", tests, TSN_ARRAY_LEN(tests));
}

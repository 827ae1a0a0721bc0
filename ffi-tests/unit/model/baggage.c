/* Reading baggage (T-2) and the shares in it (T-22, T-23). */
#include "support.h"

#include "base/alloc.h"
#include "base/house.h"
#include "data/limits.h"
#include "model/baggage.h"

typedef struct baggage_case {
    const char *header;
    const char *want; /* the members' text */
} baggage_case;

static const baggage_case cases[] = {
    {"", ""},
    {"sentry-release=shop%401.4.0", "\"release\":\"shop@1.4.0\","},
    {"other=1,sentry-a=b,more=2", "\"a\":\"b\","},
    {" sentry-a = b , sentry-c=d ", "\"a\":\"b\",\"c\":\"d\","},
    {"sentry-a=b;prop=1;x,sentry-c=d", "\"a\":\"b\",\"c\":\"d\","},
    {"sentry-a=1,sentry-b=2,sentry-a=3", "\"a\":\"3\",\"b\":\"2\","},
    {"sentry-a=,sentry-b=x=y", "\"a\":\"\",\"b\":\"x=y\","},
    {"sentry-a=%41%2c%22%5C%0a", "\"a\":\"A,\\\"\\\\\\n\","},
    {"sentry-a=%zz%4,sentry-b=%", "\"a\":\"%zz%4\",\"b\":\"%\","},
    {"sentry-a=a+b", "\"a\":\"a+b\","},
    {"sentry-a=%00%ff", "\"a\":\"\xef\xbf\xbd\xef\xbf\xbd\","},
    {"sentry-%61=1,sentry-a=2", "\"a\":\"2\","},
    {"sentry-a,sentry-=1,=,;,,sentry", ""},
    {"Sentry-a=1,xsentry-a=1", ""},
};

START_TEST(own_members_are_read_and_foreign_ones_passed_over) /* T-2 */
{
    for (size_t i = 0; i < TSN_ARRAY_LEN(cases); i++) {
        tsn_pmap *members = NULL;
        ck_assert_int_eq(tsn_baggage_read(unit_slice(cases[i].header), &members), TOCSIN_OK);
        tsn_buf out = TSN_BUF_EMPTY;
        tsn_pmap_write(members, &out);
        unit_expect_buf(&out, cases[i].want);
        tsn_buf_fini(&out);
        tsn_pmap_release(members);
    }
}
END_TEST

static size_t count_read(const tsn_buf *header)
{
    tsn_pmap *members = NULL;
    ck_assert_int_eq(tsn_baggage_read(tsn_buf_view(header), &members), TOCSIN_OK);
    size_t count = tsn_pmap_count(members);
    tsn_pmap_release(members);
    return count;
}

START_TEST(what_no_header_may_hold_is_not_read) /* T-2 */
{
    tsn_buf header = TSN_BUF_EMPTY;
    for (int n = 0; n < 64; n++) tsn_buf_printf(&header, "f%d=1,sentry-k%d=1,", n, n);
    ck_assert_uint_eq(count_read(&header), 64);
    TSN_BUF_LIT(&header, "sentry-more=1");
    ck_assert_uint_eq(count_read(&header), 64);
    tsn_buf_clear(&header);
    TSN_BUF_LIT(&header, "sentry-k=");
    while (header.len < TSN_BAGGAGE_SIZE_MAX) tsn_buf_byte(&header, 'x');
    ck_assert_uint_eq(count_read(&header), 1);
    tsn_buf_byte(&header, 'x');
    ck_assert_uint_eq(count_read(&header), 0);
    tsn_buf_fini(&header);
}
END_TEST

START_TEST(an_absent_header_has_no_members)
{
    tsn_pmap *members = NULL;
    ck_assert_int_eq(tsn_baggage_read(TSN_SLICE_ABSENT, &members), TOCSIN_OK);
    ck_assert_uint_eq(tsn_pmap_count(members), 0);
}
END_TEST

START_TEST(no_memory_is_told_and_leaks_nothing)
{
    for (unsigned nth = 1;; nth++) {
        tsn_alloc_track(true);
        tsn_pmap *members = NULL;
        tsn_alloc_fail_nth(nth, false);
        tocsin_status st = tsn_baggage_read(TSN_LIT("sentry-a=1,sentry-b=2"), &members);
        bool did_fail = tsn_alloc_did_fail();
        tsn_alloc_fail_nth(0, false);
        ck_assert_int_eq(st, did_fail ? TOCSIN_E_NOMEM : TOCSIN_OK);
        tsn_pmap_release(members);
        ck_assert_int_eq(tsn_alloc_live(), 0);
        if (!did_fail) break;
    }
}
END_TEST

typedef struct share_case {
    const char *text;
    uint32_t millionths;
    bool is_exact;
} share_case;

static const share_case shares[] = {
    {"0", 0, true},
    {"1", 1000000, true},
    {"1.000000000", 1000000, true},
    {"0.118204", 118204, true},
    {"0.1182049", 118204, false},
    {"0.29", 290000, true},
    {"0.999999", 999999, true},
    {"0.9999999999", 999999, false},
    {".5", 500000, true},
    {"0.", 0, true},
    {"000.25", 250000, true},
    {"1e-05", 10, true},
    {"1E-7", 0, false},
    {"2.5e-1", 250000, true},
    {"0.001e+2", 100000, true},
    {"10e-1", 1000000, true},
    {"0e99", 0, true},
};

START_TEST(a_share_is_read_to_the_digit) /* T-22 */
{
    for (size_t i = 0; i < TSN_ARRAY_LEN(shares); i++) {
        tsn_share share = {77, false};
        ck_assert_msg(tsn_share_parse(unit_slice(shares[i].text), &share), "%s", shares[i].text);
        ck_assert_msg(share.millionths == shares[i].millionths &&
                          share.is_exact == shares[i].is_exact,
                      "%s: %u", shares[i].text, share.millionths);
    }
}
END_TEST

START_TEST(what_is_no_share_is_refused) /* T-22 */
{
    static const char *const wrong[] = {
        "",    ".",   "-0.1", "+0.5", "1.0000001", "1.1",   "2",    "10",  "0.5x", "nan",
        "inf", "0,5", "1e",   "e-1",  "1e--1",     "1.2.3", " 0.5", "0x1", "1e1",  "1e-999"};
    for (size_t i = 0; i < TSN_ARRAY_LEN(wrong); i++) {
        tsn_share share = {77, false};
        ck_assert_msg(!tsn_share_parse(unit_slice(wrong[i]), &share), "%s", wrong[i]);
        ck_assert_uint_eq(share.millionths, 77);
    }
    tsn_share share;
    ck_assert(!tsn_share_parse(TSN_SLICE_ABSENT, &share));
}
END_TEST

Suite *unit_suite(void)
{
    const TTest *const tests[] = {
        own_members_are_read_and_foreign_ones_passed_over,
        what_no_header_may_hold_is_not_read,
        an_absent_header_has_no_members,
        no_memory_is_told_and_leaks_nothing,
        a_share_is_read_to_the_digit,
        what_is_no_share_is_refused,
    };
    return unit_suite_of("model/baggage", tests, TSN_ARRAY_LEN(tests));
}

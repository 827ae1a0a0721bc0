/* H-11: rows of header and effect. The effect of a header is written down as the
 * seconds that each category has to wait, "all" for every one. Where SDKs read a header
 * differently, the row says so. */
#include "support.h"

#include <stdio.h>
#include <string.h>

#include "base/house.h"
#include "chance.h"
#include "wire/ratelimit.h"

#define START_MS INT64_C(5000)
#define UNIX_US INT64_C(784111777000000) /* Sun, 06 Nov 1994 08:49:37 GMT */
#define DAY "86400"

typedef struct limit_row {
    const char *rule;
    const char *header;
    const char *effect; /* "error=60 session=2", "" for none */
    bool is_good;       /* whether Retry-After would be passed over (H-11) */
} limit_row;

typedef struct retry_row {
    const char *header; /* NULL: absent */
    int64_t wait_ms;
} retry_row;

/* The limits that hold, in whole seconds rounded up. */
static void describe(const tsn_ratelimit *limits, tsn_buf *out)
{
    int64_t all_ms = limits->all_until_ms - START_MS;
    if (all_ms > 0) tsn_buf_printf(out, "all=%d ", (int)((all_ms + 999) / 1000));
    for (size_t i = 0; i < TSN_CATEGORY_COUNT; i++) {
        int64_t wait_ms = limits->until_ms[i] - START_MS;
        if (wait_ms <= 0) continue;
        tsn_buf_slice(out, tsn_category_name((tsn_category)i));
        tsn_buf_printf(out, "=%d ", (int)((wait_ms + 999) / 1000));
    }
    if (out->len > 0) tsn_buf_truncate(out, out->len - 1);
}

static void expect_effect(const limit_row *row)
{
    tsn_ratelimit limits;
    tsn_buf effect = TSN_BUF_EMPTY;
    memset(&limits, 0, sizeof limits);
    tsn_slice header = unit_exact_copy(row->header, strlen(row->header));
    bool is_good = tsn_ratelimit_apply(&limits, header, START_MS);
    unit_free_text(header);
    describe(&limits, &effect);
    ck_assert_msg(tsn_slice_equal(tsn_buf_view(&effect), unit_slice(row->effect)),
                  "%s: '%s' gave '%.*s', not '%s'", row->rule, row->header, (int)effect.len,
                  tsn_buf_view(&effect).data, row->effect);
    ck_assert_msg(is_good == row->is_good, "%s: '%s' good: %d", row->rule, row->header, is_good);
    tsn_buf_fini(&effect);
}

/* The rows of the table of section 2.3 that are about this header alone; the others are in
 * response.c. */
START_TEST(the_protocols_rows_hold)
{
    static const limit_row rows[] = {
        {"row 1", "60:error:organization", "error=60", true},
        {"row 2", "60:error;transaction:key:quota, 2700::project",
         "all=2700 error=60 transaction=60", true},
        {"row 3", "10::organization", "all=10", true},
        {"row 4, R-1", "1.2:session:project", "session=2", true},
        {"row 5, R-1", " 30 : log_item ; monitor : key ", "monitor=30 log_item=30", true},
        {"row 6, R-2", "60:unheard_of:key", "", true},
        {"row 7, R-2", "60:unheard_of;error:key", "error=60", true},
        {"row 8, R-1", "abc:error:key,5:error:key", "error=5", true},
        {"row 9, R-1", "-5:error:key", "", false},
        {"row 10, R-3", "60:metric_bucket:organization:quota:custom", "", true},
        {"row 12", "0::key", "", true},
        {"row 13, H-11", "", "", false},
    };
    for (size_t i = 0; i < TSN_ARRAY_LEN(rows); i++) expect_effect(&rows[i]);
}
END_TEST

/* RL-1 */
START_TEST(each_form_of_a_header_has_its_effect)
{
    static const limit_row rows[] = {
        {"R-1 zero fraction", "2.0:error:key", "error=2", true},
        {"R-1 tiny fraction", "2.000000000000000000001:error:key", "error=3", true},
        {"R-1 half", "2.5:error:key", "error=3", true},
        {"R-1 nothing but a fraction", "0.1:error:key", "error=1", true},
        {"R-1 no digit before the point", ".5:error:key", "error=1", true},
        {"R-1 no digit behind the point", "5.:error:key", "error=5", true},
        {"R-1 point alone", ".:error:key", "", false},
        {"R-1 two points", "1.2.3:error:key", "", false},
        {"R-1 zeros in front", "0060:error:key", "error=60", true},
        {"R-1 plus", "+60:error:key", "", false},
        {"R-1 minus zero", "-0:error:key", "", false},
        {"R-1 exponent (some SDKs read it)", "6e1:error:key", "", false},
        {"R-1 hexadecimal (some SDKs read it)", "0x10:error:key", "", false},
        {"R-1 NaN", "nan:error:key", "", false},
        {"R-1 infinity", "inf:error:key", "", false},
        {"R-1 Infinity", "Infinity:error:key", "", false},
        {"R-1 blank inside", "6 0:error:key", "", false},
        {"R-1 tabs", "\t60\t:\terror\t:\tkey", "error=60", true},
        {"R-1 empty seconds", ":error:key", "", false},
        {"R-1 text", "soon:error:key", "", false},
        {"R-1 other digits", "\xd9\xa6:error:key", "", false},
        {"R-1 skipped alone, first", "x:error:key,60:session:key", "session=60", true},
        {"R-1 skipped alone, last", "60:session:key,x:error:key", "session=60", true},
        {"R-1 skipped alone, amid", "60:error:key,x::,60:span:key", "error=60 span=60", true},
        {"R-4 a day", "86400:error:key", "error=" DAY, true},
        {"R-4 more than a day", "86401:error:key", "error=" DAY, true},
        {"R-4 a day and a bit", "86400.5:error:key", "error=" DAY, true},
        {"R-4 ten to 17", "100000000000000000:error:key", "error=" DAY, true},
        {"R-4 two to 64", "18446744073709551616:error:key", "error=" DAY, true},
        {"R-4 forty digits", "9999999999999999999999999999999999999999::key", "all=" DAY, true},
        {"R-4 longer second", "10:error:key,60:error:key", "error=60", true},
        {"R-4 shorter second", "60:error:key,10:error:key", "error=60", true},
        {"R-4 zero second", "60:error:key,0:error:key", "error=60", true},
        {"R-2 blanks for categories", "60:  :key", "all=60", true},
        {"R-2 semicolon alone names nothing (some SDKs: all)", "60:;:key", "", true},
        {"R-2 empty name between", "60:error;;session:key", "error=60 session=60", true},
        {"R-2 semicolon at the end", "60:error;:key", "error=60", true},
        {"R-2 semicolon in front", "60:;error:key", "error=60", true},
        {"R-2 several unknown", "60:foo;bar;baz:key", "", true},
        {"R-2 capitals are another name", "60:Error:key", "", true},
        {"R-2 the word all is no category", "60:all:key", "", true},
        {"R-2 default is one", "60:default:key", "default=60", true},
        {"R-2 the same twice", "60:error;error:key", "error=60", true},
        {"R-2 all and one", "10::key,60:error:key", "all=10 error=60", true},
        {"R-2 several", "60:error;transaction;attachment:key",
         "error=60 transaction=60 attachment=60", true},
        {"R-3 no scope (some SDKs skip it)", "60:error", "error=60", true},
        {"R-3 empty scope", "60:error:", "error=60", true},
        {"R-3 any scope", "60:error:galaxy", "error=60", true},
        {"R-3 reason", "60:error:key:too_many", "error=60", true},
        {"R-3 reason with blanks", "60:error:key: too many ", "error=60", true},
        {"R-3 namespaces", "60:error:key:quota:a;b", "error=60", true},
        {"R-3 more fields", "60:error:key:quota:custom:x:y:z", "error=60", true},
        {"R-3 metric buckets beside others", "60:metric_bucket;error:key:quota:custom", "error=60",
         true},
        {"R-3 metric buckets of no namespace", "60:metric_bucket:key:quota:", "", true},
        {"seconds alone (some SDKs: all)", "60", "", false},
        {"colon alone", ":", "", false},
        {"all fields empty", "60::", "all=60", true},
        {"comma alone", ",", "", false},
        {"commas around", ",,60:error:key,,", "error=60", true},
        {"blanks alone", "   ", "", false},
        {"blank entry", "60:error:key, ,10:session:key", "error=60 session=10", true},
        {"line end inside", "60:error:key,\r\n 10:session:key", "error=60 session=10", true},
        {"semicolons are no commas", "60:error:key;10:session:key", "error=60", true},
    };
    ck_assert_uint_ge(TSN_ARRAY_LEN(rows), 60);
    for (size_t i = 0; i < TSN_ARRAY_LEN(rows); i++) expect_effect(&rows[i]);
}
END_TEST

/* Row 11, R-4: over several answers too. */
START_TEST(a_shorter_limit_does_not_end_a_longer_one)
{
    tsn_ratelimit limits = {{0}, 0};
    tsn_ratelimit_apply(&limits, TSN_LIT("60:error:key"), 0);
    tsn_ratelimit_apply(&limits, TSN_LIT("10:error:key"), 0);
    ck_assert(tsn_ratelimit_blocks(&limits, TSN_CATEGORY_ERROR, 59999));
    tsn_ratelimit_apply(&limits, TSN_LIT("10:error:key"), 55000);
    ck_assert(tsn_ratelimit_blocks(&limits, TSN_CATEGORY_ERROR, 64999));
    ck_assert(!tsn_ratelimit_blocks(&limits, TSN_CATEGORY_ERROR, 65000));
}
END_TEST

/* active while now < deadline. */
START_TEST(a_limit_ends_at_its_deadline)
{
    tsn_ratelimit limits = {{0}, 0};
    ck_assert(!tsn_ratelimit_blocks(&limits, TSN_CATEGORY_ERROR, 0));
    tsn_ratelimit_apply(&limits, TSN_LIT("60:error:key"), 1000);
    ck_assert(tsn_ratelimit_blocks(&limits, TSN_CATEGORY_ERROR, 1000));
    ck_assert(tsn_ratelimit_blocks(&limits, TSN_CATEGORY_ERROR, 60999));
    ck_assert(!tsn_ratelimit_blocks(&limits, TSN_CATEGORY_ERROR, 61000));
}
END_TEST

/* */
START_TEST(a_limit_blocks_its_category_or_all_but_never_reports)
{
    tsn_ratelimit limits = {{0}, 0};
    tsn_ratelimit_apply(&limits, TSN_LIT("60:error:key"), 0);
    ck_assert(tsn_ratelimit_blocks(&limits, TSN_CATEGORY_ERROR, 1));
    ck_assert(!tsn_ratelimit_blocks(&limits, TSN_CATEGORY_SESSION, 1));
    ck_assert(!tsn_ratelimit_blocks(&limits, TSN_CATEGORY_ATTACHMENT, 1));
    tsn_ratelimit_apply(&limits, TSN_LIT("60::key,90:internal:key"), 0);
    for (int i = 0; i < TSN_CATEGORY_COUNT; i++) {
        bool blocks = tsn_ratelimit_blocks(&limits, (tsn_category)i, 1);
        ck_assert_int_eq(blocks, i != TSN_CATEGORY_INTERNAL);
    }
}
END_TEST

START_TEST(the_last_deadline_is_that_of_the_longest_limit)
{
    tsn_ratelimit limits = {{0}, 0};
    ck_assert_int_eq(tsn_ratelimit_last_deadline(&limits), 0);
    tsn_ratelimit_apply(&limits, TSN_LIT("60:error:key,30::key,90:span:key"), 0);
    ck_assert_int_eq(tsn_ratelimit_last_deadline(&limits), 90000);
    tsn_ratelimit_apply(&limits, TSN_LIT("120::key"), 0);
    ck_assert_int_eq(tsn_ratelimit_last_deadline(&limits), 120000);
}
END_TEST

START_TEST(a_clock_near_its_end_does_not_wrap)
{
    tsn_ratelimit limits = {{0}, 0};
    tsn_ratelimit_apply(&limits, TSN_LIT("60:error:key"), INT64_MAX - 5);
    ck_assert(tsn_ratelimit_blocks(&limits, TSN_CATEGORY_ERROR, INT64_MAX - 1));
}
END_TEST

/* */
START_TEST(retry_after_is_seconds_or_a_date_or_a_minute)
{
    static const retry_row rows[] = {
        {"7", 7000},
        {" 7 ", 7000},
        {"0", 0},
        {"2.5", 3000},
        {"86401", 86400000},
        {"99999999999999999999999", 86400000},
        {"Sun, 06 Nov 1994 08:49:47 GMT", 10000},
        {"Sunday, 06-Nov-94 08:50:37 GMT", 60000},
        {"Sun Nov  6 08:49:38 1994", 1000},
        {"Sun, 06 Nov 1994 08:49:37 GMT", 0},
        {"Sun, 06 Nov 1994 08:49:36 GMT", 0},
        {"Thu, 01 Jan 1970 00:00:00 GMT", 0},
        {"Fri, 31 Dec 9999 23:59:59 GMT", 86400000},
        {NULL, 60000},
        {"", 60000},
        {"-7", 60000},
        {"soon", 60000},
        {"inf", 60000},
        {"nan", 60000},
        {"7s", 60000},
        {"7, 8", 60000},
        {"Sun, 06 Nov 1994 08:49:47 CET", 60000},
    };
    for (size_t i = 0; i < TSN_ARRAY_LEN(rows); i++) {
        tsn_ratelimit limits = {{0}, 0};
        tsn_ratelimit_apply_retry_after(&limits, tsn_slice_of(rows[i].header), START_MS, UNIX_US);
        int64_t wait_ms = limits.all_until_ms - START_MS;
        ck_assert_msg(wait_ms == rows[i].wait_ms, "'%s': %lld", rows[i].header, (long long)wait_ms);
    }
}
END_TEST

START_TEST(a_retry_after_within_the_second_is_exact)
{
    tsn_ratelimit limits = {{0}, 0};
    tsn_ratelimit_apply_retry_after(&limits, TSN_LIT("Sun, 06 Nov 1994 08:49:38 GMT"), 0,
                                    UNIX_US + 999999);
    ck_assert_int_eq(limits.all_until_ms, 1);
}
END_TEST

/* FUZ-1 */
START_TEST(any_header_is_survived_and_stays_within_a_day)
{
    unit_chance chance = unit_chance_begin("ratelimit");
    for (size_t round = 0; round < unit_rounds(50000); round++) {
        tsn_slice header =
            round % 2 == 0 ? unit_chance_mutate(&chance, "60:error;span:key:quota:x, 2.5::project",
                                                "0.9:;, -e\t\x80")
                           : unit_chance_text(&chance, "0123:;,. -errospan", 60);
        tsn_ratelimit limits = {{0}, 0};
        tsn_ratelimit_apply(&limits, header, START_MS);
        tsn_ratelimit_apply_retry_after(&limits, header, START_MS, UNIX_US);
        for (size_t i = 0; i < TSN_CATEGORY_COUNT; i++) {
            ck_assert_int_le(limits.until_ms[i], START_MS + 86400000);
        }
        ck_assert_int_le(limits.all_until_ms, START_MS + 86400000);
        unit_free_text(header);
    }
}
END_TEST

Suite *unit_suite(void)
{
    const TTest *const tests[] = {
        the_protocols_rows_hold,
        each_form_of_a_header_has_its_effect,
        a_shorter_limit_does_not_end_a_longer_one,
        a_limit_ends_at_its_deadline,
        a_limit_blocks_its_category_or_all_but_never_reports,
        the_last_deadline_is_that_of_the_longest_limit,
        a_clock_near_its_end_does_not_wrap,
        retry_after_is_seconds_or_a_date_or_a_minute,
        a_retry_after_within_the_second_is_exact,
        any_header_is_survived_and_stays_within_a_day,
    };
    return unit_suite_of("ratelimit", tests, TSN_ARRAY_LEN(tests));
}

#include "support.h"

#include <string.h>

#include "base/alloc.h"
#include "base/house.h"
#include "chance.h"
#include "wire/response.h"

#define NOW_MS INT64_C(1000)
#define UNIX_US INT64_C(784111777000000)

typedef struct verdict_row {
    int status;
    tsn_verdict verdict;
    tsn_verdict verdict_retry_5xx;
} verdict_row;

typedef struct limit_row {
    const char *rule;
    int status;
    const char *rate_limits; /* NULL: no such header */
    const char *retry_after;
    int64_t error_s; /* how long each has to wait */
    int64_t session_s;
} limit_row;

static tsn_verdict judge(const tsn_response *response, tsn_ratelimit *limits)
{
    return tsn_response_judge(response, false, limits, NOW_MS, UNIX_US);
}

static tsn_verdict judge_status(int status, bool retry_5xx)
{
    tsn_response response = TSN_RESPONSE_EMPTY;
    tsn_ratelimit limits = {{0}, 0};
    tsn_response_set_status(&response, status);
    tsn_verdict verdict = tsn_response_judge(&response, retry_5xx, &limits, NOW_MS, UNIX_US);
    ck_assert_int_eq(tsn_ratelimit_last_deadline(&limits) > NOW_MS, status == 429);
    tsn_response_fini(&response);
    return verdict;
}

static void feed(tsn_response *response, const char *const *lines, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        tsn_slice line = unit_exact_copy(lines[i], strlen(lines[i]));
        tsn_response_header_line(response, line);
        unit_free_text(line);
    }
}

/* The table of section 2.2, NET-6, NET-9, D6 */
START_TEST(the_status_decides)
{
    static const verdict_row rows[] = {
        {0, TSN_VERDICT_RETRY, TSN_VERDICT_RETRY},
        {99, TSN_VERDICT_RETRY, TSN_VERDICT_RETRY},
        {100, TSN_VERDICT_DISCARD, TSN_VERDICT_DISCARD},
        {101, TSN_VERDICT_DISCARD, TSN_VERDICT_DISCARD},
        {199, TSN_VERDICT_DISCARD, TSN_VERDICT_DISCARD},
        {200, TSN_VERDICT_DELIVERED, TSN_VERDICT_DELIVERED},
        {202, TSN_VERDICT_DELIVERED, TSN_VERDICT_DELIVERED},
        {204, TSN_VERDICT_DELIVERED, TSN_VERDICT_DELIVERED},
        {299, TSN_VERDICT_DELIVERED, TSN_VERDICT_DELIVERED},
        {301, TSN_VERDICT_DISCARD, TSN_VERDICT_DISCARD},
        {307, TSN_VERDICT_DISCARD, TSN_VERDICT_DISCARD},
        {400, TSN_VERDICT_DISCARD, TSN_VERDICT_DISCARD},
        {401, TSN_VERDICT_DISCARD, TSN_VERDICT_DISCARD},
        {403, TSN_VERDICT_DISCARD, TSN_VERDICT_DISCARD},
        {404, TSN_VERDICT_DISCARD, TSN_VERDICT_DISCARD},
        {413, TSN_VERDICT_DISCARD, TSN_VERDICT_DISCARD},
        {428, TSN_VERDICT_DISCARD, TSN_VERDICT_DISCARD},
        {429, TSN_VERDICT_REFUSED_429, TSN_VERDICT_REFUSED_429},
        {430, TSN_VERDICT_DISCARD, TSN_VERDICT_DISCARD},
        {499, TSN_VERDICT_DISCARD, TSN_VERDICT_DISCARD},
        {500, TSN_VERDICT_DISCARD, TSN_VERDICT_RETRY},
        {503, TSN_VERDICT_DISCARD, TSN_VERDICT_RETRY},
        {599, TSN_VERDICT_DISCARD, TSN_VERDICT_RETRY},
        {600, TSN_VERDICT_RETRY, TSN_VERDICT_RETRY},
        {999, TSN_VERDICT_RETRY, TSN_VERDICT_RETRY},
        {-1, TSN_VERDICT_RETRY, TSN_VERDICT_RETRY},
    };
    for (size_t i = 0; i < TSN_ARRAY_LEN(rows); i++) {
        ck_assert_int_eq(judge_status(rows[i].status, false), rows[i].verdict);
        ck_assert_int_eq(judge_status(rows[i].status, true), rows[i].verdict_retry_5xx);
    }
}
END_TEST

static void expect_limits(const limit_row *row)
{
    tsn_response response = TSN_RESPONSE_EMPTY;
    tsn_ratelimit limits = {{0}, 0};
    tsn_response_set_status(&response, row->status);
    if (row->rate_limits != NULL) {
        tsn_response_set_header(&response, TSN_LIT("X-Sentry-Rate-Limits"),
                                unit_slice(row->rate_limits));
    }
    if (row->retry_after != NULL) {
        tsn_response_set_header(&response, TSN_LIT("Retry-After"), unit_slice(row->retry_after));
    }
    judge(&response, &limits);
    int64_t error_ms = NOW_MS + row->error_s * 1000;
    int64_t session_ms = NOW_MS + row->session_s * 1000;
    ck_assert_msg(!tsn_ratelimit_blocks(&limits, TSN_CATEGORY_ERROR, error_ms), "%s", row->rule);
    ck_assert_msg(!tsn_ratelimit_blocks(&limits, TSN_CATEGORY_SESSION, session_ms), "%s",
                  row->rule);
    ck_assert_msg(row->error_s == 0 ||
                      tsn_ratelimit_blocks(&limits, TSN_CATEGORY_ERROR, error_ms - 1),
                  "%s", row->rule);
    ck_assert_msg(row->session_s == 0 ||
                      tsn_ratelimit_blocks(&limits, TSN_CATEGORY_SESSION, session_ms - 1),
                  "%s", row->rule);
    tsn_response_fini(&response);
}

/* H-11: the rows of the table of section 2.3 that are about whole answers, and more. */
START_TEST(a_plain_yes_is_a_good_status_without_limits)
{
    for (int status = 0; status <= 600; status++) {
        tsn_response response = TSN_RESPONSE_EMPTY;
        tsn_response_set_status(&response, status);
        ck_assert(tsn_response_is_plain_yes(&response) == (status >= 200 && status < 300));
        tsn_response_set_header(&response, TSN_LIT("X-Sentry-Rate-Limits"), TSN_LIT("60::key"));
        ck_assert(!tsn_response_is_plain_yes(&response));
        tsn_response_fini(&response);
    }
}
END_TEST

START_TEST(limits_come_from_the_header_or_else_from_a_429)
{
    static const limit_row rows[] = {
        {"row 13: empty value", 429, "", NULL, 60, 60},
        {"row 13: empty value, Retry-After", 429, "", "7", 7, 7},
        {"row 14: any status counts", 200, "60:error:key", NULL, 60, 0},
        {"row 15: no headers", 429, NULL, NULL, 60, 60},
        {"row 16: Retry-After", 429, NULL, "7", 7, 7},
        {"row 17: the header wins", 429, "60:error:key", "7", 60, 0},
        {"row 18: not for other statuses", 503, NULL, "7", 0, 0},
        {"limits on 503", 503, "60:error:key", "7", 60, 0},
        {"limits on 400", 400, "60::key", NULL, 60, 60},
        {"limits on 302", 302, "60::key", NULL, 60, 60},
        {"nothing on 200", 200, NULL, "7", 0, 0},
        {"no well-formed entry", 429, "abc:error:key", NULL, 60, 60},
        {"no well-formed entry, Retry-After", 429, "-5:error:key,x", "7", 7, 7},
        {"one well-formed entry without effect", 429, "60:unheard_of:key", "7", 0, 0},
        {"unreadable Retry-After", 429, NULL, "soon", 60, 60},
        {"empty Retry-After", 429, NULL, "", 60, 60},
        {"Retry-After of zero", 429, NULL, "0", 0, 0},
        {"Retry-After in the past", 429, NULL, "Sun, 06 Nov 1994 08:49:30 GMT", 0, 0},
        {"Retry-After as a date", 429, NULL, "Sun, 06 Nov 1994 08:50:07 GMT", 30, 30},
        {"no answer has no limits", 0, "60::key", NULL, 0, 0},
    };
    for (size_t i = 0; i < TSN_ARRAY_LEN(rows); i++) expect_limits(&rows[i]);
}
END_TEST

/* H-12 */
START_TEST(lines_are_joined_and_names_have_no_case)
{
    static const char *const lines[] = {
        "HTTP/1.1 200 OK\r\n",
        "x-sentry-RATE-limits: 60:error:key\r\n",
        "Date: now\r\n",
        "X-Sentry-Rate-Limits:10:session:key\r\n",
        "\r\n",
    };
    tsn_response response = TSN_RESPONSE_EMPTY;
    tsn_ratelimit limits = {{0}, 0};
    feed(&response, lines, TSN_ARRAY_LEN(lines));
    tsn_response_end(&response, true);
    unit_expect_buf(&response.rate_limits, "60:error:key,10:session:key");
    ck_assert_int_eq(judge(&response, &limits), TSN_VERDICT_DELIVERED);
    ck_assert(tsn_ratelimit_blocks(&limits, TSN_CATEGORY_ERROR, NOW_MS + 59999));
    ck_assert(tsn_ratelimit_blocks(&limits, TSN_CATEGORY_SESSION, NOW_MS + 9999));
    tsn_response_fini(&response);
}
END_TEST

/* H-12 */
START_TEST(only_the_final_block_counts)
{
    static const char *const lines[] = {
        "HTTP/1.1 100 Continue\r\n",
        "X-Sentry-Rate-Limits: 60::key\r\n",
        "\r\n",
        "HTTP/1.1 429 Too Many\r\n",
        "Retry-After: 9\r\n",
        "\r\n",
        "X-Sentry-Rate-Limits: 99::key\r\n",
    };
    tsn_response response = TSN_RESPONSE_EMPTY;
    tsn_ratelimit limits = {{0}, 0};
    feed(&response, lines, TSN_ARRAY_LEN(lines));
    ck_assert_int_eq(judge(&response, &limits), TSN_VERDICT_REFUSED_429);
    ck_assert_int_eq(tsn_ratelimit_last_deadline(&limits), NOW_MS + 9000);
    tsn_response_fini(&response);
}
END_TEST

/* NET-4, NET-5 */
START_TEST(a_cut_body_is_an_answer_and_cut_headers_are_none)
{
    static const char *const lines[] = {"HTTP/2 200\r\n", "content-length: 9\r\n", "\r\n"};
    for (size_t count = 0; count <= TSN_ARRAY_LEN(lines); count++) {
        tsn_response response = TSN_RESPONSE_EMPTY;
        tsn_ratelimit limits = {{0}, 0};
        feed(&response, lines, count);
        tsn_response_end(&response, false);
        tsn_verdict want = count == 3 ? TSN_VERDICT_DELIVERED : TSN_VERDICT_RETRY;
        ck_assert_int_eq(judge(&response, &limits), want);
        tsn_response_fini(&response);
    }
}
END_TEST

START_TEST(an_interim_answer_is_final_only_if_the_transfer_ended_well)
{
    static const char *const lines[] = {"HTTP/1.1 103 Early Hints\r\n", "\r\n"};
    for (int is_ok = 0; is_ok < 2; is_ok++) {
        tsn_response response = TSN_RESPONSE_EMPTY;
        tsn_ratelimit limits = {{0}, 0};
        feed(&response, lines, TSN_ARRAY_LEN(lines));
        tsn_response_end(&response, is_ok == 1);
        tsn_verdict want = is_ok == 1 ? TSN_VERDICT_DISCARD : TSN_VERDICT_RETRY;
        ck_assert_int_eq(judge(&response, &limits), want);
        tsn_response_fini(&response);
    }
}
END_TEST

/* NET-9 */
START_TEST(a_status_line_without_a_status_is_no_answer)
{
    static const char *const lines[] = {
        "HTTP/1.1 abc\r\n",
        "HTTP/1.1\r\n",
        "HTTP/1.1 20\r\n",
        "HTTP/1.1 2000\r\n",
        "HTTP/1.1 2x0\r\n",
        "HTTP/\r\n",
        "HTTP/1.1  200\r\n",
        "HTTP/1.1 999 What\r\n",
        "ICY 200 OK\r\n",
        "\r\n",
        "",
        "HTTP/1.1 -20 OK\r\n",
    };
    for (size_t i = 0; i < TSN_ARRAY_LEN(lines); i++) {
        tsn_response response = TSN_RESPONSE_EMPTY;
        tsn_ratelimit limits = {{0}, 0};
        feed(&response, &lines[i], 1);
        tsn_response_header_line(&response, TSN_LIT("X-Sentry-Rate-Limits: 60::key\r\n"));
        tsn_response_header_line(&response, TSN_LIT("\r\n"));
        tsn_response_end(&response, true);
        ck_assert_int_eq(judge(&response, &limits), TSN_VERDICT_RETRY);
        ck_assert(tsn_ratelimit_last_deadline(&limits) == 0);
        tsn_response_fini(&response);
    }
}
END_TEST

START_TEST(odd_header_lines_are_passed_over)
{
    static const char *const lines[] = {
        "HTTP/1.1 200 OK\n",
        "Retry-After\r\n",
        ": 7\r\n",
        " X-Sentry-Rate-Limits: 60::key\r\n",
        "X-Sentry-Rate-Limits : 60::key\r\n",
        "X-Sentry-Rate-Limits-2: 60::key\r\n",
        "X-Sentry-Error:  missing \"key\" \r\n",
        "x-sentry-error: second\r\n",
        "Retry-After: 5\r\n",
        "Retry-After: 6\r\n",
        "\n",
    };
    tsn_response response = TSN_RESPONSE_EMPTY;
    feed(&response, lines, TSN_ARRAY_LEN(lines));
    ck_assert_int_eq(response.status, 200);
    ck_assert(response.has_all_headers);
    ck_assert_uint_eq(response.rate_limits.len, 0);
    unit_expect_buf(&response.retry_after, "5");
    unit_expect_buf(&response.error, "missing \"key\"");
    tsn_response_fini(&response);
}
END_TEST

/* NET-3 */
START_TEST(endless_headers_keep_a_bounded_part)
{
    tsn_response response = TSN_RESPONSE_EMPTY;
    tsn_buf line = TSN_BUF_EMPTY;
    tsn_response_set_status(&response, 429);
    for (int i = 0; i < 20000; i++) {
        tsn_response_header_line(&response, TSN_LIT("X-Sentry-Rate-Limits: 60:error:key\r\n"));
    }
    ck_assert_uint_le(response.rate_limits.len, 16384);
    ck_assert_uint_gt(response.rate_limits.len, 16000);
    TSN_BUF_LIT(&line, "X-Sentry-Error: ");
    for (int i = 0; i < 20000; i++) tsn_buf_byte(&line, 'x');
    tsn_response_header_line(&response, tsn_buf_view(&line));
    ck_assert_uint_eq(response.error.len, 0);
    tsn_buf_fini(&line);
    tsn_response_fini(&response);
}
END_TEST

START_TEST(a_cleared_response_remembers_nothing)
{
    static const char *const lines[] = {"HTTP/1.1 429 X\r\n", "Retry-After: 7\r\n",
                                        "X-Sentry-Error: e\r\n", "\r\n"};
    tsn_response response = TSN_RESPONSE_EMPTY;
    tsn_ratelimit limits = {{0}, 0};
    feed(&response, lines, TSN_ARRAY_LEN(lines));
    tsn_response_clear(&response);
    ck_assert_int_eq(judge(&response, &limits), TSN_VERDICT_RETRY);
    tsn_response_set_status(&response, 429);
    judge(&response, &limits);
    ck_assert_int_eq(tsn_ratelimit_last_deadline(&limits), NOW_MS + 60000);
    ck_assert_uint_eq(response.error.len, 0);
    tsn_response_fini(&response);
}
END_TEST

START_TEST(without_memory_a_429_still_holds_everything_back)
{
    tsn_response response = TSN_RESPONSE_EMPTY;
    tsn_ratelimit limits = {{0}, 0};
    tsn_response_set_status(&response, 429);
    tsn_alloc_fail_nth(1, true);
    tsn_response_set_header(&response, TSN_LIT("X-Sentry-Rate-Limits"), TSN_LIT("60:error:key"));
    tsn_response_set_header(&response, TSN_LIT("Retry-After"), TSN_LIT("7"));
    ck_assert(tsn_alloc_did_fail());
    tsn_alloc_fail_nth(0, false);
    ck_assert_int_eq(judge(&response, &limits), TSN_VERDICT_REFUSED_429);
    ck_assert(tsn_ratelimit_blocks(&limits, TSN_CATEGORY_SESSION, NOW_MS + 59999));
    tsn_response_fini(&response);
}
END_TEST

START_TEST(any_lines_are_survived)
{
    unit_chance chance = unit_chance_begin("response");
    static const char *const samples[] = {"HTTP/1.1 200 OK\r\n", "Retry-After: 7\r\n",
                                          "X-Sentry-Rate-Limits: 60:error:key\r\n", "\r\n"};
    tsn_response response = TSN_RESPONSE_EMPTY;
    for (int round = 0; round < 50000; round++) {
        tsn_ratelimit limits = {{0}, 0};
        tsn_slice line = unit_chance_mutate(&chance, samples[unit_chance_below(&chance, 4)],
                                            "HTTP/1. 29:,\r\n\x80X-");
        tsn_response_header_line(&response, line);
        unit_free_text(line);
        if (round % 7 == 0) tsn_response_end(&response, round % 2 == 0);
        judge(&response, &limits);
        if (round % 50 == 0) tsn_response_clear(&response);
    }
    tsn_response_fini(&response);
}
END_TEST

Suite *unit_suite(void)
{
    const TTest *const tests[] = {
        the_status_decides,
        a_plain_yes_is_a_good_status_without_limits,
        limits_come_from_the_header_or_else_from_a_429,
        lines_are_joined_and_names_have_no_case,
        only_the_final_block_counts,
        a_cut_body_is_an_answer_and_cut_headers_are_none,
        an_interim_answer_is_final_only_if_the_transfer_ended_well,
        a_status_line_without_a_status_is_no_answer,
        odd_header_lines_are_passed_over,
        endless_headers_keep_a_bounded_part,
        a_cleared_response_remembers_nothing,
        without_memory_a_429_still_holds_everything_back,
        any_lines_are_survived,
    };
    return unit_suite_of("response", tests, TSN_ARRAY_LEN(tests));
}

#include "io/answer_log.h"

#include "case.h"

typedef struct book {
    tsn_diag *diag;
    tsn_answer_log log;
} book;

static void note(book *b, tsn_verdict verdict, int status, bool is_untrusted)
{
    tsn_transfer transfer = {.is_untrusted = is_untrusted};
    tsn_response_set_status(&transfer.response, status);
    if (status == 0) tsn_transfer_fail(&transfer, "it is dark");
    if (status >= 400) {
        tsn_response_set_header(&transfer.response, TSN_LIT("X-Sentry-Error"), TSN_LIT("bad"));
        tsn_buf_slice(&transfer.excerpt, TSN_LIT("{\"detail\":1}"));
    }
    tsn_answer_log_note(&b->log, b->diag, verdict, &transfer);
    tsn_transfer_fini(&transfer);
}

/* The next line, or "" for none. */
static void expect_line(book *b, const char *want)
{
    tsn_buf line = TSN_BUF_EMPTY;
    (void)tsn_diag_next(b->diag, &line);
    unit_expect_buf(&line, want);
    tsn_buf_fini(&line);
}

static book book_open(bool debug)
{
    unit_stop_clock();
    return (book){.diag = tsn_diag_new(debug)};
}

static void book_close(book *b)
{
    tsn_diag_free(b->diag);
}

START_TEST(an_outage_is_one_warning)
{
    book b = book_open(false);
    note(&b, TSN_VERDICT_RETRY, 0, false);
    expect_line(&b, "warning transport.no_answer: no answer: it is dark");
    for (int i = 0; i < 9; i++) note(&b, TSN_VERDICT_RETRY, 0, false);
    expect_line(&b, "");
    note(&b, TSN_VERDICT_DELIVERED, 200, false);
    note(&b, TSN_VERDICT_RETRY, 0, false);
    expect_line(&b, "warning transport.no_answer: no answer: it is dark");
    book_close(&b);
}
END_TEST

START_TEST(a_refused_key_is_one_warning_a_client) /* 401, 403 */
{
    book b = book_open(false);
    note(&b, TSN_VERDICT_DISCARD, 403, false);
    expect_line(&b, "warning transport.refused: the server answered 403 bad; the envelope is "
                    "discarded: {\"detail\":1}");
    note(&b, TSN_VERDICT_DISCARD, 401, false);
    note(&b, TSN_VERDICT_DISCARD, 403, false);
    expect_line(&b, "");
    book_close(&b);
}
END_TEST

START_TEST(too_large_is_an_error_each_time) /* 413 */
{
    book b = book_open(false);
    for (int i = 0; i < 2; i++) {
        note(&b, TSN_VERDICT_DISCARD, 413, false);
        expect_line(&b, "error transport.refused: the server answered 413 bad; the envelope is "
                        "discarded: {\"detail\":1}");
    }
    book_close(&b);
}
END_TEST

START_TEST(other_refusals_are_for_the_debug_log)
{
    book b = book_open(false);
    note(&b, TSN_VERDICT_DISCARD, 400, false);
    note(&b, TSN_VERDICT_DISCARD, 503, false);
    note(&b, TSN_VERDICT_REFUSED_429, 429, false);
    note(&b, TSN_VERDICT_DELIVERED, 200, false);
    expect_line(&b, "");
    book_close(&b);
}
END_TEST

START_TEST(a_bad_certificate_is_one_error_an_hour) /* NET-2 */
{
    book b = book_open(false);
    const char *want = "error transport.certificate: the server's certificate is refused, nothing "
                       "is sent: it is dark";
    note(&b, TSN_VERDICT_RETRY, 0, true);
    expect_line(&b, want);
    unit_pass(3599999);
    note(&b, TSN_VERDICT_RETRY, 0, true);
    expect_line(&b, "");
    unit_pass(1);
    note(&b, TSN_VERDICT_RETRY, 0, true);
    expect_line(&b, want);
    book_close(&b);
}
END_TEST

Suite *unit_suite(void)
{
    const TTest *const tests[] = {
        an_outage_is_one_warning,
        a_refused_key_is_one_warning_a_client,
        too_large_is_an_error_each_time,
        other_refusals_are_for_the_debug_log,
        a_bad_certificate_is_one_error_an_hour,
    };
    return unit_suite_of("io/answer_log", tests, sizeof tests / sizeof tests[0]);
}

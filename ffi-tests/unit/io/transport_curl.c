#include "io/transport_curl.h"

#include "line.h"

START_TEST(the_request_is_these_bytes_and_no_others) /* H-1 to H-6 */
{
    static const unit_reply script[] = {REPLY(UNIT_WEB_OK)};
    line l;
    shot s;
    char want[512];
    line_open(&l, script, 1);
    send_one(&l, &s, "{}\nbody\n");
    snprintf(want, sizeof want,
             "POST /api/42/envelope/ HTTP/1.1\r\n"
             "Host: 127.0.0.1:%u\r\n"
             "Accept: */*\r\n"
             "X-Sentry-Auth: Sentry sentry_key=abc, sentry_version=7, "
             "sentry_client=tocsin.c/1.0.0, sentry_secret=def\r\n"
             "User-Agent: tocsin.c/1.0.0\r\n"
             "Content-Type: application/x-sentry-envelope\r\n"
             "Content-Length: 8\r\n"
             "\r\n"
             "{}\nbody\n",
             l.web->port);
    unit_expect_text(unit_web_request(l.web, 0), want);
    ck_assert_int_eq(s.transfer.response.status, 200);
    ck_assert(s.transfer.went_out);
    unit_expect_buf(&s.transfer.excerpt, "{}");
    tsn_transfer_fini(&s.transfer);
    line_close(&l);
}
END_TEST

START_TEST(a_large_body_is_neither_chunked_nor_announced) /* H-6 */
{
    static const unit_reply script[] = {REPLY(UNIT_WEB_OK)};
    line l;
    shot s;
    size_t len = (size_t)3 << 20;
    char *body = malloc(len + 1);
    memset(body, 'x', len);
    body[len] = '\0';
    line_open(&l, script, 1);
    fire(&l, &s, body);
    s.transfer.encoding = TSN_REQUEST_GZIP_HEADER;
    wait_for(&l, &s);
    tsn_slice request = unit_web_request(l.web, 0);
    tsn_slice head = tsn_slice_sub(request, 0, request.len - len);
    ck_assert(tsn_slice_contains(head, TSN_LIT("Content-Length: 3145728\r\n")));
    ck_assert(!tsn_slice_contains(head, TSN_LIT("Transfer-Encoding")));
    ck_assert(!tsn_slice_contains(head, TSN_LIT("Expect")));
    ck_assert_uint_eq(unit_web_body(l.web, 0).len, len);
    tsn_transfer_fini(&s.transfer);
    free(body);
    line_close(&l);
}
END_TEST

START_TEST(a_compressed_body_says_so) /* H-7 */
{
    static const unit_reply script[] = {REPLY(UNIT_WEB_OK)};
    line l;
    line_open(&l, script, 1);
    for (size_t i = 0; i < 2; i++) {
        shot s = {.is_over = false};
        s.transfer.request = &l.request;
        s.transfer.finish = note_end;
        s.transfer.context = &s.is_over;
        s.transfer.encoding = i == 0 ? TSN_REQUEST_GZIP_HEADER : NULL;
        tsn_buf_slice(&s.transfer.body, TSN_LIT("packed"));
        l.transport->ops->start(l.transport, &s.transfer);
        wait_for(&l, &s);
        bool says_so = tsn_slice_contains(unit_web_request(l.web, i),
                                          TSN_LIT("\r\nContent-Encoding: gzip\r\n"));
        ck_assert(says_so == (i == 0));
        tsn_transfer_fini(&s.transfer);
    }
    line_close(&l);
}
END_TEST

START_TEST(connections_are_kept_and_used_again) /* H-1 */
{
    static const unit_reply script[] = {REPLY(UNIT_WEB_OK)};
    line l;
    shot s;
    line_open(&l, script, 1);
    for (int i = 0; i < 10; i++) {
        send_one(&l, &s, "{}\n");
        ck_assert_int_eq(s.transfer.response.status, 200);
        tsn_transfer_fini(&s.transfer);
    }
    ck_assert_uint_eq(l.web->connections, 1);
    line_close(&l);
}
END_TEST

START_TEST(several_transfers_are_under_way_at_once) /* H-10 */
{
    static const unit_reply script[] = {REPLY(UNIT_WEB_OK)};
    line l;
    shot s[4];
    line_open(&l, script, 1);
    unit_web_pause(l.web, true);
    for (int i = 0; i < 4; i++) fire(&l, &s[i], "{}\n");
    ck_assert_uint_eq(l.transport->running, 4);
    while (unit_web_requests(l.web) < 4) l.transport->ops->poll(l.transport, 10);
    unit_web_pause(l.web, false);
    for (int i = 0; i < 4; i++) {
        wait_for(&l, &s[i]);
        ck_assert_int_eq(s[i].transfer.response.status, 200);
        tsn_transfer_fini(&s[i].transfer);
    }
    ck_assert_uint_eq(l.web->open_max, 4);
    line_close(&l);
}
END_TEST

typedef struct answer_row {
    unit_reply reply;
    int status; /* 0: no answer */
    const char *limits;
} answer_row;

#define LIMITED "HTTP/1.1 429 Too Many\r\nRetry-After: 7\r\n"

static const answer_row answers[] = {
    {REPLY("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"), 200, ""},
    {REPLY("HTTP/1.1 413 Large\r\nContent-Length: 0\r\n\r\n"), 413, ""},
    {REPLY("HTTP/1.1 999 Huh\r\nContent-Length: 0\r\n\r\n"), 999, ""}, /* judged to be none */
    {REPLY("HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n"), 503, ""},
    /* H-12: several lines, any case; only the last block counts */
    {REPLY(LIMITED "x-sentry-rate-limits: 1:error:key\r\nX-SENTRY-RATE-LIMITS: 2::key\r\n"
                   "Content-Length: 0\r\n\r\n"),
     429, "1:error:key,2::key"},
    {REPLY("HTTP/1.1 100 Continue\r\nX-Sentry-Rate-Limits: 9::key\r\n\r\n" UNIT_WEB_OK), 200, ""},
    /* NET-4: the status came, the body was cut */
    {{.text = "HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n{", .hangs_up = true}, 200, ""},
    {{.text = "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nnot json!", .hangs_up = true}, 200, ""},
    /* NET-5, NET-9: nothing that can be called an answer */
    {{.hangs_up = true}, 0, ""},
    {{.text = "HTTP/1.1 200 OK\r\nContent-Le", .hangs_up = true}, 0, ""},
    {{.text = "HTTP/1.1 20", .hangs_up = true}, 0, ""},
    {{.text = "hello\r\n", .hangs_up = true}, 0, ""},
    {{.text = "HTTP/1.1 abc\r\n\r\n", .hangs_up = true}, 0, ""},
    {{.text = "\n\n\n\n", .hangs_up = true}, 0, ""},
    /* NET-12: a proxy's word, not the server's */
    {REPLY("HTTP/1.1 407 Who?\r\nX-Sentry-Rate-Limits: 9::key\r\nContent-Length: 0\r\n\r\n"), 0,
     ""},
};

START_TEST(each_kind_of_answer_is_understood) /* H-11, H-12, NET-4, NET-5, NET-9 */
{
    for (size_t i = 0; i < sizeof answers / sizeof answers[0]; i++) {
        line l;
        shot s;
        line_open(&l, &answers[i].reply, 1);
        send_one(&l, &s, "{}\n");
        ck_assert_msg(s.transfer.response.status == answers[i].status, "row %zu: got %d (%s)", i,
                      s.transfer.response.status, s.transfer.problem);
        unit_expect_buf(&s.transfer.response.rate_limits, answers[i].limits);
        ck_assert(s.transfer.went_out);
        bool is_none = answers[i].status == 0 || answers[i].status > 599;
        if (is_none) ck_assert_str_ne(s.transfer.problem, "");
        tsn_transfer_fini(&s.transfer);
        line_close(&l);
    }
}
END_TEST

START_TEST(a_redirect_is_an_answer_and_is_not_followed) /* H-1, NET-8 */
{
    static const unit_reply aside[] = {REPLY(UNIT_WEB_OK)};
    unit_web *other = unit_web_start(aside, 1);
    char text[200];
    snprintf(text, sizeof text,
             "HTTP/1.1 307 Away\r\nLocation: http://127.0.0.1:%u/x\r\nContent-Length: 0\r\n\r\n",
             other->port);
    const unit_reply script[] = {REPLY(text)};
    line l;
    shot s;
    line_open(&l, script, 1);
    send_one(&l, &s, "{}\n");
    ck_assert_int_eq(s.transfer.response.status, 307);
    ck_assert_uint_eq(other->connections, 0);
    tsn_transfer_fini(&s.transfer);
    line_close(&l);
    unit_web_stop(other);
}
END_TEST

START_TEST(only_http_is_spoken) /* SEC-4 */
{
    static const char *const urls[] = {"file:///etc/hostname", "ftp://127.0.0.1/x",
                                       "gopher://127.0.0.1/x"};
    static const unit_reply script[] = {REPLY(UNIT_WEB_OK)};
    line l;
    line_open(&l, script, 1);
    for (size_t i = 0; i < 3; i++) {
        shot s = {.is_over = false};
        char url[64];
        tsn_request request = l.request;
        snprintf(url, sizeof url, "%s", urls[i]);
        request.url = url;
        s.transfer.request = &request;
        s.transfer.finish = note_end;
        s.transfer.context = &s.is_over;
        tsn_buf_slice(&s.transfer.body, TSN_LIT("x"));
        l.transport->ops->start(l.transport, &s.transfer);
        wait_for(&l, &s);
        ck_assert_int_eq(s.transfer.response.status, 0);
        ck_assert(!s.transfer.went_out);
        tsn_transfer_fini(&s.transfer);
    }
    line_close(&l);
}
END_TEST

START_TEST(a_proxy_gets_the_request_and_its_absence_is_no_answer) /* NET-12 */
{
    static const unit_reply script[] = {REPLY(UNIT_WEB_OK)};
    tsn_curl_config config = some_config();
    char proxy[64];
    line l;
    shot s;
    l.web = unit_web_start(script, 1);
    snprintf(proxy, sizeof proxy, "http://127.0.0.1:%u", l.web->port);
    config.http_proxy = proxy;
    connect_to(&l, 9, &config);
    send_one(&l, &s, "{}\n");
    ck_assert_int_eq(s.transfer.response.status, 200);
    ck_assert(tsn_slice_starts_with(unit_web_request(l.web, 0),
                                    TSN_LIT("POST http://127.0.0.1:9/api/42/envelope/ HTTP/1.1")));
    tsn_transfer_fini(&s.transfer);
    line_close(&l);
}
END_TEST

START_TEST(the_password_of_a_proxy_that_cannot_be_used_is_not_told)
{
    static const char *const proxies[] = {"http://me:hunter2@127.0.0.1:99999",
                                          "me:hunter2@:::", "what://me:hunter2@127.0.0.1:9"};
    static const unit_reply script[] = {REPLY(UNIT_WEB_OK)};
    for (size_t i = 0; i < sizeof proxies / sizeof proxies[0]; i++) {
        tsn_curl_config config = some_config();
        line l;
        shot s;
        l.web = unit_web_start(script, 1);
        config.http_proxy = proxies[i];
        connect_to(&l, 9, &config);
        send_one(&l, &s, "{}\n");
        ck_assert_str_ne(s.transfer.problem, "");
        ck_assert_msg(strstr(s.transfer.problem, "hunter2") == NULL, "%s", s.transfer.problem);
        tsn_transfer_fini(&s.transfer);
        line_close(&l);
    }
}
END_TEST

START_TEST(an_answer_that_quotes_the_key_is_not_kept) /* SEC-2 */
{
    static const unit_reply script[] = {REPLY("HTTP/1.1 400 No\r\nX-Sentry-Error: for abc\r\n"
                                              "Content-Length: 15\r\n\r\nsentry_key=abc!")};
    line l;
    shot s;
    line_open(&l, script, 1);
    send_one(&l, &s, "{}\n");
    ck_assert_int_eq(s.transfer.response.status, 400);
    unit_expect_buf(&s.transfer.excerpt, "(not shown: the key is in it)");
    unit_expect_buf(&s.transfer.response.error, "(not shown: the key is in it)");
    tsn_transfer_fini(&s.transfer);
    line_close(&l);
}
END_TEST

Suite *unit_suite(void)
{
    const TTest *const tests[] = {
        the_request_is_these_bytes_and_no_others,
        a_large_body_is_neither_chunked_nor_announced,
        a_compressed_body_says_so,
        connections_are_kept_and_used_again,
        several_transfers_are_under_way_at_once,
        each_kind_of_answer_is_understood,
        a_redirect_is_an_answer_and_is_not_followed,
        only_http_is_spoken,
        a_proxy_gets_the_request_and_its_absence_is_no_answer,
        the_password_of_a_proxy_that_cannot_be_used_is_not_told,
        an_answer_that_quotes_the_key_is_not_kept,
    };
    return unit_suite_of("io/transport_curl", tests, sizeof tests / sizeof tests[0]);
}

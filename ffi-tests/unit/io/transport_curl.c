#include "io/transport_curl.h"

#include <time.h>

#include "base/clock.h"
#include "data/dsn.h"
#include "support.h"
#include "web.h"

typedef struct line {
    unit_web *web;
    tsn_transport *transport;
    tsn_request request;
} line;

static tsn_curl_config some_config(void)
{
    return (tsn_curl_config){
        .max_connections = 4,
        .tcp_keep_alive = true,
        .connect_timeout_ms = 5000,
        .transfer_timeout_ms = 20000,
        .http_proxy = "",
        .https_proxy = "",
    };
}

static void connect_to(line *l, uint16_t port, const tsn_curl_config *config)
{
    char text[128];
    tsn_dsn dsn;
    snprintf(text, sizeof text, "http://abc:def@127.0.0.1:%u/42", port);
    ck_assert_int_eq(tsn_dsn_parse(&dsn, unit_slice(text), NULL), TOCSIN_OK);
    ck_assert_int_eq(
        tsn_request_init_dsn(&l->request, &dsn, TSN_LIT("tocsin.c"), TSN_LIT("1.0.0")), TOCSIN_OK);
    tsn_dsn_fini(&dsn);
    ck_assert_int_eq(tsn_transport_curl_prepare(), TOCSIN_OK);
    l->transport = tsn_transport_curl_new(config);
    ck_assert_ptr_nonnull(l->transport);
}

static void line_open(line *l, const unit_reply *script, size_t len)
{
    tsn_curl_config config = some_config();
    l->web = unit_web_start(script, len);
    connect_to(l, l->web->port, &config);
}

static void line_close(line *l)
{
    l->transport->ops->fini(l->transport);
    tsn_request_fini(&l->request);
    if (l->web != NULL) unit_web_stop(l->web);
}

typedef struct shot {
    tsn_transfer transfer;
    bool is_over;
} shot;

static void note_end(tsn_transfer *transfer, void *context)
{
    (void)transfer;
    *(bool *)context = true;
}

static void fire(line *l, shot *s, const char *body)
{
    memset(s, 0, sizeof *s);
    s->transfer.request = &l->request;
    s->transfer.finish = note_end;
    s->transfer.context = &s->is_over;
    tsn_buf_slice(&s->transfer.body, unit_slice(body));
    l->transport->ops->start(l->transport, &s->transfer);
}

static void wait_for(line *l, const shot *s)
{
    while (!s->is_over) l->transport->ops->poll(l->transport, 1000);
}

static void send_one(line *l, shot *s, const char *body)
{
    fire(l, s, body);
    wait_for(l, s);
}

#define REPLY(text_) {.text = (text_)}

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
    s.transfer.is_gzip = true;
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
        s.transfer.is_gzip = i == 0;
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
        if (answers[i].status == 0) ck_assert_str_ne(s.transfer.problem, "");
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

START_TEST(endless_headers_and_bodies_are_cut) /* H-9, NET-3 */
{
    static const unit_reply headers[] = {
        {.text = "HTTP/1.1 200 OK\r\n", .tail = "X-Filler: 0123456789\r\n", .repeats = 100000}};
    static const unit_reply interim[] = {
        {.text = "", .tail = "HTTP/1.1 100 Continue\r\nX-Fill: 0123456789\r\n\r\n", .repeats = 9999}};
    static const unit_reply body[] = {{.text = "HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\n",
                                       .tail = "0123456789abcdef",
                                       .repeats = 1000000}};
    static const unit_reply *const scripts[] = {headers, interim, body};
    for (int i = 0; i < 3; i++) {
        line l;
        shot s;
        line_open(&l, scripts[i], 1);
        send_one(&l, &s, "{}\n");
        ck_assert_int_eq(s.transfer.response.status, i == 2 ? 200 : 0);
        ck_assert_uint_le(s.transfer.excerpt.len, TSN_TRANSFER_EXCERPT_MAX);
        tsn_transfer_fini(&s.transfer);
        line_close(&l);
    }
}
END_TEST

START_TEST(what_never_left_is_known_from_what_did) /* ruling 9 */
{
    tsn_curl_config config = some_config();
    static const unit_reply rude[] = {{.is_rude = true}};
    line l;
    shot s;
    unit_web *gone = unit_web_start(rude, 1);
    uint16_t port = gone->port;
    unit_web_stop(gone);
    l.web = NULL;
    connect_to(&l, port, &config);
    send_one(&l, &s, "{}\n");
    ck_assert_int_eq(s.transfer.response.status, 0);
    ck_assert(!s.transfer.went_out);
    ck_assert_str_ne(s.transfer.problem, "");
    tsn_transfer_fini(&s.transfer);
    line_close(&l);
}
END_TEST

START_TEST(silence_is_cut_by_the_time_limit_wherever_it_falls) /* H-8, NET-3 */
{
    static const unit_reply silences[] = {
        {.holds = true},
        {.text = "HTTP/1.1 200 O", .holds = true},
        {.text = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n", .holds = true},
        {.text = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nab", .holds = true},
    };
    for (int i = 0; i < 4; i++) {
        tsn_curl_config config = some_config();
        line l;
        shot s;
        config.transfer_timeout_ms = 100;
        l.web = unit_web_start(&silences[i], 1);
        connect_to(&l, l.web->port, &config);
        send_one(&l, &s, "{}\n");
        ck_assert_int_eq(s.transfer.response.status, i == 3 ? 200 : 0);
        tsn_transfer_fini(&s.transfer);
        line_close(&l);
    }
}
END_TEST

START_TEST(running_transfers_are_cut_off_within_a_tenth_of_a_second) /* */
{
    static const unit_reply script[] = {{.holds = true}};
    line l;
    shot s[3];
    line_open(&l, script, 1);
    for (int i = 0; i < 3; i++) fire(&l, &s[i], "{}\n");
    while (unit_web_requests(l.web) < 3) l.transport->ops->poll(l.transport, 10);
    int64_t before_ms = tsn_clock_mono_ms();
    l.transport->ops->cancel_all(l.transport);
    ck_assert_uint_eq(l.transport->running, 0);
    l.transport->ops->fini(l.transport);
    ck_assert_int_lt(tsn_clock_mono_ms() - before_ms, 100);
    for (int i = 0; i < 3; i++) {
        ck_assert(!s[i].is_over);
        tsn_transfer_fini(&s[i].transfer);
    }
    tsn_request_fini(&l.request);
    unit_web_stop(l.web);
}
END_TEST

static void *wake_when_asked(void *context)
{
    line *l = context;
    unit_web_wait(l->web, 1);
    l->transport->ops->wake(l->transport);
    return NULL;
}

START_TEST(another_thread_ends_a_wait)
{
    static const unit_reply script[] = {{.holds = true}};
    pthread_t thread;
    line l;
    shot s;
    line_open(&l, script, 1);
    fire(&l, &s, "{}\n");
    pthread_create(&thread, NULL, wake_when_asked, &l);
    while (unit_web_requests(l.web) == 0) l.transport->ops->poll(l.transport, 10);
    pthread_join(thread, NULL);
    l.transport->ops->wake(l.transport);
    int64_t before_ms = tsn_clock_mono_ms();
    l.transport->ops->poll(l.transport, 10000);
    ck_assert_int_lt(tsn_clock_mono_ms() - before_ms, 5000);
    l.transport->ops->cancel_all(l.transport);
    tsn_transfer_fini(&s.transfer);
    line_close(&l);
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

START_TEST(forsaken_sockets_are_closed_here_and_nowhere_else) /* FRK-2 */
{
    static const unit_reply script[] = {REPLY(UNIT_WEB_OK)};
    line l;
    shot s;
    line_open(&l, script, 1);
    send_one(&l, &s, "{}\n");
    tsn_transfer_fini(&s.transfer);
    /* In a child of fork the transport's memory is nobody's; here somebody has to know of it. */
    static tsn_transport *forsaken;
    forsaken = l.transport;
    forsaken->ops->forsake(forsaken);
    pthread_mutex_lock(&l.web->lock);
    while (l.web->open > 0) pthread_cond_wait(&l.web->changed, &l.web->lock);
    pthread_mutex_unlock(&l.web->lock);
    tsn_request_fini(&l.request);
    unit_web_stop(l.web);
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
        endless_headers_and_bodies_are_cut,
        what_never_left_is_known_from_what_did,
        silence_is_cut_by_the_time_limit_wherever_it_falls,
        running_transfers_are_cut_off_within_a_tenth_of_a_second,
        another_thread_ends_a_wait,
        only_http_is_spoken,
        a_proxy_gets_the_request_and_its_absence_is_no_answer,
        forsaken_sockets_are_closed_here_and_nowhere_else,
    };
    return unit_suite_of("io/transport_curl", tests, sizeof tests / sizeof tests[0]);
}

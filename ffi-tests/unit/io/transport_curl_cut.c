/* Transfers that do not come to their natural end. */
#include "io/transport_curl.h"

#include "base/clock.h"
#include "line.h"

START_TEST(endless_headers_and_bodies_are_cut) /* H-9, NET-3 */
{
    static const unit_reply headers[] = {
        {.text = "HTTP/1.1 200 OK\r\n", .tail = "X-Filler: 0123456789\r\n", .repeats = 100000}};
    static const unit_reply interim[] = {
        {.text = "",
         .tail = "HTTP/1.1 100 Continue\r\nX-Fill: 0123456789\r\n\r\n",
         .repeats = 9999}};
    static const unit_reply body[] = {
        {.text = "HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\n",
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
    static const unit_reply nobody[] = {REPLY(NULL)};
    line l;
    shot s;
    unit_web *gone = unit_web_start(nobody, 1);
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
        config.transfer_timeout_ms = i == 3 ? 2000 : 100; /* by then the status has come */
        l.web = unit_web_start(&silences[i], 1);
        connect_to(&l, l.web->port, &config);
        send_one(&l, &s, "{}\n");
        ck_assert_int_eq(s.transfer.response.status, i == 3 ? 200 : 0);
        tsn_transfer_fini(&s.transfer);
        line_close(&l);
    }
}
END_TEST

START_TEST(running_transfers_are_cut_off_without_waiting) /* */
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
    ck_assert_int_lt(tsn_clock_mono_ms() - before_ms, UNIT_AGES_MS);
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
    ck_assert_int_lt(tsn_clock_mono_ms() - before_ms, UNIT_AGES_MS);
    l.transport->ops->cancel_all(l.transport);
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
    static tsn_transport *volatile forsaken;
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
        endless_headers_and_bodies_are_cut,
        what_never_left_is_known_from_what_did,
        silence_is_cut_by_the_time_limit_wherever_it_falls,
        running_transfers_are_cut_off_without_waiting,
        another_thread_ends_a_wait,
        forsaken_sockets_are_closed_here_and_nowhere_else,
    };
    return unit_suite_of("io/transport_curl_cut", tests, sizeof tests / sizeof tests[0]);
}

/* A line to a server of the test's own, through the transport that speaks HTTP. */
#ifndef TSN_UNIT_IO_LINE_H
#define TSN_UNIT_IO_LINE_H

#include "data/dsn.h"
#include "io/transport_curl.h"
#include "support.h"
#include "web.h"

typedef struct line {
    unit_web *web;
    tsn_transport *transport;
    tsn_request request;
} line;

static inline tsn_curl_config some_config(void)
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

static inline void connect_to(line *l, uint16_t port, const tsn_curl_config *config)
{
    char text[128];
    tsn_dsn dsn;
    snprintf(text, sizeof text, "http://abc:def@127.0.0.1:%u/42", port);
    ck_assert_int_eq(tsn_dsn_parse(&dsn, unit_slice(text), NULL), TOCSIN_OK);
    ck_assert_int_eq(tsn_request_init_dsn(&l->request, &dsn, TSN_LIT("tocsin.c"), TSN_LIT("1.0.0")),
                     TOCSIN_OK);
    tsn_dsn_fini(&dsn);
    ck_assert_int_eq(tsn_transport_curl_prepare(), TOCSIN_OK);
    l->transport = tsn_transport_curl_new(config);
    ck_assert_ptr_nonnull(l->transport);
}

static inline void line_open(line *l, const unit_reply *script, size_t len)
{
    tsn_curl_config config = some_config();
    l->web = unit_web_start(script, len);
    connect_to(l, l->web->port, &config);
}

static inline void line_close(line *l)
{
    l->transport->ops->fini(l->transport);
    tsn_request_fini(&l->request);
    if (l->web != NULL) unit_web_stop(l->web);
}

typedef struct shot {
    tsn_transfer transfer;
    bool is_over;
} shot;

static inline void note_end(tsn_transfer *transfer, void *context)
{
    (void)transfer;
    *(bool *)context = true;
}

static inline void fire(line *l, shot *s, const char *body)
{
    memset(s, 0, sizeof *s);
    s->transfer.request = &l->request;
    s->transfer.finish = note_end;
    s->transfer.context = &s->is_over;
    tsn_buf_slice(&s->transfer.body, unit_slice(body));
    l->transport->ops->start(l->transport, &s->transfer);
}

static inline void wait_for(line *l, const shot *s)
{
    while (!s->is_over) l->transport->ops->poll(l->transport, 1000);
}

static inline void send_one(line *l, shot *s, const char *body)
{
    fire(l, s, body);
    wait_for(l, s);
}

#define REPLY(text_)                                                                               \
    {                                                                                              \
        .text = (text_)                                                                            \
    }

#endif

#include "io/delivery.h"

#include "case.h"
#include "web.h"

typedef struct post {
    unit_web *web;
    tsn_dsn dsn;
    tsn_delivery *delivery;
} post;

static tsn_delivery_config config_for(post *post_, unit_web *web)
{
    char text[128];
    const char *problem = NULL;
    snprintf(text, sizeof text, "http://abc@127.0.0.1:%u/42", web == NULL ? 1 : web->port);
    ck_assert_int_eq(tsn_dsn_parse(&post_->dsn, unit_slice(text), &problem), TOCSIN_OK);
    post_->web = web;
    return (tsn_delivery_config){
        .transport = TSN_TRANSPORT_HTTP,
        .dsn = &post_->dsn,
        .sdk_name = TSN_LIT("tocsin.c"),
        .sdk_version = TSN_LIT("1.0.0"),
        .event = unit_event_config(),
        .queue_max_items = 100,
        .queue_max_bytes = (size_t)1 << 20,
        .max_connections = 8,
        .compress = true,
        .tcp_keep_alive = true,
        .send_client_reports = true,
        .shutdown_timeout_ms = 2000,
        .connect_timeout_ms = 15000,
        .transfer_timeout_ms = 30000,
        .http_proxy = "",
        .https_proxy = "",
    };
}

static void finish(post *post_)
{
    tsn_delivery_abandon(post_->delivery);
    tsn_dsn_fini(&post_->dsn);
    if (post_->web != NULL) unit_web_stop(post_->web);
}

static tocsin_status submit(tsn_delivery *delivery, unsigned number)
{
    tsn_delivery_captured(delivery, TSN_CATEGORY_ERROR, 1);
    return tsn_delivery_submit(delivery, unit_record(number));
}

static const unit_reply always_ok[] = {{.text = UNIT_WEB_OK}};

START_TEST(what_is_submitted_arrives_and_is_counted_delivered)
{
    post p;
    tsn_buf stats = TSN_BUF_EMPTY;
    tsn_delivery_config config = config_for(&p, unit_web_start(always_ok, 1));
    ck_assert_int_eq(tsn_delivery_new(&config, &p.delivery), TOCSIN_OK);
    for (unsigned i = 0; i < 20; i++) ck_assert_int_eq(submit(p.delivery, i), TOCSIN_OK);
    ck_assert_int_eq(tsn_delivery_flush(p.delivery, 5000), TOCSIN_OK);
    ck_assert_uint_eq(unit_web_requests(p.web), 20);
    tsn_delivery_stats(p.delivery, true, &stats);
    unit_expect_buf(&stats,
                    "{\"active\":true,\"queue\":{\"items\":0,\"bytes\":0},\"categories\":{\"error\":"
                    "{\"captured\":20,\"delivered\":20,\"refused429\":0,\"spooled\":0,\"queued\":0,"
                    "\"in_flight\":0,\"discarded\":{}}}}");
    tsn_buf_fini(&stats);
    ck_assert_int_eq(tsn_delivery_close(p.delivery, 1000), TOCSIN_OK);
    ck_assert_int_eq(submit(p.delivery, 21), TOCSIN_DISABLED);
    finish(&p);
}
END_TEST

Suite *unit_suite(void)
{
    const TTest *const tests[] = {
        what_is_submitted_arrives_and_is_counted_delivered,
    };
    return unit_suite_of("io/delivery", tests, sizeof tests / sizeof tests[0]);
}

/* A delivery with a server of the test's own. */
#ifndef TSN_UNIT_IO_POST_H
#define TSN_UNIT_IO_POST_H

#include <dirent.h>
#include <sched.h>

#include "case.h"
#include "io/delivery.h"
#include "web.h"

typedef struct post {
    unit_web *web;
    tsn_dsn dsn;
    tsn_delivery *delivery;
} post;

static inline tsn_delivery_config config_for(post *post_, unit_web *web)
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
        .compression = TSN_COMPRESSION_GZIP,
        .tcp_keep_alive = true,
        .send_client_reports = true,
        .shutdown_timeout_ms = 2000,
        .connect_timeout_ms = 15000,
        .transfer_timeout_ms = 30000,
        .http_proxy = "",
        .https_proxy = "",
    };
}

static inline void finish(post *post_)
{
    tsn_delivery_abandon(post_->delivery);
    tsn_dsn_fini(&post_->dsn);
    if (post_->web != NULL) unit_web_stop(post_->web);
}

static inline tocsin_status submit(tsn_delivery *delivery, unsigned number)
{
    return tsn_delivery_submit(delivery, unit_record(number));
}

static const unit_reply always_ok[] = {{.text = UNIT_WEB_OK}};

static inline void open_with(post *p, unit_web *web)
{
    tsn_delivery_config config = config_for(p, web);
    ck_assert_int_eq(tsn_delivery_new(&config, &p->delivery), TOCSIN_OK);
}

static inline void expect_error_counts(tsn_delivery *delivery, const char *want)
{
    tsn_buf stats = TSN_BUF_EMPTY;
    tsn_delivery_stats(delivery, false, &stats);
    ck_assert_msg(tsn_slice_contains(tsn_buf_view(&stats), unit_slice(want)), "%.*s lacks %s",
                  (int)stats.len, stats.data, want);
    tsn_buf_fini(&stats);
}

/* Until the statistics say so. */
static inline void await_error_counts(tsn_delivery *delivery, const char *want)
{
    for (bool is_there = false; !is_there; sched_yield()) {
        tsn_buf stats = TSN_BUF_EMPTY;
        tsn_delivery_stats(delivery, false, &stats);
        is_there = tsn_slice_contains(tsn_buf_view(&stats), unit_slice(want));
        tsn_buf_fini(&stats);
    }
}

static inline size_t count_threads(void)
{
    size_t count = 0;
    DIR *folder = opendir("/proc/self/task");
    const struct dirent *entry;
    while ((entry = readdir(folder)) != NULL) count += entry->d_name[0] != '.';
    closedir(folder);
    return count;
}

static const unit_reply silent[] = {{.holds = true}};

#endif

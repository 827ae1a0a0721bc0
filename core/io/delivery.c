/* The parts put together: an outbox, and with it a worker, Spotlight or the program's own hands.
 * The delivery is counted: the client holds a reference, the worker's thread one, and every
 * envelope that the program has out.
 *
 * A child of fork starts afresh before it does anything else: nothing here may be touched that is
 * half changed or belongs to the parent. */
#include "io/delivery.h"

#include "base/alloc.h"
#include "base/clock.h"
#include "base/fork.h"
#include "base/rc.h"
#include "io/closing.h"
#include "io/pull.h"
#include "io/transport_curl.h"
#include "io/transport_local.h"
#include "io/worker.h"

struct tsn_delivery {
    tsn_rc rc;
    tsn_delivery_config config;
    tsn_fork_watch fork;
    bool has_request;
    bool has_spotlight; /* beside the normal delivery */
    bool needs_worker;
    tsn_request request;
    tsn_buf identity;
    bool has_spool;
    bool is_durable; /* captures go to disk first */
    tsn_buf dsn;     /* public */
    tsn_spool spool;
    tsn_outbox outbox;
    tsn_worker worker;
    tsn_spotlight spotlight;
    tsn_pull pull;
};

static void delivery_free(tsn_delivery *delivery)
{
    tsn_fork_watch_remove(&delivery->fork);
    if (delivery->has_spotlight) tsn_spotlight_fini(&delivery->spotlight);
    tsn_worker_fini(&delivery->worker);
    tsn_outbox_fini(&delivery->outbox);
    if (delivery->has_spool) tsn_spool_fini(&delivery->spool);
    if (delivery->has_request) tsn_request_fini(&delivery->request);
    tsn_buf_fini(&delivery->identity);
    tsn_buf_fini(&delivery->dsn);
    if (delivery->config.owner_release != NULL) {
        delivery->config.owner_release(delivery->config.owner);
    }
    tsn_free(delivery);
}

static void retain(void *context)
{
    tsn_delivery *delivery = context;
    tsn_rc_retain(&delivery->rc);
}

static void release(void *context)
{
    tsn_delivery *delivery = context;
    if (tsn_rc_release(&delivery->rc)) delivery_free(delivery);
}

/* Everything that a new process does not have. A thread that is not here holds no reference. */
static void start_afresh(tsn_fork_watch *watch)
{
    tsn_delivery *delivery = TSN_CONTAINER_OF(watch, tsn_delivery, fork);
    bool had_thread = tsn_worker_is_started(&delivery->worker);
    tsn_outbox_start_afresh(&delivery->outbox);
    if (delivery->has_spool) tsn_spool_start_afresh(&delivery->spool);
    tsn_worker_start_afresh(&delivery->worker);
    if (delivery->has_spotlight) tsn_spotlight_start_afresh(&delivery->spotlight);
    if (had_thread && !delivery->worker.is_over) (void)tsn_rc_release(&delivery->rc);
}

static tsn_transport *open_web(void *context)
{
    const tsn_delivery_config *config = &((tsn_delivery *)context)->config;
    tsn_curl_config curl = {
        .max_connections = config->max_connections,
        .tcp_keep_alive = config->tcp_keep_alive,
        .connect_timeout_ms = config->connect_timeout_ms,
        .transfer_timeout_ms = config->transfer_timeout_ms,
        .http_proxy = config->http_proxy,
        .https_proxy = config->https_proxy,
        .ca_certs = config->ca_certs,
        .cert_file = config->cert_file,
        .key_file = config->key_file,
    };
    return tsn_transport_curl_new(&curl);
}

static bool is_local(tsn_transport_kind kind)
{
    return kind == TSN_TRANSPORT_STDOUT || kind == TSN_TRANSPORT_FILE;
}

static tsn_transport *open_main(void *context)
{
    const tsn_delivery_config *config = &((tsn_delivery *)context)->config;
    if (!is_local(config->transport)) return open_web(context);
    bool is_file = config->transport == TSN_TRANSPORT_FILE;
    return tsn_transport_local_new(is_file ? config->transport_path : NULL);
}

static tsn_slice public_dsn(const tsn_delivery *delivery)
{
    return delivery->config.dsn != NULL ? tsn_buf_view(&delivery->dsn) : TSN_SLICE_ABSENT;
}

static tocsin_status make_identity(tsn_delivery *delivery)
{
    const tsn_delivery_config *config = &delivery->config;
    if (config->dsn != NULL) tsn_dsn_append_public(config->dsn, &delivery->dsn);
    tsn_envelope_append_identity(&delivery->identity, public_dsn(delivery), config->sdk_name,
                                 config->sdk_version);
    bool has_failed = delivery->dsn.failed || delivery->identity.failed;
    return has_failed ? TOCSIN_E_NOMEM : TOCSIN_OK;
}

/* Spotlight alone keeps nothing for later (S-4). */
static void make_spool(tsn_delivery *delivery)
{
    const tsn_delivery_config *config = &delivery->config;
    if (config->cache_dir == NULL || config->transport == TSN_TRANSPORT_NONE) return;
    tsn_spool_config spool = {
        .path = config->cache_dir,
        .max_items = config->cache_max_items,
        .max_bytes = config->cache_max_bytes,
        .max_age_ms = config->cache_max_age_ms,
        .syncs = config->durability == TSN_DURABILITY_SYNC,
        .dsn = public_dsn(delivery),
        .diag = config->diag,
    };
    tsn_spool_init(&delivery->spool, &spool);
    delivery->has_spool = true;
    delivery->is_durable = config->durability != TSN_DURABILITY_MEMORY;
}

/* Where parcels go; nowhere if they are written or pulled. */
static tocsin_status make_request(tsn_delivery *delivery)
{
    const tsn_delivery_config *config = &delivery->config;
    tocsin_status st = TOCSIN_OK;
    if (config->transport == TSN_TRANSPORT_HTTP) {
        TSN_CHECK(config->dsn != NULL);
        st = tsn_request_init_dsn(&delivery->request, config->dsn, config->sdk_name,
                                  config->sdk_version);
    } else if (config->transport == TSN_TRANSPORT_NONE) {
        st = tsn_request_init_spotlight(&delivery->request, tsn_slice_of(config->spotlight_url),
                                        config->sdk_name, config->sdk_version);
    } else {
        return TOCSIN_OK;
    }
    delivery->has_request = st == TOCSIN_OK;
    return st;
}

static void make_outbox(tsn_delivery *delivery)
{
    const tsn_delivery_config *config = &delivery->config;
    bool is_spotlight = config->transport == TSN_TRANSPORT_NONE;
    tsn_outbox_config outbox = {
        .max_items = config->queue_max_items,
        .max_bytes = config->queue_max_bytes,
        .max_in_flight = is_spotlight || config->max_connections == 0 ? 1 : config->max_connections,
        .sends_reports = config->send_client_reports && !is_spotlight,
        .gives_up = is_spotlight,
        .retry_5xx = config->retry_5xx,
        .is_pulled = config->transport == TSN_TRANSPORT_PULL,
        .spool = delivery->has_spool ? &delivery->spool : NULL,
        .packing = {config->event, config->dsc, tsn_buf_view(&delivery->identity)},
    };
    tsn_outbox_init(&delivery->outbox, &outbox);
}

static tocsin_status make_spotlight(tsn_delivery *delivery)
{
    const tsn_delivery_config *config = &delivery->config;
    if (config->transport == TSN_TRANSPORT_NONE || config->spotlight_url == NULL) return TOCSIN_OK;
    tocsin_status st = tsn_spotlight_init(&delivery->spotlight, &delivery->outbox, config->diag,
                                          tsn_slice_of(config->spotlight_url), config->sdk_name,
                                          config->sdk_version);
    delivery->has_spotlight = st == TOCSIN_OK;
    return st;
}

static void make_carriers(tsn_delivery *delivery)
{
    const tsn_delivery_config *config = &delivery->config;
    bool is_pulled = config->transport == TSN_TRANSPORT_PULL;
    bool needs_web_too = delivery->has_spotlight && config->transport != TSN_TRANSPORT_HTTP;
    tsn_compression compression = config->compression;
    if (compression == TSN_COMPRESSION_ZSTD && config->transport == TSN_TRANSPORT_NONE)
        compression = TSN_COMPRESSION_GZIP; /* Spotlight alone */
    tsn_worker_config worker = {
        .outbox = &delivery->outbox,
        .spotlight = delivery->has_spotlight ? &delivery->spotlight : NULL,
        .request = delivery->has_request ? &delivery->request : NULL,
        .carries_parcels = !is_pulled,
        .compression = compression,
        .diag = config->diag,
        .open = open_main,
        .open_web = needs_web_too ? open_web : NULL,
        .exited = release,
        .context = delivery,
    };
    tsn_worker_init(&delivery->worker, &worker);
    delivery->needs_worker = !is_pulled || delivery->has_spotlight || delivery->has_spool;
    delivery->pull = (tsn_pull){
        .outbox = &delivery->outbox,
        .diag = config->diag,
        .owner = delivery,
        .owner_retain = retain,
        .owner_release = release,
    };
}

static tocsin_status make_parts(tsn_delivery *delivery)
{
    tocsin_status identity = make_identity(delivery);
    make_spool(delivery);
    make_outbox(delivery);
    tocsin_status spotlight = make_spotlight(delivery);
    tocsin_status request = make_request(delivery);
    make_carriers(delivery);
    TSN_TRY(identity);
    TSN_TRY(spotlight);
    TSN_TRY(request);
    bool needs_web = delivery->has_spotlight || delivery->has_request;
    return needs_web ? tsn_transport_curl_prepare() : TOCSIN_OK;
}

/* Makes sure that the thread runs. */
TSN_INLINE tocsin_status start_worker(tsn_delivery *delivery)
{
    if (TSN_LIKELY(tsn_worker_is_started(&delivery->worker)) || !delivery->needs_worker) {
        return TOCSIN_OK;
    }
    return tsn_worker_start(&delivery->worker, retain);
}

tocsin_status tsn_delivery_new(const tsn_delivery_config *config, tsn_delivery **out)
{
    *out = NULL;
    tsn_delivery *delivery = tsn_alloc_zero(sizeof *delivery);
    if (delivery == NULL) {
        if (config->owner_release != NULL) config->owner_release(config->owner);
        return TOCSIN_E_NOMEM;
    }
    tsn_rc_init(&delivery->rc);
    delivery->config = *config;
    tocsin_status st = make_parts(delivery);
    if (st != TOCSIN_OK) {
        delivery_free(delivery);
        return st;
    }
    tsn_fork_watch_add(&delivery->fork, start_afresh);
    /* what lies there waits for it; if there is no thread to be had now, the first submit asks */
    if (delivery->has_spool) (void)start_worker(delivery);
    *out = delivery;
    return TOCSIN_OK;
}

static TSN_COLD tocsin_status refuse(tsn_delivery *delivery, tsn_record *record, tocsin_status st)
{
    tsn_outbox_refuse(&delivery->outbox, record, TSN_REASON_INTERNAL_SDK_ERROR);
    return st;
}

static TSN_APART void offer_to_spotlight(tsn_delivery *delivery, const tsn_record *record)
{
    if (!tsn_delivery_is_closed(delivery)) tsn_spotlight_offer(&delivery->spotlight, record);
}

tocsin_status tsn_delivery_submit(tsn_delivery *delivery, tsn_record *record)
{
    tocsin_status st = start_worker(delivery);
    if (TSN_UNLIKELY(st < 0)) return refuse(delivery, record, st);
    if (delivery->has_spotlight) offer_to_spotlight(delivery, record);
    if (record->is_sampled_out && delivery->config.transport != TSN_TRANSPORT_NONE) {
        tsn_record_free(record);
        return TOCSIN_DROPPED;
    }
    if (TSN_UNLIKELY(delivery->is_durable)) {
        return tsn_outbox_push_durable(&delivery->outbox, record);
    }
    return tsn_outbox_push(&delivery->outbox, record);
}

void tsn_delivery_captured(tsn_delivery *delivery, tsn_category category, uint64_t quantity)
{
    tsn_ledger_capture(&delivery->outbox.ledger, category, quantity);
}

void tsn_delivery_discarded(tsn_delivery *delivery, const tsn_id *id, tsn_reason reason,
                            tsn_category category, uint64_t quantity)
{
    tsn_outbox_discard(&delivery->outbox, id, reason, category, quantity);
}

void tsn_delivery_stats(tsn_delivery *delivery, bool active, tsn_buf *out)
{
    tsn_outbox_write_stats(&delivery->outbox, active, out);
}

bool tsn_delivery_is_closed(tsn_delivery *delivery)
{
    return tsn_outbox_phase(&delivery->outbox) != TSN_PHASE_OPEN;
}

bool tsn_delivery_last_answer(tsn_delivery *delivery, tsn_buf *out)
{
    return tsn_outbox_last_answer(&delivery->outbox, out);
}

static int64_t deadline_of(const tsn_delivery *delivery, int64_t timeout_ms)
{
    return tsn_clock_deadline(timeout_ms < 0 ? delivery->config.shutdown_timeout_ms : timeout_ms);
}

/* False: something is to be sent, and there is nobody to send it. */
static bool has_carrier(tsn_delivery *delivery)
{
    if (!tsn_outbox_has_unsent(&delivery->outbox)) return true;
    return start_worker(delivery) == TOCSIN_OK;
}

tocsin_status tsn_delivery_flush(tsn_delivery *delivery, int64_t timeout_ms)
{
    int64_t deadline = deadline_of(delivery, timeout_ms);
    if (!tsn_delivery_is_closed(delivery) && !has_carrier(delivery)) return TOCSIN_TIMEOUT;
    return tsn_outbox_flush(&delivery->outbox, deadline);
}

void tsn_delivery_flush_cancel(tsn_delivery *delivery)
{
    tsn_outbox_cancel_flushes(&delivery->outbox);
}

tocsin_status tsn_delivery_close(tsn_delivery *delivery, int64_t timeout_ms)
{
    tocsin_status st;
    tsn_outbox *outbox = &delivery->outbox;
    int64_t deadline = deadline_of(delivery, timeout_ms);
    if (!tsn_outbox_begin_close(outbox, &st)) return st;
    st = has_carrier(delivery) ? tsn_closing_drain(outbox, deadline) : TOCSIN_TIMEOUT;
    tsn_closing_finish(outbox, &delivery->worker, delivery->config.diag, st, timeout_ms == 0);
    return st;
}

/* Nobody will call any more, so nobody waits: the thread does what close would. */
static void close_by_itself(tsn_delivery *delivery)
{
    tocsin_status st;
    tsn_outbox *outbox = &delivery->outbox;
    int64_t deadline = deadline_of(delivery, -1);
    if (!tsn_outbox_begin_close(outbox, &st)) return;
    bool has_thread = has_carrier(delivery) && tsn_worker_is_started(&delivery->worker);
    if (has_thread) {
        tsn_worker_abandon(&delivery->worker, deadline);
    } else {
        tsn_outbox_halt(outbox);
        (void)tsn_outbox_put_away(outbox, tsn_clock_deadline(TSN_OUTBOX_PUT_AWAY_MS));
        (void)tsn_outbox_seal(outbox);
        tsn_outbox_leave_report(outbox);
    }
}

void tsn_delivery_abandon(tsn_delivery *delivery)
{
    if (!tsn_delivery_is_closed(delivery)) close_by_itself(delivery);
    release(delivery);
}

tocsin_status tsn_delivery_next_envelope(tsn_delivery *delivery, int64_t timeout_ms,
                                         tsn_envelope_out **out)
{
    *out = NULL;
    if (delivery->config.transport != TSN_TRANSPORT_PULL) return TOCSIN_E_UNSUPPORTED;
    return tsn_pull_next(&delivery->pull, timeout_ms, out);
}

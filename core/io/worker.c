/* One loop: take, send, rest. All waiting happens in tsn_outbox_rest, all that may block besides is
 * a local write. Transports and the compressor are made by the thread itself when first needed, and
 * a transport that cannot be had is tried again under the same backoff as one that has no answer.
 */
#include "io/worker.h"

#include "base/clock.h"

#define ADOPT_EVERY_MS 60000

void tsn_worker_init(tsn_worker *worker, const tsn_worker_config *config)
{
    *worker = (tsn_worker){.config = *config};
    tsn_mutex_init(&worker->lock, TSN_RANK_LEAF);
    tsn_list_init(&worker->sent);
}

void tsn_worker_fini(tsn_worker *worker)
{
    tsn_mutex_fini(&worker->lock);
}

static void forsake(tsn_transport *transport)
{
    if (transport != NULL) transport->ops->forsake(transport);
}

void tsn_worker_start_afresh(tsn_worker *worker)
{
    tsn_worker_config config = worker->config;
    bool is_over = tsn_outbox_phase(config.outbox) != TSN_PHASE_OPEN;
    forsake(worker->transport);
    if (worker->web != worker->transport) forsake(worker->web);
    tsn_worker_init(worker, &config);
    worker->is_over = is_over;
}

static tsn_parcel *parcel_of(tsn_transfer *transfer)
{
    return TSN_CONTAINER_OF(transfer, tsn_parcel, transfer);
}

static void finish_parcel(tsn_transfer *transfer, void *context)
{
    tsn_worker *worker = context;
    tsn_parcel *parcel = parcel_of(transfer);
    tsn_transfer outcome = *transfer;
    tsn_answer answer = {&outcome.response, outcome.went_out, outcome.problem};
    transfer->response = TSN_RESPONSE_EMPTY;
    transfer->excerpt = TSN_BUF_EMPTY;
    transfer->body = TSN_BUF_EMPTY;
    tsn_list_remove(&parcel->node);
    tsn_verdict verdict = tsn_outbox_complete(worker->config.outbox, parcel, &answer);
    tsn_answer_log_note(&worker->log, worker->config.diag, verdict, &outcome);
    tsn_transfer_fini(&outcome);
}

static void finish_spotlight(tsn_transfer *transfer, void *context)
{
    tsn_worker *worker = context;
    worker->to_spotlight = NULL;
    tsn_spotlight_complete(worker->config.spotlight, parcel_of(transfer));
}

static tsn_transport *main_transport(tsn_worker *worker)
{
    if (worker->transport == NULL) {
        worker->transport = worker->config.open(worker->config.context);
    }
    return worker->transport;
}

static tsn_transport *web_transport(tsn_worker *worker)
{
    if (worker->config.open_web == NULL) return main_transport(worker);
    if (worker->web == NULL) worker->web = worker->config.open_web(worker->config.context);
    return worker->web;
}

/* NULL: plain. */
static tsn_compressor *compressor_for(tsn_worker *worker, const tsn_request *request)
{
    tsn_compression compression = worker->config.compression;
    if (request == NULL) return NULL;
    bool is_zstd_unknown = request != worker->config.request;
    if (is_zstd_unknown && compression == TSN_COMPRESSION_ZSTD) compression = TSN_COMPRESSION_GZIP;
    tsn_compressor *compressor = &worker->compressor;
    return tsn_compressor_open(compressor, compression, worker->config.diag) ? compressor : NULL;
}

/* Ends with the transfer's `finish` in any case. */
static void send_parcel(tsn_worker *worker, tsn_parcel *parcel, tsn_transport *transport)
{
    tsn_transfer *transfer = &parcel->transfer;
    tocsin_status st = TOCSIN_E_SYSTEM;
    transfer->context = worker;
    if (transport != NULL) {
        const tsn_packing *packing = &worker->config.outbox->config.packing;
        tsn_compressor *compressor = compressor_for(worker, transfer->request);
        st = tsn_parcel_seal(parcel, packing, tsn_clock_wall_us(), compressor);
    }
    if (st == TOCSIN_OK) {
        transport->ops->start(transport, transfer);
        return;
    }
    tsn_transfer_fail(transfer, "no memory or no descriptors");
    transfer->finish(transfer, worker);
}

static tsn_parcel *take(tsn_outbox *outbox)
{
    tsn_parcel *parcel = tsn_outbox_take(outbox);
    return parcel != NULL ? parcel : tsn_outbox_take_stored(outbox);
}

static void send_ready(tsn_worker *worker)
{
    tsn_parcel *parcel;
    if (!worker->config.carries_parcels) return;
    while ((parcel = take(worker->config.outbox)) != NULL) {
        parcel->transfer.request = worker->config.request;
        parcel->transfer.finish = finish_parcel;
        tsn_list_push_back(&worker->sent, &parcel->node);
        send_parcel(worker, parcel, main_transport(worker));
    }
}

static void send_spotlight(tsn_worker *worker)
{
    if (worker->config.spotlight == NULL) return;
    tsn_parcel *parcel = tsn_spotlight_take(worker->config.spotlight);
    if (parcel == NULL) return;
    parcel->transfer.request = &worker->config.spotlight->request;
    parcel->transfer.finish = finish_spotlight;
    worker->to_spotlight = parcel;
    send_parcel(worker, parcel, web_transport(worker));
}

static void tend_spool(tsn_worker *worker)
{
    int64_t now_ms = tsn_clock_mono_ms();
    if (worker->config.outbox->config.spool == NULL) return;
    if (now_ms >= worker->adopt_due_ms) {
        tsn_outbox_adopt(worker->config.outbox);
        worker->adopt_due_ms = now_ms + ADOPT_EVERY_MS;
    }
    tsn_outbox_spill(worker->config.outbox);
    tsn_outbox_save_report(worker->config.outbox);
}

static bool is_idle(tsn_outbox *outbox)
{
    tsn_outbox_lock(outbox);
    bool is_idle = tsn_outbox_idle_locked(outbox) && outbox->side_count == 0;
    tsn_mutex_unlock(&outbox->lock);
    return is_idle;
}

static void note_left(tsn_worker *worker, size_t left)
{
    if (left == 0) return;
    tsn_diag_note(worker->config.diag, TOCSIN_LEVEL_WARNING, "close.left",
                  "closed with %zu envelopes unsent; they are lost", left);
}

static bool is_over(tsn_worker *worker)
{
    tsn_outbox *outbox = worker->config.outbox;
    if (tsn_outbox_phase(outbox) >= TSN_PHASE_HALTED) return true;
    int64_t until = atomic_load(&worker->abandoned_until);
    return until != 0 && (tsn_clock_left(until) == 0 || is_idle(outbox));
}

static void rest(tsn_worker *worker)
{
    tsn_outbox *outbox = worker->config.outbox;
    tsn_transport *transport = worker->transport;
    int64_t until = atomic_load(&worker->abandoned_until);
    if (worker->web != NULL) {
        if (transport != NULL && transport->running > 0) transport->ops->poll(transport, 0);
        transport = worker->web;
    }
    int64_t deadline = until == 0 ? TSN_CLOCK_NEVER : until;
    bool has_spool = outbox->config.spool != NULL;
    if (has_spool && worker->adopt_due_ms < deadline) deadline = worker->adopt_due_ms;
    tsn_outbox_rest(outbox, transport, deadline);
}

/* First forgotten, then freed: a child of fork lets go of those it knows. */
static void close_transport(tsn_transport **place)
{
    tsn_transport *transport = *place;
    *place = NULL;
    if (transport == NULL) return;
    transport->ops->cancel_all(transport);
    transport->ops->fini(transport);
}

/* The outbox is halted: what was under way may have arrived or not. */
static void wind_up(tsn_worker *worker)
{
    tsn_list *node;
    close_transport(&worker->transport);
    close_transport(&worker->web);
    while ((node = tsn_list_pop_front(&worker->sent)) != NULL) {
        tsn_outbox_return(worker->config.outbox, TSN_CONTAINER_OF(node, tsn_parcel, node), true);
    }
    tsn_parcel_free(worker->to_spotlight);
    tsn_compressor_fini(&worker->compressor);
    worker->to_spotlight = NULL;
}

/* What close would do. */
static void close_alone(tsn_worker *worker)
{
    tsn_outbox *outbox = worker->config.outbox;
    tsn_outbox_halt(outbox);
    (void)tsn_outbox_put_away(outbox, tsn_clock_deadline(TSN_OUTBOX_PUT_AWAY_MS));
    note_left(worker, tsn_outbox_seal(outbox));
    tsn_outbox_leave_report(outbox);
}

static void *run(void *context)
{
    tsn_worker *worker = context;
    tsn_outbox *outbox = worker->config.outbox;
    while (!is_over(worker)) {
        tend_spool(worker);
        send_ready(worker);
        send_spotlight(worker);
        rest(worker);
    }
    wind_up(worker);
    if (atomic_load(&worker->abandoned_until) != 0) close_alone(worker);
    tsn_outbox_lock(outbox);
    worker->is_gone = true;
    tsn_cond_broadcast(&outbox->progress);
    tsn_mutex_unlock(&outbox->lock);
    worker->config.exited(worker->config.context);
    return NULL;
}

static tocsin_status start_locked(tsn_worker *worker, void (*starting)(void *context))
{
    if (worker->is_over) return TOCSIN_DISABLED;
    if (tsn_worker_is_started(worker)) return TOCSIN_OK;
    starting(worker->config.context);
    TSN_TRY(tsn_thread_start(&worker->thread, "tocsin", run, worker));
    atomic_store_explicit(&worker->is_started, true, memory_order_release);
    return TOCSIN_OK;
}

tocsin_status tsn_worker_start(tsn_worker *worker, void (*starting)(void *context))
{
    tsn_mutex_lock(&worker->lock);
    tocsin_status st = start_locked(worker, starting);
    tsn_mutex_unlock(&worker->lock);
    if (st < 0) worker->config.exited(worker->config.context);
    return st;
}

static bool wait_until_gone(tsn_worker *worker, int64_t patience_ms)
{
    tsn_outbox *outbox = worker->config.outbox;
    bool has_time = true;
    tsn_outbox_lock(outbox);
    while (!worker->is_gone && has_time) {
        has_time = tsn_outbox_wait_locked(outbox, &outbox->progress, patience_ms);
    }
    bool is_gone = worker->is_gone;
    tsn_mutex_unlock(&outbox->lock);
    return is_gone;
}

/* No start after this; the thread, if there is one, is the caller's. */
static tsn_thread end_starting(tsn_worker *worker)
{
    tsn_mutex_lock(&worker->lock);
    tsn_thread thread = worker->thread;
    worker->is_over = true;
    worker->thread.started = false;
    tsn_mutex_unlock(&worker->lock);
    return thread;
}

void tsn_worker_stop(tsn_worker *worker, int64_t patience_ms)
{
    tsn_thread thread = end_starting(worker);
    if (!thread.started) return;
    if (wait_until_gone(worker, patience_ms)) {
        tsn_thread_join(&thread);
    } else {
        tsn_thread_detach(&thread);
    }
}

void tsn_worker_abandon(tsn_worker *worker, int64_t deadline)
{
    tsn_thread thread = end_starting(worker);
    atomic_store(&worker->abandoned_until, deadline);
    tsn_outbox_poke(worker->config.outbox);
    tsn_thread_detach(&thread);
}

/* Everybody who waits on an outbox: the carrier for work, flush and close for its end. Each waits
 * on a condition with the lock as its only one, and looks again whenever it wakes; a deadline is
 * looked up on tocsin's clock each time, so a wait is cut into pieces. */
#include "io/outbox.h"

#include "base/clock.h"

static int64_t wait_ms_until(int64_t deadline)
{
    if (deadline == TSN_CLOCK_NEVER) return -1;
    int64_t left_ms = tsn_clock_left(deadline);
    return left_ms < TSN_OUTBOX_WAIT_MAX_MS ? left_ms : TSN_OUTBOX_WAIT_MAX_MS;
}

/* 0: there is something to do. */
static int64_t rest_ms_locked(tsn_outbox *outbox, int64_t deadline)
{
    int64_t now_ms = tsn_clock_mono_ms();
    if (tsn_outbox_phase(outbox) >= TSN_PHASE_HALTED) return 0;
    if (tsn_outbox_can_take_locked(outbox, now_ms)) return 0;
    if (tsn_outbox_can_take_stored_locked(outbox, now_ms)) return 0;
    int64_t due_ms = tsn_outbox_due_locked(outbox, now_ms);
    return wait_ms_until(due_ms < deadline ? due_ms : deadline);
}

/* For the worker, who may have other things to do than to carry. */
static int64_t worker_rest_ms_locked(tsn_outbox *outbox, int64_t deadline)
{
    if (outbox->is_poked) return 0;
    if (outbox->config.spool != NULL && tsn_outbox_phase(outbox) < TSN_PHASE_HALTED) {
        if (tsn_outbox_wants_spill_locked(outbox, tsn_clock_mono_ms())) return 0;
        bool waits_for_disk = outbox->is_spilling && outbox->spill_due_ms < deadline;
        if (waits_for_disk) deadline = outbox->spill_due_ms;
        int64_t save_due_ms = tsn_outbox_report_due_locked(outbox);
        if (save_due_ms < deadline) deadline = save_due_ms;
    }
    if (!outbox->config.is_pulled) return rest_ms_locked(outbox, deadline);
    return tsn_outbox_phase(outbox) >= TSN_PHASE_HALTED ? 0 : wait_ms_until(deadline);
}

static void poll_locked(tsn_outbox *outbox, tsn_transport *transport, int64_t timeout_ms)
{
    if (timeout_ms != 0) outbox->resting_in = transport;
    tsn_mutex_unlock(&outbox->lock);
    transport->ops->poll(transport, timeout_ms < 0 ? TSN_OUTBOX_WAIT_MAX_MS : timeout_ms);
    tsn_outbox_lock(outbox);
    outbox->resting_in = NULL;
}

static void sleep_locked(tsn_outbox *outbox, int64_t timeout_ms)
{
    if (timeout_ms == 0) return;
    outbox->is_resting = true;
    (void)tsn_outbox_wait_locked(outbox, &outbox->work, timeout_ms);
}

void tsn_outbox_wait_for_work(tsn_outbox *outbox, int64_t deadline)
{
    tsn_outbox_lock(outbox);
    sleep_locked(outbox, rest_ms_locked(outbox, deadline));
    tsn_mutex_unlock(&outbox->lock);
}

void tsn_outbox_rest(tsn_outbox *outbox, tsn_transport *transport, int64_t deadline)
{
    tsn_outbox_lock(outbox);
    int64_t timeout_ms = worker_rest_ms_locked(outbox, deadline);
    outbox->is_poked = false;
    if (transport != NULL && transport->running > 0) {
        poll_locked(outbox, transport, timeout_ms);
    } else {
        sleep_locked(outbox, timeout_ms);
    }
    tsn_mutex_unlock(&outbox->lock);
}

void tsn_outbox_poke(tsn_outbox *outbox)
{
    tsn_outbox_lock(outbox);
    tsn_outbox_wake_locked(outbox);
    tsn_mutex_unlock(&outbox->lock);
}

void tsn_outbox_side_add(tsn_outbox *outbox)
{
    tsn_outbox_lock(outbox);
    outbox->side_count++;
    tsn_outbox_wake_locked(outbox);
    tsn_mutex_unlock(&outbox->lock);
}

void tsn_outbox_side_done(tsn_outbox *outbox)
{
    tsn_outbox_lock(outbox);
    outbox->side_count--;
    tsn_cond_broadcast(&outbox->progress);
    tsn_mutex_unlock(&outbox->lock);
}

static tocsin_status wait_idle_locked(tsn_outbox *outbox, int64_t deadline)
{
    while (!tsn_outbox_idle_locked(outbox)) {
        if (tsn_clock_left(deadline) == 0) return TOCSIN_TIMEOUT;
        (void)tsn_outbox_wait_locked(outbox, &outbox->progress, wait_ms_until(deadline));
    }
    return TOCSIN_OK;
}

static tocsin_status flush_locked(tsn_outbox *outbox, int64_t deadline)
{
    if (tsn_outbox_phase(outbox) >= TSN_PHASE_SEALED) return outbox->close_status;
    uint32_t cancels = outbox->cancels;
    outbox->wants_report = outbox->ledger.has_pending || outbox->wants_report;
    tsn_outbox_wake_locked(outbox);
    while (!tsn_outbox_idle_locked(outbox)) {
        if (outbox->cancels != cancels) return TOCSIN_CANCELLED;
        if (tsn_clock_left(deadline) == 0) return TOCSIN_TIMEOUT;
        (void)tsn_outbox_wait_locked(outbox, &outbox->progress, wait_ms_until(deadline));
    }
    return tsn_outbox_phase(outbox) >= TSN_PHASE_SEALED ? outbox->close_status : TOCSIN_OK;
}

tocsin_status tsn_outbox_flush(tsn_outbox *outbox, int64_t deadline)
{
    tsn_outbox_lock(outbox);
    tocsin_status st = flush_locked(outbox, deadline);
    tsn_mutex_unlock(&outbox->lock);
    return st;
}

void tsn_outbox_cancel_flushes(tsn_outbox *outbox)
{
    tsn_outbox_lock(outbox);
    outbox->cancels++;
    tsn_cond_broadcast(&outbox->progress);
    tsn_mutex_unlock(&outbox->lock);
}

bool tsn_outbox_has_unsent(tsn_outbox *outbox)
{
    tsn_outbox_lock(outbox);
    bool has = !tsn_outbox_idle_locked(outbox) || outbox->ledger.has_pending;
    tsn_mutex_unlock(&outbox->lock);
    return has;
}

bool tsn_outbox_begin_close(tsn_outbox *outbox, tocsin_status *st)
{
    tsn_outbox_lock(outbox);
    bool is_first = tsn_outbox_phase(outbox) == TSN_PHASE_OPEN;
    if (is_first) {
        atomic_store(&outbox->phase, TSN_PHASE_CLOSING);
        if (!outbox->config.gives_up) outbox->backoff.until_ms = 0;
        outbox->wants_report = outbox->ledger.has_pending;
        tsn_outbox_wake_locked(outbox);
    }
    while (!is_first && tsn_outbox_phase(outbox) != TSN_PHASE_CLOSED) {
        (void)tsn_outbox_wait_locked(outbox, &outbox->progress, -1);
    }
    *st = outbox->close_status;
    tsn_mutex_unlock(&outbox->lock);
    return is_first;
}

/* A second round for what the first one lost: the report of it. */
tocsin_status tsn_outbox_drain(tsn_outbox *outbox, int64_t deadline)
{
    tsn_outbox_lock(outbox);
    tocsin_status st = wait_idle_locked(outbox, deadline);
    if (st == TOCSIN_OK && outbox->ledger.has_pending) {
        outbox->wants_report = true;
        tsn_outbox_wake_locked(outbox);
        st = wait_idle_locked(outbox, deadline);
    }
    int64_t side_deadline = tsn_clock_deadline(TSN_OUTBOX_SIDE_MS);
    if (deadline < side_deadline) side_deadline = deadline;
    while (st == TOCSIN_OK && outbox->side_count > 0 && tsn_clock_left(side_deadline) > 0) {
        (void)tsn_outbox_wait_locked(outbox, &outbox->progress, wait_ms_until(side_deadline));
    }
    tsn_mutex_unlock(&outbox->lock);
    return st;
}

void tsn_outbox_halt(tsn_outbox *outbox)
{
    tsn_outbox_lock(outbox);
    if (tsn_outbox_phase(outbox) < TSN_PHASE_HALTED) {
        atomic_store(&outbox->phase, TSN_PHASE_HALTED);
    }
    tsn_outbox_wake_locked(outbox);
    tsn_cond_broadcast(&outbox->progress);
    tsn_mutex_unlock(&outbox->lock);
}

/* The first parcel that is still under way has its fate now, whatever its carrier will say: on
 * disk, or lost. Each by itself, so that it is told with no lock held. */
static void disown_first_locked(tsn_outbox *outbox)
{
    tsn_mutex_assert_held(&outbox->lock);
    tsn_parcel *parcel = TSN_CONTAINER_OF(outbox->flight.next, tsn_parcel, flight);
    tsn_load load = parcel->booked;
    tsn_id id = parcel->id;
    tsn_fate fate = tsn_fate_spooled(TSN_FATE_AT_CLOSE);
    if (parcel->is_on_disk) {
        tsn_ledger_move(&outbox->ledger, TSN_STAGE_IN_FLIGHT, TSN_STAGE_SPOOLED, &load);
    } else {
        fate = tsn_fate_lost(TSN_FATE_AT_CLOSE, TSN_REASON_NETWORK_ERROR);
        tsn_ledger_lose(&outbox->ledger, TSN_STAGE_IN_FLIGHT, (tsn_reason)fate.reason, &load);
        parcel->is_lost = true;
    }
    parcel->era = outbox->era - 1;
    tsn_outbox_unbook_locked(outbox, parcel);
    outbox->in_flight--;
    tsn_mutex_unlock(&outbox->lock);
    tsn_fate_tell(&id, fate, &load);
    tsn_outbox_lock(outbox);
}

static tsn_fate fate_of_left(const tsn_record *record)
{
    if (record->stored != NULL) return tsn_fate_spooled(TSN_FATE_AT_CLOSE);
    return tsn_fate_lost(TSN_FATE_AT_CLOSE, TSN_REASON_NETWORK_ERROR);
}

/* Of what was queued, what has a file is not lost. */
static void count_left_locked(tsn_outbox *outbox, const tsn_list *left)
{
    tsn_mutex_assert_held(&outbox->lock);
    for (tsn_list *node = left->next; node != left; node = node->next) {
        const tsn_record *record = TSN_CONTAINER_OF(node, tsn_record, node);
        tsn_load load = tsn_load_of(record);
        if (record->stored != NULL) {
            tsn_ledger_move(&outbox->ledger, TSN_STAGE_QUEUED, TSN_STAGE_SPOOLED, &load);
        } else {
            tsn_ledger_lose(&outbox->ledger, TSN_STAGE_QUEUED, TSN_REASON_NETWORK_ERROR, &load);
        }
    }
}

static void free_left(tsn_list *left)
{
    for (tsn_list *node = left->next; node != left; node = node->next) {
        tsn_record *record = TSN_CONTAINER_OF(node, tsn_record, node);
        tsn_load load = tsn_load_of(record);
        tsn_fate_tell(&record->id, fate_of_left(record), &load);
        tsn_spool_forget(record->stored);
        record->stored = NULL;
    }
    tsn_records_free(left);
}

size_t tsn_outbox_seal(tsn_outbox *outbox)
{
    tsn_list left;
    tsn_list_init(&left);
    tsn_outbox_lock(outbox);
    size_t count = outbox->queue.items + outbox->in_flight;
    if (tsn_outbox_phase(outbox) < TSN_PHASE_SEALED) {
        atomic_store(&outbox->phase, TSN_PHASE_SEALED);
        outbox->close_status = count > 0 ? TOCSIN_TIMEOUT : TOCSIN_OK;
        while (!tsn_list_empty(&outbox->flight)) disown_first_locked(outbox);
        outbox->era++;
        outbox->in_flight = 0;
        outbox->wants_report = false;
        tsn_queue_drain(&outbox->queue, &left);
        count_left_locked(outbox, &left);
        tsn_outbox_wake_locked(outbox);
        tsn_cond_broadcast(&outbox->progress);
    }
    tsn_mutex_unlock(&outbox->lock);
    free_left(&left);
    return count;
}

void tsn_outbox_end_close(tsn_outbox *outbox, tocsin_status st)
{
    tsn_outbox_lock(outbox);
    atomic_store(&outbox->phase, TSN_PHASE_CLOSED);
    outbox->close_status = st;
    tsn_cond_broadcast(&outbox->progress);
    tsn_mutex_unlock(&outbox->lock);
}

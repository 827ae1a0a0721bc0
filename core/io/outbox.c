/* A parcel is taken under the lock, packed and sent without it, and completed under it again. What
 * may go depends on the answers so far: after a failure, and while anything is limited, one at a
 * time (H-10); after no answer, nothing before the backoff's end. */
#include "io/outbox.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/rand.h"

void tsn_outbox_init(tsn_outbox *outbox, const tsn_outbox_config *config)
{
    memset(outbox, 0, sizeof *outbox);
    outbox->config = *config;
    atomic_init(&outbox->phase, TSN_PHASE_OPEN);
    tsn_ledger_init(&outbox->ledger, config->sends_reports);
    tsn_mutex_init(&outbox->lock, TSN_RANK_LEAF);
    tsn_cond_init(&outbox->work);
    tsn_cond_init(&outbox->progress);
    tsn_queue_init(&outbox->queue, config->max_items, config->max_bytes);
    outbox->reported_ms = tsn_clock_mono_ms();
}

void tsn_outbox_fini(tsn_outbox *outbox)
{
    tsn_list left;
    tsn_list_init(&left);
    tsn_queue_drain(&outbox->queue, &left);
    tsn_records_free(&left);
    tsn_cond_fini(&outbox->work);
    tsn_cond_fini(&outbox->progress);
    tsn_mutex_fini(&outbox->lock);
}

void tsn_outbox_start_afresh(tsn_outbox *outbox)
{
    tsn_outbox_config config = outbox->config;
    tsn_ratelimit limits = outbox->limits;
    int64_t limited_until_ms = outbox->limited_until_ms;
    uint32_t era = outbox->era;
    bool was_open = tsn_outbox_phase(outbox) == TSN_PHASE_OPEN;
    tsn_outbox_init(outbox, &config);
    outbox->limits = limits;
    outbox->limited_until_ms = limited_until_ms;
    outbox->era = era + 1;
    if (!was_open) atomic_store(&outbox->phase, TSN_PHASE_CLOSED);
}

/* Wakes the worker if it sleeps. The transport that it sleeps in lives as long as the lock is held.
 */
void tsn_outbox_wake_locked(tsn_outbox *outbox)
{
    tsn_mutex_assert_held(&outbox->lock);
    outbox->is_poked = true;
    if (outbox->resting_in != NULL) {
        outbox->resting_in->ops->wake(outbox->resting_in);
        outbox->resting_in = NULL;
    }
    if (outbox->is_resting) {
        outbox->is_resting = false;
        tsn_cond_broadcast(&outbox->work);
    }
}

/* How many parcels may be under way at once. */
static size_t in_flight_max_locked(const tsn_outbox *outbox)
{
    tsn_mutex_assert_held(&outbox->lock);
    bool is_careful = outbox->is_failing || outbox->limited_until_ms > 0;
    return is_careful ? 1 : outbox->config.max_in_flight;
}

static bool is_limited_locked(tsn_outbox *outbox, int64_t now_ms)
{
    tsn_mutex_assert_held(&outbox->lock);
    if (now_ms >= outbox->limited_until_ms) outbox->limited_until_ms = 0;
    return outbox->limited_until_ms > 0;
}

static bool is_report_due_locked(const tsn_outbox *outbox, int64_t now_ms, int64_t delay_ms)
{
    tsn_mutex_assert_held(&outbox->lock);
    if (!outbox->ledger.has_pending) return false;
    return outbox->wants_report || now_ms - outbox->reported_ms >= delay_ms;
}

static bool has_something_locked(const tsn_outbox *outbox, int64_t now_ms)
{
    return outbox->queue.items > 0 ||
           is_report_due_locked(outbox, now_ms, TSN_OUTBOX_REPORT_ALONE_MS);
}

static bool is_held_back_locked(const tsn_outbox *outbox, int64_t now_ms)
{
    return tsn_backoff_holds(&outbox->backoff, now_ms) && !outbox->config.gives_up;
}

bool tsn_outbox_can_take_locked(tsn_outbox *outbox, int64_t now_ms)
{
    if (tsn_outbox_phase(outbox) >= TSN_PHASE_SEALED) return false;
    if (!has_something_locked(outbox, now_ms) || is_held_back_locked(outbox, now_ms)) return false;
    (void)is_limited_locked(outbox, now_ms);
    return outbox->in_flight < in_flight_max_locked(outbox);
}

int64_t tsn_outbox_due_locked(const tsn_outbox *outbox, int64_t now_ms)
{
    if (outbox->in_flight >= in_flight_max_locked(outbox)) return TSN_CLOCK_NEVER;
    int64_t due_ms = TSN_CLOCK_NEVER;
    if (has_something_locked(outbox, now_ms)) {
        due_ms = now_ms;
    } else if (outbox->ledger.has_pending) {
        due_ms = outbox->reported_ms + TSN_OUTBOX_REPORT_ALONE_MS;
    }
    bool is_held = is_held_back_locked(outbox, now_ms);
    return is_held && due_ms < outbox->backoff.until_ms ? outbox->backoff.until_ms : due_ms;
}

bool tsn_outbox_idle_locked(const tsn_outbox *outbox)
{
    tsn_mutex_assert_held(&outbox->lock);
    bool lacks_report = outbox->wants_report && outbox->ledger.has_pending;
    return outbox->queue.items == 0 && outbox->in_flight == 0 && !lacks_report;
}

/* Whether a record that is new in the queue is worth waking somebody for. */
static bool is_wanted_locked(const tsn_outbox *outbox)
{
    if (!outbox->is_resting && outbox->resting_in == NULL) return false;
    return outbox->in_flight < in_flight_max_locked(outbox);
}

static tocsin_status lose_new_locked(tsn_outbox *outbox, tsn_record *record, const tsn_load *load,
                                     tsn_reason reason, tocsin_status st)
{
    outbox->queue.bytes += (int64_t)record->charged;
    outbox->queue.bytes -= (int64_t)tsn_record_unweigh(record);
    tsn_ledger_discard_load(&outbox->ledger, reason, load);
    return st;
}

static tocsin_status push_locked(tsn_outbox *outbox, tsn_record *record, const tsn_load *load)
{
    if (tsn_outbox_phase(outbox) != TSN_PHASE_OPEN) {
        return lose_new_locked(outbox, record, load, TSN_REASON_NETWORK_ERROR, TOCSIN_DISABLED);
    }
    if (outbox->limited_until_ms > 0) {
        int64_t now_ms = tsn_clock_mono_ms();
        if (tsn_ratelimit_blocks(&outbox->limits, TSN_CATEGORY_ERROR, now_ms)) {
            return lose_new_locked(outbox, record, load, TSN_REASON_RATELIMIT_BACKOFF,
                                   TOCSIN_DROPPED);
        }
    }
    if (!tsn_queue_push(&outbox->queue, record)) {
        tsn_ledger_discard_load(&outbox->ledger, TSN_REASON_QUEUE_OVERFLOW, load);
        return TOCSIN_E_FULL;
    }
    tsn_ledger_enter(&outbox->ledger, TSN_STAGE_QUEUED, load);
    if (is_wanted_locked(outbox)) tsn_outbox_wake_locked(outbox);
    return TOCSIN_OK;
}

tocsin_status tsn_outbox_push(tsn_outbox *outbox, tsn_record *record)
{
    tsn_load load = tsn_load_of(record);
    tsn_record_weigh(record);
    tsn_mutex_lock(&outbox->lock);
    tocsin_status st = push_locked(outbox, record, &load);
    tsn_mutex_unlock(&outbox->lock);
    if (st != TOCSIN_OK) tsn_record_free(record);
    return st;
}

void tsn_outbox_refuse(tsn_outbox *outbox, tsn_record *record, tsn_reason reason)
{
    tsn_load load = tsn_load_of(record);
    tsn_mutex_lock(&outbox->lock);
    tsn_ledger_discard_load(&outbox->ledger, reason, &load);
    tsn_mutex_unlock(&outbox->lock);
    tsn_record_free(record);
}

void tsn_outbox_discard(tsn_outbox *outbox, tsn_reason reason, tsn_category category,
                        uint64_t quantity)
{
    tsn_mutex_lock(&outbox->lock);
    tsn_ledger_discard(&outbox->ledger, reason, category, quantity);
    tsn_mutex_unlock(&outbox->lock);
}

/* Takes what goes next. A report rides with any envelope when it is due; a flush has it go with the
 * last one, so that it tells as much as it can. */
static void fill_locked(tsn_outbox *outbox, tsn_parcel *parcel, int64_t now_ms)
{
    parcel->era = outbox->era;
    parcel->begun_after = outbox->backoff.failures;
    parcel->has_limits = is_limited_locked(outbox, now_ms);
    if (parcel->has_limits) parcel->limits = outbox->limits;
    parcel->record = tsn_queue_pop(&outbox->queue);
    if (parcel->record != NULL) {
        parcel->load = tsn_load_of(parcel->record);
        tsn_ledger_move(&outbox->ledger, TSN_STAGE_QUEUED, TSN_STAGE_IN_FLIGHT, &parcel->load);
    }
    bool waits_for_last = outbox->wants_report && outbox->queue.items > 0;
    bool is_overdue = now_ms - outbox->reported_ms >= TSN_OUTBOX_REPORT_RIDES_MS;
    parcel->has_report =
        outbox->ledger.has_pending && (is_overdue || (outbox->wants_report && !waits_for_last));
    if (parcel->has_report) {
        tsn_ledger_take_pending(&outbox->ledger, &parcel->report);
        outbox->reported_ms = now_ms;
    }
    outbox->in_flight++;
}

/* What was queued while the other side cannot be reached, if nothing is kept for later (S-4). */
static void lose_meanwhile(tsn_outbox *outbox, int64_t now_ms)
{
    tsn_list lost;
    tsn_list_init(&lost);
    tsn_mutex_lock(&outbox->lock);
    if (outbox->queue.items > 0 && tsn_backoff_holds(&outbox->backoff, now_ms)) {
        tsn_queue_drain(&outbox->queue, &lost);
        for (tsn_list *node = lost.next; node != &lost; node = node->next) {
            tsn_load load = tsn_load_of(TSN_CONTAINER_OF(node, tsn_record, node));
            tsn_ledger_lose(&outbox->ledger, TSN_STAGE_QUEUED, TSN_REASON_NETWORK_ERROR, &load);
        }
        tsn_cond_broadcast(&outbox->progress);
    }
    tsn_mutex_unlock(&outbox->lock);
    tsn_records_free(&lost);
}

/* No memory for a parcel: the first record goes, or the queue would stand still. */
static void lose_first(tsn_outbox *outbox)
{
    tsn_mutex_lock(&outbox->lock);
    tsn_record *record = tsn_queue_pop(&outbox->queue);
    if (record != NULL) {
        tsn_load load = tsn_load_of(record);
        tsn_ledger_lose(&outbox->ledger, TSN_STAGE_QUEUED, TSN_REASON_INTERNAL_SDK_ERROR, &load);
    }
    tsn_cond_broadcast(&outbox->progress);
    tsn_mutex_unlock(&outbox->lock);
    tsn_record_free(record);
}

static bool take_into(tsn_outbox *outbox, tsn_parcel *parcel, int64_t now_ms)
{
    tsn_mutex_lock(&outbox->lock);
    bool can_take = tsn_outbox_can_take_locked(outbox, now_ms);
    if (can_take) fill_locked(outbox, parcel, now_ms);
    tsn_mutex_unlock(&outbox->lock);
    return can_take;
}

static bool can_take(tsn_outbox *outbox, int64_t now_ms)
{
    tsn_mutex_lock(&outbox->lock);
    bool can = tsn_outbox_can_take_locked(outbox, now_ms);
    tsn_mutex_unlock(&outbox->lock);
    return can;
}

/* Makes the envelope. False: nothing of it is left to send. */
static bool pack(tsn_outbox *outbox, tsn_parcel *parcel, int64_t now_ms)
{
    tsn_client_report lost = {0};
    tsn_client_report untold = {0};
    bool is_counted = parcel->record != NULL && !parcel->record->is_sampled_out;
    if (parcel->record != NULL) {
        tsn_parcel_pack(parcel, &outbox->config.packing, now_ms, &lost);
    }
    bool had_report = parcel->has_report;
    if (had_report) tsn_parcel_pack_report(parcel, tsn_clock_wall_us(), &untold);
    bool has_failed_report = had_report && !parcel->has_report;
    bool is_any_left = parcel->envelope.item_count > 0;
    tsn_mutex_lock(&outbox->lock);
    if (parcel->era == outbox->era) {
        if (is_counted) tsn_ledger_lose_counted(&outbox->ledger, &lost);
        tsn_ledger_give_back(&outbox->ledger, &untold);
        if (has_failed_report) outbox->wants_report = false;
        if (!is_any_left) outbox->in_flight--;
    }
    if (!is_any_left) tsn_cond_broadcast(&outbox->progress);
    tsn_mutex_unlock(&outbox->lock);
    return is_any_left;
}

tsn_parcel *tsn_outbox_take(tsn_outbox *outbox)
{
    for (;;) {
        int64_t now_ms = tsn_clock_mono_ms();
        if (outbox->config.gives_up) lose_meanwhile(outbox, now_ms);
        if (!can_take(outbox, now_ms)) return NULL;
        tsn_parcel *parcel = tsn_parcel_new();
        if (parcel == NULL) {
            lose_first(outbox);
            return NULL;
        }
        if (!take_into(outbox, parcel, now_ms)) {
            tsn_parcel_free(parcel);
            return NULL;
        }
        if (pack(outbox, parcel, now_ms)) return parcel;
        tsn_parcel_free(parcel);
    }
}

static int64_t latest_limit(const tsn_ratelimit *limits)
{
    int64_t latest_ms = limits->all_until_ms;
    for (size_t i = 0; i < TSN_CATEGORY_COUNT; i++) {
        if (limits->until_ms[i] > latest_ms) latest_ms = limits->until_ms[i];
    }
    return latest_ms;
}

static tsn_verdict judge_locked(tsn_outbox *outbox, const tsn_answer *answer, int64_t now_ms)
{
    tsn_verdict verdict =
        tsn_response_judge(answer->response, false, &outbox->limits, now_ms, tsn_clock_wall_us());
    outbox->limited_until_ms = latest_limit(&outbox->limits);
    outbox->is_failing = verdict != TSN_VERDICT_DELIVERED;
    outbox->has_answer = true;
    outbox->last_status = verdict == TSN_VERDICT_RETRY ? 0 : answer->response->status;
    tsn_slice error = tsn_buf_view(&answer->response->error);
    if (verdict == TSN_VERDICT_RETRY) error = tsn_slice_of(answer->problem);
    snprintf(outbox->last_problem, sizeof outbox->last_problem, "%.*s", (int)error.len, error.data);
    return verdict;
}

/* No answer: the record returns to its place, unless it had its chances. */
static void keep_or_lose_locked(tsn_outbox *outbox, tsn_parcel *parcel, const tsn_answer *answer)
{
    tsn_record *record = parcel->record;
    if (record == NULL) return;
    record->tries += answer->went_out;
    bool had_chances = record->tries >= TSN_OUTBOX_TRIES_MAX || outbox->config.gives_up;
    if (had_chances || parcel->cannot_return) {
        tsn_ledger_lose(&outbox->ledger, TSN_STAGE_IN_FLIGHT, TSN_REASON_NETWORK_ERROR,
                        &parcel->load);
        return;
    }
    tsn_ledger_move(&outbox->ledger, TSN_STAGE_IN_FLIGHT, TSN_STAGE_QUEUED, &parcel->load);
    tsn_queue_put_back(&outbox->queue, record);
    parcel->record = NULL;
}

static void settle_locked(tsn_outbox *outbox, tsn_parcel *parcel, tsn_verdict verdict,
                          const tsn_answer *answer, int64_t now_ms, double chance)
{
    tsn_ledger *ledger = &outbox->ledger;
    outbox->in_flight--;
    switch (verdict) {
    case TSN_VERDICT_DELIVERED:
        tsn_ledger_move(ledger, TSN_STAGE_IN_FLIGHT, TSN_STAGE_DELIVERED, &parcel->load);
        break;
    case TSN_VERDICT_REFUSED_429:
        tsn_ledger_move(ledger, TSN_STAGE_IN_FLIGHT, TSN_STAGE_REFUSED_429, &parcel->load);
        break;
    case TSN_VERDICT_DISCARD:
        tsn_ledger_lose(ledger, TSN_STAGE_IN_FLIGHT, TSN_REASON_SEND_ERROR, &parcel->load);
        break;
    case TSN_VERDICT_RETRY:
        keep_or_lose_locked(outbox, parcel, answer);
        break;
    }
    bool is_no_answer = verdict == TSN_VERDICT_RETRY;
    if (is_no_answer) {
        tsn_backoff_fail(&outbox->backoff, parcel->begun_after, now_ms, chance);
    } else {
        tsn_backoff_reset(&outbox->backoff);
    }
    if (!parcel->has_report) return;
    if (is_no_answer || verdict == TSN_VERDICT_DISCARD) {
        tsn_ledger_give_back(ledger, &parcel->report);
    }
    if (!is_no_answer) outbox->wants_report = false;
}

tsn_verdict tsn_outbox_complete(tsn_outbox *outbox, tsn_parcel *parcel, const tsn_answer *answer)
{
    int64_t now_ms = tsn_clock_mono_ms();
    double chance = tsn_rand_unit();
    tsn_envelope_fini(&parcel->envelope);
    tsn_mutex_lock(&outbox->lock);
    tsn_verdict verdict = judge_locked(outbox, answer, now_ms);
    if (parcel->era == outbox->era) {
        settle_locked(outbox, parcel, verdict, answer, now_ms, chance);
    }
    tsn_cond_broadcast(&outbox->progress);
    if (outbox->is_resting) tsn_outbox_wake_locked(outbox);
    tsn_mutex_unlock(&outbox->lock);
    tsn_parcel_free(parcel);
    return verdict;
}

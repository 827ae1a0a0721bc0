/* What an answer means for a parcel: the fate of its record, and what may go next. */
#include "io/outbox.h"

#include <string.h>

#include "base/clock.h"
#include "base/rand.h"
#include "base/utf8.h"

static tsn_verdict judge_locked(tsn_outbox *outbox, const tsn_answer *answer, int64_t now_ms)
{
    tsn_verdict verdict =
        tsn_response_judge(answer->response, false, &outbox->limits, now_ms, tsn_clock_wall_us());
    outbox->limited_until_ms = tsn_ratelimit_last_deadline(&outbox->limits);
    outbox->is_failing = verdict != TSN_VERDICT_DELIVERED;
    outbox->has_answer = true;
    outbox->last_status = verdict == TSN_VERDICT_RETRY ? 0 : answer->response->status;
    tsn_slice error = tsn_buf_view(&answer->response->error);
    if (verdict == TSN_VERDICT_RETRY) error = tsn_slice_of(answer->problem);
    size_t len = tsn_utf8_floor(error, sizeof outbox->last_problem - 1);
    if (len > 0) memcpy(outbox->last_problem, error.data, len);
    outbox->last_problem[len] = '\0';
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

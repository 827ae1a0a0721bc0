/* What an answer means for a parcel: the fate of its record, and what may go next. */
#include "io/outbox.h"

#include <string.h>

#include "base/clock.h"
#include "base/rand.h"
#include "base/utf8.h"

/* When an answer came, and a draw for the backoff. */
typedef struct moment {
    int64_t now_ms;
    int64_t wall_us;
    double chance;
} moment;

/* A plain yes depends on neither time nor chance, so that neither is asked for. */
static moment moment_of(const tsn_parcel *parcel, const tsn_answer *answer)
{
    if (tsn_response_is_plain_yes(answer->response) && !parcel->is_from_spool) return (moment){0};
    return (moment){tsn_clock_mono_ms(), tsn_clock_wall_us(), tsn_rand_unit()};
}

static tsn_verdict judge_locked(tsn_outbox *outbox, const tsn_answer *answer, const moment *at)
{
    tsn_verdict verdict = tsn_response_judge(answer->response, outbox->config.retry_5xx,
                                             &outbox->limits, at->now_ms, at->wall_us);
    if (tsn_response_has_limits(answer->response)) {
        outbox->limited_until_ms = tsn_ratelimit_last_deadline(&outbox->limits);
    }
    outbox->is_failing = verdict != TSN_VERDICT_DELIVERED;
    outbox->answers += verdict != TSN_VERDICT_RETRY;
    outbox->has_answer = true;
    bool is_answer = verdict != TSN_VERDICT_RETRY || tsn_response_is_broken(answer->response);
    outbox->last_status = is_answer ? answer->response->status : 0;
    tsn_slice error = tsn_buf_view(&answer->response->error);
    if (!is_answer) error = tsn_slice_of(answer->problem);
    size_t len = tsn_utf8_floor(error, sizeof outbox->last_problem - 1);
    if (len > 0) memcpy(outbox->last_problem, error.data, len);
    outbox->last_problem[len] = '\0';
    return verdict;
}

void tsn_outbox_lose_parcel_locked(tsn_outbox *outbox, tsn_parcel *parcel, tsn_fate_stage stage,
                                   tsn_reason reason)
{
    tsn_ledger_lose(&outbox->ledger, TSN_STAGE_IN_FLIGHT, reason, &parcel->load);
    parcel->fate = tsn_fate_lost(stage, reason);
}

void tsn_outbox_spool_parcel_locked(tsn_outbox *outbox, tsn_parcel *parcel, tsn_fate_stage stage)
{
    tsn_ledger_move(&outbox->ledger, TSN_STAGE_IN_FLIGHT, TSN_STAGE_SPOOLED, &parcel->load);
    parcel->stored->load = parcel->load; /* what was lost of it on the way is in the ledger */
    parcel->fate = tsn_fate_spooled(stage);
}

static void reach_locked(tsn_outbox *outbox, tsn_parcel *parcel, tsn_stage end, tsn_fate_kind kind)
{
    tsn_ledger_move(&outbox->ledger, TSN_STAGE_IN_FLIGHT, end, &parcel->load);
    parcel->fate = (tsn_fate){.kind = (uint8_t)kind, .stage = TSN_FATE_AT_SENDING};
}

/* A file knows itself how often it was sent. True: it stays. */
static bool keep_or_lose_file_locked(tsn_outbox *outbox, tsn_parcel *parcel)
{
    tsn_mutex_assert_held(&outbox->lock);
    if (parcel->stored->name.tries >= TSN_OUTBOX_TRIES_MAX) {
        tsn_outbox_lose_parcel_locked(outbox, parcel, TSN_FATE_AT_SENDING,
                                      TSN_REASON_NETWORK_ERROR);
        return false;
    }
    tsn_outbox_spool_parcel_locked(outbox, parcel, TSN_FATE_AT_SENDING);
    return true;
}

/* No answer: the record returns to its place, unless it had its chances. */
static void keep_or_lose_locked(tsn_outbox *outbox, tsn_parcel *parcel, const tsn_answer *answer)
{
    tsn_record *record = parcel->record;
    if (record == NULL) return;
    record->tries += answer->went_out;
    bool had_chances = record->tries >= TSN_OUTBOX_TRIES_MAX || outbox->config.gives_up;
    if (had_chances || parcel->cannot_return) {
        tsn_outbox_lose_parcel_locked(outbox, parcel, TSN_FATE_AT_SENDING,
                                      TSN_REASON_NETWORK_ERROR);
        return;
    }
    tsn_ledger_move(&outbox->ledger, TSN_STAGE_IN_FLIGHT, TSN_STAGE_QUEUED, &parcel->load);
    tsn_queue_put_back(&outbox->queue, record);
    parcel->record = NULL;
}

static void leave_flight_locked(tsn_outbox *outbox, tsn_parcel *parcel, int64_t now_ms)
{
    tsn_outbox_unbook_locked(outbox, parcel);
    outbox->in_flight--;
    if (!parcel->is_from_spool) return;
    outbox->has_stored_out = false;
    outbox->stored_due_ms = now_ms + TSN_OUTBOX_STORED_GAP_MS;
}

/* What a file tells of losses is told by the file, as long as that stays. What was told is taken
 * off the disk at once, for a process that is killed before would have it told again. */
static void settle_report_locked(tsn_outbox *outbox, const tsn_parcel *parcel, bool is_told,
                                 bool stays)
{
    tsn_mutex_assert_held(&outbox->lock);
    if (parcel->has_report) tsn_ledger_end_report(&outbox->ledger, parcel->report);
    bool has_any = parcel->has_report || (parcel->has_stored_report && !stays);
    if (has_any && !is_told) tsn_ledger_give_back(&outbox->ledger, parcel->report);
    if (has_any && is_told) outbox->save_due_ms = 0;
}

/* True: its file stays, or it has none. */
static bool settle_locked(tsn_outbox *outbox, tsn_parcel *parcel, tsn_verdict verdict,
                          const tsn_answer *answer, const moment *at)
{
    bool stays = false;
    leave_flight_locked(outbox, parcel, at->now_ms);
    switch (verdict) {
    case TSN_VERDICT_DELIVERED:
        reach_locked(outbox, parcel, TSN_STAGE_DELIVERED, TSN_FATE_DELIVERED);
        break;
    case TSN_VERDICT_REFUSED_429:
        reach_locked(outbox, parcel, TSN_STAGE_REFUSED_429, TSN_FATE_REFUSED_429);
        break;
    case TSN_VERDICT_DISCARD:
        tsn_outbox_lose_parcel_locked(outbox, parcel, TSN_FATE_AT_SENDING, TSN_REASON_SEND_ERROR);
        break;
    case TSN_VERDICT_RETRY:
        if (parcel->stored != NULL) {
            stays = keep_or_lose_file_locked(outbox, parcel);
        } else {
            keep_or_lose_locked(outbox, parcel, answer);
        }
        break;
    }
    parcel->fate.status = answer->response->status;
    bool is_no_answer = verdict == TSN_VERDICT_RETRY;
    if (is_no_answer) {
        tsn_backoff_fail(&outbox->backoff, parcel->begun_after, at->now_ms, at->chance);
    } else {
        tsn_backoff_reset(&outbox->backoff);
    }
    bool is_told = !is_no_answer && verdict != TSN_VERDICT_DISCARD;
    settle_report_locked(outbox, parcel, is_told, stays);
    if (parcel->has_report && !is_no_answer) outbox->wants_report = false;
    return stays;
}

/* The counts of a file that goes untold are on disk elsewhere before it does. */
static void save_given_back(tsn_outbox *outbox, const tsn_parcel *parcel, tsn_verdict verdict)
{
    bool is_told = verdict == TSN_VERDICT_DELIVERED || verdict == TSN_VERDICT_REFUSED_429;
    if (parcel->has_stored_report && !is_told) tsn_outbox_leave_report(outbox);
}

/* What is no longer ours to count stays on disk, where another run finds it, unless it was counted
 * as lost while its file was being written. */
static void end_file(tsn_outbox *outbox, tsn_parcel *parcel, bool is_ours, bool stays)
{
    tsn_stored *stored = parcel->stored;
    parcel->stored = NULL;
    if (stored == NULL) return;
    if (!is_ours && !parcel->is_lost) {
        tsn_spool_forget(stored);
    } else if (is_ours && stays) {
        tsn_outbox_keep_stored(outbox, stored);
    } else {
        tsn_spool_remove(outbox->config.spool, stored);
    }
}

tsn_verdict tsn_outbox_complete(tsn_outbox *outbox, tsn_parcel *parcel, const tsn_answer *answer)
{
    moment at = moment_of(parcel, answer);
    bool stays = false;
    tsn_outbox_lock(outbox);
    tsn_verdict verdict = judge_locked(outbox, answer, &at);
    bool is_ours = parcel->era == outbox->era;
    if (is_ours && verdict == TSN_VERDICT_RETRY && outbox->config.spool != NULL) {
        tsn_mutex_unlock(&outbox->lock);
        tsn_outbox_bring_to_disk(outbox, parcel, answer->went_out);
        tsn_outbox_lock(outbox);
        is_ours = parcel->era == outbox->era;
    }
    if (is_ours) stays = settle_locked(outbox, parcel, verdict, answer, &at);
    tsn_cond_broadcast(&outbox->progress);
    if (outbox->is_resting) tsn_outbox_wake_locked(outbox);
    tsn_mutex_unlock(&outbox->lock);
    tsn_fate_tell(&parcel->id, parcel->fate, &parcel->load);
    if (is_ours && !stays) save_given_back(outbox, parcel, verdict);
    end_file(outbox, parcel, is_ours, stays);
    tsn_parcel_free(parcel);
    return verdict;
}

/* Whether its file is to be kept: what has no record any more waits in the spool. */
static bool return_locked(tsn_outbox *outbox, tsn_parcel *parcel, bool went_out, int64_t now_ms)
{
    tsn_record *record = parcel->record;
    tsn_fate_stage stage = went_out ? TSN_FATE_AT_SENDING : TSN_FATE_AT_PACKING;
    leave_flight_locked(outbox, parcel, now_ms);
    settle_report_locked(outbox, parcel, false, true);
    if (parcel->stored != NULL) {
        tsn_outbox_spool_parcel_locked(outbox, parcel, stage);
        return true;
    }
    if (record == NULL) return false;
    if (parcel->cannot_return) {
        tsn_outbox_lose_parcel_locked(outbox, parcel, stage, TSN_REASON_NETWORK_ERROR);
        return false;
    }
    record->tries += went_out;
    tsn_ledger_move(&outbox->ledger, TSN_STAGE_IN_FLIGHT, TSN_STAGE_QUEUED, &parcel->load);
    tsn_queue_put_back(&outbox->queue, record);
    parcel->record = NULL;
    return false;
}

void tsn_outbox_return(tsn_outbox *outbox, tsn_parcel *parcel, bool went_out)
{
    int64_t now_ms = tsn_clock_mono_ms();
    bool stays = false;
    tsn_outbox_mend_file(outbox, parcel);
    tsn_envelope_fini(&parcel->envelope);
    tsn_outbox_lock(outbox);
    bool is_ours = parcel->era == outbox->era;
    if (is_ours) stays = return_locked(outbox, parcel, went_out, now_ms);
    tsn_cond_broadcast(&outbox->progress);
    tsn_mutex_unlock(&outbox->lock);
    tsn_fate_tell(&parcel->id, parcel->fate, &parcel->load);
    end_file(outbox, parcel, is_ours && stays, stays);
    tsn_parcel_free(parcel);
}

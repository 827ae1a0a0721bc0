/* An envelope that is out is a parcel in flight, whoever holds it: an answer completes it, and the
 * last release without one counts as none. Its text is never put together here: who asks for it
 * gets it copied piece by piece. */
#include "io/pull.h"

#include <string.h>

#include "base/alloc.h"
#include "base/clock.h"

enum { STATUS_MIN = 100, STATUS_MAX = 599, USUAL_HEADER = 512 };

struct tsn_envelope_out {
    tsn_rc rc;
    tsn_pull *pull;
    tsn_mutex lock;
    tsn_parcel *parcel; /* until it is done; guarded by lock */
    tsn_buf header;     /* the header line, made when the envelope was handed out */
    char room[USUAL_HEADER];
};

/* The parcel, for the first to ask: it is then done. */
static tsn_parcel *take_parcel(tsn_envelope_out *envelope)
{
    tsn_mutex_lock(&envelope->lock);
    tsn_parcel *parcel = envelope->parcel;
    envelope->parcel = NULL;
    tsn_mutex_unlock(&envelope->lock);
    return parcel;
}

static void complete(tsn_pull *pull, tsn_parcel *parcel, tsn_transfer *outcome)
{
    tsn_answer answer = {&outcome->response, true, outcome->problem};
    tsn_verdict verdict = tsn_outbox_complete(pull->outbox, parcel, &answer);
    tsn_answer_log_note(&pull->log, pull->diag, verdict, outcome);
    tsn_transfer_fini(outcome);
}

static tocsin_status wrap(tsn_pull *pull, tsn_parcel *parcel, tsn_envelope_out **out)
{
    tsn_envelope_out *envelope = tsn_alloc(sizeof *envelope);
    if (envelope == NULL) return TOCSIN_E_NOMEM;
    envelope->header = TSN_BUF_ON(envelope->room);
    tsn_envelope_append_header(&parcel->envelope, pull->outbox->config.packing.identity,
                               tsn_clock_wall_us(), &envelope->header);
    if (envelope->header.failed) {
        tsn_buf_fini(&envelope->header);
        tsn_free(envelope);
        return TOCSIN_E_NOMEM;
    }
    tsn_rc_init(&envelope->rc);
    tsn_mutex_init(&envelope->lock, TSN_RANK_LEAF);
    envelope->pull = pull;
    envelope->parcel = parcel;
    pull->owner_retain(pull->owner);
    *out = envelope;
    return TOCSIN_OK;
}

/* Puts a parcel back that could not be handed out. */
static void return_parcel(tsn_pull *pull, tsn_parcel *parcel)
{
    tsn_response none = TSN_RESPONSE_EMPTY;
    tsn_answer answer = {&none, false, "no memory"};
    (void)tsn_outbox_complete(pull->outbox, parcel, &answer);
}

static bool is_at_end(tsn_outbox *outbox)
{
    tsn_outbox_lock(outbox);
    tsn_phase phase = tsn_outbox_phase(outbox);
    bool is_at_end =
        phase >= TSN_PHASE_HALTED || (phase == TSN_PHASE_CLOSING && tsn_outbox_idle_locked(outbox));
    tsn_mutex_unlock(&outbox->lock);
    return is_at_end;
}

static tsn_parcel *take(tsn_outbox *outbox)
{
    tsn_parcel *parcel = tsn_outbox_take(outbox);
    return parcel != NULL ? parcel : tsn_outbox_take_stored(outbox);
}

/* Waits for the first, if there is none yet. */
static tocsin_status wait_for_first(tsn_outbox *outbox, int64_t timeout_ms, tsn_parcel **parcel)
{
    int64_t deadline = tsn_clock_deadline(timeout_ms);
    while ((*parcel = take(outbox)) == NULL) {
        if (is_at_end(outbox)) return TOCSIN_DISABLED;
        if (tsn_clock_left(deadline) == 0) return TOCSIN_TIMEOUT;
        tsn_outbox_wait_for_work(outbox, deadline);
    }
    return TOCSIN_OK;
}

tocsin_status tsn_pull_next(tsn_pull *pull, int64_t timeout_ms, tsn_envelope_out **out)
{
    *out = NULL;
    tsn_parcel *parcel = take(pull->outbox);
    if (parcel == NULL) {
        tocsin_status waited = wait_for_first(pull->outbox, timeout_ms, &parcel);
        if (waited != TOCSIN_OK) return waited;
    }
    tocsin_status st = wrap(pull, parcel, out);
    if (st != TOCSIN_OK) {
        return_parcel(pull, parcel);
        return st;
    }
    tsn_fate handed_over = {.kind = TSN_FATE_HANDED_OVER, .stage = TSN_FATE_AT_SENDING};
    tsn_fate_tell(&parcel->id, handed_over, &parcel->load);
    return st;
}

/* As much of `piece` as there is room for; what is left of the room. */
static size_t put(tsn_slice piece, char *at, size_t room)
{
    size_t len = piece.len < room ? piece.len : room;
    if (len > 0) memcpy(at, piece.data, len);
    return room - len;
}

/* Header and items, cut to what there is room for. */
static void copy_cut(const tsn_envelope_out *envelope, char *buf, size_t cap)
{
    tsn_slice piece;
    tsn_envelope_pieces pieces = tsn_envelope_pieces_of(&envelope->parcel->envelope);
    size_t room = put(tsn_buf_view(&envelope->header), buf, cap);
    while (room > 0 && tsn_envelope_next_piece(&pieces, &piece)) {
        room = put(piece, buf + (cap - room), room);
    }
}

static void copy_whole(const tsn_envelope_out *envelope, char *at)
{
    tsn_slice piece;
    tsn_envelope_pieces pieces = tsn_envelope_pieces_of(&envelope->parcel->envelope);
    tsn_slice header = tsn_buf_view(&envelope->header);
    memcpy(at, header.data, header.len);
    at += header.len;
    while (tsn_envelope_next_piece(&pieces, &piece)) {
        memcpy(at, piece.data, piece.len);
        at += piece.len;
    }
}

tocsin_status tsn_envelope_out_copy(tsn_envelope_out *envelope, char *buf, size_t cap, size_t *need)
{
    tsn_mutex_lock(&envelope->lock);
    const tsn_parcel *parcel = envelope->parcel;
    if (parcel != NULL) {
        *need = envelope->header.len + tsn_envelope_items_size(&parcel->envelope);
        if (*need <= cap) {
            copy_whole(envelope, buf);
        } else {
            copy_cut(envelope, buf, cap);
        }
    }
    tsn_mutex_unlock(&envelope->lock);
    return parcel == NULL ? TOCSIN_E_CLOSED : TOCSIN_OK;
}

static void read_headers(tsn_response *response, tsn_slice headers)
{
    while (!tsn_slice_absent(headers) && headers.len > 0) {
        tsn_slice value = tsn_slice_split(&headers, '\n');
        tsn_slice name = tsn_slice_split(&value, ':');
        if (!tsn_slice_absent(value))
            tsn_response_set_header(response, tsn_slice_trim(name), value);
    }
}

tocsin_status tsn_envelope_out_done(tsn_envelope_out *envelope, int32_t http_status,
                                    tsn_slice headers)
{
    bool is_status = http_status == 0 || (http_status >= STATUS_MIN && http_status <= STATUS_MAX);
    if (!is_status) return TOCSIN_E_RANGE;
    tsn_parcel *parcel = take_parcel(envelope);
    if (parcel == NULL) return TOCSIN_E_CLOSED;
    tsn_transfer outcome = {.native = NULL};
    tsn_response_set_status(&outcome.response, http_status);
    if (http_status == 0) {
        tsn_transfer_fail(&outcome, "the program had none");
    } else {
        read_headers(&outcome.response, headers);
    }
    complete(envelope->pull, parcel, &outcome);
    return TOCSIN_OK;
}

tsn_envelope_out *tsn_envelope_out_retain(tsn_envelope_out *envelope)
{
    tsn_rc_retain(&envelope->rc);
    return envelope;
}

void tsn_envelope_out_release(tsn_envelope_out *envelope)
{
    if (envelope == NULL || !tsn_rc_release(&envelope->rc)) return;
    tsn_pull *pull = envelope->pull;
    tsn_parcel *parcel = envelope->parcel; /* nobody else is left to ask */
    if (parcel != NULL) {
        tsn_transfer outcome = {.native = NULL};
        tsn_transfer_fail(&outcome, "the program let the envelope go");
        complete(pull, parcel, &outcome);
    }
    tsn_mutex_fini(&envelope->lock);
    tsn_buf_fini(&envelope->header);
    tsn_free(envelope);
    pull->owner_release(pull->owner);
}

/* A line a kind of trouble, not a line an envelope; what is repeated goes to the debug log. Nothing
 * here prints a header that was sent: the key is in it. */
#include "io/answer_log.h"

#include "base/clock.h"

#define HOUR_MS INT64_C(3600000)

enum { UNAUTHORISED = 401, FORBIDDEN = 403, TOO_LARGE = 413 };

static void note_no_answer(tsn_answer_log *log, tsn_diag *diag, const tsn_transfer *transfer)
{
    int64_t now_ms = tsn_clock_mono_ms();
    int64_t told_ms = atomic_load(&log->untrusted_at_ms);
    if (transfer->is_untrusted && (told_ms == 0 || now_ms - told_ms >= HOUR_MS)) {
        atomic_store(&log->untrusted_at_ms, now_ms > 0 ? now_ms : 1);
        tsn_diag_note(diag, TOCSIN_LEVEL_ERROR, "transport.certificate",
                      "the server's certificate is refused, nothing is sent: %s",
                      transfer->problem);
    }
    bool is_news = !atomic_exchange(&log->is_unreachable, true) && !transfer->is_untrusted;
    if (tsn_response_is_broken(&transfer->response)) {
        tsn_diag_note(diag, is_news ? TOCSIN_LEVEL_WARNING : TOCSIN_LEVEL_DEBUG, "transport.broken",
                      "the server answered %d; the envelope is sent again",
                      transfer->response.status);
        return;
    }
    tsn_diag_note(diag, is_news ? TOCSIN_LEVEL_WARNING : TOCSIN_LEVEL_DEBUG, "transport.no_answer",
                  "no answer: %s", transfer->problem);
}

static int32_t level_of(tsn_answer_log *log, int status)
{
    if (status == TOO_LARGE) return TOCSIN_LEVEL_ERROR;
    bool is_auth = status == UNAUTHORISED || status == FORBIDDEN;
    return is_auth && !atomic_exchange(&log->has_told_auth, true) ? TOCSIN_LEVEL_WARNING
                                                                  : TOCSIN_LEVEL_DEBUG;
}

static void note_refused(tsn_answer_log *log, tsn_diag *diag, const tsn_transfer *transfer)
{
    const tsn_response *response = &transfer->response;
    tsn_slice error = tsn_buf_view(&response->error);
    tsn_slice body = tsn_buf_view(&transfer->excerpt);
    tsn_diag_note(diag, level_of(log, response->status), "transport.refused",
                  "the server answered %d %.*s; the envelope is discarded: %.*s", response->status,
                  (int)error.len, error.data, (int)body.len, body.data);
}

void tsn_answer_log_note(tsn_answer_log *log, tsn_diag *diag, tsn_verdict verdict,
                         const tsn_transfer *transfer)
{
    if (verdict == TSN_VERDICT_RETRY) {
        note_no_answer(log, diag, transfer);
        return;
    }
    if (atomic_load(&log->is_unreachable) && atomic_exchange(&log->is_unreachable, false)) {
        tsn_diag_note(diag, TOCSIN_LEVEL_INFO, "transport.back", "the server answers again");
    }
    if (verdict == TSN_VERDICT_DISCARD) note_refused(log, diag, transfer);
    if (verdict == TSN_VERDICT_DELIVERED) {
        tsn_diag_note(diag, TOCSIN_LEVEL_DEBUG, "transport.delivered", "the server answered %d",
                      transfer->response.status);
    }
    if (verdict == TSN_VERDICT_REFUSED_429) {
        tsn_diag_note(diag, TOCSIN_LEVEL_DEBUG, "transport.limited",
                      "the server answered 429; the envelope is discarded");
    }
}

/* The usual message needs one look at its text and one block for record and body. All else is
 * written first, on the stack if it is short, and looked at then. */
#include "client/capture_record.h"

#include "client/capture_body.h"
#include "client/client.h"
#include "client/handover.h"
#include "data/json_text.h"
#include "data/limits.h"
#include "model/level.h"

enum { BODY_ROOM = 512 };

static bool is_ignored(const tsn_settings *settings, tsn_slice body)
{
    return settings->ignore_errors.count > 0 &&
           tsn_event_is_ignored(body, settings->ignore_errors.items, settings->ignore_errors.count);
}

static bool is_foreign(const tsn_capture *capture, bool is_event_json)
{
    return is_event_json || (capture->source & ~TOCSIN_CAPTURE_HOOKED) == TOCSIN_CAPTURE_EVENT;
}

/* The body, checked; `id` is its own, if it has one. */
static tocsin_status write_body(const tsn_capture *capture, bool is_event_json, tsn_buf *body,
                                tsn_id *id, bool *has_id)
{
    tsn_client *client = capture->cell->client;
    TSN_TRY(tsn_capture_body(capture, is_event_json, client->settings, body));
    if (is_foreign(capture, is_event_json)) {
        TSN_TRY(tsn_event_check_body(tsn_buf_view(body), id, has_id));
    }
    if (!is_ignored(client->settings, tsn_buf_view(body))) return TOCSIN_OK;
    tsn_handover_lose(client, id, TSN_REASON_EVENT_PROCESSOR);
    return TOCSIN_DROPPED;
}

/* NULL: no memory. */
static tsn_record *record_of(tsn_slice body)
{
    tsn_record *record = tsn_record_new();
    if (record == NULL) return NULL;
    record->body = tsn_fragment_new(body);
    if (record->body != NULL) return record;
    tsn_record_free(record);
    return NULL;
}

static TSN_APART tocsin_status make_any(const tsn_capture *capture, bool is_event_json,
                                        tsn_record **out, bool *has_id)
{
    char room[BODY_ROOM];
    tsn_buf body = TSN_BUF_ON(room);
    tsn_id id = {{0}};
    tocsin_status st = write_body(capture, is_event_json, &body, &id, has_id);
    if (st == TOCSIN_OK) {
        tsn_record *record = record_of(tsn_buf_view(&body));
        st = record == NULL ? TOCSIN_E_NOMEM : TOCSIN_OK;
        if (record != NULL) {
            record->id = id;
            record->has_own_trace =
                is_foreign(capture, is_event_json) && tsn_event_has_own_trace(tsn_buf_view(&body));
        }
        *out = record;
    }
    tsn_buf_fini(&body);
    if (st != TOCSIN_E_NOMEM) return st;
    tsn_handover_lose(capture->cell->client, &id, TSN_REASON_INTERNAL_SDK_ERROR);
    return st;
}

static inline bool is_plain(const tsn_capture *capture, bool is_event_json)
{
    const tsn_settings *settings = capture->cell->client->settings;
    if (is_event_json || capture->source != TOCSIN_CAPTURE_MESSAGE) return false;
    if (settings->attach_stacktrace || settings->ignore_errors.count > 0) return false;
    if (capture->level != TOCSIN_LEVEL_UNSET && !tsn_level_is_event_level(capture->level)) {
        return false;
    }
    return capture->text.len <= TSN_MESSAGE_MAX && !tsn_slice_absent(capture->text) &&
           tsn_json_is_plain_text(capture->text);
}

static TSN_COLD tocsin_status end_without_memory(tsn_client *client)
{
    tsn_handover_lose(client, NULL, TSN_REASON_INTERNAL_SDK_ERROR);
    return TOCSIN_E_NOMEM;
}

inline tocsin_status tsn_capture_record(const tsn_capture *capture, bool is_event_json,
                                        tsn_record **out, bool *has_id)
{
    bool is_usual = is_plain(capture, is_event_json);
    if (TSN_UNLIKELY(!is_usual)) return make_any(capture, is_event_json, out, has_id);
    size_t len = tsn_event_plain_body_len(capture->text, capture->level);
    tsn_record *record = tsn_record_new_plain(len);
    if (TSN_UNLIKELY(record == NULL)) return end_without_memory(capture->cell->client);
    tsn_event_put_plain_body(record->body->text, capture->text, capture->level);
    *out = record;
    return TOCSIN_OK;
}

/* The header line. Other servers refuse one of more than 8 KiB, and only the trace can make it that
 * long: what it can spare goes first, then all of it. */
#include <string.h>

#include "base/house.h"
#include "data/json_text.h"
#include "data/json_walk.h"
#include "data/limits.h"
#include "data/stamp.h"
#include "model/event_text.h"
#include "wire/envelope.h"
#include "wire/envelope_read.h"

#define NAME(text)                                                                                 \
    {                                                                                              \
        text, sizeof(text) - 1                                                                     \
    }

/* In the order in which they are given up. */
static const tsn_slice expendable[] = {NAME("transaction"), NAME("environment"), NAME("release")};

void tsn_envelope_append_identity(tsn_buf *out, tsn_slice dsn, tsn_slice sdk_name,
                                  tsn_slice sdk_version)
{
    if (!tsn_slice_absent(dsn)) {
        TSN_BUF_LIT(out, "\"dsn\":");
        tsn_json_append_string(out, dsn);
        tsn_buf_byte(out, ',');
    }
    TSN_BUF_LIT(out, "\"sdk\":{\"name\":");
    tsn_json_append_string(out, sdk_name);
    TSN_BUF_LIT(out, ",\"version\":");
    tsn_json_append_string(out, sdk_version);
    tsn_buf_byte(out, '}');
}

static bool is_given_up(tsn_slice key, size_t spared)
{
    for (size_t i = 0; i < spared; i++) {
        if (tsn_slice_equal(key, expendable[i])) return true;
    }
    return false;
}

static void append_trace(tsn_buf *out, tsn_slice trace, size_t spared)
{
    tsn_json_walk walk = tsn_json_walk_of(trace);
    tsn_slice key;
    tsn_slice value;
    TSN_BUF_LIT(out, ",\"trace\":{");
    while (tsn_json_next(&walk, &key, &value)) {
        if (is_given_up(key, spared)) continue;
        tsn_json_append_key(out, key);
        tsn_buf_slice(out, value);
    }
    tsn_buf_byte(out, '}');
}

/* Everything but the trace. */
static void append_members(const tsn_envelope *envelope, tsn_slice identity, int64_t sent_at_us,
                           tsn_buf *out)
{
    tsn_text_put(out, TSN_LIT("{"));
    if (!tsn_id_is_zero(&envelope->event_id)) {
        tsn_text_put(out, TSN_LIT("\"event_id\":\""));
        tsn_id_append(out, &envelope->event_id);
        tsn_text_put(out, TSN_LIT("\","));
    }
    tsn_text_put(out, identity);
    if (sent_at_us == 0) return;
    tsn_text_put(out, TSN_LIT(",\"sent_at\":\""));
    tsn_stamp_append_ms(out, sent_at_us);
    tsn_text_put(out, TSN_LIT("\""));
}

/* It was checked when it was read, so all that can fail is the buffer. */
static void append_stored(const tsn_envelope *envelope, int64_t sent_at_us, tsn_buf *out)
{
    tocsin_status st = tsn_envelope_append_restamped(out, envelope->stored_header, sent_at_us);
    if (st != TOCSIN_OK) out->failed = true;
}

void tsn_envelope_append_header(const tsn_envelope *envelope, tsn_slice identity,
                                int64_t sent_at_us, tsn_buf *out)
{
    if (!tsn_slice_absent(envelope->stored_header)) {
        append_stored(envelope, sent_at_us, out);
        return;
    }
    size_t start = out->len;
    tsn_slice trace = tsn_buf_view(&envelope->trace);
    append_members(envelope, identity, sent_at_us, out);
    size_t trace_at = out->len;
    for (size_t spared = 0; trace.len > 0 && spared <= TSN_ARRAY_LEN(expendable); spared++) {
        append_trace(out, trace, spared);
        if (out->len - start + sizeof "}\n" - 1 <= TSN_HEADER_SIZE_MAX) break;
        tsn_buf_truncate(out, trace_at);
    }
    TSN_BUF_LIT(out, "}\n");
}

void tsn_envelope_append(const tsn_envelope *envelope, tsn_slice identity, int64_t sent_at_us,
                         tsn_buf *out)
{
    tsn_slice piece;
    tsn_envelope_pieces pieces = tsn_envelope_pieces_of(envelope);
    tsn_envelope_append_header(envelope, identity, sent_at_us, out);
    tsn_buf_reserve(out, tsn_envelope_items_size(envelope));
    while (tsn_envelope_next_piece(&pieces, &piece)) tsn_buf_slice(out, piece);
}

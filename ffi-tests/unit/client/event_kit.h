/* What came out of a client: envelopes, events and statistics. Part of client_kit.h. */
#ifndef TSN_UNIT_CLIENT_EVENT_KIT_H
#define TSN_UNIT_CLIENT_EVENT_KIT_H

#include <stdio.h>

#include "client/client.h"
#include "data/json_walk.h"
#include "support.h"
#include "wire/envelope_read.h"

/* `text` with every ' turned into ". */
static inline tsn_buf kit_json(const char *text)
{
    tsn_buf out = TSN_BUF_EMPTY;
    for (; *text != '\0'; text++) tsn_buf_byte(&out, *text == '\'' ? '"' : *text);
    return out;
}

/* The next envelope's whole text; false: there is none. It counts as delivered. */
static inline bool kit_envelope(tsn_client *client, tsn_buf *out)
{
    tsn_envelope_out *envelope = NULL;
    if (tsn_delivery_next_envelope(client->delivery, 0, &envelope) != TOCSIN_OK) return false;
    tsn_buf_clear(out);
    size_t need = 0;
    ck_assert_int_eq(tsn_envelope_out_copy(envelope, NULL, 0, &need), TOCSIN_OK);
    ck_assert(tsn_buf_reserve(out, need));
    ck_assert_int_eq(tsn_envelope_out_copy(envelope, out->data, need, &need), TOCSIN_OK);
    out->len = need;
    ck_assert_int_eq(tsn_envelope_out_done(envelope, 200, TSN_SLICE_ABSENT), TOCSIN_OK);
    tsn_envelope_out_release(envelope);
    return true;
}

/* The payload of the envelope's item number `at` of a type; absent: none. Points into `envelope`.
 */
static inline tsn_slice kit_item(const tsn_buf *envelope, const char *type, size_t at)
{
    tsn_envelope_reader reader;
    tsn_envelope_read_item item;
    tsn_slice found = TSN_SLICE_ABSENT;
    ck_assert_int_eq(tsn_envelope_read_header(&reader, tsn_buf_view(envelope)), TOCSIN_OK);
    while (tsn_slice_absent(found) && !tsn_envelope_reader_done(&reader)) {
        ck_assert_int_eq(tsn_envelope_read_next(&reader, &item), TOCSIN_OK);
        if (tsn_slice_equal(item.type, unit_slice(type)) && at-- == 0) found = item.payload;
    }
    tsn_envelope_reader_fini(&reader);
    return found;
}

/* The next envelope's event in `out`; fails the test if there is none. */
static inline void kit_event(tsn_client *client, tsn_buf *out)
{
    tsn_buf envelope = TSN_BUF_EMPTY;
    ck_assert_msg(kit_envelope(client, &envelope), "no envelope");
    tsn_slice event = kit_item(&envelope, "event", 0);
    ck_assert_msg(!tsn_slice_absent(event), "no event in %.*s", (int)envelope.len, envelope.data);
    tsn_buf_clear(out);
    tsn_buf_slice(out, event);
    tsn_buf_fini(&envelope);
}

static inline void kit_expect_no_event(tsn_client *client)
{
    tsn_buf envelope = TSN_BUF_EMPTY;
    while (kit_envelope(client, &envelope)) {
        tsn_slice event = kit_item(&envelope, "event", 0);
        ck_assert_msg(tsn_slice_absent(event), "an event: %.*s", (int)event.len, event.data);
    }
    tsn_buf_fini(&envelope);
}

/* What `path` leads to: members by name and entries by number, with dots between. */
static inline tsn_slice kit_at(tsn_slice value, const char *path)
{
    tsn_slice rest = unit_slice(path);
    while (rest.len > 0 && !tsn_slice_absent(value)) {
        tsn_slice name = tsn_slice_split(&rest, '.');
        uint64_t at;
        if (tsn_json_is(value, TSN_JSON_ARRAY) && tsn_slice_to_u64(name, &at)) {
            tsn_json_walk walk = tsn_json_walk_of(value);
            tsn_slice key;
            bool is_there = tsn_json_next(&walk, &key, &value);
            while (is_there && at-- > 0) is_there = tsn_json_next(&walk, &key, &value);
            if (!is_there) value = TSN_SLICE_ABSENT;
        } else {
            value = tsn_json_get(value, name);
        }
    }
    return value;
}

/* `want` is JSON with ' for "; NULL: nothing is there. */
static inline void kit_expect(const tsn_buf *event, const char *path, const char *want)
{
    tsn_slice got = kit_at(tsn_buf_view(event), path);
    tsn_buf json = kit_json(want == NULL ? "" : want);
    bool is_as_wanted =
        want == NULL ? tsn_slice_absent(got) : tsn_slice_equal(got, tsn_buf_view(&json));
    ck_assert_msg(is_as_wanted, "%s is %.*s and not %s in %.*s", path, (int)got.len,
                  got.len > 0 ? got.data : "", want == NULL ? "absent" : want, (int)event->len,
                  event->data);
    tsn_buf_fini(&json);
}

/* A count of the statistics, such as "categories.error.captured"; 0 if it is not there. */
static inline int64_t kit_stat(tsn_client *client, const char *path)
{
    tsn_buf stats = TSN_BUF_EMPTY;
    int64_t value = 0;
    ck_assert_int_eq(tsn_client_stats(client, &stats), TOCSIN_OK);
    tsn_json_to_i64(kit_at(tsn_buf_view(&stats), path), &value);
    tsn_buf_fini(&stats);
    return value;
}

static inline int64_t kit_lost(tsn_client *client, const char *reason)
{
    char path[128];
    snprintf(path, sizeof path, "categories.error.discarded.%s", reason);
    return kit_stat(client, path);
}

/* captured = the sum of all fates, in every category. */
static inline void kit_expect_identity(tsn_client *client)
{
    static const char *const fates[] = {"delivered", "refused429", "spooled", "queued",
                                        "in_flight"};
    tsn_buf stats = TSN_BUF_EMPTY;
    tsn_client_stats(client, &stats);
    tsn_json_walk walk = tsn_json_walk_of(kit_at(tsn_buf_view(&stats), "categories"));
    tsn_slice name, counts, reason, lost;
    while (tsn_json_next(&walk, &name, &counts)) {
        int64_t captured = 0, sum = 0, value;
        ck_assert(tsn_json_to_i64(kit_at(counts, "captured"), &captured));
        for (size_t i = 0; i < TSN_ARRAY_LEN(fates); i++) {
            if (tsn_json_to_i64(kit_at(counts, fates[i]), &value)) sum += value;
        }
        tsn_json_walk reasons = tsn_json_walk_of(kit_at(counts, "discarded"));
        while (tsn_json_next(&reasons, &reason, &lost)) {
            if (tsn_json_to_i64(lost, &value)) sum += value;
        }
        ck_assert_msg(captured == sum, "%.*s", (int)stats.len, stats.data);
    }
    tsn_buf_fini(&stats);
}

#endif

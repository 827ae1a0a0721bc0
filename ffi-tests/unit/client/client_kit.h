/* What the client layer's tests share: a client whose envelopes the test takes itself, hooks made
 * of C functions that look at drafts, and a look into events. JSON in tests is spelled with ' for
 * ". */
#ifndef TSN_UNIT_CLIENT_KIT_H
#define TSN_UNIT_CLIENT_KIT_H

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "client/client.h"
#include "client/pipeline.h"
#include "data/json_text.h"
#include "data/json_walk.h"
#include "support.h"
#include "wire/envelope_read.h"

/* A hook whose function is `run`; counts what was called and freed. */
typedef struct kit_hook {
    tsn_hook hook;
    int32_t (*run)(struct kit_hook *hook, tsn_draft *draft, const void *hint);
    void *user;
    _Atomic int calls;
    _Atomic int *freed; /* or NULL */
} kit_hook;

static inline int32_t kit_hook_call(tsn_hook *hook, tsn_draft *draft, const void *hint)
{
    kit_hook *own = TSN_CONTAINER_OF(hook, kit_hook, hook);
    own->calls++;
    return own->run(own, draft, hint);
}

static inline void kit_hook_destroy(tsn_hook *hook)
{
    kit_hook *own = TSN_CONTAINER_OF(hook, kit_hook, hook);
    if (own->freed != NULL) ++*own->freed;
    tsn_free(own);
}

/* One reference, which whoever is given the hook takes over. */
static inline kit_hook *kit_hook_new(int32_t (*run)(kit_hook *, tsn_draft *, const void *),
                                     void *user)
{
    kit_hook *own = tsn_alloc_zero(sizeof *own);
    ck_assert_ptr_nonnull(own);
    tsn_rc_init(&own->hook.rc);
    own->hook.call = kit_hook_call;
    own->hook.destroy = kit_hook_destroy;
    own->hook.kind = TOCSIN_PROCESSOR_EVENT;
    own->run = run;
    own->user = user;
    return own;
}

/* Answers whatever `user`, a number, says. */
static inline int32_t kit_answer(kit_hook *hook, tsn_draft *draft, const void *hint)
{
    (void)draft;
    (void)hint;
    return *(const int32_t *)hook->user;
}

/* `text` with every ' turned into ". */
static inline tsn_buf kit_json(const char *text)
{
    tsn_buf out = TSN_BUF_EMPTY;
    for (; *text != '\0'; text++) tsn_buf_byte(&out, *text == '\'' ? '"' : *text);
    return out;
}

static inline tsn_options *kit_options(const char *json)
{
    tsn_options *options = tsn_options_new();
    ck_assert_ptr_nonnull(options);
    tsn_buf text = kit_json(json);
    tocsin_status st = tsn_options_set_json(options, tsn_buf_view(&text));
    tsn_buf_fini(&text);
    if (st < 0) {
        tsn_buf problem = TSN_BUF_EMPTY;
        tsn_options_problem(options, &problem);
        ck_abort_msg("options %s: %d %.*s", json, st, (int)problem.len, problem.data);
    }
    return options;
}

static inline void kit_set_hook(tsn_options *options, const char *name, kit_hook *hook)
{
    ck_assert_int_eq(tsn_options_set_hook(options, unit_slice(name), &hook->hook), TOCSIN_OK);
}

/* Takes over `options`. */
static inline tsn_client *kit_open_with(tsn_options *options)
{
    tsn_client *client = NULL;
    ck_assert_int_eq(tsn_client_open(options, &client), TOCSIN_OK);
    tsn_options_release(options);
    return client;
}

/* A client with the given options and transport `pull`. */
static inline tsn_client *kit_open(const char *json)
{
    tsn_options *options = kit_options(json);
    ck_assert_int_eq(tsn_options_set(options, TSN_LIT("transport"), TSN_LIT("pull")), TOCSIN_OK);
    return kit_open_with(options);
}

/* The same with one hook. */
static inline tsn_client *kit_open_hooked(const char *json, const char *name, kit_hook *hook)
{
    tsn_options *options = kit_options(json);
    tsn_options_set(options, TSN_LIT("transport"), TSN_LIT("pull"));
    kit_set_hook(options, name, hook);
    return kit_open_with(options);
}

static inline void kit_close(tsn_client *client)
{
    tsn_client_close(client, 0);
    tsn_client_release(client);
}

/* Sets the field of `cell` by a setter of JSON. */
static inline tocsin_status kit_set(tsn_cell *cell, tocsin_status (*set)(tsn_cell *, tsn_slice),
                                    const char *json)
{
    tsn_buf text = kit_json(json);
    tocsin_status st = set(cell, tsn_buf_view(&text));
    tsn_buf_fini(&text);
    return st;
}

static inline tocsin_status kit_tag(tsn_cell *cell, const char *key, const char *value)
{
    return tsn_cell_set_tag(cell, unit_slice(key), unit_slice(value));
}

static inline tocsin_status kit_crumb(tsn_cell *cell, const char *json)
{
    tsn_buf text = kit_json(json);
    tocsin_status st = tsn_cell_add_breadcrumb(cell, tsn_buf_view(&text), NULL);
    tsn_buf_fini(&text);
    return st;
}

/* Allocates nothing itself. */
static inline tocsin_status kit_capture_text(tsn_cell *cell, int32_t source, tsn_slice text,
                                             char *event_id)
{
    tsn_capture capture = {.cell = cell, .source = source, .text = text};
    return tsn_pipeline_capture(&capture, event_id);
}

static inline tocsin_status kit_capture(tsn_cell *cell, int32_t source, const char *json,
                                        char *event_id)
{
    tsn_buf text = kit_json(json);
    tocsin_status st = kit_capture_text(cell, source, tsn_buf_view(&text), event_id);
    tsn_buf_fini(&text);
    return st;
}

static inline tocsin_status kit_message(tsn_cell *cell, const char *text)
{
    return kit_capture_text(cell, TOCSIN_CAPTURE_MESSAGE, unit_slice(text), NULL);
}

static inline tsn_draft *kit_prepare(tsn_cell *cell, int32_t source, const char *json)
{
    tsn_buf text = kit_json(json);
    tsn_capture capture = {.cell = cell, .source = source, .text = tsn_buf_view(&text)};
    tsn_draft *draft = NULL;
    tocsin_status st = tsn_pipeline_prepare(&capture, &draft);
    tsn_buf_fini(&text);
    ck_assert_int_eq(st, TOCSIN_OK);
    ck_assert_ptr_nonnull(draft);
    return draft;
}

/* The next envelope's whole text; false: there is none. It counts as delivered. */
static inline bool kit_envelope(tsn_client *client, tsn_buf *out)
{
    tsn_envelope_out *envelope = NULL;
    if (tsn_delivery_next_envelope(client->delivery, 0, &envelope) != TOCSIN_OK) return false;
    tsn_buf_clear(out);
    tsn_buf_slice(out, tsn_envelope_out_text(envelope));
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
    char path[80];
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

/* A clock that a test moves by hand. */
static _Atomic int64_t kit_now_ms;

static inline int64_t kit_wall_us(void)
{
    return INT64_C(1700000000000000) + kit_now_ms * 1000;
}

static inline int64_t kit_mono_ms(void)
{
    return kit_now_ms;
}

static inline void kit_take_clock(void)
{
    static const tsn_clock_source source = {kit_wall_us, kit_mono_ms};
    kit_now_ms = 1000000;
    tsn_clock_set_source(&source);
}

#endif

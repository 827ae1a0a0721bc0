/* What the tests of event writing share: an event being put together, written, and looked at. JSON
 * in tests is spelled with ' for ". */
#ifndef TSN_UNIT_EVENT_CASE_H
#define TSN_UNIT_EVENT_CASE_H

#include <stdio.h>

#include "base/alloc.h"
#include "base/house.h"
#include "data/json_normal.h"
#include "data/json_walk.h"
#include "data/limits.h"
#include "model/event.h"
#include "support.h"

#define WHOLE (TSN_EVENT_FILL | TSN_EVENT_LIMIT)

typedef struct event_case {
    tsn_buf body;
    tsn_buf out;
    tsn_buf scratch;
    tsn_scope *layers[TSN_LAYERS_MAX];
    size_t layer_count;
    tsn_propagation *propagation;
    tsn_event_config config;
    int64_t timestamp_us;
} event_case;

/* Appends `text` with every ' turned into ". */
static inline void case_quote(tsn_buf *out, const char *text)
{
    for (; *text != '\0'; text++) tsn_buf_byte(out, *text == '\'' ? '"' : *text);
}

/* Nothing configured but limits. */
static inline event_case case_bare(void)
{
    event_case c;
    memset(&c, 0, sizeof c);
    c.config.max_breadcrumbs = 100;
    c.config.max_stack_frames = TSN_FRAMES_DEFAULT;
    c.timestamp_us = 1793611799871204;
    return c;
}

/* As a client configures it. */
static inline event_case case_full(void)
{
    event_case c = case_bare();
    c.config.release = TSN_LIT("\"shop@1.4.0\"");
    c.config.environment = TSN_LIT("\"staging\"");
    c.config.dist = TSN_LIT("\"7\"");
    c.config.server_name = TSN_LIT("\"host\"");
    c.config.platform = TSN_LIT("\"native\"");
    c.config.sdk = TSN_LIT(
        "{\"name\":\"tocsin.c\",\"version\":\"1.0.0\",\"settings\":{\"infer_ip\":\"never\"}}");
    return c;
}

static inline void case_fini(event_case *c)
{
    tsn_buf_fini(&c->body);
    tsn_buf_fini(&c->out);
    tsn_buf_fini(&c->scratch);
    for (size_t i = 0; i < c->layer_count; i++) tsn_scope_release(c->layers[i]);
    tsn_propagation_release(c->propagation);
}

static inline void case_body(event_case *c, const char *json)
{
    tsn_buf raw = TSN_BUF_EMPTY;
    case_quote(&raw, json);
    tsn_buf_clear(&c->body);
    tocsin_status st = tsn_json_normalise(tsn_buf_view(&raw), TSN_JSON_ANY, 0, &c->body, NULL);
    ck_assert_msg(st == TOCSIN_OK, "status %d for %s", st, json);
    tsn_buf_fini(&raw);
}

static inline tsn_scope **case_layer(event_case *c, size_t index)
{
    while (c->layer_count <= index) {
        c->layers[c->layer_count] = tsn_scope_new();
        ck_assert_ptr_nonnull(c->layers[c->layer_count++]);
    }
    return &c->layers[index];
}

/* The canonical form of quoted JSON; valid until the next call. */
static inline tsn_slice case_json(event_case *c, const char *json)
{
    tsn_buf_clear(&c->scratch);
    case_quote(&c->scratch, json);
    return tsn_buf_view(&c->scratch);
}

static inline void case_set(event_case *c, size_t layer, tsn_scope_map map, const char *key,
                            const char *json)
{
    ck_assert_int_eq(
        tsn_scope_map_set(case_layer(c, layer), map, unit_slice(key), case_json(c, json)),
        TOCSIN_OK);
}

static inline void case_text(event_case *c, size_t layer, tsn_scope_text which, const char *json)
{
    tsn_fragment *text = tsn_fragment_new(case_json(c, json));
    ck_assert_int_eq(tsn_scope_take_text(case_layer(c, layer), which, text), TOCSIN_OK);
}

static inline void case_transaction(event_case *c, size_t layer, const char *name,
                                    const char *source)
{
    tsn_fragment *name_text = tsn_fragment_new(case_json(c, name));
    tsn_fragment *source_text = source == NULL ? NULL : tsn_fragment_new(case_json(c, source));
    ck_assert_int_eq(tsn_scope_take_transaction(case_layer(c, layer), name_text, source_text),
                     TOCSIN_OK);
}

static inline void case_origin(event_case *c, size_t layer, const char *json)
{
    tsn_origin *origin;
    ck_assert_int_eq(tsn_origin_new(case_json(c, json), &origin), TOCSIN_OK);
    ck_assert_int_eq(tsn_scope_take_origin(case_layer(c, layer), origin), TOCSIN_OK);
}

static inline void case_flag(event_case *c, size_t layer, const char *name, const char *result)
{
    char quoted[300];
    snprintf(quoted, sizeof quoted, "\"%s\"", name);
    ck_assert_int_eq(
        tsn_scope_set_flag(case_layer(c, layer), unit_slice(quoted), case_json(c, result)),
        TOCSIN_OK);
}

static inline void case_crumb_json(event_case *c, size_t layer, int64_t time_us, uint64_t sequence,
                                   const char *json)
{
    tsn_crumb crumb = {time_us, sequence, case_json(c, json)};
    ck_assert_int_eq(tsn_scope_add_crumb(case_layer(c, layer), &crumb, 1000), TOCSIN_OK);
}

/* A crumb that is told apart by one letter. */
static inline void case_crumb(event_case *c, size_t layer, int64_t time_us, uint64_t sequence,
                              char letter)
{
    char json[16];
    snprintf(json, sizeof json, "{'m':'%c'}", letter);
    case_crumb_json(c, layer, time_us, sequence, json);
}

static inline tsn_event_parts case_parts(const event_case *c)
{
    tsn_event_parts parts = {.timestamp_us = c->timestamp_us,
                             .body = c->body.len > 0 ? tsn_buf_view(&c->body) : TSN_LIT("{}"),
                             .layer_count = c->layer_count,
                             .propagation = c->propagation};
    memset(&parts.id, 0xab, sizeof parts.id);
    for (size_t i = 0; i < c->layer_count; i++) parts.layers[i] = c->layers[i];
    return parts;
}

static inline tocsin_status case_try_write(event_case *c, unsigned flags)
{
    tsn_event_parts parts = case_parts(c);
    tsn_buf_clear(&c->out);
    return tsn_event_write(&parts, &c->config, flags, &c->out);
}

/* The event; valid until the next writing. What was written is checked to be canonical JSON. */
static inline tsn_slice case_write(event_case *c, unsigned flags)
{
    tocsin_status st = case_try_write(c, flags);
    ck_assert_msg(st == TOCSIN_OK, "status %d", st);
    tsn_buf again = TSN_BUF_EMPTY;
    st = tsn_json_normalise(tsn_buf_view(&c->out), TSN_JSON_ONLY(TSN_JSON_OBJECT), 0, &again, NULL);
    ck_assert_msg(st == TOCSIN_OK && tsn_slice_equal(tsn_buf_view(&again), tsn_buf_view(&c->out)),
                  "not canonical (%d): %.*s", st, (int)c->out.len, c->out.data);
    tsn_buf_fini(&again);
    return tsn_buf_view(&c->out);
}

/* Takes what was written for the body of an event without layers, as a hook's answer is. */
static inline void case_feed_back(event_case *c)
{
    tsn_buf_clear(&c->body);
    tsn_buf_slice(&c->body, tsn_buf_view(&c->out));
    for (size_t i = 0; i < c->layer_count; i++) tsn_scope_release(c->layers[i]);
    c->layer_count = 0;
    tsn_propagation_release(c->propagation);
    c->propagation = NULL;
}

#endif

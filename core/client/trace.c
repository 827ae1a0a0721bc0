/* Headers come in as JSON, as bindings have them in a map. Several of one name are one value with
 * commas, as in HTTP; of `sentry-trace` and `traceparent` that is none that can be used, which is
 * what two different ones deserve. */
#include "client/trace.h"

#include "base/rand.h"
#include "client/client.h"
#include "client/client_config.h"
#include "client/scope_lock.h"
#include "data/json_text.h"
#include "data/json_walk.h"
#include "model/propagation_continue.h"
#include "model/propagation_headers.h"

typedef enum header_place { SENTRY_TRACE, BAGGAGE, TRACEPARENT, HEADERS } header_place;

static const tsn_slice names[HEADERS] = {
    [SENTRY_TRACE] = TSN_LIT_INIT("sentry-trace"),
    [BAGGAGE] = TSN_LIT_INIT("baggage"),
    [TRACEPARENT] = TSN_LIT_INIT("traceparent"),
};

static bool can_start(const tsn_cell *cell)
{
    return cell->tier == TSN_TIER_ISOLATION || cell->tier == TSN_TIER_GLOBAL;
}

/* Takes over the reference. */
static tocsin_status enter(tsn_cell *cell, tsn_propagation *propagation)
{
    tsn_cell_lock(cell, TSN_CELL_WRITES_VALUE);
    tocsin_status st = tsn_scope_take_propagation(&cell->value, propagation);
    tsn_cell_unlock(cell);
    return st;
}

tocsin_status tsn_cell_new_trace(tsn_cell *cell)
{
    if (!can_start(cell)) return TOCSIN_E_ARG;
    uint8_t random[TSN_PROPAGATION_RANDOM];
    tsn_rand_bytes(random, sizeof random);
    tsn_propagation *propagation = tsn_propagation_new(random);
    return propagation == NULL ? TOCSIN_E_NOMEM : enter(cell, propagation);
}

/* A value of a header that may have had others before. */
static void add_value(tsn_buf *text, bool *is_there, tsn_slice value)
{
    if (!tsn_json_is(value, TSN_JSON_STRING)) return;
    if (*is_there) tsn_buf_byte(text, ',');
    *is_there = true;
    tsn_json_decode(value, text);
}

static void add_values(tsn_buf *text, bool *is_there, tsn_slice value)
{
    add_value(text, is_there, value);
    if (!tsn_json_is(value, TSN_JSON_ARRAY)) return;
    tsn_json_walk walk = tsn_json_walk_of(value);
    tsn_slice key, item;
    while (tsn_json_next(&walk, &key, &item)) add_value(text, is_there, item);
}

typedef struct header_texts {
    tsn_buf text[HEADERS];
    bool is_there[HEADERS];
} header_texts;

static void read_headers(tsn_slice object, header_texts *headers)
{
    tsn_json_walk walk = tsn_json_walk_of(object);
    tsn_slice key, value;
    while (tsn_json_next(&walk, &key, &value)) {
        for (size_t i = 0; i < HEADERS; i++) {
            if (!tsn_slice_equal_nocase(names[i], key)) continue;
            add_values(&headers->text[i], &headers->is_there[i], value);
        }
    }
}

static tsn_slice header_of(const header_texts *headers, header_place place)
{
    return headers->is_there[place] ? tsn_buf_view(&headers->text[place]) : TSN_SLICE_ABSENT;
}

/* TOCSIN_OK, TOCSIN_E_NOMEM. */
static tocsin_status follow(tsn_client *client, const header_texts *headers, tsn_propagation **out)
{
    for (size_t i = 0; i < HEADERS; i++) TSN_TRY(tsn_buf_status(&headers->text[i]));
    tsn_trace_incoming incoming = {.sentry_trace = header_of(headers, SENTRY_TRACE),
                                   .baggage = header_of(headers, BAGGAGE)};
    if (client->settings->propagate_traceparent) {
        incoming.traceparent = header_of(headers, TRACEPARENT);
    }
    uint8_t random[TSN_PROPAGATION_RANDOM];
    tsn_rand_bytes(random, sizeof random);
    tocsin_status st =
        tsn_propagation_continue(&incoming, &client->config->trace_rules, random, out);
    if (st != TOCSIN_DISABLED) return st;
    *out = tsn_propagation_new(random);
    return *out == NULL ? TOCSIN_E_NOMEM : TOCSIN_OK;
}

tocsin_status tsn_cell_continue_trace(tsn_cell *cell, tsn_slice json)
{
    if (!can_start(cell)) return TOCSIN_E_ARG;
    tsn_buf object = TSN_BUF_EMPTY;
    header_texts headers = {{TSN_BUF_EMPTY, TSN_BUF_EMPTY, TSN_BUF_EMPTY}, {false}};
    tsn_propagation *propagation = NULL;
    tocsin_status st = tsn_json_normalise(json, TSN_JSON_ONLY(TSN_JSON_OBJECT), 0, &object, NULL);
    if (st >= 0) read_headers(tsn_buf_view(&object), &headers);
    if (st != TOCSIN_E_NOMEM) st = follow(cell->client, &headers, &propagation);
    if (st >= 0) st = enter(cell, propagation);
    for (size_t i = 0; i < HEADERS; i++) tsn_buf_fini(&headers.text[i]);
    tsn_buf_fini(&object);
    return st;
}

/* The trace that an event captured on `cell` would be in; a reference. */
static tsn_propagation *trace_of(tsn_cell *cell)
{
    tsn_cell_lock(cell, TSN_CELL_READS);
    tsn_propagation *propagation = tsn_propagation_retain(cell->value->propagation);
    tsn_cell_unlock(cell);
    return propagation != NULL || cell->isolation == NULL ? propagation : trace_of(cell->isolation);
}

/* Moves `value` into the object, unless it is empty. */
static tocsin_status take_header(tsn_buf *out, header_place place, tsn_buf *value)
{
    TSN_TRY(tsn_buf_status(value));
    if (value->len == 0) return TOCSIN_OK;
    tsn_json_append_key(out, names[place]);
    tsn_json_append_string(out, tsn_buf_view(value));
    tsn_buf_clear(value);
    return TOCSIN_OK;
}

static tocsin_status append_members(const tsn_client *client, const tsn_propagation *propagation,
                                    tsn_slice own_baggage, tsn_buf *value, tsn_buf *out)
{
    tsn_propagation_append_sentry_trace(propagation, value);
    TSN_TRY(take_header(out, SENTRY_TRACE, value));
    TSN_TRY(tsn_propagation_append_baggage(propagation, &client->config->dsc, own_baggage, value));
    TSN_TRY(take_header(out, BAGGAGE, value));
    if (client->settings->propagate_traceparent) {
        tsn_propagation_append_traceparent(propagation, value);
    }
    return take_header(out, TRACEPARENT, value);
}

static tocsin_status append_headers(const tsn_client *client, const tsn_propagation *propagation,
                                    tsn_slice own_baggage, tsn_buf *out)
{
    tsn_buf value = TSN_BUF_EMPTY;
    tsn_buf_byte(out, '{');
    tocsin_status st = append_members(client, propagation, own_baggage, &value, out);
    tsn_buf_byte(out, '}');
    tsn_buf_fini(&value);
    return st < 0 ? st : tsn_buf_status(out);
}

static tocsin_status write_headers(tsn_cell *cell, tsn_slice own_baggage, tsn_buf *out)
{
    tsn_propagation *propagation = trace_of(cell);
    TSN_CHECK(propagation != NULL);
    tocsin_status st = append_headers(cell->client, propagation, own_baggage, out);
    tsn_propagation_release(propagation);
    return st;
}

tocsin_status tsn_cell_trace_headers(tsn_cell *cell, tsn_buf *out)
{
    if (cell->tier == TSN_TIER_DETACHED) return TOCSIN_E_ARG;
    return write_headers(cell, TSN_SLICE_ABSENT, out);
}

/* T-4 */
static bool is_target(const tsn_settings *settings, tsn_slice url)
{
    const tsn_text_list *targets = &settings->trace_propagation_targets;
    if (settings->has_dsn && tsn_dsn_is_at(&settings->dsn, url)) return false;
    if (targets->items == NULL) return true;
    for (size_t i = 0; i < targets->count; i++) {
        if (tsn_slice_contains(url, targets->items[i])) return true;
    }
    return false;
}

tocsin_status tsn_cell_request_headers(tsn_cell *cell, tsn_slice url, tsn_slice baggage,
                                       tsn_buf *out)
{
    if (cell->tier == TSN_TIER_DETACHED || tsn_slice_absent(url)) return TOCSIN_E_ARG;
    if (is_target(cell->client->settings, url)) return write_headers(cell, baggage, out);
    TSN_BUF_LIT(out, "{}");
    return tsn_buf_status(out);
}

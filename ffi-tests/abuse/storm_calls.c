/* Each row makes its arguments up, calls, keeps what it got, and hands back the answer. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <tocsin/c.h>

#include "storm.h"

#define COUNT(array) ((int)(sizeof(array) / sizeof *(array)))

typedef int64_t (*storm_fn)(storm *on);

/* Functions by the form of their arguments. */
typedef int64_t (*maker_fn)(int64_t handle);
typedef tocsin_status (*text_fn)(int64_t handle, const char *text, int64_t len);
typedef tocsin_status (*pair_fn)(int64_t handle, const char *one, int64_t one_len,
                                 const char *other, int64_t other_len);
typedef tocsin_length (*getter_fn)(int64_t handle, char *buf, int64_t buf_cap);

static const maker_fn makers[] = {
    tocsin_handle_dup,          tocsin_client_open,  tocsin_client_scope,
    tocsin_client_global_scope, tocsin_scope_new,    tocsin_scope_new_isolation,
    tocsin_scope_new_current,   tocsin_scope_fork,   tocsin_scope_fork_isolation,
    tocsin_scope_isolation,     tocsin_scope_client,
};

static const text_fn texts[] = {
    tocsin_options_set_json,     tocsin_scope_update,          tocsin_scope_set_tags,
    tocsin_scope_remove_tag,     tocsin_scope_remove_extra,    tocsin_scope_remove_context,
    tocsin_scope_set_user,       tocsin_scope_set_request,     tocsin_scope_set_origin,
    tocsin_event_set_json,       tocsin_scope_set_fingerprint, tocsin_event_discard,
    tocsin_scope_continue_trace,
};

static const pair_fn pairs[] = {
    tocsin_options_set,          tocsin_scope_set_tag,         tocsin_scope_set_extra,
    tocsin_scope_set_context,    tocsin_scope_set_transaction, tocsin_scope_set_flag,
    tocsin_scope_add_attachment,
};

static const getter_fn getters[] = {
    tocsin_options_problem,     tocsin_client_stats,        tocsin_client_options,
    tocsin_client_next_notice,  tocsin_client_last_answer,  tocsin_scope_json,
    tocsin_scope_merged_json,   tocsin_event_json,          tocsin_envelope_text,
    tocsin_scope_last_event_id, tocsin_scope_trace_headers,
};

static int64_t call_maker(storm *on)
{
    int64_t made = makers[chance_below(&on->source, COUNT(makers))](storm_handle(on));
    storm_keep(on, made);
    return made;
}

static int64_t call_text(storm *on)
{
    edge_text text = edge_json(&on->source);
    int64_t answer =
        texts[chance_below(&on->source, COUNT(texts))](storm_handle(on), text.data, text.len);
    edge_free(&text);
    return answer;
}

static int64_t call_pair(storm *on)
{
    edge_text one = edge_key(&on->source);
    edge_text other = edge_json(&on->source);
    int64_t answer = pairs[chance_below(&on->source, COUNT(pairs))](storm_handle(on), one.data,
                                                                    one.len, other.data, other.len);
    edge_free(&one);
    edge_free(&other);
    return answer;
}

static int64_t call_getter(storm *on)
{
    edge_text room = edge_room(&on->source);
    int64_t answer =
        getters[chance_below(&on->source, COUNT(getters))](storm_handle(on), room.data, room.len);
    if (room.data != NULL && memchr(room.data, '\0', (size_t)room.len) == NULL) answer = -1000;
    edge_free(&room);
    return answer;
}

static int64_t call_request(storm *on)
{
    edge_text url = edge_any(&on->source);
    edge_text baggage = edge_any(&on->source);
    edge_text room = edge_room(&on->source);
    int64_t answer = tocsin_scope_request_headers(storm_handle(on), url.data, url.len, baggage.data,
                                                  baggage.len, room.data, room.len);
    edge_free(&url);
    edge_free(&baggage);
    edge_free(&room);
    return answer;
}

static int64_t call_tag(storm *on)
{
    edge_text key = edge_any(&on->source);
    edge_text value = edge_any(&on->source);
    int64_t answer = tocsin_scope_set_tag(storm_handle_of(on, TOCSIN_KIND_SCOPE), key.data, key.len,
                                          value.data, value.len);
    edge_free(&key);
    edge_free(&value);
    return answer;
}

static int64_t call_crumb(storm *on)
{
    edge_text json = edge_json(&on->source);
    int64_t answer = tocsin_scope_add_breadcrumb(storm_handle_of(on, TOCSIN_KIND_SCOPE), json.data,
                                                 json.len, NULL);
    edge_free(&json);
    return answer;
}

static int64_t call_change(storm *on)
{
    int64_t scope = storm_handle(on);
    switch (chance_below(&on->source, 6)) {
    case 0:
        return tocsin_scope_merge(scope, storm_handle(on));
    case 1:
        return chance_below(&on->source, 4) == 0 ? tocsin_scope_clear(scope) : 0;
    case 2:
        return tocsin_scope_new_trace(scope);
    case 3:
        return tocsin_scope_clear_breadcrumbs(scope);
    case 4:
        return tocsin_scope_set_level(scope, edge_number(&on->source));
    default:
        return tocsin_event_set_rate(scope, edge_number(&on->source));
    }
}

static int64_t call_capture(storm *on)
{
    char id[TOCSIN_EVENT_ID_SIZE];
    char *event_id = chance_below(&on->source, 2) == 0 ? id : NULL;
    tocsin_scope overlay = chance_below(&on->source, 3) == 0 ? storm_handle(on) : 0;
    tocsin_scope scope = storm_handle_of(on, TOCSIN_KIND_SCOPE);
    edge_text text = edge_json(&on->source);
    int64_t answer;
    switch (chance_below(&on->source, 3)) {
    case 0:
        answer = tocsin_scope_capture_message(scope, text.data, text.len, edge_number(&on->source),
                                              overlay, NULL, event_id);
        break;
    case 1:
        answer =
            tocsin_scope_capture_exception(scope, text.data, text.len, overlay, NULL, event_id);
        break;
    default:
        answer = tocsin_scope_capture_event(scope, text.data, text.len, overlay, NULL, event_id);
        break;
    }
    edge_free(&text);
    return answer;
}

static int64_t call_prepare(storm *on)
{
    tocsin_scope overlay = chance_below(&on->source, 3) == 0 ? storm_handle(on) : 0;
    edge_text json = edge_json(&on->source);
    tocsin_event event =
        tocsin_event_prepare(storm_handle_of(on, TOCSIN_KIND_SCOPE), edge_number(&on->source),
                             json.data, json.len, overlay, NULL);
    edge_free(&json);
    storm_keep(on, event);
    return event;
}

static int64_t call_submit(storm *on)
{
    edge_text json = edge_json(&on->source);
    bool is_changed = chance_below(&on->source, 2) == 0;
    int64_t answer =
        tocsin_event_submit(storm_handle_of(on, TOCSIN_KIND_EVENT), is_changed ? json.data : NULL,
                            is_changed ? json.len : -1, NULL);
    edge_free(&json);
    return answer;
}

/* Mostly well received: a client that got no answer pauses, and then there is nothing to do. */
static tocsin_status answer_envelope(storm *on, tocsin_envelope envelope)
{
    static const int32_t rare[] = {500, 413, 400, 404, 599, 302, 201};
    static const char *const headers[] = {
        "Retry-After: 0\n",
        "X-Sentry-Rate-Limits: 0:error:key\n",
        "X-Sentry-Rate-Limits: ;;::,,\n",
        "Retry-After: Wed, 21 Oct 2015 07:28:00 GMT",
        "\n\n:\n",
        "",
    };
    static const int32_t pausing[] = {0, 429, 503, 99, 1000, -5};
    bool is_usual = chance_below(&on->source, 8) > 0;
    int32_t status = is_usual ? 200 : rare[chance_below(&on->source, COUNT(rare))];
    const char *lines = NULL;
    if (chance_below(&on->source, 1500) == 0) {
        status = pausing[chance_below(&on->source, COUNT(pausing))];
        lines = headers[chance_below(&on->source, COUNT(headers))];
    }
    return tocsin_envelope_done(envelope, status, lines, -1);
}

static int64_t call_done(storm *on)
{
    return answer_envelope(on, storm_handle_of(on, TOCSIN_KIND_ENVELOPE));
}

/* Few are kept without an answer for somebody else to give it, or nobody. */
static int64_t call_next_envelope(storm *on)
{
    int64_t wait = chance_below(&on->source, 200) == 0;
    int64_t answer = 0;
    for (int left = 8; left > 0 && answer >= 0; left--) {
        answer = tocsin_client_next_envelope(storm_handle_of(on, TOCSIN_KIND_CLIENT), wait);
        if (chance_below(&on->source, 1000) == 0)
            storm_keep(on, answer);
        else if (answer > 0)
            answer_envelope(on, answer);
    }
    return answer;
}

static int64_t call_next_event(storm *on)
{
    int64_t wait = chance_below(&on->source, 200) == 0;
    int64_t answer = tocsin_client_next_event(storm_handle_of(on, TOCSIN_KIND_CLIENT), wait);
    storm_keep(on, answer);
    return answer;
}

static int32_t hook(tocsin_event event, const void *hint, void *user)
{
    static const int32_t answers[] = {TOCSIN_KEEP, TOCSIN_KEEP, TOCSIN_KEEP, TOCSIN_DROP, -1,
                                      2,           1000000,     INT32_MIN,   INT32_MAX};
    (void)hint;
    storm mine = {.source = {(uint64_t)event}, .shared = user};
    if (chance_below(&mine.source, 2) == 0) {
        tocsin_event_set_json(event, TOCSIN_Z("{\"message\":\"hooked\"}"));
        tocsin_event_json(event, NULL, 0);
    }
    tocsin_scope scope = storm_handle(&mine);
    tocsin_scope_set_tag(scope, TOCSIN_Z("hook"), TOCSIN_Z("yes"));
    if (chance_below(&mine.source, 4) == 0)
        tocsin_scope_capture_message(scope, TOCSIN_Z("inner"), TOCSIN_LEVEL_UNSET, 0, NULL, NULL);
    if (chance_below(&mine.source, 16) == 0) tocsin_event_submit(event, NULL, -1, NULL);
    if (chance_below(&mine.source, 16) == 0) tocsin_handle_close(event);
    return answers[chance_below(&mine.source, COUNT(answers))];
}

static int64_t call_hook(storm *on)
{
    edge_text name = edge_any(&on->source);
    int64_t handle = storm_handle(on);
    int64_t answer;
    if (chance_below(&on->source, 2) == 0)
        answer = tocsin_options_set_hook(handle, name.data, name.len, hook, on->shared, NULL);
    else
        answer = tocsin_scope_add_processor(handle, edge_number(&on->source), name.data, name.len,
                                            hook, on->shared, NULL);
    edge_free(&name);
    return answer;
}

/* One of the pool's, which stays closed, but rarely; else one of its own. */
static int64_t close_client(storm *on)
{
    if (chance_below(&on->source, 64) == 0) return tocsin_client_close(storm_handle(on), 0);
    tocsin_client made = tocsin_client_open(storm_handle_of(on, TOCSIN_KIND_OPTIONS));
    storm_keep(on, made > 0 ? tocsin_client_scope(made) : made);
    tocsin_status st = tocsin_client_close(made, 0);
    storm_keep(on, made);
    return st;
}

static int64_t call_wait(storm *on)
{
    int64_t client = storm_handle(on);
    switch (chance_below(&on->source, 64)) {
    case 0:
        return tocsin_client_flush(client, 1);
    case 1:
        return tocsin_client_flush(client, -1);
    case 2:
        return close_client(on);
    case 3:
        return tocsin_client_flush_cancel(client);
    default:
        return tocsin_client_flush(client, 0);
    }
}

/* What was kept is closed one day, so that right is left in; mostly with too small a quota. */
static int64_t call_restrict(storm *on)
{
    static const char quota[] =
        "{\"events\":50,\"breadcrumbs\":50,\"bytes\":5000,\"handles\":3,\"window_ms\":5}";
    int64_t rights =
        chance_below(&on->source, 2) == 0 ? TOCSIN_RIGHT_ALL : edge_number(&on->source);
    int64_t scope = storm_handle_of(on, TOCSIN_KIND_SCOPE);
    if (chance_below(&on->source, 8) == 0) return tocsin_scope_revoke(scope, storm_handle(on));
    edge_text json = edge_json(&on->source);
    bool is_plain = chance_below(&on->source, 2) == 0;
    int64_t made = tocsin_scope_restrict(scope, rights | TOCSIN_RIGHT_CLOSE,
                                         is_plain ? quota : json.data, is_plain ? -1 : json.len);
    storm_keep(on, made);
    edge_free(&json);
    return made;
}

static int64_t call_handle(storm *on)
{
    int64_t handle = storm_handle(on);
    if (chance_below(&on->source, 4) > 0) return tocsin_handle_kind(handle);
    return tocsin_handle_close(handle);
}

static int64_t call_plain(storm *on)
{
    edge_text text = edge_any(&on->source);
    edge_text room = edge_room(&on->source);
    tocsin_version(room.data, room.len);
    tocsin_status_text(edge_number(&on->source), room.data, room.len);
    int64_t answer = tocsin_supports(text.data, text.len);
    answer += tocsin_constant(text.data, text.len) * 0;
    if (tocsin_abi_version() < 1 || tocsin_instance_id() < 0) answer = -1000;
    int64_t count = tocsin_handle_count(edge_number(&on->source));
    if (count < 0) answer = count;
    int64_t options = tocsin_options_new();
    storm_keep(on, options);
    edge_free(&text);
    edge_free(&room);
    return answer;
}

static const struct {
    const char *name;
    storm_fn call;
    int weight;
} rows[] = {
    {"a maker", call_maker, 12},
    {"a text setter", call_text, 14},
    {"a pair setter", call_pair, 14},
    {"a getter", call_getter, 6},
    {"request headers", call_request, 3},
    {"set_tag", call_tag, 6},
    {"add_breadcrumb", call_crumb, 10},
    {"a change", call_change, 6},
    {"a capture", call_capture, 8},
    {"prepare", call_prepare, 4},
    {"submit", call_submit, 3},
    {"next_envelope", call_next_envelope, 4},
    {"next_event", call_next_event, 4},
    {"done", call_done, 6},
    {"a hook", call_hook, 1},
    {"a wait", call_wait, 1},
    {"a handle", call_handle, 4},
    {"restrict", call_restrict, 3},
    {"a plain call", call_plain, 1},
};

/* A status that may be seen outside, a handle, or a length. */
static bool is_sane(int64_t answer)
{
    bool is_known_error =
        answer >= -5 || (answer <= -20 && answer >= -27) || (answer <= -40 && answer >= -45);
    return is_known_error && answer < INT64_C(1) << 53;
}

void storm_call(storm *on)
{
    int total = 0;
    for (int i = 0; i < COUNT(rows); i++) total += rows[i].weight;
    int left = chance_below(&on->source, total);
    int row = 0;
    while ((left -= rows[row].weight) >= 0) row++;
    int64_t answer = rows[row].call(on);
    if (is_sane(answer) || on->strange_call != NULL) return;
    on->strange = answer;
    on->strange_call = rows[row].name;
}

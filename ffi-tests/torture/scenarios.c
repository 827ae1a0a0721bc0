/* The scenarios. What a call answers is looked at by CHECK alone: a handle that could not be had is
 * an error that the calls after it hand on. */
#include "torture.h"

#define EXCEPTION                                                                                  \
    "{\"type\":\"E\",\"value\":\"v\",\"stacktrace\":{\"frames\":[{\"function\":\"f\"}]}}"

static void open_another(world *here)
{
    tocsin_options options = tocsin_options_new();
    CHECK(here, options);
    CHECK(here, tocsin_options_set(options, "dsn", -1, "https://k@h.example/1", -1));
    CHECK(here, tocsin_options_set_json(
                    options,
                    "{\"transport\":\"pull\",\"hooks\":\"pull\",\"ignore_errors\":[\"a\"]}", -1));
    tocsin_client client = tocsin_client_open(options);
    CHECK(here, client);
    tocsin_scope scope = tocsin_client_scope(client);
    CHECK(here, scope);
    tocsin_handle_close(scope);
    tocsin_handle_close(client);
    tocsin_handle_close(options);
}

static void set_everything(world *here)
{
    tocsin_scope scope = here->scope;
    CHECK(here, tocsin_scope_set_tag(scope, "t", -1, "v", -1));
    CHECK(here, tocsin_scope_set_tags(scope, "{\"a\":\"1\",\"b\":\"2\",\"t\":null}", -1));
    CHECK(here, tocsin_scope_set_extra(scope, "e", -1, "[1,{\"x\":2}]", -1));
    CHECK(here, tocsin_scope_set_context(scope, "c", -1, "{\"x\":1}", -1));
    CHECK(here, tocsin_scope_set_user(scope, "{\"id\":\"1\"}", -1));
    CHECK(here, tocsin_scope_set_request(scope, "{\"method\":\"GET\"}", -1));
    CHECK(here, tocsin_scope_set_origin(scope, "{\"platform\":\"lua\",\"modules\":{}}", -1));
    CHECK(here, tocsin_scope_set_fingerprint(scope, "[\"f\"]", -1));
    CHECK(here, tocsin_scope_set_level(scope, TOCSIN_LEVEL_FATAL));
    CHECK(here, tocsin_scope_set_transaction(scope, "n", -1, "route", -1));
    CHECK(here, tocsin_scope_set_flag(scope, "f", -1, "true", -1));
    CHECK(here, tocsin_scope_add_breadcrumb(scope, "{\"message\":\"m\"}", -1, NULL));
    CHECK(here, tocsin_scope_add_attachment(scope, "b", 1, "{\"filename\":\"n\"}", -1));
    CHECK(here, tocsin_scope_update(scope, "{\"tags\":{\"u\":\"1\"},\"user\":null}", -1));
    CHECK(here, tocsin_scope_remove_tag(scope, "a", -1));
    CHECK(here, tocsin_scope_remove_extra(scope, "e", -1));
    CHECK(here, tocsin_scope_remove_context(scope, "c", -1));
    CHECK(here, tocsin_scope_clear_breadcrumbs(scope));
    CHECK(here, tocsin_scope_clear(scope));
}

static void make_scopes(world *here)
{
    tocsin_scope made[7];
    CHECK(here, tocsin_scope_set_tag(here->scope, "t", -1, "v", -1));
    CHECK(here, tocsin_scope_add_breadcrumb(here->scope, "{\"message\":\"m\"}", -1, NULL));
    made[0] = tocsin_scope_fork(here->scope);
    made[1] = tocsin_scope_fork_isolation(made[0]);
    made[2] = tocsin_scope_isolation(made[1]);
    made[3] = tocsin_scope_new_isolation(here->client);
    made[4] = tocsin_scope_new_current(made[3]);
    made[5] = tocsin_scope_new(here->client);
    made[6] = tocsin_client_global_scope(here->client);
    CHECK(here, tocsin_scope_set_tag(made[0], "t", -1, "w", -1));
    CHECK(here, tocsin_scope_merge(made[5], made[1]));
    CHECK(here, tocsin_scope_merge(made[4], here->scope));
    CHECK(here, tocsin_scope_new_trace(made[2]));
    CHECK(here, tocsin_scope_json(made[4], NULL, 0));
    CHECK(here, tocsin_scope_merged_json(made[1], NULL, 0));
    CHECK(here, tocsin_scope_last_event_id(made[1], NULL, 0));
    for (size_t i = 0; i < sizeof made / sizeof made[0]; i++) {
        CHECK(here, made[i]);
        tocsin_handle_close(made[i]);
    }
}

static void capture_message(world *here)
{
    char id[TOCSIN_EVENT_ID_SIZE];
    tocsin_scope overlay = tocsin_scope_new(here->client);
    CHECK(here, tocsin_scope_set_tag(overlay, "o", -1, "v", -1));
    if (overlay > 0) {
        CHECK(here, tocsin_scope_capture_message(here->scope, "m", -1, 0, overlay, NULL, id));
    }
    CHECK(here, tocsin_scope_capture_message(here->scope, "m", -1, 0, 0, NULL, NULL));
    tocsin_handle_close(overlay);
}

static void capture_exception(world *here)
{
    CHECK(here, tocsin_scope_capture_exception(here->scope, EXCEPTION, -1, 0, NULL, NULL));
    CHECK(here, tocsin_scope_capture_exception(here->scope, "[" EXCEPTION "," EXCEPTION "]", -1, 0,
                                               NULL, NULL));
}

static void capture_event(world *here)
{
    CHECK(here, tocsin_scope_add_attachment(here->scope, NULL, -1,
                                            "{\"path\":\"/proc/self/cmdline\"}", -1));
    CHECK(here, tocsin_scope_add_attachment(here->scope, NULL, -1, "{\"path\":\"/nowhere\"}", -1));
    CHECK(here, tocsin_scope_add_attachment(here->scope, "b", 1, "{\"filename\":\"n\"}", -1));
    CHECK(here, tocsin_scope_capture_event(here->scope, "{\"logger\":\"l\",\"tags\":{\"a\":\"b\"}}",
                                           -1, 0, NULL, NULL));
}

/* Reads the event and writes something back. */
static int32_t change(tocsin_event event, const void *hint, void *user)
{
    (void)hint;
    (void)user;
    char json[4096];
    tocsin_length need = tocsin_event_json(event, json, sizeof json);
    if (need < 0) return (int32_t)need;
    return tocsin_event_set_json(event, "{\"message\":\"changed\",\"logger\":\"changed\"}", -1);
}

static int32_t sample_all(tocsin_event event, const void *hint, void *user)
{
    (void)event;
    (void)hint;
    (void)user;
    return 1000000;
}

static void set_hooks(tocsin_options options)
{
    tocsin_options_set_hook(options, "before_breadcrumb", -1, change, NULL, NULL);
    tocsin_options_set_hook(options, "event_processor", -1, sample_all, NULL, NULL);
    tocsin_options_set_hook(options, "event_processor", -1, NULL, NULL, NULL);
    tocsin_options_set_hook(options, "error_sampler", -1, sample_all, NULL, NULL);
}

static void run_hooks(world *here)
{
    tocsin_scope fork = tocsin_scope_fork(here->scope);
    CHECK(here, fork);
    CHECK(here,
          tocsin_scope_add_processor(fork, TOCSIN_PROCESSOR_EVENT, NULL, -1, change, NULL, NULL));
    CHECK(here,
          tocsin_scope_add_processor(fork, TOCSIN_PROCESSOR_ERROR, "E", -1, change, NULL, NULL));
    CHECK(here, tocsin_scope_add_breadcrumb(fork, "{\"message\":\"m\"}", -1, NULL));
    CHECK(here, tocsin_scope_capture_exception(fork, EXCEPTION, -1, 0, NULL, NULL));
    CHECK(here, tocsin_scope_capture_message(fork, "m", -1, 0, 0, NULL, NULL));
    tocsin_handle_close(fork);
}

static void capture_in_two_steps(world *here)
{
    char json[4096];
    tocsin_event events[3];
    for (int i = 0; i < 3; i++) {
        events[i] =
            tocsin_event_prepare(here->scope, TOCSIN_CAPTURE_EXCEPTION,
                                 "{\"exception\":{\"values\":[" EXCEPTION "]}}", -1, 0, NULL);
        CHECK(here, events[i]);
    }
    CHECK(here, tocsin_event_json(events[0], json, sizeof json));
    CHECK(here, tocsin_event_set_json(events[0], "{\"logger\":\"l\"}", -1));
    CHECK(here, tocsin_event_submit(events[0], NULL, -1, NULL));
    CHECK(here, tocsin_event_submit(events[1], "{\"logger\":\"l\"}", -1, NULL));
    CHECK(here, tocsin_event_discard(events[2], "before_send", -1));
}

static void pull_hooks(world *here)
{
    char json[4096];
    CHECK(here, tocsin_scope_capture_message(here->scope, "m", -1, 0, 0, NULL, NULL));
    CHECK(here, tocsin_scope_capture_message(here->scope, "m", -1, 0, 0, NULL, NULL));
    tocsin_event guest = tocsin_event_prepare(here->scope, TOCSIN_CAPTURE_EVENT, "{}", -1, 0, NULL);
    CHECK(here, guest);
    CHECK(here, tocsin_event_submit(guest, NULL, -1, NULL));
    for (int i = 0; i < 3; i++) {
        tocsin_event event = tocsin_client_next_event(here->client, 0);
        CHECK(here, event);
        if (event == 0) continue;
        CHECK(here, tocsin_event_json(event, json, sizeof json));
        if (i == 2) {
            CHECK(here, tocsin_event_discard(event, NULL, -1));
        } else {
            CHECK(here, tocsin_event_submit(event, NULL, -1, NULL));
        }
    }
}

static void take_envelopes(world *here)
{
    static const int32_t answers[] = {200, 500, 0, 429};
    for (int i = 0; i < 4; i++) {
        CHECK(here, tocsin_scope_capture_message(here->scope, "m", -1, 0, 0, NULL, NULL));
        tocsin_envelope envelope = tocsin_client_next_envelope(here->client, 0);
        CHECK(here, envelope);
        if (envelope == 0) continue;
        CHECK(here, tocsin_envelope_text(envelope, NULL, 0));
        CHECK(here, tocsin_envelope_done(envelope, answers[i], "X-Sentry-Rate-Limits: 0::\n", -1));
    }
    CHECK(here, tocsin_client_close(here->client, 0)); /* it would pause now */
}

static void ask_and_close(world *here)
{
    char text[8192];
    CHECK(here, tocsin_scope_capture_message(here->scope, "m", -1, 0, 0, NULL, NULL));
    CHECK(here, tocsin_client_stats(here->client, text, sizeof text));
    CHECK(here, tocsin_client_options(here->client, text, sizeof text));
    CHECK(here, tocsin_client_next_notice(here->client, text, sizeof text));
    CHECK(here, tocsin_client_last_answer(here->client, text, sizeof text));
    CHECK(here, tocsin_client_flush(here->client, 0));
    CHECK(here, tocsin_client_close(here->client, 0));
    CHECK(here, tocsin_client_close(here->client, 0));
}

/* With a thread of its own, which may be the one that is refused memory. */
static void run_worker(world *here)
{
    tocsin_options options = tocsin_options_new();
    CHECK(here, tocsin_options_set(options, "transport", -1, "file:/dev/null", -1));
    tocsin_client client = tocsin_client_open(options);
    tocsin_scope scope = tocsin_client_scope(client);
    CHECK(here, scope);
    for (int i = 0; i < 3; i++) {
        CHECK(here, tocsin_scope_capture_message(scope, "m", -1, 0, 0, NULL, NULL));
    }
    CHECK(here, tocsin_client_flush(client, 50));
    CHECK(here, tocsin_client_close(client, 50));
    tocsin_handle_close(scope);
    tocsin_handle_close(options);
    here->others[0] = client;
}

static void set_many_options(world *here)
{
    tocsin_options options = tocsin_options_new();
    CHECK(here, options);
    CHECK(here, tocsin_options_set(options, "release", -1, "r", -1));
    CHECK(here, tocsin_options_set(options, "in_app_include", -1, "[\"a\",\"b\"]", -1));
    CHECK(here, tocsin_options_set_hook(options, "before_send", -1, change, NULL, NULL));
    CHECK(here, tocsin_options_set_hook(options, "event_processor", -1, change, NULL, NULL));
    CHECK(here, tocsin_options_problem(options, NULL, 0));
    int64_t second = tocsin_handle_dup(options);
    CHECK(here, second);
    tocsin_handle_close(second);
    tocsin_handle_close(options);
}

const scenario scenarios[] = {
    {"open", "{}", NULL, open_another, 0, NULL},
    {"options", "{}", NULL, set_many_options, 0, NULL},
    {"setters", "{}", NULL, set_everything, 0, NULL},
    {"scopes", "{}", NULL, make_scopes, 0, NULL},
    {"message", "{}", NULL, capture_message, 0, NULL},
    {"exception", "{\"attach_stacktrace\":true}", NULL, capture_exception, 0, NULL},
    {"event", "{}", NULL, capture_event, 0, "invalid"},
    {"hooks", "{}", set_hooks, run_hooks, 0, "event_processor"},
    {"two steps", "{}", NULL, capture_in_two_steps, 0, "before_send"},
    {"pulled hooks", "{\"hooks\":\"pull\"}", NULL, pull_hooks, 0, "event_processor, before_send"},
    {"envelopes", "{\"dsn\":\"https://k@h.example/1\"}", NULL, take_envelopes, 0,
     "network_error, send_error, ratelimit_backoff"},
    {"close", "{\"debug\":false}", NULL, ask_and_close, 0, "network_error"},
    {"worker", "{}", NULL, run_worker, 0, "network_error"},
    {"report", "{}", NULL, torture_report, 6, "queue_overflow, send_error, network_error"},
    {"spool", "{}", NULL, torture_spool, 6, "network_error"},
    {"fork", "{}", NULL, torture_fork, 6, "network_error"},
};

const size_t scenario_count = sizeof scenarios / sizeof scenarios[0];

/* A table of method, path and function; each function runs with the server locked. */
#include "control.h"

#include <stdlib.h>
#include <string.h>

enum { WAIT_DEFAULT_MS = 5000 };

struct call {
    struct srv_server *server;
    const struct srv_request *request;
    const cJSON *query;
    struct srv_reply *reply;
};

static long query_number(const cJSON *query, const char *key, long absent)
{
    const char *text = srv_json_text(query, key);
    return text != NULL ? strtol(text, NULL, 10) : absent;
}

static long long deadline_of(const struct call *call)
{
    return srv_now() + query_number(call->query, "timeout_ms", WAIT_DEFAULT_MS);
}

static void wait_for_count(const struct call *call, const size_t *count)
{
    long want = query_number(call->query, "wait", 0);
    long long deadline = deadline_of(call);
    while (want > 0 && *count < (size_t)want)
        if (!srv_server_wait_locked(call->server, deadline)) return;
}

static void requests(const struct call *call)
{
    wait_for_count(call, &call->server->store.counts.requests);
    srv_store_write(&call->server->store, false, &call->reply->body);
}

static void events(const struct call *call)
{
    wait_for_count(call, &call->server->store.counts.events);
    srv_store_write(&call->server->store, true, &call->reply->body);
}

static void event(const struct call *call)
{
    const char *id = srv_json_text(call->query, "id");
    long long deadline = deadline_of(call);
    const struct srv_record *found = NULL;
    while (id != NULL && (found = srv_store_find(&call->server->store, id)) == NULL)
        if (!srv_server_wait_locked(call->server, deadline)) break;
    if (found != NULL)
        srv_text_add(&call->reply->body, found->event, found->event_len);
    else
        call->reply->status = 404;
}

static void count(const struct call *call)
{
    const struct srv_counts *counts = &call->server->store.counts;
    srv_text_addf(&call->reply->body,
                  "{\"connections\":%zu,\"requests\":%zu,\"envelopes\":%zu,\"events\":%zu,"
                  "\"malformed\":%zu,\"aborted\":%zu,\"bytes\":%zu,\"busy\":%zu,"
                  "\"scripted\":%zu}\n",
                  counts->connections, counts->requests, counts->envelopes, counts->events,
                  counts->malformed, counts->aborted, counts->bytes, call->server->busy,
                  srv_script_left(&call->server->script));
}

static void control(const struct call *call)
{
    struct srv_span json = {call->request->body.data, call->request->body.len};
    const char *why = srv_script_add(&call->server->script, json);
    if (why == NULL) return;
    call->reply->status = 400;
    srv_text_addf(&call->reply->body, "%s\n", why);
}

static void release(const struct call *call)
{
    call->server->releases++;
}

static void reset(const struct call *call)
{
    srv_script_clear(&call->server->script);
    srv_store_clear(&call->server->store);
}

static void quit(const struct call *call)
{
    call->server->quit_asked = true;
}

static const struct {
    const char *method;
    const char *path;
    void (*run)(const struct call *call);
} doors[] = {
    {"GET", "/_requests", requests}, {"GET", "/_events", events},    {"GET", "/_event", event},
    {"GET", "/_count", count},       {"POST", "/_control", control}, {"POST", "/_release", release},
    {"POST", "/_reset", reset},      {"POST", "/_quit", quit},
};

bool srv_control_owns(const char *path)
{
    return strncmp(path, "/_", 2) == 0;
}

struct srv_reply srv_control_answer(struct srv_server *server, const struct srv_request *request,
                                    const cJSON *query)
{
    struct srv_reply reply = {.status = 404};
    struct call call = {server, request, query, &reply};
    for (size_t i = 0; i < sizeof doors / sizeof doors[0]; i++) {
        if (strcmp(doors[i].path, request->path) != 0) continue;
        reply.status = 405;
        if (strcmp(doors[i].method, request->method) != 0) continue;
        reply.status = 200;
        srv_server_lock(server);
        doors[i].run(&call);
        srv_server_unlock(server);
    }
    return reply;
}

/* Handles of every kind to try things with. */
#include <stdio.h>
#include <stdlib.h>

#include <tocsin/c.h>

#include "abuse.h"

static int64_t must(int64_t answer, const char *what)
{
    if (answer > 0) return answer;
    fprintf(stderr, "%s: %lld\n", what, (long long)answer);
    abort();
}

static tocsin_client open_client(void)
{
    tocsin_options options = must(tocsin_options_new(), "options");
    tocsin_options_set_json(options, TOCSIN_Z("{\"transport\":\"pull\",\"host_contexts\":false}"));
    tocsin_client client = tocsin_client_open(options);
    tocsin_handle_close(options);
    return client;
}

void fixture_open(fixture *on)
{
    on->client = must(open_client(), "client");
    on->scope = must(tocsin_client_scope(on->client), "scope");
    on->other = must(tocsin_scope_new(on->client), "scope");
}

void fixture_close(fixture *on)
{
    tocsin_client_close(on->client, 0);
    tocsin_handle_close(on->other);
    tocsin_handle_close(on->scope);
    tocsin_handle_close(on->client);
}

/* Of a client of its own: one that is closed without a word on its fate makes its client pause. */
static int64_t make_envelope(void)
{
    tocsin_client client = must(open_client(), "client");
    tocsin_scope scope = must(tocsin_client_scope(client), "scope");
    tocsin_scope_capture_message(scope, TOCSIN_Z("m"), TOCSIN_LEVEL_UNSET, 0, NULL, NULL);
    tocsin_envelope envelope = tocsin_client_next_envelope(client, 0);
    tocsin_handle_close(scope);
    tocsin_handle_close(client);
    return envelope;
}

int64_t fixture_make(const fixture *on, int kind)
{
    switch (kind) {
    case TOCSIN_KIND_OPTIONS:
        return must(tocsin_options_new(), "options");
    case TOCSIN_KIND_CLIENT:
        return must(open_client(), "client");
    case TOCSIN_KIND_EVENT:
        return must(tocsin_event_prepare(on->scope, TOCSIN_CAPTURE_EVENT, TOCSIN_Z("{}"), 0, NULL),
                    "event");
    case TOCSIN_KIND_ENVELOPE:
        return must(make_envelope(), "envelope");
    default:
        return must(tocsin_scope_fork(on->scope), "scope");
    }
}

bool is_handle_error(int64_t answer)
{
    return answer <= TOCSIN_E_STALE && answer >= TOCSIN_E_DENIED;
}

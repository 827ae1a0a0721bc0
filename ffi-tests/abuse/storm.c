/* A storm ends well if every answer was a sane one and no event is unaccounted for: of each client
 * that was there from the start, what was captured is the sum of what became of it; and nothing
 * that it says has the key or the secret of its DSN (SEC-2). */
#include "storm.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <tocsin/c.h>

#include "stats_text.h"

#define THREADS_MAX 16
#define KEY "5ecre7c0de5ecre7"
#define SECRET "d5n5ecre7d5n5ecre7"

static const char *const settings[] = {
    "{\"transport\":\"pull\",\"host_contexts\":false,\"queue_max_items\":200,"
    "\"shutdown_timeout\":1,\"max_breadcrumbs\":5}",
    "{\"transport\":\"pull\",\"hooks\":\"pull\",\"hook_timeout\":10,\"shutdown_timeout\":1}",
    "{\"dsn\":\"http://" KEY ":" SECRET
    "@127.0.0.1:9/1\",\"host_contexts\":false,\"queue_max_items\":50,"
    "\"shutdown_timeout\":1,\"sample_rate\":0.5}",
    "{\"shutdown_timeout\":1}",
};

#define CLIENTS ((int)(sizeof settings / sizeof *settings))

int64_t storm_handle(storm *on)
{
    int64_t handle = atomic_load(&on->shared->handles[chance_below(&on->source, STORM_HANDLES)]);
    if (chance_below(&on->source, 50) > 0) return handle;
    switch (chance_below(&on->source, 4)) {
    case 0:
        return 0;
    case 1:
        return edge_number(&on->source);
    case 2:
        return handle ^ (INT64_C(1) << chance_below(&on->source, 63));
    default:
        return (int64_t)chance_next(&on->source);
    }
}

int64_t storm_handle_of(storm *on, int kind)
{
    int64_t handle = storm_handle(on);
    for (int left = 6; left > 0 && tocsin_handle_kind(handle) != kind; left--)
        handle = storm_handle(on);
    return handle;
}

/* The first places belong to the clients and their scopes, so that a storm does not run dry. */
void storm_keep(storm *on, int64_t handle)
{
    if (handle <= 0) return;
    int place = 4 * CLIENTS + chance_below(&on->source, STORM_HANDLES - 4 * CLIENTS);
    int64_t old = atomic_exchange(&on->shared->handles[place], handle);
    if (old > 0) tocsin_handle_close(old);
}

static tocsin_client open_client(const char *json)
{
    tocsin_options options = tocsin_options_new();
    if (tocsin_options_set_json(options, json, -1) < 0) abort();
    tocsin_client client = tocsin_client_open(options);
    tocsin_handle_close(options);
    if (client < 0) abort();
    return client;
}

/* Handles in the pool are second ones: whoever closes one leaves the client and its scopes. */
static void fill(pool *shared, const tocsin_client *clients)
{
    for (int i = 0; i < CLIENTS; i++) {
        _Atomic int64_t *place = &shared->handles[4 * i];
        atomic_store(&place[0], tocsin_handle_dup(clients[i]));
        atomic_store(&place[1], tocsin_client_scope(clients[i]));
        atomic_store(&place[2], tocsin_client_global_scope(clients[i]));
        atomic_store(&place[3], tocsin_scope_new_isolation(clients[i]));
    }
    for (int i = 4 * CLIENTS; i < STORM_HANDLES; i++) atomic_store(&shared->handles[i], 0);
}

/* Brings back what a thread closed, and throws away what grew. */
static void refresh(storm *on, const tocsin_client *clients)
{
    for (int i = 0; i < CLIENTS; i++) {
        int64_t place[] = {tocsin_handle_dup(clients[i]), tocsin_client_scope(clients[i]),
                           tocsin_client_global_scope(clients[i]),
                           tocsin_scope_new_isolation(clients[i])};
        tocsin_scope_clear(place[1]);
        tocsin_scope_clear(place[2]);
        for (int k = 0; k < 4; k++) {
            int64_t old = atomic_exchange(&on->shared->handles[4 * i + k], place[k]);
            if (old > 0) tocsin_handle_close(old);
        }
    }
}

typedef struct thread_of_storm {
    storm on;
    const tocsin_client *clients;
} thread_of_storm;

static void *blow(void *argument)
{
    thread_of_storm *mine = argument;
    for (long i = 0; i < mine->on.calls; i++) {
        if (i % 512 == 511) refresh(&mine->on, mine->clients);
        storm_call(&mine->on);
    }
    return NULL;
}

static void empty(pool *shared)
{
    for (int i = 0; i < STORM_HANDLES; i++) {
        int64_t handle = atomic_exchange(&shared->handles[i], 0);
        if (handle > 0) tocsin_handle_close(handle);
    }
}

/* Of each category, captured against what follows it; `is_over`: nothing may be under way. */
static bool is_accounted_for(tocsin_client client, bool is_over)
{
    static const char *const fates[] = {"\"delivered\":", "\"refused429\":", "\"spooled\":",
                                        "\"queued\":",    "\"in_flight\":",  "\"discarded\":"};
    char text[8192];
    bool is_well = tocsin_client_stats(client, text, sizeof text) < (int64_t)sizeof text;
    if (is_over)
        is_well &= stats_number(text, "\"items\":") + stats_number(text, "\"bytes\":") == 0;
    char *rest = text;
    for (char *at; (at = strstr(rest, "\"captured\":")) != NULL; rest = at + 1) {
        char *next = strstr(at + 1, "\"captured\":");
        if (next != NULL) *next = '\0';
        long long sum = 0;
        for (int i = 0; i < (int)(sizeof fates / sizeof *fates); i++)
            sum += stats_number(at, fates[i]);
        is_well &= sum == stats_number(at, "\"captured\":");
        if (is_over) is_well &= stats_number(at, fates[3]) + stats_number(at, fates[4]) == 0;
        if (next != NULL) *next = '"';
    }
    if (!is_well) printf("  unaccounted for: %s\n", text);
    return is_well;
}

static bool is_silent(const char *text)
{
    bool is_well = strstr(text, KEY) == NULL && strstr(text, SECRET) == NULL;
    if (!is_well) printf("  a secret in: %s\n", text);
    return is_well;
}

static bool keeps_its_secrets(tocsin_client client)
{
    char text[8192];
    bool is_well = true;
    while (tocsin_client_next_notice(client, text, sizeof text) > 0) is_well &= is_silent(text);
    tocsin_client_options(client, text, sizeof text);
    is_well &= is_silent(text);
    tocsin_client_stats(client, text, sizeof text);
    is_well &= is_silent(text);
    tocsin_client_last_answer(client, text, sizeof text);
    return is_well && is_silent(text);
}

static bool close_clients(const tocsin_client *clients)
{
    bool is_well = true;
    for (int i = 0; i < CLIENTS; i++) {
        is_well &= is_accounted_for(clients[i], false);
        tocsin_client_close(clients[i], 0);
        is_well &= is_accounted_for(clients[i], true);
        is_well &= keeps_its_secrets(clients[i]);
        tocsin_handle_close(clients[i]);
    }
    return is_well;
}

static bool is_sane(const storm *on)
{
    if (on->strange_call == NULL) return true;
    printf("  %s answered %lld\n", on->strange_call, (long long)on->strange);
    return false;
}

bool storm_goes_well(chance *source, int threads, long count)
{
    pool shared;
    tocsin_client clients[CLIENTS];
    thread_of_storm storms[THREADS_MAX];
    pthread_t running[THREADS_MAX];
    bool is_well = true;
    for (int i = 0; i < CLIENTS; i++) clients[i] = open_client(settings[i]);
    fill(&shared, clients);
    for (int i = 0; i < threads; i++) {
        storms[i] =
            (thread_of_storm){{{chance_next(source)}, &shared, count / threads, 0, NULL}, clients};
        if (pthread_create(&running[i], NULL, blow, &storms[i]) != 0) abort();
    }
    for (int i = 0; i < threads; i++) {
        pthread_join(running[i], NULL);
        is_well &= is_sane(&storms[i].on);
    }
    empty(&shared);
    is_well &= close_clients(clients);
    return is_well;
}

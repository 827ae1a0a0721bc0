/* Scopes that all threads read, write, fork, merge and close under each other's hands. Tags `a` and
 * `b` are only ever set together and to the same value, so whoever sees them differ saw a half. */
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <tocsin/c.h>

#include "abuse.h"

enum { THREADS = 8, PLACES = 4, SECONDS = 3, SECONDS_NIGHTLY = 30 };

typedef struct playground {
    _Atomic int64_t scopes[PLACES];
    tocsin_client client;
    atomic_bool is_over;
    atomic_long torn;
    atomic_long strange;
    atomic_long rounds;
} playground;

typedef struct player {
    playground *on;
    chance source;
    pthread_t thread;
} player;

static int64_t some_scope(player *self)
{
    return atomic_load(&self->on->scopes[chance_below(&self->source, PLACES)]);
}

static void set_both(player *self, int64_t scope)
{
    char json[64];
    int number = chance_below(&self->source, 1000);
    snprintf(json, sizeof json, "{\"tags\":{\"a\":\"%d\",\"b\":\"%d\"}}", number, number);
    tocsin_status st = tocsin_scope_update(scope, json, -1);
    if (st != TOCSIN_OK && st != TOCSIN_E_STALE) atomic_fetch_add(&self->on->strange, 1);
}

/* The number after `name`, -1 if there is none. */
static int tag(const char *json, const char *name)
{
    const char *at = strstr(json, name);
    return at != NULL ? atoi(at + strlen(name)) : -1;
}

static void look(player *self, int64_t scope)
{
    char json[1024];
    if (tocsin_scope_merged_json(scope, json, sizeof json) < 0) return;
    if (tag(json, "\"a\":\"") != tag(json, "\"b\":\"")) atomic_fetch_add(&self->on->torn, 1);
}

static void look_at_fork(player *self, int64_t scope)
{
    int64_t fork = tocsin_scope_fork(scope);
    if (fork != TOCSIN_E_STALE && fork < 0) atomic_fetch_add(&self->on->strange, 1);
    set_both(self, fork);
    look(self, fork);
    tocsin_handle_close(fork);
}

static void merge(player *self, int64_t scope)
{
    tocsin_status st = tocsin_scope_merge(scope, some_scope(self));
    bool is_known = st == TOCSIN_OK || st == TOCSIN_E_STALE || st == TOCSIN_E_ARG;
    if (!is_known) atomic_fetch_add(&self->on->strange, 1);
}

static void replace(player *self)
{
    int64_t fresh = tocsin_scope_new(self->on->client);
    int place = chance_below(&self->source, PLACES);
    if (chance_below(&self->source, 2) == 0) set_both(self, fresh);
    int64_t old = atomic_exchange(&self->on->scopes[place], fresh);
    if (tocsin_handle_close(old) != TOCSIN_OK) atomic_fetch_add(&self->on->strange, 1);
}

static void *play(void *argument)
{
    player *self = argument;
    while (!atomic_load(&self->on->is_over)) {
        int64_t scope = some_scope(self);
        switch (chance_below(&self->source, 6)) {
        case 0:
            set_both(self, scope);
            break;
        case 1:
            look_at_fork(self, scope);
            break;
        case 2:
            merge(self, scope);
            break;
        case 3:
            replace(self);
            break;
        default:
            look(self, scope);
        }
        atomic_fetch_add_explicit(&self->on->rounds, 1, memory_order_relaxed);
    }
    return NULL;
}

static void play_for(playground *on, chance *source, int seconds)
{
    player players[THREADS];
    const struct timespec pause = {.tv_sec = seconds};
    for (int i = 0; i < THREADS; i++) {
        players[i] = (player){.on = on, .source = {chance_next(source)}};
        if (pthread_create(&players[i].thread, NULL, play, &players[i]) != 0) abort();
    }
    nanosleep(&pause, NULL);
    atomic_store(&on->is_over, true);
    for (int i = 0; i < THREADS; i++) pthread_join(players[i].thread, NULL);
}

static bool scopes_are_closed_in_use(chance *source)
{
    fixture on;
    playground *shared = calloc(1, sizeof *shared);
    if (shared == NULL) return false;
    fixture_open(&on);
    shared->client = on.client;
    for (int i = 0; i < PLACES; i++) shared->scopes[i] = tocsin_scope_new(on.client);
    play_for(shared, source, abuse_is_nightly() ? SECONDS_NIGHTLY : SECONDS);
    for (int i = 0; i < PLACES; i++) tocsin_handle_close(shared->scopes[i]);
    fixture_close(&on);
    printf("  %ld calls by %d threads\n", (long)shared->rounds, (int)THREADS);
    bool is_well = shared->torn == 0 && shared->strange == 0 && shared->rounds > 0;
    if (!is_well) printf("  %ld torn, %ld strange\n", (long)shared->torn, (long)shared->strange);
    free(shared);
    return is_well;
}

const abuse_case cases_of_sharing[] = {
    {"HND-5 scopes that eight threads use and close: the old or the new, never a half",
     scopes_are_closed_in_use},
    {NULL, NULL},
};

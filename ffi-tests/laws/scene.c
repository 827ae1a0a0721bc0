/* The clients are opened once: opening one for each program would take most of the time. */
#include "scene.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "envelope.h"

static const int limits[SCENE_CLIENTS] = {SCENE_CRUMBS_MANY, 10, 3, 1};
static tocsin_client clients[SCENE_CLIENTS];

const scene_refusals *scene_refuses;

static int64_t must(int64_t answer, const char *what)
{
    if (answer >= 0) return answer;
    fprintf(stderr, "%s: %lld\n", what, (long long)answer);
    abort();
}

static tocsin_client open_client(int max_crumbs)
{
    char json[128];
    snprintf(json, sizeof json,
             "{\"transport\":\"pull\",\"host_contexts\":false,\"max_breadcrumbs\":%d}", max_crumbs);
    tocsin_options options = must(tocsin_options_new(), "options");
    must(tocsin_options_set_json(options, json, -1), "options");
    tocsin_client client = must(tocsin_client_open(options), "open");
    tocsin_handle_close(options);
    return client;
}

void scene_before_call(scene *on)
{
    if (scene_refuses != NULL && !on->is_asked_again) scene_refuses->begin(&on->refused_by);
}

bool scene_asks_again(scene *on, int64_t answer)
{
    if (scene_refuses == NULL) return false;
    scene_refuses->end();
    on->is_asked_again = answer == TOCSIN_E_NOMEM && !on->is_asked_again;
    return on->is_asked_again;
}

void scene_open_clients(void)
{
    for (int i = 0; i < SCENE_CLIENTS; i++) clients[i] = open_client(limits[i]);
}

void scene_close_clients(void)
{
    for (int i = 0; i < SCENE_CLIENTS; i++) {
        tocsin_client_close(clients[i], 0);
        tocsin_handle_close(clients[i]);
    }
}

static void begin(scene *on, uint64_t seed, int client)
{
    *on = (scene){.chance = {seed}, .max_crumbs = limits[client], .client = clients[client]};
    on->refused_by.state = ~seed;
    on->number = 1;
    on->events = cJSON_CreateArray();
    on->global = scene_keep(on, tocsin_client_global_scope(on->client));
    on->isolation = scene_keep(on, tocsin_scope_new_isolation(on->client));
    on->current = scene_keep(on, tocsin_scope_new_current(on->isolation));
    on->bare = scene_keep(on, tocsin_scope_new_isolation(on->client));
    on->bare = scene_keep(on, tocsin_scope_new_current(on->bare));
}

void scene_begin(scene *on, uint64_t seed)
{
    begin(on, seed, (int)(seed % SCENE_CLIENTS));
}

void scene_begin_with_many(scene *on, uint64_t seed)
{
    begin(on, seed, 0);
}

void scene_end(scene *on)
{
    must(tocsin_scope_clear(on->global), "clear");
    for (int i = 0; i < on->scope_count; i++) tocsin_handle_close(on->scopes[i]);
    cJSON_Delete(on->events);
}

tocsin_scope scene_keep(scene *on, tocsin_scope made)
{
    must(made, "a scope");
    if (on->scope_count == SCENE_SCOPES_MAX) must(-1, "too many scopes");
    return on->scopes[on->scope_count++] = made;
}

tocsin_scope scene_fork(scene *on, tocsin_scope scope)
{
    tocsin_scope fork;
    SCENE_ASK(on, fork, tocsin_scope_fork(scope));
    return scene_keep(on, fork);
}

tocsin_scope scene_detached(scene *on)
{
    tocsin_scope made;
    SCENE_ASK(on, made, tocsin_scope_new(on->client));
    return scene_keep(on, made);
}

tocsin_scope scene_random_detached(scene *on)
{
    tocsin_scope scope = scene_detached(on);
    scene_change(on, scope, 30);
    return scope;
}

tocsin_scope scene_random_scope(scene *on)
{
    scene_fill_tiers(on);
    switch (chance_below(&on->chance, 3)) {
    case 0:
        return on->current;
    case 1:
        return on->isolation;
    default:
        return scene_random_detached(on);
    }
}

void scene_do(scene *on, const change *what, tocsin_scope scope)
{
    tocsin_status st;
    SCENE_ASK(on, st, change_apply(what, scope));
    must(st, "a setter");
}

void scene_change(scene *on, tocsin_scope scope, int most)
{
    for (int left = chance_below(&on->chance, most + 1); left > 0; left--) {
        change what = change_random(&on->chance, &on->number);
        scene_do(on, &what, scope);
    }
}

void scene_fill_tiers(scene *on)
{
    scene_change(on, on->global, 8);
    scene_change(on, on->isolation, 16);
    scene_change(on, on->current, 16);
}

/* The event of the next envelope that has one. */
static cJSON *next_event(tocsin_client client)
{
    for (;;) {
        tocsin_envelope envelope = must(tocsin_client_next_envelope(client, 0), "envelope");
        if (envelope == 0) must(-1, "no envelope came of a capture");
        tocsin_length len = must(tocsin_envelope_text(envelope, NULL, 0), "text");
        char *text = malloc((size_t)len + 1);
        tocsin_envelope_text(envelope, text, len + 1);
        cJSON *event = envelope_event(text, (size_t)len);
        free(text);
        must(tocsin_envelope_done(envelope, 200, NULL, -1), "done");
        if (event != NULL) return event;
    }
}

cJSON *scene_event(scene *on, tocsin_scope scope, tocsin_scope overlay)
{
    tocsin_status st;
    SCENE_ASK(
        on, st,
        tocsin_scope_capture_message(scope, "m", -1, TOCSIN_LEVEL_UNSET, overlay, NULL, NULL));
    must(st, "capture");
    cJSON *event = next_event(on->client);
    cJSON_AddItemToArray(on->events, event);
    return event;
}

cJSON *scene_say(scene *on, tocsin_scope overlay)
{
    return scene_event(on, on->bare, overlay);
}

static void show(const char *name, const cJSON *one, const cJSON *other)
{
    char *left = one == NULL ? NULL : cJSON_PrintUnformatted(one);
    char *right = other == NULL ? NULL : cJSON_PrintUnformatted(other);
    printf("  %s\n    one    %s\n    other  %s\n", name, left != NULL ? left : "(none)",
           right != NULL ? right : "(none)");
    cJSON_free(left);
    cJSON_free(right);
}

static bool same_member(const cJSON *one, const cJSON *other, const char *name)
{
    const cJSON *left = cJSON_GetObjectItemCaseSensitive(one, name);
    const cJSON *right = cJSON_GetObjectItemCaseSensitive(other, name);
    if (left == NULL && right == NULL) return true;
    if (left != NULL && right != NULL && cJSON_Compare(left, right, true)) return true;
    show(name, left, right);
    return false;
}

bool scene_same(const cJSON *one, const cJSON *other)
{
    bool is_same = true;
    const cJSON *item;
    cJSON_ArrayForEach(item, one)
    {
        is_same &= same_member(one, other, item->string);
    }
    cJSON_ArrayForEach(item, other)
    {
        if (!cJSON_HasObjectItem(one, item->string))
            is_same &= same_member(one, other, item->string);
    }
    return is_same;
}

bool scene_same_in(const cJSON *one, const cJSON *other, const char *const *members)
{
    bool is_same = true;
    for (; *members != NULL; members++) is_same &= same_member(one, other, *members);
    return is_same;
}

void scene_ignore(cJSON *event, const char *member)
{
    cJSON_DeleteItemFromObjectCaseSensitive(event, member);
}

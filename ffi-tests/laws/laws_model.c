/* Whole programs against the model: scopes of all tiers come and go, are changed, forked, merged
 * and captured on, and every event is compared with what the model says. */
#include <stdio.h>
#include <string.h>

#include "laws.h"
#include "model.h"
#include "scene.h"

#define CAST_MAX 24
#define STEPS_MAX 60
#define NOBODY (-1)

typedef enum tier_kind { GLOBAL, ISOLATION, CURRENT, DETACHED } tier_kind;

typedef struct actor {
    tier_kind tier;
    tocsin_scope scope;
    cJSON *model;
    int isolation; /* of a current scope: the actor it is linked to */
    bool is_open;  /* its handle */
} actor;

typedef struct drama {
    scene on;
    actor cast[CAST_MAX];
    int count;
    int traces; /* numbers given out */
    char trace_ids[CAST_MAX * 2][33];
} drama;

static int enter(drama *play, tier_kind tier, tocsin_scope scope, cJSON *model, int isolation)
{
    play->cast[play->count] = (actor){tier, scene_keep(&play->on, scope), model, isolation, true};
    return play->count++;
}

static int enter_isolation(drama *play)
{
    tocsin_scope scope;
    SCENE_ASK(&play->on, scope, tocsin_scope_new_isolation(play->on.client));
    return enter(play, ISOLATION, scope, model_new(++play->traces), NOBODY);
}

static void enter_current(drama *play, int isolation)
{
    tocsin_scope scope;
    SCENE_ASK(&play->on, scope, tocsin_scope_new_current(play->cast[isolation].scope));
    enter(play, CURRENT, scope, model_new(0), isolation);
}

static void raise_curtain(drama *play, uint64_t seed)
{
    memset(play, 0, sizeof *play);
    scene_begin(&play->on, seed);
    enter(play, GLOBAL, tocsin_client_global_scope(play->on.client), model_new(++play->traces),
          NOBODY);
    enter_current(play, enter_isolation(play));
}

static void drop_curtain(drama *play)
{
    for (int i = 0; i < play->count; i++) cJSON_Delete(play->cast[i].model);
    scene_end(&play->on);
}

/* Somebody whose handle is open. */
static int pick(drama *play)
{
    for (;;) {
        int who = chance_below(&play->on.chance, play->count);
        if (play->cast[who].is_open) return who;
    }
}

static void fork_somebody(drama *play)
{
    actor *one = &play->cast[pick(play)];
    if (one->tier == GLOBAL) return;
    tocsin_scope fork;
    SCENE_ASK(&play->on, fork, tocsin_scope_fork(one->scope));
    enter(play, one->tier, fork, cJSON_Duplicate(one->model, true), one->isolation);
}

static void fork_isolation(drama *play)
{
    actor *one = &play->cast[pick(play)];
    if (one->tier != CURRENT || play->count + 2 > CAST_MAX) return;
    cJSON *outer = cJSON_Duplicate(play->cast[one->isolation].model, true);
    cJSON *inner = cJSON_Duplicate(one->model, true);
    tocsin_scope current;
    SCENE_ASK(&play->on, current, tocsin_scope_fork_isolation(one->scope));
    int isolation = enter(play, ISOLATION, tocsin_scope_isolation(current), outer, NOBODY);
    enter(play, CURRENT, current, inner, isolation);
}

static void bring_somebody(drama *play)
{
    if (play->count + 2 > CAST_MAX) return;
    int who = pick(play);
    switch (chance_below(&play->on.chance, 5)) {
    case 0:
        fork_isolation(play);
        break;
    case 1:
        enter_isolation(play);
        break;
    case 2:
        if (play->cast[who].tier == ISOLATION) enter_current(play, who);
        break;
    case 3:
        enter(play, DETACHED, tocsin_scope_new(play->on.client), model_new(0), NOBODY);
        break;
    default:
        fork_somebody(play);
        break;
    }
}

static void merge_two(drama *play)
{
    actor *into = &play->cast[pick(play)];
    actor *from = &play->cast[pick(play)];
    tocsin_status st;
    SCENE_ASK(&play->on, st, tocsin_scope_merge(into->scope, from->scope));
    bool is_refused = st == TOCSIN_E_ARG;
    if (is_refused != (into == from)) printf("  a merge refused without need\n");
    if (!is_refused) model_merge(into->model, from->model, play->on.max_crumbs);
}

static void change_somebody(drama *play)
{
    actor *one = &play->cast[pick(play)];
    int burst = chance_below(&play->on.chance, 20) == 0 ? 80 : 1;
    while (burst-- > 0) {
        int number = play->on.number;
        change what = change_random(&play->on.chance, &play->on.number);
        scene_do(&play->on, &what, one->scope);
        bool is_home = one->tier == ISOLATION || one->tier == GLOBAL;
        if (what.kind == CHANGE_CLEAR)
            model_clear(one->model, is_home);
        else
            model_apply(one->model, &what, number, play->on.max_crumbs);
    }
}

static void start_trace(drama *play)
{
    actor *one = &play->cast[pick(play)];
    bool is_home = one->tier == ISOLATION || one->tier == GLOBAL;
    if (!is_home || play->traces + 1 == CAST_MAX * 2) return;
    tocsin_status st;
    SCENE_ASK(&play->on, st, tocsin_scope_new_trace(one->scope));
    if (st < 0) printf("  a trace refused without need\n");
    cJSON_DeleteItemFromObjectCaseSensitive(one->model, "trace");
    cJSON_AddNumberToObject(one->model, "trace", ++play->traces);
}

/* The root and the global scope stay. */
static void let_somebody_go(drama *play)
{
    int who = pick(play);
    if (who < 3) return;
    tocsin_handle_close(play->cast[who].scope);
    play->cast[who].is_open = false;
}

static void add_layer(const drama *play, const cJSON **layers, int *count, int who)
{
    if (who != NOBODY) layers[(*count)++] = play->cast[who].model;
}

/* A number stands for one trace id, and for no other. */
static bool same_trace(drama *play, cJSON *event, cJSON *expected)
{
    cJSON *number = cJSON_DetachItemFromObjectCaseSensitive(expected, "trace");
    cJSON *id = cJSON_DetachItemFromObjectCaseSensitive(event, "trace");
    char *known = play->trace_ids[number->valueint];
    if (known[0] == '\0') snprintf(known, sizeof play->trace_ids[0], "%s", id->valuestring);
    int matches = 0;
    for (int i = 1; i <= play->traces; i++)
        matches += strcmp(play->trace_ids[i], id->valuestring) == 0;
    bool is_same = matches == 1 && strcmp(known, id->valuestring) == 0;
    if (!is_same) printf("  another trace\n");
    cJSON_Delete(number);
    cJSON_Delete(id);
    return is_same;
}

static bool capture_and_compare(drama *play)
{
    int who = pick(play);
    int overlay = chance_below(&play->on.chance, 2) == 0 ? pick(play) : NOBODY;
    const cJSON *layers[4];
    int count = 0;
    add_layer(play, layers, &count, 0);
    add_layer(play, layers, &count, play->cast[who].isolation);
    if (who != 0) add_layer(play, layers, &count, who);
    bool is_layer = overlay == 0 || overlay == who || overlay == play->cast[who].isolation;
    if (!is_layer) add_layer(play, layers, &count, overlay);
    cJSON *event = scene_event(&play->on, play->cast[who].scope,
                               overlay == NOBODY ? 0 : play->cast[overlay].scope);
    cJSON *expected = model_event(layers, count, play->on.max_crumbs);
    bool is_same = same_trace(play, event, expected) && scene_same(expected, event);
    cJSON_Delete(expected);
    return is_same;
}

static bool random_programs_do_as_the_model(uint64_t seed)
{
    drama play;
    bool held = true;
    raise_curtain(&play, seed);
    for (int left = 10 + chance_below(&play.on.chance, STEPS_MAX); held && left > 0; left--) {
        int what = chance_below(&play.on.chance, 100);
        if (what < 60)
            change_somebody(&play);
        else if (what < 75)
            bring_somebody(&play);
        else if (what < 82)
            merge_two(&play);
        else if (what < 84)
            start_trace(&play);
        else if (what < 87)
            let_somebody_go(&play);
        else
            held = capture_and_compare(&play);
    }
    held = held && capture_and_compare(&play);
    drop_curtain(&play);
    return held;
}

const law laws_of_the_model[] = {
    {"HND-10 random programs do as the model", random_programs_do_as_the_model, 20},
    {NULL, NULL, 0},
};

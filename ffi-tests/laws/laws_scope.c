/* Captures, callers' memory, handles, and the order of setters (I6 to I10). */
#include <stdlib.h>
#include <string.h>

#include <tocsin/c.h>

#include "laws.h"
#include "scene.h"

/* Changes what it can reach of the event. */
static int32_t meddle(tocsin_event event, const void *hint, void *user)
{
    (void)hint;
    (void)user;
    tocsin_length need = tocsin_event_json(event, NULL, 0);
    if (need < 0) return TOCSIN_KEEP;
    char *text = malloc((size_t)need + 1);
    tocsin_event_json(event, text, need + 1);
    cJSON *tree = cJSON_Parse(text);
    free(text);
    cJSON_DeleteItemFromObjectCaseSensitive(tree, "breadcrumbs");
    cJSON_DeleteItemFromObjectCaseSensitive(tree, "tags");
    cJSON_DeleteItemFromObjectCaseSensitive(tree, "user");
    cJSON_AddStringToObject(cJSON_AddObjectToObject(tree, "user"), "id", "meddled");
    text = cJSON_PrintUnformatted(tree);
    tocsin_event_set_json(event, text, -1);
    cJSON_free(text);
    cJSON_Delete(tree);
    return TOCSIN_KEEP;
}

static int32_t drop(tocsin_event event, const void *hint, void *user)
{
    (void)event;
    (void)hint;
    (void)user;
    return TOCSIN_DROP;
}

static tocsin_scope overlay_with(scene *on, tocsin_hook_fn processor)
{
    tocsin_scope overlay = scene_random_detached(on);
    tocsin_scope_add_processor(overlay, TOCSIN_PROCESSOR_EVENT, NULL, -1, processor, NULL, NULL);
    return overlay;
}

static bool i6_capturing_changes_no_scope(uint64_t seed)
{
    scene on;
    scene_begin(&on, seed);
    tocsin_scope scope = scene_random_scope(&on);
    tocsin_scope meddler = overlay_with(&on, meddle);
    tocsin_scope dropper = overlay_with(&on, drop);
    cJSON *before = scene_event(&on, scope, 0);
    bool held = scene_same(before, scene_event(&on, scope, 0));
    for (int left = chance_below(&on.chance, 4); left > 0; left--) {
        if (chance_below(&on.chance, 2) == 0)
            scene_event(&on, scope, meddler);
        else
            held &= tocsin_scope_capture_message(scope, TOCSIN_Z("m"), TOCSIN_LEVEL_UNSET, dropper,
                                                 NULL, NULL) == TOCSIN_DROPPED;
    }
    held &= scene_same(before, scene_event(&on, scope, 0));
    scene_end(&on);
    return held;
}

/* The change by way of memory that is gone afterwards. */
static void apply_from_passing_memory(const change *what, tocsin_scope scope)
{
    change *passing = malloc(sizeof *passing);
    *passing = *what;
    change_apply(passing, scope);
    memset(passing, 'x', sizeof *passing);
    free(passing);
}

static bool i7_callers_memory_does_not_matter(uint64_t seed)
{
    scene on;
    scene_begin(&on, seed);
    scene_fill_tiers(&on);
    tocsin_scope twin = scene_fork(&on, on.current);
    for (int left = chance_below(&on.chance, 40); left > 0; left--) {
        change what = change_random(&on.chance, &on.number);
        apply_from_passing_memory(&what, twin);
        scene_do(&on, &what, on.current);
    }
    bool held = scene_same(scene_event(&on, on.current, 0), scene_event(&on, twin, 0));
    scene_end(&on);
    return held;
}

static bool i8_closing_handles_changes_no_event(uint64_t seed)
{
    scene on;
    scene_begin(&on, seed);
    scene_fill_tiers(&on);
    tocsin_scope overlay = scene_random_detached(&on);
    tocsin_scope second = scene_keep(&on, tocsin_handle_dup(on.current));
    tocsin_scope child = tocsin_scope_fork(on.current);
    scene_change(&on, child, 10);
    cJSON *before = scene_event(&on, on.current, overlay);
    tocsin_handle_close(child);
    tocsin_handle_close(on.isolation);
    tocsin_handle_close(on.current);
    bool held = scene_same(before, scene_event(&on, second, overlay));
    scene_end(&on);
    return held;
}

/* Leaves out what depends on the order of crumbs of different scopes. */
static void ignore_order_of_crumbs(scene *on, cJSON *event)
{
    scene_ignore(event, "trace");
    scene_ignore(event, "crumbs");
    if (on->max_crumbs < SCENE_CRUMBS_MANY) scene_ignore(event, "total");
}

static bool i9_changes_of_different_scopes_commute(uint64_t seed)
{
    scene on;
    scene_begin(&on, seed);
    change outer[20], inner[20];
    for (int i = 0; i < 20; i++) outer[i] = change_random(&on.chance, &on.number);
    for (int i = 0; i < 20; i++) inner[i] = change_random(&on.chance, &on.number);
    for (int i = 0; i < 20; i++) scene_do(&on, &outer[i], on.isolation);
    for (int i = 0; i < 20; i++) scene_do(&on, &inner[i], on.current);
    tocsin_scope isolation = scene_keep(&on, tocsin_scope_new_isolation(on.client));
    tocsin_scope current = scene_keep(&on, tocsin_scope_new_current(isolation));
    for (int i = 0, j = 0; i + j < 40;) {
        bool is_outer = j == 20 || (i < 20 && chance_below(&on.chance, 2) == 0);
        if (is_outer)
            scene_do(&on, &outer[i++], isolation);
        else
            scene_do(&on, &inner[j++], current);
    }
    cJSON *one = scene_event(&on, on.current, 0);
    cJSON *other = scene_event(&on, current, 0);
    ignore_order_of_crumbs(&on, one);
    ignore_order_of_crumbs(&on, other);
    bool held = scene_same(one, other);
    scene_end(&on);
    return held;
}

/* What the scope says after the changes, done on a fork of it. */
static cJSON *after(scene *on, tocsin_scope scope, const change *const *steps)
{
    tocsin_scope fork = scene_fork(on, scope);
    for (; *steps != NULL; steps++) scene_do(on, *steps, fork);
    return scene_event(on, fork, 0);
}

#define AFTER(...) after(&on, scope, (const change *const[]){__VA_ARGS__, NULL})

static bool i10_changes_of_different_keys_commute(uint64_t seed)
{
    scene on;
    scene_begin(&on, seed);
    tocsin_scope scope = scene_random_scope(&on);
    change one, other;
    do {
        one = change_random(&on.chance, &on.number);
        other = change_random(&on.chance, &on.number);
    } while (!change_commutes(&one, &other));
    bool held = scene_same(AFTER(&one, &other), AFTER(&other, &one));
    scene_end(&on);
    return held;
}

static bool i10_the_last_value_counts(uint64_t seed)
{
    scene on;
    scene_begin(&on, seed);
    tocsin_scope scope = scene_random_scope(&on);
    change last = change_random_value(&on.chance);
    change first;
    do first = change_random_value(&on.chance);
    while (first.kind != last.kind);
    memcpy(first.key, last.key, sizeof first.key);
    bool held = scene_same(AFTER(&first, &last), AFTER(&last));
    held &= scene_same(AFTER(&last, &last), AFTER(&last));
    scene_end(&on);
    return held;
}

static bool i10_setting_and_removing_is_no_change(uint64_t seed)
{
    scene on;
    scene_begin(&on, seed);
    tocsin_scope scope = scene_random_scope(&on);
    change set = {
        .kind = (change_kind)(2 * chance_below(&on.chance, 3)), .key = "new", .json = "{\"v\":1}"};
    change gone = {.kind = (change_kind)(set.kind + 1), .key = "new"};
    cJSON *before = scene_event(&on, scope, 0);
    bool held = scene_same(before, AFTER(&set, &gone)) && scene_same(before, AFTER(&gone)) &&
                scene_same(before, AFTER(&set, &gone, &gone));
    scene_end(&on);
    return held;
}

const law laws_of_one_scope[] = {
    {"I6 capturing changes no scope", i6_capturing_changes_no_scope, 1},
    {"I7 a caller's memory does not matter after a call", i7_callers_memory_does_not_matter, 1},
    {"I8 closing handles changes no event of others", i8_closing_handles_changes_no_event, 1},
    {"I9 changes of different scopes commute", i9_changes_of_different_scopes_commute, 1},
    {"I10 changes of different keys commute", i10_changes_of_different_keys_commute, 1},
    {"I10 the last value counts", i10_the_last_value_counts, 1},
    {"I10 setting and removing is no change", i10_setting_and_removing_is_no_change, 1},
    {NULL, NULL, 0},
};

/* Laws of breadcrumbs (B1 to B4). */
#include <stdio.h>
#include <stdlib.h>

#include "laws.h"
#include "scene.h"

static void add_crumb(scene *on, tocsin_scope scope)
{
    char json[64];
    snprintf(json, sizeof json, "{\"message\":\"b%d\"}", on->number++);
    tocsin_scope_add_breadcrumb(scope, json, -1, NULL);
}

/* The number in the message of the event's crumb at `index`. */
static int number_at(const cJSON *event, int index)
{
    const cJSON *crumbs = cJSON_GetObjectItemCaseSensitive(event, "crumbs");
    const cJSON *message =
        cJSON_GetObjectItemCaseSensitive(cJSON_GetArrayItem(crumbs, index), "message");
    return cJSON_IsString(message) ? atoi(message->valuestring + 1) : -1;
}

static int count_of(const cJSON *event)
{
    return cJSON_GetArraySize(cJSON_GetObjectItemCaseSensitive(event, "crumbs"));
}

/* Of all crumbs of the scopes, also those that were dropped. */
static int total_of(const cJSON *event)
{
    const cJSON *total = cJSON_GetObjectItemCaseSensitive(event, "total");
    return total != NULL ? total->valueint : count_of(event);
}

static bool b1_a_scope_keeps_its_last_crumbs(uint64_t seed)
{
    scene on;
    scene_begin(&on, seed);
    tocsin_scope scope = scene_detached(&on);
    int since = on.number;
    for (int left = chance_below(&on.chance, 300); left > 0; left--) {
        add_crumb(&on, scope);
        if (chance_below(&on.chance, 60) == 0) {
            tocsin_scope_clear_breadcrumbs(scope);
            since = on.number;
        }
        if (chance_below(&on.chance, 60) == 0) scope = scene_fork(&on, scope);
    }
    int added = on.number - since;
    int kept = added < on.max_crumbs ? added : on.max_crumbs;
    cJSON *event = scene_say(&on, scope);
    bool held = count_of(event) == kept && total_of(event) == added;
    for (int i = 0; i < kept; i++) held &= number_at(event, i) == on.number - kept + i;
    if (!held) printf("  %d crumbs, %d of %d\n", added, count_of(event), total_of(event));
    scene_end(&on);
    return held;
}

/* Crumbs all over the tiers, without times. */
static void add_to_tiers(scene *on)
{
    tocsin_scope tiers[] = {on->global, on->isolation, on->current};
    for (int left = chance_below(&on->chance, 60); left > 0; left--)
        add_crumb(on, tiers[chance_below(&on->chance, 3)]);
}

static bool b2_crumbs_come_in_the_order_of_their_adding(uint64_t seed)
{
    scene on;
    scene_begin(&on, seed);
    add_to_tiers(&on);
    tocsin_scope other = scene_fork(&on, on.current);
    add_to_tiers(&on);
    add_crumb(&on, other);
    tocsin_scope_merge(on.isolation, other);
    cJSON *event = scene_event(&on, on.current, other);
    bool held = true;
    for (int i = 1; i < count_of(event); i++)
        held &= number_at(event, i - 1) <= number_at(event, i);
    if (!held) printf("  out of order\n");
    scene_end(&on);
    return held;
}

static bool b3_an_event_has_no_more_than_the_limit(uint64_t seed)
{
    scene on;
    scene_begin(&on, seed);
    add_to_tiers(&on);
    scene_fill_tiers(&on);
    add_to_tiers(&on);
    cJSON *event = scene_event(&on, on.current, scene_random_detached(&on));
    bool held = count_of(event) <= on.max_crumbs;
    if (!held) printf("  %d crumbs, limit %d\n", count_of(event), on.max_crumbs);
    scene_end(&on);
    return held;
}

static bool b4_what_was_dropped_is_told(uint64_t seed)
{
    scene on;
    scene_begin(&on, seed);
    add_to_tiers(&on);
    cJSON *event = scene_event(&on, on.current, 0);
    const cJSON *total = cJSON_GetObjectItemCaseSensitive(event, "total");
    bool held = total_of(event) == on.number - 1;
    held &= total == NULL || total->valueint > count_of(event);
    if (!held) printf("  %d added, %d of %d\n", on.number - 1, count_of(event), total_of(event));
    scene_end(&on);
    return held;
}

const law laws_of_crumbs[] = {
    {"B1 a scope keeps its last crumbs and counts all", b1_a_scope_keeps_its_last_crumbs, 1},
    {"B2 crumbs come in the order of their adding", b2_crumbs_come_in_the_order_of_their_adding, 1},
    {"B3 an event has no more than the limit", b3_an_event_has_no_more_than_the_limit, 1},
    {"B4 what was dropped is told", b4_what_was_dropped_is_told, 1},
    {NULL, NULL, 0},
};

/* Laws of merge and clear (M1 to M10). Where two scopes are to say the same, both are laid over an
 * otherwise empty capture. */
#include <stdio.h>

#include <tocsin/c.h>

#include "laws.h"
#include "scene.h"

static void merge(scene *on, tocsin_scope into, tocsin_scope from)
{
    tocsin_status st;
    SCENE_ASK(on, st, tocsin_scope_merge(into, from));
    if (st < 0) printf("  a merge refused without need\n");
}

/* A new scope that is what `a` is after `b` was merged into it. */
static tocsin_scope merged(scene *on, tocsin_scope a, tocsin_scope b)
{
    tocsin_scope sum = scene_fork(on, a);
    merge(on, sum, b);
    return sum;
}

static bool m1_an_empty_scope_is_neutral(uint64_t seed)
{
    scene on;
    scene_begin(&on, seed);
    tocsin_scope scope = chance_below(&on.chance, 3) == 0 ? on.isolation : scene_detached(&on);
    scene_change(&on, scope, 30);
    tocsin_scope empty = scene_detached(&on);
    cJSON *alone = scene_say(&on, scope);
    bool held = scene_same(alone, scene_say(&on, merged(&on, scope, empty))) &&
                scene_same(alone, scene_say(&on, merged(&on, empty, scope)));
    scene_end(&on);
    return held;
}

static bool m2_merging_is_associative(uint64_t seed)
{
    scene on;
    scene_begin(&on, seed);
    tocsin_scope a = scene_random_detached(&on);
    tocsin_scope b = scene_random_detached(&on);
    tocsin_scope c = scene_random_detached(&on);
    tocsin_scope left = merged(&on, merged(&on, a, b), c);
    tocsin_scope right = merged(&on, a, merged(&on, b, c));
    bool held = scene_same(scene_say(&on, left), scene_say(&on, right));
    scene_end(&on);
    return held;
}

static bool m3_maps_and_values_merge_once(uint64_t seed)
{
    static const char *const members[] = {"tags",   "extra",   "contexts",    "flags",
                                          "user",   "level",   "fingerprint", "transaction",
                                          "source", "request", NULL};
    scene on;
    scene_begin(&on, seed);
    tocsin_scope b = scene_random_detached(&on);
    tocsin_scope once = merged(&on, scene_random_detached(&on), b);
    tocsin_scope twice = merged(&on, once, b);
    bool held = scene_same_in(scene_say(&on, once), scene_say(&on, twice), members);
    scene_end(&on);
    return held;
}

static int count_of(const cJSON *event, const char *list)
{
    return cJSON_GetArraySize(cJSON_GetObjectItemCaseSensitive(event, list));
}

static bool m4_lists_are_appended_again(uint64_t seed)
{
    scene on;
    scene_begin_with_many(&on, seed);
    tocsin_scope a = scene_random_detached(&on);
    tocsin_scope b = scene_random_detached(&on);
    cJSON *left = scene_say(&on, a);
    cJSON *right = scene_say(&on, b);
    cJSON *sum = scene_say(&on, merged(&on, merged(&on, a, b), b));
    bool held = true;
    for (int i = 0; i < 2; i++) {
        const char *list = i == 0 ? "crumbs" : "attachments";
        held &= count_of(sum, list) == count_of(left, list) + 2 * count_of(right, list);
    }
    scene_end(&on);
    return held;
}

static bool m5_the_right_side_wins(uint64_t seed)
{
    static const char *const maps[] = {"tags", "extra", "contexts", NULL};
    static const char *const singles[] = {"user", "level", "fingerprint", "transaction", NULL};
    scene on;
    scene_begin(&on, seed);
    tocsin_scope b = scene_random_detached(&on);
    tocsin_scope_set_level(b, TOCSIN_LEVEL_FATAL);
    cJSON *sum = scene_say(&on, merged(&on, scene_random_detached(&on), b));
    cJSON *right = scene_say(&on, b);
    bool held = true;
    for (int i = 0; maps[i] != NULL; i++) {
        const cJSON *item;
        cJSON_ArrayForEach(item, cJSON_GetObjectItemCaseSensitive(right, maps[i]))
        {
            const char *const key[] = {item->string, NULL};
            held &= scene_same_in(cJSON_GetObjectItemCaseSensitive(right, maps[i]),
                                  cJSON_GetObjectItemCaseSensitive(sum, maps[i]), key);
        }
    }
    for (int i = 0; singles[i] != NULL; i++) {
        const char *const name[] = {singles[i], NULL};
        if (cJSON_HasObjectItem(right, singles[i])) held &= scene_same_in(right, sum, name);
    }
    scene_end(&on);
    return held;
}

static bool m6_the_source_stays_apart(uint64_t seed)
{
    scene on;
    scene_begin(&on, seed);
    tocsin_scope a = scene_random_detached(&on);
    tocsin_scope b = scene_random_detached(&on);
    cJSON *before = scene_say(&on, b);
    merge(&on, a, b);
    bool held = scene_same(before, scene_say(&on, b));
    cJSON *sum = scene_say(&on, a);
    scene_change(&on, b, 30);
    held &= scene_same(sum, scene_say(&on, a));
    before = scene_say(&on, b);
    scene_change(&on, a, 30);
    held &= scene_same(before, scene_say(&on, b));
    scene_end(&on);
    return held;
}

static bool m7_tiers_are_merges(uint64_t seed)
{
    scene on;
    scene_begin_with_many(&on, seed);
    scene_fill_tiers(&on);
    cJSON *tiers = scene_event(&on, on.current, 0);
    tocsin_scope sum = scene_detached(&on);
    merge(&on, sum, on.global);
    merge(&on, sum, on.isolation);
    merge(&on, sum, on.current);
    tocsin_scope_clear(on.global);
    bool held = scene_same(tiers, scene_say(&on, sum));
    scene_end(&on);
    return held;
}

static bool m8_inline_fields_are_an_overlay(uint64_t seed)
{
    scene on;
    scene_begin(&on, seed);
    scene_fill_tiers(&on);
    char json[256];
    int number = chance_below(&on.chance, 1000);
    snprintf(json, sizeof json,
             "{\"tags\":{\"k1\":\"%d\"},\"extra\":{\"k1\":null},\"contexts\":{\"k1\":{\"v\":%d}},"
             "\"user\":{\"id\":\"%d\"},\"fingerprint\":[\"%d\"],\"level\":\"fatal\"}",
             number, number, number, number);
    tocsin_scope one = scene_detached(&on);
    tocsin_scope_update(one, json, -1);
    tocsin_scope other = scene_detached(&on);
    snprintf(json, sizeof json, "%d", number);
    tocsin_scope_set_tag(other, TOCSIN_Z("k1"), json, -1);
    tocsin_scope_set_extra(other, TOCSIN_Z("k1"), TOCSIN_Z("null"));
    snprintf(json, sizeof json, "{\"v\":%d}", number);
    tocsin_scope_set_context(other, TOCSIN_Z("k1"), json, -1);
    snprintf(json, sizeof json, "{\"id\":\"%d\"}", number);
    tocsin_scope_set_user(other, json, -1);
    snprintf(json, sizeof json, "[\"%d\"]", number);
    tocsin_scope_set_fingerprint(other, json, -1);
    tocsin_scope_set_level(other, TOCSIN_LEVEL_FATAL);
    bool held = scene_same(scene_event(&on, on.current, one), scene_event(&on, on.current, other));
    scene_end(&on);
    return held;
}

static bool m9_a_cleared_scope_merges_like_a_new_one(uint64_t seed)
{
    scene on;
    scene_begin(&on, seed);
    tocsin_scope a = scene_random_detached(&on);
    tocsin_scope b = scene_random_detached(&on);
    if (chance_below(&on.chance, 2) == 0) merge(&on, a, on.isolation);
    tocsin_scope_clear(a);
    merge(&on, a, b);
    tocsin_scope fresh = scene_detached(&on);
    merge(&on, fresh, b);
    bool held = scene_same(scene_say(&on, a), scene_say(&on, fresh));
    scene_end(&on);
    return held;
}

static bool m10_clearing_is_idempotent(uint64_t seed)
{
    scene on;
    scene_begin(&on, seed);
    scene_fill_tiers(&on);
    tocsin_scope fresh = scene_keep(&on, tocsin_scope_new_current(on.isolation));
    if (chance_below(&on.chance, 2) == 0) merge(&on, on.current, on.bare);
    tocsin_scope_clear(on.current);
    cJSON *once = scene_event(&on, on.current, 0);
    tocsin_scope_clear(on.current);
    bool held = scene_same(once, scene_event(&on, on.current, 0)) &&
                scene_same(once, scene_event(&on, fresh, 0));
    scene_end(&on);
    return held;
}

const law laws_of_merge[] = {
    {"M1 an empty scope is neutral", m1_an_empty_scope_is_neutral, 1},
    {"M2 merging is associative", m2_merging_is_associative, 1},
    {"M3 maps and single values merge once", m3_maps_and_values_merge_once, 1},
    {"M4 lists are appended again", m4_lists_are_appended_again, 1},
    {"M5 the right side wins", m5_the_right_side_wins, 1},
    {"M6 the source stays as it was, and apart", m6_the_source_stays_apart, 1},
    {"M7 tiers are merges", m7_tiers_are_merges, 1},
    {"M8 inline fields are an overlay", m8_inline_fields_are_an_overlay, 1},
    {"M9 a cleared scope merges like a new one", m9_a_cleared_scope_merges_like_a_new_one, 1},
    {"M10 clearing is idempotent", m10_clearing_is_idempotent, 1},
    {NULL, NULL, 0},
};

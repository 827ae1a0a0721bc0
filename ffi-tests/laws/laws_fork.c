/* Independence of forks (I1 to I5). */
#include <stddef.h>

#include <tocsin/c.h>

#include "laws.h"
#include "scene.h"

static bool i1_a_fork_says_the_same(uint64_t seed)
{
    scene on;
    scene_begin(&on, seed);
    tocsin_scope scope = scene_random_scope(&on);
    tocsin_scope fork = scene_fork(&on, scope);
    bool held = scene_same(scene_event(&on, scope, 0), scene_event(&on, fork, 0));
    scene_end(&on);
    return held;
}

static bool i2_changing_a_fork_leaves_its_origin(uint64_t seed)
{
    scene on;
    scene_begin(&on, seed);
    tocsin_scope scope = scene_random_scope(&on);
    cJSON *before = scene_event(&on, scope, 0);
    tocsin_scope fork = scene_fork(&on, scope);
    scene_change(&on, fork, 40);
    bool held = scene_same(before, scene_event(&on, scope, 0));
    scene_end(&on);
    return held;
}

static bool i3_changing_the_origin_leaves_a_fork(uint64_t seed)
{
    scene on;
    scene_begin(&on, seed);
    tocsin_scope scope = scene_random_scope(&on);
    tocsin_scope fork = scene_fork(&on, scope);
    cJSON *before = scene_event(&on, fork, 0);
    scene_change(&on, scope, 40);
    bool held = scene_same(before, scene_event(&on, fork, 0));
    scene_end(&on);
    return held;
}

static bool i4_forked_isolation_is_apart_but_for_the_global_scope(uint64_t seed)
{
    scene on;
    scene_begin(&on, seed);
    scene_fill_tiers(&on);
    tocsin_scope current = scene_keep(&on, tocsin_scope_fork_isolation(on.current));
    tocsin_scope isolation = scene_keep(&on, tocsin_scope_isolation(current));
    scene_change(&on, on.global, 8);
    cJSON *before = scene_event(&on, on.current, 0);
    bool held = scene_same(before, scene_event(&on, current, 0));
    scene_change(&on, isolation, 20);
    scene_change(&on, current, 20);
    held &= scene_same(before, scene_event(&on, on.current, 0));
    cJSON *changed = scene_event(&on, current, 0);
    scene_change(&on, on.isolation, 20);
    scene_change(&on, on.current, 20);
    held &= scene_same(changed, scene_event(&on, current, 0));
    scene_end(&on);
    return held;
}

static bool i5_forks_share_their_isolation_scope(uint64_t seed)
{
    scene on;
    scene_begin(&on, seed);
    scene_fill_tiers(&on);
    tocsin_scope fork = scene_fork(&on, on.current);
    scene_change(&on, on.isolation, 20);
    tocsin_scope_set_tag(on.isolation, TOCSIN_Z("shared"), TOCSIN_Z("yes"));
    cJSON *one = scene_event(&on, on.current, 0);
    bool held = scene_same(one, scene_event(&on, fork, 0));
    held &= cJSON_HasObjectItem(cJSON_GetObjectItemCaseSensitive(one, "tags"), "shared") != 0;
    scene_end(&on);
    return held;
}

const law laws_of_forks[] = {
    {"I1 a fork says the same", i1_a_fork_says_the_same, 1},
    {"I2 changing a fork leaves its origin", i2_changing_a_fork_leaves_its_origin, 1},
    {"I3 changing the origin leaves a fork", i3_changing_the_origin_leaves_a_fork, 1},
    {"I4 a forked isolation scope is apart, the global scope aside",
     i4_forked_isolation_is_apart_but_for_the_global_scope, 1},
    {"I5 forks share their isolation scope", i5_forks_share_their_isolation_scope, 1},
    {NULL, NULL, 0},
};

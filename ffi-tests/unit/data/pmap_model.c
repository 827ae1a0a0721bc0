/* Random programs over several maps that fork from each other, beside plain arrays that are copied
 * on every fork; the same under refused memory, and from two threads. */
#include "support.h"

#include "base/alloc.h"
#include "base/house.h"
#include "base/rand.h"
#include "data/pmap.h"

#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

enum { MAPS = 5, KEYS = 90, STEPS = 4000, VALUE_MAX = 48 };

typedef struct plain_map {
    size_t count;
    int keys[KEYS];
    char values[KEYS][VALUE_MAX];
} plain_map;

typedef struct program {
    uint64_t random;
    tsn_pmap *maps[MAPS];
    plain_map models[MAPS];
} program;

static uint32_t draw(program *world, uint32_t below)
{
    world->random ^= world->random << 13;
    world->random ^= world->random >> 7;
    world->random ^= world->random << 17;
    return (uint32_t)(world->random >> 20) % below;
}

static tsn_slice key_text(int key, char *buf, size_t cap)
{
    snprintf(buf, cap, "key-%d", key);
    return unit_slice(buf);
}

static size_t model_find(const plain_map *model, int key)
{
    size_t at = 0;
    while (at < model->count && model->keys[at] != key) at++;
    return at;
}

static void model_set(plain_map *model, int key, const char *value)
{
    size_t at = model_find(model, key);
    if (at == model->count) model->keys[model->count++] = key;
    memcpy(model->values[at], value, strlen(value) + 1);
}

static void model_remove(plain_map *model, int key)
{
    size_t at = model_find(model, key);
    if (at == model->count) return;
    size_t behind = model->count - at - 1;
    memmove(&model->keys[at], &model->keys[at + 1], behind * sizeof model->keys[0]);
    memmove(&model->values[at], &model->values[at + 1], behind * sizeof model->values[0]);
    model->count--;
}

static void model_merge(plain_map *into, const plain_map *from)
{
    for (size_t i = 0; i < from->count; i++) model_set(into, from->keys[i], from->values[i]);
}

static void expect_equal(const tsn_pmap *map, const plain_map *model)
{
    tsn_buf want = TSN_BUF_EMPTY;
    tsn_buf got = TSN_BUF_EMPTY;
    for (size_t i = 0; i < model->count; i++) {
        tsn_buf_printf(&want, "\"key-%d\":%s,", model->keys[i], model->values[i]);
    }
    tsn_pmap_write(map, &got);
    unit_expect_text(tsn_buf_view(&got), tsn_buf_terminate(&want));
    ck_assert_uint_eq(tsn_pmap_count(map), model->count);
    ck_assert(tsn_pmap_valid(map));
    tsn_buf_fini(&want);
    tsn_buf_fini(&got);
}

static void expect_lookups(const tsn_pmap *map, const plain_map *model)
{
    char buf[16];
    for (int key = 0; key < KEYS; key++) {
        tsn_member member;
        size_t at = model_find(model, key);
        bool found = tsn_pmap_get(map, key_text(key, buf, sizeof buf), &member);
        ck_assert_int_eq(found, at < model->count);
        if (found) unit_expect_text(member.value, model->values[at]);
    }
}

static void random_value(program *world, char *value)
{
    size_t digits = 1 + draw(world, draw(world, 4) == 0 ? VALUE_MAX - 2 : 4);
    memset(value, '1' + (char)draw(world, 9), digits);
    value[digits] = '\0';
}

/* One operation on map and model alike; what memory refused changes neither. */
static void step(program *world)
{
    uint32_t at = draw(world, MAPS);
    uint32_t other = draw(world, MAPS);
    int key = (int)draw(world, draw(world, 2) == 0 ? KEYS : 12);
    char buf[16];
    char value[VALUE_MAX];
    random_value(world, value);
    tsn_slice name = key_text(key, buf, sizeof buf);
    switch (draw(world, 12)) {
    case 0:
        tsn_pmap_retain(world->maps[other]);
        tsn_pmap_release(world->maps[at]);
        world->maps[at] = world->maps[other];
        world->models[at] = world->models[other];
        break;
    case 1:
        if (tsn_pmap_merge(&world->maps[at], world->maps[other]) >= 0) {
            if (at != other) model_merge(&world->models[at], &world->models[other]);
        }
        break;
    case 2:
    case 3:
    case 4:
        if (tsn_pmap_remove(&world->maps[at], name) >= 0) model_remove(&world->models[at], key);
        break;
    case 5:
        if (draw(world, 20) > 0) break;
        tsn_pmap_release(world->maps[at]);
        world->maps[at] = NULL;
        world->models[at].count = 0;
        break;
    default:
        if (tsn_pmap_set(&world->maps[at], name, unit_slice(value)) >= 0) {
            model_set(&world->models[at], key, value);
        }
    }
}

static void check(const program *world)
{
    for (int i = 0; i < MAPS; i++) expect_equal(world->maps[i], &world->models[i]);
}

static void run(uint64_t seed, bool refuse)
{
    static program world;
    printf("pmap_model: seed %" PRIu64 "\n", seed);
    memset(&world, 0, sizeof world);
    world.random = seed | 1;
    tsn_alloc_track(true);
    int64_t live = tsn_alloc_live();
    for (size_t i = 0; i < unit_rounds(STEPS); i++) {
        if (refuse) tsn_alloc_fail_nth(1 + draw(&world, 3), draw(&world, 2) == 0);
        step(&world);
        tsn_alloc_fail_nth(0, false);
        check(&world);
        if (i % 50 == 0) expect_lookups(world.maps[i % MAPS], &world.models[i % MAPS]);
    }
    for (int i = 0; i < MAPS; i++) tsn_pmap_release(world.maps[i]);
    ck_assert_int_eq(tsn_alloc_live(), live);
    tsn_alloc_track(false);
}

static uint64_t fresh_seed(void)
{
    uint64_t seed = 0;
    tsn_rand_bytes(&seed, sizeof seed);
    return seed;
}

START_TEST(random_programs_agree_with_plain_arrays)
{
    for (uint64_t seed = 1; seed <= 4; seed++) run(seed * 7919, false);
    run(fresh_seed(), false);
}
END_TEST

START_TEST(refused_memory_leaves_everything_as_it_was_and_leaks_nothing)
{
    for (uint64_t seed = 1; seed <= 4; seed++) run(seed * 104729, true);
    run(fresh_seed(), true);
}
END_TEST

/* The union of layers, the slow way: a merge of all. */
START_TEST(layers_hold_what_a_merge_holds)
{
    static program world;
    memset(&world, 0, sizeof world);
    world.random = 31337;
    for (size_t i = 0; i < unit_rounds(600); i++) {
        step(&world);
        tsn_buf out = TSN_BUF_EMPTY;
        const tsn_pmap *layers[] = {world.maps[0], world.maps[1], world.maps[2]};
        tsn_pmap_write_layers(layers, 3, &out);
        tsn_pmap *merged = NULL;
        size_t bytes = 0;
        for (int k = 0; k < 3; k++) tsn_pmap_merge(&merged, world.maps[k]);
        tsn_pmap_iter iter = tsn_pmap_iter_of(merged);
        for (tsn_member member; tsn_pmap_next(&iter, &member);) {
            ck_assert(tsn_slice_contains(tsn_buf_view(&out), member.text));
            bytes += member.text.len;
        }
        ck_assert_uint_eq(out.len, bytes);
        tsn_pmap_release(merged);
        tsn_buf_fini(&out);
    }
    for (int i = 0; i < MAPS; i++) tsn_pmap_release(world.maps[i]);
}
END_TEST

enum { ROUNDS = 3000 };

static void *fork_and_write(void *context)
{
    tsn_pmap *parent = context;
    int rounds = (int)unit_rounds(ROUNDS);
    for (int i = 0; i < rounds; i++) {
        tsn_pmap *fork = tsn_pmap_retain(parent);
        char buf[16];
        tsn_pmap_set(&fork, key_text(i % 30, buf, sizeof buf), TSN_LIT("\"mine\""));
        tsn_pmap_remove(&fork, key_text(i % 7, buf, sizeof buf));
        tsn_pmap_set(&fork, TSN_LIT("new"), TSN_LIT("1"));
        tsn_pmap_merge(&fork, parent);
        if (!tsn_pmap_valid(fork)) return fork;
        tsn_pmap_release(fork);
    }
    return NULL;
}

START_TEST(threads_write_to_forks_of_one_map)
{
    tsn_pmap *parent = NULL;
    char buf[16];
    for (int i = 0; i < 30; i++) {
        tsn_pmap_set(&parent, key_text(i, buf, sizeof buf), TSN_LIT("\"parent\""));
    }
    pthread_t threads[2];
    for (int i = 0; i < 2; i++) {
        ck_assert_int_eq(pthread_create(&threads[i], NULL, fork_and_write, parent), 0);
    }
    for (int i = 0; i < 2; i++) {
        void *failed;
        pthread_join(threads[i], &failed);
        ck_assert_ptr_null(failed);
    }
    tsn_member member;
    ck_assert(tsn_pmap_get(parent, TSN_LIT("key-3"), &member));
    unit_expect_text(member.value, "\"parent\"");
    tsn_pmap_release(parent);
}
END_TEST

Suite *unit_suite(void)
{
    const TTest *const tests[] = {
        random_programs_agree_with_plain_arrays,
        refused_memory_leaves_everything_as_it_was_and_leaks_nothing,
        layers_hold_what_a_merge_holds,
        threads_write_to_forks_of_one_map,
    };
    return unit_suite_of("data/pmap_model", tests, TSN_ARRAY_LEN(tests));
}

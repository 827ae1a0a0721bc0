/* Random programs over several rings that fork from each other and are joined, beside plain arrays;
 * the same under refused memory, and two threads that append to forks of one ring. */
#include "support.h"

#include "base/alloc.h"
#include "base/house.h"
#include "base/rand.h"
#include "data/pring.h"

#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

enum { RINGS = 5, LIMIT_MAX = 150, STEPS = 6000 };

/* A crumb is told by its sequence, from which its text follows. */
typedef struct plain_crumb {
    int64_t time_us;
    uint64_t sequence;
} plain_crumb;

typedef struct plain_ring {
    size_t count;
    uint64_t dropped;
    plain_crumb crumbs[2 * LIMIT_MAX + 1];
} plain_ring;

typedef struct program {
    uint64_t random;
    uint64_t sequence;
    tsn_pring *rings[RINGS];
    plain_ring models[RINGS];
} program;

static uint32_t draw(program *world, uint32_t below)
{
    world->random ^= world->random << 13;
    world->random ^= world->random >> 7;
    world->random ^= world->random << 17;
    return (uint32_t)(world->random >> 20) % below;
}

static void write_crumb(uint64_t sequence, tsn_buf *out)
{
    tsn_buf_printf(out, "{\"n\":%" PRIu64 ",\"t\":\"", sequence);
    uint64_t pad = sequence * 2654435761U % (sequence % 40 == 0 ? 30000 : 150);
    for (uint64_t i = 0; i < pad; i++) tsn_buf_byte(out, 'x');
    TSN_BUF_LIT(out, "\"}");
}

static void plain_cut(plain_ring *ring, size_t limit)
{
    if (ring->count <= limit) return;
    size_t gone = ring->count - limit;
    memmove(ring->crumbs, ring->crumbs + gone, limit * sizeof ring->crumbs[0]);
    ring->count = limit;
    ring->dropped += gone;
}

static void plain_concat(plain_ring *into, const plain_ring *from, size_t limit)
{
    static plain_crumb copy[2 * LIMIT_MAX + 1];
    size_t count = from->count;
    uint64_t dropped = from->dropped;
    memcpy(copy, from->crumbs, count * sizeof copy[0]);
    memcpy(into->crumbs + into->count, copy, count * sizeof copy[0]);
    into->count += count;
    into->dropped += dropped;
    plain_cut(into, limit);
}

static bool plain_is_sorted(const plain_ring *ring)
{
    for (size_t i = 1; i < ring->count; i++) {
        const plain_crumb *left = &ring->crumbs[i - 1];
        const plain_crumb *right = &ring->crumbs[i];
        if (right->time_us < left->time_us) return false;
        if (right->time_us == left->time_us && right->sequence < left->sequence) return false;
    }
    return true;
}

static void append(program *world, uint32_t at, size_t limit)
{
    tsn_buf text = TSN_BUF_EMPTY;
    uint64_t sequence = ++world->sequence;
    int64_t back = draw(world, 30) == 0 ? draw(world, 50) : 0;
    plain_crumb added = {(int64_t)sequence / 3 - back, sequence};
    tsn_alloc_fail_nth(0, false);
    write_crumb(sequence, &text);
    tsn_crumb crumb = {added.time_us, sequence, tsn_buf_view(&text)};
    if (draw(world, 2) == 0) tsn_alloc_fail_nth(1 + draw(world, 2), draw(world, 2) == 0);
    if (tsn_pring_append(&world->rings[at], &crumb, limit) >= 0) {
        plain_ring *model = &world->models[at];
        model->crumbs[model->count++] = added;
        plain_cut(model, limit);
    }
    tsn_alloc_fail_nth(0, false);
    tsn_buf_fini(&text);
}

static void step(program *world, size_t limit)
{
    uint32_t at = draw(world, RINGS);
    uint32_t other = draw(world, RINGS);
    switch (draw(world, 25)) {
    case 0:
    case 1:
        tsn_pring_retain(world->rings[other]);
        tsn_pring_release(world->rings[at]);
        world->rings[at] = world->rings[other];
        world->models[at] = world->models[other];
        break;
    case 2:
        tsn_alloc_fail_nth(draw(world, 2), true);
        if (tsn_pring_concat(&world->rings[at], world->rings[other], limit) >= 0) {
            plain_concat(&world->models[at], &world->models[other], limit);
        }
        tsn_alloc_fail_nth(0, false);
        break;
    case 3:
        if (draw(world, 20) > 0) break;
        tsn_pring_release(world->rings[at]);
        world->rings[at] = NULL;
        world->models[at] = (plain_ring){0};
        break;
    default:
        append(world, at, limit);
    }
}

static void expect_crumbs(const tsn_pring *ring, const plain_ring *model)
{
    tsn_buf text = TSN_BUF_EMPTY;
    tsn_pring_cursor cursor = tsn_pring_cursor_of(ring);
    for (size_t i = 0; i < model->count; i++, tsn_pring_advance(&cursor)) {
        tsn_crumb crumb;
        ck_assert(tsn_pring_peek(&cursor, &crumb));
        ck_assert_int_eq(crumb.time_us, model->crumbs[i].time_us);
        ck_assert_uint_eq(crumb.sequence, model->crumbs[i].sequence);
        tsn_buf_clear(&text);
        write_crumb(crumb.sequence, &text);
        ck_assert(tsn_slice_equal(crumb.json, tsn_buf_view(&text)));
    }
    tsn_buf_fini(&text);
}

static void check(const program *world, bool texts)
{
    for (int i = 0; i < RINGS; i++) {
        const tsn_pring *ring = world->rings[i];
        const plain_ring *model = &world->models[i];
        ck_assert(tsn_pring_valid(ring));
        ck_assert_uint_eq(tsn_pring_count(ring), model->count);
        ck_assert_uint_eq(tsn_pring_dropped(ring), model->dropped);
        ck_assert_int_eq(tsn_pring_is_sorted(ring), plain_is_sorted(model));
        if (texts) expect_crumbs(ring, model);
    }
}

static void run(uint64_t seed, size_t limit)
{
    static program world;
    printf("pring_model: seed %" PRIu64 ", limit %zu\n", seed, limit);
    memset(&world, 0, sizeof world);
    world.random = seed | 1;
    tsn_alloc_track(true);
    int64_t live = tsn_alloc_live();
    for (size_t i = 0; i < unit_rounds(STEPS); i++) {
        step(&world, limit);
        check(&world, i % 20 == 0);
    }
    for (int i = 0; i < RINGS; i++) tsn_pring_release(world.rings[i]);
    ck_assert_int_eq(tsn_alloc_live(), live);
    tsn_alloc_track(false);
}

static const size_t limits[] = {0, 1, 5, 16, 17, 64, LIMIT_MAX};

START_TEST(random_programs_agree_with_plain_arrays_also_when_memory_is_refused)
{
    uint64_t seed = 0;
    tsn_rand_bytes(&seed, sizeof seed);
    run(7919, limits[_i]);
    run(seed, limits[_i]);
}
END_TEST

enum { THREADS = 2, FORKS = 400, OWN = 40, SHARED = 20 };

/* The threads meet at each parent once, while its last chunk still has free places. */
typedef struct appender {
    tsn_pring **parents;
    uint64_t first;
    bool is_right;
} appender;

static bool add_own(tsn_pring **ring, uint64_t sequence)
{
    char json[64];
    snprintf(json, sizeof json, "{\"own\":%" PRIu64 "}", sequence);
    tsn_crumb crumb = {(int64_t)sequence, sequence, unit_slice(json)};
    return tsn_pring_append(ring, &crumb, 1000) >= 0;
}

static bool holds_own(const tsn_pring *ring, uint64_t first)
{
    char json[64];
    tsn_crumb crumb;
    tsn_pring_cursor cursor = tsn_pring_cursor_of(ring);
    for (uint64_t i = 0; i < SHARED; i++) tsn_pring_advance(&cursor);
    for (uint64_t i = 0; i < OWN; i++, tsn_pring_advance(&cursor)) {
        snprintf(json, sizeof json, "{\"own\":%" PRIu64 "}", first + i);
        if (!tsn_pring_peek(&cursor, &crumb) || crumb.sequence != first + i) return false;
        if (!tsn_slice_equal(crumb.json, unit_slice(json))) return false;
    }
    return !tsn_pring_peek(&cursor, &crumb) && tsn_pring_valid(ring);
}

static void *append_to_forks(void *context)
{
    appender *self = context;
    for (int i = 0; i < FORKS && self->is_right; i++) {
        tsn_pring *fork = tsn_pring_retain(self->parents[i]);
        for (uint64_t k = 0; k < OWN; k++) self->is_right &= add_own(&fork, self->first + k);
        self->is_right &= holds_own(fork, self->first);
        tsn_pring_release(fork);
    }
    return NULL;
}

START_TEST(threads_append_to_forks_of_one_ring)
{
    static tsn_pring *parents[FORKS];
    for (int i = 0; i < FORKS; i++) {
        for (uint64_t k = 0; k < SHARED; k++) ck_assert(add_own(&parents[i], k));
    }
    pthread_t threads[THREADS];
    appender appenders[THREADS];
    for (int i = 0; i < THREADS; i++) {
        appenders[i] = (appender){parents, 1000 * (uint64_t)(i + 1), true};
        ck_assert_int_eq(pthread_create(&threads[i], NULL, append_to_forks, &appenders[i]), 0);
    }
    for (int i = 0; i < THREADS; i++) {
        pthread_join(threads[i], NULL);
        ck_assert(appenders[i].is_right);
    }
    for (int i = 0; i < FORKS; i++) {
        ck_assert_uint_eq(tsn_pring_count(parents[i]), SHARED);
        ck_assert(tsn_pring_valid(parents[i]));
        tsn_pring_release(parents[i]);
    }
}
END_TEST

Suite *unit_suite(void)
{
    const TTest *const tests[] = {threads_append_to_forks_of_one_ring};
    Suite *suite = unit_suite_of("data/pring_model", tests, TSN_ARRAY_LEN(tests));
    TCase *rows = tcase_create("limits");
    tcase_set_timeout(rows, 120);
    tcase_add_loop_test(rows, random_programs_agree_with_plain_arrays_also_when_memory_is_refused,
                        0, (int)TSN_ARRAY_LEN(limits));
    suite_add_tcase(suite, rows);
    return suite;
}

#include "support.h"

#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/house.h"
#include "base/rand.h"

static int compare_words(const void *left, const void *right)
{
    uint64_t a = *(const uint64_t *)left;
    uint64_t b = *(const uint64_t *)right;
    return (a > b) - (a < b);
}

static void expect_all_different(uint64_t *words, size_t count)
{
    qsort(words, count, sizeof *words, compare_words);
    for (size_t i = 1; i < count; i++) ck_assert_uint_ne(words[i], words[i - 1]);
}

START_TEST(draws_of_every_length_fill_their_target_alone)
{
    const size_t lengths[] = {1, 7, 16, 511, 512, 513, 4095, 4096, 4097, 10000};
    for (size_t i = 0; i < TSN_ARRAY_LEN(lengths); i++) {
        size_t len = lengths[i];
        unsigned char *seen = calloc(1, len);
        unsigned char *target = malloc(len + 1);
        target[len] = 0xa5;
        for (int round = 0; round < 8; round++) {
            memset(target, 0, len);
            tsn_rand_bytes(target, len);
            for (size_t k = 0; k < len; k++) seen[k] |= target[k];
        }
        ck_assert_int_eq(target[len], 0xa5);
        for (size_t k = 0; k < len; k++) ck_assert_msg(seen[k] != 0, "byte %zu of %zu", k, len);
        free(target);
        free(seen);
    }
    tsn_rand_bytes(NULL, 0);
}
END_TEST

START_TEST(words_do_not_repeat_over_many_pools)
{
    enum { COUNT = 100000 };
    uint64_t *words = malloc(COUNT * sizeof *words);
    for (int i = 0; i < COUNT; i++) words[i] = tsn_rand_u64();
    expect_all_different(words, COUNT);
    free(words);
}
END_TEST

START_TEST(unit_draws_are_uniform_and_below_one)
{
    enum { COUNT = 100000, BINS = 10 };
    int bins[BINS] = {0};
    for (int i = 0; i < COUNT; i++) {
        double draw = tsn_rand_unit();
        ck_assert(draw >= 0.0 && draw < 1.0);
        bins[(int)(draw * BINS)]++;
    }
    for (int i = 0; i < BINS; i++) {
        ck_assert_int_gt(bins[i], COUNT / BINS * 9 / 10);
        ck_assert_int_lt(bins[i], COUNT / BINS * 11 / 10);
    }
}
END_TEST

static void fill_with_ones(void *out, size_t len)
{
    memset(out, 0xff, len);
}

static void fill_with_zeroes(void *out, size_t len)
{
    memset(out, 0, len);
}

START_TEST(a_test_brings_its_own_chance)
{
    tsn_rand_set_source(fill_with_ones);
    ck_assert_uint_eq(tsn_rand_u64(), UINT64_MAX);
    ck_assert(tsn_rand_unit() < 1.0);
    ck_assert(tsn_rand_unit() > 0.999999999);
    tsn_rand_set_source(fill_with_zeroes);
    ck_assert(tsn_rand_unit() <= 0.0);
    tsn_rand_set_source(NULL);
    ck_assert_uint_ne(tsn_rand_u64(), tsn_rand_u64());
}
END_TEST

START_TEST(a_child_of_fork_draws_afresh)
{
    (void)tsn_rand_u64();
    int ends[2];
    ck_assert_int_eq(pipe(ends), 0);
    uint64_t words[4];
    for (int i = 0; i < 3; i++) {
        pid_t child = fork();
        if (child == 0) {
            uint64_t word = tsn_rand_u64();
            _exit(write(ends[1], &word, sizeof word) == sizeof word ? 0 : 1);
        }
        int status;
        ck_assert_int_eq(waitpid(child, &status, 0), child);
        ck_assert_int_eq(status, 0);
        ck_assert_int_eq(read(ends[0], &words[i], sizeof words[i]), sizeof words[i]);
    }
    words[3] = tsn_rand_u64();
    expect_all_different(words, TSN_ARRAY_LEN(words));
    close(ends[0]);
    close(ends[1]);
}
END_TEST

static void *draw_for_ever(void *arg)
{
    _Atomic bool *stop = arg;
    while (!*stop) (void)tsn_rand_u64();
    return NULL;
}

START_TEST(a_fork_during_a_draw_leaves_the_child_free_to_draw)
{
    _Atomic bool stop = false;
    pthread_t thread;
    ck_assert_int_eq(pthread_create(&thread, NULL, draw_for_ever, &stop), 0);
    for (int i = 0; i < 100; i++) {
        pid_t child = fork();
        if (child == 0) {
            (void)tsn_rand_u64();
            _exit(0);
        }
        int status;
        ck_assert_int_eq(waitpid(child, &status, 0), child);
        ck_assert_int_eq(status, 0);
    }
    stop = true;
    pthread_join(thread, NULL);
}
END_TEST

enum {
    THREADS = 4,
    DRAWS = 20000,
};

static uint64_t drawn[THREADS][DRAWS];

static void *draw_many(void *arg)
{
    uint64_t *words = arg;
    for (int i = 0; i < DRAWS; i++) words[i] = tsn_rand_u64();
    return NULL;
}

START_TEST(threads_never_share_a_draw)
{
    pthread_t threads[THREADS];
    for (int i = 0; i < THREADS; i++) pthread_create(&threads[i], NULL, draw_many, drawn[i]);
    for (int i = 0; i < THREADS; i++) pthread_join(threads[i], NULL);
    expect_all_different(drawn[0], THREADS * DRAWS);
}
END_TEST

Suite *unit_suite(void)
{
    const TTest *const tests[] = {
        draws_of_every_length_fill_their_target_alone,
        words_do_not_repeat_over_many_pools,
        unit_draws_are_uniform_and_below_one,
        a_test_brings_its_own_chance,
        a_child_of_fork_draws_afresh,
        a_fork_during_a_draw_leaves_the_child_free_to_draw,
        threads_never_share_a_draw,
    };
    return unit_suite_of("rand", tests, TSN_ARRAY_LEN(tests));
}

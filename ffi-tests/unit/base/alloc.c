#include "support.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/house.h"

START_TEST(nothing_can_be_requested_and_freed)
{
    void *none = tsn_alloc(0);
    ck_assert_ptr_nonnull(none);
    tsn_free(none);
    none = tsn_realloc(NULL, 0);
    ck_assert_ptr_nonnull(none);
    none = tsn_realloc(none, 0);
    ck_assert_ptr_nonnull(none);
    tsn_free(none);
    tsn_free(NULL);
}
END_TEST

START_TEST(zeroed_memory_is_zero_on_both_ways)
{
    for (int tracked = 0; tracked < 2; tracked++) {
        tsn_alloc_track(tracked == 1);
        for (int round = 0; round < 4; round++) {
            unsigned char *dirty = tsn_alloc(300);
            memset(dirty, 0xa5, 300);
            tsn_free(dirty);
            unsigned char *block = tsn_alloc_zero(300);
            for (int i = 0; i < 300; i++) ck_assert_int_eq(block[i], 0);
            tsn_free(block);
        }
    }
    tsn_alloc_track(false);
}
END_TEST

START_TEST(resizing_keeps_the_contents)
{
    char *block = tsn_alloc_array(3, 2);
    memcpy(block, "abcde", 6);
    block = tsn_realloc_array(block, 1000, 7);
    ck_assert_str_eq(block, "abcde");
    tsn_free(block);
}
END_TEST

START_TEST(sizes_that_overflow_are_refused)
{
    size_t out = 7;
    ck_assert(!tsn_size_add(SIZE_MAX, 1, &out));
    ck_assert(!tsn_size_mul(SIZE_MAX / 2, 3, &out));
    ck_assert_uint_eq(out, 7);
    ck_assert(tsn_size_add(SIZE_MAX - 1, 1, &out) && out == SIZE_MAX);
    ck_assert(tsn_size_mul(SIZE_MAX, 1, &out) && out == SIZE_MAX);
    ck_assert(tsn_size_mul(5, 0, &out) && out == 0);
    ck_assert(tsn_size_mul(0, 5, &out) && out == 0);

    ck_assert_ptr_null(tsn_alloc_array(SIZE_MAX / 2, 3));
    char *block = tsn_alloc(4);
    memcpy(block, "abc", 4);
    ck_assert_ptr_null(tsn_realloc_array(block, SIZE_MAX / 2, 3));
    ck_assert_str_eq(block, "abc");
    tsn_free(block);
}
END_TEST

START_TEST(exactly_the_nth_request_fails)
{
    tsn_alloc_fail_nth(3, false);
    bool refused[6];
    for (size_t i = 0; i < TSN_ARRAY_LEN(refused); i++) {
        ck_assert_int_eq(tsn_alloc_did_fail(), i > 2);
        void *block = i % 2 ? tsn_alloc(1) : tsn_alloc_zero(1);
        refused[i] = block == NULL;
        tsn_free(block);
    }
    tsn_alloc_fail_nth(0, false);
    for (size_t i = 0; i < TSN_ARRAY_LEN(refused); i++) ck_assert_int_eq(refused[i], i == 2);
    ck_assert(!tsn_alloc_did_fail());
}
END_TEST

START_TEST(from_then_on_every_request_fails_until_switched_off)
{
    tsn_alloc_fail_nth(2, true);
    void *first = tsn_alloc(8);
    ck_assert_ptr_nonnull(first);
    for (int i = 0; i < 5; i++) ck_assert_ptr_null(tsn_alloc(8));
    ck_assert_ptr_null(tsn_realloc(first, 16));
    ck_assert(tsn_alloc_did_fail());
    tsn_alloc_fail_nth(0, false);
    first = tsn_realloc(first, 16);
    ck_assert_ptr_nonnull(first);
    tsn_free(first);
}
END_TEST

START_TEST(live_blocks_are_counted_while_tracking)
{
    void *before = tsn_alloc(1);
    tsn_alloc_track(true);
    ck_assert_int_eq(tsn_alloc_live(), 0);
    void *one = tsn_alloc(1);
    void *two = tsn_realloc(NULL, 1);
    two = tsn_realloc(two, 100);
    ck_assert_int_eq(tsn_alloc_live(), 2);
    tsn_alloc_fail_nth(1, false);
    ck_assert_ptr_null(tsn_alloc(1));
    tsn_alloc_fail_nth(0, false);
    ck_assert_int_eq(tsn_alloc_live(), 2);
    tsn_free(one);
    tsn_free(two);
    tsn_free(NULL);
    ck_assert_int_eq(tsn_alloc_live(), 0);
    tsn_alloc_track(false);
    tsn_free(before);
    ck_assert_int_eq(tsn_alloc_live(), 0);
}
END_TEST

static int calls[3];

static void *count_alloc(size_t size)
{
    calls[0]++;
    return malloc(size);
}

static void *count_resize(void *block, size_t size)
{
    calls[1]++;
    return realloc(block, size);
}

static void count_release(void *block)
{
    calls[2]++;
    free(block);
}

START_TEST(a_host_brings_its_own_allocator)
{
    const tsn_alloc_hooks hooks = {count_alloc, count_resize, count_release};
    tsn_alloc_set_hooks(&hooks);
    unsigned char *block = tsn_alloc_zero(10);
    ck_assert_int_eq(block[9], 0);
    block = tsn_realloc(block, 20);
    tsn_free(block);
    tsn_free(NULL);
    ck_assert_int_eq(calls[0], 1);
    ck_assert_int_eq(calls[1], 1);
    ck_assert_int_eq(calls[2], 1);
    tsn_alloc_set_hooks(NULL);
    tsn_free(tsn_alloc(10));
    ck_assert_int_eq(calls[0], 1);
    ck_assert_int_eq(calls[2], 1);
}
END_TEST

Suite *unit_suite(void)
{
    const TTest *const tests[] = {
        nothing_can_be_requested_and_freed,
        zeroed_memory_is_zero_on_both_ways,
        resizing_keeps_the_contents,
        sizes_that_overflow_are_refused,
        exactly_the_nth_request_fails,
        from_then_on_every_request_fails_until_switched_off,
        live_blocks_are_counted_while_tracking,
        a_host_brings_its_own_allocator,
    };
    return unit_suite_of("alloc", tests, TSN_ARRAY_LEN(tests));
}

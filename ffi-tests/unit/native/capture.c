/* The stack of this very test, walked. */
#include "native/capture.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/house.h"
#include "native/modules_elf.h"
#include "support.h"

typedef struct stack {
    uintptr_t addresses[TSN_CAPTURE_MAX + 8];
    size_t count;
} stack;

/* Something to do after a call, so that it is none that a compiler may turn into a jump. */
static volatile size_t after_call;

static void capture_now(stack *out, size_t cap, size_t skip)
{
    out->count = tsn_capture_stack(out->addresses, cap, skip);
    after_call = out->count;
}

/* Called through a pointer that might change, a function is neither inlined nor cloned. */
static void (*volatile capture_here)(stack *out, size_t cap, size_t skip) = capture_now;

static void recurse_now(stack *out, size_t depth);
static void (*volatile recurse)(stack *out, size_t depth) = recurse_now;

static void recurse_now(stack *out, size_t depth)
{
    if (depth == 0) {
        capture_here(out, TSN_ARRAY_LEN(out->addresses), 0);
    } else {
        recurse(out, depth - 1);
    }
    after_call = depth;
}

/* Captures on a thread of its own, where every run has the same frames from end to end. */
typedef struct job {
    stack *out;
    size_t cap;
    size_t skip;
} job;

static void *run_job(void *context)
{
    job *todo = context;
    capture_here(todo->out, todo->cap, todo->skip);
    return NULL;
}

static void capture_on_thread(stack *out, size_t cap, size_t skip)
{
    job todo = {out, cap, skip};
    pthread_t thread;
    ck_assert_int_eq(pthread_create(&thread, NULL, run_job, &todo), 0);
    ck_assert_int_eq(pthread_join(thread, NULL), 0);
}

static bool lies_in(uintptr_t address, uintptr_t start, uintptr_t end)
{
    return address > start && address < end;
}

START_TEST(innermost_frame_is_the_caller)
{
    static stack got;
    capture_here(&got, 32, 0);
    ck_assert_uint_gt(got.count, 2);
    uintptr_t start = (uintptr_t)&capture_now;
    ck_assert_msg(lies_in(got.addresses[0], start, start + 1024), "%zx is not in %zx",
                  (size_t)got.addresses[0], (size_t)start);
}
END_TEST

START_TEST(skip_leaves_out_the_innermost_frames)
{
    static stack all;
    static stack some;
    capture_on_thread(&all, 32, 0);
    ck_assert_uint_ge(all.count, 3);
    for (size_t skip = 1; skip < 3; skip++) {
        capture_on_thread(&some, 32, skip);
        ck_assert_uint_eq(some.count + skip, all.count);
        ck_assert_mem_eq(some.addresses, all.addresses + skip, some.count * sizeof(uintptr_t));
    }
}
END_TEST

START_TEST(skipping_more_than_there_is_leaves_nothing)
{
    static stack got;
    capture_here(&got, 32, 100000);
    ck_assert_uint_eq(got.count, 0);
    capture_here(&got, 0, 0);
    ck_assert_uint_eq(got.count, 0);
}
END_TEST

START_TEST(cap_keeps_the_innermost_and_writes_no_further)
{
    static stack all;
    static stack few;
    memset(few.addresses, 0xee, sizeof few.addresses);
    capture_on_thread(&all, 32, 0);
    capture_on_thread(&few, 2, 0);
    ck_assert_uint_gt(all.count, 2);
    ck_assert_uint_eq(few.count, 2);
    ck_assert_mem_eq(few.addresses, all.addresses, 2 * sizeof(uintptr_t));
    ck_assert_uint_eq(few.addresses[2], (uintptr_t)0xeeeeeeeeeeeeeeeeull);
}
END_TEST

START_TEST(recursion_deeper_than_the_most_is_cut)
{
    static stack got;
    recurse(&got, 2 * TSN_CAPTURE_MAX);
    ck_assert_uint_eq(got.count, TSN_CAPTURE_MAX);
    ck_assert_uint_eq(got.addresses[10], got.addresses[500]);
}
END_TEST

START_TEST(stack_of_another_thread_is_its_own)
{
    static stack got;
    capture_on_thread(&got, 32, 0);
    ck_assert_uint_ge(got.count, 2);
    uintptr_t start = (uintptr_t)&run_job;
    ck_assert(lies_in(got.addresses[1], start, start + 1024));
}
END_TEST

static stack sorted_stack;

static int compare(const void *left, const void *right)
{
    if (sorted_stack.count == 0) capture_here(&sorted_stack, 32, 0);
    return *(const int *)left - *(const int *)right;
}

START_TEST(frames_of_another_library_are_walked_through)
{
    int numbers[] = {3, 1, 2};
    uintptr_t start = 0;
    size_t size = 0;
    bool has_foreign = false;
    qsort(numbers, 3, sizeof numbers[0], compare);
    ck_assert(tsn_image_range((uintptr_t)&run_job, &start, &size));
    ck_assert_uint_gt(sorted_stack.count, 3);
    for (size_t i = 0; i < sorted_stack.count; i++)
        has_foreign = has_foreign || sorted_stack.addresses[i] - start >= size;
    ck_assert(has_foreign);
}
END_TEST

/* Here tocsin is part of the program, so the program plays the library. */
START_TEST(frames_of_the_library_are_dropped_from_the_inner_end_only)
{
    uintptr_t own = (uintptr_t)&capture_now + 1;
    uintptr_t other = (uintptr_t)dlsym(RTLD_DEFAULT, "qsort") + 1;
    uintptr_t addresses[] = {own, own, other, own, other};
    ck_assert_uint_eq(tsn_capture_drop_library(addresses, 5), 3);
    ck_assert_uint_eq(addresses[0], other);
    ck_assert_uint_eq(addresses[1], own);
    ck_assert_uint_eq(addresses[2], other);
}
END_TEST

START_TEST(nothing_is_dropped_where_nothing_would_be_left)
{
    uintptr_t own = (uintptr_t)&capture_now + 1;
    uintptr_t addresses[] = {own, own, own};
    ck_assert_uint_eq(tsn_capture_drop_library(addresses, 3), 3);
    ck_assert_uint_eq(tsn_capture_drop_library(addresses, 0), 0);
}
END_TEST

Suite *unit_suite(void)
{
    const TTest *const tests[] = {
        innermost_frame_is_the_caller,
        skip_leaves_out_the_innermost_frames,
        skipping_more_than_there_is_leaves_nothing,
        cap_keeps_the_innermost_and_writes_no_further,
        recursion_deeper_than_the_most_is_cut,
        stack_of_another_thread_is_its_own,
        frames_of_another_library_are_walked_through,
        frames_of_the_library_are_dropped_from_the_inner_end_only,
        nothing_is_dropped_where_nothing_would_be_left,
    };
    return unit_suite_of("native/capture", tests, TSN_ARRAY_LEN(tests));
}

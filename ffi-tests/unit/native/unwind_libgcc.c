/* The walk itself, with the frames of a thread's start function as those that are known: every run
 * on a thread of its own has the same frames from end to end. */
#include "native/unwind.h"

#include <pthread.h>
#include <signal.h>
#include <string.h>

#include "base/house.h"
#include "support.h"

#define CAP 64

typedef struct walk {
    uintptr_t addresses[CAP];
    size_t cap;
    size_t skip;
    size_t depth;    /* calls in between */
    bool is_unknown; /* begins at an address that no frame has */
    uintptr_t first;
    size_t count;
} walk;

/* Something to do after a call, so that it is none that a compiler may turn into a jump. */
static volatile size_t after_call;

static void walk_now(walk *it)
{
    it->first = (uintptr_t)__builtin_return_address(0);
    it->count = tsn_unwind(it->addresses, it->cap, it->is_unknown ? 1 : it->first, it->skip);
    after_call = it->count;
}

/* Called through a pointer that might change, a function is neither inlined nor cloned. */
static void (*volatile walk_here)(walk *it) = walk_now;

static void descend_now(walk *it, size_t depth);
static void (*volatile descend)(walk *it, size_t depth) = descend_now;

static void descend_now(walk *it, size_t depth)
{
    if (depth == 0) {
        walk_here(it);
    } else {
        descend(it, depth - 1);
    }
    after_call = depth;
}

static void *start(void *context)
{
    walk *it = context;
    descend(it, it->depth);
    return NULL;
}

static void run(walk *it)
{
    pthread_t thread;
    memset(it->addresses, 0xee, sizeof it->addresses);
    ck_assert_int_eq(pthread_create(&thread, NULL, start, it), 0);
    ck_assert_int_eq(pthread_join(thread, NULL), 0);
}

START_TEST(the_walk_begins_with_the_first_address)
{
    static walk got = {.cap = CAP, .depth = 3};
    run(&got);
    ck_assert_uint_ge(got.count, 5);
    ck_assert_uint_eq(got.addresses[0], got.first);
    ck_assert_uint_ne(got.addresses[1], got.first);
    ck_assert_uint_eq(got.addresses[1], got.addresses[2]); /* the same call, twice */
}
END_TEST

START_TEST(a_first_address_that_does_not_turn_up_is_sought_in_a_few_frames_only)
{
    static walk known = {.cap = CAP, .depth = 20};
    static walk unknown = {.cap = CAP, .depth = 20, .is_unknown = true};
    run(&known);
    run(&unknown);
    ck_assert_uint_gt(unknown.count, 0);
    ck_assert_uint_lt(unknown.count, known.count);
    ck_assert_uint_ge(unknown.count + 8, known.count);
    size_t lost = known.count - unknown.count;
    ck_assert_mem_eq(unknown.addresses, known.addresses + lost, unknown.count * sizeof(uintptr_t));
}
END_TEST

START_TEST(skipped_frames_count_from_the_first)
{
    static walk all = {.cap = CAP, .depth = 5};
    run(&all);
    for (size_t skip = 1; skip <= all.count; skip++) {
        walk some = {.cap = CAP, .depth = 5, .skip = skip};
        run(&some);
        ck_assert_uint_eq(some.count, all.count - skip);
        ck_assert_mem_eq(some.addresses, all.addresses + skip, some.count * sizeof(uintptr_t));
    }
    static walk none = {.cap = CAP, .depth = 5, .skip = SIZE_MAX};
    run(&none);
    ck_assert_uint_eq(none.count, 0);
}
END_TEST

START_TEST(no_more_than_the_cap_is_written)
{
    static walk all = {.cap = CAP, .depth = 30};
    run(&all);
    for (size_t cap = 0; cap < 4; cap++) {
        walk few = {.cap = cap, .depth = 30};
        run(&few);
        ck_assert_uint_eq(few.count, cap);
        ck_assert_mem_eq(few.addresses, all.addresses, cap * sizeof(uintptr_t));
        ck_assert_uint_eq(few.addresses[cap], UINTPTR_MAX / 0xff * 0xee);
    }
}
END_TEST

static walk interrupted = {.cap = CAP};

static void on_signal(int number)
{
    (void)number;
    walk_here(&interrupted);
}

static void raise_now(void)
{
    after_call = (size_t)raise(SIGUSR1);
}

static void (*volatile raise_here)(void) = raise_now;

/* Not what it is for, but a signal that the thread raises itself finds nothing half done. */
START_TEST(an_interrupted_frame_does_not_end_the_walk)
{
    uintptr_t begin = (uintptr_t)&raise_now;
    bool is_there = false;
    signal(SIGUSR1, on_signal);
    raise_here();
    ck_assert_uint_gt(interrupted.count, 3);
    for (size_t i = 0; i < interrupted.count; i++) {
        uintptr_t address = interrupted.addresses[i];
        is_there = is_there || (address > begin && address < begin + 256);
    }
    ck_assert(is_there);
}
END_TEST

Suite *unit_suite(void)
{
    const TTest *const tests[] = {
        the_walk_begins_with_the_first_address,
        a_first_address_that_does_not_turn_up_is_sought_in_a_few_frames_only,
        skipped_frames_count_from_the_first,
        no_more_than_the_cap_is_written,
        an_interrupted_frame_does_not_end_the_walk,
    };
    return unit_suite_of("native/unwind_libgcc", tests, TSN_ARRAY_LEN(tests));
}

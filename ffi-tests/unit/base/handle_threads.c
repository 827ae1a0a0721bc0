/* Eight threads work on the same few handles; an object freed too early shows as a bad mark (or to
 * a sanitizer). */
#include "handle_kit.h"

#include <pthread.h>
#include <stdlib.h>

enum {
    THREADS = 8,
    SHARED = 16,
    ROUNDS = 40000,
    MARK = 0x5eed,
};

typedef struct guarded {
    _Atomic int count;
    int mark;
} guarded;

static _Atomic int64_t living;
static _Atomic int64_t shared_handles[SHARED];

static void retain_guarded(void *object)
{
    atomic_fetch_add(&((guarded *)object)->count, 1);
}

static void drop_guarded(void *object)
{
    guarded *it = object;
    if (atomic_fetch_sub(&it->count, 1) != 1) return;
    it->mark = 0;
    free(it);
    atomic_fetch_sub(&living, 1);
}

static const tsn_handle_ops guarded_ops[TSN_HANDLE_KINDS] = {
    [KIND_A] = {retain_guarded, drop_guarded},
};

static int64_t add_guarded(tsn_handle_table *table)
{
    guarded *it = malloc(sizeof *it);
    atomic_init(&it->count, 1);
    it->mark = MARK;
    atomic_fetch_add(&living, 1);
    return tsn_handle_add(table, KIND_A, it);
}

static void use_shared(tsn_handle_table *table, int64_t handle)
{
    tsn_handle_hold hold;
    tocsin_status st = tsn_handle_find(table, handle, KIND_A, &hold);
    if (st != TOCSIN_OK) {
        if (st != TOCSIN_E_STALE) abort();
        return;
    }
    if (((guarded *)hold.object)->mark != MARK) abort();
    tsn_handle_release(table, &hold);
}

static void *hammer(void *arg)
{
    tsn_handle_table *table = arg;
    static _Atomic uint64_t seeds;
    uint64_t state = atomic_fetch_add(&seeds, 1) << 32;
    for (size_t i = unit_rounds(ROUNDS); i > 0; i--) {
        uint64_t draw = next_random(&state);
        _Atomic int64_t *place = &shared_handles[draw % SHARED];
        int64_t handle = atomic_load(place);
        switch (draw >> 61) {
        case 0:
            (void)tsn_handle_close(table, atomic_exchange(place, add_guarded(table)), KIND_A);
            break;
        case 1:
            (void)tsn_handle_close(table, handle, TSN_HANDLE_KIND_ANY);
            break;
        case 2:
            handle = tsn_handle_dup(table, handle);
            if (handle > 0 && tsn_handle_close(table, handle, KIND_A) != TOCSIN_OK) abort();
            break;
        default:
            use_shared(table, handle);
        }
    }
    return NULL;
}

static _Atomic bool is_taken[INDEXES];

/* Opens two and closes them in either order, so that the same slots come and go at the head of the
 * stack; each slot that is given out must be nobody's. */
static void *shuffle(void *arg)
{
    tsn_handle_table *table = arg;
    thing it = {0};
    for (size_t i = unit_rounds(ROUNDS * 5); i > 0; i--) {
        int64_t pair[2];
        for (int k = 0; k < 2; k++) {
            pair[k] = add_thing(table, KIND_A, &it);
            if (pair[k] < 0) abort();
            if (atomic_exchange(&is_taken[pair[k] % INDEXES], true)) abort();
        }
        for (int k = 0; k < 2; k++) {
            int64_t handle = pair[(i + (size_t)k) % 2];
            atomic_store(&is_taken[handle % INDEXES], false);
            if (tsn_handle_close(table, handle, KIND_A) != TOCSIN_OK) abort();
        }
    }
    return NULL;
}

START_TEST(a_slot_is_given_to_one_thread_at_a_time)
{
    tsn_handle_table *table = new_table(20, THREADS * 2);
    pthread_t threads[THREADS];
    for (int i = 0; i < THREADS; i++) pthread_create(&threads[i], NULL, shuffle, table);
    for (int i = 0; i < THREADS; i++) pthread_join(threads[i], NULL);
    ck_assert_int_eq(tsn_handle_count(table, KIND_A), 0);
    tsn_handle_table_free(table);
}
END_TEST

static void hammer_table(uint32_t generation_bits)
{
    const tsn_handle_config config = {guarded_ops, 9, 99, generation_bits, INDEXES};
    tsn_handle_table *table = tsn_handle_table_new(&config);
    for (int i = 0; i < SHARED; i++) atomic_store(&shared_handles[i], add_guarded(table));
    pthread_t threads[THREADS];
    for (int i = 0; i < THREADS; i++) pthread_create(&threads[i], NULL, hammer, table);
    for (int i = 0; i < THREADS; i++) pthread_join(threads[i], NULL);
    for (int i = 0; i < SHARED; i++) {
        (void)tsn_handle_close(table, atomic_load(&shared_handles[i]), KIND_A);
    }
    ck_assert_int_eq(tsn_handle_count(table, KIND_A), 0);
    ck_assert_int_eq(atomic_load(&living), 0);
    tsn_handle_table_free(table);
}

START_TEST(threads_may_close_find_and_duplicate_the_same_handles)
{
    /* HND-5 */
    hammer_table(20);
}
END_TEST

START_TEST(threads_may_wear_out_slots_together)
{
    hammer_table(2);
}
END_TEST

Suite *unit_suite(void)
{
    const TTest *const tests[] = {
        threads_may_close_find_and_duplicate_the_same_handles,
        threads_may_wear_out_slots_together,
        a_slot_is_given_to_one_thread_at_a_time,
    };
    return unit_suite_of("handle_threads", tests, TSN_ARRAY_LEN(tests));
}

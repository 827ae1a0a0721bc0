#include "handle_kit.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "base/house.h"

static tocsin_status probe(tsn_handle_table *table, int64_t handle, int kind)
{
    tsn_handle_hold hold;
    tocsin_status st = tsn_handle_find(table, handle, kind, &hold);
    if (st == TOCSIN_OK) tsn_handle_release(table, &hold);
    return st;
}

START_TEST(an_added_object_is_found_until_it_is_closed)
{
    tsn_handle_table *table = new_table(20, INDEXES);
    thing it = {0};
    int64_t handle = add_thing(table, KIND_A, &it);
    ck_assert_int_gt(handle, 0);
    ck_assert_int_lt(handle, INT64_C(1) << 53);
    ck_assert_int_eq((int64_t)(double)handle, handle);
    ck_assert_int_eq(tsn_handle_count(table, KIND_A), 1);

    tsn_handle_hold hold;
    ck_assert_int_eq(tsn_handle_find(table, handle, KIND_A, &hold), TOCSIN_OK);
    ck_assert_ptr_eq(hold.object, &it);
    ck_assert_int_eq(tsn_handle_hold_kind(&hold), KIND_A);
    tsn_handle_release(table, &hold);
    ck_assert_int_eq(probe(table, handle, TSN_HANDLE_KIND_ANY), TOCSIN_OK);

    ck_assert_int_eq(tsn_handle_close(table, handle, KIND_A), TOCSIN_OK);
    ck_assert_int_eq(atomic_load(&it.dropped), 1);
    ck_assert_int_eq(tsn_handle_count(table, KIND_A), 0);
    ck_assert_int_eq(tsn_handle_close(table, handle, KIND_A), TOCSIN_E_STALE);
    ck_assert_int_eq(probe(table, handle, KIND_A), TOCSIN_E_STALE);
    ck_assert_int_eq(tsn_handle_dup(table, handle), TOCSIN_E_STALE);
    ck_assert_int_eq(atomic_load(&it.dropped), 1);
    tsn_handle_table_free(table);
}
END_TEST

START_TEST(a_running_call_outlives_the_close)
{
    tsn_handle_table *table = new_table(20, INDEXES);
    thing it = {0};
    int64_t handle = add_thing(table, KIND_A, &it);
    tsn_handle_hold outer, inner;
    ck_assert_int_eq(tsn_handle_find(table, handle, KIND_A, &outer), TOCSIN_OK);
    ck_assert_int_eq(tsn_handle_find(table, handle, KIND_A, &inner), TOCSIN_OK);
    ck_assert_int_eq(tsn_handle_close(table, handle, TSN_HANDLE_KIND_ANY), TOCSIN_OK);
    ck_assert_int_eq(probe(table, handle, KIND_A), TOCSIN_E_STALE);
    ck_assert_int_eq(tsn_handle_count(table, KIND_A), 0);
    tsn_handle_release(table, &inner);
    ck_assert_int_eq(atomic_load(&it.dropped), 0);
    tsn_handle_release(table, &outer);
    ck_assert_int_eq(atomic_load(&it.dropped), 1);
    tsn_handle_table_free(table);
}
END_TEST

START_TEST(a_duplicate_keeps_the_object_alive)
{
    tsn_handle_table *table = new_table(20, INDEXES);
    thing it = {0};
    int64_t first = add_thing(table, KIND_B, &it);
    int64_t second = tsn_handle_dup(table, first);
    ck_assert_int_gt(second, 0);
    ck_assert_int_ne(second, first);
    ck_assert_int_eq(tsn_handle_count(table, KIND_B), 2);
    ck_assert_int_eq(tsn_handle_close(table, first, KIND_B), TOCSIN_OK);
    ck_assert_int_eq(atomic_load(&it.dropped), 0);
    ck_assert_int_eq(probe(table, second, KIND_B), TOCSIN_OK);
    ck_assert_int_eq(tsn_handle_close(table, second, KIND_B), TOCSIN_OK);
    ck_assert_int_eq(atomic_load(&it.dropped), 1);
    tsn_handle_table_free(table);
}
END_TEST

START_TEST(the_kind_matters_only_while_the_handle_lives)
{
    tsn_handle_table *table = new_table(20, INDEXES);
    thing it = {0};
    int64_t handle = add_thing(table, KIND_A, &it);
    ck_assert_int_eq(probe(table, handle, KIND_B), TOCSIN_E_KIND);
    ck_assert_int_eq(tsn_handle_close(table, handle, KIND_B), TOCSIN_E_KIND);
    ck_assert_int_eq(probe(table, handle, KIND_A), TOCSIN_OK);
    ck_assert_int_eq(tsn_handle_close(table, handle, KIND_A), TOCSIN_OK);
    ck_assert_int_eq(probe(table, handle, KIND_B), TOCSIN_E_STALE);
    ck_assert_int_eq(tsn_handle_close(table, handle, KIND_B), TOCSIN_E_STALE);
    tsn_handle_table_free(table);
}
END_TEST

START_TEST(negative_numbers_are_handed_on_if_they_are_statuses)
{
    tsn_handle_table *table = new_table(20, INDEXES);
    thing it = {0};
    add_thing(table, KIND_A, &it);
    const int32_t statuses[] = {-1,  -2,  -3,  -4,  -5,  -20, -21, -22, -23, -24,
                                -25, -26, -27, -40, -41, -42, -43, -44, -45, -99};
    size_t at = 0;
    for (int32_t number = -1; number >= -200; number--) {
        bool is_known = at < TSN_ARRAY_LEN(statuses) && statuses[at] == number;
        at += is_known;
        int32_t want = is_known ? number : TOCSIN_E_STALE;
        ck_assert_int_eq(probe(table, number, KIND_A), want);
        ck_assert_int_eq(tsn_handle_close(table, number, KIND_A), want);
        ck_assert_int_eq(tsn_handle_close(table, number, TSN_HANDLE_KIND_ANY), want);
        ck_assert_int_eq(tsn_handle_dup(table, number), want);
    }
    ck_assert_uint_eq(at, TSN_ARRAY_LEN(statuses));
    ck_assert_int_eq(probe(table, INT64_MIN, KIND_A), TOCSIN_E_STALE);
    ck_assert_int_eq(probe(table, -(INT64_C(1) << 32) - 40, KIND_A), TOCSIN_E_STALE);
    tsn_handle_table_free(table);
}
END_TEST

START_TEST(another_copys_handle_is_foreign)
{
    tsn_handle_table *table = new_table(20, INDEXES);
    const tsn_handle_config config = {ops, 0x156, 12345, 20, INDEXES};
    tsn_handle_table *other = tsn_handle_table_new(&config);
    thing it = {0};
    int64_t ours = add_thing(table, KIND_A, &it);
    int64_t theirs = add_thing(other, KIND_A, &it);
    ck_assert_int_eq(probe(table, theirs, KIND_A), TOCSIN_E_FOREIGN);
    ck_assert_int_eq(tsn_handle_close(table, theirs, KIND_A), TOCSIN_E_FOREIGN);
    ck_assert_int_eq(tsn_handle_close(table, theirs, KIND_B), TOCSIN_E_FOREIGN);
    ck_assert_int_eq(tsn_handle_dup(other, ours), TOCSIN_E_FOREIGN);
    tsn_handle_table_free(table);
    tsn_handle_table_free(other);
    ck_assert_int_eq(atomic_load(&it.dropped), 1);
}
END_TEST

START_TEST(each_bit_flip_of_a_live_handle_is_refused)
{
    /* HND-3 */
    tsn_handle_table *table = new_table(20, INDEXES);
    thing it = {0};
    for (int round = 0; round < 1000; round++) {
        int64_t handle = add_thing(table, round % 2 ? KIND_A : KIND_B, &it);
        for (int bit = 0; bit < 64; bit++) {
            int64_t flipped = (int64_t)((uint64_t)handle ^ UINT64_C(1) << bit);
            tocsin_status st = probe(table, flipped, TSN_HANDLE_KIND_ANY);
            ck_assert(st == TOCSIN_E_STALE || st == TOCSIN_E_FOREIGN);
            ck_assert_int_lt(tsn_handle_close(table, flipped, TSN_HANDLE_KIND_ANY), 0);
        }
        ck_assert_int_eq(probe(table, handle, TSN_HANDLE_KIND_ANY), TOCSIN_OK);
    }
    tsn_handle_table_free(table);
}
END_TEST

START_TEST(random_words_are_refused)
{
    /* HND-3, with every eighth word aimed at the table: right kind and nonce, a used index. */
    tsn_handle_table *table = new_table(20, INDEXES);
    thing it = {0};
    int64_t handles[100];
    for (int i = 0; i < 100; i++) handles[i] = add_thing(table, KIND_A, &it);
    uint64_t state = 7;
    for (size_t i = 0; i < unit_rounds(1000000); i++) {
        uint64_t word = next_random(&state);
        if (i % 8 == 0) {
            uint64_t generations = UINT64_C(0xfffff) << 20;
            word = ((uint64_t)handles[word % 100] & ~generations) | (word & generations);
        }
        bool is_live = false;
        for (int k = 0; i % 8 == 0 && k < 100; k++) is_live |= handles[k] == (int64_t)word;
        tocsin_status st = probe(table, (int64_t)word, TSN_HANDLE_KIND_ANY);
        if (st == TOCSIN_OK && !is_live) ck_abort_msg("%llx accepted", (unsigned long long)word);
    }
    for (int64_t number = 0; number < 100000; number++) {
        ck_assert_int_lt(probe(table, number, TSN_HANDLE_KIND_ANY), 0);
    }
    tsn_handle_table_free(table);
}
END_TEST

START_TEST(no_old_handle_comes_back_while_fresh_slots_exist)
{
    /* HND-4: 10^6 reuses use up 62,500 slots of 16 generations; each handle may be given out
     * once. */
    enum { REUSES = 1000000, BATCH = 4 };
    tsn_handle_table *table = new_table(4, INDEXES);
    uint16_t *seen = calloc(INDEXES, sizeof *seen);
    thing it = {0};
    int64_t open[BATCH] = {0};
    for (size_t i = 0; i < unit_rounds(REUSES); i++) {
        int64_t *place = &open[i % BATCH];
        if (*place != 0) ck_assert_int_eq(tsn_handle_close(table, *place, KIND_A), TOCSIN_OK);
        *place = add_thing(table, KIND_A, &it);
        uint64_t index = (uint64_t)*place % INDEXES;
        unsigned bit = 1U << (((uint64_t)*place >> 20) & 0xf);
        if (seen[index] & bit) ck_abort_msg("reuse %zu repeats a handle", i);
        seen[index] = (uint16_t)(seen[index] | bit);
    }
    tsn_handle_table_free(table);
    free(seen);
}
END_TEST

START_TEST(worn_out_slots_serve_when_no_other_is_left)
{
    tsn_handle_table *table = new_table(1, 4);
    thing it = {0};
    int64_t kept = add_thing(table, KIND_A, &it);
    int64_t used[6];
    for (size_t i = 0; i < TSN_ARRAY_LEN(used); i++) {
        used[i] = add_thing(table, KIND_A, &it);
        for (size_t k = 0; k < i; k++) ck_assert_int_ne(used[i], used[k]);
        ck_assert_int_eq(tsn_handle_close(table, used[i], KIND_A), TOCSIN_OK);
    }
    for (int i = 0; i < 100; i++) {
        int64_t again = add_thing(table, KIND_A, &it);
        ck_assert_int_gt(again, 0);
        ck_assert_int_ne(again, kept);
        ck_assert_int_eq(tsn_handle_close(table, again, KIND_A), TOCSIN_OK);
    }
    /* An unworn slot, once it is back, goes first again, even if a worn one comes back later. */
    int64_t worn = add_thing(table, KIND_A, &it);
    ck_assert_int_eq(tsn_handle_close(table, kept, KIND_A), TOCSIN_OK);
    ck_assert_int_eq(tsn_handle_close(table, worn, KIND_A), TOCSIN_OK);
    int64_t next = add_thing(table, KIND_A, &it);
    ck_assert_uint_eq((uint64_t)next % INDEXES, (uint64_t)kept % INDEXES);
    ck_assert_int_ne(next, kept);
    tsn_handle_table_free(table);
    ck_assert_int_eq(atomic_load(&it.count), 0);
}
END_TEST

START_TEST(the_table_fills_up_and_works_again_after_a_close)
{
    /* HND-7 */
    tsn_handle_table *table = new_table(20, INDEXES);
    int64_t *handles = calloc(INDEXES, sizeof *handles);
    thing it = {0};
    for (int round = 0; round < 2; round++) {
        for (int i = 0; i < INDEXES; i++) handles[i] = add_thing(table, KIND_A, &it);
        ck_assert_int_gt(handles[INDEXES - 1], 0);
        ck_assert_int_eq(tsn_handle_count(table, KIND_A), INDEXES);
        int before = atomic_load(&it.count);
        ck_assert_int_eq(add_thing(table, KIND_A, &it), TOCSIN_E_LIMIT);
        ck_assert_int_eq(atomic_load(&it.count), before);
        ck_assert_int_eq(tsn_handle_dup(table, handles[0]), TOCSIN_E_LIMIT);
        ck_assert_int_eq(atomic_load(&it.count), before);
        ck_assert_int_eq(tsn_handle_close(table, handles[77], KIND_A), TOCSIN_OK);
        handles[77] = add_thing(table, KIND_A, &it);
        ck_assert_int_gt(handles[77], 0);
        for (int i = 0; i < INDEXES; i++) tsn_handle_close(table, handles[i], KIND_A);
        ck_assert_int_eq(tsn_handle_count(table, KIND_A), 0);
        ck_assert_int_eq(atomic_load(&it.count), 0);
    }
    tsn_handle_table_free(table);
    free(handles);
}
END_TEST

START_TEST(freeing_the_table_drops_what_is_open)
{
    tsn_alloc_track(true);
    tsn_handle_table *table = new_table(20, INDEXES);
    thing it = {0};
    for (int i = 0; i < 3000; i++) {
        int64_t handle = add_thing(table, KIND_A, &it);
        if (i % 3 == 0) tsn_handle_close(table, handle, KIND_A);
    }
    ck_assert_int_eq(atomic_load(&it.count), 2000);
    tsn_handle_table_free(table);
    tsn_handle_table_free(NULL);
    ck_assert_int_eq(atomic_load(&it.count), 0);
    ck_assert_int_eq(tsn_alloc_live(), 0);
    tsn_alloc_track(false);
}
END_TEST

START_TEST(without_memory_the_object_is_dropped_and_the_table_still_works)
{
    tsn_alloc_fail_nth(1, false);
    ck_assert_ptr_null(new_table(20, INDEXES));
    tsn_alloc_fail_nth(0, false);

    tsn_handle_table *table = new_table(20, INDEXES);
    thing it = {0};
    tsn_alloc_fail_nth(1, false);
    ck_assert_int_eq(add_thing(table, KIND_A, &it), TOCSIN_E_NOMEM);
    tsn_alloc_fail_nth(0, false);
    ck_assert_int_eq(atomic_load(&it.dropped), 1);
    ck_assert_int_eq(tsn_handle_count(table, KIND_A), 0);
    ck_assert_int_gt(add_thing(table, KIND_A, &it), 0);
    tsn_handle_table_free(table);
}
END_TEST

typedef struct nest {
    thing base;
    tsn_handle_table *table;
    int64_t child;
} nest;

static void drop_nest(void *object)
{
    nest *it = object;
    if (it->child != 0) tsn_handle_close(it->table, it->child, TSN_HANDLE_KIND_ANY);
    drop_thing(object);
}

START_TEST(a_drop_function_may_use_the_table)
{
    const tsn_handle_ops nest_ops[TSN_HANDLE_KINDS] = {[KIND_A] = {retain_thing, drop_nest}};
    const tsn_handle_config config = {nest_ops, 1, 0, 20, INDEXES};
    tsn_handle_table *table = tsn_handle_table_new(&config);
    nest child = {{1, 0}, table, 0};
    nest parent = {{1, 0}, table, 0};
    parent.child = tsn_handle_add(table, KIND_A, &child);
    int64_t handle = tsn_handle_add(table, KIND_A, &parent);
    ck_assert_int_eq(tsn_handle_close(table, handle, KIND_A), TOCSIN_OK);
    ck_assert_int_eq(atomic_load(&parent.base.dropped), 1);
    ck_assert_int_eq(atomic_load(&child.base.dropped), 1);
    tsn_handle_table_free(table);
}
END_TEST

Suite *unit_suite(void)
{
    const TTest *const tests[] = {
        an_added_object_is_found_until_it_is_closed,
        a_running_call_outlives_the_close,
        a_duplicate_keeps_the_object_alive,
        the_kind_matters_only_while_the_handle_lives,
        negative_numbers_are_handed_on_if_they_are_statuses,
        another_copys_handle_is_foreign,
        each_bit_flip_of_a_live_handle_is_refused,
        random_words_are_refused,
        no_old_handle_comes_back_while_fresh_slots_exist,
        worn_out_slots_serve_when_no_other_is_left,
        the_table_fills_up_and_works_again_after_a_close,
        freeing_the_table_drops_what_is_open,
        without_memory_the_object_is_dropped_and_the_table_still_works,
        a_drop_function_may_use_the_table,
    };
    return unit_suite_of("handle", tests, TSN_ARRAY_LEN(tests));
}

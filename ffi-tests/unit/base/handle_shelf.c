/* Shelves: closed slots that are opened again with their objects, one after another and from many
 * threads at once. */
#include "handle_kit.h"

#include <pthread.h>
#include <stdlib.h>

#include "base/handle_shelf.h"

enum { THREADS = 4 };

static tsn_handle_shelf shelf;
static _Atomic int refused;

static bool keep_thing(void *object, const tsn_handle_kept *kept)
{
    (void)object;
    uint64_t seen = tsn_handle_shelf_look(&shelf);
    bool is_kept = tsn_handle_shelf_has_room(seen) && tsn_handle_shelf_put(&shelf, seen, kept);
    if (!is_kept) atomic_fetch_add(&refused, 1);
    return is_kept;
}

static const tsn_handle_ops keeping_ops[TSN_HANDLE_KINDS] = {
    [KIND_A] = {retain_thing, drop_thing, keep_thing},
};

static tsn_handle_table *open_shelf(uint32_t generation_bits)
{
    const tsn_handle_config config = {keeping_ops, 0x155, 12345, generation_bits, INDEXES};
    memset(&shelf, 0, sizeof shelf);
    tsn_handle_shelf_open(&shelf);
    atomic_store(&refused, 0);
    return tsn_handle_table_new(&config);
}

static int64_t take(tsn_handle_table *table, void **object)
{
    return tsn_handle_shelf_take(&shelf, tsn_handle_shelf_look(&shelf), table, KIND_A, object);
}

/* Frees what is on the shelf; how many there were. */
static int shut(tsn_handle_table *table)
{
    int count = 0;
    tsn_handle_kept kept;
    void *object;
    for (uint64_t rest = tsn_handle_shelf_shut(&shelf);
         tsn_handle_shelf_next(&rest, table, &kept, &object); count++) {
        drop_thing(object);
        tsn_handle_free_kept(table, &kept);
    }
    return count;
}

START_TEST(what_is_closed_is_handed_out_again_under_a_new_number_with_its_object)
{
    tsn_handle_table *table = open_shelf(TSN_HANDLE_GENERATION_BITS);
    thing it = {0};
    tsn_handle_hold hold;
    void *object = NULL;
    int64_t first = add_thing(table, KIND_A, &it);
    ck_assert_int_eq(tsn_handle_close(table, first, KIND_A), TOCSIN_OK);
    ck_assert_int_eq(it.count, 1);
    ck_assert_int_eq(tsn_handle_count(table, KIND_A), 0);
    ck_assert_int_eq(tsn_handle_find(table, first, KIND_A, &hold), TOCSIN_E_STALE);
    int64_t second = take(table, &object);
    ck_assert_int_gt(second, 0);
    ck_assert_int_ne(second, first);
    ck_assert_ptr_eq(object, &it);
    ck_assert(tsn_handle_is_open(table, second) && !tsn_handle_is_open(table, first));
    ck_assert_int_eq(tsn_handle_find(table, second, KIND_A, &hold), TOCSIN_OK);
    ck_assert_ptr_eq(hold.object, &it);
    tsn_handle_release(table, &hold);
    ck_assert_int_eq(take(table, &object), 0);
    tsn_handle_close(table, second, KIND_A);
    ck_assert_int_eq(shut(table), 1);
    ck_assert_int_eq(it.dropped, 1);
    tsn_handle_table_free(table);
}
END_TEST

START_TEST(the_last_put_is_the_first_taken_and_there_is_room_for_seven)
{
    tsn_handle_table *table = open_shelf(TSN_HANDLE_GENERATION_BITS);
    thing things[TSN_HANDLE_SHELF_MAX + 1] = {{0}};
    int64_t handles[TSN_ARRAY_LEN(things)];
    for (size_t i = 0; i < TSN_ARRAY_LEN(things); i++) {
        handles[i] = add_thing(table, KIND_A, &things[i]);
    }
    for (size_t i = 0; i < TSN_ARRAY_LEN(things); i++) tsn_handle_close(table, handles[i], KIND_A);
    ck_assert_int_eq(refused, 1);
    ck_assert_int_eq(things[TSN_HANDLE_SHELF_MAX].dropped, 1);
    for (size_t i = TSN_HANDLE_SHELF_MAX; i-- > 0;) {
        void *object = NULL;
        handles[i] = take(table, &object);
        ck_assert_ptr_eq(object, &things[i]);
    }
    for (size_t i = 0; i < TSN_HANDLE_SHELF_MAX; i++) tsn_handle_close(table, handles[i], KIND_A);
    ck_assert_int_eq(shut(table), TSN_HANDLE_SHELF_MAX);
    for (size_t i = 0; i < TSN_ARRAY_LEN(things); i++) ck_assert_int_eq(things[i].dropped, 1);
    tsn_handle_table_free(table);
}
END_TEST

START_TEST(who_saw_the_shelf_before_it_changed_neither_takes_nor_puts)
{
    tsn_handle_table *table = open_shelf(TSN_HANDLE_GENERATION_BITS);
    thing one = {0}, other = {0};
    void *object;
    int64_t handle = add_thing(table, KIND_A, &one);
    uint64_t empty = tsn_handle_shelf_look(&shelf);
    tsn_handle_close(table, handle, KIND_A);
    uint64_t full = tsn_handle_shelf_look(&shelf);
    tsn_handle_close(table, take(table, &object), KIND_A); /* as full as it was */
    ck_assert_int_eq(tsn_handle_shelf_take(&shelf, full, table, KIND_A, &object), 0);
    ck_assert_int_eq(tsn_handle_shelf_take(&shelf, empty, table, KIND_A, &object), 0);
    ck_assert_int_eq(shut(table), 1);
    ck_assert_int_eq(take(table, &object), 0);
    ck_assert(!tsn_handle_shelf_has_room(tsn_handle_shelf_look(&shelf)));
    tsn_handle_close(table, add_thing(table, KIND_A, &other), KIND_A);
    ck_assert_int_eq(other.dropped, 1);
    tsn_handle_table_free(table);
}
END_TEST

START_TEST(a_slot_that_has_used_up_its_numbers_is_not_kept)
{
    tsn_handle_table *table = open_shelf(2);
    thing it = {0};
    void *object;
    int64_t handle = add_thing(table, KIND_A, &it);
    for (int i = 0; i < 3; i++) {
        tsn_handle_close(table, handle, KIND_A);
        handle = take(table, &object);
        ck_assert_int_gt(handle, 0);
    }
    tsn_handle_close(table, handle, KIND_A);
    ck_assert_int_eq(it.dropped, 1);
    ck_assert_int_eq(take(table, &object), 0);
    tsn_handle_table_free(table);
}
END_TEST

typedef struct taker {
    tsn_handle_table *table;
    size_t rounds;
    size_t found; /* twice at a time, or with a wrong number */
} taker;

static void *take_and_close(void *arg)
{
    taker *one = arg;
    for (size_t i = 0; i < one->rounds; i++) {
        void *object = NULL;
        int64_t handle = take(one->table, &object);
        if (handle == 0) continue;
        thing *it = object;
        if (atomic_fetch_add(&it->dropped, 1) != 0) one->found++;
        if (!tsn_handle_is_open(one->table, handle)) one->found++;
        atomic_fetch_sub(&it->dropped, 1);
        while (tsn_handle_close(one->table, handle, KIND_A) != TOCSIN_OK) one->found++;
    }
    return NULL;
}

START_TEST(nothing_is_taken_by_two_threads_at_a_time_or_lost)
{
    tsn_handle_table *table = open_shelf(TSN_HANDLE_GENERATION_BITS);
    thing things[TSN_HANDLE_SHELF_MAX] = {{0}};
    taker takers[THREADS];
    pthread_t threads[THREADS];
    int64_t handles[TSN_ARRAY_LEN(things)];
    for (size_t i = 0; i < TSN_ARRAY_LEN(things); i++) {
        handles[i] = add_thing(table, KIND_A, &things[i]);
    }
    for (size_t i = 0; i < TSN_ARRAY_LEN(things); i++) tsn_handle_close(table, handles[i], KIND_A);
    for (size_t i = 0; i < THREADS; i++) {
        takers[i] = (taker){table, unit_rounds(100000), 0};
        pthread_create(&threads[i], NULL, take_and_close, &takers[i]);
    }
    size_t found = 0;
    for (size_t i = 0; i < THREADS; i++) {
        pthread_join(threads[i], NULL);
        found += takers[i].found;
    }
    int kept = shut(table);
    int dropped = 0;
    for (size_t i = 0; i < TSN_ARRAY_LEN(things); i++) dropped += things[i].dropped;
    ck_assert_uint_eq(found, 0);
    ck_assert_int_eq(dropped, TSN_HANDLE_SHELF_MAX);
    ck_assert_int_eq(kept + refused, TSN_HANDLE_SHELF_MAX);
    tsn_handle_table_free(table);
}
END_TEST

Suite *unit_suite(void)
{
    const TTest *const tests[] = {
        what_is_closed_is_handed_out_again_under_a_new_number_with_its_object,
        the_last_put_is_the_first_taken_and_there_is_room_for_seven,
        who_saw_the_shelf_before_it_changed_neither_takes_nor_puts,
        a_slot_that_has_used_up_its_numbers_is_not_kept,
        nothing_is_taken_by_two_threads_at_a_time_or_lost,
    };
    return unit_suite_of("base/handle_shelf", tests, TSN_ARRAY_LEN(tests));
}

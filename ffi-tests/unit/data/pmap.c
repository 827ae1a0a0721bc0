#include "pmap_kit.h"

#include "base/house.h"
#include "data/pmap_node.h"

#include <string.h>

START_TEST(the_empty_map_is_null_and_has_nothing)
{
    tsn_member member;
    tsn_pmap_iter iter = tsn_pmap_iter_of(NULL);
    ck_assert_uint_eq(tsn_pmap_count(NULL), 0);
    ck_assert(!tsn_pmap_next(&iter, &member));
    expect_value(NULL, "k", NULL);
    expect_written(NULL, "");
    ck_assert_ptr_null(tsn_pmap_retain(NULL));
    tsn_pmap_release(NULL);
    ck_assert_uint_eq(tsn_pmap_weigh(NULL) + tsn_pmap_unweigh(NULL), 0);
    tsn_pmap *map = NULL;
    unset(&map, "k");
    ck_assert_ptr_null(map);
}
END_TEST

START_TEST(members_stand_in_the_order_in_which_keys_first_came)
{
    tsn_pmap *map = NULL;
    set(&map, "b", "1");
    set(&map, "a", "\"x\"");
    set(&map, "", "{}");
    set(&map, "b", "[1,2]");
    expect_written(map, "\"b\":[1,2],\"a\":\"x\",\"\":{},");
    expect_value(map, "", "{}");
    expect_value(map, "b", "[1,2]");
    expect_value(map, "c", NULL);
    ck_assert_uint_eq(tsn_pmap_count(map), 3);
    tsn_pmap_release(map);
}
END_TEST

START_TEST(a_key_that_was_removed_comes_anew)
{
    tsn_pmap *map = NULL;
    set(&map, "a", "1");
    set(&map, "b", "2");
    unset(&map, "a");
    expect_value(map, "a", NULL);
    set(&map, "a", "3");
    expect_written(map, "\"b\":2,\"a\":3,");
    unset(&map, "b");
    unset(&map, "a");
    ck_assert_ptr_null(map);
}
END_TEST

START_TEST(fork_then_write_leaves_parent_alone)
{
    for (int size = 1; size <= 40; size++) {
        tsn_pmap *parent = NULL;
        set_numbered(&parent, 0, size);
        tsn_buf before = TSN_BUF_EMPTY;
        tsn_pmap_write(parent, &before);
        tsn_pmap *fork = tsn_pmap_retain(parent);
        set(&fork, "k0", "\"other\"");
        set(&fork, "new", "true");
        unset(&fork, "k3");
        expect_written(parent, tsn_buf_terminate(&before));
        expect_value(fork, "k0", "\"other\"");
        ck_assert_uint_eq(tsn_pmap_count(fork), (size_t)size + (size > 3 ? 0 : 1));
        tsn_pmap_release(fork);
        tsn_pmap_release(parent);
        tsn_buf_fini(&before);
    }
}
END_TEST

START_TEST(write_after_fork_leaves_the_fork_alone)
{
    tsn_pmap *parent = NULL;
    set_numbered(&parent, 0, 8);
    tsn_pmap *fork = tsn_pmap_retain(parent);
    set(&parent, "k1", "\"mine\"");
    unset(&parent, "k2");
    expect_value(fork, "k1", "1");
    expect_value(fork, "k2", "2");
    tsn_pmap_release(parent);
    expect_written(fork,
                   "\"k0\":0,\"k1\":1,\"k2\":2,\"k3\":3,\"k4\":4,\"k5\":5,\"k6\":6,\"k7\":7,");
    tsn_pmap_release(fork);
}
END_TEST

START_TEST(a_shared_map_writes_the_same_as_one_that_never_was)
{
    tsn_pmap *alone = NULL;
    tsn_pmap *shared = NULL;
    set_numbered(&alone, 0, 12);
    set_numbered(&shared, 0, 12);
    tsn_pmap *base = tsn_pmap_retain(shared);
    tsn_pmap **both[2] = {&alone, &shared};
    for (int i = 0; i < 2; i++) {
        set(both[i], "k5", "\"five\"");
        unset(both[i], "k7");
        set(both[i], "k7", "\"again\"");
    }
    ck_assert_ptr_nonnull(shared->base);
    ck_assert_ptr_null(alone->base);
    tsn_buf text = TSN_BUF_EMPTY;
    tsn_pmap_write(alone, &text);
    expect_written(shared, tsn_buf_terminate(&text));
    tsn_buf_fini(&text);
    tsn_pmap_release(base);
    tsn_pmap_release(alone);
    tsn_pmap_release(shared);
}
END_TEST

START_TEST(a_sole_owner_overwrites_in_place_and_nobody_else_does)
{
    tsn_pmap *map = NULL;
    set_numbered(&map, 0, 4);
    const tsn_pair *pair = map->entries[2].pair;
    set(&map, "k2", "9");
    ck_assert_ptr_eq(map->entries[2].pair, pair);
    tsn_pmap *snapshot = tsn_pmap_retain(map);
    set(&map, "k2", "8");
    expect_value(snapshot, "k2", "9");
    tsn_pmap *overlay = tsn_pmap_retain(map);
    set(&map, "k2", "7");
    expect_value(overlay, "k2", "8");
    expect_value(snapshot, "k2", "9");
    expect_value(map, "k2", "7");
    tsn_pmap_release(snapshot);
    tsn_pmap_release(overlay);
    tsn_pmap_release(map);
}
END_TEST

START_TEST(a_value_may_be_set_from_the_map_itself)
{
    tsn_pmap *map = NULL;
    tsn_member member;
    set(&map, "a", "\"a rather long value that fills its room\"");
    set(&map, "b", "1");
    ck_assert(tsn_pmap_get(map, TSN_LIT("a"), &member));
    ck_assert_int_eq(tsn_pmap_set(&map, member.key, member.value), TOCSIN_OK);
    ck_assert_int_eq(tsn_pmap_set(&map, TSN_LIT("b"), member.value), TOCSIN_OK);
    expect_value(map, "a", "\"a rather long value that fills its room\"");
    expect_value(map, "b", "\"a rather long value that fills its room\"");
    ck_assert(tsn_pmap_valid(map));
    tsn_pmap_release(map);
}
END_TEST

/* How many new keys a fork of a map of `size` takes before it has no base any more. */
static int overlay_room(int size)
{
    tsn_pmap *base = NULL;
    set_numbered(&base, 0, size);
    tsn_pmap *fork = tsn_pmap_retain(base);
    int taken = 0;
    do {
        set_numbered(&fork, size + taken, size + taken + 1);
        taken++;
    } while (fork->base != NULL);
    ck_assert_uint_eq(tsn_pmap_count(fork), (size_t)(size + taken));
    ck_assert_uint_eq(tsn_pmap_count(base), (size_t)size);
    tsn_pmap_release(base);
    tsn_pmap_release(fork);
    return taken - 1;
}

START_TEST(overlays_are_flattened_past_16_entries_or_a_quarter_of_the_base)
{
    ck_assert_int_eq(overlay_room(1), 0);
    ck_assert_int_eq(overlay_room(3), 0);
    ck_assert_int_eq(overlay_room(4), 1);
    ck_assert_int_eq(overlay_room(10), 2);
    ck_assert_int_eq(overlay_room(60), 15);
    ck_assert_int_eq(overlay_room(63), 15);
    ck_assert_int_eq(overlay_room(64), 16);
    ck_assert_int_eq(overlay_room(1000), 16);
}
END_TEST

START_TEST(an_overlay_never_stands_on_an_overlay)
{
    tsn_pmap *maps[20] = {NULL};
    set_numbered(&maps[0], 0, 100);
    for (int i = 1; i < 20; i++) {
        maps[i] = tsn_pmap_retain(maps[i - 1]);
        set_numbered(&maps[i], 100 + i, 101 + i);
        ck_assert_uint_eq(tsn_pmap_count(maps[i]), (size_t)(100 + i));
    }
    for (int i = 0; i < 20; i++) tsn_pmap_release(maps[i]);
}
END_TEST

START_TEST(setting_and_removing_for_long_takes_no_more_room)
{
    tsn_pmap *map = NULL;
    set_numbered(&map, 0, 20);
    size_t before = tsn_pmap_own_size(map);
    for (int i = 0; i < 1000; i++) {
        set(&map, "comes and goes", "1");
        unset(&map, "comes and goes");
    }
    ck_assert_uint_le(tsn_pmap_own_size(map), before * 2);
    tsn_pmap_release(map);
}
END_TEST

START_TEST(merge_takes_the_others_values_and_appends_its_new_keys)
{
    tsn_pmap *into = NULL;
    tsn_pmap *from = NULL;
    set(&into, "a", "1");
    set(&into, "b", "2");
    set(&from, "c", "3");
    set(&from, "a", "null");
    ck_assert_int_eq(tsn_pmap_merge(&into, from), TOCSIN_OK);
    expect_written(into, "\"a\":null,\"b\":2,\"c\":3,");
    set(&into, "c", "4");
    expect_written(from, "\"c\":3,\"a\":null,");
    ck_assert_int_eq(tsn_pmap_merge(&into, into), TOCSIN_OK);
    ck_assert_int_eq(tsn_pmap_merge(&into, NULL), TOCSIN_OK);
    expect_written(into, "\"a\":null,\"b\":2,\"c\":4,");
    tsn_pmap *empty = NULL;
    ck_assert_int_eq(tsn_pmap_merge(&empty, from), TOCSIN_OK);
    ck_assert_ptr_eq(empty, from);
    tsn_pmap_release(empty);
    tsn_pmap_release(into);
    tsn_pmap_release(from);
}
END_TEST

START_TEST(a_base_is_charged_once_for_all_its_overlays)
{
    tsn_pmap *base = NULL;
    set_numbered(&base, 0, 50);
    tsn_pmap *fork = tsn_pmap_retain(base);
    set(&fork, "own", "1");
    size_t whole = tsn_pmap_own_size(base);
    ck_assert_uint_eq(tsn_pmap_weigh(base), whole);
    ck_assert_uint_eq(tsn_pmap_weigh(fork), tsn_pmap_own_size(fork));
    ck_assert_uint_lt(tsn_pmap_own_size(fork), 256);
    ck_assert_uint_eq(tsn_pmap_weigh(fork), 0);
    ck_assert_uint_eq(tsn_pmap_unweigh(base), 0);
    ck_assert_uint_eq(tsn_pmap_unweigh(fork), 0);
    ck_assert_uint_eq(tsn_pmap_unweigh(fork), whole + tsn_pmap_own_size(fork));
    tsn_pmap_release(base);
    tsn_pmap_release(fork);
}
END_TEST

START_TEST(a_long_value_does_not_keep_its_room_for_a_short_one)
{
    static char text[5000];
    memset(text, '1', sizeof text - 1);
    tsn_pmap *map = NULL;
    set(&map, "k", text);
    size_t large = tsn_pmap_own_size(map);
    set(&map, "k", "1");
    ck_assert_uint_lt(tsn_pmap_own_size(map) + 4000, large);
    tsn_pmap_release(map);
}
END_TEST

Suite *unit_suite(void)
{
    const TTest *const tests[] = {
        the_empty_map_is_null_and_has_nothing,
        members_stand_in_the_order_in_which_keys_first_came,
        a_key_that_was_removed_comes_anew,
        fork_then_write_leaves_parent_alone,
        write_after_fork_leaves_the_fork_alone,
        a_shared_map_writes_the_same_as_one_that_never_was,
        a_sole_owner_overwrites_in_place_and_nobody_else_does,
        a_value_may_be_set_from_the_map_itself,
        overlays_are_flattened_past_16_entries_or_a_quarter_of_the_base,
        an_overlay_never_stands_on_an_overlay,
        setting_and_removing_for_long_takes_no_more_room,
        merge_takes_the_others_values_and_appends_its_new_keys,
        a_base_is_charged_once_for_all_its_overlays,
        a_long_value_does_not_keep_its_room_for_a_short_one,
    };
    return unit_suite_of("data/pmap", tests, TSN_ARRAY_LEN(tests));
}

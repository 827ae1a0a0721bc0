/* Nodes, taken without the map around them: a hash is whatever the test says it is, so that keys
 * collide when they should. */
#include "support.h"

#include "base/alloc.h"
#include "base/house.h"
#include "data/pmap_node.h"

#include <stdio.h>

static tsn_pmap *node_with_room(size_t entries)
{
    tsn_pmap *map = NULL;
    ck_assert_int_eq(tsn_pmap_make_writable(&map, entries), TOCSIN_OK);
    ck_assert_ptr_nonnull(map);
    ck_assert_uint_ge(map->cap, entries);
    return map;
}

static void add(tsn_pmap *map, const char *key, uint32_t hash)
{
    tsn_pair *pair = tsn_pair_new(unit_slice(key), hash, TSN_LIT("1"));
    ck_assert_ptr_nonnull(pair);
    tsn_pmap_add_entry(map, pair, hash, TSN_PMAP_NOWHERE);
    map->count++;
}

/* Keys "0", "1", ... with hashes that `hash_of_all` makes equal if it is not 0. */
static tsn_pmap *node_of(uint32_t count, uint32_t hash_of_all)
{
    tsn_pmap *map = node_with_room(count);
    for (uint32_t i = 0; i < count; i++) {
        char key[16];
        snprintf(key, sizeof key, "%u", i);
        add(map, key, hash_of_all != 0 ? hash_of_all : tsn_slice_hash(unit_slice(key)));
    }
    return map;
}

static uint32_t find(const tsn_pmap *map, const char *key)
{
    return tsn_pmap_find_own(map, unit_slice(key), tsn_slice_hash(unit_slice(key)));
}

/* Scanned up to 16 entries, indexed beyond. */
static const uint32_t sizes[] = {1, 3, 4, 5, 15, 16, 17, 32, 33, 500};

START_TEST(every_entry_is_found_at_its_place)
{
    uint32_t size = sizes[_i];
    tsn_pmap *map = node_of(size, 0);
    for (uint32_t i = 0; i < size; i++) {
        char key[16];
        snprintf(key, sizeof key, "%u", i);
        ck_assert_uint_eq(find(map, key), i);
    }
    ck_assert_uint_eq(find(map, "none"), TSN_PMAP_NOWHERE);
    ck_assert_uint_eq(find(map, ""), TSN_PMAP_NOWHERE);
    tsn_pmap_release(map);
}
END_TEST

START_TEST(keys_of_one_hash_are_told_apart)
{
    uint32_t size = sizes[_i];
    tsn_pmap *map = node_of(size, 0xffffffff);
    for (uint32_t i = 0; i < size; i++) {
        char key[16];
        snprintf(key, sizeof key, "%u", i);
        ck_assert_uint_eq(tsn_pmap_find_own(map, unit_slice(key), 0xffffffff), i);
    }
    ck_assert_uint_eq(tsn_pmap_find_own(map, TSN_LIT("x"), 0xffffffff), TSN_PMAP_NOWHERE);
    ck_assert_uint_eq(tsn_pmap_find_own(map, TSN_LIT("0"), 1), TSN_PMAP_NOWHERE);
    tsn_pmap_release(map);
}
END_TEST

START_TEST(behind_a_hole_all_is_still_found)
{
    uint32_t size = sizes[_i];
    tsn_pmap *map = node_of(size, 7);
    tsn_pmap_replace_pair(map, 0, NULL);
    ck_assert_uint_eq(tsn_pmap_find_own(map, TSN_LIT("0"), 7), TSN_PMAP_NOWHERE);
    for (uint32_t i = 1; i < size; i++) {
        char key[16];
        snprintf(key, sizeof key, "%u", i);
        ck_assert_uint_eq(tsn_pmap_find_own(map, unit_slice(key), 7), i);
    }
    tsn_pmap_release(map);
}
END_TEST

START_TEST(holes_are_closed_when_room_runs_out)
{
    tsn_pmap *map = node_of(16, 0);
    for (uint32_t i = 0; i < 8; i++) tsn_pmap_replace_pair(map, i * 2, NULL);
    ck_assert_int_eq(tsn_pmap_make_writable(&map, 1), TOCSIN_OK);
    ck_assert_uint_eq(map->cap, 16);
    ck_assert_uint_eq(map->used, 8);
    ck_assert_uint_eq(find(map, "1"), 0);
    ck_assert_uint_eq(find(map, "15"), 7);
    tsn_pmap_release(map);
}
END_TEST

START_TEST(room_doubles_and_gets_an_index_on_the_way)
{
    tsn_pmap *map = node_of(16, 0);
    ck_assert_int_eq(tsn_pmap_make_writable(&map, 1), TOCSIN_OK);
    ck_assert_uint_eq(map->cap, 32);
    add(map, "more", tsn_slice_hash(TSN_LIT("more")));
    ck_assert_uint_eq(find(map, "more"), 16);
    ck_assert_uint_eq(find(map, "0"), 0);
    ck_assert_uint_eq(find(map, "15"), 15);
    tsn_pmap_release(map);
}
END_TEST

START_TEST(the_size_counts_node_and_pairs_but_not_the_base)
{
    tsn_pmap *base = node_of(40, 0);
    size_t size = tsn_pmap_own_size(base);
    size_t pairs = base->pair_bytes;
    tsn_pmap *fork = tsn_pmap_retain(base);
    ck_assert_int_eq(tsn_pmap_make_writable(&fork, 1), TOCSIN_OK);
    ck_assert_ptr_eq(fork->base, base);
    ck_assert_uint_lt(tsn_pmap_own_size(fork), 200);
    tsn_pmap_replace_pair(base, 3, NULL);
    ck_assert_uint_eq(base->pair_bytes, pairs - pairs / 40);
    ck_assert_uint_eq(tsn_pmap_own_size(base), size - pairs / 40);
    tsn_pmap_release(fork);
    tsn_pmap_release(base);
}
END_TEST

START_TEST(a_shared_node_becomes_a_base_if_an_overlay_fits_and_is_copied_if_not)
{
    tsn_pmap *small = node_of(3, 0);
    tsn_pmap *copy = tsn_pmap_retain(small);
    ck_assert_int_eq(tsn_pmap_make_writable(&copy, 1), TOCSIN_OK);
    ck_assert_ptr_ne(copy, small);
    ck_assert_ptr_null(copy->base);
    ck_assert_uint_eq(copy->count, 3);
    ck_assert_ptr_eq(copy->entries[2].pair, small->entries[2].pair);
    tsn_pmap_release(copy);
    tsn_pmap_release(small);

    tsn_pmap *base = node_of(100, 0);
    tsn_pmap *fork = tsn_pmap_retain(base);
    ck_assert_int_eq(tsn_pmap_make_writable(&fork, 16), TOCSIN_OK);
    ck_assert_ptr_eq(fork->base, base);
    ck_assert_int_eq(tsn_pmap_make_writable(&fork, 17), TOCSIN_OK);
    ck_assert_ptr_null(fork->base);
    ck_assert_uint_eq(fork->count, 100);
    tsn_pmap_release(fork);
    tsn_pmap_release(base);
}
END_TEST

/* An overlay over "0" to "39" that replaces "5" and hides "6". */
static tsn_pmap *overlay_of(tsn_pmap *base)
{
    uint32_t hash = tsn_slice_hash(TSN_LIT("5"));
    tsn_pmap *map = tsn_pmap_retain(base);
    ck_assert_int_eq(tsn_pmap_make_writable(&map, 2), TOCSIN_OK);
    tsn_pmap_add_entry(map, tsn_pair_new(TSN_LIT("5"), hash, TSN_LIT("55")), hash, 5);
    tsn_pmap_add_entry(map, NULL, tsn_slice_hash(TSN_LIT("6")), 6);
    map->count--;
    return map;
}

START_TEST(an_overlay_hides_places_of_its_base_and_no_others)
{
    tsn_pmap *base = node_of(80, 0);
    tsn_pmap *map = overlay_of(base);
    ck_assert_ptr_eq(tsn_pmap_hider(map, 5), &map->entries[0]);
    ck_assert_ptr_eq(tsn_pmap_hider(map, 6), &map->entries[1]);
    ck_assert_ptr_null(tsn_pmap_hider(map, 7));
    ck_assert_ptr_null(tsn_pmap_hider(map, 5 + 64)); /* the same bit of the filter */
    tsn_pmap_release(map);
    tsn_pmap_release(base);
}
END_TEST

START_TEST(what_is_not_hidden_shows_through)
{
    tsn_pmap *base = node_of(40, 0);
    tsn_pmap *map = overlay_of(base);
    static const struct {
        const char *key;
        uint32_t through;
        const char *value;
    } rows[] = {
        {"4", 4, "1"},
        {"5", TSN_PMAP_NOWHERE, "55"},
        {"6", TSN_PMAP_NOWHERE, NULL},
        {"x", TSN_PMAP_NOWHERE, NULL},
    };
    for (size_t i = 0; i < TSN_ARRAY_LEN(rows); i++) {
        tsn_slice key = unit_slice(rows[i].key);
        uint32_t hash = tsn_slice_hash(key);
        ck_assert_uint_eq(tsn_pmap_find_through(map, key, hash), rows[i].through);
        const tsn_pair *pair = tsn_pmap_find(map, key, hash);
        ck_assert_int_eq(pair != NULL, rows[i].value != NULL);
        if (pair != NULL) unit_expect_text(tsn_pair_value(pair), rows[i].value);
    }
    ck_assert_uint_eq(tsn_pmap_find_through(base, TSN_LIT("4"), 0), TSN_PMAP_NOWHERE);
    ck_assert_ptr_null(tsn_pmap_find(NULL, TSN_LIT("4"), 0));
    tsn_pmap_release(map);
    tsn_pmap_release(base);
}
END_TEST

START_TEST(a_copied_overlay_keeps_tombstones_and_a_flat_copy_leaves_them_out)
{
    tsn_pmap *base = node_of(40, 0);
    tsn_pmap *map = overlay_of(base);
    tsn_pmap *overlay = tsn_pmap_retain(map);
    ck_assert_int_eq(tsn_pmap_make_writable(&overlay, 1), TOCSIN_OK);
    ck_assert_ptr_ne(overlay, map);
    ck_assert_ptr_eq(overlay->base, base);
    ck_assert_ptr_nonnull(tsn_pmap_hider(overlay, 6));
    tsn_pmap *flat = tsn_pmap_retain(map);
    ck_assert_int_eq(tsn_pmap_make_writable(&flat, 30), TOCSIN_OK);
    ck_assert_ptr_null(flat->base);
    ck_assert_uint_eq(flat->used, 39);
    ck_assert_uint_eq(find(flat, "5"), 5);
    ck_assert_uint_eq(find(flat, "6"), TSN_PMAP_NOWHERE);
    tsn_pmap_release(flat);
    tsn_pmap_release(overlay);
    tsn_pmap_release(map);
    tsn_pmap_release(base);
}
END_TEST

START_TEST(without_memory_the_slot_keeps_its_node)
{
    tsn_pmap *map = node_of(16, 0);
    tsn_pmap *other = tsn_pmap_retain(map);
    tsn_pmap *before = map;
    for (int is_shared = 1; is_shared >= 0; is_shared--) {
        tsn_alloc_fail_nth(1, true);
        ck_assert_int_eq(tsn_pmap_make_writable(&map, 1), TOCSIN_E_NOMEM);
        tsn_alloc_fail_nth(0, false);
        ck_assert_ptr_eq(map, before);
        ck_assert_uint_eq(find(map, "15"), 15);
        if (is_shared) tsn_pmap_release(other);
    }
    ck_assert_int_eq(tsn_pmap_make_writable(&map, SIZE_MAX), TOCSIN_E_NOMEM);
    ck_assert_int_eq(tsn_pmap_make_writable(&map, (size_t)1 << 26), TOCSIN_E_NOMEM);
    ck_assert_ptr_eq(map, before);
    tsn_pmap_release(map);
}
END_TEST

Suite *unit_suite(void)
{
    const TTest *const tests[] = {
        holes_are_closed_when_room_runs_out,
        room_doubles_and_gets_an_index_on_the_way,
        the_size_counts_node_and_pairs_but_not_the_base,
        a_shared_node_becomes_a_base_if_an_overlay_fits_and_is_copied_if_not,
        an_overlay_hides_places_of_its_base_and_no_others,
        what_is_not_hidden_shows_through,
        a_copied_overlay_keeps_tombstones_and_a_flat_copy_leaves_them_out,
        without_memory_the_slot_keeps_its_node,
    };
    Suite *suite = unit_suite_of("data/pmap_node", tests, TSN_ARRAY_LEN(tests));
    TCase *rows = tcase_create("sizes");
    int size_count = (int)TSN_ARRAY_LEN(sizes);
    tcase_add_loop_test(rows, every_entry_is_found_at_its_place, 0, size_count);
    tcase_add_loop_test(rows, keys_of_one_hash_are_told_apart, 0, size_count);
    tcase_add_loop_test(rows, behind_a_hole_all_is_still_found, 0, size_count);
    suite_add_tcase(suite, rows);
    return suite;
}

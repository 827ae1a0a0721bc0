#include "pmap_kit.h"

#include "base/alloc.h"
#include "base/house.h"
#include "data/pmap_node.h"

/* k0 to k19, of which a fork replaces k3 and removes k4; it adds one more. */
static tsn_pmap *forked(tsn_pmap **base)
{
    *base = NULL;
    set_numbered(base, 0, 20);
    tsn_pmap *map = tsn_pmap_retain(*base);
    set(&map, "k3", "\"three\"");
    unset(&map, "k4");
    set(&map, "more", "[]");
    ck_assert_ptr_eq(map->base, *base);
    return map;
}

#define BEHIND                                                                                     \
    "\"k5\":5,\"k6\":6,\"k7\":7,\"k8\":8,\"k9\":9,\"k10\":10,\"k11\":11,\"k12\":12,"               \
    "\"k13\":13,\"k14\":14,\"k15\":15,\"k16\":16,\"k17\":17,\"k18\":18,\"k19\":19,"
#define BEFORE "\"k0\":0,\"k1\":1,\"k2\":2,"

START_TEST(an_overlay_is_read_as_one_map)
{
    tsn_pmap *base;
    tsn_pmap *map = forked(&base);
    expect_value(map, "k2", "2");
    expect_value(map, "k3", "\"three\"");
    expect_value(map, "k4", NULL);
    expect_value(map, "more", "[]");
    expect_value(base, "k3", "3");
    expect_value(base, "more", NULL);
    expect_written(map, BEFORE "\"k3\":\"three\"," BEHIND "\"more\":[],");
    expect_written(base, BEFORE "\"k3\":3,\"k4\":4," BEHIND);
    tsn_pmap_release(map);
    tsn_pmap_release(base);
}
END_TEST

START_TEST(iterating_gives_what_writing_writes)
{
    tsn_pmap *base;
    tsn_pmap *maps[] = {forked(&base), base};
    for (size_t i = 0; i < TSN_ARRAY_LEN(maps); i++) {
        tsn_buf walked = TSN_BUF_EMPTY;
        tsn_member member;
        size_t count = 0;
        for (tsn_pmap_iter iter = tsn_pmap_iter_of(maps[i]); tsn_pmap_next(&iter, &member);) {
            tsn_buf_slice(&walked, member.text);
            count++;
        }
        ck_assert_uint_eq(count, tsn_pmap_count(maps[i]));
        expect_written(maps[i], tsn_buf_terminate(&walked));
        tsn_buf_fini(&walked);
    }
    tsn_pmap_release(maps[0]);
    tsn_pmap_release(base);
}
END_TEST

START_TEST(a_known_hash_saves_nothing_but_time)
{
    tsn_pmap *base;
    tsn_pmap *map = forked(&base);
    tsn_member member;
    tsn_slice key = TSN_LIT("k3");
    ck_assert(tsn_pmap_get_hashed(map, key, tsn_slice_hash(key), &member));
    unit_expect_text(member.text, "\"k3\":\"three\",");
    ck_assert(!tsn_pmap_get_hashed(map, TSN_LIT("k4"), tsn_slice_hash(TSN_LIT("k4")), &member));
    tsn_pmap_release(map);
    tsn_pmap_release(base);
}
END_TEST

START_TEST(layers_write_the_innermost_value_of_each_key_once)
{
    tsn_pmap *outer = NULL;
    tsn_pmap *inner = NULL;
    set(&outer, "a", "1");
    set(&outer, "b", "1");
    set(&inner, "a", "2");
    set(&inner, "c", "2");
    const tsn_pmap *layers[] = {outer, NULL, inner};
    tsn_buf out = TSN_BUF_EMPTY;
    tsn_pmap_write_layers(layers, 3, &out);
    unit_expect_buf(&out, "\"b\":1,\"a\":2,\"c\":2,");
    tsn_buf_clear(&out);
    tsn_pmap_write_layers(layers, 0, &out);
    unit_expect_buf(&out, "");
    tsn_alloc_fail_nth(1, true);
    tsn_buf_fini(&out);
    tsn_pmap_write_layers(layers, 3, &out);
    tsn_alloc_fail_nth(0, false);
    ck_assert_int_eq(tsn_buf_status(&out), TOCSIN_E_NOMEM);
    tsn_buf_fini(&out);
    tsn_pmap_release(outer);
    tsn_pmap_release(inner);
}
END_TEST

START_TEST(an_overlay_hides_a_key_of_an_outer_layer_too)
{
    tsn_pmap *base;
    tsn_pmap *map = forked(&base);
    tsn_pmap *outer = NULL;
    set(&outer, "k3", "0");
    set(&outer, "k4", "\"kept\"");
    const tsn_pmap *layers[] = {outer, map};
    tsn_buf out = TSN_BUF_EMPTY;
    tsn_pmap_write_layers(layers, 2, &out);
    unit_expect_buf(&out, "\"k4\":\"kept\"," BEFORE "\"k3\":\"three\"," BEHIND "\"more\":[],");
    tsn_buf_fini(&out);
    tsn_pmap_release(outer);
    tsn_pmap_release(map);
    tsn_pmap_release(base);
}
END_TEST

/* Each of these is put right again before the map goes. */
START_TEST(a_broken_map_is_not_valid)
{
    tsn_pmap *base;
    tsn_pmap *map = forked(&base);
    ck_assert(tsn_pmap_valid(map));
    map->count++;
    ck_assert(!tsn_pmap_valid(map));
    map->count--;
    map->pair_bytes++;
    ck_assert(!tsn_pmap_valid(map));
    map->pair_bytes--;
    map->entries[0].hash++;
    ck_assert(!tsn_pmap_valid(map));
    map->entries[0].hash--;
    map->entries[0].place = 999;
    ck_assert(!tsn_pmap_valid(map));
    map->entries[0].place = 3;
    char *text = map->entries[0].pair->text;
    text[0] = '\'';
    ck_assert(!tsn_pmap_valid(map));
    text[0] = '"';
    base->count = 0;
    ck_assert(!tsn_pmap_valid(map));
    base->count = 20;
    ck_assert(tsn_pmap_valid(map));
    tsn_pmap_release(map);
    tsn_pmap_release(base);
}
END_TEST

Suite *unit_suite(void)
{
    const TTest *const tests[] = {
        an_overlay_is_read_as_one_map,
        iterating_gives_what_writing_writes,
        a_known_hash_saves_nothing_but_time,
        layers_write_the_innermost_value_of_each_key_once,
        an_overlay_hides_a_key_of_an_outer_layer_too,
        a_broken_map_is_not_valid,
    };
    return unit_suite_of("data/pmap_read", tests, TSN_ARRAY_LEN(tests));
}

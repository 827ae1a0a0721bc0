#include "support.h"

#include "base/alloc.h"
#include "base/house.h"
#include "data/pmap_pair.h"

#include <string.h>

static tsn_pair *pair_of(const char *key, const char *value)
{
    tsn_slice name = unit_slice(key);
    tsn_pair *pair = tsn_pair_new(name, tsn_slice_hash(name), unit_slice(value));
    ck_assert_ptr_nonnull(pair);
    return pair;
}

static void expect_text(const tsn_pair *pair, const char *want)
{
    unit_expect_text((tsn_slice){pair->text, pair->len}, want);
    ck_assert_uint_le(pair->len, pair->room);
}

START_TEST(a_pair_is_the_whole_text_of_a_member)
{
    static const struct {
        const char *key;
        const char *value;
        const char *text;
    } rows[] = {
        {"k", "1", "\"k\":1,"},
        {"a longer key", "{\"x\":[1,2]}", "\"a longer key\":{\"x\":[1,2]},"},
        {"", "null", "\"\":null,"},
        {"\\\"", "\"\\\\\"", "\"\\\"\":\"\\\\\","},
        {"k", "", "\"k\":,"},
    };
    for (size_t i = 0; i < TSN_ARRAY_LEN(rows); i++) {
        tsn_pair *pair = pair_of(rows[i].key, rows[i].value);
        expect_text(pair, rows[i].text);
        unit_expect_text(tsn_pair_key(pair), rows[i].key);
        unit_expect_text(tsn_pair_value(pair), rows[i].value);
        ck_assert_uint_eq(pair->hash, tsn_slice_hash(unit_slice(rows[i].key)));
        tsn_pair_release(pair);
    }
}
END_TEST

START_TEST(the_block_has_room_for_every_byte_it_claims)
{
    char value[100];
    memset(value, '7', sizeof value);
    for (size_t len = 0; len <= sizeof value; len++) {
        tsn_pair *pair = tsn_pair_new(TSN_LIT("k"), 0, (tsn_slice){value, len});
        ck_assert_ptr_nonnull(pair);
        ck_assert_uint_eq(tsn_pair_size(pair), sizeof *pair + pair->room);
        ck_assert_uint_lt(pair->room, pair->len + 16);
        memset(pair->text, 'x', pair->room);
        tsn_pair_release(pair);
    }
}
END_TEST

START_TEST(another_value_is_put_in_place_up_to_the_room)
{
    char value[64];
    memset(value, '7', sizeof value);
    tsn_pair *pair = pair_of("key", "12345678901234567890");
    size_t most = pair->room - 3 - TSN_PAIR_PUNCTUATION;
    ck_assert(!tsn_pair_overwrite(pair, (tsn_slice){value, most + 1}));
    expect_text(pair, "\"key\":12345678901234567890,");
    ck_assert(tsn_pair_overwrite(pair, (tsn_slice){value, most}));
    ck_assert_uint_eq(pair->len, pair->room);
    ck_assert_int_eq(pair->text[pair->len - 1], ',');
    ck_assert(tsn_pair_overwrite(pair, TSN_LIT("{\"a\":1}")));
    expect_text(pair, "\"key\":{\"a\":1},");
    tsn_pair_release(pair);
}
END_TEST

START_TEST(a_value_that_would_waste_the_room_is_refused)
{
    char value[400];
    memset(value, '7', sizeof value);
    tsn_pair *pair = tsn_pair_new(TSN_LIT("k"), 0, (tsn_slice){value, sizeof value});
    ck_assert_ptr_nonnull(pair);
    ck_assert(!tsn_pair_overwrite(pair, TSN_LIT("1")));
    ck_assert_uint_eq(tsn_pair_value(pair).len, sizeof value);
    ck_assert(tsn_pair_overwrite(pair, (tsn_slice){value, 100}));
    ck_assert_uint_eq(tsn_pair_value(pair).len, 100);
    tsn_pair_release(pair);
}
END_TEST

START_TEST(a_value_may_be_a_part_of_the_pair_itself)
{
    tsn_pair *pair = pair_of("key", "[1,\"a text inside\"]");
    tsn_slice value = tsn_pair_value(pair);
    ck_assert(tsn_pair_overwrite(pair, tsn_slice_sub(value, 3, value.len - 1)));
    expect_text(pair, "\"key\":\"a text inside\",");
    ck_assert(tsn_pair_overwrite(pair, (tsn_slice){pair->text, 5}));
    expect_text(pair, "\"key\":\"key\",");
    tsn_pair_release(pair);
}
END_TEST

START_TEST(the_last_reference_frees)
{
    tsn_alloc_track(true);
    tsn_pair *pair = pair_of("k", "1");
    ck_assert_ptr_eq(tsn_pair_retain(pair), pair);
    tsn_pair_release(pair);
    expect_text(pair, "\"k\":1,");
    ck_assert_int_eq(tsn_alloc_live(), 1);
    tsn_pair_release(pair);
    ck_assert_int_eq(tsn_alloc_live(), 0);
    tsn_alloc_track(false);
}
END_TEST

START_TEST(there_is_no_pair_without_memory_or_of_impossible_length)
{
    tsn_alloc_fail_nth(1, false);
    ck_assert_ptr_null(tsn_pair_new(TSN_LIT("k"), 0, TSN_LIT("1")));
    tsn_alloc_fail_nth(0, false);
    tsn_slice endless = {"", SIZE_MAX};
    ck_assert_ptr_null(tsn_pair_new(TSN_LIT("k"), 0, endless));
    ck_assert_ptr_null(tsn_pair_new(endless, 0, endless));
    ck_assert_ptr_null(tsn_pair_new(TSN_LIT("k"), 0, (tsn_slice){"", UINT32_MAX}));
}
END_TEST

Suite *unit_suite(void)
{
    const TTest *const tests[] = {
        a_pair_is_the_whole_text_of_a_member,
        the_block_has_room_for_every_byte_it_claims,
        another_value_is_put_in_place_up_to_the_room,
        a_value_that_would_waste_the_room_is_refused,
        a_value_may_be_a_part_of_the_pair_itself,
        the_last_reference_frees,
        there_is_no_pair_without_memory_or_of_impossible_length,
    };
    return unit_suite_of("data/pmap_pair", tests, TSN_ARRAY_LEN(tests));
}

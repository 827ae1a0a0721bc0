#include "support.h"

#include "base/alloc.h"
#include "base/house.h"
#include "data/json_dedupe.h"

#include "chance.h"

#define MEMBERS_MAX 100000

static tsn_json_member members[MEMBERS_MAX];

static size_t append(tsn_buf *out, size_t count, tsn_slice key, uint32_t hash, size_t value)
{
    ck_assert_uint_lt(count, MEMBERS_MAX);
    tsn_buf_byte(out, count == 0 ? '{' : ',');
    members[count] = (tsn_json_member){.at = (uint32_t)out->len, .hash = hash};
    tsn_buf_byte(out, '"');
    tsn_buf_slice(out, key);
    tsn_buf_printf(out, "\":%zu", value);
    return count + 1;
}

START_TEST(a_key_has_one_hash_however_it_is_read)
{
    static const char text[] = "a key of twenty-four bytes\"";
    for (size_t len = 0; len <= 26; len++) {
        char quoted[40];
        memcpy(quoted, text, len);
        quoted[len] = '"';
        uint32_t want = tsn_json_key_hash((tsn_slice){quoted, len});
        tsn_slice tight = unit_exact_copy(quoted, len + 1);
        memset(quoted + len + 1, 'z', sizeof quoted - len - 1);
        const char *starts[] = {tight.data, quoted};
        const char *ends[] = {tight.data + tight.len, quoted + sizeof quoted};
        for (size_t i = 0; i < 2; i++) {
            uint32_t hash = 0;
            ck_assert_ptr_eq(tsn_json_skip_key(starts[i], ends[i], &hash), starts[i] + len);
            ck_assert_uint_eq(hash, want);
        }
        unit_free_text(tight);
    }
}
END_TEST

START_TEST(different_hashes_certainly_do_not_repeat)
{
    for (uint32_t i = 0; i < 2000; i++) members[i].hash = i * 2654435769u;
    ck_assert(!tsn_json_may_repeat(members, 0));
    ck_assert(!tsn_json_may_repeat(members, 1));
    ck_assert(!tsn_json_may_repeat(members, 20));
    ck_assert(!tsn_json_may_repeat(members, 1000));
    ck_assert(tsn_json_may_repeat(members, 2000)); /* too many to tell */
    members[19].hash = members[0].hash;
    ck_assert(!tsn_json_may_repeat(members, 19));
    ck_assert(tsn_json_may_repeat(members, 20));
    members[0].hash = members[1].hash = 0;
    ck_assert(tsn_json_may_repeat(members, 2));
}
END_TEST

START_TEST(equal_hashes_of_different_keys_drop_nothing)
{
    tsn_buf out = TSN_BUF_EMPTY;
    size_t count = append(&out, 0, TSN_LIT("a"), 5, 1);
    count = append(&out, count, TSN_LIT("b"), 5, 2);
    count = append(&out, count, TSN_LIT("ab"), 5, 3);
    ck_assert(tsn_json_may_repeat(members, count));
    ck_assert_int_eq(tsn_json_drop_repeats(&out, 0, members, count), TOCSIN_OK);
    unit_expect_buf(&out, "{\"a\":1,\"b\":2,\"ab\":3");
    tsn_buf_fini(&out);
}
END_TEST

START_TEST(text_in_front_of_the_object_is_left_alone)
{
    tsn_buf out = TSN_BUF_EMPTY;
    TSN_BUF_LIT(&out, "before");
    static const char text[] = "[0,{\"a\":1,\"b\":2,\"a\":3,\"b\":4,\"c\":5";
    TSN_BUF_LIT(&out, "[0,{\"a\":1,\"b\":2,\"a\":3,\"b\":4,\"c\":5");
    size_t count = 0;
    for (uint32_t i = 4; i < sizeof text; i += 6) {
        members[count++] = (tsn_json_member){.at = i, .hash = (unsigned char)text[i + 1]};
    }
    ck_assert_int_eq(tsn_json_drop_repeats(&out, 6, members, count), TOCSIN_OK);
    unit_expect_buf(&out, "before[0,{\"a\":3,\"b\":4,\"c\":5");
    tsn_buf_fini(&out);
}
END_TEST

/* JSN-2: keys chosen to collide cost no more than others. */
START_TEST(a_hundred_thousand_colliding_keys_are_no_square_of_work)
{
    tsn_buf out = TSN_BUF_EMPTY;
    size_t count = 0;
    while (count < MEMBERS_MAX) {
        char key[16];
        snprintf(key, sizeof key, "k%zu", count % (MEMBERS_MAX - 1));
        count = append(&out, count, unit_slice(key), 1, count);
    }
    ck_assert_int_eq(tsn_json_drop_repeats(&out, 0, members, count), TOCSIN_OK);
    tsn_buf_truncate(&out, 18);
    unit_expect_buf(&out, "{\"k0\":99999,\"k1\":1");
    tsn_buf_fini(&out);
}
END_TEST

START_TEST(without_memory_the_text_stays_as_it_was)
{
    tsn_buf out = TSN_BUF_EMPTY;
    size_t count = append(&out, 0, TSN_LIT("a"), 5, 1);
    count = append(&out, count, TSN_LIT("a"), 5, 2);
    tsn_alloc_fail_nth(1, true);
    ck_assert_int_eq(tsn_json_drop_repeats(&out, 0, members, count), TOCSIN_E_NOMEM);
    tsn_alloc_fail_nth(0, false);
    unit_expect_buf(&out, "{\"a\":1,\"a\":2");
    tsn_buf_fini(&out);
}
END_TEST

Suite *unit_suite(void)
{
    const TTest *const tests[] = {
        a_key_has_one_hash_however_it_is_read,       different_hashes_certainly_do_not_repeat,
        equal_hashes_of_different_keys_drop_nothing, text_in_front_of_the_object_is_left_alone,
        without_memory_the_text_stays_as_it_was,
    };
    Suite *suite = unit_suite_of("data/json_dedupe", tests, TSN_ARRAY_LEN(tests));
    TCase *bounded = tcase_create("bounded");
    tcase_set_timeout(bounded, 20); /* a square takes minutes */
    tcase_add_test(bounded, a_hundred_thousand_colliding_keys_are_no_square_of_work);
    suite_add_tcase(suite, bounded);
    return suite;
}

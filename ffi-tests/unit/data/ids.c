#include "support.h"

#include <stdio.h>
#include <string.h>

#include "base/house.h"
#include "chance.h"
#include "data/ids.h"

#define HEX "6a1e0c4fd2b84f7a9c35e81b07d2469f"

START_TEST(random_bytes_become_a_version_4_id)
{
    uint8_t random[16];
    for (int fill = 0; fill < 256; fill += 255) {
        memset(random, fill, sizeof random);
        tsn_id id = tsn_id_from_random(random);
        ck_assert_int_eq(id.bytes[6] >> 4, 4);
        ck_assert_int_eq(id.bytes[8] >> 6, 2);
        ck_assert_int_eq(id.bytes[0], fill);
        ck_assert_int_eq(id.bytes[15], fill);
        ck_assert(!tsn_id_is_zero(&id));
    }
}
END_TEST

START_TEST(a_span_id_from_zeros_is_not_zero)
{
    uint8_t random[8] = {0};
    tsn_span_id id = tsn_span_id_from_random(random);
    char hex[TSN_SPAN_ID_HEX];
    tsn_span_id_to_hex(&id, hex);
    unit_expect_text((tsn_slice){hex, sizeof hex}, "0000000000000001");
    random[0] = 0xc1;
    id = tsn_span_id_from_random(random);
    tsn_span_id_to_hex(&id, hex);
    unit_expect_text((tsn_slice){hex, sizeof hex}, "c100000000000000");
}
END_TEST

START_TEST(an_id_survives_hex_and_back)
{
    tsn_id id;
    tsn_id again;
    tsn_buf out = TSN_BUF_EMPTY;
    ck_assert(tsn_id_parse(TSN_LIT(HEX), false, &id));
    tsn_id_append(&out, &id);
    unit_expect_buf(&out, HEX);
    ck_assert(tsn_id_parse(tsn_buf_view(&out), false, &again));
    ck_assert(tsn_id_equal(&id, &again));
    again.bytes[15] ^= 1;
    ck_assert(!tsn_id_equal(&id, &again));
    tsn_buf_fini(&out);
}
END_TEST

START_TEST(every_byte_has_its_two_digits_at_every_place)
{
    for (unsigned value = 0; value < 256; value++) {
        for (size_t place = 0; place < 16; place++) {
            char wanted[2 * 16 + 1];
            char hex[TSN_ID_HEX];
            tsn_id id;
            for (size_t i = 0; i < 16; i++) {
                id.bytes[i] = (uint8_t)(i == place ? value : 17 * i);
                snprintf(wanted + 2 * i, 3, "%02x", id.bytes[i]);
            }
            tsn_id_to_hex(&id, hex);
            unit_expect_text((tsn_slice){hex, sizeof hex}, wanted);
        }
    }
}
END_TEST

START_TEST(a_span_id_survives_hex_and_back)
{
    tsn_span_id id;
    tsn_buf out = TSN_BUF_EMPTY;
    ck_assert(tsn_span_id_parse(TSN_LIT("C1d2e3f4A5b60718"), &id));
    tsn_span_id_append(&out, &id);
    unit_expect_buf(&out, "c1d2e3f4a5b60718");
    tsn_buf_fini(&out);
}
END_TEST

START_TEST(dashes_are_read_only_where_they_are_allowed)
{
    const char *uuid = "6A1E0C4F-d2b8-4f7a-9c35-e81b07d2469f";
    tsn_id id;
    tsn_buf out = TSN_BUF_EMPTY;
    ck_assert(!tsn_id_parse(unit_slice(uuid), false, &id));
    ck_assert(tsn_id_parse(unit_slice(uuid), true, &id));
    tsn_id_append(&out, &id);
    unit_expect_buf(&out, HEX);
    ck_assert(tsn_id_parse(TSN_LIT(HEX), true, &id));
    tsn_buf_fini(&out);
}
END_TEST

/* C-2 */
START_TEST(what_is_no_id_is_refused_and_leaves_the_target_alone)
{
    static const char *const bad[] = {
        "",
        "0",
        "6a1e0c4fd2b84f7a9c35e81b07d2469",
        "6a1e0c4fd2b84f7a9c35e81b07d2469f0",
        "6a1e0c4fd2b84f7a9c35e81b07d2469g",
        "6a1e0c4fd2b84f7a9c35e81b07d2469 ",
        "@a1e0c4fd2b84f7a9c35e81b07d2469f",
        "`a1e0c4fd2b84f7a9c35e81b07d2469f",
        "00000000000000000000000000000000",
        "00000000-0000-0000-0000-000000000000",
        "6a1e0c4f-d2b8-4f7a-9c35-e81b07d2469",
        "6a1e0c4fd2b8-4f7a-9c35-e81b07d2469f",
        "6a1e0c4-fd2b8-4f7a-9c35-e81b07d2469f",
        "6a1e0c4f-d2b8-4f7a-9c35e81b07d2469f0",
        "6a1e0c4f-d2b8-4f7a-9c35-e81b-7d2469f",
        "------------------------------------",
    };
    uint8_t ones[16];
    memset(ones, 0xff, sizeof ones);
    for (size_t i = 0; i < TSN_ARRAY_LEN(bad); i++) {
        tsn_id id = tsn_id_from_random(ones);
        tsn_id before = id;
        ck_assert_msg(!tsn_id_parse(unit_slice(bad[i]), true, &id), "read: %s", bad[i]);
        ck_assert(tsn_id_equal(&id, &before));
    }
    ck_assert(!tsn_id_parse(TSN_SLICE_ABSENT, true, &(tsn_id){{0}}));
}
END_TEST

START_TEST(what_is_no_span_id_is_refused)
{
    static const char *const bad[] = {"",
                                      "c1d2e3f4a5b6071",
                                      "c1d2e3f4a5b607188",
                                      "c1d2e3f4a5b6071x",
                                      "0000000000000000",
                                      "c1d2e3f4-5b60718"};
    for (size_t i = 0; i < TSN_ARRAY_LEN(bad); i++) {
        tsn_span_id id = {{7}};
        ck_assert_msg(!tsn_span_id_parse(unit_slice(bad[i]), &id), "read: %s", bad[i]);
        ck_assert_int_eq(id.bytes[0], 7);
    }
}
END_TEST

START_TEST(any_text_is_read_or_refused_and_what_is_read_is_written_back)
{
    unit_chance chance = unit_chance_begin("ids");
    for (size_t round = 0; round < unit_rounds(20000); round++) {
        tsn_slice text = round % 2 == 0 ? unit_chance_mutate(&chance, HEX, "0f-Gx")
                                        : unit_chance_text(&chance, "0123456789abcdefABCDEF-", 40);
        tsn_id id;
        if (tsn_id_parse(text, true, &id)) {
            char hex[TSN_ID_HEX];
            tsn_id again;
            tsn_id_to_hex(&id, hex);
            ck_assert(!tsn_id_is_zero(&id));
            ck_assert(tsn_id_parse((tsn_slice){hex, sizeof hex}, false, &again));
            ck_assert(tsn_id_equal(&id, &again));
        }
        unit_free_text(text);
    }
}
END_TEST

Suite *unit_suite(void)
{
    const TTest *const tests[] = {
        random_bytes_become_a_version_4_id,
        a_span_id_from_zeros_is_not_zero,
        an_id_survives_hex_and_back,
        every_byte_has_its_two_digits_at_every_place,
        a_span_id_survives_hex_and_back,
        dashes_are_read_only_where_they_are_allowed,
        what_is_no_id_is_refused_and_leaves_the_target_alone,
        what_is_no_span_id_is_refused,
        any_text_is_read_or_refused_and_what_is_read_is_written_back,
    };
    return unit_suite_of("ids", tests, TSN_ARRAY_LEN(tests));
}

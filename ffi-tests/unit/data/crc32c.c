/* The sum against its published check value and against a plain reckoning of it. */
#include "data/crc32c.h"

#include "support.h"

START_TEST(the_check_value_of_the_algorithm)
{
    ck_assert_uint_eq(tsn_crc32c(0, TSN_LIT("123456789")), 0xe3069283);
    ck_assert_uint_eq(tsn_crc32c(0, TSN_LIT("")), 0);
}
END_TEST

static uint32_t bit_by_bit(tsn_slice bytes)
{
    uint32_t sum = UINT32_MAX;
    for (size_t i = 0; i < bytes.len; i++) {
        sum ^= (unsigned char)bytes.data[i];
        for (int bit = 0; bit < 8; bit++) sum = sum & 1 ? sum >> 1 ^ 0x82f63b78 : sum >> 1;
    }
    return ~sum;
}

START_TEST(every_length_and_alignment_is_summed_alike)
{
    char bytes[64];
    for (size_t i = 0; i < sizeof bytes; i++) bytes[i] = (char)(i * 37 + 11);
    for (size_t from = 0; from < 8; from++) {
        for (size_t len = 0; from + len <= sizeof bytes; len++) {
            tsn_slice part = {bytes + from, len};
            ck_assert_uint_eq(tsn_crc32c(0, part), bit_by_bit(part));
        }
    }
}
END_TEST

START_TEST(a_sum_is_continued_where_it_ended)
{
    tsn_slice whole = TSN_LIT("an envelope in three pieces");
    for (size_t cut = 0; cut <= whole.len; cut++) {
        uint32_t sum = tsn_crc32c(0, tsn_slice_sub(whole, 0, cut));
        ck_assert_uint_eq(tsn_crc32c(sum, tsn_slice_sub(whole, cut, whole.len)),
                          tsn_crc32c(0, whole));
    }
}
END_TEST

START_TEST(one_bit_changes_it)
{
    char bytes[] = "0123456789abcdef0";
    tsn_slice text = {bytes, sizeof bytes - 1};
    uint32_t sum = tsn_crc32c(0, text);
    for (size_t bit = 0; bit < text.len * 8; bit++) {
        bytes[bit / 8] = (char)(bytes[bit / 8] ^ 1 << bit % 8);
        ck_assert_uint_ne(tsn_crc32c(0, text), sum);
        bytes[bit / 8] = (char)(bytes[bit / 8] ^ 1 << bit % 8);
    }
}
END_TEST

Suite *unit_suite(void)
{
    const TTest *const tests[] = {
        the_check_value_of_the_algorithm,
        every_length_and_alignment_is_summed_alike,
        a_sum_is_continued_where_it_ended,
        one_bit_changes_it,
    };
    return unit_suite_of("data/crc32c", tests, sizeof tests / sizeof tests[0]);
}

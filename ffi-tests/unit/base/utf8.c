#include "support.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/house.h"
#include "base/utf8.h"

#define FFFD "\xef\xbf\xbd"

static void expect_repaired(tsn_slice text, const char *want)
{
    tsn_buf out = TSN_BUF_EMPTY;
    tsn_utf8_append_repaired(&out, text);
    unit_expect_buf(&out, want);
    tsn_buf_fini(&out);
}

static size_t slow_length(unsigned char lead)
{
    if (lead < 0x80) return lead != 0;
    if (lead < 0xc2) return 0;
    if (lead < 0xe0) return 2;
    if (lead < 0xf0) return 3;
    return lead < 0xf5 ? 4 : 0;
}

/* Decodes one byte at a time with the bit arithmetic of the definition: length of the sequence, or
 * 0 and the bad part. */
static size_t slow_sequence(const unsigned char *at, size_t len, size_t *bad)
{
    size_t want = slow_length(at[0]);
    *bad = 1;
    if (want == 0) return 0;
    uint32_t point = want == 1 ? at[0] : (uint32_t)(at[0] & (0x7f >> want));
    for (size_t i = 1; i < want; i++) {
        if (i >= len || (at[i] & 0xc0) != 0x80) return 0;
        point = point << 6 | (at[i] & 0x3f);
        uint32_t low = point << (6 * (want - 1 - i));
        uint32_t high = low | ((1U << (6 * (want - 1 - i))) - 1);
        bool is_overlong = want == 3 ? high < 0x800 : want == 4 && high < 0x10000;
        bool is_surrogate = want == 3 && low >= 0xd800 && high <= 0xdfff;
        if (is_overlong || is_surrogate || low > 0x10ffff) return 0;
        *bad = i + 1;
    }
    *bad = 0;
    return want;
}

START_TEST(every_code_point_survives_a_round_trip)
{
    tsn_buf out = TSN_BUF_EMPTY;
    for (uint32_t point = 1; point <= 0x10ffff; point++) {
        if (point >= 0xd800 && point <= 0xdfff) continue;
        tsn_buf_clear(&out);
        tsn_utf8_append_code_point(&out, point);
        size_t bad;
        size_t len = tsn_utf8_sequence(tsn_buf_view(&out), &bad);
        if (len != out.len || bad != 0) ck_abort_msg("U+%04X has length %zu", point, len);
        if (len != (point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4)) {
            ck_abort_msg("U+%04X is too long", point);
        }
    }
    tsn_buf_fini(&out);
}
END_TEST

START_TEST(numbers_that_are_no_code_points_become_replacements)
{
    const uint32_t points[] = {0, 0xd800, 0xdfff, 0x110000, UINT32_MAX};
    for (size_t i = 0; i < TSN_ARRAY_LEN(points); i++) {
        tsn_buf out = TSN_BUF_EMPTY;
        tsn_utf8_append_code_point(&out, points[i]);
        unit_expect_buf(&out, FFFD);
        tsn_buf_fini(&out);
    }
}
END_TEST

START_TEST(maximal_ill_formed_parts_become_one_replacement_each)
{
    /* UTF-1; the first rows are the worked examples of chapter 3.9. */
    expect_repaired(TSN_LIT("\xc0\xaf\xe0\x80\xbf\xf0\x81\x82\x41"),
                    FFFD FFFD FFFD FFFD FFFD FFFD FFFD FFFD "A");
    expect_repaired(TSN_LIT("\xed\xa0\x80\xed\xbf\xbf\xed\xaf\x41"),
                    FFFD FFFD FFFD FFFD FFFD FFFD FFFD FFFD "A");
    expect_repaired(TSN_LIT("\xf4\x91\x92\x93\xff\x41\x80\xbf\x42"),
                    FFFD FFFD FFFD FFFD FFFD "A" FFFD FFFD "B");
    expect_repaired(TSN_LIT("\xe1\x80\xe2\xf0\x91\x92\xf1\xbf\x41"), FFFD FFFD FFFD FFFD "A");
    expect_repaired(TSN_LIT("plain \xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80"),
                    "plain \xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80");
    expect_repaired(TSN_LIT("nul\0in the middle"), "nul" FFFD "in the middle");
    expect_repaired(TSN_LIT("cut \xf0\x9f\x98"), "cut " FFFD);
    expect_repaired(TSN_LIT(""), "");
    expect_repaired(TSN_SLICE_ABSENT, "");
}
END_TEST

START_TEST(a_bad_byte_is_found_at_every_place_of_a_long_text)
{
    const char bad_bytes[] = {'\0', '\x80', '\xc0', '\xff', '\xe2'};
    char text[64];
    for (size_t len = 0; len < sizeof text; len++) {
        memset(text, 'a', len);
        ck_assert_uint_eq(tsn_utf8_valid_prefix((tsn_slice){text, len}), len);
        for (size_t at = 0; at < len; at++) {
            text[at] = bad_bytes[at % sizeof bad_bytes];
            ck_assert_uint_eq(tsn_utf8_valid_prefix((tsn_slice){text, len}), at);
            text[at] = '\x01' + (char)(at % 0x7f);
        }
    }
}
END_TEST

START_TEST(nothing_beyond_the_length_is_read)
{
    for (size_t len = 1; len < 40; len++) {
        char *text = malloc(len);
        memset(text, 'a', len);
        text[len - 1] = '\xf0';
        size_t bad;
        ck_assert_uint_eq(tsn_utf8_valid_prefix((tsn_slice){text, len}), len - 1);
        ck_assert_uint_eq(tsn_utf8_sequence((tsn_slice){text + len - 1, 1}, &bad), 0);
        ck_assert_uint_eq(bad, 1);
        ck_assert_uint_eq(tsn_utf8_count((tsn_slice){text, len}), len);
        free(text);
    }
}
END_TEST

START_TEST(random_bytes_are_judged_as_by_the_definition)
{
    /* Bytes near the edges of the table come more often than others. */
    static const unsigned char edges[] = {
        0x00, 0x41, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc1, 0xc2,
        0xdf, 0xe0, 0xe1, 0xec, 0xed, 0xee, 0xef, 0xf0, 0xf1, 0xf4, 0xf5,
    };
    uint64_t state = 42;
    for (size_t round = 0; round < unit_rounds(300000); round++) {
        unsigned char text[24];
        state = state * 6364136223846793005U + 1442695040888963407U;
        size_t len = (size_t)(state >> 40) % sizeof text + 1;
        for (size_t i = 0; i < len; i++) {
            state = state * 6364136223846793005U + 1442695040888963407U;
            text[i] = state >> 63 ? (unsigned char)(state >> 40)
                                  : edges[(state >> 40) % TSN_ARRAY_LEN(edges)];
        }
        size_t valid = 0;
        size_t want_bad = 0;
        while (valid < len) {
            size_t step = slow_sequence(text + valid, len - valid, &want_bad);
            if (step == 0) break;
            valid += step;
        }
        ck_assert_uint_eq(tsn_utf8_valid_prefix((tsn_slice){(const char *)text, len}), valid);
        if (valid == len) continue;
        size_t bad;
        tsn_slice rest = {(const char *)text + valid, len - valid};
        ck_assert_uint_eq(tsn_utf8_sequence(rest, &bad), 0);
        ck_assert_uint_eq(bad, want_bad);
    }
}
END_TEST

START_TEST(every_code_point_counts_once)
{
    tsn_slice text = TSN_LIT("a\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80"
                             "12345678"
                             "\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4"
                             "z");
    ck_assert_uint_eq(tsn_utf8_count(text), 17);
    size_t count = 0;
    for (size_t len = 1; len <= text.len; len++) {
        tsn_slice part = {text.data, len};
        if (tsn_utf8_valid_prefix(part) == len) ck_assert_uint_eq(tsn_utf8_count(part), ++count);
    }
    ck_assert_uint_eq(count, 17);
    ck_assert_uint_eq(tsn_utf8_count(TSN_SLICE_ABSENT), 0);
}
END_TEST

START_TEST(a_cut_never_splits_a_code_point)
{
    tsn_slice text = TSN_LIT("a\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80");
    const size_t want[] = {0, 1, 1, 3, 3, 3, 6, 6, 6, 6, 10, 10};
    for (size_t len = 0; len < TSN_ARRAY_LEN(want); len++) {
        ck_assert_uint_eq(tsn_utf8_floor(text, len), want[len]);
    }
    /* What is no text is cut where asked. */
    ck_assert_uint_eq(tsn_utf8_floor(TSN_LIT("\x80\x80\x80\x80\x80\x80\x80"), 6), 6);
}
END_TEST

START_TEST(repair_without_memory_fails_the_buffer)
{
    tsn_buf out = TSN_BUF_EMPTY;
    tsn_alloc_fail_nth(1, false);
    tsn_utf8_append_repaired(&out, TSN_LIT("a\xff"
                                           "b"));
    tsn_alloc_fail_nth(0, false);
    ck_assert_int_eq(tsn_buf_status(&out), TOCSIN_E_NOMEM);
    ck_assert_uint_eq(out.len, 0);
    tsn_buf_fini(&out);
}
END_TEST

Suite *unit_suite(void)
{
    const TTest *const tests[] = {
        every_code_point_survives_a_round_trip,
        numbers_that_are_no_code_points_become_replacements,
        maximal_ill_formed_parts_become_one_replacement_each,
        a_bad_byte_is_found_at_every_place_of_a_long_text,
        nothing_beyond_the_length_is_read,
        random_bytes_are_judged_as_by_the_definition,
        every_code_point_counts_once,
        a_cut_never_splits_a_code_point,
        repair_without_memory_fails_the_buffer,
    };
    return unit_suite_of("utf8", tests, TSN_ARRAY_LEN(tests));
}

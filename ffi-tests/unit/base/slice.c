#include "support.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/house.h"
#include "base/slice.h"

START_TEST(absent_and_empty_differ)
{
    ck_assert(tsn_slice_absent(tsn_slice_of(NULL)));
    ck_assert(!tsn_slice_absent(tsn_slice_of("")));
    ck_assert(!tsn_slice_absent(TSN_LIT("")));
    ck_assert(tsn_slice_equal(TSN_SLICE_ABSENT, TSN_LIT("")));
    ck_assert_uint_eq(tsn_slice_of("abc").len, 3);
    ck_assert(tsn_slice_absent(tsn_slice_sub(TSN_SLICE_ABSENT, 0, 4)));
    ck_assert(tsn_slice_absent(tsn_slice_trim(TSN_SLICE_ABSENT)));
}
END_TEST

START_TEST(comparison_knows_length_case_and_prefix)
{
    ck_assert(tsn_slice_equal(TSN_LIT("ab"), TSN_LIT("ab")));
    ck_assert(!tsn_slice_equal(TSN_LIT("ab"), TSN_LIT("abc")));
    ck_assert(!tsn_slice_equal(TSN_LIT("ab"), TSN_LIT("aB")));
    ck_assert(tsn_slice_equal_nocase(TSN_LIT("Retry-After"), TSN_LIT("rETRY-aFTER")));
    ck_assert(!tsn_slice_equal_nocase(TSN_LIT("[a"), TSN_LIT("{a")));
    ck_assert(!tsn_slice_equal_nocase(TSN_LIT("\xc3\x84"), TSN_LIT("\xc3\xa4")));
    ck_assert(tsn_slice_starts_with(TSN_LIT("abc"), TSN_LIT("ab")));
    ck_assert(tsn_slice_starts_with(TSN_LIT("abc"), TSN_SLICE_ABSENT));
    ck_assert(!tsn_slice_starts_with(TSN_LIT("ab"), TSN_LIT("abc")));
}
END_TEST

START_TEST(finding_ends_at_the_length)
{
    tsn_slice text = {"abcabcx", 6};
    ck_assert_uint_eq(tsn_slice_find(text, 'c'), 2);
    ck_assert_uint_eq(tsn_slice_find(text, 'x'), 6);
    ck_assert_uint_eq(tsn_slice_find(TSN_SLICE_ABSENT, 'x'), 0);
    ck_assert(tsn_slice_contains(text, TSN_LIT("cab")));
    ck_assert(!tsn_slice_contains(text, TSN_LIT("cx")));
    ck_assert(tsn_slice_contains(text, TSN_LIT("")));
    ck_assert(tsn_slice_contains(TSN_SLICE_ABSENT, TSN_SLICE_ABSENT));
    ck_assert(!tsn_slice_contains(TSN_LIT(""), TSN_LIT("a")));
}
END_TEST

START_TEST(parts_are_cut_to_the_slice)
{
    unit_expect_text(tsn_slice_sub(TSN_LIT("abcdef"), 2, 4), "cd");
    unit_expect_text(tsn_slice_sub(TSN_LIT("abcdef"), 4, 99), "ef");
    unit_expect_text(tsn_slice_sub(TSN_LIT("abcdef"), 99, 100), "");
    unit_expect_text(tsn_slice_sub(TSN_LIT("abcdef"), 4, 2), "");
    unit_expect_text(tsn_slice_trim(TSN_LIT(" \t a b\r\n")), "a b");
    unit_expect_text(tsn_slice_trim(TSN_LIT(" \r\n\t")), "");
    unit_expect_text(tsn_slice_trim(TSN_LIT("\va")), "\va");
}
END_TEST

START_TEST(splitting_returns_every_field_and_ends_absent)
{
    tsn_slice rest = TSN_LIT("a,,b,");
    unit_expect_text(tsn_slice_split(&rest, ','), "a");
    unit_expect_text(tsn_slice_split(&rest, ','), "");
    unit_expect_text(tsn_slice_split(&rest, ','), "b");
    ck_assert(!tsn_slice_absent(rest));
    unit_expect_text(tsn_slice_split(&rest, ','), "");
    ck_assert(tsn_slice_absent(rest));
    ck_assert(tsn_slice_absent(tsn_slice_split(&rest, ',')));
}
END_TEST

START_TEST(unsigned_numbers_are_digits_that_fit)
{
    uint64_t value = 7;
    const char *const bad[] = {"",
                               "+1",
                               "-1",
                               " 1",
                               "1 ",
                               "1.0",
                               "0x1",
                               "18446744073709551616",
                               "99999999999999999999",
                               "\xd9\xa1"};
    for (size_t i = 0; i < TSN_ARRAY_LEN(bad); i++) {
        ck_assert_msg(!tsn_slice_to_u64(unit_slice(bad[i]), &value), "took '%s'", bad[i]);
    }
    ck_assert(!tsn_slice_to_u64(TSN_SLICE_ABSENT, &value));
    ck_assert_uint_eq(value, 7);
    ck_assert(tsn_slice_to_u64(TSN_LIT("18446744073709551615"), &value) && value == UINT64_MAX);
    ck_assert(tsn_slice_to_u64(TSN_LIT("0"), &value) && value == 0);
    ck_assert(tsn_slice_to_u64(TSN_LIT("007"), &value) && value == 7);
}
END_TEST

START_TEST(signed_numbers_reach_both_ends)
{
    int64_t value = 7;
    const char *const bad[] = {
        "", "-", "--1", "+1", "- 1", "9223372036854775808", "-9223372036854775809"};
    for (size_t i = 0; i < TSN_ARRAY_LEN(bad); i++) {
        ck_assert_msg(!tsn_slice_to_i64(unit_slice(bad[i]), &value), "took '%s'", bad[i]);
    }
    ck_assert_int_eq(value, 7);
    ck_assert(tsn_slice_to_i64(TSN_LIT("9223372036854775807"), &value) && value == INT64_MAX);
    ck_assert(tsn_slice_to_i64(TSN_LIT("-9223372036854775808"), &value) && value == INT64_MIN);
    ck_assert(tsn_slice_to_i64(TSN_LIT("-0"), &value) && value == 0);
    ck_assert(tsn_slice_to_i64(TSN_LIT("-12"), &value) && value == -12);
}
END_TEST

typedef struct glob_row {
    const char *text;
    const char *pattern;
    bool matches;
} glob_row;

START_TEST(patterns_match_the_whole_text)
{
    const glob_row rows[] = {
        {"", "", true},           {"", "*", true},          {"", "**", true},
        {"a", "", false},         {"abc", "abc", true},     {"abc", "ab", false},
        {"abc", "a*", true},      {"abc", "*c", true},      {"abc", "*b*", true},
        {"abc", "a*c", true},     {"abc", "a*bc*", true},   {"abc", "*d*", false},
        {"aba", "ab*ba", false},  {"abba", "ab*ba", true},  {"a", "a*a", false},
        {"aXbXc", "*X*X*", true}, {"aXbc", "*X*X*", false}, {"abcbc", "a*bc", true},
        {"a.c", "a?c", false},    {"*", "*", true},         {"mississippi", "m*iss*ip*i", true},
    };
    for (size_t i = 0; i < TSN_ARRAY_LEN(rows); i++) {
        bool got = tsn_slice_glob(unit_slice(rows[i].text), unit_slice(rows[i].pattern));
        ck_assert_msg(got == rows[i].matches, "'%s' against '%s'", rows[i].text, rows[i].pattern);
    }
    ck_assert(tsn_slice_glob(TSN_SLICE_ABSENT, TSN_LIT("*")));
}
END_TEST

START_TEST(a_hostile_pattern_takes_no_time)
{
    enum { SIZE = 1 << 16 };
    char *text = malloc(SIZE);
    char pattern[400];
    memset(text, 'a', SIZE);
    for (size_t i = 0; i < sizeof pattern; i++) pattern[i] = i % 2 ? 'a' : '*';
    pattern[sizeof pattern - 1] = 'b';
    ck_assert(!tsn_slice_glob((tsn_slice){text, SIZE}, (tsn_slice){pattern, sizeof pattern}));
    free(text);
}
END_TEST

START_TEST(hashes_spread_and_ignore_alignment)
{
    enum { KEYS = 4096, BUCKETS = 1024 };
    static unsigned filled[BUCKETS];
    unsigned fullest = 0;
    for (int i = 0; i < KEYS; i++) {
        char key[34];
        int len = snprintf(key + 1, 33, "some.tag.name-%d", i);
        uint32_t hash = tsn_slice_hash((tsn_slice){key + 1, (size_t)len});
        memmove(key, key + 1, (size_t)len);
        ck_assert_uint_eq(hash, tsn_slice_hash((tsn_slice){key, (size_t)len}));
        if (++filled[hash % BUCKETS] > fullest) fullest = filled[hash % BUCKETS];
    }
    ck_assert_uint_lt(fullest, 20);
    ck_assert_uint_ne(tsn_slice_hash(TSN_LIT("a")), tsn_slice_hash(TSN_LIT("b")));
    ck_assert_uint_ne(tsn_slice_hash(TSN_LIT("")), tsn_slice_hash((tsn_slice){"\0", 1}));
    ck_assert_uint_eq(tsn_slice_hash(TSN_SLICE_ABSENT), tsn_slice_hash(TSN_LIT("")));
}
END_TEST

Suite *unit_suite(void)
{
    const TTest *const tests[] = {
        absent_and_empty_differ,
        comparison_knows_length_case_and_prefix,
        finding_ends_at_the_length,
        parts_are_cut_to_the_slice,
        splitting_returns_every_field_and_ends_absent,
        unsigned_numbers_are_digits_that_fit,
        signed_numbers_reach_both_ends,
        patterns_match_the_whole_text,
        a_hostile_pattern_takes_no_time,
        hashes_spread_and_ignore_alignment,
    };
    return unit_suite_of("slice", tests, TSN_ARRAY_LEN(tests));
}

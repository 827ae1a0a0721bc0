/* Which tags are acceptable, and what they become (scopes: limits, R6). */
#include "support.h"

#include "base/alloc.h"
#include "base/house.h"
#include "model/tag.h"

#include <stdlib.h>

#define TEN "0123456789"
#define FIFTY TEN TEN TEN TEN TEN
#define TWO_HUNDRED FIFTY FIFTY FIFTY FIFTY

typedef struct text_case {
    const char *given;
    const char *want; /* NULL: refused */
} text_case;

static const text_case keys[] = {
    {"region", "region"},
    {"a", "a"},
    {"A-z_0.9:x", "A-z_0.9:x"},
    {"  two words  ", "two-words"},
    {"a  b", "a--b"},
    {TWO_HUNDRED, TWO_HUNDRED},
    {" " TWO_HUNDRED " ", TWO_HUNDRED},
    {TWO_HUNDRED "x", NULL},
    {"", NULL},
    {"   ", NULL},
    {"a/b", NULL},
    {"a\tb", NULL},
    {"\ta", NULL},
    {"a\n", NULL},
    {"a\"b", NULL},
    {"k\xc3\xa4se", NULL},
    {"a,b", NULL},
    {"a=b", NULL},
};

START_TEST(keys_are_cleaned_or_refused)
{
    for (size_t i = 0; i < TSN_ARRAY_LEN(keys); i++) {
        char memory[TSN_TAG_KEY_MAX];
        tsn_slice key = TSN_SLICE_ABSENT;
        bool is_fine = tsn_tag_key(unit_slice(keys[i].given), memory, &key);
        ck_assert_msg(is_fine == (keys[i].want != NULL), "'%s'", keys[i].given);
        if (is_fine) unit_expect_text(key, keys[i].want);
    }
}
END_TEST

START_TEST(an_absent_key_and_a_nul_in_a_key_are_refused)
{
    char memory[TSN_TAG_KEY_MAX];
    tsn_slice key;
    ck_assert(!tsn_tag_key(TSN_SLICE_ABSENT, memory, &key));
    ck_assert(!tsn_tag_key(TSN_LIT("a\0b"), memory, &key));
}
END_TEST

#define UMLAUTS_5 "\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4"
#define UMLAUTS_10 UMLAUTS_5 UMLAUTS_5
#define UMLAUTS_50 UMLAUTS_10 UMLAUTS_10 UMLAUTS_10 UMLAUTS_10 UMLAUTS_10
#define UMLAUTS_197                                                                                \
    UMLAUTS_50 UMLAUTS_50 UMLAUTS_50 UMLAUTS_10 UMLAUTS_10 UMLAUTS_10 UMLAUTS_10                   \
        "\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4"
#define NINETY_SEVEN FIFTY TEN TEN TEN TEN "0123456"

static const text_case values[] = {
    {"eu", "\"eu\""},
    {"", "\"\""},
    {" kept ", "\" kept \""},
    {"a\r\nb\nc\rd", "\"a  b c d\""},
    {"a\tb\"\\", "\"a\\tb\\\"\\\\\""},
    {"\xff\xc3", "\"\xef\xbf\xbd\xef\xbf\xbd\""},
    {TWO_HUNDRED, "\"" TWO_HUNDRED "\""},
    {TWO_HUNDRED "x", "\"" FIFTY FIFTY NINETY_SEVEN "...\""},
    {UMLAUTS_50 UMLAUTS_50 UMLAUTS_50 UMLAUTS_50,
     "\"" UMLAUTS_50 UMLAUTS_50 UMLAUTS_50 UMLAUTS_50 "\""},
    {UMLAUTS_50 UMLAUTS_50 UMLAUTS_50 UMLAUTS_50 "\xc3\xa4", "\"" UMLAUTS_197 "...\""},
};

START_TEST(values_are_repaired_and_shortened)
{
    for (size_t i = 0; i < TSN_ARRAY_LEN(values); i++) {
        tsn_buf out = TSN_BUF_EMPTY;
        tsn_tag_append_value(&out, unit_slice(values[i].given));
        unit_expect_buf(&out, values[i].want);
        tsn_buf_fini(&out);
    }
}
END_TEST

START_TEST(a_huge_value_of_four_byte_texts_is_cut_between_code_points)
{
    size_t len = 4000001;
    char *huge = malloc(len);
    for (size_t i = 0; i < len; i++) huge[i] = "\xf0\x9f\x98\x80"[i % 4];
    tsn_buf out = TSN_BUF_EMPTY;
    tsn_tag_append_value(&out, (tsn_slice){huge, len});
    ck_assert_uint_eq(out.len, 1 + 197 * 4 + 3 + 1);
    ck_assert_mem_eq(out.data + 1, huge, 197 * 4);
    ck_assert_mem_eq(out.data + 1 + 197 * 4, "...\"", 4);
    tsn_buf_fini(&out);
    free(huge);
}
END_TEST

static const text_case json_values[] = {
    {"\"eu\"", "\"eu\""},
    {"\"\"", "\"\""},
    {"true", "true"},
    {"-1.50", "-1.50"},
    {"\"a\\nb\\r\\\"\"", "\"a b \\\"\""},
    {"\"" TWO_HUNDRED "\"", "\"" TWO_HUNDRED "\""},
    {"\"" TWO_HUNDRED "x\"", "\"" FIFTY FIFTY NINETY_SEVEN "...\""},
    {"\"" UMLAUTS_50 UMLAUTS_50 UMLAUTS_50 "\"", "\"" UMLAUTS_50 UMLAUTS_50 UMLAUTS_50 "\""},
    {"null", NULL},
    {"[]", NULL},
    {"{\"a\":1}", NULL},
};

START_TEST(json_values_follow_the_same_rule_or_are_left_out)
{
    for (size_t i = 0; i < TSN_ARRAY_LEN(json_values); i++) {
        tsn_buf out = TSN_BUF_EMPTY;
        bool is_fine = tsn_tag_append_json_value(&out, unit_slice(json_values[i].given));
        ck_assert_msg(is_fine == (json_values[i].want != NULL), "%s", json_values[i].given);
        unit_expect_buf(&out, is_fine ? json_values[i].want : "");
        tsn_buf_fini(&out);
    }
}
END_TEST

START_TEST(no_memory_shows_in_the_buffer)
{
    for (unsigned nth = 1;; nth++) {
        tsn_alloc_track(true);
        tsn_buf out = TSN_BUF_EMPTY;
        tsn_alloc_fail_nth(nth, false);
        ck_assert(tsn_tag_append_json_value(&out, TSN_LIT("\"a\\nb\"")));
        bool did_fail = tsn_alloc_did_fail();
        tsn_alloc_fail_nth(0, false);
        ck_assert_int_eq(out.failed, did_fail);
        tsn_buf_fini(&out);
        ck_assert_int_eq(tsn_alloc_live(), 0);
        if (!did_fail) break;
    }
}
END_TEST

Suite *unit_suite(void)
{
    const TTest *const tests[] = {
        keys_are_cleaned_or_refused,
        an_absent_key_and_a_nul_in_a_key_are_refused,
        values_are_repaired_and_shortened,
        a_huge_value_of_four_byte_texts_is_cut_between_code_points,
        json_values_follow_the_same_rule_or_are_left_out,
        no_memory_shows_in_the_buffer,
    };
    return unit_suite_of("model/tag", tests, TSN_ARRAY_LEN(tests));
}

#include "support.h"

#include "base/alloc.h"
#include "base/house.h"
#include "data/json_text.h"

#include "chance.h"

#include <string.h>

#define FFFD "\xef\xbf\xbd"

static void expect_string(const char *raw, size_t len, const char *want)
{
    tsn_buf out = TSN_BUF_EMPTY;
    tsn_slice exact = unit_exact_copy(raw, len);
    tsn_json_append_string(&out, exact);
    unit_expect_buf(&out, want);
    tsn_buf_fini(&out);
    unit_free_text(exact);
}

#define EXPECT_STRING(raw, want) expect_string(raw, sizeof(raw) - 1, want)

static void expect_cut(const char *raw, size_t max, const char *want)
{
    tsn_buf out = TSN_BUF_EMPTY;
    tsn_slice exact = unit_exact_copy(raw, strlen(raw));
    tsn_json_append_cut(&out, exact, max);
    unit_expect_buf(&out, want);
    tsn_buf_fini(&out);
    unit_free_text(exact);
}

START_TEST(plain_text_stays_as_it_is)
{
    EXPECT_STRING("", "\"\"");
    EXPECT_STRING("a", "\"a\"");
    EXPECT_STRING("seven b", "\"seven b\"");
    EXPECT_STRING("eight by", "\"eight by\"");
    EXPECT_STRING("a text that is longer than two words / \x7f",
                  "\"a text that is longer than two words / \x7f\"");
    EXPECT_STRING("\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80",
                  "\"\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80\"");
}
END_TEST

START_TEST(absent_text_is_the_empty_string)
{
    tsn_buf out = TSN_BUF_EMPTY;
    tsn_json_append_string(&out, TSN_SLICE_ABSENT);
    tsn_json_append_cut(&out, TSN_SLICE_ABSENT, 4);
    tsn_json_append_escaped(&out, TSN_SLICE_ABSENT);
    unit_expect_buf(&out, "\"\"\"\"");
    tsn_buf_fini(&out);
}
END_TEST

START_TEST(only_what_needs_it_is_escaped_and_in_one_way)
{
    EXPECT_STRING("\"\\/\b\f\n\r\t", "\"\\\"\\\\/\\b\\f\\n\\r\\t\"");
    EXPECT_STRING("\x01\x0b\x1f\x20", "\"\\u0001\\u000b\\u001f \"");
    for (char byte = 1; byte < 0x7f; byte++) {
        char raw[20];
        memset(raw, 'x', sizeof raw);
        for (size_t at = 0; at < sizeof raw; at++) {
            raw[at] = byte;
            tsn_buf out = TSN_BUF_EMPTY;
            tsn_json_append_escaped(&out, (tsn_slice){raw, sizeof raw});
            bool is_escaped = byte < 0x20 || byte == '"' || byte == '\\';
            ck_assert_int_eq(out.len > sizeof raw, is_escaped);
            ck_assert_int_eq(out.data[at], is_escaped ? '\\' : byte);
            tsn_buf_fini(&out);
            raw[at] = 'x';
        }
    }
}
END_TEST

/* C-1, UTF-1, UTF-2 */
START_TEST(ill_formed_parts_and_nul_become_one_replacement_each)
{
    EXPECT_STRING("a\0b", "\"a" FFFD "b\"");
    EXPECT_STRING("\0", "\"" FFFD "\"");
    EXPECT_STRING("\xff", "\"" FFFD "\"");
    EXPECT_STRING("\xe2\x82", "\"" FFFD "\"");
    EXPECT_STRING("\xe2\x82x", "\"" FFFD "x\"");
    EXPECT_STRING("\xc0\x80", "\"" FFFD FFFD "\"");
    EXPECT_STRING("\xed\xa0\x80", "\"" FFFD FFFD FFFD "\"");
    EXPECT_STRING("\xf0\x9f\x98\xf0\x9f\x98\x80", "\"" FFFD "\xf0\x9f\x98\x80\"");
    EXPECT_STRING("\xf4\x90\x80\x80", "\"" FFFD FFFD FFFD FFFD "\"");
    EXPECT_STRING("long enough for a word\x80", "\"long enough for a word" FFFD "\"");
}
END_TEST

/* C-7 */
START_TEST(text_is_cut_by_code_points_with_three_dots_inside_the_limit)
{
    expect_cut("abcd", 4, "\"abcd\"");
    expect_cut("abcde", 4, "\"a...\"");
    expect_cut("abcdefgh", 7, "\"abcd...\"");
    expect_cut("abcdefgh", 0, "\"abcdefgh\"");
    expect_cut("\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4", 4, "\"\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\"");
    expect_cut("\xc3\xa4\xc3\xb6\xc3\xbc\xc3\x9fx", 4, "\"\xc3\xa4...\"");
    expect_cut("\xf0\x9f\x98\x80\xf0\x9f\x98\x81\xf0\x9f\x98\x82\xf0\x9f\x98\x83!", 5,
               "\"\xf0\x9f\x98\x80\xf0\x9f\x98\x81\xf0\x9f\x98\x82\xf0\x9f\x98\x83!\"");
}
END_TEST

START_TEST(escapes_and_replacements_count_as_one_when_cutting)
{
    expect_cut("\n\n\n\n", 4, "\"\\n\\n\\n\\n\"");
    expect_cut("\n\"\x01\n\n\n", 5, "\"\\n\\\"...\"");
    expect_cut("\xe2\x82\xe2\x82\xe2\x82\xe2\x82", 4, "\"" FFFD FFFD FFFD FFFD "\"");
    expect_cut("\xff\xff\xff\xff\xff", 4, "\"" FFFD "...\"");
}
END_TEST

START_TEST(keys_bring_their_comma)
{
    tsn_buf out = TSN_BUF_EMPTY;
    tsn_json_append_comma(&out);
    tsn_buf_byte(&out, '{');
    tsn_json_append_key(&out, TSN_LIT("a"));
    tsn_buf_byte(&out, '[');
    tsn_json_append_comma(&out);
    tsn_buf_byte(&out, '1');
    tsn_json_append_comma(&out);
    TSN_BUF_LIT(&out, "2]");
    tsn_json_append_key(&out, TSN_LIT("b"));
    TSN_BUF_LIT(&out, "0}");
    unit_expect_buf(&out, "{\"a\":[1,2],\"b\":0}");
    tsn_buf_fini(&out);
}
END_TEST

START_TEST(without_memory_the_buffer_says_so)
{
    bool is_done = false;
    for (uint64_t nth = 1; !is_done; nth++) {
        tsn_buf out = TSN_BUF_EMPTY;
        tsn_alloc_fail_nth(nth, false);
        tsn_json_append_key(&out, TSN_LIT("key"));
        tsn_json_append_string(&out, TSN_LIT("a\nb\xff"));
        tsn_json_append_cut(&out, TSN_LIT("a rather long text to be cut, long enough to grow"), 40);
        tsn_json_append_comma(&out);
        is_done = !tsn_alloc_did_fail();
        tsn_alloc_fail_nth(0, false);
        ck_assert_int_eq(tsn_buf_status(&out), is_done ? TOCSIN_OK : TOCSIN_E_NOMEM);
        tsn_buf_fini(&out);
    }
}
END_TEST

Suite *unit_suite(void)
{
    const TTest *const tests[] = {
        plain_text_stays_as_it_is,
        absent_text_is_the_empty_string,
        only_what_needs_it_is_escaped_and_in_one_way,
        ill_formed_parts_and_nul_become_one_replacement_each,
        text_is_cut_by_code_points_with_three_dots_inside_the_limit,
        escapes_and_replacements_count_as_one_when_cutting,
        keys_bring_their_comma,
        without_memory_the_buffer_says_so,
    };
    return unit_suite_of("data/json_text", tests, TSN_ARRAY_LEN(tests));
}

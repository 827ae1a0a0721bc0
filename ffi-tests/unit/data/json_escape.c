#include "support.h"

#include "base/house.h"
#include "data/json_escape.h"

#include "chance.h"

#include <string.h>

/* What the escape at the start of `text` means, and how many bytes it takes (0: malformed). */
static size_t read(const char *text, uint32_t *code_point)
{
    tsn_slice exact = unit_exact_copy(text, strlen(text));
    const char *end = tsn_json_read_unicode(exact.data, exact.data + exact.len, code_point);
    size_t len = end == NULL ? 0 : (size_t)(end - exact.data);
    unit_free_text(exact);
    return len;
}

/* UTF-2 */
START_TEST(unicode_escapes_are_read_with_their_second_half)
{
    static const struct {
        const char *text;
        size_t len;
        uint32_t code_point;
    } rows[] = {
        {"\\u0041", 6, 0x41},
        {"\\u00e4x", 6, 0xe4},
        {"\\uABCD", 6, 0xabcd},
        {"\\uffff", 6, 0xffff},
        {"\\ud83d\\ude00", 12, 0x1f600},
        {"\\uD800\\uDC00", 12, 0x10000},
        {"\\uDBFF\\uDFFF", 12, 0x10ffff},
        {"\\ud800", 6, 0xfffd},
        {"\\udfff", 6, 0xfffd},
        {"\\ud800\\u0041", 6, 0xfffd},
        {"\\ud800\\ud800\\udc00", 6, 0xfffd},
        {"\\udc00\\ud800", 6, 0xfffd},
        {"\\ud800\\udc0", 6, 0xfffd},
        {"\\ud800udc00", 6, 0xfffd},
        {"\\u0000", 6, 0xfffd},
    };
    for (size_t i = 0; i < TSN_ARRAY_LEN(rows); i++) {
        uint32_t code_point = 0;
        ck_assert_msg(read(rows[i].text, &code_point) == rows[i].len, "%s", rows[i].text);
        ck_assert_msg(code_point == rows[i].code_point, "%s: %x", rows[i].text, code_point);
    }
    static const char *const bad[] = {"",        "\\",      "\\u",     "\\u004",
                                      "\\u004g", "\\U0041", "\\u00 1", "u0041"};
    for (size_t i = 0; i < TSN_ARRAY_LEN(bad); i++) {
        uint32_t code_point;
        ck_assert_msg(read(bad[i], &code_point) == 0, "%s", bad[i]);
    }
}
END_TEST

START_TEST(every_canonical_escape_means_the_byte_it_came_from)
{
    for (unsigned byte = 1; byte < 0x80; byte++) {
        if (byte >= 0x20 && byte != '"' && byte != '\\') continue;
        tsn_buf out = TSN_BUF_EMPTY;
        tsn_json_append_escape(&out, (unsigned char)byte);
        const char *next;
        ck_assert_int_eq(tsn_json_unescape(out.data, &next), (char)byte);
        ck_assert_ptr_eq(next, out.data + out.len);
        tsn_buf other = TSN_BUF_EMPTY;
        tsn_json_append_code_point(&other, byte);
        ck_assert(tsn_slice_equal(tsn_buf_view(&out), tsn_buf_view(&other)));
        tsn_buf_fini(&out);
        tsn_buf_fini(&other);
    }
}
END_TEST

START_TEST(other_code_points_are_utf_8)
{
    tsn_buf out = TSN_BUF_EMPTY;
    tsn_json_append_code_point(&out, '/');
    tsn_json_append_code_point(&out, 0x7f);
    tsn_json_append_code_point(&out, 0x20ac);
    tsn_json_append_code_point(&out, 0x1f600);
    tsn_json_append_code_point(&out, 0);
    unit_expect_buf(&out, "/\x7f\xe2\x82\xac\xf0\x9f\x98\x80\xef\xbf\xbd");
    tsn_buf_fini(&out);
}
END_TEST

Suite *unit_suite(void)
{
    const TTest *const tests[] = {
        unicode_escapes_are_read_with_their_second_half,
        every_canonical_escape_means_the_byte_it_came_from,
        other_code_points_are_utf_8,
    };
    return unit_suite_of("data/json_escape", tests, TSN_ARRAY_LEN(tests));
}

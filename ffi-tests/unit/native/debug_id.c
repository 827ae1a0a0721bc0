/* Build ids as code ids and debug ids, with the protocol's own three examples. */
#include "native/debug_id.h"

#include <string.h>

#include "base/house.h"
#include "support.h"

typedef struct id_row {
    const char *build_id;
    const char *debug_id;
} id_row;

static const id_row rows[] = {
    {"15dfff3239aa7c3b16a71e6b2e3b6e4009dab998", "32ffdf15-aa39-3b7c-16a7-1e6b2e3b6e40"},
    {"f1c3bcc0279865fe3058404b2831d9e64135386c", "c0bcc3f1-9827-fe65-3058-404b2831d9e6"},
    {"deadbeef01", "efbeadde-0001-0000-0000-000000000000"},
};

static uint8_t digit(char text)
{
    return (uint8_t)(text <= '9' ? text - '0' : text - 'a' + 10);
}

static tsn_build_id from_hex(const char *text)
{
    tsn_build_id id = {.len = strlen(text) / 2};
    for (size_t i = 0; i < id.len; i++)
        id.bytes[i] = (uint8_t)(digit(text[2 * i]) << 4 | digit(text[2 * i + 1]));
    return id;
}

/* P-52 */
START_TEST(debug_ids_of_the_table)
{
    const id_row *row = &rows[_i];
    tsn_build_id id = from_hex(row->build_id);
    char text[TSN_DEBUG_ID_SIZE];
    tsn_debug_id_text(id.bytes, id.len, text);
    ck_assert_str_eq(text, row->debug_id);
}
END_TEST

/* P-51 */
START_TEST(code_id_is_the_whole_build_id_in_lower_case)
{
    tsn_build_id id = from_hex(rows[_i].build_id);
    char text[2 * TSN_BUILD_ID_MAX + 1];
    tsn_code_id_text(&id, text);
    ck_assert_str_eq(text, rows[_i].build_id);
}
END_TEST

START_TEST(longest_build_id_fits_and_none_is_the_empty_text)
{
    tsn_build_id id = {.len = TSN_BUILD_ID_MAX};
    char text[2 * TSN_BUILD_ID_MAX + 1];
    memset(id.bytes, 0xa5, sizeof id.bytes);
    tsn_code_id_text(&id, text);
    ck_assert_uint_eq(strlen(text), 2 * TSN_BUILD_ID_MAX);
    id.len = 0;
    tsn_code_id_text(&id, text);
    ck_assert_str_eq(text, "");
}
END_TEST

START_TEST(no_bytes_at_all_make_the_nil_debug_id)
{
    char text[TSN_DEBUG_ID_SIZE];
    tsn_debug_id_text((const uint8_t *)"", 0, text);
    ck_assert_str_eq(text, "00000000-0000-0000-0000-000000000000");
}
END_TEST

/* P-53 */
START_TEST(fold_wraps_at_sixteen_bytes)
{
    uint8_t code[18] = {0};
    uint8_t id[TSN_DEBUG_ID_BYTES];
    code[0] = 0x0f;
    code[1] = 0x01;
    code[16] = 0xf0;
    code[17] = 0x01;
    tsn_debug_id_fold(code, sizeof code, id);
    ck_assert_uint_eq(id[0], 0xff);
    ck_assert_uint_eq(id[1], 0);
    char text[TSN_DEBUG_ID_SIZE];
    tsn_debug_id_text(id, sizeof id, text);
    ck_assert_str_eq(text, "000000ff-0000-0000-0000-000000000000");
}
END_TEST

/* P-53: 4095, 4096 and 4097 bytes */
START_TEST(fold_looks_at_the_first_4096_bytes_only)
{
    static uint8_t code[TSN_TEXT_ID_SPAN + 1];
    uint8_t id[TSN_DEBUG_ID_BYTES];
    code[TSN_TEXT_ID_SPAN - 1] = 0x11;
    code[TSN_TEXT_ID_SPAN] = 0x22;
    tsn_debug_id_fold(code, TSN_TEXT_ID_SPAN - 1, id);
    ck_assert_uint_eq(id[15], 0);
    tsn_debug_id_fold(code, TSN_TEXT_ID_SPAN, id);
    ck_assert_uint_eq(id[15], 0x11);
    tsn_debug_id_fold(code, TSN_TEXT_ID_SPAN + 1, id);
    ck_assert_uint_eq(id[15], 0x11);
    ck_assert_uint_eq(id[0], 0);
}
END_TEST

Suite *unit_suite(void)
{
    Suite *suite = suite_create("native/debug_id");
    TCase *cases = tcase_create("native/debug_id");
    tcase_add_loop_test(cases, debug_ids_of_the_table, 0, (int)TSN_ARRAY_LEN(rows));
    tcase_add_loop_test(cases, code_id_is_the_whole_build_id_in_lower_case, 0,
                        (int)TSN_ARRAY_LEN(rows));
    tcase_add_test(cases, longest_build_id_fits_and_none_is_the_empty_text);
    tcase_add_test(cases, no_bytes_at_all_make_the_nil_debug_id);
    tcase_add_test(cases, fold_wraps_at_sixteen_bytes);
    tcase_add_test(cases, fold_looks_at_the_first_4096_bytes_only);
    suite_add_tcase(suite, cases);
    return suite;
}

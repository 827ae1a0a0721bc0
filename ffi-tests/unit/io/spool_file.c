/* Names and files of stored envelopes, and every way to damage them. */
#include "io/spool_file.h"

#include <stdlib.h>

#include "support.h"

#define ID "0102030405060708090a0b0c0d0e0f10"

START_TEST(a_name_reads_back_as_it_was_written) /* */
{
    static const char *const names[] = {
        "1793611800250-" ID "-0.envelope",
        "0000000000007-" ID "-6.envelope",
        "99999999999999-" ID "-12.envelope",
    };
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        tsn_spool_name name;
        char again[TSN_SPOOL_NAME_SIZE];
        ck_assert(tsn_spool_name_parse(unit_slice(names[i]), &name));
        tsn_spool_name_write(&name, TSN_SPOOL_SUFFIX, again);
        ck_assert_str_eq(again, names[i]);
    }
}
END_TEST

START_TEST(other_names_are_somebody_elses) /* SPL-2 */
{
    static const char *const names[] = {
        "",
        ".",
        "lock",
        "1793611800250-" ID "-0.tmp",
        "1793611800250-" ID "-0.envelope~",
        "1793611800250-" ID "-0.envelope.gz",
        "1793611800250-" ID "-.envelope",
        "1793611800250-" ID "-00.envelope",
        "1793611800250-" ID "--1.envelope",
        "1793611800250-" ID ".envelope",
        "1793611800250-0102-0.envelope",
        "1793611800250-00000000000000000000000000000000-0.envelope",
        "1793611800250-0102030405060708090A0B0C0D0E0F10-0.envelope",
        "-793611800250-" ID "-0.envelope",
        "7-" ID "-0.envelope",
        "9999999999999999999999-" ID "-0.envelope",
        "1793611800250-" ID "-4294967296.envelope",
        "x793611800250-" ID "-0.envelope",
    };
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        tsn_spool_name name;
        ck_assert_msg(!tsn_spool_name_parse(unit_slice(names[i]), &name), "%s", names[i]);
    }
}
END_TEST

START_TEST(what_is_being_written_has_a_name_of_its_own)
{
    tsn_spool_name name = {1793611800250, {{1}}, 0};
    char text[TSN_SPOOL_NAME_SIZE];
    tsn_spool_name_write(&name, TSN_SPOOL_TEMPORARY, text);
    ck_assert(tsn_spool_name_is_temporary(unit_slice(text)));
    ck_assert(!tsn_spool_name_parse(unit_slice(text), &name));
    ck_assert(!tsn_spool_name_is_temporary(TSN_LIT("1793611800250-" ID "-0.envelope")));
    ck_assert(!tsn_spool_name_is_temporary(TSN_LIT(".tmp")));
}
END_TEST

#define ENVELOPE "{\"event_id\":\"" ID "\"}\n{\"type\":\"event\",\"length\":2}\n{}\n"

static tsn_buf file_of(const char *envelope)
{
    tsn_buf file = TSN_BUF_EMPTY;
    tsn_spool_file_begin(&file, strlen(envelope));
    tsn_buf_slice(&file, unit_slice(envelope));
    ck_assert(tsn_spool_file_end(&file));
    return file;
}

START_TEST(a_file_is_a_line_and_the_envelope) /* D3 */
{
    tsn_slice envelope;
    tsn_buf file = file_of("123456789");
    unit_expect_buf(&file, "tocsin-spool 1 9 e3069283\n123456789");
    ck_assert(tsn_spool_file_read(tsn_buf_view(&file), &envelope));
    unit_expect_text(envelope, "123456789");
    tsn_buf_fini(&file);
    file = file_of("");
    ck_assert(tsn_spool_file_read(tsn_buf_view(&file), &envelope));
    ck_assert_uint_eq(envelope.len, 0);
    tsn_buf_fini(&file);
}
END_TEST

START_TEST(an_envelope_of_another_length_than_said_is_not_completed)
{
    tsn_buf file = TSN_BUF_EMPTY;
    tsn_spool_file_begin(&file, 9);
    TSN_BUF_LIT(&file, "1234567890");
    ck_assert(!tsn_spool_file_end(&file));
    tsn_buf_fini(&file);
}
END_TEST

START_TEST(a_file_that_was_cut_anywhere_is_damaged) /* SPL-3 */
{
    tsn_slice envelope;
    tsn_buf file = file_of(ENVELOPE);
    for (size_t len = 0; len < file.len; len++) {
        char *part = malloc(len + 1); /* so that a sanitizer sees who reads beyond */
        memcpy(part, file.data, len);
        ck_assert(!tsn_spool_file_read((tsn_slice){part, len}, &envelope));
        free(part);
    }
    tsn_buf_byte(&file, 'x');
    ck_assert(!tsn_spool_file_read(tsn_buf_view(&file), &envelope));
    tsn_buf_fini(&file);
}
END_TEST

START_TEST(a_file_with_any_bit_flipped_is_damaged) /* SPL-3 */
{
    tsn_slice envelope;
    tsn_buf file = file_of(ENVELOPE);
    for (size_t bit = 0; bit < file.len * 8; bit++) {
        file.data[bit / 8] = (char)(file.data[bit / 8] ^ 1 << bit % 8);
        ck_assert_msg(!tsn_spool_file_read(tsn_buf_view(&file), &envelope), "bit %zu", bit);
        file.data[bit / 8] = (char)(file.data[bit / 8] ^ 1 << bit % 8);
    }
    ck_assert(tsn_spool_file_read(tsn_buf_view(&file), &envelope));
    tsn_buf_fini(&file);
}
END_TEST

START_TEST(other_versions_and_spellings_are_left_alone) /* SPL-3 */
{
    static const char *const files[] = {
        "tocsin-spool 2 9 e3069283\n123456789",
        "tocsin-spool 1 09 e3069283\n123456789",
        "tocsin-spool 1 9 E3069283\n123456789",
        "tocsin-spool 1 9 e3069283\r\n123456789",
        "tocsin-spool 1  9 e3069283\n123456789",
        "tocsin-spool 1 18446744073709551625 e3069283\n1",
        "tocsin-spool 1 9 e3069283",
        "\n123456789",
    };
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        tsn_slice envelope;
        ck_assert_msg(!tsn_spool_file_read(unit_slice(files[i]), &envelope), "%s", files[i]);
    }
}
END_TEST

Suite *unit_suite(void)
{
    const TTest *const tests[] = {
        a_name_reads_back_as_it_was_written,
        other_names_are_somebody_elses,
        what_is_being_written_has_a_name_of_its_own,
        a_file_is_a_line_and_the_envelope,
        an_envelope_of_another_length_than_said_is_not_completed,
        a_file_that_was_cut_anywhere_is_damaged,
        a_file_with_any_bit_flipped_is_damaged,
        other_versions_and_spellings_are_left_alone,
    };
    return unit_suite_of("io/spool_file", tests, sizeof tests / sizeof tests[0]);
}

/* The file of a distribution, read as a shell would read it. */
#include "native/os_release.h"

#include "base/alloc.h"
#include "base/house.h"
#include "support.h"

typedef struct value_row {
    const char *text;
    const char *want; /* NULL: no such line */
} value_row;

static const value_row rows[] = {
    {"KEY=debian\n", "debian"},
    {"KEY=debian", "debian"},
    {"KEY=\"Debian GNU/Linux 12 (bookworm)\"\n", "Debian GNU/Linux 12 (bookworm)"},
    {"KEY='single \\ quoted'\n", "single \\ quoted"},
    {"KEY=\"a \\\"b\\\" \\$c \\\\ d\"\n", "a \"b\" $c \\ d"},
    {"KEY=\"it's\"\n", "it's"},
    {"KEY=un'qu'oted\n", "unquoted"},
    {"KEY=\n", ""},
    {"KEY=\"\"\n", ""},
    {"KEY=a=b\n", "a=b"},
    {"  KEY=blanks around  \r\n", "blanks around"},
    {"OTHER=1\nKEY=2\n", "2"},
    {"KEY=1\nKEY=2\n", "2"},
    {"KEY=\"open", "open"},
    {"KEY=end\\", "end\\"},
    {"KEY=\xff\xfe\n", "\xff\xfe"},
    {"#KEY=commented out\n", NULL},
    {"KEYS=1\n", NULL},
    {"XKEY=1\n", NULL},
    {"KEY\n", NULL},
    {"", NULL},
};

START_TEST(rows_of_the_table)
{
    const value_row *row = &rows[_i];
    tsn_buf out = TSN_BUF_EMPTY;
    bool found = tsn_os_release_value(unit_slice(row->text), TSN_LIT("KEY"), &out);
    ck_assert_int_eq(found, row->want != NULL);
    unit_expect_buf(&out, row->want != NULL ? row->want : "");
    tsn_buf_fini(&out);
}
END_TEST

START_TEST(nul_in_the_file_is_a_byte_like_others)
{
    tsn_buf out = TSN_BUF_EMPTY;
    ck_assert(tsn_os_release_value(TSN_LIT("KEY=a\0b\n"), TSN_LIT("KEY"), &out));
    ck_assert_uint_eq(out.len, 3);
    tsn_buf_fini(&out);
}
END_TEST

START_TEST(lack_of_memory_is_left_to_the_buffer)
{
    tsn_buf out = TSN_BUF_EMPTY;
    tsn_alloc_fail_nth(1, false);
    ck_assert(tsn_os_release_value(TSN_LIT("KEY=debian"), TSN_LIT("KEY"), &out));
    ck_assert_int_eq(tsn_buf_status(&out), TOCSIN_E_NOMEM);
    tsn_alloc_fail_nth(0, false);
    tsn_buf_fini(&out);
}
END_TEST

Suite *unit_suite(void)
{
    Suite *suite = suite_create("native/os_release");
    TCase *cases = tcase_create("native/os_release");
    tcase_add_loop_test(cases, rows_of_the_table, 0, (int)TSN_ARRAY_LEN(rows));
    tcase_add_test(cases, nul_in_the_file_is_a_byte_like_others);
    tcase_add_test(cases, lack_of_memory_is_left_to_the_buffer);
    suite_add_tcase(suite, cases);
    return suite;
}

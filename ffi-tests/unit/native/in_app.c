/* Whose frame it is. */
#include "native/in_app.h"

#include "base/house.h"
#include "support.h"

typedef struct in_app_row {
    const char *include;
    const char *exclude;
    const char *function;
    const char *package;
    bool is_main;
    bool want;
} in_app_row;

static const in_app_row rows[] = {
    /* where the code lies */
    {NULL, NULL, "main", "/opt/shop/bin/shop", true, true},
    {NULL, NULL, "main", "/usr/bin/shop", true, true},
    {NULL, NULL, "render", "/opt/shop/plugins/render.so", false, true},
    {NULL, NULL, "qsort", "/lib/x86_64-linux-gnu/libc.so.6", false, false},
    {NULL, NULL, "qsort", "/usr/lib/libc.so.6", false, false},
    {NULL, NULL, "qsort", "/usr/lib64/libc.so.6", false, false},
    {NULL, NULL, "qsort", "/lib64/libc.so.6", false, false},
    {NULL, NULL, "render", "/library/render.so", false, true},
    {NULL, NULL, "render", "/usr/libexec-shop/render.so", false, true},
    {NULL, NULL, "postgres", "/usr/lib/postgresql/bin/postgres", true, false},
    {NULL, NULL, "time", "linux-vdso.so.1", false, false},
    {NULL, NULL, NULL, NULL, false, false},
    /* what the user says comes first */
    {NULL, "main", "main", "/opt/shop/bin/shop", true, false},
    {NULL, "/opt/shop", "main", "/opt/shop/bin/shop", true, false},
    {NULL, "render.so", "draw", "/opt/shop/plugins/render.so", false, false},
    {NULL, "ender.so", "draw", "/opt/shop/plugins/render.so", false, true},
    {"qs", NULL, "qsort", "/usr/lib/libc.so.6", false, true},
    {"/usr/lib/libshop", NULL, "x", "/usr/lib/libshop.so.1", false, true},
    {"libshop", NULL, NULL, "/usr/lib/libshop.so.1", false, true},
    {"jit_", NULL, "jit_loop", NULL, false, true},
    /* include wins over exclude */
    {"/opt/shop", "main", "main", "/opt/shop/bin/shop", true, true},
    /* an empty prefix matches nothing */
    {"", NULL, "qsort", "/usr/lib/libc.so.6", false, false},
    {NULL, "", "main", "/opt/shop/bin/shop", true, true},
};

START_TEST(rows_of_the_table)
{
    const in_app_row *row = &rows[_i];
    tsn_slice include = tsn_slice_of(row->include);
    tsn_slice exclude = tsn_slice_of(row->exclude);
    tsn_in_app_rules rules = {&include, row->include != NULL, &exclude, row->exclude != NULL};
    tsn_in_app_frame frame = {tsn_slice_of(row->function), tsn_slice_of(row->package),
                              row->is_main};
    ck_assert_msg(tsn_in_app(&rules, &frame) == row->want, "row %d, %s", _i, row->package);
}
END_TEST

START_TEST(each_prefix_of_a_list_counts)
{
    tsn_slice list[] = {unit_slice("no"), unit_slice("neither"), unit_slice("qsort")};
    tsn_in_app_rules rules = {list, TSN_ARRAY_LEN(list), NULL, 0};
    tsn_in_app_frame frame = {unit_slice("qsort"), unit_slice("/usr/lib/libc.so.6"), false};
    ck_assert(tsn_in_app(&rules, &frame));
    rules.include_count = 2;
    ck_assert(!tsn_in_app(&rules, &frame));
}
END_TEST

Suite *unit_suite(void)
{
    Suite *suite = suite_create("native/in_app");
    TCase *cases = tcase_create("native/in_app");
    tcase_add_loop_test(cases, rows_of_the_table, 0, (int)TSN_ARRAY_LEN(rows));
    tcase_add_test(cases, each_prefix_of_a_list_counts);
    suite_add_tcase(suite, cases);
    return suite;
}

#include "base/copy.h"

#include "support.h"

START_TEST(every_length_is_copied_and_nothing_beside_it)
{
    char from[200];
    char to[202];
    for (size_t i = 0; i < sizeof from; i++) from[i] = (char)(i % 100 + 1);
    for (size_t len = 0; len <= sizeof from; len++) {
        memset(to, 0, sizeof to);
        ck_assert_ptr_eq(tsn_copy_text(to + 1, from, len), to + 1 + len);
        ck_assert_mem_eq(to + 1, from, len);
        ck_assert_int_eq(to[0], 0);
        for (size_t i = len + 1; i < sizeof to; i++) ck_assert_int_eq(to[i], 0);
    }
}
END_TEST

Suite *unit_suite(void)
{
    const TTest *const tests[] = {every_length_is_copied_and_nothing_beside_it};
    return unit_suite_of("base/copy", tests, TSN_ARRAY_LEN(tests));
}

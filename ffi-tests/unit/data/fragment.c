#include "support.h"

#include "base/alloc.h"
#include "base/house.h"
#include "data/fragment.h"

#include <string.h>

START_TEST(a_fragment_is_a_copy)
{
    char text[] = "{\"a\":1}";
    tsn_fragment *fragment = tsn_fragment_new(unit_slice(text));
    memset(text, 'x', sizeof text - 1);
    unit_expect_text(tsn_fragment_slice(fragment), "{\"a\":1}");
    ck_assert_uint_eq(tsn_fragment_size(fragment), sizeof *fragment + 7);
    tsn_fragment_release(fragment);
}
END_TEST

START_TEST(null_is_absent_and_stays_null)
{
    ck_assert_ptr_null(tsn_fragment_retain(NULL));
    ck_assert(tsn_slice_absent(tsn_fragment_slice(NULL)));
    ck_assert_uint_eq(tsn_fragment_size(NULL), 0);
    tsn_fragment_release(NULL);
}
END_TEST

START_TEST(the_last_release_frees)
{
    tsn_alloc_track(true);
    int64_t before = tsn_alloc_live();
    tsn_fragment *fragment = tsn_fragment_new(TSN_LIT("1"));
    ck_assert_ptr_eq(tsn_fragment_retain(fragment), fragment);
    tsn_fragment_release(fragment);
    ck_assert_int_eq(tsn_alloc_live(), before + 1);
    unit_expect_text(tsn_fragment_slice(fragment), "1");
    tsn_fragment_release(fragment);
    ck_assert_int_eq(tsn_alloc_live(), before);
    tsn_alloc_track(false);
}
END_TEST

START_TEST(no_memory_or_an_impossible_length_gives_null)
{
    tsn_alloc_fail_nth(1, true);
    ck_assert_ptr_null(tsn_fragment_new(TSN_LIT("1")));
    tsn_alloc_fail_nth(0, false);
    tsn_slice endless = {"", SIZE_MAX};
    ck_assert_ptr_null(tsn_fragment_new(endless));
}
END_TEST

Suite *unit_suite(void)
{
    const TTest *const tests[] = {
        a_fragment_is_a_copy,
        null_is_absent_and_stays_null,
        the_last_release_frees,
        no_memory_or_an_impossible_length_gives_null,
    };
    return unit_suite_of("data/fragment", tests, TSN_ARRAY_LEN(tests));
}

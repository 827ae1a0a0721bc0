/* Where captures come from (R22). */
#include "support.h"

#include "base/alloc.h"
#include "base/house.h"
#include "model/origin.h"

START_TEST(members_are_found_and_others_are_kept)
{
    const char *text = "{\"platform\":\"ruby\",\"more\":1,\"sdk\":{\"name\":\"tocsin.ruby\"},"
                       "\"modules\":{\"rack\":\"3\"},\"runtime\":{\"name\":\"ruby\"}}";
    tsn_origin *origin;
    ck_assert_int_eq(tsn_origin_new(unit_slice(text), &origin), TOCSIN_OK);
    unit_expect_text(tsn_fragment_slice(origin->text), text);
    unit_expect_text(origin->platform, "\"ruby\"");
    unit_expect_text(origin->sdk, "{\"name\":\"tocsin.ruby\"}");
    unit_expect_text(origin->modules, "{\"rack\":\"3\"}");
    unit_expect_text(origin->runtime, "{\"name\":\"ruby\"}");
    ck_assert_ptr_eq(tsn_origin_retain(origin), origin);
    tsn_origin_release(origin);
    unit_expect_text(origin->platform, "\"ruby\"");
    tsn_origin_release(origin);
}
END_TEST

START_TEST(missing_and_null_members_are_absent)
{
    tsn_origin *origin;
    ck_assert_int_eq(tsn_origin_new(TSN_LIT("{\"platform\":null}"), &origin), TOCSIN_OK);
    ck_assert(tsn_slice_absent(origin->platform));
    ck_assert(tsn_slice_absent(origin->sdk));
    tsn_origin_release(origin);
    tsn_origin_release(NULL);
    ck_assert_ptr_null(tsn_origin_retain(NULL));
}
END_TEST

START_TEST(members_of_the_wrong_type_are_refused)
{
    static const char *const wrong[] = {"{\"platform\":1}", "{\"sdk\":\"x\"}", "{\"modules\":[]}",
                                        "{\"runtime\":true}"};
    tsn_alloc_track(true);
    for (size_t i = 0; i < TSN_ARRAY_LEN(wrong); i++) {
        tsn_origin *origin;
        ck_assert_int_eq(tsn_origin_new(unit_slice(wrong[i]), &origin), TOCSIN_E_TYPE);
        ck_assert_ptr_null(origin);
    }
    ck_assert_int_eq(tsn_alloc_live(), 0);
}
END_TEST

START_TEST(no_memory_leaks_nothing)
{
    for (unsigned nth = 1; nth <= 2; nth++) {
        tsn_origin *origin;
        tsn_alloc_track(true);
        tsn_alloc_fail_nth(nth, false);
        ck_assert_int_eq(tsn_origin_new(TSN_LIT("{}"), &origin), TOCSIN_E_NOMEM);
        tsn_alloc_fail_nth(0, false);
        ck_assert_ptr_null(origin);
        ck_assert_int_eq(tsn_alloc_live(), 0);
    }
}
END_TEST

Suite *unit_suite(void)
{
    const TTest *const tests[] = {
        members_are_found_and_others_are_kept,
        missing_and_null_members_are_absent,
        members_of_the_wrong_type_are_refused,
        no_memory_leaks_nothing,
    };
    return unit_suite_of("model/origin", tests, TSN_ARRAY_LEN(tests));
}

/* A scope as text. */
#include "scope_kit.h"

#include "base/house.h"
#include "data/json_normal.h"

START_TEST(every_part_is_written_under_its_name)
{
    tsn_scope *scope = kit_full();
    kit_expect(scope, KIT_FULL_TEXT);
    tsn_scope_release(scope);
}
END_TEST

START_TEST(what_is_written_is_canonical_json)
{
    tsn_scope *scope = kit_full();
    tsn_buf text = kit_written(scope);
    tsn_buf again = TSN_BUF_EMPTY;
    ck_assert_int_eq(
        tsn_json_normalise(tsn_buf_view(&text), TSN_JSON_ONLY(TSN_JSON_OBJECT), 0, &again, NULL),
        TOCSIN_OK);
    unit_expect_buf(&again, tsn_buf_terminate(&text));
    tsn_buf_fini(&again);
    tsn_buf_fini(&text);
    tsn_scope_release(scope);
}
END_TEST

START_TEST(empty_values_are_values_and_emptied_parts_are_none)
{
    tsn_scope *scope = kit_new();
    kit_text(&scope, TSN_SCOPE_USER, "{}");
    kit_text(&scope, TSN_SCOPE_FINGERPRINT, "[]");
    kit_transaction(&scope, "\"\"", NULL);
    kit_tag(&scope, "a", "\"\"");
    ck_assert_int_eq(tsn_scope_map_remove(&scope, TSN_SCOPE_TAGS, TSN_LIT("a")), TOCSIN_OK);
    kit_expect(scope, "{\"user\":{},\"fingerprint\":[],\"transaction\":\"\"}");
    tsn_scope_release(scope);
}
END_TEST

START_TEST(writing_without_memory_fails_in_the_buffer_alone)
{
    tsn_scope *scope = kit_full();
    for (unsigned nth = 1;; nth++) {
        tsn_buf text = TSN_BUF_EMPTY;
        tsn_alloc_fail_nth(nth, true);
        tsn_scope_write(scope, &text);
        bool did_fail = tsn_alloc_did_fail();
        tsn_alloc_fail_nth(0, false);
        ck_assert_int_eq(text.failed, did_fail);
        tsn_buf_fini(&text);
        if (!did_fail) break;
    }
    tsn_scope_release(scope);
}
END_TEST

Suite *unit_suite(void)
{
    const TTest *const tests[] = {
        every_part_is_written_under_its_name,
        what_is_written_is_canonical_json,
        empty_values_are_values_and_emptied_parts_are_none,
        writing_without_memory_fails_in_the_buffer_alone,
    };
    return unit_suite_of("model/scope_write", tests, TSN_ARRAY_LEN(tests));
}

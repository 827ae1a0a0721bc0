#include "support.h"

#include <string.h>
#include <tocsin.h>

#include "base/house.h"
#include "abi_kit.h"

#define GUARD '#'

/* Asks for the status text of TOCSIN_OK through a buffer of `cap` bytes between guards. */
static tocsin_length ask_through(int64_t cap, char *buf, size_t size)
{
    memset(buf, GUARD, size);
    return tocsin_status_text(TOCSIN_OK, buf, cap);
}

START_TEST(a_text_that_fits_is_whole_and_ends_in_nul)
{
    char buf[64];
    tocsin_length need = ask_through(sizeof buf, buf, sizeof buf);
    ck_assert_str_eq(buf, "OK: done; a captured event is queued");
    ck_assert_int_eq(need, (int)strlen(buf));
    ck_assert_int_eq(buf[need + 1], GUARD);
}
END_TEST

START_TEST(the_answer_is_the_same_for_every_size)
{
    char buf[64];
    tocsin_length need = ask_through(sizeof buf, buf, sizeof buf);
    for (int64_t cap = 1; cap <= need + 1; cap++) {
        ck_assert_int_eq(ask_through(cap, buf, sizeof buf), need);
        ck_assert_int_eq((int64_t)strlen(buf), cap - 1);
        ck_assert_int_eq(buf[cap], GUARD);
    }
}
END_TEST

START_TEST(without_room_nothing_is_written)
{
    char buf[64];
    tocsin_length need = tocsin_status_text(TOCSIN_OK, NULL, 0);
    ck_assert_int_gt(need, 0);
    ck_assert_int_eq(ask_through(0, buf, sizeof buf), need);
    ck_assert_int_eq(buf[0], GUARD);
    ck_assert_int_eq(ask_through(-1, buf, sizeof buf), need);
    ck_assert_int_eq(buf[0], GUARD);
    ck_assert_int_eq(ask_through(INT64_MIN, buf, sizeof buf), need);
    ck_assert_int_eq(buf[0], GUARD);
    ck_assert_int_eq(tocsin_status_text(TOCSIN_OK, NULL, 64), need);
}
END_TEST

START_TEST(a_cut_never_splits_a_character)
{
    unit_scope kit = unit_scope_open();
    /* {"tags":{"k":"a€𝄞"}} with characters of 1, 3 and 4 bytes */
    const char *value = "a\xe2\x82\xac\xf0\x9d\x84\x9e";
    ck_assert_int_eq(tocsin_scope_set_tag(kit.scope, "k", -1, value, -1), TOCSIN_OK);
    char whole[256], cut[256];
    tocsin_length need = tocsin_scope_json(kit.scope, whole, sizeof whole);
    size_t at = (size_t)(strstr(whole, "a\xe2") - whole);
    for (int64_t cap = 1; cap <= need + 1; cap++) {
        memset(cut, GUARD, sizeof cut);
        ck_assert_int_eq(tocsin_scope_json(kit.scope, cut, cap), need);
        size_t want = (size_t)cap - 1;
        if (want > at + 1 && want < at + 4) want = at + 1;
        if (want > at + 4 && want < at + 8) want = at + 4;
        ck_assert_uint_eq(strlen(cut), want);
        ck_assert_int_eq(memcmp(cut, whole, want), 0);
        ck_assert_int_eq(cut[cap], GUARD);
    }
    unit_scope_close(&kit);
}
END_TEST

START_TEST(an_error_leaves_the_empty_text)
{
    char buf[8];
    memset(buf, GUARD, sizeof buf);
    ck_assert_int_eq(tocsin_scope_json(0, buf, sizeof buf), TOCSIN_E_STALE);
    ck_assert_str_eq(buf, "");
    ck_assert_int_eq(tocsin_scope_json(0, NULL, 0), TOCSIN_E_STALE);
}
END_TEST

START_TEST(a_length_below_zero_means_up_to_the_nul)
{
    unit_scope kit = unit_scope_open();
    ck_assert_int_eq(tocsin_scope_set_tag(kit.scope, "one", -1, "first", -1), 0);
    ck_assert_int_eq(tocsin_scope_set_tag(kit.scope, "two", INT64_MIN, "second", -77), 0);
    ck_assert_int_eq(tocsin_scope_set_tag(kit.scope, "three?", 5, "third!", 5), 0);
    unit_scope_expect(&kit, "\"tags\":{\"one\":\"first\",\"two\":\"second\",\"three\":\"third\"}");
    unit_scope_close(&kit);
}
END_TEST

START_TEST(null_with_a_length_is_refused)
{
    unit_scope kit = unit_scope_open();
    ck_assert_int_eq(tocsin_scope_set_tag(kit.scope, NULL, 1, "v", -1), TOCSIN_E_ARG);
    ck_assert_int_eq(tocsin_scope_set_tag(kit.scope, "k", -1, NULL, 1), TOCSIN_E_ARG);
    ck_assert_int_eq(tocsin_scope_set_user(kit.scope, NULL, 5), TOCSIN_E_ARG);
    ck_assert_int_eq(tocsin_scope_set_tag(kit.scope, NULL, -1, "v", -1), TOCSIN_E_ARG);
    unit_scope_expect_none(&kit, "\"tags\"");
    unit_scope_close(&kit);
}
END_TEST

START_TEST(absent_unsets_and_empty_is_a_value)
{
    unit_scope kit = unit_scope_open();
    ck_assert_int_eq(tocsin_scope_set_tag(kit.scope, "k", -1, "v", -1), 0);
    ck_assert_int_eq(tocsin_scope_set_tag(kit.scope, "k", -1, NULL, 0), 0);
    unit_scope_expect(&kit, "\"tags\":{\"k\":\"\"}");
    ck_assert_int_eq(tocsin_scope_set_tag(kit.scope, "k", -1, NULL, -1), 0);
    unit_scope_expect_none(&kit, "\"k\"");
    unit_scope_close(&kit);
}
END_TEST

START_TEST(a_nul_inside_and_bad_utf8_are_repaired_not_cut)
{
    unit_scope kit = unit_scope_open();
    ck_assert_int_eq(tocsin_scope_set_tag(kit.scope, "nul", -1, "a\0b", 3), 0);
    ck_assert_int_eq(tocsin_scope_set_tag(kit.scope, "bad", -1, "a\xff\xe2\x82z", -1), 0);
    unit_scope_expect(&kit, "\"nul\":\"a\xef\xbf\xbd"
                            "b\"");
    unit_scope_expect(&kit, "\"bad\":\"a\xef\xbf\xbd\xef\xbf\xbdz\"");
    unit_scope_close(&kit);
}
END_TEST

Suite *unit_suite(void)
{
    const TTest *const tests[] = {
        a_text_that_fits_is_whole_and_ends_in_nul,
        the_answer_is_the_same_for_every_size,
        without_room_nothing_is_written,
        a_cut_never_splits_a_character,
        an_error_leaves_the_empty_text,
        a_length_below_zero_means_up_to_the_nul,
        null_with_a_length_is_refused,
        absent_unsets_and_empty_is_a_value,
        a_nul_inside_and_bad_utf8_are_repaired_not_cut,
    };
    return unit_suite_of("text", tests, TSN_ARRAY_LEN(tests));
}

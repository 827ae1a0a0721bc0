#include "support.h"

#include <inttypes.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "base/house.h"

START_TEST(appends_of_every_kind_join)
{
    tsn_buf buf = TSN_BUF_EMPTY;
    TSN_BUF_LIT(&buf, "a\"b");
    tsn_buf_byte(&buf, '-');
    tsn_buf_slice(&buf, TSN_LIT("slice"));
    tsn_buf_slice(&buf, TSN_SLICE_ABSENT);
    tsn_buf_append(&buf, NULL, 0);
    tsn_buf_printf(&buf, "|%d|%s", 7, "x");
    unit_expect_buf(&buf, "a\"b-slice|7|x");
    ck_assert_int_eq(tsn_buf_status(&buf), TOCSIN_OK);
    tsn_buf_fini(&buf);
    ck_assert_ptr_null(buf.data);
    tsn_buf_fini(&buf);
}
END_TEST

START_TEST(numbers_are_written_to_both_ends_of_their_range)
{
    tsn_buf buf;
    tsn_buf_init(&buf);
    tsn_buf_u64(&buf, 0);
    tsn_buf_byte(&buf, ' ');
    tsn_buf_u64(&buf, UINT64_MAX);
    tsn_buf_byte(&buf, ' ');
    tsn_buf_i64(&buf, INT64_MIN);
    tsn_buf_byte(&buf, ' ');
    tsn_buf_i64(&buf, INT64_MAX);
    tsn_buf_byte(&buf, ' ');
    tsn_buf_i64(&buf, -10);
    unit_expect_buf(&buf, "0 18446744073709551615 -9223372036854775808 9223372036854775807 -10");
    tsn_buf_fini(&buf);
}
END_TEST

START_TEST(growth_keeps_every_byte)
{
    enum { BYTES = 100000 };
    tsn_buf buf = TSN_BUF_EMPTY;
    for (int i = 0; i < BYTES; i++) tsn_buf_byte(&buf, (char)(i % 251));
    ck_assert_uint_eq(buf.len, BYTES);
    ck_assert_uint_le(buf.cap, 2 * BYTES + 64);
    for (int i = 0; i < BYTES; i++) ck_assert_int_eq(buf.data[i], (char)(i % 251));
    tsn_buf_fini(&buf);
}
END_TEST

START_TEST(reserved_room_is_used_without_moving)
{
    tsn_buf buf = TSN_BUF_EMPTY;
    ck_assert(tsn_buf_reserve(&buf, 1000));
    const char *data = buf.data;
    for (int i = 0; i < 1000; i++) tsn_buf_byte(&buf, 'x');
    ck_assert_ptr_eq(buf.data, data);
    tsn_buf_clear(&buf);
    ck_assert_uint_eq(buf.len, 0);
    ck_assert_ptr_eq(buf.data, data);
    tsn_buf_fini(&buf);
}
END_TEST

START_TEST(terminating_adds_nothing_to_the_length)
{
    tsn_buf buf = TSN_BUF_EMPTY;
    ck_assert_str_eq(tsn_buf_terminate(&buf), "");
    while (buf.len < buf.cap) tsn_buf_byte(&buf, 'y');
    size_t len = buf.len;
    ck_assert_uint_eq(strlen(tsn_buf_terminate(&buf)), len);
    ck_assert_uint_eq(buf.len, len);
    tsn_buf_truncate(&buf, 3);
    tsn_buf_truncate(&buf, 10);
    unit_expect_text(tsn_buf_view(&buf), "yyy");
    tsn_buf_fini(&buf);
    ck_assert(!tsn_slice_absent(tsn_buf_view(&buf)));
}
END_TEST

START_TEST(failure_sticks_until_cleared)
{
    tsn_buf buf = TSN_BUF_EMPTY;
    TSN_BUF_LIT(&buf, "kept");
    tsn_alloc_fail_nth(1, false);
    ck_assert(!tsn_buf_reserve(&buf, 1000));
    tsn_alloc_fail_nth(0, false);
    tsn_buf_byte(&buf, 'a');
    tsn_buf_u64(&buf, 5);
    tsn_buf_i64(&buf, -5);
    tsn_buf_printf(&buf, "%d", 5);
    TSN_BUF_LIT(&buf, "tail");
    ck_assert_ptr_null(tsn_buf_terminate(&buf));
    ck_assert_int_eq(tsn_buf_status(&buf), TOCSIN_E_NOMEM);
    unit_expect_text(tsn_buf_view(&buf), "kept");
    tsn_buf_clear(&buf);
    TSN_BUF_LIT(&buf, "again");
    unit_expect_buf(&buf, "again");
    tsn_buf_fini(&buf);
}
END_TEST

START_TEST(a_length_that_overflows_fails)
{
    tsn_buf buf = TSN_BUF_EMPTY;
    tsn_buf_byte(&buf, 'a');
    ck_assert(!tsn_buf_reserve(&buf, SIZE_MAX));
    ck_assert(buf.failed);
    unit_expect_text(tsn_buf_view(&buf), "a");
    tsn_buf_fini(&buf);
}
END_TEST

static void write_everything(tsn_buf *buf)
{
    for (int i = 0; i < 40; i++) {
        tsn_buf_i64(buf, -i);
        tsn_buf_printf(buf, "%s", "0123456789");
        tsn_buf_terminate(buf);
    }
}

START_TEST(each_request_may_fail_once)
{
    tsn_alloc_track(true);
    for (uint64_t nth = 1;; nth++) {
        tsn_buf buf = TSN_BUF_EMPTY;
        tsn_alloc_fail_nth(nth, false);
        write_everything(&buf);
        bool failed = tsn_alloc_did_fail();
        tsn_alloc_fail_nth(0, false);
        ck_assert_int_eq(buf.failed, failed);
        tsn_buf_fini(&buf);
        ck_assert_int_eq(tsn_alloc_live(), 0);
        if (!failed) break;
        ck_assert_uint_lt(nth, 100);
    }
    tsn_alloc_track(false);
}
END_TEST

START_TEST(a_borrowed_array_is_left_when_it_is_too_small)
{
    char memory[8];
    tsn_alloc_track(true);
    tsn_buf buf = TSN_BUF_ON(memory);
    TSN_BUF_LIT(&buf, "12345678");
    ck_assert_ptr_eq(buf.data, memory);
    ck_assert_int_eq(tsn_alloc_live(), 0);
    tsn_alloc_fail_nth(1, false);
    tsn_buf_byte(&buf, '9');
    ck_assert(buf.failed && buf.data == memory);
    tsn_alloc_fail_nth(0, false);
    buf.failed = false;
    tsn_buf_byte(&buf, '9');
    ck_assert_ptr_ne(buf.data, memory);
    unit_expect_buf(&buf, "123456789");
    ck_assert_int_eq(tsn_alloc_live(), 1);
    tsn_buf_fini(&buf);
    ck_assert_int_eq(tsn_alloc_live(), 0);
    tsn_alloc_track(false);
}
END_TEST

Suite *unit_suite(void)
{
    const TTest *const tests[] = {
        appends_of_every_kind_join,
        numbers_are_written_to_both_ends_of_their_range,
        growth_keeps_every_byte,
        reserved_room_is_used_without_moving,
        terminating_adds_nothing_to_the_length,
        failure_sticks_until_cleared,
        a_length_that_overflows_fails,
        each_request_may_fail_once,
        a_borrowed_array_is_left_when_it_is_too_small,
    };
    return unit_suite_of("buf", tests, TSN_ARRAY_LEN(tests));
}

#include "io/gzip.h"

#include <stdlib.h>
#include <zlib.h>

#include "base/alloc.h"
#include "chance.h"
#include "support.h"

static void squeeze(tsn_gzip *gzip, tsn_slice text, size_t step, tsn_buf *out)
{
    tsn_gzip_begin(gzip, text.len, out);
    for (size_t at = 0; at < text.len; at += step) {
        tsn_gzip_add(gzip, tsn_slice_sub(text, at, at + step));
    }
    ck_assert_int_eq(tsn_gzip_end(gzip), TOCSIN_OK);
}

/* Reads it with zlib's own reader of the gzip format. */
static void expect_plain(const tsn_buf *packed, tsn_slice want)
{
    z_stream stream = {0};
    char *plain = malloc(want.len + 1);
    ck_assert_int_eq(inflateInit2(&stream, 15 + 16), Z_OK);
    stream.next_in = (Bytef *)packed->data;
    stream.avail_in = (uInt)packed->len;
    stream.next_out = (Bytef *)plain;
    stream.avail_out = (uInt)want.len + 1;
    ck_assert_int_eq(inflate(&stream, Z_FINISH), Z_STREAM_END);
    ck_assert_uint_eq(stream.total_out, want.len);
    ck_assert_uint_eq(stream.avail_in, 0);
    if (want.len > 0) ck_assert_mem_eq(plain, want.data, want.len);
    inflateEnd(&stream);
    free(plain);
}

START_TEST(a_body_in_pieces_comes_back_whole_again_and_again)
{
    tsn_gzip *gzip = tsn_gzip_new();
    static const char text[] = "{\"a\":1}\n{\"type\":\"event\"}\n{}\n";
    for (size_t step = 1; step < sizeof text; step++) {
        tsn_buf out = TSN_BUF_EMPTY;
        squeeze(gzip, unit_slice(text), step, &out);
        expect_plain(&out, unit_slice(text));
        tsn_buf_fini(&out);
    }
    tsn_gzip_free(gzip);
}
END_TEST

START_TEST(an_empty_body_is_a_gzip_body)
{
    tsn_gzip *gzip = tsn_gzip_new();
    tsn_buf out = TSN_BUF_EMPTY;
    squeeze(gzip, TSN_LIT(""), 1, &out);
    expect_plain(&out, TSN_LIT(""));
    tsn_buf_fini(&out);
    tsn_gzip_free(gzip);
}
END_TEST

START_TEST(bytes_without_order_come_back_too)
{
    unit_chance chance = unit_chance_begin("gzip");
    tsn_gzip *gzip = tsn_gzip_new();
    size_t len = (size_t)1 << 20;
    char *text = malloc(len);
    for (size_t i = 0; i < len; i++) text[i] = (char)unit_chance_next(&chance);
    tsn_buf out = TSN_BUF_EMPTY;
    squeeze(gzip, (tsn_slice){text, len}, 1000, &out);
    expect_plain(&out, (tsn_slice){text, len});
    tsn_buf_fini(&out);
    free(text);
    tsn_gzip_free(gzip);
}
END_TEST

START_TEST(more_than_was_announced_still_fits)
{
    unit_chance chance = unit_chance_begin("gzip announced");
    tsn_gzip *gzip = tsn_gzip_new();
    char text[5000];
    tsn_buf out = TSN_BUF_EMPTY;
    for (size_t i = 0; i < sizeof text; i++) text[i] = (char)unit_chance_next(&chance);
    tsn_gzip_begin(gzip, 1, &out);
    tsn_gzip_add(gzip, (tsn_slice){text, sizeof text});
    ck_assert_int_eq(tsn_gzip_end(gzip), TOCSIN_OK);
    expect_plain(&out, (tsn_slice){text, sizeof text});
    tsn_buf_fini(&out);
    tsn_gzip_free(gzip);
}
END_TEST

START_TEST(want_of_memory_is_a_status_and_the_next_body_is_fine)
{
    for (uint64_t n = 1;; n++) {
        tsn_buf out = TSN_BUF_EMPTY;
        tsn_alloc_fail_nth(n, false);
        tsn_gzip *gzip = tsn_gzip_new();
        if (gzip != NULL) {
            tsn_gzip_begin(gzip, 7, &out);
            tsn_gzip_add(gzip, TSN_LIT("1234567"));
            tocsin_status st = tsn_gzip_end(gzip);
            ck_assert(st == TOCSIN_OK || (st == TOCSIN_E_NOMEM && tsn_alloc_did_fail()));
        }
        bool did_fail = tsn_alloc_did_fail();
        tsn_alloc_fail_nth(0, false);
        tsn_buf_fini(&out);
        if (gzip != NULL) {
            squeeze(gzip, TSN_LIT("later"), 2, &out);
            expect_plain(&out, TSN_LIT("later"));
            tsn_buf_fini(&out);
        }
        tsn_gzip_free(gzip);
        if (!did_fail) break;
    }
}
END_TEST

Suite *unit_suite(void)
{
    const TTest *const tests[] = {
        a_body_in_pieces_comes_back_whole_again_and_again,
        an_empty_body_is_a_gzip_body,
        bytes_without_order_come_back_too,
        more_than_was_announced_still_fits,
        want_of_memory_is_a_status_and_the_next_body_is_fine,
    };
    return unit_suite_of("io/gzip", tests, sizeof tests / sizeof tests[0]);
}

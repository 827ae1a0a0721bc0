#include "io/compressor.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "support.h"
#include "wire/request.h"

static void expect_begins(tsn_compressor *compressor, const char *header, const char *magic)
{
    tsn_buf out = TSN_BUF_EMPTY;
    ck_assert_str_eq(tsn_compressor_header(compressor), header);
    tsn_compressor_begin(compressor, 2);
    tsn_compressor_add(compressor, TSN_LIT("{}"));
    ck_assert_int_eq(tsn_compressor_end(compressor, &out), TOCSIN_OK);
    ck_assert_uint_gt(out.len, 4);
    ck_assert_mem_eq(out.data, magic, strlen(magic));
    tsn_buf_fini(&out);
}

START_TEST(each_way_is_named_for_what_it_writes_and_they_may_take_turns)
{
    tsn_compressor compressor = {.gzip = NULL};
    for (int i = 0; i < 2; i++) {
        ck_assert(tsn_compressor_open(&compressor, TSN_COMPRESSION_ZSTD, NULL));
        expect_begins(&compressor, "Content-Encoding: zstd", "\x28\xb5\x2f\xfd");
        ck_assert(tsn_compressor_open(&compressor, TSN_COMPRESSION_GZIP, NULL));
        expect_begins(&compressor, "Content-Encoding: gzip", "\x1f\x8b");
        ck_assert(!tsn_compressor_open(&compressor, TSN_COMPRESSION_NONE, NULL));
    }
    tsn_compressor_fini(&compressor);
    tsn_compressor_fini(&compressor);
}
END_TEST

START_TEST(gzip_takes_the_place_of_a_zstd_that_cannot_be_had)
{
    tsn_diag *diag = tsn_diag_new(false);
    tsn_buf notice = TSN_BUF_EMPTY;
    tsn_compressor compressor = {.gzip = NULL};
    tsn_alloc_fail_nth(1, false);
    ck_assert(tsn_compressor_open(&compressor, TSN_COMPRESSION_ZSTD, diag));
    tsn_alloc_fail_nth(0, false);
    expect_begins(&compressor, TSN_REQUEST_GZIP_HEADER, "\x1f\x8b");
    ck_assert(tsn_compressor_open(&compressor, TSN_COMPRESSION_ZSTD, diag));
    expect_begins(&compressor, TSN_REQUEST_GZIP_HEADER, "\x1f\x8b");
    tsn_compressor_fini(&compressor);
    ck_assert(tsn_diag_next(diag, &notice));
    ck_assert(tsn_slice_contains(tsn_buf_view(&notice), TSN_LIT("compression.no_zstd")));
    ck_assert(!tsn_diag_next(diag, &notice));
    tsn_buf_fini(&notice);
    tsn_diag_free(diag);
}
END_TEST

START_TEST(without_memory_bodies_go_plain)
{
    tsn_compressor compressor = {.gzip = NULL};
    tsn_alloc_fail_nth(1, true);
    ck_assert(!tsn_compressor_open(&compressor, TSN_COMPRESSION_GZIP, NULL));
    tsn_alloc_fail_nth(0, false);
    ck_assert(tsn_compressor_open(&compressor, TSN_COMPRESSION_GZIP, NULL));
    tsn_compressor_fini(&compressor);
}
END_TEST

START_TEST(a_body_takes_the_memory_that_it_needs_and_room_for_a_large_one_is_not_kept)
{
    tsn_compressor compressor = {.gzip = NULL};
    size_t len = 1 << 20;
    char *text = calloc(len, 1);
    for (int kind = TSN_COMPRESSION_GZIP; kind <= TSN_COMPRESSION_ZSTD; kind++) {
        tsn_buf out = TSN_BUF_EMPTY;
        ck_assert(tsn_compressor_open(&compressor, (tsn_compression)kind, NULL));
        tsn_compressor_begin(&compressor, len);
        tsn_compressor_add(&compressor, (tsn_slice){text, len});
        ck_assert_uint_ge(compressor.packed.cap, len);
        ck_assert_int_eq(tsn_compressor_end(&compressor, &out), TOCSIN_OK);
        ck_assert_uint_lt(out.cap, 8192);
        ck_assert_uint_eq(compressor.packed.cap, 0);
        tsn_buf_fini(&out);
    }
    free(text);
    tsn_compressor_fini(&compressor);
}
END_TEST

START_TEST(without_memory_for_the_body_the_next_one_still_comes)
{
    for (uint64_t n = 1;; n++) {
        tsn_compressor compressor = {.gzip = NULL};
        tsn_buf out = TSN_BUF_EMPTY;
        ck_assert(tsn_compressor_open(&compressor, TSN_COMPRESSION_GZIP, NULL));
        tsn_alloc_fail_nth(n, false);
        tsn_compressor_begin(&compressor, 2);
        tsn_compressor_add(&compressor, TSN_LIT("{}"));
        tocsin_status st = tsn_compressor_end(&compressor, &out);
        bool did_fail = tsn_alloc_did_fail();
        tsn_alloc_fail_nth(0, false);
        ck_assert_int_eq(st, did_fail ? TOCSIN_E_NOMEM : TOCSIN_OK);
        tsn_buf_fini(&out);
        expect_begins(&compressor, TSN_REQUEST_GZIP_HEADER, "\x1f\x8b");
        tsn_compressor_fini(&compressor);
        if (!did_fail) break;
    }
}
END_TEST

Suite *unit_suite(void)
{
    const TTest *const tests[] = {
        each_way_is_named_for_what_it_writes_and_they_may_take_turns,
        gzip_takes_the_place_of_a_zstd_that_cannot_be_had,
        without_memory_bodies_go_plain,
        a_body_takes_the_memory_that_it_needs_and_room_for_a_large_one_is_not_kept,
        without_memory_for_the_body_the_next_one_still_comes,
    };
    return unit_suite_of("io/compressor", tests, sizeof tests / sizeof tests[0]);
}

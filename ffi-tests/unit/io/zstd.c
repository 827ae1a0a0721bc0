#include "io/zstd.h"

#include <dlfcn.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "support.h"

typedef size_t decompress_fn(void *to, size_t cap, const void *from, size_t len);

/* Reads it with libzstd's own reader. */
static void expect_plain(const tsn_buf *packed, tsn_slice want)
{
    decompress_fn *decompress;
    void *library = dlopen("libzstd.so.1", RTLD_NOW | RTLD_LOCAL);
    ck_assert_ptr_nonnull(library);
    void *found = dlsym(library, "ZSTD_decompress");
    memcpy(&decompress, &found, sizeof found);
    char *plain = malloc(want.len + 1);
    ck_assert_uint_eq(decompress(plain, want.len + 1, packed->data, packed->len), want.len);
    if (want.len > 0) ck_assert_mem_eq(plain, want.data, want.len);
    free(plain);
    dlclose(library);
}

static void squeeze(tsn_zstd *zstd, tsn_slice text, size_t step, tsn_buf *out)
{
    tsn_zstd_begin(zstd, text.len, out);
    for (size_t at = 0; at < text.len; at += step) {
        tsn_zstd_add(zstd, tsn_slice_sub(text, at, at + step));
    }
    ck_assert_int_eq(tsn_zstd_end(zstd), TOCSIN_OK);
}

START_TEST(a_body_in_pieces_comes_back_whole_again_and_again)
{
    tsn_zstd *zstd = tsn_zstd_new();
    static const char text[] = "{\"a\":1}\n{\"type\":\"event\"}\n{}\n";
    for (size_t step = 1; step < sizeof text; step++) {
        tsn_buf out = TSN_BUF_EMPTY;
        squeeze(zstd, unit_slice(text), step, &out);
        expect_plain(&out, unit_slice(text));
        tsn_buf_fini(&out);
    }
    tsn_zstd_free(zstd);
}
END_TEST

START_TEST(an_empty_body_and_a_large_one_come_back_too)
{
    tsn_zstd *zstd = tsn_zstd_new();
    size_t len = 5000000;
    char *text = malloc(len);
    for (size_t i = 0; i < len; i++) text[i] = (char)(i * i >> 7);
    for (int round = 0; round < 2; round++) {
        tsn_buf out = TSN_BUF_EMPTY;
        tsn_slice body = {text, round == 0 ? 0 : len};
        squeeze(zstd, body, 70000, &out);
        expect_plain(&out, body);
        tsn_buf_fini(&out);
    }
    free(text);
    tsn_zstd_free(zstd);
}
END_TEST

START_TEST(a_body_of_another_length_than_was_said_fails_and_the_next_one_does_not)
{
    tsn_zstd *zstd = tsn_zstd_new();
    tsn_buf out = TSN_BUF_EMPTY;
    tsn_zstd_begin(zstd, 3, &out);
    tsn_zstd_add(zstd, TSN_LIT("12"));
    ck_assert_int_eq(tsn_zstd_end(zstd), TOCSIN_E_NOMEM);
    tsn_buf_clear(&out);
    squeeze(zstd, TSN_LIT("123"), 3, &out);
    expect_plain(&out, TSN_LIT("123"));
    tsn_buf_fini(&out);
    tsn_zstd_free(zstd);
}
END_TEST

START_TEST(without_memory_the_body_fails_whole)
{
    for (uint64_t n = 1;; n++) {
        tsn_buf out = TSN_BUF_EMPTY;
        tsn_alloc_fail_nth(n, false);
        tsn_zstd *zstd = tsn_zstd_new();
        tocsin_status st = TOCSIN_E_NOMEM;
        if (zstd != NULL) {
            tsn_zstd_begin(zstd, 7, &out);
            tsn_zstd_add(zstd, TSN_LIT("1234567"));
            st = tsn_zstd_end(zstd);
        }
        bool did_fail = tsn_alloc_did_fail();
        tsn_alloc_fail_nth(0, false);
        ck_assert_int_eq(st, did_fail ? TOCSIN_E_NOMEM : TOCSIN_OK);
        if (!did_fail) expect_plain(&out, TSN_LIT("1234567"));
        tsn_buf_fini(&out);
        tsn_zstd_free(zstd);
        if (!did_fail) break;
    }
}
END_TEST

Suite *unit_suite(void)
{
    const TTest *const tests[] = {
        a_body_in_pieces_comes_back_whole_again_and_again,
        an_empty_body_and_a_large_one_come_back_too,
        a_body_of_another_length_than_was_said_fails_and_the_next_one_does_not,
        without_memory_the_body_fails_whole,
    };
    return unit_suite_of("io/zstd", tests, sizeof tests / sizeof tests[0]);
}

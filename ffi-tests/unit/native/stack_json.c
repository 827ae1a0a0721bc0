/* Stacks as JSON: order, names, cuts, images. */
#include "native/stack_json.h"

#include <dlfcn.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/house.h"
#include "native/capture.h"
#include "support.h"

static uintptr_t here(void)
{
    return (uintptr_t)&here + 1;
}

/* Just inside a function that the dynamic symbol table names. */
static uintptr_t in_qsort(void)
{
    return (uintptr_t)dlsym(RTLD_DEFAULT, "qsort") + 2;
}

static void expect_frames(const uintptr_t *addresses, size_t count, const tsn_stack_rules *rules,
                          const char *want)
{
    tsn_buf out = TSN_BUF_EMPTY;
    ck_assert_int_eq(tsn_stack_write_frames(&out, addresses, count, rules), TOCSIN_OK);
    unit_expect_buf(&out, want);
    tsn_buf_fini(&out);
}

static size_t count_of(const tsn_buf *text, const char *part)
{
    size_t found = 0;
    size_t len = strlen(part);
    for (size_t i = 0; i + len <= text->len; i++) found += memcmp(text->data + i, part, len) == 0;
    return found;
}

/* P-21: an address is enough for a frame */
START_TEST(address_of_nothing_is_a_frame_all_the_same)
{
    tsn_stack_rules rules = {.max_frames = 100};
    uintptr_t addresses[] = {0x10};
    expect_frames(addresses, 1, &rules, "[{\"instruction_addr\":\"0x10\",\"in_app\":false}]");
}
END_TEST

/* P-20 */
START_TEST(outermost_frame_comes_first)
{
    tsn_stack_rules rules = {.max_frames = 100};
    uintptr_t addresses[] = {0x1a, 0x2b};
    expect_frames(addresses, 2, &rules,
                  "[{\"instruction_addr\":\"0x2b\",\"in_app\":false},"
                  "{\"instruction_addr\":\"0x1a\",\"in_app\":false}]");
}
END_TEST

START_TEST(no_address_is_an_empty_list)
{
    tsn_stack_rules rules = {.max_frames = 100};
    uintptr_t addresses[] = {0x10, 0x20};
    expect_frames(NULL, 0, &rules, "[]");
    rules.max_frames = 0;
    expect_frames(addresses, 2, &rules, "[]");
}
END_TEST

START_TEST(function_and_library_are_named_when_known)
{
    tsn_stack_rules rules = {.max_frames = 100};
    uintptr_t addresses[] = {in_qsort()};
    char want[512];
    Dl_info info;
    ck_assert_int_ne(dladdr((const void *)in_qsort(), &info), 0);
    snprintf(want, sizeof want,
             "[{\"function\":\"%s\",\"package\":\"%s\",\"instruction_addr\":\"0x%" PRIxPTR
             "\",\"in_app\":false}]",
             info.dli_sname, info.dli_fname, addresses[0]);
    expect_frames(addresses, 1, &rules, want);
}
END_TEST

START_TEST(own_code_is_in_app_and_rules_reach_the_frames)
{
    tsn_slice prefix = unit_slice("unit_native_");
    uintptr_t addresses[] = {here()};
    tsn_stack_rules rules = {.max_frames = 100};
    tsn_buf out = TSN_BUF_EMPTY;
    ck_assert_int_eq(tsn_stack_write_frames(&out, addresses, 1, &rules), TOCSIN_OK);
    ck_assert(tsn_slice_contains(tsn_buf_view(&out), TSN_LIT("unit_native_stack_json\"")));
    ck_assert(tsn_slice_contains(tsn_buf_view(&out), TSN_LIT("\"in_app\":true")));
    rules.in_app.exclude = &prefix;
    rules.in_app.exclude_count = 1;
    tsn_buf_clear(&out);
    ck_assert_int_eq(tsn_stack_write_frames(&out, addresses, 1, &rules), TOCSIN_OK);
    ck_assert(tsn_slice_contains(tsn_buf_view(&out), TSN_LIT("\"in_app\":false")));
    tsn_buf_fini(&out);
}
END_TEST

typedef struct cut_row {
    size_t count;
    size_t max;
    const char *want; /* the kept ones, a letter each, innermost first */
} cut_row;

static const cut_row cuts[] = {
    {5, 6, "abcde"}, {5, 5, "abcde"}, {5, 4, "abde"}, {5, 3, "abe"},   {5, 2, "ae"},
    {5, 1, "a"},     {5, 0, ""},      {0, 3, ""},     {6, 5, "abcef"},
};

/* P-20: the middle goes, in a copy as well as in writing */
START_TEST(too_many_frames_lose_their_middle)
{
    const cut_row *row = &cuts[_i];
    uintptr_t addresses[8];
    tsn_buf want = TSN_BUF_EMPTY;
    tsn_stack_rules rules = {.max_frames = row->max};
    for (size_t i = 0; i < row->count; i++) addresses[i] = 0xa + i;
    tsn_buf_byte(&want, '[');
    for (size_t i = strlen(row->want); i-- > 0;) {
        tsn_buf_printf(&want, "{\"instruction_addr\":\"0x%x\",\"in_app\":false}%s",
                       (unsigned)(row->want[i] - 'a' + 0xa), i > 0 ? "," : "");
    }
    tsn_buf_byte(&want, ']');
    expect_frames(addresses, row->count, &rules, tsn_buf_terminate(&want));
    size_t left = tsn_stack_cut(addresses, row->count, row->max);
    ck_assert_uint_eq(left, strlen(row->want));
    expect_frames(addresses, left, &rules, want.data);
    tsn_buf_fini(&want);
}
END_TEST

START_TEST(real_stack_has_a_frame_for_each_address)
{
    uintptr_t addresses[64];
    tsn_stack_rules rules = {.max_frames = 100};
    tsn_buf out = TSN_BUF_EMPTY;
    size_t count = tsn_capture_stack(addresses, TSN_ARRAY_LEN(addresses), 0);
    ck_assert_int_eq(tsn_stack_write_frames(&out, addresses, count, &rules), TOCSIN_OK);
    ck_assert_uint_eq(count_of(&out, "\"instruction_addr\":\"0x"), count);
    ck_assert_uint_eq(count_of(&out, "\"in_app\":"), count);
    ck_assert_uint_gt(count_of(&out, "\"package\":\"/"), 1);
    tsn_buf_fini(&out);
}
END_TEST

/* P-50 */
START_TEST(images_hold_exactly_the_addresses_sent)
{
    uintptr_t addresses[] = {in_qsort(), here(), in_qsort() + 1, 0x10};
    tsn_buf out = TSN_BUF_EMPTY;
    ck_assert_int_eq(tsn_stack_write_images(&out, addresses, 4), TOCSIN_OK);
    ck_assert_uint_eq(count_of(&out, "{\"type\":\"elf\",\"image_addr\":\"0x"), 2);
    ck_assert_uint_eq(count_of(&out, "\"image_size\":"), 2);
    ck_assert_uint_eq(count_of(&out, "\"code_file\":\"/"), 2);
    ck_assert_uint_eq(count_of(&out, "\"debug_id\":\""), 2);
    ck_assert(tsn_slice_starts_with(tsn_buf_view(&out), TSN_LIT("{\"images\":[{")));
    ck_assert_mem_eq(out.data + out.len - 3, "}]}", 3);
    tsn_buf_fini(&out);
}
END_TEST

START_TEST(no_image_is_an_empty_list)
{
    tsn_buf out = TSN_BUF_EMPTY;
    ck_assert_int_eq(tsn_stack_write_images(&out, NULL, 0), TOCSIN_OK);
    unit_expect_buf(&out, "{\"images\":[]}");
    tsn_buf_fini(&out);
}
END_TEST

static tocsin_status write_both(tsn_buf *out)
{
    uintptr_t addresses[] = {here(), in_qsort()};
    tsn_stack_rules rules = {.max_frames = 100};
    TSN_TRY(tsn_stack_write_frames(out, addresses, 2, &rules));
    return tsn_stack_write_images(out, addresses, 2);
}

START_TEST(out_of_memory_is_told_and_leaks_nothing)
{
    uint64_t nth = 0;
    tocsin_status st;
    tsn_alloc_track(true);
    int64_t before = tsn_alloc_live();
    do {
        tsn_buf out = TSN_BUF_EMPTY;
        tsn_alloc_fail_nth(++nth, false);
        st = write_both(&out);
        ck_assert(st == TOCSIN_OK || st == TOCSIN_E_NOMEM);
        tsn_buf_fini(&out);
        ck_assert_int_eq(tsn_alloc_live(), before);
    } while (st != TOCSIN_OK);
    tsn_alloc_fail_nth(0, false);
    ck_assert_uint_ge(nth, 6);
}
END_TEST

Suite *unit_suite(void)
{
    Suite *suite = suite_create("native/stack_json");
    TCase *cases = tcase_create("native/stack_json");
    tcase_add_test(cases, address_of_nothing_is_a_frame_all_the_same);
    tcase_add_test(cases, outermost_frame_comes_first);
    tcase_add_test(cases, no_address_is_an_empty_list);
    tcase_add_test(cases, function_and_library_are_named_when_known);
    tcase_add_test(cases, own_code_is_in_app_and_rules_reach_the_frames);
    tcase_add_loop_test(cases, too_many_frames_lose_their_middle, 0, (int)TSN_ARRAY_LEN(cuts));
    tcase_add_test(cases, real_stack_has_a_frame_for_each_address);
    tcase_add_test(cases, images_hold_exactly_the_addresses_sent);
    tcase_add_test(cases, no_image_is_an_empty_list);
    tcase_add_test(cases, out_of_memory_is_told_and_leaks_nothing);
    suite_add_tcase(suite, cases);
    return suite;
}

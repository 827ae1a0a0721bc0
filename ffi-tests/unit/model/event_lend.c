/* Breadcrumbs that stand beside the text: with them put in, it is the text that would have been
 * written without. */
#include "model/event_lend.h"

#include <stdlib.h>

#include "event_case.h"

#define LONG_CRUMB 300

/* Crumbs of `len` bytes and a little more, numbered from `from` on. */
static void add_long(event_case *c, size_t layer, int from, int count, size_t len)
{
    char *json = malloc(len + 32);
    ck_assert_ptr_nonnull(json);
    for (int i = from; i < from + count; i++) {
        int head = snprintf(json, 32, "{'n':%d,'m':'", i);
        memset(json + head, 'x', len);
        memcpy(json + (size_t)head + len, "'}", 3);
        case_crumb_json(c, layer, i, (uint64_t)i, json);
    }
    free(json);
}

static tocsin_status write_lent(const event_case *c, tsn_inset *inset, tsn_buf *text)
{
    tsn_event_parts parts = case_parts(c);
    parts.inset = inset;
    inset->count = 99; /* overwritten in any case */
    return tsn_event_write(&parts, &c->config, WHOLE, text);
}

static void expect_lent(event_case *c, bool is_lent)
{
    tsn_inset inset;
    tsn_buf text = TSN_BUF_EMPTY;
    tsn_slice whole = case_write(c, WHOLE);
    ck_assert_int_eq(write_lent(c, &inset, &text), TOCSIN_OK);
    ck_assert(is_lent == (inset.count > 0));
    if (is_lent) {
        ck_assert_uint_eq(text.len + inset.len, whole.len);
        ck_assert(tsn_slice_contains(tsn_buf_view(&text), TSN_LIT("\"values\":[]")));
        tsn_event_copy_lent(&inset, &text);
    }
    ck_assert(tsn_slice_equal(tsn_buf_view(&text), whole));
    tsn_buf_fini(&text);
    case_fini(c);
}

START_TEST(many_of_one_scope_are_lent)
{
    event_case c = case_full();
    case_set(&c, 0, TSN_SCOPE_TAGS, "a", "'b'");
    add_long(&c, 1, 0, 100, LONG_CRUMB);
    case_layer(&c, 2);
    expect_lent(&c, true);
}
END_TEST

START_TEST(what_went_before_is_remarked_all_the_same)
{
    event_case c = case_full();
    for (int i = 0; i < 50; i++) {
        char json[LONG_CRUMB];
        memset(json, 'x', sizeof json);
        memcpy(json, "{'m':'", 6);
        memcpy(json + sizeof json - 3, "'}", 3);
        tsn_crumb crumb = {i, (uint64_t)i, case_json(&c, json)};
        ck_assert_int_eq(tsn_scope_add_crumb(case_layer(&c, 0), &crumb, 20), TOCSIN_OK);
    }
    expect_lent(&c, true);
}
END_TEST

START_TEST(a_short_text_is_copied)
{
    event_case c = case_full();
    add_long(&c, 0, 0, 3, LONG_CRUMB);
    expect_lent(&c, false);
}
END_TEST

START_TEST(what_has_to_be_mixed_is_copied)
{
    event_case c = case_full();
    add_long(&c, 0, 0, 20, LONG_CRUMB);
    add_long(&c, 1, 10, 1, 5);
    expect_lent(&c, false);
    c = case_full();
    case_body(&c, "{'breadcrumbs':[{'message':'own','timestamp':3}]}");
    add_long(&c, 0, 0, 20, LONG_CRUMB);
    expect_lent(&c, false);
}
END_TEST

START_TEST(what_has_to_be_sorted_or_cut_is_copied)
{
    event_case c = case_full();
    add_long(&c, 0, 50, 20, LONG_CRUMB);
    add_long(&c, 0, 1, 1, 5);
    expect_lent(&c, false);
    c = case_full();
    c.config.max_breadcrumbs = 19;
    add_long(&c, 0, 0, 20, LONG_CRUMB);
    expect_lent(&c, false);
}
END_TEST

START_TEST(what_lies_in_many_pieces_is_copied)
{
    event_case c = case_full();
    c.config.max_breadcrumbs = 1000;
    add_long(&c, 0, 0, 300, LONG_CRUMB);
    expect_lent(&c, false);
}
END_TEST

/* 8 crumbs that are too long together. */
static event_case too_long(void)
{
    event_case c = case_full();
    add_long(&c, 0, 0, 8, 150000);
    return c;
}

START_TEST(an_event_that_must_be_trimmed_has_them_inside)
{
    event_case c = too_long();
    expect_lent(&c, false);
}
END_TEST

START_TEST(without_memory_nothing_is_written)
{
    for (uint64_t n = 1;; n++) {
        tsn_inset inset;
        tsn_buf text = TSN_BUF_EMPTY;
        event_case c = too_long();
        tsn_alloc_fail_nth(n, false);
        tocsin_status st = write_lent(&c, &inset, &text);
        bool did_fail = tsn_alloc_did_fail();
        tsn_alloc_fail_nth(0, false);
        ck_assert_int_eq(st, did_fail ? TOCSIN_E_NOMEM : TOCSIN_OK);
        ck_assert(did_fail == (text.len == 0));
        tsn_buf_fini(&text);
        case_fini(&c);
        if (!did_fail) break;
        ck_assert_uint_lt(n, 50);
    }
}
END_TEST

Suite *unit_suite(void)
{
    const TTest *const tests[] = {
        many_of_one_scope_are_lent,
        what_went_before_is_remarked_all_the_same,
        a_short_text_is_copied,
        what_has_to_be_mixed_is_copied,
        what_has_to_be_sorted_or_cut_is_copied,
        what_lies_in_many_pieces_is_copied,
        an_event_that_must_be_trimmed_has_them_inside,
        without_memory_nothing_is_written,
    };
    return unit_suite_of("model/event_lend", tests, TSN_ARRAY_LEN(tests));
}

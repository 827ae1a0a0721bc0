/* The growing parts of a scope: crumbs (B1, P-31), flags (P-40), attachments and processors. */
#include "scope_kit.h"

#include "base/house.h"
#include "data/limits.h"

START_TEST(a_limit_of_three_keeps_the_last_three_and_counts_four) /* B1 */
{
    tsn_scope *scope = kit_new();
    for (unsigned i = 1; i <= 7; i++) kit_crumb(&scope, i, 3);
    kit_expect(scope, "{\"breadcrumbs\":{\"values\":[{\"n\":5},{\"n\":6},{\"n\":7}]},"
                      "\"_meta\":{\"breadcrumbs\":{\"\":{\"len\":7}}}}");
    tsn_scope_release(scope);
}
END_TEST

START_TEST(a_limit_of_zero_keeps_none_but_counts) /* P-31 */
{
    tsn_scope *scope = kit_new();
    kit_crumb(&scope, 1, 0);
    kit_crumb(&scope, 2, 0);
    kit_expect(scope, "{\"_meta\":{\"breadcrumbs\":{\"\":{\"len\":2}}}}");
    tsn_scope_release(scope);
}
END_TEST

START_TEST(clearing_crumbs_resets_the_counter_in_this_scope_alone)
{
    tsn_scope *scope = kit_new();
    for (unsigned i = 1; i <= 3; i++) kit_crumb(&scope, i, 1);
    tsn_scope *fork = tsn_scope_retain(scope);
    ck_assert_int_eq(tsn_scope_clear_crumbs(&fork), TOCSIN_OK);
    kit_expect(fork, "{}");
    kit_crumb(&fork, 9, 1);
    kit_expect(fork, "{\"breadcrumbs\":{\"values\":[{\"n\":9}]}}");
    ck_assert_uint_eq(tsn_pring_dropped(scope->crumbs), 2);
    tsn_scope_release(fork);
    tsn_scope_release(scope);
}
END_TEST

START_TEST(a_crumb_of_a_fork_is_not_seen_by_its_siblings) /* I2, I3 */
{
    tsn_scope *parent = kit_new();
    kit_crumb(&parent, 1, KIT_LIMIT);
    tsn_scope *left = tsn_scope_retain(parent);
    tsn_scope *right = tsn_scope_retain(parent);
    kit_crumb(&left, 2, KIT_LIMIT);
    kit_crumb(&right, 3, KIT_LIMIT);
    kit_crumb(&parent, 4, KIT_LIMIT);
    kit_expect(parent, "{\"breadcrumbs\":{\"values\":[{\"n\":1},{\"n\":4}]}}");
    kit_expect(left, "{\"breadcrumbs\":{\"values\":[{\"n\":1},{\"n\":2}]}}");
    kit_expect(right, "{\"breadcrumbs\":{\"values\":[{\"n\":1},{\"n\":3}]}}");
    tsn_scope_release(left);
    tsn_scope_release(right);
    tsn_scope_release(parent);
}
END_TEST

START_TEST(setting_a_flag_again_moves_it_to_the_end) /* P-40 */
{
    tsn_scope *scope = kit_new();
    kit_flag(&scope, "\"a\"", "true");
    kit_flag(&scope, "\"ab\"", "null");
    kit_flag(&scope, "\"a\\\"\"", "\"x\"");
    kit_flag(&scope, "\"a\"", "{\"k\":1}");
    kit_expect(scope, "{\"flags\":[{\"flag\":\"ab\",\"result\":null},"
                      "{\"flag\":\"a\\\"\",\"result\":\"x\"},"
                      "{\"flag\":\"a\",\"result\":{\"k\":1}}]}");
    tsn_scope_release(scope);
}
END_TEST

static size_t flag_sizes(const tsn_scope *scope)
{
    size_t size = 0;
    for (size_t i = 0; i < tsn_plist_count(scope->flags); i++) {
        size += tsn_fragment_size(tsn_plist_at(scope->flags, i));
    }
    return size;
}

static void numbered_flag(tsn_scope **scope, unsigned number)
{
    char name[16];
    snprintf(name, sizeof name, "\"f%u\"", number);
    kit_flag(scope, name, "true");
}

static void expect_flag(const tsn_scope *scope, size_t position, unsigned number)
{
    char want[48];
    snprintf(want, sizeof want, "{\"flag\":\"f%u\",\"result\":true},", number);
    unit_expect_text(tsn_fragment_slice(tsn_plist_at(scope->flags, position)), want);
}

START_TEST(beyond_one_hundred_flags_the_first_go) /* P-40 */
{
    tsn_scope *scope = kit_new();
    for (unsigned i = 0; i < TSN_FLAGS_MAX; i++) numbered_flag(&scope, i);
    ck_assert_uint_eq(tsn_plist_count(scope->flags), TSN_FLAGS_MAX);
    expect_flag(scope, 0, 0);
    numbered_flag(&scope, 0);
    ck_assert_uint_eq(tsn_plist_count(scope->flags), TSN_FLAGS_MAX);
    expect_flag(scope, 0, 1);
    numbered_flag(&scope, 100);
    ck_assert_uint_eq(tsn_plist_count(scope->flags), TSN_FLAGS_MAX);
    expect_flag(scope, 0, 2);
    expect_flag(scope, TSN_FLAGS_MAX - 2, 0);
    expect_flag(scope, TSN_FLAGS_MAX - 1, 100);
    ck_assert_uint_eq(scope->flag_bytes, flag_sizes(scope));
    tsn_scope_release(scope);
}
END_TEST

/* A flag whose name is `count` times `piece`. */
static tocsin_status set_long_flag(tsn_scope **scope, const char *piece, size_t count)
{
    tsn_buf name = TSN_BUF_EMPTY;
    tsn_buf_byte(&name, '"');
    for (size_t i = 0; i < count; i++) tsn_buf_slice(&name, unit_slice(piece));
    tsn_buf_byte(&name, '"');
    tocsin_status st = tsn_scope_set_flag(scope, tsn_buf_view(&name), TSN_LIT("1"));
    tsn_buf_fini(&name);
    return st;
}

START_TEST(a_flag_name_over_200_code_points_is_refused) /* P-40 */
{
    static const char *const pieces[] = {"n", "\xc3\xa4", "\\n", "\\u0001"};
    for (size_t i = 0; i < TSN_ARRAY_LEN(pieces); i++) {
        tsn_scope *scope = kit_new();
        ck_assert_int_eq(set_long_flag(&scope, pieces[i], TSN_FLAG_NAME_MAX - 1), TOCSIN_OK);
        ck_assert_int_eq(set_long_flag(&scope, pieces[i], TSN_FLAG_NAME_MAX), TOCSIN_OK);
        ck_assert_int_eq(set_long_flag(&scope, pieces[i], TSN_FLAG_NAME_MAX + 1), TOCSIN_E_RANGE);
        ck_assert_uint_eq(tsn_plist_count(scope->flags), 2);
        tsn_scope_release(scope);
    }
}
END_TEST

START_TEST(attachments_of_one_name_stand_side_by_side)
{
    tsn_scope *scope = kit_new();
    kit_attachment(&scope, "{\"filename\":\"a\"}");
    tsn_scope *fork = tsn_scope_retain(scope);
    kit_attachment(&fork, "{\"filename\":\"a\"}");
    kit_expect(scope, "{\"attachments\":[\"a\"]}");
    kit_expect(fork, "{\"attachments\":[\"a\",\"a\"]}");
    tsn_scope_release(fork);
    tsn_scope_release(scope);
}
END_TEST

/* A processor of these tests: a plain counter of references. */
static void count_up(void *item)
{
    ++*(int *)item;
}

static void count_down(void *item)
{
    --*(int *)item;
}

static const tsn_plist_kind counter_kind = {count_up, count_down};

START_TEST(processors_are_kept_in_order_and_released_with_the_last_scope)
{
    int first = 1;
    int second = 1;
    tsn_scope *scope = kit_new();
    ck_assert_int_eq(tsn_scope_take_processor(&scope, &counter_kind, &first), TOCSIN_OK);
    tsn_scope *fork = tsn_scope_retain(scope);
    ck_assert_int_eq(tsn_scope_take_processor(&fork, &counter_kind, &second), TOCSIN_OK);
    ck_assert_uint_eq(tsn_plist_count(scope->processors), 1);
    ck_assert_ptr_eq(tsn_plist_at(fork->processors, 0), &first);
    ck_assert_ptr_eq(tsn_plist_at(fork->processors, 1), &second);
    tsn_scope_release(scope);
    ck_assert_int_eq(first, 1);
    tsn_scope_release(fork);
    ck_assert_int_eq(first, 0);
    ck_assert_int_eq(second, 0);
}
END_TEST

START_TEST(a_processor_that_finds_no_memory_is_released)
{
    tsn_scope *scope = kit_new();
    tsn_scope *fork = tsn_scope_retain(scope);
    for (unsigned nth = 1; nth <= 2; nth++) {
        int processor = 1;
        tsn_alloc_fail_nth(nth, false);
        ck_assert_int_eq(tsn_scope_take_processor(&fork, &counter_kind, &processor),
                         TOCSIN_E_NOMEM);
        tsn_alloc_fail_nth(0, false);
        ck_assert_int_eq(processor, 0);
        ck_assert_ptr_eq(fork, scope);
    }
    tsn_scope_release(fork);
    tsn_scope_release(scope);
}
END_TEST

static tocsin_status write_crumb(tsn_scope **scope)
{
    tsn_crumb crumb = {4, 4, TSN_LIT("{\"n\":4}")};
    return tsn_scope_add_crumb(scope, &crumb, 2);
}

static tocsin_status write_flag(tsn_scope **scope)
{
    return tsn_scope_set_flag(scope, TSN_LIT("\"new\""), TSN_LIT("1"));
}

static tocsin_status write_flag_again(tsn_scope **scope)
{
    return tsn_scope_set_flag(scope, TSN_LIT("\"dark\""), TSN_LIT("1"));
}

static tocsin_status write_attachment(tsn_scope **scope)
{
    tsn_attachment *attachment;
    TSN_TRY(tsn_attachment_new(TSN_LIT("b"), TSN_LIT("{\"filename\":\"b\"}"), &attachment));
    return tsn_scope_take_attachment(scope, attachment);
}

START_TEST(a_writer_without_memory_changes_nothing_and_leaks_nothing)
{
    static tocsin_status (*const writers[])(tsn_scope **) = {
        write_crumb, write_flag, write_flag_again, write_attachment, tsn_scope_clear_crumbs,
    };
    for (size_t i = 0; i < TSN_ARRAY_LEN(writers); i++) {
        kit_fail_each(writers[i], false);
        ck_assert_uint_gt(kit_fail_each(writers[i], true), 0);
    }
}
END_TEST

Suite *unit_suite(void)
{
    const TTest *const tests[] = {
        a_limit_of_three_keeps_the_last_three_and_counts_four,
        a_limit_of_zero_keeps_none_but_counts,
        clearing_crumbs_resets_the_counter_in_this_scope_alone,
        a_crumb_of_a_fork_is_not_seen_by_its_siblings,
        setting_a_flag_again_moves_it_to_the_end,
        beyond_one_hundred_flags_the_first_go,
        a_flag_name_over_200_code_points_is_refused,
        attachments_of_one_name_stand_side_by_side,
        processors_are_kept_in_order_and_released_with_the_last_scope,
        a_processor_that_finds_no_memory_is_released,
        a_writer_without_memory_changes_nothing_and_leaks_nothing,
    };
    return unit_suite_of("model/scope_list", tests, TSN_ARRAY_LEN(tests));
}

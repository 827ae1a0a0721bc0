#include "support.h"

#include "base/alloc.h"
#include "base/house.h"
#include "data/plist.h"

/* An item that counts what is done to it. */
typedef struct item {
    int references;
} item;

static void item_retain(void *context)
{
    ((item *)context)->references++;
}

static void item_release(void *context)
{
    item *self = context;
    ck_assert_int_gt(self->references, 0);
    self->references--;
}

static const tsn_plist_kind kind = {item_retain, item_release};

static void append(tsn_plist **list, item *added)
{
    added->references++;
    ck_assert_int_eq(tsn_plist_take_append(list, &kind, added), TOCSIN_OK);
}

static void append_all(tsn_plist **list, item *items, size_t count)
{
    for (size_t i = 0; i < count; i++) append(list, &items[i]);
}

static void expect_items(const tsn_plist *list, const item *items, size_t count)
{
    ck_assert_uint_eq(tsn_plist_count(list), count);
    for (size_t i = 0; i < count; i++) ck_assert_ptr_eq(tsn_plist_at(list, i), &items[i]);
}

static void expect_unreferenced(const item *items, size_t count)
{
    for (size_t i = 0; i < count; i++) ck_assert_int_eq(items[i].references, 0);
}

START_TEST(items_stand_in_the_order_of_appending)
{
    for (size_t count = 0; count <= 33; count++) {
        item items[33] = {{0}};
        tsn_plist *list = NULL;
        append_all(&list, items, count);
        expect_items(list, items, count);
        tsn_plist_release(list);
        expect_unreferenced(items, count);
    }
}
END_TEST

START_TEST(fork_then_append_leaves_the_other_alone_both_ways)
{
    item items[6] = {{0}};
    tsn_plist *parent = NULL;
    append_all(&parent, items, 4);
    tsn_plist *fork = tsn_plist_retain(parent);
    append(&fork, &items[4]);
    expect_items(parent, items, 4);
    expect_items(fork, items, 5);
    tsn_plist *other = tsn_plist_retain(parent);
    append(&parent, &items[4]);
    append(&parent, &items[5]);
    expect_items(other, items, 4);
    expect_items(fork, items, 5);
    expect_items(parent, items, 6);
    tsn_plist_release(parent);
    tsn_plist_release(fork);
    tsn_plist_release(other);
    expect_unreferenced(items, TSN_ARRAY_LEN(items));
}
END_TEST

START_TEST(removal_closes_the_gap_and_leaves_forks_alone)
{
    item items[5] = {{0}};
    tsn_plist *list = NULL;
    append_all(&list, items, 5);
    tsn_plist *fork = tsn_plist_retain(list);
    ck_assert_int_eq(tsn_plist_remove_at(&list, 4), TOCSIN_OK);
    expect_items(list, items, 4);
    ck_assert_int_eq(tsn_plist_remove_at(&list, 0), TOCSIN_OK);
    expect_items(list, items + 1, 3);
    ck_assert_int_eq(tsn_plist_remove_at(&list, 1), TOCSIN_OK);
    ck_assert_ptr_eq(tsn_plist_at(list, 1), &items[3]);
    expect_items(fork, items, 5);
    tsn_plist_release(fork);
    ck_assert_int_eq(items[0].references, 0);
    tsn_plist_release(list);
    expect_unreferenced(items, 5);
}
END_TEST

START_TEST(the_list_whose_last_item_goes_is_the_empty_list)
{
    item only = {0};
    tsn_plist *list = NULL;
    append(&list, &only);
    ck_assert_int_eq(tsn_plist_remove_at(&list, 0), TOCSIN_OK);
    ck_assert_ptr_null(list);
    ck_assert_uint_eq(tsn_plist_count(list), 0);
    expect_unreferenced(&only, 1);
}
END_TEST

START_TEST(concat_appends_and_leaves_its_source_alone)
{
    item items[7] = {{0}};
    tsn_plist *into = NULL;
    tsn_plist *from = NULL;
    append_all(&into, items, 4);
    append_all(&from, items + 4, 3);
    ck_assert_int_eq(tsn_plist_concat(&into, from), TOCSIN_OK);
    expect_items(into, items, 7);
    expect_items(from, items + 4, 3);
    ck_assert_int_eq(tsn_plist_concat(&into, NULL), TOCSIN_OK);
    expect_items(into, items, 7);
    tsn_plist *shares = NULL;
    ck_assert_int_eq(tsn_plist_concat(&shares, from), TOCSIN_OK);
    ck_assert_ptr_eq(shares, from);
    tsn_plist_release(shares);
    tsn_plist_release(into);
    tsn_plist_release(from);
    expect_unreferenced(items, 7);
}
END_TEST

START_TEST(a_list_may_be_appended_to_itself)
{
    item items[3] = {{0}};
    tsn_plist *list = NULL;
    append_all(&list, items, 3);
    ck_assert_int_eq(tsn_plist_concat(&list, list), TOCSIN_OK);
    ck_assert_uint_eq(tsn_plist_count(list), 6);
    for (size_t i = 0; i < 6; i++) ck_assert_ptr_eq(tsn_plist_at(list, i), &items[i % 3]);
    tsn_plist_release(list);
    expect_unreferenced(items, 3);
}
END_TEST

START_TEST(without_memory_a_write_changes_nothing_and_releases_its_item)
{
    item items[9] = {{0}};
    tsn_plist *list = NULL;
    append_all(&list, items, 4);
    tsn_plist *shared = tsn_plist_retain(list);
    tsn_alloc_fail_nth(1, true);
    items[4].references++;
    ck_assert_int_eq(tsn_plist_take_append(&list, &kind, &items[4]), TOCSIN_E_NOMEM);
    ck_assert_int_eq(items[4].references, 0);
    ck_assert_int_eq(tsn_plist_remove_at(&list, 1), TOCSIN_E_NOMEM);
    ck_assert_int_eq(tsn_plist_concat(&list, shared), TOCSIN_E_NOMEM);
    tsn_plist_release(shared);
    items[4].references++;
    ck_assert_int_eq(tsn_plist_take_append(&list, &kind, &items[4]), TOCSIN_E_NOMEM);
    tsn_alloc_fail_nth(0, false);
    expect_items(list, items, 4);
    tsn_plist_release(list);
    expect_unreferenced(items, 9);
}
END_TEST

Suite *unit_suite(void)
{
    const TTest *const tests[] = {
        items_stand_in_the_order_of_appending,
        fork_then_append_leaves_the_other_alone_both_ways,
        removal_closes_the_gap_and_leaves_forks_alone,
        the_list_whose_last_item_goes_is_the_empty_list,
        concat_appends_and_leaves_its_source_alone,
        a_list_may_be_appended_to_itself,
        without_memory_a_write_changes_nothing_and_releases_its_item,
    };
    return unit_suite_of("data/plist", tests, TSN_ARRAY_LEN(tests));
}

/* The one table of the process: made once, and not given up for lack of memory. */
#include "base/handle_shared.h"

#include <pthread.h>

#include "base/alloc.h"
#include "support.h"

static void nothing(void *object)
{
    (void)object;
}

static const tsn_handle_ops ops[TSN_HANDLE_KINDS] = {[1] = {nothing, nothing}};

START_TEST(a_table_that_found_no_memory_is_made_later)
{
    uint32_t nonce = tsn_handle_shared_nonce();
    bool did_fail = true;
    for (uint64_t nth = 1; did_fail; nth++) {
        tsn_alloc_fail_nth(nth, false);
        tsn_handle_table *table = tsn_handle_shared(ops);
        did_fail = tsn_alloc_did_fail();
        tsn_alloc_fail_nth(0, false);
        ck_assert_int_eq(table == NULL, did_fail);
    }
    ck_assert_ptr_eq(tsn_handle_shared(ops), tsn_handle_shared(ops));
    ck_assert_uint_eq(tsn_handle_shared_nonce(), nonce);
    ck_assert_uint_lt(nonce, 1u << TSN_HANDLE_NONCE_BITS);
}
END_TEST

static void *ask(void *unused)
{
    (void)unused;
    return tsn_handle_shared(ops);
}

START_TEST(threads_that_come_first_together_get_one_table)
{
    pthread_t threads[4];
    void *tables[4];
    for (int i = 0; i < 4; i++) pthread_create(&threads[i], NULL, ask, NULL);
    for (int i = 0; i < 4; i++) pthread_join(threads[i], &tables[i]);
    for (int i = 0; i < 4; i++) ck_assert_ptr_eq(tables[i], tsn_handle_shared(ops));
    ck_assert_ptr_nonnull(tables[0]);
}
END_TEST

static int dropped;

static void drop(void *object)
{
    (void)object;
    dropped++;
}

static const tsn_handle_ops annex_ops[TSN_HANDLE_KINDS] = {[1] = {nothing, drop}};

START_TEST(an_annex_that_found_no_memory_is_made_later)
{
    ck_assert_ptr_null(tsn_handle_annex());
    tsn_handle_shared(ops);
    tsn_alloc_fail_nth(1, false);
    ck_assert_ptr_null(tsn_handle_annex_make(ops, annex_ops));
    tsn_alloc_fail_nth(0, false);
    tsn_handle_table *annex = tsn_handle_annex_make(ops, annex_ops);
    ck_assert_ptr_nonnull(annex);
    ck_assert_ptr_eq(tsn_handle_annex_make(ops, annex_ops), annex);
    ck_assert_ptr_eq(tsn_handle_annex(), annex);
}
END_TEST

START_TEST(a_number_of_the_annex_is_foreign_to_the_table)
{
    tsn_handle_hold hold;
    tsn_handle_table *table = tsn_handle_shared(ops);
    tsn_handle_table *annex = tsn_handle_annex_make(ops, annex_ops);
    int64_t handle = tsn_handle_add(annex, 1, &dropped);
    ck_assert_int_eq(tsn_handle_find(table, handle, 1, &hold), TOCSIN_E_FOREIGN);
    ck_assert_int_eq(tsn_handle_close(table, handle, 1), TOCSIN_E_FOREIGN);
    ck_assert_int_eq(tsn_handle_close(annex, handle, 1), TOCSIN_OK);
    ck_assert_int_eq(dropped, 1);
}
END_TEST

START_TEST(what_is_found_in_the_annex_may_be_released_through_the_table)
{
    tsn_handle_hold hold;
    tsn_handle_table *table = tsn_handle_shared(ops);
    tsn_handle_table *annex = tsn_handle_annex_make(ops, annex_ops);
    int64_t handle = tsn_handle_add(annex, 1, &dropped);
    ck_assert_int_eq(tsn_handle_find(annex, handle, 1, &hold), TOCSIN_OK);
    ck_assert_int_eq(tsn_handle_close(annex, handle, 1), TOCSIN_OK);
    ck_assert_int_eq(dropped, 0);
    tsn_handle_release(table, &hold);
    ck_assert_int_eq(dropped, 1);
    int64_t other = tsn_handle_add(table, 1, &dropped);
    int64_t again = tsn_handle_add(annex, 1, &dropped);
    ck_assert_int_eq(again & 0xfffff, handle & 0xfffff); /* the slot went back to the annex */
    tsn_handle_close(annex, again, 1);
    tsn_handle_close(table, other, 1);
}
END_TEST

Suite *unit_suite(void)
{
    const TTest *const tests[] = {
        a_table_that_found_no_memory_is_made_later,
        threads_that_come_first_together_get_one_table,
        an_annex_that_found_no_memory_is_made_later,
        a_number_of_the_annex_is_foreign_to_the_table,
        what_is_found_in_the_annex_may_be_released_through_the_table,
    };
    return unit_suite_of("base/handle_shared", tests, TSN_ARRAY_LEN(tests));
}

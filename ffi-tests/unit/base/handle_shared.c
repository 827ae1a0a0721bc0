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

Suite *unit_suite(void)
{
    const TTest *const tests[] = {
        a_table_that_found_no_memory_is_made_later,
        threads_that_come_first_together_get_one_table,
    };
    return unit_suite_of("base/handle_shared", tests, TSN_ARRAY_LEN(tests));
}

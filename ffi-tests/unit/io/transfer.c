#include "io/transport.h"

#include "support.h"

START_TEST(a_long_reason_is_cut_and_ends)
{
    tsn_transfer transfer = {.native = NULL};
    char reason[2 * TSN_TRANSFER_PROBLEM_SIZE];
    memset(reason, 'x', sizeof reason);
    reason[sizeof reason - 1] = '\0';
    tsn_transfer_fail(&transfer, "%s", reason);
    ck_assert_uint_eq(strlen(transfer.problem), TSN_TRANSFER_PROBLEM_SIZE - 1);
    tsn_transfer_fail(&transfer, "no %d", 1);
    ck_assert_str_eq(transfer.problem, "no 1");
}
END_TEST

START_TEST(what_a_transfer_owns_goes_with_it)
{
    tsn_transfer transfer = {.native = NULL};
    tsn_buf_slice(&transfer.body, TSN_LIT("body"));
    tsn_buf_slice(&transfer.excerpt, TSN_LIT("excerpt"));
    tsn_response_set_status(&transfer.response, 429);
    tsn_response_set_header(&transfer.response, TSN_LIT("Retry-After"), TSN_LIT("1"));
    tsn_transfer_fini(&transfer);
    ck_assert_ptr_null(transfer.body.data);
    ck_assert_ptr_null(transfer.excerpt.data);
    ck_assert_int_eq(transfer.response.status, 0);
}
END_TEST

Suite *unit_suite(void)
{
    const TTest *const tests[] = {
        a_long_reason_is_cut_and_ends,
        what_a_transfer_owns_goes_with_it,
    };
    return unit_suite_of("io/transfer", tests, sizeof tests / sizeof tests[0]);
}

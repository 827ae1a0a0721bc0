#include "io/backoff.h"

#include "support.h"

static int64_t delay_after(uint32_t failures, double chance)
{
    tsn_backoff backoff = {0};
    for (uint32_t i = 0; i < failures; i++) tsn_backoff_fail(&backoff, i, 5000, chance);
    return backoff.until_ms - 5000;
}

START_TEST(delays_double_from_a_second_to_a_minute) /* ruling 9, NET-1 */
{
    static const int64_t longest[] = {1000, 2000, 4000, 8000, 16000, 32000, 60000, 60000, 60000};
    for (uint32_t i = 0; i < 9; i++) {
        ck_assert_int_eq(delay_after(i + 1, 0.5), longest[i] / 2);
        ck_assert_int_eq(delay_after(i + 1, 0.0), 0);
        ck_assert_int_lt(delay_after(i + 1, 0.999999), longest[i]);
    }
    ck_assert_int_le(delay_after(1000000, 0.999999), 60000);
}
END_TEST

START_TEST(requests_that_fail_together_count_as_one_failure)
{
    tsn_backoff backoff = {0};
    for (int i = 0; i < 8; i++) tsn_backoff_fail(&backoff, 0, 100, 0.5);
    ck_assert_uint_eq(backoff.failures, 1);
    ck_assert_int_eq(backoff.until_ms, 600);
    tsn_backoff_fail(&backoff, 1, 700, 0.5);
    ck_assert_uint_eq(backoff.failures, 2);
    ck_assert_int_eq(backoff.until_ms, 1700);
}
END_TEST

START_TEST(it_holds_until_the_end_and_not_longer)
{
    tsn_backoff backoff = {0};
    ck_assert(!tsn_backoff_holds(&backoff, 0));
    tsn_backoff_fail(&backoff, 0, 100, 0.5);
    ck_assert(tsn_backoff_holds(&backoff, 599));
    ck_assert(!tsn_backoff_holds(&backoff, 600));
}
END_TEST

START_TEST(an_answer_makes_all_well_again)
{
    tsn_backoff backoff = {0};
    for (uint32_t i = 0; i < 5; i++) tsn_backoff_fail(&backoff, i, 100, 0.5);
    tsn_backoff_reset(&backoff);
    ck_assert(!tsn_backoff_holds(&backoff, 100));
    tsn_backoff_fail(&backoff, 0, 100, 0.5);
    ck_assert_int_eq(backoff.until_ms, 600);
}
END_TEST

Suite *unit_suite(void)
{
    const TTest *const tests[] = {
        delays_double_from_a_second_to_a_minute,
        requests_that_fail_together_count_as_one_failure,
        it_holds_until_the_end_and_not_longer,
        an_answer_makes_all_well_again,
    };
    return unit_suite_of("io/backoff", tests, sizeof tests / sizeof tests[0]);
}

#include "support.h"

#include "base/house.h"
#include "data/weight.h"

#include <pthread.h>

START_TEST(the_first_holder_is_charged_and_the_last_credited)
{
    tsn_weight weight = {0};
    ck_assert_uint_eq(tsn_weight_hold(&weight, 100), 100);
    ck_assert_uint_eq(tsn_weight_hold(&weight, 100), 0);
    ck_assert_uint_eq(tsn_weight_drop(&weight, 100), 0);
    ck_assert_uint_eq(tsn_weight_drop(&weight, 100), 100);
    ck_assert_uint_eq(tsn_weight_hold(&weight, 7), 7);
    ck_assert_uint_eq(tsn_weight_drop(&weight, 7), 7);
}
END_TEST

enum { ROUNDS = 20000 };

typedef struct holder {
    tsn_weight *weight;
    int64_t balance;
} holder;

static void *hold_and_drop(void *context)
{
    holder *self = context;
    for (int i = 0; i < ROUNDS; i++) {
        self->balance += (int64_t)tsn_weight_hold(self->weight, 3);
        self->balance -= (int64_t)tsn_weight_drop(self->weight, 3);
    }
    return NULL;
}

START_TEST(charges_and_credits_balance_over_threads)
{
    tsn_weight weight = {0};
    holder holders[2] = {{&weight, 0}, {&weight, 0}};
    pthread_t threads[2];
    for (int i = 0; i < 2; i++) {
        ck_assert_int_eq(pthread_create(&threads[i], NULL, hold_and_drop, &holders[i]), 0);
    }
    for (int i = 0; i < 2; i++) pthread_join(threads[i], NULL);
    ck_assert_int_eq(holders[0].balance + holders[1].balance, 0);
    ck_assert_uint_eq(tsn_weight_hold(&weight, 1), 1);
}
END_TEST

Suite *unit_suite(void)
{
    const TTest *const tests[] = {
        the_first_holder_is_charged_and_the_last_credited,
        charges_and_credits_balance_over_threads,
    };
    return unit_suite_of("data/weight", tests, TSN_ARRAY_LEN(tests));
}

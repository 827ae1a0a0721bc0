#include "support.h"

#include <stdint.h>
#include <time.h>

#include "base/clock.h"
#include "base/house.h"

static int64_t fake_wall = 1700000000000001;
static int64_t fake_mono = 1000;

static int64_t get_fake_wall(void)
{
    return fake_wall;
}

static int64_t get_fake_mono(void)
{
    return fake_mono;
}

static const tsn_clock_source fake = {get_fake_wall, get_fake_mono};

START_TEST(wall_time_is_the_systems)
{
    int64_t before = (int64_t)time(NULL);
    int64_t now = tsn_clock_wall_us();
    int64_t after = (int64_t)time(NULL);
    ck_assert_int_ge(now / 1000000, before - 1);
    ck_assert_int_le(now / 1000000, after + 1);
}
END_TEST

START_TEST(monotonic_time_never_goes_back)
{
    int64_t last = tsn_clock_mono_ms();
    for (int i = 0; i < 10000; i++) {
        int64_t now = tsn_clock_mono_ms();
        ck_assert_int_ge(now, last);
        last = now;
    }
}
END_TEST

START_TEST(a_test_sets_the_time_and_gives_it_back)
{
    tsn_clock_set_source(&fake);
    ck_assert_int_eq(tsn_clock_wall_us(), 1700000000000001);
    ck_assert_int_eq(tsn_clock_mono_ms(), 1000);
    tsn_clock_set_source(NULL);
    ck_assert_int_ne(tsn_clock_wall_us(), 1700000000000001);
}
END_TEST

START_TEST(deadlines_are_counted_down_to_zero)
{
    tsn_clock_set_source(&fake);
    int64_t deadline = tsn_clock_deadline(500);
    ck_assert_int_eq(deadline, 1500);
    ck_assert_int_eq(tsn_clock_left(deadline), 500);
    fake_mono = 1499;
    ck_assert_int_eq(tsn_clock_left(deadline), 1);
    fake_mono = 1500;
    ck_assert_int_eq(tsn_clock_left(deadline), 0);
    fake_mono = 9000;
    ck_assert_int_eq(tsn_clock_left(deadline), 0);
    ck_assert_int_eq(tsn_clock_left(tsn_clock_deadline(0)), 0);
    tsn_clock_set_source(NULL);
}
END_TEST

START_TEST(negative_and_huge_timeouts_never_end)
{
    tsn_clock_set_source(&fake);
    const int64_t endless[] = {-1, INT64_MIN, INT64_MAX, INT64_MAX - 1000, TSN_CLOCK_NEVER};
    for (size_t i = 0; i < TSN_ARRAY_LEN(endless); i++) {
        ck_assert_int_eq(tsn_clock_deadline(endless[i]), TSN_CLOCK_NEVER);
    }
    ck_assert_int_eq(tsn_clock_deadline(INT64_MAX - 1001), INT64_MAX - 1);
    ck_assert_int_eq(tsn_clock_left(TSN_CLOCK_NEVER), TSN_CLOCK_NEVER);
    tsn_clock_set_source(NULL);
}
END_TEST

Suite *unit_suite(void)
{
    const TTest *const tests[] = {
        wall_time_is_the_systems,
        monotonic_time_never_goes_back,
        a_test_sets_the_time_and_gives_it_back,
        deadlines_are_counted_down_to_zero,
        negative_and_huge_timeouts_never_end,
    };
    return unit_suite_of("clock", tests, TSN_ARRAY_LEN(tests));
}

/* Names and numbers of levels. */
#include "support.h"

#include "base/house.h"
#include "model/level.h"

typedef struct level_case {
    const char *name;
    int32_t level;
    bool is_event_level;
} level_case;

static const level_case cases[] = {
    {"trace", TOCSIN_LEVEL_TRACE, false}, {"debug", TOCSIN_LEVEL_DEBUG, true},
    {"info", TOCSIN_LEVEL_INFO, true},    {"warning", TOCSIN_LEVEL_WARNING, true},
    {"error", TOCSIN_LEVEL_ERROR, true},  {"fatal", TOCSIN_LEVEL_FATAL, true},
};

START_TEST(every_level_has_its_name)
{
    for (size_t i = 0; i < TSN_ARRAY_LEN(cases); i++) {
        unit_expect_text(tsn_level_name(cases[i].level), cases[i].name);
        ck_assert_int_eq(tsn_level_is_event_level(cases[i].level), cases[i].is_event_level);
    }
}
END_TEST

START_TEST(event_levels_alone_are_found_by_name)
{
    for (size_t i = 0; i < TSN_ARRAY_LEN(cases); i++) {
        int32_t want = cases[i].is_event_level ? cases[i].level : TOCSIN_LEVEL_UNSET;
        ck_assert_int_eq(tsn_level_find(unit_slice(cases[i].name)), want);
    }
}
END_TEST

START_TEST(other_names_and_numbers_are_no_levels)
{
    static const char *const names[] = {"", "Error", "critical", "log", "err", "errors"};
    for (size_t i = 0; i < TSN_ARRAY_LEN(names); i++) {
        ck_assert_int_eq(tsn_level_find(unit_slice(names[i])), TOCSIN_LEVEL_UNSET);
    }
    static const int32_t numbers[] = {TOCSIN_LEVEL_UNSET, -1, 7, INT32_MAX, INT32_MIN};
    for (size_t i = 0; i < TSN_ARRAY_LEN(numbers); i++) {
        ck_assert(tsn_slice_absent(tsn_level_name(numbers[i])));
        ck_assert(!tsn_level_is_event_level(numbers[i]));
    }
}
END_TEST

Suite *unit_suite(void)
{
    const TTest *const tests[] = {
        every_level_has_its_name,
        event_levels_alone_are_found_by_name,
        other_names_and_numbers_are_no_levels,
    };
    return unit_suite_of("model/level", tests, TSN_ARRAY_LEN(tests));
}

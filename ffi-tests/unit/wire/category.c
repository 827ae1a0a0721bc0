#include "support.h"

#include "base/house.h"
#include "wire/category.h"

typedef struct item_row {
    const char *type;
    const char *category;
} item_row;

START_TEST(each_category_has_a_name_that_finds_it)
{
    for (int i = 0; i < TSN_CATEGORY_COUNT; i++) {
        tsn_category found = TSN_CATEGORY_COUNT;
        tsn_slice name = tsn_category_name((tsn_category)i);
        ck_assert_uint_gt(name.len, 0);
        ck_assert(tsn_category_find(name, &found));
        ck_assert_int_eq(found, i);
    }
}
END_TEST

START_TEST(an_unknown_name_finds_nothing)
{
    static const char *const unknown[] = {"", "Error", "error ", "errors", "unheard_of", "log"};
    for (size_t i = 0; i < TSN_ARRAY_LEN(unknown); i++) {
        tsn_category found = TSN_CATEGORY_SESSION;
        ck_assert(!tsn_category_find(unit_slice(unknown[i]), &found));
        ck_assert_int_eq(found, TSN_CATEGORY_SESSION);
    }
    ck_assert(!tsn_category_find(TSN_SLICE_ABSENT, &(tsn_category){0}));
}
END_TEST

/* The table of section 2.3 */
START_TEST(each_item_type_has_its_category)
{
    static const item_row rows[] = {
        {"event", "error"},
        {"transaction", "transaction"},
        {"attachment", "attachment"},
        {"session", "session"},
        {"sessions", "session"},
        {"check_in", "monitor"},
        {"feedback", "feedback"},
        {"user_report", "feedback"},
        {"log", "log_item"},
        {"trace_metric", "trace_metric"},
        {"client_report", "internal"},
        {"span", "span"},
        {"profile", "profile"},
        {"profile_chunk", "profile_chunk"},
        {"replay_event", "replay"},
        {"replay_recording", "replay"},
        {"replay_video", "replay"},
        {"statsd", "metric_bucket"},
        {"otel_span", "default"},
        {"", "default"},
        {"Event", "default"},
    };
    for (size_t i = 0; i < TSN_ARRAY_LEN(rows); i++) {
        tsn_category category = tsn_category_of_item(unit_slice(rows[i].type));
        unit_expect_text(tsn_category_name(category), rows[i].category);
    }
}
END_TEST

Suite *unit_suite(void)
{
    const TTest *const tests[] = {
        each_category_has_a_name_that_finds_it,
        an_unknown_name_finds_nothing,
        each_item_type_has_its_category,
    };
    return unit_suite_of("category", tests, TSN_ARRAY_LEN(tests));
}

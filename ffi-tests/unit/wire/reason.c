#include "support.h"

#include "base/house.h"
#include "wire/reason.h"

/* */
static const char *const written[] = {
    "queue_overflow", "cache_overflow",     "buffer_overflow", "ratelimit_backoff",
    "network_error",  "sample_rate",        "before_send",     "event_processor",
    "send_error",     "internal_sdk_error", "backpressure",    "ignored",
    "invalid",        "insufficient_data",
};

START_TEST(the_reasons_are_those_of_the_protocol)
{
    ck_assert_uint_eq(TSN_ARRAY_LEN(written), TSN_REASON_COUNT);
    for (size_t i = 0; i < TSN_ARRAY_LEN(written); i++) {
        tsn_reason found;
        ck_assert_msg(tsn_reason_find(unit_slice(written[i]), &found), "no %s", written[i]);
        unit_expect_text(tsn_reason_name(found), written[i]);
    }
}
END_TEST

START_TEST(an_unknown_name_finds_nothing)
{
    static const char *const unknown[] = {"", "Invalid", "invalid ", "invali", "user"};
    for (size_t i = 0; i < TSN_ARRAY_LEN(unknown); i++) {
        tsn_reason found = TSN_REASON_IGNORED;
        ck_assert(!tsn_reason_find(unit_slice(unknown[i]), &found));
        ck_assert_int_eq(found, TSN_REASON_IGNORED);
    }
}
END_TEST

Suite *unit_suite(void)
{
    const TTest *const tests[] = {
        the_reasons_are_those_of_the_protocol,
        an_unknown_name_finds_nothing,
    };
    return unit_suite_of("reason", tests, TSN_ARRAY_LEN(tests));
}

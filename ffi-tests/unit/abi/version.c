#include "support.h"

#include <string.h>
#include <tocsin.h>

#include "base/house.h"

static const tocsin_status statuses[] = {
    TOCSIN_OK,         TOCSIN_DURABLE, TOCSIN_DROPPED,  TOCSIN_DISABLED,    TOCSIN_TIMEOUT,
    TOCSIN_CANCELLED,  TOCSIN_E_STALE, TOCSIN_E_KIND,   TOCSIN_E_FOREIGN,   TOCSIN_E_CLOSED,
    TOCSIN_E_DENIED,   TOCSIN_E_ARG,   TOCSIN_E_RANGE,  TOCSIN_E_UNKNOWN,   TOCSIN_E_JSON,
    TOCSIN_E_TYPE,     TOCSIN_E_DEPTH, TOCSIN_E_SIZE,   TOCSIN_E_DSN,       TOCSIN_E_NOMEM,
    TOCSIN_E_LIMIT,    TOCSIN_E_FULL,  TOCSIN_E_SYSTEM, TOCSIN_E_REENTRANT, TOCSIN_E_UNSUPPORTED,
    TOCSIN_E_INTERNAL,
};

START_TEST(the_version_is_that_of_the_build)
{
    char text[32];
    ck_assert_int_eq(tocsin_version(text, sizeof text), (int)strlen(TSN_VERSION));
    ck_assert_str_eq(text, TSN_VERSION);
    ck_assert_int_eq(tocsin_abi_version(), 1);
}
END_TEST

START_TEST(the_instance_is_ten_bits_that_stay)
{
    int64_t instance = tocsin_instance_id();
    ck_assert(instance >= 0 && instance < 1024);
    ck_assert_int_eq(tocsin_instance_id(), instance);
}
END_TEST

START_TEST(handles_carry_the_instance)
{
    tocsin_options options = tocsin_options_new();
    ck_assert_int_gt(options, 0);
    ck_assert_int_eq(options >> 40 & 1023, tocsin_instance_id());
    int64_t foreign = options ^ (INT64_C(1) << 40);
    ck_assert_int_eq(tocsin_options_set(foreign, "dsn", -1, "", -1), TOCSIN_E_FOREIGN);
    ck_assert_int_eq(tocsin_handle_close(options), TOCSIN_OK);
}
END_TEST

START_TEST(every_status_has_a_sentence_of_its_own)
{
    char texts[TSN_ARRAY_LEN(statuses)][200];
    for (size_t i = 0; i < TSN_ARRAY_LEN(statuses); i++) {
        tocsin_length need = tocsin_status_text(statuses[i], texts[i], sizeof texts[i]);
        ck_assert_msg(need > 15 && need < 200, "status %d: %d bytes", statuses[i], (int)need);
        ck_assert_msg(strstr(texts[i], ": ") != NULL, "%s", texts[i]);
        for (size_t k = 0; k < i; k++) ck_assert_str_ne(texts[k], texts[i]);
    }
}
END_TEST

START_TEST(the_sentence_begins_with_the_name)
{
    char text[200], name[64];
    for (size_t i = 0; i < TSN_ARRAY_LEN(statuses); i++) {
        tocsin_status_text(statuses[i], text, sizeof text);
        size_t len = strcspn(text, ":");
        ck_assert_uint_lt(len, sizeof name - 8);
        memcpy(name, "TOCSIN_", 7);
        memcpy(name + 7, text, len);
        name[7 + len] = '\0';
        ck_assert_msg(tocsin_constant(name, -1) == statuses[i], "%s", text);
    }
}
END_TEST

START_TEST(numbers_that_are_no_status_are_successes_or_errors)
{
    char text[200];
    ck_assert_int_gt(tocsin_status_text(-77, text, sizeof text), 0);
    ck_assert_msg(strstr(text, "an error") == text, "%s", text);
    ck_assert_int_gt(tocsin_status_text(INT32_MAX, text, sizeof text), 0);
    ck_assert_msg(strstr(text, "a success") == text, "%s", text);
    ck_assert_int_gt(tocsin_status_text(INT32_MIN, text, sizeof text), 0);
}
END_TEST

START_TEST(abilities_are_yes_or_no)
{
    static const char *const there[] = {
        "http_transport", "file_transport", "stdout_transport",
        "pull_transport", "gzip",           "spotlight",
        "spool",          "hooks_pull",     "flush_at_exit",
        "client_reports", "stacktrace",     "trace_continuation",
    };
    for (size_t i = 0; i < TSN_ARRAY_LEN(there); i++) {
        ck_assert_msg(tocsin_supports(there[i], -1) == 1, "%s", there[i]);
    }
    ck_assert_int_eq(tocsin_supports("logs", 4), 0);
    ck_assert_int_eq(tocsin_supports("gzipped", 4), 1);
    ck_assert_int_eq(tocsin_supports("gzip", 3), 0);
    ck_assert_int_eq(tocsin_supports("", 0), 0);
    ck_assert_int_eq(tocsin_supports(NULL, -1), TOCSIN_E_ARG);
    ck_assert_int_eq(tocsin_supports(NULL, 4), TOCSIN_E_ARG);
}
END_TEST

START_TEST(constants_are_found_by_their_whole_name)
{
    ck_assert_int_eq(tocsin_constant("TOCSIN_LEVEL_ERROR", -1), TOCSIN_LEVEL_ERROR);
    ck_assert_int_eq(tocsin_constant("TOCSIN_E_STALE", -1), TOCSIN_E_STALE);
    ck_assert_int_eq(tocsin_constant("TOCSIN_EVENT_ID_SIZE", 20), 33);
    ck_assert_int_eq(tocsin_constant("TOCSIN_KEEP?", 11), TOCSIN_KEEP);
    ck_assert_int_eq(tocsin_constant("TOCSIN_CAPTURE_HOOKED", -1), 256);
    ck_assert_int_eq(tocsin_constant("TOCSIN_LEVEL_ERRO", -1), TOCSIN_E_UNKNOWN);
    ck_assert_int_eq(tocsin_constant("LEVEL_ERROR", -1), TOCSIN_E_UNKNOWN);
    ck_assert_int_eq(tocsin_constant("", -1), TOCSIN_E_UNKNOWN);
    ck_assert_int_eq(tocsin_constant(NULL, -1), TOCSIN_E_ARG);
    ck_assert_int_eq(tocsin_constant(NULL, 3), TOCSIN_E_ARG);
}
END_TEST

Suite *unit_suite(void)
{
    const TTest *const tests[] = {
        the_version_is_that_of_the_build,  the_instance_is_ten_bits_that_stay,
        handles_carry_the_instance,        every_status_has_a_sentence_of_its_own,
        the_sentence_begins_with_the_name, numbers_that_are_no_status_are_successes_or_errors,
        abilities_are_yes_or_no,           constants_are_found_by_their_whole_name,
    };
    return unit_suite_of("version", tests, TSN_ARRAY_LEN(tests));
}

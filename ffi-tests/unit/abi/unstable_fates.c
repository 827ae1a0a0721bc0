/* The hook that is told of each event's fate, as a program in any language can set it. */
#include <tocsin/unstable/fates.h>

#include <stdio.h>
#include <string.h>
#include <tocsin.h>
#include <tocsin/c.h>

#include "support.h"

enum { LINES_MAX = 16, LINE_SIZE = 160 };

static char lines[LINES_MAX][LINE_SIZE];
static int told;

static void note(const char *event_id, const char *fate, const char *stage, int32_t status,
                 const char *reason, const char *category, int64_t quantity, void *user)
{
    ck_assert_ptr_eq(user, lines);
    ck_assert_int_lt(told, LINES_MAX);
    snprintf(lines[told++], LINE_SIZE, "%.4s %s %s %d %s %s %lld", event_id, fate, stage,
             (int)status, reason, category, (long long)quantity);
}

static tocsin_client open_pull(const char *more)
{
    told = 0;
    ck_assert_int_eq(tocsin_unstable_set_fate_hook(note, lines), TOCSIN_OK);
    tocsin_options options = tocsin_options_new();
    ck_assert_int_eq(tocsin_option(options, "transport", "pull"), TOCSIN_OK);
    ck_assert_int_eq(tocsin_options_set_json(options, more, -1), TOCSIN_OK);
    tocsin_client client = tocsin_client_open(options);
    tocsin_handle_close(options);
    return client;
}

static void close_all(tocsin_client client, tocsin_scope scope)
{
    tocsin_client_close(client, 0);
    tocsin_handle_close(scope);
    tocsin_handle_close(client);
    tocsin_unstable_set_fate_hook(NULL, NULL);
}

static tocsin_status capture_event(tocsin_scope scope, const char *first_digits)
{
    char json[128];
    snprintf(json, sizeof json, "{\"event_id\":\"%s0000000000000000000000000001\"}", first_digits);
    return tocsin_scope_capture_event(scope, json, -1, 0, NULL, NULL);
}

START_TEST(an_event_is_told_from_hand_over_to_its_answer)
{
    tocsin_client client = open_pull("{}");
    tocsin_scope scope = tocsin_client_scope(client);
    ck_assert_int_eq(capture_event(scope, "aaaa"), TOCSIN_OK);
    ck_assert_int_eq(told, 0);
    tocsin_envelope envelope = tocsin_client_next_envelope(client, 1000);
    ck_assert_int_eq(told, 1);
    ck_assert_str_eq(lines[0], "aaaa handed_over sending 0  error 1");
    ck_assert_int_eq(tocsin_envelope_done(envelope, 202, NULL, 0), TOCSIN_OK);
    ck_assert_str_eq(lines[1], "aaaa delivered sending 202  error 1");
    close_all(client, scope);
    ck_assert_int_eq(told, 2);
}
END_TEST

START_TEST(what_is_left_and_what_is_filtered_is_told_with_its_reason)
{
    tocsin_client client = open_pull("{\"ignore_errors\":[\"boring\"]}");
    tocsin_scope scope = tocsin_client_scope(client);
    ck_assert_int_eq(
        tocsin_scope_capture_exception(scope, "{\"type\":\"boring\"}", -1, 0, NULL, NULL),
        TOCSIN_DROPPED);
    ck_assert_int_eq(capture_event(scope, "bbbb"), TOCSIN_OK);
    tocsin_event event =
        tocsin_event_prepare(scope, TOCSIN_CAPTURE_EVENT,
                             "{\"event_id\":\"cccc0000000000000000000000000001\"}", -1, 0, NULL);
    ck_assert_int_eq(tocsin_event_discard(event, "before_send", -1), TOCSIN_OK);
    close_all(client, scope);
    ck_assert_int_eq(told, 3);
    ck_assert_str_eq(lines[0],
                     " discarded capture 0 event_processor error 1"); /* it had no id yet */
    ck_assert_str_eq(lines[1], "cccc discarded capture 0 before_send error 1");
    ck_assert_str_eq(lines[2], "bbbb discarded close 0 network_error error 1");
}
END_TEST

START_TEST(without_a_hook_nobody_is_told)
{
    tocsin_client client = open_pull("{}");
    tocsin_scope scope = tocsin_client_scope(client);
    tocsin_unstable_set_fate_hook(NULL, NULL);
    ck_assert_int_eq(capture_event(scope, "aaaa"), TOCSIN_OK);
    close_all(client, scope);
    ck_assert_int_eq(told, 0);
}
END_TEST

Suite *unit_suite(void)
{
    const TTest *const tests[] = {
        an_event_is_told_from_hand_over_to_its_answer,
        what_is_left_and_what_is_filtered_is_told_with_its_reason,
        without_a_hook_nobody_is_told,
    };
    return unit_suite_of("abi/unstable_fates", tests, sizeof tests / sizeof tests[0]);
}

/* A transport of the program's own: envelopes taken, answered, let go. */
#include "abi_kit.h"

#include "base/house.h"

static bool stats_have(const unit_scope *kit, const char *part)
{
    char stats[4096];
    ck_assert_int_gt(tocsin_client_stats(kit->client, stats, sizeof stats), 0);
    return strstr(stats, part) != NULL;
}

static tocsin_envelope next_of_message(const unit_scope *kit)
{
    ck_assert_int_eq(tocsin_scope_capture_message(kit->scope, "x", 1, 0, 0, NULL, NULL), TOCSIN_OK);
    tocsin_envelope envelope = tocsin_client_next_envelope(kit->client, 0);
    ck_assert_int_gt(envelope, 0);
    return envelope;
}

START_TEST(an_answered_envelope_is_delivered_and_closed)
{
    unit_scope kit = unit_scope_open();
    ck_assert_int_eq(tocsin_client_next_envelope(kit.client, 0), 0);
    tocsin_envelope envelope = next_of_message(&kit);
    char first[8192], second[8192];
    tocsin_length need = tocsin_envelope_text(envelope, first, sizeof first);
    ck_assert_int_gt(need, 100);
    ck_assert_int_eq(tocsin_envelope_text(envelope, second, sizeof second), need);
    ck_assert_int_eq(memcmp(first, second, (size_t)need), 0);
    ck_assert(stats_have(&kit, "\"in_flight\":1"));
    ck_assert_int_eq(tocsin_envelope_done(envelope, 200, NULL, -1), TOCSIN_OK);
    ck_assert_int_eq(tocsin_envelope_done(envelope, 200, NULL, -1), TOCSIN_E_STALE);
    ck_assert_int_eq(tocsin_envelope_text(envelope, first, sizeof first), TOCSIN_E_STALE);
    ck_assert(stats_have(&kit, "\"delivered\":1"));
    unit_scope_close(&kit);
}
END_TEST

START_TEST(the_answer_is_said_once)
{
    unit_scope kit = unit_scope_open();
    tocsin_envelope envelope = next_of_message(&kit);
    tocsin_envelope second = tocsin_handle_dup(envelope);
    ck_assert_int_eq(tocsin_envelope_done(envelope, 200, NULL, -1), TOCSIN_OK);
    ck_assert_int_eq(tocsin_envelope_done(second, 200, NULL, -1), TOCSIN_E_CLOSED);
    ck_assert_int_eq(tocsin_handle_count(TOCSIN_KIND_ENVELOPE), 0);
    unit_scope_close(&kit);
}
END_TEST

START_TEST(a_429_refuses_and_its_headers_are_obeyed)
{
    unit_scope kit = unit_scope_open();
    tocsin_envelope envelope = next_of_message(&kit);
    ck_assert_int_eq(tocsin_envelope_done(envelope, 429, "Retry-After: 100\n", -1), TOCSIN_OK);
    ck_assert(stats_have(&kit, "\"refused429\":1"));
    char id[TOCSIN_EVENT_ID_SIZE];
    ck_assert_int_eq(tocsin_scope_capture_message(kit.scope, "x", 1, 0, 0, NULL, id),
                     TOCSIN_DROPPED);
    ck_assert(stats_have(&kit, "{\"ratelimit_backoff\":1}"));
    unit_scope_close(&kit);
}
END_TEST

START_TEST(an_envelope_that_is_just_closed_had_no_answer)
{
    unit_scope kit = unit_scope_open();
    tocsin_handle_close(next_of_message(&kit));
    ck_assert(stats_have(&kit, "\"queued\":1"));
    ck_assert_int_eq(tocsin_client_next_envelope(kit.client, 0), 0); /* not at once */
    ck_assert_int_eq(tocsin_client_close(kit.client, 0), TOCSIN_TIMEOUT);
    ck_assert(stats_have(&kit, "{\"network_error\":1}"));
    ck_assert_int_eq(tocsin_client_next_envelope(kit.client, -1), TOCSIN_E_CLOSED);
    unit_scope_close(&kit);
}
END_TEST

START_TEST(a_number_that_is_no_status_is_no_answer)
{
    static const int32_t statuses[] = {-1, 1, 99, 600, 1000};
    for (size_t i = 0; i < TSN_ARRAY_LEN(statuses); i++) {
        unit_scope kit = unit_scope_open();
        tocsin_envelope envelope = next_of_message(&kit);
        tocsin_envelope second = tocsin_handle_dup(envelope); /* does not keep it in flight */
        ck_assert_int_eq(tocsin_envelope_done(envelope, statuses[i], NULL, -1), TOCSIN_E_RANGE);
        ck_assert_int_eq(tocsin_handle_kind(envelope), TOCSIN_E_STALE);
        ck_assert(stats_have(&kit, "\"queued\":1"));
        ck_assert_int_eq(tocsin_envelope_done(second, 200, NULL, -1), TOCSIN_E_CLOSED);
        unit_scope_close(&kit);
    }
}
END_TEST

START_TEST(another_transport_has_no_envelopes_to_give)
{
    tocsin_options options = tocsin_options_new();
    tocsin_options_set(options, "transport", -1, "stdout", -1);
    tocsin_client client = tocsin_client_open(options);
    ck_assert_int_eq(tocsin_client_next_envelope(client, 0), TOCSIN_E_UNSUPPORTED);
    tocsin_handle_close(options);
    tocsin_handle_close(client);
}
END_TEST

START_TEST(an_envelope_outlives_its_client)
{
    unit_scope kit = unit_scope_open();
    tocsin_envelope envelope = next_of_message(&kit);
    tocsin_handle_close(kit.scope);
    tocsin_handle_close(kit.client);
    char text[8192];
    ck_assert_int_gt(tocsin_envelope_text(envelope, text, sizeof text), 0);
    ck_assert_int_ge(tocsin_envelope_done(envelope, 200, NULL, -1), TOCSIN_E_CLOSED);
    ck_assert_int_eq(tocsin_handle_count(TOCSIN_KIND_ENVELOPE), 0);
}
END_TEST

Suite *unit_suite(void)
{
    const TTest *const tests[] = {
        an_answered_envelope_is_delivered_and_closed,
        the_answer_is_said_once,
        a_429_refuses_and_its_headers_are_obeyed,
        an_envelope_that_is_just_closed_had_no_answer,
        a_number_that_is_no_status_is_no_answer,
        another_transport_has_no_envelopes_to_give,
        an_envelope_outlives_its_client,
    };
    return unit_suite_of("abi/transport", tests, TSN_ARRAY_LEN(tests));
}

/* Clients through the public functions: open and close, statistics, notices, root scopes. */
#include "abi_kit.h"

#include "base/house.h"

START_TEST(without_anything_a_client_is_open_and_disabled)
{
    tocsin_client client = tocsin_client_open(0);
    ck_assert_int_gt(client, 0);
    char text[256];
    ck_assert_int_gt(tocsin_client_stats(client, text, sizeof text), 0);
    ck_assert_ptr_nonnull(strstr(text, "\"active\":false"));
    tocsin_scope scope = tocsin_client_scope(client);
    ck_assert_int_eq(tocsin_scope_capture_message(scope, "x", 1, 0, 0, NULL, NULL),
                     TOCSIN_DISABLED);
    ck_assert_int_eq(tocsin_scope_set_tag(scope, "k", 1, "v", 1), TOCSIN_OK);
    ck_assert_int_eq(tocsin_client_flush(client, -1), TOCSIN_DISABLED);
    ck_assert_int_eq(tocsin_client_flush_cancel(client), TOCSIN_OK);
    ck_assert_int_eq(tocsin_client_next_envelope(client, -1), TOCSIN_E_CLOSED);
    ck_assert_int_eq(tocsin_client_last_answer(client, text, sizeof text), 0);
    ck_assert_int_eq(tocsin_client_close(client, -1), TOCSIN_OK);
    tocsin_handle_close(scope);
    tocsin_handle_close(client);
}
END_TEST

START_TEST(the_root_scopes_are_always_the_same)
{
    unit_scope kit = unit_scope_open();
    tocsin_scope again = tocsin_client_scope(kit.client);
    ck_assert_int_ne(again, kit.scope);
    tocsin_scope_set_tag(again, "k", 1, "v", 1);
    unit_scope_expect(&kit, "\"k\":\"v\"");
    ck_assert_int_eq(tocsin_scope_merge(kit.scope, again), TOCSIN_E_ARG);
    tocsin_scope global = tocsin_client_global_scope(kit.client);
    ck_assert_int_eq(tocsin_scope_fork(global), TOCSIN_E_ARG);
    tocsin_handle_close(global);
    tocsin_handle_close(again);
    unit_scope_close(&kit);
}
END_TEST

START_TEST(close_is_idempotent_and_leaves_the_handle)
{
    unit_scope kit = unit_scope_open();
    tocsin_scope_capture_message(kit.scope, "x", 1, 0, 0, NULL, NULL);
    ck_assert_int_eq(tocsin_client_flush(kit.client, 0), TOCSIN_TIMEOUT);
    ck_assert_int_eq(tocsin_client_close(kit.client, 0), TOCSIN_TIMEOUT);
    ck_assert_int_ge(tocsin_client_close(kit.client, 0), 0);
    ck_assert_int_eq(tocsin_handle_kind(kit.client), TOCSIN_KIND_CLIENT);
    char stats[1024];
    tocsin_client_stats(kit.client, stats, sizeof stats);
    ck_assert_ptr_nonnull(strstr(stats, "\"active\":false"));
    ck_assert_ptr_nonnull(strstr(stats, "{\"network_error\":1}"));
    unit_scope_expect(&kit, "{");
    unit_scope_close(&kit);
}
END_TEST

START_TEST(notices_are_taken_one_by_one)
{
    tocsin_options options = tocsin_options_new();
    tocsin_options_set_json(options, "{\"transport\":\"pull\",\"release\":\"a/b\"}", -1);
    tocsin_client client = tocsin_client_open(options);
    char notice[1280];
    ck_assert_int_gt(tocsin_client_next_notice(client, notice, sizeof notice), 0);
    ck_assert_ptr_nonnull(strstr(notice, "release"));
    ck_assert_int_eq(tocsin_client_next_notice(client, notice, sizeof notice), 0);
    ck_assert_str_eq(notice, "");
    tocsin_handle_close(client);
    tocsin_handle_close(options);
}
END_TEST

START_TEST(a_scope_leads_to_its_client)
{
    unit_scope kit = unit_scope_open();
    tocsin_client again = tocsin_scope_client(kit.scope);
    tocsin_scope_capture_message(kit.scope, "x", 1, 0, 0, NULL, NULL);
    tocsin_envelope envelope = tocsin_client_next_envelope(again, 0);
    ck_assert_int_gt(envelope, 0);
    tocsin_envelope_done(envelope, 200, NULL, -1);
    tocsin_handle_close(again);
    unit_scope_close(&kit);
}
END_TEST

Suite *unit_suite(void)
{
    const TTest *const tests[] = {
        without_anything_a_client_is_open_and_disabled,
        the_root_scopes_are_always_the_same,
        close_is_idempotent_and_leaves_the_handle,
        notices_are_taken_one_by_one,
        a_scope_leads_to_its_client,
    };
    return unit_suite_of("abi/client", tests, TSN_ARRAY_LEN(tests));
}

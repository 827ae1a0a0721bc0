/* Restricted handles through the public functions: the same scope with less, and nothing more from
 * what is made of it. */
#include "abi_kit.h"

#include <pthread.h>
#include <sched.h>

#include "base/alloc.h"
#include "base/house.h"

static tocsin_scope restricted(tocsin_scope scope, int64_t rights, const char *quota)
{
    tocsin_scope made = tocsin_scope_restrict(scope, rights, quota, -1);
    ck_assert_int_gt(made, 0);
    return made;
}

static tocsin_status say(tocsin_scope scope)
{
    return tocsin_scope_capture_message(scope, "m", -1, TOCSIN_LEVEL_UNSET, 0, NULL, NULL);
}

static void expect_stats(const unit_scope *kit, const char *part)
{
    char json[2048];
    tocsin_client_stats(kit->client, json, sizeof json);
    ck_assert_msg(strstr(json, part) != NULL, "no %s in %s", part, json);
}

START_TEST(it_is_the_same_scope)
{
    unit_scope kit = unit_scope_open();
    tocsin_scope plugin = restricted(kit.scope, TOCSIN_RIGHT_ALL, NULL);
    ck_assert_int_eq(tocsin_scope_set_tag(plugin, "by", -1, "plugin", -1), TOCSIN_OK);
    unit_scope_expect(&kit, "\"by\":\"plugin\"");
    ck_assert_int_eq(tocsin_handle_kind(plugin), TOCSIN_KIND_SCOPE);
    ck_assert_int_eq(tocsin_scope_merge(kit.scope, plugin), TOCSIN_E_ARG);
    ck_assert_int_eq(tocsin_handle_count(TOCSIN_KIND_SCOPE), 2);
    ck_assert_int_eq(tocsin_handle_close(plugin), TOCSIN_OK);
    ck_assert_int_eq(tocsin_handle_close(plugin), TOCSIN_E_STALE);
    ck_assert_int_eq(tocsin_scope_fork(plugin), TOCSIN_E_STALE);
    ck_assert_int_eq(tocsin_handle_count(TOCSIN_KIND_SCOPE), 1);
    unit_scope_close(&kit);
}
END_TEST

START_TEST(what_is_made_of_it_can_do_no_more)
{
    static int64_t (*const makers[])(int64_t) = {
        tocsin_handle_dup, tocsin_scope_fork, tocsin_scope_fork_isolation, tocsin_scope_isolation};
    unit_scope kit = unit_scope_open();
    int64_t rights = TOCSIN_RIGHT_FORK | TOCSIN_RIGHT_ISOLATION | TOCSIN_RIGHT_CLOSE;
    tocsin_scope plugin = restricted(kit.scope, rights, NULL);
    for (size_t i = 0; i < TSN_ARRAY_LEN(makers); i++) {
        int64_t made = makers[i](plugin);
        ck_assert_int_gt(made, 0);
        ck_assert_int_eq(tocsin_scope_set_tag(made, "k", -1, "v", -1), TOCSIN_E_DENIED);
        ck_assert_int_eq(tocsin_scope_json(made, NULL, 0), TOCSIN_E_DENIED);
        ck_assert_int_eq(tocsin_scope_client(made), TOCSIN_E_DENIED);
        ck_assert_int_eq(say(made), TOCSIN_E_DENIED);
        tocsin_scope wider = restricted(made, TOCSIN_RIGHT_ALL, NULL);
        ck_assert_int_eq(say(wider), TOCSIN_E_DENIED);
        ck_assert_int_eq(tocsin_handle_close(wider), TOCSIN_OK);
        ck_assert_int_eq(tocsin_handle_close(made), TOCSIN_OK);
    }
    tocsin_scope isolation = tocsin_scope_isolation(plugin);
    tocsin_scope current = tocsin_scope_new_current(isolation);
    ck_assert_int_eq(say(current), TOCSIN_E_DENIED);
    ck_assert_int_eq(tocsin_handle_close(current), TOCSIN_OK);
    ck_assert_int_eq(tocsin_handle_close(isolation), TOCSIN_OK);
    ck_assert_int_eq(tocsin_handle_close(plugin), TOCSIN_OK);
    expect_stats(&kit, "\"denied\":{\"rights\":21,\"quota\":0}");
    unit_scope_close(&kit);
}
END_TEST

START_TEST(forks_draw_on_one_quota)
{
    unit_scope kit = unit_scope_open();
    tocsin_scope plugin = restricted(kit.scope, TOCSIN_RIGHT_ALL, "{\"events\":3}");
    tocsin_scope fork = tocsin_scope_fork(plugin);
    tocsin_scope inner = restricted(fork, TOCSIN_RIGHT_ALL, "{\"events\":1}");
    ck_assert_int_eq(say(plugin), TOCSIN_OK);
    ck_assert_int_eq(say(inner), TOCSIN_OK);
    ck_assert_int_eq(say(inner), TOCSIN_E_DENIED);
    ck_assert_int_eq(say(fork), TOCSIN_OK);
    ck_assert_int_eq(say(fork), TOCSIN_E_DENIED);
    ck_assert_int_eq(say(plugin), TOCSIN_E_DENIED);
    ck_assert_int_eq(say(kit.scope), TOCSIN_OK);
    expect_stats(&kit, "\"discarded\":{\"backpressure\":3}");
    expect_stats(&kit, "\"captured\":7");
    expect_stats(&kit, "\"denied\":{\"rights\":0,\"quota\":3}");
    tocsin_handle_close(inner);
    tocsin_handle_close(fork);
    tocsin_handle_close(plugin);
    unit_scope_close(&kit);
}
END_TEST

START_TEST(breadcrumbs_bytes_and_handles_have_limits_too)
{
    unit_scope kit = unit_scope_open();
    tocsin_scope plugin =
        restricted(kit.scope, TOCSIN_RIGHT_ALL, "{\"breadcrumbs\":1,\"bytes\":40,\"handles\":2}");
    ck_assert_int_eq(tocsin_scope_add_breadcrumb(plugin, "{}", 2, NULL), TOCSIN_OK);
    ck_assert_int_eq(tocsin_scope_add_breadcrumb(plugin, "{}", 2, NULL), TOCSIN_E_DENIED);
    ck_assert_int_eq(tocsin_scope_set_tag(plugin, "1234567890", -1, "1234567890", -1), TOCSIN_OK);
    ck_assert_int_eq(tocsin_scope_set_tag(plugin, "1234567890", -1, "123456789", -1),
                     TOCSIN_E_DENIED);
    ck_assert_int_eq(tocsin_scope_set_user(plugin, "{\"id\":\"1234567890\"}", -1), TOCSIN_E_DENIED);
    ck_assert_int_eq(tocsin_scope_update(plugin, "{\"level\":\"info\"}", -1), TOCSIN_OK);
    tocsin_scope fork = tocsin_scope_fork(plugin);
    ck_assert_int_gt(fork, 0);
    ck_assert_int_eq(tocsin_handle_dup(plugin), TOCSIN_E_DENIED);
    ck_assert_int_eq(tocsin_handle_close(fork), TOCSIN_OK);
    fork = tocsin_handle_dup(plugin);
    ck_assert_int_gt(fork, 0);
    tocsin_handle_close(fork);
    tocsin_handle_close(plugin);
    unit_scope_close(&kit);
}
END_TEST

START_TEST(a_user_needs_a_right_of_its_own)
{
    unit_scope kit = unit_scope_open();
    int64_t rights = TOCSIN_RIGHT_ALL & ~TOCSIN_RIGHT_USER;
    tocsin_scope plugin = restricted(kit.scope, rights, NULL);
    tocsin_scope other = tocsin_scope_new(kit.client);
    ck_assert_int_eq(tocsin_scope_set_tag(other, "k", -1, "v", -1), TOCSIN_OK);
    ck_assert_int_eq(tocsin_scope_merge(plugin, other), TOCSIN_OK);
    ck_assert_int_eq(tocsin_scope_set_user(other, "{\"id\":\"1\"}", -1), TOCSIN_OK);
    ck_assert_int_eq(tocsin_scope_merge(plugin, other), TOCSIN_E_DENIED);
    ck_assert_int_eq(tocsin_scope_update(plugin, "{\"user\":null}", -1), TOCSIN_E_DENIED);
    ck_assert_int_eq(tocsin_scope_update(plugin, "{\"tags\":{\"a\":\"b\"}}", -1), TOCSIN_OK);
    ck_assert_int_eq(tocsin_scope_update(plugin, "no JSON", -1), TOCSIN_E_DENIED);
    ck_assert_int_eq(tocsin_scope_clear(plugin), TOCSIN_E_DENIED);
    tocsin_scope user = restricted(kit.scope, TOCSIN_RIGHT_USER | TOCSIN_RIGHT_CLOSE, NULL);
    ck_assert_int_eq(tocsin_scope_update(user, "{\"user\":{\"id\":\"2\"}}", -1), TOCSIN_OK);
    ck_assert_int_eq(tocsin_scope_update(user, "{\"level\":null}", -1), TOCSIN_E_DENIED);
    unit_scope_expect(&kit, "\"id\":\"2\"");
    expect_stats(&kit, "\"denied\":{\"rights\":5,");
    tocsin_handle_close(user);
    tocsin_handle_close(other);
    tocsin_handle_close(plugin);
    unit_scope_close(&kit);
}
END_TEST

START_TEST(without_the_right_to_close_it_stays)
{
    unit_scope kit = unit_scope_open();
    tocsin_scope plugin = restricted(kit.scope, TOCSIN_RIGHT_ALL & ~TOCSIN_RIGHT_CLOSE, NULL);
    ck_assert_int_eq(tocsin_handle_close(plugin), TOCSIN_E_DENIED);
    ck_assert_int_eq(say(plugin), TOCSIN_OK);
    ck_assert_int_eq(tocsin_scope_revoke(kit.scope, plugin), TOCSIN_OK);
    ck_assert_int_eq(say(plugin), TOCSIN_E_STALE);
    unit_scope_close(&kit);
}
END_TEST

START_TEST(what_is_captured_carries_what_may_not_be_read)
{
    char text[4096];
    unit_scope kit = unit_scope_open();
    tocsin_scope_set_tag(kit.scope, "host", -1, "secret", -1);
    tocsin_scope plugin = restricted(kit.scope, TOCSIN_RIGHT_CAPTURE, NULL);
    ck_assert_int_eq(tocsin_scope_merged_json(plugin, text, sizeof text), TOCSIN_E_DENIED);
    ck_assert_str_eq(text, "");
    ck_assert_int_eq(tocsin_event_prepare(plugin, TOCSIN_CAPTURE_EVENT, "{}", -1, 0, NULL),
                     TOCSIN_E_DENIED);
    ck_assert_int_eq(say(plugin), TOCSIN_OK);
    tocsin_envelope envelope = tocsin_client_next_envelope(kit.client, 0);
    ck_assert_int_gt(tocsin_envelope_text(envelope, text, sizeof text), 0);
    ck_assert_ptr_nonnull(strstr(text, "\"host\":\"secret\""));
    tocsin_envelope_done(envelope, 200, NULL, -1);
    unit_scope_close(&kit);
}
END_TEST

START_TEST(other_calls_take_it_for_what_it_is)
{
    unit_scope kit = unit_scope_open();
    tocsin_scope plugin = restricted(kit.scope, TOCSIN_RIGHT_CLIENT, NULL);
    ck_assert_int_eq(tocsin_client_flush(plugin, 0), TOCSIN_E_KIND);
    ck_assert_int_eq(tocsin_event_discard(plugin, NULL, -1), TOCSIN_E_KIND);
    tocsin_client client = tocsin_scope_client(plugin);
    ck_assert_int_eq(tocsin_handle_kind(client), TOCSIN_KIND_CLIENT);
    tocsin_handle_close(client);
    ck_assert_int_eq(tocsin_scope_restrict(kit.client, 0, NULL, -1), TOCSIN_E_KIND);
    ck_assert_int_eq(tocsin_scope_restrict(TOCSIN_E_DSN, 0, NULL, 5), TOCSIN_E_DSN);
    ck_assert_int_eq(tocsin_scope_restrict(kit.scope, 0, NULL, 5), TOCSIN_E_ARG);
    ck_assert_int_eq(tocsin_scope_restrict(kit.scope, 0, "[]", -1), TOCSIN_E_TYPE);
    ck_assert_int_eq(tocsin_scope_restrict(kit.scope, 512, NULL, -1), TOCSIN_E_RANGE);
    unit_scope_close(&kit);
}
END_TEST

START_TEST(a_call_that_runs_while_it_is_closed_ends_undisturbed)
{
    unit_scope kit = unit_scope_open();
    tocsin_scope plugin = restricted(kit.scope, TOCSIN_RIGHT_ALL, "{\"handles\":1}");
    tocsin_event event =
        tocsin_event_prepare(kit.scope, TOCSIN_CAPTURE_EVENT, "{}", -1, plugin, NULL);
    ck_assert_int_eq(tocsin_handle_close(plugin), TOCSIN_OK);
    ck_assert_int_eq(tocsin_event_submit(event, NULL, -1, NULL), TOCSIN_OK);
    unit_scope_close(&kit);
}
END_TEST

START_TEST(what_was_handed_out_can_be_taken_back)
{
    unit_scope kit = unit_scope_open();
    tocsin_scope kept = restricted(kit.scope, TOCSIN_RIGHT_ALL, NULL);
    tocsin_scope plugin = restricted(kit.scope, TOCSIN_RIGHT_FORK, NULL);
    tocsin_scope fork = tocsin_scope_fork(plugin);
    tocsin_scope inner = restricted(fork, TOCSIN_RIGHT_ALL, "{\"handles\":9}");
    ck_assert_int_eq(tocsin_scope_revoke(kept, plugin), TOCSIN_E_DENIED);
    ck_assert_int_eq(tocsin_scope_revoke(kit.scope, kit.scope), TOCSIN_E_ARG);
    ck_assert_int_eq(tocsin_scope_revoke(kit.scope, kit.client), TOCSIN_E_KIND);
    ck_assert_int_eq(tocsin_scope_revoke(kit.scope, TOCSIN_E_DSN), TOCSIN_E_DSN);
    ck_assert_int_eq(tocsin_handle_count(TOCSIN_KIND_SCOPE), 5);
    ck_assert_int_eq(tocsin_scope_revoke(kit.scope, inner), TOCSIN_OK);
    ck_assert_int_eq(tocsin_scope_fork(plugin), TOCSIN_E_STALE);
    ck_assert_int_eq(tocsin_scope_fork(fork), TOCSIN_E_STALE);
    ck_assert_int_eq(tocsin_scope_revoke(kit.scope, plugin), TOCSIN_E_STALE);
    ck_assert_int_eq(say(kept), TOCSIN_OK);
    ck_assert_int_eq(tocsin_handle_count(TOCSIN_KIND_SCOPE), 2);
    tocsin_handle_close(kept);
    unit_scope_close(&kit);
}
END_TEST

START_TEST(a_scope_of_another_client_takes_nothing_back)
{
    unit_scope kit = unit_scope_open(), other = unit_scope_open();
    tocsin_scope plugin = restricted(kit.scope, TOCSIN_RIGHT_ALL, NULL);
    ck_assert_int_eq(tocsin_scope_revoke(other.scope, plugin), TOCSIN_E_ARG);
    ck_assert_int_eq(say(plugin), TOCSIN_OK);
    ck_assert_int_eq(tocsin_scope_revoke(kit.scope, plugin), TOCSIN_OK);
    unit_scope_close(&other);
    unit_scope_close(&kit);
}
END_TEST

static void *fork_on(void *scope)
{
    int64_t last = *(const int64_t *)scope;
    while (last > 0) last = tocsin_scope_fork(*(const int64_t *)scope);
    return NULL;
}

START_TEST(forks_that_are_made_meanwhile_are_taken_back_too)
{
    pthread_t threads[3];
    unit_scope kit = unit_scope_open();
    tocsin_scope plugin = restricted(kit.scope, TOCSIN_RIGHT_FORK, NULL);
    for (int i = 0; i < 3; i++) pthread_create(&threads[i], NULL, fork_on, &plugin);
    while (tocsin_handle_count(TOCSIN_KIND_SCOPE) < 100) sched_yield();
    ck_assert_int_eq(tocsin_scope_revoke(kit.scope, plugin), TOCSIN_OK);
    for (int i = 0; i < 3; i++) pthread_join(threads[i], NULL);
    ck_assert_int_eq(tocsin_handle_count(TOCSIN_KIND_SCOPE), 1);
    unit_scope_close(&kit);
}
END_TEST

START_TEST(each_lack_of_memory_leaves_things_as_they_were)
{
    unit_scope kit = unit_scope_open();
    tocsin_scope plugin = restricted(kit.scope, TOCSIN_RIGHT_ALL, "{\"handles\":2}");
    static int64_t (*const makers[])(int64_t) = {tocsin_handle_dup, tocsin_scope_fork,
                                                 tocsin_scope_fork_isolation};
    for (size_t i = 0; i < TSN_ARRAY_LEN(makers); i++) {
        bool did_fail = true;
        for (uint64_t nth = 1; did_fail; nth++) {
            tsn_alloc_fail_nth(nth, false);
            int64_t made = makers[i](plugin);
            did_fail = tsn_alloc_did_fail();
            tsn_alloc_fail_nth(0, false);
            if (did_fail) ck_assert_int_eq(made, TOCSIN_E_NOMEM);
            if (!did_fail) ck_assert_int_eq(tocsin_handle_close(made), TOCSIN_OK);
        }
    }
    ck_assert_int_eq(tocsin_handle_close(plugin), TOCSIN_OK);
    unit_scope_close(&kit);
}
END_TEST

Suite *unit_suite(void)
{
    const TTest *const tests[] = {
        it_is_the_same_scope,
        what_is_made_of_it_can_do_no_more,
        forks_draw_on_one_quota,
        breadcrumbs_bytes_and_handles_have_limits_too,
        a_user_needs_a_right_of_its_own,
        without_the_right_to_close_it_stays,
        what_is_captured_carries_what_may_not_be_read,
        other_calls_take_it_for_what_it_is,
        a_call_that_runs_while_it_is_closed_ends_undisturbed,
        what_was_handed_out_can_be_taken_back,
        a_scope_of_another_client_takes_nothing_back,
        forks_that_are_made_meanwhile_are_taken_back_too,
        each_lack_of_memory_leaves_things_as_they_were,
    };
    return unit_suite_of("abi/restrict", tests, TSN_ARRAY_LEN(tests));
}

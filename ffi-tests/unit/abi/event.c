/* Events in two steps, what C hooks are shown, and hooks by pull with two languages in one test. */
#include "abi_kit.h"

#include <pthread.h>

#include "base/house.h"

static tocsin_event prepare(const unit_scope *kit, const char *json)
{
    tocsin_event event = tocsin_event_prepare(kit->scope, TOCSIN_CAPTURE_EVENT, json, -1, 0, NULL);
    ck_assert_int_gt(event, 0);
    return event;
}

static bool stats_have(const unit_scope *kit, const char *part)
{
    char stats[4096];
    ck_assert_int_gt(tocsin_client_stats(kit->client, stats, sizeof stats), 0);
    return strstr(stats, part) != NULL;
}

START_TEST(submit_closes_the_handle_whatever_it_returns)
{
    unit_scope kit = unit_scope_open();
    tocsin_event event = prepare(&kit, "{}");
    char id[TOCSIN_EVENT_ID_SIZE];
    ck_assert_int_eq(tocsin_event_submit(event, NULL, -1, id), TOCSIN_OK);
    ck_assert_uint_eq(strlen(id), 32);
    ck_assert_int_eq(tocsin_event_submit(event, NULL, -1, id), TOCSIN_E_STALE);
    ck_assert_str_eq(id, "");
    event = prepare(&kit, "{}");
    ck_assert_int_eq(tocsin_event_submit(event, "no json", -1, id), TOCSIN_DROPPED);
    ck_assert_int_eq(tocsin_handle_close(event), TOCSIN_E_STALE);
    event = prepare(&kit, "{}");
    ck_assert_int_eq(tocsin_event_submit(event, NULL, 5, id), TOCSIN_E_ARG);
    ck_assert_int_eq(tocsin_handle_close(event), TOCSIN_E_STALE);
    event = prepare(&kit, "{}");
    ck_assert_int_eq(tocsin_event_discard(event, "whim", -1), TOCSIN_E_UNKNOWN);
    ck_assert_int_eq(tocsin_handle_close(event), TOCSIN_E_STALE);
    ck_assert_int_eq(tocsin_handle_count(TOCSIN_KIND_EVENT), 0);
    unit_scope_close(&kit);
}
END_TEST

START_TEST(an_event_ends_once_over_all_its_handles)
{
    unit_scope kit = unit_scope_open();
    tocsin_event event = prepare(&kit, "{}");
    tocsin_event second = tocsin_handle_dup(event), third = tocsin_handle_dup(event);
    ck_assert_int_eq(tocsin_event_discard(event, "before_send", -1), TOCSIN_OK);
    ck_assert_int_eq(tocsin_event_json(second, NULL, 0), TOCSIN_E_CLOSED);
    ck_assert_int_eq(tocsin_event_set_json(second, "{}", -1), TOCSIN_E_CLOSED);
    ck_assert_int_eq(tocsin_event_set_rate(second, 1), TOCSIN_E_CLOSED);
    ck_assert_int_eq(tocsin_event_submit(second, NULL, -1, NULL), TOCSIN_E_CLOSED);
    ck_assert_int_eq(tocsin_event_discard(third, NULL, -1), TOCSIN_E_CLOSED);
    ck_assert(stats_have(&kit, "\"captured\":1"));
    ck_assert(stats_have(&kit, "{\"before_send\":1}"));
    unit_scope_close(&kit);
}
END_TEST

START_TEST(closing_the_last_handle_counts_the_event_as_ignored)
{
    unit_scope kit = unit_scope_open();
    tocsin_event event = prepare(&kit, "{}");
    tocsin_event second = tocsin_handle_dup(event);
    tocsin_handle_close(event);
    ck_assert(!stats_have(&kit, "ignored"));
    tocsin_handle_close(second);
    ck_assert(stats_have(&kit, "{\"ignored\":1}"));
    unit_scope_close(&kit);
}
END_TEST

START_TEST(the_text_that_was_set_is_what_is_submitted)
{
    unit_scope kit = unit_scope_open();
    tocsin_event event = prepare(&kit, "{\"logger\":\"one\"}");
    char json[4096];
    ck_assert_int_gt(tocsin_event_json(event, json, sizeof json), 0);
    ck_assert_ptr_nonnull(strstr(json, "\"logger\":\"one\""));
    ck_assert_int_eq(tocsin_event_set_json(event, "[]", -1), TOCSIN_E_TYPE);
    ck_assert_int_eq(tocsin_event_set_json(event, "{\"logger\":\"two\"}", -1), TOCSIN_OK);
    ck_assert_int_eq(tocsin_event_submit(event, NULL, -1, NULL), TOCSIN_OK);
    tocsin_envelope envelope = tocsin_client_next_envelope(kit.client, 0);
    tocsin_envelope_text(envelope, json, sizeof json);
    ck_assert_ptr_nonnull(strstr(json, "\"logger\":\"two\""));
    tocsin_handle_close(envelope);
    unit_scope_close(&kit);
}
END_TEST

START_TEST(what_ends_before_any_hook_is_0)
{
    tocsin_client closed = tocsin_client_open(0);
    tocsin_scope scope = tocsin_client_scope(closed);
    ck_assert_int_eq(tocsin_event_prepare(scope, TOCSIN_CAPTURE_EVENT, "{}", -1, 0, NULL), 0);
    tocsin_handle_close(scope);
    tocsin_handle_close(closed);
    unit_scope kit = unit_scope_open();
    ck_assert_int_eq(tocsin_event_prepare(kit.scope, 9, "{}", -1, 0, NULL), TOCSIN_E_ARG);
    ck_assert_int_eq(tocsin_event_prepare(kit.scope, 3, NULL, -1, 0, NULL), TOCSIN_E_ARG);
    ck_assert_int_eq(tocsin_event_prepare(kit.scope, 3, "{\"type\":\"transaction\"}", -1, 0, NULL),
                     TOCSIN_E_UNSUPPORTED);
    unit_scope_close(&kit);
}
END_TEST

/* A view can be read and changed, and is closed after its call. */
static int32_t try_everything(tocsin_event event, const void *hint, void *user)
{
    (void)hint;
    tocsin_event *kept = user;
    ck_assert_int_eq(tocsin_event_set_rate(event, 1), TOCSIN_E_ARG);
    ck_assert_int_eq(tocsin_event_set_json(event, "{\"logger\":\"hook\"}", -1), TOCSIN_OK);
    *kept = tocsin_handle_dup(event);
    tocsin_event another = tocsin_handle_dup(event);
    ck_assert_int_eq(tocsin_event_submit(another, NULL, -1, NULL), TOCSIN_E_ARG);
    ck_assert_int_eq(tocsin_event_discard(event, NULL, -1), TOCSIN_E_ARG);
    return TOCSIN_KEEP;
}

START_TEST(a_view_is_for_its_call_alone)
{
    tocsin_event kept = 0;
    tocsin_options options = tocsin_options_new();
    tocsin_options_set(options, "transport", -1, "pull", -1);
    tocsin_options_set_hook(options, "before_send", -1, try_everything, &kept, NULL);
    unit_scope kit = {.client = tocsin_client_open(options)};
    kit.scope = tocsin_client_scope(kit.client);
    tocsin_handle_close(options);
    ck_assert_int_eq(tocsin_scope_capture_message(kit.scope, "x", 1, 0, 0, NULL, NULL), TOCSIN_OK);
    ck_assert_int_eq(tocsin_event_json(kept, NULL, 0), TOCSIN_E_CLOSED);
    ck_assert_int_eq(tocsin_event_set_json(kept, "{}", -1), TOCSIN_E_CLOSED);
    ck_assert_int_eq(tocsin_handle_close(kept), TOCSIN_OK);
    ck_assert_int_eq(tocsin_handle_count(TOCSIN_KIND_EVENT), 0);
    unit_scope_close(&kit);
}
END_TEST

/* The language that owns the hooks: takes what the other captured until the client is closed. */
static void *owner_language(void *arg)
{
    tocsin_client client = *(tocsin_client *)arg;
    tocsin_event event;
    while ((event = tocsin_client_next_event(client, -1)) > 0) {
        char json[8192];
        ck_assert_int_lt(tocsin_event_json(event, json, sizeof json), (int)sizeof json);
        if (strstr(json, "secret") != NULL) {
            ck_assert_int_eq(tocsin_event_discard(event, "before_send", -1), TOCSIN_OK);
        } else {
            ck_assert_int_eq(tocsin_event_submit(event, NULL, -1, NULL), TOCSIN_OK);
        }
    }
    ck_assert_int_eq(event, TOCSIN_E_CLOSED);
    return NULL;
}

/* Ruling 12 */
START_TEST(a_language_filters_what_another_captures)
{
    tocsin_options options = tocsin_options_new();
    tocsin_options_set_json(options, "{\"transport\":\"pull\",\"hooks\":\"pull\"}", -1);
    unit_scope kit = {.client = tocsin_client_open(options)};
    kit.scope = tocsin_client_scope(kit.client);
    tocsin_handle_close(options);
    ck_assert_int_eq(tocsin_client_next_event(kit.client, 0), 0);
    pthread_t owner;
    pthread_create(&owner, NULL, owner_language, &kit.client);
    for (int i = 0; i < 20; i++) {
        char id[TOCSIN_EVENT_ID_SIZE];
        const char *text = i % 2 == 0 ? "a secret" : "nothing special";
        ck_assert_int_eq(tocsin_scope_capture_message(kit.scope, text, -1, 0, 0, NULL, id),
                         TOCSIN_OK);
        ck_assert_uint_eq(strlen(id), 32);
    }
    /* each is in the queue or counted once the owner has had it */
    while (!stats_have(&kit, "\"queued\":10") || !stats_have(&kit, "{\"before_send\":10}")) {
        sched_yield();
    }
    ck_assert_int_eq(tocsin_client_close(kit.client, 0), TOCSIN_TIMEOUT);
    pthread_join(owner, NULL);
    ck_assert(stats_have(&kit, "\"captured\":20"));
    tocsin_handle_close(kit.scope);
    tocsin_handle_close(kit.client);
}
END_TEST

START_TEST(hooks_that_are_not_pulled_give_nothing_to_pull)
{
    unit_scope kit = unit_scope_open();
    ck_assert_int_eq(tocsin_client_next_event(kit.client, 0), TOCSIN_E_UNSUPPORTED);
    unit_scope_close(&kit);
}
END_TEST

Suite *unit_suite(void)
{
    const TTest *const tests[] = {
        submit_closes_the_handle_whatever_it_returns,
        an_event_ends_once_over_all_its_handles,
        closing_the_last_handle_counts_the_event_as_ignored,
        the_text_that_was_set_is_what_is_submitted,
        what_ends_before_any_hook_is_0,
        a_view_is_for_its_call_alone,
        a_language_filters_what_another_captures,
        hooks_that_are_not_pulled_give_nothing_to_pull,
    };
    return unit_suite_of("abi/event", tests, TSN_ARRAY_LEN(tests));
}

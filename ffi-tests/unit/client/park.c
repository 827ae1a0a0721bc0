/* Hooks by pull (ruling 12): one language owns the client's hooks, another captures. */
#include "client_kit.h"

#include "client/park.h"
#include "client/prepared.h"
#include "data/limits.h"

#define PULL "{'hooks':'pull','hook_timeout':5000}"

static tsn_draft *take(tsn_client *client)
{
    tsn_draft *draft = NULL;
    ck_assert_int_eq(tsn_client_next_event(client, 0, &draft), TOCSIN_OK);
    ck_assert_ptr_nonnull(draft);
    return draft;
}

START_TEST(what_another_language_captures_goes_through_the_owners_hooks)
{
    tsn_client *client = kit_open(PULL);
    char id[TOCSIN_EVENT_ID_SIZE];
    kit_tag(&client->current, "who", "guest");
    ck_assert_int_eq(kit_capture(&client->current, TOCSIN_CAPTURE_MESSAGE, "x", id), TOCSIN_OK);
    ck_assert_uint_eq(strlen(id), 32);
    kit_expect_no_event(client);
    tsn_draft *draft = take(client);
    tsn_buf event = TSN_BUF_EMPTY;
    ck_assert_int_eq(tsn_draft_read(draft, &event), TOCSIN_OK);
    kit_expect(&event, "tags.who", "'guest'");
    char submitted[TOCSIN_EVENT_ID_SIZE];
    ck_assert_int_eq(
        tsn_pipeline_submit(draft, TSN_LIT("{\"tags\":{\"who\":\"owner\"}}"), submitted),
        TOCSIN_OK);
    ck_assert_str_eq(submitted, id);
    tsn_draft_release(draft);
    kit_event(client, &event);
    kit_expect(&event, "tags.who", "'owner'");
    tsn_buf_fini(&event);
    kit_expect_identity(client);
    kit_close(client);
}
END_TEST

START_TEST(the_last_event_id_waits_for_the_owner)
{
    tsn_client *client = kit_open(PULL);
    tsn_buf last = TSN_BUF_EMPTY;
    char id[TOCSIN_EVENT_ID_SIZE];
    kit_capture(&client->current, TOCSIN_CAPTURE_MESSAGE, "dropped", NULL);
    kit_capture(&client->current, TOCSIN_CAPTURE_MESSAGE, "kept", id);
    tsn_draft *draft = take(client);
    ck_assert_int_eq(tsn_pipeline_discard(draft, TSN_LIT("before_send")), TOCSIN_OK);
    tsn_draft_release(draft);
    ck_assert_int_eq(tsn_cell_last_event_id(&client->current, &last), TOCSIN_OK);
    ck_assert_uint_eq(last.len, 0);
    draft = take(client);
    ck_assert_int_eq(tsn_pipeline_submit(draft, TSN_SLICE_ABSENT, NULL), TOCSIN_OK);
    tsn_draft_release(draft);
    tsn_cell_last_event_id(&client->current, &last);
    unit_expect_buf(&last, id);
    tsn_buf_fini(&last);
    kit_close(client);
}
END_TEST

START_TEST(what_the_owner_captures_is_not_parked)
{
    tsn_client *client = kit_open(PULL);
    tsn_draft *draft =
        kit_prepare(&client->current, TOCSIN_CAPTURE_EVENT | TOCSIN_CAPTURE_HOOKED, "{}");
    ck_assert_int_eq(tsn_pipeline_submit(draft, TSN_SLICE_ABSENT, NULL), TOCSIN_OK);
    tsn_draft_release(draft);
    ck_assert_int_eq(kit_stat(client, "categories.error.queued"), 1);
    tsn_draft *none = NULL;
    ck_assert_int_eq(tsn_client_next_event(client, 0, &none), TOCSIN_TIMEOUT);
    kit_expect_identity(client);
    kit_close(client);
}
END_TEST

START_TEST(what_another_language_prepared_and_submitted_is_parked_too)
{
    tsn_client *client = kit_open(PULL);
    tsn_draft *guest = kit_prepare(&client->current, TOCSIN_CAPTURE_EVENT, "{'logger':'a'}");
    char id[TOCSIN_EVENT_ID_SIZE], again[TOCSIN_EVENT_ID_SIZE];
    ck_assert_int_eq(tsn_pipeline_submit(guest, TSN_LIT("{\"logger\":\"b\"}"), id), TOCSIN_OK);
    ck_assert_int_eq(tsn_pipeline_submit(guest, TSN_SLICE_ABSENT, again), TOCSIN_E_CLOSED);
    tsn_draft_release(guest);
    ck_assert_int_eq(client->unsubmitted, 0);
    kit_expect_no_event(client);
    tsn_draft *owner = take(client);
    ck_assert_int_eq(tsn_pipeline_submit(owner, TSN_SLICE_ABSENT, again), TOCSIN_OK);
    ck_assert_str_eq(again, id);
    tsn_draft_release(owner);
    tsn_buf event = TSN_BUF_EMPTY;
    kit_event(client, &event);
    kit_expect(&event, "logger", "'b'");
    tsn_buf_fini(&event);
    kit_expect_identity(client);
    kit_close(client);
}
END_TEST

START_TEST(what_nobody_takes_in_time_counts_as_before_send)
{
    kit_take_clock();
    tsn_client *client = kit_open(PULL);
    kit_message(&client->current, "late");
    kit_now_ms += 4999;
    kit_message(&client->current, "in time");
    ck_assert_int_eq(kit_lost(client, "before_send"), 0);
    kit_now_ms += 1;
    ck_assert_int_eq(kit_lost(client, "before_send"), 1);
    tsn_draft *draft = take(client);
    tsn_buf event = TSN_BUF_EMPTY;
    tsn_draft_read(draft, &event);
    kit_expect(&event, "logentry.formatted", "'in time'");
    kit_now_ms += 60000;
    ck_assert_int_eq(tsn_pipeline_submit(draft, TSN_SLICE_ABSENT, NULL), TOCSIN_OK);
    tsn_draft_release(draft);
    tsn_buf_fini(&event);
    kit_expect_identity(client);
    kit_close(client);
    tsn_clock_set_source(NULL);
}
END_TEST

START_TEST(the_event_after_a_thousand_is_dropped_and_counted)
{
    tsn_client *client = kit_open(PULL);
    for (int i = 0; i < TSN_EVENTS_UNSUBMITTED_MAX; i++) {
        ck_assert_int_eq(kit_message(&client->current, "x"), TOCSIN_OK);
    }
    char id[TOCSIN_EVENT_ID_SIZE];
    ck_assert_int_eq(kit_capture(&client->current, TOCSIN_CAPTURE_MESSAGE, "x", id),
                     TOCSIN_DROPPED);
    ck_assert_str_eq(id, "");
    ck_assert_int_eq(kit_lost(client, "before_send"), 1);
    tsn_draft_release(take(client));
    ck_assert_int_eq(kit_lost(client, "ignored"), 1);
    ck_assert_int_eq(kit_message(&client->current, "x"), TOCSIN_OK);
    tsn_client_close(client, 0);
    ck_assert_int_eq(kit_lost(client, "before_send"), 1 + TSN_EVENTS_UNSUBMITTED_MAX);
    kit_expect_identity(client);
    tsn_client_release(client);
}
END_TEST

START_TEST(a_client_without_pulled_hooks_has_nothing_to_pull)
{
    tsn_client *client = kit_open("{}");
    tsn_draft *draft = NULL;
    ck_assert_int_eq(tsn_client_next_event(client, 0, &draft), TOCSIN_E_UNSUPPORTED);
    kit_close(client);
    client = kit_open(PULL);
    kit_message(&client->current, "x");
    tsn_client_close(client, 0);
    ck_assert_int_eq(tsn_client_next_event(client, -1, &draft), TOCSIN_DISABLED);
    ck_assert_int_eq(kit_message(&client->current, "x"), TOCSIN_DISABLED);
    kit_expect_identity(client);
    tsn_client_release(client);
}
END_TEST

START_TEST(a_client_let_go_with_parked_events_is_freed)
{
    tsn_alloc_track(true);
    tsn_client *client = kit_open(PULL);
    tsn_cell *fork, *isolated;
    tsn_cell_fork(&client->current, &fork);
    tsn_cell_fork_isolation(fork, &isolated);
    kit_message(&client->current, "a");
    kit_message(fork, "b");
    kit_message(isolated, "c");
    tsn_cell_release(fork);
    tsn_cell_release(isolated);
    tsn_client_release(client);
    ck_assert_int_eq(tsn_alloc_live(), 0);
}
END_TEST

START_TEST(a_parked_event_outlives_the_scope_it_was_captured_on)
{
    tsn_client *client = kit_open(PULL);
    tsn_cell *fork, *isolated, *isolation;
    tsn_cell_fork(&client->current, &fork);
    tsn_cell_fork_isolation(fork, &isolated);
    tsn_cell_isolation(isolated, &isolation);
    kit_tag(isolated, "t", "v");
    char id[TOCSIN_EVENT_ID_SIZE];
    kit_message(fork, "home stays");
    kit_capture(isolated, TOCSIN_CAPTURE_MESSAGE, "home goes later", id);
    tsn_cell_release(fork);
    tsn_cell_release(isolated);
    tsn_draft *draft = take(client);
    ck_assert_int_eq(tsn_pipeline_submit(draft, TSN_SLICE_ABSENT, NULL), TOCSIN_OK);
    tsn_draft_release(draft);
    draft = take(client);
    ck_assert_int_eq(tsn_pipeline_submit(draft, TSN_SLICE_ABSENT, NULL), TOCSIN_OK);
    tsn_draft_release(draft);
    tsn_buf last = TSN_BUF_EMPTY;
    tsn_cell_last_event_id(isolation, &last);
    unit_expect_buf(&last, id);
    tsn_cell_release(isolation);
    kit_message(&client->current, "and all gone");
    tsn_buf_fini(&last);
    kit_expect_identity(client);
    kit_close(client);
}
END_TEST

typedef struct owner {
    tsn_client *client;
    int submitted;
    int discarded;
} owner;

/* The owner's thread: every third event is not wanted. */
static void *own_hooks(void *arg)
{
    owner *self = arg;
    tsn_draft *draft;
    while (tsn_client_next_event(self->client, -1, &draft) == TOCSIN_OK) {
        if ((self->submitted + self->discarded) % 3 == 2) {
            tsn_pipeline_discard(draft, TSN_LIT("before_send"));
            self->discarded++;
        } else {
            tsn_pipeline_submit(draft, TSN_LIT("{\"logger\":\"owner\"}"), NULL);
            self->submitted++;
        }
        tsn_draft_release(draft);
    }
    return NULL;
}

START_TEST(an_owner_with_a_thread_serves_a_guest_with_another)
{
    tsn_client *client = kit_open(PULL);
    owner self = {.client = client};
    pthread_t thread;
    pthread_create(&thread, NULL, own_hooks, &self);
    for (int i = 0; i < 300; i++) {
        ck_assert_int_eq(kit_message(&client->current, "guest"), TOCSIN_OK);
    }
    ck_assert_int_eq(tsn_park_wait(client->park, 60000), TOCSIN_OK);
    tsn_park_close(client->park);
    pthread_join(thread, NULL);
    ck_assert_int_eq(self.submitted, 200);
    ck_assert_int_eq(kit_lost(client, "before_send"), 100);
    ck_assert_int_eq(kit_stat(client, "categories.error.queued"), 200);
    kit_expect_identity(client);
    kit_close(client);
}
END_TEST

START_TEST(refused_memory_loses_the_event_and_counts_it)
{
    tsn_client *client = kit_open(PULL);
    bool did_fail = true;
    int64_t lost = 0;
    for (uint64_t nth = 1; did_fail; nth++) {
        tsn_alloc_fail_nth(nth, false);
        tocsin_status st = kit_message(&client->current, "x");
        did_fail = tsn_alloc_did_fail();
        tsn_alloc_fail_nth(0, false);
        ck_assert_int_eq(st, did_fail && st != TOCSIN_OK ? TOCSIN_E_NOMEM : TOCSIN_OK);
        if (st != TOCSIN_OK) lost++;
        ck_assert_int_eq(kit_lost(client, "internal_sdk_error"), lost);
    }
    ck_assert_int_gt(lost, 4);
    ck_assert_int_eq(kit_lost(client, "before_send"), 0);
    kit_close(client);
}
END_TEST

Suite *unit_suite(void)
{
    const TTest *const tests[] = {
        what_another_language_captures_goes_through_the_owners_hooks,
        the_last_event_id_waits_for_the_owner,
        what_the_owner_captures_is_not_parked,
        what_another_language_prepared_and_submitted_is_parked_too,
        what_nobody_takes_in_time_counts_as_before_send,
        the_event_after_a_thousand_is_dropped_and_counted,
        a_client_without_pulled_hooks_has_nothing_to_pull,
        a_client_let_go_with_parked_events_is_freed,
        a_parked_event_outlives_the_scope_it_was_captured_on,
        an_owner_with_a_thread_serves_a_guest_with_another,
        refused_memory_loses_the_event_and_counts_it,
    };
    return unit_suite_of("client/park", tests, TSN_ARRAY_LEN(tests));
}

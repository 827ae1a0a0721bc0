/* Cells: tiers and links, forks that are snapshots, merge, clear, and many threads at once (C7 to
 * C12). */
#include "client_kit.h"

#include "client/trace.h"

static void expect_tag(tsn_cell *cell, const char *key, const char *want)
{
    tsn_buf text = TSN_BUF_EMPTY;
    char path[64];
    snprintf(path, sizeof path, "tags.%s", key);
    ck_assert_int_eq(tsn_cell_write(cell, &text), TOCSIN_OK);
    kit_expect(&text, path, want);
    tsn_buf_fini(&text);
}

START_TEST(fork_then_write_leaves_parent_alone)
{
    tsn_client *client = kit_open("{}");
    tsn_cell *fork;
    kit_tag(&client->current, "k", "parent");
    ck_assert_int_eq(tsn_cell_fork(&client->current, &fork), TOCSIN_OK);
    kit_tag(fork, "k", "child");
    expect_tag(&client->current, "k", "'parent'");
    expect_tag(fork, "k", "'child'");
    kit_tag(&client->current, "late", "1");
    expect_tag(fork, "late", NULL);
    tsn_cell_release(fork);
    kit_close(client);
}
END_TEST

START_TEST(a_fork_keeps_its_tier_and_its_isolation_scope)
{
    tsn_client *client = kit_open("{}");
    tsn_cell *current, *isolation, *detached, *copy, *home;
    tsn_cell_new_isolation(client, &isolation);
    tsn_cell_new_current(isolation, &current);
    tsn_cell_new_detached(client, &detached);
    tsn_cell_fork(current, &copy);
    ck_assert_int_eq(copy->tier, TSN_TIER_CURRENT);
    tsn_cell_isolation(copy, &home);
    ck_assert_ptr_eq(home, isolation);
    tsn_cell_release(home);
    tsn_cell_release(copy);
    tsn_cell_fork(isolation, &copy);
    ck_assert_int_eq(copy->tier, TSN_TIER_ISOLATION);
    tsn_cell_release(copy);
    tsn_cell_fork(detached, &copy);
    ck_assert_int_eq(copy->tier, TSN_TIER_DETACHED);
    tsn_cell_release(copy);
    tsn_cell_release(current);
    tsn_cell_release(isolation);
    tsn_cell_release(detached);
    kit_close(client);
}
END_TEST

START_TEST(fork_isolation_copies_both_tiers)
{
    tsn_client *client = kit_open("{}");
    tsn_cell *fork, *isolation;
    kit_tag(&client->isolation, "i", "1");
    kit_tag(&client->current, "c", "1");
    ck_assert_int_eq(tsn_cell_fork_isolation(&client->current, &fork), TOCSIN_OK);
    tsn_cell_isolation(fork, &isolation);
    ck_assert_ptr_ne(isolation, &client->isolation);
    kit_tag(&client->isolation, "i", "2");
    expect_tag(isolation, "i", "'1'");
    expect_tag(fork, "c", "'1'");
    tsn_cell_release(isolation);
    tsn_cell_release(fork);
    kit_close(client);
}
END_TEST

START_TEST(what_makes_no_sense_for_a_tier_is_refused)
{
    tsn_client *client = kit_open("{}");
    tsn_cell *detached, *none;
    tsn_buf text = TSN_BUF_EMPTY;
    tsn_cell_new_detached(client, &detached);
    ck_assert_int_eq(tsn_cell_fork(&client->global, &none), TOCSIN_E_ARG);
    ck_assert_int_eq(tsn_cell_fork_isolation(&client->isolation, &none), TOCSIN_E_ARG);
    ck_assert_int_eq(tsn_cell_fork_isolation(detached, &none), TOCSIN_E_ARG);
    ck_assert_int_eq(tsn_cell_new_current(&client->current, &none), TOCSIN_E_ARG);
    ck_assert_int_eq(tsn_cell_new_current(&client->global, &none), TOCSIN_E_ARG);
    ck_assert_int_eq(tsn_cell_isolation(&client->isolation, &none), TOCSIN_E_ARG);
    ck_assert_int_eq(tsn_cell_last_event_id(&client->global, &text), TOCSIN_E_ARG);
    ck_assert_int_eq(tsn_cell_last_event_id(detached, &text), TOCSIN_E_ARG);
    ck_assert_int_eq(tsn_cell_merge(detached, detached, true), TOCSIN_E_ARG);
    tsn_cell_release(detached);
    kit_close(client);
}
END_TEST

START_TEST(a_capture_merges_the_layers_of_its_tier)
{
    tsn_client *client = kit_open("{}");
    tsn_cell *detached;
    tsn_cell *layers[TSN_LAYERS_MAX];
    tsn_cell_new_detached(client, &detached);
    ck_assert_uint_eq(tsn_cell_layers(&client->current, detached, layers), 4);
    ck_assert_ptr_eq(layers[0], &client->global);
    ck_assert_ptr_eq(layers[1], &client->isolation);
    ck_assert_ptr_eq(layers[2], &client->current);
    ck_assert_ptr_eq(layers[3], detached);
    ck_assert_uint_eq(tsn_cell_layers(&client->isolation, &client->current, layers), 3);
    ck_assert_uint_eq(tsn_cell_layers(&client->isolation, &client->isolation, layers), 2);
    ck_assert_uint_eq(tsn_cell_layers(detached, NULL, layers), 2);
    ck_assert_uint_eq(tsn_cell_layers(detached, &client->global, layers), 2);
    ck_assert_uint_eq(tsn_cell_layers(&client->global, NULL, layers), 1);
    ck_assert_uint_eq(tsn_cell_layers(&client->global, detached, layers), 2);
    tsn_cell_release(detached);
    kit_close(client);
}
END_TEST

START_TEST(a_forked_isolation_scope_answers_with_its_parents_last_event)
{
    tsn_client *client = kit_open("{}");
    tsn_cell *fork;
    char id[TOCSIN_EVENT_ID_SIZE], other[TOCSIN_EVENT_ID_SIZE];
    tsn_buf last = TSN_BUF_EMPTY;
    kit_capture(&client->current, TOCSIN_CAPTURE_MESSAGE, "x", id);
    tsn_cell_fork_isolation(&client->current, &fork);
    tsn_cell_last_event_id(fork, &last);
    unit_expect_buf(&last, id);
    kit_capture(fork, TOCSIN_CAPTURE_MESSAGE, "x", other);
    tsn_buf_clear(&last);
    tsn_cell_last_event_id(&client->current, &last);
    unit_expect_buf(&last, id);
    tsn_cell_clear(&client->isolation);
    tsn_buf_clear(&last);
    tsn_cell_last_event_id(&client->current, &last);
    ck_assert_uint_eq(last.len, 0);
    tsn_buf_fini(&last);
    tsn_cell_release(fork);
    kit_close(client);
}
END_TEST

static tsn_id trace_of(tsn_client *client, tsn_cell *cell)
{
    tsn_buf event = TSN_BUF_EMPTY;
    tsn_id id;
    kit_message(cell, "x");
    kit_event(client, &event);
    tsn_slice text = kit_at(tsn_buf_view(&event), "contexts.trace.trace_id");
    ck_assert(tsn_id_parse(tsn_json_string_body(text), false, &id));
    tsn_buf_fini(&event);
    return id;
}

/* 2.6, R12 */
START_TEST(traces_belong_to_isolation_scopes)
{
    tsn_client *client = kit_open("{}");
    tsn_cell *fork, *detached;
    tsn_cell_fork_isolation(&client->current, &fork);
    tsn_cell_new_detached(client, &detached);
    tsn_id root = trace_of(client, &client->current), forked = trace_of(client, fork);
    tsn_id global = trace_of(client, &client->global), apart = trace_of(client, detached);
    ck_assert(tsn_id_equal(&root, &forked));
    ck_assert(tsn_id_equal(&global, &apart));
    ck_assert(!tsn_id_equal(&root, &global));
    ck_assert_int_eq(tsn_cell_new_trace(&client->isolation), TOCSIN_OK);
    tsn_id fresh = trace_of(client, &client->current), still = trace_of(client, fork);
    ck_assert(!tsn_id_equal(&root, &fresh));
    ck_assert(tsn_id_equal(&root, &still));
    tsn_cell_clear(&client->isolation);
    tsn_id cleared = trace_of(client, &client->current);
    ck_assert(tsn_id_equal(&fresh, &cleared));
    tsn_cell_merge(detached, &client->isolation, true);
    apart = trace_of(client, detached);
    ck_assert(tsn_id_equal(&fresh, &apart));
    tsn_cell_clear(detached);
    apart = trace_of(client, detached);
    ck_assert(tsn_id_equal(&global, &apart));
    tsn_cell_release(fork);
    tsn_cell_release(detached);
    kit_close(client);
}
END_TEST

START_TEST(a_weak_reference_knows_a_cell_until_it_goes)
{
    tsn_client *client = kit_open("{}");
    tsn_cell *cell, *weak;
    tsn_cell_fork(&client->current, &cell);
    weak = cell;
    tsn_cell_retain(weak);
    tsn_cell_weaken(weak);
    ck_assert(tsn_cell_strengthen(weak));
    tsn_cell_weaken(weak);
    tsn_cell_release(cell);
    ck_assert(!tsn_cell_strengthen(weak));
    tsn_cell_retain(&client->global);
    tsn_cell_weaken(&client->global);
    ck_assert(tsn_cell_strengthen(&client->global));
    tsn_cell_weaken(&client->global);
    tsn_cell_release_weak(&client->global);
    kit_close(client);
}
END_TEST

#define ROUNDS 400

typedef struct storm {
    tsn_client *client;
    tsn_cell *shared;
    int number;
} storm;

/* Sets, forks, merges and captures on scopes that all threads share. */
static void *rage(void *arg)
{
    const storm *self = arg;
    char key[16];
    snprintf(key, sizeof key, "t%d", self->number);
    for (int i = 0; i < ROUNDS; i++) {
        tsn_cell *fork, *isolated;
        kit_tag(self->shared, key, "v");
        kit_tag(&self->client->global, "g", key);
        kit_crumb(&self->client->isolation, "{'message':'m'}");
        kit_set(self->shared, tsn_cell_set_user, i % 2 ? "{'id':'1'}" : "null");
        ck_assert_int_eq(tsn_cell_fork(self->shared, &fork), TOCSIN_OK);
        ck_assert_int_eq(tsn_cell_fork_isolation(self->shared, &isolated), TOCSIN_OK);
        kit_tag(fork, "own", key);
        tsn_cell_merge(self->shared, fork, true);
        ck_assert_int_eq(kit_message(isolated, "x"), TOCSIN_OK);
        ck_assert_int_eq(kit_message(fork, "x"), TOCSIN_OK);
        if (i % 50 == 0) tsn_cell_clear(self->shared);
        tsn_cell_release(fork);
        tsn_cell_release(isolated);
    }
    return NULL;
}

static void *drain(void *arg)
{
    tsn_client *client = arg;
    tsn_envelope_out *envelope = NULL;
    while (tsn_delivery_next_envelope(client->delivery, -1, &envelope) == TOCSIN_OK) {
        tsn_envelope_out_done(envelope, 200, TSN_SLICE_ABSENT);
        tsn_envelope_out_release(envelope);
    }
    return NULL;
}

static void run_storm(tsn_client *client)
{
    pthread_t threads[4], drainer;
    storm storms[4];
    tsn_cell *shared;
    tsn_cell_fork(&client->current, &shared);
    pthread_create(&drainer, NULL, drain, client);
    for (int i = 0; i < 4; i++) {
        storms[i] = (storm){client, shared, i};
        pthread_create(&threads[i], NULL, rage, &storms[i]);
    }
    for (int i = 0; i < 4; i++) pthread_join(threads[i], NULL);
    ck_assert_int_eq(tsn_client_close(client, 60000), TOCSIN_OK);
    pthread_join(drainer, NULL);
    ck_assert_int_eq(kit_stat(client, "categories.error.captured"), 4 * ROUNDS * 2);
    ck_assert_int_eq(kit_stat(client, "categories.error.delivered"), 4 * ROUNDS * 2);
    kit_expect_identity(client);
    tsn_cell_release(shared);
    tsn_client_release(client);
}

START_TEST(four_threads_share_scopes_without_hooks)
{
    run_storm(kit_open("{}"));
}
END_TEST

START_TEST(four_threads_share_scopes_with_hooks)
{
    static int32_t answer = TOCSIN_KEEP;
    tsn_options *options = kit_options("{'transport':'pull'}");
    kit_set_hook(options, "before_send", kit_hook_new(kit_answer, &answer));
    kit_set_hook(options, "event_processor", kit_hook_new(kit_answer, &answer));
    kit_set_hook(options, "before_breadcrumb", kit_hook_new(kit_answer, &answer));
    run_storm(kit_open_with(options));
}
END_TEST

START_TEST(every_refused_allocation_leaves_whole_scopes)
{
    tsn_client *client = kit_open("{}");
    kit_tag(&client->current, "k", "v");
    bool did_fail = true;
    for (uint64_t nth = 1; did_fail; nth++) {
        tsn_cell *cells[5] = {NULL};
        tsn_alloc_fail_nth(nth, true);
        tsn_cell_new_isolation(client, &cells[0]);
        if (cells[0] != NULL) tsn_cell_new_current(cells[0], &cells[1]);
        tsn_cell_fork_isolation(&client->current, &cells[2]);
        tsn_cell_new_detached(client, &cells[3]);
        if (cells[3] != NULL) tsn_cell_merge(cells[3], &client->current, true);
        tsn_cell_fork(&client->current, &cells[4]);
        did_fail = tsn_alloc_did_fail();
        tsn_alloc_fail_nth(0, false);
        for (size_t i = 0; i < TSN_ARRAY_LEN(cells); i++) {
            ck_assert(cells[i] == NULL || tsn_scope_valid(cells[i]->value));
            tsn_cell_release(cells[i]);
        }
    }
    expect_tag(&client->current, "k", "'v'");
    kit_close(client);
}
END_TEST

Suite *unit_suite(void)
{
    const TTest *const tests[] = {
        fork_then_write_leaves_parent_alone,
        a_fork_keeps_its_tier_and_its_isolation_scope,
        fork_isolation_copies_both_tiers,
        what_makes_no_sense_for_a_tier_is_refused,
        a_capture_merges_the_layers_of_its_tier,
        a_forked_isolation_scope_answers_with_its_parents_last_event,
        traces_belong_to_isolation_scopes,
        a_weak_reference_knows_a_cell_until_it_goes,
        four_threads_share_scopes_without_hooks,
        four_threads_share_scopes_with_hooks,
        every_refused_allocation_leaves_whole_scopes,
    };
    return unit_suite_of("client/scope_cell", tests, TSN_ARRAY_LEN(tests));
}

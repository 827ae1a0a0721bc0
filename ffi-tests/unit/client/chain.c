/* R21: a capture from inside a hook on the scopes that the hook runs for is refused; others are
 * not. HND-8, HND-9. */
#include "client_kit.h"

#include "client/chain.h"

/* A hook that captures on the cell that `user` names, once a call. */
static int32_t capture_again(kit_hook *hook, tsn_draft *draft, const void *hint)
{
    (void)draft;
    (void)hint;
    tsn_cell *cell = hook->user;
    ck_assert_int_eq(kit_message(cell, "from inside"), TOCSIN_E_REENTRANT);
    return TOCSIN_KEEP;
}

static void expect_refused_inside(const char *hook_name, tsn_cell *(*pick)(tsn_client *))
{
    kit_hook *hook = kit_hook_new(capture_again, NULL);
    tsn_client *client = kit_open_hooked("{}", hook_name, hook);
    hook->user = pick(client);
    ck_assert_int_eq(kit_message(&client->current, "outside"), TOCSIN_OK);
    ck_assert_int_eq(hook->calls, 1);
    ck_assert_int_eq(kit_stat(client, "categories.error.captured"), 1);
    tsn_buf event = TSN_BUF_EMPTY;
    kit_event(client, &event);
    kit_expect(&event, "logentry.formatted", "'outside'");
    kit_expect_no_event(client);
    tsn_buf_fini(&event);
    kit_expect_identity(client);
    kit_close(client);
}

static tsn_cell *global_of(tsn_client *client)
{
    return &client->global;
}

static tsn_cell *isolation_of(tsn_client *client)
{
    return &client->isolation;
}

static tsn_cell *current_of(tsn_client *client)
{
    return &client->current;
}

START_TEST(a_capture_inside_a_hook_on_any_layer_is_refused)
{
    expect_refused_inside("before_send", global_of);
    expect_refused_inside("before_send", isolation_of);
    expect_refused_inside("before_send", current_of);
    expect_refused_inside("event_processor", global_of);
    expect_refused_inside("event_processor", isolation_of);
    expect_refused_inside("event_processor", current_of);
}
END_TEST

static int32_t sample_and_capture(kit_hook *hook, tsn_draft *draft, const void *hint)
{
    capture_again(hook, draft, hint);
    return 1000000;
}

START_TEST(a_capture_inside_the_sampler_is_refused)
{
    kit_hook *hook = kit_hook_new(sample_and_capture, NULL);
    tsn_client *client = kit_open_hooked("{}", "error_sampler", hook);
    hook->user = &client->current;
    ck_assert_int_eq(kit_message(&client->current, "outside"), TOCSIN_OK);
    ck_assert_int_eq(kit_stat(client, "categories.error.captured"), 1);
    kit_close(client);
}
END_TEST

/* Writes through the hint, which is the test's own. */
static void keep_for_test(const void *hint, tsn_cell *cell)
{
    union {
        const void *read;
        tsn_cell **write;
    } place = {.read = hint};
    *place.write = cell;
}

/* Forks made inside the hook, and forks of those, belong to the chain too. */
static int32_t capture_on_forks(kit_hook *hook, tsn_draft *draft, const void *hint)
{
    (void)draft;
    (void)hint;
    if (hook->calls > 1) return TOCSIN_KEEP;
    tsn_client *client = hook->user;
    tsn_cell *fork, *fork_of_fork, *isolated, *isolation;
    ck_assert_int_eq(tsn_cell_fork(&client->current, &fork), TOCSIN_OK);
    ck_assert_int_eq(tsn_cell_fork(fork, &fork_of_fork), TOCSIN_OK);
    ck_assert_int_eq(tsn_cell_fork_isolation(fork, &isolated), TOCSIN_OK);
    ck_assert_int_eq(tsn_cell_isolation(isolated, &isolation), TOCSIN_OK);
    ck_assert_int_eq(kit_message(fork, "x"), TOCSIN_E_REENTRANT);
    ck_assert_int_eq(kit_message(fork_of_fork, "x"), TOCSIN_E_REENTRANT);
    ck_assert_int_eq(kit_message(isolated, "x"), TOCSIN_E_REENTRANT);
    ck_assert_int_eq(kit_message(isolation, "x"), TOCSIN_E_REENTRANT);
    tsn_cell_release(fork);
    tsn_cell_release(fork_of_fork);
    tsn_cell_release(isolation);
    /* This one outlives the hook. */
    keep_for_test(hint, isolated);
    return TOCSIN_KEEP;
}

START_TEST(forks_made_inside_a_hook_are_refused_inside_it_and_free_after_it)
{
    kit_hook *hook = kit_hook_new(capture_on_forks, NULL);
    tsn_client *client = kit_open_hooked("{}", "before_send", hook);
    hook->user = client;
    tsn_cell *kept = NULL;
    tsn_capture capture = {.cell = &client->current,
                           .source = TOCSIN_CAPTURE_MESSAGE,
                           .text = TSN_LIT("outside"),
                           .hint = &kept};
    ck_assert_int_eq(tsn_pipeline_capture(&capture, NULL), TOCSIN_OK);
    ck_assert_ptr_nonnull(kept);
    capture.cell = kept;
    ck_assert_int_eq(tsn_pipeline_capture(&capture, NULL), TOCSIN_OK);
    tsn_cell_release(kept);
    ck_assert_int_eq(kit_stat(client, "categories.error.captured"), 2);
    kit_expect_identity(client);
    kit_close(client);
}
END_TEST

/* Captures on unrelated scopes run the hook again; each makes another such capture. */
static int32_t capture_elsewhere(kit_hook *hook, tsn_draft *draft, const void *hint)
{
    (void)draft;
    (void)hint;
    tsn_client *client = hook->user;
    tsn_cell *elsewhere;
    ck_assert_int_eq(tsn_cell_new_isolation(client, &elsewhere), TOCSIN_OK);
    tocsin_status st = kit_message(elsewhere, "from inside");
    ck_assert(st == TOCSIN_OK || st == TOCSIN_E_REENTRANT);
    tsn_cell_release(elsewhere);
    return TOCSIN_KEEP;
}

START_TEST(captures_on_unrelated_scopes_end_at_a_depth)
{
    kit_hook *hook = kit_hook_new(capture_elsewhere, NULL);
    tsn_client *client = kit_open_hooked("{}", "before_send", hook);
    hook->user = client;
    ck_assert_int_eq(kit_message(&client->current, "outside"), TOCSIN_OK);
    ck_assert_int_eq(hook->calls, 8);
    ck_assert_int_eq(kit_stat(client, "categories.error.captured"), 8);
    kit_expect_identity(client);
    kit_close(client);
}
END_TEST

static void *capture_from_another_thread(void *cell)
{
    ck_assert_int_eq(kit_message(cell, "another thread"), TOCSIN_OK);
    return NULL;
}

static int32_t let_another_thread_capture(kit_hook *hook, tsn_draft *draft, const void *hint)
{
    (void)draft;
    (void)hint;
    if (hook->calls > 1) return TOCSIN_KEEP;
    pthread_t thread;
    pthread_create(&thread, NULL, capture_from_another_thread, hook->user);
    pthread_join(thread, NULL);
    return TOCSIN_KEEP;
}

START_TEST(another_thread_may_capture_on_the_same_scope_meanwhile)
{
    kit_hook *hook = kit_hook_new(let_another_thread_capture, NULL);
    tsn_client *client = kit_open_hooked("{}", "before_send", hook);
    hook->user = &client->current;
    ck_assert_int_eq(kit_message(&client->current, "outside"), TOCSIN_OK);
    ck_assert_int_eq(hook->calls, 2);
    ck_assert_int_eq(kit_stat(client, "categories.error.captured"), 2);
    kit_close(client);
}
END_TEST

static int32_t capture_on_another_client(kit_hook *hook, tsn_draft *draft, const void *hint)
{
    (void)draft;
    (void)hint;
    tsn_client *other = hook->user;
    ck_assert_int_eq(kit_message(&other->current, "other"), TOCSIN_OK);
    return TOCSIN_KEEP;
}

START_TEST(another_client_takes_captures_from_a_hook)
{
    tsn_client *other = kit_open("{}");
    tsn_client *client =
        kit_open_hooked("{}", "before_send", kit_hook_new(capture_on_another_client, other));
    ck_assert_int_eq(kit_message(&client->current, "outside"), TOCSIN_OK);
    ck_assert_int_eq(kit_stat(other, "categories.error.captured"), 1);
    kit_close(client);
    kit_close(other);
}
END_TEST

START_TEST(a_lone_hook_is_entered_once_a_thread)
{
    tsn_chains *chains = tsn_chains_new();
    tsn_chain log, again, crumb;
    ck_assert(tsn_chain_enter_lone(chains, &log, TSN_CHAIN_LOG));
    ck_assert(!tsn_chain_enter_lone(chains, &again, TSN_CHAIN_LOG));
    ck_assert(tsn_chain_enter_lone(chains, &crumb, TSN_CHAIN_BREADCRUMB));
    tsn_chain_leave(chains, &log);
    ck_assert(tsn_chain_enter_lone(chains, &log, TSN_CHAIN_LOG));
    tsn_chain_leave(chains, &log);
    tsn_chain_leave(chains, &crumb);
    tsn_chains_free(chains);
}
END_TEST

START_TEST(a_child_keeps_what_its_own_thread_is_inside_of) /* FRK-1 */
{
    tsn_chains *chains = tsn_chains_new();
    tsn_cell cell = {.chain = 0};
    tsn_cell *cells[] = {&cell};
    tsn_chain chain[4];
    for (size_t i = 0; i < TSN_ARRAY_LEN(chain); i++) {
        tsn_chain_enter(chains, &chain[i], cells, 1);
        if (i % 2 == 1) chain[i].thread++; /* somebody else's */
    }
    tsn_chains_start_afresh(chains);
    ck_assert(tsn_chain_blocks(chains, &cell));
    ck_assert_uint_eq(tsn_chain_of_fork(chains, &cell), chain[0].id);
    tsn_chain_leave(chains, &chain[2]);
    ck_assert(tsn_chain_blocks(chains, &cell));
    tsn_chain_leave(chains, &chain[0]);
    ck_assert(!tsn_chain_blocks(chains, &cell));
    tsn_chains_free(chains);
}
END_TEST

Suite *unit_suite(void)
{
    const TTest *const tests[] = {
        a_capture_inside_a_hook_on_any_layer_is_refused,
        a_capture_inside_the_sampler_is_refused,
        forks_made_inside_a_hook_are_refused_inside_it_and_free_after_it,
        captures_on_unrelated_scopes_end_at_a_depth,
        another_thread_may_capture_on_the_same_scope_meanwhile,
        another_client_takes_captures_from_a_hook,
        a_lone_hook_is_entered_once_a_thread,
        a_child_keeps_what_its_own_thread_is_inside_of,
    };
    return unit_suite_of("client/chain", tests, TSN_ARRAY_LEN(tests));
}

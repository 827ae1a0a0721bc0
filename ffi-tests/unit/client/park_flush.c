/* Flushes of a client whose hooks are pulled: what is parked and what was taken both count. */
#include "client_kit.h"

#include <sys/wait.h>
#include <unistd.h>

#define PULL "{'hooks':'pull','hook_timeout':600000}"
/* Losses leave nothing to be sent. */
#define QUIET "{'hooks':'pull','hook_timeout':600000,'send_client_reports':false}"

static tsn_draft *take(tsn_client *client)
{
    tsn_draft *draft = NULL;
    ck_assert_int_eq(tsn_client_next_event(client, 0, &draft), TOCSIN_OK);
    ck_assert_ptr_nonnull(draft);
    return draft;
}

static void *flush_for_long(void *client)
{
    static const int was_cancelled = 1;
    union {
        const int *read;
        void *write;
    } yes = {.read = &was_cancelled};
    return tsn_client_flush(client, 60000) == TOCSIN_CANCELLED ? yes.write : NULL;
}

START_TEST(a_flush_waits_for_the_owner_until_it_is_cancelled)
{
    tsn_client *client = kit_open(PULL);
    kit_message(&client->current, "x");
    ck_assert_int_eq(tsn_client_flush(client, 0), TOCSIN_TIMEOUT);
    pthread_t thread;
    pthread_create(&thread, NULL, flush_for_long, client);
    void *answer = NULL;
    while (pthread_tryjoin_np(thread, &answer) != 0) {
        tsn_client_flush_cancel(client);
        sched_yield();
    }
    ck_assert_ptr_nonnull(answer);
    kit_close(client);
}
END_TEST

START_TEST(a_flush_counts_what_was_taken_and_has_not_ended)
{
    tsn_client *client = kit_open(QUIET);
    for (int way = 0; way < 3; way++) {
        kit_message(&client->current, "x");
        tsn_draft *draft = take(client);
        ck_assert_int_eq(tsn_client_flush(client, 0), TOCSIN_TIMEOUT);
        if (way == 0) tsn_pipeline_submit(draft, TSN_SLICE_ABSENT, NULL);
        if (way == 1) tsn_pipeline_discard(draft, TSN_LIT("before_send"));
        tsn_draft_release(draft);
        tsn_buf event = TSN_BUF_EMPTY;
        if (way == 0) kit_event(client, &event);
        tsn_buf_fini(&event);
        ck_assert_int_eq(tsn_client_flush(client, 0), TOCSIN_OK);
    }
    kit_close(client);
}
END_TEST

/* A host's thread that flushes while the owner has an event in its hands. */
typedef struct waiting_host {
    tsn_client *client;
    _Atomic bool has_begun;
    tocsin_status answer;
    int64_t delivered; /* when the flush was over */
} waiting_host;

static void *flush_and_look(void *arg)
{
    waiting_host *host = arg;
    host->has_begun = true;
    host->answer = tsn_client_flush(host->client, 60000);
    host->delivered = kit_stat(host->client, "categories.error.delivered");
    return NULL;
}

START_TEST(a_flush_waits_for_what_another_thread_has_taken)
{
    tsn_client *client = kit_open_with(
        kit_options("{'hooks':'pull','hook_timeout':600000,'transport':'file:/dev/null'}"));
    for (int i = 1; i <= 20; i++) {
        kit_message(&client->current, "x");
        tsn_draft *draft = take(client);
        waiting_host host = {.client = client};
        pthread_t thread;
        pthread_create(&thread, NULL, flush_and_look, &host);
        while (!host.has_begun) sched_yield();
        for (int turn = 0; turn < i; turn++) sched_yield();
        ck_assert_int_eq(tsn_pipeline_submit(draft, TSN_SLICE_ABSENT, NULL), TOCSIN_OK);
        tsn_draft_release(draft);
        pthread_join(thread, NULL);
        ck_assert_int_eq(host.answer, TOCSIN_OK);
        ck_assert_int_eq(host.delivered, i);
    }
    kit_close(client);
}
END_TEST

START_TEST(a_flush_that_waits_for_a_taken_event_can_be_cancelled)
{
    tsn_client *client = kit_open(PULL);
    kit_message(&client->current, "x");
    tsn_draft *draft = take(client);
    pthread_t thread;
    pthread_create(&thread, NULL, flush_for_long, client);
    void *answer = NULL;
    while (pthread_tryjoin_np(thread, &answer) != 0) {
        tsn_client_flush_cancel(client);
        sched_yield();
    }
    ck_assert_ptr_nonnull(answer);
    tsn_draft_release(draft);
    kit_close(client);
}
END_TEST

START_TEST(a_child_of_fork_has_nothing_parked_and_nothing_taken)
{
    tsn_client *client = kit_open(QUIET);
    kit_message(&client->current, "taken");
    tsn_draft *draft = take(client);
    kit_message(&client->current, "parked");
    pid_t child = fork();
    if (child == 0) {
        tsn_draft *none = NULL;
        bool is_fresh = tsn_client_flush(client, 0) == TOCSIN_OK;
        is_fresh &= tsn_client_next_event(client, 0, &none) == TOCSIN_TIMEOUT;
        tsn_draft_release(draft); /* the parent's, of whom the child keeps no books */
        kit_message(&client->current, "mine");
        is_fresh &= tsn_client_flush(client, 0) == TOCSIN_TIMEOUT;
        is_fresh &= tsn_client_next_event(client, 0, &none) == TOCSIN_OK;
        _exit(is_fresh ? 0 : 1);
    }
    int outcome;
    waitpid(child, &outcome, 0);
    ck_assert_int_eq(outcome, 0);
    tsn_draft_release(draft);
    ck_assert_int_eq(tsn_client_flush(client, 0), TOCSIN_TIMEOUT);
    tsn_draft_release(take(client));
    ck_assert_int_eq(tsn_client_flush(client, 0), TOCSIN_OK);
    kit_close(client);
}
END_TEST

Suite *unit_suite(void)
{
    const TTest *const tests[] = {
        a_flush_waits_for_the_owner_until_it_is_cancelled,
        a_flush_counts_what_was_taken_and_has_not_ended,
        a_flush_waits_for_what_another_thread_has_taken,
        a_flush_that_waits_for_a_taken_event_can_be_cancelled,
        a_child_of_fork_has_nothing_parked_and_nothing_taken,
    };
    return unit_suite_of("client/park_flush", tests, TSN_ARRAY_LEN(tests));
}

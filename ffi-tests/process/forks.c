/* Forks in odd places: inside hooks, beside hooks of other threads, between prepare and submit,
 * with events parked for a language, as a daemon, and children that end without a word. */
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "stage.h"

enum { ROUNDS = 10 };

static pid_t forked;

static int32_t fork_once(tocsin_event event, const void *hint, void *user)
{
    (void)event;
    (void)hint;
    (void)user;
    if (forked == 0) forked = fork();
    return TOCSIN_KEEP;
}

/* The sampler's answer is a rate. */
static int32_t fork_and_keep_all(tocsin_event event, const void *hint, void *user)
{
    (void)fork_once(event, hint, user);
    return 1000000;
}

/* Both sides come back from the hook; the event is the parent's. */
static void fork_in(const char *hook, tocsin_hook_fn run)
{
    tocsin_options options = stage_options("{}");
    tocsin_options_set_hook(options, hook, -1, run, NULL, NULL);
    tocsin_client client = tocsin_client_open(options);
    tocsin_handle_close(options);
    tocsin_scope scope = tocsin_client_scope(client);
    for (int i = 0; i < ROUNDS; i++) {
        forked = 0;
        bool is_parent = stage_capture(scope, "parent", i) == TOCSIN_OK;
        STAGE_EXPECT(is_parent == (forked > 0));
        if (forked == 0) {
            char who[32];
            snprintf(who, sizeof who, "child%d", i);
            forked = -1;
            STAGE_EXPECT(stage_capture(scope, who, i) == TOCSIN_OK);
            stage_end(client, who);
            _exit(0);
        }
        stage_wait_child(forked, "a child born in a hook");
    }
    stage_end(client, "parent");
}

static void fork_in_before_send(void)
{
    fork_in("before_send", fork_once);
}

static void fork_in_event_processor(void)
{
    fork_in("event_processor", fork_once);
}

static void fork_in_sampler(void)
{
    fork_in("error_sampler", fork_and_keep_all);
}

static void fork_in_breadcrumb(void)
{
    tocsin_options options = stage_options("{}");
    tocsin_options_set_hook(options, TOCSIN_Z("before_breadcrumb"), fork_once, NULL, NULL);
    tocsin_client client = tocsin_client_open(options);
    tocsin_handle_close(options);
    tocsin_scope scope = tocsin_client_scope(client);
    forked = 0;
    STAGE_EXPECT(tocsin_scope_add_breadcrumb(scope, TOCSIN_Z("{\"message\":\"x\"}"), NULL) == 0);
    const char *who = forked == 0 ? "child" : "parent";
    STAGE_EXPECT(stage_capture(scope, who, 1) == TOCSIN_OK);
    stage_end(client, who);
    if (forked == 0) _exit(0);
    stage_wait_child(forked, "a child born in before_breadcrumb");
}

enum { GUESTS = 4 };

static _Atomic int guests;
static _Atomic bool may_leave;
static const char *guest_of = "parent";

static int32_t stay(tocsin_event event, const void *hint, void *user)
{
    (void)event;
    (void)hint;
    (void)user;
    atomic_fetch_add(&guests, 1);
    while (!atomic_load(&may_leave)) usleep(100);
    return TOCSIN_KEEP;
}

static void *capture_and_stay(void *arg)
{
    const tocsin_scope *scope = arg;
    STAGE_EXPECT(stage_capture(*scope, guest_of, 1) == TOCSIN_OK);
    return NULL;
}

/* Takes up a whole stack, so that nothing of an old one is left on it. */
static void *trample(void *arg)
{
    volatile char room[256 * 1024];
    for (size_t i = 0; i < sizeof room; i++) room[i] = 0x5a;
    return arg;
}

static void be_child_of_guests(tocsin_client client, tocsin_scope scope)
{
    pthread_t threads[2 * GUESTS];
    guest_of = "child";
    atomic_store(&may_leave, true);
    for (int i = 0; i < 2 * GUESTS; i++) pthread_create(&threads[i], NULL, trample, NULL);
    for (int i = 0; i < 2 * GUESTS; i++) pthread_join(threads[i], NULL);
    STAGE_EXPECT(stage_capture(scope, "child", 1) == TOCSIN_OK);
    for (int i = 0; i < GUESTS; i++) {
        pthread_create(&threads[i], NULL, capture_and_stay, &scope);
    }
    for (int i = 0; i < GUESTS; i++) pthread_join(threads[i], NULL);
    stage_end(client, "child");
    _exit(0);
}

/* Their hooks go on in the parent alone, whose stacks the child will use again. */
static void fork_beside_hooks(void)
{
    pthread_t threads[GUESTS];
    tocsin_options options = stage_options("{}");
    tocsin_options_set_hook(options, TOCSIN_Z("before_send"), stay, NULL, NULL);
    tocsin_client client = tocsin_client_open(options);
    tocsin_handle_close(options);
    tocsin_scope scope = tocsin_client_scope(client);
    for (int i = 0; i < GUESTS; i++) {
        pthread_create(&threads[i], NULL, capture_and_stay, &scope);
    }
    while (atomic_load(&guests) < GUESTS) usleep(100);
    pid_t child = fork();
    if (child == 0) be_child_of_guests(client, scope);
    stage_wait_child(child, "a child with hooks running beside");
    atomic_store(&may_leave, true);
    for (int i = 0; i < GUESTS; i++) pthread_join(threads[i], NULL);
    stage_end(client, "parent");
}

static void fork_between_prepare_and_submit(void)
{
    tocsin_client client = stage_open("{}");
    tocsin_scope scope = tocsin_client_scope(client);
    char id[TOCSIN_EVENT_ID_SIZE];
    tocsin_event event = tocsin_event_prepare(scope, TOCSIN_CAPTURE_EVENT,
                                              TOCSIN_Z("{\"message\":\"parent 0\"}"), 0, NULL);
    pid_t child = fork();
    tocsin_status st = tocsin_event_submit(event, TOCSIN_NONE, id);
    STAGE_EXPECT(st == (child == 0 ? TOCSIN_DROPPED : TOCSIN_OK));
    if (child == 0) {
        STAGE_EXPECT(stage_capture(scope, "child", 1) == TOCSIN_OK);
        stage_end(client, "child");
        _exit(0);
    }
    stage_note_captured(id, "parent");
    stage_wait_child(child, "a child born before a submit");
    stage_end(client, "parent");
}

static void submit_parked(tocsin_client client, int count)
{
    for (int i = 0; i < count; i++) {
        tocsin_event event = tocsin_client_next_event(client, HANG_MS);
        STAGE_EXPECT(event > 0);
        STAGE_EXPECT(tocsin_event_submit(event, TOCSIN_NONE, NULL) == TOCSIN_OK);
    }
    STAGE_EXPECT(tocsin_client_next_event(client, 0) == 0);
}

static void fork_with_parked_events(void)
{
    tocsin_client client = stage_open("{\"hooks\":\"pull\",\"hook_timeout\":60000}");
    tocsin_scope scope = tocsin_client_scope(client);
    for (int i = 0; i < 3; i++) STAGE_EXPECT(stage_capture(scope, "parent", i) == TOCSIN_OK);
    pid_t child = fork();
    if (child == 0) {
        submit_parked(client, 0);
        STAGE_EXPECT(stage_capture(scope, "child", 1) == TOCSIN_OK);
        submit_parked(client, 1);
        stage_end(client, "child");
        _exit(0);
    }
    stage_wait_child(child, "a child of one with parked events");
    submit_parked(client, 3);
    stage_end(client, "parent");
}

enum { LOADER_ROUNDS = 40 };

/* The worker opens a library of the system's when it is first wanted. The dynamic loader of a child
 * that is born meanwhile is as it was at that moment. */
static void fork_while_a_library_is_loaded(void)
{
    for (int i = 0; i < LOADER_ROUNDS; i++) {
        tocsin_client client = stage_open("{\"compression\":\"zstd\"}");
        tocsin_scope scope = tocsin_client_scope(client);
        STAGE_EXPECT(stage_capture(scope, "parent", i) == TOCSIN_OK);
        for (int turn = 0; turn < i % 20; turn++) usleep(10);
        pid_t child = fork();
        if (child == 0) {
            STAGE_EXPECT(stage_capture(scope, "child", i) == TOCSIN_OK);
            if (tocsin_client_close(client, HANG_MS) != TOCSIN_OK) stage_fail("child: close");
            _exit(0);
        }
        stage_wait_child(child, "a child whose parent was loading a library");
        STAGE_EXPECT(tocsin_client_close(client, HANG_MS) == TOCSIN_OK);
        tocsin_handle_close(client);
    }
}

static void become_daemon(tocsin_client client, tocsin_scope scope)
{
    pid_t second = fork();
    if (second > 0) _exit(0);
    setsid();
    for (int fd = 0; fd < 200; fd++) close(fd); /* the journal is above */
    for (int i = 0; i < ROUNDS; i++) {
        STAGE_EXPECT(stage_capture(scope, "daemon", i) == TOCSIN_OK);
    }
    stage_end(client, "daemon");
    exit(0);
}

/* As daemon(3) and careful servers do it: two forks, and every descriptor closed. */
static void daemonise(void)
{
    tocsin_client client = stage_open("{\"flush_at_exit\":true}");
    tocsin_scope scope = tocsin_client_scope(client);
    for (int i = 0; i < ROUNDS; i++) {
        STAGE_EXPECT(stage_capture(scope, "parent", i) == TOCSIN_OK);
    }
    pid_t child = fork();
    if (child == 0) become_daemon(client, scope);
    stage_wait_child(child, "the one between a program and its daemon");
    stage_end(client, "parent");
}

/* What such a child captured is gone, as with any process; what its parent queued is not. */
static void children_end_at_once(void)
{
    tocsin_client client = stage_open("{}");
    tocsin_scope scope = tocsin_client_scope(client);
    for (int i = 0; i < ROUNDS; i++) {
        STAGE_EXPECT(stage_capture(scope, "parent", i) == TOCSIN_OK);
        pid_t child = fork();
        if (child == 0) _exit(tocsin_message(scope, TOCSIN_LEVEL_DEBUG, "lost") == 0 ? 0 : 1);
        stage_wait_child(child, "a child that ends at once");
    }
    stage_end(client, "parent");
}

const stage_case stage_fork_cases[] = {
    {"fork_in_before_send", fork_in_before_send},
    {"fork_in_event_processor", fork_in_event_processor},
    {"fork_in_sampler", fork_in_sampler},
    {"fork_in_breadcrumb", fork_in_breadcrumb},
    {"fork_beside_hooks", fork_beside_hooks},
    {"fork_between_prepare_and_submit", fork_between_prepare_and_submit},
    {"fork_with_parked_events", fork_with_parked_events},
    {"fork_while_a_library_is_loaded", fork_while_a_library_is_loaded},
    {"daemonise", daemonise},
    {"children_end_at_once", children_end_at_once},
    {NULL, NULL},
};

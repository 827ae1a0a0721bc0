/* The hook before each step at the disk, as a program in any language can set it. */
#include <tocsin/unstable/files.h>

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <tocsin.h>
#include <tocsin/c.h>
#include <unistd.h>

#include "support.h"

static int64_t answer;
static int asked;

static int64_t answer_to_writes(int32_t operation, const char *name, int64_t len, void *user)
{
    ck_assert_ptr_eq(user, &answer);
    ck_assert_ptr_nonnull(name);
    if (operation != 3) return 0;
    ck_assert_int_gt(len, 0);
    asked++;
    return answer;
}

static char folder[] = "/tmp/tsn-hook-XXXXXX";

/* What a durable capture says while writes are answered so. */
static tocsin_status capture_with(int64_t answer_then)
{
    tocsin_options options = tocsin_options_new();
    tocsin_option(options, "transport", "pull");
    tocsin_option(options, "cache_dir", folder);
    tocsin_option(options, "durability", "spool");
    tocsin_client client = tocsin_client_open(options);
    tocsin_scope scope = tocsin_client_scope(client);
    answer = answer_then;
    tocsin_status st = tocsin_message(scope, TOCSIN_LEVEL_ERROR, "kept?");
    tocsin_client_close(client, 0);
    tocsin_handle_close(scope);
    tocsin_handle_close(client);
    tocsin_handle_close(options);
    return st;
}

START_TEST(a_hook_decides_what_becomes_of_a_write) /* D8, IO-1 */
{
    char command[64];
    ck_assert_ptr_nonnull(mkdtemp(folder));
    ck_assert_int_eq(tocsin_unstable_set_file_hook(answer_to_writes, &answer), TOCSIN_OK);
    ck_assert_int_eq(capture_with(0), TOCSIN_DURABLE);
    ck_assert_int_eq(capture_with(-EROFS), TOCSIN_OK);
    ck_assert_int_eq(capture_with(7), TOCSIN_OK);
    ck_assert_int_gt(asked, 2);
    asked = 0;
    ck_assert_int_eq(tocsin_unstable_set_file_hook(NULL, NULL), TOCSIN_OK);
    ck_assert_int_eq(capture_with(-EROFS), TOCSIN_DURABLE);
    ck_assert_int_eq(asked, 0);
    snprintf(command, sizeof command, "rm -r %s", folder);
    ck_assert_int_eq(system(command), 0);
}
END_TEST

/* Holds every thread but the one that captures, as a disk does that hangs. */
typedef struct still {
    pthread_t capturing;
    _Atomic bool is_held;
    _Atomic bool may_go;
} still;

static int64_t hold(int32_t operation, const char *name, int64_t len, void *user)
{
    still *state = user;
    (void)operation;
    (void)name;
    (void)len;
    if (pthread_equal(pthread_self(), state->capturing)) return 0;
    atomic_store(&state->is_held, true);
    while (!atomic_load(&state->may_go)) usleep(100);
    return 0;
}

static long number_after(const char *text, const char *name)
{
    const char *at = strstr(text, name);
    return at == NULL ? 0 : strtol(at + strlen(name), NULL, 10);
}

/* A client whose worker spools what the queue cannot hold. */
static tocsin_client open_small(const char *cache)
{
    tocsin_options options = tocsin_options_new();
    tocsin_option(options, "dsn", "http://key@127.0.0.1:9/1");
    tocsin_option(options, "cache_dir", cache);
    tocsin_option(options, "queue_max_items", "100");
    tocsin_client client = tocsin_client_open(options);
    tocsin_handle_close(options);
    return client;
}

START_TEST(captures_return_while_the_worker_is_held_still) /* OVL-2, P2 */
{
    char cache[] = "/tmp/tsn-still-XXXXXX", text[2048], command[64];
    still state = {.capturing = pthread_self()};
    int64_t refused = 0;
    ck_assert_ptr_nonnull(mkdtemp(cache));
    tocsin_unstable_set_file_hook(hold, &state);
    tocsin_client client = open_small(cache);
    tocsin_scope scope = tocsin_client_scope(client);
    while (!atomic_load(&state.is_held)) {
        ck_assert_int_ge(tocsin_message(scope, TOCSIN_LEVEL_ERROR, "before"), TOCSIN_OK);
        usleep(100);
    }
    for (int i = 0; i < 1000; i++) {
        tocsin_status st = tocsin_message(scope, TOCSIN_LEVEL_ERROR, "meanwhile");
        ck_assert(st == TOCSIN_OK || st == TOCSIN_E_FULL);
        refused += st == TOCSIN_E_FULL;
        ck_assert_int_eq(tocsin_tag(scope, "k", "v"), TOCSIN_OK);
    }
    ck_assert_int_eq(tocsin_client_flush(client, 0), TOCSIN_TIMEOUT);
    ck_assert_int_gt(tocsin_client_stats(client, text, sizeof text), 0);
    ck_assert_int_eq(number_after(text, "\"queue_overflow\":"), refused);
    ck_assert_int_gt(refused, 0);
    ck_assert_msg(!atomic_load(&state.may_go), "all that was while it was held");
    atomic_store(&state.may_go, true);
    tocsin_client_close(client, 0);
    tocsin_handle_close(scope);
    tocsin_handle_close(client);
    tocsin_unstable_set_file_hook(NULL, NULL);
    snprintf(command, sizeof command, "rm -r %s", cache);
    ck_assert_int_eq(system(command), 0);
}
END_TEST

Suite *unit_suite(void)
{
    const TTest *const tests[] = {
        a_hook_decides_what_becomes_of_a_write,
        captures_return_while_the_worker_is_held_still,
    };
    return unit_suite_of("abi/unstable_files", tests, sizeof tests / sizeof tests[0]);
}

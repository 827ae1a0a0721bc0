/* What is queued when the program ends: each case is a child that exits. */
#include "client_kit.h"

#include <sys/wait.h>
#include <unistd.h>

/* Runs `body` in a child that then exits by itself; what it wrote to `path` is in `out`. */
static void run_child(void (*body)(const char *path), tsn_buf *out)
{
    char path[] = "/tmp/tsn-exit-XXXXXX";
    int file = mkstemp(path);
    ck_assert_int_ge(file, 0);
    fflush(NULL);
    pid_t child = fork();
    if (child == 0) {
        body(path);
        exit(0);
    }
    int status;
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    unlink(path);
    ck_assert_msg(WIFEXITED(status) && WEXITSTATUS(status) == 0, "status %x", (unsigned)status);
    char bytes[4096];
    ssize_t len;
    while ((len = read(file, bytes, sizeof bytes)) > 0) tsn_buf_append(out, bytes, (size_t)len);
    close(file);
}

static tsn_client *open_to_file(const char *path, const char *json)
{
    tsn_options *options = kit_options(json);
    tsn_buf transport = TSN_BUF_EMPTY;
    tsn_buf_printf(&transport, "file:%s", path);
    tsn_options_set(options, TSN_LIT("transport"), tsn_buf_view(&transport));
    tsn_buf_fini(&transport);
    return kit_open_with(options);
}

static void capture_and_leave(const char *path)
{
    static tsn_client *client; /* the program never lets go of it */
    client = open_to_file(path, "{'flush_at_exit':true}");
    for (int i = 0; i < 20; i++) kit_message(&client->current, "last words");
}

START_TEST(what_is_queued_leaves_when_the_program_ends)
{
    tsn_buf out = TSN_BUF_EMPTY;
    run_child(capture_and_leave, &out);
    size_t count = 0;
    for (tsn_slice rest = tsn_buf_view(&out); rest.len > 0;) {
        count += tsn_slice_contains(tsn_slice_split(&rest, '\n'), TSN_LIT("last words"));
    }
    ck_assert_uint_eq(count, 20);
    tsn_buf_fini(&out);
}
END_TEST

static void let_go_before_the_end(const char *path)
{
    tsn_client *client = open_to_file(path, "{'flush_at_exit':true}");
    kit_message(&client->current, "closed");
    ck_assert_int_eq(tsn_client_close(client, 60000), TOCSIN_OK);
    tsn_client_release(client);
    client = open_to_file(path, "{'flush_at_exit':true,'shutdown_timeout':0}");
    tsn_client_release(client);
    client = open_to_file(path, "{}");
    kit_close(client);
}

START_TEST(a_client_that_went_before_is_left_alone)
{
    tsn_buf out = TSN_BUF_EMPTY;
    run_child(let_go_before_the_end, &out);
    ck_assert(tsn_slice_contains(tsn_buf_view(&out), TSN_LIT("closed")));
    tsn_buf_fini(&out);
}
END_TEST

static void *let_go(void *client)
{
    tsn_client_release(client);
    return NULL;
}

static pthread_t threads[8];

/* After the handler that closes clients. */
static void join_all(void)
{
    for (size_t i = 0; i < TSN_ARRAY_LEN(threads); i++) pthread_join(threads[i], NULL);
}

/* The last references go on other threads while this one exits. */
static void let_go_at_the_end(const char *path)
{
    atexit(join_all);
    for (size_t i = 0; i < TSN_ARRAY_LEN(threads); i++) {
        tsn_client *client = open_to_file(path, "{'flush_at_exit':true}");
        kit_message(&client->current, "x");
        pthread_create(&threads[i], NULL, let_go, client);
    }
}

START_TEST(a_client_that_goes_at_the_same_time_is_closed_once)
{
    for (int i = 0; i < 5; i++) {
        tsn_buf out = TSN_BUF_EMPTY;
        run_child(let_go_at_the_end, &out);
        tsn_buf_fini(&out);
    }
}
END_TEST

static char cache[] = "/tmp/tsn-exit-cache-XXXXXX";

static void capture_with_a_cache(const char *path)
{
    static tsn_client *client;
    tsn_options *options = kit_options("{'transport':'pull'}");
    (void)path;
    tsn_options_set(options, TSN_LIT("cache_dir"), tsn_slice_of(cache));
    client = kit_open_with(options);
    for (int i = 0; i < 20; i++) kit_message(&client->current, "last words");
}

START_TEST(with_a_cache_it_is_on_disk_after_the_program_ended) /* EXI-1, Q-13 */
{
    char command[256];
    tsn_buf out = TSN_BUF_EMPTY;
    ck_assert_ptr_nonnull(mkdtemp(cache));
    run_child(capture_with_a_cache, &out);
    snprintf(command, sizeof command,
             "test $(grep -l 'last words' %s/run-*/*.envelope | wc -l) = 20 && rm -r %s", cache,
             cache);
    ck_assert_int_eq(system(command), 0);
    tsn_buf_fini(&out);
}
END_TEST

Suite *unit_suite(void)
{
    const TTest *const tests[] = {
        what_is_queued_leaves_when_the_program_ends,
        a_client_that_went_before_is_left_alone,
        a_client_that_goes_at_the_same_time_is_closed_once,
        with_a_cache_it_is_on_disk_after_the_program_ended,
    };
    return unit_suite_of("client/flush_at_exit", tests, TSN_ARRAY_LEN(tests));
}

/* The player for C: what the calls cost without any binding. */
#include <stdio.h>
#include <time.h>

#include <tocsin/c.h>

enum { PASSES = 31, BATCH = 1000 };

typedef void operation(tocsin_scope scope);

static double now_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec * 1e9 + (double)now.tv_nsec;
}

static tocsin_client open_client(const char *option, const char *value)
{
    tocsin_options options = tocsin_options_new();
    tocsin_option(options, option, value);
    tocsin_client client = tocsin_client_open(options);
    tocsin_handle_close(options);
    return client;
}

/* From here on there is a second thread, as wherever a client sends: malloc takes locks that it
 * does without before. */
static void begin_to_send(void)
{
    tocsin_client client = open_client("dsn", "http://key@127.0.0.1:9/1");
    tocsin_scope scope = tocsin_client_scope(client);
    tocsin_scope_capture_message(scope, "hello", 5, TOCSIN_LEVEL_INFO, 0, NULL, NULL);
    tocsin_client_close(client, 0);
    tocsin_handle_close(scope);
    tocsin_handle_close(client);
}

/* A batch on a client of its own. */
static double pass(operation *run, int rounds)
{
    tocsin_client client = open_client("transport", "pull");
    tocsin_scope scope = tocsin_client_scope(client);
    double start = now_ns();
    for (int i = 0; i < rounds; i++) run(scope);
    double spent = now_ns() - start;
    tocsin_client_close(client, 0);
    tocsin_handle_close(scope);
    tocsin_handle_close(client);
    return spent / rounds;
}

static void play(const char *name, operation *run, int rounds)
{
    double least = pass(run, rounds);
    for (int i = 1; i < PASSES; i++) {
        double spent = pass(run, rounds);
        if (spent < least) least = spent;
    }
    printf("%s %.2f\n", name, least);
}

static void boundary(tocsin_scope scope)
{
    (void)scope;
    tocsin_abi_version();
}

static void set_tag(tocsin_scope scope)
{
    tocsin_scope_set_tag(scope, "region", 6, "eu", 2);
}

static void fork_and_close(tocsin_scope scope)
{
    tocsin_handle_close(tocsin_scope_fork(scope));
}

static void capture(tocsin_scope scope)
{
    char id[TOCSIN_EVENT_ID_SIZE];
    tocsin_scope_capture_message(scope, "hello", 5, TOCSIN_LEVEL_INFO, 0, NULL, id);
}

int main(void)
{
    begin_to_send();
    play("boundary", boundary, 10 * BATCH);
    play("core_set_tag", set_tag, 10 * BATCH);
    play("core_fork", fork_and_close, 10 * BATCH);
    play("core_capture", capture, 4 * BATCH);
    return 0;
}

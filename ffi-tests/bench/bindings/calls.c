/* The player for C: what the calls cost without any binding. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include <tocsin/c.h>

enum { PASSES = 31, BATCH = 1000 };

/* Of the pass. */
static tocsin_client client;
static tocsin_scope other;

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
    tocsin_client opened = tocsin_client_open(options);
    tocsin_handle_close(options);
    return opened;
}

/* From here on there is a second thread, as wherever a client sends: malloc takes locks that it
 * does without before. */
static void begin_to_send(void)
{
    client = open_client("dsn", "http://key@127.0.0.1:9/1");
    tocsin_scope scope = tocsin_client_scope(client);
    tocsin_scope_capture_message(scope, "hello", 5, TOCSIN_LEVEL_INFO, 0, NULL, NULL);
    tocsin_client_close(client, 0);
    tocsin_handle_close(scope);
    tocsin_handle_close(client);
}

/* A batch on a client of its own. */
static double pass(operation *run, int rounds)
{
    client = open_client("transport", "pull");
    tocsin_scope scope = tocsin_client_scope(client);
    other = tocsin_scope_fork(scope);
    double start = now_ns();
    for (int i = 0; i < rounds; i++) run(scope);
    double spent = now_ns() - start;
    tocsin_client_close(client, 0);
    tocsin_handle_close(other);
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
    tocsin_status st =
        tocsin_scope_capture_message(scope, "hello", 5, TOCSIN_LEVEL_INFO, 0, NULL, id);
    if (st == TOCSIN_OK) return;
    fputs("a capture was refused\n", stderr); /* which would take next to no time */
    exit(1);
}

static void first_write(tocsin_scope scope)
{
    tocsin_scope fork = tocsin_scope_fork(scope);
    set_tag(fork);
    tocsin_handle_close(fork);
}

static void look_up(tocsin_scope scope)
{
    tocsin_handle_kind(scope);
}

static void merge(tocsin_scope scope)
{
    tocsin_scope_merge(scope, other);
}

static void set_tags(tocsin_scope scope)
{
    tocsin_scope_set_tags(scope, TOCSIN_Z("{\"region\":\"eu\",\"plan\":\"pro\",\"shard\":\"7\"}"));
}

static void set_user(tocsin_scope scope)
{
    tocsin_scope_set_user(scope, TOCSIN_Z("{\"id\":\"7\",\"username\":\"ada\"}"));
}

static void set_context(tocsin_scope scope)
{
    tocsin_scope_set_context(scope, "order", 5, TOCSIN_Z("{\"id\":\"A-1042\",\"items\":7}"));
}

static void add_breadcrumb(tocsin_scope scope)
{
    tocsin_scope_add_breadcrumb(
        scope, TOCSIN_Z("{\"message\":\"GET /orders\",\"category\":\"http\"}"), NULL);
}

static void to_bytes(tocsin_scope scope)
{
    static char text[1 << 16];
    capture(scope);
    tocsin_envelope envelope = tocsin_client_next_envelope(client, 0);
    tocsin_envelope_text(envelope, text, sizeof text);
    tocsin_envelope_done(envelope, 200, NULL, -1);
}

int main(void)
{
    begin_to_send();
    play("boundary", boundary, 10 * BATCH);
    play("core_set_tag", set_tag, 10 * BATCH);
    play("core_fork", fork_and_close, 10 * BATCH);
    play("core_capture", capture, 4 * BATCH);
    play("core_look_up", look_up, 10 * BATCH);
    play("core_merge", merge, 10 * BATCH);
    play("core_set_context", set_context, 10 * BATCH);
    play("first_write", first_write, 10 * BATCH);
    play("add_breadcrumb", add_breadcrumb, 10 * BATCH);
    play("set_tags", set_tags, 10 * BATCH);
    play("set_user", set_user, 10 * BATCH);
    play("to_bytes", to_bytes, 2 * BATCH);
    return 0;
}

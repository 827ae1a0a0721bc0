/* One operation, so many times: cost CASE COUNT. Callgrind counts what happens inside `measured`,
 * and of that the difference between two runs of different length; so the first times do not count
 * either. */
#include <stdio.h>

#include "workload.h"

#define YARD_BYTES 22473

static char event_text[1 << 20];
static char event_copy[1 << 20];

static void open_empty(struct bench_world *world)
{
    bench_open(world, "{\"transport\":\"pull\",\"max_breadcrumbs\":1000}");
}

static void open_filled(struct bench_world *world)
{
    bench_open(world, "{\"transport\":\"pull\"}");
    bench_fill(world);
}

/* One event of this very scope waits in the queue all the time, as it is in a burst. */
static void open_queued(struct bench_world *world)
{
    open_filled(world);
    bench_capture(world, NULL);
}

static void open_thousand_tags(struct bench_world *world)
{
    open_empty(world);
    bench_add_tags(world->scope, 1000);
}

static void open_thousand_breadcrumbs(struct bench_world *world)
{
    open_empty(world);
    bench_add_breadcrumbs(world->scope, 1000);
}

static void open_nothing(struct bench_world *world)
{
    (void)world;
}

static void keep(void *pointer)
{
    __asm__ volatile("" : : "g"(pointer) : "memory");
}

static void do_malloc(const struct bench_world *world, unsigned number)
{
    (void)world, (void)number;
    void *block = malloc(64);
    keep(block);
    free(block);
}

static void do_memcpy(const struct bench_world *world, unsigned number)
{
    (void)world, (void)number;
    memcpy(event_copy, event_text, YARD_BYTES);
    keep(event_copy);
}

static void do_fork(const struct bench_world *world, unsigned number)
{
    (void)number;
    tocsin_handle_close(tocsin_scope_fork(world->scope));
}

static void do_fork_and_tag(const struct bench_world *world, unsigned number)
{
    (void)number;
    tocsin_scope fork = tocsin_scope_fork(world->scope);
    tocsin_scope_set_tag(fork, "tag.5", 5, "another", 7);
    tocsin_handle_close(fork);
}

static void do_set_tag(const struct bench_world *world, unsigned number)
{
    const char *value = number % 2 == 0 ? "value-a" : "value-b";
    tocsin_scope_set_tag(world->scope, "tag.5", 5, value, 7);
}

static void do_breadcrumb(const struct bench_world *world, unsigned number)
{
    static const char json[] =
        "{\"message\":\"GET /api/v2/orders/00042 returned 200 after some milliseconds\","
        "\"category\":\"http.client\",\"level\":\"info\",\"data\":{\"url\":"
        "\"https://orders.example.com/api/v2/orders/00042\",\"status_code\":200}}";
    (void)number;
    tocsin_scope_add_breadcrumb(world->scope, json, sizeof json - 1, NULL);
}

static void do_capture(const struct bench_world *world, unsigned number)
{
    static const char text[] = "checkout failed for one customer";
    (void)number;
    tocsin_scope_capture_message(world->scope, text, sizeof text - 1, TOCSIN_LEVEL_ERROR, 0, NULL,
                                 NULL);
}

static void do_capture_with_id(const struct bench_world *world, unsigned number)
{
    char id[TOCSIN_EVENT_ID_SIZE];
    (void)number;
    bench_capture(world, id);
}

static void do_bytes(const struct bench_world *world, unsigned number)
{
    (void)number;
    tocsin_envelope envelope = bench_need(tocsin_client_next_envelope(world->client, 0), "take");
    int64_t len = bench_need(tocsin_envelope_text(envelope, event_text, sizeof event_text), "text");
    if (len < YARD_BYTES / 2) exit(3);
    bench_need(tocsin_envelope_done(envelope, 200, NULL, -1), "done");
}

static void do_nothing(const struct bench_world *world, unsigned number)
{
    (void)world, (void)number;
}

/* `work` is what is measured; `before` and `after` go with each time, so that the queue neither
 * grows nor runs dry. */
static const struct cost_case {
    const char *name;
    void (*open)(struct bench_world *world);
    void (*before)(const struct bench_world *world, unsigned number);
    void (*work)(const struct bench_world *world, unsigned number);
    void (*after)(const struct bench_world *world, unsigned number);
} cases[] = {
    {"malloc", open_nothing, do_nothing, do_malloc, do_nothing},
    {"memcpy", open_nothing, do_nothing, do_memcpy, do_nothing},
    {"fork", open_filled, do_nothing, do_fork, do_nothing},
    {"fork_empty", open_empty, do_nothing, do_fork, do_nothing},
    {"fork_tags", open_thousand_tags, do_nothing, do_fork, do_nothing},
    {"fork_breadcrumbs", open_thousand_breadcrumbs, do_nothing, do_fork, do_nothing},
    {"first_tag", open_filled, do_nothing, do_fork_and_tag, do_nothing},
    {"first_tag_of_thousand", open_thousand_tags, do_nothing, do_fork_and_tag, do_nothing},
    {"set_tag", open_filled, do_nothing, do_set_tag, do_nothing},
    {"breadcrumb", open_filled, do_nothing, do_breadcrumb, do_nothing},
    {"capture", open_queued, do_nothing, do_capture, do_bytes},
    {"capture_into_empty", open_filled, do_nothing, do_capture, do_bytes},
    {"capture_with_id", open_queued, do_nothing, do_capture_with_id, do_bytes},
    {"to_bytes", open_filled, do_capture, do_bytes, do_nothing},
};

static __attribute__((noipa)) void measured(const struct cost_case *one,
                                            const struct bench_world *world, unsigned number)
{
    one->work(world, number);
    keep(NULL);
}

static void run(const struct cost_case *one, unsigned count)
{
    struct bench_world world = {0};
    one->open(&world);
    for (unsigned number = 0; number < count; number++) {
        one->before(&world, number);
        measured(one, &world, number);
        one->after(&world, number);
    }
}

int main(int argc, char **argv)
{
    unsigned count = argc == 3 ? (unsigned)strtoul(argv[2], NULL, 10) : 0;
    for (size_t i = 0; count > 0 && i < sizeof cases / sizeof cases[0]; i++) {
        if (strcmp(cases[i].name, argv[1]) != 0) continue;
        run(&cases[i], count);
        return 0;
    }
    fprintf(stderr, "usage: %s CASE COUNT, where CASE is one of\n", argv[0]);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        fprintf(stderr, "  %s\n", cases[i].name);
    }
    return 2;
}

/* One operation, so many times: cost CASE COUNT. What one costs is the difference between two runs
 * of different length, counted from outside by callgrind; so nothing but the operation may depend
 * on COUNT, and the program ends without tidying up. */
#include <stdio.h>
#include <unistd.h>

#include "workload.h"

/* Captured before the measured part of `to_bytes`, so that it only takes out. */
#define CAPTURED_MAX 600
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

static void open_captured(struct bench_world *world)
{
    open_filled(world);
    for (unsigned i = 0; i < CAPTURED_MAX; i++) bench_capture(world);
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
    tocsin_scope_set_tag(fork, TOCSIN_Z("tag.5"), TOCSIN_Z("another"));
    tocsin_handle_close(fork);
}

static void do_set_tag(const struct bench_world *world, unsigned number)
{
    const char *value = number % 2 == 0 ? "value-a" : "value-b";
    tocsin_scope_set_tag(world->scope, TOCSIN_Z("tag.5"), value, 7);
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
    (void)number;
    bench_capture(world);
}

static void do_bytes(const struct bench_world *world, unsigned number)
{
    (void)number;
    tocsin_envelope envelope = bench_need(tocsin_client_next_envelope(world->client, 0), "take");
    int64_t len = bench_need(tocsin_envelope_text(envelope, event_text, sizeof event_text), "text");
    if (len < YARD_BYTES / 2) exit(3);
    bench_need(tocsin_envelope_done(envelope, 200, NULL, -1), "done");
}

/* An open or work function is one step of a case; `work` is what is measured. */
static const struct cost_case {
    const char *name;
    void (*open)(struct bench_world *world);
    void (*work)(const struct bench_world *world, unsigned number);
} cases[] = {
    {"malloc", open_nothing, do_malloc},
    {"memcpy", open_nothing, do_memcpy},
    {"fork", open_filled, do_fork},
    {"fork_empty", open_empty, do_fork},
    {"fork_tags", open_thousand_tags, do_fork},
    {"fork_breadcrumbs", open_thousand_breadcrumbs, do_fork},
    {"first_tag", open_filled, do_fork_and_tag},
    {"first_tag_of_thousand", open_thousand_tags, do_fork_and_tag},
    {"set_tag", open_filled, do_set_tag},
    {"breadcrumb", open_filled, do_breadcrumb},
    {"capture", open_filled, do_capture},
    {"to_bytes", open_captured, do_bytes},
};

int main(int argc, char **argv)
{
    unsigned count = argc == 3 ? (unsigned)strtoul(argv[2], NULL, 10) : 0;
    for (size_t i = 0; count > 0 && i < sizeof cases / sizeof cases[0]; i++) {
        if (strcmp(cases[i].name, argv[1]) != 0) continue;
        struct bench_world world = {0};
        cases[i].open(&world);
        for (unsigned number = 0; number < count; number++) cases[i].work(&world, number);
        _exit(0);
    }
    fprintf(stderr, "usage: %s CASE COUNT, where CASE is one of\n", argv[0]);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        fprintf(stderr, "  %s\n", cases[i].name);
    }
    return 2;
}

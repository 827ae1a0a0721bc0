#include "operations.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define YARD_BYTES 22473
#define SMALLEST_EVENT 1000

static _Thread_local char event_text[1 << 20];
static char event_copy[1 << 20];
static char tags_json[1 << 16];
static int64_t tags_json_len;

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

void bench_keep(void *pointer)
{
    __asm__ volatile("" : : "g"(pointer) : "memory");
}

static void do_malloc(const struct bench_world *world, unsigned number)
{
    (void)world, (void)number;
    void *block = malloc(64);
    bench_keep(block);
    free(block);
}

static void do_memcpy(const struct bench_world *world, unsigned number)
{
    (void)world, (void)number;
    memcpy(event_copy, event_text, YARD_BYTES);
    bench_keep(event_copy);
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

static void do_user(const struct bench_world *world, unsigned number)
{
    static const char json[] = "{\"id\":\"1042\",\"username\":\"ada\","
                               "\"email\":\"ada@example.com\",\"segment\":\"beta\"}";
    (void)number;
    tocsin_scope_set_user(world->scope, json, sizeof json - 1);
}

static void do_context(const struct bench_world *world, unsigned number)
{
    static const char json[] = "{\"id\":\"A-1042\",\"items\":7,\"total\":129.5,"
                               "\"currency\":\"EUR\",\"express\":true}";
    (void)number;
    tocsin_scope_set_context(world->scope, "order", 5, json, sizeof json - 1);
}

static void do_extra(const struct bench_world *world, unsigned number)
{
    static const char json[] = "\"some text of a moderate length\"";
    (void)number;
    tocsin_scope_set_extra(world->scope, "extra.2", 7, json, sizeof json - 1);
}

/* An object with as many members as the scope has entries. */
static void write_tags(unsigned count)
{
    size_t len = 1;
    tags_json[0] = '{';
    for (unsigned i = 0; i < count; i++) {
        len += (size_t)snprintf(tags_json + len, sizeof tags_json - len,
                                "\"tag.%u\":\"another-%u\"%s", i, i, i + 1 < count ? "," : "}");
    }
    tags_json_len = (int64_t)len;
}

static void do_tags(const struct bench_world *world, unsigned number)
{
    (void)number;
    bench_need(tocsin_scope_set_tags(world->scope, tags_json, tags_json_len), "tags");
}

static void do_look_up(const struct bench_world *world, unsigned number)
{
    (void)number;
    tocsin_handle_kind(world->scope);
}

static void do_merge(const struct bench_world *world, unsigned number)
{
    (void)number;
    tocsin_scope into = tocsin_scope_new(world->client);
    tocsin_scope_merge(into, world->scope);
    tocsin_handle_close(into);
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
    if (len < SMALLEST_EVENT) exit(3);
    bench_need(tocsin_envelope_done(envelope, 200, NULL, -1), "done");
}

static void do_nothing(const struct bench_world *world, unsigned number)
{
    (void)world, (void)number;
}

static const struct bench_operation operations[] = {
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
    {"user", open_filled, do_nothing, do_user, do_nothing},
    {"context", open_filled, do_nothing, do_context, do_nothing},
    {"extra", open_filled, do_nothing, do_extra, do_nothing},
    {"tags", open_filled, do_nothing, do_tags, do_nothing},
    {"look_up", open_filled, do_nothing, do_look_up, do_nothing},
    {"merge", open_filled, do_nothing, do_merge, do_nothing},
    {"capture", open_queued, do_nothing, do_capture, do_bytes},
    {"capture_into_empty", open_filled, do_nothing, do_capture, do_bytes},
    {"capture_with_id", open_queued, do_nothing, do_capture_with_id, do_bytes},
    {"to_bytes", open_filled, do_capture, do_bytes, do_nothing},
};

const struct bench_operation *bench_operation_find(const char *name)
{
    for (size_t i = 0; i < sizeof operations / sizeof operations[0]; i++) {
        if (strcmp(operations[i].name, name) == 0) return &operations[i];
    }
    return NULL;
}

void bench_operations_list(void)
{
    for (size_t i = 0; i < sizeof operations / sizeof operations[0]; i++) {
        fprintf(stderr, "  %s\n", operations[i].name);
    }
}

void bench_operation_open(const struct bench_operation *operation, struct bench_world *world,
                          unsigned entries)
{
    char options[128];
    write_tags(entries == 0 ? BENCH_TAGS : entries);
    if (entries == 0) {
        operation->open(world);
        return;
    }
    snprintf(options, sizeof options, "{\"transport\":\"pull\",\"max_breadcrumbs\":%u}", entries);
    bench_open(world, options);
    bench_add_tags(world->scope, entries);
    bench_add_breadcrumbs(world->scope, entries);
    if (operation->open == open_queued) bench_capture(world, NULL);
}

/* Texts vary a little with their number, as they do in life. */
#include "workload.h"

#include <inttypes.h>
#include <stdio.h>

int64_t bench_need(int64_t result, const char *what)
{
    if (result >= 0) return result;
    char text[128];
    tocsin_status_text((tocsin_status)result, text, sizeof text);
    fprintf(stderr, "bench: %s: %s\n", what, text);
    exit(2);
}

static void open_with(struct bench_world *world, const char *room, const char *options)
{
    static const char usual[] = "{\"release\":\"shop@4.2.1\",\"environment\":\"production\","
                                "\"host_contexts\":false,\"server_name\":\"web-3\"}";
    tocsin_options set = tocsin_options_new();
    bench_need(tocsin_options_set_json(set, TOCSIN_Z(usual)), "options");
    bench_need(tocsin_options_set_json(set, TOCSIN_Z(room)), room);
    bench_need(tocsin_options_set_json(set, TOCSIN_Z(options)), options);
    world->client = bench_need(tocsin_client_open(set), "open");
    tocsin_handle_close(set);
    world->global = bench_need(tocsin_client_global_scope(world->client), "global scope");
    world->isolation = bench_need(tocsin_scope_new_isolation(world->client), "isolation scope");
    world->scope = bench_need(tocsin_scope_new_current(world->isolation), "current scope");
}

void bench_open(struct bench_world *world, const char *options)
{
    open_with(world, "{\"queue_max_items\":100000,\"queue_max_bytes\":1073741824}", options);
}

void bench_open_by_default(struct bench_world *world, const char *options)
{
    open_with(world, "{}", options);
}

static void add_tags(tocsin_scope scope, const char *prefix, unsigned count)
{
    char key[32];
    char value[32];
    for (unsigned i = 0; i < count; i++) {
        snprintf(key, sizeof key, "%s.%u", prefix, i);
        snprintf(value, sizeof value, "value-%u", i);
        bench_need(tocsin_tag(scope, key, value), "tag");
    }
}

void bench_add_tags(tocsin_scope scope, unsigned count)
{
    add_tags(scope, "tag", count);
}

void bench_add_breadcrumb(tocsin_scope scope, unsigned number)
{
    char json[256];
    snprintf(json, sizeof json,
             "{\"message\":\"GET /api/v2/orders/%05u returned 200 after some milliseconds\","
             "\"category\":\"http.client\",\"level\":\"info\",\"data\":{\"url\":"
             "\"https://orders.example.com/api/v2/orders/%05u\",\"status_code\":200}}",
             number % 100000, number % 100000);
    bench_need(tocsin_scope_add_breadcrumb(scope, TOCSIN_Z(json), NULL), "breadcrumb");
}

void bench_add_breadcrumbs(tocsin_scope scope, unsigned count)
{
    for (unsigned i = 0; i < count; i++) bench_add_breadcrumb(scope, i);
}

static void add_contexts(tocsin_scope scope)
{
    static const char *const names[] = {"order", "cart", "shipment"};
    static const char json[] = "{\"id\":\"A-1042\",\"items\":7,\"total\":129.5,"
                               "\"currency\":\"EUR\",\"express\":true}";
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        bench_need(tocsin_scope_set_context(scope, TOCSIN_Z(names[i]), TOCSIN_Z(json)), "context");
    }
}

static void add_extras(tocsin_scope scope)
{
    char key[32];
    for (unsigned i = 0; i < 5; i++) {
        snprintf(key, sizeof key, "extra.%u", i);
        const char *json = "\"some text of a moderate length\"";
        bench_need(tocsin_scope_set_extra(scope, TOCSIN_Z(key), TOCSIN_Z(json)), "extra");
    }
}

void bench_fill(struct bench_world *world)
{
    static const char user[] = "{\"id\":\"1042\",\"username\":\"ada\","
                               "\"email\":\"ada@example.com\",\"segment\":\"beta\"}";
    add_tags(world->global, "global", 5);
    add_tags(world->isolation, "isolation", 5);
    bench_add_tags(world->scope, BENCH_TAGS);
    bench_need(tocsin_scope_set_user(world->scope, TOCSIN_Z(user)), "user");
    add_contexts(world->scope);
    add_extras(world->scope);
    bench_add_breadcrumbs(world->scope, BENCH_BREADCRUMBS);
}

void bench_capture(const struct bench_world *world, char *event_id)
{
    static const char text[] = "checkout failed for one customer";
    bench_need(tocsin_scope_capture_message(world->scope, text, sizeof text - 1, TOCSIN_LEVEL_ERROR,
                                            0, NULL, event_id),
               "capture");
}

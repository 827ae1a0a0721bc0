/* What is held in memory: memory WHAT [DSN]. Prints one line of JSON.
 *
 *   scopes   bytes of heap for each fork with one changed tag, at 10, 100 and 1,000 tags, and for
 *            the first breadcrumb of its own besides
 *   queue    bytes of heap for each event of W that waits: as it is, and with one more breadcrumb
 *            before each, as busy programs have it
 *   burst    2,000 events of W to the server at DSN: the process's memory before and at its peak,
 *            in bytes, and what so many events are as text
 *
 * Heap is what malloc has given out, with its own overhead. The first two are the same on every
 * run. */
#include <malloc.h>
#include <stdbool.h>
#include <stdio.h>

#include "workload.h"

enum { FORKS = 10000, EVENTS = 2000, FLUSH_MS = 60000, KIB = 1024 };

static tocsin_scope forks[FORKS];

static double heap(void)
{
    struct mallinfo2 info = mallinfo2();
    return (double)(info.uordblks + info.hblkhd);
}

static void fork_all(const struct bench_world *world)
{
    for (size_t i = 0; i < FORKS; i++) {
        forks[i] = bench_need(tocsin_scope_fork(world->scope), "fork");
    }
}

static void close_all(void)
{
    for (size_t i = 0; i < FORKS; i++) bench_need(tocsin_handle_close(forks[i]), "close");
}

/* So that the table of handles has its size. */
static void warm_up(const struct bench_world *world)
{
    fork_all(world);
    close_all();
}

static void tag_all(void)
{
    for (size_t i = 0; i < FORKS; i++) bench_need(tocsin_tag(forks[i], "tag.5", "another"), "tag");
}

static void measure_scopes(unsigned tags, bool is_last)
{
    struct bench_world world = {0};
    bench_open(&world, "{\"transport\":\"pull\"}");
    bench_fill(&world);
    bench_add_tags(world.scope, tags);
    warm_up(&world);
    double before = heap();
    fork_all(&world);
    tag_all();
    double tagged = heap();
    for (unsigned i = 0; i < FORKS; i++) bench_add_breadcrumb(forks[i], i);
    double with_breadcrumb = heap();
    printf("\"tags_%u\":{\"fork\":%.1f,\"breadcrumb\":%.1f}%s", tags, (tagged - before) / FORKS,
           (with_breadcrumb - tagged) / FORKS, is_last ? "}\n" : ",");
    close_all();
    tocsin_client_close(world.client, 0);
}

static double queue_events(bool has_breadcrumbs)
{
    struct bench_world world = {0};
    bench_open(&world, "{\"transport\":\"pull\"}");
    bench_fill(&world);
    bench_capture(&world, NULL);
    double before = heap();
    for (unsigned i = 0; i < EVENTS; i++) {
        if (has_breadcrumbs) bench_add_breadcrumb(world.scope, i);
        bench_capture(&world, NULL);
    }
    double each = (heap() - before) / EVENTS;
    tocsin_client_close(world.client, 0);
    return each;
}

static double peak_bytes(void)
{
    return (double)bench_peak_kb() * KIB;
}

static double event_bytes(void)
{
    struct bench_world world = {0};
    bench_open(&world, "{\"transport\":\"pull\"}");
    bench_fill(&world);
    bench_capture(&world, NULL);
    tocsin_envelope envelope = bench_need(tocsin_client_next_envelope(world.client, 0), "take");
    double bytes = (double)bench_need(tocsin_envelope_text(envelope, NULL, 0), "text");
    bench_need(tocsin_envelope_done(envelope, 200, NULL, -1), "done");
    tocsin_client_close(world.client, 0);
    return bytes;
}

static void measure_burst(const char *dsn)
{
    char options[512];
    struct bench_world world = {0};
    double as_text = event_bytes() * EVENTS;
    snprintf(options, sizeof options, "{\"dsn\":\"%s\"}", dsn);
    bench_open(&world, options);
    bench_fill(&world);
    double before = peak_bytes();
    for (unsigned i = 0; i < EVENTS; i++) {
        bench_add_breadcrumb(world.scope, i);
        bench_capture(&world, NULL);
    }
    int flushed = (int)tocsin_client_flush(world.client, FLUSH_MS);
    printf("{\"before\":%.0f,\"peak\":%.0f,\"as_text\":%.0f,\"flush\":%d}\n", before, peak_bytes(),
           as_text, flushed);
    tocsin_client_close(world.client, 0);
}

int main(int argc, char **argv)
{
    const char *what = argc > 1 ? argv[1] : "";
    if (strcmp(what, "scopes") == 0 && argc == 2) {
        printf("{");
        measure_scopes(BENCH_TAGS, false);
        measure_scopes(100, false);
        measure_scopes(1000, true);
    } else if (strcmp(what, "queue") == 0 && argc == 2) {
        printf("{\"event\":%.1f,", queue_events(false));
        printf("\"event_and_breadcrumb\":%.1f}\n", queue_events(true));
    } else if (strcmp(what, "burst") == 0 && argc == 3) {
        measure_burst(argv[2]);
    } else {
        fprintf(stderr, "usage: %s scopes|queue|burst [DSN]\n", argv[0]);
        return 2;
    }
    return 0;
}

/* A burst of full events with default settings: burst DSN COUNT. Prints the client's account after
 * the flush, and how long it took. */
#include <stdio.h>
#include <time.h>

#include "workload.h"

#define FLUSH_MS 60000

static double now_s(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

int main(int argc, char **argv)
{
    size_t count = argc == 3 ? strtoul(argv[2], NULL, 10) : 0;
    if (count == 0) return 2;
    char options[512];
    char stats[4096];
    struct bench_world world;
    snprintf(options, sizeof options,
             "{\"dsn\":\"%s\",\"queue_max_items\":10000,\"queue_max_bytes\":33554432,"
             "\"host_contexts\":true}",
             argv[1]);
    bench_open(&world, options);
    bench_fill(&world);

    double start = now_s();
    for (size_t i = 0; i < count; i++) {
        bench_add_breadcrumb(world.scope, (unsigned)i);
        bench_capture(&world, NULL);
    }
    tocsin_status flushed = tocsin_client_flush(world.client, FLUSH_MS);
    bench_need(tocsin_client_stats(world.client, stats, sizeof stats), "stats");
    printf("{\"seconds\":%.4f,\"flush\":%d,\"stats\":%s}\n", now_s() - start, (int)flushed, stats);
    tocsin_client_close(world.client, 0);
    return 0;
}

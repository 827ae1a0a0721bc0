/* Captures by the clock, whether or not the server keeps up: offer DSN RATE SECONDS OPTIONS. Prints
 * one line of JSON: events captured, seconds that took, microseconds a capture took at the longest,
 * seconds of processor, memory at most, and the client's own account after a flush of 2 s. */
#include "workload.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define FLUSH_MS 2000

static double now_s(clockid_t clock)
{
    struct timespec now;
    clock_gettime(clock, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void wait_until(double when)
{
    struct timespec until = {.tv_sec = (time_t)when,
                             .tv_nsec = (long)((when - (double)(time_t)when) * 1e9)};
    clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL);
}

int main(int argc, char **argv)
{
    if (argc != 5) {
        fprintf(stderr, "usage: %s DSN RATE SECONDS OPTIONS\n", argv[0]);
        return 2;
    }
    char options[512];
    char stats[4096];
    struct bench_world world;
    double rate = strtod(argv[2], NULL), seconds = strtod(argv[3], NULL), longest = 0;
    unsigned captured = 0;
    snprintf(options, sizeof options, "{\"dsn\":\"%s\"%s%s", argv[1], argv[4][1] == '}' ? "" : ",",
             argv[4] + 1);
    bench_open_by_default(&world, options);
    bench_fill(&world);

    double start = now_s(CLOCK_MONOTONIC);
    for (; captured < rate * seconds && now_s(CLOCK_MONOTONIC) < start + seconds; captured++) {
        wait_until(start + captured / rate);
        bench_add_breadcrumb(world.scope, captured);
        double before = now_s(CLOCK_MONOTONIC);
        tocsin_scope_capture_message(world.scope, TOCSIN_Z("checkout failed for one customer"),
                                     TOCSIN_LEVEL_ERROR, 0, NULL, NULL);
        double took = now_s(CLOCK_MONOTONIC) - before;
        if (took > longest) longest = took;
    }
    double spent = now_s(CLOCK_MONOTONIC) - start;
    tocsin_client_flush(world.client, FLUSH_MS);
    bench_need(tocsin_client_stats(world.client, stats, sizeof stats), "stats");
    printf("{\"captured\":%u,\"seconds\":%.4f,\"max_us\":%.1f,\"cpu_s\":%.3f,\"rss_kb\":%lu,"
           "\"stats\":%s}\n",
           captured, spent, longest * 1e6, now_s(CLOCK_PROCESS_CPUTIME_ID), bench_peak_kb(), stats);
    tocsin_client_close(world.client, 0);
    return 0;
}

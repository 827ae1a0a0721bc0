/* A burst of full events to a server: burst DSN COUNT [OPTIONS]. OPTIONS is JSON, on top of the
 * library's defaults. Prints one line of JSON: milliseconds until the client was open, seconds from
 * the first capture to the end of the flush and of processor in that time, microseconds a capture
 * took at the median and at the 99th percentile, memory at most, and the client's own account. */
#include "workload.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define FLUSH_S 300

static double spent_us(clockid_t clock)
{
    struct timespec now;
    clock_gettime(clock, &now);
    return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
}

static double now_us(void)
{
    return spent_us(CLOCK_MONOTONIC);
}

static int compare(const void *left, const void *right)
{
    double a = *(const double *)left, b = *(const double *)right;
    return (a > b) - (a < b);
}

static int64_t flush_ms(void)
{
    const char *seconds = getenv("BENCH_FLUSH_S");
    return (seconds == NULL ? FLUSH_S : strtol(seconds, NULL, 10)) * (int64_t)1000;
}

static double open_client(struct bench_world *world, const char *dsn, const char *more)
{
    char options[512];
    snprintf(options, sizeof options, "{\"dsn\":\"%s\"%s%s", dsn, more[1] == '}' ? "" : ",",
             more + 1);
    double before = now_us();
    bench_open_by_default(world, options);
    return (now_us() - before) / 1e3;
}

int main(int argc, char **argv)
{
    size_t count = argc >= 3 ? strtoul(argv[2], NULL, 10) : 0;
    double *took = calloc(count + 1, sizeof *took);
    if (count == 0 || took == NULL) {
        fprintf(stderr, "usage: %s DSN COUNT [OPTIONS]\n", argv[0]);
        return 2;
    }
    char stats[4096];
    struct bench_world world;
    double open_ms = open_client(&world, argv[1], argc > 3 ? argv[3] : "{}");
    bench_fill(&world);

    double start = now_us(), processor = spent_us(CLOCK_PROCESS_CPUTIME_ID);
    for (size_t i = 0; i < count; i++) {
        bench_add_breadcrumb(world.scope, (unsigned)i);
        double before = now_us();
        tocsin_scope_capture_message(world.scope, TOCSIN_Z("checkout failed for one customer"),
                                     TOCSIN_LEVEL_ERROR, 0, NULL, NULL);
        took[i] = now_us() - before;
    }
    tocsin_status flushed = tocsin_client_flush(world.client, flush_ms());
    double seconds = (now_us() - start) / 1e6;
    processor = (spent_us(CLOCK_PROCESS_CPUTIME_ID) - processor) / 1e6;

    qsort(took, count, sizeof *took, compare);
    bench_need(tocsin_client_stats(world.client, stats, sizeof stats), "stats");
    printf("{\"open_ms\":%.3f,\"seconds\":%.4f,\"cpu_s\":%.4f,\"median_us\":%.3f,\"p99_us\":%.3f,"
           "\"flush\":%d,"
           "\"rss_kb\":%lu,\"stats\":%s}\n",
           open_ms, seconds, processor, took[count / 2], took[count * 99 / 100], (int)flushed,
           bench_peak_kb(), stats);
    tocsin_client_close(world.client, 0);
    free(took);
    return 0;
}

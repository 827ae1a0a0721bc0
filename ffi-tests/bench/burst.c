/* A burst of full events to a server: burst DSN COUNT. Prints one line of JSON: seconds from the
 * first capture to the end of the flush, microseconds a capture took at the median and at the 99th
 * percentile, and the client's own account. */
#include <stdio.h>
#include <time.h>

#include "workload.h"

#define FLUSH_MS 60000

static double now_us(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
}

static int compare(const void *left, const void *right)
{
    double a = *(const double *)left, b = *(const double *)right;
    return (a > b) - (a < b);
}

int main(int argc, char **argv)
{
    size_t count = argc == 3 ? strtoul(argv[2], NULL, 10) : 0;
    double *took = calloc(count + 1, sizeof *took);
    if (count == 0 || took == NULL) {
        fprintf(stderr, "usage: %s DSN COUNT\n", argv[0]);
        return 2;
    }
    char options[512];
    char stats[4096];
    struct bench_world world;
    snprintf(options, sizeof options, "{\"dsn\":\"%s\"}", argv[1]);
    bench_open(&world, options);
    bench_fill(&world);

    double start = now_us();
    for (size_t i = 0; i < count; i++) {
        bench_add_breadcrumb(world.scope, (unsigned)i);
        double before = now_us();
        bench_capture(&world, NULL);
        took[i] = now_us() - before;
    }
    tocsin_status flushed = tocsin_client_flush(world.client, FLUSH_MS);
    double seconds = (now_us() - start) / 1e6;

    qsort(took, count, sizeof *took, compare);
    bench_need(tocsin_client_stats(world.client, stats, sizeof stats), "stats");
    printf("{\"seconds\":%.4f,\"median_us\":%.2f,\"p99_us\":%.2f,\"flush\":%d,\"stats\":%s}\n",
           seconds, took[count / 2], took[count * 99 / 100], (int)flushed, stats);
    tocsin_client_close(world.client, 0);
    free(took);
    return 0;
}

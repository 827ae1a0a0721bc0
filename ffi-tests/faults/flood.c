/* Threads that capture as fast as they can: flood DSN THREADS SECONDS [COUNT]. With COUNT each
 * thread ends after so many. A call of getppid stands before and after, for whoever watches system
 * calls. Prints one line of JSON: captures, seconds of the wall and of the processor, growth of
 * resident memory at its most, and the client's own account before and after it is closed. */
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <tocsin.h>
#include <tocsin/c.h>
#include <unistd.h>

enum { THREADS_MAX = 16, STATS_SIZE = 4096, RSS_LOOKS_MS = 20, LOOK_EVERY = 256 };

struct flood {
    tocsin_client client;
    double seconds;
    long count;
    long threads;
    _Atomic long captured;
    _Atomic long alive;
};

static double now_on(clockid_t clock)
{
    struct timespec now;
    clock_gettime(clock, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static long rss_kib(void)
{
    long pages = 0;
    FILE *file = fopen("/proc/self/statm", "r");
    if (file == NULL || fscanf(file, "%*s %ld", &pages) != 1) exit(2);
    fclose(file);
    return pages * (sysconf(_SC_PAGESIZE) / 1024);
}

static void *capture(void *context)
{
    struct flood *flood = context;
    tocsin_scope scope = tocsin_scope_new(flood->client);
    tocsin_tag(scope, "area", "flood");
    long done = 0;
    double end = now_on(CLOCK_MONOTONIC) + flood->seconds;
    while (flood->count > 0 ? done < flood->count : now_on(CLOCK_MONOTONIC) < end) {
        for (int i = 0; i < LOOK_EVERY && (flood->count == 0 || done < flood->count); i++, done++) {
            tocsin_message(scope, TOCSIN_LEVEL_ERROR, "the queue is full, or soon will be");
        }
    }
    tocsin_handle_close(scope);
    atomic_fetch_add(&flood->captured, done);
    atomic_fetch_sub(&flood->alive, 1);
    return NULL;
}

/* The highest resident size while they run. */
static long run(struct flood *flood)
{
    pthread_t threads[THREADS_MAX];
    long highest = rss_kib();
    atomic_store(&flood->alive, flood->threads);
    for (long i = 0; i < flood->threads; i++) {
        if (pthread_create(&threads[i], NULL, capture, flood) != 0) exit(2);
    }
    while (atomic_load(&flood->alive) > 0) {
        nanosleep(&(struct timespec){.tv_nsec = RSS_LOOKS_MS * 1000000L}, NULL);
        long rss = rss_kib();
        if (rss > highest) highest = rss;
    }
    for (long i = 0; i < flood->threads; i++) pthread_join(threads[i], NULL);
    return highest;
}

static void warm_up(struct flood *flood)
{
    tocsin_scope scope = tocsin_scope_new(flood->client);
    tocsin_message(scope, TOCSIN_LEVEL_ERROR, "the first starts the worker");
    tocsin_handle_close(scope);
    atomic_fetch_add(&flood->captured, 1);
}

int main(int argc, char **argv)
{
    if (argc < 4) return 2;
    struct flood flood = {.threads = atol(argv[2]), .seconds = atof(argv[3])};
    flood.count = argc > 4 ? atol(argv[4]) : 0;
    tocsin_options options = tocsin_options_new();
    if (flood.threads > THREADS_MAX || tocsin_option(options, "dsn", argv[1]) != TOCSIN_OK)
        return 2;
    flood.client = tocsin_client_open(options);
    tocsin_handle_close(options);
    warm_up(&flood);
    nanosleep(&(struct timespec){.tv_nsec = 200000000L}, NULL);

    long before = rss_kib();
    double wall = now_on(CLOCK_MONOTONIC), cpu = now_on(CLOCK_PROCESS_CPUTIME_ID);
    (void)getppid();
    long highest = before;
    if (flood.threads == 0) {
        capture(&flood);
    } else {
        highest = run(&flood);
    }
    (void)getppid();
    wall = now_on(CLOCK_MONOTONIC) - wall;
    cpu = now_on(CLOCK_PROCESS_CPUTIME_ID) - cpu;

    char full[STATS_SIZE], closed[STATS_SIZE];
    tocsin_client_stats(flood.client, full, sizeof full);
    tocsin_client_close(flood.client, 0);
    tocsin_client_stats(flood.client, closed, sizeof closed);
    printf("{\"captures\":%ld,\"wall_s\":%.4f,\"cpu_s\":%.4f,\"rss_growth_kib\":%ld,\"full\":%s,"
           "\"closed\":%s}\n",
           atomic_load(&flood.captured), wall, cpu, highest - before, full, closed);
    return 0;
}

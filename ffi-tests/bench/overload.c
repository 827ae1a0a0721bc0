/* How long a capture keeps its caller under load: overload SECONDS FOLDER. The server takes
 * connections and never answers.
 *
 *   room      one thread, workload W, a queue that has room
 *   full      four threads, each as fast as it can, a queue of the default length
 *   durable   one thread, workload W, into files in FOLDER
 *   synced    the same, with every file confirmed by the disk
 *
 * Prints one line of JSON: of each captures, and microseconds at 50, 99 and 99.9 percent and at
 * most. */
#include <arpa/inet.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

#include "workload.h"

enum { THREADS = 4, SAMPLES = 1 << 20, ROOM = 5000, DURABLE = 2000, SYNCED = 100 };

typedef struct series {
    const struct bench_world *world;
    void (*capture)(const struct bench_world *world);
    float *took; /* microseconds */
    size_t count;
    size_t most;
    double end; /* seconds */
} series;

static double now_s(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static int compare(const void *left, const void *right)
{
    float a = *(const float *)left, b = *(const float *)right;
    return (a > b) - (a < b);
}

static void capture_full_scope(const struct bench_world *world)
{
    bench_capture(world, NULL);
}

/* What the queue has no place for is no error here. */
static void capture_message(const struct bench_world *world)
{
    tocsin_status st = tocsin_message(world->scope, TOCSIN_LEVEL_ERROR, "overload");
    if (st != TOCSIN_E_FULL) bench_need(st, "capture");
}

static void *run(void *context)
{
    series *it = context;
    double before = now_s();
    while (it->count < it->most && before < it->end) {
        it->capture(it->world);
        double after = now_s();
        it->took[it->count++] = (float)((after - before) * 1e6);
        before = after;
    }
    return NULL;
}

static series series_of(const struct bench_world *world,
                        void (*capture)(const struct bench_world *), size_t most, double seconds)
{
    series made = {world, capture, calloc(most, sizeof(float)), 0, most, now_s() + seconds};
    if (made.took == NULL) exit(1);
    return made;
}

static void print(const char *name, const float *sorted, size_t count, const char *behind)
{
    printf("\"%s\":{\"captures\":%zu,\"p50_us\":%.2f,\"p99_us\":%.2f,\"p999_us\":%.2f,\"max_us\":%."
           "1f}%s",
           name, count, (double)sorted[count / 2], (double)sorted[count * 99 / 100],
           (double)sorted[count * 999 / 1000], (double)sorted[count - 1], behind);
}

static void measure_one(const char *name, const char *options, size_t most, double seconds,
                        const char *behind)
{
    struct bench_world world;
    bench_open_by_default(&world, options);
    bench_fill(&world);
    series it = series_of(&world, capture_full_scope, most, seconds);
    run(&it);
    tocsin_client_close(world.client, 0);
    qsort(it.took, it.count, sizeof *it.took, compare);
    print(name, it.took, it.count, behind);
    free(it.took);
}

static void measure_full(const char *options, double seconds)
{
    struct bench_world world;
    pthread_t threads[THREADS];
    series all[THREADS];
    size_t count = 0;
    float *took = calloc((size_t)THREADS * SAMPLES, sizeof *took);
    if (took == NULL) exit(1);
    bench_open_by_default(&world, options);
    for (int i = 0; i < 20000; i++) capture_message(&world); /* more than there is room for */
    for (int i = 0; i < THREADS; i++) {
        all[i] = series_of(&world, capture_message, SAMPLES, seconds);
        pthread_create(&threads[i], NULL, run, &all[i]);
    }
    for (int i = 0; i < THREADS; i++) {
        pthread_join(threads[i], NULL);
        memcpy(took + count, all[i].took, all[i].count * sizeof *took);
        count += all[i].count;
        free(all[i].took);
    }
    tocsin_client_close(world.client, 0);
    qsort(took, count, sizeof *took, compare);
    print("full", took, count, ",");
    free(took);
}

static int listen_and_hang(void)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof address;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (bind(fd, (struct sockaddr *)&address, len) != 0 || listen(fd, 100) != 0) exit(1);
    getsockname(fd, (struct sockaddr *)&address, &len);
    return ntohs(address.sin_port);
}

int main(int argc, char **argv)
{
    char plain[128], durable[512], synced[512];
    if (argc != 3) {
        fprintf(stderr, "usage: %s SECONDS FOLDER\n", argv[0]);
        return 2;
    }
    double seconds = strtod(argv[1], NULL);
    int port = listen_and_hang();
    snprintf(plain, sizeof plain, "{\"dsn\":\"http://public@127.0.0.1:%d/1\"}", port);
    snprintf(durable, sizeof durable,
             "{\"dsn\":\"http://public@127.0.0.1:%d/1\",\"cache_dir\":\"%s/"
             "durable\",\"durability\":\"spool\"}",
             port, argv[2]);
    snprintf(synced, sizeof synced,
             "{\"dsn\":\"http://public@127.0.0.1:%d/1\",\"cache_dir\":\"%s/"
             "synced\",\"durability\":\"spool+sync=full\"}",
             port, argv[2]);
    putchar('{');
    measure_one("room", plain, ROOM, seconds, ",");
    measure_full(plain, seconds);
    measure_one("durable", durable, DURABLE, seconds, ",");
    measure_one("synced", synced, SYNCED, seconds, "}\n");
    return 0;
}

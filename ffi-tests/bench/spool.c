/* The way to disk and back: spool WHAT COUNT FOLDER, of workload W.
 *
 *   in       durable captures; microseconds of each, at the median and the 99th percentile
 *   sync     the same, with every file confirmed by the disk
 *   files    what the first is held against: create, write, rename of as many bytes, nothing else
 *   out      envelopes taken back from the folder, ten a second; microseconds of processor for each
 *
 * A call of getppid stands before and after, for whoever counts system calls. Prints one line of
 * JSON. */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "workload.h"

enum { FILE_BYTES = 15 * 1024, WAIT_MS = 10000 };

static double *took;
static size_t count;

static double now_on(clockid_t clock)
{
    struct timespec now;
    clock_gettime(clock, &now);
    return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
}

static int compare(const void *left, const void *right)
{
    double a = *(const double *)left, b = *(const double *)right;
    return (a > b) - (a < b);
}

static void open_world(struct bench_world *world, const char *folder, const char *durability)
{
    char options[512];
    snprintf(options, sizeof options,
             "{\"transport\":\"pull\",\"cache_dir\":\"%s\",\"durability\":\"%s\"}", folder,
             durability);
    bench_open(world, options);
    bench_fill(world);
}

static void measure(void (*work)(void *context, size_t number), void *context)
{
    work(context, count); /* the first makes the folder */
    (void)getppid();
    for (size_t i = 0; i < count; i++) {
        double before = now_on(CLOCK_MONOTONIC);
        work(context, i);
        took[i] = now_on(CLOCK_MONOTONIC) - before;
    }
    (void)getppid();
    qsort(took, count, sizeof *took, compare);
    printf("{\"median_us\":%.2f,\"p99_us\":%.2f,\"max_us\":%.2f}\n", took[count / 2],
           took[count * 99 / 100], took[count - 1]);
}

static void capture(void *context, size_t number)
{
    (void)number;
    bench_capture(context, NULL);
}

static void store(const char *folder, const char *durability)
{
    struct bench_world world;
    open_world(&world, folder, durability);
    measure(capture, &world);
    tocsin_client_close(world.client, 0);
}

static void write_file(void *context, size_t number)
{
    static const char bytes[FILE_BYTES];
    const int *folder = context;
    char temporary[64], final[64];
    snprintf(temporary, sizeof temporary, "1793611800250-%032zx-0.tmp", number);
    snprintf(final, sizeof final, "1793611800250-%032zx-0.bare", number);
    int file = openat(*folder, temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (file < 0 || write(file, bytes, sizeof bytes) != (ssize_t)sizeof bytes) exit(3);
    close(file);
    if (renameat(*folder, temporary, *folder, final) != 0) exit(3);
}

/* What another run has left there. */
static void take_back(const char *folder)
{
    struct bench_world world;
    open_world(&world, folder, "memory");
    double start = now_on(CLOCK_PROCESS_CPUTIME_ID);
    (void)getppid();
    for (size_t i = 0; i < count; i++) {
        tocsin_envelope envelope =
            bench_need(tocsin_client_next_envelope(world.client, WAIT_MS), "take");
        bench_need(tocsin_envelope_done(envelope, 200, NULL, -1), "done");
        tocsin_handle_close(envelope);
    }
    (void)getppid();
    double spent_us = now_on(CLOCK_PROCESS_CPUTIME_ID) - start;
    printf("{\"cpu_us\":%.2f}\n", spent_us / (double)count);
    tocsin_client_close(world.client, 0);
}

int main(int argc, char **argv)
{
    const char *what = argc == 4 ? argv[1] : "";
    count = argc == 4 ? strtoul(argv[2], NULL, 10) : 0;
    took = calloc(count + 1, sizeof *took);
    if (count == 0 || took == NULL) {
        fprintf(stderr, "usage: %s in|sync|files|out COUNT FOLDER\n", argv[0]);
        return 2;
    }
    if (strcmp(what, "in") == 0) store(argv[3], "spool");
    if (strcmp(what, "sync") == 0) store(argv[3], "spool+sync=full");
    if (strcmp(what, "out") == 0) take_back(argv[3]);
    if (strcmp(what, "files") == 0) {
        int folder = open(argv[3], O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        measure(write_file, &folder);
        close(folder);
    }
    free(took);
    return 0;
}

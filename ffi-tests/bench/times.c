/* How long operations take, alone and from two threads: times ENTRIES.
 *
 * Prints a line for each, "OPERATION NS NS NS": for one operation of one thread; of each of two
 * that have a request each, an isolation scope and a current one of its own; of each of two on one
 * scope. Each is the least of a few rounds. ENTRIES: so many tags and breadcrumbs, 0: workload W.
 */
#include "operations.h"

#include <malloc.h>
#include <pthread.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { ROUNDS = 5, MOST_THREADS = 2 };

struct runner {
    const struct bench_operation *operation;
    struct bench_world world;
    unsigned count;
    pthread_barrier_t *start;
    double began, ended;
};

static double now_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e9 + (double)now.tv_nsec;
}

static void each(void (*work)(const struct bench_world *, unsigned), const struct runner *runner)
{
    for (unsigned number = 0; number < runner->count; number++) work(&runner->world, number);
}

static void *run(void *context)
{
    struct runner *runner = context;
    each(runner->operation->before, runner);
    pthread_barrier_wait(runner->start);
    runner->began = now_ns();
    each(runner->operation->work, runner);
    runner->ended = now_ns();
    pthread_barrier_wait(runner->start);
    each(runner->operation->after, runner);
    return NULL;
}

/* To a processor of its own, if there is one: the kernel likes to wake both on the same. */
static void pin(pthread_t thread, unsigned processor)
{
    cpu_set_t set;
    CPU_ZERO(&set);
    CPU_SET(processor, &set);
    pthread_setaffinity_np(thread, sizeof set, &set);
}

/* Nanoseconds for one operation of each thread, from the first that began to the last that ended.
 */
static double play(struct runner *runners, unsigned threads)
{
    pthread_t ids[MOST_THREADS];
    pthread_barrier_t start;
    pthread_barrier_init(&start, NULL, threads);
    for (unsigned i = 0; i < threads; i++) {
        runners[i].start = &start;
        if (pthread_create(&ids[i], NULL, run, &runners[i]) != 0) exit(3);
        if (threads > 1) pin(ids[i], i);
    }
    for (unsigned i = 0; i < threads; i++) pthread_join(ids[i], NULL);
    pthread_barrier_destroy(&start);
    double began = runners[0].began, ended = runners[0].ended;
    for (unsigned i = 1; i < threads; i++) {
        if (runners[i].began < began) began = runners[i].began;
        if (runners[i].ended > ended) ended = runners[i].ended;
    }
    return (ended - began) / runners[0].count;
}

/* What a request begins with: the program's scopes forked, and something of its own on each. */
static void begin_request(struct bench_world *request, const struct bench_world *program)
{
    *request = *program;
    if (program->scope == 0) return; /* there is nothing open */
    request->scope = bench_need(tocsin_scope_fork_isolation(program->scope), "request");
    request->isolation = bench_need(tocsin_scope_isolation(request->scope), "isolation scope");
    bench_need(tocsin_tag(request->isolation, "isolation.0", "of the request"), "tag");
    bench_need(tocsin_tag(request->scope, "tag.0", "of the request"), "tag");
}

static void end_request(const struct bench_world *request)
{
    tocsin_handle_close(request->scope);
    tocsin_handle_close(request->isolation);
}

static double measure(const struct bench_operation *operation, unsigned entries, unsigned count,
                      unsigned threads, bool is_shared)
{
    double least = 0;
    for (int round = 0; round < ROUNDS; round++) {
        struct bench_world program = {0};
        struct runner runners[MOST_THREADS];
        bench_operation_open(operation, &program, entries);
        for (unsigned i = 0; i < threads; i++) {
            runners[i] = (struct runner){.operation = operation, .world = program, .count = count};
            if (!is_shared) begin_request(&runners[i].world, &program);
        }
        double spent = play(runners, threads);
        if (round == 0 || spent < least) least = spent;
        for (unsigned i = 0; i < threads && !is_shared; i++) end_request(&runners[i].world);
        if (program.client != 0) tocsin_client_close(program.client, 0);
    }
    return least;
}

/* As in a process that has run for a while: it keeps what memory it has. Else half of what is
 * measured of a capture is the kernel's work for each new page of a heap that grows, for which two
 * threads wait for each other. */
static void keep_memory(void)
{
    mallopt(M_TRIM_THRESHOLD, 1 << 30);
    mallopt(M_TOP_PAD, 32 << 20);
}

int main(int argc, char **argv)
{
    static const struct {
        const char *name;
        unsigned count;
    } plan[] = {
        {"malloc", 100000}, {"memcpy", 5000},     {"fork", 20000},     {"first_tag", 5000},
        {"set_tag", 20000}, {"breadcrumb", 5000}, {"user", 5000},      {"context", 5000},
        {"extra", 5000},    {"tags", 100},        {"look_up", 100000}, {"merge", 2000},
        {"capture", 4000},  {"to_bytes", 200},
    };
    if (argc != 2) {
        fprintf(stderr, "usage: %s ENTRIES\n", argv[0]);
        return 2;
    }
    keep_memory();
    unsigned entries = (unsigned)strtoul(argv[1], NULL, 10);
    for (size_t i = 0; i < sizeof plan / sizeof plan[0]; i++) {
        const struct bench_operation *operation = bench_operation_find(plan[i].name);
        unsigned count = plan[i].count;
        printf("%s %.1f %.1f %.1f\n", plan[i].name, measure(operation, entries, count, 1, true),
               measure(operation, entries, count, 2, false),
               measure(operation, entries, count, 2, true));
    }
    return 0;
}

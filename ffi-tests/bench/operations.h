/* The operations that are measured, and what is made ready for each. */
#ifndef BENCH_OPERATIONS_H
#define BENCH_OPERATIONS_H

#include "workload.h"

/* `work` is what is measured; `before` and `after` go with each time, so that the queue neither
 * grows nor runs dry. */
struct bench_operation {
    const char *name;
    void (*open)(struct bench_world *world);
    void (*before)(const struct bench_world *world, unsigned number);
    void (*work)(const struct bench_world *world, unsigned number);
    void (*after)(const struct bench_world *world, unsigned number);
};

/* NULL: there is none of that name. */
const struct bench_operation *bench_operation_find(const char *name);
void bench_operations_list(void);

/* Ready for the operation, with workload W, or with so many tags and breadcrumbs if `entries` is
 * not 0. */
void bench_operation_open(const struct bench_operation *operation, struct bench_world *world,
                          unsigned entries);

/* Makes the compiler believe that somebody looks at what is there. */
void bench_keep(void *pointer);

#endif

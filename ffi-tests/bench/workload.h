/* What the benchmarks report: workload W, a full scope as a busy service has it. On the scope 10
 * tags, a user of 4 fields, 3 contexts of 5 keys, 5 extras and 100 breadcrumbs; on the global scope
 * release, environment and 5 tags; on the isolation scope 5 tags. About 22 KB as an event.
 *
 * A call that does not do what it should ends the program: what follows would measure an error. */
#ifndef BENCH_WORKLOAD_H
#define BENCH_WORKLOAD_H

#include <tocsin/c.h>

#include "peak.h"

#define BENCH_TAGS 10
#define BENCH_BREADCRUMBS 100

struct bench_world {
    tocsin_client client;
    tocsin_scope global;
    tocsin_scope isolation;
    tocsin_scope scope; /* current, linked to isolation */
};

/* `result` if it is no error; else says `what` failed and exits. */
int64_t bench_need(int64_t result, const char *what);

/* A client with `options` (JSON) on top of what all benchmarks set; its scopes are empty. The queue
 * is long enough for anything; or as long as it is for everybody. */
void bench_open(struct bench_world *world, const char *options);
void bench_open_by_default(struct bench_world *world, const char *options);
void bench_fill(struct bench_world *world);

void bench_add_tags(tocsin_scope scope, unsigned count);
void bench_add_breadcrumbs(tocsin_scope scope, unsigned count);
void bench_add_breadcrumb(tocsin_scope scope, unsigned number);
/* `event_id` may be NULL. */
void bench_capture(const struct bench_world *world, char *event_id);

#endif

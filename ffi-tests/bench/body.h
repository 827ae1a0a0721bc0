/* Bodies of requests with workload W, compressed at level 1 as the library does. */
#ifndef BENCH_BODY_H
#define BENCH_BODY_H

#include <stddef.h>

/* Bytes of an envelope as text. To be called once, before the others; ends the program on failure.
 */
size_t bench_body_open(void);
/* The body of another event than any number before had; good until the next call. */
const void *bench_body_make(size_t number, size_t *len);

#endif

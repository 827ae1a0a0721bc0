/* Random bytes from the system's source, drawn in pools, and the sampling draw. Any thread; a child
 * of fork draws afresh. */
#ifndef TSN_BASE_RAND_H
#define TSN_BASE_RAND_H

#include <stddef.h>
#include <stdint.h>

void tsn_rand_bytes(void *out, size_t len);
/* 16 of them: an id. */
void tsn_rand_16(uint8_t out[16]);
uint64_t tsn_rand_u64(void);
/* Uniform in [0, 1). */
double tsn_rand_unit(void);

/* Tests: replaces the source; NULL restores the system's. */
typedef void (*tsn_rand_fn)(void *out, size_t len);
void tsn_rand_set_source(tsn_rand_fn source);

#endif

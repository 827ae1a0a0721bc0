/* The beginning of what zstd packed. */
#ifndef SINK_UNZSTD_H
#define SINK_UNZSTD_H

#include <stddef.h>

/* How many bytes of it were written to `out`, `cap` at most; 0 also where there is no libzstd. Not
 * locked: one thread uses it. */
size_t sink_unzstd(const char *body, size_t len, char *out, size_t cap);

#endif

/* The event ids that came, each counted once. Not locked: one thread uses it. */
#ifndef SINK_IDS_H
#define SINK_IDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct sink_ids {
    uint64_t (*slots)[2]; /* open addressing; both zero: empty */
    size_t cap;           /* a power of two, or 0 */
    size_t count;
};

/* Whether `digits`, 32 hexadecimal ones, were not there before. Ends the program without memory. */
bool sink_ids_add(struct sink_ids *ids, const char *digits);
void sink_ids_free(struct sink_ids *ids);

#endif

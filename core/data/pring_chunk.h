/* A block of breadcrumbs that rings view: times, then texts side by side. Items are only ever
 * added, and an item that was added never changes. Any thread may try to claim the next place; who
 * wins is alone with it until it publishes a ring that views it. Private to pring. */
#ifndef TSN_DATA_PRING_CHUNK_H
#define TSN_DATA_PRING_CHUNK_H

#include "base/rc.h"
#include "data/pring.h"
#include "data/weight.h"

#define TSN_CHUNK_ITEMS 16       /* once a ring has grown */
#define TSN_CHUNK_ITEMS_MAX 64   /* in long rings, whose copy then stays short */
#define TSN_CHUNK_TEXT_MAX 16384 /* of a chunk for several crumbs */

typedef struct tsn_chunk_item {
    int64_t time_us;
    uint64_t sequence;
    uint32_t end; /* of its text, comma included; it begins where the item before ends */
} tsn_chunk_item;

typedef struct tsn_chunk {
    tsn_rc rc;
    tsn_weight weight;
    _Atomic uint64_t claim; /* items used (upper half) and text bytes used (lower) */
    uint32_t item_cap;
    uint32_t text_cap;
    tsn_chunk_item items[];
} tsn_chunk;

/* NULL: no memory. */
tsn_chunk *tsn_chunk_new(uint32_t item_cap, size_t text_cap);
void tsn_chunk_free(tsn_chunk *chunk);

static inline tsn_chunk *tsn_chunk_retain(tsn_chunk *chunk)
{
    tsn_rc_retain(&chunk->rc);
    return chunk;
}

static inline void tsn_chunk_release(tsn_chunk *chunk)
{
    if (tsn_rc_release(&chunk->rc)) tsn_chunk_free(chunk);
}

typedef enum tsn_chunk_outcome {
    TSN_CHUNK_ADDED,
    TSN_CHUNK_FULL,  /* no room; nothing happened */
    TSN_CHUNK_TAKEN, /* another ring took that place; nothing happened */
} tsn_chunk_outcome;

/* Adds a crumb as item `position`, the one behind the last that the caller's ring views. */
tsn_chunk_outcome tsn_chunk_add(tsn_chunk *chunk, uint32_t position, const tsn_crumb *crumb);

static inline uint32_t tsn_chunk_start(const tsn_chunk *chunk, uint32_t position)
{
    return position == 0 ? 0 : chunk->items[position - 1].end;
}

/* The bytes of the text of item `position`, comma included. */
static inline size_t tsn_chunk_item_len(const tsn_chunk *chunk, uint32_t position)
{
    return chunk->items[position].end - tsn_chunk_start(chunk, position);
}

/* Where the texts begin. */
static inline char *tsn_chunk_texts(const tsn_chunk *chunk)
{
    return (char *)(uintptr_t)(chunk->items + chunk->item_cap);
}

/* The texts of items `first` to `last` - 1. */
static inline tsn_slice tsn_chunk_text(const tsn_chunk *chunk, uint32_t first, uint32_t last)
{
    uint32_t start = tsn_chunk_start(chunk, first);
    return (tsn_slice){tsn_chunk_texts(chunk) + start, tsn_chunk_start(chunk, last) - start};
}

/* Bytes of memory. */
size_t tsn_chunk_size(const tsn_chunk *chunk);

#endif

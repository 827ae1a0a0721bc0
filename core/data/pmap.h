/* A persistent map from text to canonical JSON, for tags, extra and contexts.
 *
 * NULL is the empty map. A map is counted and shared freely; who wants to write calls with the
 * address of its own reference: a sole owner is changed in place, a shared map is left alone and
 * replaced. A shared map becomes the frozen base of a small overlay, so the first write after a
 * fork costs the same at 10 and at 1,000 entries; overlays are one level deep and are flattened
 * when they pass 16 entries or a quarter of the base. A removal from an overlaid base is a
 * tombstone. Members keep the order in which their keys first came; a key that was removed comes
 * anew. Each member is one counted block with the text `"key":value,`, so writing a map is copying.
 * Keys are in canonical escaped form without quotes. What a member borrows lives until the next
 * write through the same reference.
 *
 * Not locked: concurrent readers of one map are fine, a writer owns the reference it passes. */
#ifndef TSN_DATA_PMAP_H
#define TSN_DATA_PMAP_H

#include "base/buf.h"
#include "base/slice.h"

typedef struct tsn_pmap tsn_pmap;

typedef struct tsn_member {
    tsn_slice key;   /* escaped, without quotes */
    tsn_slice value; /* canonical JSON */
    tsn_slice text;  /* "key":value, with the comma */
    uint32_t hash;
} tsn_member;

tsn_pmap *tsn_pmap_retain(tsn_pmap *map);
void tsn_pmap_release(tsn_pmap *map);

/* TOCSIN_OK or TOCSIN_E_NOMEM, and then `*map` is as it was. */
tocsin_status tsn_pmap_set(tsn_pmap **map, tsn_slice key, tsn_slice value);
tocsin_status tsn_pmap_remove(tsn_pmap **map, tsn_slice key);
/* Sets every member of `from`, in its order. An empty `*into` simply shares `from`. */
tocsin_status tsn_pmap_merge(tsn_pmap **into, tsn_pmap *from);

size_t tsn_pmap_count(const tsn_pmap *map);
/* False: no such key. */
bool tsn_pmap_get(const tsn_pmap *map, tsn_slice key, tsn_member *member);
/* The same with tsn_slice_hash(key) known. */
bool tsn_pmap_get_hashed(const tsn_pmap *map, tsn_slice key, uint32_t hash, tsn_member *member);

typedef struct tsn_pmap_iter {
    const tsn_pmap *map;
    uint32_t position;
    uint64_t overridden; /* a filter of base places that the overlay hides */
} tsn_pmap_iter;

tsn_pmap_iter tsn_pmap_iter_of(const tsn_pmap *map);
bool tsn_pmap_next(tsn_pmap_iter *iter, tsn_member *member);

/* Appends every member's text, each with its comma. */
void tsn_pmap_write(const tsn_pmap *map, tsn_buf *out);
/* The union of `count` maps, outermost first: of several members with one key the one in the last
 * map is written. */
void tsn_pmap_write_layers(const tsn_pmap *const *maps, size_t count, tsn_buf *out);

/* At least the memory that the map and its base take. */
size_t tsn_pmap_size(const tsn_pmap *map);
/* Queue accounting, see weight.h: the bytes newly charged or credited. */
size_t tsn_pmap_weigh(tsn_pmap *map);
size_t tsn_pmap_unweigh(tsn_pmap *map);

bool tsn_pmap_valid(const tsn_pmap *map);

#endif

/* The block behind a map: entries in order of insertion, an index behind them when they are many,
 * and the frozen base if it is an overlay. Private to pmap; who calls a function that writes is the
 * node's sole owner. */
#ifndef TSN_DATA_PMAP_NODE_H
#define TSN_DATA_PMAP_NODE_H

#include "data/pmap.h"
#include "data/pmap_pair.h"
#include "data/weight.h"

#define TSN_PMAP_NOWHERE UINT32_MAX
#define TSN_PMAP_OVERLAY_MAX 16 /* entries of an overlay */
#define TSN_PMAP_OVERLAY_PART 4 /* an overlay has at most this part of its base's members */

typedef struct tsn_pmap_entry {
    tsn_pair *pair; /* NULL: a hole, or with a place a tombstone */
    uint32_t hash;
    uint32_t place; /* the base's entry that this one hides; NOWHERE: none */
} tsn_pmap_entry;

struct tsn_pmap {
    tsn_rc rc;
    tsn_weight weight;
    tsn_pmap *base;    /* a node without base of its own, never written; NULL: none */
    uint64_t hidden;   /* filter of the base's places that entries hide */
    uint64_t keys;     /* filter of the hashes of entries, past ones included */
    size_t pair_bytes; /* of the pairs in this node's entries */
    uint32_t count;    /* members that a reader sees, the base's included; never 0 */
    uint32_t used;     /* entries, holes included */
    uint32_t cap;
    tsn_pmap_entry entries[];
};

/* The bit of a hash in `keys`. */
static inline uint64_t tsn_pmap_key_bit(uint32_t hash)
{
    return (uint64_t)1 << (hash >> 26);
}

/* Position of the live entry with that key in this node alone, or NOWHERE. */
uint32_t tsn_pmap_find_own(const tsn_pmap *map, tsn_slice key, uint32_t hash);
/* The entry of the overlay that hides a place of its base; NULL: none. */
const tsn_pmap_entry *tsn_pmap_hider(const tsn_pmap *map, uint32_t place);
/* The base's place of a key that shows through the overlay, or NOWHERE. */
uint32_t tsn_pmap_find_through(const tsn_pmap *map, tsn_slice key, uint32_t hash);
/* The member that a reader sees, borrowed; NULL: none. */
const tsn_pair *tsn_pmap_find(const tsn_pmap *map, tsn_slice key, uint32_t hash);

/* Makes `*slot` the caller's alone, with room for `extra` more entries. TOCSIN_OK; TOCSIN_E_NOMEM:
 * same members as before. */
tocsin_status tsn_pmap_make_writable(tsn_pmap **slot, size_t extra);
/* Adds an entry, for which there is room, and takes over `pair` (NULL: a tombstone). Leaves `count`
 * to the caller. */
void tsn_pmap_add_entry(tsn_pmap *map, tsn_pair *pair, uint32_t hash, uint32_t place);
/* Puts `pair` (taken over; NULL: nothing) in the place of an entry's, which is released. */
void tsn_pmap_replace_pair(tsn_pmap *map, uint32_t position, tsn_pair *pair);

/* Bytes of this node and its pairs, without the base's. */
size_t tsn_pmap_own_size(const tsn_pmap *map);
/* The next member in order, borrowed; NULL: no more. */
tsn_pair *tsn_pmap_next_pair(tsn_pmap_iter *iter);

#endif

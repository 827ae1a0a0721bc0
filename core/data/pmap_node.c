/* A node is one block: header, entries, and from 32 entries on an open-addressed index of twice as
 * many slots, each a position plus one. Removal leaves a hole whose index slot stays, so that
 * probing goes on behind it; holes go when room runs out. What a writer gets depends on who else
 * looks: alone, the node itself; else a small overlay on it, a copy of the overlay, or one flat
 * copy once the overlay would pass its bounds. */
#include "data/pmap_node.h"

#include "base/alloc.h"

#include <string.h>

#define FLAT_CAP_MIN 4
#define OVERLAY_CAP_MIN 2
#define SCANNED_CAP_MAX 16 /* up to here a scan of the hashes is as fast as an index */
#define CAP_MAX ((size_t)1 << 26)

static bool has_index(uint32_t cap)
{
    return cap > SCANNED_CAP_MAX;
}

static size_t node_size(size_t cap)
{
    size_t index = cap > SCANNED_CAP_MAX ? cap * 2 * sizeof(uint32_t) : 0;
    return sizeof(tsn_pmap) + cap * sizeof(tsn_pmap_entry) + index;
}

static uint32_t *node_index(const tsn_pmap *map)
{
    return (uint32_t *)(uintptr_t)(map->entries + map->cap);
}

static uint32_t index_mask(const tsn_pmap *map)
{
    return map->cap * 2 - 1;
}

static void index_add(tsn_pmap *map, uint32_t position)
{
    uint32_t *index = node_index(map);
    uint32_t mask = index_mask(map);
    uint32_t slot = map->entries[position].hash & mask;
    while (index[slot] != 0) slot = (slot + 1) & mask;
    index[slot] = position + 1;
}

static void index_rebuild(tsn_pmap *map)
{
    if (!has_index(map->cap)) return;
    memset(node_index(map), 0, map->cap * 2 * sizeof(uint32_t));
    for (uint32_t i = 0; i < map->used; i++) index_add(map, i);
}

static uint32_t cap_for(size_t count, uint32_t least)
{
    uint32_t cap = least;
    while (cap < count) cap *= 2;
    return cap;
}

static tsn_pmap *node_new(tsn_pmap *base, size_t count)
{
    uint32_t cap = cap_for(count, base == NULL ? FLAT_CAP_MIN : OVERLAY_CAP_MIN);
    tsn_pmap *map = tsn_alloc(node_size(cap));
    if (map == NULL) return NULL;
    *map = (tsn_pmap){.base = tsn_pmap_retain(base), .cap = cap};
    tsn_rc_init(&map->rc);
    atomic_init(&map->weight.holders, 0);
    if (base != NULL) map->count = base->count;
    index_rebuild(map);
    return map;
}

/* Of an entry whose hash is the key's. */
static bool entry_has_key(const tsn_pmap_entry *entry, tsn_slice key)
{
    return entry->pair != NULL && tsn_slice_equal(tsn_pair_key(entry->pair), key);
}

static uint32_t find_by_scan(const tsn_pmap *map, tsn_slice key, uint32_t hash)
{
    const tsn_pmap_entry *end = map->entries + map->used;
    for (const tsn_pmap_entry *entry = map->entries; entry < end; entry++) {
        if (TSN_LIKELY(entry->hash != hash)) continue;
        if (entry_has_key(entry, key)) return (uint32_t)(entry - map->entries);
    }
    return TSN_PMAP_NOWHERE;
}

static uint32_t find_by_index(const tsn_pmap *map, tsn_slice key, uint32_t hash)
{
    const uint32_t *index = node_index(map);
    uint32_t mask = index_mask(map);
    for (uint32_t slot = hash & mask; index[slot] != 0; slot = (slot + 1) & mask) {
        const tsn_pmap_entry *entry = &map->entries[index[slot] - 1];
        if (entry->hash == hash && entry_has_key(entry, key)) return index[slot] - 1;
    }
    return TSN_PMAP_NOWHERE;
}

uint32_t tsn_pmap_find_own(const tsn_pmap *map, tsn_slice key, uint32_t hash)
{
    if ((map->keys & tsn_pmap_key_bit(hash)) == 0) return TSN_PMAP_NOWHERE;
    return has_index(map->cap) ? find_by_index(map, key, hash) : find_by_scan(map, key, hash);
}

const tsn_pmap_entry *tsn_pmap_hider(const tsn_pmap *map, uint32_t place)
{
    if ((map->hidden >> (place % 64) & 1) == 0) return NULL;
    for (uint32_t i = 0; i < map->used; i++) {
        if (map->entries[i].place == place) return &map->entries[i];
    }
    return NULL;
}

uint32_t tsn_pmap_find_through(const tsn_pmap *map, tsn_slice key, uint32_t hash)
{
    if (map->base == NULL) return TSN_PMAP_NOWHERE;
    uint32_t place = tsn_pmap_find_own(map->base, key, hash);
    if (place == TSN_PMAP_NOWHERE || tsn_pmap_hider(map, place) != NULL) return TSN_PMAP_NOWHERE;
    return place;
}

const tsn_pair *tsn_pmap_find(const tsn_pmap *map, tsn_slice key, uint32_t hash)
{
    if (map == NULL) return NULL;
    uint32_t own = tsn_pmap_find_own(map, key, hash);
    if (own != TSN_PMAP_NOWHERE) return map->entries[own].pair;
    uint32_t place = tsn_pmap_find_through(map, key, hash);
    return place == TSN_PMAP_NOWHERE ? NULL : map->base->entries[place].pair;
}

void tsn_pmap_add_entry(tsn_pmap *map, tsn_pair *pair, uint32_t hash, uint32_t place)
{
    TSN_ASSERT(map->used < map->cap);
    map->entries[map->used] = (tsn_pmap_entry){pair, hash, place};
    if (place != TSN_PMAP_NOWHERE) map->hidden |= (uint64_t)1 << (place % 64);
    map->keys |= tsn_pmap_key_bit(hash);
    if (pair != NULL) map->pair_bytes += tsn_pair_size(pair);
    map->used++;
    if (has_index(map->cap)) index_add(map, map->used - 1);
}

void tsn_pmap_replace_pair(tsn_pmap *map, uint32_t position, tsn_pair *pair)
{
    tsn_pmap_entry *entry = &map->entries[position];
    map->pair_bytes -= tsn_pair_size(entry->pair);
    tsn_pair_release(entry->pair);
    entry->pair = pair;
    if (pair != NULL) map->pair_bytes += tsn_pair_size(pair);
}

static bool overlay_fits(const tsn_pmap *base, size_t entries)
{
    return entries <= TSN_PMAP_OVERLAY_MAX && entries * TSN_PMAP_OVERLAY_PART <= base->count;
}

/* A node without base that holds what a reader of `map` sees. */
static tsn_pmap *copy_flat(const tsn_pmap *map, size_t extra)
{
    tsn_pmap *copy = node_new(NULL, map->count + extra);
    if (copy == NULL) return NULL;
    tsn_pmap_iter iter = tsn_pmap_iter_of(map);
    for (tsn_pair *pair; (pair = tsn_pmap_next_pair(&iter)) != NULL;) {
        tsn_pmap_add_entry(copy, tsn_pair_retain(pair), pair->hash, TSN_PMAP_NOWHERE);
    }
    copy->count = copy->used;
    return copy;
}

static bool is_hole(const tsn_pmap_entry *entry)
{
    return entry->pair == NULL && entry->place == TSN_PMAP_NOWHERE;
}

static tsn_pmap *copy_overlay(const tsn_pmap *map, size_t extra)
{
    tsn_pmap *copy = node_new(map->base, map->used + extra);
    if (copy == NULL) return NULL;
    for (uint32_t i = 0; i < map->used; i++) {
        const tsn_pmap_entry *entry = &map->entries[i];
        if (is_hole(entry)) continue;
        tsn_pair *pair = entry->pair == NULL ? NULL : tsn_pair_retain(entry->pair);
        tsn_pmap_add_entry(copy, pair, entry->hash, entry->place);
    }
    copy->count = map->count;
    return copy;
}

static tsn_pmap *copy_for_writing(tsn_pmap *map, size_t extra)
{
    if (map == NULL) return node_new(NULL, extra);
    if (map->base != NULL && overlay_fits(map->base, map->used + extra)) {
        return copy_overlay(map, extra);
    }
    if (map->base == NULL && overlay_fits(map, extra)) return node_new(map, extra);
    return copy_flat(map, extra);
}

static void close_holes(tsn_pmap *map)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < map->used; i++) {
        if (!is_hole(&map->entries[i])) map->entries[kept++] = map->entries[i];
    }
    if (kept == map->used) return;
    map->used = kept;
    index_rebuild(map);
}

/* Closing the holes is enough if it frees a quarter; otherwise the room doubles. */
static tocsin_status grow(tsn_pmap **slot, size_t extra)
{
    tsn_pmap *map = *slot;
    close_holes(map);
    size_t need = map->used + extra;
    if (need <= map->cap - map->cap / 4) return TOCSIN_OK;
    uint32_t cap = cap_for(need, map->cap * 2);
    map = tsn_realloc(map, node_size(cap));
    if (map == NULL) return TOCSIN_E_NOMEM;
    map->cap = cap;
    index_rebuild(map);
    *slot = map;
    return TOCSIN_OK;
}

tocsin_status tsn_pmap_make_writable(tsn_pmap **slot, size_t extra)
{
    tsn_pmap *map = *slot;
    if (extra > CAP_MAX || tsn_pmap_count(map) > CAP_MAX - extra) return TOCSIN_E_NOMEM;
    if (map != NULL && tsn_rc_unique(&map->rc)) {
        size_t need = map->used + extra;
        bool is_bounded = map->base == NULL || overlay_fits(map->base, need);
        if (is_bounded && need <= map->cap) return TOCSIN_OK;
        if (is_bounded) return grow(slot, extra);
    }
    tsn_pmap *copy = copy_for_writing(map, extra);
    if (copy == NULL) return TOCSIN_E_NOMEM;
    tsn_pmap_release(map);
    *slot = copy;
    return TOCSIN_OK;
}

size_t tsn_pmap_own_size(const tsn_pmap *map)
{
    return node_size(map->cap) + map->pair_bytes;
}

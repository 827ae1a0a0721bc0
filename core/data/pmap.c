/* What a map does, on top of nodes and pairs: a write first asks for a node of its own and then
 * changes entries, so that nothing can fail half-way. The same key set again by a sole owner, over
 * a pair that no other map holds, is overwritten in its block. A map that becomes empty becomes
 * NULL. */
#include "data/pmap.h"

#include "base/alloc.h"
#include "data/pmap_node.h"

tsn_pmap *tsn_pmap_retain(tsn_pmap *map)
{
    if (map != NULL) tsn_rc_retain(&map->rc);
    return map;
}

void tsn_pmap_release(tsn_pmap *map)
{
    if (map == NULL || !tsn_rc_release(&map->rc)) return;
    for (uint32_t i = 0; i < map->used; i++) {
        if (map->entries[i].pair != NULL) tsn_pair_release(map->entries[i].pair);
    }
    tsn_pmap_release(map->base);
    tsn_free(map);
}

static bool is_sole_owner(const tsn_pmap *map)
{
    return map != NULL && tsn_rc_unique(&map->rc);
}

/* Takes over `pair`; there is room for one more entry. */
static void put(tsn_pmap *map, tsn_pair *pair)
{
    tsn_slice key = tsn_pair_key(pair);
    uint32_t own = tsn_pmap_find_own(map, key, pair->hash);
    if (own != TSN_PMAP_NOWHERE) {
        tsn_pmap_replace_pair(map, own, pair);
        return;
    }
    uint32_t place = tsn_pmap_find_through(map, key, pair->hash);
    tsn_pmap_add_entry(map, pair, pair->hash, place);
    if (place == TSN_PMAP_NOWHERE) map->count++;
}

static bool overwrite(tsn_pmap *map, uint32_t position, tsn_slice value)
{
    tsn_pair *pair = map->entries[position].pair;
    return tsn_rc_unique(&pair->rc) && tsn_pair_overwrite(pair, value);
}

tocsin_status tsn_pmap_set(tsn_pmap **map, tsn_slice key, tsn_slice value)
{
    uint32_t hash = tsn_slice_hash(key);
    uint32_t own = is_sole_owner(*map) ? tsn_pmap_find_own(*map, key, hash) : TSN_PMAP_NOWHERE;
    if (own != TSN_PMAP_NOWHERE && overwrite(*map, own, value)) return TOCSIN_OK;
    tsn_pair *pair = tsn_pair_new(key, hash, value);
    if (pair == NULL) return TOCSIN_E_NOMEM;
    if (own != TSN_PMAP_NOWHERE) {
        tsn_pmap_replace_pair(*map, own, pair);
        return TOCSIN_OK;
    }
    tocsin_status st = tsn_pmap_make_writable(map, 1);
    if (st < 0) {
        tsn_pair_release(pair);
        return st;
    }
    put(*map, pair);
    return TOCSIN_OK;
}

static void take_out(tsn_pmap *map, tsn_slice key, uint32_t hash)
{
    uint32_t own = tsn_pmap_find_own(map, key, hash);
    if (own != TSN_PMAP_NOWHERE) {
        tsn_pmap_replace_pair(map, own, NULL);
    } else {
        tsn_pmap_add_entry(map, NULL, hash, tsn_pmap_find_through(map, key, hash));
    }
    map->count--;
}

tocsin_status tsn_pmap_remove(tsn_pmap **map, tsn_slice key)
{
    uint32_t hash = tsn_slice_hash(key);
    if (tsn_pmap_find(*map, key, hash) == NULL) return TOCSIN_OK;
    if ((*map)->count == 1) {
        tsn_pmap_release(*map);
        *map = NULL;
        return TOCSIN_OK;
    }
    if (!is_sole_owner(*map) || tsn_pmap_find_own(*map, key, hash) == TSN_PMAP_NOWHERE) {
        TSN_TRY(tsn_pmap_make_writable(map, 1));
    }
    take_out(*map, key, hash);
    return TOCSIN_OK;
}

tocsin_status tsn_pmap_merge(tsn_pmap **into, tsn_pmap *from)
{
    if (from == NULL || *into == from) return TOCSIN_OK;
    if (*into == NULL) {
        *into = tsn_pmap_retain(from);
        return TOCSIN_OK;
    }
    TSN_TRY(tsn_pmap_make_writable(into, from->count));
    tsn_pmap_iter iter = tsn_pmap_iter_of(from);
    for (tsn_pair *pair; (pair = tsn_pmap_next_pair(&iter)) != NULL;) {
        put(*into, tsn_pair_retain(pair));
    }
    return TOCSIN_OK;
}

size_t tsn_pmap_count(const tsn_pmap *map)
{
    return map == NULL ? 0 : map->count;
}

/* A map that is held already has its base held too. */
size_t tsn_pmap_size(const tsn_pmap *map)
{
    size_t size = 0;
    for (; map != NULL; map = map->base) size += tsn_pmap_own_size(map);
    return size;
}

size_t tsn_pmap_weigh(tsn_pmap *map)
{
    size_t charged = 0;
    for (; map != NULL && tsn_weight_hold(&map->weight, 1) > 0; map = map->base) {
        charged += tsn_pmap_own_size(map);
    }
    return charged;
}

size_t tsn_pmap_unweigh(tsn_pmap *map)
{
    size_t credited = 0;
    for (; map != NULL && tsn_weight_drop(&map->weight, 1) > 0; map = map->base) {
        credited += tsn_pmap_own_size(map);
    }
    return credited;
}

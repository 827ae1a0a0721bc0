/* Reading a map: a base's places first, each with what the overlay put over it, then what the
 * overlay added. So a member stands where its key first came, whether or not the map was ever
 * shared. Writing reserves once and then only copies. */
#include "data/pmap.h"

#include "base/copy.h"
#include "data/pmap_node.h"

static void describe(const tsn_pair *pair, tsn_member *member)
{
    *member = (tsn_member){.key = tsn_pair_key(pair),
                           .value = tsn_pair_value(pair),
                           .text = {pair->text, pair->len},
                           .hash = pair->hash};
}

bool tsn_pmap_get_hashed(const tsn_pmap *map, tsn_slice key, uint32_t hash, tsn_member *member)
{
    const tsn_pair *pair = tsn_pmap_find(map, key, hash);
    if (pair == NULL) return false;
    describe(pair, member);
    return true;
}

bool tsn_pmap_get(const tsn_pmap *map, tsn_slice key, tsn_member *member)
{
    return tsn_pmap_get_hashed(map, key, tsn_slice_hash(key), member);
}

tsn_pmap_iter tsn_pmap_iter_of(const tsn_pmap *map)
{
    return (tsn_pmap_iter){map, 0, map == NULL ? 0 : map->hidden};
}

static tsn_pair *visible_at(const tsn_pmap *map, uint32_t place)
{
    const tsn_pmap_entry *hider = tsn_pmap_hider(map, place);
    return hider == NULL ? map->base->entries[place].pair : hider->pair;
}

tsn_pair *tsn_pmap_next_pair(tsn_pmap_iter *iter)
{
    const tsn_pmap *map = iter->map;
    if (map == NULL) return NULL;
    uint32_t base_used = map->base == NULL ? 0 : map->base->used;
    while (iter->position < base_used) {
        uint32_t place = iter->position++;
        bool may_hide = iter->overridden >> (place % 64) & 1;
        tsn_pair *pair = may_hide ? visible_at(map, place) : map->base->entries[place].pair;
        if (pair != NULL) return pair;
    }
    while (iter->position - base_used < map->used) {
        const tsn_pmap_entry *entry = &map->entries[iter->position++ - base_used];
        if (entry->pair != NULL && entry->place == TSN_PMAP_NOWHERE) return entry->pair;
    }
    return NULL;
}

bool tsn_pmap_next(tsn_pmap_iter *iter, tsn_member *member)
{
    const tsn_pair *pair = tsn_pmap_next_pair(iter);
    if (pair == NULL) return false;
    describe(pair, member);
    return true;
}

/* At least the bytes of all texts. */
static size_t text_bound(const tsn_pmap *map)
{
    if (map == NULL) return 0;
    return map->pair_bytes + (map->base == NULL ? 0 : map->base->pair_bytes);
}

/* The maps that come over another one. */
typedef struct later_maps {
    const tsn_pmap *const *maps;
    size_t count;
    uint64_t keys; /* a bit for each of their keys' hashes */
} later_maps;

static later_maps later_maps_of(const tsn_pmap *const *maps, size_t count)
{
    later_maps later = {.maps = maps, .count = count};
    for (size_t i = 0; i < count; i++) {
        if (maps[i] == NULL) continue;
        later.keys |= maps[i]->keys;
        if (maps[i]->base != NULL) later.keys |= maps[i]->base->keys;
    }
    return later;
}

static bool have_key(const later_maps *later, const tsn_pair *pair)
{
    for (size_t i = 0; i < later->count; i++) {
        if (tsn_pmap_find(later->maps[i], tsn_pair_key(pair), pair->hash) != NULL) return true;
    }
    return false;
}

/* Writes a member unless a later map has its key; where the next one goes. */
static inline char *put_unless_in(const later_maps *later, const tsn_pair *pair, char *at)
{
    bool may_be_in = (later->keys & tsn_pmap_key_bit(pair->hash)) != 0;
    if (may_be_in && have_key(later, pair)) return at;
    return tsn_copy_text(at, pair->text, pair->len);
}

/* Of a map that is no overlay, which is read without the iterator's questions. */
static char *put_entries(const tsn_pmap *map, const later_maps *later, char *at)
{
    const tsn_pmap_entry *end = map->entries + map->used;
    for (const tsn_pmap_entry *entry = map->entries; entry < end; entry++) {
        if (entry->pair != NULL) at = put_unless_in(later, entry->pair, at);
    }
    return at;
}

/* The same where no later map can have a key of this one. */
static char *put_all_entries(const tsn_pmap *map, char *at)
{
    const tsn_pmap_entry *end = map->entries + map->used;
    for (const tsn_pmap_entry *entry = map->entries; entry < end; entry++) {
        const tsn_pair *pair = entry->pair;
        if (TSN_LIKELY(pair != NULL)) at = tsn_copy_text(at, pair->text, pair->len);
    }
    return at;
}

static char *put_members(const tsn_pmap *map, const later_maps *later, char *at)
{
    tsn_pmap_iter iter = tsn_pmap_iter_of(map);
    for (const tsn_pair *pair; (pair = tsn_pmap_next_pair(&iter)) != NULL;) {
        at = put_unless_in(later, pair, at);
    }
    return at;
}

/* Writes those members of the first map that no later one has; room for them is reserved. */
static void write_first(const tsn_pmap *const *maps, size_t count, tsn_buf *out)
{
    const tsn_pmap *map = maps[0];
    later_maps later = later_maps_of(maps + 1, count - 1);
    char *at = out->data + out->len;
    if (map->base != NULL) {
        at = put_members(map, &later, at);
    } else if ((map->keys & later.keys) != 0) {
        at = put_entries(map, &later, at);
    } else {
        at = put_all_entries(map, at);
    }
    out->len = (size_t)(at - out->data);
}

void tsn_pmap_write_layers(const tsn_pmap *const *maps, size_t count, tsn_buf *out)
{
    size_t bound = 0;
    for (size_t i = 0; i < count; i++) bound += text_bound(maps[i]);
    if (bound == 0 || !tsn_buf_reserve(out, bound)) return;
    for (size_t i = 0; i < count; i++) {
        if (maps[i] != NULL) write_first(maps + i, count - i, out);
    }
}

void tsn_pmap_write(const tsn_pmap *map, tsn_buf *out)
{
    tsn_pmap_write_layers(&map, 1, out);
}

static bool pair_is_valid(const tsn_pair *pair)
{
    return pair->len <= pair->room && pair->len >= pair->key_len + TSN_PAIR_PUNCTUATION &&
           pair->text[0] == '"' && pair->text[pair->key_len + 1] == '"' &&
           pair->text[pair->key_len + 2] == ':' && pair->text[pair->len - 1] == ',' &&
           pair->hash == tsn_slice_hash(tsn_pair_key(pair));
}

static bool entry_is_valid(const tsn_pmap *map, const tsn_pmap_entry *entry)
{
    bool hides = entry->place != TSN_PMAP_NOWHERE;
    if (hides && (map->base == NULL || entry->place >= map->base->used)) return false;
    if (hides && tsn_pmap_hider(map, entry->place) != entry) return false;
    if (entry->pair == NULL) return true;
    uint32_t found = tsn_pmap_find_own(map, tsn_pair_key(entry->pair), entry->hash);
    return pair_is_valid(entry->pair) && entry->pair->hash == entry->hash &&
           found == (uint32_t)(entry - map->entries);
}

static bool node_is_valid(const tsn_pmap *map)
{
    size_t bytes = 0;
    if (map->used > map->cap || map->count == 0) return false;
    for (uint32_t i = 0; i < map->used; i++) {
        if (!entry_is_valid(map, &map->entries[i])) return false;
        if (map->entries[i].pair != NULL) bytes += tsn_pair_size(map->entries[i].pair);
    }
    return bytes == map->pair_bytes;
}

bool tsn_pmap_valid(const tsn_pmap *map)
{
    if (map == NULL) return true;
    if (map->base != NULL && (map->base->base != NULL || !node_is_valid(map->base))) return false;
    if (map->base != NULL && map->used > TSN_PMAP_OVERLAY_MAX) return false;
    if (!node_is_valid(map)) return false;
    uint32_t seen = 0;
    tsn_pmap_iter iter = tsn_pmap_iter_of(map);
    for (const tsn_pair *pair; (pair = tsn_pmap_next_pair(&iter)) != NULL; seen++) {
        if (tsn_pmap_find(map, tsn_pair_key(pair), pair->hash) != pair) return false;
    }
    return seen == map->count;
}

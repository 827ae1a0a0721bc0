/* A block's size is rounded up to what an allocator gives anyway; the rest is room for a longer
 * value of the same key. */
#include "data/pmap_pair.h"

#include "base/alloc.h"

#include <string.h>

#define GRAIN 16
#define OVERHEAD 8 /* of a block in common allocators, within the grain */

static uint32_t room_for(size_t len)
{
    size_t size = (sizeof(tsn_pair) + len + OVERHEAD + GRAIN - 1) / GRAIN * GRAIN - OVERHEAD;
    return (uint32_t)(size - sizeof(tsn_pair));
}

/* The value and the comma behind it. May be called with a value that is part of the text itself. */
static void put_value(tsn_pair *pair, tsn_slice value)
{
    char *at = pair->text + pair->key_len + 3;
    if (value.len > 0) memmove(at, value.data, value.len);
    at[value.len] = ',';
    pair->len = (uint32_t)(pair->key_len + value.len + TSN_PAIR_PUNCTUATION);
}

tsn_pair *tsn_pair_new(tsn_slice key, uint32_t hash, tsn_slice value)
{
    size_t len;
    if (!tsn_size_add(key.len, value.len, &len) || len > UINT32_MAX / 2) return NULL;
    uint32_t room = room_for(len + TSN_PAIR_PUNCTUATION);
    tsn_pair *pair = tsn_alloc(sizeof *pair + room);
    if (pair == NULL) return NULL;
    tsn_rc_init(&pair->rc);
    pair->hash = hash;
    pair->key_len = (uint32_t)key.len;
    pair->room = room;
    pair->text[0] = '"';
    if (key.len > 0) memcpy(pair->text + 1, key.data, key.len);
    memcpy(pair->text + 1 + key.len, "\":", 2);
    put_value(pair, value);
    return pair;
}

bool tsn_pair_overwrite(tsn_pair *pair, tsn_slice value)
{
    size_t fixed = (size_t)pair->key_len + TSN_PAIR_PUNCTUATION;
    if (value.len > pair->room - fixed || fixed + value.len < pair->room / 4) return false;
    put_value(pair, value);
    return true;
}

void tsn_pair_free(tsn_pair *pair)
{
    tsn_free(pair);
}

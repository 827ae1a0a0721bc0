/* The claim word holds how many items and text bytes are taken. An appender knows both from its own
 * view, so one compare-and-swap both asks whether it is still the last and takes the place; losing
 * it means that a sibling came first, and is final. Nothing has to be ordered by the word itself:
 * an item reaches other threads only through a ring that its owner publishes under the owner's
 * lock. */
#include "data/pring_chunk.h"

#include "base/alloc.h"

#include <string.h>

static size_t chunk_size(uint32_t item_cap, size_t text_cap)
{
    return sizeof(tsn_chunk) + item_cap * sizeof(tsn_chunk_item) + text_cap;
}

tsn_chunk *tsn_chunk_new(uint32_t item_cap, size_t text_cap)
{
    if (text_cap > UINT32_MAX / 2) return NULL;
    tsn_chunk *chunk = tsn_alloc(chunk_size(item_cap, text_cap));
    if (chunk == NULL) return NULL;
    tsn_rc_init(&chunk->rc);
    atomic_init(&chunk->weight.holders, 0);
    atomic_init(&chunk->claim, 0);
    chunk->item_cap = item_cap;
    chunk->text_cap = (uint32_t)text_cap;
    return chunk;
}

void tsn_chunk_free(tsn_chunk *chunk)
{
    tsn_free(chunk);
}

static uint64_t claim_word(uint32_t items, uint32_t text_end)
{
    return (uint64_t)items << 32 | text_end;
}

static bool claim(tsn_chunk *chunk, uint64_t now, uint64_t then)
{
    if (tsn_rc_unique(&chunk->rc)) { /* what siblings took is free again when they are gone */
        atomic_store_explicit(&chunk->claim, then, memory_order_relaxed);
        return true;
    }
    return atomic_compare_exchange_strong_explicit(&chunk->claim, &now, then, memory_order_relaxed,
                                                   memory_order_relaxed);
}

tsn_chunk_outcome tsn_chunk_add(tsn_chunk *chunk, uint32_t position, const tsn_crumb *crumb)
{
    if (position >= chunk->item_cap) return TSN_CHUNK_FULL;
    uint32_t start = tsn_chunk_start(chunk, position);
    if (crumb->json.len >= chunk->text_cap - start) return TSN_CHUNK_FULL;
    uint32_t end = start + (uint32_t)crumb->json.len + 1;
    if (!claim(chunk, claim_word(position, start), claim_word(position + 1, end))) {
        return TSN_CHUNK_TAKEN;
    }
    chunk->items[position] = (tsn_chunk_item){crumb->time_us, crumb->sequence, end};
    char *text = tsn_chunk_texts(chunk) + start;
    text[crumb->json.len] = ',';
    if (crumb->json.len > 0) memcpy(text, crumb->json.data, crumb->json.len);
    return TSN_CHUNK_ADDED;
}

size_t tsn_chunk_size(const tsn_chunk *chunk)
{
    return chunk_size(chunk->item_cap, chunk->text_cap);
}

/* What a table of handles consists of. For handle.c and handle_shelf.c alone.
 *
 * A handle is a token (kind, nonce, generation) above the index of a slot. A slot's word holds the
 * token of the handle that it stands for, whether that handle is open, and how many calls are
 * running on its object; so one comparison judges a handle and one compare-and-swap claims its
 * object. While a slot is free or on a shelf, its next generation stands in the token, and the
 * number of the next such slot in the place of the count. */
#ifndef TSN_BASE_HANDLE_SLOT_H
#define TSN_BASE_HANDLE_SLOT_H

#include <stdatomic.h>

#include "base/handle.h"

/* A slot's word, from the top: token, open bit, worn bit, count of running calls. */
#define TSN_SLOT_COUNT_MASK (TSN_SLOT_WORN_BIT - 1)
#define TSN_SLOT_WORN_BIT (UINT64_C(1) << 29)
#define TSN_SLOT_OPEN_SHIFT 30
#define TSN_SLOT_OPEN_BIT (UINT64_C(1) << TSN_SLOT_OPEN_SHIFT)
#define TSN_SLOT_TOKEN_SHIFT 31

/* A token, from the top: kind, nonce, generation. */
#define TSN_SLOT_NONCE_SHIFT TSN_HANDLE_GENERATION_BITS
#define TSN_SLOT_KIND_SHIFT (TSN_SLOT_NONCE_SHIFT + TSN_HANDLE_NONCE_BITS)
#define TSN_SLOT_TOKEN_BITS (TSN_SLOT_KIND_SHIFT + TSN_HANDLE_KIND_BITS)

/* Parts of a token as they stand in a word. */
#define TSN_SLOT_GENERATION_ONE (UINT64_C(1) << TSN_SLOT_TOKEN_SHIFT)
#define TSN_SLOT_NONCE_FIELD                                                                       \
    (((UINT64_C(1) << TSN_HANDLE_NONCE_BITS) - 1) << (TSN_SLOT_NONCE_SHIFT + TSN_SLOT_TOKEN_SHIFT))

/* A handle, from the top: token, index. A slot's number is its index plus one, so that 0 says
 * none. */
#define TSN_SLOT_INDEX_BITS TSN_HANDLE_INDEX_BITS
#define TSN_SLOT_INDEX_MASK ((UINT64_C(1) << TSN_SLOT_INDEX_BITS) - 1)
#define TSN_SLOT_NUMBER_MASK ((UINT64_C(2) << TSN_SLOT_INDEX_BITS) - 1)

/* The head of a stack, from the top: tag, number of the first slot. */
#define TSN_SLOT_TAG_ONE (TSN_SLOT_NUMBER_MASK + 1)

enum {
    TSN_SLOT_CHUNK_BITS = 9,
    TSN_SLOT_CHUNK_SLOTS = 1 << TSN_SLOT_CHUNK_BITS,
    TSN_SLOT_CHUNKS = 1 << (TSN_SLOT_INDEX_BITS - TSN_SLOT_CHUNK_BITS),
    TSN_SLOT_CACHE_LINE = 64,
    TSN_SLOT_LINE_SLOTS = 4,
    TSN_SLOT_CHUNK_LINES = TSN_SLOT_CHUNK_SLOTS / TSN_SLOT_LINE_SLOTS,
};

_Static_assert(TSN_SLOT_TOKEN_BITS + TSN_SLOT_TOKEN_SHIFT <= 64,
               "a slot's word holds token, flags and count");
_Static_assert(TSN_SLOT_NUMBER_MASK <= TSN_SLOT_COUNT_MASK,
               "a slot's number fits where the count stands");

typedef struct tsn_handle_slot {
    _Atomic uint64_t word;
    void *object; /* written before the handle opens, read by those who hold it */
} tsn_handle_slot;

struct tsn_handle_table {
    _Atomic(tsn_handle_slot *) chunks[TSN_SLOT_CHUNKS];
    const tsn_handle_ops *ops;
    uint64_t nonce_field;      /* as it stands in a word */
    uint64_t generation_field; /* the bits that generations use in a word */
    uint32_t seed;
    uint32_t capacity;
    _Atomic uint32_t fresh; /* how many slots have ever been used */
    _Atomic(tsn_handle_table *) twin;
    char apart[TSN_SLOT_CACHE_LINE]; /* what follows is written all the time, the rest is not */
    _Atomic uint64_t used;
    _Atomic uint64_t worn;
};

/* Of any number, open or not. */
static inline tsn_handle_slot *tsn_slot_at(const tsn_handle_table *table, uint32_t index)
{
    tsn_handle_slot *chunk =
        atomic_load_explicit(&table->chunks[index >> TSN_SLOT_CHUNK_BITS], memory_order_acquire);
    return &chunk[index & (TSN_SLOT_CHUNK_SLOTS - 1)];
}

static inline uint64_t tsn_slot_word(const tsn_handle_slot *node)
{
    return atomic_load_explicit(&node->word, memory_order_relaxed);
}

static inline uint32_t tsn_slot_index_of(int64_t handle)
{
    return (uint32_t)((uint64_t)handle & TSN_SLOT_INDEX_MASK);
}

static inline int tsn_slot_kind_of(int64_t handle)
{
    return (int)(handle >> (TSN_SLOT_INDEX_BITS + TSN_SLOT_KIND_SHIFT));
}

static inline int tsn_slot_kind_in(uint64_t word)
{
    return (int)(word >> (TSN_SLOT_TOKEN_SHIFT + TSN_SLOT_KIND_SHIFT));
}

/* No word has the open bit and the token of a number that is no handle: its token is too long, or
 * its kind 0. */
static inline bool tsn_slot_is_open(uint64_t word, int64_t handle)
{
    return word >> TSN_SLOT_OPEN_SHIFT == (((uint64_t)handle >> TSN_SLOT_INDEX_BITS << 1) | 1);
}

static inline int64_t tsn_slot_handle_of(uint64_t word, uint32_t index)
{
    return (int64_t)(word >> TSN_SLOT_TOKEN_SHIFT << TSN_SLOT_INDEX_BITS | index);
}

/* `word` is the free slot's, its next generation in it. */
static inline int64_t tsn_slot_open(tsn_handle_slot *node, uint32_t index, uint64_t word, int kind,
                                    void *object)
{
    node->object = object;
    word = (word & ~TSN_SLOT_COUNT_MASK) | TSN_SLOT_OPEN_BIT |
           (uint64_t)kind << (TSN_SLOT_TOKEN_SHIFT + TSN_SLOT_KIND_SHIFT);
    atomic_store_explicit(&node->word, word, memory_order_release);
    return tsn_slot_handle_of(word, index);
}

#endif

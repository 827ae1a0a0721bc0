/* A handle is a token (kind, nonce, generation) above the index of a slot. A slot's word holds the token of the handle that
 * it stands for, whether that handle is open, and how many calls are running on its object; so one comparison judges a
 * handle and one compare-and-swap claims its object. While a slot is free, its next generation stands in the token, and the
 * number of the next free slot in the place of the count.
 *
 * Used slots wait on a stack, whose head has a tag against ABA; slots that were never used come from a bump index. A slot
 * that has given out all its generations is marked as worn and waits on a stack of its own, which is looked at last. */
#include "base/handle.h"

#include <stdatomic.h>

#include "base/alloc.h"
#include "base/house.h"

/* A slot's word, from the top: token, open bit, worn bit, count of running calls. */
#define COUNT_MASK (WORN_BIT - 1)
#define WORN_BIT (UINT64_C(1) << 29)
#define OPEN_SHIFT 30
#define OPEN_BIT (UINT64_C(1) << OPEN_SHIFT)
#define TOKEN_SHIFT 31

/* A token, from the top: kind, nonce, generation. */
#define NONCE_SHIFT TSN_HANDLE_GENERATION_BITS
#define KIND_SHIFT (NONCE_SHIFT + TSN_HANDLE_NONCE_BITS)
#define TOKEN_BITS (KIND_SHIFT + TSN_HANDLE_KIND_BITS)
#define NONCE_MASK ((UINT64_C(1) << TSN_HANDLE_NONCE_BITS) - 1)

/* A handle, from the top: token, index. A slot's number is its index plus one, so that 0 says none. */
#define INDEX_BITS TSN_HANDLE_INDEX_BITS
#define INDEX_MASK ((UINT64_C(1) << INDEX_BITS) - 1)
#define NUMBER_MASK ((UINT64_C(2) << INDEX_BITS) - 1)

/* The head of a stack, from the top: tag, number of the first slot. */
#define TAG_ONE (NUMBER_MASK + 1)

enum {
    CHUNK_BITS = 9,
    CHUNK_SLOTS = 1 << CHUNK_BITS,
    CHUNKS = 1 << (INDEX_BITS - CHUNK_BITS),
    CACHE_LINE = 64,
};

_Static_assert(TOKEN_BITS + TOKEN_SHIFT <= 64, "a slot's word holds token, flags and count");
_Static_assert(NUMBER_MASK <= COUNT_MASK, "a slot's number fits where the count stands");

typedef struct tsn_handle_slot {
    _Atomic uint64_t word;
    void *object; /* written before the handle opens, read by those who hold it */
} slot;

struct tsn_handle_table {
    const tsn_handle_ops *ops;
    uint64_t nonce;
    uint32_t seed;
    uint32_t generation_mask;
    uint32_t capacity;
    _Atomic uint32_t fresh; /* slots from this index on were never used */
    _Atomic(slot *) chunks[CHUNKS];
    char apart[CACHE_LINE]; /* what follows is written all the time, what precedes is not */
    _Atomic uint64_t used;
    _Atomic uint64_t worn;
    _Atomic int64_t live[TSN_HANDLE_KINDS];
};

static slot *slot_at(tsn_handle_table *table, uint32_t index)
{
    slot *chunk = atomic_load_explicit(&table->chunks[index >> CHUNK_BITS], memory_order_acquire);
    return TSN_LIKELY(chunk != NULL) ? &chunk[index & (CHUNK_SLOTS - 1)] : NULL;
}

static uint32_t index_of(int64_t handle)
{
    return (uint32_t)((uint64_t)handle & INDEX_MASK);
}

static int kind_of(int64_t handle)
{
    return (int)(handle >> (INDEX_BITS + KIND_SHIFT));
}

/* What `word >> OPEN_SHIFT` is while `handle` is open; nothing that a word can hold if `handle` is none. */
static uint64_t open_token(int64_t handle)
{
    return ((uint64_t)handle >> INDEX_BITS << 1) | 1;
}

/* Where the generations of a slot start, and end. */
static uint32_t first_generation(const tsn_handle_table *table, uint32_t index)
{
    return (((index ^ table->seed) * 0x9e3779b1U) >> 12) & table->generation_mask;
}

static bool is_status(int64_t number)
{
    static const struct {
        int32_t first, last;
    } ranges[] = {
        {TOCSIN_E_STALE, TOCSIN_E_DENIED},
        {TOCSIN_E_ARG, TOCSIN_E_DSN},
        {TOCSIN_E_NOMEM, TOCSIN_E_UNSUPPORTED},
        {TOCSIN_E_INTERNAL, TOCSIN_E_INTERNAL},
    };
    for (size_t i = 0; i < TSN_ARRAY_LEN(ranges); i++) {
        if (number <= ranges[i].first && number >= ranges[i].last) return true;
    }
    return false;
}

/* Why a number is no open handle of this table. */
static tocsin_status explain(const tsn_handle_table *table, int64_t handle)
{
    if (handle < 0) return is_status(handle) ? (tocsin_status)handle : TOCSIN_E_STALE;
    int kind = kind_of(handle);
    uint64_t nonce = (uint64_t)handle >> (INDEX_BITS + NONCE_SHIFT) & NONCE_MASK;
    bool is_plausible = kind > 0 && kind < TSN_HANDLE_KINDS;
    return is_plausible && nonce != table->nonce ? TOCSIN_E_FOREIGN : TOCSIN_E_STALE;
}

static void push(_Atomic uint64_t *head, slot *node, uint32_t index, uint64_t word)
{
    uint64_t before = atomic_load_explicit(head, memory_order_relaxed);
    uint64_t after;
    do {
        atomic_store_explicit(&node->word, word | (before & NUMBER_MASK), memory_order_relaxed);
        after = ((before & ~NUMBER_MASK) + TAG_ONE) | (index + 1);
    } while (!atomic_compare_exchange_weak_explicit(head, &before, after, memory_order_release,
                                                    memory_order_relaxed));
}

/* A slot that another thread popped in between may show anything as its next; the tag then refuses the swap. */
static slot *pop(tsn_handle_table *table, _Atomic uint64_t *head, uint32_t *index)
{
    uint64_t before = atomic_load_explicit(head, memory_order_acquire);
    uint64_t after;
    slot *node;
    do {
        if ((before & NUMBER_MASK) == 0) return NULL;
        *index = (uint32_t)(before & NUMBER_MASK) - 1;
        node = slot_at(table, *index);
        uint64_t next = atomic_load_explicit(&node->word, memory_order_relaxed) & NUMBER_MASK;
        after = ((before & ~NUMBER_MASK) + TAG_ONE) | next;
    } while (!atomic_compare_exchange_weak_explicit(head, &before, after, memory_order_acquire,
                                                    memory_order_acquire));
    return node;
}

static bool ensure_chunk(tsn_handle_table *table, uint32_t index)
{
    if (slot_at(table, index) != NULL) return true;
    slot *chunk = tsn_alloc_zero(CHUNK_SLOTS * sizeof *chunk);
    if (chunk == NULL) return false;
    slot *none = NULL;
    bool is_ours = atomic_compare_exchange_strong_explicit(
        &table->chunks[index >> CHUNK_BITS], &none, chunk, memory_order_acq_rel,
        memory_order_acquire);
    if (!is_ours) tsn_free(chunk);
    return true;
}

/* TOCSIN_E_LIMIT: every slot has been used. */
static tocsin_status take_fresh(tsn_handle_table *table, uint32_t *index)
{
    uint32_t next = atomic_load_explicit(&table->fresh, memory_order_relaxed);
    do {
        if (next >= table->capacity) return TOCSIN_E_LIMIT;
        if (!ensure_chunk(table, next)) return TOCSIN_E_NOMEM;
    } while (!atomic_compare_exchange_weak_explicit(&table->fresh, &next, next + 1,
                                                    memory_order_relaxed, memory_order_relaxed));
    *index = next;
    slot *node = slot_at(table, next);
    uint64_t generation = first_generation(table, next);
    atomic_store_explicit(&node->word, generation << TOKEN_SHIFT, memory_order_relaxed);
    return TOCSIN_OK;
}

/* A free slot whose token holds the generation to use, or the errors of take_fresh. */
static tocsin_status take_slot(tsn_handle_table *table, slot **node, uint32_t *index)
{
    *node = pop(table, &table->used, index);
    if (TSN_LIKELY(*node != NULL)) return TOCSIN_OK;
    tocsin_status st = take_fresh(table, index);
    *node = st == TOCSIN_OK        ? slot_at(table, *index)
            : st == TOCSIN_E_LIMIT ? pop(table, &table->worn, index)
                                   : NULL;
    return *node != NULL ? TOCSIN_OK : st;
}

/* For the one who found or made the slot closed and without calls. */
static void retire(tsn_handle_table *table, slot *node, uint32_t index)
{
    uint64_t word = atomic_load_explicit(&node->word, memory_order_relaxed);
    void *object = node->object;
    uint32_t generation = ((uint32_t)(word >> TOKEN_SHIFT) + 1) & table->generation_mask;
    uint64_t worn = word & WORN_BIT;
    if (generation == first_generation(table, index)) worn = WORN_BIT;
    push(worn ? &table->worn : &table->used, node, index,
         (uint64_t)generation << TOKEN_SHIFT | worn);
    table->ops[word >> (TOKEN_SHIFT + KIND_SHIFT)].drop(object);
}

/* False: `handle` is not open. */
static bool shut(tsn_handle_table *table, slot *node, int64_t handle)
{
    uint64_t word = atomic_load_explicit(&node->word, memory_order_relaxed);
    do {
        if (word >> OPEN_SHIFT != open_token(handle)) return false;
    } while (!atomic_compare_exchange_weak_explicit(&node->word, &word, word & ~OPEN_BIT,
                                                    memory_order_acq_rel, memory_order_relaxed));
    atomic_fetch_sub_explicit(&table->live[kind_of(handle)], 1, memory_order_relaxed);
    if ((word & COUNT_MASK) == 0) retire(table, node, index_of(handle));
    return true;
}

tsn_handle_table *tsn_handle_table_new(const tsn_handle_config *config)
{
    tsn_handle_table *table = tsn_alloc_zero(sizeof *table);
    if (table == NULL) return NULL;
    table->ops = config->ops;
    table->nonce = config->nonce & NONCE_MASK;
    table->seed = config->seed;
    table->generation_mask = (UINT32_C(1) << config->generation_bits) - 1;
    table->capacity = config->capacity;
    return table;
}

void tsn_handle_table_free(tsn_handle_table *table)
{
    if (table == NULL) return;
    for (uint32_t index = 0; index < atomic_load(&table->fresh); index++) {
        slot *node = slot_at(table, index);
        uint64_t word = atomic_load(&node->word);
        if (word & OPEN_BIT) shut(table, node, (int64_t)(word >> TOKEN_SHIFT << INDEX_BITS | index));
    }
    for (size_t i = 0; i < CHUNKS; i++) tsn_free(atomic_load(&table->chunks[i]));
    tsn_free(table);
}

int64_t tsn_handle_add(tsn_handle_table *table, int kind, void *object)
{
    TSN_ASSERT(kind > TSN_HANDLE_KIND_ANY && kind < TSN_HANDLE_KINDS);
    slot *node;
    uint32_t index;
    tocsin_status st = take_slot(table, &node, &index);
    if (TSN_UNLIKELY(st != TOCSIN_OK)) {
        table->ops[kind].drop(object);
        return st;
    }
    uint64_t word = atomic_load_explicit(&node->word, memory_order_relaxed);
    uint64_t token =
        word >> TOKEN_SHIFT | table->nonce << NONCE_SHIFT | (uint64_t)kind << KIND_SHIFT;
    node->object = object;
    atomic_fetch_add_explicit(&table->live[kind], 1, memory_order_relaxed);
    atomic_store_explicit(&node->word, token << TOKEN_SHIFT | OPEN_BIT | (word & WORN_BIT),
                          memory_order_release);
    return (int64_t)(token << INDEX_BITS | index);
}

tocsin_status tsn_handle_find(tsn_handle_table *table, int64_t handle, int kind,
                              tsn_handle_hold *hold)
{
    uint32_t index = index_of(handle);
    slot *node = slot_at(table, index);
    if (TSN_UNLIKELY(node == NULL)) return explain(table, handle);
    uint64_t word = atomic_load_explicit(&node->word, memory_order_relaxed);
    do {
        if (TSN_UNLIKELY(word >> OPEN_SHIFT != open_token(handle))) return explain(table, handle);
        if (kind != kind_of(handle) && kind != TSN_HANDLE_KIND_ANY) return TOCSIN_E_KIND;
    } while (!atomic_compare_exchange_weak_explicit(&node->word, &word, word + 1,
                                                    memory_order_acquire, memory_order_relaxed));
    *hold = (tsn_handle_hold){node->object, kind_of(handle), index, node};
    return TOCSIN_OK;
}

void tsn_handle_release(tsn_handle_table *table, tsn_handle_hold *hold)
{
    uint64_t before = atomic_fetch_sub_explicit(&hold->slot->word, 1, memory_order_acq_rel);
    TSN_ASSERT((before & COUNT_MASK) > 0);
    if (TSN_UNLIKELY((before & (OPEN_BIT | COUNT_MASK)) == 1)) {
        retire(table, hold->slot, hold->index);
    }
}

int64_t tsn_handle_dup(tsn_handle_table *table, int64_t handle)
{
    tsn_handle_hold hold;
    TSN_TRY(tsn_handle_find(table, handle, TSN_HANDLE_KIND_ANY, &hold));
    table->ops[hold.kind].retain(hold.object);
    int64_t copy = tsn_handle_add(table, hold.kind, hold.object);
    tsn_handle_release(table, &hold);
    return copy;
}

tocsin_status tsn_handle_close(tsn_handle_table *table, int64_t handle, int kind)
{
    slot *node = slot_at(table, index_of(handle));
    if (TSN_UNLIKELY(node == NULL)) return explain(table, handle);
    if (TSN_UNLIKELY(kind != kind_of(handle) && kind != TSN_HANDLE_KIND_ANY)) {
        uint64_t word = atomic_load_explicit(&node->word, memory_order_relaxed);
        bool is_open = word >> OPEN_SHIFT == open_token(handle);
        return is_open ? TOCSIN_E_KIND : explain(table, handle);
    }
    return TSN_LIKELY(shut(table, node, handle)) ? TOCSIN_OK : explain(table, handle);
}

int64_t tsn_handle_count(const tsn_handle_table *table, int kind)
{
    if (kind <= TSN_HANDLE_KIND_ANY || kind >= TSN_HANDLE_KINDS) return 0;
    return atomic_load_explicit(&table->live[kind], memory_order_relaxed);
}

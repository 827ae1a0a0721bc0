/* A handle is a token (kind, nonce, generation) above the index of a slot. A slot's word holds the
 * token of the handle that it stands for, whether that handle is open, and how many calls are
 * running on its object; so one comparison judges a handle and one compare-and-swap claims its
 * object. While a slot is free, its next generation stands in the token, and the number of the next
 * free slot in the place of the count.
 *
 * Used slots wait on a stack, whose head has a tag against ABA; slots that were never used come
 * from a bump index. A slot that has given out all its generations is marked as worn and waits on a
 * stack of its own, which is looked at last. */
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

/* Parts of a token as they stand in a word. */
#define GENERATION_ONE (UINT64_C(1) << TOKEN_SHIFT)
#define NONCE_FIELD (((UINT64_C(1) << TSN_HANDLE_NONCE_BITS) - 1) << (NONCE_SHIFT + TOKEN_SHIFT))

/* A handle, from the top: token, index. A slot's number is its index plus one, so that 0 says
 * none. */
#define INDEX_BITS TSN_HANDLE_INDEX_BITS
#define INDEX_MASK ((UINT64_C(1) << INDEX_BITS) - 1)
#define NUMBER_MASK ((UINT64_C(2) << INDEX_BITS) - 1)

/* What is `inline` here though others call it goes into its callers when the library is optimised
 * across files: each runs once or twice in every call of the ABI. */

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
    _Atomic(slot *) chunks[CHUNKS];
    const tsn_handle_ops *ops;
    uint64_t nonce_field;      /* as it stands in a word */
    uint64_t generation_field; /* the bits that generations use in a word */
    uint32_t seed;
    uint32_t capacity;
    _Atomic uint32_t fresh; /* slots from this index on were never used */
    _Atomic(tsn_handle_table *) twin;
    char apart[CACHE_LINE]; /* what follows is written all the time, what precedes is not */
    _Atomic uint64_t used;
    _Atomic uint64_t worn;
};

/* Stands for every chunk that is not there yet, so that a search need not ask: nothing in it is
 * open, and nothing is ever written to it. */
static const slot no_chunk[CHUNK_SLOTS];
#define NO_CHUNK ((slot *)(uintptr_t)no_chunk)

/* Of any number. */
static slot *find_slot(const tsn_handle_table *table, uint32_t index)
{
    slot *chunk = atomic_load_explicit(&table->chunks[index >> CHUNK_BITS], memory_order_acquire);
    return &chunk[index & (CHUNK_SLOTS - 1)];
}

static uint64_t load_word(const slot *node)
{
    return atomic_load_explicit(&node->word, memory_order_relaxed);
}

static uint32_t index_of(int64_t handle)
{
    return (uint32_t)((uint64_t)handle & INDEX_MASK);
}

static int kind_of(int64_t handle)
{
    return (int)(handle >> (INDEX_BITS + KIND_SHIFT));
}

/* No word has the open bit and the token of a number that is no handle: its token is too long, or
 * its kind 0. */
static bool is_open(uint64_t word, int64_t handle)
{
    return word >> OPEN_SHIFT == (((uint64_t)handle >> INDEX_BITS << 1) | 1);
}

static int64_t handle_of(uint64_t word, uint32_t index)
{
    return (int64_t)(word >> TOKEN_SHIFT << INDEX_BITS | index);
}

/* Where the generations of a slot start and end, as it stands in a word. */
static uint64_t first_generation(const tsn_handle_table *table, uint32_t index)
{
    uint32_t hash = (index ^ table->seed) * 0x9e3779b1U;
    return (uint64_t)hash << (TOKEN_SHIFT + TSN_HANDLE_GENERATION_BITS - 32) &
           table->generation_field;
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

static bool is_ours(const tsn_handle_table *table, int64_t handle)
{
    uint64_t nonce_field = (uint64_t)handle >> INDEX_BITS << TOKEN_SHIFT & NONCE_FIELD;
    return nonce_field == table->nonce_field;
}

/* Why a number is no open handle of this table. */
static TSN_COLD tocsin_status explain(const tsn_handle_table *table, int64_t handle)
{
    if (handle < 0) return is_status(handle) ? (tocsin_status)handle : TOCSIN_E_STALE;
    bool is_plausible = kind_of(handle) > 0 && kind_of(handle) < TSN_HANDLE_KINDS;
    return is_plausible && !is_ours(table, handle) ? TOCSIN_E_FOREIGN : TOCSIN_E_STALE;
}

/* The same for one of a kind that was not asked for. */
static TSN_COLD tocsin_status explain_kind(const tsn_handle_table *table, int64_t handle)
{
    bool is_live = is_open(load_word(find_slot(table, index_of(handle))), handle);
    return is_live ? TOCSIN_E_KIND : explain(table, handle);
}

static inline void push(_Atomic uint64_t *head, slot *node, uint32_t index, uint64_t word)
{
    uint64_t before = atomic_load_explicit(head, memory_order_relaxed);
    uint64_t after;
    do {
        uint64_t next = before & NUMBER_MASK;
        atomic_store_explicit(&node->word, word | next, memory_order_relaxed);
        after = before - next + TAG_ONE + index + 1;
    } while (!atomic_compare_exchange_weak_explicit(head, &before, after, memory_order_release,
                                                    memory_order_relaxed));
}

/* False: the stack is empty. A slot that another thread popped in between may show anything as its
 * next; the tag then refuses the swap. */
static inline bool pop(const tsn_handle_table *table, _Atomic uint64_t *head, slot **node,
                       uint32_t *index)
{
    uint64_t before = atomic_load_explicit(head, memory_order_acquire);
    uint64_t after;
    do {
        uint64_t number = before & NUMBER_MASK;
        if (TSN_UNLIKELY(number == 0)) return false;
        *index = (uint32_t)number - 1;
        *node = find_slot(table, *index);
        after = before - number + TAG_ONE + (load_word(*node) & NUMBER_MASK);
    } while (!atomic_compare_exchange_weak_explicit(head, &before, after, memory_order_acquire,
                                                    memory_order_acquire));
    return true;
}

/* `word` is the free slot's, its next generation in it. */
static inline int64_t open_slot(slot *node, uint32_t index, uint64_t word, int kind, void *object)
{
    node->object = object;
    word = (word & ~COUNT_MASK) | OPEN_BIT | (uint64_t)kind << (TOKEN_SHIFT + KIND_SHIFT);
    atomic_store_explicit(&node->word, word, memory_order_release);
    return handle_of(word, index);
}

static bool ensure_chunk(tsn_handle_table *table, uint32_t index)
{
    slot *none = NO_CHUNK;
    if (find_slot(table, index & ~(CHUNK_SLOTS - 1u)) != none) return true;
    slot *chunk = tsn_alloc_zero(CHUNK_SLOTS * sizeof *chunk);
    if (chunk == NULL) return false;
    bool is_ours =
        atomic_compare_exchange_strong_explicit(&table->chunks[index >> CHUNK_BITS], &none, chunk,
                                                memory_order_acq_rel, memory_order_acquire);
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
    return TOCSIN_OK;
}

/* For the object that no used slot is there for. */
static TSN_COLD int64_t add_elsewhere(tsn_handle_table *table, int kind, void *object)
{
    uint32_t index;
    tocsin_status st = take_fresh(table, &index);
    if (st == TOCSIN_OK) {
        uint64_t word = table->nonce_field | first_generation(table, index);
        return open_slot(find_slot(table, index), index, word, kind, object);
    }
    slot *node;
    bool has_worn = st == TOCSIN_E_LIMIT && pop(table, &table->worn, &node, &index);
    if (has_worn) return open_slot(node, index, load_word(node), kind, object);
    table->ops[kind].drop(object);
    return st;
}

/* Makes a slot free; for the one who found or made it closed and without calls. */
static inline void retire(tsn_handle_table *table, slot *node, uint32_t index, uint64_t word)
{
    void *object = node->object;
    uint64_t generation = (word + GENERATION_ONE) & table->generation_field;
    bool is_worn = (word & WORN_BIT) != 0 || generation == first_generation(table, index);
    if (TSN_UNLIKELY(is_worn)) {
        push(&table->worn, node, index, table->nonce_field | generation | WORN_BIT);
    } else {
        push(&table->used, node, index, table->nonce_field | generation);
    }
    table->ops[word >> (TOKEN_SHIFT + KIND_SHIFT)].drop(object);
}

void tsn_handle_retire(tsn_handle_table *table, int64_t handle, slot *node)
{
    if (!is_ours(table, handle)) {
        table = atomic_load_explicit(&table->twin, memory_order_acquire);
    }
    uint64_t word = load_word(node);
    TSN_ASSERT((word & (OPEN_BIT | COUNT_MASK)) == 0);
    retire(table, node, index_of(handle), word);
}

tsn_handle_table *tsn_handle_table_new(const tsn_handle_config *config)
{
    TSN_ASSERT(config->generation_bits <= TSN_HANDLE_GENERATION_BITS);
    TSN_ASSERT(config->capacity <= INDEX_MASK + 1);
    tsn_handle_table *table = tsn_alloc_zero(sizeof *table);
    if (table == NULL) return NULL;
    table->ops = config->ops;
    table->nonce_field = (uint64_t)config->nonce << (NONCE_SHIFT + TOKEN_SHIFT) & NONCE_FIELD;
    table->generation_field = ((UINT64_C(1) << config->generation_bits) - 1) << TOKEN_SHIFT;
    table->seed = config->seed;
    table->capacity = config->capacity;
    for (size_t i = 0; i < CHUNKS; i++) atomic_init(&table->chunks[i], NO_CHUNK);
    return table;
}

void tsn_handle_table_free(tsn_handle_table *table)
{
    if (table == NULL) return;
    for (uint32_t index = 0; index < atomic_load(&table->fresh); index++) {
        uint64_t word = load_word(find_slot(table, index));
        if (word & OPEN_BIT) tsn_handle_close(table, handle_of(word, index), TSN_HANDLE_KIND_ANY);
    }
    for (size_t i = 0; i < CHUNKS; i++) {
        slot *chunk = atomic_load(&table->chunks[i]);
        if (chunk != NO_CHUNK) tsn_free(chunk);
    }
    tsn_free(table);
}

void tsn_handle_table_pair(tsn_handle_table *table, tsn_handle_table *twin)
{
    TSN_ASSERT(table->nonce_field != twin->nonce_field);
    atomic_store_explicit(&table->twin, twin, memory_order_release);
}

inline int64_t tsn_handle_add(tsn_handle_table *table, int kind, void *object)
{
    TSN_DEBUG_ASSERT(kind > TSN_HANDLE_KIND_ANY && kind < TSN_HANDLE_KINDS);
    uint32_t index;
    slot *node;
    bool has_used = pop(table, &table->used, &node, &index);
    if (TSN_UNLIKELY(!has_used)) return add_elsewhere(table, kind, object);
    return open_slot(node, index, load_word(node), kind, object);
}

inline tocsin_status tsn_handle_find(tsn_handle_table *table, int64_t handle, int kind,
                                     tsn_handle_hold *hold)
{
    int its_kind = kind_of(handle);
    if (kind != its_kind && kind != TSN_HANDLE_KIND_ANY) return explain_kind(table, handle);
    slot *node = find_slot(table, index_of(handle));
    uint64_t word = load_word(node);
    do {
        if (TSN_UNLIKELY(!is_open(word, handle))) return explain(table, handle);
    } while (!atomic_compare_exchange_weak_explicit(&node->word, &word, word + 1,
                                                    memory_order_acquire, memory_order_relaxed));
    *hold = (tsn_handle_hold){node->object, handle, node};
    return TOCSIN_OK;
}

int tsn_handle_hold_kind(const tsn_handle_hold *hold)
{
    return kind_of(hold->handle);
}

inline bool tsn_handle_let_go(const tsn_handle_hold *hold)
{
    uint64_t before = atomic_fetch_sub_explicit(&hold->slot->word, 1, memory_order_acq_rel);
    TSN_DEBUG_ASSERT((before & COUNT_MASK) > 0);
    return TSN_UNLIKELY((before & OPEN_BIT) == 0) && (before & COUNT_MASK) == 1;
}

void tsn_handle_release(tsn_handle_table *table, tsn_handle_hold *hold)
{
    if (tsn_handle_let_go(hold)) tsn_handle_retire(table, hold->handle, hold->slot);
}

int64_t tsn_handle_dup(tsn_handle_table *table, int64_t handle)
{
    tsn_handle_hold hold = {NULL, 0, NULL}; /* gcc cannot see that an explanation is below 0 */
    TSN_TRY(tsn_handle_find(table, handle, TSN_HANDLE_KIND_ANY, &hold));
    int kind = kind_of(handle);
    table->ops[kind].retain(hold.object);
    int64_t copy = tsn_handle_add(table, kind, hold.object);
    tsn_handle_release(table, &hold);
    return copy;
}

tocsin_status tsn_handle_close(tsn_handle_table *table, int64_t handle, int kind)
{
    int its_kind = kind_of(handle);
    if (kind != its_kind && kind != TSN_HANDLE_KIND_ANY) return explain_kind(table, handle);
    slot *node = find_slot(table, index_of(handle));
    uint64_t word = load_word(node);
    do {
        if (TSN_UNLIKELY(!is_open(word, handle))) return explain(table, handle);
    } while (!atomic_compare_exchange_weak_explicit(&node->word, &word, word & ~OPEN_BIT,
                                                    memory_order_acq_rel, memory_order_relaxed));
    if (TSN_LIKELY((word & COUNT_MASK) == 0)) retire(table, node, index_of(handle), word);
    return TOCSIN_OK;
}

int64_t tsn_handle_count(const tsn_handle_table *table, int kind)
{
    int64_t count = 0;
    uint32_t fresh = atomic_load_explicit(&table->fresh, memory_order_relaxed);
    for (uint32_t index = 0; index < fresh; index++) {
        uint64_t word = load_word(find_slot(table, index));
        count += (word & OPEN_BIT) != 0 && (int)(word >> (TOKEN_SHIFT + KIND_SHIFT)) == kind;
    }
    return count;
}

void tsn_handle_close_those(tsn_handle_table *table,
                            bool (*is_meant)(const void *object, const void *key), const void *key)
{
    uint32_t fresh = atomic_load_explicit(&table->fresh, memory_order_acquire);
    for (uint32_t index = 0; index < fresh; index++) {
        tsn_handle_hold hold = {NULL, 0, NULL};
        uint64_t word = load_word(find_slot(table, index));
        if ((word & OPEN_BIT) == 0) continue;
        int64_t handle = handle_of(word, index);
        if (tsn_handle_find(table, handle, TSN_HANDLE_KIND_ANY, &hold) < 0) continue;
        if (is_meant(hold.object, key)) tsn_handle_close(table, handle, TSN_HANDLE_KIND_ANY);
        tsn_handle_release(table, &hold);
    }
}

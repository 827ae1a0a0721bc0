/* Used slots wait on a stack, whose head has a tag against ABA; slots that were never used come
 * from a bump index. A slot that has given out all its generations is marked as worn and waits on a
 * stack of its own, which is looked at last. */
#include "base/handle.h"

#include "base/alloc.h"
#include "base/handle_slot.h"

/* What is `inline` here though others call it goes into its callers when the library is optimised
 * across files: each runs once or twice in every call of the ABI. */

/* Stands for every chunk that is not there yet, so that a search need not ask: nothing in it is
 * open, and nothing is ever written to it. */
static const tsn_handle_slot no_chunk[TSN_SLOT_CHUNK_SLOTS];
#define NO_CHUNK ((tsn_handle_slot *)(uintptr_t)no_chunk)

/* Where the generations of a slot start and end, as it stands in a word. */
static uint64_t first_generation(const tsn_handle_table *table, uint32_t index)
{
    uint32_t hash = (index ^ table->seed) * 0x9e3779b1U;
    return (uint64_t)hash << (TSN_SLOT_TOKEN_SHIFT + TSN_HANDLE_GENERATION_BITS - 32) &
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
    uint64_t nonce_field =
        (uint64_t)handle >> TSN_SLOT_INDEX_BITS << TSN_SLOT_TOKEN_SHIFT & TSN_SLOT_NONCE_FIELD;
    return nonce_field == table->nonce_field;
}

/* Why a number is no open handle of this table. */
static TSN_COLD tocsin_status explain(const tsn_handle_table *table, int64_t handle)
{
    if (handle < 0) return is_status(handle) ? (tocsin_status)handle : TOCSIN_E_STALE;
    bool is_plausible = tsn_slot_kind_of(handle) > 0 && tsn_slot_kind_of(handle) < TSN_HANDLE_KINDS;
    return is_plausible && !is_ours(table, handle) ? TOCSIN_E_FOREIGN : TOCSIN_E_STALE;
}

/* The same for one of a kind that was not asked for. */
static TSN_COLD tocsin_status explain_kind(const tsn_handle_table *table, int64_t handle)
{
    return tsn_handle_is_open(table, handle) ? TOCSIN_E_KIND : explain(table, handle);
}

static inline void push(_Atomic uint64_t *head, tsn_handle_slot *node, uint32_t index,
                        uint64_t word)
{
    uint64_t before = atomic_load_explicit(head, memory_order_relaxed);
    uint64_t after;
    do {
        uint64_t next = before & TSN_SLOT_NUMBER_MASK;
        atomic_store_explicit(&node->word, word | next, memory_order_relaxed);
        after = before - next + TSN_SLOT_TAG_ONE + index + 1;
    } while (!atomic_compare_exchange_weak_explicit(head, &before, after, memory_order_release,
                                                    memory_order_relaxed));
}

/* False: the stack is empty. A slot that another thread popped in between may show anything as its
 * next; the tag then refuses the swap. */
static inline bool pop(const tsn_handle_table *table, _Atomic uint64_t *head,
                       tsn_handle_slot **node, uint32_t *index)
{
    uint64_t before = atomic_load_explicit(head, memory_order_acquire);
    uint64_t after;
    do {
        uint64_t number = before & TSN_SLOT_NUMBER_MASK;
        if (TSN_UNLIKELY(number == 0)) return false;
        *index = (uint32_t)number - 1;
        *node = tsn_slot_at(table, *index);
        after = before - number + TSN_SLOT_TAG_ONE + (tsn_slot_word(*node) & TSN_SLOT_NUMBER_MASK);
    } while (!atomic_compare_exchange_weak_explicit(head, &before, after, memory_order_acquire,
                                                    memory_order_acquire));
    return true;
}

static bool ensure_chunk(tsn_handle_table *table, uint32_t index)
{
    tsn_handle_slot *none = NO_CHUNK;
    if (tsn_slot_at(table, index & ~(TSN_SLOT_CHUNK_SLOTS - 1u)) != none) return true;
    tsn_handle_slot *chunk = tsn_alloc_zero(TSN_SLOT_CHUNK_SLOTS * sizeof *chunk);
    if (chunk == NULL) return false;
    bool is_ours =
        atomic_compare_exchange_strong_explicit(&table->chunks[index >> TSN_SLOT_CHUNK_BITS], &none,
                                                chunk, memory_order_acq_rel, memory_order_acquire);
    if (!is_ours) tsn_free(chunk);
    return true;
}

/* The slot that is used as the n-th: those used one after another lie on different cache lines, so
 * that scopes made side by side by several threads do not meet in them. */
static uint32_t fresh_index(uint32_t number)
{
    uint32_t place = number & (TSN_SLOT_CHUNK_SLOTS - 1u);
    uint32_t spread =
        place % TSN_SLOT_CHUNK_LINES * TSN_SLOT_LINE_SLOTS + place / TSN_SLOT_CHUNK_LINES;
    return number - place + spread;
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
    *index = fresh_index(next);
    return TOCSIN_OK;
}

/* For the object that no used slot is there for. */
static TSN_COLD int64_t add_elsewhere(tsn_handle_table *table, int kind, void *object)
{
    uint32_t index;
    tocsin_status st = take_fresh(table, &index);
    if (st == TOCSIN_OK) {
        uint64_t word = table->nonce_field | first_generation(table, index);
        return tsn_slot_open(tsn_slot_at(table, index), index, word, kind, object);
    }
    tsn_handle_slot *node;
    bool has_worn = st == TOCSIN_E_LIMIT && pop(table, &table->worn, &node, &index);
    if (has_worn) return tsn_slot_open(node, index, tsn_slot_word(node), kind, object);
    table->ops[kind].drop(object);
    return st;
}

/* Makes a slot free, or lets the object's kind keep it; for the one who found or made it closed and
 * without calls. */
static inline void retire(tsn_handle_table *table, tsn_handle_slot *node, uint32_t index,
                          uint64_t word)
{
    const tsn_handle_ops *ops = &table->ops[tsn_slot_kind_in(word)];
    void *object = node->object;
    uint64_t generation = (word + TSN_SLOT_GENERATION_ONE) & table->generation_field;
    bool is_worn = (word & TSN_SLOT_WORN_BIT) != 0 || generation == first_generation(table, index);
    if (TSN_UNLIKELY(is_worn)) {
        push(&table->worn, node, index, table->nonce_field | generation | TSN_SLOT_WORN_BIT);
    } else {
        const tsn_handle_kept kept = {node, index, table->nonce_field | generation};
        if (ops->keep != NULL && ops->keep(object, &kept)) return;
        push(&table->used, node, index, kept.word);
    }
    ops->drop(object);
}

void tsn_handle_retire(tsn_handle_table *table, int64_t handle, tsn_handle_slot *node)
{
    if (!is_ours(table, handle)) {
        table = atomic_load_explicit(&table->twin, memory_order_acquire);
    }
    uint64_t word = tsn_slot_word(node);
    TSN_ASSERT((word & (TSN_SLOT_OPEN_BIT | TSN_SLOT_COUNT_MASK)) == 0);
    retire(table, node, tsn_slot_index_of(handle), word);
}

tsn_handle_table *tsn_handle_table_new(const tsn_handle_config *config)
{
    TSN_ASSERT(config->generation_bits <= TSN_HANDLE_GENERATION_BITS);
    TSN_ASSERT(config->capacity <= TSN_SLOT_INDEX_MASK + 1);
    tsn_handle_table *table = tsn_alloc_zero(sizeof *table);
    if (table == NULL) return NULL;
    table->ops = config->ops;
    table->nonce_field = (uint64_t)config->nonce << (TSN_SLOT_NONCE_SHIFT + TSN_SLOT_TOKEN_SHIFT) &
                         TSN_SLOT_NONCE_FIELD;
    table->generation_field = ((UINT64_C(1) << config->generation_bits) - 1)
                              << TSN_SLOT_TOKEN_SHIFT;
    table->seed = config->seed;
    table->capacity = config->capacity;
    for (size_t i = 0; i < TSN_SLOT_CHUNKS; i++) atomic_init(&table->chunks[i], NO_CHUNK);
    return table;
}

void tsn_handle_table_free(tsn_handle_table *table)
{
    if (table == NULL) return;
    for (uint32_t number = 0; number < atomic_load(&table->fresh); number++) {
        uint32_t index = fresh_index(number);
        uint64_t word = tsn_slot_word(tsn_slot_at(table, index));
        bool is_open = (word & TSN_SLOT_OPEN_BIT) != 0;
        if (is_open) tsn_handle_close(table, tsn_slot_handle_of(word, index), TSN_HANDLE_KIND_ANY);
    }
    for (size_t i = 0; i < TSN_SLOT_CHUNKS; i++) {
        tsn_handle_slot *chunk = atomic_load(&table->chunks[i]);
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
    tsn_handle_slot *node;
    bool has_used = pop(table, &table->used, &node, &index);
    if (TSN_UNLIKELY(!has_used)) return add_elsewhere(table, kind, object);
    return tsn_slot_open(node, index, tsn_slot_word(node), kind, object);
}

inline tocsin_status tsn_handle_find(tsn_handle_table *table, int64_t handle, int kind,
                                     tsn_handle_hold *hold)
{
    int its_kind = tsn_slot_kind_of(handle);
    if (kind != its_kind && kind != TSN_HANDLE_KIND_ANY) return explain_kind(table, handle);
    tsn_handle_slot *node = tsn_slot_at(table, tsn_slot_index_of(handle));
    uint64_t word = tsn_slot_word(node);
    do {
        if (TSN_UNLIKELY(!tsn_slot_is_open(word, handle))) return explain(table, handle);
    } while (!atomic_compare_exchange_weak_explicit(&node->word, &word, word + 1,
                                                    memory_order_acquire, memory_order_relaxed));
    *hold = (tsn_handle_hold){node->object, handle, node};
    return TOCSIN_OK;
}

inline bool tsn_handle_is_open(const tsn_handle_table *table, int64_t handle)
{
    return tsn_slot_is_open(tsn_slot_word(tsn_slot_at(table, tsn_slot_index_of(handle))), handle);
}

void tsn_handle_free_kept(tsn_handle_table *table, const tsn_handle_kept *kept)
{
    push(&table->used, kept->slot, kept->index, kept->word);
}

int tsn_handle_hold_kind(const tsn_handle_hold *hold)
{
    return tsn_slot_kind_of(hold->handle);
}

inline bool tsn_handle_let_go(const tsn_handle_hold *hold)
{
    uint64_t before = atomic_fetch_sub_explicit(&hold->slot->word, 1, memory_order_acq_rel);
    TSN_DEBUG_ASSERT((before & TSN_SLOT_COUNT_MASK) > 0);
    return TSN_UNLIKELY((before & TSN_SLOT_OPEN_BIT) == 0) && (before & TSN_SLOT_COUNT_MASK) == 1;
}

void tsn_handle_release(tsn_handle_table *table, tsn_handle_hold *hold)
{
    if (tsn_handle_let_go(hold)) tsn_handle_retire(table, hold->handle, hold->slot);
}

int64_t tsn_handle_dup(tsn_handle_table *table, int64_t handle)
{
    tsn_handle_hold hold = {NULL, 0, NULL}; /* gcc cannot see that an explanation is below 0 */
    TSN_TRY(tsn_handle_find(table, handle, TSN_HANDLE_KIND_ANY, &hold));
    int kind = tsn_slot_kind_of(handle);
    table->ops[kind].retain(hold.object);
    int64_t copy = tsn_handle_add(table, kind, hold.object);
    tsn_handle_release(table, &hold);
    return copy;
}

tocsin_status tsn_handle_close(tsn_handle_table *table, int64_t handle, int kind)
{
    int its_kind = tsn_slot_kind_of(handle);
    if (kind != its_kind && kind != TSN_HANDLE_KIND_ANY) return explain_kind(table, handle);
    tsn_handle_slot *node = tsn_slot_at(table, tsn_slot_index_of(handle));
    uint64_t word = tsn_slot_word(node);
    do {
        if (TSN_UNLIKELY(!tsn_slot_is_open(word, handle))) return explain(table, handle);
    } while (!atomic_compare_exchange_weak_explicit(&node->word, &word, word & ~TSN_SLOT_OPEN_BIT,
                                                    memory_order_acq_rel, memory_order_relaxed));
    if (TSN_LIKELY((word & TSN_SLOT_COUNT_MASK) == 0))
        retire(table, node, tsn_slot_index_of(handle), word);
    return TOCSIN_OK;
}

int64_t tsn_handle_count(const tsn_handle_table *table, int kind)
{
    int64_t count = 0;
    uint32_t fresh = atomic_load_explicit(&table->fresh, memory_order_relaxed);
    for (uint32_t number = 0; number < fresh; number++) {
        uint64_t word = tsn_slot_word(tsn_slot_at(table, fresh_index(number)));
        count += (word & TSN_SLOT_OPEN_BIT) != 0 && tsn_slot_kind_in(word) == kind;
    }
    return count;
}

void tsn_handle_close_those(tsn_handle_table *table,
                            bool (*is_meant)(const void *object, const void *key), const void *key)
{
    uint32_t fresh = atomic_load_explicit(&table->fresh, memory_order_acquire);
    for (uint32_t number = 0; number < fresh; number++) {
        uint32_t index = fresh_index(number);
        tsn_handle_hold hold = {NULL, 0, NULL};
        uint64_t word = tsn_slot_word(tsn_slot_at(table, index));
        if ((word & TSN_SLOT_OPEN_BIT) == 0) continue;
        int64_t handle = tsn_slot_handle_of(word, index);
        if (tsn_handle_find(table, handle, TSN_HANDLE_KIND_ANY, &hold) < 0) continue;
        if (is_meant(hold.object, key)) tsn_handle_close(table, handle, TSN_HANDLE_KIND_ANY);
        tsn_handle_release(table, &hold);
    }
}

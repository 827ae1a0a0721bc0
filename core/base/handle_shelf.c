/* A slot on a shelf is closed and has the number of the next one in its word, as a free slot has.
 * The tag of the head is against ABA: a slot may be taken, closed and put again in between. */
#include "base/handle_shelf.h"

#include "base/handle_slot.h"

#define TAG_ONE (TSN_HANDLE_SHELF_OPEN << 1)

_Static_assert(TSN_SLOT_NUMBER_MASK < TSN_HANDLE_SHELF_COUNT_ONE, "a slot's number fits its place");

inline int64_t tsn_handle_shelf_take(tsn_handle_shelf *shelf, uint64_t seen,
                                     tsn_handle_table *table, int kind, void **object)
{
    uint64_t number = seen & TSN_SLOT_NUMBER_MASK;
    if (TSN_UNLIKELY(number == 0)) return 0;
    uint32_t index = (uint32_t)number - 1;
    tsn_handle_slot *node = tsn_slot_at(table, index);
    uint64_t word = tsn_slot_word(node);
    uint64_t after =
        seen - number - TSN_HANDLE_SHELF_COUNT_ONE + TAG_ONE + (word & TSN_SLOT_NUMBER_MASK);
    bool is_ours = atomic_compare_exchange_strong_explicit(
        &shelf->head, &seen, after, memory_order_acq_rel, memory_order_relaxed);
    if (TSN_UNLIKELY(!is_ours)) return 0;
    *object = node->object;
    return tsn_slot_open(node, index, word, kind, node->object);
}

inline bool tsn_handle_shelf_put(tsn_handle_shelf *shelf, uint64_t seen,
                                 const tsn_handle_kept *kept)
{
    uint64_t next = seen & TSN_SLOT_NUMBER_MASK;
    atomic_store_explicit(&kept->slot->word, kept->word | next, memory_order_relaxed);
    uint64_t after = seen - next + TSN_HANDLE_SHELF_COUNT_ONE + TAG_ONE + kept->index + 1;
    return atomic_compare_exchange_strong_explicit(&shelf->head, &seen, after, memory_order_acq_rel,
                                                   memory_order_relaxed);
}

/* Shut or open, and empty. */
static uint64_t replace(tsn_handle_shelf *shelf, uint64_t open_bit)
{
    uint64_t seen = tsn_handle_shelf_look(shelf);
    uint64_t after;
    do {
        after = (seen | (TAG_ONE - 1)) + 1 + open_bit;
    } while (!atomic_compare_exchange_weak_explicit(&shelf->head, &seen, after,
                                                    memory_order_acq_rel, memory_order_acquire));
    return seen & TSN_SLOT_NUMBER_MASK;
}

uint64_t tsn_handle_shelf_shut(tsn_handle_shelf *shelf)
{
    return replace(shelf, 0);
}

void tsn_handle_shelf_open(tsn_handle_shelf *shelf)
{
    uint64_t rest = replace(shelf, TSN_HANDLE_SHELF_OPEN);
    TSN_ASSERT(rest == 0);
    (void)rest;
}

bool tsn_handle_shelf_next(uint64_t *rest, const tsn_handle_table *table, tsn_handle_kept *kept,
                           void **object)
{
    if (*rest == 0) return false;
    uint32_t index = (uint32_t)*rest - 1;
    tsn_handle_slot *node = tsn_slot_at(table, index);
    uint64_t word = tsn_slot_word(node);
    *kept = (tsn_handle_kept){node, index, word & ~TSN_SLOT_COUNT_MASK};
    *object = node->object;
    *rest = word & TSN_SLOT_NUMBER_MASK;
    return true;
}

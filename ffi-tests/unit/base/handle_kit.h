/* What the tests of handle tables share: things that count what holds them, and tables of them. */
#ifndef TSN_UNIT_HANDLE_KIT_H
#define TSN_UNIT_HANDLE_KIT_H

#include <stdatomic.h>
#include <stdint.h>

#include "base/handle.h"
#include "support.h"

enum {
    KIND_A = 2,
    KIND_B = 3,
    INDEXES = 1 << TSN_HANDLE_INDEX_BITS,
};

typedef struct thing {
    _Atomic int count;
    _Atomic int dropped;
} thing;

static inline void retain_thing(void *object)
{
    atomic_fetch_add(&((thing *)object)->count, 1);
}

static inline void drop_thing(void *object)
{
    thing *it = object;
    if (atomic_fetch_sub(&it->count, 1) == 1) atomic_fetch_add(&it->dropped, 1);
}

static const tsn_handle_ops ops[TSN_HANDLE_KINDS] = {
    [KIND_A] = {retain_thing, drop_thing},
    [KIND_B] = {retain_thing, drop_thing},
};

static inline tsn_handle_table *new_table(uint32_t generation_bits, uint32_t capacity)
{
    const tsn_handle_config config = {ops, 0x155, 12345, generation_bits, capacity};
    return tsn_handle_table_new(&config);
}

static inline int64_t add_thing(tsn_handle_table *table, int kind, thing *it)
{
    atomic_fetch_add(&it->count, 1);
    return tsn_handle_add(table, kind, it);
}

static inline uint64_t next_random(uint64_t *state)
{
    uint64_t value = *state += 0x9e3779b97f4a7c15U;
    value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9U;
    value = (value ^ (value >> 27)) * 0x94d049bb133111ebU;
    return value ^ (value >> 31);
}

#endif

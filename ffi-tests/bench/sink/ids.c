#include "ids.h"

#include <stdlib.h>
#include <string.h>

static uint64_t read_digits(const char *digits)
{
    char copy[17] = {0};
    memcpy(copy, digits, 16);
    return strtoull(copy, NULL, 16);
}

/* The slot that holds the id, or the empty one where it belongs. */
static uint64_t *find(const struct sink_ids *ids, uint64_t high, uint64_t low)
{
    size_t at = (size_t)(high ^ low) & (ids->cap - 1);
    for (;; at = (at + 1) & (ids->cap - 1)) {
        uint64_t *slot = ids->slots[at];
        if (slot[0] == high && slot[1] == low) return slot;
        if (slot[0] == 0 && slot[1] == 0) return slot;
    }
}

static void grow(struct sink_ids *ids)
{
    struct sink_ids more = {.cap = ids->cap == 0 ? 4096 : ids->cap * 2, .count = ids->count};
    more.slots = calloc(more.cap, sizeof *more.slots);
    if (more.slots == NULL) exit(3);
    for (size_t i = 0; i < ids->cap; i++) {
        const uint64_t *old = ids->slots[i];
        if (old[0] == 0 && old[1] == 0) continue;
        memcpy(find(&more, old[0], old[1]), old, sizeof *more.slots);
    }
    free(ids->slots);
    *ids = more;
}

bool sink_ids_add(struct sink_ids *ids, const char *digits)
{
    uint64_t high = read_digits(digits);
    uint64_t low = read_digits(digits + 16);
    if (ids->count * 2 >= ids->cap) grow(ids);
    uint64_t *slot = find(ids, high, low);
    if (slot[0] == high && slot[1] == low) return false;
    slot[0] = high;
    slot[1] = low;
    ids->count++;
    return true;
}

void sink_ids_free(struct sink_ids *ids)
{
    free(ids->slots);
}

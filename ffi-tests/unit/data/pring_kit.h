/* What the tests of rings share: crumbs told apart by a number. */
#ifndef TSN_UNIT_PRING_KIT_H
#define TSN_UNIT_PRING_KIT_H

#include <stdio.h>

#include "data/pring.h"
#include "data/pring_ring.h"
#include "support.h"

static inline void add_at(tsn_pring **ring, int64_t time_us, uint64_t sequence, size_t limit)
{
    char json[32];
    snprintf(json, sizeof json, "{\"n\":%d}", (int)sequence);
    tsn_crumb crumb = {time_us, sequence, unit_slice(json)};
    ck_assert_int_eq(tsn_pring_append(ring, &crumb, limit), TOCSIN_OK);
    ck_assert(tsn_pring_valid(*ring));
}

/* Crumbs numbered `from` to `to` - 1, one microsecond apart. */
static inline void add_numbered(tsn_pring **ring, int from, int to, size_t limit)
{
    for (int i = from; i < to; i++) add_at(ring, i, (uint64_t)i, limit);
}

#endif

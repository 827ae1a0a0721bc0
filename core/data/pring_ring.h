/* The block behind a ring: views into chunks, oldest first. Private to pring. */
#ifndef TSN_DATA_PRING_RING_H
#define TSN_DATA_PRING_RING_H

#include "data/pring.h"
#include "data/pring_chunk.h"

/* Items `first` to `last` - 1 of a chunk; never none. */
typedef struct tsn_pring_view {
    tsn_chunk *chunk;
    uint32_t first;
    uint32_t last;
} tsn_pring_view;

struct tsn_pring {
    tsn_rc rc;
    tsn_weight weight;
    uint64_t dropped;
    size_t bytes;      /* of the viewed texts */
    uint32_t count;    /* crumbs */
    uint32_t in_order; /* so many of the last crumbs are in order of time */
    uint32_t head;     /* views [head, head + used) count */
    uint32_t used;
    uint32_t cap;
    tsn_pring_view views[];
};

static inline const tsn_pring_view *tsn_pring_view_at(const tsn_pring *ring, uint32_t position)
{
    return &ring->views[ring->head + position];
}

static inline tsn_slice tsn_pring_view_text(const tsn_pring_view *view)
{
    return tsn_chunk_text(view->chunk, view->first, view->last);
}

/* Whether a crumb of that time and sequence comes before another. */
static inline bool tsn_pring_is_before(int64_t time_us, uint64_t sequence, int64_t other_time_us,
                                       uint64_t other_sequence)
{
    return time_us < other_time_us || (time_us == other_time_us && sequence < other_sequence);
}

#endif

/* A persistent ring of breadcrumbs: bounded, oldest out first, the ones that went are counted.
 *
 * NULL is the empty ring with nothing dropped. Crumbs live in counted chunks, mostly of 16, whose
 * texts stand one after the other, each with its comma (`{...},{...},`), so an event copies whole
 * runs. A ring is a counted list of views into chunks; a shared ring is copied before a write, its
 * chunks are not: whoever wants to append to a shared tail chunk claims the next place in it by
 * compare-and-swap, and opens a chunk of its own when another came first. A ring's view counts its
 * own items, so a sibling's append is never seen.
 *
 * Ownership and threads as in pmap.h; owners of different rings may append to one chunk at once. */
#ifndef TSN_DATA_PRING_H
#define TSN_DATA_PRING_H

#include "base/buf.h"
#include "base/slice.h"

typedef struct tsn_pring tsn_pring;

typedef struct tsn_crumb {
    int64_t time_us;   /* microseconds since 1970 */
    uint64_t sequence; /* process-wide order of adding; orders equal times */
    tsn_slice json;    /* canonical object, no comma */
} tsn_crumb;

tsn_pring *tsn_pring_retain(tsn_pring *ring);
void tsn_pring_release(tsn_pring *ring);

/* Appends a copy of `crumb` and drops from the front while more than `limit` are held (limit 0
 * keeps none; each one dropped is counted). TOCSIN_OK or TOCSIN_E_NOMEM (`*ring` as before). */
tocsin_status tsn_pring_append(tsn_pring **ring, const tsn_crumb *crumb, size_t limit);
/* Appends all of `from`, adds its count of dropped ones, cuts to `limit` from the front. */
tocsin_status tsn_pring_concat(tsn_pring **into, tsn_pring *from, size_t limit);

size_t tsn_pring_count(const tsn_pring *ring);
uint64_t tsn_pring_dropped(const tsn_pring *ring);
/* Whether times (then sequences) never go back from one crumb to the next. */
bool tsn_pring_is_sorted(const tsn_pring *ring);
/* Bytes of all texts, commas included. */
size_t tsn_pring_bytes(const tsn_pring *ring);

typedef struct tsn_pring_cursor {
    const tsn_pring *ring;
    uint32_t view; /* which chunk */
    uint32_t item; /* which crumb in the view */
} tsn_pring_cursor;

tsn_pring_cursor tsn_pring_cursor_of(const tsn_pring *ring);
/* The crumb at the cursor, which stays where it is; false at the end. */
bool tsn_pring_peek(const tsn_pring_cursor *cursor, tsn_crumb *crumb);
void tsn_pring_advance(tsn_pring_cursor *cursor);
/* For a sorted ring: takes the crumbs from the cursor that come before (`time_us`, `sequence`), at
 * least one and at most `max`, as long as their texts stand side by side; returns their joint text
 * (with commas) and their number. */
tsn_slice tsn_pring_take_run(tsn_pring_cursor *cursor, int64_t time_us, uint64_t sequence,
                             size_t max, size_t *count);
/* Appends the texts from the cursor on, each with its comma, and moves it to the end. */
void tsn_pring_write_rest(tsn_pring_cursor *cursor, tsn_buf *out);

/* The texts of all crumbs, each with its comma, as they lie in memory: so many of `runs`, of which
 * there are `cap`. 0: they lie in more pieces, or there are none. They live as long as the ring. */
size_t tsn_pring_lend(const tsn_pring *ring, tsn_slice *runs, size_t cap);

/* About the memory that the ring and its crumbs take. */
size_t tsn_pring_size(const tsn_pring *ring);
/* Queue accounting, see weight.h. */
size_t tsn_pring_weigh(tsn_pring *ring);
size_t tsn_pring_unweigh(tsn_pring *ring);

bool tsn_pring_valid(const tsn_pring *ring);

#endif

/* A cell says in which lanes there may be leases of it. A bit is set under the cell's lock before
 * there is a lease, and goes under the lane's lock after there is none. So who has the cell's lock
 * and sees no bit knows that its value is handed out nowhere else; and in a lane, a lease's cell is
 * there and has the value that is leased.
 *
 * In a child of fork a lane may have been held by a thread that is not there. `left` is zero while
 * the rest of a lease changes, so at worst some references are never given back; the lanes' locks
 * are made anew. */
#include "client/capture_lane.h"

#include <stdatomic.h>
#include <string.h>

#include "base/rand.h"
#include "client/scope_lock.h"

#define LANES 32
#define LANE_BYTES 128 /* processors fetch cache lines in pairs */
#define REFERENCES 256 /* of a lease */
#define REPEATS 16     /* captures of a value in a row that make a lease worth it */
#define IDS 44         /* drawn at a time */

typedef struct lease {
    tsn_cell *cell;
    tsn_scope *value;
    tsn_propagation *propagation; /* the value's, as the next */
    unsigned extras;
    _Atomic uint32_t left;
    const tsn_cell *latest; /* what was captured from last, never looked into ... */
    const tsn_scope *latest_value;
    unsigned repeats; /* ... and how often in a row */
} lease;

typedef struct lane {
    _Alignas(LANE_BYTES) tsn_mutex lock;
    uint32_t ids_left;            /* guarded by lock, as the next two */
    lease leases[TSN_LAYERS_MAX]; /* by the place among the layers */
    tsn_id ids[IDS];
} lane;

#define LANE                                                                                       \
    {                                                                                              \
        .lock = TSN_MUTEX_INIT(TSN_RANK_INNER)                                                     \
    }
#define EIGHT(what) what, what, what, what, what, what, what, what

/* Each guarded by its lock. */
static lane lanes[LANES] = {EIGHT(LANE), EIGHT(LANE), EIGHT(LANE), EIGHT(LANE)};

/* A child must not hand out the ids that its parent will. */
static void start_afresh(void)
{
    for (size_t i = 0; i < LANES; i++) {
        tsn_mutex_init(&lanes[i].lock, TSN_RANK_INNER);
        lanes[i].ids_left = 0;
    }
}

static TSN_ON_LOAD void watch_forks(void)
{
    tsn_at_fork(NULL, NULL, start_afresh);
}

/* References that have to go back; without a lock, for they may be the last. */
typedef struct returned {
    tsn_scope *value;
    uint32_t count;
} returned;

static void give_back(returned rest)
{
    if (rest.count > 0 && tsn_rc_release_many(&rest.value->rc, rest.count)) {
        tsn_scope_free(rest.value);
    }
}

static uint64_t bit_of(const lane *at)
{
    return TSN_CELL_LEASE_ONE << (at - lanes);
}

static bool has_lease_locked(const lane *at, const tsn_cell *cell)
{
    tsn_mutex_assert_held(&at->lock);
    for (size_t i = 0; i < TSN_LAYERS_MAX; i++) {
        if (at->leases[i].cell == cell) return true;
    }
    return false;
}

static returned end_locked(lane *at, lease *one)
{
    tsn_mutex_assert_held(&at->lock);
    tsn_cell *cell = one->cell;
    returned rest = {one->value, atomic_exchange(&one->left, 0)};
    one->cell = NULL;
    if (cell != NULL && !has_lease_locked(at, cell)) {
        atomic_fetch_and_explicit(&cell->lanes, ~bit_of(at), memory_order_release);
    }
    return rest;
}

static unsigned extras_of(const tsn_scope *value)
{
    unsigned extras = value->attachments != NULL ? TSN_CAPTURE_ATTACHMENTS : 0;
    return value->processors != NULL ? extras | TSN_CAPTURE_PROCESSORS : extras;
}

/* The caller has the locks of both. Gives what was leased there before. */
static returned renew_locked(lane *at, lease *one, tsn_cell *cell)
{
    returned rest = {NULL, 0};
    if (one->cell != cell) {
        rest = end_locked(at, one);
        atomic_fetch_or_explicit(&cell->lanes, bit_of(at), memory_order_acq_rel);
        one->cell = cell;
    }
    one->value = cell->value;
    one->propagation = cell->value->propagation;
    one->extras = extras_of(cell->value);
    uint32_t left = atomic_load_explicit(&one->left, memory_order_relaxed);
    tsn_rc_retain_many(&cell->value->rc, REFERENCES - left);
    atomic_store_explicit(&one->left, REFERENCES, memory_order_release);
    return rest;
}

/* The caller has the cell's lock. */
static returned note(lane *at, size_t place, tsn_cell *cell)
{
    returned rest = {NULL, 0};
    if (!tsn_mutex_lock_at_once(&at->lock, 0)) return rest;
    lease *one = &at->leases[place];
    if (one->latest != cell || one->latest_value != cell->value) one->repeats = 0;
    one->latest = cell;
    one->latest_value = cell->value;
    if (++one->repeats >= REPEATS) rest = renew_locked(at, one, cell);
    tsn_mutex_unlock(&at->lock);
    return rest;
}

static TSN_APART tsn_scope *take_from_cell(lane *here, size_t place, tsn_cell *cell)
{
    tsn_cell_lock(cell, TSN_CELL_READS);
    tsn_scope *value = cell->value;
    tsn_rc_retain(&value->rc);
    returned rest = note(here, place, cell);
    tsn_cell_unlock(cell);
    give_back(rest);
    return value;
}

static TSN_APART void take_rest(lane *here, size_t from, tsn_cell *const *cells, size_t count,
                                tsn_scope **values, tsn_capture_taken *taken)
{
    for (size_t i = from; i < count; i++) {
        values[i] = take_from_cell(here, i, cells[i]);
        if (values[i]->propagation != NULL) taken->propagation = values[i]->propagation;
        taken->extras |= extras_of(values[i]);
    }
}

/* Of a lane that is taken, or has no more ids. */
static TSN_COLD void take_without(lane *here, tsn_cell *const *cells, size_t count,
                                  tsn_scope **values, tsn_capture_taken *taken)
{
    tsn_id drawn[IDS];
    tsn_rand_bytes(drawn, sizeof drawn);
    taken->id = drawn[0];
    take_rest(here, 0, cells, count, values, taken);
    if (!tsn_mutex_lock_at_once(&here->lock, 0)) return;
    if (here->ids_left == 0) {
        here->ids_left = IDS - 1;
        memcpy(here->ids, drawn + 1, here->ids_left * sizeof drawn[0]);
    }
    tsn_mutex_unlock(&here->lock);
}

/* Up to the first of which there is no lease. Returns which that is. */
static inline size_t take_leased(lease *leases, tsn_cell *const *cells, size_t count,
                                 tsn_scope **values, tsn_capture_taken *taken)
{
    size_t i = 0;
    for (; i < count; i++) {
        lease *one = &leases[i];
        uint32_t left = atomic_load_explicit(&one->left, memory_order_relaxed);
        if (TSN_UNLIKELY(one->cell != cells[i] || left == 0)) break;
        atomic_store_explicit(&one->left, left - 1, memory_order_relaxed);
        values[i] = one->value;
        if (one->propagation != NULL) taken->propagation = one->propagation;
        taken->extras |= one->extras;
    }
    return i;
}

TSN_INLINE_EVERYWHERE void tsn_capture_lane_take(tsn_cell *const *cells, size_t count,
                                                 tsn_scope **values, tsn_capture_taken *taken)
{
    lane *here = &lanes[tsn_processor() % LANES];
    size_t found = 0;
    uint32_t ids_left = 0;
    taken->propagation = NULL;
    taken->extras = 0;
    if (TSN_LIKELY(tsn_mutex_lock_at_once(&here->lock, 0))) {
        ids_left = here->ids_left;
        if (TSN_LIKELY(ids_left > 0)) {
            here->ids_left = ids_left - 1;
            taken->id = here->ids[ids_left - 1];
            found = take_leased(here->leases, cells, count, values, taken);
        }
        tsn_mutex_unlock(&here->lock);
    }
    if (TSN_UNLIKELY(ids_left == 0)) {
        take_without(here, cells, count, values, taken);
    } else if (TSN_UNLIKELY(found < count)) {
        take_rest(here, found, cells, count, values, taken);
    }
}

static void end_in(lane *at, tsn_cell *cell)
{
    tsn_mutex_lock(&at->lock);
    for (size_t i = 0; i < TSN_LAYERS_MAX; i++) {
        lease *one = &at->leases[i];
        if (one->latest == cell) one->repeats = 0;
        if (one->cell == cell) give_back(end_locked(at, one));
    }
    atomic_fetch_and_explicit(&cell->lanes, ~bit_of(at), memory_order_release);
    tsn_mutex_unlock(&at->lock);
}

/* The cell's own reference is there, so none of these is the last. */
void tsn_capture_lane_end(tsn_cell *cell)
{
    uint64_t noted = atomic_load_explicit(&cell->lanes, memory_order_acquire);
    for (size_t i = 0; i < LANES; i++) {
        if (noted & bit_of(&lanes[i])) end_in(&lanes[i], cell);
    }
}

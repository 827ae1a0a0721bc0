/* A lane is for one handle of one parent at a time, and for the value that the parent has. Its
 * shelf is open while those are true of the parent, and shut while they change; so whoever takes
 * from the shelf or puts there has seen them as they were at that moment. A child of fork finds a
 * lane that was being changed shut, and who next needs its lock takes that over.
 *
 * The parent's cell says which lanes are for it: a bit is there from before a lane is opened until
 * after it was shut, and is set under the cell's lock. So who has that lock and sees no bit can
 * change the value, and who closes a handle and sees none can let go of the cell. */
#include "client/fork_lane.h"

#include "base/handle_shelf.h"
#include "client/capture_lane.h"
#include "client/chain.h"
#include "client/client.h"
#include "client/scope_lock.h"

#define LANES 32
#define LANE_BYTES 128 /* processors fetch cache lines in pairs */

typedef struct lane {
    _Alignas(LANE_BYTES) tsn_handle_shelf shelf;
    _Atomic int64_t handle; /* this and the next three: written while the shelf is shut */
    _Atomic(tsn_cell *) parent;
    _Atomic(tsn_scope *) value; /* not a reference, as those around it */
    _Atomic(tsn_cell *) isolation;
    _Atomic int64_t latest; /* the handle that was noted last */
    tsn_handle_table *table;
    tsn_mutex lock; /* of those who shut the shelf */
} lane;

#define LANE                                                                                       \
    {                                                                                              \
        .lock = TSN_MUTEX_INIT(TSN_RANK_INNER)                                                     \
    }
#define EIGHT(what) what, what, what, what, what, what, what, what

/* What is not atomic in a lane is guarded by its lock. */
static lane lanes[LANES] = {EIGHT(LANE), EIGHT(LANE), EIGHT(LANE), EIGHT(LANE)};

#define LOAD(place) atomic_load_explicit(&(place), memory_order_relaxed)
#define STORE(place, value) atomic_store_explicit(&(place), (value), memory_order_relaxed)

inline int64_t tsn_fork_lane_take(tsn_handle_table *table, int64_t handle, int kind)
{
    lane *here = &lanes[tsn_processor() % LANES];
    uint64_t seen = tsn_handle_shelf_look(&here->shelf);
    if (LOAD(here->handle) != handle || !tsn_handle_is_open(table, handle)) return 0;
    void *object;
    int64_t fork = tsn_handle_shelf_take(&here->shelf, seen, table, kind, &object);
    if (fork == 0) return 0;
    const tsn_cell *cell = object;
    if (TSN_UNLIKELY(tsn_chains_any(cell->client->chains))) {
        tsn_handle_close(table, fork, kind);
        return 0;
    }
    return fork;
}

/* Gives a fork that was changed the parent's value again. The lane is for the same parent until it
 * is unlocked, so that the value is there. */
static TSN_APART bool keep_as_made(lane *here, tsn_cell *cell, const tsn_handle_kept *kept)
{
    if (!tsn_mutex_lock_at_once(&here->lock, 0)) return false;
    uint64_t seen = tsn_handle_shelf_look(&here->shelf);
    tsn_scope *changed = cell->value;
    bool is_kept = tsn_handle_shelf_has_room(seen) && LOAD(here->isolation) == cell->isolation;
    if (is_kept) {
        cell->value = tsn_scope_retain(LOAD(here->value));
        is_kept = tsn_handle_shelf_put(&here->shelf, seen, kept);
        if (!is_kept) {
            tsn_scope_release(cell->value);
            cell->value = changed;
        }
    }
    tsn_mutex_unlock(&here->lock);
    if (is_kept) tsn_scope_release(changed);
    return is_kept;
}

bool tsn_fork_lane_keep(void *object, const tsn_handle_kept *kept)
{
    tsn_cell *cell = object;
    lane *here = &lanes[tsn_processor() % LANES];
    uint64_t seen = tsn_handle_shelf_look(&here->shelf);
    if (!tsn_handle_shelf_has_room(seen) || LOAD(here->isolation) != cell->isolation) return false;
    bool is_alone = tsn_rc_unique(&cell->rc) && tsn_rc_unique(&cell->weak) && !cell->is_own;
    if (!is_alone) return false;
    if (TSN_UNLIKELY(tsn_cell_is_lent(cell))) {
        if (tsn_fork_lane_has(cell)) return false;
        tsn_capture_lane_end(cell);
    }
    cell->chain = 0; /* who forks from inside a hook takes nothing from a lane */
    if (LOAD(here->value) != cell->value) return keep_as_made(here, cell, kept);
    return tsn_handle_shelf_put(&here->shelf, seen, kept);
}

static uint64_t bit_of(const lane *at)
{
    return UINT64_C(1) << (at - lanes);
}

static void unmark(tsn_cell *cell, const lane *at)
{
    atomic_fetch_and_explicit(&cell->lanes, ~bit_of(at), memory_order_release);
}

/* What was on the shelf; the caller has the lane's lock, and frees that after it. The parent is
 * there: a handle of its is not dropped before its bits are gone. */
static uint64_t shut_locked(lane *at)
{
    tsn_mutex_assert_held(&at->lock);
    uint64_t rest = tsn_handle_shelf_shut(&at->shelf);
    tsn_cell *parent = LOAD(at->parent);
    STORE(at->handle, 0);
    STORE(at->parent, NULL);
    if (parent != NULL) unmark(parent, at);
    return rest;
}

static void open_locked(lane *at, tsn_handle_table *table, int64_t handle, tsn_cell *parent)
{
    tsn_mutex_assert_held(&at->lock);
    STORE(at->handle, handle);
    STORE(at->parent, parent);
    STORE(at->value, parent->value);
    STORE(at->isolation, parent->isolation);
    at->table = table;
    atomic_fetch_or_explicit(&parent->lanes, bit_of(at), memory_order_relaxed);
    tsn_handle_shelf_open(&at->shelf);
}

static void free_all(uint64_t rest, tsn_handle_table *table)
{
    tsn_handle_kept kept;
    void *object;
    while (tsn_handle_shelf_next(&rest, table, &kept, &object)) {
        tsn_cell_drop(object);
        tsn_handle_free_kept(table, &kept);
    }
}

static TSN_COLD void occupy(lane *at, tsn_handle_table *table, int64_t handle, tsn_cell *parent)
{
    tsn_cell_lock(parent, TSN_CELL_READS);
    tsn_mutex_lock(&at->lock);
    uint64_t rest = shut_locked(at);
    tsn_handle_table *its_table = at->table;
    open_locked(at, table, handle, parent);
    tsn_mutex_unlock(&at->lock);
    tsn_cell_unlock(parent);
    free_all(rest, its_table);
}

void tsn_fork_lane_note(tsn_handle_table *table, int64_t handle, tsn_cell *cell)
{
    lane *here = &lanes[tsn_processor() % LANES];
    if (LOAD(here->latest) != handle) {
        STORE(here->latest, handle);
    } else if (LOAD(here->handle) != handle && cell->isolation != NULL) {
        occupy(here, table, handle, cell);
    }
}

/* The bit goes in any case: a fork of the process may have left it behind. */
static void clear_lane(lane *at, tsn_cell *cell)
{
    tsn_mutex_lock(&at->lock);
    uint64_t rest = LOAD(at->parent) == cell ? shut_locked(at) : 0;
    tsn_handle_table *table = at->table;
    unmark(cell, at);
    tsn_mutex_unlock(&at->lock);
    free_all(rest, table);
}

void tsn_fork_lane_clear(tsn_cell *cell)
{
    uint64_t noted = LOAD(cell->lanes);
    for (unsigned i = 0; i < LANES; i++) {
        if (noted >> i & 1) clear_lane(&lanes[i], cell);
    }
}

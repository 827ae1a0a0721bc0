/* A value that was being written to has one owner, the cell: nothing else knows it, and nothing can
 * be saved from it or freed in it. An empty one takes its place, in a trace of its own where the
 * tier has one; it takes no memory, so that it is there in any case. */
#include "client/scope_lock.h"

#include "client/client.h"
#include "client/fork_lane.h"
#include "client/capture_lane.h"

static tsn_propagation *new_trace(const tsn_cell *cell)
{
    bool has_trace = cell->tier == TSN_TIER_ISOLATION || cell->tier == TSN_TIER_GLOBAL;
    return has_trace ? tsn_client_new_trace(cell->client) : NULL;
}

static void give_trace_locked(tsn_cell *cell, tsn_propagation *propagation)
{
    tsn_mutex_assert_held(&cell->lock);
    if (cell->value->propagation == NULL && propagation != NULL) {
        (void)tsn_scope_take_propagation(&cell->value, propagation);
    } else {
        tsn_propagation_release(propagation);
    }
}

void tsn_cell_recall(tsn_cell *cell)
{
    tsn_fork_lane_clear(cell);
    tsn_capture_lane_end(cell);
}

/* The caller has the lock, and has it again when this returns. */
static void mend_value(tsn_cell *cell, uint32_t work)
{
    tsn_cell_recall(cell);
    cell->value = tsn_scope_retain(cell->client->blank);
    tsn_cell_unlock(cell);
    tsn_propagation *propagation = new_trace(cell);
    tsn_diag_note(cell->client->diag, TOCSIN_LEVEL_WARNING, "fork.scope",
                  "a scope that another thread was writing to during the fork is empty here");
    tsn_cell_lock_alone(cell, work | TSN_CELL_WRITES_VALUE);
    tsn_cell_recall(cell);
    give_trace_locked(cell, propagation);
}

void tsn_cell_lock_slowly(tsn_cell *cell, uint32_t work)
{
    uint32_t unfinished = tsn_mutex_lock_slowly(&cell->lock, work);
    if (unfinished & TSN_CELL_WRITES_ID) cell->last_event_id = (tsn_id){{0}};
    if (unfinished & TSN_CELL_WRITES_VALUE) mend_value(cell, work);
}

/* Forks that are made and closed again and again, one place for each processor: a closed fork that
 * is as it was made is kept beside its parent, and is the next fork. So forks of one parent by
 * several threads write to nothing that the threads share, and a single thread's neither allocate
 * nor count references.
 *
 * What is kept belongs to an open handle of the parent: it goes when that handle is closed, and
 * when the parent's value changes (before it does, see scope_lock.h). Nothing is kept for a scope
 * that is not forked twice in a row on one processor. */
#ifndef TSN_CLIENT_FORK_LANE_H
#define TSN_CLIENT_FORK_LANE_H

#include "base/handle.h"
#include "client/scope_cell.h"

/* A new handle of `kind` to a fork of the scope behind `handle`. 0: none is kept for it here; no
 * hold on it is needed. Any thread. */
int64_t tsn_fork_lane_take(tsn_handle_table *table, int64_t handle, int kind);
/* `cell`, on which the caller has a hold by `handle`, has been forked without one. */
void tsn_fork_lane_note(tsn_handle_table *table, int64_t handle, tsn_cell *cell);
/* As `keep` of tsn_handle_ops, for a cell. */
bool tsn_fork_lane_keep(void *object, const tsn_handle_kept *kept);
/* Frees what is kept for `cell`. With its lock held, or by who closes a handle to it; no other lock
 * is held. */
TSN_COLD void tsn_fork_lane_clear(tsn_cell *cell);

/* Whether something may be kept for it. If not, nothing will be while its lock is held; nor for the
 * handle that the caller closes. */
static inline bool tsn_fork_lane_has(const tsn_cell *cell)
{
    return atomic_load_explicit(&cell->lanes, memory_order_acquire) % TSN_CELL_LEASE_ONE != 0;
}

#endif

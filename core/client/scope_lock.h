/* The lock of a cell, which guards its value and its last event id. A thread that fork left behind
 * may have been writing either; the first to lock the cell in the child puts that right. */
#ifndef TSN_CLIENT_SCOPE_LOCK_H
#define TSN_CLIENT_SCOPE_LOCK_H

#include "client/scope_cell.h"

typedef enum tsn_cell_work {
    TSN_CELL_READS = 0,
    TSN_CELL_WRITES_VALUE = TSN_MUTEX_WORK_ONE,
    TSN_CELL_WRITES_ID = TSN_MUTEX_WORK_TWO,
    TSN_CELL_SWAPS_VALUE = TSN_FORK_ERA_STEP, /* puts another in place by one store */
} tsn_cell_work;

TSN_COLD void tsn_cell_lock_slowly(tsn_cell *cell, uint32_t work);

/* `work`: what the caller may change, of tsn_cell_work. */
TSN_INLINE void tsn_cell_lock_alone(tsn_cell *cell, uint32_t work)
{
    bool is_taken = tsn_mutex_lock_at_once(&cell->lock, work & TSN_MUTEX_WORK);
    if (TSN_UNLIKELY(!is_taken)) tsn_cell_lock_slowly(cell, work & TSN_MUTEX_WORK);
}

/* Takes back what is kept of the cell elsewhere; the caller has its lock. */
TSN_COLD void tsn_cell_recall(tsn_cell *cell);

/* The same; and nobody keeps anything of a value that is going to change. */
TSN_INLINE void tsn_cell_lock(tsn_cell *cell, uint32_t work)
{
    tsn_cell_lock_alone(cell, work);
    bool is_changing = (work & (TSN_CELL_WRITES_VALUE | TSN_CELL_SWAPS_VALUE)) != 0;
    if (is_changing && TSN_UNLIKELY(tsn_cell_is_lent(cell))) tsn_cell_recall(cell);
}

static inline void tsn_cell_unlock(tsn_cell *cell)
{
    tsn_mutex_unlock(&cell->lock);
}

/* A retained snapshot of the value. */
TSN_INLINE tsn_scope *tsn_cell_take_value(tsn_cell *cell)
{
    tsn_cell_lock(cell, TSN_CELL_READS);
    tsn_scope *value = cell->value;
    tsn_rc_retain(&value->rc);
    tsn_cell_unlock(cell);
    return value;
}

#endif

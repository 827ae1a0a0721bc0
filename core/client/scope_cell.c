/* Cells: birth, links, snapshots and death. A cell's value is swapped or changed under its lock
 * alone; no function here holds two scope locks (C7), and what a lock protected is released after
 * it. */
#include "client/scope_cell.h"

#include "base/alloc.h"
#include "client/chain.h"
#include "client/client.h"
#include "client/scope_lock.h"
#include "client/capture_lane.h"

void tsn_cell_retain(tsn_cell *cell)
{
    if (TSN_LIKELY(!cell->is_own)) {
        tsn_rc_retain(&cell->rc);
    } else {
        tsn_client_retain(cell->client);
    }
}

TSN_APART void tsn_cell_release_weak(tsn_cell *cell)
{
    if (!cell->is_own && tsn_rc_release(&cell->weak)) tsn_free(cell);
}

/* True: it was the last reference, and the cell lets go of what it holds. */
static inline bool give_up(tsn_cell *cell)
{
    if (TSN_LIKELY(!cell->is_own)) return tsn_rc_release(&cell->rc);
    tsn_client_release(cell->client);
    return false;
}

/* With the last reference gone there will be no new weak one: a count of one stays one. */
static inline void free_unless_known(tsn_cell *cell)
{
    if (TSN_UNLIKELY(!tsn_rc_unique(&cell->weak))) {
        tsn_cell_release_weak(cell);
    } else {
        tsn_free(cell);
    }
}

/* Nobody knows the cell any more, but for the value that was captured. */
static inline void end_leases(tsn_cell *cell)
{
    if (TSN_UNLIKELY(tsn_cell_is_lent(cell))) tsn_capture_lane_end(cell);
}

/* Of an isolation scope or a detached one. */
static TSN_APART void let_go_of_client(tsn_cell *cell)
{
    tsn_mutex_fini(&cell->lock);
    end_leases(cell);
    tsn_scope_release(cell->value);
    tsn_client_release(cell->client);
    free_unless_known(cell);
}

inline void tsn_cell_drop(tsn_cell *cell)
{
    if (!give_up(cell)) return;
    tsn_cell *isolation = cell->isolation;
    if (isolation == NULL) {
        let_go_of_client(cell);
        return;
    }
    tsn_mutex_fini(&cell->lock);
    end_leases(cell);
    if (TSN_UNLIKELY(tsn_rc_release(&cell->value->rc))) tsn_scope_free(cell->value);
    if (give_up(isolation)) let_go_of_client(isolation);
    free_unless_known(cell);
}

void tsn_cell_release(tsn_cell *cell)
{
    if (cell != NULL) tsn_cell_drop(cell);
}

void tsn_cell_weaken(tsn_cell *cell)
{
    if (!cell->is_own) tsn_rc_retain(&cell->weak);
    tsn_cell_release(cell);
}

bool tsn_cell_strengthen(tsn_cell *cell)
{
    bool is_alive = cell->is_own || tsn_rc_try_retain(&cell->rc);
    if (cell->is_own) tsn_client_retain(cell->client);
    tsn_cell_release_weak(cell);
    return is_alive;
}

tocsin_status tsn_cell_init_own(tsn_cell *cell, tsn_tier tier, tsn_client *client,
                                tsn_cell *isolation)
{
    tsn_rc_init(&cell->rc);
    cell->tier = tier;
    cell->is_own = true;
    cell->client = client;
    cell->isolation = isolation;
    cell->chain = 0;
    atomic_init(&cell->lanes, 0);
    tsn_mutex_init(&cell->lock, TSN_RANK_LEAF);
    cell->value = tsn_scope_new();
    return cell->value == NULL ? TOCSIN_E_NOMEM : TOCSIN_OK;
}

void tsn_cell_fini_own(tsn_cell *cell)
{
    tsn_mutex_fini(&cell->lock);
    end_leases(cell);
    tsn_scope_release(cell->value);
}

/* Makes a fresh block a cell that is linked outwards and still lacks a value. */
static inline void cell_link(tsn_cell *cell, tsn_tier tier, tsn_client *client, tsn_cell *isolation)
{
    tsn_rc_init(&cell->rc);
    tsn_rc_init(&cell->weak);
    cell->tier = tier;
    cell->is_own = false;
    cell->client = client;
    cell->isolation = isolation;
    if (TSN_LIKELY(isolation != NULL)) {
        tsn_cell_retain(isolation);
    } else {
        tsn_client_retain(client);
    }
    atomic_init(&cell->lanes, 0);
    tsn_mutex_init(&cell->lock, TSN_RANK_LEAF);
}

/* A cell that takes over `value`; NULL: no memory was had for it. */
static tocsin_status cell_new(tsn_tier tier, tsn_client *client, tsn_cell *isolation,
                              tsn_scope *value, tsn_cell **out)
{
    tsn_cell *cell = value == NULL ? NULL : tsn_alloc(sizeof *cell);
    if (cell == NULL) {
        tsn_scope_release(value);
        return TOCSIN_E_NOMEM;
    }
    cell_link(cell, tier, client, isolation);
    cell->chain = 0;
    cell->value = value;
    cell->last_event_id = (tsn_id){{0}};
    *out = cell;
    return TOCSIN_OK;
}

tocsin_status tsn_cell_new_detached(tsn_client *client, tsn_cell **out)
{
    return cell_new(TSN_TIER_DETACHED, client, NULL, tsn_scope_new(), out);
}

tocsin_status tsn_cell_new_isolation(tsn_client *client, tsn_cell **out)
{
    tsn_propagation *propagation = tsn_client_new_trace(client);
    if (propagation == NULL) return TOCSIN_E_NOMEM;
    tsn_scope *value = tsn_scope_new();
    if (value == NULL) {
        tsn_propagation_release(propagation);
        return TOCSIN_E_NOMEM;
    }
    tocsin_status st = tsn_scope_take_propagation(&value, propagation);
    if (st < 0) {
        tsn_scope_release(value);
        return st;
    }
    return cell_new(TSN_TIER_ISOLATION, client, NULL, value, out);
}

tocsin_status tsn_cell_new_current(tsn_cell *isolation, tsn_cell **out)
{
    if (isolation->tier != TSN_TIER_ISOLATION) return TOCSIN_E_ARG;
    return cell_new(TSN_TIER_CURRENT, isolation->client, isolation, tsn_scope_new(), out);
}

tsn_scope *tsn_cell_snapshot(tsn_cell *cell)
{
    return tsn_cell_take_value(cell);
}

/* A copy of `cell` in the same tier, linked to `isolation`. */
static tocsin_status copy_cell(tsn_cell *cell, tsn_cell *isolation, tsn_cell **out)
{
    tsn_cell *copy = tsn_alloc(sizeof *copy);
    if (copy == NULL) return TOCSIN_E_NOMEM;
    cell_link(copy, cell->tier, cell->client, isolation);
    tsn_cell_lock(cell, TSN_CELL_READS);
    copy->value = cell->value;
    tsn_rc_retain(&copy->value->rc);
    copy->last_event_id = cell->last_event_id;
    tsn_cell_unlock(cell);
    copy->chain = tsn_chain_of_fork(cell->client->chains, cell);
    *out = copy;
    return TOCSIN_OK;
}

tocsin_status tsn_cell_fork(tsn_cell *cell, tsn_cell **out)
{
    if (cell->tier == TSN_TIER_GLOBAL) return TOCSIN_E_ARG;
    return copy_cell(cell, cell->isolation, out);
}

tocsin_status tsn_cell_fork_isolation(tsn_cell *current, tsn_cell **out)
{
    if (current->tier != TSN_TIER_CURRENT) return TOCSIN_E_ARG;
    tsn_cell *isolation;
    TSN_TRY(copy_cell(current->isolation, NULL, &isolation));
    tocsin_status st = copy_cell(current, isolation, out);
    tsn_cell_release(isolation);
    return st;
}

tocsin_status tsn_cell_isolation(tsn_cell *current, tsn_cell **out)
{
    if (current->tier != TSN_TIER_CURRENT) return TOCSIN_E_ARG;
    tsn_cell_retain(current->isolation);
    *out = current->isolation;
    return TOCSIN_OK;
}

inline size_t tsn_cell_layers(tsn_cell *cell, tsn_cell *overlay, tsn_cell *layers[TSN_LAYERS_MAX])
{
    size_t count = 0;
    layers[count++] = &cell->client->global;
    if (cell->isolation != NULL) layers[count++] = cell->isolation;
    if (cell->tier != TSN_TIER_GLOBAL) layers[count++] = cell;
    if (TSN_LIKELY(overlay == NULL)) return count;
    for (size_t i = 0; i < count; i++) {
        if (layers[i] == overlay) return count;
    }
    layers[count++] = overlay;
    return count;
}

tocsin_status tsn_cell_merge(tsn_cell *into, tsn_cell *from, bool may_change_user)
{
    if (into == from) return TOCSIN_E_ARG;
    tsn_scope *source = tsn_cell_snapshot(from);
    if (!may_change_user && source->texts[TSN_SCOPE_USER] != NULL) {
        tsn_scope_release(source);
        return TOCSIN_E_DENIED;
    }
    size_t limit = (size_t)into->client->settings->max_breadcrumbs;
    tsn_cell_lock(into, TSN_CELL_WRITES_VALUE);
    tocsin_status st = tsn_scope_merge(&into->value, source, limit);
    tsn_cell_unlock(into);
    tsn_scope_release(source);
    return st;
}

tocsin_status tsn_cell_clear(tsn_cell *cell)
{
    bool keeps_trace = cell->tier == TSN_TIER_ISOLATION || cell->tier == TSN_TIER_GLOBAL;
    tsn_cell_lock(cell, TSN_CELL_WRITES_VALUE | TSN_CELL_WRITES_ID);
    tocsin_status st = tsn_scope_clear(&cell->value, keeps_trace);
    if (st >= 0) cell->last_event_id = (tsn_id){{0}};
    tsn_cell_unlock(cell);
    return st;
}

tsn_cell *tsn_cell_id_home(tsn_cell *cell)
{
    return cell->tier == TSN_TIER_ISOLATION ? cell : cell->isolation;
}

tocsin_status tsn_cell_last_event_id(tsn_cell *cell, tsn_buf *out)
{
    tsn_cell *home = tsn_cell_id_home(cell);
    if (home == NULL) return TOCSIN_E_ARG;
    tsn_cell_lock(home, TSN_CELL_READS);
    tsn_id id = home->last_event_id;
    tsn_cell_unlock(home);
    if (!tsn_id_is_zero(&id)) tsn_id_append(out, &id);
    return tsn_buf_status(out);
}

inline void tsn_cell_set_last_event_id(tsn_cell *home, tsn_id id)
{
    tsn_cell_lock(home, TSN_CELL_WRITES_ID);
    home->last_event_id = id;
    tsn_cell_unlock(home);
}

/* What a scope handle names: a mutable cell that holds one counted scope value under a leaf lock,
 * with its links outwards.
 *
 * Links (scopes: tiers and handles): a current scope has its isolation scope, fixed when it is
 * made; every cell reaches its client. A cell keeps what it links to alive. The client's own three
 * cells (global, root isolation, root current) live in the client: a reference to one of them is a
 * reference to the client, so there is no circle. Setters take raw text and JSON as it came from
 * outside, check it before the lock is taken, and change nothing when they fail. Any thread. */
#ifndef TSN_CLIENT_SCOPE_CELL_H
#define TSN_CLIENT_SCOPE_CELL_H

#include "base/rc.h"
#include "base/sync.h"
#include "client/hooks.h"
#include "data/ids.h"
#include "model/event.h"
#include "model/scope.h"

struct tsn_client;
struct tsn_holds; /* pipeline.h */

typedef enum tsn_tier {
    TSN_TIER_GLOBAL,
    TSN_TIER_ISOLATION,
    TSN_TIER_CURRENT,
    TSN_TIER_DETACHED
} tsn_tier;

typedef struct tsn_cell {
    tsn_rc rc;    /* not used by the client's own cells, as the next */
    tsn_rc weak;  /* keeps the memory alone: one for all references, one for each weak one */
    uint8_t tier; /* tsn_tier */
    bool is_own;  /* lives in the client */
    tsn_mutex lock;
    struct tsn_client *client;  /* a reference, unless is_own or isolation has one */
    struct tsn_cell *isolation; /* of a current scope; a reference, unless is_own */
    uint64_t chain; /* of hooks it was forked in, see chain.h; 0: none; fixed at birth */
    /* Where something of it may be kept: forks in the lower half, see fork_lane.h, leases of its
     * value in the upper, see capture_lane.h. */
    _Atomic uint64_t lanes;
    tsn_scope *value;     /* guarded by lock */
    tsn_id last_event_id; /* of an isolation scope; zero: none; guarded by lock */
} tsn_cell;

#define TSN_CELL_LEASE_ONE (UINT64_C(1) << 32)

/* If not, nothing will be while its lock is held. */
static inline bool tsn_cell_is_lent(const tsn_cell *cell)
{
    return atomic_load_explicit(&cell->lanes, memory_order_acquire) != 0;
}

void tsn_cell_retain(tsn_cell *cell);
void tsn_cell_release(tsn_cell *cell); /* NULL is allowed */
void tsn_cell_drop(tsn_cell *cell);    /* NULL is not */

/* Weak references know a cell without keeping it, its links or the client alive. */

/* Turns a reference into a weak one. The caller keeps the client. */
void tsn_cell_weaken(tsn_cell *cell);
/* The other way; false: the cell has gone, and so has the weak reference. Likewise. */
bool tsn_cell_strengthen(tsn_cell *cell);
void tsn_cell_release_weak(tsn_cell *cell);

/* The client's own cells. TOCSIN_E_NOMEM. */
tocsin_status tsn_cell_init_own(tsn_cell *cell, tsn_tier tier, struct tsn_client *client,
                                tsn_cell *isolation);
void tsn_cell_fini_own(tsn_cell *cell);

/* New cells with one reference for the caller. TOCSIN_E_NOMEM, and what else is named. */
tocsin_status tsn_cell_new_detached(struct tsn_client *client, tsn_cell **out);
tocsin_status tsn_cell_new_isolation(struct tsn_client *client, tsn_cell **out);
/* E_ARG: not an isolation scope. */
tocsin_status tsn_cell_new_current(tsn_cell *isolation, tsn_cell **out);
/* E_ARG: the global scope. */
tocsin_status tsn_cell_fork(tsn_cell *cell, tsn_cell **out);
/* Gives the new current scope. E_ARG: not a current scope. */
tocsin_status tsn_cell_fork_isolation(tsn_cell *current, tsn_cell **out);
/* E_ARG: not a current scope. */
tocsin_status tsn_cell_isolation(tsn_cell *current, tsn_cell **out);

/* What a capture on `cell` merges, outermost first (scopes 2.8); an overlay that is a layer already
 * is left out (R13). Borrowed. */
size_t tsn_cell_layers(tsn_cell *cell, tsn_cell *overlay, tsn_cell *layers[TSN_LAYERS_MAX]);

/* A retained snapshot of the value. */
tsn_scope *tsn_cell_snapshot(tsn_cell *cell);

/* E_ARG: the same scope; E_DENIED: `from` has a user, and the user may not be changed. */
tocsin_status tsn_cell_merge(tsn_cell *into, tsn_cell *from, bool may_change_user);
tocsin_status tsn_cell_clear(tsn_cell *cell);

/* TOCSIN_E_ARG: key, name or context not acceptable, or absent; TOCSIN_E_JSON, _TYPE, _DEPTH,
 * _SIZE: the JSON; TOCSIN_E_NOMEM. */
tocsin_status tsn_cell_set_tag(tsn_cell *cell, tsn_slice key, tsn_slice value);
tocsin_status tsn_cell_set_tags(tsn_cell *cell, tsn_slice json);
tocsin_status tsn_cell_remove_tag(tsn_cell *cell, tsn_slice key);
tocsin_status tsn_cell_set_extra(tsn_cell *cell, tsn_slice key, tsn_slice json);
tocsin_status tsn_cell_remove_extra(tsn_cell *cell, tsn_slice key);
tocsin_status tsn_cell_set_context(tsn_cell *cell, tsn_slice key, tsn_slice json);
tocsin_status tsn_cell_remove_context(tsn_cell *cell, tsn_slice key);
tocsin_status tsn_cell_set_user(tsn_cell *cell, tsn_slice json);
tocsin_status tsn_cell_set_request(tsn_cell *cell, tsn_slice json);
tocsin_status tsn_cell_set_origin(tsn_cell *cell, tsn_slice json);
tocsin_status tsn_cell_set_fingerprint(tsn_cell *cell, tsn_slice json);
tocsin_status tsn_cell_set_level(tsn_cell *cell, int32_t level); /* E_RANGE: not an event level */
tocsin_status tsn_cell_set_transaction(tsn_cell *cell, tsn_slice name, tsn_slice source);
tocsin_status tsn_cell_set_flag(tsn_cell *cell, tsn_slice name, tsn_slice json);
/* May run before_breadcrumb; then `holds` (or NULL) of the cell are let go of first.
 * TOCSIN_DROPPED, TOCSIN_DISABLED, TOCSIN_E_REENTRANT (from inside it). */
tocsin_status tsn_cell_add_breadcrumb(tsn_cell *cell, tsn_slice json, const void *hint,
                                      struct tsn_holds *holds);
tocsin_status tsn_cell_clear_breadcrumbs(tsn_cell *cell);
tocsin_status tsn_cell_add_attachment(tsn_cell *cell, tsn_slice bytes, tsn_slice json);
tocsin_status tsn_cell_take_processor(tsn_cell *cell, tsn_hook *hook);
/* One object with any of: tags, extra, contexts, user, request, origin, level, fingerprint,
 * transaction (text or {name, source}), flags; each as its own setter. Everything is checked before
 * anything is set. TOCSIN_E_UNKNOWN: another member. */
tocsin_status tsn_cell_update(tsn_cell *cell, tsn_slice json);
/* Which TOCSIN_RIGHT_ that needs: for the user, for other data; what cannot be read needs both. */
int64_t tsn_cell_update_rights(tsn_slice json);

/* The cell's own data, and that of all layers merged as in a capture, as JSON objects. */
tocsin_status tsn_cell_write(tsn_cell *cell, tsn_buf *out);
tocsin_status tsn_cell_write_merged(tsn_cell *cell, tsn_buf *out);
/* Appends 32 digits, or nothing after no capture. E_ARG: neither isolation nor current scope. */
tocsin_status tsn_cell_last_event_id(tsn_cell *cell, tsn_buf *out);
/* Where the last event id of captures on `cell` is kept: its isolation scope, or NULL. Borrowed. */
tsn_cell *tsn_cell_id_home(tsn_cell *cell);
/* `home` is an isolation scope. */
void tsn_cell_set_last_event_id(tsn_cell *home, tsn_id id);

#endif

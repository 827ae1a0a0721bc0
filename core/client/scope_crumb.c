/* Breadcrumbs: completed, shown to before_breadcrumb, numbered, appended (scopes 1.5). Times that
 * tocsin fills in never go back within the process, so that a clock that was set back does not
 * reorder a trail (R16); numbers come from one counter for the process (C12). */
#include <stdatomic.h>

#include "base/clock.h"
#include "client/client.h"
#include "client/pipeline.h"
#include "client/scope_cell.h"
#include "client/scope_lock.h"
#include "client/unreturned.h"
#include "data/json_walk.h"
#include "data/limits.h"
#include "model/breadcrumb.h"

#define SHORT_TEXT 512 /* bytes on the stack for what is usually short */

static _Atomic uint64_t last_sequence;
static _Atomic int64_t last_time_us;

/* The present, or the last time given out if that is later. */
static int64_t next_time_us(void)
{
    int64_t now = tsn_clock_wall_us();
    int64_t last = atomic_load_explicit(&last_time_us, memory_order_relaxed);
    while (last < now) {
        if (atomic_compare_exchange_weak_explicit(&last_time_us, &last, now, memory_order_relaxed,
                                                  memory_order_relaxed)) {
            return now;
        }
    }
    return last;
}

/* Lets the hook see `text`, a complete crumb, and change it. TOCSIN_DROPPED: it does not want it;
 * TOCSIN_E_REENTRANT: the crumb comes from inside the hook. */
static tocsin_status show(tsn_cell *cell, tsn_buf *text, const void *hint)
{
    tsn_client *client = cell->client;
    tsn_draft *view = tsn_draft_new(text);
    if (view == NULL) return TOCSIN_E_NOMEM;
    tocsin_status st = TOCSIN_E_REENTRANT;
    if (tsn_chain_enter_lone(client->chains, &view->chain, TSN_CHAIN_BREADCRUMB)) {
        view->chain.cell = cell;
        tsn_hook *hook = client->settings->hooks[TSN_HOOK_BEFORE_BREADCRUMB];
        tsn_hook_verdict verdict =
            tsn_hook_filter(hook, "before_breadcrumb", view, hint, client->diag);
        st = verdict == TSN_HOOK_KEEP ? TOCSIN_OK : TOCSIN_DROPPED;
        tsn_chain_leave(client->chains, &view->chain);
    }
    tsn_draft_take(view, text);
    tsn_draft_release(view);
    return st;
}

/* What the hook made of `text` replaces it, completed again (R9). */
static tocsin_status run_hook(tsn_cell *cell, tsn_buf *text, const void *hint, int64_t *time_us)
{
    tocsin_status st = show(cell, text, hint);
    if (st != TOCSIN_OK) return st;
    bool is_crumb = tsn_breadcrumb_complete(text, NULL, next_time_us(), time_us);
    return is_crumb ? tsn_buf_status(text) : TOCSIN_DROPPED;
}

TSN_INLINE tocsin_status append(tsn_cell *cell, const tsn_settings *settings, tsn_slice json,
                                int64_t time_us)
{
    tsn_crumb crumb = {.time_us = time_us, .json = json};
    size_t limit = (size_t)settings->max_breadcrumbs;
    tsn_cell_lock(cell, TSN_CELL_WRITES_VALUE);
    crumb.sequence = atomic_fetch_add_explicit(&last_sequence, 1, memory_order_relaxed) + 1;
    tocsin_status st = tsn_scope_add_crumb(&cell->value, &crumb, limit);
    tsn_cell_unlock(cell);
    return st;
}

static TSN_APART tocsin_status append_shown(tsn_cell *cell, tsn_slice json, int64_t time_us)
{
    return append(cell, cell->client->settings, json, time_us);
}

/* `text` gets the complete crumb. False: an empty object, to be ignored, or `*st` says why not. */
static bool complete(tsn_slice json, tsn_buf *text, int64_t *time_us, tocsin_status *st)
{
    tsn_json_places places;
    *st = tsn_json_normalise_object(json, TSN_EVENT_LEVELS_MAX, text, &places);
    if (*st < 0 || !tsn_breadcrumb_complete(text, &places, next_time_us(), time_us)) return false;
    if (TSN_LIKELY(!text->failed)) return true;
    *st = TOCSIN_E_NOMEM;
    return false;
}

/* The hook may never return, or close the scope: until it has been seen to, the cell is kept here
 * and not by the caller. */
static tocsin_status add_shown(tsn_cell *cell, tsn_slice json, const void *hint, tsn_holds *holds)
{
    tsn_buf text = TSN_BUF_EMPTY;
    int64_t time_us = 0;
    tsn_unreturned_end(cell->client);
    tocsin_status st;
    if (complete(json, &text, &time_us, &st)) {
        tsn_cell_retain(cell);
        if (holds != NULL) holds->let_go(holds);
        st = run_hook(cell, &text, hint, &time_us);
        if (st == TOCSIN_OK) st = append_shown(cell, tsn_buf_view(&text), time_us);
        tsn_cell_release(cell);
    }
    tsn_buf_fini(&text);
    return st;
}

tocsin_status tsn_cell_add_breadcrumb(tsn_cell *cell, tsn_slice json, const void *hint,
                                      tsn_holds *holds)
{
    tsn_client *client = cell->client;
    if (!tsn_client_is_active(client)) return TOCSIN_DISABLED;
    const tsn_settings *settings = client->settings;
    if (settings->hooks[TSN_HOOK_BEFORE_BREADCRUMB] != NULL) {
        return add_shown(cell, json, hint, holds);
    }
    char room[SHORT_TEXT];
    tsn_buf text = TSN_BUF_ON(room);
    int64_t time_us = 0;
    tocsin_status st;
    if (complete(json, &text, &time_us, &st)) {
        st = append(cell, settings, (tsn_slice){text.data, text.len}, time_us);
    }
    if (!text.borrowed) tsn_buf_fini(&text);
    return st;
}

tocsin_status tsn_cell_clear_breadcrumbs(tsn_cell *cell)
{
    tsn_cell_lock(cell, TSN_CELL_WRITES_VALUE);
    tocsin_status st = tsn_scope_clear_crumbs(&cell->value);
    tsn_cell_unlock(cell);
    return st;
}

/* Breadcrumbs: completed, shown to before_breadcrumb, numbered, appended (scopes 1.5). Times that
 * tocsin fills in never go back within the process, so that a clock that was set back does not
 * reorder a trail (R16); numbers come from one counter for the process (C12). */
#include <stdatomic.h>

#include "base/clock.h"
#include "client/chain.h"
#include "client/client.h"
#include "client/scope_cell.h"
#include "client/scope_lock.h"
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
static tocsin_status show(tsn_client *client, tsn_buf *text, const void *hint)
{
    tsn_draft *view = tsn_draft_new(text);
    if (view == NULL) return TOCSIN_E_NOMEM;
    tsn_chain chain;
    tocsin_status st = TOCSIN_E_REENTRANT;
    if (tsn_chain_enter_lone(client->chains, &chain, TSN_CHAIN_BREADCRUMB)) {
        tsn_hook *hook = client->settings->hooks[TSN_HOOK_BEFORE_BREADCRUMB];
        tsn_hook_verdict verdict =
            tsn_hook_filter(hook, "before_breadcrumb", view, hint, client->diag);
        st = verdict == TSN_HOOK_KEEP ? TOCSIN_OK : TOCSIN_DROPPED;
        tsn_chain_leave(client->chains, &chain);
    }
    tsn_draft_take(view, text);
    tsn_draft_release(view);
    return st;
}

/* What the hook made of `text` replaces it, completed again (R9). */
static tocsin_status run_hook(tsn_client *client, tsn_buf *text, const void *hint, int64_t *time_us)
{
    tocsin_status st = show(client, text, hint);
    if (st != TOCSIN_OK) return st;
    bool is_crumb = tsn_breadcrumb_complete(text, NULL, next_time_us(), time_us);
    return is_crumb ? tsn_buf_status(text) : TOCSIN_DROPPED;
}

static tocsin_status append(tsn_cell *cell, tsn_slice json, int64_t time_us)
{
    tsn_crumb crumb = {.time_us = time_us, .json = json};
    size_t limit = (size_t)cell->client->settings->max_breadcrumbs;
    tsn_cell_lock(cell, TSN_CELL_WRITES_VALUE);
    crumb.sequence = atomic_fetch_add_explicit(&last_sequence, 1, memory_order_relaxed) + 1;
    tocsin_status st = tsn_scope_add_crumb(&cell->value, &crumb, limit);
    tsn_cell_unlock(cell);
    return st;
}

tocsin_status tsn_cell_add_breadcrumb(tsn_cell *cell, tsn_slice json, const void *hint)
{
    tsn_client *client = cell->client;
    if (!tsn_client_is_active(client)) return TOCSIN_DISABLED;
    bool has_hook = client->settings->hooks[TSN_HOOK_BEFORE_BREADCRUMB] != NULL;
    char room[SHORT_TEXT];
    tsn_buf text = has_hook ? TSN_BUF_EMPTY : TSN_BUF_ON(room); /* a draft takes it over */
    tsn_json_places places;
    int64_t time_us = 0;
    tocsin_status st = tsn_json_normalise_object(json, TSN_EVENT_LEVELS_MAX, &text, &places);
    if (st < 0 || !tsn_breadcrumb_complete(&text, &places, next_time_us(), &time_us)) goto done;
    st = tsn_buf_status(&text);
    if (st == TOCSIN_OK && has_hook) st = run_hook(client, &text, hint, &time_us);
    if (st == TOCSIN_OK) st = append(cell, tsn_buf_view(&text), time_us);
done:
    tsn_buf_fini(&text);
    return st;
}

tocsin_status tsn_cell_clear_breadcrumbs(tsn_cell *cell)
{
    tsn_cell_lock(cell, TSN_CELL_WRITES_VALUE);
    tocsin_status st = tsn_scope_clear_crumbs(&cell->value);
    tsn_cell_unlock(cell);
    return st;
}

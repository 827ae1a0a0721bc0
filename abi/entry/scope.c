/* tocsin/scope.h: making scopes and what concerns a whole one */
#include <tocsin/scope.h>

#include "base/handle_shared.h"
#include "client/client.h"
#include "client/fork_lane.h"
#include "client/trace.h"
#include "entry.h"
#include "guard.h"

/* A new scope made of the object behind `handle`. */
static tocsin_scope make_of_client(tocsin_client client,
                                   tocsin_status (*make)(tsn_client *, tsn_cell **))
{
    tsn_handle_hold hold;
    tsn_cell *cell;
    TSN_TRY(tsn_entry_find(client, TOCSIN_KIND_CLIENT, &hold));
    tocsin_status st = make(hold.object, &cell);
    tsn_entry_release(&hold);
    return st < 0 ? st : tsn_entry_add(TOCSIN_KIND_SCOPE, cell);
}

static tocsin_scope make_of_scope(tocsin_scope scope, int64_t right,
                                  tocsin_status (*make)(tsn_cell *, tsn_cell **))
{
    tsn_handle_hold hold;
    tsn_cell *cell;
    tocsin_status st = tsn_entry_look(scope, TOCSIN_KIND_SCOPE, &hold);
    if (TSN_UNLIKELY(st < 0)) return tsn_guard_make(scope, right, st, make);
    st = make(hold.object, &cell);
    tsn_entry_release(&hold);
    return TSN_UNLIKELY(st < 0) ? st : tsn_entry_add_another(TOCSIN_KIND_SCOPE, cell);
}

tocsin_scope tocsin_scope_new(tocsin_client client)
{
    return make_of_client(client, tsn_cell_new_detached);
}

tocsin_scope tocsin_scope_new_isolation(tocsin_client client)
{
    return make_of_client(client, tsn_cell_new_isolation);
}

tocsin_scope tocsin_scope_new_current(tocsin_scope isolation)
{
    return make_of_scope(isolation, TOCSIN_RIGHT_FORK, tsn_cell_new_current);
}

/* For the fork that is kept nowhere yet. */
static TSN_APART TSN_FLAT tocsin_scope fork_anew(tocsin_scope scope)
{
    tsn_handle_hold hold;
    tsn_cell *cell;
    tocsin_status st = tsn_entry_look(scope, TOCSIN_KIND_SCOPE, &hold);
    if (TSN_UNLIKELY(st < 0)) return tsn_guard_make(scope, TOCSIN_RIGHT_FORK, st, tsn_cell_fork);
    st = tsn_cell_fork(hold.object, &cell);
    tsn_fork_lane_note(tsn_handle_shared_made(), scope, hold.object);
    tsn_entry_release(&hold);
    return TSN_UNLIKELY(st < 0) ? st : tsn_entry_add_another(TOCSIN_KIND_SCOPE, cell);
}

TSN_FLAT tocsin_scope tocsin_scope_fork(tocsin_scope scope)
{
    tsn_handle_table *handles = tsn_handle_shared_made();
    tocsin_scope kept = 0;
    if (TSN_LIKELY(handles != NULL)) kept = tsn_fork_lane_take(handles, scope, TOCSIN_KIND_SCOPE);
    return TSN_LIKELY(kept != 0) ? kept : fork_anew(scope);
}

tocsin_scope tocsin_scope_fork_isolation(tocsin_scope scope)
{
    return make_of_scope(scope, TOCSIN_RIGHT_FORK, tsn_cell_fork_isolation);
}

tocsin_scope tocsin_scope_isolation(tocsin_scope scope)
{
    return make_of_scope(scope, TOCSIN_RIGHT_ISOLATION, tsn_cell_isolation);
}

tocsin_client tocsin_scope_client(tocsin_scope scope)
{
    tsn_handle_hold hold;
    TSN_TRY(tsn_guard_scope(scope, TOCSIN_RIGHT_CLIENT, &hold));
    tsn_client *client = ((tsn_cell *)hold.object)->client;
    tsn_client_retain(client);
    tsn_entry_release(&hold);
    return tsn_entry_add(TOCSIN_KIND_CLIENT, client);
}

tocsin_status tocsin_scope_merge(tocsin_scope into, tocsin_scope from)
{
    tsn_handle_hold target, source;
    tocsin_status st = tsn_entry_look(into, TOCSIN_KIND_SCOPE, &target);
    if (TSN_UNLIKELY(st < 0)) return tsn_guard_merge(into, from, st);
    st = tsn_guard_scope(from, TOCSIN_RIGHT_READ, &source);
    if (st >= 0) {
        st = tsn_cell_merge(target.object, source.object, true);
        tsn_entry_release(&source);
    }
    tsn_entry_release(&target);
    return st;
}

/* Does something to a scope that needs no more words. */
static tocsin_status change(tocsin_scope scope, int64_t rights, tocsin_status (*act)(tsn_cell *))
{
    tsn_handle_hold hold;
    TSN_TRY(tsn_guard_scope(scope, rights, &hold));
    tocsin_status st = act(hold.object);
    tsn_entry_release(&hold);
    return st;
}

tocsin_status tocsin_scope_clear(tocsin_scope scope)
{
    return change(scope, TOCSIN_RIGHT_WRITE | TOCSIN_RIGHT_USER, tsn_cell_clear);
}

tocsin_status tocsin_scope_new_trace(tocsin_scope scope)
{
    return change(scope, TOCSIN_RIGHT_WRITE, tsn_cell_new_trace);
}

tocsin_status tocsin_scope_clear_breadcrumbs(tocsin_scope scope)
{
    return change(scope, TOCSIN_RIGHT_WRITE, tsn_cell_clear_breadcrumbs);
}

/* Hands out what `write` appends about the scope. */
static tocsin_length give(tocsin_scope scope, tocsin_status (*write)(tsn_cell *, tsn_buf *),
                          char *buf, int64_t buf_cap)
{
    tsn_handle_hold hold;
    tsn_buf text = TSN_BUF_EMPTY;
    tocsin_status st = tsn_guard_scope(scope, TOCSIN_RIGHT_READ, &hold);
    if (st >= 0) {
        st = write(hold.object, &text);
        tsn_entry_release(&hold);
    }
    return tsn_entry_give(st, &text, buf, buf_cap);
}

tocsin_length tocsin_scope_json(tocsin_scope scope, char *buf, int64_t buf_cap)
{
    return give(scope, tsn_cell_write, buf, buf_cap);
}

tocsin_length tocsin_scope_merged_json(tocsin_scope scope, char *buf, int64_t buf_cap)
{
    return give(scope, tsn_cell_write_merged, buf, buf_cap);
}

tocsin_length tocsin_scope_last_event_id(tocsin_scope scope, char *buf, int64_t buf_cap)
{
    return give(scope, tsn_cell_last_event_id, buf, buf_cap);
}

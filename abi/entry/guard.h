/* How entry points find scopes. The usual handle is in the table and may do everything; looking it
 * up costs what it would if there were no others. A number that is foreign to the table may be a
 * restricted handle of the annex: all that has to do with those is behind the cold calls below,
 * which `st`, the table's answer, goes into: unless that is TOCSIN_E_FOREIGN it comes back. */
#ifndef TSN_ENTRY_GUARD_H
#define TSN_ENTRY_GUARD_H

#include "base/house.h"
#include "client/pipeline.h"
#include "entry.h"

/* What the caller is about to do. */
typedef struct tsn_guard_use {
    int64_t rights; /* TOCSIN_RIGHT_, all of these */
    bool is_event;
    bool is_breadcrumb;
    struct {
        const char *text;
        int64_t len;
    } texts[2]; /* what it was given, as it was given */
} tsn_guard_use;

TSN_COLD tocsin_status tsn_guard_find(int64_t scope, const tsn_guard_use *use, tocsin_status st,
                                      tsn_handle_hold *hold);
/* `make` with the scope, and what comes of it as a handle that is restricted alike. */
TSN_COLD int64_t tsn_guard_make(int64_t scope, int64_t rights, tocsin_status st,
                                tocsin_status (*make)(tsn_cell *, tsn_cell **));
/* `capture` lacks text and scope. */
TSN_COLD int64_t tsn_guard_prepare(int64_t scope, const char *json, int64_t json_len,
                                   tsn_capture *capture, tocsin_status st);
TSN_COLD tocsin_status tsn_guard_merge(int64_t into, int64_t from, tocsin_status st);
TSN_COLD int64_t tsn_guard_dup(int64_t handle, int64_t st);
TSN_COLD tocsin_status tsn_guard_close(int64_t handle, tocsin_status st);
/* A new, restricted handle to the scope; the errors of tsn_restriction_new and tsn_handle_add. */
int64_t tsn_guard_restrict(int64_t scope, int64_t rights, tsn_slice quota);
/* Closes `handle` and all that shares its root. TOCSIN_E_DENIED: `scope` is restricted itself;
 * TOCSIN_E_ARG: `handle` is not, or of another client; the handle errors. */
tocsin_status tsn_guard_revoke(int64_t scope, int64_t handle);

/* Finds a scope for what needs `rights`. The handle errors; TOCSIN_E_DENIED. */
TSN_INLINE tocsin_status tsn_guard_scope(int64_t scope, int64_t rights, tsn_handle_hold *hold)
{
    tocsin_status st = tsn_entry_look(scope, TOCSIN_KIND_SCOPE, hold);
    if (TSN_LIKELY(st >= 0)) return st;
    return tsn_guard_find(scope, &(tsn_guard_use){.rights = rights}, st, hold);
}

/* The same for what also costs its text. */
TSN_INLINE tocsin_status tsn_guard_scope_text(int64_t scope, int64_t rights, const char *text,
                                              int64_t len, tsn_handle_hold *hold)
{
    tocsin_status st = tsn_entry_look(scope, TOCSIN_KIND_SCOPE, hold);
    if (TSN_LIKELY(st >= 0)) return st;
    tsn_guard_use use = {.rights = rights, .texts = {{text, len}}};
    return tsn_guard_find(scope, &use, st, hold);
}

#endif

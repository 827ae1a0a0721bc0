/* The annex: restricted handles. Behind each stands a tsn_restricted, which says what may be done
 * with its scope; a hold that goes out of here shows the scope alone. */
#include "guard.h"

#include "base/handle_shared.h"
#include "client/restricted.h"
#include "kinds.h"

/* Who revokes marks first and closes then, so one that was marked meanwhile is closed here. */
static int64_t add_to(tsn_handle_table *annex, tsn_restricted *restricted)
{
    tsn_restricted_retain(restricted);
    int64_t handle = tsn_handle_add(annex, TOCSIN_KIND_SCOPE, restricted);
    bool is_revoked = tsn_restriction_is_revoked(restricted->restriction);
    tsn_restricted_release(restricted);
    if (handle < 0 || !is_revoked) return handle;
    tsn_handle_close(annex, handle, TOCSIN_KIND_SCOPE);
    return TOCSIN_E_STALE;
}

static int64_t add(tsn_restricted *restricted)
{
    tsn_handle_table *annex = tsn_handle_annex_make(tsn_kinds, tsn_restricted_kinds);
    if (annex != NULL) return add_to(annex, restricted);
    tsn_restricted_release(restricted);
    return TOCSIN_E_NOMEM;
}

/* A handle of the annex; `st` is what the table had to say. */
static tocsin_status find(int64_t handle, tocsin_status st, tsn_handle_hold *hold,
                          tsn_restricted **out)
{
    tsn_handle_table *annex = tsn_handle_annex();
    *out = NULL;
    if (st != TOCSIN_E_FOREIGN || annex == NULL) return st;
    TSN_TRY(tsn_handle_find(annex, handle, TOCSIN_KIND_SCOPE, hold));
    *out = hold->object;
    return TOCSIN_OK;
}

static tocsin_status allow(tsn_restricted *restricted, const tsn_guard_use *use)
{
    tsn_intent intent = {.rights = use->rights, .is_event = use->is_event};
    intent.cost.of[TSN_QUOTA_EVENTS] = use->is_event;
    intent.cost.of[TSN_QUOTA_BREADCRUMBS] = use->is_breadcrumb;
    for (size_t i = 0; i < TSN_ARRAY_LEN(use->texts); i++) {
        tsn_slice text;
        tocsin_status st = tsn_entry_text(use->texts[i].text, use->texts[i].len, &text);
        if (st >= 0) intent.cost.of[TSN_QUOTA_BYTES] += text.len;
    }
    return tsn_restriction_allow(restricted->restriction, restricted->cell->client, &intent);
}

static tocsin_status find_allowed(int64_t handle, const tsn_guard_use *use, tocsin_status st,
                                  tsn_handle_hold *hold, tsn_restricted **out)
{
    TSN_TRY(find(handle, st, hold, out));
    st = allow(*out, use);
    if (st < 0) tsn_entry_release(hold);
    return st;
}

tocsin_status tsn_guard_find(int64_t scope, const tsn_guard_use *use, tocsin_status st,
                             tsn_handle_hold *hold)
{
    tsn_restricted *restricted;
    TSN_TRY(find_allowed(scope, use, st, hold, &restricted));
    hold->object = restricted->cell;
    return TOCSIN_OK;
}

/* Takes over the reference to `cell`. */
static int64_t add_like(tsn_cell *cell, tsn_restricted *like)
{
    tsn_restricted *made;
    TSN_TRY(tsn_restricted_new(cell, like->restriction, &made));
    return add(made);
}

int64_t tsn_guard_make(int64_t scope, int64_t rights, tocsin_status st,
                       tocsin_status (*make)(tsn_cell *, tsn_cell **))
{
    tsn_handle_hold hold;
    tsn_restricted *restricted;
    tsn_cell *cell;
    TSN_TRY(find_allowed(scope, &(tsn_guard_use){.rights = rights}, st, &hold, &restricted));
    st = make(restricted->cell, &cell);
    int64_t made = st < 0 ? st : add_like(cell, restricted);
    tsn_entry_release(&hold);
    return made;
}

static int64_t prepare(tsn_restricted *restricted, const tsn_capture *capture)
{
    tsn_draft *draft;
    TSN_TRY(tsn_restricted_prepare(restricted, capture, &draft));
    return draft == NULL ? 0 : tsn_entry_add(TOCSIN_KIND_EVENT, draft);
}

int64_t tsn_guard_prepare(int64_t scope, const char *json, int64_t json_len, tsn_capture *capture,
                          tocsin_status st)
{
    tsn_handle_hold hold;
    tsn_restricted *restricted;
    tsn_guard_use use = {.rights = TOCSIN_RIGHT_CAPTURE | TOCSIN_RIGHT_READ};
    TSN_TRY(find_allowed(scope, &use, st, &hold, &restricted));
    int64_t event = tsn_entry_text(json, json_len, &capture->text);
    capture->cell = restricted->cell;
    if (event >= 0) event = prepare(restricted, capture);
    tsn_entry_release(&hold);
    return event;
}

tocsin_status tsn_guard_merge(int64_t into, int64_t from, tocsin_status st)
{
    tsn_handle_hold target, source;
    tsn_restricted *restricted;
    tsn_guard_use use = {.rights = TOCSIN_RIGHT_MERGE};
    TSN_TRY(find_allowed(into, &use, st, &target, &restricted));
    st = tsn_guard_scope(from, TOCSIN_RIGHT_READ, &source);
    if (st >= 0) {
        bool may_change_user = (restricted->restriction->rights & TOCSIN_RIGHT_USER) != 0;
        st = tsn_cell_merge(restricted->cell, source.object, may_change_user);
        if (st == TOCSIN_E_DENIED)
            st = allow(restricted, &(tsn_guard_use){.rights = TOCSIN_RIGHT_USER});
        tsn_entry_release(&source);
    }
    tsn_entry_release(&target);
    return st;
}

int64_t tsn_guard_dup(int64_t handle, int64_t st)
{
    tsn_handle_hold hold;
    tsn_restricted *restricted;
    TSN_TRY(find(handle, (tocsin_status)st, &hold, &restricted));
    tsn_cell_retain(restricted->cell);
    int64_t copy = add_like(restricted->cell, restricted);
    tsn_entry_release(&hold);
    return copy;
}

tocsin_status tsn_guard_close(int64_t handle, tocsin_status st)
{
    tsn_handle_hold hold;
    tsn_restricted *restricted;
    tsn_guard_use use = {.rights = TOCSIN_RIGHT_CLOSE};
    TSN_TRY(find_allowed(handle, &use, st, &hold, &restricted));
    st = tsn_handle_close(tsn_handle_annex(), handle, TOCSIN_KIND_SCOPE);
    tsn_entry_release(&hold);
    return st;
}

/* What stands behind `scope` is `of`; NULL: it is not restricted yet. */
static int64_t restrict_cell(tsn_cell *cell, tsn_restriction *of, int64_t rights, tsn_slice quota)
{
    tsn_restriction *restriction;
    tsn_restricted *made;
    TSN_TRY(tsn_restriction_new(of, rights, quota, &restriction));
    tsn_cell_retain(cell);
    tocsin_status st = tsn_restricted_new(cell, restriction, &made);
    tsn_restriction_release(restriction);
    return st < 0 ? st : add(made);
}

int64_t tsn_guard_restrict(int64_t scope, int64_t rights, tsn_slice quota)
{
    tsn_handle_hold hold;
    tsn_restricted *restricted;
    tocsin_status st = tsn_entry_look(scope, TOCSIN_KIND_SCOPE, &hold);
    int64_t made;
    if (st >= 0) {
        made = restrict_cell(hold.object, NULL, rights, quota);
    } else {
        TSN_TRY(find(scope, st, &hold, &restricted));
        made = restrict_cell(restricted->cell, restricted->restriction, rights, quota);
    }
    tsn_entry_release(&hold);
    return made;
}

static bool is_of_root(const void *object, const void *root)
{
    const tsn_restricted *restricted = object;
    return restricted->restriction->root == root;
}

static tocsin_status take_back(const tsn_cell *cell, int64_t handle)
{
    tsn_handle_hold hold;
    tsn_handle_table *annex = tsn_handle_annex();
    if (annex == NULL) return TOCSIN_E_STALE;
    TSN_TRY(tsn_handle_find(annex, handle, TOCSIN_KIND_SCOPE, &hold));
    tsn_restricted *restricted = hold.object;
    bool is_same = restricted->cell->client == cell->client;
    if (is_same) {
        tsn_restriction_revoke(restricted->restriction);
        tsn_handle_close_those(annex, is_of_root, restricted->restriction->root);
    }
    tsn_entry_release(&hold);
    return is_same ? TOCSIN_OK : TOCSIN_E_ARG;
}

tocsin_status tsn_guard_revoke(int64_t scope, int64_t handle)
{
    tsn_handle_hold hold, plain;
    TSN_TRY(tsn_entry_find(scope, TOCSIN_KIND_SCOPE, &hold));
    tocsin_status st = tsn_entry_look(handle, TOCSIN_KIND_SCOPE, &plain);
    if (st >= 0) {
        tsn_entry_release(&plain);
        st = TOCSIN_E_ARG;
    } else if (st == TOCSIN_E_FOREIGN) {
        st = take_back(hold.object, handle);
    }
    tsn_entry_release(&hold);
    return st;
}

/* Merge and clear: what happens to every part at once. A merge touches many parts and any of them
 * may fail, so it always works on a copy. What is unset in the source erases nothing; processors
 * stay where they were registered. */
#include "base/house.h"
#include "model/scope_draft.h"

static tocsin_status merge_maps(tsn_scope *into, const tsn_scope *from)
{
    for (int i = 0; i < TSN_SCOPE_MAPS; i++) {
        if (tsn_pmap_count(from->maps[i]) == 0) continue;
        TSN_TRY(tsn_pmap_merge(&into->maps[i], from->maps[i]));
    }
    return TOCSIN_OK;
}

/* R1: a source goes with its name, also when there is none. */
static bool is_taken(const tsn_scope *from, int which)
{
    if (which == TSN_SCOPE_TRANSACTION_SOURCE) which = TSN_SCOPE_TRANSACTION;
    return from->texts[which] != NULL;
}

static void merge_single_values(tsn_scope *into, const tsn_scope *from)
{
    for (int i = 0; i < TSN_SCOPE_TEXTS; i++) {
        if (!is_taken(from, i)) continue;
        tsn_scope_replace_text(into, (tsn_scope_text)i, tsn_fragment_retain(from->texts[i]));
    }
    if (from->level != TOCSIN_LEVEL_UNSET) into->level = from->level;
    if (from->origin != NULL) {
        tsn_scope_replace_origin(into, tsn_origin_retain(from->origin));
    }
    if (from->propagation != NULL) {
        tsn_scope_replace_propagation(into, tsn_propagation_retain(from->propagation));
    }
}

static tocsin_status merge_flags(tsn_scope *into, const tsn_scope *from)
{
    if (tsn_plist_count(into->flags) == 0) {
        tsn_plist_release(into->flags);
        into->flags = tsn_plist_retain(from->flags);
        into->flag_bytes = from->flag_bytes;
        return TOCSIN_OK;
    }
    size_t count = tsn_plist_count(from->flags);
    for (size_t i = 0; i < count; i++) {
        TSN_TRY(tsn_scope_take_flag(into, tsn_fragment_retain(tsn_plist_at(from->flags, i))));
    }
    return TOCSIN_OK;
}

static tocsin_status merge_all(tsn_scope *into, const tsn_scope *from, size_t crumb_limit)
{
    TSN_TRY(merge_maps(into, from));
    TSN_TRY(tsn_pring_concat(&into->crumbs, from->crumbs, crumb_limit));
    TSN_TRY(merge_flags(into, from));
    TSN_TRY(tsn_plist_concat(&into->attachments, from->attachments));
    merge_single_values(into, from);
    return TOCSIN_OK;
}

tocsin_status tsn_scope_merge(tsn_scope **into, tsn_scope *from, size_t crumb_limit)
{
    tsn_scope *draft = tsn_scope_copy(*into);
    if (draft == NULL) return TOCSIN_E_NOMEM;
    return tsn_scope_commit(into, draft, merge_all(draft, from, crumb_limit));
}

tocsin_status tsn_scope_clear(tsn_scope **scope, bool keep_propagation)
{
    tsn_scope *fresh = tsn_scope_new();
    if (fresh == NULL) return TOCSIN_E_NOMEM;
    fresh->processors = tsn_plist_retain((*scope)->processors);
    if (keep_propagation) fresh->propagation = tsn_propagation_retain((*scope)->propagation);
    return tsn_scope_commit(scope, fresh, TOCSIN_OK);
}

/* Both or neither. */
#include "overlay.h"

#include "guard.h"

TSN_INLINE tocsin_status find_to_capture(int64_t scope, const char *text, int64_t text_len,
                                         tsn_handle_hold *hold)
{
    tocsin_status st = tsn_entry_look(scope, TOCSIN_KIND_SCOPE, hold);
    if (TSN_LIKELY(st >= 0)) return st;
    tsn_guard_use use = {
        .rights = TOCSIN_RIGHT_CAPTURE, .is_event = true, .texts = {{text, text_len}}};
    return tsn_guard_find(scope, &use, st, hold);
}

static void let_go(tsn_holds *holds)
{
    tsn_entry_scopes *scopes = TSN_CONTAINER_OF(holds, tsn_entry_scopes, holds);
    holds->let_go = NULL;
    if (scopes->has_overlay) tsn_entry_release(&scopes->overlay);
    tsn_entry_release(&scopes->scope);
}

inline tocsin_status tsn_entry_scopes_find(int64_t scope, int64_t overlay, const char *text,
                                           int64_t text_len, tsn_entry_scopes *out)
{
    TSN_TRY(find_to_capture(scope, text, text_len, &out->scope));
    out->holds.let_go = let_go;
    out->has_overlay = overlay != 0;
    if (!out->has_overlay) return TOCSIN_OK;
    tocsin_status st = tsn_guard_scope(overlay, TOCSIN_RIGHT_READ, &out->overlay);
    if (st < 0) tsn_entry_release(&out->scope);
    return st;
}

void tsn_entry_scopes_release(tsn_entry_scopes *scopes)
{
    if (TSN_LIKELY(scopes->holds.let_go != NULL)) let_go(&scopes->holds);
}

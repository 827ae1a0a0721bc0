/* Both or neither. */
#include "overlay.h"

inline tocsin_status tsn_entry_scopes_find(int64_t scope, int64_t overlay, tsn_entry_scopes *out)
{
    TSN_TRY(tsn_entry_find(scope, TOCSIN_KIND_SCOPE, &out->scope));
    out->has_overlay = overlay != 0;
    if (!out->has_overlay) return TOCSIN_OK;
    tocsin_status st = tsn_entry_find(overlay, TOCSIN_KIND_SCOPE, &out->overlay);
    if (st < 0) tsn_entry_release(&out->scope);
    return st;
}

void tsn_entry_scopes_release(tsn_entry_scopes *scopes)
{
    if (scopes->has_overlay) tsn_entry_release(&scopes->overlay);
    tsn_entry_release(&scopes->scope);
}

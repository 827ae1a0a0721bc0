/* tocsin/handle.h */
#include <tocsin/handle.h>

#include "base/handle_shared.h"
#include "entry.h"
#include "guard.h"

int64_t tocsin_handle_dup(int64_t handle)
{
    tsn_handle_table *handles = tsn_entry_table();
    int64_t copy = handles == NULL ? TOCSIN_E_NOMEM : tsn_handle_dup(handles, handle);
    return TSN_LIKELY(copy >= 0) ? copy : tsn_guard_dup(handle, copy);
}

TSN_FLAT tocsin_status tocsin_handle_close(int64_t handle)
{
    tocsin_status st = tsn_entry_close(handle, TSN_HANDLE_KIND_ANY);
    return TSN_LIKELY(st >= 0) ? st : tsn_guard_close(handle, st);
}

int32_t tocsin_handle_kind(int64_t handle)
{
    tsn_handle_hold hold;
    TSN_TRY(tsn_entry_find(handle, TSN_HANDLE_KIND_ANY, &hold));
    int32_t kind = tsn_handle_hold_kind(&hold);
    tsn_entry_release(&hold);
    return kind;
}

int64_t tocsin_handle_count(int32_t kind)
{
    if (kind < TOCSIN_KIND_OPTIONS || kind > TOCSIN_KIND_ENVELOPE) return TOCSIN_E_RANGE;
    tsn_handle_table *handles = tsn_entry_table();
    if (handles == NULL) return TOCSIN_E_NOMEM;
    tsn_handle_table *annex = tsn_handle_annex();
    int64_t restricted = annex == NULL ? 0 : tsn_handle_count(annex, kind);
    return tsn_handle_count(handles, kind) + restricted;
}

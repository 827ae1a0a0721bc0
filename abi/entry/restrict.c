/* tocsin/restrict.h */
#include <tocsin/restrict.h>

#include "guard.h"

tocsin_scope tocsin_scope_restrict(tocsin_scope scope, int64_t rights, const char *quota,
                                   int64_t quota_len)
{
    tsn_slice text;
    if (scope < 0) return tsn_guard_restrict(scope, rights, TSN_SLICE_ABSENT);
    TSN_TRY(tsn_entry_text(quota, quota_len, &text));
    return tsn_guard_restrict(scope, rights, text);
}

tocsin_status tocsin_scope_revoke(tocsin_scope scope, tocsin_scope restricted)
{
    return tsn_guard_revoke(scope, restricted);
}

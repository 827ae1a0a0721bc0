/* The two scopes of a capture: the one captured on, and perhaps an overlay. */
#ifndef TSN_ENTRY_OVERLAY_H
#define TSN_ENTRY_OVERLAY_H

#include "client/pipeline.h"
#include "entry.h"

typedef struct tsn_entry_scopes {
    tsn_holds holds; /* of both; `let_go` NULL: they have been */
    tsn_handle_hold scope;
    tsn_handle_hold overlay;
    bool has_overlay;
} tsn_entry_scopes;

/* For a capture of `text`. `overlay` 0: none. The errors of tsn_guard_scope; then nothing is held.
 */
tocsin_status tsn_entry_scopes_find(int64_t scope, int64_t overlay, const char *text,
                                    int64_t text_len, tsn_entry_scopes *out);
void tsn_entry_scopes_release(tsn_entry_scopes *scopes);

#endif

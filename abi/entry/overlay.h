/* The two scopes of a capture: the one captured on, and perhaps an overlay. */
#ifndef TSN_ENTRY_OVERLAY_H
#define TSN_ENTRY_OVERLAY_H

#include "entry.h"

typedef struct tsn_entry_scopes {
    tsn_handle_hold scope;
    tsn_handle_hold overlay;
    bool has_overlay;
} tsn_entry_scopes;

/* `overlay` 0: none. The errors of tsn_handle_find; then nothing is held. */
tocsin_status tsn_entry_scopes_find(int64_t scope, int64_t overlay, tsn_entry_scopes *out);
void tsn_entry_scopes_release(tsn_entry_scopes *scopes);

#endif

/* The remark in `_meta` about breadcrumbs that are missing (scopes: breadcrumbs of the event).
 * Private to the event_ files. */
#ifndef TSN_MODEL_EVENT_CRUMBS_H
#define TSN_MODEL_EVENT_CRUMBS_H

#include "base/buf.h"
#include "base/slice.h"

/* Appends the items of a `_meta` object with `total` as the number that there were of the
 * breadcrumbs (0: no remark), each with a comma. */
void tsn_event_write_meta_items(tsn_slice meta, uint64_t total, tsn_buf *out);
/* The number in that remark; 0: there is none. */
uint64_t tsn_event_meta_total(tsn_slice meta);

#endif

/* Breadcrumbs of an event that have to be put in order one by one: the body has some of its own, or
 * a layer's are not sorted. Private to the event_ files. */
#ifndef TSN_MODEL_CRUMB_MERGE_H
#define TSN_MODEL_CRUMB_MERGE_H

#include "model/event_source.h"

/* How many of the body's list are breadcrumbs: objects with at least one member. */
size_t tsn_crumbs_count(tsn_slice own);
/* Appends the body's crumbs and those of all layers, oldest first, without the first `skip`, each
 * with a comma. Equal times: by sequence, then the body's before the layers', then as they stand.
 * Those of the body that carry no usable time are older than all others. */
void tsn_crumbs_write_sorted(const tsn_event_parts *parts, tsn_slice own, size_t skip,
                             const tsn_cuts *cuts, tsn_buf *out);

#endif

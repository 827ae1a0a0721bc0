/* The breadcrumbs of an event: those of the body and of all layers in the order of time, the newest
 * kept (scopes: breadcrumbs of the event; P-31), and the remark in `_meta` about those that are
 * missing. Private to the event_ files. */
#ifndef TSN_MODEL_EVENT_CRUMBS_H
#define TSN_MODEL_EVENT_CRUMBS_H

#include "model/event_source.h"

/* Sets `crumbs_total`. */
tsn_event_writer tsn_event_write_breadcrumbs;
/* The body's `_meta` with the breadcrumbs' remark set or replaced; to be called after the above. */
tsn_event_writer tsn_event_write_meta;

/* Appends the items of a `_meta` object with `total` as the number that there were of the
 * breadcrumbs (0: no remark), each with a comma. */
void tsn_event_write_meta_items(tsn_slice meta, uint64_t total, tsn_buf *out);
/* The number in that remark; 0: there is none. */
uint64_t tsn_event_meta_total(tsn_slice meta);

#endif

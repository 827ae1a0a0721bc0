/* One breadcrumb value: what is filled in, what is cut (scopes: add_breadcrumb; P-31). Pure. */
#ifndef TSN_MODEL_BREADCRUMB_H
#define TSN_MODEL_BREADCRUMB_H

#include "base/buf.h"
#include "base/slice.h"

/* Appends canonical `crumb` with a missing or null timestamp set to `now_us` and a missing or null
 * type set to "default", message and category cut to their limits; `*time_us` is the time it now
 * carries (its own where it can be read, else `now_us`, which then replaces it). An empty object
 * appends nothing and returns false: to be ignored. */
bool tsn_breadcrumb_complete(tsn_slice crumb, int64_t now_us, tsn_buf *out, int64_t *time_us);

#endif

/* One breadcrumb value: what is filled in, what is cut (scopes: add_breadcrumb; P-31). Pure. */
#ifndef TSN_MODEL_BREADCRUMB_H
#define TSN_MODEL_BREADCRUMB_H

#include "base/buf.h"
#include "data/json_normal.h"

/* In canonical `crumb` a missing or null timestamp is set to `now_us` and a missing or null type to
 * "default", message and category are cut to their limits; `*time_us` is the time it now carries
 * (its own where it can be read, else `now_us`, which then replaces it). `places`: of its members,
 * or NULL. An empty object stays as it is and returns false: to be ignored. */
bool tsn_breadcrumb_complete(tsn_buf *crumb, const tsn_json_places *places, int64_t now_us,
                             int64_t *time_us);

#endif

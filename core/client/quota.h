/* How much may be done through restricted handles: so many events, breadcrumbs and bytes of text in
 * a window of time, and so many handles at once. Forks and copies of a handle share its quota; one
 * that is restricted again has a quota inside the first, and what it does has to fit into both.
 * Counted; a leaf lock each, taken one after the other. Any thread. */
#ifndef TSN_CLIENT_QUOTA_H
#define TSN_CLIENT_QUOTA_H

#include <stdbool.h>

#include "base/house.h"
#include "base/slice.h"

typedef enum tsn_quota_item {
    TSN_QUOTA_EVENTS,
    TSN_QUOTA_BREADCRUMBS,
    TSN_QUOTA_BYTES,
    TSN_QUOTA_ITEMS
} tsn_quota_item;

typedef struct tsn_quota_cost {
    uint64_t of[TSN_QUOTA_ITEMS];
} tsn_quota_cost;

typedef struct tsn_quota tsn_quota;

/* `json` is an object with any of `events`, `breadcrumbs`, `bytes`, `handles` (most of each; null
 * or left out: any number) and `window_ms` (60,000 unless given). `outer` may be NULL; a reference
 * is taken. TOCSIN_E_UNKNOWN: another member; TOCSIN_E_TYPE: no integer; TOCSIN_E_RANGE: below 0,
 * or a window of 0; TOCSIN_E_LIMIT: inside too many others; the JSON errors; TOCSIN_E_NOMEM. */
tocsin_status tsn_quota_new(tsn_slice json, tsn_quota *outer, tsn_quota **out);
/* NULL is allowed, here and below: it has no limits. */
tsn_quota *tsn_quota_retain(tsn_quota *quota);
void tsn_quota_release(tsn_quota *quota);

/* False: it does not fit, and nothing was spent. A window begins with the first that is spent after
 * the last one ended. */
bool tsn_quota_spend(tsn_quota *quota, const tsn_quota_cost *cost);
/* One handle more; false: there are too many. */
bool tsn_quota_take_handle(tsn_quota *quota);
void tsn_quota_give_handle(tsn_quota *quota);

#endif

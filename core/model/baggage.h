/* The `sentry-` members of a `baggage` header (T-2), in and out, and the numbers in them. Pure. */
#ifndef TSN_MODEL_BAGGAGE_H
#define TSN_MODEL_BAGGAGE_H

#include "base/buf.h"
#include "base/slice.h"
#include "data/pmap.h"

/* Sets every member of `header` whose key begins with `sentry-` (taken off) in `*members`:
 * percent-decoded, as JSON strings, properties left out, the last of several equal keys; what goes
 * beyond 8192 bytes or 64 members of ours is left out. Absent: none. TOCSIN_OK or TOCSIN_E_NOMEM.
 */
tocsin_status tsn_baggage_read(tsn_slice header, tsn_pmap **members);

/* Appends a header value: the members of `header` (may be absent) that are not `sentry-` ones, as
 * they are, then one of ours for each member of `object`, whose values are JSON strings. Of ours
 * the first are written that fit into the limits (8192 bytes, 64 members). TOCSIN_OK,
 * TOCSIN_E_NOMEM. */
tocsin_status tsn_baggage_append(tsn_buf *out, tsn_slice header, tsn_slice object);

#define TSN_MILLION 1000000u

/* A share between 0 and 1, both included, spelled in decimals with or without exponent, in
 * millionths. */
typedef struct tsn_share {
    uint32_t millionths; /* cut, not rounded */
    bool is_exact;       /* nothing was cut */
} tsn_share;

/* False: not such a number. */
bool tsn_share_parse(tsn_slice text, tsn_share *share);

#endif

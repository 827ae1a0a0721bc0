/* Times as text, always UTC, written from integers (C-3, C-4). */
#ifndef TSN_DATA_STAMP_H
#define TSN_DATA_STAMP_H

#include "base/buf.h"
#include "base/slice.h"

#define TSN_STAMP_US_LEN 27 /* 2026-11-02T09:29:59.871204Z */
#define TSN_STAMP_MS_LEN 24 /* 2026-11-02T09:30:00.250Z */

/* Six decimals. Years 0 to 9999; outside, the nearest of these. */
void tsn_stamp_put_us(char at[TSN_STAMP_US_LEN], int64_t unix_us);
void tsn_stamp_append_us(tsn_buf *out, int64_t unix_us);
/* Three decimals, cut. */
void tsn_stamp_append_ms(tsn_buf *out, int64_t unix_us);
/* RFC 3339 with 'T' or blank, any number of decimals, 'Z' or a numeric offset; or without offset,
 * then UTC. */
bool tsn_stamp_parse(tsn_slice text, int64_t *unix_us);
/* A canonical JSON value: a string as above, or a number of seconds (decimal, exponent allowed),
 * exact to the microsecond where it can be. */
bool tsn_stamp_parse_json(tsn_slice value, int64_t *unix_us);
/* An HTTP date in any of its three forms (RFC 9110, 5.6.7). */
bool tsn_stamp_parse_http(tsn_slice text, int64_t *unix_s);

#endif

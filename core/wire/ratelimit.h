/* Rate limits: what a server's headers forbid, and until when. Pure: both clocks are
 * arguments, so a limit of an hour is tested in no time. A plain value without a lock; all zero
 * means no limit. `now_ms` is monotonic, counts suspend and is not negative. */
#ifndef TSN_WIRE_RATELIMIT_H
#define TSN_WIRE_RATELIMIT_H

#include "base/slice.h"
#include "wire/category.h"

typedef struct tsn_ratelimit {
    int64_t until_ms[TSN_CATEGORY_COUNT]; /* the limit holds while now < until */
    int64_t all_until_ms;
} tsn_ratelimit;

/* The value of X-Sentry-Rate-Limits, several lines joined by commas. Limits only ever grow, to 24 h
 * from `now_ms` at most. True if at least one entry was well-formed, even one without effect: then
 * Retry-After does not count (H-11). An entry is well-formed when it has readable seconds and a
 * category field. */
bool tsn_ratelimit_apply(tsn_ratelimit *limits, tsn_slice header, int64_t now_ms);
/* The value of Retry-After on an answer 429: seconds or an HTTP date, for every category. Absent or
 * unreadable: 60 s. */
void tsn_ratelimit_apply_retry_after(tsn_ratelimit *limits, tsn_slice header, int64_t now_ms,
                                     int64_t unix_us);
/* Whether items of this category have to wait. Client reports (TSN_CATEGORY_INTERNAL) never do. */
bool tsn_ratelimit_blocks(const tsn_ratelimit *limits, tsn_category category, int64_t now_ms);
/* When the last of all limits ends; 0: there was none yet. */
int64_t tsn_ratelimit_last_deadline(const tsn_ratelimit *limits);

#endif

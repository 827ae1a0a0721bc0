/* When to try again after a request had no answer: within a second, then twice as long each time,
 * up to a minute, with full jitter. Pure: time and chance are arguments. All zero: nothing wrong.
 */
#ifndef TSN_IO_BACKOFF_H
#define TSN_IO_BACKOFF_H

#include <stdbool.h>
#include <stdint.h>

#define TSN_BACKOFF_FIRST_MS 1000
#define TSN_BACKOFF_MAX_MS 60000

typedef struct tsn_backoff {
    uint32_t failures; /* in a row */
    int64_t until_ms;
} tsn_backoff;

/* `begun_after`: what `failures` was when the request was started. Requests that were under way
 * together fail together: only the first of them counts. `chance` in [0, 1). */
void tsn_backoff_fail(tsn_backoff *backoff, uint32_t begun_after, int64_t now_ms, double chance);
void tsn_backoff_reset(tsn_backoff *backoff);
bool tsn_backoff_holds(const tsn_backoff *backoff, int64_t now_ms);

#endif

/* Full jitter: a thousand clients that lost one server do not come back in the same instant. */
#include "io/backoff.h"

static int64_t longest(uint32_t failures)
{
    int64_t delay_ms = TSN_BACKOFF_FIRST_MS;
    while (--failures > 0 && delay_ms < TSN_BACKOFF_MAX_MS) delay_ms *= 2;
    return delay_ms < TSN_BACKOFF_MAX_MS ? delay_ms : TSN_BACKOFF_MAX_MS;
}

void tsn_backoff_fail(tsn_backoff *backoff, uint32_t begun_after, int64_t now_ms, double chance)
{
    if (begun_after != backoff->failures) return;
    backoff->failures++;
    backoff->until_ms = now_ms + (int64_t)((double)longest(backoff->failures) * chance);
}

void tsn_backoff_reset(tsn_backoff *backoff)
{
    *backoff = (tsn_backoff){.until_ms = 0};
}

bool tsn_backoff_holds(const tsn_backoff *backoff, int64_t now_ms)
{
    return now_ms < backoff->until_ms;
}

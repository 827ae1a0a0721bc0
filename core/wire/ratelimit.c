/* A header is read entry by entry, each on its own, and becomes deadlines on the monotonic clock.
 * Reading is generous where the meaning is plain and skips the rest; a limit only ever moves a
 * deadline back, never forward. */
#include "wire/ratelimit.h"

#include "base/house.h"
#include "data/stamp.h"

#define SECONDS_MAX (INT64_C(24) * 60 * 60)
#define SECONDS_DEFAULT INT64_C(60)
#define MS_PER_S INT64_C(1000)
#define US_PER_MS INT64_C(1000)

static void extend(int64_t *until_ms, int64_t deadline_ms)
{
    if (*until_ms < deadline_ms) *until_ms = deadline_ms;
}

static int64_t deadline_in(int64_t delay_ms, int64_t now_ms)
{
    if (delay_ms > SECONDS_MAX * MS_PER_S) delay_ms = SECONDS_MAX * MS_PER_S;
    return delay_ms > INT64_MAX - now_ms ? INT64_MAX : now_ms + delay_ms;
}

static bool are_digits(tsn_slice text)
{
    for (size_t i = 0; i < text.len; i++) {
        if (text.data[i] < '0' || text.data[i] > '9') return false;
    }
    return true;
}

static bool has_non_zero(tsn_slice digits)
{
    for (size_t i = 0; i < digits.len; i++) {
        if (digits.data[i] != '0') return true;
    }
    return false;
}

/* "60" or "1.2", which rounds up; what is too large for anything is the longest limit.
 */
static bool parse_seconds(tsn_slice text, int64_t *seconds)
{
    tsn_slice fraction = tsn_slice_trim(text);
    tsn_slice whole = tsn_slice_split(&fraction, '.');
    if (whole.len + fraction.len == 0 || !are_digits(whole) || !are_digits(fraction)) return false;
    uint64_t value = 0;
    if (whole.len > 0 && !tsn_slice_to_u64(whole, &value)) value = (uint64_t)SECONDS_MAX;
    if (value > (uint64_t)SECONDS_MAX) value = (uint64_t)SECONDS_MAX;
    *seconds = (int64_t)value + has_non_zero(fraction);
    return true;
}

/* Known names alone; none known means no effect, which is not the same as no names. Metric
 * buckets are never sent, so their limits, with their namespaces, would only make it look as if
 * something were held back. */
static void limit_categories(tsn_ratelimit *limits, tsn_slice categories, int64_t deadline_ms)
{
    while (!tsn_slice_absent(categories)) {
        tsn_slice name = tsn_slice_trim(tsn_slice_split(&categories, ';'));
        tsn_category category;
        bool is_known = tsn_category_find(name, &category);
        if (!is_known || category == TSN_CATEGORY_METRIC_BUCKET) continue;
        extend(&limits->until_ms[category], deadline_ms);
    }
}

/* seconds:categories[:scope[:reason[:...]]]; only the first two fields matter. False: not
 * well-formed. */
static bool apply_entry(tsn_ratelimit *limits, tsn_slice entry, int64_t now_ms)
{
    int64_t seconds;
    tsn_slice rest = entry;
    if (!parse_seconds(tsn_slice_split(&rest, ':'), &seconds)) return false;
    if (tsn_slice_absent(rest)) return false;
    tsn_slice categories = tsn_slice_trim(tsn_slice_split(&rest, ':'));
    int64_t deadline_ms = deadline_in(seconds * MS_PER_S, now_ms);
    if (categories.len == 0) {
        extend(&limits->all_until_ms, deadline_ms);
    } else {
        limit_categories(limits, categories, deadline_ms);
    }
    return true;
}

bool tsn_ratelimit_apply(tsn_ratelimit *limits, tsn_slice header, int64_t now_ms)
{
    bool is_any_good = false;
    while (!tsn_slice_absent(header)) {
        is_any_good |= apply_entry(limits, tsn_slice_split(&header, ','), now_ms);
    }
    return is_any_good;
}

/* Milliseconds from now of a Retry-After; the default if it says nothing readable. */
static int64_t parse_retry_after(tsn_slice header, int64_t unix_us)
{
    int64_t seconds;
    int64_t unix_s;
    if (parse_seconds(header, &seconds)) return seconds * MS_PER_S;
    if (!tsn_stamp_parse_http(header, &unix_s)) return SECONDS_DEFAULT * MS_PER_S;
    int64_t delay_ms = unix_s * MS_PER_S - unix_us / US_PER_MS;
    return delay_ms > 0 ? delay_ms : 0;
}

void tsn_ratelimit_apply_retry_after(tsn_ratelimit *limits, tsn_slice header, int64_t now_ms,
                                     int64_t unix_us)
{
    int64_t delay_ms = parse_retry_after(header, unix_us);
    extend(&limits->all_until_ms, deadline_in(delay_ms, now_ms));
}

bool tsn_ratelimit_blocks(const tsn_ratelimit *limits, tsn_category category, int64_t now_ms)
{
    TSN_ASSERT((unsigned)category < TSN_CATEGORY_COUNT);
    if (category == TSN_CATEGORY_INTERNAL) return false;
    return now_ms < limits->all_until_ms || now_ms < limits->until_ms[category];
}

int64_t tsn_ratelimit_last_deadline(const tsn_ratelimit *limits)
{
    int64_t last = limits->all_until_ms;
    for (size_t i = 0; i < TSN_CATEGORY_COUNT; i++) {
        if (limits->until_ms[i] > last) last = limits->until_ms[i];
    }
    return last;
}

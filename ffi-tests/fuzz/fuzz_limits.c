/* What a server says about rates, in both headers: a limit never lies more than a day ahead, and
 * applying a header again never shortens one. The first line is one header, the rest the other. */
#include "fuzz.h"
#include "wire/ratelimit.h"

#define DAY_MS INT64_C(86400000)
#define NOW_MS INT64_C(1000000)
#define UNIX_US INT64_C(1794960000000000)

static void check_bounds(const tsn_ratelimit *limits)
{
    FUZZ_CHECK(limits->all_until_ms <= NOW_MS + DAY_MS);
    for (int i = 0; i < TSN_CATEGORY_COUNT; i++) {
        FUZZ_CHECK(limits->until_ms[i] <= NOW_MS + DAY_MS);
    }
    FUZZ_CHECK(tsn_ratelimit_last_deadline(limits) <= NOW_MS + DAY_MS);
    FUZZ_CHECK(!tsn_ratelimit_blocks(limits, TSN_CATEGORY_INTERNAL, NOW_MS));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    tsn_slice rest = {(const char *)data, size};
    tsn_slice first = size == 0 ? rest : tsn_slice_split(&rest, '\n');
    tsn_ratelimit limits = {{0}, 0};
    tsn_ratelimit_apply(&limits, first, NOW_MS);
    check_bounds(&limits);
    tsn_ratelimit_apply_retry_after(&limits, rest, NOW_MS, UNIX_US);
    check_bounds(&limits);
    tsn_ratelimit before = limits;
    tsn_ratelimit_apply(&limits, first, NOW_MS);
    for (int i = 0; i < TSN_CATEGORY_COUNT; i++) {
        FUZZ_CHECK(limits.until_ms[i] == before.until_ms[i]);
    }
    return 0;
}

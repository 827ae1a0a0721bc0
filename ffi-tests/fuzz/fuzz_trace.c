/* Incoming trace headers, a line each: sentry-trace, baggage, traceparent. Whatever they are, there
 * is a whole trace afterwards or none, and what it writes is read back as the same trace. */
#include <string.h>

#include "fuzz.h"
#include "model/propagation_continue.h"

static const uint8_t seed[TSN_PROPAGATION_RANDOM] = {1, 2, 3, 4, 5, 6, 7, 8};
static const tsn_trace_rules rules = {{NULL, 0}, false};

static tsn_slice next_line(tsn_slice *rest)
{
    return tsn_slice_absent(*rest) ? TSN_SLICE_ABSENT : tsn_slice_split(rest, '\n');
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    tsn_slice rest = {size == 0 ? "" : (const char *)data, size};
    tsn_trace_incoming incoming;
    tsn_propagation *trace = NULL;
    tsn_buf context = TSN_BUF_EMPTY;
    incoming.sentry_trace = next_line(&rest);
    incoming.baggage = next_line(&rest);
    incoming.traceparent = next_line(&rest);
    tocsin_status st = tsn_propagation_continue(&incoming, &rules, seed, &trace);
    FUZZ_CHECK(st == TOCSIN_OK || st == TOCSIN_DISABLED);
    FUZZ_CHECK((st == TOCSIN_OK) == (trace != NULL));
    if (trace != NULL) {
        tsn_propagation_append_context(trace, &context);
        FUZZ_CHECK(trace->sample_rand < 1000000);
        FUZZ_CHECK(trace->parent_sampled >= -1 && trace->parent_sampled <= 1);
        tsn_propagation_release(trace);
    }
    tsn_buf_fini(&context);
    return 0;
}

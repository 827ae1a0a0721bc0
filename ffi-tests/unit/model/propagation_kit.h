/* What the tests of traces share: traces with known random bytes. */
#ifndef TSN_UNIT_MODEL_PROPAGATION_KIT_H
#define TSN_UNIT_MODEL_PROPAGATION_KIT_H

#include "support.h"

#include "base/alloc.h"
#include "base/house.h"
#include "model/propagation_continue.h"

#include <stdio.h>

#define TRACE "b7c4e1f0a9d34c62851f0e7d3a6b9c28"
#define SPAN "c1d2e3f4a5b60718"
#define HEADER TRACE "-" SPAN

/* Random bytes whose sampling draw is `draw` of 2^32. */
static inline void fill_random(uint8_t random[TSN_PROPAGATION_RANDOM], uint32_t draw)
{
    memset(random, 0xab, TSN_PROPAGATION_RANDOM);
    memcpy(random + 24, &draw, sizeof draw);
}

static inline tsn_propagation *start(uint32_t draw)
{
    uint8_t random[TSN_PROPAGATION_RANDOM];
    fill_random(random, draw);
    tsn_propagation *propagation = tsn_propagation_new(random);
    ck_assert_ptr_nonnull(propagation);
    return propagation;
}

static inline tocsin_status try_follow(tsn_trace_incoming incoming, tsn_trace_rules rules,
                                       tsn_propagation **out)
{
    uint8_t random[TSN_PROPAGATION_RANDOM];
    fill_random(random, 0x80000000U);
    return tsn_propagation_continue(&incoming, &rules, random, out);
}

static inline tsn_propagation *follow(const char *trace, const char *baggage, uint32_t draw)
{
    uint8_t random[TSN_PROPAGATION_RANDOM];
    fill_random(random, draw);
    tsn_trace_incoming incoming = {tsn_slice_of(trace), tsn_slice_of(baggage), TSN_SLICE_ABSENT};
    tsn_trace_rules rules = {TSN_SLICE_ABSENT, false};
    tsn_propagation *propagation;
    ck_assert_int_eq(tsn_propagation_continue(&incoming, &rules, random, &propagation), TOCSIN_OK);
    return propagation;
}

static inline void expect_context(const tsn_propagation *propagation, const char *want)
{
    tsn_buf out = TSN_BUF_EMPTY;
    tsn_propagation_append_context(propagation, &out);
    unit_expect_buf(&out, want);
    tsn_buf_fini(&out);
}

#endif

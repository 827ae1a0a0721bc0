/* Traces from incoming headers (T-1 to T-3, T-10, T-22, T-24). */
#include "propagation_kit.h"

typedef struct header_case {
    const char *header;
    int sampled; /* 2: ignored as a whole */
} header_case;

static const header_case headers[] = {
    {HEADER "-1", 1},
    {HEADER "-0", 0},
    {HEADER, -1},
    {"  " HEADER "-1\t", 1},
    {"B7C4E1F0A9D34C62851F0E7D3A6B9C28-C1D2E3F4A5B60718-1", 1},
    {"1", 2},
    {"-1", 2},
    {"", 2},
    {HEADER "-2", 2},
    {HEADER "-", 2},
    {HEADER "-11", 2},
    {HEADER "-1-1", 2},
    {HEADER "1", 2},
    {TRACE "-", 2},
    {TRACE, 2},
    {"7c4e1f0a9d34c62851f0e7d3a6b9c28-" SPAN "-1", 2},
    {"0" HEADER, 2},
    {TRACE "-1d2e3f4a5b60718-1", 2},
    {"g7c4e1f0a9d34c62851f0e7d3a6b9c28-" SPAN, 2},
    {"00000000000000000000000000000000-" SPAN "-1", 2},
    {TRACE "-0000000000000000-1", 2},
    {"b7c4e1f0-a9d3-4c62-851f-0e7d3a6b9c28-" SPAN, 2},
};

START_TEST(a_trace_header_is_followed_or_ignored_as_a_whole) /* T-1 */
{
    const tsn_trace_rules rules = {TSN_SLICE_ABSENT, false};
    for (size_t i = 0; i < TSN_ARRAY_LEN(headers); i++) {
        tsn_propagation *propagation;
        tsn_trace_incoming incoming = {.sentry_trace = unit_slice(headers[i].header),
                                       .baggage = TSN_LIT("sentry-release=1")};
        tocsin_status st = try_follow(incoming, rules, &propagation);
        bool is_ignored = headers[i].sampled == 2;
        ck_assert_msg(st == (is_ignored ? TOCSIN_DISABLED : TOCSIN_OK), "%s", headers[i].header);
        ck_assert_int_eq(propagation == NULL, is_ignored);
        if (is_ignored) continue;
        ck_assert_int_eq(propagation->parent_sampled, headers[i].sampled);
        expect_context(propagation, "{\"trace_id\":\"" TRACE "\",\"span_id\":\"abababababababab\","
                                    "\"parent_span_id\":\"" SPAN "\"}");
        tsn_propagation_release(propagation);
    }
}
END_TEST

START_TEST(an_absent_trace_header_continues_nothing) /* T-1 */
{
    tsn_propagation *propagation;
    tsn_trace_incoming incoming = {.baggage = TSN_LIT("sentry-a=1")};
    tsn_trace_rules rules = {TSN_SLICE_ABSENT, false};
    ck_assert_int_eq(try_follow(incoming, rules, &propagation), TOCSIN_DISABLED);
    ck_assert_ptr_null(propagation);
}
END_TEST

static const header_case traceparents[] = {
    {"00-" HEADER "-01", 1},
    {" 00-" HEADER "-00 ", 0},
    {"00-" HEADER "-ff", 1},
    {"00-" HEADER "-fe", 0},
    {"cc-" HEADER "-01", 1},
    {"cc-" HEADER "-01-what-comes-later", 1},
    {"00-" HEADER "-01-", 2},
    {"00-" HEADER "-01-more", 2},
    {"ff-" HEADER "-01", 2},
    {"00-" HEADER, 2},
    {"00-" HEADER "-", 2},
    {"00-" HEADER "-1", 2},
    {"00-" HEADER "-001", 2},
    {"00-" HEADER "-0x", 2},
    {"00-" HEADER "-0G", 2},
    {"0-" HEADER "-01", 2},
    {"-" HEADER "-01", 2},
    {HEADER "-01", 2},
    {"00-" TRACE "-01", 2},
    {"00-00000000000000000000000000000000-" SPAN "-01", 2},
    {"00-" TRACE "-0000000000000000-01", 2},
    {"", 2},
    {"00-" HEADER "-01,00-" HEADER "-01", 2},
};

START_TEST(a_traceparent_is_followed_where_it_is_the_only_header) /* T-3 */
{
    const tsn_trace_rules rules = {TSN_SLICE_ABSENT, false};
    for (size_t i = 0; i < TSN_ARRAY_LEN(traceparents); i++) {
        tsn_propagation *propagation;
        tsn_trace_incoming incoming = {.traceparent = unit_slice(traceparents[i].header),
                                       .baggage = TSN_LIT("sentry-x=y")};
        tocsin_status st = try_follow(incoming, rules, &propagation);
        bool is_ignored = traceparents[i].sampled == 2;
        ck_assert_msg(st == (is_ignored ? TOCSIN_DISABLED : TOCSIN_OK), "%s",
                      traceparents[i].header);
        if (is_ignored) continue;
        ck_assert_int_eq(propagation->parent_sampled, traceparents[i].sampled);
        expect_context(propagation, "{\"trace_id\":\"" TRACE "\",\"span_id\":\"abababababababab\","
                                    "\"parent_span_id\":\"" SPAN "\"}");
        unit_expect_text(tsn_fragment_slice(propagation->dsc),
                         "{\"x\":\"y\",\"sample_rand\":\"0.500000\"}");
        tsn_propagation_release(propagation);
    }
}
END_TEST

START_TEST(an_unusable_sentry_trace_hides_a_traceparent) /* T-3 */
{
    static const char *const unusable[] = {"", "1", HEADER "-2"};
    const tsn_trace_rules rules = {TSN_SLICE_ABSENT, false};
    for (size_t i = 0; i < TSN_ARRAY_LEN(unusable); i++) {
        tsn_propagation *propagation;
        tsn_trace_incoming incoming = {.sentry_trace = unit_slice(unusable[i]),
                                       .traceparent = TSN_LIT("00-" HEADER "-01")};
        ck_assert_int_eq(try_follow(incoming, rules, &propagation), TOCSIN_DISABLED);
    }
}
END_TEST

typedef struct org_case {
    const char *baggage;
    const char *own; /* JSON; NULL: not known */
    bool is_followed;
    bool is_followed_strictly;
} org_case;

static const org_case orgs[] = {
    {"sentry-org_id=1", "\"1\"", true, true},
    {NULL, NULL, true, true},
    {"sentry-a=b", NULL, true, true},
    {"sentry-org_id=1", NULL, true, false},
    {NULL, "\"1\"", true, false},
    {"sentry-org_id=", "\"1\"", true, false},
    {"sentry-org_id=", NULL, true, true},
    {"sentry-org_id=2", "\"1\"", false, false},
    {"org_id=2", "\"1\"", true, false},
    {"sentry-org_id=11", "\"1\"", false, false},
    {"sentry-org_id=1,sentry-org_id=2", "\"1\"", false, false},
};

START_TEST(a_trace_of_another_organisation_is_not_followed) /* T-10 */
{
    for (size_t i = 0; i < TSN_ARRAY_LEN(orgs) * 2; i++) {
        const org_case *one = &orgs[i / 2];
        tsn_trace_rules rules = {tsn_slice_of(one->own), i % 2 == 1};
        bool is_followed = i % 2 == 1 ? one->is_followed_strictly : one->is_followed;
        tsn_propagation *propagation;
        tsn_trace_incoming incoming = {TSN_LIT(HEADER "-1"), tsn_slice_of(one->baggage),
                                       TSN_SLICE_ABSENT};
        tocsin_status st = try_follow(incoming, rules, &propagation);
        ck_assert_msg(st == (is_followed ? TOCSIN_OK : TOCSIN_DISABLED), "%s and %s, strict %d",
                      one->baggage, one->own, (int)(i % 2));
        ck_assert_int_eq(propagation != NULL, is_followed);
        tsn_propagation_release(propagation);
    }
}
END_TEST

typedef struct frozen_case {
    const char *baggage;
    const char *dsc;
    uint32_t sample_rand;
} frozen_case;

/* The draw of each is one half. */
static const frozen_case frozen[] = {
    {NULL, "{}", 500000},
    {"foreign=1", "{}", 500000},
    {"sentry-sample_rand=0.118204,sentry-x=y", "{\"sample_rand\":\"0.118204\",\"x\":\"y\"}",
     118204},
    {"sentry-sample_rand=0.1182049", "{\"sample_rand\":\"0.1182049\"}", 118204},
    {"sentry-sample_rand=0", "{\"sample_rand\":\"0\"}", 0},
    {"sentry-x=y", "{\"x\":\"y\",\"sample_rand\":\"0.500000\"}", 500000},
    {"sentry-sample_rand=1", "{\"sample_rand\":\"0.500000\"}", 500000},
    {"sentry-sample_rand=-0.1,sentry-x=y", "{\"sample_rand\":\"0.500000\",\"x\":\"y\"}", 500000},
    {"sentry-sample_rand=abc", "{\"sample_rand\":\"0.500000\"}", 500000},
};

START_TEST(incoming_members_are_frozen_and_a_missing_draw_is_filled_in) /* T-22, T-24 */
{
    for (size_t i = 0; i < TSN_ARRAY_LEN(frozen); i++) {
        tsn_propagation *propagation = follow(HEADER, frozen[i].baggage, 0x80000000U);
        unit_expect_text(tsn_fragment_slice(propagation->dsc), frozen[i].dsc);
        ck_assert_uint_eq(propagation->sample_rand, frozen[i].sample_rand);
        tsn_propagation_release(propagation);
    }
}
END_TEST

typedef struct range_case {
    const char *flag;
    const char *rate;
    uint32_t least;
    uint32_t most;
} range_case;

static const range_case ranges[] = {
    {"-1", "0.25", 0, 249999},
    {"-0", "0.25", 250000, 999999},
    {"", "0.25", 0, 999999},
    {"-1", "0.29", 0, 289999},
    {"-0", "0.29", 290000, 999999},
    {"-1", "0.2500001", 0, 250000},
    {"-0", "0.2500001", 250001, 999999},
    {"-1", "1", 0, 999999},
    {"-0", "1", 999999, 999999},
    {"-0", "0.9999999", 999999, 999999},
    {"-1", "0", 0, 0},
    {"-0", "0.0", 0, 999999},
    {"-1", "1e-06", 0, 0},
    {"-0", "1e-06", 1, 999999},
    {"-1", "1.5", 0, 999999},
    {"-1", "nan", 0, 999999},
};

START_TEST(a_missing_draw_agrees_with_the_incoming_decision) /* T-22 */
{
    for (size_t i = 0; i < TSN_ARRAY_LEN(ranges); i++) {
        char header[64];
        char baggage[64];
        snprintf(header, sizeof header, "%s%s", HEADER, ranges[i].flag);
        snprintf(baggage, sizeof baggage, "sentry-sample_rate=%s", ranges[i].rate);
        tsn_propagation *least = follow(header, baggage, 0);
        tsn_propagation *most = follow(header, baggage, UINT32_MAX);
        ck_assert_msg(least->sample_rand == ranges[i].least && most->sample_rand == ranges[i].most,
                      "%s %s: %u to %u", ranges[i].flag, ranges[i].rate, least->sample_rand,
                      most->sample_rand);
        tsn_propagation_release(least);
        tsn_propagation_release(most);
    }
}
END_TEST

START_TEST(no_memory_is_told_and_leaks_nothing)
{
    const tsn_trace_rules rules = {TSN_SLICE_ABSENT, false};
    const tsn_trace_incoming incoming = {TSN_LIT(HEADER), TSN_LIT("sentry-a=1,sentry-b=2"),
                                         TSN_SLICE_ABSENT};
    for (unsigned nth = 1;; nth++) {
        tsn_alloc_track(true);
        tsn_propagation *propagation;
        tsn_alloc_fail_nth(nth, false);
        tocsin_status st = try_follow(incoming, rules, &propagation);
        bool did_fail = tsn_alloc_did_fail();
        tsn_alloc_fail_nth(0, false);
        ck_assert_int_eq(st, did_fail ? TOCSIN_E_NOMEM : TOCSIN_OK);
        ck_assert_int_eq(propagation == NULL, did_fail);
        tsn_propagation_release(propagation);
        ck_assert_int_eq(tsn_alloc_live(), 0);
        if (!did_fail) break;
    }
}
END_TEST

Suite *unit_suite(void)
{
    const TTest *const tests[] = {
        a_trace_header_is_followed_or_ignored_as_a_whole,
        an_absent_trace_header_continues_nothing,
        a_traceparent_is_followed_where_it_is_the_only_header,
        an_unusable_sentry_trace_hides_a_traceparent,
        a_trace_of_another_organisation_is_not_followed,
        incoming_members_are_frozen_and_a_missing_draw_is_filled_in,
        a_missing_draw_agrees_with_the_incoming_decision,
        no_memory_is_told_and_leaks_nothing,
    };
    return unit_suite_of("model/propagation_continue", tests, TSN_ARRAY_LEN(tests));
}

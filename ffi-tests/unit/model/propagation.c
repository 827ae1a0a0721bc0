/* Traces: new, continued, and what goes out (T-1, T-2, T-10, T-11, T-22 to T-25). */
#include "support.h"

#include "base/alloc.h"
#include "base/house.h"
#include "model/propagation.h"

#include <stdio.h>

#define TRACE "b7c4e1f0a9d34c62851f0e7d3a6b9c28"
#define SPAN "c1d2e3f4a5b60718"
#define HEADER TRACE "-" SPAN

/* Random bytes whose sampling draw is `draw` of 2^32. */
static void fill_random(uint8_t random[TSN_PROPAGATION_RANDOM], uint32_t draw)
{
    memset(random, 0xab, TSN_PROPAGATION_RANDOM);
    memcpy(random + 24, &draw, sizeof draw);
}

static tsn_propagation *start(uint32_t draw)
{
    uint8_t random[TSN_PROPAGATION_RANDOM];
    fill_random(random, draw);
    tsn_propagation *propagation = tsn_propagation_new(random);
    ck_assert_ptr_nonnull(propagation);
    return propagation;
}

static tsn_propagation *follow(const char *trace, const char *baggage, uint32_t draw)
{
    uint8_t random[TSN_PROPAGATION_RANDOM];
    fill_random(random, draw);
    tsn_propagation *propagation;
    ck_assert_int_eq(
        tsn_propagation_continue(tsn_slice_of(trace), tsn_slice_of(baggage), random, &propagation),
        TOCSIN_OK);
    return propagation;
}

static void expect_context(const tsn_propagation *propagation, const char *want)
{
    tsn_buf out = TSN_BUF_EMPTY;
    tsn_propagation_append_context(propagation, &out);
    unit_expect_buf(&out, want);
    tsn_buf_fini(&out);
}

START_TEST(a_new_trace_has_ids_and_a_draw_but_no_parent) /* T-10, T-11 */
{
    tsn_propagation *propagation = start(0x80000000U);
    expect_context(propagation, "{\"trace_id\":\"abababababab4babababababababab"
                                "ab\","
                                "\"span_id\":\"abababababababab\"}");
    ck_assert_int_eq(propagation->parent_sampled, -1);
    ck_assert_uint_eq(propagation->sample_rand, 500000);
    ck_assert_ptr_null(propagation->dsc);
    ck_assert_ptr_eq(tsn_propagation_retain(propagation), propagation);
    tsn_propagation_release(propagation);
    tsn_propagation_release(propagation);
    tsn_propagation_release(NULL);
    ck_assert_ptr_null(tsn_propagation_retain(NULL));
}
END_TEST

START_TEST(a_draw_never_reaches_one) /* T-22 */
{
    static const uint32_t draws[][2] = {{0, 0}, {4294, 0}, {4295, 1}, {UINT32_MAX, 999999}};
    for (size_t i = 0; i < TSN_ARRAY_LEN(draws); i++) {
        tsn_propagation *propagation = start(draws[i][0]);
        ck_assert_uint_eq(propagation->sample_rand, draws[i][1]);
        tsn_propagation_release(propagation);
    }
}
END_TEST

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
    uint8_t random[TSN_PROPAGATION_RANDOM];
    fill_random(random, 0);
    for (size_t i = 0; i < TSN_ARRAY_LEN(headers); i++) {
        tsn_propagation *propagation;
        tocsin_status st = tsn_propagation_continue(
            unit_slice(headers[i].header), TSN_LIT("sentry-release=1"), random, &propagation);
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
    uint8_t random[TSN_PROPAGATION_RANDOM];
    fill_random(random, 0);
    tsn_propagation *propagation;
    ck_assert_int_eq(
        tsn_propagation_continue(TSN_SLICE_ABSENT, TSN_LIT("sentry-a=1"), random, &propagation),
        TOCSIN_DISABLED);
    ck_assert_ptr_null(propagation);
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

/* `want` NULL: no header. */
static void expect_dsc(const tsn_propagation *propagation, const tsn_dsc_source *source,
                       const char *want)
{
    tsn_buf out = TSN_BUF_EMPTY;
    TSN_BUF_LIT(&out, "x:");
    bool has = tsn_propagation_append_dsc(propagation, source, &out);
    ck_assert_int_eq(has, want != NULL);
    unit_expect_text(tsn_slice_sub(tsn_buf_view(&out), 2, out.len), want == NULL ? "" : want);
    tsn_buf_fini(&out);
}

START_TEST(an_own_trace_takes_its_context_from_the_client) /* T-11, T-23, T-25 */
{
    tsn_propagation *propagation = follow(HEADER, NULL, 0);
    tsn_fragment_release(propagation->dsc);
    propagation->dsc = NULL;
    propagation->sample_rand = 42;
    tsn_dsc_source source = {.public_key = TSN_LIT("\"key\"")};
    expect_dsc(propagation, &source,
               "{\"trace_id\":\"" TRACE "\",\"public_key\":\"key\",\"sample_rand\":\"0.000042\"}");
    source.release = TSN_LIT("\"shop@1\"");
    source.environment = TSN_LIT("\"live\"");
    source.org_id = TSN_LIT("\"9\"");
    expect_dsc(propagation, &source,
               "{\"trace_id\":\"" TRACE "\",\"public_key\":\"key\",\"release\":\"shop@1\","
               "\"environment\":\"live\",\"org_id\":\"9\",\"sample_rand\":\"0.000042\"}");
    source.public_key = TSN_SLICE_ABSENT;
    expect_dsc(propagation, &source, NULL);
    tsn_propagation_release(propagation);
}
END_TEST

START_TEST(a_continued_trace_hands_on_what_it_came_with) /* T-24, T-25 */
{
    tsn_dsc_source source = {.public_key = TSN_LIT("\"own\""), .release = TSN_LIT("\"own\"")};
    tsn_propagation *whole = follow(
        HEADER, "sentry-trace_id=" TRACE ",sentry-public_key=theirs,sentry-sample_rand=0.1", 0);
    expect_dsc(whole, &source,
               "{\"trace_id\":\"" TRACE "\",\"public_key\":\"theirs\",\"sample_rand\":\"0.1\"}");
    tsn_propagation_release(whole);

    static const char *const lacking[] = {NULL, "sentry-trace_id=" TRACE, "sentry-public_key=k"};
    for (size_t i = 0; i < TSN_ARRAY_LEN(lacking); i++) {
        tsn_propagation *propagation = follow(HEADER, lacking[i], 0);
        expect_dsc(propagation, &source, NULL);
        tsn_propagation_release(propagation);
    }
}
END_TEST

START_TEST(no_memory_is_told_and_leaks_nothing)
{
    uint8_t random[TSN_PROPAGATION_RANDOM];
    fill_random(random, 1);
    for (unsigned nth = 1;; nth++) {
        tsn_alloc_track(true);
        tsn_propagation *propagation;
        tsn_alloc_fail_nth(nth, false);
        tocsin_status st = tsn_propagation_continue(
            TSN_LIT(HEADER), TSN_LIT("sentry-a=1,sentry-b=2"), random, &propagation);
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
        a_new_trace_has_ids_and_a_draw_but_no_parent,
        a_draw_never_reaches_one,
        a_trace_header_is_followed_or_ignored_as_a_whole,
        an_absent_trace_header_continues_nothing,
        incoming_members_are_frozen_and_a_missing_draw_is_filled_in,
        a_missing_draw_agrees_with_the_incoming_decision,
        an_own_trace_takes_its_context_from_the_client,
        a_continued_trace_hands_on_what_it_came_with,
        no_memory_is_told_and_leaks_nothing,
    };
    return unit_suite_of("model/propagation", tests, TSN_ARRAY_LEN(tests));
}

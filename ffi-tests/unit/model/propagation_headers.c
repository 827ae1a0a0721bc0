/* Traces as outgoing headers (T-2, T-3, T-11, T-24). */
#include "propagation_kit.h"

#include "model/propagation_headers.h"

static const tsn_dsc_source source = {
    .public_key = TSN_LIT_INIT("\"key\""),
    .release = TSN_LIT_INIT("\"shop@1\""),
    .environment = TSN_LIT_INIT("\"live\""),
};

#define OWN_TRACE                                                                                  \
    "abababababab4babababababababab"                                                               \
    "ab"
#define OWN_SPAN "abababababababab"

static void expect_ids(const tsn_propagation *propagation, const char *sentry_trace,
                       const char *traceparent)
{
    tsn_buf out = TSN_BUF_EMPTY;
    tsn_propagation_append_sentry_trace(propagation, &out);
    unit_expect_buf(&out, sentry_trace);
    tsn_buf_clear(&out);
    tsn_propagation_append_traceparent(propagation, &out);
    unit_expect_buf(&out, traceparent);
    tsn_buf_fini(&out);
}

START_TEST(a_decision_goes_out_as_it_came_in) /* T-3, T-11 */
{
    static const char *const flags[][3] = {{"", "", "00"}, {"-0", "-0", "00"}, {"-1", "-1", "01"}};
    for (size_t i = 0; i < TSN_ARRAY_LEN(flags); i++) {
        char header[64], want[64], traceparent[64];
        snprintf(header, sizeof header, "%s%s", HEADER, flags[i][0]);
        snprintf(want, sizeof want, "%s-%s%s", TRACE, OWN_SPAN, flags[i][1]);
        snprintf(traceparent, sizeof traceparent, "00-%s-%s-%s", TRACE, OWN_SPAN, flags[i][2]);
        tsn_propagation *propagation = follow(header, NULL, 0);
        expect_ids(propagation, want, traceparent);
        tsn_propagation_release(propagation);
    }
}
END_TEST

START_TEST(a_new_trace_goes_out_without_a_decision) /* T-11 */
{
    tsn_propagation *propagation = start(0);
    expect_ids(propagation, OWN_TRACE "-" OWN_SPAN, "00-" OWN_TRACE "-" OWN_SPAN "-00");
    tsn_propagation_release(propagation);
}
END_TEST

static void expect_baggage(const tsn_propagation *propagation, const tsn_dsc_source *from,
                           const char *own, const char *want)
{
    tsn_buf out = TSN_BUF_EMPTY;
    ck_assert_int_eq(tsn_propagation_append_baggage(propagation, from, tsn_slice_of(own), &out),
                     TOCSIN_OK);
    unit_expect_buf(&out, want);
    tsn_buf_fini(&out);
}

START_TEST(an_own_trace_names_the_client) /* T-11, T-23 */
{
    tsn_propagation *propagation = start(0);
    expect_baggage(propagation, &source, "a=1",
                   "a=1,sentry-trace_id=" OWN_TRACE ",sentry-public_key=key,"
                   "sentry-release=shop%401,sentry-environment=live,sentry-sample_rand=0.000000");
    const tsn_dsc_source nothing = {.release = TSN_LIT("\"shop@1\"")};
    expect_baggage(propagation, &nothing, "a=1", "a=1");
    expect_baggage(propagation, &nothing, NULL, "");
    tsn_propagation_release(propagation);
}
END_TEST

START_TEST(a_continued_trace_passes_on_its_own_members_alone) /* T-2, T-24 */
{
    static const char *const incoming[][2] = {
        {"sentry-release=theirs,sentry-new%20one=%2C%3B,foreign=1",
         "sentry-release=theirs,sentry-new%20one=%2C%3B,sentry-sample_rand=0.500000"},
        {"sentry-sample_rand=0.25,sentry-x=1", "sentry-sample_rand=0.25,sentry-x=1"},
        {"foreign=1", ""},
        {NULL, ""},
    };
    for (size_t i = 0; i < TSN_ARRAY_LEN(incoming); i++) {
        tsn_propagation *propagation = follow(HEADER "-1", incoming[i][0], 0x80000000U);
        expect_baggage(propagation, &source, NULL, incoming[i][1]);
        tsn_propagation_release(propagation);
    }
}
END_TEST

START_TEST(no_memory_is_told_and_leaks_nothing)
{
    for (unsigned nth = 1;; nth++) {
        tsn_alloc_track(true);
        tsn_propagation *propagation = start(0);
        tsn_buf out = TSN_BUF_EMPTY;
        tsn_alloc_fail_nth(nth, false);
        tocsin_status st =
            tsn_propagation_append_baggage(propagation, &source, TSN_LIT("a=1"), &out);
        bool did_fail = tsn_alloc_did_fail();
        tsn_alloc_fail_nth(0, false);
        ck_assert_int_eq(st, did_fail ? TOCSIN_E_NOMEM : TOCSIN_OK);
        tsn_buf_fini(&out);
        tsn_propagation_release(propagation);
        ck_assert_int_eq(tsn_alloc_live(), 0);
        if (!did_fail) break;
    }
}
END_TEST

Suite *unit_suite(void)
{
    const TTest *const tests[] = {
        a_decision_goes_out_as_it_came_in,   a_new_trace_goes_out_without_a_decision,
        an_own_trace_names_the_client,       a_continued_trace_passes_on_its_own_members_alone,
        no_memory_is_told_and_leaks_nothing,
    };
    return unit_suite_of("model/propagation_headers", tests, TSN_ARRAY_LEN(tests));
}

/* Traces: new ones, and the sampling context of both kinds (T-10, T-11, T-22 to T-25). */
#include "propagation_kit.h"

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

Suite *unit_suite(void)
{
    const TTest *const tests[] = {
        a_new_trace_has_ids_and_a_draw_but_no_parent,
        a_draw_never_reaches_one,
        an_own_trace_takes_its_context_from_the_client,
        a_continued_trace_hands_on_what_it_came_with,
    };
    return unit_suite_of("model/propagation", tests, TSN_ARRAY_LEN(tests));
}

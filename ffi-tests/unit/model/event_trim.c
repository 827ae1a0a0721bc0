/* The ladder of P-3, step by step on small events with a small limit, and once at the real size. */
#include "model/event_trim.h"

#include "event_expect.h"

/* Trims `json` (quoted) to `max` bytes and expects `want` (quoted), or TOCSIN_DROPPED for NULL. */
static void expect_trimmed(const char *json, size_t max, const char *want)
{
    tsn_buf event = TSN_BUF_EMPTY;
    tsn_buf quoted = TSN_BUF_EMPTY;
    TSN_BUF_LIT(&event, "head");
    case_quote(&event, json);
    tocsin_status st = tsn_event_trim(&event, 4, max);
    if (want == NULL) {
        ck_assert_int_eq(st, TOCSIN_DROPPED);
    } else {
        ck_assert_int_eq(st, TOCSIN_OK);
        TSN_BUF_LIT(&quoted, "head");
        case_quote(&quoted, want);
        unit_expect_text(tsn_buf_view(&event), tsn_buf_terminate(&quoted));
    }
    tsn_buf_fini(&event);
    tsn_buf_fini(&quoted);
}

START_TEST(what_fits_stays)
{
    const char *json = "{'extra':{'a':1},'modules':{'m':'1'}}";
    expect_trimmed(json, strlen(json), json);
}
END_TEST

START_TEST(oldest_breadcrumbs_go_first_and_as_few_as_needed)
{
    const char *all = "{'extra':{'a':1},'breadcrumbs':{'values':[{'m':1},{'m':2},{'m':3}]},'_meta':"
                      "{'breadcrumbs':{'':{'len':9}}}}";
    const char *two = "{'extra':{'a':1},'breadcrumbs':{'values':[{'m':2},{'m':3}]},'_meta':{'"
                      "breadcrumbs':{'':{'len':9}}}}";
    const char *one = "{'extra':{'a':1},'breadcrumbs':{'values':[{'m':3}]},'_meta':{'breadcrumbs':{"
                      "'':{'len':9}}}}";
    const char *none = "{'extra':{'a':1},'_meta':{'breadcrumbs':{'':{'len':9}}}}";
    expect_trimmed(all, strlen(all), all);
    expect_trimmed(all, strlen(all) - 1, two);
    expect_trimmed(all, strlen(two), two);
    expect_trimmed(all, strlen(two) - 1, one);
    expect_trimmed(all, strlen(one) - 1, none);
    expect_trimmed(all, strlen(none), none);
}
END_TEST

/* The remark takes room too. */
START_TEST(a_new_remark_is_reckoned_with)
{
    const char *all = "{'breadcrumbs':{'values':[{'m':'aaaaaaaaaaaaaaaaaaaaaaaaaaaaa'},{'m':'"
                      "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbb'},{'m':3}]}}";
    const char *last =
        "{'breadcrumbs':{'values':[{'m':3}]},'_meta':{'breadcrumbs':{'':{'len':3}}}}";
    const char *two = "{'breadcrumbs':{'values':[{'m':'bbbbbbbbbbbbbbbbbbbbbbbbbbbbbb'},{'m':3}]},'"
                      "_meta':{'breadcrumbs':{'':{'len':3}}}}";
    ck_assert_uint_gt(strlen(two), strlen(all));
    expect_trimmed(all, strlen(all) - 1, last);
}
END_TEST

#define FRAME                                                                                      \
    "{'function':'f','vars':{'v':1},'pre_context':['p'],'context_line':'c','post_context':['q']}"
#define BARE_VARS "{'function':'f','pre_context':['p'],'context_line':'c','post_context':['q']}"
#define BARE "{'function':'f'}"
#define STACKS(frame)                                                                              \
    "{'exception':{'values':[{'type':'T','stacktrace':{'frames':[" frame "," frame                 \
    "]}},{'type':'U'}]},"                                                                          \
    "'threads':{'values':[{'id':1,'stacktrace':{'frames':[" frame "],'lang':'l'}}]},"

START_TEST(then_variables_then_source_lines_of_all_stacks)
{
    const char *tail = "'extra':{'a':1}}";
    char all[1000];
    char no_vars[1000];
    char bare[1000];
    snprintf(all, sizeof all, "%s%s", STACKS(FRAME), tail);
    snprintf(no_vars, sizeof no_vars, "%s%s", STACKS(BARE_VARS), tail);
    snprintf(bare, sizeof bare, "%s%s", STACKS(BARE), tail);
    expect_trimmed(all, strlen(all) - 1, no_vars);
    expect_trimmed(all, strlen(no_vars), no_vars);
    expect_trimmed(all, strlen(no_vars) - 1, bare);
    expect_trimmed(all, strlen(bare), bare);
}
END_TEST

static void append_stack(tsn_buf *out, int from, int to)
{
    for (int i = from; i < to; i++)
        tsn_buf_printf(out, "%s{'function':'f%02d'}", out->data[out->len - 1] == '[' ? "" : ",", i);
}

START_TEST(then_frames_from_the_middle)
{
    tsn_buf all = TSN_BUF_EMPTY;
    tsn_buf ends = TSN_BUF_EMPTY;
    TSN_BUF_LIT(&all, "{'exception':{'values':[{'stacktrace':{'frames':[");
    TSN_BUF_LIT(&ends, "{'exception':{'values':[{'stacktrace':{'frames':[");
    append_stack(&all, 0, 60);
    append_stack(&ends, 0, 25);
    append_stack(&ends, 35, 60);
    TSN_BUF_LIT(&all, "]}}]},'extra':{'a':1}}");
    TSN_BUF_LIT(&ends, "]}}]},'extra':{'a':1}}");
    expect_trimmed(tsn_buf_terminate(&all), ends.len, tsn_buf_terminate(&ends));
    tsn_buf_fini(&all);
    tsn_buf_fini(&ends);
}
END_TEST

START_TEST(then_extra_then_unknown_contexts_then_modules)
{
    const char *all = "{'level':'info','extra':{'a':1},'contexts':{'trace':{},'mine':{'x':1},'os':{"
                      "},'flags':{}},'modules':{'m':'1'}}";
    const char *no_extra = "{'level':'info','contexts':{'trace':{},'mine':{'x':1},'os':{},'flags':{"
                           "}},'modules':{'m':'1'}}";
    const char *known =
        "{'level':'info','contexts':{'trace':{},'os':{},'flags':{}},'modules':{'m':'1'}}";
    const char *last = "{'level':'info','contexts':{'trace':{},'os':{},'flags':{}}}";
    expect_trimmed(all, strlen(all) - 1, no_extra);
    expect_trimmed(all, strlen(no_extra) - 1, known);
    expect_trimmed(all, strlen(known) - 1, last);
    expect_trimmed(all, strlen(last), last);
    expect_trimmed(all, strlen(last) - 1, NULL);
}
END_TEST

START_TEST(an_event_is_at_most_one_mebibyte)
{
    event_case c = case_full();
    char json[1200];
    memset(json, 'x', sizeof json);
    memcpy(json, "{'m':'a','x':'", 14);
    memcpy(json + sizeof json - 3, "'}", 3);
    for (int i = 0; i < 1000; i++) case_crumb_json(&c, 0, i, (uint64_t)i + 1, json);
    c.config.max_breadcrumbs = 1000;
    case_write(&c, TSN_EVENT_FILL);
    ck_assert_uint_gt(c.out.len, TSN_EVENT_SIZE_MAX);
    case_write(&c, WHOLE);
    ck_assert_uint_le(c.out.len, TSN_EVENT_SIZE_MAX);
    ck_assert_uint_gt(c.out.len, TSN_EVENT_SIZE_MAX - sizeof json);
    case_expect(&c, "_meta", "{'breadcrumbs':{'':{'len':1000}}}");
    case_sweep_memory(&c, WHOLE);
    case_feed_back(&c);
    case_write(&c, WHOLE);
    unit_expect_text(tsn_buf_view(&c.out), tsn_buf_terminate(&c.body));
    case_fini(&c);
}
END_TEST

START_TEST(what_cannot_be_made_small_is_dropped)
{
    event_case c = case_full();
    TSN_BUF_LIT(&c.body, "{\"user\":{\"name\":\"");
    for (size_t i = 0; i < TSN_EVENT_SIZE_MAX; i++) tsn_buf_byte(&c.body, 'n');
    TSN_BUF_LIT(&c.body, "\"}}");
    TSN_BUF_LIT(&c.out, "before");
    tsn_event_parts parts = case_parts(&c);
    ck_assert_int_eq(tsn_event_write(&parts, &c.config, WHOLE, &c.out), TOCSIN_DROPPED);
    unit_expect_buf(&c.out, "before");
    ck_assert_int_eq(tsn_event_write(&parts, &c.config, TSN_EVENT_FILL, &c.out), TOCSIN_OK);
    case_fini(&c);
}
END_TEST

Suite *unit_suite(void)
{
    const TTest *const tests[] = {
        what_fits_stays,
        oldest_breadcrumbs_go_first_and_as_few_as_needed,
        a_new_remark_is_reckoned_with,
        then_variables_then_source_lines_of_all_stacks,
        then_frames_from_the_middle,
        then_extra_then_unknown_contexts_then_modules,
        an_event_is_at_most_one_mebibyte,
        what_cannot_be_made_small_is_dropped,
    };
    return unit_suite_of("event_trim", tests, TSN_ARRAY_LEN(tests));
}

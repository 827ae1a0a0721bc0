/* Breadcrumbs (scopes 1.5): completed, filtered, numbered, limited. */
#include "scope_kit.h"

START_TEST(what_is_missing_is_filled_in)
{
    kit_take_clock();
    scope_case c = scope_case_open("{}");
    ck_assert_int_eq(kit_crumb(c.cell, "{'message':'m','own':[1]}"), TOCSIN_OK);
    scope_expect(&c, "breadcrumbs.values.0.type", "'default'");
    scope_expect(&c, "breadcrumbs.values.0.own", "[1]");
    scope_expect(&c, "breadcrumbs.values.0.level", NULL);
    scope_expect(&c, "breadcrumbs.values.0.timestamp", "'2023-11-14T22:30:00.000000Z'");
    scope_case_close(&c);
    tsn_clock_set_source(NULL);
}
END_TEST

START_TEST(an_empty_one_is_ignored_and_others_refused)
{
    scope_case c = scope_case_open("{}");
    ck_assert_int_eq(kit_crumb(c.cell, "{}"), TOCSIN_OK);
    ck_assert_int_eq(kit_crumb(c.cell, "[]"), TOCSIN_E_TYPE);
    ck_assert_int_eq(kit_crumb(c.cell, "null"), TOCSIN_E_TYPE);
    ck_assert_int_eq(kit_crumb(c.cell, "{"), TOCSIN_E_JSON);
    scope_expect(&c, "breadcrumbs", NULL);
    scope_expect(&c, "_meta", NULL);
    scope_case_close(&c);
}
END_TEST

START_TEST(the_limit_keeps_the_last_and_counts_the_rest)
{
    static const struct {
        const char *options;
        size_t kept;
    } rows[] = {
        {"{'max_breadcrumbs':3}", 3}, {"{'max_breadcrumbs':0}", 0}, {"{'max_breadcrumbs':-5}", 0}};
    for (size_t i = 0; i < TSN_ARRAY_LEN(rows); i++) {
        scope_case c = scope_case_open(rows[i].options);
        for (int at = 0; at < 7; at++) {
            char json[32];
            snprintf(json, sizeof json, "{'message':'%d'}", at);
            kit_crumb(c.cell, json);
        }
        tsn_buf text = TSN_BUF_EMPTY;
        tsn_cell_write(c.cell, &text);
        tsn_slice values = kit_at(tsn_buf_view(&text), "breadcrumbs.values");
        ck_assert_uint_eq(tsn_json_count(values), rows[i].kept);
        if (rows[i].kept > 0) {
            unit_expect_text(kit_at(values, "0.message"), "\"4\"");
            unit_expect_text(kit_at(values, "2.message"), "\"6\"");
        }
        tsn_buf_fini(&text);
        kit_message(c.cell, "x");
        kit_event(c.client, &text);
        kit_expect(&text, "_meta.breadcrumbs..len", "7");
        tsn_buf_fini(&text);
        ck_assert_int_eq(tsn_cell_clear_breadcrumbs(c.cell), TOCSIN_OK);
        scope_expect(&c, "breadcrumbs", NULL);
        scope_case_close(&c);
    }
}
END_TEST

/* R16 */
START_TEST(filled_in_times_never_go_back)
{
    kit_take_clock();
    scope_case c = scope_case_open("{}");
    kit_now_ms += 5000;
    kit_crumb(c.cell, "{'message':'1'}");
    kit_now_ms -= 4000;
    kit_crumb(c.cell, "{'message':'2'}");
    kit_now_ms += 6000;
    kit_crumb(c.cell, "{'message':'3'}");
    scope_expect(&c, "breadcrumbs.values.0.timestamp", "'2023-11-14T22:30:05.000000Z'");
    scope_expect(&c, "breadcrumbs.values.1.timestamp", "'2023-11-14T22:30:05.000000Z'");
    scope_expect(&c, "breadcrumbs.values.2.timestamp", "'2023-11-14T22:30:07.000000Z'");
    scope_case_close(&c);
    tsn_clock_set_source(NULL);
}
END_TEST

/* What the hook makes of a crumb, in JSON with ' for "; NULL: it keeps it as it is. */
static int32_t reply_with(kit_hook *hook, tsn_draft *draft, const void *hint)
{
    (void)hint;
    const char *json = hook->user;
    tsn_buf text = kit_json(json);
    tocsin_status st = tsn_draft_replace(draft, tsn_buf_view(&text));
    tsn_buf_fini(&text);
    return st;
}

static scope_case open_with_reply(const char *json)
{
    union {
        const char *read;
        void *write;
    } user = {.read = json};
    scope_case c = {
        .client = kit_open_hooked("{}", "before_breadcrumb", kit_hook_new(reply_with, user.write))};
    tsn_cell_new_detached(c.client, &c.cell);
    return c;
}

START_TEST(what_the_hook_returns_is_stored_and_completed_again)
{
    scope_case c = open_with_reply("{'message':'mine'}");
    ck_assert_int_eq(kit_crumb(c.cell, "{'message':'theirs','timestamp':1}"), TOCSIN_OK);
    scope_expect(&c, "breadcrumbs.values.0.message", "'mine'");
    scope_expect(&c, "breadcrumbs.values.0.type", "'default'");
    tsn_buf text = TSN_BUF_EMPTY;
    tsn_cell_write(c.cell, &text);
    tsn_slice stamp = kit_at(tsn_buf_view(&text), "breadcrumbs.values.0.timestamp");
    ck_assert(tsn_json_is(stamp, TSN_JSON_STRING));
    tsn_buf_fini(&text);
    scope_case_close(&c);
    c = open_with_reply("{}");
    ck_assert_int_eq(kit_crumb(c.cell, "{'message':'m'}"), TOCSIN_DROPPED);
    scope_expect(&c, "breadcrumbs", NULL);
    scope_case_close(&c);
}
END_TEST

START_TEST(a_hook_that_drops_or_fails_drops_the_crumb_without_a_count)
{
    static int32_t answers[] = {TOCSIN_DROP, -1, 5};
    for (size_t i = 0; i < TSN_ARRAY_LEN(answers); i++) {
        tsn_client *client =
            kit_open_hooked("{}", "before_breadcrumb", kit_hook_new(kit_answer, &answers[i]));
        ck_assert_int_eq(kit_crumb(&client->current, "{'message':'m'}"), TOCSIN_DROPPED);
        kit_message(&client->current, "x");
        tsn_buf event = TSN_BUF_EMPTY;
        kit_event(client, &event);
        kit_expect(&event, "_meta", NULL);
        kit_expect(&event, "breadcrumbs", NULL);
        tsn_buf_fini(&event);
        ck_assert_int_eq(kit_stat(client, "categories.error.captured"), 1);
        kit_close(client);
    }
}
END_TEST

/* Adds a crumb to the scope that `user` names, from inside the hook. */
static int32_t add_another(kit_hook *hook, tsn_draft *draft, const void *hint)
{
    (void)draft;
    (void)hint;
    ck_assert_int_eq(kit_crumb(hook->user, "{'message':'inner'}"), TOCSIN_E_REENTRANT);
    return TOCSIN_KEEP;
}

START_TEST(a_crumb_from_inside_the_hook_is_refused)
{
    kit_hook *hook = kit_hook_new(add_another, NULL);
    tsn_client *client = kit_open_hooked("{}", "before_breadcrumb", hook);
    scope_case c = {.client = client};
    tsn_cell_new_detached(client, &c.cell);
    hook->user = c.cell;
    ck_assert_int_eq(kit_crumb(c.cell, "{'message':'outer'}"), TOCSIN_OK);
    hook->user = &client->global;
    ck_assert_int_eq(kit_crumb(c.cell, "{'message':'outer'}"), TOCSIN_OK);
    ck_assert_int_eq(hook->calls, 2);
    scope_expect(&c, "breadcrumbs.values.2", NULL);
    scope_case_close(&c);
}
END_TEST

/* The hook may capture: it is no part of a capture. */
static int32_t capture_from_crumb(kit_hook *hook, tsn_draft *draft, const void *hint)
{
    (void)draft;
    (void)hint;
    ck_assert_int_eq(kit_message(hook->user, "from the hook"), TOCSIN_OK);
    return TOCSIN_KEEP;
}

START_TEST(the_hook_may_capture)
{
    kit_hook *hook = kit_hook_new(capture_from_crumb, NULL);
    tsn_client *client = kit_open_hooked("{}", "before_breadcrumb", hook);
    hook->user = &client->current;
    ck_assert_int_eq(kit_crumb(&client->current, "{'message':'m'}"), TOCSIN_OK);
    ck_assert_int_eq(kit_stat(client, "categories.error.captured"), 1);
    kit_close(client);
}
END_TEST

START_TEST(every_refused_allocation_keeps_the_trail)
{
    int32_t answer = TOCSIN_KEEP;
    tsn_client *client =
        kit_open_hooked("{}", "before_breadcrumb", kit_hook_new(kit_answer, &answer));
    bool did_fail = true;
    for (uint64_t nth = 1; did_fail; nth++) {
        tsn_alloc_fail_nth(nth, false);
        tocsin_status st =
            tsn_cell_add_breadcrumb(&client->current, TSN_LIT("{\"message\":\"m\"}"), NULL, NULL);
        did_fail = tsn_alloc_did_fail();
        tsn_alloc_fail_nth(0, false);
        ck_assert(st == TOCSIN_OK || (did_fail && st == TOCSIN_E_NOMEM));
        ck_assert(tsn_scope_valid(client->current.value));
    }
    kit_close(client);
}
END_TEST

Suite *unit_suite(void)
{
    const TTest *const tests[] = {
        what_is_missing_is_filled_in,
        an_empty_one_is_ignored_and_others_refused,
        the_limit_keeps_the_last_and_counts_the_rest,
        filled_in_times_never_go_back,
        what_the_hook_returns_is_stored_and_completed_again,
        a_hook_that_drops_or_fails_drops_the_crumb_without_a_count,
        a_crumb_from_inside_the_hook_is_refused,
        the_hook_may_capture,
        every_refused_allocation_keeps_the_trail,
    };
    return unit_suite_of("client/scope_crumb", tests, TSN_ARRAY_LEN(tests));
}

/* Restrictions: what they let through, what they count, and the fate of the events they refuse. */
#include "client_kit.h"

#include "client/restricted.h"

static tsn_restriction *restriction_of(tsn_restriction *of, int64_t rights, const char *quota)
{
    tsn_restriction *made = NULL;
    tsn_slice json = quota == NULL ? TSN_SLICE_ABSENT : unit_slice(quota);
    ck_assert_int_eq(tsn_restriction_new(of, rights, json, &made), TOCSIN_OK);
    return made;
}

static tsn_restricted *restricted_of(tsn_cell *cell, tsn_restriction *restriction)
{
    tsn_restricted *made = NULL;
    tsn_cell_retain(cell);
    ck_assert_int_eq(tsn_restricted_new(cell, restriction, &made), TOCSIN_OK);
    tsn_restriction_release(restriction);
    return made;
}

START_TEST(rights_only_shrink)
{
    tsn_restriction *some =
        restriction_of(NULL, TOCSIN_RIGHT_READ | TOCSIN_RIGHT_WRITE | TOCSIN_RIGHT_FORK, NULL);
    tsn_restriction *fewer = restriction_of(some, TOCSIN_RIGHT_ALL & ~TOCSIN_RIGHT_READ, NULL);
    ck_assert_int_eq(fewer->rights, TOCSIN_RIGHT_WRITE | TOCSIN_RIGHT_FORK);
    tsn_restriction_release(some);
    tsn_restriction_release(fewer);
}
END_TEST

START_TEST(rights_that_there_are_not_are_refused)
{
    tsn_restriction *none;
    ck_assert_int_eq(tsn_restriction_new(NULL, -1, TSN_SLICE_ABSENT, &none), TOCSIN_E_RANGE);
    ck_assert_int_eq(tsn_restriction_new(NULL, TOCSIN_RIGHT_ALL + 1, TSN_SLICE_ABSENT, &none),
                     TOCSIN_E_RANGE);
}
END_TEST

START_TEST(what_is_denied_is_counted)
{
    tsn_client *client = kit_open("{}");
    tsn_restriction *reader = restriction_of(NULL, TOCSIN_RIGHT_READ, "{\"bytes\":3}");
    tsn_intent reads = {.rights = TOCSIN_RIGHT_READ};
    tsn_intent writes = {.rights = TOCSIN_RIGHT_READ | TOCSIN_RIGHT_WRITE};
    tsn_intent talks = {.cost = {{[TSN_QUOTA_BYTES] = 4}}};
    ck_assert_int_eq(tsn_restriction_allow(reader, client, &reads), TOCSIN_OK);
    ck_assert_int_eq(tsn_restriction_allow(reader, client, &writes), TOCSIN_E_DENIED);
    ck_assert_int_eq(tsn_restriction_allow(reader, client, &talks), TOCSIN_E_DENIED);
    ck_assert_int_eq(kit_stat(client, "denied.rights"), 1);
    ck_assert_int_eq(kit_stat(client, "denied.quota"), 1);
    ck_assert_int_eq(kit_stat(client, "categories.error.captured"), 0);
    tsn_restriction_release(reader);
    kit_close(client);
}
END_TEST

START_TEST(an_event_that_a_quota_refuses_is_lost_once)
{
    tsn_client *client = kit_open("{}");
    tsn_restriction *mute = restriction_of(NULL, TOCSIN_RIGHT_CAPTURE, "{\"events\":0}");
    tsn_intent event = {
        .rights = TOCSIN_RIGHT_CAPTURE, .cost = {{[TSN_QUOTA_EVENTS] = 1}}, .is_event = true};
    ck_assert_int_eq(tsn_restriction_allow(mute, client, &event), TOCSIN_E_DENIED);
    ck_assert_int_eq(kit_lost(client, "backpressure"), 1);
    event.rights |= TOCSIN_RIGHT_READ;
    ck_assert_int_eq(tsn_restriction_allow(mute, client, &event), TOCSIN_E_DENIED);
    ck_assert_int_eq(kit_stat(client, "categories.error.captured"), 1);
    kit_expect_identity(client);
    tsn_client_close(client, 0);
    event.rights = TOCSIN_RIGHT_CAPTURE;
    ck_assert_int_eq(tsn_restriction_allow(mute, client, &event), TOCSIN_OK);
    tsn_restriction_release(mute);
    kit_close(client);
}
END_TEST

static tsn_draft *prepare(tsn_restricted *restricted, tocsin_status want)
{
    tsn_draft *draft;
    tsn_capture capture = {.cell = restricted->cell,
                           .source = TOCSIN_CAPTURE_EVENT,
                           .text = TSN_LIT("{\"message\":\"m\"}")};
    ck_assert_int_eq(tsn_restricted_prepare(restricted, &capture, &draft), want);
    return draft;
}

START_TEST(a_prepared_event_counts_when_it_is_submitted)
{
    tsn_client *client = kit_open("{}");
    tsn_restricted *scope =
        restricted_of(&client->current, restriction_of(NULL, TOCSIN_RIGHT_ALL, "{\"events\":1}"));
    tsn_draft *first = prepare(scope, TOCSIN_OK);
    tsn_draft *second = prepare(scope, TOCSIN_OK);
    tsn_draft *third = prepare(scope, TOCSIN_OK);
    ck_assert_int_eq(tsn_pipeline_discard(third, TSN_SLICE_ABSENT), TOCSIN_OK);
    ck_assert_int_eq(tsn_pipeline_submit(second, TSN_SLICE_ABSENT, NULL), TOCSIN_OK);
    char id[TOCSIN_EVENT_ID_SIZE] = "x";
    ck_assert_int_eq(tsn_pipeline_submit(first, TSN_SLICE_ABSENT, id), TOCSIN_E_DENIED);
    ck_assert_str_eq(id, "");
    ck_assert_int_eq(tsn_pipeline_submit(first, TSN_SLICE_ABSENT, id), TOCSIN_E_CLOSED);
    ck_assert_int_eq(kit_lost(client, "backpressure"), 1);
    ck_assert_int_eq(kit_lost(client, "event_processor"), 1);
    ck_assert_int_eq(kit_stat(client, "categories.error.queued"), 1);
    ck_assert_int_eq(client->unsubmitted, 0);
    tsn_draft_release(first);
    tsn_draft_release(second);
    tsn_draft_release(third);
    tsn_restricted_release(scope);
    kit_expect_identity(client);
    kit_close(client);
}
END_TEST

START_TEST(the_text_of_a_prepared_event_and_of_its_reply_are_paid_for)
{
    tsn_client *client = kit_open("{}");
    tsn_restricted *scope =
        restricted_of(&client->current, restriction_of(NULL, TOCSIN_RIGHT_ALL, "{\"bytes\":16}"));
    tsn_draft *draft = prepare(scope, TOCSIN_OK); /* 15 bytes */
    ck_assert_int_eq(tsn_pipeline_submit(draft, TSN_LIT("{}"), NULL), TOCSIN_E_DENIED);
    tsn_draft_release(draft);
    draft = prepare(scope, TOCSIN_OK);
    ck_assert_int_eq(tsn_pipeline_submit(draft, TSN_SLICE_ABSENT, NULL), TOCSIN_OK);
    tsn_draft_release(draft);
    tsn_restricted_release(scope);
    kit_close(client);
}
END_TEST

START_TEST(text_that_replaces_a_prepared_event_is_paid_for_too)
{
    tsn_client *client = kit_open("{}");
    tsn_restricted *scope =
        restricted_of(&client->current, restriction_of(NULL, TOCSIN_RIGHT_ALL, "{\"bytes\":20}"));
    tsn_draft *draft = prepare(scope, TOCSIN_OK); /* 15 bytes */
    ck_assert_int_eq(tsn_draft_replace(draft, TSN_LIT("{\"a\":")), TOCSIN_E_JSON);
    ck_assert_int_eq(tsn_draft_replace(draft, TSN_LIT("{}")), TOCSIN_OK);
    ck_assert_int_eq(tsn_draft_replace(draft, TSN_LIT("{    }")), TOCSIN_OK);
    ck_assert_int_eq(tsn_pipeline_submit(draft, TSN_SLICE_ABSENT, NULL), TOCSIN_E_DENIED);
    tsn_draft_release(draft);
    draft = prepare(scope, TOCSIN_OK);
    ck_assert_int_eq(tsn_draft_replace(draft, TSN_LIT("{   }")), TOCSIN_OK);
    ck_assert_int_eq(tsn_pipeline_submit(draft, TSN_SLICE_ABSENT, NULL), TOCSIN_OK);
    tsn_draft_release(draft);
    tsn_restricted_release(scope);
    kit_expect_identity(client);
    kit_close(client);
}
END_TEST

START_TEST(a_prepared_event_is_a_handle_until_it_ends)
{
    tsn_client *client = kit_open("{}");
    tsn_restricted *scope =
        restricted_of(&client->current, restriction_of(NULL, TOCSIN_RIGHT_ALL, "{\"handles\":2}"));
    tsn_draft *draft = prepare(scope, TOCSIN_OK);
    ck_assert_ptr_null(prepare(scope, TOCSIN_E_DENIED));
    ck_assert_int_eq(kit_lost(client, "backpressure"), 1);
    tsn_draft_release(draft);
    draft = prepare(scope, TOCSIN_OK);
    ck_assert_int_eq(tsn_pipeline_submit(draft, TSN_SLICE_ABSENT, NULL), TOCSIN_OK);
    tsn_draft *next = prepare(scope, TOCSIN_OK);
    tsn_draft_release(draft);
    tsn_restricted_release(scope);
    tsn_draft_release(next);
    kit_expect_identity(client);
    kit_close(client);
}
END_TEST

START_TEST(a_lack_of_memory_gives_everything_back)
{
    tsn_client *client = kit_open("{}");
    tsn_restriction *restriction = restriction_of(NULL, TOCSIN_RIGHT_ALL, "{\"handles\":1}");
    bool did_fail = true;
    for (uint64_t nth = 1; did_fail; nth++) {
        tsn_restricted *made = NULL;
        tsn_cell_retain(&client->current);
        tsn_alloc_fail_nth(nth, false);
        tocsin_status st = tsn_restricted_new(&client->current, restriction, &made);
        did_fail = tsn_alloc_did_fail();
        tsn_alloc_fail_nth(0, false);
        ck_assert_int_eq(st, did_fail ? TOCSIN_E_NOMEM : TOCSIN_OK);
        if (made != NULL) tsn_restricted_release(made);
    }
    did_fail = true;
    for (uint64_t nth = 1; did_fail; nth++) {
        tsn_restriction *inner = NULL;
        tsn_alloc_fail_nth(nth, false);
        tocsin_status st =
            tsn_restriction_new(restriction, TOCSIN_RIGHT_READ, TSN_LIT("{\"events\":2}"), &inner);
        did_fail = tsn_alloc_did_fail();
        tsn_alloc_fail_nth(0, false);
        ck_assert_int_eq(st, did_fail ? TOCSIN_E_NOMEM : TOCSIN_OK);
        if (inner != NULL) tsn_restriction_release(inner);
    }
    tsn_restriction_release(restriction);
    kit_close(client);
}
END_TEST

Suite *unit_suite(void)
{
    const TTest *const tests[] = {
        rights_only_shrink,
        rights_that_there_are_not_are_refused,
        what_is_denied_is_counted,
        an_event_that_a_quota_refuses_is_lost_once,
        a_prepared_event_counts_when_it_is_submitted,
        the_text_of_a_prepared_event_and_of_its_reply_are_paid_for,
        text_that_replaces_a_prepared_event_is_paid_for_too,
        a_prepared_event_is_a_handle_until_it_ends,
        a_lack_of_memory_gives_everything_back,
    };
    return unit_suite_of("client/restricted", tests, TSN_ARRAY_LEN(tests));
}

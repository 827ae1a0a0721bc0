/* Prepared captures: what they hold, and how they end. */
#include "client_kit.h"

#include "client/prepared.h"

START_TEST(a_prepared_event_keeps_its_client_and_scopes)
{
    tsn_client *client = kit_open("{}");
    tsn_cell *fork;
    tsn_cell_fork(&client->current, &fork);
    kit_tag(fork, "k", "v");
    tsn_draft *draft = kit_prepare(fork, TOCSIN_CAPTURE_EVENT, "{}");
    tsn_cell_release(fork);
    tsn_client_release(client);
    tsn_buf event = TSN_BUF_EMPTY;
    ck_assert_int_eq(tsn_draft_read(draft, &event), TOCSIN_OK);
    kit_expect(&event, "tags.k", "'v'");
    ck_assert_int_eq(tsn_pipeline_submit(draft, TSN_SLICE_ABSENT, NULL), TOCSIN_OK);
    tsn_buf_fini(&event);
    tsn_draft_release(draft);
}
END_TEST

START_TEST(an_ended_event_keeps_nothing)
{
    tsn_alloc_track(true);
    tsn_client *client = kit_open("{}");
    tsn_draft *draft = kit_prepare(&client->current, TOCSIN_CAPTURE_EVENT, "{}");
    tsn_pipeline_discard(draft, TSN_SLICE_ABSENT);
    int64_t with_client = tsn_alloc_live();
    tsn_client_release(client);
    ck_assert_int_lt(tsn_alloc_live(), with_client);
    tsn_draft_release(draft);
    ck_assert_int_eq(tsn_alloc_live(), 0);
}
END_TEST

START_TEST(a_loose_event_finds_its_way_back_or_forgets)
{
    tsn_client *client = kit_open("{'hooks':'pull'}");
    tsn_cell *gone, *stays;
    tsn_cell_new_isolation(client, &gone);
    tsn_cell_new_isolation(client, &stays);
    tsn_cell *cells[] = {&client->global, gone, stays};
    tsn_prepared *prepared = tsn_alloc_zero(sizeof *prepared);
    prepared->client = client;
    tsn_client_retain(client);
    for (size_t i = 0; i < TSN_ARRAY_LEN(cells); i++) {
        prepared->cells[i] = cells[i];
        tsn_cell_retain(cells[i]);
    }
    prepared->cell_count = TSN_ARRAY_LEN(cells);
    prepared->home = gone;
    tsn_prepared_loosen(prepared);
    tsn_cell_release(gone);
    tsn_prepared_tighten(prepared);
    ck_assert_uint_eq(prepared->cell_count, 2);
    ck_assert_ptr_eq(prepared->cells[1], stays);
    ck_assert_ptr_null(prepared->home);
    tsn_prepared_free(prepared);
    tsn_cell_release(stays);
    kit_close(client);
}
END_TEST

Suite *unit_suite(void)
{
    const TTest *const tests[] = {
        a_prepared_event_keeps_its_client_and_scopes,
        an_ended_event_keeps_nothing,
        a_loose_event_finds_its_way_back_or_forgets,
    };
    return unit_suite_of("client/prepared", tests, TSN_ARRAY_LEN(tests));
}

/* A scope's own data, and that of all layers as a capture would merge it. */
#include "scope_kit.h"

START_TEST(own_data_is_that_of_the_one_scope)
{
    tsn_client *client = kit_open("{}");
    kit_tag(&client->global, "g", "1");
    kit_tag(&client->current, "c", "1");
    tsn_buf text = TSN_BUF_EMPTY;
    ck_assert_int_eq(tsn_cell_write(&client->current, &text), TOCSIN_OK);
    kit_expect(&text, "tags", "{'c':'1'}");
    tsn_buf_fini(&text);
    kit_close(client);
}
END_TEST

START_TEST(merged_data_is_what_an_event_would_have)
{
    tsn_client *client = kit_open("{'release':'r'}");
    kit_tag(&client->global, "k", "global");
    kit_tag(&client->isolation, "k", "isolation");
    kit_set(&client->isolation, tsn_cell_set_user, "{'id':'1'}");
    kit_crumb(&client->global, "{'message':'m'}");
    tsn_cell_set_level(&client->current, TOCSIN_LEVEL_DEBUG);
    tsn_buf text = TSN_BUF_EMPTY;
    ck_assert_int_eq(tsn_cell_write_merged(&client->current, &text), TOCSIN_OK);
    kit_expect(&text, "tags", "{'k':'isolation'}");
    kit_expect(&text, "user", "{'id':'1'}");
    kit_expect(&text, "level", "'debug'");
    kit_expect(&text, "breadcrumbs.values.0.message", "'m'");
    kit_expect(&text, "event_id", NULL);
    kit_expect(&text, "timestamp", NULL);
    kit_expect(&text, "release", NULL);
    tsn_buf_clear(&text);
    ck_assert_int_eq(tsn_cell_write_merged(&client->global, &text), TOCSIN_OK);
    kit_expect(&text, "tags", "{'k':'global'}");
    kit_expect(&text, "user", NULL);
    tsn_buf_fini(&text);
    kit_close(client);
}
END_TEST

START_TEST(what_a_scope_says_of_itself_can_be_set_again)
{
    tsn_client *client = kit_open("{}");
    tsn_cell *other;
    tsn_cell_new_detached(client, &other);
    kit_tag(&client->current, "k", "v");
    kit_set(&client->current, tsn_cell_set_user, "{'id':'1'}");
    kit_set(&client->current, tsn_cell_set_fingerprint, "['{{ default }}']");
    tsn_buf text = TSN_BUF_EMPTY, again = TSN_BUF_EMPTY;
    tsn_cell_write(&client->current, &text);
    ck_assert_int_eq(tsn_cell_update(other, tsn_buf_view(&text)), TOCSIN_OK);
    tsn_cell_write(other, &again);
    ck_assert(tsn_slice_equal(tsn_buf_view(&text), tsn_buf_view(&again)));
    tsn_buf_fini(&text);
    tsn_buf_fini(&again);
    tsn_cell_release(other);
    kit_close(client);
}
END_TEST

START_TEST(every_refused_allocation_is_a_status)
{
    tsn_client *client = kit_open("{}");
    kit_tag(&client->current, "k", "v");
    bool did_fail = true;
    for (uint64_t nth = 1; did_fail; nth++) {
        tsn_buf text = TSN_BUF_EMPTY;
        tsn_alloc_fail_nth(nth, false);
        tocsin_status st = tsn_cell_write_merged(&client->current, &text);
        did_fail = tsn_alloc_did_fail();
        tsn_alloc_fail_nth(0, false);
        ck_assert_int_eq(st, did_fail ? TOCSIN_E_NOMEM : TOCSIN_OK);
        tsn_buf_fini(&text);
    }
    kit_close(client);
}
END_TEST

Suite *unit_suite(void)
{
    const TTest *const tests[] = {
        own_data_is_that_of_the_one_scope,
        merged_data_is_what_an_event_would_have,
        what_a_scope_says_of_itself_can_be_set_again,
        every_refused_allocation_is_a_status,
    };
    return unit_suite_of("client/scope_read", tests, TSN_ARRAY_LEN(tests));
}

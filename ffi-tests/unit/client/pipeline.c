/* Captures from end to end: what is queued, what is counted, in which order the steps come. */
#include "client_kit.h"

START_TEST(a_message_arrives_with_the_data_of_its_scopes)
{
    tsn_client *client = kit_open("{}");
    kit_tag(&client->global, "g", "1");
    kit_tag(&client->isolation, "i", "2");
    kit_tag(&client->current, "c", "3");
    char id[TOCSIN_EVENT_ID_SIZE];
    ck_assert_int_eq(kit_capture(&client->current, TOCSIN_CAPTURE_MESSAGE, "hello", id), TOCSIN_OK);
    ck_assert_uint_eq(strlen(id), 32);
    tsn_buf event = TSN_BUF_EMPTY;
    kit_event(client, &event);
    kit_expect(&event, "logentry.formatted", "'hello'");
    kit_expect(&event, "level", "'info'");
    kit_expect(&event, "tags.g", "'1'");
    kit_expect(&event, "tags.i", "'2'");
    kit_expect(&event, "tags.c", "'3'");
    tsn_slice got = tsn_json_string_body(kit_at(tsn_buf_view(&event), "event_id"));
    ck_assert(tsn_slice_equal(got, unit_slice(id)));
    tsn_buf_fini(&event);
    kit_expect_identity(client);
    kit_close(client);
}
END_TEST

Suite *unit_suite(void)
{
    const TTest *const tests[] = {
        a_message_arrives_with_the_data_of_its_scopes,
    };
    return unit_suite_of("client/pipeline", tests, TSN_ARRAY_LEN(tests));
}

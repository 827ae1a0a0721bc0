/* Sampling and the hand-over: what is counted where. */
#include "client_kit.h"

#include "base/rand.h"
#include "client/handover.h"
#include "client/prepared.h"

static double next_draw;

/* Bytes that make the sampling draw come out as next_draw. */
static void draw(void *out, size_t len)
{
    uint64_t word = (uint64_t)(next_draw * 18446744073709551616.0);
    unsigned char *bytes = out;
    for (size_t i = 0; i < len; i++) bytes[i] = (unsigned char)(word >> (8 * (i % 8)));
}

static tsn_record *record_of(const char *id_digits)
{
    tsn_record *record = tsn_record_new();
    record->body = tsn_fragment_new(TSN_LIT("{}"));
    ck_assert(tsn_id_parse(unit_slice(id_digits), false, &record->id));
    return record;
}

static const char *const digits = "00112233445566778899aabbccddeeff";

START_TEST(a_draw_below_the_rate_keeps)
{
    tsn_client *client = kit_open("{'sample_rate':0.5}");
    tsn_rand_set_source(draw);
    next_draw = 0.25;
    ck_assert_int_eq(tsn_handover(client, NULL, record_of(digits), TSN_RATE_UNSET, NULL),
                     TOCSIN_OK);
    next_draw = 0.75;
    ck_assert_int_eq(tsn_handover(client, NULL, record_of(digits), TSN_RATE_UNSET, NULL),
                     TOCSIN_DROPPED);
    ck_assert_int_eq(tsn_handover(client, NULL, record_of(digits), 800000, NULL), TOCSIN_OK);
    ck_assert_int_eq(tsn_handover(client, NULL, record_of(digits), 700000, NULL), TOCSIN_DROPPED);
    tsn_rand_set_source(NULL);
    ck_assert_int_eq(kit_lost(client, "sample_rate"), 2);
    kit_expect_identity(client);
    kit_close(client);
}
END_TEST

START_TEST(the_id_is_told_and_remembered_when_delivery_has_it)
{
    tsn_client *client = kit_open("{}");
    char id[TOCSIN_EVENT_ID_SIZE] = "as it was";
    tsn_buf last = TSN_BUF_EMPTY;
    tsn_handover(client, &client->isolation, record_of(digits), 0, id);
    ck_assert_str_eq(id, "as it was");
    tsn_cell_last_event_id(&client->isolation, &last);
    ck_assert_uint_eq(last.len, 0);
    ck_assert_int_eq(
        tsn_handover(client, &client->isolation, record_of(digits), TSN_RATE_ALWAYS, id),
        TOCSIN_OK);
    ck_assert_str_eq(id, digits);
    tsn_cell_last_event_id(&client->isolation, &last);
    unit_expect_buf(&last, digits);
    tsn_buf_fini(&last);
    kit_close(client);
}
END_TEST

START_TEST(a_full_queue_loses_the_new_event_and_counts_it)
{
    tsn_client *client = kit_open("{'queue_max_items':2}");
    char id[TOCSIN_EVENT_ID_SIZE];
    for (int i = 0; i < 2; i++) ck_assert_int_eq(kit_message(&client->current, "x"), TOCSIN_OK);
    ck_assert_int_eq(kit_capture(&client->current, TOCSIN_CAPTURE_MESSAGE, "x", id), TOCSIN_E_FULL);
    ck_assert_uint_eq(strlen(id), 32);
    ck_assert_int_eq(kit_lost(client, "queue_overflow"), 1);
    kit_expect_identity(client);
    kit_close(client);
}
END_TEST

START_TEST(a_closed_delivery_takes_nothing_and_the_books_still_agree)
{
    tsn_client *client = kit_open("{}");
    char id[TOCSIN_EVENT_ID_SIZE] = "";
    tsn_delivery_close(client->delivery, 0);
    ck_assert_int_eq(
        tsn_handover(client, &client->isolation, record_of(digits), TSN_RATE_ALWAYS, id),
        TOCSIN_DISABLED);
    ck_assert_str_eq(id, "");
    kit_expect_identity(client);
    kit_close(client);
}
END_TEST

START_TEST(attachments_are_counted_by_their_bytes)
{
    tsn_client *client = kit_open("{}");
    tsn_cell_add_attachment(&client->current, TSN_LIT("12345"), TSN_LIT("{\"filename\":\"a\"}"));
    tsn_cell_add_attachment(&client->current, TSN_LIT(""), TSN_LIT("{\"filename\":\"b\"}"));
    kit_message(&client->current, "x");
    ck_assert_int_eq(kit_stat(client, "categories.attachment.captured"), 6);
    kit_expect_identity(client);
    tsn_client_close(client, 0);
    kit_expect_identity(client);
    tsn_client_release(client);
}
END_TEST

Suite *unit_suite(void)
{
    const TTest *const tests[] = {
        a_draw_below_the_rate_keeps,
        the_id_is_told_and_remembered_when_delivery_has_it,
        a_full_queue_loses_the_new_event_and_counts_it,
        a_closed_delivery_takes_nothing_and_the_books_still_agree,
        attachments_are_counted_by_their_bytes,
    };
    return unit_suite_of("client/handover", tests, TSN_ARRAY_LEN(tests));
}

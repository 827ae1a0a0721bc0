#include "support.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/house.h"
#include "wire/envelope.h"
#include "wire/envelope_read.h"

#define ID_HEX "6a1e0c4fd2b84f7a9c35e81b07d2469f"
#define LOG TSN_LIT("\"tail.log\"")
#define TEXT TSN_LIT("\"text/plain\"")
#define IDENTITY TSN_LIT("\"dsn\":\"d\"")

static int released;

static void count_release(void *owner)
{
    ck_assert_ptr_eq(owner, &released);
    released++;
}

static tsn_payload counted(const char *bytes)
{
    return (tsn_payload){.bytes = unit_slice(bytes), .owner = &released, .release = count_release};
}

static tsn_id the_id(void)
{
    tsn_id id;
    ck_assert(tsn_id_parse(TSN_LIT(ID_HEX), false, &id));
    return id;
}

static void add_event(tsn_envelope *envelope, const char *json)
{
    tsn_id id = the_id();
    ck_assert_int_eq(tsn_envelope_take_event(envelope, &id, counted(json)), TOCSIN_OK);
}

static void add_attachment(tsn_envelope *envelope, const char *bytes)
{
    tocsin_status st =
        tsn_envelope_take_attachment(envelope, LOG, TEXT, TSN_SLICE_ABSENT, counted(bytes));
    ck_assert_int_eq(st, TOCSIN_OK);
}

static void expect_text(const tsn_envelope *envelope, const char *want)
{
    tsn_buf out = TSN_BUF_EMPTY;
    tsn_envelope_append(envelope, IDENTITY, 0, &out);
    unit_expect_buf(&out, want);
    size_t header_len = tsn_slice_find(tsn_buf_view(&out), '\n') + 1;
    ck_assert_uint_eq(tsn_envelope_items_size(envelope), out.len - header_len);
    ck_assert_int_eq(tsn_envelope_check(tsn_buf_view(&out), NULL), TOCSIN_OK);
    tsn_buf_fini(&out);
}

/* The envelope of section 5.1, byte by byte. */
START_TEST(an_event_with_attachment_is_that_of_the_protocol)
{
    static const char event[] =
        "{\"event_id\":\"" ID_HEX "\",\"timestamp\":\"2026-11-02T09:29:59.871204Z\","
        "\"platform\":\"native\",\"level\":\"error\",\"release\":\"shop@1.4.0\","
        "\"environment\":\"production\",\"sdk\":{\"name\":\"tocsin.c\",\"version\":\"0.1.0\"},"
        "\"contexts\":{\"trace\":{\"trace_id\":\"b7c4e1f0a9d34c62851f0e7d3a6b9c28\","
        "\"span_id\":\"c1d2e3f4a5b60718\"}},\"exception\":{\"values\":[{\"type\":\"IoError\","
        "\"value\":\"open shop.conf: ENOENT\",\"mechanism\":{\"type\":\"generic\","
        "\"handled\":true,\"meta\":{\"errno\":{\"number\":2,\"name\":\"ENOENT\"}}},"
        "\"stacktrace\":{\"frames\":[{\"function\":\"main\",\"filename\":\"main.c\","
        "\"lineno\":40,\"in_app\":true},{\"function\":\"load\","
        "\"instruction_addr\":\"0x55d0c0a01234\",\"in_app\":true}]}}]}}";
    static const char want[] =
        "{\"event_id\":\"" ID_HEX "\","
        "\"dsn\":\"https://0123456789abcdef0123456789abcdef@errors.example.test/42\","
        "\"sdk\":{\"name\":\"tocsin.c\",\"version\":\"0.1.0\"},"
        "\"sent_at\":\"2026-11-02T09:30:00.250Z\","
        "\"trace\":{\"trace_id\":\"b7c4e1f0a9d34c62851f0e7d3a6b9c28\","
        "\"public_key\":\"0123456789abcdef0123456789abcdef\",\"release\":\"shop@1.4.0\","
        "\"environment\":\"production\",\"sample_rand\":\"0.118204\"}}\n"
        "{\"type\":\"event\",\"content_type\":\"application/json\",\"length\":648}\n"
        "%s\n"
        "{\"type\":\"attachment\",\"filename\":\"tail.log\",\"content_type\":\"text/plain\","
        "\"length\":20}\nstarted\nopen failed\n\n";
    tsn_envelope envelope = TSN_ENVELOPE_EMPTY;
    tsn_buf identity = TSN_BUF_EMPTY;
    tsn_buf out = TSN_BUF_EMPTY;
    tsn_buf expected = TSN_BUF_EMPTY;
    tsn_envelope_append_identity(
        &identity, TSN_LIT("https://0123456789abcdef0123456789abcdef@errors.example.test/42"),
        TSN_LIT("tocsin.c"), TSN_LIT("0.1.0"));
    add_event(&envelope, event);
    add_attachment(&envelope, "started\nopen failed\n");
    tsn_envelope_set_trace(&envelope,
                           TSN_LIT("{\"trace_id\":\"b7c4e1f0a9d34c62851f0e7d3a6b9c28\","
                                   "\"public_key\":\"0123456789abcdef0123456789abcdef\","
                                   "\"release\":\"shop@1.4.0\",\"environment\":\"production\","
                                   "\"sample_rand\":\"0.118204\"}"));
    tsn_envelope_append(&envelope, tsn_buf_view(&identity), INT64_C(1793611800250000), &out);
    tsn_slice head = tsn_slice_of(want);
    size_t at = (size_t)(strstr(want, "%s") - want);
    tsn_buf_slice(&expected, tsn_slice_sub(head, 0, at));
    tsn_buf_slice(&expected, tsn_slice_of(event));
    tsn_buf_slice(&expected, tsn_slice_sub(head, at + 2, head.len));
    unit_expect_buf(&out, tsn_buf_terminate(&expected));
    tsn_buf_fini(&expected);
    tsn_buf_fini(&out);
    tsn_buf_fini(&identity);
    tsn_envelope_fini(&envelope);
    ck_assert_int_eq(released, 2);
}
END_TEST

/* Section 5.5: no event_id. */
START_TEST(a_report_alone_has_no_event_id)
{
    tsn_envelope envelope = TSN_ENVELOPE_EMPTY;
    ck_assert_int_eq(tsn_envelope_take_report(&envelope, counted("{\"x\":1}")), TOCSIN_OK);
    expect_text(&envelope,
                "{\"dsn\":\"d\"}\n{\"type\":\"client_report\",\"length\":7}\n{\"x\":1}\n");
    tsn_envelope_fini(&envelope);
}
END_TEST

/* E-1, E-2 */
START_TEST(each_payload_ends_in_one_line_end_also_an_empty_one)
{
    tsn_envelope envelope = TSN_ENVELOPE_EMPTY;
    add_event(&envelope, "{}");
    add_attachment(&envelope, "");
    add_attachment(&envelope, "\n");
    expect_text(&envelope,
                "{\"event_id\":\"" ID_HEX "\",\"dsn\":\"d\"}\n"
                "{\"type\":\"event\",\"content_type\":\"application/json\",\"length\":2}\n{}\n"
                "{\"type\":\"attachment\",\"filename\":\"tail.log\","
                "\"content_type\":\"text/plain\",\"length\":0}\n\n"
                "{\"type\":\"attachment\",\"filename\":\"tail.log\","
                "\"content_type\":\"text/plain\",\"length\":1}\n\n\n");
    tsn_envelope_fini(&envelope);
}
END_TEST

START_TEST(an_attachment_has_a_default_type_and_maybe_a_kind)
{
    tsn_envelope envelope = TSN_ENVELOPE_EMPTY;
    tsn_slice none = TSN_SLICE_ABSENT;
    tsn_slice kind = TSN_LIT("\"event.minidump\"");
    tsn_payload bytes = tsn_payload_borrow(TSN_LIT("MDMP"));
    ck_assert_int_eq(tsn_envelope_take_attachment(&envelope, LOG, none, kind, bytes), TOCSIN_OK);
    expect_text(&envelope, "{\"dsn\":\"d\"}\n{\"type\":\"attachment\",\"filename\":\"tail.log\","
                           "\"content_type\":\"application/octet-stream\","
                           "\"attachment_type\":\"event.minidump\",\"length\":4}\nMDMP\n");
    tsn_envelope_fini(&envelope);
}
END_TEST

START_TEST(a_payload_is_not_copied)
{
    static const char bytes[] = "a large attachment";
    tsn_envelope envelope = TSN_ENVELOPE_EMPTY;
    tsn_slice piece;
    tsn_payload payload = tsn_payload_borrow(unit_slice(bytes));
    tsn_envelope_take_attachment(&envelope, LOG, TEXT, TSN_SLICE_ABSENT, payload);
    tsn_envelope_pieces pieces = tsn_envelope_pieces_of(&envelope);
    ck_assert(tsn_envelope_next_piece(&pieces, &piece));
    ck_assert_int_eq(piece.data[piece.len - 1], '\n');
    ck_assert(tsn_envelope_next_piece(&pieces, &piece));
    ck_assert_ptr_eq(piece.data, bytes);
    ck_assert(tsn_envelope_next_piece(&pieces, &piece));
    unit_expect_text(piece, "\n");
    ck_assert(!tsn_envelope_next_piece(&pieces, &piece));
    ck_assert(!tsn_envelope_next_piece(&pieces, &piece));
    tsn_envelope_fini(&envelope);
}
END_TEST

START_TEST(an_inset_goes_where_it_stands_and_is_not_copied)
{
    static const char crumbs[] = "{\"n\":1},{\"n\":2}";
    tsn_inset inset = {.at = 6, .len = sizeof crumbs - 1, .count = 2};
    inset.runs[0] = (tsn_slice){crumbs, 8};
    inset.runs[1] = (tsn_slice){crumbs + 8, 7};
    for (int own = 0; own < 2; own++) {
        tsn_envelope_room room;
        tsn_envelope envelope = TSN_ENVELOPE_EMPTY;
        tsn_payload json = counted("{\"a\":[]}");
        tsn_id id = the_id();
        if (own == 0) tsn_envelope_init_on(&envelope, &room);
        json.inset = &inset;
        ck_assert_int_eq(tsn_envelope_take_event(&envelope, &id, json), TOCSIN_OK);
        add_attachment(&envelope, "x");
        expect_text(&envelope,
                    "{\"event_id\":\"" ID_HEX "\",\"dsn\":\"d\"}\n"
                    "{\"type\":\"event\",\"content_type\":\"application/json\",\"length\":23}\n"
                    "{\"a\":[{\"n\":1},{\"n\":2}]}\n"
                    "{\"type\":\"attachment\",\"filename\":\"tail.log\","
                    "\"content_type\":\"text/plain\",\"length\":1}\nx\n");
        tsn_slice piece;
        tsn_envelope_pieces pieces = tsn_envelope_pieces_of(&envelope);
        for (int i = 0; i < 3; i++) ck_assert(tsn_envelope_next_piece(&pieces, &piece));
        ck_assert_ptr_eq(piece.data, crumbs);
        tsn_envelope_fini(&envelope);
    }
    ck_assert_int_eq(released, 4);
}
END_TEST

START_TEST(one_item_needs_no_memory_in_a_room)
{
    tsn_envelope_room room;
    tsn_envelope envelope;
    tsn_id id = the_id();
    tsn_envelope_init_on(&envelope, &room);
    tsn_alloc_fail_nth(1, true);
    tocsin_status st = tsn_envelope_take_event(&envelope, &id, counted("{}"));
    bool did_fail = tsn_alloc_did_fail();
    tsn_alloc_fail_nth(0, false);
    ck_assert_int_eq(st, TOCSIN_OK);
    ck_assert(!did_fail);
    tsn_envelope_fini(&envelope);
}
END_TEST

START_TEST(no_piece_is_empty)
{
    tsn_envelope envelope = TSN_ENVELOPE_EMPTY;
    tsn_slice piece;
    int count = 0;
    tsn_envelope_pieces pieces = tsn_envelope_pieces_of(&envelope);
    ck_assert(!tsn_envelope_next_piece(&pieces, &piece));
    add_attachment(&envelope, "");
    add_attachment(&envelope, "x");
    pieces = tsn_envelope_pieces_of(&envelope);
    for (; tsn_envelope_next_piece(&pieces, &piece); count++) ck_assert_uint_gt(piece.len, 0);
    ck_assert_int_eq(count, 5);
    tsn_envelope_fini(&envelope);
}
END_TEST

START_TEST(a_buffer_can_be_handed_over)
{
    tsn_envelope envelope = TSN_ENVELOPE_EMPTY;
    tsn_buf text = TSN_BUF_EMPTY;
    tsn_buf empty = TSN_BUF_EMPTY;
    tsn_id id = the_id();
    TSN_BUF_LIT(&text, "{}");
    tsn_envelope_take_event(&envelope, &id, tsn_payload_take_buf(&text));
    ck_assert_ptr_null(text.data);
    ck_assert_uint_eq(text.len, 0);
    tsn_envelope_take_report(&envelope, tsn_payload_take_buf(&empty));
    ck_assert_uint_eq(envelope.items[1].payload.bytes.len, 0);
    tsn_envelope_fini(&envelope);
    ck_assert_uint_eq(envelope.item_count, 0);
    tsn_envelope_fini(&envelope);
}
END_TEST

START_TEST(items_that_leave_are_freed_and_the_rest_keep_their_order)
{
    tsn_envelope envelope = TSN_ENVELOPE_EMPTY;
    add_event(&envelope, "{}");
    for (int i = 0; i < 9; i++) add_attachment(&envelope, &"123456789"[i]);
    tsn_envelope_remove(&envelope, 2, 7);
    ck_assert_int_eq(released, 7);
    tsn_envelope_remove(&envelope, 0, 0);
    ck_assert_uint_eq(envelope.item_count, 3);
    expect_text(&envelope,
                "{\"event_id\":\"" ID_HEX "\",\"dsn\":\"d\"}\n"
                "{\"type\":\"event\",\"content_type\":\"application/json\",\"length\":2}\n{}\n"
                "{\"type\":\"attachment\",\"filename\":\"tail.log\","
                "\"content_type\":\"text/plain\",\"length\":9}\n123456789\n"
                "{\"type\":\"attachment\",\"filename\":\"tail.log\","
                "\"content_type\":\"text/plain\",\"length\":1}\n9\n");
    add_attachment(&envelope, "x");
    ck_assert_uint_eq(envelope.item_count, 4);
    tsn_envelope_fini(&envelope);
    ck_assert_int_eq(released, 11);
}
END_TEST

START_TEST(without_its_event_an_envelope_has_neither_id_nor_trace)
{
    tsn_envelope envelope = TSN_ENVELOPE_EMPTY;
    add_event(&envelope, "{}");
    tsn_envelope_set_trace(&envelope, TSN_LIT("{\"trace_id\":\"t\"}"));
    tsn_envelope_take_report(&envelope, counted("{}"));
    tsn_envelope_remove(&envelope, 0, 1);
    expect_text(&envelope, "{\"dsn\":\"d\"}\n{\"type\":\"client_report\",\"length\":2}\n{}\n");
    tsn_envelope_fini(&envelope);
}
END_TEST

START_TEST(an_attachment_counts_its_bytes_but_at_least_one)
{
    tsn_envelope envelope = TSN_ENVELOPE_EMPTY;
    add_event(&envelope, "{\"a\":1}");
    add_attachment(&envelope, "");
    add_attachment(&envelope, "x");
    add_attachment(&envelope, "12345");
    static const uint64_t want[] = {1, 1, 1, 5};
    for (size_t i = 0; i < TSN_ARRAY_LEN(want); i++) {
        ck_assert_uint_eq(tsn_envelope_item_quantity(&envelope.items[i]), want[i]);
    }
    tsn_envelope_fini(&envelope);
}
END_TEST

/* Builds one of everything; the first failure ends it. */
static tocsin_status build(tsn_envelope *envelope)
{
    tsn_id id = the_id();
    TSN_TRY(tsn_envelope_take_event(envelope, &id, counted("{}")));
    for (int i = 0; i < 5; i++) {
        TSN_TRY(tsn_envelope_take_attachment(envelope, LOG, TEXT, TSN_SLICE_ABSENT, counted("x")));
    }
    TSN_TRY(tsn_envelope_take_report(envelope, counted("{}")));
    return tsn_envelope_set_trace(envelope, TSN_LIT("{}"));
}

START_TEST(without_memory_payloads_are_freed_and_the_envelope_stays_whole)
{
    tocsin_status st = TOCSIN_E_NOMEM;
    tsn_alloc_track(true);
    int64_t live = tsn_alloc_live();
    for (uint64_t n = 1; st != TOCSIN_OK; n++) {
        tsn_envelope envelope = TSN_ENVELOPE_EMPTY;
        tsn_buf out = TSN_BUF_EMPTY;
        size_t count = 0;
        tsn_alloc_fail_nth(n, false);
        st = build(&envelope);
        ck_assert_int_eq(st, tsn_alloc_did_fail() ? TOCSIN_E_NOMEM : TOCSIN_OK);
        tsn_alloc_fail_nth(0, false);
        add_attachment(&envelope, "after the failure");
        tsn_envelope_append(&envelope, IDENTITY, 1, &out);
        ck_assert_int_eq(tsn_envelope_check(tsn_buf_view(&out), &count), TOCSIN_OK);
        ck_assert_uint_eq(count, envelope.item_count);
        tsn_buf_fini(&out);
        tsn_envelope_fini(&envelope);
        ck_assert_int_eq(tsn_alloc_live(), live);
    }
    tsn_alloc_track(false);
}
END_TEST

START_TEST(a_stored_envelope_keeps_its_text_and_others_follow_it) /* */
{
    tsn_envelope envelope = TSN_ENVELOPE_EMPTY;
    tsn_buf out = TSN_BUF_EMPTY;
    tsn_slice items = TSN_LIT("{\"type\":\"new\"}\nof a later release\n");
    tsn_envelope_borrow_stored(&envelope, TSN_LIT("{\"dsn\":\"e\",\"x\":[1]}"), items);
    ck_assert_uint_eq(tsn_envelope_items_size(&envelope), items.len);
    ck_assert_int_eq(tsn_envelope_take_report(&envelope, tsn_payload_borrow(TSN_LIT("{}"))),
                     TOCSIN_OK);
    tsn_envelope_append(&envelope, IDENTITY, 1793611800250000, &out);
    unit_expect_buf(&out, "{\"dsn\":\"e\",\"x\":[1],\"sent_at\":\"2026-11-02T09:30:00.250Z\"}\n"
                          "{\"type\":\"new\"}\nof a later release\n"
                          "{\"type\":\"client_report\",\"length\":2}\n{}\n");
    ck_assert_int_eq(tsn_envelope_check(tsn_buf_view(&out), NULL), TOCSIN_OK);
    tsn_buf_fini(&out);
    tsn_envelope_fini(&envelope);
}
END_TEST

Suite *unit_suite(void)
{
    const TTest *const tests[] = {
        an_event_with_attachment_is_that_of_the_protocol,
        a_report_alone_has_no_event_id,
        each_payload_ends_in_one_line_end_also_an_empty_one,
        an_attachment_has_a_default_type_and_maybe_a_kind,
        a_payload_is_not_copied,
        an_inset_goes_where_it_stands_and_is_not_copied,
        one_item_needs_no_memory_in_a_room,
        no_piece_is_empty,
        a_buffer_can_be_handed_over,
        items_that_leave_are_freed_and_the_rest_keep_their_order,
        without_its_event_an_envelope_has_neither_id_nor_trace,
        an_attachment_counts_its_bytes_but_at_least_one,
        without_memory_payloads_are_freed_and_the_envelope_stays_whole,
        a_stored_envelope_keeps_its_text_and_others_follow_it,
    };
    return unit_suite_of("envelope", tests, TSN_ARRAY_LEN(tests));
}

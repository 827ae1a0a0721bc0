/* E-3, E-4: the thirteen rows of the reader's table, then the edges around them. */
#include "support.h"

#include <string.h>

#include "base/alloc.h"
#include "base/house.h"
#include "chance.h"
#include "data/json_walk.h"
#include "wire/envelope_read.h"

#define MALFORMED (-1)

typedef struct vector_row {
    const char *number;
    const char *text;
    int items; /* or MALFORMED */
} vector_row;

static void expect_vector(const vector_row *row)
{
    size_t count = 99;
    tsn_slice text = unit_exact_copy(row->text, strlen(row->text));
    tocsin_status st = tsn_envelope_check(text, &count);
    unit_free_text(text);
    if (row->items == MALFORMED) {
        ck_assert_msg(st == TOCSIN_E_JSON, "row %s taken: %s", row->number, row->text);
        ck_assert_uint_eq(count, 0);
        return;
    }
    ck_assert_msg(st == TOCSIN_OK, "row %s refused: %s", row->number, row->text);
    ck_assert_msg(count == (size_t)row->items, "row %s: %zu items", row->number, count);
}

START_TEST(the_protocols_vectors_hold)
{
    static const vector_row rows[] = {
        {"1", "{}", 0},
        {"1b", "{}\n", 0},
        {"2", "{}\n{\"type\":\"x\",\"length\":2}\nab", 1},
        {"3", "{}\n{\"type\":\"x\",\"length\":2}\nab\n", 1},
        {"4", "{}\n{\"type\":\"x\"}\nab\n{\"type\":\"y\"}\ncd", 2},
        {"5", "{}\n{\"type\":\"x\",\"length\":3}\na\nb\n", 1},
        {"6", "{}\n{\"type\":\"x\",\"length\":0}\n\n", 1},
        {"7", "{}\n{\"type\":\"x\"}", 1},
        {"8", "{}\n{\"type\":\"x\",\"length\":1}\nab\n", MALFORMED},
        {"9", "{}\n{\"type\":\"x\",\"length\":3}\nab", MALFORMED},
        {"10", "{}\n{\"type\":\"x\",\"length\":2}\nab\n\n", MALFORMED},
        {"11", "{}\n{\"length\":2}\nab\n", MALFORMED},
        {"12", "{}\r\n{\"type\":\"x\"}\n", MALFORMED},
        {"13", "", MALFORMED},
        {"13b", "[]\n", MALFORMED},
    };
    for (size_t i = 0; i < TSN_ARRAY_LEN(rows); i++) expect_vector(&rows[i]);
}
END_TEST

START_TEST(more_vectors_hold)
{
    static const vector_row rows[] = {
        {"LF alone", "\n", MALFORMED},
        {"two LF", "{}\n\n", MALFORMED},
        {"no braces", "null\n", MALFORMED},
        {"text", "\"{}\"\n", MALFORMED},
        {"half an object", "{\n", MALFORMED},
        {"two objects", "{}{}\n", MALFORMED},
        {"blank behind", "{} \n", MALFORMED},
        {"blank before", " {}\n", MALFORMED},
        {"byte order mark", "\xef\xbb\xbf{}\n", MALFORMED},
        {"no JSON", "{a:1}\n", MALFORMED},
        {"trailing comma", "{\"a\":1,}\n", MALFORMED},
        {"blanks inside", "{ \"a\" : 1 }\n", 0},
        {"unknown keys", "{\"a\":{\"b\":[1,null]}}\n{\"type\":\"x\",\"y\":{}}\n", 1},
        {"item that is no object", "{}\n[]\n", MALFORMED},
        {"item header with CR", "{}\n{\"type\":\"x\"}\r\nab\n", MALFORMED},
        {"item header with blank", "{}\n{\"type\":\"x\"} \nab\n", MALFORMED},
        {"type of a number", "{}\n{\"type\":1}\nab\n", MALFORMED},
        {"type of null", "{}\n{\"type\":null}\nab\n", MALFORMED},
        {"empty type", "{}\n{\"type\":\"\"}\nab\n", 1},
        {"last type counts", "{}\n{\"type\":1,\"type\":\"x\"}\nab\n", 1},
        {"length below zero", "{}\n{\"type\":\"x\",\"length\":-1}\n\n", MALFORMED},
        {"length with fraction", "{}\n{\"type\":\"x\",\"length\":1.5}\na\n", MALFORMED},
        {"length with zero fraction", "{}\n{\"type\":\"x\",\"length\":1.0}\na\n", MALFORMED},
        {"length with exponent", "{}\n{\"type\":\"x\",\"length\":1e0}\na\n", MALFORMED},
        {"length as text", "{}\n{\"type\":\"x\",\"length\":\"1\"}\na\n", MALFORMED},
        {"length of null", "{}\n{\"type\":\"x\",\"length\":null}\na\n", MALFORMED},
        {"length of true", "{}\n{\"type\":\"x\",\"length\":true}\na\n", MALFORMED},
        {"length of 2^32-1", "{}\n{\"type\":\"x\",\"length\":4294967295}\na\n", MALFORMED},
        {"length of 2^32", "{}\n{\"type\":\"x\",\"length\":4294967296}\na\n", MALFORMED},
        {"length of 2^64+1", "{}\n{\"type\":\"x\",\"length\":18446744073709551617}\na\n",
         MALFORMED},
        {"length takes the LF", "{}\n{\"type\":\"x\",\"length\":2}\na\n", 1},
        {"length reaches over the next item",
         "{}\n{\"type\":\"x\",\"length\":20}\na\n"
         "{\"type\":\"event\"}\nb",
         1},
        {"empty payload at the end", "{}\n{\"type\":\"x\",\"length\":0}", 1},
        {"empty payload, LF", "{}\n{\"type\":\"x\",\"length\":0}\n", 1},
        {"short at the end", "{}\n{\"type\":\"x\",\"length\":1}", MALFORMED},
        {"CR behind the payload", "{}\n{\"type\":\"x\",\"length\":2}\nab\r\n", MALFORMED},
        {"byte behind the payload", "{}\n{\"type\":\"x\",\"length\":2}\nabc", MALFORMED},
        {"item in place of the LF", "{}\n{\"type\":\"x\",\"length\":2}\nab {\"type\":\"y\"}\ncd",
         MALFORMED},
        {"CR in a payload without length", "{}\n{\"type\":\"x\"}\nab\r\n", 1},
        {"empty payload without length, then an item",
         "{}\n{\"type\":\"x\"}\n\n{\"type\":\"y\"}\n\n", 2},
        {"empty line without length", "{}\n{\"type\":\"x\"}\nab\n\n", MALFORMED},
        {"many items",
         "{}\n{\"type\":\"a\"}\n1\n{\"type\":\"b\",\"length\":1}\n2\n{\"type\":\"c\"}\n3\n"
         "{\"type\":\"d\",\"length\":0}\n\n",
         4},
    };
    for (size_t i = 0; i < TSN_ARRAY_LEN(rows); i++) expect_vector(&rows[i]);
}
END_TEST

/* E-3: kept verbatim, read in place. */
START_TEST(slices_point_into_the_text)
{
    const char *text = "{ \"dsn\":\"x\" }\n{ \"type\" : \"ev\\u0065nt\", \"odd\":1e2 ,\"length\":3}"
                       "\na\nb\n{\"type\":\"new\\\"kind\"}\nlast";
    tsn_envelope_reader reader;
    tsn_envelope_read_item item;
    ck_assert_int_eq(tsn_envelope_read_header(&reader, unit_slice(text)), TOCSIN_OK);
    unit_expect_text(reader.header, "{ \"dsn\":\"x\" }");
    ck_assert_ptr_eq(reader.header.data, text);
    ck_assert_ptr_eq(reader.rest.data, text + 14);
    ck_assert_int_eq(tsn_envelope_read_next(&reader, &item), TOCSIN_OK);
    unit_expect_text(item.head, "{ \"type\" : \"ev\\u0065nt\", \"odd\":1e2 ,\"length\":3}");
    unit_expect_text(item.canonical, "{\"type\":\"event\",\"odd\":1e2,\"length\":3}");
    unit_expect_text(item.type, "event");
    unit_expect_text(item.payload, "a\nb");
    ck_assert_int_eq(item.category, TSN_CATEGORY_ERROR);
    ck_assert(!tsn_envelope_reader_done(&reader));
    ck_assert_int_eq(tsn_envelope_read_next(&reader, &item), TOCSIN_OK);
    unit_expect_text(item.type, "new\\\"kind");
    ck_assert_int_eq(item.category, TSN_CATEGORY_DEFAULT);
    ck_assert_ptr_eq(item.payload.data, text + strlen(text) - 4);
    ck_assert(tsn_envelope_reader_done(&reader));
    tsn_envelope_reader_fini(&reader);
}
END_TEST

START_TEST(a_nul_is_data_in_a_payload_and_malformed_in_a_header)
{
    static const char good[] = "{}\n{\"type\":\"x\",\"length\":3}\na\0b\n";
    static const char bad[] = "{}\n{\"type\":\"x\"\0}\nab\n";
    ck_assert_int_eq(tsn_envelope_check((tsn_slice){good, sizeof good - 1}, NULL), TOCSIN_OK);
    ck_assert_int_eq(tsn_envelope_check((tsn_slice){bad, sizeof bad - 1}, NULL), TOCSIN_E_JSON);
}
END_TEST

static void expect_restamped(const char *header, const char *want)
{
    tsn_buf out = TSN_BUF_EMPTY;
    TSN_BUF_LIT(&out, "before");
    tocsin_status st =
        tsn_envelope_append_restamped(&out, unit_slice(header), INT64_C(1793611800250999));
    if (want == NULL) {
        ck_assert_int_eq(st, TOCSIN_E_JSON);
        unit_expect_buf(&out, "before");
    } else {
        ck_assert_int_eq(st, TOCSIN_OK);
        unit_expect_text(tsn_slice_sub(tsn_buf_view(&out), 6, out.len), want);
    }
    tsn_buf_fini(&out);
}

/* */
START_TEST(a_stored_header_gets_a_fresh_sent_at)
{
#define STAMP "\"sent_at\":\"2026-11-02T09:30:00.250Z\"}\n"
    expect_restamped("{}", "{" STAMP);
    expect_restamped("{\"dsn\":\"x\"}", "{\"dsn\":\"x\"," STAMP);
    expect_restamped("{\"sent_at\":\"2001-01-01T00:00:00Z\"}", "{" STAMP);
    expect_restamped("{\"sent_at\":1, \"event_id\":\"6a\",\"q\\\"\":{\"sent_at\":2}}",
                     "{\"event_id\":\"6a\",\"q\\\"\":{\"sent_at\":2}," STAMP);
    expect_restamped("[]", NULL);
    expect_restamped("", NULL);
    expect_restamped("{} ", NULL);
    expect_restamped("{\"a\"}", NULL);
#undef STAMP
}
END_TEST

START_TEST(without_memory_it_says_so_and_leaks_nothing)
{
    const char *text = "{\"a\":1}\n{\"type\":\"x\",\"length\":2}\nab\n";
    tocsin_status st = TOCSIN_E_NOMEM;
    tsn_alloc_track(true);
    int64_t live = tsn_alloc_live();
    for (uint64_t n = 1; st != TOCSIN_OK; n++) {
        tsn_alloc_fail_nth(n, false);
        st = tsn_envelope_check(unit_slice(text), NULL);
        ck_assert_int_eq(st, tsn_alloc_did_fail() ? TOCSIN_E_NOMEM : TOCSIN_OK);
        tsn_alloc_fail_nth(0, false);
        ck_assert_int_eq(tsn_alloc_live(), live);
    }
    st = TOCSIN_E_NOMEM;
    for (uint64_t n = 1; st != TOCSIN_OK; n++) {
        tsn_buf out = TSN_BUF_EMPTY;
        tsn_alloc_fail_nth(n, false);
        st = tsn_envelope_append_restamped(&out, TSN_LIT("{\"a\":1}"), 1);
        ck_assert_int_eq(st, tsn_alloc_did_fail() ? TOCSIN_E_NOMEM : TOCSIN_OK);
        tsn_alloc_fail_nth(0, false);
        ck_assert(st == TOCSIN_OK || out.len == 0);
        tsn_buf_fini(&out);
        ck_assert_int_eq(tsn_alloc_live(), live);
    }
    tsn_alloc_track(false);
}
END_TEST

/* FUZ-1: items and their gaps add up to the text. */
START_TEST(any_text_is_read_or_refused)
{
    unit_chance chance = unit_chance_begin("envelope_read");
    const char *sample = "{\"a\":\"b\"}\n{\"type\":\"x\",\"length\":2}\nab\n{\"type\":\"y\"}\ncd\n";
    int taken = 0;
    for (size_t round = 0; round < unit_rounds(50000); round++) {
        tsn_slice text = unit_chance_mutate(&chance, sample, "\n\r{}\"0123:,ab \\\x80");
        tsn_envelope_reader reader;
        tsn_envelope_read_item item;
        tocsin_status st = tsn_envelope_read_header(&reader, text);
        size_t seen = reader.header.len + 1;
        while (st == TOCSIN_OK && !tsn_envelope_reader_done(&reader)) {
            st = tsn_envelope_read_next(&reader, &item);
            if (st == TOCSIN_OK) seen += item.head.len + 1 + item.payload.len + 1;
        }
        ck_assert(st == TOCSIN_OK || st == TOCSIN_E_JSON);
        if (st == TOCSIN_OK) ck_assert(seen >= text.len && seen <= text.len + 2);
        taken += st == TOCSIN_OK;
        tsn_envelope_reader_fini(&reader);
        unit_free_text(text);
    }
    ck_assert_int_gt(taken, 100);
}
END_TEST

Suite *unit_suite(void)
{
    const TTest *const tests[] = {
        the_protocols_vectors_hold,           more_vectors_hold,
        slices_point_into_the_text,           a_nul_is_data_in_a_payload_and_malformed_in_a_header,
        a_stored_header_gets_a_fresh_sent_at, without_memory_it_says_so_and_leaks_nothing,
        any_text_is_read_or_refused,
    };
    return unit_suite_of("envelope_read", tests, TSN_ARRAY_LEN(tests));
}

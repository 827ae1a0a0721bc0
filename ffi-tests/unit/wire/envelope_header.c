#include "support.h"

#include <string.h>

#include "base/house.h"
#include "data/json_walk.h"
#include "data/limits.h"
#include "wire/envelope.h"
#include "wire/envelope_read.h"

#define IDENTITY TSN_LIT("\"sdk\":{}")

static const tsn_id an_id = {{0x6a, 0x1e}};

static void append_text(tsn_buf *out, const char *key, size_t len)
{
    tsn_buf_printf(out, ",\"%s\":\"", key);
    for (size_t i = 0; i < len; i++) tsn_buf_byte(out, 'x');
    tsn_buf_byte(out, '"');
}

/* A header line whose trace has texts of these lengths. */
static tsn_buf header_with(size_t release, size_t environment, size_t transaction, size_t other)
{
    tsn_envelope envelope = {.event_id = an_id};
    tsn_buf out = TSN_BUF_EMPTY;
    tsn_buf_printf(&envelope.trace, "{\"trace_id\":\"t\"");
    append_text(&envelope.trace, "release", release);
    append_text(&envelope.trace, "environment", environment);
    append_text(&envelope.trace, "transaction", transaction);
    append_text(&envelope.trace, "other", other);
    tsn_buf_byte(&envelope.trace, '}');
    tsn_envelope_append_header(&envelope, IDENTITY, 1, &out);
    tsn_envelope_fini(&envelope);
    return out;
}

/* The header line is whole, short enough, and its trace has these keys. */
static void expect_trace(tsn_buf header, const char *want)
{
    tsn_buf got = TSN_BUF_EMPTY;
    tsn_slice line = tsn_slice_sub(tsn_buf_view(&header), 0, header.len - 1);
    ck_assert_int_eq(tsn_envelope_check(tsn_buf_view(&header), NULL), TOCSIN_OK);
    ck_assert_uint_le(header.len, TSN_HEADER_SIZE_MAX);
    tsn_json_walk walk = tsn_json_walk_of(tsn_json_get(line, TSN_LIT("trace")));
    tsn_slice key;
    tsn_slice value;
    while (tsn_json_next(&walk, &key, &value)) {
        if (got.len > 0) tsn_buf_byte(&got, ' ');
        tsn_buf_slice(&got, key);
    }
    unit_expect_buf(&got, want);
    tsn_buf_fini(&got);
    tsn_buf_fini(&header);
}

START_TEST(identity_is_dsn_and_sdk_as_json)
{
    tsn_buf out = TSN_BUF_EMPTY;
    tsn_envelope_append_identity(&out, TSN_LIT("http://k@h/1"), TSN_LIT("a\"b\n"), TSN_LIT("1"));
    unit_expect_buf(&out, "\"dsn\":\"http://k@h/1\","
                          "\"sdk\":{\"name\":\"a\\\"b\\n\",\"version\":\"1\"}");
    tsn_buf_clear(&out);
    tsn_envelope_append_identity(&out, TSN_SLICE_ABSENT, TSN_LIT("n"), TSN_LIT("1"));
    unit_expect_buf(&out, "\"sdk\":{\"name\":\"n\",\"version\":\"1\"}");
    tsn_buf_fini(&out);
}
END_TEST

/* Section 3: sent_at is absent while an envelope is stored. */
START_TEST(a_header_has_what_there_is)
{
    tsn_envelope envelope = TSN_ENVELOPE_EMPTY;
    tsn_buf out = TSN_BUF_EMPTY;
    tsn_envelope_append_header(&envelope, IDENTITY, 0, &out);
    unit_expect_buf(&out, "{\"sdk\":{}}\n");
    tsn_buf_clear(&out);
    envelope.event_id = an_id;
    tsn_envelope_append_header(&envelope, IDENTITY, INT64_C(1793611800250999), &out);
    unit_expect_buf(&out, "{\"event_id\":\"6a1e0000000000000000000000000000\",\"sdk\":{},"
                          "\"sent_at\":\"2026-11-02T09:30:00.250Z\"}\n");
    tsn_buf_clear(&out);
    ck_assert_int_eq(tsn_envelope_set_trace(&envelope, TSN_LIT("{\"a\":\"1\",\"b\":\"2\"}")),
                     TOCSIN_OK);
    tsn_envelope_append_header(&envelope, IDENTITY, 0, &out);
    unit_expect_buf(&out, "{\"event_id\":\"6a1e0000000000000000000000000000\",\"sdk\":{},"
                          "\"trace\":{\"a\":\"1\",\"b\":\"2\"}}\n");
    tsn_buf_clear(&out);
    ck_assert_int_eq(tsn_envelope_set_trace(&envelope, TSN_SLICE_ABSENT), TOCSIN_OK);
    tsn_envelope_append_header(&envelope, IDENTITY, 0, &out);
    unit_expect_buf(&out, "{\"event_id\":\"6a1e0000000000000000000000000000\",\"sdk\":{}}\n");
    tsn_buf_fini(&out);
    tsn_envelope_fini(&envelope);
}
END_TEST

/* Section 3: transaction leaves first, then environment, then release. */
START_TEST(a_header_over_8_kib_gives_up_its_trace_step_by_step)
{
    expect_trace(header_with(10, 10, 10, 10), "trace_id release environment transaction other");
    expect_trace(header_with(10, 10, 9000, 10), "trace_id release environment other");
    expect_trace(header_with(10, 9000, 10, 10), "trace_id release other");
    expect_trace(header_with(9000, 10, 10, 10), "trace_id other");
    expect_trace(header_with(10, 10, 10, 9000), "");
    expect_trace(header_with(3000, 3000, 3000, 10), "trace_id release environment other");
    expect_trace(header_with(5000, 5000, 5000, 10), "trace_id release other");
}
END_TEST

START_TEST(the_limit_of_a_header_is_met_exactly)
{
    tsn_buf plain = header_with(10, 10, 10, 10);
    size_t room = TSN_HEADER_SIZE_MAX - plain.len;
    tsn_buf_fini(&plain);
    tsn_buf at = header_with(10, 10, 10 + room, 10);
    ck_assert_uint_eq(at.len, TSN_HEADER_SIZE_MAX);
    tsn_buf_fini(&at);
    tsn_buf above = header_with(10, 10, 10 + room + 1, 10);
    ck_assert_uint_lt(above.len, 300);
    tsn_buf_fini(&above);
}
END_TEST

Suite *unit_suite(void)
{
    const TTest *const tests[] = {
        identity_is_dsn_and_sdk_as_json,
        a_header_has_what_there_is,
        a_header_over_8_kib_gives_up_its_trace_step_by_step,
        the_limit_of_a_header_is_met_exactly,
    };
    return unit_suite_of("envelope_header", tests, TSN_ARRAY_LEN(tests));
}

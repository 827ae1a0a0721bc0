/* What is filled into a crumb and what is cut (scopes: add_breadcrumb; R9; P-31). */
#include "support.h"

#include "base/house.h"
#include "data/json_walk.h"
#include "data/limits.h"
#include "model/breadcrumb.h"

#include <stdio.h>

#define NOW 1793611799871204
#define NOW_TEXT "\"2026-11-02T09:29:59.871204Z\""

typedef struct crumb_case {
    const char *given;
    const char *want;
    int64_t time_us;
} crumb_case;

static const crumb_case cases[] = {
    {"{\"message\":\"m\"}", "{\"message\":\"m\",\"timestamp\":" NOW_TEXT ",\"type\":\"default\"}",
     NOW},
    {"{\"timestamp\":null,\"type\":null}", "{\"timestamp\":" NOW_TEXT ",\"type\":\"default\"}",
     NOW},
    {"{\"type\":\"http\",\"timestamp\":1.5}", "{\"type\":\"http\",\"timestamp\":1.5}", 1500000},
    {"{\"timestamp\":\"1970-01-01T00:00:02Z\",\"type\":\"\"}",
     "{\"timestamp\":\"1970-01-01T00:00:02Z\",\"type\":\"\"}", 2000000},
    {"{\"timestamp\":\"yesterday\",\"type\":\"ui\"}",
     "{\"type\":\"ui\",\"timestamp\":" NOW_TEXT "}", NOW},
    {"{\"timestamp\":[],\"type\":\"ui\"}", "{\"type\":\"ui\",\"timestamp\":" NOW_TEXT "}", NOW},
    {"{\"x\":null,\"data\":{\"timestamp\":null},\"type\":\"ui\",\"timestamp\":0}",
     "{\"x\":null,\"data\":{\"timestamp\":null},\"type\":\"ui\",\"timestamp\":0}", 0},
    {"{\"message\":7,\"category\":null,\"type\":1,\"timestamp\":0}",
     "{\"message\":7,\"category\":null,\"type\":1,\"timestamp\":0}", 0},
    {"{\"the\":1,\"tip\":{\"type\":2,\"timestamp\":3}}",
     "{\"the\":1,\"tip\":{\"type\":2,\"timestamp\":3},\"timestamp\":" NOW_TEXT
     ",\"type\":\"default\"}",
     NOW},
    {"{\"message\":\"m\",\"category\":[\"c\"],\"level\":\"info\"}",
     "{\"message\":\"m\",\"category\":[\"c\"],\"level\":\"info\",\"timestamp\":" NOW_TEXT
     ",\"type\":\"default\"}",
     NOW},
    {"{\"type\":\"ui\",\"category\":\"clicked\"}",
     "{\"type\":\"ui\",\"category\":\"clicked\",\"timestamp\":" NOW_TEXT "}", NOW},
};

START_TEST(time_and_type_are_filled_in_and_the_rest_is_kept)
{
    for (size_t i = 0; i < TSN_ARRAY_LEN(cases); i++) {
        for (int way = 0; way < 4; way++) {
            bool has_places = way % 2 == 1;
            tsn_buf crumb = TSN_BUF_EMPTY;
            if (way >= 2) ck_assert(tsn_buf_reserve(&crumb, 1000));
            tsn_json_places places;
            ck_assert_int_eq(
                tsn_json_normalise_object(unit_slice(cases[i].given), 0, &crumb, &places),
                TOCSIN_OK);
            int64_t time_us = -1;
            ck_assert(tsn_breadcrumb_complete(&crumb, has_places ? &places : NULL, NOW, &time_us));
            unit_expect_buf(&crumb, cases[i].want);
            ck_assert_int_eq(time_us, cases[i].time_us);
            tsn_buf_fini(&crumb);
        }
    }
}
END_TEST

START_TEST(an_empty_crumb_is_ignored)
{
    tsn_buf crumb = TSN_BUF_EMPTY;
    tsn_json_places places;
    ck_assert_int_eq(tsn_json_normalise_object(TSN_LIT(" { } "), 0, &crumb, &places), TOCSIN_OK);
    int64_t time_us = -1;
    ck_assert(!tsn_breadcrumb_complete(&crumb, &places, NOW, &time_us));
    ck_assert(!tsn_breadcrumb_complete(&crumb, NULL, NOW, &time_us));
    unit_expect_buf(&crumb, "{}");
    ck_assert_int_eq(time_us, -1);
    tsn_buf_fini(&crumb);
}
END_TEST

/* The length of the text of member `key` after completing a crumb that has `len` letters in it and
 * `end` behind them. */
static size_t length_with_end(const char *key, size_t len, const char *end)
{
    char text[10000];
    memset(text, 'm', len);
    tsn_buf given = TSN_BUF_EMPTY;
    tsn_buf_printf(&given, "{\"%s\":\"%.*s\"%s}", key, (int)len, text, end);
    tsn_buf crumb = TSN_BUF_EMPTY;
    ck_assert(tsn_buf_reserve(&crumb, 20000));
    tsn_json_places places;
    ck_assert_int_eq(tsn_json_normalise_object(tsn_buf_view(&given), 0, &crumb, &places),
                     TOCSIN_OK);
    int64_t time_us;
    ck_assert(tsn_breadcrumb_complete(&crumb, &places, NOW, &time_us));
    size_t result = tsn_json_get(tsn_buf_view(&crumb), unit_slice(key)).len - 2;
    tsn_buf_fini(&given);
    tsn_buf_fini(&crumb);
    return result;
}

static size_t length_after(const char *key, size_t len)
{
    size_t result = length_with_end(key, len, "");
    ck_assert_uint_eq(length_with_end(key, len, ",\"data\":1"), result);
    ck_assert_uint_eq(length_with_end(key, len, ",\"timestamp\":0,\"type\":\"t\""), result);
    return result;
}

START_TEST(message_and_category_are_cut_to_their_limits)
{
    static const struct {
        const char *key;
        size_t max;
    } limits[] = {{"message", TSN_MESSAGE_MAX}, {"category", TSN_CRUMB_CATEGORY_MAX}};
    for (size_t i = 0; i < TSN_ARRAY_LEN(limits); i++) {
        size_t max = limits[i].max;
        ck_assert_uint_eq(length_after(limits[i].key, max - 1), max - 1);
        ck_assert_uint_eq(length_after(limits[i].key, max), max);
        ck_assert_uint_eq(length_after(limits[i].key, max + 1), max);
    }
    ck_assert_uint_eq(length_after("level", 9000), 9000);
}
END_TEST

Suite *unit_suite(void)
{
    const TTest *const tests[] = {
        time_and_type_are_filled_in_and_the_rest_is_kept,
        an_empty_crumb_is_ignored,
        message_and_category_are_cut_to_their_limits,
    };
    return unit_suite_of("model/breadcrumb", tests, TSN_ARRAY_LEN(tests));
}

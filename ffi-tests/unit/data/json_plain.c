/* What the quick look takes is what the thorough one gives, text and places; what it leaves is left
 * whole. */
#include "data/json_plain.h"

#include "chance.h"
#include "data/json_walk.h"
#include "support.h"

#define CRUMB                                                                                      \
    "{\"message\":\"GET /orders/42 took {a} [while]\",\"category\":\"http\",\"level\":\"info\","   \
    "\"data\":{\"url\":\"https://a.example/42\",\"status_code\":200,\"took\":0.25,\"ok\":true}}"

static bool is_taken(tsn_slice text, unsigned keep_levels)
{
    tsn_buf out = TSN_BUF_EMPTY;
    tsn_json_places places;
    bool was_taken = tsn_json_take_plain(text, keep_levels, &out, &places);
    if (was_taken) ck_assert(tsn_slice_equal(tsn_buf_view(&out), text));
    if (!was_taken) ck_assert_uint_eq(out.len, 0);
    tsn_buf_fini(&out);
    return was_taken;
}

START_TEST(what_serializers_write_is_taken)
{
    static const char *const texts[] = {
        CRUMB,
        "{\"one\":1,\"two\":2}",
        "{\"list\":[1,\"two\",[3,{\"four\":null}]],\"is\":false,\"n\":-1.5}",
        "{\"same ends\":1,\"same other ends\":{\"same ends\":2},\"sane ends\":3}",
        "{\"\":1,\"other\":\"text of some length\"}",
    };
    for (size_t i = 0; i < TSN_ARRAY_LEN(texts); i++) ck_assert(is_taken(unit_slice(texts[i]), 0));
}
END_TEST

START_TEST(what_needs_a_closer_look_is_left)
{
    static const char *const texts[] = {
        "{}",
        "{\"message\": \"a blank before\"}",
        "{\"message\":\"a\\tb\",\"level\":\"info\"}",
        "{\"message\":\"gr\xc3\xbc\xc3\x9f\x65\",\"level\":\"info\"}",
        "{\"message\":\"one\ntwo\",\"level\":\"info\"}",
        "{\"message\":\"twice\",\"message\":\"twice\"}",
        "{\"a_long_key_twice\":1,\"a_long_key_twice\":2}",
        "{\"some\":{\"a\":[1,{\"b\":2}],\"c\":\"\"},\"some\":2}",
        "{\"some\":{\"a\":[1,{\"b\":2}],\"c\":\"\",\"a\":3}}",
        "{\"\":\"the empty key\",\"\":\"twice\"}",
        "{\"number\":1e5,\"other\":\"text\"}",
        "{\"number\":01,\"other\":\"text\"}",
        "{\"message\":\"no end,\"level\":\"info\"}",
        "{\"message\":\"one quote too many\"\"}",
        "{\"message\":\"no end, and the last word of marks is full of it: 64}",
        "{\"message\":\"value\",\"a key without end}",
        "{\"message\":\"brackets\",\"data\":{\"a\":1]}",
        "{\"message\":\"too many\",\"data\":{\"a\":1}}}",
        "{\"message\":\"too few\",\"data\":{\"a\":1}",
        "{\"message\":\"comma at the end\",}",
        "{\"message\":\"no value\",\"level\":}",
        "[\"message\",\"no object at all, a list\"]",
    };
    for (size_t i = 0; i < TSN_ARRAY_LEN(texts); i++) ck_assert(!is_taken(unit_slice(texts[i]), 0));
}
END_TEST

START_TEST(only_so_many_levels_members_and_bytes_are_taken)
{
    ck_assert(is_taken(TSN_LIT("{\"a\":{\"b\":{\"c\":\"of three\"}}}"), 3));
    ck_assert(!is_taken(TSN_LIT("{\"a\":{\"b\":{\"c\":\"of three\"}}}"), 2));
    ck_assert(is_taken(TSN_LIT("{\"a\":[[[[[[[[1]]]]]]]],\"b\":2}"), 0));
    ck_assert(!is_taken(TSN_LIT("{\"a\":[[[[[[[[[1]]]]]]]]],\"b\":2}"), 0));
    for (size_t len = 12; len <= 530; len++) {
        tsn_buf text = TSN_BUF_EMPTY;
        TSN_BUF_LIT(&text, "{\"key\":\"");
        while (text.len < len - 2) tsn_buf_byte(&text, 'x');
        TSN_BUF_LIT(&text, "\"}");
        ck_assert_int_eq(is_taken(tsn_buf_view(&text), 0), len >= 16 && len <= 512);
        tsn_buf_fini(&text);
    }
    tsn_buf many = TSN_BUF_EMPTY;
    TSN_BUF_LIT(&many, "{\"k00\":0");
    for (int i = 1; i < 16; i++) tsn_buf_printf(&many, ",\"k%02d\":%d", i, i);
    tsn_buf_byte(&many, '}');
    ck_assert(is_taken(tsn_buf_view(&many), 0));
    tsn_buf_truncate(&many, many.len - 1);
    TSN_BUF_LIT(&many, ",\"k16\":16}");
    ck_assert(!is_taken(tsn_buf_view(&many), 0));
    tsn_buf_fini(&many);
}
END_TEST

static void expect_places(tsn_slice object, const tsn_json_places *places)
{
    tsn_slice key, value;
    tsn_json_walk walk = tsn_json_walk_of(object);
    ck_assert(places->are_known);
    for (size_t i = 0; i < places->count; i++) {
        ck_assert(tsn_json_next(&walk, &key, &value));
        if (key.len > 0) {
            unsigned char last = (unsigned char)key.data[key.len - 1];
            unsigned hash = tsn_json_place_hash((unsigned char)key.data[0], last);
            ck_assert((places->hashes >> hash & 1) != 0);
        }
        ck_assert_ptr_eq(object.data + places->at[i].key + 1, key.data);
        ck_assert_ptr_eq(object.data + places->at[i].value, value.data);
    }
    ck_assert(!tsn_json_next(&walk, &key, &value));
}

START_TEST(what_is_taken_is_what_the_thorough_look_gives)
{
    unit_chance chance = unit_chance_begin("json_plain");
    size_t taken = 0;
    for (size_t left = unit_rounds(200000); left > 0; left--) {
        tsn_slice text = unit_chance_mutate(&chance, CRUMB, "\"{}[]:,\\ 01-.atm\n\xc3");
        tsn_buf quick = TSN_BUF_EMPTY;
        tsn_buf thorough = TSN_BUF_EMPTY;
        tsn_json_places places;
        if (tsn_json_take_plain(text, 10, &quick, &places)) {
            taken++;
            ck_assert_int_eq(
                tsn_json_normalise(text, TSN_JSON_ONLY(TSN_JSON_OBJECT), 10, &thorough, NULL),
                TOCSIN_OK);
            ck_assert(tsn_slice_equal(tsn_buf_view(&quick), tsn_buf_view(&thorough)));
            expect_places(tsn_buf_view(&quick), &places);
        }
        tsn_buf_fini(&quick);
        tsn_buf_fini(&thorough);
        unit_free_text(text);
    }
    ck_assert_uint_gt(taken, 100);
}
END_TEST

Suite *unit_suite(void)
{
    const TTest *const tests[] = {
        what_serializers_write_is_taken,
        what_needs_a_closer_look_is_left,
        only_so_many_levels_members_and_bytes_are_taken,
        what_is_taken_is_what_the_thorough_look_gives,
    };
    return unit_suite_of("data/json_plain", tests, TSN_ARRAY_LEN(tests));
}

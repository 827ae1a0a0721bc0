#include "support.h"

#include "base/alloc.h"
#include "base/house.h"
#include "data/json_normal.h"
#include "data/json_walk.h"
#include "data/limits.h"

#include "chance.h"

#include <locale.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

/* `text` normalised at `keep_levels` has to be `want`. */
static void expect_kept(const char *text, unsigned keep_levels, const char *want)
{
    tsn_buf out = TSN_BUF_EMPTY;
    ck_assert_int_eq(tsn_json_normalise(unit_slice(text), TSN_JSON_ANY, keep_levels, &out, NULL),
                     TOCSIN_OK);
    unit_expect_buf(&out, want);
    tsn_buf_fini(&out);
}

static void expect(const char *text, const char *want)
{
    expect_kept(text, 0, want);
}

static tocsin_status status_of(tsn_slice text)
{
    tsn_buf out = TSN_BUF_EMPTY;
    tocsin_status st = tsn_json_normalise(text, TSN_JSON_ANY, 0, &out, NULL);
    tsn_buf_fini(&out);
    return st;
}

static tocsin_status status_of_buf(const tsn_buf *text)
{
    ck_assert(!text->failed);
    return status_of(tsn_buf_view(text));
}

static void repeat(tsn_buf *out, const char *part, size_t times)
{
    tsn_slice slice = unit_slice(part);
    for (size_t i = 0; i < times; i++) tsn_buf_slice(out, slice);
}

START_TEST(the_outermost_type_is_told_and_checked)
{
    static const struct {
        const char *text;
        tsn_json_type type;
    } rows[] = {
        {"null", TSN_JSON_NULL},    {" true", TSN_JSON_BOOL}, {"-1", TSN_JSON_NUMBER},
        {"\"a\"", TSN_JSON_STRING}, {" [1]", TSN_JSON_ARRAY}, {"\n{}", TSN_JSON_OBJECT},
    };
    for (size_t i = 0; i < TSN_ARRAY_LEN(rows); i++) {
        tsn_slice text = unit_slice(rows[i].text);
        tsn_json_type type = TSN_JSON_NULL;
        tsn_buf out = TSN_BUF_EMPTY;
        unsigned only = TSN_JSON_ONLY(rows[i].type);
        ck_assert_int_eq(tsn_json_normalise(text, only, 0, &out, &type), TOCSIN_OK);
        ck_assert_int_eq(type, rows[i].type);
        tsn_buf_clear(&out);
        ck_assert_int_eq(tsn_json_normalise(text, TSN_JSON_ANY & ~only, 0, &out, NULL),
                         TOCSIN_E_TYPE);
        ck_assert_uint_eq(out.len, 0);
        tsn_buf_fini(&out);
    }
}
END_TEST

START_TEST(malformed_text_of_a_wrong_type_is_malformed)
{
    tsn_buf out = TSN_BUF_EMPTY;
    ck_assert_int_eq(
        tsn_json_normalise(TSN_LIT("[1,]"), TSN_JSON_ONLY(TSN_JSON_OBJECT), 0, &out, NULL),
        TOCSIN_E_JSON);
    ck_assert_int_eq(tsn_json_normalise(TSN_SLICE_ABSENT, TSN_JSON_ANY, 0, &out, NULL),
                     TOCSIN_E_JSON);
    tsn_buf_fini(&out);
}
END_TEST

/* JSN-2 */
START_TEST(depth_is_refused_over_128_whether_or_not_the_text_is_complete)
{
    static const size_t depths[] = {127, 128, 129, 1000000};
    for (size_t i = 0; i < TSN_ARRAY_LEN(depths); i++) {
        tocsin_status want = depths[i] > TSN_JSON_DEPTH_MAX ? TOCSIN_E_DEPTH : TOCSIN_OK;
        tsn_buf text = TSN_BUF_EMPTY;
        repeat(&text, "[", depths[i]);
        ck_assert_int_eq(status_of_buf(&text), want != TOCSIN_OK ? want : TOCSIN_E_JSON);
        repeat(&text, "]", depths[i]);
        ck_assert_int_eq(status_of_buf(&text), want);
        tsn_buf_clear(&text);
        repeat(&text, "{\"k\":", depths[i]);
        tsn_buf_byte(&text, '1');
        repeat(&text, "}", depths[i]);
        ck_assert_int_eq(status_of_buf(&text), want);
        tsn_buf_fini(&text);
    }
}
END_TEST

START_TEST(brackets_in_strings_do_not_count_as_depth)
{
    tsn_buf text = TSN_BUF_EMPTY;
    tsn_buf_byte(&text, '[');
    tsn_buf_byte(&text, '"');
    repeat(&text, "[\\\"", 500);
    tsn_buf_byte(&text, '"');
    ck_assert_int_eq(status_of_buf(&text), TOCSIN_E_JSON);
    tsn_buf_byte(&text, ']');
    ck_assert_int_eq(status_of_buf(&text), TOCSIN_OK);
    tsn_buf_fini(&text);
}
END_TEST

/* JSN-2 */
START_TEST(text_of_16_mib_is_read_and_one_byte_more_is_not)
{
    tsn_buf text = TSN_BUF_EMPTY;
    ck_assert(tsn_buf_reserve(&text, TSN_JSON_SIZE_MAX + 1));
    memset(text.data, 'x', TSN_JSON_SIZE_MAX + 1);
    text.len = TSN_JSON_SIZE_MAX;
    text.data[0] = text.data[text.len - 1] = '"';
    ck_assert_int_eq(status_of_buf(&text), TOCSIN_OK);
    text.data[text.len++] = ' ';
    ck_assert_int_eq(status_of_buf(&text), TOCSIN_E_SIZE);
    tsn_buf_fini(&text);
}
END_TEST

/* JSN-2: a square of them is not done before the case's time is over. */
static void *read_deep_text(void *levels)
{
    size_t count = *(size_t *)levels;
    tsn_buf text = TSN_BUF_EMPTY;
    tsn_buf out = TSN_BUF_EMPTY;
    for (size_t i = 0; i < count; i++) TSN_BUF_LIT(&text, "[{\"key\":");
    TSN_BUF_LIT(&text, "1");
    for (size_t i = 0; i < count; i++) TSN_BUF_LIT(&text, "}]");
    (void)tsn_json_normalise(tsn_buf_view(&text), TSN_JSON_ANY, 0, &out, NULL);
    tsn_buf_fini(&out);
    tsn_buf_fini(&text);
    return NULL;
}

/* On a stack that was painted before: how much of it has another colour now. */
static size_t stack_used_for(size_t levels)
{
    enum { STACK = 1 << 20, COLOUR = 0xa5 };
    unsigned char *stack = aligned_alloc(4096, STACK);
    pthread_attr_t attributes;
    pthread_t thread;
    memset(stack, COLOUR, STACK);
    pthread_attr_init(&attributes);
    ck_assert_int_eq(pthread_attr_setstack(&attributes, stack, STACK), 0);
    ck_assert_int_eq(pthread_create(&thread, &attributes, read_deep_text, &levels), 0);
    pthread_join(thread, NULL);
    pthread_attr_destroy(&attributes);
    size_t untouched = 0;
    while (untouched < STACK && stack[untouched] == COLOUR) untouched++;
    free(stack);
    return STACK - untouched;
}

START_TEST(the_deepest_text_takes_at_most_64_kib_of_stack) /* JSN-2 */
{
    size_t shallow = stack_used_for(1);
    ck_assert_uint_le(stack_used_for(64), shallow + ((size_t)64 << 10));
    ck_assert_uint_le(stack_used_for(1000000), shallow + ((size_t)64 << 10));
}
END_TEST

START_TEST(a_million_keys_or_elements_are_no_square_of_work)
{
    tsn_buf text = TSN_BUF_EMPTY;
    for (int i = 0; i < 1000000; i++) tsn_buf_printf(&text, "%c\"k%d\":1", i == 0 ? '{' : ',', i);
    tsn_buf_byte(&text, '}');
    ck_assert_int_eq(status_of_buf(&text), TOCSIN_OK);

    tsn_buf_clear(&text);
    tsn_buf_byte(&text, '[');
    repeat(&text, "1,", 999999);
    TSN_BUF_LIT(&text, "1]");
    ck_assert_int_eq(status_of_buf(&text), TOCSIN_OK);
    tsn_buf_fini(&text);
}
END_TEST

/* JSN-3 */
START_TEST(the_last_of_equal_keys_stays_in_the_place_of_the_first)
{
    expect("{\"a\":1,\"b\":2,\"a\":3}", "{\"a\":3,\"b\":2}");
    expect("{\"a\":1,\"a\":2,\"a\":[{\"x\":1}],\"b\":0}", "{\"a\":[{\"x\":1}],\"b\":0}");
    expect("{\"b\":1,\"a\":{},\"b\":2,\"a\":\"}\"}", "{\"b\":2,\"a\":\"}\"}");
    expect("[{\"a\":1,\"a\":2},{\"a\":3},{\"\":1,\"\":2}]", "[{\"a\":2},{\"a\":3},{\"\":2}]");
    expect("{\"a\":{\"b\":1,\"b\":2},\"c\":0,\"a\":{\"b\":3, \"b\":4}}",
           "{\"a\":{\"b\":4},\"c\":0}");
}
END_TEST

START_TEST(keys_are_equal_by_what_they_say_not_by_how_they_are_spelled)
{
    expect("{\"key\":1,\"\\u006bey\":2}", "{\"key\":2}");
    expect("{\"\\u00e4\":1,\"\xc3\xa4\":2,\"\\u00E4\":3}", "{\"\xc3\xa4\":3}");
    expect("{\"a\\/b\":1,\"a/b\":2}", "{\"a/b\":2}");
    expect("{\"\\u0000\":1,\"\\ud800\":2,\"\xff\":3}", "{\"\xef\xbf\xbd\":3}");
    expect("{\"long key with bytes\":1,\"long key with byte\\u0073\":2}",
           "{\"long key with bytes\":2}");
    expect("{\"a\":1,\"A\":2,\"a \":3}", "{\"a\":1,\"A\":2,\"a \":3}");
}
END_TEST

START_TEST(many_keys_with_one_repeated_lose_just_that_one)
{
    static const int counts[] = {5, 40, 70, 1023, 1024, 1025, 3000};
    for (size_t i = 0; i < TSN_ARRAY_LEN(counts); i++) {
        tsn_buf text = TSN_BUF_EMPTY;
        tsn_buf want = TSN_BUF_EMPTY;
        for (int k = 0; k < counts[i]; k++) {
            char mark = k == 0 ? '{' : ',';
            tsn_buf_printf(&text, "%c\"key%d\" : %d", mark, k, k);
            tsn_buf_printf(&want, "%c\"key%d\":%d", mark, k, k == 3 ? -1 : k);
        }
        TSN_BUF_LIT(&text, ",\"key3\":-1}");
        tsn_buf_byte(&want, '}');
        tsn_buf_terminate(&text);
        tsn_buf_terminate(&want);
        expect(text.data, want.data);
        tsn_buf_fini(&text);
        tsn_buf_fini(&want);
    }
}
END_TEST

/* P-4 */
START_TEST(containers_below_the_levels_kept_become_a_mark)
{
    expect_kept("{\"a\":[1,{\"b\":2}],\"c\":3}", 1, "{\"a\":\"<truncated>\",\"c\":3}");
    expect_kept("{\"a\":[1,{\"b\":2}],\"c\":3}", 2, "{\"a\":[1,\"<truncated>\"],\"c\":3}");
    expect_kept("{\"a\":[1,{\"b\":2}],\"c\":3}", 3, "{\"a\":[1,{\"b\":2}],\"c\":3}");
    expect_kept("[ [ ] , { } , [[1],[2]] ]", 1,
                "[\"<truncated>\",\"<truncated>\",\"<truncated>\"]");
    expect_kept("[[{\"a\":\"\\u0041\xff\",\"a\":[2]}],4]", 1, "[\"<truncated>\",4]");
    expect_kept("{\"a\":1,\"a\":[],\"b\":{}}", 1, "{\"a\":\"<truncated>\",\"b\":\"<truncated>\"}");
    expect_kept("\"text\"", 1, "\"text\"");
    expect_kept("[[]]", UINT32_MAX, "[[]]");
}
END_TEST

START_TEST(what_is_cut_is_still_checked)
{
    tsn_buf out = TSN_BUF_EMPTY;
    ck_assert_int_eq(tsn_json_normalise(TSN_LIT("[[1e999]]"), TSN_JSON_ANY, 1, &out, NULL),
                     TOCSIN_E_JSON);
    ck_assert_int_eq(tsn_json_normalise(TSN_LIT("[[01]]"), TSN_JSON_ANY, 1, &out, NULL),
                     TOCSIN_E_JSON);
    tsn_buf_fini(&out);
}
END_TEST

/* C-4 */
START_TEST(numbers_do_not_depend_on_the_locale)
{
    static const char *const names[] = {"de_DE.UTF-8", "fr_FR.UTF-8", "de_DE.utf8"};
    for (size_t i = 0; i < TSN_ARRAY_LEN(names); i++) setlocale(LC_ALL, names[i]);
    expect("[1.5e3,0.25e-3]", "[1.5e3,0.25e-3]");
    ck_assert_int_eq(status_of(TSN_LIT("[1.5e400]")), TOCSIN_E_JSON);
    ck_assert_int_eq(status_of(TSN_LIT("[1,5e4]x")), TOCSIN_E_JSON);
    setlocale(LC_ALL, "C");
}
END_TEST

/* Normalises `text`; what is told of its members has to be what a walk finds. */
static void expect_places(const char *text, unsigned keep_levels, size_t count)
{
    tsn_buf out = TSN_BUF_EMPTY;
    TSN_BUF_LIT(&out, "before");
    tsn_json_places places;
    ck_assert_int_eq(tsn_json_normalise_object(unit_slice(text), keep_levels, &out, &places),
                     TOCSIN_OK);
    ck_assert(places.are_known);
    ck_assert_uint_eq(places.count, count);
    tsn_slice object = tsn_slice_sub(tsn_buf_view(&out), 6, out.len);
    tsn_json_walk walk = tsn_json_walk_of(object);
    tsn_slice key;
    tsn_slice value;
    for (size_t i = 0; i < count; i++) {
        ck_assert(tsn_json_next(&walk, &key, &value));
        ck_assert_ptr_eq(object.data + places.at[i].key + 1, key.data);
        ck_assert_ptr_eq(object.data + places.at[i].value, value.data);
    }
    ck_assert(!tsn_json_next(&walk, &key, &value));
    tsn_buf_fini(&out);
}

START_TEST(the_places_of_members_are_told)
{
    expect_places("{}", 0, 0);
    expect_places(" { \"a\" : 1 , \"b\" : [ { \"c\" : 2 } ] , \"d\\u0065\" : \"\\u0041\" } ", 0, 3);
    expect_places("{\"a\":{\"b\":{}},\"c\":[[1],2],\"d\":3}", 1, 3);
    expect_places("{\"a\":{\"b\":{\"x\":1}},\"c\":[[1],2],\"d\":3}", 2, 3);
    expect_places("{\"0\":0,\"1\":0,\"2\":0,\"3\":0,\"4\":0,\"5\":0,\"6\":0,\"7\":0,\"8\":0,"
                  "\"9\":0,\"a\":0,\"b\":0,\"c\":0,\"d\":0,\"e\":0,\"f\":{\"0\":{\"0\":1}}}",
                  0, TSN_JSON_PLACES_MAX);
}
END_TEST

START_TEST(of_repeated_or_too_many_members_no_places_are_told)
{
    static const char *const texts[] = {
        "{\"a\":1,\"b\":2,\"a\":3}",
        "{\"0\":0,\"1\":0,\"2\":0,\"3\":0,\"4\":0,\"5\":0,\"6\":0,\"7\":0,\"8\":0,"
        "\"9\":0,\"a\":0,\"b\":0,\"c\":0,\"d\":0,\"e\":0,\"f\":0,\"g\":0}",
    };
    for (size_t i = 0; i < TSN_ARRAY_LEN(texts); i++) {
        tsn_buf out = TSN_BUF_EMPTY;
        tsn_json_places places;
        ck_assert_int_eq(tsn_json_normalise_object(unit_slice(texts[i]), 0, &out, &places),
                         TOCSIN_OK);
        ck_assert(!places.are_known);
        tsn_buf_fini(&out);
    }
    tsn_buf out = TSN_BUF_EMPTY;
    tsn_json_places places;
    ck_assert_int_eq(tsn_json_normalise_object(TSN_LIT("[]"), 0, &out, &places), TOCSIN_E_TYPE);
    tsn_buf_fini(&out);
}
END_TEST

START_TEST(a_failed_buffer_is_left_alone)
{
    tsn_buf out = TSN_BUF_EMPTY;
    out.failed = true;
    ck_assert_int_eq(tsn_json_normalise(TSN_LIT("1"), TSN_JSON_ANY, 0, &out, NULL), TOCSIN_E_NOMEM);
    ck_assert(out.failed);
}
END_TEST

START_TEST(without_memory_the_buffer_stays_as_it_was)
{
    tsn_buf text = TSN_BUF_EMPTY;
    for (int i = 0; i < 200; i++) {
        tsn_buf_printf(&text, "%c \"k\\u00e4%d\":[{\"a\":1},\"\\ud800\"]", i == 0 ? '{' : ',',
                       i % 190);
    }
    tsn_buf_byte(&text, '}');
    tocsin_status st = TOCSIN_E_NOMEM;
    for (uint64_t nth = 1; st != TOCSIN_OK; nth++) {
        tsn_buf out = TSN_BUF_EMPTY;
        TSN_BUF_LIT(&out, "before");
        tsn_alloc_fail_nth(nth, nth % 2 == 0);
        st = tsn_json_normalise(tsn_buf_view(&text), TSN_JSON_ANY, 0, &out, NULL);
        bool did_fail = tsn_alloc_did_fail();
        tsn_alloc_fail_nth(0, false);
        ck_assert_int_eq(st, did_fail ? TOCSIN_E_NOMEM : TOCSIN_OK);
        if (st != TOCSIN_OK) unit_expect_buf(&out, "before");
        tsn_buf_fini(&out);
        ck_assert_uint_lt(nth, 1000);
    }
    tsn_buf_fini(&text);
}
END_TEST

Suite *unit_suite(void)
{
    const TTest *const tests[] = {
        the_outermost_type_is_told_and_checked,
        malformed_text_of_a_wrong_type_is_malformed,
        depth_is_refused_over_128_whether_or_not_the_text_is_complete,
        brackets_in_strings_do_not_count_as_depth,
        text_of_16_mib_is_read_and_one_byte_more_is_not,
        the_deepest_text_takes_at_most_64_kib_of_stack,
        a_million_keys_or_elements_are_no_square_of_work,
        the_last_of_equal_keys_stays_in_the_place_of_the_first,
        keys_are_equal_by_what_they_say_not_by_how_they_are_spelled,
        many_keys_with_one_repeated_lose_just_that_one,
        containers_below_the_levels_kept_become_a_mark,
        what_is_cut_is_still_checked,
        numbers_do_not_depend_on_the_locale,
        the_places_of_members_are_told,
        of_repeated_or_too_many_members_no_places_are_told,
        a_failed_buffer_is_left_alone,
        without_memory_the_buffer_stays_as_it_was,
    };
    return unit_suite_of("data/json_normal", tests, TSN_ARRAY_LEN(tests));
}

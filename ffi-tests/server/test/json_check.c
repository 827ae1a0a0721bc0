/* What is JSON, to the letter. */
#include "support.h"
#include "json_check.h"

#include <string.h>

static const char *const good[] = {
    "{}",
    "[]",
    "\"\"",
    "0",
    "-0",
    "-1.5e+10",
    "1E5",
    "null",
    "true",
    " [1 , 2]\r\n",
    "{\"a\":{\"b\":[]}}",
    "\"\\u00e4\\n\\/\"",
    "\"\xc3\xa4\xf0\x9f\x98\x80\"",
    "\"\xef\xbf\xbd\"",
    "123456789012345678901234567890",
};

static const char *const bad[] = {
    "",
    "{",
    "[1,]",
    "{\"a\":1,}",
    "{a:1}",
    "01",
    "1.",
    ".5",
    "+1",
    "1e",
    "- 1",
    "NaN",
    "nul",
    "\"a",
    "\"\t\"",
    "\"\n\"",
    "\"\\x\"",
    "\"\\u12g4\"",
    "{} {}",
    "'a'",
    "\"\x80\"",
    "\"\xc0\xaf\"",
    "\"\xed\xa0\x80\"",
    "\"\xf4\x90\x80\x80\"",
    "\"\xe2\x82\"",
    "{\"a\" 1}",
    "{1:2}",
    "[1 2]",
    "\"\\",
};

START_TEST(good_json_is_accepted)
{
    ck_assert_msg(srv_json_valid(srv_span_of(good[_i])), "refused: %s", good[_i]);
}
END_TEST

START_TEST(bad_json_is_refused)
{
    ck_assert_msg(!srv_json_valid(srv_span_of(bad[_i])), "accepted: %s", bad[_i]);
}
END_TEST

START_TEST(nesting_ends_at_512_levels)
{
    char text[1026];
    memset(text, '[', 512);
    memset(text + 512, ']', 512);
    ck_assert(srv_json_valid((struct srv_span){text, 1024}));
    memset(text, '[', 513);
    memset(text + 513, ']', 513);
    ck_assert(!srv_json_valid((struct srv_span){text, 1026}));
}
END_TEST

START_TEST(doubled_key_is_found_at_any_depth)
{
    cJSON *json = cJSON_Parse("{\"a\":1,\"b\":[{\"c\":1,\"d\":2,\"c\":3}]}");
    ck_assert_str_eq(srv_json_doubled_key(json), "c");
    cJSON_Delete(json);
    json = cJSON_Parse("{\"a\":{\"a\":1},\"A\":[\"a\",\"a\"]}");
    ck_assert_ptr_null(srv_json_doubled_key(json));
    cJSON_Delete(json);
}
END_TEST

START_TEST(object_line_has_nothing_around_its_braces)
{
    ck_assert(srv_json_is_object_line(srv_span_of("{\"a\":[]}")));
    ck_assert(!srv_json_is_object_line(srv_span_of("{} ")));
    ck_assert(!srv_json_is_object_line(srv_span_of(" {}")));
    ck_assert(!srv_json_is_object_line(srv_span_of("[]")));
}
END_TEST

static Suite *unit_suite(void)
{
    Suite *suite = suite_create("server/json_check");
    TCase *cases = tcase_create("all");
    tcase_add_loop_test(cases, good_json_is_accepted, 0, (int)(sizeof good / sizeof good[0]));
    tcase_add_loop_test(cases, bad_json_is_refused, 0, (int)(sizeof bad / sizeof bad[0]));
    tcase_add_test(cases, nesting_ends_at_512_levels);
    tcase_add_test(cases, doubled_key_is_found_at_any_depth);
    tcase_add_test(cases, object_line_has_nothing_around_its_braces);
    suite_add_tcase(suite, cases);
    return suite;
}

UNIT_MAIN(unit_suite)

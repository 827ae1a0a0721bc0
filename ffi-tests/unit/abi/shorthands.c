#include "support.h"

#include <tocsin/c.h>

#include "abi_kit.h"
#include "base/house.h"

#define EVERYTHING "\"\\/\b\f\n\r\t\x01\x1f\x7f\xc3\xa4"
#define ESCAPED "\\\"\\\\/\\b\\f\\n\\r\\t\\u0001\\u001f\x7f\xc3\xa4"

/* Whether the next envelope to be sent has `part`. */
static void expect_sent(const unit_scope *kit, const char *part)
{
    char text[8192];
    tocsin_envelope envelope = tocsin_client_next_envelope(kit->client, 0);
    ck_assert_int_gt(envelope, 0);
    tocsin_length need = tocsin_envelope_text(envelope, text, sizeof text);
    ck_assert(need > 0 && need < (tocsin_length)sizeof text);
    ck_assert_msg(strstr(text, part) != NULL, "no %s in %s", part, text);
    ck_assert_int_eq(tocsin_envelope_done(envelope, 200, TOCSIN_NONE), TOCSIN_OK);
}

START_TEST(a_literal_and_nothing_expand_to_two_arguments)
{
    unit_scope kit = unit_scope_open();
    ck_assert_int_eq(tocsin_scope_set_tag(kit.scope, TOCSIN_Z("k"), TOCSIN_Z("v")), TOCSIN_OK);
    unit_scope_expect(&kit, "\"k\":\"v\"");
    ck_assert_int_eq(tocsin_scope_set_tag(kit.scope, TOCSIN_Z("k"), TOCSIN_NONE), TOCSIN_OK);
    unit_scope_expect_none(&kit, "\"k\"");
    unit_scope_close(&kit);
}
END_TEST

START_TEST(an_option_is_set_and_refused)
{
    tocsin_options options = tocsin_options_new();
    ck_assert_int_eq(tocsin_option(options, "release", "shop@1.2"), TOCSIN_OK);
    ck_assert_int_eq(tocsin_option(options, "release", NULL), TOCSIN_OK);
    ck_assert_int_eq(tocsin_option(options, "no such key", "1"), TOCSIN_E_UNKNOWN);
    ck_assert_int_eq(tocsin_handle_close(options), TOCSIN_OK);
}
END_TEST

START_TEST(tags_and_contexts_come_and_go)
{
    unit_scope kit = unit_scope_open();
    ck_assert_int_eq(tocsin_tag(kit.scope, "region", "eu"), TOCSIN_OK);
    ck_assert_int_eq(tocsin_context(kit.scope, "order", "{\"id\":7}"), TOCSIN_OK);
    unit_scope_expect(&kit, "\"tags\":{\"region\":\"eu\"}");
    unit_scope_expect(&kit, "\"contexts\":{\"order\":{\"id\":7}}");
    ck_assert_int_eq(tocsin_tag(kit.scope, "region", NULL), TOCSIN_OK);
    ck_assert_int_eq(tocsin_context(kit.scope, "order", NULL), TOCSIN_OK);
    unit_scope_expect_none(&kit, "region");
    unit_scope_expect_none(&kit, "order");
    unit_scope_close(&kit);
}
END_TEST

START_TEST(every_byte_of_a_user_survives_as_json)
{
    unit_scope kit = unit_scope_open();
    ck_assert_int_eq(tocsin_user(kit.scope, EVERYTHING, "a@example.org"), TOCSIN_OK);
    unit_scope_expect(&kit, "\"user\":{\"id\":\"" ESCAPED "\",\"email\":\"a@example.org\"}");
    ck_assert_int_eq(tocsin_user(kit.scope, "42", NULL), TOCSIN_OK);
    unit_scope_expect(&kit, "\"user\":{\"id\":\"42\"}");
    ck_assert_int_eq(tocsin_user(kit.scope, NULL, "b@example.org"), TOCSIN_OK);
    unit_scope_expect(&kit, "\"user\":{\"email\":\"b@example.org\"}");
    ck_assert_int_eq(tocsin_user(kit.scope, NULL, NULL), TOCSIN_OK);
    unit_scope_expect(&kit, "\"user\":{}");
    unit_scope_close(&kit);
}
END_TEST

START_TEST(a_crumb_has_what_was_given)
{
    unit_scope kit = unit_scope_open();
    ck_assert_int_eq(tocsin_crumb(kit.scope, "db", "SELECT \"a\""), TOCSIN_OK);
    unit_scope_expect(&kit, "\"category\":\"db\",\"message\":\"SELECT \\\"a\\\"\"");
    ck_assert_int_eq(tocsin_crumb(kit.scope, NULL, "alone"), TOCSIN_OK);
    unit_scope_expect(&kit, "{\"message\":\"alone\"");
    unit_scope_close(&kit);
}
END_TEST

START_TEST(captures_are_sent)
{
    unit_scope kit = unit_scope_open();
    ck_assert_int_eq(tocsin_message(kit.scope, TOCSIN_LEVEL_WARNING, "half \"full\""), TOCSIN_OK);
    expect_sent(&kit, "half \\\"full\\\"");
    ck_assert_int_eq(tocsin_exception(kit.scope, "IOError", "disk\nfull"), TOCSIN_OK);
    expect_sent(&kit, "\"type\":\"IOError\",\"value\":\"disk\\nfull\"");
    ck_assert_int_eq(tocsin_exception(kit.scope, NULL, NULL), TOCSIN_E_TYPE);
    ck_assert_int_eq(tocsin_message(kit.scope, 99, "level"), TOCSIN_E_RANGE);
    unit_scope_close(&kit);
}
END_TEST

Suite *unit_suite(void)
{
    const TTest *const tests[] = {
        a_literal_and_nothing_expand_to_two_arguments,
        an_option_is_set_and_refused,
        tags_and_contexts_come_and_go,
        every_byte_of_a_user_survives_as_json,
        a_crumb_has_what_was_given,
        captures_are_sent,
    };
    return unit_suite_of("shorthands", tests, TSN_ARRAY_LEN(tests));
}

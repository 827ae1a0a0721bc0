/* The strict reader against the reader vectors of the wire protocol, rules E-3 and E-4, and a few
 * of its own. */
#include "support.h"
#include "envelope.h"

#include <string.h>

static const struct {
    const char *bytes;
    int items; /* -1: malformed */
    const char *first_payload;
} rows[] = {
    {"{}", 0, NULL},
    {"{}\n", 0, NULL},
    {"{}\n{\"type\":\"x\",\"length\":2}\nab", 1, "ab"},
    {"{}\n{\"type\":\"x\",\"length\":2}\nab\n", 1, "ab"},
    {"{}\n{\"type\":\"x\"}\nab\n{\"type\":\"y\"}\ncd", 2, "ab"},
    {"{}\n{\"type\":\"x\",\"length\":3}\na\nb\n", 1, "a\nb"},
    {"{}\n{\"type\":\"x\",\"length\":0}\n\n", 1, ""},
    {"{}\n{\"type\":\"x\"}", 1, ""},
    {"{}\n{\"type\":\"x\",\"length\":1}\nab\n", -1, NULL},
    {"{}\n{\"type\":\"x\",\"length\":3}\nab", -1, NULL},
    {"{}\n{\"type\":\"x\",\"length\":2}\nab\n\n", -1, NULL},
    {"{}\n{\"length\":2}\nab\n", -1, NULL},
    {"{}\r\n{\"type\":\"x\"}\n", -1, NULL},
    {"", -1, NULL},
    {"[]\n", -1, NULL},
    /* beyond the table */
    {"{\"a\":1} \n", -1, NULL},
    {" {}\n", -1, NULL},
    {"{}\n\n", -1, NULL},
    {"{}\n{\"type\":\"x\",\"length\":2} \nab\n", -1, NULL},
    {"{}\n{\"type\":7,\"length\":2}\nab\n", -1, NULL},
    {"{}\n{\"type\":\"x\",\"length\":-1}\nab\n", -1, NULL},
    {"{}\n{\"type\":\"x\",\"length\":1.5}\nab\n", -1, NULL},
    {"{}\n{\"type\":\"x\",\"length\":\"2\"}\nab\n", -1, NULL},
    {"{}\n{\"type\":\"x\",\"length\":null}\nab\n", -1, NULL},
    {"{}\n{\"type\":\"x\",\"length\":4294967296}\nab\n", -1, NULL},
    {"{}\n{\"type\":\"x\",\"length\":2,\"length\":2}\nab\n", -1, NULL},
    {"{}\n{\"type\":\"x\",\"length\":2}\nab\r\n", -1, NULL},
    {"{\"a\":01}\n", -1, NULL},
    {"{\"a\":\"\xff\"}\n", -1, NULL},
    {"{}\n{\"type\":\"x\",\"length\":0}", 1, ""},
    {"{}\n{\"type\":\"never heard of\",\"odd\":[1]}\nab", 1, "ab"},
};

START_TEST(reader_agrees_with_the_vectors)
{
    struct srv_envelope envelope;
    const char *bytes = rows[_i].bytes;
    const char *why = srv_envelope_read(&envelope, srv_span_of(bytes));
    if (rows[_i].items < 0) {
        ck_assert_msg(why != NULL, "accepted: %s", bytes);
    } else {
        ck_assert_msg(why == NULL, "%s: %s", bytes, why);
        ck_assert_int_eq((int)envelope.count, rows[_i].items);
    }
    if (rows[_i].first_payload != NULL)
        ck_assert(srv_span_is(envelope.items[0].payload, rows[_i].first_payload));
    srv_envelope_free(&envelope);
}
END_TEST

START_TEST(payload_may_hold_nul_bytes)
{
    static const char bytes[] = "{}\n{\"type\":\"x\",\"length\":3}\na\0b\n";
    struct srv_envelope envelope;
    ck_assert_ptr_null(srv_envelope_read(&envelope, (struct srv_span){bytes, sizeof bytes - 1}));
    ck_assert_uint_eq(envelope.items[0].payload.len, 3);
    ck_assert_int_eq(memcmp(envelope.items[0].payload.data, "a\0b", 3), 0);
    srv_envelope_free(&envelope);
}
END_TEST

START_TEST(final_lf_is_noticed)
{
    struct srv_envelope envelope;
    srv_envelope_read(&envelope, srv_span_of("{}\n{\"type\":\"x\",\"length\":0}\n\n"));
    ck_assert(envelope.ends_in_lf);
    srv_envelope_free(&envelope);
    srv_envelope_read(&envelope, srv_span_of("{}\n{\"type\":\"x\",\"length\":0}\n"));
    ck_assert(!envelope.ends_in_lf);
    srv_envelope_free(&envelope);
}
END_TEST

static Suite *unit_suite(void)
{
    Suite *suite = suite_create("server/envelope");
    TCase *cases = tcase_create("all");
    tcase_add_loop_test(cases, reader_agrees_with_the_vectors, 0,
                        (int)(sizeof rows / sizeof rows[0]));
    tcase_add_test(cases, payload_may_hold_nul_bytes);
    tcase_add_test(cases, final_lf_is_noticed);
    suite_add_tcase(suite, cases);
    return suite;
}

UNIT_MAIN(unit_suite)

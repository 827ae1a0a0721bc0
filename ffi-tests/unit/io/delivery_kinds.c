/* Deliveries that go elsewhere than to a server, or there as well. */
#include "io/delivery.h"

#include "base/file.h"
#include "post.h"
#include "wire/envelope_read.h"

START_TEST(spotlight_gets_a_copy_of_all_and_delays_nothing) /* S-1 to S-3 */
{
    post p;
    char url[64];
    unit_web *spot = unit_web_start(always_ok, 1);
    snprintf(url, sizeof url, "http://127.0.0.1:%u/stream", spot->port);
    tsn_delivery_config config = config_for(&p, unit_web_start(always_ok, 1));
    config.spotlight_url = url;
    ck_assert_int_eq(tsn_delivery_new(&config, &p.delivery), TOCSIN_OK);
    ck_assert_int_eq(submit(p.delivery, 1), TOCSIN_OK);
    tsn_record *record = unit_record(2);
    record->is_sampled_out = true;
    ck_assert_int_eq(tsn_delivery_submit(p.delivery, record), TOCSIN_DROPPED);
    unit_web_wait(spot, 2);
    ck_assert_int_eq(tsn_delivery_close(p.delivery, 60000), TOCSIN_OK);
    ck_assert_uint_eq(unit_web_requests(p.web), 1);
    ck_assert(
        tsn_slice_starts_with(unit_web_request(spot, 0), TSN_LIT("POST /stream HTTP/1.1\r\n")));
    ck_assert(!tsn_slice_contains(unit_web_request(spot, 0), TSN_LIT("X-Sentry-Auth")));
    expect_error_counts(p.delivery, "\"captured\":1,\"delivered\":1");
    finish(&p);
    unit_web_stop(spot);
}
END_TEST

START_TEST(a_silent_spotlight_costs_close_little) /* S-3 */
{
    post p;
    char url[64];
    unit_web *spot = unit_web_start(silent, 1);
    snprintf(url, sizeof url, "http://127.0.0.1:%u/stream", spot->port);
    tsn_delivery_config config = config_for(&p, unit_web_start(always_ok, 1));
    config.spotlight_url = url;
    ck_assert_int_eq(tsn_delivery_new(&config, &p.delivery), TOCSIN_OK);
    (void)submit(p.delivery, 1);
    ck_assert_int_eq(tsn_delivery_flush(p.delivery, 60000), TOCSIN_OK);
    unit_web_wait(spot, 1);
    int64_t before_ms = tsn_clock_mono_ms();
    ck_assert_int_eq(tsn_delivery_close(p.delivery, 10000), TOCSIN_OK);
    ck_assert_int_lt(tsn_clock_mono_ms() - before_ms, UNIT_AGES_MS);
    finish(&p);
    unit_web_stop(spot);
}
END_TEST

START_TEST(spotlight_alone_is_the_delivery) /* S-2, S-4 */
{
    post p;
    char url[64];
    unit_web *spot = unit_web_start(always_ok, 1);
    snprintf(url, sizeof url, "http://127.0.0.1:%u/stream", spot->port);
    tsn_delivery_config config = config_for(&p, NULL);
    config.transport = TSN_TRANSPORT_NONE;
    config.dsn = NULL;
    config.spotlight_url = url;
    ck_assert_int_eq(tsn_delivery_new(&config, &p.delivery), TOCSIN_OK);
    for (unsigned i = 0; i < 3; i++) ck_assert_int_eq(submit(p.delivery, i), TOCSIN_OK);
    ck_assert_int_eq(tsn_delivery_flush(p.delivery, 60000), TOCSIN_OK);
    ck_assert_uint_eq(unit_web_requests(spot), 3);
    ck_assert(!tsn_slice_contains(unit_web_body(spot, 0), TSN_LIT("\"dsn\"")));
    unit_web_stop(spot);
    (void)submit(p.delivery, 4);
    ck_assert_int_eq(tsn_delivery_close(p.delivery, 60000), TOCSIN_OK);
    expect_error_counts(p.delivery, "\"captured\":4,\"delivered\":3");
    expect_error_counts(p.delivery, "\"discarded\":{\"network_error\":1}");
    finish(&p);
}
END_TEST

START_TEST(a_file_gets_whole_envelopes_without_a_server)
{
    post p;
    char path[] = "/tmp/tsn-delivery-XXXXXX";
    tsn_buf text = TSN_BUF_EMPTY;
    size_t items = 0;
    close(mkstemp(path));
    tsn_delivery_config config = config_for(&p, NULL);
    config.transport = TSN_TRANSPORT_FILE;
    config.transport_path = path;
    config.dsn = NULL;
    ck_assert_int_eq(tsn_delivery_new(&config, &p.delivery), TOCSIN_OK);
    (void)submit(p.delivery, 1);
    ck_assert_int_eq(tsn_delivery_close(p.delivery, 60000), TOCSIN_OK);
    ck_assert_int_eq(tsn_file_read(path, 4096, &text), TOCSIN_OK);
    ck_assert_int_eq(tsn_envelope_check(tsn_buf_view(&text), &items), TOCSIN_OK);
    ck_assert_uint_eq(items, 1);
    tsn_buf_fini(&text);
    unlink(path);
    finish(&p);
}
END_TEST

START_TEST(the_program_carries_envelopes_itself)
{
    post p;
    tsn_envelope_out *envelope;
    tsn_delivery_config config = config_for(&p, NULL);
    config.transport = TSN_TRANSPORT_PULL;
    ck_assert_int_eq(tsn_delivery_new(&config, &p.delivery), TOCSIN_OK);
    size_t before = count_threads();
    (void)submit(p.delivery, 1);
    ck_assert_uint_eq(count_threads(), before);
    ck_assert_int_eq(tsn_delivery_flush(p.delivery, 0), TOCSIN_TIMEOUT);
    ck_assert_int_eq(tsn_delivery_next_envelope(p.delivery, -1, &envelope), TOCSIN_OK);
    ck_assert_int_eq(tsn_delivery_flush(p.delivery, 0), TOCSIN_TIMEOUT);
    ck_assert_int_eq(tsn_envelope_out_done(envelope, 200, TSN_SLICE_ABSENT), TOCSIN_OK);
    ck_assert_int_eq(tsn_delivery_flush(p.delivery, 0), TOCSIN_OK);
    tsn_dsn_fini(&p.dsn);
    tsn_delivery_abandon(p.delivery);
    tsn_envelope_out_release(envelope); /* outlives the client */
}
END_TEST

START_TEST(other_transports_give_no_envelopes)
{
    post p;
    tsn_envelope_out *envelope;
    open_with(&p, NULL);
    ck_assert_int_eq(tsn_delivery_next_envelope(p.delivery, 0, &envelope), TOCSIN_E_UNSUPPORTED);
    ck_assert_ptr_null(envelope);
    finish(&p);
}
END_TEST

Suite *unit_suite(void)
{
    const TTest *const tests[] = {
        spotlight_gets_a_copy_of_all_and_delays_nothing,
        a_silent_spotlight_costs_close_little,
        spotlight_alone_is_the_delivery,
        a_file_gets_whole_envelopes_without_a_server,
        the_program_carries_envelopes_itself,
        other_transports_give_no_envelopes,
    };
    return unit_suite_of("io/delivery_kinds", tests, sizeof tests / sizeof tests[0]);
}

#include "io/parcel.h"

#include "base/alloc.h"
#include "case.h"

#define HEADER_TAIL                                                                                \
    "\"sdk\":{\"name\":\"t\",\"version\":\"1\"},\"sent_at\":\"2026-11-02T09:30:00.250Z\""

static tsn_parcel *packed(tsn_record *record, const tsn_ratelimit *limits, tsn_client_report *lost)
{
    tsn_outbox_config config = unit_outbox_config();
    tsn_parcel *parcel = tsn_parcel_new();
    memset(lost, 0, sizeof *lost);
    parcel->record = record;
    parcel->load = tsn_load_of(record);
    parcel->limits = limits;
    tsn_parcel_pack(parcel, &config.packing, 1000, lost);
    return parcel;
}

static void expect_body(tsn_parcel *parcel, const char *want)
{
    tsn_outbox_config config = unit_outbox_config();
    ck_assert_int_eq(tsn_parcel_seal(parcel, &config.packing, INT64_C(1793611800250000), NULL),
                     TOCSIN_OK);
    ck_assert_ptr_null(parcel->transfer.encoding);
    unit_expect_buf(&parcel->transfer.body, want);
}

START_TEST(an_event_goes_with_its_attachments_behind_it) /* E-7, I-1 */
{
    tsn_client_report lost;
    tsn_record *record = unit_record(1);
    unit_attach(record, "abc");
    tsn_parcel *parcel = packed(record, NULL, &lost);
    ck_assert(tsn_client_report_empty(&lost));
    expect_body(parcel, "{\"event_id\":\"01000000000000000000000000000001\"," HEADER_TAIL "}\n"
                        "{\"type\":\"event\",\"content_type\":\"application/json\",\"length\":7}\n"
                        "{\"n\":1}\n"
                        "{\"type\":\"attachment\",\"filename\":\"a.txt\",\"content_type\":"
                        "\"text/plain\",\"length\":3}\n"
                        "abc\n");
    tsn_parcel_free(parcel);
}
END_TEST

static tsn_propagation *some_trace(void)
{
    uint8_t random[TSN_PROPAGATION_RANDOM];
    memset(random, 0x11, sizeof random);
    return tsn_propagation_new(random);
}

START_TEST(the_trace_is_in_the_header_unless_the_event_brings_its_own) /* T-23 */
{
    for (int own = 0; own < 2; own++) {
        tsn_client_report lost = {0};
        tsn_outbox_config config = unit_outbox_config();
        tsn_parcel *parcel = tsn_parcel_new();
        config.packing.dsc.public_key = TSN_LIT("\"abc\"");
        parcel->record = unit_record(1);
        parcel->record->propagation = some_trace();
        parcel->record->has_own_trace = own == 1;
        tsn_parcel_pack(parcel, &config.packing, 0, &lost);
        tsn_slice trace = tsn_buf_view(&parcel->envelope.trace);
        ck_assert(tsn_slice_contains(trace, TSN_LIT("\"public_key\":\"abc\"")) == (own == 0));
        tsn_parcel_free(parcel);
    }
}
END_TEST

START_TEST(limited_attachments_leave_the_envelope_and_the_record) /* H-13, R-6 */
{
    tsn_client_report lost;
    tsn_ratelimit limits = {{0}, 0};
    limits.until_ms[TSN_CATEGORY_ATTACHMENT] = 2000;
    tsn_record *record = unit_record(1);
    unit_attach(record, "abc");
    unit_attach(record, "de");
    tsn_parcel *parcel = packed(record, &limits, &lost);
    ck_assert_uint_eq(
        tsn_client_report_count(&lost, TSN_REASON_RATELIMIT_BACKOFF, TSN_CATEGORY_ATTACHMENT), 5);
    ck_assert_uint_eq(tsn_client_report_total(&lost, TSN_CATEGORY_ERROR), 0);
    ck_assert_uint_eq(parcel->envelope.item_count, 1);
    ck_assert_ptr_null(parcel->record->attachments);
    ck_assert_uint_eq(parcel->load.attachments, 0);
    ck_assert_uint_eq(parcel->load.errors, 1);
    tsn_parcel_free(parcel);
}
END_TEST

START_TEST(with_a_limited_event_everything_goes)
{
    tsn_client_report lost;
    tsn_ratelimit limits = {{0}, 0};
    limits.until_ms[TSN_CATEGORY_ERROR] = 2000;
    tsn_record *record = unit_record(1);
    unit_attach(record, "abc");
    tsn_parcel *parcel = packed(record, &limits, &lost);
    ck_assert_uint_eq(
        tsn_client_report_count(&lost, TSN_REASON_RATELIMIT_BACKOFF, TSN_CATEGORY_ATTACHMENT), 3);
    ck_assert_uint_eq(
        tsn_client_report_count(&lost, TSN_REASON_RATELIMIT_BACKOFF, TSN_CATEGORY_ERROR), 1);
    ck_assert_uint_eq(parcel->envelope.item_count, 0);
    ck_assert_ptr_null(parcel->record);
    ck_assert_uint_eq(parcel->load.errors + parcel->load.attachments, 0);
    tsn_parcel_free(parcel);
}
END_TEST

START_TEST(a_limit_that_is_over_holds_nothing_back)
{
    tsn_client_report lost;
    tsn_ratelimit limits = {{0}, 1000};
    tsn_parcel *parcel = packed(unit_record(1), &limits, &lost);
    ck_assert_uint_eq(parcel->envelope.item_count, 1);
    tsn_parcel_free(parcel);
}
END_TEST

START_TEST(a_report_rides_behind_and_can_go_alone) /* Q-18, I-17 */
{
    tsn_client_report left;
    tsn_parcel *parcel = tsn_parcel_new();
    ck_assert(tsn_parcel_make_report(parcel));
    tsn_client_report_add(parcel->report, TSN_REASON_SAMPLE_RATE, TSN_CATEGORY_ERROR, 4);
    parcel->has_report = true;
    tsn_parcel_pack_report(parcel, INT64_C(1793611800250000), &left);
    ck_assert(tsn_client_report_empty(&left));
    ck_assert_uint_eq(
        tsn_client_report_count(parcel->report, TSN_REASON_SAMPLE_RATE, TSN_CATEGORY_ERROR), 4);
    expect_body(parcel,
                "{" HEADER_TAIL "}\n"
                "{\"type\":\"client_report\",\"length\":118}\n"
                "{\"timestamp\":\"2026-11-02T09:30:00.250Z\",\"discarded_events\":[{\"reason\":"
                "\"sample_rate\",\"category\":\"error\",\"quantity\":4}]}\n");
    tsn_parcel_free(parcel);
}
END_TEST

START_TEST(a_report_that_finds_no_memory_leaves_all_its_counts)
{
    for (uint64_t n = 1;; n++) {
        tsn_client_report left;
        tsn_parcel *parcel = tsn_parcel_new();
        ck_assert(tsn_parcel_make_report(parcel));
        tsn_client_report_add(parcel->report, TSN_REASON_SAMPLE_RATE, TSN_CATEGORY_ERROR, 4);
        parcel->has_report = true;
        tsn_alloc_fail_nth(n, false);
        tsn_parcel_pack_report(parcel, INT64_C(1793611800250000), &left);
        bool did_fail = tsn_alloc_did_fail();
        tsn_alloc_fail_nth(0, false);
        ck_assert(parcel->has_report == !did_fail);
        ck_assert_uint_eq(
            tsn_client_report_count(&left, TSN_REASON_SAMPLE_RATE, TSN_CATEGORY_ERROR),
            did_fail ? 4 : 0);
        ck_assert_uint_eq(parcel->envelope.item_count, did_fail ? 0 : 1);
        tsn_parcel_free(parcel);
        if (!did_fail) break;
    }
}
END_TEST

START_TEST(packing_without_memory_loses_the_record_whole_and_counts_it) /* OOM-1 */
{
    for (uint64_t n = 1;; n++) {
        tsn_client_report lost = {0};
        tsn_outbox_config config = unit_outbox_config();
        tsn_parcel *parcel = tsn_parcel_new();
        config.packing.dsc.public_key = TSN_LIT("\"abc\"");
        parcel->record = unit_record(1);
        parcel->record->propagation = some_trace();
        unit_attach(parcel->record, "abc");
        parcel->load = tsn_load_of(parcel->record);
        tsn_alloc_fail_nth(n, false);
        tsn_parcel_pack(parcel, &config.packing, 0, &lost);
        bool did_fail = tsn_alloc_did_fail();
        tsn_alloc_fail_nth(0, false);
        const tsn_reason reason = TSN_REASON_INTERNAL_SDK_ERROR;
        ck_assert_uint_eq(tsn_client_report_count(&lost, reason, TSN_CATEGORY_ERROR), did_fail);
        ck_assert_uint_eq(tsn_client_report_count(&lost, reason, TSN_CATEGORY_ATTACHMENT),
                          did_fail ? 3 : 0);
        ck_assert((parcel->record == NULL) == did_fail);
        tsn_parcel_free(parcel);
        if (!did_fail) break;
    }
}
END_TEST

static size_t sealed_size(size_t len, tsn_compressor *compressor, bool *is_compressed)
{
    char bytes[1100];
    tsn_client_report lost;
    tsn_outbox_config config = unit_outbox_config();
    tsn_record *record = unit_record(1);
    memset(bytes, 'x', len);
    bytes[len] = '\0';
    unit_attach(record, bytes);
    tsn_parcel *parcel = packed(record, NULL, &lost);
    ck_assert_int_eq(tsn_parcel_seal(parcel, &config.packing, 1, compressor), TOCSIN_OK);
    size_t size = parcel->transfer.body.len;
    *is_compressed = parcel->transfer.encoding != NULL;
    tsn_parcel_free(parcel);
    return size;
}

START_TEST(only_bodies_of_a_kibibyte_and_more_are_compressed) /* H-7 */
{
    tsn_compressor compressor = {.gzip = NULL};
    size_t count = 0;
    ck_assert(tsn_compressor_open(&compressor, TSN_COMPRESSION_GZIP, NULL));
    for (size_t len = 600; len < 1000; len++) {
        bool is_compressed;
        size_t size = sealed_size(len, NULL, &is_compressed);
        ck_assert(!is_compressed);
        size_t sent = sealed_size(len, &compressor, &is_compressed);
        ck_assert(is_compressed == (size >= 1024));
        ck_assert(is_compressed ? sent < size : sent == size);
        count += is_compressed;
    }
    ck_assert(count > 0 && count < 400);
    tsn_compressor_fini(&compressor);
}
END_TEST

Suite *unit_suite(void)
{
    const TTest *const tests[] = {
        an_event_goes_with_its_attachments_behind_it,
        the_trace_is_in_the_header_unless_the_event_brings_its_own,
        limited_attachments_leave_the_envelope_and_the_record,
        with_a_limited_event_everything_goes,
        a_limit_that_is_over_holds_nothing_back,
        a_report_rides_behind_and_can_go_alone,
        a_report_that_finds_no_memory_leaves_all_its_counts,
        packing_without_memory_loses_the_record_whole_and_counts_it,
        only_bodies_of_a_kibibyte_and_more_are_compressed,
    };
    return unit_suite_of("io/parcel", tests, sizeof tests / sizeof tests[0]);
}

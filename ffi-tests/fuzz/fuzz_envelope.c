/* A stored envelope and a client report: what is read can be stamped anew and is read again, with
 * as many items. */
#include "fuzz.h"
#include "wire/client_report.h"
#include "wire/envelope_read.h"

#define SENT_AT_US INT64_C(1794960000000000)

static size_t read_items(tsn_slice text)
{
    tsn_envelope_reader reader;
    size_t count = 0;
    FUZZ_CHECK(tsn_envelope_read_header(&reader, text) == TOCSIN_OK);
    while (!tsn_envelope_reader_done(&reader)) {
        tsn_envelope_read_item item;
        FUZZ_CHECK(tsn_envelope_read_next(&reader, &item) == TOCSIN_OK);
        FUZZ_CHECK(item.payload.data >= text.data);
        FUZZ_CHECK(item.payload.data + item.payload.len <= text.data + text.len);
        count++;
    }
    tsn_envelope_reader_fini(&reader);
    return count;
}

static void check_stamped(tsn_slice text, size_t count)
{
    tsn_envelope_reader reader;
    tsn_buf stamped = TSN_BUF_EMPTY;
    size_t again = 0;
    FUZZ_CHECK(tsn_envelope_read_header(&reader, text) == TOCSIN_OK);
    FUZZ_CHECK(tsn_envelope_append_restamped(&stamped, reader.header, SENT_AT_US) == TOCSIN_OK);
    tsn_buf_slice(&stamped, reader.rest);
    FUZZ_CHECK(tsn_envelope_check(tsn_buf_view(&stamped), &again) == TOCSIN_OK);
    FUZZ_CHECK(again == count);
    tsn_buf_fini(&stamped);
    tsn_envelope_reader_fini(&reader);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static tsn_client_report report;
    tsn_slice text = {(const char *)data, size};
    size_t count = 0;
    if (tsn_envelope_check(text, &count) == TOCSIN_OK) {
        FUZZ_CHECK(read_items(text) == count);
        check_stamped(text, count);
    }
    tsn_client_report_init(&report);
    if (tsn_client_report_read(&report, text) != TOCSIN_OK) {
        FUZZ_CHECK(tsn_client_report_empty(&report));
    }
    return 0;
}

/* A file is believed only if its checksum, every header in it and its destination are right. */
#include <errno.h>

#include "base/file_ops.h"
#include "data/json_walk.h"
#include "data/limits.h"
#include "io/spool.h"
#include "wire/envelope_read.h"

#define FILE_SIZE_MAX ((size_t)TSN_ENVELOPE_SIZE_MAX + (1u << 20)) /* and some room for headers */

static void add_item(tsn_load *load, const tsn_envelope_read_item *item)
{
    if (item->category == TSN_CATEGORY_ERROR) load->errors++;
    if (item->category != TSN_CATEGORY_ATTACHMENT) return;
    load->attachments += item->payload.len > 0 ? item->payload.len : 1;
}

/* Whether the header's `dsn` is ours. */
static bool is_ours(const tsn_spool *spool, const tsn_envelope_reader *reader)
{
    tsn_buf text = TSN_BUF_EMPTY;
    tsn_slice dsn = tsn_json_get(tsn_buf_view(&reader->canonical), TSN_LIT("dsn"));
    if (tsn_slice_absent(dsn)) return tsn_slice_absent(spool->config.dsn);
    tsn_json_decode(dsn, &text);
    bool is_same = tsn_slice_equal(tsn_buf_view(&text), spool->config.dsn);
    tsn_buf_fini(&text);
    return is_same;
}

static tsn_spool_outcome check(const tsn_spool *spool, tsn_slice envelope, tsn_load *load)
{
    tsn_envelope_reader reader;
    tsn_envelope_read_item item;
    tocsin_status st = tsn_envelope_read_header(&reader, envelope);
    bool is_foreign = st == TOCSIN_OK && !is_ours(spool, &reader);
    while (st == TOCSIN_OK && !tsn_envelope_reader_done(&reader)) {
        st = tsn_envelope_read_next(&reader, &item);
        if (st == TOCSIN_OK) add_item(load, &item);
    }
    tsn_envelope_reader_fini(&reader);
    if (st == TOCSIN_E_NOMEM) return TSN_SPOOL_TROUBLE;
    if (st != TOCSIN_OK) return TSN_SPOOL_DAMAGED;
    return is_foreign ? TSN_SPOOL_FOREIGN : TSN_SPOOL_READ;
}

void tsn_spool_read_report(tsn_slice envelope, tsn_client_report *counts)
{
    tsn_envelope_reader reader;
    tsn_envelope_read_item item;
    tsn_client_report_init(counts);
    tocsin_status st = tsn_envelope_read_header(&reader, envelope);
    while (st == TOCSIN_OK && !tsn_envelope_reader_done(&reader)) {
        st = tsn_envelope_read_next(&reader, &item);
        if (st == TOCSIN_OK && item.category == TSN_CATEGORY_INTERNAL) {
            (void)tsn_client_report_read(counts, item.payload);
        }
    }
    tsn_envelope_reader_fini(&reader);
}

static tsn_spool_outcome outcome_of(int result)
{
    switch (result) {
    case 0:
        return TSN_SPOOL_READ;
    case -ENOENT:
        return TSN_SPOOL_GONE;
    case -EINVAL:
    case -EFBIG:
    case -ELOOP:
    case -ENXIO: /* a socket */
        return TSN_SPOOL_DAMAGED;
    default:
        return TSN_SPOOL_TROUBLE;
    }
}

tsn_spool_outcome tsn_spool_read(tsn_spool *spool, tsn_stored *stored, tsn_buf *file,
                                 tsn_slice *envelope)
{
    char name[TSN_SPOOL_NAME_SIZE];
    tsn_load load = {0, 0};
    tsn_spool_name_write(&stored->name, TSN_SPOOL_SUFFIX, name);
    int result = tsn_file_get_at(tsn_spool_run_dir(&spool->run), name, FILE_SIZE_MAX, file);
    tsn_spool_outcome outcome = outcome_of(result);
    if (outcome != TSN_SPOOL_READ) return outcome;
    bool is_whole = tsn_spool_file_read(tsn_buf_view(file), envelope) && envelope->len > 0 &&
                    envelope->data[envelope->len - 1] == '\n';
    if (!is_whole) return TSN_SPOOL_DAMAGED;
    outcome = check(spool, *envelope, &load);
    if (outcome == TSN_SPOOL_READ && !stored->is_counted) stored->load = load;
    return outcome;
}

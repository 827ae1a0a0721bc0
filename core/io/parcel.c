/* Losing a part must lose it for good: what leaves the envelope leaves the record as well, or the
 * next try would count it again. */
#include "io/parcel.h"

#include <string.h>

#include "base/alloc.h"
#include "data/limits.h"
#include "wire/envelope_loss.h"

#define SHORT_TEXT 1024 /* bytes on the stack for what is usually short */

tsn_parcel *tsn_parcel_new(void)
{
    tsn_parcel *parcel = tsn_alloc(sizeof *parcel);
    if (parcel == NULL) return NULL;
    memset(parcel, 0, offsetof(tsn_parcel, room));
    tsn_envelope_init_on(&parcel->envelope, &parcel->room);
    tsn_list_init(&parcel->node);
    tsn_list_init(&parcel->flight);
    return parcel;
}

static void drop_record(tsn_parcel *parcel)
{
    tsn_record_free(parcel->record);
    parcel->record = NULL;
}

void tsn_parcel_free(tsn_parcel *parcel)
{
    if (parcel == NULL) return;
    TSN_ASSERT(tsn_list_empty(&parcel->node));
    tsn_transfer_fini(&parcel->transfer);
    TSN_ASSERT(parcel->stored == NULL);
    tsn_envelope_fini(&parcel->envelope);
    tsn_buf_fini(&parcel->file);
    drop_record(parcel);
    tsn_free(parcel->report);
    tsn_free(parcel);
}

bool tsn_parcel_make_report(tsn_parcel *parcel)
{
    TSN_ASSERT(parcel->report == NULL);
    parcel->report = tsn_alloc(sizeof *parcel->report);
    if (parcel->report != NULL) tsn_client_report_init(parcel->report);
    return parcel->report != NULL;
}

static tocsin_status pack_event(tsn_parcel *parcel, const tsn_packing *packing)
{
    tsn_buf text = TSN_BUF_EMPTY;
    tsn_inset *inset = &parcel->inset;
    tocsin_status st = tsn_record_write(parcel->record, packing->event, &text, inset);
    if (st != TOCSIN_OK) {
        tsn_buf_fini(&text);
        return st;
    }
    tsn_payload payload = tsn_payload_take_buf(&text);
    if (inset->count > 0) payload.inset = inset;
    return tsn_envelope_take_event(&parcel->envelope, &parcel->record->id, payload);
}

static tocsin_status pack_trace(tsn_parcel *parcel, const tsn_packing *packing)
{
    const tsn_record *record = parcel->record;
    if (record->propagation == NULL || record->has_own_trace) return TOCSIN_OK;
    char room[SHORT_TEXT];
    tsn_buf trace = TSN_BUF_ON(room);
    tocsin_status st = TOCSIN_OK;
    if (tsn_propagation_append_dsc(record->propagation, &packing->dsc, &trace)) {
        st = trace.failed ? TOCSIN_E_NOMEM
                          : tsn_envelope_set_trace(&parcel->envelope, tsn_buf_view(&trace));
    }
    tsn_buf_fini(&trace);
    return st;
}

static tocsin_status pack_attachments(tsn_parcel *parcel)
{
    const tsn_plist *attachments = parcel->record->attachments;
    size_t count = tsn_plist_count(attachments);
    for (size_t i = 0; i < count; i++) {
        const tsn_attachment *attachment = tsn_plist_at(attachments, i);
        TSN_TRY(tsn_envelope_take_attachment(
            &parcel->envelope, tsn_fragment_slice(attachment->filename),
            tsn_fragment_slice(attachment->content_type), tsn_fragment_slice(attachment->type),
            tsn_payload_borrow(tsn_fragment_slice(attachment->bytes))));
    }
    return TOCSIN_OK;
}

static void lose_all(tsn_parcel *parcel, tsn_reason reason, tsn_client_report *lost)
{
    tsn_client_report_add(lost, reason, TSN_CATEGORY_ERROR, parcel->load.errors);
    tsn_client_report_add(lost, reason, TSN_CATEGORY_ATTACHMENT, parcel->load.attachments);
    parcel->load = (tsn_load){0, 0};
    tsn_envelope_fini(&parcel->envelope);
    drop_record(parcel);
}

/* Brings the record and the load in line with what is left in the envelope: attachments leave it
 * from the last to the first. */
static void shed(tsn_parcel *parcel)
{
    const tsn_envelope *envelope = &parcel->envelope;
    tsn_plist **attachments = &parcel->record->attachments;
    size_t kept = envelope->item_count - 1;
    if (parcel->load.errors > 0) parcel->load.attachments = 0;
    for (size_t i = 1; i < envelope->item_count && parcel->load.errors > 0; i++) {
        parcel->load.attachments += tsn_envelope_item_quantity(&envelope->items[i]);
    }
    while (tsn_plist_count(*attachments) > kept && !parcel->cannot_return) {
        size_t last = tsn_plist_count(*attachments) - 1;
        parcel->cannot_return = tsn_plist_remove_at(attachments, last) != TOCSIN_OK;
    }
}

void tsn_parcel_pack(tsn_parcel *parcel, const tsn_packing *packing, int64_t now_ms,
                     tsn_client_report *lost)
{
    tocsin_status st = pack_event(parcel, packing);
    if (st == TOCSIN_OK) st = pack_trace(parcel, packing);
    if (st == TOCSIN_OK) st = pack_attachments(parcel);
    if (st != TOCSIN_OK) {
        bool is_too_large = st == TOCSIN_DROPPED;
        lose_all(parcel, is_too_large ? TSN_REASON_INVALID : TSN_REASON_INTERNAL_SDK_ERROR, lost);
        return;
    }
    bool fits = tsn_envelope_drop_oversize(&parcel->envelope, TSN_ENVELOPE_SIZE_MAX, lost);
    if (fits && parcel->limits != NULL) {
        fits = tsn_envelope_drop_limited(&parcel->envelope, parcel->limits, now_ms, lost);
    }
    if (fits) {
        shed(parcel);
        return;
    }
    tsn_envelope_count_lost(&parcel->envelope, TSN_REASON_INVALID, lost);
    parcel->load = (tsn_load){0, 0};
    tsn_envelope_fini(&parcel->envelope);
    drop_record(parcel);
}

void tsn_parcel_pack_report(tsn_parcel *parcel, int64_t wall_us, tsn_client_report *left)
{
    tsn_buf json = TSN_BUF_EMPTY;
    *left = *parcel->report;
    tsn_client_report_write(left, wall_us, &json, parcel->report);
    bool is_in = !json.failed && json.len > 0;
    if (is_in) {
        tocsin_status st = tsn_envelope_take_report(&parcel->envelope, tsn_payload_take_buf(&json));
        if (st == TOCSIN_OK) return;
    }
    tsn_buf_fini(&json);
    tsn_client_report_merge(left, parcel->report);
    parcel->has_report = false;
}

static tocsin_status seal_plain(tsn_parcel *parcel, tsn_slice header)
{
    tsn_slice piece;
    tsn_buf *body = &parcel->transfer.body;
    tsn_envelope_pieces pieces = tsn_envelope_pieces_of(&parcel->envelope);
    tsn_buf_reserve(body, header.len + tsn_envelope_items_size(&parcel->envelope));
    tsn_buf_slice(body, header);
    while (tsn_envelope_next_piece(&pieces, &piece)) tsn_buf_slice(body, piece);
    return tsn_buf_status(body);
}

static tocsin_status seal_compressed(tsn_parcel *parcel, tsn_slice header,
                                     tsn_compressor *compressor)
{
    tsn_slice piece;
    tsn_envelope_pieces pieces = tsn_envelope_pieces_of(&parcel->envelope);
    size_t size = header.len + tsn_envelope_items_size(&parcel->envelope);
    parcel->transfer.encoding = tsn_compressor_header(compressor);
    tsn_compressor_begin(compressor, size);
    tsn_compressor_add(compressor, header);
    while (tsn_envelope_next_piece(&pieces, &piece)) tsn_compressor_add(compressor, piece);
    return tsn_compressor_end(compressor, &parcel->transfer.body);
}

tocsin_status tsn_parcel_seal(tsn_parcel *parcel, const tsn_packing *packing, int64_t wall_us,
                              tsn_compressor *compressor)
{
    char room[SHORT_TEXT];
    tsn_buf header = TSN_BUF_ON(room);
    tsn_envelope_append_header(&parcel->envelope, packing->identity, wall_us, &header);
    tocsin_status st = tsn_buf_status(&header);
    if (st != TOCSIN_OK) goto done;
    size_t size = header.len + tsn_envelope_items_size(&parcel->envelope);
    bool is_compressed = compressor != NULL && size >= TSN_REQUEST_COMPRESSED_MIN;
    st = is_compressed ? seal_compressed(parcel, tsn_buf_view(&header), compressor)
                       : seal_plain(parcel, tsn_buf_view(&header));
done:
    tsn_buf_fini(&header);
    return st;
}

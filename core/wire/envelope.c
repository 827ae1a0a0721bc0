/* Items are kept as a list, so that one can leave without the others moving; their header lines
 * share one buffer. Nothing is put together before it is sent: the pieces are walked, and whoever
 * wants one block appends them. */
#include "wire/envelope.h"

#include <string.h>

#include "base/alloc.h"
#include "base/house.h"
#include "model/event_text.h"

enum {
    FIRST_ITEMS = 4,
    PART_HEAD = 0,
    PART_PAYLOAD, /* all of it, or what stands before its inset */
    PART_INSET,
    PART_REST,
    PART_END,
    PART_STORED, /* before all items */
};

tsn_payload tsn_payload_borrow(tsn_slice bytes)
{
    return (tsn_payload){.bytes = bytes};
}

tsn_payload tsn_payload_take_buf(tsn_buf *buf)
{
    TSN_ASSERT(!buf->failed);
    TSN_ASSERT(!buf->borrowed);
    tsn_payload payload = {.bytes = tsn_buf_view(buf), .owner = buf->data, .release = tsn_free};
    tsn_buf_init(buf);
    return payload;
}

void tsn_payload_fini(tsn_payload *payload)
{
    if (payload->release != NULL) payload->release(payload->owner);
    *payload = tsn_payload_borrow(TSN_SLICE_ABSENT);
}

size_t tsn_payload_size(const tsn_payload *payload)
{
    return payload->bytes.len + (payload->inset == NULL ? 0 : payload->inset->len);
}

void tsn_envelope_init_on(tsn_envelope *envelope, tsn_envelope_room *room)
{
    *envelope = (tsn_envelope){
        .heads = TSN_BUF_ON(room->heads), .items = &room->item, .item_cap = 1, .room = &room->item};
}

void tsn_envelope_fini(tsn_envelope *envelope)
{
    for (size_t i = 0; i < envelope->item_count; i++) tsn_payload_fini(&envelope->items[i].payload);
    if (envelope->items != envelope->room) tsn_free(envelope->items);
    tsn_buf_fini(&envelope->heads);
    tsn_buf_fini(&envelope->trace);
    *envelope = TSN_ENVELOPE_EMPTY;
}

static bool has_room(tsn_envelope *envelope)
{
    if (envelope->item_count < envelope->item_cap) return true;
    bool is_first = envelope->items == envelope->room;
    size_t cap = is_first ? FIRST_ITEMS : envelope->item_cap * 2;
    tsn_envelope_item *old = is_first ? NULL : envelope->items;
    tsn_envelope_item *items = tsn_realloc_array(old, cap, sizeof *items);
    if (items == NULL) return false;
    for (size_t i = 0; is_first && i < envelope->item_count; i++) items[i] = envelope->room[i];
    envelope->items = items;
    envelope->item_cap = cap;
    return true;
}

/* Ends the header line that was begun at `head_at` and adds its item. */
static tocsin_status add_item(tsn_envelope *envelope, tsn_category category, size_t head_at,
                              tsn_payload payload)
{
    tsn_buf *heads = &envelope->heads;
    tsn_text_put(heads, TSN_LIT(",\"length\":"));
    tsn_buf_u64(heads, tsn_payload_size(&payload));
    tsn_text_put(heads, TSN_LIT("}\n"));
    if (heads->failed || !has_room(envelope)) {
        tsn_buf_truncate(heads, head_at);
        heads->failed = false;
        tsn_payload_fini(&payload);
        return TOCSIN_E_NOMEM;
    }
    envelope->items[envelope->item_count++] =
        (tsn_envelope_item){category, payload, head_at, heads->len - head_at};
    return TOCSIN_OK;
}

tocsin_status tsn_envelope_take_event(tsn_envelope *envelope, const tsn_id *event_id,
                                      tsn_payload json)
{
    size_t head_at = envelope->heads.len;
    tsn_buf_reserve(&envelope->heads, TSN_ENVELOPE_HEADS_ROOM);
    tsn_text_put(&envelope->heads,
                 TSN_LIT("{\"type\":\"event\",\"content_type\":\"application/json\""));
    TSN_TRY(add_item(envelope, TSN_CATEGORY_ERROR, head_at, json));
    envelope->event_id = *event_id;
    return TOCSIN_OK;
}

static void append_member(tsn_buf *out, tsn_slice member, tsn_slice value)
{
    tsn_buf_slice(out, member);
    tsn_buf_slice(out, value);
}

tocsin_status tsn_envelope_take_attachment(tsn_envelope *envelope, tsn_slice filename,
                                           tsn_slice content_type, tsn_slice type,
                                           tsn_payload bytes)
{
    tsn_buf *heads = &envelope->heads;
    size_t head_at = heads->len;
    if (tsn_slice_absent(content_type)) content_type = TSN_LIT("\"application/octet-stream\"");
    TSN_BUF_LIT(heads, "{\"type\":\"attachment\"");
    append_member(heads, TSN_LIT(",\"filename\":"), filename);
    append_member(heads, TSN_LIT(",\"content_type\":"), content_type);
    if (!tsn_slice_absent(type)) append_member(heads, TSN_LIT(",\"attachment_type\":"), type);
    return add_item(envelope, TSN_CATEGORY_ATTACHMENT, head_at, bytes);
}

tocsin_status tsn_envelope_take_report(tsn_envelope *envelope, tsn_payload json)
{
    size_t head_at = envelope->heads.len;
    TSN_BUF_LIT(&envelope->heads, "{\"type\":\"client_report\"");
    return add_item(envelope, TSN_CATEGORY_INTERNAL, head_at, json);
}

tocsin_status tsn_envelope_set_trace(tsn_envelope *envelope, tsn_slice trace)
{
    tsn_buf copy = TSN_BUF_EMPTY;
    tsn_buf_slice(&copy, trace);
    if (copy.failed) return TOCSIN_E_NOMEM;
    tsn_buf_fini(&envelope->trace);
    envelope->trace = copy;
    return TOCSIN_OK;
}

void tsn_envelope_borrow_stored(tsn_envelope *envelope, tsn_slice header, tsn_slice items)
{
    TSN_ASSERT(envelope->item_count == 0 && !tsn_slice_absent(header));
    envelope->stored_header = header;
    envelope->stored_items = items;
}

static bool needs_event_id(tsn_category category)
{
    return category != TSN_CATEGORY_INTERNAL && category != TSN_CATEGORY_SESSION;
}

/* An id and a trace belong to what is in the envelope; with it they leave. */
static void forget_id_if_unused(tsn_envelope *envelope)
{
    for (size_t i = 0; i < envelope->item_count; i++) {
        if (needs_event_id(envelope->items[i].category)) return;
    }
    memset(&envelope->event_id, 0, sizeof envelope->event_id);
    tsn_buf_clear(&envelope->trace);
}

void tsn_envelope_remove(tsn_envelope *envelope, size_t first, size_t count)
{
    TSN_ASSERT(first <= envelope->item_count && count <= envelope->item_count - first);
    if (count == 0) return;
    tsn_envelope_item *items = envelope->items;
    size_t after = envelope->item_count - first - count;
    for (size_t i = 0; i < count; i++) tsn_payload_fini(&items[first + i].payload);
    memmove(items + first, items + first + count, after * sizeof *items);
    envelope->item_count -= count;
    forget_id_if_unused(envelope);
}

size_t tsn_envelope_items_size(const tsn_envelope *envelope)
{
    size_t size = envelope->stored_items.len;
    for (size_t i = 0; i < envelope->item_count; i++) {
        const tsn_envelope_item *item = &envelope->items[i];
        size += item->head_len + tsn_payload_size(&item->payload) + 1;
    }
    return size;
}

uint64_t tsn_envelope_item_quantity(const tsn_envelope_item *item)
{
    bool counts_bytes = item->category == TSN_CATEGORY_ATTACHMENT && item->payload.bytes.len > 0;
    return counts_bytes ? item->payload.bytes.len : 1;
}

tsn_envelope_pieces tsn_envelope_pieces_of(const tsn_envelope *envelope)
{
    bool has_stored = envelope->stored_items.len > 0;
    return (tsn_envelope_pieces){.envelope = envelope,
                                 .part = has_stored ? PART_STORED : PART_HEAD};
}

/* One part of the item at the cursor, perhaps an empty one. */
static tsn_slice take_part(tsn_envelope_pieces *pieces)
{
    const tsn_envelope *envelope = pieces->envelope;
    const tsn_envelope_item *item = &envelope->items[pieces->item];
    const tsn_inset *inset = item->payload.inset;
    tsn_slice bytes = item->payload.bytes;
    switch (pieces->part++) {
    case PART_HEAD:
        return (tsn_slice){envelope->heads.data + item->head_at, item->head_len};
    case PART_PAYLOAD:
        if (inset == NULL) pieces->part = PART_END;
        return inset == NULL ? bytes : tsn_slice_sub(bytes, 0, inset->at);
    case PART_INSET:
        pieces->run = inset->runs + 1;
        pieces->runs_end = inset->runs + inset->count;
        return inset->runs[0];
    case PART_REST:
        return tsn_slice_sub(bytes, inset->at, bytes.len);
    default:
        pieces->item++;
        pieces->part = PART_HEAD;
        return TSN_LIT("\n");
    }
}

bool tsn_envelope_next_part(tsn_envelope_pieces *pieces, tsn_slice *piece)
{
    if (pieces->part == PART_STORED) {
        *piece = pieces->envelope->stored_items;
        pieces->part = PART_HEAD;
        return true;
    }
    while (pieces->item < pieces->envelope->item_count) {
        *piece = take_part(pieces);
        if (piece->len > 0) return true;
    }
    return false;
}

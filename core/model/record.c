/* A record only holds references: everything in it is shared with the scopes it was taken from
 * until the worker has written it. What it is charged is what would go if it went. */
#include "model/record.h"

#include "base/alloc.h"

static tsn_fragment *place_within(const tsn_record *record)
{
    return (tsn_fragment *)(uintptr_t)(record + 1);
}

static inline tsn_record *new_with_room(size_t room)
{
    tsn_record *record = tsn_alloc(sizeof *record + room);
    if (record == NULL) return NULL;
    tsn_list_init(&record->node);
    record->id = (tsn_id){{0}};
    record->timestamp_us = 0;
    record->body = NULL;
    record->layer_count = 0; /* the layers themselves need not be cleared */
    record->propagation = NULL;
    record->attachments = NULL;
    record->is_final = false;
    record->is_sampled_out = false;
    record->has_own_trace = false;
    record->has_plain_body = false;
    record->has_lent_trace = false;
    record->is_estimated = false;
    record->is_follower = false;
    record->charged = 0;
    record->stored = NULL;
    record->tries = 0;
    record->place = 0;
    return record;
}

tsn_record *tsn_record_new(void)
{
    return new_with_room(0);
}

inline tsn_record *tsn_record_new_plain(size_t len)
{
    tsn_record *record = new_with_room(sizeof *record->body + len);
    if (record == NULL) return NULL;
    record->has_plain_body = true;
    record->body = place_within(record);
    tsn_rc_init(&record->body->rc);
    record->body->len = (uint32_t)len;
    return record;
}

void tsn_record_take_body(tsn_record *record, tsn_fragment *body)
{
    if (!record->has_plain_body) tsn_fragment_release(record->body);
    record->has_plain_body = false;
    record->body = body;
}

tsn_fragment *tsn_record_share_body(const tsn_record *record)
{
    if (record->has_plain_body) return tsn_fragment_new(tsn_fragment_slice(record->body));
    return tsn_fragment_retain(record->body);
}

void tsn_record_free(tsn_record *record)
{
    if (record == NULL) return;
    TSN_ASSERT(tsn_list_empty(&record->node) && record->charged == 0);
    TSN_ASSERT(record->stored == NULL);
    for (size_t i = 0; i < record->layer_count; i++) tsn_scope_release(record->layers[i]);
    tsn_record_take_body(record, NULL);
    if (!record->has_lent_trace) tsn_propagation_release(record->propagation);
    tsn_plist_release(record->attachments);
    tsn_free(record);
}

void tsn_record_drop_layers(tsn_record *record)
{
    if (record->has_lent_trace) tsn_propagation_retain(record->propagation);
    record->has_lent_trace = false;
    for (size_t i = 0; i < record->layer_count; i++) tsn_scope_release(record->layers[i]);
    record->layer_count = 0;
}

static tsn_event_parts parts_of(const tsn_record *record)
{
    tsn_event_parts parts = {
        .id = record->id,
        .timestamp_us = record->timestamp_us,
        .body = tsn_fragment_slice(record->body),
        .is_plain = record->has_plain_body,
        .layer_count = record->layer_count,
        .propagation = record->propagation,
    };
    for (size_t i = 0; i < record->layer_count; i++) parts.layers[i] = record->layers[i];
    return parts;
}

tocsin_status tsn_record_write(const tsn_record *record, const tsn_event_config *config,
                               tsn_buf *out, tsn_inset *inset)
{
    if (inset != NULL) inset->count = 0;
    if (record->is_final) {
        tsn_buf_slice(out, tsn_fragment_slice(record->body));
        return tsn_buf_status(out);
    }
    tsn_event_parts parts = parts_of(record);
    parts.inset = inset;
    return tsn_event_write(&parts, config, TSN_EVENT_FILL | TSN_EVENT_LIMIT, out);
}

tocsin_status tsn_record_collect_attachments(const tsn_scope *const *layers, size_t count,
                                             tsn_plist **out)
{
    *out = NULL;
    tocsin_status st = TOCSIN_OK;
    for (size_t i = 0; i < count && st == TOCSIN_OK; i++) {
        if (layers[i]->attachments != NULL) st = tsn_plist_concat(out, layers[i]->attachments);
    }
    if (st == TOCSIN_OK) return TOCSIN_OK;
    tsn_plist_release(*out);
    *out = NULL;
    return st;
}

static size_t own_size(const tsn_record *record)
{
    return sizeof *record + tsn_fragment_size(record->body);
}

static TSN_APART size_t estimate(tsn_record *record)
{
    size_t size = own_size(record);
    for (size_t i = 0; i < record->layer_count; i++) size += tsn_scope_size(record->layers[i]);
    size_t count = tsn_plist_count(record->attachments);
    for (size_t i = 0; i < count; i++) {
        const tsn_attachment *attachment = tsn_plist_at(record->attachments, i);
        size += sizeof *attachment + tsn_fragment_size(attachment->bytes);
    }
    record->charged = size;
    record->is_estimated = true;
    record->is_follower = false;
    return size;
}

static inline bool resembles(const tsn_record *record, const tsn_record *before)
{
    if (!before->is_estimated || before->layer_count != record->layer_count) return false;
    for (size_t i = record->layer_count; i-- > 0;) { /* the innermost differs most */
        if (record->layers[i] != before->layers[i]) return false;
    }
    return record->attachments == NULL && before->attachments == NULL;
}

inline size_t tsn_record_estimate_after(tsn_record *record, const tsn_list *records)
{
    const tsn_record *last = TSN_CONTAINER_OF(records->prev, tsn_record, node);
    if (tsn_list_empty(records) || !resembles(record, last)) return estimate(record);
    record->is_estimated = true;
    record->is_follower = true;
    return record->charged = own_size(record);
}

void tsn_record_pass_on(tsn_record *leader, tsn_record *follower)
{
    size_t own = own_size(leader);
    follower->charged += leader->charged - own;
    follower->is_follower = false;
    leader->charged = own;
}

static size_t weigh_attachments(tsn_plist *attachments, size_t (*weigh)(tsn_attachment *))
{
    size_t size = 0;
    size_t count = tsn_plist_count(attachments);
    for (size_t i = 0; i < count; i++) size += weigh(tsn_plist_at(attachments, i));
    return size;
}

size_t tsn_record_estimate(tsn_record *record)
{
    return estimate(record);
}

size_t tsn_record_weigh(tsn_record *record)
{
    size_t size = own_size(record);
    for (size_t i = 0; i < record->layer_count; i++) size += tsn_scope_weigh(record->layers[i]);
    size += weigh_attachments(record->attachments, tsn_attachment_weigh);
    record->charged = size;
    record->is_estimated = false;
    record->is_follower = false;
    return size;
}

size_t tsn_record_unweigh(tsn_record *record)
{
    size_t size = record->charged;
    record->charged = 0;
    if (record->is_estimated) return size;
    size = own_size(record);
    for (size_t i = 0; i < record->layer_count; i++) size += tsn_scope_unweigh(record->layers[i]);
    return size + weigh_attachments(record->attachments, tsn_attachment_unweigh);
}

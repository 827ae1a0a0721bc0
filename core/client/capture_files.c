/* The list is only made anew if something in it has to change. */
#include "client/capture_files.h"

#include "base/file.h"

static void refuse(tsn_client *client, const tsn_id *id, const tsn_attachment *attachment,
                   size_t size, const char *why)
{
    tsn_slice name = tsn_fragment_slice(attachment->filename);
    tsn_diag_log(client->diag, TOCSIN_LEVEL_WARNING, "attachment.refused", "attachment %.*s: %s",
                 (int)name.len, name.data, why);
    uint64_t quantity = size > 0 ? size : 1;
    tsn_delivery_captured(client->delivery, TSN_CATEGORY_ATTACHMENT, quantity);
    tsn_delivery_discarded(client->delivery, id, TSN_REASON_INVALID, TSN_CATEGORY_ATTACHMENT,
                           quantity);
}

/* `attachment` with its bytes, as a new reference; NULL with TOCSIN_OK: refused and counted. */
static tocsin_status load(tsn_client *client, const tsn_id *id, tsn_attachment *attachment,
                          tsn_attachment **out)
{
    size_t max = (size_t)client->settings->max_attachment_size;
    *out = NULL;
    if (attachment->bytes != NULL) {
        if (attachment->bytes->len > max) {
            refuse(client, id, attachment, attachment->bytes->len,
                   "larger than max_attachment_size");
        } else {
            *out = tsn_attachment_retain(attachment);
        }
        return TOCSIN_OK;
    }
    tsn_buf bytes = TSN_BUF_EMPTY;
    tocsin_status st = tsn_file_read(attachment->path, max, &bytes);
    if (st == TOCSIN_OK) {
        *out = tsn_attachment_with_bytes(attachment, tsn_buf_view(&bytes));
        if (*out == NULL) st = TOCSIN_E_NOMEM;
    } else if (st != TOCSIN_E_NOMEM) {
        refuse(client, id, attachment, 0,
               st == TOCSIN_E_RANGE ? "larger than max_attachment_size"
                                    : "not a readable regular file");
        st = TOCSIN_OK;
    }
    tsn_buf_fini(&bytes);
    return st;
}

static bool is_ready(const tsn_plist *list, size_t max)
{
    for (size_t i = 0; i < tsn_plist_count(list); i++) {
        const tsn_attachment *attachment = tsn_plist_at(list, i);
        if (attachment->bytes == NULL || attachment->bytes->len > max) return false;
    }
    return true;
}

tocsin_status tsn_capture_files(tsn_client *client, tsn_record *record)
{
    if (is_ready(record->attachments, (size_t)client->settings->max_attachment_size))
        return TOCSIN_OK;
    tsn_plist *ready = NULL;
    tocsin_status st = TOCSIN_OK;
    for (size_t i = 0; i < tsn_plist_count(record->attachments) && st >= 0; i++) {
        tsn_attachment *loaded;
        st = load(client, &record->id, tsn_plist_at(record->attachments, i), &loaded);
        if (loaded != NULL) st = tsn_plist_take_append(&ready, &tsn_attachment_kind, loaded);
    }
    tsn_plist *old = st < 0 ? ready : record->attachments;
    if (st >= 0) record->attachments = ready;
    tsn_plist_release(old);
    return st;
}

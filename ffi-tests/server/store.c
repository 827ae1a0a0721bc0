/* An array that drops from its front. A line goes to the file at once and whole, so that a reader
 * of the file sees what a test that was killed had sent. */
#include "store.h"

#include <stdlib.h>
#include <string.h>

static void drop_oldest(struct srv_store *store)
{
    srv_record_free(&store->records[0]);
    store->count--;
    memmove(store->records, store->records + 1, store->count * sizeof *store->records);
}

static void append_to_file(const struct srv_store *store, const struct srv_record *record)
{
    if (store->file == NULL) return;
    fwrite(record->line, 1, record->line_len, store->file);
    fputc('\n', store->file);
    fflush(store->file);
}

void srv_store_take(struct srv_store *store, struct srv_record record, size_t bytes)
{
    store->counts.requests++;
    store->counts.bytes += bytes;
    if (record.is_ok)
        store->counts.envelopes++;
    else
        store->counts.malformed++;
    if (record.event != NULL) store->counts.events++;
    append_to_file(store, &record);
    store->records = srv_grow(store->records, (store->count + 1) * sizeof *store->records);
    store->records[store->count++] = record;
    if (store->count > store->keep_max) drop_oldest(store);
}

const struct srv_record *srv_store_find(const struct srv_store *store, const char *event_id)
{
    for (size_t i = store->count; i-- > 0;) {
        const struct srv_record *record = &store->records[i];
        if (record->event != NULL && strcmp(record->event_id, event_id) == 0) return record;
    }
    return NULL;
}

void srv_store_write(const struct srv_store *store, bool only_events, struct srv_text *out)
{
    const char *before = "[";
    for (size_t i = 0; i < store->count; i++) {
        const struct srv_record *record = &store->records[i];
        if (only_events && record->event == NULL) continue;
        srv_text_addz(out, before);
        srv_text_add(out, record->line, record->line_len);
        before = ",\n";
    }
    srv_text_addz(out, out->len == 0 ? "[]\n" : "]\n");
}

void srv_store_clear(struct srv_store *store)
{
    for (size_t i = 0; i < store->count; i++) srv_record_free(&store->records[i]);
    free(store->records);
    *store = (struct srv_store){.file = store->file, .keep_max = store->keep_max};
}

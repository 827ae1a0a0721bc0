/* What came, in order of arrival, and how much of it. Not locked: the owner guards it. */
#ifndef SRV_STORE_H
#define SRV_STORE_H

#include "record.h"

#include <stdio.h>

struct srv_counts {
    size_t connections; /* that carried at least one ingest request */
    size_t requests;
    size_t envelopes; /* well formed ones */
    size_t events;    /* in those */
    size_t malformed; /* judged anything but ok */
    size_t aborted;   /* requests that ended before they were whole */
    size_t bytes;     /* of bodies, as sent */
};

struct srv_store {
    FILE *file; /* each line is also appended here; NULL: nowhere. Not owned */
    size_t keep_max;
    struct srv_record *records;
    size_t count;
    struct srv_counts counts;
};

/* Takes the record. Keeps at most `keep_max`, the oldest go first. */
void srv_store_take(struct srv_store *store, struct srv_record record, size_t bytes);

/* Borrowed until the store changes; NULL: none with this id. */
const struct srv_record *srv_store_find(const struct srv_store *store, const char *event_id);

/* All lines, or only those with an event, as one JSON array. */
void srv_store_write(const struct srv_store *store, bool only_events, struct srv_text *out);
void srv_store_clear(struct srv_store *store);

#endif

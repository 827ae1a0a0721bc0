/* The way to a Spotlight server beside the normal delivery (S-1 to S-4): a queue of its own, one
 * transfer at a time, nothing kept for later, nothing counted. */
#ifndef TSN_IO_SPOTLIGHT_H
#define TSN_IO_SPOTLIGHT_H

#include "io/answer_log.h"
#include "io/outbox.h"

#define TSN_SPOTLIGHT_ITEMS_MAX 100

typedef struct tsn_spotlight {
    tsn_outbox *outbox; /* whose worker sends for it, and whose close waits for it a little */
    tsn_diag *diag;
    tsn_request request;
    tsn_mutex lock;
    tsn_list records; /* guarded by lock */
    size_t count;     /* guarded by lock */
    /* The worker's alone. */
    bool is_sending;
    bool has_told;
    tsn_backoff backoff;
} tsn_spotlight;

/* TOCSIN_E_ARG: no http or https URL, or SDK name not fit for a header; TOCSIN_E_NOMEM. */
tocsin_status tsn_spotlight_init(tsn_spotlight *spotlight, tsn_outbox *outbox, tsn_diag *diag,
                                 tsn_slice url, tsn_slice sdk_name, tsn_slice sdk_version);
void tsn_spotlight_fini(tsn_spotlight *spotlight);
/* In a child of fork. */
void tsn_spotlight_start_afresh(tsn_spotlight *spotlight);
/* Any thread: takes a copy of the record, or not, if there is no room or no memory. */
void tsn_spotlight_offer(tsn_spotlight *spotlight, const tsn_record *record);
/* The worker: what goes next, packed; NULL: nothing, or one is under way. */
tsn_parcel *tsn_spotlight_take(tsn_spotlight *spotlight);
/* The worker: its transfer is over, or was cut off. Frees the parcel. */
void tsn_spotlight_complete(tsn_spotlight *spotlight, tsn_parcel *parcel);

#endif

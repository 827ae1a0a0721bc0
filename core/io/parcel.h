/* What is under way: one record made into an envelope, the counts that ride along, and the transfer
 * that carries it. Belongs to one thread at a time. */
#ifndef TSN_IO_PARCEL_H
#define TSN_IO_PARCEL_H

#include "io/compressor.h"
#include "io/fate.h"
#include "io/transport.h"
#include "model/record.h"
#include "wire/envelope.h"
#include "wire/ratelimit.h"

/* How records become envelopes; the same for all of a client. Borrowed for the client's life. */
typedef struct tsn_packing {
    const tsn_event_config *event;
    tsn_dsc_source dsc;
    tsn_slice identity; /* of tsn_envelope_append_identity */
} tsn_packing;

typedef struct tsn_parcel {
    tsn_list node;        /* its carrier's */
    tsn_list flight;      /* the outbox's, like `booked` and `is_on_disk` */
    tsn_load booked;      /* what the ledger has in flight for it */
    tsn_record *record;   /* owned; NULL: a report alone, or what was read from disk */
    tsn_load load;        /* what is left of it */
    tsn_id id;            /* the event's */
    tsn_fate fate;        /* what is to be told of it */
    uint32_t era;         /* the outbox's, when it was taken */
    uint32_t begun_after; /* failures of the backoff then */
    bool cannot_return;   /* its record no longer says what is left of it */
    bool is_from_spool;
    bool is_on_disk; /* it has a file, as far as the ledger knows */
    bool is_lost;    /* it was counted so at the end of a close */
    bool has_report;
    bool has_stored_report;      /* the counts are those of its file */
    struct tsn_stored *stored;   /* its file, if it has one; owned */
    tsn_buf file;                /* what was read of it, if there is no record */
    const tsn_ratelimit *limits; /* in force when it was taken, for packing; NULL: none */
    tsn_client_report *report;   /* the counts in it, if it has either; owned */
    tsn_envelope envelope;       /* borrows from the record */
    tsn_transfer transfer;
    /* Not cleared. With all this a parcel has 1,032 bytes, the most that malloc keeps at hand. */
    tsn_envelope_room room;
    tsn_inset inset;
} tsn_parcel;

/* Empty; NULL: no memory. */
tsn_parcel *tsn_parcel_new(void);
/* NULL is allowed. Frees the record too. */
void tsn_parcel_free(tsn_parcel *parcel);

/* Gives it an empty table of counts; false: no memory. */
bool tsn_parcel_make_report(tsn_parcel *parcel);
/* Makes the envelope of the record: the event, its trace and its attachments, without what is
 * limited or too large; that is added to `lost` and leaves the record too, as does the record
 * itself if nothing of it is left. `load` follows. */
void tsn_parcel_pack(tsn_parcel *parcel, const tsn_packing *packing, int64_t now_ms,
                     tsn_client_report *lost);
/* Adds an item with the counts of `report`; what did not go in stays in `*left` (overwritten). */
void tsn_parcel_pack_report(tsn_parcel *parcel, int64_t wall_us, tsn_client_report *left);
/* Puts the bytes of the envelope into the transfer, sent now. `compressor`, which is open, NULL:
 * plain. TOCSIN_OK or TOCSIN_E_NOMEM. */
tocsin_status tsn_parcel_seal(tsn_parcel *parcel, const tsn_packing *packing, int64_t wall_us,
                              tsn_compressor *compressor);

#endif

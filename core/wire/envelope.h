/* An envelope to be sent: items with their payloads, and what the header line says. The text is not
 * one block: the header line is made when the bytes leave (`sent_at` is true only then), item heads
 * are small, and a payload stays where it is, so a large attachment is never copied here. An
 * envelope belongs to one thread at a time. */
#ifndef TSN_WIRE_ENVELOPE_H
#define TSN_WIRE_ENVELOPE_H

#include "base/buf.h"
#include "base/slice.h"
#include "data/ids.h"
#include "data/inset.h"
#include "wire/category.h"

/* The bytes of an item, and who frees them. */
typedef struct tsn_payload {
    tsn_slice bytes;
    void *owner;                  /* given to `release` */
    void (*release)(void *owner); /* NULL: borrowed, lives longer than the envelope */
    const tsn_inset *inset;       /* what stands in `bytes` besides, borrowed; NULL: nothing */
} tsn_payload;

tsn_payload tsn_payload_borrow(tsn_slice bytes);
/* Takes over the buffer's memory and leaves it empty. A failed buffer must not come here. */
tsn_payload tsn_payload_take_buf(tsn_buf *buf);
void tsn_payload_fini(tsn_payload *payload);

typedef struct tsn_envelope_item {
    tsn_category category;
    tsn_payload payload;
    size_t head_at; /* its header line, LF included, in `heads` */
    size_t head_len;
} tsn_envelope_item;

typedef struct tsn_envelope {
    tsn_slice stored_header; /* of one that was stored: borrowed; absent otherwise */
    tsn_slice stored_items;
    tsn_id event_id; /* zero: the header has none */
    tsn_buf trace;   /* JSON object of the header's `trace`, or nothing */
    tsn_buf heads;
    tsn_envelope_item *items;
    size_t item_count;
    size_t item_cap;
    tsn_envelope_item *room; /* borrowed: where `items` is until it grows too small; or NULL */
} tsn_envelope;

/* Memory for one item, which saves an envelope of no more its allocations. */
#define TSN_ENVELOPE_HEADS_ROOM 80 /* as long as an event's gets */
typedef struct tsn_envelope_room {
    tsn_envelope_item item;
    char heads[TSN_ENVELOPE_HEADS_ROOM];
} tsn_envelope_room;

/* All zero is an empty envelope. */
#define TSN_ENVELOPE_EMPTY ((tsn_envelope){.items = NULL})
/* An empty one in memory of the caller's, which stays where it is as long as the envelope. */
void tsn_envelope_init_on(tsn_envelope *envelope, tsn_envelope_room *room);
void tsn_envelope_fini(tsn_envelope *envelope);

/* What follows adds an item at the end and takes the payload, also when it fails. TOCSIN_OK or
 * TOCSIN_E_NOMEM; then the envelope is as before. */

/* An event; its id becomes the header's. `json` is one object without a raw line end. */
tocsin_status tsn_envelope_take_event(tsn_envelope *envelope, const tsn_id *event_id,
                                      tsn_payload json);
/* Three canonical JSON strings, as the model keeps them. `content_type` absent:
 * application/octet-stream. `type` absent: not written, which means event.attachment. */
tocsin_status tsn_envelope_take_attachment(tsn_envelope *envelope, tsn_slice filename,
                                           tsn_slice content_type, tsn_slice type,
                                           tsn_payload bytes);
tocsin_status tsn_envelope_take_report(tsn_envelope *envelope, tsn_payload json);

/* Makes an empty envelope of the text of one that was stored, borrowed: its header line as an
 * object, and all its items, the last LF included. Items may still be added behind them. */
void tsn_envelope_borrow_stored(tsn_envelope *envelope, tsn_slice header, tsn_slice items);

/* Sets the header's `trace`: a canonical JSON object of texts, copied; absent removes it. TOCSIN_OK
 * or TOCSIN_E_NOMEM. */
tocsin_status tsn_envelope_set_trace(tsn_envelope *envelope, tsn_slice trace);
/* Takes items out that are in [first, first + count) and frees their payloads; the others keep
 * their order. */
void tsn_envelope_remove(tsn_envelope *envelope, size_t first, size_t count);
size_t tsn_payload_size(const tsn_payload *payload);
/* Bytes of all items, without the header line. */
size_t tsn_envelope_items_size(const tsn_envelope *envelope);
/* What a loss of the item counts for: an attachment's bytes, at least 1; 1 for others. */
uint64_t tsn_envelope_item_quantity(const tsn_envelope_item *item);

/* Writing. `identity` is what is the same in every envelope of a client: the members made once by
 * tsn_envelope_append_identity. */

/* "dsn":"…","sdk":{"name":"…","version":"…"} ; `dsn` absent: no dsn (Spotlight without a DSN). */
void tsn_envelope_append_identity(tsn_buf *out, tsn_slice dsn, tsn_slice sdk_name,
                                  tsn_slice sdk_version);
/* The header line and its LF. `sent_at_us` 0: none, as in a stored envelope; one that was stored
 * gets its own header back, sent now. A line over 8 KiB loses `transaction`, then `environment`,
 * then `release` of its trace, then the trace. */
void tsn_envelope_append_header(const tsn_envelope *envelope, tsn_slice identity,
                                int64_t sent_at_us, tsn_buf *out);
/* The whole text in one block. */
void tsn_envelope_append(const tsn_envelope *envelope, tsn_slice identity, int64_t sent_at_us,
                         tsn_buf *out);

/* The text behind the header line, piece by piece without copying. Pieces live as long as the
 * envelope is not changed. */
typedef struct tsn_envelope_pieces {
    const tsn_envelope *envelope;
    size_t item;
    unsigned part;
    const tsn_slice *run; /* of an inset, up to `runs_end` */
    const tsn_slice *runs_end;
} tsn_envelope_pieces;

tsn_envelope_pieces tsn_envelope_pieces_of(const tsn_envelope *envelope);
bool tsn_envelope_next_part(tsn_envelope_pieces *pieces, tsn_slice *piece); /* for the next */
/* False: no more. A piece is never empty. */
static inline bool tsn_envelope_next_piece(tsn_envelope_pieces *pieces, tsn_slice *piece)
{
    if (pieces->run == pieces->runs_end) return tsn_envelope_next_part(pieces, piece);
    *piece = *pieces->run++;
    return true;
}

#endif

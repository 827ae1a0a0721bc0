/* A capture that hooks see before it is handed on: what it needs besides its draft's text. */
#ifndef TSN_CLIENT_PREPARED_H
#define TSN_CLIENT_PREPARED_H

#include "client/client.h"
#include "client/draft.h"
#include "model/record.h"

#define TSN_RATE_UNSET (-1)
#define TSN_RATE_ALWAYS 1000000 /* millionths */

typedef struct tsn_prepared {
    tsn_client *client;              /* a reference */
    tsn_cell *cells[TSN_LAYERS_MAX]; /* references; the layers, outermost first */
    size_t cell_count;
    tsn_cell *cell;     /* the one captured on; one of the layers */
    tsn_record *record; /* owned until submitted; its layers go once the event is written */
    const void *hint;   /* NULL once the capturing call has returned */
    int32_t rate; /* a sampler's, in millionths, or TSN_RATE_UNSET; guarded by the draft's lock */
    bool is_exception; /* error processors run */
    bool is_counted;   /* among the client's unsubmitted events */
} tsn_prepared;

/* Writes the event and runs processors (steps 5 to 8). Takes over the record. TOCSIN_OK and `*out`;
 * TOCSIN_DROPPED, counted; TOCSIN_E_NOMEM, counted. */
tocsin_status tsn_prepared_new(tsn_cell *cell, tsn_cell *const *cells, size_t cell_count,
                               tsn_record *record, const void *hint, bool is_exception,
                               tsn_draft **out);
/* Limits, before_send, sampling, submit (steps 9 to 13), of a draft whose end has begun. `text` is
 * what it says by now, and is used up. Returns and `event_id` as tsn_handover. */
tocsin_status tsn_prepared_finish(tsn_prepared *prepared, tsn_buf *text, char *event_id);
/* Counts the event as lost for `reason`. */
void tsn_prepared_lose(tsn_prepared *prepared, tsn_reason reason);
void tsn_prepared_free(tsn_prepared *prepared);

#endif

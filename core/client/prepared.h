/* A capture that hooks see before it is handed on: what it needs besides its text. Owned by one
 * draft, or by the call that is about to end it. */
#ifndef TSN_CLIENT_PREPARED_H
#define TSN_CLIENT_PREPARED_H

#include "client/client.h"
#include "client/pipeline.h"
#include "model/record.h"
#include "wire/reason.h"

#define TSN_RATE_UNSET (-1)
#define TSN_RATE_ALWAYS 1000000 /* millionths */

typedef struct tsn_prepared {
    tsn_client *client;              /* a reference, unless is_loose */
    tsn_cell *cells[TSN_LAYERS_MAX]; /* the layers, outermost first; references, weak if is_loose */
    size_t cell_count;
    tsn_cell *home;     /* keeps the last event id; one of `cells`, or NULL */
    tsn_record *record; /* owned until submitted; its layers go once the event is written */
    const void *hint;   /* NULL once the capturing call has returned */
    struct tsn_restriction *restriction; /* draws on its quota, see restricted.h; NULL: none */
    size_t bytes;  /* what it draws: all text it was given; guarded by the draft's lock */
    tsn_buf aside; /* what the call needs that shows it to a hook */
    int32_t rate;  /* a sampler's, in millionths, or TSN_RATE_UNSET; guarded by the draft's lock */
    uint32_t era;  /* tsn_fork_era of the process that captured it, whose it is */
    bool is_exception; /* error processors run */
    bool is_hooked;    /* the owner of the client's hooks has seen it (ruling 12) */
    bool is_counted;   /* among the client's unsubmitted events */
    bool is_loose;     /* in the park */
    bool is_taken;     /* out of it, and on its books until this goes */
} tsn_prepared;

/* Writes the event into `text` and runs processors (steps 5 to 8). Takes over the record, and the
 * place among the unsubmitted events if the capture has one; lets go of the capture's holds.
 * TOCSIN_OK and `*out`; TOCSIN_DROPPED, counted; TOCSIN_E_NOMEM, counted. */
tocsin_status tsn_prepared_new(const tsn_capture *capture, tsn_cell *const *cells,
                               size_t cell_count, tsn_record *record, tsn_buf *text,
                               tsn_prepared **out);
/* NULL is allowed. */
void tsn_prepared_free(tsn_prepared *prepared);
/* Whether it was captured by this process. One that a child of fork was born with is its parent's
 * to send and to count. */
bool tsn_prepared_is_ours(const tsn_prepared *prepared);
/* A hook is about to look at it through `view`: captures on its layers are refused until
 * tsn_chain_leave. */
void tsn_prepared_enter(tsn_prepared *prepared, tsn_draft *view);
/* Counts the event as lost for `reason`, if it is ours. */
void tsn_prepared_lose(const tsn_prepared *prepared, tsn_reason reason);

/* Steps 9 to 13, or into the park if the client's hooks belong to somebody who has not seen the
 * event. Takes over `prepared` and the contents of `text`, in whose place `json` is put unless it
 * is absent; JSON that is refused counts as a hook that failed. Returns and `event_id` as
 * tsn_handover; also TOCSIN_DISABLED: closed meanwhile, not counted; TOCSIN_DROPPED: not ours, not
 * counted; TOCSIN_E_DENIED: beyond its quota, counted. */
tocsin_status tsn_prepared_finish(tsn_prepared *prepared, tsn_slice json, tsn_buf *text,
                                  char *event_id);

/* For the time in the park: it counts as unsubmitted no more, and keeps neither client nor scopes
 * alive, for the park is the client's own. The caller keeps the client. */
void tsn_prepared_loosen(tsn_prepared *prepared);
/* Out of the park. Scopes that have gone meanwhile are forgotten. */
void tsn_prepared_tighten(tsn_prepared *prepared);

#endif

/* The capture steps in order (scopes: the pipeline). Sequence only; each step is a small function
 * elsewhere. Any thread. */
#ifndef TSN_CLIENT_PIPELINE_H
#define TSN_CLIENT_PIPELINE_H

#include "client/draft.h"
#include "client/scope_cell.h"

/* What a caller keeps for the time of a call, and what lets go of it earlier: a hook may never
 * return. */
typedef struct tsn_holds {
    void (*let_go)(struct tsn_holds *holds);
} tsn_holds;

/* What a caller captures. */
typedef struct tsn_capture {
    tsn_cell *cell;
    tsn_cell *overlay; /* or NULL */
    const void *hint;  /* for C hooks */
    int32_t source;    /* TOCSIN_CAPTURE_, with TOCSIN_CAPTURE_HOOKED perhaps */
    int32_t level;     /* of a message */
    tsn_holds *holds;  /* of the cells; let go of before the first hook; or NULL */
    bool is_counted;   /* it has a place among the client's unsubmitted events */
    tsn_slice text;    /* a message's raw text, or JSON as it came */
} tsn_capture;

/* `event_id`: TOCSIN_EVENT_ID_SIZE bytes or NULL; gets the id, or the empty text if the event ended
 * before it was handed on. TOCSIN_OK: queued; TOCSIN_DROPPED, TOCSIN_DISABLED; TOCSIN_E_REENTRANT;
 * TOCSIN_E_FULL; the JSON errors; TOCSIN_E_RANGE (level); TOCSIN_E_NOMEM, TOCSIN_E_SYSTEM. */
tocsin_status tsn_pipeline_capture(const tsn_capture *capture, char *event_id);
/* Steps 1 to 8. `*out` is NULL with TOCSIN_DROPPED or TOCSIN_DISABLED: it ended before any hook,
 * counted where due. Also TOCSIN_E_LIMIT. */
tocsin_status tsn_pipeline_prepare(const tsn_capture *capture, tsn_draft **out);
/* Steps 9 to 13, or into the park, see prepared.h. An absent `json` submits the draft's own text.
 * JSON that is refused counts as a failed hook: TOCSIN_DROPPED. TOCSIN_E_CLOSED: it has ended
 * already; TOCSIN_E_ARG: a view, or no event. */
tocsin_status tsn_pipeline_submit(tsn_draft *draft, tsn_slice json, char *event_id);
/* The same; `holds` of the draft are let go of before the first hook. */
tocsin_status tsn_pipeline_submit_held(tsn_draft *draft, tsn_slice json, tsn_holds *holds,
                                       char *event_id);
/* An absent reason is `event_processor`. TOCSIN_E_UNKNOWN: no such reason (then it is counted as
 * event_processor); TOCSIN_E_CLOSED, TOCSIN_E_ARG. */
tocsin_status tsn_pipeline_discard(tsn_draft *draft, tsn_slice reason);
/* The last reference to a draft goes: what it still owned is counted as `ignored`, and freed. For
 * draft.c alone. */
void tsn_pipeline_forget(struct tsn_prepared *prepared);
/* A binding's sampler has spoken: rate in millionths. TOCSIN_E_RANGE, TOCSIN_E_CLOSED,
 * TOCSIN_E_ARG. */
tocsin_status tsn_pipeline_set_rate(tsn_draft *draft, int32_t millionths);

#endif

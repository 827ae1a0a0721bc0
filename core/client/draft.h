/* JSON text that a hook or a binding looks at and may change: a prepared event, a breadcrumb, a log
 * line. Counted; its own leaf lock.
 *
 * One with `prepared` is an event that somebody holds between prepare and submit. It ends once: by
 * submit, by discard, or, if its last reference goes before that, as discarded with the reason
 * `ignored`. One without is a view, what a C hook is shown: to be read and changed during the call,
 * which ends it. */
#ifndef TSN_CLIENT_DRAFT_H
#define TSN_CLIENT_DRAFT_H

#include "base/buf.h"
#include "base/rc.h"
#include "base/sync.h"
#include "client/chain.h"

struct tsn_prepared; /* prepared.h: what submit needs */

typedef struct tsn_draft {
    tsn_rc rc;
    tsn_mutex lock;
    tsn_buf text;                  /* canonical object; guarded by lock, as all below */
    bool is_changed;               /* since it was made */
    bool is_ended;                 /* then it has neither text nor `prepared` any more */
    struct tsn_prepared *prepared; /* owned; NULL: a view */
    /* Of a view, while a hook looks at it, and its thread's alone: the hook's place among those
     * that run, the number by which the host knows the view (0: none), and how to take that back.
     */
    tsn_chain chain;
    int64_t shown_as;
    void (*conceal)(int64_t shown_as);
} tsn_draft;

/* A view. Takes over the contents of `text`, also on failure. NULL: no memory. */
tsn_draft *tsn_draft_new(tsn_buf *text);
void tsn_draft_retain(tsn_draft *draft);
/* NULL is allowed. */
void tsn_draft_release(tsn_draft *draft);

/* Takes the lock. A draft that another thread had locked when the process was forked has ended in
 * the child: what it holds cannot be told from what it held. */
void tsn_draft_lock(tsn_draft *draft);

/* Appends the text. TOCSIN_OK, TOCSIN_E_CLOSED, TOCSIN_E_NOMEM. */
tocsin_status tsn_draft_read(tsn_draft *draft, tsn_buf *out);
/* Replaces the text by the canonical form of `json`, an object. The errors of tsn_json_normalise,
 * or TOCSIN_E_CLOSED; then it is as it was. */
tocsin_status tsn_draft_replace(tsn_draft *draft, tsn_slice json);

/* Ends a view: its text moves into `out`, whose old contents go. True if it was changed. */
bool tsn_draft_take(tsn_draft *draft, tsn_buf *out);
/* Ends an event's draft: text and `prepared` are the caller's from here on. TOCSIN_OK;
 * TOCSIN_E_CLOSED: it ended before; TOCSIN_E_ARG: a view. */
tocsin_status tsn_draft_end(tsn_draft *draft, tsn_buf *text, struct tsn_prepared **prepared);

#endif

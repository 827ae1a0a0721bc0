/* JSON text that a hook or a binding looks at and may change: a prepared event, a breadcrumb, a log
 * line. Counted; its own leaf lock.
 *
 * A prepared event's draft also carries what submit needs. It ends once: by submit, by discard, or,
 * if its last reference goes before that, as discarded with the reason `ignored`. Views (what a C
 * hook is shown) can be read and changed only. */
#ifndef TSN_CLIENT_DRAFT_H
#define TSN_CLIENT_DRAFT_H

#include "base/buf.h"
#include "base/rc.h"
#include "base/sync.h"

struct tsn_prepared; /* prepared.h: what submit needs */

typedef struct tsn_draft {
    tsn_rc rc;
    tsn_mutex lock;
    tsn_buf text;                  /* canonical object; guarded by lock */
    bool is_changed;               /* since it was made; guarded by lock */
    bool is_ended;                 /* submitted or discarded; guarded by lock */
    bool is_view;                  /* inside a hook call: no submit, no discard; guarded by lock */
    struct tsn_prepared *prepared; /* NULL: breadcrumb or log line */
} tsn_draft;

/* Takes over the contents of `text`, also on failure. NULL: no memory. */
tsn_draft *tsn_draft_new(tsn_buf *text);
void tsn_draft_retain(tsn_draft *draft);
void tsn_draft_release(tsn_draft *draft);

/* Appends the text. TOCSIN_OK, TOCSIN_E_CLOSED, TOCSIN_E_NOMEM. */
tocsin_status tsn_draft_read(tsn_draft *draft, tsn_buf *out);
/* Moves the text into `out`, whose old contents go; true if it was changed. The draft is of no more
 * use. */
bool tsn_draft_take(tsn_draft *draft, tsn_buf *out);
/* Replaces the text by the canonical form of `json`, an object. The errors of tsn_json_normalise,
 * or TOCSIN_E_CLOSED; then it is as it was. */
tocsin_status tsn_draft_replace(tsn_draft *draft, tsn_slice json);

#endif

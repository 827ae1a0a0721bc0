/* Brings a finished event under the size the server takes, by leaving out what is least missed
 * first (P-3). Pure text to text; private to the event_ files. */
#ifndef TSN_MODEL_EVENT_TRIM_H
#define TSN_MODEL_EVENT_TRIM_H

#include "base/buf.h"
#include "base/house.h"

/* The event is what `event` holds from `start` on. Breadcrumbs go (oldest first, as few as needed),
 * then variables, then source lines of frames, frames between the 25 outermost and the 25
 * innermost, extra, contexts nobody knows, modules, until at most `max` bytes are left. TOCSIN_OK;
 * TOCSIN_DROPPED: still too large; TOCSIN_E_NOMEM. */
tocsin_status tsn_event_trim(tsn_buf *event, size_t start, size_t max);

#endif

/* Event and error processors of a capture, in their order (scopes 4.6, steps 6 and 7). */
#ifndef TSN_CLIENT_PROCESSORS_H
#define TSN_CLIENT_PROCESSORS_H

#include "client/prepared.h"

bool tsn_processors_any(const tsn_prepared *prepared);
/* Error processors, then event processors, of each layer from the outermost in, then the client's,
 * all with one view of `text`, the event; captures on its layers are refused meanwhile (R21).
 * TOCSIN_OK; TOCSIN_DROPPED: one dropped it or failed; TOCSIN_E_NOMEM. */
tocsin_status tsn_processors_run(tsn_prepared *prepared, tsn_buf *text);

#endif

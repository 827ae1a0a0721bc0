/* Event and error processors of a capture, in their order (scopes 4.6, steps 6 and 7). */
#ifndef TSN_CLIENT_PROCESSORS_H
#define TSN_CLIENT_PROCESSORS_H

#include "client/client.h"
#include "client/draft.h"

typedef struct tsn_processors {
    tsn_client *client;
    tsn_scope *const *layers; /* outermost first */
    size_t layer_count;
    bool is_exception; /* error processors run too */
    const void *hint;
} tsn_processors;

bool tsn_processors_any(const tsn_processors *processors);
/* Error processors, then event processors, of each layer from the outermost in, then the client's,
 * all with one view of `text`, the event. TOCSIN_OK; TOCSIN_DROPPED: one dropped it or failed;
 * TOCSIN_E_NOMEM. */
tocsin_status tsn_processors_run(const tsn_processors *processors, tsn_buf *text);

#endif

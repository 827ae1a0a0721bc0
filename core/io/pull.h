/* The transport that is the program: it takes envelopes one by one and says what became of them.
 * Any thread, several at a time. The envelope's own functions are in delivery.h. */
#ifndef TSN_IO_PULL_H
#define TSN_IO_PULL_H

#include "io/answer_log.h"
#include "io/delivery.h"
#include "io/outbox.h"

typedef struct tsn_pull {
    tsn_outbox *outbox;
    tsn_diag *diag;
    tsn_answer_log log;
    void *owner; /* of all this; an envelope holds a reference to it */
    void (*owner_retain)(void *owner);
    void (*owner_release)(void *owner);
} tsn_pull;

/* As tsn_delivery_next_envelope. */
tocsin_status tsn_pull_next(tsn_pull *pull, int64_t timeout_ms, tsn_envelope_out **out);

#endif

/* The table that any transport fills: how one finished envelope gets from here to there, and what
 * came back.
 *
 * A transfer belongs to whoever starts it and must live until its `finish` was called or the
 * transport was told to cancel; then it is the owner's again. Everything happens on the worker's
 * thread, but for `wake`. */
#ifndef TSN_IO_TRANSPORT_H
#define TSN_IO_TRANSPORT_H

#include "base/buf.h"
#include "base/list.h"
#include "wire/request.h"
#include "wire/response.h"

#define TSN_TRANSFER_PROBLEM_SIZE 160
#define TSN_TRANSFER_EXCERPT_MAX 512

typedef struct tsn_transfer {
    tsn_list node;              /* the transport's while it runs */
    const tsn_request *request; /* where to; NULL for a transport that has one place only */
    tsn_buf body;               /* owned; the bytes to be sent */
    const char *encoding;       /* its header line, "Content-Encoding: …"; NULL: plain */
    /* What came back. */
    tsn_response response;                   /* a status of 0: no answer */
    bool went_out;                           /* at least a part of the request left */
    bool is_untrusted;                       /* the other side's certificate was refused */
    char problem[TSN_TRANSFER_PROBLEM_SIZE]; /* without an answer: why; for people */
    tsn_buf excerpt;                         /* the beginning of the answer's body; for people */
    /* Called from `poll`, once. */
    void (*finish)(struct tsn_transfer *transfer, void *context);
    void *context;
    void *native; /* the transport's while it runs */
} tsn_transfer;

void tsn_transfer_fini(tsn_transfer *transfer);
/* Starts the problem text afresh. */
void tsn_transfer_fail(tsn_transfer *transfer, const char *format, ...) TSN_PRINTF(2, 3);

typedef struct tsn_transport tsn_transport;

typedef struct tsn_transport_ops {
    /* Begins a transfer; it always ends with `finish`, also if it could not begin. */
    void (*start)(tsn_transport *transport, tsn_transfer *transfer);
    /* Moves transfers on and finishes those that are over; waits up to `timeout_ms` if none is. */
    void (*poll)(tsn_transport *transport, int64_t timeout_ms);
    /* Any thread: ends a `poll` that waits, or the next one. */
    void (*wake)(tsn_transport *transport);
    /* Cuts all transfers off, within 100 ms; their `finish` is not called. */
    void (*cancel_all)(tsn_transport *transport);
    /* Frees the transport; no transfer may be running. */
    void (*fini)(tsn_transport *transport);
    /* In a child of fork: lets go of the parent's descriptors without a word to the other side. The
     * transport is not used again, nor freed. */
    void (*forsake)(tsn_transport *transport);
} tsn_transport_ops;

struct tsn_transport {
    const tsn_transport_ops *ops;
    size_t running; /* transfers started and not finished */
};

#endif

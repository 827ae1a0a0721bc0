/* The thread that carries parcels: it takes what may go, sends it, and waits, until the outbox is
 * halted. It is started by the first submit, or with a spool when a client opens, blocks all
 * signals, and speaks by notices alone. */
#ifndef TSN_IO_WORKER_H
#define TSN_IO_WORKER_H

#include "base/diag.h"
#include "io/answer_log.h"
#include "io/outbox.h"
#include "io/spotlight.h"

typedef struct tsn_worker_config {
    tsn_outbox *outbox;
    tsn_spotlight *spotlight;    /* or NULL */
    const tsn_request *request;  /* where parcels go; NULL: the transport knows */
    bool carries_parcels;        /* false: somebody else does; the worker is Spotlight's */
    tsn_compression compression; /* Spotlight gets gzip instead of zstd */
    tsn_diag *diag;
    /* Make the transports, on the worker's thread; NULL: not to be had now. They may be the same.
     * `open_web` is for Spotlight beside another transport, NULL otherwise. */
    tsn_transport *(*open)(void *context);
    tsn_transport *(*open_web)(void *context);
    void (*exited)(void *context); /* the very last thing the thread does */
    void *context;
} tsn_worker_config;

typedef struct tsn_worker {
    tsn_worker_config config;
    _Atomic bool is_started;
    tsn_mutex lock;                  /* guards starting and stopping */
    tsn_thread thread;               /* guarded by lock */
    bool is_over;                    /* guarded by lock; never to be started again */
    bool is_gone;                    /* guarded by the outbox's lock: the thread is about to end */
    _Atomic int64_t abandoned_until; /* 0: not abandoned; else it seals the outbox itself by then */
    tsn_answer_log log;
    /* The thread's alone. */
    tsn_transport *transport;
    tsn_transport *web;
    tsn_compressor compressor;
    tsn_list sent; /* parcels whose transfers run */
    tsn_parcel *to_spotlight;
    int64_t adopt_due_ms; /* when to look again for what others left on disk */
} tsn_worker;

void tsn_worker_init(tsn_worker *worker, const tsn_worker_config *config);
/* The thread must be gone, or never have been. */
void tsn_worker_fini(tsn_worker *worker);
/* In a child of fork: there is no thread. */
void tsn_worker_start_afresh(tsn_worker *worker);

/* Starts the thread; a no-op if it runs. `starting` is called first, when it is going to; `exited`
 * also if it then could not. TOCSIN_OK; TOCSIN_DISABLED: it is over; TOCSIN_E_SYSTEM: no thread to
 * be had. */
tocsin_status tsn_worker_start(tsn_worker *worker, void (*starting)(void *context));
static inline bool tsn_worker_is_started(tsn_worker *worker)
{
    return atomic_load_explicit(&worker->is_started, memory_order_acquire);
}
/* The outbox has been halted: waits for the thread's end, for `patience_ms` of real time at most;
 * one that is stuck in a write is let go of. */
void tsn_worker_stop(tsn_worker *worker, int64_t patience_ms);
/* Nobody will call again: the thread halts and seals the outbox when it is empty or at `deadline`.
 */
void tsn_worker_abandon(tsn_worker *worker, int64_t deadline);

#endif

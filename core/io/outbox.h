/* The state between captures and their fate: queue, ledger, limits, backoff, and what is under way.
 * It has no thread of its own: whoever carries envelopes (the worker, or the program itself with
 * the pull transport) takes a parcel, sends it, and says what the answer was.
 *
 * Deadlines come from tsn_clock_mono_ms, so that a test can move them; waiting takes real time. A
 * clock that was moved is noticed at the next wake-up: a submit, a flush, or after
 * TSN_OUTBOX_WAIT_MAX_MS. All functions: any thread; no lock may be held, and the outbox's is a
 * leaf. Records are freed without it. */
#ifndef TSN_IO_OUTBOX_H
#define TSN_IO_OUTBOX_H

#include "base/sync.h"
#include "io/backoff.h"
#include "io/ledger.h"
#include "io/parcel.h"
#include "io/queue.h"

#define TSN_OUTBOX_TRIES_MAX 6           /* requests that went out for one envelope */
#define TSN_OUTBOX_REPORT_RIDES_MS 30000 /* with the next envelope ... */
#define TSN_OUTBOX_REPORT_ALONE_MS 60000 /* ... or by itself */
#define TSN_OUTBOX_WAIT_MAX_MS 1000      /* longest real wait for a deadline */
#define TSN_OUTBOX_SIDE_MS 200           /* what a close grants Spotlight after all else */

typedef struct tsn_outbox_config {
    size_t max_items;
    size_t max_bytes;
    unsigned max_in_flight;
    bool sends_reports;
    bool gives_up; /* what has no answer is lost at once: Spotlight without a DSN (S-4) */
    tsn_packing packing;
} tsn_outbox_config;

typedef enum tsn_phase {
    TSN_PHASE_OPEN,
    TSN_PHASE_CLOSING, /* takes nothing more */
    TSN_PHASE_SEALED,  /* what was left has been counted */
    TSN_PHASE_CLOSED,  /* nothing runs any more */
} tsn_phase;

/* What the other side said to one parcel. */
typedef struct tsn_answer {
    const tsn_response *response;
    bool went_out;
    const char *problem; /* of no answer */
} tsn_answer;

typedef struct tsn_outbox {
    tsn_outbox_config config;
    tsn_ledger ledger; /* captures: any thread; all else guarded by lock */
    _Atomic int phase; /* tsn_phase; written under lock */
    tsn_mutex lock;
    tsn_cond work;     /* there may be something to take */
    tsn_cond progress; /* something may have become idle, or the phase changed */
    /* All guarded by lock. */
    tsn_queue queue;
    tsn_ratelimit limits;
    int64_t limited_until_ms; /* the latest of them */
    tsn_backoff backoff;
    size_t in_flight;          /* parcels taken and not completed */
    uint32_t era;              /* parcels of another era are no longer ours to count */
    bool is_failing;           /* the last answer was not a good one: one at a time */
    bool wants_report;         /* a flush waits for it */
    int64_t reported_ms;       /* when the last report was taken */
    uint32_t cancels;          /* flushes that began before are to end */
    bool is_poked;             /* the worker has something to look at */
    bool is_resting;           /* the worker waits for `work` */
    tsn_transport *resting_in; /* the worker waits in this one's poll */
    size_t side_count;         /* records that go another way */
    tocsin_status close_status;
    bool has_answer;
    int last_status;
    char last_problem[TSN_TRANSFER_PROBLEM_SIZE];
} tsn_outbox;

void tsn_outbox_init(tsn_outbox *outbox, const tsn_outbox_config *config);
/* Frees what is still queued. Parcels must have been completed. */
void tsn_outbox_fini(tsn_outbox *outbox);
/* In a child of fork, while it has one thread: empty, all counts at zero, locks new. What the
 * parent had queued stays the parent's; here it is only forgotten, for it may be half changed. */
void tsn_outbox_start_afresh(tsn_outbox *outbox);

static inline tsn_phase tsn_outbox_phase(const tsn_outbox *outbox)
{
    return (tsn_phase)atomic_load_explicit(&outbox->phase, memory_order_acquire);
}

/* Takes over the record. TOCSIN_OK; TOCSIN_DROPPED: limited; TOCSIN_E_FULL; TOCSIN_DISABLED:
 * closed. What is not queued is counted. */
tocsin_status tsn_outbox_push(tsn_outbox *outbox, tsn_record *record);
/* A record that could not even be queued. */
void tsn_outbox_refuse(tsn_outbox *outbox, tsn_record *record, tsn_reason reason);
void tsn_outbox_discard(tsn_outbox *outbox, tsn_reason reason, tsn_category category,
                        uint64_t quantity);
/* Appends the client's statistics. */
void tsn_outbox_write_stats(tsn_outbox *outbox, bool active, tsn_buf *out);
bool tsn_outbox_last_answer(tsn_outbox *outbox, tsn_buf *out);

/* For carriers. */

/* The next parcel that may go now, packed but not sealed; NULL: none. */
tsn_parcel *tsn_outbox_take(tsn_outbox *outbox);
/* Takes the parcel back with its answer: the record's fate is counted, or it returns to its place.
 */
tsn_verdict tsn_outbox_complete(tsn_outbox *outbox, tsn_parcel *parcel, const tsn_answer *answer);
/* Waits until there may be something to take, the outbox is sealed, or until `deadline`. */
void tsn_outbox_wait_for_work(tsn_outbox *outbox, int64_t deadline);
/* The same for the worker, which is poked besides; if `transport` (or NULL) has transfers running,
 * in its poll. */
void tsn_outbox_rest(tsn_outbox *outbox, tsn_transport *transport, int64_t deadline);
/* Makes the worker look. */
void tsn_outbox_poke(tsn_outbox *outbox);
/* Records that go another way and are still waited for at close (Spotlight). */
void tsn_outbox_side_add(tsn_outbox *outbox);
void tsn_outbox_side_done(tsn_outbox *outbox);

/* For those who wait for the end. */

/* TOCSIN_OK: queue empty, nothing in flight, no report asked for and unsent; TOCSIN_TIMEOUT;
 * TOCSIN_CANCELLED; once closed what the close said. Asks for the pending report. */
tocsin_status tsn_outbox_flush(tsn_outbox *outbox, int64_t deadline);
void tsn_outbox_cancel_flushes(tsn_outbox *outbox);
/* Whether anything is left to be sent, the report included. */
bool tsn_outbox_has_unsent(tsn_outbox *outbox);
/* True: the caller is the one who closes; from now on nothing is taken in, and a backoff is cut
 * short. False: somebody else did, and has come to the end; `*st` is what it came to. */
bool tsn_outbox_begin_close(tsn_outbox *outbox, tocsin_status *st);
/* TOCSIN_OK or TOCSIN_TIMEOUT. */
tocsin_status tsn_outbox_drain(tsn_outbox *outbox, int64_t deadline);
/* What is left is lost (network_error), and no parcel counts any more. Returns how many records. */
size_t tsn_outbox_seal(tsn_outbox *outbox);
/* Nothing runs any more. */
void tsn_outbox_end_close(tsn_outbox *outbox, tocsin_status st);

/* Shared by the parts of the outbox; the caller holds the lock. */
void tsn_outbox_wake_locked(tsn_outbox *outbox);
bool tsn_outbox_can_take_locked(tsn_outbox *outbox, int64_t now_ms);
/* Whether any category is limited now. */
bool tsn_outbox_limited_locked(tsn_outbox *outbox, int64_t now_ms);
bool tsn_outbox_idle_locked(const tsn_outbox *outbox);
/* When tsn_outbox_can_take_locked becomes true by the passing of time, or TSN_CLOCK_NEVER. */
int64_t tsn_outbox_due_locked(const tsn_outbox *outbox, int64_t now_ms);

#endif

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
#include "io/inbox.h"
#include "io/ledger.h"
#include "io/parcel.h"
#include "io/queue.h"
#include "io/spool.h"

#define TSN_OUTBOX_TRIES_MAX 6           /* requests that went out for one envelope */
#define TSN_OUTBOX_REPORT_RIDES_MS 30000 /* with the next envelope ... */
#define TSN_OUTBOX_REPORT_ALONE_MS 60000 /* ... or by itself */
#define TSN_OUTBOX_SAVE_GAP_MS 3000      /* between two writings of what is untold */
#define TSN_OUTBOX_WAIT_MAX_MS 1000      /* longest real wait for a deadline */
#define TSN_OUTBOX_STORED_GAP_MS 100     /* from one out of the spool to the next */
#define TSN_OUTBOX_SPILL_PAUSE_MS 1000   /* after the disk did not take it */
#define TSN_OUTBOX_PUT_AWAY_MS 400       /* what a close spends on the disk at most ... */
#define TSN_OUTBOX_PUT_AWAY_NOW_MS 200   /* ... and one that was to take no time */
#define TSN_OUTBOX_SIDE_MS 200           /* what a close grants Spotlight after all else */

typedef struct tsn_outbox_config {
    size_t max_items;
    size_t max_bytes;
    unsigned max_in_flight;
    bool sends_reports;
    bool gives_up; /* what has no answer is lost at once: Spotlight without a DSN (S-4) */
    bool retry_5xx;
    bool is_pulled;   /* who rests here does not carry parcels */
    tsn_spool *spool; /* NULL: none */
    tsn_packing packing;
} tsn_outbox_config;

typedef enum tsn_phase {
    TSN_PHASE_OPEN,
    TSN_PHASE_CLOSING, /* takes nothing more */
    TSN_PHASE_HALTED,  /* sends nothing more */
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
    _Atomic int phase;          /* tsn_phase; written under lock */
    _Atomic(tsn_inbox *) inbox; /* NULL: there were never two captures at a time; likewise */
    char apart[64];             /* what follows is written all the time, the rest is not */
    tsn_ledger ledger;          /* captures: any thread; all else guarded by lock */
    tsn_mutex lock;             /* taken by tsn_outbox_lock */
    tsn_cond work;              /* there may be something to take */
    tsn_cond progress;          /* something may have become idle, or the phase changed */
    /* All guarded by lock. */
    tsn_queue queue;
    tsn_ratelimit limits;
    int64_t limited_until_ms; /* the latest of them */
    tsn_backoff backoff;
    size_t in_flight;          /* parcels taken and not completed */
    tsn_list flight;           /* those of them that the ledger has something in flight for */
    uint32_t era;              /* parcels of another era are no longer ours to count */
    bool is_failing;           /* the last answer was not a good one: one at a time */
    bool wants_report;         /* a flush waits for it */
    uint32_t saved_turn;       /* the ledger's, whose untold counts are on disk ... */
    int64_t save_due_ms;       /* ... and when they may be written again */
    int64_t reported_ms;       /* when the last report was taken */
    uint32_t answers;          /* how many there were, for whoever waits for one more */
    uint32_t cancels;          /* flushes that began before are to end */
    bool is_poked;             /* the worker has something to look at */
    bool is_resting;           /* the worker waits for `work` */
    tsn_transport *resting_in; /* the worker waits in this one's poll */
    size_t side_count;         /* records that go another way */
    size_t spill_items;        /* from here on the queue wants relief ... */
    int64_t spill_bytes;
    bool is_spilling;      /* ... and has it now */
    int64_t spill_due_ms;  /* not before: the disk did not take it; 0: any time */
    bool has_stored_out;   /* one from the spool is under way */
    int64_t stored_due_ms; /* when the next may be */
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

/* Takes over the record, and counts it as captured. TOCSIN_OK; TOCSIN_DROPPED: limited;
 * TOCSIN_E_FULL; TOCSIN_DISABLED: closed. What is not queued is counted. */
tocsin_status tsn_outbox_push(tsn_outbox *outbox, tsn_record *record);
/* A record that could not even be queued; likewise. */
void tsn_outbox_refuse(tsn_outbox *outbox, tsn_record *record, tsn_reason reason);
/* What never became a record. `id`: the event's, or NULL. */
void tsn_outbox_discard(tsn_outbox *outbox, const tsn_id *id, tsn_reason reason,
                        tsn_category category, uint64_t quantity);
/* Appends the client's statistics. */
void tsn_outbox_write_stats(tsn_outbox *outbox, bool active, tsn_buf *out);
bool tsn_outbox_last_answer(tsn_outbox *outbox, tsn_buf *out);

/* The same for one that may have a file, and was counted. */
tocsin_status tsn_outbox_push_stored(tsn_outbox *outbox, tsn_record *record);
/* Takes over the record and writes it to disk before it queues it (durability `spool`), on the
 * calling thread. TOCSIN_DURABLE: it is there; else as tsn_outbox_push. With a spool. */
tocsin_status tsn_outbox_push_durable(tsn_outbox *outbox, tsn_record *record);

/* For carriers. */

/* The next parcel that may go now, packed but not sealed; NULL: none. */
tsn_parcel *tsn_outbox_take(tsn_outbox *outbox);
/* One from the spool, when nothing else is to be sent. */
tsn_parcel *tsn_outbox_take_stored(tsn_outbox *outbox);
/* Takes back a parcel that was cut off. */
void tsn_outbox_return(tsn_outbox *outbox, tsn_parcel *parcel, bool went_out);
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
/* Nothing is sent from now on: the worker ends. */
void tsn_outbox_halt(tsn_outbox *outbox);
/* What is left is lost (network_error), unless it is on disk, and no parcel counts any more.
 * Returns how many records. */
size_t tsn_outbox_seal(tsn_outbox *outbox);
/* The way to disk and back; nothing happens without a spool. */

/* The worker: moves some of a queue that gets full to disk. */
void tsn_outbox_spill(tsn_outbox *outbox);
/* What waits goes to disk until `deadline`. Returns how many envelopes are there of this client. */
size_t tsn_outbox_put_away(tsn_outbox *outbox, int64_t deadline);
/* About how long that takes, in ms; 0: without a spool. */
int64_t tsn_outbox_put_away_takes(tsn_outbox *outbox);
/* The worker: writes down what must be told of losses, if that is due. */
void tsn_outbox_save_report(tsn_outbox *outbox);
/* The same, due or not: after tsn_outbox_seal, for the next run. */
void tsn_outbox_leave_report(tsn_outbox *outbox);
/* The worker: takes over what ended runs left, and drops what is too old. */
void tsn_outbox_adopt(tsn_outbox *outbox);
/* Makes sure that a parcel without answer is on disk, if it may be sent again. */
void tsn_outbox_bring_to_disk(tsn_outbox *outbox, tsn_parcel *parcel, bool went_out);
/* Writes the file of a parcel again that lost something of what is in it. */
void tsn_outbox_mend_file(tsn_outbox *outbox, tsn_parcel *parcel);
/* One that is out of the spool, and in none of the books but those of what is spooled. */
void tsn_outbox_lose_stored(tsn_outbox *outbox, struct tsn_stored *stored, tsn_reason reason);
/* Back into the spool, whose bounds hold again afterwards. */
void tsn_outbox_keep_stored(tsn_outbox *outbox, struct tsn_stored *stored);

/* Nothing runs any more. */
void tsn_outbox_end_close(tsn_outbox *outbox, tocsin_status st);

static inline tsn_inbox *tsn_outbox_inbox(const tsn_outbox *outbox)
{
    return atomic_load_explicit(&outbox->inbox, memory_order_acquire);
}

/* Moves what is in the inbox to the queue, and shuts it; the caller has the lock. */
TSN_COLD void tsn_outbox_gather_locked(tsn_outbox *outbox);

/* Whoever looks at the queue has everything in it. */
static inline void tsn_outbox_lock(tsn_outbox *outbox)
{
    tsn_mutex_lock(&outbox->lock);
    if (TSN_UNLIKELY(tsn_outbox_inbox(outbox) != NULL)) tsn_outbox_gather_locked(outbox);
}

/* tsn_cond_wait with the lock. */
bool tsn_outbox_wait_locked(tsn_outbox *outbox, tsn_cond *cond, int64_t timeout_ms);

/* Shared by the parts of the outbox; the caller holds the lock. */
void tsn_outbox_wake_locked(tsn_outbox *outbox);
/* Whether a record that is new in the queue is worth waking somebody for. */
bool tsn_outbox_is_wanted_locked(const tsn_outbox *outbox);
/* Wakes the worker if the queue wants relief. With a spool. */
TSN_COLD void tsn_outbox_want_relief_locked(tsn_outbox *outbox);
bool tsn_outbox_can_take_locked(tsn_outbox *outbox, int64_t now_ms);
/* Whether any category is limited now. */
bool tsn_outbox_limited_locked(tsn_outbox *outbox, int64_t now_ms);
bool tsn_outbox_idle_locked(const tsn_outbox *outbox);
bool tsn_outbox_can_take_stored_locked(tsn_outbox *outbox, int64_t now_ms);
bool tsn_outbox_wants_spill_locked(tsn_outbox *outbox, int64_t now_ms);
/* When tsn_outbox_save_report has something to do, or TSN_CLOCK_NEVER. */
int64_t tsn_outbox_report_due_locked(const tsn_outbox *outbox);
/* Makes the envelope of a parcel in flight; no lock held. False: nothing of it is left to send, and
 * it is no longer in flight. */
bool tsn_outbox_pack(tsn_outbox *outbox, tsn_parcel *parcel, int64_t now_ms);
/* Takes the first record, without limits or a report. */
bool tsn_outbox_take_record_locked(tsn_outbox *outbox, tsn_parcel *parcel);
void tsn_outbox_add_report_locked(tsn_outbox *outbox, tsn_parcel *parcel, int64_t now_ms);
/* The parcel is in flight with its load as it is now. */
void tsn_outbox_book_locked(tsn_outbox *outbox, tsn_parcel *parcel, bool is_on_disk);
/* It is in flight no longer. */
void tsn_outbox_unbook_locked(tsn_outbox *outbox, tsn_parcel *parcel);
/* The ends of a parcel in flight: in the ledger, and in `fate`, to be told without the lock. */
void tsn_outbox_lose_parcel_locked(tsn_outbox *outbox, tsn_parcel *parcel, tsn_fate_stage stage,
                                   tsn_reason reason);
void tsn_outbox_spool_parcel_locked(tsn_outbox *outbox, tsn_parcel *parcel, tsn_fate_stage stage);
/* When tsn_outbox_can_take_locked or _stored_locked becomes true by the passing of time, or
 * TSN_CLOCK_NEVER. */
int64_t tsn_outbox_due_locked(const tsn_outbox *outbox, int64_t now_ms);

#endif

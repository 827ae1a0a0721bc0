/* Envelopes on disk: one file each, written under another name, renamed into view,
 * removed after a final answer. This is the store alone: what is put into it and when, what its
 * contents count for, and who sends them, is the outbox's business.
 *
 * An envelope is either kept, in the spool's order, or out, with whoever took or stored it. Calls
 * to the system are made with no lock held. Nothing is opened before the first call that needs it.
 * Trouble with the disk is a notice, one for each bout of it, and costs nothing else but what it is
 * about. Any thread. */
#ifndef TSN_IO_SPOOL_H
#define TSN_IO_SPOOL_H

#include "base/diag.h"
#include "base/list.h"
#include "base/sync.h"
#include "io/ledger.h"
#include "io/spool_file.h"
#include "io/spool_run.h"
#include "wire/envelope.h"

typedef struct tsn_spool_config {
    const char *path; /* of the cache directory; borrowed, like `dsn` */
    size_t max_items;
    uint64_t max_bytes;
    int64_t max_age_ms; /* 0: any */
    bool syncs;         /* every file, not those of fatal events alone */
    tsn_slice dsn;      /* as it stands in the envelopes' headers; absent: none does */
    tsn_diag *diag;
} tsn_spool_config;

/* One stored envelope, while it is out a thing of whoever has it. */
typedef struct tsn_stored {
    tsn_list node; /* the spool's */
    tsn_spool_name name;
    size_t size;
    int64_t since_ms; /* on tsn_clock_mono_ms: wall clocks jump */
    tsn_load load;
    bool is_counted; /* else nobody has looked into it yet, and the load is not known */
    bool lacks_sync;
} tsn_stored;

typedef struct tsn_spool {
    tsn_spool_config config;
    tsn_spool_run run;
    _Atomic bool has_told; /* of trouble that still goes on */
    _Atomic size_t count;  /* kept */
    _Atomic bool has_report;
    tsn_mutex lock;
    tsn_list kept;  /* oldest first; guarded by lock, as all below */
    uint64_t bytes; /* of those kept */
    int64_t last_stamp_ms;
} tsn_spool;

void tsn_spool_init(tsn_spool *spool, const tsn_spool_config *config);
/* What is kept stays on disk, for another run to send. Nothing may be out. */
void tsn_spool_fini(tsn_spool *spool);
/* The run is over: what it leaves is another's to take from now on. */
void tsn_spool_let_go(tsn_spool *spool);
/* In a child of fork: empty, with a run of its own to come. */
void tsn_spool_start_afresh(tsn_spool *spool);

/* What is to be stored. */
typedef struct tsn_spool_entry {
    const tsn_envelope *envelope;
    tsn_slice identity; /* of tsn_envelope_append_identity */
    tsn_load load;
    uint32_t tries;
    bool is_fatal;    /* synced in any case */
    bool syncs_later; /* but by tsn_spool_sync: more are to be written, and time is short */
} tsn_spool_entry;

/* Writes an envelope; it is out. NULL: it could not be stored. `*is_safe`, may be NULL: what was
 * promised for it holds, so that neither a kill nor, if files are synced, a loss of power takes it
 * away. The oldest ones make room on a full disk, by `evict` (or NULL), which says false when there
 * is none left. */
tsn_stored *tsn_spool_store(tsn_spool *spool, const tsn_spool_entry *entry,
                            bool (*evict)(void *context), void *context, bool *is_safe);
/* Puts one that is out into its place. */
void tsn_spool_keep(tsn_spool *spool, tsn_stored *stored);
/* Syncs what was to be synced later and is kept, until `deadline` at the latest. */
void tsn_spool_sync(tsn_spool *spool, int64_t deadline);
/* The oldest, which is then out; NULL: none. */
tsn_stored *tsn_spool_take(tsn_spool *spool);
/* The oldest, if there are too many, too much or too old ones. */
tsn_stored *tsn_spool_take_excess(tsn_spool *spool, int64_t now_ms);
static inline size_t tsn_spool_count(const tsn_spool *spool)
{
    return atomic_load_explicit(&spool->count, memory_order_acquire);
}

/* For one that is out. */

/* Notes on disk that a request for it goes out now; false: it cannot be noted now. */
bool tsn_spool_claim(tsn_spool *spool, tsn_stored *stored);
/* The request did not go out after all. */
void tsn_spool_unclaim(tsn_spool *spool, tsn_stored *stored);

typedef enum tsn_spool_outcome {
    TSN_SPOOL_READ,
    TSN_SPOOL_GONE,    /* there is no such file any more */
    TSN_SPOOL_DAMAGED, /* no envelope, or a damaged one */
    TSN_SPOOL_FOREIGN, /* for another DSN */
    TSN_SPOOL_TROUBLE, /* cannot be read now */
} tsn_spool_outcome;

/* Appends the file to `file`, finds the envelope in it and what it counts for, unless that is
 * known.
 */
tsn_spool_outcome tsn_spool_read(tsn_spool *spool, tsn_stored *stored, tsn_buf *file,
                                 tsn_slice *envelope);
/* Adds up what an envelope that was read tells of losses. */
void tsn_spool_read_report(tsn_slice envelope, tsn_client_report *counts);
/* Deletes its file. */
void tsn_spool_remove(tsn_spool *spool, tsn_stored *stored);
/* Moves its file out of the way. */
void tsn_spool_set_aside(tsn_spool *spool, tsn_stored *stored);
/* Only frees it; the file stays. NULL is allowed. */
void tsn_spool_forget(tsn_stored *stored);

/* Puts the envelope in the place of the one before, which is kept apart from all others: what is
 * still to be told of losses. It is not sent by this run, but is an envelope like others for the
 * next. False: it could not be stored. */
bool tsn_spool_put_report(tsn_spool *spool, const tsn_spool_entry *entry);
void tsn_spool_drop_report(tsn_spool *spool);

/* Takes over what ended runs left. One thread at a time. */
void tsn_spool_adopt(tsn_spool *spool);

#endif

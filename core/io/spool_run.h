/* Where one run of a client keeps its files: a directory of its own in the cache directory, held by
 * a lock as long as the run lasts. Runs that ended have a free lock; who gets it may take
 * their files. Nothing is opened before it is needed.
 *
 *   CACHE/run-TAG-ID/      one run; TAG stands for the DSN, so that each adopts its own alone
 *   CACHE/run-TAG-ID/lock
 *   CACHE/bad/             damaged files, the newest 30
 *
 * Any thread, unless it says otherwise. Results are 0 or a negated errno. */
#ifndef TSN_IO_SPOOL_RUN_H
#define TSN_IO_SPOOL_RUN_H

#include "base/slice.h"
#include "base/sync.h"

#define TSN_SPOOL_RUN_NAME 64
#define TSN_SPOOL_BAD_MAX 30

typedef struct tsn_spool_run {
    const char *path; /* of the cache directory; borrowed */
    uint32_t tag;
    tsn_mutex lock; /* held while the run is opened, with calls to the system under it */
    /* Written under lock; below 0: not open. */
    _Atomic int cache;
    _Atomic int dir;
    int held;
    _Atomic bool is_anchored; /* the directory itself outlives a loss of power */
    char name[TSN_SPOOL_RUN_NAME];
} tsn_spool_run;

/* `dsn`: the public text of where the files are to go; absent: none. */
void tsn_spool_run_init(tsn_spool_run *run, const char *path, tsn_slice dsn);
/* Gives the lock back, and removes the directory if nothing is left in it. It stays open. */
void tsn_spool_run_let_go(tsn_spool_run *run);
void tsn_spool_run_fini(tsn_spool_run *run);
/* In a child of fork: the parent's run is not this one's. */
void tsn_spool_run_start_afresh(tsn_spool_run *run);

/* Makes sure that the cache directory is open: -ENOENT unless `can_create` and it was not there,
 * -EPERM: it is somebody else's, or others may write to it. */
int tsn_spool_run_open_cache(tsn_spool_run *run, bool can_create);
/* Makes sure that the run has its directory. */
int tsn_spool_run_open(tsn_spool_run *run);
/* What was renamed into the run outlives a loss of power from now on. */
int tsn_spool_run_sync(tsn_spool_run *run);
/* The directory went away under us: has another made in its place, if so. */
int tsn_spool_run_renew(tsn_spool_run *run);
/* The run's directory, or below 0; good until tsn_spool_run_fini. */
static inline int tsn_spool_run_dir(const tsn_spool_run *run)
{
    return atomic_load_explicit(&run->dir, memory_order_acquire);
}

/* Moves a file of the run to CACHE/bad/ and keeps the number there down. */
int tsn_spool_run_set_aside(tsn_spool_run *run, const char *name);

/* Takes over what ended runs of the same tag left: for each file that is a stored envelope, moved
 * into this run, `each` is called; temporary files are removed, all others stay. One thread at a
 * time. */
int tsn_spool_run_adopt(tsn_spool_run *run, void (*each)(void *context, const char *name),
                        void *context);

#endif

/* A run in view always has a lock file, but for two moments: between the making of its directory
 * and of its lock, and between the removal of the two. Who finds a run without one therefore only
 * tries to remove it, and who has just made one looks whether it is still there once it has the
 * lock. */
#include "io/spool_run.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

#include "base/dir_path.h"
#include "base/file_ops.h"
#include "base/rand.h"
#include "data/crc32c.h"
#include "io/spool_fds.h"

enum { CLOSED = -1, TRIES = 4 };

void tsn_spool_run_init(tsn_spool_run *run, const char *path, tsn_slice dsn)
{
    *run = (tsn_spool_run){.path = path, .tag = tsn_crc32c(0, dsn), .held = CLOSED};
    atomic_init(&run->cache, CLOSED);
    atomic_init(&run->dir, CLOSED);
    tsn_mutex_init(&run->lock, TSN_RANK_OUTER);
    tsn_spool_fds_watch();
}

/* The lock file goes before the directory, and only if that can follow. */
static void remove_if_empty(tsn_spool_run *run)
{
    if (tsn_file_unlink_at(run->dir, "lock") < 0) return;
    if (tsn_dir_remove_at(run->cache, run->name) == 0) return;
    int held = tsn_file_lock_at(run->dir, "lock", true); /* something is in it: as it was */
    if (held >= 0) tsn_spool_fds_close(held);
}

void tsn_spool_run_let_go(tsn_spool_run *run)
{
    tsn_mutex_lock(&run->lock);
    tsn_spool_fds_begin();
    if (run->held >= 0) remove_if_empty(run);
    tsn_spool_fds_close(run->held);
    tsn_spool_fds_end();
    run->held = CLOSED;
    tsn_mutex_unlock(&run->lock);
}

void tsn_spool_run_fini(tsn_spool_run *run)
{
    tsn_spool_run_let_go(run);
    tsn_spool_fds_close(run->dir);
    tsn_spool_fds_close(run->cache);
    run->dir = CLOSED;
    run->cache = CLOSED;
    tsn_mutex_fini(&run->lock);
}

void tsn_spool_run_start_afresh(tsn_spool_run *run)
{
    tsn_mutex_init(&run->lock, TSN_RANK_OUTER);
    run->held = CLOSED; /* closed when the child was made */
    run->is_anchored = false;
    run->dir = CLOSED;
    run->cache = CLOSED;
}

/* -EPERM: not ours alone. */
static int open_own_dir(const char *path, bool can_create)
{
    int fd = tsn_dir_open_path(path, can_create);
    if (fd < 0 || tsn_dir_is_own(fd)) return fd;
    (void)close(fd);
    return -EPERM;
}

static int open_cache_locked(tsn_spool_run *run, bool can_create)
{
    tsn_mutex_assert_held(&run->lock);
    if (run->cache >= 0) return 0;
    int fd = open_own_dir(run->path, can_create);
    if (fd < 0) return fd;
    tsn_spool_fds_add(fd);
    run->cache = fd;
    return 0;
}

int tsn_spool_run_open_cache(tsn_spool_run *run, bool can_create)
{
    if (run->cache >= 0) return 0;
    tsn_mutex_lock(&run->lock);
    tsn_spool_fds_begin();
    int result = open_cache_locked(run, can_create);
    tsn_spool_fds_end();
    tsn_mutex_unlock(&run->lock);
    return result;
}

/* A directory with a lock, ours: 0, or -EAGAIN: somebody cleaned it away while we made it. */
static int make_dir(tsn_spool_run *run, int *dir, int *held)
{
    snprintf(run->name, sizeof run->name, "run-%08" PRIx32 "-%016" PRIx64, run->tag,
             tsn_rand_u64());
    int result = tsn_dir_make_at(run->cache, run->name);
    if (result < 0) return result == -EEXIST ? -EAGAIN : result;
    *dir = tsn_dir_open_at(run->cache, run->name);
    if (*dir < 0) return *dir == -ENOENT ? -EAGAIN : *dir;
    *held = tsn_file_lock_at(*dir, "lock", true);
    bool is_ours = *held >= 0 && tsn_file_is_linked(*held) && tsn_file_is_linked(*dir);
    if (is_ours) return 0;
    result = *held;
    if (*held >= 0) (void)close(*held);
    (void)close(*dir);
    bool was_taken = result >= 0 || result == -ENOENT || result == -EWOULDBLOCK;
    if (!was_taken) (void)tsn_dir_remove_at(run->cache, run->name);
    return was_taken ? -EAGAIN : result;
}

/* The entries that lead to the run: its own in the cache directory and that one's in its parent. */
static int anchor(tsn_spool_run *run)
{
    if (atomic_load_explicit(&run->is_anchored, memory_order_acquire)) return 0;
    int parent = tsn_dir_open_at(run->cache, "..");
    if (parent >= 0) {
        (void)tsn_dir_sync(parent); /* perhaps not ours to sync, and then seldom new */
        (void)close(parent);
    }
    int result = tsn_dir_sync(run->cache);
    if (result == 0) atomic_store_explicit(&run->is_anchored, true, memory_order_release);
    return result;
}

int tsn_spool_run_sync(tsn_spool_run *run)
{
    int result = anchor(run);
    return result < 0 ? result : tsn_dir_sync(run->dir);
}

/* Puts a descriptor in place of another, so that who uses that number at the moment has the one or
 * the other. */
static void replace(_Atomic int *place, int fd)
{
    int old = *place;
    if (old < 0) {
        tsn_spool_fds_add(fd);
        atomic_store_explicit(place, fd, memory_order_release);
    } else {
        (void)dup3(fd, old, O_CLOEXEC);
        (void)close(fd);
    }
}

static int open_run_locked(tsn_spool_run *run)
{
    tsn_mutex_assert_held(&run->lock);
    int result = open_cache_locked(run, true);
    if (result < 0) return result;
    int dir, held;
    result = -EAGAIN;
    for (int i = 0; result == -EAGAIN && i < TRIES; i++) result = make_dir(run, &dir, &held);
    if (result < 0) return result;
    tsn_spool_fds_close(run->held);
    tsn_spool_fds_add(held);
    run->held = held;
    atomic_store(&run->is_anchored, false);
    replace(&run->dir, dir);
    return 0;
}

int tsn_spool_run_open(tsn_spool_run *run)
{
    if (tsn_spool_run_dir(run) >= 0) return 0;
    tsn_mutex_lock(&run->lock);
    tsn_spool_fds_begin();
    int result = run->dir >= 0 ? 0 : open_run_locked(run);
    tsn_spool_fds_end();
    tsn_mutex_unlock(&run->lock);
    return result;
}

/* The whole cache directory may have gone. */
static int renew_locked(tsn_spool_run *run)
{
    if (run->dir < 0) return open_run_locked(run);
    if (tsn_file_is_linked(run->dir)) return 0;
    if (!tsn_file_is_linked(run->cache)) {
        int fd = open_own_dir(run->path, true);
        if (fd < 0) return fd;
        replace(&run->cache, fd);
    }
    return open_run_locked(run);
}

int tsn_spool_run_renew(tsn_spool_run *run)
{
    tsn_mutex_lock(&run->lock);
    tsn_spool_fds_begin();
    int result = renew_locked(run);
    tsn_spool_fds_end();
    tsn_mutex_unlock(&run->lock);
    return result;
}

/* A fixed table of atomic places, since a lock could be held by a thread that the child does not
 * have. A fork waits for those who are just opening something, but not for ever: a disk may hang,
 * and the program that forks is not to. */
#include "io/spool_fds.h"

#include <sched.h>
#include <stdatomic.h>
#include <stdbool.h>

#include "base/file.h"
#include "base/sync.h"

enum { PLACES = 192, FREE = 0, YIELDS_MAX = 100000 };

static tsn_once once = TSN_ONCE_INIT;
static _Atomic int places[PLACES]; /* descriptors; they are above 2, so 0 is none */
static _Atomic int opening;        /* threads between begin and end */
static _Atomic int forking;        /* threads that are about to fork */

static void close_all(void)
{
    for (int i = 0; i < PLACES; i++) {
        int fd = atomic_exchange(&places[i], FREE);
        if (fd != FREE) tsn_file_close(fd);
    }
}

static void yield_while(_Atomic int *count)
{
    for (int i = 0; atomic_load(count) > 0 && i < YIELDS_MAX; i++) sched_yield();
}

static void hold_openings(void)
{
    atomic_fetch_add(&forking, 1);
    yield_while(&opening);
}

static void let_openings_go(void)
{
    atomic_fetch_sub(&forking, 1);
}

static void start_afresh(void)
{
    atomic_store(&opening, 0);
    atomic_store(&forking, 0);
    close_all();
}

static void watch(void)
{
    tsn_at_fork(hold_openings, let_openings_go, start_afresh);
}

void tsn_spool_fds_begin(void)
{
    for (;;) {
        atomic_fetch_add(&opening, 1);
        if (atomic_load(&forking) == 0) return;
        atomic_fetch_sub(&opening, 1);
        yield_while(&forking);
    }
}

void tsn_spool_fds_end(void)
{
    atomic_fetch_sub(&opening, 1);
}

void tsn_spool_fds_watch(void)
{
    tsn_once_run(&once, watch);
}

void tsn_spool_fds_add(int fd)
{
    for (int i = 0; i < PLACES; i++) {
        int expected = FREE;
        if (atomic_compare_exchange_strong(&places[i], &expected, fd)) return;
    }
}

void tsn_spool_fds_close(int fd)
{
    if (fd < 0) return;
    for (int i = 0; i < PLACES; i++) {
        int expected = fd;
        if (atomic_compare_exchange_strong(&places[i], &expected, FREE)) break;
    }
    tsn_file_close(fd);
}

/* A fixed table of atomic places, since a lock could be held by a thread that the child does not
 * have. */
#include "io/spool_fds.h"

#include <stdatomic.h>

#include "base/file.h"
#include "base/sync.h"

enum { PLACES = 192, FREE = 0 };

static tsn_once once = TSN_ONCE_INIT;
static _Atomic int places[PLACES]; /* descriptors; they are above 2, so 0 is none */

static void close_all(void)
{
    for (int i = 0; i < PLACES; i++) {
        int fd = atomic_exchange(&places[i], FREE);
        if (fd != FREE) tsn_file_close(fd);
    }
}

static void watch(void)
{
    tsn_at_fork(NULL, NULL, close_all);
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

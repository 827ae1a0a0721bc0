/* A plain set: connections are few, and are opened and closed seldom. At no moment does it hold a
 * number that is not, or no more, ours: a fork may come in between, and the child closes all. */
#include "io/sockets.h"

#include <fcntl.h>
#include <unistd.h>

static void add(tsn_sockets *sockets, int fd)
{
    if (sockets->count >= TSN_SOCKETS_MAX) return;
    sockets->fds[sockets->count] = fd;
    sockets->count++;
}

int tsn_sockets_open(tsn_sockets *sockets, int family, int type, int protocol)
{
    int fd = socket(family, type | SOCK_CLOEXEC, protocol);
    if (fd >= 0) add(sockets, fd);
    return fd;
}

void tsn_sockets_adopt(tsn_sockets *sockets, int fd)
{
    if (fcntl(fd, F_SETFD, FD_CLOEXEC) == 0) add(sockets, fd);
}

void tsn_sockets_close(tsn_sockets *sockets, int fd)
{
    for (int i = 0; i < sockets->count; i++) {
        if (sockets->fds[i] != fd) continue;
        sockets->fds[i] = sockets->fds[--sockets->count];
        break;
    }
    close(fd);
}

void tsn_sockets_close_all(tsn_sockets *sockets)
{
    while (sockets->count > 0) close(sockets->fds[--sockets->count]);
}

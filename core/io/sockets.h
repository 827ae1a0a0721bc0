/* The sockets that a transport has open: close-on-exec, and known by number, so that a child of
 * fork can let go of them without a word to the other side. One thread at a time. */
#ifndef TSN_IO_SOCKETS_H
#define TSN_IO_SOCKETS_H

#include <stdatomic.h>
#include <sys/socket.h>

#define TSN_SOCKETS_MAX 128

typedef struct tsn_sockets {
    int fds[TSN_SOCKETS_MAX];
    _Atomic int count; /* more are opened, but not known; changes after the numbers below it */
} tsn_sockets;

/* As socket(), close-on-exec. */
int tsn_sockets_open(tsn_sockets *sockets, int family, int type, int protocol);
/* One that was opened by somebody else; it becomes close-on-exec. */
void tsn_sockets_adopt(tsn_sockets *sockets, int fd);
void tsn_sockets_close(tsn_sockets *sockets, int fd);
void tsn_sockets_close_all(tsn_sockets *sockets);

#endif

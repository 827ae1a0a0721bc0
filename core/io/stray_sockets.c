/* Other threads open descriptors too. Ours are two ends of a pair, not there before, of which one
 * has something to read and the other something under way while the pair is filled, both nothing
 * while it is drained, and that twice. */
#include "io/stray_sockets.h"

#include <fcntl.h>
#include <linux/sockios.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

enum { ROUNDS = 2 };

typedef struct pair {
    int reader;
    int writer;
} pair;

void tsn_stray_note(tsn_stray_sockets *stray)
{
    for (int fd = 0; fd < TSN_STRAY_FDS; fd++) stray->was_free[fd] = fcntl(fd, F_GETFD) < 0;
}

static int count_of(int fd, unsigned long what)
{
    int count = 0;
    return ioctl(fd, what, &count) == 0 ? count : -1;
}

static bool is_candidate(const tsn_stray_sockets *stray, int fd)
{
    struct sockaddr address = {.sa_family = AF_UNSPEC};
    socklen_t len = sizeof address;
    if (!stray->was_free[fd] || fcntl(fd, F_GETFD) != 0) return false;
    return getsockname(fd, &address, &len) == 0 && address.sa_family == AF_UNIX;
}

/* The only two that are filled. */
static bool find_filled(const tsn_stray_sockets *stray, pair *found)
{
    int readers = 0, writers = 0;
    for (int fd = 0; fd < TSN_STRAY_FDS; fd++) {
        if (!is_candidate(stray, fd)) continue;
        if (count_of(fd, FIONREAD) > 0) {
            found->reader = fd;
            readers++;
        } else if (count_of(fd, SIOCOUTQ) > 0) {
            found->writer = fd;
            writers++;
        }
    }
    return readers == 1 && writers == 1;
}

static bool is_drained(const pair *ends)
{
    return count_of(ends->reader, FIONREAD) == 0 && count_of(ends->writer, SIOCOUTQ) == 0;
}

static bool find(const tsn_stray_sockets *stray, void (*fill)(void *), void (*drain)(void *),
                 void *context, pair *found)
{
    pair first = {-1, -1};
    for (int i = 0; i < ROUNDS; i++) {
        fill(context);
        bool is_found = find_filled(stray, found);
        drain(context);
        if (!is_found || !is_drained(found)) return false;
        if (i > 0 && (first.reader != found->reader || first.writer != found->writer)) return false;
        first = *found;
    }
    return true;
}

bool tsn_stray_adopt(const tsn_stray_sockets *stray, tsn_sockets *sockets,
                     void (*fill)(void *context), void (*drain)(void *context), void *context)
{
    pair ends = {-1, -1};
    if (!find(stray, fill, drain, context, &ends)) return false;
    tsn_sockets_adopt(sockets, ends.reader);
    tsn_sockets_adopt(sockets, ends.writer);
    return true;
}

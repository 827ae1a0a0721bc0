/* System calls with their interruptions, short counts and traps taken care of. Nothing is opened in
 * a way that could wait for somebody else: a FIFO or device is opened without blocking, looked at
 * and, for reading, refused. */
#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/sync.h"

enum {
    CHUNK_SIZE = 1 << 16,
    WAIT_MS = 10,
    WAITS_MAX = 100, /* for a slow reader of a descriptor that does not block */
};

static int open_quietly(const char *path, int flags)
{
    int fd;
    do {
        fd = open(path, flags | O_CLOEXEC | O_NONBLOCK | O_NOCTTY, 0600);
    } while (fd < 0 && errno == EINTR);
    return fd;
}

/* Descriptors 0 to 2 are the host's even while it has them closed: what it prints must not end in
 * our file. */
static int move_above_standard(int fd)
{
    if (fd < 0 || fd > STDERR_FILENO) return fd;
    int moved = fcntl(fd, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
    tsn_file_close(fd);
    return moved;
}

static tocsin_status open_regular(const char *path, int *fd, size_t *size)
{
    *fd = move_above_standard(open_quietly(path, O_RDONLY));
    if (*fd < 0) return TOCSIN_E_SYSTEM;
    struct stat info;
    if (fstat(*fd, &info) != 0 || !S_ISREG(info.st_mode)) {
        tsn_file_close(*fd);
        return TOCSIN_E_SYSTEM;
    }
    *size = (size_t)info.st_size;
    return TOCSIN_OK;
}

static ssize_t read_some(int fd, char *to, size_t len)
{
    ssize_t got;
    do {
        got = read(fd, to, len);
    } while (got < 0 && errno == EINTR);
    return got;
}

/* The size that was told at the start is a hint only: files grow, and those of the kernel tell
 * 0. */
static tocsin_status read_rest(int fd, size_t max, size_t size_hint, tsn_buf *out)
{
    size_t total = 0;
    size_t want = size_hint;
    for (;;) {
        if (!tsn_buf_reserve(out, want + 1)) return TOCSIN_E_NOMEM;
        ssize_t got = read_some(fd, out->data + out->len, want + 1);
        if (got < 0) return TOCSIN_E_SYSTEM;
        if (got == 0) return TOCSIN_OK;
        out->len += (size_t)got;
        total += (size_t)got;
        if (total > max) return TOCSIN_E_RANGE;
        want = total < size_hint ? size_hint - total : CHUNK_SIZE;
        if (want > max - total) want = max - total;
    }
}

tocsin_status tsn_file_read(const char *path, size_t max, tsn_buf *out)
{
    if (out->failed) return TOCSIN_E_NOMEM;
    int fd;
    size_t size;
    TSN_TRY(open_regular(path, &fd, &size));
    size_t before = out->len;
    tocsin_status st = size > max ? TOCSIN_E_RANGE : read_rest(fd, max, size, out);
    tsn_file_close(fd);
    if (st != TOCSIN_OK) {
        tsn_buf_truncate(out, before);
        out->failed = false;
    }
    return st;
}

int tsn_file_open_append(const char *path)
{
    int fd = move_above_standard(open_quietly(path, O_WRONLY | O_APPEND | O_CREAT));
    return fd < 0 ? TOCSIN_E_SYSTEM : fd;
}

/* Counts its waits instead of asking a clock, so that a storm of signals cannot make it endless. */
static bool wait_writable(int fd)
{
    for (int i = 0; i < WAITS_MAX; i++) {
        struct pollfd entry = {.fd = fd, .events = POLLOUT};
        if (poll(&entry, 1, WAIT_MS) > 0) return true;
    }
    return false;
}

static tocsin_status write_all(int fd, tsn_slice data)
{
    while (data.len > 0) {
        ssize_t put = write(fd, data.data, data.len);
        if (put > 0) {
            data = tsn_slice_sub(data, (size_t)put, data.len);
            continue;
        }
        bool is_busy = put < 0 && errno == EAGAIN;
        bool is_interrupted = put < 0 && errno == EINTR;
        if (!is_interrupted && !(is_busy && wait_writable(fd))) return TOCSIN_E_SYSTEM;
    }
    return TOCSIN_OK;
}

tocsin_status tsn_file_write(int fd, tsn_slice data)
{
    tsn_write_signals held;
    tsn_write_signals_hold(&held);
    tocsin_status st = write_all(fd, data);
    tsn_write_signals_release(&held, st == TOCSIN_OK ? 0 : errno);
    return st;
}

void tsn_file_close(int fd)
{
    if (fd >= 0) (void)close(fd);
}

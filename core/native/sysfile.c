/* A path may name anything by the time it is opened, so it is looked at twice: by name, because
 * opening some devices has effects, and by descriptor, because the name may have changed its
 * meaning in between. O_NONBLOCK keeps a FIFO that slipped through from holding us up. */
#include "native/sysfile.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

int tsn_sysfile_open(const char *path)
{
    struct stat info;
    if (stat(path, &info) != 0 || !S_ISREG(info.st_mode)) return -1;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (fd < 0) return -1;
    if (fstat(fd, &info) == 0 && S_ISREG(info.st_mode)) return fd;
    close(fd);
    return -1;
}

void tsn_sysfile_close(int fd)
{
    if (fd >= 0) close(fd);
}

/* Bytes read, fewer than `len` only at the end of the file or on an error. */
static size_t read_some(int fd, uint64_t offset, char *out, size_t len)
{
    size_t done = 0;
    while (done < len) {
        ssize_t got = pread(fd, out + done, len - done, (off_t)(offset + done));
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) break;
        done += (size_t)got;
    }
    return done;
}

bool tsn_sysfile_read_at(int fd, uint64_t offset, void *out, size_t len)
{
    if (offset > INT64_MAX || len > INT64_MAX - offset) return false;
    return read_some(fd, offset, out, len) == len;
}

size_t tsn_sysfile_head(const char *path, char *out, size_t cap)
{
    int fd = tsn_sysfile_open(path);
    if (fd < 0) return 0;
    size_t len = read_some(fd, 0, out, cap);
    tsn_sysfile_close(fd);
    return len;
}

size_t tsn_sysfile_link(const char *path, char *out, size_t cap)
{
    ssize_t len = readlink(path, out, cap);
    if (len <= 0 || (size_t)len >= cap) return 0;
    return (size_t)len;
}

size_t tsn_sysfile_program(char *out, size_t cap)
{
    static const char mark[] = " (deleted)";
    const size_t mark_len = sizeof mark - 1;
    size_t len = tsn_sysfile_link(TSN_SYSFILE_PROGRAM, out, cap);
    if (len > mark_len && memcmp(out + len - mark_len, mark, mark_len) == 0) len -= mark_len;
    return len;
}

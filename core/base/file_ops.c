/* Thin covers over system calls, each with the hook before it. A write on a thread of the host's
 * must not end in the signal that tells of a file's size limit, so that one is held back. */
#include "base/file_ops.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdatomic.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/sync.h"

enum {
    INTERRUPTIONS_MAX = 1000, /* a storm of signals does not make a call endless */
    FLAGS = O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY,
};

static _Atomic(tsn_file_hook) hook;
static _Atomic(void *) hook_user;

void tsn_file_set_hook(tsn_file_hook new_hook, void *user)
{
    atomic_store(&hook_user, user);
    atomic_store(&hook, new_hook);
}

static int64_t ask(tsn_file_op op, const char *name, size_t len)
{
    tsn_file_hook asked = atomic_load_explicit(&hook, memory_order_acquire);
    return asked == NULL ? 0 : asked(atomic_load(&hook_user), op, name, len);
}

/* True: `*result` is what the hook wants; nothing is to be done. */
static bool is_decided(tsn_file_op op, const char *name, int *result)
{
    int64_t answer = ask(op, name, 0);
    *result = answer < 0 && answer >= INT_MIN ? (int)answer : 0;
    return answer != 0;
}

static int outcome(int result)
{
    return result < 0 ? -errno : result;
}

static int open_once(tsn_file_op op, int dir, const char *name, int flags)
{
    int result;
    if (is_decided(op, name, &result)) return result < 0 ? result : -EIO;
    int fd = openat(dir, name, flags | FLAGS, 0600);
    if (fd < 0 || fd > STDERR_FILENO) return outcome(fd);
    int moved = outcome(fcntl(fd, F_DUPFD_CLOEXEC, STDERR_FILENO + 1));
    tsn_file_close(fd);
    return moved;
}

static int open_at(tsn_file_op op, int dir, const char *name, int flags)
{
    int fd = -EINTR;
    for (int i = 0; fd == -EINTR && i < INTERRUPTIONS_MAX; i++) {
        fd = open_once(op, dir, name, flags);
    }
    return fd;
}

int tsn_dir_open_at(int dir, const char *name)
{
    return open_at(TSN_FILE_OP_OPEN, dir, name, O_RDONLY | O_DIRECTORY);
}

int tsn_dir_step_at(int dir, const char *name)
{
    return open_at(TSN_FILE_OP_OPEN, dir, name, O_PATH | O_DIRECTORY);
}

int tsn_entry_open_at(int dir, const char *name)
{
    return open_at(TSN_FILE_OP_OPEN, dir, name, O_PATH);
}

int tsn_dir_make_at(int dir, const char *name)
{
    int result;
    if (is_decided(TSN_FILE_OP_MAKE_DIR, name, &result)) return result;
    return outcome(mkdirat(dir, name, 0700));
}

int tsn_dir_remove_at(int dir, const char *name)
{
    int result;
    if (is_decided(TSN_FILE_OP_REMOVE_DIR, name, &result)) return result;
    return outcome(unlinkat(dir, name, AT_REMOVEDIR));
}

static int sync_fd(int fd, const char *name, int (*sync)(int fd))
{
    int result = -EINTR;
    for (int i = 0; result == -EINTR && i < INTERRUPTIONS_MAX; i++) {
        if (!is_decided(TSN_FILE_OP_SYNC, name, &result)) result = outcome(sync(fd));
    }
    return result;
}

int tsn_dir_sync(int dir)
{
    return sync_fd(dir, "", fsync);
}

int tsn_dir_list(int dir, bool (*each)(void *context, const char *name), void *context)
{
    int result;
    if (is_decided(TSN_FILE_OP_LIST, "", &result)) return result;
    int fd = open_at(TSN_FILE_OP_OPEN, dir, ".", O_RDONLY | O_DIRECTORY);
    if (fd < 0) return fd;
    DIR *stream = fdopendir(fd);
    if (stream == NULL) {
        tsn_file_close(fd);
        return -ENOMEM;
    }
    const struct dirent *entry;
    bool goes_on = true;
    while (goes_on && (entry = readdir(stream)) != NULL) {
        const char *name = entry->d_name;
        bool is_dots = strcmp(name, ".") == 0 || strcmp(name, "..") == 0;
        if (!is_dots) goes_on = each(context, name);
    }
    closedir(stream);
    return 0;
}

bool tsn_dir_is_own(int dir)
{
    struct stat info;
    if (fstat(dir, &info) != 0) return false;
    return info.st_uid == geteuid() && (info.st_mode & (S_IWGRP | S_IWOTH)) == 0;
}

bool tsn_file_is_linked(int fd)
{
    struct stat info;
    return fstat(fd, &info) == 0 && info.st_nlink > 0;
}

/* What the hook lets through of a write; `*result` is then what follows. */
static size_t allowed(const char *name, size_t len, int *result)
{
    int64_t answer = ask(TSN_FILE_OP_WRITE, name, len);
    *result = answer == 0 || answer == TSN_FILE_FORGET ? 0 : -EIO;
    if (answer < 0) *result = (int)answer;
    if (answer == 0) return len;
    return answer > 0 && (uint64_t)answer < len ? (size_t)answer : 0;
}

static int write_all(int fd, const char *name, tsn_slice bytes)
{
    int interruptions = 0;
    while (bytes.len > 0) {
        int result;
        size_t len = allowed(name, bytes.len, &result);
        ssize_t put = len == 0 ? 0 : write(fd, bytes.data, len);
        if (put < 0) result = -errno;
        if (result == -EINTR && interruptions++ < INTERRUPTIONS_MAX) continue;
        if (result < 0 || len == 0) return result;
        bytes = tsn_slice_sub(bytes, (size_t)put, bytes.len);
    }
    return 0;
}

int tsn_file_put_at(int dir, const char *name, tsn_slice bytes, bool sync)
{
    int fd = open_at(TSN_FILE_OP_CREATE, dir, name, O_WRONLY | O_CREAT | O_EXCL);
    if (fd < 0) return fd;
    tsn_write_signals signals;
    tsn_write_signals_hold(&signals);
    int result = write_all(fd, name, bytes);
    tsn_write_signals_release(&signals, -result);
    if (result == 0 && sync) result = sync_fd(fd, name, fdatasync);
    tsn_file_close(fd);
    if (result < 0) (void)tsn_file_unlink_at(dir, name);
    return result;
}

static int read_all(int fd, const char *name, size_t size, tsn_buf *out)
{
    size_t end = out->len + size;
    if (!tsn_buf_reserve(out, size)) return -ENOMEM;
    int interruptions = 0;
    while (out->len < end) {
        int result;
        if (is_decided(TSN_FILE_OP_READ, name, &result) && result != -EINTR) {
            return result < 0 ? result : -EIO;
        }
        ssize_t got = result == -EINTR ? -1 : read(fd, out->data + out->len, end - out->len);
        bool is_interrupted = got < 0 && (result == -EINTR || errno == EINTR);
        if (is_interrupted && interruptions++ < INTERRUPTIONS_MAX) continue;
        if (got < 0) return -errno;
        if (got == 0) return 0; /* it shrank: the checksum tells */
        out->len += (size_t)got;
    }
    return 0;
}

int tsn_file_get_at(int dir, const char *name, size_t max, tsn_buf *out)
{
    if (out->failed) return -ENOMEM;
    int fd = open_at(TSN_FILE_OP_OPEN, dir, name, O_RDONLY);
    if (fd < 0) return fd;
    struct stat info;
    size_t before = out->len;
    int result = fstat(fd, &info) == 0 ? 0 : -errno;
    if (result == 0 && !S_ISREG(info.st_mode)) result = -EINVAL;
    if (result == 0 && (uint64_t)info.st_size > max) result = -EFBIG;
    if (result == 0) result = read_all(fd, name, (size_t)info.st_size, out);
    tsn_file_close(fd);
    if (result == 0) return 0;
    tsn_buf_truncate(out, before);
    out->failed = false;
    return result;
}

int tsn_file_size_at(int dir, const char *name, uint64_t *size)
{
    struct stat info;
    if (fstatat(dir, name, &info, AT_SYMLINK_NOFOLLOW) != 0) return -errno;
    *size = S_ISREG(info.st_mode) ? (uint64_t)info.st_size : 0;
    return 0;
}

int tsn_file_sync_at(int dir, const char *name)
{
    int fd = open_at(TSN_FILE_OP_OPEN, dir, name, O_RDONLY);
    if (fd < 0) return fd;
    int result = sync_fd(fd, name, fdatasync);
    tsn_file_close(fd);
    return result;
}

int tsn_file_rename_at(int from_dir, const char *from, int to_dir, const char *to)
{
    int result;
    if (is_decided(TSN_FILE_OP_RENAME, to, &result)) return result;
    return outcome(renameat(from_dir, from, to_dir, to));
}

int tsn_file_unlink_at(int dir, const char *name)
{
    int result;
    if (is_decided(TSN_FILE_OP_UNLINK, name, &result)) return result;
    return outcome(unlinkat(dir, name, 0));
}

int tsn_file_lock_at(int dir, const char *name, bool can_create)
{
    int result;
    int fd = open_at(TSN_FILE_OP_OPEN, dir, name, O_RDWR | (can_create ? O_CREAT : 0));
    if (fd < 0) return fd;
    if (!is_decided(TSN_FILE_OP_LOCK, name, &result)) {
        result = outcome(flock(fd, LOCK_EX | LOCK_NB));
    }
    if (result == 0) return fd;
    tsn_file_close(fd);
    return result;
}

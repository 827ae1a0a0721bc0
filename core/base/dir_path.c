/* The kernel would walk a path at one go, and follow whatever link somebody has put there a moment
 * ago. Here each step is taken from a directory that is held open, so that what was looked at is
 * what is used. Whoever may write to a directory on the way can take the next step away or give
 * another directory for it; whose that is, is for the caller to see from the one at the end. */
#include "base/dir_path.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/file_ops.h"

enum { LINKS_MAX = 40 };

typedef struct walk {
    int at; /* how far it has come */
    int links;
    bool can_create;
    char rest[PATH_MAX]; /* what is left of the path */
} walk;

/* Takes over a descriptor, or hands an error on. */
static int go_to(walk *self, int fd)
{
    if (fd < 0) return fd;
    tsn_file_close(self->at);
    self->at = fd;
    return 0;
}

static bool is_trusted(uid_t owner)
{
    return owner == 0 || owner == geteuid();
}

/* Whether nobody but its owner could put one entry in place of another. */
static bool is_steady(int dir)
{
    struct stat info;
    if (fstat(dir, &info) != 0 || !is_trusted(info.st_uid)) return false;
    return (info.st_mode & S_IWOTH) == 0 || (info.st_mode & S_ISVTX) != 0;
}

/* The target's length, or a negated errno. */
static ssize_t read_link(const walk *self, const char *name, char target[PATH_MAX])
{
    int fd = tsn_entry_open_at(self->at, name);
    if (fd < 0) return fd;
    struct stat info;
    ssize_t len = -ENOTDIR;
    if (fstat(fd, &info) == 0 && S_ISLNK(info.st_mode)) {
        bool is_good = is_trusted(info.st_uid) && is_steady(self->at);
        len = is_good ? readlinkat(fd, "", target, PATH_MAX) : -EPERM;
        if (len == -1 && is_good) len = -errno;
    }
    tsn_file_close(fd);
    return len;
}

/* Goes on along the target of a link, and then where the path did. */
static int follow(walk *self, const char *name, const char *beyond)
{
    char target[PATH_MAX];
    if (++self->links > LINKS_MAX) return -ELOOP;
    ssize_t len = read_link(self, name, target);
    if (len < 0) return (int)len;
    size_t beyond_len = strlen(beyond) + 1;
    if (len == 0 || (size_t)len + 1 + beyond_len > sizeof self->rest) return -ENAMETOOLONG;
    memmove(self->rest + len + 1, beyond, beyond_len);
    memcpy(self->rest, target, (size_t)len);
    self->rest[len] = '/';
    return target[0] == '/' ? go_to(self, tsn_dir_step_at(AT_FDCWD, "/")) : 0;
}

static int step(walk *self, const char *name, const char *beyond)
{
    int fd = tsn_dir_step_at(self->at, name);
    if (fd == -ENOENT && self->can_create) {
        int made = tsn_dir_make_at(self->at, name);
        if (made < 0 && made != -EEXIST) return made;
        fd = tsn_dir_step_at(self->at, name);
    }
    if (fd == -ENOTDIR) return follow(self, name, beyond);
    memmove(self->rest, beyond, strlen(beyond) + 1);
    return go_to(self, fd);
}

static int open_last(const walk *self, const char *name)
{
    int fd = tsn_dir_open_at(self->at, name);
    if (fd != -ENOENT || !self->can_create) return fd;
    int made = tsn_dir_make_at(self->at, name);
    return made < 0 && made != -EEXIST ? made : tsn_dir_open_at(self->at, name);
}

/* A descriptor of the last entry: all before it are links and directories to be passed. */
static int walk_on(walk *self)
{
    int result = 0;
    while (result == 0) {
        char name[NAME_MAX + 1];
        const char *begin = self->rest + strspn(self->rest, "/");
        size_t len = strcspn(begin, "/");
        if (len > NAME_MAX) return -ENAMETOOLONG;
        memcpy(name, begin, len);
        name[len] = '\0';
        const char *beyond = begin + len + strspn(begin + len, "/");
        if (*beyond == '\0') return open_last(self, len == 0 ? "." : name);
        result = step(self, name, beyond);
    }
    return result;
}

int tsn_dir_open_path(const char *path, bool can_create)
{
    size_t len = strlen(path);
    walk self = {.can_create = can_create};
    if (len == 0) return -ENOENT;
    if (len >= sizeof self.rest) return -ENAMETOOLONG;
    memcpy(self.rest, path, len + 1);
    self.at = tsn_dir_step_at(AT_FDCWD, path[0] == '/' ? "/" : ".");
    if (self.at < 0) return self.at;
    int fd = walk_on(&self);
    tsn_file_close(self.at);
    return fd;
}

#include "tail.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "say.h"

#define KEPT ((size_t)256 << 10)

void sh_tail_add(sh_text *tail, const char *bytes, size_t len)
{
    if (len > KEPT) {
        bytes += len - KEPT;
        len = KEPT;
    }
    sh_text_add(tail, bytes, len);
    if (tail->len > 2 * KEPT) sh_text_drop_front(tail, tail->len - KEPT);
}

size_t sh_tail_start(const sh_text *tail, size_t lines)
{
    size_t at = tail->len;
    size_t floor = tail->len > KEPT ? tail->len - KEPT : 0;
    if (at > 0 && tail->data[at - 1] == '\n') at--; /* it ends the last line */
    while (at > floor) {
        if (tail->data[at - 1] == '\n' && --lines == 0) break;
        at--;
    }
    return at;
}

bool sh_tail_next(const sh_text *tail, size_t *at, const char **line, size_t *len)
{
    if (*at >= tail->len) return false;
    *line = tail->data + *at;
    const char *end = memchr(*line, '\n', tail->len - *at);
    *len = end == NULL ? tail->len - *at : (size_t)(end - *line);
    *at += *len + 1;
    if (*len > 0 && (*line)[*len - 1] == '\r') --*len;
    return true;
}

static int open_input(const char *path)
{
    if (strcmp(path, "-") == 0) return STDIN_FILENO;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) sh_say("cannot read %s: %s", path, strerror(errno));
    return fd;
}

static void close_input(int fd)
{
    if (fd != STDIN_FILENO) (void)close(fd);
}

/* Some bytes; 0: the end; below 0: trouble, which was said. */
static ssize_t read_some(int fd, const char *path, char *bytes, size_t len)
{
    ssize_t got;
    do {
        got = read(fd, bytes, len);
    } while (got < 0 && errno == EINTR);
    if (got < 0) sh_say("cannot read %s: %s", path, strerror(errno));
    return got;
}

/* A file is read from where its end is near; a pipe is read through. */
static void skip_to_end(int fd)
{
    struct stat about;
    if (fstat(fd, &about) < 0 || !S_ISREG(about.st_mode)) return;
    off_t here = lseek(fd, 0, SEEK_CUR);
    if (here >= 0 && about.st_size - here > (off_t)KEPT) {
        (void)lseek(fd, about.st_size - (off_t)KEPT, SEEK_SET);
    }
}

bool sh_tail_read(sh_text *tail, const char *path)
{
    char bytes[65536];
    ssize_t got;
    int fd = open_input(path);
    if (fd < 0) return false;
    skip_to_end(fd);
    while ((got = read_some(fd, path, bytes, sizeof bytes)) > 0) {
        sh_tail_add(tail, bytes, (size_t)got);
    }
    close_input(fd);
    return got == 0;
}

bool sh_read_whole(sh_text *text, const char *path, size_t max)
{
    char bytes[65536];
    ssize_t got = 0;
    int fd = open_input(path);
    if (fd < 0) return false;
    while (text->len <= max && (got = read_some(fd, path, bytes, sizeof bytes)) > 0) {
        sh_text_add(text, bytes, (size_t)got);
    }
    close_input(fd);
    return got >= 0;
}

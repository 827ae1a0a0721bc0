#include "spool_dir.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "spool_item.h"

#define SUFFIX ".envelope"
#define RUN "run-"

static int open_dir(int at, const char *name, DIR **dir)
{
    int fd = openat(at, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    *dir = fd < 0 ? NULL : fdopendir(fd);
    if (*dir != NULL) return 0;
    int why = errno;
    if (fd >= 0) (void)close(fd);
    return why;
}

/* STAMP-ID-TRIES.envelope; false: something else. */
static bool read_name(const char *name, sh_stored *stored)
{
    char *end = NULL;
    if (*name < '0' || *name > '9') return false;
    stored->stamp_ms = strtoll(name, &end, 10);
    if (*end != '-' || strspn(end + 1, "0123456789abcdef") != SH_SPOOL_ID_LEN) return false;
    memcpy(stored->id, end + 1, SH_SPOOL_ID_LEN);
    stored->id[SH_SPOOL_ID_LEN] = '\0';
    end += 1 + SH_SPOOL_ID_LEN;
    if (end[0] != '-' || end[1] < '0' || end[1] > '9') return false;
    stored->tries = (unsigned)strtoul(end + 1, &end, 10);
    return strcmp(end, SUFFIX) == 0;
}

static bool add(sh_spool_dir *spool, const sh_stored *stored)
{
    if (spool->count == spool->cap) {
        size_t cap = spool->cap == 0 ? 64 : spool->cap * 2;
        sh_stored *files = realloc(spool->files, cap * sizeof *files);
        if (files == NULL) return false;
        spool->files = files;
        spool->cap = cap;
    }
    spool->files[spool->count++] = *stored;
    return true;
}

static int read_run(sh_spool_dir *spool, int at, const char *name, bool wants_types)
{
    DIR *dir;
    struct dirent *entry;
    struct stat about;
    sh_stored stored;
    if (open_dir(at, name, &dir) != 0) return 0; /* just gone, or not ours to see */
    int result = 0;
    while (result == 0 && (entry = readdir(dir)) != NULL) {
        if (!read_name(entry->d_name, &stored)) continue;
        if (fstatat(dirfd(dir), entry->d_name, &about, AT_SYMLINK_NOFOLLOW) < 0) continue;
        stored.size = (int64_t)about.st_size;
        stored.type[0] = '\0';
        if (wants_types) {
            sh_spool_item_types(dirfd(dir), entry->d_name, stored.type, sizeof stored.type);
        }
        if (!add(spool, &stored)) result = ENOMEM;
    }
    closedir(dir);
    return result;
}

static size_t count_damaged(int at)
{
    DIR *dir;
    struct dirent *entry;
    size_t count = 0;
    if (open_dir(at, "bad", &dir) != 0) return 0;
    while ((entry = readdir(dir)) != NULL) count += entry->d_name[0] != '.';
    closedir(dir);
    return count;
}

static int by_age(const void *a, const void *b)
{
    const sh_stored *one = a;
    const sh_stored *other = b;
    if (one->stamp_ms != other->stamp_ms) return one->stamp_ms < other->stamp_ms ? -1 : 1;
    return strcmp(one->id, other->id);
}

int sh_spool_dir_read(sh_spool_dir *spool, const char *path, bool wants_types)
{
    DIR *dir;
    struct dirent *entry;
    *spool = (sh_spool_dir){0};
    int result = open_dir(AT_FDCWD, path, &dir);
    if (result != 0) return result;
    while (result == 0 && (entry = readdir(dir)) != NULL) {
        if (strncmp(entry->d_name, RUN, strlen(RUN)) != 0) continue;
        result = read_run(spool, dirfd(dir), entry->d_name, wants_types);
    }
    spool->damaged = count_damaged(dirfd(dir));
    closedir(dir);
    if (spool->count > 0) qsort(spool->files, spool->count, sizeof *spool->files, by_age);
    return result;
}

void sh_spool_dir_fini(sh_spool_dir *spool)
{
    free(spool->files);
    *spool = (sh_spool_dir){0};
}

bool sh_spool_dir_has(const char *path, const char *id)
{
    sh_spool_dir spool;
    bool has = false;
    if (sh_spool_dir_read(&spool, path, false) == 0) {
        for (size_t i = 0; i < spool.count; i++) has |= strcmp(spool.files[i].id, id) == 0;
    }
    sh_spool_dir_fini(&spool);
    return has;
}

/* The name of the run's directory if that is what the descriptor is, in the cache directory `path`,
 * which is a real path. */
static const char *run_of(const char *target, const char *path)
{
    size_t len = strlen(path);
    if (strncmp(target, path, len) != 0 || target[len] != '/') return NULL;
    const char *name = target + len + 1;
    return strncmp(name, RUN, strlen(RUN)) == 0 && strchr(name, '/') == NULL ? name : NULL;
}

static int64_t count_run(int at, const char *name)
{
    sh_spool_dir spool = {0};
    int64_t count = read_run(&spool, at, name, false) == 0 ? (int64_t)spool.count : -1;
    sh_spool_dir_fini(&spool);
    return count;
}

int64_t sh_spool_dir_count_own(const char *path)
{
    DIR *dir;
    struct dirent *entry;
    char target[4096 + 300];
    int64_t count = -1;
    char *real = realpath(path, NULL);
    if (real == NULL || open_dir(AT_FDCWD, "/proc/self/fd", &dir) != 0) {
        free(real);
        return -1;
    }
    while (count < 0 && (entry = readdir(dir)) != NULL) {
        ssize_t len = readlinkat(dirfd(dir), entry->d_name, target, sizeof target - 1);
        if (len <= 0) continue;
        target[len] = '\0';
        if (run_of(target, real) != NULL) count = count_run(AT_FDCWD, target);
    }
    closedir(dir);
    free(real);
    return count;
}

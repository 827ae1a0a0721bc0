/* Cache directories of the test's own, looked at from outside. */
#ifndef TSN_UNIT_IO_DISK_H
#define TSN_UNIT_IO_DISK_H

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file_ops.h"
#include "case.h"
#include "io/spool.h"

#define UNIT_DSN "http://abc@127.0.0.1:1/42"
#define UNIT_IDENTITY "\"dsn\":\"" UNIT_DSN "\",\"sdk\":{\"name\":\"t\",\"version\":\"1\"}"

/* A new directory for each call; unit_disk_remove takes away the last one. */
static char unit_disk[64];

/* Formats into an array that has room for it. */
#define UNIT_FORMAT(array, ...)                                                                    \
    ck_assert_int_lt(snprintf((array), sizeof(array), __VA_ARGS__), (int)sizeof(array))

/* Runs a shell command in the directory. */
static inline void unit_in_disk(const char *command)
{
    char whole[1024];
    UNIT_FORMAT(whole, "cd %s && %s", unit_disk, command);
    ck_assert_int_eq(system(whole), 0);
}

static inline const char *unit_disk_in(const char *folder)
{
    UNIT_FORMAT(unit_disk, "%s/tsn-spool-XXXXXX", folder);
    ck_assert_ptr_nonnull(mkdtemp(unit_disk));
    return unit_disk;
}

static inline const char *unit_disk_new(void)
{
    return unit_disk_in("/tmp");
}

/* In memory, if the system has that, for tests that sync thousands of times. */
static inline const char *unit_disk_quick(void)
{
    const char *memory = "/dev/shm";
    return unit_disk_in(access(memory, W_OK) == 0 ? memory : "/tmp");
}

/* A test may have taken rights away. */
static inline void unit_remove_tree(const char *path)
{
    DIR *stream;
    const struct dirent *entry;
    if (unlink(path) == 0) return;
    (void)chmod(path, 0700);
    ck_assert_ptr_nonnull(stream = opendir(path));
    while ((entry = readdir(stream)) != NULL) {
        char below[512];
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0) continue;
        UNIT_FORMAT(below, "%s/%s", path, entry->d_name);
        unit_remove_tree(below);
    }
    closedir(stream);
    ck_assert_int_eq(rmdir(path), 0);
}

static inline void unit_disk_remove(void)
{
    tsn_file_set_hook(NULL, NULL);
    unit_remove_tree(unit_disk);
}

/* Every path below the directory whose name ends so: how many there are, and the first of them. */
static inline size_t unit_find_in(const char *folder, const char *suffix, char first[512])
{
    size_t count = 0;
    DIR *stream = opendir(folder);
    const struct dirent *entry;
    if (stream == NULL) return 0;
    while ((entry = readdir(stream)) != NULL) {
        char path[512];
        struct stat info;
        if (entry->d_name[0] == '.') continue;
        UNIT_FORMAT(path, "%s/%s", folder, entry->d_name);
        if (lstat(path, &info) == 0 && S_ISDIR(info.st_mode)) {
            count += unit_find_in(path, suffix, first);
            continue;
        }
        size_t len = strlen(path), tail = strlen(suffix);
        if (len < tail || strcmp(path + len - tail, suffix) != 0) continue;
        if (first != NULL && first[0] == '\0') snprintf(first, 512, "%s", path);
        count++;
    }
    closedir(stream);
    return count;
}

static inline size_t unit_count_files(const char *suffix)
{
    return unit_find_in(unit_disk, suffix, NULL);
}

/* The path of the only file with that suffix. */
static inline const char *unit_only_file(const char *suffix)
{
    static char path[512];
    path[0] = '\0';
    ck_assert_uint_eq(unit_find_in(unit_disk, suffix, path), 1);
    return path;
}

static inline size_t unit_count_folders(void)
{
    size_t count = 0;
    DIR *stream = opendir(unit_disk);
    const struct dirent *entry;
    if (stream == NULL) return 0;
    while ((entry = readdir(stream)) != NULL) count += entry->d_name[0] != '.';
    closedir(stream);
    return count;
}

static inline tsn_spool_config unit_spool_config(const char *path)
{
    return (tsn_spool_config){
        .path = path,
        .max_items = 2000,
        .max_bytes = (uint64_t)1 << 30,
        .dsn = TSN_LIT(UNIT_DSN),
    };
}

static inline tsn_id unit_id_of(unsigned number)
{
    tsn_id id = {{1}};
    for (int i = 0; i < 4; i++) id.bytes[12 + i] = (uint8_t)(number >> (24 - 8 * i));
    return id;
}

/* An envelope with the event {"n":<number>}. */
static inline void unit_envelope(tsn_envelope *envelope, unsigned number, const char *text)
{
    tsn_id id = unit_id_of(number);
    *envelope = TSN_ENVELOPE_EMPTY;
    tsn_payload payload = tsn_payload_borrow(unit_slice(text));
    ck_assert_int_eq(tsn_envelope_take_event(envelope, &id, payload), TOCSIN_OK);
}

static inline tsn_stored *unit_store(tsn_spool *spool, unsigned number, bool *is_safe)
{
    char text[32];
    tsn_envelope envelope;
    snprintf(text, sizeof text, "{\"n\":%u}", number);
    unit_envelope(&envelope, number, text);
    tsn_spool_entry entry = {
        .envelope = &envelope,
        .identity = TSN_LIT(UNIT_IDENTITY),
        .load = {1, 0},
    };
    tsn_stored *stored = tsn_spool_store(spool, &entry, NULL, NULL, is_safe);
    tsn_envelope_fini(&envelope);
    return stored;
}

static inline void unit_store_and_keep(tsn_spool *spool, unsigned first, unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        tsn_stored *stored = unit_store(spool, first + i, NULL);
        ck_assert_ptr_nonnull(stored);
        tsn_spool_keep(spool, stored);
    }
}

static inline unsigned unit_number_of(const tsn_stored *stored)
{
    ck_assert_ptr_nonnull(stored);
    const uint8_t *bytes = stored->name.id.bytes + 12;
    return (unsigned)bytes[0] << 24 | (unsigned)bytes[1] << 16 | (unsigned)bytes[2] << 8 | bytes[3];
}

/* Fails the n-th operation of a kind (or of any), once or from then on. */
typedef struct unit_fault {
    int op; /* below 0: any */
    int64_t answer;
    uint64_t nth; /* 0: none */
    bool from_then_on;
    uint64_t seen;
} unit_fault;

static inline int64_t unit_fault_hook(void *user, tsn_file_op op, const char *name, size_t len)
{
    unit_fault *fault = user;
    (void)name;
    (void)len;
    if (fault->op >= 0 && fault->op != (int)op) return 0;
    uint64_t now = ++fault->seen;
    bool hits = now == fault->nth || (fault->from_then_on && now > fault->nth);
    return fault->nth > 0 && hits ? fault->answer : 0;
}

#endif

/* Operations on entries of a directory that is held open, for data that must not be lost: each is
 * one step that can fail, be torn or be forgotten, and a test can make it so.
 *
 * They return 0 (or a descriptor), or a negated errno. Names are single NUL-terminated entries; no
 * symbolic link is ever followed, nothing is opened in a way that could wait, descriptors are above
 * 2 and close-on-exec. Interruptions are sat out. Any thread. */
#ifndef TSN_BASE_FILE_OPS_H
#define TSN_BASE_FILE_OPS_H

#include "base/buf.h"

typedef enum tsn_file_op {
    TSN_FILE_OP_OPEN,
    TSN_FILE_OP_CREATE,
    TSN_FILE_OP_READ,
    TSN_FILE_OP_WRITE,
    TSN_FILE_OP_SYNC,
    TSN_FILE_OP_RENAME,
    TSN_FILE_OP_UNLINK,
    TSN_FILE_OP_MAKE_DIR,
    TSN_FILE_OP_REMOVE_DIR,
    TSN_FILE_OP_LIST,
    TSN_FILE_OP_LOCK,
    TSN_FILE_OP_COUNT
} tsn_file_op;

/* What a hook may answer besides 0 (do it) and a negated errno (fail with that). A write that is
 * answered with a number above 0 writes so many bytes and then fails with EIO. */
#define TSN_FILE_FORGET INT64_MAX /* say that it was done, and do not */

/* Asked before each operation, on its thread; `name` is the entry's, "" a directory itself; `len`
 * the bytes of a write. */
typedef int64_t (*tsn_file_hook)(void *user, tsn_file_op op, const char *name, size_t len);
/* For tests; NULL: none. While no operation runs. */
void tsn_file_set_hook(tsn_file_hook hook, void *user);

int tsn_dir_open_at(int dir, const char *name);
/* To go on from, and for nothing else: no right to read it is needed. */
int tsn_dir_step_at(int dir, const char *name);
/* Whatever it is, a link itself too, to be looked at and for nothing else. */
int tsn_entry_open_at(int dir, const char *name);
/* Of mode 0700. */
int tsn_dir_make_at(int dir, const char *name);
int tsn_dir_remove_at(int dir, const char *name);
int tsn_dir_sync(int dir);
/* Calls `each` for every entry but "." and "..", in no order, until it returns false. */
int tsn_dir_list(int dir, bool (*each)(void *context, const char *name), void *context);
/* Whether it is the process's user's own and nobody else may write to it. */
bool tsn_dir_is_own(int dir);
/* Whether a descriptor's file is still in view under some name. */
bool tsn_file_is_linked(int fd);

/* Creates a file of mode 0600 that was not there, with these bytes; with `sync` they are on the
 * disk when it returns. Nothing is left of it on failure. */
int tsn_file_put_at(int dir, const char *name, tsn_slice bytes, bool sync);
/* Appends a whole regular file of at most `max` bytes; -EFBIG: larger; -EINVAL: no regular file.
 * `out` is as before on failure. */
int tsn_file_get_at(int dir, const char *name, size_t max, tsn_buf *out);
int tsn_file_size_at(int dir, const char *name, uint64_t *size);
/* The bytes of a file that was put without `sync` are on the disk when it returns. */
int tsn_file_sync_at(int dir, const char *name);
int tsn_file_rename_at(int from_dir, const char *from, int to_dir, const char *to);
int tsn_file_unlink_at(int dir, const char *name);
/* Opens a file, created if `can_create`, and locks it for this open file alone; -EWOULDBLOCK:
 * somebody else has it. Closing gives it back. */
int tsn_file_lock_at(int dir, const char *name, bool can_create);

#endif

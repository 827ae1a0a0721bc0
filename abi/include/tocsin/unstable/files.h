/* For tests of programs that rely on the spool: what happens at the disk. Nothing here is promised
 * to stay as it is; no other header includes this one. */
#ifndef TOCSIN_UNSTABLE_FILES_H
#define TOCSIN_UNSTABLE_FILES_H

#include <tocsin/types.h>

TOCSIN_BEGIN_DECLS

/* Asked before each step at the disk, on the thread that takes it. `operation`: 0 open, 1 create, 2
 * read, 3 write, 4 sync, 5 rename, 6 unlink, 7 make a directory, 8 remove one, 9 list, 10 lock.
 * `name` is the entry's, empty for a directory itself; `len` the bytes of a write. 0: go on; below
 * 0: fail with that negated errno; for a write a number above 0: write so many bytes and fail;
 * INT64_MAX: say that it was done, and do nothing. Since 1.0. */
typedef int64_t (*tocsin_unstable_file_fn)(int32_t operation, const char *name, int64_t len,
                                           void *user);

/* Sets the hook of the whole process; NULL takes it away. To be called while no client with a
 * `cache_dir` is open. `user` stays the caller's. Any thread. Never fails: TOCSIN_OK. Since 1.0. */
TOCSIN_API tocsin_status tocsin_unstable_set_file_hook(tocsin_unstable_file_fn hook, void *user);

TOCSIN_END_DECLS

#endif

/* What all handles have in common. They work like file descriptors: a second one can be made to the
 * same object, each is closed once, and the object lives while a handle, a link from another object
 * or a running call needs it. A handle may cross into any other language as a plain number. */
#ifndef TOCSIN_HANDLE_H
#define TOCSIN_HANDLE_H

#include <tocsin/types.h>

TOCSIN_BEGIN_DECLS

/* A second handle to the object behind `handle`, of any kind; for whoever keeps a handle longer
 * than its giver. The new handle is the caller's to close. Any thread. The handle errors;
 * TOCSIN_E_LIMIT; TOCSIN_E_NOMEM. Since 1.0. */
TOCSIN_API int64_t tocsin_handle_dup(int64_t handle);

/* Closes a handle of any kind; its number is stale from then on, whatever the object does. Running
 * calls with it end undisturbed. The last handle to a prepared event discards it; the last use of a
 * client closes that within its `shutdown_timeout`, and nobody waits. The handle was the caller's.
 * Any thread. The handle errors. Since 1.0. */
TOCSIN_API tocsin_status tocsin_handle_close(int64_t handle);

/* Which TOCSIN_KIND_ a live handle is; the handle stays the caller's. Any thread.
 * TOCSIN_E_STALE, TOCSIN_E_FOREIGN, or the negative number that was passed. Since 1.0. */
TOCSIN_API int32_t tocsin_handle_kind(int64_t handle);

/* How many handles of a TOCSIN_KIND_ are open in the process: what a test for leaks compares. Any
 * thread. TOCSIN_E_RANGE: no such kind; TOCSIN_E_NOMEM. Since 1.0. */
TOCSIN_API int64_t tocsin_handle_count(int32_t kind);

TOCSIN_END_DECLS

#endif

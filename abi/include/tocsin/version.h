/* Which library was loaded, what it can do, and its constants for callers without a
 * preprocessor. */
#ifndef TOCSIN_VERSION_H
#define TOCSIN_VERSION_H

#include <tocsin/types.h>

TOCSIN_BEGIN_DECLS

/* The version of the interface that this header describes. Since 1.0. */
#define TOCSIN_ABI_VERSION 1

/* The release as text, "1.0.0". `buf` is the caller's. Any thread. Never fails. Since 1.0. */
TOCSIN_API tocsin_length tocsin_version(char *buf, int64_t buf_cap);

/* The number in the name of the shared object, TOCSIN_ABI_VERSION of the library that was loaded.
 * It grows only when programs have to be built again. Any thread. Never fails. Since 1.0. */
TOCSIN_API int32_t tocsin_abi_version(void);

/* A number, 0 to 1023, that tells this copy of the library from another one loaded into the same
 * process; each copy refuses the other's handles with TOCSIN_E_FOREIGN. Drawn at random at the
 * first use. Any thread. Never fails. Since 1.0. */
TOCSIN_API int64_t tocsin_instance_id(void);

/* One English sentence about `status` for a log or a message: what it means and what to do. Numbers
 * that are no status get a sentence too. Programs decide by the number, never by this text. `buf`
 * is the caller's. Any thread. Never fails. Since 1.0. */
TOCSIN_API tocsin_length tocsin_status_text(tocsin_status status, char *buf, int64_t buf_cap);

/* Whether this library can do what `name` says: 1, or 0, also for names it has never heard of. 1.0
 * can do
 *   http_transport file_transport stdout_transport pull_transport   places to send to
 *   gzip spotlight hooks_pull flush_at_exit client_reports          options
 *   stacktrace                                                      stacks of C callers
 *   trace_continuation                                              what tocsin/trace.h has
 * `name` is borrowed. Any thread. TOCSIN_E_ARG: no name, or NULL with a length. Since 1.0. */
TOCSIN_API int32_t tocsin_supports(const char *name, int64_t name_len);

/* The number behind a constant of these headers, named in full: "TOCSIN_LEVEL_ERROR" gives 5, and
 * "TOCSIN_E_STALE" gives -1. `name` is borrowed. Any thread. TOCSIN_E_UNKNOWN: no constant of that
 * name (but for its own); TOCSIN_E_ARG (again but for its own): no name, or NULL with a length.
 * Since 1.0. */
TOCSIN_API int64_t tocsin_constant(const char *name, int64_t name_len);

TOCSIN_END_DECLS

#endif

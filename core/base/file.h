/* Files, all through here. Paths are NUL-terminated. Any thread. */
#ifndef TSN_BASE_FILE_H
#define TSN_BASE_FILE_H

#include "base/buf.h"

/* Appends a whole regular file of at most `max` bytes to `out`. TOCSIN_E_SYSTEM: not there,
 * unreadable, not a regular file (a FIFO or device is never opened for blocking); TOCSIN_E_RANGE:
 * larger; TOCSIN_E_NOMEM. `out` is as before on failure. */
tocsin_status tsn_file_read(const char *path, size_t max, tsn_buf *out);
/* Opens for appending, creating it 0600, close-on-exec; a descriptor above 2, or
 * TOCSIN_E_SYSTEM. */
int tsn_file_open_append(const char *path);
/* Writes all of it, through interruptions and short writes; a descriptor that does not block is
 * waited for, up to a second at a time. No signal comes of it. TOCSIN_E_SYSTEM. */
tocsin_status tsn_file_write(int fd, tsn_slice data);
/* Negative: nothing happens. */
void tsn_file_close(int fd);

#endif

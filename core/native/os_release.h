/* The file in which a distribution says what it is: lines of NAME=value, quoted as for a shell.
 * Pure; any thread. */
#ifndef TSN_NATIVE_OS_RELEASE_H
#define TSN_NATIVE_OS_RELEASE_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/slice.h"

/* Appends the value of the last line that sets `key`, unquoted; false: no such line, nothing
 * appended. */
bool tsn_os_release_value(tsn_slice text, tsn_slice key, tsn_buf *out);

#endif
